"""What `bench.py` measured: kept in `.cache/measured.json`, told as tables, written into the book with a drawing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from math import ceil, floor, log, log10
from pathlib import Path
from statistics import median
from typing import Any
from xml.sax.saxutils import escape

from programs import EDITED, HUGO, NO_CACHE, PROGRAMS, ROOT, WHOLE

KEPT = ROOT / ".cache" / "measured.json"
PAGE = ROOT / "content" / "guide" / "performance.md"
DRAWING = ROOT / "content" / "figures" / "build-times.svg"
# The part of the page that is written here: from this heading to the next.
PART = re.compile(r"(?<=^## Measured\n).*?(?=^## )", re.M | re.S)
NAMES = [program.name for program in PROGRAMS]
Times = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a program took: seconds by the clock and of a processor, the memory of the largest process in MB."""

    clock: float
    computed: float
    memory: float


@dataclass(slots=True)
class Measured:
    """One size of book in one sitting, by name of the program.

    The nth run of each is of the nth round. `sites` are bytes, `seen` the seconds until edits were seen, empty if one
    was not; `missing` says why a program has no figures.
    """

    count: int
    day: str
    processors: int
    load: float
    runs: dict[str, list[Run]] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    seen: dict[str, Times] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        return max(map(len, self.runs.values()), default=0)

    def middle(self, name: str, part: str) -> float:
        """The median of a program's runs."""
        return float(median(getattr(run, part) for run in self.runs[name]))

    def ratio(self, name: str, other: str) -> float | None:
        """How much longer than another it took: the median of what each round says, which holds while the machine is shared."""
        if name not in self.runs or other not in self.runs:
            return None
        pairs = zip(self.runs[name], self.runs[other], strict=True)
        return median(one.clock / two.clock for one, two in pairs)


def keep(measured: Measured) -> None:
    """Keeps what was measured in place of an earlier sitting with this size."""
    kept = {one.count: asdict(one) for one in remembered()} | {measured.count: asdict(measured)}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps([kept[count] for count in sorted(kept)], indent=1), "utf-8")


def remembered() -> list[Measured]:
    """What was measured last with each size, the smallest first."""
    if not KEPT.exists():
        return []
    return [read(one) for one in json.loads(KEPT.read_text("utf-8"))]


def read(fields: dict[str, Any]) -> Measured:
    """One sitting as it was kept."""
    runs = {name: [Run(**run) for run in runs] for name, runs in fields["runs"].items()}
    return Measured(**{**fields, "runs": runs})


# --- tables -------------------------------------------------------------------------------------------------------------


def number(value: float | None) -> str:
    """Three digits, as far as there are."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def builds(measured: Measured) -> Iterator[Sequence[str]]:
    """A row for each program of one size."""
    for name in NAMES:
        if name in measured.missing:
            yield [name, measured.missing[name], *[""] * 6]
        if name in measured.runs:
            site = measured.sites.get(name)
            yield [
                name,
                number(measured.middle(name, "clock")),
                number(measured.middle(name, "computed")),
                number(measured.ratio(name, WHOLE)),
                number(measured.ratio(name, HUGO)),
                f"{measured.middle(name, 'memory'):,.0f}",
                number(site and site / 1e6),
                number(site and site / 1e3 / measured.count),
            ]


def growth(every: Sequence[Measured]) -> Iterator[Sequence[str]]:
    """A row for each program: with which power of the number of pages its seconds of a processor grow, from size to size."""
    pairs = list(pairwise(every))
    for name in NAMES:
        powers = [power(name, less, more) if name in less.runs and name in more.runs else None for less, more in pairs]
        if any(powers):
            yield [name, *map(number, powers)]


def power(name: str, less: Measured, more: Measured) -> float:
    """The exponent between two sizes."""
    return log(more.middle(name, "computed") / less.middle(name, "computed")) / log(more.count / less.count)


def edits(every: Sequence[Measured]) -> Iterator[Sequence[str]]:
    """A row for each program that serves live and each size."""
    for name in NAMES:
        for measured in every:
            if name in measured.seen:
                times = measured.seen[name]
                told = name.replace(EDITED, "Patternbook")
                seconds = [number(median(times[part])) for part in ("ready", "text", "title")] if times else ["not shown", "", ""]
                yield [told, f"{measured.count:,}", *seconds]


def report(every: Sequence[Measured], drawing: bool = False) -> str:
    """Everything that was measured, as a part of a page."""
    parts = [f"![{CAPTION}](../figures/{DRAWING.name})\n"] if drawing else []
    for one in every:
        parts.append(
            f"**{one.count:,} pages**, {one.day}. "
            f"{'One round' if one.rounds == 1 else f'Medians of {one.rounds} rounds'} on {one.processors} processors, "
            f"with a load of {one.load:.1f} before.\n"
        )
        parts.append(table(BUILDS, builds(one)))
    if len(every) > 1:
        sizes = [f"{less.count:,} to {more.count:,}" for less, more in pairwise(every)]
        parts += [GROWTH, table(["program", *sizes], growth(every))]
    if any(one.seen for one in every):
        parts += [SEEN, table(["program", "pages", "first answer", "text", "title"], edits(every))]
    return "\n".join(parts)


CAPTION = "Each upright line is ten times the one before; the dots of a program are books of more and more pages"
BUILDS = ("program", "seconds", "of a processor", "of Material", "of Hugo", "memory MB", "site MB", "kB for a page")
GROWTH = "The seconds of a processor grow with this power of the number of pages: 1 is as the book does, 2 as its square.\n"
SEEN = (
    "Under a live server: the seconds until it answered first, and from the moment when a page is saved until its address shows "
    "the new text, or the new title.\n"
)


# --- the drawing --------------------------------------------------------------------------------------------------------

LEFT, RIGHT, TOP, STEP = 16, 306, 62, 38
# How a viewer of the file alone sees what the classes say to the page.
ALONE = {
    "paper": 'fill="#fff"',
    "soft": 'fill="#ddd"',
    "solid": 'fill="#555"',
    "thin": 'stroke="#888" stroke-width="0.75"',
    "bold": 'stroke-width="2.5"',
    "": "",
}
# What a size looks like: a larger book is a larger and darker dot.
DOTS = {"paper": 3.5, "soft": 5, "solid": 6}


def draw(every: Sequence[Measured]) -> str:
    """Each program's seconds for up to three sizes, as dots on a line whose scale is logarithmic."""
    every = every[-len(DOTS) :]
    names = [name for name in NAMES if any(name in one.runs for one in every)]
    seconds = {name: [one.middle(name, "clock") if name in one.runs else None for one in every] for name in names}
    all_seconds = [value for row in seconds.values() for value in row if value]
    decades = range(floor(log10(min(all_seconds))), ceil(log10(max(all_seconds))) + 1)
    scale = (RIGHT - LEFT) / (decades[-1] - decades[0])
    height = TOP + STEP * len(names)
    sizes = [f"{one.count:,}" for one in every]
    lines = [*legend(sizes)]
    for decade in decades:
        x = LEFT + scale * (decade - decades[0])
        lines.append(shape("line", "thin", x1=x, y1=TOP - 12, x2=x, y2=height))
        lines.append(words(f"{10.0**decade:,g} s", "small quiet", x, TOP - 18, "middle"))
    for place, (name, row) in enumerate(seconds.items()):
        points = [(LEFT + scale * (log10(value) - decades[0]), mark) for value, mark in zip(row, DOTS, strict=False) if value]
        lines += drawn(name, TOP + STEP * place, points, number(max(value for value in row if value)))
    told = " ".join(f"{name}: {in_words(sizes, row)}." for name, row in seconds.items())
    desc = f"Seconds by the clock until books of {listed(sizes)} pages are built. {told}"
    return SVG.format(height=height, desc=escape(desc), lines="\n".join(f"  {line}" for line in lines))


