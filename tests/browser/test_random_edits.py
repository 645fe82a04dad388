"""Thousands of random edits in two tabs: nothing that was typed is lost, whatever happens between, and both tabs end with the same."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open, Site, complaints
from .test_keeping import COPY, DEAF, HERE, STALE, START, TOOL

OPERATIONS = 2000
View = list[Any]  # the value of a field as a tab shows it, then what waits beside it
# What one tab does, in one go; each operation gives what the tab showed just before it.
ACT = """(operations) => operations.map(([what, id, value]) => {
    const seen = (id) => [copy.get(id) ?? null, ...copy.others(id)]
    const before = [seen(id), seen(String(value))]
    if (what === 'set') copy.set(id, value)
    if (what === 'empty') copy.set(id, undefined)
    if (what === 'settle') copy.settle(id, value)
    if (what === 'move') copy.move(id, value)
    if (what === 'name') copy.rename(value)
    if (what === 'again') copy.replace(new Map([[id, 'a sample']]))()
    if (what === 'flush') copy.flush()
    return before
})"""
SHOWN = "Object.fromEntries(copy.fields().concat(window.all).map((id) => [id, [copy.get(id) ?? null, ...copy.others(id)]]))"
# A store without room, for one tab: what is typed waits in it.
FULL = """Storage.prototype.setItem = ((really) => function (...all) {
    if (window.full) throw new DOMException('no room', 'QuotaExceededError')
    return really.apply(this, all)
})(Storage.prototype.setItem)"""


@dataclass
class Answer:
    """What must be there of one field: every value that nobody who saw it wrote over, emptied or settled."""

    live: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    contested: bool = False  # two tabs wrote without having seen each other: more than the live values may be shown

    def look(self, view: Iterable[str | None]) -> set[str]:
        seen = {value for value in view if value is not None}
        self.contested = self.contested or seen != self.live
        return seen

    def set(self, view: View, value: str | None) -> None:
        self.look(view)
        self.live.discard(view[0])
        if value is not None:
            self.live.add(value)
            self.typed.add(value)

    def settle(self, view: View, value: str, calm: bool) -> None:
        self.live -= self.look(view)
        self.live.add(value)
        self.typed.add(value)
        self.contested = self.contested and not (calm and self.live == {value})

    def agrees(self, view: View) -> bool:
        shown = {value for value in view if value is not None}
        return self.live <= shown <= self.typed and (self.contested or shown == self.live)


class Hands(Protocol):
    """How edits are made and seen. The store's own are below; a page's form can be given hands of its own in `HANDS`."""

    def __init__(self, page: Page, site: Site) -> None: ...
    def act(self, operations: list[list[Any]]) -> list[list[View]]: ...
    def shown(self, fields: list[str]) -> dict[str, View]: ...
    def come(self) -> None: ...
    def away(self) -> None: ...


class StoreHands:
    """Edits by calls of the store."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        page.add_init_script(DEAF)
        page.add_init_script(FULL)
        page.add_init_script(STALE)
        page.goto(site.url + HERE)
        self.come()

    def act(self, operations: list[list[Any]]) -> list[list[View]]:
        return self.page.evaluate(ACT, operations)

    def shown(self, fields: list[str]) -> dict[str, View]:
        return self.page.evaluate("(all) => { window.all = all; return " + SHOWN + " }", fields)

    def come(self) -> None:
        """The page is there: anew, or again."""
        self.page.evaluate(START)
        self.page.evaluate("([tool, copy]) => { window.copy = patternbook.store.open(tool, copy) }", [TOOL, COPY])

    def away(self) -> None:
        """To another page and back, while the script goes on."""
        self.page.evaluate("copy.close()")
        self.page.click(".md-tabs a[href*='models']")
        expect(self.page.locator("h1")).to_have_text("Models")
        self.page.go_back()
        expect(self.page.locator("h1")).to_have_text("Cascade Traps")
        self.come()


