from __future__ import annotations

import json

from platform_lint.reports.statistics import statistics


def test_codes_are_counted_the_most_frequent_first(make_finding, make_fix):
    findings = [make_finding((row, 1), fix=make_fix() if row == 3 else None) for row in range(1, 11)]
    findings += [make_finding(code="LIB2", name="b", fix=make_fix("unsafe")), make_finding(code="LIB1", name="a")]
    assert statistics(findings).splitlines() == [
        "10  LIB101  [*]  naive-utcnow",
        " 1  LIB1         a",
        " 1  LIB2    [?]  b",
    ]


def test_enabled_unsafe_fixes_count_as_fixes(make_finding, make_fix):
    assert statistics([make_finding(fix=make_fix("unsafe"))], unsafe_fixes=True) == "1  LIB101  [*]  naive-utcnow\n"


def test_without_fixes_there_is_no_column_for_them(make_finding):
    assert statistics([make_finding()]) == "1  LIB101  naive-utcnow\n"


def test_nothing_found_is_no_table():
    assert statistics([]) == statistics([], "json-lines") == ""
    assert statistics([], "json") == "[]\n"


def test_json_counts_what_the_run_would_fix(make_finding, make_fix):
    findings = [make_finding(), make_finding(fix=make_fix()), make_finding(fix=make_fix("unsafe"))]
    (counted,) = json.loads(statistics(findings, "json"))
    assert counted == {"code": "LIB101", "name": "naive-utcnow", "count": 3, "fixable": True, "fixable_count": 1}
    assert json.loads(statistics(findings, "json-lines", unsafe_fixes=True))["fixable_count"] == 2
    assert json.loads(statistics(findings[:1], "json-lines"))["fixable"] is False
