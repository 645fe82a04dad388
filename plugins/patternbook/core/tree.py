"""The files of a book: which are pages, which are assets, and whether their names can be published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from patternbook.core.define import SHAPES
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, clip, listed, suggestion, whole
from patternbook.core.drawings import FOLDER
from patternbook.core.edition import BASE, FILE, TEMPLATES
from patternbook.core.fieldspec import ID
from patternbook.core.model import Document

MAX_ASSET = 5_000_000
ASSETS = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".pdf", ".csv", ".txt", ".woff2")
# Files of the site's top folder that the program writes itself.
MADE = ("llms.txt", "feed.xml")
# Names that Windows keeps for devices.
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
# What makes a drawing more than a picture: scripts, events, other documents, addresses outside itself.
_ACTIVE = re.compile(
    rb"<\s*(?:[\w.-]+:)?(?:script|foreignObject|iframe|embed|object|handler)\b"
    rb"|[\s\"'/]on[a-z]+\s*=|javascript:|<!ENTITY|<\?xml-stylesheet|@import|@[\w-]*\\"
    rb"|attributeName\s*=\s*[\"'](?:[\w.-]+:)?href"
    rb"|(?:href|src)\s*=\s*[\"']\s*(?!#|data:image/|[\"'])"
    rb"|url\(\s*[\"']?(?!#|[\"']?#)",
    re.I,
)
# Another encoding could hide all that from a search of bytes.
_ENCODED = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"'](?!utf-8[\"']|us-ascii[\"'])", re.I)
_ASSET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Tree:
    """A layer's files by their path in it. `refused` are those that exist and cannot be published."""

    layer: str
    pages: tuple[str, ...]
    assets: Mapping[str, bytes]
    refused: tuple[str, ...] = ()


def divide(sources: Mapping[str, bytes], layers: tuple[str, ...]) -> tuple[list[Tree], list[Diagnostic]]:
    """The sources by layer, as pages and assets. Files of `_book` belong to the definition."""
    trees: list[Tree] = []
    problems: list[Diagnostic] = []
    for layer in layers:
        pages: list[str] = []
        assets: dict[str, bytes] = {}
        refused: list[str] = []
        for path in sorted(sources):
            if not path.startswith(f"{layer}/"):
                continue
            inner = path.removeprefix(f"{layer}/")
            if inner == FILE or inner.startswith((f"{TEMPLATES}/", f"{BASE}/")) or (inner == "README.md" and layer != layers[0]):
                continue  # what a layer says of itself, and to its editors
            if inner.startswith("_book/"):
                problems += _book_file(path, inner)
            elif inner.lower().endswith((".md", ".markdown")):
                if problem := _page_name(path, inner):
                    problems.append(problem)
                    refused.append(inner)
                else:
                    pages.append(inner)
            elif problem := _asset(path, inner, sources[path]):
                problems.append(problem)
                refused.append(inner)
            else:
                assets[inner] = sources[path]
        trees.append(Tree(layer, tuple(pages), assets, tuple(refused)))
        problems += _collisions(layer, assets)
    return trees, problems


def _book_file(path: str, inner: str) -> Iterable[Diagnostic]:
    known = (*SHAPES, "changes.yml", "published.json")
    name = inner.removeprefix("_book/")
    if name not in known and not re.fullmatch(r"samples/[a-z0-9-]+\.yml", name):
        message = f'the definition has no file "{name}"{suggestion(name, known)}'
        yield whole(path, Code.DEFINITION, message, f"It has: {listed(known, 20)} and samples/ID.yml.")


def _page_name(path: str, inner: str) -> Diagnostic | None:
    pure = PurePosixPath(inner)
    name = pure.stem
    help = "Use a-z, 0-9 and hyphens, at most 80 characters: the name is the page's id and its address."
    if name.upper() == "README":
        return whole(
            path,
            Code.PATH_COLLISION,
            "README.md would take the address of index.md",
            "Call it index.md, or move it out of the book.",
        )
    if pure.suffix != ".md":
        return whole(path, Code.FILE_NAME, f'"{_shown(pure.name)}" is not called ID.md', help)
    for part in (*pure.parts[:-1], name):
        if not re.fullmatch(ID, part):
            return whole(path, Code.FILE_NAME, f'"{_shown(part)}" cannot be an id', help)
        if part in DEVICES:
            return whole(path, Code.FILE_NAME, f'"{part}" is the name of a device on Windows', "Choose another name.")
    return None


def _shown(name: str) -> str:
    """A file's name with what cannot be seen made visible, and bounded."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)[:80]


def _asset(path: str, inner: str, content: bytes) -> Diagnostic | None:
    pure = PurePosixPath(inner)
    if not all(_ASSET_NAME.fullmatch(part) for part in pure.parts):
        return whole(
            path,
            Code.FILE_NAME,
            f'"{_shown(pure.name)}" cannot be an address',
            "Use letters, digits, dots, hyphens and underscores.",
        )
    if pure.suffix.lower() not in ASSETS:
        return whole(
            path, Code.ASSET, f'a file of type "{pure.suffix or pure.name}" cannot be published', f"Allowed: {', '.join(ASSETS)}."
        )
    if len(content) > MAX_ASSET:
        return whole(
            path, Code.ASSET, f"the file has {len(content):,} bytes; at most {MAX_ASSET:,} are allowed", "Make it smaller."
        )
    if pure.suffix.lower() == ".svg" and (b"\0" in content or _ENCODED.search(content)):
        return whole(path, Code.ASSET, "the drawing is not UTF-8 text", "Save it as UTF-8.")
    # A drawing of `figures/` is read element by element, which finds more and says where.
    if pure.suffix.lower() == ".svg" and not inner.startswith(FOLDER) and (active := _ACTIVE.search(content)):
        found = active.group().decode("ascii", "replace").strip()[:40]
        return whole(
            path,
            Code.ASSET,
            f"the drawing holds `{found}`",
            "A drawing may hold no script, no event and no address outside itself.",
        )
    return None


def _collisions(layer: str, assets: Mapping[str, bytes]) -> Iterable[Diagnostic]:
    """`X.svg` and `x.svg` have one address where case does not count."""
    taken = dict.fromkeys(MADE, "the file that the program writes")
    for path in assets:
        if other := taken.get(path.lower()):
            yield whole(f"{layer}/{path}", Code.PATH_COLLISION, f"the file has the address of {clip(other, 120)}", "Rename it.")
        taken[path.lower()] = f"{layer}/{path}"


def placement(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """A page lies in its kind's folder, and its id ends as ids of the kind do."""
    kind = document.kind
    if kind is None:
        return
    if not document.id:
        if kind.listed:
            message = f'an index.md cannot be of kind "{kind.id}": it has no id'
            yield document.place.problem(Code.FILE_NAME, message, "Call the file what its id should be.")
        return
    if document.path.split("/")[0] != kind.folder:
        message = f'a page of kind "{kind.id}" does not belong in "{clip(document.path.rpartition("/")[0] or ".")}"'
        yield document.place.problem(Code.FILE_NAME, message, f'Move the file to "{kind.folder}/", or change its kind.')
    if kind.suffix and not document.id.endswith(kind.suffix):
        help = f'Call the file "{document.id}{kind.suffix}.md".'
        yield document.place.problem(Code.FILE_NAME, f'the id of a page of kind "{kind.id}" ends in "{kind.suffix}"', help)
