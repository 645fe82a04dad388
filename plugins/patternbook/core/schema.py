"""Shapes: what a value in front matter or in `_book` may be. One shape reads, checks and documents.

A shape types a node, reports every problem at its span, and can say itself as JSON Schema, so that
editors and `patternbook check` cannot disagree (a test holds the two against each other).
Reading is total: it returns `None` for what cannot be used and goes on with the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from patternbook.core.data import Mapping, Node, Scalar, Sequence
from patternbook.core.diagnostics import Code, Diagnostic, at, clip, listed, suggestion
from patternbook.core.source import Source, Span, shared


class Word(str):
    """Text from a file that knows its place, so that a later check can point at it."""

    # A page has some eighty of these. A dictionary in each would take three times the room of the rest, and a span of its own as
    # much as the rest, so start and end of the place are one number.
    __slots__ = ("place", "source")

    source: Source
    place: int

    def __new__(cls, text: str, source: Source, span: Span) -> Word:
        return cls.at(text, source, span.start << 32 | span.end)

    @classmethod
    def at(cls, text: str, source: Source, place: int) -> Word:
        """One whose place is such a number."""
        word = super().__new__(cls, text)
        word.source, word.place = source, place
        return word

    @property
    def span(self) -> Span:
        """Where it stands in its source."""
        return Span(self.place >> 32, self.place & 0xFFFFFFFF)

    def problem(self, code: Code, message: str, help: str = "") -> Diagnostic:
        """An error at the place of this word."""
        return at(self.source, self.span, code, message, help)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in a record, where a number alone is a place."""

    value: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Record:  # noqa: PLW1641 (no key of a mapping)
    """A mapping that has been read. Its accessors give values of one type, or nothing.

    Nearly every word of it stands in its source as it is. So a record keeps places, and makes a word when somebody asks for it:
    words that were kept would take half of the memory of a book. `rows` are one behind the other the name, the place of the key
    and the value of each entry. A place is a number as that of a word; a word of another source or spelling is kept as it is.
    An entry that no source holds has no place, and one that could not be read no value. `at` is the place of the whole.
    """

    source: Source
    at: int
    rows: tuple[object, ...] = ()

    @classmethod
    def of(cls, place: Word, values: MappingABC[str, Value], keys: MappingABC[str, Word] | None = None) -> Record:
        """The record at a place that has these values, and of these keys the places."""
        source, keys = place.source, keys or {}
        rows: list[object] = []
        for name in dict.fromkeys((*keys, *values)):
            rows += [shared(str(name)), _kept(keys[name], source) if name in keys else None, _kept(values.get(name), source)]
        return cls(source, place.place, tuple(rows))

    def having(self, values: MappingABC[str, Value]) -> Record:
        """The same with other values."""
        return Record.of(self.place, values, self.keys)

    def __repr__(self) -> str:
        return f"Record({self.values})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.values == other.values

    @property
    def place(self) -> Word:
        """Where it stands in its source, as a word without letters."""
        return Word.at("", self.source, self.at)

    @property
    def names(self) -> tuple[str, ...]:
        """What it has an entry for, if only one that could not be read."""
        return self.rows[::3]  # type: ignore[return-value]  # every third one is a name

    @property
    def values(self) -> dict[str, Value]:
        """What could be read, by name."""
        return {name: value for name in self.names if (value := self.get(name)) is not None}

    @property
    def keys(self) -> dict[str, Word]:
        """The keys as they were written, by name."""
        return {name: key for name in self.names if (key := self.key(name)) is not None}

    def key(self, name: str) -> Word | None:
        """A key as it was written, with its place."""
        return self._made(self._part(name, 1))  # type: ignore[return-value]  # a place makes a word

    def get(self, name: str) -> Value | None:
        """A value, whatever it is."""
        return self._made(self._part(name, 2))

    def _part(self, name: str, part: int) -> object:
        names = self.names
        return self.rows[3 * names.index(name) + part] if name in names else None

    def _made(self, kept: object) -> Value | None:
        """What was kept as a value again."""
        if kept.__class__ is int:
            return Word.at(self.source.text[kept >> 32 : kept & 0xFFFFFFFF], self.source, kept)
        if kept.__class__ is tuple:
            return tuple([self._made(one) for one in kept])  # type: ignore[misc]
        return kept.value if isinstance(kept, Whole) else kept  # type: ignore[return-value]

    def word(self, key: str) -> Word | None:
        """Text with its place."""
        value = self.get(key)
        return value if isinstance(value, Word) else None

    def text(self, key: str, default: str = "") -> str:
        """Text without its place."""
        kept = self._part(key, 2)
        if kept.__class__ is int:  # many pages are asked for their titles many times
            return self.source.text[kept >> 32 : kept & 0xFFFFFFFF] or default
        return str(kept) if isinstance(kept, Word) and kept else default

    def said(self, key: str, default: str = "") -> str:
        """Text for readers: with its place, so that an edition's words in it can be told."""
        return self.word(key) or default

    def words(self, key: str) -> tuple[Word, ...]:
        """The texts of a list."""
        return tuple(item for item in self.items(key) if isinstance(item, Word))

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list without their places."""
        return tuple(map(str, self.words(key)))

    def number(self, key: str) -> int | None:
        """A whole number."""
        value = self.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, key: str, default: bool = False) -> bool:
        """Yes or no."""
        value = self.get(key)
        return value if isinstance(value, bool) else default

    def day(self, key: str) -> date | None:
        """A date."""
        value = self.get(key)
        return value if isinstance(value, date) else None

    def record(self, key: str) -> Record | None:
        """A mapping."""
        value = self.get(key)
        return value if isinstance(value, Record) else None

    def items(self, key: str) -> tuple[Value, ...]:
        """A list, whatever it holds."""
        value = self.get(key)
        return value if isinstance(value, tuple) else ()

    def records(self, key: str) -> tuple[Record, ...]:
        """The mappings of a list."""
        return tuple(item for item in self.items(key) if isinstance(item, Record))

    def entries(self) -> list[tuple[Word, Record]]:
        """Keys and values of a mapping whose values are mappings."""
        keys = self.keys
        return [(keys[name], value) for name, value in self.values.items() if isinstance(value, Record)]


Value = Word | bool | int | float | date | tuple["Value", ...] | Record


def _kept(value: Value | None, source: Source) -> object:
    """A value as a record of this source keeps it."""
    if isinstance(value, Word):
        start, end = value.place >> 32, value.place & 0xFFFFFFFF
        return value.place if value.source is source and value == source.text[start:end] else value
    if isinstance(value, tuple):
        return tuple([_kept(one, source) for one in value])
    return Whole(value) if value.__class__ is int else value


@dataclass(slots=True)
class Reading:
    """What a shape needs to read: the source that spans point into, where problems go, and the field being read."""

    source: Source
    problems: list[Diagnostic]
    field: str = ""

    def report(self, span: Span, code: Code, message: str, help: str = "") -> None:
        """Note an error at a place of the source."""
        self.problems.append(at(self.source, span, code, message, help))

    def limit(self, span: Span, message: str, help: str) -> None:
        """Note that the field being read is out of its limits."""
        name = f"{self.field}: " if self.field else ""
        self.report(span, Code.OUT_OF_LIMITS, f"{name}{message}", help)

    def word(self, node: Scalar) -> Word:
        """A scalar's text with its place."""
        return Word(node.text, self.source, node.span)

    def expected(self, node: Node, what: str) -> None:
        """Note that a node is of another type than the one wanted."""
        found = {Scalar: "text", Sequence: "a list", Mapping: "a mapping"}[type(node)]
        if isinstance(node, Scalar):
            found = f'"{clip(node.text)}"' if node.text else "nothing"
        name = f"{self.field}: " if self.field else ""
        help = "Fill it in, or delete the line." if found == "nothing" else f"Write {what}."
        self.report(node.span, Code.WRONG_TYPE, f"{name}expected {what}, found {found}", help)


