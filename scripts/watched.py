"""A site on a loopback host that compresses, and a browser that is watched: its tasks, events, paints and changes."""

from __future__ import annotations

import gzip
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Browser, CDPSession, Locator, Page, sync_playwright

PACKED = {".html", ".css", ".js", ".json", ".svg", ".xml", ".md", ".txt"}
# A slow phone: Lighthouse's line, and a processor four times slower than this machine's.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
PATIENCE = 120  # seconds
DESK = {"viewport": {"width": 1440, "height": 900}}

# Durations are the browser's own: an event's reaches from the hand to the next picture.
WATCH = """(() => {
  const seen = window.seen = {tasks: [], events: [], keys: [], changes: [], shift: 0, paint: 0}
  const watch = (type, act, more) => new PerformanceObserver(list => list.getEntries().forEach(act))
    .observe({type, buffered: true, ...more})
  watch("longtask", e => seen.tasks.push([e.startTime, e.duration]))
  watch("event", e => seen.events.push([e.startTime, e.duration, e.name]), {durationThreshold: 16})
  watch("layout-shift", e => { if (!e.hadRecentInput) seen.shift += e.value })
  watch("largest-contentful-paint", e => { seen.paint = e.startTime })
  addEventListener("keydown", e => { if (e.key.length === 1) seen.keys.push(e.timeStamp) }, true)
  addEventListener("click", e => sessionStorage.setItem("clicked", performance.timeOrigin + e.timeStamp), true)
  seen.painted = act => requestAnimationFrame(() => setTimeout(() => act(performance.now())))
  seen.follow = (target, what) => new MutationObserver(() => seen.painted(now => seen.changes.push(now)))
    .observe(document.querySelector(target), {subtree: true, ...what})
})()"""


class Host:
    """A static host of one folder; `sent` is what went over the line since it was last emptied: path and bytes of each answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent: list[tuple[str, int]] = []
        self.packed = cache(self._packed)

    def _packed(self, path: str) -> bytes | None:
        """A file as it goes over the line; nothing if there is none."""
        file = self.folder / path / "index.html" if path.endswith("/") or not path else self.folder / path
        if not file.resolve().is_relative_to(self.folder.resolve()) or not file.is_file():
            return None
        return gzip.compress(file.read_bytes(), 9, mtime=0) if file.suffix in PACKED else file.read_bytes()

    def kilobytes(self, path: str) -> str:
        """What a file weighs on the line."""
        return f"{len(self.packed(path) or b'') / 1000:.1f}"

    def prepare(self) -> None:
        """Compresses what every visit asks for, so that no measured one waits for it."""
        for file in self.folder.rglob("*"):
            path = file.relative_to(self.folder)
            if file.is_file() and (len(path.parts) < 3 or path.parts[0] == "assets"):
                self.packed(path.as_posix().removesuffix("index.html"))


def handler(host: Host) -> type[BaseHTTPRequestHandler]:
    """Answers requests for a host."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(self.path.partition("?")[0])[1:]
            body = host.packed(path)
            kind = Path(path).suffix or ".html"
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", guess_type(f"x{kind}")[0] or "application/octet-stream")
            if kind in PACKED and body is not None:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Cache-Control", "max-age=600")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")
            host.sent.append((path, len(body or b"")))

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


@contextmanager
def served(folder: Path) -> Iterator[tuple[Host, str]]:
    """A folder on a host, and its address, which may be known before the folder is filled."""
    host = Host(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(host)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield host, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of PATTERNBOOK_BROWSER, else Chromium on the PATH."""
    program = os.environ.get("PATTERNBOOK_BROWSER") or shutil.which("chromium")
    flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


class Visit:
    """A page in a browser that has never been here, watched."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)
        page.add_init_script(WATCH)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.set_default_timeout(PATIENCE * 1000)

    def slow(self, line: bool = False) -> None:
        """From now on the page's thread, and if asked the line too, are those of a slow phone. Workers are not slowed."""
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        if line:
            self.session.send("Network.enable")
            self.session.send("Network.emulateNetworkConditions", LINE)

    def now(self) -> float:
        return float(self.page.evaluate("performance.now()"))

    def seen(self, name: str, since: float = 0) -> list[list[float]]:
        """Tasks or events that began since then."""
        return [entry for entry in self.page.evaluate(f"seen.{name}") if entry[0] >= since]

    def longest(self, name: str, since: float = 0) -> float:
        """The longest of them, in milliseconds; 0 when none was long enough to be told."""
        return max((entry[1] for entry in self.seen(name, since)), default=0)

    def painted(self, selector: str) -> float:
        """When something visible matches, as the page's time at the picture that shows it."""
        self.page.locator(selector).first.wait_for()
        return float(self.page.evaluate("new Promise(done => seen.painted(done))"))

    def computed(self) -> float:
        """Milliseconds that the page's thread has computed: unlike durations, these do not grow when others use the machine."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration")) * 1000

    def press(self, target: Locator, key: str = "", rest: int = 350) -> tuple[float, float, float]:
        """Clicks, or presses a key, as a person would: the worst event from hand to picture, the longest task, what was computed.

        Playwright's own click asks the page what lies below the pointer, which would be measured too.
        """
        target.scroll_into_view_if_needed()
        box = target.bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
        if key:
            target.focus()
        else:
            self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.wait_for_timeout(150)
        since, before = self.now(), self.computed()
        if key:
            self.page.keyboard.press(key)
        else:
            self.page.mouse.down()
            self.page.mouse.up()
        self.page.wait_for_timeout(rest)
        return self.longest("events", since), self.longest("tasks", since), self.computed() - before

    def rested(self, since: float, last: float, quiet: int) -> list[float]:
        """The changes since then, when there was one and then none for so many milliseconds, nor a letter."""
        rest = f"seen.changes.some(at => at > {since}) && performance.now() - Math.max({last}, ...seen.changes) > {quiet}"
        until = time.monotonic() + PATIENCE
        while not self.page.evaluate(rest):  # Playwright's own waiting would need `eval`, which our policy forbids
            if time.monotonic() > until:
                raise SystemExit(f"no answer on {self.page.url}")
            self.page.wait_for_timeout(200)
        return [at for at in self.page.evaluate("seen.changes") if at >= since]

    def type(self, text: str, quiet: int = 1200) -> dict[str, float]:
        """Types into what has the focus, a letter each 60 ms, until what follows has come to rest. All in milliseconds."""
        since = self.now()
        self.page.keyboard.type(text, delay=60)
        keys = [at for at in self.page.evaluate("seen.keys") if at >= since]
        changes = self.rested(keys[0], keys[-1], quiet)
        told = {"event": self.longest("events", since), "task": self.longest("tasks", since)}
        # The last letter need not change anything: `nobod` finds what `nobody` finds.
        return told | {"first": changes[0] - keys[0], "last": max(0, changes[-1] - keys[-1])}


@contextmanager
def visit(browser: Browser, how: Mapping[str, object]) -> Iterator[Visit]:
    """A first visit: nothing is in the browser's store."""
    context = browser.new_context(**how)  # type: ignore[arg-type]
    yield Visit(context.new_page())
    context.close()
