"""Drawings: files of the folder `figures/` in a small, closed part of SVG, which pages hold in their text.

Because a drawing stands in the page, it follows light, dark and paper, its words can be read aloud
and searched, and every element of it is one of those below: nothing in it can act or lead outside.
Colour and weight come from a class of a closed list, so that all drawings speak one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from patternbook.core.diagnostics import MOST, Code, Diagnostic, at, clip, listed, suggestion, whole
from patternbook.core.fieldspec import ID
from patternbook.core.source import Source, Span
from patternbook.core.text import attribute

FOLDER = "figures/"
# Every drawing is as wide, so that a line and a letter have one size wherever they stand.
WIDTH = 360
MAX_HEIGHT = 640
MAX_ELEMENTS = 600
MAX_BYTES = 60_000

_NUMBER = r"-?[0-9]{1,4}(?:\.[0-9]{1,3})?"
_NUMBERS = re.compile(rf"{_NUMBER}(?:[\s,]+{_NUMBER})*")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9.,\s-]+")
_TRANSFORM = re.compile(rf"(?:translate|rotate|scale)\({_NUMBER}(?:[ ,]+{_NUMBER}){{0,2}}\)")
_ANCHOR = re.compile("start|middle|end")
_PLACE = dict.fromkeys(("x", "y", "dx", "dy"), _NUMBERS) | {"text-anchor": _ANCHOR}

# Elements and the attributes that say where they are.
ELEMENTS: dict[str, dict[str, re.Pattern[str]]] = {
    "svg": {"viewBox": _NUMBERS},
    "title": {},
    "desc": {},
    "g": {"text-anchor": _ANCHOR},
    "line": dict.fromkeys(("x1", "y1", "x2", "y2"), _NUMBERS),
    "rect": dict.fromkeys(("x", "y", "width", "height", "rx"), _NUMBERS),
    "circle": dict.fromkeys(("cx", "cy", "r"), _NUMBERS),
    "ellipse": dict.fromkeys(("cx", "cy", "rx", "ry"), _NUMBERS),
    "path": {"d": _PATH},
    "polyline": {"points": _NUMBERS},
    "polygon": {"points": _NUMBERS},
    "text": _PLACE,
    "tspan": _PLACE,
}
# What a class looks like is the style sheet's affair: strokes, fills, arrow heads, words.
CLASSES = (
    "thin", "bold", "dash", "arrow", "arrows",
    "soft", "solid", "ink", "paper", "bare",
    "strong", "small", "quiet", "on",
)  # fmt: skip
# What a viewer of the file alone needs and the page does without.
FILE_ONLY = (
    "xmlns", "fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight",
)  # fmt: skip
_MEANT = {
    "text-anchor": "Allowed: start, middle, end.",
    "d": "Write the letters of a path, such as M, H, V, L, Q and Z, with numbers.",
    "transform": "Write translate(x y), rotate(degrees x y) or scale(factor).",
}
_TOLD = ("title", "desc")
# What may stand in what; anything else would not be drawn.
_INSIDE = {
    "": ("svg",),
    "svg": tuple(name for name in ELEMENTS if name not in ("svg", "tspan")),
    "g": tuple(name for name in ELEMENTS if name not in ("svg", "tspan", *_TOLD)),
    "text": ("tspan",),
}
_POINTED = ("line", "polyline", "path")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as a page shows it. `name` is its file's stem; `shapes` are markup, escaped.

    `words` say what it shows to somebody who does not see it; `heads` tells that arrows need theirs.
    """

    name: str
    title: str
    words: str
    height: float
    shapes: str
    heads: bool = False


