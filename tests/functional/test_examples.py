"""The example company is what its README says, and goes from one version of its platform to the next by machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .harness import Done, Project

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "acme"
MOVE = ("acme-platform>=1.9,<2", "acme-platform>=2")
SERVICES = ("orders", "billing")


@pytest.fixture
def acme(tmp_path, environment) -> Project:
    """A copy of the example, to be fixed."""
    return Project(Path(shutil.copytree(EXAMPLE, tmp_path / "acme")), environment)


def run_services_tests(acme: Project, version: int) -> Done:
    """The services' own tests, against a version of the platform."""
    return acme.command("./test.sh", str(version), env={"PYTHON": sys.executable})


def move(acme: Project) -> None:
    """Let both services depend on the second version of their platform."""
    for service in SERVICES:
        text = acme.read(f"{service}/pyproject.toml")
        assert MOVE[0] in text
        acme.write({f"{service}/pyproject.toml": text.replace(*MOVE)})


def codes(acme: Project, *arguments: str) -> Counter[str]:
    return Counter(acme.json("--no-cache", *arguments).codes)


def texts(acme: Project) -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for service in SERVICES for path in (acme.root / service).rglob("*.py")}


def test_the_companys_rules_prove_themselves(acme):
    done = acme.run("prove", "rules")
    assert done.status == 0, done
    assert "all hold" in done.out


def test_the_findings_are_those_the_readme_lists(acme):
    rows = re.findall(r"^\| (\w+) ([\w-]+) \| .* \| (\d+) \| (\w*) ?\|$", acme.read("README.md"), re.MULTILINE)
    assert len(rows) == 10
    done = acme.json("--no-cache")
    assert done.status == 1
    assert Counter(done.codes) == {code: int(number) for code, _, number, _ in rows}
    assert {(f["code"], f["name"]) for f in done.findings} == {(code, name) for code, name, _, _ in rows}
    fixes = {f["code"]: f["fix"]["safety"] for f in done.findings if f["fix"] and f["fix"]["edits"]}
    assert fixes == {code: safety for code, _, _, safety in rows if safety}


def test_the_suppression_with_a_reason_expires_on_its_day(acme):
    assert "LIB004" not in codes(acme, "--today", "2027-06-30")
    assert "LIB004" in codes(acme, "--today", "2027-07-01")


def test_everyday_fixes_change_nothing_that_the_tests_notice(acme):
    before = run_services_tests(acme, 1)
    assert (before.status, before.err) == (0, ""), before
    assert acme.check("--no-cache", "--fix", "--unsafe-fixes").status == 1
    after = run_services_tests(acme, 1)
    assert after.status == 0, after
    assert codes(acme) == dict.fromkeys(("ACM101", "ACM132", "ACM133", "ACM134", "ACM135"), 1)


def test_the_services_move_to_the_next_version_by_machine(acme):
    assert run_services_tests(acme, 1).status == 0
    move(acme)
    failed = run_services_tests(acme, 2)
    assert failed.status == 1
    assert failed.out.count("FAILED: ") == len(SERVICES), failed
    # First what is safe, then what has been looked at.
    assert acme.check("--no-cache", "--fix").status == 1
    assert acme.check("--no-cache", "--fix", "--unsafe-fixes").status == 1
    passed = run_services_tests(acme, 2)
    assert passed.status == 0, passed
    # Nothing is left of the move but what only people can decide.
    assert {code for code in codes(acme) if code.startswith(("ACM4", "ACM5"))} == {"ACM501"}
    before = texts(acme)
    assert acme.check("--no-cache", "--fix", "--unsafe-fixes").status == 1
    assert texts(acme) == before


def test_the_migration_moves_the_services_before_they_depend_on_it(acme):
    before = acme.run("migrate", "acme-platform-2", "--unsafe-fixes", "--apply", "--output-format", "json")
    assert before.status == 1, before
    said = json.loads(before.out)
    assert [left["code"] for left in said["left"]] == ["ACM501"]
    assert said["matched"] == sum(said["fixed"].values()) + 1 == 18
    assert run_services_tests(acme, 2).status == 0
    again = json.loads(acme.run("migrate", "acme-platform-2", "--unsafe-fixes", "--output-format", "json").out)
    assert (again["changed"], again["left"]) == ([], said["left"])


def test_the_rules_of_the_move_are_silent_before_it(acme):
    assert not [code for code in codes(acme) if code.startswith(("ACM4", "ACM5"))]


def test_the_harvested_rules_are_those_of_the_platform(acme):
    done = acme.run("harvest", "platform-2/acme_platform", "--check", "rules/harvested.toml")
    assert (done.status, done.err) == (0, ""), done
    platform = acme.read("platform-2/acme_platform/events.py")
    acme.write({"platform-2/acme_platform/events.py": platform.replace("def publish(", "def announce(")})
    assert acme.run("harvest", "platform-2/acme_platform", "--check", "rules/harvested.toml").status == 1


def test_a_new_rule_is_told_whose_code_it_is_about(acme):
    tried = acme.run("try", "acme_platform.events.$F(...)")
    assert "By owner (.github/CODEOWNERS):\n        1  @acme/team-billing\n        1  @acme/team-orders\n" in tried.out


def test_continuous_integration_runs_what_there_is(acme):
    """Every command of ours in the workflow and in the hooks ends as it should."""
    workflow = acme.read(".github/workflows/conventions.yml")
    commands = re.findall(r"(?:run|entry): (platform-lint .*)", workflow + acme.read(".pre-commit-config.yaml"))
    assert len(commands) == 5
    for command in commands:
        done = acme.run(*command.split()[1:])
        assert done.status == (1 if "github" in command else 0), done
    assert '"version": "2.1.0"' in acme.read("platform-lint.sarif")


@pytest.mark.slow
def test_the_demo_is_short_and_its_counts_agree(environment, tmp_path):
    ours = tmp_path / "bin" / "platform-lint"
    ours.parent.mkdir()
    ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m platform_lint "$@"\n')
    ours.chmod(0o755)
    env = {**environment, "PATH": f"{ours.parent}{os.pathsep}{environment['PATH']}", "PYTHON": sys.executable}
    done = subprocess.run([EXAMPLE / "demo.sh"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") < 75
    counts = [
        (int(fixed or 0), int(errors) + int(warnings or 0))
        for fixed, errors, warnings in re.findall(
            r"(?:Fixed (\d+) findings in \d+ files\. )?Found (\d+) errors?(?:, (\d+) warnings?)?", done.stdout
        )
    ]
    (_, first), (fixed, left) = counts
    assert first == fixed + left
    readme = " ".join((EXAMPLE / "README.md").read_text("utf-8").split())
    (moved,) = re.findall(r"pass with version 2: (\d+) places in 6 files", readme)
    assert f"\nchanged: {moved} places in 6 files\n" in done.stdout
    assert "\nleft for people: 1 place in 1 file\n" in done.stdout
    assert done.stdout.count("\nACM") == 0
    assert len(re.findall(r"^\w+/\S+:\d+:\d+: ", done.stdout, re.MULTILINE)) == first
    for version in (1, 2):
        assert f"orders with acme_platform {version}: 4 passed" in done.stdout
