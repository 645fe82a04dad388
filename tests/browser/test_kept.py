"""The page of everything saved: what this browser keeps, out as one file and in again, and nothing ever written over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import BOOK, Open, Site, complaints
from .looks import FOCUS_SHOWS
from .test_accessibility import violations
from .test_checks import FULL, ID, ONE, PLACE, THEN, TITLE, TWO, put, record, say, visit
from .test_keyboard import tab_to
from .test_paths import DENIED

FORM = next(document for document in BOOK.documents if document.id == "confidence-form")
WORDS = "Nobody knows\nwhat it is worth. <b>"
RUN = record({"^items": {ONE: "One"}, ONE: {"by": "Ada", "on": "2026-10-21"}, "^notes": WORDS}, "runrunru")
SHEET = record({"effort": "Q1", "left": [1, 2.5, True, {"a": "b"}]}, "sheetone", "Q1 <i>planning</i>", THEN + 5, FORM.id)
OLD = record({"gone": WORDS, "__proto__": {"polluted": 1}}, "oldsheet", "From last year", THEN + 9, "sold-off-form")
PREFIX = "/book/.kept.patternbook."


def kept(page: Page) -> dict[str, Any]:
    """All records in the browser's store, by tool and copy."""
    texts = page.evaluate(f"Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('{PREFIX}')))")
    return {key.removeprefix(PREFIX): text for key, text in texts.items()}


def everything(page: Page, site: Site, *records: dict[str, Any]) -> Page:
    """The page of everything saved in a browser that holds these records."""
    put(page, *(records or (RUN, SHEET, OLD)))
    page.goto(site.url + "kept/")
    expect(page.locator("pb-kept section").first).to_be_visible()
    return page


def line(page: Page, name: str) -> Locator:
    return page.locator("pb-kept li").filter(has=page.get_by_text(name, exact=True))


def act(page: Page, word: str) -> Locator:
    return page.locator("pb-kept").get_by_role("button", name=say(word), exact=True)


def export(page: Page) -> str:
    """The file that comes out."""
    with page.expect_download() as download:
        act(page, "export-all").click()
    assert download.value.suggested_filename.startswith("patternbook ")
    return Path(download.value.path()).read_text("utf-8")


def bring(page: Page, text: str | bytes, choice: str = "bring-these") -> None:
    """Brings in a file and answers the question that it leads to."""
    choose(page, text)
    answer(page, choice)


def answer(page: Page, choice: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=say(choice), exact=True).click()


def choose(page: Page, text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    page.locator("pb-kept input[type=file]").set_input_files({"name": "in.json", "mimeType": "application/json", "buffer": data})


def file(*records: Any, **more: Any) -> str:
    return json.dumps({"patternbook": 1, "book": "patternbook", "kept": list(records)} | more)


def empty(page: Page, site: Site) -> Page:
    page.goto(site.url + "kept/")
    expect(page.locator("pb-kept")).to_contain_text(say("nothing-kept"))
    return page


def test_lists_and_opens_all_of_it(site: Site, visitor: Open) -> None:
    """Months later one finds every form and every run again, by its page and its name, and opens just that one."""
    page = visitor(390, 800)
    wrong = complaints(page)
    everything(page, site)
    assert page.locator("pb-kept h2").all_inner_texts() == [TITLE, FORM.title, "sold-off-form"]
    expect(line(page, "2026-10-21")).to_contain_text(say("ticks", count=1))
    expect(line(page, "Q1 <i>planning</i>")).to_contain_text(say("answers", count=2))
    expect(page.locator("pb-kept section").last).to_contain_text(say("no-tool"))
    expect(page.locator("pb-kept section").last.get_by_role("link")).to_have_count(0)
    line(page, "2026-10-21").get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(f"#tick--{ONE}")).to_be_checked()
    assert page.url == site.url + PLACE
    page.go_back()
    expect(page.locator("pb-kept section")).to_have_count(3)
    assert wrong == []


