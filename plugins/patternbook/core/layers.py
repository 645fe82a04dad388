"""Layers: a later folder's pages over an earlier one's, by id, per field and per section.

An override never edits the page below it. Each section of a merged page keeps the source that it
came from, so a problem names the override's own file and line.
"""

from __future__ import annotations

from collections.abc import Sequence as SequenceABC
from dataclasses import replace

from patternbook.core.data import Mapping, Node, Scalar
from patternbook.core.definition import Kind
from patternbook.core.diagnostics import Code, Diagnostic, at, clip, listed, suggestion
from patternbook.core.frontmatter import MODES, OVERRIDE
from patternbook.core.model import Document, Section
from patternbook.core.parse import Parser, split_sections
from patternbook.core.scan import scan
from patternbook.core.schema import Fields, Reading, Record, Value, Word
from patternbook.core.source import Span


def merge(layers: SequenceABC[SequenceABC[Document]], parser: Parser) -> tuple[list[Document], list[Document], list[Diagnostic]]:
    """Documents of all layers as one list, the overrides as documents of their own, and problems.

    Overrides come back so that their own text is checked where it was written.
    """
    pages: dict[str, Document] = {}
    overrides: list[Document] = []
    problems: list[Diagnostic] = []
    for layer in layers:
        known = {document.id: document.path for document in pages.values() if document.id}
        for document in layer:
            word = document.extends
            if word is not None:
                target = known.get(word)
                if target is None:
                    message = f'extends "{clip(word)}", which no layer below has{suggestion(word, known)}'
                    problems.append(
                        word.problem(Code.LAYER, message, "Name the id of a page below, or delete `extends` to make a new page.")
                    )
                    continue
                pages[target], override = _merged(pages[target], document, parser, problems)
                overrides.append(override)
            elif document.path in pages or document.id in known:
                message = f'the id "{document.id or document.path}" exists in a layer below'
                help = f"Write `extends: {document.id}` to change that page, or choose another file name."
                problems.append(document.place.problem(Code.LAYER, message, help))
            else:
                pages[document.path] = document
    return list(pages.values()), overrides, problems


def _merged(base: Document, document: Document, parser: Parser, problems: list[Diagnostic]) -> tuple[Document, Document]:
    if base.kind is None or document.node is None:
        return base, document
    reading = Reading(document.source, problems)
    own = [(key, value) for key, value in document.node.entries if key.text != "fields"]
    record = OVERRIDE.read(Mapping(document.node.span, tuple(own)), reading)
    front = _fields(base, base.kind, document.node, parser, reading)
    start = document.source.text.find("\n---", document.node.span.start) + 1
    body = min(document.source.text.find("\n", start) + 1 or len(document.source.text), len(document.source.text))
    marks = scan(document.source, Span(body, len(document.source.text)))
    sections = split_sections(document.source, body, marks, base.kind, document.layers[0])
    modes = record.record("sections") if record else None
    merged = _sections(base, sections, modes, reading)
    override = replace(document, kind=base.kind, sections=sections)
    return replace(base, front=front, sections=merged, layers=(*base.layers, document.layers[0])), override


def _sections(base: Document, own: tuple[Section, ...], modes: Record | None, reading: Reading) -> tuple[Section, ...]:
    """The base's sections with the override's applied, in the base's order; new ones at the end."""
    result: list[Section] = []
    by_key = {section.key: section for section in own}
    settings = {str(key): value for key, value in (modes.entries() if modes else [])}
    known = {section.key for section in base.sections}
    if modes:
        for key, value in modes.entries():
            if key not in known:
                message = f'the page below has no section "{clip(key)}"{suggestion(key, known)}'
                reading.problems.append(key.problem(Code.LAYER, message, f"It has: {listed(sorted(known), 20)}."))
            elif value.text("mode") != "drop" and key not in by_key:
                reading.problems.append(
                    key.problem(Code.LAYER, f'section "{key}" has no text here', "Write the section below, or use `mode: drop`.")
                )
    for section in base.sections:
        setting = settings.get(section.key)
        mode = setting.text("mode") if setting else "replace" if section.key in by_key else ""
        mine = by_key.get(section.key)
        if mine and setting:
            mine = replace(mine, why=setting.text("why"))
        result += _applied(section, mine, mode)
    return (*result, *(section for section in own if section.key not in known))


def _applied(section: Section, mine: Section | None, mode: str) -> list[Section]:
    if mode == "drop":
        return []
    if mine is None or not mode:
        return [section]
    if mode == "append":
        return [section, replace(mine, heading=None)]
    if mode == "prepend":
        return [mine, replace(section, heading=None)]
    return [mine]


def _fields(base: Document, kind: Kind, node: Mapping, parser: Parser, reading: Reading) -> Record:
    """The base's front matter with the override's fields applied, each read by the base's own shape."""
    fields = next((value for key, value in node.entries if key.text == "fields"), None)
    values, keys = dict(base.front.values), dict(base.front.keys)
    if not isinstance(fields, Mapping):
        if fields is not None:
            reading.expected(fields, "a mapping")
        return base.front
    shapes = parser.shape(kind).shapes
    for key, change in fields.entries:
        shape = shapes.get(key.text)
        if shape is None or key.text == "kind":
            reading.report(key.span, Code.UNKNOWN_FIELD, f'unknown field "{clip(key.text)}"{suggestion(key.text, shapes)}')
            continue
        mode, value = _change(change, reading)
        read = Fields({key.text: shape}).read(Mapping(value.span, ((key, value),)), reading) if value else None
        new = read.values.get(key.text) if read else None
        if mode == "drop":
            values.pop(key.text, None)
        elif new is not None:
            values[key.text] = _joined(values.get(key.text), new, mode)
            keys[key.text] = Word(key.text, reading.source, key.span)
    return Record(base.front.place, values, keys)


def _change(change: Node, reading: Reading) -> tuple[str, Node | None]:
    """A field's mode and value: `{mode: append, value: …}`."""
    if not isinstance(change, Mapping):
        reading.expected(change, "a mapping with `mode` and `value`")
        return "", None
    parts = {key.text: value for key, value in change.entries}
    mode = parts.get("mode")
    if not isinstance(mode, Scalar) or mode.text not in MODES:
        reading.problems.append(
            at(reading.source, (mode or change).span, Code.UNKNOWN_VALUE, "unknown mode", f"Allowed: {listed(MODES)}.")
        )
        return "", None
    return mode.text, parts.get("value")


def _joined(old: Value | None, new: Value, mode: str) -> Value:
    """Lists are joined end to end, mappings key by key; anything else is replaced."""
    if mode == "replace" or old is None:
        return new
    if isinstance(old, tuple) and isinstance(new, tuple):
        return (*old, *new) if mode == "append" else (*new, *old)
    if isinstance(old, Record) and isinstance(new, Record):
        return Record(old.place, {**old.values, **new.values}, {**old.keys, **new.keys})
    return new
