"""Fields of templates on the page: blanks to write on, and a filled sample.

They read and print as plain Markdown with ruled space; nothing here needs a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from patternbook.core.definition import Definition
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.schema import Record, Value
from patternbook.core.text import inline_attribute, md

LINES = {"text": 4, "list": 3, "table": 3}


def blank_inline(spec: FieldSpec, definition: Definition) -> str:
    """A blank inside a sentence, followed by what can be chosen where the answer is a choice."""
    label = inline_attribute(spec.label)
    blank = f'<span class="pb-blank" data-type="{spec.type}" id="field-{spec.id}" role="img" aria-label="{label}"></span>'
    if spec.type not in ("choice", "horizon"):
        return blank
    return f'{blank} <span class="pb-choices">({" / ".join(md(label) for label in _labels(spec, definition))})</span>'


def blank_part(spec: FieldSpec, definition: Definition) -> str:
    """A field on a line of its own: label, help, and room for the answer."""
    required = f" *{md(definition.say('required'))}*" if spec.required else ""
    lines = [f'<div class="pb-field" id="field-{spec.id}" markdown>', f"**{md(spec.label)}**{required}"]
    lines += [md(spec.help)] if spec.help else []
    lines += [f"*{md(hint.say)}*" for hint in spec.hints]
    lines += [_room(spec, definition), "</div>"]
    return "\n\n".join(lines)


def _room(spec: FieldSpec, definition: Definition) -> str:
    if spec.type in ("choice", "multi", "horizon", "scale", "tick"):
        rows = "\n".join(f"- {md(label)}" for label in _labels(spec, definition))
        return f'<div class="pb-options" data-type="{spec.type}" markdown>\n\n{rows}\n\n</div>'
    if spec.type == "table":
        empty = "|" + "  |" * len(spec.columns)
        table = "\n".join([*_head(spec), *[empty] * (spec.rows or LINES["table"])])
        choices = [
            f"- *{md(column.label)}* " + " / ".join(map(md, words))
            for column in spec.columns
            if (words := _choices(column, definition))
        ]
        return f'{table}\n\n<div class="pb-legend" markdown>\n\n' + "\n".join(choices) + "\n\n</div>" if choices else table
    if spec.type == "range":
        low, high = definition.say("minimum"), definition.say("maximum")
        unit = f" {md(spec.unit)}" if spec.unit else ""
        return f'{md(low)} <span class="pb-blank"></span> {md(high)} <span class="pb-blank"></span>{unit}'
    lines = spec.rows or LINES.get(spec.type, 1)
    return f'<div class="pb-blank pb-blank-lines" data-rows="{lines}"></div>'


def _head(spec: FieldSpec) -> list[str]:
    """The first two lines of a table; what the ends of a scale mean is said once, here."""
    labels = [
        md(column.label)
        + (f" (1 {md(column.poles[0])}, 5 {md(column.poles[1])})" if column.type == "scale" and any(column.poles) else "")
        for column in spec.columns
    ]
    return ["| " + " | ".join(labels) + " |", "|" + " --- |" * len(labels)]


def _choices(column: FieldSpec, definition: Definition) -> list[str]:
    """What can be written into a column of choices."""
    return _labels(column, definition) if column.type in ("choice", "horizon") else []


def _labels(spec: FieldSpec, definition: Definition) -> list[str]:
    """What can be ticked."""
    if spec.type == "horizon":
        facet = definition.facets.get(definition.horizons)
        return list(facet.values.values()) if facet else []
    if spec.type == "scale":
        low, high = spec.poles
        return [f"1 {low}".strip(), "2", "3", "4", f"5 {high}".strip()]
    if spec.type == "tick":
        return [spec.label]
    return [label for _, label in spec.options]


def answers_part(fields: tuple[FieldSpec, ...], answers: Mapping[str, Value], definition: Definition) -> str:
    """A filled form, field by field, as Markdown."""
    parts = []
    for spec in fields:
        if (value := answers.get(spec.id)) is not None:
            parts.append(f"**{md(spec.label)}**\n\n{answer(spec, value, definition)}")
    return "\n\n".join(parts)


def answer(spec: FieldSpec, value: Value, definition: Definition) -> str:
    """One answer as Markdown."""
    if spec.type == "table" and isinstance(value, tuple):
        rows = [
            "| " + " | ".join(_cell(column, row, definition) for column in spec.columns) + " |"
            for row in value
            if isinstance(row, Record)
        ]
        return "\n".join([*_head(spec), *rows])
    if isinstance(value, tuple):
        return "\n".join(f"- {md(_words(spec, item, definition))}" for item in value)
    if spec.type == "text" and isinstance(value, str):
        return "\n\n".join(md(paragraph) for paragraph in value.split("\n\n"))
    return md(_words(spec, value, definition))


def _cell(column: FieldSpec, row: Record, definition: Definition) -> str:
    value = row.values.get(column.id)
    if value is None:
        return ""
    # What the numbers of a scale mean stands in the head.
    return str(value) if column.type == "scale" else md(_words(column, value, definition))


def _words(spec: FieldSpec, value: Value, definition: Definition) -> str:
    """One simple answer in words."""
    if isinstance(value, bool):
        return "☑" if value else "☐"
    if isinstance(value, Record):
        low, high = value.values.get("low"), value.values.get("high")
        return f"{low} {definition.say('to')} {high} {spec.unit}".strip()
    if isinstance(value, date):
        return value.isoformat()
    if spec.type == "scale":
        return definition.say("of-five", value=value, low=spec.poles[0], high=spec.poles[1])
    if spec.type == "horizon":
        facet = definition.facets.get(definition.horizons)
        return facet.values.get(str(value), str(value)) if facet else str(value)
    text = dict(spec.options).get(str(value), str(value))
    return f"{text} {spec.unit}".strip() if spec.type == "number" else text
