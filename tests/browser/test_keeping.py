"""What readers type is kept in their browser: whatever becomes of the browser's store, of another tab, of the page or of the clock."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open, Site, complaints

HERE = "traps/cascade-traps/"
TOOL = "some-form"
COPY = "abcd1234"
SENTENCE = "We said ‘no’ to the third driver."
# The data that a page with a form loads first. Here no page has one: it is the store alone that is asked.
START = """async () => {
    self.patternbookTools = self.patternbookTools || {book: 'patternbook', words: {}, tools: {}}
    await patternbook.load('assets/patternbook/store.js')
}"""
DENIED = """for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {
    get() { throw new DOMException('denied', 'SecurityError') }
})"""
# A tab that is frozen, or rests behind the back button, hears nothing of the others.
DEAF = "addEventListener('storage', (event) => { if (window.deaf) event.stopImmediatePropagation() }, true)"

# A browser that shows a tab what was in the store a moment ago.
STALE = """Storage.prototype.getItem = ((really) => function (name) {
    if (!window.stale || !name.includes('.kept.')) return really.call(this, name)
    if (window.stale === true) window.stale = new Map()
    if (!stale.has(name)) stale.set(name, really.call(this, name))
    return stale.get(name)
})(Storage.prototype.getItem)"""

# A browser without room, as other sites of the same host may leave it.
FILL = """for (let size = 1 << 20; size; size >>= 1) try {
    for (let n = 0;; n++) localStorage.setItem('junk' + size + '.' + n, 'x'.repeat(size))
} catch (_) {}"""
EMPTY = "Object.keys(localStorage).filter((key) => key.startsWith('junk')).forEach((key) => localStorage.removeItem(key))"


def record(**changes: Any) -> dict[str, Any]:
    """A record as it is kept, of one sentence."""
    fields = {"why": {"value": SENTENCE, "at": 1000}}
    return {"v": 1, "tool": TOOL, "copy": COPY, "name": {"value": "", "at": 0}, "made": 1000, "fields": fields} | changes


class Tab:
    """A tab in which a copy is open."""

    def __init__(self, page: Page, url: str, copy: str = COPY) -> None:
        self.page = page
        self.page.goto(url)
        self.run(START)
        self.open(copy)

    def run(self, script: str, argument: Any = None) -> Any:
        """The value of a script."""
        return self.page.evaluate(script, argument)

    def do(self, script: str) -> None:
        """Statements. An undo that the last one gives is not called, as Playwright calls every function that it is given."""
        self.page.evaluate(f"() => {{ {script} }}")

    def open(self, copy: str = COPY) -> None:
        self.run("([tool, copy]) => { window.copy = patternbook.store.open(tool, copy) }", [TOOL, copy])

    def reload(self) -> None:
        """As a reader does it, without waiting for anything to be stored."""
        self.page.reload()
        self.run(START)
        self.open()

    def set(self, field: str, value: Any, flush: bool = True) -> None:
        self.run("([field, value, flush]) => { copy.set(field, value); if (flush) copy.flush() }", [field, value, flush])

    def get(self, field: str) -> Any:
        return self.run("(field) => copy.get(field)", field)

    def both(self, field: str) -> list[Any]:
        """The value of a field, then what waits beside it."""
        return self.run("(field) => [copy.get(field), ...copy.others(field)]", field)

    def raw(self, ending: str = "") -> str | None:
        """The bytes under the record's key."""
        return self.run(
            "(end) => localStorage.getItem(patternbook.site.pathname + '.kept.patternbook.' + end)", f"{TOOL}.{COPY}{ending}"
        )

    def write(self, text: str, ending: str = "") -> None:
        """Bytes that somebody else wrote."""
        script = "([end, text]) => localStorage.setItem(patternbook.site.pathname + '.kept.patternbook.' + end, text)"
        self.run(script, [f"{TOOL}.{COPY}{ending}", text])

    def kept(self) -> dict[str, Any]:
        """Values by field, as the browser's store has them."""
        fields = json.loads(self.raw() or '{"fields": {}}')["fields"]
        return {field: one["value"] for field, one in fields.items() if "value" in one}

    def keeps(self, wanted: dict[str, Any]) -> None:
        """Waits until the browser's store, as this tab sees it, has these values."""
        end = time.monotonic() + 10
        while (found := self.kept()) != wanted:
            assert time.monotonic() < end, found
            self.page.wait_for_timeout(20)

    def state(self) -> list[Any]:
        return self.run("[copy.state, copy.stored, patternbook.store.state]")

    def rows(self) -> list[list[Any]]:
        return self.run("patternbook.store.list().map((row) => [row.tool, row.copy, row.name, row.state])")

    def away(self) -> None:
        """To another page, where the script goes on and only the content is swapped."""
        self.do("copy.close(); window.same = true")
        self.page.click(".md-tabs a[href*='models']")
        expect(self.page.locator("h1")).to_have_text("Models")
        assert self.run("window.same")

    def until(self, script: str, wanted: Any = True) -> None:
        """Waits for what comes from another tab."""
        end = time.monotonic() + 10
        while (found := self.run(script)) != wanted:
            assert time.monotonic() < end, f"{script} is {found!r}"
            self.page.wait_for_timeout(20)

    def heard(self, field: str, *values: Any) -> None:
        self.until(f"[copy.get('{field}'), ...copy.others('{field}')]", list(values))


