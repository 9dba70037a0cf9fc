from __future__ import annotations

import pytest

from platform_lint.reports import render


def test_a_line_tells_place_code_and_message(make_finding, make_report):
    report = make_report(make_finding((3, 7), message="no"))
    assert render("concise", report) == "src/clock.py:3:7: LIB101 no\n"


@pytest.mark.parametrize(
    ("safety", "unsafe_fixes", "shown"),
    [
        ("safe", False, "LIB101 [*] no"),
        ("unsafe", False, "LIB101 [?] no"),
        ("unsafe", True, "LIB101 [*] no"),
        ("suggest", True, "LIB101 no"),
    ],
)
def test_the_marker_tells_what_a_run_would_fix(safety, unsafe_fixes, shown, make_finding, make_fix, make_report):
    report = make_report(make_finding(message="no", fix=make_fix(safety)), unsafe_fixes=unsafe_fixes)
    assert render("concise", report) == f"src/clock.py:1:1: {shown}\n"


def test_a_warning_says_so_behind_its_code(make_finding, make_fix, make_report):
    report = make_report(make_finding(message="no", level="warning", fix=make_fix()))
    assert render("concise", report) == "src/clock.py:1:1: LIB101 [*] warning: no\n"


def test_colours_come_on_request(make_finding, make_report):
    finding = make_finding(message="no")
    assert "\x1b[1;31mLIB101\x1b[0m" in render("concise", make_report(finding, color=True))
    assert "\x1b" not in render("concise", make_report(finding))
