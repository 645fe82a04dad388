"""Forms on paper: blank ones to write on, and filled ones whose answers are all there in words."""

from __future__ import annotations

import pytest
from patternbook.core.definition import Definition
from playwright.sync_api import Page, expect

from .conftest import BOOK, Open, Site, address
from .test_forms import CANVAS, CARD, ready, start, url
from .test_paper import opened, printed, squeezed

# Puts an answer with a word of its own into every control, and says what must be read on paper: words, or labels of choices.
FILL = """() => [...document.querySelectorAll('.pb-page [data-field] :is(textarea, input, select)')].map((control, number) => {
    const say = () => control.dispatchEvent(new Event('input', { bubbles: true }))
    if (/checkbox|radio/.test(control.type)) {
        control.click()
        return ''
    }
    if (control.localName === 'select') control.selectedIndex = control.options.length - 1
    else if (control.type === 'date') control.value = '2026-12-24'
    else if (control.inputMode === 'decimal') control.value = 7_000 + number
    else control.value = control.rows > 1 ? `${'A long answer goes on. '.repeat(60)} zq${number}zq` : `Words zq${number}zq`
    say()
    return control.localName === 'select' ? control.selectedOptions[0].text : control.value.split(' ').pop()
}).filter(Boolean)"""
DEFINITION: Definition = BOOK.definition


def text_of(page: Page, paper: str = "A4") -> str:
    return "".join(map(squeezed, printed(page, paper)))


@pytest.mark.parametrize("form", BOOK.forms)
def test_every_answer_is_printed(site: Site, visitor: Open, form: str) -> None:
    """Who prints what was filled in finds each answer on paper, in words and whole, and no sample of somebody else's answers."""
    page = visitor()
    start(page, site, form)
    answers = page.evaluate(FILL)
    text = text_of(page)
    assert [answer for answer in answers if "".join(answer.split()) not in text] == []
    assert "".join(DEFINITION.say("sample").split()) not in text
    chosen = page.locator(".pb-in select").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".pb-in select:visible, .pb-offer:visible, [type=date]:visible, textarea:visible:not(:empty)").count() == 0
    assert page.locator(".pb-in .pb-written:visible").count() >= chosen
    assert page.locator(".pb-page :checked:visible").count() == page.locator(".pb-page :checked:not(option)").count()


@pytest.mark.parametrize("form", [CANVAS, CARD])
def test_a_blank_form_is_to_be_written_on(site: Site, visitor: Open, form: str) -> None:
    """A blank form has lines to write on and choices to mark, without patterns of dates and hints of the browser; a sample lies with it."""
    page = visitor()
    start(page, site, form)
    text = text_of(page)
    assert "yyyy" not in text and "".join(DEFINITION.say("sample").split()) in text
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("[type=date]:visible").count() == 0
    lines = page.locator(".pb-blank:visible")
    assert lines.count() == page.locator("[type=date]").count() > 0
    assert all((line.bounding_box() or {"width": 0})["width"] > 80 for line in lines.all())
    assert page.locator(".pb-offer:visible").count() == page.locator(".pb-offer").count()
    rows = page.locator(":is(.pb-entries li, .pb-grid tbody tr):visible").all()
    assert all((row.bounding_box() or {"height": 0})["height"] >= 30 for row in rows)
    assert page.locator(".pb-printed").count() == 0


def test_a_copy_is_printed_with_its_name_and_day(site: Site, visitor: Open) -> None:
    """Two filled forms on a table can be told apart. On the screen nothing of it is left."""
    page = visitor()
    start(page, site)
    page.locator("pb-form").evaluate("form => form.copy.rename('Lapsed cover, second round')")
    page.locator("textarea").first.fill("something")
    day = page.evaluate("patternbook.asking.day(Date.now())")
    assert f"Lapsedcover,secondround,{day}" in text_of(page)
    expect(page.locator(".pb-printed, .pb-written, .pb-answered")).to_have_count(0)


def test_a_run_is_printed_with_its_name_and_day(site: Site, visitor: Open) -> None:
    """The same for a checklist: blank it has lines for both."""
    page = visitor()
    checklist = next(address(path) for path, entry in BOOK.entries.items() if entry.kind.id == "checklist")
    opened(page, site.url + checklist)
    expect(page.locator("pb-check .pb-copies")).to_be_visible()
    blank = "".join((DEFINITION.say("paper-name") + DEFINITION.say("paper-date")).split())
    assert blank in text_of(page)
    page.locator(".pb-checklist [type=checkbox]").first.check()
    page.locator("pb-check").evaluate("check => { check.copy.rename('Spring'); check.paint() }")
    day = page.evaluate("patternbook.asking.day(Date.now())")
    text = text_of(page)
    assert f"Spring,{day}" in text and blank not in text


def test_choices_are_printed_without_a_script(site: Site, visitor: Open) -> None:
    """Who fills a form in without scripts and prints it finds what was chosen, and not beside it what could have been."""
    page = visitor(java_script_enabled=False)
    page.goto(url(site))
    offers = page.locator(".pb-in:has(.pb-offer) select")
    offers.first.select_option(index=1)
    page.emulate_media(media="print")
    assert page.locator(".pb-offer:visible").count() == offers.count() - 1


def test_answers_come_back_to_the_screen(site: Site, visitor: Open) -> None:
    """Printing changes nothing of the form: what was typed can be typed on."""
    page = visitor()
    start(page, site)
    page.evaluate(FILL)
    fields = "() => [...document.querySelectorAll('[data-field]')].map(field => field.outerHTML)"
    before = page.evaluate(fields)
    printed(page, "Letter")
    expect(page.locator(".pb-written")).to_have_count(0)
    assert page.evaluate(fields) == before
    ready(page)
