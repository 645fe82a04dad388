"""Reads `_book` into a `Definition`. A file of a later layer adds to and replaces entries of those below it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from dataclasses import replace

from patternbook.core import data
from patternbook.core.data import read_yaml
from patternbook.core.definition import (
    MADE_FOLDERS,
    PAGE_FIELDS,
    QUERY_KEYS,
    STRINGS,
    Definition,
    Facet,
    Kind,
    RelationType,
    Release,
    SectionSpec,
    Status,
    Term,
    fold,
)
from patternbook.core.diagnostics import Code, Diagnostic, listed, suggestion, whole
from patternbook.core.fieldspec import ID_TEXT, KIND_FIELD_TYPES, LINE, field_shape, field_specs
from patternbook.core.schema import Fields, Flag, Items, Reading, Record, Shape, Table, Text, Word
from patternbook.core.source import Span


def _names(item: Shape = LINE) -> Items:
    return Items(item, alone=True)


_SECTION = Fields(
    {"id": ID_TEXT, "heading": LINE, "aka": _names(), "required": Flag(), "open": Flag(), "items": Flag(), "help": Text()},
    ("id", "heading"),
    "key of a section",
)
_KIND = Fields(
    {
        "label": LINE, "plural": LINE, "folder": ID_TEXT, "glyph": Text(chars=2), "suffix": Text(pattern=r"-[a-z0-9-]+"),
        "profile": ID_TEXT, "this": LINE, "card": _names(),
        "question": Text(), "test": Text(), "listed": Flag(), "tool": Flag(), "requires": _names(), "relations": _names(),
        "fields": Table(field_shape(KIND_FIELD_TYPES)), "sections": Items(_SECTION, 1),
    },
    ("label", "plural", "folder", "sections"),
    "key of a kind",
)  # fmt: skip
_FACET = Fields({"label": LINE, "help": Text(), "many": Flag(), "values": Table(LINE)}, ("values",), "key of a facet")
_SAYS = r"(?=.*\{from\})(?=.*\{to\}).*"
_RELATION = Fields(
    {
        "label": LINE, "inverse": ID_TEXT, "inverse_label": LINE, "symmetric": Flag(), "same_kind": Flag(),
        "from": _names(), "to": _names(), "says": Text(20, pattern=_SAYS, what="a sentence with {from} and {to} in it"),
    },
    ("label",),
    "key of a relation",
)  # fmt: skip
_STATUS = Fields({"label": LINE, "unfinished": Flag()}, ("label",), "key of a status")
_TERM = Fields({"term": LINE, "text": Text(words=80), "aka": _names(), "page": ID_TEXT}, ("term", "text"), "key of a term")

_VIEW = Fields(
    {"title": LINE, "summary": Text(words=60), "query": LINE, "section": ID_TEXT, "by": ID_TEXT},
    ("title", "summary", "query"),
    "key of a view",
)

_CHANGE = Fields(
    {"title": LINE, "text": Text(words=200), "added": Items(ID_TEXT), "changed": Items(ID_TEXT)},
    ("title", "text"),
    "key of a change",
)
_PICTURE = r"[a-z0-9][a-z0-9./-]*\.(svg|png|jpe?g|webp)"
_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(-[a-z0-9]+)*"

# What a book, and a layer of it, can say of its looks.
LOOKS: MappingABC[str, Shape] = {
    "logo": Text(pattern=_PICTURE, what="the path of a picture such as img/logo.svg"),
    "colour": Text(pattern=r"#[0-9a-f]{6}", what="a colour such as #8a2f20"),
}
SHAPES: MappingABC[str, Shape] = {
    "book.yml": Fields(
        {
            "name": LINE, "tagline": LINE, "language": Text(pattern=r"[a-z]{2,3}(-[A-Za-z0-9]+)*"), "horizons": ID_TEXT,
            "themes": ID_TEXT, "statuses": Table(_STATUS), "licence": Fields({"text": LINE, "url": LINE}, ("text",)),
            "variables": Table(LINE), **LOOKS,
        },
        ("name", "statuses"),
        "key of the book",
    ),
    "kinds.yml": Table(_KIND),
    "facets.yml": Table(_FACET),
    "relations.yml": Table(_RELATION),
    "strings.yml": Table(Text()),
    "glossary.yml": Table(_TERM),
    "views.yml": Table(_VIEW),
    "synonyms.yml": Table(Text(chars=1_000, line=True)),
    "changes.yml": Table(_CHANGE, _DAY, "a day such as 2026-11-21; if one day has two, -b behind the second"),
    "company.yml": Table(Items(LINE, most=200, alone=True)),
}  # fmt: skip


def read_definition(sources: MappingABC[str, bytes], layers: tuple[str, ...]) -> tuple[Definition, list[Diagnostic]]:
    """All layers' `_book` files as one definition, and its problems."""
    problems: list[Diagnostic] = []
    records: dict[str, list[Record]] = {name: [] for name in SHAPES}
    unread: set[str] = set()
    for layer in layers:
        for name, shape in SHAPES.items():
            path = f"{layer}/_book/{name}"
            if path in sources and (record := read_file(path, sources[path], shape, problems)):
                records[name].append(record)
            elif any(problem.path == path for problem in problems):
                unread.add(path)
    first = layers[0] if layers else "content"
    for name in ("book.yml", "kinds.yml", "strings.yml"):
        path = f"{first}/_book/{name}"
        if not records[name] and path not in unread:
            unread.add(path)
            message = "the file holds nothing" if path in sources else "the file is missing"
            problems.append(whole(path, Code.DEFINITION, message, "Every book defines itself in `_book`; copy one to start from."))
    definition = replace(_build(records), edition=_edition(records["changes.yml"], first))
    if unread:
        return replace(definition, readable=False), problems
    clashes = list(_clashes(records))
    definition = replace(definition, readable=not clashes)
    return definition, [*problems, *clashes, *_contradictions(definition, records, f"{first}/_book")]


