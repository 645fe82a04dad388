"""A page has the sections that its kind asks for, once each, in order, with text."""

from __future__ import annotations

from collections.abc import Iterable

from patternbook.core.definition import GENERATED, Definition, Kind, SectionSpec
from patternbook.core.diagnostics import Code, Diagnostic, Severity, at, clip, listed, suggestion
from patternbook.core.model import INTRO, Document, Section, slug
from patternbook.core.source import Span


def known_sections(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """Each heading is one of the kind's, stands once, and follows the ones before it."""
    kind = document.kind
    if kind is None:
        return
    seen: dict[str, Section] = {}
    latest = -1
    for section in document.sections:
        if section.key == INTRO:
            if not kind.sections or not kind.sections[0].open:
                place = section.source.text.find(section.text.strip()[:40], section.body.start)
                yield at(section.source, Span(place, section.body.end), Code.TEXT_BEFORE_SECTION,
                         "text stands before the first section", "Put it below a `##` heading.")  # fmt: skip
            continue
        if section.heading is None:
            continue  # a layer put it before or behind a section that was judged already
        problem, latest = _place(section, kind, definition, seen, latest)
        if problem:
            yield problem
        seen[section.key] = section
        if not section.text.strip():
            help = "Write it, or delete the heading."
            yield at(section.source, _heading(section), Code.EMPTY_SECTION, f'section "{clip(_text(section))}" is empty', help)


def _place(
    section: Section, kind: Kind, definition: Definition, seen: dict[str, Section], latest: int
) -> tuple[Diagnostic | None, int]:
    spec, text = kind.section(_text(section)), _text(section)
    written = {slug(definition.say(key)) for key in ("relations", "mentions", "sources")}
    if spec is None and slug(text) in {*GENERATED, *written}:
        help = "Delete it: it is written from the front matter and from other pages."
        return at(section.source, _heading(section), Code.GENERATED_SECTION, f'section "{text}" is generated', help), latest
    if spec is None and (spec := kind.open_section) is None:
        names = [s.heading for s in kind.sections]
        message = f'unknown section "{clip(text)}" for {kind.label.lower()}{suggestion(text, names)}'
        return at(section.source, _heading(section), Code.UNKNOWN_SECTION, message, f"Allowed: {listed(names, 20)}."), latest
    if not spec.open and spec.id in seen:
        return at(
            section.source, _heading(section), Code.DUPLICATE_SECTION, f'section "{text}" stands twice', "Join the two."
        ), latest
    index = kind.sections.index(spec)
    if index < latest:
        message = f'section "{text}" stands after "{kind.sections[latest].heading}"'
        help = f"The order is: {listed((s.heading for s in kind.sections), 20)}."
        return at(section.source, _heading(section), Code.SECTION_ORDER, message, help), latest
    return None, index


def required_sections(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """Nothing that the kind requires is left out. Pages whose status is unfinished are only warned."""
    kind = document.kind
    if kind is None:
        return
    status = definition.statuses.get(document.front.text("status"))
    severity = Severity.WARNING if status and status.unfinished else Severity.ERROR
    misspelt = {close for section in document.sections if (close := _meant(section, kind))}
    for spec in kind.sections:
        if spec.required and spec.heading not in misspelt and not _has(document, kind, spec):
            place = document.place
            after = [s.heading for s in kind.sections[: kind.sections.index(spec)] if not s.open and _has(document, kind, s)]
            where = f" after `## {after[-1]}`" if after else ""
            help = f"Add `## {spec.heading}`{where}." + (f" What belongs there: {spec.help}" if spec.help else "")
            message = f'required section "{spec.heading}" is missing'
            yield at(place.source, place.span, Code.MISSING_SECTION, message, help, severity)


def _meant(section: Section, kind: Kind) -> str:
    """The heading that an unknown one is close to: it is reported as misspelt, not as missing too."""
    if section.heading is None or kind.open_section or kind.section(section.heading.text):
        return ""
    return suggestion(section.heading.text, (spec.heading for spec in kind.sections)).partition('"')[2].partition('"')[0]


def _has(document: Document, kind: Kind, spec: SectionSpec) -> bool:
    if not spec.open:
        return document.find(spec.id) is not None
    return any(section.heading and kind.section(section.heading.text) is None for section in document.sections)


def _heading(section: Section) -> Span:
    return section.heading.span if section.heading else section.span


def _text(section: Section) -> str:
    return section.heading.text if section.heading else ""
