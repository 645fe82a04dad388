"""What of a text stays word for word: code, links, ids, addresses, quotations. And the blocks that its sentences stand in.

Here it is the other way round than in `scan`: what may be code is left alone, since a word that stays is a smaller mistake than
code, an address or a quotation that was changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from patternbook.core.scan import Link, Marks, scan
from patternbook.core.source import Source, Span

# Stands for a character that stays as it is: it is no letter, and no white space.
_HIDDEN = "\0"

# The rule for patterns is that of `scan`: none may take more than linear time.
_LINE = re.compile(r"[^\n]+\n?|\n")
_MARKERS = re.compile(r"[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?:\[[ xX]\][ ]+)?")
_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]")
_QUOTED_LINE = re.compile(r"[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*>")
_HEADING = re.compile(r"#{1,6}(?!#)[ \t]*")
_NOTE = re.compile(r"[ \t]*(?:!!!|\?\?\?)")
_INNER_FENCE = re.compile(r"[ \t]+(`{3,}|~{3,})[^`\n]*$")
_TICKS = re.compile(r"\\.|(`+)", re.S)
_BRACKETS = re.compile(r"\\[^\n]|([\[\]])|(\n[ \t]*\n)")
_LINK_END = re.compile(r">?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)?")
_TAG = re.compile(r"<[A-Za-z/!?][^<>\n]*>")
# The sorts of a note, which are classes; its title stands between quotation marks.
_SORT = re.compile(r"^[ \t]*!!![^\"\n]*", re.M)
_ID = re.compile(r"\{[ \t]*[#.:](?:[^{}\n]|\{[^{}\n]*\})*\}?")
_NAMED_BRACES = re.compile(r"\{[a-z0-9-]+\}")
_ENTITY = re.compile(r"&#?\w{1,30};")
_ADDRESS = re.compile(r"(?:(?<![\w+.-])[A-Za-z][\w+.-]*://|(?<!\w)www\.|(?<!\w)mailto:)[^\s<>|\0]*|(?<!\S)[^\s@\0]+@[^\s|\0]+")
# What may be the name of a file, an account, a tag or a variable, and what tells that it is one.
_RUN = re.compile(r"[\w./@\\#'’+~:-]+")
_NAME = re.compile(r"[/@]|\\\w|\w\\.|#\w|[^\W_]_+[^\W_]|[^\W_]\.[^\W_]|^\.[^\W_]|-\d")
_MARKS = re.compile(r"[“”„«»\"]")
_CLOSING = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"'}
_BAR = re.compile(r"\\.|(\|)", re.S)
# What ends a plain text that is a sentence, and no title.
_SENTENCE = re.compile(r"[.!…][”\"’')\]]*\s*\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch in which sentences run on: a paragraph, a list item, a heading, a table cell; its signs are left out."""

    span: Span
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """A text as far as it may be changed; what may not is hidden, and offsets are kept.

    `values` hides what holds no variable: code, addresses, ids. `words` also hides what is left when words change.
    """

    text: str
    values: str
    words: str
    blocks: tuple[Block, ...]


def open_section(source: Source, span: Span, marks: Marks) -> Open:
    """A stretch of Markdown; offsets count from its start."""
    text, marks = source.slice(span), marks.within(span)
    fences = [*_shifted(marks.fences, -span.start), *_inner_fences(text)]
    layout = _layout(_hidden(text, fences, " "))
    layout.code += fences
    return _opened(text, span.start, marks, layout)


def open_words(text: str) -> Open:
    """Plain text. One that does not end like a sentence is a title, which may be in title case as headings are."""
    whole = Span(0, len(text))
    layout = _Layout([Block(whole, heading=not _SENTENCE.search(text))], [], [])
    return _opened(text, 0, scan(Source("", text), whole), layout)


@dataclass(slots=True)
class _Layout:
    """A text by its lines: blocks that can be changed, lines of code, and what stands behind `>`."""

    blocks: list[Block]
    code: list[Span]
    quoted: list[Span]


def _opened(text: str, base: int, marks: Marks, layout: _Layout) -> Open:
    code = [*_shifted(marks.codes, -base), *layout.code]
    code += _open_code(_hidden(text, code), [*(block.span for block in layout.blocks), *layout.quoted])
    readable = _hidden(text, code)
    targets, wholes = _links(readable, base, marks)
    ids = [blank.span for blank in marks.blanks] + [Span(i.text.end, i.span.end) for i in marks.items if i.anchor is not None]
    targets += [
        *_shifted(ids, -base),
        *_found(_ID, readable),
        *_found(_SORT, readable),
        *_found(_TAG, readable),
        *_found(_ADDRESS, readable),
    ]
    pictures = _shifted([picture.span for picture in marks.pictures], -base)
    words = _hidden(readable, [*targets, *wholes, *pictures, *layout.quoted])
    words = _hidden(words, [*_found(_NAMED_BRACES, words), *_found(_ENTITY, words), *_names(words)])
    cells = tuple(cell for block in layout.blocks for cell in _cells(words, block))
    return Open(text, _hidden(readable, targets), _hidden(words, _quotations(words, cells)), cells)


