"""A filled template as a document: one list of blocks, written as Markdown for any editor and as HTML for the clipboard.

The twin of `assets/patternbook/fill.js`: `tests/fill.yml` runs through both, byte for byte. So the rules are of ASCII and of
ranges written out, since what `\\s`, `\\w` and `strip()` mean differs between the two. White space is space, tab and line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from patternbook.core.fieldspec import FieldSpec
from patternbook.core.schema import Record, Value

# A template's outline


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page; as a block, of the document."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field's answer goes: on a line of its own, or as a run of a sentence."""

    field: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Text with fields inside. The marker of an item of a list is `- `, `1. `, `2. ` and so on."""

    marker: str
    runs: tuple[str | Place, ...]


Piece = Heading | Place | Sentence

# A document


@dataclass(frozen=True, slots=True)
class Link:
    """An address that somebody typed."""

    address: str


@dataclass(frozen=True, slots=True)
class Blank:
    """What nobody has answered yet, inside a sentence."""


Line = tuple[str | Link | Blank, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """The name of the whole."""

    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """What an answer is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    ordered: bool
    entries: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Tasks:
    """What is done, and what is not."""

    entries: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell is a number of lines."""

    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Line, ...], ...], ...]


Block = Title | Heading | Label | Paragraph | Items | Tasks | Table

# Text: what may stand in a document

BLANK = "______"
_INK = re.compile("[^\0- \x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_ENDS = re.compile("\r\n?|[\x0b\x0c\x85]")
_GONE = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")
_WHITE = re.compile("[\n\t \u2028\u2029]+")

# What an address never holds. In running text it ends before the sentence does, and a bracket is its own if it was opened in it.
_OUT = '\0- "<>\\\\^`{|}\x7f-\xa0\u2000-\u200f\u2028-\u206f\u3000\ufeff;\\[\\]'
_PAIR = rf"\([^{_OUT}()]*\)"
_WHOLE = re.compile(f"(?:https?://|mailto:)[^{_OUT}]+")
_WITHIN = re.compile(rf"(https?://(?:[^{_OUT}()]|{_PAIR})*(?:[^{_OUT}().,:!?'*_~\u2010-\u2027]|{_PAIR}))")


def clean(text: str) -> str:
    """Text that a file can hold: one sort of line end, no controls, no halves of signs."""
    return _GONE.sub("", _ENDS.sub("\n", _HALF.sub("\ufffd", text)))


def _tight(text: str) -> str:
    return _WHITE.sub(" ", text)


def _lines(text: str) -> list[str]:
    return [_tight(line).strip(" ") if _INK.search(line) else "" for line in clean(text).split("\n")]


def _one(text: str) -> str:
    return " ".join(filter(None, _lines(text)))


def _flat(parts: Iterable[str | Link | Blank]) -> tuple[str, list[Link | Blank]]:
    """Parts as one text with U+0000 for what is none, so that what arises between two texts is seen."""
    parts = tuple(parts)
    return "".join(part if isinstance(part, str) else "\0" for part in parts), [p for p in parts if not isinstance(p, str)]


def _joined(parts: Iterable[str | Link | Blank]) -> Line:
    text, others = _flat(clean(part) if isinstance(part, str) else part for part in parts)
    rest = iter(others)
    return tuple(next(rest) if part == "\0" else part for part in re.split("(\0)", _tight(text).strip(" ")) if part)


def _linked(text: str, whole: bool = False) -> Line:
    if whole and _WHOLE.fullmatch(text):
        return (Link(text),)
    return tuple(Link(part) if place % 2 else part for place, part in enumerate(_WITHIN.split(text)) if part)


# Answers as lines


def number(value: float) -> str:
    """As few digits as tell the number, at most six behind the point."""
    text = format(Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if len(text.partition(".")[2]) > 6:
        text = format(Decimal(value).quantize(Decimal("0.000001"), ROUND_HALF_UP), "f").rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns answers into blocks; what it needs to know for that."""

    fields: Mapping[str, FieldSpec]
    answers: Mapping[str, Value]
    words: Mapping[str, str]

    def line(self, spec: FieldSpec, value: Value | None) -> Line:
        """A simple answer on one line; nothing where there is none."""
        match value:
            case bool():
                return ("☑" if value else "☐",)
            case int() | float():
                return _joined([self._measured(spec, value)])
            case str():
                option = dict(spec.options).get(str(value))
                return _linked(_one(value), spec.type == "link") if option is None else _joined([option])
            case date():
                return (value.isoformat(),)
            case tuple():
                entries = self._entries(spec, value)
                return _joined(part for place, entry in enumerate(entries) for part in ((", ",) if place else ()) + entry)
            case Record():
                return self._range(spec, value) if spec.type == "range" else ()
        return ()

    def _measured(self, spec: FieldSpec, value: float) -> str:
        if spec.type != "scale":
            return _one(f"{number(value)} {spec.unit}")
        low, high = spec.poles
        if not low and not high:
            return f"{number(value)}/5"
        said = self.words.get("of-five", "")
        for name, by in (("value", number(value)), ("low", low), ("high", high)):
            said = said.replace("{" + name + "}", by)
        return said

    def _range(self, spec: FieldSpec, value: Record) -> Line:
        low, high = _end(value, "low"), _end(value, "high")
        if low == high == Blank():
            return ()
        return _joined([low, f" {self.words.get('to', '–')} ", high, f" {spec.unit}"])

    def _entries(self, spec: FieldSpec, value: tuple[Value, ...]) -> list[Line]:
        return [line for item in value if not isinstance(item, tuple) and (line := self.line(spec, item))]

    def own(self, spec: FieldSpec | None) -> list[Block]:
        """A field on a line of its own: label and answer."""
        value = self.answers.get(spec.id) if spec else None
        if spec is None or value is None:
            return []
        if spec.type == "tick" and isinstance(value, bool):
            return [Tasks(((value, _one(spec.label)),))]
        body = self._content(spec, value)
        return [Label(_one(spec.label)), *body] if body else []

    def _content(self, spec: FieldSpec, value: Value) -> Sequence[Block]:
        if isinstance(value, tuple):
            if spec.type == "table":
                return self._table(spec, value)
            entries = self._entries(spec, value)
            return [Items(False, tuple(entries))] if entries else []
        if isinstance(value, str) and spec.type == "text":
            return _paragraphs(value)
        line = self.line(spec, value)
        return [Paragraph((line,))] if line else []

    def _table(self, spec: FieldSpec, value: tuple[Value, ...]) -> list[Block]:
        rows = [
            tuple(self._cell(column, row.get(column.id)) for column in spec.columns) for row in value if isinstance(row, Record)
        ]
        rows = [row for row in rows if any(row)]
        return [Table(tuple(map(_head, spec.columns)), tuple(rows))] if rows else []

    def _cell(self, column: FieldSpec, value: Value | None) -> tuple[Line, ...]:
        if isinstance(value, str) and column.type == "text":
            return tuple(_linked(line) for line in _lines(value) if line)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and column.type == "scale":
            return ((number(value),),)  # what the numbers mean stands in the head
        line = self.line(column, value)
        return (line,) if line else ()

    def sentence(self, piece: Sentence) -> list[Block]:
        """A sentence with the blanks that are left; none of one in which nothing is answered."""
        parts = [(run,) if isinstance(run, str) else self._run(run) for run in piece.runs]
        if not any(part for run, part in zip(piece.runs, parts, strict=True) if isinstance(run, Place)):
            return []
        whole = _joined(one for part in parts for one in part or (Blank(),))
        return [Items(piece.marker != "- ", (whole,)) if piece.marker else Paragraph((whole,))]

    def _run(self, run: Place) -> Line:
        spec = self.fields.get(run.field)
        return self.line(spec, self.answers.get(run.field)) if spec else ()


