"""A book that can be printed: what each PDF of it shares, and how a document is made to fit one sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import escape

from patternbook.core.book import Book
from patternbook.core.diagnostics import Code, Diagnostic, Severity, at
from patternbook.core.model import Document
from patternbook.core.query import Query
from patternbook.core.schema import Value
from patternbook.core.views import Entry
from patternbook.edges.pdf import SHELF, Laid, Press
from patternbook.hosts import site
from patternbook.hosts.paper.pages import Binding, Change, bound, css_text, resource

# A sheet's width and height in millimetres; cut cards fit both papers of an office.
PAPERS: Mapping[str, tuple[float, float]] = {
    "a4": (210, 297),
    "letter": (215.9, 279.4),
    "a3": (297, 420),
    "tabloid": (279.4, 431.8),
}
# Type sizes in points that a sheet is tried with, from the one that reads best to the smallest that can be read.
SIZES = (10.5, 10, 9.5, 9, 8.5, 8, 7.5)
POSTER_SIZES = (20, 18, 16, 14, 12, 11, 10, 9.25, 8.5, 7.5)


class Nothing(Exception):
    """Nothing that was chosen can be printed so; the text says what to choose (exit code 2)."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, how many sheets it has, and what is wrong with it."""

    pdf: bytes
    sheets: int
    problems: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Shop:
    """A book that can be printed, on a day, on some paper. `url` is where its site is read, or nothing."""

    book: Book
    day: date
    paper: str = "a4"
    url: str = ""
    answers: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def press(self, *sorts: str) -> Press:
        """A press for some sorts of document, with the fonts of the theme and the pictures of the book beside it."""
        fonts = site.theme_folder() / "assets/patternbook/fonts"
        files = {f"fonts/{file.name}": file.read_bytes() for file in sorted(fonts.glob("*.woff2"))}
        return Press(
            "\n".join([resource("paper.css"), *(resource(f"{sort}.css") for sort in sorts), self._own_rules()]),
            {**self.book.assets, **files},
        )

    @cached_property
    def colours(self) -> dict[str, str]:
        """The colour of each kind, as the site has it in the light."""
        css = (site.theme_folder() / "assets/patternbook/patternbook.css").read_text("utf-8")
        light = css.partition(':root, [data-md-color-scheme="default"] {')[2].partition("}")[0]
        found = dict(re.findall(r"--pb-([a-z0-9-]+): (#[0-9a-f]{6});", light))
        return {kind: found[kind] for kind in self.book.definition.kinds if kind in found}

    def _own_rules(self) -> str:
        """Paper, colours and words of this book."""
        width, height = PAPERS[self.paper]
        kinds = (f'[data-kind="{kind}"] {{ --kind: {colour}; }}' for kind, colour in self.colours.items())
        # What stands on one sheet, and forms, say where they come from and how many sheets they have; booklets say where one is.
        own = (
            f"@page {name} {{ @bottom-left {{ content: {css_text(self._imprint)}; }} @bottom-right {{ content: {self._place}; }} }}"
            for name in ("sheet", "form", "wide")
        )
        rules = [
            f"@page {{ size: {width}mm {height}mm; @bottom-left {{ content: string(kind) '  ·  ' string(title); }} }}",
            f"@page poster, wide {{ size: {max(width, height)}mm {min(width, height)}mm; }}",
            f":root {{ --accent: {self.book.definition.colour}; }}" if self.book.definition.colour else "",
        ]
        return "\n".join(["", *rules, *kinds, *own])

    @property
    def _imprint(self) -> str:
        """Book, address and day."""
        parts = (self.book.definition.name, self.url.partition("://")[2].rstrip("/"), self.day.isoformat())
        return " · ".join(filter(None, parts))

    @property
    def _place(self) -> str:
        """Title and `page 1 of 2`, as a style sheet says it."""
        words = css_text(self.book.definition.say("paper-sheet"))
        counted = words.replace("{page}", '" counter(page) "').replace("{pages}", '" counter(pages) "')
        return f"string(title) {css_text(' · ')} {counted}"

    def binding(self, inside: Iterable[str] = ()) -> Binding:
        """How pages are bound together, with links to those inside."""
        return Binding(frozenset(inside), self.url, self.colours)

    def tool(self, entry: Entry, text: str, before: Change) -> str:
        """A page for use as an article of its own, below the company's logo if the book has one."""
        article = self.binding().article(entry.path, text, entry.kind.id, before=before)
        definition = self.book.definition
        if definition.logo not in self.book.assets:
            return article
        start, rest = article.split(">", 1)
        return f'{start}>\n<img class="pb-logo" src="{SHELF}{escape(definition.logo)}" alt="{escape(definition.name)}">{rest}'

    def document(self, articles: Iterable[str], sort: str, title: str = "") -> str:
        """Articles as one document."""
        name = self.book.definition.name
        return bound(f"{title} – {name}" if title else name, self.book.definition.language, articles, sort)

    def title(self, entries: Sequence[Entry]) -> str:
        """What a document of some pages is called: as the page, or as the first one's kind where there are several."""
        name = entries[0].title if len(entries) == 1 else entries[0].kind.plural
        return f"{name} – {self.book.definition.name}"

    def nothing(self, what: str, fits: Callable[[Entry], bool]) -> str:
        """That a query selects none of what was asked for, and which kinds have some."""
        kinds = dict.fromkeys(entry.kind.id for entry in self.book.select(Query()) if fits(entry))
        return f"the query selects {what}. " + (f"All of them: kind={','.join(kinds)}" if kinds else "This book has none.")

    def page(self, entry: Entry) -> Document:
        """The page as it was written."""
        return self._pages[entry.path]

    @cached_property
    def _pages(self) -> dict[str, Document]:
        return {document.path: document for document in self.book.documents}


def fitted(press: Press, html: str, sizes: Sequence[float], forms: bool = False) -> Laid:
    """A document on one sheet, in the largest type in which it fits; in the smallest, where it does not.

    The largest is tried first, as most fit; then each try halves what is left, since what fits also fits smaller.
    """

    def lay(place: int) -> Laid:
        return press.lay(html, f"html {{ font-size: {sizes[place]}pt; }}", forms)

    laid = lay(0)
    if laid.sheets == 1:
        return laid
    low, high, best = 1, len(sizes) - 1, None
    while low <= high:
        middle = (low + high) // 2
        laid = lay(middle)
        if laid.sheets == 1:
            best, high = laid, middle - 1
        else:
            low = middle + 1
    return best or laid


def too_long(document: Document, laid: Laid, shop: Shop) -> Iterable[Diagnostic]:
    """The problem of a page that is meant for one sheet and needs more."""
    if laid.sheets > 1:
        message = f"the page needs {laid.sheets} sheets of {shop.paper} where one is meant"
        place = document.place
        yield at(place.source, place.span, Code.SHEET, message, "Shorten it, or make two of it.", Severity.WARNING)
