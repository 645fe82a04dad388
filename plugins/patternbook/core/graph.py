"""How pages hang together: names, links, relations both ways, and backlinks with their sentences.

Resolution is a value: `Found`, `Missing` or `Ambiguous`. What to say about it is decided once,
in `links.py` for links and here for relations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from patternbook.core.definition import Definition, RelationType, fold
from patternbook.core.diagnostics import Code, Diagnostic, Severity, at, clip, suggestion
from patternbook.core.model import Document
from patternbook.core.schema import Record, Value, Word


@dataclass(frozen=True, slots=True)
class Found:
    """A page, or with `anchor` a place on a generated page (a glossary term)."""

    path: str
    title: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing is called that. `help` names what is close."""

    help: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one page is called that."""

    ids: tuple[str, ...]


Resolution = Found | Missing | Ambiguous


@dataclass(frozen=True, slots=True)
class Names:
    """Everything by which a page can be called: id, old ids, title and other names.

    Pages that are `internal` are not in this edition; whoever names one hears that, and nothing else of it.
    """

    ids: Mapping[str, Document]
    aliases: Mapping[str, Document]
    names: Mapping[str, tuple[Document, ...]]
    terms: Mapping[str, Found]
    internal: frozenset[str] = frozenset()

    def page(self, id: str) -> Document | None:
        """The page with an id, of today or of old."""
        return self.ids.get(id) or self.aliases.get(id)

    def leading(self) -> tuple[object, ...]:
        """All that `resolve` depends on, without the pages' texts: where each name leads."""

        def end(page: Document) -> tuple[str, str, str]:
            return page.id, page.path, page.title

        ids, aliases = ({name: end(page) for name, page in pages.items()} for pages in (self.ids, self.aliases))
        names = {name: tuple(map(end, pages)) for name, pages in self.names.items()}
        return ids, aliases, names, self.terms, self.internal

    def resolve(self, name: str) -> Resolution:
        """Ids come before old ids, those before titles and other names, those before glossary terms."""
        page = self.page(name)
        if page is None:
            pages = self.names.get(fold(name), ())
            if len(pages) > 1:
                return Ambiguous(tuple(page.id for page in pages))
            page = pages[0] if pages else None
        if page is not None:
            return Found(page.path, page.title)
        term = self.terms.get(fold(name))
        if term is not None:
            return term
        if name in self.internal:
            return Missing(", which is internal: mark this text as internal too, or take the link out")
        return Missing(suggestion(name, self.ids) or suggestion(fold(name), [*self.names, *self.terms]))


