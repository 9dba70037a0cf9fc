"""The migration to NumPy 2: its tables against NumPy itself, and a program that prints the same before and after."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import platform_lint_rules
import pytest
from benchmarks import workspace
from platform_lint_rules.numpy2.removed_function import HINTS

from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import fix
from platform_lint.loading import load_packs
from platform_lint.modules import Modules
from platform_lint.rule import Name, Rule, Target
from platform_lint.source import Source

ROOT = Path(platform_lint_rules.__file__).parent / "numpy2"
PROGRAM = Path(__file__).with_name("programs") / "numpy2.txt"
OLD, NEW = "1.26.4", ("2.0.2", "2.3.5", "2.4.0")
SEVERAL = pytest.mark.parametrize("version", NEW)

PACKS = load_packs()
RULES = [rule for rule in PACKS.rules if Path(rule.origin).is_relative_to(ROOT)]


@cache
def numpy(version: str) -> Path:
    """A Python that has this version of NumPy; what needs it is skipped where it cannot be had."""
    python = workspace.environment(f"envs/numpy2-{version}")
    if workspace.version(python, "numpy") != version:
        try:
            workspace.install(python, f"numpy=={version}")
        except SystemExit as error:
            pytest.skip(f"numpy {version} cannot be installed here: {str(error).splitlines()[-1]}")
    return python


def output(version: str, program: str, *arguments: str, given: str = "") -> str:
    """What *program* prints with this version of NumPy; it must not fail."""
    command = [str(numpy(version)), "-W", "ignore", "-c", program, *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fixed(text: str, *, unsafe: bool) -> str:
    view = Modules(("/nowhere",)).view("/nowhere/example.py")
    done = fix(Source(text), Catalog(RULES, PACKS.apis.values()), view=view, unsafe=unsafe)
    assert done.failures == []
    return done.text


# The program


@pytest.fixture(scope="module")
def before() -> str:
    return PROGRAM.read_text("utf-8")


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_second_run_changes_nothing(before: str, unsafe: bool) -> None:
    once = fixed(before, unsafe=unsafe)
    assert once != before
    assert fixed(once, unsafe=unsafe) == once


def test_every_rule_that_fixes_has_a_place_in_the_program(before: str) -> None:
    """What no program runs is not proved to run. Left out is what NumPy 1.26 has no more itself."""
    gone = {"MIG104", "MIG105", "MIG106", "MIG107"}
    unfixed = {rule.code for rule in RULES if not any(one.good for one in PACKS.examples[rule.code])}
    view = Modules(("/nowhere",)).view("/nowhere/example.py")
    met = {
        rule.code
        for rule in RULES
        if fix(Source(before), Catalog([rule], PACKS.apis.values()), view=view, unsafe=True).text != before
    }
    assert {rule.code for rule in RULES} - gone - unfixed - met == set()


@pytest.mark.migrations
def test_safe_fixes_keep_the_program_running_on_numpy_1(before: str) -> None:
    assert output(OLD, fixed(before, unsafe=False)) == output(OLD, before)


@pytest.mark.migrations
@SEVERAL
def test_the_program_prints_on_numpy_2_what_it_printed_on_numpy_1(before: str, version: str) -> None:
    assert output(version, fixed(before, unsafe=True)) == output(OLD, before)


# The tables

LOOK_UP = """
import importlib, json, sys, warnings
def found(module, attributes):
    thing, parts = None, module.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(len(parts), 0, -1):
            try:
                thing = importlib.import_module(".".join(parts[:number]))
                break
            except ImportError:
                pass
        try:
            for part in [*parts[number:], *attributes]:
                thing = getattr(thing, part)
        except (AttributeError, Warning):
            return False
    return True
print(json.dumps([one for one in json.load(sys.stdin) if not found(*one)]))
"""

#: Old names that NumPy 2 has: in another meaning, or as functions that warn when they are called.
STILL_THERE = {"numpy.bool", "numpy.long", "numpy.row_stack"}

Row = tuple[Rule, Name, Target]


def rows() -> list[Row]:
    """The rows of all tables that have a new name."""
    return [
        (rule, name, Target.parse(name.to)) for rule in RULES if rule.verb == "rename" for name in rule.names if name.to
    ]


def missing(version: str, names: set[tuple[str, tuple[str, ...]]]) -> set[str]:
    """Those of the names, each a module and attributes, that this version of NumPy has not, or warns of."""
    gone = json.loads(output(version, LOOK_UP, given=json.dumps(sorted(names))))
    return {".".join([module, *attributes]) for module, attributes in gone}


def taken_further() -> set[str]:
    """The old names of all rules: what is moved to one of them is moved again by the rule about it."""
    tables = {name.dotted for rule in RULES for name in rule.names}
    return tables | set(HINTS)


@pytest.mark.migrations
@SEVERAL
def test_every_new_name_is_there(version: str) -> None:
    wanted = {(".".join(to.module), to.attributes) for _, _, to in rows()}
    assert missing(version, wanted) - taken_further() == set()


@pytest.mark.migrations
def test_what_is_safe_is_there_in_numpy_1() -> None:
    safe = {(".".join(to.module), to.attributes) for rule, name, to in rows() if "unsafe" not in (name.fix, rule.fix)}
    assert missing(OLD, safe) - taken_further() == set()


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
    there = {name for name, _ in old} - missing(NEW[-1], old)
    assert there - STILL_THERE == {"numpy.core"}