class Shape(Protocol):
    """Reads one node, or says what it would accept."""

    def read(self, node: Node, reading: Reading) -> Value | None:
        """The node's value, or nothing where it is not one; every problem is reported."""

    def json(self) -> dict[str, object]:
        """The same as JSON Schema."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text, not blank. `words` and `chars` are limits; `line` forbids line breaks."""

    words: int | None = None
    chars: int = 4_000
    line: bool = False
    pattern: str = ""
    what: str = "text"

    def read(self, node: Node, reading: Reading) -> Word | None:
        if not isinstance(node, Scalar):
            return reading.expected(node, self.what)
        if not any(char.isprintable() and not char.isspace() for char in node.text):
            return reading.expected(node, self.what)
        if self.line and len(node.text.strip().splitlines()) > 1:
            return reading.expected(node, "one line of text")
        if self.pattern and not re.fullmatch(self.pattern, node.text):
            return reading.expected(node, self.what)
        if len(node.text) > self.chars:
            message = f"{len(node.text):,} characters; at most {self.chars:,} are allowed"
            return reading.limit(node.span, message, "Shorten it.")
        if self.words and (count := len(node.text.split())) > self.words:
            return reading.limit(node.span, f"{count} words; at most {self.words} are allowed", "Shorten it.")
        return Word(node.text.strip(), reading.source, node.span)

    def json(self) -> dict[str, object]:
        schema: dict[str, object] = {"type": "string", "minLength": 1, "maxLength": self.chars}
        if self.pattern:
            schema["pattern"] = f"^(?:{self.pattern})$"
        return schema


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed list."""

    options: tuple[str, ...]
    of: str = "this"

    def read(self, node: Node, reading: Reading) -> Word | None:
        if not isinstance(node, Scalar):
            return reading.expected(node, f"one value of {self.of}")
        if node.text not in self.options:
            message = f'unknown value "{clip(node.text)}" for {self.of}{suggestion(node.text, self.options)}'
            return reading.report(node.span, Code.UNKNOWN_VALUE, message, f"Allowed: {listed(self.options, 30)}.")
        return reading.word(node)

    def json(self) -> dict[str, object]:
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class Number:
    """A number within limits, both included; whole unless `whole` is false."""

    least: float | None = None
    most: float | None = None
    whole: bool = True

    def read(self, node: Node, reading: Reading) -> int | float | None:
        pattern = r"[-+]?\d{1,15}" if self.whole else r"[-+]?\d{1,15}(\.\d{1,15})?"
        if not isinstance(node, Scalar) or not re.fullmatch(pattern, node.text):
            return reading.expected(node, "a whole number" if self.whole else "a number")
        value = int(node.text) if "." not in node.text else float(node.text)
        low, high = self.least, self.most
        if (low is not None and value < low) or (high is not None and value > high):
            wanted = " and ".join(
                [*([f"at least {low:g}"] if low is not None else []), *([f"at most {high:g}"] if high is not None else [])]
            )
            return reading.limit(node.span, f"{value} is out of limits", f"Allowed: {wanted}.")
        return value

    def json(self) -> dict[str, object]:
        schema: dict[str, object] = {"type": "integer" if self.whole else "number"}
        if self.least is not None:
            schema["minimum"] = self.least
        if self.most is not None:
            schema["maximum"] = self.most
        return schema


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def read(self, node: Node, reading: Reading) -> bool | None:
        known = {"yes": True, "true": True, "no": False, "false": False}
        if not isinstance(node, Scalar) or node.text not in known:
            return reading.expected(node, "yes or no")
        return known[node.text]

    def json(self) -> dict[str, object]:
        # Editors read YAML 1.1 or 1.2; under 1.2 `yes` is text.
        return {"enum": [True, False, "yes", "no"]}


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the calendar, written as 2026-11-01."""

    def read(self, node: Node, reading: Reading) -> date | None:
        if isinstance(node, Scalar) and re.fullmatch(r"\d{4}-\d\d-\d\d", node.text):
            try:
                return date.fromisoformat(node.text)
            except ValueError:
                pass
        return reading.expected(node, "a date such as 2026-11-01")

    def json(self) -> dict[str, object]:
        return {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}


