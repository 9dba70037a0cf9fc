"""The migration to SQLAlchemy 2: a shop that prints the same before and after, and new names that are there in both."""

from __future__ import annotations

import pytest
from tests.migrations.trial import Trial, missing, output, program, python_with

OLD, NEW = "1.4.54", ("2.0.0", "2.0.36")
TRIAL = Trial("sqlalchemy2")
fixed = TRIAL.fixed


@pytest.fixture(scope="module")
def before() -> str:
    return program("sqlalchemy2")


def sqlalchemy(version: str) -> str:
    return python_with("SQLAlchemy", version)


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
    expected = output(sqlalchemy(OLD), before)
    assert output(sqlalchemy(OLD), fixed(before, unsafe=False)) == expected
    assert output(sqlalchemy(OLD), fixed(before, unsafe=True)) == expected


@pytest.mark.migrations
@pytest.mark.parametrize("version", NEW)
def test_the_program_prints_on_sqlalchemy_2_what_it_printed_on_1(before: str, version: str) -> None:
    assert output(sqlalchemy(version), fixed(before, unsafe=True)) == output(sqlalchemy(OLD), before)


@pytest.mark.migrations
@pytest.mark.parametrize("version", [OLD, *NEW])
def test_every_new_name_is_there(version: str) -> None:
    assert missing(sqlalchemy(version), TRIAL.new_names()) == set()
