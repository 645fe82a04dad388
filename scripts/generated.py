"""A large book, made of this book's own sentences: the same pages for Patternbook and as plain Markdown with tags.

Every run makes the same pages. Their words are the real book's, so a word stands on more pages than in a book that grew.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

# How many of a hundred pages are of each kind; templates and checklists come from the real ones with other words around.
SHARES = {"trap": 30, "practice": 25, "model": 11, "story": 10, "ritual": 8, "template": 7, "checklist": 5, "shape": 4}
WORDS = 150
MARKUP = re.compile(r"[\[\]`*_#|<>{}!^]")
FOLDERS = "content/_book/"
LEFT_OUT = ("glossary.yml", "changes.yml", "samples/")
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A page of the large book."""

    id: str
    path: str
    head: Fields
    body: str


@dataclass(frozen=True, slots=True)
class Real:
    """What the real book gives: its pages by kind, and its pools of words."""

    kinds: Fields
    facets: Fields
    pages: dict[str, list[tuple[Fields, str]]]
    sentences: list[str]
    titles: list[str]
    symptoms: list[str]
    reasons: list[str]
    drawings: dict[str, bytes]


def split(text: str) -> tuple[Fields, str]:
    """A page's front matter and body."""
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


def real(files: Mapping[str, bytes]) -> Real:
    """Reads the real book's files."""
    kinds, facets = (yaml.safe_load(files[f"{FOLDERS}{name}.yml"]) for name in ("kinds", "facets"))
    drawings = {path.removeprefix("content/"): files[path] for path in sorted(files) if path.startswith("content/figures/")}
    found = Real(kinds, facets, {kind: [] for kind in kinds}, [], [], [], [], drawings)
    for path in sorted(files):
        if not path.endswith(".md") or path.startswith(FOLDERS) or path.count("/") != 2:
            continue
        head, body = split(files[path].decode())
        found.pages[head["kind"]].append((head, body))
        found.titles.append(head["title"])
        found.symptoms.extend(head.get("symptoms", []))
        entries = (entry for entries in head.get("relations", {}).values() for entry in entries)
        found.reasons.extend(entry["why"] for entry in entries if isinstance(entry, dict) and "why" in entry)
        lines = [head["summary"], *(line for line in body.splitlines() if line[:1].isalpha())]
        found.sentences.extend(sentence for line in lines for sentence in re.split(r"(?<=[.?]) (?=[A-Z“])", line))
    # Below 40 words: the last sentence of a summary of 22 words begins with its 22nd at the latest, and 60 are allowed.
    fits = (one for one in found.sentences if 20 < len(one) < 220 and one.count(" ") < 39)
    found.sentences[:] = [one for one in fits if one[-1] in ".?" and not MARKUP.search(one)]
    return found


