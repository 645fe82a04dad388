"""Browse and the map, narrowed down: values chosen and left out, words, counts, an address to send, and the way back."""

from __future__ import annotations

import gzip
import io
import re
from urllib.parse import unquote

import pytest
from books import ROOT
from patternbook.core.query import parse_query
from patternbook.core.views import Entry
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from .conftest import BOOK, Open, Site, complaints
from .test_accessibility import violations

SAY = BOOK.definition.say
ALL = len(BOOK.select(parse_query("", BOOK.definition, BOOK.names)[0]))
TITLES = "pb-filter .pb-cards li a"
COUNT = "pb-filter .pb-filter-count"
CHIPS = "pb-filter .pb-filter-chips button"
SPOKEN = "pb-filter [role=status]"
STATE = """() => [...document.querySelectorAll('pb-filter .pb-filter-group')].map(group => [
    group.querySelector('[role=group]').getAttribute('aria-labelledby').replace('pb-filter-', ''),
    [...group.querySelectorAll('.pb-filter-value')].map(line => {
        const box = line.querySelector('input')
        return [box.value, Number(line.querySelector('.pb-filter-of').textContent), box.disabled]
    })])"""


def select(query: str) -> list[Entry]:
    """What the core says of a query that it has no complaint about."""
    parsed, problems = parse_query(query, BOOK.definition, BOOK.names)
    assert problems == []
    return BOOK.select(parsed)


def browse(page: Page, site: Site, query: str = "", place: str = "browse/") -> None:
    """Opens the address and waits until the filter has taken it over."""
    page.goto(site.url + place + ("index.html" if site.url.startswith("file:") else "") + query)
    expect(page.locator(COUNT)).not_to_be_empty()


def drawn(page: Page) -> None:
    """Waits until all that a choice changes is on the page: numbers, further cards and the map's titles come after the first picture."""
    expect(page.locator("pb-filter[aria-busy]")).to_have_count(0)


def value(page: Page, key: str, name: str) -> Locator:
    """The box of a value; its group is opened as a reader would do it."""
    box = page.locator(f"#pb-filter-{key}").locator("xpath=ancestor::details[1]").locator(f"input[value='{name}']")
    if not box.is_visible():
        page.locator(f"#pb-filter-{key}").click()
    return box


def choose(page: Page, key: str, *names: str) -> None:
    for name in names:
        value(page, key, name).check()


def leave_out(page: Page, key: str, name: str) -> None:
    line = value(page, key, name).locator("xpath=ancestor::div[1]")
    line.hover()
    line.get_by_role("button").click()


def titles(page: Page) -> list[str]:
    """All titles found, however many are shown at first."""
    drawn(page)
    while page.locator(".pb-filter-more").is_visible():
        page.locator(".pb-filter-more").click()
    return page.locator(TITLES).all_inner_texts()


def shows(page: Page, query: str) -> None:
    """The page shows just what the query selects, in the order of the book, and its address says so."""
    found = select(query)
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(found), total=ALL))
    assert unquote(page.url).partition("?")[2] == query
    assert titles(page) == [entry.title for entry in found]


def test_one_choice_two_values_two_keys_and_one_left_out(site: Site, visitor: Open) -> None:
    """Who looks for something narrows down: OR within a key, AND between keys, and what does not matter is left out."""
    page = visitor()
    wrong = complaints(page)
    browse(page, site)
    assert titles(page) == [entry.title for entry in select("")]
    choose(page, "kind", "trap")
    shows(page, "kind=trap")
    choose(page, "audience", "executive", "coach")
    shows(page, "kind=trap&audience=executive,coach")
    leave_out(page, "situation", "overloaded")
    shows(page, "kind=trap&audience=executive,coach&situation!=overloaded")
    choose(page, "kind", "practice")
    shows(page, "kind=trap,practice&audience=executive,coach&situation!=overloaded")
    value(page, "kind", "trap").uncheck()
    shows(page, "kind=practice&audience=executive,coach&situation!=overloaded")
    leave_out(page, "situation", "overloaded")
    shows(page, "kind=practice&audience=executive,coach")
    assert wrong == []


@pytest.mark.parametrize(
    "query", ["", "kind=trap", "kind=trap,practice&audience=executive&situation!=overloaded", "status=structured&due=no"]
)
def test_counts_say_what_a_choice_would_leave(site: Site, visitor: Open, query: str) -> None:
    """No choice leads nowhere: each value says how many pages it would leave or add, and one without any cannot be chosen."""
    page = visitor()
    browse(page, site, f"?{query}")
    parts = query.split("&") if query else []
    zeros = 0
    for key, rows in page.evaluate(STATE):
        others = "&".join(part for part in parts if not part.startswith(f"{key}="))
        left = select(others)
        for name, count, disabled in rows:
            assert count == sum(name in entry.facts.get(key, ()) for entry in left), (key, name)
            chosen = any(part.startswith(f"{key}=") and name in part.partition("=")[2].split(",") for part in parts)
            assert disabled is (not count and not chosen), (key, name)
            zeros += disabled
    assert zeros or not query or "," not in query


