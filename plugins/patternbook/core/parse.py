"""One file becomes one document. Sees a single source, so a parsed page can be kept by its bytes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from patternbook.core.data import Mapping, Node, Scalar, decode, read_yaml
from patternbook.core.definition import RESERVED_IDS, Definition, Kind, SectionSpec
from patternbook.core.diagnostics import Code, Diagnostic, at, clip, listed, suggestion
from patternbook.core.fieldspec import ID
from patternbook.core.frontmatter import page_shape
from patternbook.core.model import INTRO, Anchor, Document, Section, slug
from patternbook.core.scan import Heading, Marks, scan
from patternbook.core.schema import Fields, Reading, Record, Word
from patternbook.core.source import Source, Span, shared

_SECOND_DOCUMENT = re.compile(r"\s*[\w-]+:[^\n]*\n(?:(?=[^\n]*\S)[^\n#]*\n)*?---[ ]*\n")
# What the program's own ids begin with: of relations, of fields, of items, of figures.
RESERVED_PREFIXES = ("relation-", "field-", "item-", "fig-")


class Parser:
    """Reads pages of one book. Holds the shape of each kind's front matter, made once."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._shapes: dict[str, Fields] = {}

    def shape(self, kind: Kind) -> Fields:
        """The shape of a kind's front matter."""
        if kind.id not in self._shapes:
            self._shapes[kind.id] = page_shape(kind, self.definition)
        return self._shapes[kind.id]

    def parse(self, layer: str, path: str, content: bytes) -> tuple[Document, list[Diagnostic]]:
        """A page and the problems of its form. Always returns a document, if only a broken one."""
        full = f"{layer}/{path}"
        source, problems = decode(full, content)
        id = page_id(path)
        if source is None:
            return _broken(Source(full, ""), path, id, layer), problems
        front, body, problems = _split(source)
        if front is None:
            return _broken(source, path, id, layer), problems
        node, found = read_yaml(source, front)
        problems += found
        if not isinstance(node, Mapping):
            if not found:
                problems.append(_not_a_mapping(source, front, node))
            return _broken(source, path, id, layer), problems
        if any(key.text == "extends" for key, _ in node.entries):
            document = self._override(source, path, id, node, body, layer)
            return document, problems
        kind = self._kind(source, node, problems)
        if kind is None:
            return _broken(source, path, id, layer), problems
        record = self.shape(kind).read(node, Reading(source, problems))
        marks = scan(source, Span(body, len(source.text)))
        sections = split_sections(source, body, marks, kind, layer)
        empty = Record.of(Word("", source, front), {})
        return Document(path, source, id, kind, record or empty, None, sections, (layer,)), problems

    def _override(self, source: Source, path: str, id: str, node: Mapping, body: int, layer: str) -> Document:
        """An override waits for the page below it: its kind says what its headings mean."""
        word = next(value for key, value in node.entries if key.text == "extends")
        target = Word(word.text, source, word.span) if isinstance(word, Scalar) else Word("", source, word.span)
        front = Record.of(Word("", source, node.span), {"extends": target})
        return Document(path, source, id, None, front, node, (), (layer,), broken=False)

    def _kind(self, source: Source, node: Mapping, problems: list[Diagnostic]) -> Kind | None:
        value = next((value for key, value in node.entries if key.text == "kind"), None)
        kinds = self.definition.kinds
        if isinstance(value, Scalar) and value.text in kinds:
            return kinds[value.text]
        allowed = f"Allowed: {listed(kinds, 30)}."
        if value is None:
            place = Span(node.span.start, node.span.start)
            problems.append(at(source, place, Code.MISSING_FIELD, 'required field "kind" is missing', f"Add it. {allowed}"))
        elif isinstance(value, Scalar):
            message = f'unknown value "{clip(value.text)}" for kind{suggestion(value.text, kinds)}'
            problems.append(at(source, value.span, Code.UNKNOWN_VALUE, message, allowed))
        else:
            problems.append(at(source, value.span, Code.WRONG_TYPE, "expected one kind, found a list or a mapping", allowed))
        return None


def page_id(path: str) -> str:
    """The id of a page: its file's stem. An `index.md` has none."""
    stem = PurePosixPath(path).stem
    return "" if stem == "index" else stem


