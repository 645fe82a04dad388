"""A company's edition begins: one command, new files only, and a book that builds at once."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from books import ROOT
from patternbook.core.edition import FILE, read_edition
from sites import BIN, book_in, built, digest, files, run

MADE = [
    ".github/workflows/company.yml",
    "company/README.md",
    "company/_base/index/fields.title.md",
    "company/_base/reviewed.json",
    "company/company.yml",
    "company/img/logo.svg",
    "company/index.md",
]
REMOTE = "git@github.com:acme/our-playbook.git"


def git(folder: Path, *command: str) -> str:
    """Git without the settings of whoever runs the tests."""
    who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        who |= {f"GIT_{role}_NAME": "Ruth", f"GIT_{role}_EMAIL": "ruth@acme.example"}
    done = subprocess.run(["git", *command], cwd=folder, env={**os.environ, **who}, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def fork(tmp_path: Path) -> Path:
    """A repository with a book, all committed."""
    book = book_in(tmp_path / "fork")
    config = book / "mkdocs.yml"
    config.write_text(config.read_text() + "edit_uri: https://github.com/upstream/book/edit/main/\n")
    git(book, "init", "-q", "-b", "main")
    git(book, "add", "-A")
    git(book, "commit", "-q", "-m", "Upstream")
    return book


def begun(book: Path, *options: str, name: str = "Acme", code: int = 0) -> subprocess.CompletedProcess[str]:
    result = run(book, "patternbook", "company", "init", *([name] if name else []), *options)
    assert result.returncode == code, result.stdout + result.stderr
    return result


def said(book: Path) -> dict[str, object]:
    """What the layer says of itself, by the reader of the program, and the same by another one."""
    content = (book / "company" / FILE).read_bytes()
    _, problems = read_edition({f"company/{FILE}": content}, ("company",), public=False)
    assert problems == []
    values = yaml.safe_load(content)
    assert isinstance(values, dict)
    return values


def changed(book: Path) -> list[str]:
    return sorted(git(book, "status", "--porcelain", "-uall").splitlines())


def test_only_new_files_and_a_book_that_builds_at_once(fork: Path) -> None:
    """A fork that changes none of upstream's files takes every update without a conflict."""
    result = begun(fork)
    assert sorted(result.stdout.splitlines()) == MADE
    assert changed(fork) == [f"?? {path}" for path in MADE]
    assert "git add company .github/workflows/company.yml" in result.stderr
    assert said(fork) == {"name": "Acme", "title": "The Acme playbook", "logo": "img/logo.svg"}
    assert run(fork, "patternbook", "check").stdout == ""
    assert "Nothing to review" in run(fork, "patternbook", "drift").stdout
    site = built(fork)
    home = (site / "index.html").read_text()
    assert "<title>The Acme playbook</title>" in home
    assert re.search(r"<h1[^>]*>The Acme playbook</h1>", home)
    assert 'src="img/logo.svg"' in home
    assert not [path for path in files(site) if "readme" in path.lower()]


def test_an_update_from_upstream_merges(fork: Path, tmp_path: Path) -> None:
    """What the command promises: upstream may change everything that it has."""
    upstream = tmp_path / "upstream"
    git(tmp_path, "clone", "-q", str(fork), str(upstream))
    begun(fork)
    git(fork, "add", "-A")
    git(fork, "commit", "-q", "-m", "Our edition")
    for path in (upstream / "content/traps").glob("*.md"):
        path.write_text(path.read_text().replace("first", "at first"))
    (upstream / "mkdocs.yml").write_text((upstream / "mkdocs.yml").read_text() + "# more\n")
    git(upstream, "commit", "-q", "-a", "-m", "A release")
    git(fork, "pull", "-q", "--no-rebase", "--no-edit", str(upstream), "main")
    assert changed(fork) == []
    built(fork)


def test_what_is_said_by_options(fork: Path, tmp_path: Path) -> None:
    """Whoever knows what they want says it in one line, also in a script."""
    picture = tmp_path / "Our Logo.PNG"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    result = begun(
        fork, "--title", "How we work", "--tagline", "Plan, decide, learn.", "--address", "https://playbook.acme.example/x",
        "--edit", "https://git.acme.example/edit/main", "--colour", "1D6A75", "--logo", str(picture), "--deploy", "none",
    )  # fmt: skip
    assert said(fork) == {
        "name": "Acme", "title": "How we work", "tagline": "Plan, decide, learn.", "address": "https://playbook.acme.example/x",
        "edit": "https://git.acme.example/edit/main/", "logo": "img/logo.png", "colour": "#1d6a75",
    }  # fmt: skip
    assert (fork / "company/img/logo.png").read_bytes() == picture.read_bytes()
    assert not (fork / ".github").exists()
    assert "Not known yet" not in result.stderr
    page = (built(fork) / "traps/slow-trap/index.html").read_text()
    assert "https://playbook.acme.example/x/traps/slow-trap/" in page
    assert "https://git.acme.example/edit/main/content/traps/slow-trap.md" in page


