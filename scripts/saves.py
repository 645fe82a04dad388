"""Measures how long an edit takes to be seen: a live server shows a book, a page is saved, and its address is asked until it shows
what was written. `scripts/bench build` runs it.

What is measured is the page that was edited. What other pages show of it may come later.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from measured import Times
from programs import Program

# Seconds: between two questions, before the next edit, until a server must have answered, until an edit must be seen.
PAUSE, REST, STARTED, SEEN = 0.02, 1.5, 300, 120
# No proxy stands between us and this machine.
ask = build_opener(ProxyHandler({})).open


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A live server; it and what it started end with the block."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, sign)
            try:
                process.wait(10)
                break
            except subprocess.TimeoutExpired:
                continue


def until(done: Callable[[], bool], limit: float) -> float | None:
    """The seconds until it is so; nothing if it takes longer than the limit."""
    started = time.perf_counter()
    while time.perf_counter() < started + limit:
        if done():
            return time.perf_counter() - started
        time.sleep(PAUSE)
    return None


def shows(address: str, text: str) -> bool:
    """Whether the page at this address holds a text."""
    try:
        with ask(address, timeout=SEEN) as answer:
            return text in answer.read().decode("utf-8", "replace")
    except (OSError, HTTPException):
        return False


def body(text: str, mark: str) -> str:
    """A page with a sentence more."""
    return f"{text}\nThis page was {mark}.\n"


def title(text: str, mark: str) -> str:
    """A page with another title, which other programs read from its first heading too."""
    return re.sub(r"(?m)^(title: |# ).*$", rf"\g<1>The page {mark}", text, count=2)


def save_to_seen(program: Program, folder: Path, page: str, edits: int) -> Times | None:
    """Seconds until the server answered first, and until each edit was seen; nothing if the server is not here or fails.

    The page is as it was afterwards.
    """
    call, port = program.call, free_port()
    if call is None:
        return None
    file = folder / program.text / page
    before = file.read_text("utf-8")
    address = f"http://127.0.0.1:{port}/{page.removesuffix('.md')}/"
    found: Times = {"ready": [], "text": [], "title": []}
    try:
        with serving([*call, *(part.format(port) for part in program.serve)], folder, program.environment) as process:
            ready = until(lambda: process.poll() is not None or shows(address, "<h1"), STARTED)
            if ready is None or process.poll() is not None:
                return None
            found["ready"].append(ready)
            # Not in turn: a sentence would come with the old title, which many pages show.
            for name, edit in [("text", body)] * edits + [("title", title)] * edits:
                time.sleep(REST)
                mark = f"edited {sum(map(len, found.values()))} times"
                file.write_text(edit(before, mark), "utf-8")
                seen = until(lambda wanted=mark: process.poll() is not None or shows(address, wanted), SEEN)  # type: ignore[misc]
                if seen is None or process.poll() is not None:
                    return None
                found[name].append(seen)
    finally:
        file.write_text(before, "utf-8")
    return found
