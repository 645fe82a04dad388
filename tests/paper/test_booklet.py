"""The whole book as a booklet: nothing is lost, and its page numbers, heads, outline and indexes can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import groupby, pairwise

from patternbook.hosts.paper import pages, sheets
from pypdf import PageObject
from pypdf.generic import DictionaryObject

from .conftest import BOOK, URL, Box, Paper, around, called, chosen, marked, rect, shop

# The white below the text of a booklet, in millimetres.
FOOT = 21
PAGES = chosen(BOOK)


def squeezed(text: str) -> str:
    """Text without white space and without marker words."""
    return re.sub(r"zq\d+zq", "", "".join(text.split()))


def places(paper: Paper) -> dict[str, int]:
    """The sheet of each named destination."""
    return {name: paper.reader.get_destination_page_number(place) + 1 for name, place in paper.reader.named_destinations.items()}


def outline(paper: Paper) -> list[tuple[int, str, int]]:
    """The outline of the file: depth, title and sheet of each entry."""

    def walk(entries: list, depth: int) -> Iterable[tuple[int, str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield depth, re.sub(r" ?zq\d+zq", "", entry.title), paper.reader.get_destination_page_number(entry) + 1

    return list(walk(paper.reader.outline, 0))


def notes(sheet: PageObject) -> list[DictionaryObject]:
    return [note.get_object() for note in sheet.get("/Annots", []) if note.get_object()["/Subtype"] == "/Link"]


def inner_links(paper: Paper) -> list[tuple[int, str, str]]:
    """Every link inside the booklet: its sheet, where it leads, and what stands in its place.

    A link over two lines is one, also where the second stands on the next sheet.
    """
    parts = [(number, note) for number, sheet in enumerate(paper.reader.pages, 1) for note in notes(sheet) if "/Dest" in note]
    found = []
    for name, group in groupby(parts, key=lambda part: str(part[1]["/Dest"])):
        boxes: dict[int, list[Box]] = {}
        for number, note in group:
            boxes.setdefault(number, []).append(rect(note))
        found.append((min(boxes), name, "".join(read(paper, number, places) for number, places in boxes.items())))
    return found


def read(paper: Paper, number: int, boxes: list[Box]) -> str:
    """What stands in some boxes of a sheet, each sign once."""
    box = around(boxes)
    near = [(sign, place) for sign, place in paper.sheets[number - 1].signs if place[1] < box[3] and place[3] > box[1]]
    return "".join(
        sign
        for sign, place in near
        if any(
            one[0] - 0.5 <= (place[0] + place[2]) / 2 <= one[2] + 0.5 and one[1] <= (place[1] + place[3]) / 2 <= one[3]
            for one in boxes
        )
    )


def spread(paper: Paper) -> dict[str, range]:
    """The sheets of each page of the book, by its path."""
    where = places(paper)
    starts = {path: where[pages.anchor(path)] for path in BOOK.pages if pages.anchor(path) in where}
    starts |= {"": len(paper.sheets) + 1, "paper/index.md": where["paper-index"]}
    order = sorted(starts.items(), key=lambda item: item[1])
    return {path: range(start, after) for (path, start), (_, after) in pairwise(order)}


def test_no_word_of_the_book_is_lost(whole_booklet: Paper) -> None:
    """Whoever prints the book has all of it: the last word of each paragraph, item, cell, heading and caption lies on a sheet."""
    assert len(whole_booklet.blocks) > 5_000
    assert whole_booklet.lost(FOOT) == []


def test_every_page_of_the_book_is_there_in_the_order_of_its_kinds(whole_booklet: Paper) -> None:
    """A booklet of everything holds every page once, behind the others of its kind, and each begins on a sheet of its own."""
    where = places(whole_booklet)
    first = [where[pages.anchor(entry.path)] for entry in PAGES]
    assert first == sorted(first)
    assert len(set(first)) == len(PAGES) > 100
    assert {entry.path for entry in PAGES} == {path for path, entry in BOOK.entries.items() if entry.kind.listed}


def test_the_contents_have_the_right_page_numbers(whole_booklet: Paper) -> None:
    """A number in the contents is the number at the foot of the sheet where the page begins; the file's own outline says the same."""
    where = places(whole_booklet)
    sheets_of_contents = range(where["paper-contents"], where[pages.anchor(PAGES[0].path)])
    listed = [(name, text) for number, name, text in inner_links(whole_booklet) if number in sheets_of_contents]
    titles = {title: sheet for depth, title, sheet in outline(whole_booklet) if depth < 2}
    for entry in PAGES:
        [text] = [text for name, text in listed if name == pages.anchor(entry.path)]
        number = where[pages.anchor(entry.path)]
        assert re.fullmatch(rf"{re.escape(squeezed(entry.title))}[.\s]*{number}", text), text
        assert titles[entry.title] == number
        assert foot(whole_booklet, number).endswith(str(number))
    assert len(listed) == len(PAGES) + 3


def foot(paper: Paper, number: int) -> str:
    """What stands below the text of a sheet."""
    sheet = paper.sheets[number - 1]
    return squeezed(sheet.text((0, 0, sheet.width, 55)))


