"""Templates as forms in their pages: typed, checked, taken out, brought in and passed on, by pointer and by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from books import ROOT
from patternbook.cli.filling import fill
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.fillable import answers_json
from playwright.sync_api import Download, Locator, Page, Route, expect

from .conftest import BOOK, Open, Site, address, complaints
from .looks import FOCUS_SHOWS
from .test_accessibility import violations
from .test_first_visit import SETTLED, SHIFTS
from .test_keyboard import tab_to
from .test_paper import printed

CANVAS, CARD, PROFILE = "drivers-constraints-floats-form", "confidence-form", "experiment-profile-form"
SENTENCE = "We said ‘no’ to the third driver."
# What stands in every control of the form.
SHOWN = """() => [...document.querySelectorAll('[data-field] :is(textarea, input, select)')].map(control =>
    [control.id, /radio|checkbox/.test(control.type) ? control.checked : control.value])"""
WIDTHS = (1440, 768, 320)


def word(key: str, **values: object) -> str:
    """A word of the form, as the book's language has it."""
    return BOOK.definition.say(f"fill-{key}", **values)


def url(site: Site, form: str = CANVAS) -> str:
    """Where a form stands, over http or in a folder."""
    path = BOOK.forms[form].path
    return site.url + (address(path) if site.url.startswith("http") else path.replace(".md", ".html"))


def start(page: Page, site: Site, form: str = CANVAS) -> None:
    """Opens a form, and waits until what is typed would be kept."""
    page.goto(url(site, form))
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("pb-form .pb-copies")).to_be_visible()


def box(page: Page, field: str) -> Locator:
    return page.locator(f"#field-{field}")


def answer(page: Page, spec: FieldSpec, value: Any) -> None:
    """Answers a question by its own controls."""
    put(box(page, spec.id), spec, value)


def put(where: Locator, spec: FieldSpec, value: Any) -> None:
    if spec.type in ("line", "text", "person", "link"):
        where.locator("textarea").fill(value)
    elif spec.type in ("number", "date"):
        where.locator("input").fill(str(value))
    elif spec.type == "tick":
        where.locator("input").set_checked(value)
    elif spec.type == "range":
        for end in ("low", "high"):
            where.locator(f"[data-end={end}]").fill(str(value[end]))
    elif spec.type == "list":
        for place, text in enumerate(value):
            where.locator("li textarea").nth(place).fill(text)
    elif spec.type == "table":
        for place, row in enumerate(value):
            for column in spec.columns:
                if column.id in row:
                    put(where.locator("tbody tr").nth(place).locator(f"[data-column={column.id}]"), column, row[column.id])
    elif where.locator("select").count():
        where.locator("select").select_option(str(value))
    else:
        for one in value if spec.type == "multi" else [value]:
            where.locator(f"input[value='{one}']").check()


def answer_all(page: Page, form: str, answers: Mapping[str, Any] | None = None) -> None:
    """Answers all questions as the sample of the form does."""
    given = answers_json(BOOK.samples[form]) if answers is None else answers
    for spec in BOOK.forms[form].fields:
        if spec.id in given:
            answer(page, spec, given[spec.id])


def kept(page: Page, form: str = CANVAS) -> dict[str, Any]:
    """What the browser stores of the copy that is open, once all of it is stored."""
    script = """form => {
        const open = document.querySelector('pb-form').copy
        open.flush()
        const key = Object.keys(localStorage).find(key => key.includes('.kept.') && key.endsWith(`.${form}.${open.copy}`))
        return key ? JSON.parse(localStorage.getItem(key)).fields : {}
    }"""
    fields = page.evaluate(script, form)
    return {id: entry["value"] for id, entry in fields.items() if "value" in entry}


def menu(page: Page, name: str, item: str) -> None:
    """Chooses something from one of the menus above the form."""
    page.locator("pb-form summary", has_text=word(name)).click()
    page.locator("pb-form").get_by_role("button", name=word(item), exact=True).click()


