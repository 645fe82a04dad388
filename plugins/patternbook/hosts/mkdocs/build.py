"""Runs MkDocs from the command line's side: one build into a folder, or the live server."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

# Read by Material at import: its notice about the future of MkDocs is not the author's concern.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands import build, serve
from mkdocs.config import load_config
from mkdocs.exceptions import ConfigurationError

from patternbook.core.book import Book
from patternbook.hosts.mkdocs.plugin import PatternbookPlugin


class HostFailed(Exception):
    """The host could not make the site; its own message says why."""


def _log() -> None:
    """The host's warnings and errors, plainly, on the terminal."""
    log = logging.getLogger("mkdocs")
    log.setLevel(logging.INFO)
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)


def render(book: Book, config_file: Path, target: Path, offline: bool, papers: tuple[str, ...] = ()) -> int:
    """Render a checked book into a folder and say how many pages it has. Raises `HostFailed`.

    `offline` gives each page a file name in its address, so that the site works from a folder. Pages link to
    the PDFs on these `papers`, which somebody else adds.
    """
    _log()
    try:
        config = load_config(str(config_file), site_dir=str(target), strict=True)
        if offline:
            config.load_dict({"use_directory_urls": False, "site_url": ""})
            config.validate()
            # A folder has no server that would answer with it, and its links would lead to the root.
            config.theme.static_templates.discard("404.html")
        plugin = config.plugins.get("patternbook")
        if not isinstance(plugin, PatternbookPlugin):
            raise HostFailed("mkdocs.yml does not name the plugin: write `plugins:` with `- patternbook` below it.")
        plugin.give(book, papers)
        build.build(config)
    except SystemExit as stopped:
        raise HostFailed(str(stopped) or "the host stopped the build") from None
    except ConfigurationError as error:
        raise HostFailed(f"mkdocs.yml: {error}") from None
    return len(book.pages)


def live(config_file: Path, address: str, audience: str) -> None:
    """Serve the site and build it again at each change, until interrupted. Raises `HostFailed`."""
    _log()
    PatternbookPlugin.audience = audience
    logging.getLogger("mkdocs").handlers[0].setLevel(logging.INFO)
    try:
        serve.serve(str(config_file), dev_addr=address)
    except SystemExit as stopped:
        raise HostFailed(str(stopped) or "the host stopped") from None
    except ConfigurationError as error:
        raise HostFailed(f"mkdocs.yml: {error}") from None
    except OSError as error:
        raise HostFailed(f"{address} cannot be used: {error.strerror}. Choose another with --address.") from None
