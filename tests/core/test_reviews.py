"""Reviews: what a reader is told of them, where they are recorded, and the calendars that remind an owner."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest
from books import BOOKS, TODAY, Files, base, compiled, edited, problems, read
from hypothesis import given
from hypothesis import strategies as st
from patternbook import Book, compile_book
from patternbook.core import catalogue
from patternbook.core.calendars import calendar_paths
from patternbook.core.model import Document
from patternbook.core.scaffold import review_by_hand, with_review
from patternbook.core.setting import as_bytes, with_value
from patternbook.core.source import Source
from patternbook.core.tree import DEVICES

TRAP = "traps/slow-trap.md"
OURS = "company/traps/slow-trap.md"
DAY = "2026-11-20"
URL = "https://base.example/book/"


def document(files: Files, layers: tuple[str, ...] = ("content", "company")) -> Document:
    return next(document for document in compiled(files, layers).documents if document.id == "slow-trap")


HASH = document(base()).text_hash


def reviewed(on: str, text: str = HASH, owner: str = "Ruth", every: str = "6 months", path: str = TRAP) -> Files:
    """The base book with a review of one page."""
    lines = [f"owner: {owner}"] if owner else []
    lines += [f"reviewed: {{on: {on}, text: {text}}}"] if on else []
    lines += [f"review_every: {every}"] if every else []
    return edited(path, "status: done", "\n".join(["status: done", *lines]))


def note(files: Files, path: str = TRAP) -> str:
    """The banner of a page, or nothing."""
    found = re.findall(r'<div class="pb-review" role="note" markdown>\n\n(.*?)\n\n</div>', compiled(files).pages[path].text, re.S)
    assert len(found) < 2
    return "".join(found)


# What a reader is told


def test_an_overdue_page_says_whom_to_ask_and_since_when() -> None:
    """A reader decides how far to trust a page: they need both days and a name, and no alarm."""
    assert note(reviewed("2026-01-15")) == (
        "Last reviewed on 2026-01-15. The next review was due on 2026-07-15. Its owner is Ruth."
    )


def test_an_edited_page_says_that_its_review_is_older_than_its_text() -> None:
    """Whoever relies on a review must know that it was about another text."""
    told = note(reviewed("2026-11-01", "000000"))
    assert told == "Last reviewed on 2026-11-01. The page was edited since its review. Its owner is Ruth."


def test_a_page_that_is_both_has_one_note() -> None:
    """Two boxes above the text would be read as two troubles."""
    told = note(reviewed("2026-01-15", "000000", owner=""))
    assert told == "Last reviewed on 2026-01-15. The next review was due on 2026-07-15. The page was edited since its review."


@pytest.mark.parametrize("files", [base(), reviewed("2026-11-01"), reviewed("2020-01-01", every=""), reviewed("")])
def test_a_page_in_good_order_says_nothing(files: Files) -> None:
    """A note on every page is a note that nobody reads."""
    assert note(files) == ""


def test_the_day_itself_is_in_time() -> None:
    """An owner who reviews on the day in their calendar was not late."""
    assert note(reviewed("2026-05-21")) == ""
    assert note(reviewed("2026-05-20")) != ""


def test_the_note_stands_between_header_and_text() -> None:
    """It is read before the text that it is about, and not before one knows what the page is."""
    text = compiled(reviewed("2026-01-15")).pages[TRAP].text
    assert text.index("pb-facts") < text.index("pb-said") < text.index("pb-review") < text.index("## What you see")


def test_the_published_markdown_has_the_note_too() -> None:
    """A program that reads the page's Markdown must know as much as a person."""
    assert "\n\nLast reviewed on 2026-01-15. " in compiled(reviewed("2026-01-15")).pages[TRAP].markdown


def test_an_owner_s_name_is_text() -> None:
    """A name with signs of Markdown in it must not change the page."""
    told = note(reviewed("2026-01-15", owner='"[R](x) <b> *C*"'))
    assert told.endswith("Its owner is \\[R\\](x) &lt;b&gt; \\*C\\*.")


def test_a_german_book_says_it_in_german() -> None:
    """The words are the book's own."""
    files = read(BOOKS / "muster")
    path = next(path for path in sorted(files) if path.startswith("content/muster/"))
    files[path] = files[path].replace(b"\n---\n", b"\nreviewed: {on: 2026-01-15, text: '000000'}\nreview_every: 1 month\n---\n", 1)
    text = compiled(files, ("content",)).pages[path.removeprefix("content/")].text
    assert "Zuletzt durchgesehen am 2026-01-15. Die nächste Durchsicht war am 2026-02-15 fällig." in text


