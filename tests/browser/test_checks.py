"""Checklists that are ticked in the page: kept run by run, told apart from the list as it changes, and taken out as text."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from pypdf import PdfReader

from .conftest import BOOK, Open, Site, complaints
from .looks import FOCUS_SHOWS
from .test_accessibility import violations
from .test_first_visit import SETTLED, SHIFTS
from .test_keyboard import tab_to
from .test_paths import DENIED

ID = "convergence-check"
PLACE = f"checklists/{ID}/"
TITLE = next(document.title for document in BOOK.documents if document.id == ID)
ONE, TWO, THREE, FOUR = "one-option", "scope-by-form", "no-reopening", "booked-by-spec"
TOTAL = 9
FULL = """Storage.prototype.setItem = new Proxy(Storage.prototype.setItem, {apply(target, self, [key, value]) {
    if (key.includes('.kept.')) throw new DOMException('full', 'QuotaExceededError')
    return Reflect.apply(target, self, [key, value])
}})"""
# A run of a month ago, as the store keeps it: the list has changed since.
THEN = 1_792_573_200_000
OLD_WORDS = "Only one option is on the table."


def say(word: str, **values: object) -> str:
    """What the page says."""
    return BOOK.definition.say(f"fill-{word}", **values)


def record(fields: dict[str, Any], copy: str = "oldoldol", name: str = "", made: int = THEN, tool: str = ID) -> dict[str, Any]:
    """A record as the store writes it."""
    kept = {id: {"value": value, "at": made + 1, "was": 0, "by": "test"} for id, value in fields.items()}
    return {"v": 1, "tool": tool, "copy": copy, "name": {"value": name, "at": made if name else 0}, "made": made, "fields": kept}


def put(page: Page, *records: dict[str, Any], prefix: str = "/book/") -> None:
    """Lays records into the browser before the page's scripts run, once."""
    for one in records:
        key = f"{prefix}.kept.patternbook.{one['tool']}.{one['copy']}"
        text = json.dumps(one, separators=(",", ":"), ensure_ascii=False)
        page.add_init_script(
            f"if (!sessionStorage.getItem({json.dumps(key)})) {{"
            f"sessionStorage.setItem({json.dumps(key)}, 1); localStorage.setItem({json.dumps(key)}, {json.dumps(text)}) }}"
        )


def kept(page: Page, tool: str = ID) -> list[dict[str, Any]]:
    """The records of a tool in the browser's store."""
    texts = page.evaluate(
        "tool => Object.entries(localStorage).filter(([key]) => key.includes(`.kept.patternbook.${tool}.`))", tool
    )
    return [json.loads(text) for key, text in sorted(texts)]


def box(page: Page, item: str) -> Locator:
    return page.locator(f"#tick--{item}")


def visit(page: Page, url: str) -> Page:
    """Opens a checklist and waits until it keeps what is ticked."""
    page.goto(url)
    expect(page.locator(".pb-check-count")).not_to_be_empty()
    return page


def ticks(page: Page, count: int) -> None:
    expect(page.locator(".pb-check-count")).to_have_text(say("ticked", count=count, total=TOTAL))


def saved(page: Page) -> None:
    expect(page.locator(".pb-check-state")).to_contain_text(say("saved", time="").strip())


def until(page: Page, text: str) -> None:
    """Waits until the browser's store holds a text."""
    for _ in range(100):
        if text in json.dumps(kept(page)):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{text} was never stored: {kept(page)}")


def runs(page: Page) -> Locator:
    return page.get_by_label(say("run"), exact=True)


def act(page: Page, word: str) -> Locator:
    return page.locator("pb-check").get_by_role("button", name=say(word), exact=True)


def take(page: Page, word: str) -> None:
    """One of the ways to take a run out of the page."""
    page.locator("pb-check summary").get_by_text(say("take-out"), exact=True).click()
    act(page, word).click()