def test_leaving_out_is_not_offered_where_it_leaves_nothing(site: Site, visitor: Open) -> None:
    """Whoever leaves out the only value that all pages carry would stand before an empty list."""
    page = visitor()
    browse(page, site, "?kind=trap&kind!=model")
    out = value(page, "status", "structured").locator("xpath=ancestor::div[1]").locator("button")
    expect(out).to_be_disabled()
    model = value(page, "kind", "model").locator("xpath=ancestor::div[1]").locator("button")
    expect(model).to_have_attribute("aria-pressed", "true")
    crossed = "button => getComputedStyle(button.parentNode.querySelector('span')).textDecorationLine"
    assert model.evaluate(crossed) == "line-through"
    expect(model).to_have_accessible_name(SAY("filter-leave-out", label=BOOK.definition.kinds["model"].plural))


def test_chips_take_choices_away_and_the_focus_stays(site: Site, visitor: Open) -> None:
    """What is chosen can be seen in one place and taken back one by one, by keyboard too, or all at once."""
    page = visitor()
    browse(page, site, "?kind=trap,model&audience=executive&situation!=overloaded")
    chips = page.locator(CHIPS)
    assert chips.all_inner_texts() == ["Kind: Traps", "Kind: Models", "Audience: executive", "Situation: not overloaded"]
    expect(chips.first).to_have_accessible_name(SAY("filter-remove", label="Kind: Traps"))
    chips.nth(1).focus()
    page.keyboard.press("Enter")
    expect(chips.nth(1)).to_be_focused()
    shows(page, "kind=trap&audience=executive&situation!=overloaded")
    for _ in range(2):
        chips.last.focus()
        page.keyboard.press("Space")
        expect(page.locator(COUNT)).to_be_focused()
    shows(page, "kind=trap")
    page.get_by_role("button", name=SAY("filter-clear")).click()
    expect(page.locator(COUNT)).to_be_focused()
    expect(chips).to_have_count(0)
    shows(page, "")
    assert page.url == site.url + "browse/"


def test_orders(site: Site, visitor: Open) -> None:
    """Some look for a name, some for what was looked after last: the list follows, and so does the address."""
    page = visitor()
    browse(page, site, "?kind=trap,model")
    sort = page.get_by_label(SAY("filter-sort"))
    found = select("kind=trap,model")
    by_title = sorted(found, key=lambda entry: (entry.title.casefold(), entry.path))
    sort.select_option("title")
    assert titles(page) == [entry.title for entry in by_title]
    assert page.url.endswith("?kind=trap,model&sort=title")
    sort.select_option("reviewed")
    newest = sorted(by_title, key=lambda entry: entry.review.on.isoformat() if entry.review.on else "", reverse=True)
    assert titles(page) == [entry.title for entry in newest]
    sort.select_option("kind")
    shows(page, "kind=trap,model")
    expect(sort.locator("option[value=best]")).to_be_disabled()


def test_cards_or_a_list(site: Site, visitor: Open) -> None:
    """Who knows the book wants titles on one screen, who does not wants summaries."""
    page = visitor()
    browse(page, site, "?kind=trap")
    first = select("kind=trap")[0]
    line = page.locator(".pb-filter-found .pb-cards li").first
    expect(line).to_contain_text(first.summary)
    expect(line.locator(".pb-card-kind")).to_have_text(f"{first.kind.glyph} {first.kind.label}")
    as_list = page.get_by_role("button", name=SAY("filter-list"), exact=True)
    as_list.click()
    drawn(page)
    expect(as_list).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name=SAY("filter-cards"), exact=True)).to_have_attribute("aria-pressed", "false")
    expect(line).not_to_contain_text(first.summary)
    expect(line.locator(".pb-card-kind")).to_be_visible()
    assert page.url.endswith("?kind=trap&view=list")


def test_more_is_shown_when_asked_for_and_again_after_coming_back(site: Site, visitor: Open) -> None:
    """A long list is read in pieces, and whoever opens a page from it comes back to the same place in it."""
    page = visitor()
    browse(page, site)
    expect(page.locator(TITLES)).to_have_count(24)
    page.locator(".pb-filter-more").click()
    expect(page.locator(TITLES)).to_have_count(48)
    expect(page.locator(TITLES).nth(24)).to_be_focused()
    link = page.locator(TITLES).nth(40)
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(250)
    down = page.evaluate("scrollY")
    assert down > 2000
    page.evaluate("window.sameFrame = true")
    title = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(title)
    page.go_back()
    expect(page.locator(TITLES)).to_have_count(48)
    page.wait_for_timeout(300)
    assert abs(page.evaluate("scrollY") - down) < 40
    assert page.evaluate("window.sameFrame") is True
    page.reload()
    expect(page.locator(TITLES)).to_have_count(48)
    page.wait_for_timeout(300)
    assert abs(page.evaluate("scrollY") - down) < 40
    page.click(".md-tabs a[href*='glossary']")
    page.click(".md-tabs a[href*='browse']")
    expect(page.locator(TITLES)).to_have_count(24)
    assert page.evaluate("scrollY") == 0


