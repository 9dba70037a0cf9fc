"""What holds for each program that a migration is tried on."""

from __future__ import annotations

import pytest
from tests.migrations.trial import Trial, program

#: Programs, by the migration.
TRIED = {
    "airflow3": "airflow3",
    "numpy2": "numpy2",
    "pytest": "pytest_suite",
    "python314": "python314",
    "sqlalchemy2": "sqlalchemy2",
}


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("name", TRIED)
def test_a_second_run_changes_nothing(name: str, unsafe: bool) -> None:
    trial, before = Trial(name, file="test_example.py"), program(TRIED[name])
    once = trial.fixed(before, unsafe=unsafe)
    assert once != before
    assert trial.fixed(once, unsafe=unsafe) == once
