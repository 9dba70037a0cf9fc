"""The ``json-lines`` format: a JSON object for each finding, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_lint.reports.records import record

if TYPE_CHECKING:
    from platform_lint.reports import Report


def render(report: Report) -> str:
    """All findings of *report*, the objects of the ``json`` format without its array."""
    return "".join(f"{record(finding, report)}\n" for finding in report.in_order())
