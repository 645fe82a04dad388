"""What a build may take over from builds before it: values by the hash of all that they were made from.

One file of data, read back only where its hashes hold: damaged, cut off or foreign content is a value that is not there.
It is replaced whole, so a kill leaves the old one, and of two builds at once the later one's stays. Delete it at any moment.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from patternbook.edges.spool import Held, Spool, Stretch

CACHE = Path(".cache/patternbook/pages")
"""Where it lies, beside `mkdocs.yml`."""

MOST_BYTES = 400_000_000
"""What is used is always kept; beside it what was not used lately, up to this size together."""

_MOST_UNUSED = 4
_MARK = b"patternbook cache 1\n"


def digest(*parts: bytes | str) -> str:
    """One hash over several values, in which each has its place."""
    total = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


@dataclass(frozen=True, slots=True)
class _Value:
    """A value: where it lies, damaged or not, its hash, and how many builds have not used it."""

    stretch: Stretch | Held
    check: str
    unused: int = 0


class Cache:
    """Values by key. What is read or put is kept at `save`; what no build has used for some time is dropped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.open()

    def open(self) -> None:
        """Begin with what is saved. Whoever goes on after a `save` must do so again: the values lie in another file then."""
        self._file: BinaryIO | None = None
        self._known: dict[str, _Value] = {}
        self._used: set[str] = set()
        # New values wait in a file without a name: all pages, packed, would take a tenth of the memory of a build.
        self._draft = Spool()
        self._new: dict[str, _Value] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
            self._read()

    def _read(self) -> None:
        file = self._path.open("rb")
        weakref.finalize(self, file.close)
        mark, length, check = file.read(len(_MARK)), file.read(9), file.read(33)
        index = file.read(int(length, 16)) if mark == _MARK else b""
        if not index or digest(index) != check.decode("ascii").strip():
            return
        self._file = file
        start, end = file.tell(), os.fstat(file.fileno()).st_size
        self._known = {
            key: _Value(Stretch(file, start + place, size), check, unused)
            for key, place, size, check, unused in json.loads(index)
            if 0 <= place <= end - start - size
        }

    def get(self, key: str) -> bytes | None:
        """The value of a key, if there is one and it is undamaged."""
        for values in (self._new, self._known):
            if key in values:
                with contextlib.suppress(OSError, ValueError, OverflowError):
                    content = values[key].stretch.read()
                    if digest(content) == values[key].check:
                        self._used.add(key)
                        return content
                del values[key]
        return None

    def holds(self, key: str) -> bool:
        """Whether there is a value of a key, damaged or not."""
        return key in self._new or key in self._known

    def take(self, key: str, value: bytes) -> None:
        """Keep what another process has made; without a value, what it has used."""
        if value:
            self.put(key, value)
        elif self.holds(key):
            self._used.add(key)

    def put(self, key: str, value: bytes) -> None:
        """Keep a value."""
        self._new[key] = _Value(self._draft.put(value), digest(value))

    def saved(self) -> str:
        """Save, and tell why that was not possible. The old file stands then."""
        try:
            self.save()
        except OSError as error:
            return error.strerror or str(error)
        return ""

    def save(self) -> None:
        """Write what is to be kept, if anything changed. Raises OSError."""
        kept = list(self._kept())
        if not self._new and len(kept) == len(self._known) == len(self._used):
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Nobody's repository should ever hold it.
        (self._path.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        for left in self._path.parent.glob(f"{self._path.name}.*"):
            left.unlink(missing_ok=True)
        index, place = [], 0
        for key, value, unused in kept:
            index.append((key, place, value.stretch.size, value.check, unused))
            place += value.stretch.size
        head = json.dumps(index).encode()
        # Not `write_file`, which waits for the disk: what a power cut damages here is told by its hash, and made anew.
        temporary = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        with temporary.open("wb") as file:
            file.write(_MARK + b"%08x\n" % len(head) + digest(head).encode() + b"\n" + head)
            file.writelines(value.stretch.read() for _, value, _ in kept)
        if self._file is not None:
            self._file.close()
        os.replace(temporary, self._path)

    def _kept(self) -> Iterator[tuple[str, _Value, int]]:
        """What is kept, with the number of builds since it was used."""
        total = sum(value.stretch.size for value in self._new.values())
        yield from ((key, value, 0) for key, value in self._new.items())
        for key, value in sorted(self._known.items(), key=lambda item: (item[0] not in self._used, item[1].unused)):
            total += value.stretch.size
            if key not in self._new and (key in self._used or (value.unused < _MOST_UNUSED and total <= MOST_BYTES)):
                yield key, value, 0 if key in self._used else value.unused + 1
