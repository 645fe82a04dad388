"""A company's fork through one year: made, pulled over a release that touches every page, reviewed, built. Real git, the whole book."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from sites import files, run

ROOT = Path(__file__).parent.parent.parent
# Git as on a machine that nobody has set up.
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_TERMINAL_PROMPT": "0",
}  # fmt: skip
AGAIN = "The group looked at this again in spring."

# What the company changes, as `adopt` calls it: the mode, and what becomes of the change when the release comes.
SECTIONS = {
    "annual-planning-dance#what-you-see": ("replace", "changed"),
    "cascade-traps#what-you-see": ("replace", "changed"),
    "clean-version#what-you-see": ("replace", "changed"),
    "feature-factory#what-you-see": ("replace", "changed"),
    "form-filling#what-you-see": ("replace", "changed"),
    "framework-crusade#what-you-see": ("replace", "changed"),
    "graded-not-better#what-you-see": ("append", "changed"),
    "messy-middle#what-you-see": ("prepend", "changed"),
    "no-theory-at-all#what-you-see": ("drop", "changed"),
    "one-process#try-it": ("replace", "identical"),
    "ship-and-forget#ways-out": ("replace", "unchanged"),
    "success-theatre#ways-out": ("append", "unchanged"),
    "teams-of-one#ways-out": ("prepend", "unchanged"),
    "telephone-game#not-a-trap": ("drop", "unchanged"),
    "focus-slots#example": ("replace", "unchanged"),
    "one-roadmap#example": ("replace", "unchanged"),
    "ones-and-threes#worked-example": ("replace", "unchanged"),
    "allocation-tetris#ways-out": ("replace", "unchanged"),
    "craft-hammer#what-you-see": ("replace", "changed"),
    "usually-right-ceo#situation": ("replace", "removed"),
}
FIELDS = {
    "isolation-as-autonomy#fields.summary": "changed",
    "isolation-as-autonomy#fields.owner": "unchanged",
    "premature-convergence#fields.title": "unchanged",
    "premature-convergence#fields.symptoms": "unchanged",
    "success-metric-freeze#fields.aka": "unchanged",
}
# Written anew by the company where upstream changes the same lines: only a person can decide.
REWRITTEN = ("form-filling#what-you-see", "framework-crusade#what-you-see")
RENAMED = {"allocation-tetris": "percent-tetris", "craft-hammer": "every-craft-a-hammer", "signal-map": "signal-table"}
DELETED = ("usually-right-ceo", "pirate-ships")
HIDDEN = ("pirate-ships", "signal-map", "only-a-problem", "underwater-platform-team", "five-objects", "fractal-leadership")
OWN = (("practice", "Quiet mornings"), ("ritual", "Port walk"), ("trap", "The big bang"), ("story", "The night of the merger"))
NEW = (("practice", "Two-line plans"), ("ritual", "Friday look"), ("trap", "The borrowed goal"), ("story", "Nine at one table"))


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    result = subprocess.run(command, cwd=folder, env={**os.environ, **GIT}, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def patternbook(folder: Path, *arguments: str, code: int = 0) -> str:
    result = run(folder, "patternbook", *arguments)
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout


def edit(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, lambda match: match.expand(new), path.read_text("utf-8"), count=1, flags=re.S | re.M)
    assert count, (path, pattern)
    path.write_text(text, encoding="utf-8")


def page(folder: Path, id: str) -> Path:
    return next(path for path in sorted(folder.rglob(f"{id}.md")) if "_base" not in path.parts)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


def mark(name: str) -> str:
    """A sentence of the company's own by which its text can be found again."""
    return f"Harbour Lane says so: {name.replace('#', ' ')}."


def upstream_book(folder: Path) -> Path:
    shutil.copytree(ROOT / "content", folder / "content")
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / ".gitignore").write_text("/site/\n/.cache/\n/.site*\n")
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "The book")
    return folder


