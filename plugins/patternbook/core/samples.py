"""Filled samples of templates: answers read and checked against the template's fields."""

from __future__ import annotations

from collections.abc import Mapping

from patternbook.core.data import decode, read_yaml
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, suggestion, whole
from patternbook.core.frontmatter import answers_shape
from patternbook.core.model import Document
from patternbook.core.schema import Reading, Record, Value
from patternbook.core.source import Span


def read_samples(
    sources: Mapping[str, bytes], layers: tuple[str, ...], documents: Mapping[str, Document], definition: Definition
) -> tuple[dict[str, Mapping[str, Value]], list[Diagnostic]]:
    """Answers by template id. A later layer's sample replaces an earlier one."""
    samples: dict[str, Mapping[str, Value]] = {}
    problems: list[Diagnostic] = []
    for layer in layers:
        prefix = f"{layer}/_book/samples/"
        for path in sorted(path for path in sources if path.startswith(prefix) and path.endswith(".yml")):
            id = path.removeprefix(prefix).removesuffix(".yml")
            if "/" in id:
                continue  # no file of the definition, and reported as that
            document = documents.get(id)
            if document is None or (not document.fields and not document.broken):
                known = [d.id for d in documents.values() if d.fields]
                message = f'no template is called "{id}"{suggestion(id, known)}'
                problems.append(whole(path, Code.SAMPLE, message, "Name the file after its template."))
            elif not document.broken:
                answers, found = read_answers(path, sources[path], document, definition)
                problems += found
                samples[id] = answers
    return samples, problems


def read_answers(
    path: str, content: bytes, document: Document, definition: Definition
) -> tuple[Mapping[str, Value], list[Diagnostic]]:
    """One answers file of a template: the answers by field, and what is wrong with them."""
    source, problems = decode(path, content)
    if source is None:
        return {}, problems
    node, found = read_yaml(source, Span(0, len(source.text)))
    problems = [*problems, *found]
    if node is None:
        return {}, problems
    record = answers_shape(document.fields, definition).read(node, Reading(source, problems))
    return (record.values if isinstance(record, Record) else {}), problems
