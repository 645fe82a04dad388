"""The shape of a page's front matter, made from the book's definition.

The same shapes read pages, say themselves as JSON Schema for editors, and guide `patternbook new`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from patternbook.core.data import Node, Scalar
from patternbook.core.definition import Definition, Kind
from patternbook.core.diagnostics import Code, clip
from patternbook.core.fieldspec import FIELD_TYPES, ID, ID_TEXT, LINE, FieldSpec, field_shape
from patternbook.core.schema import (
    Anything,
    Choice,
    Day,
    Either,
    Fields,
    Flag,
    Items,
    Number,
    Reading,
    Shape,
    Table,
    Text,
    Value,
    Word,
)

REVIEW_EVERY = r"[1-9]\d{0,2} (day|week|month|year)s?"
# No sign that could end the link or the attribute that it is written into.
ADDRESS = r"(?:https?://|mailto:)[^\s<>\"\\`{}|^]+"
MODES = ("replace", "append", "prepend", "drop")


@dataclass(frozen=True, slots=True)
class Address:
    """An address outside the book, whole, as it can stand in a link of at most `chars` characters."""

    chars: int = 2_000

    def read(self, node: Node, reading: Reading) -> Word | None:
        """The address, if nothing in it could end the link or run."""
        word = Text(line=True, chars=self.chars).read(node, reading)
        if word is None or re.fullmatch(ADDRESS, word):
            return word
        message = f'"{clip(word)}" is not an address that may be linked to'
        help = "Write it whole, with https, http or mailto, and without spaces and brackets."
        return reading.report(node.span, Code.UNSAFE_ADDRESS, message, help)

    def json(self) -> dict[str, object]:
        """The same as JSON Schema."""
        return {"type": "string", "pattern": f"^{ADDRESS}$", "maxLength": self.chars}


@dataclass(frozen=True, slots=True)
class Inside:
    """What of a page only colleagues may read: `yes` for all of it, or a list of its sections and fields."""

    def read(self, node: Node, reading: Reading) -> Value | None:
        """The names, or `yes` alone; nothing for `no`."""
        if isinstance(node, Scalar) and node.text in ("yes", "true", "no", "false"):
            return (Word("yes", reading.source, node.span),) if node.text in ("yes", "true") else ()
        return Items(Text(pattern=r"[a-z0-9_-]+", what="yes, or a list of sections and fields"), 1, alone=True).read(node, reading)

    def json(self) -> dict[str, object]:
        """The same as JSON Schema."""
        return {"anyOf": [Flag().json(), Items(Text(pattern=r"[a-z0-9_-]+"), 1, alone=True).json()]}


def page_shape(kind: Kind, definition: Definition) -> Fields:
    """The front matter of one kind of page."""
    facets = {facet.id: _facet(facet.id, tuple(facet.values), facet.many) for facet in definition.facets.values()}
    relation = Items(Either(ID_TEXT, Fields({"id": ID_TEXT, "why": LINE}, ("id",), "key of a relation")), alone=True)
    shapes: dict[str, Shape] = {
        "kind": Choice(tuple(definition.kinds), "kind"),
        "title": Text(line=True, chars=120),
        "aka": Items(LINE, alone=True),
        "keywords": Items(LINE, alone=True),
        "aliases": Items(ID_TEXT, alone=True),
        "summary": Text(words=60),
        "tags": Fields(facets, kind.requires, "facet"),
        "relations": Fields(dict.fromkeys(definition.relations, relation), (), "relation"),
        "status": Choice(tuple(definition.statuses), "status"),
        "owner": LINE,
        "reviewed": Fields({"on": Day(), "text": Text(pattern="[0-9a-f]{6}", what="six hexadecimal digits")}, ("on", "text")),
        "internal": Inside(),
        "vocabulary": Flag(),
        "review_every": Text(pattern=REVIEW_EVERY, what="a time such as `6 months`"),
        "sources": Items(Fields({"title": LINE, "by": LINE, "url": Address()}, ("title",), "key of a source")),
    }
    shapes |= {spec.id: kind_field(spec) for spec in kind.fields}
    required = ["kind", "title", "summary"]
    required += ["status"] if kind.listed else []
    required += ["tags"] if kind.requires else []
    required += [spec.id for spec in kind.fields if spec.required]
    return Fields(shapes, tuple(required))


def _facet(id: str, values: tuple[str, ...], many: bool) -> Shape:
    return Items(Choice(values, id), least=1, most=len(values) if many else 1, alone=True)


def kind_field(spec: FieldSpec) -> Shape:
    """The shape of a kind's own field in front matter."""
    match spec.type:
        case "number":
            return Number(spec.least, spec.most)
        case "scale":
            return Number(1, 5)
        case "date":
            return Day()
        case "choice":
            return Choice(tuple(value for value, _ in spec.options), spec.id)
        case "list":
            return Items(LINE, spec.least or 0, spec.most or 500)
        case "fields":
            return Table(field_shape(FIELD_TYPES))
        case "steps":
            return Items(Fields({"id": ID_TEXT, "why": LINE}, ("id", "why"), "key of a step"), 1)
        case "text":
            return Text(words=spec.most)
        case _:
            return LINE


def answer_shape(spec: FieldSpec, definition: Definition) -> Shape:
    """The shape of an answer to a template's field."""
    line = Text(line=True, chars=1_000)
    options = Choice(tuple(value for value, _ in spec.options), spec.id)
    number = Number(whole=False)
    horizons = definition.facets.get(definition.horizons)
    shapes: dict[str, Shape] = {
        "text": Text(chars=20_000),
        "number": Number(spec.least, spec.most, whole=False),
        "date": Day(),
        "range": Fields({"low": number, "high": number}, ("low", "high"), "end of a range"),
        "choice": options,
        "multi": Items(options, most=spec.most or 500),
        "tick": Flag(),
        "scale": Number(1, 5),
        "horizon": Choice(tuple(horizons.values) if horizons else (), spec.id),
        "list": Items(line, unique=False, most=200),
    }
    if spec.type == "table":
        columns = {column.id: answer_shape(column, definition) for column in spec.columns}
        required = tuple(column.id for column in spec.columns if column.required)
        return Items(Fields(columns, required, "column"), unique=False, most=200)
    return shapes.get(spec.type, line)


def answers_shape(fields: tuple[FieldSpec, ...], definition: Definition) -> Fields:
    """The shape of a whole answers file of a template."""
    required = tuple(spec.id for spec in fields if spec.required)
    return Fields({spec.id: answer_shape(spec, definition) for spec in fields}, required, "field")


# What an override says of one section, and beside the value of one field.
SETTING: dict[str, Shape] = {
    "mode": Choice(MODES, "mode"),
    "why": LINE,
    "internal": Flag(),
    "against": Text(pattern="[0-9a-f]{6}", what="six hexadecimal digits"),
}
FIELD_SETTING = Fields(SETTING, ("mode",), "key of a field's change")
OVERRIDE = Fields(
    {
        "extends": Text(pattern=rf"{ID}(/index)?", what="the id of a page below, or `index`"),
        "internal": Flag(),
        "fields": Anything(),
        "sections": Table(Fields(SETTING, ("mode",), "key of a section")),
    },
    ("extends",),
)
