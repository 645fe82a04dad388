"""Problems as output: for people, for programs, and for GitHub. One renderer per output."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from patternbook.core.diagnostics import Diagnostic, Severity

Renderer = Callable[[Iterable[Diagnostic]], str]


def text(problems: Iterable[Diagnostic]) -> str:
    """One line per problem, `path:line:column: severity code: message`, and what to do below it."""
    lines = []
    for problem in problems:
        place = f"{_visible(problem.path)}:{problem.line}:{problem.column}"
        lines.append(f"{place}: {problem.severity.value} {problem.code.number}: {problem.message}")
        lines += [f"    {problem.help}"] if problem.help else []
    return "".join(f"{line}\n" for line in lines)


def _visible(path: str) -> str:
    """A path whose line breaks, escapes and direction marks cannot change what a terminal shows."""
    return "".join(char if char.isprintable() else char.encode("unicode-escape").decode() for char in path)


def as_json(problems: Iterable[Diagnostic]) -> str:
    """An array of objects with the same content."""
    return json.dumps([_object(problem) for problem in problems], ensure_ascii=False, indent=1) + "\n"


def _object(problem: Diagnostic) -> Mapping[str, object]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code.number,
        "severity": problem.severity.value,
        "message": problem.message,
        "help": problem.help,
    }


def github(problems: Iterable[Diagnostic]) -> str:
    """Workflow commands, which GitHub shows beside the changed line."""
    lines = []
    for problem in problems:
        properties = f"file={_property(problem.path)},line={problem.line},col={problem.column},title={problem.code.number}"
        message = f"{problem.message}. {problem.help}" if problem.help else problem.message
        lines.append(f"::{problem.severity.value} {properties}::{_data(message)}\n")
    return "".join(lines)


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


RENDERERS: Mapping[str, Renderer] = {"text": text, "json": as_json, "github": github}


def tally(problems: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    problems = list(problems)
    counts = [(sum(p.severity is s for p in problems), s.value) for s in Severity]
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)
