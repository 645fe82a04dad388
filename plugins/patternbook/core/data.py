"""Strict YAML: bytes to text to a tree of nodes, each of which knows its place.

Read from parser events, so that depth and size are bounded before anything is built, and anchors,
aliases, tags, merge keys, duplicate keys and second documents are located problems. Scalars stay
text (`no`, `1:30` and `2026-11-01` mean nothing yet): `schema.py` types them. Limits are those of
the threat model: a page 512 kB, a line 10 kB, data 64 KiB, 8 levels and 2,000 nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from patternbook.core.diagnostics import Code, Diagnostic, at, clip, whole
from patternbook.core.source import Source, Span

MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes of the whole, characters of a line, bytes and values of the data in it."""

    bytes: int = 512_000
    line: int = 10_000
    data: int = 65_536
    values: int = 2_000


PAGE = Limits()
# What somebody wrote into a form may be long, and a script writes a text of many paragraphs on one line.
ANSWERS = Limits(bytes=1_000_000, line=200_000, data=1_000_000, values=20_000)

_Loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text as written, with quotes and escapes resolved. `plain` tells that it was not quoted."""

    span: Span
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order written."""

    span: Span
    entries: tuple[tuple[Scalar, Node], ...]


Node = Scalar | Sequence | Mapping


