"""Linting one file: everything between its bytes and what is said about it.

All doors come through :class:`Linter`, so they cannot disagree.
"""

from __future__ import annotations

import os

from platform_lint.modules import Modules, ModuleView
from platform_lint.paths import PathPatterns, relative
from platform_lint.selection import covers

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence

    from platform_lint.checking import Analysis
    from platform_lint.finding import Finding, Fix
    from platform_lint.hits import Hit
    from platform_lint.profiles import Profile
    from platform_lint.requirements import Requirements
    from platform_lint.rule import Rule
    from platform_lint.sieve import Look
    from platform_lint.source import Source
    from platform_lint.suppressions import Suppressions


class Result:
    """What linting one file came to.

    *findings* are those to report, *fixed* how many of each code were fixed. *before* and *after* are the file's
    bytes where a fix changes them, None otherwise. *stopped* has, by code, why fixes were not made that there are;
    *failed* tells that the findings are about the attempt as well, not about the file alone.
    """

    __slots__ = ("after", "before", "failed", "findings", "fixed", "stopped")

    def __init__(self, findings: Sequence[Finding] = ()) -> None:
        self.findings = list(findings)
        self.fixed: dict[str, int] = {}
        self.stopped: dict[str, str] = {}
        self.failed = False
        self.before: bytes | None = None
        self.after: bytes | None = None


