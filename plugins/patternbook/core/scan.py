"""A page's Markdown as marks: headings, links, blanks, items, listings and hazards, each with a span.

This is no Markdown parser. It finds what the book needs to replace or to refuse, and leaves the
rest to the host's converter. Where the two could disagree about what is code, it errs towards
text, so that nothing active hides in code that the converter does not see as code: only fences
at the start of a line count, and a backtick span counts if every backtick of its block closes in
its own line. (Python-Markdown's `fenced_code` and inline rules; a property test holds them together.)
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TypeVar

from patternbook.core.source import Source, Span, shared

# No pattern here may take more than linear time: a run that can start anywhere starts with a lookbehind,
# and no two repeats that accept the same character stand side by side. `tests/core/test_bad_inputs.py` holds them to it.
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(?:([\w#.+-]+)[ \t]*)?$")
_NO_FENCE = re.compile(r"^(?:`{3,}|~{3,})[^\n]*", re.M)
_TICKS = re.compile(r"`+")
_HEADING = re.compile(r"^(#{1,6})(?!#)([^\n]*)$", re.M)
_HEADING_ID = re.compile(r"(?<![ \t])[ \t]*\{[ \t]*#([^\s{}]*)[ \t]*\}$")
_UNDERLINE = re.compile(r"^(?!#)(?=(?P<text>[^\n]*\S[^\n]*))(?P=text)\n[ \t>]*(?:=+|-+)[^\S\n]*$", re.M)
_NESTED = re.compile(r"^(?:(?:[ ]{4}|[ ]{0,3}\t)[ \t]*|[ \t]*(?:>[ \t]*|(?:[*+-]|\d+[.)])[ \t]+)+)#+[^\n]*", re.M)
_DEEP = re.compile(r"^#{7,}", re.M)
_REFERENCE = re.compile(r"&#(?!\d{1,7};|[xX][0-9a-fA-F]{1,6};)")
_WIKI = re.compile(r"(!?)\[\[([^\[\]\n]*)(\]\])?")
_INLINE = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\([^\s()]*\))*))")
_DEFINITION = re.compile(
    r"^(?:[ \t]*(?:>|[*+-](?=\s)|\d+[.)](?=\s)))*[ \t]*\[([^\[\]]*)\]:[ \t]*(?:\n[ \t>]*)?(?:<([^<>\n]*)>|([^\s<]\S*))", re.M
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s\0]*|[^<>\s@/!?\0]+@[^<>\s\0]+)>")
_HTML = re.compile(r"<(?=[A-Za-z/!?])[^\s<>]*>?")
_BRACE = re.compile(r"\{([^{}\n]*)\}?")
# An escaped one is a brace already; what follows any backslash is passed over with it.
_ANY_BRACE = re.compile(r"\\[^\n]|\{")
_ATTRIBUTES = re.compile(r"^\s*(?::|[#.][\w-])|[\w:-]\s*=")
_PICTURE = re.compile(r"^!\[([^\[\]\n]*)\]\(([^()\s<>]+)\)[ \t]*$", re.M)
_ITEM = re.compile(r"^([ \t]*)[-*+][ ]+\[([ xX])\][ ]+(?=\S)", re.M)
_ITEM_ID = re.compile(r"(?<![ \t])[ \t]+\^([^\s^]+)[ \t]*$")
_BLOCK_START = re.compile(r"[ \t]*(?:[-*+>|#]|\d+[.)]|$)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)*_]*\s+(?=[\"“‘(*_\[A-ZÀ-Þ0-9])")

_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\`")

# Stands for a character inside backticks. No source holds it, and it is no white space: a line of code is not a blank line.
_CODE = "\0"

MAX_BRACKETS = 200
MAX_INDENT = 40
MAX_RUN = 80
# What stands without a blank line between. Converters take the square of its length.
MAX_BLOCK = 50_000
# Of a sentence that is quoted where it links to, at most this much before the link and after it.
MAX_SENTENCE = 500


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` counts the signs; `anchor` is the id that the author set, if any. Pages of a kind have most `text`s in common."""

    span: Span
    level: int
    text: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written. `wiki` links name an id or title, others an address.

    `span` is what is replaced: the whole of a wiki link, the address alone of another link.
    """

    span: Span
    target: str
    label: str | None
    wiki: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """`[[?field]]`: the place of a template's field. `alone` tells that it has a line to itself."""

    span: Span
    field: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A task of a task list. `text` leaves out the box and the id; `end` is where an id belongs."""

    span: Span
    text: Span
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A fenced `patterns` block; `query` is its text."""

    span: Span
    query: Span


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that has a line to itself; `address` and `caption` as written."""

    span: Span
    address: str
    caption: str


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something that must not reach a host; `what` is a key of `rules.markdown.HAZARDS`."""

    span: Span
    what: str


