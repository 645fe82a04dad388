"""Words of an edition: which change, which stay, and that nothing else in the text moves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from books import compiled, edited
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from patternbook.core.diagnostics import Code, at
from patternbook.core.scan import scan
from patternbook.core.source import Source, Span, splice
from patternbook.core.wording import Replacement, Swap, Wording, moved, replacements, replacements_in_words, reworded
from patternbook.hosts.site import EXTENSIONS

MANY = settings().max_examples // 100
GROUPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent.parent / "vocabulary.yml").read_text("utf-8"))
CASES = [{**group, **case, "why": group["why"]} for group in GROUPS for case in group["cases"]]


def wording(case: dict[str, Any]) -> Wording:
    """The wording of a case; a word of its vocabulary is the new one, or the fields of a swap."""
    words = case.get("words", {"team": "squad"})
    swaps = [Swap(old, **new) if isinstance(new, dict) else Swap(old, new) for old, new in words.items()]
    return Wording(case.get("variables", {}), tuple(swaps), tuple(case.get("keep", ())), case.get("language", "en"))


def found(text: str, words: Wording) -> list[Replacement]:
    source = Source("content/x.md", text)
    whole = Span(0, len(text))
    return replacements(source, whole, scan(source, whole), words)


def rewrite(text: str, words: Wording) -> str:
    """Markdown in the words of the edition."""
    return splice(text, [(one.span, one.new) for one in found(text, words)])


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case['rule']}" for number, case in enumerate(CASES)])
def test_case(case: dict[str, Any]) -> None:
    """An edition changes each word that it means, and none that it does not."""
    rewriting = reworded if case.get("as") == "title" else rewrite
    assert rewriting(case["text"], wording(case)) == case.get("becomes", case["text"]), case["why"]


TEAM = Wording({"company": "Tidewell"}, (Swap("team", "squad"), Swap("team lead", "captain"), Swap("order", "unit", article="a")))


def test_there_are_cases_enough() -> None:
    """A rule without an example is a rule that the next change breaks."""
    assert len(CASES) >= 300
    assert all(group["rule"] and group["why"] and group["cases"] for group in GROUPS)


def test_replacements_name_their_places() -> None:
    """The report of an edition shows the very words that were changed, in order."""
    text = "An order for the team lead\nat {company}."
    assert [(text[one.span.start : one.span.end], one.new) for one in found(text, TEAM)] == [
        ("An", "A"), ("order", "unit"), ("team lead", "captain"), ("{company}", "Tidewell"),
    ]  # fmt: skip


def test_a_section_counts_from_the_start_of_its_file() -> None:
    """Words are changed in each section apart, and stand where the file has them."""
    text = "## One\n\nThe team.\n\n## Two\n\nThe team.\n"
    source = Source("content/x.md", text)
    marks = scan(source, Span(0, len(text)))
    section = Span(text.index("## Two"), len(text))
    assert [one.span.start for one in replacements(source, section, marks, TEAM)] == [text.rindex("team")]


# Any text

PIECES = st.sampled_from(
    ["team", "Team", "TEAM", "teams", "team lead", "Team Lead", "a team", "an order", "{company}", "{x}", "word", "e.g.", "I", "Anna", ".", ". ", "! ",
     "…", ": ", ", ", " ", "  ", "\n", "\n\n", "\n- ", "\n1. ", "\n> ", "\n## ", "\n    ", "\n\t", "\n| ", " | ", "\n--- | ---\n", "\n- [ ] ",
     " ^id", "{#", "}", "{", "`", "``", "```", "\n```\n", "\n  ```\n", "\n~~~\n", "[[", "]]", "[[?", "|", "[", "]", "](", ")", "(", "][", "]: ", "\n[x]: ",
     "![", "<", ">", "https://", "www.", "@", "#", "/", "\\", "_", "__", "*", "**", "-", "'", "’", "’s", "“", "”", "„", "«", "»", '"', "&", ";", "2", "\u0301",
     "\u00ad", "\u00a0", "\0", "\ud800", "é", "ß", "İ", "\U0001f600", "\n!!! note\n\n    ", "\n![team](team.png)\n"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=800 * MANY)
@given(TEXTS | st.text(max_size=60), st.lists(st.text(max_size=5) | PIECES, max_size=4), st.sampled_from(["en", "de", ""]))
def test_any_text_is_read(text: str, words: list[str], language: str) -> None:
    """A slip in a page or in the vocabulary never stops the build of an edition."""
    pairs = zip(words, reversed(words), strict=True)
    odd = Wording({"company": "".join(words)}, tuple(Swap(old, new, plural=old) for old, new in pairs), tuple(words[:1]), language)
    for choice in (TEAM, odd):
        changes = found(text, choice)
        assert [text[one.span.start : one.span.end] for one in changes] == [one.old for one in changes]
        assert all(a.span.end <= b.span.start for a, b in pairwise(changes))
        reworded(text, choice)


@settings(max_examples=200 * MANY)
@given(TEXTS)
def test_without_words_nothing_changes(text: str) -> None:
    """A book without an edition is its own text, letter by letter."""
    assert found(text, Wording()) == []
    assert replacements_in_words(text, Wording(keep=("team",))) == []


VERBATIM = st.sampled_from(
    ["`team`", "`the {company} team`", "[[team]]", "[[team|the team]]", "[the team](team.md)", "<https://x.example/team>", "https://x.example/{company}-team",
     "“our team”", '"our team"', "„unser team“", "«team»", "“a `team` b”", "“a [[team]] b”", "team@x.example", "#team", "@team", "docs/team.md", "[[?team]]"]
)  # fmt: skip
FREE = st.sampled_from(["the team", "waits.", "teams", "for {company}", "*team*", "and", "“", "a team,"])


@settings(max_examples=400 * MANY)
@given(st.lists(st.tuples(FREE, VERBATIM), min_size=1, max_size=6), st.sampled_from(["", "- ", "| ", "## ", "1. ", "- [ ] "]))
def test_what_stays_stays(parts: list[tuple[str, str]], before: str) -> None:
    """Code that is copied, links that are followed and words that were said are those of the book, in any company."""
    text = "\n\n".join(f"{before}{free} {verbatim}" for free, verbatim in parts)
    after = rewrite(text, TEAM).split("\n\n")
    assert [line[len(line) - len(verbatim) :] for line, (_, verbatim) in zip(after, parts, strict=True)] == [v for _, v in parts]


@settings(max_examples=400 * MANY)
@given(TEXTS)
def test_two_vocabularies_are_as_one(text: str) -> None:
    """The order in which a company lists its words does not matter."""
    first, second = Swap("team", "squad"), Swap("word", "term")
    once = rewrite(text, Wording(swaps=(first, second)))
    assert rewrite(rewrite(text, Wording(swaps=(first,))), Wording(swaps=(second,))) == once
    assert rewrite(text, Wording(swaps=(second, first))) == once


# Places


@settings(max_examples=400 * MANY)
@given(TEXTS, st.sampled_from(["", "Tide\nwell", "x" * 20]))
def test_problems_name_the_file_as_written(text: str, value: str) -> None:
    """Whoever mends a page finds line and column in the file, not in a text that only the program has seen."""
    words = Wording({"company": value}, TEAM.swaps)
    source = Source("content/x.md", text)
    changes = found(text, words)
    new = moved(source, changes)
    assert new.text == rewrite(text, words)
    shift, edges = 0, [*(one.span for one in changes), Span(len(text), len(text))]
    at = 0
    for edge in edges:
        for place in range(at, edge.start + (edge.start == len(text))):
            assert new.position(place + shift) == source.position(place)
            assert new.offset(*source.position(place)) == place + shift
        at = edge.end
        shift += len(next((one.new for one in changes if one.span == edge), "")) - (edge.end - edge.start)
    assert all(0 <= new.origin.back(place) <= len(text) for place in range(len(new.text) + 1)) if new.origin else new is source


def test_a_place_in_new_words_is_that_of_the_old() -> None:
    """A problem inside a value points to the variable that it came from, also after a second change."""
    source = Source("content/x.md", "One.\n\nAt {company} the team waits.\n")
    new = moved(source, found(source.text, Wording({"company": "Tidewell Clinics"})))
    assert new.position(new.text.index("Clinics")) == (3, 4)
    again = moved(new, found(new.text, TEAM))
    assert again.text == "One.\n\nAt Tidewell Clinics the squad waits.\n"
    assert again.position(again.text.index("waits")) == (3, source.text.index("waits") - 5)
    start = again.text.index("squad")
    problem = at(again, Span(start, start + 5), Code.LAYER, "x")
    assert problem.span and source.slice(problem.span) == "team"


# Values are no markup


def test_an_escaped_variable_shows_as_its_braces() -> None:
    """A page that explains variables can write one down: its reader sees the braces and no backslash."""
    path = "traps/slow-trap.md"
    page = compiled(edited(path, "Count what waits.", "Write \\{company} there.")).pages[path]
    assert "Write \\{company} there." in page.text


NASTY = st.sampled_from(
    ["Tidewell", "- x", "# x", "1. x", "2025", "> x", "[[x]]", "`", "```", "<b>", "b", "lt;", "lt", "&amp;", "&", "#65", "*", "**x**", "_x_", "===", "---", ":",
     ": x", "(y.md)", "[x](y.md)", "](y.md)", "![x](y)", "|", "a | b", "~~~", "!!! note", "^id", "x ^id", "{: .x}", "{#x}", "\\", "x\\", "+ x", ".", ")", "= x",
     "https://x.example", "<https://x.example>", "a@b.example", "C#", "!", '"', "’", "é", "[x]: y", "[ ] x", "\u2028x"]
)  # fmt: skip
AROUND = st.sampled_from(
    ["", "x ", " x", "- ", "1", "1. ", "> ", "## ", "[", "](y.md)", "[x]", "(y.md)", "<", ">", "&", ";", "*", "**", ". It", ") it", "\n", "x\n", "\n\n",
     "| ", " |", "\n| --- |\n", "- [ ] ", " ^id", "#", ": y", "!", "“"]
)  # fmt: skip
STAND_IN = "\u0416q"


def converted(text: str) -> str:
    return Markdown(extensions=list(EXTENSIONS), extension_configs=dict(EXTENSIONS)).convert(text)


def markup(html: str) -> str:
    """Shown text with its tags, one way of writing each sign."""
    numbered = re.sub(r"&#(\d+);", lambda sign: escape(chr(int(sign[1])), quote=False), html)
    return numbered.replace("&quot;", '"').replace("&amp;", "&")


@settings(max_examples=1_500 * MANY)
@given(
    st.lists(AROUND, max_size=3).map("".join),
    NASTY | st.lists(NASTY, max_size=2).map("".join),
    st.lists(AROUND, max_size=3).map("".join),
)
def test_a_value_shows_as_its_text(before: str, value: str, after: str) -> None:
    """A company may be called anything: its name is shown, and never makes a list, a link or a tag."""
    value = " ".join(value.split())
    assume(value)
    text = f"{before}{{v}}{after}"
    plain, new = text.replace("{v}", STAND_IN), rewrite(text, Wording({"v": value}))
    assume(new != text)
    wanted = converted(plain).replace(STAND_IN, escape(value, quote=False))
    # The id of a heading is made from its words, and given by the core.
    ids = re.compile(r' id="[^"]*"')
    assert markup(ids.sub("", converted(new))) == markup(ids.sub("", wanted))
    marks, others = (scan(source := Source("x", each), Span(0, len(source.text))) for each in (new, plain))
    assert [len(each.links) for each in (marks,)] == [len(others.links)]
    assert [hazard.what for hazard in marks.hazards] == [hazard.what for hazard in others.hazards]
    assert [item.anchor for item in marks.items] == [item.anchor for item in others.items]


# Time

CROWDS = {
    "words": "team " * 60_000,
    "phrases that do not end": ("team" + " " * 3_000) * 60,
    "compounds": "team-" * 60_000,
    "underscores": ("team" + "_" * 3_000) * 60,
    "underscores before": ("_" * 3_000 + " team") * 60,
    "stars": ("*" * 3_000 + "team ") * 60,
    "spaces before": (" " * 3_000 + "Team ") * 60,
    "backslashes": ("\\" * 3_000 + "{company}") * 60,
    "braces": "{" * 200_000 + "team",
    "variables": "{company}" * 30_000,
    "ids": "{# " * 60_000 + "team",
    "quotation marks": "“team" * 40_000,
    "straight quotation marks": '"team ' * 40_001,
    "brackets": "[" * 100_000 + "team" + "]" * 100_000,
    "open links": "[team](" * 30_000,
    "links": "[team](x.md) team " * 15_000,
    "names in brackets": "[team][" * 30_000,
    "definitions": "[team]: x\n" * 20_000,
    "titles": "[team](x 'team " * 15_000,
    "backticks": "`team" * 40_001,
    "backticks of all lengths": "\n".join("`" * length + "team" for length in range(1, 600)),
    "inner fences": "  ```\n" * 30_001 + "team",
    "inner fences that stay open": "\n".join(f"  ```x{number}\nteam" for number in range(30_000)),
    "tags": "<a team " * 30_000,
    "addresses": "a." * 100_000 + "team",
    "at signs": "team@" * 40_000,
    "bars": "|team" * 40_000,
    "items": "- team\n" * 40_000,
    "markers": "- " * 100_000 + "team",
    "full stops": "team. Team " * 20_000,
    "articles": "a " * 100_000 + "team",
    "sections": "## team\n\n" * 20_000,
}


@pytest.mark.parametrize("name", CROWDS)
def test_crowds_of_signs_are_read(name: str) -> None:
    """A page that was pasted wrongly does not hold up the build."""
    program = "import sys; from core.test_wording import CROWDS, TEAM, found, reworded; text = CROWDS[sys.argv[1]]; found(text, TEAM); reworded(text, TEAM)"
    # The limit ends the test if it must fail: what it guards against takes from minutes to years.
    path = os.pathsep.join([str(Path(__file__).parent.parent), *(entry for entry in sys.path if entry)])
    done = subprocess.run([sys.executable, "-c", program, name], env={**os.environ, "PYTHONPATH": path}, timeout=60, check=False)
    assert done.returncode == 0
