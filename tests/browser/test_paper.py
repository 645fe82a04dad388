"""The book on paper, A4 and Letter: forms, checklists and pages for people around a table."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PageObject, PdfReader
from sites import book_in

from .conftest import BOOK, PATTERNS, Open, Site, address, build

# Ends every block of text in a word that is a link, because a PDF says where its links are. No note is made of such a link.
# Done when the page has prepared itself for paper.
MARK = """() => addEventListener('beforeprint', () => {
    document.querySelectorAll('[href^="tel:"]').forEach(link => link.remove())
    const blocks = [...document.querySelectorAll('article :is(h1, h2, h3, h4, p, li, td, th, blockquote, dd, pre, figcaption, legend)')]
    const shown = blocks.filter(block => block.getClientRects().length && block.innerText.trim())
    shown.forEach((block, number) => {
        const link = document.createElement('a')
        link.href = `tel:${number}`
        link.textContent = ` zq${number}zq `
        block.append(link)
    })
    self.marked = shown.map(block => block.localName)
})"""
# Lengthens every text of the page by a third and a little more, as a translation does.
LENGTHEN = """() => {
    const walker = document.createTreeWalker(document.querySelector('.pb-page'), NodeFilter.SHOW_TEXT)
    const texts = []
    while (walker.nextNode()) if (walker.currentNode.data.trim() && !walker.currentNode.parentElement.closest('pb-check, pb-paper')) texts.push(walker.currentNode)
    texts.forEach(text => {
        const more = Math.ceil(text.data.trim().length * .35)
        text.data = text.data.trimEnd() + ' zusätzliche Wörter'.repeat(1 + more / 19).slice(0, more) + ' '
    })
}"""
# Ticks everything, with a long name and the day at each item, and writes a note.
SIGN = """() => {
    const check = document.querySelector('pb-check')
    const write = (control, text) => { control.value = text; control.dispatchEvent(new Event('input')) }
    check.signed.click()
    write(check.who, 'Anneke Muster-Beispiel')
    write(check.notes, 'Two boxes were argued about, and we ask the clinics on Thursday. '.repeat(2) + 'The last word is zqnotezq.')
    document.querySelectorAll('.pb-checklist [type=checkbox]').forEach(box => box.click())
}"""
DARK = """() => [document.documentElement, ...document.querySelectorAll('body, body *')].filter(element => {
    const [red, green, blue, alpha = 1] = getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).map(Number)
    return element.getClientRects().length && alpha > 0 && red + green + blue < 600
}).map(element => element.outerHTML.slice(0, 120))"""
PALE = """() => [...document.querySelectorAll('article *')].filter(element => {
    const [red, green, blue] = getComputedStyle(element).color.match(/[\\d.]+/g).map(Number)
    return element.getClientRects().length && element.innerText && red + green + blue > 380
}).map(element => element.outerHTML.slice(0, 120))"""
PAPERS = ("A4", "Letter")
SHARES = 4
# Points from the lower edge: below a heading that stands lower no line of text has room.
NO_ROOM = 90
CHECKLISTS = [address(path) for path, entry in BOOK.entries.items() if entry.kind.id == "checklist"]


def links(sheet: PageObject) -> dict[str, list[float]]:
    """Where the links of a sheet are: left, bottom, right, top. One that went over to the next sheet leaves a line of no height."""
    notes = [note.get_object() for note in sheet.get("/Annots", [])]
    found = {note["/A"]["/URI"]: [float(edge) for edge in note["/Rect"]] for note in notes if "/URI" in note.get("/A", {})}
    return {link: place for link, place in found.items() if place[3] - place[1] > 1}


def printed(page: Page, paper: str) -> list[PageObject]:
    """The sheets that come out of the printer."""
    return list(PdfReader(io.BytesIO(page.pdf(format=paper))).pages)


def squeezed(sheet: PageObject) -> str:
    """The text of a sheet without its spaces, of which a PDF knows little."""
    return "".join(sheet.extract_text().split())


def opened(page: Page, url: str) -> None:
    """A page with all that prepares it for paper."""
    page.goto(url)
    page.wait_for_selector("pb-paper:defined", state="attached")


def losses(page: Page, paper: str, sheets: list[PageObject] | None = None) -> list[str]:
    """What of the marked blocks is not on paper, hangs over its edge, or is a heading that ends a sheet; and empty sheets."""
    wrong, found = [], set()
    sheets = sheets or printed(page, paper)
    blocks = page.evaluate("marked")
    for number, sheet in enumerate(sheets, 1):
        ends = {int(link[4:]): place for link, place in links(sheet).items() if link.startswith("tel:")}
        found |= ends.keys()
        width, height = sheet.mediabox.width, sheet.mediabox.height
        for block, (left, bottom, right, top) in ends.items():
            if not (0 <= left < right <= width and 0 <= bottom < top <= height):
                wrong.append(f"{blocks[block]} {block} hangs over sheet {number} of {paper}")
        lowest = min(ends, key=lambda block: ends[block][1], default=None)
        if lowest is None:
            wrong.append(f"sheet {number} of {paper} is empty")
        elif ends[lowest][1] < NO_ROOM and blocks[lowest] in ("h1", "h2", "h3", "h4"):
            wrong.append(f"a heading ends sheet {number} of {paper}")
    return wrong + [f"{name} {block} is not on {paper}" for block, name in enumerate(blocks) if block not in found]


def test_nothing_is_cut_off(site: Site, visitor: Open, place: str) -> None:
    """What is printed can be read to its end: the last word of each paragraph, item and cell lies on a sheet; none is empty."""
    page = visitor()
    page.emulate_media(media="print")
    opened(page, site.url + place)
    page.wait_for_load_state("networkidle")
    page.evaluate(MARK)
    sheets = {paper: printed(page, paper) for paper in PAPERS}
    assert [loss for paper in PAPERS for loss in losses(page, paper, sheets[paper])] == []
    text = "".join(map(squeezed, sheets[PAPERS[0]]))
    assert [number for number in range(len(page.evaluate("marked"))) if f"zq{number}zq" not in text] == []


@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_of_the_book_is_cut_off(site: Site, visitor: Open, share: int) -> None:
    """The same for every page that somebody wrote, whatever stands in it."""
    page = visitor()
    page.emulate_media(media="print")
    wrong: dict[str, list[str]] = {}
    for path in sorted(BOOK.entries)[share::SHARES]:
        opened(page, site.url + address(path))
        page.evaluate(MARK)
        wrong[path] = losses(page, PAPERS[share % len(PAPERS)])
    assert {path: found for path, found in wrong.items() if found} == {}


def test_a_wide_table_and_what_is_closed_are_printed(site: Site, visitor: Open) -> None:
    """A table of nine columns with long words keeps to the sheet, and what could be opened on the screen is open on paper."""
    page = visitor()
    page.emulate_media(media="print")
    opened(page, site.url + PATTERNS["trap"])
    page.evaluate("""() => {
        const cell = (name, text) => `<${name}>${text}</${name}>`
        const row = (name, text) => cell('tr', cell(name, text).repeat(9))
        const table = cell('table', cell('thead', row('th', 'Verantwortlich')) + cell('tbody', row('td', 'Organisationsentwicklung').repeat(3)))
        document.querySelector('.pb-lead').insertAdjacentHTML('afterend', `<div class="md-typeset__scrollwrap"><div class="md-typeset__table">${table}</div></div><details><summary>More</summary><p>What was closed.</p></details>`)
    }""")
    page.evaluate(MARK)
    assert losses(page, "A4") == losses(page, "Letter") == []
    assert "Whatwasclosed." in "".join(map(squeezed, printed(page, "A4")))


@pytest.mark.parametrize("checklist", CHECKLISTS)
def test_a_checklist_is_one_sheet(site: Site, visitor: Open, checklist: str) -> None:
    """A facilitator hands out one sheet, not one and a half: blank, and a third longer with who and when at every item and a note."""
    page = visitor()
    opened(page, site.url + checklist)
    page.wait_for_selector("pb-check .pb-copies", state="attached")
    assert {paper: len(printed(page, paper)) for paper in PAPERS} == {"A4": 1, "Letter": 1}
    page.evaluate(LENGTHEN)
    page.evaluate(SIGN)
    sheets = {paper: printed(page, paper) for paper in PAPERS}
    assert {paper: len(found) for paper, found in sheets.items()} == {"A4": 1, "Letter": 1}
    text = squeezed(sheets["Letter"][0])
    assert text.count("AnnekeMuster-Beispiel") == page.locator(".pb-checklist li[id]").count()
    assert "zqnotezq" in text and text.count("zusätzliche") > 20


def test_a_checklist_is_one_sheet_without_a_script(site: Site, visitor: Open) -> None:
    """Its size comes with the page: who prints without scripts gets one sheet as well, with lines for a name and a day."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url + PATTERNS["checklist"])
    (sheet,) = printed(page, "Letter")
    assert BOOK.definition.say("paper-name") in squeezed(sheet) and BOOK.definition.say("paper-date") in squeezed(sheet)


