"""The command in a process that has begun already, which saves its start. Loaded in that process, so it loads nothing itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def patternbook(folder: Path, arguments: Sequence[str], environment: Mapping[str, str], outputs: Sequence[Path]) -> None:
    """Becomes `patternbook` in a folder. Ends as it does, and writes where it is told."""
    for number, path in enumerate(outputs, 1):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["patternbook", *arguments]
    from patternbook.cli.main import main

    main()
