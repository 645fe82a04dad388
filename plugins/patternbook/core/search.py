"""What the search of a site reads: each page's title, other names, what a reader would say, summary, headings, and words."""

from __future__ import annotations

import json
import re

from patternbook.core.book import Book
from patternbook.core.model import Document
from patternbook.core.paths import address
from patternbook.core.scan import plain
from patternbook.core.views import by_title

_WORD = re.compile(r"[^\W_]{3,}")


def index(book: Book, directories: bool = True) -> dict[str, object]:
    """Kinds by id, words that tell nothing, and every page in the order of titles. A page's `id` is its place there.

    `words` are the words of the text, each once: enough to find a page, a third of the text's size.
    """
    documents = {document.path: document for document in book.documents}
    pages: list[dict[str, object]] = []
    for entry in by_title(book.entries.values()):
        document = documents[entry.path]
        said = [line for spec in entry.kind.fields if spec.index for line in document.front.words(spec.id)]
        pages.append(
            {
                "id": len(pages),
                "url": address(entry.path, directories),
                "kind": entry.kind.id,
                "title": entry.title,
                "aka": list(entry.aka),
                "said": [str(line) for line in said],
                "summary": entry.summary,
                "headings": _headings(document),
                "words": " ".join(dict.fromkeys(_WORD.findall(_text(document)))),
            }
        )
    kinds = {kind.id: {"label": kind.label, "glyph": kind.glyph} for kind in book.definition.kinds.values()}
    return {"kinds": kinds, "skip": book.definition.say("search-skip").split(), "pages": pages}


def script(book: Book, directories: bool = True) -> bytes:
    """The index as a script, since a page that was opened from a folder may read nothing else."""
    data = json.dumps(index(book, directories), ensure_ascii=False, separators=(",", ":"))
    return f"window.patternbookPages={data}\n".encode()


def _headings(document: Document) -> list[str]:
    """Headings of the author's choice. Those of the kind stand on every page of it and tell nothing."""
    own = {spec.id for spec in document.kind.sections} if document.kind else set()
    return [plain(anchor.text) for anchor in document.anchors() if anchor.id not in own]


def _text(document: Document) -> str:
    """The page's text as it is read, in lower case; code and addresses are left out."""
    return " ".join(plain(section.text) for section in document.sections).casefold()