# Where a review of a page is recorded that layers change

UPSTREAM = {TRAP: reviewed("2026-11-01")[f"content/{TRAP}"]}
BODY = "\n## Ways out\n\nAsk Ruth first.\n"
FRONTS = {
    "nothing else": "extends: slow-trap\n",
    "nothing else, in braces": "{extends: slow-trap}\n",
    "braces": "extends: slow-trap\nfields: {owner: {mode: replace, value: Ruth}}\n",
    "braces with a comma at the end": "extends: slow-trap\nfields: {owner: {mode: replace, value: Ruth},} # ours\n",
    "braces over lines": "extends: slow-trap\nfields: { # ours\n  owner: {mode: replace, value: Ruth}, # hers\n  }\n",
    "empty braces": "extends: slow-trap\nfields: {} # none\n",
    "no value": "fields: # none yet\nextends: slow-trap\n",
    "lines": "fields:\n  # who\n  owner: {mode: replace, value: Ruth} # hers\n  # the end\n\nextends: slow-trap\n",
    "lines at the end": "extends: slow-trap\nfields:\n    owner:\n        mode: replace\n        value: Ruth\n# the end\n",
    "a text over lines": "extends: slow-trap\nfields:\n  summary:\n    mode: replace\n    value: |\n      All waits.\n\n# the end\n",
    "kept line ends": "fields:\n  summary:\n    mode: replace\n    value: |+\n      All waits.\n\nextends: slow-trap\n",
    "all of it further in": "  extends: slow-trap\n  fields:\n    owner: {mode: replace, value: Ruth}\n",
    "a dropped field": "extends: slow-trap\nfields: {reviewed: {mode: drop}}\n",
    "an old review": "extends: slow-trap\nfields: {reviewed: {mode: replace, value: {on: 2020-01-01, text: '000000'}}} # x\n",
    "an old review in lines": "extends: slow-trap\nfields:\n  reviewed: # when\n    mode: append\n    value:\n      text: abcdef # what\n"
    "      on: 2020-01-01\n  # who\n  owner: {mode: replace, value: Ruth}\n",
    "sections": "extends: slow-trap\nsections: {ways-out: {mode: append, why: our own case}}\n",
    "a long line of dashes": "extends: slow-trap\nfields:\n  owner: {mode: replace, value: \"--- Ruth\"}\n",
}  # fmt: skip


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
def test_a_review_goes_into_the_edition_s_file(front: str, end: str, mark: str) -> None:
    """A company vouches for the page that its people read, in its own file, and finds the rest of that file as it was."""
    before = f"{mark}---\n{front}---\n{BODY}".replace("\n", end).encode()
    files = base({OURS: before})
    page = document(files)
    text = with_review(page, DAY)
    assert text is not None
    after = as_bytes(text, before)
    book = compiled({**files, OURS: after})
    page = next(document for document in book.documents if document.id == "slow-trap")
    record = page.front.record("reviewed")
    assert record is not None and (str(record.day("on")), record.text("text")) == (DAY, page.text_hash)
    assert problems(book) == []
    assert ((b"\r\n" in after), after.startswith(b"\xef\xbb\xbf")) == (end == "\r\n", bool(mark))
    assert with_review(page, DAY) == text
    assert page.text_hash == document(files).text_hash
    if "reviewed" not in front:
        assert same(before, after) + same(before[::-1], after[::-1]) >= len(before), "text was put in, and nothing taken away"


def same(one: bytes, other: bytes) -> int:
    """How many bytes two texts have in common at their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def test_remarks_in_an_old_review_stay() -> None:
    """Somebody wrote down why they reviewed; the next review must not take their words away."""
    page = document(base({OURS: f"---\n{FRONTS['an old review in lines']}---\n{BODY}"}))
    assert with_review(page, DAY) == (
        "---\nextends: slow-trap\nfields:\n  reviewed: # when\n    mode: replace\n    value:\n"
        f"      text: {page.text_hash} # what\n      on: {DAY}\n  # who\n  owner: {{mode: replace, value: Ruth}}\n---\n{BODY}"
    )


def test_only_new_lines_come_into_a_file_of_lines() -> None:
    """A reviewer's change can be read in one glance."""
    text = with_review(document(base({OURS: f"---\n{FRONTS['lines']}---\n{BODY}"})), DAY)
    assert text is not None
    old = f"---\n{FRONTS['lines']}---\n{BODY}".split("\n")
    (added,) = [line for line in text.split("\n") if line not in old]
    assert re.fullmatch(r"  reviewed: \{mode: replace, value: \{on: 2026-11-20, text: [0-9a-f]{6}\}\}", added)


