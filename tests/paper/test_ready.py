"""PDFs that a site offers: made with the site, and linked where they are."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest
from books import BOOKS
from pypdf import PdfReader

LINK = re.compile(r'href="([^"]+\.pdf)"')


def built(folder: Path, *options: str) -> Path:
    shutil.copytree(BOOKS / "base", folder / "book", dirs_exist_ok=True)
    target = folder / ("site" + "".join(options))
    command = [str(Path(sys.executable).with_name("patternbook")), "-C", str(folder / "book"), "build", "--site-dir", str(target)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def links(site: Path) -> set[str]:
    """Every PDF that a page of a site leads to, as a path in it."""
    pages = [page for page in site.rglob("*.html") if page.name != "404.html"]
    found = ((page.relative_to(site).as_posix(), link) for page in pages for link in LINK.findall(page.read_text("utf-8")))
    return {urljoin(f"https://x.example/{page}", link).removeprefix("https://x.example/") for page, link in found}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("ready"), "--pdf", "a4", "--pdf", "letter")


def test_every_link_leads_to_a_pdf_and_every_pdf_is_linked(site: Path) -> None:
    """Who clicks on "A4" gets a PDF, and none lies there that nobody finds."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*.pdf")}
    assert links(site) == files
    assert {name.split("/")[1] for name in files} == {"a4", "letter"}
    for name in files:
        assert len(PdfReader(io.BytesIO((site / name).read_bytes())).pages) > 0, name


def test_a_tool_links_to_its_own(site: Path) -> None:
    """A facilitator on the page of a checklist needs one click, not a list."""
    page = (site / "checklists/ready-check/index.html").read_text("utf-8")
    assert "../../pdf/a4/ready-check.pdf" in page
    assert "../../pdf/letter/ready-check.pdf" in page


def test_papers_have_their_own_size(site: Path) -> None:
    """Letter paper is shorter and wider than A4: a sheet for the other is scaled or cut."""
    for paper, size in (("a4", (595, 842)), ("letter", (612, 792))):
        box = PdfReader(io.BytesIO((site / f"pdf/{paper}/ready-check.pdf").read_bytes())).pages[0].mediabox
        assert (round(box.width), round(box.height)) == size


def test_without_the_option_nothing_is_promised(tmp_path: Path) -> None:
    """A site without PDFs has no link to one."""
    site = built(tmp_path)
    assert links(site) == set()
    assert list(site.rglob("*.pdf")) == []
