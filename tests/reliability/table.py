"""``docs/corpora.md``: what was run over which code, and what came of it. Nothing in it is typed in."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Sequence
from typing import Any

from benchmarks import workspace
from benchmarks.markdown import joined

from . import corpora
from .laws import LAWS
from .rules import rule_counts

DOCUMENT = workspace.DOCS / "corpora.md"
SUITES = workspace.BENCH / "corpus" / "suites.json"

#: Laws that are broken, and why that is left so.
ARGUED: dict[str, str] = {
    "names": "a computed `__all__` may list the name, so its import stays; an unsafe fix may read a "
    "name where it has no value yet",
}

_COLUMNS = ("code", "files", "lines", "seconds", "findings", "fixed safely", "unsafely", "files changed", "suggested")
_REASONS = 12


def write() -> None:
    """Write the page from the reports there are, in the order of the code bases."""
    paths = [workspace.BENCH / "corpus" / name / "report.json" for name in corpora.NAMES]
    DOCUMENT.write_text(document([json.loads(path.read_text()) for path in paths if path.is_file()], suites()))


def suites() -> list[dict[str, Any]]:
    """What the test-suites of packages came to, as far as they were run."""
    return json.loads(SUITES.read_text()) if SUITES.is_file() else []


def document(reports: Sequence[dict[str, Any]], suites: Sequence[dict[str, Any]]) -> str:
    """The whole page."""
    parts = [
        _HEAD.format(rules=rule_counts(), python=platform.python_version(), system=platform.system()),
        _laws(),
        "## What was found and fixed",
        _table(reports),
        _refusals(reports),
        _breaches(reports),
    ]
    if suites:
        parts.append(_suites(suites))
    return "\n\n".join(parts) + "\n"


_HEAD = """\
# Fixes over real code

Written by `make corpus` (`python -m tests.reliability.corpus`), which fetches the code by name and version, runs every
rule over it, applies every fix, and holds the laws below over each file. `--tree NAME` does one code base, `--fast` a
sample. Some of it is a part of `make test`. CPython {python}, {system}.

Rules: {rules}. All are in force for every file,
whatever they require. The code bases are left as they are; what the fixes make of them is below `.bench/corpus`."""


def _laws() -> str:
    rows = "\n".join(f"| {law} | {text} |" for law, text in LAWS.items())
    return "## The laws\n\n| law | what is held, for each file |\n|---|---|\n" + rows


def _table(reports: Sequence[dict[str, Any]]) -> str:
    rows = [joined((*_COLUMNS, "laws broken")), joined(["---"] + ["---:"] * len(_COLUMNS))]
    rows += [joined(_line(report)) for report in reports]
    if len(reports) > 1:
        rows.append(joined(_line(_total(reports))))
    return "\n".join(rows) + "\n\n*Seconds* are of one processor, the engine's alone: check, safe fixes, unsafe fixes."


def _line(report: dict[str, Any]) -> list[str]:
    files = f"{report['judged']:,}"
    if report["judged"] < report["files"]:
        files += f" of {report['files']:,}"
    counts = [sum(report[key].values()) for key in ("found", "safe", "unsafe")]
    suggested = sum(report["refused"].values())
    return [
        report["release"],
        files,
        f"{report['lines']:,}",
        f"{report['seconds']:,.0f}",
        *(f"{count:,}" for count in counts),
        f"{report['changed_all']:,}",
        f"{suggested:,}",
        f"{len(report['breaches']):,}",
    ]


def _total(reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    total: dict[str, Any] = {"release": "all", "breaches": []}
    for key in ("judged", "files", "lines", "seconds", "changed_all"):
        total[key] = sum(report[key] for report in reports)
    for key in ("found", "safe", "unsafe", "refused"):
        total[key] = Counter()
        for report in reports:
            total[key].update(report[key])
    for report in reports:
        total["breaches"] += report["breaches"]
    return total


def _refusals(reports: Sequence[dict[str, Any]]) -> str:
    """The reasons for which a fix is only suggested, the most frequent first."""
    reasons: Counter[str] = Counter()
    for report in reports:
        for key, count in report["refused"].items():
            reasons[key.partition(": ")[2] or "the rule only suggests it"] += count
    rows = [f"| {count:,} | {reason} |" for reason, count in reasons.most_common(_REASONS)]
    rest = sum(reasons.values()) - sum(count for _, count in reasons.most_common(_REASONS))
    if rest:
        rows.append(f"| {rest:,} | other reasons |")
    return "## Why fixes are refused\n\n| findings | reason |\n|---:|---|\n" + "\n".join(rows)


def _breaches(reports: Sequence[dict[str, Any]]) -> str:
    """The laws that are broken, with what is to be said about each."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for report in reports:
        for breach in report["breaches"]:
            where = f"{report['name']} `{breach['file']}`: {breach['detail']}"
            kinds.setdefault((breach["law"], breach["step"], breach["codes"]), []).append(where)
    if not kinds:
        return "## Laws that are broken\n\nNone."
    rows = []
    for (law, step, codes), places in sorted(kinds.items()):
        example = places[0].replace("|", "\\|")
        rows.append(f"| {law} ({step}) | {codes} | {len(places)} | {example} | {ARGUED.get(law, '')} |")
    head = "| law | rules | times | the first | why it is left |\n|---|---|---:|---|---|\n"
    return "## Laws that are broken\n\n" + head + "\n".join(rows)


def _suites(suites: Sequence[dict[str, Any]]) -> str:
    """What the packages' own tests say."""
    rows = [
        f"| {suite['release']} | {suite['fixed']:,} in {suite['files']:,} files | {suite['passed_before']:,} |"
        f" {suite['passed_after']:,} | {', '.join(f'`{test}`' for test in suite['lost']) or 'none'} |"
        for suite in suites
        if suite["passed_before"]
    ]
    head = (
        "| package | fixes | tests that pass before | after | passed before, fail after |\n|---|---|---:|---:|---:|\n"
    )
    return _SUITES + head + "\n".join(rows)


_SUITES = """\
## Packages' own tests

Each package's sdist is unpacked, its tests are run, every safe fix is applied to all of it, tests included, and they
are run again (`python -m tests.reliability.suites`). The rules are those of the built-in packs, and of one that gives
what every file uses other names: each is the very same object, so a test that fails has found a mistake in a fix.

"""