def test_words_within_a_choice(site: Site, visitor: Open) -> None:
    """Words narrow down like any other choice: best match first, other values counted anew, in one step of history."""
    page = visitor()
    browse(page, site)
    choose(page, "kind", "trap")
    page.get_by_label(SAY("filter-words"), exact=True).press_sequentially("annual planning")
    expect(page.locator(TITLES).first).to_have_text("The Annual Planning Dance")
    traps = {entry.title for entry in select("kind=trap")}
    expect(page.locator(CHIPS).last).to_have_text(re.compile("annual planning"))
    assert set(titles(page)) < traps
    assert page.url.endswith("?kind=trap&q=annual+planning")
    expect(page.get_by_label(SAY("filter-sort"))).to_have_value("best")
    count = int(value(page, "kind", "trap").locator("xpath=..").locator(".pb-filter-of").inner_text())
    assert count == len(titles(page))
    page.go_back()
    shows(page, "")
    expect(page.get_by_label(SAY("filter-words"), exact=True)).to_have_value("")
    page.go_forward()
    expect(page.get_by_label(SAY("filter-words"), exact=True)).to_have_value("annual planning")
    expect(page.locator(TITLES).first).to_have_text("The Annual Planning Dance")


def test_what_the_book_does_not_have_is_named_and_can_be_taken_away(site: Site, visitor: Open) -> None:
    """An address from another company's book, or of last year, finds what it can and says what it could not."""
    page = visitor()
    wrong = complaints(page)
    strange = '<img src=x onerror="alert(1)">'
    browse(page, site, f"?kind=trap,dragon&colour=blue&audience!=nobody&sort=upside&q=&x={strange}")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(select("kind=trap")), total=ALL))
    note = page.locator(".pb-filter-note:visible")
    for name in ("kind=dragon", "colour=blue", "audience!=nobody", "sort=upside"):
        expect(note).to_contain_text(name)
    expect(note).not_to_contain_text("kind=trap")
    expect(page.locator("pb-filter img")).to_have_count(0)
    for name in ("kind=dragon", "colour=blue", "audience!=nobody", "sort=upside"):
        page.get_by_role("button", name=SAY("filter-remove", label=name)).click()
    page.locator(CHIPS).last.click()
    expect(note).to_have_count(0)
    shows(page, "kind=trap")
    assert wrong == []


@pytest.mark.parametrize(
    "query",
    [
        "audience=executive&audience=coach",
        "audience=executive,coach&audience!=finance,engineer",
        "kind=trap&kind!=trap",
        "kind=%74rap",
        "kind=trap%2Cmodel",
        "kind= trap , model&&",
        "owner=product-operations&status=structured&due=no&situation!=overloaded",
        "level=team\nkind=model",
        "kind=trap&sort=title&view=list",
    ],
)
def test_an_address_means_the_same_as_in_the_core(site: Site, visitor: Open, query: str) -> None:
    """The query of a saved view, of a fenced block and of the command line is the address of Browse: no second grammar."""
    parsed, problems = parse_query(query, BOOK.definition, BOOK.names)
    page = visitor()
    browse(page, site, "?" + query.replace("\n", "%26".replace("%26", "&")))
    known = BOOK.select(parsed)
    assert sorted(titles(page)) == sorted(entry.title for entry in known)
    assert page.locator(".pb-filter-note:visible", has_text="address").count() == (1 if problems else 0)


def test_an_address_is_shared(site: Site, visitor: Open) -> None:
    """ "Look at these" is said with a link: whoever opens it sees the same list, the same words and the same way of showing."""
    page = visitor()
    browse(page, site)
    choose(page, "kind", "trap", "model")
    choose(page, "level", "teams")
    leave_out(page, "situation", "no-trust")
    page.get_by_label(SAY("filter-words"), exact=True).fill("100% plans & goals, ünder #1")
    page.get_by_label(SAY("filter-words"), exact=True).fill("plans, goals")
    page.get_by_label(SAY("filter-sort")).select_option("title")
    page.get_by_role("button", name=SAY("filter-list"), exact=True).click()
    expect(page).to_have_url(re.compile(r"\?kind=trap,model&level=teams&situation!=no-trust&q=plans,\+goals&sort=title&view=list$"))
    expect(page.locator(COUNT)).not_to_have_text(SAY("filter-count", count=ALL, total=ALL))
    other = visitor()
    browse(other, site, "?" + page.url.partition("?")[2])
    assert titles(other) == titles(page)
    assert other.locator(COUNT).inner_text() == page.locator(COUNT).inner_text()
    assert other.locator(CHIPS).all_inner_texts() == page.locator(CHIPS).all_inner_texts()
    expect(value(other, "level", "teams")).to_be_checked()
    expect(other.get_by_label(SAY("filter-words"), exact=True)).to_have_value("plans, goals")


def test_any_words_survive_the_address(site: Site, visitor: Open) -> None:
    """What somebody types is theirs: signs that an address uses come back as they were."""
    page = visitor()
    wrong = complaints(page)
    for words in ("100% plans & goals = #1", "Größe + naïve", "kind=trap&x", "50%25", "<b>\"'"):
        browse(page, site)
        page.get_by_label(SAY("filter-words"), exact=True).fill(words)
        expect(page.locator(CHIPS)).to_have_text(f"{SAY('filter-words')}: {words}")
        expect(page).to_have_url(re.compile(r"\?q="))  # a moment after the picture
        page.reload()
        expect(page.locator(CHIPS)).to_have_text(f"{SAY('filter-words')}: {words}")
        expect(page.get_by_label(SAY("filter-words"), exact=True)).to_have_value(words)
    assert wrong == []


