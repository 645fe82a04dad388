"""The MkDocs plugin: translate in, call the core, translate out.

It replaces the files that MkDocs found in `docs_dir` by the finished pages of the book, in memory.
ProperDocs runs it unchanged: it offers its own modules under the names imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Literal

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from patternbook.core import catalogue
from patternbook.core.audience import INTERNAL, PUBLIC
from patternbook.core.book import Book
from patternbook.core.compose import Finished
from patternbook.core.diagnostics import Code, whole
from patternbook.core.memo import FORGETFUL, Memo
from patternbook.edges import report
from patternbook.edges.source import load_book
from patternbook.edges.spool import Spool
from patternbook.hosts import site
from patternbook.hosts.mkdocs import lean
from patternbook.hosts.mkdocs.made import data_file, markdown_file, page_file

log = get_plugin_logger("patternbook")


class Settings(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves its class hook untyped
    """`plugins: - patternbook: {layers: [content, company], audience: public}`"""

    layers = config_options.ListOfItems(config_options.Type(str), default=["content", "company"])
    audience = config_options.Choice((PUBLIC, INTERNAL), default=PUBLIC)


class PatternbookPlugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]  # the same
    """Holds the book of the build that runs and, between the builds of MkDocs' live server, the last good one."""

    def __init__(self) -> None:
        self.live, self.memo = False, FORGETFUL
        self.given: Book | None = None
        self.papers: tuple[str, ...] = ()
        self.book: Book | None = None
        self.shown: Book | None = None
        self.pages: Mapping[str, Finished] = {}
        self.spool: Spool | None = None
        self.rendering: str | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Learn whether this is a live server. Being here keeps the plugin object between its builds."""
        self.live = command == "serve"
        self.memo = Memo() if self.live else FORGETFUL

    def give(self, book: Book, papers: tuple[str, ...] = (), memo: Memo = FORGETFUL) -> None:
        """Use a book that was compiled and checked a moment ago, for the next build only. PDFs on these papers come beside it."""
        self.given, self.papers, self.memo = book, papers, memo

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Compile the book, and refuse the whole build where it has errors, before anything is deleted."""
        root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        book = self.given or load_book(root, self.config.layers, self.config.audience, memo=self.memo)
        self.book, self.given, self.rendering = book, None, None
        problems = self.book.problems
        told = f"{report.tally(problems)}\n{report.text(problems)}"
        if not self.book.errors:
            self.shown = self.book if self.live else None
            if problems:
                log.info(told)
        elif self.live and self.shown:
            # MkDocs' server answers nothing after a failed build; the last good book keeps it answering.
            log.error(told)
            self.book = self.shown
        else:
            raise PluginError(told)
        for name, settings in site.EXTENSIONS.items():
            if name not in config.markdown_extensions:
                config.markdown_extensions.append(name)
            config.mdx_configs[name] = {**settings, **config.mdx_configs.get(name, {})}
        # Behind the site's own overrides, before the theme that both build on.
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(site.theme_folder()))
        # Templates are the site's own code: a layer has some like the site has, and its own come first.
        config.theme.dirs[:0] = [str(folder) for folder in site.theme_folders(root, self.book.layers)]
        for name, value in site.settings(self.book).items():
            # Without an address the site is built for a folder, and keeps to that.
            if name != "site_url" or config.site_url:
                config[name] = value
        config.theme["language"] = self.book.definition.language
        config.extra["patternbook"] = site.extra(
            self.book, config.edit_uri, self.live, told if self.book.problems is not problems else "", self.papers
        ) | {"searched": lean.searched(config)}
        config.nav = config.nav or site.nav(self.book)
        config.copyright = config.copyright or site.copyright_line(self.book)
        config.watch += [str(root / layer) for layer in self.config.layers if (root / layer).is_dir()]
        return config

    @event_priority(100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """The theme's files, and in place of the content's the book's."""
        book = self.held()
        kept = [file for file in lean.asked_for(files, config) if file.src_dir != config.docs_dir]
        entrances = {path for _, path in book.nav}
        pages = [page_file(config, page, page.path in entrances) for page in book.pages.values()]
        data = catalogue.files(book, config.site_url or "", config.use_directory_urls, memo=self.memo)
        self.spool = None if self.live else Spool()
        every = chain(book.assets.items(), data, site.files_of(book).items())
        static = [data_file(config, path, content, self.spool) for path, content in every]
        # The host has all of it now. What its pages were made from would take a third of the memory while they are rendered.
        self.pages, self.book = book.pages, None
        return Files([*kept, *pages, *static, *(markdown_file(config, page) for page in book.pages.values())])

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Templates leave no empty lines behind."""
        env.add_extension(lean.Lines)

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Remember which page is being rendered, in case the converter fails on it."""
        self.rendering = page.file.src_uri

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """The converter is done with it."""
        self.rendering = None

    def on_build_error(self, *, error: Exception) -> None:
        """Say which page the Markdown converter failed on, and where it comes from."""
        if self.rendering is not None and not isinstance(error, PluginError):
            page = self.pages.get(self.rendering)
            path = page.source if page and page.source else self.rendering
            help = "Shorten or simplify the page until it renders, and report what made the difference."
            problem = whole(path, Code.NOT_RENDERED, f"the Markdown converter failed: {type(error).__name__}", help)
            raise PluginError(report.text([problem])) from error

    def held(self) -> Book:
        """The book of this build, until the host has its files. Raises `PluginError`."""
        book = self.given or self.book
        if book is None:
            raise PluginError("the book was never compiled: on_config did not run")
        return book
