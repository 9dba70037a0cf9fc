"""The ``json`` format: one array, with an object on a line of its own for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_lint.reports.records import record

if TYPE_CHECKING:
    from platform_lint.reports import Report


def render(report: Report) -> str:
    """All findings of *report* as one JSON array; an empty one where there are none."""
    records = [f"\n  {record(finding, report)}" for finding in report.in_order()]
    return f"[{','.join(records)}\n]\n" if records else "[]\n"
