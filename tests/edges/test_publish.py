"""The publishing edge: what stands at the target after success, failure, refusal and kill."""

from __future__ import annotations

import ctypes
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from patternbook.edges import publish as publishing
from patternbook.edges.publish import MARKER, Published, Refused, publish

PAGES = 300
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


def site(version: int, pages: int = PAGES) -> Callable[[Path], None]:
    """A renderer of pages that all carry one version, so that a mixture of two shows."""

    def render(folder: Path) -> None:
        (folder / MARKER).write_text("made by Patternbook\n")
        for number in range(pages):
            page = folder / f"part-{number % 20}" / f"{number}.html"
            page.parent.mkdir(exist_ok=True)
            page.write_text(f"{version}\n" + f"page {number}\n" * 100)

    return render


def broken(folder: Path) -> None:
    """A renderer that fails half-way."""
    site(666, pages=3)(folder)
    raise ValueError("page 4 cannot be rendered")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def version_of(folder: Path, pages: int = PAGES) -> int:
    """The one version of a whole site; fails if a page is missing, cut short, or of another version."""
    found = contents(folder)
    assert found.pop(MARKER) == b"made by Patternbook\n"
    assert len(found) == pages
    for name, data in found.items():
        assert data.count(b"page ") == 100 and data.endswith(b"\n"), f"{name} is cut short"
    versions = {int(data.split(b"\n", 1)[0]) for data in found.values()}
    assert len(versions) == 1, f"a mixture of versions {sorted(versions)}"
    return versions.pop()


