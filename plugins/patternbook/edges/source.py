"""A book from a folder: what the command line and the hosts both start from."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from patternbook.core.audience import PUBLIC
from patternbook.core.book import Book
from patternbook.core.diagnostics import Code, Diagnostic, whole
from patternbook.core.memo import FORGETFUL, Memo
from patternbook.core.pipeline import compile_book
from patternbook.edges.filesystem import Found, read_book
from patternbook.edges.spool import Shelf

LAYERS = ("content", "company")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the site's `mkdocs.yml` says that commands need too."""

    root: Path
    config: Path
    layers: tuple[str, ...]
    site: Path


class NoBook(Exception):
    """The folder holds no book (exit code 2)."""


class _Tolerant(yaml.SafeLoader):
    """Reads `mkdocs.yml` without running what its tags ask for: `!ENV` and the like become nothing."""


_Tolerant.add_multi_constructor("", lambda loader, suffix, node: None)


def read_raw(config: Path) -> dict[str, object]:
    """`mkdocs.yml` as data. Raises `NoBook`."""
    try:
        values = yaml.load(config.read_text("utf-8"), Loader=_Tolerant)  # noqa: S506 (a SafeLoader)
    except FileNotFoundError:
        raise NoBook(
            f"there is no {config.name} in {config.parent}. Run this from the book's folder, or name it with --directory."
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise NoBook(f"{config.name} cannot be read: {' '.join(str(error).split())}") from None
    return values if isinstance(values, dict) else {}


def read_settings(root: Path) -> Settings:
    """The settings of the book in a folder. Raises `NoBook`."""
    config = root / "mkdocs.yml"
    values = read_raw(config)
    layers = _layers(values.get("plugins"))
    if not (root / layers[0]).is_dir():
        raise NoBook(f"the folder {layers[0]}/ of the book does not exist in {root}.")
    return Settings(root, config, layers, root / str(values.get("site_dir") or "site"))


def _layers(plugins: object) -> tuple[str, ...]:
    entries = plugins if isinstance(plugins, list) else [plugins]
    for entry in entries:
        options = entry.get("patternbook") if isinstance(entry, dict) else None
        layers = options.get("layers") if isinstance(options, dict) else None
        if isinstance(layers, list) and layers:
            return tuple(str(layer) for layer in layers)
    return LAYERS


def today() -> date:
    """The day that reviews are measured against: that of SOURCE_DATE_EPOCH if it is set, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now(UTC).date()


def load_book(
    root: Path,
    layers: Iterable[str],
    audience: str = PUBLIC,
    changes: Mapping[str, bytes | None] | None = None,
    memo: Memo = FORGETFUL,
    found: Found | None = None,
) -> Book:
    """Read and compile the book in a folder; problems of the files themselves are among its problems.

    With `changes` it is the book as it would be with these files, or without those that are `None`. With a `memo` what has not
    changed since the last time is not made again. What was `found` a moment ago is not read again.
    """
    layers = tuple(layers)
    files, problems = found or read_book(root, layers)
    sources = {path: content for path, content in {**files, **changes}.items() if content is not None} if changes else files
    published, more = read_published(root, layers)
    book = compile_book(sources, layers=layers, today=today(), published=published, audience=audience, memo=memo)
    unread = {problem.path for problem in problems}
    kept = [problem for problem in [*more, *book.problems] if not _follows(problem, unread)]
    every = sorted({*problems, *kept}, key=lambda problem: problem.sort_key)
    return replace(book, problems=tuple(every))


def shelved(found: Found) -> Found:
    """What was found, as it waits on the disk until somebody looks at it."""
    files, problems = found
    return Shelf(files), problems


def _follows(problem: Diagnostic, unread: Collection[str]) -> bool:
    """A problem that may vanish with the files that could not be read: what leads to them or builds on them."""
    alone = problem.code.number < Code.MISSING_PAGE.number and problem.path not in unread
    return bool(unread) and not (alone and not any("/_book/" in path for path in unread))


def published_path(root: Path, layers: tuple[str, ...]) -> Path:
    """Where a release is recorded: in the most special layer, which is the fork's own."""
    layer = next((layer for layer in reversed(layers) if (root / layer).is_dir()), layers[0])
    return root / layer / "_book" / "published.json"


def read_published(root: Path, layers: tuple[str, ...]) -> tuple[dict[str, object] | None, list[Diagnostic]]:
    """The record of the last release, if there was one: the most special layer's that has one."""
    paths = [root / layer / "_book" / "published.json" for layer in reversed(layers)]
    path = next((path for path in paths if os.path.lexists(path)), paths[-1])
    try:
        # Not through a link, and not from a pipe that nobody writes to.
        record = json.loads(path.read_bytes()) if stat.S_ISREG(path.lstat().st_mode) else None
    except FileNotFoundError:
        return None, []
    except (ValueError, RecursionError, OSError):
        record = None
    if isinstance(record, dict) and isinstance(record.get("pages"), dict):
        return record, []
    help = "Restore it from the last release; `patternbook release` writes it."
    name = path.relative_to(root).as_posix()
    return None, [whole(name, Code.DEFINITION, "the record of the last release cannot be read", help)]
