"""What is to be said where a rule about shape finds what a peer does not, or the other way round.

An argument belongs to a rule and a side, and holds for what stands at the place, never for where it was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

UNEXPLAINED = "not explained"

#: (peer or "", code, whether only ours has it, what must stand at the place, the argument). A place is its row and the
#: few after it.
_ARGUMENTS: tuple[tuple[str, str, bool, str, str], ...] = (
    ("ruff", "SHP101", False, r"\*\*", '`**` may bring the timeout; `splat = "report"` would report it'),
    ("ruff", "SHP103", True, r"shell\s*=\s*True", "the argument is reported where it stands, ruff points to the call"),
    ("ruff", "SHP103", False, r"shell\s*=\s*True", "the argument is reported where it stands, ruff points to the call"),
    ("ruff", "SHP103", False, r"run|call|Popen|check_output", "ruff judges the call whatever its `shell` is"),
    (
        "ruff",
        "SHP105",
        True,
        r"f[\"']",
        "ruff looks at the type of the first argument only",
    ),
    ("ruff", "SHP105", False, r"f[\"']", "the string is not the first argument, or the logger has another name"),
    ("ruff", "SHP106", False, r"read_text|write_text|\.open\(|TextIOWrapper|File\(", "another call that opens a text"),
    (
        "ruff",
        "SHP109",
        True,
        r"astimezone|now\(\)\s*\.|now\(",
        "ruff lets a naive time pass that is made aware at once",
    ),
    ("ruff", "SHP110", True, r"try|except", "the handler raises again, which ruff lets pass"),
    ("ruff", "SHP116", True, r"print\(", "ruff lets `print` to a given `file` pass"),
    ("ruff", "SHP116", False, r"print\(", "under a test of the Python version a name is not certain: we are silent"),
    (
        "ruff",
        "SHP119",
        False,
        r"=",
        "ruff judges every mutable expression: `set()`, a comprehension, a call",
    ),
    ("ruff", "SHP119", True, r"=", "ruff lets a default pass whose annotation is immutable"),
    ("ruff", "SHP120", True, r"assert", "under `if TYPE_CHECKING:`, where ruff lets an assertion pass"),
    (
        "",
        "SHP113",
        True,
        r"lambda",
        "in a class, or annotated: what a pattern leaves out may be there, and the peer minds",
    ),
    ("semgrep", "SHP117", False, r"set\(", "semgrep takes a generator for a tuple"),
    ("", "SHP121", True, r"SafeLoader", "the loader is imported under `try`, so that what it is is not certain"),
)
#: A call may begin some rows above what is wrong with it.
_ROWS = 8


def argued(peer: str, code: str, ours: bool, lines: Sequence[str], row: int) -> str:
    """The argument for a difference at 1-based *row*."""
    near = "\n".join(lines[row - 1 : row - 1 + _ROWS])
    for whose, rule, side, pattern, argument in _ARGUMENTS:
        if whose in (peer, "") and rule == code and side == ours and re.search(pattern, near):
            return argument
    return UNEXPLAINED
