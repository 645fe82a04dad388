"""What must hold for any changes on both sides: an edition changes what it says that it changes, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from books import TODAY, base
from hypothesis import given, settings
from hypothesis import strategies as st
from patternbook import Book, compile_book
from patternbook.core import catalogue

# Each example compiles two books.
SOME = settings(max_examples=max(40, settings().max_examples // 4))
SECTIONS = {"what-you-see": "## What you see", "ways-out": "## Ways out", "try-it": "## Try it"}
PATH = "traps/slow-trap.md"
HEAD = base()[f"content/{PATH}"].decode().partition("## What you see")[0]
LINES = st.lists(
    st.sampled_from(["Work waits.", "Ask Ruth.", "- One.", "> Said.", "Ünïcode: “so”.", "`a = {b}`", "### More"]), min_size=1
)
TEXTS = LINES.map("\n\n".join)
MODES = st.sampled_from(["replace", "append", "prepend"])
Change = tuple[str, str]
CHANGES = st.dictionaries(st.sampled_from(sorted(SECTIONS)), st.tuples(MODES, TEXTS), min_size=1)
LAST = st.dictionaries(st.sampled_from(sorted(SECTIONS)), st.tuples(MODES | st.just("drop"), TEXTS), min_size=1)


def upstream(texts: Mapping[str, str]) -> dict[str, bytes]:
    """The base book with other texts in the sections of one page."""
    page = base()[f"content/{PATH}"].decode()
    for key, text in texts.items():
        start = page.index(SECTIONS[key]) + len(SECTIONS[key])
        end = page.find("\n## ", start)
        page = f"{page[:start]}\n\n{text}\n{page[end if end >= 0 else len(page) :]}"
    return base({PATH: page})


def override(changes: Mapping[str, Change]) -> bytes:
    """An override's file."""
    front = "".join(f"  {key}: {{mode: {mode}}}\n" for key, (mode, _) in changes.items())
    body = "".join(f"\n{SECTIONS[key]}\n\n{text}\n" for key, (mode, text) in changes.items() if mode != "drop")
    return f"---\nextends: slow-trap\nsections:\n{front}---\n{body}".encode()


def built(files: Mapping[str, bytes], layers: tuple[str, ...] = ("content", "company")) -> Book:
    return compile_book(files, layers=layers, today=TODAY)


def texts(book: Book) -> dict[str, list[str]]:
    """The pieces of each section of the page."""
    found: dict[str, list[str]] = {}
    for section in next(page for page in book.documents if page.path == PATH).sections:
        found.setdefault(section.key, []).append(section.text.strip())
    return found


def published(book: Book) -> dict[str, bytes]:
    """Everything that a site has of the book."""
    pages = {path: page.content for path, page in book.pages.items()}
    markdown = {f"{path} to read": page.readable for path, page in book.pages.items()}
    return {**pages, **markdown, **dict(catalogue.files(book, "https://playbook.example/")), **book.assets}


@SOME
@given(st.dictionaries(st.sampled_from(sorted(SECTIONS)), TEXTS), LAST)
def test_a_change_of_one_section_changes_no_other(edits: dict[str, str], changes: dict[str, Change]) -> None:
    """An editor who rewrites one part must be able to trust that the rest goes on as upstream writes it."""
    files = upstream(edits)
    plain, changed = built(files), built({**files, f"company/{PATH}": override(changes)})
    assert plain.errors == changed.errors == ()
    before, after = texts(plain), texts(changed)
    assert {key: text for key, text in after.items() if key not in changes} == {
        key: text for key, text in before.items() if key not in changes
    }
    for key in before.keys() - changes.keys():
        lines = next(part for part in plain.pages[PATH].markdown.split("\n## ") if part.startswith(SECTIONS[key][3:]))
        assert lines.partition("\n## ")[0].splitlines()[2] in changed.pages[PATH].markdown


@SOME
@given(st.dictionaries(st.sampled_from(sorted(SECTIONS)), TEXTS), LAST)
def test_without_its_changes_an_edition_is_upstream_byte_for_byte(edits: dict[str, str], changes: dict[str, Change]) -> None:
    """A company that gives up its changes must be back on the common book, with nothing left behind."""
    files = upstream(edits)
    built({**files, f"company/{PATH}": override(changes)})
    silent = {**files, f"company/{PATH}": b"---\nextends: slow-trap\n---\n"}
    assert published(built(silent)) == published(built(files)) == published(built(files, ("content",)))


@SOME
@given(
    st.dictionaries(st.sampled_from(sorted(SECTIONS)), TEXTS), CHANGES, CHANGES, LAST, st.permutations(["area", "group", "zone"])
)
def test_only_the_order_of_layers_decides(
    edits: dict[str, str], one: dict[str, Change], two: dict[str, Change], three: dict[str, Change], names: list[str]
) -> None:
    """A group, a division and a team write over each other in the order of the settings, whatever their folders are called."""
    files = upstream(edits)
    layers = dict(zip(names, (one, two, three), strict=True))
    # The files come in the order of their names, as a folder lists them.
    files |= {f"{name}/{PATH}": override(layers[name]) for name in sorted(layers)}
    found = texts(built(files, ("content", *names)))
    assert found == _laid(texts(built(upstream(edits), ("content",))), (one, two, three))
    turned = dict(reversed(files.items()))
    assert published(built(turned, ("content", *names))) == published(built(files, ("content", *names)))


def _laid(pieces: dict[str, list[str]], layers: tuple[Mapping[str, Change], ...]) -> dict[str, list[str]]:
    """What layers make of a page, in three lines."""
    pieces = dict(pieces)
    for key, (mode, text) in ((key, change) for layer in layers for key, change in layer.items()):
        mine = text.strip()
        pieces[key] = {"replace": [mine], "append": [*pieces[key], mine], "prepend": [mine, *pieces[key]], "drop": []}[mode]
    return {key: found for key, found in pieces.items() if found}