def test_only_the_most_special_file_is_written() -> None:
    """A team within a company vouches for what it shows, and not for what the company shows."""
    files = base({OURS: f"---\nextends: slow-trap\n---\n{BODY}"})
    files["team/traps/slow-trap.md"] = b"---\nextends: slow-trap\n---\n\n## Try it\n\nCount them.\n"
    layers = ("content", "company", "team")
    page = document(files, layers)
    text = with_review(page, DAY)
    assert page.top and page.top.source.path == "team/traps/slow-trap.md"
    assert text is not None and "Count them." in text
    book = compiled({**files, "team/traps/slow-trap.md": text.encode()}, layers)
    assert problems(book) == []


def test_an_update_of_the_page_below_counts_as_an_edit() -> None:
    """A company that reviewed a page learns when an update of ours changes it under their hands."""
    files = base({OURS: f"---\nextends: slow-trap\n---\n{BODY}"})
    text = with_review(document(files), DAY)
    assert text is not None
    below = files[f"content/{TRAP}"].replace(b"Count what waits.", b"Count all that waits.")
    found = problems(compiled({**files, OURS: text.encode(), f"content/{TRAP}": below}))
    assert found == [f"{OURS}:4:3 PB802"]


@pytest.mark.parametrize(
    "front",
    [
        "internal: yes\n",
        "sections: {ways-out: {mode: replace, internal: yes}}\n",
        "fields: {owner: {mode: replace, value: R, internal: yes}}\n",
    ],
)
def test_a_review_holds_for_colleagues_and_for_the_public(front: str) -> None:
    """A page of which the public sees less must not look edited to them, nor to those who reviewed all of it."""
    files = base({OURS: f"---\nextends: slow-trap\n{front}---\n{BODY}", **UPSTREAM})
    book = compile_book(files, layers=("content", "company"), today=TODAY, audience="internal")
    text = with_review(next(document for document in book.documents if document.id == "slow-trap"), DAY)
    assert text is not None
    after = {**files, OURS: text.encode()}
    for audience in ("internal", "public"):
        book = compile_book(after, layers=("content", "company"), today=TODAY, audience=audience)
        assert problems(book) == [], audience


UNSAFE = ["fields: [x]", "fields: text", "fields: {reviewed: [x]}\nfields: {}", "fields: null", "? fields\n: - x"]


@pytest.mark.parametrize("fields", UNSAFE)
def test_what_cannot_be_changed_safely_is_left_to_a_person(fields: str) -> None:
    """A command that guesses would damage a file that somebody wrote."""
    page = document(base({OURS: f"---\nextends: slow-trap\n{fields}\n---\n{BODY}"}))
    assert with_review(page, DAY) is None
    value = f"reviewed: {{mode: replace, value: {{on: {DAY}, text: {page.text_hash}}}}}"
    assert review_by_hand(page, DAY) == f"Write `{value}` below `fields:` of its front matter."


LINES = st.lists(st.sampled_from(["a", "b", "", "é"]), max_size=6)


@given(LINES, LINES, LINES, LINES, st.lists(st.sampled_from(["\n", "\r\n"]), min_size=20, max_size=20), st.booleans())
def test_lines_keep_their_ends(
    head: list[str], old: list[str], new: list[str], tail: list[str], ends: list[str], mark: bool
) -> None:
    """In a file that two systems wrote, a review must not look like a change of every line."""
    bom = b"\xef\xbb\xbf" if mark else b""
    # Of two lines that are the same nobody can tell which of them went.
    old, new = [f"old {line}" for line in old], [f"new {line}" for line in new]

    def joined(lines: list[str], ends: list[str]) -> bytes:
        return "".join(line + end for line, end in zip(lines, ends, strict=False)).encode()

    lines = [*head, *old, *tail]
    before = bom + joined(lines, ends) + b"the end"
    text = "\n".join([*head, *new, *tail, "the end"])
    after = as_bytes(text, before)
    assert after.removeprefix(bom).decode().replace("\r\n", "\n") == text
    assert after.startswith(bom + joined(head, ends)) or not lines
    assert after.endswith(joined(tail, ends[len(head) + len(old) :]) + b"the end")
    assert as_bytes("\n".join([*lines, "the end"]), before) == before


