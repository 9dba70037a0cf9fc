"""The migration to SQLAlchemy 2: a shop that prints the same before and after, and new names that are there in both."""

from __future__ import annotations

import pytest
from tests.migrations.trial import Trial, missing, output, program, python_with

from platform_lint.library import check

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


def test_a_condition_that_may_be_empty_is_not_turned_into_one_that_matches_nothing() -> None:
    text = "import sqlalchemy\n\nquery = query.where(sqlalchemy.or_(*conditions))\n"
    assert fixed(text, unsafe=True) == text
    inside = "import sqlalchemy\n\nquery = query.where(sqlalchemy.or_(closed, sqlalchemy.and_(*conditions)))\n"
    assert fixed(inside, unsafe=True) == inside


def test_connections_of_drivers_that_are_awaited_are_left_alone() -> None:
    text = (
        "import aiosqlite\nimport sqlalchemy\n\n\nasync def begin(self):\n"
        '    async with self.connection.execute("BEGIN") as cursor:\n        await cursor.close()\n'
    )
    assert fixed(text, unsafe=True) == text


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("rows = engine.execute(query)", "MIG454"),
        ('rows = engine.execute("select %s" % name)', "MIG454"),
        ("orders.insert().execute(name=1)", "MIG536"),
        ("orders.create()", "MIG455"),
        ("query = orders.update(orders.c.id == 1, values)", "MIG483"),
        ("query = select([orders.c.id], orders.c.open == 1)", "LIB711"),
        ("query = select([orders.c.id], orders.c.open == 1, orders)", "MIG533"),
        ("query = select(columns)", "MIG533"),
    ],
)
def test_a_place_is_told_once(line: str, code: str) -> None:
    text = (
        "from sqlalchemy import MetaData, Table, create_engine, select\n\n"
        f'engine = create_engine("sqlite://")\norders = Table("orders", MetaData())\n{line}\n'
    )
    codes = [rule.code for rule in TRIAL.rules]
    assert [finding.code for finding in check(text, select=codes)] == [code]


@pytest.mark.parametrize(
    "lines",
    [
        "columns = table\nquery = select(columns)",
        "def read(table):\n    return select(table)",
        "query = select(orders.c)",
        "when = (orders.c.open, 1)\nrank = case(when, else_=0)",
        'options = {}\noptions.update({"a": orders.c.id})',
        'rows = []\nrows.insert(0, "a")',
        'def read(connection, row=None):\n    for row in rows:\n        print(row["id"])',
    ],
)
def test_what_is_right_in_both_is_not_changed(lines: str) -> None:
    text = f"from sqlalchemy import case, select\n\n{lines}\n"
    assert fixed(text, unsafe=True) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(columns: list):\n    return select(columns)", "def f(columns: list):\n    return select(*columns)"),
        ("query = select([a], distinct=False, limit=None)", "query = select(a)"),
        ("query = select([a], whereclause=None, order_by=b.c.d)", "query = select(a).order_by(b.c.d)"),
        (
            "query = orders.update(orders.c.a == 1, inline=True)",
            "query = orders.update().where(orders.c.a == 1).inline()",
        ),
        ("query = orders.delete(orders.c.a == 1)", "query = orders.delete().where(orders.c.a == 1)"),
    ],
)
def test_what_is_certain_is_changed_safely(before: str, after: str) -> None:
    head = "from sqlalchemy import select\n\n"
    assert fixed(f"{head}{before}\n", unsafe=False) == f"{head}{after}\n"


@pytest.mark.parametrize(
    "line",
    [
        "query = orders.update(orders.c.a == 1, values)",
        "query = select([a], condition, b)",
        "query = table.delete(condition)",
    ],
)
def test_what_may_be_none_is_changed_only_when_asked(line: str) -> None:
    text = f"from sqlalchemy import select\n\n{line}\n"
    assert fixed(text, unsafe=False) == text
    assert fixed(text, unsafe=True) != text


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
