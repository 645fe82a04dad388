"""Finished pages as a host shows them, and whether anything live is in them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown import Markdown
from patternbook.hosts.site import EXTENSIONS

# What a finished page may hold. Whatever else comes out of the converter is a fault, harmless or not.
TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "a", "em", "strong", "code", "pre", "blockquote", "hr", "br", "img"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"id", "class", "href", "src", "alt", "title", "role", "aria-label", "data-kind", "data-rows", "align", "start"}
VOID = {"hr", "br", "img"}
SCHEMES = {"", "http", "https", "mailto"}


def html_of(finished: str) -> str:
    """A finished page's text as HTML, by the converter and exactly the extensions that hosts are given."""
    body = finished.split("\n---\n", 1)[1]
    return Markdown(extensions=list(EXTENSIONS), extension_configs={k: dict(v) for k, v in EXTENSIONS.items()}).convert(body)


def scheme_of(address: str) -> str:
    """The scheme that a browser sees: white space and control characters do not count."""
    bare = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]", "", address)
    found = re.match(r"([^/?#:]*):", bare)
    return found[1].lower() if found else ""


class Page(HTMLParser):
    """One reading of a page's HTML: its faults, and the blocks at its top level."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.blocks: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag, _ in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        self.faults += [f"<{tag} {name}={value!r}>" for name, value in given.items() if name not in ATTRIBUTES]
        for name in ("href", "src"):
            if scheme_of(given.get(name, "")) not in SCHEMES:
                self.faults.append(f"<{tag} {name}={given[name]!r}>")
        if given.get("id", "").startswith("__"):
            self.faults.append(f"id {given['id']}")
        self.ids += [given["id"]] if "id" in given else []
        if not self.open and given.get("class", "").startswith("pb-"):
            self.blocks.append(given["class"])
        if tag not in VOID:
            self.open.append((tag, given.get("class", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
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
