"""Templates on paper: as PDFs that can be typed into, and as canvases for a wall."""

from __future__ import annotations

import re
from collections.abc import Sequence

from patternbook.core.diagnostics import Diagnostic
from patternbook.core.samples import in_advance
from patternbook.core.views import Entry
from patternbook.edges.pdf import Laid, Press
from patternbook.hosts.paper import fields
from patternbook.hosts.paper.pages import to_use
from patternbook.hosts.paper.shop import POSTER_SIZES, Nothing, Printed, Shop, fitted, too_long

# One wide column is for type that can be read from a step away; below that there are two.
WALL_SIZES = (16, 14, 12.5, 11, 10, 9.25)


def print_forms(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """Templates as PDFs that can be typed into, with the answers that are given."""
    press = shop.press("fields", "forms")
    parts, called = lay_forms(shop, press, _chosen(shop, entries))
    pdf = press.pdf([laid for _, laid in parts], shop.title([entry for entry, _ in parts]), forms=True, called=called)
    return Printed(pdf, sum(laid.sheets for _, laid in parts))


def lay_forms(shop: Shop, press: Press, entries: Sequence[Entry]) -> tuple[list[tuple[Entry, Laid]], dict[str, str]]:
    """The templates among the entries, each laid out by itself, and what their groups of buttons are called, by name."""
    called: dict[str, str] = {}
    parts = [
        (entry, press.lay(shop.document([_form(shop, entry, called)], "forms", entry.title), forms=True))
        for entry in entries
        if entry.id in shop.book.forms
    ]
    return parts, called


def _form(shop: Shop, entry: Entry, called: dict[str, str]) -> str:
    """A template's article, and what its groups of buttons are `called`."""
    book = shop.book
    form = book.forms[entry.id]
    answers = in_advance(form.fields, form.company, book.definition) | dict(shop.answers.get(entry.id, {}))
    text = fields.roomy(to_use(book.pages[entry.path].text), form, answers, book.definition)
    found = fields.controls(form, answers, book.definition)
    called |= fields.groups(entry.id, found)
    return shop.tool(entry, text, fields.named(entry.id, found))


def _chosen(shop: Shop, entries: Sequence[Entry]) -> list[Entry]:
    chosen = [entry for entry in entries if entry.id in shop.book.forms]
    if not chosen:
        raise Nothing(shop.nothing("no template", lambda entry: entry.id in shop.book.forms))
    return chosen


def print_canvas(shop: Shop, entries: Sequence[Entry]) -> Printed:
    """Templates as canvases for a wall, one sheet each, laid across."""
    press, chosen = shop.press("fields", "posters"), _chosen(shop, entries)
    parts: list[Laid] = []
    problems: list[Diagnostic] = []
    for entry in chosen:
        laid = _canvas(shop, press, entry)
        parts.append(laid)
        problems += too_long(shop.page(entry), laid, shop)
    return Printed(press.pdf(parts, shop.title(chosen)), sum(part.sheets for part in parts), tuple(problems))


def _canvas(shop: Shop, press: Press, entry: Entry) -> Laid:
    """A template on one sheet: what is filled in stands in one wide column, or in two where the type would get too small."""
    html = _form(shop, entry, {})

    def laid(columns: int, sizes: Sequence[float]) -> Laid:
        return fitted(press, shop.document([_walled(html, columns)], "poster canvas", entry.title), sizes)

    wide = laid(1, WALL_SIZES)
    return wide if wide.sheets == 1 else laid(2, POSTER_SIZES)


def _walled(html: str, columns: int) -> str:
    """A template's article with what explains it beside what is filled in, which is divided where about half of it is told."""
    head, *sections = re.split(r"(?=<h2 )", html.removesuffix("\n</article>"))
    asked = [section for section in sections if 'data-field="' in section]
    how = "".join(section for section in sections if section not in asked)
    weights = [_height(section) for section in asked]
    rooms = [""] * columns
    told = 0
    for section, weight in zip(asked, weights, strict=True):
        rooms[min(columns - 1, (told + weight // 2) * columns // max(sum(weights), 1))] += section
        told += weight
    cells = "".join(f'<div class="pb-room">{room}</div>' for room in rooms)
    return f'{head}<div class="pb-wall pb-wall-{columns}"><div class="pb-how">{how}</div>{cells}</div></article>'


def _height(html: str) -> int:
    """About how high a section is, in lines: a row of a table takes two or three, a text as many as it has."""
    rows = sum(int(rows) for rows in re.findall(r'<textarea[^>]* rows="(\d+)"', html))
    return len(re.findall(r"<(?:p|li|legend|h[1-6])\b", html)) + 2 * len(re.findall(r"<tr\b", html)) + 2 * rows
