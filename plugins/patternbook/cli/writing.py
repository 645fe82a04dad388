"""Commands that write into the book's sources: `new`, `fix`, `review`, `release`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path

from patternbook.core.book import Book
from patternbook.core.data import decode
from patternbook.core.diagnostics import listed, suggestion
from patternbook.core.layers import page_name
from patternbook.core.model import Document, slug
from patternbook.core.release import record_of
from patternbook.core.scaffold import first_review, new_page, review_by_hand, with_item_ids, with_review
from patternbook.core.setting import as_bytes
from patternbook.core.source import Source
from patternbook.edges.filesystem import write_file
from patternbook.edges.source import Settings, published_path, read_published, today


class NotWritten(Exception):
    """The command cannot write what was asked for; the text says why and what to do (exit code 2)."""


def midnight() -> int:
    """The start of today in UTC, in seconds since 1970."""
    return int(datetime.combine(today(), time(), UTC).timestamp())


def new(settings: Settings, book: Book, kind_id: str, title: str) -> str:
    """Write a new page into the most special layer that exists; the line to print."""
    kinds = book.definition.kinds
    kind = kinds.get(kind_id)
    if kind is None:
        raise NotWritten(f'unknown kind "{kind_id}"{suggestion(kind_id, kinds)}. Kinds: {listed(kinds, 30)}.')
    if not title.strip() or not title.isprintable() or len(title) > 120:
        raise NotWritten("a title is one line of 1 to 120 printable characters.")
    id = slug(title).removesuffix(kind.suffix)[: 80 - len(kind.suffix)].strip("-") + kind.suffix
    # Hidden pages have ids too, and a file that changes another page may bear any name.
    if taken := book.names.ids.get(id):
        raise NotWritten(f"the id {id} is taken by {taken.source.path}. Choose another title.")
    path = f"{_layer(settings)}/{kind.folder}/{id}.md"
    if (settings.root / path).exists():
        raise NotWritten(f"there is a file {path} already. Choose another title.")
    ids = [entry.id for entry in book.entries.values() if entry.id and entry.kind.listed]
    write_file(settings.root / path, new_page(kind, title.strip(), book.definition, ids).encode())
    return path


def _layer(settings: Settings) -> str:
    """New pages go where a fork writes, if it has such a place, else into the book itself."""
    return next((layer for layer in reversed(settings.layers) if (settings.root / layer).is_dir()), settings.layers[0])


def fix(settings: Settings, book: Book) -> Iterable[str]:
    """Write missing item ids; a line to print per page changed."""
    pages = _published_pages(settings)
    for document in book.manuscript:
        kind = document.kind
        if kind is None or kind.open_section is None or not kind.open_section.items:
            continue
        page = pages.get(document.id)
        taken = page.get("items") if isinstance(page, Mapping) else None
        for source in {section.source.path: section.source for section in document.sections}.values():
            text, added = with_item_ids(document, source, taken if isinstance(taken, list) else ())
            if added:
                _rewrite(settings, source, text)
                yield f"{source.path}: {', '.join(added)}"


def _published_pages(settings: Settings) -> Mapping[str, object]:
    record, _ = read_published(settings.root, settings.layers)
    pages = record.get("pages") if record else None
    return pages if isinstance(pages, Mapping) else {}


def review(settings: Settings, book: Book, ids: Iterable[str]) -> list[str]:
    """Record a review of each page, or of none if one of them cannot be; the lines to print."""
    day = today().isoformat()
    pages = {page_name(document.path): document for document in book.manuscript}
    chosen = [(document, _reviewed(settings, document, day)) for document in [_page(id, pages) for id in dict.fromkeys(ids)]]
    for _, (source, text) in chosen:
        if source.text:
            _rewrite(settings, source, text)
        else:
            write_file(settings.root / source.path, text.encode())
    return [f"{source.path}: reviewed on {day}, text {document.text_hash}" for document, (source, _) in chosen]


def _page(id: str, pages: Mapping[str, Document]) -> Document:
    document = pages.get(id)
    if document is None:
        raise NotWritten(f'no page is called "{id}"{suggestion(id, pages)}.')
    if document.broken:
        raise NotWritten(f"{document.source.path} cannot be read. `patternbook check` says why.")
    return document


def _reviewed(settings: Settings, document: Document, day: str) -> tuple[Source, str]:
    """The file that a page's review is written into, as it is and as it will be.

    It is one of the layer that a fork writes into, or the page's own file in a book without one: a page that comes from below is
    not edited there, or the next update would clash with it. If that layer does not change the page, the file is a new one.
    """
    layer = _layer(settings)
    if layer not in document.layers:
        path = f"{layer}/{document.path}"
        if (settings.root / path).exists():
            raise NotWritten(f"there is a file {path} already that does not say `extends: {page_name(document.path)}`. Rename it.")
        return Source(path, ""), first_review(document, day)
    source = (document.top or document).source
    text = with_review(document, day)
    if text is None:
        raise NotWritten(
            f"{source.path} is written in a way that this command cannot change safely. {review_by_hand(document, day)}"
        )
    return source, text


def _rewrite(settings: Settings, source: Source, text: str) -> None:
    """Write a page's new text with the line ends and byte-order mark that its file had."""
    file = settings.root / source.path
    before = file.read_bytes()
    now, _ = decode(source.path, before)
    if now is None or now.text != source.text:
        raise NotWritten(f"{source.path} was changed while the command ran. Run it again.")
    write_file(file, as_bytes(text, before))


def release(settings: Settings, book: Book) -> str:
    """Write the record of what is public; the line to print."""
    path: Path = published_path(settings.root, settings.layers)
    record = record_of(book.manuscript)
    write_file(path, (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
    pages = record["pages"]
    return f"{len(pages) if isinstance(pages, dict) else 0} pages recorded in {path.relative_to(settings.root).as_posix()}"
