"""The text that was, upstream's now and ours, side by side: one account for the site and for a page by itself."""

from __future__ import annotations

from patternbook.core.definition import Definition
from patternbook.core.differences import IN, OUT, SAME, pieces
from patternbook.core.drift import NEW, REMOVED, Drift
from patternbook.core.text import attribute, preformatted


def sides(row: Drift, definition: Definition) -> str:
    """HTML on one line: the texts of a row with what went out and came in marked; nothing where a row is about no text."""
    say = definition.say
    if row.theirs is None and row.base is None and not row.ours:
        return ""
    if row.state == NEW:
        text = preformatted((row.theirs or "").strip())
        return f'<details><summary>{attribute(say("drift-page"))}</summary><pre class="pb-side">{text}</pre></details>'
    columns = (
        ("drift-before", _marked(row, OUT), "drift-not-kept" if row.base is None else ""),
        ("drift-theirs", _marked(row, IN), "drift-gone" if row.state == REMOVED else ""),
        ("drift-ours", preformatted((row.ours or "").strip()), "" if row.ours else "drift-left-out"),
    )
    cells = (
        f"<div><p><strong>{attribute(say(name))}</strong></p>"
        + (f"<p><em>{attribute(say(missing))}</em></p>" if missing else f'<pre class="pb-side" tabindex="0">{text}</pre>')
        + "</div>"
        for name, text, missing in columns
    )
    return f'<div class="pb-sides">{"".join(cells)}</div>'


def _marked(row: Drift, side: str) -> str:
    """One side of the change, with what went out or came in marked."""
    if row.base is None or row.theirs is None:
        return preformatted(((row.base if side == OUT else row.theirs) or "").strip())
    tag = "del" if side == OUT else "ins"
    shown = (pair for pair in pieces(row.base, row.theirs) if pair[0] in (SAME, side))
    return "".join(f"<{tag}>{preformatted(part)}</{tag}>" if what == side else preformatted(part) for what, part in shown)
