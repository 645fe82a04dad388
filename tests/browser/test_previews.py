"""What stands behind a link, before one follows it: by mouse, by keyboard, by touch, from a folder, and never in the way."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from .conftest import BOOK, Open, Site, complaints
from .looks import FOCUS_SHOWS
from .test_accessibility import violations

TRAP = "traps/cascade-traps/"
TERMS = "traps/telephone-game/"
# A link in an author's text that stays on the site: the tests' own host has no https.
LINK = ".pb-page > :is(p, ul, ol) a:not([href^='https:'])"
TERM = ".pb-page a[href*='glossary/#']"
TIP = "[role=tooltip]"
SHEET = "pb-preview [role=dialog]"
# Longer than a preview takes to come or to go.
WHILE = 900


def linked(page: Page, link: Locator) -> str:
    """The source path of the page that a link of the site leads to."""
    name = link.evaluate("link => patternbook.name(new URL(link.getAttribute('href'), document.baseURI))")
    return f"{name}.md" if f"{name}.md" in BOOK.pages else f"{name}/index.md"


def follow_slowly(page: Page, link: Locator) -> None:
    """Puts the pointer on a link, coming from nowhere."""
    page.mouse.move(1, 1)
    link.scroll_into_view_if_needed()
    link.hover()


def asked_for(page: Page) -> list[str]:
    """Addresses of previews that are asked for from now on. Paths' own are needed by the pages that stand on one."""
    found: list[str] = []

    def heard(request: Request) -> None:
        if "/data/previews/" in request.url and "/previews/paths/" not in request.url:
            found.append(request.url)

    page.on("request", heard)
    return found


