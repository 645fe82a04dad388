"""What holds on every single page of the site, over http in a sub-folder and from a folder on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from .conftest import Open, Site, complaints

TABS = 8
LOOK = """() => ({
    policies: [...document.querySelectorAll('meta[http-equiv="Content-Security-Policy"]')].map(meta => meta.content),
    policyFirst: document.head.firstElementChild?.getAttribute('http-equiv') === 'Content-Security-Policy',
    language: document.documentElement.lang,
    headings: [...document.querySelectorAll('h1')].map(heading => heading.innerText.trim()),
    ids: [...document.querySelectorAll('[id]')].map(element => element.id),
    title: document.title,
    missing: [...document.links].filter(link => link.href.split('#')[0] === location.href.split('#')[0] && link.hash.length > 1)
        .map(link => decodeURIComponent(link.hash.slice(1))).filter(id => !document.getElementById(id)),
    tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as the browser had it, at the width of a small phone."""

    address: str
    facts: dict[str, object]
    wrong: list[str]
    requests: list[str]


def crawl(browser: Browser, site: Site) -> list[Seen]:
    """Visits every page, several at a time, each until it is quiet."""
    context = browser.new_context(viewport={"width": 320, "height": 700})
    tabs = [(tab, complaints(tab), requests(tab)) for tab in (context.new_page() for _ in range(TABS))]
    seen: list[Seen] = []
    for places in batched(site.pages(), TABS):
        for place, (tab, _, _) in zip(places, tabs, strict=False):
            tab.goto(site.url + place, wait_until="commit")
        for place, (tab, wrong, asked) in zip(places, tabs, strict=False):
            tab.wait_for_load_state("networkidle")
            seen.append(Seen(place, tab.evaluate(LOOK), wrong.copy(), asked.copy()))
            wrong.clear()
            asked.clear()
    context.close()
    return seen


def batched(places: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(places), size):
        yield places[start : start + size]


def requests(page: Page) -> list[str]:
    """The addresses that a page asks for from now on. Filled as it happens."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


@pytest.fixture(scope="module", params=["site", "offline"])
def place_of_site(request: pytest.FixtureRequest) -> Site:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Site)
    return found


@pytest.fixture(scope="module")
def seen(browser: Browser, place_of_site: Site) -> list[Seen]:
    return crawl(browser, place_of_site)


def test_no_page_complains(seen: list[Seen]) -> None:
    """A reader's page works and an editor's console is empty: no message, no script error, no failed request."""
    assert len(seen) > 50
    assert [line for page in seen for line in page.wrong] == []


def test_no_page_asks_another_host(seen: list[Seen], place_of_site: Site) -> None:
    """Nobody else learns what a company reads: every request stays inside the site, even below its folder."""
    asked = {url for page in seen for url in page.requests if not url.startswith("data:")}
    assert len(asked) > len(seen)
    assert [url for url in asked if not url.startswith(place_of_site.url)] == []


def test_every_page_carries_the_policy(seen: list[Seen]) -> None:
    """Injected code has no chance wherever it lands: each page forbids inline scripts and styles before anything else."""
    for page in seen:
        assert page.facts["policyFirst"], page.address
        (policy,) = page.facts["policies"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy, page.address
        assert "unsafe" not in policy and "http" not in policy, page.address


def test_every_page_is_sound_html(seen: list[Seen]) -> None:
    """Screen readers and links rely on it: a language, a title, one first heading, and each id only once."""
    for page in seen:
        assert page.facts["language"] == "en", page.address
        assert page.facts["title"], page.address
        assert len(page.facts["headings"]) == 1 and page.facts["headings"][0], page.address
        assert [id for id, count in Counter(page.facts["ids"]).items() if count > 1 or not id] == [], page.address


def test_links_within_a_page_arrive(seen: list[Seen]) -> None:
    """A link to a section of the same page, such as "skip to content", must find it."""
    assert {page.address: page.facts["missing"] for page in seen if page.facts["missing"]} == {}


def test_no_page_scrolls_sideways_on_a_phone(seen: list[Seen]) -> None:
    """Text that leaves a small screen, or one enlarged to 400 percent, cannot be read line by line."""
    assert {page.address: page.facts["tooWide"] for page in seen if page.facts["tooWide"] > 0} == {}


def test_an_injected_script_does_not_run(site: Site, visitor: Open) -> None:
    """The policy is in force and not only written down: an inline script, handler or style is refused."""
    page = visitor()
    page.goto(site.url)
    page.evaluate(
        """() => {
            const script = document.createElement('script')
            script.textContent = 'window.injected = "script"'
            document.body.append(script)
            const html = '<p id="probe" style="position: fixed" onclick="window.injected = 1">x</p>'
            document.body.insertAdjacentHTML('beforeend', html)
            document.getElementById('probe').click()
        }"""
    )
    assert page.evaluate("window.injected") is None
    assert page.evaluate("getComputedStyle(document.getElementById('probe')).position") == "static"