HANDS: dict[str, type[Hands]] = {"store": StoreHands}


class Play:
    """Two tabs of one reader, and the model of what they must hold."""

    def __init__(self, seed: int, hands: type[Hands], page: Page, site: Site) -> None:
        self.random = random.Random(seed)
        self.tabs = [hands(page, site), hands(page.context.new_page(), site)]
        self.pages = [page, page.context.pages[1]]
        self.fields = [f"field-{number}" for number in range(8)]
        self.answers: dict[str, Answer] = {name: Answer() for name in self.fields}
        self.names = {""}
        self.count = 0
        self.calm = True
        self.renamed: list[tuple[str, str]] = []
        self.story: list[tuple[Any, ...]] = []  # all that was done, for whoever has to understand a failure

    # --- one batch of edits in one tab

    def operation(self) -> list[Any]:
        self.count += 1
        what = self.random.choices(["set", "empty", "settle", "name", "flush"], [60, 8, 14, 4, 6])[0]
        value = None if what == "empty" else f"{what} {self.count} " + "ä" * self.random.choice([0, 1, 40])
        return [what, self.random.choice(self.fields), value]

    def edit(self, tab: int, operations: list[list[Any]]) -> None:
        for (what, name, value), (view, others) in zip(operations, self.tabs[tab].act(operations), strict=True):
            self.story.append((tab, what, name, value, view))
            if what in {"set", "empty"}:
                self.answers[name].set(view, value)
            elif what == "settle":
                self.answers[name].settle(view, value, self.calm)
            elif what == "name":
                self.names.add(value)
            elif what == "move" and not [one for one in others if one is not None]:
                self.moved(self.answers[name], self.answers[value], view)
            self.calm = False

    def moved(self, old: Answer, new: Answer, view: View) -> None:
        seen = old.look(view)
        if not seen:
            return
        new.contested = new.contested or old.contested or bool(new.live)
        new.live |= seen & old.live
        new.typed |= old.typed
        old.live -= seen

    # --- what happens between

    def reload(self, tab: int) -> None:
        self.pages[tab].reload()
        self.tabs[tab].come()
        self.edit(tab, [["move", old, new] for old, new in self.renamed])

    def away(self, tab: int) -> None:
        self.tabs[tab].away()

    def author(self, tab: int) -> None:
        """The form's author gives a field another name, or takes it out; this tab gets the new form, the other goes on with the old one."""
        old = self.random.choice(self.fields)
        new = f"field-{len(self.answers)}"
        self.fields.remove(old)
        self.fields.append(new)
        self.answers[new] = Answer()
        if self.random.random() < 0.7:
            self.renamed.append((old, new))
        self.reload(tab)
        self.edit(1 - tab, [["set", old, f"late {self.count}"]])

    def deaf(self, tab: int) -> None:
        """A tab is frozen while the other goes on."""
        self.pages[tab].evaluate("window.deaf = true")
        self.edit(1 - tab, [self.operation() for _ in range(4)] + [["flush", "", ""]])
        if self.random.random() < 0.5:
            self.edit(tab, [self.operation() for _ in range(2)])
        self.pages[tab].evaluate("window.deaf = false; dispatchEvent(new Event('pageshow')); 0")

    def stale(self, tab: int) -> None:
        """A tab reads what was in the store a moment ago, and writes over what came since."""
        self.pages[tab].evaluate("window.stale = true; localStorage.getItem(copy.key)")
        for each in (1 - tab, tab, 1 - tab, tab):
            self.edit(each, [self.operation() for _ in range(3)] + [["flush", "", ""]])
        self.pages[tab].evaluate("window.stale = false")

    def full(self, tab: int) -> None:
        """For a while there is no room for what one tab writes."""
        self.pages[tab].evaluate("window.full = true")
        for each in (tab, 1 - tab, tab):
            self.edit(each, [self.operation() for _ in range(3)] + [["flush", "", ""]])
        self.away(tab)
        self.pages[tab].evaluate("window.full = false")
        self.edit(tab, [["set", self.fields[0], f"room {self.count}"]])

    def again(self, tab: int) -> None:
        """The sample takes the place of all answers, and gives it back. What was put back counts as written now: so not in between."""
        self.agree()
        self.edit(tab, [["again", self.fields[0], ""]])
        self.agree()

    def removed(self, tab: int) -> None:
        """A copy is deleted, the other tab goes on, and the deletion is undone."""
        self.pages[tab].evaluate("() => { window.undo = copy.remove() }")
        self.edit(1 - tab, [self.operation() for _ in range(2)])
        self.pages[tab].evaluate("() => undo()")

    # --- what must be so

    def kept(self) -> dict[str, View]:
        text = self.pages[0].evaluate("(end) => localStorage.getItem('/book/.kept.patternbook.' + end)", f"{TOOL}.{COPY}")
        fields = json.loads(text or '{"fields": {}}')["fields"]
        found: dict[str, View] = {name: [one.get("value"), *one.get("others", [])] for name, one in fields.items()}
        return {name: found.get(name, [None]) for name in {*self.answers, *found}}

    def differences(self) -> list[str]:
        states = [self.tabs[0].shown(list(self.answers)), self.tabs[1].shown(list(self.answers)), self.kept()]
        shapes = [{name: [view[0], sorted(view[1:])] for name, view in state.items()} for state in states]
        wrong = [name for name, answer in self.answers.items() if not all(answer.agrees(state[name]) for state in states)]
        wrong += [name for name in self.answers if any(shape[name] != shapes[0][name] for shape in shapes)]
        return [f"{name}: {[state[name] for state in states]} {self.answers[name]}\n{self.told(name)}" for name in wrong]

    def told(self, name: str) -> str:
        """The last of what was done to a field."""
        steps = [step for step in self.story if step[2] in {name, ""} or step[3] == name]
        return "\n".join(str(step) for step in steps[-12:])

    def quiet(self) -> bool:
        states = [page.evaluate("copy.flush(); [copy.stored, copy.name, patternbook.store.state]") for page in self.pages]
        return states[0] == states[1] and states[0][0] and states[0][1] in self.names

    def agree(self) -> None:
        """All is stored, and both tabs, the store and the model say the same."""
        end = time.monotonic() + 15
        while not self.quiet() or (wrong := self.differences()):
            assert time.monotonic() < end, "\n".join(wrong)
            self.pages[0].wait_for_timeout(20)
        self.calm = True
        self.story.append(("both", "agree", "", "", []))


