"""The book as it was written: settings of its layers, definition, files, and every page as the layers make it, for one audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from patternbook.core.audience import without_traces
from patternbook.core.define import read_definition
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic
from patternbook.core.edition import Edition, read_edition
from patternbook.core.layers import Merged, merge
from patternbook.core.model import Document
from patternbook.core.parse import Parser
from patternbook.core.rules import check
from patternbook.core.tree import Tree, divide, placement


@dataclass(frozen=True, slots=True)
class Manuscript:
    """`layers` are the folders that it was read from. For the public `merged` tells what was left out."""

    layers: tuple[str, ...]
    edition: Edition
    definition: Definition
    trees: list[Tree]
    merged: Merged
    problems: list[Diagnostic]

    @property
    def documents(self) -> list[Document]:
        """All pages, in the order of their paths."""
        return self.merged.documents


def read_manuscript(sources: Mapping[str, bytes], layers: tuple[str, ...], public: bool) -> Manuscript:
    """Read all layers. For the public, what only colleagues may read is left out, and so is what it alone uses."""
    seen = _read(sources, layers, public)
    if not public or not seen.definition.readable or not (seen.merged.left_out or seen.merged.internal or seen.edition.internal):
        return seen
    whole = _read(sources, layers, False)
    definition, trees, merged = without_traces(seen.definition, seen.trees, seen.merged, whole.merged, seen.edition.internal)
    return Manuscript(seen.layers, seen.edition, definition, trees, merged, seen.problems)


def _read(sources: Mapping[str, bytes], layers: tuple[str, ...], public: bool) -> Manuscript:
    edition, problems = read_edition(sources, layers, public)
    layers = tuple(layer for layer in layers if not (public and layer in edition.internal))
    definition, found = read_definition(sources, layers)
    problems += found
    edition, definition = edition.named(definition)
    trees, found = divide(sources, layers)
    problems += found
    if not definition.readable:
        # Nothing is known of what a page should be, so nothing is said of any.
        return Manuscript(layers, edition, definition, trees, Merged([], [], [], frozenset(), [], []), problems)
    merged, found = _pages(trees, definition, public)
    return Manuscript(layers, edition, definition, trees, merged, [*problems, *found])


def _pages(trees: Iterable[Tree], definition: Definition, public: bool) -> tuple[Merged, list[Diagnostic]]:
    """Every layer's pages, checked one by one, then laid over each other."""
    parser = Parser(definition)
    layers: list[list[Document]] = []
    problems: list[Diagnostic] = []
    for tree in trees:
        layers.append([])
        for path, content in tree.pages.items():
            document, found = parser.parse(tree.layer, path, content)
            problems += [*found, *check(document, definition), *placement(document, definition)]
            layers[-1].append(document)
        # A page whose name cannot be published is known all the same, so that links to it are not reported too.
        layers[-1] += [parser.parse(tree.layer, path, b"")[0] for path in tree.refused if path.endswith(".md")]
    merged = merge(layers, parser, public)
    problems += merged.problems
    for document in merged.changed:
        # A layer may drop what a page of its own would have to have; what stands twice is reported once.
        problems += [problem for problem in check(document, definition) if problem.code is not Code.MISSING_SECTION]
    merged.documents.sort(key=lambda document: document.path)
    return merged, problems
