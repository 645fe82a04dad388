"""Builds generated books of several sizes with ours and with other programs, in turn, and saves pages under their live servers.
`scripts/bench build [N ...]` runs it; `scripts/bench report` tells again what was measured last; `scripts/bench sample N DIR`
writes such a book.

Figures are for comparing programs, or two states of ours, on one machine in one sitting; they are no promise. In each round every
program runs once. Seconds of a processor say more than seconds of a clock where others use it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import measured as told
from generated import SHARES, Writer, book, real
from measured import Measured, Run
from patternbook.edges.filesystem import read_book, write_tree
from programs import PROGRAMS, ROOT, Pages, Program, say
from saves import save_to_seen

SIZES = (100, 1_000, 5_000)
# Seconds after which a build is given up.
LIMIT = 3_600


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


class Book:
    """A generated book in a folder for each program."""

    def __init__(self, count: int, folder: Path) -> None:
        files, _ = read_book(ROOT, ("content",))
        self.count, self.folder, self.edits = count, folder, 0
        self.pages = Pages(list(Writer(real(files), count).pages()))

    def lay(self, program: Program) -> None:
        """Makes the program's folder, if another has not used it."""
        folder = self.folder / program.folder
        if folder.exists():
            return
        if program.folder == "ours":
            write_tree(folder, sample(self.count))
        else:
            self.pages.lay(program.folder, folder)

    def run(self, program: Program) -> Run | None:
        """Builds once; nothing if it failed."""
        folder = self.folder / program.folder
        if program.begin == "anew":
            for name in (".cache", "site"):
                shutil.rmtree(folder / name, ignore_errors=True)
        if program.begin == "edited":
            self.edits += 1
            page = folder / program.text / self.pages.edited
            page.write_text(page.read_text("utf-8") + f"\nEdited for the {self.edits}. time.\n", "utf-8")
        command = [sys.executable, "-I", "-S", Path(__file__).with_name("ran.py"), LIMIT, *(program.call or ()), *program.arguments]
        done = subprocess.run(
            [str(part) for part in command], cwd=folder, env=program.environment, capture_output=True, text=True, check=True
        )
        used = json.loads(done.stdout)
        return None if used.pop("code") else Run(**used)

    def size(self, program: Program) -> int:
        """The bytes of the site that the program left; ours is the same however it is built."""
        site = self.folder / program.folder / "site"
        return sum(path.stat().st_size for path in site.rglob("*") if path.is_file())


def measure(count: int, options: argparse.Namespace, deadline: float) -> Measured:
    """One size of book with every program that is wanted and here."""
    found = Measured(count, date.today().isoformat(), os.cpu_count() or 1, os.getloadavg()[0])
    wanted = [program for program in PROGRAMS if program.wanted(options.only, count)]
    found.missing = {program.name: "not installed" for program in wanted if not program.call}
    with tempfile.TemporaryDirectory(prefix="bench_") as folder:
        book = Book(count, Path(folder))
        for program in wanted:
            if program.call:
                book.lay(program)
        for number in range(options.rounds):
            if number and time.monotonic() > deadline:
                say(f"the time is over after round {number}")
                break
            say(f"{count} pages, round {number + 1} of {options.rounds}")
            one_round(book, wanted, found)
        saves(book, wanted, found, options.edits if time.monotonic() < deadline else 0)
    return found


def one_round(book: Book, programs: list[Program], found: Measured) -> None:
    """Every program once. One of the others that fails is left out from then on; ours must not fail."""
    for program in programs:
        if program.name in found.missing:
            continue
        run = book.run(program)
        if run is None:
            if not program.peer:
                raise SystemExit(f"{program.name} failed")
            found.missing[program.name] = "failed"
            found.runs.pop(program.name, None)
            continue
        say(f"  {program.name}: {run.clock:.2f} s")
        found.runs.setdefault(program.name, []).append(run)
        if program.name not in found.sites:
            found.sites[program.name] = book.size(program)


def saves(book: Book, programs: list[Program], found: Measured, edits: int) -> None:
    """Every live server in turn."""
    for program in programs:
        if program.serve and edits and program.name in found.runs:
            say(f"{book.count} pages, live: {program.name}")
            times = save_to_seen(program, book.folder / program.folder, book.pages.edited, edits)
            found.seen[program.name] = times or {}


def options_of(arguments: list[str]) -> argparse.Namespace:
    """The words behind `scripts/bench`."""
    parser = argparse.ArgumentParser(prog="scripts/bench build", description="Measures builds of generated books.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N", help=f"numbers of pages; {len(SHARES)} at least")
    parser.add_argument("--rounds", type=int, default=3, help="how often each program runs (3)")
    parser.add_argument("--only", default="", help="parts of names, such as ours,Hugo,pruned; these run at every size")
    parser.add_argument("--minutes", type=float, default=240, help="after so many no further round is begun (240)")
    parser.add_argument("--edits", type=int, default=3, help="saves of each sort under each live server (3); 0 for none")
    parser.add_argument("--write", action="store_true", help="write it into the page on performance, with a drawing")
    options = parser.parse_intermixed_args(arguments)
    options.only = [part.strip().lower() for part in options.only.split(",") if part.strip()]
    if min(options.sizes) < len(SHARES) or options.rounds < 1:
        parser.error(f"a book has {len(SHARES)} pages at least, and there is one round at least")
    return options


def build(arguments: list[str]) -> None:
    """Measures each size, and tells what was measured."""
    options = options_of(arguments)
    deadline = time.monotonic() + options.minutes * 60
    found = []
    for count in sorted(set(options.sizes)):
        found.append(measure(count, options, deadline))
        told.keep(found[-1])
    tell(found, options.write)


def report(arguments: list[str]) -> None:
    """Tells what was measured last with each size, or with those that are named."""
    sizes = {int(word) for word in arguments if word.isdigit()}
    every = [one for one in told.remembered() if not sizes or one.count in sizes]
    if not every or not {word for word in arguments if not word.isdigit()} <= {"--write"}:
        raise SystemExit("scripts/bench report [N ...] [--write], after scripts/bench build")
    tell(every, "--write" in arguments)


def tell(every: list[Measured], write: bool) -> None:
    """Prints tables, and writes them into the book if asked."""
    print(told.report(every), flush=True)
    if write:
        told.write(every)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sample", count, folder]:
            write_sample(count, folder)
        case ["report", *rest]:
            report(rest)
        case rest:
            build(rest)
