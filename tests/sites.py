"""Sites for tests: books in a folder, built by the real command line or by a host itself."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import forked
import pytest
from books import BOOKS

BIN = Path(sys.executable).parent
QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def book_in(folder: Path, name: str = "base", changes: Mapping[str, str] | None = None) -> Path:
    """A copy of a book of `tests/books/` in a folder, with files changed."""
    shutil.copytree(BOOKS / name, folder, dirs_exist_ok=True)
    for path, text in (changes or {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


FORKS = multiprocessing.get_context("forkserver") if "forkserver" in multiprocessing.get_all_start_methods() else None
if FORKS:
    FORKS.set_forkserver_preload(["patternbook.cli.main"])


def run(folder: Path, *command: str, env: Mapping[str, str] | None = None, timeout: int = 120) -> subprocess.CompletedProcess[str]:
    """A program of the virtual environment, run in a folder. Each time a process of its own.

    To start and to load our command takes longer than what most tests ask of it. So it is loaded once, and a process is forked
    from there, unless somebody says more of its environment than the day: that may matter to the start.
    """
    environment = {**os.environ, **QUIET, **(env or {})}
    if FORKS and command[0] == "patternbook" and {*(env or {})} <= {"SOURCE_DATE_EPOCH"}:
        return _fork(folder, command, environment, timeout)
    program = [str(BIN / command[0]), *command[1:]]
    return subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False)


def _fork(folder: Path, command: Sequence[str], environment: Mapping[str, str], timeout: int) -> subprocess.CompletedProcess[str]:
    assert FORKS
    with tempfile.TemporaryDirectory() as place:
        outputs = [Path(place, name) for name in ("stdout", "stderr")]
        process = FORKS.Process(target=forked.patternbook, args=(folder, command[1:], environment, outputs))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(command, timeout)
        return subprocess.CompletedProcess(command, process.exitcode, *(path.read_text("utf-8") for path in outputs))


def built(folder: Path, *options: str, env: Mapping[str, str] | None = None) -> Path:
    """The site of a book, built by `patternbook build`."""
    result = run(folder, "patternbook", "build", *options, env=env)
    assert result.returncode == 0, result.stderr
    return folder / "site"


@contextmanager
def shared(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A place for what is made once for all tests, also where several processes run them: who comes second waits and finds it."""
    import fcntl  # which Windows lacks

    own = factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def digest(folder: Path) -> str:
    """One hash over the names and bytes of a folder."""
    total = hashlib.sha256()
    for path, content in files(folder).items():
        total.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()
