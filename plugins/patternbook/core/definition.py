"""The book's definition as values: kinds, facets, relations, words, glossary, saved views.

All of it is data, read by `define.py` from `_book`. The program knows what a kind *is*, and none of
the kinds; so another pattern language is written there without Python.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field

from patternbook.core.fieldspec import FieldSpec
from patternbook.core.schema import Record, Word

# The words that the program itself puts on a page. `_book/strings.yml` must have them all.
STRINGS = (
    "home", "kind", "browse", "browse-intro", "map", "map-intro", "glossary", "glossary-intro", "index-intro",
    "kind-intro", "value-intro", "relations", "mentions", "sources", "source-by", "status", "owner", "reviewed",
    "due", "due-again", "edited-since", "review-last", "review-due", "review-edited", "review-owner", "review-calendar",
    "review-calendar-name", "review-event", "required", "of-five", "to", "minimum", "maximum", "sample", "steps",
    "unthemed", "empty-listing", "explained-in", "provenance", "not-found", "edit", "menu", "licence", "parts",
    "on-this-page", "appearance", "appearance-system", "appearance-light", "appearance-dark", "not-found-text",
    "new-summary", "new-line", "new-section", "new-item", "new-field", "new-edition",
    "views", "quoted", "figure-words", "profile-title", "profile-caption", "ways", "way", "step-before", "step-after", "others",
    "search", "search-results", "search-found", "search-none", "search-failed", "search-skip", "search-endings",
    "seen", "seen-intro", "seen-lists", "seen-hint", "seen-found", "seen-none", "seen-sounds", "seen-close",
    "seen-heard", "seen-more", "seen-tools",
    "filter", "filter-words", "filter-count", "filter-none", "filter-clear", "filter-remove", "filter-not", "filter-leave-out",
    "filter-sort", "filter-sort-best", "filter-sort-title", "filter-sort-kind", "filter-sort-reviewed", "filter-cards",
    "filter-list", "filter-more", "filter-unknown", "filter-show", "filter-failed", "filter-these", "filter-review",
    "filter-review-yes", "filter-review-no",
    "preview-open", "preview-close", "read-count", "read-mark", "read-again", "lost-near",
    "changes", "changes-intro", "changes-added", "changes-changed", "changes-feed",
    "mentioned", "neighbours", "neighbours-caption", "neighbours-more",
    "paper-contents", "paper-index", "paper-edition", "paper-read", "paper-names", "paper-more",
    "pdf", "pdf-this", "pdf-book", "pdf-cards", "pdf-map", "pdf-checklists", "pdf-forms",
    "kept", "kept-intro", "kept-no-script", "fill-no-script",
    "print", "print-intro", "print-choose", "print-no-script", "bind-put", "bind-out", "bind-open", "bind-count",
    "bind-full", "bind-denied", "binder-own", "binder-selection", "binder-count", "binder-only", "binder-empty",
    "binder-nothing", "binder-gone", "binder-up", "binder-down", "binder-out", "binder-moved", "binder-taken",
    "binder-emptied", "binder-back", "binder-undo", "binder-contents", "binder-contents-first", "binder-sheets",
    "adoption", "adoption-adopted", "adoption-trial", "adoption-adapted", "adoption-rejected", "adoption-since",
    "changed-by", "changed-words", "change-replace", "change-append", "change-prepend", "change-drop", "change-stale", "written-by",
    "taken-from", "from-edition", "below-link", "below-title", "below-intro", "hidden-intro", "hidden-instead", "internal",
    "internal-page", "internal-part",
    "drift-title", "drift-entrance", "drift-about", "drift-intro", "drift-nothing", "drift-why", "drift-now", "drift-page",
    "drift-before", "drift-theirs", "drift-ours", "drift-not-kept", "drift-gone", "drift-left-out",
    "drift-removed", "drift-renamed", "drift-changed", "drift-identical", "drift-unrecorded", "drift-new", "drift-unchanged",
    "drift-help-removed", "drift-help-removed-line", "drift-help-renamed", "drift-help-changed-replace",
    "drift-help-changed-append", "drift-help-changed-prepend", "drift-help-changed-drop", "drift-help-identical",
    "drift-help-unrecorded", "drift-help-new", "drift-help-unchanged",
    "binder-blank", "binder-print", "binder-print-these", "binder-put-these", "binder-put", "binder-full", "binder-open",
    "binder-empty-it", "binder-link", "binder-copied", "binder-not-copied", "binder-long", "binder-denied",
    "binder-progress", "binder-ready", "binder-failures", "binder-waits", "binder-failed", "binder-open-page",
    "binder-again", "filter-page",
    "paper-date", "paper-links", "paper-name", "paper-sheet",
    "fill-add-row", "fill-after", "fill-all", "fill-answers", "fill-applies", "fill-as-new", "fill-bad-copy", "fill-bad-date",
    "fill-bad-number", "fill-bad-option", "fill-bad-range", "fill-bad-shape", "fill-bring-file", "fill-bring-in",
    "fill-bring-these", "fill-brought", "fill-brought-name", "fill-cancel", "fill-changed", "fill-changed-since-export",
    "fill-changes", "fill-clear", "fill-close", "fill-company", "fill-copied", "fill-copies", "fill-copy-list",
    "fill-copy-markdown", "fill-copy-rich", "fill-copy-text", "fill-csv-by", "fill-csv-item", "fill-csv-moment", "fill-csv-on",
    "fill-csv-ticked", "fill-delete", "fill-deleted", "fill-download", "fill-download-csv", "fill-download-these",
    "fill-downloaded", "fill-dropped", "fill-empty", "fill-entries-least", "fill-entries-most", "fill-export-all",
    "fill-exported", "fill-file-big", "fill-file-json", "fill-file-newer", "fill-file-other", "fill-file-shape", "fill-forget",
    "fill-from-link", "fill-gained", "fill-gone-count", "fill-in-added", "fill-in-beside", "fill-in-big", "fill-in-done",
    "fill-in-empty", "fill-in-full", "fill-in-json", "fill-in-many", "fill-in-newer", "fill-in-one", "fill-in-other",
    "fill-in-same", "fill-in-shape", "fill-in-title", "fill-in-undone", "fill-in-wrong", "fill-into", "fill-keep-mine",
    "fill-kept-bad", "fill-kept-denied", "fill-kept-full", "fill-kept-newer", "fill-left-out", "fill-list-changed", "fill-lost",
    "fill-name", "fill-never-exported", "fill-new", "fill-new-count", "fill-new-run", "fill-new-since", "fill-no-answer",
    "fill-no-changes", "fill-no-longer", "fill-no-tool", "fill-not-copied", "fill-not-persisted", "fill-note-list",
    "fill-nothing", "fill-nothing-kept", "fill-now", "fill-open", "fill-other-tab", "fill-persist", "fill-persisted",
    "fill-print", "fill-profile", "fill-remove", "fill-rename", "fill-reworded", "fill-reworded-count", "fill-row-down",
    "fill-row-gone", "fill-row-moved", "fill-row-out", "fill-row-up", "fill-run", "fill-run-name", "fill-run-notes",
    "fill-sample", "fill-save", "fill-save-json", "fill-save-markdown", "fill-saved", "fill-share", "fill-share-copy",
    "fill-share-help", "fill-share-length", "fill-share-long", "fill-sign", "fill-since", "fill-state-bad", "fill-state-denied",
    "fill-state-full", "fill-state-gone", "fill-state-newer", "fill-suggestions", "fill-take-out", "fill-ticked", "fill-ticks",
    "fill-too-high", "fill-too-long", "fill-too-low", "fill-too-many", "fill-too-many-words", "fill-total", "fill-total-of",
    "fill-unbegun", "fill-undo", "fill-unknown-field", "fill-untitled", "fill-use-this", "fill-used", "fill-where",
    "fill-where-help", "fill-without", "fill-without-help", "fill-words-least", "fill-words-most", "fill-your-name",
)  # fmt: skip


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
    """A kind of page. Its scales are drawn as a profile in the section that `profile` names, if it names one.

    `this` are the words for a page of it in the middle of a sentence on that page, such as "this trap". `card` names the fields
    and sections that the back of its card shows, as many of them as fit.
    """

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
    profile: str = ""
    this: str = ""
    card: tuple[str, ...] = ()

    def section(self, heading: str) -> SectionSpec | None:
        """The section that a heading names, in any of its spellings."""
        name = fold(heading)
        return next((s for s in self.sections if not s.open and name in s.names), None)

    @property
    def open_section(self) -> SectionSpec | None:
        """The section that takes headings of the author's choice, if the kind has one."""
        return next((s for s in self.sections if s.open), None)


