"""The feed of changes, as Atom (RFC 4287), for those who want to hear what is new."""

from __future__ import annotations

from html import escape

from patternbook.core.book import Book
from patternbook.core.definition import Release
from patternbook.core.paths import address
from patternbook.core.views import CHANGES

PATH = "feed.xml"


def feed(book: Book, site_url: str, directories: bool = True) -> bytes:
    """The changes that `_book/changes.yml` tells, the newest first; links are whole, since a reader takes them elsewhere."""
    definition = book.definition
    site = site_url.rstrip("/") + "/"
    page = site + address(CHANGES, directories)
    newest = definition.changes[0].day if definition.changes else "1970-01-01"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(definition.language)}">',
        f"<title>{escape(definition.name)}</title>",
        f"<subtitle>{escape(definition.tagline)}</subtitle>",
        f"<id>{escape(site)}</id>",
        f'<link rel="self" type="application/atom+xml" href="{escape(site + PATH)}"/>',
        f'<link rel="alternate" type="text/html" href="{escape(page)}"/>',
        f"<updated>{newest}T00:00:00Z</updated>",
        f"<author><name>{escape(definition.name)}</name></author>",
        *(_entry(change, page, site, book, directories) for change in definition.changes),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(change: Release, page: str, site: str, book: Book, directories: bool) -> str:
    def links(words: tuple[str, ...]) -> str:
        known = [book.names.page(word) for word in words]
        rows = (f'<li><a href="{escape(site + address(d.path, directories))}">{escape(d.title)}</a></li>' for d in known if d)
        return f"<ul>{''.join(rows)}</ul>"

    content = f"<p>{escape(change.text)}</p>"
    for name, words in (("changes-added", change.added), ("changes-changed", change.changed)):
        content += f"<p>{escape(book.definition.say(name))}</p>{links(words)}" if words else ""
    link = f"{page}#{change.id}"
    return (
        f"<entry><title>{escape(change.title)}</title><id>{escape(link)}</id>"
        f'<link rel="alternate" type="text/html" href="{escape(link)}"/>'
        f'<updated>{change.day}T00:00:00Z</updated><content type="html">{escape(content)}</content></entry>'
    )
