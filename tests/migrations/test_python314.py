"""The migration to Python 3.14: a program prints the same on 3.10 as it is, and on later versions when it is fixed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from tests.migrations.trial import Trial, missing, output, program

OLD, NEW = "3.10", ("3.13", "3.14")
#: What is there on Unix, or with a library for it, only.
NOT_EVERYWHERE = ("tkinter", "turtle")

TRIAL = Trial("python314")
fixed = TRIAL.fixed


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


@pytest.fixture(scope="module")
def before() -> str:
    return program("python314")


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
    assert output(python(version), fixed(before, unsafe=True)) == output(python(OLD), before)


@pytest.mark.migrations
def test_the_safe_fixes_run_on_the_old_python_too(before: str) -> None:
    assert output(python(OLD), fixed(before, unsafe=False)) == output(python(OLD), before)


@pytest.mark.migrations
@pytest.mark.parametrize("version", NEW)
def test_every_new_name_is_there(version: str) -> None:
    wanted = {name for name in TRIAL.new_names() if not name[0].startswith(NOT_EVERYWHERE)}
    assert missing(python(version), wanted) == set()
