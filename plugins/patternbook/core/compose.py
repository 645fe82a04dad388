"""Views as finished pages: Markdown, with HTML blocks only for what Markdown cannot say.

Every link is a Markdown link to a `.md` path, so that each host checks it and makes the address.
A page is a list of parts; the part's class, if any, is the block that the style sheet dresses.
The published Markdown is the same parts without their blocks.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from itertools import groupby

from patternbook.core import fields
from patternbook.core.blocks import (
    Part,
    adoption,
    banner,
    card_groups,
    cards,
    kind_of,
    mentions,
    narrow,
    quoted,
    record,
    source,
    way,
)
from patternbook.core.comparison import sides
from patternbook.core.definition import Definition
from patternbook.core.drawings import figure
from patternbook.core.drift import Drift, Review
from patternbook.core.filled import Heading, Items, Tasks, Title, blocks, to_markdown
from patternbook.core.forms import Form
from patternbook.core.graph import Names
from patternbook.core.links import LinkedSection
from patternbook.core.model import Anchor, Document, Section
from patternbook.core.neighbours import neighbourhood
from patternbook.core.paths import relative
from patternbook.core.scan import Item, plain
from patternbook.core.schema import Value
from patternbook.core.source import Source, Span, splice
from patternbook.core.text import front_matter, md
from patternbook.core.views import BROWSE, DRIFT, HOME, MAP, BelowView, Card, Group, ListView, PageView, kind_path

# Lists that a script lets the reader filter, and how it shows what is left.
FILTERED = {BROWSE: "cards", MAP: "titles"}
# A shelf of a large book holds more titles: the map is then laid out shelf by shelf.
LONG = 40
# From which length on a checklist is printed smaller. Each size holds a third more, and a name and a day at every item.
SHEETS = ((4_400, "smallest"), (3_950, "smaller"), (3_550, "small"))
# What only a host's converter needs.
_DIV = re.compile(r"^</?div[^<>]*>\n*", re.M)
_SVG = re.compile(r" <svg .*?</svg>")
_FIGURE = re.compile(r"<figure .*?<figcaption>(.*?)</figcaption>.*<p [^<>]*>(.*?)</p></details></figure>")
_SPAN = re.compile(r"</?span[^<>]*>")
_CODE = re.compile(r"<code>(.*?)</code>")
_ID = re.compile(r"\{:? ?#[a-z0-9-]+ ?\}$", re.M)


@dataclass(frozen=True, slots=True)
class Finished:
    """A page ready for any host, its `text`, and the same page to read as `markdown`.

    Both are kept as UTF-8: one ’ or – doubles the room that a text takes as such, and hardly a page has none.
    """

    path: str
    content: bytes
    readable: bytes
    source: str

    @property
    def text(self) -> str:
        """What a host converts."""
        return self.content.decode()

    @property
    def markdown(self) -> str:
        """What programs and people read."""
        return self.readable.decode()


def compose_page(view: PageView, definition: Definition) -> Finished:
    """An authored page: header, body, and everything that the book knows about it."""
    entry = view.entry
    body = list(_sections(view, definition))
    parts = [
        *_header(view, definition),
        *_finder(view, definition),
        # Whom a path is for comes before its steps, what to do with what was read after them.
        *body[:1],
        *_steps(view, definition),
        *body[1:],
        *_sample(view, definition),
        *_surroundings(view, definition),
        *(_list_parts(view.extra, definition) if view.extra else ()),
    ]
    meta = {
        "id": entry.id, "kind": entry.kind.id, "source": view.source, "home": view.path == HOME, "seen": bool(view.indexes),
        "form": bool(view.form), "ticks": any(linked.section.marks.items for linked in view.sections) and bool(entry.id),
        "steps": bool(view.steps), "ways": bool(view.ways), "kind_label": entry.kind.label if entry.kind.listed else "",
        "reviewed": entry.review.on.isoformat() if entry.review.on else "", "sheet": _sheet(view) if entry.id else "",
    }  # fmt: skip
    return _finish(view.path, entry.title, entry.summary, meta, parts, view.source)


def _sheet(view: PageView) -> str:
    """How small a checklist's letters must be for it to stay one sheet: its signs, with the room of headings and boxes in signs."""
    sections = [linked.section for linked in view.sections]
    items = sum(len(section.marks.items) for section in sections)
    room = sum(section.span.end - section.span.start for section in sections) + 60 * items + 120 * len(sections)
    return next((size for least, size in SHEETS if items and room > least), "")