def tab(page: Page, site: Site, **options: str) -> Tab:
    return Tab(page, site.url + HERE, **options)


def other(first: Tab, site: Site, before: str = "") -> Tab:
    """A second tab of the same reader, with the same copy."""
    page = first.page.context.new_page()
    if before:
        page.add_init_script(before)
    two = tab(page, site)
    two.until(f"localStorage.getItem('/book/.kept.patternbook.{TOOL}.{COPY}')", first.raw())
    return two


# --- one tab ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["site", "offline"])
def test_what_was_typed_is_there_after_a_reload(name: str, request: pytest.FixtureRequest, visitor: Open) -> None:
    """Who reloads in the middle of a sentence finds it again, every kind of value as it was, on a host and in a folder."""
    here = request.getfixturevalue(name)
    page = visitor()
    wrong = complaints(page)
    one = Tab(page, here.url + (HERE if name == "site" else "index.html"))
    values = {
        "why": SENTENCE,
        "rows": [{"name": "Ada", "sure": 4}, {}],
        "band": {"low": 0.5, "high": 9},
        "done": False,
        "empty": "",
    }
    for field, value in values.items():
        one.set(field, value, flush=False)
    one.do("copy.rename('Q1 planning')")
    one.reload()
    assert {field: one.get(field) for field in values} == values
    assert one.rows() == [[TOOL, COPY, "Q1 planning", ""]]
    one.set("why", None)
    one.reload()
    assert sorted(one.run("copy.fields()")) == sorted(values.keys() - {"why"})
    assert wrong == []


def test_it_is_stored_while_one_types_without_a_pause(site: Site, visitor: Open) -> None:
    """A browser that crashes takes a blink of an eye with it, not the paragraph that was typed in one go; and typing stays light."""
    one = tab(visitor(), site)
    one.run(
        """() => {
            const stringify = JSON.stringify
            window.calls = 0
            JSON.stringify = function (...all) { calls += 1; return stringify.apply(this, all) }
            for (let n = 0; n < 100; n++) copy.set('why', 'x'.repeat(n))
            window.atOnce = calls
            window.typing = setInterval(() => copy.set('why', (copy.get('why') || '') + 'y'), 20)
        }"""
    )
    assert one.run("atOnce") == 0
    one.until(f"(localStorage.getItem('/book/.kept.patternbook.{TOOL}.{COPY}') || '').includes('xyyy')")
    one.do("clearInterval(typing)")


def test_nothing_typed_nothing_stored(site: Site, visitor: Open) -> None:
    """Who only looks at a form leaves no trace, and their list of copies holds none that are empty."""
    one = tab(visitor(), site)
    one.set("why", None)
    one.do("copy.set('list', undefined)")
    assert one.raw() is None
    assert one.rows() == []
    assert one.state() == ["", True, ""]


def test_values_in_a_script_s_hands_are_not_ours(site: Site, visitor: Open) -> None:
    """A form that changes its own list of rows and hands it over again changes the copy: no row is lost for being the same object."""
    one = tab(visitor(), site)
    one.do(
        "window.rows = [{a: '1'}]; copy.set('rows', rows); copy.flush(); rows[0].a = '2'; copy.set('rows', rows); copy.get('rows')[0].a = '3'"
    )
    one.do("copy.flush()")
    assert one.kept() == {"rows": [{"a": "2"}]}


