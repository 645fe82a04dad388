"""The real book, built by the real command line, in a real browser: over http and from a folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from books import ROOT
from patternbook.core.book import Book
from patternbook.edges.source import load_book, read_settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from sites import shared

# Without a window, letters would be as wide as a whole number of dots, unless told otherwise.
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


def address(path: str) -> str:
    """Where the page of a source path stands: `traps/x.md` at `traps/x/`, an `index.md` at its folder."""
    return path.removesuffix("index.md").removesuffix(".md") + ("" if path.endswith("index.md") else "/")


def places(book: Book) -> dict[str, str]:
    """One address for every sort of page: of each kind its longest page, of lists and values the longest, and each other part."""

    def longest(paths: Iterable[str]) -> str:
        return address(max(paths, key=lambda path: (len(book.pages[path].text), path), default="index.md"))

    found = {"home": "", "lost": "404.html"}
    for kind in book.definition.kinds:
        found[kind] = longest(path for path, entry in book.entries.items() if entry.kind.id == kind and path != "index.md")
    kinds = {f"{kind.folder}/index.md" for kind in book.definition.kinds.values() if kind.listed}
    found["list"] = longest(kinds & book.pages.keys())
    found["value"] = longest(path for path in book.pages if path.startswith("browse/") and path.count("/") == 2)
    return found | {title.lower(): address(path) for title, path in book.nav if path not in {*kinds, "index.md"}}


BOOK = load_book(ROOT, read_settings(ROOT).layers)
PLACES = places(BOOK)
PATTERNS = {kind: place for kind, place in PLACES.items() if kind in BOOK.definition.kinds}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`place` is every sort of page in turn, `pattern` a page of each kind of pattern, `seed` one random play or, at night, ten."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, 11) if metafunc.config.getoption("--nightly") else [1])
    for name, values in (("place", PLACES), ("pattern", PATTERNS)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, values.values(), ids=values.keys())


@dataclass(frozen=True, slots=True)
class Site:
    """A built site and where it is served."""

    folder: Path
    url: str

    def pages(self) -> list[str]:
        """Every page's address. In a folder nothing shows the 404 page: only hosts do."""
        files = [file.relative_to(self.folder).as_posix() for file in sorted(self.folder.rglob("*.html"))]
        if self.url.startswith("http"):
            return [file.removesuffix("index.html") for file in files]
        return [file for file in files if file != "404.html"]


def build(book: Path, target: Path, *options: str) -> None:
    """`patternbook build` of the book in a folder."""
    command = [str(Path(sys.executable).with_name("patternbook")), "-C", str(book), "build", "--site-dir", str(target), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def copy_at(url: str, folder: Path) -> Path:
    """A copy of this repository's book that is to be published at another address, as in a fork."""
    for name in ("content", "company", "overrides"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    folder.mkdir(exist_ok=True)
    (folder / "mkdocs.yml").write_text(re.sub(r"^site_url:.*$", f"site_url: {url}", settings, flags=re.M), encoding="utf-8")
    return folder


class Handler(SimpleHTTPRequestHandler):
    """A static host as GitHub Pages is one: the site at `/book/`, its 404 page for what is missing."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/book") if path.startswith("/book/") else "/outside-of-the-book")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: a request that fails is seen in the browser."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site on a host, in a folder of it: nothing may depend on the root, which holds nothing."""
    folder = tmp_path_factory.mktemp("site")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder / "site"))) as server:
        url = f"http://127.0.0.1:{server.server_port}/book/"
        build(copy_at(url, folder / "repository"), folder / "site")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(folder / "site", url)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site to hand on in a folder, opened by double-click; the folder's name has a space."""
    with shared(tmp_path_factory, "our playbook") as folder:
        if not folder.exists():
            build(ROOT, folder, "--offline")
    return Site(folder, folder.as_uri() + "/")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests: that of PATTERNBOOK_BROWSER, else Chromium on the PATH."""
    names = (os.environ.get("PATTERNBOOK_BROWSER", ""), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    assert program, "No browser: install Chromium, or name one in PATTERNBOOK_BROWSER. Without one nothing here is tested."
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=flags)
        yield running
        running.close()


Open = Callable[..., Page]


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Open]:
    """Opens a page as a visitor who comes for the first time; keywords are Playwright's for a context."""
    contexts: list[BrowserContext] = []

    def start(width: int = 1440, height: int = 900, **options: object) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        return contexts[-1].new_page()

    yield start
    for context in contexts:
        context.close()


def complaints(page: Page) -> list[str]:
    """What goes wrong on a page from now on: console messages, errors of scripts, failed requests. Filled as it happens.

    A request that the browser itself gave up because the reader went on (``ERR_ABORTED``) is not a fault of the page.
    """
    found: list[str] = []

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            found.append(f"{page.url}: {request.url} failed: {request.failure}")

    page.on("console", lambda message: found.append(f"{page.url}: console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("requestfailed", failed)
    page.on("response", lambda answer: found.append(f"{page.url}: {answer.url} {answer.status}") if answer.status >= 400 else None)
    return found
