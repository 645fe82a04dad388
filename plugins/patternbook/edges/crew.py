"""Work shared among all processors: the same results in the same order as one process gives."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import TypeVar

FEW = 64
"""Fewer items than this are done by one process: starting others takes longer."""

Item = TypeVar("Item")
Result = tuple[bytes, bytes]
Work = Callable[[Item], Result | None]


def processors() -> int:
    """How many processes pay. Where a process cannot be forked, or other threads run in it, it is one."""
    if sys.platform in ("win32", "darwin") or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def shared(items: Sequence[Item], work: Work[Item], weight: Callable[[Item], int]) -> Iterator[tuple[Item, Result | None]]:
    """Every item with its result. What a process cannot do, or does not live to do, this one does; errors are raised here."""
    count = min(processors(), len(items) // FEW + 1)
    parts = list(_parts(items, count, weight))
    children = [_start(part, work) for part in parts[1:]]
    try:
        for item in parts[0]:
            yield item, work(item)
        for part, (_, pipe) in zip(parts[1:], children, strict=True):
            for item, result in zip_longest(part, _results(pipe)):
                yield item, result or work(item)
    finally:
        for child, pipe in children:
            os.close(pipe)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


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


def _start(items: Sequence[Item], work: Work[Item]) -> tuple[int, int]:
    """A process that does the items, and the pipe through which it tells its results when it has all."""
    reader, writer = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    try:
        os.close(reader)
        told = []
        for item in items:
            if os.getppid() != parent:
                break
            told.append(_framed(work(item)))
        with open(writer, "wb") as pipe:
            pipe.writelines(told)
    finally:
        os._exit(0)


def _framed(result: Result | None) -> bytes:
    first, second = result or (b"", b"")
    return len(first).to_bytes(8, "big") + len(second).to_bytes(8, "big") + first + second


def _results(pipe: int) -> Iterator[Result | None]:
    with open(pipe, "rb", closefd=False) as stream:
        while len(head := stream.read(16)) == 16:
            first, second = stream.read(int.from_bytes(head[:8], "big")), stream.read(int.from_bytes(head[8:], "big"))
            yield (first, second) if first else None
