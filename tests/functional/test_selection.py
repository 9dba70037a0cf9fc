"""Which rules run: --select, --ignore, --extend-select, and what they may say."""

from __future__ import annotations

import pytest

from .harness import APP, PLACES


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ((), ["ACM102", "ACM101", "ACM201"]),
        (("--select", "ACM101"), ["ACM101"]),
        (("--select", "ACM1"), ["ACM102", "ACM101"]),
        (("--select", "raw-redis,weak-hash"), ["ACM102", "ACM201"]),
        (("--select", "ACM101", "--select", "ACM301"), ["ACM301", "ACM101"]),
        (("--select", "ACM"), ["ACM102", "ACM301", "ACM101", "ACM201"]),
        (("--select", "ALL", "--ignore", "LIB"), ["ACM102", "ACM301", "ACM101", "ACM201"]),
        (("--ignore", "ACM1"), ["ACM201"]),
        (("--ignore", "ACM", "--extend-select", "ACM101"), ["ACM101"]),
        (("--extend-select", "printing"), ["ACM102", "ACM301", "ACM101", "ACM201"]),
        (("--select", "ACM", "--ignore", "old-session"), ["ACM102", "ACM301", "ACM201"]),
        (("--config", "select=['ACM102']"), ["ACM102"]),
        (("--config", "select=['ACM102']", "--select", "ACM101"), ["ACM101"]),
    ],
)
def test_selectors_switch_rules_on_and_off(shared, options, codes):
    assert shared.json(*options, "app.py").places == [("app.py", *PLACES[code], code) for code in codes]


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_a_selector_of_no_rule_is_a_mistake_with_a_guess(shared, option):
    complaint = shared.check(option, "raw-rediss", "app.py").complaint
    assert "'raw-rediss'" in complaint
    assert "did you mean 'raw-redis'?" in complaint


def test_a_selector_of_no_rule_in_the_configuration_names_the_file(project):
    project.write(
        {"platform-lint.toml": 'rule-dirs = ["lint"]\nper-file-ignores = { "*.py" = ["ACM999"] }\n', "app.py": APP}
    )
    complaint = project.check("app.py").complaint
    assert "platform-lint.toml" in complaint
    assert "'ACM999'" in complaint


def test_without_any_configuration_the_shipped_rules_are_useful(empty):
    empty.write({"a.py": "import datetime\n\nnow = datetime.datetime.utcnow()\nimport distutils\n"})
    done = empty.json()
    assert done.status == 1
    assert done.places[0] == ("a.py", 3, 7, "LIB200")
    assert any(place[:2] == ("a.py", 4) for place in done.places)


def test_a_warning_is_reported_but_fails_only_where_asked(shared):
    before = ("--today", "2027-02-28", "--select", "ACM201", "app.py")
    warned = shared.json(*before)
    assert (warned.status, warned.codes, warned.findings[0]["level"]) == (0, ["ACM201"], "warning")
    assert "an error from 2027-03-01 on" in warned.findings[0]["message"]
    assert shared.check("--config", "fail-on=warning", *before).status == 1


def test_a_deadline_turns_a_warning_into_an_error_on_that_day(shared):
    # The same cache serves both days.
    for day, status, level in (("2027-02-28", 0, "warning"), ("2027-03-01", 1, "error"), ("2027-02-27", 0, "warning")):
        done = shared.json("--today", day, "--select", "ACM201", "app.py")
        assert (done.status, done.findings[0]["level"]) == (status, level)


def test_fail_on_never_reports_and_passes(shared):
    done = shared.json("--config", "fail-on=never", "app.py")
    assert (done.status, len(done.codes)) == (0, 3)


def test_today_must_be_a_date(shared):
    done = shared.check("--today", "tomorrow", "app.py")
    assert done.status == 2
    assert "expected YYYY-MM-DD, got 'tomorrow'" in done.err


def test_per_file_ignores_hold_for_the_files_of_the_pattern(project):
    project.write(
        {
            "app.py": APP,
            "platform-lint.toml": 'rule-dirs = ["lint"]\n[per-file-ignores]\n"tests/**" = ["ACM1"]\n'
            '"*_pb2.py" = ["ALL"]\n',
            "tests/test_app.py": APP,
            "gen/app_pb2.py": APP,
        }
    )
    done = project.json(".")
    assert [(file, code) for file, _, _, code in done.places] == [
        ("app.py", "ACM102"),
        ("app.py", "ACM101"),
        ("app.py", "ACM201"),
        ("tests/test_app.py", "ACM201"),
    ]


def test_only_in_and_except_in_count_from_the_configuration_s_directory(project):
    project.write(
        {
            "svc/platform-lint.toml": 'rule-dirs = ["../more.toml"]\nselect = ["ACM401"]\n',
            "more.toml": '[[rule]]\ncode = "ACM401"\nname = "sqlite"\nban = ["sqlite3"]\n'
            'only_in = ["app/**"]\nexcept_in = ["app/legacy/**"]\n',
            **dict.fromkeys(("svc/app/a.py", "svc/app/legacy/b.py", "svc/tools/c.py"), "import sqlite3\n"),
        }
    )
    assert project.json(".").places == [("svc/app/a.py", 1, 8, "ACM401")]
    assert project.json(".", cwd="svc/app").places == [("a.py", 1, 8, "ACM401")]


def test_a_rule_that_requires_a_version_follows_what_the_project_declares(project):
    project.write(
        {
            "platform-lint.toml": 'rule-dirs = ["req.toml"]\nselect = ["ACM501"]\n',
            "req.toml": '[[rule]]\ncode = "ACM501"\nname = "db"\nban = ["corp_db.old"]\nrequires = "corp-db>=3.2"\n',
            "app.py": "import corp_db\n\ncorp_db.old()\n",
            "requirements.txt": "corp-db==3.1\n",
        }
    )
    assert project.json("app.py").codes == []
    project.write({"requirements.txt": "corp-db==3.2\n"})
    assert project.json("app.py").codes == ["ACM501"]
    project.write({"requirements.txt": "corp-db==3.0\n"})
    assert project.json("app.py").codes == []