@pytest.mark.parametrize(
    "name",
    [
        'Acme "Q": #1, {x: y} & <b>Söhne</b>', "- leading: dash", "'%title%' %name% @x", "חברת דוגמה", "株式会社 例", "yes", "*&!|>", "No\nNo",
        "A" * 300, "می‌خواهم", "[a](javascript:alert) `b` ![c](d)",
    ],
)  # fmt: skip
def test_a_name_is_data(fork: Path, name: str) -> None:
    """A company is called what it is called: no name breaks a file, and none is read as anything but a name."""
    options = ["--title", "Ours"] if len(name) > 200 else []
    begun(fork, *options, "--", name, name="")
    values = said(fork)
    assert values["name"] == " ".join(name.split())
    assert set(values) == {"name", "title", "logo"}
    site = built(fork)
    assert "<b>" not in (site / "index.html").read_text()
    readme = (fork / "company/README.md").read_text()
    assert "%" not in readme.partition("\n")[2]
    assert not re.search(r"(?<!\\)[\[`*<]", readme.partition("\n")[0])


@pytest.mark.parametrize(
    ("options", "name", "found"),
    [
        ([], "", "whose edition is it"),
        ([], "  ", "whose edition is it"),
        ([], "A\u202eB", "cannot be seen"),
        ([], "A\x07B", "cannot be seen"),
        ([], "A" * 301, "at most 300"),
        (["--colour", "blue"], "Acme", '--colour cannot be used: colour: expected a colour such as #8a2f20, found "blue"'),
        (["--address", "playbook.acme.example"], "Acme", "with https"),
        (["--address", "javascript:alert(1)"], "Acme", "--address cannot be used"),
        (["--edit", "nowhere"], "Acme", "--edit cannot be used"),
        (["--layer", "content"], "Acme", '"content" is no layer over the book'),
        (["--layer", "../elsewhere"], "Acme", "is no layer over the book"),
        (["--deploy", "ftp"], "Acme", "ftp"),
        (["--logo", "nowhere.svg"], "Acme", "the logo nowhere.svg cannot be read"),
        (["--logo", "mkdocs.yml"], "Acme", "the logo mkdocs.yml is no picture"),
        (["--logo", "content"], "Acme", "is no picture"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(fork: Path, options: list[str], name: str, found: str) -> None:
    """A slip in one of ten options must not leave half an edition."""
    result = begun(fork, *options, name=name, code=2)
    assert found in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert changed(fork) == []


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "the drawing holds `<script`"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="https://x.example/y.png"/></svg>', "no address outside itself"),
        (b" " * 5_000_001, "at most 5,000,000"),
    ],
)
def test_a_logo_obeys_the_rules_for_pictures(fork: Path, tmp_path: Path, content: bytes, found: str) -> None:
    """A logo from somewhere stands on every page, so it may not run or fetch anything."""
    (tmp_path / "logo.svg").write_bytes(content)
    assert found in begun(fork, "--logo", str(tmp_path / "logo.svg"), code=2).stderr
    assert changed(fork) == []


@pytest.mark.parametrize("path", [path for path in MADE if not path.endswith(("reviewed.json", "index.md"))])
def test_a_file_that_is_there_is_never_written_over(fork: Path, path: str) -> None:
    """Somebody's first attempt is theirs, and one file in the way is enough to write none."""
    (fork / path).parent.mkdir(parents=True)
    (fork / path).write_text("name: Mine\n")
    result = begun(fork, code=2)
    assert f"{path} is there already" in result.stderr
    assert (fork / path).read_text() == "name: Mine\n"
    assert changed(fork) == [f"?? {path}"]


def test_a_first_page_of_their_own_stays(fork: Path) -> None:
    """Whoever has changed the first page has given it the heading that they want."""
    own = "---\nextends: index\nfields: {title: {mode: replace, value: Mine}}\n---\n"
    (fork / "company").mkdir()
    (fork / "company/index.md").write_text(own)
    assert "company/index.md" not in begun(fork).stdout
    assert (fork / "company/index.md").read_text() == own
    built(fork)


def test_a_damaged_record_stays(fork: Path) -> None:
    """What cannot be read may still be mended by hand."""
    (fork / "company/_base").mkdir(parents=True)
    (fork / "company/_base/reviewed.json").write_text("{")
    assert "reviewed.json" not in begun(fork).stdout
    assert (fork / "company/_base/reviewed.json").read_text() == "{"


def test_a_second_run_says_that_the_edition_has_begun(fork: Path) -> None:
    """Whoever runs it twice loses nothing."""
    begun(fork)
    before = digest(fork)
    assert "has begun" in begun(fork, name="Other", code=2).stderr
    assert digest(fork) == before


def test_an_edition_that_was_begun_by_hand_goes_on(fork: Path) -> None:
    """The README shows `adopt` too: whoever did that first keeps the page and the record."""
    run(fork, "patternbook", "adopt", "slow-trap#ways-out")
    record = (fork / "company/_base/reviewed.json").read_bytes()
    assert "reviewed.json" not in begun(fork).stdout
    assert (fork / "company/_base/reviewed.json").read_bytes() == record
    assert run(fork, "patternbook", "check").stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
@pytest.mark.parametrize("link", ["company", ".github", "company/img"])
def test_nothing_is_written_through_a_link(fork: Path, tmp_path: Path, link: str) -> None:
    """A link must not lead the command out of the book."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (fork / link).parent.mkdir(exist_ok=True)
    (fork / link).symlink_to(outside)
    result = begun(fork, code=1 if link.startswith("company") else 2)
    assert link in result.stderr
    assert list(outside.iterdir()) == []
    assert changed(fork) == [f"?? {link}"]


def test_a_folder_that_cannot_be_written_leaves_nothing(fork: Path) -> None:
    """All or nothing holds when the machine fails in the middle, too."""
    (fork / ".github").mkdir()
    (fork / ".github/workflows").write_text("a file in the way")
    assert ".github/workflows is there and is no folder" in begun(fork, code=2).stderr
    assert changed(fork) == ["?? .github/workflows"]


def test_a_book_with_errors_is_mended_first(fork: Path) -> None:
    """The result builds at once, or there is none."""
    (fork / "content/traps/slow-trap.md").write_text("---\nkind: trap\n---\n")
    result = begun(fork, code=1)
    assert "content/traps/slow-trap.md:" in result.stderr
    assert "nothing was written" in result.stderr
    assert not (fork / "company").exists()


def test_addresses_are_guessed_from_the_repository(fork: Path) -> None:
    """Nobody has to know what an edit address looks like."""
    git(fork, "remote", "add", "origin", REMOTE)
    begun(fork)
    assert said(fork)["address"] == "https://acme.github.io/our-playbook/"
    assert said(fork)["edit"] == "https://github.com/acme/our-playbook/edit/main/"


def test_a_clone_of_upstream_itself_guesses_nothing(fork: Path) -> None:
    """Upstream's address would be wrong for everybody else."""
    git(fork, "remote", "add", "origin", "https://github.com/upstream/book.git")
    result = begun(fork)
    assert not {"address", "edit"} & set(said(fork))
    assert "Not known yet: address and edit." in result.stderr


def test_a_repository_at_gitlab_gets_its_file(fork: Path) -> None:
    """The host of the repository is the one that will publish."""
    git(fork, "remote", "add", "origin", "https://gitlab.com/acme/teams/playbook.git")
    assert ".gitlab-ci.yml" in begun(fork).stdout.splitlines()
    assert said(fork)["edit"] == "https://gitlab.com/acme/teams/playbook/-/edit/main/"
    assert "address" not in said(fork)


def test_a_second_layer_has_its_name_and_publishes_no_second_site(fork: Path) -> None:
    """A division within a group has its edition of the group's edition, on one site."""
    config = fork / "mkdocs.yml"
    config.write_text(
        config.read_text().replace("  - patternbook\n", "  - patternbook:\n      layers: [content, group, company]\n")
    )
    assert ".github/workflows/group.yml" in begun(fork, "--layer", "group", name="Group").stdout
    assert ".github" not in begun(fork, name="Division").stdout
    assert re.search(r"<h1[^>]*>The Division playbook</h1>", (built(fork) / "index.html").read_text())


def test_a_colour_that_is_hard_to_read_is_told(fork: Path) -> None:
    """Yellow on paper is nobody's wish; what it becomes is no secret."""
    assert "#ffd400 is #806a00 on light pages and #ffd400 on dark ones" in begun(fork, "--colour", "ffd400").stderr
    assert said(fork)["colour"] == "#ffd400"
    svg = (fork / "company/img/logo.svg").read_text()
    assert 'fill="#ffd400"' in svg and 'fill="#ffffff"' not in svg


def commands(workflow: object) -> list[str]:
    """What a file for a host runs."""
    if isinstance(workflow, dict):
        own = [line for key in ("run", "script") for line in _lines(workflow.get(key))]
        return own + [line for value in workflow.values() for line in commands(value)]
    return [line for value in workflow for line in commands(value)] if isinstance(workflow, list) else []


def _lines(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(line) for line in value] if isinstance(value, list) else []


@pytest.mark.parametrize("deploy", ["github", "gitlab"])
@pytest.mark.parametrize("audience", ["public", "internal"])
def test_what_publishes_runs_commands_that_there_are(fork: Path, deploy: str, audience: str) -> None:
    """The first run at the host must not be the one that finds a slip."""
    begun(fork, "--deploy", deploy, f"--{audience}")
    path = {"github": ".github/workflows/company.yml", "gitlab": ".gitlab-ci.yml"}[deploy]
    workflow = yaml.safe_load((fork / path).read_text())
    assert workflow["env" if deploy == "github" else "variables"]["AUDIENCE"] == audience
    lines = [line for text in commands(workflow) for line in text.splitlines()]
    programs = {line.split()[0] for line in lines if line.startswith(("scripts/", ".venv/"))}
    assert programs == {"scripts/bootstrap", "scripts/build", ".venv/bin/patternbook"}
    assert all((ROOT / program).exists() for program in programs if program.startswith("scripts/"))
    (build,) = [line for line in lines if line.startswith("scripts/build")]
    known = run(fork, "patternbook", "build", "--help").stdout
    assert all(option in known for option in re.findall(r"--[a-z-]+", build))
    built(fork, "--audience", audience)


def test_actions_are_those_of_our_own_workflows(fork: Path) -> None:
    """What we trust and keep up to date here is what a fork gets."""
    begun(fork)
    ours = "".join(path.read_text() for path in (ROOT / ".github/workflows").glob("*.yml"))
    used = re.findall(r"uses: (\S+)", (fork / ".github/workflows/company.yml").read_text())
    assert used
    assert set(used) <= set(re.findall(r"uses: (\S+)", ours))


def test_our_own_workflows_run_in_our_repository_only() -> None:
    """Two workflows that publish to one address would take turns in showing another site."""
    for name in ("pages", "check"):
        jobs = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())["jobs"]
        first = next(iter(jobs.values()))
        assert first["if"] == "github.repository == 'patternbook/patternbook'"
        assert all("needs" in job for job in list(jobs.values())[1:])


