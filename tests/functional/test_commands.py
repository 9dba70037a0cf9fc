"""The commands beside ``check``: rule, config, prove, completion."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from .harness import CONFIG, NEW, OLD, PACK, PLACES

tomllib = pytest.importorskip("tomllib")


def test_rule_lists_every_rule_and_whether_it_is_on(shared):
    listed = shared.run("rule")
    assert listed.status == 0
    lines = {line.split()[0]: line for line in listed.out.splitlines() if line.strip()}
    assert {*PLACES, "LIB001", "LIB200"} <= set(lines)
    assert "opt-in" in lines["ACM301"]
    fields = {rule["code"]: rule for rule in json.loads(shared.run("rule", "--output-format", "json").out)}
    assert [fields[code]["enabled"] for code in ("ACM101", "ACM301")] == [True, False]
    assert fields["ACM201"]["deadline"] == "2027-03-01"


@pytest.mark.parametrize("asked", ["ACM101", "old-session"])
def test_rule_explains_one_by_code_or_name(shared, asked):
    told = shared.run("rule", asked)
    assert told.status == 0
    assert told.out.startswith("ACM101 old-session\n")
    assert "acme.sessions.open_session" in told.out
    assert "lint/acme.toml:1" in told.out


def test_rule_of_no_such_code_is_a_mistake_with_a_guess(shared):
    assert "did you mean 'old-session'?" in shared.run("rule", "old-sesion").complaint


def test_config_shows_what_applies_to_a_path_and_why(configured):
    configured.write(
        {"svc/platform-lint.toml": 'extend = "../platform-lint.toml"\nignore = ["ACM102"]\n', "svc/a.py": ""}
    )
    shown = configured.run("config", "svc/a.py").out
    assert str(configured.root / "svc" / "platform-lint.toml") in shown
    settings = {line.partition("=")[0].strip(): line for line in shown.splitlines() if " = " in line}
    assert "svc/platform-lint.toml" in settings["ignore"]
    assert '["ACM"]' in settings["select"]
    assert "(default)" in settings["force-exclude"]
    on, _, off = shown.partition("rules off here")
    assert "  ACM101 old-session" in on
    assert "  ACM102 raw-redis: ignored" in off
    overridden = configured.run("config", "--config", "fail-on=never", "--select", "ACM1", "svc").out
    assert 'fail-on             = "never"  (command line)' in overridden


def test_config_of_no_such_path_is_a_mistake(shared):
    assert "nowhere: no such file" in shared.run("config", "nowhere").complaint


def test_the_schemas_accept_what_is_accepted_and_nothing_else(shared):
    jsonschema = pytest.importorskip("jsonschema")
    for kind, good, bad in (
        ("settings", CONFIG, 'selct = ["ACM"]\n'),
        ("rules", PACK.replace("2027-03-01", '"2027-03-01"'), '[[rule]]\ncode = "ACM901"\nname = "x"\nbann = ["a"]\n'),
    ):
        validator = jsonschema.Draft202012Validator(json.loads(shared.run("config", "--schema", kind).out))
        validator.validate(tomllib.loads(good))
        assert not validator.is_valid(tomllib.loads(bad))


def example(bad: str, good: str) -> str:
    return f"[[rule.example]]\nbad = '''\n{bad}'''\ngood = '''\n{good}'''\n"


def test_prove_holds_a_pack_to_its_examples(project):
    rule = PACK.partition("\n\n")[0] + "\n"
    project.write({"good.toml": rule + example(OLD, NEW), "bad.toml": rule + example(OLD, OLD)})
    proved = project.run("prove", "--isolated", "good.toml")
    assert (proved.status, proved.err) == (0, ""), proved
    assert "1 rule, 1 example" in proved.out
    failed = project.run("prove", "--isolated", "bad.toml")
    assert failed.status == 1
    assert "ACM101 old-session (bad.toml:1)" in failed.out
    assert "+session = open_session()" in failed.out or "-session = open_session()" in failed.out


def test_prove_fails_a_rule_without_examples(shared):
    done = shared.run("prove", "raw-redis")
    assert done.status == 1
    assert "it has no example" in done.out


def test_prove_of_no_such_rule_or_a_broken_pack_is_a_mistake(project):
    assert "did you mean 'raw-redis'?" in project.run("prove", "raw-rediss").complaint
    project.write({"broken.toml": "[[rule\n"})
    assert "broken.toml:1: broken TOML" in project.run("prove", "broken.toml").complaint


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_prints_a_script_that_knows_the_options(shared, shell):
    pytest.importorskip("shtab")
    done = shared.run("completion", shell)
    assert done.status == 0
    assert "unsafe-fixes" in done.out
    if shell == "bash" and shutil.which("bash"):
        subprocess.run(["bash", "-n"], input=done.raw, check=True)


def test_completion_without_its_library_says_what_to_install(shared, tmp_path):
    (tmp_path / "shtab.py").write_text("raise ImportError\n")
    complaint = shared.run("completion", "bash", env={"PYTHONPATH": str(tmp_path)}).complaint
    assert "pip install 'platform-lint[completion]'" in complaint


def test_no_module_of_the_working_directory_is_imported(project):
    """``python -m`` would look there first: a linted project may have a module by the name of one of ours."""
    project.write(
        dict.fromkeys(("msgspec.py", "packaging.py", "ahocorasick_rs.py"), "raise SystemExit('it was run')\n")
    )
    done = project.check("--no-cache", "msgspec.py", "--select", "ACM", real=True)
    assert done.status == 0, done
    assert "it was run" not in done.out + done.err
