"""What changed between two texts, line by line and inside a line word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

SAME, OUT, IN = "same", "out", "in"
Piece = tuple[str, str]
# Comparing words costs by the square of their number.
MOST_WORDS = 2_000


def pieces(old: str, new: str) -> list[Piece]:
    """Both texts as one: what stayed, what went out, what came in."""
    before, after = old.strip().splitlines(keepends=True), new.strip().splitlines(keepends=True)
    found: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if what == "equal":
            found.append((SAME, gone))
        else:
            found += _words(gone, come)
    return _joined(found)


def _words(old: str, new: str) -> Iterable[Piece]:
    before, after = re.findall(r"\s+|[^\s]+", old), re.findall(r"\s+|[^\s]+", new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if len(before) + len(after) > MOST_WORDS or matcher.quick_ratio() < 0.4:
        return [(OUT, old), (IN, new)]
    found: list[Piece] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found.append((SAME, "".join(before[a:b])))
        else:
            found += [(OUT, "".join(before[a:b])), (IN, "".join(after[c:d]))]
    return _bridged(found)


def _bridged(found: list[Piece]) -> list[Piece]:
    """A space that stayed between two changed words goes with them: `one two` for `three four` reads as one change."""
    result: list[Piece] = []
    for number, (what, text) in enumerate(found):
        between = 0 < number < len(found) - 1 and what == SAME and text.strip() == "" and "\n" not in text
        result += [(OUT, text), (IN, text)] if between else [(what, text)]
    return result


def _joined(found: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one sort as one; between two stretches that stayed, first what went out and then what came in."""
    result: list[Piece] = []
    out, come = "", ""
    for what, text in [*found, (SAME, "")]:
        if what == SAME:
            result += [(sort, part) for sort, part in ((OUT, out), (IN, come)) if part]
            out, come = "", ""
            if text and result and result[-1][0] == SAME:
                result[-1] = (SAME, result[-1][1] + text)
            elif text:
                result.append((SAME, text))
        elif what == OUT:
            out += text
        else:
            come += text
    return result
