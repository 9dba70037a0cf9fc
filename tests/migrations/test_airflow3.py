"""The migration to Airflow 3: its tables against what Airflow 3 ships, and a DAG that is the same before and after."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from benchmarks import workspace
from tests.migrations.trial import Trial, program

OLD, NEW = "2.10.5", "3.0.6"
#: What tables lead to, in releases for Airflow 3.0 and for a later one. Read, never imported: no dependencies.
SHIPPED = {
    "3.0": ("apache-airflow-core==3.0.6", "apache-airflow-task-sdk==1.0.6"),
    "3.3": ("apache-airflow-core==3.3.2", "apache-airflow-task-sdk==1.3.2"),
}
_PROVIDERS = "amazon cncf-kubernetes common-compat common-sql common-io fab google microsoft-azure smtp standard"
PROVIDERS = tuple(f"apache-airflow-providers-{name}" for name in _PROVIDERS.split())
#: Folders of `airflow.providers` that are looked at.
LOOKED_AT = ("amazon", "cncf", "common", "fab", "google", "microsoft.azure", "smtp", "standard")
#: The rule whose names are there from 3.1 on.
LATER = "MIG203"
#: What 3.0 has and a later release moved once more, behind a shim or for good.
MOVED_AGAIN = (
    "airflow.exceptions.FailFastDagInvalidTriggerRule",
    "airflow.lineage.hook",
    "airflow.metrics.validators",
    "airflow.utils.trigger_rule",
)

TRIAL = Trial("airflow3")
RULES = TRIAL.rules
fixed = TRIAL.fixed


# The DAG


@pytest.fixture(scope="module")
def before() -> str:
    return program("airflow3")


def test_nothing_of_airflow_2_is_left(before: str) -> None:
    after = fixed(before, unsafe=True)
    for old in ("Dataset", "execution_date", "schedule_interval", "concurrency=4", "default_view", "yesterday_ds"):
        assert old in before
        assert old not in after
    imported = {node.module or "" for node in ast.walk(ast.parse(after)) if isinstance(node, ast.ImportFrom)}
    old_modules = {name for name in imported if not name.startswith(("airflow.sdk", "airflow.providers."))}
    assert old_modules == {"airflow.utils.trigger_rule", "datetime"}


def test_a_second_fix_finds_the_argument_by_its_new_name() -> None:
    """`Variable` moves first, and only then its default has another name."""
    after = fixed('from airflow.models import Variable\n\nlimit = Variable.get("limit", default_var=1)\n', unsafe=True)
    assert after == 'from airflow.sdk import Variable\n\nlimit = Variable.get("limit", default=1)\n'


@cache
def airflow(version: str) -> Path:
    """A Python that has this version of Airflow; what needs it is skipped where it cannot be had."""
    python = workspace.environment(f"envs/airflow3-{version}")
    if workspace.version(python, "apache-airflow") != version:
        try:
            # pip tries releases of what Airflow needs for half an hour; uv finds some that go together in seconds.
            workspace.install(python, "uv")
        except SystemExit as error:
            pytest.skip(f"uv cannot be installed here: {str(error).splitlines()[-1]}")
        wanted = [f"apache-airflow=={version}", *(["apache-airflow-providers-standard"] if version == NEW else [])]
        command = [str(python), "-m", "uv", "pip", "install", "--quiet", "--python", str(python), *wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"airflow {version} cannot be installed here: {done.stderr.splitlines()[-1]}")
    return python


def output(version: str, program: str, home: Path) -> list[str]:
    """What the DAG prints with this version of Airflow, without what Airflow logs; it must not fail."""
    python = airflow(version)
    settings = {"AIRFLOW_HOME": str(home), "PATH": "", "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    command = [str(python), "-W", "ignore", "-c", program]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if not line.startswith("[")]


@pytest.mark.migrations
def test_the_dag_is_on_airflow_3_what_it_was_on_airflow_2(before: str, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    assert output(NEW, fixed(before, unsafe=True), new) == output(OLD, before, old)


# The tables


@cache
def shipped(name: str) -> Path:
    """A folder with the packages of *name*, unpacked and not importable: nothing they need is there."""
    folder = workspace.BENCH / "envs" / f"airflow3-shipped-{name}"
    stamp = folder / "complete"
    if not stamp.is_file():
        packages = SHIPPED.get(name, PROVIDERS)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
        done = subprocess.run([*command, str(folder), *packages], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{packages[0]} cannot be installed here: {done.stderr.splitlines()[-1]}")
        stamp.write_text("")
    return folder


@cache
def defined(path: Path) -> frozenset[str]:
    """The names that a module binds, conditions and handlers included."""
    found: set[str] = set()
    rest: list[ast.stmt] = list(ast.parse(path.read_text("utf-8")).body)
    while rest:
        node = rest.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets) and node.value:
                # What a package imports when it is asked for, `airflow.sdk` above all, is listed here.
                said = [one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)]
                found.update(one for one in said if isinstance(one, str))
        elif isinstance(node, ast.If | ast.Try):
            rest += [*node.body, *node.orelse]
            if isinstance(node, ast.Try):
                rest += [one for handler in node.handlers for one in handler.body]
    return frozenset(found)


def has(name: str, folders: list[Path]) -> bool:
    """Whether a module of the name, or one that binds it or what it is an attribute of, is below one of the folders."""
    parts = name.split(".")
    for folder in folders:
        for length in range(len(parts), 0, -1):
            place = folder.joinpath(*parts[:length])
            file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
            if length == len(parts) and (place.is_dir() or file.is_file()):
                return True
            if file.is_file() and parts[length] in defined(file):
                return True
    return False


def targets(*, later: bool) -> set[str]:
    """The new names of all tables that are names of Airflow."""
    found = {
        name.to.replace(":", ".").rstrip(".")
        for rule in RULES
        if rule.verb == "rename" and (rule.code == LATER) == later
        for name in rule.names
        if name.to
    }
    return {name for name in found if name.startswith("airflow.")}


def test_tables_lead_to_airflow() -> None:
    assert len(targets(later=False)) > 400
    assert len(targets(later=True)) > 20


@pytest.mark.migrations
@pytest.mark.parametrize(("release", "later"), [("3.0", False), ("3.3", False), ("3.3", True)])
def test_what_names_are_replaced_by_is_there(release: str, later: bool) -> None:
    folders = [shipped(release), shipped("providers")]
    prefixes = tuple(f"airflow.providers.{name}." for name in LOOKED_AT)
    wanted = {
        name for name in targets(later=later) if not name.startswith("airflow.providers.") or name.startswith(prefixes)
    }
    if release != "3.0":
        wanted = {name for name in wanted if not name.startswith(MOVED_AGAIN)}
    assert sorted(name for name in wanted if not has(name, folders)) == []