def test_back_forward_reload_and_a_page_in_between(site: Site, visitor: Open) -> None:
    """Each choice is a step that can be taken back with the browser's own button, also after reading a page."""
    page = visitor()
    wrong = complaints(page)
    browse(page, site)
    page.evaluate("window.sameFrame = true")
    choose(page, "kind", "trap")
    choose(page, "audience", "executive")
    shows(page, "kind=trap&audience=executive")
    page.go_back()
    shows(page, "kind=trap")
    page.go_back()
    expect(value(page, "kind", "trap")).not_to_be_checked()
    page.go_forward()
    page.go_forward()
    shows(page, "kind=trap&audience=executive")
    expect(value(page, "audience", "executive")).to_be_checked()
    title = page.locator(TITLES).nth(1).inner_text()
    page.locator(TITLES).nth(1).click()
    expect(page.locator("h1")).to_have_text(title)
    page.go_back()
    expect(page.locator(COUNT)).not_to_be_empty()
    shows(page, "kind=trap&audience=executive")
    page.go_back()
    shows(page, "kind=trap")
    page.go_forward()
    assert page.evaluate("window.sameFrame") is True
    page.reload()
    expect(page.locator(COUNT)).not_to_be_empty()
    shows(page, "kind=trap&audience=executive")
    page.wait_for_load_state("networkidle")
    assert wrong == []


def test_links_with_a_query_from_elsewhere_and_from_browse_itself(site: Site, visitor: Open) -> None:
    """ "Narrow this list down", a saved view and the tab that one is on already lead where they say, without loading the frame again."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + "traps/")
    page.evaluate("window.sameFrame = true")
    page.get_by_role("link", name=SAY("filter-these")).click()
    expect(page.locator(COUNT)).not_to_be_empty()
    shows(page, "kind=trap")
    view = BOOK.definition.views["tools"]
    link = page.locator(".pb-filter-views").get_by_role("link", name=view.text("title"))
    link.click()
    expect(link).to_be_focused()
    shows(page, view.text("query"))
    link.click()
    shows(page, view.text("query"))
    page.click(".md-tabs a[href*='browse'], .md-tabs [aria-current]")
    shows(page, "")
    page.go_back()
    shows(page, view.text("query"))
    page.go_back()
    shows(page, "kind=trap")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Traps")
    assert page.evaluate("window.sameFrame") is True
    assert wrong == []


def test_a_saved_view_that_is_more_than_a_query_has_its_page(site: Site, visitor: Open) -> None:
    """A view that shows a section of each page would lose it in the filter."""
    page = visitor()
    browse(page, site)
    for id, view in BOOK.definition.views.items():
        link = page.locator(".pb-filter-views").get_by_role("link", name=view.text("title"))
        target = f"browse/views/{id}/" if view.text("section") else "browse/?" + view.text("query")
        assert link.evaluate("link => link.href") == site.url + target


def test_from_a_folder(offline: Site, visitor: Open) -> None:
    """A folder on a laptop without a network filters as well: choices, words, back, a page in between, reload."""
    page = visitor()
    wrong = complaints(page)
    browse(page, offline, "?kind=trap")
    shows(page, "kind=trap")
    choose(page, "audience", "executive")
    shows(page, "kind=trap&audience=executive")
    title = page.locator(TITLES).nth(1).inner_text()
    page.locator(TITLES).nth(1).click()
    expect(page.locator("h1")).to_have_text(title)
    page.wait_for_load_state("networkidle")
    page.go_back()
    expect(page.locator(COUNT)).not_to_be_empty()
    shows(page, "kind=trap&audience=executive")
    page.reload()
    expect(page.locator(COUNT)).not_to_be_empty()
    shows(page, "kind=trap&audience=executive")
    page.go_back()
    shows(page, "kind=trap")
    page.get_by_label(SAY("filter-words"), exact=True).fill("planning dance")
    expect(page.locator(TITLES).first).to_have_text("The Annual Planning Dance")
    page.goto(offline.url + "traps/index.html")
    page.get_by_role("link", name=SAY("filter-these")).click()
    expect(page.locator(COUNT)).not_to_be_empty()
    shows(page, "kind=trap")
    assert wrong == []


def test_by_keyboard_alone(site: Site, visitor: Open) -> None:
    """Tab and Space are enough, and the focus stays where one works."""
    page = visitor()
    browse(page, site)
    page.get_by_label(SAY("filter-words"), exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.locator("pb-filter .pb-filter-group > summary").first).to_be_focused()
    page.keyboard.press("Tab")
    trap = value(page, "kind", "trap")
    expect(trap).to_be_focused()
    page.keyboard.press("Space")
    expect(trap).to_be_checked()
    expect(trap).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    out = value(page, "kind", "trap").locator("xpath=ancestor::div[1]").get_by_role("button")
    expect(out).to_be_focused()
    expect(out).to_have_attribute("aria-pressed", "true")
    drawn(page)
    assert float(out.evaluate("button => getComputedStyle(button).opacity")) == 1
    shows(page, "kind!=trap")
    out.focus()
    page.keyboard.press("Space")
    expect(out).to_have_attribute("aria-pressed", "false")
    expect(out).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    shows(page, "kind=trap")


def test_a_value_that_has_become_empty_keeps_the_focus_until_one_leaves(site: Site, visitor: Open) -> None:
    """Taking a choice away must not throw a reader who uses the keyboard back to the top of the page."""
    page = visitor()
    query = next(
        f"kind=trap&situation={name}&level={level}"
        for name in BOOK.definition.facets["situation"].values
        for level in BOOK.definition.facets["level"].values
        if not select(f"kind=trap&situation={name}&level={level}")
        and select(f"kind=trap&level={level}")
        and select(f"situation={name}")
    )
    browse(page, site, f"?{query}")
    box = value(page, "situation", query.split("situation=")[1].split("&")[0])
    box.focus()
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    page.get_by_role("button", name=SAY("filter-list"), exact=True).click()
    expect(box).to_be_disabled()


def test_the_count_is_spoken_when_it_has_come_to_rest(site: Site, visitor: Open) -> None:
    """A screen reader that reads each passing number makes typing impossible."""
    page = visitor()
    browse(page, site)
    expect(page.locator(SPOKEN)).to_have_text("")
    page.evaluate("""window.heard = []; new MutationObserver(() => heard.push(document.querySelector('pb-filter [role=status]').textContent))
        .observe(document.querySelector('pb-filter [role=status]'), {childList: true, characterData: true, subtree: true})""")
    page.evaluate("['trap', 'model', 'practice'].forEach(kind => document.querySelector(`pb-filter input[value=${kind}]`).click())")
    said = SAY("filter-count", count=len(select("kind=trap,model,practice")), total=ALL)
    expect(page.locator(COUNT)).to_have_text(said)
    expect(page.locator(SPOKEN)).to_have_text(said)
    assert page.evaluate("window.heard") == [said]


def test_nothing_found_says_so_and_how_to_go_on(site: Site, visitor: Open) -> None:
    """An empty list without a way on looks like a broken one."""
    page = visitor()
    browse(page, site, "?kind=trap")
    page.get_by_label(SAY("filter-words"), exact=True).fill("xyzzyqq")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=0, total=ALL))
    expect(page.get_by_text(SAY("filter-none"), exact=True)).to_be_visible()
    expect(page.locator(SPOKEN)).to_contain_text(SAY("filter-none"))
    expect(page.locator(TITLES)).to_have_count(0)
    expect(page.locator(CHIPS)).to_have_count(2)
    page.locator(CHIPS).last.click()
    shows(page, "kind=trap")


def test_without_scripts_the_lists_are_whole(site: Site, visitor: Open) -> None:
    """Everything can be reached by links alone, with counts."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url + "browse/")
    for key in ("views", "kind", *BOOK.definition.facets):
        expect(page.locator(f"#by-{key}")).to_be_visible()
        expect(page.locator(f"#by-{key} + .pb-values a").first).to_be_visible()
    expect(page.locator(".md-sidebar--secondary")).to_be_visible()
    page.goto(site.url + "map/")
    assert page.locator(".pb-shelf li a").count() == ALL


