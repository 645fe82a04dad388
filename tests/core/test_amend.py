"""Commands change single places in files that people wrote; everything else in them stays to the byte."""

from __future__ import annotations

import pytest
from books import base, compiled
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from patternbook.core import amend
from patternbook.core.amend import Sheet

KIND = compiled(base()).definition.kinds["trap"]
PATH = "company/traps/slow-trap.md"
HEADINGS = {"what-you-see": "What you see", "ways-out": "Ways out", "try-it": "Try it"}

PAGE = """---
extends: slow-trap # our own
fields:
  # who answers for it
  owner: {mode: replace, value: ruth}
  aka:
    mode: append
    value:
      - Treacle
      - Mud # in Ghent
sections:
  ways-out: {mode: append, why: "ours, {first}", against: 000000} # in May
  try-it:
    mode: replace

    # a remark
    why: >
      folded
      words
internal: no
---

## Ways out

Ask Ruth.

## Try it

Count.
"""


def sheet(text: str | bytes = PAGE) -> Sheet:
    content = text.encode() if isinstance(text, str) else text
    read = amend.read_sheet(PATH, content, KIND)
    assert read is not None
    return read


def text(edited: Sheet | None) -> str:
    assert edited is not None, "the edit was refused"
    return edited.content.decode()


def test_a_hash_is_set_where_one_stands() -> None:
    """The record of what was reviewed changes, and no other letter."""
    after = text(amend.with_value(sheet(), ("sections", "ways-out", "against"), "8c1d02"))
    assert after == PAGE.replace("000000", "8c1d02")


def test_a_hash_is_added_to_a_setting_of_several_lines() -> None:
    """An entry that somebody wrote line by line stays so, with one line more."""
    after = text(amend.with_value(sheet(), ("sections", "try-it", "against"), "8c1d02"))
    lines = set(after.splitlines()) - set(PAGE.splitlines())
    assert lines == {"    against: 8c1d02"}
    assert len(after.splitlines()) == len(PAGE.splitlines()) + 1


def test_an_entry_of_several_lines_goes_whole() -> None:
    """Nothing of a field that was given up stays behind."""
    start, end = PAGE.index("  aka:"), PAGE.index("sections:")
    assert text(amend.without(sheet(), ("fields", "aka"))) == PAGE[:start] + PAGE[end:]


def test_a_table_goes_with_its_last_entry() -> None:
    """An empty `sections:` would be an error in the next check."""
    after = amend.without(sheet(), ("sections", "ways-out"))
    assert after is not None
    after = amend.without(after, ("sections", "try-it"))
    assert after is not None
    assert "sections" not in after.data
    assert text(after).endswith("- Mud # in Ghent\ninternal: no\n---\n" + PAGE.partition("internal: no\n---\n")[2])


@pytest.mark.parametrize(
    ("flow", "key", "left"),
    [
        ("{a: {mode: drop}, b: {mode: drop}}", "a", "{b: {mode: drop}}"),
        ("{a: {mode: drop}, b: {mode: drop}}", "b", "{a: {mode: drop}}"),
        ("{a: {mode: drop} , b: {mode: drop} , }", "b", "{a: {mode: drop} , }"),
        ("{\n  a: {mode: drop}, # first\n  b: {mode: drop} # second\n  }", "b", "{\n  a: {mode: drop}, # first\n   # second\n  }"),
        ("{\n  a: {mode: drop},\n  b: {mode: drop},\n  }", "a", "{\n  b: {mode: drop},\n  }"),
    ],
)
def test_an_entry_between_braces_goes_with_one_comma(flow: str, key: str, left: str) -> None:
    """However somebody writes a list of settings, what is left can still be read."""
    page = f"---\nextends: slow-trap\nsections: {flow}\n---\n"
    assert text(amend.without(sheet(page), ("sections", key))) == page.replace(flow, left)


