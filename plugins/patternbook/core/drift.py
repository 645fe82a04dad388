"""What became of the texts that a company's layers were written against, and what of that has been looked at.

A layer keeps both below `_base/`: the texts, and `reviewed.json`. Nothing here writes; commands do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from patternbook.core.data import decode
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, Severity, at, clip, suggestion
from patternbook.core.edition import BASE, Edition
from patternbook.core.graph import Names
from patternbook.core.layers import page_name
from patternbook.core.model import INTRO, Document, Override, text_hash
from patternbook.core.overrides import FIELD
from patternbook.core.schema import Word
from patternbook.core.source import Source, Span

REMOVED, RENAMED, CHANGED, IDENTICAL, UNRECORDED, NEW, UNCHANGED = (
    "removed", "renamed", "changed", "identical", "unrecorded", "new", "unchanged",
)  # fmt: skip
# In the order in which they are shown: first what cannot stay as it is.
STATES = (REMOVED, RENAMED, CHANGED, IDENTICAL, UNRECORDED, NEW, UNCHANGED)
HIDE, ADOPTION = "hide", "adoption"
RECORD = "reviewed.json"
# What stands in no place of a text below: what comes before the first heading, and a review, which is of the whole page.
UNCOMPARED = (INTRO, f"{FIELD}reviewed")


@dataclass(frozen=True, slots=True)
class Drift:
    """One part of a page that a layer changes, hides or adopts, or one page that came in, and what became of it below.

    `section` is the section's key, `fields.` and a field's name, `hide` or `adoption` for a line of `company.yml`, or nothing for
    the page as a whole. `now` is the hash of the text below, `base` the text that the change was written against, `theirs` what
    stands there now, `ours` the layer's own. What is `safe` can be carried over without reading; then `merged` is the text to
    carry where both sides changed it.
    """

    id: str
    section: str
    state: str
    mode: str
    layer: str
    path: str
    line: int
    heading: str
    why: str = ""
    against: str = ""
    now: str = ""
    base: str | None = None
    theirs: str | None = None
    ours: str | None = None
    renamed_to: str = ""
    safe: bool = False
    help: str = ""
    merged: str | None = None
    place: Word | None = None

    @property
    def name(self) -> str:
        """What the commands call it."""
        return f"{self.id}#{self.section}" if self.section else self.id

    @property
    def open(self) -> bool:
        """Whether somebody should look at it."""
        return self.state != UNCHANGED

    @property
    def commands(self) -> list[str]:
        """What can be run for it."""
        carry = ["patternbook drift --carry"] if self.safe and self.open else []
        if self.state in (UNCHANGED, RENAMED):
            return carry
        decide = [f"patternbook drift --keep {self.name}"]
        return [*carry, *decide, *([] if self.state == NEW else [f"patternbook drift --take {self.name}"])]

    @property
    def mergeable(self) -> bool:
        """Whether both sides changed one text, and what they began with is known."""
        text = not self.section.startswith(FIELD)
        return self.state == CHANGED and self.mode == "replace" and text and None not in (self.base, self.theirs, self.ours)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a layer has recorded: the pages that were known, what is kept although its page is gone, and the round of decisions.

    `upstream` is the digest of what the round is about. One that is not `readable` must not be written over; one that does not
    `exist` knows of no pages.
    """

    pages: frozenset[str] = frozenset()
    kept: frozenset[tuple[str, str]] = frozenset()
    upstream: str = ""
    decided: tuple[tuple[str, str, str], ...] = ()
    exists: bool = False
    readable: bool = True

    def text(self) -> str:
        """The record as a file, one entry per line, so that two people's reviews merge."""
        pages = [json.dumps(page) for page in sorted(self.pages)]
        kept = [json.dumps({"id": id, "section": section}) for id, section in sorted(self.kept)]
        rows = [json.dumps({"id": i, "section": s, "decision": d}) for i, s, d in sorted(self.decided)]
        return (
            f'{{\n "version": 1,\n "pages": {_lines(pages, 1)},\n "kept": {_lines(kept, 1)},\n'
            f' "round": {{\n  "upstream": {json.dumps(self.upstream)},\n  "decided": {_lines(rows, 2)}\n }}\n}}\n'
        )


def _lines(entries: Sequence[str], depth: int) -> str:
    space = " " * depth
    return "[\n" + ",\n".join(f"{space} {entry}" for entry in entries) + f"\n{space}]" if entries else "[]"


