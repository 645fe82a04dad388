"""Paths of pages and files inside the book, always with `/`. No file system."""

from __future__ import annotations


def relative(start: str, target: str) -> str:
    """The relative link from one page's path to another path: `../models/x.md`."""
    here, there = start.split("/")[:-1], target.split("/")
    common = 0
    while common < len(here) and common < len(there) - 1 and here[common] == there[common]:
        common += 1
    return "/".join([".."] * (len(here) - common) + there[common:])


def join(start: str, link: str) -> str | None:
    """The path that a relative link leads to from a page's path; `None` if it leaves the book."""
    parts = start.split("/")[:-1]
    for part in link.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def address(path: str, directories: bool = True) -> str:
    """The address of a page relative to the site: `traps/x/`, or `traps/x.html` without directories."""
    stem = path.removesuffix(".md")
    if stem == "index":
        return "" if directories else "index.html"
    if not directories:
        return f"{stem}.html"
    return stem.removesuffix("/index") + "/"
