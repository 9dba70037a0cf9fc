"""For the test suites of those who write rules: packs that prove themselves under pytest, and findings asserted.

In a file of the suite::

    from platform_lint.testing import rule_tests

    test_rules = rule_tests("rules/")

makes one test for each rule of the pack: what ``platform-lint prove`` holds it to. Paths count from the file that
calls, so it does not matter where pytest is started. pytest itself is needed by :func:`rule_tests` only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from platform_lint.finding import Finding

__all__ = ["assert_finding", "assert_silent", "rule_tests"]


def rule_tests(*paths: str | os.PathLike[str]) -> Callable[..., None]:
    """A test for each rule of the packs at *paths*, files or folders, to be bound to a name that begins with ``test``.

    Without *paths* it is each rule of the packs that are installed. Raises
    UsageError for a pack that cannot be read, which pytest reports as an error of the file.
    """
    import pytest

    from platform_lint.authoring.proving import chosen, prove_rule
    from platform_lint.profiles import Profiles

    places = list(map(_beside_caller, paths))  # A comprehension would be a frame of its own.
    profile = Profiles(isolated=True, rules=places).for_directory(os.getcwd())
    rules = chosen(profile, places, [])

    def test_rule(rule: Any) -> None:
        # What comes of it is the message, not where in here it was found.
        __tracebackhide__ = True
        proof = prove_rule(profile, rule)
        if proof.failures:
            pytest.fail(proof.text, pytrace=False)

    test_rule.__doc__ = "The rule holds what ``platform-lint prove`` holds it to."
    parametrized: Callable[..., None] = pytest.mark.parametrize(
        "rule", rules, ids=[f"{rule.code}-{rule.name}" for rule in rules]
    )(test_rule)
    return parametrized


def assert_finding(
    text: str, code: str, *, rules: str | os.PathLike[str], line: int | None = None, filename: str = "example.py"
) -> Finding:
    """Assert that the rule *code* of the pack at *rules* reports *text*, on *line* (1-based) if given; the finding.

    *filename* is where *text* pretends to stand.
    """
    __tracebackhide__ = True
    found = _findings(text, code, _beside_caller(rules), filename)
    there = [finding for finding in found if line is None or finding.start.row == line]
    if not there:
        where = f" on line {line}" if line is not None else ""
        rows = ", ".join(str(finding.start.row) for finding in found)
        raise AssertionError(f"{code} reports nothing{where}" + (f", but on line {rows}" if rows else ""))
    return there[0]


def assert_silent(text: str, code: str, *, rules: str | os.PathLike[str], filename: str = "example.py") -> None:
    """Assert that the rule *code* of the pack at *rules* reports nothing in *text*."""
    __tracebackhide__ = True
    for finding in _findings(text, code, _beside_caller(rules), filename):
        raise AssertionError(f"{code} on line {finding.start.row}: {finding.message}")


def _beside_caller(path: str | os.PathLike[str]) -> str:
    """*path*, counted from the file that called the function that calls this one."""
    caller = sys._getframe(2).f_globals.get("__file__") or ""
    return os.path.abspath(os.path.join(os.path.dirname(caller), path))


def _findings(text: str, code: str, rules: str, filename: str) -> list[Finding]:
    """What the rule *code* alone reports in *text*."""
    from platform_lint.library import check

    found = check(text, filename=filename, rules=[rules], select=[code])
    return [finding for finding in found if finding.code == code or finding.engine]
