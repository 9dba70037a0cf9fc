"""Where settings come from: the nearest file, --config, --isolated, extend; and packs by their three ways in."""

from __future__ import annotations

import pytest

from .harness import APP, OLD, PACK

RULE_DIRS = 'rule-dirs = ["lint"]\n'


def pyproject(settings: str) -> str:
    return f'[project]\nname = "x"\n[tool.platform-lint]\n{settings}'


def test_the_file_nearest_to_each_linted_file_holds_for_it_alone(configured):
    configured.write(
        {
            "app.py": APP,
            "svc/pyproject.toml": pyproject('rule-dirs = ["../lint"]\nselect = ["ACM102"]\n'),
            "svc/app.py": APP,
            "svc/deep/er/app.py": APP,
            "svc/deep/platform-lint.toml": 'select = ["LIB200"]\n',
        }
    )
    found = {(file, code) for file, _, _, code in configured.json(".").places if code != "ACM301"}
    assert found == {
        ("app.py", "ACM101"),
        ("app.py", "ACM102"),
        ("app.py", "ACM201"),
        ("svc/app.py", "ACM102"),
    }
    # Where one starts from does not matter.
    assert configured.json(".", cwd="svc").places == [("app.py", 2, 8, "ACM102")]


def test_platform_lint_toml_goes_before_pyproject_toml(configured):
    configured.write({"pyproject.toml": pyproject('select = ["LIB200"]\n'), "app.py": APP})
    assert "ACM101" in configured.json(".").codes


def test_a_pyproject_without_our_table_is_passed_over(configured):
    configured.write({"pkg/pyproject.toml": '[tool.other]\ntext = "platform-lint"\n', "pkg/app.py": APP})
    assert "ACM101" in configured.json(".").codes


def test_settings_that_appear_in_a_pyproject_further_down_are_seen_at_once(configured):
    configured.write({"pkg/pyproject.toml": '[project]\nname = "x"\n', "pkg/app.py": APP})
    assert "ACM101" in configured.json(".").codes
    with (configured.root / "pkg/pyproject.toml").open("a") as file:
        file.write('[tool.platform-lint]\nrule-dirs = ["../lint"]\nselect = ["ACM102"]\n')
    assert configured.json(".").codes == ["ACM102"]


def test_a_changed_exclude_further_down_is_seen_at_once(configured):
    configured.write({"pkg/platform-lint.toml": 'extend-exclude = ["app.py"]\n', "pkg/app.py": "datetime.utcnow\n"})
    assert "No files" in configured.check("pkg").out
    (configured.root / "pkg/platform-lint.toml").write_text('extend-exclude = ["other.py"]\n')
    assert "All checks passed" in configured.check("pkg").out


def test_the_search_stops_at_the_top_of_a_repository(configured):
    configured.write({"repo/app.py": APP})
    configured.git("init", "-q", "repo")
    assert configured.json("repo").codes == []
    assert configured.json("app.py", cwd="repo").codes == []


def test_extend_takes_another_file_and_the_nearer_one_decides(configured):
    configured.write(
        {
            "base/platform-lint.toml": 'rule-dirs = ["../lint"]\nselect = ["ACM"]\nignore = ["ACM301"]\n',
            "svc/platform-lint.toml": 'extend = "../base/platform-lint.toml"\nignore = ["ACM102"]\n',
            "svc/app.py": APP,
        }
    )
    assert configured.json("svc").codes == ["ACM301", "ACM101", "ACM201"]


def test_a_change_of_an_extended_file_counts_at_once(configured):
    configured.write(
        {
            "base.toml": 'rule-dirs = ["lint"]\nselect = ["ACM101"]\n',
            "svc/platform-lint.toml": 'extend = "../base.toml"\n',
            "svc/app.py": APP,
        }
    )
    assert configured.json("svc").codes == ["ACM101"]
    configured.write({"base.toml": 'rule-dirs = ["lint"]\nselect = ["ACM102"]\n'})
    assert configured.json("svc").codes == ["ACM102"]


