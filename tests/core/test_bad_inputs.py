"""The corpus of bad inputs: each is one clear problem at its place, never ten, never a traceback.

Letters and numbers: F front matter, E encoding, I ids and file names, L links and relations, P paths, M Markdown.
The broken page is one that other pages link to and relate to, so that a problem which spreads shows.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from books import base, compiled, edited
from patternbook.core.diagnostics import Diagnostic, Severity
from patternbook.edges.filesystem import write_tree
from patternbook.edges.source import load_book

SLOW = "traps/slow-trap.md"
PAGE = (base()[f"content/{SLOW}"]).decode()
PRACTICE = base()["content/practices/good-practice.md"].decode()


@dataclass(frozen=True)
class Bad:
    """One input. `expect` is `path:line:column code`, its path below `content/`; empty for what must pass.

    `files` replaces files below `content/`; `make` does to the folder `content` what bytes cannot say.
    """

    id: str
    expect: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    make: Callable[[Path], None] | None = None


def page(text: str | bytes) -> dict[str, str | bytes]:
    """Another text for the page that others lead to."""
    return {SLOW: text}


def change(old: str, new: str, path: str = SLOW) -> dict[str, str | bytes]:
    """One stretch of that page, or of another, replaced."""
    return {path: edited(path, old, new)[f"content/{path}"]}


def body(text: str) -> dict[str, str | bytes]:
    """Another last paragraph; it starts in line 27."""
    return change("Count what waits.", text)


def extra(name: str) -> dict[str, str | bytes]:
    """A second page, valid but for its file's name, which the first one links to where a link can say it."""
    text = PAGE.replace("Slow Trap", "Other Trap").replace("aka: [Treacle]\n", "")
    link = f"Or see [the other]({name.replace(' ', '%20')})." if name.isascii() and not set(name) & set("#?:") else "Or not."
    return {f"traps/{name}": text, **body(link)}


