from __future__ import annotations

import pytest

from platform_lint.summary import Fixed, summary


def test_everything_at_once(make_finding, make_fix):
    findings = [
        make_finding((1, 1), fix=make_fix()),
        make_finding((2, 1), fix=make_fix()),
        make_finding((3, 1), fix=make_fix("unsafe")),
        make_finding(filename="b.py", level="warning", fix=make_fix("suggest")),
    ]
    assert summary(findings, checked=10) == (
        "Found 3 errors, 1 warning in 2 files (10 checked); 2 fixable with `--fix`, 1 more with `--unsafe-fixes`."
    )
    assert summary(findings, unsafe_fixes=True) == "Found 3 errors, 1 warning in 2 files; 3 fixable with `--fix`."


def test_only_what_there_is_gets_named(make_finding, make_fix):
    assert summary([make_finding()]) == "Found 1 error in 1 file."
    assert summary([make_finding(level="warning", fix=make_fix("unsafe"))], checked=1) == (
        "Found 1 warning in 1 file (1 checked); 1 fixable with `--fix --unsafe-fixes`."
    )


@pytest.mark.parametrize(
    ("checked", "line"), [(None, "All checks passed."), (7, "All checks passed."), (0, "No files to check.")]
)
def test_nothing_found(checked, line):
    assert summary([], checked=checked) == line


def test_what_was_fixed_comes_first(make_finding):
    assert summary([], checked=9, fixed=Fixed(4, 2)) == "Fixed 4 findings in 2 files."
    assert summary([make_finding()], fixed=Fixed(1, 1)) == "Fixed 1 finding in 1 file. Found 1 error in 1 file."
    assert summary([], fixed=Fixed(4, 1, dry_run=True)) == "Would fix 4 findings in 1 file."
    assert summary([], fixed=Fixed(0, 0)) == "All checks passed."
