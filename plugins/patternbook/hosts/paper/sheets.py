"""Pages on paper: a booklet, checklists on one sheet each, and the map as a poster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from math import ceil

from patternbook.core.compose import compose_list
from patternbook.core.model import Document
from patternbook.core.paper import Leaf, booklet, narrowed
from patternbook.core.scan import plain
from patternbook.core.views import MAP, Entry
from patternbook.edges.pdf import Laid, Press
from patternbook.hosts.paper import fields
from patternbook.hosts.paper.pages import to_read, to_use
from patternbook.hosts.paper.shop import POSTER_SIZES, SIZES, Nothing, Printed, Shop, fitted, too_long


def print_booklet(shop: Shop, entries: Sequence[Entry], title: str = "") -> Printed:
    """The entries as a book: cover, contents with page numbers, running heads, "see page 12", glossary and indexes."""
    book = shop.book
    if not entries:
        raise Nothing("The query selects no page.")
    whole = len(entries) == sum(entry.kind.listed for entry in book.entries.values())
    note = book.definition.say("paper-read", address=shop.url) if shop.url else ""
    made = booklet(book, entries, title or book.definition.name, note, shop.day, whole)
    leaves = [replace(leaf, text=to_read(leaf.text)) for leaf in made]
    binding = replace(shop.binding(leaf.path for leaf in leaves), digits=_digits(leaves))
    articles = []
    for leaf in leaves:
        more = f' data-part="{escape(leaf.part)}"' if leaf.part else ""
        html = binding.article(leaf.path, leaf.text, leaf.kind, more)
        articles.append(html.replace('class="pb-page"', f'class="pb-page {leaf.sort}"', 1) if leaf.sort else html)
    press = shop.press("fields", "booklet")
    laid = press.lay(shop.document(articles, "booklet", title))
    return Printed(press.pdf([laid]), laid.sheets)


# About how many signs of finished text a sheet holds: an estimate is enough to know how many digits a number has.
_SHEET = 2_600


def _digits(leaves: Iterable[Leaf]) -> dict[str, int]:
    """About where each leaf begins, as the number of digits of its sheet's number."""
    found: dict[str, int] = {}
    sheet = 1
    for leaf in leaves:
        found[leaf.path] = len(str(sheet))
        sheet += ceil(len(leaf.text) / _SHEET)
    return found


def print_checklists(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """Checklists on one sheet each, with room for date and names."""
    press = shop.press("checklists")
    parts = lay_checklists(shop, press, entries)
    if not parts:
        raise Nothing(shop.nothing("no page with boxes to tick", lambda entry: shop.page(entry).has_items))
    problems = tuple(problem for entry, laid in parts for problem in too_long(shop.page(entry), laid, shop))
    pdf = press.pdf([laid for _, laid in parts], shop.title([entry for entry, _ in parts]), forms=True)
    return Printed(pdf, sum(laid.sheets for _, laid in parts), problems)


def lay_checklists(shop: Shop, press: Press, entries: Sequence[Entry]) -> list[tuple[Entry, Laid]]:
    """The checklists among the entries, each laid out by itself."""
    pages = ((entry, shop.page(entry)) for entry in entries)
    chosen = [(entry, page) for entry, page in pages if page.has_items]
    return [
        (entry, fitted(press, shop.document([_to_tick(shop, entry, page)], "checklists", entry.title), SIZES, forms=True))
        for entry, page in chosen
    ]


def _to_tick(shop: Shop, entry: Entry, document: Document) -> str:
    """A checklist's article. Its boxes can be ticked in the PDF, and there is room for a day and names below its summary."""
    boxes = {
        f"tick--{item.anchor}": fields.Control(plain(section.source.slice(item.text)), False)
        for section in document.sections
        for item in section.marks.items
    }
    text = to_use(shop.book.pages[entry.path].text)
    html = shop.tool(entry, text, fields.named(entry.id, boxes))
    head, lead, rest = re.split(r'(<div class="pb-lead">.*?</div>)', html, maxsplit=1, flags=re.S)
    return head + lead + _signed(shop, entry.id) + rest


def _signed(shop: Shop, id: str) -> str:
    """Room for a day and for names."""
    day, name = (shop.book.definition.say(word) for word in ("paper-date", "paper-names"))

    def room(word: str, key: str, short: str = "") -> str:
        box = f'<input type="text" id="{id}--{key}" name="{id}--{key}" title="{escape(word)}">'
        return f'<p{short}><label for="{id}--{key}">{escape(word)}</label>{box}</p>'

    short = ' class="pb-short"'
    return f'<div class="pb-signed">{room(day, "day", short)}{room(name, "names")}</div>'


def print_poster(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """The map of the entries on one sheet, laid across."""
    chosen = {entry.path for entry in entries}
    if MAP not in shop.book.lists or not chosen:
        raise Nothing("The query selects no page.")
    view = narrowed(shop.book.lists[MAP], chosen)
    html = shop.binding().article(MAP, compose_list(view, shop.book.definition).text)
    press = shop.press("posters")
    laid = fitted(press, shop.document([html], "poster map", view.title), POSTER_SIZES)
    return Printed(press.pdf([laid]), laid.sheets)
