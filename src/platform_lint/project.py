"""Linting many files: reading, the cache, the workers, and writing fixes."""

from __future__ import annotations

import os
import stat

from platform_lint.cache import Cache, content_digest
from platform_lint.linting import Linter, Result
from platform_lint.pool import WorkerDied, available_cpus, spread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from platform_lint.discovery import File
    from platform_lint.finding import Finding
    from platform_lint.profiles import Profile

    Mode = Literal["check", "fix", "diff"]

#: Forking workers costs more than this many files take.
_SERIAL_FILES = 60
_MAX_BYTES = 64 << 20


class Outcome:
    """What a run came to. *fixed* counts mended findings by code, *changed* lists files written (or that would be), *diffs* the
    changes as text by file; *failed* tells that platform-lint itself failed somewhere."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.fixed: dict[str, int] = {}
        self.fixed_in: dict[str, dict[str, int]] = {}
        self.changed: list[str] = []
        self.diffs: dict[str, str] = {}
        self.files = 0
        self.failed = False


class Run:
    """One run over *files*. *today* is an ISO date; *progress* is told how many files are done.

    *mode* "fix" writes fixed files, "diff" only says what would change; *unsafe* applies unsafe fixes as well.
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
    ) -> None:
        self.files = files
        self.mode = mode
        self.unsafe = unsafe
        self.jobs = jobs
        self.cached = cached
        self.today = today or _today()
        self.progress = progress
        self._linters: dict[int, Linter] = {}
        self._caches: dict[int, Cache] = {}

    def linter(self, profile: Profile) -> Linter:
        """The linter of *profile*, made once."""
        known = self._linters.get(id(profile))
        if known is None:
            known = self._linters[id(profile)] = Linter(profile, self.today)
        return known

    def run(self) -> Outcome:
        """Lint everything."""
        outcome = Outcome()
        outcome.files = len(self.files)
        pending = self._uncached(outcome) if self.cached else list(self.files)
        for file in pending:
            self.linter(file.profile)  # Before any fork: workers share what is loaded.
        jobs = self.jobs or (1 if len(pending) < _SERIAL_FILES else available_cpus())
        done = outcome.files - len(pending)
        for number, answer in spread(pending, self._work, jobs):
            file = pending[number]
            self._take(file, answer, outcome)
            done += 1
            if self.progress is not None:
                self.progress(done)
        if self.cached:
            for cache in self._caches.values():
                cache.save()
        outcome.findings.sort(key=lambda finding: finding.sort_key())
        outcome.changed.sort()
        return outcome

    def _cache(self, profile: Profile) -> Cache:
        known = self._caches.get(id(profile))
        if known is None:
            known = self._caches[id(profile)] = Cache(self._cache_key(profile), profile.settings.cache_dir)
        return known

    def _cache_key(self, profile: Profile) -> str:
        """All that decides about a file's findings besides files."""
        import sys

        from platform_lint import __version__

        settings = profile.settings
        rules = [(rule.fields(), rule.level_on(self.today)) for rule in profile.catalog.rules if rule.verb != "engine"]
        engine = [rule.code for rule in profile.catalog.rules if rule.verb == "engine"]
        return repr(
            (
                __version__,
                sys.version_info[:3],
                os.getcwd(),
                settings.root,
                settings.src,
                settings.per_file_ignores,
                settings.require_reason,
                rules,
                engine,
            )
        )

    def _uncached(self, outcome: Outcome) -> list[File]:
        """The files whose findings are not known from an earlier run; those of the others are taken over."""
        pending: list[File] = []
        for file in self.files:
            cache = self._caches.get(id(file.profile)) or self._cache(file.profile)
            try:
                status = os.stat(file.path)
            except OSError:
                pending.append(file)
                continue
            if cache.clean(file.path, status):
                continue
            known = cache.known(file.path, status)
            if known is None or (known and self.mode != "check"):
                pending.append(file)
            else:
                outcome.findings += known
        return pending

    def _work(self, file: File) -> Answer:
        """Lint one file, in whatever process. Never raises: what goes wrong is said about the file."""
        linter = self.linter(file.profile)
        answer = self._linted(file, linter)
        if linter.modules.consulted:
            answer.consulted = tuple(linter.modules.consulted)
            linter.modules.consulted = set()
        return answer

    def _linted(self, file: File, linter: Linter) -> Answer:
        answer = Answer()
        try:
            status = os.stat(file.path)
            if not stat.S_ISREG(status.st_mode):
                answer.findings = linter.unreadable(file.shown, "it is no regular file")
                return answer
            if status.st_size > _MAX_BYTES:
                answer.findings = linter.unreadable(file.shown, f"it is larger than {_MAX_BYTES >> 20} MB")
                return answer
            with open(file.path, "rb") as handle:
                data = handle.read()
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
            answer.findings = linter.internal_error(file.shown, _told(error))
            answer.failed = True
            return answer
        answer.findings += result.findings
        if self.cached and result.after is None:
            answer.entry = (status, digest)
        return answer

    def _write(self, file: File, result: Result, answer: Answer, linter: Linter) -> None:
        if result.before is None or result.after is None:
            return
        if self.mode == "diff":
            answer.diff = unified_diff(file.shown, result.before, result.after)
        else:
            from platform_lint.writing import WriteError, replace_file

            try:
                replace_file(file.path, result.before, result.after)
            except WriteError as error:
                # Nothing was fixed, so everything is still to be found.
                again = linter.check(result.before, file.path, file.shown)
                result.findings = [*again.findings, *linter.not_written(file.shown, str(error))]
                result.after = None
                return
        answer.fixed = result.fixed

    def _take(self, file: File, answer: Answer | WorkerDied, outcome: Outcome) -> None:
        if isinstance(answer, WorkerDied):
            reason = "the process that checked it died"
            outcome.findings += self.linter(file.profile).internal_error(file.shown, reason)
            outcome.failed = True
            return
        outcome.findings += answer.findings
        outcome.failed = outcome.failed or answer.failed
        if answer.fixed:
            outcome.changed.append(file.shown)
            outcome.fixed_in[file.shown] = answer.fixed
            for code, count in answer.fixed.items():
                outcome.fixed[code] = outcome.fixed.get(code, 0) + count
        if answer.diff:
            outcome.diffs[file.shown] = answer.diff
        if self.cached:
            cache = self._cache(file.profile)
            cache.rests_on(answer.consulted)
            if answer.entry is not None:
                cache.store(file.path, *answer.entry, answer.findings)


class Answer:
    """What a worker says about one file."""

    __slots__ = ("consulted", "diff", "entry", "failed", "findings", "fixed")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.fixed: dict[str, int] = {}
        self.diff = ""
        self.failed = False
        #: For the cache: the file's status and its content's digest, and other files this worker looked into.
        self.entry: tuple[os.stat_result, str] | None = None
        self.consulted: tuple[str, ...] = ()


def unified_diff(shown: str, before: bytes, after: bytes) -> str:
    """The change as a unified diff that ``patch`` and ``git apply`` take; characters that are no UTF-8 are replaced."""
    import difflib

    old, new = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (before, after))
    lines = []
    for line in difflib.unified_diff(old, new, f"a/{shown}", f"b/{shown}"):
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def _told(error: Exception) -> str:
    """An exception in one line: what, and where in our code."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}".replace("\n", " ")


def _today() -> str:
    import time

    return time.strftime("%Y-%m-%d")
