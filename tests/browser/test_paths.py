"""Reading progress on paths: kept in this browser and nowhere else, told on the path and on its pages, and never a nuisance."""

from __future__ import annotations

import json
from typing import Any

import pytest
from patternbook.core.views import Card, steps_of
from playwright.sync_api import Locator, Page, expect

from .conftest import BOOK, Open, Site, address, complaints
from .looks import FOCUS_SHOWS
from .test_accessibility import violations
from .test_first_visit import SETTLED, SHIFTS
from .test_keyboard import tab_to

PATH = "paths/goals-nobody-uses"
BY_ID = {entry.id: entry for entry in BOOK.entries.values() if entry.id}
STEPS: dict[str, tuple[Card, ...]] = {
    document.path.removesuffix(".md"): found for document in BOOK.documents if (found := steps_of(document, BY_ID))
}
HERE = STEPS[PATH]
NAMES = [step.path.removesuffix(".md") for step in HERE]
# A page that stands on several paths, and one of them that is not told of first.
SHARED, LATER = next(
    (step.path.removesuffix(".md"), sorted(on, key=lambda path: BOOK.entries[f"{path}.md"].title.casefold())[-1])
    for steps in STEPS.values()
    for step in steps
    if len(on := [path for path, others in STEPS.items() if step.path in {other.path for other in others}]) > 1
)
COUNT = ".pb-steps [role=status]"
SOON = 4500
DENIED = """for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {
    get() { throw new DOMException('denied', 'SecurityError') }
})"""


def said(count: int, steps: tuple[Card, ...] = HERE) -> str:
    """The line of a path of which some pages were read."""
    return BOOK.definition.say("read-count", count=count, total=len(steps))


def mark(page: Page, step: Card) -> Any:
    """The box of a step, by the name that a screen reader says."""
    return page.get_by_role("checkbox", name=f"{BOOK.definition.say('read-mark')}: {step.title}", exact=True)


def kept(page: Page) -> Any:
    """What the browser stores of it."""
    return json.loads(page.evaluate("localStorage.getItem(patternbook.site.pathname + '.read')") or "[]")


def line_of_way(page: Page) -> Locator:
    """How much of a path is read, where the page tells its place on it: it comes when the reader comes near."""
    page.locator(".pb-ways").scroll_into_view_if_needed()
    return page.locator(".pb-ways .pb-read").first


