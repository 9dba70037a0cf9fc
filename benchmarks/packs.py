"""What the built-in rules find in real code, how much of it is right, and what ruff says of the same.

``python -m benchmarks.packs`` runs all of them over four code bases, reads what people say in
``benchmarks/packs/<department>.toml``, and writes ``docs/packs.md``. It fails where a rule that is on by default is
wrong too often, or a difference to ruff is not argued. What was found is kept below ``.bench/packs`` until the sources
change; ``--packs http,aws`` and ``--tree NAME`` look at a part and write no page.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.reliability import corpora

from benchmarks import markdown, rows, workspace
from benchmarks.pack_notes import FOLDER, Notes, NotesError, Oracle, read, seen_and_right
from benchmarks.rows import Place
from benchmarks.workspace import ROOT, Tree
from platform_lint.loading import BUILTIN, installed_packs, load_packs, sheets
from platform_lint.rule import Rule

DOCUMENT = workspace.DOCS / "packs.md"
TREES = ("django", "homeassistant", "airflow", "pandas")

#: What a rule that is on by default has to reach, of at least so many findings that were looked at.
PRECISION = 0.95
_ENOUGH = 10
#: So many findings of a department's default rules are looked at, where there are so many.
_SAMPLE = 50

#: A suppression of everything: ours is silent there, as it is meant, and ruff is told to speak.
_HUSHED_ROW = re.compile(r"#\s*noqa\b(?!\s*:)", re.IGNORECASE)
_HUSHED_FILE = re.compile(r"\s*#\s*flake8[:=]\s*noqa\s*$", re.IGNORECASE)


class Pack(NamedTuple):
    """A department: its rules by code, those of them that have a fix, and what people say of it."""

    name: str
    rules: dict[str, Rule]
    fixable: Collection[str]
    notes: Notes

    @property
    def default(self) -> list[str]:
        """The codes of the rules that are on by default."""
        return [code for code, rule in self.rules.items() if rule.default]


class Found(NamedTuple):
    """What was found in one tree, by us and by ruff."""

    tree: Tree
    ours: list[Place]
    ruff: list[Place]

    def count(self, codes: Collection[str]) -> int:
        """How many findings rules of ours have."""
        return sum(code in codes for code, _, _ in self.ours)


class Difference(NamedTuple):
    """A row that only one of the two reports."""

    tree: Tree
    file: str
    row: int
    ours: bool

    @property
    def line(self) -> str:
        """What stands there."""
        return rows.lines(self.tree.root, self.file)[self.row - 1]


class Agreement(NamedTuple):
    """How rules of ours and of ruff's agree, over some trees."""

    oracle: Oracle
    both: int
    differences: list[Difference]

    def only(self, ours: bool) -> list[Difference]:
        """The rows that only we, or only ruff, reports."""
        return [each for each in self.differences if each.ours == ours]


# What there is


def packs(only: Collection[str] = ()) -> list[Pack]:
    """The built-in departments, or some of them, with what is said of them. Raises NotesError."""
    loaded = load_packs()
    root = dict(installed_packs())[BUILTIN]
    rules = {rule.code: rule for rule in loaded.rules if Path(rule.origin).is_relative_to(root)}
    written = sheets(rules.values(), loaded.apis.values())
    # What migrations find is measured where they are: they have one department each.
    names = sorted({path.parent.name for path in root.glob("*/__init__.py")} - loaded.migrations.keys())
    unknown = sorted(set(only) - set(names))
    if unknown:
        raise NotesError(f"--packs: there is no department {unknown[0]!r}, only {', '.join(names)}")
    with_rules = {rule.pack for rule in rules.values()}
    files = {path.stem: path for path in sorted(FOLDER.glob("*.toml")) if not only or path.stem in only}
    ruff = ruff_codes() if files else ()
    notes = {name: read(path, rules, ruff) for name, path in files.items()}
    return [
        Pack(
            name,
            {code: rules[code] for code in sorted(rules) if rules[code].pack == name},
            {code for code in rules if any(example.good is not None for example in written[code].examples)},
            notes.get(name, Notes()),
        )
        for name in names
        if name in with_rules and (not only or name in only)
    ]


