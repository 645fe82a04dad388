"""What the book promises its readers, whatever the checks of any book ask for: the library as a whole."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml
from books import ROOT, TODAY
from patternbook import Book, compile_book
from patternbook.core.model import Document, Section, slug
from patternbook.core.scan import plain
from patternbook.edges.filesystem import read_book

CONCEPTS = yaml.safe_load((ROOT / "tests/concepts.yml").read_text(encoding="utf-8"))
# Relations whose type says all that there is to say.
PLAIN = {"contains", "part-of"}


@pytest.fixture(scope="module")
def book() -> Book:
    sources, _ = read_book(ROOT, ("content",))
    return compile_book(sources, layers=("content",), today=TODAY)


@pytest.fixture(scope="module")
def pages(book: Book) -> dict[str, Document]:
    return {document.id: document for document in book.documents if document.kind and document.kind.listed}


def said(section: Section) -> str:
    """A section as a reader hears it, signs and line ends left out."""
    return re.sub(r"[^\w%]+", " ", plain(re.sub(r"\[\[([^]|]*)\]\]", r"\1", section.text)).casefold())


def test_the_library_is_whole(book: Book) -> None:
    """A reader who was promised the traps, models and practices of the field finds all of them."""
    found = Counter(entry.kind.id for entry in book.entries.values() if entry.kind.listed)
    least = {
        "trap": 24, "model": 16, "shape": 5, "practice": 25, "ritual": 8, "story": 4, "template": 18, "checklist": 13, "path": 6,
    }  # fmt: skip
    assert {kind: found[kind] for kind in least if found[kind] < least[kind]} == {}


def test_there_are_a_hundred_symptoms(pages: dict[str, Document]) -> None:
    """Somebody who does not know our words finds the sentence that they would say; no sentence leads to two traps."""
    said = [line for page in pages.values() for line in page.front.words("symptoms")]
    assert len(said) >= 100
    assert [line for line, count in Counter(map(str.casefold, said)).items() if count > 1] == []


def test_every_template_comes_filled(book: Book, pages: dict[str, Document]) -> None:
    """A form is understood by its sample: each has one, and no required field of it is empty."""
    samples = {path.stem for path in (ROOT / "content/_book/samples").glob("*.yml")}
    assert samples == {id for id, page in pages.items() if page.fields}


def test_no_checklist_is_a_test_of_patience(pages: dict[str, Document]) -> None:
    """A list that one goes through at the table has seven to seventeen items."""
    items = {id: sum(len(s.marks.items) for s in page.sections) for id, page in pages.items() if id.endswith("-check")}
    assert {id: count for id, count in items.items() if not 7 <= count <= 17} == {}


def test_every_practice_is_for_something(book: Book, pages: dict[str, Document]) -> None:
    """A practice that helps against nothing and suits nothing is a hobby."""
    for id, page in pages.items():
        if page.kind and page.kind.id == "practice":
            assert {r.type for r in book.graph.relations[id]} & {"counters", "suits"}, id


def test_relations_say_why(book: Book) -> None:
    """A line between two pages helps when it says what it means."""
    bare = [(id, r.type, r.target) for id, rs in book.graph.relations.items() for r in rs if not r.why and r.type not in PLAIN]
    assert bare == []


def test_summaries_are_two_sentences(pages: dict[str, Document]) -> None:
    """Cards show summaries: the problem, then the response."""
    sentences = {id: len(re.findall(r"[.?!][\"”]?(?:\s|$)", page.front.text("summary"))) for id, page in pages.items()}
    assert {id: count for id, count in sentences.items() if count != 2} == {}


def length(page: Document) -> int:
    """A page's words without the captions of its drawings."""
    text = "\n".join(re.sub(r"^!\[.*$", "", section.text, flags=re.M) for section in page.sections)
    named = re.sub(r"\[\[([^]|]*)\]\]", lambda link: link[1].replace("-", " "), text)
    return len(re.findall(r"[\w€%]+(?:['’.,-]\w+)*", plain(named)))


