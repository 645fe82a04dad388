"""Tells when a file says something new: at once where the system tells of changes, and soon where it does not.

Network drives and containers often keep changes to themselves, so that folders are also read through from time to time. Of a change
that both find, the second says nothing new.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from patternbook.edges.cache import digest

# Seconds from one reading through of the folders to the next.
INTERVAL = 1.0
_READ = ("opened", "closed_no_write")


class Watch:
    """Both ways of seeing changes as one observer, as a server wants it."""

    @cached_property
    def _seeing(self) -> list[BaseObserver]:
        """Both, from the first path on. A system that has no watcher left to give leaves it to the reading through."""
        polling = PollingObserver(timeout=INTERVAL)
        with suppress(OSError):
            return [Observer(), polling]
        return [polling]

    def schedule(self, handler: FileSystemEventHandler, path: str, *, recursive: bool = False) -> None:
        """Tell a handler what happens at a path."""
        news = _News(handler)
        for observer in list(self._seeing):
            try:
                observer.schedule(news, path, recursive=recursive)
            except OSError:
                self._seeing.remove(observer)

    def start(self) -> None:
        """Begin. A system that watches no more folders is left to the reading through."""
        for observer in list(self._seeing):
            try:
                observer.start()
            except OSError:
                self._seeing.remove(observer)

    def stop(self) -> None:
        """End."""
        for observer in self._seeing:
            observer.stop()

    def join(self) -> None:
        """Wait for the end."""
        for observer in self._seeing:
            with suppress(RuntimeError):
                observer.join()


class _News(FileSystemEventHandler):
    """Passes on what changes the bytes of a file, or whether there is one."""

    def __init__(self, handler: FileSystemEventHandler) -> None:
        self._handler = handler
        self._seen: dict[str, str] = {}
        self._lock = Lock()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called by both observers, each in its own thread."""
        if event.is_directory or event.event_type in _READ:
            return
        paths = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
        # Both places of a file that was moved are looked at.
        if True in [self._is_news(path) for path in paths]:
            self._handler.on_any_event(event)

    def _is_news(self, path: str) -> bool:
        state = _state(path)
        with self._lock:
            known, self._seen[path] = self._seen.get(path), state
        return known != state


def _state(path: str) -> str:
    try:
        return digest(Path(path).read_bytes())
    except OSError:
        return "none"
