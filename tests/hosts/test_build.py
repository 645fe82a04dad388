"""`patternbook build` publishes whole or not at all, and the same bytes from the same book."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from patternbook.edges.source import load_book
from sites import BIN, QUIET, book_in, built, digest, files, run

EPOCH = {"SOURCE_DATE_EPOCH": "1790000000"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return book_in(tmp_path_factory.mktemp("book"))


def test_the_last_line_counts_pages_and_seconds(book: Path) -> None:
    """A person, and a workflow, see at a glance what was built and how long it took."""
    result = run(book, "patternbook", "build")
    assert result.returncode == 0, result.stderr
    pages = len([path for path in files(book / "site") if path.endswith(".html") and path != "404.html"])
    words = result.stdout.splitlines()[-1].split()
    assert [*words[:6], words[7]] == [str(pages), "pages,", str(pages), "rendered,", "0", "reused,", "seconds"]
    assert float(words[6]) > 0


def test_an_error_in_the_book_leaves_the_site_as_it_was(book: Path) -> None:
    """Readers must never lose a playbook because somebody saved a mistake."""
    before = digest(built(book))
    page = book / "content/traps/slow-trap.md"
    text = page.read_text()
    try:
        page.write_text(text.replace("status: done", "status: doen"))
        result = run(book, "patternbook", "build")
    finally:
        page.write_text(text)
    assert result.returncode == 1
    assert 'content/traps/slow-trap.md:14:9: error PB203: unknown value "doen" for status (did you mean "done"?)' in result.stderr
    assert digest(book / "site") == before


def test_programs_can_read_every_page_as_markdown(book: Path) -> None:
    """What reads text needs no HTML: the index names a file for each pattern, and the file says what the page says."""
    site = built(book)
    links = re.findall(r"^- \[(.*)\]\(([^)]+)\): ", (site / "llms.txt").read_text("utf-8"), re.M)
    assert len(links) > 3
    compiled = load_book(book, ["content"])
    for title, path in links:
        text = (site / path).read_text("utf-8")
        assert f"# {title}\n" in text
        assert text == compiled.pages[path].markdown


@pytest.mark.parametrize("content", ["not ours", ""], ids=["foreign", "git"])
def test_a_folder_that_it_did_not_make_is_refused(tmp_path: Path, content: str) -> None:
    """`--site-dir` with a slip of the finger must not wipe somebody's folder."""
    folder = book_in(tmp_path / "book")
    target = tmp_path / "precious"
    (target / ".git").mkdir(parents=True) if not content else target.mkdir()
    (target / "file.txt").write_text("mine")
    result = run(folder, "patternbook", "build", "--site-dir", str(target))
    assert result.returncode == 3, result.stderr
    assert "precious" in result.stderr
    assert (target / "file.txt").read_text() == "mine"


def start(folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **QUIET, **EPOCH}
    command = [str(BIN / "patternbook"), "build"]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def versions(folder: Path) -> tuple[dict[str, bytes], str]:
    """A second text for the page and the digests of the sites of both."""
    page = folder / "content/traps/slow-trap.md"
    return {"one": page.read_bytes(), "two": page.read_bytes().replace(b"Work waits.", b"Work lies and waits.")}, str(page)


