"""Plain text made safe for the place that it is put into. Escaping happens here and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

MANY = 1 << 12
"""How many texts are kept escaped: a title or summary stands on dozens of pages. Ten times as many would save no time."""

_JSON = json.JSONEncoder(ensure_ascii=False)
_SHORT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_PLAIN = re.compile(r"~|^:")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#|!])")
_START = re.compile(r"^([-+]|\d+[.)])")


@lru_cache(MANY)
def md(text: str) -> str:
    """Plain text as Markdown that shows just that text, on one line."""
    line = " ".join(text.split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _MARKDOWN.sub(r"\\\1", line)
    # Signs that the converter would not take back from behind a backslash.
    line = _PLAIN.sub(lambda match: f"&#{ord(match[0])};", line)
    return _START.sub(lambda match: f"{match[1][:-1]}\\{match[1][-1]}", line)


@lru_cache(MANY)
def attribute(text: str) -> str:
    """Plain text as the value of an HTML attribute between double quotes."""
    return escape(" ".join(text.split()), quote=True)


def forget() -> None:
    """Drop the texts that are kept escaped. When all pages are finished, hardly one of them is asked for again."""
    md.cache_clear()
    attribute.cache_clear()


def preformatted(text: str) -> str:
    """Plain text inside a `pre`, as one line in which no converter finds a mark of its own."""
    return re.sub(r"[\n\\`*_{}\[\]~]", lambda match: f"&#{ord(match[0])};", escape(text, quote=True))


def inline_attribute(text: str) -> str:
    """The same for a tag in the middle of a line, which the converter reads for Markdown before it sees a tag."""
    return re.sub(r"[\\`*_{}\[\]()!~:]", lambda match: f"&#{ord(match[0])};", attribute(text))


def joined(values: Iterable[object], before: str, between: str, after: str) -> bytes:
    """Values as JSON, as short as it can be, one behind the other. Of thousands only one is held at a time, and the bytes."""
    out = bytearray(before.encode())
    for number, value in enumerate(values):
        out += ((between if number else "") + _SHORT.encode(value)).encode()
    out += after.encode()
    return bytes(out)


def front_matter(values: dict[str, object]) -> str:
    """Finished front matter. JSON is YAML, and leaves nothing to be guessed about types.

    Hosts print these values into HTML without escaping, so their text is escaped here.
    """
    lines = (f"{key}: {_JSON.encode(_escaped(value))}" for key, value in values.items())
    return "---\n" + "\n".join(lines) + "\n---\n"


def _escaped(value: object) -> object:
    if isinstance(value, str):
        return attribute(value)
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value
