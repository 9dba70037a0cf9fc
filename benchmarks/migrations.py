"""What the built-in migrations do to released packages, what they leave, and what their oracles say of the same code.

``python -m benchmarks.migrations`` reads ``benchmarks/migrations/<name>.toml``, fetches the packages that are named
there, runs each migration over a copy of them with all of its fixes, and writes ``docs/migrations-measured.md``. It
fails where a changed file does not compile, where a second run changes something, where not all that was recognized is
changed or left with a reason, where a difference to the oracle is not argued, and where a package's own test passes no
more and it is not said why (:mod:`benchmarks.migration_suites`). ``--only NAME`` looks at one migration and ``--part``
at one part, which write no page; ``--trees N`` takes the first packages of each.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks import markdown, migration_suites, rows, workspace
from benchmarks.migration_suites import Ran, Suite
from benchmarks.packs import ruff_codes
from benchmarks.workspace import Release, Tree
from platform_lint.loading import load_packs
from platform_lint.migrating.choosing import rules_of
from platform_lint.migrations import Migration

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).with_name("migrations")
DOCUMENT = workspace.DOCS / "migrations-measured.md"
#: Pythons whose wheels are taken where a package has none for all of them.
_WHEELS = ("3.11", "3.10", "3.9", "3.8", "3.7")
#: The reasons that are listed of each migration.
_REASONS = 12
#: LibCST takes a second for some hundred lines: it gets files of middling size, from this one on.
_PEER_FROM = 60
#: What bump-pydantic calls its rules: it says nothing of places, so that people hold it against ours by hand.
_BUMP = "BP"
#: What a run consists of.
_PARTS = ("packages", "peers", "suites")
_QUOTED = re.compile(r"`[^`]*`|'[^']*'")


class Difference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Replacements of the oracle's that are wrong."""

    names: list[str]
    why: str


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is timed beside the migration: "libcst", whose command makes the *rename* of one name to another, or
    "bump-pydantic"; over so many *files* of the package *tree* (0: all).
    """

    name: str
    tree: str
    rename: tuple[str, str] | None = None
    files: int = 0


class Notes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people say of one migration: where it is tried, which rules of ruff's are its oracle, why they differ, and
    the packages whose own tests are run.
    """

    trees: list[str]
    oracle: list[str] = []
    only_ours: str = ""
    only_oracle: str = ""
    differs: list[Difference] = []
    peer: Peer | None = None
    suite: list[Suite] = []


class Moved(NamedTuple):
    """What a migration did to one package. *seconds* are of processors, for the first run; *oracle* are ruff's rows,
    *missed* those of them that we do not report.
    """

    tree: Tree
    requirement: str
    files: int
    lines: int
    seconds: float
    said: dict[str, Any]
    oracle: int
    missed: list[tuple[str, int]]
    faults: list[str]

    @property
    def fixed(self) -> int:
        """How many places were changed."""
        return sum(self.said["fixed"].values())


class Beside(NamedTuple):
    """Seconds of processors for the same files: what the peer did and took, and what we did and took."""

    theirs: str
    their_seconds: float
    ours: str
    our_seconds: float
    files: int
    lines: int


class Measured(NamedTuple):
    """All that is said of one migration."""

    migration: Migration
    notes: Notes
    moved: list[Moved]
    pairs: list[Beside]
    suites: list[Ran]


