from __future__ import annotations

import json
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft4Validator, FormatChecker

from platform_lint.finding import Edit, Position
from platform_lint.reports import RuleText, render


@pytest.fixture
def run(make_report):
    """The one run of the log for some findings."""

    def run(*findings, **fields):
        (only,) = json.loads(render("sarif", make_report(*findings, **fields)))["runs"]
        return only

    return run


def _hashes(run):
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]


def test_the_log_is_valid(sarif_schema, make_finding, make_fix, make_report):
    report = make_report(
        make_finding((1, 1), (2, 3), fix=make_fix(), owner="team-time"),
        make_finding(
            (1, 1), (1, 1), code="LIB102", url="https://lint.example/ü b", level="warning", filename="/a b.py"
        ),
        make_finding((9, 1), code="LIB103", url="no url", fix=make_fix(edits=())),
        source="spam\neggs\n",
    )
    log = json.loads(render("sarif", report))
    Draft4Validator(sarif_schema, format_checker=FormatChecker()).validate(log)
    Draft4Validator(sarif_schema).validate(json.loads(render("sarif", make_report())))


def test_the_validation_can_fail(sarif_schema, make_finding, make_report):
    log = json.loads(render("sarif", make_report(make_finding())))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not Draft4Validator(sarif_schema).is_valid(log)


def test_columns_are_declared_as_code_points(run):
    assert run()["columnKind"] == "unicodeCodePoints"


def test_a_result_tells_place_level_and_rule(run, make_finding):
    shown = run(make_finding((3, 7), (3, 22), level="warning"))
    (result,) = shown["results"]
    assert result["level"] == "warning"
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 7,
        "endLine": 3,
        "endColumn": 22,
    }
    assert shown["tool"]["driver"]["version"] == "1.2.3"
    assert shown["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "LIB101"


def test_the_rules_listed_are_those_used(run, make_finding):
    rules = {
        code: RuleText(f"name-{code}", "Message", "Why", f"https://lint.example/{code}", "warning")
        for code in ("LIB101", "LIB102", "LIB103")
    }
    shown = run(make_finding(code="LIB103"), make_finding(code="LIB101"), make_finding(code="LIB101"), rules=rules)
    described = shown["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == ["LIB101", "LIB103"]
    assert described[0]["helpUri"] == "https://lint.example/LIB101"
    assert described[0]["defaultConfiguration"] == {"level": "warning"}
    assert described[0]["fullDescription"] == {"text": "Why"}
    assert "https://lint.example/LIB101" in described[0]["help"]["markdown"]


def test_a_rule_that_nobody_describes_is_described_by_its_finding(run, make_finding):
    (rule,) = run(make_finding(code="LIB001", name="syntax-error"), rules={})["tool"]["driver"]["rules"]
    assert rule["name"] == "syntax-error"
    assert rule["help"]["text"].startswith("`utcnow` gives")


def test_descriptions_keep_to_what_github_allows(run, make_finding):
    (rule,) = run(make_finding(), rules={"LIB101": RuleText("n", "m" * 2000, "w" * 2000, "", "error")})["tool"][
        "driver"
    ]["rules"]
    assert len(rule["shortDescription"]["text"]) == len(rule["fullDescription"]["text"]) == 1024


@pytest.mark.parametrize(
    ("filename", "uri"),
    [
        ("src/a.py", "src/a.py"),
        ("./a b%.py", "a%20b%25.py"),
        ("ü#?:.py", "%C3%BC%23%3F%3A.py"),
        ("a\udcff.py", "a%FF.py"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_a_relative_name_is_encoded_byte_for_byte(filename, uri, run, make_finding):
    (result,) = run(make_finding(filename=filename))["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert unquote_to_bytes(uri) == filename.removeprefix("./").encode("utf-8", "surrogateescape")


def test_an_absolute_name_is_a_file_uri(run, make_finding):
    (result,) = run(make_finding(filename="/srv/a b.py"))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///srv/a%20b.py"}


def test_a_fix_always_says_what_to_insert(run, make_finding, make_fix):
    deletion = Edit(4, 8, "", Position(1, 5), Position(1, 9))
    (result,) = run(make_finding(fix=make_fix("unsafe", edits=(deletion,))))["results"]
    (fix,) = result["fixes"]
    assert fix["properties"] == {"safety": "unsafe"}
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 9},
            "insertedContent": {"text": ""},
        }
    ]


def test_a_fix_without_edits_is_left_out(run, make_finding, make_fix):
    assert "fixes" not in run(make_finding(fix=make_fix(edits=())))["results"][0]


def test_a_fingerprint_does_not_change_when_the_line_moves(run, make_finding):
    before = run(make_finding((1, 1), (1, 5)), source="spam()\n")
    after = run(make_finding((3, 5), (3, 9)), source="\nif x:\n    spam()\n")
    assert _hashes(before) == _hashes(after)


@pytest.mark.parametrize(
    ("change", "source"), [({"code": "LIB102"}, "spam"), ({"filename": "b.py"}, "spam"), ({}, "other")]
)
def test_a_fingerprint_depends_on_code_path_and_text(change, source, run, make_finding):
    assert _hashes(run(make_finding(), source="spam")) != _hashes(run(make_finding(**change), source=source))


def test_the_same_line_twice_has_two_fingerprints(run, make_finding):
    shown = run(make_finding((1, 1)), make_finding((2, 1)), make_finding((3, 1)), source="spam\nspam\nspam\n")
    assert len(set(_hashes(shown))) == 3
    assert [entry.partition(":")[2] for entry in _hashes(shown)] == ["1", "2", "3"]


def test_more_results_than_github_takes_lose_warnings_first_and_say_so(run, make_finding, monkeypatch):
    monkeypatch.setattr("platform_lint.reports.sarif.MAX_RESULTS", 4)
    findings = [make_finding((row, 1), level="warning" if row <= 3 else "error") for row in range(1, 7)]
    shown = run(*findings)
    lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in shown["results"]]
    assert lines == [1, 4, 5, 6]
    (notification,) = shown["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "2 findings were left out: a run may hold 4 results."
