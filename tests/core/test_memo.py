"""What a live server takes over from one compile to the next must never be seen: the book is that of the files, and of nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from books import BOOKS, TODAY, Files, Typist, base, read
from patternbook import compile_book
from patternbook.core import catalogue
from patternbook.core.data import read_yaml
from patternbook.core.memo import FORGETFUL, Memo, alike
from patternbook.core.schema import Word
from patternbook.core.source import Source, Span

COMPANY = {
    "company/company.yml": "name: Acme\nvariables: {team: the crew}\nvocabulary: {work: labour}\nadoption: {good-practice: {state: trial}}\n",
    "company/traps/slow-trap.md": "---\nextends: slow-trap\nsections: {try-it: {mode: append}}\n---\n\n## Try it\n\nAsk {team}.\n",
    "company/traps/our-trap.md": base()["content/traps/wide-trap.md"].decode().replace("title: ", "internal: yes\ntitle: Our "),
}


def book() -> dict[str, bytes]:
    return base(COMPANY)


@pytest.mark.parametrize("start", [book, lambda: read(BOOKS / "muster")], ids=["base", "another language"])
def test_any_sequence_of_edits_compiles_to_the_book_of_the_files_alone(start: Callable[[], Files], nightly: bool) -> None:
    """An author who saves and looks must be able to trust what they see, places of problems included."""
    whole = 0
    for seed in range(400 if nightly else 14):
        draw = random.Random(seed)
        typist, memo = Typist(start(), draw), Memo()
        for _ in range(7):
            before = dict(typist.files)
            typist.edit()
            audience = draw.choice(["public", "internal"])
            known, clean = (
                compile_book(typist.files, layers=("content", "company"), today=TODAY, audience=audience, memo=one)
                for one in (memo, FORGETFUL)
            )
            assert list(known.pages.items()) == list(clean.pages.items()), f"sequence {seed}"
            assert known.problems == clean.problems, f"sequence {seed}"
            assert (known.nav, known.review, known.left_out) == (clean.nav, clean.review, clean.left_out), f"sequence {seed}"
            if clean.errors:
                typist.files = before
            else:
                whole += 1
                made, anew = (
                    dict(catalogue.files(one, "https://x.example/", memo=m)) for one, m in ((known, memo), (clean, FORGETFUL))
                )
                assert made == anew, f"sequence {seed}"
    assert whole > 10, "hardly any book was whole, so this shows little"


def test_an_edit_leaves_the_other_pages_as_they_are() -> None:
    """Speed is what a memo is for: after an edit of one text hardly any page is made again."""
    memo = Memo()
    first = compile_book(book(), layers=("content", "company"), today=TODAY, memo=memo)
    files = book()
    path = "content/traps/wide-trap.md"
    files[path] = files[path].rstrip() + b" Look again.\n"
    second = compile_book(files, layers=("content", "company"), today=TODAY, memo=memo)
    anew = [path for path, page in second.pages.items() if page is not first.pages.get(path)]
    assert "traps/wide-trap.md" in anew
    assert len(anew) < len(second.pages) / 4, anew


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("content/practices/good-practice.md", "title: Good Practice", "title: Better Practice"),
        ("content/practices/good-practice.md", "### Own heading", "### Other heading"),
        ("content/practices/good-practice.md", "## Do this", "## Dance"),
        ("company/company.yml", "team: the crew", "team: the band"),
        ("company/company.yml", "work: labour", "work: toil"),
        ("company/company.yml", "name: Acme", "name: Acme\nkeep: [at work]"),
        ("company/company.yml", "state: trial", "state: rejected"),
        ("content/_book/glossary.yml", "term: ", "term: New "),
        ("content/_book/kinds.yml", "label: Trap", "label: Pitfall"),
        ("content/_book/facets.yml", "label: ", "label: New "),
        ("content/_book/strings.yml", "kind: ", "kind: New "),
    ],
)
def test_what_a_page_shows_of_another_is_that_of_today(path: str, old: str, new: str) -> None:
    """A title, a heading, a word or a state stands on pages whose own files did not change."""
    files, memo = book(), Memo()
    trap, practice = "content/traps/wide-trap.md", "content/practices/good-practice.md"
    files[trap] = files[trap].rstrip() + b"\n\nThe {team} of [[good-practice]] see [[good-practice#own-heading]] at work.\n"
    files[practice] = files[practice].rstrip() + b"\n\n### Own heading\n\nWork waits.\n"
    plan = "content/templates/plan-form.md"
    files[plan] = files[plan].replace(b"We will be done by", b"With [[good-practice]] we will be done by")
    compiled = [compile_book(files, layers=("content", "company"), today=TODAY, memo=memo)]
    dict(catalogue.files(compiled[0], memo=memo))
    text = files[path].decode()
    assert old in text
    files[path] = text.replace(old, new).encode()
    known, clean = (compile_book(files, layers=("content", "company"), today=TODAY, memo=one) for one in (memo, FORGETFUL))
    assert (known.pages, known.problems) == (clean.pages, clean.problems)
    assert clean.pages != compiled[0].pages or clean.problems != compiled[0].problems
    assert dict(catalogue.files(known, memo=memo)) == dict(catalogue.files(clean))


def test_another_day_is_another_book() -> None:
    """A server runs over midnight, and reviews fall due."""
    files, memo, due = book(), Memo(), []
    path = "content/traps/wide-trap.md"
    files[path] = files[path].replace(b"status: ", b"reviewed: {on: 2026-11-20}\nreview_every: 6 months\nstatus: ")
    for day in (TODAY, TODAY.replace(year=2031)):
        known, clean = (compile_book(files, layers=("content", "company"), today=day, memo=one) for one in (memo, FORGETFUL))
        assert (known.pages, known.problems) == (clean.pages, clean.problems)
        due.append(known.entries["traps/wide-trap.md"].review.overdue)
    assert due == [False, True]


def test_what_many_results_are_made_from_is_compared_once() -> None:
    """Else a changed title would compare all names of the book once for each page: work that grows with its square."""

    class Looked(tuple):  # type: ignore[type-arg]
        looks = 0

        def __len__(self) -> int:
            Looked.looks += 1
            return super().__len__()

    memo = Memo()
    for title in ("old", "new"):
        memo.turn()
        names = memo.same(("names",), Looked(("a", title)))
        for page in range(100):
            memo.of(("links", str(page)), (page, names), object)
    assert Looked.looks < 10


def test_what_was_not_asked_for_is_forgotten() -> None:
    """A server runs for days; what it keeps must not grow with the pages that once were."""
    memo = Memo()
    for value in ("a", "b"):
        memo.turn()
        memo.of((value,), 1, value.upper)
    memo.turn()
    memo.of(("b",), 1, lambda: "never made")
    assert memo.of(("b",), 1, lambda: "never made") == "B"
    assert memo.of(("a",), 1, lambda: "made anew") == "made anew"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ((1, ("x", [2])), (1, ("x", [2])), True),
        ((1,), (1, 2), False),
        (1, True, False),
        ("", None, False),
        (Word("x", Source("a", "x x"), Span(0, 1)), Word("x", Source("a", "x x"), Span(0, 1)), True),
        (Word("x", Source("a", "x x"), Span(0, 1)), Word("x", Source("a", "x x"), Span(2, 3)), False),
        (Word("x", Source("a", "x"), Span(0, 1)), "x", False),
    ],
)
def test_values_are_alike_only_if_no_reader_could_tell_them_apart(one: object, other: object, same: bool) -> None:
    """The order of a mapping is the order on the page, and a problem points at the place of its word."""
    assert alike(one, other) is same
    assert alike(other, one) is same


def test_two_readings_of_one_file_are_alike() -> None:
    """Else nothing that was made from settings would ever be taken over."""
    text = base()["content/_book/kinds.yml"].decode()
    one, other = (read_yaml(Source("k.yml", text), Span(0, len(text)))[0] for _ in range(2))
    assert one is not other
    assert alike(one, other)
