"""The PDFs that a site offers: the whole book, its cards and its map, all checklists and forms, and each of these by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from patternbook.core.diagnostics import Diagnostic
from patternbook.core.query import Query
from patternbook.core.views import MAP, Entry
from patternbook.hosts.paper import cards, forms, sheets
from patternbook.hosts.paper.shop import Printed, Shop, too_long
from patternbook.hosts.site import PDFS

# The papers that a site can offer its PDFs on, each with that of its walls.
WALLS = {"a4": "a3", "letter": "tabloid"}


def ready(shop: Shop, paper: str) -> Iterable[tuple[str, Printed]]:
    """Each PDF on a paper, by its path in the site. `hosts/site.py` says which of them the site links to."""
    shop = replace(shop, paper=paper)
    every = shop.book.select(Query())
    if not every:
        return
    found = [("book", sheets.print_booklet(shop, every)), ("cards", cards.print_cards(shop, every))]
    if MAP in shop.book.lists:
        found.append(("map", sheets.print_poster(replace(shop, paper=WALLS[paper]), every)))
    for name, printed in (*found, *_checklists(shop, every), *_forms(shop, every)):
        yield f"{PDFS}/{paper}/{name}.pdf", printed


def _checklists(shop: Shop, every: list[Entry]) -> Iterable[tuple[str, Printed]]:
    """What all of them hold is laid out once, and bound together and alone."""
    press = shop.press("checklists")
    parts = sheets.lay_checklists(shop, press, every)
    for entry, laid in parts:
        problems: tuple[Diagnostic, ...] = tuple(too_long(shop.page(entry), laid, shop))
        yield entry.id, Printed(press.pdf([laid], forms=True), laid.sheets, problems)
    if parts:
        title = shop.title([entry for entry, _ in parts])
        yield "checklists", Printed(press.pdf([laid for _, laid in parts], title, forms=True), len(parts))


def _forms(shop: Shop, every: list[Entry]) -> Iterable[tuple[str, Printed]]:
    press = shop.press("fields", "forms")
    parts, called = forms.lay_forms(shop, press, every)
    for entry, laid in parts:
        yield entry.id, Printed(press.pdf([laid], forms=True, called=called), laid.sheets)
    if parts:
        title = shop.title([entry for entry, _ in parts])
        yield "forms", Printed(press.pdf([laid for _, laid in parts], title, forms=True, called=called), len(parts))
