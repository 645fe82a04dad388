"""The commands as a person at a terminal meets them: answers, exit codes, and files left as they were."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from sites import book_in, digest, run

KINDS = ("trap", "practice", "template", "checklist", "page")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_in(tmp_path)


def test_check_says_how_many_patterns_and_problems(book: Path) -> None:
    """A contributor wants one line that says all is well."""
    result = run(book, "patternbook", "check")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "5 patterns, 0 errors, 0 warnings\n"


def test_check_prints_every_problem_with_its_remedy_and_exits_1(book: Path) -> None:
    """All problems in one run: nobody should mend one to be shown the next."""
    page = book / "content/traps/slow-trap.md"
    page.write_text(page.read_text().replace("[goals]", "[gaols]").replace("[[good-practice|", "[[god-practice|"))
    result = run(book, "patternbook", "check")
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        'content/traps/slow-trap.md:7:11: error PB203: unknown value "gaols" for theme (did you mean "goals"?)',
        "    Allowed: goals, work.",
        'content/traps/slow-trap.md:23:9: error PB403: nothing is called "god-practice" (did you mean "good-practice"?)',
        "    Write a page's id, title or other name, or a glossary term.",
    ]


def test_check_gives_the_same_problems_as_json_and_for_github(book: Path) -> None:
    """Editors and workflows read problems too, and must not have to read prose."""
    page = book / "content/traps/slow-trap.md"
    page.write_text(page.read_text().replace("[goals]", "[gaols]"))
    (problem,) = json.loads(run(book, "patternbook", "check", "--format", "json").stdout)
    assert problem == {
        "path": "content/traps/slow-trap.md",
        "line": 7,
        "column": 11,
        "code": "PB203",
        "severity": "error",
        "message": 'unknown value "gaols" for theme (did you mean "goals"?)',
        "help": "Allowed: goals, work.",
    }
    line = run(book, "patternbook", "check", "--format", "github").stdout
    assert line.startswith("::error file=content/traps/slow-trap.md,line=7,col=11,title=PB203::unknown value")


def test_a_warning_alone_exits_0(book: Path) -> None:
    """A review that falls due on a Tuesday must not break every build from then on."""
    page = book / "content/traps/slow-trap.md"
    page.write_text(
        page.read_text().replace("status: done", "status: done\nreviewed: {on: 2020-01-01, text: 000000}\nreview_every: 1 year")
    )
    result = run(book, "patternbook", "check")
    assert result.returncode == 0
    assert "warning PB801: the next review was due on 2021-01-01" in result.stdout
    assert "warning PB802" in result.stdout


@pytest.mark.parametrize("command", [["check"], ["build"], ["list"], ["compile", "x"], ["new", "trap", "T"]])
def test_a_folder_without_a_book_is_wrong_use(tmp_path: Path, command: list[str]) -> None:
    """The commonest mistake is to stand in the wrong folder."""
    result = run(tmp_path, "patternbook", *command)
    assert result.returncode == 2
    assert "there is no mkdocs.yml" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_list_selects_by_the_query_form(book: Path) -> None:
    """The same query that is a page's address answers at the terminal."""
    assert run(book, "patternbook", "list", "kind=trap&audience=coach,engineer").stdout == "slow-trap  trap        Slow Trap\n"
    assert run(book, "patternbook", "list", "kind=trap&theme!=goals").stdout.startswith("wide-trap")
    assert run(book, "patternbook", "list", "q=waits+calendar").stdout == ""
    assert run(book, "patternbook", "list", "q=waits").stdout.startswith("slow-trap")
    ids = [line.split()[0] for line in run(book, "patternbook", "list", "id=wide-trap,slow-trap").stdout.splitlines()]
    assert ids == ["slow-trap", "wide-trap"]


def test_list_as_json_gives_the_rows_of_the_published_data(book: Path) -> None:
    """A script that reads one can read the other."""
    rows = json.loads(run(book, "patternbook", "list", "kind=trap", "--format", "json").stdout)
    run(book, "patternbook", "build")
    published = json.loads((book / "site/data/patterns.json").read_text())["patterns"]
    assert rows == [row for row in published if row["kind"] == "trap"]


def test_list_as_csv_cannot_run_a_formula(book: Path) -> None:
    """A spreadsheet runs what starts with an equals sign; a title must not be run."""
    page = book / "content/traps/slow-trap.md"
    page.write_text(page.read_text().replace("title: Slow Trap", "title: =cmd()"))
    rows = list(csv.DictReader(io.StringIO(run(book, "patternbook", "list", "--format", "csv").stdout)))
    assert "'=cmd()" in [row["title"] for row in rows]


