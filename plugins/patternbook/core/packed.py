"""A page that was read, as bytes for a cache or another process, and back: the same, in a fifth of the time that reading takes.

The bytes are JSON and hold no text that the source holds: a word is the number of its place. They are read with the source and the
definition that the page was read with, so they are good for nothing beside others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from patternbook.core.data import decoded
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, Severity
from patternbook.core.model import Anchor, Document, Section
from patternbook.core.scan import Blank, Hazard, Heading, Item, Link, Listing, Marks, Picture
from patternbook.core.schema import Record, Value, Word
from patternbook.core.source import Source, Span

Read = tuple[Document, list[Diagnostic]]

_WORD, _TUPLE, _RECORD, _DATE, _NUMBER = range(5)
_END = 0xFFFFFFFF


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


# Front matter. A number is a word whose text stands in the source as it is; everything but it and truth values is a list, whose
# first item tells its sort.


def _value(value: Value) -> object:
    match value:
        case Word():
            return _word(value)
        case bool() | float():
            return value
        case int():
            return [_NUMBER, value]
        case date():
            return [_DATE, value.isoformat()]
        case tuple():
            return [_TUPLE, *map(_value, value)]
        case Record():
            return [_RECORD, *_record(value)]
    raise _Unusual


def _value_of(value: Any, source: Source) -> Value:
    if value.__class__ is int:
        return Word.at(source.text[value >> 32 : value & _END], source, value)
    if value.__class__ is not list:
        return value  # type: ignore[no-any-return]  # a truth value or a fraction
    sort = value[0]
    if sort == _TUPLE:
        return tuple([_value_of(item, source) for item in value[1:]])
    if sort == _RECORD:
        return _record_of(value[1:], source)
    if sort == _WORD:
        return Word.at(value[1], source, value[2])
    return date.fromisoformat(value[1]) if sort == _DATE else int(value[1])


def _word(word: Word) -> object:
    place = word.place
    return place if word == word.source.text[place >> 32 : place & _END] else [_WORD, str(word), place]


def _record(record: Record) -> list[object]:
    """A mapping: where it stands, then each key with its place and value. A key whose value was refused has none."""
    if record.place or record.values.keys() - record.keys.keys() or any(key != word for key, word in record.keys.items()):
        raise _Unusual
    rows: list[object] = [record.place.place]
    for key, word in record.keys.items():
        rows += [key, word.place, _value(record.values[key]) if key in record.values else None]
    return rows


def _record_of(rows: list[Any], source: Source) -> Record:
    values: dict[str, Value] = {}
    keys: dict[str, Word] = {}
    for key, place, value in zip(rows[1::3], rows[2::3], rows[3::3], strict=True):
        name = _shared(key)
        keys[name] = Word.at(name, source, place)
        if value is not None:
            values[name] = _value_of(value, source)
    return Record(Word.at("", source, rows[0]), values, keys)


@lru_cache(1 << 12)
def _shared(name: str) -> str:
    """A key as one text for all pages."""
    return name


# The body


def _place(span: Span) -> int:
    return span.start << 32 | span.end


def _span(place: int) -> Span:
    return Span(place >> 32, place & _END)


# What each sort of mark is made of. Spans are told from the rest by their type.
_MARKS: dict[str, Callable[..., Any]] = {
    "headings": Heading, "links": Link, "blanks": Blank, "items": Item, "listings": Listing, "pictures": Picture, "braces": Span,
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
    return Anchor(_span(row[0]), row[1], row[2], row[3])


def _section(section: Section) -> list[object]:
    return [
        section.key, section.heading and _anchor(section.heading), _place(section.span), _place(section.body),
        _marks(section.marks), [_anchor(anchor) for anchor in section.anchors], section.layer, section.internal,
    ]  # fmt: skip


def _section_of(row: list[Any], source: Source) -> Section:
    key, heading, span, body, marks, anchors, layer, internal = row
    return Section(
        key, heading and _anchor_of(heading), source, _span(span), _span(body), _marks_of(marks),
        tuple([_anchor_of(anchor) for anchor in anchors]), layer, internal,
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
