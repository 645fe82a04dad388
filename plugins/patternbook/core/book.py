"""The compiled book: one frozen value that every host and command works from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from patternbook.core import views
from patternbook.core.compose import Finished
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Diagnostic, Severity
from patternbook.core.drift import Review
from patternbook.core.edition import Edition
from patternbook.core.forms import Form
from patternbook.core.graph import Graph, Names
from patternbook.core.model import Document, Override
from patternbook.core.query import Query
from patternbook.core.rewording import Replaced
from patternbook.core.schema import Value


@dataclass(frozen=True, slots=True)
class Book:
    """A compiled book. `problems` are sorted; where one of them is an error, `pages` may be wrong
    and must not be published. `forms` and `samples` are the templates to fill, and filled, by id. `overrides` are the changes that
    layers make to pages below them. `left_out` tells in words what only colleagues may read, where this is not for them;
    `layers` are those that it is made of. `review` tells what became of the texts that layers were written against.

    `documents` and all that is made of them are in the edition's words, and `replaced` tells each word that was replaced. `written`
    are all pages by path as they were written, hidden ones too: what is written into files or compared comes from there."""

    definition: Definition
    edition: Edition
    documents: tuple[Document, ...]
    written: Mapping[str, Document]
    replaced: tuple[Replaced, ...]
    overrides: tuple[Override, ...]
    entries: Mapping[str, views.Entry]
    names: Names
    graph: Graph
    lists: Mapping[str, views.ListView]
    forms: Mapping[str, Form]
    samples: Mapping[str, Mapping[str, Value]]
    pages: Mapping[str, Finished]
    assets: Mapping[str, bytes]
    nav: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    layers: tuple[str, ...]
    review: Review
    problems: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The problems that forbid publishing."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def manuscript(self) -> list[Document]:
        """The pages of this edition as they were written."""
        return [self.written[document.path] for document in self.documents]

    def select(self, query: Query) -> list[views.Entry]:
        """The listed pages that a query selects, in the order of kinds and titles."""
        kinds = list(self.definition.kinds)
        found = [entry for entry in views.listed(self.entries.values()) if query.matches(entry)]
        return sorted(found, key=lambda entry: kinds.index(entry.kind.id))
