"""What every host is told alike: Markdown extensions, policy, navigation, words. No host is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from patternbook.core.book import Book
from patternbook.core.edition import TEMPLATES
from patternbook.core.model import slug
from patternbook.core.views import MAP
from patternbook.hosts.colours import style_sheet

# What finished pages need. Nothing here reads files, runs code or fetches anything.
EXTENSIONS: Mapping[str, Mapping[str, object]] = {
    "md_in_html": {},
    "attr_list": {},
    "admonition": {},
    "fenced_code": {},
    "sane_lists": {},
    # The default writes a `style` attribute, which the policy forbids.
    "tables": {"use_align_attribute": True},
    # Ids of headings are the core's; this only bounds the table of contents.
    "toc": {"toc_depth": "1-3"},
}

# Where the PDFs of a site lie.
PDFS = "pdf"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


# The style sheet of an edition's colour.
COLOUR = "assets/patternbook/edition.css"


def settings(book: Book) -> dict[str, str]:
    """What an edition says in place of the site's own settings, by their names."""
    edition, definition = book.edition, book.definition
    if not edition.names:
        return {}
    said = {"site_name": definition.name, "site_description": str(definition.tagline)}
    said |= {"site_url": edition.address.rstrip("/") + "/"} if edition.address else {}
    return said | ({"edit_uri": edition.edit} if edition.edit else {})


def files_of(book: Book) -> dict[str, bytes]:
    """What a site holds for the looks of an edition, by path."""
    colour = book.definition.colour
    return {COLOUR: style_sheet(colour)} if colour else {}


def theme_folders(root: Path, layers: Sequence[str]) -> list[Path]:
    """Templates and files of the layers, the most special first: they take the place of the theme's by name."""
    folders = (root / layer / TEMPLATES for layer in reversed(layers))
    return [folder for folder in folders if folder.is_dir()]


def theme_folder() -> Path:
    """The folder of our templates and assets, as installed."""
    return Path(str(files("patternbook"))) / "theme"


def policy(live: bool = False, framing: bool = False) -> str:
    """The content security policy of every page. `live` admits the reload script that `serve` injects inline.

    `framing` is for the page that prints others, in a folder: nothing there but a frame may read another page.
    """
    directives = dict(_POLICY) | ({"frame-src": "'self'"} if framing else {})
    if live:
        directives["script-src"] += " 'unsafe-inline'"
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def nav(book: Book) -> list[dict[str, str]]:
    """The site's entrances, titles escaped as hosts print them raw."""
    return [{escape(title): path} for title, path in book.nav]


def pdfs(book: Book, papers: Sequence[str]) -> dict[str, object]:
    """What templates link to of the PDFs that a build adds: their papers, and those of more than one page by name and title."""
    say = book.definition.say
    listed = [document for document in book.documents if document.kind and document.kind.listed]
    there = {
        "book": True,
        "cards": True,
        "map": MAP in book.lists,
        "forms": any(document.id in book.forms for document in listed),
        "checklists": any(document.has_items for document in listed),
    }
    return {
        "papers": [{"id": paper, "name": escape(paper.title() if len(paper) > 2 else paper.upper())} for paper in papers],
        "sets": [{"name": name, "title": escape(say(f"pdf-{name}"))} for name, given in there.items() if given],
        "folder": PDFS,
    }


def extra(book: Book, edit: object, live: bool = False, problems: str = "", papers: Sequence[str] = ()) -> dict[str, object]:
    """What templates read besides the page: policy, base template, where sources are edited, and interface words.

    `problems` is what a live site shows its author while the last good book stays; `papers` are those of the PDFs beside the pages.
    """
    words = {key.replace("-", "_"): escape(text) for key, text in book.definition.strings.items()}
    return {
        "policy": policy(live),
        "policy_print": policy(live, framing=True),
        "book": slug(book.definition.name),
        "base": "patternbook.html",
        "edit": str(edit or ""),
        "words": words,
        "changes": bool(book.definition.changes),
        "colour": COLOUR if book.definition.colour else "",
        "logo": book.definition.logo if book.definition.logo in book.assets else "",
        "problems": escape(problems),
        "pdf": pdfs(book, papers) if papers else {},
    }


def copyright_line(book: Book) -> str:
    """The licence of the text, as HTML for the footer."""
    text, url = book.definition.licence
    if not text:
        return ""
    name = f'<a href="{escape(url)}" rel="license">{escape(text)}</a>' if url.startswith(("http:", "https:")) else escape(text)
    return f"{escape(book.definition.say('licence'))} {name}"
