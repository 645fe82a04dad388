"""What a preview of a link shows: a small script for each page, `data/previews/traps/x.js`, loaded when somebody asks for it.

The text of a page is so in no other page, and a page that was opened from a folder can show previews as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from patternbook.core.book import Book
from patternbook.core.graph import Names
from patternbook.core.links import spoken
from patternbook.core.memo import FORGETFUL, Memo, Work, given
from patternbook.core.model import Document, Section
from patternbook.core.scan import plain
from patternbook.core.views import Card, Entry, ListView, steps_of

# Characters of a section that a preview shows: some fifty words.
MOST = 300
# Fenced blocks, blanks, and what begins the items of a list.
_UNSAID = re.compile(
    r"^(`{3,}|~{3,}).*?^\1[`~]*$|\[\[\?[^\]\n]*\]\]|^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|[ \t]\^[a-z0-9-]+[ \t]*$",
    re.M | re.S,
)

Places = dict[str, list[str]]


def previews(book: Book, memo: Memo = FORGETFUL) -> Iterator[tuple[str, bytes]]:
    """A script for each page that a reader can link to, with its path in the site."""
    entries = book.entries
    by_id = {entry.id: entry for entry in entries.values() if entry.id}
    documents = {document.path: document for document in book.documents}
    leading = memo.same(("names",), book.names.leading())

    def sections(document: Document, _: object) -> Places:
        return _sections(document, book.names)

    works = [
        Work(("previewed", path), given(document, leading), sections, len(document.source.text))
        for path in book.pages
        if (document := documents.get(path))
    ]
    told = iter(memo.each(works))
    for path in book.pages:
        entry, document, listing = entries.get(path), documents.get(path), book.lists.get(path)
        places = {**(_listed(listing) if listing else {}), **(next(told) if document else {})}
        if entry is not None:
            steps = steps_of(document, by_id) if document else ()
            if steps:
                places["steps"] = [book.definition.say("steps"), ", ".join(step.title for step in steps)[:MOST]]
            yield _address(path), _script(path, entry.title, entry.summary, places, entry, steps)
        elif listing is not None:
            yield _address(path), _script(path, listing.title, listing.summary, places)


def _address(path: str) -> str:
    return f"data/previews/{_name(path)}.js"


def _name(path: str) -> str:
    """How a script that knows an address names a page: `traps/x`, `traps` for a list of traps, `index` for the first page."""
    stem = path.removesuffix(".md")
    return stem if stem == "index" else stem.removesuffix("/index")


def _script(path: str, title: str, summary: str, places: Places, entry: Entry | None = None, steps: Iterable[Card] = ()) -> bytes:
    kind = {"kind": entry.kind.id, "label": f"{entry.kind.glyph} {entry.kind.label}".strip()} if entry and entry.kind.listed else {}
    value = {"title": title, **kind, "summary": summary, "places": places}
    # A page on a path tells how many of the path's pages were read; only the path's own page lists them.
    if names := [_name(step.path) for step in steps]:
        value["steps"] = names
    name, data = (json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (_name(path), value))
    return f"(self.patternbookPreviews=self.patternbookPreviews||{{}})[{name}]={data}\n".encode()


def _sections(document: Document, names: Names) -> Places:
    """Every heading of a page with the beginning of what stands below it."""
    places: Places = {}
    for section in document.sections:
        anchors = [anchor for anchor in (section.heading, *section.anchors) if anchor]
        if not anchors:
            continue  # what a layer put behind a section has no heading to preview
        ends = [anchor.span.start for anchor in anchors[1:]] + [section.span.end]
        for anchor, end in zip(anchors, ends, strict=True):
            places[anchor.id] = [plain(anchor.text), _beginning(section, anchor.span.end, end, names)]
    return places


def _beginning(section: Section, start: int, end: int, names: Names) -> str:
    text = _UNSAID.sub("", section.source.text[start:end])
    text = " ".join(plain(spoken(text, names)).split())
    return text if len(text) <= MOST else text[:MOST].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def _listed(view: ListView) -> Places:
    """Groups with the titles in them, and terms with their texts."""
    groups = [(group.id, group.heading, group) for group in view.groups if group.heading]
    return {
        **{id: [heading, ", ".join(card.title for card in group.cards)[:MOST]] for id, heading, group in groups},
        **{id: [term, text] for id, term, text, _ in view.terms},
    }
