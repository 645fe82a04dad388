"""What is typed into a form is kept: over reloads, in a folder, in several copies and tabs, and whatever is wrong with the store."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from patternbook.core.fillable import answers_json
from playwright.sync_api import Page, expect

from .conftest import BOOK, Open, Site, complaints
from .test_forms import (
    CANVAS,
    CARD,
    SENTENCE,
    SHOWN,
    answer_all,
    box,
    changed_form,
    downloaded,
    entries,
    every_look,
    field,
    kept,
    markdown,
    menu,
    ready,
    rename,
    start,
    url,
    word,
)  # fmt: skip
from .test_keeping import DEAF, DENIED

KEY = f"/book/.kept.patternbook.{CANVAS}.abcd1234"
LAST = f"/book/.last.patternbook.{CANVAS}"
STATE = "pb-form .pb-state"
ALERT = "pb-form [role=alert]"
COPIES = "pb-form .pb-copies select"
FULL = (
    """Storage.prototype.setItem = function () { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError') }"""
)


def record(fields: dict[str, Any], **changes: Any) -> str:
    """A record of the canvas as the browser keeps it."""
    entries = {id: {"value": value, "at": 1000} for id, value in fields.items()}
    return json.dumps(
        {"v": 1, "tool": CANVAS, "copy": "abcd1234", "name": {"value": "", "at": 0}, "made": 1000, "fields": entries} | changes
    )


def before(page: Page, text: str, key: str = KEY) -> None:
    """The browser holds something already when the page is opened for the first time."""
    once = "if (!localStorage.getItem('seeded')) { localStorage.setItem('seeded', '1'); localStorage.setItem(%s, %s) }"
    page.add_init_script(once % (json.dumps(key), json.dumps(text)))