def _sections(view: PageView, definition: Definition) -> Iterable[Part]:
    """The page's own text. Before its first blank or box it is said what becomes of answers where no script runs."""
    noted = False
    for linked in view.sections:
        marks = linked.section.marks
        if not noted and (marks.items or (marks.blanks and view.form)):
            noted = True
            yield Part(md(definition.say("fill-no-script")), "pb-unkept", screen=True)
        if linked.section.internal and not linked.section.heading:
            yield _internal(definition)
        yield _section(linked, view, definition)


def _header(view: PageView, definition: Definition) -> Iterable[Part]:
    """Kind, title, summary, facts, what a reader would say, and the state of the review where it matters."""
    entry = view.entry
    if entry.kind.listed:
        label = md(f"{entry.kind.glyph} {entry.kind.label}")
        yield Part(f"[{label}]({relative(view.path, kind_path(entry.kind))})", "pb-kicker")
    yield Part(f"# {md(entry.title)}")
    yield Part(md(entry.summary), "pb-lead")
    if view.facts:
        rows = (f"- **{md(fact.label)}** " + " ".join(_value(view.path, *value) for value in fact.values) for fact in view.facts)
        yield Part("\n".join(rows), "pb-facts")
    for quotes in view.quotes:
        lines = "\n".join(f"- {quoted(line, definition)}" for line in quotes.lines)
        yield Part(f"**{md(quotes.label)}**\n\n{lines}", "pb-said")
    if told := banner(view, definition):
        yield told


def _finder(view: PageView, definition: Definition) -> Iterable[Part]:
    """On the home page: from what a reader sees to the page behind it. Without a script the lists of sentences do it."""
    if view.indexes:
        yield Part(f"## {md(definition.say('seen'))} {{#seen}}")
        links = " ".join(f"[{md(title)}]({relative(view.path, path)})" for title, path in view.indexes)
        yield Part(f"{md(definition.say('seen-lists'))} {links}", "pb-seen-lists")


def _sample(view: PageView, definition: Definition) -> Iterable[Part]:
    """A template, filled."""
    if view.form and view.answers:
        yield Part(f"## {md(definition.say('sample'))} {{#sample}}")
        yield Part(_answers(view.form, view.answers, definition), "pb-sample")


def _answers(form: Form, answers: Mapping[str, Value], definition: Definition) -> str:
    """The filled document without its headings, which stand on the page already. A page has no boxes that cannot be ticked."""
    found = blocks(form.title, form.outline, form.fields, answers, definition.strings)
    shown = (_written(block) if isinstance(block, Tasks) else block for block in found)
    return to_markdown(block for block in shown if not isinstance(block, (Title, Heading)))


def _written(tasks: Tasks) -> Items:
    return Items(False, tuple((f"{'☑' if done else '☐'} {text}",) for done, text in tasks.entries))


def _steps(view: PageView, definition: Definition) -> Iterable[Part]:
    """The pages of a path, in reading order."""
    if view.steps:
        yield Part(f"## {md(definition.say('steps'))} {{#steps}}")
        yield Part(cards(view.path, view.steps, ordered=True), "pb-cards pb-steps")


def _surroundings(view: PageView, definition: Definition) -> Iterable[Part]:
    """What leads on from the page and what stands behind it."""
    say = definition.say
    if view.ways:
        yield Part(f"## {md(say('ways'))} {{#ways}}")
        yield Part("\n\n".join(way(place, view.path, definition) for place in view.ways), "pb-ways")
    if view.related:
        yield Part(f"## {md(say('relations'))} {{#relations}}")
        yield neighbourhood(view.entry, view.related, definition)
        yield from card_groups(view.path, view.related, 3)
    if view.mentions:
        yield Part(f"## {md(say('mentions'))} {{#mentions}}")
        yield mentions(view, definition)
    if view.sources:
        yield Part(f"## {md(say('sources'))} {{#sources}}")
        yield Part("\n".join(source(*given, definition) for given in view.sources))
    if rows := record(view, definition):
        yield Part(rows, "pb-record")


