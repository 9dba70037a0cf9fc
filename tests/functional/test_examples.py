"""The example company is what the README promises."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "acme"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A copy of the example, to be fixed."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "acme"))


def lint(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "platform_lint", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_companys_rules_prove_themselves(acme: Path) -> None:
    done = lint("prove", "rules", cwd=acme)
    assert done.returncode == 0, done.stdout
    assert "all hold" in done.stdout


def test_the_service_has_findings_of_the_company_and_of_the_built_in_rules(acme: Path) -> None:
    done = lint("check", "--no-cache", "--output-format", "json", cwd=acme)
    assert done.returncode == 1
    codes = {finding["code"] for finding in json.loads(done.stdout)}
    assert {"ACM101", "ACM102", "ACM103", "LIB200", "LIB300"} <= codes


def test_a_fixed_service_keeps_only_what_is_for_people(acme: Path) -> None:
    assert lint("check", "--no-cache", "--fix", cwd=acme).returncode == 0
    left = json.loads(lint("check", "--no-cache", "--output-format", "json", cwd=acme).stdout)
    assert {finding["code"] for finding in left} == {"LIB200"}
    for file in (acme / "orders").glob("*.py"):
        compile(file.read_text("utf-8"), str(file), "exec")


def test_the_suppression_with_a_reason_expires_on_its_day(acme: Path) -> None:
    def codes(today: str) -> set[str]:
        done = lint("check", "--no-cache", "--today", today, "--output-format", "json", cwd=acme)
        return {finding["code"] for finding in json.loads(done.stdout)}

    assert "LIB004" not in codes("2027-06-30")
    assert "LIB004" in codes("2027-07-01")
