"""An edition's own words in the whole book: what readers see is reworded, and what is compared or written stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from books import ROOT, TODAY, Files, base, compiled, problems, read
from hypothesis import given
from hypothesis import strategies as st
from patternbook import Book, compile_book
from patternbook.core import catalogue
from patternbook.core.audience import INTERNAL, PUBLIC
from patternbook.core.release import record_of
from patternbook.core.search import texts

Changes = Mapping[str, str | bytes | None]
ACME = "name: Acme\n"
WORK = "vocabulary: {work: labour, trap: {new: snare, plural: snares}, plan: outline}\n"
TRAP = """---
kind: trap
title: Trap of Work at {company}
aka: [Work snag]
summary: Work waits. It is the work of {company}.
tags: {theme: [work]}
symptoms: [My work waits for other work.]
relations: {countered-by: [{id: good-practice, why: it frees work}]}
status: done
owner: work-office
sources: [{title: On work, by: Will Work, url: "https://example.org/work"}]
---

## What you see

All work in the work queue of {company} waits. See `work {company}`, “work”, [the work page](../guide/work.md), [[slow-trap|slow work]].

### Signs of work

- Work waits.

> Work is work.

## Ways out

Do less work. Read [[#signs-of-work]] and [[Slow Trap]].
"""


def edition(company: str = WORK, changes: Changes | None = None, audience: str = PUBLIC) -> Book:
    """The base book with a page about work, in Acme's words."""
    own = {"traps/work-trap.md": TRAP, "guide/work.md": PAGE, "company/company.yml": ACME + company}
    files = base({path: text for path, text in {**own, **(changes or {})}.items() if text is not None})
    return compile_book(files, layers=("content", "group", "company"), today=TODAY, audience=audience)


PAGE = "---\nkind: page\ntitle: Work\nsummary: Work is work.\n---\n\n## Text\n\nWork.\n"
VARIABLES = "variables: {company: Acme Ltd}\n"


def page(book: Book, path: str = "traps/work-trap.md") -> str:
    assert problems(book) == []
    return book.pages[path].text


def test_variables_and_words_reach_the_text_and_the_front_matter() -> None:
    """A company that says labour for work must not read work in the title and labour in the text."""
    text = page(edition(VARIABLES + WORK))
    assert "# Snare of Labour at Acme Ltd" in text
    assert "Labour waits. It is the labour of Acme Ltd." in text
    assert "“My labour waits for other labour.”" in text
    assert "it frees labour" in text
    assert "All labour in the labour queue of Acme Ltd waits." in text
    assert "### Signs of labour" in text


def test_code_quotations_links_names_and_sources_stay() -> None:
    """What somebody copies, quotes, is called or looks up must be what it was."""
    text = page(edition(VARIABLES + WORK))
    for kept in (
        "<code>work \\{company\\}</code>",
        "“work”",
        "[the work page](../guide/work.md)",
        "> Work is work.",
        "work-office",
        "On work",
        "Will Work",
        "example.org/work",
    ):
        assert kept in text, kept


def test_addresses_keys_and_ids_of_headings_stay() -> None:
    """A link that a colleague saved, and a layer that changes a section, must not break by a word."""
    plain, told = edition(""), edition()
    assert plain.pages.keys() == told.pages.keys()
    for document in plain.documents:
        other = next(d for d in told.documents if d.path == document.path)
        assert [s.key for s in document.sections] == [s.key for s in other.sections]
        assert [a.id for a in document.anchors()] == [a.id for a in other.anchors()]
    assert "### Signs of labour {#signs-of-work}" in page(told)


def test_a_page_is_still_called_what_it_was_called() -> None:
    """Our pages link to each other by title, and a company cannot edit our links."""
    book = edition()
    assert book.names.resolve("Slow Trap") == book.names.resolve("slow-trap")
    assert book.names.resolve("slow snare") == book.names.resolve("slow-trap")
    assert "[Slow Snare](slow-trap.md)" in page(book)
    assert "Slow Trap" in book.entries["traps/slow-trap.md"].keywords
    assert ["work", "labour"] in texts(book)[0]["synonyms"]


def test_a_new_title_takes_no_name_from_another_page() -> None:
    """A link that was clear before a vocabulary must be clear with it."""
    other = TRAP.replace("title: Trap of Work at {company}", "title: Labour").replace("aka: [Work snag]", "")
    extra = "\n\nSee [[Labour]] and [[Work]].\n"
    book = edition("vocabulary: {work: labour}\n", {"traps/labour-trap.md": other.rstrip() + extra})
    assert problems(book) == []
    assert "[Labour](labour-trap.md" in book.pages["traps/labour-trap.md"].text or "labour-trap" in str(
        book.names.resolve("Labour")
    )
    assert book.names.resolve("Labour").path == "traps/labour-trap.md"
    assert book.names.resolve("Work").path == "guide/work.md"


def test_templates_samples_and_the_books_own_texts_are_reworded() -> None:
    """A form that asks for a plan below a heading of outlines would be two books in one."""
    words = "vocabulary: {step: move, small: tiny, goal: target, plan: outline, thing: matter, slow: sluggish, guess: hunch, part: piece}\n"
    book = edition(words, {"company/_book/glossary.yml": "float: {term: Plan, text: A plan of parts., page: slow-trap}\n"})
    form = book.forms["plan-form"]
    specs = {spec.id: spec for spec in form.fields}
    assert specs["steps"].label == "Moves"
    assert specs["steps"].hints[0].say == "More than three moves."
    assert specs["sure"].poles == ("hunch", "proof")
    assert specs["parts"].columns[0].label == "Piece"
    assert dict(specs["parts"].columns[1].options) == {"s": "tiny", "l": "large"}
    assert book.samples["plan-form"]["aim"] == "Fewer matters in progress"
    assert book.definition.facets["theme"].values["goals"] == "Targets"
    assert "## Outline {#float}\n\nAn outline of pieces." in page(book, "glossary.md")
    assert "[Plan]" not in page(book, "practices/good-practice.md")


def test_a_page_opts_out_of_words_and_keeps_its_variables() -> None:
    """A page about the word itself cannot be written in another word."""
    text = page(edition(VARIABLES + WORK, {"traps/work-trap.md": TRAP.replace("status: done", "status: done\nvocabulary: no")}))
    assert "# Trap of Work at Acme Ltd" in text
    assert "All work in the work queue of Acme Ltd waits." in text


def test_a_layer_opts_a_page_of_ours_out() -> None:
    """Only the company knows on which page of ours its word would be wrong."""
    over = "---\nextends: work-trap\nfields: {vocabulary: {mode: replace, value: no}}\n---\n"
    assert "Do less work." in page(edition(changes={"company/traps/work-trap.md": over}))


def test_the_books_defaults_give_way_to_an_edition() -> None:
    """Our pages must read well before a company has said what it is called."""
    book = base()["content/_book/book.yml"].decode() + "variables: {company: your company, season: the quarter}\n"
    text = TRAP.replace("Do less work.", "In {season}.")
    changes = {"_book/book.yml": book, "traps/work-trap.md": text}
    assert "queue of your company waits" in page(edition("", changes))
    told = page(edition(VARIABLES, changes))
    assert "queue of Acme Ltd waits" in told
    assert "In the quarter." in told


def test_later_layers_win_word_by_word() -> None:
    """A division shares the words of its group but for those that it has itself, or does not want."""
    group = "name: Group\nvocabulary: {work: toil, trap: snare, plan: outline}\nvariables: {company: Group, city: Ghent}\nkeep: [work queue]\n"
    files = {**base({"traps/work-trap.md": TRAP, "guide/work.md": PAGE}), "group/company.yml": group.encode()}
    files["company/company.yml"] = (ACME + 'vocabulary: {work: labour, trap: "no"}\n' + VARIABLES).encode()
    book = compile_book(files, layers=("content", "group", "company"), today=TODAY)
    text = page(book)
    assert "# Trap of Labour at Acme Ltd" in text
    assert "All labour in the work queue of Acme Ltd waits." in text
    assert "# Outline" in page(book, "templates/plan-form.md")


def test_an_adopted_text_reads_like_the_rest() -> None:
    """A section that a company began from ours has our words in its file; its readers must not see them."""
    over = "---\nextends: work-trap\nsections: {ways-out: {mode: append, why: the work of {company}}}\n---\n\n## Ways out\n\nOr more work.\n"
    over = over.replace("the work of {company}", '"the work of {company}"')
    text = page(edition(VARIABLES + WORK, {"company/traps/work-trap.md": over}))
    assert "Do less labour." in text
    assert "Or more labour." in text
    assert "**Changed by Acme** Ways out (text added): the labour of Acme Ltd" in text


def test_the_page_says_that_words_were_changed() -> None:
    """The licence asks that changes are indicated, and a reader who compares must know."""
    book = edition()
    assert "**Changed by Acme** some words, for words of its own" in page(book)
    assert "some words" not in page(book, "index.md")


def test_what_stood_below_is_shown_as_it_was_written() -> None:
    """Whoever compares wants our text, not ours in the company's words."""
    over = "---\nextends: work-trap\nsections: {ways-out: {mode: replace}}\n---\n\n## Ways out\n\nStop.\n"
    below = page(edition(VARIABLES + WORK, {"company/traps/work-trap.md": over}), "below/traps/work-trap.md")
    assert "Do less work." in below


OVERRIDE = """---
extends: slow-trap
fields: {owner: {mode: replace, value: operations, against: e3b0c4}}
sections: {ways-out: {mode: append, why: ours, against: 8c1d02}}
---

## Ways out

Ask for work.
"""


def test_nothing_that_is_compared_knows_of_the_words() -> None:
    """A new word must not look like a hundred changed pages: not to drift, to a release or to reviews."""
    reviewed = TRAP.replace("status: done", "status: done\nreviewed: {on: 2026-11-20, text: 000000}")
    changes = {"traps/work-trap.md": reviewed, "company/traps/slow-trap.md": OVERRIDE}
    plain, told = edition("", changes), edition(VARIABLES + WORK, changes)
    assert record_of(plain.manuscript) == record_of(told.manuscript)
    assert plain.review == told.review
    assert [d.text_hash for d in plain.documents] == [d.text_hash for d in told.documents]
    assert problems(plain) == problems(told)
    assert [(o.part, o.below, o.own) for o in plain.overrides] == [(o.part, o.below, o.own) for o in told.overrides]


def test_what_is_written_into_files_is_there_as_it_was_written() -> None:
    """A command that mends a file must not write the company's words into ours."""
    check = "---\nkind: checklist\ntitle: Work\nsummary: Work. Go.\nstatus: done\n---\n\n## Purpose\n\nWork.\n\n## Before\n\n- [ ] Do work. ^do\n"
    book = edition(changes={"checklists/work-check.md": check})
    document = next(d for d in book.manuscript if d.id == "work-check")
    assert document.source.text == check
    assert all(section.source is document.source for section in document.sections)
    assert "Do labour." in book.pages["checklists/work-check.md"].text


def test_words_of_an_internal_layer_are_unknown_to_the_public() -> None:
    """A code name for a product must not reach the public because somebody put it into a vocabulary."""
    internal = "internal: yes\nvocabulary: {work: projectx}\nvariables: {company: Hidden Holding}\nkeep: [secret]\n"
    public = edition(internal)
    data = dict(catalogue.files(public, "https://acme.example/"))
    seen = "\n".join(
        [text for p in public.pages.values() for text in (p.text, p.markdown)]
        + [c.decode("utf-8", "replace") for c in data.values()]
    )
    assert "projectx" not in seen
    assert "Hidden Holding" not in seen
    assert public.replaced == ()
    assert "All projectx in" in page(edition(internal, audience=INTERNAL))


REPORTED = """---
kind: page
title: 'It''s work'
summary: >-
  All of it is
  work and {company}.
---

## The work

At work
we work. “Work” stays.
"""


def test_every_replacement_is_told_with_its_place() -> None:
    """Whoever sets a word looks at what it does before readers see it, and goes to the very place."""
    book = edition(VARIABLES + WORK, {"guide/work.md": REPORTED, "traps/work-trap.md": None})
    rows = [row for row in book.replaced if row.page == "guide/work.md"]
    assert [(row.place[1:], row.old, row.new) for row in rows] == [
        ((3, 15), "work", "labour"),
        ((6, 3), "work", "labour"),
        ((6, 12), "{company}", "Acme Ltd"),
        ((9, 8), "work", "labour"),
        ((11, 4), "work", "labour"),
        ((12, 4), "work", "labour"),
    ]
    assert all(row.source.slice(row.span) == row.old for row in book.replaced)
    assert rows[-1].around == ("we ", ". “Work” stays.")


def test_hidden_pages_are_not_in_the_report() -> None:
    """Nobody reads them, so nobody need look at their words."""
    book = edition(WORK + "hide: {wide-trap: not ours}\n", {"traps/wide-trap.md": None, "traps/work-trap.md": None})
    assert {row.page for row in book.replaced} >= {"traps/slow-trap.md", "guide/work.md"}
    assert "traps/wide-trap.md" not in {row.page for row in book.replaced}


def test_without_words_nothing_is_touched() -> None:
    """The usual book has no words of its own, and pays nothing for those who have."""
    book = compiled(base({"traps/work-trap.md": TRAP, "guide/work.md": PAGE}))
    assert book.manuscript == list(book.documents)
    assert all(book.written[document.path] is document for document in book.documents)
    assert "queue of \\{company} waits" in page(book)


def real() -> Files:
    return {f"content/{path}": data for path, data in read(ROOT / "content").items()}


TEN = """name: Tidewell
vocabulary:
  team: squad
  goal: objective
  manager: {new: hub lead, plural: hub leads}
  roadmap: route
  meeting: huddle
  trap: pitfall
  product: service
  review: retrospective
  quarter: season
  backlog: queue
keep: [product manager]
"""


def test_the_playbook_takes_a_vocabulary_of_ten_words() -> None:
    """A company that sets its words must not be told of problems in pages that it cannot edit."""
    files = real()
    plain = compile_book(files, layers=("content", "company"), today=TODAY)
    told = compile_book({**files, "company/company.yml": TEN.encode()}, layers=("content", "company"), today=TODAY)
    assert problems(told) == problems(plain)
    assert len(told.replaced) > 1_000
    assert plain.pages.keys() == told.pages.keys()
    assert all(row.source.slice(row.span) == row.old for row in told.replaced)
    text = told.pages["traps/cascade-traps.md"].text
    assert "Squads close to the work" in text
    assert "Jonas Lindqvist, product manager for years" in told.pages["stories/only-a-problem.md"].text


WORDS = sorted(set(re.findall(r"[a-z]{3,}", " ".join(data.decode() for path, data in base().items() if path.endswith(".md")))))
VOCABULARY = st.dictionaries(
    st.sampled_from(WORDS), st.sampled_from(["zork", "zork *y*", "[z](z)", "{company}", "<zork>", "a `z", *WORDS]), max_size=8
)


@given(VOCABULARY)
def test_any_vocabulary_changes_words_alone(vocabulary: dict[str, str]) -> None:
    """Whatever a company calls things, its links work, its ticks and hashes stay, and its book has no new problems."""
    lines = "".join(f"  {old}: {{new: '{new}'}}\n" for old, new in vocabulary.items())
    company = ACME + VARIABLES + (f"vocabulary:\n{lines}" if lines else "")
    files = base(
        {"company/traps/slow-trap.md": OVERRIDE, "traps/work-trap.md": TRAP, "guide/work.md": PAGE, "company/company.yml": ACME}
    )
    plain = compiled(files)
    told = compiled({**files, "company/company.yml": company.encode()})
    assert problems(told) == problems(plain)
    assert plain.pages.keys() == told.pages.keys()
    assert record_of(told.manuscript) == record_of(plain.manuscript)
    assert plain.review == told.review
    for old, new in zip(plain.documents, told.documents, strict=True):
        assert (old.id, old.text_hash) == (new.id, new.text_hash)
        assert old.front.words("aka") == new.front.words("aka")
        assert old.front.text("owner") == new.front.text("owner")
        assert old.front.records("sources") == new.front.records("sources")
        for before, after in zip(old.sections, new.sections, strict=True):
            assert [link.target for link in before.marks.links] == [link.target for link in after.marks.links]
            assert [item.anchor for item in before.marks.items] == [item.anchor for item in after.marks.items]
            codes = [[s.source.slice(code) for code in s.marks.codes] for s in (before, after)]
            assert codes[0] == codes[1]
            assert [a.id for a in before.anchors] == [a.id for a in after.anchors]
    assert all(row.source.slice(row.span) == row.old for row in told.replaced)
