"""Drawings stand in the page itself: they must be harmless, whole, and said in words as well."""

from __future__ import annotations

import re

import pytest
from books import base, compiled, edited, problems
from core.test_hazards import CONVERTER, VECTORS, Shown, html_of
from hypothesis import given, settings
from hypothesis import strategies as st
from patternbook.core.drawings import CLASSES, ELEMENTS, MAX_BYTES, WIDTH, figure, read_drawing
from patternbook.core.model import Document

MANY = settings().max_examples // 100
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 80">'
NAMED = "<title>A loop</title><desc>One leads to two, and two back to one.</desc>"
DRAWN = '<line class="bold arrow" x1="0" y1="10" x2="90" y2="10"/><text class="small" x="4" y="30">one &amp; two</text>'
WHOLE = f"{SVG}{NAMED}{DRAWN}</svg>"
PAGE = "traps/slow-trap.md"
PLACED = "Work waits.\n\n![Work goes round](../figures/loop.svg)\n\nMore words."
# What a figure may hold beside the elements of a drawing.
AROUND = {"figure", "figcaption", "details", "summary", "p", "defs", "marker"}
ATTRIBUTES = {
    *("id", "class", "role", "aria-label", "aria-describedby", "transform", "marker-end", "marker-start", "orient"),
    *(name.lower() for allowed in ELEMENTS.values() for name in allowed),
    *("refx", "refy", "markerwidth", "markerheight", "markerunits", "viewbox"),
}  # fmt: skip


class Inside(Shown):
    """The elements of a figure, and what should not be there."""

    tags, attributes = AROUND | set(ELEMENTS), ATTRIBUTES

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        acting = [(name, value) for name, value in attrs if name != "aria-label"]
        self.faults += [f"{name}={value}" for name, value in acting if re.search(r"script|url\((?!#fig-)|[<>]", value or "", re.I)]


def drawn(svg: str) -> tuple[str, list[str]]:
    """A drawing's figure and its problems, as `line:column message`."""
    drawing, found = read_drawing("content/figures/loop.svg", svg.encode("utf-8", "surrogatepass"))
    return figure(drawing, "Caption", "In words") if drawing else "", [f"{p.line}:{p.column} {p.message}" for p in found]


# Safety

MARKS = (
    "<",
    ">",
    "/>",
    "</",
    '"',
    "'",
    "&",
    "&#60;",
    "&lt;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x ?>",
    "<!DOCTYPE svg>",
    "\n",
    " ",
    "=",
)
BITS = st.sampled_from((*MARKS, *ELEMENTS, *CLASSES, "script", "style", "a", "use", "image", "foreignObject", "set", "x", "class", "onload", "href", "d"))  # fmt: skip


@settings(max_examples=1_000 * MANY)
@given(st.lists(st.one_of(BITS, st.text(max_size=4)), max_size=14).map("".join), st.sampled_from((DRAWN, "", "<g>")))
def test_whatever_a_drawing_holds_nothing_of_it_is_live(junk: str, before: str) -> None:
    """A drawing comes from anybody's editor and stands inside our pages: only listed elements get there."""
    html, found = drawn(f"{SVG}{NAMED}{before}{junk}</svg>")
    assert bool(html) is not bool(found)
    assert Inside(html).faults == []
    page = CONVERTER.reset().convert(f"Before.\n\n{html}\n\nAfter.")
    assert [line for line in page.split("\n") if line] == [line for line in ("<p>Before.</p>", html, "<p>After.</p>") if line]


@pytest.mark.parametrize(
    "place", ["<text>%</text>", "%", '<text x="%">a</text>', '<path d="%"/>', '<g class="%"/>', "<title>%</title>"]
)
@pytest.mark.parametrize("vector", VECTORS)
def test_known_attacks_in_a_drawing_are_refused_or_words(vector: str, place: str) -> None:
    """What hides in words or numbers must not become an element or an address."""
    html, found = drawn(f"{SVG}{NAMED}{place.replace('%', vector)}</svg>")
    assert html or found
    assert Inside(html).faults == []