def replaced_by(path: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Put something in the place of a file or folder below `content/`."""

    def apply(content: Path) -> None:
        place = content / path
        if place.is_file():
            place.unlink()
        make(place)

    return apply


def moved(path: str) -> Callable[[Path], None]:
    """Move a file or folder out of the book and leave a link to it in its place."""

    def apply(content: Path) -> None:
        place, elsewhere = content / path, content.parent / "elsewhere"
        place.rename(elsewhere)
        place.symlink_to(elsewhere)

    return apply


def listen(place: Path) -> None:
    """A socket as a file. Bound by its short name, since the names of sockets are bounded."""
    before = Path.cwd()
    os.chdir(place.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(place.name)
    finally:
        os.chdir(before)


def bomb(levels: int) -> str:
    """Lists of aliases of lists of aliases."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(rows)


def lines(text: str, width: int = 1_000) -> str:
    """A long text in lines, each within the limit of a line."""
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


SECOND_PAGE = "---\nkind: page\ntitle: Inner\nsummary: A page of its own. Its address is taken.\n---\n\n## Text\n\nWords.\n"
PUBLISHED = '{"version": 1, "pages": {"treacle-trap": {"url": "traps/treacle-trap/", "items": []}}}'
# What brings the data, all between its two lines, to 64 KiB and one byte.
COMMENT = lines("#" * 65_537)[: 65_536 - len(PAGE[4 : PAGE.index("---", 4)])]
FRONT_MATTER = [
    Bad("F1-invalid-yaml", f"{SLOW}:4:6 PB112", change("[Treacle]", "[Treacle")),
    Bad("F2-list-root", f"{SLOW}:2:1 PB117", page("---\n- kind\n- trap\n---\n\n## What you see\n\nText.\n")),
    Bad("F3-scalar-root", f"{SLOW}:2:1 PB117", page("---\nSlow Trap\n---\n\n## What you see\n\nText.\n")),
    Bad("F4-duplicate-key", f"{SLOW}:4:1 PB115", change("title: Slow Trap\n", "title: Slow Trap\ntitle: Slower Trap\n")),
    Bad("F5-nested-duplicate", f"{SLOW}:8:3 PB115", change("  theme: [goals]\n", "  theme: [goals]\n  theme: [work]\n")),
    Bad("F6-unclosed", f"{SLOW}:1:1 PB111", change("status: done\n---\n", "status: done\n")),
    Bad("F7-two-documents", f"{SLOW}:16:1 PB118", change("done\n---\n", "done\n---\nkind: trap\ntitle: Again\n---\n")),
    Bad("F7-document-end", f"{SLOW}:15:1 PB118", change("done\n---\n", "done\n--- # more\nkind: trap\n---\n")),
    Bad("F8-python-tag", f"{SLOW}:3:8 PB114", change("title: Slow Trap", "title: !!python/object/apply:os.system [id]")),
    Bad("F9-unknown-tag", f"{SLOW}:3:8 PB114", change("title: Slow Trap", "title: !ENV SECRET")),
    Bad("F10-anchor", f"{SLOW}:3:8 PB113", change("title: Slow Trap", "title: &t Slow Trap")),
    Bad("F11-alias-bomb", f"{SLOW}:3:5 PB113", change("title: Slow Trap", bomb(9) + "\ntitle: *a8")),
    Bad("F12-self-alias", f"{SLOW}:4:6 PB113", change("[Treacle]", "&a [*a]")),
    Bad("F12-alias-alone", f"{SLOW}:4:7 PB113", change("[Treacle]", "[*nobody]")),
    Bad("F13-merge-key", f"{SLOW}:7:3 PB113", change("  theme: [goals]", "  <<: {theme: [goals]}")),
    Bad("F14-depth-9", f"{SLOW}:4:13 PB116", change("[Treacle]", "[" * 8 + "Treacle" + "]" * 8)),
    Bad("F15-depth-100000", f"{SLOW}:2:1 PB116", change("[Treacle]", lines("[" * 100_000))),
    Bad("F15-depth-in-64k", f"{SLOW}:4:13 PB116", change("[Treacle]", lines("[" * 60_000))),
    Bad("F15-one-line", f"{SLOW}:4:1 PB105", change("[Treacle]", "[" * 100_000)),
    Bad("F16-64k-and-1", f"{SLOW}:2:1 PB116", change("status: done\n", f"status: done\n{COMMENT}\n")),
    Bad("F17-10-mb", f"{SLOW}:1:1 PB103", change("done\n---\n", "done\n" + lines("#" * 10_000_000) + "\n---\n")),
    Bad("F18-2001-nodes", f"{SLOW}:3:4001 PB116", change("title: Slow Trap", f"aliases: [{'a,' * 2_000}]\ntitle: Slow Trap")),
    Bad("F19-tab-indent", f"{SLOW}:7:1 PB112", change("  theme: [goals]", "\ttheme: [goals]")),
    Bad("F20-control-character", f"{SLOW}:3:12 PB102", change("Slow Trap", "Slow\x07Trap")),
    Bad("F21-title-missing", f"{SLOW}:2:1 PB201", change("title: Slow Trap\n", "")),
    Bad("F22-title-list", f"{SLOW}:3:8 PB204", change("title: Slow Trap", "title: [Slow, Trap]")),
    Bad("F23-title-blank", f"{SLOW}:3:1 PB201", change("title: Slow Trap", "title: '  '")),
    Bad("F24-tags-string", f"{SLOW}:6:7 PB204", change("tags:\n  theme: [goals]\n  audience: [executive, coach]", "tags: goals")),
    Bad("F25-tags-with-null", f"{SLOW}:8:25 PB203", change("[executive, coach]", "[executive, null]")),
    Bad("F26-unknown-key", f"{SLOW}:4:1 PB202", change("aka: [Treacle]", "akas: [Treacle]")),
]

ENCODING = [
    Bad("E1-latin-1", f"{SLOW}:19:6 PB101", page(PAGE.replace("Work waits", "Work ça waits").encode("latin-1"))),
    Bad("E2-utf-16", f"{SLOW}:1:1 PB101", page(PAGE.encode("utf-16"))),
    Bad("E3-nul", f"{SLOW}:19:5 PB102", change("Work waits", "Work\0waits")),
    Bad("E4-lone-surrogate", f"{SLOW}:3:8 PB101", page(PAGE.encode().replace(b"Slow Trap", b"\xed\xa0\x80"))),
    Bad("E5-overlong", f"{SLOW}:23:5 PB101", page(PAGE.encode().replace(b"Try the", b"Try \xc0\xaf the"))),
    Bad("E6-empty", f"{SLOW}:1:1 PB104", page(b"")),
    Bad("E7-binary", f"{SLOW}:1:1 PB101", page(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20)),
    Bad("E+bom", "", page(b"\xef\xbb\xbf" + PAGE.encode())),
    Bad("E+crlf", "", page(PAGE.replace("\n", "\r\n").encode())),
    Bad("E+bom-and-crlf", "", page(b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode())),
]

NAMES = [
    Bad("I1-case-collision", "traps/Slow-Trap.md:1:1 PB106", extra("Slow-Trap.md")),
    Bad("I2-nfc", "traps/caf\u00e9.md:1:1 PB106", extra("caf\u00e9.md")),
    Bad("I2-nfd", "traps/cafe\u0301.md:1:1 PB106", extra("cafe\u0301.md")),
    Bad("I3-page-and-folder", "traps/slow-trap/index.md:1:1 PB107", {"traps/slow-trap/index.md": SECOND_PAGE}),
    Bad("I4-readme-and-index", "README.md:1:1 PB107", {"README.md": SECOND_PAGE}),
    Bad("I5-device", "traps/con.md:1:1 PB106", extra("con.md")),
    Bad("I6-bidi-control", "traps/a\u202eb.md:1:1 PB106", extra("a\u202eb.md")),
    Bad("I7-space", "traps/a b.md:1:1 PB106", extra("a b.md")),
    Bad("I7-hash", "traps/a#b.md:1:1 PB106", extra("a#b.md")),
    Bad("I7-question-mark", "traps/a?b.md:1:1 PB106", extra("a?b.md")),
    Bad("I7-colon", "traps/a:b.md:1:1 PB106", extra("a:b.md")),
    Bad("I8-leading-dash", "traps/-rf.md:1:1 PB106", extra("-rf.md")),
    Bad("I9-250-characters", f"traps/{'x' * 250}.md:1:1 PB106", extra(f"{'x' * 250}.md")),
    Bad("I10-same-id", f"{SLOW}:3:8 PB420", {"practices/slow-trap.md": PRACTICE.replace("Good Practice", "Slow Practice")}),
    Bad("I11-lost-id", "_book/published.json:1:1 PB423", {"_book/published.json": PUBLISHED}),
    Bad("I12-alias-of-a-page", f"{SLOW}:4:11 PB421", change("aka: [Treacle]", "aliases: [wide-trap]")),
    Bad(
        "I13-alias-loop",
        f"{SLOW}:4:11 PB422",
        {
            **change("aka: [Treacle]", "aliases: [wide-trap]"),
            **change("title: Wide Trap", "title: Wide Trap\naliases: [slow-trap]", "traps/wide-trap.md"),
        },
    ),
]

LINKS = [
    Bad("L1-missing-page", f"{SLOW}:27:5 PB401", body("[x](nowhere.md)")),
    Bad("L2-missing-anchor", f"{SLOW}:27:5 PB402", body("[x](wide-trap.md#nowhere)")),
    Bad("L2-missing-own-anchor", f"{SLOW}:27:5 PB402", body("[x](#nowhere)")),
    Bad("L3-missing-wiki-target", f"{SLOW}:27:5 PB403", body("See [[nobody]].")),
    Bad(
        "L4-ambiguous-wiki-target",
        f"{SLOW}:27:5 PB404",
        {
            **body("See [[Twin]]."),
            **change("title: Wide Trap", "title: Wide Trap\naka: Twin", "traps/wide-trap.md"),
            **change("title: Good Practice", "title: Twin", "practices/good-practice.md"),
        },
    ),
    Bad("L5-unclosed", f"{SLOW}:27:5 PB405", body("See [[wide-trap and more.")),
    Bad("L6-empty", f"{SLOW}:27:5 PB405", body("See [[]].")),
    Bad("L6-empty-label", f"{SLOW}:27:5 PB405", body("See [[wide-trap|]].")),
    Bad("L7-label-of-10000", f"{SLOW}:27:1 PB105", body(f"See [[wide-trap|{'x' * 10_000}]].")),
    Bad("L7-label-of-9000", f"{SLOW}:27:5 PB405", body(f"See [[wide-trap|{'x' * 9_000}]].")),
    Bad("L8-self-relation", f"{SLOW}:12:14 PB411", change("leads-to: [wide-trap]", "leads-to: [slow-trap]")),
    Bad("L9-wrong-kind", f"{SLOW}:12:14 PB412", change("leads-to: [wide-trap]", "leads-to: [good-practice]")),
    Bad("L11-javascript", f"{SLOW}:27:5 PB312", body("[x](javascript:alert)")),
    Bad("L11-disguised", f"{SLOW}:27:5 PB312", body("[x](JaVa&#115;cript&colon;alert)")),
    Bad("L12-data", f"{SLOW}:27:5 PB312", body("[x](data:text/html,hello)")),
    Bad("L13-host", f"{SLOW}:27:5 PB406", body("[x](//evil.example/page)")),
    Bad("L14-absolute", f"{SLOW}:27:5 PB406", body("[x](/traps/wide-trap/)")),
]

PATHS = [
    Bad("P1-parent", f"{SLOW}:27:5 PB406", body("[x](../../mkdocs.yml)")),
    Bad("P2-absolute", f"{SLOW}:27:6 PB406", body("![x](/etc/passwd)")),
    Bad("P3-sibling-prefix", f"{SLOW}:27:5 PB406", body("[x](../../content_x/page.md)")),
    Bad("P4-url-encoded", f"{SLOW}:27:5 PB406", body("[x](%2e%2e/%2e%2e/mkdocs.yml)")),
    Bad("P5-symlink-file", f"{SLOW}:1:1 PB108", make=replaced_by(SLOW, lambda place: place.symlink_to("/etc/hostname"))),
    Bad("P5-symlink-inside", f"{SLOW}:1:1 PB108", make=replaced_by(SLOW, lambda place: place.symlink_to("wide-trap.md"))),
    Bad("P6-symlink-folder", "traps/more:1:1 PB108", make=replaced_by("traps/more", lambda place: place.symlink_to("/etc"))),
    Bad("P7-symlink-loop", "traps/more:1:1 PB108", make=replaced_by("traps/more", lambda place: place.symlink_to("."))),
    Bad("P8-dangling", f"{SLOW}:1:1 PB108", make=replaced_by(SLOW, lambda place: place.symlink_to("nowhere.md"))),
    Bad("P5-symlink-definition", "_book/kinds.yml:1:1 PB108", make=moved("_book/kinds.yml")),
    Bad("P6-symlink-folder-of-pages", "traps:1:1 PB108", make=moved("traps")),
    Bad("P9-fifo-as-record", "_book/published.json:1:1 PB108", make=replaced_by("_book/published.json", os.mkfifo)),
    Bad("P9-fifo", f"{SLOW}:1:1 PB108", make=replaced_by(SLOW, os.mkfifo)),
    Bad("P9-socket", f"{SLOW}:1:1 PB108", make=replaced_by(SLOW, listen)),
    Bad("P10-asset", "traps/big.png:1:1 PB109", {"traps/big.png": bytes(5_000_001), **body("![A picture](big.png)")}),
]  # fmt: skip

MARKDOWN = [
    Bad("M1-declaration", f"{SLOW}:27:1 PB310", body("<![")),
    Bad("M2-20000-brackets", f"{SLOW}:27:401 PB314", body(lines("[ " * 20_000))),
    Bad("M2-one-line", f"{SLOW}:27:1 PB105", body("[" * 20_000)),
    Bad("M3-400-deep-list", f"{SLOW}:47:1 PB314", body("\n".join(f"{'  ' * depth}- x" for depth in range(400)))),
    Bad("M4-5-mb-line", f"{SLOW}:1:1 PB103", body("x" * 5_000_000)),
    Bad("M5-513-kb", f"{SLOW}:1:1 PB103", body(lines("x" * 513_000))),
    Bad("M5-60-kb-paragraph", f"{SLOW}:27:1 PB314", body(lines("x " * 30_000))),
    Bad("M6-script", f"{SLOW}:27:1 PB310", body("<script>alert(1)</script>")),
    Bad("M7-onerror", f"{SLOW}:27:1 PB310", body("<img src=x onerror=alert(1)>")),
    Bad("M8-onclick", f"{SLOW}:27:6 PB311", body('Press{onclick="alert(1)"} here.')),
    Bad("M9-style", f"{SLOW}:27:18 PB311", body('[x](wide-trap.md){style="position:fixed"}')),
    Bad("M10-heading-id", f"{SLOW}:25:1 PB313", change("## Try it", "## Try it {#__config}")),
    Bad("M11+braces", "", body("Write {{ config.title }} and {% raw %}.")),
]

# Text that a careless pattern takes hours for: what it repeats can be split in many ways. All within the limits of a page.
CROWDS = {
    "spaces": "x" + " " * 9_000 + "y",
    "spaces-in-a-heading": "### x" + " " * 9_000 + "y",
    "signs-in-a-heading": "### x" + "#" * 9_000 + "y",
    "brace-in-a-heading": "### x {" + " " * 9_000 + "#y",
    "spaces-before-an-id": "### x" + " " * 9_000 + "{#y} z",
    "spaces-in-an-address": "[x](" + " " * 9_000 + "y",
    "spaces-in-a-definition": lines("[x]:" + " " * 9_000 + "\n") * 30,
    "spaces-in-an-item": "- [ ] x ^" + " " * 9_000 + "y",
    "spaces-in-a-rule": "x\n===" + " " * 9_000 + "y",
    "spaces-in-an-attribute": "{" + "x" * 4_000 + " " * 4_000 + "}",
    "backticks": "`" * 9_000,
    "backticks-of-all-lengths": "\n".join("`" * length + "x" for length in range(1, 900)),
    "unclosed-links": "\n\n".join(["[x](" * 2_000] * 20),
    "unclosed-names": "\n\n".join(["[[" * 4_000] * 20),
    "links-without-an-end-of-sentence": "\n".join(["[[wide-trap|w]] " * 500] * 6),
    "equal-headings": "### Same\n\nx\n\n" * 10_000,
    "sections": "## Same\n\nx\n\n" * 10_000,
    "fences-that-stay-open": "\n".join(["```" + " " * 3_000 + "x y"] * 30),
    "spans-in-code": "\n\n".join(['`<span class="pb-blank"`'] * 10_000),
}

CASES = [*FRONT_MATTER, *ENCODING, *NAMES, *LINKS, *PATHS, *MARKDOWN]


def write_book(root: Path, bad: Bad) -> None:
    """The base book in a folder, with the bad input in it."""
    write_tree(root, base(bad.files))
    if bad.make:
        bad.make(root / "content")


def problems_of(bad: Bad, folder: Path) -> list[Diagnostic]:
    """All problems of the book. What only a file system can say is read from a folder."""
    if bad.make is None and "_book/published.json" not in bad.files:
        return list(compiled(base(bad.files)).problems)
    write_book(folder, bad)
    return list(load_book(folder, ("content", "company")).problems)


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.id)
def test_one_problem_at_its_place(bad: Bad, tmp_path: Path) -> None:
    """An author sees what to mend and where, and is not sent to pages that are fine."""
    found = [p for p in problems_of(bad, tmp_path) if p.severity is Severity.ERROR]
    assert [f"{p.path}:{p.line}:{p.column} {p.code.number}" for p in found] == ([f"content/{bad.expect}"] if bad.expect else [])
    for problem in found:
        assert problem.help.strip(), problem.message
        assert 0 < len(problem.message) <= 300
        assert "Traceback" not in problem.message
        assert (problem.message + problem.help).isprintable()


