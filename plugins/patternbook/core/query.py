"""The one query form: `kind=trap&audience=executive,coach&situation!=crisis&q=planning`.

AND between keys, OR between the values of one key, `!=` excludes, `q` is text, `id` names pages. It is the browse
page's address, a saved view, a fenced `patterns` block, and what `list` and `print` take. An address
may also say how Browse shows what it found, with `sort` and `view`; everything else passes over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote_plus

from patternbook.core.definition import QUERY_KEYS, Definition
from patternbook.core.diagnostics import clip, listed, suggestion
from patternbook.core.edition import ADOPTIONS
from patternbook.core.graph import Names

# How Browse shows what it found. They select nothing.
SHOWN: Mapping[str, tuple[str, ...]] = {"sort": ("best", "title", "kind", "reviewed"), "view": ("cards", "list")}


@dataclass(frozen=True, slots=True)
class Clause:
    """One key with the values of which one must (or, negated, none may) be there."""

    key: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses that must all hold, and words that must all occur."""

    clauses: tuple[Clause, ...] = ()
    words: tuple[str, ...] = ()

    def matches(self, page: Selectable) -> bool:
        """Whether a page fits every clause and holds every word."""
        facts = page.facts
        for clause in self.clauses:
            found = not set(clause.values).isdisjoint(facts.get(clause.key, ()))
            if found is clause.negated:
                return False
        text = page.search_text if self.words else ""
        return all(word in text for word in self.words)


class Selectable(Protocol):
    """What a query looks at: values by key, and text in lower case."""

    @property
    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """Values by query key."""

    @property
    def search_text(self) -> str:
        """All that `q` looks in, in lower case."""


def parse_query(text: str, definition: Definition, names: Names) -> tuple[Query, list[str]]:
    """A query and what is wrong with it, each as a sentence part. Total on any text. An old id stands for the page's own."""
    clauses: list[Clause] = []
    words: tuple[str, ...] = ()
    problems: list[str] = []
    for part in filter(None, text.strip().lstrip("?").replace("\n", "&").split("&")):
        key, equals, value = part.partition("=")
        negated = key.endswith("!")
        key = unquote_plus(key.rstrip("!")).strip()
        values = tuple(unquote_plus(v).strip() for v in value.split(",") if v.strip())
        if not equals or not key or not values:
            problems.append(f'"{clip(part)}" is not `key=value` or `key!=value`')
        elif key == "q":
            words += tuple(word for v in values for word in v.casefold().split())
        elif key == "id":
            pages, unknown = _pages(values, names)
            problems += unknown
            clauses.append(Clause(key, pages, negated))
        elif problem := _unknown(key, values, definition):
            problems.append(problem)
        elif key not in SHOWN:
            clauses.append(Clause(key, values, negated))
    return Query(tuple(clauses), words), problems


def _pages(values: Iterable[str], names: Names) -> tuple[tuple[str, ...], list[str]]:
    """The pages of these ids and old ids by the id that each has now, once, and what to say of ids that no list shows."""
    pages: dict[str, None] = {}
    problems: list[str] = []
    for value in values:
        page = names.page(value)
        # Of a page that cannot be read it is not known whether lists would show it.
        if page is not None and (page.kind is None or page.kind.listed):
            pages[page.id] = None
        else:
            shown = [id for id, other in names.ids.items() if other.kind and other.kind.listed]
            problems.append(f'unknown id "{clip(value)}"{suggestion(value, shown)}')
    return tuple(pages), problems


def _unknown(key: str, values: tuple[str, ...], definition: Definition) -> str:
    allowed = {
        "kind": tuple(kind.id for kind in definition.kinds.values()),
        "status": tuple(definition.statuses),
        "due": ("yes", "no"),
        "adoption": ADOPTIONS,
        "owner": values,
        **SHOWN,
    }
    if key in definition.facets:
        allowed[key] = tuple(definition.facets[key].values)
    if key not in allowed:
        keys = (*QUERY_KEYS, *definition.facets)
        return f'unknown key "{clip(key)}"{suggestion(key, keys)}; allowed: {listed(keys, 30)}'
    for value in values:
        if value not in allowed[key]:
            return f'unknown value "{clip(value)}" for {key}{suggestion(value, allowed[key])}; allowed: {listed(allowed[key], 30)}'
    return ""