def test_what_is_ticked_stays_ticked(site: Site, visitor: Open) -> None:
    """A lead ticks on the phone, is called away, and finds the list as it was; nobody had to save."""
    page = visitor(390, 800)
    wrong = complaints(page)
    visit(page, site.url + PLACE)
    ticks(page, 0)
    box(page, ONE).check()
    page.get_by_text("A shared specialist has been booked").click()
    ticks(page, 2)
    box(page, THREE).check()
    page.reload()
    ticks(page, 3)
    expect(box(page, ONE)).to_be_checked()
    expect(box(page, FOUR)).to_be_checked()
    expect(box(page, TWO)).not_to_be_checked()
    box(page, ONE).uncheck()
    ticks(page, 2)
    page.reload()
    ticks(page, 2)
    saved(page)
    assert len(kept(page)) == 1
    assert wrong == []


def test_what_was_ticked_before_the_script_came(site: Site, visitor: Open) -> None:
    """On a slow line the boxes are there before what keeps them: those ticks count too."""
    page = visitor()
    held: list[Route] = []

    def late(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route)

    page.route("**/store.js", late)
    page.goto(site.url + PLACE, wait_until="domcontentloaded")
    box(page, TWO).check()
    expect(page.locator(".pb-check-count")).to_have_count(0)
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    ticks(page, 1)
    page.reload()
    ticks(page, 1)
    expect(box(page, TWO)).to_be_checked()


def test_another_run_next_month(site: Site, visitor: Open) -> None:
    """Are we converging too early, again? One sees what has come and what has gone since the last time, and the last time itself."""
    page = visitor()
    page.clock.set_fixed_time("2026-10-21T10:00:00")
    visit(page, site.url + PLACE)
    expect(runs(page).locator("option:checked")).to_have_text(say("new-run"))
    box(page, ONE).check()
    expect(runs(page).locator("option:checked")).to_have_text("2026-10-21")
    saved(page)
    page.clock.set_fixed_time("2026-11-21T10:00:00")
    page.reload()
    runs(page).select_option(label=say("new-run"))
    ticks(page, 0)
    expect(page.locator("pb-check .pb-check-news:visible")).to_have_count(0)
    box(page, TWO).check()
    box(page, THREE).check()
    line = page.locator("pb-check details.pb-check-news")
    expect(line.locator("summary")).to_have_text(say("since", name="2026-10-21", gained=2, lost=1))
    line.locator("summary").click()
    expect(line.locator("li")).to_have_text(
        [page.locator(f"#item-{item} label").inner_text() for item in (TWO, THREE)]
        + [page.locator(f"#item-{ONE} label").inner_text()]
    )
    runs(page).select_option(label="2026-10-21")
    ticks(page, 1)
    expect(box(page, ONE)).to_be_checked()
    expect(line).to_be_hidden()
    page.reload()
    expect(runs(page).locator("option:checked")).to_have_text("2026-10-21")
    assert len(kept(page)) == 2


def test_two_runs_of_one_day(site: Site, visitor: Open) -> None:
    """Two teams in one morning: runs of the same name are told apart by the hour."""
    page = visitor()
    page.clock.set_fixed_time("2026-11-21T09:00:00")
    visit(page, site.url + PLACE)
    box(page, ONE).check()
    page.clock.set_fixed_time("2026-11-21T11:30:00")
    runs(page).select_option(label=say("new-run"))
    box(page, TWO).check()
    labels = runs(page).locator("option").all_inner_texts()
    assert len(labels) == len(set(labels)) == 3
    assert all(label.startswith("2026-11-21 ") for label in labels[:2])


