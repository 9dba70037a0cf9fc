"""Path patterns, as in ``exclude``, ``only_in`` and ``per-file-ignores``.

A pattern with a slash in it counts from the project's root, one without matches at any depth; either covers a
directory with all that is in it. ``*`` and ``?`` stay within one part, ``**`` crosses parts. Paths use forward
slashes.
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class PathPatterns:
    """A set of patterns, compiled when first asked.

    Plain names (``build``, ``.venv``) are the most frequent patterns by far and are looked up rather than matched.
    """

    __slots__ = ("_compiled", "_names", "_others", "patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(patterns)
        plain = {pattern.rstrip("/") for pattern in self.patterns}
        self._names = frozenset(name for name in plain if name and not any(char in name for char in "/*?[\\"))
        self._others = tuple(pattern for pattern in self.patterns if pattern.rstrip("/") not in self._names)
        self._compiled: re.Pattern[str] | None = None

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def match(self, path: str) -> bool:
        """Whether *path*, relative to the project's root, is covered by one of the patterns."""
        return not self._names.isdisjoint(path.split("/")) or (bool(self._others) and self._matches_other(path))

    def match_entry(self, name: str, path: str, root: str) -> bool:
        """The same for the entry *name* of a directory that is itself not covered; *path* and *root* are absolute."""
        return name in self._names or (bool(self._others) and self._matches_other(relative(path, root)))

    def _matches_other(self, path: str) -> bool:
        if self._compiled is None:
            self._compiled = re.compile("|".join(f"(?:{_translate(pattern)})" for pattern in self._others))
        return self._compiled.match(path) is not None


def relative(path: str, root: str) -> str:
    """Absolute *path* relative to *root* with forward slashes; the path itself where it does not lie below."""
    if path == root:
        return "."
    prefix = root if root.endswith(os.sep) else root + os.sep
    inside = path[len(prefix) :] if path.startswith(prefix) else path
    return inside.replace(os.sep, "/") if os.sep != "/" else inside


def _translate(pattern: str) -> str:
    """A regular expression that matches a path *pattern* covers, from the path's beginning."""
    text = pattern.removeprefix("./").rstrip("/")
    anchored = "/" in text
    pieces: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith("**/", at):
            pieces.append("(?:[^/]+/)*")
            at += 3
        elif text.startswith("**", at):
            pieces.append(".*")
            at += 2
        elif text[at] == "*":
            pieces.append("[^/]*")
            at += 1
        elif text[at] == "?":
            pieces.append("[^/]")
            at += 1
        elif text[at] == "[" and "]" in text[at + 2 :]:
            end = text.index("]", at + 2)
            inner = text[at + 1 : end].replace("\\", "\\\\")
            pieces.append("[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]")
            at = end + 1
        else:
            pieces.append(re.escape(text[at]))
            at += 1
    start = "" if anchored else "(?:.*/)?"
    return start + "".join(pieces).removeprefix("/") + r"(?:/.*)?\Z"