def compose_list(view: ListView, definition: Definition) -> Finished:
    """A page that the program makes."""
    parts = [Part(f"# {md(view.title)}"), Part(md(view.summary), "pb-lead"), *_list_parts(view, definition)]
    meta = {"list": view.kind or view.path.removesuffix(".md"), "kind": view.kind, "filter": FILTERED.get(view.path, "")}
    return _finish(view.path, view.title, view.summary, meta, parts, "")


def compose_hidden(document: Document, why: str, instead: Card | None, lists: Container[str], definition: Definition) -> Finished:
    """What stands in the place of a page that an edition leaves out: that it does, why, and where to go.

    `lists` are the paths of those that there are: an edition may leave out all pages of a kind.
    """
    say = definition.say
    parts = [Part(f"# {md(document.title)}"), Part(md(say("hidden-intro")), "pb-lead"), Part(md(why))]
    if instead:
        parts += [Part(f"## {md(say('hidden-instead'))} {{#instead}}"), Part(cards(document.path, (instead,)), "pb-cards")]
    if document.kind and kind_path(document.kind) in lists:
        parts.append(Part(f"[{md(document.kind.plural)}]({relative(document.path, kind_path(document.kind))})"))
    return _finish(document.path, document.title, say("hidden-intro"), {"gone": True}, parts, "")


def compose_below(view: BelowView, definition: Definition) -> Finished:
    """What a page said where an edition says something else."""
    say, title = definition.say, definition.say("below-title", title=view.page.title)
    back = f"[{md(view.page.title)}]({relative(view.path, view.page.path)})"
    parts = [Part(f"# {md(title)}"), Part(md(say("below-intro", name=view.by)), "pb-lead"), Part(back)]
    for key, heading, sections in view.parts:
        parts.append(Part(f"## {md(heading)} {{#{key or 'intro'}}}"))
        parts += [Part(_extract(linked, view.path)) for linked in sections]
    return _finish(view.path, title, say("below-intro", name=view.by), {"gone": True}, parts, "")


def compose_drift(review: Review, names: Names, definition: Definition) -> Finished:
    """What changed below an edition, for its editors: each row with its texts side by side and what can be done."""
    say = definition.say
    done, total = review.tally
    parts = [Part(f"# {md(say('drift-title'))}"), Part(md(say("drift-intro", done=str(done), total=str(total))), "pb-lead")]
    for state, rows in groupby(review.by_state(), key=lambda row: row.state):
        parts.append(Part(f"## {md(say(f'drift-{state}'))} {{#{state}}}"))
        parts += [part for row in rows for part in _drifted(row, names.page(row.renamed_to or row.id), definition)]
    return _finish(DRIFT, say("drift-title"), say("drift-about"), {"gone": True}, parts, "")


def _drifted(row: Drift, page: Document | None, definition: Definition) -> Iterable[Part]:
    say = definition.say
    title = md(page.title if page else row.id)
    heading = f"[{title}]({relative(DRIFT, page.path)})" if page else title
    part = f": {md(plain(row.heading))}" if row.section and row.heading != row.id else ""
    yield Part(f"### {heading}{part}")
    told = [say("drift-why", why=row.why)] if row.why else []
    told += [say("drift-now", old=row.id, new=row.renamed_to)] if row.renamed_to else []
    yield Part("\n\n".join(md(line) for line in (f"{row.path}:{row.line}", *told, row.help)))
    if row.commands:
        yield Part("\n\n".join(f"`{command}`" for command in row.commands), "pb-commands")
    if html := sides(row, definition):
        yield Part(html)


def compose_redirect(path: str, target: str, title: str, definition: Definition) -> Finished:
    """What stays at the address of an old id, in the folder of its page."""
    parts = [Part(f"# {md(title)}"), Part(f"[{md(title)}]({relative(path, target)})")]
    name = target.rpartition("/")[2].removesuffix(".md")
    return _finish(path, title, "", {"redirect": name}, parts, "", template="redirect.html")


