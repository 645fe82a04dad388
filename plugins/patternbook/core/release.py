"""What has been made public, so that nothing public is lost without a word."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from patternbook.core.diagnostics import Code, Diagnostic, whole
from patternbook.core.graph import Names
from patternbook.core.model import Document
from patternbook.core.paths import address

Published = Mapping[str, object]


def record_of(documents: Sequence[Document]) -> dict[str, object]:
    """The record of a release: per id its address, the ids of its items and fields, and section hashes."""
    pages = {
        document.id: {
            "url": address(document.path),
            "items": sorted(item.anchor for s in document.sections for item in s.marks.items if item.anchor),
            "fields": sorted(spec.id for spec in document.fields),
            "sections": {section.key: section.hash for section in document.sections},
        }
        for document in sorted(documents, key=lambda d: d.id)
        if document.id
    }
    return {"version": 1, "pages": pages}


def lost(published: Published | None, names: Names, path: str) -> Iterable[Diagnostic]:
    """Ids of pages, items and fields that the last release had and this book has not. `path` is that of its record."""
    pages = published.get("pages") if published else None
    if not isinstance(pages, Mapping):
        return
    for id, page in pages.items():
        document = names.page(id)
        if document is None:
            help = f"Add `aliases: [{id}]` to the page that takes its place, so that old links lead there."
            yield whole(path, Code.LOST_ID, f'the published id "{id}" is gone', help)
            continue
        if isinstance(page, Mapping) and not document.broken:
            yield from _lost_parts(page, document, path)


def _lost_parts(page: Published, document: Document, path: str) -> Iterable[Diagnostic]:
    """Items and fields that readers may have ticked and filled: what they saved knows them by these ids."""
    items = {item.anchor for section in document.sections for item in section.marks.items}
    for item in _gone(page.get("items"), items):
        help = f'Give the item that takes its place the id "{item}", or delete it from {path}.'
        yield whole(document.source.path, Code.LOST_ITEM, f'the published item "{item}" is gone', help)
    fields = {id for spec in document.fields for id in (spec.id, spec.renamed_from)}
    for id in _gone(page.get("fields"), fields):
        help = f"Write `renamed_from: {id}` in the field that takes its place, or delete it from {path}."
        yield whole(document.source.path, Code.LOST_FIELD, f'the published field "{id}" is gone', help)


def _gone(before: object, now: Container[object]) -> Iterable[str]:
    """Ids of a record that are no more; a record that was merged wrongly may hold anything."""
    return (id for id in before if isinstance(id, str) and id not in now) if isinstance(before, list) else ()
