"""Templates as PDFs that can be typed into: every field is there, says what it is, and keeps what is written in it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

import pytest
from books import base, compiled
from patternbook.core import fields
from patternbook.core.book import Book
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.samples import read_filled
from patternbook.core.schema import Record, Value
from patternbook.hosts.paper import forms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from .conftest import BOOK, Paper, chosen, rect, shop

TEMPLATES = chosen(BOOK, "kind=template")
ONE_OF = ("choice", "horizon", "scale")
MULTILINE = 1 << 12


class Filled:
    """The fields of a PDF, by name. A group of radio buttons is one field."""

    def __init__(self, pdf: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(pdf))
        self.fields: dict[str, DictionaryObject] = {}
        for field in self.reader.trailer["/Root"]["/AcroForm"]["/Fields"]:
            one = field.get_object()
            assert one["/T"] not in self.fields, f"two fields are called {one['/T']}"
            self.fields[str(one["/T"])] = one

    def widgets(self) -> Iterable[tuple[int, str, DictionaryObject]]:
        """Everything that can be filled in, sheet by sheet in the order that a sheet has: its sheet, the name, and itself."""
        for number, sheet in enumerate(self.reader.pages, 1):
            for note in sheet.get("/Annots", []):
                if (widget := note.get_object()).get("/Subtype") == "/Widget":
                    group = widget["/Parent"].get_object() if "/Parent" in widget else widget
                    yield number, str(group["/T"]), widget

    def answer(self, name: str) -> str | bool:
        """What a field holds, as its template says it: the value of a chosen button, and not its number in the file."""
        field = self.fields[name]
        held = str(field.get("/V", ""))
        if field["/FT"] != "/Btn":
            return held
        if "/Kids" not in field:
            assert held == field["/AS"], f"{name} shows another state than it has"
            return held == "/on"
        shown = [str(kid.get_object()["/AS"]) for kid in field["/Kids"] if kid.get_object()["/AS"] != "/Off"]
        assert shown == ([held] if held != "/Off" else []), f"{name} shows another choice than it has"
        return str(field["/Opt"][int(held[1:])]) if shown else ""


def asked(spec: FieldSpec, given: Value | None = None) -> Mapping[str, str | bool]:
    """The names of the fields that a template's field needs in a PDF, without the template's own, and what they should hold."""
    if spec.type == "range":
        ends = given.values if isinstance(given, Record) else {}
        return {f"{spec.id}--{end}": told(ends.get(end)) for end in ("low", "high")}
    if spec.type == "multi":
        ticked = given if isinstance(given, tuple) else ()
        return {f"{spec.id}--{value}": value in ticked for value, _ in fields.values(spec)}
    if spec.type == "tick":
        return {spec.id: given is True}
    if spec.type not in ("list", "table"):
        return {spec.id: told(given)}
    rows = given if isinstance(given, tuple) else ()
    numbers = range(1, max(spec.rows or fields.ROWS[spec.type], len(rows)) + 1)
    padded = {n: rows[n - 1] if n <= len(rows) else None for n in numbers}
    if spec.type == "list":
        return {f"{spec.id}--{n}": told(row) for n, row in padded.items()}
    return {
        f"{spec.id}--{n}--{column.id}": cell(column, row.values.get(column.id) if isinstance(row, Record) else None)
        for n, row in padded.items()
        for column in spec.columns
    }


def cell(column: FieldSpec, given: Value | None) -> str | bool:
    return given is True if column.type == "tick" else told(given)


def told(value: Value | None) -> str:
    """A value as it stands on paper."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return "" if value is None else str(value)


def all_asked(book: Book, answers: Mapping[str, Mapping[str, Value]]) -> dict[str, str | bool]:
    """Every field that the forms of a book need, by name, with what it should hold."""
    return {
        f"{id}--{name}": held
        for id, form in book.forms.items()
        for spec in form.fields
        for name, held in asked(spec, answers.get(id, {}).get(spec.id)).items()
    }


def specs(name: str) -> tuple[FieldSpec, FieldSpec | None]:
    """The template's field behind the name of a PDF's field, and the column of a table."""
    id, field, *rest = name.split("--")
    spec = next(spec for spec in BOOK.forms[id].fields if spec.id == field)
    return spec, next((column for column in spec.columns if rest and column.id == rest[-1]), None)


