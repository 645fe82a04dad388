"""`patternbook serve` shows an edit, and keeps the last good site when the edit is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sites import BIN, QUIET, book_in, run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


class Server:
    """A live server of a book, and what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "serve.log"
        environment = {**os.environ, **QUIET, "PYTHONUNBUFFERED": "1"}
        command = [str(BIN / "patternbook"), "serve", "--address", f"127.0.0.1:{self.port}"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def get(self, path: str) -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/book/{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except (URLError, OSError):
            return ""

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(book_in(tmp_path))
    try:
        assert until(lambda: "Slow Trap" in server.get("traps/slow-trap/")), server.log.read_text()
        yield server
    finally:
        server.stop()


def test_an_edit_is_seen_and_a_mistake_is_located_while_the_last_good_site_stays(server: Server) -> None:
    """An author saves and looks; a slip must show where it is and take nothing away."""
    page = server.folder / "content/traps/slow-trap.md"
    good = page.read_text()
    page.write_text(good.replace("Count what waits.", "Count what waits twice."))
    assert until(lambda: "Count what waits twice." in server.get("traps/slow-trap/")), server.log.read_text()

    page.write_text(good.replace("[[good-practice|good practice]]", "[[god-practice]]"))
    assert until(lambda: "error PB403" in server.log.read_text()), server.log.read_text()
    assert 'content/traps/slow-trap.md:23:9: error PB403: nothing is called "god-practice"' in server.log.read_text()
    assert until(lambda: "error PB403" in server.get("traps/slow-trap/")), "the page does not show the problem"
    assert "Count what waits twice." in server.get("traps/slow-trap/")
    assert "Traceback" not in server.log.read_text()

    page.write_text(good)
    assert until(lambda: "Count what waits." in server.get("traps/slow-trap/")), server.log.read_text()


def test_a_mistake_in_a_template_or_in_the_settings_is_told_and_the_last_good_site_stays(server: Server) -> None:
    """Who writes a template saves it half-finished too. The server must go on answering, and say what is wrong."""
    template, settings = server.folder / "company/overrides/main.html", server.folder / "mkdocs.yml"
    template.parent.mkdir(parents=True)
    template.write_text('{% extends "patternbook.html" %}{% block announce %}{% if %}{% endblock %}')
    # The folder of the layer is new, and is seen with the next save of what is watched.
    page = server.folder / "content/traps/slow-trap.md"
    page.write_text(page.read_text().replace("Count what waits.", "Count what still waits."))
    assert until(lambda: "Expected an expression" in server.get("traps/slow-trap/")), server.log.read_text()
    assert "Count what waits." in server.get("traps/slow-trap/")
    template.unlink()
    good = settings.read_text()
    settings.write_text(good + "site_url: [no, address]\n")
    assert until(lambda: "site_url" in server.get("traps/slow-trap/")), server.log.read_text()
    settings.write_text(good)
    assert until(lambda: "pb-problems" not in server.get("traps/slow-trap/")), server.log.read_text()
    assert "Traceback" not in server.log.read_text()


def test_a_page_that_is_deleted_is_no_longer_answered(server: Server) -> None:
    """A site that is changed in place must lose what the book has lost."""
    checks = server.folder / "content/checklists"
    shutil.copy(checks / "ready-check.md", checks / "other-check.md")
    assert until(lambda: "pb-" in server.get("checklists/other-check/")), server.log.read_text()
    (checks / "other-check.md").unlink()
    assert until(lambda: not server.get("checklists/other-check/")), server.log.read_text()


def test_a_change_of_the_definition_is_seen(server: Server) -> None:
    """Kinds and words are data; changing them is editing like any other."""
    kinds = server.folder / "content/_book/kinds.yml"
    kinds.write_text(kinds.read_text().replace("plural: Traps", "plural: Pitfalls"))
    assert until(lambda: "Pitfalls" in server.get("traps/")), server.log.read_text()


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    """The commonest failure of a first try must not be a traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run(book_in(tmp_path), "patternbook", "serve", "--address", f"127.0.0.1:{taken.getsockname()[1]}")
    assert result.returncode == 2
    assert "cannot be used" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_book_with_errors_is_not_served(tmp_path: Path) -> None:
    """There is no last good site yet, so the problems are printed instead."""
    folder = book_in(tmp_path, changes={"content/traps/slow-trap.md": "no front matter\n"})
    result = run(folder, "patternbook", "serve", "--address", f"127.0.0.1:{free_port()}")
    assert result.returncode == 1
    assert "content/traps/slow-trap.md:1:1: error PB110" in result.stderr
