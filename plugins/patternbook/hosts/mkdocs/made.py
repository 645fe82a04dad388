"""The book's files as the host knows files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, InclusionLevel

from patternbook.core.compose import Finished
from patternbook.edges.spool import Spool


class Fetched(File):
    """A file whose bytes are fetched each time that somebody asks for them: the book may have laid them down on the disk."""

    fetch: Callable[[], bytes]

    @property
    def content_bytes(self) -> bytes:
        """Its bytes."""
        return self.fetch()

    @content_bytes.setter
    def content_bytes(self, value: bytes) -> None:
        self.fetch = lambda: value

    @property
    def content_string(self) -> str:
        """Its text."""
        return self.fetch().decode()

    @content_string.setter
    def content_string(self, value: str) -> None:
        self.content_bytes = value.encode()

    def copy_file(self, dirty: bool = False) -> None:
        """Write it to its place."""
        os.makedirs(os.path.dirname(self.abs_dest_path), exist_ok=True)
        Path(self.abs_dest_path).write_bytes(self.fetch())


def page_file(config: MkDocsConfig, page: Finished, entrance: bool) -> File:
    """A page that the host renders."""
    level = InclusionLevel.INCLUDED if entrance else InclusionLevel.NOT_IN_NAV
    return _fetched(config, page.path, level, lambda: page.content)


def markdown_file(config: MkDocsConfig, page: Finished) -> File:
    """A page as Markdown, to read. MkDocs takes every source that ends in .md for a page; what is published may end so."""
    file = _fetched(config, f"{page.path}.txt", InclusionLevel.INCLUDED, lambda: page.readable)
    file.dest_uri = page.path
    return file


def data_file(config: MkDocsConfig, path: str, content: bytes, spool: Spool | None) -> File:
    """A file that is published as it is. It waits in the spool for its turn, if there is one."""
    if spool is None:
        return File.generated(config, path, content=content, inclusion=InclusionLevel.INCLUDED)
    return _fetched(config, path, InclusionLevel.INCLUDED, spool.put(content).read)


def _fetched(config: MkDocsConfig, path: str, level: InclusionLevel, fetch: Callable[[], bytes]) -> File:
    file = cast(Fetched, Fetched.generated(config, path, content=b"", inclusion=level))
    file.fetch = fetch
    return file