def downloaded(page: Page, act: Callable[[], None]) -> tuple[str, str]:
    """Name and text of the file that an act gives."""
    with page.expect_download() as waited:
        act()
    file: Download = waited.value
    return file.suggested_filename, Path(file.path()).read_text("utf-8")


def markdown(page: Page) -> str:
    return downloaded(page, lambda: menu(page, "take-out", "save-markdown"))[1]


def changed_form(page: Page, site: Site, form: str, change: Callable[[dict[str, Any]], None]) -> None:
    """The form as the next version of the book, or a company's, has it."""
    text = (site.folder / "data" / "forms" / f"{form}.js").read_text("utf-8")
    head, _, body = text.rpartition("]=")
    data = json.loads(body)
    change(data)

    def give(route: Route) -> None:
        route.fulfill(body=f"{head}]={json.dumps(data)}", content_type="text/javascript")

    page.route(f"**/data/forms/{form}.js", give)


def field(data: dict[str, Any], id: str) -> dict[str, Any]:
    return next(one for one in data["fields"] if one["id"] == id)


def types(form: str) -> set[str]:
    specs = BOOK.forms[form].fields
    return {spec.type for spec in specs} | {f"column {column.type}" for spec in specs for column in spec.columns}


def every_type() -> list[str]:
    """A few forms that hold every sort of field and column which the book uses."""
    missing, chosen = set().union(*map(types, BOOK.forms)), []
    while missing:
        best = max(BOOK.forms, key=lambda form: (len(types(form) & missing), form))
        chosen.append(best)
        missing -= types(best)
    return chosen


# --- typed and taken out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", every_type())
def test_every_answer_is_there_again_and_in_the_document(site: Site, visitor: Open, form: str) -> None:
    """Whoever fills a form finds every answer after a reload, and gets the document that `patternbook fill` makes of the same."""
    page = visitor()
    wrong = complaints(page)
    start(page, site, form)
    answer_all(page, form)
    before = page.evaluate(SHOWN)
    page.reload()
    ready(page)
    assert page.evaluate(SHOWN) == before
    samples = ROOT / "content" / "_book" / "samples"
    assert markdown(page) == fill(BOOK, form, samples / f"{form}.yml", "md", None).text
    assert kept(page, form) == answers_json(BOOK.samples[form])
    assert wrong == []


def test_the_file_of_answers_is_read_by_the_command(site: Site, visitor: Open, tmp_path: Path) -> None:
    """A file that leaves the browser makes the same document on the command line, with the name of its copy."""
    page = visitor()
    start(page, site, CARD)
    answer_all(page, CARD)
    rename(page, "Q1 planning")
    name, text = downloaded(page, lambda: menu(page, "take-out", "save-json"))
    assert name == "Confidence Card Form Q1 planning.json"
    (tmp_path / "answers.yml").write_text(text, encoding="utf-8")
    result = fill(BOOK, CARD, tmp_path / "answers.yml", "md", None)
    assert [problem.message for problem in result.problems] == []
    assert result.text == markdown(page)
    assert result.text.startswith("# Confidence Card Form: Q1 planning\n")


def rename(page: Page, name: str) -> None:
    page.get_by_role("button", name=word("rename"), exact=True).click()
    page.get_by_role("textbox", name=word("name"), exact=True).fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)


def test_copied_with_and_without_formatting(site: Site, visitor: Open) -> None:
    """A facilitator pastes the card into the team's page: as a document with headings and tables, or as Markdown."""
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(page, site)
    answer_all(page, CANVAS)
    menu(page, "take-out", "copy-markdown")
    expect(page.locator(".pb-foot [role=status]")).to_have_text(word("copied"))
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == markdown(page)
    menu(page, "take-out", "copy-rich")
    expect(page.locator(".pb-foot [role=status]")).to_have_text(word("copied"))
    read = "navigator.clipboard.read().then(([item]) => item.getType('text/html')).then(blob => blob.text())"
    rich = page.evaluate(read)
    assert "<h1>Drivers, Constraints, Floats Canvas</h1>" in rich and "<table>" in rich


