"""Builds generated books of several sizes with ours, with MkDocs and Material, and with Zensical, in turn.
`scripts/bench build [N ...]` runs it; `scripts/bench sample N DIR` writes such a book.

Figures are for comparing programs, or two states of ours, on one machine in one sitting; they are no promise. Each is the median of
`ROUNDS` rounds; in each round every program runs once. Seconds of a processor say more than seconds of a clock where others use it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log
from pathlib import Path
from statistics import median

from generated import SHARES, Writer, book, plain, real
from patternbook.edges.filesystem import read_book, write_tree

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
ROUNDS = 3
SIZES = (100, 1_000, 5_000)
# Above this Material with its whole navigation takes many minutes.
MOST_FOR_PEERS = 1_000
# The same pages as plain Markdown. The features of each are Material's.
PEERS = {"Material": "[]", "Material, pruned": "[navigation.prune]"}
PEER = """site_name: The same pages
exclude_docs: "!/templates/"
validation: {{links: {{not_found: ignore, unrecognized_links: ignore}}, omitted_files: ignore}}
plugins: [search, tags]
theme: {{name: material, font: false, features: {features}}}
"""


def sample(count: int) -> dict[str, bytes]:
    """A generated book of so many pages: `content/` with its `_book`, and the settings of the site."""
    files, _ = read_book(ROOT, ("content",))
    pages = list(Writer(real(files), count).pages())
    # The skin of this site is this repository's; without it the theme is whole.
    settings = (ROOT / "mkdocs.yml").read_text("utf-8").replace("  custom_dir: overrides\n", "")
    return {**book(pages, files), "mkdocs.yml": settings.encode()}


def write_sample(count: str, folder: str) -> None:
    """Writes a generated book into a folder that is new or empty."""
    if not count.isdigit() or int(count) < len(SHARES):
        raise SystemExit(f"scripts/bench sample N DIR: N is a number of pages, {len(SHARES)} at least")
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SystemExit(f"{target} is not empty; name a folder that is new")
    write_tree(target, sample(int(count)))


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a program took: seconds by the clock and of a processor, the largest process in MB."""

    clock: float
    computed: float
    memory: float


def ran(command: Sequence[str | Path], folder: Path) -> Run:
    """Runs a program to its end."""
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed in {folder}")
    return Run(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


class Book:
    """A generated book, and the same pages for the peers, in folders of their own."""

    def __init__(self, count: int, folder: Path) -> None:
        files, _ = read_book(ROOT, ("content",))
        self.pages = list(Writer(real(files), count).pages())
        self.folder = folder
        self.edits = 0
        ours = sample(count)
        write_tree(folder / "ours", ours)
        drawings = {path.removeprefix("content/"): text for path, text in ours.items() if path.startswith("content/figures/")}
        for name, features in PEERS.items():
            write_tree(folder / name / "docs", plain(self.pages, real(files).kinds))
            write_tree(folder / name / "docs", drawings)
            (folder / name / "mkdocs.yml").write_text(PEER.format(features=features), encoding="utf-8")

    def programs(self, slow: bool) -> Mapping[str, Callable[[], Run]]:
        """Everything that is measured, by name."""
        ours = self.folder / "ours"
        found: dict[str, Callable[[], Run]] = {
            "ours, no cache": lambda: ran([TOOLS / "patternbook", "build", "--no-cache"], ours),
            "ours, first": lambda: self.anew(ours, [TOOLS / "patternbook", "build"]),
            "ours, nothing changed": lambda: ran([TOOLS / "patternbook", "build"], ours),
            "ours, one page edited": lambda: self.edited(ours, [TOOLS / "patternbook", "build"]),
            "MkDocs with our plugin": lambda: ran([TOOLS / "mkdocs", "build", "--quiet", "--site-dir", "plain"], ours),
        }
        if slow:
            found |= {name: partial(self.anew, self.folder / name, [TOOLS / "mkdocs", "build", "--quiet"]) for name in PEERS}
            if (TOOLS / "zensical").exists():
                found["Zensical"] = partial(self.anew, self.folder / "Material", [TOOLS / "zensical", "build", "--clean"])
        return found

    def anew(self, folder: Path, command: Sequence[str | Path]) -> Run:
        """A build that finds neither a cache nor a site."""
        for name in (".cache", "site"):
            shutil.rmtree(folder / name, ignore_errors=True)
        return ran(command, folder)

    def edited(self, folder: Path, command: Sequence[str | Path]) -> Run:
        """A build after a sentence was added to one page."""
        self.edits += 1
        page = folder / "content" / next(page.path for page in self.pages if page.head["kind"] == "trap")
        page.write_text(page.read_text("utf-8") + f"\nEdited for the {self.edits}. time.\n", "utf-8")
        return ran(command, folder)


def size(folder: Path) -> float:
    """The MB in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def measure(count: int) -> dict[str, Run]:
    """A table of one size of book; the medians by name."""
    with tempfile.TemporaryDirectory() as folder:
        book = Book(count, Path(folder))
        programs = book.programs(slow=count <= MOST_FOR_PEERS)
        runs: dict[str, list[Run]] = {name: [] for name in programs}
        for _ in range(ROUNDS):
            for name, program in programs.items():
                runs[name].append(program())
        found = {
            name: Run(*(median(getattr(run, part) for run in every) for part in Run.__slots__)) for name, every in runs.items()
        }
        against = found.get("Material")
        print(f"\n{count} pages, median of {ROUNDS} rounds")
        print(f"{'':<24}{'clock s':>9}{'cpu s':>9}{'MB':>7}{'of Material':>13}{'  by cpu':>9}")
        for name, run in found.items():
            ratio = f"{run.clock / against.clock:>13.3f}{run.computed / against.computed:>9.3f}" if against else ""
            print(f"{name:<24}{run.clock:>9.2f}{run.computed:>9.2f}{run.memory:>7.0f}{ratio}")
        print("written, MB: " + ", ".join(f"{name} {size(site):.0f}" for name, site in sites_of(book)), flush=True)
        return found


def sites_of(book: Book) -> Iterator[tuple[str, Path]]:
    """Where each program left its site."""
    yield "ours", book.folder / "ours" / "site"
    yield from ((name, book.folder / name / "site") for name in PEERS if (book.folder / name / "site").exists())


def main(sizes: Sequence[int]) -> None:
    """A table for each size, and how much faster than the book the time grows."""
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    before: tuple[int, dict[str, Run]] | None = None
    for count in sizes:
        found = measure(count)
        if before:
            growth = {
                name: log(run.computed / before[1][name].computed) / log(count / before[0])
                for name, run in found.items()
                if name in before[1]
            }
            print("grows with the power of: " + ", ".join(f"{name} {power:.2f}" for name, power in growth.items()))
        before = count, found


if __name__ == "__main__":
    if sys.argv[1:2] == ["sample"]:
        write_sample(*sys.argv[2:4])
    else:
        main([int(count) for count in sys.argv[1:]] or SIZES)
