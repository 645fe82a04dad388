"""What a compile need not make: pages that a build before it has read. What it must make, all processors make together.

A page that was read is kept in the cache under a hash over its text, its place, the definition that it was read with, and this
program. It is data: reading it back makes a page, and cannot run anything.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from patternbook import core
from patternbook.core.compose import Finished
from patternbook.core.memo import Memo, Place, Work
from patternbook.core.packed import Read, pack, unpack
from patternbook.core.schema import Record
from patternbook.edges.cache import Cache, digest
from patternbook.edges.crew import Form, shared
from patternbook.edges.spool import Held, Spool, Stretch

R = TypeVar("R")


class Stock(Memo):
    """A memo over the cache, if there is one. One that `keeps` is also a memo of its own process."""

    def __init__(self, cache: Cache | None, *, keeps: bool = False) -> None:
        super().__init__(keeps=keeps)
        self._cache = cache
        # What is compared and shown again and again stays in memory.
        self._spool = None if keeps else Spool()
        self._marks: dict[int, tuple[object, str]] = {}

    def make(self, works: Sequence[Work[R]]) -> Iterable[R]:
        """The results of works, in their order: those that the cache has, and the others from all processors."""
        sort = works[0].place[0] if works else ""
        if sort == "page" and self._cache:
            return self._kept(works, self._cache)  # type: ignore[arg-type, return-value]  # works of one sort have one type
        if sort not in _FORMS:
            return super().make(works)
        made = (result for _, result in shared(works, Work.do, _size, _FORMS[sort]))
        return (Laid(page, self._spool) for page in made) if sort == "finished" and self._spool else made  # type: ignore[misc]

    def _kept(self, works: Sequence[Work[Read]], cache: Cache) -> Iterable[Read]:
        keys = {work.place: self._key(work) for work in works}
        found = {place: _PAGES.unpack(work, data) for work in works if (data := cache.get(keys[place := work.place]))}
        missing = [work for work in works if work.place not in found]
        told: dict[Place, bytes] = {}

        def unpack(work: Work[Read], data: bytes) -> Read:
            told[work.place] = data
            return _PAGES.unpack(work, data)

        for work, read in shared(missing, Work.do, _size, Form(_PAGES.pack, unpack)):
            found[work.place] = read
            if data := told.pop(work.place, b"") or _PAGES.pack(work, read):
                cache.put(keys[work.place], data)
        return [found[work.place] for work in works]

    def _key(self, work: Work[Any]) -> str:
        return digest(program(), *work.place, *(one if isinstance(one, bytes) else self._mark(one) for one in work.give()))

    def _mark(self, value: object) -> str:
        """A hash over a value that many results are made from."""
        if id(value) not in self._marks:
            self._marks[id(value)] = value, digest(json.dumps(value, default=_plainly, ensure_ascii=False))
        return self._marks[id(value)][1]


class Laid(Finished):
    """A finished page whose texts lie on the disk. In memory those of all pages take a fifth of what a build takes."""

    __slots__ = ("_content", "_readable", "_spool")

    _content: Stretch | Held
    _readable: Stretch | Held

    def __init__(self, page: Finished, spool: Spool) -> None:
        content, readable = spool.put(page.content), spool.put(page.readable)
        # A frozen class is written in this way only. The spool is held because its file is closed with it.
        values = {"path": page.path, "source": page.source, "_content": content, "_readable": readable, "_spool": spool}
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def content(self) -> bytes:
        """What a host converts."""
        return self._content.read()

    @property
    def readable(self) -> bytes:
        """What programs and people read."""
        return self._readable.read()


def _size(work: Work[Any]) -> int:
    return work.size


def _read(work: Work[Read], data: bytes) -> Read:
    content, definition = work.give()
    return unpack(data, "/".join(work.place[-2:]), content, definition)


def _finished(_: object, page: Finished) -> bytes:
    """Its texts, behind what tells them apart."""
    head = json.dumps([page.path, page.source, len(page.content)]).encode()
    return len(head).to_bytes(4, "big") + head + page.content + page.readable


def _finished_again(_: object, data: bytes) -> Finished:
    start = 4 + int.from_bytes(data[:4], "big")
    path, source, size = json.loads(data[4:start])
    return Finished(path, data[start : start + size], data[start + size :], source)


_PAGES: Form[Work[Read], Read] = Form(lambda _, read: pack(read), _read)
_PLAIN: Form[Any, Any] = Form(lambda _, result: json.dumps(result).encode(), lambda _, data: json.loads(data))
_FORMS: Mapping[str, Form[Any, Any]] = {
    "page": _PAGES, "finished": Form(_finished, _finished_again), "previewed": _PLAIN, "searched": _PLAIN,
}  # fmt: skip
"""How the results of each sort travel, of which there are enough to be worth it."""


@cache
def program() -> str:
    """A hash over what decides how a page is read: the text of this program's core, and versions."""
    folder = Path(str(core.__file__)).parent
    texts = (path.read_bytes() for path in sorted(folder.rglob("*.py")))
    return digest(sys.version, version("pyyaml"), *texts)


def _plainly(value: object) -> object:
    """What JSON does not know, told so that different values are told differently."""
    if isinstance(value, Record):
        return list(value.values.items())  # not where it stands
    if is_dataclass(value):
        return [type(value).__name__, *(getattr(value, field.name) for field in fields(value) if field.compare)]
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, Set):
        return sorted(value)
    if isinstance(value, (date, Enum)):
        return [type(value).__name__, str(value)]
    raise TypeError(f"a {type(value).__name__} cannot be hashed by its content")
