"""A second tool's opinion on the book's text: spelling, sentence length, and words taken from elsewhere. `scripts/prose` runs it.

Unknown words are looked up in the list of an English spell checker and in `scripts/words.txt`, the words that this book
knows besides. Sentences are measured in the text of patterns; tables are left out, entries of lists count as sentences.
`--against FILE` names a text that must not be copied from: every run of eight words that both share is shown.

Exits with 1 for an unknown word, a word of the list that nothing uses, a page of long sentences or a shared run.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from patternbook import Book, compile_book
from patternbook.core.drawings import FOLDER, read_drawing
from patternbook.core.model import Document
from patternbook.core.scan import plain
from patternbook.core.schema import Record, Value, Word
from patternbook.edges.filesystem import read_book
from spellchecker import SpellChecker

ROOT = Path(__file__).parent.parent
LIST = ROOT / "scripts" / "words.txt"
RUN = 8
LONG = 30
# A page with a larger part of long sentences, or a longer median, is to be rewritten.
MOST_LONG, MOST_MEDIAN = 0.05, 17
# Keys of front matter whose values are names, ids, titles of others' works, or words that readers may use and the book does not.
NAMES = {
    "kind",
    "tags",
    "relations",
    "sources",
    "reviewed",
    "status",
    "owner",
    "steps.id",
    "aliases",
    "keywords",
    "type",
    "pattern",
}
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.M | re.S)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_END = re.compile(r"(?<=[.!?:;])[\"”’)*_]*\s+(?=[\"“‘(*_]*[A-ZÀ-Þ0-9])")


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of prose and where it stands."""

    path: str
    line: int
    text: str


def words(text: str) -> list[str]:
    """Words in lower case, apostrophes straight."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def texts(book: Book) -> Iterator[Text]:
    """Every piece of prose in the book: front matter, sections, samples, glossary, words of the interface, drawings."""
    for document in book.documents:
        yield from _values(document.source.path, document.front)
        yield from body(document)
    for entry in book.definition.glossary.values():
        yield Text("content/_book/glossary.yml", 1, f"{entry.term}. {entry.text} {' '.join(entry.aka)}")
    for path, content in book.assets.items():
        if path.startswith(FOLDER):
            drawing, _ = read_drawing(path, content)
            if drawing:
                labels = re.findall(r">([^<>]+)<", drawing.shapes)
                yield from (Text(f"content/{path}", 1, text) for text in (drawing.title, drawing.words, *labels))
    data = [ROOT / f"content/_book/{name}.yml" for name in ("changes", "facets", "kinds", "relations", "strings", "views")]
    for sample in (*data, *sorted((ROOT / "content/_book/samples").glob("*.yml"))):
        for number, line in enumerate(sample.read_text(encoding="utf-8").split("\n"), 1):
            if not line.startswith("search-endings:"):
                yield Text(str(sample.relative_to(ROOT)), number, re.sub(r"^[\s-]*[\w-]+:", "", line))


def body(document: Document) -> Iterator[Text]:
    """The paragraphs of a page's sections, without code, addresses and the rows of tables' rulers."""
    for section in document.sections:
        text = _FENCED.sub(lambda match: "\n" * match[0].count("\n"), section.text)
        line = section.source.position(section.body.start)[0]
        heading = section.heading.text if section.heading else ""
        yield Text(section.source.path, line, plain(heading))
        for block in re.split(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+|]|\d+\.) ?)", text):
            bare = re.sub(r"`[^`\n]*`|\[\[[^\]|]*\]\]|\^[\w-]+$|<[^>]*>|\{#[^}]*\}", " ", block, flags=re.M)
            offset = text.find(block)
            yield Text(section.source.path, line + text[:offset].count("\n"), plain(bare))


def _values(path: str, value: Value, key: str = "") -> Iterator[Text]:
    if isinstance(value, Record):
        for name, inner in value.values.items():
            if name not in NAMES and f"{key}.{name}" not in NAMES:
                yield from _values(path, inner, name)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _values(path, inner, key)
    elif isinstance(value, Word):
        yield Text(path, value.source.position(value.span.start)[0], str(value))


def spelling(pieces: Iterable[Text]) -> list[str]:
    """A line for each unknown word, and for each kept one that nothing uses."""
    known = SpellChecker(language="en", distance=1)
    kept = {line.strip() for line in LIST.read_text(encoding="utf-8").split("\n") if line.strip() and not line.startswith("#")}
    used: set[str] = set()
    found: dict[str, Text] = {}
    for piece in pieces:
        for word in words(piece.text):
            stem = re.sub(r"'s?$", "", word)
            if word in kept or stem in kept:
                used |= {word, stem}
            elif len(stem) > 2 and not known.known([word, stem]):
                found.setdefault(stem, piece)
    help = f"Correct it, or add it to {LIST.relative_to(ROOT)} if it is right."
    unknown = [f'{piece.path}:{piece.line}: unknown word "{word}". {help}' for word, piece in found.items()]
    return unknown + [f'{LIST.relative_to(ROOT)}: nothing uses "{word}"' for word in sorted(kept - used)]


def sentences(document: Document) -> list[str]:
    """The sentences of a page's text, without its code, tables, pictures and headings. A bare link counts as one word."""
    found: list[str] = []
    for section in document.sections:
        text = _FENCED.sub("", section.text)
        text = re.sub(r"^[ \t]*\|.*$|^#.*$|^!\[.*$", "", text, flags=re.M)
        text = re.sub(r"\[\[[^\]|]*\]\]", "Link", text)
        for block in re.split(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+>]|\d+\.) )", text):
            bare = re.sub(r"^[ \t]*(?:[-*+>]|\d+\.) ", "", block.strip())
            found += [sentence for sentence in _END.split(plain(bare)) if len(words(sentence)) > 1]
    return found


