"""A finding as the JSON object that both JSON formats write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from platform_lint.reports.escaping import encodable

if TYPE_CHECKING:
    from platform_lint.finding import Finding, Fix, Position
    from platform_lint.reports import Report


def record(finding: Finding, report: Report) -> str:
    """*finding* as a JSON object on one line, in ASCII.

    Rows and columns are 1-based, columns count code points, ends are exclusive. ASCII because this is read through
    pipes of any encoding and printed to terminals, which then see no control character either.
    """
    return json.dumps(
        {
            "code": encodable(finding.code),
            "name": encodable(finding.name),
            "message": encodable(finding.message),
            "level": finding.level,
            "filename": encodable(finding.filename),
            "location": _location(finding.start),
            "end_location": _location(finding.end),
            "fix": None if finding.fix is None else _fix(finding.fix),
            "url": encodable(report.url(finding)),
            "owner": encodable(finding.owner),
        }
    )


def _location(position: Position) -> dict[str, int]:
    return {"row": position.row, "column": position.column}


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "safety": fix.safety,
        "message": encodable(fix.message),
        "edits": [
            {
                "location": _location(edit.start),
                "end_location": _location(edit.end),
                "content": encodable(edit.content),
            }
            for edit in fix.edits
        ],
        "imports": [{"action": change.action, "statement": encodable(change.statement)} for change in fix.imports],
        "reason": encodable(fix.reason),
    }
