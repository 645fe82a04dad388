"""An author saves and looks. What was saved must be heard, whatever the system has to offer."""

from __future__ import annotations

import errno
from pathlib import Path
from threading import Event

import pytest
from patternbook.edges import watch
from patternbook.edges.watch import Watch
from watchdog.events import FileSystemEvent, FileSystemEventHandler


class Ear(FileSystemEventHandler):
    def __init__(self) -> None:
        self.heard = Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.heard.set()


def spent() -> None:
    raise OSError(errno.EMFILE, "inotify instance limit reached")


@pytest.mark.parametrize("limit", [False, True], ids=["a system that tells", "a system with no watcher left"])
def test_a_change_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: bool) -> None:
    """Other programs may have taken all watchers of a system; then folders are read through."""
    if limit:
        monkeypatch.setattr(watch, "Observer", spent)
    ear, seeing = Ear(), Watch()
    seeing.schedule(ear, str(tmp_path), recursive=True)
    seeing.start()
    try:
        (tmp_path / "page.md").write_text("Saved.")
        assert ear.heard.wait(20)
    finally:
        seeing.stop()
        seeing.join()
