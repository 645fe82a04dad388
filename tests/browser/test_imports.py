"""Answers that come from elsewhere, broken or hostile: what is right in them is taken, the rest is told, and nothing of it runs.

`read` and `fromLink` are driven as the form drives them. Clipboard, files, links and tables out are here too: what goes out comes back in.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import random
import zlib
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open, Site, complaints
from .test_filled import ready

FIELDS: list[dict[str, Any]] = [
    {"id": "aim", "type": "line", "label": "Aim", "renamed": "goal"},
    {"id": "notes", "type": "text", "label": "Notes"},
    {"id": "hours", "type": "number", "label": "Hours", "least": 0, "most": 100},
    {"id": "day", "type": "date", "label": "Day"},
    {"id": "value", "type": "range", "label": "Value"},
    {"id": "next", "type": "choice", "label": "Next", "options": [["go", "Go"], ["drop", "Drop"]]},
    {"id": "sorts", "type": "multi", "label": "Sorts", "options": [["a", "A"], ["b", "B"]]},
    {"id": "agreed", "type": "tick", "label": "Agreed"},
    {"id": "trust", "type": "scale", "label": "Trust"},
    {"id": "reach", "type": "horizon", "label": "Reach", "options": [["1w", "1 week"]]},
    {"id": "who", "type": "person", "label": "Who"},
    {"id": "where", "type": "link", "label": "Where"},
    {"id": "steps", "type": "list", "label": "Steps"},
    {"id": "constructor", "type": "table", "label": "Risks", "columns": [
        {"id": "risk", "type": "line", "label": "Risk"},
        {"id": "to-string", "type": "number", "label": "Odds", "most": 10},
    ]},
]  # fmt: skip
FORM = {
    "id": "form",
    "title": "Form",
    "url": "templates/form/",
    "fields": FIELDS,
    "outline": [["field", field["id"]] for field in FIELDS],
}
ANSWERS: dict[str, Any] = {
    "aim": "Fewer lapsed covers – Köln 😀", "notes": "One\n\n\u2028two \u007f", "hours": 12.5, "day": "2026-06-09", "value": {"low": 1, "high": 2},
    "next": "go", "sorts": ["b", "a"], "agreed": False, "trust": 4, "reach": "1w", "who": "Anneke", "where": "https://a.example/",
    "steps": ["one", "two"], "constructor": [{"risk": "Late", "to-string": 3}, {"risk": "Wrong"}],
}  # fmt: skip
CLEAN = {**ANSWERS, "notes": "One\n\n\u2028two "}

# An outcome as data: maps as rows, an error as its code. Whatever came in must have left no trace in the page.
DRIVE = """async ([how, text, form]) => {
  try {
    const { name, answers, unknown, wrong } = await patternbook.transfer[how](text, form)
    return { name, answers: Object.fromEntries(answers), unknown, wrong, hurt: hurt() }
  } catch (error) {
    return { code: error.code, title: error.title, said: error.code ? "" : String(error), hurt: hurt() }
  }
  function hurt() {
    const bare = {}
    return ["hurt", "polluted", "low", "risk", "aim"].filter((key) => key in bare || key in window && key === "hurt").concat(Object.keys(Object.prototype))
  }
}"""


def drive(page: Page, how: str, text: str) -> dict[str, Any]:
    """What `read` or `fromLink` makes of a text; nothing may have run."""
    found: dict[str, Any] = page.evaluate(DRIVE, [how, text, FORM])
    assert not found.pop("hurt")
    return found


def wrapped(answers: object, **more: object) -> str:
    return json.dumps({"patternbook": 1, "template": "form", "name": "Q1", "answers": answers, **more})


def packed(text: str | bytes, first: str = "1") -> str:
    """The hash of a link to text."""
    data = text.encode() if isinstance(text, str) else text
    if first == "1":
        engine = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = engine.compress(data) + engine.flush()
    return f"#answers={first}" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.fixture
def page(site: Site, visitor: Open) -> Page:
    return ready(visitor(), site.url)


# Hostile and broken files

SCRIPT = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'


def test_script_in_every_field_is_text(page: Page, site: Site) -> None:
    """A colleague's file may hold anything: in every field, as a key and as the name it stays text, in the form and in both documents."""
    answers: dict[str, Any] = {field["id"]: SCRIPT for field in FIELDS}
    answers |= {
        "sorts": [SCRIPT],
        "steps": [SCRIPT],
        "constructor": [{"risk": SCRIPT, "to-string": SCRIPT}],
        "value": {"low": SCRIPT, "high": 1},
        SCRIPT: SCRIPT,
    }
    wrong = complaints(page)
    found = drive(page, "read", wrapped(answers, name=SCRIPT))
    words = ("aim", "notes", "who", "where")
    assert found["answers"] == {**dict.fromkeys(words, SCRIPT), "steps": [SCRIPT], "constructor": [{"risk": SCRIPT}]}
    assert found["name"] == SCRIPT and found["unknown"] == [[SCRIPT, SCRIPT]]
    assert [row[0] for row in found["wrong"]] == [
        "hours",
        "day",
        "value",
        "next",
        "sorts",
        "agreed",
        "trust",
        "reach",
        "constructor",
    ]
    html = page.evaluate(
        """([form, answers, name]) => {
          const html = patternbook.fill.html(patternbook.fill.blocks(form, new Map(Object.entries(answers)), name))
          const shown = document.createElement("div")
          document.body.append(shown)
          shown.innerHTML = html
          return [...shown.querySelectorAll("*")].map((one) => one.localName)
        }""",
        [FORM, found["answers"], SCRIPT],
    )
    assert not {"img", "script"} & set(html)
    assert page.evaluate("window.hurt") is None and not wrong


