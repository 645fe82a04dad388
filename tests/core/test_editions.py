"""What a layer says of itself in `company.yml`: names, hidden pages, adoption; and what only colleagues may read."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from books import TODAY, base, problems
from marks import LAYERS, marked
from patternbook import Book, compile_book
from patternbook.core import catalogue
from patternbook.core.audience import INTERNAL, PUBLIC
from patternbook.hosts import site
from patternbook.hosts.colours import DARK, LEAST, LIGHT, contrast, legible

Changes = Mapping[str, str | bytes | None]
ACME = "name: Acme\ntitle: The Acme playbook\naddress: https://playbook.acme.example/here\n"


def edition(company: str = "", changes: Changes | None = None, audience: str = PUBLIC) -> Book:
    """The base book with Acme's layer over it."""
    files = base({"company/company.yml": ACME + company, **(changes or {})})
    return compile_book(files, layers=("content", "company"), today=TODAY, audience=audience)


def published(book: Book) -> str:
    """Every byte that a site has of the book, its Markdown and its data."""
    data = dict(catalogue.files(book, "https://acme.example/"))
    texts = [text for page in book.pages.values() for text in (page.text, page.markdown)]
    texts += [content.decode("utf-8", "replace") for content in data.values()]
    texts += [content.decode("utf-8", "replace") for content in book.assets.values()]
    return "\n".join([*texts, *book.pages, *data, *book.assets])


def test_an_edition_has_its_own_name_and_address() -> None:
    """Colleagues must see at once whose playbook it is, and links that they send must lead to it."""
    book = edition()
    assert problems(book) == []
    assert book.definition.name == "The Acme playbook"
    assert site.settings(book)["site_url"] == "https://playbook.acme.example/here/"
    assert "**Taken from** Base" in book.pages["traps/slow-trap.md"].text


def test_a_page_of_the_companys_own_says_so() -> None:
    """A reader must be able to tell our advice from the company's."""
    trap = base()["content/traps/wide-trap.md"].decode().replace("title: Wide Trap", "title: Our Trap")
    assert "**Written by** Acme" in edition(changes={"company/traps/our-trap.md": trap}).pages["traps/our-trap.md"].text


def test_what_stood_below_a_change_is_one_link_away() -> None:
    """The licence asks that changes are indicated, and an editor wants to compare."""
    override = "---\nextends: slow-trap\nsections: {ways-out: {mode: replace, why: our case}}\n---\n\n## Ways out\n\nAsk Ruth.\n"
    book = edition(changes={"company/traps/slow-trap.md": override})
    page = book.pages["traps/slow-trap.md"].text
    assert "**Changed by Acme** Ways out: our case" in page
    assert "](../below/traps/slow-trap.md)" in page
    assert "Then read" in book.pages["below/traps/slow-trap.md"].text
    assert "exclude" in book.pages["below/traps/slow-trap.md"].text.split("search:")[1].split("\n")[0]


def test_a_hidden_page_leaves_a_signpost() -> None:
    """Links to a page that a company leaves out must lead somewhere useful and not into nothing."""
    book = edition("hide: {wide-trap: {why: we say it in the other one, instead: slow-trap}}\n")
    assert problems(book) == []
    page = book.pages["traps/wide-trap.md"].text
    assert "we say it in the other one" in page
    assert "](slow-trap.md" in page
    assert "wide-trap" not in {entry.id for entry in book.entries.values()}
    lists = [text for path, text in ((p, f.text) for p, f in book.pages.items()) if path in ("traps/index.md", "map.md")]
    assert all("Wide Trap" not in text for text in lists)


def test_links_to_a_section_that_a_layer_drops_lead_to_the_page() -> None:
    """A company that leaves out a section must not have to mend our pages that link to it."""
    drop = "---\nextends: slow-trap\nsections: {try-it: {mode: drop, why: ours}}\n---\n"
    wide = base()["content/traps/wide-trap.md"].decode().rstrip() + "\n\nSee [[slow-trap#try-it]].\n"
    assert problems(edition(changes={"traps/wide-trap.md": wide})) == []
    book = edition(changes={"traps/wide-trap.md": wide, "company/traps/slow-trap.md": drop})
    assert problems(book) == []
    assert "slow-trap.md#try-it" not in book.pages["traps/wide-trap.md"].text


