"""The ``concise`` format: a line for each finding, ``path:row:column: CODE [*] message``.

The shape is the one that editors, problem matchers and eyes know from other linters; a warning says so in front of its
message, where it does not hide the code from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_lint.fixability import marker
from platform_lint.reports.escaping import visible, visible_name
from platform_lint.reports.style import FIX, LEVELS, STRONG, paint

if TYPE_CHECKING:
    from platform_lint.finding import Finding
    from platform_lint.reports import Report


def render(report: Report) -> str:
    """All findings of *report*, a line each; rows and columns 1-based, columns in code points."""
    return "".join(
        f"{place(finding, report.color)}: {headline(finding, report.unsafe_fixes, report.color)}\n"
        for finding in report.in_order()
    )


def place(finding: Finding, color: bool = False) -> str:
    """``path:row:column`` of where *finding* starts, on one line."""
    return f"{paint(visible_name(finding.filename), STRONG, color)}:{finding.start.row}:{finding.start.column}"


def headline(finding: Finding, unsafe_fixes: bool, color: bool = False) -> str:
    """``CODE [*] message`` on one line; ``CODE [*] warning: message`` for a warning."""
    style = LEVELS[finding.level]
    parts = [
        paint(visible(finding.code), style, color),
        paint(marker(finding, unsafe_fixes), FIX, color),
        paint("warning:", style, color) if finding.level == "warning" else "",
        visible(finding.message),
    ]
    return " ".join(part for part in parts if part)