def test_a_full_store_loses_nothing(site: Site, visitor: Open) -> None:
    """Who fills in a form when the browser has no room left keeps all in the tab, is told so, and has it stored once there is room."""
    page = visitor()
    wrong = complaints(page)
    one = tab(page, site)
    one.set("why", SENTENCE)
    one.do(FILL)
    one.set("more", "One more " * 400)
    one.do("copy.rename('full')")
    assert one.state() == ["", False, "full"]
    assert one.rows() == [[TOOL, COPY, "full", ""]]
    assert one.kept() == {"why": SENTENCE}
    one.away()
    one.open()
    assert [one.get("why"), one.get("more")] == [SENTENCE, "One more " * 400]
    one.do("window.second = patternbook.store.open('other-form', 'other123'); second.set('why', 'x'.repeat(3000)); second.flush()")
    one.do(EMPTY)
    one.set("third", "3")
    assert one.state() == ["", True, ""]
    assert one.run("second.stored")
    assert one.kept() == {"why": SENTENCE, "more": "One more " * 400, "third": "3"}
    assert wrong == []


def test_room_that_another_tab_makes_is_used(site: Site, visitor: Open) -> None:
    """A reader who is told that nothing is stored deletes an old copy in another tab, and need not type again for it to be stored."""
    one = tab(visitor(), site)
    two = tab(one.page.context.new_page(), site, copy="old12345")
    two.set("long", "x" * 2_000_000)
    one.until("patternbook.store.list().length", 1)
    one.do(FILL)
    one.set("why", SENTENCE)
    assert one.state() == ["", False, "full"]
    two.do("window.undo = copy.remove()")
    one.until("[copy.stored, patternbook.store.state]", [True, ""])
    two.keeps({"why": SENTENCE})


def test_a_denied_store_loses_nothing_while_the_tab_is_open(site: Site, visitor: Open) -> None:
    """Who forbids sites to store is told so before they type, and all works until they leave: also on the way to another page and back."""
    page = visitor()
    page.add_init_script(DENIED)
    page.goto(site.url + HERE)
    wrong = complaints(page)
    page.evaluate(START)
    page.evaluate("([tool, copy]) => { window.copy = patternbook.store.open(tool, copy) }", [TOOL, COPY])
    assert page.evaluate("patternbook.store.state") == "denied"
    page.evaluate(
        "(text) => { copy.set('why', text); copy.rename('mine'); copy.flush(); patternbook.store.last(copy.tool, copy.copy) }",
        SENTENCE,
    )
    assert page.evaluate("[copy.stored, copy.get('why'), patternbook.store.last(copy.tool)]") == [False, SENTENCE, COPY]
    page.evaluate("copy.close(); window.same = true")
    page.click(".md-tabs a[href*='models']")
    expect(page.locator("h1")).to_have_text("Models")
    assert page.evaluate("window.same")
    page.evaluate("([tool, copy]) => { window.again = patternbook.store.open(tool, copy) }", [TOOL, COPY])
    assert page.evaluate("[again.get('why'), again.name]") == [SENTENCE, "mine"]
    assert page.evaluate("patternbook.store.list().map((row) => row.name)") == ["mine"]
    assert page.evaluate("() => { window.undo = again.remove(); return patternbook.store.list().length }") == 0
    page.evaluate("() => { undo(); window.third = patternbook.store.open(again.tool, again.copy) }")
    assert page.evaluate("third.get('why')") == SENTENCE
    assert wrong == []


