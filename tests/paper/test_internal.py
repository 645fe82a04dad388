"""What only colleagues may read: in no file of a public site and in no PDF, however it is written there."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest
from marks import LAYERS, marked
from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject
from sites import BOOKS, files, run

PRINTED = ("booklet", "checklists", "forms", "cards", "poster")


def told(path: str, content: bytes) -> str:
    """Everything that a file says: its name, its bytes, and of a PDF each object unpacked, and the signs on each sheet in order."""
    text = [path, content.decode("utf-8", "replace"), content.decode("utf-16-be", "replace")]
    if content.startswith(b"%PDF"):
        text += [*_objects(content), *_sheets(content)]
    return "\n".join(text)


def _objects(content: bytes) -> list[str]:
    reader = PdfReader(io.BytesIO(content))
    found = []
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        thing = reader.get_object(IndirectObject(number, 0, reader))
        found.append(str(thing))
        if isinstance(thing, StreamObject):
            found.append(thing.get_data().decode("latin-1"))
    return found


def _sheets(content: bytes) -> list[str]:
    """The signs of each sheet without white space: a long word may be cut at the end of a line."""
    document = pypdfium2.PdfDocument(content)
    return ["".join(page.get_textpage().get_text_bounded().replace("\ufffe", "").split()) for page in document]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("internal")
    sources, marks = marked(7)
    for path, content in sources.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    settings = (BOOKS / "base/mkdocs.yml").read_text("utf-8")
    layers = f"  - patternbook: {{layers: [{', '.join(LAYERS)}]}}"
    (folder / "mkdocs.yml").write_text(settings.replace("  - patternbook", layers))
    return folder, marks


def published(folder: Path, audience: str) -> Mapping[str, str]:
    """The site with its PDFs, and every sort of print, for an audience."""
    site = f"{audience}-site"
    result = run(folder, "patternbook", "build", "--audience", audience, "--pdf", "a4", "--site-dir", site, timeout=300)
    assert result.returncode == 0, result.stderr
    for form in PRINTED:
        result = run(folder, "patternbook", "print", "--as", form, "--audience", audience, "-o", f"{site}/{form}.pdf", timeout=300)
        assert result.returncode == 0, result.stderr
    return {path: told(path, content) for path, content in files(folder / site).items()}


def test_no_mark_of_what_is_internal_is_in_any_file_for_the_public(book: tuple[Path, list[str]]) -> None:
    """A strategy that leaks through an index, a name of a picture or a PDF has leaked."""
    folder, marks = book
    assert len(marks) >= 200
    public = published(folder, "public")
    assert [(mark, path) for path, text in public.items() for mark in marks if mark in text] == []
    assert {Path(path).suffix for path in public} >= {".html", ".md", ".json", ".xml", ".txt", ".pdf", ".svg"}


def test_colleagues_find_each_of_them(book: tuple[Path, list[str]]) -> None:
    """The test above could not fail if the marks were not in the book: their readers must find all of them."""
    folder, marks = book
    internal = published(folder, "internal")
    whole, paper = "\n".join(internal.values()), internal["booklet.pdf"]
    assert [mark for mark in marks if mark not in whole] == []
    assert sum(mark in paper for mark in marks) >= len(marks) / 2