@dataclass(frozen=True, slots=True)
class Items:
    """A list. With `alone`, one value may stand without brackets."""

    item: Shape
    least: int = 0
    most: int = 500
    unique: bool = True
    alone: bool = False

    def read(self, node: Node, reading: Reading) -> tuple[Value, ...] | None:
        if self.alone and isinstance(node, Scalar) and node.text:
            node = Sequence(node.span, (node,))
        if not isinstance(node, Sequence):
            return reading.expected(node, "a list")
        values = [self.item.read(item, reading) for item in node.items]
        if self.unique:
            self._twice(node, reading)
        if not self.least <= len(node.items) <= self.most:
            message = f"{len(node.items)} entries; between {self.least} and {self.most} are allowed"
            reading.limit(node.span, message, "Add some." if len(node.items) < self.least else "Take some away.")
        return tuple(value for value in values if value is not None)

    def _twice(self, node: Sequence, reading: Reading) -> None:
        seen: set[str] = set()
        for item in node.items:
            if isinstance(item, Scalar):
                if item.text in seen:
                    reading.report(item.span, Code.DUPLICATE_VALUE, f'"{clip(item.text)}" stands twice', "Keep one of them.")
                seen.add(item.text)

    def json(self) -> dict[str, object]:
        schema: dict[str, object] = {"type": "array", "items": self.item.json(), "maxItems": self.most}
        if self.least:
            schema["minItems"] = self.least
        if self.unique:
            schema["uniqueItems"] = True
        return {"anyOf": [schema, self.item.json()]} if self.alone else schema


