"""`drift` and `adopt`: commands that look after a layer's changes of the pages below it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from patternbook.core import amend, drift
from patternbook.core.amend import Sheet
from patternbook.core.audience import INTERNAL
from patternbook.core.book import Book
from patternbook.core.definition import Kind
from patternbook.core.diagnostics import Diagnostic, suggestion
from patternbook.core.drift import Drift, Review, Reviewed, base_path, base_text
from patternbook.core.edition import BASE
from patternbook.core.layers import page_name
from patternbook.core.model import Document, text_hash
from patternbook.core.overrides import FIELD, likely_kind, plain_value, written
from patternbook.edges.filesystem import remove_file, write_file
from patternbook.edges.git import NoGit, merge
from patternbook.edges.source import Settings, load_book

KEEP, TAKE, CARRY = "keep", "take", "carry"
# Files by path as they are to become; `None` for one that goes.
Changes = dict[str, bytes | None]


class Refused(Exception):
    """The command cannot do what was asked for; the text says why and what to do (exit code 2)."""


class Spoilt(Exception):
    """The book would have an error afterwards, so nothing was written (exit code 1)."""

    def __init__(self, problems: Sequence[Diagnostic]) -> None:
        super().__init__("the book would have errors that it has not now; nothing was written.")
        self.problems = problems


def whole_book(settings: Settings, changes: Changes | None = None) -> Book:
    """The book as colleagues read it, now or with files changed."""
    return load_book(settings.root, settings.layers, INTERNAL, changes)


def merged(review: Review) -> tuple[Review, str]:
    """The review with both sides' changes laid together where they do not meet; and why that could not be tried."""
    rows: list[Drift] = []
    trouble = ""
    for row in review.rows:
        text = None
        if row.mergeable and not trouble:
            try:
                text = merge(row.base or "", row.ours or "", row.theirs or "")
            except NoGit as error:
                trouble = str(error)
        rows.append(replace(row, safe=True, merged=text) if text else row)
    return replace(review, rows=tuple(rows)), trouble


@dataclass(slots=True)
class Acted:
    """What came of deciding: lines to print, files to write, the review afterwards. `by_hand` counts what was left to a person."""

    lines: list[str]
    changes: Changes
    review: Review
    by_hand: int


def decide(settings: Settings, book: Book, review: Review, carry: bool, keep: Sequence[str], take: Sequence[str]) -> Acted:
    """Decide on rows, and write what follows from it, or nothing if the book would have an error. Raises `Refused`, `Spoilt`."""
    chosen = _chosen(review, carry, keep, take)
    desk = _Desk(settings, book, review)
    for row, decision in chosen:
        desk.decide(row, decision)
    acted = desk.finish()
    write(settings, acted.changes)
    return acted


def _chosen(review: Review, carry: bool, keep: Sequence[str], take: Sequence[str]) -> list[tuple[Drift, str]]:
    """Each row that somebody named, with the decision; new names first, since the rest goes by them."""
    decisions: dict[int, str] = {}
    for names, decision in ((keep, KEEP), (take, TAKE)):
        for name in names:
            for number in _named(review, name):
                if decisions.setdefault(number, decision) != decision:
                    raise Refused(f"{review.rows[number].name} is to be kept and taken. Name it once.")
    for number, row in enumerate(review.rows):
        if carry and row.open and row.safe:
            decisions.setdefault(number, CARRY)
    rows = [(review.rows[number], decision) for number, decision in sorted(decisions.items())]
    return sorted(rows, key=lambda pair: pair[0].state != drift.RENAMED)


def _named(review: Review, name: str) -> list[int]:
    """The rows to look at that a name such as `ID` or `ID#SECTION` means."""
    id, _, section = name.partition("#")
    found = [n for n, row in enumerate(review.rows) if id in (row.id, row.renamed_to) and section in ("", row.section)]
    if not found:
        known = [row.name for row in review.rows] + [row.id for row in review.rows]
        raise Refused(f'nothing of yours is called "{name}"{suggestion(name, known)}. `patternbook drift --all` lists what is.')
    return [number for number in found if review.rows[number].open]


