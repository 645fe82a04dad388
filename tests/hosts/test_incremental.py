"""A build that takes over what it can gives the site that a clean one gives, byte for byte, whatever was edited between."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import jinja2
import pytest
from jinja2.bccache import Bucket
from mkdocs.theme import Theme
from patternbook.core.memo import FORGETFUL
from patternbook.edges import crew
from patternbook.edges.cache import CACHE, Cache
from patternbook.edges.publish import publish
from patternbook.edges.source import load_book, read_settings
from patternbook.edges.stock import Stock
from patternbook.hosts.mkdocs import loop
from patternbook.hosts.mkdocs.build import Tally, render
from patternbook.hosts.mkdocs.live import _Live
from sites import BIN, QUIET, book_in, built, files, run

EPOCH = {"SOURCE_DATE_EPOCH": "1796000000"}
LAST = re.compile(r"(\d+) pages, (\d+) rendered, (\d+) reused")


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*next(iter(EPOCH.items())))


@pytest.fixture(autouse=True)
def templates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half the time of a small build goes into templates; a template of the same text is translated once for all builds here."""
    made: dict[str, bytes] = {}

    class Known(jinja2.BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            if known := made.get(bucket.key + bucket.checksum):
                bucket.bytecode_from_string(known)

        def dump_bytecode(self, bucket: Bucket) -> None:
            made[bucket.key + bucket.checksum] = bucket.bytecode_to_string()

    alone = Theme.get_env

    def get_env(theme: Theme) -> jinja2.Environment:
        env = alone(theme)
        env.bytecode_cache = Known()
        return env

    monkeypatch.setattr(Theme, "get_env", get_env)


def build(folder: Path, target: Path, cached: bool, audience: str = "public", offline: bool = False) -> Tally | None:
    """Build a book as the command does, in this process; nothing where the book has errors."""
    settings = read_settings(folder)
    cache = Cache(folder / CACHE) if cached else None
    book = load_book(settings.root, settings.layers, audience, memo=Stock(cache) if cache else FORGETFUL)
    if book.errors:
        return None
    tallies: list[Tally] = []
    publish(target, lambda new: tallies.append(render(book, settings.config, new, offline, (), cache, target if cached else None)))
    if cache:
        cache.save()
    return tallies[0]


def counted(folder: Path, *options: str) -> tuple[int, int]:
    """Pages rendered and reused, as the command tells."""
    result = run(folder, "patternbook", "build", *options, env=EPOCH)
    assert result.returncode == 0, result.stderr
    found = LAST.search(result.stdout)
    assert found
    assert int(found[1]) == int(found[2]) + int(found[3])
    return int(found[2]), int(found[3])


# --- random edits -------------------------------------------------------------------------------------------------------


@dataclass
class Editor:
    """Somebody who edits a book at random. An edit that breaks it is as good as any: then the next one is made."""

    folder: Path
    draw: random.Random

    def pages(self) -> list[Path]:
        return sorted(path for path in (self.folder / "content").rglob("*.md") if path.name != "index.md")

    def edit(self) -> None:
        edits: list[Callable[[], None]] = [
            self.text, self.text, self.title, self.summary, self.tag, self.relation, self.rename, self.delete, self.add,
            self.word, self.kind, self.facet, self.term, self.template, self.setting, self.layer, self.colour, self.status,
        ]  # fmt: skip
        self.draw.choice(edits)()

    def change(self, path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8") if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(old, lambda _: new, text, count=1, flags=re.M) if old else text + new, "utf-8")

    def page(self) -> Path:
        return self.draw.choice(self.pages())

    def words(self) -> str:
        return " ".join(self.draw.choices(["work", "waits", "for *nobody*", "`x < y`", "a & b", "[[slow-trap]]", "“so”"], k=4))

    def text(self) -> None:
        self.change(self.page(), r"\.$", f". {self.words()}.")

    def title(self) -> None:
        self.change(self.page(), "^title: .*", f"title: Title {self.draw.randint(0, 99)}")

    def summary(self) -> None:
        self.change(self.page(), "^summary: .*", f"summary: Said {self.draw.randint(0, 99)} times. Say less.")

    def status(self) -> None:
        self.change(self.page(), "^status: .*", f"status: {self.draw.choice(['done', 'draft'])}")

    def tag(self) -> None:
        self.change(self.page(), r"audience: \[.*\]", f"audience: [{self.draw.choice(['executive', 'coach', 'executive, coach'])}]")

    def relation(self) -> None:
        self.change(self.page(), r"leads-to: \[.*\]", f"leads-to: [{self.page().stem}]")

    def rename(self) -> None:
        page = self.page()
        new = f"{self.draw.choice(['one', 'two', 'three'])}-{page.stem}"
        page.rename(page.with_name(f"{new}.md"))
        for path in [*self.folder.rglob("*.md"), *self.folder.rglob("*.yml")]:
            path.write_text(re.sub(rf"(?<![\w-]){page.stem}(?![\w-])", new, path.read_text("utf-8")), "utf-8")

    def delete(self) -> None:
        added = [page for page in self.pages() if page.stem.startswith(("four", "five", "six"))]
        (self.draw.choice(added) if added else self.page()).unlink()

    def add(self) -> None:
        page = self.page()
        shutil.copy(page, page.with_name(f"{self.draw.choice(['four', 'five', 'six'])}-{page.name}"))

    def word(self) -> None:
        self.change(self.folder / "content/_book/strings.yml", "^relations: .*", f"relations: Tied {self.draw.randint(0, 9)}")

    def kind(self) -> None:
        self.change(self.folder / "content/_book/kinds.yml", "label: .*", f"label: Kind {self.draw.randint(0, 9)}")

    def facet(self) -> None:
        self.change(self.folder / "content/_book/facets.yml", "coach: [^,}]*", f"coach: Coach {self.draw.randint(0, 9)}")

    def term(self) -> None:
        self.change(self.folder / "content/_book/glossary.yml", "text: [^,}]*", f"text: Means {self.draw.randint(0, 9)}.")

    def template(self) -> None:
        text = f'{{% extends "patternbook.html" %}}{{% block announce %}}Hello {self.draw.randint(0, 9)}{{% endblock %}}'
        (self.folder / "company/overrides").mkdir(parents=True, exist_ok=True)
        (self.folder / "company/overrides/main.html").write_text(text)

    def setting(self) -> None:
        self.change(self.folder / "mkdocs.yml", "^site_name: .*", f"site_name: Base {self.draw.randint(0, 9)}")

    def layer(self) -> None:
        id = self.draw.choice([page for page in self.pages() if page.parent.name == "traps"]).stem
        (self.folder / "company/traps").mkdir(parents=True, exist_ok=True)
        (self.folder / f"company/traps/{id}.md").write_text(
            f"---\nextends: {id}\nsections: {{try-it: {{mode: append, why: ours}}}}\n---\n\n## Try it\n\n{self.words()}.\n"
        )

    def colour(self) -> None:
        (self.folder / "company").mkdir(exist_ok=True)
        (self.folder / "company/company.yml").write_text(f"name: Acme {self.draw.randint(0, 9)}\n")


def test_any_sequence_of_edits_gives_the_site_of_a_clean_build(
    tmp_path: Path, nightly: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author must be able to trust what they see: no page may show a title, a relation or a setting of yesterday."""
    folder, unlike = tmp_path / "book", 0
    reused = rendered = 0
    for seed in range(500 if nightly else 30):
        draw = random.Random(seed)
        for name in ("content", "company"):
            shutil.rmtree(folder / name, ignore_errors=True)
        editor = Editor(book_in(folder), draw)
        # Now and then several processes render even a few pages.
        monkeypatch.setattr(crew, "FEW", draw.choice([3, 64, 64]))
        monkeypatch.setattr(crew, "processors", lambda: 2)
        how = {"audience": draw.choice(["public", "internal"]), "offline": draw.random() < 0.2}
        done: list[str] = []
        for _ in range(draw.randint(2, 4)):
            before = files(folder / "content") | {f"company/{path}": text for path, text in files(folder / "company").items()}
            editor.edit()
            tally = build(folder, tmp_path / "site", True, **how)  # type: ignore[arg-type]
            if tally is None:
                unlike += 1
                restored(folder, before)
            else:
                reused, rendered = reused + tally.reused, rendered + tally.rendered
                done.append(str(tally))
        if done:
            build(folder, tmp_path / "site", True, **how)  # type: ignore[arg-type]
            build(folder, tmp_path / "clean", False, **how)  # type: ignore[arg-type]
            assert files(tmp_path / "site") == files(tmp_path / "clean"), f"sequence {seed} gives another site"
    assert reused > rendered / 4, "hardly anything is reused, so this shows little"


def test_a_live_site_is_that_of_a_server_started_anew(tmp_path: Path, nightly: bool) -> None:
    """What an author sees after a day of edits must be what they would see after starting again."""
    folder, renewed = tmp_path / "book", 0
    for seed in range(200 if nightly else 12):
        draw = random.Random(1_000 + seed)
        for name in ("content", "company"):
            shutil.rmtree(folder / name, ignore_errors=True)
        editor = Editor(book_in(folder), draw)
        audience = draw.choice(["public", "internal"])
        live = server(folder, tmp_path / f"live-{seed}", audience)
        live.build()
        for _ in range(4):
            before = files(folder / "content") | {f"company/{path}": text for path, text in files(folder / "company").items()}
            shown = files(live.shown)
            editor.edit()
            live.build()
            if live.server.trouble:
                assert files(live.shown) == shown, f"sequence {seed}: a mistake changed the site"
                restored(folder, before)
        live.build()
        assert not live.server.trouble
        anew = server(folder, tmp_path / f"anew-{seed}", audience)
        anew.build()
        assert files(live.shown) == files(anew.shown), f"sequence {seed} gives another site"
        renewed += files(live.shown) != shown
        for one in (live, anew):
            one.server.server_close()
    assert renewed > 5, "hardly a site was changed, so this shows little"


def server(folder: Path, site: Path, audience: str) -> _Live:
    """A live server that nobody asks. It keeps its cache to itself."""
    site.mkdir()
    cache = Cache(site / "cache")
    return _Live(folder / "mkdocs.yml", "127.0.0.1:8000", audience, site, cache, Stock(cache, keeps=True))


def restored(folder: Path, before: dict[str, bytes]) -> None:
    for name in ("content", "company"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path, content in before.items():
        file = folder / path if path.startswith("company/") else folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


# --- what is rendered again ---------------------------------------------------------------------------------------------


def test_an_edit_renders_what_shows_it_and_nothing_else(tmp_path: Path) -> None:
    """Whoever saves one page of thousands waits for that page, and for those that show its title."""
    folder = book_in(tmp_path)
    rendered, reused = counted(folder)
    assert (rendered > 10, reused) == (True, 0)
    assert counted(folder) == (0, rendered)
    page = folder / "content/traps/slow-trap.md"
    page.write_text(page.read_text().replace("Count what waits.", "Count what still waits."))
    assert counted(folder) == (1, rendered - 1)
    assert counted(folder, "--no-cache") == (rendered, 0)
    page.write_text(page.read_text().replace("title: Slow Trap", "title: Slower Trap"))
    again, _ = counted(folder)
    assert 1 < again < rendered
    settings = folder / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("site_name: Base", "site_name: Basis"))
    assert counted(folder) == (rendered, 0)


def test_without_a_site_the_cache_alone_gives_it_back(tmp_path: Path) -> None:
    """A workflow keeps the cache and not the site."""
    folder = book_in(tmp_path)
    before = files(built(folder, env=EPOCH))
    shutil.rmtree(folder / "site")
    assert counted(folder)[0] == 0
    assert files(folder / "site") == before


def test_a_spoilt_site_is_mended(tmp_path: Path) -> None:
    """What somebody changed in the published site does not survive the next build."""
    folder = book_in(tmp_path)
    before = files(built(folder, env=EPOCH))
    page = folder / "site/traps/slow-trap/index.html"
    page.unlink()
    page.write_text("spoilt")
    (folder / "site/assets/patternbook/frame.js").write_text("spoilt")
    (folder / "site/more.html").write_text("spoilt")
    assert files(built(folder, env=EPOCH)) == before


# --- a cache that cannot be trusted -------------------------------------------------------------------------------------


def test_a_damaged_cache_gives_the_right_site(tmp_path: Path, nightly: bool) -> None:
    """A disk fault, a kill while writing, or somebody's editor may cost time and nothing else."""
    folder, draw = book_in(tmp_path), random.Random(3)
    build(folder, folder / "site", True)
    before, cache = files(folder / "site"), folder / CACHE
    for number in range(200 if nightly else 12):
        content = bytearray(cache.read_bytes())
        for _ in range(draw.choice([1, 20, 2_000])):
            content[draw.randrange(len(content) if number % 2 else 4_000)] = draw.randrange(256)
        cache.write_bytes(content[: draw.randrange(len(content))] if number % 3 == 0 else content)
        shutil.rmtree(folder / "site")
        assert build(folder, folder / "site", True) is not None
        assert files(folder / "site") == before


@pytest.mark.parametrize("in_its_place", ["a file", "a folder", "nothing may be written"])
def test_a_cache_that_cannot_be_kept_is_said_and_does_no_harm(tmp_path: Path, in_its_place: str) -> None:
    """The site is what counts; that the next build will be slow is worth a line."""
    folder = book_in(tmp_path)
    if in_its_place == "a file":
        (folder / ".cache").write_text("mine")
    elif in_its_place == "a folder":
        (folder / CACHE).mkdir(parents=True)
        (folder / CACHE / "mine").write_text("mine")
    else:
        (folder / ".cache").symlink_to("/proc")
    result = run(folder, "patternbook", "build", env=EPOCH)
    assert (result.returncode, "Traceback" in result.stderr) == (0, False)
    assert "the cache could not be written" in result.stderr
    assert (folder / "site/index.html").is_file()


def test_a_build_that_is_killed_at_any_moment_leaves_the_old_site_and_nobody_behind(tmp_path: Path, nightly: bool) -> None:
    """A closed laptop or an impatient runner must cost one build, not the site, the cache or a processor."""
    folder, draw = book_in(tmp_path / "book"), random.Random(5)
    page = folder / "content/traps/slow-trap.md"
    for number in range(150):  # enough for several processes
        text = page.read_text("utf-8").replace("title: Slow Trap", f"title: Trap {number}")
        page.with_name(f"trap-{number}.md").write_text(text, "utf-8")
    before, text = files(built(folder, env=EPOCH)), page.read_text("utf-8")
    killed = 0
    for number in range(60 if nightly else 8):
        page.write_text(text.replace("title: Slow Trap", f"title: Slow Trap, edited {number} times"), "utf-8")
        command = [str(BIN / "patternbook"), "build"]
        build = subprocess.Popen(command, cwd=folder, env={**os.environ, **QUIET, **EPOCH}, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.2, 1.8))
        build.kill()
        killed += build.wait() != 0
        if (now := files(folder / "site")) != before:
            # This one was done, or as good as done.
            assert now == files(built(folder, "--no-cache", env=EPOCH))
            before = now
        end = time.monotonic() + 10
        while at_work(folder) and time.monotonic() < end:
            time.sleep(0.1)
        assert not at_work(folder), "a process of a killed build goes on"
    assert killed
    page.write_text(text, "utf-8")
    after = files(built(folder, env=EPOCH))
    assert after == files(built(folder, "--no-cache", env=EPOCH))
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".site.n")], "half a site is left"


