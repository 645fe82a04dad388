"""A layer as it begins: the text of the files that `company init` writes, as values. What somebody says is data in them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping

from patternbook.core.definition import Definition
from patternbook.core.diagnostics import clip
from patternbook.core.edition import FILE, read_edition
from patternbook.core.model import Document

# Zero-width signs that spelling needs, as in Persian. Others that cannot be seen are refused.
_JOINERS = "\u200c\u200d"
# Values that are written without quotes.
_PLAIN = ("internal", "logo")


def cleaned(key: str, text: str) -> str:
    """What somebody wrote for a key of `company.yml`, in the form that the key wants."""
    text = " ".join(text.split())
    if key == "edit" and text:
        return text.rstrip("/") + "/"
    if key == "colour":
        digits = text.lower().removeprefix("#")
        digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
        return f"#{digits}" if re.fullmatch("[0-9a-f]{6}", digits) else text
    return text


def mistake(key: str, text: str) -> str:
    """Why a text cannot stand at a key of `company.yml`, and what to do; or nothing."""
    if any(not (sign.isprintable() or sign in _JOINERS) for sign in text):
        return f'"{clip(text)}" holds a character that cannot be seen. Write it anew.'
    lines = f"{key}: {_quoted(text)}\n" + ("" if key == "name" else "name: x\n")
    _, problems = read_edition({f"x/{FILE}": lines.encode()}, ("x",), public=False)
    return " ".join(f"{problem.message.rstrip('.')}. {problem.help}".strip() for problem in problems)


def with_lines(template: str, values: Mapping[str, str]) -> str:
    """A file of settings in which each value stands in the place of the example at its key. Other lines stay as they are."""
    for key, value in values.items():
        line = f"{key}: {value if key in _PLAIN else _quoted(value)}"
        before, after = re.split(rf"^(?:# )?{key}: .*$", template, maxsplit=1, flags=re.M)
        template = before + line + after
    return template


def filled_in(template: str, values: Mapping[str, str]) -> str:
    """A text with values in the place of their `%names%`. What looks like a name within a value is left alone."""
    return re.sub(r"%([a-z]+)%", lambda match: values.get(match[1], match[0]), template)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def monogram(name: str, ground: str, ink: str) -> bytes:
    """A logo for those who have none at hand: the first letter of the name on a square of their colour."""
    letter = next((sign for sign in unicodedata.normalize("NFC", name) if sign.isalnum()), "").upper()[:1]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">\n'
        f'<rect width="64" height="64" rx="12" fill="{ground}"/>\n'
        f'<text x="32" y="45" text-anchor="middle" font-family="sans-serif" font-size="38" font-weight="700" fill="{ink}">'
        f"{letter}</text>\n</svg>\n"
    ).encode()


def addresses(remote: str) -> tuple[str, str]:
    """Where the site of a repository will probably stand and where its files are edited, by the address that git has for it."""
    start = r"(?:https://(?:[^@/\s]+@)?|(?:ssh://)?git@)"
    found = re.fullmatch(start + r"([a-z0-9.-]+)(?::\d+/|[:/])([\w.-]+(?:/[\w.-]+)+)", remote.rstrip("/").removesuffix(".git"))
    if not found:
        return "", ""
    host, path = found[1], found[2]
    owner, _, name = path.partition("/")
    if host == "github.com":
        site = f"{owner.lower()}.github.io"
        return f"https://{site}/" + ("" if name.lower() == site else f"{name}/"), f"https://{host}/{path}/edit/main/"
    return "", f"https://{host}/{path}/-/edit/main/" if "gitlab" in host else ""


def repository(edit: str) -> str:
    """The repository behind an address where files are edited, or nothing."""
    found = re.fullmatch(r"(https://\S+?)(?:/-)?/edit/\S*", edit)
    return found[1] if found else ""


def specimen(definition: Definition, documents: Iterable[Document]) -> dict[str, str]:
    """A page of the book for use in examples: its kind and folder, its id, and one of its sections."""
    pages = list(documents)
    for kind in definition.kinds.values():
        for page in pages:
            key = next((section.key for section in page.sections if section.key), "")
            if kind.listed and page.kind is kind and page.id and key:
                return {"kind": kind.id, "folder": kind.folder, "page": page.id, "section": key}
    return {"kind": "KIND", "folder": "FOLDER", "page": "ID", "section": "SECTION"}
