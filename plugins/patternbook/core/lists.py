"""Lists that the program makes: of kinds, of values, of saved views, the map, index pages, the glossary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from patternbook.core.definition import Definition, Facet, Kind
from patternbook.core.edition import ADOPTIONS
from patternbook.core.graph import Names
from patternbook.core.model import Document, slug
from patternbook.core.query import parse_query
from patternbook.core.views import (
    BROWSE,
    CHANGES,
    GLOSSARY,
    KEPT,
    MAP,
    PRINT,
    Card,
    Entry,
    Group,
    ListView,
    card,
    kind_path,
    listed,
    short,
    value_path,
    view_path,
)


def generated_lists(
    entries: Sequence[Entry], documents: Mapping[str, Document], names: Names, definition: Definition
) -> list[ListView]:
    """Every list that the program makes: of kinds, of values, browse, map, index pages, glossary, changes, print."""
    shown = listed(entries)
    by_kind: defaultdict[str, list[Entry]] = defaultdict(list)
    by_value: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in shown:
        by_kind[entry.kind.id].append(entry)
        for facet, values in entry.tags.items():
            for value in values:
                by_value[facet, value].append(entry)
        if entry.adoption:
            by_value["adoption", entry.adoption.state].append(entry)
    views = [_kind_list(kind, by_kind[kind.id], definition) for kind in definition.kinds.values() if by_kind[kind.id]]
    views += _value_lists(by_value, definition)
    saved = list(_saved(shown, documents, names, definition))
    views.append(_browse(shown, by_kind, by_value, saved, definition))
    views.append(_map(shown, definition))
    views += _indexes(shown, documents, definition)
    views += saved
    if definition.glossary:
        views.append(_glossary(definition, {entry.id: entry for entry in entries}))
    if any(entry.kind.tool for entry in shown):
        views.append(ListView(KEPT, definition.say("kept"), definition.say("kept-intro")))
    views.append(_print(shown, by_kind, definition))
    if definition.changes:
        views.append(_changes({entry.id: entry for entry in entries}, names, definition))
    return views


def _groups_by_kind(entries: Iterable[Entry], definition: Definition) -> tuple[Group, ...]:
    entries = list(entries)
    return tuple(
        Group(kind.id, kind.plural, tuple(card(entry) for entry in entries if entry.kind is kind))
        for kind in definition.kinds.values()
        if any(entry.kind is kind for entry in entries)
    )


def _kind_list(kind: Kind, entries: list[Entry], definition: Definition) -> ListView:
    intro = definition.say("kind-intro", question=kind.question, test=kind.test)
    cards = tuple(card(entry) for entry in entries)
    return ListView(kind_path(kind), kind.plural, intro, kind.id, (Group("all", "", cards),), query=f"kind={kind.id}")


def _value_lists(by_value: Mapping[tuple[str, str], list[Entry]], definition: Definition) -> Iterable[ListView]:
    for facet in _facets(definition):
        for value, label in facet.values.items():
            if entries := by_value.get((facet.id, value)):
                title = f"{facet.label}: {label}"
                summary = definition.say("value-intro", facet=facet.label, value=label, count=len(entries))
                groups = _groups_by_kind(entries, definition)
                yield ListView(value_path(facet.id, value), title, summary, groups=groups, query=f"{facet.id}={value}")


def _facets(definition: Definition) -> Iterable[Facet]:
    """What pages are listed by: the book's facets, and how far the company has come with each."""
    states = {state: definition.say(f"adoption-{state}") for state in ADOPTIONS}
    return (*definition.facets.values(), Facet("adoption", definition.say("adoption"), "", False, states))


def _browse(
    shown: list[Entry],
    by_kind: Mapping[str, list[Entry]],
    by_value: Mapping[tuple[str, str], list[Entry]],
    saved: Sequence[ListView],
    definition: Definition,
) -> ListView:
    kinds = tuple((k.plural, kind_path(k), len(by_kind.get(k.id, ()))) for k in definition.kinds.values() if by_kind.get(k.id))
    values = [("kind", definition.say("kind"), kinds)] if kinds else []
    for facet in _facets(definition):
        rows = tuple(
            (label, value_path(facet.id, value), len(by_value[facet.id, value]))
            for value, label in facet.values.items()
            if by_value.get((facet.id, value))
        )
        if rows:
            values.append((facet.id, facet.label, rows))
    if saved:
        rows = tuple((view.title, view.path, sum(len(group.cards) for group in view.groups)) for view in saved)
        values.insert(0, ("views", definition.say("views"), rows))
    summary = definition.say("browse-intro", count=len(shown))
    return ListView(BROWSE, definition.say("browse"), summary, values=tuple(values))


def _print(shown: list[Entry], by_kind: Mapping[str, list[Entry]], definition: Definition) -> ListView:
    """How to print, and where what is made to be printed is found. A script makes it the reader's selection."""
    tools = tuple((k.plural, kind_path(k), len(by_kind[k.id])) for k in definition.kinds.values() if k.tool and by_kind.get(k.id))
    rows = (*tools, (definition.say("browse"), BROWSE, len(shown)))
    return ListView(
        PRINT, definition.say("print"), definition.say("print-intro"), values=(("print", definition.say("print-choose"), rows),)
    )