KEY = st.sampled_from(["a", "b", "c"])
FLOW = st.recursive(st.sampled_from(["x", "'y'", "{}", "[]", '"# z"', ""]), lambda inner: st.one_of(
    st.lists(inner, min_size=1, max_size=2).map(lambda items: f"[{', '.join(items)}]"),
    st.lists(st.tuples(KEY, inner), max_size=2).map(lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"),
), max_leaves=4)  # fmt: skip
FRONT = st.lists(
    st.tuples(st.sampled_from(["", "  ", "    "]), KEY, FLOW | st.sampled_from(["|\n      t\n\n", "", "# r", "x # r"])), max_size=5
).map(lambda lines: "".join(f"{pad}{key}: {value}\n" for pad, key, value in lines))


@given(FRONT, st.lists(KEY, min_size=1, max_size=3))
def test_whatever_is_written_is_what_was_meant(front: str, keys: list[str]) -> None:
    """Whatever an author's front matter looks like, the one value is set in it, or nothing is written."""
    source = Source("x.md", f"---\n{front}---\nThe text.\n")
    text = with_value(source, keys, {"on": DAY, "text": "abcdef"})
    if text is None:
        return
    assert text.endswith("---\nThe text.\n")
    assert DAY in text
    assert with_value(Source("x.md", text), keys, {"on": DAY, "text": "abcdef"}) == text


# Calendars


def unfolded(content: bytes) -> list[str]:
    """The lines of a calendar, put together by the rules of RFC 5545 and by nothing of ours."""
    assert content.endswith(b"\r\n")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert all(b"\r" not in line and b"\n" not in line for line in physical)
    for line in physical:
        line.decode()  # no sign is cut
    lines: list[bytes] = []
    for line in physical:
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode() for line in lines]


def unescaped(value: str) -> str:
    text, signs = "", iter(value)
    for sign in signs:
        text += {"n": "\n", "N": "\n"}.get(following := next(signs), following) if sign == "\\" else sign
        assert sign not in ",;", "it would end the value"
    return text