def at_work(folder: Path) -> list[str]:
    """The processes that run in a folder, where the system tells of them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == folder and (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append(process.name)
    return found


# --- where the host builds alone ----------------------------------------------------------------------------------------


def test_an_unknown_version_of_the_host_builds_alone_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new MkDocs may build otherwise; until somebody has looked, its own build is the right one."""
    folder = book_in(tmp_path)
    build(folder, tmp_path / "ours", False)
    monkeypatch.setitem(loop.KNOWN, "mkdocs", ("1.5.9",))
    build(folder, tmp_path / "theirs", True)
    assert "MkDocs builds alone, slower and without the cache: this is mkdocs 1.6.1" in capsys.readouterr().err
    assert files(tmp_path / "ours") == files(tmp_path / "theirs")


@pytest.mark.parametrize(
    "template",
    [
        "{% for file in pages %}{{ file.page.content }}{% endfor %}",
        "{{ nav.homepage.content }}",
        "{{ nav.homepage['toc'] }}",
        "{% if page %}{{ page.next_page.content }}{% endif %}",
        "{{ nav.items | map(attribute='markdown') | first }}",
        "{{ build_date_utc }}",
        "{% set page = nav.homepage %}{{ page.content }}",
        "{{ config.plugins }}",
    ],
)
def test_a_template_that_shows_other_pages_makes_the_host_build_alone(tmp_path: Path, template: str) -> None:
    """What a page shows beyond itself and the navigation is not hashed with it, so it must never come from a cache."""
    text = f'{{% extends "patternbook.html" %}}{{% block announce %}}{template}{{% endblock %}}'
    folder = book_in(tmp_path, changes={"company/overrides/main.html": text})
    result = run(folder, "patternbook", "build", env=EPOCH)
    assert result.returncode == 0, result.stderr
    assert "main.html shows more than its own page" in result.stderr
    assert ", 0 reused" in result.stdout