@pytest.mark.parametrize("where", ["", "404.html", "map/", PATTERNS["trap"], PATTERNS["template"], PATTERNS["checklist"]])
def test_each_sheet_says_what_it_is(site: Site, visitor: Open, where: str) -> None:
    """A sheet that lies on a desk for a month says what it is, which part of it, where it is found and when it was reviewed."""
    page = visitor()
    opened(page, site.url + where)
    name = page.locator(".pb-paper-title").text_content() or ""
    reviewed = page.locator("meta[itemprop=dateModified]").all()
    sheets = [squeezed(sheet) for sheet in printed(page, "A4")]
    for number, text in enumerate(sheets, 1):
        assert "".join(BOOK.definition.say("paper-sheet", page=number, pages=len(sheets)).split()) in text
        assert "".join(name.split()) in text
        assert where == "404.html" or f"{site.url.partition('://')[2]}{where}" in text
        assert all(f"{BOOK.definition.say('reviewed')}{day.get_attribute('content')}" in text for day in reviewed)
    assert page.evaluate("document.documentElement.style.length") == 0


def test_the_foot_of_a_sheet_without_a_script(site: Site, offline: Site, visitor: Open) -> None:
    """Sheets are numbered without a script too, and the page ends with its name, its address and its review."""
    page = visitor(java_script_enabled=False)
    for where, file in ((site, "traps/cascade-traps/"), (offline, "traps/cascade-traps.html")):
        page.goto(where.url + file)
        sheets = [squeezed(sheet) for sheet in printed(page, "A4")]
        assert all(f"{number}/{len(sheets)}" in text for number, text in enumerate(sheets, 1))
        told = "CascadeTraps–Patternbook" + (where.url.partition("://")[2] if where is site else "") + file
        assert told in sheets[-1]
        assert f"Reviewed{BOOK.entries['traps/cascade-traps.md'].review.on}" in sheets[-1]
        assert "file:" not in "".join(sheets)


