"""Git as a tool for two jobs: laying two changes of one text together, and saying where a repository comes from."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

SECONDS = 10


class NoGit(Exception):
    """Git is not installed, or does not answer."""


def merge(base: str, ours: str, theirs: str) -> str | None:
    """Both changes in one text, or nothing where they touch the same lines. Raises `NoGit`."""
    program = shutil.which("git")
    if program is None:
        raise NoGit("git is not installed, so texts that both sides changed cannot be laid together")
    with tempfile.TemporaryDirectory(prefix="patternbook-") as folder:
        for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
            (Path(folder) / name).write_bytes((text.strip() + "\n").encode())
        # No setting of the user's, and no repository that the folder may lie in, may change what comes out.
        alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CEILING_DIRECTORIES": folder, "LC_ALL": "C"}
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | alone
        try:
            done = subprocess.run(  # noqa: S603 (the names are ours, and there is no shell)
                [program, "merge-file", "-p", "-q", "ours", "base", "theirs"],
                cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoGit(f"git does not answer: {error}") from None
    if done.returncode == 0:
        return done.stdout.decode().strip()
    if 0 < done.returncode < 128:
        return None
    raise NoGit(f"git merge-file failed: {' '.join(done.stderr.decode(errors='replace').split())[:200]}")


def origin(folder: Path) -> str:
    """The address of the repository that a folder is a clone of, or nothing where that cannot be told."""
    program = shutil.which("git")
    if program is None or not (folder / ".git").exists():
        return ""
    try:
        done = subprocess.run(  # noqa: S603 (the names are ours, and there is no shell)
            [program, "config", "--get", "remote.origin.url"],
            cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""