def company(folder: Path) -> None:
    """The company's layer: hidden pages and adoption, changed sections and fields, pages of its own."""
    layer = folder / "company"
    layer.mkdir()
    hide = "".join(f"  {id}: we tell it in another way\n" for id in HIDDEN)
    (layer / "company.yml").write_text(
        "name: Harbour Lane\ntitle: The Harbour Lane playbook\n"
        "variables: {company: Harbour Lane}\nvocabulary: {engineer: developer, department: division}\nkeep: [department head]\n"
        f"hide:\n{hide}adoption:\n  allocation-tetris: {{state: adopted, since: 2026-01-05}}\n  focus-slots: {{state: trial}}\n"
    )
    for name, (mode, _) in SECTIONS.items():
        patternbook(folder, "adopt", name, "--mode", mode, "--why", "our own case")
        id, _, key = name.partition("#")
        if mode != "drop":
            _say(page(layer, id), key, mark(name), whole=name in REWRITTEN or mode != "replace")
    for name in FIELDS:
        patternbook(folder, "adopt", name)
    edit(layer / "traps/isolation-as-autonomy.md", r'(summary: \{mode: replace, value: ")', r"\1Harbour Lane says so. ")
    for kind, title in OWN:
        patternbook(folder, "new", kind, title)
    commit(folder, "Our edition")


def _say(path: Path, key: str, sentence: str, *, whole: bool) -> None:
    """Put the company's sentence at the head of its text, or in place of it."""
    heading = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("## ") and _key(line) == key)
    edit(
        path, rf"^({re.escape(heading)}\n\n)" + (r".*?(?=\n## |\Z)" if whole else ""), rf"\1{sentence}\n" + ("" if whole else "\n")
    )


def _key(heading: str) -> str:
    known = {"When it is not a trap": "not-a-trap", "Try it this week": "try-it"}
    title = heading.removeprefix("## ")
    return known.get(title, title.lower().replace(" ", "-"))


def release(book: Path, theirs: Path) -> None:
    """A release that touches every page: each gets a sentence, three new names, two go, four come, a facet has one value more."""
    content = book / "content"
    for path in sorted(content.rglob("*.md")):
        text = path.read_text("utf-8")
        head = re.search(r"^## .*\n", text, re.M)
        end = text.find("\n## ", head.end()) if head else -1
        at = len(text) if end < 0 else end
        path.write_text(f"{text[:at].rstrip()}\n\n{AGAIN}\n{text[at:]}", encoding="utf-8")
    edit(content / "traps/isolation-as-autonomy.md", r"^(summary: .*?)$", r"\1 Say what you owe each other.")
    same = re.search(r"## Try it this week\n\n(.*?)\Z", page(theirs / "company", "one-process").read_text("utf-8"), re.S)
    assert same
    edit(content / "traps/one-process.md", r"(## Try it this week\n\n).*\Z", rf"\1{same[1]}")
    edit(content / "_book/facets.yml", r"^(    overloaded: overloaded)$", r"\1\n    after-a-merger: after a merger")
    edit(content / "traps/teams-of-one.md", r"^(  situation: \[)", r"\1after-a-merger, ")
    for id in DELETED:
        page(content, id).unlink()
    edit(content / "guide/tidewell.md", r"\[\[usually-right-ceo\]\], ", "")
    edit(content / "guide/tidewell.md", r"\[\[pirate-ships\]\]", "none")
    edit(content / "traps/festering-conflict.md", r" \[\[pirate-ships\]\] tells that story\.", "")
    for old, new in RENAMED.items():
        path = page(content, old)
        git(book, "mv", str(path), str(path.with_name(f"{new}.md")))
        for other in _texts(content):
            text = other.read_text("utf-8")
            changed = re.sub(rf"(?<![\w/-]){old}(?![\w-])", new, text)
            other.write_text(changed, encoding="utf-8") if changed != text else None
        edit(path.with_name(f"{new}.md"), r"^(title: [^\n]*)$", rf"\1\naliases: [{old}]")
    for kind, title in NEW:
        patternbook(book, "new", kind, title)
    patternbook(book, "check")
    commit(book, "The spring release")


