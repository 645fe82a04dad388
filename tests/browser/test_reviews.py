"""The note above a page whose review is overdue, and the way to its owner's calendar, as a browser shows them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from books import BOOKS
from playwright.sync_api import expect

from .conftest import Open, build
from .test_accessibility import violations

TOLD = (
    "Last reviewed on 2026-01-15. The next review was due on 2026-07-15. The page was edited since its review. Its owner is Ruth."
)
REVIEW = "status: done\nowner: Ruth\nreviewed: {on: 2026-01-15, text: '000000'}\nreview_every: 6 months"


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page that is due and edited, and of a checklist that is, in a small book."""
    folder = tmp_path_factory.mktemp("late")
    shutil.copytree(BOOKS / "base", folder / "book")
    for path in ("traps/slow-trap.md", "checklists/ready-check.md"):
        page = folder / "book" / "content" / path
        text = page.read_text("utf-8")
        assert text.count("status: done") == 1
        page.write_text(text.replace("status: done", REVIEW), "utf-8")
    build(folder / "book", folder / "site", "--offline")
    return Path(folder / "site").as_uri() + "/"


def test_the_note_needs_no_script(late: str, visitor: Open) -> None:
    """How old a page is must not depend on what the reader's browser runs."""
    page = visitor(java_script_enabled=False)
    page.goto(f"{late}traps/slow-trap.html")
    note = page.get_by_role("note")
    expect(note).to_have_text(TOLD)
    above, below = note.bounding_box(), page.locator("h2").first.bounding_box()
    assert above and below and above["y"] + above["height"] <= below["y"]


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_the_note_can_be_read_by_everybody(late: str, visitor: Open, scheme: str) -> None:
    """Somebody with weak eyes or a phone learns it too."""
    page = visitor(reduced_motion="reduce")
    page.goto(f"{late}traps/slow-trap.html")
    # The small book offers no choice between light and dark; its style sheet knows both.
    page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme }", scheme)
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.get_by_role("note")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_note_stands_out_in_colours_of_the_reader_s_own(late: str, visitor: Open) -> None:
    """Its ground is gone there, so a line must set it apart from the text."""
    page = visitor(forced_colors="active")
    page.goto(f"{late}traps/slow-trap.html")
    note = page.get_by_role("note")
    line, text = (note.evaluate(f"note => getComputedStyle(note).{name}") for name in ("borderInlineStartColor", "color"))
    assert line == text
    assert note.evaluate("note => parseFloat(getComputedStyle(note).borderInlineStartWidth)") >= 2


def test_paper_has_the_note_and_no_calendar(late: str, visitor: Open) -> None:
    """A printed page is read for months; a calendar cannot be opened there. A checklist stays one thing to hand out."""
    page = visitor()
    page.emulate_media(media="print")
    page.goto(f"{late}traps/slow-trap.html")
    expect(page.get_by_role("note")).to_be_visible()
    expect(page.locator(".pb-record")).to_contain_text("Ruth")
    expect(page.locator(".pb-calendar")).to_be_hidden()
    page.goto(f"{late}checklists/ready-check.html")
    expect(page.locator(".pb-review")).to_be_hidden()


def test_the_record_s_link_brings_the_calendar(late: str, visitor: Open) -> None:
    """An owner who clicks gets a file that their calendar opens."""
    page = visitor()
    page.goto(f"{late}traps/slow-trap.html")
    with page.expect_download() as download:
        page.get_by_role("link", name="calendar of reviews").click()
    assert download.value.suggested_filename == "ruth.ics"
