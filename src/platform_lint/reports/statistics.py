"""Findings counted by code, the worst first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from platform_lint.fixability import FIXABLE, FIXABLE_UNSAFELY, marker
from platform_lint.reports.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_lint.finding import Finding


def statistics(findings: Sequence[Finding], output_format: str = "full", *, unsafe_fixes: bool = False) -> str:
    """How often each code was found.

    A table of count, code, best marker among the code's findings, and name, ``""`` where there are no findings; for
    ``json`` a list of objects, for ``json-lines`` one a line.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    # Among equally frequent codes the alphabet decides, so that two runs print the same table.
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    if output_format in ("json", "json-lines"):
        objects = [json.dumps(_object(code, group, unsafe_fixes)) for code, group in ranked]
        if output_format == "json-lines":
            return "".join(f"{text}\n" for text in objects)
        return "[\n" + ",\n".join(f"  {text}" for text in objects) + "\n]\n" if objects else "[]\n"
    rows = [
        (str(len(group)), visible(code), _best_marker(group, unsafe_fixes), visible(group[0].name))
        for code, group in ranked
    ]
    counts, codes, markers = (max((len(row[column]) for row in rows), default=0) for column in range(3))
    return "".join(
        f"{count:>{counts}}  {code:<{codes}}  " + (f"{mark:<{markers}}  " if markers else "") + f"{name}\n"
        for count, code, mark, name in rows
    )


def _object(code: str, findings: Sequence[Finding], unsafe_fixes: bool) -> dict[str, object]:
    """What ruff says of a code: *fixable* counts what this run's ``--fix`` would mend."""
    fixable = sum(marker(finding, unsafe_fixes) == FIXABLE for finding in findings)
    return {
        "code": code,
        "name": findings[0].name,
        "count": len(findings),
        "fixable": fixable > 0,
        "fixable_count": fixable,
    }


def _best_marker(findings: Sequence[Finding], unsafe_fixes: bool) -> str:
    markers = {marker(finding, unsafe_fixes) for finding in findings}
    return next((mark for mark in (FIXABLE, FIXABLE_UNSAFELY) if mark in markers), "")
