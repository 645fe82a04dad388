"""Fields of templates on the page: real controls, which a reader can fill in and print without a script.

A field on a line of its own is a block of HTML, which the converter leaves as it is; one in a sentence is a control in the text.
The published Markdown of a page has lines to write on instead. An id with two hyphens is a control's: an author's ids have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape

from patternbook.core.definition import Definition
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.text import attribute, inline_attribute, md

LINE_CHARS, TEXT_CHARS = 1_000, 20_000
# Lines to write on, where a field does not say how many.
ROWS = {"text": 4, "list": 3, "table": 3}


def resolved(fields: Iterable[FieldSpec], definition: Definition) -> tuple[FieldSpec, ...]:
    """Fields with all that the book says of them: a field of type `horizon` offers the values of the book's time scales."""
    facet = definition.facets.get(definition.horizons)
    horizons = tuple(facet.values.items()) if facet else ()

    def one(spec: FieldSpec) -> FieldSpec:
        options = horizons if spec.type == "horizon" else spec.options
        return replace(spec, options=options, columns=tuple(map(one, spec.columns)))

    return tuple(map(one, fields))


def block(spec: FieldSpec, definition: Definition) -> str:
    """A field on a line of its own, as one block of HTML: label, help, hints and the control."""
    id = attribute(spec.id)
    said = [f'<p class="pb-help" id="help--{id}">{escape(spec.help)}</p>'] if spec.help else []
    if spec.hints:
        hints = "".join(f"<li{_limits(hint.above, hint.below)}>{escape(hint.say)}</li>" for hint in spec.hints)
        said.append(f'<ul class="pb-hints" id="hint--{id}">{hints}</ul>')
    names = [f"{name}--{id}" for name, given in (("help", spec.help), ("hint", spec.hints)) if given]
    describe = f' aria-describedby="{" ".join(names)}"' if names else ""
    required = f" <em>{escape(definition.say('required'))}</em>" if spec.required else ""
    label = escape(spec.label)
    if spec.type in ("line", "text", "number", "date", "person", "link"):
        head = f'<p class="pb-label"><label for="in--{id}">{label}</label>{required}</p>'
        lines = [head, *said, _control(spec, f"in--{id}", describe)]
    elif spec.type == "tick":
        lines = [
            f'<p class="pb-choice">{_box(spec, f"in--{id}", describe)}<label for="in--{id}">{label}</label>{required}</p>',
            *said,
        ]
    else:
        legend = f'<legend class="pb-label">{label}{required}</legend>'
        lines = [f"<fieldset{describe}>{legend}", *said, *_group(spec, definition), "</fieldset>"]
    return "\n".join([f'<div class="pb-field" id="field-{id}" data-field="{id}" data-type="{spec.type}">', *lines, "</div>"])


def _limits(above: int | None, below: int | None) -> str:
    given = (("above", above), ("below", below))
    return "".join(f' data-{name}="{value}"' for name, value in given if value is not None)


def _control(spec: FieldSpec, id: str, more: str) -> str:
    """One control. A line may be long: its field grows with it, so that nothing is cut off on a phone or on paper."""
    more += " required" if spec.required else ""
    if spec.type == "date":
        return f'<input type="date" id="{id}" autocomplete="off"{more}>'
    if spec.type == "number":
        return f'<input type="text" inputmode="decimal" id="{id}" maxlength="20" autocomplete="off"{more}>{_unit(spec)}'
    if spec.type in ("choice", "horizon", "scale"):
        return _select(spec, id, more)
    if spec.type == "tick":
        return _box(spec, id, more)
    rows, chars = (spec.rows or ROWS["text"], TEXT_CHARS) if spec.type == "text" else (spec.rows or 1, LINE_CHARS)
    return f'<textarea id="{id}" rows="{rows}" maxlength="{chars}" autocomplete="off"{more}></textarea>'


def _unit(spec: FieldSpec) -> str:
    return f' <span class="pb-unit">{escape(spec.unit)}</span>' if spec.unit else ""


def _box(spec: FieldSpec, id: str, more: str) -> str:
    return f'<input type="checkbox" id="{id}" autocomplete="off"{more}>'


def _select(spec: FieldSpec, id: str, more: str) -> str:
    offered = [("", ""), *values(spec)]
    options = "".join(f'<option value="{attribute(value)}">{escape(label)}</option>' for value, label in offered)
    return f'<select id="{id}" autocomplete="off"{more}>{options}</select>'


def values(spec: FieldSpec) -> Iterable[tuple[str, str]]:
    """What can be chosen, as value and label."""
    return ((str(step), str(step)) for step in range(1, 6)) if spec.type == "scale" else spec.options


def _group(spec: FieldSpec, definition: Definition) -> Iterable[str]:
    """The controls of a field that has several."""
    id = attribute(spec.id)
    if spec.type == "scale":
        low, high = (f'<span class="pb-pole">{escape(pole)}</span>' if pole else "" for pole in spec.poles)
        yield f'<div class="pb-steps-of-five">{low}{"".join(_options(spec, "radio"))}{high}</div>'
    elif spec.type in ("choice", "horizon", "multi"):
        yield f'<div class="pb-choices">{"".join(_options(spec, "checkbox" if spec.type == "multi" else "radio"))}</div>'
    elif spec.type == "range":
        for end, word in (("low", "minimum"), ("high", "maximum")):
            name = f"in--{id}--{end}"
            said = f'<label for="{name}">{escape(definition.say(word))}</label>'
            yield f'{said} <input type="text" inputmode="decimal" id="{name}" data-end="{end}" maxlength="20" autocomplete="off">'
        yield _unit(spec)
    elif spec.type == "list":
        rows = range(1, (spec.rows or ROWS["list"]) + 1)
        lines = (f"<li>{_control(_line(spec), f'in--{id}--{n}', _name(f'{spec.label}, {n}'))}</li>" for n in rows)
        yield f'<ol class="pb-entries">{"".join(lines)}</ol>'
    else:
        yield from _table(spec)


