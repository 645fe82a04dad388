"""Nothing that somebody writes into a book becomes live in a reader's browser.

Two ways to find what would: text put together from nasty tokens, and a table of known attacks in every place that takes text.
A page is judged as hosts show it: by the converter and exactly the extensions that hosts are given.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest
from books import Files, base, compiled, problems
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from patternbook import Book
from patternbook.core.text import md
from patternbook.hosts.site import EXTENSIONS, copyright_line, extra, nav

MANY = settings().max_examples // 100

# What a finished page may hold. Whatever else comes out of the converter is a fault, harmless or not.
TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "a", "em", "strong", "code", "pre", "blockquote", "hr", "br", "img"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "id",
    "class",
    "href",
    "src",
    "alt",
    "title",
    "role",
    "aria-label",
    "data-kind",
    "data-rows",
    "data-type",
    "align",
    "start",
}
# What our own drawing of a page's neighbourhood is made of; allowed nowhere else.
DRAWN = {"svg", "g", "path", "circle", "text", "tspan", "a", "p", "figcaption"}
LINES_OF_DRAWING = {
    *("viewbox", "role", "aria-label", "aria-hidden", "class", "data-kind", "href", "transform", "d"),
    *("x", "y", "cx", "cy", "r", "dy", "text-anchor"),
}
# Controls of forms and checklists; allowed in our own blocks and blanks alone, and known by their ids.
CONTROLS = {"input", "label", "fieldset", "legend", "textarea", "select", "option", "small"}
OF_CONTROLS = {
    *("id", "class", "type", "name", "value", "for", "rows", "maxlength", "inputmode", "autocomplete", "required", "scope"),
    *(
        "aria-label",
        "aria-describedby",
        "data-field",
        "data-type",
        "data-column",
        "data-columns",
        "data-label",
        "data-end",
        "data-above",
        "data-below",
    ),
}
VOID = {"hr", "br", "img", "input"}
SCHEMES = {"", "http", "https", "mailto"}


CONVERTER = Markdown(extensions=list(EXTENSIONS), extension_configs={name: dict(value) for name, value in EXTENSIONS.items()})


def html_of(finished: str) -> str:
    """A finished page as HTML, without its front matter."""
    return CONVERTER.reset().convert(finished.split("\n---\n", 1)[1])


def scheme_of(address: str) -> str:
    """The scheme that a browser sees: white space and control characters do not count."""
    found = re.match(r"([^/?#:]*):", re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]", "", address))
    return found[1].lower() if found else ""


class Shown(HTMLParser):
    """One reading of a page's HTML: its faults, its text, its ids, and our blocks at its top level."""

    tags, attributes = TAGS, ATTRIBUTES

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.drawing = False
        self.form = 0
        self.blocks: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        ours = given.get("class") in ("pb-figure pb-neighbours", "pb-mentions") or (
            tag == "summary" and self.open[-1:] == ["details"]
        )
        if given.get("class") in ("pb-field", "pb-in") and not self.form:
            self.form = len(self.open) + 1
        fills = bool(self.form) or (tag in CONTROLS and (given.get("id") or given.get("for", "")).startswith("tick--"))
        drawn = self.drawing and "figure" in self.open
        self.drawing = drawn or given.get("class") == "pb-figure pb-neighbours"
        if tag not in (DRAWN if drawn else self.tags | CONTROLS if fills else self.tags) and not ours:
            self.faults.append(f"<{tag}>")
        attributes = LINES_OF_DRAWING if drawn else self.attributes | OF_CONTROLS if fills else self.attributes
        self.faults += [f"<{tag} {name}={value!r}>" for name, value in given.items() if name not in attributes]
        addresses = [given[name] for name in ("href", "src") if name in given]
        self.faults += [f"<{tag}> leads to {address!r}" for address in addresses if scheme_of(address) not in SCHEMES]
        if given.get("id", "").startswith("__"):
            self.faults.append(f"id {given['id']}")
        if not self.open and given.get("class", "").startswith("pb-"):
            self.blocks.append(given["class"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open and self.open[-1] == tag:
            if len(self.open) == self.form:
                self.form = 0
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"declaration {data!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data!r}")


# Text from nasty tokens

HEAD = """\
---
kind: {kind}
title: Nasty
summary: A page of nasty text. It stands between our blocks.
status: done
owner: somebody
relations: {{pairs-with: [partner]}}
sources: [{{title: One, url: "https://x.example/"}}]
---
"""
# A small book, since each example compiles one: the definition, and a page to link to.
PARTNER = "---\nkind: page\ntitle: Partner\nsummary: Another page. It is linked to.\n---\n\n## Text\n\nWords.\n"
SMALL: Files = {path: content for path, content in base().items() if "/_book/" in path and not re.search("samples|glossary", path)}
SMALL["content/guide/partner.md"] = PARTNER.encode()
PAGE = "guide/nasty.md", HEAD.format(kind="page") + "\n## Start\n\nText.\n\n%s\n"
CHECK = "checklists/nasty-check.md", HEAD.format(kind="checklist") + "\n## Purpose\n\nText.\n\n## Now\n\n- [ ] One. ^one\n\n%s\n"
FRAMES = {
    PAGE: (["pb-lead"], ["pb-cards", "pb-record"]),
    CHECK: (["pb-kicker", "pb-lead", "pb-unkept", "pb-checklist"], ["pb-cards", "pb-record"]),
}
LINES = (
    "`<script>`", "`</div>`", '` <a href="<div`', "`<!--`", "``</div>```</div>`", "`a|b`", "`&#`", "- [ ] x `</div>` ^c1",
    "- [ ] x `<!--` ^c2", "- [ ] x ^c3\n    more", "```\n<script>\n```", "~~~\n</div>\n~~~", "``` js\n</div>\n```",
    "|a|b|\n|---|---|\n|`x|y`|z|", "| a | b |\n| --- | --- |\n| `c` | d |", "> q\n> ---", "> # __q", "- # h", "# h", "## h",
    "## `h` x", "### h {#ok}", "####### __h", "h\n===", "__h\n-- \u2028", "[r]: https://x.example/", "[x][r]", "!!! note\n    a",
    '!!! note "t"\n    a', '!!! x"onclick=y\n    a', "*[x]: y", "[^1]: z", "1. a", "- a", "* a", "> a", ">> a", "    code",
    "\tcode", ": a", "??? x", "***", "---",
)  # fmt: skip
TOKENS = (
    "`", "``", "```", "````", "~~~", "~~~~", "\\", "\\\\", "\\`", "\\<", "\\[", "\\]", "\\(", "\\{", "\\|", "{", "}", "[", "]",
    "(", ")", "](", "]:", "<", ">", "<<", '"', "'", "&", "&#", "&lt;", "&lt;script&gt;", "&#60;b&#62;", "&amp;", "&colon;",
    "&#106;", "&#x3a;", "|", "||", "#", "*", "**", "_", "__", "***", "^id", " ^x1", "- ", "* ", "1. ", "- [ ] ", "- [x] ", "> ",
    "!!! ", ":", "---", "===", "-", "=", "!", 'markdown="1"', "onclick=alert(1)", "style=x", "javascript:alert(1)",
    "java&#115;cript:alert(1)", "JaVaScRiPt&colon;x", "https://x.example/", "<https://x.example/>", "<a@b.example>",
    '[x](https://x.example/ "t")', "![x](https://x.example/a.png)", "[[partner]]", "[[partner|x]]", "[x](../guide/partner.md)",
    "x", "y z", "é", "\xa0", "\u200b", "\u2028", "\ufeff", "İ", "%5B", "amp", "wzxhzdk:0", "klzzwxh:0001", "\n", "\n\n", "\n    ",
    "\n\t", "\n> ", "\n- ", "  \n", " ", "{ #ok }",
)  # fmt: skip
REFUSED = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>", "</div>", "<div", '<a href="', "<!--", "-->", "<?",
    "<![CDATA[", "<svg/onload=alert(1)>", '<div markdown="1">', "<javascript:alert(1)>", "{: onclick=x}", "{: #__x }", "{#__id}",
    "{.cls}", "*x*{: onclick=x}", "### h {: onclick=x}", "``` {.py onclick=x}", "[x](javascript:alert(1))",
    "[x](java\tscript:alert(1))", '[x]( javascript:alert(1) "t")', "[x](<javascript:alert(1)>)", "[x](data:text/html,x)",
    "![x](javascript:x)", "[r]: javascript:alert(1)", "[r]: <javascript:alert(1)>", "[[|]]", "[[?aim]]",
)  # fmt: skip
PIECE = st.one_of(
    st.sampled_from(TOKENS),
    st.sampled_from(TOKENS),
    st.sampled_from(LINES).map(lambda line: f"\n\n{line}\n\n"),
    st.sampled_from(LINES).map(lambda line: f"\n{line}\n"),
    st.tuples(st.sampled_from((*TOKENS, *REFUSED)), st.sampled_from((" ", "\n", ""))).map("".join),
    st.sampled_from(TOKENS).map(lambda token: f"`{token}`"),
)
NASTY = st.lists(PIECE, min_size=1, max_size=9).map("".join)