@pytest.mark.parametrize("hands", HANDS.values(), ids=HANDS.keys())
def test_random_edits_lose_nothing(seed: int, hands: type[Hands], site: Site, visitor: Open) -> None:
    """Whatever a reader does in two tabs – types, empties, chooses, renames, reloads, leaves, deletes and regrets, goes on in a tab that
    slept or has no room, or with a form whose author changed it – every sentence is there at the end unless they wrote over it themselves."""
    page = visitor()
    wrong = complaints(page)
    play = Play(seed, hands, page, site)
    between = [play.reload, play.away, play.author, play.deaf, play.stale, play.full, play.again, play.removed]
    while play.count < OPERATIONS:
        tab = play.random.randrange(2)
        play.edit(tab, [play.operation() for _ in range(play.random.randint(1, 12))])
        if play.random.random() < 0.2:
            event = play.random.choice(between)
            play.story.append((tab, event.__name__, "", "", []))
            event(tab)
        if play.random.random() < 0.2:
            play.agree()
            play.edit(tab, [["settle", play.random.choice(play.fields), f"calm {play.count}"]])
    play.agree()
    assert any(answer.contested for answer in play.answers.values())
    for number, name in enumerate(play.answers):
        play.edit(number % 2, [["settle", name, f"at the end {name}"]])
        play.agree()
    assert not any(answer.contested for answer in play.answers.values())
    assert wrong == []
