"""The migration to Python 3.14: a program prints the same on 3.10 as it is, and on later versions when it is fixed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import fix
from platform_lint.loading import load_packs
from platform_lint.migrating.choosing import rules_of
from platform_lint.modules import Modules
from platform_lint.rule import NAME_VERBS, Target
from platform_lint.source import Source

PROGRAM = Path(__file__).with_name("programs") / "python314.txt"
OLD, NEW = "3.10", ("3.13", "3.14")
#: What is there on Unix, or with a library for it, only.
NOT_EVERYWHERE = ("tkinter", "turtle")

PACKS = load_packs()
RULES = rules_of(PACKS.migrations["python314"], PACKS)
for each in RULES:
    each.requires = ""


@cache
def python(version: str) -> str:
    """An interpreter of this version; what needs it is skipped where there is none."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for path in (shutil.which(f"python{version}"), *versions.glob(f"{version}.*/bin/python")):
        command = [str(path), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if path and subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == version:
            return str(path)
    pytest.skip(f"there is no Python {version} here")


def output(version: str, program: str, *arguments: str) -> str:
    """What *program* prints on this version of Python; it must not fail."""
    command = [python(version), "-W", "ignore", "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fixed(text: str, *, unsafe: bool) -> str:
    view = Modules(("/nowhere",)).view("/nowhere/example.py")
    done = fix(Source(text), Catalog(RULES, PACKS.apis.values()), view=view, unsafe=unsafe)
    assert done.failures == []
    return done.text


@pytest.fixture(scope="module")
def before() -> str:
    return PROGRAM.read_text("utf-8")


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_second_run_changes_nothing(before: str, unsafe: bool) -> None:
    once = fixed(before, unsafe=unsafe)
    assert once != before
    assert fixed(once, unsafe=unsafe) == once


def test_nothing_old_is_left(before: str) -> None:
    after = fixed(before, unsafe=True)
    for old in ("pipes", "distutils", "ast.Str", "ast.Num", ".setName(", ".link_to", "yield from", "assertEquals"):
        assert old in before
        assert old not in after


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r'"\d"', r'r"\d"'),
        (r'b"\d"', r'rb"\d"'),
        (r'"\d\n"', r'"\\d\n"'),
        (r'f"\d{x}"', r'f"\\d{x}"'),
        (r'u"\d"', r'u"\\d"'),
        ("'\\\\d'", "'\\\\d'"),
        ('"""\\\na\\d"""', '"""\\\na\\\\d"""'),
        (r'"\N{BULLET}\u2022\x41\0"', r'"\N{BULLET}\u2022\x41\0"'),
    ],
)
def test_an_unknown_escape_becomes_a_backslash_that_is_said(old: str, new: str) -> None:
    after = fixed(f"x = 1\ny = {old}\n", unsafe=False)
    assert after == f"x = 1\ny = {new}\n"


@pytest.mark.migrations
@pytest.mark.parametrize("version", NEW)
def test_the_fixed_program_prints_what_the_old_one_did(before: str, version: str) -> None:
    assert output(version, fixed(before, unsafe=True)) == output(OLD, before)


@pytest.mark.migrations
def test_the_safe_fixes_run_on_the_old_python_too(before: str) -> None:
    assert output(OLD, fixed(before, unsafe=False)) == output(OLD, before)


# The tables

LOOK_UP = """
import importlib, json, sys
def found(module, attributes):
    thing, parts = None, module.split(".")
    for number in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:number]))
            break
        except ImportError:
            pass
    try:
        for part in [*parts[number:], *attributes]:
            thing = vars(builtins)[part] if thing is None else getattr(thing, part)
    except (AttributeError, KeyError):
        return False
    return True
import builtins
print(json.dumps([one for one in json.loads(sys.argv[1]) if not found(*one)]))
"""


def new_names() -> list[tuple[str, tuple[str, ...]]]:
    """What the tables of the migration lead to, each a module and attributes."""
    wanted = {Target.parse(name.to) for rule in RULES if rule.verb in NAME_VERBS for name in rule.names if name.to}
    return sorted((".".join(to.module), to.attributes) for to in wanted)


@pytest.mark.migrations
@pytest.mark.parametrize("version", NEW)
def test_every_new_name_is_there(version: str) -> None:
    wanted = [one for one in new_names() if not one[0].startswith(NOT_EVERYWHERE)]
    assert json.loads(output(version, LOOK_UP, json.dumps(wanted))) == []