@dataclass(slots=True)
class _Desk:
    """Files as they are to become. What cannot be edited safely is told, and left."""

    settings: Settings
    book: Book
    review: Review
    changes: Changes = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    done: list[tuple[Drift, str]] = field(default_factory=list)
    by_hand: int = 0

    def decide(self, row: Drift, decision: str) -> None:
        """Do what a decision asks for."""
        if not self.review.records[row.layer].readable:
            path = f"{row.layer}/{BASE}/{drift.RECORD}"
            raise Refused(f"{path} cannot be read, so no decision can be recorded in it. `patternbook check` names the line.")
        stays = row.state == drift.NEW or (row.state == drift.REMOVED and decision == KEEP)
        before = dict(self.changes)
        if stays or self._edit(row, decision):
            self.done.append((row, decision))
            self.lines.append(f"{row.path}:{row.line}: {row.name}: {_SAID[decision]}")
        else:
            self.changes = before
            self.by_hand += 1
            self.lines.append(
                f"{row.path}:{row.line}: {row.name}: cannot be edited safely as it is written. {_by_hand(row, decision)}"
            )

    def _edit(self, row: Drift, decision: str) -> bool:
        """Whether the files could be edited."""
        if row.state == drift.RENAMED:
            return self._rename(row)
        if decision == TAKE or (row.state == drift.IDENTICAL and decision == CARRY):
            return self._take_out(row)
        return self._keep(row, row.merged if decision == CARRY else None)

    def _rename(self, row: Drift) -> bool:
        sheet = self.sheet(row)
        if row.section:
            return self._put(sheet and amend.with_key(sheet, (row.section, row.id), row.renamed_to))
        kept = self.settings.root / row.layer / BASE / row.id
        for file in sorted(kept.glob("*.md")) if kept.is_dir() and not kept.is_symlink() else ():
            if file.is_file() and not file.is_symlink():
                target = base_path(row.layer, row.renamed_to, file.stem)
                if not (self.settings.root / target).exists():  # one that is there is the younger
                    self.changes[target] = file.read_bytes()
                self.changes[base_path(row.layer, row.id, file.stem)] = None
        return self._put(sheet and amend.with_value(sheet, ("extends",), row.renamed_to))

    def _take_out(self, row: Drift) -> bool:
        sheet = self.sheet(row)
        keys = (row.section, row.id) if row.section in (drift.HIDE, drift.ADOPTION) else _keys(row)
        if sheet and sheet.node(keys) is not None:
            sheet = amend.without(sheet, keys)
        if sheet and sheet.kind and any(section.key == row.section for section in sheet.sections):
            sheet = amend.without_section(sheet, row.section)
        if sheet and sheet.kind:
            for id in {row.id, str(sheet.data.get("extends", row.id))}:
                self.changes[base_path(row.layer, id, row.section)] = None
        return self._put(sheet)

    def _keep(self, row: Drift, text: str | None) -> bool:
        """Ours stays, or becomes the text that both sides made; from now on it is compared with what stands below now."""
        sheet = self.sheet(row)
        if sheet and text is not None:
            sheet = amend.with_text(sheet, row.section, text)
        self.changes[base_path(row.layer, row.id, row.section)] = base_text(row.theirs or "").encode()
        return self._put(sheet and recorded(sheet, _keys(row), row.now))

    def sheet(self, row: Drift) -> Sheet | None:
        """The file of a row, as it is to become so far."""
        content = self.changes.get(row.path) or (self.settings.root / row.path).read_bytes()
        if row.section in (drift.HIDE, drift.ADOPTION):
            return amend.read_sheet(row.path, content, None)
        page = page_of(self.book, row.renamed_to or row.id)
        return page_sheet(row.path, content, page.kind if page else None, self.book)

    def _put(self, sheet: Sheet | None) -> bool:
        if sheet is None:
            return False
        self.changes[sheet.source.path] = None if sheet.kind and sheet.says_nothing else sheet.content
        return True

    def finish(self) -> Acted:
        """The files to write, with the records of what was decided; a book with new errors is not to be had."""
        records = {layer: _noted(self.review, layer, self.done) for layer in {row.layer: None for row, _ in self.done}}
        return Acted(self.lines, *settled(self.settings, self.book, self.changes, records), self.by_hand)


_SAID = {KEEP: "yours stays", TAKE: "theirs, yours is taken out", CARRY: "carried over"}


def settled(settings: Settings, book: Book, changes: Changes, records: dict[str, Reviewed]) -> tuple[Changes, Review]:
    """Changes with the records that belong to them, and the review as it is then. Raises `Spoilt` for a book with new errors."""
    files: Changes = {f"{layer}/{BASE}/{drift.RECORD}": record.text().encode() for layer, record in records.items()}
    after = whole_book(settings, {**changes, **files})
    known = {(problem.path, problem.code, problem.message) for problem in book.errors}
    if worse := [problem for problem in after.errors if (problem.path, problem.code, problem.message) not in known]:
        raise Spoilt(worse)
    # What is below is another after a change of what lies over it: the round goes on all the same.
    records = {layer: replace(record, upstream=after.review.digests[layer]) for layer, record in records.items()}
    files = {f"{layer}/{BASE}/{drift.RECORD}": record.text().encode() for layer, record in records.items()}
    review = replace(after.review, records={**after.review.records, **records})
    return {**changes, **files}, review


