"""Another pattern language, in German, is data alone: no Python, and no English word on its pages."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from books import BOOKS, ROOT, Files, compiled, problems, read
from patternbook import Book

GERMAN = BOOKS / "muster" / "content" / "_book"
ENGLISH = ROOT / "content" / "_book"

# Words of a book that the sources may hold all the same: how, and why.
# `name`: as an identifier or a part of one. `sentence`: inside a longer string. `key`: as a string of its own.
ALLOWED: dict[str, tuple[str, str]] = {
    "after": ("name sentence", "a preposition"),
    "audience": ("name sentence key", "who a build is for: public or internal"),
    "body": ("name key", "the text of a page or section, without its heading; a sort of value of the cache"),
    "checklist": ("sentence", "what messages call a page with items, whatever its kind is called"),
    "contains": ("sentence", "a verb in a message"),
    "evidence": ("name sentence key", "a key of `company.yml`: what shows that a pattern is in use"),
    "fields": ("name sentence key", "a type of a kind's field, and a key of the file formats"),
    "form": ("name key", "the `--format` of a command, and a template's fields"),
    "horizon": ("key", "a type of a template's field; its values come from the facet that `book.yml` names"),
    "items": ("name sentence key", "a key of `kinds.yml` and of JSON Schema, and Python's own word"),
    "level": ("name sentence key", "of a heading, also in the host's table of contents"),
    "model": ("name", "the core's module"),
    "page": ("name sentence key", "what the program makes, and a key of the glossary"),
    "path": ("name sentence key", "of a file, and a key of the catalogue"),
    "problem": ("name sentence key", "what a check finds"),
    "requires": ("name key", "a key of `kinds.yml`"),
    "shape": ("name", "what a value may be"),
    "signs": ("sentence", "characters, in a message"),
    "steps": ("name sentence key", "a type of a kind's field"),
    "template": ("name sentence key", "of the host, and what messages call a page with fields"),
    "theme": ("name sentence key", "of the host"),
    "used-by": ("key", "a heading that is refused in every book, because its list is generated"),
    "uses": ("sentence", "a verb in a message"),
    "when": ("sentence", "a conjunction in a message"),
}


@pytest.fixture(scope="module")
def book() -> Book:
    return compiled(read(BOOKS / "muster"), layers=("content",))


def data(folder: Path, name: str) -> dict[str, dict[str, object]]:
    loaded = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def own_words(folder: Path) -> set[str]:
    """The ids of kinds, their sections and fields, facets and relations of a book."""
    kinds, relations = data(folder, "kinds.yml"), data(folder, "relations.yml")
    words = {*kinds, *data(folder, "facets.yml"), *relations}
    words |= {str(relation["inverse"]) for relation in relations.values() if "inverse" in relation}
    for kind in kinds.values():
        sections, fields = kind["sections"], kind.get("fields", {})
        assert isinstance(sections, list) and isinstance(fields, dict)
        words |= {section["id"] for section in sections} | set(fields)
    return words


def english_only() -> set[str]:
    """The words between placeholders of the English interface that the German one does not say."""
    english, german = (yaml.safe_load((folder / "strings.yml").read_text("utf-8")) for folder in (ENGLISH, GERMAN))
    differing = {text for key, text in english.items() if text not in german.values()}
    parts = {part.strip(" ,.:") for text in differing for part in re.split(r"\{\w+\}", text)}
    said = " ".join(german.values())
    return {part for part in parts if part and not re.search(rf"\b{re.escape(part)}\b", said)}


def test_compiles() -> None:
    """Somebody with another pattern language writes data and pages, and is done."""
    assert problems(compiled(read(BOOKS / "muster"), layers=("content",))) == []


def test_spellings_lead_to_one_section(book: Book) -> None:
    """Authors spell a heading in several ways, and a link to the section reaches it all the same."""
    keys = {d.id: [s.key for s in d.sections] for d in book.documents if d.kind and d.kind.id == "muster"}
    assert set(map(tuple, keys.values())) == {("problem", "kontext", "kraefte", "loesung", "folgen")}


def test_symmetric_relation_shows_at_both_ends(book: Book) -> None:
    """A reader of either page learns that the two contradict each other."""
    ends = {(r.source, r.target) for rows in book.graph.relations.values() for r in rows if r.type == "widerspricht"}
    assert ends == {("gemeinsamer-tisch", "stille-ecke"), ("stille-ecke", "gemeinsamer-tisch")}


def test_template_of_another_name_is_filled(book: Book) -> None:
    """The form of a kind whose fields have a German name still shows its blanks and its sample."""
    page = book.pages["vordrucke/raum-bogen.md"]
    assert 'id="field-ort"' in page.text
    assert "2 von 5, zwischen laut und still" in page.markdown


def test_generated_headings_are_refused_in_german() -> None:
    """An author who writes `## Quellen` by hand learns that the page gets that section anyway."""
    files: Files = read(BOOKS / "muster")
    path = "content/begriffe/schwelle.md"
    files[path] += b"\n## Quellen\n\nEin Buch.\n"
    assert problems(compiled(files, layers=("content",))) == [f"{path}:18:1 PB306"]


def test_no_english_on_german_pages(book: Book) -> None:
    """A German reader never meets a word of the interface in English."""
    words = english_only()
    assert len(words) > 30
    shown = {path: page.markdown for path, page in book.pages.items()} | {"navigation": "\n".join(title for title, _ in book.nav)}
    found = {(path, word) for path, text in shown.items() for word in words if re.search(rf"(?<![\w/-]){re.escape(word)}\b", text)}
    assert found == set()


def stands(path: Path, words: set[str]) -> Iterator[tuple[str, str, int]]:
    """Every use of a book's word in a source: the word, how it stands there, and the line. Comments and docstrings aside."""
    either = "|".join(sorted(words, key=len, reverse=True))
    in_names, in_strings = (
        re.compile(rf"(?<![a-z0-9])({either})(?![a-z0-9])"),
        re.compile(rf"(?<![a-z0-9-])({either})(?![a-z0-9-])"),
    )
    before = tokenize.NEWLINE
    strings = (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        starts = before in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT)
        docstring = starts and token.string.startswith('"""')
        before = token.type
        if token.type == tokenize.NAME:
            yield from ((word, "name", token.start[0]) for word in in_names.findall(token.string.lower().replace("_", "-")))
        elif token.type in strings and not docstring:
            text = re.sub(r"^[rbf]*[\"']+|[\"']+$", "", token.string.lower())
            yield from ((word, "key" if word == text else "sentence", token.start[0]) for word in in_strings.findall(text))


SOURCES = sorted((ROOT / "plugins").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "plugins").as_posix())
def test_no_word_of_a_book_in_python(path: Path) -> None:
    """Whoever renames a kind or adds a relation never has to look for its name in the program."""
    words = own_words(GERMAN) | own_words(ENGLISH) | {"symptom", "symptoms", "cascade"}
    allowed = {(word, way) for word, (ways, _) in ALLOWED.items() for way in ways.split()}
    assert [f"{line}: {word} as {way}" for word, way, line in stands(path, words) if (word, way) not in allowed] == []
