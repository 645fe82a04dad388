"""What can be printed of a book: a booklet, checklists, forms, posters. Cards are in `cards.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import escape

from patternbook.core.book import Book
from patternbook.core.diagnostics import Code, Diagnostic, Severity, at
from patternbook.core.model import Document
from patternbook.core.paper import booklet
from patternbook.core.samples import in_advance
from patternbook.core.scan import plain
from patternbook.core.schema import Value
from patternbook.core.views import MAP, Entry
from patternbook.edges.pdf import Laid, Press
from patternbook.hosts import site
from patternbook.hosts.paper import fields
from patternbook.hosts.paper.pages import Binding, bound, css_text, resource

# A sheet's width and height in millimetres; cut cards fit both papers of an office.
PAPERS: Mapping[str, tuple[float, float]] = {"a4": (210, 297), "letter": (215.9, 279.4), "a3": (297, 420), "tabloid": (279.4, 431.8)}
# Type sizes in points that a sheet is tried with, from the one that reads best to the smallest that can be read.
SIZES = (10.5, 10, 9.5, 9, 8.5, 8, 7.5)
POSTER_SIZES = (20, 18, 16, 14.5, 13, 12, 11, 10, 9, 8.25, 7.5)


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

    @cached_property
    def press(self) -> Press:
        """The press, with the fonts of the theme and the pictures of the book beside it."""
        fonts = site.theme_folder() / "assets/patternbook/fonts"
        files = {f"fonts/{file.name}": file.read_bytes() for file in sorted(fonts.glob("*.woff2"))}
        return Press(resource("paper.css") + self._own_rules(), {**self.book.assets, **files})

    @cached_property
    def colours(self) -> dict[str, str]:
        """The colour of each kind, as the site has it in the light."""
        css = (site.theme_folder() / "assets/patternbook/patternbook.css").read_text("utf-8")
        light = css.partition(':root, [data-md-color-scheme="default"] {')[2].partition("}")[0]
        found = dict(re.findall(r"--pb-([a-z0-9-]+): (#[0-9a-f]{6});", light))
        return {kind: found[kind] for kind in self.book.definition.kinds if kind in found}

    def _own_rules(self) -> str:
        """Paper, colours and words of this book."""
        definition = self.book.definition
        width, height = PAPERS[self.paper]
        across = f"@page poster {{ size: {max(width, height)}mm {min(width, height)}mm; }}\n"
        kinds = "".join(f'[data-kind="{kind}"] {{ --kind: {colour}; }}\n' for kind, colour in self.colours.items())
        # {page} and the like are put in by the style sheet.
        of = css_text(definition.say("paper-page")).replace("{page}", '" counter(page) "').replace("{pages}", '" counter(pages) "')
        foot = " · ".join(filter(None, (definition.name, self.url.partition("://")[2].rstrip("/"), self.day.isoformat())))
        single = "".join(
            f"@page {name} {{ @bottom-left {{ content: {css_text(foot)}; }} @bottom-right {{ content: string(title) {css_text(' · ')} {of}; }} }}\n"
            for name in ("sheet", "form")
        )
        running = f"@page {{ @bottom-left {{ content: string(kind) {css_text('  ')} string(title); }} }}\n"
        accent = f":root {{ --accent: {definition.colour}; }}\n" if definition.colour else ""
        return f"@page {{ size: {width}mm {height}mm; }}\n{across}{kinds}{running}{single}{accent}"

    def binding(self, inside: Iterable[str] = ()) -> Binding:
        """How pages are bound together, with links to those inside."""
        return Binding(frozenset(inside), self.url, self.colours)

    def document(self, articles: Iterable[str], sort: str, title: str = "") -> str:
        """Articles as one document."""
        name = self.book.definition.name
        return bound(f"{title} – {name}" if title else name, self.book.definition.language, articles, sort)

    def page(self, entry: Entry) -> Document:
        """The page as it was written."""
        return next(document for document in self.book.documents if document.path == entry.path)


def print_booklet(shop: Shop, entries: Sequence[Entry], title: str = "") -> Printed:
    """The entries as a book: cover, contents with page numbers, running heads, "see page 12", glossary and indexes."""
    book = shop.book
    if not entries:
        raise Nothing("The query selects no page.")
    whole = len(entries) == sum(entry.kind.listed for entry in book.entries.values())
    note = book.definition.say("paper-read", address=shop.url) if shop.url else ""
    leaves = booklet(book, entries, title or book.definition.name, note, shop.day, whole)
    binding = shop.binding(leaf.path for leaf in leaves)
    articles = []
    for leaf in leaves:
        more = f' data-part="{escape(leaf.part)}"' if leaf.part else ""
        html = binding.article(leaf.path, leaf.text, leaf.kind, more)
        articles.append(html.replace('class="pb-page"', f'class="pb-page {leaf.sort}"', 1) if leaf.sort else html)
    laid = shop.press.lay(shop.document(articles, "booklet", title))
    return Printed(shop.press.pdf([laid]), laid.sheets, tuple(_refused(shop)))


def _refused(shop: Shop) -> Iterable[Diagnostic]:
    """Pictures that lie elsewhere than in the book: paper has none of the network's."""
    return ()


