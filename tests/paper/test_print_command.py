"""`patternbook print`: a PDF and a line that says how large it is, or a sentence that says what to do, and no file."""

from __future__ import annotations

import io
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from patternbook.cli.main import cli
from pypdf import PdfReader
from sites import book_in

from .conftest import ROOT


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_in(tmp_path / "book")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out" / "made.pdf"


def order(book: Path, target: Path | None, *words: str) -> Result:
    output = [] if target is None else ["-o", str(target)]
    return CliRunner().invoke(cli, ["-C", str(book), "print", *words, *output])


def refused(book: Path, target: Path, *words: str, code: int = 2) -> str:
    """What is said of an order that makes nothing."""
    done = order(book, target, *words)
    assert (done.exit_code, done.stdout) == (code, ""), done.output
    assert not target.exists()
    assert "Traceback" not in done.stderr and "fault of the program" not in done.stderr
    return done.stderr


def test_a_checklist_is_printed(book: Path, target: Path) -> None:
    """Ten minutes before a workshop: one command, one file, and a line that says how many sheets to expect."""
    done = order(book, target, "kind=checklist", "--as", "checklists")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"1 sheet in {target}\n"
    assert len(PdfReader(target).pages) == 1


def test_without_words_the_whole_book_is_printed_where_one_stands(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shortest order makes the booklet of everything, under a name that can be guessed."""
    monkeypatch.chdir(tmp_path)
    assert order(book, None).exit_code == 0
    made = PdfReader(tmp_path / "booklet.pdf")
    assert made.metadata["/Title"] == "Base"
    text = "".join(sheet.extract_text() for sheet in made.pages)
    for title in ("Slow Trap", "Wide Trap", "Good Practice", "Plan", "Ready?"):
        assert title in text


@pytest.mark.parametrize("paper", ["letter", "tabloid"])
def test_the_paper_is_the_one_that_was_asked_for(book: Path, target: Path, paper: str) -> None:
    """A sheet that the printer does not have is scaled or cut."""
    order(book, target, "kind=trap", "--paper", paper)
    box = PdfReader(target).pages[0].mediabox
    assert (round(box.width), round(box.height)) == {"letter": (612, 792), "tabloid": (792, 1224)}[paper]


def test_a_slip_in_the_query_gets_a_suggestion(book: Path, target: Path) -> None:
    """Nobody should print a hundred sheets because of a slip; the order is refused and says what was meant."""
    assert 'did you mean "trap"' in refused(book, target, "kind=tarp")
    assert 'did you mean "kind"' in refused(book, target, "kinds=trap")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["status=draft"], "The query selects no page."),
        (["status=draft", "--as", "cards"], "The query selects no page."),
        (["status=draft", "--as", "poster"], "The query selects no page."),
        (["kind=trap", "--as", "checklists"], "kind=checklist"),
        (["kind=trap", "--as", "forms"], "kind=template"),
        (["kind=trap", "--as", "canvas"], "kind=template"),
    ],
)
def test_nothing_selected_is_told(book: Path, target: Path, words: list[str], said: str) -> None:
    """An empty PDF would look like a fault of the printer; the sentence says what could be chosen."""
    assert said in refused(book, target, *words)


def test_cards_have_papers_that_they_are_made_for(book: Path, target: Path) -> None:
    """Card stock comes in two sizes; another would be cut wrong."""
    assert "a4 and letter" in refused(book, target, "--as", "cards", "--paper", "a3")
    assert "Invalid value" in refused(book, target, "--as", "cards", "--paper", "a5")
    assert "Invalid value" in refused(book, target, "--as", "cards", "--per-sheet", "6")


def test_a_form_is_printed_with_answers(book: Path, target: Path) -> None:
    """Answers that are kept in a file become a form that looks filled in, and can still be changed."""
    answers = book / "content/_book/samples/plan-form.yml"
    assert order(book, target, "kind=template", "--as", "forms", "--answers", str(answers)).exit_code == 0
    found = PdfReader(target).get_fields()
    assert found["plan-form--aim"]["/V"] == "Fewer things in progress"
    assert found["plan-form--by"]["/V"] == "2026-12-01"


def test_answers_that_do_not_fit_are_located_problems(book: Path, target: Path, tmp_path: Path) -> None:
    """A wrong answer must not be printed as if it were right: its line is named, and an older PDF stays."""
    answers = tmp_path / "answers.yml"
    answers.write_text("aim: x\nsure: 9\nnobody: 1\n", encoding="utf-8")
    said = refused(book, target, "kind=template", "--as", "forms", "--answers", str(answers), code=1)
    assert "answers.yml:2:7: error PB205" in said
    assert "answers.yml:3:1: error PB202" in said
    assert "2 errors" in said and "nothing was written" in said
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"older")
    assert order(book, target, "kind=template", "--as", "forms", "--answers", str(answers)).exit_code == 1
    assert target.read_bytes() == b"older"


def test_answers_go_with_one_form(book: Path, target: Path, tmp_path: Path) -> None:
    """Answers say not whose they are; for a booklet, for cards, or for many forms they are refused."""
    answers = str(book / "content/_book/samples/plan-form.yml")
    for words in (["--as", "booklet"], ["--as", "cards"], ["kind=trap", "--as", "forms"]):
        assert "one template" in refused(book, target, *words, "--answers", answers)
    assert "one template" in refused(ROOT, target, "kind=template", "--as", "forms", "--answers", answers)
    missing = str(tmp_path / "missing.yml")
    assert "cannot be read" in refused(book, target, "kind=template", "--as", "forms", "--answers", missing)


def test_without_the_extra_it_says_what_to_install(book: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patternbook works without WeasyPrint; who prints is told the one command that is missing."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    for form in ("booklet", "cards", "poster"):
        assert "pip install 'patternbook[pdf]'" in refused(book, target, "--as", form)


def test_without_the_code_drawer_it_says_what_to_install(book: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of an extra is as good as none, and gets the same sentence."""
    monkeypatch.setitem(sys.modules, "segno", None)
    assert "pip install 'patternbook[pdf]'" in refused(book, target, "--as", "cards")


def test_without_pango_it_says_what_to_install(book: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint needs a library that pip does not bring; its own message would be a page of Python."""

    class Without(MetaPathFinder):
        def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")
            return None

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Without(), *sys.meta_path])
    said = refused(book, target)
    assert "Pango" in said and "apt install" in said


def test_a_target_that_cannot_be_written_is_one_sentence(book: Path, tmp_path: Path) -> None:
    """A folder that is a file, or a name that is a folder: the order was wrong, and the sentence says which part."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = order(book, tmp_path / "file" / "made.pdf", "kind=checklist", "--as", "checklists")
    assert done.exit_code == 2
    assert "made.pdf cannot be written" in done.stderr
    (tmp_path / "folder").mkdir()
    done = order(book, tmp_path / "folder", "kind=checklist", "--as", "checklists")
    assert done.exit_code == 2
    assert list((tmp_path / "folder").iterdir()) == []
    assert (tmp_path / "file").read_text("utf-8") == "x"


def test_a_book_with_errors_is_not_printed(book: Path, target: Path) -> None:
    """Paper cannot be taken back: what `build` would not publish, `print` does not print."""
    page = book / "content/traps/slow-trap.md"
    page.write_text(page.read_text("utf-8").replace("[goals]", "[gaols]"), encoding="utf-8")
    said = refused(book, target, "kind=checklist", "--as", "checklists", code=1)
    assert "content/traps/slow-trap.md:7:11: error PB203" in said
    assert "nothing was written" in said


def test_a_card_that_does_not_fit_is_told_and_printed(book: Path, target: Path) -> None:
    """A warning stops nobody: the deck is there, and so is the list of what to shorten before the next one."""
    page = book / "content/traps/slow-trap.md"
    lines = "\n\n".join(f"Line {number} of a text that no card can hold." for number in range(50))
    page.write_text(page.read_text("utf-8").replace("Work waits.", f"{lines}\n\nWork waits."), encoding="utf-8")
    kinds = book / "content/_book/kinds.yml"
    changed = kinds.read_text("utf-8").replace("relations: [countered-by]\n", "relations: [countered-by]\n  card: [what-you-see]\n")
    kinds.write_text(changed, encoding="utf-8")
    done = order(book, target, "kind=trap", "--as", "cards", "--per-sheet", "8")
    assert done.exit_code == 0
    assert "content/traps/slow-trap.md:17:1: warning PB811: the back of the card is too long by" in done.stderr
    assert done.stdout == f"2 sheets in {target}\n"
    assert len(PdfReader(io.BytesIO(target.read_bytes())).pages) == 2
