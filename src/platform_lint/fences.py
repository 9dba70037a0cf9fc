"""Stretches and lines that tools are told to leave alone: ``# isort: off``, ``# fmt: skip`` and their kin.

Nothing is put in order there, and nothing is added: what must change there changes word by word, in its place.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

_DIRECTIVE = re.compile(
    r"#[ \t]*(?:(?:ruff:[ \t]*)?isort|fmt|yapf)[ \t]*:[ \t]*(?P<word>off|on|skip_file|skip|split|disable|enable)\b"
)
_OFF = frozenset({"off", "disable"})
_ON = frozenset({"on", "enable"})


class Fences:
    """The fences in *text*; offsets are in characters."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _directives(self) -> list[tuple[int, str]]:
        if "isort" not in self.text and "fmt" not in self.text and "yapf" not in self.text:
            return []
        return [(match.start(), match["word"]) for match in _DIRECTIVE.finditer(self.text)]

    @cached_property
    def regions(self) -> list[tuple[int, int]]:
        """From each ``off`` to the end of the line with its ``on``, or to the end of the file."""
        found: list[tuple[int, int]] = []
        opened = -1
        for at, word in self._directives:
            if word in _OFF and opened < 0:
                opened = self.text.rfind("\n", 0, at) + 1
            elif word in _ON and opened >= 0:
                found.append((opened, self.line_end(at)))
                opened = -1
        if opened >= 0:
            found.append((opened, len(self.text)))
        return found

    @property
    def whole_file(self) -> bool:
        """Whether the file says that its imports stay as they are."""
        return any(word == "skip_file" for _, word in self._directives)

    def region(self, offset: int) -> tuple[int, int] | None:
        """The region *offset* lies in."""
        number = bisect_right(self.regions, (offset, len(self.text))) - 1
        return self.regions[number] if number >= 0 and offset < self.regions[number][1] else None

    @cached_property
    def _skips(self) -> list[int]:
        return [at for at, word in self._directives if word == "skip"]

    def holds(self, start: int, end: int) -> bool:
        """Whether what stands from *start* to *end* lies in a region, or has a ``skip`` on its lines."""
        if not self._directives:
            return False
        number = bisect_left(self._skips, start)
        skipped = number < len(self._skips) and self._skips[number] < self.line_end(end)
        return skipped or self.region(start) is not None

    def between(self, start: int, end: int) -> bool:
        """Whether any directive stands from *start* to *end*."""
        number = bisect_left(self._directives, (start, ""))
        return number < len(self._directives) and self._directives[number][0] < end

    def line_end(self, offset: int) -> int:
        """The offset behind the line *offset* is in, its newline included."""
        newline = self.text.find("\n", offset)
        return newline + 1 if newline >= 0 else len(self.text)