def stored(page: Page) -> dict[str, str]:
    """All that the browser holds of this book."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.includes('.kept.')))"
    )
    return found


def saved(page: Page) -> None:
    """Waits until all of it is stored, as the line above the form says."""
    expect(page.locator(STATE)).to_contain_text(word("saved", time="").rstrip())
    page.evaluate("document.querySelector('pb-form').copy.flush()")


def lines(page: Page) -> list[str]:
    return [text.split(",")[0] for text in page.locator(f"{COPIES} option").all_inner_texts()]


def type_into(page: Page, text: str, id: str = "effort") -> None:
    page.locator(f"#in--{id}").fill(text)


# --- kept ----------------------------------------------------------------------------------------------------------------------


def test_typed_and_left_by_a_link_at_once(site: Site, visitor: Open) -> None:
    """A sentence is safe as soon as it stands there: a click on a link, and back, and it is there."""
    page = visitor()
    wrong = complaints(page)
    start(page, site)
    page.locator("#in--effort").press_sequentially(SENTENCE)
    page.locator("#in--drivers--2").fill("Second")
    page.locator(".md-tabs a[href*='models']").click()
    expect(page.locator("h1")).to_have_text("Models")
    page.go_back()
    expect(page.locator("#in--effort")).to_have_value(SENTENCE)
    assert entries(page) == ["", "Second", ""]
    page.locator("#in--effort").fill(SENTENCE + " Twice.")
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Models")
    page.go_back()
    expect(page.locator("#in--effort")).to_have_value(SENTENCE + " Twice.")
    assert wrong == []


def test_a_form_in_a_folder_keeps_its_answers(offline: Site, visitor: Open) -> None:
    """The book is handed on in a folder: what is typed there is kept as well, and nothing is asked of the network."""
    page = visitor()
    wrong = complaints(page)
    start(page, offline, CARD)
    answer_all(page, CARD)
    before_reload = page.evaluate(SHOWN)
    page.reload()
    ready(page)
    expect(page.locator("#in--effort")).not_to_have_value("")
    assert page.evaluate(SHOWN) == before_reload
    assert markdown(page).startswith("# Confidence Card Form\n")
    assert wrong == []


def test_another_browser_and_a_private_window_know_nothing(site: Site, visitor: Open) -> None:
    """What one writes stays with oneself."""
    page = visitor()
    start(page, site)
    type_into(page, SENTENCE)
    saved(page)
    other = visitor()
    start(other, site)
    expect(other.locator("#in--effort")).to_have_value("")
    assert stored(other) == {}


def test_typed_before_the_script_came(site: Site, visitor: Open) -> None:
    """On a slow line one writes before the script is there: that is kept too, beside what was kept before."""
    page = visitor()
    before(page, record({"effort": "From last week"}))
    waiting: list[Callable[[], None]] = []
    page.route("**/data/tools.js", lambda route: waiting.append(route.continue_))
    page.goto(url(site), wait_until="domcontentloaded")
    page.locator("#in--effort").fill(SENTENCE)
    page.locator("#in--drivers--1").fill("Early")
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0]()
    ready(page)
    values = kept(page)
    assert values["effort"] == "From last week"
    assert values["drivers"] == ["Early"]
    expect(page.locator(".pb-left")).to_contain_text(SENTENCE)


# --- copies --------------------------------------------------------------------------------------------------------------------


def test_several_copies(site: Site, visitor: Open) -> None:
    """One card per quarter, each under its name; the page opens the one that was open last."""
    page = visitor()
    start(page, site)
    type_into(page, "First")
    rename(page, "Q1 planning")
    page.get_by_role("button", name=word("new"), exact=True).click()
    page.get_by_role("textbox", name=word("name"), exact=True).fill("Q2 planning")
    page.keyboard.press("Enter")
    expect(page.locator("#in--effort")).to_have_value("")
    type_into(page, "Second")
    saved(page)
    assert sorted(lines(page)) == ["Q1 planning", "Q2 planning"]
    page.locator(COPIES).select_option(label="Q1 planning")
    expect(page.locator("#in--effort")).to_have_value("First")
    page.reload()
    ready(page)
    expect(page.locator(f"{COPIES} option:checked")).to_have_text("Q1 planning")
    expect(page.locator("#in--effort")).to_have_value("First")


def test_a_link_to_a_copy_opens_it_and_carries_nothing_on(site: Site, visitor: Open) -> None:
    """The list of everything saved leads to one copy; the address in the bar can be sent to others without it."""
    page = visitor()
    before(page, record({"effort": SENTENCE}))
    page.goto(url(site) + "?copy=abcd1234")
    expect(page.locator("#in--effort")).to_have_value(SENTENCE)
    expect(page).to_have_url(url(site))


def test_deleted_and_back(site: Site, visitor: Open) -> None:
    """A slip of the finger deletes nothing for good."""
    page = visitor()
    start(page, site)
    type_into(page, SENTENCE)
    rename(page, "Q1 planning")
    saved(page)
    was = stored(page)
    page.get_by_role("button", name=word("delete"), exact=True).click()
    expect(page.locator("#in--effort")).to_have_value("")
    assert stored(page) == {}
    expect(page.locator(".pb-foot [role=status]")).to_have_text(word("deleted", name="Q1 planning"))
    page.get_by_role("button", name=word("undo"), exact=True).click()
    expect(page.locator("#in--effort")).to_have_value(SENTENCE)
    expect(page.locator(f"{COPIES} option:checked")).to_have_text("Q1 planning")
    assert stored(page) == was


# --- two tabs --------------------------------------------------------------------------------------------------------------------


def two(site: Site, visitor: Open) -> tuple[Page, Page]:
    """Two tabs with the same copy."""
    one = visitor()
    one.context.add_init_script(DEAF)
    start(one, site)
    type_into(one, "Begun")
    saved(one)
    other = one.context.new_page()
    start(other, site)
    expect(other.locator("#in--effort")).to_have_value("Begun")
    return one, other


def test_another_tab_shows_what_was_written(site: Site, visitor: Open) -> None:
    """The same card in two tabs is one card: what is written in one stands in the other, rows and choices too."""
    one, other = two(site, visitor)
    for place, text in enumerate(("a", "b", "c", "d", "e")):
        box(one, "drivers").locator("li textarea").nth(place).fill(text)
    type_into(one, "Begun and gone on")
    expect(other.locator("#in--effort")).to_have_value("Begun and gone on")
    expect(other.locator("#in--drivers--5")).to_have_value("e")
    type_into(other, "Gone on here")
    expect(one.locator("#in--effort")).to_have_value("Gone on here")
    expect(one.locator(".pb-beside")).to_have_count(0)


@pytest.mark.parametrize("choice", ["use-this", "keep-mine"])
def test_the_same_field_in_two_tabs_at_once(site: Site, visitor: Open, choice: str) -> None:
    """Two people at one laptop, two tabs, one field: both sentences are shown in both tabs until somebody chooses."""
    one, other = two(site, visitor)
    other.evaluate("window.deaf = true")
    type_into(one, "Ours")
    saved(one)
    type_into(other, "Theirs")
    for page in (one, other):
        note = box(page, "effort").locator(".pb-beside")
        page.evaluate("window.deaf = false")
        expect(note).to_contain_text(word("other-tab"))
        both = {page.locator("#in--effort").input_value(), note.locator("q").inner_text().strip("“”")}
        assert both == {"Ours", "Theirs"}
    assert every_look(one) == []
    shown = one.locator("#in--effort").input_value()
    wanted = shown if choice == "keep-mine" else ({"Ours", "Theirs"} - {shown}).pop()
    box(one, "effort").get_by_role("button", name=word(choice), exact=True).click()
    for page in (one, other):
        expect(page.locator(".pb-beside")).to_have_count(0)
        expect(page.locator("#in--effort")).to_have_value(wanted)
    one.reload()
    ready(one)
    expect(one.locator("#in--effort")).to_have_value(wanted)
    expect(one.locator(".pb-beside")).to_have_count(0)


def test_deleted_in_another_tab(site: Site, visitor: Open) -> None:
    """What is deleted elsewhere is told here, and is saved again with the next word."""
    one, other = two(site, visitor)
    other.get_by_role("button", name=word("delete"), exact=True).click()
    expect(one.locator(STATE)).to_contain_text(word("state-gone"))
    expect(one.locator("#in--effort")).to_have_value("Begun")
    type_into(one, "Begun again")
    saved(one)
    one.reload()
    expect(one.locator("#in--effort")).to_have_value("Begun again")


# --- a store that fails ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("script", "state"), [(DENIED, "denied"), (FULL, "full")])
def test_what_cannot_be_stored_is_said_and_handed_out(site: Site, visitor: Open, script: str, state: str) -> None:
    """Where the browser stores nothing, that is said and stays said; the text stays while one looks around, and can be downloaded."""
    page = visitor()
    page.add_init_script(script)
    start(page, site)
    type_into(page, SENTENCE)
    alert = page.locator(ALERT)
    expect(alert).to_contain_text(word(f"state-{state}"))
    _, text = downloaded(page, lambda: alert.get_by_role("button", name=word("download")).click())
    assert json.loads(text)["answers"] == {"effort": SENTENCE}
    page.locator(".md-tabs a[href*='models']").click()
    expect(page.locator("h1")).to_have_text("Models")
    page.go_back()
    expect(page.locator("#in--effort")).to_have_value(SENTENCE)
    expect(page.locator(ALERT)).to_contain_text(word(f"state-{state}"))
    assert every_look(page) == []


def test_room_again(site: Site, visitor: Open) -> None:
    """Once there is room again the next word stores everything, and the warning goes."""
    page = visitor()
    page.add_init_script(
        FULL.replace("{ throw", "{ if (window.full !== false) throw").replace(
            "') }", "'); localStorage[arguments[0]] = arguments[1] }"
        )
    )
    start(page, site)
    type_into(page, SENTENCE)
    expect(page.locator(ALERT)).not_to_be_empty()
    page.evaluate("window.full = false")
    type_into(page, SENTENCE + " And more.")
    expect(page.locator(ALERT)).to_be_empty()
    saved(page)
    assert SENTENCE + " And more." in "".join(stored(page).values())


@pytest.mark.parametrize("text", ["{broken", "[]", '{"v": 1}', "null"])
def test_a_record_that_cannot_be_read_is_put_aside(site: Site, visitor: Open, text: str) -> None:
    """What is broken is not overwritten: the reader can take it out as it is, and goes on with an empty form."""
    page = visitor()
    wrong = complaints(page)
    before(page, text)
    page.goto(url(site) + "?copy=abcd1234")
    expect(page.locator(STATE)).to_contain_text(word("state-bad"))
    _, found = downloaded(page, lambda: page.locator(STATE).get_by_role("button", name=word("download")).click())
    assert found == text
    type_into(page, SENTENCE)
    page.evaluate("document.querySelector('pb-form').copy.flush()")
    assert stored(page)[KEY + ".bad"] == text
    assert SENTENCE in stored(page)[KEY]
    page.goto(url(site) + "?copy=abcd1234.bad")
    expect(page.locator("#in--effort")).to_be_disabled()
    assert wrong == []


def test_a_newer_record_is_only_looked_at(site: Site, visitor: Open) -> None:
    """A colleague’s newer book has written here: this older page changes nothing of it, and gives it out."""
    page = visitor()
    newer = record({"effort": SENTENCE}, v=2)
    before(page, newer)
    page.goto(url(site) + "?copy=abcd1234")
    expect(page.locator(STATE)).to_contain_text(word("state-newer"))
    expect(page.locator("#in--effort")).to_be_disabled()
    _, found = downloaded(page, lambda: page.locator(STATE).get_by_role("button", name=word("download")).click())
    assert found == newer
    page.get_by_role("button", name=word("new"), exact=True).click()
    page.keyboard.press("Enter")
    expect(page.locator("#in--effort")).to_be_enabled()
    type_into(page, "A new copy")
    saved(page)
    assert stored(page)[KEY] == newer


# --- a template that has changed ------------------------------------------------------------------------------------------------------


def test_a_renamed_field_keeps_its_answer(site: Site, visitor: Open) -> None:
    """The authors gave a question a new id: what was written under the old one stands in it."""
    page = visitor()
    before(page, record({"undertaking": SENTENCE}))
    changed_form(page, site, CANVAS, lambda data: field(data, "effort").update(renamed="undertaking"))
    start(page, site)
    expect(page.locator("#in--effort")).to_have_value(SENTENCE)
    expect(page.locator(".pb-left")).to_have_count(0)
    page.reload()
    ready(page)
    assert kept(page) == {"effort": SENTENCE}


def test_a_renamed_column_keeps_its_cells(site: Site, visitor: Open) -> None:
    """The same holds inside tables."""
    page = visitor()
    before(page, record({"enabling": [{"law": "At most two", "helps": "Slow answers"}]}))
    changed_form(page, site, CANVAS, lambda data: field(data, "enabling")["columns"][0].update(renamed="law"))
    start(page, site)
    expect(page.locator("#in--enabling--1--rule")).to_have_value("At most two")
    expect(page.locator(".pb-left")).to_have_count(0)


def test_answers_without_a_question(site: Site, visitor: Open) -> None:
    """A question is gone, another asks for something else: the old answers are shown, can be copied, and go only if one says so."""
    page = visitor()
    wrong = complaints(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    old = {"effort": {"was": "a table"}, "verdict": "perhaps", "colour": SENTENCE, "drivers": ["One"]}
    before(page, record(old))
    start(page, site)
    left = page.locator(".pb-left")
    rows = left.locator("li")
    expect(rows).to_have_count(3)
    row = rows.filter(has_text=SENTENCE)
    expect(row).to_contain_text("colour")
    row.get_by_role("button", name=word("copy-text"), exact=True).click()
    expect(page.locator(".pb-foot [role=status]")).to_have_text(word("copied"))
    assert page.evaluate("navigator.clipboard.readText()") == SENTENCE
    assert SENTENCE not in markdown(page)
    assert kept(page) == old
    _, text = downloaded(page, lambda: left.get_by_role("button", name=word("download-these")).click())
    assert {row["id"]: row["value"] for row in json.loads(text)} == {id: old[id] for id in ("effort", "verdict", "colour")}
    assert every_look(page) == []
    row.get_by_role("button", name=word("remove"), exact=True).click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name=word("undo"), exact=True).click()
    expect(rows).to_have_count(3)
    assert kept(page) == old
    assert wrong == []


def test_what_has_no_room_any_more_stays_when_one_writes_over_it(site: Site, visitor: Open) -> None:
    """An answer that its question cannot show any more is not replaced by a new one: it moves below the form."""
    page = visitor()
    before(page, record({"verdict": SENTENCE, "drivers": "one, two", "enabling": [{"rule": "At most two", "author": "Ada"}]}))
    start(page, site)
    expect(page.locator(".pb-left li")).to_have_count(3)
    expect(page.locator("#in--enabling--1--rule")).to_have_value("At most two")
    box(page, "verdict").locator("select, input[value=go]").first.evaluate("""control => {
        if (control.localName === 'select') control.value = 'go'
        else control.checked = true
        control.dispatchEvent(new Event('input', {bubbles: true}))
    }""")
    box(page, "drivers").locator("textarea").first.fill("One")
    page.locator("#in--enabling--1--rule").fill("At most three")
    page.reload()
    ready(page)
    left = page.locator(".pb-left")
    for text in (SENTENCE, "one, two", "Ada"):
        expect(left).to_contain_text(text)
    values = kept(page)
    assert (values["verdict"], values["drivers"], values["enabling"]) == ("go", ["One"], [{"rule": "At most three"}])


def test_every_sample_is_a_whole_copy(site: Site, visitor: Open) -> None:
    """What was kept under all eighteen templates is shown by their controls to the last cell; nothing is left without a question."""
    page = visitor()
    for form in BOOK.forms:
        start(page, site, form)
        menu(page, "bring-in", "sample")
        page.locator("dialog").get_by_role("button", name=word("into"), exact=True).click()
        expect(page.locator("dialog")).to_have_count(0)
        assert kept(page, form) == answers_json(BOOK.samples[form])
        assert page.locator(".pb-left, .pb-problem:visible").count() == 0, form
        if page.evaluate("document.querySelector('pb-form').misfits.size"):
            raise AssertionError(form)


def test_nothing_is_stored_by_looking(site: Site, visitor: Open) -> None:
    """Whoever only reads the page leaves no trace of it in the list of everything saved."""
    page = visitor()
    start(page, site)
    page.locator("#in--effort").focus()
    page.keyboard.press("Tab")
    page.reload()
    ready(page)
    assert stored(page) == {}
