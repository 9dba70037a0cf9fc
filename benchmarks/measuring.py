"""Timing whole processes, two commands in turns, so that a noisy machine is noisy to both."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.workspace import scratch

# A small process starts what is measured: on Linux a child's peak memory counts from what its parent had by then.
_LAUNCHER = """\
import json, os, sys, time
null = os.open(os.devnull, os.O_RDWR)
errors = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
files = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, errors, 2)]
started = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=files)
_, status, usage = os.wait4(child, 0)
print(json.dumps([time.perf_counter() - started, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""


class Command(NamedTuple):
    """What is measured: a command in a folder.

    *prepare* is done before each run and not measured; *accepted* are the exit codes that are no failure.
    """

    arguments: Sequence[str | Path]
    folder: Path
    prepare: Callable[[], object] | None = None
    accepted: Sequence[int] = (0, 1)


class Run(NamedTuple):
    """One run: wall time, and the peak memory of its largest process in MB."""

    seconds: float
    megabytes: float


class Duel(NamedTuple):
    """Runs of two commands in turns, ours first."""

    ours: list[Run]
    theirs: list[Run]

    @property
    def ratios(self) -> list[float]:
        """Our time over theirs, pair by pair."""
        return [ours.seconds / theirs.seconds for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)


class Failed(Exception):
    """A command that did not do what it was to be measured at."""


def run(command: Command) -> Run:
    """Run *command* once. Raises Failed."""
    if command.prepare:
        command.prepare()
    errors = scratch("stderr.txt")
    launch = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(errors), *map(str, command.arguments)]
    done = subprocess.run(launch, cwd=command.folder, capture_output=True, text=True, check=True)
    seconds, kilobytes, status = json.loads(done.stdout)
    if status not in command.accepted:
        called = " ".join(Path(part).name for part in command.arguments[:3])
        said = errors.read_text(errors="replace").strip()[-400:]
        raise Failed(f"`{called} …` ended with {status}: {said}")
    return Run(seconds, kilobytes / 1024)


def duel(ours: Command, theirs: Command, pairs: int, *, slow: bool = False) -> Duel:
    """Run both in turns, *pairs* times, after a run of each that does not count: of ours alone if theirs is *slow*."""
    run(ours)
    if not slow:
        run(theirs)
    result = Duel([], [])
    for _ in range(pairs):
        result.ours.append(run(ours))
        result.theirs.append(run(theirs))
    return result
