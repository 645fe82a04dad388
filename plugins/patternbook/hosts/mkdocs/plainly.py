"""What the host's converter makes of the plainest texts, at once: paragraphs, headings with an id, lists of links.

Most pieces of a book are such, and the converter takes fifty times as long for them as for finding out that they are. Whatever is
not surely plain is nothing here, and the converter's own affair. A test compares both on all our books and on random text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from markdown.extensions.toc import slugify

_ENTITY = r"&(?:\#[0-9]+|\#x[0-9a-fA-F]+|[0-9a-zA-Z]+);"
_ESCAPED = r"[\\`*_{}\[\]()>\#+\-.!|]"
# Tags that stand in a line, as the program writes them.
_TAG = (
    r"</?(?:span|svg|g|path|circle|text|tspan|polyline|polygon|line|rect|em)"
    r'(?:\ [a-zA-Z-]+="(?:[^"<>&*_\\`\[\]{}!\n]|&\#[0-9]+;)*")*>'
)
_TOKEN = re.compile(
    rf"""\\(?P<escaped>{_ESCAPED})
    | (?P<entity>{_ENTITY})
    | (?<!!)\[(?P<label>(?:[^\[\]\\`*_&<>{{}}!\n]|\\{_ESCAPED}|{_ENTITY}|{_TAG})+)\]\((?P<link>[A-Za-z0-9./\#?=_-]+)\)
    | (?:^|(?<=\ ))\*\*(?P<strong>[^\W_](?:[^\\`*_&<>{{}}\[\]!\n]*[^\W_])?)\*\*(?=\ |$)
    | (?P<tag>{_TAG})
    | (?P<wild>[\\`*_{{}}\[\]&<!]|\ \ \n)""",
    re.X,
)
# What makes a line more than text.
_SPECIAL = re.compile(r"(?!\*\*[^\W_])[ \t#>\-+*=|:~]|\d+[.)]|$")
_HEADING = re.compile(r"(#{1,6}) ([^\n#{}<]*[^\n#{} <])(?: \{#([a-z0-9-]+)\})?")
_ATTRIBUTES = r'((?: [a-z-]+="[A-Za-z0-9 -]*")+)'
_BLOCK = re.compile(rf"<(div|details|figure){_ATTRIBUTES} markdown>(\n<summary>[\w ,.]+</summary>)?")
_CAPTION = re.compile(r"<figcaption markdown>([^\n]*)</figcaption>")
_RAW = re.compile(r'<(div|figure) class="pb-(?:field|figure)"(?![^<>]* markdown>)[^<>]*>')
_BELOW = "    "


class Plain(NamedTuple):
    """HTML in stretches with a link between every two, ids, and headings as level, id and name."""

    html: tuple[str, ...]
    links: tuple[str, ...]
    ids: tuple[str, ...]
    headings: tuple[tuple[int, str, str], ...]


class _NotPlain(Exception):
    """The converter must look at it."""


def plainly(text: str) -> Plain | None:
    """A piece of a page, if it is plain."""
    if whole_element(text):
        return Plain((f"{text}\n",), (), (), ())
    blocks = text.split("\n\n")
    opened = _BLOCK.fullmatch(blocks[0])
    writer = _Writer()
    try:
        if opened is None:
            writer.blocks(blocks, headings=True)
        elif len(blocks) > 2 and blocks[-1] == f"</{opened[1]}>" and (opened[1] == "details") == bool(opened[3]):
            writer.ids += re.findall(r' id="([^"]*)"', opened[2])
            writer.add(f"<{opened[1]}{opened[2]}>{opened[3] or ''}\n")
            writer.blocks(blocks[1:-1], headings=False)
            writer.add(f"\n</{opened[1]}>")
        else:
            return None
    except _NotPlain:
        return None
    return writer.done()


def whole_element(text: str) -> bool:
    """Whether this is a field or a drawing of ours, from its first tag to its last: HTML that stays as it is."""
    tag = _RAW.match(text)
    return tag is not None and text.endswith(f"</{tag[1]}>") and text.count(f"<{tag[1]} ") == text.count(f"</{tag[1]}>")


class _Writer:
    """Writes HTML as the converter's serializer would."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.stretches: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[tuple[int, str, str]] = []

    def add(self, html: str) -> None:
        self.html.append(html)

    def done(self) -> Plain:
        return Plain((*self.stretches, "".join(self.html)), tuple(self.links), tuple(self.ids), tuple(self.headings))

    def blocks(self, blocks: list[str], headings: bool) -> None:
        """Blocks one below the other."""
        listed = False
        for number, (block, below) in enumerate(_grouped(blocks)):
            if number:
                self.add("\n")
            if block.startswith("- ") and not listed:
                self.entries(block, below)
                listed = True
                continue
            listed = False
            if below:
                raise _NotPlain
            if block.startswith("#"):
                self.heading(block, headings)
            elif (caption := _CAPTION.fullmatch(block)) and not headings:
                self.add("<figcaption>\n")
                self.paragraph(caption[1])
                self.add("\n</figcaption>")
            else:
                self.paragraph(block)

    def heading(self, block: str, allowed: bool) -> None:
        found = _HEADING.fullmatch(block)
        if found is None or not allowed:
            raise _NotPlain
        level, name = len(found[1]), _plain(found[2])
        id = found[3] or slugify(unescape(name), "-")
        if not id:
            raise _NotPlain
        self.add(f'<h{level} id="{id}">{name}</h{level}>')
        self.ids.append(id)
        if level <= 3:
            self.headings.append((level, id, " ".join(name.split())))

    def paragraph(self, text: str) -> None:
        if _SPECIAL.match(text) or any(_SPECIAL.match(line) or line.endswith(" ") for line in text.split("\n")):
            raise _NotPlain
        if "\n" in text and "|" in text:
            raise _NotPlain
        self.add("<p>")
        self.inline(text)
        self.add("</p>")

    def entries(self, block: str, below: list[str]) -> None:
        """A list of lines, in which lines may stand below others, or one entry with paragraphs of its own."""
        lines = block.split("\n")
        if below and len(lines) > 1:
            raise _NotPlain
        self.add("<ul>\n<li>")
        deep = False
        for number, line in enumerate(lines):
            deeper = line.startswith(_BELOW)
            if number:
                self.add({(False, False): "</li>\n<li>", (False, True): "<ul>\n<li>", (True, True): "</li>\n<li>"}.get(
                    (deep, deeper), "</li>\n</ul>\n</li>\n<li>"
                ))  # fmt: skip
            self.entry(line.removeprefix(_BELOW) if deeper else line, below)
            deep = deeper
        self.add("</li>\n</ul>\n</li>\n</ul>" if deep else "</li>\n</ul>")

    def entry(self, line: str, below: list[str]) -> None:
        """What stands in an entry."""
        if not line.startswith("- ") or _SPECIAL.match(line, 2) or line.endswith(" "):
            raise _NotPlain
        self.add("\n<p>" if below else "")
        self.inline(line[2:])
        self.add("</p>" if below else "")
        for text in below:
            self.add("\n")
            self.paragraph(text.removeprefix(_BELOW))
        self.add("\n" if below else "")

    def inline(self, text: str) -> None:
        """Text with links and the like."""
        start = 0
        for token in _TOKEN.finditer(text):
            self.add(_escaped(text[start : token.start()]))
            start = token.end()
            kind = token.lastgroup
            if kind == "escaped":
                self.add(_escaped(token["escaped"]))
            elif kind in ("entity", "tag"):
                self.add(token[0])
            elif kind == "link":
                self.add('<a href="')
                self.stretches.append("".join(self.html))
                self.links.append(token["link"])
                self.html = [f'">{_plain(token["label"])}</a>']
            elif kind == "strong":
                self.add(f"<strong>{_escaped(token['strong'])}</strong>")
            else:
                raise _NotPlain
        self.add(_escaped(text[start:]))


def _grouped(blocks: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Blocks, each with those that stand below it, indented."""
    found: list[tuple[str, list[str]]] = []
    for block in blocks:
        if block.startswith(_BELOW):
            if not found or "\n" in block:
                raise _NotPlain
            found[-1][1].append(block)
        else:
            found.append((block, []))
    return iter(found)


def _plain(text: str) -> str:
    """Text without any markup but escapes and entities."""
    parts = []
    start = 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup not in ("escaped", "entity", "tag"):
            raise _NotPlain
        parts += [_escaped(text[start : token.start()]), _escaped(token["escaped"]) if token["escaped"] else token[0]]
        start = token.end()
    return "".join([*parts, _escaped(text[start:])])


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")