P = TypeVar("P", Heading, Link, Blank, Item, Listing, Picture, Hazard)


@dataclass(frozen=True, slots=True)
class Marks:
    """All that was found in a stretch of text, each list in reading order. `codes` is code in backticks, `fences` whole blocks."""

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    blanks: tuple[Blank, ...] = ()
    items: tuple[Item, ...] = ()
    listings: tuple[Listing, ...] = ()
    pictures: tuple[Picture, ...] = ()
    braces: tuple[Span, ...] = ()
    codes: tuple[Span, ...] = ()
    fences: tuple[Span, ...] = ()
    hazards: tuple[Hazard, ...] = ()

    def within(self, span: Span) -> Marks:
        """The marks that start inside a span."""

        def inside(marks: tuple[P, ...]) -> tuple[P, ...]:
            return (
                marks and marks[slice(*(bisect_left(marks, e, key=lambda mark: mark.span.start) for e in (span.start, span.end)))]
            )

        def between(spans: tuple[Span, ...]) -> tuple[Span, ...]:
            return spans and spans[slice(*(bisect_left(spans, e, key=lambda place: place.start) for e in (span.start, span.end)))]

        return Marks(
            headings=inside(self.headings),
            links=inside(self.links),
            blanks=inside(self.blanks),
            items=inside(self.items),
            listings=inside(self.listings),
            pictures=inside(self.pictures),
            braces=between(self.braces),
            codes=between(self.codes),
            fences=between(self.fences),
            hazards=inside(self.hazards),
        )


def scan(source: Source, span: Span) -> Marks:
    """Find the marks in a stretch of a source. Linear in its length."""
    text = source.text[: span.end]
    code, fences = _without_code(text, span.start)
    return Marks(
        headings=tuple(_headings(text, code, span.start)),
        links=tuple(sorted(_links(text, code, span.start), key=lambda link: link.span)),
        blanks=tuple(_blanks(code, span.start)),
        items=tuple(_items(code, span.start)),
        listings=tuple(Listing(outer, inner) for outer, inner, info in fences if info == "patterns"),
        pictures=tuple(
            Picture(Span(*m.span()), m[2], text[m.start(1) : m.end(1)].strip()) for m in _PICTURE.finditer(code, span.start)
        ),
        braces=tuple(Span(*m.span()) for m in _ANY_BRACE.finditer(code, span.start) if m.group() == "{"),
        codes=tuple(Span(*m.span()) for m in re.compile(f"{_CODE}+").finditer(code, span.start)),
        fences=tuple(outer for outer, _, _ in fences),
        hazards=tuple(sorted(_hazards(code, span.start), key=lambda hazard: hazard.span)),
    )


def _without_code(text: str, start: int) -> tuple[str, list[tuple[Span, Span, str]]]:
    """The text with fenced blocks as spaces and code in backticks as `_CODE`, offsets kept, and the fenced blocks."""
    parts = [text[:start]]
    fences: list[tuple[Span, Span, str]] = []
    lines = text[start:].split("\n")
    closers: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        closers.setdefault(line.rstrip(" \t"), []).append(number)
    number, offset = 0, start
    block: list[str] = []
    while number < len(lines):
        line = lines[number]
        opened = _FENCE.match(line)
        end = _next(closers.get(opened[1], []), number) if opened else None
        if opened and end is not None:
            parts.append(_spans_blanked(block))
            block = []
            body = "\n".join(lines[number : end + 1]) + ("\n" if end + 1 < len(lines) else "")
            inner = offset + len(line) + 1
            fences.append(
                (
                    Span(offset, offset + len(body)),
                    Span(inner, offset + len(body) - len(lines[end]) - (end + 1 < len(lines))),
                    opened[2] or "",
                )
            )
            parts.append(re.sub(r"[^\n]", " ", body))
            offset += len(body)
            number = end + 1
            continue
        block.append(line + ("\n" if number + 1 < len(lines) else ""))
        offset += len(block[-1])
        if not line.strip():
            parts.append(_spans_blanked(block))
            block = []
        number += 1
    parts.append(_spans_blanked(block))
    return "".join(parts), fences


def _next(numbers: list[int], after: int) -> int | None:
    place = bisect_right(numbers, after)
    return numbers[place] if place < len(numbers) else None


