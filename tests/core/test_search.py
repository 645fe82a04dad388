"""What the search reads of a book: everything that a page is known by, and nothing that a reader cannot see."""

from __future__ import annotations

import json

from books import base, compiled, edited
from patternbook.core import search

TRAP = "traps/slow-trap.md"


def row(path: str, files: dict[str, bytes] | None = None) -> dict[str, object]:
    pages = search.index(compiled(files or base()))["pages"]
    return next(page for page in pages if page["url"] == path.removesuffix(".md") + "/")  # type: ignore[attr-defined]


def test_a_page_is_known_by_all_its_names_and_words() -> None:
    """Whatever a reader remembers of a page, the search knows it."""
    page = row(TRAP)
    assert (page["title"], page["aka"], page["kind"]) == ("Slow Trap", ["Treacle"], "trap")
    assert page["said"] == ["We wait for each other all day."]
    assert page["summary"] == "Everything is slow. Do less at once."
    assert {"work", "waits", "practice"} <= set(str(page["words"]).split())


def test_headings_of_the_kind_tell_nothing() -> None:
    """“Ways out” stands on every trap; a heading that the author chose is a way to find the page."""
    page = row(TRAP, edited(TRAP, "Work waits.", "### The long queue\n\nWork waits."))
    assert page["headings"] == ["The long queue"]


def test_a_word_stands_once_however_often_it_is_used() -> None:
    """The index is loaded over the reader's line."""
    page = row(TRAP, edited(TRAP, "Work waits.", "Wait " * 50 + "for it."))
    assert str(page["words"]).split().count("wait") == 1


def test_the_script_holds_just_the_data() -> None:
    """It is a script only because a page from a folder may read nothing else: one assignment, and what stands in it is JSON."""
    script = search.script(compiled(edited(TRAP, "Slow Trap", '"</script> & <b>"'))).decode()
    name, data = script.removesuffix("\n").split("=", 1)
    assert name == "window.patternbookPages"
    assert any(page["title"] == "</script> & <b>" for page in json.loads(data)["pages"])
    assert script.count("\n") == 1