def events(content: bytes) -> list[dict[str, str]]:
    """The events of a calendar."""
    lines = unfolded(content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "VERSION:2.0" in lines and any(line.startswith("PRODID:") for line in lines)
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("END", "BEGIN"):
            assert name not in found[-1]
            found[-1][name] = unescaped(value) if name == "SUMMARY" else value
    return found


def calendars(book: Book, url: str = URL) -> Mapping[str, bytes]:
    return {path: content for path, content in dict(catalogue.files(book, url)).items() if path.endswith(".ics")}


def test_an_owner_finds_each_page_on_the_day_on_which_it_is_due() -> None:
    """Nobody looks into a playbook to learn what they have forgotten; they look into their calendar."""
    ((path, content),) = calendars(compiled(reviewed("2026-08-31"))).items()
    assert path == "data/reviews/ruth.ics"
    assert events(content) == [
        {
            "UID": "slow-trap@base",
            "DTSTAMP": "20260831T000000Z",
            "DTSTART;VALUE=DATE": "20270228",
            "SUMMARY": "Review: Slow Trap",
            "URL": "https://base.example/book/traps/slow-trap/",
            "TRANSP": "TRANSPARENT",
        }
    ]


def test_without_an_address_of_the_site_events_have_none() -> None:
    """In a calendar a relative address leads nowhere."""
    ((_, content),) = calendars(compiled(reviewed("2026-08-31")), "").items()
    assert "URL" not in events(content)[0]


@pytest.mark.parametrize("files", [reviewed(""), reviewed("2026-08-31", every=""), reviewed("2026-08-31", owner="")])
def test_a_page_without_owner_review_or_rhythm_is_in_no_calendar(files: Files) -> None:
    """A day that nobody set would be an invention, and an empty calendar a promise that nobody keeps."""
    book = compiled(files)
    assert calendars(book) == {}
    assert ".ics" not in book.pages[TRAP].text


def test_the_record_leads_to_the_calendar() -> None:
    """An owner finds their calendar from any page that they own, also from one that has no day yet."""
    files = reviewed("2026-08-31")
    practice = "content/practices/good-practice.md"
    files[practice] = files[practice].replace(b"status: done", b"status: done\nowner: Ruth")
    pages = compiled(files).pages
    assert '**Owner** Ruth <span class="pb-calendar">([calendar of reviews](../data/reviews/ruth.ics))</span>' in pages[TRAP].text
    assert "**Owner** Ruth ([calendar of reviews](../data/reviews/ruth.ics))\n" in pages[TRAP].markdown
    assert "(../data/reviews/ruth.ics)" in pages["practices/good-practice.md"].text


def test_the_bytes_depend_on_the_book_alone() -> None:
    """A calendar that changes each day would be fetched, and shown as news, each day."""
    files = reviewed("2026-08-31")
    late = compiled(files)
    (content,) = calendars(late).values()
    assert b"20261121" not in content
    assert calendars(compiled(dict(reversed(files.items())))) == calendars(late)


def owned(owners: list[str]) -> Book:
    """A book with a page for each owner, each of them due some day."""
    page = "---\nkind: page\ntitle: Page {n}\nsummary: A page. It is owned.\nowner: {owner}\n"
    page += "reviewed: {{on: 2026-11-01, text: '000000'}}\nreview_every: 1 year\n---\n\n## Text\n\nWords.\n"
    texts = {f"guide/page-{n}.md": page.format(n=n, owner="'" + owner.replace("'", "''") + "'") for n, owner in enumerate(owners)}
    return compiled(base(texts))


@pytest.mark.parametrize(
    "owners",
    [["Ruth", "ruth"], ["RUTH", "Ruth", "rUTH"], ["R. C.", "R C", "r-c"], ["é", "e\u0301", "e"], ["日", "本"], ["con", "Con"]],
)
def test_owners_of_similar_names_have_calendars_of_their_own(owners: list[str]) -> None:
    """One owner's calendar must not take the place of another's, also where case does not count."""
    book = owned(owners)
    paths = calendar_paths(book.entries.values())
    assert set(paths) == set(owners)
    assert len({path.lower() for path in paths.values()}) == len(owners)
    assert all(path.removeprefix("data/reviews/").split(".")[0] not in DEVICES for path in paths.values())
    found = calendars(book)
    for owner, path in paths.items():
        assert [event["SUMMARY"] for event in events(found[path])] == [f"Review: Page {owners.index(owner)}"]
    assert calendar_paths(owned(owners[::-1]).entries.values()) == paths


def test_a_calendar_keeps_its_address_when_a_namesake_comes() -> None:
    """Whoever subscribed must not find another's days in their calendar."""
    before = calendar_paths(owned(["ruth"]).entries.values())
    after = calendar_paths(owned(["RUTH", "Ruth", "ruth"]).entries.values())
    assert before["ruth"] == after["ruth"] == "data/reviews/ruth.ics"


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1, max_size=110).map(
    lambda text: " ".join(text.split())
).filter(lambda text: bool(text.strip()))  # fmt: skip


@given(NAMES, NAMES, st.dates(date(1900, 1, 1), date(9999, 12, 31)), st.sampled_from(["1 day", "9 weeks", "6 months", "999 years"]))
def test_whatever_a_page_is_called_a_calendar_can_be_read(title: str, owner: str, on: date, every: str) -> None:
    """One strange sign in one title would lose an owner every reminder."""

    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    files = reviewed(on.isoformat(), owner=quoted(owner), every=every)
    files[f"content/{TRAP}"] = files[f"content/{TRAP}"].replace(b"title: Slow Trap", f"title: {quoted(title)}".encode())
    book = compiled(files)
    entry = next(entry for entry in book.entries.values() if entry.id == "slow-trap")
    ((_, content),) = calendars(book).items()
    (event,) = events(content)
    assert event["SUMMARY"] == f"Review: {entry.title}"
    assert event["DTSTART;VALUE=DATE"] == str(entry.review.due).replace("-", "")
    name = next(line for line in unfolded(content) if line.startswith("NAME:"))
    assert unescaped(name.removeprefix("NAME:")) == f"Base: reviews of {entry.owner}"
