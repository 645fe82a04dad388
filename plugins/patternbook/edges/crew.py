"""Work shared among all processors: the same results in the same order as one process gives."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from typing import BinaryIO, Generic, TypeVar

FEW = 64
"""Fewer items than this are done by one process: starting others takes longer."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Form(Generic[Item, Result]):
    """How results travel from one process to another: as bytes, or none where one cannot be told."""

    pack: Callable[[Item, Result], bytes]
    unpack: Callable[[Item, bytes], Result]


def processors() -> int:
    """How many processes pay. Where a process cannot be forked, or other threads run in it, it is one."""
    if sys.platform in ("win32", "darwin") or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def shared(
    items: Sequence[Item], work: Callable[[Item], Result], weight: Callable[[Item], int], form: Form[Item, Result]
) -> Iterator[tuple[Item, Result]]:
    """Every item with its result. What a process cannot do, or does not live to do, this one does; errors are raised here."""
    count = min(processors(), len(items) // FEW + 1)
    parts = list(_parts(items, count, weight))
    children = [_start(part, work, form) for part in parts[1:]]
    try:
        for item in parts[0]:
            yield item, work(item)
        for part, child in zip(parts[1:], children, strict=True):
            for item, data in zip_longest(part, _told(*child) if child else ()):
                yield item, form.unpack(item, data) if data else work(item)
    finally:
        for pid, file in filter(None, children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            file.close()


def _parts(items: Sequence[Item], count: int, weight: Callable[[Item], int]) -> Iterator[Sequence[Item]]:
    """Stretches of about the same weight. Neighbours stay together: they have most in common."""
    weights = [weight(item) for item in items] if count > 1 else []
    start, passed, total = 0, 0, sum(weights)
    for place, one in enumerate(weights, 1):
        passed += one
        if count > 1 and passed >= total / count and place < len(items):
            yield items[start:place]
            start, total, passed, count = place, total - passed, 0, count - 1
    yield items[start:]


def _start(items: Sequence[Item], work: Callable[[Item], Result], form: Form[Item, Result]) -> tuple[int, BinaryIO] | None:
    """A process that does the items, and the file without a name to which it writes their results; none where that cannot be.

    A pipe takes no more than a little before somebody reads it, and to hold the results until then takes the memory of them all.
    """
    parent = os.getpid()
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by whoever reads it)
        child = os.fork()
    except OSError:
        return None
    if child:
        return child, file
    try:
        for item in items:
            if os.getppid() != parent:
                break
            data = form.pack(item, work(item))
            file.write(len(data).to_bytes(8, "big") + data)
        file.flush()
    finally:
        os._exit(0)


def _told(child: int, file: BinaryIO) -> Iterator[bytes]:
    """Its results, once it is done."""
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    file.seek(0)
    while len(head := file.read(8)) == 8:
        size = int.from_bytes(head, "big")
        data = file.read(size)
        # Cut off: the process did not live to tell it.
        yield data if len(data) == size else b""
