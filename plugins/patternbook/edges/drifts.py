"""What became of the texts below a layer, as output: for a terminal, for programs, and as one page to read side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template

from patternbook.core.differences import IN, OUT, SAME, pieces
from patternbook.core.drift import NEW, REMOVED, RENAMED, STATES, UNCHANGED, Drift, Review

HEADINGS = {
    "removed": "Gone upstream",
    "renamed": "Called otherwise upstream",
    "changed": "Changed upstream below yours",
    "identical": "Upstream says what you say",
    "unrecorded": "Written against a text that nobody recorded",
    "new": "New upstream",
    "unchanged": "Unchanged",
}
MOST_LINES, AROUND = 12, 60


def _rows(review: Review, every: bool) -> list[Drift]:
    """The rows to show, by state and place."""
    rows = [row for row in review.rows if every or row.open]
    return sorted(rows, key=lambda row: STATES.index(row.state))


def tally(review: Review) -> str:
    """`reviewed 14 of 17`."""
    done, total = review.tally
    return f"reviewed {done} of {total}"


def commands(row: Drift) -> list[str]:
    """What can be run for a row."""
    if row.state == UNCHANGED:
        return []
    if row.state == RENAMED:
        return ["patternbook drift --carry"] if row.safe else []
    if row.state == NEW:
        return [f"patternbook drift --keep {row.name}"]
    carry = ["patternbook drift --carry"] if row.safe else []
    return [*carry, f"patternbook drift --keep {row.name}", f"patternbook drift --take {row.name}"]


def text(review: Review, every: bool) -> str:
    """Grouped by state: the place, what changed in a few words, what to do and the commands for it."""
    lines: list[str] = []
    for state, rows in groupby(_rows(review, every), key=lambda row: row.state):
        group = list(rows)
        lines += [f"{HEADINGS[state]} ({len(group)})", ""]
        for row in group:
            lines += _told(row)
    quiet = sum(not row.open for row in review.rows)
    if not review.open:
        lines.append("Nothing to review.")
    if quiet and not every:
        lines.append(f"{quiet} unchanged; --all lists them.")
    lines.append(tally(review))
    return "".join(f"{_visible(line)}\n" for line in lines)


def _told(row: Drift) -> Iterable[str]:
    mode = f" [{row.mode}]" if row.mode else ""
    yield f"{row.path}:{row.line}: {row.name}{mode}: {row.heading}"
    if row.why:
        yield f"    Why: {row.why}"
    if row.renamed_to:
        yield f"    {row.id} is now {row.renamed_to}."
    if row.base is not None and row.theirs is not None and row.open:
        changed = _short(row.base, row.theirs)
        yield from (f"    | {line}" for line in changed[:MOST_LINES])
        if len(changed) > MOST_LINES:
            yield f"    | … {len(changed) - MOST_LINES} more lines; --format html shows all."
    yield f"    {row.help}"
    yield from (f"    $ {command}" for command in commands(row))
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


def as_json(review: Review, every: bool) -> str:
    """An array of objects."""
    rows = [{key: getattr(row, key) for key in KEYS} for row in _rows(review, every)]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def as_html(review: Review, every: bool) -> str:
    """One page without script or request: the text that was, theirs and ours side by side."""
    groups: list[str] = []
    for state, rows in groupby(_rows(review, every), key=lambda row: row.state):
        group = list(rows)
        groups.append(f"<h2>{escape(HEADINGS[state])} ({len(group)})</h2>\n{''.join(_article(row) for row in group)}")
    frame = Template(Path(__file__).with_suffix(".html").read_text("utf-8"))
    return frame.substitute(tally=escape(tally(review)), groups="\n".join(groups) or "<p>Nothing to review.</p>")


def _article(row: Drift) -> str:
    mode = f" <small>{escape(row.mode)}</small>" if row.mode else ""
    lines = [f"<article>\n<h3>{escape(row.heading or row.name)}{mode}</h3>"]
    lines.append(f"<p class='place'><code>{escape(row.path)}:{row.line}</code> <code>{escape(row.name)}</code></p>")
    lines += [f"<p>Why: {escape(row.why)}</p>"] if row.why else []
    lines += [f"<p>{escape(row.id)} is now {escape(row.renamed_to)}.</p>"] if row.renamed_to else []
    lines.append(f"<p>{escape(row.help)}</p>")
    lines += [f"<pre class='command'>{escape(command)}</pre>" for command in commands(row)]
    lines.append(_side_by_side(row))
    return "\n".join(lines) + "\n</article>\n"


def _side_by_side(row: Drift) -> str:
    columns = [("Before", _marked(row, OUT) if row.base is not None else "")]
    columns += [("Upstream now", _marked(row, IN) if row.theirs is not None else "")]
    columns += [("Yours", escape(row.ours) if row.ours else "")]
    missing = {"Before": "Not kept.", "Upstream now": "Gone." if row.state == REMOVED else "", "Yours": "Left out."}
    if row.theirs is None and row.base is None and not row.ours:
        return ""
    if row.state == NEW:
        return f"<details><summary>The page</summary><pre>{escape(row.theirs or '')}</pre></details>"
    cells = (
        f"<section><h4>{name}</h4>{f'<pre>{html}</pre>' if html else f'<p><em>{missing[name]}</em></p>'}</section>"
        for name, html in columns
    )
    return f"<div class='sides'>{''.join(cells)}</div>"


def _marked(row: Drift, side: str) -> str:
    """One side of the change, with what went out or came in marked."""
    if row.base is None or row.theirs is None:
        return escape((row.base if side == OUT else row.theirs) or "").strip()
    tag = "del" if side == OUT else "ins"
    shown = (pair for pair in pieces(row.base, row.theirs) if pair[0] in (SAME, side))
    return "".join(f"<{tag}>{escape(part)}</{tag}>" if what == side else escape(part) for what, part in shown)


RENDERERS: Mapping[str, Callable[[Review, bool], str]] = {"text": text, "json": as_json, "html": as_html}
