"""Bytes that wait on the disk, in files without names: nothing is left of them, however this program ends."""

from __future__ import annotations

import os
import tempfile
import weakref
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


class Spool:
    """A file to which bytes are added."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None

    def put(self, data: bytes) -> Stretch:
        """Add bytes. Raises OSError."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when nobody can read it any more)
            weakref.finalize(self, self._file.close)
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(data)
        # A process that is forked now must not write it again.
        self._file.flush()
        return Stretch(self._file, place, len(data))