def test_adoption_is_told_found_and_counted() -> None:
    """A leader asks which patterns the company has in use, and since when."""
    book = edition("adoption: {slow-trap: {state: trial, since: 2026-03-01, evidence: two teams}}\n")
    assert problems(book) == []
    page = book.pages["traps/slow-trap.md"].text
    assert "on trial, since 2026-03-01: two teams" in page
    assert "../browse/adoption/trial.md" in page
    assert 'data-adoption="trial"' in book.pages["map.md"].text
    row = next(row for row in catalogue.rows(book.entries.values(), book.graph) if row["id"] == "slow-trap")
    assert row["adoption"] == {"state": "trial", "since": "2026-03-01", "evidence": "two teams"}


def test_an_override_follows_a_page_that_was_renamed() -> None:
    """An update that renames a page must not break the company's build."""
    old = base()["content/traps/slow-trap.md"].decode().replace("status: done", "status: done\naliases: [slow-old]")
    override = "---\nextends: slow-old\n---\n\n## Ways out\n\nAsk Ruth.\n"
    book = edition(changes={"traps/slow-trap.md": old, "company/traps/slow-old.md": override})
    assert [problem.severity.value for problem in book.problems if problem.severity.value == "error"] == []
    assert "Ask Ruth." in book.pages["traps/slow-trap.md"].text


def test_a_value_can_be_added_to_a_facet_of_ours() -> None:
    """A company's own value must not cost it a copy of all of ours, which would miss the next update."""
    facets = base()["content/_book/facets.yml"].decode()
    facet = re.findall(r"^([a-z-]+):", facets, re.M)[0]
    book = edition(changes={"company/_book/facets.yml": f"{facet}:\n  values: {{our-own: Our own}}\n"})
    assert problems(book) == []
    assert len(book.definition.facets[facet].values) > 1
    assert book.definition.facets[facet].values["our-own"] == "Our own"


@pytest.mark.parametrize("seed", range(4))
def test_nothing_internal_is_published(seed: int) -> None:
    """One sentence that gets out is one too many: a mark in everything internal, and none in what is published."""
    files, marks = marked(seed)
    public = compile_book(files, layers=LAYERS, today=TODAY)
    whole = compile_book(files, layers=LAYERS, today=TODAY, audience=INTERNAL)
    assert [p.message for p in public.errors] == []
    assert [p.message for p in whole.errors] == []
    text = published(public)
    assert [mark for mark in marks if mark in text] == []
    assert public.left_out


def test_our_relations_to_a_page_of_an_internal_layer_are_passed_over() -> None:
    """A public page may know an internal one in its data, of which nothing is shown, whether a page or its whole layer is internal."""
    practice = base()["content/practices/good-practice.md"].decode().replace("title: Good Practice", "title: Quiet Practice")
    relate = "---\nextends: slow-trap\nfields: {relations: {mode: append, value: {countered-by: [quiet-practice]}}}\n---\n"
    files = base({"company/company.yml": ACME, "company/practices/quiet-practice.md": practice})
    files = {path.replace("company/practices", "board/practices"): content for path, content in files.items()}
    files |= {"board/company.yml": b"name: Board\ninternal: yes\n", "company/traps/slow-trap.md": relate.encode()}
    layers = ("content", "board", "company")
    assert compile_book(files, layers=layers, today=TODAY, audience=INTERNAL).errors == ()
    public = compile_book(files, layers=layers, today=TODAY)
    assert public.errors == ()
    assert "quiet-practice" not in published(public)


