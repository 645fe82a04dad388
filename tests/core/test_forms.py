"""A template as a form: what a reader is asked on the page, and the outline of the document that the answers make."""

from __future__ import annotations

import json
import re

from books import ROOT, base, compiled, edited, problems
from patternbook.core.fields import block, inline, told_block
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.filled import Heading, Piece, Place, Sentence
from patternbook.core.samples import in_advance
from patternbook.edges.source import load_book

FORM = "templates/plan-form.md"
DEFINITION = compiled(base()).definition


def outline(text: str) -> tuple[Piece, ...]:
    """The outline of the base book's template with another text for its last section."""
    before = base()[f"content/{FORM}"].decode()
    body = before[before.index("[[?aim]]") :]
    book = compiled(edited(FORM, body, text))
    return book.forms["plan-form"].outline


REST = "\n\n[[?steps]]\n\n[[?sure]]\n\n[[?parts]]\n"


def test_the_document_asks_what_the_page_asks_and_leaves_the_advice_there() -> None:
    """Whoever sends a filled form does not send the instructions for it."""
    found = outline(f"Think first.\n\n[[?aim]]\n\nTwo lines are enough. We will be done by [[?by]]. Nobody is surprised.{REST}")
    assert found == (
        Heading(2, "The plan"),
        Place("aim"),
        Sentence("", ("We will be done by ", Place("by"), ".")),
        Place("steps"),
        Place("sure"),
        Place("parts"),
    )


def test_sentences_of_one_paragraph_stay_together() -> None:
    """A paragraph that asks twice is one paragraph in the document."""
    found = outline(f"It is [[?aim]]. No more. And by [[?by]]!{REST}")
    assert found[1] == Sentence("", ("It is ", Place("aim"), ".", " ", "And by ", Place("by"), "!"))


def test_items_keep_their_numbers() -> None:
    """Twelve numbered sentences stay twelve numbered sentences."""
    found = outline(f"1. We keep [[?aim]].\n2. We stop by [[?by]].{REST}")
    assert found[1:3] == (Sentence("1. ", ("We keep ", Place("aim"), ".")), Sentence("2. ", ("We stop by ", Place("by"), ".")))


def test_words_before_a_lone_blank_say_what_is_asked() -> None:
    """“What changed:” is a part of the answer, or nobody knows what it is about."""
    found = outline(f"**Aim.** [[?aim]]\n\nBy when: [[?by]]{REST}")
    assert found[1:3] == (Sentence("", ("Aim. ", Place("aim"))), Sentence("", ("By when: ", Place("by"))))


def test_links_in_a_sentence_are_words() -> None:
    """A document that leaves the site takes no addresses of it along."""
    found = outline(f"As [[good-practice|good people]] do, we [[?aim]] by [[?by]].{REST}")
    assert found[1] == Sentence("", ("As good people do, we ", Place("aim"), " by ", Place("by"), "."))


def test_every_control_has_a_label_and_an_id_of_its_own() -> None:
    """A screen reader names each control, and a click on its words reaches it."""
    book = load_book(ROOT, ("content", "company"))
    for id, form in book.forms.items():
        text = book.pages[form.path].text
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), id
        for control in re.findall(r"<(?:input|select|textarea) [^>]*>", text):
            own = re.search(r'id="(in--[^"]+)"', control)
            assert own, control
            assert f'for="{own[1]}"' in text or "aria-label=" in control, control


def test_a_long_answer_has_room() -> None:
    """A line grows with what is written, so nothing is cut off on a phone or on paper: lines are areas, not boxes of one line."""
    for type in ("line", "person", "link", "text"):
        assert "<textarea " in block(FieldSpec("x", type, "X"), DEFINITION)
    assert "<textarea " in inline(FieldSpec("x", "line", "X"))


def test_the_published_markdown_has_lines_to_write_on() -> None:
    """Whoever reads the text of a form sees what it asks, and no tags."""
    book = compiled(base())
    told = book.pages[FORM].markdown
    assert "<" not in told.replace("\\<", "")
    assert "We will be done by \\_\\_\\_\\_\\_\\_." in told
    assert "- [ ] One aim is written down." in book.pages["checklists/ready-check.md"].markdown
    options = FieldSpec("x", "choice", "Way", options=(("a", "left"), ("b", "right")))
    assert told_block(options, DEFINITION) == "**Way**\n\n- [ ] left\n- [ ] right"


def test_a_company_answers_in_advance() -> None:
    """A company's editor writes the cadence once, and every form knows it."""
    files = edited(FORM, "label: Aim,", "label: Aim, company: cadence,") | {
        "content/_book/company.yml": b"cadence: six weeks\n",
        "company/_book/company.yml": b"cadence: [five weeks, two months]\nteam: Claims\n",
    }
    book = compiled(files)
    assert problems(book) == []
    assert book.forms["plan-form"].company == {"aim": ("five weeks", "two months")}


def test_a_form_is_published_for_its_script_and_nothing_else_is() -> None:
    """The page of a form loads its own fields, and not those of all others."""
    from patternbook.core.fillable import fillable

    files = fillable(compiled(base()))
    assert sorted(files) == ["data/forms/plan-form.js", "data/tools.js"]
    name, _, data = files["data/forms/plan-form.js"].decode().partition("]=")
    form = json.loads(data)
    assert name.endswith('["plan-form"')
    assert form["sample"]["steps"] == ["Stop one", "Finish one"]
    assert [piece[0] for piece in form["outline"]] == ["heading", "field", "field", "sentence", "field", "field"]


def test_what_a_company_says_is_an_answer_of_the_right_type() -> None:
    """The command line fills a form as the page does: a list gets a list, and what is no answer is left to the reader."""
    fields = (FieldSpec("a", "line", "A"), FieldSpec("b", "list", "B"), FieldSpec("c", "number", "C"), FieldSpec("d", "line", "D"))
    said = {"a": ("six weeks",), "b": ("Claims",), "c": ("many",), "d": ("one", "two")}
    assert in_advance(fields, said, DEFINITION) == {"a": "six weeks", "b": ("Claims",)}
