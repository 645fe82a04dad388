"""A company's edition: pages laid over ours by id, per field and per section, with ours untouched."""

from __future__ import annotations

import pytest
from books import base, compiled, problems

OVERRIDE = """---
extends: slow-trap
{front}
---

{body}
"""


def override(front: str = "", body: str = "", path: str = "company/traps/slow-trap.md") -> dict[str, str | bytes | None]:
    return {path: OVERRIDE.format(front=front, body=body)}


def page(changes: dict[str, str | bytes | None], path: str = "traps/slow-trap.md") -> str:
    book = compiled(base(changes))
    assert problems(book) == []
    return book.pages[path].text


def test_a_replaced_section_keeps_its_place_and_says_who_changed_it() -> None:
    """Readers of a company's edition see one page, and can see which parts are the company's."""
    text = page(override("sections: {ways-out: {mode: replace, why: our own case}}", "## Ways out\n\nAsk Ruth first."))
    assert "Ask Ruth first." in text
    assert "Then read" not in text
    assert text.index("Work waits.") < text.index("Ask Ruth first.") < text.index("Count what waits.")
    assert "**Changed here** Ways out: our own case" in text


@pytest.mark.parametrize(
    ("mode", "order"), [("append", ["first. Then read", "Ask Ruth."]), ("prepend", ["Ask Ruth.", "first. Then read"])]
)
def test_text_can_be_added_before_and_behind(mode: str, order: list[str]) -> None:
    """Most companies want to add a sentence, and would lose every later improvement by copying the section."""
    text = page(override(f"sections: {{ways-out: {{mode: {mode}}}}}", "## Ways out\n\nAsk Ruth."))
    assert text.index(order[0]) < text.index(order[1])
    assert text.count("## Ways out {#ways-out}") == 1


def test_a_dropped_section_is_gone_and_the_page_says_why() -> None:
    """What a company leaves out must not look like something that was never there."""
    text = page(override("sections: {try-it: {mode: drop, why: we have our own exercises}}"))
    assert "Count what waits." not in text
    assert "Try it (left out): we have our own exercises" in text


def test_a_heading_in_another_spelling_means_the_same_section() -> None:
    """Sections are known by their ids, so an edition may use its own words."""
    assert "All is late." in page(override("sections: {what-you-see: {mode: replace}}", "## Symptoms\n\nAll is late."))


def test_fields_are_replaced_and_lists_are_joined() -> None:
    """An owner is replaced; a relation of the company's is added to ours."""
    front = (
        "fields:\n  owner: {mode: replace, value: product-ops}\n  symptoms: {mode: append, value: [We wait for Platform.]}\n"
        "  relations: {mode: append, value: {countered-by: [ruths-practice]}}"
    )
    practice = base()["content/practices/good-practice.md"].decode().replace("title: Good Practice", "title: Ruth's Practice")
    text = page({**override(front), "company/practices/ruths-practice.md": practice})
    assert "**Owner** product-ops" in text
    assert "We wait for each other all day." in text
    assert "We wait for Platform." in text
    assert "Good Practice" in text
    assert "Ruth's Practice" in text


def test_a_new_id_is_a_new_page_that_ours_can_meet() -> None:
    """A company's own trap appears in lists, relations and backlinks like ours."""
    trap = base()["content/traps/wide-trap.md"].decode().replace("title: Wide Trap", "title: Our Trap")
    book = compiled(base({"company/traps/our-trap.md": trap}))
    assert problems(book) == []
    assert "[Our Trap](our-trap.md" in book.pages["traps/index.md"].text
    assert "[Our Trap" in book.pages["traps/slow-trap.md"].text


def test_the_home_page_can_be_changed_too() -> None:
    """The first thing that a company wants to change is the welcome."""
    home = override("sections: {welcome: {mode: replace}}", "## Welcome\n\nWelcome to Acme.", "company/index.md")
    home = {path: str(text).replace("extends: slow-trap", "extends: index") for path, text in home.items()}
    assert "Welcome to Acme." in page(home, "index.md")


