"""The book's definition: everything in `_book`, read from data into values.

Kinds, facets, relations, the words of the interface, the glossary and saved views are data. The
program knows what a kind *is*, and none of the kinds; so another pattern language is written here
without Python. A file of a later layer adds to and replaces the entries of the layers below it.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field

from patternbook.core import data
from patternbook.core.data import read_yaml
from patternbook.core.diagnostics import Code, Diagnostic, listed, suggestion, whole
from patternbook.core.schema import (
    Choice,
    Fields,
    Flag,
    Items,
    Number,
    Reading,
    Record,
    Shape,
    Table,
    Text,
    Word,
)
from patternbook.core.source import Span

ID = r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?"
LINE = Text(line=True, chars=300)
ID_TEXT = Text(pattern=ID, what="an id of a-z, 0-9 and hyphens")

FIELD_TYPES = (
    "line", "text", "number", "date", "range", "choice", "multi", "tick", "scale", "horizon", "person", "link", "list", "table",
)  # fmt: skip
COLUMN_TYPES = ("line", "text", "number", "date", "choice", "tick", "scale", "horizon", "person", "link")
KIND_FIELD_TYPES = ("line", "text", "number", "date", "choice", "scale", "list", "fields", "steps")

# The words that the program itself puts on a page. `_book/strings.yml` must have them all.
STRINGS = (
    "home", "kind", "browse", "browse-intro", "map", "map-intro", "glossary", "glossary-intro", "index-intro",
    "kind-intro", "value-intro", "relations", "mentions", "sources", "source-by", "status", "owner", "reviewed",
    "due", "due-again", "edited-since", "required", "of-five", "to", "minimum", "maximum", "sample", "steps",
    "unthemed", "empty-listing", "explained-in", "provenance", "not-found", "edit", "menu", "licence", "parts",
    "on-this-page", "appearance", "appearance-system", "appearance-light", "appearance-dark", "not-found-text",
    "new-summary", "new-line", "new-section", "new-item", "new-field",
    "views",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """What a form says when a count or value is above or below a limit."""

    above: int | None
    below: int | None
    say: str


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A typed field: of a template, of a table's column, or of a kind's front matter.

    `least` and `most` bound the value of a number, the words of a text, the entries of a list,
    table or multi. `poles` name the ends of a scale from 1 to 5.
    """

    id: str
    type: str
    label: str
    help: str = ""
    required: bool = False
    least: int | None = None
    most: int | None = None
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    poles: tuple[str, str] = ("", "")
    columns: tuple[FieldSpec, ...] = ()
    rows: int = 0
    hints: tuple[Hint, ...] = ()
    renamed_from: str = ""
    index: str = ""


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A `##` section of a kind. An `open` one stands for any number with headings of the author's choice."""

    id: str
    heading: str
    names: tuple[str, ...]
    required: bool
    open: bool
    items: bool
    help: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page."""

    id: str
    label: str
    plural: str
    folder: str
    glyph: str
    suffix: str
    question: str
    test: str
    listed: bool
    tool: bool
    requires: tuple[str, ...]
    relations: tuple[str, ...]
    fields: tuple[FieldSpec, ...]
    sections: tuple[SectionSpec, ...]

    def section(self, heading: str) -> SectionSpec | None:
        """The section that a heading names, in any of its spellings."""
        name = fold(heading)
        return next((s for s in self.sections if not s.open and name in s.names), None)

    @property
    def open_section(self) -> SectionSpec | None:
        """The section that takes headings of the author's choice, if the kind has one."""
        return next((s for s in self.sections if s.open), None)


@dataclass(frozen=True, slots=True)
class Facet:
    """A closed list of values by which pages are found."""

    id: str
    label: str
    help: str
    many: bool
    values: MappingABC[str, str]


