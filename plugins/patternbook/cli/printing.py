"""`patternbook print`: what a query selects, as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from patternbook.core.book import Book
from patternbook.core.diagnostics import Diagnostic
from patternbook.core.query import parse_query
from patternbook.core.samples import read_filled
from patternbook.core.schema import Value
from patternbook.core.views import Entry
from patternbook.edges.pdf import NoPrinter
from patternbook.edges.source import Settings, read_raw, today
from patternbook.hosts.paper import cards, forms, sheets
from patternbook.hosts.paper.ready import ready
from patternbook.hosts.paper.shop import Nothing, Printed, Shop

Printer = Callable[[Shop, Sequence[Entry]], Printed]

# What can be printed, with the paper that it is meant for.
FORMS: Mapping[str, tuple[Printer, str]] = {
    "booklet": (sheets.print_booklet, "a4"),
    "checklists": (sheets.print_checklists, "a4"),
    "forms": (forms.print_forms, "a4"),
    "cards": (cards.print_cards, "a4"),
    "poster": (sheets.print_poster, "a3"),
    "canvas": (forms.print_canvas, "a3"),
}


class NotPrinted(Exception):
    """The command was used wrongly, or cannot print on this machine; the text says what to do (exit code 2)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for on the command line; empty is what was left out."""

    query: str
    form: str
    paper: str = ""
    per_sheet: int = 4
    title: str = ""
    answers: Path | None = None


def site_address(settings: Settings, book: Book) -> str:
    """Where readers will see the site, with a slash at its end; nothing if neither the edition nor mkdocs.yml says."""
    url = book.edition.address or str(read_raw(settings.config).get("site_url") or "").strip()
    return url.rstrip("/") + "/" if url.startswith(("http://", "https://")) else ""


def printed(settings: Settings, book: Book, order: Order) -> Printed:
    """The PDF. Where answers do not fit their form, none, and the problems. Raises `NotPrinted`."""
    query, wrong = parse_query(order.query, book.definition, book.names)
    if wrong:
        raise NotPrinted("; ".join(wrong))
    entries = book.select(query)
    printer, paper = FORMS[order.form]
    if order.form == "cards":
        if (order.paper or paper) not in ("a4", "letter"):
            raise NotPrinted("cards are made for a4 and letter.")
        printer = partial(cards.print_cards, per_sheet=order.per_sheet)
    elif order.form == "booklet":
        printer = partial(sheets.print_booklet, title=order.title)
    answers, problems = _answers(book, entries, order)
    if problems:
        return Printed(b"", 0, problems)
    shop = Shop(book, today(), order.paper or paper, site_address(settings, book), answers)
    try:
        return printer(shop, entries)
    except (Nothing, NoPrinter) as error:
        raise NotPrinted(str(error)) from None


def pdfs(settings: Settings, book: Book, papers: Iterable[str], tell: Callable[[tuple[Diagnostic, ...]], None]) -> dict[str, bytes]:
    """The PDFs that a site offers, by path. `tell` hears what is wrong with them. Raises `NotPrinted`."""
    made: dict[str, bytes] = {}
    shop = Shop(book, today(), url=site_address(settings, book))
    try:
        for paper in dict.fromkeys(papers):
            for path, printed in ready(shop, paper):
                made[path] = printed.pdf
                tell(printed.problems)
    except NoPrinter as error:
        raise NotPrinted(str(error)) from None
    return made


def _answers(
    book: Book, entries: Sequence[Entry], order: Order
) -> tuple[Mapping[str, Mapping[str, Value]], tuple[Diagnostic, ...]]:
    """Answers for the one form that is printed."""
    if order.answers is None:
        return {}, ()
    forms = [entry.id for entry in entries if entry.id in book.forms]
    if order.form not in ("forms", "canvas") or len(forms) != 1:
        raise NotPrinted("answers go with one template: name it in the query with `id=`, and say `--as forms`.")
    try:
        content = order.answers.read_bytes()
    except OSError as error:
        raise NotPrinted(f"{order.answers} cannot be read: {error.strerror}.") from None
    filled, problems = read_filled(str(order.answers), content, book.names.ids[forms[0]], book.definition)
    return {forms[0]: filled.answers}, tuple(problems)
