"""The live server: MkDocs' own, over a site that is changed in place where something that it shows has changed.

What is wrong is told on the terminal and on every page that is asked for, and the last good site stays.
"""

from __future__ import annotations

import gc
import html
import logging
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError, MkDocsException
from mkdocs.livereload import LiveReloadServer, _serve_url

from patternbook.core.book import Book
from patternbook.core.memo import Memo
from patternbook.edges import report
from patternbook.edges.cache import Cache
from patternbook.edges.output import Revision, hashes
from patternbook.edges.source import load_book
from patternbook.edges.watch import Watch
from patternbook.hosts.mkdocs import loop
from patternbook.hosts.mkdocs.build import HostFailed, alone, listen, ours, settings

log = logging.getLogger("mkdocs.patternbook")

# Where the text of a page begins that is made with our template, or with any other.
_TOP, _ANY_TOP = re.compile(rb"<article\b[^>]*>"), re.compile(rb"</head>")


def live(config_file: Path, address: str, audience: str, cache: Cache, memo: Memo) -> None:
    """Serve the site and build it again at each change, until interrupted. Raises `HostFailed`.

    The `cache` knows pages of builds before, and the `memo` may know the book from a moment ago.
    """
    listen()
    logging.getLogger("mkdocs").handlers[0].setLevel(logging.INFO)
    try:
        with tempfile.TemporaryDirectory(prefix="patternbook_") as folder:
            _Live(config_file, address, audience, Path(folder), cache, memo).serve()
    except SystemExit as stopped:
        raise HostFailed(str(stopped) or "the host stopped") from None
    except ConfigurationError as error:
        raise HostFailed(f"mkdocs.yml: {error}") from None
    except OSError as error:
        raise HostFailed(f"{address} cannot be used: {error.strerror}. Choose another with --address.") from None


class _Server(LiveReloadServer):
    """MkDocs' server, which says on each page what is wrong with the sources."""

    trouble = ""

    def _inject_js_into_html(self, content: bytes, epoch: int) -> bytes:
        page: bytes = super()._inject_js_into_html(content, epoch)  # type: ignore[no-untyped-call]
        top = _TOP.search(page) or _ANY_TOP.search(page)
        if not self.trouble or top is None:
            return page
        told = f'<pre class="pb-problems" role="alert">{html.escape(self.trouble)}</pre>'.encode()
        return page[: top.end()] + told + page[top.end() :]


class _Live:
    """A book, its site, and the server that shows it."""

    def __init__(self, config_file: Path, address: str, audience: str, folder: Path, cache: Cache, memo: Memo) -> None:
        self.config_file, self.address, self.audience = config_file, address, audience
        self.stage, self.shown = folder / "new", folder / "shown"
        self.known: Mapping[str, str] = {}
        self.cache, self.memo, self.memory = cache, memo, loop.Memory()
        config = self.settings()
        config.plugins.on_startup(command="serve", dirty=False)
        host, port = config.dev_addr
        path = urlsplit(config.site_url or "/").path
        self.url = _serve_url(host, port, path)
        self.server = _Server(builder=self.build, host=host, port=port, root=str(self.shown), mount_path=path)
        # News are heard once a file is written, so nothing is gained by a longer wait for the next ones.
        self.server.build_delay = 0.03
        self.server.error_handler = self.error_page
        self.server.observer = Watch()  # type: ignore[assignment]  # it does what the server wants of one
        self.config = config

    def settings(self) -> MkDocsConfig:
        """The settings as they are now."""
        return settings(self.config_file, site_dir=str(self.stage), dev_addr=self.address)

    def build(self) -> None:
        """Bring the site to the state of its sources, or say why that is not possible."""
        ear, logger = loop.Ear(logging.ERROR), logging.getLogger("mkdocs")
        logger.addHandler(ear)
        # A book is one large value, which Python's collector would go through again and again.
        gc.disable()
        try:
            trouble = self.renew()
        except SystemExit as stopped:
            # The host has said why, and then left.
            trouble = "\n".join(record.getMessage() for record in ear.said) or str(stopped)
        except (MkDocsException, HostFailed) as error:
            trouble = str(error)
        except Exception as error:  # noqa: BLE001  # a template may fail in any way
            trouble = f"{type(error).__name__}: {error}"
        finally:
            # Only what is new is looked through, and stays with the rest. Else the first reader would wait for the whole book.
            gc.collect()
            gc.freeze()
            gc.enable()
            logger.removeHandler(ear)
        self.server.trouble = trouble
        if trouble:
            log.error("%s\nThe last good site stays.", trouble)

    def renew(self) -> str:
        """Change what is to be changed. Gives the errors of the book, if it has any; then the site stays as it is."""
        config = self.settings()
        plugin = ours(config)
        book = load_book(self.config_file.parent, plugin.config.layers, self.audience, memo=self.memo)
        if book.errors:
            return f"{report.tally(book.problems)}\n{report.text(book.problems)}"
        shutil.rmtree(self.stage, ignore_errors=True)
        config.site_url = self.url
        plugin.give(book, memo=self.memo)
        try:
            out = Revision(self.stage, self.shown, self.known)
            loop.build(config, self.cache, out, self.memory)
            self.known = out.finish()
        except loop.Obstacle as why:
            alone(why)
            self.build_alone(book)
        return ""

    def build_alone(self, book: Book) -> None:
        """Let MkDocs make the whole site, and show that."""
        config = self.settings()
        config.site_url = self.url
        ours(config).give(book, memo=self.memo)
        build.build(config, serve_url=self.url)
        # Nobody is answered while it builds, so nobody sees the moment between these two.
        shutil.rmtree(self.shown, ignore_errors=True)
        self.stage.rename(self.shown)
        self.known = hashes(self.shown)

    def error_page(self, code: int) -> bytes | None:
        """The site's own page for what is not there."""
        page = self.shown / f"{code}.html"
        return page.read_bytes() if page.is_file() else None

    def serve(self) -> None:
        """Build, watch and serve, until interrupted."""
        try:
            self.build()
            if self.server.trouble:
                raise HostFailed(self.server.trouble)
            self.cache.saved()
            self.cache.open()
            server = self.config.plugins.on_serve(self.server, config=self.config, builder=self.build)
            for path in self.watched():
                server.watch(path)
            try:
                server.serve()  # type: ignore[no-untyped-call]
            except KeyboardInterrupt:
                logging.getLogger("mkdocs").info("Shutting down...")
            finally:
                server.shutdown()
                self.cache.saved()
        finally:
            self.config.plugins.on_shutdown()

    def watched(self) -> list[str]:
        """The folders and files whose changes are seen: settings, layers, and the site's own templates."""
        config = self.config
        layers = [self.config_file.parent / layer for layer in ours(config).config.layers]
        own = [config.theme.custom_dir] if config.theme.custom_dir else []
        return [str(self.config_file), config.docs_dir, *map(str, filter(Path.is_dir, layers)), *own, *config.watch]
