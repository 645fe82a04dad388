"""Checks of the whole book: what pages, paths, terms and lists name must exist, and something must lead to each page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, Severity, at, clip, suggestion, whole
from patternbook.core.drawings import Drawing
from patternbook.core.edition import Edition
from patternbook.core.graph import Graph, Names
from patternbook.core.links import Mention
from patternbook.core.model import Document, Section
from patternbook.core.paths import join
from patternbook.core.query import Query, parse_query
from patternbook.core.scan import Picture
from patternbook.core.schema import Word
from patternbook.core.source import Span


def steps(documents: Iterable[Document], names: Names) -> Iterable[Diagnostic]:
    """Steps of paths lead to pages that exist."""
    for document in documents:
        for word in _step_ids(document):
            if word not in names.ids and word not in names.internal:
                help = "Write the id of a page: its file's name without `.md`."
                yield word.problem(Code.MISSING_ID, f'step to unknown id "{word}"', help)


def _step_ids(document: Document) -> Iterable[Word]:
    """The ids of a path's steps, in reading order."""
    for spec in document.kind.fields if document.kind else ():
        for step in document.front.records(spec.id) if spec.type == "steps" else ():
            if word := step.word("id"):
                yield word


def glossary(names: Names, definition: Definition) -> Iterable[Diagnostic]:
    """Terms are explained on pages that exist."""
    for term in definition.glossary.values():
        if isinstance(term.page, Word) and term.page not in names.ids:
            yield term.page.problem(
                Code.MISSING_ID, f'the term "{term.term}" names the unknown page "{term.page}"', "Name a page's id."
            )


def changes(names: Names, definition: Definition) -> Iterable[Diagnostic]:
    """What is said to be new or changed exists, under this name or a newer one."""
    for change in definition.changes:
        for word in (*change.added, *change.changed):
            if word not in names.ids and word not in names.aliases and word not in names.internal:
                message = f'the change of {change.day} names the unknown page "{word}"{suggestion(word, names.ids)}'
                yield word.problem(Code.MISSING_ID, message, "Name a page's id, or delete it.")


def edition(edition: Edition, names: Names) -> Iterable[Diagnostic]:
    """What an edition names in place of a page that it hides is there. A warning: an update may have taken it away."""
    for hidden in edition.hidden.values():
        if hidden.instead and names.page(hidden.instead) is None:
            message = f'hide: no page is called "{clip(hidden.instead)}"{suggestion(hidden.instead, names.ids)}'
            yield at(hidden.place.source, hidden.place.span, Code.DRIFT, message, "Name the id of a page.", Severity.WARNING)


def orphans(documents: Sequence[Document], graph: Graph, mentions: Iterable[Mention], names: Names) -> Iterable[Diagnostic]:
    """Pages that no other page leads to, by relation, on a path or in its text: a warning, while a book grows."""
    reached = {mention.target for mention in mentions}
    reached |= {names.ids[word].path for document in documents for word in _step_ids(document) if word in names.ids}
    if any(document.broken for document in documents):
        return
    for document in documents:
        kind = document.kind
        alone = document.path not in reached and not graph.relations.get(document.id)
        if kind and kind.listed and document.id and alone and not any(spec.type == "steps" for spec in kind.fields):
            place, help = document.place, "Relate it to another page, or link to it."
            yield at(place.source, place.span, Code.ORPHAN, "no other page leads here", help, Severity.WARNING)


def pictures(document: Document, drawings: Mapping[str, Drawing]) -> Iterable[tuple[Section, Picture, str]]:
    """The drawings of a page by path, where they stand."""
    for section in document.sections:
        for picture in section.marks.pictures:
            path = join(document.path, picture.address)
            if path and path in drawings:
                yield section, picture, path


def _misplaced(document: Document, drawings: Mapping[str, Drawing]) -> Iterable[tuple[Section, Span, str]]:
    """Links to a drawing's file that are no picture on a line of its own."""
    for section in document.sections:
        for link in section.marks.links:
            path = join(document.path, unquote(link.target)) if not link.wiki else None
            if path and path in drawings and not any(p.span.start <= link.span.start < p.span.end for p in section.marks.pictures):
                yield section, link.span, path


def drawings(documents: Iterable[Document], drawings: Mapping[str, Drawing], files: Mapping[str, str]) -> Iterable[Diagnostic]:
    """Drawings stand on a page, once, and say what to see in them. `files` are those that some page must show, by path."""
    shown: set[str] = set()
    for document in documents:
        here: set[str] = set()
        for section, span, path in _misplaced(document, drawings):
            drawing = drawings[path]
            help = f"Give it a line of its own, a plain caption and nothing behind it, or link: `[[page#fig-{drawing.name}]]`."
            yield at(section.source, span, Code.UNPLACED_DRAWING, f'the drawing "{drawing.name}" is no figure here', help)
            shown.add(path)
        for section, picture, path in pictures(document, drawings):
            drawing = drawings[path]
            if not picture.caption:
                help = f'Write `![What to see in it]({picture.address})`. The drawing is called "{clip(drawing.title)}".'
                yield at(section.source, picture.span, Code.UNPLACED_DRAWING, "a drawing without a caption", help)
            if path in here:
                message = f'the drawing "{drawing.name}" stands twice on the page'
                help = f"Keep one, and link to it: `[[#fig-{drawing.name}]]`."
                yield at(section.source, picture.span, Code.UNPLACED_DRAWING, message, help)
            here.add(path)
        shown |= here
    for path, drawing in drawings.items():
        if drawing.words and path in files and path not in shown:
            help = "Place it on a line of its own: `![What to see in it](../figures/name.svg)`."
            yield replace(
                whole(files[path], Code.UNPLACED_DRAWING, "the drawing stands in no page", help), severity=Severity.WARNING
            )


def collected(documents: Iterable[Document], definition: Definition) -> Iterable[Diagnostic]:
    """A section that a view shows beside others' has its addresses in its links: names of addresses would get mixed up."""
    wanted = {view.text("section") for view in definition.views.values()} - {""}
    for document in documents:
        for section in document.sections:
            for link in section.marks.links if section.key in wanted else ():
                before = section.source.text[max(0, link.span.start - 80) : link.span.start].rstrip(" \t\n<>")
                if not link.wiki and before.endswith("]:"):
                    message = "an address with a name, in a section that a saved view shows"
                    help = "Write the address in the link: `[words](address)`."
                    yield at(section.source, link.span, Code.MALFORMED_LINK, message, help)


def queries(documents: Iterable[Document], names: Names, definition: Definition) -> tuple[dict[str, Query], list[Diagnostic]]:
    """Every query of a `patterns` block and of a saved view, by its text."""
    queries: dict[str, Query] = {}
    problems: list[Diagnostic] = []
    help = "Join `key=value` or `key!=value` by `&`; a key is id, kind, a facet, status, owner, due, adoption or q."
    for document in documents:
        for section in document.sections:
            for listing in section.marks.listings:
                text = section.source.slice(listing.query).strip()
                queries[text], found = parse_query(text, definition, names)
                problems += [at(section.source, listing.query, Code.QUERY, message, help) for message in found]
    for view in definition.views.values():
        if word := view.word("query"):
            queries[word], found = parse_query(word, definition, names)
            problems += [word.problem(Code.QUERY, message, help) for message in found]
    return queries, problems


def query_texts(document: Document) -> Iterable[str]:
    """The text of each query in a page's own text."""
    for section in document.sections:
        for listing in section.marks.listings:
            yield section.source.slice(listing.query).strip()