def decode(path: str, data: bytes, limits: Limits = PAGE) -> tuple[Source | None, list[Diagnostic]]:
    """Bytes of a file as text, or the one problem that forbids it.

    A byte-order mark and CRLF line ends are accepted and removed. Everything else that is not
    UTF-8 without control characters is a problem that names its byte or place.
    """
    if len(data) > limits.bytes:
        message = f"the file has {len(data):,} bytes; at most {limits.bytes:,} are allowed"
        return None, [whole(path, Code.PAGE_TOO_LARGE, message, "Split it into pages that link to each other.")]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [whole(path, Code.ENCODING, "the file is UTF-16 text", "Save it as UTF-8.")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig")
        source = Source(path, _lines(good))
        found = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
        place = Span(len(source.text), len(source.text))
        return None, [at(source, place, Code.ENCODING, found, "Save the file as UTF-8.")]
    return _checked(Source(path, _lines(text)), limits)


def decoded(path: str, data: bytes) -> Source:
    """The text of a file that was found good before."""
    return Source(path, _lines(data.decode("utf-8-sig")))


def _lines(text: str) -> str:
    """A text whose lines all end alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _checked(source: Source, limits: Limits) -> tuple[Source | None, list[Diagnostic]]:
    if not source.text.strip():
        return None, [whole(source.path, Code.EMPTY_PAGE, "the file is empty", "Write it, or delete the file.")]
    if control := _CONTROL.search(source.text):
        found = f"control character U+{ord(control.group()):04X}"
        span = Span(*control.span())
        return None, [at(source, span, Code.CONTROL_CHARACTER, found, "Delete it; most editors can show it.")]
    start = 0
    lines = source.text.split("\n")
    for line in lines if max(map(len, lines)) > limits.line else ():
        if len(line) > limits.line:
            found = f"a line of {len(line):,} characters; at most {limits.line:,} are allowed"
            span = Span(start, start + len(line))
            return None, [at(source, span, Code.LINE_TOO_LONG, found, "Break it into paragraphs.")]
        start += len(line) + 1
    return source, []


class _Stop(Exception):
    """Ends the reading at the first problem of form; what follows it cannot be trusted."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass(slots=True)
class _Builder:
    """Turns YAML events of one stretch of a source into nodes, depth first, within the limits."""

    source: Source
    base: int
    events: Iterator[yaml.Event]
    problems: list[Diagnostic]
    most: int
    nodes: int = 0

    def span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(self.base + (start.index if start else 0), self.base + (end.index if end else 0))

    def stop(self, span: Span, code: Code, message: str, help: str) -> _Stop:
        return _Stop(at(self.source, span, code, message, help))

    def node(self, event: yaml.Event, depth: int) -> Node:
        span = self.span(event)
        self._refuse(event, span)
        self.nodes += 1
        if self.nodes > self.most:
            raise self.stop(span, Code.DATA_TOO_LARGE, f"more than {self.most:,} values", "Move some of it into the page's text.")
        if isinstance(event, yaml.ScalarEvent):
            if control := _CONTROL.search(event.value):
                found = f"control character U+{ord(control.group()):04X}, written as an escape"
                raise self.stop(span, Code.CONTROL_CHARACTER, found, "Delete it; text has no use for it.")
            return Scalar(span, event.value, not event.style)
        if depth == MAX_DEPTH:
            raise self.stop(span, Code.DATA_TOO_LARGE, f"nested deeper than {MAX_DEPTH} levels", "Write it flatter.")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(span.start, depth)
        return self.mapping(span.start, depth)

    def _refuse(self, event: yaml.Event, span: Span) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self.stop(span, Code.YAML_ALIAS, f"alias *{clip(event.anchor or '')}", "Write the value out where it is needed.")
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise self.stop(span, Code.YAML_ALIAS, f"anchor &{clip(event.anchor)}", "Write the value out where it is needed.")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise self.stop(span, Code.YAML_TAG, f"tag {clip(tag)}", "Delete the tag; content is data and is never executed.")

    def sequence(self, start: int, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Sequence(Span(start, self._end(event, start)), tuple(items))

    def mapping(self, start: int, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self.stop(key.span, Code.YAML_SYNTAX, "a key that is not text", "Write keys as plain words.")
            if key.text == "<<" and key.plain:
                raise self.stop(key.span, Code.YAML_ALIAS, "merge key <<", "Write the keys out where they are needed.")
            value = self.node(next(self.events), depth + 1)
            if key.text in entries:
                line, _ = self.source.position(entries[key.text][0].span.start)
                message = f'key "{clip(key.text)}" stands twice (first in line {line})'
                self.problems.append(at(self.source, key.span, Code.DUPLICATE_KEY, message, "Keep one of them."))
            else:
                entries[key.text] = (key, value)
        return Mapping(Span(start, self._end(event, start)), tuple(entries.values()))

    def _end(self, event: yaml.Event, start: int) -> int:
        """The end of a collection, without the white space and comments that YAML counts to it."""
        return max(start, self.span(event).end)


def read_yaml(source: Source, span: Span, limits: Limits = PAGE) -> tuple[Node | None, list[Diagnostic]]:
    """The data in a stretch of a source as one node, and its problems of form.

    `None` stands for data that holds nothing, or nothing that can be trusted.
    """
    text = source.slice(span)
    if len(text.encode("utf-8", "replace")) > limits.data:
        message = f"the data has more than {limits.data:,} bytes"
        return None, [
            at(source, Span(span.start, span.start), Code.DATA_TOO_LARGE, message, "Move some of it into the page's text.")
        ]
    problems: list[Diagnostic] = []
    builder = _Builder(source, span.start, yaml.parse(text, Loader=_Loader), problems, limits.values)
    try:
        return _document(builder), problems
    except _Stop as stop:
        return None, [*problems, stop.diagnostic]
    except yaml.YAMLError as error:
        return None, [*problems, _syntax(source, span, error)]


def _document(builder: _Builder) -> Node | None:
    """The root of the only document."""
    root: Node | None = None
    documents = 0
    for event in builder.events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise builder.stop(
                    builder.span(event),
                    Code.SECOND_DOCUMENT,
                    "a second YAML document",
                    "Keep one; `---` stands only around front matter.",
                )
        elif isinstance(event, yaml.NodeEvent):
            root = builder.node(event, 0)
    return root


def _syntax(source: Source, span: Span, error: yaml.YAMLError) -> Diagnostic:
    opened = str(getattr(error, "context", "") or "").startswith(("while parsing a flow", "while scanning a quoted"))
    mark = getattr(error, "context_mark" if opened else "problem_mark", None)
    offset = min(span.start + (mark.index if mark else 0), span.end)
    problem = getattr(error, "problem", None) or "it cannot be read"
    help = (
        "Indent with spaces, close every bracket and quote, and quote a value that holds `: ` or starts with a special character."
    )
    return at(source, Span(offset, offset), Code.YAML_SYNTAX, f"not well-formed YAML: {clip(str(problem), 90)}", help)
