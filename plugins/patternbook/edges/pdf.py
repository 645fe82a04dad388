"""PDFs through WeasyPrint, the optional extra `pdf`. It reads what it is given here, and nothing else."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from mimetypes import guess_type
from types import ModuleType

# Where the files lie that a document may read: an address that no host has, and that nobody asks.
SHELF = "https://book.invalid/"
# A point of the browser's measure, which is also WeasyPrint's, in millimetres.
MM = 25.4 / 96
# What to say where a part of the extra is missing.
EXTRA = "PDFs need the extra `pdf`. Install it: pip install 'patternbook[pdf]'"


class NoPrinter(Exception):
    """PDFs cannot be made on this machine; the text says what to install (exit code 2)."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A document laid out on sheets. `ends` says how far down, in millimetres, each named place lies on its sheet."""

    document: object
    sheets: int
    ends: Mapping[str, float]


class Press:
    """Lays HTML out on sheets and writes PDFs. `files` is everything that it may read, by path.

    `refused` are the addresses that a document asked for and did not get.
    """

    def __init__(self, css: str, files: Mapping[str, bytes]) -> None:
        self.refused: list[str] = []
        self._css = css
        self._files = files

    @cached_property
    def _weasyprint(self) -> ModuleType:
        try:
            import weasyprint
        except ImportError:
            raise NoPrinter(EXTRA) from None
        except OSError as error:
            help = "On Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
            raise NoPrinter(f"PDFs need the library Pango, which was not found ({error}). {help}") from None
        # What it cannot draw is reported by us, once, in our words.
        logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
        logging.getLogger("fontTools").setLevel(logging.CRITICAL)
        module: ModuleType = weasyprint
        return module

    @cached_property
    def _fetcher(self) -> object:
        """Answers from the shelf alone: no file of the machine, no network, no data address."""
        from weasyprint.urls import URLFetcher, URLFetcherResponse

        files, refused = self._files, self.refused

        class Shelf(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
            def fetch(self, url: str, headers: object = None) -> object:
                path = url.removeprefix(SHELF)
                if not url.startswith(SHELF) or path not in files:
                    refused.append(url)
                    raise ValueError(f"not a file of the book: {url}")
                return URLFetcherResponse(url, files[path], {"Content-Type": guess_type(path)[0] or "application/octet-stream"})

        return Shelf(allowed_protocols=(), allow_redirects=False)

    @cached_property
    def _fonts(self) -> object:
        from weasyprint.text.fonts import FontConfiguration

        return FontConfiguration()

    @cached_property
    def _style(self) -> object:
        # The counter styles of a style sheet are kept by whoever reads it.
        return self._weasyprint.CSS(string=self._css, base_url=SHELF, url_fetcher=self._fetcher, font_config=self._fonts)

    def lay(self, html: str, more: str = "", forms: bool = False) -> Laid:
        """A whole HTML document on its sheets; `more` are style rules of its own. With `forms`, controls can be filled in."""
        weasyprint = self._weasyprint
        styles = [self._style]
        if more:
            styles.append(weasyprint.CSS(string=more, base_url=SHELF, url_fetcher=self._fetcher, font_config=self._fonts))
        made = weasyprint.HTML(string=html, base_url=SHELF, url_fetcher=self._fetcher)
        with _uncollected():
            document = made.render(font_config=self._fonts, stylesheets=styles, pdf_forms=forms, pdf_variant="pdf/ua-1", cache={})
        ends = {name: float(place[1]) * MM for page in document.pages for name, place in page.anchors.items()}
        return Laid(document, len(document.pages), ends)

    def pdf(self, parts: Iterable[Laid], title: str = "", forms: bool = False, called: Mapping[str, str] | None = None) -> bytes:
        """Documents behind each other as one tagged PDF, in the language of the first, and with its title where none is given.

        The same input gives the same bytes. `called` says, by name, what groups of radio buttons are called aloud.
        """
        first, *others = (part.document for part in parts)
        whole = first.copy([page for document in (first, *others) for page in document.pages])  # type: ignore[attr-defined]
        if title:
            whole.metadata = copy(whole.metadata)
            whole.metadata.title = title

        def finish(_: object, pdf: object) -> None:
            if forms:
                _mend_groups(pdf, called or {})

        with _uncollected():
            return bytes(whole.write_pdf(finisher=finish, pdf_forms=forms, pdf_variant="pdf/ua-1"))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of garbage: it looks at every box of a book again and again, and takes a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _mend_groups(pdf: object, called: Mapping[str, str]) -> None:
    """Radio buttons as readers of PDFs expect them: a button is named by its group alone, and the group says what it asks."""
    objects = [one for one in pdf.objects if isinstance(one, dict)]  # type: ignore[attr-defined]
    buttons: set[bytes] = set()
    for group in (one for one in objects if "Kids" in one and one.get("FT") == "/Btn"):
        name = group["T"].string if hasattr(group["T"], "string") else str(group["T"])
        group["TU"] = type(group["T"])(called.get(name, name))
        buttons |= set(group["Kids"])
    for one in objects:
        if "Parent" in one and one.get("Subtype") == "/Widget":
            one.pop("T", None)
    fields = pdf.catalog["AcroForm"]["Fields"]  # type: ignore[attr-defined]
    fields[:] = [field for field in fields if field not in buttons]
