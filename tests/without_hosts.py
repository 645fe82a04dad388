"""A plugin of pytest: no host, template engine, printer or command line can be imported in this process or its workers.

The core must outlive its hosts. `scripts/test` runs its tests with `-p without_hosts`.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

ABSENT = {"mkdocs", "material", "properdocs", "zensical", "jinja2", "click", "watchdog", "weasyprint", "segno"}


class Absent(MetaPathFinder):
    """Refuses the packages that the core must not need."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"{name} is absent: the core's tests must not import it", name=name)
        return None


sys.meta_path.insert(0, Absent())