def test_the_filter_stands_for_the_lists_and_they_come_back_when_it_fails(site: Site, visitor: Open) -> None:
    """Nobody sees the same thing twice, and nobody is left with nothing on a bad line."""
    page = visitor(width=900)
    browse(page, site)
    expect(page.locator(".pb-values").first).to_be_hidden()
    assert page.locator("a[href*='#by-']:visible").count() == 0
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.locator("a[href*='#by-']:visible").count() == 0
    lost = visitor()
    lost.route("**/data/book.js", lambda route: route.abort())
    lost.goto(site.url + "browse/")
    expect(lost.get_by_role("alert")).to_have_text(SAY("filter-failed"))
    expect(lost.locator("#by-kind + .pb-values a").first).to_be_visible()
    silent = visitor()
    silent.route("**/filter.js", lambda route: route.abort())
    silent.goto(site.url + "browse/")
    expect(silent.locator("#by-kind + .pb-values a").first).to_be_visible()


def test_words_that_cannot_be_looked_up_are_no_dead_end(site: Site, visitor: Open) -> None:
    """When the text engine does not come, that is said, the lists are there, and the next letter tries again."""
    page = visitor()
    page.route("**/data/words.js", lambda route: route.abort())
    browse(page, site)
    page.get_by_label(SAY("filter-words"), exact=True).fill("plannin")
    expect(page.get_by_role("alert")).to_have_text(SAY("filter-failed"))
    expect(page.locator("#by-kind + .pb-values a").first).to_be_visible()
    page.unroute("**/data/words.js")
    page.get_by_label(SAY("filter-words"), exact=True).fill("planning")
    expect(page.locator(TITLES).first).to_be_visible()
    expect(page.locator(".pb-values").first).to_be_hidden()
    expect(page.get_by_text(SAY("filter-failed"))).to_have_count(0)


def test_on_a_phone_the_filter_opens_and_closes(site: Site, visitor: Open) -> None:
    """On a small screen the results come first; the filter says how much is left and goes away when asked."""
    page = visitor(width=390, height=800)
    browse(page, site)
    expect(value_box := page.locator("pb-filter input[value=trap]")).to_be_hidden()
    page.locator("pb-filter .pb-filter-panel > summary").click()
    value_box.check()
    expect(page.locator("pb-filter .pb-filter-panel > summary")).to_have_text(re.compile(r"\(1\)"))
    page.get_by_role("button", name=SAY("filter-show", count=len(select("kind=trap")))).click()
    expect(value_box).to_be_hidden()
    expect(page.locator(COUNT)).to_be_focused()
    shows(page, "kind=trap")


