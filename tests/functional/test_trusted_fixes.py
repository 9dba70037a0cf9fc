"""Which fixes a project trusts: promoted, demoted, or only shown, by rule."""

from __future__ import annotations

import json

import pytest

from .harness import APP

TRUSTING = 'rule-dirs = ["../lint"]\nselect = ["ACM"]\n'

#: An unsafe fix, by its author's word, that the engine has an objection of its own to in one place.
SWAP = """\
[[rule]]
code = "SWP100"
name = "swapped"
match = "corp.old($A, $B)"
rewrite = "corp.new($B, $A)"
fix = "unsafe"

[[rule]]
code = "SWP101"
name = "attribute"
on = "corp.Client"
rename_attr.sure = "sured"
rename_attr.doubtful = { to = "doubted", fix = "unsafe" }
rename_attr.never = { to = "nevered", fix = "suggest" }
"""
NOPE = "no rule has the code, prefix or name 'NOPE'; `platform-lint rule` lists all there are"
SWAPPED = "import corp\n\ncorp.old(1, 2)\ncorp.old(f(), g())\n"


def test_the_command_line_says_what_is_fixable(project):
    project.write({"svc/platform-lint.toml": TRUSTING + 'unfixable = ["ACM1"]\n', "svc/app.py": APP})

    def safeties(*flags: str) -> list[str]:
        return [found["fix"]["safety"] for found in project.json(*flags, "svc").findings if found["fix"]]

    assert safeties() == ["suggest", "unsafe"]
    assert safeties("--unfixable", "ACM201") == ["safe", "suggest"]
    assert safeties("--fixable", "ACM102") == ["suggest", "suggest"]
    assert safeties("--fixable", "ACM102", "--extend-fixable", "ACM101,ACM201") == ["safe", "unsafe"]
    assert safeties("--config", "extend-safe-fixes=['ACM']") == ["suggest", "safe"]


def test_a_run_makes_the_fixes_that_are_trusted(project):
    project.write({"svc/platform-lint.toml": TRUSTING + 'extend-safe-fixes = ["ACM2"]\nunfixable = ["ACM1"]\n'})
    for flags in (("--fix",), ("--fix", "--unsafe-fixes")):
        project.write({"svc/app.py": APP})
        done = project.json(*flags, "svc")
        assert project.read("svc/app.py") == APP.replace("md5", "sha256")
        assert "ACM101" in done.codes
    project.write(
        {"svc/app.py": APP, "svc/platform-lint.toml": TRUSTING + 'extend-unsafe-fixes = ["ALL"]\nfix = true\n'}
    )
    project.check(".", cwd="svc")
    assert project.read("svc/app.py") == APP


@pytest.mark.parametrize("flags", [("--fix",), ("--fix", "--unsafe-fixes"), ("--fix", "--extend-fixable", "ALL")])
def test_what_the_engine_found_out_is_never_promoted(project, flags):
    settings = 'rule-dirs = ["pack.toml"]\nextend-safe-fixes = ["ALL"]\n'
    client = "from corp import Client\n\nc = Client()\nc.sure(), c.doubtful(), c.never()\n"
    project.write(
        {"svc/pack.toml": SWAP, "svc/platform-lint.toml": settings, "svc/app.py": SWAPPED, "svc/client.py": client}
    )
    fixes = [finding["fix"] for finding in project.json("svc/app.py").findings]
    assert [(fix["safety"], fix["reason"]) for fix in fixes] == [
        ("safe", ""),
        ("unsafe", "its parts would be evaluated in another order"),
    ]
    project.check(*flags, "svc")
    mended = SWAPPED.replace("old(1, 2)", "new(2, 1)")
    if "--unsafe-fixes" in flags:
        mended = mended.replace("old(f(), g())", "new(g(), f())")
    assert project.read("svc/app.py") == mended
    assert project.read("svc/client.py").endswith("c.sured(), c.doubted(), c.never()\n")


def test_the_attributes_of_one_rule_are_demoted_with_it(project):
    settings = 'rule-dirs = ["pack.toml"]\nextend-unsafe-fixes = ["attribute"]\n'
    client = "from corp import Client\n\nc = Client()\nc.sure(), c.doubtful(), c.never()\n"
    project.write({"svc/pack.toml": SWAP, "svc/platform-lint.toml": settings, "svc/client.py": client})
    safeties = [finding["fix"]["safety"] for finding in project.json("svc").findings]
    assert safeties == ["unsafe", "unsafe", "suggest"]


@pytest.mark.parametrize("key", ["extend-safe-fixes", "extend-unsafe-fixes", "fixable", "extend-fixable", "unfixable"])
def test_a_selector_that_means_no_rule_is_a_mistake_with_its_place(project, key):
    project.write({"svc/platform-lint.toml": f'rule-dirs = ["../lint"]\n{key} = [\n  "ACM1",\n  "weak-hsh",\n]\n'})
    place = project.root / "svc/platform-lint.toml"
    assert project.check("svc").complaint == (
        f"{place}:2: {key}: no rule has the code, prefix or name 'weak-hsh'; did you mean 'weak-hash'?"
    )


