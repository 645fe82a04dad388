"""Decks of cards: every word of a card is on its face, or the author is told where to shorten and by how much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from books import base, compiled
from patternbook.core.diagnostics import Code, Severity
from patternbook.hosts.paper import cards
from patternbook.hosts.paper.cards import DECKS, Face, Set, print_cards
from patternbook.hosts.paper.shop import Printed, Shop

from .conftest import BOOK, POINT, URL, Box, Paper, Sheet, chosen, shop

PAGES = chosen(BOOK)
# A card is not longer than its text because of a sign of rounding.
EDGE = 0.6


@dataclass
class Deck:
    """A printed deck, with the text that was chosen for each face: of every card its front, then its back."""

    shop: Shop
    per_sheet: int
    printed: Printed
    faces: list[Face]
    placed: list[Set]

    @property
    def sheets(self) -> list[Sheet]:
        return Paper(self.printed, {}).sheets

    def spot(self, card: int, back: bool) -> tuple[int, Box]:
        """Where a face lies: the number of its sheet from 0, and its rectangle in points, as a printer's ruler measures it."""
        width, height, across = DECKS[self.per_sheet]
        wide, high = {"a4": (210, 297), "letter": (215.9, 279.4)}[self.shop.paper]
        left, top = (wide - width * across) / 2, (high - height * self.per_sheet / across) / 2
        row, column = divmod(card % self.per_sheet, across)
        x = left + width * (across - 1 - column if back else column)
        y = high - top - height * row
        box = (x / POINT, (y - height) / POINT, (x + width) / POINT, y / POINT)
        return 2 * (card // self.per_sheet) + back, box


@contextmanager
def watched() -> Iterator[dict[str, object]]:
    """While it lasts, the faces that are set and what was chosen for them are kept."""
    kept: dict[str, object] = {}
    place = cards._placed

    def placed(one: Shop, press: object, faces: list[Face], width: float) -> list[Set]:
        kept["faces"], kept["placed"] = faces, place(one, press, faces, width)
        return kept["placed"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "_placed", placed)
        yield kept


def deck(paper: str, per_sheet: int) -> Deck:
    one = shop(paper)
    with watched() as kept:
        printed = print_cards(one, PAGES, per_sheet)
    return Deck(one, per_sheet, printed, **kept)


def signs(text: str) -> str:
    """Letters and figures alone: what a reader would miss."""
    return "".join(sign for sign in text if sign.isalnum())


def words(html: str) -> list[str]:
    """The words of a face, without drawings and what is said of them."""
    html = re.sub(r"<(svg|figcaption|details|style)\b.*?</\1>", " ", html, flags=re.S)
    html = re.sub(r"</(?:p|li|h1|h2|td|th)>|<br>", " ", html)
    text = re.sub(r"<[^>]*>", "", html)
    for sign, name in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;"), ("&", "&amp;")):
        text = text.replace(name, sign)
    return [word for word in map(signs, text.split()) if word]


@pytest.mark.parametrize(("paper", "per_sheet"), [("a4", 4), ("letter", 8)])
def test_every_word_of_a_card_is_on_it_or_reported(paper: str, per_sheet: int) -> None:
    """A coach who deals a card must not deal half a sentence; a card that is cut off is a problem with file and line.

    All of a deck is asked here at once, since a deck takes longer to make than to look at.
    """
    made = deck(paper, per_sheet)
    sheets = made.sheets
    assert len(made.faces) == 2 * len(PAGES)
    assert len(sheets) == made.printed.sheets == 2 * -(-len(PAGES) // per_sheet)
    reported = {(problem.path, problem.line) for problem in made.printed.problems}
    assert {problem.code for problem in made.printed.problems} <= {Code.CARD}
    assert [problem.message for problem in made.printed.problems if "-" in problem.message] == []
    lost, outside = [], []
    for number, (face, done) in enumerate(zip(made.faces, made.placed, strict=True)):
        entry, back = PAGES[number // 2], bool(number % 2)
        sheet, box = made.spot(number // 2, back)
        face_text = signs(sheets[sheet].text(box))
        left, _, right, high = box
        # Below the text are foot and code: a word there would lie under them.
        text = signs(sheets[sheet].text((left, high - (6 + face.free) / POINT - EDGE, right, high)))
        place = face.source.position(face.span.start)[0]
        if done.over:
            assert (face.source.path, place) in reported, entry.id
            continue
        at = 0
        for word in words(done.html):
            at = text.find(word, at)
            if at < 0:
                lost.append(f"{entry.id} {'back' if back else 'front'}: {word}")
                break
            at += len(word)
        # Below the text stands whose card it is, of which day.
        assert signs(entry.id) in face_text and "20261121" in face_text, entry.id
        outside += overhang(sheets[sheet], box, entry.id)
    assert lost == []
    assert outside == []
    assert reported == {
        (face.source.path, face.source.position(face.span.start)[0])
        for face, done in zip(made.faces, made.placed, strict=True)
        if done.over
    }


def overhang(sheet: Sheet, box: Box, id: str) -> list[str]:
    """Signs of a face that a knife would go through."""
    left, low, right, high = box
    return [
        f"{id}: {sign}"
        for sign, place in sheet.signs
        if left < (place[0] + place[2]) / 2 < right
        and low < (place[1] + place[3]) / 2 < high
        and not (left - EDGE <= place[0] and place[2] <= right + EDGE and low - EDGE <= place[1] and place[3] <= high + EDGE)
    ]


@pytest.mark.parametrize("per_sheet", [4, 8])
def test_a_back_lies_behind_its_front(per_sheet: int) -> None:
    """Printed on both sides and turned over the long edge, each card has its own back, also where the last sheet is not full."""
    some = PAGES[: per_sheet + 3]
    one = shop()
    printed = print_cards(one, some, per_sheet)
    sheets = Paper(printed, {}).sheets
    assert len(sheets) == 4
    made = Deck(one, per_sheet, printed, [], [])
    for number, entry in enumerate(some):
        (front, box), (back, behind) = made.spot(number, False), made.spot(number, True)
        assert back == front + 1
        # The paper turned over: what was left is right.
        assert (box[0] + behind[2], box[1], box[3]) == pytest.approx((sheets[0].width, behind[1], behind[3]))
        assert signs(entry.title) in signs(sheets[front].text(box))
        assert signs(f"{URL}{entry.path.removesuffix('.md')}".partition("://")[2]) in signs(sheets[back].text(behind))
    assert sheets[0].width == pytest.approx(210 / POINT, abs=0.01)


def with_card(text: str) -> dict[str, bytes]:
    """The base book whose traps have a section on their cards, and one of which says `text` there."""
    files = base()
    kinds = (
        files["content/_book/kinds.yml"]
        .decode()
        .replace("relations: [countered-by]\n", "relations: [countered-by]\n  card: [what-you-see]\n")
    )
    page = files["content/traps/wide-trap.md"].decode().replace("A long list, as in the", f"{text}\n\nA long list, as in the")
    return base({"_book/kinds.yml": kinds, "traps/wide-trap.md": page})


def test_a_card_that_cannot_fit_is_a_problem_at_its_text() -> None:
    """The author reads which heading to shorten, in which line of which file, and by about how many lines of the card: PB811."""
    book = compiled(
        with_card("\n\n".join(f"Sentence {number} says that a list grows by itself, week after week." for number in range(60)))
    )
    assert book.errors == ()
    printed = print_cards(shop(book=book), chosen(book, "kind=trap"), 8)
    [problem] = printed.problems
    source = with_card("")["content/traps/wide-trap.md"].decode().splitlines()
    assert (problem.path, problem.line) == ("content/traps/wide-trap.md", source.index("## What you see") + 1)
    assert (problem.code, problem.severity) == (Code.CARD, Severity.WARNING)
    found = re.fullmatch(r"the back of the card is too long by (\d+) mm, about (\d+) lines", problem.message)
    assert found, problem.message
    # Sixty sentences, each a paragraph of one line or two in the smallest type; a face holds some dozen lines.
    assert 45 <= int(found[2]) <= 130
    assert int(found[1]) == pytest.approx(int(found[2]) * 7 * 1.34 * POINT, abs=4)
    assert "Shorten it" in problem.help
    assert printed.sheets == 2


def test_a_card_that_is_cut_says_where_it_goes_on() -> None:
    """Half a text that looks whole would mislead; the foot of the card says where the rest is."""
    book = compiled(with_card("\n\n".join(f"Sentence {number} says that a list grows by itself." for number in range(60))))
    [_, back] = Paper(print_cards(shop(book=book), chosen(book, "kind=trap"), 8), {}).sheets
    assert "goesonattidewell.example/book/traps/wide-trap" in back.text()
    assert "goesonattidewell.example/book/traps/slow-trap" not in back.text()


def test_a_card_that_fits_has_the_largest_type_that_does() -> None:
    """A card is read from across a table: short texts are set large, and long ones smaller before anything is left out."""
    book = compiled(with_card("One sentence more."))
    with watched() as kept:
        printed = print_cards(shop(book=book), chosen(book, "kind=trap"), 8)
    assert printed.problems == ()
    assert [done.size for done in kept["placed"]] == [cards.FRONT[0], cards.BACK[0]] * 2
