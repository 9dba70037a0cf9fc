"""Stretches and lines that tools are told to leave alone: ``# isort: off``, ``# fmt: skip`` and their kin.

Nothing is put in order there, and nothing is added: what must change there changes word by word, in its place.
"""

from __future__ import annotations

import re
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
        return next(((start, end) for start, end in self.regions if start <= offset < end), None)

    def holds(self, start: int, end: int) -> bool:
        """Whether what stands from *start* to *end* lies in a region, or has a ``skip`` on its lines."""
        if not self._directives:
            return False
        last = self.line_end(end)
        return self.region(start) is not None or any(
            start <= at < last and word == "skip" for at, word in self._directives
        )

    def between(self, start: int, end: int) -> bool:
        """Whether any directive stands from *start* to *end*."""
        return any(start <= at < end for at, _ in self._directives)

    def line_end(self, offset: int) -> int:
        """The offset behind the line *offset* is in, its newline included."""
        newline = self.text.find("\n", offset)
        return newline + 1 if newline >= 0 else len(self.text)