UNREADABLE = {
    "half a record": json.dumps(record())[:-20],
    "a list": json.dumps([SENTENCE]),
    "a number": "42",
    "nothing": "null",
    "no fields": json.dumps({"v": 1, "tool": TOOL, "note": SENTENCE}),
    "fields in a list": json.dumps(record(fields=[{"value": SENTENCE, "at": 1}])),
    "an entry without a time": json.dumps(record(fields={"why": {"value": SENTENCE}})),
    "a time without end": json.dumps(record(fields={"why": {"value": SENTENCE, "at": 1e300}})),
    "older than the first": json.dumps(record(v=0)),
    "a prototype": '{"__proto__": {"v": 1, "made": 1, "name": {"value": "", "at": 0}, "fields": {}}}',
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_set_aside(text: str, site: Site, visitor: Open) -> None:
    """A record that something broke is kept as it is, offered for download, and never written over: somebody may still mend it."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + HERE)
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"/book/.kept.patternbook.{TOOL}.{COPY}", text])
    one = tab(page, site)
    assert one.state()[0] == "bad"
    assert one.run("copy.raw") == text
    assert [one.raw(), one.raw(".bad")] == [None, text]
    assert one.run("copy.fields()") == []
    one.set("why", "New.")
    assert [one.kept(), one.raw(".bad")] == [{"why": "New."}, text]
    assert one.rows() == [[TOOL, COPY, "", ""], [TOOL, f"{COPY}.bad", "", "bad"]]
    one.write("broken again")
    one.do("dispatchEvent(new Event('pageshow'))")
    assert one.get("why") == "New."
    one.until("copy.stored")
    assert [one.kept(), one.raw(".bad"), one.raw(".bad2")] == [{"why": "New."}, text, "broken again"]
    aside = one.run(
        "([tool, copy]) => { window.aside = patternbook.store.open(tool, copy); aside.set('why', 'x'); aside.flush(); return [aside.state, aside.raw, aside.stored] }",
        [TOOL, f"{COPY}.bad"],
    )
    assert aside == ["bad", text, False]
    assert one.raw(".bad") == text
    assert wrong == []


def test_what_cannot_be_read_stays_where_there_is_no_room_to_set_it_aside(site: Site, visitor: Open) -> None:
    """In a full store a broken record is not given up for a new one: the new one waits in the tab."""
    page = visitor()
    page.goto(site.url + HERE)
    text = "[" + "1," * 50_000
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"/book/.kept.patternbook.{TOOL}.{COPY}", text])
    page.evaluate(FILL)
    one = tab(page, site)
    one.set("why", SENTENCE)
    assert one.state() == ["bad", False, "full"]
    assert [one.raw(), one.get("why")] == [text, SENTENCE]
    one.do(EMPTY)
    one.set("more", "More.")
    assert [one.raw(".bad"), one.kept()] == [text, {"why": SENTENCE, "more": "More."}]


def test_a_record_of_a_later_version_is_only_read(site: Site, visitor: Open) -> None:
    """Who comes to an older copy of the site loses nothing that the newer one kept: it is offered for download and not touched."""
    text = json.dumps(record(v=2, fields={"why": {"rich": [SENTENCE]}}))
    one = tab(visitor(), site, copy="zzzz9999")
    one.write(text)
    one.open()
    assert one.state() == ["newer", True, ""]
    assert one.run("copy.raw") == text
    one.set("why", "typed all the same")
    assert one.state() == ["newer", False, ""]
    assert [one.raw(), one.get("why")] == [text, "typed all the same"]
    assert one.rows() == [[TOOL, COPY, "", "newer"]]


def test_a_later_version_that_arrives_meanwhile_is_left_alone(site: Site, visitor: Open) -> None:
    """A tab of yesterday does not write over what a tab with today's site has made of the same copy, and keeps its own words on the screen."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    two = other(one, site)
    text = json.dumps(record(v=2))
    two.write(text)
    one.until("copy.state", "newer")
    one.set("why", "Typed after.")
    assert [one.raw(), one.get("why"), one.state()[1]] == [text, "Typed after.", False]


def test_a_deleted_copy_comes_back_byte_for_byte(site: Site, visitor: Open) -> None:
    """A copy deleted by a slip of the hand is back with one click, with its name, and also when nothing of it had been stored yet."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    one.do("copy.rename('Q1'); copy.flush(); patternbook.store.last(copy.tool, copy.copy)")
    before = one.raw()
    one.do("window.undo = copy.remove()")
    assert [one.raw(), one.rows(), one.run("patternbook.store.last(copy.tool)")] == [None, [], ""]
    one.do("copy.flush(); copy.close(); dispatchEvent(new Event('pagehide'))")
    assert one.raw() is None
    one.do("undo()")
    assert one.raw() == before
    one.open()
    assert one.get("why") == SENTENCE
    one.set("more", "not stored yet", flush=False)
    one.do("window.undo = copy.remove(); undo()")
    assert one.kept() == {"why": SENTENCE, "more": "not stored yet"}


def test_replaced_answers_come_back(site: Site, visitor: Open) -> None:
    """Who loads the sample over their own answers takes it back; what they typed in between stays beside."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    one.set("who", "Ada")
    one.do("window.told = []; copy.watch((ids) => told.push(...ids))")
    one.do("window.undo = copy.replace(new Map([['why', 'A sample.'], ['new', 1]])); copy.flush()")
    assert one.kept() == {"why": "A sample.", "new": 1}
    assert sorted(one.run("told")) == ["new", "who", "why"]
    one.set("new", 2)
    one.do("undo(); copy.flush()")
    assert one.kept() == {"why": SENTENCE, "who": "Ada"}
    assert one.both("new") == [None, 2]


def test_a_field_with_a_new_name_takes_its_answer_along(site: Site, visitor: Open) -> None:
    """Who comes back after the form's author gave a field another name finds the answer in it; an answer that is there already stays."""
    one = tab(visitor(), site)
    one.set("old", SENTENCE)
    one.set("older", "elsewhere")
    one.do("copy.move('old', 'new'); copy.move('older', 'new'); copy.move('none', 'other'); copy.flush()")
    assert one.kept() == {"new": SENTENCE, "older": "elsewhere"}


# --- two tabs --------------------------------------------------------------------------------------------------------------


def test_two_tabs_fill_in_different_fields(site: Site, visitor: Open) -> None:
    """Who has a form open twice and goes on in the wrong tab loses nothing: each tab shows what the other wrote."""
    one = tab(visitor(), site)
    two = other(one, site)
    two.do("window.told = []; copy.watch((ids) => told.push(...ids))")
    one.set("why", SENTENCE, flush=False)
    two.set("who", "Ada", flush=False)
    one.heard("who", "Ada")
    two.heard("why", SENTENCE)
    assert two.run("told") == ["why"]
    one.until("copy.stored")
    two.until("copy.stored")
    one.keeps({"why": SENTENCE, "who": "Ada"})


def test_two_tabs_fill_in_the_same_field(site: Site, visitor: Open) -> None:
    """Two texts for one field are both shown, in both tabs, until the reader chooses: neither tab wins by being later."""
    one = tab(visitor(), site)
    one.set("why", "first")
    two = other(one, site)
    two.set("why", "theirs", flush=False)
    one.set("why", "ours")
    two.until("copy.others('why').length", 1)
    one.until("copy.others('why').length", 1)
    assert sorted(one.both("why")) == sorted(two.both("why")) == ["ours", "theirs"]
    assert one.both("why")[0] == two.both("why")[0]
    one.reload()
    assert sorted(one.both("why")) == ["ours", "theirs"]
    one.set("why", "ours and")
    assert "theirs" in one.both("why")
    one.do("copy.settle('why', 'ours and theirs'); copy.flush()")
    two.heard("why", "ours and theirs")
    assert one.both("why") == ["ours and theirs"]


def test_the_same_text_twice_is_no_conflict(site: Site, visitor: Open) -> None:
    """Nobody is asked to choose between two equal answers, or between an answer and none."""
    one = tab(visitor(), site)
    one.set("band", {"low": 1, "high": 2})
    one.set("gone", "x")
    two = other(one, site)
    for each, band in ((one, {"low": 3, "high": 4}), (two, {"high": 4, "low": 3})):
        each.set("band", band, flush=False)
    one.set("gone", None, flush=False)
    two.set("gone", "y", flush=False)
    one.do("copy.flush()")
    two.do("copy.flush()")
    one.heard("gone", "y")
    two.heard("gone", "y")
    assert one.both("band") == two.both("band") == [{"low": 3, "high": 4}]


def test_one_tab_deletes_what_the_other_has_open(site: Site, visitor: Open) -> None:
    """A copy deleted in one tab stays on the screen of the other; goes for good if nothing is typed there; comes whole if something is."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    two = other(one, site)
    one.do("window.undo = copy.remove()")
    two.until("copy.stored", False)
    assert two.get("why") == SENTENCE
    two.do("copy.flush(); dispatchEvent(new Event('pagehide'))")
    assert [two.raw(), two.rows()] == [None, []]
    two.set("who", "Ada")
    two.keeps({"why": SENTENCE, "who": "Ada"})
    two.set("why", "Again.")
    one.do("undo()")
    for each in (one, two):
        each.keeps({"why": "Again.", "who": "Ada"})


def test_one_tab_deletes_what_the_other_is_typing_in(site: Site, visitor: Open) -> None:
    """A sentence that is being typed while another tab deletes the copy is stored, and so is all that stood around it."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    two = other(one, site)
    two.do("copy.set('who', 'Ada')")
    one.do("copy.remove()")
    two.until("copy.stored")
    two.keeps({"why": SENTENCE, "who": "Ada"})


def test_a_tab_that_slept_asks_what_happened(site: Site, visitor: Open) -> None:
    """A tab that was frozen, or comes back by the back button, shows what was typed elsewhere before anybody types on in it."""
    one = tab(visitor(), site)
    one.set("why", "first")
    two = other(one, site, before=DEAF)
    two.do("window.deaf = true")
    one.set("why", SENTENCE)
    for event in ("window.dispatchEvent(new Event('pageshow'))", "document.dispatchEvent(new Event('visibilitychange'))"):
        one.do("copy.set('n', (copy.get('n') || 0) + 1); copy.flush()")
        two.until(f"localStorage.getItem('/book/.kept.patternbook.{TOOL}.{COPY}')", one.raw())
        two.run(event)
        assert [two.get("why"), two.get("n")] == [SENTENCE, one.get("n")]


def test_a_tab_that_slept_and_writes_loses_nothing(site: Site, visitor: Open) -> None:
    """A tab that knows only yesterday's answers adds its own to today's, and shows both where they meet; an emptied field does not return."""
    one = tab(visitor(), site)
    for field in ("why", "who", "gone"):
        one.set(field, "first")
    two = other(one, site, before=DEAF)
    two.do("window.deaf = true")
    one.set("why", "today")
    one.set("who", "Ada")
    one.set("gone", None)
    two.until(f"localStorage.getItem('/book/.kept.patternbook.{TOOL}.{COPY}')", one.raw())
    two.set("why", "yesterday")
    assert two.both("why") == ["yesterday", "today"]
    assert [two.get("who"), two.get("gone")] == ["Ada", None]
    one.heard("why", "yesterday", "today")
    one.keeps({"why": "yesterday", "who": "Ada"})


def test_a_write_over_ours_is_put_right(site: Site, visitor: Open) -> None:
    """Two tabs that store in the same instant, each unaware of the other, end with both their answers, though one replaced the other's."""
    one = tab(visitor(), site)
    one.set("both", "first")
    before = json.loads(one.raw() or "")
    one.set("why", SENTENCE)
    one.set("both", "ours")
    two = other(one, site)
    stale = before["fields"] | {
        "both": {
            **before["fields"]["both"],
            "value": "theirs",
            "at": before["fields"]["both"]["at"] + 1,
            "was": before["fields"]["both"]["at"],
            "by": "them",
        }
    }
    two.write(json.dumps(before | {"fields": stale | {"who": {"value": "Ada", "at": 5, "was": 0, "by": "them"}}}))
    one.heard("both", "ours", "theirs")
    one.until("copy.stored")
    one.keeps({"both": "ours", "why": SENTENCE, "who": "Ada"})
    two.heard("both", "ours", "theirs")


def test_a_write_that_is_gone_again_is_heard(site: Site, visitor: Open) -> None:
    """What another tab stored, and this one replaced before it could know, is told by the browser all the same, and stored again."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    lost = json.dumps(record(fields={"who": {"value": "Ada", "at": 1000, "was": 0, "by": "them"}}))
    one.run(
        "([key, newValue]) => { dispatchEvent(new StorageEvent('storage', {key, newValue})) }",
        [f"/book/.kept.patternbook.{TOOL}.{COPY}", lost],
    )
    assert one.get("who") == "Ada"
    one.until("copy.stored")
    one.keeps({"why": SENTENCE, "who": "Ada"})


def test_writes_that_crossed_are_both_kept(site: Site, visitor: Open) -> None:
    """A browser shows a tab the store as it was a moment ago: two texts that were stored in that moment are both there after it."""
    one = tab(visitor(), site)
    one.page.context.add_init_script(DEAF)
    one.page.context.add_init_script(STALE)
    one.set("why", "first")
    one.reload()
    two = other(one, site)
    for each in (one, two):
        each.do("window.deaf = true")
    two.do("window.stale = true; localStorage.getItem(copy.key)")
    one.set("why", "ours")
    two.set("why", "theirs")
    two.set("why", "theirs, and on")
    one.keeps({"why": "theirs, and on"})
    for each in (one, two):
        each.do("window.deaf = window.stale = false; dispatchEvent(new Event('pageshow'))")
    for each in (one, two):
        each.until("copy.others('why').length", 1)
        each.until("copy.stored")
        assert sorted(each.both("why")) == ["ours", "theirs, and on"]


def test_what_nobody_could_know_is_not_outdone(site: Site, visitor: Open) -> None:
    """A word that waits to be stored stays, also when two other tabs have answered each other in that field meanwhile."""
    one = tab(visitor(), site)
    one.set("why", "ours", flush=False)
    later = int(time.time() * 1000) + 100_000
    one.write(json.dumps(record(fields={"why": {"value": "theirs", "at": later, "was": later - 1, "by": "them"}})))
    one.do("copy.flush()")
    assert one.both("why") == ["ours", "theirs"]


@pytest.mark.parametrize("clock", ["1", "2e12 - performance.now()"], ids=["stands", "goes back"])
def test_the_clock_does_not_decide(clock: str, site: Site, visitor: Open) -> None:
    """What is typed last is what is kept, also in the same millisecond, and when the computer sets its clock back."""
    page = visitor()
    page.add_init_script(f"Date.now = () => Math.floor({clock})")
    one = tab(page, site)
    two = other(one, site, before=f"Date.now = () => Math.floor({clock}) - 1")
    for number in range(6):
        first, second = (one, two) if number % 2 else (two, one)
        first.set("why", f"{SENTENCE} {number}")
        second.heard("why", f"{SENTENCE} {number}")
    one.set("why", "ours", flush=False)
    two.set("why", "theirs", flush=False)
    one.until("copy.others('why').length", 1)
    two.until("copy.others('why').length", 1)
    assert sorted(one.both("why")) == sorted(two.both("why")) == ["ours", "theirs"]


@pytest.mark.parametrize("later", [5, -5])
def test_two_tabs_that_both_kept_both_agree(later: int, site: Site, visitor: Open) -> None:
    """Two tabs that found the same conflict in the same instant come to show it alike, instead of writing over each other for ever."""
    one = tab(visitor(), site)
    one.set("why", "ours", flush=False)
    one.write(json.dumps(record(fields={"why": {"value": "theirs", "at": 1000, "was": 0, "by": "them"}})))
    one.do("copy.flush()")
    at = json.loads(one.raw() or "")["fields"]["why"]["at"] + later
    one.write(json.dumps(record(fields={"why": {"value": "theirs", "others": ["ours"], "at": at, "was": 0, "by": "them"}})))
    one.do("dispatchEvent(new Event('pageshow'))")
    one.until("copy.stored")
    assert one.both("why") == (["theirs", "ours"] if later > 0 else ["ours", "theirs"])
    one.keeps({"why": one.get("why")})


@pytest.mark.parametrize(
    "locks",
    ["undefined", "{request: () => new Promise(() => {})}", "{request: () => Promise.reject(new Error())}"],
    ids=["none", "never", "refused"],
)
def test_without_locks_all_is_stored(locks: str, site: Site, visitor: Open) -> None:
    """On an intranet's plain http, and while a frozen tab holds the lock, what is typed is stored all the same."""
    page = visitor()
    page.add_init_script(f"Object.defineProperty(navigator, 'locks', {{value: {locks}}})")
    wrong = complaints(page)
    one = tab(page, site)
    one.set("why", SENTENCE, flush=False)
    one.until("copy.stored")
    assert one.kept() == {"why": SENTENCE}
    one.set("more", "On the way out.", flush=False)
    one.reload()
    assert [one.get("why"), one.get("more")] == [SENTENCE, "On the way out."]
    assert wrong == []


def test_cleared_by_the_reader_written_anew_by_the_tab(site: Site, visitor: Open) -> None:
    """Who clears the browser's data with a form still open, and goes on typing, keeps the whole form and not only the last field."""
    one = tab(visitor(), site)
    two = other(one, site)
    one.set("why", SENTENCE)
    two.heard("why", SENTENCE)
    one.do("localStorage.clear()")
    two.until("copy.stored", False)
    one.away()
    one.open()
    assert one.get("why") == SENTENCE
    one.set("who", "Ada")
    one.keeps({"why": SENTENCE, "who": "Ada"})
    two.heard("who", "Ada")
    two.until("copy.stored")


def test_a_name_given_in_one_tab_is_shown_in_the_other(site: Site, visitor: Open) -> None:
    """The list of copies is the same in every tab, the newest first."""
    one = tab(visitor(), site)
    two = other(one, site)
    two.do("window.told = 0; patternbook.store.watch(() => { told += 1 })")
    one.do("copy.rename('Q1')")
    one.do("[...'ab'].forEach((id) => { var made = patternbook.store.open('other-form', id); made.set('x', 1); made.flush() })")
    two.until("patternbook.store.list().map((row) => row.copy).sort()", ["a", COPY, "b"])
    one.do("copy.flush(); copy.set('why', 'now'); copy.flush()")
    two.until("patternbook.store.list()[0].name", "Q1")
    assert two.run("copy.name") == "Q1"
    assert two.run("told") > 0


def test_a_faulty_watcher_stops_nothing(site: Site, visitor: Open) -> None:
    """A fault in what shows the answers never becomes a fault in what keeps them."""
    page = visitor()
    one = tab(page, site)
    two = other(one, site)
    two.do(
        "window.told = []; patternbook.store.watch(() => { throw new Error() }); copy.watch(() => { throw new Error() }); copy.watch((ids) => told.push(...ids))"
    )
    one.set("why", SENTENCE)
    two.until("told", ["why"])
    two.set("who", "Ada")
    two.keeps({"why": SENTENCE, "who": "Ada"})


# --- whose it is ---------------------------------------------------------------------------------------------------------------


def test_a_private_window_forgets_when_it_is_closed(site: Site, visitor: Open) -> None:
    """On somebody else's computer a private window keeps all as long as it is open, and nothing after."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    one.reload()
    assert one.get("why") == SENTENCE
    one.page.context.close()
    assert tab(visitor(), site).run(
        "[copy.fields(), patternbook.store.list(), Object.keys(localStorage).filter((key) => key.includes(copy.tool))]"
    ) == [[], [], []]


def test_answers_belong_to_a_site_and_a_book(site: Site, visitor: Open) -> None:
    """On a host that many share, and in a folder, another playbook neither shows nor changes the answers given in this one."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    assert one.run("Object.keys(localStorage).filter((key) => key.includes(copy.tool))") == [
        f"/book/.kept.patternbook.{TOOL}.{COPY}"
    ]
    keys = ["/.kept.patternbook", "/book/sub/.kept.patternbook", "/book/.kept.other-book", "/book/.kept.patternbook-de"]
    for key in keys:
        one.run("([key, text]) => localStorage.setItem(key, text)", [f"{key}.{TOOL}.{COPY}", json.dumps(record())])
    assert one.rows() == [[TOOL, COPY, "", ""]]
    one.do("self.patternbookTools = {...patternbookTools, book: 'third'}")
    one.open()
    assert one.run("[copy.fields(), patternbook.store.list()]") == [[], []]
    one.do("copy.set('why', 'of the third'); copy.flush()")
    assert one.kept() == {"why": SENTENCE}