# Names that the program uses itself: keys of a query, fields of every page, folders of the site.
QUERY_KEYS = ("id", "kind", "status", "owner", "due", "adoption", "q", "sort", "view")
PAGE_FIELDS = (
    "kind", "title", "aka", "aliases", "keywords", "summary", "tags", "relations", "status", "owner", "reviewed", "review_every",
    "sources", "extends", "internal", "vocabulary",
)  # fmt: skip
# Ids of the sections that the program writes.
GENERATED = ("relations", "sources", "fields", "used-by")
RESERVED_IDS = ("mentions", "sample", "steps", "ways", "related", *GENERATED)
MADE_FOLDERS = ("assets", "below", "browse", "changes", "data", "drift", "glossary", "kept", "map", "print")


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
    """One direction of a typed relation. Each has an `inverse`; a symmetric one is its own.

    `says` is a sentence about `{page}`, which has the relation, and `{other}`, to which it leads.
    """

    id: str
    label: str
    inverse: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    same_kind: bool
    says: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term."""

    id: str
    term: str
    text: str
    aka: tuple[str, ...]
    page: Word | None


@dataclass(frozen=True, slots=True)
class Release:
    """What came to readers at one time: in words, and the pages that are new or say something else now.

    Its `id` begins with the day, such as 2026-11-21.
    """

    id: str
    title: str
    text: str
    added: tuple[Word, ...]
    changed: tuple[Word, ...]

    @property
    def day(self) -> str:
        """The day as it is written: 2026-11-21."""
        return self.id[:10]


@dataclass(frozen=True, slots=True)
class Status:
    """How far a page has come. An unfinished page may lack what its kind asks of it."""

    id: str
    label: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """The whole of `_book`. Mappings keep the order in which they were written.

    `variables` are the book's own values of what a text names in braces. `logo` is the path of a picture in the book and `colour`
    a colour such as #8a2f20. `company` are the company's own values, which answer fields in advance; one of several values is
    chosen by the reader.

    `edition` is the day of the newest change of the base, such as 2026-11-21.
    It is not `readable` when one of its files is not, or a name in it means two things: then no
    page can be judged.
    """

    name: str = "Patternbook"
    tagline: str = ""
    language: str = "en"
    variables: MappingABC[str, str] = field(default_factory=dict)
    horizons: str = ""
    themes: str = ""
    licence: tuple[str, str] = ("", "")
    logo: str = ""
    colour: str = ""
    statuses: MappingABC[str, Status] = field(default_factory=dict)
    kinds: MappingABC[str, Kind] = field(default_factory=dict)
    facets: MappingABC[str, Facet] = field(default_factory=dict)
    relations: MappingABC[str, RelationType] = field(default_factory=dict)
    strings: MappingABC[str, str] = field(default_factory=dict)
    glossary: MappingABC[str, Term] = field(default_factory=dict)
    views: MappingABC[str, Record] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()
    changes: tuple[Release, ...] = ()
    company: MappingABC[str, tuple[str, ...]] = field(default_factory=dict)
    edition: str = ""
    readable: bool = True

    def say(self, key: str, **values: object) -> str:
        """An interface word from `strings.yml`, with `{names}` in it replaced."""
        text = self.strings.get(key, key)
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text


def fold(name: str) -> str:
    """A name as it is compared: without case, and with runs of white space and hyphens as one space."""
    return " ".join(name.casefold().replace("-", " ").split())