def beside(target: Path) -> list[str]:
    """What lies next to the target, its lock file aside."""
    return sorted(p.name for p in target.parent.iterdir() if p.name not in (target.name, f".{target.name}.lock"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture(params=["exchange", "two renames"])
def either_swap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test with the system's own exchange and again with the fall-back."""
    if request.param == "two renames":
        monkeypatch.setattr(publishing, "_exchange", lambda a, b: False)
    return str(request.param)


# What a publication leaves


def test_first_publication_makes_parents(tmp_path: Path) -> None:
    """A fresh clone has no site folder, and the first build must not ask for one."""
    target = tmp_path / "out" / "public" / "site"
    assert publish(target, site(1, 5)) == Published(files=6, written=6, kept=0)
    assert version_of(target, 5) == 1
    assert beside(target) == []


def test_empty_folder_is_a_target(target: Path) -> None:
    """A hosting job often makes the folder beforehand; an empty one holds nothing to lose."""
    target.mkdir()
    publish(target, site(1, 5))
    assert version_of(target, 5) == 1


def test_new_site_replaces_old_whole(target: Path, either_swap: str) -> None:
    """A page that was removed must not stay public, whichever way the directories are swapped."""
    publish(target, site(1, 8))
    publish(target, site(2, 5))
    assert version_of(target, 5) == 2
    assert beside(target) == []


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_site_is_readable_by_the_web_server(target: Path) -> None:
    """A site of mode 0700, as mkdtemp makes it, is a blank 403 to every reader."""
    before = os.umask(0o022)
    try:
        publish(target, site(1, 1))
        publish(target, site(2, 1))
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == 0o755


# Unchanged files


def changing(text: str) -> Callable[[Path], None]:
    def render(folder: Path) -> None:
        (folder / "assets").mkdir()
        (folder / MARKER).write_text("made by Patternbook\n")
        (folder / "assets" / "same.css").write_text("body {}")
        (folder / "page.html").write_text(text)

    return render


def test_unchanged_file_is_linked_and_changed_is_not(target: Path, either_swap: str) -> None:
    """A sync tool uploads by time and inode: one edited page must not upload the whole site."""
    publish(target, changing("one"))
    css, page = (target / "assets" / "same.css").stat(), (target / "page.html").stat()
    # Holding the old page open keeps its inode number from being given to a new file.
    with (target / "page.html").open("rb"):
        assert publish(target, changing("two")) == Published(files=3, written=1, kept=2)
        assert (target / "page.html").stat().st_ino != page.st_ino
    after = (target / "assets" / "same.css").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (css.st_ino, css.st_mtime_ns, 1)
    assert (target / "page.html").read_text() == "two"


def test_without_hard_links_the_site_is_the_same(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems (exFAT, network shares) have no hard links, and their owners want a site too."""

    def no_link(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    publish(target, changing("one"))
    monkeypatch.setattr(os, "link", no_link)
    assert publish(target, changing("two")).kept == 2
    assert set(contents(target)) == {MARKER, "page.html", os.path.join("assets", "same.css")}


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_mode_of_a_linked_file_is_the_new_one(target: Path) -> None:
    """A site first built under umask 077 must become readable when the umask is put right."""
    before = os.umask(0o077)
    try:
        publish(target, changing("one"))
        os.umask(0o022)
        publish(target, changing("one"))
    finally:
        os.umask(before)
    assert (target / "assets" / "same.css").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_link_out_of_the_old_site_is_not_followed(target: Path) -> None:
    """A file outside the site must not become a page's storage because it happens to have the same bytes."""
    outside = target.parent / "mine.html"
    text = str(outside)  # as long as the link's own size, so that the sizes do not tell the two apart
    outside.write_text(text)
    publish(target, changing(text))
    (target / "page.html").unlink()
    (target / "page.html").symlink_to(outside)
    assert publish(target, changing(text)) == Published(files=3, written=1, kept=2)
    assert (target / "page.html").stat().st_ino != outside.stat().st_ino


# Failure


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_failing_render_keeps_the_old_site(target: Path, error: type[BaseException]) -> None:
    """An author who breaks a page or presses Ctrl-C must find yesterday's site online, byte for byte."""

    def render(folder: Path) -> None:
        site(2, 3)(folder)
        raise error

    publish(target, site(1, 5))
    before = contents(target)
    with pytest.raises(error):
        publish(target, render)
    assert contents(target) == before
    assert beside(target) == []


def test_site_without_marker_is_not_published(target: Path) -> None:
    """A site without a marker could never be replaced again, so it must not go out."""
    publish(target, site(1, 5))
    with pytest.raises(RuntimeError, match=MARKER):
        publish(target, lambda folder: None)
    assert version_of(target, 5) == 1
    assert beside(target) == []


def test_failing_second_rename_puts_the_old_site_back(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virus scanner that holds the new folder must not leave the address empty."""
    rename = os.rename

    def fails(source: Path, destination: Path) -> None:
        if ".new-" in Path(source).name and destination == target:
            raise PermissionError(errno.EACCES, "held", str(source))
        rename(source, destination)

    publish(target, site(1, 5))
    monkeypatch.setattr(publishing, "_exchange", lambda a, b: False)
    monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(PermissionError):
        publish(target, site(2, 5))
    assert version_of(target, 5) == 1
    assert beside(target) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="renameat2 is Linux")
@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EINVAL, errno.ENOTSUP])
def test_system_without_exchange_falls_back(target: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """NFS and old kernels cannot exchange directories, and must still publish."""
    publish(target, site(1, 5))
    libc(monkeypatch, code)
    publish(target, site(2, 5))
    assert version_of(target, 5) == 2
    assert beside(target) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="renameat2 is Linux")
def test_refusing_system_keeps_the_old_site(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange that fails for a real reason is told, not retried by a way that opens a gap."""
    publish(target, site(1, 5))
    libc(monkeypatch, errno.EACCES)
    with pytest.raises(PermissionError):
        publish(target, site(2, 5))
    assert version_of(target, 5) == 1


def libc(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A C library whose renameat2 fails with one error."""

    def renameat2(*_: object) -> int:
        ctypes.set_errno(code)
        return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace(renameat2=renameat2))


# Refusals


def refuses(target: Path, words: str) -> None:
    """Asserts a refusal that names the target, touches nothing, renders nothing and leaves no lock file."""
    rendered: list[Path] = []
    lock = target.parent / f".{target.name}.lock"
    with pytest.raises(Refused, match=words) as refusal:
        publish(target, rendered.append)
    assert str(target) in str(refusal.value)
    assert rendered == []
    assert not lock.exists()


def test_folder_of_someone_else_is_refused(target: Path) -> None:
    """A slip in site_dir must not cost somebody their photographs."""
    target.mkdir()
    (target / "photo.jpg").write_bytes(b"dear")
    refuses(target, "did not make it")
    assert contents(target) == {"photo.jpg": b"dear"}


def test_folder_named_like_the_marker_is_no_marker(target: Path) -> None:
    """A project may have a .patternbook folder of settings; that makes it no site of ours."""
    (target / MARKER).mkdir(parents=True)
    (target / "work.txt").write_text("mine")
    refuses(target, "did not make it")


def test_file_is_refused(target: Path) -> None:
    """A file at the target is somebody's; it is named, not replaced."""
    target.write_text("mine")
    refuses(target, "not a folder")
    assert target.read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
@pytest.mark.parametrize("exists", [True, False])
def test_symbolic_link_is_refused(target: Path, exists: bool) -> None:
    """A swap would replace the link and leave the server's real folder stale."""
    if exists:
        (target.parent / "real").mkdir()
    target.symlink_to(target.parent / "real")
    refuses(target, "symbolic link")
    assert target.is_symlink()


def test_checkout_is_refused_even_with_marker(target: Path) -> None:
    """A gh-pages worktree has the marker after a copy; replacing it would lose its history."""
    publish(target, site(1, 5))
    (target.parent / ".site.lock").unlink()
    (target / ".git").write_text("gitdir: elsewhere")
    refuses(target, r"\.git")


@pytest.mark.parametrize("where", ["", "part-1"])
def test_current_folder_and_its_parents_are_refused(target: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """A build into the folder one stands in would pull the ground away from the shell."""
    publish(target, site(1, 5))
    (target.parent / ".site.lock").unlink()
    monkeypatch.chdir(target / where)
    refuses(target, "current folder")
    with pytest.raises(Refused, match="current folder"):
        publish(Path() if not where else Path(".."), site(2, 5))
    assert version_of(target, 5) == 1


def test_root_of_a_file_system_is_refused(monkeypatch: pytest.MonkeyPatch, target: Path) -> None:
    """The root, or a mounted volume, cannot be swapped, and must not be emptied instead."""
    refuses(Path(os.path.abspath(os.sep)), "root of a file system")
    target.mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: path == target)
    refuses(target, "root of a file system")


def test_folder_that_changes_hands_during_rendering_is_refused(target: Path) -> None:
    """Rendering takes seconds; a folder that someone fills meanwhile is theirs."""

    def render(folder: Path) -> None:
        site(1, 5)(folder)
        target.mkdir()
        (target / "photo.jpg").write_bytes(b"dear")

    with pytest.raises(Refused, match="did not make it"):
        publish(target, render)
    assert contents(target) == {"photo.jpg": b"dear"}
    assert beside(target) == []


def test_second_build_is_refused_at_once(target: Path) -> None:
    """Two editors who build at the same time: the second learns why, and which file says so, without waiting."""
    publish(target, site(1, 5))

    def render(folder: Path) -> None:
        with pytest.raises(Refused, match=r"Another build is publishing .*\.site\.lock"):
            publish(target, broken)
        site(2, 5)(folder)

    publish(target, render)
    assert version_of(target, 5) == 2


def test_stale_lock_file_is_harmless(target: Path) -> None:
    """Nobody should have to delete a lock file by hand after a crash."""
    (target.parent / ".site.lock").write_text("4711")
    publish(target, site(1, 5))
    assert version_of(target, 5) == 1


# After a kill


def test_stale_directories_are_swept(target: Path) -> None:
    """A build server that is often killed must not fill its disk with half-made sites."""
    publish(target, site(1, 5))
    for name in (".site.new-aaaaaaaa", ".site.old-bbbbbbbb"):
        (target.parent / name).mkdir()
        site(9, 5)(target.parent / name)
    other = target.parent / ".site.new-x.new-cccccccc"  # of a target named site.new-x
    other.mkdir()
    with pytest.raises(ValueError):
        publish(target, broken)
    assert beside(target) == [other.name]
    assert version_of(target, 5) == 1


@pytest.mark.parametrize("left", ["nothing", "an empty folder"])
def test_old_site_returns_after_a_kill_between_the_renames(target: Path, left: str) -> None:
    """Where two renames are needed, a kill between them must not cost the site, even if the next build fails."""
    publish(target, site(1, 5))
    target.rename(target.parent / ".site.old-0badcafe")
    if left == "an empty folder":
        target.mkdir()
    with pytest.raises(ValueError):
        publish(target, broken)
    assert version_of(target, 5) == 1
    assert beside(target) == []


def in_child(work: Callable[[], None]) -> int:
    """Runs work in a forked process and returns how it ended: 0, 1, or minus the signal's number."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(step: int) -> None:
    """Kills this process at the given file operation from now (audit events: rename, link, remove, open ...)."""
    steps = iter(range(step))
    kinds = ("os", "open", "shutil", "fcntl", "ctypes")

    def hook(event: str, _: object) -> None:
        # os.kill is an audited operation itself.
        if event != "os.kill" and event.partition(".")[0] in kinds and next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


@forks
def test_kill_at_every_step_leaves_a_whole_site(target: Path, either_swap: str) -> None:
    """A kill at the one bad moment comes sooner or later, so each file operation is tried as that moment."""
    publish(target, site(1, 2))
    gaps = 0
    for step in range(1000):

        def work(step: int = step) -> None:
            killed_at(step)
            publish(target, site(step + 2, 2))

        ended = in_child(work)
        if not target.exists():  # only the fall-back may leave this, and a failing build puts the site back
            gaps += 1
            with pytest.raises(ValueError):
                publish(target, broken)
        assert version_of(target, 2) in range(1, step + 3)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert step > 40
    assert gaps == 0 if either_swap == "exchange" else 0 < gaps <= 2
    assert version_of(target, 2) == step + 2
    assert beside(target) == []


@forks
def test_half_removed_site_is_never_brought_back(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill some people delete the site by hand; the next build must not put half of an old one there."""
    monkeypatch.setattr(publishing, "_exchange", lambda a, b: False)
    for step in range(1000):
        publish(target, site(1, 2))
        stale = target.parent / ".site.old-aaaaaaaa"  # of an earlier kill, so that sweeping it can be killed too
        stale.mkdir()
        site(2, 2)(stale)

        def work(step: int = step) -> None:
            killed_at(step)
            publish(target, site(3, 2))

        ended = in_child(work)
        shutil.rmtree(target, ignore_errors=True)
        with pytest.raises(ValueError):
            publish(target, broken)
        if target.exists():
            version_of(target, 2)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert step > 40


CHILD = """
import sys
from pathlib import Path
from test_publish import site
from patternbook.edges.publish import Refused, publish
target, version, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
try:
    for version in range(version, version + count):
        publish(target, site(version))
except Refused as refusal:
    print(refusal)
    sys.exit(3)
"""


@pytest.fixture
def start() -> Iterator[Callable[[Path, int, int], subprocess.Popen[str]]]:
    """Starts a process that publishes versions one after another once it is sent a line."""
    started: list[subprocess.Popen[str]] = []

    def start(target: Path, version: int, count: int) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        arguments = [sys.executable, "-c", CHILD, str(target), str(version), str(count)]
        child = subprocess.Popen(
            arguments, env={**os.environ, "PYTHONPATH": path}, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


def go(*children: subprocess.Popen[str]) -> None:
    """Waits until all children are ready, then lets them all run."""
    for child in children:
        assert child.stdout and child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin
        child.stdin.write("\n")
        child.stdin.flush()


@forks
def test_kill_9_at_50_moments_leaves_a_whole_site(target: Path) -> None:
    """A power button, an out-of-memory killer or an impatient CI must never leave a broken site online."""
    moments = random.Random(20261101)
    publish(target, site(0))
    seen: set[int] = set()
    for attempt in range(1, 51):
        child = os.fork()  # a fresh Python would spend most of these moments starting up
        if child == 0:
            try:
                for version in range(attempt * 1000, attempt * 1000 + 999):
                    publish(target, site(version))
            finally:
                os._exit(1)
        time.sleep(moments.uniform(0.005, 0.150))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        seen.add(version_of(target))
        publish(target, site(attempt * 1000 + 999))
        assert version_of(target) == attempt * 1000 + 999
        assert beside(target) == []
    assert len(seen) > 10, "the kills came before anything was published"


def test_three_builds_at_once_leave_a_whole_site(target: Path, start: Callable[[Path, int, int], subprocess.Popen[str]]) -> None:
    """Three jobs that publish to one folder: each succeeds or is told to wait, and readers see one whole site."""
    for round_ in range(2):
        children = [start(target, round_ * 1000 + number * 100, 4) for number in range(3)]
        go(*children)
        codes = [(child.communicate(timeout=10), child.returncode)[1] for child in children]
        assert set(codes) <= {0, 3} and 0 in codes
        assert version_of(target) // 1000 == round_
        assert beside(target) == []