def test_foreign_names_reach_no_prototype(site: Site, visitor: Open) -> None:
    """A record made by somebody else's script on the same host changes nothing but its own fields, and none of them is lost."""
    page = visitor()
    page.goto(site.url + HERE)
    names = ["__proto__", "constructor", "toString", "hasOwnProperty"]
    fields = ", ".join(
        f'"{name}": {{"value": {{"polluted": "yes"}}, "at": 1000, "__proto__": {{"others": ["x"]}}}}' for name in names
    )
    text = json.dumps(record(fields={})).replace('"fields": {}', f'"fields": {{{fields}}}')
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"/book/.kept.patternbook.{TOOL}.{COPY}", text])
    one = tab(page, site)
    assert one.run("copy.fields()") == names
    one.do(
        "copy.set('__proto__', {...copy.get('__proto__'), more: 1}); copy.set('why', 'x'); copy.move('constructor', 'valueOf'); copy.flush()"
    )
    assert one.run("[({}).polluted, ({}).others, copy.polluted, copy.others('toString'), typeof ({}).valueOf]") == [
        None,
        None,
        None,
        [],
        "function",
    ]
    assert json.loads(one.raw() or "")["fields"]["__proto__"]["value"] == {"polluted": "yes", "more": 1}
    one.reload()
    assert sorted(one.run("copy.fields()")) == sorted(["__proto__", "toString", "hasOwnProperty", "why", "valueOf"])


def test_the_copy_opened_last_is_opened_again(site: Site, visitor: Open) -> None:
    """A tab comes back to its own copy, a new tab to the one opened last, and neither to one that was deleted."""
    one = tab(visitor(), site)
    one.set("why", SENTENCE)
    assert one.run("patternbook.store.last('some-form')") == ""
    one.do("patternbook.store.last('some-form', copy.copy)")
    two = tab(one.page.context.new_page(), site, copy="other123")
    assert two.run("patternbook.store.last('some-form')") == COPY
    two.do("patternbook.store.last('some-form', copy.copy)")
    one.reload()
    assert [one.run("patternbook.store.last('some-form')"), one.run("patternbook.store.last('another')")] == [COPY, ""]
    third = tab(one.page.context.new_page(), site)
    assert third.run("patternbook.store.last('some-form')") == ""
    one.do("copy.remove()")
    assert one.run("patternbook.store.last('some-form')") == ""