@dataclass(frozen=True, slots=True)
class Review:
    """All rows in the order of layers and places; by layer what was recorded, what is there to know, and the pages below."""

    rows: tuple[Drift, ...] = ()
    records: Mapping[str, Reviewed] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    below: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def open(self) -> list[Drift]:
        """What is still to be looked at."""
        return [row for row in self.rows if row.open]

    def by_state(self, every: bool = False) -> list[Drift]:
        """What is still to be looked at, or all, by state and place: first what cannot stay as it is."""
        return sorted(self.rows if every else self.open, key=lambda row: STATES.index(row.state))

    def decided(self, layer: str) -> tuple[tuple[str, str, str], ...]:
        """What was decided in the round that is going on. What was decided before the last update is another round."""
        record = self.records[layer]
        return record.decided if record.upstream == self.digests[layer] else ()

    @property
    def tally(self) -> tuple[int, int]:
        """How many of this round's rows were reviewed, and how many there are."""
        done = sum(len(self.decided(layer)) for layer in self.records)
        return done, done + len(self.open)


def review(
    sources: Mapping[str, bytes],
    layers: Sequence[str],
    overrides: Sequence[Override],
    documents: Sequence[Document],
    edition: Edition,
    names: Names,
    definition: Definition,
) -> tuple[Review, list[Diagnostic]]:
    """Compare every layer with what lies below it. `documents` are all pages, hidden ones too."""
    problems: list[Diagnostic] = []
    rows: list[Drift] = []
    records: dict[str, Reviewed] = {}
    digests: dict[str, str] = {}
    pages: dict[str, frozenset[str]] = {}
    hidden = {page.path for id in edition.hidden if (page := names.page(id))}
    for number, layer in enumerate(layers[1:], 1):
        record = records[layer] = _record(sources, f"{layer}/{BASE}/{RECORD}", problems)
        texts = _Texts(sources, layer, problems)
        below = [document for document in documents if document.layers[0] in layers[:number]]
        pages[layer] = frozenset(page_name(document.path) for document in below)
        own = [override for override in overrides if override.layer == layer and override.part not in UNCOMPARED]
        digests[layer] = _digest(own, pages[layer])
        found = [_row(override, texts, record) for override in own if override.below or override.against]
        found += [*_renamed(own), *_lines_of(edition, layer, names, record)]
        rows += sorted(found, key=lambda row: (row.path, row.line, row.section))
        rows += _new(below, hidden, layer, record)
    result = Review(tuple(replace(row, help=_help(row, definition)) for row in rows), records, digests, pages)
    return result, [*problems, *_problems(result.rows, names)]


def _help(row: Drift, definition: Definition) -> str:
    if row.state == CHANGED:
        return definition.say(f"drift-help-changed-{row.mode}")
    line = row.state == REMOVED and row.section in (HIDE, ADOPTION)
    return definition.say("drift-help-removed-line" if line else f"drift-help-{row.state}")


def _digest(own: Iterable[Override], pages: Iterable[str]) -> str:
    """Tells one state of what lies below a layer from another."""
    lines = sorted({f"{o.page}#{o.part} {text_hash(o.below) if o.below is not None else ''}" for o in own})
    return sha256("\n".join([*lines, *sorted(pages)]).encode()).hexdigest()[:12]


def _row(override: Override, texts: _Texts, record: Reviewed) -> Drift:
    now = text_hash(override.below) if override.below is not None else ""
    row = Drift(
        override.page, override.part, _state(override, now, record), override.mode, override.layer, override.path,
        override.place.source.position(override.place.span.start)[0], override.heading, override.why, override.against, now,
        texts.of(override), override.below, None if override.mode == "drop" else override.own, place=override.place,
    )  # fmt: skip
    return replace(row, safe=row.state == IDENTICAL or (row.state == CHANGED and row.mode == "drop"))


def _state(override: Override, now: str, record: Reviewed) -> str:
    if override.below is None:
        return UNCHANGED if (override.page, override.part) in record.kept else REMOVED
    # What was just adopted is identical too; only where upstream moved is that news.
    if override.against == now:
        return UNCHANGED
    if override.mode == "replace" and override.own.strip() == override.below.strip():
        return IDENTICAL
    return CHANGED if override.against else UNRECORDED


def _renamed(own: Iterable[Override]) -> Iterable[Drift]:
    """Files that know their page by an old id, each once."""
    for override in {override.path: override for override in own if override.calls != override.page}.values():
        place = override.calls if isinstance(override.calls, Word) else override.place
        line = place.source.position(place.span.start)[0]
        yield Drift(
            override.calls, "", RENAMED, "", override.layer, override.path, line, override.page,
            renamed_to=override.page, safe=True, place=place,
        )  # fmt: skip


def _lines_of(edition: Edition, layer: str, names: Names, record: Reviewed) -> Iterable[Drift]:
    """Lines of a layer's `company.yml` whose page is gone, or goes by another id."""
    words = [(HIDE, hidden.place) for hidden in edition.hidden.values()]
    words += [(ADOPTION, adoption.place) for adoption in edition.adoption.values()]
    for what, word in words:
        page, path = names.page(word), word.source.path
        if path.partition("/")[0] != layer or word in names.internal:
            continue
        row = Drift(word, what, REMOVED, "", layer, path, word.source.position(word.span.start)[0], str(word), place=word)
        if page is None:
            yield replace(row, state=UNCHANGED) if (str(word), what) in record.kept else row
        elif page.id != word:
            table = edition.hidden if what == HIDE else edition.adoption
            yield replace(row, state=RENAMED, renamed_to=page.id, safe=page.id not in table)


