"""What a site need not carry: lines of templates that hold no text, and files of the theme that no page asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

# In these, white space is text.
_VERBATIM = re.compile(r"<(pre|textarea|script|style)\b")
_SPACE = " \t\r\n"
_INDENT = re.compile(rf"\n[{_SPACE}]+")
# Of Material's: its own search, for whose place we have another, and maps for whoever changes its scripts.
_SEARCH = ("assets/javascripts/lunr/", "assets/javascripts/workers/")
_MATERIAL = ("material", "templates")


class Lines(Extension):
    """A line of a template that holds nothing but tags is no line of the page, and no line is indented.

    Where there was white space between two words, a line break stays, whichever way the tags between them lead. Jinja's own
    `trim_blocks` takes the break behind every tag, also behind one that ends a line of text.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's tokens, with leaner text."""
        flow, tag, captures = _Flow(), "", False
        for token in stream:
            if token.type == "data":
                if text := flow.text(token.value):
                    yield Token(token.lineno, "data", text)
                continue
            if token.type == "block_begin":
                tag = ""
            elif token.type == "name" and not tag:
                tag, captures = token.value, token.value == "set"
            elif token.type == "assign":
                captures = False
            elif token.type == "block_end":
                flow.tag("capture" if captures else tag)
            elif token.type == "variable_begin":
                flow.fresh, tag = False, "a value"
            yield token


class _Flow:
    """Goes through a template and knows where a line of the page surely begins: `fresh`."""

    def __init__(self) -> None:
        self.fresh = False
        self.verbatim = ""  # the element whose white space is text
        self.open: list[tuple[str, bool, list[bool]]] = []  # tags: their name, what held before, and where their branches ended

    def tag(self, name: str) -> None:
        """Go past a tag."""
        if name == "set" or name.startswith(("import", "from", "extends")):
            return
        if name in ("if", "for"):
            self.open.append((name, self.fresh, []))
            # A round follows the round before, of which nothing is known.
            self.fresh = self.fresh and name == "if"
        elif name in ("elif", "else") and self.open:
            opened, before, ends = self.open[-1]
            ends.append(self.fresh)
            self.fresh = before and opened == "if"
        elif name in ("endif", "endfor") and self.open:
            _, before, ends = self.open.pop()
            self.fresh = self.fresh and before and all(ends)
        else:
            self.fresh = False  # what is printed elsewhere, or comes from elsewhere

    def text(self, text: str) -> str:
        """Go past a piece of text. Gives it without empty lines and indents."""
        done = ""
        while text:
            if self.verbatim:
                part, end, text = text.partition(f"</{self.verbatim}")
                done, text = done + part, end + text
                self.verbatim, self.fresh = ("" if end else self.verbatim), False
                continue
            found = _VERBATIM.search(text)
            part, text = (text[: found.end()], text[found.end() :]) if found else (text, "")
            self.verbatim = found[1] if found else ""
            part = _INDENT.sub("\n", part)
            part = part.lstrip(_SPACE) if self.fresh else part
            self.fresh = part.endswith("\n") or (self.fresh and not part)
            done += part
        return done


def searched(config: MkDocsConfig) -> bool:
    """Whether Material's search is in use."""
    return any(name.rpartition("/")[2] == "search" for name in config.plugins)


def asked_for(files: Iterable[File], config: MkDocsConfig) -> list[File]:
    """The site's files without those of the theme that no page asks for."""
    return [file for file in files if not (_materials(file) and _unasked(file.src_uri, searched(config)))]


def _materials(file: File) -> bool:
    return file.src_dir is not None and Path(file.src_dir).parts[-2:] == _MATERIAL


def _unasked(path: str, searches: bool) -> bool:
    return path.endswith(".map") or (path.startswith(_SEARCH) and not searches)
