"""Source text and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a source's text, in characters, end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the book as text: UTF-8 decoded, without byte-order mark, lines ending in LF.

    `path` is what a person would type from the root of the repository: `content/traps/x.md`.
    """

    path: str
    text: str
    _starts: list[int] = field(default_factory=list, repr=False, compare=False, hash=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both counted from 1."""
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(i + 1 for i, char in enumerate(self.text) if char == "\n")
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The character at a line and column, both counted from 1; the text's end if there is none."""
        self.position(0)
        return min(self._starts[min(line, len(self._starts)) - 1] + column - 1, len(self.text))

    def slice(self, span: Span) -> str:
        """The text that a span names."""
        return self.text[span.start : span.end]


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
