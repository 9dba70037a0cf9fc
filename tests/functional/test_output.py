"""What is printed where: formats, files, colours, the summary; and the exit status."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from .harness import APP, NEW, OLD, PLACES, Project

SUMMARY = "Found 2 errors, 1 warning in 1 file (1 checked); 1 fixable with `--fix`, 1 more with `--unsafe-fixes`.\n"
#: In the order of the report.
FOUND = ("ACM102", "ACM101", "ACM201")
on_unix = pytest.mark.skipif(sys.platform == "win32", reason="no terminals to open here")
TODAY = ("--today", "2027-01-01")


def test_the_installed_command_is_the_same(shared):
    script = shared.command(str(Path(sys.executable).with_name("platform-lint")), "check", *TODAY, "app.py")
    module = shared.check(*TODAY, "app.py")
    assert (script.status, script.out) == (module.status, module.out)
    assert script.status == 1


def test_full_shows_the_source_and_sums_up_at_the_end(shared):
    done = shared.check(*TODAY, "app.py")
    assert done.status == 1
    assert done.err == ""
    assert " --> app.py:5:7\n" in done.out
    assert '5 | print(get_session(), hashlib.md5(b""), redis)\n  |       ^^^^^^^^^^^\n' in done.out
    assert done.out.endswith(SUMMARY)


def test_concise_is_one_line_for_each_finding(shared):
    lines = shared.check(*TODAY, "--output-format", "concise", "app.py").out.splitlines(keepends=True)
    assert lines[-1] == SUMMARY
    assert [line.split(" ")[:2] for line in lines[:-1]] == [
        ["app.py:{}:{}:".format(*PLACES[code]), code] for code in FOUND
    ]


def test_json_is_an_array_and_json_lines_its_elements(shared):
    array = shared.json(*TODAY, "app.py")
    lines = shared.check(*TODAY, "--output-format", "json-lines", "app.py")
    assert array.findings == [json.loads(line) for line in lines.out.splitlines()]
    assert array.err == lines.err == SUMMARY
    assert array.findings[1]["fix"]["safety"] == "safe"
    assert array.findings[0]["fix"] is None


def test_machine_formats_say_nothing_but_an_empty_report_where_nothing_is_found(shared):
    def clean(format_name: str) -> str:
        done = shared.check("--select", "LIB200", "--output-format", format_name, "app.py")
        assert done.status == 0
        return done.out

    assert json.loads(clean("json")) == []
    assert clean("json-lines") == ""
    assert clean("github") == ""
    assert json.loads(clean("sarif"))["runs"][0]["results"] == []
    assert clean("full") == clean("concise") == "All checks passed.\n"


def test_sarif_tells_places_and_rules(shared):
    log = json.loads(shared.check(*TODAY, "--output-format", "sarif", "app.py").out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    regions = {result["ruleId"]: result["locations"][0]["physicalLocation"]["region"] for result in run["results"]}
    assert {code: (place["startLine"], place["startColumn"]) for code, place in regions.items()} == {
        code: PLACES[code] for code in FOUND
    }
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} >= set(FOUND)


def test_github_writes_workflow_commands(shared):
    out = shared.check(*TODAY, "--output-format", "github", "app.py").out
    assert re.findall(r"^::(\w+) title=platform-lint \((\w+)\),file=app.py,line=(\d+)", out, re.MULTILINE) == [
        ("error", "ACM102", "2"),
        ("error", "ACM101", "5"),
        ("warning", "ACM201", "5"),
    ]


@pytest.mark.parametrize("format_name", ["concise", "full", "json", "json-lines", "sarif", "github"])
def test_every_format_can_go_to_a_file(shared, tmp_path, format_name):
    direct = shared.check(*TODAY, "--output-format", format_name, "app.py").out
    path = tmp_path / "report"
    done = shared.check(*TODAY, "--output-format", format_name, "--output-file", str(path), "-qq", "app.py")
    assert (done.status, done.out, done.err) == (1, "", "")
    assert path.read_text("utf-8") == direct.removesuffix(SUMMARY)


def test_an_output_file_that_cannot_be_written_is_a_mistake(shared):
    assert "no/where.txt: No such file or directory" in shared.check("--output-file", "no/where.txt").complaint


def test_statistics_count_by_rule(shared, project):
    project.write({"a.py": OLD + "session = get_session()\n", "b.py": "import redis\n"})
    done = project.check("--statistics", ".")
    assert done.status == 1
    assert [line.split() for line in done.out.splitlines()[:2]] == [
        ["2", "ACM101", "[*]", "old-session"],
        ["1", "ACM102", "raw-redis"],
    ]


@pytest.mark.parametrize("given", [("--output-format", "json"), ("--config", "output-format=json")])
def test_statistics_are_json_where_that_is_asked_for(shared, project, given):
    project.write({"a.py": OLD + "session = get_session()\n", "b.py": "import redis\n"})
    done = project.check("--statistics", *given, ".")
    old = {"code": "ACM101", "name": "old-session", "count": 2, "fixable": True, "fixable_count": 2}
    raw = {"code": "ACM102", "name": "raw-redis", "count": 1, "fixable": False, "fixable_count": 0}
    assert done.findings == [old, raw]
    lines = project.check("--statistics", "--output-format", "json-lines", ".").out.splitlines()
    assert [json.loads(line) for line in lines] == [old, raw]
    project.write({"a.py": "", "b.py": ""})
    assert project.check("--statistics", *given, ".").out == "[]\n"


@pytest.mark.parametrize("paths", [(".",), ("-",)])
def test_statistics_have_no_form_in_sarif(project, paths):
    done = project.check("--statistics", "--output-format", "sarif", *paths)
    assert done.complaint == (
        "--statistics has no form in sarif, which lists places: write it as json, json-lines or full"
    )


def test_quiet_leaves_out_the_summary_and_twice_everything(shared):
    once, twice = shared.check("-q", *TODAY, "app.py"), shared.check("-qq", *TODAY, "app.py")
    assert once.status == twice.status == 1
    assert shared.check(*TODAY, "app.py").out == once.out + SUMMARY
    assert (once.err, twice.out, twice.err) == ("", "", "")
    assert shared.check("-qq", "--fix", "-", "--stdin-filename", "x.py", input=APP).err == ""


def test_verbose_tells_of_the_work_on_standard_error(shared):
    done = shared.check("-v", "app.py")
    assert re.search(r"1 files, 1 configurations, \d+\.\d\d s", done.err)


@pytest.mark.parametrize(
    ("options", "env", "colored"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        ((), {"NO_COLOR": ""}, False),
    ],
)
def test_colours_come_where_wanted(shared, options, env, colored):
    done = shared.check("--output-format", "concise", *options, "app.py", env=env)
    assert ("\x1b[" in done.out) is colored
    assert done.status == 1


@on_unix
def test_a_terminal_gets_colours_unless_it_is_dumb(shared):
    check = ("check", "-q", "app.py")
    assert "\x1b[" in shared.on_terminal(*check, TERM="xterm")
    assert "\x1b[" not in shared.on_terminal(*check, TERM="dumb")
    assert "\x1b[" not in shared.on_terminal(*check, TERM="xterm", NO_COLOR="1")


@on_unix
def test_a_terminal_is_sent_no_control_characters_of_a_file(project):
    project.write({"app.py": OLD + "# \x1b]0;title\x07\x1b[2J\rredis\n"})
    for options in (("--diff",), ("--select", "ALL"), ("--fix", "--show-fixes")):
        shown = project.on_terminal("check", "--color", "never", *options, "app.py")
        assert shown
        assert "\x1b]0" not in shown and "\x1b[2J" not in shown


def test_a_terminal_of_another_encoding_loses_no_finding(project):
    project.write({"tür.py": 'name = "→"\nimport redis  # ⚠\n'})
    for options in ((), ("--diff",), ("--fix", "--show-fixes"), ("--output-format", "github")):
        done = project.check(*options, "tür.py", env={"PYTHONIOENCODING": "ascii"})
        assert done.status == (0 if options == ("--diff",) else 1), done


def test_a_reader_that_goes_away_early_sees_no_traceback(project):
    project.write({f"m{number}.py": APP for number in range(40)})
    done = project.command(
        "bash", "-c", f"'{sys.executable}' -m platform_lint check . | head -n 1; exit ${{PIPESTATUS[0]}}"
    )
    assert done.status in (1, 2)
    assert done.err == ""


# The exit status


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("app.py",), 1),
        (("--exit-zero", "app.py"), 0),
        (("-e", "app.py"), 0),
        (("--select", "LIB200", "app.py"), 0),
        (("--select", "NOSUCH", "--exit-zero", "app.py"), 2),
        (("--exit-zero", "nowhere.py"), 2),
        (("--diff", "--select", "ACM101", "app.py"), 1),
        (("--diff", "--select", "ACM102", "app.py"), 0),
        (("--diff", "--exit-zero", "app.py"), 0),
    ],
)
def test_exit_status(shared, options, status):
    assert shared.check(*options).status == status


def test_fixing_everything_is_success_unless_asked_otherwise(project):
    project.write({"a.py": OLD, "b.py": OLD})
    assert project.check("--fix", "a.py").status == 0
    assert project.check("--fix", "--exit-non-zero-on-fix", "b.py").status == 1
    assert project.check("--fix", "--exit-non-zero-on-fix", ".").status == 0
    assert project.read("a.py") == project.read("b.py") == NEW


def test_a_mistake_of_our_own_is_one_line_and_status_2(project: Project):
    project.write({"sitecustomize.py": "import platform_lint.discovery\ndel platform_lint.discovery.discover\n"})
    complaint = project.check(".", env={"PYTHONPATH": str(project.root)}).complaint
    assert "please report it: ImportError" in complaint
