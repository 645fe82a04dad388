"""A German book on paper: its own words, its own letters, and not one English one."""

from __future__ import annotations

import pytest
from books import BOOKS, compiled, read
from patternbook.hosts.paper import cards, forms, sheets

from .conftest import Paper, chosen, marked, shop

BOOK = compiled(read(BOOKS / "muster"))
ENGLISH = ("Contents", "Index", "Edition", "page1", "Names", "Date", "Glossary", "goeson", "Toberead", "minimum", "maximum")
PRINTED = {
    "booklet": lambda: sheets.print_booklet(shop(book=BOOK), chosen(BOOK)),
    "checklists": lambda: sheets.print_checklists(shop(book=BOOK), chosen(BOOK)),
    "forms": lambda: forms.print_forms(shop(book=BOOK, answers=BOOK.samples), chosen(BOOK)),
    "canvas": lambda: forms.print_canvas(shop("a3", BOOK), chosen(BOOK)),
    "cards": lambda: cards.print_cards(shop(book=BOOK), chosen(BOOK)),
    "poster": lambda: sheets.print_poster(shop("a3", BOOK), chosen(BOOK)),
}
SAID = {
    "booklet": ("Inhalt", "VerzeichnisderNamenundBegriffe", "Ausgabevom2026-11-21", "Zulesenunter", "RäumefürGruppen", "Schwelle"),
    "checklists": ("Datum", "Namen", "Blatt1von1", "JederPlatzhatLichtvonderSeite."),
    "forms": ("Blatt1von1", "Ruhe", "Mängel"),
    "canvas": ("Ruhe", "Mängel"),
    "cards": ("Ausgabevom2026-11-21", "Schwelle"),
    "poster": ("Muster", "Schwelle"),
}


@pytest.mark.parametrize("sort", PRINTED)
def test_a_german_book_speaks_german_on_paper(sort: str) -> None:
    """A team that writes its book in German hands out German sheets: a program's word in English would look like a fault."""
    with marked() as marks:
        paper = Paper(PRINTED[sort](), marks.blocks)
    text = "".join(sheet.text() for sheet in paper.sheets)
    assert [word for word in SAID[sort] if word not in text] == []
    assert [word for word in ENGLISH if word in text] == []
    assert str(paper.reader.trailer["/Root"]["/Lang"]) == "de"
    assert "Räume für Gruppen" in paper.reader.metadata["/Title"]
    # What fields are called aloud is German too.
    says = [str(field.get("/TU", "")) for field in (paper.reader.get_fields() or {}).values()]
    assert not [said for said in says if any(word in said for word in ENGLISH)]
