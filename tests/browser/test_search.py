"""The search box: from a few words to the right page, by keyboard, on a phone, from a folder, and again after a page change."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import BOOK, Open, Site, complaints
from .test_accessibility import violations

BOX = "pb-search input"
OPTIONS = "pb-search [role=option]"


def titles(page: Page) -> list[str]:
    return page.locator(f"{OPTIONS} .pb-search-title").all_inner_texts()


def ask(page: Page, text: str) -> None:
    """Types into the box and waits for an answer to just that."""
    page.locator(BOX).fill(text)
    expect(page.locator("pb-search [role=status]")).not_to_be_empty()


def test_a_page_is_found_by_title_other_name_symptom_and_text(site: Site, visitor: Open) -> None:
    """A reader knows one of four things: what it is called, what else it is called, how it sounds, or what stands in it."""
    page = visitor()
    page.goto(site.url)
    for words in ("cascade traps", "org-chart cascade", "goals are opened once in january", "reporting tree"):
        ask(page, words)
        assert "Cascade Traps" in titles(page)[:3], (words, titles(page))


def test_plural_case_accents_and_a_slip_are_forgiven(site: Site, visitor: Open) -> None:
    """Nobody should have to guess our spelling."""
    page = visitor()
    page.goto(site.url)
    for words in ("CASCADE TRAP", "cascáde", "cascdae trap", "the cascade's traps"):
        ask(page, words)
        assert titles(page)[0] in ("Cascade Traps", "Cascade Check"), (words, titles(page))


def test_results_say_kind_and_why(site: Site, visitor: Open) -> None:
    """Whoever searched with a sentence sees the sentence that matched; whoever searched for a name sees the summary."""
    page = visitor()
    page.goto(site.url)
    ask(page, "goals opened in january")
    first = page.locator(OPTIONS).filter(has_text="Cascade Traps")
    expect(first.locator(".pb-card-kind")).to_have_text(re.compile("Trap"))
    expect(first.locator(".pb-search-said")).to_have_text("Our third-level goals are opened once, in January.")
    ask(page, "cascade traps")
    expect(page.locator(OPTIONS).first.locator(".pb-search-summary")).to_have_text(BOOK.entries["traps/cascade-traps.md"].summary)


@pytest.mark.parametrize("where", ["site", "offline"])
def test_by_keyboard_alone(where: str, request: pytest.FixtureRequest, visitor: Open) -> None:
    """`/`, words, an arrow, Enter: the page opens, over http and from a folder; then the same again from there."""
    place: Site = request.getfixturevalue(where)
    page = visitor()
    wrong = complaints(page)
    page.goto(place.url + ("" if where == "site" else "index.html"))
    for words, heading in (("messy middle", "The Messy Middle"), ("allocation tetris", "Allocation Tetris")):
        page.keyboard.press("/")
        expect(page.locator(BOX)).to_be_focused()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(words)
        expect(page.locator(OPTIONS).first).to_contain_text(heading)
        page.keyboard.press("ArrowDown")
        expect(page.locator(OPTIONS).first).to_have_attribute("aria-selected", "true")
        assert page.locator(BOX).get_attribute("aria-activedescendant") == page.locator(OPTIONS).first.get_attribute("id")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(heading)
        page.wait_for_load_state("networkidle")
    page.go_back()
    expect(page.locator("h1")).to_have_text("The Messy Middle")
    assert wrong == []


def test_enter_right_after_typing_opens_the_first_result(site: Site, visitor: Open) -> None:
    """Fast typists do not wait for a list."""
    page = visitor()
    page.goto(site.url)
    page.locator(BOX).focus()
    page.keyboard.type("annual planning dance")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("The Annual Planning Dance")


def test_escape_closes_then_empties(site: Site, visitor: Open) -> None:
    """A list that covers the page can be sent away without losing the place."""
    page = visitor()
    page.goto(site.url)
    ask(page, "roadmap")
    page.keyboard.press("Escape")
    expect(page.locator("pb-search [role=listbox]")).to_be_hidden()
    expect(page.locator(BOX)).to_have_value("roadmap")
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_have_value("")
    expect(page.locator(BOX)).to_be_focused()


def test_an_answer_is_drawn_in_pieces_and_counted_whole(site: Site, visitor: Open) -> None:
    """A letter must not wait for the picture of eight results. The number that is said is that of all."""
    page = visitor()
    page.goto(site.url)
    ask(page, "xyzzyq")
    page.evaluate(
        """list => { window.drawn = []
        new MutationObserver(() => drawn.push(list.children.length)).observe(list, {childList: true}) }""",
        page.locator("pb-search [role=listbox]").element_handle(),
    )
    ask(page, "planning")
    expect(page.locator(OPTIONS)).to_have_count(8)
    assert page.evaluate("drawn") == [3, 6, 8]
    expect(page.locator("pb-search [role=status]")).to_have_text(re.compile(" 8$"))


def test_an_arrow_up_before_all_is_drawn_leads_to_the_last_result(site: Site, visitor: Open) -> None:
    """Whoever goes up from the box wants the end of the list, and not of its first piece."""
    page = visitor()
    page.goto(site.url)
    page.evaluate(
        """([list, box]) => new MutationObserver((_, watch) => {
            watch.disconnect()
            box.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", bubbles: true, cancelable: true}))
        }).observe(list, {childList: true})""",
        [page.locator("pb-search [role=listbox]").element_handle(), page.locator(BOX).element_handle()],
    )
    ask(page, "planning")
    expect(page.locator(OPTIONS)).to_have_count(8)
    expect(page.locator(OPTIONS).last).to_have_attribute("aria-selected", "true")
    expect(page.locator(f"{OPTIONS}[aria-selected=true]")).to_have_count(1)


def test_a_longer_answer_leaves_nothing_behind(site: Site, visitor: Open) -> None:
    """Results of the last word among those of this one would lead astray."""
    page = visitor()
    page.goto(site.url)
    ask(page, "planning")
    expect(page.locator(OPTIONS)).to_have_count(8)
    page.keyboard.press("ArrowUp")
    page.locator(BOX).fill("allocation tetris january")
    expect(page.locator(OPTIONS)).not_to_have_count(8)
    assert 0 < len(titles(page)) < 8
    assert [link.get_attribute("id") for link in page.locator(OPTIONS).all()] == [f"pb-found-{n}" for n in range(len(titles(page)))]
    expect(page.locator(f"{OPTIONS}[aria-selected=true]")).to_have_count(0)


def test_nothing_found_is_said_and_signs_are_text(site: Site, visitor: Open) -> None:
    """An empty answer must not look like a broken one; what a reader types is shown and never run."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url)
    for words in ("xyzzyq", '<qqimg zzsrc="xxkjq(zzq)">', "{zzcount} qqqq", "\\ ( [ * qqqq"):
        ask(page, words)
        expect(page.locator("pb-search [role=status]")).to_have_text(f"Nothing found for “{words}”")
        assert titles(page) == []
    assert wrong == []


