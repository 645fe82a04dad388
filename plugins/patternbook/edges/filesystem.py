"""Reading a book from a folder and writing its files. Nothing outside the folder is ever read.

Symbolic links, devices and unreadable files are problems, not surprises: following a link would
publish what lies on the build machine.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from patternbook.core.diagnostics import Code, Diagnostic, whole

MAX_FILE = 20_000_000

Found = tuple[Mapping[str, bytes], Sequence[Diagnostic]]
"""The files of a book by path, and what could not be read."""


def read_book(root: Path, layers: Iterable[str]) -> Found:
    """All files of the layers below `root`, by path; and what could not be read.

    A layer that does not exist is an empty one, so a fork can name its layer before it has any.
    """
    sources: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    for layer in layers:
        folder = root / layer
        if layer != folder.name or layer == "..":
            problems.append(_refused(layer, "no folder beside mkdocs.yml"))
        elif folder.is_symlink():
            problems.append(_refused(layer, "a symbolic link"))
        elif folder.is_dir():
            _read_folder(folder, layer, sources, problems)
        elif folder.exists():
            problems.append(_refused(layer, "no folder"))
    return sources, problems


def _read_folder(folder: Path, name: str, sources: dict[str, bytes], problems: list[Diagnostic]) -> None:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(_refused(name, f"unreadable ({error.strerror})"))
        return
    for entry in entries:
        path = f"{name}/{entry.name}"
        if _leftover(entry.name):
            continue
        if entry.is_symlink():
            problems.append(_refused(path, "a symbolic link"))
        elif entry.is_dir(follow_symlinks=False):
            _read_folder(Path(entry.path), path, sources, problems)
        elif not entry.is_file(follow_symlinks=False):
            problems.append(_refused(path, "neither a file nor a folder"))
        else:
            _read_file(Path(entry.path), path, sources, problems)


def _leftover(name: str) -> bool:
    """What systems and editors leave lying about: hidden files, backups, locks."""
    return name.startswith((".", "#")) or name.endswith(("~", ".swp", ".bak")) or name == "Thumbs.db"


def _read_file(file: Path, path: str, sources: dict[str, bytes], problems: list[Diagnostic]) -> None:
    try:
        # Opened without following links: the entry may have been swapped since it was listed.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                problems.append(_refused(path, "not a regular file"))
                return
            content = stream.read(MAX_FILE + 1)
    except OSError as error:
        problems.append(_refused(path, f"unreadable ({error.strerror})"))
        return
    if len(content) > MAX_FILE:
        problems.append(
            whole(path, Code.ASSET, f"the file has more than {MAX_FILE:,} bytes", "Make it smaller, or move it out of the book.")
        )
        return
    sources[_printable(path)] = content


def _printable(path: str) -> str:
    """A path whose undecodable bytes are shown, so that it can be reported like any other."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _refused(path: str, what: str) -> Diagnostic:
    return whole(
        _printable(path), Code.NOT_A_FILE, f"the entry is {what}", "Put a regular file or folder in its place, or delete it."
    )


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: into a temporary file beside it, then renamed over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


class Occupied(Exception):
    """Something stands where a new file or its folder should be; the text says what and where."""


def write_new(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files that are not there yet, all of them or none, and none through a link. Raises `Occupied` or `OSError`."""
    for path in files:
        for part in reversed(PurePosixPath(path).parents[:-1]):
            if (root / part).is_symlink() or (os.path.lexists(root / part) and not (root / part).is_dir()):
                raise Occupied(f"{part} is there and is no folder")
        if os.path.lexists(root / path):
            raise Occupied(f"{path} is there already")
    tried: list[Path] = []
    try:
        for path, content in files.items():
            tried.append(root / path)
            write_file(root / path, content)
    except BaseException:
        for file in reversed(tried):
            remove_file(file)
        raise


def remove_file(path: Path) -> None:
    """Delete a file, if it is there, and its folder with it if nothing is left in it."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder that is this program's own, making folders as needed."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
