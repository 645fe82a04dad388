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
        for name in (given.get("property"), given.get("name")):
            if tag == "meta" and name:
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


class Items(HTMLParser):
    """The properties of a page's outermost item of microdata, as a search engine reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.type = ""
        self.found: dict[str, str] = {}
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "itemscope" in given and not self.type:
            self.type = given["itemtype"]
        elif "itemscope" in given:
            self.inside = True
        elif (name := given.get("itemprop")) and not self.inside:
            self.found[name] = given.get("content", given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "span"


def test_a_search_engine_reads_what_a_page_is(site: Path) -> None:
    """A page that is found elsewhere is shown with its own words, and as a part of the book."""
    items = Items((site / "traps/slow-trap/index.html").read_text())
    assert items.type == "https://schema.org/Article"
    assert items.found["headline"] == TITLE
    assert items.found["description"] == "Everything is slow. Do less at once."
    assert items.found["url"] == "https://base.example/book/traps/slow-trap/"
    assert (items.found["articleSection"], items.found["inLanguage"]) == ("Trap", "en")
    assert Items((site / "index.html").read_text()).type == "https://schema.org/WebSite"
    assert Items((site / "traps/index.html").read_text()).type == "https://schema.org/CollectionPage"


def test_the_feed_is_named_where_readers_look_for_it(tmp_path: Path) -> None:
    """A feed reader finds the feed from the address of any page."""
    changes = {"content/_book/changes.yml": "2026-11-20: {title: More, text: It grows., added: [slow-trap]}\n"}
    folder = built(book_in(tmp_path, changes=changes))
    page = (folder / "traps/slow-trap/index.html").read_text()
    assert 'type="application/atom+xml" title="Base" href="../../feed.xml"' in page
    assert 'href="../../changes/"' in page
    assert "It grows." in (folder / "feed.xml").read_text()
    assert "feed.xml" in (folder / "changes/index.html").read_text()
