"""What an update did to the texts that a company wrote against: told once, rightly, and never as an exception."""

from __future__ import annotations

import json

import pytest
from books import base, compiled, problems
from hypothesis import given, settings
from hypothesis import strategies as st
from patternbook.core.differences import IN, OUT, SAME, pieces
from patternbook.core.drift import Drift, Reviewed
from patternbook.core.model import text_hash

PATH = "company/traps/slow-trap.md"
RECORD = "company/_base/reviewed.json"
TRY = "Count what waits."


def override(entry: str, text: str = "Ask Ruth.", **more: str) -> dict[str, str | bytes | None]:
    body = f"## Try it\n\n{text}\n" if text else ""
    return {PATH: f"---\nextends: slow-trap\nsections: {{try-it: {{{entry}}}}}\n---\n\n{body}", **more}


def rows(changes: dict[str, str | bytes | None]) -> list[Drift]:
    return list(compiled(base(changes)).review.rows)


def row(changes: dict[str, str | bytes | None]) -> Drift:
    (found,) = rows(changes)
    return found


@pytest.mark.parametrize(
    ("entry", "text", "state", "safe"),
    [
        (f"mode: replace, against: {text_hash(TRY)}", "Ask Ruth.", "unchanged", False),
        (f"mode: replace, against: {text_hash(TRY)}", TRY, "unchanged", False),
        ("mode: replace, against: 000000", "Ask Ruth.", "changed", False),
        ("mode: append, against: 000000", "Ask Ruth.", "changed", False),
        ("mode: append, against: 000000", TRY, "changed", False),
        ("mode: drop, against: 000000", "", "changed", True),
        ("mode: replace, against: 000000", f"{TRY}\n\n", "identical", True),
        ("mode: replace", TRY, "identical", True),
        ("mode: replace", "Ask Ruth.", "unrecorded", False),
    ],
)
def test_each_override_has_one_state(entry: str, text: str, state: str, safe: bool) -> None:
    """The editor sees at a glance what is left to read, and what is not."""
    found = row(override(entry, text))
    assert (found.state, found.safe, found.theirs) == (state, safe, "\nCount what waits.\n")
    assert found.help


def test_a_text_that_was_kept_is_shown_only_if_it_is_that_text() -> None:
    """A base that somebody changed would show changes that nobody made."""
    kept = {"company/_base/slow-trap/try-it.md": "Count.\n"}
    assert row({**override(f"mode: replace, against: {text_hash('Count.')}"), **kept}).base == "Count.\n"
    assert row({**override("mode: replace, against: 000000"), **kept}).base is None


def test_a_field_is_compared_too() -> None:
    """A company's owner or symptoms can be overtaken by an update like a text."""
    front = "---\nextends: slow-trap\nfields: {aka: {mode: append, value: [Mud], against: 000000}}\n---\n"
    found = row({PATH: front})
    assert (found.section, found.state, found.theirs) == ("fields.aka", "changed", '[\n "Treacle"\n]')


def test_a_page_that_is_gone_is_told_and_a_section_too() -> None:
    """After an update, an override of a page that is gone is no error that stops the build."""
    gone = override("mode: replace, against: abcdef")
    gone[PATH] = str(gone[PATH]).replace("slow-trap", "lost-trap")
    found = row(gone)
    assert (found.id, found.section, found.state) == ("lost-trap", "try-it", "removed")
    assert problems(compiled(base(gone))) == [f"{PATH}:3:12 PB603"]


def test_a_field_of_a_page_that_is_gone_is_no_error_either() -> None:
    """A company that changed only a page's owner builds on after the page went."""
    front = "---\nextends: lost-trap\nfields: {owner: {mode: replace, value: ruth, against: 000000}}\n---\n"
    files: dict[str, str | bytes | None] = {PATH: front}
    found = row(files)
    assert (found.id, found.section, found.state) == ("lost-trap", "fields.owner", "removed")
    assert problems(compiled(base(files))) == [f"{PATH}:3:10 PB603"]


def test_a_section_that_an_edition_adds_is_nothing_to_review() -> None:
    """What has nothing below it cannot be overtaken."""
    path = "traps/slow-trap.md"
    without = base()[f"content/{path}"].decode().replace("\n## Try it\n\nCount what waits.\n", "")
    assert rows({path: without, PATH: "---\nextends: slow-trap\n---\n\n## Try it\n\nAsk Ruth.\n"}) == []


def test_a_new_page_is_told_where_there_was_a_review() -> None:
    """An editor who never reviewed is not greeted with every page of the book."""
    pages = sorted({"good-practice", "index", "plan-form", "ready-check", "slow-trap"})
    assert rows({}) == []
    found = row({RECORD: json.dumps({"version": 1, "pages": pages})})
    assert (found.id, found.state, found.path) == ("wide-trap", "new", "content/traps/wide-trap.md")
    assert problems(compiled(base({RECORD: json.dumps({"version": 1, "pages": pages})}))) == []


