"""What scripts read of a book: everything that a page is known by, and nothing that a reader cannot see."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

from books import Files, base, compiled, edited
from patternbook.core import search

TRAP = "traps/slow-trap.md"


def words(text: dict[str, Any], lexicon: str) -> list[str]:
    """The words of a page's text: each is written as how far it stands behind the one before."""
    places = accumulate(int(distance, 36) for distance in text["words"].split())
    return [lexicon.split(" ")[place] for place in places]


def row(path: str, files: Files | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What lists show of a page, and what the search looks in beside that."""
    book = compiled(files or base())
    _, shown = search.shown(book)
    head, found = search.texts(book)
    texts = [{**text, "words": words(text, str(head["lexicon"]))} for text in found]
    return next((page, texts[place]) for place, page in enumerate(shown) if page["url"] == path.removesuffix(".md") + "/")


def test_a_page_is_known_by_all_its_names_and_words() -> None:
    """Whatever a reader remembers of a page, the search knows it."""
    page, text = row(TRAP)
    assert (page["title"], page["aka"], page["kind"]) == ("Slow Trap", ["Treacle"], "trap")
    assert text["said"] == ["We wait for each other all day."]
    assert page["summary"] == "Everything is slow. Do less at once."
    assert {"work", "waits", "practice"} <= set(text["words"])


def test_headings_of_the_kind_tell_nothing() -> None:
    """“Ways out” stands on every trap; a heading that the author chose is a way to find the page."""
    _, text = row(TRAP, edited(TRAP, "Work waits.", "### The long queue\n\nWork waits."))
    assert text["headings"] == ["The long queue"]


def test_a_word_stands_once_however_often_it_is_used() -> None:
    """The index is loaded over the reader's line."""
    _, text = row(TRAP, edited(TRAP, "Work waits.", "Wait " * 50 + "for it."))
    assert text["words"].count("wait") == 1


def test_a_trap_brings_its_ways_out_and_its_tools() -> None:
    """Whoever finds the trap by what it sounds like needs the way out and the tool with it, not two pages later."""
    files = base({TRAP: base()[f"content/{TRAP}"].decode().replace("leads-to:", "uses: [ready-check]\n  leads-to:")})
    _, text = row(TRAP, files)
    titles = [entry.title for entry in sorted(compiled(files).entries.values(), key=lambda e: (e.title.casefold(), e.path))]
    assert [(titles[place], why) for place, why in text["out"]] == [("Good Practice", "it frees somebody")]
    assert [titles[place] for place in text["tools"]] == ["Ready?"]


def test_a_key_offers_only_values_that_a_page_carries() -> None:
    """A choice that can never find anything is no choice."""
    keys: Any = search.shown(compiled(base()))[0]["keys"]
    values = {key["id"]: [value for value, _ in key["values"]] for key in keys}
    assert values["audience"] == ["executive", "coach"]
    assert values["kind"] == ["trap", "practice", "template", "checklist"]
    assert "adoption" not in values


def test_words_that_mean_the_same_come_from_every_layer() -> None:
    """A company adds the words that its own people use."""
    files = base({"_book/synonyms.yml": "slow: sluggish\n", "company/_book/synonyms.yml": "wait: hang about, linger\n"})
    assert search.texts(compiled(files))[0]["synonyms"] == [["slow", "sluggish"], ["wait", "hang about", "linger"]]


def test_the_script_holds_just_the_data() -> None:
    """It is a script only because a page from a folder may read nothing else: one assignment, and what stands in it is JSON."""
    book = compiled(edited(TRAP, "Slow Trap", '"</script> & <b>"'))
    text = search.script("patternbookBook", *search.shown(book)).decode()
    name, data = text.removesuffix("\n").split("=", 1)
    assert name == "self.patternbookBook"
    assert any(page["title"] == "</script> & <b>" for page in json.loads(data)["pages"])
    assert text.count("\n") == 1
