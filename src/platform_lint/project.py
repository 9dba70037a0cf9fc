"""Linting many files: reading, the cache, the workers, and writing fixes."""

from __future__ import annotations

import os
import sys

from platform_lint.cache import Cache, content_digest
from platform_lint.reading import MAX_SOURCE_BYTES, read_with_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Literal

    from platform_lint.discovery import File
    from platform_lint.finding import Finding
    from platform_lint.linting import Linter, Result
    from platform_lint.metering import Costs
    from platform_lint.pool import WorkerDied
    from platform_lint.profiles import Profile

    Mode = Literal["check", "fix", "diff", "plan"]

#: Forking workers costs more than this many files take.
_SERIAL_FILES = 60
#: Bytes that no parser dies of.
_SURELY_PARSED = 32_000


class Outcome:
    """What a run came to. *fixed* counts by code the findings that fixes left less, *changed* lists files written (or
    that would be), *diffs* the changes as text by file, *edits* what a plan would write by path; *failed* tells that
    platform-lint itself failed somewhere.
    *warnings* are about the rules, one line each. *costs* is what rules cost, where that was measured.
    """

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.findings: list[Finding] = []
        self.fixed: dict[str, int] = {}
        self.fixed_in: dict[str, dict[str, int]] = {}
        self.changed: list[str] = []
        self.diffs: dict[str, str] = {}
        self.edits: dict[str, FileEdit] = {}
        self.files = 0
        self.failed = False
        self.costs: Costs = {}


