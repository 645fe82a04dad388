"""Writes the files of a site that is being rendered; one that is in the old site already becomes a link to that."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from patternbook.edges.cache import digest


class Output:
    """A site below `root`. Files with the bytes of the site `before` become links to it, unless they will be `written` over."""

    def __init__(self, root: Path, before: Path | None, written: Collection[str] = ()) -> None:
        self._root, self._before, self._written = root, before, frozenset(written)
        self._folders: set[str] = set()
        self._mode = 0

    def put(self, path: str, content: bytes) -> None:
        """Write a file whose bytes are known."""
        old = self._old(path)
        if old is None or self._read(old) != content or not self._link(old, path):
            self._write(path, content)

    def take(self, path: str, check: str, content: Callable[[], bytes]) -> None:
        """Write a file whose hash is known; its bytes are asked for only if no old file has them."""
        old = self._old(path)
        found = self._read(old) if old else None
        if old is None or found is None or digest(found) != check or not self._link(old, path):
            self._write(path, content())

    def _old(self, path: str) -> str | None:
        return os.path.join(self._before, path) if self._before and path not in self._written else None

    def _read(self, old: str) -> bytes | None:
        with (
            suppress(OSError),
            open(os.open(old, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb") as file,
        ):
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read()
        return None

    def _link(self, old: str, path: str) -> bool:
        """Link to an old file, if it is as a new one would be: same owner, same rights."""
        with suppress(OSError):
            known = os.lstat(old)
            if self._mode and known.st_mode == self._mode and known.st_uid == os.geteuid():
                os.link(old, self._place(path))
                return True
        return False

    def _write(self, path: str, content: bytes) -> None:
        place = self._place(path)
        with open(place, "wb") as file:
            file.write(content)
            self._mode = self._mode or os.fstat(file.fileno()).st_mode

    def _place(self, path: str) -> str:
        place = os.path.join(self._root, path)
        folder = os.path.dirname(place)
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)
            self._folders.add(folder)
        return place
