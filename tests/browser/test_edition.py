"""A company's edition as its people see it: its own pages, signposts, what stood before, the map of adoption, the editors' page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from books import BOOKS, ROOT
from playwright.sync_api import expect

from .conftest import Open, build
from .test_accessibility import violations

COMPANY = """name: Acme
title: The Acme playbook
colour: "#ffcc00"
hide: {ready-check: {why: We ask these questions in the weekly review., instead: slow-trap}}
adoption: {slow-trap: {state: adapted, since: 2026-03-01, evidence: Two teams.}, good-practice: {state: rejected}}
variables: {company: Acme}
vocabulary: {work: task}
"""
OVERRIDE = """---
extends: slow-trap
fields: {owner: {mode: replace, value: Ruth, internal: yes}}
sections:
  ways-out: {mode: replace, why: our own case, against: "000000"}
  try-it: {mode: append, internal: yes}
---

## Ways out

At {company} ask Ruth first.

## Try it

Bring it to the board.
"""
PLACES = (
    "index", "traps/slow-trap", "below/traps/slow-trap", "checklists/ready-check", "drift", "map", "browse/index",
    "browse/adoption/adapted",
)  # fmt: skip


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an edition for colleagues, in a folder."""
    folder = tmp_path_factory.mktemp("acme")
    shutil.copytree(BOOKS / "base", folder / "book")
    shutil.copytree(ROOT / "overrides", folder / "book/overrides")
    shutil.copy(ROOT / "mkdocs.yml", folder / "book")
    (folder / "book/company/traps").mkdir(parents=True)
    (folder / "book/company/company.yml").write_text(COMPANY, "utf-8")
    (folder / "book/company/traps/slow-trap.md").write_text(OVERRIDE, "utf-8")
    build(folder / "book", folder / "site", "--offline", "--audience", "internal")
    return Path(folder / "site").as_uri() + "/"


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_everybody_can_read_it(acme: str, visitor: Open, path: str, scheme: str) -> None:
    """A company's bright yellow must not cost its readers a link, on a phone or in the dark, and no page may be wider than it."""
    page = visitor(reduced_motion="reduce")
    page.goto(f"{acme}{path}.html")
    page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme }", scheme)
    for width in (1440, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_an_editor_gets_by_keys_from_any_page_to_what_is_to_be_reviewed(acme: str, visitor: Open) -> None:
    """The texts side by side are the editor's desk: they are reached and scrolled without a mouse."""
    page = visitor()
    page.goto(f"{acme}traps/slow-trap.html")
    page.get_by_role("link", name="To review").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed below this edition")
    page.locator("article h3 a").first.focus()
    for text in page.locator(".pb-sides").first.locator("pre").all():
        page.keyboard.press("Tab")
        expect(text).to_be_focused()


def test_without_a_script_it_is_whole(acme: str, visitor: Open) -> None:
    """A reader without JavaScript reads the company's words, sees who says so, and gets on from a page that is left out."""
    page = visitor(java_script_enabled=False)
    page.goto(f"{acme}traps/slow-trap.html")
    expect(page.locator("article")).to_contain_text("At Acme ask Ruth first.")
    expect(page.locator("article")).to_contain_text("Internal: only colleagues may read this part.")
    page.get_by_role("link", name="What stood here before these changes").click()
    expect(page.locator("article")).to_contain_text("Then read")
    page.goto(f"{acme}checklists/ready-check.html")
    page.locator("article").get_by_role("link", name="Slow Trap").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Slow Trap")


def test_paper_tells_what_was_changed(acme: str, visitor: Open) -> None:
    """A page that is handed round must say whose words it holds."""
    page = visitor()
    page.goto(f"{acme}traps/slow-trap.html")
    page.emulate_media(media="print")
    expect(page.locator(".pb-record")).to_contain_text("Changed by Acme")
    expect(page.locator(".pb-record")).to_be_visible()
