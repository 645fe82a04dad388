"""What the repository promises about itself: its data, its schemas, its package, its documents."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import patternbook
import pytest
from books import ROOT, TODAY, read
from patternbook import Book, compile_book
from patternbook.cli.main import cli
from patternbook.core import catalogue
from patternbook.core.editors import answers, schemas
from patternbook.core.model import Document
from patternbook.core.schema import Record
from patternbook.edges.filesystem import read_book


@pytest.fixture(scope="module")
def book() -> Book:
    sources, problems = read_book(ROOT, ("content",))
    assert problems == []
    return compile_book(sources, layers=("content",), today=TODAY)


def tracked() -> list[Path]:
    """Every file that git keeps."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_the_book_has_no_problem(book: Book) -> None:
    """What we ship is the largest example of what we ask for."""
    assert book.problems == ()


def test_every_kind_of_page_is_in_the_book(book: Book) -> None:
    """A reader who forks the book finds one finished page of each kind to copy."""
    assert {entry.kind.id for entry in book.entries.values()} == set(book.definition.kinds)


def test_the_published_data_fits_its_own_schema(book: Book) -> None:
    """A program that trusts the schema must never be surprised by the data."""
    files = dict(catalogue.files(book))
    schema = json.loads(files["data/patterns.schema.json"])
    data = json.loads(files["data/patterns.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    assert {row["id"] for row in data["patterns"]} == {entry.id for entry in book.entries.values() if entry.kind.listed}


def test_both_ends_of_every_relation_are_published(book: Book) -> None:
    """Whoever reads one page's row sees all its relations, wherever they were written."""
    rows = {row["id"]: row["relations"] for row in json.loads(dict(catalogue.files(book))["data/patterns.json"])["patterns"]}
    for id, relations in rows.items():
        for type, targets in relations.items():
            inverse = book.definition.relations[type].inverse
            for target in targets:
                assert id in [end["id"] for end in rows[target["id"]][inverse]]


def test_every_address_of_llms_txt_is_published(book: Book) -> None:
    """A dead link in an index for programs is followed by nobody who could complain."""
    files = dict(catalogue.files(book))
    links = re.findall(r"^- \[.*\]\(([^)]+)\): ", files["llms.txt"].decode(), re.M)
    assert len(links) == len([entry for entry in book.entries.values() if entry.kind.listed])
    assert set(links) <= {*files, *book.pages}  # the host publishes each page's Markdown at its own path


def instance(value: object) -> object:
    """A value that was read, as an editor would see it in YAML."""
    if isinstance(value, Record):
        return {key: instance(item) for key, item in value.values.items()}
    if isinstance(value, tuple):
        return [instance(item) for item in value]
    return value if isinstance(value, bool | int | float) else str(value)


def test_editors_accept_every_page_that_the_checks_accept(book: Book) -> None:
    """The schema and the checks come from one source; an editor must not underline what is right."""
    validator = jsonschema.Draft202012Validator(schemas(book.definition)["front-matter"])
    for document in book.documents:
        errors = [error.message for error in validator.iter_errors(instance(document.front))]
        assert errors == [], document.path


SLIPS: dict[str, dict[str, object]] = {
    "an unknown field": {"sumary": "x"},
    "an unknown value": {"status": "dun"},
    "an unknown facet": {"tags": {"colour": ["red"]}},
    "a facet's wrong value": {"tags": {"theme": ["gaols"]}},
    "a list as title": {"title": ["a"]},
    "a relation of no type": {"relations": {"likes": ["x"]}},
    "too few symptoms": {"symptoms": []},
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_editors_refuse_what_the_checks_refuse(book: Book, slip: dict[str, object]) -> None:
    """An author with an editor learns of a slip while typing."""
    validator = jsonschema.Draft202012Validator(schemas(book.definition)["front-matter"])
    page = next(document for document in book.documents if document.id == "cascade-traps")
    values = instance(page.front)
    assert isinstance(values, dict)
    assert not validator.is_valid({**values, **slip})


def test_the_samples_fit_the_schema_of_their_answers(book: Book) -> None:
    """A program that writes answers gets the same rules as a person."""
    by_id: dict[str, Document] = {document.id: document for document in book.documents if document.fields}
    assert by_id
    for document in by_id.values():
        jsonschema.Draft202012Validator.check_schema(answers(document, book.definition))


def test_the_schemas_in_the_repository_are_current() -> None:
    """An editor that checks against yesterday's kinds is worse than none; `scripts/schemas` writes them."""
    spec = importlib.util.spec_from_file_location("schemas", ROOT / "scripts/schemas.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for path, text in module.texts().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is not current: run scripts/schemas"


def test_the_package_carries_theme_fonts_and_licences(tmp_path: Path) -> None:
    """Whoever installs the package without the repository must get a whole site and its licences."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    theme = {
        path.relative_to(ROOT / "plugins").as_posix() for path in (ROOT / "plugins/patternbook/theme").rglob("*") if path.is_file()
    }
    theme |= {path.relative_to(ROOT / "plugins").as_posix() for path in (ROOT / "plugins/patternbook/starter").iterdir()}
    assert {name for name in theme if "__pycache__" not in name} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any("OFL" in name for name in names)
    assert "patternbook/py.typed" in names


def test_the_lock_has_a_hash_for_everything_and_no_address() -> None:
    """What is installed is what was reviewed, wherever it is fetched from."""
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    for block in re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", lock, flags=re.M).strip()):
        assert "==" in block.splitlines()[0], block
        assert "--hash=sha256:" in block, block


def test_every_command_is_in_the_guide() -> None:
    """A command that is not written down does not exist for its users."""
    guide = (ROOT / "content/guide/commands.md").read_text()
    for name, command in cli.commands.items():
        assert f"patternbook {name}" in guide
        for option in (option for parameter in command.params for option in parameter.opts if option.startswith("--")):
            assert option in guide, f"{name} {option}"


def test_public_names_are_the_documented_ones() -> None:
    """Everything else may move without a word."""
    assert patternbook.__all__ == ["Book", "Code", "Diagnostic", "Severity", "compile_book"]
    assert all(getattr(patternbook, name).__doc__ for name in patternbook.__all__)


def test_no_file_speaks_of_the_machine_that_it_was_written_on() -> None:
    """The repository must make sense to somebody who has only the repository."""
    own = "|".join((r"/wo" + "rk/", "/ro" + "ot/", "py" + r"pi\.org", "pythonhos" + "ted", "npm" + r"js\.org", "/tmp" + r"/pro"))
    for path in tracked():
        if path.suffix not in (".woff2", ".png") and "vendor" not in path.parts:
            found = re.search(own, path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found.group() if found else ''}"


def test_reading_the_base_book_twice_gives_one_value() -> None:
    """A compiled book is a value: two of the same sources are equal where it counts."""
    files = read(ROOT / "tests/books/base")
    one, two = (compile_book(files, layers=("content",), today=TODAY) for _ in range(2))
    assert one.pages == two.pages
    assert one.problems == two.problems


def test_no_document_has_an_open_end() -> None:
    """A reader of the README must not find a note that somebody wrote to themselves."""
    for path in tracked():
        if path.suffix == ".md":
            assert not re.search(r"\bTODO\b|\bTBD\b|\bFIXME\b", path.read_text(encoding="utf-8")), path
