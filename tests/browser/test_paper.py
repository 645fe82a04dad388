"""The book on paper, A4 and Letter: forms, checklists and pages for people around a table."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Page
from pypdf import PageObject, PdfReader

from .conftest import BOOK, Open, Site, address

# Ends every block of text in a word that is a link, because a PDF says where its links are.
MARK = """() => {
    const blocks = [...document.querySelectorAll('article :is(h1, h2, h3, h4, p, li, td, th, blockquote, dd, pre, figcaption)')]
    const shown = blocks.filter(block => block.getClientRects().length && block.innerText.trim())
    shown.forEach((block, number) => {
        const link = document.createElement('a')
        link.href = `mailto:mark${number}@example.org`
        link.textContent = ` zq${number}zq `
        block.append(link)
    })
    return shown.length
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
CHECKLISTS = [address(path) for path, entry in BOOK.entries.items() if entry.kind.id == "checklist"]


def links(sheet: PageObject) -> dict[str, list[float]]:
    """Where the links of a sheet are: left, bottom, right, top."""
    notes = [note.get_object() for note in sheet.get("/Annots", [])]
    return {note["/A"]["/URI"]: [float(edge) for edge in note["/Rect"]] for note in notes if "/URI" in note.get("/A", {})}


def printed(page: Page, paper: str) -> list[PageObject]:
    """The sheets that come out of the printer."""
    return list(PdfReader(io.BytesIO(page.pdf(format=paper))).pages)


def test_nothing_is_cut_off(site: Site, visitor: Open, pattern: str) -> None:
    """What is printed can be read to its end: the last word of each paragraph, item and cell lies on a sheet; none is empty."""
    page = visitor()
    page.goto(site.url + pattern)
    page.emulate_media(media="print")
    marks = page.evaluate(MARK)
    for paper in PAPERS:
        sheets = printed(page, paper)
        text = "".join("".join(sheet.extract_text() for sheet in sheets).split())
        assert [number for number in range(marks) if f"zq{number}zq" not in text] == []
        found: set[str] = set()
        for number, sheet in enumerate(sheets, 1):
            ends = links(sheet)
            assert ends, f"sheet {number} of {paper} is empty"
            for link, (left, bottom, right, top) in ends.items():
                assert 0 <= left < right <= sheet.mediabox.width and 0 <= bottom < top <= sheet.mediabox.height, link
            found |= ends.keys()
        assert {f"mailto:mark{number}@example.org" for number in range(marks)} - found == set()


@pytest.mark.parametrize("checklist", CHECKLISTS)
def test_a_checklist_is_one_sheet(site: Site, visitor: Open, checklist: str) -> None:
    """A facilitator hands out one sheet, not one and a half."""
    page = visitor()
    page.goto(site.url + checklist)
    assert {paper: len(printed(page, paper)) for paper in PAPERS} == {"A4": 1, "Letter": 1}


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


def test_dark_mode_prints_on_white(site: Site, visitor: Open, pattern: str) -> None:
    """Who reads in the dark does not print black sheets, nor pale letters on white ones."""
    page = visitor(color_scheme="dark")
    page.goto(site.url + pattern)
    assert page.evaluate(DARK) != []
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(DARK) == []
    assert page.evaluate(PALE) == []