def test_config_file_holds_for_everything_and_its_paths_count_from_it(configured):
    configured.write(
        {
            "ci/strict.toml": 'rule-dirs = ["../lint"]\nselect = ["ACM102"]\n',
            "app.py": APP,
            "svc/platform-lint.toml": "",
            "svc/app.py": APP,
        }
    )
    done = configured.json("--config", "../ci/strict.toml", "..", cwd="svc")
    assert done.codes == ["ACM102", "ACM102"]


def test_what_a_run_with_config_file_remembers_does_not_hold_for_others(configured):
    configured.write({"app.py": OLD, "svc/platform-lint.toml": 'select = ["LIB200"]\n', "svc/app.py": OLD})
    assert configured.json("--config", "platform-lint.toml", ".").codes == ["ACM101", "ACM101"]
    assert configured.json(".").codes == ["ACM101"]


@pytest.mark.parametrize(
    ("overrides", "codes"),
    [
        (['select=["ACM101"]'], ["ACM101"]),
        (["select=['ACM101']", "extend-select=['ACM301']"], ["ACM301", "ACM101"]),
        (["per-file-ignores={'app.py'=['ACM1', 'ACM3']}"], ["ACM201"]),
    ],
)
def test_config_key_value_overrides_one_setting(configured, overrides, codes):
    configured.write({"app.py": APP})
    options = [part for override in overrides for part in ("--config", override)]
    assert configured.json(*options, "app.py").codes == codes


def test_isolated_uses_no_configuration_file(configured):
    configured.write({"app.py": APP, "lint/platform-lint.toml": "broken"})
    assert configured.json("--isolated", "app.py").codes == []
    assert configured.json("--isolated", "--rules", "lint/acme.toml", "app.py").codes == ["ACM102", "ACM101", "ACM201"]


@pytest.mark.parametrize("path", ["lint", "lint/acme.toml", "./lint/../lint"])
def test_rules_on_the_command_line_may_be_a_folder_or_a_file(empty, path):
    empty.write({"lint/acme.toml": PACK, "lint/deep/more.toml": "", "app.py": APP})
    assert empty.json("--rules", path, "app.py").codes == ["ACM102", "ACM101", "ACM201"]


def test_an_edited_pack_counts_at_once(configured):
    configured.write({"app.py": APP})
    assert "ACM101" in configured.json("app.py").codes
    configured.write({"lint/acme.toml": PACK.replace("ACM101", "ACM111")})
    assert "ACM111" in configured.json("app.py").codes
    configured.write({"lint/more.toml": '[[rule]]\ncode = "ACM901"\nname = "hashlib"\nban = ["hashlib"]\n'})
    assert "ACM901" in configured.json("app.py").codes


def test_edited_facts_of_a_pack_count_at_once(configured):
    api = '[[api]]\nname = "acme.db"\nexports = {}\n'
    configured.write({"lint/api.toml": api.format("[]"), "app.py": "from acme.db import *\n\nget_session()\n"})
    assert "LIB006" in configured.json("app.py").codes
    configured.write({"lint/api.toml": api.format('["get_session"]')})
    assert configured.json("app.py").codes == ["ACM101"]


def test_an_installed_pack_enters_by_its_entry_point(empty, tmp_path):
    site = tmp_path / "site"
    info = site / "acme_lint-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-lint\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[platform_lint.packs]\nacme = acme_lint.rules\n")
    rules = site / "acme_lint" / "rules"
    rules.mkdir(parents=True)
    (rules.parent / "__init__.py").write_text("raise SystemExit('packs are read, never run')\n")
    (rules / "acme.toml").write_text(PACK)
    empty.write({"app.py": APP})
    installed = {"PYTHONPATH": str(site)}
    assert empty.json("app.py").codes == []
    assert empty.json("app.py", env=installed).codes == ["ACM102", "ACM101", "ACM201"]
    # It clashes with the same codes from elsewhere, and both places are named.
    empty.write({"lint/acme.toml": PACK})
    complaint = empty.check("--rules", "lint", "app.py", env=installed).complaint
    assert str(rules / "acme.toml") in complaint
    assert str(empty.root / "lint" / "acme.toml") in complaint