@pytest.mark.parametrize(
    "front",
    [
        "extends: slow-trap\nsections:\n  ? a\n  : {mode: drop}\n  ? b\n  : {mode: drop}\n",
        "{extends: slow-trap, sections: {b: {mode: drop}, ? a : {mode: drop}}}\n",
    ],
)
def test_a_rare_form_is_edited_rightly_or_not_at_all(front: str) -> None:
    """A file is better left alone than changed in a way that nobody meant."""
    before = sheet(f"---\n{front}---\n")
    after = amend.without(before, ("sections", "a"))
    assert after is None or after.data == {"extends": "slow-trap", "sections": {"b": {"mode": "drop"}}}


def test_a_section_goes_with_its_heading() -> None:
    """What was given up leaves no empty heading behind."""
    assert text(amend.without_section(sheet(), "ways-out")) == PAGE.replace("## Ways out\n\nAsk Ruth.\n\n", "")


def test_a_new_text_keeps_the_lines_around_it() -> None:
    """A merged text stands where the old one did."""
    assert text(amend.with_text(sheet(), "ways-out", "Ask Ines.\n\nThen go.\n")) == PAGE.replace(
        "Ask Ruth.", "Ask Ines.\n\nThen go."
    )


def test_a_text_that_would_become_two_sections_is_refused() -> None:
    """A text never turns into something else by where it stands."""
    assert amend.with_text(sheet(), "ways-out", "Ask.\n\n## Try it\n\nx") is None


def test_a_key_of_data_is_renamed_in_place() -> None:
    """A page's new id goes into the list of what was adopted, and what stands beside it stays."""
    data = b"\xef\xbb\xbfname: Acme\r\nadoption:\r\n  slow-trap: {state: trial} # May\r\n"
    read = amend.read_sheet("company/company.yml", data, None)
    assert read is not None
    edited = amend.with_key(read, ("adoption", "slow-trap"), "late-trap")
    assert edited is not None and edited.content == data.replace(b"slow-trap", b"late-trap")


def test_mixed_line_ends_stay() -> None:
    """Two people with two editors see only the line that changed in their review."""
    content = b"---\r\nextends: slow-trap\nsections:\r\n  try-it: {mode: drop}\n  ways-out: {mode: drop}\r\n---\r\n"
    edited = amend.without(sheet(content), ("sections", "try-it"))
    assert edited is not None and edited.content == content.replace(b"  try-it: {mode: drop}\n", b"")


WORDS = st.sampled_from(["ours", "Ruth's case", "a: b", "# no remark", "{x}", "it, then", "-", "ünder", "---", "'", '"'])
PARAGRAPHS = st.lists(
    st.sampled_from(["Ask Ruth.", "- one\n- two", "```\n## no heading\n```", "    code", "### Deeper\n\nText.", "> said", "a | b", "ü"]),
    min_size=1, max_size=3,
).map("\n\n".join)  # fmt: skip


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@st.composite
def settings_of(draw: st.DrawFn) -> tuple[str, str]:
    """One setting in one of the ways that people write it: in braces, or on lines of its own; with remarks."""
    mode = draw(st.sampled_from(["replace", "append", "prepend"]))
    parts = [f"mode: {mode}"]
    if draw(st.booleans()):
        parts.append(f"why: {quoted(draw(WORDS))}")
    if draw(st.booleans()):
        parts.append(f"against: {draw(st.sampled_from(['000000', 'abc123', '12e456']))}")
    parts = draw(st.permutations(parts))
    remark = draw(st.sampled_from(["", " # a remark", "  "]))
    if draw(st.booleans()):
        inside = draw(st.sampled_from([", ", ",", " , "])).join(parts)
        inside = inside.replace(",against", ", against").replace(",why", ", why").replace(",mode", ", mode")
        return f" {{{inside}{draw(st.sampled_from(['', ' ', ',']))}}}{remark}\n", mode
    gap = draw(st.sampled_from(["", "\n", "      # between\n"]))
    return f"{remark}\n" + "".join(f"      {part}\n{gap}" for part in parts), mode


