"""Everything by keyboard alone: on, back, in and out, and always seeing where one is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .conftest import Open, Site
from .looks import FOCUS_SHOWS

FAR = 120
ACTIVE = "document.activeElement.outerHTML.slice(0, 160)"


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until an element has the focus, which must be visible at every stop."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS) == ""
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{FAR} times Tab did not reach {selector} on {page.url}")


def test_from_home_to_a_trap_and_its_way_out(site: Site, visitor: Open) -> None:
    """Who cannot use a mouse gets from the first page to a trap and out of it, and always sees where the focus is."""
    page = visitor()
    page.goto(site.url)
    heading = page.locator("h1")
    tab_to(page, "article a[href*='traps/']")
    trap = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    expect(heading).to_have_text(trap)
    tab_to(page, "#relation-countered-by + .pb-cards a")
    way_out = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    expect(heading).to_have_text(way_out)


def test_the_skip_link_leads_past_the_header(site: Site, visitor: Open, pattern: str) -> None:
    """On every page the first Tab offers to skip the header's links; taken, the next Tab is in the text."""
    page = visitor()
    page.goto(site.url + pattern)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS_SHOWS) == ""
    assert page.evaluate("document.activeElement.matches('.md-skip')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('article'))"), page.evaluate(ACTIVE)


def test_the_drawer_opens_and_closes(site: Site, visitor: Open) -> None:
    """On a phone with a keyboard, the book's contents open with Enter, take the focus, and give it back at Escape."""
    page = visitor(390, 800, reduced_motion="reduce")
    page.goto(site.url)
    drawer, button = page.locator("#pb-drawer"), page.locator(".pb-menu")
    expect(drawer).not_to_be_visible()
    tab_to(page, ".pb-menu")
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    expect(drawer.locator("a:focus")).to_be_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS_SHOWS) == ""
    page.keyboard.press("Escape")
    expect(drawer).not_to_be_visible()
    expect(button).to_be_focused()
    assert button.get_attribute("aria-expanded") == "false"


def test_the_drawer_leads_to_every_part(site: Site, visitor: Open) -> None:
    """A part chosen in the drawer opens, and the drawer is out of the way again."""
    page = visitor(390, 800, reduced_motion="reduce")
    page.goto(site.url)
    page.locator(".pb-menu").press("Enter")
    expect(page.locator("#pb-drawer a:focus")).to_be_visible()
    tab_to(page, "#pb-drawer a[href*='checklists']")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Checklists")
    expect(page.locator("#pb-drawer")).not_to_be_visible()
