"""The story of the product: sources become documents, documents a graph, the graph finished pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import PurePosixPath

from patternbook.core import addresses, drift, references, views
from patternbook.core.audience import PUBLIC
from patternbook.core.book import Book
from patternbook.core.calendars import calendar_paths
from patternbook.core.compose import (
    Finished,
    compose_below,
    compose_drift,
    compose_hidden,
    compose_list,
    compose_page,
    compose_redirect,
)
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import MOST, Code, Diagnostic
from patternbook.core.drawings import FOLDER, Drawing, read_drawing
from patternbook.core.drift import Review
from patternbook.core.edition import Adoption, Edition, Hidden
from patternbook.core.forms import Form, form_of
from patternbook.core.graph import Graph, Names, collect_names, link_relations
from patternbook.core.links import LinkedSection, Mention, Places, link_document
from patternbook.core.lists import generated_lists
from patternbook.core.manuscript import Manuscript, read_manuscript
from patternbook.core.memo import FORGETFUL, Memo, Work, given
from patternbook.core.model import Document
from patternbook.core.query import Query
from patternbook.core.release import Published, lost
from patternbook.core.reviews import review_problems
from patternbook.core.rewording import Told, reword
from patternbook.core.samples import read_samples
from patternbook.core.scan import plain
from patternbook.core.schema import Value
from patternbook.core.tree import Tree


def compile_book(
    sources: Mapping[str, bytes],
    *,
    layers: Sequence[str] = ("content",),
    today: date,
    published: Published | None = None,
    audience: str = PUBLIC,
    memo: Memo = FORGETFUL,
) -> Book:
    """Compile a book: parse, check, layers, link, derive. Total: problems are values, never exceptions.

    `sources` maps paths such as `content/traps/x.md` to bytes. `layers` are the top folders, from
    the base to the most special. `today` decides which reviews are due. `published` is the record
    of the last release. What is marked as internal is left out unless the `audience` is "internal".
    What has not changed since the last compile with the same `memo` is taken over from it.
    """
    memo.turn()
    manuscript = read_manuscript(sources, tuple(layers), audience == PUBLIC, memo)
    definition, edition = manuscript.definition, manuscript.edition
    problems = list(manuscript.problems)
    if not definition.readable:
        return Book(
            definition, edition, (), {}, (), (), {}, Names({}, {}, {}, {}), Graph({}), {}, {}, {}, {}, {}, (), (),
            manuscript.layers, Review(), _ordered(problems),
        )  # fmt: skip

    written = manuscript.documents
    told, found = _told(sources, manuscript, memo)
    definition, every, names = told.definition, told.documents, told.names
    graph, more = link_relations(every, names, definition)
    problems += [*found, *more, *lost(published, names, _record(sources, manuscript.layers))]
    hidden = {page.path: why for id, why in edition.hidden.items() if (page := names.page(id))}
    documents = [document for document in every if document.path not in hidden]
    graph = graph.without({document.id for document in every if document.path in hidden})

    adopted = {page.path: state for id, state in edition.adoption.items() if (page := names.page(id))}
    entries = _entries(documents, today, adopted, definition, memo)
    lists = _lists(entries, documents, names, definition)
    files, found = _files(manuscript.trees, memo)
    problems += [*found, *references.drawings(documents, files.drawings, files.own)]
    linked, below, mentions, found = _linked(documents, hidden, names, lists, files, edition, definition, memo)
    review, drifted = drift.review(sources, manuscript.layers, manuscript.merged.overrides, written, edition, names, definition)
    problems += [
        *found,
        *references.steps(documents, names),
        *references.glossary(names, definition),
        *references.changes(names, definition),
        *references.collected(documents, definition),
        *references.orphans(documents, graph, mentions, names),
        *references.edition(edition, names),
        *drifted,
        *review_problems(documents, today),
    ]

    queries, more = references.queries(documents, names, definition)
    redirects = addresses.redirects(names, published)
    problems += [*more, *addresses.clashes(every, lists, files.sources, redirects, names)]
    forms = _forms(documents, names, definition, memo)
    pages = _pages(
        documents, entries, graph, linked, mentions, forms, told.samples, queries, lists, files.drawings, redirects, below, edition,
        definition, memo,
    )  # fmt: skip
    pages |= {view.path: compose_below(view, definition) for view in below.values()} | _signposts(
        every, hidden, entries, lists, names, definition
    )
    # For editors: the public is not told what a company has yet to read.
    pages |= {views.DRIFT: compose_drift(review, names, definition)} if audience != PUBLIC and review.open else {}
    nav = _nav(pages, lists, entries, definition)
    return Book(
        definition, edition, tuple(documents), {document.path: document for document in written},
        tuple(row for row in told.replaced if row.page not in hidden),
        tuple(manuscript.merged.overrides), entries, names, graph, lists, forms, told.samples,
        dict(sorted(pages.items())), files.assets, nav, tuple(manuscript.merged.left_out), manuscript.layers, review,
        _ordered(problems),
    )  # fmt: skip


def _told(sources: Mapping[str, bytes], manuscript: Manuscript, memo: Memo) -> tuple[Told, list[Diagnostic]]:
    """The book with names for its pages and with filled samples, in the words of its edition."""
    documents, definition = manuscript.documents, manuscript.definition
    names, problems = collect_names(documents, definition, views.GLOSSARY, manuscript.merged.internal)
    samples, found = read_samples(sources, manuscript.layers, names, definition)
    told = reword(Told(definition, documents, names, samples), manuscript.edition, memo)
    return told, [*problems, *found, *told.problems]


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


@dataclass(frozen=True, slots=True)
class _Files:
    """What a book holds beside pages, by path: the files, where each lies, and those that are drawings.

    `known` are all paths that a link may name, `own` the drawings that the latest layer brought: it need not show those below it.
    """

    assets: Mapping[str, bytes]
    sources: Mapping[str, str]
    drawings: Mapping[str, Drawing]
    known: frozenset[str]
    own: Mapping[str, str]


def _files(trees: Sequence[Tree], memo: Memo) -> tuple[_Files, list[Diagnostic]]:
    """The files of all layers, a later one's in place of an earlier one's."""
    assets = {path: content for tree in trees for path, content in tree.assets.items()}
    sources = {path: f"{tree.layer}/{path}" for tree in trees for path in tree.assets}
    drawings: dict[str, Drawing] = {}
    problems: list[Diagnostic] = []
    for path, content in assets.items():
        if path.startswith(FOLDER) and path.lower().endswith(".svg"):
            make = partial(read_drawing, sources[path], content)
            drawing, trouble = memo.of(("drawing", sources[path]), content, make)
            problems += trouble
            # One with faults exists all the same: links to it are not reported too.
            drawings[path] = drawing or Drawing(PurePosixPath(path).stem, path, "", 0, "")
    latest = next((tree for tree in reversed(trees) if tree.pages or tree.assets), None)
    own = {path: sources[path] for path in latest.assets} if latest else {}
    known = frozenset([*assets, *(path for tree in trees for path in tree.refused)])
    return _Files(assets, sources, drawings, known, own), problems


def _entries(
    documents: Iterable[Document], today: date, adopted: Mapping[str, Adoption], definition: Definition, memo: Memo
) -> dict[str, views.Entry]:
    entries: dict[str, views.Entry] = {}
    for document in documents:
        state = adopted.get(document.path)
        # An entry holds its kind, and kinds are those of one definition.
        given = (document, today, state, definition)
        if entry := memo.of(("entry", document.path), given, partial(views.entry_of, document, today, state)):
            entries[document.path] = entry
    return entries


def _lists(
    entries: Mapping[str, views.Entry], documents: Iterable[Document], names: Names, definition: Definition
) -> dict[str, views.ListView]:
    by_path = {document.path: document for document in documents}
    return {view.path: view for view in generated_lists(list(entries.values()), by_path, names, definition)}


def _linked(
    documents: Sequence[Document],
    hidden: Mapping[str, Hidden],
    names: Names,
    lists: Mapping[str, views.ListView],
    files: _Files,
    edition: Edition,
    definition: Definition,
    memo: Memo,
) -> tuple[dict[str, tuple[LinkedSection, ...]], dict[str, views.BelowView], list[Mention], list[Diagnostic]]:
    """Every page with its links, and what lies below pages that layers changed, with its own; links seen from their targets."""
    pages: dict[str, Mapping[str, str]] = {path: {row[0]: row[1] for row in view.terms} for path, view in lists.items()}
    pages |= {path: {} for path in hidden}
    gone: dict[str, Collection[str] | None] = dict.fromkeys(hidden)
    for document in documents:
        anchors = memo.of(("anchors", document.path), document, partial(_anchors, document))
        shown = (files.drawings[path] for _, _, path in references.pictures(document, files.drawings))
        figures = {f"fig-{drawing.name}": drawing.title for drawing in shown}
        if document.kind and document.kind.profile:
            figures["fig-profile"] = definition.say("profile-title", title=document.title)
        pages[document.path] = {**pages.get(document.path, {}), **anchors, **figures}
        if document.below:
            gone[document.path] = {anchor.id for anchor in document.below.anchors()} - pages[document.path].keys()
    broken = frozenset(document.path for document in (*documents, *names.ids.values()) if document.broken)
    places = memo.same(("places",), Places(pages, files.known, broken, gone))
    leading = memo.same(("names",), names.leading())
    # What lies below is shown for comparison: where its links led to a section, the page will do.
    loose = replace(places, gone=dict.fromkeys(pages))
    linked: dict[str, tuple[LinkedSection, ...]] = {}
    below: dict[str, views.BelowView] = {}
    mentions: list[Mention] = []
    problems: list[Diagnostic] = []
    for document in documents:
        make = partial(link_document, document, names, places)
        sections, found, trouble = memo.of(("links", document.path), (document, leading, places), make)
        linked[document.path] = tuple(sections)
        mentions += found
        problems += trouble
        if document.below and (view := views.below_of(document, link_document(document.below, names, loose)[0], edition)):
            below[document.path] = view
    return linked, below, mentions, problems


def _anchors(document: Document) -> dict[str, str]:
    """The ids that a link can name, each with its heading."""
    return {anchor.id: plain(anchor.text) for anchor in document.anchors()}


def _forms(documents: Iterable[Document], names: Names, definition: Definition, memo: Memo) -> dict[str, Form]:
    leading = memo.same(("names",), names.leading())
    return {
        document.id: memo.of(
            ("form", document.path), (document, leading, definition), partial(form_of, document, names, definition)
        )
        for document in documents
        if document.form and document.form.names
    }


def _signposts(
    documents: Iterable[Document],
    hidden: Mapping[str, Hidden],
    entries: Mapping[str, views.Entry],
    lists: Container[str],
    names: Names,
    definition: Definition,
) -> dict[str, Finished]:
    """What stands at the addresses of pages that an edition hides."""
    pages: dict[str, Finished] = {}
    for document in documents:
        if why := hidden.get(document.path):
            instead = names.page(why.instead)
            card = views.card(entries[instead.path]) if instead and instead.path in entries else None
            pages[document.path] = compose_hidden(document, why.why, card, lists, definition)
    return pages


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
    below: Mapping[str, views.BelowView],
    edition: Edition,
    definition: Definition,
    memo: Memo,
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

    def viewed(document: Document, entry: views.Entry) -> tuple[views.PageView, Definition]:
        status = definition.statuses.get(entry.status)
        view = views.PageView(
            path=document.path,
            source=document.edited_in or document.source.path,
            entry=entry,
            facts=memo.of(
                ("facts", document.path), (entry, document, definition), partial(views.facts_of, entry, document, definition)
            ),
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
            origin=views.origin_of(document, below[document.path].path if document.path in below else "", edition, definition),
            indexes=indexes if document.path == views.HOME else (),
            extra=lists.get(document.path),
            calendar=calendars.get(entry.owner, ""),
        )
        return view, definition

    works = [
        Work(("finished", document.path), partial(viewed, document, entry), compose_page, len(document.source.text))
        for document in documents
        if (entry := entries.get(document.path))
    ]
    theirs = {work.place[1] for work in works}
    works += [
        Work(("finished", path), given(view, definition), compose_list, view.size)
        for path, view in lists.items()
        if path not in theirs
    ]
    pages = {page.path: page for page in memo.each(works)}
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
    nav += [(definition.say("drift-entrance"), views.DRIFT)] if views.DRIFT in pages else []
    nav += [
        (kind.plural, views.kind_path(kind))
        for kind in definition.kinds.values()
        if not kind.listed and views.kind_path(kind) in entries
    ]
    return tuple(nav)