def accepted(body: str, page: tuple[str, str]) -> Shown | None:
    """A page with a body as it is shown, or nothing if the book refuses it."""
    path, frame = page
    book = compiled({**SMALL, f"content/{path}": frame.replace("%s", body).encode()})
    return None if book.errors else Shown(html_of(book.pages[path].text))


@settings(max_examples=2_000 * MANY)
@given(NASTY, st.sampled_from((PAGE, CHECK)))
def test_nasty_text_is_refused_or_harmless(body: str, page: tuple[str, str]) -> None:
    """Whatever a contributor writes, a reader's browser runs none of it, and the page stays whole around it."""
    shown = accepted(body, page)
    assume(shown is not None)
    assert shown is not None
    before, after = FRAMES[page]
    assert shown.faults == []
    assert (shown.blocks[: len(before)], shown.blocks[-len(after) :]) == (before, after)


# Where the book's reading of Markdown once differed from the converter's: each of these was live, or broke the page.
DIFFERENCES = (
    "\\\\`a` [x](javascript:alert(1)) `c` `",
    '``` hl_lines="1"\n```\n<b>\n```',
    "```\t\n```\n<b>\n```",
    "~~~\t\n~~~\n[x](javascript:alert(1))\n~~~",
    "!!! note\n    [x]: javascript:alert(1)\n\n[x][x]",
    "> [x]:\n> javascript:alert(1)\n\n[x][]",
    "- [x]: javascript:alert(1)\n\n[x][]",
    "[]: javascript:alert(1)\n\n[x][]",
    "Text &# more",
    "Code `&#` more",
    '` <a href="<div` more',
    "- [ ] x `</div>` ^c1",
    "`</div>`- [ ] x ^c1",
    "> # __proto__",
    "> __proto__\n> ---",
    "####### __proto__",
    "|__proto__\n- ",
    "__proto__\n-- \u2028",
)


