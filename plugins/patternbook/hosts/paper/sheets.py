"""Pages on paper: a booklet, checklists on one sheet each, and the map as a poster."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from patternbook.core.compose import compose_list
from patternbook.core.diagnostics import Diagnostic
from patternbook.core.model import Document
from patternbook.core.paper import booklet, narrowed
from patternbook.core.scan import plain
from patternbook.core.views import MAP, Entry
from patternbook.edges.pdf import Laid
from patternbook.hosts.paper import fields
from patternbook.hosts.paper.pages import to_read, to_use
from patternbook.hosts.paper.shop import POSTER_SIZES, SIZES, Nothing, Printed, Shop, fitted, title_of, too_long


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
        html = binding.article(leaf.path, to_read(leaf.text), leaf.kind, more)
        articles.append(html.replace('class="pb-page"', f'class="pb-page {leaf.sort}"', 1) if leaf.sort else html)
    press = shop.press("fields", "booklet")
    laid = press.lay(shop.document(articles, "booklet", title))
    return Printed(press.pdf([laid]), laid.sheets)


def print_checklists(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """Checklists on one sheet each, with room for date and names."""
    chosen = [(entry, page) for entry in entries if _has_items(page := shop.page(entry))]
    if not chosen:
        raise Nothing("The query selects no checklist. All of them: kind=checklist")
    press, title = shop.press("checklists"), title_of([entry for entry, _ in chosen])
    parts: list[Laid] = []
    problems: list[Diagnostic] = []
    for entry, page in chosen:
        laid = fitted(press, shop.document([_checklist(shop, entry, page)], "checklists", title), SIZES, forms=True)
        parts.append(laid)
        problems += too_long(page, laid, shop)
    return Printed(press.pdf(parts, forms=True), sum(part.sheets for part in parts), tuple(problems))


def _has_items(document: Document) -> bool:
    return any(section.marks.items for section in document.sections)


def _checklist(shop: Shop, entry: Entry, document: Document) -> str:
    """A checklist's article. Its boxes can be ticked in the PDF, and there is room for a day and names below its summary."""
    boxes = {
        f"tick--{item.anchor}": fields.Control(plain(section.source.slice(item.text)), False)
        for section in document.sections
        for item in section.marks.items
    }
    text = to_use(shop.book.pages[entry.path].text)
    html = shop.binding().article(entry.path, text, entry.kind.id, before=fields.named(entry.id, boxes))
    head, lead, rest = re.split(r'(<div class="pb-lead">.*?</div>)', html, maxsplit=1, flags=re.S)
    return head + lead + _signed(shop, entry.id) + rest


def _signed(shop: Shop, id: str) -> str:
    """Room for a day and for names."""
    day, name = (shop.book.definition.say(word) for word in ("paper-day", "paper-name"))

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
