"""Finished Markdown to HTML with the host's own converter and the same bytes, but nothing twice.

A finished page is a row of pieces: headings with their text, and the blocks that the program makes. The converter sees no
connection between them, so a piece is converted once for all pages that hold it: the card of a page stands in dozens of lists.
Where a piece could reach into the next (fences, raw HTML), the page is converted in one. Links are kept apart from the text
and led to their addresses for each page, by the host.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import AtomicString
from mkdocs.config.defaults import MkDocsConfig

from patternbook.hosts.mkdocs.plainly import plainly, whole_element

Token = tuple[int, str, str]
"""A heading of the table of contents: level, id, name."""

_OPEN = re.compile(r"<(div|details|figure) [^<>\n]*\bmarkdown>(?=\n|$)")
# In a text of its own: what could be more than a paragraph, a list or a heading, or reach into the next piece.
_WILD = re.compile(r"[<\x02\x03\ue000-\ue002]|```|~~~|^\s*\[[^\]\n]*\]:|\[TOC\]|\t", re.M)
# Tags that stand in a line of the program, and reach no further.
_INLINE = re.compile(r"</?(?:span|textarea|input|label|em|code)(?: [^<>]*)?>")
# In a block that the program made, where text is escaped.
_ODD = re.compile(r"[\x02\x03\ue000-\ue002]|```|~~~|^ {0,3}\[[^\]\n]*\]:|\[TOC\]|\t|<!|<\?", re.M)
_LINK = re.compile("\ue000(\\d+)\ue001")
_BETWEEN = "\ue002"
_UNNAMED = re.compile(r"^#.*[^}\n]$", re.M)
# What a text must hold for a pattern of the converter to match in it. Patterns that are not named are always tried.
_NEEDS = {
    "backtick": "`", "escape": "\\", "link": "](", "image_link": "![", "autolink": "<", "automail": "<",
    "linebreak": "  \n", "html": "<", "entity": "&",
}  # fmt: skip
_REFERENCES = ("reference", "short_reference", "image_reference", "short_image_ref")


@dataclass(frozen=True, slots=True)
class Body:
    """A converted text: stretches of HTML with a link between every two, the ids in it, and its headings."""

    html: tuple[str, ...]
    links: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    headings: tuple[Token, ...] = ()


class Converter:
    """Converts the pages of one build."""

    def __init__(self, config: MkDocsConfig) -> None:
        self._md = Markdown(extensions=config["markdown_extensions"], extension_configs=config["mdx_configs"] or {})
        self._found = _Found(self._md)
        self._md.treeprocessors.register(_Inline(self._md), "inline", 20)
        self._md.treeprocessors.register(self._found, "found", 4)
        self._md.treeprocessors.register(_Links(self._found), "relpath", 0)
        self._known: dict[str, Body] = {}

    def body(self, text: str) -> Body | None:
        """The text of a page without its front matter, converted; nothing where only the host itself may do it."""
        if any(sign in text for sign in ("\ue000", "\ue001", "\ue002", "[TOC]")):
            return None
        plan = split(text)
        if plan is not None:
            known = self._converted(piece.text for piece in plan)
            pieces = [_trimmed(piece, known[piece.text]) for piece in plan]
            body = joined(piece for piece in pieces if piece is not None)
            body = replace(body, html=(*body.html[:-1], body.html[-1].rstrip("\n")))
            # Two headings of one name get different ids, which only the whole page tells.
            if None not in pieces and len(set(body.ids)) == len(body.ids):
                return body
        return self._whole([text])[0]

    def _converted(self, texts: Iterable[str]) -> Mapping[str, Body]:
        """Pieces of a page, each converted unless it is known. A heading whose id depends on the page's others is not kept."""
        own: dict[str, Body] = {}
        missing: dict[str, None] = {}
        for text in texts:
            if text not in self._known:
                plain = plainly(text)
                if plain:
                    own[text] = Body(*plain)
                else:
                    missing[text] = None
        if missing:
            own.update(zip(missing, self._whole(list(missing)), strict=True))
        self._known.update((text, body) for text, body in own.items() if _shared(text) and not _UNNAMED.search(text))
        return ChainMap(own, self._known)

    def _whole(self, texts: Sequence[str]) -> list[Body]:
        """Texts converted in one run, with a mark between every two."""
        self._md.reset()
        self._found.clear()
        html = self._md.convert(f"\n\n{_BETWEEN}\n\n".join(texts))
        parts = html.split(f"<p>{_BETWEEN}</p>")
        found = self._found
        tokens = list(_flat(self._md.toc_tokens))  # type: ignore[attr-defined]  # the extension sets it
        bodies = []
        for part, ids, count in zip(parts, found.ids, found.headings, strict=True):
            stretches, links = _apart(part.strip(), found.links)
            bodies.append(Body(stretches, links, tuple(ids), tuple(tokens[:count])))
            del tokens[:count]
        return bodies


