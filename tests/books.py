"""Books for tests: small ones as folders below `tests/books/`, changed in memory by a test."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass
class Typist:
    """Somebody who edits files without knowing what is in them. Most of the books are broken, and each must be told as it is."""

    files: dict[str, bytes]
    draw: random.Random

    def edit(self) -> None:
        self.draw.choice([self.lines, self.lines, self.lines, self.words, self.words, self.remove, self.copy])()

    def some(self) -> str:
        return self.draw.choice(sorted(path for path in self.files if path.endswith((".md", ".yml"))))

    def lines(self) -> None:
        """Drop, double or swap lines, which also puts keys of a mapping in another order."""
        path = self.some()
        lines = self.files[path].decode().split("\n")
        one, two = (self.draw.randrange(len(lines)) for _ in range(2))
        match self.draw.choice(["drop", "double", "swap", "swap", "comment"]):
            case "drop":
                del lines[one]
            case "double":
                lines.insert(one, lines[two])
            case "swap":
                lines[one], lines[two] = lines[two], lines[one]
            case _:
                lines.insert(one, "# said" if path.endswith(".yml") else "Said.")
        self.files[path] = "\n".join(lines).encode()

    def words(self) -> None:
        """Put the name of a page, or another word of the book, in the place of one."""
        path, other = self.some(), self.some()
        here, there = self.files[path].decode().split(" "), self.files[other].decode().split()
        here[self.draw.randrange(len(here))] = self.draw.choice([*there, "slow-trap", "[[good-practice]]"])
        self.files[path] = " ".join(here).encode()

    def remove(self) -> None:
        del self.files[self.some()]

    def copy(self) -> None:
        path = self.some()
        folder, _, name = path.rpartition("/")
        self.files[f"{folder}/{self.draw.choice(['one', 'two'])}-{name}"] = self.files[path]
