"""What a compile takes from the cache, or has made by other processes, must not be seen: the book is that of its files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from books import BOOKS, TODAY, Files, Typist, base, read
from patternbook import Book, compile_book
from patternbook.core import catalogue
from patternbook.core.memo import FORGETFUL, Memo
from patternbook.edges import crew, stock
from patternbook.edges.cache import Cache
from patternbook.edges.stock import Stock

COMPANY = {
    "company/company.yml": "name: Acme\nvariables: {team: the crew}\nvocabulary: {work: labour}\n",
    "company/traps/slow-trap.md": "---\nextends: slow-trap\nsections: {try-it: {mode: append}}\n---\n\n## Try it\n\nAsk {team}.\n",
}


def compiled(files: Files, memo: Memo, audience: str = "public") -> Book:
    return compile_book(files, layers=("content", "company"), today=TODAY, audience=audience, memo=memo)


def same(one: Book, other: Book) -> bool:
    return (one.pages, one.problems, one.nav, one.review) == (other.pages, other.problems, other.nav, other.review)


@pytest.mark.parametrize("count", [3, 1], ids=["several processes", "one process"])
def test_a_book_from_the_cache_is_the_book_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, nightly: bool
) -> None:
    """A build that reads only what was edited must publish what a build that reads everything publishes."""
    monkeypatch.setattr(crew, "FEW", 1)
    monkeypatch.setattr(crew, "processors", lambda: count)
    whole = 0
    for seed in range(120 if nightly else 8):
        draw = random.Random(seed)
        typist = Typist(base(COMPANY) if seed % 2 else read(BOOKS / "muster"), draw)
        for _ in range(5):
            before = dict(typist.files)
            typist.edit()
            audience = draw.choice(["public", "internal"])
            cache = Cache(tmp_path / "pages")
            kept, clean = (compiled(typist.files, memo, audience) for memo in (Stock(cache), FORGETFUL))
            assert same(kept, clean), f"sequence {seed}"
            if clean.errors:
                typist.files = before
            else:
                whole += 1
                assert catalogue.files(kept, memo=Stock(cache)) == catalogue.files(clean), f"sequence {seed}"
            cache.save()
    assert whole > 5, "hardly any book was whole, so this shows little"


def test_a_page_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Speed is what the cache is for: of a book that was built before only what was edited is read."""
    files = base()
    first = Cache(tmp_path / "pages")
    compiled(files, Stock(first))
    first.save()
    again: list[str] = []
    monkeypatch.setattr(stock, "pack", lambda read: again.append(read[0].path) or b"")
    compiled(files, Stock(Cache(tmp_path / "pages")))
    assert again == []
    files["content/traps/wide-trap.md"] += b"\nLook again.\n"
    compiled(files, Stock(Cache(tmp_path / "pages")))
    assert again == ["traps/wide-trap.md"]


@pytest.mark.parametrize("path", ["content/_book/kinds.yml", "content/_book/facets.yml"])
def test_another_definition_reads_every_page_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A section that a kind must have is missing on pages that nobody touched."""
    files = base()
    first = Cache(tmp_path / "pages")
    compiled(files, Stock(first))
    first.save()
    again: list[str] = []
    monkeypatch.setattr(stock, "pack", lambda read: again.append(read[0].path) or b"")
    files[path] = files[path].replace(b"label: ", b"label: New ", 1)
    compiled(files, Stock(Cache(tmp_path / "pages")))
    assert len(again) == sum(path.endswith(".md") for path in files)


def test_another_program_reads_every_page_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork pulls a new version, and its rules hold at once."""
    first = Cache(tmp_path / "pages")
    compiled(base(), Stock(first))
    first.save()
    again: list[str] = []
    monkeypatch.setattr(stock, "pack", lambda read: again.append(read[0].path) or b"")
    monkeypatch.setattr(stock, "program", lambda: "another")
    compiled(base(), Stock(Cache(tmp_path / "pages")))
    assert again


def test_what_a_process_leaves_undone_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process may be killed for want of memory. The build goes on without it."""
    monkeypatch.setattr(crew, "FEW", 1)
    monkeypatch.setattr(crew, "processors", lambda: 3)
    monkeypatch.setattr(crew, "_told", lambda pipe: iter([b""]))
    assert same(compiled(base(), Stock(None)), compiled(base(), FORGETFUL))
