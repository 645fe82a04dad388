"""A form that was filled in and is printed: its answers can be read to their end."""

from __future__ import annotations

import re
from functools import cache

from fontTools.ttLib import TTFont
from patternbook.hosts import site

from .conftest import Paper, rect

MULTILINE = 1 << 12
# What a field keeps free at its sides, in points, and how high a line is, in parts of its type.
SIDES, LEADING = 4, 1.15


@cache
def widths() -> dict[str, float]:
    """How wide each letter of the sans is, in parts of its size."""
    font = TTFont(site.theme_folder() / "assets/patternbook/fonts/patternbook-sans.woff2")
    advances, per_em = font["hmtx"], font["head"].unitsPerEm
    return {chr(code): advances[glyph][0] / per_em for code, glyph in font.getBestCmap().items()}


def wide(text: str, size: float) -> float:
    return sum(widths().get(sign, 0.6) for sign in text) * size


def lines(text: str, size: float, room: float) -> int:
    """How many lines a text takes, broken between words as programs that show forms do it."""
    count = 0
    for paragraph in text.splitlines() or [""]:
        count, used = count + 1, 0.0
        for word in paragraph.split():
            if used and used + wide(word, size) > room:
                count, used = count + 1, 0.0
            used += wide(word + " ", size)
    return count


def test_a_long_answer_can_be_read_to_its_end(filled_forms: Paper) -> None:
    """On paper nobody can scroll in a field: each answer of the samples has room, in sentences, in lists and in tables."""
    cut, seen = [], 0
    for sheet in filled_forms.reader.pages:
        for note in sheet.get("/Annots", []):
            field = note.get_object()
            if field.get("/FT") != "/Tx" or not (answer := str(field.get("/V", ""))):
                continue
            seen += 1
            size = float(re.search(r"([\d.]+) Tf", str(field["/DA"]))[1])
            left, low, right, high = rect(field)
            room = right - left - SIDES
            if int(field.get("/Ff", 0)) & MULTILINE:
                needed = lines(answer, size, room) * size * LEADING
                if needed > high - low + 1:
                    cut.append(f"{field['/T']}: {needed:.0f} points high where {high - low:.0f} are")
            elif wide(answer, size) > room + 1:
                cut.append(f"{field['/T']}: {wide(answer, size):.0f} points wide where {room:.0f} are")
    assert seen > 300
    assert cut == []
