"""Checklists have items with ids; templates place each of their fields once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, at, clip, listed, suggestion
from patternbook.core.fieldspec import ID
from patternbook.core.model import Document
from patternbook.core.schema import Record, Word

INLINE_TYPES = ("line", "number", "date", "choice", "horizon", "person", "link")


def items(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """Ticks survive edits because each item has an id of its own."""
    open_section = document.kind.open_section if document.kind else None
    if document.kind is None or open_section is None or not open_section.items:
        return
    seen: set[str] = set()
    for section in document.sections:
        moment = section.heading is not None and document.kind.section(section.heading.text) is None
        if moment and not section.marks.items:
            yield at(
                section.source,
                section.span,
                Code.NO_ITEMS,
                f'"{section.heading.text if section.heading else ""}" holds no items',
                "Write a list of `- [ ] …` lines.",
            )
        for item in section.marks.items:
            if item.anchor is None:
                help = "Run `patternbook fix`, or write ` ^an-id` at its end."
                yield at(section.source, item.text, Code.MISSING_ITEM_ID, "a checklist item has no id", help)
            elif not re.fullmatch(ID, item.anchor):
                yield at(
                    section.source,
                    item.span,
                    Code.MISSING_ITEM_ID,
                    f'item id "{clip(item.anchor)}" is malformed',
                    "Use a-z, 0-9 and hyphens.",
                )
            elif item.anchor in seen:
                yield at(
                    section.source,
                    item.text,
                    Code.DUPLICATE_ITEM_ID,
                    f'item id "{item.anchor}" stands twice',
                    "Give the newer item another id.",
                )
            seen.add(item.anchor or "")


def form(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """A field can be filled in: it has something to choose from, and its limits leave room."""
    for key, record in document.form.entries() if document.form else ():
        columns = record.record("columns")
        for name, field in ((key, record), *(columns.entries() if columns else ())):
            yield from _unfillable(name, field)


def _unfillable(key: Word, field: Record) -> Iterable[Diagnostic]:
    type, low, high = field.text("type"), field.number("min"), field.number("max")
    needed = {"choice": "options", "multi": "options", "table": "columns"}.get(type)
    found = field.record(needed) if needed else None
    if needed and not (found and found.values) and not (field.key(needed) and field.get(needed) is None):
        help = f"Add `{needed}: {{…}}` to it, or give it another type."
        yield key.problem(Code.MISSING_FIELD, f'field "{key}" of type {type} has no {needed}', help)
    if low is not None and high is not None and low > high:
        yield key.problem(Code.OUT_OF_LIMITS, f'field "{key}" has a min of {low} and a max of {high}', "Exchange the two.")


def blanks(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """A field that stands nowhere cannot be filled in; one that stands twice would be two answers."""
    fields = {spec.id: spec for spec in document.fields}
    placed: Counter[str] = Counter()
    for section in document.sections:
        for blank in section.marks.blanks:
            placed[blank.field] += 1
            if not blank.field:
                continue  # malformed, and reported as that
            if blank.field not in fields:
                message = f'unknown field "{clip(blank.field)}"{suggestion(blank.field, fields)}'
                help = f"Defined: {listed(fields, 30)}." if fields else "Only templates have fields; put the brackets in backticks."
                yield at(section.source, blank.span, Code.UNKNOWN_BLANK, message, help)
            elif placed[blank.field] > 1:
                yield at(section.source, blank.span, Code.UNPLACED_FIELD, f'field "{blank.field}" stands twice', "Keep one place.")
            elif not blank.alone and fields[blank.field].type not in ("", *INLINE_TYPES):
                message = f'field "{blank.field}" of type {fields[blank.field].type} stands inside a sentence'
                yield at(section.source, blank.span, Code.UNPLACED_FIELD, message, "Give it a line of its own.")
    keys = document.form.keys if document.form else {}
    for id, key in keys.items():
        if id in fields and not placed[id]:
            yield key.problem(Code.UNPLACED_FIELD, f'field "{id}" stands nowhere in the text', f"Place it with `[[?{id}]]`.")
