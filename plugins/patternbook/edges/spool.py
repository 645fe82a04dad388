"""Bytes that wait on the disk, in files without names: nothing is left of them, however this program ends."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a file."""

    file: BinaryIO
    place: int
    size: int

    def read(self) -> bytes:
        """Its bytes, as they are now. Processes that were forked have one position in the file in common, so none is used."""
        if hasattr(os, "pread"):
            return os.pread(self.file.fileno(), self.size, self.place)
        self.file.seek(self.place)
        return self.file.read(self.size)


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that the disk did not take."""

    data: bytes

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.data)

    def read(self) -> bytes:
        """The bytes."""
        return self.data


class Spool:
    """A file to which bytes are added."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None

    def put(self, data: bytes) -> Stretch | Held:
        """Lay bytes down. Where the disk takes none, they stay in memory."""
        with suppress(OSError):
            return self._put(data)
        return Held(data)

    def _put(self, data: bytes) -> Stretch:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when nobody can read it any more)
            weakref.finalize(self, _close, self._file)
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(data)
        # A process that is forked now must not write it again.
        self._file.flush()
        return Stretch(self._file, place, len(data))


def _close(file: BinaryIO) -> None:
    """Close a file. One on a full disk fails at that once more, and what it did not take is held elsewhere."""
    with suppress(OSError):
        file.close()


class Shelf(Mapping[str, bytes]):
    """Bytes by name that wait in a spool: each is read when somebody looks at it, and nobody keeps it."""

    def __init__(self, some: Mapping[str, bytes]) -> None:
        self._spool = Spool()  # held because its file is closed with it
        self._places = {name: self._spool.put(data) for name, data in some.items()}

    def __getitem__(self, name: str) -> bytes:
        return self._places[name].read()

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