def _finish(
    path: str, title: str, summary: str, meta: Mapping[str, object], parts: list[Part], source: str, template: str = "pattern.html"
) -> Finished:
    unsearched = bool(meta.get("redirect") or meta.get("gone"))
    head = front_matter(
        {"title": title, "description": summary, "template": template, "search": {"exclude": unsearched},
         "patternbook": {key: value for key, value in meta.items() if value} | {"markdown": path}}
    )  # fmt: skip
    html = "\n\n".join(part.html() for part in parts)
    markdown = "\n\n".join(_readable(part) for part in parts if not part.screen)
    return Finished(path, f"{head}\n{html}\n".encode(), f"{markdown}\n".encode(), source)


def _readable(part: Part) -> str:
    """A part without the marks that only a host's converter needs. What an author fenced is left as it is."""
    text = part.told or part.text
    if "```" not in text and "~~~" not in text:
        return _plainer(text).strip()
    pieces: list[list[str]] = [[]]
    fence = ""
    for line in text.split("\n"):
        opened = "" if fence else _fence(line)
        if opened:
            pieces.append([])
        pieces[-1].append(line)
        if fence and line.rstrip(" ") == fence:
            pieces.append([])
            fence = ""
        fence = fence or opened
    # Every second piece is a fenced block.
    return "\n".join("\n".join(p) if n % 2 else _plainer("\n".join(p)) for n, p in enumerate(pieces) if p).strip()


def _fence(line: str) -> str:
    """The run of signs that opens a fenced block, or nothing."""
    sign = line[:1]
    length = len(line) - len(line.lstrip(sign)) if sign in ("`", "~") else 0
    return sign * length if length >= 3 else ""


def _plainer(text: str) -> str:
    if "<" in text:
        text = _DIV.sub("", text)
        text = _SVG.sub("", text)
        text = _FIGURE.sub(_told, text)
        text = _SPAN.sub("", text)
        text = _CODE.sub(lambda match: _ticked(unescape(re.sub(r"\\(.)", r"\1", match[1]))), text)
    return "".join(_without_ids(text)) if "{" in text else text


def _without_ids(text: str) -> Iterable[str]:
    """A text without ids at the end of lines, or in lines of their own."""
    start = 0
    for match in _ID.finditer(text):
        before = text[start : match.start()].rstrip(" \t")
        yield before[:-1].rstrip(" \t") if before.endswith("\n") else before
        start = match.end()
    yield text[start:]


def _told(match: re.Match[str]) -> str:
    """A drawing as its caption and what it shows."""
    return f"*{md(unescape(match[1]))}* {md(unescape(match[2]))}"


def _ticked(code: str) -> str:
    """Code in as many backticks as it needs."""
    ticks = "`" * (max(map(len, re.findall("`+", code)), default=0) + 1)
    return f"{ticks}{code}{ticks}"


def _value(path: str, label: str, target: str) -> str:
    return f"[{md(label)}]({relative(path, target)})" if target else md(label)


def _section(linked: LinkedSection, view: PageView, definition: Definition) -> Part:
    """A section's own text; one that can be filled in or ticked is told in another way where nothing can be."""
    marks = linked.section.marks
    told = _body(linked, view, definition, told=True) if marks.blanks or marks.items else ""
    return Part(_body(linked, view, definition), told=told)


def _body(linked: LinkedSection, view: PageView, definition: Definition, told: bool = False) -> str:
    """A section's own text, with every span that must change replaced."""
    section = linked.section
    marks = section.marks
    edits = linked.edits(view.path)
    for anchor in (section.heading, *section.anchors):
        if anchor is not None and section.span.start <= anchor.span.start:
            below = _under(linked, view, definition) if anchor is section.heading else ""
            edits.append((_tail(anchor, section.source), f" {{#{anchor.id}}}{below}"))
    edits += _blanks(section, view, definition, told)
    for listing in marks.listings:
        found = view.listings.get(section.source.slice(listing.query).strip(), ())
        text = Part(cards(view.path, found), "pb-cards").html() if found else f"*{md(definition.say('empty-listing'))}*"
        edits.append((listing.span, f"\n{text}\n\n"))
    edits += _figures(linked, view, definition)
    edits += _told_items(marks.items) if told else _items(marks.items, section.source.text)
    start = section.span.start if section.heading else section.body.start
    return _edited(section, Span(start, section.span.end), edits)


