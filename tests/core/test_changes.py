"""What is new: told on a page, and in a feed for those who want to hear of it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from books import Files, base, compiled, problems
from patternbook.core import catalogue

ATOM = "{http://www.w3.org/2005/Atom}"
CHANGES = """\
2026-10-01: {title: First, text: It begins., added: [slow-trap, wide-trap]}
2026-11-20: {title: "A <b> & more", text: "One \\"changed\\".", added: [good-practice], changed: [slow-trap]}
"""


def book_files(changes: str = CHANGES) -> Files:
    return base({"_book/changes.yml": changes})


def feed(files: Files, url: str = "https://base.example/book/") -> ElementTree.Element:
    return ElementTree.fromstring(dict(catalogue.files(compiled(files), url))["feed.xml"])


def test_the_newest_stands_first_with_links_to_its_pages() -> None:
    """Who comes back after a month sees what to read."""
    page = compiled(book_files()).pages["changes.md"].markdown
    assert page.index("2026-11-20: A") < page.index("2026-10-01: First")
    assert "It begins." in page
    assert "[Slow Trap](traps/slow-trap.md)" in page[page.index("First") :]


def test_the_feed_holds_the_same_with_whole_addresses() -> None:
    """A feed reader takes links elsewhere, where relative ones lead nowhere."""
    root = feed(book_files())
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["A <b> & more", "First"]
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated") == "2026-11-20T00:00:00Z"
    assert entries[0].findtext(f"{ATOM}id") == "https://base.example/book/changes/#2026-11-20"
    content = entries[1].findtext(f"{ATOM}content") or ""
    assert '<a href="https://base.example/book/traps/slow-trap/">Slow Trap</a>' in content
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


def test_nothing_that_is_written_breaks_the_feed() -> None:
    """One strange sign in one title would lose every reader of the feed."""
    nasty = '2026-10-01: {title: "</title> ]]> & <x>", text: "<script>"}\n'
    (entry,) = feed(book_files(nasty)).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "</title> ]]> & <x>"
    assert entry.findtext(f"{ATOM}content") == "<p>&lt;script&gt;</p>"


def test_an_old_id_still_names_its_page() -> None:
    """A page that was renamed after it was announced is still announced."""
    files = book_files()
    trap = files.pop("content/traps/wide-trap.md").decode().replace("title:", "aliases: [wide-trap]\ntitle:")
    files["content/traps/broad-trap.md"] = trap.replace("aliases:", "aliases:", 1).encode()
    book = compiled({path: text.replace(b"wide-trap]", b"broad-trap]") if "slow" in path else text for path, text in files.items()})
    assert "[Wide Trap](traps/broad-trap.md)" in book.pages["changes.md"].markdown


def test_an_unknown_page_is_a_problem_where_it_stands() -> None:
    """A dead name in the news is a dead link in everybody's feed."""
    assert "content/_book/changes.yml:1:57 PB403" in problems(
        compiled(book_files("2026-10-01: {title: First, text: It begins., added: [x, slow-trapp]}\n"))
    )


def test_a_day_is_a_day() -> None:
    """The feed sorts by it."""
    found = problems(compiled(book_files("2026-13-01: {title: First, text: It begins.}\n")))
    assert found == ["content/_book/changes.yml:1:1 PB204"]


def test_without_changes_or_address_there_is_no_feed() -> None:
    """An empty feed is a promise that nobody keeps, and one without addresses cannot be read."""
    assert "feed.xml" not in dict(catalogue.files(compiled(base()), "https://base.example/"))
    assert "feed.xml" not in dict(catalogue.files(compiled(book_files())))
    assert "changes.md" not in compiled(base()).pages
