"""The site without JavaScript: blocked by a company, broken by a proxy, or not wanted."""

from __future__ import annotations

import json
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from .conftest import BOOK, Open, Site, address
from .looks import FOCUS_SHOWS


def test_every_page_is_whole(site: Site, visitor: Open) -> None:
    """What a page says of its pattern, its facts and its relations, it says without a script."""
    definition = BOOK.definition
    page = visitor(java_script_enabled=False)
    patterns = json.loads((site.folder / "data" / "patterns.json").read_text("utf-8"))["patterns"]
    urls = {pattern["id"]: site.url + pattern["url"] for pattern in patterns}
    for pattern in patterns:
        page.goto(urls[pattern["id"]])
        text = page.locator("article").inner_text()
        links = {
            urljoin(page.url, link)
            for link in page.locator("article").evaluate("a => [...a.querySelectorAll('a')].map(x => x.href)")
        }
        document = next(document for document in BOOK.documents if document.id == pattern["id"])
        expected = [
            pattern["title"],
            pattern["summary"],
            *(section.heading.text for section in document.sections if section.heading),
        ]
        for facet, values in pattern["tags"].items():
            expected += [definition.facets[facet].values[value] for value in values]
        assert [words for words in expected if words not in text] == [], pattern["id"]
        related = {urls[end["id"]] for ends in pattern["relations"].values() for end in ends}
        assert related - links == set(), pattern["id"]


@pytest.mark.parametrize("width", [390, 1440])
def test_navigation_reaches_every_part(site: Site, visitor: Open, width: int) -> None:
    """The parts of the book can be opened from any page, on a phone from the drawer that needs no script either."""
    page = visitor(width, java_script_enabled=False, reduced_motion="reduce")
    page.goto(site.url + "glossary/")
    for title, path in BOOK.nav[1:]:
        if width == 390:
            page.click(".pb-menu-plain")
        page.locator("nav:visible").get_by_role("link", name=title, exact=True).first.click()
        page.wait_for_url(site.url + address(path))
        expect(page.locator("h1")).to_have_count(1)


def test_focus_shows(site: Site, visitor: Open) -> None:
    """Controls that only a script can serve are not there to be reached: each Tab shows where one is."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url)
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS) == ""
