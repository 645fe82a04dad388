"""Links in the text: what they lead to, what replaces them, and the sentence they stand in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from patternbook.core.diagnostics import Code, Diagnostic, at, clip, closest, suggestion
from patternbook.core.graph import Ambiguous, Found, Missing, Names
from patternbook.core.model import Document, Section
from patternbook.core.paths import join, relative
from patternbook.core.scan import Link, plain, scheme, sentence_around
from patternbook.core.source import Source, Span
from patternbook.core.text import md

SCHEMES = ("http", "https", "mailto")


@dataclass(frozen=True, slots=True)
class Mention:
    """A link seen from its target: who links, in which section, in which sentence."""

    source: str
    target: str
    anchor: str
    heading: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Places:
    """Everything that a link may lead to: pages with their anchors' headings, and files.

    `gone` are the anchors that a page lost when a layer changed it, or none but all of them where it was hidden: a link to one
    leads to the page as a whole.
    """

    pages: Mapping[str, Mapping[str, str]]
    files: frozenset[str]
    broken: frozenset[str] = frozenset()
    gone: Mapping[str, Collection[str] | None] = field(default_factory=dict)

    def kept(self, path: str, anchor: str) -> str:
        """The anchor, unless a layer took it away."""
        lost = self.gone.get(path, ())
        return "" if lost is None or anchor in lost else anchor


@dataclass(frozen=True, slots=True)
class Resolved:
    """A link that leads somewhere in the book. Without a `label` the span is an address, else a whole `[[link]]`.

    One that is `moved` leads elsewhere than its address says.
    """

    span: Span
    path: str
    anchor: str
    label: str | None = None
    moved: bool = False

    def written(self, page: str) -> str:
        """The link as Markdown on a page."""
        address = relative(page, self.path) + (f"#{self.anchor}" if self.anchor else "")
        return address if self.label is None else f"[{self.label}]({address})"


@dataclass(frozen=True, slots=True)
class LinkedSection:
    """A section of the page at `path`, with its links into the book."""

    section: Section
    path: str
    links: tuple[Resolved, ...]

    def edits(self, page: str) -> list[tuple[Span, str]]:
        """What its links become on a page: its own, where an address stays as it was written, or another."""
        return [(link.span, link.written(page)) for link in self.links if link.label is not None or page != self.path or link.moved]


def link_document(document: Document, names: Names, places: Places) -> tuple[list[LinkedSection], list[Mention], list[Diagnostic]]:
    """Resolve every link of a page's text."""
    linked: list[LinkedSection] = []
    mentions: list[Mention] = []
    problems: list[Diagnostic] = []
    for section in document.sections:
        found: list[Resolved] = []
        for link in section.marks.links:
            resolve = _wiki if link.wiki else _address
            resolved = resolve(document, section.source, link, names, places, problems)
            if resolved is None:
                continue
            found.append(resolved)
            if resolved.path in places.pages and resolved.path != document.path:
                mentions.append(_mention(document, section, link, resolved.path, names))
        linked.append(LinkedSection(section, document.path, tuple(found)))
    return linked, mentions, problems


def _mention(document: Document, section: Section, link: Link, target: str, names: Names) -> Mention:
    sentence = section.source.slice(sentence_around(section.source.text, link.span))
    heading = section.heading.text if section.heading else ""
    anchor = section.heading.id if section.heading else ""
    return Mention(document.path, target, anchor, plain(heading), plain(spoken(sentence, names)))


def spoken(text: str, names: Names) -> str:
    """A sentence with every `[[link]]` as the words that a reader sees."""

    def words(match: re.Match[str]) -> str:
        target, bar, label = match[1].partition("|")
        found = names.resolve(target.partition("#")[0].strip())
        return label if bar else found.title if isinstance(found, Found) else target

    return re.sub(r"\[\[([^\[\]\n]+)\]\]", words, text)


