"""What is meant for one sheet and needs more: printed whole, and told to its author."""

from __future__ import annotations

import pytest
from books import compiled, edited
from patternbook.core.diagnostics import Code, Severity
from patternbook.hosts.paper import sheets

from .conftest import Paper, chosen, marked, shop

PATH = "checklists/ready-check.md"
ITEM = "- [ ] One aim is written down. ^one-aim\n"


def checklist(items: int) -> dict[str, bytes]:
    """The base book, whose checklist has more items."""
    more = "".join(f"- [ ] Matter {number} has been looked at by two people. ^matter-{number}\n" for number in range(items))
    return edited(PATH, ITEM, ITEM + more)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_checklist_for_two_sheets_is_a_problem_at_its_title(paper: str) -> None:
    """A facilitator with a sheet and a half is told before the workshop which checklist to shorten (PB812), and gets all of it."""
    book = compiled(checklist(120))
    with marked() as marks:
        printed = sheets.print_checklists(shop(paper, book), chosen(book, "kind=checklist"))
    [problem] = printed.problems
    lines = checklist(120)[f"content/{PATH}"].decode().splitlines()
    assert (problem.path, problem.line) == (f"content/{PATH}", lines.index("title: Ready?") + 1)
    assert (problem.code, problem.severity) == (Code.SHEET, Severity.WARNING)
    assert problem.message == f"the page needs {printed.sheets} sheets of {paper} where one is meant"
    assert problem.help
    assert printed.sheets > 1
    assert Paper(printed, marks.blocks).lost(foot=16) == []


def test_a_long_checklist_gets_smaller_before_it_gets_a_second_sheet() -> None:
    """One sheet in smaller type is better than two in large; type stops shrinking where it cannot be read any more."""
    heights = {}
    for items in (0, 32):
        book = compiled(checklist(items))
        printed = sheets.print_checklists(shop(book=book), chosen(book, "kind=checklist"))
        assert (printed.sheets, printed.problems) == (1, ()), items
        [sheet] = Paper(printed, {}).sheets
        heights[items] = max(place[3] - place[1] for sign, place in sheet.signs if sign == "T" and place[1] < 700)
    assert 0.6 * heights[0] < heights[32] < heights[0]