@dataclass(frozen=True, slots=True)
class RelationType:
    """One direction of a typed relation. Each has an `inverse`; a symmetric one is its own."""

    id: str
    label: str
    inverse: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    same_kind: bool
    primary: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term."""

    id: str
    term: str
    text: str
    aka: tuple[str, ...]
    page: Word | None


@dataclass(frozen=True, slots=True)
class Status:
    """How far a page has come. An unfinished page may lack what its kind asks of it."""

    id: str
    label: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """The whole of `_book`. Mappings keep the order in which they were written."""

    name: str = "Patternbook"
    tagline: str = ""
    language: str = "en"
    horizons: str = ""
    themes: str = ""
    licence: tuple[str, str] = ("", "")
    statuses: MappingABC[str, Status] = field(default_factory=dict)
    kinds: MappingABC[str, Kind] = field(default_factory=dict)
    facets: MappingABC[str, Facet] = field(default_factory=dict)
    relations: MappingABC[str, RelationType] = field(default_factory=dict)
    strings: MappingABC[str, str] = field(default_factory=dict)
    glossary: MappingABC[str, Term] = field(default_factory=dict)
    views: MappingABC[str, Record] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """An interface word from `strings.yml`, with `{names}` in it replaced."""
        text = self.strings.get(key, key)
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text


def fold(name: str) -> str:
    """A name as it is compared: without case, and with runs of white space and hyphens as one space."""
    return " ".join(name.casefold().replace("-", " ").split())


def _names(item: Shape = LINE) -> Items:
    return Items(item, alone=True)


def field_shape(types: tuple[str, ...], depth: int = 0) -> Fields:
    """The shape of a field's definition."""
    shapes: dict[str, Shape] = {
        "type": Choice(types, "type"),
        "label": LINE,
        "help": Text(),
        "required": Flag(),
        "min": Number(least=0),
        "max": Number(least=0),
        "unit": LINE,
        "options": Table(LINE),
        "poles": Items(LINE, 2, 2),
        "rows": Number(1, 40),
        "renamed_from": ID_TEXT,
        "index": ID_TEXT,
        "hints": Items(Fields({"above": Number(), "below": Number(), "say": LINE}, ("say",))),
    }
    if depth == 0:
        shapes["columns"] = Table(field_shape(COLUMN_TYPES, 1))
    return Fields(shapes, ("type", "label"), "key of a field")


_SECTION = Fields(
    {"id": ID_TEXT, "heading": LINE, "aka": _names(), "required": Flag(), "open": Flag(), "items": Flag(), "help": Text()},
    ("id", "heading"),
    "key of a section",
)
_KIND = Fields(
    {
        "label": LINE, "plural": LINE, "folder": ID_TEXT, "glyph": Text(chars=2), "suffix": Text(pattern=r"-[a-z0-9-]+"),
        "question": Text(), "test": Text(), "listed": Flag(), "tool": Flag(), "requires": _names(), "relations": _names(),
        "fields": Table(field_shape(KIND_FIELD_TYPES)), "sections": Items(_SECTION, 1),
    },
    ("label", "plural", "folder", "sections"),
    "key of a kind",
)  # fmt: skip
_FACET = Fields({"label": LINE, "help": Text(), "many": Flag(), "values": Table(LINE)}, ("label", "values"), "key of a facet")
_RELATION = Fields(
    {
        "label": LINE, "inverse": ID_TEXT, "inverse_label": LINE, "symmetric": Flag(), "same_kind": Flag(),
        "from": _names(), "to": _names(),
    },
    ("label",),
    "key of a relation",
)  # fmt: skip
_STATUS = Fields({"label": LINE, "unfinished": Flag()}, ("label",), "key of a status")
_TERM = Fields({"term": LINE, "text": Text(words=80), "aka": _names(), "page": ID_TEXT}, ("term", "text"), "key of a term")

