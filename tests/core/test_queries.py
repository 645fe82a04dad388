"""Queries that name pages: a reader's own selection, by id."""

from __future__ import annotations

import pytest
from books import base, compiled, problems
from patternbook.core.book import Book
from patternbook.core.query import parse_query

SLOW = base()["content/traps/slow-trap.md"].decode()
RENAMED = {"traps/slow-trap.md": SLOW.replace("kind: trap\n", "kind: trap\naliases: [late-trap]\n", 1)}


def book() -> Book:
    """A book with a page that was renamed."""
    found = compiled(base(RENAMED))
    assert problems(found) == []
    return found


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("id=wide-trap,slow-trap", ["slow-trap", "wide-trap"]),
        ("id=slow-trap&id=wide-trap", []),
        ("id=late-trap", ["slow-trap"]),
        ("id=late-trap,slow-trap", ["slow-trap"]),
        ("kind=trap&id!=slow-trap", ["wide-trap"]),
        ("kind=trap&id!=late-trap", ["wide-trap"]),
        ("id=ready-check,slow-trap&kind=checklist", ["ready-check"]),
    ],
)
def test_pages_are_named_by_id(query: str, ids: list[str]) -> None:
    """Who sends a selection sends ids: in any order, with old ones, and with whatever else narrows it down."""
    shown = book()
    parsed, found = parse_query(query, shown.definition, shown.names)
    assert found == []
    assert [entry.id for entry in shown.select(parsed)] == ids


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("id=slow-tarp", 'unknown id "slow-tarp" (did you mean "slow-trap"?)'),
        ("id=slow-trap,nothing-like-it", 'unknown id "nothing-like-it"'),
        ("id=", '"id=" is not `key=value` or `key!=value`'),
    ],
)
def test_what_no_list_shows_is_no_page_to_name(query: str, message: str) -> None:
    """A selection that silently lacks a page is found out at the printer."""
    shown = book()
    assert parse_query(query, shown.definition, shown.names)[1] == [message]


def test_a_page_outside_of_all_lists_is_not_selected() -> None:
    """The guide is not part of what a query can find, so naming a page of it is a mistake that is told."""
    shown = compiled(base({"guide/how-to-read.md": "---\nkind: page\ntitle: How to read\nsummary: From the front.\n---\n"}))
    assert shown.names.ids["how-to-read"].kind == shown.definition.kinds["page"]
    [message] = parse_query("id=how-to-read", shown.definition, shown.names)[1]
    assert message.startswith('unknown id "how-to-read"')


def test_a_page_with_faults_is_not_reported_twice() -> None:
    """Its own fault says enough; a list that names it is not wrong for that."""
    broken = compiled(base({"traps/slow-trap.md": SLOW.replace("kind: trap\n", "kind: [\n", 1)}))
    assert parse_query("id=slow-trap", broken.definition, broken.names)[1] == []
