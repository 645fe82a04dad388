"""What holds for every book, looked for in generated ones."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import pytest
from books import BOOKS, ROOT, Files, base, compiled, read
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from patternbook import Book
from patternbook.core.diagnostics import Severity
from patternbook.core.frontmatter import MODES
from patternbook.core.model import Document
from patternbook.core.query import Query, parse_query
from patternbook.core.scaffold import with_item_ids, with_review
from patternbook.core.scan import Marks, scan
from patternbook.core.schema import Record, Value, Word
from patternbook.core.source import Source, Span

MANY = settings().max_examples // 100
BASE = base()
SAFE = compiled(BASE)
DAY = "2026-11-21"


def decoded(content: bytes) -> str:
    """A file's text as far as it is UTF-8, with the line ends that problems count."""
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def misplaced(files: Mapping[str, bytes], book: Book) -> list[str]:
    """Problems whose place is not in their file."""
    wrong = []
    for p in book.problems:
        lines = decoded(files.get(p.path, b"")).split("\n")
        inside = 1 <= p.line <= len(lines) and 1 <= p.column <= len(lines[p.line - 1]) + 1
        if not inside or (p.span and not 0 <= p.span.start <= p.span.end <= len("\n".join(lines))):
            wrong.append(f"{p.path}:{p.line}:{p.column} {p.span} {p.code.number} {p.message}")
    return wrong


# No exception, whatever the bytes

SIGNS = st.sampled_from(
    ["---\n", "\n---\n", "```", "`", "~~~\n", "[[", "]]", "[[?aim]]", "[[|", "](", "<", "&#", "{#x}", "{", "}", "#", "\n# ",
     "\n## ", "\n## #\n", "\n- [ ] ", " ^id", "|", "> ", "\t", "    ", "\r\n", "\r", "\ufeff", "\u2028", "\x00", "\x85", "\ud800",
     "\U0001f600", "é", ": ", "? ", "- ", "&a ", "*a", "!!x ", "<<: ", "''", '"', "[", "{a: ", "%", "@", "null", "~", "yes",
     "2026-02-30", "1e9", "-1", "kind: trap\n", "extends: slow-trap\n", "fields: ", "sections: ", "tags: ", "relations: ", "id: ",
     "{id: slow-trap, why: x}", "[[slow-trap]]", "```patterns\nkind=\n```\n"]
)  # fmt: skip
JUNK = st.one_of(
    st.binary(max_size=40), st.lists(SIGNS, max_size=6).map("".join).map(lambda text: text.encode("utf-8", "surrogatepass"))
)


@st.composite
def damaged(draw: st.DrawFn, files: list[str]) -> tuple[str, bytes]:
    """A file of the base book with stretches cut out and others put in."""
    path = draw(st.sampled_from(files))
    content = BASE[path]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 30)))
        content = content[:start] + draw(JUNK) + content[end:]
    return path, content


PAGES = sorted(path for path in BASE if path.endswith(".md"))
DATA = sorted(path for path in BASE if "/_book/" in path)


@settings(max_examples=600 * MANY)
@given(st.one_of(damaged(PAGES), st.tuples(st.sampled_from(PAGES), JUNK)))
def test_any_page_compiles(change: tuple[str, bytes]) -> None:
    """A half-written or broken page is a problem with a place, never a crash of somebody's build."""
    files = {**BASE, change[0]: change[1]}
    assert misplaced(files, compiled(files)) == []


@settings(max_examples=400 * MANY)
@given(st.one_of(damaged(DATA), st.tuples(st.sampled_from([*DATA, "content/_book/views.yml"]), JUNK)))
def test_any_definition_compiles(change: tuple[str, bytes]) -> None:
    """A slip in the book's definition says where it is, however much of the book it breaks."""
    files = {**BASE, change[0]: change[1]}
    assert misplaced(files, compiled(files)) == []


VALUES = st.recursive(
    st.sampled_from(
        ["", "x", "slow-trap", "Slow Trap", "list", "fields", "steps", "yes", 0, -1, 10**12, "2026-02-30", None, "theme", "trap"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "why", "type", "label", "x", "a b"]), inner, max_size=3)
    ),
    max_leaves=5,
)
FIELDS = (
    "title",
    "aka",
    "aliases",
    "summary",
    "tags",
    "relations",
    "symptoms",
    "status",
    "reviewed",
    "review_every",
    "sources",
    "fields",
    "extends",
)