def _shared(text: str) -> bool:
    """Whether a piece may stand on other pages too, as cards and bare headings do. To keep the rest takes room for nothing."""
    return text.startswith("<div ") or (text.startswith("#") and "\n" not in text)


_LIST_ENDS = re.compile(r"\n</[uo]l>\n</div>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a page. An entry of a list is `listed`, in a list of its own; it may be the first or last of the real one."""

    text: str
    listed: bool = False
    first: bool = False
    last: bool = False


def split(text: str) -> list[Piece] | None:
    """A page as pieces between which the converter sees no connection; nothing where that is not sure."""
    pieces: list[Piece] = []
    plain: list[str] = []
    blocks = iter(text.strip("\n").split("\n\n"))
    for block in blocks:
        opened = _OPEN.match(block)
        if (block.startswith("#") or opened) and plain:
            pieces.append(Piece("\n\n".join(plain)))
            plain = []
        if opened:
            found = _container(block, opened[1], blocks)
            if found is None:
                return None
            pieces += found
        elif whole_element(raw := block.strip("\n")):
            if plain:
                pieces.append(Piece("\n\n".join(plain)))
                plain = []
            pieces.append(Piece(raw))
        elif _WILD.search(_INLINE.sub("", block) if "<" in block else block):
            return None
        else:
            plain.append(block)
    return [*pieces, Piece("\n\n".join(plain))] if plain else pieces


def _container(block: str, tag: str, blocks: Iterator[str]) -> list[Piece] | None:
    """A block that the program made, up to its end; a list in it entry by entry."""
    inside: list[str] = [block]
    depth = 1
    while True:
        last = inside[-1]
        depth += len(inside) > 1 and last.startswith(f"<{tag} ")
        depth -= last == f"</{tag}>" or last.endswith(f"\n</{tag}>")
        if depth == 0:
            break
        if (following := next(blocks, None)) is None:
            return None
        inside.append(following)
    text = "\n\n".join(inside)
    if _ODD.search(text):
        return None
    entries = _entries(inside[1:-1]) if inside[-1] == "</div>" and "\n" not in block else None
    if not entries or len(entries) < 2:
        return [Piece(text)]
    end = len(entries) - 1
    return [Piece(f"{block}\n\n{entry}\n\n</div>", True, n == 0, n == end) for n, entry in enumerate(entries)]


def _entries(blocks: list[str]) -> list[str] | None:
    """The entries of a list that is all of a block: each with paragraphs of its own, or each one line."""
    if len(blocks) == 1:
        lines = blocks[0].split("\n")
        return lines if all(line.startswith("- ") for line in lines) else None
    entries: list[list[str]] = []
    for block in blocks:
        if "\n" in block:
            return None
        if block.startswith(("- ", "1. ")):
            entries.append([block])
        elif block.startswith("    ") and block[4:5] not in (" ", "-", ">", "#", "+", "*") and not block[4:5].isdigit() and entries:
            entries[-1].append(block)
        else:
            return None
    if any(len(entry) < 2 for entry in entries) or len({entry[0][0] for entry in entries}) > 1:
        return None
    return ["\n\n".join(entry) for entry in entries]


def _trimmed(piece: Piece, body: Body) -> Body | None:
    """A piece as it stands in its page: an entry without the list around it, which others share."""
    if not piece.listed:
        return body
    first, last = body.html[0], body.html[-1]
    start, end = first.find("<li>"), last.rfind("</li>") + len("</li>")
    if start < 0 or end < len("</li>") or not _LIST_ENDS.fullmatch(last, end):
        return None
    opening = first[:start] if piece.first else ""
    closing = last[end:] if piece.last else ""
    if len(body.html) == 1:
        html: tuple[str, ...] = (opening + first[start:end] + closing,)
    else:
        html = (opening + first[start:], *body.html[1:-1], last[:end] + closing)
    return Body(html, body.links, body.ids, body.headings)


def joined(bodies: Iterable[Body]) -> Body:
    """Bodies one below the other."""
    html: list[str] = []
    links: list[str] = []
    ids: list[str] = []
    headings: list[Token] = []
    for body in bodies:
        if html:
            html[-1] += "\n" + body.html[0]
            html += body.html[1:]
        else:
            html += body.html
        links += body.links
        ids += body.ids
        headings += body.headings
    return Body(tuple(html), tuple(links), tuple(ids), tuple(headings))


def _apart(html: str, links: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """HTML without its links, and the links that stand between the stretches."""
    parts = _LINK.split(html)
    return tuple(parts[::2]), tuple(links[int(number)] for number in parts[1::2])


def _flat(tokens: Iterable[Any]) -> Iterator[Token]:
    for token in tokens:
        yield token["level"], token["id"], token["name"]
        yield from _flat(token["children"])


class _Found(Treeprocessor):
    """Notes what stands between the marks: ids, and how many headings of the table of contents. Runs when that is made."""

    def clear(self) -> None:
        self.ids: list[list[str]] = [[]]
        self.headings = [0]
        self.links: list[str] = []

    def run(self, root: Element) -> None:
        toc: Any = self.md.treeprocessors["toc"]
        for child in root:
            if child.tag == "p" and child.text == _BETWEEN:
                self.ids.append([])
                self.headings.append(0)
                continue
            for element in child.iter():
                found = element.attrib.get("id")
                if found is not None:
                    self.ids[-1].append(found)
                tag = element.tag
                if isinstance(tag, str) and toc.header_rgx.match(tag) and toc.toc_top <= int(tag[-1]) <= toc.toc_bottom:
                    self.headings[-1] += 1


class _Links(Treeprocessor):
    """Puts a number in the place of each link, where the host would put its address."""

    def __init__(self, found: _Found) -> None:
        super().__init__()
        self.found = found

    def run(self, root: Element) -> None:
        for element in root.iter():
            key = {"a": "href", "img": "src"}.get(element.tag)
            if key:
                links = self.found.links
                links.append(element.attrib[key])
                element.set(key, f"\ue000{len(links) - 1}\ue001")


class _Inline(InlineProcessor):
    """The converter's own processor of emphasis, links and the like, which leaves out the patterns that cannot match."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._md = md
        patterns: Any = md.inlinePatterns
        patterns._sort()
        names = [item.name for item in patterns._priority]
        self._tried: list[tuple[Any, str, bool]] = [(patterns[name], _NEEDS.get(name, ""), name in _REFERENCES) for name in names]
        self._apply: Any = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]  # private there

    def _InlineProcessor__handleInline(self, data: str, place: int = 0) -> str:  # noqa: N802  # private there
        if isinstance(data, AtomicString):
            return data
        tried = self._tried
        start, count, defined = 0, len(tried), bool(self._md.references)
        while place < count:
            pattern, need, reference = tried[place]
            if (need and need not in data) or (reference and not defined):
                place += 1
                start = 0
                continue
            data, matched, start = self._apply(pattern, data, place, start)
            if not matched:
                place += 1
        return data
