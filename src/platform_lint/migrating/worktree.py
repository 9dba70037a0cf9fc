"""What git says of the files that a migration is about to write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable

from platform_lint.discovery import GIT_ENVIRONMENT, GIT_SECONDS, GIT_SETTINGS


def changed_files(directory: str, paths: Iterable[str]) -> list[str] | None:
    """Those of absolute *paths* that have changes nobody has committed, or that git does not know.

    None where *directory* is in no work tree, or git does not answer.
    """
    command = ["git", *GIT_SETTINGS, "-C", directory, "status", "--porcelain=v1", "-z", "--untracked-files=all"]
    try:
        top = _output(["git", *GIT_SETTINGS, "-C", directory, "rev-parse", "--show-toplevel"]).rstrip("\n")
        entries = _output([*command, "--no-renames"]).split("\0")
    except (OSError, subprocess.SubprocessError):
        return None
    dirty = {os.path.realpath(os.path.join(top, entry[3:])) for entry in entries if entry}
    return [path for path in paths if os.path.realpath(path) in dirty]


def _output(command: list[str]) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        check=True,
        env={**os.environ, **GIT_ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        timeout=GIT_SECONDS,
    )
    return os.fsdecode(done.stdout)
