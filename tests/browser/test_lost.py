"""An address that does not exist: the pages that were likely meant, and nothing where none is near."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import BOOK, Open, Site
from .test_accessibility import violations
from .test_first_visit import SETTLED, SHIFTS

NEAR = BOOK.definition.say("lost-near")
CARDS = "pb-lost .pb-cards > ul > li"


@pytest.mark.parametrize(
    ("wrong", "title"),
    [
        ("traps/cascade-trap", "Cascade Traps"),
        ("cascade_traps.html", "Cascade Traps"),
        ("Traps/Cascading-Traps/", "Cascade Traps"),
        ("patterns/ones-and-threes/index.html", "1s and 3s"),
        ("traps/org-chart-cascade/", "Cascade Traps"),
        ("experiment-charter", "Experiment Charter"),
    ],
)
def test_the_page_that_was_meant_comes_first(site: Site, visitor: Open, wrong: str, title: str) -> None:
    """A slip, an old address or another name for the page: one click leads to it, from however deep in the site."""
    page = visitor()
    page.goto(site.url + wrong)
    expect(page.get_by_role("heading", name=NEAR)).to_be_visible()
    assert 1 <= page.locator(CARDS).count() <= 3
    entry = next((entry for entry in BOOK.entries.values() if entry.title == title), None)
    first = page.locator(CARDS).first
    expect(first.get_by_role("link")).to_have_text(title)
    if entry and entry.kind.listed:
        expect(first.locator(".pb-card-kind")).to_contain_text(entry.kind.label)
        expect(first).to_contain_text(entry.summary)
    first.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(title)


@pytest.mark.parametrize("wrong", ["no/such/page/", "wp-login.php", "zzzz", "traps/%E0%A4%A", "a", "constructor/"])
def test_nothing_is_guessed_where_nothing_is_near(site: Site, visitor: Open, wrong: str) -> None:
    """A wrong guess wastes more time than none: the menu is there, and so is the way home."""
    page = visitor()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site.url + wrong)
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_have_text(BOOK.definition.say("not-found"))
    expect(page.locator("pb-lost")).to_be_empty()
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_the_guesses_are_for_everybody(site: Site, visitor: Open, width: int, scheme: str) -> None:
    """They can be heard and read in light and dark, on a phone too, and push away little."""
    page = visitor(width, color_scheme=scheme)
    page.add_init_script(SHIFTS)
    page.goto(site.url + "traps/cascade-trap")
    expect(page.locator(CARDS).first).to_be_visible()
    page.evaluate(SETTLED)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_page_is_as_it_was(site: Site, visitor: Open) -> None:
    """No empty heading and no dead list."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url + "traps/cascade-trap")
    expect(page.locator("h1")).to_have_text(BOOK.definition.say("not-found"))
    expect(page.get_by_text(NEAR)).to_have_count(0)
