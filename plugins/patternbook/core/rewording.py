"""The book in an edition's own words: variables and vocabulary.

All layers are reworded alike. A text that a company began from ours still has our words in its file, so that it can be compared
with ours, and its readers see the company's.

What is reworded is what readers see. Ids, addresses, names and everything that is compared or written into files stay as they were
written; so do sections' keys and the ids of headings. Where an edition has no words of its own, nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from patternbook.core.definition import Definition, Facet, Kind, fold
from patternbook.core.diagnostics import Code, Diagnostic, Severity, at
from patternbook.core.edition import Edition
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.graph import Found, Names
from patternbook.core.memo import Memo
from patternbook.core.model import Anchor, Document, Override, Section
from patternbook.core.parse import body_start
from patternbook.core.samples import Samples
from patternbook.core.scan import Marks, scan
from patternbook.core.schema import Record, Value, Word
from patternbook.core.source import Source, Span, splice
from patternbook.core.wording import (
    Replacement,
    Wording,
    moved,
    replacements,
    replacements_in_words,
    strangers,
    strangers_in_words,
)

# What of a template's field readers see: its own text, and what of the mappings in it.
_FIELD: Mapping[str, tuple[str, ...]] = {"label": (), "help": (), "unit": (), "options": (), "poles": (), "hints": ("say",)}
_CONTEXT = 40
_T = TypeVar("_T", bound=Value)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A word that an edition has its own for: the page that shows it, the place in the file as written, and both words.

    What is no page's own, such as the glossary, has no `page`.
    """

    page: str
    source: Source
    span: Span
    old: str
    new: str

    @property
    def place(self) -> tuple[str, int, int]:
        """File, line and column."""
        return (self.source.path, *self.source.position(self.span.start))

    @property
    def around(self) -> tuple[str, str]:
        """Some words before and behind it in its line."""
        text, start, end = self.source.text, self.span.start, self.span.end
        before, behind = text[text.rfind("\n", 0, start) + 1 : start].lstrip(), text[end : end + _CONTEXT + 1].partition("\n")[0]
        if len(before) > _CONTEXT:
            before = before[-_CONTEXT:].partition(" ")[2]
        return before, behind.rpartition(" ")[0] if len(behind) > _CONTEXT else behind.rstrip()


