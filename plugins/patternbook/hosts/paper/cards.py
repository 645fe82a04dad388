"""Decks of cards: four or eight to a sheet, fronts and backs paired for printing on both sides, and a check that the text fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from patternbook.core.diagnostics import Code, Diagnostic, Severity, at
from patternbook.core.paper import CardText, Side, card_texts
from patternbook.core.paths import address
from patternbook.core.source import Source, Span
from patternbook.core.views import Entry
from patternbook.edges.pdf import EXTRA, NoPrinter, Press
from patternbook.hosts.paper.pages import converted
from patternbook.hosts.paper.shop import PAPERS, Nothing, Printed, Shop

# Cards of one size on A4 and Letter, in millimetres, and how many stand beside each other.
DECKS: Mapping[int, tuple[float, float, int]] = {4: (93, 126, 2), 8: (93, 63, 2)}
# Type sizes in points that a front and a back are tried with.
FRONT = (13.5, 12, 10.5, 9.5, 8.5, 7.75, 7)
BACK = (9.5, 8.75, 8, 7.5, 7)
# What a face keeps free below its text: the lines at its foot, and on the back the code.
_FOOT, _CODE, _TOP = 11.0, 21.0, 6.0
_MARK = 4.0
# How much higher than its room a text may be by estimate and still be tried; the height of one line, in parts of its type's size,
# and a point in millimetres.
_DOUBT = 1.12
_LEADING, _POINT = 1.34, 25.4 / 72


@dataclass(frozen=True, slots=True)
class Face:
    """One side of a card: what it may show, from the fullest to the least, and where that was written."""

    kind: str
    variants: tuple[str, ...]
    sizes: tuple[float, ...]
    free: float
    source: Source
    span: Span
    back: bool = False


@dataclass(frozen=True, slots=True)
class Set:
    """A face as it was set: its text, the size of its type in points, and by how many millimetres it is too long."""

    html: str
    size: float
    over: float = 0


def print_cards(shop: Shop, entries: Sequence[Entry], per_sheet: int = 4) -> Printed:
    """A card for each entry. A face shows as much of what its kind names as fits, in the largest type in which it does."""
    if not entries:
        raise Nothing("The query selects no page.")
    width, height, _ = DECKS[per_sheet]
    cards = [(text, *_faces(shop, text, height)) for text in card_texts(shop.book, entries)]
    faces = [face for _, front, back in cards for face in (front, back)]
    press = shop.press("cards")
    placed = _placed(shop, press, faces, width)
    problems = [problem for face, done in zip(faces, placed, strict=True) for problem in _too_long(face, done)]
    laid = press.lay(shop.document(_sheets(shop, [card[0] for card in cards], placed, per_sheet), "cards"))
    return Printed(press.pdf([laid]), laid.sheets, tuple(problems))


def _faces(shop: Shop, text: CardText, height: float) -> tuple[Face, Face]:
    entry = text.entry
    kicker = f'<p class="pb-kicker">{escape(f"{entry.kind.glyph} {entry.kind.label}")}</p>'
    front = f"{kicker}<h1>{escape(entry.title)}</h1><p>{escape(entry.summary)}</p>"
    html = converted(shop.book.pages[entry.path].text) if any(side.anchor for side in text.sides) else ""
    sides = [_side(shop, entry, side, html) for side in text.sides]
    # The first is kept for as long as it fits; where it does not, one of the others may.
    backs = ("".join(sides), *("".join(sides[:count]) for count in range(len(sides) - 1, 0, -1)), *sides[1:])
    place = text.sides[0] if text.sides else text
    return (
        Face(entry.kind.id, (front,), FRONT, height - _TOP - _FOOT, text.source, text.span),
        Face(entry.kind.id, backs, BACK, height - _TOP - (_CODE if shop.url else _FOOT), place.source, place.span, back=True),
    )


def _side(shop: Shop, entry: Entry, side: Side, page: str) -> str:
    """A part of the back as HTML, whose links lead to the site, from the HTML of its page."""
    heading = f"<h2>{escape(side.heading)}</h2>"
    if side.lines:
        lines = "".join(f"<li>{escape(shop.book.definition.say('quoted', text=line))}</li>" for line in side.lines)
        return f"{heading}<ul>{lines}</ul>"
    html = shop.binding().rewritten(entry.path, _section(page, side.anchor), entry.kind.id)
    return heading + html


def _section(html: str, id: str) -> str:
    """A section of a page as HTML, without its heading."""
    found = re.search(rf'<h2 id="{re.escape(id)}"[^>]*>.*?</h2>(.*?)(?=<h2 |\Z)', html, re.S)
    return found[1] if found else ""


def _placed(shop: Shop, press: Press, faces: Sequence[Face], width: float) -> list[Set]:
    """Every face as full and as large as it fits. The next tries of all that are still open are measured together."""
    done: dict[int, Set] = {}
    tries = {n: [(text, size) for text in face.variants for size in face.sizes] for n, face in enumerate(faces)}
    while tries:
        for n, height in _heights(shop, press, {n: left[0] for n, left in tries.items()}, width).items():
            text, size = tries[n][0]
            if height <= faces[n].free:
                done[n] = Set(text, size)
            else:
                # A text's height goes with the square of its type's size; what would be far too high need not be laid out.
                least = size * (faces[n].free * _DOUBT / height) ** 0.5
                tries[n] = [one for one in tries[n][1:] if one[0] != text or one[1] <= least]
                if not tries[n]:
                    done[n] = _cut(shop, press, faces[n], width)
        tries = {n: left for n, left in tries.items() if n not in done}
    return [done[n] for n in range(len(faces))]


def _cut(shop: Shop, press: Press, face: Face, width: float) -> Set:
    """What did not fit in any try: its shortest text in the smallest type, and by how much that is too long, if it is."""
    size = face.sizes[-1]
    heights = _heights(shop, press, {n: (text, size) for n, text in enumerate(face.variants)}, width)
    shortest = min(heights, key=lambda n: (heights[n], n))
    return Set(face.variants[shortest], size, max(0.0, heights[shortest] - face.free))


def _heights(shop: Shop, press: Press, tried: Mapping[int, tuple[str, float]], width: float) -> dict[int, float]:
    """How high texts are, in millimetres, each in its size on a sheet of its own, with all the room that it wants."""
    rules = (
        f"@page face {{ size: {width}mm 900mm; margin: 0; }}\n"
        f".pb-face {{ position: static; break-after: page; page: face; width: {width}mm; padding-top: 0; padding-bottom: 0; }}"
    )
    parts = [
        f'<div class="pb-face" style="font-size: {size}pt">{text}<a id="end-{n}"></a></div>' for n, (text, size) in tried.items()
    ]
    laid = press.lay(shop.document(parts, "cards"), rules)
    # The last line hangs from where its anchor is.
    return {n: laid.ends[f"end-{n}"] for n in tried}


def _too_long(face: Face, done: Set) -> Iterable[Diagnostic]:
    if done.over:
        lines = ceil(done.over / (done.size * _LEADING * _POINT))
        side = "back" if face.back else "front"
        message = f"the {side} of the card is too long by {ceil(done.over)} mm, about {lines} line{'s' if lines > 1 else ''}"
        help = "Shorten it here, or name another section or field under `card` of its kind; the card was printed and ends early."
        yield at(face.source, face.span, Code.CARD, message, help, Severity.WARNING)


def _sheets(shop: Shop, cards: Sequence[CardText], placed: Sequence[Set], per_sheet: int) -> Iterable[str]:
    """Sheets of fronts, each followed by its backs in the mirrored order: turned over its long edge, a sheet has them paired."""
    width, height, across = DECKS[per_sheet]
    for start in range(0, len(cards), per_sheet):
        chosen = range(start, min(start + per_sheet, len(cards)))
        for back in (False, True):
            faces = "".join(
                _face(shop, cards[n], placed[2 * n + back], _spot(shop, n - start, per_sheet, back), (width, height), back)
                for n in chosen
            )
            yield f'<div class="pb-sheet">{faces}{_marks(shop, per_sheet, across)}</div>'


def _spot(shop: Shop, number: int, per_sheet: int, back: bool) -> tuple[float, float]:
    """Where a card lies on its sheet: millimetres from the left and from the top."""
    width, height, across = DECKS[per_sheet]
    left, top = _margins(shop, per_sheet)
    column, row = number % across, number // across
    return left + width * (across - 1 - column if back else column), top + height * row


def _margins(shop: Shop, per_sheet: int) -> tuple[float, float]:
    width, height, across = DECKS[per_sheet]
    sheet = PAPERS[shop.paper]
    return (sheet[0] - width * across) / 2, (sheet[1] - height * per_sheet / across) / 2


def _face(shop: Shop, card: CardText, done: Set, spot: tuple[float, float], size: tuple[float, float], back: bool) -> str:
    """A face in its place, with what is at its foot: on the back the code that leads to the page."""
    entry = card.entry
    code = _code(shop, entry) if back else ""
    say = shop.book.definition.say
    foot = [f"{shop.book.definition.name} · {entry.id} · {say('paper-edition', day=shop.day.isoformat())}"]
    if back and shop.url:
        place = _at(shop, entry).partition("://")[2].rstrip("/")
        foot.insert(0, say("paper-more", address=place) if done.over else place)
    where = "; ".join(
        f"{name}: {value:g}mm" for name, value in zip(("left", "top", "width", "height"), (*spot, *size), strict=True)
    )
    free = size[1] - _TOP - (_CODE if code else _FOOT)
    return (
        f'<section class="pb-face{" pb-coded" if code else ""}" data-kind="{escape(entry.kind.id)}" style="{where}">'
        f'<div class="pb-text" style="font-size: {done.size}pt; max-height: {free:g}mm">{done.html}</div>'
        f'{code}<p class="pb-foot">{"<br>".join(map(escape, foot))}</p></section>'
    )


def _at(shop: Shop, entry: Entry) -> str:
    return shop.url + address(entry.path)


def _code(shop: Shop, entry: Entry) -> str:
    """The page's address as a QR code, if the site has an address."""
    if not shop.url:
        return ""
    try:
        import segno
    except ImportError:
        raise NoPrinter(EXTRA) from None
    drawing = segno.make(_at(shop, entry), error="m", micro=False).svg_inline(border=0, omitsize=True)
    return f'<div class="pb-code" role="img" aria-label="{escape(_at(shop, entry))}">{drawing}</div>'


def _marks(shop: Shop, per_sheet: int, across: int) -> str:
    """Short lines at the edges of the sheet, where to cut."""
    width, height, _ = DECKS[per_sheet]
    left, top = _margins(shop, per_sheet)
    down = per_sheet // across
    right, bottom = left + across * width, top + down * height
    lines = []
    for n in range(across + 1):
        lines += [(left + n * width, edge, 0.15, _MARK) for edge in (top - _MARK - 1, bottom + 1)]
    for n in range(down + 1):
        lines += [(edge, top + n * height, _MARK, 0.15) for edge in (left - _MARK - 1, right + 1)]
    return "".join(
        f'<div class="pb-mark" style="left: {x:g}mm; top: {y:g}mm; width: {w:g}mm; height: {h:g}mm"></div>' for x, y, w, h in lines
    )