def _wiki(
    document: Document, source: Source, link: Link, names: Names, places: Places, problems: list[Diagnostic]
) -> Resolved | None:
    name, _, anchor = link.target.partition("#")
    if not name.strip():
        found: Found | Missing | Ambiguous = Found(document.path, document.title)
    else:
        found = names.resolve(name.strip())
    if isinstance(found, Missing):
        message = f'nothing is called "{clip(name)}"{found.help}'
        problems.append(
            at(source, link.span, Code.MISSING_ID, message, "Write a page's id, title or other name, or a glossary term.")
        )
        return None
    if isinstance(found, Ambiguous):
        fits = " and ".join(f'"{id}"' for id in found.ids)
        message = f'"{clip(name)}" fits {fits}'
        problems.append(at(source, link.span, Code.AMBIGUOUS_NAME, message, "Write the id of the page that you mean."))
        return None
    anchor = places.kept(found.path, anchor.strip()) or found.anchor
    if anchor and not _has_anchor(found.path, anchor, link.span, source, places, problems):
        return None
    return Resolved(link.span, found.path, anchor, link.label or md(_label(found, anchor, places)))


def _label(found: Found, anchor: str, places: Places) -> str:
    heading = places.pages[found.path].get(anchor, "") if anchor and not found.anchor else ""
    return f"{found.title}, {plain(heading)}" if heading else found.title


def _has_anchor(path: str, anchor: str, span: Span, source: Source, places: Places, problems: list[Diagnostic]) -> bool:
    anchors = places.pages.get(path, {})
    # The sections of a page that could not be read are not known, so nothing is said of them.
    if anchor in anchors or path in places.broken:
        return True
    message = f'"{path}" has no section "{clip(anchor)}"{suggestion(anchor, anchors)}'
    help = f"It has: {', '.join(list(anchors)[:20])}." if anchors else "It has no sections to link to."
    problems.append(at(source, span, Code.MISSING_ANCHOR, message, help))
    return False


def _address(
    document: Document, source: Source, link: Link, names: Names, places: Places, problems: list[Diagnostic]
) -> Resolved | None:
    found = scheme(link.target)
    if found is not None or link.target.startswith("//"):
        problems += _external(source, link, found)
        return None
    path, _, anchor = link.target.partition("#")
    path = unquote(path.partition("?")[0])
    if path.startswith(("/", "\\")):
        problems.append(_outside(source, link))
        return None
    target = join(document.path, path) if path else document.path
    if target is None:
        problems.append(_outside(source, link))
    elif target in places.pages:
        kept = places.kept(target, unquote(anchor)) if anchor else ""
        if not kept or _has_anchor(target, kept, link.span, source, places, problems):
            return Resolved(link.span, target, anchor if kept else "", moved=bool(anchor) and not kept)
    elif target in places.files:
        return Resolved(link.span, target, anchor)
    else:
        close = closest(target, places.pages) or closest(target, places.files)
        meant = f' (did you mean "{relative(document.path, close)}"?)' if close else ""
        message = f'"{clip(link.target or " ")}" leads to nothing{meant}'
        help = "Link to a page's `.md` file or to a file of the book, relative to this page, or write `[[id]]`."
        problems.append(at(source, link.span, Code.MISSING_PAGE, message, help))
    return None


def _external(source: Source, link: Link, found: str | None) -> Iterable[Diagnostic]:
    if found is None:
        yield at(
            source, link.span, Code.OUTSIDE_BOOK, f'"{clip(link.target)}" has no scheme', "Write the whole address, with https."
        )
    elif found not in SCHEMES:
        message = f'address with scheme "{clip(found, 20)}"'
        yield at(source, link.span, Code.UNSAFE_ADDRESS, message, f"Allowed: {', '.join(SCHEMES)}.")


def _outside(source: Source, link: Link) -> Diagnostic:
    help = "Link to a file of the book, relative to this page."
    return at(source, link.span, Code.OUTSIDE_BOOK, f'"{clip(link.target)}" leads out of the book', help)