def test_notes_say_where_links_lead(site: Site, visitor: Open) -> None:
    """Paper cannot be clicked: a number behind a link, and at the end of the page its address, each once; on the screen nothing."""
    page = visitor()
    opened(page, site.url + "traps/cascade-traps/")
    # All but what goes on by itself: the count of the pages that were read, and the preview of a link that comes under the pointer.
    shown = "[...document.querySelectorAll('.pb-page > :not(pb-path, pb-preview)')].map(part => part.outerHTML)"
    before = page.evaluate(shown)
    targets = page.evaluate("""() => [...document.querySelectorAll('.pb-page > :is(p:not(.pb-edit), ul, ol) a')]
        .filter(link => !link.closest('#sources + ul')).map(link => link.href.replace(/^https?:[/][/]/, ''))""")
    assert len(targets) > 3
    text = "".join(map(squeezed, printed(page, "A4")))
    expect(page.locator(".pb-links")).to_have_count(0)
    assert page.evaluate(shown) == before
    page.emulate_media(media="print")
    expect(page.locator(".pb-links")).to_have_count(1)
    rows = page.locator(".pb-links li").all_inner_texts()
    assert [row.split()[-1] for row in rows] == list(dict.fromkeys(targets))
    assert all("".join(row.split()) in text for row in rows)
    marks = page.locator(".pb-mark").all_inner_texts()
    assert [int(mark) for mark in marks] == [list(dict.fromkeys(targets)).index(target) + 1 for target in targets]
    page.emulate_media(media="screen")
    expect(page.locator(".pb-links")).to_have_count(0)
    assert page.evaluate(shown) == before