def _edition(records: list[Record], layer: str) -> str:
    """The day of the newest change of a layer."""
    days = (key[:10] for record in records if record.place.source.path.startswith(f"{layer}/") for key in record.values)
    return max(days, default="")


def read_file(path: str, content: bytes, shape: Shape, problems: list[Diagnostic]) -> Record | None:
    """A file of data as its shape reads it. Nothing where it cannot be read, or holds nothing."""
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
        tagline=book["tagline"].said("tagline") if "tagline" in book else "",
        language=text("language", "en"),
        variables={
            str(key): str(value)
            for record in records["book.yml"]
            if (table := record.record("variables"))
            for key, value in table.values.items()
        },
        horizons=text("horizons"),
        themes=text("themes"),
        licence=(licence.text("text"), licence.text("url")) if licence else ("", ""),
        logo=text("logo"),
        colour=text("colour"),
        statuses={str(k): Status(k, r.text("label"), r.flag("unfinished")) for k, r in (statuses.entries() if statuses else [])},
        kinds={key: _kind(key, record) for key, record in _merged(records["kinds.yml"])},
        facets=_facets(records["facets.yml"]),
        relations=_relations(_merged(records["relations.yml"])),
        strings={key: str(value) for record in records["strings.yml"] for key, value in record.values.items()},
        glossary={key: _term(key, record) for key, record in _merged(records["glossary.yml"])},
        views=dict(_merged(records["views.yml"])),
        synonyms=tuple(
            (key, *filter(None, (word.strip() for word in str(words).split(","))))
            for record in records["synonyms.yml"]
            for key, words in record.values.items()
        ),
        changes=tuple(
            Release(key, record.said("title"), record.said("text"), record.words("added"), record.words("changed"))
            for key, record in sorted(_merged(records["changes.yml"]), reverse=True)
        ),
        company={key: record.words(key) for record in records["company.yml"] for key in record.values if record.words(key)},
    )


