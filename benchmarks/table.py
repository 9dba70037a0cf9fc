"""The table of budgets, and the document around it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import workspace
from benchmarks.contests import Contest
from benchmarks.markdown import joined
from benchmarks.measuring import Duel, Run

#: Why a budget is missed, by row: one line each, for the rows where it is.
WHY: dict[str, str] = {
    "unused": "the names are real ones whose last words (`get`, `path`, `Schema`) occur in most files, so the import "
    "statements of those files are read; names that occur nowhere stop at the first step.",
    "default": "every import statement of the tree is looked at; two thirds of the time is Python's own start of work.",
    "heavy": "a file with a finding is parsed by `ast` as far as it mentions the name and indexed in Python; ruff does "
    "both in Rust. The more files have findings, the more that shows.",
    "hundred": "patterns without a name (`$X == None`, `assert $X`) have candidates in most files; those are parsed "
    "and indexed whole.",
    "semgrep": "most files have a finding.",
    "shapes": "the same patterns without a name, over a tree whose tests hold seventeen thousand matches.",
    "warm": "a stat of each file and of each directory, and Python's own start, are all that is left of the run.",
    "fix": "each fixed file is parsed and indexed three times over: to find, to prove the result, and to see that "
    "nothing is left.",
    "hook": "about half is Python's start with `argparse` and `re`; the rest reads the compiled rules and builds the "
    "tables of 150 rules.",
    "flake8": "the sieve's first step, and an index of the files that pass it; runs differ more than the plugin costs.",
    "growth": "ten times the names are names that really occur: more files pass the sieve.",
}


@dataclass(frozen=True)
class Measured:
    """A contest of a row, and how it went."""

    key: str
    contest: Contest
    duel: Duel

    @property
    def value(self) -> float:
        """What the budget is about: the median ratio of the times, or the largest of our processes in MB."""
        if self.contest.measure == "memory":
            return max(run.megabytes for run in self.duel.ours)
        return self.duel.ratio

    @property
    def held(self) -> bool | None:
        """Whether the budget is held; None where there is none."""
        return None if self.contest.budget is None else self.value <= self.contest.budget


@dataclass(frozen=True)
class Absent:
    """A row, or the rest of one, that could not be measured, and why."""

    key: str
    reason: str


Line = Measured | Absent

_COLUMNS = ("work", "tree", "against", "budget", "measured", "spread", "ours", "theirs", "pairs", "held")


def heading() -> str:
    """The first two lines of the table."""
    return joined(_COLUMNS) + "\n" + joined(["---"] * 3 + ["---:"] * 6 + ["---"])


def shown(line: Line) -> str:
    """One line of the table."""
    if isinstance(line, Absent):
        reason = f"left out: {' '.join(line.reason.split())}"
        return joined([f"row `{line.key}`", "", reason, *[""] * 6, "not measured"])
    contest, duel = line.contest, line.duel
    held = {True: "yes", False: "**no**", None: ""}[line.held]
    if contest.measure == "memory":
        budget, measured, spread = f"≤ {contest.budget:g} MB", f"{line.value:.0f} MB", ""
        ours, theirs = f"{line.value:.0f} MB", f"{max(run.megabytes for run in duel.theirs):.0f} MB"
    else:
        budget = "" if contest.budget is None else f"≤ {contest.budget:g}×"
        measured = f"{_ratio(duel.ratio)}×"
        spread = f"{_ratio(min(duel.ratios))}–{_ratio(max(duel.ratios))}"
        ours, theirs = _seconds(duel.ours), _seconds(duel.theirs)
    pairs = str(len(duel.ours))
    return joined([contest.work, contest.where, contest.against, budget, measured, spread, ours, theirs, pairs, held])


def document(lines: Sequence[Line]) -> str:
    """``docs/benchmarks.md``."""
    missed = dict.fromkeys(line.key for line in lines if isinstance(line, Measured) and line.held is False)
    reasons = [f"- `{key}`: {WHY.get(key, 'not yet understood.')}" for key in missed]
    parts = [
        _HEAD.format(machine=_machine(), versions=_versions(), trees=_trees()),
        "\n".join([heading(), *map(shown, lines)]),
        "## Budgets that are missed, and why\n\n" + ("\n".join(reasons) or "None."),
        _METHOD,
    ]
    return "\n\n".join(parts)


_HEAD = """\
# Budgets

Written by `python -m benchmarks` (`make bench`), which measures everything anew: nothing in the table is typed in.

- Machine: {machine}.
- Tools: {versions}.
- Trees: {trees}."""

_METHOD = """\
## How it is measured

- Ours and the peer run in turns, A B A B …, so that what else the machine does hits both. *Measured* is the median of
  the ratios of the pairs, *spread* the smallest and the largest of them. Seconds are medians; they say more about the
  machine than about the tools.
- Time is the wall time of the whole process from start to exit, its output thrown away; memory is the peak of the
  largest process of a run, as the kernel counts it (`wait4`).
- One run of each comes first and does not count, so both find the files in the page cache. Peers that take minutes do
  without it, and run less often: the column *pairs* tells.
- Cold means that no result of an earlier run is used: `--no-cache` on both sides. What the packs compile to is kept by
  platform-lint as Python keeps `.pyc` files, and is warm, as ruff's rules are compiled into its binary.
- Warm means that either tool uses its own cache, written by the run that does not count. ruff remembers the files it
  found nothing in, and its default rules find something in many: the line with no findings is the fair one.
- platform-lint is built into a wheel and installed in an environment of its own, as its users have it.
- The banned names come from the code itself: names the other tree uses and this one does not (*none used*), or those
  this tree uses most, by import and through a dot alike (*hit-heavy*). A tree is a git repository with everything
  committed.
- The hook runs on files that changed since the cache was written, with that cache in place. Its budget counts in starts
  of the interpreter, for that is the part of a hook in Python that nobody can save.
- Fixing changes files: both sides start from a fresh copy each time, and making that is not counted. LibCST and Fixit
  are measured on a part of a tree, named in the table, for they would take very long on the whole; so are we, beside
  them.
"""


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def _seconds(runs: Sequence[Run]) -> str:
    return f"{median(run.seconds for run in runs):.2f} s"


def _machine() -> str:
    return f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"


def _versions() -> str:
    python = workspace.environment("venv")
    found = {name: workspace.version(python, name) for name in workspace.PEERS}
    ours = workspace.version(workspace.ours(), "platform-lint")
    peers = [f"{name} {number}" if number else f"{name} could not be installed" for name, number in found.items()]
    return ", ".join([f"platform-lint {ours}", *peers])


def _trees() -> str:
    described = []
    for tree in workspace.trees():
        files = tree.files()
        size = sum(file.stat().st_size for file in files) / 1e6
        described.append(f"{workspace.RELEASES[tree.name].requirement} ({len(files):,} Python files, {size:.0f} MB)")
    return ", ".join(described)