@settings(max_examples=300 * MANY)
@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=5), st.sampled_from(sorted(SAFE.definition.kinds)))
def test_any_front_matter_compiles(front: dict[str, object], kind: str) -> None:
    """A value of the wrong sort is a problem of that value, whichever field it stands in."""
    text = (
        "---\n"
        + "".join(f"{key}: {json.dumps(value)}\n" for key, value in {"kind": kind, **front}.items())
        + "---\n\n## Start\n\nText.\n"
    )
    for path in ("content/guide/any.md", "company/any.md"):
        files = {**BASE, path: text.encode()}
        assert misplaced(files, compiled(files)) == []


@settings(max_examples=200 * MANY)
@given(
    st.lists(
        st.text(max_size=12)
        | st.sampled_from(["..", ".", "", "_book", "index.md", "README.md", "con.md", "x.MD", "traps", "a.svg"]),
        max_size=4,
    ),
    JUNK,
)
def test_any_file_name_compiles(parts: list[str], content: bytes) -> None:
    """A file that an editor or a system leaves in the folder never stops the checks."""
    files = {**BASE, f"content/{'/'.join(parts)}": content, "/".join(parts): content}
    book = compiled(files)
    assert [p for p in book.problems if p.line < 1 or p.column < 1] == []


# Every place names what it says

WORDS = st.text(st.sampled_from("abcXYZ éß\U0001f600\u2014"), min_size=1, max_size=14).map(str.strip).filter(bool)
QUOTED = st.tuples(WORDS, st.sampled_from(["{}", "'{}'", '"{}"'])).map(lambda pair: (pair[0], pair[1].format(pair[0])))


def words_in(value: Value) -> Iterator[Word]:
    """Every word in a value, however deep."""
    if isinstance(value, Word):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from words_in(item)
    elif isinstance(value, Record):
        yield from value.keys.values()
        for item in value.values.values():
            yield from words_in(item)


@settings(max_examples=200 * MANY)
@given(
    QUOTED, st.lists(QUOTED, min_size=1, max_size=3, unique_by=lambda pair: pair[0]), QUOTED, QUOTED, st.booleans(), st.booleans()
)
def test_words_know_their_place(
    title: tuple[str, str], said: list[tuple[str, str]], why: tuple[str, str], by: tuple[str, str], flow: bool, windows: bool
) -> None:
    """An editor marks the very word that is wrong, in any alphabet and behind any line end."""
    symptoms = f" [{', '.join(raw for _, raw in said)}]" if flow else "".join(f"\n  - {raw}" for _, raw in said)
    lines = [
        "---", "kind: trap", f"title: {title[1]} # why", "summary: Two. Words.", "tags: {theme: [work]}", f"symptoms:{symptoms}",
        f"relations:\n  countered-by: [{{id: good-practice, why: {why[1]}}}]", f"sources: [{{title: x, by: {by[1]}}}]",
        "status: done", "---", "",
        "## What you see", "", "Text.", "", "## Ways out", "", "Text.", "",
    ]  # fmt: skip
    text = "\n".join(lines).replace("\n", "\r\n" if windows else "\n")
    files = {**BASE, "content/traps/new-trap.md": ("\ufeff" if windows else "").encode() + text.encode()}
    document = next(d for d in compiled(files).documents if d.id == "new-trap")
    found = [word for value in document.front.values.values() for word in words_in(value)] + list(document.front.keys.values())
    assert {title[0], why[0], by[0], *(text for text, _ in said)} <= {str(word) for word in found}
    assert [word for word in found if word not in word.source.slice(word.span)] == []


