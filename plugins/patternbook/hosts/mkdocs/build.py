"""Runs MkDocs from the command line's side: one build into a folder, or the live server."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
import tempfile
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

# Read by Material at import: its notice about the future of MkDocs is not the author's concern.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.livereload import LiveReloadServer, _serve_url

from patternbook.core.book import Book
from patternbook.edges.cache import CACHE, Cache
from patternbook.hosts.mkdocs import loop
from patternbook.hosts.mkdocs.loop import Tally
from patternbook.hosts.mkdocs.plugin import PatternbookPlugin

__all__ = ["HostFailed", "Tally", "live", "render"]


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


def render(
    book: Book,
    config_file: Path,
    target: Path,
    offline: bool,
    papers: tuple[str, ...] = (),
    cache: Cache | None = None,
    before: Path | None = None,
) -> Tally:
    """Render a checked book into a folder and say how many pages were rendered. Raises `HostFailed`.

    `offline` gives each page a file name in its address, so that the site works from a folder. Pages link to
    the PDFs on these `papers`, which somebody else adds. What has not changed comes from the `cache` and from the site `before`.
    """
    _log()
    try:
        try:
            return loop.build(_prepared(book, config_file, target, offline, papers), cache, before)
        except loop.Obstacle as why:
            _alone(why)
            build.build(_prepared(book, config_file, target, offline, papers))
            return Tally(len(book.pages))
    except SystemExit as stopped:
        raise HostFailed(str(stopped) or "the host stopped the build") from None
    except ConfigurationError as error:
        raise HostFailed(f"mkdocs.yml: {error}") from None


def _prepared(book: Book, config_file: Path, target: Path, offline: bool, papers: tuple[str, ...]) -> MkDocsConfig:
    """The site's settings, in which our plugin holds the book."""
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
    return config


def live(config_file: Path, address: str, audience: str) -> None:
    """Serve the site and build it again at each change, until interrupted. Raises `HostFailed`."""
    _log()
    PatternbookPlugin.audience = audience
    logging.getLogger("mkdocs").handlers[0].setLevel(logging.INFO)
    try:
        with tempfile.TemporaryDirectory(prefix="patternbook_") as folder:
            _Live(config_file, address, Path(folder)).serve()
    except SystemExit as stopped:
        raise HostFailed(str(stopped) or "the host stopped") from None
    except ConfigurationError as error:
        raise HostFailed(f"mkdocs.yml: {error}") from None
    except OSError as error:
        raise HostFailed(f"{address} cannot be used: {error.strerror}. Choose another with --address.") from None


class _Live:
    """The live server of MkDocs over our build. Each build has its own folder, and takes the place of what is shown."""

    def __init__(self, config_file: Path, address: str, folder: Path) -> None:
        self.config_file, self.address, self.folder = config_file, address, folder
        self.numbers, self.shown = count(1), folder / "shown"
        config = self.settings()
        config.plugins.on_startup(command="serve", dirty=False)
        host, port = config.dev_addr
        path = urlsplit(config.site_url or "/").path
        self.url = _serve_url(host, port, path)
        self.server = LiveReloadServer(builder=self.build, host=host, port=port, root=str(self.shown), mount_path=path)
        self.server.error_handler = self.error_page
        self.config = config

    def settings(self) -> MkDocsConfig:
        """The settings as they are now, for a site in a new folder."""
        folder = self.folder / str(next(self.numbers))
        return load_config(str(self.config_file), site_dir=str(folder), dev_addr=self.address)

    def build(self, config: MkDocsConfig | None = None) -> None:
        """Build the site as it is now, and show it."""
        config = config or self.settings()
        config.site_url = self.url
        cache = Cache(self.config_file.parent / CACHE)
        # A book is one large value, which Python's collector would go through again and again.
        gc.disable()
        try:
            loop.build(config, cache, self.shown)
            cache.saved()
        except loop.Obstacle as why:
            _alone(why)
            config = self.settings()
            config.site_url = self.url
            build.build(config, serve_url=self.url)
        finally:
            gc.enable()
        # Nobody is answered while it builds, so nobody sees the moment between these two.
        old = self.folder / "old"
        if self.shown.exists():
            self.shown.rename(old)
        Path(config.site_dir).rename(self.shown)
        shutil.rmtree(old, ignore_errors=True)

    def error_page(self, code: int) -> bytes | None:
        """The site's own page for what is not there."""
        page = self.shown / f"{code}.html"
        return page.read_bytes() if page.is_file() else None

    def serve(self) -> None:
        """Build, watch and serve, until interrupted."""
        try:
            self.build(self.config)
            server = self.config.plugins.on_serve(self.server, config=self.config, builder=self.build)
            for path in (self.config.docs_dir, str(self.config_file), *self.config.watch):
                server.watch(path)
            try:
                server.serve()  # type: ignore[no-untyped-call]
            except KeyboardInterrupt:
                logging.getLogger("mkdocs").info("Shutting down...")
            finally:
                server.shutdown()
        finally:
            self.config.plugins.on_shutdown()


def _alone(why: loop.Obstacle) -> None:
    sys.stderr.write(f"patternbook: MkDocs builds alone, slower and without the cache: {why}.\n")