def test_pages_are_as_long_as_one_sitting(pages: dict[str, Document]) -> None:
    """A pattern is read in the minutes before a meeting: 350 to 600 words, tables counted. Forms and paths are shorter."""
    words = {id: length(page) for id, page in pages.items() if page.kind and page.kind.id not in ("template", "checklist", "path")}
    assert {id: count for id, count in words.items() if not 350 <= count <= 600} == {}


# Numbers that the ideas came with: whoever rewrites a page keeps them.
EXACT = {
    "ones-and-threes": ["seven"],
    "drivers-constraints-floats": ["two drivers", "two constraints", "two floats"],
    "focus-slots": ["three slots", "more than half", "less than a quarter", "10 to 30 %", "six weeks"],
    "flat-weekly-review": ["200 initiatives"],
    "experiment-dimensions": ["ten dimensions", "ninety minutes"],
    "confidence-card": ["90 %", "five questions"],
    "mandate-levels": ["nine levels"],
    "prioritization-jobs": ["four jobs", "1, 3, 2, 4"],
    "operating-system-check": ["32 principles"],
    "teams-of-one": ["fifteen"],
    "tension-prompts-form": ["twelve"],
    "scale-in-stages": ["three stages"],
    "belief-map": ["four places"],
    "six-team-archetypes": ["six types"],
}


@pytest.mark.parametrize("id", EXACT)
def test_numbers_are_those_of_the_idea(pages: dict[str, Document], id: str) -> None:
    """A threshold that drifts from two to three is another idea under the old name."""
    text = " ".join([pages[id].front.text("summary"), *(plain(section.text) for section in pages[id].sections)]).casefold()
    assert [number for number in EXACT[id] if number not in text] == []


def test_lists_of_the_ideas_are_whole(pages: dict[str, Document]) -> None:
    """Nine levels are nine, fifteen costs fifteen, ten dimensions ten."""
    text = {id: "\n".join(section.text for section in pages[id].sections) for id in EXACT}
    assert set(re.findall(r"^(?:[-*] |\| |\d+\. )?\*\*([A-I])\b", text["mandate-levels"], re.M)) == set("ABCDEFGHI")
    assert len(re.findall(r"^\d+\. ", text["teams-of-one"], re.M)) >= 15
    assert len(re.findall(r"^\d+\. ", text["experiment-dimensions"], re.M)) >= 10
    assert len(re.findall(r"\[\[\?", text["tension-prompts-form"])) >= 24


def test_one_company_stands_for_all(pages: dict[str, Document]) -> None:
    """The examples add up to one story: each is about the company, or one of the people, that the guide introduces."""
    people = re.findall(r"^\| ([A-Z][\w-]+(?: de)? [A-Z]\w+) \|", (ROOT / "content/guide/tidewell.md").read_text("utf-8"), re.M)
    assert len(people) >= 10
    without = [
        id
        for id, page in pages.items()
        for key in ("example", "worked-example", "situation")
        if (section := page.find(key)) and not any(name in section.text for name in ("Tidewell", *people))
    ]
    assert without == []


@pytest.mark.parametrize("number", [f"S{n:03}" for n in range(1, 167)])
def test_every_named_idea_is_found(pages: dict[str, Document], number: str) -> None:
    """Somebody who has heard a name elsewhere finds the page and the section that explain it."""
    concept = CONCEPTS[number]
    page = pages[concept["page"]]
    sections = {section.key if section.key in {s.id for s in page.kind.sections} else slug(section.heading.text): section  # type: ignore[union-attr]
                for section in page.sections}  # fmt: skip
    assert concept["section"] in sections, sorted(sections)
    assert re.sub(r"[^\w%]+", " ", concept["says"].casefold()).strip() in said(sections[concept["section"]]), concept["name"]