def test_open_questions_are_told_when_the_document_goes_out(site: Site, visitor: Open) -> None:
    """Nobody is nagged while writing; who takes the document out sees what is missing and gets there with one click."""
    page = visitor()
    start(page, site)
    box(page, "effort").locator("textarea").fill("Cover checks")
    expect(page.locator(".pb-open")).to_be_hidden()
    markdown(page)
    links = page.locator(".pb-open a")
    required = [spec.label for spec in BOOK.forms[CANVAS].fields if spec.required and spec.id != "effort"]
    assert links.all_inner_texts() == required
    links.first.click()
    expect(page.locator("#in--drivers--1")).to_be_focused()
    page.keyboard.type("Speed")
    assert links.all_inner_texts() == required[1:]


# --- while one writes -----------------------------------------------------------------------------------------------------------


def test_a_hint_comes_to_apply_at_its_limit(site: Site, visitor: Open) -> None:
    """The third driver is one too many: the form says so at once, in words and to screen readers, and takes it back."""
    page = visitor()
    start(page, site)
    hint = box(page, "drivers").locator(".pb-hints li")
    entries = box(page, "drivers").locator("textarea")
    for place, text in enumerate(("Days until a claim is paid", "Hours on the phone")):
        entries.nth(place).fill(text)
    expect(hint).not_to_have_class("pb-applies")
    entries.nth(2).fill("Fewer calls")
    expect(hint).to_have_class("pb-applies")
    expect(hint).to_have_text(f"{word('applies')} More than two drivers: most efforts like this fail.")
    expect(page.locator(".pb-aloud")).to_contain_text("More than two drivers")
    entries.nth(2).fill("")
    expect(hint).not_to_have_class("pb-applies")
    expect(hint).to_have_text("More than two drivers: most efforts like this fail.")


def test_a_blank_form_is_not_at_fault(site: Site, visitor: Open) -> None:
    """“Fewer than two floats” is said of one float, not of a form that nobody has begun."""
    page = visitor()
    start(page, site)
    hint = box(page, "floats").locator(".pb-hints li")
    expect(hint).not_to_have_class("pb-applies")
    box(page, "floats").locator("textarea").first.fill("The date")
    expect(hint).to_have_class("pb-applies")
    box(page, "floats").locator("textarea").nth(1).fill("Reports")
    expect(hint).not_to_have_class("pb-applies")


def test_words_are_counted(site: Site, visitor: Open) -> None:
    """Who may write 120 words sees how many there are, and is told beyond them; the text stays as it is."""
    page = visitor()
    start(page, site)
    area = page.locator("#in--relax")
    area.fill("one two three")
    expect(box(page, "relax").locator(".pb-limit")).to_have_text(word("words-most", count=3, most=120))
    area.fill("word " * 121)
    area.blur()
    expect(box(page, "relax").locator(".pb-problem")).to_have_text(word("too-many-words", most=120))
    expect(area).to_have_attribute("aria-invalid", "true")
    page.reload()
    expect(area).to_have_value("word " * 121)


def test_what_is_not_a_number_yet_is_kept_and_said(site: Site, visitor: Open) -> None:
    """“about 80” is a thought before it is a number: it stays, is marked when the field is left, and the mark goes with the cause."""
    page = visitor()
    start(page, site, CARD)
    high = page.locator("#in--value--high")
    page.locator("#in--value--low").fill("10")
    high.fill("about 80")
    expect(box(page, "value").locator(".pb-problem")).to_have_count(0)
    high.blur()
    problem = box(page, "value").locator(".pb-problem")
    expect(problem).to_have_text(word("bad-range"))
    expect(high).to_have_attribute("aria-invalid", "true")
    expect(box(page, "value").locator("fieldset")).to_have_attribute("aria-describedby", re.compile("problem--value"))
    page.reload()
    expect(high).to_have_value("about 80")
    expect(problem).to_be_visible()
    high.fill("80")
    expect(problem).to_be_hidden()
    assert kept(page, CARD) == {"value": {"low": 10, "high": 80}}


