"""Addresses that were published keep working: by old ids, and for pages that were moved."""

from __future__ import annotations

from books import TODAY, base, compiled, problems
from patternbook import compile_book
from patternbook.core.release import record_of


def test_a_page_that_moved_leaves_a_redirect_at_its_published_address() -> None:
    """A link that somebody sent must lead somewhere after the folders were tidied."""
    record = record_of(compiled(base()).documents)
    files = base()
    files["content/traps/old/wide-trap.md"] = files.pop("content/traps/wide-trap.md").replace(b"slow-trap.md#", b"../slow-trap.md#")
    book = compile_book(files, layers=("content",), today=TODAY, published=record)
    assert problems(book) == []
    assert "[Wide Trap](old/wide-trap.md)" in book.pages["traps/wide-trap.md"].text


def test_an_old_id_redirects_from_where_it_was_published() -> None:
    """A page of another kind may take over an id; its readers come from the old folder."""
    record = record_of(
        compiled(base({"traps/gone-trap.md": base()["content/traps/wide-trap.md"].replace(b"Wide", b"Gone")})).documents
    )
    practice = base()["content/practices/good-practice.md"].replace(b"status: done", b"status: done\naliases: [gone-trap]")
    book = compile_book(base({"practices/good-practice.md": practice}), layers=("content",), today=TODAY, published=record)
    assert problems(book) == []
    assert "[Good Practice](../practices/good-practice.md)" in book.pages["traps/gone-trap.md"].text


def test_a_dead_link_is_reported_beside_a_broken_page() -> None:
    """One run reports all: a page that cannot be read must not hide another page's mistake."""
    practice = base()["content/practices/good-practice.md"] + b"\nSee [x](../traps/wide-trap.md#nope).\n"
    book = compiled(base({"practices/good-practice.md": practice, "index.md": "no front matter\n"}))
    assert problems(book) == ["content/index.md:1:1 PB110", "content/practices/good-practice.md:20:9 PB402"]


def test_an_edited_record_cannot_lead_out_of_the_site() -> None:
    """The record of a release is content like any other: a contributor's edit must not write beside the site."""
    hostile = ("../../outside/", "/etc/", "a/../../b/", "traps//x/", "..%2f/", "x\\y/")
    pages: dict[str, object] = {"slow-trap": {"url": "traps/old/"}}
    for url in hostile:
        book = compile_book(base(), layers=("content",), today=TODAY, published={"pages": {"wide-trap": {"url": url}, **pages}})
        assert set(book.pages) - set(compiled(base()).pages) == {"traps/old.md"}, url
