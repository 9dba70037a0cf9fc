"""Do we find what ruff finds? Sixty names that a tree really uses, banned in both tools, finding by finding.

``python -m benchmarks.parity`` writes ``docs/parity.md`` and fails where a difference has no explanation.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks import bans, workspace
from benchmarks.differences import CLASSES, UNEXPLAINED, View, only_ours, only_theirs
from benchmarks.naming import usage, used_names
from benchmarks.rows import reported
from benchmarks.workspace import Tree

DOCUMENT = workspace.DOCS / "parity.md"
_EXAMPLES = 2
_AS_JSON = ("--output-format", "json", ".")

#: Where a tool reports something, a file of the tree and a row in it, with the names it reports there.
Findings = Mapping[tuple[str, int], set[str]]


class Difference(NamedTuple):
    """A row that only one of the tools reports, and the class of differences it belongs to."""

    file: str
    row: int
    name: str
    line: str
    kind: str


class Comparison(NamedTuple):
    """What came out for one tree."""

    tree: Tree
    names: list[str]
    ours: Findings
    theirs: Findings
    differences: list[Difference]


def compare(tree: Tree, count: int = 60) -> Comparison:
    """Run both tools over *tree* with the same *count* names banned, and explain each difference."""
    names = used_names(tree, count)
    ours, theirs = _ours(tree, names), _theirs(tree, names)
    views: dict[str, View] = {}
    differences = []
    for place in sorted(ours.keys() ^ theirs.keys()):
        file, row = place
        view = views.get(file) or views.setdefault(file, View(tree.root, file))
        explain = only_ours if place in ours else only_theirs
        kinds = {name: explain(view, row, name) for name in sorted(ours.get(place) or theirs[place])}
        name = next((name for name, kind in kinds.items() if kind == UNEXPLAINED), min(kinds))
        differences.append(Difference(file, row, name, view.line(row), kinds[name]))
    return Comparison(tree, names, ours, theirs, differences)


def _ours(tree: Tree, names: Sequence[str]) -> Findings:
    pack = bans.for_platform_lint(f"parity-{tree.name}", names)
    arguments = ("check", "--isolated", "--no-cache", "--rules", pack, "--select", bans.FAMILY)
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    by_code = {bans.code(number): name for number, name in enumerate(names)}
    for finding in reported(tree, workspace.ours().with_name("platform-lint"), *arguments, *_AS_JSON):
        if finding["code"] in by_code:
            found[finding["filename"], finding["location"]["row"]].add(by_code[finding["code"]])
    return found


def _theirs(tree: Tree, names: Sequence[str]) -> Findings:
    config = bans.for_ruff(f"parity-{tree.name}", names)
    arguments = ("check", "--no-cache", "--config", config, "--ignore-noqa")
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for finding in reported(tree, workspace.peer("ruff"), *arguments, *_AS_JSON):
        if finding["code"] == "TID251":
            file = os.path.relpath(finding["filename"], tree.root)
            found[file, finding["location"]["row"]].add(finding["message"].split("`")[1])
    return found


# The document


def document(comparisons: Sequence[Comparison]) -> str:
    """``docs/parity.md``."""
    ruff = workspace.version(workspace.environment("venv"), "ruff")
    parts = [_HEAD.format(ruff=ruff, count=len(comparisons[0].names)), _totals(comparisons), "## The differences\n"]
    for kind, (title, right, argument) in CLASSES.items():
        of_kind = {each.tree.name: [found for found in each.differences if found.kind == kind] for each in comparisons}
        if any(of_kind.values()):
            counts = ", ".join(f"{len(found):,} in {name}" for name, found in of_kind.items())
            examples = _examples([each for found in of_kind.values() for each in found])
            parts.append(f"### {title}\n\n{counts}. Right: **{right}**. {argument}\n\n{examples}")
    parts.append("## The names\n")
    for each in comparisons:
        uses = usage(each.tree)
        names = ", ".join(f"`{name}` {uses.total(name) + uses.modules[name]:,}" for name in each.names)
        parts.append(f"{each.tree.name}, each with how often it occurs: {names}.\n")
    return "\n".join(parts)


_HEAD = """\
# Parity with ruff

Written by `python -m benchmarks.parity`. Two trees nobody here wrote, and for each {count} names that it really uses,
banned in both tools: as one `ban` rule a name here, as `banned-api` (TID251) in ruff {ruff}. What is compared is (file,
row). The names are chosen by a script that counts them with `ast`: modules, classes, functions, constants and members
of classes, the frequent, the middling and the rare. Builtins are not among them: ruff does not see `print(…)` as a use
of `builtins.print`.
"""


def _totals(comparisons: Sequence[Comparison]) -> str:
    lines = [
        "| tree | rows we report | rows ruff reports | both | agreement | only ours | only ruff's | unexplained |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in comparisons:
        ours, theirs = each.ours.keys(), each.theirs.keys()
        both, either = len(ours & theirs), len(ours | theirs)
        unexplained = sum(difference.kind == UNEXPLAINED for difference in each.differences)
        lines.append(
            f"| {each.tree.name} | {len(ours):,} | {len(theirs):,} | {both:,} | {both / either:.2%} |"
            f" {len(ours - theirs):,} | {len(theirs - ours):,} | {unexplained:,} |"
        )
    return "\n".join(lines) + "\n"


def _examples(found: Sequence[Difference]) -> str:
    """A few of them, from different files and about different names where there are such."""
    chosen: list[Difference] = []
    for difference in found:
        if all(difference.file != other.file and difference.name != other.name for other in chosen):
            chosen.append(difference)
    lines = [f"- `{each.file}:{each.row}`, ban of `{each.name}`: `{each.line}`" for each in chosen[:_EXAMPLES]]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where every difference is explained."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parity", description=__doc__)
    parser.add_argument("--list", choices=CLASSES, help="print every difference of that class, and write nothing")
    options = parser.parse_args(arguments)
    comparisons = [compare(tree) for tree in workspace.trees()]
    if options.list:
        for each in comparisons:
            for found in each.differences:
                if found.kind == options.list:
                    print(f"{found.file}:{found.row}\t{found.name}\t{found.line}")
        return 0
    text = document(comparisons)
    DOCUMENT.write_text(text)
    print(text)
    return int(any(found.kind == UNEXPLAINED for each in comparisons for found in each.differences))


if __name__ == "__main__":
    sys.exit(main())