@st.composite
def pages(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """An override's file as somebody may have written it, and its sections."""
    keys = draw(st.lists(st.sampled_from(list(HEADINGS)), unique=True, min_size=1))
    said = [key for key in keys if draw(st.booleans())]
    front = ["extends: slow-trap\n"]
    if said:
        front.append("sections:\n" + "".join(f"    {key}:{draw(settings_of())[0]}" for key in said))
    if draw(st.booleans()):
        front.append("fields:\n  owner: {mode: replace, value: ruth}\n  # a remark\n")
    order = draw(st.permutations(front))
    gap = draw(st.sampled_from(["\n", "\n\n", ""]))
    body = "".join(f"## {HEADINGS[key]}\n{gap}{draw(PARAGRAPHS)}\n\n" for key in keys)
    whole = f"---\n{''.join(order)}---\n\n{body}"
    whole = whole.rstrip("\n") + draw(st.sampled_from(["", "\n", "\n\n"]))
    mark, end = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])), draw(st.sampled_from(["\n", "\r\n"]))
    return mark + whole.replace("\n", end).encode(), keys


def kept(before: bytes, after: bytes) -> tuple[int, int]:
    """How many bytes two files share at their beginning and at their end."""
    least = min(len(before), len(after))
    head = next((n for n in range(least) if before[n] != after[n]), least)
    tail = next((n for n in range(least - head) if before[-1 - n] != after[-1 - n]), least - head)
    return head, tail


@settings(max_examples=150, deadline=None)
@given(pages(), st.data())
def test_setting_a_hash_changes_that_hash_alone(page: tuple[bytes, list[str]], data: st.DataObject) -> None:
    """A review of one section is no edit of another, however the file is written."""
    content, keys = page
    before = sheet(content)
    key = data.draw(st.sampled_from(keys))
    there = before.node(("sections", key)) is not None
    value: dict[str, str] | str = "fedcba" if there else {"mode": "replace", "against": "fedcba"}
    after = amend.with_value(before, ("sections", key, "against") if there else ("sections", key), value)
    assert after is not None, content.decode()
    assert after.texts == before.texts
    found = after.data["sections"]
    assert isinstance(found, dict) and isinstance(found[key], dict)
    assert found[key]["against"] == "fedcba"
    head, tail = kept(content, after.content)
    assert len(after.content) - head - tail <= len("\r\nsections:\r\n    try-it:\r\n      {mode: replace, against: fedcba}") + 20
    assert {k: v for k, v in found.items() if k != key} == {
        k: v for k, v in dict(before.data.get("sections") or {}).items() if k != key
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(pages(), st.data())
def test_taking_a_section_out_leaves_every_other_byte(page: tuple[bytes, list[str]], data: st.DataObject) -> None:
    """Giving up one text never touches another."""
    content, keys = page
    before = sheet(content)
    key = data.draw(st.sampled_from(keys))
    section = before.find(key)
    assert section is not None
    after: Sheet | None = before
    if before.node(("sections", key)) is not None:
        after = amend.without(before, ("sections", key))
        assert after is not None, content.decode()

    after = amend.without_section(after, key) if after else None
    assert after is not None, content.decode()
    assert after.texts == [(other, text) for other, text in before.texts if other != key]
    rest = dict(before.data.get("sections") or {})
    rest.pop(key, None)
    assert dict(after.data.get("sections") or {}) == rest
    # What is left is a part of what was there, in its order.
    pieces = iter(content)
    assert all(byte in pieces for byte in after.content)


@settings(max_examples=100, deadline=None)
@given(pages(), st.data(), PARAGRAPHS)
def test_a_new_text_and_a_new_section_leave_the_others(page: tuple[bytes, list[str]], data: st.DataObject, words: str) -> None:
    """A text that was carried over stands where it should, and the others where they were."""
    content, keys = page
    before = sheet(content)
    key = data.draw(st.sampled_from(keys))
    after = amend.with_text(before, key, words)
    assert after is not None, content.decode()
    assert dict(after.texts) == {**dict(before.texts), key: words.strip()}
    missing = [other for other in HEADINGS if other not in keys]
    assume(missing)
    added = amend.with_section(
        before, missing[0], f"## {HEADINGS[missing[0]]}", words, list(HEADINGS)[list(HEADINGS).index(missing[0]) + 1 :]
    )
    assert added is not None, content.decode()
    assert dict(added.texts) == {**dict(before.texts), missing[0]: words.strip()}
    assert kept(content, added.content)[0] + kept(content, added.content)[1] >= len(content)
