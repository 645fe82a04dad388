"""Views: everything that a page shows, as values. What a page shows of others is in its own view.

A view holds no markup; `compose.py` writes it down. Two equal views are two equal pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from patternbook.core.definition import Definition, Kind
from patternbook.core.drawings import Drawing, profile
from patternbook.core.edition import Adoption, Edition
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.forms import Form
from patternbook.core.graph import Graph
from patternbook.core.links import LinkedSection, Mention
from patternbook.core.model import Document, Override, Section
from patternbook.core.overrides import FIELD
from patternbook.core.reviews import Review, review_of
from patternbook.core.scan import plain
from patternbook.core.schema import Value
from patternbook.core.source import shared

BROWSE, MAP, GLOSSARY, CHANGES, HOME = "browse/index.md", "map.md", "glossary.md", "changes.md", "index.md"
# Where a reader finds what this browser keeps of forms and checklists.
KEPT = "kept.md"
# Where a selection of pages is printed as one, and where the pages are that a reader put aside for it.
PRINT = "print.md"
# Only for colleagues.
DRIFT = "drift.md"
# Where that lies which an edition shows in other words.
BELOW = "below"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as lists, queries and the catalogue see it.

    `said` are the lines that a reader would say, `keywords` words that the search knows and the page does not show, `sections` what
    it is made of, `words` how many its own text has, `profile` its scales, where its kind has one, `adoption` how far the company
    has come with it.
    """

    id: str
    path: str
    kind: Kind
    title: str
    summary: str
    aka: tuple[str, ...]
    tags: Mapping[str, tuple[str, ...]]
    status: str
    owner: str
    review: Review
    said: tuple[str, ...]
    keywords: tuple[str, ...]
    sections: tuple[Section, ...]
    words: int
    profile: tuple[int, ...] = ()
    adoption: Adoption | None = None
    _cards: list[Card] = field(default_factory=list, repr=False, compare=False, hash=False)

    @property
    def text(self) -> str:
        """Its own text as it is read. Of a whole book that is too much to keep."""
        return _text(self.sections)

    @property
    def search_text(self) -> str:
        """All that the text of a query looks in, in lower case."""
        return " ".join([self.title, *self.aka, self.summary, *self.said, *self.keywords, self.text]).casefold()

    @property
    def facts(self) -> dict[str, tuple[str, ...]]:
        """Values by query key."""
        due = ("yes",) if self.review.overdue else ("no",)
        return {
            **self.tags,
            "id": (self.id,),
            "kind": (self.kind.id,),
            "status": (self.status,),
            "owner": (self.owner,),
            "due": due,
            "adoption": (self.adoption.state,) if self.adoption else (),
        }


@dataclass(frozen=True, slots=True)
class Card:
    """Another page in a list: its kind, title and summary, and why it is there.

    `says` is a sentence about it, as what stands before its title and behind it. `adoption` is one of `ADOPTIONS`, or nothing.
    """

    path: str
    title: str
    kind: str
    glyph: str
    label: str
    summary: str
    why: str = ""
    profile: tuple[int, ...] = ()
    says: tuple[str, str] = ("", "")
    adoption: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the facts strip: a label, and values with the page that each leads to, if any."""

    label: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under a heading."""

    id: str
    heading: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    """Lines that a reader would say, under a label."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A place where a page is mentioned."""

    page: Card
    anchor: str
    heading: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Way:
    """A page's place on a path: which step it is, and the steps before and after it."""

    title: str
    path: str
    number: int
    total: int
    before: Card | None
    after: Card | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A part of a page that a layer changed: its heading, how, why, by whom, and whether the text below has changed since."""

    heading: str
    mode: str
    why: str
    by: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page comes from: who wrote it, in which edition, what was changed, and the page that shows what stood there."""

    by: str
    own: bool
    edition: str
    changes: tuple[Changed, ...]
    below: str
    internal: bool


