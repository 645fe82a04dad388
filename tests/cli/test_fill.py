"""`patternbook fill`: a template and a file of answers make a document, or located problems and nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from books import ROOT
from click.testing import CliRunner, Result
from patternbook.cli.main import cli

SAMPLES = ROOT / "content" / "_book" / "samples"


def fill(id: str, answers: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(ROOT), "fill", id, "--answers", str(answers), *options])


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return tmp_path / "answers.yml"


def test_a_sample_becomes_a_document() -> None:
    """A facilitator who keeps answers in a file gets the same document as from the page."""
    done = fill("options-form", SAMPLES / "options-form.yml", "--name", "Reminders")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("# ")
    assert ": Reminders\n" in done.stdout.partition("\n\n")[0] + "\n"
    assert "| " in done.stdout


def test_what_the_page_gives_out_is_taken_in(answers: Path) -> None:
    """The JSON of the page goes through the command line and comes out as it went in, name and all."""
    first = fill("confidence-form", SAMPLES / "confidence-form.yml", "--format", "json", "--name", "June")
    answers.write_text(first.stdout, encoding="utf-8")
    again = fill("confidence-form", answers, "--format", "json")
    assert again.stdout == first.stdout
    assert json.loads(again.stdout)["name"] == "June"
    assert (
        fill("confidence-form", answers).stdout == fill("confidence-form", SAMPLES / "confidence-form.yml", "--name", "June").stdout
    )


def test_a_document_goes_into_a_file(tmp_path: Path) -> None:
    """An intranet takes HTML."""
    target = tmp_path / "card.html"
    done = fill("confidence-form", SAMPLES / "confidence-form.yml", "--format", "html", "-o", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    assert target.read_text("utf-8").startswith("<h1>")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("effort: x\n", ":1:1: error PB201"),
        ("effort: x\nsure: y\n", ":2:1: error PB202"),
        ("effort: [x]\n", ":1:9: error PB204"),
        ("exists: 9\n", ":1:9: error PB205"),
        ("widest: everything\n", ":1:9: error PB203"),
        ("", " error PB104"),
        ('{"patternbook": 2, "template": "confidence-form", "answers": {}}', ":1:17: error PB205"),
        ('{"patternbook": 1, "template": "options-form", "answers": {}}', ":1:32: error PB203"),
        ('{"patternbook": 1, "answers": {"effort": "x", "nobody": 1}}', "unknown field"),
    ],
)
def test_wrong_answers_are_located(answers: Path, text: str, found: str) -> None:
    """A missing answer, a wrong type, an unknown field: each is told with its place, and nothing is written."""
    answers.write_text(text, encoding="utf-8")
    done = fill("confidence-form", answers)
    assert (done.exit_code, done.stdout) == (1, "")
    assert found in done.stderr, done.stderr


def test_no_such_template_or_file(answers: Path) -> None:
    """A slip in the name is wrong use, with a suggestion."""
    assert "did you mean" in fill("confidence-from", SAMPLES / "confidence-form.yml").stderr
    assert fill("confidence-from", SAMPLES / "confidence-form.yml").exit_code == 2
    assert fill("confidence-form", answers).exit_code == 2
    assert "cannot be read" in fill("confidence-form", answers).stderr


def test_a_long_text_on_one_line_is_read(answers: Path) -> None:
    """A page writes a text of many paragraphs as one line of JSON; that is no reason to refuse it."""
    given = json.loads(
        fill("drivers-constraints-floats-form", SAMPLES / "drivers-constraints-floats-form.yml", "--format", "json").stdout
    )
    given["answers"]["effort"] = "word " * 150
    given["answers"]["floats"] = ["y" * 900] * 30
    answers.write_text(json.dumps(given), encoding="utf-8")
    done = fill("drivers-constraints-floats-form", answers)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("y" * 900) == 30
