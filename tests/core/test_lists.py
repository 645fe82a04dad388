"""Pages that the program makes of other pages: what they collect, and in which order."""

from __future__ import annotations

import re

from books import base, compiled, problems
from core.test_hazards import NASTY, Shown, html_of
from hypothesis import assume, given, settings

MANY = settings().max_examples // 100
VIEWS = """\
small:
  title: Small steps
  summary: What can be tried now. Choose one.
  query: kind=trap
  section: try-it
"""
BY = """\
  by: minutes
"""
KINDS = base()["content/_book/kinds.yml"].decode()
TIMED = KINDS.replace("    symptoms:", "    minutes: {type: number, label: Minutes, unit: minutes}\n    symptoms:", 1)
SLOW = base()["content/traps/slow-trap.md"].decode()
WIDE = base()["content/traps/wide-trap.md"].decode()
LINKED = "Count what waits, with the [[ready-check|check]]\nand the [other](wide-trap.md) trap. See `{x}`."


def collected(changes: dict[str, str]) -> str:
    """The page of the saved view, once the book has no problem."""
    book = compiled(base({"_book/views.yml": VIEWS, **changes}))
    assert problems(book) == []
    return book.pages["browse/views/small.md"].text


def test_a_view_shows_a_section_of_each_page() -> None:
    """Whoever has ten minutes reads one page with every small step, each with its page and kind."""
    text = collected({})
    shown = Shown(html_of(text))
    assert shown.faults == []
    assert "### [Slow Trap](../../traps/slow-trap.md#try-it) {#of-slow-trap}" in text
    assert "Count what waits." in text
    assert "Nobody knows for whom it waits." not in text


def test_pages_without_the_section_are_left_out() -> None:
    """A title without a step would be a promise without a text."""
    text = collected({"traps/slow-trap.md": SLOW.replace("## Try it\n\nCount what waits.\n", "")})
    assert "Slow Trap" not in text


def test_links_of_a_collected_section_lead_where_they_led() -> None:
    """The same words stand in another folder now; a dead link there would be ours, not the author's."""
    text = collected({"traps/slow-trap.md": SLOW.replace("Count what waits.", LINKED)})
    assert "with the [check](../../checklists/ready-check.md)" in text
    assert "the [other](../../traps/wide-trap.md) trap" in text
    assert Shown(html_of(text)).faults == []


def test_a_collected_section_brings_no_id_and_no_box() -> None:
    """Two pages may use one id; on the page that shows both, a link to it must not lead to the wrong one."""
    text = "Count.\n\n### More {#more}\n\n- [ ] Ask the [[ready-check|list]]. ^ask\n- [ ] Wait."
    page = collected({"traps/slow-trap.md": SLOW.replace("Count what waits.", text)})
    assert "- Ask the [list](../../checklists/ready-check.md).\n- Wait." in page
    assert "#### More\n" in page


def test_text_that_was_checked_apart_is_not_read_together() -> None:
    """A listing is left out of a collected section; what stood around it must not join into a live link."""
    fence = "```patterns\nkind=trap\n```\n"
    for text in (f"[x]:\n{fence}javascript:alert(1)\n\nPress [here][x].", f"see [x `\n{fence}b `](javascript:alert(1)) c`"):
        book = compiled(base({"_book/views.yml": VIEWS, "traps/slow-trap.md": SLOW.replace("Count what waits.", text)}))
        if not book.errors:
            assert Shown(html_of(book.pages["browse/views/small.md"].text)).faults == []


def test_what_a_layer_adds_to_a_section_is_collected_with_it() -> None:
    """A company's own step belongs to the list of steps as much as ours."""
    for mode, order in (("append", ["Count what waits.", "OURS"]), ("prepend", ["OURS", "Count what waits."])):
        override = f"---\nextends: slow-trap\nsections:\n  try-it: {{mode: {mode}, why: ours}}\n---\n\n## Try it\n\nOURS\n"
        files = base({"_book/views.yml": VIEWS, "company/slow-trap.md": override})
        text = compiled(files).pages["browse/views/small.md"].text
        assert sorted(order, key=text.index) == order


def test_an_authored_page_at_a_views_address_holds_the_view() -> None:
    """Who wants to say more on the page of a view writes it; the list follows."""
    page = "---\nkind: page\ntitle: Mine\nsummary: My words. Then the list.\n---\n\n## Words\n\nMine.\n"
    book = compiled(base({"_book/views.yml": VIEWS, "browse/views/small.md": page}))
    text = book.pages["browse/views/small.md"].text if "browse/views/small.md" in book.pages else ""
    assert book.errors or "Count what waits." in text


def test_a_named_address_in_a_collected_section_is_reported() -> None:
    """On a page of many pages' text one name would lead to another page's address."""
    text = "Fill [this][1].\n\n[1]: ../checklists/ready-check.md"
    book = compiled(base({"_book/views.yml": VIEWS, "traps/slow-trap.md": SLOW.replace("Count what waits.", text)}))
    assert problems(book) == ["content/traps/slow-trap.md:29:6 PB405"]