@dataclass(frozen=True, slots=True)
class Anything:
    """A mapping that something else reads."""

    def read(self, node: Node, reading: Reading) -> None:
        return None

    def json(self) -> dict[str, object]:
        return {"type": "object"}


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping with named entries."""

    shapes: MappingABC[str, Shape]
    required: tuple[str, ...] = ()
    what: str = "field"

    def read(self, node: Node, reading: Reading) -> Record | None:
        if not isinstance(node, Mapping):
            return reading.expected(node, "a mapping")
        values: dict[str, Value] = {}
        keys: dict[str, Word] = {}
        blank: set[str] = set()
        for key, value in node.entries:
            shape = self.shapes.get(key.text)
            if shape is None:
                message = f'unknown {self.what} "{clip(key.text)}"{suggestion(key.text, self.shapes)}'
                reading.report(key.span, Code.UNKNOWN_FIELD, message, f"Allowed: {listed(self.shapes, 30)}.")
                continue
            keys[key.text] = reading.word(key)
            if key.text in self.required and _blank(value):
                blank.add(key.text)
                reading.report(key.span, Code.MISSING_FIELD, f'{self.what} "{key.text}" is blank', "Fill it in.")
                continue
            outer, reading.field = reading.field, key.text
            read = shape.read(value, reading)
            reading.field = outer
            if read is not None:
                values[key.text] = read
        for name in self.required:
            if name not in keys and name not in blank:
                place = node.entries[0][0].span if node.entries else node.span
                reading.report(place, Code.MISSING_FIELD, f'required {self.what} "{name}" is missing', "Add it.")
        return Record.of(Word("", reading.source, node.span), values, keys)

    def json(self) -> dict[str, object]:
        return {
            "type": "object",
            "properties": {name: shape.json() for name, shape in self.shapes.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping whose keys are the author's own ids and whose values are of one shape."""

    value: Shape
    key: str = r"[a-z0-9][a-z0-9-]{0,79}"
    what: str = "an id of a-z, 0-9 and hyphens"

    def read(self, node: Node, reading: Reading) -> Record | None:
        if not isinstance(node, Mapping):
            return reading.expected(node, "a mapping")
        values: dict[str, Value] = {}
        keys: dict[str, Word] = {}
        for key, value in node.entries:
            if not re.fullmatch(self.key, key.text):
                reading.expected(key, self.what)
            elif (read := self.value.read(value, reading)) is not None:
                values[key.text] = read
                keys[key.text] = reading.word(key)
        return Record.of(Word("", reading.source, node.span), values, keys)

    def json(self) -> dict[str, object]:
        return {"type": "object", "propertyNames": {"pattern": f"^(?:{self.key})$"}, "additionalProperties": self.value.json()}


@dataclass(frozen=True, slots=True)
class Either:
    """Text in the short form, a mapping in the long one; told apart by the node, so that a problem
    is about the form that was written."""

    short: Shape
    long: Shape

    def read(self, node: Node, reading: Reading) -> Value | None:
        return (self.long if isinstance(node, Mapping) else self.short).read(node, reading)

    def json(self) -> dict[str, object]:
        return {"anyOf": [self.short.json(), self.long.json()]}


def _blank(node: Node) -> bool:
    if isinstance(node, Scalar):
        return not node.text.strip()
    return not (node.items if isinstance(node, Sequence) else node.entries)
