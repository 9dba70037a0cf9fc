"""The part of a file that is worth parsing.

``ast.parse`` takes most of the time a file with a finding costs. Top-level statements and methods that mention none
of the words asked for are blanked out first, line for line, so that every row and column stays what it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

# A line that begins a top-level statement. A closing bracket, a comment, and the later clauses of a compound statement
# belong to what stands above them; so does the `def` under a decorator.
_TOP = re.compile(r"^(?!else\b|elif\b|except\b|finally\b|case\b)(?=[^\s#)\]}])", re.MULTILINE)
# The indentation of a class's methods is that of the first `def` or decorator in it.
_METHOD = re.compile(r"^([ \t]+)(?:(?:async[ \t]+)?def\b|@)", re.MULTILINE)
_CLASS = re.compile(r"(?:@[^\n]*\n)*class\b")
_TRIPLE = re.compile(r'"""|\'\'\'')
# How a line may end inside brackets, where the next one may stand at the margin.
_OPEN = (",", "(", "[", "{", "\\")
_MIN_LENGTH = 800


def excerpt(text: str, mentions: Sequence[int]) -> str | None:
    """*text* with the statements blanked that hold none of *mentions*; None where that would not help or not be safe.

    The result has the same rows and columns. It may fail to parse although *text* does (a bracket cut in two): parse
    *text* then. A blanked stretch holds none of the words, and no odd number of triple quotes, so what is left means
    what it meant.
    """
    if len(text) < _MIN_LENGTH or "\r" in text or "\f" in text or not mentions:
        return None
    starts = [match.start() for match in _TOP.finditer(text)]
    if not starts:
        return None
    quotes = _Quotes(text)
    pieces = [text[: starts[0]]]
    at = starts[0]
    for start, end in _kept(text, starts, len(text), mentions, quotes):
        pieces.append("\n" * text.count("\n", at, start))
        if end - start > _MIN_LENGTH and _CLASS.match(text, start):
            _class(text, start, end, mentions, quotes, pieces)
        else:
            pieces.append(text[start:end])
        at = end
    pieces.append("\n" * text.count("\n", at))
    return "".join(pieces)


def _class(text: str, start: int, end: int, mentions: Sequence[int], quotes: _Quotes, pieces: list[str]) -> None:
    """Add the class text[start:end] to *pieces* without the methods that are not needed."""
    method = _METHOD.search(text, start, end)
    if method is None:
        pieces.append(text[start:end])
        return
    indent = method.group(1)
    begins = re.compile(rf"^{indent}(?!else\b|elif\b|except\b|finally\b|case\b)(?=[^\s#)\]}}])", re.MULTILINE)
    starts = [match.start() for match in begins.finditer(text, start, end)]
    heads = (f"{indent}def", f"{indent}async", f"{indent}@")
    pieces.append(text[start : starts[0]])
    at = starts[0]
    for first, last in _kept(text, starts, end, mentions, quotes, heads):
        if at < first:
            # What goes are methods; a class needs a body.
            pieces.append(f"{indent}pass" + "\n" * text.count("\n", at, first))
        pieces.append(text[first:last])
        at = last
    if at < end:
        pieces.append(f"{indent}pass" + "\n" * text.count("\n", at, end))


def _kept(
    text: str,
    starts: Sequence[int],
    end: int,
    mentions: Sequence[int],
    quotes: _Quotes,
    droppable: tuple[str, ...] = ("",),
) -> list[tuple[int, int]]:
    """The stretches between *starts* (the last one up to *end*) that must stay, joined where they touch.

    Those are the ones that hold a mention or part of a string begun elsewhere, or begin with none of *droppable*; a
    decorator and what it decorates stay together, and so do the lines of one statement.
    """
    first, count = starts[0], len(starts)
    low, high = bisect_left(mentions, first), bisect_left(mentions, end)
    keep = {bisect_right(starts, offset) - 1 for offset in mentions[low:high]}
    keep |= quotes.cut(starts, end)
    if droppable != ("",):
        keep.update(number for number in range(count) if not text.startswith(droppable, starts[number]))
    for number in list(keep):
        above = below = number
        while above and _continues(text, starts[above]):
            above -= 1
        while below + 1 < count and _continues(text, starts[below + 1]):
            below += 1
        keep.update(range(above, below + 1))
    for number in list(keep):
        below = number
        while below + 1 < count and text[starts[below] : starts[below] + 40].lstrip()[:1] == "@":
            below += 1
            keep.add(below)
        above = number
        while above and text[starts[above - 1] : starts[above - 1] + 40].lstrip()[:1] == "@":
            above -= 1
            keep.add(above)
    stretches: list[tuple[int, int]] = []
    for number in sorted(keep):
        start = starts[number]
        stop = starts[number + 1] if number + 1 < count else end
        # A class is looked into by itself.
        if stretches and stretches[-1][1] == start and text[start] == "@":
            stretches.append((start, stop))
        elif stretches and stretches[-1][1] == start and text[stretches[-1][0]] == "@":
            stretches[-1] = (stretches[-1][0], stop)
        else:
            stretches.append((start, stop))
    return stretches


def _continues(text: str, at: int) -> bool:
    """Whether the line that begins *at* goes on with what stands above it: a bracket or a backslash is open there."""
    while at:
        start = text.rfind("\n", 0, at - 1) + 1
        line = text[start : at - 1].strip()
        at = start
        if line and not line.startswith("#"):
            return line.endswith(_OPEN) or line.partition("#")[0].rstrip().endswith(_OPEN)
    return False


class _Quotes:
    """Where the triple quotes of a text stand."""

    def __init__(self, text: str) -> None:
        self.double: list[int] = []
        self.single: list[int] = []
        for match in _TRIPLE.finditer(text):
            (self.double if match.group() == '"""' else self.single).append(match.start())

    def cut(self, starts: Sequence[int], end: int) -> set[int]:
        """The numbers of the stretches that hold an odd number of either: part of a string begun elsewhere."""
        odd: set[int] = set()
        for quotes in (self.double, self.single):
            found: set[int] = set()
            for offset in quotes[bisect_left(quotes, starts[0]) : bisect_left(quotes, end)]:
                found ^= {bisect_right(starts, offset) - 1}
            odd |= found
        return odd