def print_checklists(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """Checklists on one sheet each, with room for date and names."""
    chosen = [entry for entry in entries if any(section.marks.items for section in shop.page(entry).sections)]
    if not chosen:
        raise Nothing("The query selects no checklist. All of them: kind=checklist")
    parts: list[Laid] = []
    problems: list[Diagnostic] = []
    for entry in chosen:
        document = shop.page(entry)
        boxes = {
            f"tick--{item.anchor}": fields.Control(plain(section.source.slice(item.text)), False)
            for section in document.sections
            for item in section.marks.items
        }
        html = shop.binding().article(
            entry.path, shop.book.pages[entry.path].text, entry.kind.id, before=fields.named(entry.id, boxes)
        )
        html = html.replace("</article>", _signed(shop, entry.id) + "</article>")
        laid = fitted(shop, shop.document([html], "checklists", entry.title), SIZES, forms=True)
        parts.append(laid)
        problems += _too_long(document, laid, shop)
    return Printed(shop.press.pdf(parts, forms=True), sum(part.sheets for part in parts), tuple(problems))


def _signed(shop: Shop, id: str) -> str:
    """Room for a day and for names."""
    day, name = (shop.book.definition.say(word) for word in ("paper-day", "paper-name"))

    def room(word: str, key: str, short: str = "") -> str:
        box = f'<input type="text" id="{id}--{key}" name="{id}--{key}" title="{escape(word)}">'
        return f'<p{short}><label for="{id}--{key}">{escape(word)}</label>{box}</p>'

    short = ' class="pb-short"'
    return f'<div class="pb-signed">{room(day, "day", short)}{room(name, "names")}</div>'


def fitted(shop: Shop, html: str, sizes: Iterable[float], forms: bool = False, more: str = "") -> Laid:
    """A document on one sheet, in the largest type in which it fits; in the smallest, where it does not."""
    laid: Laid | None = None
    for size in sizes:
        laid = shop.press.lay(html, f"html {{ font-size: {size}pt; }}\n{more}", forms)
        if laid.sheets == 1:
            break
    if laid is None:
        raise ValueError("no size to try")
    return laid


def _too_long(document: Document, laid: Laid, shop: Shop) -> Iterable[Diagnostic]:
    if laid.sheets > 1:
        message = f"the page needs {laid.sheets} sheets of {shop.paper} where one is meant"
        place = document.place
        yield at(place.source, place.span, Code.SHEET, message, "Shorten it, or make two of it.", Severity.WARNING)


def print_forms(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """Templates as PDFs that can be typed into, with the answers that are given."""
    chosen = [entry for entry in entries if entry.id in shop.book.forms]
    if not chosen:
        raise Nothing("The query selects no template. All of them: kind=template")
    called: dict[str, str] = {}
    articles = [_form(shop, entry, called) for entry in chosen]
    title = chosen[0].title if len(chosen) == 1 else ""
    laid = shop.press.lay(shop.document(articles, "forms", title), forms=True)
    return Printed(shop.press.pdf([laid], forms=True, called=called), laid.sheets)


def _form(shop: Shop, entry: Entry, called: dict[str, str]) -> str:
    """A template's article, and what its groups of buttons are `called`."""
    book = shop.book
    form = book.forms[entry.id]
    answers = in_advance(form.fields, form.company, book.definition) | dict(shop.answers.get(entry.id, {}))
    text = fields.roomy(book.pages[entry.path].text, form, answers, book.definition)
    found = fields.controls(form, answers, book.definition)
    called |= fields.groups(entry.id, found)
    return shop.binding().article(entry.path, text, entry.kind.id, before=fields.named(entry.id, found))


def print_poster(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """The map of the entries on one sheet, laid across."""
    chosen = {entry.path for entry in entries}
    view = shop.book.lists.get(MAP)
    if view is None or not chosen:
        raise Nothing("The query selects no page.")
    from dataclasses import replace

    from patternbook.core.compose import compose_list

    def kept(parts):
        for id, heading, text, groups in parts:
            rest = tuple(replace(g, cards=c) for g in groups if (c := tuple(card for card in g.cards if card.path in chosen)))
            if rest:
                yield id, heading, text, rest

    text = compose_list(replace(view, parts=tuple(kept(view.parts))), shop.book.definition).text
    html = shop.binding().article(MAP, text)
    laid = fitted(shop, shop.document([html], "poster", view.title), POSTER_SIZES, more=".poster article { columns: 5; }")
    return Printed(shop.press.pdf([laid]), laid.sheets)


def print_canvas(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """Templates as canvases for a wall, one sheet each, laid across."""
    chosen = [entry for entry in entries if entry.id in shop.book.forms]
    if not chosen:
        raise Nothing("The query selects no template. All of them: kind=template")
    parts, problems = [], []
    for entry in chosen:
        html = _form(shop, entry, {})
        laid = fitted(shop, shop.document([html], "poster", entry.title), POSTER_SIZES, more=".poster article { columns: 3; }")
        parts.append(laid)
        problems += _too_long(shop.page(entry), laid, shop)
    return Printed(shop.press.pdf(parts), sum(part.sheets for part in parts), tuple(problems))