def notes(name: str) -> Notes:
    """What is said of the migration *name*."""
    return msgspec.convert(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")), Notes)


def fetched(requirement: str) -> Tree:
    """The tree of a released package, *requirement* as in ``numpy==1.26.0``, from a wheel if there is one."""
    name, _, version = requirement.partition("==")
    stem = workspace.stem(name)
    label = f"{name.lower()}-{version}"
    wheel = f"{stem}-{version}-*.whl"
    forms = [Release(requirement, wheel, name, False)]
    forms += [Release(requirement, wheel, name, False, python) for python in _WHEELS]
    forms += [Release(requirement, f"{stem}-{version}.tar.gz", name, True)]
    for form in forms:
        try:
            return workspace.unpacked(label, form)
        except SystemExit as error:
            failure = error
    raise failure


def command(migration: Migration) -> list[str | Path]:
    """What makes all of *migration* in the folder it is run in."""
    made: list[str | Path] = [Path(sys.executable).with_name("platform-lint"), "migrate", migration.name, "."]
    made += ["--isolated", "--unsafe-fixes", "--apply", "--allow-dirty"]
    return made + [part for name, option in migration.options.items() for part in ("--set", f"{name}={option.default}")]


def move(migration: Migration, codes: Sequence[str], requirement: str, oracle: Sequence[str]) -> Moved:
    """Run *migration*, which is of the rules *codes*, over a copy of a package, and hold it to what was promised."""
    tree = fetched(requirement)
    executable = Path(sys.executable).with_name("platform-lint")
    missed: list[tuple[str, int]] = []
    theirs: set[tuple[str, int]] = set()
    if oracle:
        ours = {(file, row) for _, file, row in rows.by_us(tree, executable, "--select", ",".join(codes))}
        found = rows.by_ruff(tree, rows.ruff_config(f"migration-{migration.name}", tuple(oracle)))
        theirs = {(file, row) for code, file, row in found if code in oracle}
        missed = sorted(theirs - ours)
    copy = workspace.copy(tree, f"migration-{migration.name}")
    before = {path: path.read_bytes() for path in copy.files()}
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = rows.reported(copy, *command(migration), "--output-format", "json")
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    faults = list(_faults(before, said, rows.reported(copy, *command(migration), "--output-format", "json")))
    return Moved(
        tree,
        requirement,
        len(before),
        sum(data.count(b"\n") for data in before.values()),
        ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime,
        said,
        len(theirs),
        missed,
        faults,
    )


def _faults(before: dict[Path, bytes], said: dict[str, Any], again: dict[str, Any]) -> Iterator[str]:
    for path, data in before.items():
        after = path.read_bytes()
        if after != data and _compiles(data, path) and not _compiles(after, path):
            yield f"{path}: does not compile any more"
    if again["changed"]:
        yield f"a second run changes {again['changed'][0]['path']}"
    if said["matched"] != sum(said["fixed"].values()) + len(said["left"]):
        yield "not all that was recognized is changed or left"
    yield from (
        f"{left['path']}:{left['row']}: {left['code']} has no reason" for left in said["left"] if not left["reason"]
    )


def _compiles(data: bytes, path: Path) -> bool:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def beside(peer: Peer, migration: Migration, rules: int) -> Iterator[Beside]:
    """*peer* and ours on copies of the same files; nothing where the peer cannot be had."""
    try:
        executable = workspace.peer(peer.name)
    except workspace.Missing as error:
        print(f"{migration.name}: no peer: {error}")
        return
    ours = Path(sys.executable).with_name("platform-lint")
    whole = command(migration)
    migrated = f"the whole migration, {rules} rules"
    files = _middling(fetched(peer.tree), peer.files)
    if peer.rename is None:
        theirs: list[str | Path] = [executable, "."]
        what, pairs = f"{peer.name}, all of it", [(whole, migrated)]
    else:
        old, new = peer.rename
        theirs = [executable, "-m", "libcst.tool", "codemod", "--no-format", "--hide-progress", "rename.RenameCommand"]
        theirs += [f"--old_name={old}", f"--new_name={new}", "."]
        what = f"LibCST's RenameCommand, `{old}` to `{new}`"
        pack = workspace.scratch("peer.toml")
        pack.write_text(f'[[rule]]\ncode = "PER101"\nname = "peer"\nmessage = "m"\nrename = {{ "{old}" = "{new}" }}\n')
        same: list[str | Path] = [
            ours,
            "check",
            "--isolated",
            "--no-cache",
            "--fix",
            "--rules",
            pack,
            "--select",
            "PER101",
        ]
        pairs = [(same, "the same rename"), (whole, migrated)]
    spent = _seconds(theirs, files)
    lines = sum(data.count(b"\n") for data in files.values())
    for each, said in pairs:
        _seconds(each, files)  # Once before: what packs come to is kept.
        yield Beside(what, spent, said, _seconds(each, files), len(files), lines)


def _middling(tree: Tree, count: int) -> dict[Path, bytes]:
    """So many files of *tree*, which are neither its largest nor its smallest; 0 for all."""
    paths = tree.files()
    if count:
        paths = sorted(paths, key=lambda path: path.stat().st_size, reverse=True)
        start = min(_PEER_FROM, len(paths) // 3)
        paths = paths[start : start + count]
    return {path.relative_to(tree.root): path.read_bytes() for path in paths}


def _seconds(command: Sequence[str | Path], files: dict[Path, bytes]) -> float:
    """What *command* takes of processors, run in a new folder with *files*."""
    folder = workspace.BENCH / "copies" / "migration-peer"
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    # What lies in a folder that git ignores, as ours does, would not be looked at.
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or "not a valid" in done.stderr + done.stdout:
        raise SystemExit(f"benchmarks: {command[0]} failed:\n{done.stderr[-2000:]}")
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime


def suites(migration: Migration, said: Notes) -> Iterator[Ran]:
    """The packages' own tests, before and after; without those that need a Python which is not there."""
    for suite in said.suite:
        try:
            yield migration_suites.run(suite, command(migration))
        except workspace.Missing as error:
            print(f"{migration.name}: {suite.package}: no tests: {error}")


def document(migrations: Iterable[Measured]) -> str:
    """``docs/migrations-measured.md``."""
    parts = [_HEAD]
    for each in migrations:
        parts += [f"## {each.migration.name}", *_section(each.notes, each.moved)]
        if each.pairs:
            parts += [_beside(each.pairs)]
        if each.suites:
            parts += migration_suites.section(each.suites)
    return "\n\n".join(parts) + "\n"


def _beside(pairs: Sequence[Beside]) -> str:
    columns = ("peer", "files", "lines", "its CPU s / 1,000 lines", "ours", "our CPU s / 1,000 lines", "times less")
    table = []
    for pair in pairs:
        theirs, ours = (seconds / pair.lines * 1000 for seconds in (pair.their_seconds, pair.our_seconds))
        row = [pair.theirs, f"{pair.files:,}", f"{pair.lines:,}", f"{theirs:.2f}", pair.ours, f"{ours:.3f}"]
        table.append([*row, f"{theirs / ours:.0f}"])
    return markdown.table(columns, table)


def _section(said: Notes, moved: list[Moved]) -> Iterator[str]:
    columns: tuple[str, ...] = ("package", "files", "lines", "recognized", "changed", "left", "CPU s / 1,000 lines")
    counted = bool(said.oracle) and not said.oracle[0].startswith(_BUMP)
    columns += ("oracle's rows", "of them ours") if counted else ()
    table = []
    for each in moved:
        row = [each.requirement.replace("==", " "), f"{each.files:,}", f"{each.lines:,}", f"{each.said['matched']:,}"]
        row += [f"{each.fixed:,}", f"{len(each.said['left']):,}", f"{each.seconds / max(each.lines, 1) * 1000:.3f}"]
        row += [f"{each.oracle:,}", f"{each.oracle - len(each.missed):,}"] if counted else []
        table.append(row)
    yield markdown.table(columns, table)
    reasons = Counter(_QUOTED.sub("`…`", left["reason"]) for each in moved for left in each.said["left"])
    if reasons:
        yield "Why places were left, the most frequent reasons:"
        yield markdown.table(
            ("reason", "places"), [(text, f"{count:,}") for text, count in reasons.most_common(_REASONS)]
        )
    if said.oracle:
        name = "bump-pydantic" if said.oracle[0].startswith(_BUMP) else "ruff"
        yield f"The oracle is {name}: {', '.join(said.oracle)}."
        if said.only_ours:
            yield f"*Only ours:* {said.only_ours}"
        if said.only_oracle:
            yield f"*Only the oracle's:* {said.only_oracle}"
        yield from (f"*{', '.join(f'`{name}`' for name in each.names)}:* {each.why}" for each in said.differs)


_HEAD = """\
# Migrations, measured

Written by `python -m benchmarks.migrations`, which fetches the packages by name and version, and applies each migration
to a copy with all of its fixes, unsafe ones included. What was recognized is what was changed and what was left; every
file that compiled before compiles after, and a second run changes nothing: where one of that is not so, the run
fails. Seconds are of processors, those of the whole run with all rules of the migration, start included; it goes over
all files until nothing changes, at least twice.

The packages' own tests, where they are named, are those of packages that were written for the old version alone. They
are run with the old version, with the new one as they were released, which shows that there is something to migrate,
and with the new one after the migration. Where most of them hang on a few places that are left for people, these are
changed by hand as `benchmarks/migrations/` says, and the tests run once more. Every test that passed in the beginning
and does not in the end is accounted for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 where everything holds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.migrations", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--trees", type=int, default=0, metavar="N", help="the first N packages of each")
    parser.add_argument("--part", action="append", choices=_PARTS, help="that part alone (repeatable)")
    options = parser.parse_args(arguments)
    parts = options.part or _PARTS
    packs = load_packs()
    known = ruff_codes()
    measured = []
    status = 0
    for name, migration in sorted(packs.migrations.items()):
        if not (FOLDER / f"{name}.toml").is_file() or (options.only and name not in options.only):
            continue
        said = notes(name)
        unknown = sorted(code for code in set(said.oracle) - known if not code.startswith(_BUMP))
        if unknown:
            raise SystemExit(f"benchmarks: {name}.toml: oracle: ruff has no rule {unknown[0]}")
        codes = [rule.code for rule in rules_of(migration, packs)]
        moved = []
        for requirement in said.trees[: options.trees or None] if "packages" in parts else ():
            each = move(migration, codes, requirement, [code for code in said.oracle if code in known])
            moved.append(each)
            rate = each.seconds / max(each.lines, 1) * 1000
            print(
                f"{name}: {requirement}: {each.files} files, {each.lines} lines, {each.said['matched']} recognized,"
                f" {each.fixed} changed, {len(each.said['left'])} left, {rate:.3f} CPU s per 1,000 lines;"
                f" oracle {each.oracle}, missed {len(each.missed)}",
                flush=True,
            )
            for file, row in each.missed[:20]:
                print(f"  only the oracle: {file}:{row}: {rows.lines(each.tree.root, file)[row - 1].strip()[:100]}")
            faults = [
                *each.faults,
                *(["rows that only the oracle has are not argued"] if each.missed and not said.only_oracle else []),
            ]
            for fault in faults:
                print(f"  {fault}", flush=True)
            status = max(status, bool(faults))
        pairs = list(beside(said.peer, migration, len(codes))) if said.peer is not None and "peers" in parts else []
        for pair in pairs:
            print(f"{name}: {pair}", flush=True)
        ran = []
        for suite in suites(migration, said) if "suites" in parts else ():
            ran.append(suite)
            print(f"{name}: {'; '.join(filter(None, migration_suites.shown(suite)))}", flush=True)
            for fault in suite.faults:
                print(f"  {fault}", flush=True)
                status = 1
        measured.append(Measured(migration, said, moved, pairs, ran))
    if not options.only and not options.part:
        DOCUMENT.write_text(document(measured), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