def test_collected_sections_stand_in_the_order_of_their_field() -> None:
    """The quickest comes first, numbers as numbers: 5 before 10."""
    timed = {
        "_book/kinds.yml": TIMED,
        "_book/views.yml": VIEWS + BY,
        "traps/slow-trap.md": SLOW.replace("status: done", "minutes: 10\nstatus: done"),
        "traps/wide-trap.md": WIDE.replace("status: done", "minutes: 5\nstatus: done") + "\n## Try it\n\nLook.\n",
    }
    headings = re.findall(r"^##+ (.*?) \{#", collected(timed), re.M)
    assert [re.sub(r"\[(.*)\]\(.*", r"\1", heading) for heading in headings] == [
        "5 minutes",
        "Wide Trap",
        "10 minutes",
        "Slow Trap",
    ]


@settings(max_examples=500 * MANY)
@given(NASTY)
def test_nasty_text_stays_harmless_where_it_is_collected(body: str) -> None:
    """A section is shown a second time; what is harmless on its own page must be so there too."""
    page = SLOW.replace("Count what waits.", f"Count.\n\n{body}\n")
    book = compiled(base({"_book/views.yml": VIEWS, "traps/slow-trap.md": page}))
    assume(not book.errors)
    shown = Shown(html_of(book.pages["browse/views/small.md"].text))
    assert shown.faults == []
    assert shown.blocks[:2] == ["pb-lead", "pb-of"]


def test_an_index_stands_by_theme() -> None:
    """Somebody who looks for a sentence looks first among those about the same thing."""
    book = compiled(base())
    facet = book.definition.facets[book.definition.themes]
    headings = re.findall(r"^## (.*?) \{#", book.pages["symptoms.md"].text, re.M)
    assert headings == [label for label in facet.values.values() if label in headings]
    assert headings


def test_a_view_that_names_an_unknown_section_or_field_is_reported() -> None:
    """A misspelt name would show an empty page without a word."""
    wrong = VIEWS.replace("section: try-it", "section: try-itt") + "  by: minuts\n"
    assert problems(compiled(base({"_book/views.yml": wrong}))) == [
        "content/_book/views.yml:5:12 PB601",
        "content/_book/views.yml:6:7 PB601",
    ]


# Paths

PATHS = (
    KINDS
    + """path:
  label: Path
  plural: Paths
  folder: paths
  fields: {steps: {type: steps, label: Steps, required: true}}
  sections: [{id: why, heading: Why}]
"""
)
PATH = """---
kind: path
title: From Slow to Good
summary: A path. It has three steps.
status: done
steps:
  - {id: slow-trap, why: see it}
  - {id: wide-trap, why: see more of it}
  - {id: good-practice, why: do something about it}
---

## Why

Because.
"""


def test_a_page_shows_its_place_on_a_path() -> None:
    """Somebody who follows a path goes on from the page that they read, and sees how far they have come."""
    book = compiled(base({"_book/kinds.yml": PATHS, "paths/slow-to-good.md": PATH}))
    assert problems(book) == []
    ways = [book.pages[f"traps/{name}-trap.md"].markdown for name in ("slow", "wide")]
    assert "**[From Slow to Good](../paths/slow-to-good.md#steps)** step 1 of 3" in ways[0]
    assert "Before it" not in ways[0]
    assert "Next: [Wide Trap](wide-trap.md): see more of it" in ways[0]
    assert "Before it: [Slow Trap](slow-trap.md)" in ways[1]
    assert "Next: [Good Practice](../practices/good-practice.md): do something about it" in ways[1]
    assert "Next:" not in book.pages["practices/good-practice.md"].markdown
    assert Shown(html_of(book.pages["traps/wide-trap.md"].text)).faults == []


def test_a_page_that_only_a_path_leads_to_is_no_orphan() -> None:
    """It has a reader: the one who follows the path."""
    lonely = "---\nkind: practice\ntitle: Lonely\nsummary: Alone. Nobody comes.\ntags: {theme: [work]}\nstatus: done\n---\n\n## When\n\nNow.\n\n## Do this\n\nWait.\n"
    path = PATH.replace("  - {id: wide-trap", "  - {id: lonely, why: go there}\n  - {id: wide-trap")
    assert problems(compiled(base({"_book/kinds.yml": PATHS, "paths/slow-to-good.md": path, "practices/lonely.md": lonely}))) == []


def test_a_shelf_of_a_large_book_is_told_apart() -> None:
    """Columns over a whole map are laid out whole for every letter that a reader types, which a small book can afford."""
    more = {f"traps/wide-{number}.md": WIDE.replace("title: Wide Trap", f"title: Wide Trap {number}") for number in range(40)}
    small, large = (compiled(base(changes)).pages["map.md"].text for changes in ({}, more))
    assert 'class="pb-shelf"' in small
    assert "pb-long" not in small
    assert 'class="pb-shelf pb-long"' in large