SHAPES: MappingABC[str, Shape] = {
    "book.yml": Fields(
        {
            "name": LINE, "tagline": LINE, "language": Text(pattern=r"[a-z]{2,3}(-[A-Za-z0-9]+)*"), "horizons": ID_TEXT,
            "themes": ID_TEXT, "statuses": Table(_STATUS), "licence": Fields({"text": LINE, "url": LINE}, ("text",)),
        },
        ("name", "statuses"),
        "key of the book",
    ),
    "kinds.yml": Table(_KIND),
    "facets.yml": Table(_FACET),
    "relations.yml": Table(_RELATION),
    "strings.yml": Table(Text()),
    "glossary.yml": Table(_TERM),
    "views.yml": Table(Fields({"title": LINE, "summary": Text(words=60), "query": LINE}, ("title", "summary", "query"))),
}  # fmt: skip


def read_definition(sources: MappingABC[str, bytes], layers: tuple[str, ...]) -> tuple[Definition, list[Diagnostic]]:
    """All layers' `_book` files as one definition, and its problems."""
    problems: list[Diagnostic] = []
    records: dict[str, list[Record]] = {name: [] for name in SHAPES}
    for layer in layers:
        for name, shape in SHAPES.items():
            path = f"{layer}/_book/{name}"
            if path in sources and (record := _read(path, sources[path], shape, problems)):
                records[name].append(record)
    first = layers[0] if layers else "content"
    for name in ("book.yml", "kinds.yml", "strings.yml"):
        if not records[name] and f"{first}/_book/{name}" not in sources:
            problems.append(
                whole(
                    f"{first}/_book/{name}",
                    Code.DEFINITION,
                    "the file is missing",
                    "Every book defines itself in `_book`; copy one to start from.",
                )
            )
    definition = _build(records)
    return definition, [*problems, *_contradictions(definition, records, f"{first}/_book")]


def _read(path: str, content: bytes, shape: Shape, problems: list[Diagnostic]) -> Record | None:
    source, found = data.decode(path, content)
    problems += found
    if source is None:
        return None
    node, found = read_yaml(source, Span(0, len(source.text)))
    problems += found
    if node is None:
        return None
    value = shape.read(node, Reading(source, problems))
    return value if isinstance(value, Record) else None


def _merged(records: list[Record]) -> list[tuple[str, Record]]:
    """Entries by key; a later layer's entry replaces an earlier one in its place."""
    merged: dict[str, Record] = {}
    for record in records:
        merged.update((str(key), value) for key, value in record.entries())
    return list(merged.items())


def _build(records: MappingABC[str, list[Record]]) -> Definition:
    book: dict[str, Record] = {}
    for record in records["book.yml"]:
        book.update((key, record) for key in record.values)

    def text(key: str, default: str = "") -> str:
        return book[key].text(key, default) if key in book else default

    statuses = book["statuses"].record("statuses") if "statuses" in book else None
    licence = book["licence"].record("licence") if "licence" in book else None
    return Definition(
        name=text("name", "Patternbook"),
        tagline=text("tagline"),
        language=text("language", "en"),
        horizons=text("horizons"),
        themes=text("themes"),
        licence=(licence.text("text"), licence.text("url")) if licence else ("", ""),
        statuses={str(k): Status(k, r.text("label"), r.flag("unfinished")) for k, r in (statuses.entries() if statuses else [])},
        kinds={key: _kind(key, record) for key, record in _merged(records["kinds.yml"])},
        facets={key: _facet(key, record) for key, record in _merged(records["facets.yml"])},
        relations=_relations(_merged(records["relations.yml"])),
        strings={key: str(value) for record in records["strings.yml"] for key, value in record.values.items()},
        glossary={key: _term(key, record) for key, record in _merged(records["glossary.yml"])},
        views=dict(_merged(records["views.yml"])),
    )


def _kind(id: str, record: Record) -> Kind:
    return Kind(
        id=id,
        label=record.text("label"),
        plural=record.text("plural"),
        folder=record.text("folder"),
        glyph=record.text("glyph"),
        suffix=record.text("suffix"),
        question=record.text("question"),
        test=record.text("test"),
        listed=record.flag("listed", True),
        tool=record.flag("tool"),
        requires=record.words("requires"),
        relations=record.words("relations"),
        fields=field_specs(record.record("fields")),
        sections=tuple(_section(item) for item in record.records("sections")),
    )


