"""Problems as values. A problem in content is never an exception, and never only a log line.

Every code has a docstring here (the text after its number), a section in the guide's page
`problems.md`, and a failing case below `tests/cases/`. A test keeps the three in step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from patternbook.core.source import Source, Span

FEW = 300
# A file that is one mistake from end to end need not fill the terminal.
MOST = 50


class Severity(Enum):
    """An error stops the book from being published; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(Enum):
    """The stable name of a kind of problem. Numbers are never used again for something else."""

    # the file
    ENCODING = "PB101", "The file is not UTF-8 text."
    CONTROL_CHARACTER = "PB102", "The file holds a control character or half of a surrogate pair."
    PAGE_TOO_LARGE = "PB103", "The page is larger than a page may be."
    EMPTY_PAGE = "PB104", "The file is empty."
    LINE_TOO_LONG = "PB105", "A line is longer than a line may be."
    FILE_NAME = "PB106", "The file's name cannot be an id, or cannot be a file everywhere."
    PATH_COLLISION = "PB107", "Two files would be published at one address."
    NOT_A_FILE = "PB108", "A symbolic link, a device or something unreadable lies in the book."
    ASSET = "PB109", "A picture or other asset is too large, of an unknown type, or active."
    # front matter: its form
    NO_FRONT_MATTER = "PB110", "The page does not start with front matter."
    UNCLOSED_FRONT_MATTER = "PB111", "The front matter has no closing line."
    YAML_SYNTAX = "PB112", "The data is not well-formed YAML."
    YAML_ALIAS = "PB113", "Anchors, aliases and merge keys are not allowed."
    YAML_TAG = "PB114", "YAML tags are not allowed."
    DUPLICATE_KEY = "PB115", "A key stands twice in one mapping."
    DATA_TOO_LARGE = "PB116", "The data is too large, too deep or has too many parts."
    NOT_A_MAPPING = "PB117", "Front matter must be a mapping of keys to values."
    SECOND_DOCUMENT = "PB118", "There is more than one YAML document."
    # drawings
    DRAWING = "PB131", "A drawing holds what drawings may not hold, or lacks its text equivalent."
    UNPLACED_DRAWING = "PB132", "A drawing stands in no page, twice in one, or without a caption."
    # front matter: its meaning
    MISSING_FIELD = "PB201", "A required field or facet is missing or blank."
    UNKNOWN_FIELD = "PB202", "A field or facet has a name that the book does not define."
    UNKNOWN_VALUE = "PB203", "A value is not in its closed list."
    WRONG_TYPE = "PB204", "A value is of the wrong type."
    OUT_OF_LIMITS = "PB205", "A value is too short, too long, too small or too large."
    DUPLICATE_VALUE = "PB206", "A list holds the same value twice."
    # the body
    MISSING_SECTION = "PB301", "A required section is missing."
    SECTION_ORDER = "PB302", "A section stands after one that it should come before."
    UNKNOWN_SECTION = "PB303", "A section's heading is not one that this kind of page has."
    DUPLICATE_SECTION = "PB304", "A section stands twice."
    EMPTY_SECTION = "PB305", "A section has a heading and no text."
    GENERATED_SECTION = "PB306", "A section that the program writes itself was written by hand."
    TEXT_BEFORE_SECTION = "PB307", "Text or a first-level heading stands outside the sections."
    RAW_HTML = "PB310", "Raw HTML stands in the text."
    ATTRIBUTE_LIST = "PB311", "An attribute list sets more than a heading's id."
    UNSAFE_ADDRESS = "PB312", "An address uses a scheme other than http, https and mailto."
    HEADING_ID = "PB313", "A heading's id is reserved, malformed or used twice."
    TOO_INTRICATE = "PB314", "Nesting or brackets go beyond what can be rendered in time."
    # ids, links and relations
    MISSING_PAGE = "PB401", "A link leads to a page or file that does not exist."
    MISSING_ANCHOR = "PB402", "A link leads to a section that does not exist."
    MISSING_ID = "PB403", "A `[[link]]` or a relation names something that nothing in the book is called."
    AMBIGUOUS_NAME = "PB404", "A name fits more than one page."
    MALFORMED_LINK = "PB405", "A `[[link]]` is empty, too long or not closed."
    OUTSIDE_BOOK = "PB406", "An address leads out of the book's folder."
    SELF_RELATION = "PB411", "A page is related to itself."
    RELATION_KIND = "PB412", "A relation joins kinds that it does not join."
    MISSING_RELATION = "PB414", "A page lacks a relation that its kind must have."
    ORPHAN = "PB415", "No other page leads to this page."
    DUPLICATE_ID = "PB420", "Two pages have one id."
    ALIAS_TAKEN = "PB421", "An old id is a page that exists, or belongs to two pages."
    ALIAS_LOOP = "PB422", "Pages name each other as their old ids."
    LOST_ID = "PB423", "A published id is gone and no page names it as an old id."
    LOST_ITEM = "PB424", "A published checklist item is gone."
    LOST_FIELD = "PB425", "A published field of a template is gone."
    # templates and checklists
    MISSING_ITEM_ID = "PB501", "A checklist item has no id."
    DUPLICATE_ITEM_ID = "PB502", "Two items of one checklist have one id."
    UNKNOWN_BLANK = "PB503", "A blank names a field that the template does not define."
    UNPLACED_FIELD = "PB504", "A field stands nowhere in the template's text, or more than once."
    NO_ITEMS = "PB505", "A moment of a checklist holds no items."
    SAMPLE = "PB506", "A filled sample does not fit its template."
    # the book's definition, and queries
    DEFINITION = "PB601", "The book's definition contradicts itself or lacks something."
    LAYER = "PB602", "An override of a layer fits nothing below it."
    DRIFT = "PB603", "What a layer was written against has changed below it, or is gone."
    INTERNAL = "PB604", "A mark of what is internal names nothing, or something that a page must show."
    WORDING = "PB605", "Braces hold nearly the name of a variable."
    QUERY = "PB701", "A query is malformed or names something that the book does not define."
    # reviews
    REVIEW_DUE = "PB801", "The date of the next review has passed."
    EDITED_SINCE_REVIEW = "PB802", "The text has changed since it was last reviewed."
    # paper
    CARD = "PB811", "The text of a card does not fit on it."
    SHEET = "PB812", "A page that is meant for one sheet needs more."
    # the host
    NOT_RENDERED = "PB901", "The Markdown converter failed on a page."

    def __init__(self, number: str, meaning: str) -> None:
        self.number = number
        self.meaning = meaning


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: where, how bad, what was found, and what to do.

    `line` and `column` count from 1. They are 1 and 1 where the problem has no place of its own,
    as for a file that cannot be read. They and the `span` are places of the file as it was written.
    """

    path: str
    line: int
    column: int
    code: Code
    severity: Severity
    message: str
    help: str = ""
    span: Span | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """The order in which problems are shown: by place, then by code."""
        return (self.path, self.line, self.column, self.code.number, self.message)


def at(
    source: Source,
    span: Span,
    code: Code,
    message: str,
    help: str = "",
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    """A problem at a place in a source."""
    line, column = source.position(span.start)
    return Diagnostic(source.path, line, column, code, severity, message, help, source.as_written(span))


def whole(path: str, code: Code, message: str, help: str = "") -> Diagnostic:
    """An error of a file as a whole, without a place inside it."""
    return Diagnostic(path, 1, 1, code, Severity.ERROR, message, help)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that is closest to a mistyped one, or nothing.

    Comparing costs: of many words only those are compared that begin or end like it.
    """
    words = set(known)
    if len(words) > FEW:
        words = {other for other in words if other[:2] == word[:2] or other[-4:] == word[-4:]}
    close = get_close_matches(word, sorted(words)[:FEW], n=1, cutoff=0.6)
    return close[0] if close else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """` (did you mean "x"?)` where a known word is close to `word`, else nothing."""
    close = closest(word, known)
    return f' (did you mean "{close}"?)' if close else ""


def listed(values: Iterable[str], most: int = 12) -> str:
    """Values as a sentence part for a `help` text: `a, b, c`, cut after `most`."""
    shown = list(values)
    rest = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + rest


def clip(text: str, most: int = 60) -> str:
    """Quote text from a file in a message: one line, bounded, control characters made visible."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: most + 1])
    return line if len(line) <= most else line[: most - 1] + "…"