def _blanks(section: Section, view: PageView, definition: Definition, told: bool) -> Iterable[tuple[Span, str]]:
    """Controls in the place of blanks, or lines to write on."""
    specs = {spec.id: spec for spec in view.form.fields} if view.form else {}
    for blank in section.marks.blanks:
        if (spec := specs.get(blank.field)) is None:
            continue
        if blank.alone:
            yield blank.span, fields.told_block(spec, definition) if told else fields.block(spec, definition)
        else:
            yield blank.span, fields.told_inline(spec) if told else fields.inline(spec)


def _tail(anchor: Anchor, source: Source) -> Span:
    """What stands behind a heading's words: an id, closing signs, or nothing."""
    words = source.slice(anchor.span)[anchor.level :].lstrip(" \t")
    return Span(anchor.span.end - len(words) + len(anchor.text), anchor.span.end)


def _edited(section: Section, span: Span, edits: list[tuple[Span, str]]) -> str:
    """A stretch of a section with spans replaced, and with what the converter could take for more than text made plain."""
    edits += [(brace, "\\{") for brace in section.marks.braces]
    edits += [(place, code) for place in section.marks.codes if (code := _code(section.source.slice(place)))]
    shifted = [(Span(place.start - span.start, place.end - span.start), new) for place, new in edits if place.start >= span.start]
    return splice(section.source.slice(span), shifted).strip()


def _figures(linked: LinkedSection, view: PageView, definition: Definition) -> Iterable[tuple[Span, str]]:
    """Drawings in the place of their pictures."""
    for picture in linked.section.marks.pictures:
        if drawing := view.drawings.get(picture.address):
            yield picture.span, f"\n{figure(drawing, unescape(plain(picture.caption)), definition.say('figure-words'))}\n"


def _internal(definition: Definition) -> Part:
    return Part(md(definition.say("internal-part")), "pb-internal")


def _under(linked: LinkedSection, view: PageView, definition: Definition) -> str:
    """What stands between a section's heading and its text."""
    note = f"\n\n{_internal(definition).html()}\n" if linked.section.internal else ""
    return note + _profile(linked, view, definition)


def _profile(linked: LinkedSection, view: PageView, definition: Definition) -> str:
    """The kind's scales as a drawing, below the heading of the section that the kind names."""
    if not view.profile or linked.section.key != view.entry.kind.profile:
        return ""
    return f"\n\n{figure(view.profile, definition.say('profile-caption'), definition.say('figure-words'))}\n"


def _extract(linked: LinkedSection, page: str) -> str:
    """A section's text on another page: links lead where they led, blanks are a line, and no id comes along."""
    section = linked.section
    marks = section.marks
    edits = linked.edits(page)
    # A smaller heading stays below the page's title, which stands one level lower here than on the page.
    edits += [(Span(anchor.span.start, anchor.span.start + 1), "##") for anchor in section.anchors if anchor.level < 6]
    edits += [(_tail(anchor, section.source), "") for anchor in section.anchors]
    edits += [(blank.span, "\\_\\_\\_\\_\\_\\_") for blank in marks.blanks]
    # What is left out leaves a gap: text that was checked apart must not be read together.
    edits += [(listing.span, "\n\n") for listing in marks.listings]
    edits += [(picture.span, "\n\n") for picture in marks.pictures]
    edits += [(Span(item.span.start, item.text.start), "- ") for item in marks.items]
    edits += [(Span(item.text.end, item.span.end), "") for item in marks.items]
    return _edited(section, section.body, edits)


def _code(text: str) -> str:
    """Code in backticks with its signs written out, where the converter could take them for tags or links all the same."""
    return f"<code>{md(text.strip('`'))}</code>" if re.search(r"[<\[{]|&#", text) else ""


