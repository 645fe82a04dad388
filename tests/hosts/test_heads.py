"""What stands in the head of a page: what others show of a link to it."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sites import book_in, built

TITLE = 'Slow "Trap" & <b>'


class Head(HTMLParser):
    """The metadata of a page by name, as a program reads it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            self.found[name] = given["content"]
        if tag == "link" and given.get("rel") == "canonical":
            self.found["canonical"] = given["href"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = book_in(tmp_path_factory.mktemp("book"))
    page = folder / "content/traps/slow-trap.md"
    page.write_text(page.read_text().replace("title: Slow Trap", f"title: '{TITLE}'"))
    return built(folder)


def head(site: Path, page: str) -> dict[str, str]:
    return Head((site / page).read_text()).found


def test_a_link_that_somebody_sends_shows_title_and_summary(site: Path) -> None:
    """In a chat the link says what it leads to, in the words of the page, and nothing in them is taken for markup."""
    found = head(site, "traps/slow-trap/index.html")
    assert found["og:title"] == TITLE
    assert found["og:description"] == found["description"] == "Everything is slow. Do less at once."
    assert found["og:type"] == "article"
    assert found["og:url"] == found["canonical"] == "https://base.example/book/traps/slow-trap/"
    assert unescape(found["og:site_name"]) == "Base"


def test_the_home_page_speaks_for_the_site(site: Path) -> None:
    """The address of the book itself is shown as a site, not as one page of it."""
    assert head(site, "index.html")["og:type"] == "website"
