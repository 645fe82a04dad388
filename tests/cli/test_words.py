"""`patternbook words`, and the commands that write into files of an edition with words of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sites import book_in, run

COMPANY = "name: Acme\nvariables: {company: Acme Ltd}\nvocabulary: {work: labour, thing: matter}\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    book = book_in(tmp_path)
    (book / "company").mkdir(exist_ok=True)
    (book / "company/company.yml").write_text(COMPANY)
    return book


def answer(book: Path, *command: str, code: int = 0) -> str:
    result = run(book, "patternbook", *command)
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout


def test_every_word_is_shown_with_its_count_and_places(book: Path) -> None:
    """Before a word is published somebody reads where it stands, word by word."""
    assert answer(book, "words", "kind=trap,practice") == (
        "thing → matter (3)\n"
        "  content/practices/good-practice.md:4:14: summary: One [-thing-]{+matter+} at a time. It starts on Monday.\n"
        "  content/traps/wide-trap.md:4:44: Everything is started. Finish one [-thing-]{+matter+}.\n"
        "  content/traps/wide-trap.md:17:10: Stop one [-thing-]{+matter+} today.\n"
        "\nWork → Labour (1)\n"
        "  content/traps/slow-trap.md:19:1: [-Work-]{+Labour+} waits. Nobody knows for whom it waits.\n"
        "\n4 replacements of 2 words on 3 pages\n"
    )


def test_programs_get_the_same(book: Path) -> None:
    """An editor's script can compare today's report with the last one."""
    rows = json.loads(answer(book, "words", "--format", "json"))
    assert rows == json.loads(answer(book, "words", "--format", "json"))
    work = next(row for row in rows if row["path"] == "content/traps/slow-trap.md")
    assert work == {
        "id": "slow-trap", "path": "content/traps/slow-trap.md", "line": 19, "column": 1, "old": "Work", "new": "Labour",
        "before": "", "behind": " waits. Nobody knows for whom it waits.",
    }  # fmt: skip
    assert {"id": "", "path": "content/_book/facets.yml", "old": "Work"}.items() <= next(r for r in rows if not r["id"]).items()


def test_a_wrong_query_is_wrong_use(book: Path) -> None:
    """A slip in a query must not look like an edition without words."""
    assert answer(book, "words", "kind=nothing", code=2) == ""


def test_a_book_without_words_says_so(tmp_path: Path) -> None:
    """Nothing to read is an answer too."""
    assert answer(book_in(tmp_path), "words") == "0 replacements of 0 words on 0 pages\n"


def test_commands_write_the_words_of_the_files(book: Path) -> None:
    """Our files must not fill with the company's words, or each update would meet them."""
    page = book / "content/checklists/ready-check.md"
    page.write_text(page.read_text().rstrip() + "\n- [ ] The work is a thing.\n")
    answer(book, "fix")
    assert page.read_text().endswith("- [ ] The work is a thing. ^the-work-is-a-thing\n")
    answer(book, "review", "slow-trap")
    answer(book, "adopt", "slow-trap#what-you-see")
    answer(book, "adopt", "slow-trap#fields.summary")
    ours = (book / "company/traps/slow-trap.md").read_text()
    assert "Work waits." in ours
    assert "Labour" not in ours
    assert "Work waits." in (book / "company/_base/slow-trap/what-you-see.md").read_text()
    assert answer(book, "drift").startswith("Nothing to review.")
    (book / "company/company.yml").write_text("name: Acme\nvocabulary: {work: toil}\n")
    assert answer(book, "drift", "--exit-code").startswith("Nothing to review.")
    assert "edited" not in answer(book, "check")


def test_an_edition_with_words_compiles_for_any_host(book: Path) -> None:
    """Whoever builds with another host gets the same words."""
    (book / "content/_book/book.yml").write_text((book / "content/_book/book.yml").read_text() + "variables: {company: us}\n")
    answer(book, "compile", "out")
    assert "Labour waits." in (book / "out/docs/traps/slow-trap.md").read_text()
    assert "site_description: The smallest book that has everything.\n" in (book / "out/mkdocs.yml").read_text()
