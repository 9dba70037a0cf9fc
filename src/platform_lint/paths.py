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


#: How many ``**`` a pattern may have: each may end at any slash.
_MAX_DEEP = 4


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
            self._compiled = re.compile(
                "|".join(f"(?:{_translate(pattern, number)})" for number, pattern in enumerate(self._others))
            )
        return self._compiled.match(path) is not None


def relative(path: str, root: str) -> str:
    """Absolute *path* relative to *root* with forward slashes; the path itself where it does not lie below."""
    if path == root:
        return "."
    prefix = root if root.endswith(os.sep) else root + os.sep
    inside = path[len(prefix) :] if path.startswith(prefix) else path
    return inside.replace(os.sep, "/") if os.sep != "/" else inside


def unfit(pattern: str) -> str:
    """What is wrong with *pattern*, ``""`` where nothing is."""
    if pattern.count("**") > _MAX_DEEP:
        return f"it has more than {_MAX_DEEP} `**`"
    try:
        re.compile(_translate(pattern, 0))
    except (re.error, OverflowError, RecursionError) as error:
        return str(error).partition(" at position")[0]
    return ""


def _translate(pattern: str, number: int) -> str:
    """A regular expression that matches a path *pattern* covers, from the path's beginning.

    What is between two ``*`` of a part is found once, at the first place it stands, and not looked for again, so that
    many of them do not multiply; *number* tells the groups for that from those of other patterns.
    """
    text = pattern.removeprefix("./").rstrip("/")
    anchored = "/" in text
    pieces: list[str] = []
    #: Where the piece after the last ``*`` of this part begins, None before there is one.
    star: int | None = None
    at = 0
    while at < len(text):
        if text[at] == "/" or text.startswith("**", at):
            star = None
        elif text[at] == "*" and star is not None:
            group = f"p{number}_{at}"
            pieces[star - 1 :] = [f"(?=(?P<{group}>[^/]*?{''.join(pieces[star:])}))(?P={group})"]
        if text.startswith("**/", at):
            pieces.append("(?:[^/]+/)*")
            at += 3
        elif text.startswith("**", at):
            pieces.append(".*")
            at += 2
        elif text[at] == "*":
            pieces.append("[^/]*")
            star = len(pieces)
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