def read_drawing(path: str, content: bytes) -> tuple[Drawing | None, list[Diagnostic]]:
    """A file of `figures/` as a drawing, and its problems."""
    if len(content) > MAX_BYTES:
        message = f"the drawing has {len(content):,} bytes; at most {MAX_BYTES:,} are allowed"
        return None, [whole(path, Code.DRAWING, message, "Draw less, or place it outside `figures/` as a picture.")]
    try:
        source = Source(path, content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    except UnicodeDecodeError:
        return None, [whole(path, Code.DRAWING, "the drawing is not UTF-8 text", "Save it as UTF-8.")]
    name = path.rpartition("/")[2].removesuffix(".svg")
    if not re.fullmatch(ID, name) or "--" in name or name == "profile" or path.partition(FOLDER)[2] != f"{name}.svg":
        help = "Use a-z, 0-9 and single hyphens, no folder below `figures/`, and another name than profile."
        return None, [whole(path, Code.DRAWING, f'a drawing cannot be called "{clip(path.partition(FOLDER)[2], 60)}"', help)]
    reader = _Reader(source, name)
    with suppress(_Refused):
        try:
            reader.parse()
            reader.finish()
        except expat.ExpatError as error:
            place = source.offset(error.lineno, error.offset + 1)
            reader.report(place, expat.errors.messages[error.code], "Correct the XML.")
    if reader.problems:
        return None, reader.problems
    return Drawing(name, reader.words["title"], reader.words["desc"], reader.height, "".join(reader.out), reader.heads), []


class _Refused(Exception):
    """Nothing of what follows is worth reading."""


@dataclass
class _Reader:
    """Turns one file into markup, and notes what is not allowed where it stands."""

    source: Source
    name: str
    problems: list[Diagnostic] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=lambda: {"title": "", "desc": ""})
    open: list[str] = field(default_factory=list)
    height: float = 0
    heads: bool = False
    count: int = 0
    # How deep the outermost element lies that does not belong here; what stands in it is not judged.
    strange: int = 0

    def parse(self) -> None:
        parser = self.parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self.refuse
        parser.ProcessingInstructionHandler = self.refuse
        parser.Parse(self.source.text, True)

    def report(self, start: int, message: str, help: str) -> None:
        end = self.source.text.find("\n", start)
        span = Span(start, len(self.source.text) if end < 0 else end)
        self.problems.append(at(self.source, span, Code.DRAWING, message, help))
        if len(self.problems) == MOST:
            raise _Refused

    def here(self) -> int:
        return self.source.offset(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def refuse(self, *_: object) -> None:
        self.report(self.here(), "a declaration or an instruction stands in the drawing", "Delete it.")
        raise _Refused

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            self.report(self.here(), f"more than {MAX_ELEMENTS} elements", "Draw less.")
            raise _Refused
        parent = self.open[-1] if self.open else ""
        if name not in _INSIDE.get(parent, ()):
            if not self.strange:
                message = f'the element "{clip(name, 40)}" does not belong here'
                allowed = listed(_INSIDE.get(parent, ()), 20) or "words alone"
                self.report(self.here(), message, f"Allowed {f'in {parent}' if parent else 'at the top'}: {allowed}.")
            self.strange = self.strange or len(self.open) + 1
        self.open.append(name)
        kept = "" if self.strange else "".join(self.attributes(name, attributes))
        if self.strange:
            return
        if name == "svg":
            self.view_box(attributes.get("viewBox", ""))
        elif name not in self.words:
            self.out.append(f"<{name}{kept}>")

    def attributes(self, name: str, attributes: dict[str, str]) -> Iterable[str]:
        allowed = ELEMENTS.get(name, {})
        for key, value in attributes.items():
            if key in FILE_ONLY:
                continue
            if key == "class":
                yield from self.classes(name, value)
            elif key != "transform" and key not in allowed:
                known = [*allowed, "class", "transform"]
                help = f"Allowed: {listed(known, 20)}." + (" How it looks is said by a class." if key == "style" else "")
                self.report(self.here(), f'{name} has an attribute "{clip(key, 40)}"', help)
            elif not (_TRANSFORM if key == "transform" else allowed[key]).fullmatch(value.strip()):
                help = _MEANT.get(key, "Write numbers without a unit, at most 4 digits before the point and 3 behind it.")
                self.report(self.here(), f'{key} is "{clip(value, 40)}"', help)
            elif key != "viewBox":
                yield f' {key}="{escape(" ".join(value.split()))}"'

    def classes(self, name: str, value: str) -> Iterable[str]:
        for word in value.split():
            if word not in CLASSES:
                self.report(
                    self.here(), f'unknown class "{clip(word, 40)}"{suggestion(word, CLASSES)}', f"Allowed: {listed(CLASSES, 20)}."
                )
            elif word in ("arrow", "arrows") and name not in _POINTED:
                self.report(self.here(), f'a {name} is no "{word}"', f"Allowed for: {listed(_POINTED, 9)}.")
        yield f' class="{escape(" ".join(value.split()))}"'
        if {"arrow", "arrows"} & set(value.split()):
            self.heads = True
            yield f' marker-end="url(#fig-{self.name}--head)"'
        if "arrows" in value.split():
            yield f' marker-start="url(#fig-{self.name}--head)"'

    def view_box(self, value: str) -> None:
        numbers = [float(part) for part in re.split(r"[\s,]+", value.strip())] if _NUMBERS.fullmatch(value.strip()) else []
        if len(numbers) == 4 and numbers[:3] == [0, 0, WIDTH] and 0 < numbers[3] <= MAX_HEIGHT:
            self.height = numbers[3]
        else:
            help = f'Write viewBox="0 0 {WIDTH} H", with a height H of at most {MAX_HEIGHT}.'
            self.report(self.here(), f'viewBox is "{clip(value, 40)}"', help)

    def end(self, name: str) -> None:
        self.open.pop()
        if self.strange:
            self.strange = self.strange if len(self.open) >= self.strange else 0
            return
        if name not in ("svg", *self.words):
            self.out.append(f"</{name}>")

    def text(self, text: str) -> None:
        if self.strange:
            return
        inside = self.open[-1] if self.open else ""
        if inside in self.words:
            self.words[inside] += text
        elif inside in ("text", "tspan"):
            self.out.append(escape(re.sub(r"\s+", " ", text), quote=False))
        elif text.strip():
            self.report(self.here(), f'words stand in "{inside}"', "Put them into a text element.")

    def finish(self) -> None:
        self.words = {key: " ".join(text.split()) for key, text in self.words.items()}
        for key, what in (("title", "a name"), ("desc", "its text equivalent: what it shows, in sentences")):
            if not self.words[key]:
                self.report(0, f"the drawing has no {key}", f"Add <{key}> with {what}.")


def figure(drawing: Drawing, caption: str, in_words: str) -> str:
    """A drawing as one line of HTML, which every Markdown converter leaves alone.

    `in_words` is the book's word for the text equivalent.
    """
    id = f"fig-{drawing.name}"
    heads = ""
    if drawing.heads:
        heads = (
            f'<defs><marker id="{id}--head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
            'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"></path></marker></defs>'
        )
    return (
        f'<figure class="pb-figure" id="{id}">'
        f'<svg viewBox="0 0 {WIDTH} {drawing.height:g}" role="img" aria-label="{attribute(drawing.title)}" '
        f'aria-describedby="{id}--words">{heads}{drawing.shapes}</svg>'
        f"<figcaption>{escape(caption)}</figcaption>"
        f'<details><summary>{escape(in_words)}</summary><p id="{id}--words">{escape(drawing.words)}</p></details></figure>'
    )


def profile_line(values: Iterable[int]) -> str:
    """Values from 1 to 5 as a line of dots, small enough to stand beside a title. It repeats what its page says."""
    points = [(4 + 9 * n, 23 - 4 * value) for n, value in enumerate(values)]
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="2"></circle>' for x, y in points)
    line = " ".join(f"{x},{y}" for x, y in points)
    width = 9 * len(points) - 1
    return f'<svg class="pb-profile" viewBox="0 0 {width} 22" aria-hidden="true"><polyline points="{line}"></polyline>{dots}</svg>'


def profile(name: str, title: str, rows: Iterable[tuple[str, str, str, int]], words: str) -> Drawing:
    """Scales from 1 to 5 under each other, joined by a line. A row is a label, its two poles and a value."""
    rows = list(rows)
    step, left, gap = 40, 198, 38
    out = [f'<text class="small quiet" x="{left + gap * n}" y="14" text-anchor="middle">{n + 1}</text>' for n in range(5)]
    points = []
    for number, (label, low, high, value) in enumerate(rows):
        y = 44 + step * number
        size = ' class="small"' if len(label) > 26 else ""
        out.append(f'<text{size} x="0" y="{y - 2}">{escape(label)}</text>')
        out.append(f'<text class="small quiet" x="0" y="{y + 13}">{escape(f"{low} – {high}")}</text>')
        out.append(f'<line class="thin" x1="{left}" y1="{y}" x2="{left + 4 * gap}" y2="{y}"></line>')
        out += [
            f'<line class="thin" x1="{x}" y1="{y - 4}" x2="{x}" y2="{y + 4}"></line>' for x in range(left, left + 4 * gap + 1, gap)
        ]
        points.append((left + gap * (value - 1), y))
    out.append('<polyline class="bold" points="' + " ".join(f"{x},{y}" for x, y in points) + '"></polyline>')
    out += [f'<circle class="solid" cx="{x}" cy="{y}" r="6"></circle>' for x, y in points]
    return Drawing(name, title, words, 44 + step * len(rows) - 16, "".join(out))