@pytest.mark.parametrize("page", FRAMES, ids=["page", "checklist"])
@pytest.mark.parametrize("body", DIFFERENCES)
def test_difference_to_the_converter_is_refused_or_harmless(body: str, page: tuple[str, str]) -> None:
    """What once got past the checks never does again."""
    shown = accepted(body, page)
    assert shown is None or (shown.faults, shown.blocks[-2:]) == ([], ["pb-cards", "pb-record"])


@settings(max_examples=500 * MANY)
@given(st.lists(st.sampled_from((*TOKENS, *REFUSED, *LINES)), min_size=1, max_size=8).map("".join))
def test_plain_text_is_shown_as_written(text: str) -> None:
    """A title with signs in it reads as its author wrote it, and does nothing else."""
    said = " ".join(text.split())
    assume(said)
    shown = Shown(CONVERTER.reset().convert(f"# {md(text)} {{#x}}\n\n- **{md(text)}**\n\n| a |\n| - |\n| {md(text)} |\n"))
    assert shown.faults == []
    assert [" ".join(part.split()) for part in shown.text.split("\n") if part.strip()] == [said, said, "a", said]


# Known attacks in every place that takes text

VECTORS = (
    "<script>alert(1)</script>", "<ScRiPt src=//x.example></sCrIpT>", "<script\n>alert(1)</script >",
    "<script/x>alert(1)</script>", "<<script>alert(1)//<</script>", "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)//", "<img/src='x'/onerror=alert(1)>",
    '<img src="x"\nonerror="alert(1)">', "<img src=javascript:alert(1)>", "<svg onload=alert(1)>", "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<math href=javascript:alert(1)>x", "<body onload=alert(1)>", "<iframe src=javascript:alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>">', "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>", "<button formaction=javascript:alert(1)>x",
    "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>",
    "<marquee onstart=alert(1)>", "<style>*{background:url(javascript:alert(1))}</style>",
    "<link rel=stylesheet href=//x.example/x.css>", "<base href=//x.example/>",
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">', "<a href=javascript:alert(1)>x</a>",
    '<a href="java&#115;cript:alert(1)">x</a>', '<div style="width:expression(alert(1))">',
    '<div markdown="1" onclick=alert(1)>x</div>', "</div></div></div>", "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?xml-stylesheet href=javascript:alert(1)?>", '" onmouseover="alert(1)',
    "' onmouseover='alert(1)", '"><img src=x onerror=alert(1)>', 'x" autofocus onfocus=alert(1) x="', "javascript:alert(1)",
    "javascript&colon;alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)", " javascript:alert(1)",
    "JAVASCRIPT:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))", "[x](java&#115;cript:alert(1))", "[x](javascript&colon;alert(1))", "[x](<javascript:alert(1)>)",
    "[x](<java\nscript:alert(1)>)", "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](javascript:alert(1))",
    '[x](https://x.example/ "\\" onclick=alert(1)")', "[x](https://x.example/){: onclick=alert(1)}",
    "*x*{: onclick=alert(1) style=x}", "x {: #__proto__ onclick=alert(1)}", "[x]: javascript:alert(1)",
    "[x][y]\n\n[y]: javascript:alert(1)", "<javascript:alert(1)>", "`<img src=x onerror=alert(1)>`",
    "``` {.x onclick=alert(1)}\nx\n```", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>", "{{ config }}", "{% raw %}", "wzxhzdk:0", "\u2028<script>alert(1)</script>", "＜script＞",
)  # fmt: skip


