"""Typed fields: of a template, of a table's column, of a kind's front matter. One language for all three."""

from __future__ import annotations

from dataclasses import dataclass

from patternbook.core.schema import Choice, Fields, Flag, Items, Number, Record, Shape, Table, Text, Word

ID = r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?"
LINE = Text(line=True, chars=300)
ID_TEXT = Text(pattern=ID, what="an id of a-z, 0-9 and hyphens")

FIELD_TYPES = (
    "line", "text", "number", "date", "range", "choice", "multi", "tick", "scale", "horizon", "person", "link", "list", "table",
)  # fmt: skip
COLUMN_TYPES = ("line", "text", "number", "date", "choice", "tick", "scale", "horizon", "person", "link")
KIND_FIELD_TYPES = ("line", "text", "number", "date", "choice", "scale", "list", "fields", "steps")


@dataclass(frozen=True, slots=True)
class Hint:
    """What a form says when a count or value is above or below a limit."""

    above: int | None
    below: int | None
    say: str


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A typed field: of a template, of a table's column, or of a kind's front matter.

    `least` and `most` bound the value of a number, the words of a text, the entries of a list,
    table or multi. `poles` name the ends of a scale from 1 to 5. `company` names the value of the company's that answers the
    field in advance; the numbers of a column with a `total` are added up below it.
    """

    id: str
    type: str
    label: str
    help: str = ""
    required: bool = False
    least: int | None = None
    most: int | None = None
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    poles: tuple[str, str] = ("", "")
    columns: tuple[FieldSpec, ...] = ()
    rows: int = 0
    hints: tuple[Hint, ...] = ()
    renamed_from: str = ""
    index: str = ""
    company: str = ""
    total: bool = False


def field_shape(types: tuple[str, ...], depth: int = 0) -> Fields:
    """The shape of a field's definition."""
    shapes: dict[str, Shape] = {
        "type": Choice(types, "type"),
        "label": LINE,
        "help": Text(),
        "required": Flag(),
        "min": Number(least=0),
        "max": Number(least=0),
        "unit": LINE,
        "options": Table(LINE),
        "poles": Items(LINE, 2, 2),
        "rows": Number(1, 40),
        "renamed_from": ID_TEXT,
        "index": ID_TEXT,
        "company": ID_TEXT,
        "total": Flag(),
        "hints": Items(Fields({"above": Number(), "below": Number(), "say": LINE}, ("say",))),
    }
    if depth == 0:
        shapes["columns"] = Table(field_shape(COLUMN_TYPES, 1))
    return Fields(shapes, ("type", "label"), "key of a field")


def field_specs(record: Record | None) -> tuple[FieldSpec, ...]:
    """Definitions of fields, in the order written."""
    if record is None:
        return ()
    return tuple(_field(str(key), value) for key, value in record.entries())


def _field(id: str, record: Record) -> FieldSpec:
    options = record.record("options")
    poles = record.words("poles")
    return FieldSpec(
        id=id,
        type=record.text("type"),
        label=record.said("label"),
        help=record.said("help"),
        required=record.flag("required"),
        least=record.number("min"),
        most=record.number("max"),
        unit=record.said("unit"),
        options=tuple((str(key), value) for key, value in options.values.items() if isinstance(value, Word)) if options else (),
        poles=(poles[0], poles[1]) if len(poles) == 2 else ("", ""),
        columns=field_specs(record.record("columns")),
        rows=record.number("rows") or 0,
        hints=tuple(Hint(hint.number("above"), hint.number("below"), hint.said("say")) for hint in record.records("hints")),
        renamed_from=record.text("renamed_from"),
        index=record.text("index"),
        company=record.text("company"),
        total=record.flag("total"),
    )
