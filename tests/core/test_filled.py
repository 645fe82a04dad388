"""A filled template reads the same wherever it goes: as the cases say, and as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown_it import MarkdownIt
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.filled import Block, Heading, Piece, Place, Sentence, blocks, clean, number, to_html, to_markdown
from patternbook.core.schema import Record, Value, Word
from patternbook.core.source import Source, Span
from patternbook.hosts.site import EXTENSIONS

MANY = settings().max_examples // 100
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent.parent / "fill.yml").read_text("utf-8"))
WORDS = {"to": "to", "of-five": "{value} of 5 (1 {low}, 5 {high})"}
NOWHERE = Word("", Source("answers.yml", ""), Span(0, 0))


def spec(field: Mapping[str, Any]) -> FieldSpec:
    """A field as the site serves it to scripts, as the program has it."""
    keys = {"options": tuple(map(tuple, field.get("options", ()))), "poles": tuple(field.get("poles", ("", "")))}
    keys["columns"] = tuple(map(spec, field.get("columns", ())))
    return FieldSpec(**{**field, **keys})


def piece(row: list[Any]) -> Piece:
    if row[0] == "heading":
        return Heading(row[1], row[2])
    if row[0] == "field":
        return Place(row[1])
    return Sentence(row[1], tuple(run if isinstance(run, str) else Place(run["field"]) for run in row[2]))


def value(field: Mapping[str, Any], answer: Any) -> Value:
    """An answer of a file, as the field's shape reads it."""
    if isinstance(answer, list):
        return tuple(value(field, item) for item in answer)
    if isinstance(answer, dict):
        columns = {column["id"]: column for column in field.get("columns", ())}
        return Record.of(NOWHERE, {key: value(columns.get(key, {}), item) for key, item in answer.items()})
    return date.fromisoformat(answer) if field.get("type") == "date" else answer