@dataclass(frozen=True)
class Sink:
    """A place that takes text: a file, the stretch that is replaced, and what replaces it with `%` for the attack.

    In data the attack is quoted, so that it arrives as it is. Attacks on a page are made on as many copies of it.
    """

    name: str
    path: str
    old: str
    new: str
    data: bool = True
    without: str = ""

    def copy(self, number: int) -> str:
        """The path of a copy of the page that may have any content of its kind."""
        if self.path.startswith("_book/"):
            return self.path
        folder, _, name = self.path.replace("index.md", "guide/index.md").rpartition("/")
        stem, hyphen, suffix = name.removesuffix(".md").rpartition("-")
        return f"{folder}/{stem}{number}{hyphen}{suffix}.md"

    def text(self, vector: str) -> str:
        before = base()[f"content/{self.path}"].decode()
        assert before.count(self.old) >= 1
        return before.replace(self.old, self.new.replace("%", json.dumps(vector) if self.data else vector), 1)

    def book(self, vectors: dict[str, str]) -> Book:
        """The book with attacks made on it, by path."""
        return compiled(base({**dict.fromkeys(self.without.split()), **{path: self.text(v) for path, v in vectors.items()}}))

    def lines(self, vector: str) -> range:
        """The lines of the file that an attack stands in."""
        text, before = self.text(vector).split("\n"), base()[f"content/{self.path}"].decode().split("\n")
        start = next((n for n, (a, b) in enumerate(zip(text, before, strict=False), 1) if a != b), 1)
        return range(start, start + len(text) - len(before) + 1)