@dataclass(frozen=True, slots=True)
class BelowView:
    """What a page said before layers changed it: the parts that they changed, each with its heading."""

    path: str
    page: Card
    by: str
    parts: tuple[tuple[str, str, tuple[LinkedSection, ...]], ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """An authored page as it is shown."""

    path: str
    source: str
    entry: Entry
    facts: tuple[Fact, ...]
    quotes: tuple[Quotes, ...]
    sections: tuple[LinkedSection, ...]
    drawings: Mapping[str, Drawing]
    profile: Drawing | None
    listings: Mapping[str, tuple[Card, ...]]
    form: Form | None
    answers: Mapping[str, Value]
    steps: tuple[Card, ...]
    ways: tuple[Way, ...]
    related: tuple[Group, ...]
    mentions: tuple[Seen, ...]
    sources: tuple[tuple[str, str, str], ...]
    status: str
    origin: Origin
    indexes: tuple[tuple[str, str], ...] = ()
    extra: ListView | None = None
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    """A page that the program makes: groups of cards, or of links with counts, or of quotations.

    Where `section` names one, that section of each card's page is shown, from `texts`, in all its pieces. `parts` are the map's
    and the changes': an id, a heading, a text, and groups of titles. `query` is what Browse would have to be asked for the same.
    """

    path: str
    title: str
    summary: str
    kind: str = ""
    groups: tuple[Group, ...] = ()
    values: tuple[tuple[str, str, tuple[tuple[str, str, int], ...]], ...] = ()
    sayings: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = ()
    terms: tuple[tuple[str, str, str, tuple[str, str] | None], ...] = ()
    parts: tuple[tuple[str, str, str, tuple[Group, ...]], ...] = ()
    query: str = ""
    section: str = ""
    texts: Mapping[str, tuple[LinkedSection, ...]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """About how long it is, in letters: most of it are cards."""
        groups = chain(self.groups, *(groups for *_, groups in self.parts))
        return 100 * sum(len(group.cards) for group in groups)


def view_path(id: str) -> str:
    """The page of a saved view."""
    return f"browse/views/{id}.md"


def value_path(facet: str, value: str) -> str:
    """The page that lists what carries a facet's value."""
    return f"browse/{facet}/{value}.md"


def kind_path(kind: Kind) -> str:
    """The page that lists a kind."""
    return f"{kind.folder}/index.md"


def below_path(path: str) -> str:
    """The page that shows what a page said before layers changed it."""
    return f"{BELOW}/{path}"


def entry_of(document: Document, today: date, adoption: Adoption | None) -> Entry | None:
    """A page as an entry; broken pages have none. `adoption` is how far the company has come with it."""
    kind = document.kind
    if kind is None:
        return None
    tags = document.front.record("tags")
    return Entry(
        id=document.id,
        path=document.path,
        kind=kind,
        title=document.title,
        summary=document.front.text("summary"),
        aka=document.front.texts("aka"),
        tags={key: tuple(map(shared, tags.texts(key))) for key in tags.values} if tags else {},
        status=document.front.text("status"),
        owner=document.front.text("owner"),
        review=review_of(document, today),
        said=tuple(line for spec in kind.fields if spec.type == "list" for line in document.front.texts(spec.id)),
        keywords=document.front.texts("keywords"),
        sections=document.sections,
        words=len(_text(document.sections).split()),
        profile=_values(profiled(kind), document),
        adoption=adoption,
    )


def _text(sections: Iterable[Section]) -> str:
    return " ".join(plain(section.text) for section in sections)


def card(entry: Entry, why: str = "") -> Card:
    """An entry as a card in a list, and why it is there. The plain card stands in dozens of lists and is made once."""
    if not entry._cards:
        kind = entry.kind
        state = entry.adoption.state if entry.adoption else ""
        plain = Card(entry.path, entry.title, kind.id, kind.glyph, kind.label, entry.summary, "", entry.profile, adoption=state)
        entry._cards.append(plain)
    return replace(entry._cards[0], why=why) if why else entry._cards[0]


def _values(specs: Iterable[FieldSpec], document: Document) -> tuple[int, ...]:
    """A number for each field, or none at all if one is missing: a gap would make another shape."""
    values = [document.front.number(spec.id) for spec in specs]
    return tuple(value for value in values if value is not None) if None not in values else ()


def profiled(kind: Kind) -> tuple[FieldSpec, ...]:
    """The scales that make up the kind's profile."""
    return tuple(spec for spec in kind.fields if spec.type == "scale") if kind.profile else ()


def facts_of(entry: Entry, document: Document, definition: Definition) -> tuple[Fact, ...]:
    """Facets in the definition's order, then the kind's own fields that are short and not drawn."""
    rows = [
        Fact(facet.label, tuple((facet.values.get(v, v), value_path(facet.id, v)) for v in entry.tags[facet.id]))
        for facet in definition.facets.values()
        if entry.tags.get(facet.id)
    ]
    drawn = _drawn(entry, document)
    for spec in entry.kind.fields:
        value = document.front.values.get(spec.id)
        if spec not in drawn and value is not None and (text := short(spec, value, definition)):
            rows.append(Fact(spec.label, ((text, ""),)))
    if entry.adoption:
        state = entry.adoption.state
        rows.append(Fact(definition.say("adoption"), ((definition.say(f"adoption-{state}"), value_path("adoption", state)),)))
    return tuple(rows)


def short(spec: FieldSpec, value: Value, definition: Definition) -> str:
    """A value in a few words, or nothing if it needs more room."""
    match spec.type:
        case "scale":
            return definition.say("of-five", value=value, low=spec.poles[0], high=spec.poles[1])
        case "choice" | "horizon":
            options = dict(spec.options) or dict(_horizons(definition))
            return options.get(str(value), str(value))
        case "number":
            return f"{value} {spec.unit}".strip()
        case "line" | "person" | "link":
            return str(value)
        case "date":
            return value.isoformat() if isinstance(value, date) else ""
        case _:
            return ""


def _drawn(entry: Entry, document: Document) -> tuple[FieldSpec, ...]:
    """The scales that the page's profile shows: none, unless the page has the section for it and two values or more."""
    section = document.find(entry.kind.profile) if entry.kind.profile else None
    specs = tuple(spec for spec in profiled(entry.kind) if document.front.number(spec.id) is not None)
    return specs if section and section.heading and len(specs) > 1 else ()


def profile_of(entry: Entry, document: Document, definition: Definition) -> Drawing | None:
    """The kind's scales as a drawing, if the page has one."""
    specs = _drawn(entry, document)
    if not specs:
        return None
    rows = [(spec.label, *spec.poles, document.front.number(spec.id) or 1) for spec in specs]
    words = "; ".join(f"{spec.label}: {short(spec, row[3], definition)}" for spec, row in zip(specs, rows, strict=True))
    return profile("profile", definition.say("profile-title", title=entry.title), rows, words + ".")


def _horizons(definition: Definition) -> Mapping[str, str]:
    facet = definition.facets.get(definition.horizons)
    return facet.values if facet else {}


def related_groups(entry: Entry, graph: Graph, entries: Mapping[str, Entry], definition: Definition) -> tuple[Group, ...]:
    """The page's relations by type, each target with its summary and the reason."""
    groups: dict[str, list[Card]] = {}
    for relation in graph.relations.get(entry.id, ()):
        if other := entries.get(relation.target):
            says = sentence(definition.relations[relation.type].says, entry, relation.why)
            groups.setdefault(relation.type, []).append(replace(card(other, relation.why), says=says))
    return tuple(
        Group(f"relation-{type}", definition.relations[type].label, tuple(sorted(cards, key=lambda c: (c.title, c.path))))
        for type, cards in groups.items()
    )


def sentence(says: str, entry: Entry, why: str) -> tuple[str, str]:
    """A relation of a page as a sentence: what stands before the other page's title, and behind it with the reason."""
    if not says:
        return "", ""
    before, _, after = says.replace("{page}", entry.kind.this or entry.title).partition("{other}")
    end = "" if why.endswith((".", "!", "?")) else "."
    return before[:1].upper() + before[1:], f"{after}: {why}{end}" if why else f"{after}."


def mentions_by_target(mentions: Iterable[Mention], entries: Mapping[str, Entry]) -> dict[str, tuple[Seen, ...]]:
    """Backlinks of every page, one per section that links, in the order of titles."""
    cards = {path: card(entry) for path, entry in entries.items()}
    found: defaultdict[str, dict[tuple[str, str], Seen]] = defaultdict(dict)
    for mention in mentions:
        if page := cards.get(mention.source):
            seen = Seen(page, mention.anchor, mention.heading, mention.sentence)
            found[mention.target].setdefault((mention.source, mention.anchor), seen)
    return {target: tuple(sorted(seen.values(), key=lambda s: (s.page.title, s.page.path))) for target, seen in found.items()}


def sources_of(document: Document) -> tuple[tuple[str, str, str], ...]:
    """Title, author and address of each source."""
    return tuple((s.text("title"), s.text("by"), s.text("url")) for s in document.front.records("sources"))


def steps_of(document: Document, entries: Mapping[str, Entry]) -> tuple[Card, ...]:
    """The steps of a path, in reading order."""
    steps: list[Card] = []
    for spec in document.kind.fields if document.kind else ():
        if spec.type == "steps":
            steps += [
                card(entries[step.text("id")], step.text("why"))
                for step in document.front.records(spec.id)
                if step.text("id") in entries
            ]
    return tuple(steps)


def ways_by_page(documents: Iterable[Document], entries: Mapping[str, Entry]) -> dict[str, tuple[Way, ...]]:
    """Each page's places on paths, in the order of the paths' titles."""
    found: defaultdict[str, list[Way]] = defaultdict(list)
    for document in documents:
        steps = steps_of(document, entries)
        for number, step in enumerate(steps, 1):
            before = steps[number - 2] if number > 1 else None
            after = steps[number] if number < len(steps) else None
            found[step.path].append(Way(document.title, document.path, number, len(steps), before, after))
    return {path: tuple(sorted(ways, key=lambda way: (way.title.casefold(), way.path))) for path, ways in found.items()}


def origin_of(document: Document, below: str, edition: Edition, definition: Definition) -> Origin:
    """Where a page comes from. In a book without an edition of its own only changes are told.

    `below` is the page that shows what stood there, if there is one.
    """
    own = document.layers[0] != edition.base
    changes = tuple(
        Changed(_changed_part(change, document, definition), change.mode, change.why, edition.names.get(change.layer, ""), stale)
        for change in document.changes
        for stale in [change.below is not None and change.changed_below]
        if change.part != f"{FIELD}reviewed"
    )
    if document.reworded and not own:
        changes += (Changed(definition.say("changed-words"), "replace", "", edition.speaker, False),)
    by = edition.names.get(document.layers[0], "") if own else edition.upstream if edition.names else ""
    return Origin(by, own, "" if own else definition.edition, changes, below, "yes" in document.inside)


def _part_shown(change: Override) -> bool:
    """Whether there is a text of a section that the change hides."""
    return bool(change.below and change.below.strip()) and not change.part.startswith(FIELD) and change.mode in ("replace", "drop")


def _changed_part(change: Override, document: Document, definition: Definition) -> str:
    """What readers call the part: a section by its heading, a field by its label."""
    if not change.part.startswith(FIELD):
        return plain(change.heading)
    name = change.part.removeprefix(FIELD)
    specs = document.kind.fields if document.kind else ()
    return next((spec.label for spec in specs if spec.id == name), definition.strings.get(name, name))


def below_of(document: Document, sections: Iterable[LinkedSection], edition: Edition) -> BelowView | None:
    """The sections of the page below that layers replaced or left out, if there are any."""
    kind = document.kind
    parts: dict[str, tuple[str, list[LinkedSection]]] = {}
    hidden = {change.part: change.heading for change in document.changes if _part_shown(change)}
    for linked in sections:
        if linked.section.key in hidden:
            heading = linked.section.heading.text if linked.section.heading else hidden[linked.section.key]
            parts.setdefault(linked.section.key, (plain(heading), []))[1].append(linked)
    if not parts or kind is None:
        return None
    page = Card(document.path, document.title, kind.id, kind.glyph, kind.label, document.front.text("summary"))
    rows = tuple((key, heading, tuple(found)) for key, (heading, found) in parts.items())
    return BelowView(below_path(document.path), page, edition.upstream, rows)


def quotes_of(document: Document) -> tuple[Quotes, ...]:
    """The page's lists of lines that a reader would say."""
    fields = document.kind.fields if document.kind else ()
    return tuple(
        Quotes(spec.label, document.front.words(spec.id))
        for spec in fields
        if spec.type == "list" and document.front.words(spec.id)
    )


def texts_of(view: ListView, linked: Mapping[str, tuple[LinkedSection, ...]]) -> dict[str, tuple[LinkedSection, ...]]:
    """The section that a list shows of each of its pages, with what layers put before or behind it."""
    cards = [card.path for group in view.groups for card in group.cards] if view.section else []
    return {path: tuple(part for part in linked[path] if part.section.key == view.section) for path in cards}


def by_title(entries: Iterable[Entry]) -> list[Entry]:
    """Entries in the order of their titles."""
    return sorted(entries, key=lambda entry: (entry.title.casefold(), entry.path))


def listed(entries: Iterable[Entry]) -> list[Entry]:
    """Entries that lists show, in the order of kinds and then titles."""
    return [entry for entry in by_title(entries) if entry.kind.listed]