@dataclass(frozen=True, slots=True)
class Told:
    """A book as its readers are told it; `replaced` in the order of files and places."""

    definition: Definition
    documents: list[Document]
    names: Names
    samples: Samples
    replaced: tuple[Replaced, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def reword(told: Told, edition: Edition, memo: Memo) -> Told:
    """The book in the words of its edition. `told` is the book as it was written, and its names go on meaning what they meant."""
    variables = {**told.definition.variables, **edition.variables}
    if not (variables or edition.swaps):
        return told
    every = memo.same(("wording",), Wording(variables, edition.swaps, edition.keep, told.definition.language))
    plain = memo.same(("wording", "variables"), Wording(variables))
    pen = _Pen(every, plain)
    definition = memo.same(("definition as told",), pen.definition(told.definition))

    def page(document: Document) -> tuple[Document, _Pen]:
        own = _Pen(every, plain)
        return own.document(document, definition), own

    documents = []
    for document in told.documents:
        told_page, own = memo.of(("page as told", document.path), (document, definition, every), partial(page, document))
        documents.append(told_page)
        pen.replaced += own.replaced
        pen.problems += own.problems
    samples = {id: pen.sample(told.names.ids[id], answers) for id, answers in told.samples.items()}
    names = _renamed(told.names, documents, definition)
    replaced = sorted(dict.fromkeys(pen.replaced), key=lambda row: (row.place, row.page))
    return Told(definition, documents, names, samples, tuple(replaced), tuple(pen.problems))


def _renamed(names: Names, documents: Iterable[Document], definition: Definition) -> Names:
    """The same names for the reworded pages and terms. New titles are names too, as far as they are free."""
    told = {document.path: document for document in documents}

    def now(document: Document) -> Document:
        return document if document.broken else told.get(document.path, document)

    found = {name: tuple(map(now, pages)) for name, pages in names.names.items()}
    terms = {name: replace(term, title=definition.glossary[term.anchor].term) for name, term in names.terms.items()}
    for document in map(now, names.ids.values()):
        if document.reworded and fold(document.title) not in terms:
            found.setdefault(fold(document.title), (document,))
    for term in tuple(terms.values()):
        if fold(term.title) not in found:
            terms.setdefault(fold(term.title), Found(term.path, term.title, term.anchor))
    ids = {id: now(document) for id, document in names.ids.items()}
    return replace(names, ids=ids, aliases={id: now(page) for id, page in names.aliases.items()}, names=found, terms=terms)


@dataclass(slots=True)
class _Pen:
    """Rewords the texts of all layers, and notes what it replaced. `swapping` tells whether words change, or variables alone."""

    every: Wording
    variables: Wording
    replaced: list[Replaced] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    page: str = ""
    swapping: bool = True

    @property
    def wording(self) -> Wording:
        """What is changed now."""
        return self.every if self.swapping else self.variables

    # Plain text, which knows its place

    def say(self, text: str) -> str:
        """A text as readers are told it; one without a place stays."""
        return self._word(text) if isinstance(text, Word) else text

    def _word(self, word: Word) -> Word:
        for place, close in strangers_in_words(word, self.wording):
            self._strange(word.source, _in_file(word, place), close)
        found = replacements_in_words(word, self.wording)
        if not found:
            return word
        self.replaced += [Replaced(self.page, word.source, _in_file(word, one.span), one.old, one.new) for one in found]
        return Word(splice(word, [(one.span, one.new) for one in found]), word.source, word.span)

    def _strange(self, source: Source, place: Span, close: str) -> None:
        message = f"no variable is called {source.slice(place)} (did you mean {{{close}}}?)"
        help = "Correct the name, define it in company.yml or book.yml, or write a backslash before the brace if it is text."
        self.problems.append(at(source, place, Code.WORDING, message, help, Severity.WARNING))

    def told(self, value: _T, *keys: str) -> _T:
        """A value with all its words told; of mappings those under the keys, if any are given."""
        new: Value = value
        if isinstance(value, Word):
            new = self._word(value)
        elif isinstance(value, tuple):
            new = tuple(self.told(item, *keys) for item in value)
        elif isinstance(value, Record):
            inner = value.values.items()
            new = value.having({k: v if keys and k not in keys else self.told(v) for k, v in inner})
        return new  # type: ignore[return-value]  # each sort of value gives its own sort

    # Pages

    def document(self, document: Document, definition: Definition) -> Document:
        """A page as readers are told it. What tells whether it was changed is its text as written."""
        kind = definition.kinds.get(document.kind.id) if document.kind else None
        document = replace(document, kind=kind) if kind is not document.kind else document
        self.page, self.swapping = document.path, document.front.flag("vocabulary", True)
        before = len(self.replaced)
        front, sections = self._front(document), self._sections(document.sections)
        changes = tuple(self._change(change, document, sections) for change in document.changes)
        swapped = any(not row.old.startswith("{") for row in self.replaced[before:])
        self.swapping = False
        below = replace(document.below, sections=self._sections(document.below.sections)) if document.below else None
        self.page, self.swapping = "", True
        if len(self.replaced) == before:
            return document
        hash = document.text_hash
        return replace(document, front=front, sections=sections, changes=changes, below=below, whole_text=hash, reworded=swapped)

    def _front(self, document: Document) -> Record:
        values = document.front.values
        values |= {name: self.told(values[name]) for name in ("title", "summary") if name in values}
        if relations := document.front.record("relations"):
            values["relations"] = relations.having({type: self._why(found) for type, found in relations.values.items()})
        for spec in document.kind.fields if document.kind else ():
            if spec.id in values:
                values[spec.id] = self._value(spec, values[spec.id])
        if values.get("title", "") != document.front.text("title"):
            values["keywords"] = (*document.front.words("keywords"), Word(document.title, document.source, Span(0, 0)))
        return document.front.having(values)

    def _value(self, spec: FieldSpec, value: Value) -> Value:
        """The value of a kind's own field: prose, reasons of steps, or the fields of a template."""
        if spec.type in ("line", "text", "list"):
            return self.told(value)
        if spec.type == "steps":
            return self._why(value)
        return self._fields(value) if spec.type == "fields" and isinstance(value, Record) else value

    def _why(self, value: Value) -> Value:
        """The reasons in a list of ids."""
        return tuple(self.told(v, "why") if isinstance(v, Record) else v for v in value) if isinstance(value, tuple) else value

    def _fields(self, table: Record) -> Record:
        return table.having({id: self._field(spec) for id, spec in table.values.items()})

    def _field(self, spec: Value) -> Value:
        if not isinstance(spec, Record):
            return spec
        values = {key: self.told(value, *_FIELD[key]) if key in _FIELD else value for key, value in spec.values.items()}
        if columns := spec.record("columns"):
            values["columns"] = self._fields(columns)
        return spec.having(values)

    def _sections(self, sections: tuple[Section, ...]) -> tuple[Section, ...]:
        """Sections in new words: each file is changed once, and read again once."""
        found: dict[int, list[Replacement]] = {}
        for section in sections:
            shown = section.span if section.heading else section.body
            for place, close in strangers(section.source, shown, section.marks, self.wording):
                self._strange(section.source, place, close)
            if new := replacements(section.source, shown, section.marks, self.wording):
                found.setdefault(id(section.source), []).extend(new)
                self.replaced += [Replaced(self.page, section.source, one.span, one.old, one.new) for one in new]
        files = {id(section.source): section.source for section in sections}
        told = {key: _read(moved(files[key], new)) for key, new in found.items()}
        return tuple(told[id(s.source)].section(s) if id(s.source) in told else s for s in sections)

    def _change(self, change: Override, document: Document, sections: Iterable[Section]) -> Override:
        """A change as the page tells it: the section is called as it is on the page, and the reason is the layer's own text."""
        headings = {
            old.heading.text: new.heading.text
            for old, new in zip(document.sections, sections, strict=True)
            if old.heading and new.heading
        }
        heading = headings.get(change.heading, change.heading)
        below = document.below.find(change.part) if document.below else None
        if change.heading not in headings and below and below.heading:
            heading = self.say(Word(below.heading.text, below.source, below.heading.span))
        return replace(change, heading=heading, why=self.say(change.why))

    # Samples

    def sample(self, document: Document, answers: Mapping[str, Value]) -> Mapping[str, Value]:
        """The filled sample of a template."""
        self.page, self.swapping = document.path, document.front.flag("vocabulary", True)
        specs = {spec.id: spec for spec in document.fields}
        told = {id: self._answer(specs[id], value) if id in specs else value for id, value in answers.items()}
        self.page, self.swapping = "", True
        return told

    def _answer(self, spec: FieldSpec, value: Value) -> Value:
        if spec.type in ("line", "text", "list"):
            return self.told(value)
        columns = [column.id for column in spec.columns if column.type in ("line", "text")]
        return self.told(value, *columns) if spec.type == "table" and columns else value

    # What is no page's own

    def definition(self, definition: Definition) -> Definition:
        """Kinds, facets, relations, terms, views and changes as readers are told them. The program's words stay."""
        glossary = {id: replace(t, term=self.say(t.term), text=self.say(t.text)) for id, t in definition.glossary.items()}
        return replace(
            definition,
            tagline=self.say(definition.tagline),
            kinds={id: self._kind(kind) for id, kind in definition.kinds.items()},
            facets={id: self._facet(facet) for id, facet in definition.facets.items()},
            relations={id: replace(type, label=self.say(type.label)) for id, type in definition.relations.items()},
            glossary=glossary,
            views={id: self.told(view, "title", "summary") for id, view in definition.views.items()},
            # Who looks for a word of the book finds the pages that have another one now.
            synonyms=(*definition.synonyms, *((swap.old, swap.new) for swap in self.every.swaps)),
            changes=tuple(replace(one, title=self.say(one.title), text=self.say(one.text)) for one in definition.changes),
        )

    def _kind(self, kind: Kind) -> Kind:
        say = self.say
        return replace(
            kind,
            label=say(kind.label),
            plural=say(kind.plural),
            question=say(kind.question),
            test=say(kind.test),
            this=say(kind.this),
            fields=tuple(map(self._spec, kind.fields)),
        )

    def _spec(self, spec: FieldSpec) -> FieldSpec:
        """The definition of a kind's own field."""
        low, high = spec.poles
        return replace(
            spec,
            label=self.say(spec.label),
            unit=self.say(spec.unit),
            options=tuple((value, self.say(label)) for value, label in spec.options),
            poles=(self.say(low), self.say(high)),
        )

    def _facet(self, facet: Facet) -> Facet:
        values = {value: self.say(label) for value, label in facet.values.items()}
        return replace(facet, label=self.say(facet.label), help=self.say(facet.help), values=values)


@dataclass(frozen=True, slots=True)
class _Reread:
    """A file in new words, and its marks."""

    source: Source
    marks: Marks

    def section(self, section: Section) -> Section:
        """A section of the file as it was written, in the new words. It is known by its key, and its headings by their ids."""
        origin = self.source.origin
        if origin is None:
            return section

        def forth(span: Span) -> Span:
            return Span(origin.forth(span.start), origin.forth(span.end))

        headings = {heading.span.start: heading for heading in self.marks.headings}

        def anchor(old: Anchor) -> Anchor:
            new = headings.get(forth(old.span).start)
            return replace(old, span=new.span, text=new.text) if new else replace(old, span=forth(old.span))

        span = forth(section.span)
        return replace(
            section,
            heading=anchor(section.heading) if section.heading else None,
            source=self.source,
            span=span,
            body=forth(section.body),
            marks=self.marks.within(span),
            anchors=tuple(map(anchor, section.anchors)),
        )


def _read(source: Source) -> _Reread:
    return _Reread(source, scan(source, Span(body_start(source), len(source.text))))


def _in_file(word: Word, place: Span) -> Span:
    """Where a stretch of a text stands in its file, in which it may be quoted, folded or written with escapes."""
    raw, at = word.source.slice(word.span), 0
    places: list[int] = []
    for char in word[: place.end]:
        seen = _white(raw, at) if char.isspace() else raw.find(char, at)
        places.append(max(seen, at) if seen >= 0 else at)
        at = places[-1] + (seen >= 0)
    return Span(word.span.start + places[place.start], word.span.start + places[place.end - 1] + 1)


def _white(raw: str, at: int) -> int:
    return next((place for place in range(at, len(raw)) if raw[place].isspace()), -1)