def ruff_codes() -> set[str]:
    """The codes of the rules ruff has."""
    known = rows.reported(Tree("", ROOT, ""), workspace.peer("ruff"), "rule", "--all", "--output-format", "json")
    return {rule["code"] for rule in known if "Removed" not in rule["status"]}


# What is found


def find(name: str, packs: Sequence[Pack]) -> Found:
    """What *packs* and ruff find in the tree *name*; what the sources have not changed for is not run again."""
    corpus = corpora.corpus(name)
    tree = Tree(name, corpus.root, "")
    kept = _Kept(name)
    engine = workspace.sources_digest(ROOT / "src")
    keys = {
        pack.name: f"{corpus.release} {engine} {workspace.sources_digest(ROOT / 'rules' / pack.name)}" for pack in packs
    }
    stale = [pack for pack in packs if kept.ours.get(pack.name, {}).get("key") != keys[pack.name]]
    codes = {code: pack.name for pack in stale for code in pack.rules}
    if codes:
        executable = Path(sys.executable).with_name("platform-lint")
        found = rows.by_us(tree, executable, "--select", ",".join(codes))
        for pack in stale:
            mine = [place for place in found if codes.get(place[0]) == pack.name]
            kept.ours[pack.name] = {"key": keys[pack.name], "found": mine}
    wanted = {code for pack in packs for oracle in pack.notes.oracle for code in oracle.ruff}
    version = f"{corpus.release} {workspace.version(workspace.environment('venv'), 'ruff') if wanted else ''}"
    if wanted and (kept.ruff.get("key") != version or not wanted <= set(kept.ruff["codes"])):
        everything = sorted(wanted.union(kept.ruff.get("codes", ())))
        found = rows.by_ruff(tree, rows.ruff_config("packs", tuple(everything)))
        kept.ruff = {"key": version, "codes": everything, "found": [each for each in found if each[0] in everything]}
    kept.write()
    ours = [place for pack in packs for place in kept.ours[pack.name]["found"]]
    return Found(tree, *([tuple(place) for place in each] for each in (ours, kept.ruff.get("found", []))))


class _Kept:
    """What earlier runs found in a tree, by department."""

    def __init__(self, tree: str) -> None:
        self.path = workspace.BENCH / "packs" / f"{tree}.json"
        kept = json.loads(self.path.read_text()) if self.path.is_file() else {}
        self.ours: dict[str, dict[str, Any]] = kept.get("ours", {})
        self.ruff: dict[str, Any] = kept.get("ruff", {})

    def write(self) -> None:
        """Keep it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"ours": self.ours, "ruff": self.ruff}))


def agreement(oracle: Oracle, found: Iterable[Found]) -> Agreement:
    """Hold the rules of *oracle* against each other, by file and row."""
    both, differences = 0, []
    for each in found:
        ours = {(file, row) for code, file, row in each.ours if code in oracle.rules}
        ruff = {(file, row) for code, file, row in each.ruff if code in oracle.ruff}
        both += len(ours & ruff)
        for file, row in sorted(ours ^ ruff):
            difference = Difference(each.tree, file, row, (file, row) in ours)
            if difference.ours or not _hushed(difference):
                differences.append(difference)
    return Agreement(oracle, both, differences)


def _hushed(difference: Difference) -> bool:
    lines = rows.lines(difference.tree.root, difference.file)
    return bool(_HUSHED_ROW.search(difference.line)) or any(map(_HUSHED_FILE.match, lines))


# What is to be said of it


def faults(packs: Iterable[Pack], found: Sequence[Found]) -> Iterator[str]:
    """What must not be: default rules that are wrong too often, and differences that nobody argues."""
    for pack in packs:
        for code in pack.default:
            seen, right = seen_and_right(sample for sample in pack.notes.sample if sample.rule == code)
            if seen >= _ENOUGH and right / seen < PRECISION:
                yield f"{pack.name}: {code} is on by default, and {right} of {seen} findings are right"
        for oracle in pack.notes.oracle:
            agreed = agreement(oracle, found)
            for ours, key, argument in ((True, "only_ours", oracle.only_ours), (False, "only_ruff", oracle.only_ruff)):
                if agreed.only(ours) and not argument:
                    where = f"{pack.name}: {', '.join(oracle.rules)} and {', '.join(oracle.ruff)}"
                    example = agreed.only(ours)[0]
                    place = f"{example.tree.name} {example.file}:{example.row}"
                    yield f"{where}: {key}: {len(agreed.only(ours))} rows are not argued, as {place}"


def document(packs: Sequence[Pack], found: Sequence[Found]) -> str:
    """``docs/packs.md``."""
    parts = [_HEAD, _overview(packs, found), _LEGEND]
    for pack in packs:
        parts += [f"## {pack.name}", *_findings(pack, found)]
        if pack.notes.oracle:
            parts.append(_agreements([agreement(oracle, found) for oracle in pack.notes.oracle]))
    return "\n\n".join(parts) + "\n"


_HEAD = f"""\
# The built-in packs over real code