def mapped(page: Page) -> list[str]:
    drawn(page)
    return sorted(page.locator(".pb-shelf li a:visible").all_inner_texts())


def test_the_map_is_filtered_with_its_shelves_and_themes(site: Site, visitor: Open) -> None:
    """The map of what matters to me, not of everything: empty shelves and themes go, also from the table of contents."""
    page = visitor()
    wrong = complaints(page)
    browse(page, site, "?kind=trap", "map/")
    assert mapped(page) == sorted(entry.title for entry in select("kind=trap"))
    page.locator("pb-filter .pb-filter-panel > summary").click()
    choose(page, "theme", "teams")
    found = select("kind=trap&theme=teams")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(found), total=ALL))
    assert mapped(page) == sorted(entry.title for entry in found)
    assert page.url == site.url + "map/?kind=trap&theme=teams"
    heads = page.locator(".pb-page > h2:visible").evaluate_all("heads => heads.map(head => '#' + head.id)")
    assert len(heads) < page.locator(".pb-page > h2").count()
    page.set_viewport_size({"width": 800, "height": 900})
    page.locator(".pb-contents > summary").click()
    assert page.locator(".pb-contents a:visible").evaluate_all("links => links.map(link => link.hash)") == heads
    page.set_viewport_size({"width": 1440, "height": 900})
    title = page.locator(".pb-shelf a:visible").first.inner_text()
    page.locator(".pb-shelf a:visible").first.click()
    expect(page.locator("h1")).to_have_text(title)
    page.go_back()
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(found), total=ALL))
    assert mapped(page) == sorted(entry.title for entry in found)
    page.get_by_role("button", name=SAY("filter-clear")).click()
    assert len(mapped(page)) == ALL
    assert wrong == []


def paper(page: Page) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf())).pages).split())


def test_on_paper_the_results_and_what_was_chosen(site: Site, visitor: Open) -> None:
    """A list for a workshop: all that was found, under what was asked for, without a single control."""
    page = visitor()
    browse(page, site, "?audience=product-manager,engineer&situation!=no-trust")
    found = select("audience=product-manager,engineer&situation!=no-trust")
    assert len(found) > 24
    text = paper(page)
    assert [entry.title for entry in found if " ".join(entry.title.split()) not in text] == []
    assert "Audience: product manager; Audience: engineer; Situation: not no trust" in text
    for control in ("filter-sort", "filter-words", "filter-clear", "views"):
        assert SAY(control) not in text
    expect(page.locator(TITLES)).to_have_count(24)
    page.emulate_media(media="print")
    assert page.locator("pb-filter :is(input, select, summary):visible").count() == 0
    page.emulate_media(media="screen")
    browse(page, site, "?kind=story", "map/")
    text = paper(page)
    assert [entry.title for entry in select("kind=story") if entry.title not in text] == []
    assert select("kind=trap")[0].title not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("part", ["browse/", "map/"])
def test_every_state_passes_axe_and_stays_on_the_screen(site: Site, visitor: Open, width: int, scheme: str, part: str) -> None:
    """The filter is for everybody, on every screen: as it comes, open, with choices, and with nothing found."""
    page = visitor(width=width, color_scheme=scheme, reduced_motion="reduce")
    browse(page, site, "", part)

    def good(state: str) -> None:
        page.evaluate("scrollTo(0, 0)")
        assert violations(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state
        small = page.evaluate(
            "[...document.querySelectorAll('pb-filter :is(button, select, summary, label)')].filter(e => e.getClientRects().length)"
            ".filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 23.9 }).map(e => e.outerHTML)"
        )
        assert small == [], state

    good("at first")
    summary = page.locator("pb-filter .pb-filter-panel > summary")
    if summary.is_visible():
        summary.click()
    choose(page, "kind", "trap")
    choose(page, "owner", "product-operations")
    leave_out(page, "situation", "overloaded")
    good("open, with choices")
    page.get_by_label(SAY("filter-words"), exact=True).fill("xyzzyqq")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=0, total=ALL))
    good("nothing found")


def test_scripts_are_small() -> None:
    """A filter that costs more than a page of text is not worth its wait."""
    folder = ROOT / "plugins" / "patternbook" / "theme" / "assets" / "patternbook"
    assert len(gzip.compress(b"".join((folder / name).read_bytes() for name in ("filter.js", "query.js")), 9)) <= 8_450


def test_in_a_book_of_five_thousand_pages_few_cards_are_built(site: Site, visitor: Open) -> None:
    """A large company's book answers as fast as a small one: what a choice builds does not grow with the book."""
    page = visitor()
    page.add_init_script("""(() => { let book; Object.defineProperty(self, 'patternbookBook', { configurable: true, get: () => book, set: given => {
        const pages = given.pages
        given.pages = Array.from({length: 5000}, (_, n) => ({...pages[n % pages.length], title: pages[n % pages.length].title + ' ' + n}))
        book = given } }) })()""")
    browse(page, site)
    choose(page, "kind", "trap", "model")
    expect(page.locator(TITLES)).to_have_count(24)


