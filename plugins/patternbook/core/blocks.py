"""Blocks of Markdown that pages are made of: cards, relations as sentences, ways, mentions, sources, the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from patternbook.core.definition import Definition
from patternbook.core.drawings import profile_line
from patternbook.core.paths import relative
from patternbook.core.text import attribute, md
from patternbook.core.views import BROWSE, Card, Group, PageView, Way


@dataclass(frozen=True, slots=True)
class Part:
    """Markdown, inside a block of a class where there is one; with a `summary` a block that opens on request.

    The `role` tells a screen reader what the block is. What is only for the `screen` says nothing new, and is left out of the
    published Markdown. What can be filled in stands there as it is `told`.
    """

    text: str
    block: str = ""
    summary: str = ""
    screen: bool = False
    told: str = ""
    role: str = ""

    def html(self) -> str:
        """The part inside its block, which `md_in_html` reads on."""
        if self.summary:
            return f'<details class="{self.block}" markdown>\n<summary>{md(self.summary)}</summary>\n\n{self.text}\n\n</details>'
        if not self.block:
            return self.text
        role = f' role="{self.role}"' if self.role else ""
        return f'<div class="{self.block}"{role} markdown>\n\n{self.text}\n\n</div>'


def quoted(text: str, definition: Definition) -> str:
    """Somebody's words between the quotation marks of the book's language."""
    return md(definition.say("quoted", text=text))


def narrow(path: str, query: str, definition: Definition) -> Part:
    """The way from a list to Browse, where it can be narrowed down."""
    return Part(f"[{md(definition.say('filter-these'))}]({relative(path, BROWSE)}?{query})", "pb-narrow", screen=True)


def card_groups(path: str, groups: Iterable[Group], level: int) -> list[Part]:
    """Groups of cards under headings."""
    parts: list[Part] = []
    for group in groups:
        if group.heading:
            parts.append(Part(f"{'#' * level} {md(group.heading)} {{#{group.id}}}"))
        parts.append(Part(cards(path, group.cards), "pb-cards"))
    return parts


def cards(path: str, cards: Iterable[Card], ordered: bool = False) -> str:
    """Cards as a list, so that they are one for a screen reader and without a style sheet."""
    return "\n\n".join(_card(path, card, "1. " if ordered else "- ") for card in cards)


def kind_of(card: Card) -> str:
    """The sign and name of a page's kind."""
    return f'<span data-kind="{attribute(card.kind)}">{md(card.glyph + " " + card.label)}</span>'


def _card(path: str, card: Card, marker: str) -> str:
    glyph = f" {profile_line(card.profile)}" if len(card.profile) > 1 else ""
    before, after = card.says
    link = f"[{md(card.title)}]({relative(path, card.path)})"
    # A reason that is no part of a sentence stands behind the summary.
    said = f"{_joined(before, link, after)} {kind_of(card)}" if after else f"{link} {kind_of(card)}"
    lines = [f"{marker}{said}{glyph}"]
    lines += [f"    {md(card.summary)}"] if card.summary else []
    lines += [f"    *{md(card.why)}*"] if card.why and not after else []
    return "\n\n".join(lines)


def _joined(before: str, link: str, after: str) -> str:
    """A sentence around a link; `md` drops the spaces at the ends of its pieces, and would write out a colon at the beginning."""
    colon = after[:1] if after[:1] in (":", " ") else ""
    return (f"{md(before)} " if before else "") + link + (": " if colon == ":" else colon) + md(after[len(colon) :])


def way(way: Way, page: str, definition: Definition) -> str:
    """Where the page stands on a path, with the way back and the way on."""
    place = definition.say("way", number=way.number, total=way.total)
    lines = [f"- **[{md(way.title)}]({relative(page, way.path)}#steps)** {md(place)}"]
    for word, step in (("step-before", way.before), ("step-after", way.after)):
        if step:
            why = f": {md(step.why)}" if step is way.after and step.why else ""
            lines.append(f"    - {md(definition.say(word))} [{md(step.title)}]({relative(page, step.path)}){why}")
    return "\n".join(lines)