def test_every_field_of_every_template_can_be_filled_in(blank_forms: Paper) -> None:
    """An assessor types the whole form: no field is missing, none stands twice, and none is there that the template lacks."""
    assert len(BOOK.forms) == len(TEMPLATES) >= 18
    assert set(Filled(blank_forms.printed.pdf).fields) == set(all_asked(BOOK, {}))


def test_every_field_says_what_it_asks(blank_forms: Paper) -> None:
    """Who hears a form instead of seeing it is told each field's label and help; a number alone is no question."""
    for name, field in Filled(blank_forms.printed.pdf).fields.items():
        spec, column = specs(name)
        says = str(field["/TU"])
        assert says.startswith(spec.label), name
        assert column is None or column.label in says, name
        if spec.help and spec.type in ("line", "text", "number", "date", "tick", "person", "link", *ONE_OF):
            assert says.endswith(spec.help), name


def test_every_field_takes_the_right_answer(blank_forms: Paper) -> None:
    """Lines are lines, texts have several, boxes are ticked, and a choice is chosen from a list or among buttons."""
    for name, field in Filled(blank_forms.printed.pdf).fields.items():
        spec, column = specs(name)
        kind = column.type if column else spec.type
        sort, flags = str(field["/FT"]), int(field.get("/Ff", 0))
        if kind in ("tick", "multi"):
            assert (sort, "/Kids" in field) == ("/Btn", False), name
        elif kind in ONE_OF:
            assert sort == "/Ch" if column else sort in ("/Btn", "/Ch"), name
            assert sort == "/Ch" or len(field["/Kids"]) == len(list(fields.values(spec))), name
        else:
            assert sort == "/Tx", name
            several = kind == "text" or (column is not None and kind == "line")
            assert bool(flags & MULTILINE) is several, f"{name}: a {kind} has {'one line' if several else 'several lines'}"


def test_buttons_that_belong_together_are_one_field(blank_forms: Paper) -> None:
    """Of such buttons one alone can be on; a reader of screens says the question once, and each button its own answer."""
    groups = [field for field in Filled(blank_forms.printed.pdf).fields.values() if "/Kids" in field]
    assert len(groups) > 20
    for group in groups:
        spec, _ = specs(group["/T"])
        assert str(group["/TU"]).startswith(spec.label)
        kids = [kid.get_object() for kid in group["/Kids"]]
        assert [kid.get("/T") for kid in kids] == [None] * len(kids), group["/T"]
        assert [str(kid["/TU"]) for kid in kids] == [f"{spec.label}: {label}" for _, label in fields.values(spec)]
        assert [str(value) for value in group["/Opt"]] == [value for value, _ in fields.values(spec)]
        states = [next(state for state in kid["/AP"]["/N"] if state != "/Off") for kid in kids]
        assert states == [f"/{number}" for number in range(len(kids))], group["/T"]


def test_the_tab_key_follows_the_page(blank_forms: Paper) -> None:
    """Who types goes from field to field as the page is read: down, and in a row to the right; sheets say that this is their order."""
    filled = Filled(blank_forms.printed.pdf)
    assert {str(sheet.get("/Tabs")) for sheet in filled.reader.pages} == {"/S"}
    for (sheet, name, first), (other, then, second) in pairwise(filled.widgets()):
        if sheet == other:
            (_, low, right, high), (left, bottom, _, top) = rect(first), rect(second)
            beside = left >= right - 1 and top > low and bottom < high
            assert beside or top <= low + 1, f"{then} comes after {name} and stands above it or left of it"


def test_the_structure_of_the_file_has_the_same_order(blank_forms: Paper) -> None:
    """Tab follows the tags of the file; they hold each field once, and in the order of the sheets."""
    filled = Filled(blank_forms.printed.pdf)
    root = filled.reader.trailer["/Root"]
    told: list[int] = []

    def walk(node: object) -> None:
        if isinstance(node, IndirectObject):
            node = node.get_object()
        if isinstance(node, ArrayObject):
            for part in node:
                walk(part)
        elif isinstance(node, DictionaryObject):
            if node.get("/Type") == "/OBJR" and node["/Obj"].get("/Subtype") == "/Widget":
                told.append(node.raw_get("/Obj").idnum)
            walk(node.get("/K"))

    walk(root["/StructTreeRoot"])
    ids = [
        note.idnum
        for sheet in filled.reader.pages
        for note in sheet.get("/Annots", [])
        if note.get_object()["/Subtype"] == "/Widget"
    ]
    assert len(ids) > 500
    assert told == ids


