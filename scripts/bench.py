"""Times the core and the whole build on books of several sizes. `scripts/bench` runs it.

Figures are for comparing two states of the code on one machine in one sitting; they are no promise.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from math import log
from pathlib import Path
from statistics import median

from patternbook import compile_book
from patternbook.edges.filesystem import read_book, write_tree

ROOT = Path(__file__).parent.parent
RUNS = 5


def sample(count: int) -> dict[str, bytes]:
    """The base book of the tests with its two traps copied until there are `count` pages, each linked to the next."""
    files, _ = read_book(ROOT / "tests/books/base", ("content",))
    trap = files["content/traps/slow-trap.md"].decode().replace("aka: [Treacle]\n", "")
    for number in range(count):
        following = f"trap-{(number + 1) % count}"
        text = trap.replace("title: Slow Trap", f"title: Trap number {number}").replace("wide-trap", following)
        files[f"content/traps/trap-{number}.md"] = text.encode()
    return files


def seconds(action: Callable[[], object], runs: int = RUNS) -> float:
    """The median duration of an action."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return median(times)


def core(count: int) -> float:
    """Seconds that the core needs for a book of `count` pages."""
    files = sample(count)
    book = compile_book(files, layers=("content",), today=date(2026, 11, 21))
    if book.errors:
        raise SystemExit(f"the sample of {count} pages has errors: {book.errors[0]}")
    return seconds(lambda: compile_book(files, layers=("content",), today=date(2026, 11, 21)), 3)


def build(count: int) -> float:
    """Seconds that `patternbook build` needs for a book of `count` pages, process start included."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tree(folder, sample(count))
        (folder / "mkdocs.yml").write_bytes((ROOT / "tests/books/base/mkdocs.yml").read_bytes())
        command = [str(Path(sys.executable).parent / "patternbook"), "build"]
        return seconds(lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True), 3)


def main() -> None:
    """Print a table: pages, seconds, seconds per page, growth exponent against the row before."""
    for name, measure, sizes in (("core", core, (100, 1_000, 5_000)), ("build", build, (100, 1_000))):
        before: tuple[int, float] | None = None
        for count in sizes:
            took = measure(count)
            growth = f"  n^{log(took / before[1]) / log(count / before[0]):.2f}" if before else ""
            sys.stdout.write(f"{name:<6} {count:>6} pages {took:>8.2f} s {took / count * 1000:>7.2f} ms a page{growth}\n")
            sys.stdout.flush()
            before = count, took


if __name__ == "__main__":
    main()
