"""A record keeps places and makes words when they are asked for. Nobody who asks may notice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patternbook.core.memo import alike
from patternbook.core.schema import Record, Value, Word
from patternbook.core.source import Source, Span

TEXT = 'title: Slow Trap\naka: [Treacle, "Mud \\" bath"]\nscale: 3\n'
SOURCE = Source("content/traps/slow-trap.md", TEXT)
OTHER = Source("company/traps/slow-trap.md", "title: Our Trap\n")


def word(text: str, source: Source = SOURCE) -> Word:
    """A word where it stands in a source, with the quotes around it if it stands in some."""
    start = source.text.index(text)
    return Word(text, source, Span(start, start + len(text)))


def record(**values: Value) -> Record:
    return Record.of(Word("", SOURCE, Span(0, len(TEXT))), values, {name: word(name) for name in values if name in TEXT})


def test_a_word_that_is_made_again_points_to_its_place() -> None:
    """An author is told the line and column of the word that is wrong, not of the page."""
    found = record(title=word("Slow Trap")).word("title")
    assert found == "Slow Trap"
    assert found is not None and (found.source, found.span) == (SOURCE, Span(7, 16))


def test_a_word_of_another_spelling_keeps_its_own() -> None:
    """What stands between quotes is not what is meant, but a problem of it is there."""
    quoted = Word('Mud " bath', SOURCE, Span(TEXT.index('"Mud'), TEXT.index('"Mud') + 13))
    (found,) = record(aka=(quoted,)).words("aka")
    assert (found, found.span) == ('Mud " bath', quoted.span)


def test_a_word_of_another_layer_keeps_its_file() -> None:
    """A company writes over a title, and what is wrong with it is wrong in the company's file."""
    mixed = Record.of(Word("", SOURCE, Span(0, 5)), {"title": word("Our Trap", OTHER)}, {"title": word("title", OTHER)})
    title, key = mixed.word("title"), mixed.key("title")
    assert title is not None and key is not None
    assert (title.source.path, key.source.path) == (OTHER.path, OTHER.path)


@pytest.mark.parametrize("number", [0, 3, -4, 1 << 40])
def test_a_number_is_no_place(number: int) -> None:
    """Both are whole numbers, and an answer of 3 must not come out as a letter of the file."""
    assert record(scale=number).number("scale") == number
    assert record(rows=(number, number)).items("rows") == (number, number)


def test_an_entry_that_could_not_be_read_has_a_key_and_no_value() -> None:
    """It is reported once, where it stands, and not a second time as missing."""
    found = Record.of(Word("", SOURCE, Span(0, 5)), {}, {"title": word("title")})
    assert (found.key("title"), found.get("title"), found.values, list(found.keys)) == ("title", None, {}, ["title"])
    assert (found.key("aka"), found.get("aka")) == (None, None)


def test_other_values_leave_the_keys_where_they_are() -> None:
    """An edition swaps words in a title; where the title stands does not change by that."""
    changed = record(title=word("Slow Trap"), scale=3).having({"title": Word("Calm Trap", SOURCE, Span(7, 16))})
    assert (changed.text("title"), changed.number("scale"), changed.key("scale")) == ("Calm Trap", None, "scale")


def test_two_records_are_equal_by_what_they_say_and_alike_only_at_one_place() -> None:
    """A review that was copied is the same review; a page that was moved down a line must be told its new lines."""
    moved = Source(SOURCE.path, f"\n{TEXT}")
    one, other = record(title=word("Slow Trap")), Record.of(Word("", moved, Span(1, 9)), {"title": word("Slow Trap", moved)})
    assert one == other
    assert not alike(one, other)
    assert one != record(title=word("Treacle"))


SCALAR = st.one_of(
    st.integers(0, len(TEXT)).flatmap(
        lambda start: st.integers(start, len(TEXT)).map(lambda end: Word(TEXT[start:end], SOURCE, Span(start, end)))
    ),
    st.text(max_size=5).map(lambda text: Word(text, OTHER, Span(0, 3))),
    st.integers(), st.booleans(), st.floats(allow_nan=False), st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)  # fmt: skip
VALUES = st.dictionaries(st.text(max_size=6), st.one_of(SCALAR, st.lists(SCALAR, max_size=4).map(tuple)), max_size=6)


@given(VALUES, VALUES)
def test_whatever_is_put_in_comes_out(values: dict[str, Value], inner: dict[str, Value]) -> None:
    """Nothing that an author wrote may turn into something else on its way."""
    within = Record.of(Word("", SOURCE, Span(0, 1)), inner)
    found = Record.of(Word("", SOURCE, Span(0, 1)), {**values, "inner": within})
    assert alike(found.values, {**values, "inner": within})
    assert alike(within.values, inner)