def test_the_file_can_be_read_aloud(blank_forms: Paper) -> None:
    """A form from an office must be accessible: tagged, in a language, with a title that the window shows."""
    root = blank_forms.reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]) == "en"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert b"pdfuaid" in root["/Metadata"].get_data()
    # Of many forms in one file the title of the first is the wrong one.
    assert blank_forms.reader.metadata["/Title"] == f"Templates – {BOOK.definition.name}"


def test_no_word_of_a_form_is_lost(blank_forms: Paper) -> None:
    """Who fills in a form reads all that its template says: each block of text ends on a sheet."""
    assert len(blank_forms.blocks) > 1000
    assert blank_forms.lost(foot=18) == []


def test_a_blank_form_keeps_what_is_typed(blank_forms: Paper) -> None:
    """What somebody types comes out again, field by field: the sample of every template goes into the blank form and back."""
    blank = Filled(blank_forms.printed.pdf)
    wanted = {name: held for name, held in all_asked(BOOK, BOOK.samples).items() if name in blank.fields}
    typed = {name: written(blank.fields[name], held) for name, held in wanted.items() if held}
    assert len(typed) > 300
    writer = PdfWriter(clone_from=blank.reader)
    writer.update_page_form_field_values(list(writer.pages), typed, auto_regenerate=False)
    out = io.BytesIO()
    writer.write(out)
    again = Filled(out.getvalue())
    assert {name: again.answer(name) for name in wanted} == wanted


def answered(book: Book, given: Mapping[str, object]) -> Mapping[str, Mapping[str, Value]]:
    """Answers for the form of the base book, read as from a file."""
    filled, wrong = read_filled("answers.yml", json.dumps(given).encode(), book.names.ids["plan-form"], book.definition)
    assert list(wrong) == []
    return {"plan-form": filled.answers}


def written(field: DictionaryObject, held: str | bool) -> str:
    """An answer as a program writes it into a field."""
    if "/Kids" in field:
        return f"/{[str(value) for value in field['/Opt']].index(str(held))}"
    return "/on" if held is True else str(held)


def test_a_form_is_printed_with_its_answers(filled_forms: Paper) -> None:
    """Answers from a file are in the PDF, in the fields where they can still be changed, and no other field is filled."""
    filled = Filled(filled_forms.printed.pdf)
    wanted = all_asked(BOOK, BOOK.samples)
    assert {name: filled.answer(name) for name in filled.fields} == wanted


def test_more_rows_than_the_template_has_are_all_there() -> None:
    """A list that grew in the browser comes out of the printer whole, and the table below it too."""
    book = compiled(base())
    steps = [f"Step {n}" for n in range(1, 10)]
    parts = [{"part": f"Part {n}", "size": "s"} for n in range(1, 13)]
    assert len(steps) > fields.ROWS["list"] and len(parts) > fields.ROWS["table"]
    answers = answered(book, {"aim": "To see", "steps": steps, "parts": parts})
    filled = Filled(forms.print_forms(shop(book=book, answers=answers), chosen(book, "kind=template")).pdf)
    assert {name: filled.answer(name) for name in filled.fields} == all_asked(book, answers)


@pytest.mark.parametrize("value", ["<b>&amp;</b>", 'a "quoted" word', "Zürich → 100 % – so's", "(a) \\(b\\)"])
def test_an_answer_is_no_markup(value: str) -> None:
    """Signs that mean something to HTML or to a PDF are kept as they were typed."""
    book = compiled(base())
    answers = answered(book, {"aim": value, "steps": [value], "parts": [{"part": value}]})
    filled = Filled(forms.print_forms(shop(book=book, answers=answers), chosen(book, "kind=template")).pdf)
    for name in ("aim", "steps--1", "parts--1--part"):
        assert filled.answer(f"plan-form--{name}") == value
