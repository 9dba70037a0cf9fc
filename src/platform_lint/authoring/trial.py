"""Trying rules before they are in force: what they would find, where, whose that is, and what fixes would change.

:func:`try_rules` runs the rules, :class:`Trial` is what came of it, for :func:`as_text` and :func:`as_json`.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platform_lint.authoring.owners import Owners, find_owners
from platform_lint.discovery import File, discover
from platform_lint.engine_rules import ENGINE_RULES
from platform_lint.packs import PackError, PackFile, parse_pack, read_pack
from platform_lint.paths import relative
from platform_lint.profiles import Profile, Profiles, UsageError
from platform_lint.project import Run
from platform_lint.reports.escaping import encodable, visible
from platform_lint.rule import Rule

if TYPE_CHECKING:
    from platform_lint.finding import Finding
    from platform_lint.metering import Costs

#: What a pattern on the command line is called while it is tried.
CODE, NAME = "TRY001", "tried-pattern"
_PATTERN = "the pattern"
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{3,4}")
NOBODY = "nobody"

#: A table of fewer rows says little, one of more is cut off.
_MIN_ROWS, _MAX_ROWS = 4, 15
_SAMPLES = 5
#: Files whose changes are shown if not all are asked for.
_CHANGED = 3
_MAX_HUNK = 14


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying *rules* on *files* files.

    *findings* are in order, with the fixes that were offered; *mended* are the files that fixes change, *diffs* what
    they change in all of those, the unsafe ones included, or in some. *owners* are the repository's, by file of a
    finding; *owned_by* says where that is written, ``""`` where it is not. *seconds* is how long it took, *costs* what
    went into it by rule.
    """

    rules: Sequence[Rule]
    files: int
    findings: Sequence[Finding]
    mended: Sequence[str]
    diffs: Mapping[str, str]
    owners: Mapping[str, Sequence[str]]
    owned_by: str
    seconds: float
    costs: Costs

    def by_directory(self) -> dict[str, int]:
        """How many findings lie where, most first: as deep as a dozen directories tell them apart."""
        return _by_directory([finding.filename for finding in self.findings])

    def by_owner(self) -> dict[str, int]:
        """How many findings are whose, most first; one that several own counts for each."""
        counts = Counter(
            owner for finding in self.findings for owner in self.owners.get(finding.filename, ()) or (NOBODY,)
        )
        return dict(counts.most_common())

    def by_rule(self) -> dict[str, int]:
        """How many findings each rule has."""
        counts = Counter(finding.code for finding in self.findings)
        return {rule.code: counts[rule.code] for rule in self.rules}

    def by_safety(self) -> dict[str, int]:
        """How many findings have what fix: ``safe``, ``unsafe``, ``suggest``, ``none``."""
        counts = Counter(finding.fix.safety if finding.fix else "none" for finding in self.findings)
        return {safety: counts[safety] for safety in ("safe", "unsafe", "suggest", "none")}

    def samples(self, number: int = _SAMPLES) -> list[Finding]:
        """Some of the findings, from as many directories as there are."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(os.path.dirname(finding.filename), []).append(finding)
        # The first of each directory, then the second of each.
        ranked = sorted(
            (rank, order, finding)
            for order, group in enumerate(groups.values())
            for rank, finding in enumerate(group[:number])
        )
        return sorted((finding for _, _, finding in ranked[:number]), key=lambda finding: finding.sort_key())


def refuse_codes(text: str, profile: Profile) -> None:
    """Raise UsageError where *text* is the code or the name of a rule, and no pattern that anybody means."""
    names = (name for rule in profile.rules for name in (rule.code, rule.name))
    if _CODE.fullmatch(text) or text in names:
        raise UsageError(
            f"{text} looks like a rule, and what is tried is a pattern or a file: see `platform-lint rule {text}`, "
            f"or run it with `platform-lint check --select {text}`"
        )


def pattern_rules(match: str, rewrite: str | None) -> PackFile:
    """The rule that a pattern alone makes. Raises UsageError for one that cannot be read."""
    lines = ["[[rule]]", f'code = "{CODE}"', f'name = "{NAME}"', f"match = {_toml(match)}"]
    lines += [f"rewrite = {_toml(rewrite)}", 'fix = "unsafe"'] if rewrite is not None else []
    try:
        return parse_pack("\n".join([*lines, ""]), _PATTERN)
    except PackError as error:
        reason = str(error).partition(f"rule {CODE}: ")[2] or str(error)
        raise UsageError(f"{_PATTERN}: {reason}") from None


def _toml(text: str) -> str:
    """*text* as a TOML string: what JSON escapes, TOML does too, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def file_rules(path: str, profile: Profile) -> PackFile:
    """The rules of the file at *path*, with the facts that *profile*'s packs state. Raises UsageError."""
    try:
        return read_pack(Path(path), builtin=True, apis={api.name: api for api in profile.apis})
    except PackError as error:
        raise UsageError(str(error)) from None