def test_a_run_gets_a_name_and_goes_and_comes_back(site: Site, visitor: Open) -> None:
    """A run that was deleted by mistake is there again with one click, whole."""
    page = visitor()
    visit(page, site.url + PLACE)
    box(page, ONE).check()
    page.get_by_label(say("run-notes"), exact=True).fill("Ask Bob first.")
    act(page, "rename").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("textbox").fill("  After <b>the</b>   offsite ")
    page.keyboard.press("Enter")
    expect(runs(page).locator("option:checked")).to_have_text("After <b>the</b> offsite")
    until(page, "offsite")
    before = kept(page)
    act(page, "delete").click()
    ticks(page, 0)
    expect(page.get_by_text(say("deleted", name="After <b>the</b> offsite"))).to_be_visible()
    expect(act(page, "undo")).to_be_focused()
    assert kept(page) == []
    act(page, "undo").click()
    ticks(page, 1)
    expect(page.get_by_label(say("run-notes"), exact=True)).to_have_value("Ask Bob first.")
    assert kept(page) == before
    page.reload()
    expect(runs(page).locator("option:checked")).to_have_text("After <b>the</b> offsite")


def test_a_question_for_the_name_can_be_closed(site: Site, visitor: Open) -> None:
    """Escape changes nothing, and one is where one was."""
    page = visitor()
    visit(page, site.url + PLACE)
    box(page, ONE).check()
    act(page, "rename").click()
    page.keyboard.type("Never mind")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(act(page, "rename")).to_be_focused()
    expect(page.get_by_text("Never mind")).to_have_count(0)


def changed_list() -> dict[str, Any]:
    """A run from before three changes: an item reworded, one new, one gone that was ticked and one gone that was not."""
    document = next(document for document in BOOK.documents if document.id == ID)
    words = {item.anchor: "" for section in document.sections for item in section.marks.items}
    items = {item: "?" for item in words if item != TWO} | {
        ONE: OLD_WORDS,
        "gone-ticked": "It was asked for.",
        "gone-open": "Nobody knew.",
    }
    return {"^items": items, ONE: {}, "gone-ticked": {"on": "2026-10-21", "by": "Bob"}}


def standing(page: Page, old: dict[str, Any]) -> None:
    """Puts that run into the browser, with the words that the page has for what did not change."""
    texts = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.pb-checklist li[id^=item-]')].map("
        "item => [item.id.slice(5), item.querySelector('label').textContent]))"
    )
    old["^items"] = {item: texts.get(item, "") if text == "?" else text for item, text in old["^items"].items()}
    page.evaluate(
        "([key, text]) => localStorage.setItem(key, text)", [f"/book/.kept.patternbook.{ID}.oldoldol", json.dumps(record(old))]
    )


