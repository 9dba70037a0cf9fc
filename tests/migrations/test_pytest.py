"""From unittest to pytest: a suite that is run by unittest before, and by pytest after, notices the same mistakes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.migrations.trial import Trial, program

SHOP, BEFORE = program("pytest_shop"), program("pytest_suite")

#: Mistakes in the shop, as texts that are replaced; each is noticed by a test.
MISTAKES = {
    "wrong sum": ("return sum(prices)", "return sum(prices) + 1"),
    "no error": ("if any(price < 0 for price in prices)", "if False"),
    "another error": ('raise ValueError("negative price")', 'raise TypeError("negative price")'),
    "another text": ("negative price", "price below zero"),
    "rate a bit off": ("price * 0.19", "price * 0.19000001"),
    "rate off": ("price * 0.19", "price * 0.2"),
    "tuple of names": ("[name for name, _ in orders]", "tuple(name for name, _ in orders)"),
    "a name lost": ("for name, _ in orders]", "for name, _ in orders[1:]]"),
    "another label": ('"order-%d"', '"order %d"'),
    "not found": (".get(name)", ".get(name, 0)"),
    "no warning": ('warnings.warn("call total", DeprecationWarning)', "pass"),
    "another warning": ("DeprecationWarning", "FutureWarning"),
    "broken bank": ("self.balance = 10", "self.balance = None"),
    "no bank": ("opened.append(self)", "raise OSError"),
    "pays too much": ("if amount > self.balance", "if False"),
    "does not close": ("opened.remove(self)", "pass"),
    "closes badly": ("opened.remove(self)", "opened.clear(self)"),
    "does not import": ("log = logging", "log = loggin"),
}
OUTCOMES = {
    "ok": "passed",
    "FAIL": "failed",
    "ERROR": "failed",
    "skipped": "skipped",
    "expected": "xfailed",
    "unexpected": "failed",
    "PASSED": "passed",
    "FAILED": "failed",
    "SKIPPED": "skipped",
    "XFAIL": "xfailed",
}


@pytest.fixture(scope="module")
def after() -> str:
    return Trial("pytest", file="test_shop.py").fixed(BEFORE, unsafe=False)


def run(folder: Path, suite: str, shop: str, *command: str) -> str:
    folder.mkdir()
    (folder / "shop.py").write_text(shop, "utf-8")
    (folder / "test_shop.py").write_text(suite, "utf-8")
    done = subprocess.run(
        [sys.executable, "-B", "-m", *command], cwd=folder, capture_output=True, text=True, timeout=100
    )
    return done.stdout + done.stderr


def by_unittest(folder: Path, suite: str, shop: str) -> dict[str, str]:
    """What became of each test; a test that fails in two places fails."""
    text = run(folder, suite, shop, "unittest", "-v", "test_shop")
    each = re.findall(r"^(test_\w+) \([^)]*\) \.\.\. (\w+)", text, re.MULTILINE)
    # A part of a test that fails is told below only.
    failed = re.findall(r"^(?:FAIL|ERROR): (test_\w+)", text, re.MULTILINE)
    return outcomes(each, failed)


def by_pytest(folder: Path, suite: str, shop: str) -> dict[str, str]:
    text = run(folder, suite, shop, "pytest", "-v", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", "/dev/null")
    each = re.findall(r"::(test_\w+) (PASSED|FAILED|SKIPPED|XFAIL)\b", text)
    failed = re.findall(r"^(?:\S*FAILED|ERROR)\b.*::(test_\w+)", text, re.MULTILINE)
    return outcomes(each, failed)


def outcomes(each: list[tuple[str, str]], failed: list[str]) -> dict[str, str]:
    return {name: OUTCOMES[word] for name, word in each} | dict.fromkeys(failed, "failed")


def test_the_same_tests_pass_and_fail(tmp_path: Path, after: str) -> None:
    before = by_unittest(tmp_path / "before", BEFORE, SHOP)
    assert set(before.values()) == {"passed", "failed", "skipped", "xfailed"}
    assert {name for name, outcome in before.items() if outcome == "failed"} == {
        "test_fails_on_purpose",
        "test_unequal_on_purpose",
        "test_does_not_raise_on_purpose",
        "test_other_error_on_purpose",
    }
    assert by_pytest(tmp_path / "after", after, SHOP) == before


def test_what_is_left_of_unittest(after: str) -> None:
    cases = re.findall(r"^class (\w+)(?:\((.*)\))?:", after, re.MULTILINE)
    assert cases == [
        ("TestTotal", ""),
        ("TestBank", ""),
        ("BankBase", ""),
        ("TestReduced", "BankBase"),
        ("TestCleaned", ""),
        ("PartsTest", "unittest.TestCase"),
    ]
    assert re.findall(r"self\.(?:assert|fail|skip|sub)\w+", after) == ["self.subTest", "self.assertLogs"]
    assert "__main__" not in after


@pytest.mark.migrations
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_same_tests_notice_a_mistake(tmp_path: Path, after: str, mistake: str) -> None:
    old, new = MISTAKES[mistake]
    assert old in SHOP
    broken = SHOP.replace(old, new)
    before = by_unittest(tmp_path / "before", BEFORE, broken)
    assert before != by_unittest(tmp_path / "right", BEFORE, SHOP)
    assert by_pytest(tmp_path / "after", after, broken) == before