class Linter:
    """Checks and fixes files under one profile. *today* is an ISO date, for deadlines and expiries.

    *timed* bounds the processor time each file may take, which interrupts the main thread.
    """

    def __init__(self, profile: Profile, today: str, *, timed: bool = False) -> None:
        self.profile = profile
        self.today = today
        self.timed = timed
        self.settings = profile.settings
        self.catalog = profile.catalog
        self.sieve = self.catalog.sieve
        self._rule_paths: dict[str, tuple[PathPatterns, PathPatterns]] = {}
        self._ignores = [(PathPatterns((pattern,)), selectors) for pattern, selectors in self.settings.per_file_ignores]
        self._forget()

    def _forget(self) -> None:
        """Know nothing of any file."""
        self.modules = Modules(self.settings.src)
        self._suppressed_in: tuple[Source, Suppressions | None] | None = None
        self._requirements: dict[str, Requirements] = {}

    def look(self, data: bytes, path: str) -> tuple[Look, ModuleView] | None:
        """The sieve's look at the file at absolute *path*: None where nothing can be found in it."""
        numbers = self.sieve.may_hold(data)
        if numbers is None:
            return None
        view = self.modules.view(path)
        look = self.sieve.look(data, view, numbers)
        if look is None:
            return None
        if look.shapes:
            # What is not in force here is no reason to parse the file.
            look.shapes = {code for code in look.shapes if self.applies(self.catalog.by_code[code], path)}
        return (look, view) if look else None

    def check(self, data: bytes, path: str, shown: str) -> Result:
        """Check the file at absolute *path*, called *shown* in findings, that holds *data*."""
        seen = self.look(data, path)
        return Result() if seen is None else self._bounded(data, path, shown, *seen, fix=False, unsafe=False)

    def fix(self, data: bytes, path: str, shown: str, *, unsafe: bool) -> Result:
        """Check the file after applying its safe fixes, and its unsafe ones if *unsafe*. Nothing is written."""
        seen = self.look(data, path)
        return Result() if seen is None else self._bounded(data, path, shown, *seen, fix=True, unsafe=unsafe)

    def findings_in(self, text: str, path: str, shown: str, tree: ast.Module) -> list[Finding]:
        """The findings of a file somebody else has parsed, suppressed ones included, and the notes on suppressions.

        Rules that rewrite whole files are left out: that is no work for an editor or flake8.
        """
        from platform_lint.source import Source

        data = text.encode("utf-8", "surrogatepass")
        seen = self.look(data, path)
        if seen is None:
            return []
        large = self._too_large(len(data), shown)
        if large:
            return large
        look, view = seen
        source = Source(text)
        analysis = self._analyse(source, look, view, path, tree)
        findings = self._findings(analysis, shown, with_fixes=False)
        complaints = self._complaints(source, findings, shown, rewriting=False)
        return sorted([*findings, *complaints], key=lambda finding: finding.sort_key())

    def _bounded(
        self, data: bytes, path: str, shown: str, look: Look, view: ModuleView, *, fix: bool, unsafe: bool
    ) -> Result:
        """What linting the file comes to, within the limits of :mod:`platform_lint.limits`."""
        large = self._too_large(len(data), shown)
        if large:
            return Result(large)
        if not self.timed:
            return self._lint(data, path, shown, look, view, fix=fix, unsafe=unsafe)
        from platform_lint.limits import MAX_SECONDS, OutOfTime, timed

        try:
            with timed(MAX_SECONDS):
                return self._lint(data, path, shown, look, view, fix=fix, unsafe=unsafe)
        except OutOfTime:
            self._forget()  # Whatever was being worked out is half known.
            reason = f"given up after {MAX_SECONDS} s of processor time; nothing in it was checked, exclude it"
            return Result(self._engine_finding("LIB010", shown, reason))

    def _too_large(self, size: int, shown: str) -> list[Finding]:
        """The finding for a file of *size* bytes that is too large to be parsed."""
        most = self.settings.max_file_size
        if size <= most:
            return []
        reason = f"not checked: it has {size:,} bytes and `max-file-size` is {most:,}; raise that or exclude the file"
        return self._engine_finding("LIB010", shown, reason)

    def _lint(
        self, data: bytes, path: str, shown: str, look: Look, view: ModuleView, *, fix: bool, unsafe: bool
    ) -> Result:
        from platform_lint.source import Source, SourceError

        try:
            source = Source.from_bytes(data)
        except SourceError as error:
            return Result(self.unreadable(shown, str(error), error.row))
        result = Result()
        failures: list[str] = []
        if fix:
            source, analysis = self._fixed(source, data, look, view, path, unsafe, result, failures)
        else:
            analysis = self._analyse(source, look, view, path)
        if analysis is not None:
            findings = self._findings(analysis, shown, with_fixes=True, stopped=result.stopped)
            result.findings = self._reported(source, findings, shown)
        result.failed = bool(failures)
        for reason in failures:
            result.findings += self._engine_finding("LIB009", shown, reason)
        return result

    def _fixed(
        self,
        source: Source,
        data: bytes,
        look: Look,
        view: ModuleView,
        path: str,
        unsafe: bool,
        result: Result,
        failures: list[str],
    ) -> tuple[Source, Analysis | None]:
        """*source* after its fixes, noted in *result*, and the analysis of it; None where nothing can be found.

        *look* is the sieve's at *source*.
        """
        from platform_lint.fixes.fixing import fix
        from platform_lint.source import Source, SourceError

        fixed = fix(
            source,
            self.catalog,
            view=view,
            applies=lambda rule: self.applies(rule, path),
            suppressed=self._suppressed,
            unsafe=unsafe,
        )
        failures += fixed.failures
        result.stopped = fixed.stopped
        if fixed.text == source.text:
            # Where the text alone tells of nothing, its bytes did: in an odd encoding, say.
            return source, fixed.analysis or self._analyse(source, look, view, path)
        try:
            # What cannot be written back byte for byte is not touched.
            if source.to_bytes(source.text) != data:
                raise SourceError(f"its {source.encoding} text does not encode to the same bytes again")
            after = source.to_bytes(fixed.text)
        except SourceError as error:
            reason = f"left as it was: {error}"
            failures.append(reason)
            result.stopped = dict.fromkeys(self.catalog.by_code, f"the file was {reason}")
            return source, self._analyse(source, look, view, path)
        result.before, result.after, result.fixed = data, after, fixed.fixed
        return Source(fixed.text, source.encoding, source.bom), fixed.analysis

    def _analyse(
        self, source: Source, look: Look, view: ModuleView, path: str, tree: ast.Module | None = None
    ) -> Analysis:
        from platform_lint.checking import analyse

        def applies(rule: Rule) -> bool:
            return (tree is None or not rule.rewrites) and self.applies(rule, path)

        return analyse(source, self.catalog, look, view=view, applies=applies, tree=tree)

    def _findings(
        self, analysis: Analysis, shown: str, *, with_fixes: bool, stopped: Mapping[str, str] | None = None
    ) -> list[Finding]:
        """The hits as findings. Offering fixes takes the whole file's index, so it is done only where there is one.

        *stopped* has the reasons of rules whose fixes are not to be made, by code.
        """
        hits = [hit for hit in analysis.hits if hit.rule.verb != "engine" or hit.rule.code in self.catalog.by_code]
        fixes: dict[tuple[str, int, int], Fix] = {}
        if with_fixes and analysis.index is not None and any(hit.fixable for hit in hits):
            from platform_lint.checking import analyse
            from platform_lint.fixes.fixing import offered
            from platform_lint.metering import FIXES

            codes = {hit.rule.code for hit in hits}
            meter, self.catalog.meter = self.catalog.meter, None  # These rules were measured once already.
            try:
                # Where a rule needed all of the file, all of it was looked at already.
                complete = (
                    analysis
                    if analysis.is_whole
                    else analyse(
                        analysis.source,
                        self.catalog,
                        analysis.look,
                        view=analysis.view,
                        applies=lambda rule: rule.code in codes,
                        complete=True,
                    )
                )
                if complete.index is not None:
                    # As in a run, what is suppressed takes no part: an import that it needs stays.
                    open_hits = [hit for hit in complete.hits if not self._suppressed(complete.source, hit)]
                    fixes = {
                        (hit.rule.code, hit.start, hit.end): fix
                        for hit, fix in offered(complete, open_hits, stopped).items()
                    }
            finally:
                self.catalog.meter = meter
            if meter is not None:
                meter.lap(FIXES)
        return [self._finding(hit, analysis.source, shown, fixes) for hit in hits]

    def _finding(self, hit: Hit, source: Source, shown: str, fixes: dict[tuple[str, int, int], Fix]) -> Finding:
        from platform_lint.finding import Finding

        rule = hit.rule
        if hit.message or hit.name is None:
            message = rule.dated(hit.message or rule.message, self.today)
        else:
            message = rule.text_for(hit.name, ".".join(hit.matched).removeprefix("builtins."), self.today)
        return Finding(
            rule.code,
            rule.name,
            message,
            # A string that spells the name may be mere text: that must not stop anybody.
            "warning" if hit.kind == "string" else rule.level_on(self.today),
            shown,
            source.position(hit.start),
            source.position(hit.end),
            fixes.get((rule.code, hit.start, hit.end)),
            rule.url,
            rule.owner,
            hit.kind == "engine",
        )

    def _reported(self, source: Source, findings: list[Finding], shown: str) -> list[Finding]:
        """What is left of *findings* after suppression, with what is to be said about the suppressions."""
        found = self._suppressions(source)
        if found is None:
            return findings
        from platform_lint import suppressions

        all_findings = sorted(
            [*findings, *self._complaints(source, findings, shown)], key=lambda finding: finding.sort_key()
        )
        return suppressions.split(all_findings, found)[0]

    def _complaints(
        self, source: Source, findings: list[Finding], shown: str, *, rewriting: bool = True
    ) -> list[Finding]:
        from platform_lint import suppressions
        from platform_lint.engine_rules import (
            EXPIRED_SUPPRESSION,
            MALFORMED_SUPPRESSION,
            REASONLESS_SUPPRESSION,
            UNUSED_SUPPRESSION,
        )
        from platform_lint.finding import Finding, Position

        found = self._suppressions(source)
        if found is None:
            return []
        import datetime

        codes = {
            "unused": UNUSED_SUPPRESSION,
            "expired": EXPIRED_SUPPRESSION,
            "reasonless": REASONLESS_SUPPRESSION,
            "malformed": MALFORMED_SUPPRESSION,
        }
        if any(finding.code == "LIB001" for finding in findings):
            return []  # Nothing in the file was checked.
        made = []
        for complaint in suppressions.complaints(
            found,
            findings,
            lambda code: self._checks_all(code, rewriting),
            datetime.date.fromisoformat(self.today),
            self.settings.require_reason,
        ):
            rule = self.catalog.by_code.get(codes[complaint.kind])
            if rule is not None:
                start, end = Position(complaint.row, complaint.column), Position(complaint.row, complaint.end_column)
                made.append(
                    Finding(rule.code, rule.name, complaint.message, rule.level, shown, start, end, engine=True)
                )
        return made

    def _checks_all(self, code: str, rewriting: bool) -> bool:
        """Whether every rule whose code begins with *code* was run, and there is one; those that rewrite whole files
        only if *rewriting*.
        """
        known = [rule for rule in self.profile.rules if rule.code.startswith(code)]
        return bool(known) and all(
            rule.code in self.catalog.by_code and (rewriting or not rule.rewrites) for rule in known
        )

    def _suppressed(self, source: Source, hit: Hit) -> bool:
        found = self._suppressions(source)
        return found is not None and found.covers(source.position(hit.start).row, hit.rule.code)

    def _suppressions(self, source: Source) -> Suppressions | None:
        """The suppressions of *source*, read once; None where there is no ``noqa`` in it."""
        if self._suppressed_in is None or self._suppressed_in[0] is not source:
            found = None
            if "noqa" in source.text.lower():
                from platform_lint import suppressions

                found = suppressions.read(source.text)
            self._suppressed_in = source, found
        return self._suppressed_in[1]

    def applies(self, rule: Rule, path: str) -> bool:
        """Whether *rule* is in force for the file at absolute *path*: its paths, its requirement, per-file ignores."""
        inside = relative(path, self.settings.root)
        if rule.only_in or rule.except_in:
            patterns = self._rule_paths.get(rule.code)
            if patterns is None:
                patterns = self._rule_paths[rule.code] = PathPatterns(rule.only_in), PathPatterns(rule.except_in)
            only_in, except_in = patterns
            if (only_in and not only_in.match(inside)) or except_in.match(inside):
                return False
        if any(patterns.match(inside) and covers(selectors, rule) for patterns, selectors in self._ignores):
            return False
        return not rule.requires or self.meets(rule.requires, os.path.dirname(path))

    def meets(self, requirement: str, directory: str) -> bool:
        """Whether the project that absolute *directory* is in surely meets *requirement*."""
        from platform_lint import requirements

        known = self._requirements.get(directory)
        if known is None:
            known = self._requirements[directory] = requirements.read(directory)
            self.modules.consulted |= known.consulted
        return known.satisfies(requirement)

    def unreadable(self, shown: str, reason: str, row: int = 1) -> list[Finding]:
        """The finding for a file that cannot be read as Python text."""
        return self._engine_finding("LIB002", shown, reason, row)

    def internal_error(self, shown: str, reason: str) -> list[Finding]:
        """The finding for a file platform-lint failed on; reported whatever is selected."""
        return self._engine_finding("LIB008", shown, reason, always=True)

    def not_written(self, shown: str, reason: str) -> list[Finding]:
        """The finding for fixes that could not be written."""
        return self._engine_finding("LIB009", shown, f"left as it was: {reason}", always=True)

    def _engine_finding(
        self, code: str, shown: str, message: str, row: int = 1, *, always: bool = False
    ) -> list[Finding]:
        from platform_lint.engine_rules import ENGINE_RULES
        from platform_lint.finding import Finding, Position

        if not always and code not in self.catalog.by_code:
            return []
        rule = ENGINE_RULES[code]
        place = Position(row, 1)
        return [Finding(code, rule.name, message, rule.level, shown, place, place, engine=True)]
