"""Layers: a later folder's pages over an earlier one's, by id, per field and per section.

An override never edits the page below it. Each section of a merged page keeps the source that it
came from, so a problem names the override's own file and line.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from collections.abc import Sequence as SequenceABC
from dataclasses import replace

from patternbook.core.data import Mapping, Node, Scalar
from patternbook.core.definition import Kind
from patternbook.core.diagnostics import Code, Diagnostic, at, clip, listed, suggestion
from patternbook.core.frontmatter import MODES, OVERRIDE
from patternbook.core.model import Anchor, Change, Document, Section
from patternbook.core.parse import Parser, body_start, split_sections
from patternbook.core.scan import scan
from patternbook.core.schema import Fields, Reading, Record, Value, Word
from patternbook.core.source import Span


def merge(layers: SequenceABC[SequenceABC[Document]], parser: Parser) -> tuple[list[Document], list[Document], list[Diagnostic]]:
    """Documents of all layers as one list, those of them that are made from several layers, and problems."""
    pages: dict[str, Document] = {}
    merged: dict[str, Document] = {}
    problems: list[Diagnostic] = []
    for layer in layers:
        # An index.md has no id; an override names the home page as `index`.
        known = {page_name(document.path): document.path for document in pages.values()}
        overridden: dict[str, str] = {}
        for document in layer:
            word = document.extends
            if word is not None:
                target = known.get(word)
                if target is not None and target in overridden:
                    message = f"{overridden[target]} changes this page already"
                    problems.append(word.problem(Code.LAYER, message, "Join the two files: a layer changes a page in one place."))
                    continue
                if target is None:
                    message = f'extends "{clip(word)}", which no layer below has{suggestion(word, known)}'
                    problems.append(
                        word.problem(Code.LAYER, message, "Name the id of a page below, or delete `extends` to make a new page.")
                    )
                    # Known all the same, so that links to it are not reported too.
                    if document.id not in known:
                        pages.setdefault(document.path, replace(document, front=Record(word, {}), broken=True))
                    continue
                overridden[target] = document.source.path
                pages[target] = merged[target] = _merged(pages[target], document, parser, problems)
            elif document.path in pages or (document.id and document.id in known):
                message = f'the page "{page_name(document.path)}" exists in a layer below'
                help = f"Write `extends: {page_name(document.path)}` to change that page, or choose another file name."
                problems.append(document.place.problem(Code.LAYER, message, help))
            else:
                pages[document.path] = document
    return list(pages.values()), list(merged.values()), problems


def page_name(path: str) -> str:
    """The name by which an override calls a page: its id, and `index` or `traps/index` where it has none."""
    name = path.removesuffix(".md")
    return name if name.endswith("index") else name.rpartition("/")[2]


def _merged(base: Document, document: Document, parser: Parser, problems: list[Diagnostic]) -> Document:
    if base.kind is None or document.node is None:
        return base
    reading = Reading(document.source, problems)
    record = OVERRIDE.read(document.node, reading)
    front = _fields(base, base.kind, document.node, parser, reading)
    body = body_start(document.source)
    marks = scan(document.source, Span(body, len(document.source.text)))
    sections = split_sections(document.source, body, marks, base.kind, document.layers[0])
    modes = record.record("sections") if record else None
    result, changes = _sections(base, sections, modes, problems)
    own_review = front.values.get("reviewed") is not base.front.values.get("reviewed")
    return replace(
        base,
        front=front,
        sections=_unique(result),
        layers=(*base.layers, document.layers[0]),
        changes=(*base.changes, *changes),
        edited_in=document.source.path if changes or front is not base.front else base.edited_in,
        # Whoever reviewed the page below vouched for its text, not for what a layer makes of it.
        reviewed_text="" if own_review else base.reviewed_text or base.text_hash,
        override=document,
    )


def _sections(
    base: Document, own: tuple[Section, ...], modes: Record | None, problems: list[Diagnostic]
) -> tuple[list[Section], list[Change]]:
    """The base's sections with the override's applied, in the base's order; new ones at the end."""
    result: list[Section] = []
    changes: list[Change] = []
    by_key: dict[str, Section] = {}
    for section in own:
        if section.key in by_key and section.heading:
            message = f'section "{clip(section.heading.text)}" stands twice'
            problems.append(at(section.source, section.heading.span, Code.DUPLICATE_SECTION, message, "Join the two."))
        by_key[section.key] = section
    settings = {str(key): value for key, value in (modes.entries() if modes else [])}
    known = {section.key for section in base.sections}
    problems += _unfit(modes, known, by_key)
    for section in base.sections:
        setting = settings.get(section.key)
        mine = by_key.get(section.key)
        if setting and setting.flag("internal"):
            setting = mine = None  # every build of this edition is a public one
        mode = setting.text("mode") if setting else "replace" if mine else ""
        result += _applied(section, mine, mode)
        if mode and (mine or mode == "drop") and section.heading:
            changes.append(Change(section.heading.text, setting.text("why") if setting else ""))
    for section in own:
        if section.key not in known:
            result.append(section)
            changes.append(Change(section.heading.text if section.heading else "", ""))
    return result, changes


