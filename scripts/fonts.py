"""Build the font files in plugins/patternbook/theme/assets/patternbook/fonts (needs fonttools and brotli).

    npm i @fontsource-variable/source-serif-4 @fontsource-variable/source-sans-3
    python scripts/fonts.py path/to/node_modules plugins/patternbook/theme/assets/patternbook/fonts

Source Serif 4 and Source Sans 3 are cut down to Latin-1 and punctuation; the letters of
Latin Extended-A lie in files of their own, which a browser fetches only when a page uses one.
The marks of the kinds are drawn here, so that they look the same on every device.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

BASE = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    0x131,
    0x152,
    0x153,
    0x178,
    0x2010,
    0x2011,
    0x2013,
    0x2014,
    0x2018,
    0x2019,
    0x201A,
    0x201C,
    0x201D,
    0x201E,
    0x2020,
    0x2022,
    0x2026,
    0x202F,
    0x2009,
    0x2032,
    0x2033,
    0x2039,
    0x203A,
    0x2044,
    0x20AC,
    0x2122,
    0x2191,
    0x2193,
    0x2212,
}
SELDOM = {  # letters no living national language of Europe writes (Esperanto, Sami of old, ligatures)
    0x108,
    0x109,
    0x114,
    0x115,
    0x11C,
    0x11D,
    0x124,
    0x125,
    0x128,
    0x129,
    0x12C,
    0x12D,
    0x132,
    0x133,
    0x134,
    0x135,
    0x138,
    0x13F,
    0x140,
    0x149,
    0x14E,
    0x14F,
    0x15C,
    0x15D,
    0x166,
    0x167,
    0x168,
    0x169,
    0x16C,
    0x16D,
    0x17F,
}
EXTENDED = {*range(0x100, 0x180), 0x218, 0x219, 0x21A, 0x21B} - BASE - SELDOM
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "lnum", "onum", "pnum", "tnum", "case"]

COPYRIGHT = {
    "source-serif-4": "Copyright 2014 - 2021 Adobe Systems Incorporated (http://www.adobe.com/), with Reserved Font Name 'Source'.",
    "source-sans-3": "Copyright 2023 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'.",
}
# "Source" is a reserved name and a subset is a modified version (OFL, condition 3): ours carry names of their own
NAMES = {"source-serif-4": "Patternbook Serif", "source-sans-3": "Patternbook Sans"}

JOBS = [  # npm package, style, limits of the weight axis, name of the result
    ("source-serif-4", "wght-normal", (400, 600), "patternbook-serif"),
    ("source-serif-4", "wght-italic", 400, "patternbook-serif-italic"),
    ("source-sans-3", "wght-normal", 500, "patternbook-sans"),
]


def cut(source: Path, target: Path, letters: set[int], weight: object, family: str) -> None:
    font = TTFont(source)
    font = instancer.instantiateVariableFont(font, {"wght": weight})
    if "gvar" in font:  # the subsetter wants an entry for every glyph, the instancer drops the empty ones
        for name in font.getGlyphOrder():
            font["gvar"].variations.setdefault(name, [])
    options = Options()
    options.flavor = "woff2"
    options.layout_features = [f for f in FEATURES if f != "kern" or letters is BASE]  # kerning across two files never applies
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = family.replace(" ", "") + "-" + target.stem.split("-", 1)[1] if record.nameID == 6 else family
    font["head"].modified = font["head"].created  # the same bytes every time
    font.recalcTimestamp = False
    font.flavor = "woff2"
    font.save(target)


# --- the marks, on an em of 1000, standing on the baseline at the height of a capital -----------------

K = 0.5522847498


class Mark:
    """Contours in font units; outer ones run clockwise, holes the other way."""

    def __init__(self) -> None:
        self.pen = TTGlyphPen(None)

    def poly(self, *points: tuple[float, float]) -> Mark:
        self.pen.moveTo(_r(points[0]))
        for point in points[1:]:
            self.pen.lineTo(_r(point))
        self.pen.closePath()
        return self

    def box(self, x0: float, y0: float, x1: float, y1: float, *, hole: bool = False) -> Mark:
        points = [(x0, y0), (x0, y1), (x1, y1), (x1, y0)]
        return self.poly(*(reversed(points) if hole else points))

    def disc(self, cx: float, cy: float, r: float, *, hole: bool = False) -> Mark:
        return self.poly_arc(cx, cy, r, 0, -360, hole=hole)

    def poly_arc(self, cx: float, cy: float, r: float, a: float, b: float, *, hole: bool = False) -> Mark:
        """A closed disc from quadratic arcs."""
        if hole:
            a, b = b, a
        self.pen.moveTo(_r(_at(cx, cy, r, a)))
        _arc(self.pen, cx, cy, r, a, b)
        self.pen.closePath()
        return self

    def ring(self, cx: float, cy: float, r: float, stroke: float) -> Mark:
        return self.disc(cx, cy, r).disc(cx, cy, r - stroke, hole=True)

    def band(self, cx: float, cy: float, r: float, stroke: float, a: float, b: float) -> Mark:
        """A stroked arc from angle a down to angle b (clockwise)."""
        self.pen.moveTo(_r(_at(cx, cy, r, a)))
        _arc(self.pen, cx, cy, r, a, b)
        self.pen.lineTo(_r(_at(cx, cy, r - stroke, b)))
        _arc(self.pen, cx, cy, r - stroke, b, a)
        self.pen.closePath()
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float, stroke: float) -> Mark:
        length = math.hypot(x1 - x0, y1 - y0)
        nx, ny = -(y1 - y0) / length * stroke / 2, (x1 - x0) / length * stroke / 2
        return self.poly((x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny))

    def glyph(self) -> object:
        return self.pen.glyph()


def _r(point: tuple[float, float]) -> tuple[int, int]:
    return (round(point[0]), round(point[1]))


def _at(cx: float, cy: float, r: float, degrees: float) -> tuple[float, float]:
    t = math.radians(degrees)
    return (cx + r * math.cos(t), cy + r * math.sin(t))


def _arc(pen: TTGlyphPen, cx: float, cy: float, r: float, a: float, b: float) -> None:
    steps = max(1, math.ceil(abs(b - a) / 30))
    step = (b - a) / steps
    for i in range(steps):
        end = a + step * (i + 1)
        middle = a + step * (i + 0.5)
        control = _at(cx, cy, r / math.cos(math.radians(step / 2)), middle)
        pen.qCurveTo(_r(control), _r(_at(cx, cy, r, end)))


def marks() -> dict[int, tuple[str, object, int]]:
    s = 62  # one stroke for all of them
    lo, hi = -10, 650
    mid = (lo + hi) / 2
    x0, x1 = 60, 720
    frame = lambda: Mark().box(x0, lo, x1, hi).box(x0 + s, lo + s, x1 - s, hi - s, hole=True)  # noqa: E731
    out: dict[int, tuple[str, object, int]] = {}

    def put(code: int, name: str, mark: Mark, width: int = 780) -> None:
        out[code] = (name, mark.glyph(), width)

    put(0x25E3, "trap", Mark().poly((x0, lo), (x0, hi), (x1, lo)))
    put(0x25CE, "model", Mark().ring(390, mid, 340, s).disc(390, mid, 150))
    put(0x25E7, "shape", frame().box(x0 + s, lo + s, 390, hi - s))
    put(0x25B6, "practice", Mark().poly((x0 + 30, lo - 10), (x0 + 30, hi + 10), (x1 - 10, mid)))
    ritual = Mark().band(390, mid, 330, s, 20, -290)
    tip = _at(390, mid, 330 - s / 2, 70)
    ritual.poly((tip[0] - 55, tip[1] + 150), (tip[0] + 165, tip[1] - 10), (tip[0] - 75, tip[1] - 120))
    put(0x21BB, "ritual", ritual)
    story = Mark()  # a curved paragraph sign: a filled bowl and a stem that swings below the line
    story.pen.moveTo((400, 690))
    story.pen.qCurveTo((90, 690), (90, 480))
    story.pen.qCurveTo((90, 270), (400, 270))
    story.pen.closePath()
    story.pen.moveTo((400, 690))
    story.pen.lineTo((640, 690))
    story.pen.lineTo((640, 690 - s))
    story.pen.lineTo((400 + s, 690 - s))
    story.pen.lineTo((400 + s, 90))
    story.pen.qCurveTo((400 + s, -130), (200, -130))
    story.pen.lineTo((200, -130 + s))
    story.pen.qCurveTo((400, -130 + s), (400, 90))
    story.pen.closePath()
    put(0x2761, "story", story, 720)
    put(0x25A4, "template", frame().box(150, 455, 630, 455 + 48).box(150, 296, 630, 296 + 48).box(150, 137, 630, 137 + 48))
    check = frame()
    check.poly((196, 330), (240, 374), (352, 262), (560, 500), (606, 458), (354, 168))
    put(0x2611, "checked", check)
    put(0x2610, "unchecked", frame())
    tick = Mark().poly((90, 290), (142, 342), (270, 214), (560, 560), (614, 514), (272, 104))
    put(0x2713, "tick", tick, 700)
    arrow = lambda: Mark().box(70, mid - s / 2, 760, mid + s / 2)  # noqa: E731
    head = arrow().poly((560, mid + 225), (604, mid + 269), (856, mid), (604, mid - 269), (560, mid - 225), (770, mid))
    put(0x2192, "right", head, 920)
    left = Mark().box(160, mid - s / 2, 850, mid + s / 2)
    left.poly((360, mid + 225), (150, mid), (360, mid - 225), (316, mid - 269), (64, mid), (316, mid + 269))
    put(0x2190, "left", left, 920)
    return out


def build_marks(target: Path) -> None:
    glyphs = marks()
    order = [".notdef", *(name for name, _, _ in glyphs.values())]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({code: name for code, (name, _, _) in glyphs.items()})
    builder.setupGlyf({".notdef": Mark().glyph(), **{name: glyph for name, glyph, _ in glyphs.values()}})
    lsb = {name: getattr(glyph, "xMin", 0) or 0 for name, glyph, _ in glyphs.values()}
    builder.setupHorizontalMetrics({".notdef": (780, 0), **{name: (width, lsb[name]) for name, _, width in glyphs.values()}})
    builder.setupHorizontalHeader(ascent=1036, descent=-335)
    builder.setupNameTable(
        {"familyName": "Patternbook Marks", "styleName": "Regular", "licenseDescription": "Drawn for Patternbook."}
    )
    builder.setupOS2(sTypoAscender=1036, sTypoDescender=-335, usWinAscent=1036, usWinDescent=335)
    builder.setupPost(keepGlyphNames=False)
    font = builder.font
    font["head"].created = font["head"].modified = 3_800_000_000
    font.recalcTimestamp = False
    font.flavor = "woff2"
    font.save(target)


def main() -> None:
    modules, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    for package, style, weight, name in JOBS:
        files = modules / "@fontsource-variable" / package / "files"
        cut(files / f"{package}-latin-{style}.woff2", target / f"{name}.woff2", BASE, weight, NAMES[package])
        cut(
            files / f"{package}-latin-ext-{style}.woff2",
            target / f"{name}-ext.woff2",
            EXTENDED,
            400 if isinstance(weight, tuple) else weight,
            NAMES[package],
        )
    for package in ("source-serif-4", "source-sans-3"):
        text = (modules / "@fontsource-variable" / package / "LICENSE").read_text(encoding="utf-8")
        terms = text[text.index("This Font Software") :]
        (target / f"OFL-{package}.txt").write_text(f"{COPYRIGHT[package]}\n\n{terms}", encoding="utf-8")
    build_marks(target / "patternbook-marks.woff2")
    for file in sorted(target.glob("*.woff2")):
        print(f"{file.stat().st_size:7d}  {file.name}")


if __name__ == "__main__":
    main()