@dataclass(frozen=True, slots=True)
class Relation:
    """One direction of a relation: from a page to another, under a type, with an optional reason."""

    type: str
    source: str
    target: str
    why: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Relations by page id, both ends of each, in the order of the definition."""

    relations: Mapping[str, tuple[Relation, ...]]

    def without(self, ids: Container[str]) -> Graph:
        """The graph without some pages."""
        kept = {id: tuple(r for r in found if r.target not in ids) for id, found in self.relations.items() if id not in ids}
        return Graph({id: found for id, found in kept.items() if found})


def collect_names(
    documents: Sequence[Document], definition: Definition, glossary: str, internal: frozenset[str] = frozenset()
) -> tuple[Names, list[Diagnostic]]:
    """All names of a book, and the ones that clash. `glossary` is the path of the glossary page, `internal` what was left out."""
    problems: list[Diagnostic] = []
    ids: dict[str, Document] = {}
    for document in documents:
        if document.id and document.id in ids:
            other = ids[document.id].source.path
            problems.append(
                document.place.problem(Code.DUPLICATE_ID, f'the id "{document.id}" is also that of {other}', "Rename one file.")
            )
            # Which of the two is meant is not known, so nothing more is said of what leads there.
            ids[document.id] = replace(ids[document.id], kind=None, broken=True)
        elif document.id:
            ids[document.id] = document
    aliases = _aliases(ids, problems)
    names: defaultdict[str, list[Document]] = defaultdict(list)
    for document in ids.values():
        for name in {fold(n): n for n in (document.title, *document.front.words("aka"))}:
            names[name].append(document)
    terms: dict[str, Found] = {}
    for term in definition.glossary.values():
        for spelling in (term.id, term.term, *term.aka):
            terms.setdefault(fold(spelling), Found(glossary, term.term, term.id))
    return Names(ids, aliases, {name: tuple(found) for name, found in names.items()}, terms, internal), problems


def _aliases(ids: Mapping[str, Document], problems: list[Diagnostic]) -> dict[str, Document]:
    aliases: dict[str, Document] = {}
    for document in ids.values():
        for alias in document.front.words("aliases"):
            owner = ids.get(alias)
            if owner is not None and document.id in owner.front.words("aliases") and owner is not document:
                # Reported once, from the page that comes first.
                if document.path < owner.path:
                    message = f'"{document.id}" and "{alias}" name each other as old ids'
                    problems.append(alias.problem(Code.ALIAS_LOOP, message, "Delete the one that is wrong."))
            elif owner is not None:
                message = f'the old id "{alias}" is the id of {owner.source.path}'
                problems.append(alias.problem(Code.ALIAS_TAKEN, message, "Delete it, or rename that page."))
            elif alias in aliases:
                message = f'the old id "{alias}" also belongs to {aliases[alias].source.path}'
                problems.append(alias.problem(Code.ALIAS_TAKEN, message, "Keep it on one page."))
            else:
                aliases[alias] = document
    return aliases


def link_relations(documents: Sequence[Document], names: Names, definition: Definition) -> tuple[Graph, list[Diagnostic]]:
    """Relations read from front matter, checked, and shown at both ends."""
    problems: list[Diagnostic] = []
    found: dict[tuple[str, str, str], str] = {}
    for document in documents:
        for type, word, why in _written(document.front.record("relations")):
            page = _target(document, word, definition.relations[type], names, problems)
            if page is None:
                continue
            inverse = definition.relations[type].inverse
            for key in ((document.id, type, page.id), (page.id, inverse, document.id)):
                found[key] = found.get(key) or why
    order = {type: number for number, type in enumerate(definition.relations)}
    relations: defaultdict[str, list[Relation]] = defaultdict(list)
    for (source, type, target), why in sorted(found.items(), key=lambda item: (order[item[0][1]], item[0])):
        relations[source].append(Relation(type, source, target, why))
    graph = Graph({source: tuple(sorted(r, key=lambda r: order[r.type])) for source, r in relations.items()})
    return graph, [*problems, *_lacking(documents, graph, definition)]


def _written(record: Record | None) -> Iterable[tuple[str, Word, str]]:
    for type, entries in record.values.items() if record else ():
        for entry in entries if isinstance(entries, tuple) else ():
            target, why = _entry(entry)
            if target is not None:
                yield type, target, why


def _entry(entry: Value) -> tuple[Word | None, str]:
    if isinstance(entry, Record):
        return entry.word("id"), entry.text("why")
    return (entry, "") if isinstance(entry, Word) else (None, "")


def _target(document: Document, word: Word, type: RelationType, names: Names, problems: list[Diagnostic]) -> Document | None:
    page = names.page(word)
    if page is None and word in names.internal:
        return None  # nothing of it is shown
    if page is None:
        message = f'relation to unknown id "{clip(word)}"{suggestion(word, names.ids)}'
        problems.append(word.problem(Code.MISSING_ID, message, "Write the id of a page: its file's name without `.md`."))
        return None
    if page is document:
        problems.append(word.problem(Code.SELF_RELATION, f'"{word}" is this page itself', "Delete it."))
        return None
    if document.kind is None or page.kind is None:
        return page
    for end, kind, allowed in (("from", document.kind, type.sources), ("to", page.kind, type.targets)):
        if allowed and kind.id not in allowed:
            message = f'"{type.id}" cannot lead {end} a page of kind "{kind.id}"'
            problems.append(word.problem(Code.RELATION_KIND, message, f"It leads {end}: {', '.join(allowed)}."))
            return None
    if type.same_kind and document.kind is not page.kind:
        message = f'"{type.id}" joins pages of one kind, and "{word}" is of kind "{page.kind.id}"'
        problems.append(word.problem(Code.RELATION_KIND, message, "Choose another relation."))
        return None
    return page


def _lacking(documents: Sequence[Document], graph: Graph, definition: Definition) -> Iterable[Diagnostic]:
    """Relations that a kind must have, written at either end. Unfinished pages are only warned.

    While a page is broken nobody knows what it would have said, so nothing is called lacking.
    """
    if any(document.broken for document in documents):
        return
    for document in documents:
        if document.kind is None:
            continue
        have = {relation.type for relation in graph.relations.get(document.id, ())}
        status = definition.statuses.get(document.front.text("status"))
        severity = Severity.WARNING if status and status.unfinished else Severity.ERROR
        for type in document.kind.relations:
            if type not in have:
                label = definition.relations[type].label if type in definition.relations else type
                help = f"Add `{type}: [id]` below `relations`, or its inverse on the other page."
                message = f'the page has no "{label}" ({type})'
                yield at(document.place.source, document.place.span, Code.MISSING_RELATION, message, help, severity)