def test_a_line_stays_one_line(site: Site, visitor: Open) -> None:
    """What is copied from a mail has line breaks; in a line they become spaces, and Enter does nothing."""
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(page, site)
    page.evaluate("navigator.clipboard.writeText('checks\\r\\nof cover')")
    line = page.locator("#in--effort")
    line.click()
    page.keyboard.type("Cover")
    page.keyboard.press("Enter")
    page.keyboard.type(" ")
    page.keyboard.press("Control+V")
    expect(line).to_have_value("Cover checks of cover")
    page.keyboard.type("!")
    assert kept(page)["effort"] == "Cover checks of cover!"


def test_a_choice_can_be_taken_back(site: Site, visitor: Open) -> None:
    """Radio buttons cannot be unchosen; a small button does it, and goes when there is nothing to take back."""
    page = visitor()
    start(page, site, CARD)
    scale = box(page, "exists")
    clear = scale.get_by_role("button", name=word("clear"))
    expect(clear).to_be_hidden()
    scale.locator("input[value='4']").check()
    assert kept(page, CARD) == {"exists": 4}
    clear.click()
    expect(scale.locator(":checked")).to_have_count(0)
    expect(clear).to_be_hidden()
    assert kept(page, CARD) == {}


def test_a_profile_is_drawn_from_the_choices(site: Site, visitor: Open) -> None:
    """Five scales in one section say more as one line; who does not see it hears the same."""
    page = visitor()
    start(page, site, PROFILE)
    drawing = page.locator(".pb-profile-of").first
    expect(drawing).to_be_hidden()
    box(page, "reach").locator("input[value='2']").check()
    box(page, "form").locator("input[value='4']").check()
    expect(drawing.locator("circle")).to_have_count(2)
    expect(drawing.locator(".bold")).to_have_count(1)
    said = BOOK.definition.say("of-five", value=2, low="local", high="global")
    expect(drawing.get_by_role("img")).to_have_attribute("aria-label", re.compile(re.escape(f"Reach: {said}; Form: ")))
    box(page, "reach").get_by_role("button", name=word("clear")).click()
    expect(drawing.locator("circle")).to_have_count(1)


def test_ranges_of_one_unit_are_drawn_on_one_measure(site: Site, visitor: Open) -> None:
    """Two of three bars are “of 100”: side by side they can be compared by eye; hours are another matter."""
    page = visitor()
    start(page, site, CARD)
    for id, low, high in (("value", 0, 100), ("experiment", 25, 75), ("work", 80, 1000)):
        answer(page, next(spec for spec in BOOK.forms[CARD].fields if spec.id == id), {"low": low, "high": high})
    measure = "bar => [bar.parentNode, bar].map(one => one.getBoundingClientRect().width)"
    whole, width = box(page, "experiment").locator(".pb-bar i").evaluate(measure)
    assert abs(width / whole - 0.5) < 0.02
    expect(box(page, "work").locator(".pb-bar")).to_have_count(0)


def test_columns_are_added_up(site: Site, visitor: Open) -> None:
    """A column that says so has its sum below it, also with rows that hold no number yet."""
    page = visitor()
    changed_form(page, site, PROFILE, lambda data: field(data, "spread")["columns"][1].update(total=True))
    start(page, site, PROFILE)
    table = box(page, "spread")
    expect(table.locator("tfoot")).to_have_count(0)
    for row, number in enumerate(("2", "1.5", "many")):
        table.locator("tbody tr").nth(row).locator("[data-column=low] input").fill(number)
    expect(table.locator("tfoot td").nth(0)).to_have_text(word("total"))
    expect(table.locator("tfoot td").nth(1)).to_have_text("3.5")


# --- rows -----------------------------------------------------------------------------------------------------------------------


def entries(page: Page, id: str = "drivers") -> list[str]:
    return [area.input_value() for area in box(page, id).locator("li textarea").all()]