def _noted(review: Review, layer: str, done: Iterable[tuple[Drift, str]]) -> Reviewed:
    """The record of a layer with decisions added: the round goes on, or a new one begins."""
    record, mine = review.records[layer], [(row, decision) for row, decision in done if row.layer == layer]
    rows = {(id, section): decision for id, section, decision in review.decided(layer)}
    rows |= {(row.id, row.section): decision for row, decision in mine}
    unseen = {row.id for row in review.rows if row.layer == layer and row.state == drift.NEW}
    pages = review.below[layer] - (unseen - {row.id for row, _ in mine if row.state == drift.NEW})
    kept = record.kept | {(row.id, row.section) for row, decision in mine if row.state == drift.REMOVED and decision == KEEP}
    kept -= {(row.id, row.section) for row, decision in mine if decision == TAKE}
    decided = tuple((id, section, decision) for (id, section), decision in rows.items())
    return replace(record, pages=frozenset(pages), kept=kept, decided=decided, exists=True)


def _keys(row: Drift) -> tuple[str, ...]:
    """Where a part stands in an override's front matter."""
    if row.section.startswith(FIELD):
        return ("fields", row.section.removeprefix(FIELD))
    return ("sections", row.section)


def recorded(sheet: Sheet, keys: tuple[str, ...], hash: str) -> Sheet | None:
    """The file with the text below recorded; a section that stands there without a word about it gets one."""
    if sheet.node(keys) is None:
        return amend.with_value(sheet, keys, {"mode": "replace", "against": hash})
    return amend.with_value(sheet, (*keys, "against"), hash)


def _by_hand(row: Drift, decision: str) -> str:
    if row.state == drift.RENAMED:
        return f"Write `{row.renamed_to}` in place of `{row.id}` there."
    if decision == TAKE or row.state == drift.IDENTICAL:
        return "Delete its entry and its text there."
    return f"Write `against: {row.now}` into the entry of `{row.section}` there."


def page_of(book: Book, id: str) -> Document | None:
    """The page that an override calls by this name, as it was written."""
    if (known := book.names.page(id)) is not None:
        return known if known.broken else book.written[known.path]
    return next((page for page in book.manuscript if page_name(page.path) == id), None)


def page_sheet(path: str, content: bytes, kind: Kind | None, book: Book) -> Sheet | None:
    """An override's file. Where its page is gone, its sections say what the page was."""
    kinds = book.definition.kinds
    sheet = amend.read_sheet(path, content, kind or next(iter(kinds.values()), None))
    if sheet is None or kind:
        return sheet
    table = sheet.data.get("sections")
    return amend.read_sheet(path, content, likely_kind(table if isinstance(table, dict) else (), book.definition))


def write(settings: Settings, changes: Changes) -> None:
    """Write files so that a kill in between loses nothing: what is kept first, then pages, then records; what goes, last."""

    def order(path: str) -> tuple[bool, bool, str]:
        kept = path.split("/")[1:2] == [BASE]
        return path.endswith(f"/{BASE}/{drift.RECORD}"), not kept, path

    for path in sorted((path for path, content in changes.items() if content is not None), key=order):
        write_file(settings.root / path, changes[path] or b"")
    for path in sorted(path for path, content in changes.items() if content is None):
        remove_file(settings.root / path)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be adopted, and how. `value` is what a field says instead, if that is known already."""

    id: str
    section: str
    mode: str
    why: str = ""
    value: str | None = None


def adopt(settings: Settings, name: str, mode: str, why: str, layer: str | None) -> str:
    """Start an override from the text below; the path written. Raises `Refused`, `Spoilt`."""
    layers = settings.layers
    target = layer or next((name for name in reversed(layers[1:]) if (settings.root / name).is_dir()), layers[-1])
    if target not in layers[1:]:
        raise Refused(f'"{target}" is no layer over another. Layers are named in mkdocs.yml: {", ".join(layers)}.')
    settings = replace(settings, layers=layers[: layers.index(target) + 1])
    book = whole_book(settings)
    id, _, section = name.partition("#")
    page = page_of(book, id)
    if page is None:
        known = [page_name(document.path) for document in book.documents]
        raise Refused(f'no page is called "{id}"{suggestion(id, known)}.')
    if page.layers[0] == target:
        raise Refused(f"{id} is a page of {target}/ itself. Edit {page.source.path}.")
    if page.broken or page.kind is None:
        raise Refused(f"{page.source.path} cannot be read. `patternbook check` says why.")
    path, changes = adoption(settings, book, page, target, Wanted(page_name(page.path), section, mode, " ".join(why.split())))
    write(settings, with_record(settings, book, changes, target))
    return path


def adoption(settings: Settings, book: Book, page: Document, layer: str, wanted: Wanted) -> tuple[str, Changes]:
    """The override's path, and the files that begin or extend it. Raises `Refused`."""
    path, content = _file(settings, book, page, layer)
    sheet = amend.read_sheet(path, content, page.kind)
    changes: Changes = {}
    for part in _parts(book, page, layer, wanted):
        sheet = _adopted(sheet, page, part, wanted, book, layer, changes) if sheet else None
    if sheet is None:
        raise Refused(f"{path} cannot be edited safely as it is written. Write the section there by hand.")
    changes[path] = sheet.content
    return path, changes