def _unfit(modes: Record | None, known: set[str], own: MappingABC[str, Section]) -> Iterable[Diagnostic]:
    """Settings for sections that the page below has not, or that this file does not write."""
    for key, value in modes.entries() if modes else ():
        if key not in known:
            message = f'the page below has no section "{clip(key)}"{suggestion(key, known)}'
            yield key.problem(Code.LAYER, message, f"It has: {listed(sorted(known), 20)}.")
        elif value.text("mode", "drop") != "drop" and key not in own:
            yield key.problem(Code.LAYER, f'section "{key}" has no text here', "Write the section below, or use `mode: drop`.")


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


def _unique(sections: list[Section]) -> tuple[Section, ...]:
    """Sections whose headings below `##` have ids of their own; of two that clash the later one gives way."""
    used = {section.heading.id for section in sections if section.heading}
    result: list[Section] = []
    for section in sections:
        anchors: list[Anchor] = []
        for anchor in section.anchors:
            name, number = anchor.id, 2
            while name in used:
                name, number = f"{anchor.id}-{number}", number + 1
            used.add(name)
            anchors.append(replace(anchor, id=name))
        result.append(replace(section, anchors=tuple(anchors)))
    return tuple(result)


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
            message = f'unknown field "{clip(key.text)}"{suggestion(key.text, shapes)}'
            reading.report(key.span, Code.UNKNOWN_FIELD, message, f"Allowed: {listed((n for n in shapes if n != 'kind'), 30)}.")
            continue
        mode, value = _change(change, reading)
        if mode in ("append", "prepend") and isinstance(shape, Fields):
            shape = replace(shape, required=())  # what is added to a mapping need not be one by itself
        read = Fields({key.text: shape}).read(Mapping(value.span, ((key, value),)), reading) if value else None
        new = read.values.get(key.text) if read else None
        if mode == "drop" and key.text in parser.shape(kind).required:
            message = f'field "{key.text}" cannot be dropped'
            reading.report(key.span, Code.MISSING_FIELD, message, "A page must have it; replace it instead.")
        elif mode == "drop":
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
        found = f'unknown mode "{clip(mode.text)}"' if isinstance(mode, Scalar) else "no mode"
        reading.report((mode or change).span, Code.UNKNOWN_VALUE, found, f"Allowed: {listed(MODES)}.")
        return "", None
    return mode.text, parts.get("value")


def _joined(old: Value | None, new: Value, mode: str) -> Value:
    """Lists are joined end to end, mappings key by key and the lists in them too; anything else is replaced."""
    if mode == "replace" or old is None:
        return new
    if isinstance(old, tuple) and isinstance(new, tuple):
        return (*old, *new) if mode == "append" else (*new, *old)
    if isinstance(old, Record) and isinstance(new, Record):
        values = {**old.values, **{key: _joined(old.values.get(key), value, mode) for key, value in new.values.items()}}
        return Record(old.place, values, {**old.keys, **new.keys})
    return new
