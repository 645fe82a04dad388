"""What became of the texts below a layer, as output: for a terminal, for programs, and as one page to read side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template

from patternbook.core.comparison import sides
from patternbook.core.definition import Definition
from patternbook.core.differences import OUT, SAME, pieces
from patternbook.core.drift import Drift, Review

MOST_LINES, AROUND = 12, 60


def tally(review: Review) -> str:
    """`reviewed 14 of 17`."""
    done, total = review.tally
    return f"reviewed {done} of {total}"


def text(review: Review, definition: Definition, every: bool) -> str:
    """Grouped by state: the place, what changed in a few words, what to do and the commands for it."""
    lines: list[str] = []
    for state, rows in groupby(review.by_state(every), key=lambda row: row.state):
        group = list(rows)
        heading = definition.say(f"drift-{state}")
        lines += [f"{heading} ({len(group)})", ""]
        for row in group:
            lines += _told(row, definition)
    quiet = sum(not row.open for row in review.rows)
    if not review.open:
        lines.append("Nothing to review.")
    if quiet and not every:
        lines.append(f"{quiet} unchanged; --all lists them.")
    lines.append(tally(review))
    return "".join(f"{_visible(line)}\n" for line in lines)


def _told(row: Drift, definition: Definition) -> Iterable[str]:
    mode = f" [{row.mode}]" if row.mode else ""
    yield f"{row.path}:{row.line}: {row.name}{mode}: {row.heading}"
    if row.why:
        yield f"    {definition.say('drift-why', why=row.why)}"
    if row.renamed_to:
        yield f"    {definition.say('drift-now', old=row.id, new=row.renamed_to)}"
    if row.base is not None and row.theirs is not None and row.open:
        changed = _short(row.base, row.theirs)
        yield from (f"    | {line}" for line in changed[:MOST_LINES])
        if len(changed) > MOST_LINES:
            yield f"    | … {len(changed) - MOST_LINES} more lines; --format html shows all."
    yield f"    {row.help}"
    yield from (f"    $ {command}" for command in row.commands)
    yield ""


def _short(old: str, new: str) -> list[str]:
    """What changed, with a few words around it: `[-out-]` and `{+in+}`."""
    found = pieces(old, new)
    shown: list[str] = []
    for number, (what, part) in enumerate(found):
        if what == SAME:
            shown.append(_around(part, number > 0, number < len(found) - 1))
        else:
            shown.append(f"[-{part.rstrip()}-]" if what == OUT else f"{{+{part.rstrip()}+}}")
            shown.append(part[len(part.rstrip()) :])
    return [line.strip() for line in "".join(shown).split("\n") if line.strip()]


def _around(part: str, after: bool, before: bool) -> str:
    """The ends of a stretch that stayed, where they stand beside a change."""
    if len(part) <= 2 * AROUND:
        return part
    head = part[:AROUND].split("\n")[0] if after else ""
    tail = part[-AROUND:].split("\n")[-1] if before else ""
    return f"{head}{' … ' if head or tail else ''}{tail}"


def _visible(line: str) -> str:
    """A line that cannot change what a terminal shows."""
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in line)


KEYS = (
    "id", "section", "state", "mode", "layer", "path", "line", "heading", "why", "against", "now",
    "base", "theirs", "ours", "renamed_to", "safe", "help",
)  # fmt: skip


def as_json(review: Review, definition: Definition, every: bool) -> str:
    """An array of objects."""
    rows = [{key: getattr(row, key) for key in KEYS} for row in review.by_state(every)]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def as_html(review: Review, definition: Definition, every: bool) -> str:
    """One page without script or request: the text that was, theirs and ours side by side."""
    groups: list[str] = []
    for state, rows in groupby(review.by_state(every), key=lambda row: row.state):
        group = list(rows)
        heading = escape(definition.say(f"drift-{state}"))
        groups.append(f"<h2>{heading} ({len(group)})</h2>\n{''.join(_article(row, definition) for row in group)}")
    frame = Template(Path(__file__).with_suffix(".html").read_text("utf-8"))
    done, total = review.tally
    return frame.substitute(
        lang=escape(definition.language),
        title=escape(definition.say("drift-title")),
        tally=escape(definition.say("drift-intro", done=str(done), total=str(total))),
        groups="\n".join(groups) or f"<p>{escape(definition.say('drift-nothing'))}</p>",
    )


def _article(row: Drift, definition: Definition) -> str:
    mode = f" <small>{escape(row.mode)}</small>" if row.mode else ""
    lines = [f"<article>\n<h3>{escape(row.heading or row.name)}{mode}</h3>"]
    lines.append(f"<p class='place'><code>{escape(row.path)}:{row.line}</code> <code>{escape(row.name)}</code></p>")
    lines += [f"<p>{escape(definition.say('drift-why', why=row.why))}</p>"] if row.why else []
    lines += [f"<p>{escape(definition.say('drift-now', old=row.id, new=row.renamed_to))}</p>"] if row.renamed_to else []
    lines.append(f"<p>{escape(row.help)}</p>")
    lines += [f"<pre class='command'>{escape(command)}</pre>" for command in row.commands]
    lines.append(sides(row, definition))
    return "\n".join(lines) + "\n</article>\n"


RENDERERS: Mapping[str, Callable[[Review, Definition, bool], str]] = {"text": text, "json": as_json, "html": as_html}
