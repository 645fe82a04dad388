"""The same book on every host: injected by the plugin, compiled to a folder, built by three programs."""

from __future__ import annotations

import gzip
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from books import ROOT
from sites import book_in, built, files, run

EPOCH = {"SOURCE_DATE_EPOCH": "1790000000"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real book in a folder of its own, so that building it touches nothing."""
    folder = tmp_path_factory.mktemp("book")
    for name in ("content", "overrides"):
        (folder / name).symlink_to(ROOT / name)
    # The reader refuses symbolic links, so the book itself is copied.
    (folder / "content").unlink()
    run(ROOT, "python", "-c", f"import shutil; shutil.copytree('content', {str(folder / 'content')!r})")
    (folder / "mkdocs.yml").write_bytes((ROOT / "mkdocs.yml").read_bytes())
    return folder


@pytest.fixture(scope="module")
def site(book: Path) -> dict[str, bytes]:
    """The site that plain MkDocs makes with the plugin."""
    result = run(book, "mkdocs", "build", "--strict", "--site-dir", str(book / "mk"), env=EPOCH)
    assert result.returncode == 0, result.stderr
    return files(book / "mk")


@pytest.fixture(scope="module")
def tree(book: Path) -> Path:
    """The book compiled to a folder."""
    result = run(book, "patternbook", "compile", "tree")
    assert result.returncode == 0, result.stderr
    return book / "tree"


# What the plugin leaves out of Material's files, beside its folder `lunr`. Without the plugin nobody leaves it out.
UNASKED = (".map", "workers/search.a7633da7.min.js")


def lines(path: str, content: bytes) -> bytes:
    """A file without empty lines and indents, which the plugin leaves out of pages."""
    content = gzip.decompress(content) if path.endswith(".gz") else content
    return re.sub(rb"\s*\n\s*", b"\n", content).strip() if path.endswith((".html", ".xml", ".gz")) else content


def without_generator(site: dict[str, bytes]) -> dict[str, bytes]:
    """A site with the meta tag left out that names the program which made it."""
    return {path: re.sub(rb'<meta name="generator"[^>]*>', b"", content) for path, content in site.items()}


def test_our_own_build_gives_what_plain_mkdocs_gives(book: Path, site: dict[str, bytes]) -> None:
    """Whoever runs `mkdocs build` in a workflow of their own must not get another site."""
    assert files(built(book, env=EPOCH)) == site


def test_properdocs_gives_the_same_site(book: Path, site: dict[str, bytes]) -> None:
    """The fork that still gets releases must be a way out that changes nothing for readers."""
    command = ("properdocs", "build", "-f", "mkdocs.yml", "--strict", "--site-dir", str(book / "pd"))
    result = run(book, *command, env=EPOCH)
    assert result.returncode == 0, result.stderr
    assert without_generator(files(book / "pd")) == without_generator(site)


def test_the_compiled_tree_gives_the_same_pages_without_the_plugin(tree: Path, site: dict[str, bytes]) -> None:
    """`compile` must not drift from what the plugin injects: it is the way to hosts that run no plugins."""
    result = run(tree, "mkdocs", "build", "--strict", env=EPOCH)
    assert result.returncode == 0, result.stderr
    compiled = {
        path: content for path, content in files(tree / "site").items() if not path.endswith(UNASKED) and "/lunr/" not in path
    }
    assert {path for path in site if not path.endswith(".md")} == set(compiled)
    different = [path for path, content in compiled.items() if lines(path, content) != lines(path, site[path])]
    # There every .md file is a page, so the index links to the pages instead of their Markdown.
    assert different == ["llms.txt"]


class Seen(HTMLParser):
    """Title, headings and internal links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "title":
            self._in_title = True
        if tag == "a" and (href := values.get("href")) is not None and not href.startswith(("http", "mailto", "#")):
            self.links.add(href)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""


def seen(path: str, content: bytes) -> tuple[str, set[str]]:
    """A page's title and the addresses that its links lead to."""
    page = Seen()
    page.feed(content.decode())
    here = f"https://site.example/{path.removesuffix('index.html')}"
    links = {urljoin(here, link).removesuffix("index.html") for link in page.links}
    return unescape(page.title).strip(), links


def test_zensical_builds_the_compiled_tree_with_the_same_pages_titles_and_links(tree: Path, site: dict[str, bytes]) -> None:
    """The book must be able to leave MkDocs: its successor runs no plugins and has other templates."""
    result = run(tree, "zensical", "build", "--clean")
    assert result.returncode == 0, result.stdout + result.stderr
    theirs = {path: content for path, content in files(tree / "site").items() if path.endswith(".html")}
    ours = {path: content for path, content in site.items() if path.endswith(".html")}
    assert set(theirs) == set(ours)
    pages = sorted(path for path in ours if path != "404.html")
    assert {path: seen(path, theirs[path]) for path in pages} == {path: seen(path, ours[path]) for path in pages}


def test_a_build_without_the_plugin_says_so_on_the_home_page(book: Path) -> None:
    """An empty-looking playbook would be taken for a broken one; the page must say what is missing."""
    settings = (book / "mkdocs.yml").read_text()
    without = re.sub(r"plugins:\n  - patternbook:\n(?:      .*\n)*", "plugins: []\n", settings)
    assert without != settings
    (book / "plain.yml").write_text(without)
    result = run(book, "mkdocs", "build", "-f", "plain.yml", "--site-dir", str(book / "plain"))
    assert result.returncode == 0, result.stderr
    assert "without the patternbook plugin" in (book / "plain" / "index.html").read_text()


def test_two_builds_of_one_process_leave_nothing_behind(book: Path, site: dict[str, bytes]) -> None:
    """`serve` builds again and again in one process; the second site must be the first one's twin."""
    code = (
        "from mkdocs.config import load_config; from mkdocs.commands.build import build\n"
        "config = load_config('mkdocs.yml', site_dir='twice', strict=True)\n"
        "for _ in range(2):\n"
        "    config.plugins.on_startup(command='build', dirty=False)\n"
        "    build(load_config('mkdocs.yml', site_dir='twice', strict=True))\n"
    )
    result = run(book, "python", "-c", code, env=EPOCH)
    assert result.returncode == 0, result.stderr
    assert files(book / "twice") == site


def test_a_company_template_still_applies(tmp_path: Path) -> None:
    """A fork's brand lives in its overrides; ours must leave it the last word."""
    folder = book_in(
        tmp_path, changes={"overrides/main.html": '{% extends "patternbook.html" %}{% block announce %}From Acme{% endblock %}'}
    )
    settings = folder / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("name: material\n", "name: material\n  custom_dir: overrides\n"))
    assert "From Acme" in (built(folder) / "traps" / "slow-trap" / "index.html").read_text()


def test_the_plugin_stays_thin() -> None:
    """All that the product knows lives outside the host, or it would die with it."""
    source = (ROOT / "plugins/patternbook/hosts/mkdocs/plugin.py").read_text()
    assert len(source.splitlines()) < 150
    assert not re.search(r"\btempfile\b|\bre\.|\bBeautifulSoup\b", source)
    assert not re.search(r"(?<!self)\._[a-z]", source), "no private name of the host"
