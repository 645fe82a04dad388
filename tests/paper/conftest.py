"""What comes out of the press, read again: words and where they lie, fields, links, and the PDFs that several tests look at."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from html.parser import HTMLParser

import pypdfium2
import pytest
from books import ROOT
from patternbook.core.book import Book
from patternbook.core.query import parse_query
from patternbook.core.views import Entry
from patternbook.edges.source import load_book, read_settings
from patternbook.hosts.paper import cards, forms, pages, sheets
from patternbook.hosts.paper.shop import Printed, Shop
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from sites import shared as shared_place

DAY = date(2026, 11, 21)
URL = "https://tidewell.example/book/"
BOOK = load_book(ROOT, read_settings(ROOT).layers)
# A point in millimetres.
POINT = 25.4 / 72


def chosen(book: Book, query: str = "") -> list[Entry]:
    """What a query selects."""
    parsed, wrong = parse_query(query, book.definition, book.names)
    assert wrong == []
    return book.select(parsed)


def called(*ids: str) -> list[Entry]:
    """Some pages of the book of this repository."""
    return [entry for entry in chosen(BOOK) if entry.id in ids]


def shop(paper: str = "a4", book: Book = BOOK, url: str = URL, **given: object) -> Shop:
    return Shop(book, DAY, paper, url, **given)


# What is not shown on paper: the inside of drawings and controls, headings of what is open anyhow, texts that stand for drawings.
_HIDDEN = ("svg", "summary", "select", "style", "textarea")
_BLOCKS = ("p", "li", "ul", "ol", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "figure", "div", "table", "tr")
_BLOCKS += ("blockquote", "dl", "dt", "dd", "pre", "label", "legend", "fieldset", "details", "article", "section", "thead", "tbody")
_EMPTY = ("br", "hr", "img", "input", "col")


class _Marker(HTMLParser):
    """HTML as it was, with a marker word such as `zq17zq` where the text of a block ends."""

    def __init__(self, first: int) -> None:
        super().__init__(convert_charrefs=False)
        self.next, self.out, self.open = first, [], []
        self.text = False

    @property
    def hidden(self) -> bool:
        return any(tag in _HIDDEN for tag in self.open) or ("figure" in self.open and "details" in self.open)

    def _block(self, tag: str) -> None:
        if tag in _BLOCKS and self.text and not self.hidden:
            self.out.append(f" zq{self.next}zq")
            self.next += 1
        if tag in _BLOCKS:
            self.text = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._block(tag)
        self.out.append(self.get_starttag_text())
        if tag not in _EMPTY and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.out.append(self.get_starttag_text())

    def handle_endtag(self, tag: str) -> None:
        self._block(tag)
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text = self.text or (bool(data.strip()) and not self.hidden)
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


class Marks:
    """Ends each block of whatever is converted for paper in a marker word. `blocks` says what each of them ends."""

    def __init__(self, convert: Callable[[str], str]) -> None:
        self.convert = convert
        self.blocks: dict[int, str] = {}

    def __call__(self, text: str) -> str:
        marker = _Marker(len(self.blocks))
        marker.feed(self.convert(text))
        marker.close()
        for number in range(len(self.blocks), marker.next):
            before = "".join(marker.out).partition(f" zq{number}zq")[0]
            self.blocks[number] = " ".join(re.sub(r"<[^>]*>", " ", before[-120:]).split())[-60:]
        return "".join(marker.out)


@contextmanager
def marked() -> Iterator[Marks]:
    """While it lasts, blocks end in marker words."""
    with pytest.MonkeyPatch.context() as patch:
        marks = Marks(pages.converted)
        patch.setattr(pages, "converted", marks)
        patch.setattr(cards, "converted", marks)
        yield marks


# What is no word of a finished page: tags, targets of links, attribute lists, code, entities, addresses.
_NO_WORD = r"<[^>]*>|\]\([^)\n]*\)|\{[^}\n]*\}|`[^`\n]*`|&#?\w+;|\w+://\S+"


def longer(text: str, part: float = 0.35) -> str:
    """A finished page whose every word is longer by a part, as in a language with longer words."""
    head, rule, body = text.partition("\n---\n") if text.startswith("---\n") else ("", "", text)
    owed = 0.0

    def grown(found: re.Match[str]) -> str:
        nonlocal owed
        word = found["word"]
        if not word:
            return found[0]
        owed += len(word) * part
        more = int(owed)
        owed -= more
        return word + (word * 2)[:more].lower()

    return head + rule + re.sub(rf"{_NO_WORD}|(?P<word>[^\W\d_]+)", grown, body)


def lengthened(book: Book, paths: set[str]) -> Book:
    """The book with longer words in some of its finished pages."""
    return replace(
        book,
        pages={
            path: replace(page, content=longer(page.text).encode()) if path in paths else page for path, page in book.pages.items()
        },
    )


Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sheet:
    """A sheet as somebody who looks at it sees it: its signs, each with its box in points from the lower left corner."""

    number: int
    width: float
    height: float
    signs: tuple[tuple[str, Box], ...]

    def text(self, box: Box | None = None) -> str:
        """The signs whose middle lies in a box, without white space."""
        return "".join(sign for sign, place in self.signs if box is None or within(place, box))

    @cached_property
    def marks(self) -> list[tuple[int, Box]]:
        """Marker words, each with the box around it. A word may stand twice: a heading in the foot too."""
        letters = [(sign, place) for sign, place in self.signs if sign.isalnum()]
        text = "".join(sign for sign, _ in letters)
        return [
            (int(found[1]), around([place for _, place in letters[found.start() : found.end()]]))
            for found in re.finditer(r"zq(\d+)zq", text)
        ]


def around(boxes: list[Box]) -> Box:
    """The box around some boxes."""
    lefts, lows, rights, highs = zip(*boxes, strict=True)
    return min(lefts), min(lows), max(rights), max(highs)


def rect(note: DictionaryObject) -> Box:
    """Where a field or a link lies. Its corners may be given in any order."""
    across, up = sorted(map(float, note["/Rect"][::2])), sorted(map(float, note["/Rect"][1::2]))
    return across[0], up[0], across[1], up[1]


def within(place: Box, box: Box) -> bool:
    """Whether the middle of a place lies in a box."""
    across, up = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
    return box[0] <= across <= box[2] and box[1] <= up <= box[3]


def read_sheets(pdf: bytes) -> list[Sheet]:
    """Every sheet of a PDF, with the place of each sign."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number, page in enumerate(document, 1):
        text = page.get_textpage()
        signs = []
        for place in range(text.count_chars()):
            sign = chr(pypdfium2.raw.FPDFText_GetUnicode(text, place))
            if sign.strip() and sign.isprintable():
                signs.append((sign, text.get_charbox(place)))
        found.append(Sheet(number, *page.get_size(), tuple(signs)))
        text.close()
        page.close()
    document.close()
    return found