def test_prototype_keys_are_keys(page: Page) -> None:
    """A file made to reach into every object of the page reaches none; a field or column of such a name works."""
    row = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "risk": "Late", "to-string": 3}'
    text = (
        '{"patternbook": 1, "template": "form", "__proto__": {"polluted": 1}, "answers": {"__proto__": {"polluted": 1, "aim": "x"},'
        f' "toString": "x", "hasOwnProperty": 1, "constructor": [{row}], "value": {{"__proto__": {{"low": 1}}, "high": 1}}, "aim": "x"}}}}'
    )
    found = drive(page, "read", text)
    assert found["answers"] == {"aim": "x", "constructor": [{"risk": "Late", "to-string": 3}]}
    assert [row[0] for row in found["unknown"]] == [
        "__proto__",
        "toString",
        "hasOwnProperty",
        "constructor.__proto__",
        "constructor.constructor",
    ]
    assert [row[0] for row in found["wrong"]] == ["value"]


@pytest.mark.parametrize("as_file", [False, True])
def test_too_large_a_file_is_refused(page: Page, as_file: bool) -> None:
    """A film that was dropped on a form must not freeze the tab: more than 1 MB is not even parsed."""
    script = "([size, form, file]) => patternbook.transfer.read(file ? new File(['x'.repeat(size)], 'a.json') : 'x'.repeat(size), form).then(() => 'read', (error) => error.code)"
    assert page.evaluate(script, [1_000_001, FORM, as_file]) == "big"
    assert page.evaluate(script, [1_000_000, FORM, as_file]) == "json"


def test_wrong_types_are_told_one_by_one(page: Page) -> None:
    """One slip in a long file costs that answer, not the others; and the slip is shown, with what it held."""
    wrong = {
        "aim": {"a": 1},
        "hours": "1,5",
        "day": "2026-02-30",
        "value": [1, 2],
        "next": "later",
        "agreed": "maybe",
        "trust": 6,
        "reach": 1,
        "who": ["x"],
    }
    mixed = {
        "steps": ["one", 3, {"x": 1}, "two\nlines"],
        "sorts": ["a", "c"],
        "constructor": [{"risk": "Late", "to-string": 11}, "x", {}],
    }
    found = drive(page, "read", wrapped({**wrong, **mixed, "notes": "kept", "gone": "kept too"}))
    assert found["answers"] == {"notes": "kept", "steps": ["one", "3"], "sorts": ["a"], "constructor": [{"risk": "Late"}]}
    assert found["unknown"] == [["gone", "kept too"]]
    assert [(row[0], row[2]) for row in found["wrong"]] == [
        *wrong.items(), ("steps", {"x": 1}), ("steps", "two\nlines"), ("sorts", "c"), ("constructor", 11), ("constructor", "x"),
    ]  # fmt: skip
    assert all(row[1] for row in found["wrong"])


