"""Reports: findings in, text out, in the format the reader asked for.

Every format is a module of its own with one public function, ``render(report) -> str``, and is imported when it is
asked for: a clean run loads none. What a format returns is empty or ends in a newline, and can be encoded as UTF-8
whatever the linted files and their names contain. Nothing here writes to a stream or reads a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from platform_lint.finding import Finding
from platform_lint.settings import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from platform_lint.finding import Level

#: The modules of formats that are called otherwise.
_MODULES: Final = {"json": "json_array"}


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a report says about a rule as such: *message* in general terms, *why* it exists, *url* of its page.

    *why* and *url* may be ``""``.
    """

    name: str
    message: str
    why: str
    url: str
    level: Level


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a format needs.

    *sources* gives the text of a file by ``Finding.filename``, the very text its positions count in, or ``None`` where
    there is none to show. *rules* maps codes to texts; a code that is missing is described by its findings alone.
    *color* asks for ANSI colours where a format knows them, *unsafe_fixes* tells that unsafe fixes are enabled.
    """

    findings: Sequence[Finding]
    sources: Callable[[str], str | None]
    rules: Mapping[str, RuleText]
    tool_version: str
    color: bool = False
    unsafe_fixes: bool = False

    def in_order(self) -> list[Finding]:
        """The findings by file, row, column, code and message."""
        return sorted(self.findings, key=Finding.sort_key)

    def url(self, finding: Finding) -> str:
        """Where to read on about *finding*: its own page, else its rule's, else ``""``."""
        if finding.url or finding.code not in self.rules:
            return finding.url
        return self.rules[finding.code].url


def render(format_name: str, report: Report) -> str:
    """*report* as text in the format called *format_name*, one of ``FORMATS`` (else ``ValueError``)."""
    if format_name not in FORMATS:
        raise ValueError(f"unknown output format {format_name!r}, expected one of: {', '.join(FORMATS)}")
    module = _MODULES.get(format_name, format_name.replace("-", "_"))
    text: str = import_module(f"{__name__}.{module}").render(report)
    return text