def _items(items: Iterable[Item], text: str) -> Iterable[tuple[Span, str]]:
    """Task lists as lists inside a block, each with a box to tick and its words as the label."""
    items = list(items)
    for number, item in enumerate(items):
        first = number == 0 or bool(text[items[number - 1].span.end : item.span.start].strip())
        last = number + 1 == len(items) or bool(text[item.span.end : items[number + 1].span.start].strip())
        indent = _indent(item, text)
        box = f'<input type="checkbox" id="tick--{item.anchor or number}" autocomplete="off">'
        label = f'<label for="tick--{item.anchor or number}">'
        begin = '<div class="pb-checklist" markdown>\n\n' if first else ""
        yield Span(item.span.start, item.text.start), f"{begin}{indent}- {box} {label}"
        anchor = f"\n{indent}{{: #item-{item.anchor} }}" if item.anchor else ""
        yield Span(item.text.end, item.span.end), f"</label>{anchor}" + ("\n\n</div>\n" if last else "")


def _told_items(items: Iterable[Item]) -> Iterable[tuple[Span, str]]:
    """Task lists as Markdown writes them, without the ids."""
    yield from ((Span(item.text.end, item.span.end), "") for item in items)


def _indent(item: Item, text: str) -> str:
    return re.split(r"[-*+]", text[item.span.start : item.text.start], maxsplit=1)[0]


def _texts(view: ListView) -> Iterable[Part]:
    """One section of each page, under the page's title and kind."""
    for group in view.groups:
        yield Part(f"## {md(group.heading)} {{#{group.id}}}")
        for shown in group.cards:
            name = shown.path.rpartition("/")[2].removesuffix(".md")
            address = f"{relative(view.path, shown.path)}#{view.section}"
            yield Part(f"### [{md(shown.title)}]({address}) {{#of-{name}}}")
            yield Part(kind_of(shown), "pb-of")
            yield from (Part(_extract(linked, view.path)) for linked in view.texts[shown.path])


def _shelf(path: str, group: Group, definition: Definition) -> str:
    """Titles under a name, which bears the sign of their kind if it is one."""
    first = group.cards[0]
    name = kind_of(replace(first, label=group.heading)) if group.id == first.kind else f"**{md(group.heading)}**"
    titles = "\n".join(f"- [{md(card.title)}]({relative(path, card.path)}){adoption(card, definition)}" for card in group.cards)
    return f"{name}\n\n{titles}"


def _list_parts(view: ListView, definition: Definition) -> list[Part]:
    parts: list[Part] = []
    for id, label, rows in view.values:
        parts.append(Part(f"## {md(label)} {{#by-{id}}}"))
        lines = (f"- [{md(text)}]({relative(view.path, path)}) {count}" for text, path, count in rows)
        parts.append(Part("\n".join(lines), "pb-values"))
    if view.query:
        parts.append(narrow(view.path, view.query, definition))
    long = any(len(group.cards) > LONG for _, _, _, groups in view.parts for group in groups)
    shelf = "pb-shelf pb-long" if long else "pb-shelf"
    for id, label, text, groups in view.parts:
        parts.append(Part(f"## {md(label)} {{#{id}}}" + (f"\n\n{md(text)}" if text else "")))
        parts += [Part(_shelf(view.path, group, definition), shelf) for group in groups]
    parts += _texts(view) if view.section else card_groups(view.path, view.groups, 2)
    for id, label, sayings in view.sayings:
        parts.append(Part(f"## {md(label)} {{#{id}}}"))
        for (title, path), of_page in groupby(sayings, key=lambda row: (row[1], row[2])):
            quotes = "\n".join(f"- {quoted(said, definition)}" for said, _, _ in of_page)
            parts.append(Part(f"{quotes}\n\n[{md(title)}]({relative(view.path, path)})", "pb-sayings"))
    for id, term, text, page in view.terms:
        more = f" [{md(page[0])}]({relative(view.path, page[1])})" if page else ""
        parts.append(
            Part(f"## {md(term)} {{#{id}}}\n\n{md(text)}{' ' + md(definition.say('explained-in')) + more if more else ''}")
        )
    return parts
