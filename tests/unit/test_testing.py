"""``platform_lint.testing``: a pack that proves itself in somebody's own suite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from platform_lint.testing import assert_finding, assert_silent

PACK = """
[[rule]]
code = "ACM101"
name = "old-session"
rename = {{ "corp.db.get_session" = "corp.sessions.open_session" }}
[[rule.example]]
bad = "from corp.db import get_session\\n\\nget_session()\\n"
good = "from corp.sessions import open_session\\n\\n{}()\\n"

[[rule]]
code = "ACM102"
name = "no-print"
ban = ["builtins.print"]
[[rule.example]]
bad = "print(1)  # hit\\n"
"""
SUITE = """
from platform_lint.testing import rule_tests

test_rules = rule_tests("rules/")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "suite" / "rules").mkdir(parents=True)
    (tmp_path / "suite" / "rules" / "acme.toml").write_text(PACK.format("open_session"))
    (tmp_path / "suite" / "test_rules.py").write_text(SUITE)
    return tmp_path / "suite"


def run(suite: Path) -> subprocess.CompletedProcess[str]:
    """pytest, started somewhere else."""
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-W", "error", str(suite)]
    return subprocess.run(command, cwd=suite.parent, capture_output=True, text=True, check=False)


def test_there_is_a_test_for_each_rule(suite: Path) -> None:
    done = run(suite)
    assert done.returncode == 0, done.stdout
    assert "test_rules[ACM101-old-session] PASSED" in done.stdout
    assert "test_rules[ACM102-no-print] PASSED" in done.stdout
    assert "2 passed" in done.stdout


def test_a_rule_that_does_not_hold_fails_with_what_prove_says(suite: Path) -> None:
    (suite / "rules" / "acme.toml").write_text(PACK.format("wrong"))
    done = run(suite)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "law: `good` is reached" in done.stdout
    assert "-wrong()" in done.stdout
    assert "proving.py" not in done.stdout


def test_a_broken_pack_is_an_error_of_the_file(suite: Path) -> None:
    (suite / "rules" / "acme.toml").write_text("[[rule]]\n")
    done = run(suite)
    assert done.returncode == 2
    assert "acme.toml:1: rule 1: the key 'code' is missing" in done.stdout


def test_pytest_is_not_needed_to_import_it() -> None:
    program = "import sys; sys.modules['pytest'] = None; import platform_lint.testing"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_findings_can_be_asserted(tmp_path: Path) -> None:
    pack = tmp_path / "acme.toml"
    pack.write_text(PACK.format("open_session"))
    text = "x = 1\nprint(x)\n"
    finding = assert_finding(text, "ACM102", rules=pack)
    assert (finding.code, finding.start.row) == ("ACM102", 2)
    assert assert_finding(text, "ACM102", rules=pack, line=2) == finding
    assert_silent(text, "ACM101", rules=pack)
    with pytest.raises(AssertionError, match="ACM102 reports nothing on line 1, but on line 2"):
        assert_finding(text, "ACM102", rules=pack, line=1)
    with pytest.raises(AssertionError, match="ACM101 reports nothing"):
        assert_finding(text, "ACM101", rules=pack)
    with pytest.raises(AssertionError, match="ACM102 on line 2: "):
        assert_silent(text, "ACM102", rules=pack)
