"""What must not stand in a page's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from patternbook.core.definition import RESERVED_IDS, Definition
from patternbook.core.diagnostics import Code, Diagnostic, at, clip
from patternbook.core.fieldspec import ID
from patternbook.core.model import Document
from patternbook.core.parse import RESERVED_PREFIXES

# One row per hazard: the code, what was found, what to do.
# ruff: noqa: E501
HAZARDS: dict[str, tuple[Code, str, str]] = {
    "html": (Code.RAW_HTML, "raw HTML `{}`", "Write Markdown. To show the sign itself, put it in backticks."),
    "attributes": (Code.ATTRIBUTE_LIST, "attribute list `{}`", "Only a heading may have one, and only for its id: `## Heading {#id}`."),
    "unclosed": (Code.MALFORMED_LINK, "`{}` is not closed", "Close it with `]]`, or put the brackets in backticks."),
    "empty": (Code.MALFORMED_LINK, "`{}` names nothing", "Write `[[id]]` or `[[id|words]]`."),
    "long": (Code.MALFORMED_LINK, "a link of more than 300 characters", "Shorten its label."),
    "underlined": (Code.UNKNOWN_SECTION, "an underlined heading", "Write `## Heading`; for a rule, leave a blank line before `---`."),
    "nested": (Code.UNKNOWN_SECTION, "a heading inside a list or a quotation", "Start the line with its signs; to show one, write `\\#`."),
    "deep": (Code.UNKNOWN_SECTION, "a heading of more than six signs", "Use `##` to `######`."),
    "fence": (Code.RAW_HTML, "`{}` opens no code block", "Write the signs and at most one word for the language, and close the block with a line of the same signs."),
    "reference": (Code.RAW_HTML, "an unfinished character reference `{}`", "Write `&amp;#`, or put it in a fenced block."),
    "indented": (Code.TOO_INTRICATE, "nested too deeply", "Write it flatter."),
    "run": (Code.TOO_INTRICATE, "a run of more than 80 equal signs", "Shorten it, or put it in a fenced block."),
    "block": (Code.TOO_INTRICATE, "more than 50,000 characters without a blank line", "Put blank lines between its paragraphs, lists or tables."),
    "brackets": (Code.TOO_INTRICATE, "more than 200 brackets are open in one paragraph", "Close them, or put them in a fenced block."),
}  # fmt: skip


def no_hazards(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """Nothing active and nothing that overwhelms the converter reaches a host."""
    for section in document.sections:
        for hazard in section.marks.hazards:
            code, message, help = HAZARDS[hazard.what]
            yield at(section.source, hazard.span, code, message.format(clip(section.source.slice(hazard.span), 40)), help)


def headings(document: Document, definition: Definition) -> Iterable[Diagnostic]:
    """One title per page, and ids of headings that no script of the site relies on."""
    seen: set[str] = set()
    for section in document.sections:
        for heading in section.marks.headings:
            if heading.level == 1:
                help = "The title comes from the front matter; sections start with `##`."
                yield at(section.source, heading.span, Code.TEXT_BEFORE_SECTION, "a first-level heading", help)
            anchor = heading.anchor
            if anchor is None:
                continue
            if not re.fullmatch(ID, anchor) or anchor in RESERVED_IDS or anchor.startswith(RESERVED_PREFIXES):
                message = f'heading id "{clip(anchor)}" is reserved or malformed'
                yield at(
                    section.source,
                    heading.span,
                    Code.HEADING_ID,
                    message,
                    "Use a-z, 0-9 and hyphens, and none of the generated sections' ids.",
                )
            elif anchor in seen:
                yield at(
                    section.source,
                    heading.span,
                    Code.HEADING_ID,
                    f'heading id "{anchor}" is used twice',
                    "Give each heading its own.",
                )
            seen.add(anchor)