# The browser draws no picture before the test says so, and so nothing that waits for one.
HELD = """() => { const held = []
    window.requestAnimationFrame = act => held.push(act)
    window.pictures = async () => { while (held.length) { held.splice(0).forEach(act => act()); await new Promise(done => setTimeout(done)) } } }"""
DRAWN = """() => [...document.querySelectorAll('pb-filter :is(.pb-filter-count, .pb-filter-chips, .pb-filter-panel, .pb-cards), .pb-shelf, .pb-page > h2')]
    .filter(part => !part.hidden).map(part => [part.innerText, [...part.querySelectorAll('input')].map(box => [box.checked, box.disabled]),
        [...part.querySelectorAll('a')].map(link => link.href), [...part.querySelectorAll('[data-kind]')].map(sign => sign.dataset.kind)])"""


@pytest.mark.parametrize("part", ["browse/", "map/"])
def test_a_newer_choice_overtakes_the_drawing_of_an_older_one(site: Site, visitor: Open, part: str) -> None:
    """Who chooses again before all numbers stand gets what the last address shows, and a step back for each choice."""
    page = visitor()
    browse(page, site, "", part)
    page.evaluate(HELD)
    if part == "map/":
        page.locator("pb-filter .pb-filter-panel > summary").click()
    choose(page, "kind", "trap")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(select("kind=trap")), total=ALL))
    expect(page.locator("pb-filter[aria-busy]")).to_have_count(1)
    assert page.url == f"{site.url}{part}?kind=trap"
    choose(page, "kind", "model")
    choose(page, "audience", "executive")
    page.evaluate("pictures()")
    drawn(page)
    query = "kind=trap,model&audience=executive"
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(select(query)), total=ALL))
    as_chosen = page.evaluate(DRAWN)
    fresh = visitor()
    browse(fresh, site, f"?{query}", part)
    if part == "map/":
        fresh.locator("pb-filter .pb-filter-panel > summary").click()
    assert as_chosen == fresh.evaluate(DRAWN)
    page.go_back()
    page.go_back()
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(select("kind=trap")), total=ALL))
    assert page.evaluate("document.querySelectorAll('pb-filter[aria-busy]').length") == 0


def test_who_reloads_or_prints_at_once_loses_nothing(site: Site, visitor: Open) -> None:
    """The address is there before the first picture, and what is still to be drawn is there before paper is fed."""
    page = visitor()
    browse(page, site)
    page.evaluate("() => { document.querySelector('pb-filter input[value=trap]').click(); location.reload() }")
    expect(page.locator(CHIPS)).to_have_count(1)
    shows(page, "kind=trap")
    browse(page, site, "", "map/")
    page.evaluate(HELD)
    page.locator("pb-filter .pb-filter-panel > summary").click()
    choose(page, "kind", "story")
    expect(page.locator("pb-filter[aria-busy]")).to_have_count(1)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert mapped(page) == sorted(entry.title for entry in select("kind=story"))


def test_when_words_cannot_be_looked_up_what_was_still_to_be_drawn_hides_nothing(site: Site, visitor: Open) -> None:
    """The titles of the map come back whole when the text engine fails, also when a choice before it was not drawn to its end."""
    page = visitor()
    page.route("**/data/words.js", lambda route: route.abort())
    browse(page, site, "", "map/")
    page.evaluate(HELD)
    page.locator("pb-filter .pb-filter-panel > summary").click()
    choose(page, "kind", "story")
    expect(page.locator("pb-filter[aria-busy]")).to_have_count(1)
    page.get_by_label(SAY("filter-words"), exact=True).fill("planning")
    expect(page.get_by_role("alert")).to_have_text(SAY("filter-failed"))
    page.evaluate("pictures()")
    assert len(mapped(page)) == ALL
    page.get_by_label(SAY("filter-words"), exact=True).fill("")
    expect(page.get_by_text(SAY("filter-failed"))).to_have_count(0)
    page.evaluate("pictures()")
    assert mapped(page) == sorted(entry.title for entry in select("kind=story"))


def test_who_leaves_before_all_is_drawn_comes_back_to_what_was_chosen(site: Site, visitor: Open) -> None:
    """Another page does not wait for a list that nobody looks at, and the list is whole for who returns to it."""
    page = visitor()
    wrong = complaints(page)
    browse(page, site, "", "map/")
    page.evaluate(HELD)
    page.locator("pb-filter .pb-filter-panel > summary").click()
    choose(page, "kind", "story")
    expect(page.locator("pb-filter[aria-busy]")).to_have_count(1)
    page.locator(".md-tabs a[href*='models']").click()
    expect(page.locator("h1")).to_have_text("Models")
    page.evaluate("pictures()")
    page.go_back()
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=len(select("kind=story")), total=ALL))
    assert mapped(page) == sorted(entry.title for entry in select("kind=story"))
    assert wrong == []


def test_a_title_that_goes_hands_the_focus_on(offline: Site, visitor: Open) -> None:
    """Who stands on a title of the map and steps back to a choice without it does not start at the top of the page.

    From a folder, where the page stays when one steps back: on a host the frame brings it anew."""
    page = visitor()
    page.goto(offline.url + "map.html?kind=story")
    expect(page.locator(COUNT)).not_to_be_empty()
    page.get_by_role("button", name=SAY("filter-clear")).click()
    drawn(page)
    page.locator(".pb-shelf a").filter(has_text=select("kind=trap")[0].title).first.focus()
    page.go_back()
    expect(page.locator(COUNT)).to_be_focused()
    assert mapped(page) == sorted(entry.title for entry in select("kind=story"))