@pytest.mark.parametrize(
    ("flags", "blamed"),
    [
        (["--select", "NOPE"], "--select: "),
        (["--extend-select", "ACM,NOPE"], "--extend-select: "),
        (["--unfixable", "NOPE"], "--unfixable: "),
        (["--config", "ignore=['NOPE']"], "--config ignore=['NOPE']: "),
        (["--config", "extend-ignore=['NOPE']"], "--config extend-ignore=['NOPE']: "),
        (["--config", "per-file-ignores={'*.py'=['NOPE']}"], "--config per-file-ignores={'*.py'=['NOPE']}: "),
    ],
)
def test_a_selector_of_the_command_line_is_not_blamed_on_a_file(project, flags, blamed):
    assert project.check(*flags, ".").complaint == f"{blamed}{NOPE}"


@pytest.mark.parametrize(
    ("file", "settings", "blamed"),
    [
        ("platform-lint.toml", 'select = ["ACM"]\nignore = ["NOPE"]\n', "platform-lint.toml:3: ignore: "),
        ("platform-lint.toml", 'extend-ignore = ["NOPE"]\n', "platform-lint.toml:2: extend-ignore: "),
        (
            "platform-lint.toml",
            'per-file-ignores = { "*.py" = ["NOPE"] }\n',
            "platform-lint.toml:2: per-file-ignores: ",
        ),
        ("pyproject.toml", 'select = ["NOPE"]\n', "pyproject.toml:3: select: "),
    ],
)
def test_a_selector_of_a_file_is_blamed_on_its_line(project, file, settings, blamed):
    head = "[tool.platform-lint]\n" if file == "pyproject.toml" else ""
    project.write({f"svc/{file}": f'{head}rule-dirs = ["../lint"]\n{settings}'})
    said = f"{project.root}/svc/{blamed}{NOPE}"
    assert project.check("svc").complaint == said


def test_a_selector_of_an_extended_file_is_blamed_on_that_file(project):
    project.write(
        {
            "base.toml": 'rule-dirs = ["lint"]\nunfixable = ["NOPE"]\n',
            "svc/platform-lint.toml": 'extend = "../base.toml"\n',
        }
    )
    assert project.check("svc").complaint.startswith(f"{project.root}/base.toml:2: unfixable: ")


def test_a_misspelled_setting_is_guessed(project):
    project.write({"svc/platform-lint.toml": 'extend-safe-fixs = ["ALL"]\n'})
    assert "did you mean 'extend-safe-fixes'?" in project.check("svc").complaint


def test_config_shows_what_is_said_about_fixes(project):
    project.write({"svc/platform-lint.toml": TRUSTING + 'extend-safe-fixes = ["ACM2"]\n'})
    shown = project.run("config", "--unfixable", "ACM101", "svc").out
    assert f'extend-safe-fixes   = ["ACM2"]  ({project.root}/svc/platform-lint.toml)\n' in shown
    assert 'unfixable           = ["ACM101"]  (command line)\n' in shown
    assert 'fixable             = ["ALL"]  (default)\n' in shown
    assert "ACM101 old-session: its fixes are only shown" in shown
    assert "ACM201 weak-hash: its fixes are safe here" in shown


def test_rules_are_proved_as_they_are_written(project):
    project.write({"svc/platform-lint.toml": TRUSTING + "fixable = []\n"})
    assert project.run("prove", "LIB200", cwd="svc").status == 0


def test_suggestions_are_shown_in_every_format_that_tells_of_fixes(project):
    project.write({"app.py": APP})

    def shown(form: str) -> str:
        return project.check("--unfixable", "ACM101", "--output-format", form, "app.py").out

    reason = "ACM101 is `unfixable` in the configuration"
    advice = "replace `acme.db.get_session` with `acme.sessions.open_session`"
    assert f"help: {advice} (by hand: {reason})\n" in shown("full")
    assert f"%0Ahelp: {advice} (by hand: {reason})\n" in shown("github")
    (record,) = (one["fix"] for one in json.loads(shown("json")) if one["code"] == "ACM101")
    assert (record["safety"], record["reason"], bool(record["edits"])) == ("suggest", reason, True)
    results = json.loads(shown("sarif"))["runs"][0]["results"]
    (fix,) = (one["fixes"][0] for one in results if one["ruleId"] == "ACM101")
    assert fix["description"]["text"] == advice
    assert fix["properties"] == {"safety": "suggest", "reason": reason}
    assert "ACM101 `acme.db.get_session` is now" in shown("concise")  # No mark that promises a fix.
