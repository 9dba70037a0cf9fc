"""The migration to NumPy 2: its tables against NumPy itself, and a program that prints the same before and after."""

from __future__ import annotations

import pytest
from platform_lint_rules.numpy2.removed_function import HINTS
from tests.migrations.trial import PACKS, Trial, missing, output, program, python_with
from tests.migrations.trial import fixed as fixed_by

from platform_lint.loading import sheets
from platform_lint.rule import Name, Rule, Target

OLD, NEW = "1.26.4", ("2.0.2", "2.3.5", "2.4.0")
SEVERAL = pytest.mark.parametrize("version", NEW)

TRIAL = Trial("numpy2")
RULES = TRIAL.rules
fixed = TRIAL.fixed


def numpy(version: str) -> str:
    return python_with("numpy", version)


# The program


@pytest.fixture(scope="module")
def before() -> str:
    return program("numpy2")


def test_every_rule_that_fixes_has_a_place_in_the_program(before: str) -> None:
    """What no program runs is not proved to run. Left out is what NumPy 1.26 has no more itself."""
    gone = {"MIG104", "MIG105", "MIG106", "MIG107"}
    written = sheets(RULES, PACKS.apis.values())
    unfixed = {rule.code for rule in RULES if not any(one.good for one in written[rule.code].examples)}
    met = {rule.code for rule in RULES if fixed_by(before, [rule], unsafe=True) != before}
    assert {rule.code for rule in RULES} - gone - unfixed - met == set()


@pytest.mark.migrations
def test_safe_fixes_keep_the_program_running_on_numpy_1(before: str) -> None:
    assert output(numpy(OLD), fixed(before, unsafe=False)) == output(numpy(OLD), before)


@pytest.mark.migrations
@SEVERAL
def test_the_program_prints_on_numpy_2_what_it_printed_on_numpy_1(before: str, version: str) -> None:
    assert output(numpy(version), fixed(before, unsafe=True)) == output(numpy(OLD), before)


# The tables

#: Old names that NumPy 2 has: in another meaning, or as functions that warn when they are called.
STILL_THERE = {"numpy.bool", "numpy.long", "numpy.row_stack"}

Row = tuple[Rule, Name, Target]


def rows() -> list[Row]:
    """The rows of all tables that have a new name."""
    return [
        (rule, name, Target.parse(name.to)) for rule in RULES if rule.verb == "rename" for name in rule.names if name.to
    ]


def taken_further() -> set[str]:
    """The old names of all rules: what is moved to one of them is moved again by the rule about it."""
    tables = {name.dotted for rule in RULES for name in rule.names}
    return tables | set(HINTS)


@pytest.mark.migrations
@SEVERAL
def test_every_new_name_is_there(version: str) -> None:
    wanted = {(".".join(to.module), to.attributes) for _, _, to in rows()}
    assert missing(numpy(version), wanted, strict=True) - taken_further() == set()


@pytest.mark.migrations
def test_what_is_safe_is_there_in_numpy_1() -> None:
    safe = {(".".join(to.module), to.attributes) for rule, name, to in rows() if "unsafe" not in (name.fix, rule.fix)}
    assert missing(numpy(OLD), safe, strict=True) - taken_further() == set()


@pytest.mark.migrations
def test_no_old_name_is_there_any_more() -> None:
    """Modules that only warn of each use are there; what was in them is not."""
    old = {
        (name.dotted, ())
        for rule in RULES
        if rule.verb == "rename"
        for name in rule.names
        if name.dotted.startswith("numpy.") and not name.dotted.startswith("numpy.core.")
    }
    there = {name for name, _ in old} - missing(numpy(NEW[-1]), old, strict=True)
    assert there - STILL_THERE == {"numpy.core"}