def in_words(sizes: Sequence[str], row: Sequence[float | None]) -> str:
    """The seconds of a program, without those of sizes that it was not measured with."""
    return ", ".join(f"{number(value)} for {size}" for size, value in zip(sizes, row, strict=True) if value)


def listed(sizes: Sequence[str]) -> str:
    """Sizes in words."""
    return " and ".join(filter(None, (", ".join(sizes[:-1]), sizes[-1])))


def legend(sizes: Sequence[str]) -> Iterator[str]:
    """What the dots are."""
    yield words("Seconds to build", "strong", 0, 16)
    for place, (size, mark) in enumerate(zip(sizes, DOTS, strict=False)):
        yield shape("circle", mark, cx=140 + 64 * place, cy=12, r=DOTS[mark])
        yield words(f"{size}{' pages' if place == len(sizes) - 1 else ''}", "small", 149 + 64 * place, 16)


def drawn(name: str, y: float, points: Sequence[tuple[float, str]], most: str) -> Iterator[str]:
    """One program: its name, and below it a line through its dots, which ends with the most seconds."""
    ours = name.startswith("Patternbook")
    first, last = points[0][0], points[-1][0]
    # Words cover the guides behind them.
    yield shape("rect", "paper bare", x=0, y=y - 6, width=7 * len(name), height=17)
    yield words(name, "strong" if name == NO_CACHE else "", 0, y + 7)
    yield shape("line", "bold" if ours else "", x1=first, y1=y + 20, x2=last, y2=y + 20)
    yield from (shape("circle", mark, cx=x, cy=y + 20, r=DOTS[mark]) for x, mark in points)
    yield shape("rect", "paper bare", x=last + 7, y=y + 12, width=6 * len(most) + 12, height=16)
    yield words(f"{most} s", "small", last + 9, y + 24)


def shape(name: str, look: str, **places: float) -> str:
    """An element that is drawn."""
    kind = f' class="{look}"' if look else ""
    where = "".join(f' {key}="{round(value, 1):g}"' for key, value in places.items())
    alone = ALONE[look.split(" ")[0] if look else ""] + (' stroke="none"' if "bare" in look else "")
    return f"<{name}{kind}{where} {alone}".rstrip() + "/>"


def words(text: str, look: str, x: float, y: float, anchor: str = "") -> str:
    """An element with words."""
    kind = f' class="{look}"' if look else ""
    where = f' x="{round(x, 1):g}" y="{round(y, 1):g}"' + (f' text-anchor="{anchor}"' if anchor else "")
    size = ' font-size="12"' if "small" in look else ' font-weight="700"' if look == "strong" else ""
    return f'<text{kind}{where} fill="#222" stroke="none"{size}>{escape(text)}</text>'


SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 {height}" fill="none" stroke="#222" stroke-width="1.25" \
font-family="sans-serif" font-size="14">
  <title>How long programs build books of several sizes</title>
  <desc>{desc}</desc>
{lines}
</svg>
"""


def write(every: Sequence[Measured], page: Path = PAGE, drawing: Path = DRAWING) -> None:
    """Writes what was measured into the book."""
    text = page.read_text("utf-8")
    if len(PART.findall(text)) != 1:
        raise SystemExit(f"{page} has no section called Measured with another behind it")
    part = f"\n{report(every, drawing=True)}\n"
    page.write_text(PART.sub(lambda _: part, text), "utf-8")
    drawing.write_text(draw(every), "utf-8")
