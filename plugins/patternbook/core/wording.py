"""A company's own words in a text: variables become values, and words of its vocabulary stand where the book's stood.

What is found is a list of replacements, so that a report can show them and nothing else of the text moves. Where it is unclear
whether a word is meant, it stays: a word that was missed reads like the book, and a name that was changed is a mistake.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from patternbook.core.diagnostics import closest
from patternbook.core.scan import Marks
from patternbook.core.source import Source, Span, rewritten, splice
from patternbook.core.text import md
from patternbook.core.verbatim import Block, Open, open_section, open_words

# No pattern here may take more than linear time; see `scan`.
_VARIABLE = re.compile(r"(?<!\{)\{([a-z0-9-]+)\}(?!\})")
# Between two words of a phrase: white space with at most one end of line.
_SPACE = r"(?:[^\S\n]+(?:\n[^\S\n]*)?|\n[^\S\n]*)"
_APOSTROPHES = "['’]"
_ARTICLE = re.compile(r"(?<![\w'’-])(?:an?|An?|AN)$")
# A word with a capital behind this one makes a name of both.
_NAME_FOLLOWS = re.compile(r"[*_]{0,3}\s+[*_]{0,3}(?!I(?:['’]\w+)?(?![\w'’]))([^\W\d_])|-([^\W\d_])")
_OPENING = "*_~“„«»‘\"'(["
_CLOSING = "*_~)]”“»«’\"'"
_SENTENCE_ENDS = ".!?…:"
# After these a full stop ends no sentence, if one letter alone or a full stop inside does not tell already.
_ABBREVIATIONS = {"approx", "bzw", "ca", "cf", "dr", "incl", "mr", "mrs", "ms", "prof", "resp", "sog", "st", "vgl", "vs"}
# Small words that title case leaves small.
_SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
# Letters whose names begin with a vowel.
_VOWEL_NAMES = "AEFHILMNORSX"
# Joins to the letter before it, and so to a word.
_JOINERS = "\u00ad\u200c\u200d\u2060"

# How much of the text before a value is looked at to tell what it could become there.
_TAIL = 80
_REFERENCE_OPEN = re.compile(r"&#?\w{0,30}$")
_REFERENCE_SHUT = re.compile(r"\w{0,30};")
_POINT = re.compile(r"\d*[.)]")
_NUMBERED = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)*\d+")


@dataclass(frozen=True, slots=True)
class Swap:
    """One word or phrase of the vocabulary, and what stands in its place.

    Plurals follow the rules of English where they are empty, and the language is English. `article` is "a" or "an" before the new
    word, where its first letter would mislead: "an hour", "a user".
    """

    old: str
    new: str
    plural: str = ""
    old_plural: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What an edition says in its own words: variables with their values, a vocabulary, and phrases that it never touches."""

    variables: Mapping[str, str] = field(default_factory=dict)
    swaps: tuple[Swap, ...] = ()
    keep: tuple[str, ...] = ()
    language: str = "en"
    _made: list[_Vocabulary] = field(default_factory=list, repr=False, compare=False, hash=False)

    @property
    def vocabulary(self) -> _Vocabulary:
        """The swaps made ready, once."""
        if not self._made:
            self._made.append(_vocabulary(self))
        return self._made[0]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A stretch of a text and what stands there instead: `new` as it is written there, so in Markdown with signs escaped."""

    span: Span
    old: str
    new: str


def replacements(source: Source, span: Span, marks: Marks, wording: Wording) -> list[Replacement]:
    """What changes in a stretch of Markdown, such as a section, in reading order; spans are those of the source."""
    if not _concerns(source.slice(span), wording):
        return []
    found = _found(open_section(source, span, marks), wording)
    return [
        Replacement(Span(one.span.start + span.start, one.span.end + span.start), one.old, one.new)
        for one in _escaped(source.slice(span), found)
        if one.old != one.new
    ]


def replacements_in_words(text: str, wording: Wording) -> list[Replacement]:
    """What changes in plain text, such as a title or what a reader would say; spans count from its start.

    Text that ends like a sentence is read as sentences, other text as a title.
    """
    if not _concerns(text, wording):
        return []
    return [one for one in _found(open_words(text), wording) if one.old != one.new]


def reworded(text: str, wording: Wording) -> str:
    """Plain text in the words of the edition."""
    return splice(text, [(one.span, one.new) for one in replacements_in_words(text, wording)])


def moved(source: Source, found: Sequence[Replacement]) -> Source:
    """The source with its new words. Its positions are those of the file as it was written."""
    return rewritten(source, [(one.span, one.new) for one in found])


def strangers(source: Source, span: Span, marks: Marks, wording: Wording) -> list[tuple[Span, str]]:
    """What in a stretch of Markdown looks like a variable and is none: its place, and the variable that it is close to."""
    if not _may_be_strange(source.slice(span), wording):
        return []
    found = _strange(open_section(source, span, marks), wording)
    return [(Span(place.start + span.start, place.end + span.start), close) for place, close in found]


def strangers_in_words(text: str, wording: Wording) -> list[tuple[Span, str]]:
    """The same of plain text."""
    return _strange(open_words(text), wording) if _may_be_strange(text, wording) else []


def _may_be_strange(text: str, wording: Wording) -> bool:
    names = set(_VARIABLE.findall(text)) - wording.variables.keys() if wording.variables and "{" in text else ()
    return any(closest(name, wording.variables) for name in names)


def _strange(text: Open, wording: Wording) -> list[tuple[Span, str]]:
    """Braces that are not escaped around a name close to that of a variable. Other braces are the author's."""
    return [
        (Span(*match.span()), close)
        for match in _VARIABLE.finditer(text.values)
        if match[1] not in wording.variables and not _is_escaped(text.values, match.start())
        if (close := closest(match[1], wording.variables))
    ]


