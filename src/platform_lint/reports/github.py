"""The ``github`` format: workflow commands that GitHub turns into annotations, and a summary for the log.

GitHub keeps the first ten errors and the first ten warnings of a step, so the errors go first. It reads any line that
starts with ``::`` as a command: each line here is one of ours, or text in which nothing comes from a linted file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_lint.reports.concise import headline, place
from platform_lint.reports.escaping import visible
from platform_lint.reports.full import advice
from platform_lint.summary import summary

if TYPE_CHECKING:
    from platform_lint.finding import Finding
    from platform_lint.reports import Report

#: Annotations of one level that GitHub keeps from one step.
ANNOTATIONS: Final = 10

# GitHub undoes these five and no others.
_VALUE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _VALUE | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """A command for each finding of *report*, errors first, and a summary; nothing where there are no findings."""
    if not report.findings:
        return ""
    findings = sorted(report.in_order(), key=lambda finding: finding.level != "error")
    lines = [_command(finding, report.unsafe_fixes) for finding in findings]
    lines.append(summary(findings, unsafe_fixes=report.unsafe_fixes))
    levels = [finding.level for finding in findings]
    if any(levels.count(level) > ANNOTATIONS for level in set(levels)):
        lines.append(f"GitHub annotates {ANNOTATIONS} errors and {ANNOTATIONS} warnings at most; the log has them all.")
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding, unsafe_fixes: bool) -> str:
    properties = {
        "title": f"platform-lint ({finding.code})",
        "file": finding.filename,
        "line": str(finding.start.row),
        "endLine": str(finding.end.row),
    }
    if finding.start.row == finding.end.row:  # GitHub drops an annotation that has columns on two lines
        properties |= {"col": str(finding.start.column), "endColumn": str(finding.end.column)}
    listed = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in properties.items())
    # The log shows the message alone, so the message tells the place once more.
    message = f"{place(finding)}: {headline(finding, unsafe_fixes)}"
    if finding.fix is not None:
        message += f"\nhelp: {advice(finding.fix, unsafe_fixes)}"
    return f"::{finding.level} {listed}::{_escaped(message, _VALUE)}"


def _escaped(text: str, codes: dict[int, str]) -> str:
    return visible(text, keep="\r\n").translate(codes)
