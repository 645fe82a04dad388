"""The German book as a site: `patternbook build` needs nothing but its data."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sites import book_in, built


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(book_in(tmp_path_factory.mktemp("muster"), "muster"))


class Seen(HTMLParser):
    """What a page says: its language, and the text and labels that somebody sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.language: str | None = None
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang")
        self.silent += tag in ("script", "style")
        self.words += [given[name] or "" for name in ("aria-label", "title", "alt") if name in given]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def seen(path: Path) -> Seen:
    page = Seen()
    page.feed(path.read_text(encoding="utf-8"))
    return page


PAGES = ["index.html", "muster/stille-ecke/index.html", "vordrucke/raum-bogen/index.html", "browse/index.html", "404.html"]


@pytest.mark.parametrize("path", PAGES)
def test_language(site: Path, path: str) -> None:
    """A screen reader speaks a German book with a German voice."""
    assert seen(site / path).language == "de"


@pytest.mark.parametrize("path", PAGES)
def test_no_english_around_the_page(site: Path, path: str) -> None:
    """Menus, labels and buttons around the text are German too."""
    english = r"\b(the|of|this|page|pages|book|search|skip|content|menu|contents|edit|home|back|next|table|light|dark)\b"
    assert re.findall(english, " ".join(seen(site / path).words).lower()) == []