def test_nothing_is_loaded_before_somebody_searches(site: Site, visitor: Open) -> None:
    """A reader who only reads pays for no index."""
    page = visitor()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.url + "traps/cascade-traps/")
    page.wait_for_load_state("networkidle")
    late = ("minisearch.js", "data/words.js", "data/book.js", "engine.js")
    assert [url for url in asked if url.endswith(late)] == []
    ask(page, "roadmap")
    assert sorted(url.removeprefix(site.url) for url in asked if url.endswith(late)) == [
        "assets/patternbook/engine.js", "assets/patternbook/vendor/minisearch.js", "data/book.js", "data/words.js",
    ]  # fmt: skip


def test_a_lost_connection_is_said_and_the_next_letter_tries_again(site: Site, visitor: Open) -> None:
    """On a train the first try may fail; nobody has to reload the page."""
    page = visitor()
    page.route("**/data/words.js", lambda route: route.abort())
    page.goto(site.url)
    page.locator(BOX).fill("roadma")
    expect(page.locator("pb-search [role=status]")).to_have_text("The search could not be loaded. Try again.")
    page.unroute("**/data/words.js")
    page.locator(BOX).fill("roadmap")
    expect(page.locator(OPTIONS).first).to_be_visible()


def test_without_scripts_there_is_no_dead_box(site: Site, visitor: Open) -> None:
    """Browse and the lists do the work there."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url)
    expect(page.locator(BOX)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_open_and_empty_lists_pass_axe_and_stay_on_the_screen(site: Site, visitor: Open, width: int, scheme: str) -> None:
    """The list is for everybody, and on a phone too."""
    page = visitor(width=width, color_scheme=scheme)
    page.goto(site.url)
    for words in ("planning", "xyzzyq"):
        ask(page, words)
        assert violations(page) == []
        edges = page.evaluate(
            "[...document.querySelectorAll('pb-search [role=listbox], .pb-search-none')].filter(e => e.getClientRects().length)"
            ".map(e => e.getBoundingClientRect()).map(r => [r.left, r.right])"
        )
        assert edges and all(left >= 0 and right <= width for left, right in edges)
