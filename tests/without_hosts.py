"""Runs the core's tests in a process in which no host, template engine or command line can be imported.

The core must outlive its hosts. `scripts/test` runs this file.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

import pytest

ABSENT = {"mkdocs", "material", "properdocs", "zensical", "jinja2", "click", "watchdog"}


class Absent(MetaPathFinder):
    """Refuses the packages that the core must not need."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"{name} is absent: the core's tests must not import it", name=name)
        return None


if __name__ == "__main__":
    sys.meta_path.insert(0, Absent())
    sys.exit(pytest.main(["tests/core", *sys.argv[1:]]))
