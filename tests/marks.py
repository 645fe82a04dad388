"""A book with a mark in everything that only colleagues may read: whatever of it is published can be found again."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import dataclass, field

from books import BOOKS, read

LAYERS = ("content", "company", "board")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>{title}</title><rect width="9" height="9"/></svg>'
DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 80"><title>{title}</title><desc>{desc}</desc>'
    '<text x="4" y="20">{text}</text></svg>'
)


@dataclass
class Marks:
    """Marks as they are made: none is a word of any book."""

    seed: int
    made: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def new(self) -> str:
        self.made.append(f"secret{self.chance.randrange(10**9):09d}")
        return self.made[-1]

    def filled(self, text: str) -> str:
        """A text with a mark of its own in place of each `@`."""
        return "".join(part if not number else self.new() + part for number, part in enumerate(text.split("@")))


def marked(seed: int) -> tuple[dict[str, bytes], list[str]]:
    """The base book under a company's layer with internal parts and an internal layer; and all marks, 200 at least.

    Marks are names of pages, old ids, tags, fields, sections, items, drawings, pictures, a layer's settings and its templates.
    """
    marks = Marks(seed)
    value = marks.new()
    files = read(BOOKS / "base")
    texts = {
        "company/company.yml": "name: Acme\ntitle: The Acme playbook\naddress: https://playbook.acme.example/\n",
        "company/_book/facets.yml": marks.filled(f"theme:\n  values: {{{value}: '@'}}\n"),
        "company/figures/drawn.svg": DRAWN.format(title=marks.new(), desc=marks.new(), text=marks.new()),
        **{f"company/traps/{id}-trap.md": marks.filled(OVERRIDE.format(id=id)) for id in ("slow", "wide")},
        **{marks.filled(path): marks.filled(text) for path, text in BOARD.items()},
    }
    for number in range(16):
        whole = number % 2 == 0
        pictures = [f"img/{marks.new()}.svg", f"img/{marks.new()}.png"]
        files[f"company/{pictures[0]}"] = SVG.format(title=marks.new()).encode()
        files[f"company/{pictures[1]}"] = picture(marks.new())
        shown = [*(f"[{marks.new()}](../{path})" for path in pictures), "![Five rows.](../figures/drawn.svg)" if not number else ""]
        page = PAGE.format(value=value, shown="\n\n".join(shown)) if whole else PARTS.format(shown="\n\n".join(shown))
        texts[f"company/traps/{marks.new() if whole else f'our-{number}'}.md"] = marks.filled(page)
    assert len(marks.made) >= 200
    return files | {path: text.encode() for path, text in texts.items()}, marks.made


def picture(text: str) -> bytes:
    """A PNG of one point that holds a text."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = (chunk(b"IHDR", head), chunk(b"tEXt", b"Comment\0" + text.encode()), chunk(b"IDAT", zlib.compress(b"\0\0")))
    return b"\x89PNG\r\n\x1a\n" + b"".join([*body, chunk(b"IEND", b"")])


OVERRIDE = """---
extends: {id}-trap
fields:
  owner: {{mode: replace, value: '@', why: '@', internal: yes}}
  aka: {{mode: append, value: ['@'], internal: yes}}
  symptoms: {{mode: append, value: ['We say @.'], internal: yes}}
sections:
  ways-out: {{mode: append, why: '@', internal: yes}}
---

## Ways out

@ and *@*.

### About @
"""
PAGE = """---
kind: trap
title: '@'
internal: yes
aka: ['@']
aliases: ['@']
keywords: ['@']
summary: '@.'
owner: '@'
tags: {{theme: [{value}]}}
symptoms: ['We say @.']
relations: {{countered-by: [good-practice], leads-to: [{{id: slow-trap, why: '@'}}]}}
status: done
sources: [{{title: '@', url: 'https://example.com/@'}}]
---

## What you see

@

{shown}

## Ways out

See [[slow-trap]] and [[wide-trap|@]].
"""
PARTS = """---
kind: trap
title: Our Trap
internal: [ways-out, owner, aka, keywords]
aka: ['@']
keywords: ['@']
summary: What we all may read.
owner: '@'
tags: {{theme: [goals]}}
symptoms: [We all say this.]
relations: {{countered-by: [good-practice], leads-to: [slow-trap]}}
status: done
---

## What you see

See [[slow-trap]].

## Ways out

@ and [@](https://example.com/@).

{shown}
"""
BOARD = {
    "board/company.yml": "name: '@'\ninternal: yes\nhide: {ready-check: '@'}\nadoption: {slow-trap: {state: trial, evidence: '@'}}\n",
    "board/_book/glossary.yml": "@: {term: '@', text: '@'}\n",
    "board/practices/@.md": (
        "---\nkind: practice\ntitle: '@'\nsummary: '@.'\ntags: {theme: [work]}\nrelations: {counters: [{id: wide-trap, why: '@'}]}\n"
        "status: done\n---\n\n## When\n\n@\n\n## Do this\n\nSee [[wide-trap]].\n"
    ),
    "board/checklists/@-check.md": (
        "---\nkind: checklist\ntitle: '@'\nsummary: '@.'\nstatus: done\n---\n\n## Purpose\n\n@, see [[slow-trap]].\n\n"
        "## @\n\n- [ ] @ is written down. ^@\n"
    ),
    "board/templates/@-form.md": (
        "---\nkind: template\ntitle: '@'\nsummary: '@.'\nfields:\n  aim: {type: line, label: '@', help: '@'}\nstatus: done\n---\n\n"
        "## Purpose\n\n@, see [[slow-trap]].\n\n## The plan\n\n[[?aim]]\n"
    ),
    "board/overrides/assets/@.txt": "@",
    "board/traps/slow-trap.md": "---\nextends: slow-trap\nsections: {try-it: {mode: replace, why: '@'}}\n---\n\n## Try it\n\n@\n",
    "board/_base/slow-trap/try-it.md": "@\n",
}