def test_what_has_changed_since_the_run_began(site: Site, visitor: Open) -> None:
    """The list is a living page: what is new, reworded or gone since one ticked is said, and no tick loses its words."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + PLACE)
    standing(page, changed_list())
    page.reload()
    ticks(page, 1)
    parts = [say("new-count", count=1), say("reworded-count", count=1), say("gone-count", count=2)]
    line = page.get_by_text(say("list-changed", parts=", ".join(parts)))
    expect(line).to_be_visible()
    expect(page.locator(f"#item-{TWO}")).to_contain_text(say("new-since"))
    reworded = page.locator(f"#item-{ONE} details")
    expect(reworded.get_by_text(OLD_WORDS)).to_be_hidden()
    reworded.locator("summary").click()
    expect(reworded.get_by_text(OLD_WORDS)).to_be_visible()
    expect(page.locator(".pb-check-mark:not(:empty)")).to_have_count(2)
    gone = page.locator(".pb-check-lost")
    expect(gone.get_by_role("checkbox")).to_have_count(2)
    expect(gone.get_by_label("It was asked for.")).to_be_checked()
    expect(gone).to_contain_text("Bob, 2026-10-21")
    expect(gone.get_by_label("Nobody knew.")).not_to_be_checked()
    act(page, "note-list").click()
    expect(line).to_be_hidden()
    expect(runs(page)).to_be_focused()
    expect(page.locator(".pb-check-mark:not(:empty)")).to_have_count(0)
    page.reload()
    ticks(page, 1)
    expect(gone.get_by_role("checkbox")).to_have_count(1)
    expect(gone.get_by_label("It was asked for.")).to_be_checked()
    expect(page.locator("p.pb-check-news")).to_be_hidden()
    gone.get_by_label("It was asked for.").uncheck()
    page.reload()
    expect(gone.get_by_label("It was asked for.")).not_to_be_checked()
    act(page, "note-list").click()
    expect(gone).to_be_hidden()
    assert wrong == []


def test_white_space_is_no_change(site: Site, visitor: Open) -> None:
    """A line that was only broken in another place is not told as reworded."""
    page = visitor()
    page.goto(site.url + PLACE)
    old = {key: value for key, value in changed_list().items() if key != "gone-ticked"}
    old["^items"] = {item: "?" for item in [*old["^items"], TWO] if not item.startswith("gone")}
    standing(page, old)
    page.evaluate(
        "key => localStorage.setItem(key, localStorage.getItem(key).replaceAll('option is', 'option \\\\n  is'))",
        f"/book/.kept.patternbook.{ID}.oldoldol",
    )
    page.reload()
    ticks(page, 1)
    expect(page.locator("p.pb-check-news")).to_be_hidden()


def test_who_and_when(site: Site, visitor: Open) -> None:
    """For whom a tick is a promise: the name is asked once, and each tick says who set it and when."""
    page = visitor()
    page.clock.set_fixed_time("2026-11-21T23:30:00")
    visit(page, site.url + PLACE)
    box(page, ONE).check()
    page.get_by_label(say("sign"), exact=True).check()
    name = page.get_by_label(say("your-name"), exact=True)
    expect(name).to_be_focused()
    name.fill("Ada")
    box(page, TWO).check()
    expect(page.locator(f"#item-{TWO} .pb-check-sign")).to_have_text("Ada, 2026-11-21")
    expect(box(page, TWO)).to_have_accessible_description("Ada, 2026-11-21")
    expect(page.locator(f"#item-{ONE} .pb-check-sign")).to_be_hidden()
    page.reload()
    expect(page.locator(f"#item-{TWO} .pb-check-sign")).to_have_text("Ada, 2026-11-21")
    name.fill("Bob")
    box(page, THREE).check()
    expect(page.locator(".pb-check-sign:visible")).to_have_text(["Ada, 2026-11-21", "Bob, 2026-11-21"])
    runs(page).select_option(label=say("new-run"))
    expect(name).to_have_value("Bob")
    box(page, FOUR).check()
    expect(page.locator(f"#item-{FOUR} .pb-check-sign")).to_have_text("Bob, 2026-11-21")
    page.get_by_label(say("sign"), exact=True).uncheck()
    box(page, ONE).check()
    expect(page.locator(f"#item-{ONE} .pb-check-sign")).to_be_hidden()
    newest = max(kept(page), key=lambda one: one["made"] + len(one["fields"]))
    assert newest["fields"]["^by"]["value"] == "Bob"


def test_taken_out_as_text(site: Site, visitor: Open) -> None:
    """The list goes into the minutes as it is: title, run, moments, ticks, who and when, notes, and every sign as it was typed."""
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.clock.set_fixed_time("2026-11-21T10:00:00")
    visit(page, site.url + PLACE)
    box(page, ONE).check()
    page.get_by_label(say("sign"), exact=True).check()
    page.get_by_label(say("your-name"), exact=True).fill("=Ada*")
    box(page, FOUR).check()
    page.get_by_label(say("run-notes"), exact=True).fill("First <line>\nsecond\n\n- and a third")
    take(page, "copy-list")
    expect(page.get_by_text(say("copied"), exact=True)).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    lines = text.split("\n")
    assert lines[0] == f"# {TITLE}: 2026-11-21"
    assert lines[2:6] == ["## On paper", "", "- [x] Only one option is written down.", lines[5]]
    assert lines[5].startswith("- [ ] The scope")
    assert text.count("- [x]") == 2 and text.count("- [ ]") == TOTAL - 2
    assert "what to make. (=Ada\\*, 2026-11-21)" in text
    assert "First &lt;line>  \nsecond\n\n\\- and a third\n" in text
    take(page, "copy-rich")
    expect(page.get_by_text(say("copied"), exact=True)).to_be_visible()
    html = page.evaluate("navigator.clipboard.read().then(([item]) => item.getType('text/html')).then(blob => blob.text())")
    assert "☑ Only one option is written down." in html and "☐ The scope" in html and "&lt;line&gt;" in html
    with page.expect_download() as download:
        take(page, "download-csv")
    assert download.value.suggested_filename.endswith("2026-11-21.csv")
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert rows[0] == [say(f"csv-{key}") for key in ("moment", "item", "ticked", "on", "by")]
    assert rows[1] == ["On paper", "Only one option is written down.", "x", "", ""]
    assert rows[4][2:] == ["x", "2026-11-21", "'=Ada*"]
    assert len(rows) == TOTAL + 1


def test_what_is_gone_is_taken_out_too(site: Site, visitor: Open) -> None:
    """A tick on an item that the list no longer has stands in the minutes."""
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site.url + PLACE)
    standing(page, changed_list())
    page.reload()
    ticks(page, 1)
    take(page, "copy-list")
    expect(page.get_by_text(say("copied"), exact=True)).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert f"## {say('no-longer')}\n\n- [x] It was asked for. (Bob, 2026-10-21)\n- [ ] Nobody knew.\n" in text


def test_two_tabs_at_once(site: Site, visitor: Open) -> None:
    """Two windows on one run: each sees the other's ticks, and two notes that were written at once are both there until one is chosen."""
    one = visitor()
    visit(one, site.url + PLACE)
    box(one, ONE).check()
    saved(one)
    two = one.context.new_page()
    visit(two, site.url + PLACE)
    expect(box(two, ONE)).to_be_checked()
    box(two, TWO).check()
    expect(box(one, TWO)).to_be_checked()
    ticks(one, 2)
    box(one, ONE).uncheck()
    expect(box(two, ONE)).not_to_be_checked()
    notes = say("run-notes")
    # Both write before either could have heard of the other.
    for page, text in ((one, "from the first"), (two, "from the second")):
        page.evaluate(
            "() => { window.held = []; addEventListener('storage', event => event.stopImmediatePropagation(), {capture: true, once: true}) }"
        )
        page.get_by_label(notes, exact=True).fill(text)
    for page in (one, two):
        expect(page.locator("pb-check")).to_contain_text(say("other-tab"))
    found = {one.get_by_label(notes, exact=True).input_value(), one.locator(".pb-check-typed").inner_text()}
    assert found == {"from the first", "from the second"}
    other = one.locator(".pb-check-typed").inner_text()
    act(one, "use-this").click()
    for page in (one, two):
        expect(page.get_by_label(notes, exact=True)).to_have_value(other)
        expect(page.locator(".pb-check-other")).to_have_count(0)