def _saved(shown: list[Entry], documents: Mapping[str, Document], names: Names, definition: Definition) -> Iterable[ListView]:
    """One page per saved view; where the view names a section, of the pages that have it."""
    for id, view in definition.views.items():
        query, _ = parse_query(view.text("query"), definition, names)
        section, by = view.text("section"), view.text("by")
        chosen = [entry for entry in shown if query.matches(entry) and (not section or documents[entry.path].find(section))]
        groups = _groups_by_field(chosen, documents, by, definition) if by else _groups_by_kind(chosen, definition)
        asked = "" if section else view.text("query")
        yield ListView(view_path(id), view.text("title"), view.text("summary"), groups=groups, query=asked, section=section)


def _groups_by_field(
    entries: Iterable[Entry], documents: Mapping[str, Document], id: str, definition: Definition
) -> tuple[Group, ...]:
    """Entries by what a field of theirs says, numbers in their order; those without it come last."""
    groups: defaultdict[tuple[bool, int, str], list[Card]] = defaultdict(list)
    for entry in entries:
        spec = next((spec for spec in entry.kind.fields if spec.id == id), None)
        value = documents[entry.path].front.get(id)
        label = short(spec, value, definition) if spec and value is not None else ""
        options = [option for option, _ in spec.options] if spec else []
        place = value if isinstance(value, int) else options.index(str(value)) if str(value) in options else 0
        groups[not label, place, label].append(card(entry))
    return tuple(
        Group(f"{slug(label)}-{number}" if label else "others", label or definition.say("others"), tuple(cards))
        for number, ((_, _, label), cards) in enumerate(sorted(groups.items(), key=lambda group: group[0]), 1)
    )


def _map(shown: list[Entry], definition: Definition) -> ListView:
    parts = tuple((id, heading, "", _groups_by_kind(entries, definition)) for id, heading, entries in _by_theme(shown, definition))
    return ListView(MAP, definition.say("map"), definition.say("map-intro"), parts=parts)


def _by_theme(shown: list[Entry], definition: Definition) -> Iterable[tuple[str, str, list[Entry]]]:
    """Entries under the first theme that they name, in the order of themes; those without one come last."""
    facet = definition.facets.get(definition.themes)
    themes = {**(facet.values if facet else {}), "": definition.say("unthemed")}
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in shown:
        theme = (entry.tags.get(definition.themes) or ("",))[0]
        found[theme if theme in themes else ""].append(entry)
    return ((theme or "other", label, found[theme]) for theme, label in themes.items() if found[theme])


def _indexes(shown: list[Entry], documents: Mapping[str, Document], definition: Definition) -> Iterable[ListView]:
    """One page per field that asks for an index: every line of it, with the page that says it."""
    for path in dict.fromkeys(spec.index for kind in definition.kinds.values() for spec in kind.fields if spec.index):
        sayings = tuple(
            (
                id,
                heading,
                tuple((str(line), entry.title, entry.path) for entry in entries for line in _lines(entry, path, documents)),
            )
            for id, heading, entries in _by_theme(shown, definition)
            if any(_lines(entry, path, documents) for entry in entries)
        )
        if sayings:
            yield ListView(f"{path}.md", definition.say(path), definition.say("index-intro"), sayings=sayings)


def _lines(entry: Entry, index: str, documents: Mapping[str, Document]) -> list[str]:
    """What a page says in the fields that an index collects."""
    front = documents[entry.path].front
    return [line for spec in entry.kind.fields if spec.index == index for line in front.words(spec.id)]


def _changes(entries: Mapping[str, Entry], names: Names, definition: Definition) -> ListView:
    """What came to readers, the newest first."""

    def group(id: str, words: Iterable[str]) -> Group:
        ids = [names.aliases[word].id if word in names.aliases else word for word in words]
        known = [entries[id] for id in ids if id in entries]
        return Group(id, definition.say(f"changes-{id}"), tuple(card(entry) for entry in known))

    parts = tuple(
        (
            change.id,
            f"{change.day}: {change.title}",
            change.text,
            tuple(g for g in (group("added", change.added), group("changed", change.changed)) if g.cards),
        )
        for change in definition.changes
    )
    return ListView(CHANGES, definition.say("changes"), definition.say("changes-intro"), parts=parts)


def _glossary(definition: Definition, entries: Mapping[str, Entry]) -> ListView:
    terms = []
    for term in sorted(definition.glossary.values(), key=lambda t: t.term.casefold()):
        page = entries.get(str(term.page)) if term.page else None
        terms.append((term.id, term.term, term.text, (page.title, page.path) if page else None))
    return ListView(GLOSSARY, definition.say("glossary"), definition.say("glossary-intro"), terms=tuple(terms))