TRAP, GOOD, FORM, READY = "traps/slow-trap.md", "practices/good-practice.md", "templates/plan-form.md", "checklists/ready-check.md"
SAMPLE = "_book/samples/plan-form.yml"
LABELLED = "  aim: {type: line, label: Aim, required: true}"
SINKS = (
    Sink("body paragraph", TRAP, "Work waits.", "Work %", data=False),
    Sink("body line", TRAP, "Work waits.", "%", data=False),
    Sink("code", TRAP, "Work waits.", "Work `%`", data=False),
    Sink("fenced code", TRAP, "Work waits.", "Work.\n\n```\n%\n```\n\n", data=False),
    Sink("fence's language", TRAP, "Work waits.", "Work.\n\n``` %\nx\n```\n\n", data=False),
    Sink("indented code", TRAP, "Work waits.", "Work.\n\n    %\n\n", data=False),
    Sink("quotation", TRAP, "Work waits.", "Work.\n\n> %\n\n", data=False),
    Sink("admonition", TRAP, "Work waits.", 'Work.\n\n!!! note "%"\n    %\n\n', data=False),
    Sink("heading", READY, "## Before", "## Before %", data=False),
    Sink("smaller heading", TRAP, "Work waits.", "### Work %\n\nWork.", data=False),
    Sink("heading's id", TRAP, "Work waits.", "### Work {#%}\n\nWork.", data=False),
    Sink("list item", TRAP, "Work waits.", "- Work\n- %", data=False),
    Sink("table cell", TRAP, "Work waits.", "| a | b |\n| --- | --- |\n| c | % |", data=False),
    Sink("link label", TRAP, "[[good-practice|good practice]]", "[[good-practice|%]]", data=False),
    Sink("link target", TRAP, "[[good-practice|good practice]]", "[[%]]", data=False),
    Sink("address", TRAP, "[[good-practice|good practice]]", "[x](%)", data=False),
    Sink("address in brackets", TRAP, "[[good-practice|good practice]]", "[x](<%>)", data=False),
    Sink("reference", TRAP, "Work waits.", "[x][y]\n\n[y]: %\n\n", data=False),
    Sink("listing", "index.md", "kind=trap", "%", data=False),
    Sink("checklist item", READY, "One aim is written down.", "One %", data=False),
    Sink("checklist code", READY, "One aim is written down.", "One `%`", data=False),
    Sink("item's id", READY, "^one-aim", "^%", data=False),
    Sink("title", TRAP, "Slow Trap", "%"),
    Sink("summary", TRAP, "Everything is slow. Do less at once.", "%"),
    Sink("symptom", TRAP, "We wait for each other all day.", "%"),
    Sink("aka", TRAP, "Treacle", "%"),
    Sink("reason", TRAP, "it frees somebody", "%"),
    Sink("source's title", TRAP, "status: done", "status: done\nsources: [{title: %}]"),
    Sink("source's author", TRAP, "status: done", "status: done\nsources: [{title: x, by: %}]"),
    Sink("source's address", TRAP, "status: done", "status: done\nsources: [{title: x, url: %}]"),
    Sink("owner", GOOD, "owner: operations", "owner: %"),
    Sink("field's label", FORM, "label: Aim", "label: %"),
    Sink("label of a field in a sentence", FORM, "by: {type: date, label: By}", "by: {type: date, label: %}"),
    Sink("field's help", FORM, "label: Aim", "label: Aim, help: %"),
    Sink("field's hint", FORM, "say: More than three steps.", "say: %"),
    Sink("field's unit", FORM, LABELLED, "  aim: {type: range, label: Aim, unit: %}", without=SAMPLE),
    Sink("field's pole", FORM, "poles: [guess, proof]", "poles: [%, proof]"),
    Sink("field's option", FORM, LABELLED, "  aim: {type: choice, label: Aim, options: {a: %}}", without=SAMPLE),
    Sink("column's label", FORM, "label: Part}", "label: %}"),
    Sink("sample answer", SAMPLE, "aim: Fewer things in progress", "aim: %"),
    Sink("sample list", SAMPLE, "Stop one", "%"),
    Sink("sample cell", SAMPLE, "part: Login", "part: %"),
    Sink("glossary term", "_book/glossary.yml", "term: Float", "term: %"),
    Sink("glossary text", "_book/glossary.yml", "text: What may move.", "text: %"),
    Sink("facet's label", "_book/facets.yml", "label: Theme", "label: %"),
    Sink("facet's value", "_book/facets.yml", "goals: Goals", "goals: %"),
    Sink("kind's label", "_book/kinds.yml", "label: Trap", "label: %"),
    Sink("kind's plural", "_book/kinds.yml", "plural: Traps", "plural: %"),
    Sink("kind's question", "_book/kinds.yml", "plural: Traps", "plural: Traps\n  question: %"),
    Sink("kind's field", "_book/kinds.yml", "label: You say", "label: %"),
    Sink("relation's label", "_book/relations.yml", "label: Leads to", "label: %"),
    Sink("status", "_book/book.yml", "label: done", "label: %"),
    Sink("book's name", "_book/book.yml", "name: Base", "name: %"),
    Sink("licence", "_book/book.yml", "themes: theme", "themes: theme\nlicence: {text: %, url: %}"),
)


