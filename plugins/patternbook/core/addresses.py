"""Addresses: one page or file each, and none that was ever published is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from patternbook.core.diagnostics import Code, Diagnostic, clip, whole
from patternbook.core.fieldspec import ID
from patternbook.core.graph import Names
from patternbook.core.model import Document
from patternbook.core.paths import address
from patternbook.core.release import Published
from patternbook.core.schema import Word

# Folders that hosts and the program fill; a file of the book there would replace theirs unseen.
KEPT = ("assets/patternbook/", "assets/javascripts/", "assets/stylesheets/", "assets/images/", "data/")
# What a release records; a record is a file that anybody may edit, and must not lead out of the site.
_ADDRESS = re.compile(rf"(?:{ID}/)+")


def redirects(names: Names, published: Published | None) -> dict[str, Document]:
    """Paths of pages that are gone, and the page that each leads to now.

    An old id lay in the folder of its page, as far as nobody knows better; the record of the last
    release does, also of pages that were moved.
    """
    record = published.get("pages") if published else None
    known = record if isinstance(record, Mapping) else {}
    found: dict[str, Document] = {}
    for id, page in known.items():
        url = page.get("url") if isinstance(page, Mapping) else None
        document = names.page(id)
        if document is not None and isinstance(url, str) and _ADDRESS.fullmatch(url) and url != address(document.path):
            found[f"{url.rstrip('/')}.md"] = document
    for alias, document in names.aliases.items():
        if alias not in known:
            found[f"{document.path.rpartition('/')[0]}/{alias}.md".lstrip("/")] = document
    return found


def clashes(
    documents: Sequence[Document],
    made: Iterable[str],
    assets: Mapping[str, str],
    redirects: Iterable[str],
    names: Names,
) -> Iterable[Diagnostic]:
    """Two pages, or a page and a file, that would be published at one address: one would replace the other unseen.

    `made` are the paths of the program's own lists; `assets` gives the source of each file by its path.
    """
    own = set(made)
    taken = {address(path).lower(): f"the list {path}" for path in own}
    for document in documents:
        if document.broken:
            continue
        here = address(document.path).lower()
        # An authored page at the path of a list stands above it: they are one page.
        if here in taken and document.path not in own:
            message = f"the page has the address of {clip(taken[here], 120)}"
            yield whole(document.source.path, Code.PATH_COLLISION, message, "Rename one of them.")
        taken[here] = document.source.path
    for path, source in assets.items():
        if path.lower().startswith(KEPT):
            help = "Put the file beside the pages that use it, or into a folder of its own."
            yield whole(source, Code.PATH_COLLISION, "the folder is filled by the program", help)
    words = {str(alias): alias for alias in names.aliases if isinstance(alias, Word)}
    for path in redirects:
        other = taken.get(address(path).lower())
        alias = words.get(path.rpartition("/")[2].removesuffix(".md"))
        if other and alias is not None:
            message = f'at the address of the old id "{alias}" stands {clip(other, 120)}'
            yield alias.problem(Code.ALIAS_TAKEN, message, "Delete it: that address is in use.")
