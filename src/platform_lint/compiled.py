"""A small cache of what configuration and packs come to, so that a run need not read TOML.

It lies in the user's cache directory beside nothing else, like a ``.pyc``: written after reading the sources, used
while every source has the size and time it had. What is in it is plain data with a checksum; a file that is not right
is ignored.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib

from platform_lint.reading import MAX_PLAIN_BYTES, read_with_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: (path, modification time in ns, size); -1 for a file that is not there.
Stamp = tuple[str, int, int]

# The number is raised whenever what is stored takes another shape.
_MAGIC = b"platform-lint 12 %d.%d\n" % sys.version_info[:2]


def cache_home() -> str:
    """The directory of platform-lint's caches for this user; ``PLATFORM_LINT_CACHE_DIR`` names another."""
    named = os.environ.get("PLATFORM_LINT_CACHE_DIR")
    if named:
        return os.path.abspath(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        if not os.path.isabs(base):  # as the specification of that variable says
            base = os.path.expanduser("~/.cache")
    if not os.path.isabs(base):
        base = os.devnull  # A user without a home: nothing can be kept there, least of all below the working directory.
    return os.path.join(base, "platform-lint")


def key_of(data: bytes) -> str:
    """A short text that stands for *data*: a file's name, or a mark of what was said."""
    return f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}"


def stamp(path: str) -> Stamp:
    """The stamp of the file or directory at *path*."""
    try:
        found = os.stat(path)
    except OSError:
        return (path, -1, -1)
    return (path, found.st_mtime_ns, found.st_size)


def read(key: str) -> object | None:
    """What :func:`write` stored under *key*, if all its sources are as they were; None otherwise."""
    try:
        data, status = read_with_status(_path(key), MAX_PLAIN_BYTES)
    except OSError:
        return None
    if hasattr(os, "geteuid") and status.st_uid not in (0, os.geteuid()):
        return None  # It may name rules in Python: in a directory that users share, what another one says is not run.
    head = len(_MAGIC) + 8
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : head] != b"%08x" % zlib.crc32(data[head:]):
        return None
    try:
        stamps, value = marshal.loads(data[head:])
    except (EOFError, ValueError, TypeError):
        return None
    return value if all(stamp(source[0]) == source for source in stamps) else None


def write(key: str, sources: Iterable[str], value: object) -> None:
    """Store *value*, plain data, under *key*; it holds while the *sources* do. A directory that cannot be written is no
    error."""
    stamps = tuple(stamp(source) for source in dict.fromkeys(sources))
    body = marshal.dumps((stamps, value))  # type: ignore[arg-type]
    write_atomically(_path(key), _MAGIC + b"%08x" % zlib.crc32(body) + body)


def write_atomically(path: str, data: bytes) -> None:
    """Put *data* at *path* in one step, so that a reader sees the old or the new and a failure neither; silent where
    it fails: a cache is only a cache.
    """
    temporary = f"{path}.{os.getpid()}.tmp"
    # Never through a link that somebody may have put there.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            descriptor = os.open(temporary, flags, 0o666)
        except FileExistsError:  # left behind by a process of the same number that was killed
            os.unlink(temporary)
            descriptor = os.open(temporary, flags, 0o666)
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            pass


def _path(key: str) -> str:
    return os.path.join(cache_home(), "compiled", f"{key}.bin")
