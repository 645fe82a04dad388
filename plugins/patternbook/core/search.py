"""What scripts read of a book, as scripts themselves: a page that was opened from a folder may load nothing else.

`data/book.js` is what lists show and filter by; `data/words.js` is what the search looks in beside that. A page is known in both
by its place in the order of titles.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, pairwise

from patternbook.core.book import Book
from patternbook.core.definition import Definition, Kind
from patternbook.core.edition import ADOPTIONS
from patternbook.core.memo import FORGETFUL, Memo, Work, given
from patternbook.core.model import Document
from patternbook.core.paths import address
from patternbook.core.scan import plain
from patternbook.core.text import joined
from patternbook.core.views import PRINT, Entry, by_title, view_path

_WORD = re.compile(r"[^\W_]{3,}")
# The interface words that Browse and the binder say, and those of elements on every page; the template gives theirs to the others.
_SAID = ("filter", "binder")
_LABELS = ("bind-", "preview-", "search-found", "search-none", "search-failed", "paper-sheet", "paper-links")


Pages = Iterator[dict[str, object]]


def shown(book: Book, directories: bool = True) -> tuple[dict[str, object], Pages]:
    """Words, kinds, keys of a query with the values in use, saved views, old ids; and every page as lists show it."""
    definition = book.definition
    entries = by_title(book.entries.values())
    keys = list(_keys([entry for entry in entries if entry.kind.listed], definition))
    views = [
        {
            "title": view.text("title"),
            # One that shows a section of its pages is more than a query.
            "query": "" if view.text("section") else view.text("query"),
            "url": address(view_path(id), directories),
        }
        for id, view in definition.views.items()
    ]
    head = {
        "words": {key: text for key, text in definition.strings.items() if key.startswith(_SAID)},
        "kinds": {kind.id: _kind(kind, definition) for kind in definition.kinds.values()},
        "keys": [{"id": id, "label": label, "values": values} for id, label, values in keys],
        "views": views,
        "old": {str(alias): page.id for alias, page in sorted(book.names.aliases.items()) if page.path in book.entries},
        "print": address(PRINT, directories),
    }
    places = _places(keys)
    return head, (_page(entry, places, directories) for entry in entries)


def labels(book: Book) -> dict[str, str]:
    """Words of elements that stand on every page, in one file, so that not every page carries them."""
    return {key: text for key, text in book.definition.strings.items() if key.startswith(_LABELS)}


def texts(book: Book, memo: Memo = FORGETFUL) -> tuple[dict[str, object], Pages]:
    """What the search needs beside `shown`: words that tell nothing, endings, synonyms; and of each page what it says.

    Its `out` are the relations that its kind must have, each as a page's place and the reason; its `tools` are places of what one
    fills in or ticks. Its `words` are the words of the text, each once: enough to find a page. They are places in the `lexicon`, in
    which the commonest words come first: in rising order, each as the distance from the one before, to the base 36.
    """
    documents = {document.path: document for document in book.documents}
    definition = book.definition
    entries = by_title(book.entries.values())
    places = {entry.id: (place, entry) for place, entry in enumerate(entries) if entry.id}
    works = [
        Work(("searched", entry.path), given(entry, documents[entry.path]), _own, len(documents[entry.path].source.text))
        for entry in entries
    ]
    own = dict(zip((entry.path for entry in entries), memo.each(works), strict=True))
    counted = Counter(chain.from_iterable(words.split() for _, words in own.values()))
    lexicon = sorted(counted, key=lambda word: (-counted[word], word))
    numbers = {word: number for number, word in enumerate(lexicon)}
    head: dict[str, object] = {
        "lexicon": " ".join(lexicon),
        "skip": definition.say("search-skip").split(),
        "endings": sorted(definition.say("search-endings").split(), key=lambda ending: (-len(ending), ending)),
        "synonyms": [list(group) for group in definition.synonyms],
    }
    return head, (_text(entry, book, places, *own.pop(entry.path), numbers) for entry in entries)


def script(name: str, value: Mapping[str, object], pages: Iterable[object] | None = None) -> bytes:
    """A value as a script that gives it a name, with its `pages`, if any; `self` is the page or, in a worker, the worker."""
    head = f"self.{name}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
    return f"{head}\n".encode() if pages is None else joined(pages, f'{head[:-1]},"pages":[', ",", "]}\n")


def _keys(entries: list[Entry], definition: Definition) -> Iterable[tuple[str, str, list[list[str]]]]:
    """Every key of a query that parts the book, and its values in the order of the definition, as far as pages carry them."""
    say = definition.say
    labels = {
        "kind": (say("kind"), {kind.id: kind.plural for kind in definition.kinds.values()}),
        **{facet.id: (facet.label, facet.values) for facet in definition.facets.values()},
        "status": (say("status"), {status.id: status.label for status in definition.statuses.values()}),
        "owner": (say("owner"), {owner: owner for owner in sorted({entry.owner for entry in entries if entry.owner})}),
        "adoption": (say("adoption"), {state: say(f"adoption-{state}") for state in ADOPTIONS}),
        "due": (say("filter-review"), {"yes": say("filter-review-yes"), "no": say("filter-review-no")}),
    }
    used = {(key, value) for entry in entries for key, values in entry.facts.items() for value in values}
    for key, (label, values) in labels.items():
        rows = [[value, text] for value, text in values.items() if (key, value) in used]
        if rows:
            yield key, label, rows


def _places(keys: Iterable[tuple[str, str, list[list[str]]]]) -> dict[str, dict[str, int]]:
    """Where each value of a key stands in it. A page names its values by that, key by key in their order, and none as 0."""
    return {id: {value: place for place, (value, _) in enumerate(values)} for id, _, values in keys}


def _kind(kind: Kind, definition: Definition) -> dict[str, object]:
    out = definition.relations[kind.relations[0]].label if kind.relations else ""
    return {"label": kind.label, "plural": kind.plural, "glyph": kind.glyph, "listed": kind.listed, "out": out}


def _page(entry: Entry, places: Mapping[str, Mapping[str, int]], directories: bool) -> dict[str, object]:
    facts = [[known[value] for value in entry.facts.get(id, ()) if value in known] or 0 for id, known in places.items()]
    row: dict[str, object] = {
        "id": entry.id,
        "kind": entry.kind.id,
        "title": entry.title,
        "aka": list(entry.aka),
        "summary": entry.summary,
        "facts": facts,
        "reviewed": entry.review.on.isoformat() if entry.review.on else "",
    }
    return {"url": address(entry.path, directories), **_filled(row)}


def _text(
    entry: Entry,
    book: Book,
    places: Mapping[str, tuple[int, Entry]],
    headings: list[str],
    words: str,
    numbers: Mapping[str, int],
) -> dict[str, object]:
    relations = [(r, *places[r.target]) for r in book.graph.relations.get(entry.id, ()) if r.target in places]
    row: dict[str, object] = {
        "said": list(entry.said),
        "keywords": list(entry.keywords),
        "headings": headings,
        "words": " ".join(
            _short(word - before) for before, word in pairwise([0, *sorted(numbers[word] for word in words.split())])
        ),
        "out": [[place, relation.why] for relation, place, _ in relations if relation.type in entry.kind.relations],
        "tools": list(dict.fromkeys(place for _, place, other in relations if other.kind.tool)),
    }
    return _filled(row)


def _own(entry: Entry, document: Document) -> tuple[list[str], str]:
    """What of its text finds a page: its own headings, and its words, each once."""
    return _headings(document), " ".join(dict.fromkeys(_WORD.findall(entry.text.casefold())))


@cache
def _short(number: int) -> str:
    """A number to the base 36."""
    rest, digit = divmod(number, 36)
    return (_short(rest) if rest else "") + "0123456789abcdefghijklmnopqrstuvwxyz"[digit]


def _filled(row: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if value}


def _headings(document: Document) -> list[str]:
    """Headings of the author's choice. Those of the kind stand on every page of it and tell nothing."""
    own = {spec.id for spec in document.kind.sections} if document.kind else set()
    return [plain(anchor.text) for anchor in document.anchors() if anchor.id not in own]
