"""The migration to SQLAlchemy 2: a shop that prints the same before and after, and new names that are there in both."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest
from benchmarks import workspace

from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import fix
from platform_lint.loading import load_packs
from platform_lint.migrating.choosing import rules_of
from platform_lint.modules import Modules
from platform_lint.rule import NAME_VERBS, Target
from platform_lint.source import Source

PROGRAM = Path(__file__).with_name("programs") / "sqlalchemy2.txt"
OLD, NEW = "1.4.54", ("2.0.0", "2.0.36")

PACKS = load_packs()
RULES = rules_of(PACKS.migrations["sqlalchemy2"], PACKS)


@cache
def sqlalchemy(version: str) -> Path:
    """A Python that has this version of SQLAlchemy; what needs it is skipped where it cannot be had."""
    python = workspace.environment(f"envs/sqlalchemy-{version}")
    if workspace.version(python, "SQLAlchemy") != version:
        try:
            workspace.install(python, f"SQLAlchemy=={version}")
        except SystemExit as error:
            pytest.skip(f"SQLAlchemy {version} cannot be installed here: {str(error).splitlines()[-1]}")
    return python


def output(version: str, program: str, *arguments: str) -> str:
    """What *program* prints with this version of SQLAlchemy; it must not fail."""
    command = [str(sqlalchemy(version)), "-W", "ignore", "-c", program, *arguments]
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


def test_nothing_of_sqlalchemy_1_is_left(before: str) -> None:
    after = fixed(before, unsafe=True)
    for old in ("select([", "engine.execute", 'row["', "relation(", "mapper,", 'join("', "append_", ".query(User).get"):
        assert old in before
        assert old not in after


def test_what_wrote_without_a_commit_is_committed() -> None:
    after = fixed(
        "from sqlalchemy import create_engine, text\n\n"
        'engine = create_engine("sqlite://")\n'
        'with engine.connect() as reading:\n    reading.execute(text("select 1"))\n'
        'with engine.connect() as writing:\n    writing.execute(text("delete from orders"))\n',
        unsafe=True,
    )
    assert "engine.connect() as reading" in after
    assert "engine.begin() as writing" in after


def test_other_databases_are_left_alone() -> None:
    text = (
        "import sqlite3\n\nimport sqlalchemy\n\nconnection = sqlite3.connect(path)\n"
        'connection.execute("delete from orders")\nrow = connection.execute(query).fetchone()\nprint(row["id"])\n'
    )
    assert fixed(text, unsafe=True) == text


def test_values_that_a_driver_reads_stay_with_the_driver() -> None:
    after = fixed(
        "from sqlalchemy.engine import Connection\n\n\n"
        "def load(connection: Connection):\n"
        '    return connection.execute("select * from orders where id = %s", (1,))\n',
        unsafe=True,
    )
    assert 'connection.exec_driver_sql("select * from orders where id = %s", (1,))' in after


@pytest.mark.migrations
def test_the_fixed_program_prints_the_same_on_sqlalchemy_1(before: str) -> None:
    """All the fixes can be merged before the version changes, the unsafe ones too."""
    expected = output(OLD, before)
    assert output(OLD, fixed(before, unsafe=False)) == expected
    assert output(OLD, fixed(before, unsafe=True)) == expected


@pytest.mark.migrations
@pytest.mark.parametrize("version", NEW)
def test_the_program_prints_on_sqlalchemy_2_what_it_printed_on_1(before: str, version: str) -> None:
    assert output(version, fixed(before, unsafe=True)) == output(OLD, before)


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
@pytest.mark.parametrize("version", [OLD, *NEW])
def test_every_new_name_is_there(version: str) -> None:
    assert json.loads(output(version, LOOK_UP, json.dumps(new_names()))) == []