def test_a_query_with_a_slip_is_wrong_use_and_says_what_is_allowed(book: Path) -> None:
    """An empty answer would be taken for "there are none"."""
    result = run(book, "patternbook", "list", "audience=exec")
    assert (result.returncode, result.stdout) == (2, "")
    assert "executive" in result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_page_passes_the_checks(book: Path, kind: str) -> None:
    """The first thing that a contributor sees of the tool must not be an error."""
    result = run(book, "patternbook", "new", kind, 'A "new" one: ünder test')
    assert result.returncode == 0, result.stderr
    path = book / result.stdout.strip()
    assert path.stem.startswith("a-new-one-under-test")
    checked = run(book, "patternbook", "check")
    assert checked.returncode == 0, checked.stdout
    assert run(book, "patternbook", "build").returncode == 0


def test_new_never_writes_over_a_page(book: Path) -> None:
    """Work that is already there must survive a repeated command."""
    before = digest(book)
    result = run(book, "patternbook", "new", "trap", "Slow Trap")
    assert result.returncode == 2
    assert "content/traps/slow-trap.md" in result.stderr
    assert digest(book) == before


@pytest.mark.parametrize("arguments", [["trop", "Title"], ["trap", ""], ["trap", "two\nlines"], ["trap", "x" * 121]])
def test_new_refuses_what_cannot_be_a_page(book: Path, arguments: list[str]) -> None:
    """A typing slip must not leave a file behind."""
    before = digest(book)
    result = run(book, "patternbook", "new", *arguments)
    assert result.returncode == 2
    assert digest(book) == before


def test_fix_gives_ids_to_items_and_changes_nothing_else(book: Path) -> None:
    """Ticks are kept by item id; nobody should have to think of ids."""
    page = book / "content/checklists/ready-check.md"
    text = page.read_text()
    page.write_bytes(text.replace(" ^said-no", "").replace("\n", "\r\n").encode())
    assert run(book, "patternbook", "check").returncode == 1
    result = run(book, "patternbook", "fix")
    assert result.stdout == "content/checklists/ready-check.md: somebody-said-no-to-something\n"
    assert page.read_bytes() == text.replace("^said-no", "^somebody-said-no-to-something").replace("\n", "\r\n").encode()
    assert run(book, "patternbook", "check").returncode == 0
    before = digest(book)
    assert run(book, "patternbook", "fix").stdout == ""
    assert digest(book) == before


def test_a_review_is_recorded_and_an_edit_does_not_count_as_one(book: Path) -> None:
    """A page that was edited since somebody vouched for it must say so."""
    assert run(book, "patternbook", "review", "slow-trap").returncode == 0
    page = book / "content/traps/slow-trap.md"
    today = date.today()  # the command reads the same clock
    assert f"reviewed: {{on: {today.isoformat()}, text: " in page.read_text()
    assert run(book, "patternbook", "check").stdout == ""
    page.write_text(page.read_text().replace("Count what waits.", "Count them."))
    assert "warning PB802" in run(book, "patternbook", "check").stdout
    assert run(book, "patternbook", "review", "slow-trap").returncode == 0
    assert run(book, "patternbook", "check").stdout == ""
    assert page.read_text().count("reviewed:") == 1


def test_reviewing_an_unknown_page_names_the_closest(book: Path) -> None:
    """An id is easily mistyped."""
    result = run(book, "patternbook", "review", "slow-trip")
    assert result.returncode == 2
    assert 'did you mean "slow-trap"?' in result.stderr


def test_the_home_page_can_be_reviewed_by_the_name_of_its_file(book: Path) -> None:
    """It is read more than any other, and has no id."""
    assert run(book, "patternbook", "review", "index").stdout.startswith("content/index.md: reviewed on ")
    assert run(book, "patternbook", "check").stdout == ""


def test_several_pages_are_reviewed_together_or_none_is(book: Path) -> None:
    """An editor who has read ten pages records ten with one command; a slip in one id leaves nothing half done."""
    before = digest(book)
    assert run(book, "patternbook", "review", "slow-trap", "wide-trip").returncode == 2
    assert digest(book) == before
    result = run(book, "patternbook", "review", "slow-trap", "wide-trap", "slow-trap")
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        "content/traps/slow-trap.md",
        "content/traps/wide-trap.md",
    ]
    assert run(book, "patternbook", "check").stdout == ""


OVERRIDE = "---\r\nextends: slow-trap\r\n{}---\r\n\r\n## Ways out\r\n\r\nAsk Ruth first.\r\n"


def test_a_review_of_a_changed_page_goes_into_the_file_that_changes_it(book: Path) -> None:
    """A company's editor may not touch our files, and vouches for the page as the company's people see it."""
    ours, theirs = book / "content/traps/slow-trap.md", book / "company/traps/slow-trap.md"
    before = ours.read_bytes()
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(OVERRIDE.format("").encode())
    result = run(book, "patternbook", "review", "slow-trap")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"company/traps/slow-trap.md: reviewed on {date.today().isoformat()}, text ")
    value = f"{{on: {date.today().isoformat()}, text: {result.stdout.split()[-1]}}}"
    entry = f"fields:\r\n  reviewed: {{mode: replace, value: {value}}}\r\n"
    assert theirs.read_bytes() == OVERRIDE.format(entry).encode()
    assert ours.read_bytes() == before
    assert run(book, "patternbook", "check").stdout == ""
    theirs.write_bytes(theirs.read_bytes().replace(b"Ruth", b"Ines"))
    assert "company/traps/slow-trap.md:4:3: warning PB802" in run(book, "patternbook", "check").stdout


