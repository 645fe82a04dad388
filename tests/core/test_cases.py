"""The case files in `tests/cases/`: one behaviour each, the base book with a change and all problems that it has then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from books import BOOKS, ROOT, TODAY, base, edited
from core.test_bad_inputs import CASES as BAD
from patternbook import Book, compile_book
from patternbook.core.diagnostics import Code

CASES = sorted((BOOKS.parent / "cases").glob("*.yml"))
KEYS = {"purpose", "page", "text", "change", "also", "published", "expect", "message", "help"}
# Codes that need more than a book: a file system, a converter that fails, or paper. Each with the test that shows it.
ELSEWHERE = {
    Code.NOT_RENDERED: "tests/cli/test_bad_builds.py",
    Code.CARD: "tests/paper/test_cards.py",
    Code.SHEET: "tests/paper/test_too_long.py",
}


def read(path: Path) -> Mapping[str, object]:
    """A case file, its keys checked, so that a misspelt one does not pass for an empty one."""
    case = yaml.safe_load(path.read_text("utf-8"))
    assert set(case) <= KEYS, set(case) - KEYS
    assert {"purpose", "page", "expect"} <= set(case)
    assert ("text" in case) is not ("change" in case), "a case has either `text` or `change`"
    return case


def compiled(case: Mapping[str, object]) -> Book:
    """The base book with the case's change."""
    page, also = str(case["page"]), dict(case.get("also") or {})
    if "change" in case:
        content = edited(page, case["change"]["old"], case["change"]["new"])[f"content/{page}"]
    else:
        content = str(case["text"]).encode()
    files = base({**also, page: content})
    return compile_book(files, layers=("content", "company"), today=TODAY, published=case.get("published"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    """The purpose of each case says why a user cares."""
    case = read(path)
    found = compiled(case).problems
    assert [f"{p.path}:{p.line}:{p.column} {p.code.number}" for p in found] == case["expect"], case["purpose"]
    for problem in found:
        assert problem.help, f"{problem.message}: says not what to do"
        assert len(problem.message) <= 300
    for key in ("message", "help"):
        assert any(case.get(key, "") in getattr(p, key) for p in found) or key not in case, [getattr(p, key) for p in found]


def test_every_code_has_a_failing_case() -> None:
    """A kind of problem that nothing shows may have stopped being found."""
    shown = {line.split()[-1] for path in CASES for line in read(path)["expect"]}
    shown |= {bad.expect.split()[-1] for bad in BAD if bad.expect}
    for code, file in ELSEWHERE.items():
        assert code.number in (ROOT / file).read_text("utf-8")
    assert shown | {code.number for code in ELSEWHERE} == {code.number for code in Code}


def test_every_code_is_explained_in_the_guide() -> None:
    """The number in a message leads to a page that says more, and the page explains no number that nobody sees."""
    text = (ROOT / "content/guide/problems.md").read_text("utf-8")
    assert sorted(re.findall(r"^### (PB\d{3})\b", text, re.M)) == sorted(code.number for code in Code)