def test_deleted_and_back(site: Site, visitor: Open) -> None:
    """What was deleted by mistake comes back whole, as long as one is on the page; what is meant to go is gone."""
    page = everything(visitor(), site)
    before = kept(page)
    line(page, "From last year").get_by_role("button", name=say("delete")).click()
    assert len(kept(page)) == 2
    undo = act(page, "undo")
    expect(undo).to_be_focused()
    expect(page.locator("pb-kept section").last).to_contain_text(say("deleted", name="From last year"))
    line(page, "2026-10-21").get_by_role("button", name=say("delete")).click()
    assert len(kept(page)) == 1
    expect(undo).to_have_count(2)
    undo.last.click()
    expect(line(page, "From last year")).to_contain_text(say("answers", count=2))
    undo.click()
    assert kept(page) == before
    line(page, "2026-10-21").get_by_role("button", name=say("delete")).click()
    page.reload()
    expect(page.locator("pb-kept section")).to_have_count(2)
    expect(undo).to_have_count(0)


def test_everything_moves_to_another_browser(site: Site, visitor: Open) -> None:
    """A new laptop: one file takes all with it, byte for byte, also what this book has no page for any more."""
    page = everything(visitor(), site)
    text = export(page)
    other = visitor()
    wrong = complaints(other)
    empty(other, site)
    choose(other, text)
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text(say("in-added", count=3))
    expect(dialog).to_contain_text("sold-off-form: From last year")
    assert kept(other) == {}
    answer(other, "bring-these")
    expect(other.get_by_text(say("in-done", count=3))).to_be_visible()
    assert kept(other) == kept(page)
    assert json.loads(export(other))["kept"] == json.loads(text)["kept"]
    line(other, "2026-10-21").get_by_role("link").click()
    expect(other.get_by_label(say("run-notes"), exact=True)).to_have_value(WORDS)
    assert wrong == []


