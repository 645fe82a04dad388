"""The press reads what it is given: no file of the machine, no network, no data address, whatever a page asks for."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from patternbook.edges.pdf import SHELF, Press
from patternbook.hosts.paper import cards, forms, sheets
from pypdf import PdfReader
from pypdf.generic import StreamObject

from .conftest import called, shop

MARK = "vxkqw"
SECRET = f"{MARK}-secret-of-the-machine"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="8">%s</text></svg>'

# What a document may try; `{}` is the address that it wants.
WAYS = {
    "img": '<img src="{}" alt="x">',
    "srcset": '<img srcset="{} 2x" src="{}" alt="x">',
    "stylesheet": '<link rel="stylesheet" href="{}">',
    "import": '<style>@import url("{}");</style>',
    "background": "<p style=\"background: url('{}')\">x</p>",
    "list": '<style>li { list-style-image: url("{}") }</style><ul><li>x</li></ul>',
    "content": '<style>p::before { content: url("{}") }</style><p>x</p>',
    "font": '<style>@font-face { font-family: x; src: url("{}") } p { font-family: x }</style><p>x</p>',
    "object": '<object data="{}"></object>',
    "embed": '<embed src="{}">',
    "iframe": '<iframe src="{}"></iframe>',
    "attachment": '<link rel="attachment" href="{}">',
    "attached link": '<a rel="attachment" href="{}">x</a>',
    "svg image": '<svg width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
    "svg use": '<svg width="9" height="9"><use href="{}#a"/></svg>',
    "svg style": '<svg width="9" height="9"><style>@import url("{}");</style><rect width="9" height="9"/></svg>',
    "base": '<base href="{}"><img src="logo.svg" alt="x">',
}
# What WeasyPrint does not look at; should it begin to, the other assertions hold all the same.
UNASKED = {"iframe", "svg use", "svg style", "base"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that a page could name, and that is text, a style sheet and a drawing at once."""
    file = tmp_path / "secret.svg"
    file.write_text(PICTURE % SECRET, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Fails a test in which anything is connected to or looked up."""
    asked: list[object] = []

    def refuse(*what: object, **_: object) -> None:
        asked.append(what)
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    yield asked
    assert asked == []


def laid(html: str, files: dict[str, bytes] | None = None) -> tuple[Press, bytes]:
    """A document printed by a press that has a few files on its shelf."""
    press = Press("p { color: black }", {"logo.svg": (PICTURE % "ours").encode(), **(files or {})})
    document = f'<!doctype html><html lang="en"><head><title>T</title></head><body><p>Before</p>{html}<p>After</p></body></html>'
    return press, press.pdf([press.lay(document)])


def told(pdf: bytes) -> str:
    """Everything that a PDF holds as text: its sheets, its objects, and their streams unpacked."""
    reader = PdfReader(io.BytesIO(pdf))
    parts = [sheet.extract_text() for sheet in reader.pages]
    for number in range(1, int(reader.trailer["/Size"])):
        found = reader.get_object(number)
        parts.append(str(found))
        if isinstance(found, StreamObject):
            parts.append(found.get_data().decode("latin-1"))
    return "\n".join([*parts, pdf.decode("latin-1")])


def addresses(secret: Path) -> dict[str, str]:
    return {
        "a file": secret.as_uri(),
        "a file without a host": f"file:{secret}",
        "http": "http://127.0.0.1:9/secret.svg",
        "https": "https://example.org/secret.svg",
        "ftp": "ftp://example.org/secret.svg",
        "data": "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Ctext%3Evxkqw-secret%3C/text%3E%3C/svg%3E",
        "out of the shelf": "../" * 12 + str(secret).lstrip("/"),
        "an absolute path": str(secret),
        "another host": "//example.org/secret.svg",
        "a missing file": "missing.svg",
        "the shelf's name as a beginning": SHELF.rstrip("/") + ".example.org/secret.svg",
        "the shelf with another user": SHELF.replace("://", "://logo.svg@") + "secret.svg",
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_page_reads_nothing_but_its_book(way: str, secret: Path) -> None:
    """Somebody prints a book that somebody else wrote; the PDF must not carry files of the machine to whoever gets it."""
    for name, address in addresses(secret).items():
        press, pdf = laid(WAYS[way].replace("{}", address))
        text = told(pdf)
        assert MARK not in text.replace(address, ""), f"{way}: {name}"
        assert "/EmbeddedFile" not in text, f"{way}: {name}"
        assert "Before" in text and "After" in text
        assert way in UNASKED or press.refused, f"{way}: {name} was asked for and not refused"


def test_what_is_on_the_shelf_is_printed() -> None:
    """The press refuses by what a file is, and not everything: a picture of the book is on the sheet."""
    press, pdf = laid('<img src="logo.svg" alt="ours">')
    assert press.refused == []
    assert "ours" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.parametrize("ask", ['<image href="{}" width="9" height="9"/>', '<use href="{}#a"/>', "<style>@import '{}';</style>"])
def test_a_picture_of_the_book_reads_nothing_either(ask: str, secret: Path) -> None:
    """A picture that somebody put into the book may ask for files too, and gets none."""
    for address in (secret.as_uri(), "https://example.org/secret.svg", str(secret)):
        picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9">{ask.replace("{}", address)}<text y="8">own</text></svg>'
        _, pdf = laid('<img src="asking.svg" alt="x">', {"asking.svg": picture.encode()})
        assert MARK not in told(pdf)


def test_no_sheet_of_the_book_asks_for_what_is_not_there() -> None:
    """A picture or a font that is missing on paper would be missed silently; what the book's own sheets ask for, they get."""
    presses: list[Press] = []

    class Watched(Press):
        def __init__(self, css: str, files: Mapping[str, bytes]) -> None:
            super().__init__(css, files)
            presses.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patternbook.hosts.paper.shop.Press", Watched)
        sheets.print_booklet(shop(), called("cascade-traps", "ones-and-threes"))
        sheets.print_checklists(shop(), called("adoption-check"))
        forms.print_forms(shop(), called("confidence-form"))
        cards.print_cards(shop(), called("ones-and-threes"))
    assert len(presses) == 4
    assert [press.refused for press in presses] == [[]] * 4
