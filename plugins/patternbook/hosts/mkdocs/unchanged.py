"""Whether there is anything to build: all that the last build was made from, and all that it made, by hashes.

This is asked before MkDocs is even loaded, so it answers only for sites of which the files in the book's folder tell everything.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from patternbook.edges.cache import digest
from patternbook.edges.filesystem import Found
from patternbook.edges.output import hashes
from patternbook.edges.source import Settings, read_raw, today
from patternbook.hosts import site

RECORD = Path(".cache/patternbook/last.json")
# What in `mkdocs.yml` may bring in what lies elsewhere.
_ELSEWHERE = ("INHERIT", "hooks", "markdown_extensions")
_TAG = re.compile(rb"![A-Za-z]")
# Themes that are told by the versions of installed programs. Another one may lie anywhere.
_THEMES = {"material", "mkdocs", "readthedocs"}


@dataclass(frozen=True, slots=True)
class Last:
    """A build: the hash of all that went into it, what it said, how many pages it has, and the hash of all its files."""

    inputs: str
    said: str
    pages: int
    files: str

    def stands(self, target: Path) -> bool:
        """Whether its site is as it left it."""
        with suppress(OSError):
            return self.files == whole(hashes(target))
        return False


def whole(files: Mapping[str, str]) -> str:
    """One hash over the files of a site, from the hash of each."""
    return digest(*chain.from_iterable(sorted(files.items())))


def inputs(settings: Settings, found: Found, *options: object) -> str:
    """A hash over all that a build of what was found depends on, with these options; empty where more may take part in it."""
    values = read_raw(settings.config)
    text = settings.config.read_bytes()
    plugins = values.get("plugins")
    named = plugins if isinstance(plugins, list) else []
    names = {str(next(iter(entry), "") if isinstance(entry, dict) else entry) for entry in named}
    theme = values.get("theme")
    name = theme.get("name") if isinstance(theme, dict) else theme
    if _TAG.search(text) or any(values.get(key) for key in _ELSEWHERE) or names != {"patternbook"} or str(name) not in _THEMES:
        return ""
    own = [settings.root / str(theme["custom_dir"])] if isinstance(theme, dict) and theme.get("custom_dir") else []
    folders = [site.theme_folder().parent, *site.theme_folders(settings.root, settings.layers), *own]
    sources, problems = found
    parts: list[bytes | str] = [text, str(today()), os.environ.get("SOURCE_DATE_EPOCH", ""), sys.version, repr(options)]
    parts += [*_installed(), repr(problems)]
    parts += chain.from_iterable((path, digest(sources[path])) for path in sorted(sources))
    for folder in folders:
        parts += [str(folder), *chain.from_iterable(hashes(folder, skip="__pycache__").items())]
    return digest(*parts)


def _installed() -> Iterable[str]:
    """All programs beside this one, with their versions, as the names of their folders tell them."""
    for folder in sys.path:
        with suppress(OSError):
            yield from sorted(name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info", ".pth")))


def last(root: Path) -> Last | None:
    """The last build, as far as it was recorded."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        found = Last(**json.loads((root / RECORD).read_bytes()))
        if isinstance(found.said, str) and isinstance(found.pages, int) and isinstance(found.files, str):
            return found
    return None


def record(root: Path, build: Last) -> None:
    """Record a build. Where that is not possible, the next one is made whatever has changed."""
    place = root / RECORD
    with suppress(OSError):
        place.unlink(missing_ok=True)
        if build.inputs:
            new = place.with_suffix(".new")
            new.write_text(json.dumps(asdict(build)), "utf-8")
            new.replace(place)
