"""Every rule and every fix over real code: ``python -m tests.reliability.corpus``.

Each file of each code base is checked, fixed safely, then unsafely, and held to the laws of :mod:`.laws`. The code
bases stay as they are; what the fixes make of them is kept below ``.bench/corpus``, with a report in JSON. The table in
``docs/corpora.md`` is made of the reports there are. The status is 1 where a law is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import corpora, table
from .corpora import Corpus
from .laws import BOUND, Breach, Judgement, judge
from .rules import alone, everything
from .tidiness import sorting

PROCESSES = 2
#: Files in one task, so that a worker that dies takes few with it.
_CHUNK = 8
#: Of how many files --fast takes one.
_FAST = 20

_linter = None
_keep: tuple[Path, Path] | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where every law holds."""
    options = _parser().parse_args(arguments)
    status = 0
    for name in options.tree or corpora.NAMES:
        report = run(corpora.corpus(name), every=_FAST if options.fast else options.every)
        print(_said(report), flush=True)
        for breach in report["breaches"]:
            print("  {file}: {law} ({step}): {detail} [{codes}]".format(**breach), flush=True)
        status = max(status, int(bool(report["breaches"])))
    if not options.fast:
        table.write()
    return status


def run(corpus: Corpus, *, every: int = 1) -> dict[str, Any]:
    """Hold the laws over one of *every* so many files of *corpus*; the report, which is also written."""
    files = corpus.files()
    chosen = files[every // 2 :: every]
    results = corpora.results(corpus.name)
    started = time.monotonic()
    report: dict[str, Any] = {
        "name": corpus.name,
        "release": corpus.release,
        "files": len(files),
        "judged": len(chosen),
        "lines": 0,
        "seconds": 0.0,
        "changed_safe": 0,
        "changed_all": 0,
        "found": Counter(),
        "safe": Counter(),
        "unsafe": Counter(),
        "refused": Counter(),
        "breaches": [],
        "python": sys.version.split()[0],
        "day": time.strftime("%Y-%m-%d"),
    }
    slowest: list[tuple[float, str]] = []
    for shown, lines, judgement in _judgements(corpus.root, chosen, results):
        report["lines"] += lines
        report["seconds"] += judgement.seconds
        report["changed_safe"] += judgement.after_safe is not None
        report["changed_all"] += judgement.after_all is not None
        for key in ("found", "safe", "unsafe"):
            report[key].update(getattr(judgement, key))
        report["refused"].update({f"{code}: {reason}": n for (code, reason), n in judgement.refused.items()})
        report["breaches"] += [_row(shown, breach) for breach in judgement.breaches]
        slowest.append((round(judgement.seconds, 1), shown))
    report["breaches"] += [_row(shown, breach) for shown, breach in sorting(corpus.root, results)]
    report["breaches"].sort(key=lambda row: (row["file"], row["step"], row["law"]))
    report["wall"] = time.monotonic() - started
    report["slowest"] = sorted(slowest, reverse=True)[:5]
    (results / "report.json").write_text(json.dumps(report, indent=1))
    return report


def _judgements(root: Path, files: Sequence[Path], results: Path) -> Iterator[tuple[str, int, Judgement]]:
    """(file, lines, judgement) of each of *files*, as they come; a worker that dies costs one file."""
    everything(root)  # What is wrong with the rules is no fault of a file's.
    pending = [list(files[at : at + _CHUNK]) for at in range(0, len(files), _CHUNK)]
    while pending:
        left: list[list[Path]] = []
        with ProcessPoolExecutor(PROCESSES, initializer=_prepare, initargs=(root, results)) as pool:
            tasks: dict[Future[list[tuple[str, int, Judgement]]], list[Path]] = {
                pool.submit(_judge_all, chunk): chunk for chunk in pending
            }
            for task in as_completed(tasks):
                try:
                    yield from task.result()
                except BrokenProcessPool:
                    left.append(tasks[task])
        pending = []
        for chunk in left:
            if len(chunk) == 1:
                dead = Judgement(breaches=[Breach("no crash", "check", "a worker died on it, or beside it")])
                yield _shown(root, chunk[0]), 0, dead
            else:
                pending += [[path] for path in chunk]


def _prepare(root: Path, results: Path) -> None:
    global _linter, _keep
    os.chdir(root)  # As it is linted: what lies here is its own.
    _linter, _keep = everything(root), (root, results)


def _judge_all(files: Iterable[Path]) -> list[tuple[str, int, Judgement]]:
    assert _linter is not None and _keep is not None
    root, results = _keep
    found = []
    for path in files:
        data = path.read_bytes()
        judgement = judge(_linter, data, str(path))
        judgement.breaches = [_narrowed(breach, data, path) for breach in judgement.breaches]
        for step, after in (("before", data), ("safe", judgement.after_safe), ("all", judgement.after_all)):
            if after is not None and (step != "before" or judgement.after_all is not None):
                copy = results / step / _shown(root, path)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(after)
        judgement.after_safe = judgement.after_safe and b""  # That there is one will do: it is large.
        judgement.after_all = judgement.after_all and b""
        found.append((_shown(root, path), data.count(b"\n"), judgement))
    return found


def _narrowed(breach: Breach, data: bytes, path: Path) -> Breach:
    """*breach* with those of its rules that break the law by themselves, where there are any."""
    assert _linter is not None
    guilty = []
    for code in breach.codes if len(breach.codes) > 1 else ():
        if code in _linter.catalog.by_code:
            found = judge(alone(_linter, code), data, str(path), unsafe=breach.step == "unsafe").breaches
            guilty += [code] if any(other.law == breach.law for other in found) else []
    return Breach(breach.law, breach.step, breach.detail, tuple(guilty) or breach.codes)


def _shown(root: Path, path: Path) -> str:
    return os.path.relpath(path, root)


def _row(shown: str, breach: Breach) -> dict[str, str]:
    return {**asdict(breach), "file": shown, "codes": ", ".join(sorted(breach.codes))}


def _said(report: dict[str, Any]) -> str:
    found, safe, unsafe = (sum(report[key].values()) for key in ("found", "safe", "unsafe"))
    return (
        f"{report['name']}: {report['judged']} of {report['files']} files, {report['lines']} lines,"
        f" {report['seconds']:.0f} s, {found} findings, {safe} fixed safely, {unsafe} unsafely,"
        f" {len(report['breaches'])} laws broken"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.corpus", description=__doc__)
    parser.add_argument("--tree", action="append", choices=corpora.NAMES, help="that code base alone (repeatable)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one file of N")
    parser.add_argument("--fast", action="store_true", help=f"one file of {_FAST}; leaves the document alone")
    parser.epilog = f"A file has {BOUND:.0f} s of processor time."
    return parser


if __name__ == "__main__":
    sys.exit(main())