def test_deleted_in_another_tab(site: Site, visitor: Open) -> None:
    """A run that another tab deletes is still seen here, and the next tick keeps it again, whole."""
    one = visitor()
    visit(one, site.url + PLACE)
    box(one, ONE).check()
    saved(one)
    two = one.context.new_page()
    visit(two, site.url + PLACE)
    ticks(two, 1)
    act(one, "delete").click()
    expect(two.get_by_role("alert").filter(has_text=say("state-gone"))).to_be_visible()
    ticks(two, 1)
    box(two, TWO).check()
    saved(two)
    two.reload()
    ticks(two, 2)


@pytest.mark.parametrize(("how", "state"), [(DENIED, "denied"), (FULL, "full")])
def test_where_nothing_is_stored(site: Site, visitor: Open, how: str, state: str) -> None:
    """A browser that keeps nothing says so at once and for good, keeps all of it while one reads on, and gives it as a file."""
    page = visitor()
    wrong = complaints(page)
    page.add_init_script(how)
    visit(page, site.url + PLACE)
    box(page, ONE).check()
    page.get_by_label(say("run-notes"), exact=True).fill("A sentence that nobody may lose.")
    expect(page.get_by_role("alert").filter(has_text=say(f"state-{state}"))).to_be_visible()
    page.locator(".md-tabs").get_by_role("link", name="Models", exact=True).click()
    expect(page.locator("h1")).to_have_text("Models")
    page.go_back()
    ticks(page, 1)
    expect(page.get_by_label(say("run-notes"), exact=True)).to_have_value("A sentence that nobody may lose.")
    expect(page.get_by_role("alert").filter(has_text=say(f"state-{state}"))).to_be_visible()
    with page.expect_download() as download:
        act(page, "download").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert "- [x] Only one option is written down." in text and "A sentence that nobody may lose." in text
    assert wrong == []