def test_a_section_that_a_layer_between_added_has_nothing_below_it_to_show() -> None:
    """A link to a page that is not there would fail the company's build."""
    book = base({"company/company.yml": ACME})
    one = b"---\nextends: slow-trap\nsections: {ways-out: {mode: append}}\n---\n\n## Ways out\n\nAsk Ruth.\n"
    trap = base()["content/traps/slow-trap.md"].decode()
    cut = trap[: trap.index("## Try it")].rstrip() + "\n"
    added = b"---\nextends: slow-trap\n---\n\n## Try it\n\nAsk Ruth.\n"
    changed = b"---\nextends: slow-trap\n---\n\n## Try it\n\nAsk Ines.\n"
    files = {
        **book,
        "content/traps/slow-trap.md": cut.encode(),
        "company/traps/slow-trap.md": added,
        "team/traps/slow-trap.md": changed,
    }
    found = compile_book(files, layers=("content", "company", "team"), today=TODAY)
    assert "below/traps/slow-trap.md" not in found.pages
    assert "below/traps" not in found.pages["traps/slow-trap.md"].text
    whole = compile_book({**book, "company/traps/slow-trap.md": one}, layers=("content", "company"), today=TODAY)
    assert "below/traps/slow-trap.md" not in whole.pages, "text that was added hides nothing"


@pytest.mark.parametrize(("mode", "behind"), [("replace", "## Ways out {#ways-out}"), ("append", "Then read")])
def test_colleagues_see_which_part_is_internal(mode: str, behind: str) -> None:
    """Whoever copies from the page must see where the internal part begins, and not take the part before it for one."""
    own = f"---\nextends: slow-trap\nsections: {{ways-out: {{mode: {mode}, internal: yes}}}}\n---\n\n## Ways out\n\nAsk Ruth.\n"
    text = edition(changes={"company/traps/slow-trap.md": own}, audience=INTERNAL).pages["traps/slow-trap.md"].text
    assert text.index(behind) < text.index("only colleagues may read this part") < text.index("Ask Ruth.")
    assert text.count("only colleagues may read this part") == 1


def test_a_link_to_an_internal_page_is_refused_in_public_text() -> None:
    """The words of the link would tell of the page."""
    trap = base()["content/traps/wide-trap.md"].decode()
    changes = {
        "company/traps/plan-b.md": trap.replace("title: Wide Trap", "title: Plan B\ninternal: yes"),
        "company/traps/slow-trap.md": "---\nextends: slow-trap\n---\n\n## Ways out\n\nSee [[plan-b]].\n",
    }
    found = edition(changes=changes).errors
    assert [problem.code.number for problem in found] == ["PB403"]
    assert "which is internal" in found[0].message
    assert edition(changes=changes, audience=INTERNAL).errors == ()


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffee00", "#8a2f20", "#00ff00", "#777777"])
def test_any_colour_of_a_company_can_be_read(colour: str) -> None:
    """A brand's yellow on our paper would be a heading that nobody reads."""
    assert all(contrast(legible(colour, LIGHT, "#000000"), ground) >= LEAST for ground in LIGHT)
    assert all(contrast(legible(colour, DARK, "#ffffff"), ground) >= LEAST for ground in DARK)


def test_editors_read_what_changed_below_on_a_page_that_the_public_has_not() -> None:
    """An editor compares in the site with a link at hand; a reader outside is not told what the company has yet to read."""
    override = (
        "---\nextends: slow-trap\nsections: {ways-out: {mode: replace, why: 'our <case>', against: 000000}}\n---\n\n"
        "## Ways out\n\n```\n<script>alert(1)</script>\n\n## {{ no }}\n"
    )
    changes = {"company/traps/slow-trap.md": override + "```\n"}
    assert "drift.md" not in edition(changes=changes).pages
    book = edition(changes=changes, audience=INTERNAL)
    page = book.pages["drift.md"].text
    assert "Reviewed: 0 of 1" in page
    assert "### [Slow Trap](traps/slow-trap.md): Ways out" in page
    assert "`patternbook drift --keep slow-trap#ways-out`" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "drift.md" in {path for _, path in book.nav}


def test_a_book_without_changes_has_no_page_about_them() -> None:
    """An entrance to an empty page is noise."""
    assert "drift.md" not in edition(audience=INTERNAL).pages


def test_an_edition_may_leave_out_all_pages_of_a_kind() -> None:
    """Half of a book is of no use to some company; what is left must link to no list that is gone with them."""
    book = edition("hide: {ready-check: {why: not for us}}\n")
    assert problems(book) == []
    assert "checklists/index.md" not in book.pages
    assert "](index.md)" not in book.pages["checklists/ready-check.md"].text