def test_a_file_of_a_newer_program_is_not_guessed_at(page: Page) -> None:
    """Half of the answers of a format that we do not know would look like all of them."""
    for version in (2, 99, 1.5, "2"):
        assert drive(page, "read", wrapped({"aim": "x"}, patternbook=version))["code"] == "newer"


NOT_OURS = {
    "json": ["", "x", "{", '{"a": 1,}', "PK\x03\x04", "<html>", "\ufeff"],
    "shape": [
        "null", "3", '"x"', "[]", "{}", '{"other": 1}', '{"patternbook": 1}', '{"patternbook": 1, "template": "form"}',
        '{"patternbook": 1, "template": "form", "answers": []}', '{"patternbook": 1, "template": "form", "answers": "x"}',
        '{"patternbook": 1, "template": 3, "answers": {"aim": "x"}}', '{"patternbook": 0, "template": "form", "answers": {"aim": "x"}}',
        '{"patternbook": {"valueOf": 1}, "template": "form", "answers": {"aim": "x"}}', '{"patternbook": true, "template": "form", "answers": {}}',
    ],
}  # fmt: skip


@pytest.mark.parametrize("code", NOT_OURS)
def test_what_is_no_answers_file_is_said_to_be_none(page: Page, code: str) -> None:
    """Whoever picks the wrong file reads so, in words, and loses nothing."""
    assert [drive(page, "read", text).get("code") for text in NOT_OURS[code]] == [code] * len(NOT_OURS[code])


def test_answers_to_another_template_are_named(page: Page) -> None:
    """Six forms of a workshop lie in one folder: the message says whose file this is."""
    assert drive(page, "read", wrapped({"aim": "x"}, template="other-form")) == {
        "code": "other",
        "title": "Another Form",
        "said": "",
    }
    for strange in ("gone", "__proto__", "constructor", SCRIPT):
        assert drive(page, "read", wrapped({"aim": "x"}, template=strange))["title"] == strange
    assert len(drive(page, "read", wrapped({}, template="x" * 5000))["title"]) == 80


def test_endless_nesting_and_endless_rows_end(page: Page) -> None:
    """A file of brackets, or of a hundred thousand rows, must neither hang nor crash the tab: what a form can hold is taken."""
    deep = "[" * 100_000 + "]" * 100_000
    objects = '{"a":' * 100_000 + "1" + "}" * 100_000
    for nested in (
        deep,
        objects,
        wrapped({}).replace("{}", f'{{"aim": {deep}}}'),
        wrapped({}).replace("{}", f'{{"x": {objects}}}'),
    ):
        assert drive(page, "read", nested)["code"] in ("shape", "json")
    found = drive(page, "read", wrapped({"constructor": [{"risk": "x"}] * 60_000, "aim": "x"}))
    assert len(found["answers"]["constructor"]) == 200 and found["answers"]["aim"] == "x"
    assert [(row[0], row[1], len(row[2])) for row in found["wrong"]] == [("constructor", "more than 200", 59_800)]
    many = drive(page, "read", wrapped({**{f"f{n}": 1 for n in range(50_000)}, "steps": [["x"]] * 50_000, "aim": "x"}))
    assert many["answers"] == {"aim": "x"} and len(many["unknown"]) == 200 and len(many["wrong"]) == 200


# Links


def test_a_broken_link_is_said_to_be_broken(page: Page) -> None:
    """Mail programs cut links: half a link must not fill half a form."""
    whole = packed(wrapped(ANSWERS))
    wrong = complaints(page)
    for broken in (
        whole[:-20],
        whole[:30],
        "#answers=",
        "#answers=1",
        "#answers=0",
        "#answers=2abc",
        "#answers=1%%%",
        "#answers=1😀",
        "#x",
        packed(b"\xff\xfe", "0"),
    ):
        assert drive(page, "fromLink", broken)["code"] == "json", broken
    assert not wrong


def test_a_bomb_is_not_unfolded(page: Page) -> None:
    """A short link may unfold to gigabytes; it is given up after one megabyte, and a long one is not even begun."""
    wrong = complaints(page)
    assert drive(page, "fromLink", packed(wrapped({"aim": "x" * 50_000_000})))["code"] == "big"
    assert drive(page, "fromLink", "#answers=0" + "A" * 1_500_000)["code"] == "big"
    assert not wrong


