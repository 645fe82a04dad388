"""Edits of single places in a file that somebody wrote: an entry of its data, or the text of a section.

Each edit gives the file's new bytes or nothing. Its result is read again and compared with what was meant; a form
in which the edit would mean something else is left to a person. What an edit is not about stays to the byte, line
ends and byte-order mark too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass

from patternbook.core import setting
from patternbook.core.data import Mapping, Node, decode, read_yaml
from patternbook.core.definition import Kind
from patternbook.core.model import Section
from patternbook.core.overrides import own_sections
from patternbook.core.parse import body_start, front_span
from patternbook.core.setting import Plain, end_of, plain
from patternbook.core.source import Source, Span, splice

Keys = tuple[str, ...]
Edits = list[tuple[Span, str]]
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file to edit: its bytes, its data, and its sections, if it is a page of a `kind`; else it is data from end to end."""

    content: bytes
    source: Source
    kind: Kind | None
    root: Mapping
    closing: int
    body: int
    sections: tuple[Section, ...]

    @property
    def data(self) -> dict[str, Plain]:
        """The data without places."""
        return {key.text: plain(value) for key, value in self.root.entries}

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The sections' keys and texts."""
        return [(section.key, section.text.strip()) for section in self.sections]

    def node(self, keys: Keys) -> Node | None:
        """What stands under a way of keys."""
        node: Node | None = self.root
        for key in keys:
            entries = node.entries if isinstance(node, Mapping) else ()
            node = next((value for name, value in entries if name.text == key), None)
        return node

    def find(self, key: str) -> Section | None:
        """The section with a key, if it is there once."""
        found = [section for section in self.sections if section.key == key]
        return found[0] if len(found) == 1 else None

    @property
    def says_nothing(self) -> bool:
        """Whether an override's file changes nothing any more."""
        return self.data.keys() <= {"extends", "internal"} and not self.source.text[self.body :].strip()


def read_sheet(path: str, content: bytes, kind: Kind | None) -> Sheet | None:
    """A file to edit, if it can be read."""
    source, _ = decode(path, content)
    if source is None:
        return None
    size = len(source.text)
    front, body = (front_span(source), body_start(source)) if kind else (Span(0, size), size)
    node, problems = read_yaml(source, front) if front else (None, [])
    if front is None or not isinstance(node, Mapping) or problems:
        return None
    sections = own_sections(source, kind, "") if kind else ()
    return Sheet(content, source, kind, node, front.end, body, sections)


def with_value(sheet: Sheet, keys: Keys, value: setting.Value) -> Sheet | None:
    """The page with the value at the end of a chain of keys set; what else stands under them stays."""
    text = setting.with_value(sheet.source, keys, value)
    return read_sheet(sheet.source.path, setting.as_bytes(text, sheet.content), sheet.kind) if text is not None else None


def with_entry(sheet: Sheet, table: str, key: str, values: dict[str, str], before: SequenceABC[str] = ()) -> Sheet | None:
    """The file with a new entry in one of its tables, which is made if there is none. It stands before the keys named."""
    data = sheet.data
    node = sheet.node((table,))
    flow = "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"
    entry: Plain = {name: _read(value) for name, value in values.items()}
    if node is None:
        data[table] = {key: entry}
        edits = [(Span(sheet.closing, sheet.closing), f"{table}:\n  {key}: {flow}\n")]
        return _edited(sheet, edits, data, sheet.texts)
    inner = data.get(table)
    if not isinstance(node, Mapping) or not isinstance(inner, dict) or key in inner:
        return None
    inner[key] = entry
    return _edited(sheet, _inserted(sheet, node, key, flow, before), data, sheet.texts)


def without(sheet: Sheet, keys: Keys) -> Sheet | None:
    """The file without an entry, and without the tables that held nothing else."""
    while len(keys) > 1 and isinstance(parent := sheet.node(keys[:-1]), Mapping) and len(parent.entries) == 1:
        keys = keys[:-1]
    data, table = sheet.data, sheet.node(keys[:-1])
    inside = _inside(data, keys[:-1])
    if not isinstance(table, Mapping) or inside is None or keys[-1] not in inside or len(table.entries) == 1:
        return None
    del inside[keys[-1]]
    number = next(n for n, (key, _) in enumerate(table.entries) if key.text == keys[-1])
    take = _out_of_flow if _is_flow(sheet.source, table) else _out_of_block
    span = take(sheet.source, table, number)
    return _edited(sheet, [(span, "")], data, sheet.texts) if span else None


def with_key(sheet: Sheet, keys: Keys, new: str) -> Sheet | None:
    """The file with one key called otherwise."""
    data, table = sheet.data, sheet.node(keys[:-1])
    inside = _inside(data, keys[:-1])
    if not isinstance(table, Mapping) or inside is None or keys[-1] not in inside or new in inside:
        return None
    inside[new] = inside.pop(keys[-1])
    span = next(key.span for key, _ in table.entries if key.text == keys[-1])
    return _edited(sheet, [(span, new)], data, sheet.texts)


