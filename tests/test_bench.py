"""What the bench tells: whoever compares programs by it must be able to trust its figures, and its drawing must be a drawing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from books import ROOT
from patternbook.core.drawings import read_drawing

sys.path.insert(0, str(ROOT / "scripts"))
import measured
import programs
import saves
from bench import Book
from measured import Measured, Run


def sitting(count: int, seconds: dict[str, list[float]]) -> Measured:
    """What was measured with a size, by the clock; twice as much of a processor."""
    runs = {name: [Run(one, 2 * one, 50) for one in every] for name, every in seconds.items()}
    return Measured(count, "2026-11-30", 2, 0.5, runs, sites={measured.HUGO: 2_000_000})


SMALL = sitting(100, {measured.WHOLE: [4.0, 8.0, 6.0], measured.HUGO: [1.0, 1.0, 3.0], measured.NO_CACHE: [2.0, 4.0, 3.0]})
LARGE = sitting(1_000, {measured.HUGO: [10.0], measured.NO_CACHE: [2_000.0]})


def test_a_ratio_is_of_the_same_round() -> None:
    """Others use the machine in one round and not in the next; a ratio of medians would say so of the program."""
    assert SMALL.ratio(measured.NO_CACHE, measured.WHOLE) == 0.5
    assert SMALL.ratio(measured.WHOLE, measured.HUGO) == 4
    assert LARGE.ratio(measured.HUGO, measured.WHOLE) is None


def test_growth_is_the_power_of_the_pages() -> None:
    """Who plans a larger book reads from it what the next thousand pages cost."""
    rows = {row[0]: row[1] for row in measured.growth([SMALL, LARGE])}
    assert rows == {measured.HUGO: "1.00", measured.NO_CACHE: "2.82"}


@pytest.mark.parametrize("every", [[SMALL], [SMALL, LARGE]], ids=["one size", "two sizes"])
def test_the_drawing_is_one_that_pages_show(every: list[Measured]) -> None:
    """It is written by a program and stands in the book like those made by hand."""
    text = measured.draw(every)
    drawing, problems = read_drawing("figures/build-times.svg", text.encode())
    assert problems == []
    assert drawing and "Patternbook, no cache" in drawing.words
    assert measured.draw(every) == text


def test_only_the_section_is_written(tmp_path: Path) -> None:
    """Text beside the figures is written by people and stays."""
    page, drawing = tmp_path / "page.md", tmp_path / "drawing.svg"
    page.write_text("before\n\n## Measured\n\nold\n\n### more\n\n## After\n\nafter\n", "utf-8")
    measured.write([SMALL, LARGE], page, drawing)
    first = page.read_text("utf-8")
    assert first.startswith("before\n\n## Measured\n\n![") and first.endswith("|\n\n## After\n\nafter\n")
    assert "old" not in first and "| Hugo, navigation on each page | 1.00 |" in first
    measured.write([SMALL, LARGE], page, drawing)
    assert page.read_text("utf-8") == first


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A generated book in the folder of each program."""
    made = Book(30, tmp_path_factory.mktemp("book"))
    for program in programs.PROGRAMS:
        made.lay(program)
    return made


def test_every_program_finds_the_same_pages(book: Book) -> None:
    """A program that got fewer pages would look fast."""
    names = {page.name for page in (book.folder / "ours/content").glob("*/*.md") if page.parent.name != "_book"}
    assert len(names) == 30
    for program in programs.PROGRAMS:
        assert {page.name for page in (book.folder / program.folder / program.text).glob("*/*.md")} == names, program.name


def test_what_is_large_or_not_asked_for_is_left_out() -> None:
    """Material with its whole navigation would hold up a large measurement for an hour."""
    by_name = {program.name: program for program in programs.PROGRAMS}
    assert by_name[programs.WHOLE].wanted([], 1_000) and not by_name[programs.WHOLE].wanted([], 5_000)
    assert by_name[programs.NO_CACHE].wanted([], 5_000) and by_name[programs.NO_CACHE].wanted(["ours", "hugo"], 100)
    assert by_name[programs.HUGO].wanted(["ours", "hugo"], 5_000) and not by_name[programs.WHOLE].wanted(["ours", "hugo"], 100)


def test_memory_is_that_of_the_program_that_ran() -> None:
    """A process begins with the peak of the one that started it; so a large bench would make every program look large."""
    held = bytearray(b"x" * 200_000_000)
    command = [sys.executable, "-I", "-S", str(ROOT / "scripts/ran.py"), "60", sys.executable, "-I", "-S", "-c", "pass"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert '"code": 0' in told and float(told.split('"memory": ')[1].split(",")[0]) < 100 and len(held) > 1


@pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda program: program.name)
def test_an_edit_changes_what_a_page_shows(book: Book, program: programs.Program) -> None:
    """A server is waited for until it shows the edit, so that there must be something to show."""
    text = (book.folder / program.folder / program.text / book.pages.edited).read_text("utf-8")
    assert saves.title(text, "edited once").count("The page edited once") == (1 if program.folder == "ours" else 2)
    assert saves.body(text, "edited once").endswith("This page was edited once.\n")
