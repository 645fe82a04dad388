"""The story of the product: sources become documents, documents a graph, the graph finished pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from patternbook.core import addresses, references, views
from patternbook.core.book import Book
from patternbook.core.calendars import calendar_paths
from patternbook.core.compose import Finished, compose_list, compose_page, compose_redirect
from patternbook.core.define import read_definition
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import MOST, Code, Diagnostic
from patternbook.core.drawings import FOLDER, Drawing, read_drawing
from patternbook.core.forms import Form, form_of
from patternbook.core.graph import Graph, Names, collect_names, link_relations
from patternbook.core.layers import merge
from patternbook.core.links import LinkedSection, Mention, Places, link_document
from patternbook.core.lists import generated_lists
from patternbook.core.model import Document
from patternbook.core.parse import Parser
from patternbook.core.query import Query
from patternbook.core.release import Published, lost
from patternbook.core.reviews import review_problems
from patternbook.core.rules import check
from patternbook.core.samples import read_samples
from patternbook.core.scan import plain
from patternbook.core.schema import Value
from patternbook.core.tree import Tree, divide, placement


def compile_book(
    sources: Mapping[str, bytes],
    *,
    layers: Sequence[str] = ("content",),
    today: date,
    published: Published | None = None,
) -> Book:
    """Compile a book: parse, check, layers, link, derive. Total: problems are values, never exceptions.

    `sources` maps paths such as `content/traps/x.md` to bytes. `layers` are the top folders, from
    the base to the most special. `today` decides which reviews are due. `published` is the record
    of the last release.
    """
    names_of_layers = tuple(layers)
    definition, problems = read_definition(sources, names_of_layers)
    trees, found = divide(sources, names_of_layers)
    problems += found
    if not definition.readable:
        # Nothing is known of what a page should be, so nothing is said of any.
        return Book(definition, (), {}, Names({}, {}, {}, {}), Graph({}), {}, {}, {}, {}, {}, (), _ordered(problems))

    documents, found = _parsed(trees, definition)
    problems += found

    names, found = collect_names(documents, definition, views.GLOSSARY)
    graph, more = link_relations(documents, names, definition)
    problems += [*found, *more, *lost(published, names, _record(sources, names_of_layers))]

    entries = {document.path: entry for document in documents if (entry := views.entry_of(document, today))}
    lists = _lists(entries, documents, names, definition)
    assets = {path: content for tree in trees for path, content in tree.assets.items()}
    files = frozenset([*assets, *(path for tree in trees for path in tree.refused)])
    sources_of_assets = {path: f"{tree.layer}/{path}" for tree in trees for path in tree.assets}
    drawings, found = _drawings(assets, sources_of_assets)
    latest = next((tree for tree in reversed(trees) if tree.pages or tree.assets), None)
    # A layer need not show what those below it drew.
    own = {path: sources_of_assets[path] for path in latest.assets} if latest else {}
    problems += [*found, *references.drawings(documents, drawings, own)]
    linked, mentions, found = _linked(documents, names, lists, files, drawings, definition)
    samples, more = read_samples(sources, names_of_layers, names.ids, definition)
    problems += [
        *found,
        *more,
        *references.steps(documents, names),
        *references.glossary(names, definition),
        *references.changes(names, definition),
        *references.collected(documents, definition),
        *references.orphans(documents, graph, mentions, names),
        *review_problems(documents, today),
    ]

    queries, found = references.queries(documents, names, definition)
    redirects = addresses.redirects(names, published)
    problems += [*found, *addresses.clashes(documents, lists, sources_of_assets, redirects, names)]
    forms = {document.id: form_of(document, names, definition) for document in documents if document.fields}
    pages = _pages(documents, entries, graph, linked, mentions, forms, samples, queries, lists, drawings, redirects, definition)
    nav = _nav(pages, lists, entries, definition)
    return Book(
        definition, tuple(documents), entries, names, graph, lists, forms, samples, pages, assets, nav, _ordered(problems)
    )  # fmt: skip


def _ordered(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Problems by place, each once; of one code on one page at most `MOST`, the last of which counts the rest."""
    every = sorted(set(problems), key=lambda problem: problem.sort_key)
    total = Counter((problem.path, problem.code) for problem in every)
    seen: Counter[tuple[str, Code]] = Counter()
    kept: list[Diagnostic] = []
    for problem in every:
        key = (problem.path, problem.code)
        seen[key] += 1
        if seen[key] < MOST or total[key] == MOST:
            kept.append(problem)
        elif seen[key] == MOST:
            kept.append(replace(problem, message=f"{problem.message} (and {total[key] - MOST:,} more like it on this page)"))
    return tuple(kept)


