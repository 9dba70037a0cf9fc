"""The one line at the end of a run."""

from __future__ import annotations

from platform_lint.fixability import FIXABLE, FIXABLE_UNSAFELY, marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_lint.finding import Finding


class Fixed:
    """How many findings a run fixed, in how many files; with *dry_run* it only showed what it would do."""

    __slots__ = ("dry_run", "files", "findings")

    def __init__(self, findings: int, files: int, dry_run: bool = False) -> None:
        self.findings = findings
        self.files = files
        self.dry_run = dry_run


def summary(
    findings: Sequence[Finding],
    *,
    checked: int | None = None,
    fixed: Fixed | None = None,
    unsafe_fixes: bool = False,
    left: int = 0,
) -> str:
    """What a run came to, in one line without its end.

    *findings* are those that remain and were shown, *left* counts those that were not, as under ``--diff``. *checked*
    is the number of files looked at, where it is known and matters.
    """
    sentences = []
    if fixed is not None and fixed.files:
        verb = "Would fix" if fixed.dry_run else "Fixed"
        sentences.append(f"{verb} {_count(fixed.findings, 'finding')} in {_count(fixed.files, 'file')}.")
    if findings:
        sentences.append(f"Found {_found(findings, checked)}{_offer(findings, unsafe_fixes)}.")
    if left:
        more = "more " if findings else ""
        sentences += ([] if sentences else ["Nothing would be fixed."]) + [
            f"{_count(left, f'{more}finding')} would stay."
        ]
    elif not sentences:
        sentences.append("No files to check." if checked == 0 else "All checks passed.")
    return " ".join(sentences)


def _found(findings: Sequence[Finding], checked: int | None) -> str:
    levels = [finding.level for finding in findings]
    errors, warnings = levels.count("error"), levels.count("warning")
    counts = [_count(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
    files = _count(len({finding.filename for finding in findings}), "file")
    return f"{', '.join(counts)} in {files}" + (f" ({checked} checked)" if checked is not None else "")


def _offer(findings: Sequence[Finding], unsafe_fixes: bool) -> str:
    markers = [marker(finding, unsafe_fixes) for finding in findings]
    plain, unsafe = markers.count(FIXABLE), markers.count(FIXABLE_UNSAFELY)
    if plain and unsafe:
        return f"; {plain} fixable with `--fix`, {unsafe} more with `--unsafe-fixes`"
    if plain:
        return f"; {plain} fixable with `--fix`"
    return f"; {unsafe} fixable with `--fix --unsafe-fixes`" if unsafe else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
