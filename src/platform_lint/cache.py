"""Results of earlier runs, kept by content.

An entry holds for a file's content: its digest, and as a shortcut to that the size and time the file had. A file
whose time is too near to when the entry was written proves nothing and is read again (git calls such a file racy).
The store also names the other files its answers rest on, those that re-export what a rule is about: when one of them
changes, all is forgotten. It is lines of text with a checksum, replaced in one step; one that is not right is
dropped.
"""

from __future__ import annotations

import os
import time
import zlib

from platform_lint.compiled import cache_home, write_atomically
from platform_lint.reading import read_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_lint.finding import Finding

_MAGIC = b"platform-lint results 1\n"
_RACY_NS = 50_000_000
_MAX_ENTRIES = 300_000
_MAX_BYTES = 512 << 20


class Cache:
    """The results under one *key*: whatever besides the files decides about them. *directory* "" means the user's
    cache.
    """

    def __init__(self, key: str, directory: str = "") -> None:
        self._identity = content_digest(key.encode("utf-8", "surrogatepass"))
        self.path = os.path.join(directory or cache_home(), "results", f"{self._identity}.txt")
        #: Path -> mark, for the files known to have no findings.
        self.clean: dict[str, str] = {}
        self._consulted: dict[str, str] = {}
        self._entries: dict[str, str] = {}
        self._added: dict[str, str] = {}
        self._read()

    def known(self, path: str, status: os.stat_result, digest: str = "") -> list[Finding] | None:
        """The findings of the file at *path*, None where they are not known.

        *digest* is that of its content, where it was read: it counts even if the file's time and size do not agree.
        """
        entry = self._entries.get(path)
        if entry is None:
            return None
        mark, stored, findings = entry.split("\t", 2)
        if mark != _mark(status) and digest != stored:
            return None
        return _decode(findings) if findings else []

    def store(self, path: str, status: os.stat_result, digest: str, findings: Iterable[Finding]) -> None:
        """Remember what linting the content of *path*, which has that *digest*, came to."""
        encoded = _encode(list(findings))
        if "\n" in path or "\t" in path:
            return
        # A time so near to now could belong to a later change as well: then only the digest counts.
        mark = _mark(status) if time.time_ns() - status.st_mtime_ns > _RACY_NS else "racy"
        self._added[path] = f"{mark}\t{digest}\t{encoded}"

    def rests_on(self, paths: Iterable[str]) -> None:
        """Note other files that answers of this run rest on."""
        for path in paths:
            if path not in self._consulted and not any(char in path for char in "\n\t"):
                self._consulted[path] = _mark_of(path)

    def save(self) -> None:
        """Write what was added. Another run may do the same at the same time: the last one wins, either is right."""
        if not self._added:
            return
        entries = self._added if len(self._entries) > _MAX_ENTRIES else {**self._entries, **self._added}
        lines = [f"{path}\t{mark}" for path, mark in self._consulted.items()]
        lines.append("")
        lines += [f"{path}\t{entry}" for path, entry in entries.items()]
        body = "\n".join(lines).encode("utf-8", "surrogatepass")
        write_atomically(self.path, b"%s%s\n%08x\n%s" % (_MAGIC, self._identity.encode(), zlib.crc32(body), body))

    def _read(self) -> None:
        try:
            data = read_regular(self.path, _MAX_BYTES)
        except OSError:
            return
        head = _MAGIC + self._identity.encode() + b"\n"
        body = data[len(head) + 9 :]
        if not data.startswith(head) or data[len(head) : len(head) + 9] != b"%08x\n" % zlib.crc32(body):
            return
        consulted, _, rest = ("\n" + body.decode("utf-8", "surrogatepass")).partition("\n\n")
        for line in consulted.split("\n")[1:]:
            path, _, mark = line.partition("\t")
            if _mark_of(path) != mark:
                self._consulted = {}
                return
            self._consulted[path] = mark
        for line in rest.split("\n"):
            path, _, entry = line.partition("\t")
            self._entries[path] = entry
            if entry[-1:] == "\t":
                self.clean[path] = entry.partition("\t")[0]


def _mark(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns} {status.st_size}"


def content_digest(data: bytes) -> str:
    """What stands for the content *data* in the cache."""
    from _blake2 import blake2b  # `hashlib` takes ten times as long to import

    digest: str = blake2b(data, digest_size=16).hexdigest()
    return digest


def _mark_of(path: str) -> str:
    try:
        if path.endswith(os.sep):
            # A directory stands for the modules in it, not for all else that comes and goes there.
            names = sorted(name for name in os.listdir(path) if "." not in name or name.endswith(".py"))
            return f"{zlib.crc32(chr(0).join(names).encode('utf-8', 'surrogatepass')):08x}"
        return _mark(os.stat(path))
    except OSError:
        return "absent"


def _encode(findings: list[Finding]) -> str:
    if not findings:
        return ""
    import dataclasses
    import json

    return json.dumps([dataclasses.astuple(finding) for finding in findings])


def _decode(text: str) -> list[Finding] | None:
    import json

    from platform_lint.finding import Edit, Finding, Fix, ImportChange, Position

    found: list[Finding] = []
    try:
        for values in json.loads(text):
            fix = values[7]
            if fix is not None:
                edits = tuple(
                    Edit(edit[0], edit[1], edit[2], Position(*edit[3]), Position(*edit[4])) for edit in fix[2]
                )
                fix = Fix(fix[0], fix[1], edits, tuple(ImportChange(*change) for change in fix[3]), fix[4])
            code, name, message, level, filename, start, end, _, url, owner, engine = values
            place = Position(*start), Position(*end)
            found.append(Finding(code, name, message, level, filename, *place, fix, url, owner, engine))
    except (ValueError, TypeError, IndexError, RecursionError):
        return None
    return found
