"""The standard library of the running interpreter, as files to look at."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

#: Installed packages, bytecode, and what is no text.
_NOT_OURS = {"site-packages", "dist-packages", "__pycache__"}


def stdlib() -> Path:
    """Where it lies."""
    return Path(sysconfig.get_path("stdlib"))


def stdlib_files() -> list[Path]:
    """Its Python files, sorted; its own tests are among them where they are installed."""
    found: list[Path] = []
    for directory, folders, names in os.walk(stdlib()):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        found += [Path(directory, name) for name in names if name.endswith(".py")]
    return sorted(found)
