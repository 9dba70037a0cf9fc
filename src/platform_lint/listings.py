"""What a walk over a directory found the last time.

Adding, removing or renaming an entry changes its directory's modification time, so a walk need not be repeated while
all the directories it saw have the times they had. A directory that changed only just before it was read proves
nothing: such a walk is not kept.
"""

from __future__ import annotations

import os
import time
import zlib

from platform_lint.compiled import cache_home, key_of, write_atomically
from platform_lint.reading import read_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MAGIC = b"platform-lint listing 1\n"
_RACY_NS = 50_000_000
_MAX_BYTES = 512 << 20


class Listing:
    """The walk over absolute *directory* under *conditions*: whatever else decides what it finds."""

    def __init__(self, directory: str, conditions: str) -> None:
        identity = f"{directory}\0{conditions}".encode("utf-8", "surrogatepass")
        self._head = _MAGIC + identity.hex().encode() + b"\n"
        self.path = os.path.join(cache_home(), "listings", f"{key_of(identity)}.txt")
        self._began = time.time_ns()

    def read(self) -> list[str] | None:
        """The files found the last time, if a walk would find the same; None otherwise."""
        try:
            data = read_regular(self.path, _MAX_BYTES)
        except OSError:
            return None
        body = data[len(self._head) + 9 :]
        checksum = data[len(self._head) : len(self._head) + 9]
        if not data.startswith(self._head) or checksum != b"%08x\n" % zlib.crc32(body):
            return None
        directories, _, files = body.decode("utf-8", "surrogatepass").partition("\n\n")
        stat = os.stat
        try:
            for line in directories.split("\n"):
                mark, _, path = line.partition(" ")
                if str(stat(path).st_mtime_ns) != mark:
                    return None
        except OSError:
            return None
        return files.split("\n") if files else []

    def write(self, seen: Sequence[str], files: Sequence[str]) -> None:
        """Keep what a walk found: the *files*, in order, and the paths it depended on, *seen*."""
        if any("\n" in path for path in (*seen, *files)):
            return
        lines: list[str] = []
        try:
            for path in seen:
                changed = os.stat(path).st_mtime_ns
                if self._began - changed < _RACY_NS:
                    return
                lines.append(f"{changed} {path}")
        except OSError:
            return
        body = ("\n".join(lines) + "\n\n" + "\n".join(files)).encode("utf-8", "surrogatepass")
        write_atomically(self.path, self._head + b"%08x\n" % zlib.crc32(body) + body)
