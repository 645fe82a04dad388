"""JSON Schema for editors, from the shapes that `check` reads with."""

from __future__ import annotations

from patternbook.core.define import SHAPES
from patternbook.core.definition import Definition
from patternbook.core.edition import SHAPE
from patternbook.core.frontmatter import OVERRIDE, answers_shape, page_shape
from patternbook.core.model import Document

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas(definition: Definition) -> dict[str, dict[str, object]]:
    """Schemas by name: `front-matter`, `edition`, `override`, and one per file of `_book`."""
    result = {
        "front-matter": front_matter(definition),
        "edition": {"$schema": DRAFT, "title": "What a layer says of itself: company.yml", **SHAPE.json()},
        "override": {"$schema": DRAFT, "title": "An override of a layer", **OVERRIDE.json()},
    }
    for name, shape in SHAPES.items():
        result[name.removesuffix(".yml")] = {"$schema": DRAFT, "title": f"{definition.name}: _book/{name}", **shape.json()}
    return result


def front_matter(definition: Definition) -> dict[str, object]:
    """The front matter of every kind: what all kinds share, and per `kind` what it adds."""
    shapes = {kind.id: page_shape(kind, definition) for kind in definition.kinds.values()}
    own = {kind.id: {"tags", *(spec.id for spec in kind.fields)} for kind in definition.kinds.values()}
    common: dict[str, object] = {}
    for id, shape in shapes.items():
        common |= {name: value.json() for name, value in shape.shapes.items() if name not in own[id] and name not in common}
    kinds: list[object] = []
    for kind in definition.kinds.values():
        added = {name: shapes[kind.id].shapes[name].json() for name in sorted(own[kind.id])}
        then = {"title": kind.label, "properties": added, "required": list(shapes[kind.id].required)}
        kinds.append({"if": {"properties": {"kind": {"const": kind.id}}, "required": ["kind"]}, "then": then})
    return {
        "$schema": DRAFT,
        "title": f"{definition.name}: a page's front matter",
        "type": "object",
        "properties": common,
        "required": ["kind"],
        "allOf": kinds,
        "unevaluatedProperties": False,
    }


def answers(document: Document, definition: Definition) -> dict[str, object]:
    """The answers of one template."""
    return {"$schema": DRAFT, "title": document.title, **answers_shape(document.fields, definition).json()}