def _concerns(text: str, wording: Wording) -> bool:
    """Whether anything could change: most texts are told by a glance."""
    swapped = wording.vocabulary.swapped
    return bool(wording.variables and "{" in text) or bool(swapped and swapped.search(text))


def _found(text: Open, wording: Wording) -> list[Replacement]:
    """Replacements with plain new words."""
    return sorted([*_values(text, wording), *_words(text, wording)], key=lambda one: one.span)


# Variables


def _values(text: Open, wording: Wording) -> Iterator[Replacement]:
    for match in _VARIABLE.finditer(text.values) if wording.variables else ():
        value = wording.variables.get(match[1])
        if value is not None and not _is_escaped(text.values, match.start()):
            yield Replacement(Span(*match.span()), match.group(), " ".join(value.split()))


def _is_escaped(text: str, place: int) -> bool:
    before = place
    while before and text[before - 1] == "\\":
        before -= 1
    return (place - before) % 2 == 1


def _escaped(text: str, found: Iterable[Replacement]) -> Iterator[Replacement]:
    """The same with new words that Markdown shows as just those words, whatever stands before and behind them."""
    at, tail = 0, ""
    for one in found:
        tail = (tail + text[max(at, one.span.start - _TAIL) : one.span.start])[-_TAIL:]
        new = _shown(one.new, tail, text[one.span.end : one.span.end + _TAIL])
        # A phrase that ran over the end of a line still does, if the new one has several words.
        if "\n" in one.old:
            new = new.replace(" ", next(gap for gap in re.findall(r"\s+", one.old) if "\n" in gap), 1)
        yield Replacement(one.span, one.old, new)
        at, tail = one.span.end, (tail + new)[-_TAIL:]


def _shown(words: str, before: str, after: str) -> str:
    """Plain words as Markdown between two pieces of text. Signs of links are written so that `scan` sees none either."""
    if not words:
        return ""
    line = re.sub(r"\\([\[\]{])", lambda sign: _reference(sign[1]), md(words))
    # Signs that are harmless where they stand; two that `md` does not know; and one that would hide the bar of a table behind it.
    line = re.sub(r"&amp;(?![#\w\\]|$)", "&", line)
    line = re.sub(r"^=|(?:^|(?<= ))\^", lambda sign: _reference(sign[0]), line)
    line = line[:-2] + _reference("\\") if words[-1] == "\\" else line
    if _would_join(words, before, after):
        # One that `md` wrote as a reference is one already.
        line = re.sub(r"^(?:\\(.)|[^&\\])", lambda sign: _reference(sign[1] or sign[0]), line)
    start = before.rpartition("\n")[2]
    if _POINT.match(after) and len(start) < _TAIL and _NUMBERED.fullmatch(start + line):
        line = line[:-1] + _reference(line[-1])
    return line


def _reference(sign: str) -> str:
    return f"&#{ord(sign)};"


def _would_join(words: str, before: str, after: str) -> bool:
    """Whether words and the text before them would make a tag, a link, a number of a list or a character reference."""
    last, first = before[-1:], words[0]
    if last == "<" or (last == "]" and first in "(:") or (last.isdigit() and first in ".)"):
        return True
    opened = _REFERENCE_OPEN.search(before)
    return opened is not None and ("#" in opened[0] or ";" in words or _REFERENCE_SHUT.match(after) is not None)


