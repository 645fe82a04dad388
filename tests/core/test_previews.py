"""What a reader sees of a page before following a link to it."""

from __future__ import annotations

import json
from typing import Any

from books import Files, base, compiled, edited
from patternbook.core.previews import MOST, previews

TRAP = "traps/slow-trap.md"
KIND_WITH_STEPS = """\
walk:
  label: Walk
  plural: Walks
  folder: walks
  fields: {steps: {type: steps, label: Steps, required: true}}
  sections: [{id: for-whom, heading: For whom, required: true}]
"""


def preview(name: str, files: Files | None = None) -> dict[str, Any]:
    script = dict(previews(compiled(files or base())))[f"data/previews/{name}.js"].decode()
    key, data = script.removesuffix("\n").split("]=", 1)
    assert key == f'(self.patternbookPreviews=self.patternbookPreviews||{{}})["{name}"'
    shown: dict[str, Any] = json.loads(data)
    return shown


def test_a_page_shows_kind_title_and_summary() -> None:
    """Two sentences tell whether the page is worth opening."""
    page = preview("traps/slow-trap")
    assert (page["label"], page["title"], page["summary"]) == ("◣ Trap", "Slow Trap", "Everything is slow. Do less at once.")


def test_a_link_to_a_section_shows_its_beginning() -> None:
    """Links in it read as the words that a reader sees."""
    places = preview("traps/slow-trap")["places"]
    assert places["what-you-see"] == ["What you see", "Work waits. Nobody knows for whom it waits."]
    assert places["ways-out"] == ["Ways out", "Try the good practice first. Then read Wide Trap."]


def test_a_long_section_ends_at_a_word() -> None:
    """A preview is a glance: some fifty words, and a sign that there is more."""
    _, text = preview("traps/slow-trap", edited(TRAP, "Work waits.", "Work waits again. " * 40))["places"]["what-you-see"]
    assert len(text) <= MOST + 2
    assert text.endswith((" waits …", " again. …", "Work …"))


def test_signs_that_mean_nothing_in_a_preview_are_left_out() -> None:
    """Blanks, boxes, ids of items and fenced blocks are for the page itself."""
    text = "- [ ] One aim. ^one-aim\n\n```patterns\nkind=trap\n```\n\nDone."
    files = edited("checklists/ready-check.md", "- [ ] One aim is written down. ^one-aim", text)
    (shown,) = [text for _, text in preview("checklists/ready-check", files)["places"].values() if "One aim" in text]
    assert shown.startswith("One aim. Done.")


def test_a_term_shows_its_meaning() -> None:
    """A newcomer learns the word without leaving the sentence."""
    assert preview("glossary")["places"]["float"] == ["Float", "What may move."]


def test_a_path_tells_its_steps() -> None:
    """A page that stands on a path can say how much of it was read, without loading the path."""
    kinds = base()["content/_book/kinds.yml"].decode() + KIND_WITH_STEPS
    page = "---\nkind: walk\ntitle: Walk\nsummary: A walk. Take it.\nsteps:\n  - {id: slow-trap, why: it comes first}\n  - {id: wide-trap, why: it follows}\nstatus: done\n---\n\n## For whom\n\nYou.\n"
    walk = preview("walks/walk", base({"_book/kinds.yml": kinds, "walks/walk.md": page}))
    assert walk["steps"] == ["traps/slow-trap", "traps/wide-trap"]
    assert walk["places"]["steps"] == ["Steps", "Slow Trap, Wide Trap"]


def test_every_page_has_one_and_lists_too() -> None:
    """A chip in the facts strip leads to a list, and a link home to the first page."""
    book = compiled(base())
    names = {name.removeprefix("data/previews/").removesuffix(".js") for name in dict(previews(book))}
    assert {"index", "traps", "browse", "map", "browse/theme/goals", "traps/slow-trap"} <= names
    assert len(names) == len(book.pages)
