"""Several pages printed as one: what Browse found, what lies in the reader's binder, and what somebody sent."""

from __future__ import annotations

import gzip
import io
import json
import re
from typing import Any

import pytest
from patternbook.core.query import parse_query
from patternbook.core.views import Entry
from playwright.sync_api import Locator, Page, Route, expect
from pypdf import PdfReader

from .conftest import BOOK, Open, Site, address, complaints
from .looks import FOCUS_SHOWS
from .test_accessibility import violations
from .test_paths import DENIED

SAY = BOOK.definition.say
KEY = "/book/.binder.patternbook"
TITLES = "pb-binder .pb-binder-list .pb-binder-name > :first-child"
SHEETS = "pb-binder .pb-binder-page"
TRAP, MODEL, FORM, CHECK = (BOOK.names.ids[id] for id in ("cascade-traps", "ones-and-threes", "confidence-form", "cascade-check"))
STORED = f"JSON.parse(localStorage.getItem('{KEY}'))"
SAME_IDS = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id)
    return ids.filter((id, place) => ids.indexOf(id) !== place)
}"""
# Everything in the document that names an id which is not there.
DANGLING = """() => [...document.querySelectorAll('.pb-binder-doc *')].flatMap(element => [...element.attributes].flatMap(({name, value}) => {
    const named = ['for', 'aria-labelledby', 'aria-describedby'].includes(name) ? value.split(' ')
        : name === 'href' && value[0] === '#' ? [value.slice(1)] : [...value.matchAll(/url\\(#([^)]+)\\)/g)].map(found => found[1])
    return named.filter(id => !document.getElementById(decodeURIComponent(id))).map(id => `${element.localName} ${name} ${id}`)
}))"""


def say(word: str, **values: object) -> str:
    return SAY(f"binder-{word}", **values)


def select(query: str) -> list[Entry]:
    """What the command line says of a query."""
    parsed, problems = parse_query(query, BOOK.definition, BOOK.names)
    assert problems == []
    return BOOK.select(parsed)


def ids(entries: list[Entry]) -> str:
    return ",".join(entry.id for entry in entries)


def printing(page: Page, site: Site, query: str = "") -> Page:
    """The page for printing, when all that it prints has come."""
    folder = site.url.startswith("file:")
    page.goto(f"{site.url}print{'.html' if folder else '/'}{query}")
    return settled(page)


def settled(page: Page) -> Page:
    expect(page.locator("pb-binder .pb-binder-ready")).not_to_be_empty(timeout=20_000)
    return page


def act(page: Page, word: str) -> Locator:
    return page.locator("pb-binder").get_by_role("button", name=say(word), exact=True)


def row(page: Page, word: str, title: str) -> Locator:
    return page.locator("pb-binder").get_by_role("button", name=say(word, title=title), exact=True)


def read(page: Page, site: Site, *documents: Any) -> None:
    """Opens each page and puts it into the binder."""
    for document in documents:
        page.goto(site.url + address(document.path))
        page.get_by_role("button", name=SAY("bind-put")).click()


def sheets(page: Page, paper: str = "A4") -> list[str]:
    """The text of every sheet that comes out of the printer, without white space."""
    return ["".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(page.pdf(format=paper))).pages]


def tight(text: str) -> str:
    return "".join(text.split())


def test_what_browse_found_is_printed(site: Site, visitor: Open) -> None:
    """Ten minutes before a workshop: choose in Browse, print these, and every page begins on a sheet of its own."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + "browse/")
    page.locator(".pb-filter-group input[value=ritual]").check()
    page.get_by_role("link", name=say("print-these")).click()
    settled(page)
    found = select("kind=ritual")
    assert page.url == site.url + "print/?kind=ritual"
    assert page.locator(TITLES).all_inner_texts() == [entry.title for entry in found]
    expect(page.locator(".pb-binder-count")).to_have_text(say("count", count=len(found)))
    for paper in ("A4", "Letter"):
        out = sheets(page, paper)
        assert "Patternbook20" in out[0] and all(tight(entry.title) in out[0] for entry in found)
        # Other pages show the summary below the title too, within a sentence.
        begins = [next(n for n, text in enumerate(out) if tight(entry.title + entry.summary) in text) for entry in found]
        assert begins == sorted(set(begins)), "each page on a new sheet, in the order of the list"
        assert len(out) > len(found) and not any(tight(say("put-these")) in text for text in out)
        for entry in found:
            assert tight(" ".join(entry.text.split()[-3:])) in "".join(out), "to the last words of its text"
    assert wrong == []


@pytest.mark.parametrize(
    "query",
    [
        "kind=trap&audience=executive,coach&situation!=overloaded",
        "kind=checklist",
        "id=cascade-traps&kind=trap",
        "kind=trap,model&id!=cascade-traps,ones-and-threes",
    ],
)
def test_a_query_means_what_it_means_elsewhere(site: Site, visitor: Open, query: str) -> None:
    """The command line, Browse and the page for printing never disagree about a selection, nor about its order."""
    page = printing(visitor(), site, f"?{query}")
    wanted = [entry.title for entry in select(query)]
    assert page.locator(TITLES).all_inner_texts() == wanted
    assert page.locator(f"{SHEETS} > h1").all_text_contents() == wanted
    page.goto(f"{site.url}browse/?{query}")
    expect(page.locator(".pb-filter-count")).to_contain_text(str(len(wanted)))


def test_words_and_their_order_come_along(site: Site, visitor: Open) -> None:
    """What Browse found by words, the best match first, is printed as it was seen there."""
    page = visitor()
    page.goto(site.url + "browse/?kind=trap&q=goals+planning")
    expect(page.locator(".pb-filter-count")).to_contain_text(re.compile(r"^\d+ of"))
    found = page.locator("pb-filter .pb-cards li a").all_inner_texts()
    assert len(found) > 1
    page.get_by_role("link", name=say("print-these")).click()
    settled(page)
    assert page.locator(TITLES).all_inner_texts() == found


def test_ids_in_browse_are_named_and_taken_away(site: Site, visitor: Open) -> None:
    """A selection that somebody sent can be narrowed down like any other; what the book does not have is said, and hides nothing."""
    page = visitor()
    page.goto(site.url + "browse/?id=messy-middle,cascade-traps,not-a-page")
    chips = page.locator(".pb-filter-chips button")
    expect(chips).to_have_text([f"{SAY('filter-page')}: The Messy Middle", f"{SAY('filter-page')}: Cascade Traps", "id=not-a-page"])
    assert page.locator("pb-filter .pb-cards li a").all_inner_texts() == ["Cascade Traps", "The Messy Middle"]
    chips.first.click()
    assert page.locator("pb-filter .pb-cards li a").all_inner_texts() == ["Cascade Traps"]
    page.goto(site.url + "browse/?id=not-a-page")
    expect(page.locator("pb-filter")).to_contain_text(SAY("filter-none"))
    page.goto(site.url + "print/?id=not-a-page")
    expect(page.locator("pb-binder")).to_contain_text(say("nothing"))
    expect(page.locator(".pb-binder-doc")).to_be_hidden()


def test_with_no_choice_all_is_printed_and_not_the_binder(site: Site, visitor: Open) -> None:
    """Who has chosen nothing in Browse sees the whole book, and would print the whole book."""
    page = visitor()
    page.goto(site.url + "browse/")
    link = page.get_by_role("link", name=say("print-these"))
    expect(link).to_have_attribute("href", site.url + "print/?sort=kind")
    assert select("sort=kind") == select("")
    link.click()
    expect(page.locator(".pb-binder-count")).to_have_text(say("count", count=len(select(""))))


def test_pages_are_put_in_while_reading(site: Site, visitor: Open) -> None:
    """Reading on, one puts this and that aside; it is there at the end, in that order, after a reload and in another tab."""
    page = visitor(390, 800)
    wrong = complaints(page)
    page.goto(site.url + address(TRAP.path))
    expect(page.locator("pb-bound")).to_be_hidden()
    button = page.locator("pb-bind button")
    page.locator(".pb-edit a").focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    expect(button).to_have_text(SAY("bind-out"))
    assert page.evaluate(FOCUS_SHOWS) == ""
    expect(page.locator("pb-bind [role=status]")).to_have_text(SAY("bind-open", count=1))
    page.locator("article").get_by_role("link", name="The Messy Middle").first.click()
    expect(page.locator("h1")).to_have_text("The Messy Middle")
    page.get_by_role("button", name=SAY("bind-put")).click()
    expect(page.get_by_role("link", name=SAY("bind-count", count=2), exact=True)).to_be_visible()
    other = page.context.new_page()
    other.goto(site.url + address(MODEL.path))
    other.get_by_role("button", name=SAY("bind-put")).click()
    expect(page.get_by_role("link", name=SAY("bind-count", count=3), exact=True)).to_be_visible()
    page.get_by_role("link", name=SAY("bind-count", count=3), exact=True).click()
    settled(page)
    assert page.url == site.url + "print/"
    assert page.locator(TITLES).all_inner_texts() == ["Cascade Traps", "The Messy Middle", MODEL.title]
    other.get_by_role("button", name=SAY("bind-out")).click()
    expect(page.locator(TITLES)).to_have_text(["Cascade Traps", "The Messy Middle"])
    page.reload()
    expect(page.locator(TITLES)).to_have_text(["Cascade Traps", "The Messy Middle"])
    assert page.evaluate("Object.keys(localStorage)").count(KEY) == 1
    assert wrong == []


def test_moved_taken_out_and_back_by_keyboard(site: Site, visitor: Open) -> None:
    """The order is the reader's: without a mouse, told in words, and with a way back from every mistake."""
    page = visitor()
    read(page, site, TRAP, MODEL, CHECK)
    printing(page, site)
    first, second, third = (document.title for document in (TRAP, MODEL, CHECK))
    told = page.locator(".pb-binder-told")

    def order(*titles: str) -> None:
        expect(page.locator(TITLES)).to_have_text(titles)
        assert page.locator(f"{SHEETS} > h1").all_text_contents() == list(titles)
        assert page.locator(".pb-binder-contents li a").all_inner_texts() == list(titles)

    row(page, "down", first).focus()
    page.keyboard.press("Enter")
    order(second, first, third)
    expect(row(page, "down", first)).to_be_focused()
    expect(told).to_have_text(say("moved", title=first, place=2, total=3))
    page.keyboard.press("Enter")
    expect(row(page, "up", first)).to_be_focused()
    order(second, third, first)
    row(page, "out", third).focus()
    page.keyboard.press("Space")
    order(second, first)
    expect(row(page, "out", first)).to_be_focused()
    expect(told).to_contain_text(say("taken", title=third))
    told.get_by_role("button").click()
    order(second, third, first)
    expect(row(page, "out", third)).to_be_focused()
    act(page, "empty-it").click()
    expect(page.locator("pb-binder")).to_contain_text(say("empty"))
    expect(page.locator(".pb-values").first).to_be_visible()
    assert page.evaluate(STORED) == []
    expect(act(page, "undo")).to_be_focused()
    page.keyboard.press("Enter")
    order(second, third, first)
    expect(page.locator(".pb-binder-count")).to_be_focused()
    assert page.evaluate(STORED) == [MODEL.id, CHECK.id, TRAP.id]
    page.reload()
    order(second, third, first)


def test_from_browse_into_the_binder(site: Site, visitor: Open) -> None:
    """A whole list goes in at once, behind what is there; what was in already stays where it was."""
    page = visitor()
    read(page, site, TRAP)
    page.goto(site.url + "browse/?kind=trap,ritual")
    page.get_by_role("button", name=say("put-these")).click()
    found = select("kind=trap,ritual")
    expect(page.locator(".pb-filter-paper [aria-live]")).to_contain_text(say("put", count=len(found) - 1))
    page.locator(".pb-filter-paper").get_by_role("link", name=say("open", count=len(found))).click()
    settled(page)
    titles = page.locator(TITLES).all_inner_texts()
    assert titles[0] == TRAP.title and sorted(titles) == sorted(entry.title for entry in found)


def test_a_selection_is_changed_in_its_address(site: Site, visitor: Open) -> None:
    """What is taken out of a selection stays out when the page is loaded again or sent on, and the binder is not touched."""
    page = printing(visitor(), site, "?kind=ritual")
    titles = [entry.title for entry in select("kind=ritual")]
    row(page, "out", titles[0]).click()
    row(page, "down", titles[1]).click()
    wanted = [titles[2], titles[1], *titles[3:]]
    expect(page.locator(TITLES)).to_have_text(wanted)
    assert page.url.partition("?id=")[2].count(",") == len(wanted) - 1
    page.reload()
    expect(page.locator(TITLES)).to_have_text(wanted)
    page.get_by_role("button", name=say("put-these")).click()
    expect(page.locator(".pb-binder-told")).to_contain_text(say("put", count=len(wanted)))
    page.locator(".pb-binder-told").get_by_role("link").click()
    expect(page.locator("pb-binder h2").first).to_have_text(say("own"))
    expect(page.locator(TITLES)).to_have_text(wanted)


def test_back_and_forward(site: Site, visitor: Open) -> None:
    """Binder and selection stand at one address with two queries; the browser's own buttons lead between them."""
    page = visitor()
    wrong = complaints(page)
    read(page, site, TRAP)
    page.goto(site.url + "browse/?kind=story")
    page.get_by_role("link", name=say("print-these")).click()
    settled(page)
    stories = [entry.title for entry in select("kind=story")]
    expect(page.locator(TITLES)).to_have_text(stories)
    page.get_by_role("link", name=SAY("bind-count", count=1), exact=True).click()
    expect(page.locator(TITLES)).to_have_text([TRAP.title])
    page.go_back()
    expect(page.locator(TITLES)).to_have_text(stories)
    page.go_back()
    expect(page.locator(".pb-filter-count")).to_be_visible()
    page.go_forward()
    expect(page.locator(TITLES)).to_have_text(stories)
    page.go_forward()
    expect(page.locator(TITLES)).to_have_text([TRAP.title])
    settled(page)
    page.locator(".pb-binder-contents a").click()
    expect(page).to_have_url(re.compile("#page--cascade-traps$"))
    expect(page.locator(TITLES)).to_have_text([TRAP.title])
    page.get_by_role("link", name=TRAP.title).first.click()
    expect(page).to_have_url(site.url + address(TRAP.path))
    page.go_back()
    expect(page.locator(TITLES)).to_have_text([TRAP.title])
    assert wrong == []


def test_a_link_carries_the_binder(site: Site, visitor: Open) -> None:
    """A coach sends the pages for next week; they come in that order, and go into the reader's own binder by choice alone."""
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    read(page, site, MODEL, TRAP)
    printing(page, site)
    act(page, "link").click()
    expect(page.locator(".pb-binder-told")).to_have_text(say("copied"))
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{site.url}print/?id={MODEL.id},{TRAP.id}"
    other = visitor()
    other.goto(link)
    settled(other)
    assert other.locator(TITLES).all_inner_texts() == [MODEL.title, TRAP.title]
    expect(other.locator("pb-bound")).to_be_hidden()
    act(other, "put-these").click()
    expect(other.get_by_role("link", name=SAY("bind-count", count=2), exact=True)).to_be_visible()


def test_one_document_of_many(site: Site, visitor: Open) -> None:
    """Put together, no id stands twice, each link leads where it led or to the page in the document, and nothing can be filled in."""
    page = printing(visitor(), site, "?id=cascade-traps,persistent-models,cascade-check,confidence-form")
    assert page.evaluate(SAME_IDS) == []
    assert page.evaluate(DANGLING) == []
    inner = page.locator("#page--cascade-traps a[href='#page--persistent-models']")
    assert inner.count() > 0
    assert page.locator("#page--cascade-traps").get_by_role("link", name="The Messy Middle").first.get_attribute("href") == (
        site.url + "traps/messy-middle/"
    )
    row(page, "out", "Persistent Models").click()
    expect(inner).to_have_count(0)
    assert page.locator(f"#page--cascade-traps a[href='{site.url}models/persistent-models/']").count() > 0
    acting = ":is(pb-form, pb-check, pb-path, pb-preview, script, style, link, meta, iframe, [style], [itemprop])"
    assert page.locator(f"{SHEETS} {acting}").count() == 0
    assert page.locator(f"{SHEETS} :is(input, textarea, select):enabled").count() == 0
    assert page.locator(f"{SHEETS} :is(input, textarea)").count() > 10
    expect(page.locator(".pb-binder-ways")).to_contain_text(say("blank"))


def test_nothing_that_acts_comes_along(site: Site, visitor: Open) -> None:
    """Should a page of the site ever be somebody else's, it is printed as text: no script, no handler, no foreign address runs."""
    evil = """<div class="pb-page" data-id="cascade-traps" onclick="hit=1"><h1 id="x" onmouseover="hit=1">Cascade Traps</h1>
        <script>hit=1</script><img src="nothing.png" onerror="hit=1"><a href="javascript:hit=1" id="js">go</a><p style="color:red">p</p>
        <svg><a href="#x"><animate attributeName="href" to="javascript:hit=1"></animate><text>t</text></a><script>hit=1</script></svg>
        <iframe srcdoc="<script>parent.hit=1</script>"></iframe><form action="https://example.org"><button formaction="x">b</button></form>
        <pb-form data-id="x"></pb-form><template><script>hit=1</script></template><object data="x"></object></div>"""
    page = visitor()
    page.route("**/traps/cascade-traps/", lambda route: route.fulfill(body=evil, content_type="text/html"))
    page.route("**/nothing.png", lambda route: route.abort())
    printing(page, site, "?id=cascade-traps")
    sheet = page.locator(SHEETS)
    expect(sheet.locator("h1")).to_have_text("Cascade Traps")
    markup = sheet.evaluate("element => element.outerHTML")
    assert not re.search(r"<(script|iframe|object|template|pb-|animate)|\son\w+=|style=|srcdoc|action=|javascript:", markup), markup
    page.locator("[id$='--js']").click()
    assert page.evaluate("'hit' in window") is False


def test_a_page_that_fails_is_said_in_its_place(site: Site, visitor: Open) -> None:
    """In a train a page does not come: it is not missing unseen, the others print, and it can be asked for again."""
    page = visitor()
    page.route("**/traps/messy-middle/", lambda route: route.abort())
    page.route("**/models/ones-and-threes/", lambda route: route.fulfill(status=404, body="<div class='pb-page'>Not here</div>"))
    printing(page, site, "?id=cascade-traps,messy-middle,ones-and-threes")
    expect(page.locator(".pb-binder-ready")).to_have_text(say("failures", count=2))
    assert page.locator(f"{SHEETS} > h1").all_text_contents() == ["Cascade Traps", "The Messy Middle", MODEL.title]
    missing = page.locator("#page--messy-middle")
    expect(missing).to_contain_text(say("failed"))
    expect(missing.get_by_role("link", name=say("open-page"))).to_have_attribute("href", site.url + "traps/messy-middle/")
    assert any(tight(say("failed")) in text for text in sheets(page))
    page.unroute("**/traps/messy-middle/")
    missing.get_by_role("button", name=f"{say('again')}: The Messy Middle").click()
    expect(missing.locator(".pb-lead")).to_be_visible()
    expect(missing).to_be_focused()
    expect(page.locator(".pb-binder-ready")).to_have_text(say("failures", count=1))


def test_print_waits_for_the_last_page(site: Site, visitor: Open) -> None:
    """Who presses Print at once gets all pages, not the first four; meanwhile the page says how far it is."""
    page = visitor()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/traps/messy-middle/", hold)
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
    page.goto(site.url + "print/?id=cascade-traps,messy-middle,ones-and-threes")
    expect(page.locator("pb-binder")).to_contain_text(say("progress", count=2, total=3))
    act(page, "print").click()
    assert page.evaluate("printed") == 0
    held[0].continue_()
    expect(page.locator(".pb-binder-ready")).to_have_text(say("ready", count=3))
    assert page.evaluate("printed") == 1
    act(page, "print").click()
    assert page.evaluate("printed") == 2


def test_contents_and_new_sheets_are_a_choice(site: Site, visitor: Open) -> None:
    """Paper can be saved: pages follow each other, and no list comes first; a checklist has its one sheet all the same."""
    page = printing(visitor(), site, f"?id={ids(select('kind=ritual')[:3])},cascade-check")
    apart = sheets(page)
    page.get_by_label(say("contents-first")).uncheck()
    page.get_by_label(say("sheets")).uncheck()
    close = sheets(page)
    assert tight(SAY("binder-contents")) not in close[0]
    assert len(close) < len(apart)
    for out in (apart, close):
        assert sum(tight(CHECK.front.text("summary")) in text for text in out) == 1
    checked = next(text for text in close if tight(CHECK.front.text("summary")) in text)
    items = [item.text for section in CHECK.sections for item in section.marks.items]
    assert items and tight(CHECK.title) in checked


def test_from_a_folder(offline: Site, visitor: Open) -> None:
    """On a stick without a server the browser may fetch nothing: the pages come all the same, as the site's own and without a fault."""
    page = visitor()
    wrong = complaints(page)
    page.goto(offline.url + "traps/cascade-traps.html")
    page.get_by_role("button", name=SAY("bind-put")).click()
    page.goto(offline.url + "browse/index.html?kind=checklist")
    page.get_by_role("button", name=say("put-these")).click()
    page.get_by_role("link", name=SAY("bind-count", count=len(select("kind=checklist")) + 1), exact=True).click()
    settled(page)
    wanted = [TRAP, *select("kind=checklist")]
    assert page.locator(f"{SHEETS} > h1").all_text_contents() == [one.title for one in wanted]
    assert page.locator(f"{SHEETS} .pb-lead").count() == len(wanted)
    assert page.locator("iframe").count() == 0
    assert page.evaluate(SAME_IDS) == []
    assert page.evaluate(DANGLING) == []
    out = sheets(page)
    assert all(any(tight(one.title) in text for text in out[1:]) for one in wanted)
    page.goto(offline.url + "browse/index.html?kind=story&q=team")
    page.get_by_role("link", name=say("print-these")).click()
    settled(page)
    assert page.locator(TITLES).count() > 0
    assert wrong == []


def test_a_page_that_is_gone_from_a_folder(offline: Site, visitor: Open) -> None:
    """A folder that was copied by halves lacks a page: that is said, and nothing waits for ever."""
    page = visitor()
    page.route("**/traps/messy-middle.html", lambda route: route.abort())
    printing(page, offline, "?id=cascade-traps,messy-middle")
    expect(page.locator("#page--messy-middle")).to_contain_text(say("failed"))
    expect(page.locator("#page--cascade-traps .pb-lead")).to_be_visible()


def test_without_a_script(site: Site, visitor: Open) -> None:
    """Without JavaScript the page says how to print and leads to what is made for it; no dead control is shown anywhere."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url + "print/")
    expect(page.locator("h1")).to_have_text(SAY("print"))
    expect(page.locator("pb-binder")).to_have_text(SAY("print-no-script"))
    for name in ("Checklists", "Templates", SAY("browse")):
        link = page.locator(".pb-values").get_by_role("link", name=name, exact=True)
        assert page.request.get(site.url + "print/" + str(link.get_attribute("href"))).ok
    page.goto(site.url + address(TRAP.path))
    assert page.locator("pb-bind *, pb-bound *").count() == 0
    expect(page.locator("pb-bind")).to_be_hidden()


def test_where_the_browser_keeps_nothing(site: Site, visitor: Open) -> None:
    """With storage denied the binder lasts from page to page, as long as one stays, and says so."""
    page = visitor()
    wrong = complaints(page)
    page.add_init_script(DENIED)
    page.goto(site.url + address(TRAP.path))
    page.get_by_role("button", name=SAY("bind-put")).click()
    expect(page.locator("pb-bind")).to_contain_text(SAY("bind-denied"))
    page.get_by_role("link", name=SAY("bind-count", count=1), exact=True).click()
    settled(page)
    assert page.locator(TITLES).all_inner_texts() == [TRAP.title]
    expect(page.locator("pb-binder")).to_contain_text(say("denied"))
    assert wrong == []


def test_what_is_gone_is_kept_until_it_is_taken_out(site: Site, visitor: Open) -> None:
    """A later book may lack a page that was put in: it is named, in its place, and does not vanish by itself."""
    page = visitor()
    stored = json.dumps(["sold-off", TRAP.id, "constructor"])
    page.add_init_script(f"localStorage.getItem('{KEY}') || localStorage.setItem('{KEY}', {json.dumps(stored)})")
    printing(page, site)
    assert page.locator(TITLES).all_inner_texts() == ["sold-off", TRAP.title, "constructor"]
    expect(page.locator(".pb-binder-list li").first).to_contain_text(say("gone"))
    expect(page.locator(".pb-binder-count")).to_have_text(say("count", count=1))
    row(page, "down", "sold-off").click()
    assert page.evaluate(STORED) == [TRAP.id, "sold-off", "constructor"]
    row(page, "out", "sold-off").click()
    row(page, "out", TRAP.title).click()
    expect(act(page, "print")).to_be_disabled()
    row(page, "out", "constructor").click()
    assert page.evaluate(STORED) == []


@pytest.mark.parametrize("text", ["", "{", "null", '{"a": 1}', "[1, null, {}]", '"cascade-traps"'])
def test_rubbish_in_the_store_is_an_empty_binder(site: Site, visitor: Open, text: str) -> None:
    """Another program on this host wrote there, or half a write came through: the site goes on."""
    page = visitor()
    wrong = complaints(page)
    page.add_init_script(f"sessionStorage.once || localStorage.setItem('{KEY}', {json.dumps(text)}); sessionStorage.once = 1")
    page.goto(site.url + "print/")
    expect(page.locator("pb-binder")).to_contain_text(say("empty"))
    read(page, site, TRAP)
    assert page.evaluate(STORED) == [TRAP.id]
    assert wrong == []


def test_a_binder_has_an_end(site: Site, visitor: Open) -> None:
    """Five hundred pages are more than anybody prints: then it is full, says so, and loses none."""
    page = visitor()
    full = json.dumps([f"old-{n}" for n in range(499)])
    page.add_init_script(f"localStorage.getItem('{KEY}') || localStorage.setItem('{KEY}', {json.dumps(full)})")
    page.goto(site.url + "browse/?kind=ritual")
    page.get_by_role("button", name=say("put-these")).click()
    said = page.locator(".pb-filter-paper [aria-live]")
    expect(said).to_contain_text(say("put", count=1))
    expect(said).to_contain_text(say("full", most=500))
    page.goto(site.url + address(TRAP.path))
    expect(page.locator("pb-bind")).to_contain_text(SAY("bind-full"))
    expect(page.locator("pb-bind button")).to_be_hidden()
    assert page.evaluate(f"{STORED}.length") == 500


def test_another_book_of_the_host_has_its_own_binder(site: Site, visitor: Open) -> None:
    """Two books in two folders of one host: what is put aside in one does not turn up in the other."""
    page = visitor()
    theirs = (
        "localStorage.setItem('/other/.binder.patternbook', '[\"x\"]'); localStorage.setItem('/book/.binder.muster', '[\"x\"]')"
    )
    page.add_init_script(theirs)
    page.goto(site.url + address(TRAP.path))
    expect(page.locator("pb-bind button")).to_be_visible()
    expect(page.locator("pb-bound")).to_be_hidden()


@pytest.mark.parametrize("where", ["print/", "print/?id=cascade-traps,cascade-check,confidence-form", "binder", "browse", "page"])
def test_axe_finds_nothing(site: Site, visitor: Open, where: str) -> None:
    """Empty, with a selection, with a binder, in Browse and below a page: for everybody, light and dark, wide and narrow."""
    page = visitor(reduced_motion="reduce")
    if where.startswith("print"):
        page.goto(site.url + where)
        expect(page.locator("pb-binder h2").first).to_be_visible()
        if "?" in where:
            settled(page)
    else:
        read(page, site, TRAP, CHECK)
        if where == "binder":
            printing(page, site)
            row(page, "out", TRAP.title).click()
        if where == "browse":
            page.goto(site.url + "browse/?kind=story")
            page.get_by_role("button", name=say("put-these")).click()
    for system, scheme in (("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=system)
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        for width in (1440, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == [], (system, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_it_costs_a_reader_little(site: Site) -> None:
    """A page of text is what most people come for: the script that it loads for the binder stays below 1.4 kB compressed."""
    script = (site.folder / "assets/patternbook/bind.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= 1400


def test_nothing_of_it_is_printed_on_other_pages(site: Site, visitor: Open) -> None:
    """The button below a page and the count in the header are for the screen."""
    page = visitor()
    read(page, site, TRAP)
    for media, visible in (("screen", True), ("print", False)):
        page.emulate_media(media=media)
        for part in ("pb-bind", "pb-bound"):
            assert page.locator(part).is_visible() is visible, (media, part)