def without_section(sheet: Sheet, key: str) -> Sheet | None:
    """The file without the heading and text of a section."""
    section = sheet.find(key)
    if section is None:
        return None
    texts = [(other, text) for other, text in sheet.texts if other != key]
    return _edited(sheet, [(section.span, "")], sheet.data, texts)


def with_text(sheet: Sheet, key: str, text: str) -> Sheet | None:
    """The file with another text below a section's heading."""
    section = sheet.find(key)
    if section is None or not section.text.strip():
        return None
    texts = [(other, text.strip() if other == key else old) for other, old in sheet.texts]
    return _edited(sheet, [(_trimmed(sheet.source, section.body), text.strip())], sheet.data, texts)


def with_section(sheet: Sheet, key: str, heading: str, text: str, before: SequenceABC[str]) -> Sheet | None:
    """The file with a new section, which stands before the sections named, else at the end."""
    texts, body = sheet.texts, f"{heading.strip()}\n\n{text.strip()}\n"
    place = next((n for n, section in enumerate(sheet.sections) if section.key in before), len(texts))
    texts.insert(place, (key, text.strip()))
    if place < len(sheet.sections):
        start = sheet.sections[place].span.start
        return _edited(sheet, [(Span(start, start), body + "\n")], sheet.data, texts)
    whole = sheet.source.text
    gap = "" if whole.endswith("\n\n") else "\n" if whole.endswith("\n") else "\n\n"
    return _edited(sheet, [(Span(len(whole), len(whole)), gap + body)], sheet.data, texts)


def _edited(sheet: Sheet, edits: Edits, data: dict[str, Plain], texts: list[tuple[str, str]]) -> Sheet | None:
    """The file after its edits, if it then says what was meant and nothing else."""
    new = read_sheet(sheet.source.path, setting.as_bytes(splice(sheet.source.text, edits), sheet.content), sheet.kind)
    return new if new is not None and new.data == data and new.texts == texts else None


def _read(value: str) -> Plain:
    """What YAML that is about to be written means."""
    node, _ = read_yaml(Source("", value), Span(0, len(value)))
    return plain(node) if node is not None else ""


def _inside(data: dict[str, Plain], keys: Keys) -> dict[str, Plain] | None:
    table: Plain = data
    for key in keys:
        table = table.get(key, "") if isinstance(table, dict) else ""
    return table if isinstance(table, dict) else None


def _trimmed(source: Source, span: Span) -> Span:
    """The stretch without white space at its ends."""
    text = source.slice(span)
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def _is_flow(source: Source, node: Node) -> bool:
    return source.text[node.span.start : node.span.start + 1] in ("{", "[")


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _inserted(sheet: Sheet, table: Mapping, key: str, value: str, before: SequenceABC[str] = ()) -> Edits:
    """A new entry of a mapping, before the first of the keys named, else at its end."""
    source, text = sheet.source, sheet.source.text
    behind = next((name for name, _ in table.entries if name.text in before), None)
    if _is_flow(source, table):
        if behind:
            return [(Span(behind.span.start, behind.span.start), f"{key}: {value}, ")]
        end = end_of(source.text, table.entries[-1][1]) if table.entries else table.span.start + 1
        return [(Span(end, end), f", {key}: {value}" if table.entries else f"{key}: {value}")]
    start = text.rfind("\n", 0, table.span.start) + 1
    indent = text[start : table.span.start]
    if behind:
        place = text.rfind("\n", 0, behind.span.start) + 1
        return [(Span(place, place), f"{indent}{key}: {value}\n")]
    end = _line_end(text, end_of(source.text, table.entries[-1][1]))
    return [(Span(end, end), f"\n{indent}{key}: {value}")]


def _out_of_flow(source: Source, table: Mapping, number: int) -> Span | None:
    """The stretch of one of several entries between braces, with one comma. Comments between entries stay."""
    text, (key, value) = source.text, table.entries[number]
    end = end_of(source.text, value)
    if number + 1 < len(table.entries):
        following = table.entries[number + 1][0].span.start
        if re.fullmatch(r"\s*,\s*", text[end:following]):
            return Span(key.span.start, following)
        comma = re.compile(r"\s*,[ \t]*").match(text, end)
        return Span(key.span.start, comma.end()) if comma else None
    before = end_of(source.text, table.entries[number - 1][1])
    return Span(before, end) if re.fullmatch(r"\s*,\s*", text[before : key.span.start]) else Span(key.span.start, end)


def _out_of_block(source: Source, table: Mapping, number: int) -> Span | None:
    """The lines of one entry, if nothing else stands on them but a comment behind it."""
    text, (key, value) = source.text, table.entries[number]
    start = text.rfind("\n", 0, key.span.start) + 1
    end = end_of(source.text, value)
    stop = _line_end(text, end)
    if text[start : key.span.start].strip() or not re.fullmatch(r"[ \t]*(#.*)?", text[end:stop]):
        return None
    return Span(start, min(stop + 1, len(text)))