def _kind(id: str, record: Record) -> Kind:
    return Kind(
        id=id,
        label=record.said("label"),
        plural=record.said("plural"),
        folder=record.text("folder"),
        glyph=record.text("glyph"),
        suffix=record.text("suffix"),
        question=record.said("question"),
        test=record.said("test"),
        listed=record.flag("listed", True),
        tool=record.flag("tool"),
        requires=record.words("requires"),
        relations=record.words("relations"),
        fields=field_specs(record.record("fields")),
        sections=tuple(_section(item) for item in record.records("sections")),
        profile=record.text("profile"),
        this=record.said("this"),
        card=record.words("card"),
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


def _facets(records: list[Record]) -> dict[str, Facet]:
    """Facets by id. A later layer adds values to a facet below it, and says anew what it says."""
    facets: dict[str, Facet] = {}
    for id, record in (entry for layer in records for entry in layer.entries()):
        values = record.record("values")
        labels = {str(key): value for key, value in values.values.items() if isinstance(value, Word)} if values else {}
        below = facets.get(str(id), Facet(str(id), "", "", True, {}))
        facets[str(id)] = Facet(
            id=str(id),
            label=record.said("label", below.label),
            help=record.said("help", below.help),
            many=record.flag("many", below.many),
            values={**below.values, **labels},
        )
    return facets


def _relations(entries: list[tuple[str, Record]]) -> dict[str, RelationType]:
    """Every type under its own name, followed by its inverse where it has one."""
    types: dict[str, RelationType] = {}
    for id, record in entries:
        sources, targets = record.words("from"), record.words("to")
        same = record.flag("same_kind")
        inverse = id if record.flag("symmetric") else record.text("inverse", f"{id}-inverse")
        says, back = _said(record.text("says"), "from", "to"), _said(record.text("says"), "to", "from")
        types[id] = RelationType(id, record.said("label"), inverse, sources, targets, same, says)
        if inverse != id:
            types[inverse] = RelationType(inverse, record.said("inverse_label", inverse), id, targets, sources, same, back)
    return types


def _keys(record: Record | None) -> dict[str, object]:
    return {str(key): True for key in record.values} if record else {}


def _said(text: str, page: str, other: str) -> str:
    """A relation's sentence as the page at one of its ends says it."""
    return text.replace("{" + page + "}", "{page}").replace("{" + other + "}", "{other}")


def _term(id: str, record: Record) -> Term:
    return Term(id, record.said("term"), record.said("text"), record.words("aka"), record.word("page"))


def _contradictions(definition: Definition, records: MappingABC[str, list[Record]], folder: str) -> list[Diagnostic]:
    """Names in the definition that name nothing, and interface words that are missing."""
    problems: list[Diagnostic] = []

    def check(words: tuple[Word | None, ...], known: MappingABC[str, object], what: str) -> None:
        for word in words:
            if word is not None and word not in known:
                message = f'unknown {what} "{word}"{suggestion(word, known)}'
                problems.append(word.problem(Code.DEFINITION, message, f"Allowed: {listed(known, 30)}."))

    for record in [r for _, r in _merged(records["kinds.yml"])]:
        ids = {str(section.text("id")): section for section in record.records("sections")}
        check((record.word("profile"),), ids, "section")
        check(record.words("card"), {**ids, **_keys(record.record("fields"))}, "section or field")
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
    sections = {section.id: section for kind in definition.kinds.values() for section in kind.sections}
    simple = ("number", "choice", "scale", "date", "line")
    fields = {spec.id: spec for kind in definition.kinds.values() for spec in kind.fields if spec.type in simple}
    for _, record in _merged(records["views.yml"]):
        check((record.word("section"),), sections, "section")
        check((record.word("by"),), fields, "field with one value")
    for record in records["book.yml"]:
        check((record.word("horizons"), record.word("themes")), definition.facets, "facet")
    unnamed = (key for record in records["facets.yml"] for key, _ in record.entries() if not definition.facets[str(key)].label)
    problems += [key.problem(Code.DEFINITION, f'facet "{key}" has no label', "Add `label: …`.") for key in unnamed]
    return [*problems, *_words(definition, records["strings.yml"], f"{folder}/strings.yml")]


def _words(definition: Definition, records: list[Record], path: str) -> Iterable[Diagnostic]:
    """Interface words that the program would say and does not find, and words that it never says."""
    known = {*STRINGS, *(spec.index for kind in definition.kinds.values() for spec in kind.fields)}
    for key in (key for record in records for key in record.keys.values() if key not in known):
        message = f'the program says no word "{key}"{suggestion(key, known)}'
        yield key.problem(Code.DEFINITION, message, "Correct its name, or delete the line.")
    missing = [key for key in STRINGS if key not in definition.strings]
    if records and missing:
        help = "Add them; the program has no words of its own."
        yield whole(path, Code.DEFINITION, f"words are missing: {listed(missing, 60)}", help)


def _clashes(records: MappingABC[str, list[Record]]) -> Iterable[Diagnostic]:
    """Names that are taken: by the program, or by another entry that they would silently replace."""
    folders = dict.fromkeys(MADE_FOLDERS, "a folder of the program's own")
    for id, kind in _merged(records["kinds.yml"]):
        yield from _taken(kind.word("folder"), folders, f"the folder of {id}")
        fields = kind.record("fields")
        for _, field in fields.entries() if fields else ():
            if (index := field.word("index")) and fold(index) in (*MADE_FOLDERS, "index"):
                message = f'the name "{index}" is taken by a page of the program'
                yield index.problem(Code.DEFINITION, message, "Choose another name.")
        yield from _kind_clashes(id, kind)
    types: dict[str, str] = {}
    for id, relation in _merged(records["relations.yml"]):
        yield from _taken(_key(records["relations.yml"], id), types, "a relation")
        yield from _taken(relation.word("inverse"), types, "a relation")
    keys = dict.fromkeys((*QUERY_KEYS, "views"), "a key of every query")
    for id, _ in _merged(records["facets.yml"]):
        yield from _taken(_key(records["facets.yml"], id), keys, "a facet")
    terms: dict[str, str] = {}
    for id, term in _merged(records["glossary.yml"]):
        for word in _spellings(term, "term"):
            yield from _taken(word, terms, f"a spelling of {id}")


def _kind_clashes(id: str, kind: Record) -> Iterable[Diagnostic]:
    names = dict.fromkeys(PAGE_FIELDS, "a field of every page")
    fields = kind.record("fields")
    for key in fields.keys.values() if fields else ():
        yield from _taken(key, names, f"a field of {id}")
    types = {field.text("type") for _, field in fields.entries()} if fields else set()
    # What the program writes on pages of this kind: steps on paths, a filled sample on templates, the rest on every page.
    made = {"mentions", "ways", "relations", "sources", *({"steps"} & types), *({"sample"} if "fields" in types else ())}
    ids = {fold(name): "an id of the program's own" for name in sorted(made)}
    headings: dict[str, str] = {}
    for section in kind.records("sections"):
        yield from _taken(section.word("id"), ids, f"a section of {id}")
        for word in _spellings(section, "heading"):
            yield from _taken(word, headings, f"a section of {id}")
    for section in [section for section in kind.records("sections") if section.flag("open")][1:]:
        help = "Keep one: it stands for all headings of the author's choice."
        yield section.place.problem(Code.DEFINITION, f'the kind "{id}" has a second open section', help)


def _spellings(record: Record, name: str) -> Iterable[Word]:
    """A name and its other spellings, each once."""
    return {fold(word): word for word in (record.word(name), *record.words("aka")) if word}.values()


def _key(records: list[Record], id: str) -> Word:
    """The key of an entry, in the last layer that has it."""
    return next(key for record in reversed(records) if (key := record.key(id)))


def _taken(word: Word | None, seen: dict[str, str], what: str) -> Iterable[Diagnostic]:
    """A problem if the name is taken; from now on it is."""
    if word is None:
        return
    name = fold(word)
    if owner := seen.get(name):
        yield word.problem(Code.DEFINITION, f'the name "{word}" is taken: it is {owner}', "Choose another name.")
    seen[name] = what
