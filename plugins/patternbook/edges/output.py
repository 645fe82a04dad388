"""Writes the files of a site that is being rendered; one that is in the old site already becomes a link to that."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from patternbook.edges.cache import digest


class Output:
    """A site below `root`. Files with the bytes of the site `before` become links to it; it is `fresh` where there is none.
    `checks` are the hashes of its files, and `left` those files that somebody else may write."""

    def __init__(self, root: Path, before: Path | None = None) -> None:
        self.checks: dict[str, str] = {}
        self._root, self._before = root, before
        self.fresh = before is None or not before.exists()
        self.left: frozenset[str] = frozenset()
        self._folders: set[str] = set()
        self._mode = 0

    def leave(self, paths: Collection[str]) -> None:
        """These files somebody else writes, so they must not be links to other ones."""
        self.left = frozenset(paths)

    def told(self, path: str, check: str) -> None:
        """A file with this hash is part of the site, perhaps written by another process."""
        self.checks[path] = check

    def stands(self, path: str, check: str) -> bool:
        """Whether a file with this hash needs not be written. Then it is part of the site."""
        return False

    def put(self, path: str, content: bytes) -> None:
        """Write a file whose bytes are known."""
        self.take(path, digest(content), lambda: content)

    def take(self, path: str, check: str, content: Callable[[], bytes]) -> None:
        """Write a file whose hash is known; its bytes are asked for only if no old file has them."""
        self.told(path, check)
        old = self._old(path)
        found = self._read(old) if old else None
        if old is None or found is None or digest(found) != check or not self._link(old, path):
            self._write(path, content())

    def _old(self, path: str) -> str | None:
        return os.path.join(self._before, path) if self._before and path not in self.left else None

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


class Revision(Output):
    """The next state of a site that stands below `site`. What differs is written below `root`; `finish` moves it to its place.

    `known` are the hashes of the files that stand there.
    """

    def __init__(self, root: Path, site: Path, known: Mapping[str, str]) -> None:
        super().__init__(root)
        self._site, self._known = site, known

    def stands(self, path: str, check: str) -> bool:
        """Whether a file with this hash needs not be written. Then it is part of the site."""
        found = self._known.get(path) == check
        if found:
            self.told(path, check)
        return found

    def take(self, path: str, check: str, content: Callable[[], bytes]) -> None:
        """Write a file whose hash is known, if it is new."""
        if not self.stands(path, check):
            self.told(path, check)
            self._write(path, content())

    def finish(self) -> Mapping[str, str]:
        """Make it the state that stands: what is new in its place, what is gone removed. Gives the hashes of its files."""
        for path in self._known.keys() - self.checks.keys() - self.left:
            self._remove(self._site / path)
        for place in sorted(self._root.rglob("*")):
            if place.is_file():
                target = self._site / place.relative_to(self._root)
                target.parent.mkdir(parents=True, exist_ok=True)
                place.replace(target)
        shutil.rmtree(self._root)
        return self.checks

    def _remove(self, place: Path) -> None:
        """Remove a file, and the folders that it leaves empty: a file may want their name."""
        place.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in place.relative_to(self._site).parents:
                (self._site / folder).rmdir()


def hashes(folder: Path, skip: str = "", known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The hash of each file in a folder, by its path there. Folders called `skip` are left out; what is `known` is not read."""
    found: dict[str, str] = {}
    top = os.fspath(folder)
    for place, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != skip)
        inner = place[len(top) + 1 :].replace(os.sep, "/")
        for name in sorted(names):
            path = f"{inner}/{name}" if inner else name
            check = (known or {}).get(path)
            found[path] = check or digest(Path(place, name).read_bytes())
    return found
