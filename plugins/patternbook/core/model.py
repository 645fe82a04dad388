"""Pages as they were written: documents with sections, before anything is linked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from patternbook.core.data import Mapping
from patternbook.core.definition import Kind
from patternbook.core.fieldspec import FieldSpec, field_specs
from patternbook.core.scan import Marks
from patternbook.core.schema import Record, Word
from patternbook.core.source import Source, Span

INTRO = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A heading and the id by which a link reaches it."""

    span: Span
    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a page below one `##` heading, with the source and layer that it came from.

    `key` is the id that the kind's definition gives it, whatever the heading's spelling; text
    before the first heading has the key `INTRO`. `body` leaves the heading out. Only colleagues may
    read one that is `internal`.
    """

    key: str
    heading: Anchor | None
    source: Source
    span: Span
    body: Span
    marks: Marks
    anchors: tuple[Anchor, ...]
    layer: str
    internal: bool = False

    @property
    def text(self) -> str:
        """The section's text without its heading."""
        return self.source.slice(self.body)

    @property
    def hash(self) -> str:
        """Tells whether the text is still the one that somebody saw."""
        return text_hash(self.text)


@dataclass(frozen=True, slots=True)
class Override:
    """One section or field that a layer changes on a page below it.

    `page` is the id of that page, and `part` the key of the section, or `fields.` and the name of the field. `below` is the
    text under the change as it stands now: nothing where the page or the section is gone, and then the `page` is what the file
    calls it. `against` is the hash of the text that it was written against, if that was recorded, and `own` what the layer
    says. `calls` is the id by which the file knows the page. `place` is where the change is set down in the file at `path`.
    """

    page: str
    part: str
    heading: str
    mode: str
    why: str
    against: str
    below: str | None
    own: str
    layer: str
    path: str
    calls: str
    place: Word
    internal: bool = False

    @property
    def changed_below(self) -> bool:
        """Whether the text below is another than the one that the change was written against."""
        return self.below is None or (bool(self.against) and self.against != text_hash(self.below))


@dataclass(frozen=True, slots=True)
class Document:
    """One page. `path` is its address among the pages: `traps/cascade-traps.md`.

    `node` is the data of one that lays changes over another page; of all others `front` has what it says.

    A document is `broken` when its front matter or text could not be read; its id still exists,
    so that one problem does not make ten others. `layers` are those that it was made from,
    `changes` what they changed, and `below` the page as the first of them wrote it;
    `edited_in` is the file of the last of them, and `reviewed_text` the hash of the text that the
    recorded review is about, where that is not the page's own. `whole_text` is the hash of its text before
    parts of it were left out or words were swapped, where that was done; `reworded` tells that a vocabulary
    swapped some. `top` is the file of the most special layer that changes the page, as it was written.
    """

    path: str
    source: Source
    id: str
    kind: Kind | None
    front: Record
    node: Mapping | None
    sections: tuple[Section, ...]
    layers: tuple[str, ...]
    broken: bool = False
    changes: tuple[Override, ...] = ()
    below: Document | None = None
    edited_in: str = ""
    reviewed_text: str = ""
    whole_text: str = ""
    reworded: bool = False
    top: Document | None = None

    @property
    def title(self) -> str:
        """The title, or the id of a page that could not be read."""
        return self.front.text("title", self.id)

    @property
    def extends(self) -> Word | None:
        """The id of the page that this one overrides."""
        return self.front.word("extends")

    @property
    def inside(self) -> tuple[Word, ...]:
        """What of it only colleagues may read: sections and fields, or `yes` for all."""
        return self.front.words("internal")

    @property
    def form(self) -> Record | None:
        """The definitions of a template's fields, under the name that its kind gives them."""
        names = (spec.id for spec in self.kind.fields if spec.type == "fields") if self.kind else ()
        return next((self.front.record(name) for name in names), None)

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The fields of a template, in the order written."""
        return field_specs(self.form)

    @property
    def place(self) -> Word:
        """Where to point for a problem of the page as a whole: its title, else its first line."""
        return self.front.word("title") or Word(self.id, self.source, Span(0, 0))

    @property
    def has_items(self) -> bool:
        """Whether there is something to tick."""
        return any(section.marks.items for section in self.sections)

    @property
    def text_hash(self) -> str:
        """What `reviewed: {text: …}` records: title, summary and every section's text."""
        if self.whole_text:
            return self.whole_text
        parts = [self.title, self.front.text("summary"), *(f"{s.key}\n{s.text.strip()}" for s in self.sections)]
        return text_hash("\n".join(parts))

    def anchors(self) -> Iterable[Anchor]:
        """Every place on the page that a link can name."""
        for section in self.sections:
            if section.heading:
                yield section.heading
            yield from section.anchors

    def find(self, key: str) -> Section | None:
        """The section with a key, if the page has it."""
        return next((section for section in self.sections if section.key == key), None)


def text_hash(text: str) -> str:
    """Six hexadecimal digits of the SHA-256 of a text, white space at its ends left out."""
    return sha256(text.strip().encode()).hexdigest()[:6]


def slug(text: str) -> str:
    """An id made from words: `Before, during` gives `before-during`. Never empty."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:80].strip("-") or f"x{sha256(text.encode()).hexdigest()[:6]}"
