"""Changes of a text that are collected in any order: what goes, what is put in its place, and the blanks around it."""

from __future__ import annotations

from bisect import bisect_right

_BLANK = " \t\f"
_OPENERS = "([{"


class Edits:
    """The changes of *text*, the lines of which begin at *starts*.

    :meth:`erase` takes a stretch out as it is, :meth:`drop` a part of an expression or of a line: lines that are left
    with nothing but a comment go, and so do blanks that would stand beside blanks.
    """

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text = text
        self.starts = starts
        self._hard: list[tuple[int, int, str]] = []
        self._soft: list[tuple[int, int]] = []

    def __bool__(self) -> bool:
        return bool(self._hard or self._soft)

    def erase(self, start: int, end: int) -> None:
        """Take text[start:end] out."""
        if start < end:
            self._hard.append((start, end, ""))

    def put(self, start: int, end: int, text: str) -> None:
        """Put *text* in place of text[start:end]."""
        self._hard.append((start, end, text))

    def drop(self, start: int, end: int) -> None:
        """Take the code text[start:end] out of a line or several, with the blanks it leaves."""
        self._soft.append((start, end))

    def erased(self) -> list[tuple[int, int]]:
        """What is taken out or replaced, in order; stretches that touch are one."""
        return [(start, end) for start, end, _ in self.made() if end > start]

    def made(self) -> list[tuple[int, int, str]]:
        """The changes in order: (start, end, new text); none touches another."""
        pending = sorted([*self._hard, *((start, end, "") for start, end in self._tidied())], key=lambda one: one[:2])
        found: list[tuple[int, int, str]] = []
        for start, end, text in pending:
            if found and start <= found[-1][1]:
                before = found[-1]
                # What lies in a stretch that goes, goes with it.
                inner = end <= before[1] and start < before[1]
                found[-1] = (before[0], max(before[1], end), before[2] if inner and not text else before[2] + text)
            else:
                found.append((start, end, text))
        apart = [(start, end, text or self._between(start, end)) for start, end, text in found]
        return [(start, end, text) for start, end, text in apart if text != self.text[start:end]]

    def _between(self, start: int, end: int) -> str:
        """The blank that must stay between two words when what is between them goes."""
        before, after = self.text[start - 1 : start], self.text[end : end + 1]
        return " " if start < end and _is_word(before) and _is_word(after) else ""

    # Lines

    def row(self, offset: int) -> int:
        """The 0-based number of the line that *offset* is in."""
        return bisect_right(self.starts, offset) - 1

    def line_start(self, offset: int) -> int:
        """Where the line of *offset* begins."""
        return self.starts[self.row(offset)]

    def line_end(self, offset: int) -> int:
        """Where the next line begins."""
        row = self.row(offset) + 1
        return self.starts[row] if row < len(self.starts) else len(self.text)

    def _tidied(self) -> list[tuple[int, int]]:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(self._soft):
            if merged and not self.text[merged[-1][1] : start].strip(" \t\f\r\n\\"):
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return [self._tidy(*stretch) for stretch in merged]

    def _tidy(self, start: int, end: int) -> tuple[int, int]:
        """The stretch with the blanks, and the lines, that would be left of it."""
        text = self.text
        first, last = self.line_start(start), self.line_end(end - 1)
        above = text[:first].rstrip("\r\n") if first and not text[first:start].strip(_BLANK) else ""
        if above.endswith("\\"):
            # The line goes on from the one above for this alone.
            start = len(above) - 1
            first = self.line_start(start)
        before, after = text[first:start], text[end:last]
        comment = after.lstrip(_BLANK).startswith("#")
        rest = "" if comment else after.strip(_BLANK + "\r\n")
        if not before.strip(_BLANK) and rest in ("", "\\"):
            return first, last
        if not before.strip(_BLANK):
            # What follows begins the line.
            return start, end + len(after) - len(after.lstrip(_BLANK))
        inner = start - (len(before) - len(before.rstrip(_BLANK)))
        if comment and self.row(start) < self.row(end - 1):
            # The comment is about what stood on its line.
            return inner, end + len(after.rstrip("\r\n"))
        if not rest:
            return inner, end
        char = text[end : end + 1]
        if before[-1] in _OPENERS:
            return start, end + len(after) - len(after.lstrip(_BLANK))
        if char in " \t\f)]},:;" or char == "":
            # A bracket or a comma stands where the part stood; a word keeps one blank.
            return (inner, end) if before[-1] in _BLANK else (start, end)
        return start, end


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
