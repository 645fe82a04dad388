"""Writes the JSON Schemas for editors into `.vscode/schemas/`, from the book's definition. `scripts/schemas` runs it."""

from __future__ import annotations

import json
from pathlib import Path

from patternbook.core.define import read_definition
from patternbook.core.editors import schemas
from patternbook.edges.filesystem import read_book

ROOT = Path(__file__).parent.parent


def texts() -> dict[Path, str]:
    """Every schema file by its path, as it should be."""
    sources, _ = read_book(ROOT, ("content",))
    definition, _ = read_definition(sources, ("content",))
    folder = ROOT / ".vscode" / "schemas"
    return {
        folder / f"{name}.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in schemas(definition).items()
    }


if __name__ == "__main__":
    for path, text in texts().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