@pytest.mark.parametrize("layer", ["../outside", "/etc", ".", "..", "link", "file"])
def test_a_layer_is_a_folder_of_the_book(layer: str, tmp_path: Path) -> None:
    """A setting of the site cannot make the files of the build machine public either."""
    write_tree(tmp_path / "book", base())
    write_tree(tmp_path, {"outside/secret.txt": b"secret", "book/file": b""})
    (tmp_path / "book/link").symlink_to(tmp_path / "outside")
    book = load_book(tmp_path / "book", ("content", layer))
    assert [f"{p.path}:{p.line}:{p.column} {p.code.number}" for p in book.problems] == [f"{layer}:1:1 PB108"]
    assert not book.assets


@pytest.mark.parametrize("name", CROWDS)
def test_crowds_of_signs_are_read(name: str) -> None:
    """A page that was pasted wrongly, or written to stop the build, is read like any other."""
    program = "import sys; from books import *; compiled(base({sys.argv[1]: sys.stdin.buffer.read()}))"
    text = str(body(CROWDS[name])[SLOW], "utf-8").encode()
    # The limit ends the test if it must fail: what it guards against takes from minutes to years.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", program, SLOW], input=text, env=environment, timeout=60, check=False)
    assert done.returncode == 0


def test_braces_print_as_they_were_written() -> None:
    """A page about templates shows its braces: text is never run as a template (M11)."""
    book = compiled(base(next(bad for bad in MARKDOWN if bad.id == "M11+braces").files))
    assert "Write {{ config.title }} and {% raw %}." in book.pages[SLOW].text.replace("\\", "")


@pytest.mark.parametrize("bad", [bad for bad in ENCODING if not bad.expect], ids=lambda bad: bad.id)
def test_line_ends_and_marks_change_nothing(bad: Bad) -> None:
    """A page saved by another editor is the same page."""
    assert compiled(base(bad.files)).pages[SLOW] == compiled(base()).pages[SLOW]


def test_a_page_of_one_mistake_is_reported_in_fifty_lines() -> None:
    """A page pasted from a web site must not fill the terminal; the last line says how many more there are."""
    text = base()["content/traps/slow-trap.md"] + b"\n" + b"a <br> b\n\n" * 400
    found = compiled(base({"traps/slow-trap.md": text})).problems
    assert len(found) == 50
    assert found[-1].message == "raw HTML `<br>` (and 350 more like it on this page)"
