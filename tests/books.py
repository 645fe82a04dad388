"""Books for tests: small ones as folders below `tests/books/`, changed in memory by a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from patternbook import Book, compile_book

ROOT = Path(__file__).parent.parent
BOOKS = Path(__file__).parent / "books"
TODAY = date(2026, 11, 21)

Files = dict[str, bytes]


def read(folder: Path) -> Files:
    """A book's files by path, its settings left out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "mkdocs.yml")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def base(changes: Mapping[str, str | bytes | None] | None = None) -> Files:
    """The base book with files added, replaced or (by `None`) taken away; paths are below `content/`."""
    files = read(BOOKS / "base")
    for path, content in (changes or {}).items():
        full = path if path.startswith("company/") else f"content/{path}"
        if content is None:
            files.pop(full)
        else:
            files[full] = content.encode() if isinstance(content, str) else content
    return files


def edited(path: str, old: str, new: str) -> Files:
    """The base book with one stretch of one page replaced. `old` must stand in it exactly once."""
    text = base()[f"content/{path}"].decode()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    return base({path: text.replace(old, new)})


def compiled(files: Mapping[str, bytes], layers: tuple[str, ...] = ("content", "company")) -> Book:
    return compile_book(files, layers=layers, today=TODAY)


def problems(book: Book) -> list[str]:
    """Problems as `path:line:column CODE`, in order."""
    return [f"{p.path}:{p.line}:{p.column} {p.code.number}" for p in book.problems]
