"""A page's relations: told as sentences, and drawn with the page in the middle."""

from __future__ import annotations

import re

from books import base, compiled, edited

TRAP = "traps/slow-trap.md"


def drawing(text: str) -> str:
    found = re.search(r'<figure class="pb-figure pb-neighbours".*?</figure>', text, re.S)
    assert found, "no drawing"
    return found[0]


def test_a_relation_is_a_sentence_at_both_ends() -> None:
    """Who lands on either page reads who does what to whom, and why."""
    pages = compiled(base()).pages
    assert "[Good Practice](../practices/good-practice.md) helps against Slow Trap: it frees somebody." in pages[TRAP].markdown
    there = pages["practices/good-practice.md"].markdown
    assert "Good Practice helps against [Slow Trap](../traps/slow-trap.md): it frees somebody." in there


def test_the_page_is_called_by_its_kind_where_the_book_says_how() -> None:
    """“This trap often leads to …” reads better than the title over and over."""
    files = edited("_book/kinds.yml", "label: Trap\n", "label: Trap\n  this: this trap\n")
    pages = compiled(files).pages
    assert "helps against this trap: it frees somebody." in pages[TRAP].markdown
    assert "This trap leads to [Wide Trap](wide-trap.md)." in pages[TRAP].markdown
    assert "Slow Trap leads to this trap." not in pages[TRAP].markdown


def test_without_a_sentence_the_reason_stands_below() -> None:
    """A book need not write sentences for its relations."""
    files = edited("_book/relations.yml", 'says: "{from} helps against {to}", ', "")
    assert "    *it frees somebody*" in compiled(files).pages[TRAP].markdown


def test_a_sentence_must_name_both_ends() -> None:
    """Else the reader would not know who does it."""
    files = edited("_book/relations.yml", "{from} helps against {to}", "{from} helps")
    assert [p.code.number for p in compiled(files).errors if p.path == "content/_book/relations.yml"] == ["PB204"]


def test_every_neighbour_is_drawn_as_a_link() -> None:
    """The drawing is a way to the page, and a host checks its links as it checks all others."""
    shown = drawing(compiled(base()).pages[TRAP].text)
    assert re.findall(r"</text>\]\(([^)]+)\)", shown) == ["wide-trap.md", "../practices/good-practice.md"]


def test_the_published_text_tells_it_in_words_alone() -> None:
    """A program that reads the page gets each relation once."""
    page = compiled(base()).pages[TRAP]
    assert "<svg" not in page.markdown and page.markdown.count("(wide-trap.md)") == page.text.count("(wide-trap.md)") - 1


def test_of_many_neighbours_some_of_each_relation_are_drawn() -> None:
    """A drawing of forty lines shows nothing; the others are counted, and told below."""
    names = [f"extra-{number}" for number in range(20)]
    trap = base()["content/traps/wide-trap.md"].decode()
    pages = {
        f"traps/{name}.md": re.sub(r"relations:.*?(?=^\S)", "relations: {countered-by: [good-practice]}\n", trap, flags=re.S | re.M)
        .replace("Wide Trap", name.title())
        for name in names
    }  # fmt: skip
    book = compiled(base(pages))
    assert book.errors == ()
    shown = drawing(book.pages["practices/good-practice.md"].text)
    assert shown.count("</text>](") == 12
    assert re.search(r"and \d+ more below", shown)


def test_a_long_title_takes_several_lines_inside_the_frame() -> None:
    """A title that runs out of the drawing cannot be read."""
    shown = drawing(compiled(edited("traps/wide-trap.md", "title: Wide Trap", f"title: {'Very wide trap ' * 4}")).pages[TRAP].text)
    assert shown.count("<tspan") == 2
    for text in re.findall(r">([^<>]+)<", shown):
        assert len(text.strip()) <= 90