def test_rows_come_and_go(site: Site, visitor: Open) -> None:
    """A list never ends before one's thoughts do: a new line waits below the last; a line that goes can come back."""
    page = visitor()
    start(page, site)
    for place, text in enumerate(("one", "two", "three", "four")):
        box(page, "drivers").locator("li textarea").nth(place).fill(text)
    assert entries(page) == ["one", "two", "three", "four", ""]
    page.get_by_role("button", name=word("row-out", row=2), exact=True).click()
    assert entries(page) == ["one", "three", "four", ""]
    expect(page.locator("#in--drivers--2")).to_be_focused()
    page.locator("#in--drivers--1").fill("first")
    page.get_by_role("button", name=word("undo"), exact=True).click()
    assert entries(page) == ["first", "two", "three", "four", ""]
    assert kept(page)["drivers"] == ["first", "two", "three", "four"]
    box(page, "drivers").get_by_role("button", name=word("add-row")).click()
    expect(page.locator("#in--drivers--6")).to_be_focused()


def test_a_table_and_a_scale_by_keyboard_alone(site: Site, visitor: Open) -> None:
    """Without a mouse a row is added, moved and taken away, and a step of a scale chosen; the focus is always somewhere sensible."""
    page = visitor()
    start(page, site)
    box(page, "limiting").locator("textarea").first.focus()
    for text in ("New format", "One engineer", "Budget"):
        page.keyboard.type(text)
        row = page.evaluate("document.activeElement.id").split("--")[2]
        tab_to(page, f"#in--limiting--{int(row) + 1}--constraint")
    expect(box(page, "limiting").locator("tbody tr")).to_have_count(4)
    back = page.get_by_role("button", name=word("row-up", row=3), exact=True)
    back.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=word("row-up", row=2), exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=word("row-down", row=1), exact=True)).to_be_focused()
    assert page.evaluate(FOCUS_SHOWS) == ""
    assert [row["constraint"] for row in kept(page)["limiting"]] == ["Budget", "New format", "One engineer"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#in--limiting--1--constraint")).to_be_focused()
    assert [row["constraint"] for row in kept(page)["limiting"]] == ["New format", "One engineer"]
    start(page, site, CARD)
    tab_to(page, "#in--exists--1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert kept(page, CARD) == {"exists": 3}


# --- brought in -----------------------------------------------------------------------------------------------------------------


def bring(page: Page, text: str, name: str = "answers.json") -> None:
    page.locator("pb-form input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    )


def exported(answers: dict[str, Any], **more: Any) -> str:
    return json.dumps({"patternbook": 1, "template": CANVAS, "name": "", "answers": answers} | more)


def choose(page: Page, key: str) -> None:
    page.locator("dialog").get_by_role("button", name=word(key), exact=True).click()
    expect(page.locator("dialog")).to_have_count(0)


def test_a_file_is_shown_before_it_changes_anything(site: Site, visitor: Open) -> None:
    """A colleague's file never silently replaces what one wrote: what changes is shown, and what was there comes back."""
    page = visitor()
    wrong = complaints(page)
    start(page, site)
    box(page, "effort").locator("textarea").fill("Mine")
    box(page, "drivers").locator("textarea").first.fill("Only mine")
    given = {"effort": "Theirs", "floats": ["The date"], "verdict": "perhaps", "colour": "red"}
    bring(page, exported(given))
    dialog = page.locator("dialog")
    changes = dialog.locator("ul").first.locator("li")
    assert [text.split("\n")[0] for text in changes.all_inner_texts()] == ["Effort", "Floats"]
    expect(changes.first).to_contain_text("Mine")
    expect(changes.first).to_contain_text("Theirs")
    out = dialog.locator("ul").nth(1)
    expect(out).to_contain_text("colour")
    expect(out).to_contain_text("perhaps")
    assert kept(page) == {"effort": "Mine", "drivers": ["Only mine"]}
    choose(page, "into")
    expect(page.locator("#in--effort")).to_have_value("Theirs")
    assert kept(page) == {"effort": "Theirs", "drivers": ["Only mine"], "floats": ["The date"]}
    page.get_by_role("button", name=word("undo"), exact=True).click()
    expect(page.locator("#in--effort")).to_have_value("Mine")
    assert kept(page) == {"effort": "Mine", "drivers": ["Only mine"]}
    assert wrong == []


def test_a_file_becomes_a_copy_of_its_own(site: Site, visitor: Open) -> None:
    """What somebody else wrote can stand beside one's own, under its own name."""
    page = visitor()
    start(page, site)
    box(page, "effort").locator("textarea").fill("Mine")
    bring(page, exported({"effort": "Theirs"}, name="From Ada"))
    choose(page, "as-new")
    expect(page.locator(".pb-copies select option:checked")).to_have_text("From Ada")
    expect(page.locator("#in--effort")).to_have_value("Theirs")
    page.locator(".pb-copies select").select_option(index=1)
    expect(page.locator("#in--effort")).to_have_value("Mine")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("no json", "file-json"),
        ("[1, 2]", "file-shape"),
        (exported({}, patternbook=2), "file-newer"),
        (exported({"effort": "x"}, template=CARD), "file-other"),
        ("x" * 1_000_001, "file-big"),
    ],
    ids=["no-json", "no-answers", "newer", "other-form", "too-large"],
)
def test_a_wrong_file_is_refused_with_a_sentence(site: Site, visitor: Open, text: str, key: str) -> None:
    """Whoever takes the wrong file learns what is wrong with it, and nothing has changed."""
    page = visitor()
    start(page, site)
    box(page, "effort").locator("textarea").fill("Mine")
    bring(page, text)
    expect(page.locator(".pb-foot [role=status]")).to_have_text(word(key, title="Confidence Card Form"))
    assert kept(page) == {"effort": "Mine"}


def test_a_file_holds_only_text(site: Site, visitor: Open) -> None:
    """A hostile file shows its markup as letters, in the question and in the form."""
    page = visitor()
    wrong = complaints(page)
    start(page, site)
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    bring(page, exported({"effort": evil, "drivers": [evil], evil: evil}))
    expect(page.locator("dialog")).to_contain_text(evil)
    choose(page, "into")
    expect(page.locator("#in--effort")).to_have_value(evil)
    assert page.locator("article img[src=x]").count() == 0
    assert wrong == []


def test_a_file_is_dropped_on_the_page(site: Site, visitor: Open) -> None:
    """A file is dragged from the desktop on to the form, and is not opened by the browser instead."""
    page = visitor()
    start(page, site)
    drop = """text => {
        const data = new DataTransfer()
        data.items.add(new File([text], 'answers.json', {type: 'application/json'}))
        const options = {dataTransfer: data, bubbles: true, cancelable: true}
        document.querySelector('#in--effort').dispatchEvent(new DragEvent('dragover', options))
        return document.querySelector('#in--effort').dispatchEvent(new DragEvent('drop', options))
    }"""
    assert page.evaluate(drop, exported({"effort": "Dropped"})) is False
    choose(page, "into")
    expect(page.locator("#in--effort")).to_have_value("Dropped")


def test_the_sample_is_a_start(site: Site, visitor: Open) -> None:
    """Who learns by example begins with the filled sample and writes over it."""
    page = visitor()
    start(page, site)
    menu(page, "bring-in", "sample")
    choose(page, "into")
    assert kept(page) == answers_json(BOOK.samples[CANVAS])
    page.get_by_role("button", name=word("undo"), exact=True).click()
    assert kept(page) == {}


def test_answers_go_by_link_and_nowhere_else(site: Site, visitor: Open) -> None:
    """A link holds all answers and is told to; who opens it looks at them first, nothing is stored, and no server hears of it."""
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    start(page, site)
    answer_all(page, CANVAS)
    menu(page, "take-out", "share")
    expect(page.locator("dialog")).to_contain_text(word("share-help"))
    choose(page, "share-copy")
    expect(page.locator(".pb-foot [role=status]")).to_have_text(word("copied"))
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(url(site) + "#answers=")

    other = visitor()
    other.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    wrong = complaints(other)
    other.goto(link)
    expect(other.locator("dialog h2")).to_have_text(word("from-link"))
    assert other.evaluate("Object.keys(localStorage).filter(key => key.includes('.kept.')).length") == 0
    choose(other, "into")
    assert kept(other) == answers_json(BOOK.samples[CANVAS])
    expect(other).to_have_url(url(site))
    assert wrong == []
    assert [line for line in asked if "answers=" in line or "insurance" in unquote(line)] == []


def test_a_link_followed_on_its_own_page(site: Site, visitor: Open) -> None:
    """A link that is opened where the form is open already is heard as well; refused, it changes nothing and leaves the address."""
    page = visitor()
    start(page, site)
    answer_all(page, CANVAS, {"effort": "Mine"})
    link = page.evaluate("""() => {
        const form = document.querySelector('pb-form').form
        return patternbook.transfer.link(form, new Map([['effort', 'Theirs']]), '')
    }""")
    page.evaluate("link => { location.href = link }", link)
    expect(page.locator("dialog")).to_contain_text("Theirs")
    choose(page, "cancel")
    expect(page).to_have_url(url(site))
    assert kept(page) == {"effort": "Mine"}


# --- the company's values -------------------------------------------------------------------------------------------------------


def test_the_company_answers_in_advance(site: Site, visitor: Open) -> None:
    """What the company has settled stands there, marked, and counts; once changed it is one's own, and emptied it stays empty."""
    page = visitor()
    changed_form(page, site, CANVAS, lambda data: data["company"].update(effort=["Checkout"]))
    start(page, site)
    line = page.locator("#in--effort")
    note = box(page, "effort").get_by_text(word("company"))
    expect(line).to_have_value("Checkout")
    expect(note).to_be_visible()
    assert "Checkout" in markdown(page)
    assert kept(page) == {}
    line.fill("")
    expect(note).to_be_hidden()
    page.reload()
    expect(line).to_have_value("")
    assert "Checkout" not in markdown(page)
    line.fill("Payments")
    assert kept(page)["effort"] == "Payments"


def test_the_company_offers_a_choice(site: Site, visitor: Open) -> None:
    """Of several values of the company the reader takes one with a click, or writes another."""
    page = visitor()
    changed_form(
        page, site, CANVAS, lambda data: data["company"].update(effort=["Checkout", "Payments"], drivers=["Speed", "Trust"])
    )
    start(page, site)
    expect(page.locator("#in--effort")).to_have_value("")
    box(page, "effort").get_by_role("button", name="Payments").click()
    expect(page.locator("#in--effort")).to_have_value("Payments")
    box(page, "drivers").locator("textarea").first.fill("Own")
    box(page, "drivers").get_by_role("button", name="Trust").click()
    assert kept(page) == {"effort": "Payments", "drivers": ["Own", "Trust"]}


# --- seen ------------------------------------------------------------------------------------------------------------------------


def every_look(page: Page) -> list[tuple[str, int, str]]:
    """What axe finds in light and dark, on a desk, a tablet and a phone; and what does not fit the screen."""
    found = []
    for system, scheme in (("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=system)
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found += [(system, width, line) for line in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append((system, width, "scrolls sideways"))
    return found


def test_axe_finds_nothing_in_a_filled_form(site: Site, visitor: Open) -> None:
    """A filled form with hints, faults, rows and an undo is as accessible as an empty one, at every width, light and dark."""
    page = visitor(reduced_motion="reduce")
    start(page, site)
    answer_all(page, CANVAS)
    box(page, "drivers").locator("textarea").nth(2).fill("A third driver")
    page.locator("#in--relax").fill("word " * 121)
    page.get_by_role("button", name=word("row-out", row=1), exact=True).first.click()
    markdown(page)
    assert every_look(page) == []


def test_axe_finds_nothing_in_drawings_and_scales(site: Site, visitor: Open) -> None:
    """Scales, a drawn profile and a number that is none are as accessible."""
    page = visitor(reduced_motion="reduce")
    start(page, site, PROFILE)
    answer_all(page, PROFILE)
    page.locator("#in--spread--1--low").fill("many")
    page.locator("#in--spread--1--low").blur()
    assert every_look(page) == []


def test_axe_finds_nothing_in_a_question(site: Site, visitor: Open) -> None:
    """The question what to bring in can be read and answered by everybody."""
    page = visitor(reduced_motion="reduce")
    start(page, site)
    box(page, "effort").locator("textarea").fill("Mine")
    bring(page, exported({"effort": "Theirs", "colour": "red"}))
    expect(page.locator("dialog")).to_be_visible()
    assert every_look(page) == []


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("form", [CANVAS, CARD, PROFILE])
def test_nothing_jumps_when_the_form_wakes(site: Site, visitor: Open, form: str, width: int) -> None:
    """Who begins to read while the script still comes does not lose the line."""
    page = visitor(width, 900)
    page.add_init_script(SHIFTS)
    page.route("**/data/tools.js", lambda route: (page.wait_for_timeout(300), route.continue_())[1])
    page.goto(url(site, form) + "#field-" + BOOK.forms[form].fields[1].id)
    ready(page)
    page.evaluate(SETTLED)
    assert page.evaluate("window.shift") <= 0.02


def test_targets_can_be_hit(site: Site, visitor: Open) -> None:
    """On a phone every button of the form is at least 24 pixels wide and high."""
    page = visitor(320, 800, has_touch=True)
    start(page, site)
    answer_all(page, CANVAS)
    page.locator("#in--drivers--1").focus()
    small = """() => [...document.querySelectorAll('pb-form :is(button, summary, select, a), .pb-field button')].filter(one => {
        const {width, height} = one.getBoundingClientRect()
        return width && (width < 23.9 || height < 23.9)
    }).map(one => one.outerHTML)"""
    assert page.evaluate(small) == []


def test_a_long_answer_is_printed_whole(site: Site, visitor: Open) -> None:
    """Three pages of text in a field are three pages on paper, to the last sentence; the buttons of the form are not on it."""
    page = visitor()
    start(page, site)
    text = "\n".join(f"Sentence zq{number}zq of a long answer." for number in range(150))
    page.locator("#in--relax").fill(text)
    page.locator("#in--sharper-driver").fill("a clinic of four people never again learns too late")
    sheets = "".join("".join(sheet.extract_text().split()) for sheet in printed(page, "A4"))
    assert [number for number in range(150) if f"zq{number}zq" not in sheets] == []
    assert "neveragainlearnstoolate" in sheets
    page.emulate_media(media="print")
    expect(page.locator("pb-form")).to_be_hidden()
    shown = "[...document.querySelectorAll('button')].filter(one => one.getClientRects().length).map(one => one.outerHTML)"
    assert page.evaluate(shown) == []
    page.emulate_media(media="screen")
    expect(page.locator(".pb-written")).to_have_count(0)
    expect(page.locator("#in--relax")).to_have_value(text)


def test_a_word_that_is_being_composed_is_left_alone(site: Site, visitor: Open) -> None:
    """Who writes with an input method sees the word change under way; it is kept, and nothing from elsewhere replaces it."""
    page = visitor()
    start(page, site)
    line = page.locator("#in--effort")
    line.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    page.evaluate("document.querySelector('pb-form').paint(['effort'])")
    expect(line).to_have_value("にほ")
    session.send("Input.insertText", {"text": "日本"})
    assert kept(page) == {"effort": "日本"}


def test_a_question_begins_at_its_beginning(site: Site, visitor: Open) -> None:
    """A long list of changes is read from the top, the choices stay in sight, and Escape changes nothing."""
    page = visitor(390, 700)
    start(page, site)
    menu(page, "bring-in", "sample")
    expect(page.locator("dialog h2")).to_be_in_viewport()
    expect(page.locator("dialog").get_by_role("button", name=word("cancel"))).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS_SHOWS) == ""
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert kept(page) == {}


def test_a_menu_goes_with_the_focus(site: Site, visitor: Open) -> None:
    """A menu opens with Enter, closes with Escape, and is not left standing over the text."""
    page = visitor()
    start(page, site)
    menus = page.locator("pb-form details")
    menus.first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menus.first).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menus.first).not_to_have_attribute("open", "")
    expect(menus.first.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("h1").click()
    expect(menus.first).not_to_have_attribute("open", "")