def test_a_build_killed_at_any_moment_leaves_a_whole_site(tmp_path: Path, nightly: bool) -> None:
    """A cancelled workflow or a full machine must not publish half a playbook."""
    folder = book_in(tmp_path)
    texts, page = versions(folder)
    whole: set[str] = set()
    for text in texts.values():
        Path(page).write_bytes(text)
        started = time.monotonic()
        whole.add(digest(built(folder, env=EPOCH)))
        seconds = time.monotonic() - started
    moments = random.Random(7)
    killed = 0
    for number in range(200 if nightly else 50):
        Path(page).write_bytes(list(texts.values())[number % 2])
        process = start(folder)
        try:
            process.wait(moments.uniform(0.2, 1.05) * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        assert digest(folder / "site") in whole
    assert killed >= 25, "the moments are badly chosen: most builds were over before they were killed"
    # What killed builds left goes with the next site that is published: one of these two differs from the one that stands.
    for text in texts.values():
        Path(page).write_bytes(text)
        assert digest(built(folder, env=EPOCH)) in whole
    assert [path.name for path in folder.iterdir() if path.name.startswith(".site.new")] == []


def test_three_builds_at_once_leave_a_whole_site(tmp_path: Path) -> None:
    """Two people, or a person and a watcher, build into one folder; the second is told to wait."""
    folder = book_in(tmp_path)
    texts, page = versions(folder)
    whole: set[str] = set()
    for text in texts.values():
        Path(page).write_bytes(text)
        whole.add(digest(built(folder, env=EPOCH)))
    processes = []
    for text in (*texts.values(), texts["one"]):
        Path(page).write_bytes(text)
        processes.append(start(folder))
        time.sleep(0.15)
    codes = [process.wait() for process in processes]
    assert set(codes) <= {0, 3}
    assert 0 in codes
    assert digest(folder / "site") in whole


def test_the_site_depends_on_the_book_alone(tmp_path: Path) -> None:
    """Whoever builds the book anywhere gets the same bytes, so a difference between two sites means something."""
    first = book_in(tmp_path / "a")
    second = tmp_path / "a much longer path" / "b"
    # Files are created in the opposite order, so that a folder's own order differs.
    for path, content in sorted(files(first).items(), reverse=True):
        (second / path).parent.mkdir(parents=True, exist_ok=True)
        (second / path).write_bytes(content)
    plain = {**EPOCH, "TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}
    other = {**EPOCH, "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242", "HOME": str(tmp_path)}
    assert files(built(first, env=plain)) == files(built(second, env=other))


def test_an_offline_site_names_every_file_in_its_links(tmp_path: Path) -> None:
    """A folder that is opened without a server has no address that ends in a slash."""
    site = built(book_in(tmp_path), "--offline")
    page = (site / "traps" / "slow-trap.html").read_text()
    assert 'href="wide-trap.html#what-you-see"' in page
    patterns = json.loads((site / "data/patterns.json").read_text())["patterns"]
    assert "traps/slow-trap.html" in [pattern["url"] for pattern in patterns]
    assert not (site / "404.html").exists(), "a folder has no server that would show it, and its links lead to the root"


def test_unchanged_files_are_kept_by_the_next_build(tmp_path: Path) -> None:
    """What did not change keeps its file, so that a copy to a server sends only what did."""
    folder = book_in(tmp_path)
    before = (built(folder, env=EPOCH) / "map/index.html").stat().st_ino
    page = folder / "content/traps/slow-trap.md"
    page.write_text(page.read_text().replace("Count what waits.", "Count what still waits."))
    assert (built(folder, env=EPOCH) / "map/index.html").stat().st_ino == before


def test_a_failure_of_the_converter_names_the_page(tmp_path: Path) -> None:
    """When the host's converter fails on a page, the author must learn which page it was."""
    folder = book_in(tmp_path)
    extension = """
import markdown
class Broken(markdown.Extension):
    def extendMarkdown(self, md):
        self.run = lambda lines: 1 / 0 if any("Count what waits" in line for line in lines) else lines
        md.preprocessors.register(self, "broken", 1)
"""
    (folder / "broken.py").write_text(extension)
    settings = folder / "mkdocs.yml"
    settings.write_text(settings.read_text() + "markdown_extensions: ['broken:Broken']\n")
    result = run(folder, "patternbook", "build", env={"PYTHONPATH": str(folder)})
    assert result.returncode == 1
    assert "content/traps/slow-trap.md:1:1: error PB901" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_copied_book_needs_no_git(tmp_path: Path) -> None:
    """A book taken from an archive builds like a clone."""
    folder = book_in(tmp_path)
    assert shutil.which("git") is None or not (folder / ".git").exists()
    assert (built(folder) / "index.html").is_file()