def test_packs_say_the_same_by_every_way_in(configured):
    configured.write({"app.py": APP, "other.toml": "", "old.py": OLD})
    by_configuration = configured.json(".").findings
    by_command_line = configured.json("--isolated", "--rules", "lint", "--select", "ACM", ".").findings
    assert by_configuration == by_command_line


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        ({"platform-lint.toml": RULE_DIRS + 'selct = ["ACM"]\n'}, (), [":2: selct: unknown key", "'select'"]),
        ({"pyproject.toml": pyproject("fixx = true\n")}, (), ["pyproject.toml:4:", "fixx: unknown key", "'fix'"]),
        ({"platform-lint.toml": 'select = "ACM"\n'}, (), [":1: select must be a list of strings, not 'ACM'"]),
        (
            {"platform-lint.toml": '\noutput-format = "jsn"\n'},
            (),
            [":2: output-format must be one of concise,", "not 'jsn'; did"],
        ),
        ({"platform-lint.toml": "fix = []\nselect = ['ACM', 3]\n"}, (), [":1: fix must be true or false, not []"]),
        ({"platform-lint.toml": "src = ['a', true]\n"}, (), [":1: src must be a list of strings, not ['a', True]"]),
        ({"platform-lint.toml": "max-file-size = 0\n"}, (), ["max-file-size must be a whole number above 0, not 0"]),
        ({"platform-lint.toml": "cache-dir = true\n"}, (), [":1: cache-dir must be a string, not true"]),
        (
            {"pyproject.toml": "[tool]\nplatform-lint = 3\n"},
            (),
            ["pyproject.toml:2: tool.platform-lint must be a table"],
        ),
        (
            {"platform-lint.toml": "per-file-ignores = { 'a.py' = 'ACM' }\n"},
            (),
            [":1: per-file-ignores must be a table of path patterns, each with a list of strings, as in"],
        ),
        ({}, ("--select", "ACM999"), ["'ACM999'; `platform-lint rule` lists all there are"]),
        ({}, ("--select", "AMC101"), ["'AMC101'; did you mean 'ACM101'?"]),
        ({}, ("--select", "acm2"), ["'acm2'; did you mean 'ACM2'?"]),
        ({}, ("--select", "old-sesion"), ["'old-sesion'; did you mean 'old-session'?"]),
        ({"platform-lint.toml": "select = [\n"}, (), ["platform-lint.toml:", "broken TOML"]),
        ({"platform-lint.toml": 'a = 1\nselect = "x\n'}, (), ["platform-lint.toml:2: broken TOML"]),
        ({"platform-lint.toml": b"# \xff\n"}, (), ["platform-lint.toml: not UTF-8"]),
        ({"platform-lint.toml": 'rule-dirs = ["lnt"]\n'}, (), [":1: rule-dirs: 'lnt' does not exist"]),
        ({"platform-lint.toml": '\nextend = "no.toml"\n'}, (), [":2: extend: there is no file", "no.toml"]),
        ({"platform-lint.toml": 'extend = "platform-lint.toml"\n'}, (), ["goes in a circle"]),
        ({}, ("--config", "no.toml"), ["no.toml: no such file"]),
        ({}, ("--config", "selct=['ACM']"), ["'ACM']: selct: unknown key; did you mean 'select'?"]),
        ({}, ("--config", "fix=maybe"), ["--config fix=maybe: fix must be true or false, not 'maybe'"]),
        ({"a.toml": "", "b.toml": ""}, ("--config", "a.toml", "--config", "b.toml"), ["one file at most"]),
        ({"a.toml": ""}, ("--config", "a.toml", "--isolated"), ["exclude each other"]),
        ({}, ("--rules", "nowhere"), ["nowhere", "no such file or folder"]),
        ({"none/x.txt": ""}, ("--rules", "none"), ["none", "no .toml file"]),
        ({}, ("nowhere.py",), ["nowhere.py: no such file or directory"]),
        ({}, ("app.py", "nowhere/"), ["nowhere/: no such file or directory"]),
    ],
)
def test_a_mistake_in_the_configuration_is_one_clear_line(configured, files, options, said):
    configured.write({"app.py": APP, **files})
    if "pyproject.toml" in files:
        (configured.root / "platform-lint.toml").unlink()
    complaint = configured.check(*options).complaint
    assert [part for part in said if part not in complaint] == [], complaint