def test_a_pointer_that_rests_sees_title_kind_and_summary(site: Site, visitor: Open) -> None:
    """A reader in the middle of a sentence learns what a link is about without losing the sentence; away from it, all is gone."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + TRAP)
    link = page.locator(LINK).first
    target = BOOK.entries[linked(page, link)]
    follow_slowly(page, link)
    expect(page.locator(TIP)).to_contain_text(target.title)
    expect(page.locator(TIP)).to_contain_text(target.kind.label)
    expect(page.locator(TIP)).to_contain_text(target.summary)
    assert link.get_attribute("aria-describedby") == page.locator(TIP).get_attribute("id")
    assert page.locator(TIP).locator("a, button, [tabindex]").count() == 0
    page.mouse.move(1, 1)
    expect(page.locator(TIP)).to_have_count(0)
    assert link.get_attribute("aria-describedby") is None
    assert wrong == []


def test_a_pointer_in_passing_sees_nothing(site: Site, visitor: Open) -> None:
    """Boxes that pop up under a hand on its way elsewhere are a nuisance, and cost the data of those who pay for it."""
    page = visitor()
    asked = asked_for(page)
    page.goto(site.url + TRAP)
    page.wait_for_load_state("networkidle")
    follow_slowly(page, page.locator(LINK).first)
    page.wait_for_timeout(150)
    page.mouse.move(1, 1)
    page.wait_for_timeout(WHILE)
    expect(page.locator(TIP)).to_have_count(0)
    assert asked == []


def test_a_page_is_asked_for_once(site: Site, visitor: Open) -> None:
    """Whoever looks twice pays once, and only the site itself is asked."""
    page = visitor()
    asked = asked_for(page)
    page.goto(site.url + TRAP)
    for _ in range(2):
        follow_slowly(page, page.locator(LINK).first)
        expect(page.locator(TIP)).to_be_visible()
        page.mouse.move(1, 1)
        expect(page.locator(TIP)).to_have_count(0)
    assert len(asked) == 1
    assert asked[0].startswith(site.url + "data/previews/")


def test_the_pointer_may_move_onto_the_preview(site: Site, visitor: Open) -> None:
    """Who needs a magnifier, or wants to copy a word, must be able to point at the text without losing it (WCAG 1.4.13)."""
    page = visitor()
    page.goto(site.url + TRAP)
    link = page.locator(LINK).first
    follow_slowly(page, link)
    expect(page.locator(TIP)).to_be_visible()
    start, box = link.bounding_box(), page.locator(TIP).bounding_box()
    assert start and box
    x = start["x"] + start["width"] / 2
    page.mouse.move(x, start["y"] + start["height"] / 2)
    page.mouse.move(x, box["y"] + box["height"] / 2, steps=40)
    page.wait_for_timeout(WHILE)
    expect(page.locator(TIP)).to_be_visible()
    page.mouse.move(1, 1)
    expect(page.locator(TIP)).to_have_count(0)


def test_one_at_a_time(site: Site, visitor: Open) -> None:
    """From link to link the preview goes along; two of them would hide the text."""
    page = visitor(height=1400)
    page.goto(site.url + TRAP)
    links = page.locator(".pb-neighbours svg a")
    for number in (0, 1, 2):
        links.nth(number).hover()
        title = BOOK.entries[linked(page, links.nth(number))].title
        expect(page.locator(f"{TIP} .pb-preview-title")).to_have_text(title)
        assert page.locator(TIP).count() == 1
        page.keyboard.press("Escape")


def test_escape_sends_it_away_until_the_pointer_has_left(site: Site, visitor: Open) -> None:
    """Text under a preview can be read without moving the hand, and the place on the page is kept."""
    page = visitor()
    page.goto(site.url + TRAP)
    link = page.locator(LINK).first
    page.locator("pb-search input").focus()
    follow_slowly(page, link)
    expect(page.locator(TIP)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(TIP)).to_have_count(0)
    expect(page.locator("pb-search input")).to_be_focused()
    box = link.bounding_box()
    assert box
    page.mouse.move(box["x"] + 3, box["y"] + 5)
    page.mouse.move(box["x"] + 9, box["y"] + 6)
    page.wait_for_timeout(WHILE)
    expect(page.locator(TIP)).to_have_count(0)
    follow_slowly(page, link)
    expect(page.locator(TIP)).to_be_visible()


def test_the_keyboard_shows_it_as_well(site: Site, visitor: Open) -> None:
    """Who goes from link to link by Tab gets the same, and Escape leaves the focus where it is."""
    page = visitor()
    page.goto(site.url + TRAP)
    link = page.locator(LINK).first
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(page.locator(TIP)).to_be_visible()
    assert page.evaluate(FOCUS_SHOWS) == ""
    assert link.get_attribute("aria-describedby") == "pb-preview"
    page.keyboard.press("Escape")
    expect(page.locator(TIP)).to_have_count(0)
    expect(link).to_be_focused()
    page.wait_for_timeout(WHILE)
    expect(page.locator(TIP)).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator(TIP)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(f"{TIP} .pb-preview-title", has_text=BOOK.entries[linked(page, link)].title)).to_have_count(0)


def test_a_link_to_a_section_shows_the_section(site: Site, visitor: Open) -> None:
    """Who is sent to one paragraph of a long page sees that paragraph, not what the page is about."""
    page = visitor()
    page.goto(site.url + TRAP)
    page.locator(".pb-mentions summary").click()
    link = page.locator(".pb-mentions a[href*='#']").first
    document = next(document for document in BOOK.documents if document.path == linked(page, link))
    anchor = link.evaluate("link => link.hash.slice(1)")
    section = next(section for section in document.sections if section.heading and section.heading.id == anchor)
    assert section.heading
    follow_slowly(page, link)
    expect(page.locator(".pb-preview-title")).to_have_text(section.heading.text)
    expect(page.locator(".pb-preview-of")).to_contain_text(BOOK.entries[document.path].title)
    expect(page.locator(".pb-preview-text")).not_to_be_empty()
    expect(page.locator(".pb-preview-text")).not_to_have_text(BOOK.entries[document.path].summary)


def test_a_link_to_a_path_shows_its_steps(site: Site, visitor: Open) -> None:
    """Before taking a path one sees where it leads."""
    page = visitor()
    page.goto(site.url + TRAP)
    follow_slowly(page, page.locator(".pb-ways strong a").first)
    expect(page.locator(".pb-preview-text")).to_contain_text("Cascade Traps, Cascade Check")


def test_a_term_shows_its_definition(site: Site, visitor: Open) -> None:
    """A word that the book uses in a sense of its own is explained where it is read."""
    page = visitor()
    page.goto(site.url + TERMS)
    link = page.locator(TERM).first
    id = link.evaluate("link => link.hash.slice(1)")
    term, text = next((term, text) for at, term, text, _ in BOOK.lists["glossary.md"].terms if at == id)
    follow_slowly(page, link)
    expect(page.locator(".pb-preview-title")).to_have_text(term)
    expect(page.locator(".pb-preview-text")).to_have_text(text)


def test_none_where_it_would_tell_nothing_new(site: Site, visitor: Open) -> None:
    """Cards say what they lead to already, the contents lead down this page, and what lies elsewhere is not ours to tell."""
    page = visitor()
    asked = asked_for(page)
    page.goto(site.url + TRAP)
    plain = (".pb-cards a", "#sources ~ ul a[href^='http']", ".md-tabs a", "a[rel=edit]")
    for selector in plain:
        follow_slowly(page, page.locator(selector).first)
        page.wait_for_timeout(600)
        assert page.locator(TIP).count() == 0, selector
    page.goto(site.url + "traps/")
    follow_slowly(page, page.locator(".pb-narrow a"))
    page.wait_for_timeout(600)
    assert asked == []


def test_every_page_that_is_linked_has_its_text(site: Site, visitor: Open, place: str) -> None:
    """A link without a preview among links that have one looks broken, and would leave an error in the console."""
    page = visitor()
    page.goto(site.url + place)
    names = page.evaluate(
        "[...document.querySelectorAll('.pb-page a[href]:not(.pb-cards a)')]"
        ".map(link => patternbook.name(new URL(link.getAttribute('href'), document.baseURI))).filter(Boolean)"
    )
    assert sorted({name for name in names if not (site.folder / "data" / "previews" / f"{name}.js").is_file()}) == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (768, 1024), (320, 640), (320, 256)])
def test_it_covers_neither_the_link_nor_half_the_page(site: Site, visitor: Open, width: int, height: int) -> None:
    """On every screen and at fourfold zoom: on the screen, small, beside its link, and nothing moves for it."""
    page = visitor(width, height)
    page.goto(site.url + TERMS)
    before = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    links = page.locator(f"{LINK}, .pb-neighbours svg a, .pb-ways a")
    for number in range(links.count()):
        link = links.nth(number)
        page.mouse.move(1, 1)
        page.evaluate("scrollTo(0, 0)")
        link.focus()
        page.keyboard.press("Shift")
        link.hover()
        expect(page.locator(TIP)).to_be_visible()
        tip = page.locator(f"{TIP} > div").bounding_box()
        assert tip
        assert tip["x"] >= 0 and tip["y"] >= 0, (tip, number)
        assert tip["x"] + tip["width"] <= width and tip["y"] + tip["height"] <= height, (tip, number)
        assert tip["width"] <= 440 and tip["height"] <= height / 3 + 1, (tip, number)
        over = link.evaluate(
            "(link, tip) => [...link.getClientRects()].some(row => row.bottom > tip.y + 1 && row.top < tip.y + tip.height - 1"
            " && row.right > tip.x && row.left < tip.x + tip.width)",
            tip,
        )
        assert not over, number
        page.keyboard.press("Escape")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_previews_pass_axe(site: Site, visitor: Open, scheme: str) -> None:
    """What pops up is read by the same people as the page: on a phone, a tablet, a desk, in light and dark."""
    for width in (320, 768, 1440):
        page = visitor(width, color_scheme=scheme, has_touch=True)
        page.goto(site.url + TRAP)
        follow_slowly(page, page.locator(LINK).first)
        expect(page.locator(TIP)).to_be_visible()
        assert violations(page) == [], (width, "tooltip")
        page.mouse.move(1, 1)
        page.locator(LINK).first.tap()
        expect(page.locator(SHEET)).to_be_visible()
        assert violations(page) == [], (width, "sheet")


def test_a_first_tap_shows_a_sheet_and_a_second_goes(site: Site, visitor: Open) -> None:
    """A finger cannot rest on a link: the first tap tells, the same link or the sheet's own then leads there."""
    page = visitor(390, 800, has_touch=True)
    wrong = complaints(page)
    page.goto(site.url + TRAP)
    link = page.locator(LINK).first
    target = BOOK.entries[linked(page, link)]
    link.tap()
    sheet = page.locator(SHEET)
    expect(sheet).to_contain_text(target.summary)
    expect(page.get_by_role("dialog", name=target.title)).to_be_visible()
    expect(sheet.get_by_role("link", name=BOOK.definition.say("preview-open"))).to_be_focused()
    assert page.url == site.url + TRAP
    box = sheet.bounding_box()
    assert box and box["x"] == 0 and box["width"] == 390 and abs(box["y"] + box["height"] - 800) < 1
    link.tap()
    expect(page.locator("h1")).to_have_text(target.title)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Cascade Traps")
    page.locator(LINK).first.tap()
    sheet.get_by_role("link").tap()
    expect(page.locator("h1")).to_have_text(target.title)
    expect(sheet).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert wrong == []