def _section(record: Record) -> SectionSpec:
    names = (record.text("heading"), *record.words("aka"))
    return SectionSpec(
        id=record.text("id"),
        heading=record.text("heading"),
        names=tuple(fold(name) for name in names),
        required=record.flag("required"),
        open=record.flag("open"),
        items=record.flag("items"),
        help=record.text("help"),
    )


def field_specs(record: Record | None) -> tuple[FieldSpec, ...]:
    """Definitions of fields, in the order written."""
    if record is None:
        return ()
    return tuple(_field(str(key), value) for key, value in record.entries())


def _field(id: str, record: Record) -> FieldSpec:
    options = record.record("options")
    poles = record.words("poles")
    return FieldSpec(
        id=id,
        type=record.text("type"),
        label=record.text("label"),
        help=record.text("help"),
        required=record.flag("required"),
        least=record.number("min"),
        most=record.number("max"),
        unit=record.text("unit"),
        options=tuple((str(key), str(value)) for key, value in options.values.items()) if options else (),
        poles=(poles[0], poles[1]) if len(poles) == 2 else ("", ""),
        columns=field_specs(record.record("columns")),
        rows=record.number("rows") or 0,
        hints=tuple(Hint(hint.number("above"), hint.number("below"), hint.text("say")) for hint in record.records("hints")),
        renamed_from=record.text("renamed_from"),
        index=record.text("index"),
    )


def _facet(id: str, record: Record) -> Facet:
    values = record.record("values")
    labels = {str(key): str(value) for key, value in values.values.items()} if values else {}
    return Facet(id, record.text("label"), record.text("help"), record.flag("many", True), labels)


def _relations(entries: list[tuple[str, Record]]) -> dict[str, RelationType]:
    """Every type under its own name, followed by its inverse where it has one."""
    types: dict[str, RelationType] = {}
    for id, record in entries:
        sources, targets = record.words("from"), record.words("to")
        same = record.flag("same_kind")
        inverse = id if record.flag("symmetric") else record.text("inverse", f"{id}-inverse")
        types[id] = RelationType(id, record.text("label"), inverse, sources, targets, same, True)
        if inverse != id:
            types[inverse] = RelationType(inverse, record.text("inverse_label", inverse), id, targets, sources, same, False)
    return types


def _term(id: str, record: Record) -> Term:
    return Term(id, record.text("term"), record.text("text"), record.words("aka"), record.word("page"))


def _contradictions(definition: Definition, records: MappingABC[str, list[Record]], folder: str) -> list[Diagnostic]:
    """Names in the definition that name nothing, and interface words that are missing."""
    problems: list[Diagnostic] = []

    def check(words: tuple[Word, ...], known: MappingABC[str, object], what: str) -> None:
        for word in words:
            if word not in known:
                message = f'unknown {what} "{word}"{suggestion(word, known)}'
                problems.append(word.problem(Code.DEFINITION, message, f"Allowed: {listed(known, 30)}."))

    for record in [r for _, r in _merged(records["kinds.yml"])]:
        check(record.words("requires"), definition.facets, "facet")
        check(record.words("relations"), definition.relations, "relation")
    for key, record in _merged(records["relations.yml"]):
        check((*record.words("from"), *record.words("to")), definition.kinds, "kind")
        if not record.flag("symmetric") and not record.word("inverse"):
            problems.append(
                record.place.problem(
                    Code.DEFINITION, f'relation "{key}" has neither an inverse nor `symmetric: yes`', "Add one of them."
                )
            )
    for record in records["book.yml"]:
        check(tuple(word for key in ("horizons", "themes") if (word := record.word(key))), definition.facets, "facet")
    if records["strings.yml"]:
        missing = [key for key in STRINGS if key not in definition.strings]
        if missing:
            problems.append(
                whole(
                    f"{folder}/strings.yml",
                    Code.DEFINITION,
                    f"words are missing: {listed(missing, 60)}",
                    "Add them; the program has no words of its own.",
                )
            )
    return problems