def test_a_template_is_looked_at_again_when_its_text_changes(tmp_path: Path) -> None:
    """A template that kept to its page yesterday may show all pages today, and then none may be taken from the cache."""
    folder = book_in(tmp_path / "book")
    template = folder / "content/overrides/main.html"
    template.parent.mkdir(parents=True)
    for block in ("Hello", "{{ pages | length }}"):
        template.write_text(f'{{% extends "patternbook.html" %}}{{% block announce %}}{block}{{% endblock %}}')
        result = run(folder, "patternbook", "build", env=EPOCH)
        assert result.returncode == 0, result.stderr
        assert ("main.html shows more than its own page" in result.stderr) == ("pages" in block)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ("plugins: [patternbook, search]\n", "search takes part in it"),
        ("markdown_extensions: [footnotes]\n", "footnotes takes part in it"),
        ("markdown_extensions: [{toc: {permalink: true}}]\n", "the extension toc has settings of its own"),
        ("hooks: [hook.py]\n", "hook.py takes part in it"),
    ],
)
def test_whatever_else_takes_part_makes_the_host_build_alone(tmp_path: Path, settings: str, why: str) -> None:
    """A plugin or an extension may change any page at any step, and only the host knows them all."""
    folder = book_in(tmp_path, changes={"hook.py": "def on_page_content(html, **more): return html + '!'\n"})
    file = folder / "mkdocs.yml"
    text = file.read_text()
    file.write_text((text.replace("plugins:\n  - patternbook\n", "") if "plugins" in settings else text) + settings)
    result = run(folder, "patternbook", "build", env=EPOCH)
    assert result.returncode == 0, result.stderr
    assert why in result.stderr
    plain = run(folder, "mkdocs", "build", "--site-dir", str(tmp_path / "plain"), env=EPOCH)
    assert plain.returncode == 0, plain.stderr
    assert files(folder / "site") == files(tmp_path / "plain")


def test_several_processes_make_the_same_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many processors a machine has must not show."""
    folder = book_in(tmp_path)
    build(folder, tmp_path / "one", False)
    monkeypatch.setattr(crew, "FEW", 2)
    monkeypatch.setattr(crew, "processors", lambda: 4)
    build(folder, tmp_path / "four", False)
    assert files(tmp_path / "one") == files(tmp_path / "four")
