"""The values that cross every boundary: finding, edit, fix.

Units: lines and columns are 1-based, columns count Unicode code points; offsets are 0-based code points into the
decoded text of the file, without its byte order mark. An end is exclusive everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Level = Literal["error", "warning"]
Safety = Literal["safe", "unsafe", "suggest"]

#: Weakest first, so that ``min(..., key=SAFETIES.index)`` is a demotion.
SAFETIES: tuple[Safety, ...] = ("suggest", "unsafe", "safe")


def weakest(*safeties: Safety) -> Safety:
    """The least trusted of *safeties*: a fix is as safe as its weakest part."""
    return min(safeties, key=SAFETIES.index)


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in a file: 1-based row, 1-based column in code points."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text between two offsets; *start* and *end* are the same places as rows and columns."""

    start_offset: int
    end_offset: int
    content: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class ImportChange:
    """An import statement that a fix adds or removes, as a reader would write it."""

    action: Literal["add", "remove"]
    statement: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: all of them are applied, or none.

    *reason* tells why the safety is lower than the rule declared (``""`` where it is not), or, for ``suggest``, why
    no run applies it.
    """

    safety: Safety
    message: str
    edits: tuple[Edit, ...]
    imports: tuple[ImportChange, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule.

    *filename* is as the door shows it: relative to the working directory where it lies below it.
    """

    code: str
    name: str
    message: str
    level: Level
    filename: str
    start: Position
    end: Position
    fix: Fix | None = None
    url: str = ""
    owner: str = ""
    #: Set where the finding is a note of the engine's own: about a suppression, a file, a rule that failed, or a run.
    engine: bool = field(default=False, compare=False)

    def only_suggesting(self, reason: str) -> Finding:
        """The same with a fix that no run applies, for that *reason*."""
        if self.fix is None or self.fix.safety == "suggest":
            return self
        return replace(self, fix=replace(self.fix, safety="suggest", reason=reason))

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of every report: file, row, column, code, message."""
        return (self.filename, self.start.row, self.start.column, self.code, self.message)