def test_an_internal_edition_is_seen_by_colleagues_alone(fork: Path) -> None:
    """Whoever says that it is for colleagues must not find the name on a public site."""
    assert "scripts/serve --audience internal" in begun(fork, "--internal", "--title", "Zebrastripes").stderr
    assert "Zebrastripes" not in (built(fork) / "index.html").read_text()
    assert "Zebrastripes" in (built(fork, "--audience", "internal") / "index.html").read_text()


def terminal(book: Path, answers: list[str]) -> tuple[int, str]:
    """The command on a terminal, with a line typed at each question."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(book)
        os.execv(BIN / "patternbook", ["patternbook", "company", "init"])
    out, last, end = b"", time.monotonic(), time.monotonic() + 90
    while time.monotonic() < end:
        if select.select([descriptor], [], [], 0.1)[0]:
            try:
                read = os.read(descriptor, 4096)
            except OSError:
                break
            if not read:
                break
            out, last = out + read, time.monotonic()
        elif answers and out.endswith(b": ") and time.monotonic() - last > 0.2:
            os.write(descriptor, answers.pop(0).encode() + b"\n")
            last = time.monotonic()
    assert time.monotonic() < end, out.decode()
    os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="terminals")
def test_a_person_is_asked(fork: Path) -> None:
    """Whoever knows no option gets there by Enter, and a slip is asked for again."""
    code, out = terminal(fork, ["Acme", "", "", "blue", "1d6a75", "nowhere.svg", "", "", "", "n"])
    assert code == 0, out
    assert out.count("Error: ") == 2
    assert said(fork) == {"name": "Acme", "title": "The Acme playbook", "logo": "img/logo.svg", "colour": "#1d6a75"}
    assert changed(fork) == [f"?? {path}" for path in MADE]