def _broken(source: Source, path: str, id: str, layer: str) -> Document:
    return Document(path, source, id, None, Record(source, 0), None, (), (layer,), broken=True)


def _split(source: Source) -> tuple[Span | None, int, list[Diagnostic]]:
    """The span of the front matter, the offset where the body starts, and problems."""
    text = source.text
    first = text.partition("\n")[0]
    if first.rstrip() != "---":
        help = "Start the file with a line `---`, the page's data, and a line `---`."
        return None, 0, [at(source, Span(0, len(first)), Code.NO_FRONT_MATTER, "the page does not start with front matter", help)]
    start = len(first) + 1
    closing = re.compile(r"^---[ \t]*$", re.M).search(text, start)
    if closing is None:
        help = "Close it with a line `---` before the text."
        return None, 0, [at(source, Span(0, 3), Code.UNCLOSED_FRONT_MATTER, "the front matter is not closed", help)]
    body = min(closing.end() + 1, len(text))
    if second := _SECOND_DOCUMENT.match(text, body):
        help = "Keep one block between two lines `---`."
        place = Span(body + len(second.group()) - len(second.group().lstrip()), second.end())
        return None, 0, [at(source, place, Code.SECOND_DOCUMENT, "a second block of front matter", help)]
    return Span(start, closing.start()), body, []


def body_start(source: Source) -> int:
    """Where the text of a page with well-formed front matter begins."""
    return _split(source)[1]


def front_span(source: Source) -> Span | None:
    """The front matter between its two lines `---`, if the page has it."""
    return _split(source)[0]


def _not_a_mapping(source: Source, front: Span, node: Node | None) -> Diagnostic:
    found = "nothing" if node is None else "one value" if isinstance(node, Scalar) else "a list"
    place = node.span if node else Span(front.start, front.start)
    return at(source, place, Code.NOT_A_MAPPING, f"front matter is {found}", "Write `key: value` lines.")


def split_sections(source: Source, start: int, marks: Marks, kind: Kind, layer: str) -> tuple[Section, ...]:
    """The body cut at its `##` headings; each section with the marks inside it and unique anchors."""
    cuts = [heading for heading in marks.headings if heading.level == 2]
    used = dict.fromkeys(RESERVED_IDS, 1)
    keys = [_key(heading, kind.section(heading.text), used) for heading in cuts]
    sections: list[Section] = []
    end = cuts[0].span.start if cuts else len(source.text)
    if source.text[start:end].strip():
        sections.append(_section(source, Span(start, end), INTRO, None, marks, used, layer))
    for number, (heading, key) in enumerate(zip(cuts, keys, strict=True)):
        after = cuts[number + 1].span.start if number + 1 < len(cuts) else len(source.text)
        sections.append(_section(source, Span(heading.span.start, after), key, heading, marks, used, layer))
    return tuple(sections)


def _key(heading: Heading, spec: SectionSpec | None, used: dict[str, int]) -> str:
    if spec is not None:
        used.setdefault(spec.id, 1)
        return spec.id
    return _unique(heading, used)


def _unique(heading: Heading, used: dict[str, int]) -> str:
    """The heading's id, numbered where it is taken. `used` counts how often each was wanted."""
    wanted = heading.anchor if heading.anchor and re.fullmatch(ID, heading.anchor) else slug(heading.text)
    if wanted.startswith(RESERVED_PREFIXES):
        wanted = f"on-{wanted}"
    name = wanted
    while name in used:
        used[wanted] += 1
        name = f"{wanted}-{used[wanted]}"
    used[name] = 1
    return shared(name)


def _section(
    source: Source, span: Span, key: str, heading: Heading | None, marks: Marks, used: dict[str, int], layer: str
) -> Section:
    inside = marks.within(span)
    below = tuple(h for h in inside.headings if h is not heading)
    anchors = tuple(Anchor(h.span, h.level, h.text, _unique(h, used)) for h in below)
    head = Anchor(heading.span, 2, heading.text, key) if heading else None
    body = Span(min(heading.span.end + 1, span.end), span.end) if heading else span
    return Section(key, head, source, span, body, inside, anchors, layer)
