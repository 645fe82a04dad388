"""Bad input on the real command line: exit code 1, the problem where it is, and the published site as it was."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from books import BOOKS
from click.testing import CliRunner
from core.test_bad_inputs import CASES, Bad, write_book
from patternbook.cli.main import cli

REFUSED = [bad for bad in CASES if bad.expect]
# One of each class runs as a process of its own; the others in this one, which is what takes the time.
PROCESSES = {"F1-invalid-yaml", "E1-latin-1", "I1-case-collision", "L1-missing-page", "P9-fifo", "M1-declaration"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base book with its site, built once."""
    root = tmp_path_factory.mktemp("built") / "book"
    shutil.copytree(BOOKS / "base", root)
    assert run(root, "build")[0] == 0
    return root


def run(root: Path, *arguments: str, process: bool = False) -> tuple[int, str, str]:
    """Exit code, output and errors of the command line in a folder."""
    command = ["--directory", str(root), *arguments]
    if process:
        program = [sys.executable, "-c", "from patternbook.cli.main import main; main()"]
        done = subprocess.run([*program, *command], check=False, capture_output=True, encoding="utf-8", timeout=60)
        return done.returncode, done.stdout, done.stderr
    result = CliRunner().invoke(cli, command)
    return result.exit_code, result.stdout, result.stderr


def digest(folder: Path) -> str:
    """A hash of all names and bytes below a folder."""
    parts = [f"{p.relative_to(folder)} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in folder.rglob("*") if p.is_file()]
    assert len(parts) > 50
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


@pytest.mark.parametrize("bad", REFUSED, ids=lambda bad: bad.id)
def test_a_refused_build_leaves_the_site(bad: Bad, built: Path, tmp_path: Path) -> None:
    """Readers keep the last good site while the author reads, in one line, what to mend and where."""
    root, process = tmp_path / "book", bad.id in PROCESSES
    shutil.copytree(built, root)
    write_book(root, bad)

    code, output, _ = run(root, "check", "--format", "json", process=process)
    [problem] = [entry for entry in json.loads(output) if entry["severity"] == "error"]
    assert code == 1
    assert "{path}:{line}:{column} {code}".format(**problem) == f"content/{bad.expect}"

    code, _, errors = run(root, "build", process=process)
    assert code == 1
    place, number = bad.expect.split(" PB")
    shown = f"content/{place}: error PB{number}: {problem['message']}\n    {problem['help']}\n".replace("\u202e", "\\u202e")
    assert shown in errors
    assert "Traceback" not in errors
    assert digest(root / "site") == digest(built / "site")


@pytest.mark.parametrize("bad", [bad for bad in CASES if not bad.expect], ids=lambda bad: bad.id)
def test_what_only_looks_bad_is_built(bad: Bad, built: Path, tmp_path: Path) -> None:
    """A page from another editor, or about templates, is published like any other."""
    root = tmp_path / "book"
    shutil.copytree(built, root)
    write_book(root, bad)
    assert run(root, "build")[0] == 0
    braces = "{{ config.title }} and {% raw %}" in (root / "site/traps/slow-trap/index.html").read_text("utf-8")
    assert braces is ("braces" in bad.id)


def test_a_converter_that_fails_leaves_the_site(built: Path, tmp_path: Path) -> None:
    """An extension of the site that breaks on a page is a located problem too, PB901, and costs no published page."""
    root = tmp_path / "book"
    shutil.copytree(built, root)
    (root / "failing.py").write_text(
        "from markdown import Extension\n"
        "from markdown.preprocessors import Preprocessor\n"
        "class Fails(Preprocessor):\n"
        "    def run(self, lines):\n"
        "        assert 'Work waits.' not in ' '.join(lines)\n"
        "        return lines\n"
        "class Failing(Extension):\n"
        "    def extendMarkdown(self, md):\n"
        "        md.preprocessors.register(Fails(md), 'fails', 0)\n"
        "makeExtension = Failing\n"
    )
    with (root / "mkdocs.yml").open("a") as config:
        config.write("markdown_extensions: [failing]\n")
    program = f"import sys; sys.path.append({str(root)!r}); from patternbook.cli.main import main; main()"
    command = [sys.executable, "-c", program, "--directory", str(root), "build"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 1
    assert "content/traps/slow-trap.md:1:1: error PB901: " in done.stderr
    assert "Traceback" not in done.stderr
    assert digest(root / "site") == digest(built / "site")


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{% block announce %}{{ nobody.has.this }}{% endblock %}", "a template cannot be used: 'nobody' is undefined"),
        ("{% block announce %}{% endfor %}", "a template cannot be used: main.html, line 2: "),
    ],
)
def test_a_template_that_fails_leaves_the_site(built: Path, tmp_path: Path, template: str, told: str) -> None:
    """A company's own template has a mistake. Its author reads which, not that the program is at fault."""
    root = tmp_path / "book"
    shutil.copytree(built, root)
    (root / "company/overrides").mkdir(parents=True)
    (root / "company/overrides/main.html").write_text(f'{{% extends "patternbook.html" %}}\n{template}', "utf-8")
    code, _, errors = run(root, "build", process=True)
    assert code == 1
    assert told in errors
    assert "the site was left as it was" in errors
    assert "Traceback" not in errors
    assert "fault of the program" not in errors
    assert digest(root / "site") == digest(built / "site")


def test_settings_that_mkdocs_fails_to_read_leave_the_site(built: Path, tmp_path: Path) -> None:
    """MkDocs itself fails on a list where a theme's name should be. The author is told which file to look into."""
    root = tmp_path / "book"
    shutil.copytree(built, root)
    text = (root / "mkdocs.yml").read_text("utf-8")
    assert "name: material" in text
    (root / "mkdocs.yml").write_text(text.replace("name: material", "name: [material]"), "utf-8")
    code, _, errors = run(root, "build", process=True)
    assert code == 1
    assert "mkdocs.yml: MkDocs cannot read it: " in errors
    assert "fault of the program" not in errors
    assert digest(root / "site") == digest(built / "site")
