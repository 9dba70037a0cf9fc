"""What the tests of migrations share: the fixes on a text, versions of what is migrated, and what they have."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from benchmarks import workspace

from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import fix
from platform_lint.loading import load_packs
from platform_lint.migrating.choosing import with_values
from platform_lint.modules import Modules
from platform_lint.rule import NAME_VERBS, Rule, Target
from platform_lint.source import Source

PROGRAMS = Path(__file__).with_name("programs")
PACKS = load_packs()

#: A name as tables have it: a module and attributes of it.
Looked = tuple[str, tuple[str, ...]]

LOOK_UP = """
import builtins, importlib, json, sys, warnings
strict, names = json.load(sys.stdin)
def found(module, attributes):
    thing, number, parts = builtins, 0, module.split(".") if module else []
    with warnings.catch_warnings():
        warnings.simplefilter("error" if strict else "ignore")
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
print(json.dumps([one for one in names if not found(*one)]))
"""


class Trial:
    """The migration called *name*, with its rules, on a file called *file*."""

    def __init__(self, name: str, *, file: str = "example.py") -> None:
        self.rules = with_values(PACKS.migrations[name], PACKS, [])
        self.file = file

    def fixed(self, text: str, *, unsafe: bool) -> str:
        """*text* after the fixes."""
        return fixed(text, self.rules, unsafe=unsafe, file=self.file)

    def new_names(self) -> set[Looked]:
        """What the tables of the rules lead to."""
        tables = (rule for rule in self.rules if rule.verb in NAME_VERBS)
        targets = {Target.parse(name.to) for rule in tables for name in rule.names if name.to}
        return {(".".join(to.module), to.attributes) for to in targets}


def program(name: str) -> str:
    """The program *name*, as it is written for the old version."""
    return (PROGRAMS / f"{name}.txt").read_text("utf-8")


def fixed(text: str, rules: Iterable[Rule], *, unsafe: bool, file: str = "example.py") -> str:
    """*text* after the fixes of *rules*."""
    view = Modules(("/nowhere",)).view(f"/nowhere/{file}")
    done = fix(Source(text), Catalog(rules, PACKS.apis.values()), view=view, unsafe=unsafe)
    assert done.failures == []
    return done.text


@cache
def python_with(distribution: str, version: str) -> str:
    """A Python that has this release of *distribution*; what needs it is skipped where it cannot be had."""
    python = workspace.environment(f"envs/{distribution.lower()}-{version}")
    if workspace.version(python, distribution) != version:
        try:
            workspace.install(python, f"{distribution}=={version}")
        except SystemExit as error:
            pytest.skip(f"{distribution} {version} cannot be installed here: {str(error).splitlines()[-1]}")
    return str(python)


def output(python: str, text: str, *, given: str = "") -> str:
    """What the program *text* prints when *python* runs it; it must not fail."""
    command = [python, "-W", "ignore", "-c", text]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def missing(python: str, names: Iterable[Looked], *, strict: bool = False) -> set[str]:
    """Those of *names* that *python* does not have; if *strict*, or warns of."""
    gone = json.loads(output(python, LOOK_UP, given=json.dumps([strict, sorted(names)])))
    return {".".join([module, *attributes]) for module, attributes in gone}