@dataclass(frozen=True)
class Paper:
    """A PDF that is looked at: what it is made of, and the blocks of text that it should hold."""

    printed: Printed
    blocks: dict[int, str]

    @cached_property
    def sheets(self) -> list[Sheet]:
        return read_sheets(self.printed.pdf)

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(io.BytesIO(self.printed.pdf))

    def lost(self, foot: float) -> list[str]:
        """The blocks whose end lies on no sheet. The `foot` is what a sheet keeps free below its text, in millimetres."""
        found: set[int] = set()
        for sheet in self.sheets:
            for mark, (left, low, right, high) in sheet.marks:
                if left >= 0 and low >= foot / POINT and right <= sheet.width and high <= sheet.height:
                    found.add(mark)
        return [f"{number}: …{text}" for number, text in self.blocks.items() if number not in found]


Shared = Callable[[str, Callable[[], Paper]], Paper]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Makes a PDF once for all tests, also where several processes run them: who comes second waits and reads it.

    The scheduler of the tests may give tests of one file to two processes, and knows no groups. A whole booklet takes
    a minute of a processor, so each process making its own would be the longest wait of all.
    """

    def made(name: str, make: Callable[[], Paper]) -> Paper:
        with shared_place(tmp_path_factory, f"{name}.pickle") as kept:
            if not kept.exists():
                paper = make()
                kept.write_bytes(pickle.dumps(Paper(paper.printed, paper.blocks)))
            return pickle.loads(kept.read_bytes())

    return made


@pytest.fixture(scope="session")
def whole_booklet(shared: Shared) -> Paper:
    """The booklet of the whole book on A4, its blocks marked."""

    def make() -> Paper:
        with marked() as marks:
            return Paper(sheets.print_booklet(shop(), chosen(BOOK)), marks.blocks)

    return shared("whole-booklet", make)


@pytest.fixture(scope="session")
def blank_forms(shared: Shared) -> Paper:
    """All templates as forms without answers, on A4, their blocks marked."""

    def make() -> Paper:
        with marked() as marks:
            return Paper(forms.print_forms(shop(), chosen(BOOK, "kind=template")), marks.blocks)

    return shared("blank-forms", make)


@pytest.fixture(scope="session")
def filled_forms(shared: Shared) -> Paper:
    """All templates as forms that hold the answers of their samples."""
    return shared("filled-forms", lambda: Paper(forms.print_forms(shop(answers=BOOK.samples), chosen(BOOK, "kind=template")), {}))