class Run:
    """One run over *files*. *today* is an ISO date; *progress* is told how many files are done.

    *mode* "fix" writes fixed files, "diff" only says what would change, and "plan" gives what would be written;
    *unsafe* applies unsafe fixes as well.
    *metered* measures what the rules cost. *given* are the real paths that may be written, with all below them; None
    for any.
    """

    def __init__(
        self,
        files: Sequence[File],
        *,
        mode: Mode = "check",
        unsafe: bool = False,
        jobs: int = 0,
        cached: bool = True,
        today: str = "",
        progress: Callable[[int], None] | None = None,
        metered: bool = False,
        given: frozenset[str] | None = None,
    ) -> None:
        self.files = files
        self.mode = mode
        self.unsafe = unsafe
        self.jobs = jobs
        self.cached = cached
        self.today = today or _today()
        self.progress = progress
        self.metered = metered
        self.given = given
        self._linters: dict[int, Linter] = {}
        self._caches: dict[int, Cache] = {}

    def linter(self, profile: Profile) -> Linter:
        """The linter of *profile*, made once."""
        known = self._linters.get(id(profile))
        if known is None:
            from platform_lint.linting import Linter

            known = self._linters[id(profile)] = Linter(profile, self.today, timed=True)
            if self.metered:
                from platform_lint.metering import Meter

                known.catalog.meter = Meter()
        return known

    def run(self) -> Outcome:
        """Lint everything. Raises UsageError where a rule says something of the project that is not so."""
        outcome = Outcome()
        for profile in {id(file.profile): file.profile for file in self.files}.values():
            if profile.contracts:
                outcome.warnings += self._contracts(profile)
        outcome.files = len(self.files)
        pending = self._uncached(outcome) if self.cached else list(self.files)
        if pending:
            self._lint(pending, outcome)
        if self.cached:
            for cache in self._caches.values():
                cache.save()
        outcome.findings.sort(key=lambda finding: finding.sort_key())
        outcome.changed.sort()
        return outcome

    def _contracts(self, profile: Profile) -> list[str]:
        """Warnings about contracts that do not fit the project. Raises UsageError for a contract that must."""
        from platform_lint.kinds import contracts
        from platform_lint.profiles import UsageError

        linter = self.linter(profile)
        warnings: list[str] = []
        for rule in profile.catalog.rules:
            if rule.verb != "layers":
                continue
            files = (file.path for file in self.files if file.profile is profile and linter.applies(rule, file.path))
            errors, found = contracts.misfits(rule, linter.modules, files)
            if errors:
                more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
                raise UsageError(f"{rule.origin}: {rule.code}: {errors[0]}{more}")
            warnings += [f"{rule.origin}: {rule.code}: {text}" for text in found]
        return warnings

    def _lint(self, pending: list[File], outcome: Outcome) -> None:
        from platform_lint.pool import available_cpus, spread

        for file in pending:
            self.linter(file.profile)  # Before any fork: workers share what is loaded.
        jobs = self.jobs or (1 if len(pending) < _SERIAL_FILES else available_cpus())
        done = outcome.files - len(pending)
        # LibCST can take the process with it, and so can a rule.
        apart = _may_end_it(pending) or any(
            rule.verb == "python" for linter in self._linters.values() for rule in linter.catalog.rules
        )
        for number, answer in spread(pending, self._work, jobs, apart=apart, once=self.mode == "fix"):
            file = pending[number]
            self._take(file, answer, outcome)
            done += 1
            if self.progress is not None:
                self.progress(done)

    def _cache(self, profile: Profile) -> Cache:
        known = self._caches.get(id(profile))
        if known is None:
            key = repr((profile.fingerprint(self.today), sys.version_info[:3], os.getcwd()))
            known = self._caches[id(profile)] = Cache(key, profile.settings.cache_dir)
        return known

    def _uncached(self, outcome: Outcome) -> list[File]:
        """The files whose findings are not known from an earlier run; those of the others are taken over."""
        pending: list[File] = []
        status_of = os.stat
        profile: Profile | None = None
        for file in self.files:
            if file.profile is not profile:
                profile = file.profile
                cache = self._cache(profile)
                clean = cache.clean
            try:
                status = status_of(file.path)
            except OSError:
                pending.append(file)
                continue
            if clean.get(file.path) == f"{status.st_mtime_ns} {status.st_size}":
                continue
            known = cache.known(file.path, status)
            if known is None or (known and self.mode != "check"):
                pending.append(file)
            else:
                outcome.findings += known
        return pending

    def _work(self, file: File) -> Answer | None:
        """Lint one file, in whatever process; None where there is nothing to say.

        Never raises: what goes wrong is said about the file.
        """
        linter = self.linter(file.profile)
        answer = self._linted(file, linter)
        if linter.catalog.meter is not None:
            answer.costs = linter.catalog.meter.take()
        if self.cached:
            if linter.modules.consulted:
                answer.consulted = tuple(linter.modules.consulted)
                linter.modules.consulted = set()
        elif not answer.findings and not answer.changed and not answer.costs:
            return None
        return answer

    def _linted(self, file: File, linter: Linter) -> Answer:
        answer = Answer()
        try:
            data, status = read_with_status(file.path, MAX_SOURCE_BYTES)
        except OSError as error:
            answer.findings = linter.unreadable(file.shown, error.strerror or str(error))
            return answer
        digest = ""
        if self.cached:
            digest = content_digest(data)
            known = self._cache(file.profile).known(file.path, status, digest)
            if known is not None and (not known or self.mode == "check"):
                answer.findings = known
                answer.entry = (status, digest)
                return answer
        try:
            if self.mode == "check":
                result = linter.check(data, file.path, file.shown)
            else:
                result = linter.fix(data, file.path, file.shown, unsafe=self.unsafe)
                self._write(file, result, answer, linter)
        except Exception as error:
            answer.findings = linter.internal_error(file.shown, told(error))
            answer.failed = True
            return answer
        answer.findings += result.findings
        if self.cached and result.after is None and not result.failed:
            answer.entry = (status, digest)
        return answer

    def _write(self, file: File, result: Result, answer: Answer, linter: Linter) -> None:
        if result.before is None or result.after is None:
            return
        if self.given is not None:
            from platform_lint.writing import why_not_there

            reason = why_not_there(file.path, self.given)
            if reason:
                self._left(file, result.before, result, linter, reason)
                return
        if self.mode == "plan":
            answer.edit = FileEdit(file.shown, result.before, result.after)
        elif self.mode == "diff":
            answer.diff = unified_diff(file.shown, result.before, result.after)
        else:
            from platform_lint.writing import ChangedError, WriteError, replace_file

            try:
                replace_file(file.path, result.before, result.after)
            except WriteError as error:
                found = error.content if isinstance(error, ChangedError) else result.before
                if found == result.after:
                    return  # Another run, or another link to it in this one, did the same.
                self._left(file, found, result, linter, str(error))
                return
        answer.fixed = result.fixed
        answer.changed = True

    def _left(self, file: File, content: bytes, result: Result, linter: Linter, reason: str) -> None:
        """The file was not written: nothing was fixed, so everything that is in its *content* is still to be found."""
        again = linter.check(content, file.path, file.shown)
        kept = again.findings
        if content == result.before:
            kept = [finding.only_suggesting(f"the file was left as it was: {reason}") for finding in kept]
        result.findings = [*kept, *linter.not_written(file.shown, reason)]
        result.after = None
        result.failed = True

    def _take(self, file: File, answer: Answer | WorkerDied | None, outcome: Outcome) -> None:
        if answer is None:
            return
        if not isinstance(answer, Answer):
            reason = "the process that checked it died"
            outcome.findings += self.linter(file.profile).internal_error(file.shown, reason)
            outcome.failed = True
            return
        outcome.findings += answer.findings
        outcome.failed = outcome.failed or answer.failed
        if answer.costs:
            from platform_lint.metering import added

            outcome.costs = added(outcome.costs, answer.costs)
        if answer.changed:
            outcome.changed.append(file.shown)
            outcome.fixed_in[file.shown] = answer.fixed
            for code, count in answer.fixed.items():
                outcome.fixed[code] = outcome.fixed.get(code, 0) + count
        if answer.diff:
            outcome.diffs[file.shown] = answer.diff
        if answer.edit is not None:
            outcome.edits[file.path] = answer.edit
        if self.cached:
            cache = self._cache(file.profile)
            cache.rests_on(answer.consulted)
            if answer.entry is not None:
                cache.store(file.path, *answer.entry, answer.findings)