def _shifted(spans: Iterable[Span], by: int) -> list[Span]:
    return [Span(span.start + by, span.end + by) for span in spans]


def _found(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [Span(*match.span()) for match in pattern.finditer(text)]


def _hidden(text: str, spans: Iterable[Span], sign: str = _HIDDEN) -> str:
    """The text with every character in the spans hidden, but for the ends of lines."""
    parts: list[str] = []
    at = 0
    for span in sorted(spans):
        start, end = max(at, span.start), min(span.end, len(text))
        if end > start:
            parts += [text[at:start], "\n".join(sign * len(line) for line in text[start:end].split("\n"))]
            at = end
    return "".join([*parts, text[at:]])


def _inner_fences(text: str) -> Iterator[Span]:
    """Fenced code inside list items, which `scan` takes for text."""
    lines = text.split("\n")
    closers: dict[str, list[int]] = {}
    for number in range(len(lines) - 1, -1, -1):
        if lines[number][:1] in (" ", "\t"):
            closers.setdefault(lines[number].strip(" \t"), []).append(number)
    offset = number = 0
    while number < len(lines):
        opened, end = _INNER_FENCE.match(lines[number]), number
        if opened:
            later = closers.get(opened[1], [])
            while later and later[-1] <= number:
                later.pop()
            end = later[-1] if later else number
        length = sum(len(line) + 1 for line in lines[number : end + 1])
        if end > number:
            yield Span(offset, offset + length - 1)
        offset, number = offset + length, end + 1


def _layout(text: str) -> _Layout:
    layout = _Layout([], [], [])
    listed: int | None = None
    for piece in _pieces(text):
        first = text[piece[0].start : piece[0].end]
        if heading := _HEADING.match(first):
            layout.blocks.append(Block(Span(piece[0].start + heading.end(), piece[0].end), heading=True))
            listed = None
            continue
        # In a list, one level deeper than its text; a converter counts in steps of four.
        deep = 4 if listed is None else listed + 8
        while piece and _indent(text[piece[0].start : piece[0].end]) >= deep:
            layout.code.append(piece.pop(0))
        if not piece:
            continue
        lines = [text[line.start : line.end] for line in piece]
        listed = _list_of(lines, listed)
        quoted = next((number for number, line in enumerate(lines) if _QUOTED_LINE.match(line)), len(lines))
        # What follows a line behind `>` without a blank line between belongs to it.
        if quoted < len(lines):
            layout.quoted.append(Span(piece[quoted].start, piece[-1].end))
        layout.blocks += _flow(piece[:quoted], lines[:quoted])
    return layout


def _pieces(text: str) -> Iterator[list[Span]]:
    """The lines between two blank ones; a heading is a piece of its own."""
    piece: list[Span] = []
    for match in _LINE.finditer(text):
        heading = _HEADING.match(match.group())
        if piece and (heading or not match.group().strip()):
            yield piece
            piece = []
        if heading:
            yield [Span(*match.span())]
        elif match.group().strip():
            piece.append(Span(*match.span()))
    if piece:
        yield piece


def _indent(line: str) -> int:
    white = line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4)
    return len(white)


def _list_of(lines: Sequence[str], listed: int | None) -> int | None:
    """The indent of the last list item, if the text that follows can still belong to it."""
    for number, line in enumerate(lines):
        if _MARKER.match(line) or _NOTE.match(line):
            listed = _indent(line)
        elif number == 0 and listed is not None:
            listed = None if _indent(line) < 2 else min(listed, max(_indent(line) - 4, 0))
    return listed


def _flow(piece: Sequence[Span], lines: Sequence[str]) -> Iterator[Block]:
    """Blocks of a piece: each item of a list, each row of a table, and what is left as a paragraph."""
    table = any(_aligns(line) for line in lines)
    start = end = -1
    for place, line in zip(piece, lines, strict=True):
        begins = table or _MARKER.match(line) or line.lstrip(" \t").startswith("|")
        if begins and start >= 0:
            yield Block(Span(start, end))
            start = -1
        if start < 0:
            markers = _MARKERS.match(line)
            start = place.start + (markers.end() if markers else 0)
        end = place.end
    if start >= 0:
        yield Block(Span(start, end))


