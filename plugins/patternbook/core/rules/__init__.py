"""Checks of single pages. The list is the order; a rule is a function from a page to its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Diagnostic
from patternbook.core.model import Document
from patternbook.core.rules.internal import inside
from patternbook.core.rules.markdown import headings, no_hazards
from patternbook.core.rules.sections import known_sections, required_sections
from patternbook.core.rules.tools import blanks, form, items

Rule = Callable[[Document, Definition], Iterable[Diagnostic]]

RULES: tuple[Rule, ...] = (no_hazards, headings, known_sections, required_sections, items, form, blanks, inside)


def check(document: Document, definition: Definition) -> list[Diagnostic]:
    """All problems of one page."""
    problems: list[Diagnostic] = []
    for rule in RULES:
        problems += rule(document, definition)
    return problems
