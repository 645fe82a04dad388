"""What the browser makes of a filled template: the same document as the command line, and a word on what cannot be right."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from patternbook.cli.filling import fill
from patternbook.core.filled import to_html, to_markdown
from playwright.sync_api import Page

from ..core.test_filled import SIGNS, document, everywhere
from .conftest import BOOK, Open, Site

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent.parent / "fill.yml").read_text("utf-8"))
WORDS = {
    "to": "to",
    "of-five": "{value} of 5 (1 {low}, 5 {high})",
    "fill-bad-number": "bad number",
    "fill-bad-date": "bad date",
    "fill-bad-option": "bad option",
    "fill-bad-range": "bad range",
    "fill-bad-shape": "bad shape",
    "fill-too-long": "longer than {most}",
    "fill-too-low": "below {least}",
    "fill-too-high": "above {most}",
    "fill-too-many": "more than {most}",
    "fill-too-many-words": "more than {most} words",
}


def ready(page: Page, url: str) -> Page:
    """A page with the two scripts and words of our own."""
    page.goto(url)
    page.evaluate(
        """async (words) => {
          await patternbook.load("assets/patternbook/fill.js")
          await patternbook.load("assets/patternbook/transfer.js")
          self.patternbookTools = { book: "patternbook", words, tools: { "other-form": { kind: "template", title: "Another Form", url: "x/" } } }
        }""",
        WORDS,
    )
    return page


def form(case: dict[str, Any]) -> dict[str, Any]:
    """The form of a case as the site serves it."""
    outline = case.get("outline") or [["field", field["id"]] for field in case["fields"]]
    return {"id": "form", "title": case.get("title", "Form"), "url": "form/", "fields": case["fields"], "outline": outline}


def written(page: Page, cases: list[dict[str, Any]]) -> list[list[str]]:
    """Each case as the browser writes it: Markdown and HTML."""
    rows = [[form(case), case["answers"], case.get("name", "")] for case in cases]
    found: list[list[str]] = page.evaluate(
        """(text) => JSON.parse(text).map(([form, answers, name]) => {
          const blocks = patternbook.fill.blocks(form, new Map(Object.entries(answers)), name)
          return [patternbook.fill.markdown(blocks), patternbook.fill.html(blocks)]
        })""",
        json.dumps(rows),
    )
    return found


def test_browser_and_command_line_write_the_same(site: Site, visitor: Open) -> None:
    """A team that fills by hand and one that fills from files must be able to lay the results side by side: every case, byte for byte."""
    for case, found in zip(CASES, written(ready(visitor(), site.url), CASES), strict=True):
        assert found == [case["markdown"], case["html"]], case["case"]


def test_so_they_do_with_whatever_is_typed(site: Site, visitor: Open) -> None:
    """Nobody thinks of every sign in advance: nasty text in every place of a document gives the same bytes on both sides."""
    chance = random.Random(20261121)
    texts = ["".join(chance.choices([*SIGNS, "\n"], k=chance.randint(1, 8))) for _ in range(300)]
    # As JSON has it: two halves of a sign side by side are that sign.
    cases = json.loads(json.dumps([everywhere(text, "list", "tick") for text in texts]))
    for case, found in zip(cases, written(ready(visitor(), site.url), cases), strict=True):
        made = document(case)
        assert found == [to_markdown(made), to_html(made)], case["name"]


def test_each_sample_goes_out_of_the_page_and_through_the_command_line(site: Site, visitor: Open, tmp_path: Path) -> None:
    """What somebody fills in here and saves, a colleague turns into the same document with `patternbook fill`, for every template."""
    page = visitor()
    page.goto(site.url)
    assert BOOK.samples
    for id in BOOK.samples:
        made = page.evaluate(
            """async (id) => {
              for (const path of ["data/tools.js", `data/forms/${id}.js`, "assets/patternbook/fill.js", "assets/patternbook/transfer.js"]) await patternbook.load(path)
              const form = self.patternbookForms[id]
              const answers = new Map(Object.entries(form.sample))
              const text = patternbook.transfer.json(form, answers, "Q1")
              const back = await patternbook.transfer.read(text, form)
              const blocks = patternbook.fill.blocks(form, back.answers, back.name)
              return [text, patternbook.fill.markdown(blocks), patternbook.fill.html(blocks), back.wrong, back.unknown, form.fields.every(({ id }) => JSON.stringify(back.answers.get(id)) === JSON.stringify(answers.get(id)))]
            }""",
            id,
        )
        assert made[3:] == [[], [], True], id
        file = tmp_path / f"{id}.json"
        file.write_text(made[0], "utf-8")
        for format, text in (("md", made[1]), ("html", made[2])):
            done = fill(BOOK, id, file, format, None)
            assert (done.problems, done.text) == ((), text), id


def test_html_of_a_filled_template_runs_nothing(site: Site, visitor: Open) -> None:
    """Answers may be somebody else's: as HTML they hold the text and no element or attribute but ours."""
    page = ready(visitor(), site.url)
    found = page.evaluate(
        """(all) => all.flatMap((html) => {
          const elements = [...new DOMParser().parseFromString(html, "text/html").body.querySelectorAll("*")]
          return elements.flatMap((one) => [one.localName, ...one.getAttributeNames().map((name) => name + "=" + new URL(one.getAttribute(name)).protocol)])
        })""",
        [case["html"] for case in CASES],
    )
    tags = {"h1", "h2", "h3", "p", "strong", "br", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a"}
    assert set(found) == tags | {"href=https:", "href=http:", "href=mailto:"}


LINE = {"id": "a", "type": "line", "label": "A"}
NUMBER = {"id": "n", "type": "number", "label": "N", "least": 0, "most": 10}
OPTIONS = [["a", "A"], ["b", "B"]]
TABLE = {"id": "t", "type": "table", "label": "T", "columns": [LINE, NUMBER, {"id": "constructor", "type": "tick", "label": "C"}]}
CHECKS: dict[str, list[tuple[dict[str, Any], Any, str]]] = {
    "line": [
        (LINE, "x", ""),
        (LINE, "", ""),
        (LINE, None, ""),
        (LINE, " x\n", ""),
        (LINE, "x\ny", "bad shape"),
        (LINE, "😀" * 1000, ""),
        (LINE, "😀" * 1001, "longer than 1000"),
        (LINE, 3, ""),
        (LINE, True, "bad shape"),
        (LINE, ["x"], "bad shape"),
        (LINE, {"x": 1}, "bad shape"),
    ],
    "text": [
        ({"type": "text", "most": 3}, "one two\nthree", ""),
        ({"type": "text", "most": 3}, "one two\nthree four", "more than 3 words"),
        ({"type": "text"}, "x" * 20000, ""),
        ({"type": "text"}, "x" * 20001, "longer than 20000"),
    ],
    "number": [
        (NUMBER, 0, ""),
        (NUMBER, "7.5", ""),
        (NUMBER, "1,5", "bad number"),
        (NUMBER, "1e1", "bad number"),
        (NUMBER, "0x1", "bad number"),
        (NUMBER, "five", "bad number"),
        (NUMBER, -0.5, "below 0"),
        (NUMBER, "10.01", "above 10"),
        ({"type": "number"}, 999999999999.5, ""),
        ({"type": "number"}, 1000000000000, "bad number"),
        ({"type": "number"}, 0.0000001, "bad number"),
        (NUMBER, True, "bad number"),
    ],
    "date": [
        ({"type": "date"}, "2028-02-29", ""),
        ({"type": "date"}, "2026-02-29", "bad date"),
        ({"type": "date"}, "0000-01-01", "bad date"),
        ({"type": "date"}, "0001-01-01", ""),
        ({"type": "date"}, "9.6.2026", "bad date"),
        ({"type": "date"}, 2026, "bad date"),
    ],
    "range": [
        ({"type": "range"}, {"low": 1, "high": "2"}, ""),
        ({"type": "range"}, {"low": 3, "high": 2}, "bad range"),
        ({"type": "range"}, {"low": 3}, "bad range"),
        ({"type": "range"}, [1, 2], "bad range"),
        ({"type": "range"}, "1 to 2", "bad range"),
    ],
    "choice": [
        ({"type": "choice", "options": OPTIONS}, "a", ""),
        ({"type": "horizon", "options": OPTIONS}, "c", "bad option"),
        ({"type": "choice", "options": OPTIONS}, "constructor", "bad option"),
        ({"type": "choice", "options": OPTIONS}, ["a"], "bad option"),
    ],
    "multi": [
        ({"type": "multi", "options": OPTIONS, "most": 1}, ["a"], ""),
        ({"type": "multi", "options": OPTIONS, "most": 1}, ["a", "a"], ""),
        ({"type": "multi", "options": OPTIONS, "most": 1}, ["a", "b"], "more than 1"),
        ({"type": "multi", "options": OPTIONS}, ["a", "c"], "bad option"),
        ({"type": "multi", "options": OPTIONS}, "a", "bad shape"),
    ],
    "tick": [({"type": "tick"}, True, ""), ({"type": "tick"}, "no", ""), ({"type": "tick"}, "maybe", "bad shape"), ({"type": "tick"}, 1, "bad shape")],
    "scale": [
        ({"type": "scale"}, 1, ""),
        ({"type": "scale"}, "5", ""),
        ({"type": "scale"}, 0, "below 1"),
        ({"type": "scale"}, 6, "above 5"),
        ({"type": "scale"}, 2.5, "bad number"),
    ],
    "list": [
        ({"type": "list"}, ["x"] * 200, ""),
        ({"type": "list"}, ["x"] * 201, "more than 200"),
        ({"type": "list", "most": 2}, ["x"] * 3, "more than 2"),
        ({"type": "list"}, ["x", ["y"]], "bad shape"),
    ],
    "table": [
        (TABLE, [{"a": "x", "n": 3}, {}, {"constructor": True}], ""),
        (TABLE, [{"a": "x", "n": 11}], "above 10"),
        (TABLE, [{"b": "x"}], "bad shape"),
        (TABLE, [{}] * 201, "more than 200"),
        (TABLE, ["x"], "bad shape"),
        (TABLE, {"a": "x"}, "bad shape"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_check_says_what_cannot_be_right(site: Site, visitor: Open, name: str) -> None:
    """A reader hears of a slip while the sentence is still in mind, and of nothing that the command line would take."""
    page = ready(visitor(), site.url)
    rows = [[field, value] for field, value, _ in CHECKS[name]]
    check = "([rows, words]) => rows.map(([field, value]) => patternbook.fill.check(field, value, words))"
    found = page.evaluate(check, [rows, WORDS])
    assert found == [message for _, _, message in CHECKS[name]]


def test_typed_answers_have_their_types(site: Site, visitor: Open) -> None:
    """A file that was written by hand says "3" and "yes"; the form needs 3 and true."""
    page = ready(visitor(), site.url)
    rows: list[list[Any]] = [
        [NUMBER, "7.50"], [{"type": "tick"}, "yes"], [{"type": "scale"}, "4"], [LINE, 2026], [{"type": "range"}, {"low": "1", "high": 2, "x": 3}],
        [TABLE, [{"a": "x", "n": "2", "constructor": "no"}]], [{"type": "multi", "options": OPTIONS}, ["b", "b"]], [{"type": "text"}, "a\u0000\u000bb "],
    ]  # fmt: skip
    wanted = [7.5, True, 4, "2026", {"low": 1, "high": 2}, [{"a": "x", "n": 2, "constructor": False}], ["b"], "a\nb "]
    assert page.evaluate("(rows) => rows.map(([field, value]) => patternbook.fill.typed(field, value))", rows) == wanted
