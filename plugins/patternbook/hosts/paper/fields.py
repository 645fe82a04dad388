"""Controls of a template as fields of a PDF: named, described, and with the answers that are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from patternbook.core import fields
from patternbook.core.definition import Definition
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.filled import number
from patternbook.core.forms import Form
from patternbook.core.schema import Record, Value
from patternbook.hosts.paper.pages import Attributes, Change, Tag

# A line to write on, in parts of the type's size: as high as a hand writes.
_LINE = 1.95
# A line that is typed, and how many letters it holds at least: in a sentence, across a sheet, and in a cell of a table.
_TYPED, _SHORT, _ACROSS, _CELL = 1.35, 28, 80, 22


@dataclass(frozen=True, slots=True)
class Control:
    """One control: what it is called aloud, and the answer in it (for a box, whether it is ticked).

    `group` is what radio buttons that belong together are called aloud. A control that `wraps` has its line over several.
    """

    says: str
    answer: str | bool = ""
    group: str = ""
    wraps: bool = False


def roomy(text: str, form: Form, answers: Mapping[str, Value], definition: Definition) -> str:
    """A template's finished text with as many rows in its lists and tables as the answers have."""
    for spec in form.fields:
        given = answers.get(spec.id)
        if isinstance(given, tuple) and spec.type in ("list", "table"):
            more = replace(spec, rows=max(spec.rows or fields.ROWS[spec.type], len(given)))
            text = text.replace(fields.block(spec, definition), fields.block(more, definition))
    return text


def controls(form: Form, answers: Mapping[str, Value], definition: Definition) -> dict[str, Control]:
    """Every control of a form, by its id on the page."""
    return {
        f"in--{id}": control for spec in form.fields for id, control in _controls(spec, spec.id, answers.get(spec.id), definition)
    }


def _controls(spec: FieldSpec, id: str, given: Value | None, definition: Definition) -> Iterable[tuple[str, Control]]:
    says = f"{spec.label}: {spec.help}" if spec.help else spec.label
    match spec.type:
        case "choice" | "horizon" | "scale" | "multi":
            chosen = {_text(one) for one in (given if isinstance(given, tuple) else (given,))}
            group = says if spec.type != "multi" else ""
            for value, label in fields.values(spec):
                yield f"{id}--{value}", Control(f"{spec.label}: {label}", value in chosen, group=group)
            # The same in a sentence is one list to choose from.
            yield id, Control(says, _text(given))
        case "range":
            ends = given.values if isinstance(given, Record) else {}
            for end, word in (("low", "minimum"), ("high", "maximum")):
                yield f"{id}--{end}", Control(f"{spec.label}, {definition.say(word)}", _text(ends.get(end)))
        case "list":
            entries = given if isinstance(given, tuple) else ()
            for n in range(1, max(spec.rows or fields.ROWS["list"], len(entries)) + 1):
                yield f"{id}--{n}", Control(f"{spec.label}, {n}", _text(entries[n - 1]) if n <= len(entries) else "")
        case "table":
            yield from _cells(spec, id, given if isinstance(given, tuple) else ())
        case "tick":
            yield id, Control(says, given is True)
        case _:
            yield id, Control(says, _text(given))


def _cells(spec: FieldSpec, id: str, rows: tuple[Value, ...]) -> Iterable[tuple[str, Control]]:
    for n in range(1, max(spec.rows or fields.ROWS["table"], len(rows)) + 1):
        row = rows[n - 1] if n <= len(rows) else None
        for column in spec.columns:
            cell = row.get(column.id) if isinstance(row, Record) else None
            answer = cell is True if column.type == "tick" else _text(cell)
            wraps = column.type in ("line", "text")
            yield f"{id}--{n}--{column.id}", Control(f"{spec.label}: {column.label}, {n}", answer, wraps=wraps)


def _text(value: Value | None) -> str:
    match value:
        case bool() | None:
            return ""
        case date():
            return value.isoformat()
        case int() | float():
            return number(value)
    return str(value)


def named(prefix: str, found: Mapping[str, Control]) -> Change:
    """Tags of controls as a PDF's fields need them: with a name, what they are called aloud, and their answer."""
    select = ""

    def changed(tag: Tag) -> Tag:
        nonlocal select
        id = tag.given.get("id") or ""
        control = found.get(id)
        if tag.name == "option" and select and tag.given.get("value") == select:
            return Tag("option", tag.given | {"selected": None})
        if control is None or tag.name not in ("input", "textarea", "select"):
            return tag
        select = str(control.answer) if tag.name == "select" else ""
        whole = id.rpartition("--")[0] if tag.given.get("type") == "radio" else id
        given = tag.given | {"title": control.says, "name": f"{prefix}--{whole.removeprefix('in--')}"}
        return _answered(tag.name, given, control)

    return changed


def _answered(name: str, given: Attributes, control: Control) -> Tag:
    """A control with room for its answer, since what runs out of a field is not printed.

    A line is an input, since only a text has several lines in a PDF; so is a day. A long answer makes a text of it.
    """
    answer, rows = control.answer, int(given.get("rows") or 1)
    # `in--id` of a field, `in--id--2` of an entry in a list, `in--id--2--column` of a cell.
    parts = (given["id"] or "").count("--")
    across = _CELL if parts == 3 else _ACROSS
    high = _TYPED * sum(len(line) // across + 1 for line in str(answer).split("\n"))
    if isinstance(answer, bool):
        return Tag(name, given | ({"checked": None} if answer else {}))
    if name == "textarea" and (rows > 1 or control.wraps):
        return Tag(name, given | {"style": f"min-height: {max(high, 0 if control.wraps else _LINE * rows):g}em"}, answer)
    sentence = parts == 1 and "aria-label" in given
    if name == "textarea" and len(answer) > (_SHORT if sentence else across):
        return Tag(name, given | {"class": "pb-long", "style": f"min-height: {max(high, _LINE):g}em"}, answer)
    if name == "select":
        return Tag(name, given)
    return Tag("input", given | {"type": "text", "value": answer})


def groups(prefix: str, found: Mapping[str, Control]) -> dict[str, str]:
    """What groups of radio buttons are called aloud, by name."""
    return {f"{prefix}--{id.rpartition('--')[0].removeprefix('in--')}": one.group for id, one in found.items() if one.group}
