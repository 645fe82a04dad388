"""A template as a form: its fields, and the outline of the document that it is filled into.

The document holds the headings below which something is asked, fields on a line of their own, and the sentences that have a blank.
What the page says about how to fill it stays on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from patternbook.core.definition import Definition
from patternbook.core.fields import company_values, resolved
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.filled import Heading, Piece, Place, Sentence
from patternbook.core.graph import Names
from patternbook.core.links import spoken
from patternbook.core.model import Anchor, Document, Section
from patternbook.core.scan import Blank, plain, sentence_around
from patternbook.core.source import Span

# Stand around a field's id while a sentence is made plain: no author's text holds them, for they mean nothing.
_OPEN, _SHUT = "\ufdd0", "\ufdd1"
_MARKER = re.compile(r"[ \t]*([-*+]|\d+[.)])[ \t]")


@dataclass(frozen=True, slots=True)
class Form:
    """A template to fill. `company` holds what the company's own values say, by field."""

    id: str
    title: str
    path: str
    fields: tuple[FieldSpec, ...]
    outline: tuple[Piece, ...]
    company: Mapping[str, tuple[str, ...]]


def form_of(document: Document, names: Names, definition: Definition) -> Form:
    """The form that a page's text and fields make."""
    fields = resolved(document.fields, definition)
    known = {spec.id for spec in fields}
    outline = [piece for section in document.sections for piece in _section(section, known, names)]
    return Form(document.id, document.title, document.path, fields, tuple(outline), company_values(fields, definition))


def _section(section: Section, known: set[str], names: Names) -> Iterable[Piece]:
    """Headings and blanks of a section in their order; sentences of one paragraph or item stay together."""
    text = section.source.text
    blanks = [blank for blank in section.marks.blanks if blank.field in known]
    headings = [anchor for anchor in (section.heading, *section.anchors) if anchor] if blanks else []
    marks: list[Anchor | Blank] = sorted([*headings, *blanks], key=lambda mark: mark.span.start)
    pieces: list[Piece] = []
    told, block = Span(0, 0), -1
    for mark in marks:
        last = pieces[-1] if pieces else None
        if isinstance(mark, Anchor):
            pieces.append(Heading(mark.level, plain(mark.text)))
        elif mark.alone:
            pieces.append(Place(mark.field))
        elif mark.span.start >= told.end:
            told, before = _sentence(text, mark.span), block
            block = _block(text, told.start)
            runs = _runs(section.source.slice(told), names)
            if isinstance(last, Sentence) and block == before:
                pieces[-1] = Sentence(last.marker, (*last.runs, " ", *runs))
            else:
                pieces.append(Sentence(_marker(text, block), runs))
    return pieces


def _sentence(text: str, blank: Span) -> Span:
    """The sentence that a blank stands in; where it is the whole of one, the words before it say what is asked."""
    found = sentence_around(text, blank)
    alone = not re.sub(r"[\s.!?]", "", text[found.start : blank.start] + text[blank.end : found.end])
    start = len(text[: found.start].rstrip())
    if alone and start > _block(text, found.start):
        return Span(sentence_around(text, Span(start - 1, start)).start, found.end)
    return found


def _block(text: str, place: int) -> int:
    """Where the paragraph or list item begins in which a place lies."""
    start = text.rfind("\n", 0, place) + 1
    while start > 0 and not _MARKER.match(text, start):
        before = text.rfind("\n", 0, start - 1) + 1
        if not text[before : start - 1].strip() or text[before] == "#":
            break
        start = before
    return start


def _marker(text: str, block: int) -> str:
    found = _MARKER.match(text, block)
    return "" if not found else f"{found[1].replace(')', '.')} " if found[1][:-1].isdigit() else "- "


def _runs(text: str, names: Names) -> tuple[str | Place, ...]:
    """A sentence in plain words, with its blanks between them."""
    marked = re.sub(r"\[\[\?([^\]\n]*)\]\]", lambda blank: f"{_OPEN}{blank[1].strip()}{_SHUT}", text)
    pieces = re.split(f"{_OPEN}([^{_SHUT}]*){_SHUT}", plain(spoken(marked, names)))
    return tuple(Place(piece) if n % 2 else piece for n, piece in enumerate(pieces) if piece)