def test_a_tap_on_a_term_leads_to_the_term(site: Site, visitor: Open) -> None:
    """The sheet's link goes to the very place that the link goes to."""
    page = visitor(390, 800, has_touch=True)
    page.goto(site.url + TERMS)
    link = page.locator(TERM).first
    url = link.evaluate("link => link.href")
    link.tap()
    page.locator(SHEET).get_by_role("link").tap()
    page.wait_for_url(url)
    expect(page.locator("h1")).to_have_text("Glossary")


def test_the_sheet_can_be_sent_away(site: Site, visitor: Open) -> None:
    """By its button, by Escape, by a tap beside it, by reading on; the focus is on the link again, not at the top of the page."""
    page = visitor(390, 800, has_touch=True)
    page.goto(site.url + TRAP)
    link, sheet = page.locator(LINK).first, page.locator(SHEET)
    ways = {
        "button": lambda: sheet.get_by_role("button", name=BOOK.definition.say("preview-close")).tap(),
        "escape": lambda: page.keyboard.press("Escape"),
        "beside": lambda: page.touchscreen.tap(195, 120),
        "scroll": lambda: page.mouse.wheel(0, 700),
    }
    for name, send in ways.items():
        link.scroll_into_view_if_needed()
        link.tap()
        expect(sheet).to_be_visible()
        send()
        expect(sheet).to_have_count(0)
        expect(link).to_be_focused()
        page.wait_for_timeout(WHILE if name == "escape" else 0)
        assert page.locator(TIP).count() == 0, name
        assert page.url == site.url + TRAP, name


