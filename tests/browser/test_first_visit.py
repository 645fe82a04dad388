"""What a first visit costs and how it feels: fonts, and text that stays where it is."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Route

from .conftest import Open, Site

SHIFTS = """window.shift = 0
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
}).observe({type: 'layout-shift', buffered: true})"""

SETTLED = "document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100))))"


def test_fonts_are_small_and_ours(site: Site, visitor: Open, pattern: str) -> None:
    """On a slow line, letters must not cost more than the text: at most 80 kB on a first visit, all from the site."""
    page = visitor()
    fonts: dict[str, int] = {}
    page.on("response", lambda answer: fonts.update({answer.url: len(answer.body())}) if ".woff" in answer.url else None)
    page.goto(site.url + pattern)
    page.evaluate(SETTLED)
    assert fonts and all(url.startswith(site.url) for url in fonts)
    assert sum(fonts.values()) <= 80_000, fonts


@pytest.mark.parametrize("width", [390, 1440])
def test_text_stays_where_it_is(site: Site, visitor: Open, pattern: str, width: int) -> None:
    """Nobody loses the line or hits the wrong link while a page arrives: fonts come with it, and nothing moves.

    The style sheet is held back: fonts that were asked for only by the style sheet would come after the text.
    """

    def late(route: Route) -> None:
        time.sleep(0.2)
        route.continue_()

    page = visitor(width)
    page.add_init_script(SHIFTS)
    page.route("**/patternbook.css", late)
    page.goto(site.url + pattern)
    page.evaluate(SETTLED)
    assert page.evaluate("window.shift") < 0.02
