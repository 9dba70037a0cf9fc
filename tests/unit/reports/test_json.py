from __future__ import annotations

import json

from platform_lint.finding import Edit, ImportChange, Position
from platform_lint.reports import render


def test_an_object_is_exactly_this(make_finding, make_fix, make_report):
    fix = make_fix(
        "unsafe",
        edits=(Edit(4, 8, "new", Position(1, 5), Position(1, 9)),),
        imports=(ImportChange("add", "from datetime import UTC"),),
        reason="a comment is lost",
    )
    (shown,) = json.loads(render("json", make_report(make_finding((1, 5), (1, 9), fix=fix, owner="team-time"))))
    assert shown == {
        "code": "LIB101",
        "name": "naive-utcnow",
        "message": "`utcnow` gives a naive datetime",
        "level": "error",
        "filename": "src/clock.py",
        "location": {"row": 1, "column": 5},
        "end_location": {"row": 1, "column": 9},
        "fix": {
            "safety": "unsafe",
            "message": "Use `now(UTC)`",
            "edits": [{"location": {"row": 1, "column": 5}, "end_location": {"row": 1, "column": 9}, "content": "new"}],
            "imports": [{"action": "add", "statement": "from datetime import UTC"}],
            "reason": "a comment is lost",
        },
        "url": "https://lint.example/LIB101",
        "owner": "team-time",
    }


def test_no_fix_is_null(make_finding, make_report):
    assert json.loads(render("json", make_report(make_finding())))[0]["fix"] is None


def test_json_lines_has_the_same_objects(make_finding, make_report):
    report = make_report(make_finding((1, 1)), make_finding((2, 1)))
    lines = render("json-lines", report).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(render("json", report))


def test_nothing_found_is_an_empty_array_and_no_line(make_report):
    assert json.loads(render("json", make_report())) == []
    assert render("json-lines", make_report()) == ""


def test_undecodable_names_are_told_apart_in_valid_utf8(make_finding, make_report):
    report = make_report(make_finding(filename="a\udcfe.py"), make_finding(filename="a\udcff.py"))
    names = [shown["filename"] for shown in json.loads(render("json", report).encode("utf-8"))]
    assert names == [r"a\udcfe.py", r"a\udcff.py"]