def test_the_outline_is_the_book(whole_booklet: Paper) -> None:
    """The window beside a PDF leads through it: parts, their pages, and the sections of a page."""
    found = outline(whole_booklet)
    kinds = list(dict.fromkeys(entry.kind.plural for entry in PAGES))
    say = BOOK.definition.say
    ends = [BOOK.lists[path].title for path in ("glossary.md",) if path in BOOK.lists]
    top = [title for depth, title, _ in found if depth == 0]
    assert top[:2] == [BOOK.definition.name, say("paper-contents")]
    assert top[2 : 2 + len(kinds)] == kinds
    assert top[2 + len(kinds)] in ends and top[-1] == say("paper-index")
    assert [title for depth, title, _ in found if depth == 1] == [entry.title for entry in PAGES]


def test_a_number_behind_a_link_is_where_it_leads(whole_booklet: Paper) -> None:
    """On paper nobody can click: "(12)" behind a name must be the sheet on which its target stands, in all of the book."""
    where = places(whole_booklet)
    after_contents = where[pages.anchor(PAGES[0].path)]
    links = [link for link in inner_links(whole_booklet) if link[0] >= after_contents]
    assert len(links) > 1_000
    wrong = [(number, name, text) for number, name, text in links if not text.endswith(f"({where[name]})")]
    assert wrong == []


def test_each_sheet_says_what_it_belongs_to(whole_booklet: Paper) -> None:
    """Whoever opens a booklet in the middle reads at the foot which page this is, of which kind, and the number of the sheet."""
    sheets_of = spread(whole_booklet)
    for entry in PAGES:
        for number in sheets_of[entry.path]:
            kicker = squeezed(f"{entry.kind.glyph} {entry.kind.label}")
            assert foot(whole_booklet, number) == f"{kicker}·{squeezed(entry.title)}{number}", (number, entry.path)


def test_glossary_symptoms_and_index_are_at_the_end(whole_booklet: Paper) -> None:
    """A reader finds a word without a search box: each term with its meaning, each symptom, and each name with its page."""
    sheets_of = spread(whole_booklet)

    @cache
    def text(path: str) -> str:
        return squeezed("".join(whole_booklet.sheets[number - 1].text() for number in sheets_of[path]))

    for term in BOOK.definition.glossary.values():
        assert squeezed(term.term) in text("glossary.md"), term.term
    sayings = {(path, row[0]) for path, view in BOOK.lists.items() for _, _, rows in view.sayings for row in rows}
    assert len(sayings) > 50
    for path, said in sayings:
        assert squeezed(said) in text(path), said
    index = text("paper/index.md")
    where = places(whole_booklet)
    for entry in PAGES:
        for name in (entry.title, *entry.aka):
            assert f"{squeezed(name)}({where[pages.anchor(entry.path)]})" in index, name


def test_the_cover_says_what_this_is(whole_booklet: Paper) -> None:
    """A printed copy says which book it is, of which day, where the living text is read, and under what licence."""
    text = whole_booklet.sheets[0].text()
    for line in (BOOK.definition.name, BOOK.definition.tagline, "Edition of 2026-11-21", URL, BOOK.definition.licence[0]):
        assert "".join(line.split()) in text
    assert foot(whole_booklet, 1) == ""


def test_the_file_can_be_read_aloud(whole_booklet: Paper) -> None:
    """A booklet is as accessible as the site: tagged, in a language, with a title, and headings that a reader can jump to."""
    root = whole_booklet.reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert (str(root["/Lang"]), whole_booklet.reader.metadata["/Title"]) == ("en", BOOK.definition.name)
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_what_a_selection_does_not_hold_is_found_on_the_site() -> None:
    """A coach prints three pages; a link to a fourth leads to its address, and no number promises a sheet that is not there."""
    some = called("cascade-traps", "adoption-check", "confidence-form")
    with marked() as marks:
        paper = Paper(sheets.print_booklet(shop(), some, title="For Tuesday"), marks.blocks)
    assert paper.lost(FOOT) == []
    assert paper.reader.metadata["/Title"] == f"For Tuesday – {BOOK.definition.name}"
    where = places(paper)
    inside = inner_links(paper)
    assert {name for _, name, _ in inside} <= set(where)
    outside = {str(note["/A"]["/URI"]) for sheet in paper.reader.pages for note in notes(sheet) if "/A" in note}
    ours = {address.removeprefix(URL).partition("#")[0].partition("?")[0] for address in outside if address.startswith(URL)}
    written = {pages.address(path) for path in BOOK.pages} | set(BOOK.assets)
    assert len(ours) > 10
    assert ours <= written | {""}, ours - written
    assert not any(pages.address(entry.path) in ours for entry in some)


def test_without_an_address_a_selection_has_no_links_that_lead_nowhere() -> None:
    """A book that has no site yet is printed all the same; what is not on its sheets is then plain text."""
    paper = Paper(sheets.print_booklet(shop(url=""), called("cascade-traps")), {})
    where = places(paper)
    found = [note for sheet in paper.reader.pages for note in notes(sheet)]
    assert {str(note["/Dest"]) for note in found if "/Dest" in note} <= set(where)
    assert all(str(note["/A"]["/URI"]).startswith(("http", "mailto:")) for note in found if "/A" in note)
    assert "To be read at" not in "".join(sheet.text() for sheet in paper.sheets)