Written by `make packs` (`python -m benchmarks.packs`): all rules, those that are off by default included, are run over
releases of {len(TREES)} projects, and what is found is counted. *Looked at* is what a person read, taken at random, and
*right* what a reviewer would accept of it; `benchmarks/packs/` has these numbers, everything else is measured. A rule
that is on by default and right in less than {PRECISION:.0%} of at least {_ENOUGH} fails the run."""

_LEGEND = """\
In the columns of the trees: findings of the rules on by default / of all. A rule that requires something of the
project, as a version of a library, is silent in a tree that does not state it."""


def _overview(packs: Sequence[Pack], found: Sequence[Found]) -> str:
    table = []
    for pack in packs:
        default = pack.default
        counts = [f"{each.count(default):,} / {each.count(pack.rules):,}" for each in found]
        table.append([pack.name, *_sizes([pack]), *counts, *_looked_at(pack, found)])
    default, every = ([code for pack in packs for code in codes(pack)] for codes in (_default, _all))
    counts = [f"{each.count(default):,} / {each.count(every):,}" for each in found]
    seen, right = seen_and_right(sample for pack in packs for sample in pack.notes.sample)
    table.append(["all", *_sizes(packs), *counts, f"{seen:,}", *_precision(seen, right), ""])
    columns = ["pack", "rules", "on by default", "fixable", *(each.tree.name for each in found)]
    return markdown.table([*columns, "looked at", "right", "precision", "missing"], table, text=("missing",))


def _default(pack: Pack) -> Iterable[str]:
    return pack.default


def _all(pack: Pack) -> Iterable[str]:
    return pack.rules


def _sizes(packs: Sequence[Pack]) -> list[str]:
    """How many rules there are, how many are on by default, how many have a fix."""
    rules = [len(pack.rules) for pack in packs]
    fixable = [sum(code in pack.fixable for code in pack.rules) for pack in packs]
    return [f"{sum(counts):,}" for counts in (rules, [len(pack.default) for pack in packs], fixable)]


def _looked_at(pack: Pack, found: Sequence[Found]) -> list[str]:
    """What was looked at, and whether that was enough."""
    seen, right = seen_and_right(pack.notes.sample)
    of_default, _ = seen_and_right(sample for sample in pack.notes.sample if sample.rule in pack.default)
    there = sum(each.count(pack.default) for each in found)
    missing = ""
    if of_default < min(_SAMPLE, there):
        missing = f"of {there:,} findings of default rules {of_default} were looked at"
    return [f"{seen:,}", *_precision(seen, right), missing]


def _precision(seen: int, right: int) -> list[str]:
    return [f"{right:,}", f"{right / seen:.1%}"] if seen else ["", ""]


def _findings(pack: Pack, found: Sequence[Found]) -> Iterator[str]:
    """The rules of *pack* that find something or were looked at, and how many do not."""
    table, silent = [], 0
    for code, rule in pack.rules.items():
        counts = [each.count([code]) for each in found]
        samples = [sample for sample in pack.notes.sample if sample.rule == code]
        if not any(counts) and not samples:
            silent += 1
            continue
        seen, right = seen_and_right(samples)
        marks = ["yes" if rule.default else "", "yes" if code in pack.fixable else ""]
        looked = [f"{seen:,}" if seen else "", *_precision(seen, right)]
        wrong = "; ".join(dict.fromkeys(sample.note.replace("|", "\\|") for sample in samples if sample.note))
        numbers = [f"{count:,}" if count else "" for count in counts]
        table.append([f"{code} {rule.name}", *marks, *numbers, *looked, wrong])
    columns = ["rule", "default", "fixable", *(each.tree.name for each in found), "looked at", "right", "precision"]
    if table:
        yield markdown.table([*columns, "the wrong ones"], table, text=("default", "fixable", "the wrong ones"))
    if silent:
        others = " others" if table else ""
        yield f"{silent}{others} find nothing in these trees." if silent > 1 else "One finds nothing in these trees."


def _agreements(agreements: Sequence[Agreement]) -> str:
    """How *agreements* came out, with an argument for each difference and the first row that shows it."""
    columns = ("ours", "ruff's", "rows in both", "only ours", "only ruff's")
    counts = [
        [
            ", ".join(each.oracle.rules),
            ", ".join(each.oracle.ruff),
            *(f"{number:,}" for number in (each.both, len(each.only(ours=True)), len(each.only(ours=False)))),
        ]
        for each in agreements
    ]
    parts = [markdown.table(columns, counts, text=("ruff's",))]
    for each in agreements:
        for ours, argument in ((True, each.oracle.only_ours), (False, each.oracle.only_ruff)):
            rows_ = each.only(ours)
            if rows_:
                who = f"{', '.join(each.oracle.rules)}, only {'ours' if ours else 'ruff'}"
                trees = Counter(row.tree.name for row in rows_)
                shares = ", ".join(f"{count:,} in {name}" for name, count in trees.items())
                example = markdown.place(rows_[0].file, rows_[0].row, rows_[0].line)
                parts.append(f"- {who} ({shares}): {argument or '**not argued**'} ({example})")
    return "\n".join([parts[0], "", *parts[1:]]).rstrip()


# The command


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where nothing is wrong with the packs, 2 where the notes are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.packs", description=__doc__)
    parser.add_argument("--packs", default="", metavar="NAMES", help="these departments only, joined by commas")
    parser.add_argument("--tree", action="append", choices=TREES, help="this code base only (repeatable)")
    parser.add_argument("--list", metavar="CODE", help="print the rows in which that rule, or ALL, and ruff differ")
    options = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        chosen = packs([name for name in options.packs.split(",") if name])
    except NotesError as error:
        print(f"packs: {error}", file=sys.stderr)
        return 2
    found = [find(name, chosen) for name in options.tree or TREES]
    if options.list:
        _list(chosen, found, options.list)
        return 0
    text = document(chosen, found)
    if options.packs or options.tree:
        print(text)
    else:
        DOCUMENT.write_text(text)
        print(f"{DOCUMENT.relative_to(ROOT)} is written")
    wrong = list(faults(chosen, found))
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    return int(bool(wrong))


def _list(packs: Iterable[Pack], found: Sequence[Found], code: str) -> None:
    for oracle in (oracle for pack in packs for oracle in pack.notes.oracle):
        if code == "ALL" or code in oracle.rules:
            for each in agreement(oracle, found).differences:
                who = "ours" if each.ours else "ruff"
                print(
                    who, ",".join(oracle.rules), each.tree.name, f"{each.file}:{each.row}", each.line.strip(), sep="\t"
                )


if __name__ == "__main__":
    sys.exit(main())
