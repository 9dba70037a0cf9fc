"""Packages' own tests before and after safe fixes: ``python -m tests.reliability.suites``.

Of each package the sdist is unpacked twice. One copy gets every safe fix of the built-in packs, and of a pack that
gives everyday things other names (``aliases/``: each name is the very same object, so behaviour stays). What passed in
one copy must pass in the other.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import workspace

from . import table

ALIASES = Path(__file__).with_name("aliases")

#: What the tests of the packages need besides them.
NEEDED = (
    "pytest<8",
    "cloudpickle",
    "freezegun",
    "hypothesis",
    "markupsafe",
    "pretend",
    "pyparsing<3.1",
    "python-dateutil",
    "pytz",
    "simplejson",
)


class Suite(NamedTuple):
    """A package with its tests: the folder its modules are in, and those to leave out and why that is."""

    requirement: str
    archive: str
    sha256: str
    source: str = "src"
    left_out: tuple[str, ...] = ()


SUITES = {
    "itsdangerous": Suite(
        "itsdangerous==2.0.1",
        "itsdangerous-2.0.1.tar.gz",
        "9e724d68fc22902a1435351f84c3fb8623f303fffcc566a4cb952df8c572cff0",
    ),
    "packaging": Suite(
        "packaging==21.3",
        "packaging-21.3.tar.gz",
        "dd47c42927d89ab911e606518907cc2d3a1f38bbd026385970643f9c5b8ecfeb",
        source=".",
        # It puts another `run` into `_musllinux.subprocess`, and asks for the very keywords of the call: the name that
        # an import gives a module, and `universal_newlines`, are what the fixes change.
        left_out=("tests/test_musllinux.py::test_get_musl_version",),
    ),
    "marshmallow": Suite(
        "marshmallow==3.13.0",
        "marshmallow-3.13.0.tar.gz",
        "c67929438fd73a2be92128caa0325b1b5ed8b626d91a094d2f7f2771bf1f1c0e",
    ),
    "click": Suite(
        "click==8.0.4",
        "click-8.0.4.tar.gz",
        "8458d7b1287c5fb128c90e23381cf99dcde74beaf6c7ff6384ce84d6fe090adb",
        # It lists the modules that click may import, and `acme` is not among them.
        left_out=("tests/test_imports.py::test_light_imports",),
    ),
    "jinja2": Suite(
        "Jinja2==3.0.3", "Jinja2-3.0.3.tar.gz", "611bb273cd68f3b993fabdc4064fc858c5b47a973cb5aa7999ec1ba405c87cd7"
    ),
    "attrs": Suite(
        "attrs==21.4.0", "attrs-21.4.0.tar.gz", "626ba8234211db98e869df76230a137c4c40a12d72445c45d5f5b716f076e2fd"
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where nothing that passed fails."""
    options = _parser().parse_args(arguments)
    ran: dict[str, dict[str, Any]] = {}
    for name in options.suite or SUITES:
        found = ran[name] = run(name)
        print(
            f"{found['release']}: {found['fixed']} fixes in {found['files']} files; {found['passed_before']} tests"
            f" passed before, {found['passed_after']} after; {len(found['lost'])} pass no more",
            flush=True,
        )
        for test in found["lost"]:
            print(f"  {test}", flush=True)
    known = {suite["name"]: suite for suite in table.suites()} | ran
    table.SUITES.parent.mkdir(parents=True, exist_ok=True)
    table.SUITES.write_text(json.dumps([known[name] for name in SUITES if name in known], indent=1))
    table.write()
    return int(any(suite["lost"] for suite in ran.values()))


def run(name: str) -> dict[str, Any]:
    """Run the tests of the package *name*, fix it, and run them again."""
    suite = SUITES[name]
    before, after = (_unpacked(name, suite, copy) for copy in ("before", "after"))
    passed = _passed(before, suite)
    if not passed:
        raise SystemExit(f"suites: no test of {name} passes: they prove nothing")
    fixed = _fix(after)
    again = _passed(after, suite)
    return {
        "name": name,
        "release": suite.requirement.replace("==", " "),
        "files": fixed["files"],
        "fixed": fixed["fixed"],
        "passed_before": len(passed),
        "passed_after": len(again),
        "lost": sorted(passed - again),
    }


def _unpacked(name: str, suite: Suite, copy: str) -> Path:
    root = workspace.BENCH / "corpus" / "suites" / name / copy
    shutil.rmtree(root, ignore_errors=True)
    release = workspace.Release(suite.requirement, suite.archive, name, source=True, sha256=suite.sha256)
    with tarfile.open(workspace.downloaded(release)) as sdist:
        sdist.extractall(root, filter="data")
    top = next(root.iterdir())
    # What lies in a folder that git ignores, as ours does, would not be looked at.
    subprocess.run(["git", "init", "--quiet", str(top)], capture_output=True, check=True)
    return top


def _fix(root: Path) -> dict[str, int]:
    """Apply every safe fix to the package at *root*: how many, and in how many files."""
    old = {path: path.read_bytes() for path in workspace.python_files(root)}
    ours = Path(sys.executable).with_name("platform-lint")
    command = [str(ours), "check", "--isolated", "--no-cache", "--select", "ALL", "--fix"]
    command += ["--rules", str(ALIASES / "aliases.toml"), "--exit-zero", "--output-format", "json", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"suites: {' '.join(command)} failed:\n{done.stderr}")
    said = re.search(r"Fixed ([\d,]+) finding", done.stdout + done.stderr)
    changed = sum(path.read_bytes() != data for path, data in old.items())
    return {"files": changed, "fixed": int(said.group(1).replace(",", "")) if said else 0}


def _passed(root: Path, suite: Suite) -> set[str]:
    """The tests of the package at *root* that pass."""
    python = _python()
    report = root.parent / "report.xml"
    path = os.pathsep.join((str(root / suite.source), str(ALIASES)))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={root}"]
    command += [f"--junitxml={report}", "tests"]
    command += [
        "-p",
        "no:randomly",
        "--continue-on-collection-errors",
        *(part for test in suite.left_out for part in ("--deselect", test)),
    ]
    report.unlink(missing_ok=True)
    # Where pytest looks for settings ends here: those of this project are not the package's.
    (root.parent / "pytest.ini").touch()
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if not report.is_file():
        raise SystemExit(f"suites: {' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    cases = ElementTree.parse(report).iter("testcase")
    passed = {f"{case.get('classname')}::{case.get('name')}" for case in cases if len(case) == 0}
    # Some are called by the time of day.
    return {re.sub(r"\d\d:\d\d:\d\d", "…", test) for test in passed}


@cache
def _python() -> Path:
    """The Python of an environment that has what the tests need."""
    python = workspace.environment("suites")
    for requirement in NEEDED:
        workspace.install(python, requirement)
    return python


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.suites", description=__doc__)
    parser.add_argument("--suite", action="append", choices=SUITES, help="that package alone (repeatable)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