RULE = '[[rule]]\ncode = "{code}"\nname = "{name}"\n{rest}\n'


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        (RULE.format(code="ACM901", name="x", rest='bann = ["a.b"]'), [":4:", "bann: unknown key", "'ban'"]),
        (RULE.format(code="ACM901", name="x", rest=""), [":2: rule ACM901: expected exactly one verb"]),
        (RULE.format(code="ACM901", name="x", rest='ban = ["a"]\nrename = { "a.b" = "c.d" }'), ["exactly one verb"]),
        (RULE.format(code="LIB042", name="x", rest='ban = ["a"]'), [":2:", "platform-lint's own"]),
        (RULE.format(code="ACM901", name="x", rest='ban = ["a..b"]'), [":4:", "'a..b'"]),
        ('\n\n[[rule]]\ncode = "ACM901\n', [":4: broken TOML"]),
        ("\xff", ["pack.toml"]),
        ('[[rul]]\ncode = "ACM901"\n', ["rul: unknown key", "'rule'"]),
        ('[[rule]]\nname = "x"\nban = ["a"]\n', [":1:", "the key 'code' is missing"]),
    ],
)
def test_a_mistake_in_a_pack_is_one_clear_line(configured, pack, said):
    configured.write({"pack.toml": pack.encode("latin-1"), "app.py": APP})
    complaint = configured.check("--rules", "pack.toml", "app.py").complaint
    assert "pack.toml" in complaint
    assert [part for part in said if part not in complaint] == [], complaint


@pytest.mark.parametrize(
    ("code", "name", "said"), [("ACM101", "x", "code ACM101"), ("ACM901", "raw-redis", "name 'raw-redis'")]
)
def test_a_code_or_name_taken_twice_names_both_files(configured, code, name, said):
    configured.write({"lint/more.toml": RULE.format(code=code, name=name, rest='ban = ["a"]')})
    complaint = configured.check(".").complaint
    assert f"{said} is already taken" in complaint
    assert f"{configured.root / 'lint/acme.toml'}:" in complaint
    assert f"{configured.root / 'lint/more.toml'}:1" in complaint


def test_a_company_may_call_a_rule_what_a_shipped_one_is_called(configured):
    """A release that names a new rule so breaks no company's run; the name stands for both."""
    configured.write(
        {
            "lint/more.toml": RULE.format(code="ACM901", name="dead-battery-module", rest='ban = ["corp.old"]'),
            "both.py": "import cgi\nimport corp.old\n",
        }
    )
    found = configured.json("both.py", "--select", "dead-battery-module").findings
    assert [finding["code"] for finding in found] == ["LIB500", "ACM901"]
    assert configured.json("both.py", "--select", "ACM").codes == ["ACM901"]


def test_no_code_of_a_shipped_rule_can_be_taken(configured):
    configured.write({"lint/more.toml": RULE.format(code="LIB200", name="mine", rest='ban = ["a"]')})
    assert "code LIB200: the letters LIB are platform-lint's own" in configured.check(".").complaint


@pytest.mark.parametrize(
    "options", [("--selct", "ACM"), ("--jobs", "-1"), ("--jobs", "two"), ("--output-format", "xml"), ("--color", "x")]
)
def test_a_wrong_option_is_answered_with_usage(empty, options):
    done = empty.check(*options)
    assert done.status == 2
    assert "usage: platform-lint" in done.err
    assert options[0] in done.err


@pytest.mark.parametrize("command", ["check", "try"])
def test_an_option_that_is_misspelled_is_guessed(empty, command):
    assert empty.run(command, "--islated", "x").err.endswith("--islated; did you mean '--isolated'?\n")
    assert empty.run(command, "--config-file=a", "x").err.endswith("--config-file=a; did you mean '--config'?\n")
    assert empty.run(command, "--nothing-like-it", "x").err.endswith(
        "error: unrecognized arguments: --nothing-like-it\n"
    )


def test_no_command_and_an_unknown_one_show_how_it_is_used(empty):
    assert empty.run().status == 2
    assert "check" in empty.run().out
    unknown = empty.run("chekc")
    assert unknown.status == 2
    assert "check" in unknown.err
    assert empty.run("--version").out.startswith("platform-lint ")
    for command in ("check", "rule", "config", "prove", "completion"):
        helped = empty.run(command, "--help")
        assert (helped.status, helped.out.split()[:3]) == (0, ["usage:", "platform-lint", command])
