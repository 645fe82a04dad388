"""The words that an edition replaces: for people, sorted by word, and for programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from patternbook.core.layers import page_name
from patternbook.core.rewording import Replaced


def text(rows: Sequence[Replaced]) -> str:
    """Each pair of words with its count, and below it every place with the words around; the last line counts all."""
    groups: defaultdict[tuple[str, str], list[Replaced]] = defaultdict(list)
    for row in rows:
        groups[_one_line(row.old).lower(), _one_line(row.new).lower()].append(row)
    parts = [f"{_name(found)} ({len(found)})\n{''.join(map(_line, found))}\n" for _, found in sorted(groups.items())]
    pages = len({row.page for row in rows} - {""})
    return "".join(parts) + f"{_count(len(rows), 'replacement')} of {_count(len(groups), 'word')} on {_count(pages, 'page')}\n"


def as_json(rows: Sequence[Replaced]) -> str:
    """An array of objects, in the order of files and places."""
    return json.dumps([_object(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


RENDERERS = {"text": text, "json": as_json}


def _name(rows: Sequence[Replaced]) -> str:
    """What the words are called: as they stand in a sentence, if they do so anywhere."""
    row = next((row for row in rows if row.old == row.old.lower()), rows[0])
    return f"{_one_line(row.old)} → {_one_line(row.new)}"


def _line(row: Replaced) -> str:
    path, line, column = row.place
    before, behind = row.around
    return f"  {path}:{line}:{column}: {before}[-{_one_line(row.old)}-]{{+{_one_line(row.new)}+}}{behind}\n"


def _object(row: Replaced) -> dict[str, object]:
    path, line, column = row.place
    before, behind = row.around
    id = page_name(row.page) if row.page else ""
    return {
        "id": id, "path": path, "line": line, "column": column, "old": row.old, "new": row.new, "before": before, "behind": behind,
    }  # fmt: skip


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
