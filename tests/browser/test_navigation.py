"""Going through the book by clicking: instant, back and forth, and to the tool that one came for."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from .conftest import BOOK, Open, Site, complaints

LINKS = [
    ".md-tabs a[href*='traps']",
    ".pb-cards a[href*='cascade-traps']",
    "#relation-countered-by + .pb-cards a",
    ".pb-kicker a",
    ".md-tabs a[href*='glossary']",
]


def test_back_and_forward(site: Site, visitor: Open) -> None:
    """Pages change without loading the frame again, and the browser's own buttons go through them as always."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url)
    page.evaluate("window.sameFrame = true")
    stops = [(page.url, page.title(), page.locator("h1").inner_text())]
    for link in LINKS:
        page.locator(link).first.click()
        page.wait_for_function("title => document.title !== title", arg=stops[-1][1])
        stops.append((page.url, page.title(), page.locator("h1").inner_text()))
    assert len({(title, heading) for _, title, heading in stops}) == len(stops)
    for url, title, heading in reversed(stops[:-1]):
        page.go_back()
        expect(page).to_have_title(title)
        expect(page.locator("h1")).to_have_text(heading)
        assert page.url == url
    for url, title, heading in stops[1:]:
        page.go_forward()
        expect(page).to_have_title(title)
        expect(page.locator("h1")).to_have_text(heading)
        assert page.url == url
    assert page.evaluate("window.sameFrame") is True
    page.wait_for_load_state("networkidle")
    assert wrong == []


def test_the_part_that_one_is_in_is_marked(site: Site, visitor: Open) -> None:
    """Tabs tell where in the book a page stands, also after an instant change of page."""
    page = visitor()
    page.goto(site.url + "traps/")
    current = page.locator(".md-tabs [aria-current]")
    expect(current).to_have_text("Traps")
    page.locator(".pb-cards a").first.click()
    page.wait_for_url(re.compile(r"/traps/.+/$"))
    expect(current).to_have_text("Traps")
    page.click(".md-tabs a[href*='models']")
    expect(page.locator("h1")).to_have_text("Models")
    expect(current).to_have_text("Models")


@pytest.mark.parametrize("wanted", ["Light", "Dark"])
def test_the_chosen_appearance_stays(site: Site, visitor: Open, wanted: str) -> None:
    """Who chose light or dark does not choose again: on the next page, after a reload, whatever the system says."""
    scheme, system = ("default", "dark") if wanted == "Light" else ("slate", "light")
    page = visitor(color_scheme=system)
    page.goto(site.url)
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate" if system == "dark" else "default")
    option = page.locator(f".md-header__option input[aria-label='{wanted}']")
    while not option.is_checked():
        before = page.locator(".md-header__option input:checked").get_attribute("id")
        page.locator(".md-header__option label:visible").click()
        expect(page.locator(f"#{before}")).not_to_be_checked()
    expect(body).to_have_attribute("data-md-color-scheme", scheme)
    page.click(".md-tabs a[href*='traps']")
    expect(page.locator("h1")).to_have_text("Traps")
    expect(body).to_have_attribute("data-md-color-scheme", scheme)
    page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", scheme)
    expect(option).to_be_checked()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_tool_for_a_symptom(site: Site, visitor: Open, width: int) -> None:
    """The moment that matters: from what somebody said to the trap behind it, to two ways out, to a checklist."""
    patterns = {p["id"]: p for p in json.loads((site.folder / "data" / "patterns.json").read_text("utf-8"))["patterns"]}
    trap, tool = next(
        (pattern, patterns[end["id"]])
        for pattern in patterns.values()
        for ends in pattern["relations"].values()
        for end in ends
        if pattern["kind"] == "trap" and patterns[end["id"]]["kind"] == "checklist"
    )
    page = visitor(width)
    wrong = complaints(page)
    heading = page.locator("h1")
    page.goto(site.url)
    page.locator("article a[href*='symptoms']").first.click()
    expect(heading).to_have_text("Symptoms")
    page.locator(".pb-sayings").get_by_role("link", name=trap["title"], exact=True).first.click()
    expect(heading).to_have_text(trap["title"])
    expect(page.locator("#relation-countered-by + .pb-cards > ul > li").nth(1)).to_be_visible()
    page.locator(".pb-cards").get_by_role("link", name=tool["title"], exact=True).first.click()
    expect(heading).to_have_text(tool["title"])
    expect(page.locator(".pb-checklist li").first).to_be_visible()
    assert wrong == []


def test_a_lost_reader_finds_home(site: Site, visitor: Open) -> None:
    """An old link from somebody's mail leads to a page that looks like the book and shows the way back into it."""
    page = visitor()
    answer = page.goto(site.url + "no/such/page/")
    assert answer is not None and answer.status == 404
    expect(page.locator("h1")).to_have_text(BOOK.definition.say("not-found"))
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--pb-paper')"), "without the book's style sheet"
    page.locator("article").get_by_role("link", name=BOOK.definition.say("home")).click()
    page.wait_for_url(site.url)
