"""Many processes: the same results, the death of one costs one file, and an interruption loses nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time

import pytest

from .harness import APP, NEW, OLD, Done, Project

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="all work is done in one process here")


@pytest.mark.parametrize("jobs", ["0", "2", "7"])
def test_any_number_of_processes_says_the_same(project, jobs):
    project.write({f"p{number % 5}/m{number}.py": (APP, OLD, NEW, "x = (\n")[number % 4] for number in range(90)})
    alone = project.json("--no-cache", "--jobs", "1", ".")
    together = project.json("--no-cache", "--jobs", jobs, ".")
    assert (alone.status, alone.out, alone.err) == (together.status, together.out, together.err)


@pytest.mark.parametrize("death", [lambda: os._exit(9), lambda: os.kill(os.getpid(), signal.SIGKILL)])
def test_a_worker_that_dies_costs_the_file_it_was_at(project, monkeypatch, death):
    from platform_lint.linting import Linter

    files = [f"m{number:02}.py" for number in range(70)]
    deadly = {"m00.py", "m33.py", "m69.py"}
    project.write(dict.fromkeys(files, OLD))

    def check(self: Linter, data: bytes, path: str, shown: str) -> object:
        if shown in deadly:
            death()
        return real(self, data, path, shown)

    real = Linter.check
    monkeypatch.setattr(Linter, "check", check)
    done = project.json("--jobs", "3", ".")
    assert done.status == 2
    assert [place[:1] + place[3:] for place in done.places] == [
        (file, "LIB008" if file in deadly else "ACM101") for file in files
    ]
    assert {finding["message"] for finding in done.findings if finding["code"] == "LIB008"} == {
        "the process that checked it died"
    }


def start_fixing(project: Project, jobs: str, names: list[str], until: int) -> subprocess.Popen[bytes]:
    """A run in a process group of its own that has fixed *until* of the files and is at the next."""
    process = subprocess.Popen(
        project.ours("check", "--fix", "--no-cache", "--jobs", jobs, "."),
        cwd=project.root,
        env=project.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while process.poll() is None and sum("get_session" not in project.read(name) for name in names) < until:
        time.sleep(0.001)
    if process.poll() is not None:
        out, err = process.communicate()
        pytest.fail(f"it ended before it could be interrupted: {Done(process.returncode, out, err)}")
    return process


@pytest.mark.parametrize(("jobs", "until"), [("1", 1), ("2", 30)])
def test_an_interruption_leaves_every_file_whole(project, jobs, until):
    files = {f"m{number:03}.py": OLD + "# " + "x" * 50_000 + "\n" for number in range(400)}
    project.write(files)
    process = start_fixing(project, jobs, list(files), until)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, err = process.communicate(timeout=60)
    done = Done(process.returncode, out, err)
    assert (done.status, done.out) == (130, "")
    assert done.err == (
        "platform-lint: error: interrupted; files already written are complete, the others are untouched\n"
    )
    before = files["m000.py"]
    assert {project.read(name) for name in files} == {before, before.replace(OLD, NEW)}
    assert project.leftovers() == []


def test_many_interruptions_leave_every_file_whole(project):
    files = dict.fromkeys((f"m{number:03}.py" for number in range(400)), OLD)
    project.write(files)
    process = start_fixing(project, "2", list(files), 5)
    with contextlib.suppress(ProcessLookupError):
        while process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.002)
    process.communicate()
    assert {project.read(name) for name in files} == {OLD, NEW}
    assert project.leftovers() == []


def test_being_ended_leaves_every_file_whole(project):
    files = dict.fromkeys((f"m{number:03}.py" for number in range(400)), OLD)
    project.write(files)
    process = start_fixing(project, "2", list(files), 5)
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate()
    assert process.returncode == -signal.SIGTERM
    assert {project.read(name) for name in files} == {OLD, NEW}
    assert project.leftovers() == []


DEADLY = '''\
import os

from platform_lint.api import Rule, cst


class OldName(Rule):
    """`old` is `new` by now."""

    code = "DIE100"
    words = ("old",)

    def visit_Name(self, node: cst.Name) -> None:
        if node.value == "deadly":
            os._exit(9)
        if node.value == "old":
            self.report(node, replace=cst.Name("new"))
'''


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rule_that_ends_its_process_costs_one_file_and_every_fix_is_counted(empty, jobs):
    files = {f"m{number:02}.py": "old = 1\n" for number in range(40)}
    files["m07.py"] = "old = deadly\n"
    empty.write({"platform-lint.toml": 'rule-dirs = ["lint"]\nselect = ["DIE"]\n', "lint/old_name.py": DEADLY, **files})
    done = empty.check("--fix", "--jobs", jobs, "--output-format", "concise", ".")
    assert done.status == 2
    assert done.out == (
        "m07.py:1:1: LIB008 the process that checked it died\n"
        "Fixed 39 findings in 39 files. Found 1 error in 1 file (41 checked).\n"
    )
    assert {name for name in files if empty.read(name) != "new = 1\n"} == {"m07.py"}
    assert empty.read("m07.py") == "old = deadly\n"
