"""What must not be seen of what the public may not read: not the text, and not what stands elsewhere for its sake alone.

A value, kind or relation that only such pages use says something of them; so does a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from patternbook.core.definition import Definition, Kind
from patternbook.core.layers import Merged, page_name
from patternbook.core.model import Document
from patternbook.core.paths import join
from patternbook.core.tree import Tree

PUBLIC, INTERNAL = "public", "internal"


def without_traces(
    definition: Definition, trees: Sequence[Tree], seen: Merged, whole: Merged, layers: Iterable[str]
) -> tuple[Definition, list[Tree], Merged]:
    """Definition, files and pages for the public. `seen` are the pages as they may be read, `whole` as colleagues read them.

    `layers` are those that are for colleagues as a whole.
    """
    internal = frozenset(map(_name, whole.documents)) - frozenset(map(_name, seen.documents))
    definition = _narrowed(definition, seen.documents, whole.documents, internal)
    pages = {document.path: document for document in whole.documents}
    documents = [_public(document, pages.get(document.path), definition) for document in seen.documents]
    left = _files_left_out(trees, seen.documents, whole.documents, {definition.logo})
    told = [f"the layer {layer}" for layer in layers]
    told += [f"the page {name}" for name in sorted(seen.internal)]
    told += [*dict.fromkeys(seen.left_out), *(f"the file {layer}/{path}" for layer, path in left)]
    shown = [replace(tree, assets={path: c for path, c in tree.assets.items() if (tree.layer, path) not in left}) for tree in trees]
    return definition, shown, replace(seen, documents=documents, internal=internal, left_out=told)


def _public(document: Document, whole: Document | None, definition: Definition) -> Document:
    """The page in the public's definition. A review is about the whole page, so that is what tells whether it was edited since.

    If colleagues have recorded a review of what only they read, the public page keeps the one that is about its own text.
    """
    kind = definition.kinds.get(document.kind.id) if document.kind else None
    if whole is None or whole.front.get("reviewed") != document.front.get("reviewed"):
        return replace(document, kind=kind)
    return replace(document, kind=kind, whole_text=whole.text_hash, reviewed_text=whole.reviewed_text)


def _files_left_out(
    trees: Sequence[Tree], seen: Iterable[Document], whole: Iterable[Document], used: set[str]
) -> dict[tuple[str, str], None]:
    """Files, by layer and path, that no page for the public shows, and that another does or a layer brought for nobody."""
    shown = used.union(*map(_files, seen))
    hidden = set[str]().union(*map(_files, whole)) - shown
    return {
        (tree.layer, path): None
        for number, tree in enumerate(trees)
        for path in tree.assets
        if path in hidden or (number and path not in shown)
    }


def _files(document: Document) -> Iterable[str]:
    """The paths that a page's links and pictures lead to."""
    for section in document.sections:
        for link in section.marks.links:
            path = None if link.wiki else join(document.path, unquote(link.target.partition("#")[0]))
            if path:
                yield path


def _name(document: Document) -> str:
    return page_name(document.path)


def _narrowed(definition: Definition, seen: Sequence[Document], whole: Sequence[Document], internal: frozenset[str]) -> Definition:
    """The definition without the values, kinds and relations that no page uses but those that are left out."""
    values = _values(whole) - _values(seen)
    types = _relations(whole, definition) - _relations(seen, definition)
    gone = {document.kind.id for document in whole if document.kind} - {document.kind.id for document in seen if document.kind}
    facets = {
        id: replace(facet, values={value: label for value, label in facet.values.items() if (id, value) not in values})
        for id, facet in definition.facets.items()
    }
    facets = {id: facet for id, facet in facets.items() if facet.values or not definition.facets[id].values}
    relations = {
        id: replace(
            type, sources=tuple(k for k in type.sources if k not in gone), targets=tuple(k for k in type.targets if k not in gone)
        )
        for id, type in definition.relations.items()
        if id not in types
    }
    glossary = {id: replace(term, page=None) if term.page in internal else term for id, term in definition.glossary.items()}
    kinds = {id: _kind(kind, facets, relations) for id, kind in definition.kinds.items() if id not in gone}
    return replace(definition, facets=facets, relations=relations, kinds=kinds, glossary=glossary)


def _kind(kind: Kind, facets: Mapping[str, object], relations: Mapping[str, object]) -> Kind:
    if all(name in facets for name in kind.requires) and all(name in relations for name in kind.relations):
        return kind
    requires = tuple(name for name in kind.requires if name in facets)
    return replace(kind, requires=requires, relations=tuple(name for name in kind.relations if name in relations))


def _values(documents: Iterable[Document]) -> set[tuple[str, str]]:
    tags = (document.front.record("tags") for document in documents)
    return {(key, str(value)) for record in tags if record for key in record.values for value in record.words(key)}


def _relations(documents: Iterable[Document], definition: Definition) -> set[str]:
    records = (document.front.record("relations") for document in documents)
    written = {str(type) for record in records if record for type in record.values}
    return written | {definition.relations[type].inverse for type in written if type in definition.relations}