def _texts(content: Path) -> Iterable[Path]:
    return (path for path in sorted(content.rglob("*")) if path.suffix in (".md", ".yml"))


def expected() -> dict[tuple[str, str], str]:
    """What `drift` must say, written from the plan above and from nothing that the program says."""
    rows = {}
    for name, (_, state) in SECTIONS.items():
        id, _, key = name.partition("#")
        rows[RENAMED.get(id, id), key] = state
    rows |= {tuple(name.split("#")): state for name, state in FIELDS.items()}
    rows |= {("allocation-tetris", ""): "renamed", ("craft-hammer", ""): "renamed"}
    rows |= {("signal-map", "hide"): "renamed", ("allocation-tetris", "adoption"): "renamed", ("pirate-ships", "hide"): "removed"}
    return rows | {(title.lower().replace(" ", "-"), ""): "new" for _, title in NEW}


def states(folder: Path) -> dict[tuple[str, str], str]:
    rows = json.loads(patternbook(folder, "drift", "--format", "json", "--all"))
    return {(row["id"], row["section"]): row["state"] for row in rows}


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """The fork right after `git pull`, and its own files as they were before."""
    folder = tmp_path_factory.mktemp("fork")
    (folder / "upstream").mkdir()
    book = upstream_book(folder / "upstream")
    git(folder, "clone", "-q", "upstream", "ours")
    ours = folder / "ours"
    company(ours)
    before = files(ours / "company")
    release(book, ours)
    git(ours, "pull", "-q", "--no-rebase", "--no-edit")
    return ours, before


def test_a_release_that_touches_every_page_is_taken_reviewed_and_built(fork: tuple[Path, dict[str, bytes]]) -> None:
    """In spring an editor pulls, sees what concerns them and nothing else, decides, and loses no sentence of their own."""
    ours, before = fork
    assert files(ours / "company") == before
    assert git(ours, "status", "--porcelain") == ""
    assert states(ours) == expected()
    patternbook(ours, "build")

    patternbook(ours, "drift", "--carry")
    left = {key: state for key, state in states(ours).items() if state != "unchanged"}
    by_hand = {tuple(name.split("#")) for name in REWRITTEN} | {("isolation-as-autonomy", "fields.summary")}
    by_hand |= {("graded-not-better", "what-you-see"), ("messy-middle", "what-you-see")}
    gone = {("usually-right-ceo", "situation"), ("pirate-ships", "hide")}
    new = {(title.lower().replace(" ", "-"), "") for _, title in NEW}
    assert set(left) == by_hand | gone | new
    patternbook(ours, "build")

    keep = [f"{id}#{key}" if key else id for id, key in sorted(by_hand | new)]
    patternbook(ours, "drift", *(part for name in keep for part in ("--keep", name)), "--keep", "usually-right-ceo#situation")
    patternbook(ours, "drift", "--take", "pirate-ships#hide", "--exit-code")
    assert "PB6" not in run(ours, "patternbook", "check").stdout

    said = "\n".join(path.read_text("utf-8") for path in sorted((ours / "company").rglob("*.md")) if "_base" not in path.parts)
    kept = [name for name, (mode, state) in SECTIONS.items() if mode != "drop" and state != "identical"]
    assert [name for name in kept if mark(name) not in said] == []
    patternbook(ours, "build", "--audience", "internal")
    site = {path: content.decode("utf-8", "replace") for path, content in files(ours / "site").items() if path.endswith(".md")}
    shown = "\n".join(site.values())
    gone_pages = [name for name in kept if name.partition("#")[0] in DELETED]
    assert [name for name in kept if mark(name) not in shown and name not in gone_pages] == []
    told = site["traps/percent-tetris.md"]
    assert "84 rows, one for each developer" in told
    assert "Harbour Lane" in site["traps/success-theatre.md"]
    merged = site["traps/annual-planning-dance.md"]
    assert mark("annual-planning-dance#what-you-see") in merged
    assert AGAIN in merged