def readability(book: Book, worst: int) -> list[str]:
    """Prints the figures of the book and of its hardest pages; a line for each page beyond the limits."""
    rows = []
    every: list[int] = []
    for document in book.documents:
        lengths = [len(words(sentence)) for sentence in sentences(document)]
        if document.kind and document.kind.listed and lengths:
            every += lengths
            share = sum(length > LONG for length in lengths) / len(lengths)
            rows.append((share, median(lengths), sum(lengths), document))
    counts = sorted(row[2] for row in rows)
    print(f"{len(rows)} pages, {sum(counts):,} words in sentences, {counts[0]} to {counts[-1]} a page, median {median(counts):.0f}")
    share = sum(length > LONG for length in every) / len(every)
    print(f"sentences: {len(every):,}, median {median(every):.0f} words, over {LONG} words: {share:.1%}")
    print(f"the {worst} hardest pages:")
    rows.sort(key=lambda row: (-row[0], -row[1], row[3].path))
    for share, middle, total, document in rows[:worst]:
        print(f"  {share:5.1%} long, median {middle:4.1f}, {total:4} words  {document.source.path}")
    return [
        f"{document.source.path}: {share:.0%} of its sentences have more than {LONG} words ({MOST_LONG:.0%} may), "
        f"their median is {middle:g} ({MOST_MEDIAN} may be); the longest: {max(sentences(document), key=len)}"
        for share, middle, _, document in rows
        if share > MOST_LONG or middle > MOST_MEDIAN
    ]


def shared(pieces: Iterable[Text], other: str) -> list[str]:
    """A line for each run of eight words that stands in another text too. Names of posts and books are no runs of ours."""
    theirs = words(other)
    runs = {tuple(theirs[n : n + RUN]) for n in range(len(theirs) - RUN + 1)}
    found = []
    for piece in pieces:
        ours = words(piece.text)
        hits = [n for n in range(len(ours) - RUN + 1) if tuple(ours[n : n + RUN]) in runs]
        found += [f'{piece.path}:{piece.line}: shared: "{" ".join(ours[n : n + RUN])}"' for n in hits if n - 1 not in hits]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--against",
        type=argparse.FileType(encoding="utf-8"),
        action="append",
        default=[],
        help="a text that must not be copied from",
    )
    parser.add_argument("--worst", type=int, default=10, help="how many of the hardest pages to name")
    options = parser.parse_args()
    sources, _ = read_book(ROOT, ("content",))
    book = compile_book(sources, layers=("content",), today=date(2000, 1, 1))
    pieces = list(texts(book))
    problems = [*readability(book, options.worst), *spelling(pieces)]
    # The definition names kinds, sections and values, and the guide repeats the names: they are no prose of ours.
    guide = {document.source.path for document in book.documents if document.kind and not document.kind.listed}
    guide |= {
        piece.path for piece in pieces if re.fullmatch(r"content/_book/\w+\.yml", piece.path) and "glossary" not in piece.path
    }
    for other in options.against:
        problems += shared((piece for piece in pieces if piece.path not in guide), other.read())
    for problem in problems:
        print(problem, file=sys.stderr)
    repeated = Counter(problem.partition(":")[0] for problem in problems)
    print(f"{len(problems)} problems" + (f" in {len(repeated)} files" if problems else ""))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
