"""Puts a finished site in place of the old one: whole, or not at all.

A site is rendered into a directory beside its target and swapped in by one rename. A failure or a kill, at any
moment, leaves the old site. Files that did not change are hard links to the old site's, so nobody may write
in place into a published file: the write would show in a site that is being rendered. Replace it instead.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MARKER = ".patternbook"
"""The file, written by the renderer, that makes a directory a site of ours, which we may replace."""

_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


class Refused(Exception):
    """The target is locked by another build, or is a directory that we must not replace (exit code 3)."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did, in files."""

    files: int
    """All files of the new site, the marker included."""
    written: int
    """Files that are new or differ from the old site's."""
    kept: int
    """Files with the same bytes as the old site's: links to those where the file system allows."""


def publish(target: Path, render: Callable[[Path], None]) -> Published:
    """Renders into a temporary directory beside target, under a lock, and swaps it in whole.

    Everything in target is replaced. Raises Refused (lock held, or a target that is not ours to replace),
    RuntimeError (render wrote no marker), OSError, or whatever render raises; the old site stands in each case.
    """
    target = _absolute(target)
    lock = target.parent / f".{target.name}.lock"
    if not lock.exists():
        # Refusing before the lock leaves no lock file beside a folder of someone else. Where there is one, the
        # verdict waits for the lock: without it, another build's swap could be seen half-way.
        _check(target)
        target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(lock, target):
        _restore(target)
        _check(target)
        _sweep(target)
        new = _beside(target, "new")
        try:
            # mkdir, not tempfile.mkdtemp: that one makes mode 0700, and a web server could not read the site.
            new.mkdir()
            render(new)
            if not (new / MARKER).is_file():
                raise RuntimeError(f"the renderer wrote no {MARKER}; without it the next build would refuse the site")
            same = list(_reuse(new, None if _vacant(target) else target))
            _sync_tree(new)
            _check(target)  # again: rendering takes seconds, and the folder may have changed hands meanwhile
            _swap(new, target)
            _sync(target.parent)
            return Published(files=len(same), written=same.count(False), kept=same.count(True))
        finally:
            # Before the swap this is the unfinished site, after it the old one. What cannot be removed (a file held
            # open on Windows) is no reason to fail a site that stands: the next build sweeps it.
            shutil.rmtree(new, ignore_errors=True)


def _absolute(target: Path) -> Path:
    """The target with its parents resolved, but not itself: a symbolic link there must be seen as one."""
    return target.resolve() if target.name in ("", "..") else target.parent.resolve() / target.name


def _check(target: Path) -> None:
    """Raises Refused unless target is absent, an empty directory, or a site of ours that is safe to replace."""
    try:
        mode = target.lstat().st_mode
        names = os.listdir(target) if stat.S_ISDIR(mode) else []
    except FileNotFoundError:
        return
    here = Path.cwd()
    if stat.S_ISLNK(mode):
        reason = "it is a symbolic link. Name the folder that it points to"
    elif not stat.S_ISDIR(mode):
        reason = "it is not a folder. Name another place, or move it away"
    elif os.path.ismount(target):
        reason = "it is the root of a file system, which cannot be swapped. Name a folder inside it"
    elif any(os.path.samefile(target, folder) for folder in (here, *here.parents)):
        reason = "it is the current folder or holds it. Name a folder inside it, such as site, or run from elsewhere"
    elif ".git" in names:
        reason = "it contains .git, so it is a checkout. Name another folder and copy the site from there"
    elif names and not (target / MARKER).is_file():
        reason = f"it is not empty and has no {MARKER} file, so Patternbook did not make it. Empty it or name another"
    else:
        return
    raise Refused(f"{target} is left as it was: {reason}.")


@contextmanager
def _locked(lock: Path, target: Path) -> Iterator[None]:
    """Holds the lock file for the block. Raises Refused at once if another build holds it.

    The file stays for good. Were it deleted, a second build could have opened it before and lock the nameless
    file, while a third creates and locks a new one: two builds, each sure to be alone.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _try_lock(handle):
            raise Refused(
                f"Another build is publishing to {target}: it holds {lock}. Run again when it has ended. "
                "The lock ends with its process, so the file need never be deleted."
            )
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    """Takes the lock if it is free; the system gives it back when the handle closes, also after a kill."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
    else:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _beside(target: Path, kind: str) -> Path:
    """A free name on the target's own file system, where a rename is one step."""
    return target.parent / f".{target.name}.{kind}-{secrets.token_hex(4)}"


def _leftovers(target: Path, kind: str) -> list[Path]:
    """Directories that a killed build left. A dot after the prefix tells another target's: site and site.new-x."""
    prefix = f".{target.name}.{kind}-"
    names = [n for n in os.listdir(target.parent) if n.startswith(prefix) and "." not in n[len(prefix) :]]
    paths = [target.parent / name for name in sorted(names)]
    return [path for path in paths if path.is_dir() and not path.is_symlink()]


