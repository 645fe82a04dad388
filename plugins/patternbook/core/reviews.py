"""When a page was last reviewed, when it is due again, and whether it has changed since."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from patternbook.core.diagnostics import Code, Diagnostic, Severity, at
from patternbook.core.model import Document


@dataclass(frozen=True, slots=True)
class Review:
    """`on` is nothing for a page that was never reviewed; `due` for one without a rhythm."""

    on: date | None
    due: date | None
    edited: bool
    overdue: bool


def review_of(document: Document, today: date) -> Review:
    """The state of a page's review on a day."""
    reviewed = document.front.record("reviewed")
    on = reviewed.day("on") if reviewed else None
    every = document.front.text("review_every")
    due = after(on, every) if on and every else None
    edited = bool(reviewed and reviewed.text("text") and reviewed.text("text") != (document.reviewed_text or document.text_hash))
    return Review(on, due, edited, due is not None and due < today)


def after(day: date, every: str) -> date:
    """The day that lies `6 months` after another; the end of the month where it is shorter."""
    number, _, unit = every.partition(" ")
    if unit.startswith(("day", "week")):
        days = int(number) * (7 if unit.startswith("week") else 1)
        return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
    months = day.month - 1 + int(number) * (12 if unit.startswith("year") else 1)
    year, month = min(day.year + months // 12, 9999), months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def review_problems(documents: Sequence[Document], today: date) -> Iterable[Diagnostic]:
    """Reviews that are due and pages edited since theirs: warnings, so that a date stops no build."""
    for document in documents:
        review, reviewed = review_of(document, today), document.front.record("reviewed")
        if reviewed is None:
            continue
        place = document.front.key("reviewed") or document.place
        help = f"Read it again, then run `patternbook review {document.id}`."
        if review.overdue and review.due:
            message = f"the next review was due on {review.due.isoformat()}"
            yield at(place.source, place.span, Code.REVIEW_DUE, message, help, Severity.WARNING)
        if review.edited:
            message = "the text has changed since it was reviewed"
            yield at(place.source, place.span, Code.EDITED_SINCE_REVIEW, message, help, Severity.WARNING)
