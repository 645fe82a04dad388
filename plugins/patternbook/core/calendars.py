"""The days on which pages are due for a review, as a calendar for each owner (iCalendar, RFC 5545)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from patternbook.core.book import Book
from patternbook.core.model import slug, text_hash
from patternbook.core.paths import address
from patternbook.core.tree import DEVICES
from patternbook.core.views import Entry, by_title

FOLDER = "data/reviews"
# How many octets a line may have, without its end.
WIDTH = 75


def calendar_paths(entries: Iterable[Entry]) -> dict[str, str]:
    """The calendar's path for each owner of a page that has a day on which it is due.

    Of owners whose names make one slug the one who is written like it has the plain name, else the first; the others' names bear a
    hash. So a calendar keeps its address when an owner of a similar name comes.
    """
    owners = {entry.owner for entry in entries if entry.owner and entry.review.due}
    paths: dict[str, str] = {}
    later: list[str] = []
    for owner in sorted(owners, key=lambda owner: (owner != slug(owner), owner)):
        path = _path(slug(owner))
        if path in paths.values():
            later.append(owner)
        else:
            paths[owner] = path
    for owner in later:
        path, number = _path(f"{slug(owner)}-{text_hash(owner)}"), 2
        while path in paths.values():
            path, number = _path(f"{slug(owner)}-{text_hash(owner)}-{number}"), number + 1
        paths[owner] = path
    return paths


def _path(name: str) -> str:
    # Windows keeps some names for devices, whatever they end in.
    return f"{FOLDER}/{f'{name}-' if name in DEVICES else name}.ics"


def calendars(book: Book, site_url: str = "", directories: bool = True) -> Mapping[str, bytes]:
    """Every owner's calendar by its path, each page with a rhythm on the day on which it is due.

    A page that was never reviewed has no such day. Without `site_url` its event has no address: a relative one leads nowhere.
    """
    owned: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in by_title(book.entries.values()):
        owned[entry.owner].append(entry)
    return {
        path: _calendar(owner, owned[owner], book, site_url, directories)
        for owner, path in sorted(calendar_paths(book.entries.values()).items(), key=lambda pair: pair[1])
    }


def _calendar(owner: str, entries: Iterable[Entry], book: Book, site_url: str, directories: bool) -> bytes:
    definition = book.definition
    name = _text(definition.say("review-calendar-name", owner=owner, book=definition.name))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Patternbook//Reviews//EN", f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    for entry in entries:
        if entry.review.on and entry.review.due:
            lines += _event(entry, entry.review.on, entry.review.due, book, site_url, directories)
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in folded(line)).encode()


def _event(entry: Entry, on: date, due: date, book: Book, site_url: str, directories: bool) -> Iterator[str]:
    """A whole day that leaves its owner free. Its stamp is the last review, so that the same book gives the same bytes."""
    page = entry.id or entry.path.removesuffix(".md")
    yield "BEGIN:VEVENT"
    yield f"UID:{page}@{slug(book.definition.name)}"
    yield f"DTSTAMP:{_day(on)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_day(due)}"
    yield "SUMMARY:" + _text(book.definition.say("review-event", title=entry.title))
    if site_url:
        yield f"URL:{site_url.rstrip('/')}/{address(entry.path, directories)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _text(text: str) -> str:
    """Plain text as a value, with what would end it or mean more written out."""
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, none of which cuts a sign; all but the first begin with a space."""
    piece, room = "", WIDTH
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield piece
            piece, room = " ", WIDTH - 1
        piece += sign
        room -= size
    yield piece
