"""Pages converted in pieces are what the host's converter makes of them whole."""

from __future__ import annotations

import sys
from itertools import chain, zip_longest
from pathlib import Path

import pytest
from books import BOOKS, ROOT
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions.toc import nest_toc_tokens
from markdown.serializers import _escape_attrib_html
from mkdocs.commands.build import _populate_page
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, get_files, set_exclusions
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc
from patternbook.edges.filesystem import write_tree
from patternbook.edges.source import load_book, read_settings
from patternbook.hosts.mkdocs.convert import Body, Converter, split

sys.path.insert(0, str(ROOT / "scripts"))
from bench import sample


def prepared(folder: Path) -> tuple[MkDocsConfig, Files]:
    """A book's settings and files, as the host has them before it converts."""
    settings = read_settings(folder)
    config = load_config(str(settings.config), site_dir=str(folder / "site"))
    config.plugins["patternbook"].give(load_book(settings.root, settings.layers, "internal"))
    config = config.plugins.on_config(config)
    files = config.plugins.on_files(get_files(config), config=config)
    set_exclusions(files, config)
    return config, files


def shown(body: Body, links: _RelativePathTreeprocessor) -> str:
    addresses = (_escape_attrib_html(links.path_to_url(link)) for link in body.links)
    return "".join(chain.from_iterable(zip_longest(body.html, addresses, fillvalue="")))


def contents(body: Body) -> str:
    return str(get_toc(nest_toc_tokens([{"level": level, "id": id, "name": name} for level, id, name in body.headings])))


@pytest.fixture(params=["ours", "base", "muster", "generated"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "generated":
        write_tree(tmp_path, sample(60))
        return tmp_path
    return ROOT if request.param == "ours" else BOOKS / request.param


def test_every_page_is_what_the_host_makes_of_it(book: Path) -> None:
    """Who reads the site must not be able to tell who converted it."""
    config, files = prepared(book)
    converter, in_pieces = Converter(config), 0
    for file in files.documentation_pages():
        page = file.page or Page(None, file, config)
        _populate_page(page, config, files)
        body = converter.body(page.markdown)
        assert body is not None
        links = _RelativePathTreeprocessor(file, files, config)
        assert shown(body, links) == page.content, file.src_uri
        assert contents(body) == str(page.toc), file.src_uri
        assert set(body.ids) <= page.present_anchor_ids
        assert links.links_to_anchors == page.links_to_anchors
        in_pieces += split(page.markdown) is not None
    assert in_pieces > 0.3 * len(files.documentation_pages())


@pytest.fixture(scope="module")
def converters() -> tuple[MkDocsConfig, Converter]:
    config, _ = prepared(BOOKS / "base")
    return config, Converter(config)


LINES = [
    "A line.", "Two  spaces  ", "*so* and **so**", "a_b_c _d_", "- one", "- two", "1. first", "    - below", "    more", "> said", "## Head",
    "### Head {#head}", "# Top", "```", "~~~", "    code", "| a | b |", "| --- | --- |", "| 1 | 2 |", "!!! note", "[x](y.md#z)", "[x][y]",
    "[y]: z.md", "![p](q.svg)", "`a < b`", "\\*no\\*", "&amp; & &#35;", "<b>", "<div class=\"x\" markdown>", "</div>", "<https://a.example>",
    "[TOC]", "===", "---", "{: #id}", "{#id}", "text {#id}", "* star", "+ plus", "#", "", "", "", "", "",
    '<div class="pb-cards" markdown>', '<details class="pb-x" markdown>', "<summary>S</summary>", "</details>", "a\\", "12. twelve", ": colon", "**[a](b.md)** c",
    '- [A](a.md) <span class="k" data-kind="x">K</span>', "- **Fact** [a](b.md) [c](d.md)", "“quotes” – dashes…", "a  \nb", "\\[x\\](y)", "x\ty",
]  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    blocks = draw(st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=3).map("\n".join), min_size=1, max_size=8))
    return "\n\n".join(blocks)


@given(text=texts())
def test_any_text_is_what_the_host_makes_of_it(converters: tuple[MkDocsConfig, Converter], text: str) -> None:
    """What an author may write next year is not in our books yet."""
    config, converter = converters
    file = File.generated(config, "a/b.md", content=text)
    files = Files([file])
    page = Page(None, file, config)
    page.markdown, page.meta = text, {}
    page.render(config, files)
    body = converter.body(text)
    if body is None:
        assert "[TOC]" in text, "the host converts by itself only what it must"
        return
    links = _RelativePathTreeprocessor(file, files, config)
    assert shown(body, links) == page.content
    assert contents(body) == str(page.toc)


def test_a_card_is_converted_once_for_all_lists(converters: tuple[MkDocsConfig, Converter]) -> None:
    """The lists of a book hold each card dozens of times; that must cost next to nothing."""
    card = "- [A](a.md) said\n\n    Summary of A."
    other = "- [B](b.md) said\n\n    Summary of B."
    pieces = split(f'# T\n\n<div class="pb-cards" markdown>\n\n{card}\n\n{other}\n\n</div>')
    assert pieces is not None
    assert [piece.listed for piece in pieces] == [False, True, True]
