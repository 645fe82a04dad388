"""Filled samples of templates: answers read and checked against the template's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from patternbook.core.data import ANSWERS, Node, Scalar, Sequence, decode, read_yaml
from patternbook.core.data import Mapping as Table
from patternbook.core.definition import Definition
from patternbook.core.diagnostics import Code, Diagnostic, suggestion, whole
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.frontmatter import answer_shape, answers_shape
from patternbook.core.graph import Names
from patternbook.core.model import Document
from patternbook.core.schema import Choice, Fields, Number, Reading, Record, Text, Value
from patternbook.core.source import Source, Span

# Answers by the id of their template, and by field.
Samples = Mapping[str, Mapping[str, Value]]


def read_samples(
    sources: Mapping[str, bytes], layers: tuple[str, ...], names: Names, definition: Definition
) -> tuple[dict[str, Mapping[str, Value]], list[Diagnostic]]:
    """Answers by template id. A later layer's sample replaces an earlier one."""
    samples: dict[str, Mapping[str, Value]] = {}
    problems: list[Diagnostic] = []
    for layer in layers:
        prefix = f"{layer}/_book/samples/"
        for path in sorted(path for path in sources if path.startswith(prefix) and path.endswith(".yml")):
            id = path.removeprefix(prefix).removesuffix(".yml")
            if "/" in id or id in names.internal:
                continue  # no file of the definition, and reported as that; or for colleagues alone
            document = names.ids.get(id)
            if document is None or (not document.fields and not document.broken):
                known = [d.id for d in names.ids.values() if d.fields]
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
    filled, problems = read_filled(path, content, document, definition)
    return filled.answers, problems


@dataclass(frozen=True, slots=True)
class Filled:
    """Answers by field, under the name that the reader gave them, if any."""

    answers: Mapping[str, Value]
    name: str = ""


def read_filled(path: str, content: bytes, document: Document, definition: Definition) -> tuple[Filled, list[Diagnostic]]:
    """An answers file, bare or as the form in the page exports it, and what is wrong with it."""
    source, problems = decode(path, content, ANSWERS)
    if source is None:
        return Filled({}), problems
    node, found = read_yaml(source, Span(0, len(source.text)), ANSWERS)
    problems = [*problems, *found]
    if node is None:
        return Filled({}), problems or [whole(path, Code.EMPTY_PAGE, "the file holds no answers", "Write `field: answer` lines.")]
    answers = answers_shape(document.fields, definition)
    export = Fields(
        {
            "patternbook": Number(1, 1),
            "template": Choice((document.id,), "template"),
            "name": Text(line=True, chars=300),
            "answers": answers,
        },
        ("patternbook", "template", "answers"),
        "key of an export",
    )
    exported = isinstance(node, Table) and any(key.text == "patternbook" for key, _ in node.entries)
    record = (export if exported else answers).read(_filled(node), Reading(source, problems))
    if not isinstance(record, Record):
        return Filled({}), problems
    if not exported:
        return Filled(record.values), problems
    inner = record.record("answers")
    return Filled(inner.values if inner else {}, record.text("name")), problems


def in_advance(fields: Iterable[FieldSpec], said: Mapping[str, tuple[str, ...]], definition: Definition) -> dict[str, Value]:
    """Answers that the company's own values give, by field: where they say one thing, and it is an answer to the question."""
    found: dict[str, Value] = {}
    nowhere = Span(0, 0)
    for spec in fields:
        texts = said.get(spec.id, ())
        if len(texts) == 1:
            text = Scalar(nowhere, texts[0], True)
            node = Sequence(nowhere, (text,)) if spec.type in ("list", "multi") else text
            value = answer_shape(spec, definition).read(node, Reading(Source("", texts[0]), []))
            found |= {spec.id: value} if value is not None else {}
    return found


def _filled(node: Node) -> Node:
    """An export without the name that nobody gave it."""
    if not isinstance(node, Table):
        return node
    return Table(node.span, tuple((key, value) for key, value in node.entries if key.text != "name" or not _empty(value)))


def _empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip()