def test_a_renamed_page_is_not_new() -> None:
    """A page that the editor knows under its old id is not offered for reading again."""
    text = base()["content/traps/wide-trap.md"].decode().replace("status:", "aliases: [old-trap]\nstatus:")
    pages = ["good-practice", "index", "old-trap", "plan-form", "ready-check", "slow-trap"]
    assert rows({"traps/wide-trap.md": text, RECORD: json.dumps({"version": 1, "pages": pages})}) == []


def test_a_hidden_page_is_not_new() -> None:
    """Whoever hid a page has seen it."""
    pages = ["good-practice", "index", "plan-form", "ready-check", "slow-trap"]
    company = "name: Acme\nhide: {wide-trap: not ours}\n"
    assert rows({RECORD: json.dumps({"version": 1, "pages": pages}), "company/company.yml": company}) == []


@pytest.mark.parametrize(
    "damaged",
    [
        "", "<<<<<<< HEAD\n{}", "[]", "{}", '{"version": 2}', '{"version": 1, "pages": 3}', '{"version": 1, "pages": [1]}',
        '{"version": 1, "pages": [], "round": []}', '{"version": 1, "pages": [], "round": {"decided": [1]}}',
        '{"version": 1, "pages": [], "kept": [{"id": []}]}', "[" * 100_000, '{"version": 1, "pages": [], "round": {"upstream": 1}}',
        b"\xff\xfe{}",
    ],
)  # fmt: skip
def test_a_damaged_record_is_a_warning_with_its_place(damaged: str | bytes) -> None:
    """A merge that left marks in the record stops no build, and says where to look."""
    book = compiled(base({RECORD: damaged, **override("mode: replace, against: 000000")}))
    assert [line.split(":")[0] for line in problems(book)] == [RECORD, PATH]
    assert book.errors == ()
    assert not book.review.records["company"].readable


def test_a_kept_text_that_cannot_be_read_is_a_warning() -> None:
    """A damaged file below `_base/` stops no build either."""
    book = compiled(base({"company/_base/slow-trap/try-it.md": b"\xff", **override("mode: replace, against: 000000")}))
    assert problems(book) == ["company/_base/slow-trap/try-it.md:1:1 PB603", f"{PATH}:3:12 PB603"]


def test_the_record_has_one_entry_per_line_and_reads_back() -> None:
    """Two editors who review at the same time merge their records without a conflict."""
    record = Reviewed(frozenset({"b", "a"}), frozenset({("x", "y")}), "abc", (("b", "s", "keep"), ("a", "", "take")), exists=True)
    text = record.text()
    assert json.loads(text)["pages"] == ["a", "b"]
    assert '  "a",\n  "b"\n' in text
    assert '   {"id": "a", "section": "", "decision": "take"},\n   {"id": "b", "section": "s", "decision": "keep"}\n' in text
    back = compiled(base({RECORD: text})).review.records["company"]
    assert (back.pages, back.kept, back.upstream, set(back.decided)) == (record.pages, record.kept, "abc", set(record.decided))
    assert Reviewed().text() == json.dumps(json.loads(Reviewed().text()), indent=1) + "\n"


def test_a_round_ends_when_something_below_changes() -> None:
    """`reviewed 14 of 17` is about this update, and not about the one in autumn."""
    files = override("mode: replace, against: 000000")
    digest = compiled(base(files)).review.digests["company"]
    decided = [{"id": "wide-trap", "section": "", "decision": "keep"}]

    def tally(upstream: str) -> tuple[int, int]:
        pages = ["good-practice", "index", "plan-form", "ready-check", "slow-trap", "wide-trap"]
        record = {"version": 1, "pages": pages, "round": {"upstream": upstream, "decided": decided}}
        return compiled(base({**files, RECORD: json.dumps(record)})).review.tally

    assert tally(digest) == (1, 2)
    assert tally("000000000000") == (0, 1)


def test_words_that_changed_are_marked_and_the_others_not() -> None:
    """The editor reads the two words that changed, and not the paragraph."""
    assert pieces("It waits for us.\nThe end.", "It waits for you all.\nThe end.") == [
        (SAME, "It waits for "), (OUT, "us."), (IN, "you all."), (SAME, "\nThe end."),
    ]  # fmt: skip


TEXTS = st.lists(st.sampled_from(["a", "b", "word", " ", "  ", "\n", "\n\n", "ü", "# x"]), max_size=30).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_what_changed(old: str, new: str) -> None:
    """What is shown side by side is what stands there, whatever changed."""
    found = pieces(old, new)
    assert "".join(text for what, text in found if what in (SAME, OUT)) == old.strip()
    assert "".join(text for what, text in found if what in (SAME, IN)) == new.strip()