def test_a_link_for_another_template_says_for_which(page: Page) -> None:
    """A link pasted behind the wrong page's address leads nowhere silently."""
    assert drive(page, "fromLink", packed(wrapped({"aim": "x"}, template="other-form"))) == {
        "code": "other",
        "title": "Another Form",
        "said": "",
    }


# Out and in again


def test_what_goes_out_as_a_file_comes_back(page: Page) -> None:
    """A draft that travels by mail arrives whole: every type, signs that no file may hold set aside."""
    text = page.evaluate(
        "([form, answers]) => patternbook.transfer.json(form, new Map(Object.entries(answers)), 'Q1 \\u2028 plan')", [FORM, ANSWERS]
    )
    assert text.isprintable() is False and all(sign == "\n" or sign.isprintable() for sign in text)
    assert json.loads(text) == {"patternbook": 1, "template": "form", "name": "Q1 \u2028 plan", "answers": CLEAN}
    assert drive(page, "read", "\ufeff" + text) == {"name": "Q1 \u2028 plan", "answers": CLEAN, "unknown": [], "wrong": []}
    kept = page.evaluate(
        "([form]) => patternbook.transfer.json(form, new Map([['gone', 'x'], ['__proto__', 'y'], ['who', 'z'], ['aim', '']]), '')",
        [FORM],
    )
    assert json.loads(kept)["answers"] == {"who": "z", "gone": "x", "__proto__": "y"}


def test_bare_answers_and_old_names_are_read(page: Page) -> None:
    """The command line takes a bare list of answers, and a field's old name still finds its field: the browser does the same."""
    assert drive(page, "read", '{"goal": "x", "hours": "3", "agreed": "yes", "who": "", "steps": [], "day": null}') == {
        "name": "",
        "answers": {"aim": "x", "hours": 3, "agreed": True},
        "unknown": [],
        "wrong": [],
    }
    both = drive(page, "read", wrapped({"goal": "old", "aim": "new"}))
    assert both["answers"] == {"aim": "new"} and both["unknown"] == [["goal", "old"]]


@pytest.mark.parametrize("folds", [True, False])
def test_what_goes_out_as_a_link_comes_back(page: Page, site: Site, folds: bool) -> None:
    """A link in a chat opens the same answers, also in a browser that cannot fold; they stand behind the `#`, which no server is sent."""
    if not folds:
        page.evaluate("() => { delete window.CompressionStream }")
    url = page.evaluate(
        "([form, answers]) => patternbook.transfer.link(form, new Map(Object.entries(answers)), 'Q1')", [FORM, ANSWERS]
    )
    before, _, code = url.partition("#")
    assert before == site.url + FORM["url"] and code.startswith("answers=1" if folds else "answers=0")
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")
    assert drive(page, "fromLink", f"#{code}") == {"name": "Q1", "answers": CLEAN, "unknown": [], "wrong": []}


def test_too_long_a_link_is_not_made(page: Page) -> None:
    """A link that chats cut in half loses answers: beyond 8,000 signs there is only the file."""
    noise = base64.b64encode(random.Random(1).randbytes(9_000)).decode()
    make = "([form, notes]) => patternbook.transfer.link(form, new Map([['notes', notes]]), '').then((url) => url.length, (error) => error.code)"
    assert page.evaluate(make, [FORM, noise]) == "long"
    assert page.evaluate(make, [FORM, "a word " * 2000]) < 500


def test_a_table_out_holds_no_formula(page: Page) -> None:
    """Whoever opens a colleague's table must not run it: what a spreadsheet would take for a formula is text there."""
    rows = [
        ["Risk", "Odds"],
        ["=1+1", -5],
        ["+49 30 1", "-5"],
        ["@x", "\t=x"],
        ['say "x", y', "two\nlines"],
        [" =x", "-2.5"],
        ["-x", "＝1"],
        ["", "a;b"],
    ]
    text = page.evaluate("(rows) => patternbook.transfer.csv(rows)", rows)
    assert text.startswith("\ufeff") and text.count("\r\n") == len(rows)
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == [
        ["Risk", "Odds"], ["'=1+1", "-5"], ["'+49 30 1", "-5"], ["'@x", "'\t=x"], ['say "x", y', "two\nlines"], ["' =x", "-2.5"], ["'-x", "'＝1"], ["", "a;b"],
    ]  # fmt: skip