def test_what_is_handed_out_to_be_filled_has_no_notes(site: Site, visitor: Open) -> None:
    """A form or a checklist has its own room to write in, and no list of addresses below it."""
    page = visitor()
    page.emulate_media(media="print")
    for kind in ("template", "checklist"):
        opened(page, site.url + PATTERNS[kind])
        assert page.locator(".pb-page > p a").count()
        assert page.locator(".pb-mark, .pb-links").count() == 0


def test_notes_and_foot_follow_the_page(site: Site, visitor: Open) -> None:
    """After a link was followed without loading a page, paper speaks of the page that is there now; each thing once."""
    page = visitor()
    opened(page, site.url + "traps/cascade-traps/")
    page.locator(".pb-page > ol a").first.click()
    expect(page.locator("h1")).not_to_have_text("Cascade Traps")
    sheets = [squeezed(sheet) for sheet in printed(page, "A4")]
    title = "".join(page.locator("h1").inner_text().split())
    assert all(f"{title}–Patternbook" in text and "CascadeTraps–Patternbook" not in text for text in sheets)
    page.emulate_media(media="print")
    expect(page.locator(".pb-links")).to_have_count(1)


def test_the_foot_speaks_the_language_of_the_book(tmp_path: Path, visitor: Open) -> None:
    """The words on the sheet are the book's: in a German book they are German."""
    build(book_in(tmp_path / "book", "muster"), tmp_path / "site", "--offline")
    page = visitor()
    opened(page, (tmp_path / "site" / "muster" / "stille-ecke.html").as_uri())
    text = squeezed(printed(page, "A4")[0])
    assert "Blatt1von" in text and "musterstille" not in text and "muster/stille-ecke.html" in text
    assert "Page" not in text and "file:" not in text


def test_no_navigation_on_paper(site: Site, visitor: Open, pattern: str) -> None:
    """Paper has no use for menus: of the page only the text is printed."""
    page = visitor()
    page.goto(site.url + pattern)
    page.emulate_media(media="print")
    shown = page.evaluate(
        "[...document.querySelectorAll('header, nav, footer, button, label:not([for*=\"--\"]), summary, .md-skip')]"
        ".filter(element => element.getClientRects().length).map(element => element.outerHTML.slice(0, 120))"
    )
    assert shown == []
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed(page, "A4")).split())
    assert page.locator("h1").inner_text() in text
    assert " ".join(title for title, _ in BOOK.nav[1:4]) not in text


def test_dark_mode_prints_on_white(site: Site, visitor: Open, place: str) -> None:
    """Who reads in the dark does not print black sheets, nor pale letters on white ones."""
    page = visitor(color_scheme="dark")
    page.goto(site.url + place)
    assert page.evaluate(DARK) != []
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(DARK) == []
    assert page.evaluate(PALE) == []
