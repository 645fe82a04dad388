"""Text that commands write into a book: a new page, missing item ids, the record of a review.

Pure: each function takes a source and gives the new text. What it does not mean to change stays
to the byte, and the caller can check that by parsing the result again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from patternbook.core.definition import Definition, Kind
from patternbook.core.fieldspec import FieldSpec
from patternbook.core.layers import page_name
from patternbook.core.model import Document, slug
from patternbook.core.scan import plain
from patternbook.core.setting import flow, with_value
from patternbook.core.source import Source, Span, splice


def new_page(kind: Kind, title: str, definition: Definition, ids: Sequence[str]) -> str:
    """A page of a kind that passes the checks, with everything that it still needs said in place."""
    say = definition.say
    lines = [
        "---",
        f"kind: {kind.id}",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        f"summary: {_quoted(say('new-summary'))}",
    ]
    if kind.requires:
        lines.append("tags:")
        for name in kind.requires:
            values = list(definition.facets[name].values)
            lines.append(f"  {name}: [{values[0]}] # {', '.join(values)}")
    for spec in kind.fields:
        lines += _field(spec, definition, ids) if spec.required else []
    if kind.listed and definition.statuses:
        lines.append(f"status: {next(iter(definition.statuses))}")
    lines += ["---", ""]
    for section in kind.sections:
        if section.required:
            lines += [f"## {section.heading}", "", _section(kind, section.open, section.items, section.help, definition), ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _field(spec: FieldSpec, definition: Definition, ids: Sequence[str]) -> list[str]:
    """A required field of the kind with a value that is allowed."""
    match spec.type:
        case "list":
            count = max(spec.least or 1, 1)
            return [f"{spec.id}:", *(f"  - {_quoted(definition.say('new-line', number=n + 1))}" for n in range(count))]
        case "choice":
            return [f"{spec.id}: {spec.options[0][0]} # {', '.join(value for value, _ in spec.options)}"]
        case "scale":
            return [f"{spec.id}: 3 # 1 {spec.poles[0]} … 5 {spec.poles[1]}".rstrip()]
        case "number":
            return [f"{spec.id}: {spec.least or 1}"]
        case "date":
            return [f"{spec.id}: 2000-01-01"]
        case "fields":
            return [f"{spec.id}:", f"  first: {{type: text, label: {_quoted(definition.say('new-field'))}}}"]
        case "steps":
            target = ids[0] if ids else "index"
            return [f"{spec.id}:", f"  - {{id: {target}, why: {_quoted(definition.say('new-line', number=1))}}}"]
        case _:
            return [f"{spec.id}: {_quoted(definition.say('new-line', number=1))}"]


def _section(kind: Kind, open: bool, items: bool, help: str, definition: Definition) -> str:
    if items:
        return f"- [ ] {definition.say('new-item')} ^first"
    if open and any(spec.type == "fields" for spec in kind.fields):
        return "[[?first]]"
    return help or definition.say("new-section")


def with_item_ids(document: Document, source: Source, taken: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The text of one of a page's sources with an id for every checklist item that lacks one, and those ids.

    `taken` are ids of the last release, which must not come to mean another item.
    """
    used = {item.anchor for section in document.sections for item in section.marks.items} | set(taken)
    edits: list[tuple[Span, str]] = []
    added: list[str] = []
    for section in document.sections:
        if section.source is not source:
            continue
        for item in section.marks.items:
            if item.anchor is None:
                id = _unused(" ".join(plain(section.source.slice(item.text)).split()[:5]), used)
                edits.append((Span(item.text.end, item.text.end), f" ^{id}"))
                added.append(id)
    return splice(source.text, edits), added


def _unused(words: str, used: set[str | None]) -> str:
    wanted = slug(words)[:40].strip("-")
    name, number = wanted, 2
    while name in used:
        name, number = f"{wanted}-{number}", number + 1
    used.add(name)
    return name


def with_review(document: Document, day: str) -> str | None:
    """The text of the page's file with its review recorded: the day, and the hash of the text that was read.

    Where layers change the page, it is the file of the most special one, and the hash that of the text which they all make.
    Nothing, if the file is written in a way in which it cannot be changed safely.
    """
    source = (document.top or document).source
    if document.top:
        return with_value(source, ("fields", "reviewed"), {"mode": "replace", "value": _review(document, day)})
    return with_value(source, ("reviewed",), _review(document, day))


def first_review(document: Document, day: str) -> str:
    """A file of a layer that changes nothing of a page below it but its review."""
    value = flow({"mode": "replace", "value": _review(document, day)})
    return f"---\nextends: {page_name(document.path)}\nfields:\n  reviewed: {value}\n---\n"


def review_by_hand(document: Document, day: str) -> str:
    """What to write where `with_review` cannot."""
    if not document.top:
        return f"Write `reviewed: {flow(_review(document, day))}` into its front matter."
    value = flow({"mode": "replace", "value": _review(document, day)})
    return f"Write `reviewed: {value}` below `fields:` of its front matter."


def _review(document: Document, day: str) -> dict[str, str]:
    return {"on": day, "text": document.text_hash}