def _record(sources: Mapping[str, bytes], layers: Sequence[str]) -> str:
    """The path of the last release's record: the most special layer's, if it has one."""
    paths = [f"{layer}/_book/published.json" for layer in reversed(layers)]
    return next((path for path in paths if path in sources), paths[-1] if paths else "")


def _parsed(trees: Iterable[Tree], definition: Definition) -> tuple[list[Document], list[Diagnostic]]:
    """Every layer's pages, checked one by one, then laid over each other."""
    parser = Parser(definition)
    layers: list[list[Document]] = []
    problems: list[Diagnostic] = []
    for tree in trees:
        layers.append([])
        for path, content in tree.pages.items():
            document, found = parser.parse(tree.layer, path, content)
            problems += [*found, *check(document, definition), *placement(document, definition)]
            layers[-1].append(document)
        # A page whose name cannot be published is known all the same, so that links to it are not reported too.
        layers[-1] += [parser.parse(tree.layer, path, b"")[0] for path in tree.refused if path.endswith(".md")]
    documents, merged, found = merge(layers, parser)
    problems += found
    for document in merged:
        # A layer may drop what a page of its own would have to have; what stands twice is reported once.
        problems += [problem for problem in check(document, definition) if problem.code is not Code.MISSING_SECTION]
    return sorted(documents, key=lambda document: document.path), problems


def _drawings(assets: Mapping[str, bytes], sources: Mapping[str, str]) -> tuple[dict[str, Drawing], list[Diagnostic]]:
    """The files of `figures/` as drawings, by path."""
    found: dict[str, Drawing] = {}
    problems: list[Diagnostic] = []
    for path, content in assets.items():
        if path.startswith(FOLDER) and path.lower().endswith(".svg"):
            drawing, trouble = read_drawing(sources[path], content)
            problems += trouble
            # One with faults exists all the same: links to it are not reported too.
            found[path] = drawing or Drawing(PurePosixPath(path).stem, path, "", 0, "")
    return found, problems


def _lists(
    entries: Mapping[str, views.Entry], documents: Iterable[Document], names: Names, definition: Definition
) -> dict[str, views.ListView]:
    by_path = {document.path: document for document in documents}
    return {view.path: view for view in generated_lists(list(entries.values()), by_path, names, definition)}


def _linked(
    documents: Sequence[Document],
    names: Names,
    lists: Mapping[str, views.ListView],
    files: frozenset[str],
    drawings: Mapping[str, Drawing],
    definition: Definition,
) -> tuple[dict[str, tuple[LinkedSection, ...]], list[Mention], list[Diagnostic]]:
    pages: dict[str, Mapping[str, str]] = {path: {row[0]: row[1] for row in view.terms} for path, view in lists.items()}
    for document in documents:
        anchors = {anchor.id: plain(anchor.text) for anchor in document.anchors()}
        shown = (drawings[path] for _, _, path in references.pictures(document, drawings))
        figures = {f"fig-{drawing.name}": drawing.title for drawing in shown}
        if document.kind and document.kind.profile:
            figures["fig-profile"] = definition.say("profile-title", title=document.title)
        pages[document.path] = {**pages.get(document.path, {}), **anchors, **figures}
    broken = frozenset(document.path for document in (*documents, *names.ids.values()) if document.broken)
    places = Places(pages, files, broken)
    linked: dict[str, tuple[LinkedSection, ...]] = {}
    mentions: list[Mention] = []
    problems: list[Diagnostic] = []
    for document in documents:
        sections, found, trouble = link_document(document, names, places)
        linked[document.path] = tuple(sections)
        mentions += found
        problems += trouble
    return linked, mentions, problems


