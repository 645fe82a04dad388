"""One override laid over the page below it, per field and per section.

The page below is never edited. Each section of the result keeps the source that it came from, so a
problem names the override's own file and line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from patternbook.core.data import Mapping, Node, Scalar
from patternbook.core.definition import Definition, Kind
from patternbook.core.diagnostics import Code, Diagnostic, at, clip, listed, suggestion
from patternbook.core.frontmatter import FIELD_SETTING, MODES, OVERRIDE
from patternbook.core.model import Anchor, Document, Override, Section
from patternbook.core.parse import Parser, body_start, split_sections
from patternbook.core.scan import scan
from patternbook.core.schema import Fields, Reading, Record, Value, Word
from patternbook.core.source import Source, Span

# What stands before a field's name where a section's key could stand too.
FIELD = "fields."
# What a layer does not change: a page stays of its kind, and each layer says itself what of its own is internal.
FIXED = ("kind", "internal")


@dataclass(slots=True)
class Notes:
    """What is noted while layers are laid over each other. `left_out` are parts that only colleagues may read, in words."""

    public: bool
    overrides: list[Override] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Setting:
    """What an override says of one part: how it is changed, why, whether only colleagues may read it, and against which text."""

    place: Word
    mode: str = "replace"
    why: str = ""
    internal: bool = False
    against: str = ""


def lay_over(base: Document, document: Document, parser: Parser, notes: Notes) -> Document:
    """The page below with an override's fields and sections, as far as they may be seen."""
    if base.kind is None or document.node is None:
        return base
    record = OVERRIDE.read(document.node, Reading(document.source, notes.problems))
    whole = bool(record and record.flag("internal"))
    if notes.public and whole:
        notes.left_out.append(f"what {document.source.path} changes")
        return base
    over = _Over(base, base.kind, document, notes, whole)
    front = over.front(parser.shape(base.kind))
    sections = over.sections(
        own_sections(document.source, base.kind, document.layers[0]), record.record("sections") if record else None
    )
    notes.overrides += over.changes
    own_review = front.values.get("reviewed") is not base.front.values.get("reviewed")
    return replace(
        base,
        front=front,
        sections=_unique(sections),
        layers=(*base.layers, document.layers[0]),
        changes=(*base.changes, *over.changes),
        below=base.below or base,
        edited_in=document.source.path if over.changes else base.edited_in,
        # Whoever reviewed the page below vouched for its text, not for what a layer makes of it.
        reviewed_text="" if own_review else base.reviewed_text or base.text_hash,
        top=document,
    )


def left_behind(document: Document, calls: Word, parser: Parser, notes: Notes) -> bool:
    """Notes what an override changed on a page that is gone. If it never said against what, it is a slip: then false."""
    record = OVERRIDE.read(document.node, Reading(document.source, [])) if document.node else None
    table = record.record("sections") if record else None
    settings = {str(key): _setting(key, value) for key, value in (table.entries() if table else ())}
    fields = [setting for setting in _fields_left(document) if setting.against]
    if not fields and not any(setting.against for setting in settings.values()):
        return False
    for setting in fields:
        name = str(setting.place)
        notes.overrides.append(_override(document, calls, FIELD + name, name, setting, None, ""))
    kind = likely_kind(settings, parser.definition)
    own = {section.key: section for section in (own_sections(document.source, kind, document.layers[0]) if kind else ())}
    for key, setting in settings.items():
        section = own.get(key)
        heading = section.heading.text if section and section.heading else key
        notes.overrides.append(_override(document, calls, key, heading, setting, None, section.text if section else ""))
    return True


def _fields_left(document: Document) -> Iterable[Setting]:
    """What an override says of fields of a page that is gone."""
    entries = document.node.entries if document.node else ()
    fields = next((value for key, value in entries if key.text == "fields"), None)
    for key, change in fields.entries if isinstance(fields, Mapping) else ():
        setting, _ = _change(key, change, Reading(document.source, []))
        if setting is not None:
            yield setting


def likely_kind(keys: Iterable[str], definition: Definition) -> Kind | None:
    """What a page that is gone was: the first kind that has all sections that an override speaks of."""
    kinds, wanted = definition.kinds.values(), set(keys)
    return next((kind for kind in kinds if wanted <= {spec.id for spec in kind.sections}), next(iter(kinds), None))


def written(value: Value | None) -> str:
    """A field's value as text: what drift compares, and `adopt` keeps."""
    return value if isinstance(value, str) else json.dumps(plain_value(value), ensure_ascii=False, indent=1, default=str)