INLINE = st.sampled_from(
    ["word", "`code`", "`# x`", "``a ` b``", "*so*", "[[slow-trap]]", "[[slow-trap|the trap]]", "[[ slow-trap#ways-out | x ]]",
     "![[x]]", "[a](b.md)", '[a](<b c.md> "t")', "![a](p.png)", "<https://x.example/>", "[a][b]", "\\`", "\\[[x]]", "[[?aim]]",
     "[[? aim ]]", "é\U0001f600", "^not", "{x}", "|"]
)  # fmt: skip
LINE = st.lists(INLINE, min_size=1, max_size=4).map(" ".join)
HEADING = st.tuples(st.integers(1, 6), LINE, st.sampled_from(["", " #", " ##  ", " {#own-id}", "  "]))
TASK = st.tuples(
    st.sampled_from(["- [ ] ", "- [x] ", "* [ ] ", "  - [ ] "]), LINE, st.sampled_from(["", " ^an-id", "\n    more", "\n  more ^b"])
)
OTHER = st.sampled_from(
    ["[b]: c.md", "> [[slow-trap]]", "```patterns\nkind=trap\n```", "~~~ patterns\nkind=trap&q=x\n~~~",
     "```\n# no\n- [ ] no [[x]]\n```", "a | b\n--- | ---\n`|` | [[wide-trap]]"]
)  # fmt: skip
BLOCK = st.one_of(
    LINE,
    HEADING.map(lambda parts: f"{'#' * parts[0]} {parts[1]}{parts[2]}"),
    st.lists(TASK, min_size=1, max_size=3).map(lambda tasks: "\n".join(map("".join, tasks))),
    OTHER,
)
TEXT = st.lists(BLOCK, min_size=1, max_size=6).map(lambda blocks: "\n\n".join(blocks) + "\n")


def misnamed(source: Source, marks: Marks) -> list[object]:
    """Marks whose spans do not hold what the marks say."""
    cut = source.slice
    wrong: list[object] = []
    wrong += [
        h for h in marks.headings if not cut(h.span).startswith("#" * h.level) or h.text not in cut(h.span) or "\n" in cut(h.span)
    ]
    wrong += [h for h in marks.headings if h.anchor is not None and f"#{h.anchor}" not in cut(h.span)]
    wiki, plain = [m for m in marks.links if m.wiki], [m for m in marks.links if not m.wiki]
    wrong += [
        m
        for m in wiki
        if not cut(m.span).lstrip("!").startswith("[[") or not cut(m.span).endswith("]]") or m.target not in cut(m.span)
    ]
    wrong += [m for m in wiki if m.label is not None and m.label not in cut(m.span)]
    wrong += [m for m in plain if cut(m.span) != m.target]
    wrong += [b for b in marks.blanks if cut(b.span).replace(" ", "") != f"[[?{b.field}]]".replace(" ", "")]
    wrong += [
        i for i in marks.items if not i.span.start <= i.text.start < i.text.end <= i.span.end or cut(i.text) != cut(i.text).strip()
    ]
    wrong += [i for i in marks.items if i.anchor is not None and cut(Span(i.text.end, i.span.end)).strip() != f"^{i.anchor}"]
    wrong += [
        x for x in marks.listings if cut(x.query) not in cut(x.span) or cut(x.span)[:3] not in ("```", "~~~") or "`" in cut(x.query)
    ]
    wrong += [b for b in marks.braces if cut(b) != "{"]
    wrong += [c for c in marks.codes if not (cut(c).startswith("`") and cut(c).endswith("`"))]
    return wrong


@settings(max_examples=500 * MANY)
@given(st.sampled_from(["", "before\n\n"]), TEXT)
def test_marks_hold_what_they_name(before: str, text: str) -> None:
    """What is replaced on a page is exactly what was found there, never a letter beside it."""
    source = Source("content/x.md", before + text)
    assert misnamed(source, scan(source, Span(len(before), len(source.text)))) == []


# Neither order nor chance

DIGEST = """
import hashlib, sys
sys.path.insert(0, "tests")
from books import BOOKS, ROOT, compiled, read
total = hashlib.sha256()
for folder in (BOOKS / "base", BOOKS / "muster", ROOT):
    files = {path: data for path, data in read(folder).items() if path.startswith("content/")} if folder != ROOT else {
        f"content/{path}": data for path, data in read(ROOT / "content").items()}
    book = compiled(dict(reversed(files.items())) if sys.argv[1] == "2" else files)
    assert len(book.pages) > 5
    total.update(repr([(page.path, page.text, page.markdown) for page in book.pages.values()]).encode())
    total.update(repr((book.problems, book.nav, [d.path for d in book.documents])).encode())
print(total.hexdigest())
"""


def test_pages_do_not_depend_on_chance() -> None:
    """Two machines make the same bytes, so that a build can be compared and reused."""
    found = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, seed],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1 and len(found.pop().strip()) == 64


