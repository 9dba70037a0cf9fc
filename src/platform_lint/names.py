"""Name tables: which qualified names a set of rules speaks of, and the look-ups the sieve and the matcher need.

A name in a table means the thing and everything reached through it. ``*`` in a name stands for a piece of one part,
``**`` for any number of parts.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from platform_lint.scopes import QualifiedName

_PART = re.compile(r"[^\W\d]\w*\Z")
_GLOB_PART = re.compile(r"[\w*?]+\Z")


class NameError_(ValueError):
    """A name that cannot be one; the message says why."""


def parse_name(text: str, *, globs: bool = True) -> QualifiedName:
    """Split a dotted name into its parts. Raises NameError_ where it is no qualified name (or glob, if *globs*)."""
    parts = tuple(text.split("."))
    if not text or not all(parts):
        raise NameError_(f"{text!r} is no qualified name: write `package.module.name`")
    for part in parts:
        if _PART.match(part):
            continue
        if not globs or not _GLOB_PART.match(part) or part[0].isdigit():
            raise NameError_(f"{text!r} is no qualified name: {part!r} is no identifier")
    if all("*" in part or "?" in part for part in parts):
        raise NameError_(f"{text!r} would match nearly every name: spell out at least one part")
    return parts


def is_glob(parts: QualifiedName) -> bool:
    """Whether any of *parts* has a wildcard."""
    return any("*" in part or "?" in part for part in parts)


def anchor(parts: QualifiedName) -> str:
    """The identifier that must stand in any file that uses the name: its last part without wildcards.

    The parts before it need not: under ``from .db import get_session`` only ``get_session`` is written.
    """
    return next(part for part in reversed(parts) if "*" not in part and "?" not in part)


def literal_prefix(parts: QualifiedName) -> QualifiedName:
    """The parts before the first wildcard."""
    for number, part in enumerate(parts):
        if "*" in part or "?" in part:
            return parts[:number]
    return parts


def glob_pattern(parts: QualifiedName) -> re.Pattern[str]:
    """A pattern that matches the shortest dotted text *parts* stand for, followed by a dot or the end."""
    pieces: list[str] = []
    for part in parts:
        if part == "**":
            pieces.append(r"(?:\w+\.)*?\w+")
        else:
            pieces.append(
                "".join(r"\w*" if char == "*" else r"\w" if char == "?" else re.escape(char) for char in part)
            )
    return re.compile(r"\.".join(pieces) + r"(?=\.|\Z)")


class NameTable:
    """Names with a number each; finds the numbers a qualified name falls under.

    The numbers are the caller's own. One name may have several.
    """

    __slots__ = ("_patterns", "below", "by_anchor", "by_head", "by_part", "exact", "globs", "longest")

    def __init__(self, entries: Iterable[tuple[QualifiedName, int]]) -> None:
        #: name -> numbers, for names without wildcards.
        self.exact: dict[QualifiedName, list[int]] = {}
        #: Each proper prefix of such a name -> the names below it.
        self.below: dict[QualifiedName, set[QualifiedName]] = {}
        #: First part -> names; any part -> names; for the same.
        self.by_head: dict[str, list[QualifiedName]] = {}
        self.by_part: dict[str, list[QualifiedName]] = {}
        #: Wildcard names with their numbers.
        self.globs: list[tuple[QualifiedName, int]] = []
        #: Anchor -> whether a name without wildcards has it.
        self.by_anchor: dict[str, list[QualifiedName]] = {}
        self._patterns: list[re.Pattern[str] | None] = []
        #: The number of parts of the longest name.
        self.longest = 1
        for parts, number in entries:
            self.longest = max(self.longest, len(parts))
            known = self.by_anchor.setdefault(anchor(parts), [])
            if parts not in known:
                known.append(parts)
            if is_glob(parts):
                self.globs.append((parts, number))
                self._patterns.append(None)
                continue
            numbers = self.exact.setdefault(parts, [])
            if not numbers:
                self.by_head.setdefault(parts[0], []).append(parts)
                for part in dict.fromkeys(parts):
                    self.by_part.setdefault(part, []).append(parts)
                for count in range(1, len(parts)):
                    self.below.setdefault(parts[:count], set()).add(parts)
            numbers.append(number)

    def implemented_by(self, module: QualifiedName) -> set[int]:
        """The numbers of names whose implementation *module* is part of: it lies below the name, or below the package
        whose members a name ends in a wildcard for.
        """
        numbers = {number for number, _ in self.lookup(module)}
        for parts, number in self.globs:
            prefix = literal_prefix(parts)
            if len(prefix) == len(parts) - 1 and module[: len(prefix)] == prefix:
                numbers.add(number)
        return numbers

    def lookup(self, qualified: QualifiedName) -> Iterator[tuple[int, int]]:
        """The (number, length) of every name *qualified* equals or lies below; *length* in parts of *qualified*."""
        exact = self.exact
        for count in range(1, len(qualified) + 1):
            for number in exact.get(qualified[:count], ()):
                yield number, count
        if self.globs:
            dotted = ".".join(qualified)
            for at, (parts, number) in enumerate(self.globs):
                first = parts[0]
                if first != qualified[0] and "*" not in first and "?" not in first:
                    continue
                pattern = self._patterns[at]
                if pattern is None:
                    pattern = self._patterns[at] = glob_pattern(parts)
                match = pattern.match(dotted)
                if match:
                    yield number, match.group().count(".") + 1