def test_room_again(site: Site, visitor: Open) -> None:
    """When the browser has room again, all that was ticked meanwhile is stored with the next tick."""
    page = visitor()
    page.add_init_script("window.whole = Storage.prototype.setItem")
    page.add_init_script(f"if (!sessionStorage.getItem('room')) {{ {FULL} }}")
    visit(page, site.url + PLACE)
    box(page, ONE).check()
    expect(page.get_by_role("alert").filter(has_text=say("state-full"))).to_be_visible()
    page.evaluate("() => { Storage.prototype.setItem = window.whole; sessionStorage.setItem('room', 1) }")
    box(page, TWO).check()
    saved(page)
    page.reload()
    ticks(page, 2)


def test_a_run_from_a_later_version(site: Site, visitor: Open) -> None:
    """What this page cannot know it does not change: it can be taken out, and another run begun."""
    page = visitor()
    later = {"v": 2, "tool": ID, "copy": "laterone", "secret": ["of tomorrow"]}
    put(page, later)
    visit(page, site.url + PLACE)
    expect(page.get_by_role("alert").filter(has_text=say("state-newer"))).to_be_visible()
    expect(box(page, ONE)).to_be_disabled()
    with page.expect_download() as download:
        act(page, "download").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8")) == later
    runs(page).select_option(label=say("new-run"))
    box(page, ONE).check()
    saved(page)
    assert later in kept(page)


def test_a_run_that_cannot_be_read(site: Site, visitor: Open) -> None:
    """What is broken is kept aside, can be downloaded, and the list goes on working."""
    page = visitor()
    page.add_init_script(
        f"if (!localStorage.length) {{ localStorage.setItem('/book/.kept.patternbook.{ID}.brokenit', '{{half');"
        f"localStorage.setItem('/book/.last.patternbook.{ID}', 'brokenit') }}"
    )
    visit(page, site.url + PLACE)
    expect(page.get_by_role("alert").filter(has_text=say("state-bad"))).to_be_visible()
    with page.expect_download() as download:
        act(page, "download").click()
    assert Path(download.value.path()).read_text("utf-8") == "{half"
    box(page, ONE).check()
    ticks(page, 1)
    page.reload()
    ticks(page, 1)
    assert "{half" in page.evaluate("Object.values(localStorage)")


@pytest.mark.parametrize("value", [True, 7, "yes", [1], {"by": {"a": 1}, "on": "<img src=x onerror=alert(1)>"}])
def test_foreign_values_do_no_harm(site: Site, visitor: Open, value: object) -> None:
    """Other pages of the same host may write into the store: a tick is a tick, and nothing of it runs."""
    page = visitor()
    wrong = complaints(page)
    put(page, record({"^items": [1, 2], ONE: value, "^notes": {"a": 1}, "^by": 7, "^signed": "true", "__proto__": {"x": 1}}))
    visit(page, site.url + PLACE)
    expect(box(page, ONE)).to_be_checked()
    assert page.locator("pb-check img, .pb-checklist img").count() == 0
    box(page, TWO).check()
    saved(page)
    assert wrong == []