def _pages(
    documents: Sequence[Document],
    entries: Mapping[str, views.Entry],
    graph: Graph,
    linked: Mapping[str, tuple[LinkedSection, ...]],
    mentions: Iterable[Mention],
    forms: Mapping[str, Form],
    samples: Mapping[str, Mapping[str, Value]],
    queries: Mapping[str, Query],
    lists: Mapping[str, views.ListView],
    drawings: Mapping[str, Drawing],
    redirects: Mapping[str, Document],
    definition: Definition,
) -> dict[str, Finished]:
    """Every page of the site, finished."""
    by_id = {entry.id: entry for entry in entries.values() if entry.id}
    ways = views.ways_by_page(documents, by_id)
    seen = views.mentions_by_target(mentions, entries)
    shown = views.listed(entries.values())
    listings = {text: tuple(views.card(entry) for entry in shown if query.matches(entry)) for text, query in queries.items()}
    lists = {path: replace(view, texts=views.texts_of(view, linked)) for path, view in lists.items()}
    indexes = tuple((view.title, path) for path, view in lists.items() if view.sayings)
    calendars = calendar_paths(entries.values())
    pages: dict[str, Finished] = {}
    for document in documents:
        entry = entries.get(document.path)
        if entry is None:
            continue
        status = definition.statuses.get(entry.status)
        view = views.PageView(
            path=document.path,
            source=document.edited_in or document.source.path,
            entry=entry,
            facts=views.facts_of(entry, document, definition),
            quotes=views.quotes_of(document),
            sections=linked[document.path],
            drawings={picture.address: drawings[path] for _, picture, path in references.pictures(document, drawings)},
            profile=views.profile_of(entry, document, definition),
            listings={text: listings[text] for text in references.query_texts(document)},
            form=forms.get(document.id),
            answers=samples.get(document.id, {}),
            steps=views.steps_of(document, by_id),
            ways=ways.get(document.path, ()),
            related=views.related_groups(entry, graph, by_id, definition),
            mentions=seen.get(document.path, ()),
            sources=views.sources_of(document),
            status=status.label if status else entry.status,
            changes=views.changes_of(document),
            indexes=indexes if document.path == views.HOME else (),
            extra=lists.get(document.path),
            calendar=calendars.get(entry.owner, ""),
        )
        pages[document.path] = compose_page(view, definition)
    for path, listing in lists.items():
        if path not in pages:
            pages[path] = compose_list(listing, definition)
    for path, document in redirects.items():
        if path not in pages:
            pages[path] = compose_redirect(path, document.path, document.title, definition)
    return dict(sorted(pages.items()))


def _nav(
    pages: Mapping[str, Finished], lists: Mapping[str, views.ListView], entries: Mapping[str, views.Entry], definition: Definition
) -> tuple[tuple[str, str], ...]:
    """The site's entrances, a constant number: what each page repeats must not grow with the book."""
    nav = [(definition.say("home"), views.HOME)] if views.HOME in pages else []
    nav += [(kind.plural, views.kind_path(kind)) for kind in definition.kinds.values() if views.kind_path(kind) in lists]
    nav += [(lists[path].title, path) for path in (views.BROWSE, views.MAP) if path in lists]
    nav += [(view.title, path) for path, view in lists.items() if view.sayings or view.terms]
    nav += [
        (kind.plural, views.kind_path(kind))
        for kind in definition.kinds.values()
        if not kind.listed and views.kind_path(kind) in entries
    ]
    return tuple(nav)