def test_the_sheet_does_not_hide_its_link(site: Site, visitor: Open) -> None:
    """At the lower edge of a phone the line that one was reading stays in sight above the sheet."""
    page = visitor(390, 800, has_touch=True)
    page.goto(site.url + TRAP)
    link = page.locator(LINK).first
    link.evaluate("link => scrollBy(0, link.getBoundingClientRect().bottom - innerHeight + 4)")
    link.tap()
    expect(page.locator(SHEET)).to_be_visible()
    row, box = link.bounding_box(), page.locator(SHEET).bounding_box()
    assert row and box and row["y"] > 0 and row["y"] + row["height"] <= box["y"]


@pytest.mark.parametrize("selector", [".pb-facts a", ".pb-kicker a", ".pb-cards a", ".pb-ways ul a", ".pb-neighbours svg a"])
def test_a_tap_on_a_list_goes_there(site: Site, visitor: Open, selector: str) -> None:
    """Facts, cards, paths and drawings are there to go on with: no second tap is asked for."""
    page = visitor(390, 800, has_touch=True)
    page.goto(site.url + TRAP)
    page.locator(selector).first.tap()
    page.wait_for_function("url => location.href !== url", arg=site.url + TRAP)


@pytest.mark.parametrize("fault", ["lost", "slow"])
def test_without_data_a_tap_follows_the_link(site: Site, visitor: Open, fault: str) -> None:
    """On a train a link must at least be a link."""
    page = visitor(390, 800, has_touch=True)
    page.goto(site.url + TRAP)
    page.route("**/data/previews/**", lambda route: route.abort() if fault == "lost" else None)
    link = page.locator(LINK).first
    title = BOOK.entries[linked(page, link)].title
    link.tap()
    expect(page.locator("h1")).to_have_text(title)