def test_a_long_shelf_stands_in_short_lists(site: Site, visitor: Open) -> None:
    """However its titles go and come, they stand in their order, and who stands on one that stays does not lose it."""
    page = visitor()
    wrong = complaints(page)
    script = (site.folder / "assets" / "patternbook" / "shelves.js").read_text("utf-8")
    assert "MOST = 24" in script
    page.route(
        "**/shelves.js", lambda route: route.fulfill(body=script.replace("MOST = 24", "MOST = 3"), content_type="text/javascript")
    )
    browse(page, site, "", "map/")
    titles = page.locator(".pb-shelf li a")
    whole = titles.all_inner_texts()
    assert page.locator(".pb-shelf ul").count() == page.locator(".pb-shelf").count()
    page.locator("pb-filter .pb-filter-panel > summary").click()
    choose(page, "audience", "executive")
    drawn(page)
    found = [entry.title for entry in select("audience=executive")]
    assert titles.all_inner_texts() == [title for title in whole if title in found]
    assert max(page.locator(".pb-shelf ul").evaluate_all("lists => lists.map(list => list.children.length)")) == 3
    last = titles.filter(has_text=found[-1]).last
    last.focus()
    page.evaluate("document.querySelector('pb-filter').choose({...document.querySelector('pb-filter').query, clauses: []})")
    drawn(page)
    assert titles.all_inner_texts() == whole
    assert page.evaluate("document.activeElement.innerText") == found[-1]
    page.get_by_label(SAY("filter-words"), exact=True).fill("xyzzyqq")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=0, total=ALL))
    drawn(page)
    assert page.locator(".pb-shelf:visible, .pb-shelf li").count() == 0
    page.get_by_label(SAY("filter-words"), exact=True).fill("")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=ALL, total=ALL))
    drawn(page)
    assert titles.all_inner_texts() == whole
    assert wrong == []


def test_what_was_typed_is_there_for_who_leaves_at_once_and_returns(site: Site, visitor: Open) -> None:
    """The address comes after the picture; who follows a link before that finds their words again all the same."""
    page = visitor()
    browse(page, site)
    page.evaluate(HELD)
    page.get_by_label(SAY("filter-words"), exact=True).fill("planning")
    expect(page.locator(CHIPS)).to_have_text(f"{SAY('filter-words')}: planning")
    assert page.url == site.url + "browse/"
    page.locator(".md-tabs a[href*='models']").click()
    expect(page.locator("h1")).to_have_text("Models")
    page.go_back()
    expect(page).to_have_url(site.url + "browse/?q=planning")
    fresh = visitor()
    browse(fresh, site, "?q=planning")
    assert titles(page) == titles(fresh)


def test_what_was_typed_does_not_go_along_when_one_steps_back(site: Site, visitor: Open) -> None:
    """A step back leads to what was there, not to that with the words of a moment ago."""
    page = visitor()
    browse(page, site)
    choose(page, "kind", "trap")
    choose(page, "audience", "executive")
    page.evaluate(HELD)
    page.get_by_label(SAY("filter-words"), exact=True).fill("planning")
    expect(page.locator(CHIPS)).to_have_count(3)
    page.go_back()
    expect(page.locator(CHIPS)).to_have_count(1)
    page.evaluate("pictures()")
    shows(page, "kind=trap")
    assert page.url == site.url + "browse/?kind=trap"


def test_shelves_out_of_sight_are_narrowed_too(site: Site, visitor: Open) -> None:
    """In a large book only what is in sight is laid out. What is scrolled to, searched in the page or printed is right all the same."""
    page = visitor()
    page.set_viewport_size({"width": 700, "height": 300})
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => "
        "document.querySelectorAll('.pb-shelf').forEach(shelf => shelf.classList.add('pb-long')))"
    )
    browse(page, site, "", "map/")
    last = page.locator(".pb-shelf").last
    assert last.evaluate("shelf => !shelf.querySelector('a').checkVisibility({ contentVisibilityAuto: true })")
    whole = last.evaluate("shelf => shelf.offsetHeight")
    for words in ("planning", "", "goals"):
        page.get_by_label(SAY("filter-words"), exact=True).fill(words)
        expect(page.locator(CHIPS)).to_have_count(1 if words else 0)
        drawn(page)
    fresh = visitor()
    browse(fresh, site, "?q=goals", "map/")
    found = page.locator(".pb-shelf li a").all_text_contents()  # of what is not laid out there is no inner text
    assert 0 < len(found) < ALL
    assert sorted(found) == mapped(fresh)
    assert page.locator(".pb-shelf").evaluate_all("shelves => shelves.every(shelf => !shelf.style.contentVisibility)")
    page.get_by_label(SAY("filter-words"), exact=True).fill("")
    expect(page.locator(COUNT)).to_have_text(SAY("filter-count", count=ALL, total=ALL))
    drawn(page)
    assert last.evaluate("shelf => shelf.offsetHeight") == pytest.approx(whole, abs=2)
    page.emulate_media(media="print")
    assert last.evaluate("shelf => shelf.querySelector('a').checkVisibility({ contentVisibilityAuto: true })")