def _aligns(line: str) -> bool:
    """Whether a line is the one below the head of a table."""
    return "|" in line and "-" in line and not line.strip(" \t\n|:-")


def _cells(text: str, block: Block) -> Iterator[Block]:
    """A block cut at bars, as tables are. Elsewhere a bar is rare, and to begin anew behind it does no harm."""
    start = block.span.start
    for bar in _BAR.finditer(text, block.span.start, block.span.end):
        if bar[1]:
            yield Block(Span(start, bar.start()), block.heading)
            start = bar.end()
    yield Block(Span(start, block.span.end), block.heading)


def _open_code(text: str, places: Iterable[Span]) -> Iterator[Span]:
    """Code in backticks over several lines, which `scan` takes for text."""
    for place in places:
        runs = [match for match in _TICKS.finditer(text, place.start, place.end) if match[1]]
        last = {len(run[1]): number for number, run in enumerate(runs)}
        opened: re.Match[str] | None = None
        for number, run in enumerate(runs):
            if opened is None:
                opened = run if last[len(run[1])] > number else None
            elif len(run[1]) == len(opened[1]):
                yield Span(opened.start(), run.end())
                opened = None


def _links(text: str, base: int, marks: Marks) -> tuple[list[Span], list[Span]]:
    """Of all links the parts that say where they lead, and the wholes."""
    pairs = _bracketed(text)
    targets: list[Span] = []
    wholes: list[Span] = []
    defined: set[str] = set()
    for link in marks.links:
        place = Span(link.span.start - base, link.span.end - base)
        if link.wiki:
            wholes.append(place)
            targets.append(_before_label(text, place, link))
            continue
        before = place.start
        while before > 2 and text[before - 1] in "<> \t\n":
            before -= 1
        opened = pairs.get(before - 2, before - 2)
        if text[max(0, before - 2) : before] == "](":
            end = _LINK_END.match(text, place.end)
            targets.append(Span(before - 1, end.end() if end else place.end))
            wholes.append(Span(opened, targets[-1].end))
        elif text[max(0, before - 2) : before] == "]:":
            defined.add(_label(text[opened + 1 : before - 2]))
            targets.append(place)
            wholes.append(Span(opened, _line_end(text, place.end)))
        else:
            targets.append(place)
    references = [*_references(text, pairs, defined)]
    return targets + [target for target, _ in references], wholes + [whole for _, whole in references]


def _before_label(text: str, place: Span, link: Link) -> Span:
    """A wiki link without its label."""
    return place if link.label is None else Span(place.start, text.find("|", place.start) + 1)


def _label(words: str) -> str:
    return " ".join(words.lower().split())


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _bracketed(text: str) -> dict[int, int]:
    """For each closing bracket the one that opens, both in one piece of the text."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACKETS.finditer(text):
        if match[2]:
            opened.clear()
        elif match[1] == "[":
            opened.append(match.start())
        elif match[1] and opened:
            pairs[match.start()] = opened.pop()
    return pairs


def _references(text: str, pairs: dict[int, int], defined: set[str]) -> Iterator[tuple[Span, Span]]:
    """Links by a name in brackets: the name, and the whole. Another section may define it, so two pairs in a row are one always."""
    for end, start in pairs.items():
        before = pairs.get(start - 1)
        if before is not None:
            yield Span(start, end + 1), Span(before, end + 1)
        elif defined and _label(text[start + 1 : end]) in defined:
            yield Span(start, end + 1), Span(start, end + 1)


def _names(text: str) -> Iterator[Span]:
    """Files, paths, accounts, tags, variables of programs, versions."""
    for run in _RUN.finditer(text):
        if _NAME.search(run.group()):
            yield Span(*run.span())


def _quotations(text: str, blocks: Iterable[Block]) -> Iterator[Span]:
    """What stands between quotation marks. Of a mark that is not closed, the rest of its block, unless it may stand for inches."""
    for block in blocks:
        opened, depth, closing, mark = -1, 0, "", ""
        for match in _MARKS.finditer(text, block.span.start, block.span.end):
            sign = match.group()
            # In German this sign closes, unless white space before it tells that it opens a quotation in the quotation.
            nested = sign == "“" and mark == "„" and text[match.start() - 1].isspace()
            if depth and sign in closing and not nested:
                depth -= 1
                if not depth:
                    yield Span(opened, match.end())
            elif not depth and sign in _CLOSING:
                opened, depth, closing, mark = match.start(), 1, _CLOSING[sign], sign
            elif depth and (sign == mark or nested):
                depth += 1
        if depth and mark != '"':
            yield Span(opened, block.span.end)