def test_from_a_folder(offline: Site, visitor: Open) -> None:
    """A book that was sent as a folder shows previews as well, by mouse and by touch."""
    page = visitor(has_touch=True)
    wrong = complaints(page)
    page.goto(offline.url + "traps/cascade-traps.html")
    link = page.locator(LINK).first
    target = BOOK.entries[linked(page, link)]
    follow_slowly(page, link)
    expect(page.locator(TIP)).to_contain_text(target.summary)
    page.mouse.move(1, 1)
    link.tap()
    page.locator(SHEET).get_by_role("link").tap()
    expect(page.locator("h1")).to_have_text(target.title)
    assert wrong == []


def test_after_an_instant_change_of_page(site: Site, visitor: Open) -> None:
    """A preview does not stay behind on the next page, and the next page has its own; back again, too."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + TRAP)
    page.evaluate("window.sameFrame = true")
    for turn in range(2):
        link = page.locator(LINK).first
        title = BOOK.entries[linked(page, link)].title
        follow_slowly(page, link)
        expect(page.locator(TIP)).to_contain_text(title)
        link.click()
        expect(page.locator(TIP)).to_have_count(0)
        expect(page.locator("h1")).to_have_text(title)
        page.wait_for_timeout(WHILE)
        other = page.locator(LINK).first
        follow_slowly(page, other)
        expect(page.locator(TIP)).to_contain_text(BOOK.entries[linked(page, other)].title)
        if turn == 0:
            page.go_back()
            expect(page.locator(TIP)).to_have_count(0)
            expect(page.locator("h1")).to_have_text("Cascade Traps")
    assert page.evaluate("window.sameFrame") is True
    assert wrong == []


def test_it_is_not_printed(site: Site, visitor: Open) -> None:
    """Who prints with the pointer on a link gets the page, not the box over it."""
    page = visitor()
    page.goto(site.url + TRAP)
    follow_slowly(page, page.locator(LINK).first)
    expect(page.locator(TIP)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(TIP)).to_be_hidden()


def test_without_scripts_links_are_links(site: Site, visitor: Open) -> None:
    """Where no script runs, a tap and a click lead to the page as ever."""
    page = visitor(390, 800, has_touch=True, java_script_enabled=False)
    page.goto(site.url + TRAP)
    page.locator(LINK).first.tap()
    expect(page).not_to_have_url(site.url + TRAP)
    expect(page).to_have_url(re.compile(re.escape(site.url)))


def test_it_weighs_little(site: Site) -> None:
    """It is on every page, so everybody pays for it."""
    script = (site.folder / "assets" / "patternbook" / "preview.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= 2_500
