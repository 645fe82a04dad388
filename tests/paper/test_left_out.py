"""What paper leaves out of a page: ways to click and lists of other pages, and no word that an author wrote."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from patternbook.hosts.paper.pages import converted, to_read, to_use

from .conftest import BOOK, chosen

# Parts of a page that only a screen needs, by class; and sections that the program writes, by id.
CLICKED = {"pb-neighbours", "pb-narrow", "pb-unkept"}
BLOCKS = ("p", "li", "td", "th", "h1", "h2", "h3", "h4", "figcaption", "label", "legend")
EMPTY = ("br", "hr", "img", "input")


class Blocks(HTMLParser):
    """The texts of a page, each with the classes around it and the section that it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, set[str]]] = []
        self.section, self.text = "", ""
        self.found: list[tuple[str, frozenset[str], str]] = []
        self.feed(html)
        self.close()

    def _end(self) -> None:
        if text := " ".join(self.text.split()):
            classes = frozenset(name for _, names in self.open for name in names)
            self.found.append((text, classes, self.section))
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS or tag in ("div", "ul", "ol", "table", "figure", "details"):
            self._end()
        given = dict(attrs)
        if tag == "h2":
            self.section = given.get("id") or ""
        if tag not in EMPTY:
            self.open.append((tag, set((given.get("class") or "").split())))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS or tag in ("div", "ul", "ol", "table", "figure", "details"):
            self._end()
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data


def left_out(text: str, paper: str) -> list[tuple[str, frozenset[str], str]]:
    """The blocks of a finished page that its paper lacks. Between values, which are links on the screen, paper has commas."""
    there = {text.replace(",", "") for text, _, _ in Blocks(converted(paper)).found}
    return [block for block in Blocks(converted(text)).found if block[0].replace(",", "") not in there]


def test_a_booklet_has_all_that_an_author_wrote() -> None:
    """A booklet is read where there is no screen: of a page it lacks its drawn neighbourhood and who mentions it, nothing else."""
    for entry in chosen(BOOK):
        text = BOOK.pages[entry.path].text
        for block, classes, section in left_out(text, to_read(text)):
            summary = section == "relations" and block in {other.summary for other in BOOK.entries.values()}
            assert classes & CLICKED or section == "mentions" or summary, f"{entry.path}, {section}: {block}"


@pytest.mark.parametrize("kind", ["template", "checklist"])
def test_a_tool_has_all_that_is_filled_in(kind: str) -> None:
    """A sheet for the table has every word of the tool itself; what leads elsewhere stays on the site."""
    tools = chosen(BOOK, f"kind={kind}")
    assert len(tools) > 5
    generated = {"sample", "ways", "relations", "mentions", "sources"}
    for entry in tools:
        document = next(document for document in BOOK.documents if document.path == entry.path)
        text = BOOK.pages[entry.path].text
        own = {section.heading.id for section in document.sections if section.heading}
        assert not own & generated
        for block, classes, section in left_out(text, to_use(text)):
            assert classes & (CLICKED | {"pb-facts"}) or section in generated, f"{entry.path}, {section}: {block}"


def test_sections_of_every_page_are_in_the_booklet() -> None:
    """A section that an author wrote is a section on paper, under its own heading and in its own place."""
    for entry in chosen(BOOK):
        document = next(document for document in BOOK.documents if document.path == entry.path)
        paper = converted(to_read(BOOK.pages[entry.path].text))
        places = [paper.find(f'<h2 id="{section.heading.id}"') for section in document.sections if section.heading]
        assert -1 not in places, entry.path
        assert places == sorted(places), entry.path
