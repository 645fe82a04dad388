"""A page that was read, as bytes for a cache or another process, and back: the same, in a fifth of the time that reading takes.

The bytes are JSON and hold no text that the source holds: a word is the number of its place. They are read with the source and the
definition that the page was read with, so they are good for nothing beside others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from patternbook.core.data import decoded
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, Severity
from patternbook.core.model import Anchor, Document, Section
from patternbook.core.scan import Blank, Hazard, Heading, Item, Link, Listing, Marks, Picture
from patternbook.core.schema import Record, Whole, Word
from patternbook.core.source import Source, Span, shared

Read = tuple[Document, list[Diagnostic]]

_WORD, _TUPLE, _RECORD, _DATE, _NUMBER = range(5)


class _Unusual(Exception):
    """The page holds what only the few have that are changed by layers or cannot be read. They are read again each time."""


def pack(read: Read) -> bytes:
    """A page and its problems as bytes; none for a page that must be read again."""
    document, problems = read
    if document.kind is None or document.node is not None or document.broken:
        return b""
    try:
        value = [
            document.path, document.id, document.kind.id, _record(document.front), [_section(s) for s in document.sections],
            document.layers, [_problem(problem) for problem in problems],
        ]  # fmt: skip
    except _Unusual:
        return b""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(data: bytes, full: str, content: bytes, definition: Definition) -> Read:
    """The page at a full path again, from the bytes that `pack` made of it and from the content that it was read from."""
    path, id, kind, front, sections, layers, problems = json.loads(data.decode("utf-8", "surrogatepass"))
    source = decoded(full, content)
    document = Document(
        path, source, id, definition.kinds[kind], _record_of(front, source), None,
        tuple([_section_of(row, source) for row in sections]), tuple(layers),
    )  # fmt: skip
    return document, [_problem_of(row) for row in problems]


# Front matter, as a record keeps it: most of that is numbers and texts already. All else is a list, whose first item is its sort.


def _kept(kept: object, source: Source) -> object:
    match kept:
        case Word() if kept.source is source:
            return [_WORD, str(kept), kept.place]
        case Whole():
            return [_NUMBER, kept.value]
        case date():
            return [_DATE, kept.isoformat()]
        case tuple():
            return [_TUPLE, *[_kept(one, source) for one in kept]]
        case Record() if kept.source is source:
            return [_RECORD, *_record(kept)]
        case None | bool() | float() | int():
            return kept
    raise _Unusual


def _kept_again(told: Any, source: Source) -> object:
    if told.__class__ is not list:
        return told
    sort = told[0]
    if sort == _TUPLE:
        return tuple([_kept_again(one, source) for one in told[1:]])
    if sort == _RECORD:
        return _record_of(told[1:], source)
    if sort == _WORD:
        return Word.at(told[1], source, told[2])
    return date.fromisoformat(told[1]) if sort == _DATE else Whole(told[1])


def _record(record: Record) -> list[object]:
    rows: list[object] = [record.at]
    for name, key, value in zip(*[iter(record.rows)] * 3, strict=True):
        rows += [name, _kept(key, record.source), _kept(value, record.source)]
    return rows


def _record_of(told: list[Any], source: Source) -> Record:
    rows: list[object] = []
    for name, key, value in zip(*[iter(told[1:])] * 3, strict=True):
        rows += [shared(name), _kept_again(key, source), _kept_again(value, source)]
    return Record(source, told[0], tuple(rows))


# The body


def _place(span: Span) -> int:
    return span.start << 32 | span.end


def _span(place: int) -> Span:
    return Span(place >> 32, place & 0xFFFFFFFF)


def _heading(span: Span, level: int, text: str, anchor: str | None) -> Heading:
    return Heading(span, level, shared(text), anchor)


# What each sort of mark is made of. Spans are told from the rest by their type.
_MARKS: dict[str, Callable[..., Any]] = {
    "headings": _heading, "links": Link, "blanks": Blank, "items": Item, "listings": Listing, "pictures": Picture, "braces": Span,
    "codes": Span, "fences": Span, "hazards": Hazard,
}  # fmt: skip
_SORTS = tuple(_MARKS)
_SECOND_SPAN = {"items", "listings"}


def _marks(marks: Marks) -> list[object]:
    """The marks of each sort that there are, by its number."""
    found: list[object] = []
    for number, name in enumerate(_MARKS):
        if some := getattr(marks, name):
            found += [number, [_place(one) if isinstance(one, Span) else _mark(one) for one in some]]
    return found


def _mark(mark: object) -> list[object]:
    values = (getattr(mark, name) for name in mark.__slots__)  # type: ignore[attr-defined]
    return [_place(value) if isinstance(value, Span) else value for value in values]


def _marks_of(rows: list[Any]) -> Marks:
    if not rows:
        return _NONE
    return Marks(
        **{name: tuple(_some(name, some)) for name, some in ((_NAMES[n], s) for n, s in zip(rows[::2], rows[1::2], strict=True))}
    )


_NONE = Marks()
_NAMES = tuple(_MARKS)


def _some(name: str, rows: list[Any]) -> Iterable[Any]:
    make = _MARKS[name]
    if make is Span:
        return [_span(place) for place in rows]
    if name in _SECOND_SPAN:
        return [make(_span(place), _span(inner), *rest) for place, inner, *rest in rows]
    return [make(_span(place), *rest) for place, *rest in rows]


def _anchor(anchor: Anchor) -> list[object]:
    return [_place(anchor.span), anchor.level, anchor.text, anchor.id]


def _anchor_of(row: list[Any]) -> Anchor:
    # Most pages have the headings of their kind.
    return Anchor(_span(row[0]), row[1], shared(row[2]), shared(row[3]))


def _section(section: Section) -> list[object]:
    return [
        section.key, section.heading and _anchor(section.heading), _place(section.span), _place(section.body),
        _marks(section.marks), [_anchor(anchor) for anchor in section.anchors], section.layer, section.internal,
    ]  # fmt: skip


def _section_of(row: list[Any], source: Source) -> Section:
    key, heading, span, body, marks, anchors, layer, internal = row
    return Section(
        shared(key), heading and _anchor_of(heading), source, _span(span), _span(body), _marks_of(marks),
        tuple([_anchor_of(anchor) for anchor in anchors]), shared(layer), internal,
    )  # fmt: skip


def _problem(problem: Diagnostic) -> list[object]:
    span = problem.span
    return [
        problem.path, problem.line, problem.column, problem.code.name, problem.severity.name, problem.message, problem.help,
        None if span is None else _place(span),
    ]  # fmt: skip


def _problem_of(row: list[Any]) -> Diagnostic:
    path, line, column, code, severity, message, help, place = row
    span = None if place is None else _span(place)
    return Diagnostic(path, line, column, Code[code], Severity[severity], message, help, span)
