"""Checklists on paper: one sheet each, whatever the paper and the language, with boxes to tick and room to sign."""

from __future__ import annotations

import pytest
from books import ROOT
from patternbook.core.scan import plain
from patternbook.hosts.paper import sheets
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from .conftest import BOOK, Paper, called, chosen, lengthened, marked, rect, shop

CHECKLISTS = chosen(BOOK, "kind=checklist")
LONGER = lengthened(BOOK, {entry.path for entry in CHECKLISTS})


def items(path: str) -> dict[str, str]:
    """What a checklist asks, by the id of the item, as its author wrote it."""
    document = next(document for document in BOOK.documents if document.path == path)
    return {item.anchor: plain(section.source.slice(item.text)) for section in document.sections for item in section.marks.items}


def boxes(reader: PdfReader, sheet: int) -> dict[str, DictionaryObject]:
    """What can be filled in on a sheet, by name."""
    widgets = (note.get_object() for note in reader.pages[sheet].get("/Annots", []))
    return {str(widget["/T"]): widget for widget in widgets if widget.get("/Subtype") == "/Widget"}


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_checklist_is_one_sheet(paper: str) -> None:
    """A facilitator hands out one sheet, not one and a half, and everything that the page says is on it, with a box for each item."""
    with marked() as marks:
        printed = sheets.print_checklists(shop(paper), CHECKLISTS)
    pdf = Paper(printed, marks.blocks)
    assert printed.problems == ()
    assert len(pdf.sheets) == printed.sheets == len(CHECKLISTS) > 5
    assert pdf.lost(foot=16) == []
    for number, entry in enumerate(CHECKLISTS):
        asked = items(entry.path)
        found = boxes(pdf.reader, number)
        assert set(found) == {f"{entry.id}--tick--{id}" for id in asked} | {f"{entry.id}--day", f"{entry.id}--names"}
        for id, text in asked.items():
            box = found[f"{entry.id}--tick--{id}"]
            assert (box["/FT"], box["/TU"]) == ("/Btn", text), entry.id
            left, low, right, high = rect(box)
            assert 6 < right - left < 20 and 6 < high - low < 20, (
                f"the box of {id} is {right - left:.0f} by {high - low:.0f} points"
            )


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_checklist_is_one_sheet_in_a_language_of_longer_words(paper: str) -> None:
    """A translation into German takes a third more room; the sheet still holds it, in smaller type, and cuts nothing off."""
    with marked() as marks:
        printed = sheets.print_checklists(shop(paper, LONGER), CHECKLISTS)
    assert printed.problems == ()
    assert printed.sheets == len(CHECKLISTS)
    assert Paper(printed, marks.blocks).lost(foot=16) == []


def test_there_is_room_for_a_date_and_names() -> None:
    """A checklist that was gone through says when, and by whom: two lines above the first item, wide enough for a hand."""
    one = called("adoption-check")
    pdf = Paper(sheets.print_checklists(shop(), one), {})
    found = boxes(pdf.reader, 0)
    first = max(rect(box)[3] for name, box in found.items() if "--tick--" in name)
    for name, says, least in (("day", "Date", 100), ("names", "Names", 250)):
        field = found[f"adoption-check--{name}"]
        left, low, right, high = rect(field)
        assert (field["/FT"], field["/TU"]) == ("/Tx", says)
        assert right - left > least and high - low >= 15, (name, right - left, high - low)
        assert low > first
        assert says in pdf.sheets[0].text((left - 2, high - 2, right, high + 20))


def test_a_sheet_says_where_it_comes_from() -> None:
    """A sheet found in a meeting room leads back to its page: book, address, day, title, and that there is no second sheet."""
    one = called("adoption-check")
    [sheet] = Paper(sheets.print_checklists(shop(), one), {}).sheets
    foot = sheet.text((0, 0, sheet.width, 40))
    name = BOOK.definition.name.replace(" ", "")
    assert foot == f"{name}·tidewell.example/book·2026-11-21AdoptionCheck·Page1of1"


def test_the_book_is_the_one_that_readers_get() -> None:
    """These tests look at the whole book of this repository, and at no part of it."""
    written = {path.stem for path in (ROOT / "content" / "checklists").glob("*-check.md")}
    assert {entry.id for entry in CHECKLISTS} == written