def _new(below: Iterable[Document], hidden: set[str], layer: str, record: Reviewed) -> Iterable[Drift]:
    """Pages that were not there at the last review, unless somebody has hidden them since."""
    for document in below if record.exists and record.readable else ():
        name = page_name(document.path)
        known = {name, *document.front.words("aliases")} & record.pages
        if not known and document.path not in hidden:
            text = "\n\n".join([document.front.text("summary"), *(section.text.strip() for section in document.sections)])
            yield Drift(name, "", NEW, "", layer, document.source.path, 1, document.title, now=document.text_hash, theirs=text)


def _problems(rows: Iterable[Drift], names: Names) -> Iterable[Diagnostic]:
    """Warnings for what somebody should look at. What was never recorded and what is new is told by `drift` alone."""
    for row in rows:
        if row.place is None or row.state in (UNCHANGED, UNRECORDED, NEW):
            continue
        part, help = _part(row), "Run `patternbook drift`: it shows both texts, and carries the simple cases."
        message = {
            CHANGED: f"{part} has changed since this was written",
            IDENTICAL: f"{part} now says the same as this",
            REMOVED: f"{part} is gone",
            RENAMED: f'the page "{clip(row.id)}" is called "{clip(row.renamed_to)}" now',
        }[row.state]
        if row.section in (HIDE, ADOPTION) and row.state == REMOVED:
            message = f'{row.section}: no page is called "{clip(row.id)}"{suggestion(row.id, names.ids)}'
            help = "Write the id of a page, or delete the line if an update took the page away."
        yield at(row.place.source, row.place.span, Code.DRIFT, message, help, Severity.WARNING)


def _part(row: Drift) -> str:
    if row.section.startswith(FIELD):
        return f'the field "{clip(row.section.removeprefix(FIELD))}" of {clip(row.id)}'
    return f'the section "{clip(row.heading)}" of {clip(row.id)}'


@dataclass(slots=True)
class _Texts:
    """The texts that a layer keeps below `_base/`."""

    sources: Mapping[str, bytes]
    layer: str
    problems: list[Diagnostic]

    def of(self, override: Override) -> str | None:
        """The text that an override was written against, if it is kept and is that text."""
        for id in dict.fromkeys((override.page, str(override.calls))):
            path = base_path(self.layer, id, override.part)
            if path not in self.sources:
                continue
            source, found = decode(path, self.sources[path])
            if source is None:
                message = f"the text that was kept for {clip(override.page)} cannot be read: {found[0].message}"
                help = "Restore the file from an earlier commit, or delete it."
                self.problems.append(Diagnostic(path, found[0].line, 1, Code.DRIFT, Severity.WARNING, message, help))
            elif not override.against or text_hash(source.text) == override.against:
                return source.text
        return None


def base_path(layer: str, id: str, section: str) -> str:
    """Where a layer keeps the text that a change was written against."""
    return f"{layer}/{BASE}/{id}/{section}.md"


def base_text(below: str) -> str:
    """A text as it is kept."""
    return below.strip() + "\n"


def _record(sources: Mapping[str, bytes], path: str, problems: list[Diagnostic]) -> Reviewed:
    """The record of a layer. One that is damaged is a problem at its line; the book builds all the same."""
    if path not in sources:
        return Reviewed()
    text = sources[path].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    start = 0
    try:
        record = _read(json.loads(text))
    except json.JSONDecodeError as error:
        record, start = None, error.pos
    except (ValueError, RecursionError):
        record = None
    if record is None:
        message = "the record of your last review cannot be read"
        help = "Restore it from an earlier commit. If two reviews met in it, keep the lines of both."
        problems.append(at(Source(path, text), Span(start, start), Code.DRIFT, message, help, Severity.WARNING))
        return Reviewed(exists=True, readable=False)
    return record


def _read(data: object) -> Reviewed | None:
    if not isinstance(data, dict) or data.get("version") != 1:
        return None
    pages, kept, round = data.get("pages"), data.get("kept", []), data.get("round", {})
    decided = round.get("decided", []) if isinstance(round, dict) else None
    if not isinstance(pages, list) or not isinstance(kept, list) or not isinstance(decided, list):
        return None
    upstream = round.get("upstream", "")
    parts = [part for entry in (*kept, *decided) for part in (entry.values() if isinstance(entry, dict) else (None,))]
    if not all(isinstance(part, str) for part in (*pages, *parts, upstream)):
        return None
    keys = [(entry.get("id", ""), entry.get("section", "")) for entry in kept]
    rows = [(entry.get("id", ""), entry.get("section", ""), entry.get("decision", "")) for entry in decided]
    return Reviewed(frozenset(pages), frozenset(keys), upstream, tuple(rows), exists=True)