@pytest.mark.parametrize(
    ("svg", "expected"),
    [
        (f"{SVG}{NAMED}\n <script>x</script></svg>", '2:2 the element "script" does not belong here'),
        (f'{SVG}{NAMED}\n\n  <rect onclick="x"/></svg>', '3:3 rect has an attribute "onclick"'),
        (f'{SVG}{NAMED}<rect style="x"/></svg>', 'rect has an attribute "style"'),
        (f'{SVG}{NAMED}<rect width="10%"/></svg>', 'width is "10%"'),
        (f'{SVG}{NAMED}<rect transform="matrix(1 0 0 1 0 0)"/></svg>', 'transform is "matrix'),
        (f'{SVG}{NAMED}<rect class="boold"/></svg>', 'unknown class "boold" (did you mean "bold"?)'),
        (f'{SVG}{NAMED}<rect class="arrow"/></svg>', 'a rect is no "arrow"'),
        (f"{SVG}{NAMED}words</svg>", 'words stand in "svg"'),
        (f"{SVG}{NAMED}<svg/></svg>", 'the element "svg" does not belong here'),
        (WHOLE.replace(f"{WIDTH} 80", "500 80"), 'viewBox is "0 0 500 80"'),
        (WHOLE.replace("</svg>", ""), "no element found"),
        (WHOLE.replace("<title>A loop</title>", ""), "the drawing has no title"),
        (WHOLE.replace("One leads to two, and two back to one.", " "), "the drawing has no desc"),
        (f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{WHOLE}", "a declaration or an instruction stands in the drawing"),
        (f"{SVG}{NAMED}{'<g>' * 700}{'</g>' * 700}</svg>", "more than 600 elements"),
        (WHOLE + " " * MAX_BYTES, "bytes; at most"),
        ("", "no element found"),
    ],
)
def test_a_fault_of_a_drawing_is_told_where_it_stands(svg: str, expected: str) -> None:
    """Who draws by hand finds the line, and reads what is allowed."""
    html, found = drawn(svg)
    assert html == ""
    assert any(expected in line for line in found), found


# On the page


def test_a_drawing_is_seen_named_and_told() -> None:
    """Somebody who does not see it learns the same from its name and its words."""
    html = html_of(compiled({**edited(PAGE, "Work waits.", PLACED), "content/figures/loop.svg": WHOLE.encode()}).pages[PAGE].text)
    shown = re.search(r"<figure.*?</figure>", html)
    assert shown
    assert Inside(shown[0]).faults == []
    assert 'id="fig-loop"' in shown[0]
    assert 'role="img" aria-label="A loop" aria-describedby="fig-loop--words"' in shown[0]
    assert "<figcaption>Work goes round</figcaption>" in shown[0]
    assert '<p id="fig-loop--words">One leads to two, and two back to one.</p>' in shown[0]
    assert "<p>More words." in html


def test_the_page_as_markdown_tells_the_drawing() -> None:
    """A program that reads the page as text, and a person who copies it, keep what the drawing says."""
    book = compiled({**edited(PAGE, "Work waits.", PLACED), "content/figures/loop.svg": WHOLE.encode()})
    assert "*Work goes round* One leads to two, and two back to one." in book.pages[PAGE].markdown
    assert "<figure" not in book.pages[PAGE].markdown


def test_an_arrow_gets_its_head_from_its_own_drawing() -> None:
    """Two drawings on one page must not share an id."""
    html, _ = drawn(WHOLE)
    assert 'class="bold arrow" marker-end="url(#fig-loop--head)"' in html
    assert html.count('id="fig-loop--head"') == 1
    assert "marker" not in drawn(WHOLE.replace(" arrow", ""))[0]


def test_another_page_can_link_to_a_drawing() -> None:
    """`[[page#fig-loop]]` leads to it, with its name."""
    other = "Try the [[good-practice|good practice]] first. See [[wide-trap#fig-loop]]."
    files = {**edited(PAGE, "Try the [[good-practice|good practice]] first.", other), "content/figures/loop.svg": WHOLE.encode()}
    wide = base()["content/traps/wide-trap.md"].decode()
    files["content/traps/wide-trap.md"] = wide.replace(
        "## Ways out", "![It goes round](../figures/loop.svg)\n\n## Ways out"
    ).encode()
    book = compiled(files)
    assert problems(book) == []
    assert "[Wide Trap, A loop](wide-trap.md#fig-loop)" in book.pages[PAGE].text


def test_a_company_puts_its_own_drawing_in_the_place_of_ours() -> None:
    """The layer's file of the same name is shown, and no page is touched."""
    files = {**edited(PAGE, "Work waits.", PLACED), "content/figures/loop.svg": WHOLE.encode()}
    files["company/figures/loop.svg"] = WHOLE.replace("A loop", "Our loop").encode()
    assert 'aria-label="Our loop"' in compiled(files).pages[PAGE].text


@pytest.mark.parametrize(
    "text",
    [
        "Look: ![a](../figures/loop.svg)", "- ![a](../figures/loop.svg)", " ![a](../figures/loop.svg)", "![a [b] c](../figures/loop.svg)",
        '![a](../figures/loop.svg "t")', "![a](../figures/lo%6fp.svg)", "![a](../figures/loop.svg).", "[see](../figures/loop.svg)",
    ],
)  # fmt: skip
def test_a_drawing_that_would_be_no_figure_is_reported_where_it_stands(text: str) -> None:
    """As a bare picture it would be black in the dark and without words; and nothing else is said of it."""
    book = compiled({**edited(PAGE, "Work waits.", text), "content/figures/loop.svg": WHOLE.encode()})
    assert [line.split()[-1] for line in problems(book)] == ["PB132"]
    assert problems(book)[0].startswith("content/traps/slow-trap.md:")


def test_a_caption_is_shown_as_written() -> None:
    """Code and signs in a caption are text like everywhere."""
    text = "Work waits.\n\n![Set `wip` to R&amp;D < 2](../figures/loop.svg)\n\n"
    book = compiled({**edited(PAGE, "Work waits.", text), "content/figures/loop.svg": WHOLE.encode()})
    assert problems(book) == []
    assert "<figcaption>Set wip to R&amp;D &lt; 2</figcaption>" in book.pages[PAGE].text


def test_a_drawing_with_faults_makes_one_problem() -> None:
    """Whoever reads ten problems for one typo mends the wrong one."""
    text = "Work waits. See [[#fig-loop]].\n\n![a](../figures/loop.svg)\n\n"
    broken = WHOLE.replace('class="small"', 'class="smal"').encode()
    book = compiled({**edited(PAGE, "Work waits.", text), "content/figures/loop.svg": broken})
    assert [line.split()[-1] for line in problems(book)] == ["PB131"]


def test_a_company_that_replaces_a_section_is_not_told_of_our_drawing() -> None:
    """It must not touch our files, so a warning about them could never be heeded."""
    files = {**edited(PAGE, "Work waits.", PLACED), "content/figures/loop.svg": WHOLE.encode()}
    files["company/slow-trap.md"] = (
        b"---\nextends: slow-trap\nsections:\n  what-you-see: {mode: replace, why: ours}\n---\n\n## What you see\n\nOurs.\n"
    )
    assert problems(compiled(files)) == []


@pytest.mark.parametrize("name", ["Loop.svg", "a--words.svg", "profile.svg", "b/loop.svg", "LOOP.SVG"])
def test_a_name_that_could_clash_is_refused(name: str) -> None:
    """A drawing's name is an id on the page."""
    found = problems(compiled(base({f"figures/{name}": WHOLE})))
    assert found == [f"content/figures/{name}:1:1 PB131"]


def test_many_faults_cost_little() -> None:
    """A file of nonsense must not hold up the build: at most fifty problems, found in one pass."""
    words = " ".join(["zz"] * 15_000)
    _, found = drawn(SVG + "\n" * 10_000 + f'{NAMED}<g class="{words}"/></svg>')
    assert len(found) == 50


@pytest.mark.parametrize("end", ["<g", "</svg>"], ids=["broken XML", "no title"])
def test_the_last_problem_that_is_told_may_be_any(end: str) -> None:
    """Wherever the count is reached, the answer is problems and never a crash."""
    _, found = drawn(f'{SVG}<g class="{" ".join(["zz"] * 49)}"/>{end}')
    assert len(found) == 50


# Profiles

SCALED = """\
shape:
  label: Shape
  plural: Shapes
  folder: shapes
  profile: text
  fields:
    speed: {type: scale, label: Speed, poles: [slow, fast]}
    size: {type: scale, label: Size <b>, poles: [small, large]}
  sections: [{id: text, heading: Text, required: true}]
"""
SHAPE = "---\nkind: shape\ntitle: Round\nsummary: It is round. It rolls.\nstatus: done\nspeed: 4\nsize: 2\n---\n\n## Text\n\nSee [[slow-trap]].\n"


def shaped(page: str) -> tuple[list[str], Document, str]:
    kinds = base()["content/_book/kinds.yml"].decode()
    book = compiled(base({"_book/kinds.yml": kinds + SCALED, "shapes/round.md": page}))
    document = next(d for d in book.documents if d.id == "round")
    return [line for line in problems(book) if "PB415" not in line], document, book.pages["shapes/round.md"].text


def test_the_scales_of_a_kind_are_drawn_as_its_profile() -> None:
    """A reader sees at a glance how two shapes differ; the numbers come from the page's data alone."""
    found, _, text = shaped(SHAPE)
    assert found == []
    html = re.search(r"<figure.*?</figure>", html_of(text))
    assert html
    assert Inside(html[0]).faults == []
    assert "Speed: 4 of 5 (1 slow, 5 fast); Size &lt;b&gt;: 2 of 5 (1 small, 5 large)." in html[0]
    x = [int(n) for n in re.findall(r'<circle class="solid" cx="(\d+)"', html[0])]
    assert x[0] > x[1]


def test_a_page_with_one_value_has_no_profile() -> None:
    """One point is no profile; the value is told in words instead."""
    _, _, text = shaped(SHAPE.replace("size: 2\n", ""))
    assert "<figure" not in text
    assert "**Speed** 4 of 5 (1 slow, 5 fast)" in text


def test_a_profile_stands_whatever_its_section_begins_with() -> None:
    """A link or a sign at the start of the text must not push it out."""
    for start in ("[[slow-trap]] x", "`{x}` y", "{ z"):
        _, _, text = shaped(SHAPE.replace("\n\nSee [[slow-trap]].", f"\n{start}"))
        assert text.count('id="fig-profile"') == 1, start