# Words


@dataclass(frozen=True, slots=True)
class _Form:
    """A word of the vocabulary in the singular or plural, as it was and as it becomes."""

    old: str
    new: str
    article: str

    @property
    def exact(self) -> bool:
        """Whether it was given with capitals, and matches those alone."""
        return self.old != self.old.lower()


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """All forms by how they are spelt, one pattern that finds them, and one that finds the phrases to keep."""

    forms: Mapping[str, _Form]
    swapped: re.Pattern[str] | None
    kept: re.Pattern[str] | None
    articles: bool

    def form(self, found: str) -> _Form | None:
        """The form of a word as it stands in a text."""
        spelt = _spelling(found)
        return self.forms.get(spelt) or self.forms.get(spelt.lower())


def _vocabulary(wording: Wording) -> _Vocabulary:
    english = wording.language.lower().partition("-")[0] == "en"
    usable = [swap for swap in wording.swaps if _has_letters(swap.old) and swap.new.strip()]
    forms: dict[str, _Form] = {}
    for swap in usable:
        _add(forms, swap.old, swap.new, swap.article)
    # A plural that is a word of its own in the vocabulary is that word.
    for swap in usable:
        old = swap.old_plural or (_plural(swap.old) if english else "")
        new = swap.plural or (_plural(swap.new) if english else "")
        if _has_letters(old) and new.strip():
            _add(forms, old, new, swap.article)
    swapped = _pattern(form.old for form in forms.values())
    keep = [phrase for phrase in wording.keep if _has_letters(phrase)]
    made = _Vocabulary(forms, swapped, None, articles=english)
    # A new phrase with an old word in it stands for itself: `product team` for `team`.
    keep += [form.new for form in forms.values() if swapped and swapped.search(form.new) and not made.form(form.new)]
    return replace(made, kept=_pattern(keep))


def _add(forms: dict[str, _Form], old: str, new: str, article: str) -> None:
    form = _Form(old, " ".join(new.split()), article)
    forms.setdefault(_spelling(old), form)
    if not form.exact:
        forms.setdefault(_spelling(old.upper()).lower(), form)


