"""`patternbook fill`: the document that a template and a file of answers make."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from patternbook.core.book import Book
from patternbook.core.diagnostics import Diagnostic, suggestion
from patternbook.core.fillable import answers_json
from patternbook.core.filled import blocks, to_html, to_markdown
from patternbook.core.samples import Filled, in_advance, read_filled

FORMATS = ("md", "html", "json")


class NotFilled(Exception):
    """There is no such template or file; the text says what to do (exit code 2)."""


@dataclass(frozen=True, slots=True)
class Result:
    """The document, and what is wrong with the answers; where anything is, the document is not to be used."""

    text: str
    problems: tuple[Diagnostic, ...]


def fill(book: Book, id: str, path: Path, form: str, name: str | None) -> Result:
    """The template `id` filled with the answers of a file, as Markdown, HTML or JSON."""
    if id not in book.forms:
        raise NotFilled(f'no template is called "{id}"{suggestion(id, book.forms)}.')
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFilled(f"{path} cannot be read: {error.strerror}.") from None
    given, problems = read_filled(str(path), content, book.names.ids[id], book.definition)
    if problems:
        return Result("", tuple(problems))
    template = book.forms[id]
    answers = in_advance(template.fields, template.company, book.definition) | dict(given.answers)
    ordered = {spec.id: answers[spec.id] for spec in template.fields if spec.id in answers}
    filled = Filled(ordered, given.name if name is None else name.strip())
    return Result(_text(book, id, filled, form), ())


def _text(book: Book, id: str, filled: Filled, format: str) -> str:
    form = book.forms[id]
    if format == "json":
        export = {"patternbook": 1, "template": id, "name": filled.name, "answers": answers_json(filled.answers)}
        return json.dumps(export, ensure_ascii=False, indent=1) + "\n"
    found = blocks(form.title, form.outline, form.fields, filled.answers, book.definition.strings, filled.name)
    return to_html(found) if format == "html" else to_markdown(found)
