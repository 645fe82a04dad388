"""What a layer says about itself, in `company.yml` at its top: names, looks, hidden pages, adoption, its words.

The base need not have one. Of several layers the later one is heard where both speak; hidden pages, adoption and words add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from patternbook.core.define import LOOKS, read_file
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, whole
from patternbook.core.fieldspec import ID_TEXT, LINE
from patternbook.core.frontmatter import Address
from patternbook.core.schema import Choice, Day, Either, Fields, Flag, Items, Record, Table, Text, Word
from patternbook.core.wording import Swap

FILE = "company.yml"
ADOPTIONS = ("adopted", "trial", "adapted", "rejected")
# What of a layer is neither page nor picture: templates of the site, and the texts that overrides were written against.
TEMPLATES, BASE = "overrides", "_base"

_ADOPTION = Fields(
    {"state": Choice(ADOPTIONS, "state"), "since": Day(), "evidence": Text(words=80)}, ("state",), "key of an adoption"
)
# In place of a new word: the old one stays after all.
NO_SWAP = "no"
_SWAP = Fields(
    {"new": LINE, "plural": LINE, "old_plural": LINE, "article": Choice(("a", "an"), "article")}, ("new",), "key of a word"
)
SHAPE = Fields(
    {
        "name": LINE, "title": LINE, "tagline": LINE, "address": Address(), "edit": Address(), **LOOKS, "internal": Flag(),
        "hide": Table(Either(LINE, Fields({"why": LINE, "instead": ID_TEXT}, ("why",), "key of a hidden page"))),
        "adoption": Table(_ADOPTION),
        "variables": Table(LINE),
        "vocabulary": Table(Either(LINE, _SWAP), r"(?=.*[^\W\d_]).{1,80}", "a word or a phrase"),
        "keep": Items(LINE, alone=True),
    },
    ("name",),
    "key of a layer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hidden:
    """A page that the edition leaves out: why, what to read instead, and where that is said."""

    why: str
    instead: str
    place: Word


@dataclass(frozen=True, slots=True)
class Adoption:
    """How far the company has come with a pattern: one of `ADOPTIONS`, since when, and what shows it."""

    state: str
    since: date | None
    evidence: str
    place: Word


@dataclass(frozen=True, slots=True)
class Edition:
    """All layers' settings as one. `names` are those of the layers, `internal` the layers that only colleagues may read.

    `base` is the layer that all others lie on, and `upstream` what its book is called. `swaps` are the words that stand
    in place of others, as `speaker` has them, and `keep` are phrases that stay.
    """

    base: str = ""
    upstream: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    internal: tuple[str, ...] = ()
    title: str = ""
    tagline: str = ""
    address: str = ""
    edit: str = ""
    logo: str = ""
    colour: str = ""
    hidden: Mapping[str, Hidden] = field(default_factory=dict)
    adoption: Mapping[str, Adoption] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    swaps: tuple[Swap, ...] = ()
    speaker: str = ""
    keep: tuple[str, ...] = ()

    def named(self, definition: Definition) -> tuple[Edition, Definition]:
        """The edition, which learns whose book lies below it, and that book's definition under the edition's title and looks."""
        looks = replace(
            definition,
            name=self.title or definition.name,
            tagline=self.tagline or definition.tagline,
            logo=self.logo or definition.logo,
            colour=self.colour or definition.colour,
        )
        return replace(self, upstream=definition.name), looks


def read_edition(sources: Mapping[str, bytes], layers: tuple[str, ...], public: bool) -> tuple[Edition, list[Diagnostic]]:
    """The settings of the layers; for the public without those that only colleagues may read."""
    problems: list[Diagnostic] = []
    records = {layer: record for layer in layers if (record := _read(sources, f"{layer}/{FILE}", problems))}
    internal = tuple(layer for layer, record in records.items() if record.flag("internal"))
    heard = {layer: record for layer, record in records.items() if not (public and layer in internal)}
    # What a layer that is not to be seen gets wrong would tell of it.
    problems = [problem for problem in problems if not public or problem.path.partition("/")[0] not in internal]
    return replace(_edition(heard, internal), base=layers[0] if layers else ""), problems


def _read(sources: Mapping[str, bytes], path: str, problems: list[Diagnostic]) -> Record | None:
    if path not in sources:
        return None
    record = read_file(path, sources[path], SHAPE, problems)
    if record is None and not any(problem.path == path for problem in problems):
        problems.append(whole(path, Code.DEFINITION, "the file holds nothing", "Write at least `name: …`, or delete it."))
    return record


def _edition(records: Mapping[str, Record], internal: tuple[str, ...]) -> Edition:
    def text(key: str) -> str:
        """What the most special layer that says it says."""
        return next((record.text(key) for record in reversed(tuple(records.values())) if key in record.values), "")

    swaps = {str(key): _swap(key, value) for key, value in _tables(records, "vocabulary")}
    return Edition(
        names={layer: record.text("name") for layer, record in records.items() if record.text("name")},
        internal=internal,
        title=text("title"),
        tagline=text("tagline"),
        address=text("address"),
        edit=text("edit"),
        logo=text("logo"),
        colour=text("colour"),
        hidden={str(key): _hidden(key, value) for key, value in _tables(records, "hide")},
        adoption={str(key): _adoption(key, value) for key, value in _tables(records, "adoption") if isinstance(value, Record)},
        variables={str(key): str(value) for key, value in _tables(records, "variables")},
        swaps=tuple(swap for swap in swaps.values() if swap),
        speaker=next((r.text("name") for r in reversed(tuple(records.values())) if "vocabulary" in r.values), ""),
        keep=tuple(phrase for record in records.values() for phrase in record.words("keep")),
    )


def _tables(records: Mapping[str, Record], name: str) -> Iterable[tuple[Word, object]]:
    """The entries of one table of all layers, each key with its place."""
    for record in records.values():
        if table := record.record(name):
            yield from ((table.keys[key], value) for key, value in table.values.items())


def _hidden(key: Word, value: object) -> Hidden:
    if isinstance(value, Record):
        return Hidden(value.text("why"), value.text("instead"), key)
    return Hidden(str(value), "", key)


def _adoption(key: Word, value: Record) -> Adoption:
    return Adoption(value.text("state"), value.day("since"), value.text("evidence"), key)


def _swap(old: str, value: object) -> Swap | None:
    if isinstance(value, Record):
        return Swap(old, value.text("new"), value.text("plural"), value.text("old_plural"), value.text("article"))
    return Swap(old, str(value)) if value != NO_SWAP else None
