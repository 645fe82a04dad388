"""What scripts read of forms and checklists: `data/tools.js` for all of them, `data/forms/ID.js` for each form.

They are scripts for the same reason as those of the search: a page that was opened from a folder may load nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from patternbook.core.book import Book
from patternbook.core.fieldspec import FieldSpec, Hint
from patternbook.core.filled import Heading, Piece, Place
from patternbook.core.forms import Form
from patternbook.core.model import slug
from patternbook.core.paths import address
from patternbook.core.schema import Record, Value
from patternbook.core.views import by_title

# The interface words that the scripts of forms and checklists say.
_SAID = ("fill-", "to", "of-five", "quoted", "required")


def fillable(book: Book, directories: bool = True) -> Mapping[str, bytes]:
    """A script for all tools of the book, and one for each form."""
    kinds = {entry.id: entry.kind for entry in book.entries.values()}
    tools = {
        entry.id: {"kind": kinds[entry.id].label, "title": entry.title, "url": address(entry.path, directories)}
        | ({"form": True} if entry.id in book.forms else {})
        for entry in by_title(book.entries.values())
        if entry.id and entry.kind.tool
    }
    if not tools:
        return {}
    words = {key: text for key, text in book.definition.strings.items() if key.startswith(_SAID[0]) or key in _SAID}
    shared = {"book": slug(book.definition.name), "words": words, "tools": tools}
    scripts = {"data/tools.js": f"self.patternbookTools={_json(shared)}\n".encode()}
    for id, form in book.forms.items():
        data = _form(form, book.samples.get(id, {}), directories)
        scripts[f"data/forms/{id}.js"] = (
            f"(self.patternbookForms=self.patternbookForms||{{}})[{_json(id)}]={_json(data)}\n".encode()
        )
    return scripts


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _form(form: Form, sample: Mapping[str, Value], directories: bool) -> dict[str, object]:
    return {
        "id": form.id,
        "title": form.title,
        "url": address(form.path, directories),
        "fields": [_field(spec) for spec in form.fields],
        "company": {id: list(values) for id, values in form.company.items()},
        "outline": [_piece(piece) for piece in form.outline],
        "sample": answers_json(sample),
    }


def _field(spec: FieldSpec) -> dict[str, object]:
    given: dict[str, object] = {
        "required": spec.required,
        "unit": spec.unit,
        "rows": spec.rows,
        "options": [list(option) for option in spec.options],
        "poles": list(spec.poles) if any(spec.poles) else [],
        "columns": [_field(column) for column in spec.columns],
        "hints": [_hint(hint) for hint in spec.hints],
        "renamed": spec.renamed_from,
        "total": spec.total,
    }
    bounds = {"least": spec.least, "most": spec.most}
    return (
        {"id": spec.id, "type": spec.type, "label": spec.label}
        | {key: value for key, value in given.items() if value}
        | {key: value for key, value in bounds.items() if value is not None}
    )


def _hint(hint: Hint) -> dict[str, object]:
    limits = {"above": hint.above, "below": hint.below}
    return {key: value for key, value in limits.items() if value is not None} | {"say": hint.say}


def _piece(piece: Piece) -> list[object]:
    if isinstance(piece, Heading):
        return ["heading", piece.level, piece.text]
    if isinstance(piece, Place):
        return ["field", piece.field]
    return ["sentence", piece.marker, [{"field": run.field} if isinstance(run, Place) else run for run in piece.runs]]


def answers_json(answers: Mapping[str, Value]) -> dict[str, object]:
    """Answers as JSON has them: days as text, ranges and rows as objects."""
    return {str(id): _value(value) for id, value in answers.items()}


def _value(value: object) -> object:
    if isinstance(value, Record):
        return {str(key): _value(item) for key, item in value.values.items()}
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