def mentions(view: PageView, definition: Definition) -> Part:
    """Where the page is mentioned: each page once, with the sentences, and the sections that they stand in."""
    rows = []
    for page, places in groupby(view.mentions, key=lambda seen: seen.page):
        lines = [f"- [{md(page.title)}]({relative(view.path, page.path)}) {kind_of(page)}"]
        for seen in places:
            target = f"{relative(view.path, page.path)}#{seen.anchor}"
            where = f"[{md(seen.heading)}]({target}): " if seen.anchor else ""
            lines.append(f"    - {where}{quoted(seen.sentence, definition)}")
        rows.append("\n".join(lines))
    return Part("\n".join(rows), "pb-mentions", summary=definition.say("mentioned", count=len(rows)))


def source(title: str, by: str, url: str, definition: Definition) -> str:
    """Something that the page was made from."""
    linked = f"[{md(title)}](<{url}>)" if url else md(title)
    return f"- {linked}" + (definition.say("source-by", by=md(by)) if by else "")


def banner(view: PageView, definition: Definition) -> Part | None:
    """What a reader should know of the page's review before the text: that it is overdue, or older than the text. Else nothing."""
    review, say = view.entry.review, definition.say
    late = review.due.isoformat() if review.due and review.overdue else ""
    if not review.on or not (late or review.edited):
        return None
    sentences = [say("review-last", day=review.on.isoformat())]
    sentences += [say("review-due", day=late)] if late else []
    sentences += [say("review-edited")] if review.edited else []
    sentences += [say("review-owner", owner=view.entry.owner)] if view.entry.owner else []
    return Part(md(" ".join(sentences)), "pb-review", role="note")


def _calendar(view: PageView, definition: Definition) -> str:
    """The way to the owner's calendar, which paper leaves out."""
    if not view.calendar:
        return ""
    link = f"[{md(definition.say('review-calendar'))}]({relative(view.path, view.calendar)})"
    return f' <span class="pb-calendar">({link})</span>'


def record(view: PageView, definition: Definition) -> str:
    """Status, owner and review, and in a company's edition what was changed and why."""
    say, entry = definition.say, view.entry
    rows = []
    if view.status:
        rows.append(f"- **{md(say('status'))}** {md(view.status)}")
    if entry.owner:
        rows.append(f"- **{md(say('owner'))}** {md(entry.owner)}{_calendar(view, definition)}")
    if entry.review.on:
        text = entry.review.on.isoformat()
        if entry.review.due:
            text += ", " + say("due" if entry.review.overdue else "due-again", day=entry.review.due.isoformat())
        text += ", " + say("edited-since") if entry.review.edited else ""
        rows.append(f"- **{md(say('reviewed'))}** {md(text)}")
    rows += _adopted(view, definition)
    rows += _origin(view, definition)
    return "\n".join(rows)


def adoption(card: Card, definition: Definition) -> str:
    """How far the company has come with a page, as a mark behind its title."""
    if not card.adoption:
        return ""
    return f' <span class="pb-adoption" data-adoption="{card.adoption}">{md(definition.say(f"adoption-{card.adoption}"))}</span>'


def _adopted(view: PageView, definition: Definition) -> Iterable[str]:
    state, say = view.entry.adoption, definition.say
    if state:
        since = ", " + say("adoption-since", day=state.since.isoformat()) if state.since else ""
        evidence = f": {md(state.evidence)}" if state.evidence else ""
        yield f"- **{md(say('adoption'))}** {md(say(f'adoption-{state.state}') + since)}{evidence}"


def _origin(view: PageView, definition: Definition) -> Iterable[str]:
    """Who wrote the page, who changed what of it and why, and the way to what stood there."""
    say, origin = definition.say, view.origin
    if origin.internal:
        yield f"- **{md(say('internal'))}** {md(say('internal-page'))}"
    for change in origin.changes:
        label = say("changed-by", name=change.by) if change.by else say("provenance")
        how = f" ({md(say(f'change-{change.mode}'))})" if change.mode != "replace" else ""
        stale = f" {md(say('change-stale'))}" if change.stale else ""
        yield f"- **{md(label)}** {md(change.heading)}{how}" + (f": {md(change.why)}" if change.why else "") + stale
    if origin.by:
        edition = say("from-edition", name=origin.by, day=origin.edition) if origin.edition else origin.by
        yield f"- **{md(say('written-by' if origin.own else 'taken-from'))}** {md(edition)}"
    if origin.below:
        yield f"- [{md(say('below-link'))}]({relative(view.path, origin.below)})"
