"""The book as it was written: settings of its layers, definition, files, and every page as the layers make it, for one audience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from patternbook.core.audience import without_traces
from patternbook.core.define import read_definition
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic
from patternbook.core.edition import Edition, read_edition
from patternbook.core.layers import Merged, merge
from patternbook.core.memo import Memo, Work
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


def read_manuscript(sources: Mapping[str, bytes], layers: tuple[str, ...], public: bool, memo: Memo) -> Manuscript:
    """Read all layers. For the public, what only colleagues may read is left out, and so is what it alone uses."""
    seen = _read(sources, layers, public, memo)
    if not public or not seen.definition.readable or not (seen.merged.left_out or seen.merged.internal or seen.edition.internal):
        return seen
    whole = _read(sources, layers, False, memo)
    definition, trees, merged = without_traces(seen.definition, seen.trees, seen.merged, whole.merged, seen.edition.internal)
    definition = memo.same(("definition for the public",), definition)
    return Manuscript(seen.layers, seen.edition, definition, trees, merged, seen.problems)


def _read(sources: Mapping[str, bytes], layers: tuple[str, ...], public: bool, memo: Memo) -> Manuscript:
    edition, problems = read_edition(sources, layers, public)
    layers = tuple(layer for layer in layers if not (public and layer in edition.internal))
    book = {path: sources[path] for path in sources if "/_book/" in path}
    definition, found = memo.of(("definition as written", *layers), book, partial(read_definition, book, layers))
    problems += found
    edition, definition = edition.named(definition)
    definition = memo.same(("definition", *layers), definition)
    trees, found = divide(sources, layers)
    problems += found
    if not definition.readable:
        # Nothing is known of what a page should be, so nothing is said of any.
        return Manuscript(layers, edition, definition, trees, Merged([], [], [], frozenset(), [], []), problems)
    merged, found = _pages(sources, trees, definition, public, memo)
    return Manuscript(layers, edition, definition, trees, merged, [*problems, *found])


def _pages(
    sources: Mapping[str, bytes], trees: Sequence[Tree], definition: Definition, public: bool, memo: Memo
) -> tuple[Merged, list[Diagnostic]]:
    """Every layer's pages, checked one by one, then laid over each other."""
    parser = Parser(definition)
    layers: list[list[Document]] = []
    problems: list[Diagnostic] = []

    def read(layer: str, path: str, content: bytes, definition: Definition) -> tuple[Document, list[Diagnostic]]:
        document, found = parser.parse(layer, path, content)
        return document, [*found, *check(document, definition), *placement(document, definition)]

    def content(path: str) -> tuple[bytes, Definition]:
        return sources[path], definition

    names = tuple(tree.layer for tree in trees)
    for tree in trees:
        works = [
            Work(("page", *names, tree.layer, path), partial(content, full), partial(read, tree.layer, path), len(sources[full]))
            for path in tree.pages
            for full in [f"{tree.layer}/{path}"]
        ]
        pages = list(memo.each(works))
        problems += [problem for _, found in pages for problem in found]
        layers.append([document for document, _ in pages])
        # A page whose name cannot be published is known all the same, so that links to it are not reported too.
        layers[-1] += [parser.parse(tree.layer, path, b"")[0] for path in tree.refused if path.endswith(".md")]
    merged = merge(layers, parser, public)
    problems += merged.problems
    for document in merged.changed:
        # A layer may drop what a page of its own would have to have; what stands twice is reported once.
        problems += [problem for problem in check(document, definition) if problem.code is not Code.MISSING_SECTION]
    merged.documents.sort(key=lambda document: document.path)
    return merged, problems
