"""The part of a file that is worth parsing.

``ast.parse`` takes most of the time a file with a finding costs. Top-level statements and methods that mention none
of the words asked for are blanked out first, line for line, so that every row and column stays what it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

# A line that begins a top-level statement. A closing bracket, a comment, and the later clauses of a compound statement
# belong to what stands above them; so does the `def` under a decorator.
_TOP = re.compile(r"^(?!else\b|elif\b|except\b|finally\b|case\b)(?=[^\s#)\]}])", re.MULTILINE)
# The indentation of a class's methods is that of the first `def` or decorator in it.
_METHOD = re.compile(r"^([ \t]+)(?:(?:async[ \t]+)?def\b|@)", re.MULTILINE)
_CLASS = re.compile(r"(?:@[^\n]*\n)*class\b")
_TRIPLE = re.compile(r'"""|\'\'\'')
_MIN_LENGTH = 2_000


def excerpt(text: str, mentions: Sequence[int]) -> str | None:
    """*text* with the statements blanked that hold none of *mentions*; None where that would not help or not be safe.

    The result has the same rows and columns. It may fail to parse although *text* does (a bracket cut in two): parse
    *text* then. A blanked stretch holds none of the words, and no odd number of triple quotes, so what is left means
    what it meant.
    """
    if len(text) < _MIN_LENGTH or "\r" in text or "\f" in text or not mentions:
        return None
    marks = _Marks(text, mentions)
    pieces: list[str] = []
    blanked = 0
    for start, end in _units(text, 0, len(text), _TOP):
        if not marks.needs(start, end):
            pieces.append("\n" * text.count("\n", start, end))
            blanked += end - start
        elif end - start > _MIN_LENGTH and _CLASS.match(text, start):
            blanked += _class(text, start, end, marks, pieces)
        else:
            pieces.append(text[start:end])
    return "".join(pieces) if blanked * 4 > len(text) else None


def _class(text: str, start: int, end: int, marks: _Marks, pieces: list[str]) -> int:
    """Add the class text[start:end] to *pieces* without the methods that are not needed; how much that saved."""
    method = _METHOD.search(text, start, end)
    if method is None:
        pieces.append(text[start:end])
        return 0
    indent = method.group(1)
    body = re.compile(rf"^{indent}(?!else\b|elif\b|except\b|finally\b|case\b)(?=[^\s#)\]}}])", re.MULTILINE)
    blanked = 0
    for first, last in _units(text, start, end, body):
        is_method = text.startswith((f"{indent}def", f"{indent}async", f"{indent}@"), first)
        if not is_method or marks.needs(first, last):
            pieces.append(text[first:last])
        else:
            # A class needs a body.
            pieces.append(f"{indent}pass" + "\n" * text.count("\n", first, last))
            blanked += last - first
    return blanked


def _units(text: str, start: int, end: int, begins: re.Pattern[str]) -> list[tuple[int, int]]:
    """Cut text[start:end] where *begins* matches; a decorator stays with what it decorates."""
    units: list[tuple[int, int]] = []
    decorated = False
    at = start
    for match in begins.finditer(text, start, end):
        here = match.start()
        if here > at and not decorated:
            units.append((at, here))
            at = here
        decorated = text[match.end()] == "@"
    units.append((at, end))
    return units


class _Marks:
    """Where the words and the triple quotes of a text stand."""

    def __init__(self, text: str, mentions: Sequence[int]) -> None:
        self.words = mentions
        self.double: list[int] = []
        self.single: list[int] = []
        for match in _TRIPLE.finditer(text):
            (self.double if match.group() == '"""' else self.single).append(match.start())

    def needs(self, start: int, end: int) -> bool:
        """Whether the stretch holds a word, or an odd number of either triple quote: part of a string begun
        elsewhere.
        """
        if bisect_left(self.words, start) < bisect_left(self.words, end):
            return True
        return any((bisect_left(quotes, end) - bisect_left(quotes, start)) % 2 for quotes in (self.double, self.single))