def _restore(target: Path) -> None:
    """Puts the old site back if a build ended between the two renames of the fall-back."""
    if _vacant(target):
        for old in _leftovers(target, "old")[:1]:
            _move(old, target)


def _sweep(target: Path) -> None:
    """Removes what killed builds left. The lock is held, so nobody is at work on any of it."""
    for old in _leftovers(target, "old"):
        # Renamed first, so that .old- always names a whole site: a removal that is itself killed must not leave
        # half a site for _restore to find.
        os.rename(old, _beside(target, "new"))
    for new in _leftovers(target, "new"):
        shutil.rmtree(new, ignore_errors=True)


def _reuse(new: Path, old: Path | None) -> Iterator[bool]:
    """Links files to the old site's where nothing changed; yields for each file whether its bytes are the same."""
    before = {entry.name: entry for entry in os.scandir(old)} if old else {}
    for entry in list(os.scandir(new)):
        known = before.get(entry.name)
        if entry.is_dir(follow_symlinks=False):
            matches = known is not None and known.is_dir(follow_symlinks=False)
            yield from _reuse(Path(entry), Path(known) if known and matches else None)
        elif known is not None and known.inode() == entry.inode() and entry.is_file(follow_symlinks=False):
            yield True  # the renderer linked it; both lie on one disk, or it could not have
        elif known is not None and _same_bytes(entry.path, known.path):
            _link(Path(entry), Path(known))
            yield True
        else:
            yield False


def _same_bytes(new: str, old: str) -> bool:
    """Whether both are plain files of the same content. One that cannot be read counts as changed."""
    try:
        a, b = os.lstat(new), os.lstat(old)
        if os.path.samestat(a, b):
            return stat.S_ISREG(a.st_mode)
        if not (stat.S_ISREG(a.st_mode) and stat.S_ISREG(b.st_mode) and a.st_size == b.st_size):
            return False
        with open(new, "rb") as x, open(old, "rb") as y:
            while (block := x.read(1 << 18)) == y.read(1 << 18):
                if not block:
                    return True
        return False
    except OSError:
        return False


def _link(new: Path, old: Path) -> None:
    """Replaces new by a hard link to old; keeps new where links are not possible.

    A file with another mode or owner is kept too: a site once made under a strict umask would else stay unreadable.
    """
    a, b = new.lstat(), old.lstat()
    if os.path.samestat(a, b) or (a.st_mode, a.st_uid, a.st_gid) != (b.st_mode, b.st_uid, b.st_gid):
        return
    link = new.with_name(f".link-{secrets.token_hex(8)}")
    try:
        os.link(old, link)
    except OSError:
        return
    os.replace(link, new)


def _sync_tree(root: Path) -> None:
    """Writes the directory entries of a tree to the disk, deepest first.

    Directories, not files: after a power cut the swap must not outlive the names it shows. Measured: 20 ms for 300
    directories on ext4, as the first call commits nearly all. Every file as well would double that, and a flush
    of a few milliseconds each on a slow disk; a file that a power cut emptied differs, so the next build mends it.
    """
    for folder, _, _ in os.walk(root, topdown=False):
        _sync(Path(folder))


def _sync(folder: Path) -> None:
    """Writes one directory's entries to the disk. Windows and some network file systems have no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(handle)


def _swap(new: Path, target: Path) -> None:
    """Makes new the target. The old site, if any, has the name of new afterwards.

    Where two directories cannot be exchanged in one step, two renames leave a gap of microseconds without a site.
    A kill in that gap leaves the old site whole under .old-, and the next build puts it back.
    """
    if _vacant(target):
        _move(new, target)
    elif not _exchange(new, target):
        old = _beside(target, "old")
        try:
            os.rename(target, old)
            os.rename(new, target)
        finally:
            _restore(target)
        os.rename(old, new)


def _vacant(target: Path) -> bool:
    """Whether nothing is lost if a directory is moved here: no entry, or an empty directory."""
    if not os.path.lexists(target):
        return True
    return target.is_dir() and not target.is_symlink() and not os.listdir(target)


def _move(source: Path, target: Path) -> None:
    """Renames a directory to a vacant place. Windows renames onto nothing that exists, not even an empty one."""
    if sys.platform == "win32" and target.exists():
        target.rmdir()
    os.rename(source, target)


def _exchange(a: Path, b: Path) -> bool:
    """Exchanges two directories in one step; False where system or file system cannot. Raises OSError otherwise."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)  # glibc has it since 2.28
    if renameat2 is None:
        return False
    renameat2.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    at_fdcwd, rename_exchange = -100, 2
    if renameat2(at_fdcwd, os.fsencode(a), at_fdcwd, os.fsencode(b), rename_exchange) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(a), None, str(b))
