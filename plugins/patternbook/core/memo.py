"""What a compile may take over from the one before it in the same process: results of pure functions, by what they were made from.

A compile with a memo gives what it gives without one, and sooner. One that keeps nothing is the seam for whoever can make many
results at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from operator import attrgetter, eq
from typing import Any, Generic, TypeVar

Place = tuple[str, ...]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Work(Generic[R]):
    """A result at a place: `make` makes it from what `give` gives. `size` tells how long that takes beside others of its sort."""

    place: Place
    give: Callable[[], tuple[Any, ...]]
    make: Callable[..., R]
    size: int = 1

    def do(self) -> R:
        """The result, made."""
        return self.make(*self.give())


class Memo:
    """Results of this compile and of the one before it, by place. What a compile did not ask for is gone with the next."""

    def __init__(self, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self._now: dict[Place, tuple[object, object]] = {}
        self._before: dict[Place, tuple[object, object]] = {}
        self._shared: set[int] = set()

    def turn(self) -> None:
        """A new compile begins."""
        self._before, self._now = self._now, {}
        self._shared.clear()

    def of(self, place: Place, given: object, make: Callable[[], R]) -> R:
        """The result at a place: the known one if it was made from the same; else `make` makes it, and sees nothing but `given`."""
        if not self._keeps:
            return make()
        row = self._known(place, given) or (given, make())
        self._now[place] = row
        return row[1]  # type: ignore[return-value]  # what stands at a place is always of one sort

    def each(self, works: Sequence[Work[R]]) -> Iterable[R]:
        """The results at many places of one sort, in their order. Those that are not known are made by whatever is fastest.

        One that keeps nothing makes them while one goes through them, so that whoever needs one at a time holds one at a time.
        """
        if not self._keeps:
            return self.make(works)
        known = [work.give() for work in works]
        rows = [self._known(work.place, one) for work, one in zip(works, known, strict=True)]
        missing = [(work, one) for work, one, row in zip(works, known, rows, strict=True) if row is None]
        made = iter([*self.make([replace(work, give=given(*one)) for work, one in missing])])
        for work, one, row in zip(works, known, rows, strict=True):
            self._now[work.place] = row or (one, next(made))
        return [self._now[work.place][1] for work in works]  # type: ignore[misc]  # the same

    def make(self, works: Sequence[Work[R]]) -> Iterable[R]:
        """The results of works, in their order."""
        return [work.do() for work in works]

    def _known(self, place: Place, given: object) -> tuple[object, object] | None:
        known = self._now.get(place) or self._before.get(place)
        return known if known is not None and self._fits(known[0], given) else None

    def same(self, place: Place, value: R) -> R:
        """The value itself, or the equal one of before. What is made from it need not look into it: it is the same or another."""
        found = self.of(place, value, lambda: value)
        self._shared.add(id(found))
        return found

    def _fits(self, known: object, given: object) -> bool:
        """Whether both are the same. Of values that many results are made from, that was found out once for all."""
        if not (isinstance(known, tuple) and isinstance(given, tuple) and len(known) == len(given)):
            return alike(known, given)
        for one, other in zip(known, given, strict=True):
            if one is not other and (id(other) in self._shared or not alike(one, other)):
                return False
        return True


def given(*values: Any) -> Callable[[], tuple[Any, ...]]:
    """Gives what is known already."""
    return lambda: values


FORGETFUL = Memo(keeps=False)
"""Makes everything anew."""


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same to every reader: `==`, but the order in a mapping counts, and a number is no truth value."""
    return one is other or (type(one) is type(other) and _way(type(one))(one, other))  # type: ignore[arg-type]  # a class can be hashed


@cache
def _way(sort: type[Any]) -> Callable[[Any, Any], bool]:
    """How two values of a sort are compared. Chosen once: a book has a hundred thousand values of some twenty sorts."""
    if sort in (str, bytes):
        return eq
    if issubclass(sort, (tuple, list)):
        return _all_alike
    if issubclass(sort, Mapping):
        return lambda one, other: _all_alike(tuple(one), tuple(other)) and _all_alike(tuple(one.values()), tuple(other.values()))
    parts = _parts(sort)
    if not parts:
        return eq
    if is_dataclass(sort):
        return lambda one, other: _all_alike(parts(one), parts(other))
    # A text that knows its place is another one at another place.
    return lambda one, other: one == other and _all_alike(parts(one), parts(other))


def _all_alike(some: Sequence[Any], others: Sequence[Any]) -> bool:
    if len(some) != len(others):
        return False
    for one, other in zip(some, others, strict=True):  # noqa: SIM110 (a third faster than `all` with a generator)
        if one is not other and not alike(one, other):
            return False
    return True


def _parts(sort: type[Any]) -> Callable[[Any], tuple[Any, ...]] | None:
    """Gives what a value is made of: the fields of a dataclass, or what a text holds besides its letters."""
    own = vars(sort)["__slots__"] if issubclass(sort, str) else ()
    names = [field.name for field in fields(sort) if field.compare] if is_dataclass(sort) else list(own)
    if len(names) < 2:
        return (lambda value: tuple(getattr(value, name) for name in names)) if names else None
    return attrgetter(*names)
