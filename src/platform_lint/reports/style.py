"""ANSI colours, by what they stand for."""

from __future__ import annotations

from typing import Final

STRONG: Final = "1"
ERROR: Final = "1;31"
WARNING: Final = "1;33"
FIX: Final = "36"
HELP: Final = "1;36"
GUTTER: Final = "1;34"

#: The colour of each ``Finding.level``.
LEVELS: Final = {"error": ERROR, "warning": WARNING}


def paint(text: str, style: str, color: bool) -> str:
    """*text* in *style* where *color* is set, else as it is. Only escaped text may come in."""
    return f"\x1b[{style}m{text}\x1b[0m" if color and text else text
