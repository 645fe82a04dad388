"""What a compile takes from the cache, or has made by other processes, must not be seen: the book is that of its files."""

from __future__ import annotations

import errno
import gc
import random
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest
from books import BOOKS, TODAY, Files, Typist, base, read
from patternbook import Book, compile_book
from patternbook.core import catalogue
from patternbook.core.memo import FORGETFUL, Memo
from patternbook.edges import crew, stock
from patternbook.edges.cache import Cache
from patternbook.edges.source import shelved
from patternbook.edges.spool import Spool
from patternbook.edges.stock import Laid, Stock

COMPANY = {
    "company/company.yml": "name: Acme\nvariables: {team: the crew}\nvocabulary: {work: labour}\n",
    "company/traps/slow-trap.md": "---\nextends: slow-trap\nsections: {try-it: {mode: append}}\n---\n\n## Try it\n\nAsk {team}.\n",
}


def compiled(files: Files, memo: Memo, audience: str = "public") -> Book:
    return compile_book(files, layers=("content", "company"), today=TODAY, audience=audience, memo=memo)


def same(one: Book, other: Book) -> bool:
    return told(one) == told(other)


def told(book: Book) -> tuple[object, ...]:
    pages = [(path, page.path, page.text, page.markdown, page.source) for path, page in book.pages.items()]
    return pages, book.problems, book.nav, book.review


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
                assert dict(catalogue.files(kept, memo=Stock(cache))) == dict(catalogue.files(clean)), f"sequence {seed}"
            cache.save()
    assert whole > 5, "hardly any book was whole, so this shows little"


def kept(path: Path) -> Path:
    """A cache that knows the base book."""
    cache = Cache(path)
    compiled(base(), Stock(cache))
    cache.save()
    return path


def read_again(files: Files, path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages of a book that are read although there is a cache."""
    again: list[str] = []
    monkeypatch.setattr(stock, "pack", lambda read: again.append(read[0].path) or b"")
    compiled(files, Stock(Cache(path)))
    return again


def test_a_page_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Speed is what the cache is for: of a book that was built before only what was edited is read."""
    path, files = kept(tmp_path / "pages"), base()
    assert read_again(files, path, monkeypatch) == []
    files["content/traps/wide-trap.md"] += b"\nLook again.\n"
    assert read_again(files, path, monkeypatch) == ["traps/wide-trap.md"]


@pytest.mark.parametrize("edited", ["content/_book/kinds.yml", "content/_book/facets.yml"])
def test_another_definition_reads_every_page_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: str) -> None:
    """A section that a kind must have is missing on pages that nobody touched."""
    path, files = kept(tmp_path / "pages"), base()
    files[edited] = files[edited].replace(b"label: ", b"label: New ", 1)
    assert len(read_again(files, path, monkeypatch)) == sum(name.endswith(".md") for name in files)


def test_another_program_reads_every_page_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork pulls a new version, and its rules hold at once."""
    path = kept(tmp_path / "pages")
    monkeypatch.setattr(stock, "program", lambda: "another")
    assert read_again(base(), path, monkeypatch)


def test_what_a_process_leaves_undone_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process may be killed for want of memory. The build goes on without it."""
    monkeypatch.setattr(crew, "FEW", 1)
    monkeypatch.setattr(crew, "processors", lambda: 3)
    monkeypatch.setattr(crew, "_told", lambda child, file: iter([b""]))
    assert same(compiled(base(), Stock(None)), compiled(base(), FORGETFUL))


def test_a_disk_that_takes_nothing_costs_time_and_memory_and_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room for what waits, there may still be some for the site."""

    def full() -> BinaryIO:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(crew, "FEW", 1)
    monkeypatch.setattr(crew, "processors", lambda: 3)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    files, _ = shelved((base(), []))
    assert same(compiled(files, Stock(None)), compiled(base(), FORGETFUL))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_disk_that_fills_up_says_nothing_on_its_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with something left to write fails once more when it is closed, and Python would print where."""
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: open("/dev/full", "wb"))  # noqa: SIM115 (closed by what is tested)
    spool = Spool()
    assert [spool.put(data).read() for data in (b"a", b"b" * 100_000)] == [b"a", b"b" * 100_000]
    del spool
    gc.collect()
    assert said == []


def test_a_file_that_was_read_waits_on_the_disk_as_it_was_read() -> None:
    """What is built is what was read, whatever is saved meanwhile; and the text of a page is not held twice."""
    read = {**base(), "content/empty.txt": b"", "content/a.bin": bytes(range(256)) * 9}
    files, problems = shelved((read, []))
    assert (files, list(files), problems) == (read, list(read), [])
    assert files["content/a.bin"] is not files["content/a.bin"]
    with pytest.raises(KeyError):
        files["content/none.md"]


def test_finished_pages_lie_on_the_disk_and_a_live_servers_in_memory() -> None:
    """A build shows each page once, and their texts are a fifth of its memory; a server compares them at each change."""
    laid, held = (compiled(base(), Stock(None, keeps=keeps)).pages["traps/wide-trap.md"] for keeps in (False, True))
    assert isinstance(laid, Laid)
    assert not isinstance(held, Laid)
    assert (laid.path, laid.source, laid.text, laid.markdown) == (held.path, held.source, held.text, held.markdown)
