"""The ``full`` format: each finding with its source, what to do about it and where to read on.

::

    LIB101 [*] `datetime.datetime.utcnow` gives a naive datetime
     --> src/clock.py:3:7
      |
    3 | now = datetime.utcnow()
      |       ^^^^^^^^^^^^^^^
      |
    help: Use `datetime.now(UTC)`
    docs: https://...
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from platform_lint.reports.concise import headline, place
from platform_lint.reports.escaping import visible
from platform_lint.reports.excerpt import excerpt, split_lines
from platform_lint.reports.style import GUTTER, HELP, LEVELS, paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from platform_lint.finding import Finding, Fix
    from platform_lint.reports import Report


def render(report: Report) -> str:
    """All findings of *report*, separated by empty lines; without the source where it cannot be had."""
    blocks: list[str] = []
    # The text of one file at a time: a large tree would not fit.
    for filename, findings in groupby(report.in_order(), key=lambda finding: finding.filename):
        text = report.sources(filename)
        lines = split_lines(text) if text is not None else []
        blocks += ["".join(f"{line}\n" for line in _block(finding, lines, report)) for finding in findings]
    return "\n".join(blocks)


def _block(finding: Finding, lines: Sequence[str], report: Report) -> Iterator[str]:
    color = report.color
    shown = excerpt(lines, finding.start, finding.end)
    margin = max((len(str(line.row)) for line in shown if line.row is not None), default=1)
    edge = f"{'':{margin}} {paint('|', GUTTER, color)}"
    yield headline(finding, report.unsafe_fixes, color)
    yield f"{'':{margin}}{paint('-->', GUTTER, color)} {place(finding)}"
    if shown:
        yield edge
        for line in shown:
            row = "" if line.row is None else line.row
            yield f"{paint(f'{row:>{margin}} |', GUTTER, color)} {line.text}".rstrip()
            if line.marks:
                blanks = len(line.marks) - len(line.marks.lstrip())
                yield f"{edge} {' ' * blanks}{paint(line.marks[blanks:], LEVELS[finding.level], color)}"
        yield edge
    if finding.fix is not None:
        yield f"{paint('help:', HELP, color)} {advice(finding.fix, report.unsafe_fixes)}"
    if url := report.url(finding):
        yield f"{paint('docs:', HELP, color)} {visible(url)}"


def advice(fix: Fix, unsafe_fixes: bool) -> str:
    """What the fix does and, where no plain ``--fix`` does it, what it takes and why; on one line."""
    if fix.safety == "safe":
        caveat = ""
    elif fix.safety == "suggest":
        caveat = "by hand"
    else:
        caveat = "unsafe" if unsafe_fixes else "unsafe, needs `--unsafe-fixes`"
    remarks = ": ".join(visible(remark) for remark in (caveat, fix.reason) if remark)
    return f"{visible(fix.message)} ({remarks})" if remarks else visible(fix.message)
