"""Finished pages as HTML for paper: one document, in which ids are unique and links lead to pages of it, or to the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser
from importlib.resources import files
from typing import NamedTuple

from markdown import Markdown

from patternbook.core.paths import address, join
from patternbook.edges.pdf import SHELF
from patternbook.hosts import site

Attributes = dict[str, str | None]


class Tag(NamedTuple):
    """A start tag, and text that follows it."""

    name: str
    given: Attributes
    text: str = ""


Change = Callable[[Tag], Tag]

# Attributes that hold ids of the page, one or several.
_IDS = ("id", "for", "aria-describedby", "aria-labelledby", "headers")
_INK = "#1c1a17"
VOID = ("br", "hr", "img", "input", "meta", "link")


def anchor(path: str) -> str:
    """The id of a page in the document: `traps-cascade-traps`."""
    return path.removesuffix(".md").replace("/", "-")


@cache
def resource(name: str) -> str:
    """A text file of this package."""
    return (files("patternbook.hosts.paper") / name).read_text("utf-8")


class Rewriter(HTMLParser):
    """HTML passed on as it is, but for its start tags."""

    def __init__(self, change: Change) -> None:
        super().__init__(convert_charrefs=False)
        self.change = change
        self.out: list[str] = []
        # Elements that became others; theirs is the next end tag of that name, as none holds another of its sort.
        self.renamed: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag as it is changed."""
        name, given, more = self.change(Tag(tag, dict(attrs)))
        if name != tag:
            self.renamed[tag] = name
        text = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in given.items())
        self.out.append(f"<{name}{text}>{escape(more, quote=False)}" if name != "svg" else f"<{name}{text}>{more}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An empty tag. Those of HTML need no end, those of a drawing get one."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.out.append(f"</{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """An end tag, of what its element became."""
        name = self.renamed.pop(tag, tag)
        if name not in VOID:
            self.out.append(f"</{name}>")

    def handle_data(self, data: str) -> None:
        """Text, as it was."""
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        """A named sign, as it was."""
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A numbered sign, as it was."""
        self.out.append(f"&#{name};")


def rewritten(html: str, change: Change) -> str:
    """HTML with changed tags."""
    rewriter = Rewriter(change)
    rewriter.feed(html)
    rewriter.close()
    return "".join(rewriter.out)


@dataclass(frozen=True, slots=True)
class Binding:
    """What is bound together. `inside` are the paths of all pages of the document; `url` is where the site is read, or nothing.

    `digits` tells how many digits the number of a page's first sheet will have, as far as it can be told beforehand.
    """

    inside: Collection[str]
    url: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    digits: Mapping[str, int] = field(default_factory=dict)

    def article(self, path: str, text: str, kind: str = "", more: str = "", before: Change | None = None) -> str:
        """A page's finished text, its front matter left out, as an article of the document.

        `more` are further attributes; `before` changes tags while their ids are still the page's own.
        """
        about = f' data-kind="{escape(kind)}"' if kind else ""
        html = self.rewritten(path, converted(text), kind, before)
        return f'<article class="pb-page" id="{anchor(path)}"{about}{more}>\n{html}\n</article>'

    def rewritten(self, path: str, html: str, kind: str = "", before: Change | None = None) -> str:
        """HTML of a page, with ids and links that hold in the document."""
        change = self._change(path, drawn(self.colours.get(kind, _INK)))
        return rewritten(html, (lambda tag: change(before(tag))) if before else change)

    def _change(self, path: str, style: str) -> Change:
        here = anchor(path)

        def change(tag: Tag) -> Tag:
            name, given, text = tag
            for key in _IDS:
                if value := given.get(key):
                    given[key] = " ".join(f"{here}--{id}" for id in value.split())
            if name == "a" and (href := given.pop("href", None)):
                given |= self._link(path, href)
            if name == "img" and (source := given.get("src")):
                given["src"] = SHELF + (join(path, source) or "")
            return Tag(name, given, f"<style>{style}</style>" if name == "svg" else text)

        return change

    def _link(self, path: str, href: str) -> Attributes:
        """Where a link leads: into the document, to the site, or away."""
        if href.startswith(("http:", "https:", "mailto:")):
            return {"href": href, "class": "pb-away"}
        target, mark, part = href.partition("#")
        target, _, query = target.partition("?")
        there = join(path, target) if target else path
        if there in self.inside:
            return {
                "href": "#" + anchor(there or "") + (f"--{part}" if part else ""),
                "class": f"pb-inside pb-digits-{self.digits.get(there or '', 3)}",
            }
        if not self.url or there is None:
            return {"class": "pb-outside"}
        place = address(there) if there.endswith(".md") else there
        return {"href": f"{self.url}{place}{'?' + query if query else ''}{mark}{part}", "class": "pb-outside"}


def converted(text: str) -> str:
    """Finished Markdown as HTML, by the converter and the extensions that sites are made with."""
    body = text.split("\n---\n", 1)[1] if text.startswith("---\n") else text
    options = {name: dict(given) for name, given in site.EXTENSIONS.items()}
    return Markdown(extensions=list(site.EXTENSIONS), extension_configs=options).convert(body)


_BLOCK = re.compile(r'<div class="pb-(?:narrow|unkept)" markdown>\n\n.*?\n\n</div>', re.S)
_NEIGHBOURS = re.compile(r'<figure class="pb-figure pb-neighbours".*?</figure>', re.S)
_MENTIONS = re.compile(r"^## [^\n]* \{#mentions\}\n\n<details .*?\n\n</details>", re.S | re.M)
_RELATIONS = re.compile(r"^## [^\n]* \{#relations\}\n.*?(?=^## |\Z)", re.S | re.M)
_SUMMARY = re.compile(r"^    [^* \n].*\n", re.M)
_AFTER = re.compile(r"^## [^\n]* \{#(?:sample|ways|relations|mentions|sources)\}$", re.M)
_RECORD = re.compile(r'<div class="pb-record" markdown>\n\n.*?\n\n</div>', re.S)
_FACTS = re.compile(r'<div class="pb-facts" markdown>\n\n.*?\n\n</div>', re.S)
_REVIEW = re.compile(r'<div class="pb-review" role="note" markdown>\n\n.*?\n\n</div>', re.S)
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\([^()]*\)")


def to_read(text: str) -> str:
    """A page's finished text as a reader of paper needs it: without the ways to click, and without where the page is mentioned.

    Its relations stay sentences; the summaries of other pages stand on those pages.
    """
    text = _MENTIONS.sub("", _NEIGHBOURS.sub("", _BLOCK.sub("", text)))
    # Each link costs a box: some twenty-five on each page, which lead to lists that paper does not have.
    text = _FACTS.sub(lambda facts: _LINK.sub(r"\1", facts[0].replace(") [", "), [")), text)
    return _RELATIONS.sub(lambda found: _SUMMARY.sub("", found[0]), text)


def to_use(text: str) -> str:
    """A tool's finished text without what leads elsewhere: its own words and its record, which tells of the review."""
    body = _REVIEW.sub("", _FACTS.sub("", _BLOCK.sub("", text)))
    record = _RECORD.search(body)
    return (_AFTER.split(body, maxsplit=1)[0] if _AFTER.search(body) else body) + (f"\n\n{record[0]}\n" if record else "")


def drawn(colour: str) -> str:
    """The style of drawings. A style sheet of the document does not reach into them."""
    return resource("drawing.css").replace("$kind", colour)


def bound(title: str, language: str, articles: Iterable[str], sort: str) -> str:
    """The whole document. `sort` is what it is: a booklet, checklists, forms, cards, a poster."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    return f'<!doctype html><html lang="{escape(language)}" class="{sort}"><head>{head}</head>{chr(10).join(articles)}\n</html>'


def css_text(text: str) -> str:
    """Plain text as a string of a style sheet."""
    return '"' + "".join(f"\\{ord(sign):x} " if sign in '"\\<>' or ord(sign) < 32 else sign for sign in text) + '"'
