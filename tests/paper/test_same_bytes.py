"""A PDF depends on the book, the paper and the day alone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from books import ROOT
from sites import book_in

# All outputs, of the base book; and what several pages of a large book share, in one booklet.
ORDERS = {
    "booklet": ["--as", "booklet"],
    "checklists": ["kind=checklist", "--as", "checklists", "--paper", "letter"],
    "forms": ["kind=template", "--as", "forms", "--answers", "content/_book/samples/plan-form.yml"],
    "cards": ["--as", "cards", "--per-sheet", "8"],
    "poster": ["--as", "poster"],
    "canvas": ["kind=template", "--as", "canvas"],
}
PROGRAM = """
import json, os, sys
from click.testing import CliRunner
from patternbook.cli.main import cli
folder, large, out, orders = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
def run(root, name, order):
    if "--answers" in order:
        order = [*order[:-1], os.path.join(root, order[-1])]
    done = CliRunner().invoke(cli, ["-C", root, "print", *order, "-o", os.path.join(out, name + ".pdf")])
    assert done.exit_code == 0, done.output
for name, order in orders.items():
    run(folder, name, order)
run(large, "large", ["kind=story", "--as", "booklet"])
"""


def printed(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """The hashes of all PDFs, made by a process of its own in a folder of its own."""
    book, out = book_in(folder / "book"), folder / "out"
    out.mkdir()
    command = [sys.executable, "-c", PROGRAM, str(book), str(ROOT), str(out), json.dumps(ORDERS)]
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1795219200", **environment}
    done = subprocess.run(command, cwd=out, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.glob("*.pdf"))}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "a", tmp_path / "somewhere" / "else entirely"
    first.mkdir()
    second.mkdir(parents=True)
    return first, second


def test_the_same_book_gives_the_same_bytes(folders: tuple[Path, Path]) -> None:
    """A PDF in a repository changes when its book does, and not with the machine, the folder or the time zone that made it."""
    first = printed(folders[0], {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"})
    second = printed(folders[1], {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8"})
    assert set(first) == {*ORDERS, "large"}
    assert first == second


def test_a_second_later_nothing_is_different(tmp_path: Path) -> None:
    """Whoever prints twice on one day, and says no date, can compare the files: the moment is in none of them."""
    book = book_in(tmp_path / "book")
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    made = []
    for name in ("one.pdf", "two.pdf"):
        command = [str(Path(sys.executable).with_name("patternbook")), "-C", str(book), "print", "--as", "poster", "-o", name]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made.append((tmp_path / name).read_bytes())
        time.sleep(1.1)
    assert made[0] == made[1]
