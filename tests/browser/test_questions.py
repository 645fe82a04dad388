"""From what somebody sees to the right trap: whole questions, in words that the pages do not use.

`questions.yml` was written before there was an index, and nobody who wrote keywords or synonyms saw it. `questions-tuning.yml` is what the
weights were set by. Both name the traps that are meant; what is not found stands here.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from .conftest import BOOK, Open, Site

FOLDER = Path(__file__).parent.parent
MISSES: set[str] = set()
MISSES_OF_TUNING = {
    "As an exec I only discover an initiative is failing days before go-live",
    "my key result literally reads 'roll out chatbot', with no benefit stated",
}
# Function words of the questions, beside those that the search leaves out.
PLAIN = {
    "after",
    "another",
    "between",
    "first",
    "every",
    "exactly",
    "from",
    "have",
    "hear",
    "into",
    "just",
    "like",
    "more",
    "most",
    "months",
    "must",
    "never",
    "only",
    "other",
    "over",
    "same",
    "somebody",
    "team",
    "teams",
    "them",
    "when",
    "whether",
    "while",
    "without",
    "work",
}


def questions(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return found


def missed(site: Site, visitor: Open, name: str) -> set[str]:
    """Questions of a file to which none of the first three answers is the trap that is meant."""
    page = visitor()
    page.goto(site.url)
    asked = questions(name)
    answers: list[list[str]] = page.evaluate(
        """texts => Promise.all(texts.map(text => patternbook.ask('seen', text, {most: 3}).then(found => found.map(answer => answer.url))))""",
        [question["ask"] for question in asked],
    )
    right = [{f"traps/{question['trap']}/", f"traps/{question.get('or')}/"} for question in asked]
    return {question["ask"] for question, wanted, urls in zip(asked, right, answers, strict=True) if not wanted & set(urls)}


def test_twenty_questions_find_their_trap(site: Site, visitor: Open) -> None:
    """A reader who knows none of our words is led to the right page: at least 18 of 20, and the rest is known."""
    assert len(questions("questions.yml")) == 20
    found = missed(site, visitor, "questions.yml")
    assert found == MISSES and len(found) <= 2


def test_questions_of_tuning(site: Site, visitor: Open) -> None:
    """Two for each trap, so that a new trap or synonym does not take another one's readers away."""
    assert len(questions("questions-tuning.yml")) == 48
    assert missed(site, visitor, "questions-tuning.yml") == MISSES_OF_TUNING


def test_questions_use_other_words_than_the_page() -> None:
    """Else they would only show that a word finds itself."""
    skipped = set(BOOK.definition.say("search-skip").split()) | PLAIN
    for question in questions("questions.yml"):
        page = set(re.findall(r"[a-z]{4,}", BOOK.pages[f"traps/{question['trap']}.md"].markdown.casefold()))
        asked = set(re.findall(r"[a-z]{4,}", question["ask"].casefold())) - skipped
        assert len(asked & page) <= 1, (question["ask"], asked & page)
