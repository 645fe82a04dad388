"""A company's edition on paper: its name, its logo and its colour, and what it has changed."""

from __future__ import annotations

import io

from books import base, compiled
from patternbook.core.book import Book
from patternbook.core.model import slug
from patternbook.hosts.paper import forms, sheets
from pypdf import PdfReader

from .conftest import chosen, shop

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20"><text y="15" font-size="14">Zebrastripes</text></svg>'


def edition() -> Book:
    """The base book under a company's name, with one section that the company tells in its own way."""
    path = "checklists/ready-check.md"
    heading = next(line for line in base()[f"content/{path}"].decode().splitlines() if line.startswith("## "))
    own = (
        base()["content/_book/book.yml"].decode().replace("name: Base", "name: Acme") + '\nlogo: img/logo.svg\ncolour: "#0b5fa5"\n'
    )
    key = slug(heading[3:])
    override = f"---\nextends: ready-check\nsections:\n  {key}: {{mode: replace, why: our own words}}\n---\n\n{heading}\n\nOurs.\n"
    book = compiled(base({"company/_book/book.yml": own, "company/img/logo.svg": LOGO, f"company/{path}": override}))
    assert book.errors == ()
    return book


def text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_logo_and_provenance_on_what_is_handed_out() -> None:
    """People in a workshop see whose sheet it is, and what their company has changed in it."""
    book = edition()
    made = sheets.print_checklists(shop(book=book), chosen(book))
    assert "Zebrastripes" in text(made.pdf)
    assert "our own words" in text(made.pdf)
    assert "Zebrastripes" in text(forms.print_forms(shop(book=book), chosen(book)).pdf)
    assert b"/Image" not in made.pdf


def test_logo_on_the_cover() -> None:
    """A booklet of the company's edition is the company's at first sight."""
    book = edition()
    pdf = sheets.print_booklet(shop(book=book), chosen(book)).pdf
    first = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Zebrastripes" in first
    assert book.definition.name in first


def test_without_a_logo_there_is_no_gap() -> None:
    """A book that names no logo has no broken picture on its sheets."""
    book = compiled(base())
    assert "pb-logo" not in shop(book=book).tool(chosen(book, "kind=checklist")[0], "# T\n", lambda tag: tag)