class Writer:
    """Writes pages one after another from one seed."""

    def __init__(self, book: Real, count: int) -> None:
        self.book = book
        self.draw = random.Random(20261121)  # noqa: S311
        self.names: set[str] = set()
        kinds = self.draw.choices(list(SHARES), list(SHARES.values()), k=count)
        kinds[: len(SHARES)] = SHARES
        self.plan = [(kind, *self.name(kind)) for kind in kinds]
        self.ids = {kind: [id for one, id, _ in self.plan if one == kind] for kind in SHARES}
        self.every = [id for _, id, _ in self.plan]

    def name(self, kind: str) -> tuple[str, str]:
        """An id and a title that no page has yet: the beginning of one real title and the end of another."""
        while True:
            first, second = (title.split() for title in self.draw.sample(self.book.titles, 2))
            words = first[: self.draw.randint(1, 3)] + second[-self.draw.randint(1, 3) :]
            id = re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower().replace("’", "")).strip("-")
            id += self.book.kinds[kind].get("suffix", "")
            if id not in self.names and id[:1].isalpha():
                self.names.add(id)
                return id, " ".join(words)

    def pages(self) -> Iterator[Pattern]:
        """All pages."""
        for place, (kind, id, title) in enumerate(self.plan):
            model, body = self.draw.choice(self.book.pages[kind])
            head = {
                key: value for key, value in model.items() if key not in ("aka", "sources", "review_every", "reviewed", "relations")
            }
            head |= {"title": title, "summary": self.text(22), "tags": self.tags(kind), "owner": self.skewed(OWNERS, 1)[0]}
            head |= {"status": self.skewed(STATUSES, 1)[0], "relations": self.relations(kind, id)}
            if self.draw.random() < 0.25:
                head["reviewed"] = {"on": date(2026, 11, 20) - timedelta(days=self.draw.randrange(365)), "text": "000000"}
            if "symptoms" in model:
                head["symptoms"] = self.draw.sample(self.book.symptoms, self.draw.randint(3, 6))
            folder = self.book.kinds[kind]["folder"]
            linked = [self.plan[place - 1][1], *self.others(id, 2)]
            yield Pattern(id, f"{folder}/{id}.md", head, self.body(kind, body, linked))

    def others(self, id: str, count: int) -> list[str]:
        """Some pages besides this one."""
        return [other for other in self.draw.sample(self.every, min(count + 1, len(self.every))) if other != id][:count]

    def skewed(self, values: Sequence[str], most: int) -> list[str]:
        """Up to so many of the values, the first far more often than the last."""
        weights = [1 / rank for rank in range(1, len(values) + 1)]
        return list(dict.fromkeys(self.draw.choices(values, weights, k=self.draw.randint(1, most))))

    def tags(self, kind: str) -> dict[str, list[str]]:
        """Values for what the kind requires, and for most of the rest."""
        required = self.book.kinds[kind].get("requires", [])
        return {
            key: self.skewed([str(value) for value in facet["values"]], 4 if facet.get("many", True) else 1)
            for key, facet in self.book.facets.items()
            if key in required or self.draw.random() < 0.75
        }

    def relations(self, kind: str, id: str) -> Fields:
        """What each kind must name, a way out of a trap or what a tool is for, and one page that goes with it."""
        wanted = {"trap": "countered-by", "template": "used-by", "checklist": "used-by"}.get(kind)
        found = {wanted: self.draw.sample(self.ids["practice"], min(2, len(self.ids["practice"])))} if wanted else {}
        if kind not in ("practice", "template", "checklist"):
            found["pairs-with"] = self.others(id, 1)
        reasons = self.book.reasons
        return {key: [{"id": id, "why": self.draw.choice(reasons)} for id in ids] for key, ids in found.items() if ids}

    def text(self, words: int) -> str:
        """Sentences with about so many words."""
        found: list[str] = []
        while sum(sentence.count(" ") + 1 for sentence in found) < words:
            found.append(self.draw.choice(self.book.sentences))
        return " ".join(found)

    def body(self, kind: str, model: str, linked: Sequence[str]) -> str:
        """The sections of the kind; those of a form or a list are the real one's, without links to pages that are not here."""
        more = "See " + ", ".join(f"[[{id}]]" for id in linked) + ".\n"
        sections = self.book.kinds[kind]["sections"]
        if any(section.get("open") for section in sections):
            kept = re.sub(r"\[\[(?!\?)(?:[^]|]*\|)?([^]]*)\]\]", r"\1", model)
            return "".join(line for line in kept.splitlines(keepends=True) if "](" not in line) + f"\n{more}"
        needed = [section for section in sections if section.get("required")]
        parts = [f"## {section['heading']}\n\n{self.text(WORDS // len(needed))}\n" for section in needed]
        if self.draw.random() < 0.1:
            more += f"\n![{self.text(6)}](../{self.draw.choice(list(self.book.drawings))})\n"
        return "\n" + "\n".join(parts) + f"\n{more}"


OWNERS = ("product-operations", "finance", "platform", "people", "research", "design", "delivery", "sales", "support", "security")
STATUSES = ("structured", "validated", "draft")


def book(pages: Sequence[Pattern], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The pages as a book: the real one's definition without what tells of its own pages, and the drawings that are shown."""
    shown = {name for page in pages for name in re.findall(r"figures/[a-z0-9-]+\.svg", page.body)}
    kept = {
        path: content
        for path, content in files.items()
        if path.startswith(FOLDERS) and not path.startswith(tuple(FOLDERS + name for name in LEFT_OUT))
    }
    home = {"kind": "page", "title": "A large book", "summary": "A book that was generated to be measured."}
    return (
        kept
        | {"content/index.md": written(home, "\n## Begin\n\nAnywhere.\n")}
        | {f"content/{page.path}": written(page.head, page.body) for page in pages}
        | {f"content/{name}": files[f"content/{name}"] for name in sorted(shown)}
    )


def written(head: Fields, body: str) -> bytes:
    """A page's file."""
    return f"---\n{yaml.safe_dump(head, allow_unicode=True, sort_keys=False)}---\n{body}".encode()


def plain(pages: Sequence[Pattern], kinds: Fields, linked: bool = False) -> dict[str, bytes]:
    """The same pages for other programs: text, and kind and values as tags; with links to pages if the program knows `[[…]]`."""
    kept = r"\[\[\?([^]]*)\]\]" if linked else r"\[\[\??([^]]*)\]\]"
    files = {"index.md": b"# A large book\n\nAnywhere.\n", "tags.md": b"# Tags\n\n<!-- material/tags -->\n"}
    for page in pages:
        tags = [
            kinds[page.head["kind"]]["label"],
            *(f"{key}: {value}" for key, values in page.head["tags"].items() for value in values),
        ]
        said = "".join(f"- {symptom}\n" for symptom in page.head.get("symptoms", []))
        text = re.sub(kept, r"\1", page.body)
        head = {"title": page.head["title"], "description": page.head["summary"], "tags": tags}
        files[page.path] = written(head, f"# {page.head['title']}\n\n{page.head['summary']}\n\n{said}\n{text}")
    return files