class FileEdit:
    """What is to become of a file: its bytes *before* and *after*. *shown* is what it is called."""

    __slots__ = ("after", "before", "shown")

    def __init__(self, shown: str, before: bytes, after: bytes) -> None:
        self.shown = shown
        self.before = before
        self.after = after


class Answer:
    """What a worker says about one file."""

    __slots__ = ("changed", "consulted", "costs", "diff", "edit", "entry", "failed", "findings", "fixed")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.fixed: dict[str, int] = {}
        #: Whether the file was written, or would be.
        self.changed = False
        self.diff = ""
        self.edit: FileEdit | None = None
        self.failed = False
        self.costs: Costs = {}
        #: For the cache: the file's status and its content's digest, and other files this worker looked into.
        self.entry: tuple[os.stat_result, str] | None = None
        self.consulted: tuple[str, ...] = ()


def _may_end_it(files: Iterable[File]) -> bool:
    """Whether parsing one of *files* could end the process: Python 3.10 itself does not survive 50,000 attributes in a
    row, which take twice as many bytes.
    """
    if sys.version_info >= (3, 11):
        return False
    return any(os.path.exists(file.path) and os.path.getsize(file.path) > _SURELY_PARSED for file in files)


def unified_diff(shown: str, before: bytes, after: bytes) -> str:
    """The change as a unified diff that ``patch`` and ``git apply`` take; characters that are no UTF-8 are replaced."""
    import difflib
    import re

    # A line ends at "\n" here, whatever else Python may take for an end of line.
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", data.decode("utf-8", "replace")) for data in (before, after))
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(old, new, _header(f"a/{shown}"), _header(f"b/{shown}"))
    )


def _header(name: str) -> str:
    """A file's name as git and patch read it: quoted as in C where it has odd characters, a tab behind one with
    blanks.
    """
    if name.isprintable() and not any(char in name for char in '"\\'):
        return f"{name}\t" if " " in name else name
    text = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in os.fsencode(name)
    )
    return f'"{text}"'


def told(error: Exception) -> str:
    """An exception in one line: what, and where in our code."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}".replace("\n", " ")


def _today() -> str:
    import time

    return time.strftime("%Y-%m-%d")
