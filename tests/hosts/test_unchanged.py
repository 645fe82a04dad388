"""Where nothing has changed, a build does nothing; and whatever may have changed, it builds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from patternbook import Book
from patternbook.cli import main
from patternbook.hosts.mkdocs.unchanged import RECORD
from sites import book_in, run

EPOCH = {"SOURCE_DATE_EPOCH": "1796000000"}


def swapped(folder: Path, *options: str, day: str = "1796000000") -> bool:
    """Build, and tell whether a new site took the place of the old one."""
    site = folder / "site"
    before = site.stat().st_ino if site.exists() else None
    result = run(folder, "patternbook", "build", *options, env={"SOURCE_DATE_EPOCH": day})
    assert result.returncode == 0, result.stderr
    return site.stat().st_ino != before


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where a book was built and found unchanged, and a copy of it. It is the same build in that one place only."""
    folder = tmp_path_factory.mktemp("finished")
    book = book_in(folder / "book")
    assert swapped(book)
    assert not swapped(book)
    return book, shutil.copytree(book, folder / "copy")


@pytest.fixture
def book(finished: tuple[Path, Path]) -> Path:
    """A book whose site is up to date, as every test finds it."""
    place, copy = finished
    shutil.rmtree(place)
    return shutil.copytree(copy, place)


def edit(path: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text("utf-8") if file.exists() else "") + text, "utf-8")

    return change


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


TEMPLATE = '{% extends "patternbook.html" %}'


@pytest.mark.parametrize(
    "change",
    [
        edit("content/traps/slow-trap.md", "\nMore.\n"),
        edit("content/_book/strings.yml", "\n# said\n"),
        edit("content/new.txt", "words"),
        edit("company/company.yml", "name: Acme\n"),
        edit("company/overrides/main.html", TEMPLATE),
        edit("mkdocs.yml", "\ncopyright: Ours\n"),
        edit("site/index.html", "spoilt"),
        edit("site/more.html", "more"),
        remove("site/index.html"),
        remove("site/404.html"),
        remove(str(RECORD)),
        edit(str(RECORD), "spoilt"),
    ],
)
def test_whatever_has_changed_is_built(book: Path, change: Callable[[Path], None]) -> None:
    """A site that is older than its sources, or that somebody spoilt, must never be called finished."""
    change(book)
    assert swapped(book)
    assert not swapped(book)


@pytest.mark.parametrize("options", [["--offline"], ["--audience", "internal"], ["--no-cache"]])
def test_a_build_that_is_asked_for_otherwise_is_made(book: Path, options: list[str]) -> None:
    """Options make another site, and `--no-cache` is for whoever trusts nothing."""
    assert swapped(book, *options)


def test_another_day_is_another_site(book: Path) -> None:
    """Reviews fall due without an edit."""
    assert swapped(book, day="1896000000")


def test_templates_of_the_site_are_looked_at(tmp_path: Path) -> None:
    """Whoever changes a template of their own sees it."""
    folder = book_in(tmp_path, changes={"ours/main.html": TEMPLATE})
    settings = folder / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("name: material", "name: material\n  custom_dir: ours"))
    assert (swapped(folder), swapped(folder)) == (True, False)
    (folder / "ours/main.html").write_text(TEMPLATE + "{% block announce %}Hello{% endblock %}")
    assert swapped(folder)
    assert "Hello" in (folder / "site/index.html").read_text()


@pytest.mark.parametrize("settings", ["site_author: !ENV AUTHOR\n", "hooks: [hook.py]\n", "markdown_extensions: [footnotes]\n"])
def test_a_site_that_is_made_of_more_than_its_folder_is_always_built(tmp_path: Path, settings: str) -> None:
    """A variable of the environment or a hook can change the site without any file of the book."""
    folder = book_in(tmp_path, changes={"hook.py": "def on_page_content(html, **more): return html + '!'\n"})
    (folder / "mkdocs.yml").write_text((folder / "mkdocs.yml").read_text() + settings)
    assert swapped(folder)
    assert swapped(folder)


@pytest.mark.parametrize("settings", ["plugins: [[patternbook]]", "plugins: {a: [b]}", "theme: [material]"])
def test_settings_of_another_shape_are_the_hosts_to_judge(tmp_path: Path, settings: str) -> None:
    """A slip in the settings must end in the host's sentence, not in a fault of ours."""
    folder = book_in(tmp_path)
    (folder / "mkdocs.yml").write_text(f"site_name: Base\ndocs_dir: content\n{settings}\n")
    result = run(folder, "patternbook", "build", env=EPOCH)
    assert result.returncode == 1
    assert "unexpected" not in result.stderr
    assert "fault of the program" not in result.stderr
    assert not (folder / "site").exists()


def test_what_was_said_is_said_again(tmp_path: Path) -> None:
    """A warning that is told once and then never again would be lost."""
    folder = book_in(tmp_path)
    page = folder / "content/checklists/ready-check.md"
    page.with_name("other-check.md").write_text(page.read_text())
    first, second = (run(folder, "patternbook", "build", env=EPOCH) for _ in range(2))
    assert "warning PB415" in first.stderr
    assert second.stderr == first.stderr
    assert ", 0 rendered" in second.stdout


def test_a_record_of_another_sort_is_no_record(book: Path) -> None:
    """What lies in a cache may come from another version."""
    record = book / RECORD
    known = json.loads(record.read_text())
    for value in ([], {}, {**known, "files": []}, {**known, "more": 1}, {**known, "pages": "many"}, "x"):
        record.write_text(json.dumps(value))
        assert swapped(book)


def test_what_is_saved_while_a_site_is_built_is_built_next_time(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An author goes on writing during a build. Whoever takes the sentence back must not be shown it for ever."""
    page = book / "content/traps/slow-trap.md"
    written = page.read_text("utf-8")
    page.write_text(written + "\nOne.\n", "utf-8")
    load = main.load_book

    def meanwhile(*given: Any, **named: Any) -> Book:
        page.write_text(written + "\nTwo.\n", "utf-8")
        return load(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(main, "load_book", meanwhile)
        patched.setenv("SOURCE_DATE_EPOCH", "1796000000")
        assert CliRunner().invoke(main.cli, ["--directory", str(book), "build"]).exit_code == 0
    assert "Two." not in (book / "site/traps/slow-trap/index.html").read_text("utf-8")
    assert swapped(book)
    assert "Two." in (book / "site/traps/slow-trap/index.html").read_text("utf-8")