def test_nothing_is_written_over(site: Site, visitor: Open) -> None:
    """A backup of last week beside today's work: both are there, the same twice is there once, and all can be taken back."""
    page = everything(visitor(), site)
    before = kept(page)
    other = json.loads(json.dumps(RUN))
    other["fields"]["^notes"]["value"] = "Other words"
    text = file(other, SHEET, OLD)
    choose(page, text)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(say("in-beside", count=1))
    expect(dialog).to_contain_text(say("in-same", count=2))
    answer(page, "cancel")
    assert kept(page) == before
    bring(page, text)
    expect(page.get_by_text(say("in-done", count=1))).to_be_visible()
    after = kept(page)
    assert before.items() < after.items() and len(after) == 4
    [new] = [json.loads(text) for key, text in after.items() if key not in before]
    assert new["fields"]["^notes"]["value"] == "Other words"
    assert new["name"]["value"].startswith("2026-10-21, ")
    choose(page, text)
    expect(dialog).to_contain_text(say("in-same", count=3))
    answer(page, "close")
    act(page, "undo").click()
    assert kept(page) == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "json"),
        ("<script>alert(1)</script>", "json"),
        (b"\xff\xfe\x00{", "json"),
        ("[" * 100_000, "json"),
        ("[" * 100_000 + "]" * 100_000, "shape"),
        ("null", "shape"),
        ('{"patternbook": 1}', "shape"),
        ('{"patternbook": 1, "kept": {"a": 1}}', "shape"),
        ('{"patternbook": 2, "kept": []}', "newer"),
        ('{"patternbook": 1, "template": "confidence-form", "answers": {"effort": "x"}}', "one"),
        (file(*range(1001)), "many"),
        (file("x" * 5_100_000), "big"),
    ],
    ids=["empty", "script", "bytes", "open", "deep", "null", "bare", "no-list", "newer", "one-form", "many", "big"],
)
def test_what_is_no_export_is_refused(site: Site, visitor: Open, content: str | bytes, code: str) -> None:
    """A wrong or a hostile file gets one sentence, and nothing changes."""
    page = everything(visitor(), site)
    wrong = complaints(page)
    before = kept(page)
    choose(page, content)
    expect(page.get_by_text(say(f"in-{code}"), exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert kept(page) == before
    assert wrong == []


def test_hostile_records_are_left_out(site: Site, visitor: Open) -> None:
    """In a file that somebody sent, what is no record is counted and left out; what is right comes in, and nothing of it runs."""
    page = empty(visitor(), site)
    wrong = complaints(page)
    script = "<img src=x onerror=alert(1)>"
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]

    def bent(**changes: Any) -> dict[str, Any]:
        return json.loads(json.dumps(RUN)) | changes

    def field(value: Any, **more: Any) -> dict[str, Any]:
        return bent(fields={"a": {"value": value, "at": 1} | more})

    bad = [
        None, 7, "x", [], {}, bent(tool="../../x"), bent(tool=script), bent(tool=["a"]), bent(copy="a.b"), bent(copy="__proto__"), bent(copy=""),
        bent(v=0), bent(v="1"), bent(name=script), bent(name={"value": "x" * 201, "at": 1}), bent(made=-1), bent(made="x"), bent(made=1.5),
        bent(fields=[]), bent(fields={"a": 1}), bent(fields={"a": {"value": 1, "at": "x"}}), bent(fields={str(n): {"value": 1, "at": 1} for n in range(1001)}),
        field("x" * 20_001), field(list(range(501))), field(deep), field({"x" * 201: 1}), field(1, others={}), field(1, others=[deep]), field(1, by=1),
        bent(fields={"x" * 201: {"value": 1, "at": 1}}),
    ]  # fmt: skip
    good = record({ONE: {"by": script}, "^notes": script}, "hostileo", script)
    good["fields"]["__proto__"] = {"value": {"polluted": 1}, "at": 1, "was": 0, "by": ""}
    text = file(*bad, good, book=script).replace('"v": 1', '"__proto__": {"polluted": 1}, "v": 1')
    choose(page, text)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(say("in-wrong", count=len(bad)))
    expect(dialog).to_contain_text(say("in-other", book=script))
    expect(dialog).to_contain_text(script)
    answer(page, "bring-these")
    expect(line(page, script)).to_be_visible()
    assert list(kept(page)) == [f"{ID}.hostileo"]
    line(page, script).get_by_role("link").click()
    expect(page.get_by_label(say("run-notes"), exact=True)).to_have_value(script)
    assert page.evaluate("[({}).polluted, document.images.length, Object.prototype.v]") == [None, 0, None]
    assert wrong == []


def test_a_time_to_come_does_no_harm(site: Site, visitor: Open) -> None:
    """A file that was written in the year 9999 must not win over all that the reader ticks from now on."""
    page = empty(visitor(), site)
    late = record({ONE: {}, "^items": {}}, "latelate", made=8_640_000_000_000_000 - 9)
    bring(page, file(late))
    page.locator("pb-kept a").first.click()
    box = page.locator(f"#tick--{ONE}")
    expect(box).to_be_checked()
    box.uncheck()
    page.locator(f"#tick--{TWO}").check()
    page.reload()
    expect(page.locator(f"#tick--{TWO}")).to_be_checked()
    expect(box).not_to_be_checked()


def test_what_cannot_be_read_can_be_taken_out(site: Site, visitor: Open) -> None:
    """Broken bytes and records of tomorrow are listed, downloaded as they are, exported, brought in and deleted like all others."""
    page = visitor()
    later = '{"v": 2, "tool": "x", "more": [1, 2]}'
    page.add_init_script(
        f"if (!localStorage.length) {{ localStorage.setItem('{PREFIX}{ID}.brokenit', '{{half'); localStorage.setItem('{PREFIX}{ID}.laterone', '{later}') }}"
    )
    page.goto(site.url + "kept/")
    expect(line(page, "brokenit")).to_contain_text(say("kept-bad"))
    expect(line(page, "laterone")).to_contain_text(say("kept-newer"))
    for name, content in (("brokenit", "{half"), ("laterone", later)):
        with page.expect_download() as download:
            line(page, name).get_by_role("button", name=say("download")).click()
        assert Path(download.value.path()).read_text("utf-8") == content
    text = export(page)
    line(page, "brokenit").get_by_role("button", name=say("delete")).click()
    assert "{half" not in kept(page).values()
    act(page, "undo").click()
    assert "{half" in kept(page).values()
    other = empty(visitor(), site)
    bring(other, text)
    expect(other.locator("pb-kept section li")).to_have_count(2)
    found = kept(other)
    assert found[f"{ID}.brokenit.bad"] == "{half"
    assert json.loads(found[f"{ID}.laterone"]) == json.loads(later) | {"tool": ID, "copy": "laterone"}
    choose(other, text)
    expect(other.get_by_role("dialog")).to_contain_text(say("in-same", count=2))


@pytest.mark.parametrize(("how", "state"), [(DENIED, "denied"), (FULL, "full")])
def test_what_is_in_no_store_is_exported_too(site: Site, visitor: Open, how: str, state: str) -> None:
    """Where the browser keeps nothing, what was ticked a page ago is still listed here and goes into the file."""
    page = visitor()
    page.add_init_script(how)
    visit(page, site.url + PLACE)
    page.locator(f"#tick--{ONE}").check()
    page.get_by_label(say("run-notes"), exact=True).fill(WORDS)
    expect(page.get_by_role("alert").filter(has_text=say(f"state-{state}"))).to_be_visible()
    page.get_by_role("link", name=say("all")).click()
    expect(page.get_by_role("alert").filter(has_text=say(f"kept-{state}"))).to_be_visible()
    text = export(page)
    [one] = json.loads(text)["kept"]
    assert one["fields"]["^notes"]["value"] == WORDS and one["fields"][ONE]["value"] == {}
    other = empty(visitor(), site)
    bring(other, text)
    other.locator("pb-kept a").first.click()
    expect(other.locator(f"#tick--{ONE}")).to_be_checked()
    page.locator("pb-kept a").first.click()
    expect(page.get_by_label(say("run-notes"), exact=True)).to_have_value(WORDS)


def test_no_room_for_what_comes_in(site: Site, visitor: Open) -> None:
    """A file that does not fit comes in whole or not at all, and it is said."""
    page = visitor()
    page.add_init_script("window.whole = Storage.prototype.setItem")
    page.add_init_script(FULL.replace("'.kept.'", "'sheetone'"))
    empty(page, site)
    bring(page, file(RUN, SHEET, OLD))
    expect(page.get_by_text(say("in-full"), exact=True)).to_be_visible()
    assert kept(page) == {}


def test_reminds_of_an_export(site: Site, visitor: Open) -> None:
    """Safari forgets after seven days: whoever changed something since the last export is told."""
    page = everything(visitor(), site)
    expect(page.get_by_text(say("never-exported"))).to_be_visible()
    export(page)
    expect(page.get_by_text(say("exported"), exact=True)).to_be_visible()
    expect(page.get_by_text(say("never-exported"))).to_have_count(0)
    page.reload()
    expect(page.locator("pb-kept section")).to_have_count(3)
    day = page.evaluate("new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10)")
    expect(page.get_by_text(say("changed-since-export", day=day))).to_have_count(0)
    line(page, "2026-10-21").get_by_role("link").click()
    page.locator(f"#tick--{TWO}").check()
    page.get_by_role("link", name=say("all")).click()
    expect(page.get_by_text(say("changed-since-export", day=day))).to_be_visible()


def test_says_how_long_it_lasts(site: Site, visitor: Open) -> None:
    """A browser forgets, and can be asked not to: both are said, and the answer too."""
    page = visitor()
    page.add_init_script(
        "let kept = false; navigator.storage.persisted = async () => kept; navigator.storage.persist = async () => kept = !window.refuse"
    )
    everything(page, site)
    expect(page.get_by_text(say("forget"))).to_be_visible()
    page.evaluate("window.refuse = true")
    act(page, "persist").click()
    expect(page.get_by_text(say("not-persisted"), exact=True)).to_be_visible()
    page.evaluate("window.refuse = false")
    act(page, "persist").click()
    expect(page.get_by_text(say("persisted"), exact=True)).to_be_visible()
    expect(act(page, "persist")).to_be_hidden()
    expect(page.get_by_text(say("used", used="0.01", most=5))).to_be_visible()


def test_other_tabs_are_seen(site: Site, visitor: Open) -> None:
    """What another tab writes, renames or deletes shows here at once, and the focus stays where it is."""
    page = everything(visitor(), site)
    other = page.context.new_page()
    visit(other, site.url + PLACE)
    page.bring_to_front()
    link = line(page, "Q1 <i>planning</i>").get_by_role("link")
    link.focus()
    other.locator(f"#tick--{TWO}").check()
    expect(line(page, "2026-10-21")).to_contain_text(say("ticks", count=2))
    expect(link).to_be_focused()
    other.locator("pb-check").get_by_role("button", name=say("delete"), exact=True).click()
    expect(page.locator("pb-kept section")).to_have_count(2)
    expect(link).to_be_focused()


def test_in_a_private_window(site: Site, visitor: Open, browser: Browser) -> None:
    """What is closed is gone, and inside it all works: the file is what stays."""
    context = browser.new_context()
    page = everything(context.new_page(), site)
    with page.expect_download() as download:
        act(page, "export-all").click()
    text = Path(download.value.path()).read_text("utf-8")
    context.close()
    other = empty(visitor(), site)
    bring(other, text)
    expect(other.locator("pb-kept section")).to_have_count(3)


def test_from_a_folder(offline: Site, visitor: Open) -> None:
    """The same from a folder on disk: list, open, export, bring in."""
    page = visitor()
    wrong = complaints(page)
    page.goto(f"{offline.url}kept.html")
    bring(page, file(RUN, SHEET, OLD))
    expect(page.locator("pb-kept section")).to_have_count(3)
    assert len(json.loads(export(page))["kept"]) == 3
    line(page, "2026-10-21").get_by_role("link").click()
    expect(page.locator(f"#tick--{ONE}")).to_be_checked()
    assert wrong == []


def test_without_scripts(site: Site, visitor: Open) -> None:
    """The page says that without JavaScript nothing was saved, and shows no button that does nothing."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url + "kept/")
    expect(page.get_by_text(BOOK.definition.say("kept-no-script"))).to_be_visible()
    expect(page.locator("pb-kept button")).to_have_count(0)


def test_by_keyboard_alone(site: Site, visitor: Open) -> None:
    """From entry to entry, deleted and back, and the question of a file: by keys, and one always sees where one is."""
    page = everything(visitor(), site)
    tab_to(page, "pb-kept section a")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(act(page, "undo")).to_be_focused()
    assert page.evaluate(FOCUS_SHOWS) == ""
    page.keyboard.press("Enter")
    expect(line(page, "2026-10-21").get_by_role("link")).to_be_focused()
    choose(page, file(record({"a": 1}, "another1")))
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(kept(page)) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Site, visitor: Open, scheme: str) -> None:
    """Empty, full, with something deleted and with a question open, on a phone, a tablet and a desk."""
    page = visitor(1440, color_scheme=scheme, reduced_motion="reduce")
    empty(page, site)
    assert violations(page) == []
    page.evaluate(f"localStorage.setItem('{PREFIX}{ID}.brokenit', '{{half')")
    bring(page, file(RUN, SHEET, OLD))
    line(page, "From last year").get_by_role("button", name=say("delete")).click()
    for width in (1440, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for control in page.locator("pb-kept :is(button, li a):visible").all():
            size = control.bounding_box()
            assert size and size["height"] >= 23.9 and size["width"] >= 24, (control.inner_text(), size)
    choose(page, file(record({"a": 1}, "another1"), None, RUN))
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_on_paper(site: Site, visitor: Open) -> None:
    """A list of what one has; what one clicks stays on the screen."""
    page = everything(visitor(), site)
    page.emulate_media(media="print")
    expect(line(page, "From last year")).to_be_visible()
    expect(page.locator("pb-kept :is(button, input):visible")).to_have_count(0)
