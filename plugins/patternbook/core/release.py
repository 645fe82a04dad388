"""What has been made public, so that nothing public is lost without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from patternbook.core.diagnostics import Code, Diagnostic, whole
from patternbook.core.graph import Names
from patternbook.core.model import Document
from patternbook.core.paths import address

Published = Mapping[str, object]


def record_of(documents: Sequence[Document]) -> dict[str, object]:
    """The record of a release: per id its address, item ids and section hashes."""
    pages = {
        document.id: {
            "url": address(document.path),
            "items": sorted(item.anchor for s in document.sections for item in s.marks.items if item.anchor),
            "sections": {section.key: section.hash for section in document.sections},
        }
        for document in sorted(documents, key=lambda d: d.id)
        if document.id
    }
    return {"version": 1, "pages": pages}


def lost(published: Published | None, names: Names, path: str) -> Iterable[Diagnostic]:
    """Ids and checklist items that the last release had and this book has not. `path` is that of its record."""
    pages = published.get("pages") if published else None
    if not isinstance(pages, Mapping):
        return
    for id, page in pages.items():
        document = names.ids.get(id) or names.aliases.get(id)
        if document is None:
            help = f"Add `aliases: [{id}]` to the page that takes its place, so that old links lead there."
            yield whole(path, Code.LOST_ID, f'the published id "{id}" is gone', help)
            continue
        before = page.get("items") if isinstance(page, Mapping) else None
        now = {item.anchor for section in document.sections for item in section.marks.items}
        for item in before if isinstance(before, list) else ():
            if isinstance(item, str) and item not in now and not document.broken:
                help = f'Give the item that takes its place the id "{item}", or delete it from {path}.'
                yield whole(document.source.path, Code.LOST_ITEM, f'the published item "{item}" is gone', help)
