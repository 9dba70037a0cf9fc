"""A migration over many files: planned as a whole, then written, again and again until nothing changes.

All files are worked out before the first is written. What a fix in one file rests on in another, which class it
inherits from, say, is read from files as they were, whichever is done first; and who interrupts the planning has
changed nothing.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from platform_lint.discovery import File, discover
from platform_lint.migrating.worktree import changed_files
from platform_lint.profiles import Profile, Profiles, UsageError
from platform_lint.progress import Progress
from platform_lint.project import FileEdit, Outcome, Run
from platform_lint.writing import WriteError, given_places, replace_file

if TYPE_CHECKING:
    from platform_lint.finding import Finding
    from platform_lint.rule import Rule

#: Why a place was left that no rule has a fix for.
NO_FIX = "there is no fix for it"
#: A migration that still changes something after so many turns over all files is going round.
MAX_TURNS = 10
#: So many files are named in a message.
_MAX_NAMED = 3


class Wishes:
    """How a migration is run: whether to *apply* it, with *unsafe* fixes, over *dirty* files too, in how many *jobs*
    processes (0: as it pays), and whether to show *progress* on a terminal.
    """

    __slots__ = ("apply", "dirty", "jobs", "progress", "unsafe")

    def __init__(
        self, apply: bool = False, unsafe: bool = False, dirty: bool = False, jobs: int = 0, progress: bool = False
    ) -> None:
        self.apply = apply
        self.unsafe = unsafe
        self.dirty = dirty
        self.jobs = jobs
        self.progress = progress and sys.stderr.isatty()


class Left:
    """A finding that was recognized and is still there: the *row* and *column* where it is in the file as it is on
    disk, both 1-based, and *reason*, why it was not changed. The column counts code points; it is 1 where the line is
    to be changed.
    """

    __slots__ = ("column", "finding", "reason", "row")

    def __init__(self, finding: Finding, place: tuple[int, int], reason: str) -> None:
        self.finding = finding
        self.row, self.column = place
        self.reason = reason


class Migrated:
    """What came of it. *fixed* counts by code what was changed, or would be, *edits* are those files by path, *left*
    is for people. *turns* is how often all files were gone over, *notes* are lines about the run. *failed* tells that
    something was not done that should have been.
    """

    def __init__(self, rules: Sequence[Rule], files: int, applied: bool) -> None:
        self.rules = rules
        self.files = files
        self.applied = applied
        self.fixed: Counter[str] = Counter()
        self.fixed_in: dict[str, Counter[str]] = {}
        self.edits: dict[str, FileEdit] = {}
        self.left: list[Left] = []
        self.turns = 0
        self.notes: list[str] = []
        self.failed = False

    @property
    def matched(self) -> int:
        """All that was recognized: what was changed and what was left."""
        return sum(self.fixed.values()) + len(self.left)


def migrate(
    rules: Sequence[Rule], paths: Sequence[str], profiles: Profiles, profile: Profile, wishes: Wishes
) -> Migrated:
    """Run *rules*, which are on in *profile*, over the files below *paths*, found as *profiles* say.

    Raises UsageError.
    """
    here = os.getcwd()
    skipped: list[str] = []
    named = discover(paths, profiles, here, skipped=skipped)
    files = [File(file.path, file.shown, profile) for file in named]
    found = Migrated(rules, len(files), wishes.apply)
    stuck: dict[str, str] = {}
    found.notes += [f"{name}: not Python, so left alone" for name in skipped]
    if not files:
        found.notes.append("no Python files found")
    given = given_places(paths, here)
    while True:
        outcome = _plan(files, wishes, given)
        found.turns += 1
        found.failed = found.failed or outcome.failed
        if not wishes.apply or not outcome.edits:
            break
        if found.turns > MAX_TURNS:
            found.notes.append(f"still changing after {MAX_TURNS} turns, and given up: {_some(outcome.changed)}")
            found.failed = True
            break
        if found.turns == 1:
            _refuse_dirty(here, outcome, wishes, found)
        stuck = _write(outcome, found)
        _take(found, outcome, stuck)
        if stuck:
            break  # What is left over is still to be counted, in files as they are.
    if wishes.apply:
        outcome = outcome if not outcome.edits else _plan(files, wishes, given)
    else:
        _take(found, outcome, {})
    found.left = [left for left in _left(outcome, wishes) if left.finding.filename not in stuck]
    if stuck:
        found.left += _stuck(files, stuck)
    return found


def _plan(files: list[File], wishes: Wishes, given: frozenset[str]) -> Outcome:
    progress = Progress(len(files)) if wishes.progress else None
    try:
        return Run(
            files,
            mode="plan",
            unsafe=wishes.unsafe,
            jobs=wishes.jobs,
            cached=False,
            given=given,
            progress=progress.update if progress else None,
        ).run()
    finally:
        if progress:
            progress.clear()


def _refuse_dirty(here: str, outcome: Outcome, wishes: Wishes, found: Migrated) -> None:
    if wishes.dirty:
        return
    dirty = changed_files(here, outcome.edits)
    if dirty is None:
        found.notes.append("no git work tree: nothing but your own copy leads back")
    elif dirty:
        names = _some(sorted(outcome.edits[path].shown for path in dirty))
        raise UsageError(f"uncommitted changes in {names}: commit them first, or pass --allow-dirty")


def _write(outcome: Outcome, found: Migrated) -> dict[str, str]:
    """Write the planned files; the reasons of those that could not be, by what they are called."""
    stuck: dict[str, str] = {}
    for path, edit in sorted(outcome.edits.items()):
        try:
            replace_file(path, edit.before, edit.after)
        except WriteError as error:
            stuck[edit.shown] = str(error)
            found.notes.append(f"{edit.shown}: left as it was: {error}")
            found.failed = True
    return stuck


def _take(found: Migrated, outcome: Outcome, stuck: dict[str, str]) -> None:
    """Count what *outcome* changed, but for the files that are *stuck*."""
    for path, edit in outcome.edits.items():
        if edit.shown in stuck:
            continue
        known = found.edits.get(path)
        found.edits[path] = edit if known is None else FileEdit(edit.shown, known.before, edit.after)
        fixed = outcome.fixed_in[edit.shown]
        found.fixed.update(fixed)
        found.fixed_in.setdefault(edit.shown, Counter()).update(fixed)


def _stuck(files: Sequence[File], stuck: Mapping[str, str]) -> list[Left]:
    """What is in files that could not be written, and why that is, by what they are called."""
    outcome = Run([file for file in files if file.shown in stuck], cached=False).run()
    return [
        Left(finding, _place(finding), f"the file was left as it was: {stuck[finding.filename]}")
        for finding in outcome.findings
    ]


def _left(outcome: Outcome, wishes: Wishes) -> list[Left]:
    """What *outcome* would leave, with rows of the files as they are."""
    edits = {edit.shown: edit for edit in outcome.edits.values()}
    rows: dict[str, _Rows] = {}
    left: list[Left] = []
    for finding in outcome.findings:
        name, place = finding.filename, _place(finding)
        if name in edits:
            if name not in rows:
                rows[name] = _Rows(edits[name])
            place = rows[name].before(*place)
        left.append(Left(finding, place, _reason(finding, wishes)))
    return left


def _place(finding: Finding) -> tuple[int, int]:
    return finding.start.row, finding.start.column


class _Rows:
    """Where the rows of an edited file were before the *edit*."""

    __slots__ = ("count", "pieces")

    def __init__(self, edit: FileEdit) -> None:
        from difflib import SequenceMatcher

        before, after = edit.before.splitlines(), edit.after.splitlines()
        self.count = len(before)
        self.pieces = SequenceMatcher(None, before, after).get_opcodes()

    def before(self, row: int, column: int) -> tuple[int, int]:
        """The place in the file as it is that becomes *row* and *column* of the file as it will be, or the nearest row
        there is.
        """
        for tag, i1, i2, j1, j2 in self.pieces:
            if j1 <= row - 1 < j2:
                if tag == "equal":
                    return i1 + row - j1, column
                return min(i1 + row - j1, max(i2, i1 + 1)), 1
        return min(row, self.count), 1


def _reason(finding: Finding, wishes: Wishes) -> str:
    fix = finding.fix
    if fix is None:
        return NO_FIX if not finding.engine else "nothing in it was changed"
    if fix.safety == "unsafe" and not wishes.unsafe:
        why = fix.reason or f"`platform-lint rule {finding.code}` says why"
        return f"its fix is unsafe: {why}; --unsafe-fixes makes it"
    return fix.reason or "its fix is only a suggestion"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + more