def _has_letters(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _spelling(text: str) -> str:
    """A word or phrase by which it is looked up: one space between words, one sort of apostrophe."""
    return " ".join(text.replace("’", "'").split())


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of the phrases as whole words, the longest first, in every case that counts."""
    longest = sorted(dict.fromkeys(phrases), key=lambda phrase: (-len(phrase), phrase))
    spelt = dict.fromkeys(way for phrase in longest for way in _cases(phrase))
    if not spelt:
        return None
    # A glance at the first letter spares most places the whole list.
    firsts = "".join(sorted({re.escape(char) for phrase in longest for char in _firsts(phrase)}))
    return re.compile(rf"(?<![^\W_])(?=[{firsts}])(?:{'|'.join(spelt)})(?![^\W_])(?!_+[^\W_])")


def _firsts(phrase: str) -> str:
    first = phrase.split()[0][0]
    return "'’" if first in "'’" else first + first.upper()[0]


def _cases(phrase: str) -> Iterator[str]:
    """Patterns of a phrase: as given; if that is without capitals also Capitalised, in Title Case, and in ALL CAPITALS."""
    yield _spelt(phrase)
    if phrase != phrase.lower():
        return
    parts = re.split(r"(\s+|-)", phrase.strip())
    yield _spelt(_capital(parts[0])) + "".join(_either(part) if part[:1].isalpha() else _spelt(part) for part in parts[1:])
    if sum(char.isalpha() for char in phrase) > 1:
        yield _spelt(phrase.upper())


def _spelt(text: str) -> str:
    """A pattern of a text: any white space for white space, any apostrophe for one."""
    spelt = [_APOSTROPHES if char in "'’" else re.escape(char) for char in " ".join(text.split())]
    begin, end = (_SPACE if text[edge : edge + 1 or None].isspace() else "" for edge in (0, -1)) if text.strip() else (_SPACE, "")
    return begin + "".join(_SPACE if char == "\\ " else char for char in spelt) + end


def _either(word: str) -> str:
    return f"(?:{_spelt(word)}|{_spelt(_capital(word))})"


def _capital(word: str) -> str:
    """A word with a capital; one that has capitals elsewhere, such as eBay, as it is."""
    first = word.partition(" ")[0]
    return word if first != first.lower() else word[:1].upper() + word[1:]


def _words(text: Open, wording: Wording) -> Iterator[Replacement]:
    vocabulary = wording.vocabulary
    if vocabulary.swapped is None:
        return
    words = text.words
    if vocabulary.kept is not None:
        words = vocabulary.kept.sub(lambda match: "\0" * len(match[0]), words)
    for block in text.blocks:
        for match in vocabulary.swapped.finditer(words, block.span.start, block.span.end):
            place = Span(*match.span())
            form = vocabulary.form(match[0])
            if form is None or _is_part(words, place):
                continue
            new = _in_case(text.text, place, form, block)
            if new is None:
                continue
            if vocabulary.articles:
                yield from _article(text.text, words, place, new, form, block)
            yield Replacement(place, match[0], new)


def _is_part(text: str, place: Span) -> bool:
    """Whether what was found is part of a longer word, by signs that a pattern cannot know."""
    before = place.start
    while before and text[before - 1] == "_":
        before -= 1
    if before < place.start and text[before - 1 : before].isalnum():
        return True
    around = text[max(0, place.start - 1) : place.start] + text[place.end : place.end + 1]
    return any(char in _JOINERS or unicodedata.category(char)[0] == "M" for char in around)


def _in_case(text: str, place: Span, form: _Form, block: Block) -> str | None:
    """The new word in the case of the old one, or nothing if that is a name."""
    old = _spelling(text[place.start : place.end])
    if not form.exact and old == old.lower():
        return form.new
    if not form.exact and old == old.upper() and sum(char.isalpha() for char in old) > 1:
        return form.new.upper()
    starts, named = _starts_sentence(text, place.start, block), _name_follows(text, place.end)
    if block.heading and (named or not (starts or form.exact)):
        return _title_case(form.new)
    if starts and not (named and not form.exact):
        return _capital(form.new)
    return form.new if form.exact else None


def _title_case(phrase: str) -> str:
    first, *rest = phrase.split(" ")
    return " ".join([_capital(first), *(word if word in _SMALL else _capital(word) for word in rest)])


def _name_follows(text: str, end: int) -> bool:
    match = _NAME_FOLLOWS.match(text, end)
    return match is not None and (match[1] or match[2]).isupper()


def _starts_sentence(text: str, start: int, block: Block) -> bool:
    """Whether a word is the first of its block, or of a sentence in it."""
    first, at = block.span.start, start
    while at > first and text[at - 1] in _OPENING:
        at -= 1
    if at > first and not text[at - 1].isspace() and text[at - 1] != "…":
        return False
    while at > first and text[at - 1].isspace():
        at -= 1
    while at > first and text[at - 1] in _CLOSING:
        at -= 1
    if at <= first:
        return True
    return text[at - 1] in _SENTENCE_ENDS and not (text[at - 1] == "." and _abbreviated(text[max(first, at - 20) : at - 1]))


def _abbreviated(before: str) -> bool:
    """Whether the full stop behind a text belongs to an abbreviation, as in `e.g.`, `Dr.` or `J.`"""
    words = re.split(r"[\s(*_“„\"]+", before)
    word = words[-1] if words else ""
    inside = "." in word.strip(".") and not any(char.isdigit() for char in word)
    return word.lower() in _ABBREVIATIONS or inside or (len(word) == 1 and word.isalpha())


def _article(text: str, words: str, place: Span, new: str, form: _Form, block: Block) -> Iterator[Replacement]:
    """The article before an old word, if another one belongs before the new word."""
    at, first = place.start, block.span.start
    while at > first and words[at - 1] in "*_":
        at -= 1
    end = at
    while end > first and words[end - 1].isspace():
        end -= 1
    match = _ARTICLE.search(words[max(first, end - 3) : end]) if end < at else None
    if match is None:
        return
    old, wanted = match[0], form.article or _article_of(new)
    start = end - len(old)
    if old.lower() == wanted:
        return
    loud = new == new.upper() and not form.exact
    if old[0].islower():
        yield Replacement(Span(start, end), old, wanted)
    elif old == "AN" or loud:
        yield Replacement(Span(start, end), old, wanted.upper())
    elif block.heading or _starts_sentence(text, start, block):
        yield Replacement(Span(start, end), old, wanted.capitalize())


def _article_of(phrase: str) -> str:
    """The article by the first letter; of an abbreviation by the name of that letter."""
    word = re.split(r"[\s-]", phrase, maxsplit=1)[0]
    if len(word) > 1 and word.isupper():
        return "an" if word[0] in _VOWEL_NAMES else "a"
    return "an" if unicodedata.normalize("NFD", word[:1]).lower()[:1] in tuple("aeiou") else "a"


def _plural(word: str) -> str:
    """The plural by the rules of English."""
    if word[-1:].isupper():
        return f"{word}s"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}s"
