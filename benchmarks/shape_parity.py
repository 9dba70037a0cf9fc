"""Do rules about shape find what ruff and semgrep find? The rules of ``shapes.toml`` on both trees, row by row.

``python -m benchmarks.shape_parity`` writes ``docs/shape-parity.md`` and fails where a difference is not argued.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks import markdown, rows, shapes, workspace
from benchmarks.arguments import UNEXPLAINED, argued
from benchmarks.rows import Place
from benchmarks.workspace import Tree

DOCUMENT = workspace.DOCS / "shape-parity.md"


class Difference(NamedTuple):
    """A row that only one of two tools reports, with what is to be said about it."""

    place: Place
    ours: bool
    line: str
    argument: str


class Comparison(NamedTuple):
    """What came out for one tree and one peer."""

    tree: Tree
    peer: str
    both: Counter[str]
    differences: list[Difference]


def compare(tree: Tree, peer: str, theirs: set[Place], ours: set[Place]) -> Comparison:
    """Hold *theirs* against *ours*, for the rules both know."""
    differences = []
    for place in sorted(ours ^ theirs):
        code, file, row = place
        lines = rows.lines(tree.root, file)
        argument = argued(peer, code, place in ours, lines, row)
        differences.append(Difference(place, place in ours, lines[row - 1].strip(), argument))
    return Comparison(tree, peer, Counter(code for code, _, _ in ours & theirs), differences)


def found_by_us(tree: Tree) -> set[Place]:
    """What our rules report."""
    executable = workspace.ours().with_name("platform-lint")
    return set(rows.by_us(tree, executable, "--rules", shapes.PACK, "--select", "SHP"))


def found_by_ruff(tree: Tree) -> set[Place]:
    """What ruff's rules report, under our codes."""
    codes = {theirs: ours for ours, theirs in shapes.IN_RUFF.items()}
    found = rows.by_ruff(tree, shapes.for_ruff())
    return {(codes[code], file, row) for code, file, row in found if code in codes}


def found_by_semgrep(tree: Tree) -> set[Place]:
    """What semgrep reports for the same patterns."""
    flags = ("--metrics=off", "--disable-version-check", "--quiet", "--disable-nosem", "--json", "--max-target-bytes=0")
    command = (workspace.peer("semgrep"), "scan", "--config", shapes.for_semgrep(), *flags, "--no-git-ignore", ".")
    return {
        (each["check_id"].rpartition(".")[2], os.path.normpath(each["path"]), each["start"]["line"])
        for each in rows.reported(tree, *command)["results"]
    }


# The document


def document(comparisons: Sequence[Comparison]) -> str:
    """``docs/shape-parity.md``."""
    names = {rule["code"]: rule["name"] for rule in shapes.rules()}
    versions = {peer: workspace.version(workspace.environment("venv"), peer) for peer in ("ruff", "semgrep")}
    parts = [_HEAD.format(**versions)]
    for each in comparisons:
        parts.append(f"\n## {each.tree.name}, against {each.peer}\n")
        codes = shapes.IN_RUFF if each.peer == "ruff" else dict.fromkeys(shapes.IN_SEMGREP, "")
        parts.append("| rule | " + ("ruff | " if each.peer == "ruff" else "") + "both | only ours | only theirs |")
        parts.append("|---|" + ("---|" if each.peer == "ruff" else "") + "---:|---:|---:|")
        for code, theirs in codes.items():
            mine = sum(found.place[0] == code and found.ours for found in each.differences)
            its = sum(found.place[0] == code and not found.ours for found in each.differences)
            cell = f" {theirs} |" if theirs else ""
            parts.append(f"| {names[code]} |{cell} {each.both[code]:,} | {mine:,} | {its:,} |")
        parts.append("")
        kinds = Counter((found.place[0], found.ours, found.argument) for found in each.differences)
        for (code, ours, argument), count in sorted(kinds.items()):
            example = next(
                found
                for found in each.differences
                if (found.place[0], found.ours, found.argument) == (code, ours, argument)
            )
            _, file, row = example.place
            who = "only ours" if ours else f"only {each.peer}'s"
            parts.append(f"- {names[code]}, {count:,} {who}: {argument} ({markdown.place(file, row, example.line)})")
    return "\n".join(parts) + "\n"


_HEAD = """\
# Rules about shape beside ruff's and semgrep's

Written by `python -m benchmarks.shape_parity`. The rules of `benchmarks/shapes.toml` are rules that ruff {ruff} has
built in; semgrep {semgrep} is given the very same patterns. Both trees, suppressions ignored, compared by (rule, file,
row). Every difference has an argument below.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where every difference is argued."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shape_parity", description=__doc__)
    parser.add_argument("--list", metavar="CODE", help="print the differences of that rule that are not argued")
    parser.add_argument("--peer", choices=("ruff", "semgrep"), action="append")
    options = parser.parse_args(arguments)
    comparisons = []
    for tree in workspace.trees():
        ours = found_by_us(tree)
        for peer, find in (("ruff", found_by_ruff), ("semgrep", found_by_semgrep)):
            if options.peer and peer not in options.peer:
                continue
            known = set(shapes.IN_RUFF if peer == "ruff" else shapes.IN_SEMGREP)
            theirs = find(tree)
            comparisons.append(compare(tree, peer, theirs, {place for place in ours if place[0] in known}))
    open_ones = [found for each in comparisons for found in each.differences if found.argument == UNEXPLAINED]
    if options.list:
        for found in open_ones:
            if options.list in ("ALL", found.place[0]):
                print("ours" if found.ours else "theirs", *found.place, found.line, sep="\t")
        return 0
    text = document(comparisons)
    print(text)
    if not options.peer:
        DOCUMENT.write_text(text)
    return int(bool(open_ones))


if __name__ == "__main__":
    sys.exit(main())