def _spans_blanked(block: list[str]) -> str:
    """A block with its backtick spans replaced by `_CODE`, if all of them close in their lines."""
    if not any("`" in line for line in block):
        return "".join(block)
    blanked = [_line_blanked(line) for line in block]
    if any("`" in _ESCAPED.sub("", line) for line in blanked):
        return "".join(block)
    return "".join(blanked)


def _line_blanked(line: str) -> str:
    """A line with each backtick run that a later one of its length closes, and what lies between, as `_CODE`."""
    runs = list(_TICKS.finditer(line))
    latest: dict[int, int] = {}
    closing: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        length = len(runs[number].group())
        if length in latest:
            closing[number] = latest[length]
        latest[length] = number
    parts: list[str] = []
    number = end = 0
    while number < len(runs):
        start = runs[number].start()
        escapes = start - len(line[:start].rstrip("\\"))
        if number in closing and escapes % 2 == 0:
            number = closing[number]
            parts += [line[end:start], _CODE * (runs[number].end() - start)]
            end = runs[number].end()
        number += 1
    return "".join([*parts, line[end:]])


def _headings(text: str, code: str, start: int) -> Iterator[Heading]:
    for match in _HEADING.finditer(code, start):
        words = match[2].rstrip(" \t")
        bare = words.rstrip("#")
        if not bare or bare[-1] in " \t":  # closing signs stand apart: the one of `C#` is a letter
            words = bare.rstrip(" \t")
        begin = match.end(2) - len(match[2].lstrip(" \t"))
        anchor = _HEADING_ID.search(words)
        end = match.start(2) + (anchor.start() if anchor else len(words))
        yield Heading(Span(*match.span()), len(match[1]), shared(text[min(begin, end) : end]), anchor[1] if anchor else None)


def _links(text: str, code: str, start: int) -> Iterator[Link]:
    for match in _WIKI.finditer(code, start):
        inner = text[match.start(2) : match.end(2)]
        if match[3] and not inner.startswith("?"):
            target, bar, label = inner.partition("|")
            yield Link(Span(*match.span()), target.strip(), label.strip() if bar else None, True)
    for pattern in (_INLINE, _DEFINITION):
        for match in pattern.finditer(code, start):
            group = (match.lastindex or 0) if match[match.lastindex or 0] is not None else 0
            yield Link(Span(*match.span(group)), text[match.start(group) : match.end(group)], None, False)
    for match in _AUTOLINK.finditer(code, start):
        target = match[1] if match[1].startswith(("http:", "https:", "mailto:")) else f"mailto:{match[1]}"
        yield Link(Span(*match.span(1)), target, None, False)


def _blanks(code: str, start: int) -> Iterator[Blank]:
    for match in _WIKI.finditer(code, start):
        if match[3] and match[2].startswith("?"):
            before = code.rfind("\n", 0, match.start()) + 1
            after = code.find("\n", match.end())
            around = code[before : match.start()] + code[match.end() : after if after >= 0 else len(code)]
            yield Blank(Span(*match.span()), match[2][1:].strip(), not around.strip())


def _items(code: str, start: int) -> Iterator[Item]:
    for match in _ITEM.finditer(code, start):
        end = _line_end(code, match.end())
        while end < len(code) and not _BLOCK_START.match(code[end + 1 : (following := _line_end(code, end + 1))]):
            end = following
        anchor = _ITEM_ID.search(code, match.end(), end)
        stop = anchor.start() if anchor else match.end() + len(code[match.end() : end].rstrip())
        yield Item(Span(match.start(), end), Span(match.end(), stop), anchor[1] if anchor else None)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _hazards(code: str, start: int) -> Iterator[Hazard]:
    autolinks = {match.start() for match in _AUTOLINK.finditer(code, start)}
    opened: set[str] = set()
    for match in _HTML.finditer(code, start):
        tag = match.group().lower()
        # An element is one problem: its end is told with its start.
        if match.start() not in autolinks and not (tag.startswith("</") and tag[2:] in opened):
            opened.add(tag[1:])
            yield Hazard(Span(*match.span()), "html")
    heading_ids = {heading.span.start: heading for heading in _headings(code, code, start)}
    for match in _BRACE.finditer(code, start):
        line = code.rfind("\n", 0, match.start()) + 1
        allowed = line in heading_ids and heading_ids[line].anchor is not None and _HEADING_ID.fullmatch(match.group())
        if not allowed and _ATTRIBUTES.search(match[1]):
            yield Hazard(Span(*match.span()), "attributes")
    for match in _WIKI.finditer(code, start):
        if problem := _malformed(match):
            yield Hazard(Span(match.start(), min(match.end(), match.start() + 80)), problem)
    for pattern, what in ((_UNDERLINE, "underlined"), (_NESTED, "nested"), (_DEEP, "deep"), (_NO_FENCE, "fence")):
        for match in pattern.finditer(code, start):
            yield Hazard(Span(*match.span()), what)
    for match in _REFERENCE.finditer(code, start):
        yield Hazard(Span(*match.span()), "reference")
    yield from _intricate(code, start)


