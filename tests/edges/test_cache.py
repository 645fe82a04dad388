"""The cache: what was put is got back, and nothing else ever is."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from patternbook.edges import cache as caching
from patternbook.edges.cache import Cache, digest


def kept(path: Path, values: dict[str, bytes]) -> Path:
    cache = Cache(path)
    for key, value in values.items():
        cache.put(key, value)
    cache.save()
    return path


VALUES = {digest(str(number)): os.urandom(100) * number for number in range(40)}


def test_what_was_put_is_there_next_time(tmp_path: Path) -> None:
    """A build takes over what an earlier one made."""
    cache = Cache(kept(tmp_path / "x/pages", VALUES))
    assert {key: cache.get(key) for key in VALUES} == VALUES
    assert cache.get("another") is None
    assert (tmp_path / "x/.gitignore").read_text() == "*\n"


def test_damage_anywhere_is_a_value_that_is_not_there(tmp_path: Path) -> None:
    """A wrong page is worse than a slow build."""
    path, draw = kept(tmp_path / "pages", VALUES), random.Random(1)
    whole = path.read_bytes()
    for number in range(400):
        damaged = bytearray(whole)
        for _ in range(draw.choice([1, 5, 500])):
            damaged[draw.randrange(len(damaged) if number % 2 else 2_000)] = draw.randrange(256)
        path.write_bytes(damaged[: draw.randrange(len(damaged))] if number % 3 == 0 else damaged)
        cache = Cache(path)
        for key, value in VALUES.items():
            assert cache.get(key) in (None, value)
        cache.save()
        again = Cache(path)
        assert all(again.get(key) in (None, value) for key, value in VALUES.items())


@pytest.mark.parametrize("content", [b"", b"patternbook cache 2\n", b"\x80\x04K\x01.", b"[" * 100_000, b"SQLite format 3\0"])
def test_a_file_of_something_else_is_an_empty_cache(tmp_path: Path, content: bytes) -> None:
    """Another version, or another program, may have left a file there. Nothing in it is run."""
    (tmp_path / "pages").write_bytes(content)
    cache = Cache(tmp_path / "pages")
    assert cache.get(next(iter(VALUES))) is None
    cache.put("a" * 32, b"b")
    cache.save()
    assert Cache(tmp_path / "pages").get("a" * 32) == b"b"


def test_two_at_once_leave_one_whole_cache(tmp_path: Path) -> None:
    """Two builds end in any order; the later one's values are there and the other's do no harm."""
    path = kept(tmp_path / "pages", VALUES)
    first, second = Cache(path), Cache(path)
    first.put("1" * 32, b"first")
    second.put("2" * 32, b"second")
    first.save()
    assert second.get(next(iter(VALUES))) == next(iter(VALUES.values()))
    second.save()
    last = Cache(path)
    assert (last.get("1" * 32), last.get("2" * 32)) == (None, b"second")
    assert list(tmp_path.glob("pages.*")) == []


def test_what_nobody_uses_is_dropped_after_some_builds(tmp_path: Path) -> None:
    """A year of edits must not fill the disk."""
    path, used = kept(tmp_path / "pages", VALUES), next(iter(VALUES))
    for _ in range(8):
        cache = Cache(path)
        cache.get(used)
        cache.save()
    cache = Cache(path)
    assert [key for key in VALUES if cache.get(key) is not None] == [used]


def test_the_size_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not used any more goes first; what this build used stays."""
    path = kept(tmp_path / "pages", VALUES)
    monkeypatch.setattr(caching, "MOST_BYTES", 10_000)
    cache = Cache(path)
    cache.put("1" * 32, bytes(9_000))
    cache.save()
    assert path.stat().st_size < 20_000
    assert Cache(path).get("1" * 32) == bytes(9_000)


def test_a_cache_that_changed_nothing_is_not_written(tmp_path: Path) -> None:
    """A build that found all it needed leaves the file alone."""
    path = kept(tmp_path / "pages", VALUES)
    before = path.stat().st_ino
    cache = Cache(path)
    for key in VALUES:
        cache.get(key)
    cache.save()
    assert path.stat().st_ino == before


def test_a_hash_keeps_values_apart() -> None:
    """Two values must not be one because their ends meet."""
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