def test_a_review_of_a_page_that_an_edition_leaves_as_it_is_goes_into_the_edition_too(book: Path) -> None:
    """In spring the next update must meet no file of ours that the company has edited."""
    theirs, ours = book / "company/traps/slow-trap.md", book / "content/traps/slow-trap.md"
    (book / "company").mkdir(exist_ok=True)
    before = ours.read_bytes()
    result = run(book, "patternbook", "review", "slow-trap")
    assert result.stdout.startswith("company/traps/slow-trap.md: reviewed on "), result.stderr
    assert ours.read_bytes() == before
    assert theirs.read_text().startswith("---\nextends: slow-trap\nfields:\n  reviewed: {mode: replace, value: {on: ")
    assert run(book, "patternbook", "check").stdout == ""
    assert run(book, "patternbook", "drift").stdout == "Nothing to review.\nreviewed 0 of 0\n"
    assert run(book, "patternbook", "review", "slow-trap").returncode == 0
    ours.write_text(ours.read_text().replace("Count what waits.", "Count them."))
    assert "company/traps/slow-trap.md:4:3: warning PB802" in run(book, "patternbook", "check").stdout


def test_a_review_that_cannot_be_written_safely_says_what_to_write(book: Path) -> None:
    """A person can do in a minute what a command would have to guess, if it says what; and nothing is half done."""
    theirs = book / "company/traps/slow-trap.md"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("---\nextends: slow-trap\nfields: null\n---\n")
    before = digest(book)
    result = run(book, "patternbook", "review", "wide-trap", "slow-trap")
    assert result.returncode == 2
    assert f"Write `reviewed: {{mode: replace, value: {{on: {date.today().isoformat()}, text: " in result.stderr
    assert "`fields:`" in result.stderr
    assert digest(book) == before


def test_after_a_release_a_lost_id_or_item_is_an_error_until_it_is_mapped(book: Path) -> None:
    """Links that were sent and ticks that were made must keep their meaning."""
    assert run(book, "patternbook", "release").returncode == 0
    checklist = book / "content/checklists/ready-check.md"
    text = checklist.read_text()
    checklist.write_text(text.replace("^dated", "^in-the-calendar"))
    assert 'error PB424: the published item "dated" is gone' in run(book, "patternbook", "check").stdout
    checklist.write_text(text)
    old = book / "content/practices/good-practice.md"
    new = book / "content/practices/better-practice.md"
    new.write_text(old.read_text().replace("title: Good Practice", "title: Better Practice"))
    old.unlink()
    (book / "content/index.md").write_text(
        (book / "content/index.md").read_text().replace("good-practice.md", "better-practice.md")
    )
    assert 'error PB423: the published id "good-practice" is gone' in run(book, "patternbook", "check").stdout
    new.write_text(new.read_text().replace("status: done", "status: done\naliases: [good-practice]"))
    assert run(book, "patternbook", "check").returncode == 0
    assert run(book, "patternbook", "build").returncode == 0
    redirect = (book / "site/practices/good-practice/index.html").read_text()
    assert '<meta http-equiv="refresh" content="0; url=../better-practice/">' in redirect
    assert 'href="../better-practice/"' in redirect


def test_a_damaged_release_record_is_a_located_problem(book: Path) -> None:
    """A merge conflict in a generated file must not silently switch the protection off."""
    (book / "content/_book/published.json").write_text("<<<<<<< HEAD\n")
    result = run(book, "patternbook", "check")
    assert result.returncode == 1
    assert "content/_book/published.json:1:1: error PB601" in result.stdout


def test_compile_refuses_a_folder_that_it_did_not_make(book: Path) -> None:
    """A slip in the folder's name must not delete it."""
    (book / "mine").mkdir()
    (book / "mine/file").write_text("mine")
    assert run(book, "patternbook", "compile", "mine").returncode == 3
    assert (book / "mine/file").read_text() == "mine"
    assert run(book, "patternbook", "compile", "tree").returncode == 0
    assert run(book, "patternbook", "compile", "tree").returncode == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plan-b", "---\nkind: trap\ntitle: Plan B\nsummary: One. Two.\ninternal: yes\n---\n"),
        ("plan-b", "---\nextends: slow-trap\n---\n\n## Ways out\n\nAsk Ruth.\n"),
    ],
)
def test_new_writes_over_no_file(book: Path, name: str, text: str) -> None:
    """A page that the public build leaves out, or a file that changes another page, must not be lost to a title that sounds like it."""
    file = book / f"company/traps/{name}.md"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    result = run(book, "patternbook", "new", "trap", "Plan B")
    assert result.returncode == 2
    assert f"company/traps/{name}.md" in result.stderr
    assert file.read_text() == text