def host_prints(book: Book) -> str:
    """What hosts put into pages beside their body, as they do it: without escaping it again."""
    heads = [json.loads(line.partition(": ")[2]) for page in book.pages.values() for line in page.text.split("\n")[1:3]]
    words = extra(book, "https://x.example/edit/")["words"]
    assert isinstance(words, dict)
    texts = [*heads, *words.values(), *(title for entry in nav(book) for title in entry)]
    return copyright_line(book).replace(' rel="license"', "") + "".join(f'<p title="{text}">{text}</p>' for text in texts)


def live(book: Book) -> list[str]:
    """Every fault of a book's pages and of what stands around them."""
    shown = {path: Shown(html_of(page.text)) for path, page in book.pages.items()} | {"around": Shown(host_prints(book))}
    return [f"{path}: {fault}" for path, page in shown.items() for fault in page.faults]


SAFE = compiled(base())


def outcome(sink: Sink, vectors: dict[str, str]) -> list[str]:
    """What is wrong after attacks: something live, or a refusal that does not say where."""
    book = sink.book(vectors)
    refused = {
        path for path, v in vectors.items() if any(f"content/{path}" == p.path and p.line in sink.lines(v) for p in book.errors)
    }
    accepted = {path: vector for path, vector in vectors.items() if path not in refused}
    if refused and accepted:
        book = sink.book(accepted)
    if not accepted:
        return []
    if book.errors:
        return problems(book)
    return live(replace(book, pages={path: page for path, page in book.pages.items() if page != SAFE.pages.get(path)}))


@pytest.mark.parametrize("sink", SINKS, ids=lambda sink: sink.name)
def test_known_attack_is_refused_or_harmless(sink: Sink) -> None:
    """An attack that a company's editor pastes from anywhere is shown as text, or refused where it stands."""
    paths = [sink.copy(number) for number in range(len(VECTORS))]
    attacks = [{path: vector} for path, vector in zip(paths, VECTORS, strict=True)]
    together = [dict(zip(paths, VECTORS, strict=True))] if len(set(paths)) == len(paths) else attacks
    assert [wrong for vectors in together if (wrong := outcome(sink, vectors))] == []


@pytest.mark.parametrize("vector", VECTORS)
def test_attack_in_every_word_of_the_interface(vector: str) -> None:
    """A translator's file cannot reach a reader's browser either."""
    keys = [
        line.partition(":")[0] for line in base()["content/_book/strings.yml"].decode().splitlines() if not line.startswith("#")
    ]
    book = compiled(base({"_book/strings.yml": "\n".join(f"{key}: {json.dumps(vector)}" for key in keys) + "\n"}))
    assert [p for p in book.errors if p.path != "content/_book/strings.yml"] == []
    assert live(book) == [] if not book.errors else True


def test_every_sink_shows_harmless_text() -> None:
    """The attacks above reach the page at all: the same places show a plain word."""
    silent_by_nature = {"aka", "listing", "book's name", "link target", "address", "address in brackets", "source's address",
                        "reference", "heading's id", "item's id", "licence"}  # fmt: skip
    silent = {s.name for s in SINKS if not any("Zebra" in page.text for page in s.book({s.path: "Zebra"}).pages.values())}
    assert silent - silent_by_nature == set()


def test_the_allow_lists_are_not_blind() -> None:
    """The judge of all these tests sees an attack when one is there."""
    raw = [vector for vector in VECTORS if re.fullmatch("<.*>", vector) and not Shown(vector).faults]
    assert raw == []