def document(case: Mapping[str, Any]) -> tuple[Block, ...]:
    fields = {field["id"]: field for field in case["fields"]}
    outline = [piece(row) for row in case.get("outline") or [["field", id] for id in fields]]
    answers = {id: value(fields.get(id, {}), answer) for id, answer in case["answers"].items()}
    return blocks(case.get("title", "Form"), outline, map(spec, fields.values()), answers, WORDS, case.get("name", ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case: dict[str, Any]) -> None:
    """Each case is a promise to somebody who pastes a filled template; the browser keeps the same ones."""
    made = document(case)
    assert (to_markdown(made), to_html(made)) == (case["markdown"], case["html"])


def test_cases_cover_every_type() -> None:
    """A type without a case could be written differently in the browser."""
    fields = [field for case in CASES for field in case["fields"]]
    types = {field["type"] for field in fields} | {column["type"] for field in fields for column in field.get("columns", ())}
    assert len(types) == 14 and len(CASES) == len({case["case"] for case in CASES})


# What was typed is what a reader of the Markdown sees


class Seen(HTMLParser):
    """HTML as its tags, with addresses, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((f"/{tag}", ""))

    def handle_data(self, data: str) -> None:
        before = self.parts.pop()[1] if self.parts and self.parts[-1][0] == "text" else ""
        self.parts.append(("text", before + data))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.parts.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.parts.append(("instruction", data))


def seen(html: str) -> list[tuple[str, str]]:
    """What stands there, with the white space that a page shows."""
    parts = [(kind, " ".join(text.replace("☑", "[x]").split())) for kind, text in Seen(html).parts]
    return [part for part in parts if part != ("text", "") and part[0] != "/br"]


def converter(*extensions: str) -> Callable[[str], str]:
    made = Markdown(extensions=list(extensions), extension_configs={name: dict(EXTENSIONS.get(name, {})) for name in extensions})
    return lambda text: made.reset().convert(text)


INVISIBLE = dict.fromkeys([*range(0x21), *range(0x7F, 0xA1), 0x2028, 0x2029, 0x200B, 0xFEFF, 0x202E])


def bare(text: str) -> str:
    """Text without what nobody sees."""
    return clean(text).translate(INVISIBLE)


SITE = converter(*EXTENSIONS)
GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
GITHUB.normalizeLink = GITHUB.normalizeLinkText = str  # type: ignore[method-assign]  # an address as it was typed

SIGNS = (
    ["a", "word", "1", "10", ".", ")", "(", " ", "  ", "\t", "#", "##", "+", "-", "--", "---", "=", "==", "*", "**", "_", "__", "___",
     "`", "```", "~", "~~", "~~~", ">", "<", "<b>", "</b>", "<!--", "-->", "<?x", "<script>", "<https://x.example>", "<a@b.c>", "[",
     "]", "[x]", "](y)", "](javascript:alert(1))", "![", "[^1]", "[^1]:", "[a]:", "*[a]:", "|", "\\", "\\\\", "&", "&lt;", "&#35;",
     "&copy", ";", "{", "}", "{#id}", "{: .x}", "{{", "!", "!!!", "!!! note", "???", ":", ": ", ":-", ":-:", "-:", "https://",
     "https://x.example/a_b", "http://x.example/(c)?d=1&e=*f*", "mailto:a@b.c", "www.x.example", "\x00", "\x02", "\x03", "\x0b",
     "\x85", "\xa0b", "é", "\U0001f600", "\ud800", "\u2028", "\u200b", "\u202e", "\ufeff", "\r", "☐", '"', "'", "wzxhzdk:0", "klzzwxh:0000"]
)  # fmt: skip
ONE_LINE = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=7).map("".join)
LINES = st.lists(st.one_of(ONE_LINE, st.just("")), min_size=1, max_size=4).map("\n".join)


def everywhere(text: str, *more: str) -> dict[str, Any]:
    """A case with the text in every place that takes one, and with more fields on lines of their own."""
    line = " ".join(text.split("\n"))
    label = clean(line).strip()  # as a page that may be published has it
    fields: list[dict[str, Any]] = [
        {"id": "line", "type": "line", "label": label},
        {"id": "text", "type": "text", "label": "B"},
        {"id": "list", "type": "list", "label": "C"},
        {"id": "table", "type": "table", "label": "D"},
        {"id": "link", "type": "link", "label": "E"},
        {"id": "tick", "type": "tick", "label": label},
        {"id": "number", "type": "number", "label": "F", "unit": line},
        {"id": "choice", "type": "choice", "label": "G", "options": [["a", line]]},
    ]
    fields[3]["columns"] = [{"id": "x", "type": "line", "label": label}, {"id": "y", "type": "text", "label": "Y"}]
    answers = {"line": line, "text": f"{text}\nword\n{text}\n\n{text}", "list": [line, "word", line], "tick": True}
    answers["link"] = line.replace("mailto:", "mail:")  # a link in HTML alone
    answers |= {"table": [{"x": line, "y": text}, {"x": "word"}], "number": 3, "choice": "a"}
    outline: list[Any] = [
        ["heading", 2, f"One {line}"],
        *(["field", field["id"]] for field in fields),
        *(["field", id] for id in more),
        ["heading", 3, "Two"],
        [
            "sentence",
            "",
            [{"field": "line"}, line, {"field": "none"}, f" ({line}", {"field": "none"}, "), (", {"field": "none"}, ")"],
        ],
        ["sentence", "- ", [{"field": "line"}]],
        ["sentence", "- ", [line, {"field": "link"}, "."]],
        ["sentence", "1. ", ["We ", {"field": "choice"}, {"field": "none"}, {"field": "link"}]],
    ]
    return {"fields": fields, "outline": outline, "answers": answers, "title": f"T {line}", "name": line}


@settings(max_examples=300 * MANY)
@given(LINES)
@example("===")
@example("a\n=-=")
@example("---\n- - -")
@example("-\n- a\n-- a\n+ a\n+")
@example("1. a\n10) a\n1.\n1.5")
@example("a\n: b\n:-\n:-:\n-:\n-")
@example("a | b\n- | -\n1 | 2")
@example("<<a@b.c> <5@b.c> <;<a@b.c>")
@example("_a_ *a* **a** __a__ ~a~ ~~a~~ `a`")
def test_markdown_shows_just_what_was_typed(text: str) -> None:
    """Somebody writes `*`, `<5 %` or `1.` and means just that; GitHub (CommonMark, with tables) and this site show it so."""
    made = document(everywhere(text))
    assert seen(SITE(to_markdown(made))) == seen(to_html(made))
    made = document(everywhere(text, "list", "tick"))  # two lists side by side, which this site would show as one
    assert seen(GITHUB.render(to_markdown(made))) == seen(to_html(made))


@settings(max_examples=300 * MANY)
@given(LINES)
def test_html_shows_just_what_was_typed(text: str) -> None:
    """What goes to the clipboard is what was typed: no sign is lost and nothing of it is read as HTML."""
    made = document({"fields": [{"id": "a", "type": "text", "label": "A"}], "answers": {"a": text}})
    shown = "".join(text for kind, text in seen(to_html(made)) if kind == "text")
    assert bare(shown) in ("Form", "FormA" + bare(text))


@given(st.floats(-999_999_999_999, 999_999_999_999).map(lambda found: round(found, 6)))
@example(0.000001)
@example(-0.0)
@example(0.1 + 0.2)
@example(0.0078125)
def test_numbers_are_short_and_right(found: float) -> None:
    """A number that somebody typed comes out with the same digits."""
    text = number(found)
    assert abs(float(text) - found) <= 0.000001 and "e" not in text
    assert len(text.partition(".")[2]) <= 6 and text != "-0" and (not text.endswith("0") or "." not in text)
