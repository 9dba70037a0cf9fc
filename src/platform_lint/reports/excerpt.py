"""Lines of source as a terminal shows them, with marks under a span.

A code point is not a column on the screen: a tab runs to the next stop, East Asian characters take two columns,
combining ones none, and what does not print is written out. So marks are placed by cells, not by counting characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import category, east_asian_width

from platform_lint.reports.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from platform_lint.finding import Position

#: Columns of the screen that a line of source may take, without the dots that stand for what was cut off.
WIDTH: Final = 100
#: Rows of a span that are shown from its start and, when that is not all, from its end.
FIRST_ROWS: Final = 4
LAST_ROWS: Final = 2
TAB: Final = 4
DOTS: Final = "..."

# The line ends of Python's tokenizer. str.splitlines knows more, form feeds among them, and would count too many rows.
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line to print and, below it, the blanks and carets that mark the span (``""`` where nothing is marked).

    *row* is 1-based, or ``None`` for the line that stands in for rows left out.
    """

    row: int | None
    text: str
    marks: str


def split_lines(text: str) -> list[str]:
    """The lines of a file, without their ends, such that row *n* is item *n - 1*."""
    return _LINE_END.split(text.removeprefix("\ufeff"))


def excerpt(lines: Sequence[str], start: Position, end: Position) -> list[ShownLine]:
    """The rows from *start* to *end* (exclusive) as they look on a screen; none where the file has no such row."""
    # An end at the start of a row takes nothing of that row.
    last_row = max(start.row, end.row - 1 if end.column == 1 else end.row)
    rows = list(range(start.row, min(last_row, len(lines)) + 1)) if start.row >= 1 else []
    shown = [_shown(lines[row - 1], row, start, end) for row in _without_middle(rows)]
    if len(shown) < len(rows):
        shown.insert(FIRST_ROWS, ShownLine(None, DOTS, ""))
    return shown


def _without_middle(rows: list[int]) -> list[int]:
    # One row left out would take as much room as the dots that stand in for it.
    return rows if len(rows) <= FIRST_ROWS + LAST_ROWS + 1 else rows[:FIRST_ROWS] + rows[-LAST_ROWS:]


def _shown(line: str, row: int, start: Position, end: Position) -> ShownLine:
    indent = len(line) - len(line.lstrip())
    first = start.column - 1 if row == start.row else indent
    last = end.column - 1 if row == end.row else len(line.rstrip())
    text, marks = _marked(line, first, last)
    return ShownLine(row, text, marks if row == start.row or first < last else "")


def _marked(line: str, first: int, last: int) -> tuple[str, str]:
    """*line* as shown, and carets under its code points *first* to *last* (0-based, exclusive), one at the least."""
    first = min(max(first, 0), len(line))
    last = min(max(last, first), len(line))
    if len(line) <= WIDTH and line.isascii() and line.isprintable():  # most lines: a character is a cell
        return line, " " * first + "^" * max(1, last - first)
    # The far ends of a line are dropped before they are measured: a line of a megabyte costs no more than others do.
    offset = max(0, first - WIDTH)
    cells = list(_cells(line[offset : first + WIDTH]))
    widths = [cell.width for cell in cells]
    left, right = _window(widths, first - offset)
    before = DOTS if offset + left > 0 else ""
    after = DOTS if offset + right < len(line) else ""
    text = before + "".join(cell.text for cell in cells[left:right]) + after
    indent = len(before) + sum(widths[left : first - offset])
    length = sum(widths[first - offset : min(last - offset, right)])
    return text, " " * indent + "^" * max(1, length)


def _window(widths: list[int], at: int) -> tuple[int, int]:
    """The stretch of cells to show so that cell *at* is in it, some of what is left of it, and no more than fits."""
    left = at
    right = at
    room = WIDTH
    # A third of the room goes to the left of the span, the rest to the right, and what that leaves to the left again.
    for reserved in (WIDTH - WIDTH // 3, 0):
        while left > 0 and room - widths[left - 1] >= reserved:
            left -= 1
            room -= widths[left]
        while right < len(widths) and room - widths[right] >= 0:
            room -= widths[right]
            right += 1
    return left, right


class _Cell(NamedTuple):
    text: str
    width: int


def _cells(line: str) -> Iterator[_Cell]:
    """How each code point of *line* is shown, and how many columns of the screen that takes."""
    column = 0
    for char in line:
        text = " " * (TAB - column % TAB) if char == "\t" else visible(char)
        width = len(text) if len(text) > 1 or char.isascii() else _width(char)
        column += width
        yield _Cell(text, width)


def _width(char: str) -> int:
    if category(char) in ("Mn", "Me"):
        return 0
    if "\u1160" <= char <= "\u11ff":  # vowels and finals that join the Hangul syllable before them
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
