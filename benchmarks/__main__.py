"""``python -m benchmarks``: the budgets, each beside its peer, in one run; writes ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks import workspace
from benchmarks.contests import ROWS
from benchmarks.measuring import Failed, duel
from benchmarks.table import Absent, Line, Measured, document, heading, shown

DOCUMENT = workspace.DOCS / "benchmarks.md"

#: Pairs of runs for a line of the table, and for one with a slow peer.
_PAIRS, _PAIRS_SLOW = 5, 1
_QUICK, _QUICK_SLOW = 2, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where every budget is held."""
    options = _parser().parse_args(arguments)
    pairs, slow = (_QUICK, _QUICK_SLOW) if options.quick else (_PAIRS, _PAIRS_SLOW)
    lines: list[Line] = []
    print(heading())
    for row in ROWS:
        if options.only and row.key not in options.only:
            continue
        try:
            for contest in row.contests():
                result = duel(contest.ours, contest.theirs, slow if contest.slow else pairs, slow=contest.slow)
                lines.append(Measured(row.key, contest, result))
                print(shown(lines[-1]), flush=True)
        except (workspace.Missing, Failed) as error:
            lines.append(Absent(row.key, str(error)))
            print(shown(lines[-1]), flush=True)
    if not options.only and not options.quick:
        DOCUMENT.write_text(document(lines))
    return int(any(isinstance(line, Absent) or line.held is False for line in lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs; prints, and leaves the document alone")
    parser.add_argument(
        "--only",
        action="append",
        metavar="ROW",
        choices=[row.key for row in ROWS],
        help="that row alone (repeatable; leaves the document alone): " + ", ".join(row.key for row in ROWS),
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
