"""What goes on paper besides the pages themselves: cover, contents and indexes of a booklet, and the two sides of a card.

All of it is Markdown with links to `.md` paths, or values. Where a link says a page number, whoever lays the sheets out puts it in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from patternbook.core.blocks import Part
from patternbook.core.book import Book
from patternbook.core.compose import compose_list
from patternbook.core.definition import Kind
from patternbook.core.source import Source, Span
from patternbook.core.text import md
from patternbook.core.views import GLOSSARY, Entry, ListView

COVER, CONTENTS, INDEX = "paper/cover.md", "paper/contents.md", "paper/index.md"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a booklet: where links reach it, its Markdown, and its kind if it has one.

    `part` is the name of the part that begins with it, or nothing; `sort` is what it is, where it is no page of the book.
    """

    path: str
    text: str
    kind: str = ""
    part: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A part of a card's back, and where it was written: lines, or the section whose heading has the id `anchor`."""

    heading: str
    lines: tuple[str, ...]
    anchor: str
    source: Source
    span: Span


@dataclass(frozen=True, slots=True)
class CardText:
    """What a card says: its page on the front, parts of it on the back. `source` and `span` are where its summary was written."""

    entry: Entry
    sides: tuple[Side, ...]
    source: Source
    span: Span


def booklet(book: Book, entries: Sequence[Entry], title: str, note: str, day: date, whole: bool) -> list[Leaf]:
    """A booklet of the entries, which come in the order of kinds: cover, contents, pages, glossary and indexes.

    `note` says on the cover where the text can be read. A booklet that is not of the `whole` book has only the terms that its
    pages use.
    """
    chosen = {entry.path for entry in entries}
    back = [*_glossary(book, entries, whole), *_sayings(book, chosen)]
    index = ListView(INDEX, book.definition.say("paper-index"), "")
    pages = [
        Leaf(entry.path, book.pages[entry.path].text, entry.kind.id, entry.kind.plural if first else "")
        for entry, first in _parts(entries)
    ]
    return [
        Leaf(COVER, _cover(book, title, note, day), sort="pb-cover"),
        Leaf(CONTENTS, _contents(book, entries, [*back, index]), sort="pb-contents"),
        *pages,
        *(Leaf(view.path, compose_list(view, book.definition).text) for view in back),
        Leaf(INDEX, _index(book, entries, back), sort="pb-index"),
    ]


def _parts(entries: Iterable[Entry]) -> Iterable[tuple[Entry, bool]]:
    """Each entry, and whether it is the first of its kind."""
    before: Kind | None = None
    for entry in entries:
        yield entry, entry.kind is not before
        before = entry.kind


def _cover(book: Book, title: str, note: str, day: date) -> str:
    definition = book.definition
    logo = f"![{md(definition.name)}](../{definition.logo})\n\n" if definition.logo in book.assets else ""
    lines = [definition.say("paper-edition", day=day.isoformat()), note, definition.licence[0]]
    name = "" if title == definition.name else f"{md(definition.name)}\n\n"
    imprint = "\n\n".join(md(line) for line in lines if line)
    return f"{logo}# {md(title)}\n\n{name}{md(definition.tagline)}\n\n{Part(imprint, 'pb-imprint').html()}\n"


def _link(text: str, path: str, anchor: str = "") -> str:
    return f"[{md(text)}](../{path}{f'#{anchor}' if anchor else ''})"


def _contents(book: Book, entries: Sequence[Entry], back: Iterable[ListView]) -> str:
    lines = [f"# {md(book.definition.say('paper-contents'))}", ""]
    for entry, first in _parts(entries):
        lines += ["", f"## {md(entry.kind.plural)}", ""] if first else []
        lines.append(f"- {_link(entry.title, entry.path)}")
    return "\n".join([*lines, "", *(f"- {_link(view.title, view.path)}" for view in back)])


def _glossary(book: Book, entries: Iterable[Entry], whole: bool) -> list[ListView]:
    view = book.lists.get(GLOSSARY)
    if view is None:
        return []
    text = " ".join(entry.search_text for entry in entries)
    terms = book.definition.glossary
    used = tuple(
        row for row in view.terms if whole or any(word.casefold() in text for word in (terms[row[0]].term, *terms[row[0]].aka))
    )
    return [replace(view, terms=used)] if used else []


def _sayings(book: Book, chosen: set[str]) -> list[ListView]:
    """What readers say, for the pages that are there."""
    found = []
    for view in book.lists.values():
        groups = ((id, label, tuple(row for row in rows if row[2] in chosen)) for id, label, rows in view.sayings)
        if sayings := tuple(group for group in groups if group[2]):
            found.append(replace(view, sayings=sayings))
    return found


def _index(book: Book, entries: Iterable[Entry], back: Iterable[ListView]) -> str:
    """Every title, other name and term, in the order of the alphabet, with the page that it leads to."""
    rows = [(name, entry.path, "") for entry in entries for name in (entry.title, *entry.aka)]
    rows += [(term, view.path, id) for view in back for id, term, _, _ in view.terms]
    lines = (f"- {_link(*row)}" for row in sorted(set(rows), key=lambda row: (row[0].casefold(), *row)))
    return f"# {md(book.definition.say('paper-index'))}\n\n" + "\n".join(lines)


def narrowed(view: ListView, chosen: Collection[str]) -> ListView:
    """The map with the chosen pages alone, and without what holds none of them."""
    parts = []
    for id, heading, text, groups in view.parts:
        kept = tuple(replace(group, cards=tuple(card for card in group.cards if card.path in chosen)) for group in groups)
        if kept := tuple(group for group in kept if group.cards):
            parts.append((id, heading, text, kept))
    return replace(view, parts=tuple(parts))


def card_texts(book: Book, entries: Iterable[Entry]) -> list[CardText]:
    """What the cards of some pages say: the parts that the kind's `card` names, those of them that the page has."""
    documents = {document.path: document for document in book.documents}
    found = []
    for entry in entries:
        document = documents[entry.path]
        sides = []
        for name in entry.kind.card:
            section = document.find(name)
            spec = next((spec for spec in entry.kind.fields if spec.id == name), None)
            if section and section.heading:
                sides.append(Side(section.heading.text, (), section.heading.id, section.source, section.heading.span))
            elif spec and (lines := document.front.words(name)):
                key = document.front.key(name) or document.place
                sides.append(Side(spec.label, tuple(map(str, lines)), "", key.source, key.span))
        summary = document.front.key("summary") or document.place
        found.append(CardText(entry, tuple(sides), summary.source, summary.span))
    return found
