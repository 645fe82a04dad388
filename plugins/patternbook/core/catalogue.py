"""What is published beside the pages: `patterns.json` with its schema, data for scripts, feed, calendars, `llms.txt`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from patternbook.core import feed, search
from patternbook.core.book import Book
from patternbook.core.calendars import calendars
from patternbook.core.definition import Definition
from patternbook.core.edition import ADOPTIONS
from patternbook.core.fillable import fillable
from patternbook.core.graph import Graph
from patternbook.core.memo import FORGETFUL, Memo
from patternbook.core.paths import address
from patternbook.core.previews import previews
from patternbook.core.text import joined, md
from patternbook.core.views import Entry, listed

Address = Callable[[str], str]


def rows(entries: Iterable[Entry], graph: Graph, directories: bool = True, ordered: bool = False) -> Iterator[dict[str, object]]:
    """Every listed page as one object; the rows of `patterns.json` and of `list --format json`.

    They come in the order of titles, unless they are `ordered` already.
    """
    return (_row(entry, graph, directories) for entry in (entries if ordered else listed(entries)))


def _row(entry: Entry, graph: Graph, directories: bool) -> dict[str, object]:
    relations: dict[str, list[dict[str, str]]] = {}
    for relation in graph.relations.get(entry.id, ()):
        target = {"id": relation.target} | ({"why": relation.why} if relation.why else {})
        relations.setdefault(relation.type, []).append(target)
    review = entry.review
    return {
        "id": entry.id,
        "kind": entry.kind.id,
        "title": entry.title,
        "aka": list(entry.aka),
        "summary": entry.summary,
        "tags": {facet: list(values) for facet, values in entry.tags.items()},
        "relations": relations,
        "url": address(entry.path, directories),
        "path": entry.path,
        "words": entry.words,
        "status": entry.status,
        "owner": entry.owner,
        "review": {
            "on": review.on.isoformat() if review.on else None,
            "due": review.due.isoformat() if review.due else None,
            "overdue": review.overdue,
            "edited": review.edited,
        },
        "adoption": _adoption(entry),
    }


def _adoption(entry: Entry) -> dict[str, str | None] | None:
    """How far the company has come with a page, or nothing where it says nothing."""
    state = entry.adoption
    if state is None:
        return None
    return {"state": state.state, "since": state.since.isoformat() if state.since else None, "evidence": state.evidence}


def schema(definition: Definition) -> dict[str, object]:
    """What `patterns.json` holds, as JSON Schema made from the same definition."""
    text = {"type": "string"}
    day = {"type": ["string", "null"], "format": "date"}
    relation = {"type": "object", "properties": {"id": text, "why": text}, "required": ["id"], "additionalProperties": False}
    facets = {facet.id: {"type": "array", "items": {"enum": list(facet.values)}} for facet in definition.facets.values()}
    properties: dict[str, object] = {
        "id": text,
        "kind": {"enum": [kind.id for kind in definition.kinds.values() if kind.listed]},
        "title": text,
        "aka": {"type": "array", "items": text},
        "summary": text,
        "tags": {"type": "object", "properties": facets, "additionalProperties": False},
        "relations": {
            "type": "object",
            "properties": {name: {"type": "array", "items": relation} for name in definition.relations},
            "additionalProperties": False,
        },
        "url": {**text, "description": "The page's address, relative to the site."},
        "path": {**text, "description": "The page's file, relative to the book."},
        "words": {"type": "integer", "minimum": 0, "description": "Words of the page's own text."},
        "status": {"enum": list(definition.statuses)},
        "owner": text,
        "review": {
            "type": "object",
            "properties": {"on": day, "due": day, "overdue": {"type": "boolean"}, "edited": {"type": "boolean"}},
            "required": ["on", "due", "overdue", "edited"],
            "additionalProperties": False,
        },
        "adoption": {
            "type": ["object", "null"],
            "properties": {"state": {"enum": list(ADOPTIONS)}, "since": day, "evidence": text},
            "required": ["state", "since", "evidence"],
            "additionalProperties": False,
        },
    }
    pattern = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{definition.name}: every pattern",
        "type": "object",
        "properties": {"patterns": {"type": "array", "items": pattern}},
        "required": ["patterns"],
        "additionalProperties": False,
    }


def llms_txt(book: Book, link: Address) -> str:
    """A plain index of the book for programs that read text: title, address and summary of each page."""
    definition = book.definition
    lines = [f"# {definition.name}", "", f"> {definition.tagline}", ""]
    for kind in definition.kinds.values():
        entries = [entry for entry in listed(book.entries.values()) if entry.kind is kind]
        if entries:
            lines += [f"## {kind.plural}", ""]
            lines += [f"- [{md(entry.title)}]({link(entry.path)}): {md(entry.summary)}" for entry in entries]
            lines.append("")
    return "\n".join(lines)


def _by_line(patterns: Iterable[Mapping[str, object]]) -> bytes:
    """Each page in a line of its own: as short as it can be where a change of one page is still a change of one line."""
    return joined(patterns, '{"patterns":[\n', ",\n", "\n]}\n")


def files(
    book: Book, site_url: str = "", directories: bool = True, markdown: bool = True, memo: Memo = FORGETFUL
) -> Iterator[tuple[str, bytes]]:
    """The data files of a site with their addresses, each made when it is its turn.

    `site_url` is where readers will see the site; without one there is no feed, and calendars have no addresses. `directories` says
    which form of address the host uses. With `markdown` each page's Markdown is published at its own path, by the host, and
    `llms.txt` links to it; one that takes every `.md` file for a page cannot publish it, and `llms.txt` links to the pages
    instead. The `memo` is that of the book's compile, if it had one.
    """

    def link(path: str) -> str:
        return path if markdown else address(path, directories)

    yield "data/patterns.json", _by_line(rows(book.entries.values(), book.graph, directories))
    yield "data/patterns.schema.json", (json.dumps(schema(book.definition), ensure_ascii=False, indent=1) + "\n").encode()
    yield "data/labels.js", search.script("patternbookLabels", search.labels(book))
    yield "data/book.js", search.script("patternbookBook", *search.shown(book, directories))
    yield "data/words.js", search.script("patternbookWords", *search.texts(book, memo))
    yield from previews(book, memo)
    yield from fillable(book, directories).items()
    yield from calendars(book, site_url, directories).items()
    yield "llms.txt", llms_txt(book, link).encode()
    yield ".patternbook", b"Made by patternbook. A build replaces this folder as a whole.\n"
    if site_url and book.definition.changes:
        yield feed.PATH, feed.feed(book, site_url, directories)