def _malformed(match: re.Match[str]) -> str:
    if not match[3]:
        return "unclosed"
    if not match[2].lstrip("?").partition("|")[0].strip() or match[2].rstrip().endswith("|"):
        return "empty"
    return "long" if len(match[2]) > 300 else ""


def _intricate(code: str, start: int) -> Iterator[Hazard]:
    """What makes the converter slow or overflow its stack: at most one of each, they come in crowds."""
    for pattern, what in (
        (rf"^[ \t]{{{MAX_INDENT},}}\S", "indented"),
        (r"^[ \t]*(?:>[ \t]*){12,}", "indented"),
        (rf"([*_`~])\1{{{MAX_RUN},}}", "run"),
    ):
        if match := re.compile(pattern, re.M).search(code, start):
            yield Hazard(Span(*match.span()), what)
            return
    for block in re.compile(r"(?:^(?=[^\n]*\S)[^\n]*\n?)+", re.M).finditer(code, start):
        if len(block.group()) > MAX_BLOCK:
            yield Hazard(Span(block.start(), block.start() + 1), "block")
            return
        depth = 0
        for bracket in re.finditer(r"[\[\]]", block.group()):
            depth = depth + 1 if bracket.group() == "[" else max(0, depth - 1)
            if depth > MAX_BRACKETS:
                place = block.start() + bracket.start()
                yield Hazard(Span(place, place + 1), "brackets")
                return


def scheme(address: str) -> str | None:
    """The scheme that a browser would see in an address: `javascript` in `java&#115;cript:x`."""
    seen = re.sub(r"[\s\\\x00-\x20]", "", unescape(address))
    head, colon, _ = seen.partition(":")
    return head.lower() if colon and not re.search(r"[/?#]", head) else None


def plain(markdown: str) -> str:
    """Markdown as a reader would say it aloud: labels of links, no signs of emphasis."""
    # Most texts are headings and titles, which hold none of these signs.
    text = markdown
    if "[" in text:
        text = re.sub(r"\[\[[^\[\]|\n]*\|([^\[\]\n]*)\]\]", r"\1", text)
        text = re.sub(r"!?\[([^\[\]]*)\]\((?:[^()\n]|\([^()\n]*\))*\)", r"\1", text)
    if "*" in text or "_" in text or "`" in text:
        text = re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text)
    if "\\" in text:
        text = re.sub(r"\\([^\w\s])", r"\1", text)
    return " ".join(text.split())


def sentence_around(text: str, span: Span) -> Span:
    """The sentence of `text` in which a span lies: within its paragraph, list item or table cell."""
    start, end = _paragraph(text, span)
    start, end = max(start, span.start - MAX_SENTENCE), min(end, span.end + MAX_SENTENCE)
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.end() <= span.start:
            start = match.end()
        elif match.start() >= span.end:
            end = match.start()
            break
    return Span(start, end)


def _paragraph(text: str, span: Span) -> tuple[int, int]:
    start = text.rfind("\n", 0, span.start) + 1
    while (
        start > max(0, span.start - MAX_SENTENCE)
        and not _BLOCK_START.match(line := text[start : _line_end(text, start)])
        and line.strip()
    ):
        before = text.rfind("\n", 0, start - 1) + 1
        previous = text[before : start - 1]
        if not previous.strip() or previous.startswith("#"):
            break
        start = before
    end = _line_end(text, span.end)
    while end < min(len(text), span.end + MAX_SENTENCE) and not _BLOCK_START.match(text[end + 1 : _line_end(text, end + 1)]):
        end = _line_end(text, end + 1)
    marker = re.compile(r"[ \t]*(?:[-*+>|]|\d+[.)])?[ \t]*(?:\[[ xX]\][ ]+)?").match(text, start)
    start = min(marker.end() if marker else start, span.start)
    if "|" in text[start:end] and text[text.rfind("\n", 0, start) + 1] == "|":
        start = max(start, text.rfind("|", start, span.start) + 1)
        bar = text.find("|", span.end, end)
        end = bar if bar >= 0 else end
    return start, end
