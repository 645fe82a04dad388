"""Whether people who see, hear or move otherwise can use every sort of page: axe-core's rules, high contrast, no motion."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Open, Site, complaints
from .looks import FOCUS_SHOWS

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations.flatMap(
    found => found.nodes.map(node => `${found.id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`))"""


def violations(page: Page) -> list[str]:
    """What axe-core says of the page as it stands. `evaluate` is not subject to the page's policy."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN, RULES)
    return list(found)


def test_axe_finds_nothing(site: Site, visitor: Open, place: str) -> None:
    """WCAG 2.2 AA is what a public body or a large company may demand before it uses the book: on a phone, a tablet, a desk."""
    page = visitor(reduced_motion="reduce")
    page.goto(site.url + place)
    for system, scheme in (("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=system)
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        for width in (1440, 768, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == [], (system, width)


def test_axe_finds_nothing_in_the_open_drawer(site: Site, visitor: Open) -> None:
    """The book's contents on a phone are as accessible as its pages."""
    page = visitor(390, 800, reduced_motion="reduce")
    page.goto(site.url)
    page.click(".pb-menu")
    page.wait_for_selector("#pb-drawer a:focus")
    assert violations(page) == []


def test_the_check_itself_finds_faults(site: Site, visitor: Open) -> None:
    """A check that is loaded wrongly would praise everything: a picture without a text must be reported."""
    page = visitor()
    page.goto(site.url)
    page.evaluate("document.querySelector('article').append(new Image())")
    assert any(line.startswith("image-alt") for line in violations(page))


def test_high_contrast_and_no_motion(site: Site, visitor: Open, pattern: str) -> None:
    """Some people read with their own colours and get ill from movement: nothing breaks, moves or hides the focus."""
    page = visitor(forced_colors="active", reduced_motion="reduce")
    wrong = complaints(page)
    page.goto(site.url + pattern)
    moving = """() => [...document.querySelectorAll('*')].filter(element => {
        const style = getComputedStyle(element)
        return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none' || style.scrollBehavior === 'smooth'
    }).map(element => element.outerHTML.slice(0, 120))"""
    assert page.evaluate(moving) == []
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS) == ""
    assert wrong == []
