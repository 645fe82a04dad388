"""Drawings as a reader sees them: on a phone, in the dark, on paper."""

from __future__ import annotations

import re

import pytest

from .conftest import BOOK, Open, Site, address

DRAWN = [address(path) for path, page in BOOK.pages.items() if 'class="pb-figure"' in page.text]
# Words by their boxes in the drawing's own units: outside of it, on each other, or wider than the box around them.
CRAMPED = """() => [...document.querySelectorAll('.pb-figure')].flatMap(figure => {
    const svg = figure.querySelector('svg'), all = svg.getBoundingClientRect(), unit = svg.viewBox.baseVal.width / all.width
    const box = element => { const r = element.getBoundingClientRect(); return {
        words: element.textContent, left: (r.x - all.x) * unit, top: (r.y - all.y) * unit, wide: r.width * unit, high: r.height * unit } }
    const words = [...svg.querySelectorAll('text')].flatMap(text =>
        text.querySelector('tspan') ? [...text.querySelectorAll('tspan')] : [text]).map(box)
    const right = r => r.left + r.wide, low = r => r.top + r.high
    const outside = words.filter(w => w.left < -2 || w.top < -2 || right(w) > svg.viewBox.baseVal.width + 2
        || low(w) > svg.viewBox.baseVal.height + 2).map(w => `outside: ${w.words}`)
    const on = words.flatMap((a, n) => words.slice(n + 1).filter(b =>
        Math.min(right(a), right(b)) - Math.max(a.left, b.left) > 1 && Math.min(low(a), low(b)) - Math.max(a.top, b.top) > 4)
        .map(b => `on each other: ${a.words} / ${b.words}`))
    const tight = [...svg.querySelectorAll('rect')].map(box).filter(r => r.wide < 350).flatMap(r => words.filter(w => {
        const x = w.left + w.wide / 2, y = w.top + w.high / 2
        return x > r.left && x < right(r) && y > r.top && y < low(r) && (w.left < r.left || right(w) > right(r)) })
        .map(w => `wider than its box: ${w.words}`))
    return [...outside, ...on, ...tight].map(found => `${figure.id}: ${found}`)
})"""
SMALL = """() => [...document.querySelectorAll('.pb-figure text')].filter(text => {
    const size = parseFloat(getComputedStyle(text).fontSize), svg = text.ownerSVGElement
    return size * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width < 8.5
}).map(text => text.textContent)"""
COLOURS = """() => [...new Set([...document.querySelectorAll('.pb-figure svg *')].flatMap(element => {
    const style = getComputedStyle(element)
    return element.closest('defs') || !element.closest('figure').getClientRects().length ? [] : [style.fill, style.stroke]
}))].filter(colour => colour.startsWith('rgb') || colour.startsWith('color'))"""


def chroma(colour: str) -> float:
    """How far a colour is from grey: 0 for none, 1 for a pure one."""
    channels = [float(part) / (255 if colour.startswith("rgb") else 1) for part in re.findall(r"[\d.]+", colour)[:3]]
    return max(channels) - min(channels)


def test_the_book_has_the_drawings_that_it_shows() -> None:
    """Where people would rather look, they can: at least thirty drawings, each on a page."""
    assert len(re.findall('class="pb-figure"', "".join(page.text for page in BOOK.pages.values()))) >= 30


def test_words_in_drawings_fit(site: Site, visitor: Open) -> None:
    """No word of a drawing is cut off, lies on another one or sticks out of its box; on a phone it can still be read."""
    page = visitor()
    for place in DRAWN:
        page.goto(site.url + place)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(CRAMPED) == [], (place, width)
            assert page.evaluate(SMALL) == [], (place, width)


@pytest.mark.parametrize("drawn", DRAWN[:3])
def test_drawings_follow_light_and_dark(site: Site, visitor: Open, drawn: str) -> None:
    """Ink on paper turns into chalk on slate; nothing keeps a colour of its own."""
    seen = []
    for scheme in ("light", "dark"):
        page = visitor(color_scheme=scheme)
        page.goto(site.url + drawn)
        seen.append(set(page.evaluate(COLOURS)))
    light, dark = seen
    assert light
    assert not light & dark


def test_the_words_of_a_drawing_open_with_the_keyboard(site: Site, visitor: Open) -> None:
    """Whoever cannot make out a drawing reads below it what it shows."""
    page = visitor()
    page.goto(site.url + DRAWN[0])
    figure = page.locator(".pb-figure").first
    told = figure.locator("details p")
    assert not told.is_visible()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    assert told.is_visible()
    assert len(told.inner_text()) > 60


def test_drawings_print_without_colour_and_whole(site: Site, visitor: Open) -> None:
    """On a black and white printer a drawing says the same; it is not torn between two sheets."""
    page = visitor()
    for place in DRAWN:
        page.goto(site.url + place)
        page.emulate_media(media="print")
        figures = page.locator(".pb-figure")
        assert {figures.nth(n).evaluate("figure => getComputedStyle(figure).breakInside") for n in range(figures.count())} == {
            "avoid"
        }
        assert [colour for colour in page.evaluate(COLOURS) if chroma(colour) > 0.05] == [], place
