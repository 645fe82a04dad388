"""A page that was read is packed for the cache and for other processes. What comes back must be the page, places included."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

import pytest
from books import BOOKS, ROOT, Files, Typist, base, read
from patternbook.core.define import read_definition
from patternbook.core.definition import Definition
from patternbook.core.memo import alike
from patternbook.core.packed import Read, pack, unpack
from patternbook.core.parse import Parser
from patternbook.core.rules import check


def pages(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes, Definition, Read]]:
    """Every page of a book's first layer, with the problems of its own."""
    definition, _ = read_definition({path: text for path, text in files.items() if "/_book/" in path}, ("content",))
    parser = Parser(definition)
    for path, content in files.items() if definition.readable else ():
        if path.startswith("content/") and path.endswith(".md"):
            document, problems = parser.parse("content", path.removeprefix("content/"), content)
            yield path, content, definition, (document, [*problems, *check(document, definition)])


def real() -> Files:
    return {f"content/{path}": content for path, content in read(ROOT / "content").items()}


@pytest.mark.parametrize("files", [base, lambda: read(BOOKS / "muster"), real], ids=["base", "another language", "this book"])
def test_a_page_comes_back_as_it_was(files: Callable[[], Files]) -> None:
    """Links, anchors, boxes, blanks and the places of problems of a kept page are those of the page read anew."""
    for path, content, definition, page in pages(files()):
        data = pack(page)
        assert data, f"{path} is read again each time"
        assert alike(unpack(data, path, content, definition), page), path


def test_a_page_of_any_text_comes_back_as_it_was_or_is_read_again(nightly: bool) -> None:
    """Authors leave pages half written. Their problems must be told in the next run as they were in the first."""
    typist = Typist(base(), random.Random(5))
    kept = troubled = 0
    for number in range(4_000 if nightly else 250):
        if number % 6 == 0:
            typist.files = base()
        typist.edit()
        for path, content, definition, page in pages(typist.files):
            if data := pack(page):
                assert alike(unpack(data, path, content, definition), page), path
                kept += 1
                troubled += bool(page[1])
    assert kept > 500
    assert troubled > 50


FRONT = """\
---
title: "Quoted: a \\"title\\""
kind: trap
summary: |
  Two lines
  of text.
---
"""


def test_text_that_does_not_stand_in_the_file_as_it_is_comes_back() -> None:
    """In quotes and over several lines YAML says something else than what stands there."""
    content = FRONT.encode().replace(b"\n", b"\r\n")
    definition = next(pages(base()))[2]
    page = Parser(definition).parse("content", "traps/wide-trap.md", content)
    again = unpack(pack(page), "content/traps/wide-trap.md", content, definition)
    assert again[0].title == 'Quoted: a "title"'
    assert again[0].front.text("summary") == "Two lines\nof text."
    assert alike(again, page)


def test_the_kind_is_that_of_the_definition_at_hand() -> None:
    """A page holds its kind, and a label that changed is told with every page."""
    path, content, definition, page = next(row for row in pages(base()) if row[3][0].kind)
    assert unpack(pack(page), path, content, definition)[0].kind is page[0].kind


def test_a_page_that_layers_write_over_is_read_again() -> None:
    """Its front matter waits for the page below it, as the nodes that it was written in."""
    definition = next(pages(base()))[2]
    page = Parser(definition).parse("company", "traps/wide-trap.md", b"---\nextends: wide-trap\n---\n")
    assert page[0].node is not None
    assert pack(page) == b""


def test_words_are_few_bytes() -> None:
    """A cache that is larger than the book would cost more than it saves."""
    files = real()
    sizes = [(len(content), len(pack(page))) for _, content, _, page in pages(files)]
    assert sum(packed for _, packed in sizes) < sum(content for content, _ in sizes)