def test_a_link_opens_a_run_and_carries_nothing(site: Site, visitor: Open) -> None:
    """The page of everything saved links to each run; the address that one then sends on names none."""
    page = visitor()
    put(page, record({ONE: {}}, "oldoldol"), record({ONE: {}, TWO: {}}, "newnewne", made=THEN + 9))
    visit(page, f"{site.url}{PLACE}?copy=oldoldol")
    ticks(page, 1)
    assert page.url == site.url + PLACE
    visit(page, f"{site.url}{PLACE}?copy=strange1")
    ticks(page, 1)
    assert page.url == site.url + PLACE
    assert len(kept(page)) == 2


def test_from_a_folder(offline: Site, visitor: Open) -> None:
    """The same from a folder on disk."""
    page = visitor()
    wrong = complaints(page)
    visit(page, f"{offline.url}checklists/{ID}.html")
    box(page, ONE).check()
    saved(page)
    page.reload()
    ticks(page, 1)
    page.get_by_role("link", name=say("all")).click()
    expect(page.locator("pb-kept")).to_contain_text(TITLE)
    assert wrong == []


def test_from_page_to_page_and_back(site: Site, visitor: Open) -> None:
    """Instant navigation swaps the page under the script: what was ticked a moment ago is there when one comes back, and only once."""
    page = visitor()
    wrong = complaints(page)
    visit(page, site.url + PLACE)
    for count, item in enumerate((ONE, TWO, THREE), 1):
        box(page, item).check()
        page.locator(".md-tabs").get_by_role("link", name="Models", exact=True).click()
        expect(page.locator("h1")).to_have_text("Models")
        page.go_back()
        ticks(page, count)
        expect(page.locator(".pb-check-count")).to_have_count(1)
    page.get_by_role("link", name=say("all")).click()
    expect(page.locator("pb-kept")).to_contain_text(TITLE)
    page.locator("pb-kept a").first.click()
    ticks(page, 3)
    assert page.url == site.url + PLACE
    assert len(kept(page)) == 1
    assert wrong == []


