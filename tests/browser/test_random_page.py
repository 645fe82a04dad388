"""Two thousand random edits of a form in its page, in two tabs, with reloads and a new edition of the form in the middle."""

from __future__ import annotations

import json
import random
import re
import time
from typing import Any

from playwright.sync_api import Page, Route, expect

from .conftest import BOOK, Open, Site, address, complaints

FORM = "drivers-constraints-floats-form"
OPERATIONS = 2000
LISTS = ("drivers", "floats")
CHOICES = ("", "go", "reshape", "stop")
# What a person does with a control, for each of a number of fields.
ACT = """(edits) => edits.forEach(([field, value]) => {
    const write = (control, text) => {
        control.focus()
        control.value = text
        control.dispatchEvent(new InputEvent('input', {bubbles: true}))
    }
    const controls = [...document.querySelectorAll(`#field-${field} :is(textarea, select)`)]
    if (!Array.isArray(value)) return write(controls[0], value)
    controls.slice(0, 3).forEach((control, place) => write(control, value[place] || ''))
})"""
SHOWN = """(fields) => fields.map(field => {
    const all = [...document.querySelectorAll(`#field-${field} :is(textarea, select)`)].map(control => control.value)
    return [field, document.querySelector(`#field-${field} ol`) ? all.filter(Boolean) : all[0]]
})"""
STORED = """(form) => {
    const end = Object.keys(localStorage).filter(key => key.includes(`.kept.`) && key.includes(form))
    return end.map(key => localStorage.getItem(key))
}"""


class Reader:
    """Somebody with a form open in two tabs, and what they have written last into each field."""

    def __init__(self, seed: int, site: Site, visitor: Open) -> None:
        self.random = random.Random(seed)
        self.url = site.url + address(BOOK.forms[FORM].path)
        self.model: dict[str, Any] = {"effort": "", "relax": "", "sharper-driver": "", "verdict": "", "drivers": [], "floats": []}
        self.count = 0
        first = visitor()
        self.tabs = [first, first.context.new_page()]
        self.wrong = [complaints(tab) for tab in self.tabs]
        self.open(first)
        self.write(first, ["effort"], 1)
        expect(first.locator("pb-form .pb-copies option")).to_have_count(1)
        first.evaluate("document.querySelector('pb-form').copy.flush()")
        self.open(self.tabs[1])

    def open(self, tab: Page) -> None:
        tab.goto(self.url)
        expect(tab.locator("pb-form .pb-copies")).to_be_visible()

    def value(self, field: str) -> Any:
        """Something new to write; now and then nothing."""
        self.count += 1
        if field == "verdict":
            return self.random.choice(CHOICES)
        text = f"{self.random.choice(('we', 'they ‘said’', '<b>nobody</b>', 'Ärger'))} {self.count}"
        if field in LISTS:
            return [f"{text}, {n}" for n in range(self.random.randrange(4))]
        return text if self.random.random() < 0.9 else ""

    def write(self, tab: Page, fields: list[str], many: int) -> None:
        edits = [(field, self.value(field)) for field in (self.random.choice(fields) for _ in range(many))]
        tab.evaluate(ACT, edits)
        self.model.update(edits)

    def leave(self, tab: Page) -> None:
        """To another page without loading the frame anew, and back."""
        tab.evaluate("() => document.querySelector(\".md-tabs a[href*='traps']\").click()")
        expect(tab.locator("pb-form")).to_have_count(0)
        tab.go_back()
        expect(tab.locator("pb-form .pb-copies")).to_be_visible()

    def agree(self) -> None:
        """Both tabs and the browser's store say what was written last."""
        until = time.monotonic() + 20
        while True:
            seen = [dict(tab.evaluate(SHOWN, list(self.model))) for tab in self.tabs]
            records = self.tabs[0].evaluate(STORED, FORM)
            fields = json.loads(records[0])["fields"] if records else {}
            kept = {id: fields.get(id, {}).get("value") or ([] if id in LISTS else "") for id in self.model}
            kept |= {id: [entry for entry in kept[id] if entry] for id in LISTS}
            beside = [id for id, entry in fields.items() if entry.get("others")]
            if seen == [self.model, self.model] and kept == self.model and not beside and len(records) == 1:
                return
            assert time.monotonic() < until, (seen, kept, self.model, beside)
            self.tabs[0].wait_for_timeout(30)


def edition(route: Route) -> None:
    """The form as a new edition of the book has it: the field `relax` is called `dropped`."""
    answer = route.fetch()
    text = answer.text()
    if route.request.url.endswith(".js"):
        text = text.replace('"id":"relax"', '"id":"dropped","renamed":"relax"').replace('["field","relax"]', '["field","dropped"]')
    else:
        text = re.sub(r'(field-|in--|help--|data-field=")relax"', r'\1dropped"', text)
    route.fulfill(response=answer, body=text)


def test_random_edits_in_the_page(seed: int, site: Site, visitor: Open) -> None:
    """Whatever two tabs of one reader do, in whatever order, each sentence that was written last is there in both of them at the end."""
    reader = Reader(seed, site, visitor)
    renamed = False
    while reader.count < OPERATIONS:
        if reader.count > OPERATIONS / 2 and not renamed:
            renamed = True
            for address_ in (f"**/templates/{FORM}/", f"**/data/forms/{FORM}.js"):
                reader.tabs[0].context.route(address_, edition)
            reader.model["dropped"] = reader.model.pop("relax")
            for tab in reader.tabs:
                reader.open(tab)
            reader.agree()
        fields = list(reader.model)
        reader.random.shuffle(fields)
        # At the same time, in different fields.
        for tab, own in zip(reader.tabs, (fields[:3], fields[3:]), strict=True):
            reader.write(tab, own, reader.random.randint(1, 20))
        what = reader.random.random()
        tab = reader.random.choice(reader.tabs)
        if what < 0.08:
            tab.reload()
            expect(tab.locator("pb-form .pb-copies")).to_be_visible()
        elif what < 0.16:
            reader.leave(tab)
        reader.agree()
    assert renamed
    assert reader.wrong == [[], []]
