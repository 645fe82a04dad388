"""Measures reading: what a visit weighs, how soon it is seen, how fast Browse and search answer in a book of 5,000 pages,
and the same pages in MkDocs with Material alone. `scripts/bench reading` runs it; `--quick` takes 500 pages and two visits.

Figures are for comparing two states on one machine in one sitting. Targets are printed beside them and asserted nowhere.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

import yaml
from generated import Pattern, Writer, book, plain, real
from patternbook.edges.filesystem import read_book, write_tree
from playwright.sync_api import Browser, Locator, Page
from watched import DESK, PHONE, SLOWER, Host, Visit, chromium, served, visit

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
QUICK = "--quick" in sys.argv[1:]
PAGES, VISITS, ROUNDS = (500, 2, 1) if QUICK else (5_000, 5, 3)
TEXT = "planning goals nobody"
KINDS = ("html", "our css", "M. css", "our js", "M. js", "data", "fonts", "pictures", "other")
SORTS = {
    "home": "",
    "trap": "traps/allocation-tetris/",
    "practice": "practices/belief-map/",
    "template": "templates/belief-map-form/",
    "checklist": "checklists/planning-check/",
    "path": "paths/planning-season/",
    "browse": "browse/",
    "map": "map/",
    "symptoms": "symptoms/",
    "glossary": "glossary/",
}
LIST = "pb-filter .pb-cards ul"
COUNT = "pb-filter .pb-filter-count:not(:empty)"
SORT = "sort"
BOX = "pb-filter .pb-filter-words input"
SEARCHED = ("assets/patternbook/vendor/minisearch.js", "data/book.js", "data/words.js")

# Material with its search and tags. Its navigation would hold every page on every page, so it is left out.
PEER = """site_name: The same pages
nav: [index.md, tags.md]
not_in_nav: /*
exclude_docs: "!/templates/"
validation: {links: {not_found: ignore}}
plugins: [search, tags]
theme: {name: material, font: false}
"""


def say(line: str = "") -> None:
    print(line, flush=True)


def heading(text: str) -> None:
    """A part begins. Where others use the machine, its figures are too large by about the factor told."""
    started, began = time.perf_counter(), time.process_time()
    while time.process_time() < began + 0.2:
        pass
    crowd = (time.perf_counter() - started) / 0.2
    say(f"\n{text}\n{'-' * len(text)}{f'  (others use this machine: {crowd:.1f} times slower)' if crowd > 1.2 else ''}")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints columns: the first to the left, the others to the right."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        say("  ".join([line[0].ljust(widths[0]), *cells]).rstrip())


def held(value: float, target: float, unit: str, digits: int = 0) -> str:
    """A figure beside its target."""
    return f"{value:.{digits}f} {unit} (target {target:g} {unit}{'' if value <= target else ', MISSED'})"


def least(duration: float) -> str:
    """An event's duration; the browser tells only of those that reach 16 ms."""
    return f"{duration:.0f}" if duration else "<16"


def kilobytes(size: float) -> str:
    return f"{size / 1000:.1f}"


def built(name: str, command: Sequence[str | Path], folder: Path) -> None:
    """Runs a build and tells how long it took, and how much of that it computed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        told = [line for line in (done.stderr + done.stdout).splitlines() if "rror" in line]
        raise SystemExit("\n".join([f"{name} failed:", *told[:10]]))
    computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    say(f"{name}: {took:.1f} s, of which {computed:.1f} s of a processor")


# --- the real book ------------------------------------------------------------------------------------------------------


def kind_of(path: str) -> str:
    """What an answer of our site is, by its path."""
    name = path.rpartition(".")[2]
    if path.startswith("assets/patternbook/"):
        return {"css": "our css", "js": "our js", "woff2": "fonts"}.get(name, "other")
    if path.startswith("assets/") and name in ("css", "js"):
        return f"M. {name}"
    if path.startswith("data/"):
        return "data"
    return "html" if path.endswith("/") or not path else "pictures" if name in ("svg", "png", "jpg", "webp") else "other"


def weights(browser: Browser, host: Host, url: str) -> None:
    """What a first visit to each sort of page weighs."""
    heading("1. Weight of a first visit, kB as sent (gzip 9)")
    rows = []
    for sort, path in SORTS.items():
        host.sent.clear()
        with visit(browser, PHONE) as first:
            first.page.goto(url + path, wait_until="networkidle")
            first.page.wait_for_timeout(300)
        sums = dict.fromkeys(KINDS, 0)
        for sent, size in host.sent:
            sums[kind_of(sent)] += size
        whole, ours = sum(sums.values()) - sums["fonts"], sums["our js"]
        missed = [name for name, value, most in (("page", whole, 100_000), ("js", ours, 20_000)) if value > most]
        rows.append([sort, *map(kilobytes, sums.values()), kilobytes(whole), "MISSED: " + ", ".join(missed) if missed else "ok"])
    table(["page", *KINDS, "all but fonts", "targets"], rows)
    say("Targets for a page that is read: 100 kB without fonts, 20 kB of our scripts. Home, browse and map hold more than text.")


def paints(browser: Browser, url: str) -> None:
    """How soon a slow phone shows a page, and how much it jumps."""
    heading(
        f"2. Largest paint and layout shift on a slow phone: 150 ms, 1.6 Mbit/s, processor {SLOWER} times slower, {VISITS} visits"
    )
    rows = []
    for sort in ("home", "trap", "browse", "path"):
        seen = []
        for _ in range(VISITS):
            with visit(browser, PHONE) as first:
                first.slow(line=True)
                first.page.goto(url + SORTS[sort], wait_until="load")
                first.page.wait_for_load_state("networkidle")
                first.page.wait_for_timeout(1_000)
                seen.append(first.page.evaluate("[seen.paint / 1000, seen.shift]"))
        paint, shift = (median(one[part] for one in seen) for part in (0, 1))
        spread = f"{min(one[0] for one in seen):.2f} to {max(one[0] for one in seen):.2f}"
        rows.append([sort, held(paint, 1.8, "s", 2), spread, held(shift, 0.02, "", 3)])
    table(["page", "largest paint, median", "from to", "layout shift, median"], rows)


# --- Browse in a large book ---------------------------------------------------------------------------------------------


def choices(page: Page) -> list[tuple[str, Callable[[], Locator]]]:
    """What a person does in Browse, one thing after the other: a name, and where to click when it is its turn."""

    def free(group: int) -> Locator:
        """A value of a group that can be chosen; the group is open."""
        box = page.locator("pb-filter .pb-filter-group").nth(group)
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        return box.locator(".pb-filter-value input:enabled:not(:checked)").first

    def left_out() -> Locator:
        line = page.locator("pb-filter .pb-filter-value:not(:has(input:checked)):has(.pb-filter-out:enabled):visible").first
        line.hover()
        return line.locator(".pb-filter-out")

    def part(selector: str, place: int = 0) -> Callable[[], Locator]:
        return lambda: page.locator(f"pb-filter {selector}").nth(place)

    return [
        ("first choice", part("input[value=trap]")),
        *((f"choice {number}", partial(free, group)) for number, group in enumerate([0, 1, 2, 3, 4, 5, 2, 3, 0, 1], 2)),
        ("left out", left_out),
        *((f"chip {number}", part(".pb-filter-chips button")) for number in (1, 2, 3)),
        ("clear", part(".pb-filter-clear")),
        (SORT, part("select")),
        ("list", part(".pb-filter-shown button", 1)),
        ("more", part(".pb-filter-more")),
        ("cards", part(".pb-filter-shown button", 0)),
        ("more again", part(".pb-filter-more")),
    ]


def floor(browser: Browser) -> float:
    """The same click on a page that holds one box and does nothing."""
    with visit(browser, DESK) as empty:
        empty.page.goto("data:text/html,<label><input type=checkbox>x</label>")
        empty.slow()
        empty.page.wait_for_timeout(500)
        return median(empty.press(empty.page.locator("input"))[0] for _ in range(7))


def choosing(browser: Browser, url: str) -> None:
    """From the hand to the next picture, for each thing that is done."""
    heading(f"3a. Browse, {PAGES} pages: from the hand to the next picture, processor {SLOWER} times slower, {ROUNDS} rounds")
    took: dict[str, list[tuple[float, float, float]]] = {}
    ready, tasks = [], []
    for _ in range(ROUNDS):
        with visit(browser, DESK) as large:
            large.slow()
            large.page.goto(url + "browse/")
            ready.append(large.painted(COUNT))
            large.page.wait_for_timeout(1_500)
            tasks.append(large.longest("tasks"))
            for name, find in choices(large.page):
                took.setdefault(name, []).append(large.press(find(), "ArrowDown" if name == SORT else ""))
    say(f"Ready after {median(ready):.0f} ms, the longest task until then {median(tasks):.0f} ms.")
    middle = {name: [median(each) for each in zip(*rounds, strict=True)] for name, rounds in took.items()}
    rows = [[name, f"{least(event)} ms", f"{task:.0f} ms", f"{busy:.0f} ms"] for name, (event, task, busy) in middle.items()]
    table(["action", "to the picture", "longest task", "computed in all"], rows)
    events = [event for event, *_ in middle.values()]
    say(f"On a page that holds one box and does nothing: {least(floor(browser))} ms")
    say(f"Median of all {least(median(events))} ms; worst {held(max(events), 100, 'ms')}")


def typing(large: Visit, box: str, follow: str, what: str) -> list[list[str]]:
    """The same words typed twice: first while the engine is still to come, then when it is there."""
    page = large.page
    page.evaluate(f"seen.follow({follow!r}, {what})")
    rows = []
    for _ in range(2):
        page.locator(box).first.focus()
        found = large.type(TEXT)
        rows.append([f"{found['task']:.0f}", least(found["event"]), f"{found['first']:.0f}", f"{found['last']:.0f}"])
        page.locator(box).first.fill("")
        page.wait_for_timeout(800)
    return rows


HEAD = ["typing", "longest task", "worst event", "first letter to first answer", "last letter to last answer"]
WAYS: dict[str, tuple[str, str, str, str]] = {
    "Browse": ("browse/", BOX, LIST, "{childList: true, characterData: true}"),
    "header's box": ("", "pb-search input", "pb-search", "{childList: true, characterData: true}"),
    "the map": ("map/", BOX, ".pb-page", "{childList: true, attributes: true, attributeFilter: ['hidden']}"),
}
PEERS = {"Material": ("", ".md-search__input", ".md-search-result__list", "{childList: true}")}


def texts(browser: Browser, url: str, ways: dict[str, tuple[str, str, str, str]], end: str = "") -> None:
    """Prints what typing costs in each place."""
    rows = []
    for name, (path, box, follow, what) in ways.items():
        with visit(browser, DESK) as large:
            large.slow()
            large.page.goto(url + path + end)
            large.painted(COUNT if box == BOX else box)
            large.page.wait_for_timeout(1_000)
            cold, warm = typing(large, box, follow, what)
        rows += [[f"{name}, cold", *cold], [f"{name}, warm", *warm]]
    table(HEAD, rows)


def listing(browser: Browser, url: str, page: str, links: str, there: str) -> list[str]:
    """From a page to the list of one value: from the click to its picture, and the longest task."""
    with visit(browser, DESK) as large:
        large.slow()
        large.page.goto(url + page, wait_until="networkidle")
        large.page.locator(links).first.click()
        at = large.painted(there)
        clicked = large.page.evaluate("performance.timeOrigin - Number(sessionStorage.getItem('clicked'))")
        large.page.wait_for_timeout(1_000)
        return [f"{at + clicked:.0f} ms", f"{large.longest('tasks'):.0f} ms"]


def told(browser: Browser, host: Host, url: str, path: str, way: tuple[str, str, str]) -> None:
    """Prints what the page that lists everything costs, and how long it takes from a page to the list of one value."""
    with visit(browser, DESK) as large:
        large.slow()
        large.page.goto(url + path, wait_until="load")
        large.page.wait_for_load_state("networkidle")
        large.page.wait_for_timeout(1_500)
        ends = [start + duration for start, duration in large.seen("tasks")]
        loaded = large.page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        usable, task = max([loaded, *ends]), large.longest("tasks")
    say(f"{path}: html {host.kilobytes(path)} kB, can be used after {usable:.0f} ms, longest task {task:.0f} ms")
    say("To the list of one value, from a page: {} to its picture, longest task {}".format(*listing(browser, url, *way)))


# --- the whole ----------------------------------------------------------------------------------------------------------


def make(name: str, folder: Path, files: Mapping[str, bytes], url: str) -> None:
    """Builds a book into `site` of a folder, for the address at which it will be read, as a fork of this repository would be."""
    write_tree(folder, files)
    shutil.copytree(ROOT / "overrides", folder / "overrides", dirs_exist_ok=True)
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(settings | {"site_url": url}, sort_keys=False), encoding="utf-8")
    built(f"patternbook build, {name}", [TOOLS / "patternbook", "build"], folder)


def ours(browser: Browser, folder: Path, pages: Sequence[Pattern], files: Mapping[str, bytes]) -> None:
    """Part 3, and our side of part 4."""
    heading(f"3. A book of {PAGES} pages")
    with served(folder / "site") as (host, url):
        make(f"{PAGES} pages", folder, book(pages, files), url)
        host.prepare()
        choosing(browser, url)
        heading("3b, c. Typing letter by letter, 60 ms apart, ms; target of Browse: no task above 50")
        texts(browser, url, WAYS)
        heading("4a. Patternbook, for the peer beside it")
        say("Loaded by the first search: " + ", ".join(f"{path} {host.kilobytes(path)} kB" for path in SEARCHED))
        told(browser, host, url, "browse/", (at(pages), ".pb-page a[href*='browse/']", ".pb-page h1"))
    # The same site serves: the protocol alone decides where the engine runs, and a second build would take as long as the first.
    heading("3d. Browse from a folder (file://), the engine in the page, ms")
    texts(browser, (folder / "site").as_uri() + "/", {"Browse, file://": WAYS["Browse"]}, "index.html")


def at(pages: Sequence[Pattern]) -> str:
    """The address of some page that has many values."""
    return max(pages, key=lambda page: sum(map(len, page.head["tags"].values()))).path.removesuffix(".md") + "/"


def peer(browser: Browser, folder: Path, pages: Sequence[Pattern], files: Mapping[str, bytes]) -> None:
    """The same pages, words and slowness in MkDocs with Material alone."""
    heading(f"4b. The same {PAGES} pages in MkDocs with Material {version('mkdocs-material')}, its search and its tags")
    write_tree(folder / "docs", plain(pages, real(files).kinds))
    with served(folder / "site") as (host, url):
        (folder / "mkdocs.yml").write_text(f"site_url: {url}\n{PEER}", encoding="utf-8")
        built("mkdocs build", [TOOLS / "mkdocs", "build", "--quiet"], folder)
        host.prepare()
        index = "search/search_index.json"
        say(f"Loaded by the first search: {index} {host.kilobytes(index)} kB")
        texts(browser, url, PEERS)
        told(browser, host, url, "tags/", (at(pages), "a.md-tag", ".md-content h1"))
    say("Not comparable: Material's tags cannot be combined or left out, show no counts and do not go with words; its search ranks")
    say("paragraphs, ours ranks pages with synonyms and gives reasons. Its navigation was left out, ours was not.")


def main() -> None:
    files, _ = read_book(ROOT, ("content",))
    started = time.perf_counter()
    say(f"Load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        with served(folder / "real/site") as (host, url):
            make("the real book", folder / "real", files, url)
            host.prepare()
            weights(browser, host, url)
            paints(browser, url)
        pages = list(Writer(real(files), PAGES).pages())
        for part in (ours, peer):
            (folder / part.__name__).mkdir()
            part(browser, folder / part.__name__, pages, files)
    say(f"\n{time.perf_counter() - started:.0f} s in all; load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