def plain_value(value: Value | None) -> object:
    """A field's value without places and types, for JSON."""
    if isinstance(value, Record):
        return {key: plain_value(inner) for key, inner in value.values.items()}
    if isinstance(value, tuple):
        return [plain_value(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Word) else value


def own_sections(source: Source, kind: Kind, layer: str) -> tuple[Section, ...]:
    """The sections that an override's file holds."""
    start = body_start(source)
    return split_sections(source, start, scan(source, Span(start, len(source.text))), kind, layer)


def _setting(key: Word, record: Record) -> Setting:
    return Setting(key, record.text("mode"), record.said("why"), record.flag("internal"), record.text("against"))


def _override(document: Document, page: str, part: str, heading: str, setting: Setting, below: str | None, own: str) -> Override:
    calls = document.extends or ""  # with its place in the file
    return Override(
        page, part, heading, setting.mode, setting.why, setting.against, below, own,
        document.layers[0], document.source.path, calls, setting.place, setting.internal,
    )  # fmt: skip


@dataclass(slots=True)
class _Over:
    """One override at work on one page. `internal` tells that all of it is for colleagues alone."""

    base: Document
    kind: Kind
    document: Document
    notes: Notes
    internal: bool
    changes: list[Override] = field(default_factory=list)

    @property
    def page(self) -> str:
        return self.base.path.removesuffix(".md") if self.base.id == "" else self.base.id

    def sections(self, own: tuple[Section, ...], table: Record | None) -> list[Section]:
        """The base's sections with the override's applied, in the base's order; new ones where the kind has them."""
        settings = {str(key): _setting(key, value) for key, value in (table.entries() if table else ())}
        by_key = self._by_key(own)
        below = {section.key: section for section in self.base.sections}
        self.notes.problems += _unfit(settings, below, by_key)
        result: list[Section] = []
        for key, pieces in groupby(self.base.sections, key=lambda section: section.key):
            result += self._section(key, list(pieces), settings.get(key), by_key.get(key))
        for section in own:
            setting = settings.get(section.key, Setting(_place(section)))
            if section.key not in below and not self._unseen(setting, section.key):
                result.insert(_room(result, section, self.kind), _marked(section, self.internal or setting.internal) or section)
                heading = section.heading.text if section.heading else ""
                self._note(section.key, heading, setting, None if setting.against else "", section)
        for key, setting in settings.items():
            if key not in below and key not in by_key and setting.against and not self._unseen(setting, key):
                self._note(key, key, setting, None, None)
        return result

    def _section(self, key: str, pieces: list[Section], setting: Setting | None, mine: Section | None) -> list[Section]:
        """One section of the base, in the pieces that layers made it of, with what this layer does to it."""
        if setting is None and mine is not None:
            setting = Setting(_place(mine))
        if setting is None or not (mine or setting.mode == "drop") or self._unseen(setting, key):
            return pieces
        heading = pieces[0].heading.text if pieces[0].heading else ""
        self._note(key, heading, setting, "\n".join(piece.text for piece in pieces), mine)
        return _applied(pieces, _marked(mine, self.internal or setting.internal), setting.mode)

    def _by_key(self, own: tuple[Section, ...]) -> dict[str, Section]:
        by_key: dict[str, Section] = {}
        for section in own:
            if section.key in by_key and section.heading:
                message = f'section "{clip(section.heading.text)}" stands twice'
                problem = at(section.source, section.heading.span, Code.DUPLICATE_SECTION, message, "Join the two.")
                self.notes.problems.append(problem)
            by_key[section.key] = section
        return by_key

    def _unseen(self, setting: Setting, part: str) -> bool:
        """Whether a part is for colleagues alone and this edition is not; what is left out is noted."""
        if not (self.notes.public and setting.internal):
            return False
        self.notes.left_out.append(f"{part} of {self.page}")
        return True

    def _note(self, part: str, heading: str, setting: Setting, below: str | None, mine: Section | None) -> None:
        own = mine.text if mine else ""
        self.changes.append(_override(self.document, self.page, part, heading, setting, below, own))

    def front(self, shape: Fields) -> Record:
        """The base's front matter with the override's fields applied, each read by the base's own shape."""
        base, reading = self.base.front, Reading(self.document.source, self.notes.problems)
        entries = self.document.node.entries if self.document.node else ()
        fields = next((value for key, value in entries if key.text == "fields"), None)
        if not isinstance(fields, Mapping):
            if fields is not None:
                reading.expected(fields, "a mapping")
            return base
        values, keys = base.values, base.keys
        for key, change in fields.entries:
            if (new := self._field(key, change, shape, reading)) is not None:
                values |= new.values
                keys |= new.keys
                if not new.values:
                    values.pop(key.text, None)
        return Record.of(base.place, values, keys)

    def _field(self, key: Scalar, change: Node, known: Fields, reading: Reading) -> Record | None:
        """A field as this layer has it: under its name, or nothing there where it is dropped. None where nothing changes."""
        name, part = key.text, known.shapes.get(key.text)
        if part is None or name in FIXED:
            message = f'unknown field "{clip(name)}"{suggestion(name, known.shapes)}'
            allowed = listed((n for n in known.shapes if n not in FIXED), 30)
            reading.report(key.span, Code.UNKNOWN_FIELD, message, f"Allowed: {allowed}.")
            return None
        setting, value = _change(key, change, reading)
        if setting is None or self._unseen(setting, f"the field {name}"):
            return None
        if setting.mode == "drop" and name in known.required:
            message = f'field "{name}" cannot be dropped'
            reading.report(key.span, Code.MISSING_FIELD, message, "A page must have it; replace it instead.")
            return None
        if setting.mode in ("append", "prepend") and isinstance(part, Fields):
            part = replace(part, required=())  # what is added to a mapping need not be one by itself
        read = Fields({name: part}).read(Mapping(value.span, ((key, value),)), reading) if value else None
        new = read.get(name) if read else None
        if new is None and setting.mode != "drop":
            return None
        old = self.base.front.get(name)
        below = written(old) if old is not None else None if setting.against else ""
        own = written(new) if new is not None else ""
        self.changes.append(_override(self.document, self.page, FIELD + name, name, setting, below, own))
        joined = {name: _joined(old, new, setting.mode)} if new is not None and setting.mode != "drop" else {}
        return Record.of(self.base.front.place, joined, {name: reading.word(key)})


def _place(section: Section) -> Word:
    span = section.heading.span if section.heading else Span(section.span.start, section.span.start)
    return Word(section.key, section.source, span)


def _marked(section: Section | None, internal: bool) -> Section | None:
    return replace(section, internal=True) if section and internal else section


def _room(result: list[Section], section: Section, kind: Kind) -> int:
    """Where a new section belongs: before the first of those that the kind has behind it."""
    order = [spec.id for spec in kind.sections]
    if section.key not in order:
        return len(result)
    behind = set(order[order.index(section.key) + 1 :])
    return next((place for place, other in enumerate(result) if other.key in behind), len(result))


def _unfit(
    settings: MappingABC[str, Setting], known: MappingABC[str, Section], own: MappingABC[str, Section]
) -> Iterable[Diagnostic]:
    """Settings for sections that the page below has not and never had, or that this file does not write."""
    for key, setting in settings.items():
        if key not in known and not setting.against:
            message = f'the page below has no section "{clip(key)}"{suggestion(key, known)}'
            yield setting.place.problem(Code.LAYER, message, f"It has: {listed(sorted(known), 20)}.")
        elif setting.mode not in ("drop", "") and key not in own:
            message = f'section "{key}" has no text here'
            yield setting.place.problem(Code.LAYER, message, "Write the section below, or use `mode: drop`.")


def _applied(pieces: list[Section], mine: Section | None, mode: str) -> list[Section]:
    if mode == "drop" or mine is None:
        return []
    if mode == "append":
        return [*pieces, replace(mine, heading=None)]
    if mode == "prepend":
        return [mine, replace(pieces[0], heading=None), *pieces[1:]]
    return [mine]


def _unique(sections: list[Section]) -> tuple[Section, ...]:
    """Sections whose headings below `##` have ids of their own; of two that clash the later one gives way."""
    used = {section.heading.id for section in sections if section.heading}
    result: list[Section] = []
    for section in sections:
        anchors: list[Anchor] = []
        for anchor in section.anchors:
            name, number = anchor.id, 2
            while name in used:
                name, number = f"{anchor.id}-{number}", number + 1
            used.add(name)
            anchors.append(replace(anchor, id=name))
        result.append(replace(section, anchors=tuple(anchors)))
    return tuple(result)


def _change(key: Scalar, change: Node, reading: Reading) -> tuple[Setting | None, Node | None]:
    """How a field is changed, and its value: `{mode: append, value: …}`."""
    if not isinstance(change, Mapping):
        reading.expected(change, "a mapping with `mode` and `value`")
        return None, None
    parts = {inner.text: value for inner, value in change.entries}
    mode = parts.get("mode")
    if not isinstance(mode, Scalar) or mode.text not in MODES:
        found = f'unknown mode "{clip(mode.text)}"' if isinstance(mode, Scalar) else "no mode"
        reading.report((mode or change).span, Code.UNKNOWN_VALUE, found, f"Allowed: {listed(MODES)}.")
        return None, None
    value = parts.pop("value", None)
    rest = Mapping(change.span, tuple((k, v) for k, v in change.entries if k.text != "value"))
    record = FIELD_SETTING.read(rest, reading)
    return (_setting(reading.word(key), record) if record else None), value


def _joined(old: Value | None, new: Value, mode: str) -> Value:
    """Lists are joined end to end, mappings key by key and the lists in them too; anything else is replaced."""
    if mode == "replace" or old is None:
        return new
    if isinstance(old, tuple) and isinstance(new, tuple):
        return (*old, *new) if mode == "append" else (*new, *old)
    if isinstance(old, Record) and isinstance(new, Record):
        values = {**old.values, **{key: _joined(old.get(key), value, mode) for key, value in new.values.items()}}
        return Record.of(old.place, values, {**old.keys, **new.keys})
    return new
