"""Lists that the program makes: of kinds, of values, of saved views, the map, index pages, the glossary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from patternbook.core.definition import Definition, Kind
from patternbook.core.model import Document
from patternbook.core.query import parse_query
from patternbook.core.views import BROWSE, GLOSSARY, MAP, Entry, Group, ListView, card, kind_path, listed, value_path, view_path


def generated_lists(entries: Sequence[Entry], documents: Mapping[str, Document], definition: Definition) -> list[ListView]:
    """Every list that the program makes: of kinds, of values, browse, map, index pages, glossary."""
    shown = listed(entries)
    by_kind: defaultdict[str, list[Entry]] = defaultdict(list)
    by_value: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in shown:
        by_kind[entry.kind.id].append(entry)
        for facet, values in entry.tags.items():
            for value in values:
                by_value[facet, value].append(entry)
    views = [_kind_list(kind, by_kind[kind.id], definition) for kind in definition.kinds.values() if by_kind[kind.id]]
    views += _value_lists(by_value, definition)
    saved = list(_saved(shown, definition))
    views.append(_browse(shown, by_kind, by_value, saved, definition))
    views.append(_map(shown, definition))
    views += _indexes(shown, documents, definition)
    views += saved
    if definition.glossary:
        views.append(_glossary(definition, {entry.id: entry for entry in entries}))
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
    return ListView(kind_path(kind), kind.plural, intro, kind.id, (Group("all", "", cards),))


def _value_lists(by_value: Mapping[tuple[str, str], list[Entry]], definition: Definition) -> Iterable[ListView]:
    for facet in definition.facets.values():
        for value, label in facet.values.items():
            if entries := by_value.get((facet.id, value)):
                title = f"{facet.label}: {label}"
                summary = definition.say("value-intro", facet=facet.label, value=label, count=len(entries))
                yield ListView(value_path(facet.id, value), title, summary, groups=_groups_by_kind(entries, definition))


def _browse(
    shown: list[Entry],
    by_kind: Mapping[str, list[Entry]],
    by_value: Mapping[tuple[str, str], list[Entry]],
    saved: Sequence[ListView],
    definition: Definition,
) -> ListView:
    kinds = tuple((k.plural, kind_path(k), len(by_kind.get(k.id, ()))) for k in definition.kinds.values() if by_kind.get(k.id))
    values = [("kind", definition.say("kind"), kinds)] if kinds else []
    for facet in definition.facets.values():
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
    return ListView(BROWSE, definition.say("browse"), summary, groups=_groups_by_kind(shown, definition), values=tuple(values))


def _saved(shown: list[Entry], definition: Definition) -> Iterable[ListView]:
    """One page per saved view."""
    for id, view in definition.views.items():
        query, _ = parse_query(view.text("query"), definition)
        groups = _groups_by_kind([entry for entry in shown if query.matches(entry)], definition)
        yield ListView(view_path(id), view.text("title"), view.text("summary"), groups=groups)


def _map(shown: list[Entry], definition: Definition) -> ListView:
    facet = definition.facets.get(definition.themes)
    groups: list[Group] = []
    for value, label in facet.values.items() if facet else ():
        cards = tuple(card(entry) for entry in shown if (entry.tags.get(definition.themes) or ("",))[0] == value)
        if cards:
            groups.append(Group(value, label, cards))
    themed = {c.path for group in groups for c in group.cards}
    if rest := tuple(card(entry) for entry in shown if entry.path not in themed):
        groups.append(Group("other", definition.say("unthemed"), rest))
    return ListView(MAP, definition.say("map"), definition.say("map-intro"), groups=tuple(groups))


def _indexes(shown: list[Entry], documents: Mapping[str, Document], definition: Definition) -> Iterable[ListView]:
    """One page per field that asks for an index: every line of it, with the page that says it."""
    indexed = {spec.index: spec for kind in definition.kinds.values() for spec in kind.fields if spec.index}
    for path, spec in indexed.items():
        groups = []
        for kind in definition.kinds.values():
            lines = sorted(
                (
                    (str(line), entry.title, entry.path)
                    for entry in shown
                    if entry.kind is kind and any(s.index == path for s in kind.fields)
                    for line in documents[entry.path].front.words(spec.id)
                ),
                key=lambda row: (row[1].casefold(), row[2]),
            )
            if lines:
                groups.append((kind.id, kind.plural, tuple(lines)))
        if groups:
            title = definition.say(path)
            yield ListView(f"{path}.md", title, definition.say("index-intro"), sayings=tuple(groups))


def _glossary(definition: Definition, entries: Mapping[str, Entry]) -> ListView:
    terms = []
    for term in sorted(definition.glossary.values(), key=lambda t: t.term.casefold()):
        page = entries.get(str(term.page)) if term.page else None
        terms.append((term.id, term.term, term.text, (page.title, page.path) if page else None))
    return ListView(GLOSSARY, definition.say("glossary"), definition.say("glossary-intro"), terms=tuple(terms))