def _end(value: Record, name: str) -> str | Blank:
    found = value.get(name)
    return number(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else Blank()


def _head(column: FieldSpec) -> str:
    low, high = column.poles if column.type == "scale" else ("", "")
    return _one(f"{column.label} (1 {low}, 5 {high})" if low or high else column.label)


def _paragraphs(text: str) -> list[Paragraph]:
    parts = (list(filter(None, part.split("\n"))) for part in re.split("\n\n+", "\n".join(_lines(text))))
    return [Paragraph(tuple(map(_linked, lines))) for lines in parts if lines]


# The document


def blocks(
    title: str,
    outline: Iterable[Piece],
    fields: Iterable[FieldSpec],
    answers: Mapping[str, Value],
    words: Mapping[str, str],
    name: str = "",
) -> tuple[Block, ...]:
    """A filled template in the order of its page. Horizons have their options; `words` are `to` and `of-five`."""
    specs = {spec.id: spec for spec in fields}
    writer = _Writer(specs, answers, words)
    found: list[Block] = []
    placed: set[str] = set()
    before: type[Piece] | None = None
    for piece in outline:
        match piece:
            case Heading(level, text):
                _close(found, level)
                made: list[Block] = [Heading(level, _one(text))]
            case Place(field):
                placed.add(field)
                made = writer.own(specs.get(field))
            case Sentence():
                placed |= {run.field for run in piece.runs if isinstance(run, Place)}
                made = writer.sentence(piece)
        _add(found, made, type(piece) is before)
        if made and not isinstance(piece, Heading):
            before = type(piece)
    _close(found, 0)
    for spec in specs.values():
        if spec.id not in placed:
            _add(found, writer.own(spec), before is Place)
            before = Place
    return (Title(": ".join(filter(None, (_one(title), _one(name))))), *found)


def _close(found: list[Block], level: int) -> None:
    """A heading stays if something stands below it."""
    while found and isinstance(last := found[-1], Heading) and last.level >= level:
        found.pop()


def _add(found: list[Block], made: Sequence[Block], alike: bool) -> None:
    """Items and tasks of neighbours of the same sort are one list."""
    match found[-1:], made:
        case [Tasks(before)], [Tasks(entries)] if alike:
            found[-1] = Tasks(before + entries)
        case [Items(True, before)], [Items(True, entries)] if alike:
            found[-1] = Items(True, before + entries)
        case [Items(False, before)], [Items(False, entries)] if alike:
            found[-1] = Items(False, before + entries)
        case _:
            found += made


# Markdown: it shows just the text, wherever it is pasted

_STARTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^(?=[#>]|!!!|[-+](?:[ :=+-]|$))"), r"\\"),
    (re.compile(r"^([0-9]+)(?=[.)](?: |$))"), r"\1\\"),
    (re.compile(r"^=(?=[=-]*$)"), "&#61;"),
    (re.compile(r"^:(?= |-+:?$)"), "&#58;"),
)


def _md(text: str) -> str:
    """Signs that not every converter takes back from behind a backslash are written out. A `~` before a word strikes nothing."""
    text = re.sub(r"[\\`*_{\[\]|]", r"\\\g<0>", text)
    text = re.sub(r"&(?=#?[0-9A-Za-z]+;)", "&amp;", text)
    text = re.sub(r"<(?![0-9.,]*(?: |$))", "&lt;", text)
    return re.sub(r"(^| )~(?!~)|~", lambda match: "&#126;" if match[1] is None else match[0], text)


def _md_inline(line: Line) -> str:
    text, others = _flat(line)
    rest = iter(others)

    def part(match: re.Match[str]) -> str:
        match next(rest):
            case Blank():
                return match[1] + (BLANK if match[1] or not match.start() else BLANK.replace("_", r"\_"))
            case Link(address):
                return match[1] + (_md(address) if address.startswith("mailto:") else f"<{address}>")

    return re.sub("( ?)\0", part, _md(text))


def _md_line(line: Line) -> str:
    text = _md_inline(line)
    for pattern, by in _STARTS:
        text = pattern.sub(by, text)
    return text


def _md_heading(level: int, text: str) -> str:
    return "#" * level + " " + re.sub(r"#+$", lambda match: r"\#" * len(match[0]), _md(text))


def _md_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _md_block(block: Block, bullet: str) -> str:
    match block:
        case Title(text):
            return _md_heading(1, text)
        case Heading(level, text):
            return _md_heading(level, text)
        case Label(text):
            return f"**{_md(text)}**"
        case Paragraph(lines):
            return "  \n".join(map(_md_line, lines))
        case Items(ordered, entries):
            return "\n".join(f"{f'{n}.' if ordered else bullet} {_md_line(entry)}" for n, entry in enumerate(entries, 1))
        case Tasks(tasks):
            return "\n".join(f"{bullet} [{'x' if done else ' '}] {_md(text)}" for done, text in tasks)
        case Table(head, rows):
            cells = (("<br>".join(map(_md_inline, cell)) for cell in row) for row in rows)
            return "\n".join([_md_row(map(_md, head)), "|" + " --- |" * len(head), *map(_md_row, cells)])


def to_markdown(blocks: Iterable[Block]) -> str:
    """The document as Markdown. Two lists side by side stay two by another sign."""
    parts: list[str] = []
    bullet = ""
    for block in blocks:
        loose = isinstance(block, Tasks) or (isinstance(block, Items) and not block.ordered)
        bullet = ("*" if bullet == "-" else "-") if loose else ""
        parts.append(_md_block(block, bullet))
    return "\n\n".join(parts) + "\n"


# HTML: for the clipboard; no attribute but href


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _tag(name: str, inner: str | Iterable[str]) -> str:
    return f"<{name}>{inner if isinstance(inner, str) else ''.join(inner)}</{name}>"


def _html_inline(line: Line) -> str:
    return "".join(map(_html_part, line))


def _html_part(part: str | Link | Blank) -> str:
    match part:
        case Blank():
            return BLANK
        case Link(address):
            return f'<a href="{_safe(address)}">{_safe(address)}</a>'
        case str():
            return _safe(part)


def _html_lines(lines: Iterable[Line]) -> str:
    return "<br>".join(map(_html_inline, lines))


def _html_block(block: Block) -> str:
    match block:
        case Title(text):
            return _tag("h1", _safe(text))
        case Heading(level, text):
            return _tag(f"h{level}", _safe(text))
        case Label(text):
            return _tag("p", _tag("strong", _safe(text)))
        case Paragraph(lines):
            return _tag("p", _html_lines(lines))
        case Items(ordered, entries):
            return _tag("ol" if ordered else "ul", (_tag("li", _html_inline(entry)) for entry in entries))
        case Tasks(tasks):
            return _tag("ul", (_tag("li", f"{'☑' if done else '☐'} {_safe(text)}") for done, text in tasks))
        case Table(head, rows):
            body = (_tag("tr", (_tag("td", _html_lines(cell)) for cell in row)) for row in rows)
            return _tag("table", [_tag("thead", _tag("tr", (_tag("th", _safe(text)) for text in head))), _tag("tbody", body)])


def to_html(blocks: Iterable[Block]) -> str:
    """The document as HTML that editors take from the clipboard."""
    return "".join(_html_block(block) + "\n" for block in blocks)
