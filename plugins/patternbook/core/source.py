"""Source text and places in it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a source's text, in characters, end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a rewritten text: where it begins, and the span of the text as written that it stands for.

    What was `kept` is the same on both sides, character by character.
    """

    start: int
    written: Span
    kept: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rewritten text comes from: the source as it was written, and the stretches of the new text in order."""

    source: Source
    stretches: tuple[Stretch, ...]

    def back(self, offset: int) -> int:
        """The character as written for one of the new text. Inside new words it is the first one of the old."""
        stretch = self.stretches[max(0, bisect_right(self.stretches, offset, key=lambda s: s.start) - 1)]
        return stretch.written.start + (max(0, offset - stretch.start) if stretch.kept else 0)

    def forth(self, offset: int) -> int:
        """The character of the new text for one as written. Inside old words it is the first one of the new."""
        stretch = self.stretches[max(0, bisect_right(self.stretches, offset, key=lambda s: s.written.start) - 1)]
        return stretch.start + (max(0, offset - stretch.written.start) if stretch.kept else 0)


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the book as text: UTF-8 decoded, without byte-order mark, lines ending in LF.

    `path` is what a person would type from the root of the repository: `content/traps/x.md`. Where words were replaced, `text`
    is the new text and `origin` knows the old one: lines and columns are always those of the file, where a person mends it.
    """

    path: str
    text: str
    origin: Origin | None = None
    _starts: array[int] = field(default_factory=partial(array, "L"), repr=False, compare=False, hash=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character in the file as written, both counted from 1."""
        if self.origin:
            return self.origin.source.position(self.origin.back(offset))
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(i + 1 for i, char in enumerate(self.text) if char == "\n")
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The character at a line and column of the file, both counted from 1; the text's end if there is none."""
        if self.origin:
            return self.origin.forth(self.origin.source.offset(line, column))
        self.position(0)
        return min(self._starts[min(line, len(self._starts)) - 1] + column - 1, len(self.text))

    def slice(self, span: Span) -> str:
        """The text that a span names."""
        return self.text[span.start : span.end]

    def as_written(self, span: Span) -> Span:
        """The span of the file that a span of this text comes from."""
        if not self.origin:
            return span
        start = self.origin.back(span.start)
        return self.origin.source.as_written(Span(start, max(start, self.origin.back(span.end))))


@lru_cache(1 << 12)
def shared(text: str) -> str:
    """The text, as one for all who hold the same: names, headings and ids stand on hundreds of pages."""
    return text


def rewritten(source: Source, edits: Iterable[tuple[Span, str]]) -> Source:
    """A source with spans replaced, whose places are still those of the file. Of spans that overlap the earlier one wins."""
    parts: list[str] = []
    stretches: list[Stretch] = []
    at = start = 0
    for span, new in sorted(edits, key=lambda edit: (edit[0].start, -edit[0].end)):
        if span.start < at:
            continue
        stretches.append(Stretch(start, Span(at, span.start), kept=True))
        start += span.start - at
        stretches.append(Stretch(start, span, kept=False))
        start += len(new)
        parts += [source.text[at : span.start], new]
        at = span.end
    if not stretches:
        return source
    stretches.append(Stretch(start, Span(at, len(source.text)), kept=True))
    return Source(source.path, "".join([*parts, source.text[at:]]), Origin(source, tuple(stretches)))


def splice(text: str, edits: list[tuple[Span, str]]) -> str:
    """Replace spans of `text`. Spans must not overlap; where they would, the earlier one wins."""
    parts: list[str] = []
    at = 0
    for span, replacement in sorted(edits, key=lambda edit: (edit[0].start, -edit[0].end)):
        if span.start < at:
            continue
        parts += [text[at : span.start], replacement]
        at = span.end
    return "".join([*parts, text[at:]])