def try_rules(
    tried: PackFile,
    paths: Iterable[str],
    profiles: Profiles,
    *,
    jobs: int = 0,
    today: str = "",
    all_diffs: bool = False,
) -> Trial:
    """Run the rules *tried*, and no others, on the files *paths* name. Nothing is written or remembered.

    *all_diffs* asks for the changes in every file rather than in a few. Raises UsageError where there is no such path.
    """
    from time import perf_counter

    here = os.getcwd()
    started = perf_counter()
    found = discover(paths, profiles, here)
    only = {id(file.profile): file.profile for file in found}
    tried_in = {key: profile.only(tried.rules, tried.apis.values()) for key, profile in only.items()}
    files = [File(file.path, file.shown, tried_in[id(file.profile)]) for file in found]
    checked = Run(files, jobs=jobs, cached=False, today=today, metered=True).run()
    findings = [finding for finding in checked.findings if finding.code not in ENGINE_RULES]
    mended = sorted({finding.filename for finding in findings if finding.fix and finding.fix.safety != "suggest"})
    shown = set(mended if all_diffs else mended[:: max(1, len(mended) // _CHANGED)][:_CHANGED])
    again = [file for file in files if file.shown in shown]
    diffs = Run(again, mode="diff", unsafe=True, jobs=jobs, cached=False, today=today).run().diffs
    owners = find_owners(here)
    owned = {finding.filename: _owners_of(owners, finding.filename) for finding in findings} if owners else {}
    return Trial(
        tried.rules,
        len(files),
        findings,
        mended,
        diffs,
        owned,
        owners.source if owners else "",
        perf_counter() - started,
        checked.costs,
    )


def _owners_of(owners: Owners, shown: str) -> tuple[str, ...]:
    return owners.of(relative(os.path.abspath(shown), owners.root))


def _by_directory(names: Sequence[str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for depth in range(1, max((name.count("/") for name in names), default=0) + 2):
        counts = Counter("/".join(name.split("/")[:-1][:depth]) or "." for name in names)
        if len(found) >= _MIN_ROWS and len(counts) > _MAX_ROWS:
            break
        found = counts
    return dict(found.most_common())


# For people


def as_text(trial: Trial, sources: Callable[[str], str | None], *, whole_diff: bool) -> str:
    """*trial* for people. *sources* gives the text of a file; *whole_diff* shows all that fixes would change."""
    lines = [_headline(trial)]
    if len(trial.rules) > 1:
        lines += _table("By rule", trial.by_rule())
    if trial.findings:
        lines += _table("By directory", trial.by_directory())
        lines += _table(f"By owner ({trial.owned_by})", trial.by_owner()) if trial.owned_by else []
        lines += ["", "Samples:", *_samples(trial, sources)]
    lines += _changes(trial, whole_diff)
    lines += ["", "Time:", *cost_table(trial.costs, trial.by_rule())]
    return "\n".join([*(visible(line, keep="\t") for line in lines), ""])


def _headline(trial: Trial) -> str:
    places = len({finding.filename for finding in trial.findings})
    text = f"{_count(len(trial.findings), 'finding')} in {places:,} of {_count(trial.files, 'file')}"
    safety = trial.by_safety()
    said = {
        "safe": "with a safe fix",
        "unsafe": "with an unsafe one",
        "suggest": "with a suggestion",
        "none": "without a fix",
    }
    parts = [f"{safety[key]:,} {words}" for key, words in said.items() if safety[key]]
    required = [rule.requires for rule in trial.rules if rule.requires]
    hint = f"; only where the project meets {', '.join(required)}" if required and not trial.findings else ""
    return f"{text}{': ' if parts else ''}{', '.join(parts)} ({trial.seconds:.1f} s{hint})"


def _table(title: str, counts: Mapping[str, int]) -> list[str]:
    rows = list(counts.items())
    shown = rows[:_MAX_ROWS]
    lines = ["", f"{title}:", *(f"  {count:>7,}  {key}" for key, count in shown)]
    rest = sum(count for _, count in rows[_MAX_ROWS:])
    return [*lines, f"  {rest:>7,}  in {len(rows) - len(shown)} more"] if rest else lines


def _samples(trial: Trial, sources: Callable[[str], str | None]) -> Iterable[str]:
    for finding in trial.samples():
        yield f"  {finding.filename}:{finding.start.row}:{finding.start.column}: {finding.code} {finding.message}"
        text = sources(finding.filename)
        rows = text.split("\n") if text is not None else []
        if finding.start.row <= len(rows):
            yield f"      {rows[finding.start.row - 1].strip()}"


def _changes(trial: Trial, whole: bool) -> list[str]:
    """The diffs: all of them, or the first change of some."""
    if not trial.diffs:
        return []
    names = sorted(trial.diffs)
    title = f"Fixes change {_count(len(trial.mended), 'file')}"
    if whole:
        return ["", f"{title}:", "", *(line for name in names for line in trial.diffs[name].splitlines())]
    lines = ["", f"{title}, as here (all of it: --diff):"]
    for name in names:
        lines += ["", *_shortened(trial.diffs[name])]
    return lines


def _shortened(diff: str) -> list[str]:
    """A unified diff as a whole, or where it is long its first hunk and the one that says most."""
    lines = diff.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("@@ ")]
    if len(lines) <= 2 * _MAX_HUNK or len(heads) < 2:
        return lines if len(lines) <= 2 * _MAX_HUNK else [*lines[: 2 * _MAX_HUNK], "..."]
    # An import that is added says little: what becomes of the code is in the last hunk.
    first = lines[: min(heads[1], _MAX_HUNK)]
    last = lines[heads[-1] : heads[-1] + _MAX_HUNK]
    gap = ["..."] if len(heads) > 2 or len(first) < heads[1] else []
    return [*first, *gap, *last, *(["..."] if heads[-1] + _MAX_HUNK < len(lines) else [])]


def cost_table(costs: Costs, hits: Mapping[str, int]) -> list[str]:
    """Lines that say what rules cost: milliseconds, files that were looked at, and *hits* by code, dearest first."""
    from platform_lint.metering import SHARED

    rules = sorted((key for key in costs if key not in SHARED), key=lambda key: -costs[key][0])
    rows = [("ms", "files", "hits", "")]
    rows += [(f"{costs[key][0] * 1000:.1f}", f"{costs[key][1]:,}", "", key) for key in SHARED if key in costs]
    rows += [(f"{costs[key][0] * 1000:.1f}", f"{costs[key][1]:,}", f"{hits.get(key, 0):,}", key) for key in rules]
    # Rules about names have no time of their own.
    rows += [("", "", f"{count:,}", code) for code, count in hits.items() if code not in costs and count]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        f"  {'  '.join(cell.rjust(width) for cell, width in zip(row, widths, strict=False))}  {row[3]}".rstrip()
        for row in rows
    ]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


# For programs


def as_json(trial: Trial) -> str:
    """*trial* as a JSON object, in ASCII; seconds are seconds, rows and columns 1-based."""
    return (
        json.dumps(
            {
                "rules": [{"code": rule.code, "name": rule.name, "verb": rule.verb} for rule in trial.rules],
                "files": trial.files,
                "seconds": round(trial.seconds, 3),
                "by_rule": trial.by_rule(),
                "by_directory": {encodable(name): count for name, count in trial.by_directory().items()},
                "by_owner": {encodable(name): count for name, count in trial.by_owner().items()}
                if trial.owned_by
                else {},
                "by_fix": trial.by_safety(),
                "costs": {
                    key: {"seconds": round(seconds, 6), "files": files} for key, (seconds, files) in trial.costs.items()
                },
                "findings": [
                    {
                        "code": finding.code,
                        "message": encodable(finding.message),
                        "filename": encodable(finding.filename),
                        "row": finding.start.row,
                        "column": finding.start.column,
                        "owners": [encodable(owner) for owner in trial.owners.get(finding.filename, ())],
                        "fix": finding.fix.safety if finding.fix else None,
                        "reason": encodable(finding.fix.reason) if finding.fix else "",
                    }
                    for finding in trial.findings
                ],
                "mended": [encodable(name) for name in trial.mended],
                "diffs": {encodable(name): encodable(diff) for name, diff in sorted(trial.diffs.items())},
            },
            indent=2,
        )
        + "\n"
    )