def test_a_file_has_a_name_that_every_system_takes(page: Page) -> None:
    """The name of a copy is the reader's; in a file's name it can neither climb out of a folder nor hide its ending."""
    names = [
        "Q1: plan/../x.md",
        "../../etc/passwd",
        "con.json",
        "Köln 😀.md",
        "evil\u202egpj.exe.json",
        " .hidden.md",
        "a\nb\x00c.md",
        "x" * 300 + ".json",
        ".md",
        "Plan. .md",
    ]
    found = page.evaluate("(names) => names.map((name) => patternbook.transfer.fileName(name))", names)
    assert found == [
        "Q1 plan .. x.md", "etc passwd", "_con.json", "Köln 😀.md", "evil gpj.exe.json", "hidden.md", "a b c.md", "x" * 80 + ".json", "_.md", "Plan.md",
    ]  # fmt: skip


@pytest.mark.parametrize("where", ["site", "offline"])
def test_a_download_holds_what_was_given(where: str, request: pytest.FixtureRequest, visitor: Open) -> None:
    """The file on disk is the copy that no browser can throw away: whole, in UTF-8, from a host and from a folder."""
    place: Site = request.getfixturevalue(where)
    page = ready(visitor(), place.url + ("" if where == "site" else "index.html"))
    wrong = complaints(page)
    with page.expect_download() as waiting:
        page.evaluate("() => patternbook.transfer.download('Plan: 1.md', 'text/markdown', '# Köln 😀\\n')")
    assert waiting.value.suggested_filename == "Plan 1.md"
    assert waiting.value.path().read_bytes() == "# Köln 😀\n".encode()
    assert not wrong


# The clipboard


@pytest.mark.parametrize("way", ["allowed", "refused", "missing"])
def test_rich_text_reaches_an_editor_and_a_plain_field(site: Site, visitor: Open, way: str) -> None:
    """Into Word as headings, into a chat as Markdown, from one button; also where the browser refuses the newer clipboard or has none."""
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    if way != "allowed":
        scripts = {
            "refused": "for (const name of ['write', 'writeText']) Clipboard.prototype[name] = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
            "missing": "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })",
        }
        page.add_init_script(scripts[way])
    ready(page, site.url)
    page.evaluate(
        """() => {
          const rich = document.createElement("div")
          rich.id = "rich"
          rich.contentEditable = true
          const plain = document.createElement("textarea")
          plain.id = "plain"
          const start = document.createElement("button")
          start.id = "start"
          start.textContent = "start"
          start.onclick = async () => {
            start.dataset.done = await patternbook.transfer.copyRich("<h1>Plan</h1>\\n<p><strong>Aim</strong></p>\\n", "# Plan\\n")
          }
          document.body.replaceChildren(start, rich, plain)
        }"""
    )
    page.locator("#start").click()
    expect(page.locator("#start")).to_have_attribute("data-done", "true")
    expect(page.locator("#start")).to_be_focused()
    page.locator("#rich").click()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.locator("#rich h1")).to_have_text("Plan")
    page.locator("#plain").click()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.locator("#plain")).to_have_value("# Plan\n")


@pytest.mark.parametrize("dialog", [False, True])
def test_text_is_copied_without_the_newer_clipboard(site: Site, visitor: Open, dialog: bool) -> None:
    """In an old browser, and from an open dialog, whose outside cannot be selected, the button does what it says."""
    page = visitor()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })")
    ready(page, site.url)
    page.evaluate(
        """(inDialog) => {
          const box = document.createElement(inDialog ? "dialog" : "div")
          const start = document.createElement("button")
          start.id = "start"
          start.textContent = "start"
          start.onclick = async () => { start.dataset.done = await patternbook.transfer.copyText("one\\n<b>two</b>") }
          const plain = document.createElement("textarea")
          plain.id = "plain"
          box.append(start, plain)
          document.body.replaceChildren(box)
          if (inDialog) box.showModal()
        }""",
        dialog,
    )
    page.locator("#start").click()
    expect(page.locator("#start")).to_have_attribute("data-done", "true")
    page.locator("#plain").click()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.locator("#plain")).to_have_value("one\n<b>two</b>")
    assert page.locator("textarea").count() == 1