def test_without_scripts(site: Site, visitor: Open) -> None:
    """The boxes can be ticked for the meeting that one is in, and it is said that nothing is kept."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url + PLACE)
    expect(page.get_by_text(BOOK.definition.say("fill-no-script"))).to_be_visible()
    box(page, ONE).check()
    expect(box(page, ONE)).to_be_checked()
    expect(page.locator("pb-check :is(button, select, textarea)")).to_have_count(0)


def test_when_a_script_cannot_be_had(site: Site, visitor: Open) -> None:
    """A line that breaks half-way: nobody is left in the belief that it is kept."""
    page = visitor()
    page.route("**/store.js", lambda route: route.abort())
    page.goto(site.url + PLACE)
    expect(page.get_by_text(BOOK.definition.say("fill-no-script"))).to_be_visible()
    box(page, ONE).check()


def test_by_keyboard_alone(site: Site, visitor: Open) -> None:
    """Runs, ticks, notes and what is taken out are all reached by keys, and one always sees where one is."""
    page = visitor()
    visit(page, site.url + PLACE + "#on-paper")
    tab_to(page, f"#tick--{ONE}")
    page.keyboard.press("Space")
    ticks(page, 1)
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches('pb-check summary')")
    assert page.evaluate(FOCUS_SHOWS) == ""
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(act(page, "copy-list")).to_be_focused()
    assert page.evaluate(FOCUS_SHOWS) == ""
    page.keyboard.press("Escape")
    expect(act(page, "copy-list")).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label(say("run-notes"), exact=True)).to_be_focused()
    page.keyboard.type("By keys")
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    expect(act(page, "delete")).to_be_focused()
    page.keyboard.press("Enter")
    expect(act(page, "undo")).to_be_focused()
    page.keyboard.press("Enter")
    ticks(page, 1)
    expect(runs(page)).to_be_focused()


def everything_shown(page: Page) -> None:
    """A page on which all is shown that can be: changes, comparison, signs, another tab's notes, what is gone, the menu."""
    page.goto(page.url)
    old = changed_list() | {"^signed": True, "^by": "Ada", "^notes": "Mine"}
    standing(page, old)
    now = record(old | {THREE: {"on": "2026-11-20", "by": "Ada"}}, "newnewne", "A name", THEN + 9)
    now["fields"][ONE] = {"at": THEN + 20}
    now["fields"]["^notes"]["others"] = ["Theirs"]
    key = f"/book/.kept.patternbook.{ID}.newnewne"
    page.evaluate(
        "([key, text]) => { localStorage.setItem(key, text); localStorage.setItem('/book/.last.patternbook.' + key.split('.')[3], 'newnewne') }",
        [key, json.dumps(now)],
    )
    page.reload()
    ticks(page, 1)
    for summary in page.locator("pb-check details > summary:visible, .pb-check-mark summary:visible").all():
        summary.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Site, visitor: Open, scheme: str) -> None:
    """With everything shown that can be shown: names, contrast and sizes hold on a phone, a tablet and a desk."""
    page = visitor(1440, color_scheme=scheme, reduced_motion="reduce")
    page.goto(site.url + PLACE)
    assert violations(page) == []
    everything_shown(page)
    for width in (1440, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for control in page.locator("pb-check :is(button, select, summary):visible").all():
            size = control.bounding_box()
            assert size and size["height"] >= 23.9 and size["width"] >= 24, (control.inner_text(), size)
    act(page, "rename").click()
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_nothing_moves(site: Site, visitor: Open, width: int) -> None:
    """The room for what stands above the items is there before it is: nobody ticks the wrong box."""
    page = visitor(width)
    page.add_init_script(SHIFTS)
    page.goto(site.url + PLACE + "#on-paper")
    expect(page.locator(".pb-check-count")).not_to_be_empty()
    page.evaluate(SETTLED)
    assert page.evaluate("window.shift") < 0.02


def test_on_paper(site: Site, visitor: Open) -> None:
    """A ticked list is one sheet that says which run it is, with its notes; what one clicks stays on the screen."""
    page = visitor()
    page.goto(site.url + PLACE)
    everything_shown(page)
    page.emulate_media(media="print")
    for part in page.locator("pb-check > *").all():
        if part.get_attribute("class") == "pb-check-paper":
            continue
        expect(part).to_be_hidden()
    for paper in ("A4", "Letter"):
        sheets = PdfReader(io.BytesIO(page.pdf(format=paper))).pages
        assert len(sheets) == 1
        text = sheets[0].extract_text()
        assert "A name, 2026-10-2" in " ".join(text.split()) and "Ada, 2026-11-20" in text
        assert say("take-out") not in text and "Mine" in text
    assert page.evaluate(f"getComputedStyle(document.querySelector('#tick--{THREE}')).boxShadow") != "none"


def test_the_longest_list_is_one_sheet(site: Site, visitor: Open) -> None:
    """Also with everything ticked, a name behind each tick, and a run that is called something."""
    items = {document.id: sum(len(section.marks.items) for section in document.sections) for document in BOOK.documents}
    page = visitor()
    visit(page, f"{site.url}checklists/{max(items, key=lambda id: items[id])}/")
    page.get_by_label(say("sign"), exact=True).check()
    page.get_by_label(say("your-name"), exact=True).fill("Ada Lovelace")
    for one in page.locator(".pb-checklist li > input").all():
        one.check()
    assert {paper: len(PdfReader(io.BytesIO(page.pdf(format=paper))).pages) for paper in ("A4", "Letter")} == {"A4": 1, "Letter": 1}
