"""Runs MkDocs from the command line's side: one build into a folder."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

# Read by Material at import: its notice about the future of MkDocs is not the author's concern.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

import jinja2
from mkdocs.commands import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError

from patternbook.core.book import Book
from patternbook.core.memo import FORGETFUL, Memo
from patternbook.edges.cache import Cache
from patternbook.edges.output import Output
from patternbook.hosts.mkdocs import loop
from patternbook.hosts.mkdocs.loop import Tally
from patternbook.hosts.mkdocs.plugin import PatternbookPlugin

__all__ = ["HostFailed", "Tally", "alone", "listen", "ours", "render"]


class HostFailed(Exception):
    """The host could not make the site; its own message says why."""


def listen() -> None:
    """The host's warnings and errors, plainly, on the terminal."""
    log = logging.getLogger("mkdocs")
    log.setLevel(logging.INFO)
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)


def render(
    book: Book,
    config_file: Path,
    target: Path,
    offline: bool,
    papers: tuple[str, ...] = (),
    cache: Cache | None = None,
    before: Path | None = None,
    memo: Memo = FORGETFUL,
) -> Tally:
    """Render a checked book into a folder and say how many pages were rendered. Raises `HostFailed`.

    `offline` gives each page a file name in its address, so that the site works from a folder. Pages link to
    the PDFs on these `papers`, which somebody else adds. What has not changed comes from the `cache` and from the site `before`.
    The `memo` is that of the book.
    """
    listen()
    try:
        config = _prepared(book, config_file, target, offline, papers, memo)
        del book  # the plugin lets go of what it needs no more
        try:
            return loop.build(config, cache, Output(target, before))
        except loop.Obstacle as why:
            alone(why)
            book = ours(config).held()
            build.build(_prepared(book, config_file, target, offline, papers, memo))
            return Tally(len(book.pages))
    except SystemExit as stopped:
        raise HostFailed(str(stopped) or "the host stopped the build") from None
    except ConfigurationError as error:
        raise HostFailed(f"mkdocs.yml: {error}") from None
    except jinja2.TemplateError as error:
        place = f"{error.name}, line {error.lineno}: " if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise HostFailed(f"a template cannot be used: {place}{error.message}") from None


def _prepared(book: Book, config_file: Path, target: Path, offline: bool, papers: tuple[str, ...], memo: Memo) -> MkDocsConfig:
    """The site's settings, in which our plugin holds the book."""
    config = settings(config_file, site_dir=str(target), strict=True)
    if offline:
        config.load_dict({"use_directory_urls": False, "site_url": ""})
        config.validate()
        # A folder has no server that would answer with it, and its links would lead to the root.
        config.theme.static_templates.discard("404.html")
    ours(config).give(book, papers, memo)
    return config


def settings(config_file: Path, **given: object) -> MkDocsConfig:
    """The settings of a site, with what is given in place of its own. Raises what the host raises, or `HostFailed` if it fails."""
    try:
        return load_config(str(config_file), **given)  # type: ignore[arg-type]  # by the names of settings
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        raise HostFailed(f"{config_file.name}: MkDocs cannot read it: {error}") from None


def ours(config: MkDocsConfig) -> PatternbookPlugin:
    """The plugin of these settings. Raises `HostFailed`."""
    plugin = config.plugins.get("patternbook")
    if not isinstance(plugin, PatternbookPlugin):
        raise HostFailed("mkdocs.yml does not name the plugin: write `plugins:` with `- patternbook` below it.")
    return plugin


def alone(why: loop.Obstacle) -> None:
    """Say that MkDocs makes the site by itself."""
    sys.stderr.write(f"patternbook: MkDocs builds alone, slower and without the cache: {why}.\n")
