"""Layers: a later folder's pages over an earlier one's, by id. What only colleagues may read is left out for the public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from patternbook.core.diagnostics import Code, Diagnostic, clip, suggestion
from patternbook.core.model import Document, Override
from patternbook.core.overrides import Notes, lay_over, left_behind
from patternbook.core.parse import Parser
from patternbook.core.schema import Record, Word


@dataclass(frozen=True, slots=True)
class Merged:
    """Documents of all layers as one list; `changed` are those of them that are made from several layers.

    `overrides` are all changes that layers make. `internal` are the names of pages that were left out, and `left_out` says
    in words what of the rest was.
    """

    documents: list[Document]
    changed: list[Document]
    overrides: list[Override]
    internal: frozenset[str]
    left_out: list[str]
    problems: list[Diagnostic]


def merge(layers: Sequence[Sequence[Document]], parser: Parser, public: bool) -> Merged:
    """Lay every layer over those before it."""
    stack = _Stack(parser, Notes(public))
    for layer in layers:
        stack.lay(layer)
    notes = stack.notes
    pages = list(stack.pages.values())
    changed = [stack.pages[path] for path in stack.changed]
    return Merged(pages, changed, notes.overrides, frozenset(stack.internal), notes.left_out, notes.problems)


@dataclass(slots=True)
class _Stack:
    """The pages by path, as the layers so far leave them."""

    parser: Parser
    notes: Notes
    pages: dict[str, Document] = field(default_factory=dict)
    changed: dict[str, None] = field(default_factory=dict)
    internal: set[str] = field(default_factory=set)

    def lay(self, layer: Sequence[Document]) -> None:
        # An index.md has no id; an override names the home page as `index`.
        known = {page_name(document.path): document.path for document in self.pages.values()}
        # A page that was renamed below is still known by its old ids.
        old = {alias: document.path for document in self.pages.values() for alias in document.front.words("aliases")}
        overridden: dict[str, str] = {}
        for document in layer:
            name = page_name(document.path)
            word = document.extends
            if word is not None:
                self._override(document, word, known.get(word) or old.get(word), known, overridden)
            elif document.path in self.pages or (document.id and document.id in known):
                message = f'the page "{name}" exists in a layer below'
                help = f"Write `extends: {name}` to change that page, or choose another file name."
                self.notes.problems.append(document.place.problem(Code.LAYER, message, help))
            elif (seen := self._seen(document)) is not None:
                self.pages[document.path] = seen

    def _override(
        self, document: Document, word: Word, target: str | None, known: dict[str, str], overridden: dict[str, str]
    ) -> None:
        problems = self.notes.problems
        if target is not None and target in overridden:
            message = f"{overridden[target]} changes this page already"
            problems.append(word.problem(Code.LAYER, message, "Join the two files: a layer changes a page in one place."))
        elif target is not None:
            overridden[target] = document.source.path
            self.pages[target] = lay_over(self.pages[target], document, self.parser, self.notes)
            self.changed[target] = None
        elif word in self.internal:
            self.notes.left_out.append(f"what {document.source.path} changes")
        elif not left_behind(document, word, self.parser, self.notes):
            message = f'extends "{clip(word)}", which no layer below has{suggestion(word, known)}'
            problems.append(
                word.problem(Code.LAYER, message, "Name the id of a page below, or delete `extends` to make a new page.")
            )
            # Known all the same, so that links to it are not reported too.
            if document.id not in known:
                self.pages.setdefault(document.path, replace(document, front=Record.of(word, {}), broken=True))

    def _seen(self, document: Document) -> Document | None:
        """A layer's own page as far as this edition may show it."""
        inside = document.inside
        if not inside:
            return document
        if not self.notes.public:
            marked = (replace(s, internal=True) if "yes" in inside or s.key in inside else s for s in document.sections)
            return replace(document, sections=tuple(marked))
        if "yes" in inside:
            self.internal.add(page_name(document.path))
            return None
        self.notes.left_out += [f"{name} of {page_name(document.path)}" for name in inside]
        values = {name: value for name, value in document.front.values.items() if name not in inside}
        sections = tuple(section for section in document.sections if section.key not in inside)
        return replace(document, front=document.front.having(values), sections=sections)


def page_name(path: str) -> str:
    """The name by which an override calls a page: its id, and `index` or `traps/index` where it has none."""
    name = path.removesuffix(".md")
    return name if name.endswith("index") else name.rpartition("/")[2]
