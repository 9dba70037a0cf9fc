"""Tables and code in the pages that the measurements write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: What a row of code is cut to.
_LONGEST = 90


def joined(cells: Iterable[str]) -> str:
    """One row of a table."""
    return f"| {' | '.join(cells)} |"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, text: Sequence[str] = ()) -> str:
    """A table: the first of its *columns* is text, the others are numbers but for those that *text* names."""
    kinds = ["---" if not number or name in text else "---:" for number, name in enumerate(columns)]
    return "\n".join([joined(columns), joined(kinds), *map(joined, rows)])


def place(file: str, row: int, line: str) -> str:
    """Where something is and what stands there, as code; the line is cut to what is read at a glance."""
    fence = "``" if "`" in line else "`"
    return f"`{file}:{row}`: {fence}{line.strip()[:_LONGEST]}{fence}"
