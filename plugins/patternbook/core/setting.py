"""A value set in a page's front matter while everything else in the file stays as somebody wrote it.

YAML can be written in many ways, and this knows the usual ones. So each way of writing is tried, and what came of it is read again:
only a text in which just that one value is new is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from patternbook.core.data import Mapping as MappingNode
from patternbook.core.data import Node, Scalar, read_yaml
from patternbook.core.data import Sequence as SequenceNode
from patternbook.core.parse import body_start, front_span
from patternbook.core.source import Source, Span, splice

# Text, or more values by their keys. Keys and texts must be such that YAML takes them without quotes.
Value = str | Mapping[str, "Value"]
Plain = str | list["Plain"] | dict[str, "Plain"]
Edits = list[tuple[Span, str]]


def with_value(source: Source, keys: Sequence[str], value: Value) -> str | None:
    """A page's text with the value at the end of a chain of keys set, or nothing where that cannot be done safely."""
    node = _front(source)
    wanted = _put(plain(node), keys, value) if node else None
    if node is None or wanted is None:
        return None
    for edits in _ways(source, node, keys, value):
        after = Source(source.path, splice(source.text, edits))
        found = _front(after)
        if found and plain(found) == wanted and after.text[body_start(after) :] == source.text[body_start(source) :]:
            return after.text
    return None


def flow(value: Value) -> str:
    """A value on one line: `{on: 2026-11-01, text: 5f3a9c}`."""
    return value if isinstance(value, str) else "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"


def as_bytes(text: str, before: bytes) -> bytes:
    """A file's new text as bytes. A byte-order mark and the ends of lines that were there stay; new ones have the first's."""
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    pieces = re.split(r"(\r\n|\r|\n)", before.removeprefix(mark).decode())
    old, ends, new = pieces[::2], pieces[1::2], text.split("\n")
    added, most = len(new) - len(old), min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    tail = next((n for n in range(most - head) if old[-1 - n] != new[-1 - n]), most - head)

    def end(line: int) -> str:
        if (line < head or not added) and line < len(ends):
            return ends[line]
        return ends[line - added] if line >= len(new) - 1 - tail and 0 <= line - added < len(ends) else (ends or ["\n"])[0]

    ended = "".join(words + end(line) for line, words in enumerate(new[:-1]))
    return mark + (ended + new[-1]).encode()


def _front(source: Source) -> MappingNode | None:
    """The front matter, if it can be read without a problem."""
    span = front_span(source)
    node, problems = read_yaml(source, span) if span else (None, [])
    return node if isinstance(node, MappingNode) and not problems else None


def plain(node: Node) -> Plain:
    """What a node says, however it is written."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {key.text: plain(item) for key, item in node.entries}


def _put(data: object, keys: Sequence[str], value: Value) -> object | None:
    """The data with a value in its place; nothing where text or a list is in the way. A key without a value is an empty mapping."""
    if not keys:
        return value
    if not isinstance(data, dict):
        return None if data else _put({}, keys, value)
    inner = _put(data.get(keys[0]), keys[1:], value)
    return None if inner is None else {**data, keys[0]: inner}


def _ways(source: Source, node: MappingNode, keys: Sequence[str], value: Value) -> Iterator[Edits]:
    """Edits that may set the value, the least intrusive first."""
    found: Node = node
    name: Scalar | None = None
    for depth, key in enumerate(keys):
        entry = next((pair for pair in found.entries if pair[0].text == key), None) if isinstance(found, MappingNode) else None
        if entry is None:
            yield from _added(source, name, found, keys[depth:], value)
            return
        name, found = entry
    parts = _parts(source.text, found, value)
    if parts:
        yield parts
    yield [(Span(found.span.start, end_of(source.text, found)), flow(value))]


def _parts(text: str, node: Node, value: Value) -> Edits:
    """Each text of the value in the place of the one that stands there, if all of them do."""
    if isinstance(value, str):
        return [(Span(node.span.start, end_of(text, node)), value)] if isinstance(node, Scalar) and node.text else []
    here = {key.text: item for key, item in node.entries} if isinstance(node, MappingNode) else {}
    edits = [_parts(text, here[key], item) if key in here else [] for key, item in value.items()]
    return [edit for part in edits for edit in part] if all(edits) else []


def _added(source: Source, name: Scalar | None, node: Node, keys: Sequence[str], value: Value) -> Iterator[Edits]:
    """A new entry of a mapping: within its braces, on a line at its end or at its beginning, or below the key that has no value."""
    text = source.text
    for key in reversed(keys[1:]):
        value = {key: value}
    if isinstance(node, MappingNode) and text[node.span.start] == "{":
        at = end_of(text, node.entries[-1][1]) if node.entries else node.span.start + 1
        yield [(Span(at, at), f"{', ' if node.entries else ''}{keys[0]}: {flow(value)}")]
    elif isinstance(node, MappingNode):
        start = node.entries[0][0].span.start
        column = _column(text, start)
        at = _line_after(text, end_of(text, node))
        if name is None and (span := front_span(source)):
            at = span.end
        yield [(Span(at, at), _lines(keys[0], value, column))]
        yield [(Span(start, start), _lines(keys[0], value, column).lstrip(" ") + " " * column)]
    elif name is not None:
        at = _line_after(text, name.span.end)
        yield [(Span(at, at), _lines(keys[0], value, _column(text, name.span.start) + 2))]


def _lines(key: str, value: Value, column: int) -> str:
    """An entry on lines of its own. What is set is short, so that its inner mapping stands on one line."""
    pad = " " * column
    if isinstance(value, str) or len(value) > 1:
        return f"{pad}{key}: {flow(value)}\n"
    return f"{pad}{key}:\n" + "".join(_lines(inner, item, column + 2) for inner, item in value.items())


def _column(text: str, offset: int) -> int:
    return offset - text.rfind("\n", 0, offset) - 1


def _line_after(text: str, offset: int) -> int:
    return text.index("\n", offset) + 1


def end_of(text: str, node: Node) -> int:
    """Where a node's own text ends. YAML counts the space and the comments behind a block to it."""
    if isinstance(node, MappingNode) and node.entries and text[node.span.start] != "{":
        return end_of(text, node.entries[-1][1])
    if isinstance(node, SequenceNode) and node.items and text[node.span.start] != "[":
        return end_of(text, node.items[-1])
    return node.span.start + len(text[node.span.start : node.span.end].rstrip())
