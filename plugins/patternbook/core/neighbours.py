"""A page's neighbourhood, drawn: the page in the middle, what it is tied to on both sides, each title a link.

The drawing repeats the relations that are told below it, so they are its text equivalent. It is part of the page's Markdown, and
its links are Markdown links, which every host checks and turns into addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from patternbook.core.blocks import Part
from patternbook.core.definition import Definition
from patternbook.core.drawings import WIDTH
from patternbook.core.paths import relative
from patternbook.core.text import inline_attribute, md
from patternbook.core.views import Card, Entry, Group

MOST = 12
# Letters that a line of a title takes; units of the drawing: a line, a title, a group's name, the dot's distance from the edge.
LETTERS = 23
LINE, GAP, NAME, EDGE = 14, 12, 20, 142
CENTRE = WIDTH / 2


@dataclass
class _Side:
    """One side of the drawing, filled from the top. `sign` is -1 on the left."""

    sign: int
    height: int = 0
    shapes: list[str] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)

    def name(self, text: str) -> None:
        self.height += NAME
        self.shapes.append(self._text(self.height - 4, md(text), ' class="small quiet"'))

    def page(self, path: str, card: Card) -> None:
        lines = wrap(card.title, LETTERS) or [card.title]
        top = self.height + GAP
        middle = top + LINE * (len(lines) - 1) / 2
        x, edge = self._x(10), self._x(0)
        # The space between two lines stands at the end that nobody sees.
        before, after = (" ", "") if self.sign < 0 else ("", " ")
        rest = (f'{after}<tspan x="{x:g}" dy="{LINE}">{before}{md(line)}</tspan>' for line in lines[1:])
        words = md(lines[0]) + "".join(rest)
        dot = f'<circle cx="{edge:g}" cy="{middle:g}" r="4" data-kind="{inline_attribute(card.kind)}"></circle>'
        self.shapes.append(f"[{dot}{self._text(top + 4, words)}]({relative(path, card.path)})")
        self.dots.append((edge, middle))
        self.height = top + LINE * (len(lines) - 1) + GAP

    def _x(self, out: float) -> float:
        return CENTRE + self.sign * (CENTRE - EDGE + out)

    def _text(self, y: float, words: str, look: str = "") -> str:
        return f'<text{look} x="{self._x(10):g}" y="{y:g}">{words}</text>'


def neighbourhood(entry: Entry, groups: Sequence[Group], definition: Definition) -> Part:
    """The page's relations as a drawing. Of many, some of each group are shown, and the others counted."""
    shown = list(_first(groups))
    left, right = _Side(-1), _Side(1)
    for group in shown:
        side = left if left.height < right.height else right
        side.name(group.heading)
        for card in group.cards:
            side.page(entry.path, card)
    height = max(left.height, right.height, 40) + 4
    for side in (left, right):
        down = (height - side.height) / 2
        anchor = ' text-anchor="end"' if side is left else ""
        side.shapes = [f'<g transform="translate(0 {down:g})"{anchor}>', *side.shapes, "</g>"] if side.shapes else []
        side.dots = [(x, y + down) for x, y in side.dots]
    rest = sum(len(group.cards) for group in groups) - sum(len(group.cards) for group in shown)
    lines = "".join(_line(x, y, height / 2) for x, y in (*left.dots, *right.dots))
    label = inline_attribute(definition.say("neighbours", title=entry.title))
    middle = f"{height / 2:g}"
    drawing = (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="group" aria-label="{label}">'
        # With nothing on the left the page stands there itself.
        f'<g transform="translate({0 if left.dots else 14 - CENTRE:g} 0)"><path class="thin" d="{lines}"></path>'
        f'<circle class="pb-here" cx="{CENTRE:g}" cy="{middle}" r="13"></circle>'
        f'<text class="pb-sign" x="{CENTRE:g}" y="{height / 2 + 5:g}" text-anchor="middle" aria-hidden="true">'
        f"{md(entry.kind.glyph)}</text>"
        f"{''.join(left.shapes)}{''.join(right.shapes)}</g></svg>"
    )
    caption = md(definition.say("neighbours-caption")) + (f" ({md(definition.say('neighbours-more', count=rest))})" if rest else "")
    text = (
        f'<figure class="pb-figure pb-neighbours" id="fig-neighbours" markdown>\n\n{drawing}\n\n'
        f"<figcaption markdown>{caption}</figcaption>\n\n</figure>"
    )
    return Part(text, screen=True)


def _first(groups: Sequence[Group]) -> Iterable[Group]:
    """As many of each group as the drawing has room for, every group alike."""
    each = next((n for n in range(MOST, 0, -1) if sum(min(n, len(group.cards)) for group in groups) <= MOST), 1)
    return (Group(group.id, group.heading, group.cards[:each]) for group in groups)


def _line(x: float, y: float, middle: float) -> str:
    """From the page in the middle to a neighbour's dot."""
    way = 1 if x > CENTRE else -1
    start, end = CENTRE + 13 * way, x - 4 * way
    bend = (start + end) / 2
    return f"M{start:g} {middle:g}C{bend:g} {middle:g} {bend:g} {y:g} {end:g} {y:g}"
