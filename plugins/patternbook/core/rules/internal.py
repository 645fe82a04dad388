"""What a page marks as internal is there, and the page can do without it."""

from __future__ import annotations

from collections.abc import Iterable

from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, clip, listed, suggestion
from patternbook.core.frontmatter import page_shape
from patternbook.core.model import Document


def inside(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """Each name is a section or a field of this page, and no field that the page must show."""
    names = [name for name in document.inside if name != "yes"]
    if document.kind is None or not names:
        return
    required = page_shape(document.kind, definition).required
    parts = [section.key for section in document.sections if section.key]
    parts += [key for key in document.front.values if key not in (*required, "internal")]
    for name in names:
        if name in parts:
            continue
        found = f'the field "{name}" cannot be internal' if name in required else f'nothing here is called "{clip(name)}"'
        help = f"Allowed: yes, for the whole page, or {listed(parts, 30)}."
        yield name.problem(Code.INTERNAL, found + ("" if name in required else suggestion(name, parts)), help)