@pytest.mark.parametrize(
    ("front", "body", "expected"),
    [
        ("sections: {ways-uot: {mode: drop}}", "", "company/traps/slow-trap.md:3:12 PB602"),
        ("sections: {ways-out: {mode: replace}}", "", "company/traps/slow-trap.md:3:12 PB602"),
        ("sections: {ways-out: {mode: remove}}", "", "company/traps/slow-trap.md:3:29 PB203"),
        ("fields: {ownr: {mode: replace, value: x}}", "", "company/traps/slow-trap.md:3:10 PB202"),
        ("fields: {status: {mode: replace, value: dun}}", "", "company/traps/slow-trap.md:3:41 PB203"),
        ("fields: {title: {mode: drop}}", "", "company/traps/slow-trap.md:3:10 PB201"),
        ("sections: {try-it: {mode: replace}}", "## Try it\n\n<b>x</b>", "company/traps/slow-trap.md:8:1 PB310"),
        ("sections: {try-it: {mode: replace}}", "## Try it\n\nSee [[nowhere]].", "company/traps/slow-trap.md:8:5 PB403"),
    ],
)
def test_a_problem_of_an_override_names_its_own_file_and_line(front: str, body: str, expected: str) -> None:
    """The company's editor must not be sent to our file for a slip in theirs."""
    found = problems(compiled(base(override(front, body))))
    assert expected in found
    assert all(problem.startswith("company/") for problem in found)


def test_extending_nothing_names_the_closest_page() -> None:
    """After an update, an override of a renamed page must say so and not vanish."""
    changed = {"company/traps/x.md": OVERRIDE.format(front="", body="").replace("slow-trap", "slow-trip")}
    book = compiled(base(changed))
    assert problems(book) == ["company/traps/x.md:2:10 PB602"]
    assert 'did you mean "slow-trap"?' in book.problems[0].message


def test_a_template_s_section_with_fields_can_be_replaced() -> None:
    """A company words its form anew and keeps the fields."""
    text = OVERRIDE.format(
        front="sections: {the-plan: {mode: replace}}", body="## The plan\n\n[[?aim]]\n\n[[?steps]]\n\n[[?by]]\n\n[[?sure]]"
    )
    changes: dict[str, str | bytes | None] = {"company/templates/plan-form.md": text.replace("slow-trap", "plan-form")}
    book = compiled(base(changes))
    assert problems(book) == ["content/templates/plan-form.md:10:3 PB504"], "the field that was lost is named"
    changes = {path: str(text).replace("[[?sure]]", "[[?sure]]\n\n[[?parts]]") for path, text in changes.items()}
    assert problems(compiled(base(changes))) == []


def test_one_tag_can_be_added_to_a_page() -> None:
    """A company's own facet value goes onto our pages without copying our tags, which change with our updates."""
    text = page(override("fields: {tags: {mode: append, value: {audience: [engineer]}}}"))
    assert "[executive]" in text
    assert "[engineer]" in text


def test_a_layer_does_not_make_our_review_look_neglected() -> None:
    """The company's editor must not be warned about a file of ours that they may not edit."""
    reviewed = base()["content/traps/slow-trap.md"].decode()
    hash = next(document for document in compiled(base()).documents if document.id == "slow-trap").text_hash
    changes = override("sections: {try-it: {mode: append}}", "## Try it\n\nAsk Ruth.")
    changes["traps/slow-trap.md"] = reviewed.replace("status: done", f"status: done\nreviewed: {{on: 2026-11-01, text: {hash}}}")
    assert problems(compiled(base(changes))) == []


def test_an_internal_section_stays_out_of_a_public_site() -> None:
    """A company marks text that only its own people may read; no build may publish it by oversight."""
    text = page(override("sections: {try-it: {mode: replace, internal: yes}}", "## Try it\n\nSECRET."))
    assert "SECRET" not in text
    assert "Count what waits." in text