def test_a_page_that_was_open_for_a_while_is_read(site: Site, visitor: Open) -> None:
    """Who comes back to a path next week sees where to go on, without having kept a list."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + PATH + "/")
    expect(page.locator(COUNT)).to_have_text(said(0))
    expect(page.locator(".pb-steps [aria-current=step]")).to_have_text(HERE[0].title)
    page.locator(".pb-steps").get_by_role("link", name=HERE[0].title, exact=True).click()
    expect(page.locator("h1")).to_have_text(HERE[0].title)
    line = line_of_way(page)
    expect(line).to_have_text(said(0))
    page.wait_for_timeout(1500)
    expect(line).to_have_text(said(0))
    expect(line).to_have_text(said(1))
    page.go_back()
    expect(page.locator(COUNT)).to_have_text(said(1))
    expect(mark(page, HERE[0])).to_be_checked()
    expect(page.locator(".pb-steps [aria-current=step]")).to_have_text(HERE[1].title)
    page.reload()
    expect(mark(page, HERE[0])).to_be_checked()
    assert kept(page) == NAMES[:1]
    assert wrong == []


def test_who_goes_on_has_read(site: Site, visitor: Open) -> None:
    """Following a path from page to page counts each page, however fast one reads; going back a step counts nothing."""
    page = visitor()
    page.goto(site.url + NAMES[0] + "/")
    for step in HERE[1:3]:
        expect(line_of_way(page)).not_to_be_empty()
        way = page.locator(".pb-ways > ul > li", has=page.locator(f"strong a[href*='{PATH.rpartition('/')[2]}']"))
        way.locator("ul").get_by_role("link", name=step.title, exact=True).click()
        expect(page.locator("h1")).to_have_text(step.title)
    assert kept(page) == NAMES[:2]
    expect(line_of_way(page)).to_have_text(said(2))
    way = page.locator(".pb-ways > ul > li", has=page.locator(f"strong a[href*='{PATH.rpartition('/')[2]}']"))
    way.locator("ul").get_by_role("link", name=HERE[1].title, exact=True).click()
    expect(page.locator("h1")).to_have_text(HERE[1].title)
    assert kept(page) == NAMES[:2]


def test_a_page_in_passing_is_not_read(site: Site, visitor: Open) -> None:
    """A page that one left at once, or that waits in a tab behind, was not read; nor is one that stands on no path counted."""
    page = visitor()
    page.goto(site.url + NAMES[0] + "/")
    page.wait_for_timeout(1000)
    page.click(".md-tabs a[href*='models']")
    expect(page.locator("h1")).to_have_text("Models")
    page.wait_for_timeout(SOON)
    assert kept(page) == []


def test_steps_are_marked_by_hand_and_begun_again(site: Site, visitor: Open) -> None:
    """Who read a page on paper says so; a second reader of the same browser begins again, and other paths keep theirs."""
    page = visitor()
    page.add_init_script(f"localStorage.setItem('/book/.read', localStorage.getItem('/book/.read') || '[\"{LATER}/other\"]')")
    page.goto(site.url + PATH + "/")
    again = page.get_by_role("button", name=BOOK.definition.say("read-again"))
    expect(again).to_be_hidden()
    mark(page, HERE[0]).check()
    mark(page, HERE[2]).check()
    expect(page.locator(COUNT)).to_have_text(said(2))
    expect(page.locator(".pb-steps [aria-current=step]")).to_have_text(HERE[1].title)
    mark(page, HERE[0]).uncheck()
    expect(page.locator(COUNT)).to_have_text(said(1))
    page.reload()
    expect(mark(page, HERE[2])).to_be_checked()
    expect(mark(page, HERE[0])).not_to_be_checked()
    again.click()
    expect(page.locator(COUNT)).to_have_text(said(0))
    expect(again).to_be_hidden()
    assert kept(page) == [f"{LATER}/other"]


def test_by_keyboard_alone(site: Site, visitor: Open) -> None:
    """Boxes are reached, seen and turned by keys, and after a new beginning the focus is at the first step."""
    page = visitor()
    page.goto(site.url + PATH + "/#steps")
    expect(page.locator(COUNT)).to_have_text(said(0))
    tab_to(page, ".pb-read-mark input")
    page.keyboard.press("Space")
    expect(page.locator(COUNT)).to_have_text(said(1))
    expect(mark(page, HERE[0])).to_be_checked()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUS_SHOWS) == ""
    page.keyboard.press("Enter")
    expect(page.locator(COUNT)).to_have_text(said(0))
    expect(page.locator(".pb-steps a").first).to_be_focused()


def test_all_read(site: Site, visitor: Open) -> None:
    """At the end there is nothing to go on with."""
    page = visitor()
    page.goto(site.url + PATH + "/")
    for step in HERE:
        mark(page, step).check()
    expect(page.locator(COUNT)).to_have_text(said(len(HERE)))
    expect(page.locator(".pb-steps [aria-current]")).to_have_count(0)


def test_two_tabs(site: Site, visitor: Open) -> None:
    """The path in one tab, its pages in another: what is read there is marked here, and nothing gets lost between them."""
    one = visitor()
    two = one.context.new_page()
    one.goto(site.url + PATH + "/")
    two.goto(site.url + PATH + "/")
    mark(one, HERE[0]).check()
    expect(mark(two, HERE[0])).to_be_checked()
    expect(two.locator(COUNT)).to_have_text(said(1))
    mark(two, HERE[1]).check()
    expect(one.locator(COUNT)).to_have_text(said(2))
    assert kept(one) == kept(two) == NAMES[:2]


def test_where_nothing_may_be_stored(site: Site, visitor: Open) -> None:
    """A browser that keeps nothing still shows where one is, until the page is left, and says no error."""
    page = visitor()
    page.add_init_script(DENIED)
    wrong = complaints(page)
    page.goto(site.url + PATH + "/")
    mark(page, HERE[1]).check()
    expect(page.locator(COUNT)).to_have_text(said(1))
    page.locator(".pb-steps").get_by_role("link", name=HERE[0].title, exact=True).click()
    expect(page.locator("h1")).to_have_text(HERE[0].title)
    expect(line_of_way(page)).to_have_text(said(1))
    page.wait_for_timeout(SOON)
    expect(line_of_way(page)).to_have_text(said(2))
    assert wrong == []


def test_where_storage_is_full(site: Site, visitor: Open) -> None:
    """Another page of the same host may have used up the room."""
    page = visitor()
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    wrong = complaints(page)
    page.goto(site.url + PATH + "/")
    mark(page, HERE[1]).check()
    mark(page, HERE[2]).check()
    mark(page, HERE[1]).uncheck()
    expect(page.locator(COUNT)).to_have_text(said(1))
    assert wrong == []


@pytest.mark.parametrize("content", ["{", '{"version": 2}', "[1, 2]", "null"])
def test_what_cannot_be_read_is_left_alone(site: Site, visitor: Open, content: str) -> None:
    """A newer edition of the book may keep more; only what the reader does here replaces it."""
    page = visitor()
    wrong = complaints(page)
    page.add_init_script(f"if (!localStorage.getItem('/book/.read')) localStorage.setItem('/book/.read', {json.dumps(content)})")
    page.goto(site.url + NAMES[0] + "/")
    expect(line_of_way(page)).to_have_text(said(0))
    page.wait_for_timeout(SOON)
    expect(line_of_way(page)).to_have_text(said(1))
    assert page.evaluate("localStorage.getItem('/book/.read')") == content
    page.locator(".pb-ways strong a").first.click()
    mark(page, HERE[2]).check()
    assert kept(page) == [NAMES[0], NAMES[2]]
    assert wrong == []


def test_the_path_by_which_one_came_is_told_first(site: Site, visitor: Open) -> None:
    """A page that stands on several paths goes on with the one that the reader is on."""
    page = visitor()
    page.goto(site.url + SHARED + "/")
    ways = page.locator(".pb-ways strong a")
    title = BOOK.entries[f"{LATER}.md"].title
    expect(ways.last).to_have_text(title)
    page.goto(site.url + LATER + "/")
    page.locator(f".pb-steps a[href*='{SHARED}']").click()
    expect(page.locator("h1")).to_have_text(BOOK.entries[f"{SHARED}.md"].title)
    expect(ways.first).to_have_text(title)
    page.reload()
    expect(ways.first).to_have_text(title)


def test_two_books_on_one_host_do_not_mix(site: Site, visitor: Open) -> None:
    """A company's edition beside ours has its own readers' progress."""
    page = visitor()
    page.goto(site.url + PATH + "/")
    mark(page, HERE[0]).check()
    keys = page.evaluate("Object.keys(localStorage)")
    assert [key for key in keys if key.endswith(".read")] == ["/book/.read"]


def test_from_a_folder(offline: Site, visitor: Open) -> None:
    """The same from a folder, as far as the browser stores anything there."""
    page = visitor()
    wrong = complaints(page)
    page.goto(offline.url + f"{PATH}.html")
    mark(page, HERE[0]).check()
    expect(page.locator(COUNT)).to_have_text(said(1))
    page.locator(".pb-steps").get_by_role("link", name=HERE[1].title, exact=True).click()
    expect(page.locator("h1")).to_have_text(HERE[1].title)
    expect(line_of_way(page)).to_have_text(said(1))
    assert wrong == []


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize(("stop", "part"), [(PATH, ".pb-steps"), (SHARED, ".pb-ways")])
def test_nothing_moves_for_it(site: Site, visitor: Open, stop: str, part: str, width: int) -> None:
    """The room for boxes and counts is there before they are: nobody hits the wrong link."""
    heights = []
    for late in (True, False):
        page = visitor(width)
        if late:
            page.route("**/path.js", lambda route: route.fulfill(body=""))
        page.add_init_script(SHIFTS)
        page.goto(f"{site.url}{stop}/")
        if not late:
            page.locator(part).scroll_into_view_if_needed()
            expect(page.locator(f"{part} .pb-read").first).not_to_be_empty()
        page.evaluate(SETTLED)
        heights.append(page.evaluate("part => document.querySelector(part).getBoundingClientRect().height", part))
        assert page.evaluate("window.shift") < 0.02
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert abs(heights[0] - heights[1]) < 2, heights


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marked_paths_pass_axe(site: Site, visitor: Open, scheme: str) -> None:
    """Boxes have names, are large enough, and can be read in light and dark."""
    for width in (320, 768, 1440):
        page = visitor(width, color_scheme=scheme)
        page.goto(site.url + PATH + "/")
        mark(page, HERE[0]).check()
        assert violations(page) == [], width
        for box in page.locator(".pb-read-mark, .pb-read button").all():
            size = box.bounding_box()
            assert size and size["width"] >= 24 and size["height"] >= 23.9, size


def test_only_the_steps_are_printed(site: Site, visitor: Open) -> None:
    """On paper one ticks with a pencil."""
    page = visitor()
    page.goto(site.url + PATH + "/")
    expect(page.locator(COUNT)).to_have_text(said(0))
    height = "document.querySelector('.pb-steps').getBoundingClientRect().height"
    page.emulate_media(media="print")
    for part in page.locator(".pb-read, .pb-read-mark").all():
        expect(part).to_be_hidden()
    with_script = page.evaluate(height)
    plain = visitor(java_script_enabled=False)
    plain.goto(site.url + PATH + "/")
    plain.emulate_media(media="print")
    box = plain.locator(".pb-steps").bounding_box()
    assert box and abs(with_script - box["height"]) < 2


def test_without_scripts_no_dead_control(site: Site, visitor: Open) -> None:
    """Steps and ways are whole, and no box is shown that nothing would keep."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url + address(f"{PATH}.md"))
    expect(page.locator(".pb-steps > ol > li")).to_have_count(len(HERE))
    expect(page.locator(".pb-page input")).to_have_count(0)
