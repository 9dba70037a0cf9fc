"""Proving packs: every example of every rule held against the laws, and every name in every spelling.

:func:`prove` is the whole of it; the laws themselves are :mod:`platform_lint.authoring.laws`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from platform_lint.authoring.laws import Failure, Trial, example_laws, name_laws
from platform_lint.loading import Sheet, is_below, sheets
from platform_lint.packs import PackError, optioned
from platform_lint.profiles import Profile, UsageError
from platform_lint.reports.escaping import visible
from platform_lint.rule import Rule
from platform_lint.selection import SelectionError, check_selector, covers

#: Failures of one rule under one law that are shown in full.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """What proving came to: the report, and how many laws were found broken."""

    text: str
    failures: int


@dataclass(slots=True)
class _Tally:
    """What was looked at, and what came of it."""

    rules: int = 0
    examples: int = 0
    spellings: int = 0
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prove(profile: Profile, paths: Sequence[str], codes: Sequence[str], *, verbose: bool) -> Proof:
    """Prove the rules known under *profile*: those of the packs at *paths* and those *codes* select, all where both
    are empty.

    *codes* are codes, prefixes and names. *verbose* names what holds, and says where the engine declines to fix a
    spelling. Raises UsageError where something is asked for that is not there.
    """
    rules = chosen(profile, paths, codes)
    written = _sheets(profile, rules)
    tally = _Tally()
    for rule in rules:
        _prove_rule(rule, profile, written.get(rule.code, Sheet()), tally, verbose=verbose)
    return Proof(_text(tally), len(tally.failures))


def prove_rule(profile: Profile, rule: Rule, sheet: Sheet | None = None) -> Proof:
    """Prove one of *profile*'s rules; its *sheet* is read from its pack where it is not given.

    Raises UsageError where the pack can no longer be read.
    """
    tally = _Tally()
    if sheet is None:
        sheet = _sheets(profile, [rule]).get(rule.code, Sheet())
    _prove_rule(rule, profile, sheet, tally, verbose=False)
    return Proof(_text(tally), len(tally.failures))


def _sheets(profile: Profile, rules: Sequence[Rule]) -> dict[str, Sheet]:
    try:
        return sheets(rules, profile.apis)
    except PackError as error:
        raise UsageError(str(error)) from None


def chosen(profile: Profile, paths: Sequence[str], codes: Sequence[str]) -> list[Rule]:
    """The rules of the packs at *paths* and those *codes* select; all there are, where both are empty.

    Raises UsageError.
    """
    rules = [rule for rule in profile.rules if rule.verb != "engine"]
    if not paths and not codes:
        return rules
    for code in codes:
        if "/" in code or os.sep in code or code.endswith((".toml", ".py")):
            raise UsageError(f"{code}: no such file or folder of rules")
        try:
            check_selector(rules, code)
        except SelectionError as error:
            if any(covers((code,), rule) for rule in profile.rules):
                raise UsageError(f"{code} is the engine's own: it has no examples, the tests prove it") from None
            raise UsageError(str(error)) from None
    places = [os.path.abspath(path) for path in paths]
    return [rule for rule in rules if covers(codes, rule) or any(is_below(rule, place) for place in places)]


def _prove_rule(rule: Rule, profile: Profile, sheet: Sheet, tally: _Tally, *, verbose: bool) -> None:
    trial = Trial(rule, profile.apis)
    tally.rules += 1
    before = len(tally.failures)
    if not sheet.examples:
        tally.failures.append(Failure(rule, "it has no example", "", ""))
    for number, example in enumerate(sheet.examples, 1):
        tally.examples += 1
        held = trial
        if example.options and sheet.table is not None:
            facts = {api.name: api for api in profile.apis}
            held = Trial(optioned(rule, sheet.table, example.options, facts), profile.apis)
        failed = list(example_laws(held, example, f"example {number}"))
        tally.spellings += held.spellings if held is not trial else 0
        tally.failures += failed
        if verbose and not failed:
            tally.notes.append(f"{rule.code} {rule.name}: example {number} holds")
    tally.failures += name_laws(trial)
    tally.spellings += trial.spellings
    if verbose:
        if len(tally.failures) == before:
            tally.notes.append(f"{rule.code} {rule.name}: holds")
        for (where, reason), count in trial.refusals.items():
            more = f" ({count} times)" if count > 1 else ""
            tally.notes.append(f"{rule.code} {rule.name}: not fixed, {where}: {reason}{more}")


# The report


def _text(tally: _Tally) -> str:
    blocks = [*tally.notes]
    if tally.notes:
        blocks.append("")
    shown: Counter[tuple[str, str]] = Counter()
    for failure in tally.failures:
        kind = (failure.rule.code, _law_kind(failure.law))
        shown[kind] += 1
        if shown[kind] <= _SHOWN:
            blocks.append(_block(failure))
    for (code, law), count in shown.items():
        if count > _SHOWN:
            blocks.append(f"{code}: {count - _SHOWN:,} more of the same kind: {visible(law)}\n")
    counts = (_count(tally.rules, "rule"), _count(tally.examples, "example"), _count(tally.spellings, "spelling"))
    outcome = _count(len(tally.failures), "failure") if tally.failures else "all hold"
    return "\n".join([*blocks, f"{', '.join(counts)}: {outcome}.", ""])


def _law_kind(law: str) -> str:
    """*law* without what differs from case to case."""
    return re.sub(r"`[\w.]+`|\d+(?:, \d+)*|[:;] .*", "…", law)


def _block(failure: Failure) -> str:
    rule = failure.rule
    path, _, line = rule.origin.rpartition(":")
    lines = [visible(f"{rule.code} {rule.name} ({_shown_path(path)}:{line})"), f"  law: {visible(failure.law)}"]
    if failure.where:
        lines.append(f"  in: {visible(failure.where)}")
    if failure.code.strip():
        lines += ["  code:", *_numbered(failure)]
    if failure.diff.strip():
        lines.append("  diff:")
        lines += [f"    {visible(line, keep=chr(9))}".rstrip() for line in failure.diff.strip("\n").split("\n")]
    return "\n".join([*lines, ""])


def _numbered(failure: Failure) -> Iterable[str]:
    """The code of *failure* with its rows, and what is wrong with some of them."""
    rows = failure.code.rstrip("\n").split("\n")
    width = len(str(len(rows)))
    for number, row in enumerate(rows, 1):
        mark = ">" if number in failure.notes else " "
        yield f"  {mark} {number:>{width}} | {visible(row, keep=chr(9))}".rstrip()
        if number in failure.notes:
            indent = re.match(r"\s*", row)
            yield f"    {' ' * width} | {indent.group() if indent else ''}^ {failure.notes[number]}"


def _shown_path(path: str) -> str:
    inside = os.path.relpath(path) if path.startswith(os.getcwd() + os.sep) else path
    return inside.replace(os.sep, "/")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