def with_record(settings: Settings, book: Book, changes: Changes, layer: str) -> Changes:
    """Changes with the layer's record, from which later updates are told. Raises `Spoilt` for a book with new errors."""
    if not book.review.records[layer].readable:
        return changes
    return settled(settings, book, changes, {layer: _noted(book.review, layer, ())})[0]


def _file(settings: Settings, book: Book, page: Document, layer: str) -> tuple[str, bytes]:
    """The override's file as it is, or a new one."""
    name = page_name(page.path)
    own = [override.path for override in book.overrides if override.layer == layer and override.page == name]
    path = own[0] if own else f"{layer}/{page.path}"
    file = settings.root / path
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise Refused(f"{path} is no regular file. Put one in its place, or delete it.")
    if not file.exists():
        return path, f"---\nextends: {name}\n---\n".encode()
    sheet = page_sheet(path, file.read_bytes(), page.kind, book)
    target = page_of(book, str(sheet.data.get("extends", ""))) if sheet else None
    if target is not page:
        raise Refused(f"{path} is there already and does not say `extends: {name}`. Rename it, or write that line.")
    return path, file.read_bytes()


def _parts(book: Book, page: Document, layer: str, wanted: Wanted) -> list[str]:
    """The parts of the page to adopt, in its order."""
    taken = {o.part for o in book.overrides if o.layer == layer and o.page == wanted.id}
    sections = list(dict.fromkeys(section.key for section in page.sections if section.key))
    name = f"{wanted.id}#{wanted.section}" if wanted.section else wanted.id
    if not wanted.section:
        if free := [key for key in sections if key not in taken]:
            return free
        raise Refused(f"{layer}/ changes every section of {name} already.")
    known = [*sections, *(FIELD + key for key in page.front.values if key not in ("kind", "internal"))]
    if wanted.section in taken:
        raise Refused(f"{layer}/ changes {name} already. Edit the text there.")
    if wanted.section not in known:
        raise Refused(f'{wanted.id} has no "{wanted.section}"{suggestion(wanted.section, known)}. It has: {", ".join(sections)}.')
    if wanted.section.startswith(FIELD) and wanted.mode in ("append", "prepend"):
        raise Refused(f"a field is adopted with its value, to replace or drop it. Write `mode: {wanted.mode}` by hand.")
    return [wanted.section]


def _adopted(sheet: Sheet, page: Document, part: str, wanted: Wanted, book: Book, layer: str, changes: Changes) -> Sheet | None:
    """The file with one part more; the text below it is kept."""
    keys = [section.key for section in page.sections]
    pieces = [section for section in page.sections if section.key == part]
    below = "\n".join(piece.text for piece in pieces)
    if part.startswith(FIELD):
        below = written(page.front.values[part.removeprefix(FIELD)])
    changes[base_path(layer, wanted.id, part)] = base_text(below).encode()
    entry = {"mode": wanted.mode, **({"why": json.dumps(wanted.why, ensure_ascii=False)} if wanted.why else {})}
    entry["against"] = text_hash(below)
    if part.startswith(FIELD):
        name = part.removeprefix(FIELD)
        if wanted.mode == "replace":
            own = plain_value(page.front.values[name]) if wanted.value is None else wanted.value
            value = json.dumps(own, ensure_ascii=False, default=str)
            entry = {"mode": wanted.mode, "value": value, **{key: text for key, text in entry.items() if key != "mode"}}
        return amend.with_entry(sheet, "fields", name, entry, list(page.front.values)[list(page.front.values).index(name) + 1 :])
    behind = keys[keys.index(part) + len(pieces) :]
    with_entry = amend.with_entry(sheet, "sections", part, entry, behind)
    if with_entry is None or wanted.mode == "drop":
        return with_entry
    heading = pieces[0].heading
    text = below if wanted.mode == "replace" else book.definition.say("new-section")
    line = pieces[0].source.slice(heading.span) if heading else f"## {part}"
    return amend.with_section(with_entry, part, line, text, behind)