@settings(max_examples=40 * MANY)
@given(st.permutations(sorted(BASE)))
def test_pages_do_not_depend_on_the_order_of_files(order: list[str]) -> None:
    """A file system may list files in any order."""
    book = compiled({path: BASE[path] for path in order})
    assert (book.pages, book.problems, book.nav) == (SAFE.pages, SAFE.problems, SAFE.nav)


# Headings, as a Markdown parser sees them

BODY = st.sampled_from(["# no heading", "## no", "text", "- [ ] x", "", "    ", "[[x]]", "~~", "``", "#"])
SPOKEN = st.lists(
    st.sampled_from(["one", "two", "`code`", "`# x`", "*so*", "a#b", "é", "\\#", "C#", "**b**"]), min_size=1, max_size=4
).map(" ".join)
BLOCKS = st.one_of(
    SPOKEN,
    st.lists(SPOKEN, min_size=2, max_size=3).map("\n".join),
    st.lists(SPOKEN, min_size=1, max_size=3).map(lambda lines: "\n".join(f"- {line}" for line in lines)),
    st.lists(SPOKEN, min_size=1, max_size=3).map(lambda lines: "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))),
    st.lists(SPOKEN, min_size=1, max_size=3).map(lambda lines: "\n".join(f"> {line}" for line in lines)),
    st.tuples(st.sampled_from(["```", "~~~", "````"]), st.sampled_from(["", "py", " text"]), st.lists(BODY, max_size=4))
    .map(lambda t: "\n".join([t[0] + t[1], *t[2], t[0]])),
    st.tuples(st.integers(1, 6), SPOKEN, st.sampled_from(["", " #", " ###", "  "])).map(lambda t: f"{'#' * t[0]} {t[1]}{t[2]}"),
    st.lists(SPOKEN, min_size=1, max_size=2).map(lambda rows: "\n".join(["| a | b |", "| --- | --- |",
    *(f"| {row} | x |" for row in rows)])),
)  # fmt: skip


@settings(max_examples=500 * MANY)
@given(st.lists(BLOCKS, min_size=1, max_size=8).map("\n\n".join))
def test_headings_are_those_of_a_markdown_parser(text: str) -> None:
    """Sections are cut where every Markdown editor shows a heading, and nowhere else."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    theirs = [
        (int(token.tag[1]), token.map[0] + 1, tokens[number + 1].content)
        for number, token in enumerate(tokens)
        if token.type == "heading_open" and token.map
    ]
    source = Source("content/x.md", text)
    ours = [(h.level, source.position(h.span.start)[0], h.text) for h in scan(source, Span(0, len(text))).headings]
    assert ours == theirs


# What commands write

ITEM = st.tuples(
    st.sampled_from(["- [ ] ", "- [x] ", "* [ ] ", "  - [ ] "]),
    st.sampled_from(["One aim", "One aim", "`code`", "Run `x ^y` now", "A [[slow-trap|link]]", "é\U0001f600", "x ^y z",
    "Ends in `code`", "*", "a" * 90]),
    st.sampled_from(["", "", "", "  ", "\n    goes on", "\n  goes on", " ^{}"]),
)  # fmt: skip
FRONT = "---\nkind: checklist\ntitle: New\nsummary: One. Two.\nstatus: done\n---\n"
CHECK = FRONT + "\n## Purpose\n\nText.\n\n## Now\n\n{}\n\n## Then\n\n- [ ] Last.\n"


def page_of(files: Files, path: str) -> Document:
    return next(d for d in compiled(files).documents if d.source.path == path)


def seen(document: Document) -> tuple[object, ...]:
    """A page but for its items' ids and its review."""
    front = {key: value for key, value in document.front.values.items() if key != "reviewed"}
    items = [s.source.slice(item.text) for s in document.sections for item in s.marks.items]
    return (repr(front), items, [(s.key, s.heading.text if s.heading else "") for s in document.sections])


@settings(max_examples=300 * MANY)
@given(st.lists(ITEM, min_size=1, max_size=5), st.sampled_from(["\n", "\n\n"]), st.sets(st.sampled_from(["one-aim", "last"])))
def test_fix_adds_ids_and_nothing_else(items: list[tuple[str, str, str]], between: str, taken: set[str]) -> None:
    """Somebody who runs `fix` finds ids at the ends of the items, and their words as they were."""
    path = "content/checklists/new-check.md"
    body = between.join("".join(item).replace("{}", f"own-{number}") for number, item in enumerate(items))
    before = page_of({**BASE, path: CHECK.format(body).encode()}, path)
    text, added = with_item_ids(before, before.source, sorted(taken))
    after = page_of({**BASE, path: text.encode()}, path)
    olds = [item.anchor for s in before.sections for item in s.marks.items]
    news = [item.anchor for s in after.sections for item in s.marks.items]
    assert seen(after) == seen(before)
    assert None not in news and len(set(news)) == len(news) and not set(added) & taken
    assert [new for old, new in zip(olds, news, strict=True) if old is None] == added
    assert with_item_ids(after, after.source, sorted(taken)) == (text, [])
    assert [old for old, new in zip(olds, news, strict=True) if old not in (None, new)] == []


@settings(max_examples=200 * MANY)
@given(
    st.sampled_from(PAGES),
    st.sampled_from(["", "reviewed: {on: 2020-01-01, text: abcdef}\n", "reviewed:\n  on: 2020-01-01\n  text: abcdef\n",
    "# a remark\n", "reviewed: # x\n  {on: 2020-01-01, text: abcdef} # y\n"]),
    st.sampled_from(["first", "last"]), st.sampled_from(["---", "---  "]), TEXT,
)  # fmt: skip
def test_review_records_and_changes_nothing_else(path: str, old: str, place: str, closing: str, text: str) -> None:
    """Somebody who reviews a page finds one line changed, and the record fits the text that they read."""
    whole = BASE[path].decode()
    front, _, body = whole.removeprefix("---\n").partition("\n---\n")
    front = f"{old}{front}\n" if place == "first" else f"{front}\n{old}"
    before = page_of({**BASE, path: f"---\n{front}{closing}\n{body}\n{text}".encode()}, path)
    new = with_review(before, DAY)
    assert new is not None
    after = page_of({**BASE, path: new.encode()}, path)
    reviewed = after.front.record("reviewed")
    assert seen(after) == seen(before)
    assert reviewed is not None and reviewed.text("text") == before.text_hash == after.text_hash
    assert str(reviewed.day("on")) == DAY
    assert with_review(after, DAY) == new
    assert not after.broken


# Queries

BOOKS_AT_HAND = {
    "base": SAFE,
    "muster": compiled(read(BOOKS / "muster"), layers=("content",)),
    "content": compiled({f"content/{path}": data for path, data in read(ROOT / "content").items()}, layers=("content",)),
}
QUERY_TEXT = st.lists(
    st.sampled_from(["kind", "id", "theme", "q", "due", "owner", "=", "!=", "&", ",", "?", "%", "%zz", "%00", "+", "trap", "yes",
    "\n", " ", "é", "x"]), max_size=8
).map("".join)  # fmt: skip


@settings(max_examples=300 * MANY)
@given(st.text(max_size=40) | QUERY_TEXT)
def test_any_query_is_read(text: str) -> None:
    """Whatever stands in an address or a `patterns` block is a query or a named problem."""
    query, found = parse_query(text, SAFE.definition, SAFE.names)
    assert isinstance(query, Query) and all(isinstance(problem, str) and problem for problem in found)
    assert len(SAFE.select(query)) <= len(SAFE.entries)


def clauses(book: Book) -> list[tuple[str, str]]:
    definition = book.definition
    return [
        *(("kind", kind) for kind in definition.kinds),
        *(("id", entry.id) for entry in book.entries.values() if entry.id and entry.kind.listed),
        *(("status", status) for status in definition.statuses),
        *((facet.id, value) for facet in definition.facets.values() for value in facet.values),
        ("due", "yes"), ("due", "no"), ("owner", "operations"), ("owner", "nobody"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", BOOKS_AT_HAND)
def test_a_value_and_its_exclusion_share_out_the_book(name: str) -> None:
    """A reader who turns a filter round sees just the pages that were missing."""
    book = BOOKS_AT_HAND[name]
    everything = [entry.path for entry in book.select(Query())]
    assert everything
    for key, value in clauses(book):
        queries = [parse_query(f"{key}{sign}{value}", book.definition, book.names) for sign in ("=", "!=")]
        chosen, rest = ([entry.path for entry in book.select(query)] for query, _ in queries)
        assert [found for _, found in queries] == [[], []]
        assert sorted(chosen + rest) == sorted(everything), f"{key}={value}"


# Relations

NAMES = ["aa-trap", "bb-trap", "cc-practice", "dd-practice"]
TYPES = sorted(SAFE.definition.relations)
ENDS = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(TYPES), st.sampled_from([*NAMES, "nobody"]), st.sampled_from(["", "a reason"])
)


def related(ends: list[tuple[str, str, str, str]]) -> Files:
    """The base book with four pages and relations between them."""
    files = dict(BASE)
    for name in NAMES:
        kind = name.partition("-")[2]
        written: dict[str, list[dict[str, str]]] = {}
        for source, type, target, why in ends:
            if source == name and target not in [entry["id"] for entry in written.get(type, [])]:
                written.setdefault(type, []).append({"id": target, **({"why": why} if why else {})})
        front = {
            "kind": kind,
            "title": name,
            "summary": "One. Two.",
            "tags": {"theme": ["work"]},
            "relations": written,
            "status": "draft",
        }
        front |= {"symptoms": ["x"]} if kind == "trap" else {}
        files[f"content/{kind}s/{name}.md"] = f"---\n{json.dumps(front)}\n---\n\n## What\n\nText.\n".encode()
    return files


@settings(max_examples=150 * MANY)
@given(st.lists(ENDS, min_size=1, max_size=6))
def test_relations_show_at_both_ends(ends: list[tuple[str, str, str, str]]) -> None:
    """Whichever of two pages a reader opens, it leads to the other one, for the same reason."""
    book = compiled(related(ends))
    rows = {(r.source, r.type, r.target): r.why for relations in book.graph.relations.values() for r in relations}
    types = book.definition.relations
    assert {(target, types[type].inverse, source): why for (source, type, target), why in rows.items()} == rows
    for source, type, target in rows:
        page = next(page for page in book.pages.values() if PurePosixPath(page.path).stem == source)
        assert f"### {types[type].label}" in page.markdown
        assert re.search(rf"\((?:\.\./\w+/)?{target}\.md\)", page.markdown)


# Layers

SECTIONS = [(d.id, d.source.path, s.key, s.heading.text) for d in SAFE.documents for s in d.sections if s.heading and d.id]


def override(id: str, key: str, heading: str, mode: str, text: str) -> str:
    body = "" if mode == "drop" else f"\n## {heading}\n\n{text}\n"
    return f"---\nextends: {id}\nsections:\n  {key}: {{mode: {mode}, why: ours}}\n---\n{body}"


@settings(max_examples=150 * MANY)
@given(st.sampled_from(SECTIONS), st.sampled_from(MODES), st.lists(LINE, min_size=1, max_size=3).map("\n\n".join))
def test_an_override_changes_its_section_alone(place: tuple[str, str, str, str], mode: str, text: str) -> None:
    """A company that rewrites one section keeps every other word of the page, and of all pages."""
    id, _, key, heading = place
    files = {**BASE, f"company/{id}.md": override(id, key, heading, mode, text).encode()}
    book = compiled(files)
    assert [p for p in book.problems if p.severity is Severity.ERROR and p.code.number == "PB602"] == []

    def rest(some: Book) -> dict[str, list[tuple[str, str, str]]]:
        return {
            d.path: [(s.key, s.text, s.heading.text if s.heading else "") for s in d.sections if (d.id, s.key) != (id, key)]
            for d in some.documents
        }

    assert rest(book) == rest(SAFE)
    assert repr([d.front for d in book.documents]) == repr([d.front for d in SAFE.documents])


@settings(max_examples=60 * MANY)
@given(st.sampled_from(SECTIONS), st.sampled_from(MODES), LINE)
def test_without_overrides_the_base_is_whole(place: tuple[str, str, str, str], mode: str, text: str) -> None:
    """Whoever leaves the company's layer out gets the pages of upstream byte for byte."""
    id, _, key, heading = place
    files = {**BASE, f"company/{id}.md": override(id, key, heading, mode, text).encode()}
    assert compiled(files, layers=("content",)).pages == SAFE.pages
    assert compiled({**BASE, f"company/{id}.md": f"---\nextends: {id}\n---\n".encode()}).pages == SAFE.pages
