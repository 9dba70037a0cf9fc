"""Packages' own tests before and after a migration: what ``benchmarks.migrations`` says of them.

A package that is written for the old version only is fetched as it was released, with its tests. They are run with the
old version, with the new one, which shows that there is something to migrate, and with the new one after the migration
with all of its fixes. What passed in the beginning and does not in the end has to be argued.
"""

from __future__ import annotations

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks import markdown, rows, workspace
from benchmarks.workspace import Release, Tree

#: How long one run of one suite may take, in seconds.
_LONGEST = 900


class Side(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The old or the new version: what is installed, and the Python, that of this run unless it says another."""

    requires: list[str] = []
    python: str = ""


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tests, as patterns of their names, that the migration does not bring to pass, and why that is."""

    tests: list[str]
    why: str


class ByHand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person writes after the migration: *new* where *old* stands, everywhere in the *file*."""

    file: str
    old: str
    new: str


class Suite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A released *package*, what its *tests* need besides it and what they are, as arguments of pytest; *wheel* says
    that the wheel has them and is taken, and *source* the folder that is imported from. Where most tests hang on a few
    places that are left for people, these are changed *by_hand* for a fourth run.
    """

    package: str
    tests: list[str]
    old: Side
    new: Side
    requires: tuple[str, ...] = ("pytest",)
    source: str = "."
    wheel: bool = False
    by_hand: list[ByHand] = []
    left: list[Left] = []


class Ran(NamedTuple):
    """What became of the tests of a package, by their names: with the *old* version, *unmigrated* and *migrated* with
    the new one, and *finished* by hand in so many *places*.
    """

    suite: Suite
    old: dict[str, str]
    unmigrated: dict[str, str]
    migrated: dict[str, str]
    finished: dict[str, str]
    places: int

    @property
    def lost(self) -> list[str]:
        """Tests that passed with the old version, and do not in the end."""
        return [test for test, outcome in self.old.items() if outcome == "passed" != self.finished.get(test)]

    @property
    def faults(self) -> Iterator[str]:
        """What shows that the run proves nothing, or less than is said."""
        if not _passed(self.old) - _passed(self.unmigrated):
            yield "no test passes with the old version alone: there is nothing to migrate"
        lost = self.lost
        patterns = [pattern for left in self.suite.left for pattern in left.tests]
        for test in lost:
            if not any(fnmatchcase(test, pattern) for pattern in patterns):
                yield f"it is not said why {test} does not pass any more"
        for pattern in patterns:
            if not any(fnmatchcase(test, pattern) for test in lost):
                yield f"{pattern} is said not to pass any more, and is no such test"


def run(suite: Suite, migrate: Sequence[str | Path]) -> Ran:
    """Run the tests of *suite* in the three ways; *migrate* is the command that migrates the folder it is run in."""
    tree = _released(suite)
    old, new = _python(suite, "old", suite.old), _python(suite, "new", suite.new)
    before = _outcomes(suite, old, workspace.copy(tree, f"suites/{tree.name}/old"))
    unmigrated = _outcomes(suite, new, workspace.copy(tree, f"suites/{tree.name}/unmigrated"))
    copy = workspace.copy(tree, f"suites/{tree.name}/migrated")
    rows.reported(copy, *migrate, "--output-format", "json")
    migrated = finished = _outcomes(suite, new, copy)
    places = sum(_changed(copy.root / change.file, change) for change in suite.by_hand)
    if places:
        finished = _outcomes(suite, new, copy)
    return Ran(suite, before, unmigrated, migrated, finished, places)


def _changed(path: Path, change: ByHand) -> int:
    """In how many places the file at *path* was changed."""
    text = path.read_text("utf-8")
    places = text.count(change.old)
    if not places:
        raise SystemExit(f"benchmarks: {path} has no {change.old!r} to change by hand")
    path.write_text(text.replace(change.old, change.new), "utf-8")
    return places


def section(ran: Sequence[Ran]) -> Iterator[str]:
    """What the page says of them."""
    yield "The packages' own tests, passed and failed:"
    columns = ("package", "old version", "new version, unmigrated", "migrated", "finished by hand")
    yield markdown.table(columns, [shown(each) for each in ran])
    for each in ran:
        for left in each.suite.left:
            count = sum(any(fnmatchcase(test, pattern) for pattern in left.tests) for test in each.lost)
            yield f"*{_name(each.suite)}, {count} {'tests' if count > 1 else 'test'}:* {left.why}"


def shown(ran: Ran) -> list[str]:
    """The row of the table."""
    cells = [_counts(outcomes) for outcomes in (ran.old, ran.unmigrated, ran.migrated)]
    where = f"{ran.places} {'places' if ran.places > 1 else 'place'}"
    cells.append(f"{_counts(ran.finished)}, {where}" if ran.places else "")
    return [_name(ran.suite), *cells]


def _counts(outcomes: dict[str, str]) -> str:
    counts = Counter(outcomes.values())
    return f"{counts['passed']:,} / {counts['failed']:,}" if outcomes else "none begins"


def _name(suite: Suite) -> str:
    return suite.package.replace("==", " ")


def _passed(outcomes: dict[str, str]) -> set[str]:
    return {test for test, outcome in outcomes.items() if outcome == "passed"}


def _released(suite: Suite) -> Tree:
    name, _, version = suite.package.partition("==")
    stem = workspace.stem(name)
    form = f"{stem}-{version}-*.whl" if suite.wheel else f"{stem}-{version}.tar.gz"
    return workspace.unpacked(
        f"{name.lower()}-{version}-{'wheel' if suite.wheel else 'sdist'}",
        Release(suite.package, form, name, not suite.wheel),
    )


def _python(suite: Suite, name: str, side: Side) -> Path:
    """The Python of an environment with what the tests need and *side*, which is called *name*, has."""
    python = workspace.environment(f"envs/{_name(suite).lower().replace(' ', '-')}-{name}", side.python)
    workspace.install(python, *suite.requires, *side.requires)
    return python


def _outcomes(suite: Suite, python: Path, copy: Tree) -> dict[str, str]:
    """What becomes of each test in *copy*: "passed", "failed" or "skipped"."""
    report, output = (copy.root.with_suffix(suffix) for suffix in (".xml", ".txt"))
    report.unlink(missing_ok=True)
    # Where pytest looks for settings ends here: those of this project are not the package's.
    (copy.root.parent / "pytest.ini").touch()
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy.root / suite.source),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", f"--rootdir={copy.root}"]
    command += [f"--junitxml={report}", "--continue-on-collection-errors", *suite.tests]
    done = subprocess.run(
        command, cwd=copy.root, env=environment, capture_output=True, text=True, check=False, timeout=_LONGEST
    )
    output.write_text(done.stdout + done.stderr, "utf-8")
    if not report.is_file():
        return {}
    outcomes: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        test = f"{case.get('classname')}::{case.get('name')}"
        said = {part.tag for part in case}
        outcome = "failed" if said & {"failure", "error"} else "skipped" if "skipped" in said else "passed"
        # A test that fails while it is torn down has two cases.
        outcomes[test] = "failed" if outcomes.get(test) == "failed" else outcome
    return outcomes