def _line(spec: FieldSpec) -> FieldSpec:
    """One entry of a list, as a line of its own."""
    return FieldSpec(spec.id, "line", spec.label)


def _name(text: str) -> str:
    return f' aria-label="{attribute(text)}"'


def _options(spec: FieldSpec, type: str) -> Iterable[str]:
    for value, label in values(spec):
        id = f"in--{attribute(spec.id)}--{attribute(value)}"
        box = f'<input type="{type}" id="{id}" name="in--{attribute(spec.id)}" value="{attribute(value)}" autocomplete="off">'
        yield f'<span class="pb-choice">{box}<label for="{id}">{escape(label)}</label></span>'


def _table(spec: FieldSpec) -> Iterable[str]:
    heads = "".join(f'<th scope="col">{_column(column)}</th>' for column in spec.columns)
    yield f'<table class="pb-grid" data-columns="{len(spec.columns)}"><thead><tr>{heads}</tr></thead><tbody>'
    for row in range(1, (spec.rows or ROWS["table"]) + 1):
        yield f"<tr>{''.join(_cell(spec, column, row) for column in spec.columns)}</tr>"
    yield "</tbody></table>"


def _column(column: FieldSpec) -> str:
    """A column's head: on paper it also says what can be written below it."""
    ends = [f"1 {column.poles[0]}, 5 {column.poles[1]}"] if column.type == "scale" and any(column.poles) else []
    ends += [" / ".join(label for _, label in column.options)] if column.options else []
    notes = [column.help, *ends] if column.help else ends
    return escape(column.label) + "".join(f' <small class="pb-note">{escape(note)}</small>' for note in notes)


def _cell(spec: FieldSpec, column: FieldSpec, row: int) -> str:
    id = f"in--{attribute(spec.id)}--{row}--{attribute(column.id)}"
    # A row that nobody fills is no row, so no cell is required before its row has something in it.
    control = replace(column, required=False, rows=1)
    # Where cells stand below each other, on a phone, their column is said at each.
    names = f'data-column="{attribute(column.id)}" data-label="{attribute(column.label)}"'
    return f"<td {names}>{_control(control, id, _name(f'{column.label}, {row}'))}</td>"


def inline(spec: FieldSpec) -> str:
    """A control inside a sentence; the converter reads it for Markdown before it sees a tag, so signs of both are written out."""
    more = f' aria-label="{inline_attribute(spec.label)}" autocomplete="off"' + (" required" if spec.required else "")
    id = f"in--{spec.id}"
    if spec.type in ("choice", "horizon", "scale"):
        options = "".join(f'<option value="{inline_attribute(v)}">{md(label)}</option>' for v, label in (("", ""), *values(spec)))
        words = " / ".join(md(label) for _, label in values(spec))
        control = f'<select id="{id}"{more}>{options}</select> <span class="pb-offer">({words})</span>'
    elif spec.type == "date":
        control = f'<input type="date" id="{id}"{more}>'
    elif spec.type == "number":
        control = f'<input type="text" inputmode="decimal" maxlength="20" id="{id}"{more}>'
    else:
        control = f'<textarea id="{id}" rows="1" maxlength="{LINE_CHARS}"{more}></textarea>'
    return f'<span class="pb-in" id="field-{spec.id}" data-field="{spec.id}" data-type="{spec.type}">{control}</span>'


# --- the same in the published Markdown ----------------------------------------------------------------------------------


def told_inline(spec: FieldSpec) -> str:
    """A line to write on inside a sentence, and what can be chosen."""
    words = " / ".join(md(label) for _, label in spec.options)
    return r"\_\_\_\_\_\_" + (f" ({words})" if words else "")


def told_block(spec: FieldSpec, definition: Definition) -> str:
    """A field on a line of its own: label, help, and room for the answer."""
    required = f" *{md(definition.say('required'))}*" if spec.required else ""
    lines = [
        f"**{md(spec.label)}**{required}",
        md(spec.help),
        *(f"*{md(hint.say)}*" for hint in spec.hints),
        _room(spec, definition),
    ]
    return "\n\n".join(line for line in lines if line)


def _room(spec: FieldSpec, definition: Definition) -> str:
    blank = r"\_\_\_\_\_\_"
    if spec.type == "table":
        heads = "| " + " | ".join(md(column.label) for column in spec.columns) + " |"
        return "\n".join(
            [heads, "|" + " --- |" * len(spec.columns), *["|" + "  |" * len(spec.columns)] * (spec.rows or ROWS["table"])]
        )
    if spec.type == "scale":
        return f"{md(spec.poles[0])} 1 2 3 4 5 {md(spec.poles[1])}".strip()
    if spec.options:
        return "\n".join(f"- [ ] {md(label)}" for _, label in spec.options)
    if spec.type == "tick":
        return "- [ ]"
    if spec.type == "range":
        return f"{md(definition.say('minimum'))} {blank} {md(definition.say('maximum'))} {blank} {md(spec.unit)}".strip()
    return "\n\n".join([blank] * (spec.rows or ROWS.get(spec.type, 1)))


def company_values(fields: Iterable[FieldSpec], definition: Definition) -> Mapping[str, tuple[str, ...]]:
    """What the company's own values say about fields: one answer, or several to choose from, by field."""
    return {spec.id: values for spec in fields if spec.company and (values := definition.company.get(spec.company))}
