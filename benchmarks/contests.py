"""What is measured: the rows of the table, each as contests between a command of ours and one of a peer."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from benchmarks import bans, shapes, workspace
from benchmarks.measuring import Command
from benchmarks.naming import heavy_names, unused_names, usage
from benchmarks.workspace import Tree, environment, ours, peer, python_files, scratch, trees, version

#: At least so often is a name used that counts as used heavily.
HEAVY = 600


@dataclass(frozen=True)
class Contest:
    """One line of the table.

    *measure* is what is compared: the times of both, or the memory of ours with what is allowed in MB. *slow* peers run
    less often. Without a *budget* the line is for information.
    """

    work: str
    where: str
    against: str
    budget: float | None
    ours: Command
    theirs: Command
    measure: Literal["time", "memory"] = "time"
    slow: bool = False


class Row(NamedTuple):
    """A budget: what it is called on the command line, and its contests, made when it is its turn."""

    key: str
    contests: Callable[[], Iterable[Contest]]


# How the tools are called


def _platform_lint(
    *arguments: str | Path, folder: Path, accepted: Sequence[int] = (0, 1), cached: bool = False
) -> Command:
    """Our ``check`` as somebody runs it who has it installed."""
    how = () if cached else ("--no-cache",)
    flags = ("--isolated", *how, "--output-format", "concise")
    return Command((ours().with_name("platform-lint"), "check", *flags, *arguments), folder, accepted=accepted)


def _ruff(*arguments: str | Path, folder: Path, cached: bool = False) -> Command:
    # A file of Django's tests is broken on purpose: ruff says so and exits with 1.
    how = () if cached else ("--no-cache",)
    return Command((peer("ruff"), "check", *how, "--output-format", "concise", *arguments), folder)


def _check_bans(name: str, banned: Sequence[str], folder: Path, accepted: Sequence[int], *paths: str | Path) -> Command:
    pack = bans.for_platform_lint(name, banned)
    flags = ("--rules", pack, "--select", bans.FAMILY)
    return _platform_lint(*flags, *(paths or (".",)), folder=folder, accepted=accepted)


# The rows


def _unused() -> Iterator[Contest]:
    for tree, other in _with_other():
        banned = unused_names(tree, other, 50)
        yield Contest(
            "cold `check`, 50 banned names, none used",
            tree.name,
            "`ruff check --no-cache`, the same bans",
            1.0,
            _check_bans(f"unused-{tree.name}", banned, tree.root, (0,)),
            _ruff("--config", bans.for_ruff(f"unused-{tree.name}", banned), ".", folder=tree.root),
        )


def _default() -> Iterator[Contest]:
    for tree in trees():
        yield Contest(
            "cold `check`, all default rules",
            tree.name,
            "`ruff check --no-cache`, its defaults",
            3.0,
            _platform_lint(".", folder=tree.root),
            _ruff("--isolated", ".", folder=tree.root),
        )


def _heavy() -> Iterator[Contest]:
    for tree in trees():
        banned = _heavily_used(tree)
        yield Contest(
            f"cold `check`, hit-heavy: {len(banned)} names with {HEAVY}+ uses each",
            tree.name,
            "`ruff check --no-cache`, the same bans",
            2.0,
            _check_bans(f"heavy-{tree.name}", banned, tree.root, (1,)),
            _ruff("--config", bans.for_ruff(f"heavy-{tree.name}", banned), ".", folder=tree.root),
        )


def _hundred() -> Iterator[Contest]:
    """A hundred rules of all kinds: ours about shape, company conventions, and those of one department."""
    rules = ("--rules", shapes.PACK, "--rules", shapes.CONVENTIONS, "--select", "SHP,CON,LIB3")
    for tree in trees():
        config = ("--config", shapes.for_ruff("E4", "E7", "E9", "F"))
        yield Contest(
            "cold `check`, a hundred rules of all kinds",
            tree.name,
            "`ruff check --no-cache`, its defaults and those it has of ours",
            3.0,
            _platform_lint(*rules, ".", folder=tree.root, accepted=(1,)),
            _ruff(*config, ".", folder=tree.root),
        )
        caches = [scratch(f"cache-{tool}-hundred-{tree.name}") for tool in ("ours", "ruff")]
        for cache in caches:
            shutil.rmtree(cache, ignore_errors=True)
        yield Contest(
            "warm `check`, nothing changed, a hundred rules of all kinds",
            tree.name,
            "`ruff check`, its cache warm",
            1.0,
            _platform_lint(*rules, "--cache-dir", caches[0], ".", folder=tree.root, accepted=(1,), cached=True),
            _ruff(*config, "--cache-dir", caches[1], ".", folder=tree.root, cached=True),
        )


def _shapes() -> Iterator[Contest]:
    for tree in trees():
        codes = ",".join(shapes.IN_SEMGREP)
        flags = ("--metrics=off", "--disable-version-check", "--quiet", "--error")
        yield Contest(
            f"cold `check`, {len(shapes.IN_SEMGREP)} patterns",
            tree.name,
            "semgrep, the same patterns",
            0.1,
            _platform_lint("--rules", shapes.PACK, "--select", codes, ".", folder=tree.root, accepted=(1,)),
            Command((peer("semgrep"), "scan", "--config", shapes.for_semgrep(), *flags, "."), tree.root, accepted=(1,)),
            slow=True,
        )


def _semgrep() -> Iterator[Contest]:
    for tree in trees():
        banned = _heavily_used(tree)
        rules = bans.for_semgrep(f"heavy-{tree.name}", banned)
        flags = ("--metrics=off", "--disable-version-check", "--quiet", "--error")
        yield Contest(
            f"the same {len(banned)} names",
            tree.name,
            "semgrep, the same patterns",
            0.1,
            _check_bans(f"heavy-{tree.name}", banned, tree.root, (1,)),
            Command((peer("semgrep"), "scan", "--config", rules, *flags, "."), tree.root, accepted=(1,)),
            slow=True,
        )


def _fixit() -> Iterator[Contest]:
    tree, below = workspace.tree("django"), "django/forms"
    (banned,) = heavy_names(usage(tree, below), 20, 1)
    part = workspace.copy(tree, "fixit", below)
    bans.for_fixit(part.root, banned)
    yield Contest(
        "cold `check`, one banned name",
        f"{tree.name}: {below}",
        "Fixit, the same as a rule of its kind",
        None,
        _check_bans("fixit", [banned], part.root, (1,), below),
        Command((peer("fixit"), "lint", below), part.root, accepted=(1,)),
        slow=True,
    )


def _python() -> Iterator[Contest]:
    tree, below = workspace.tree("django"), "django/db"
    part = workspace.copy(tree, "python-rule", below)
    shapes.for_fixit(part.root)
    rule = shapes.python_rule()
    yield Contest(
        "cold `check`, one Python rule (`str.format` on a literal)",
        f"{tree.name}: {below}",
        "Fixit, the same rule",
        None,
        _platform_lint("--rules", rule, "--select", "PYR", below, folder=part.root, accepted=(1,)),
        Command((peer("fixit"), "lint", below), part.root, accepted=(1,)),
        slow=True,
    )


def _warm() -> Iterator[Contest]:
    for tree, other in _with_other():
        banned = unused_names(tree, other, 50)
        pack = bans.for_platform_lint(f"unused-{tree.name}", banned)
        config = bans.for_ruff(f"unused-{tree.name}", banned)
        kinds = {
            "50 banned names, none used": (("--rules", pack, "--select", bans.FAMILY), ("--config", config)),
            "all default rules": ((), ("--isolated",)),
        }
        for number, (kind, (mine, its)) in enumerate(kinds.items()):
            caches = [scratch(f"cache-{tool}-{tree.name}-{number}") for tool in ("ours", "ruff")]
            for cache in caches:
                shutil.rmtree(cache, ignore_errors=True)
            yield Contest(
                f"warm `check`, nothing changed, {kind}",
                tree.name,
                "`ruff check`, its cache warm",
                1.0,
                _platform_lint(*mine, "--cache-dir", caches[0], ".", folder=tree.root, cached=True),
                _ruff(*its, "--cache-dir", caches[1], ".", folder=tree.root, cached=True),
            )


def _fix() -> Iterator[Contest]:
    tree, below = workspace.tree("django"), "django/db"
    old = max((name for name in heavy_names(usage(tree, below), 40, 8)), key=usage(tree, below).total)
    pack = bans.renaming("fix", old, "corp.moved:renamed")
    part = workspace.copy(tree, "fix", tree.package)
    restore = partial(workspace.restore, tree, part, below)
    # An exit code of 1 then says that there was something to fix, and that it was fixed.
    fixing = ("--rules", pack, "--select", bans.FAMILY, "--fix", "--exit-non-zero-on-fix")
    check = _platform_lint(*fixing, below, folder=part.root, accepted=(1,))
    flags = ("--no-format", "--hide-progress")
    names = ("--old_name", old, "--new_name", "corp.moved.renamed")
    rename = (peer("libcst"), "-m", "libcst.tool", "codemod", *flags, "rename.RenameCommand", *names, below)
    yield Contest(
        f"fix one heavily used name (`{old}`)",
        f"{tree.name}: {below}",
        "LibCST's RenameCommand",
        0.01,
        check._replace(prepare=restore),
        Command(rename, part.root, restore, accepted=(0,)),
        slow=True,
    )


def _hook() -> Iterator[Contest]:
    for tree in trees():
        clean = _clean_files(tree, 10)
        part = workspace.copy(tree, f"hook-{tree.name}")
        cache = scratch(f"cache-hook-{tree.name}")
        check = (ours().with_name("platform-lint"), "check", "--force-exclude", "--cache-dir", cache)
        subprocess.run((*check, "."), cwd=part.root, capture_output=True, check=False)
        yield Contest(
            "hook on 10 clean staged files, changed since the last run",
            tree.name,
            "`python -c pass`",
            5.0,
            Command((*check, *clean), part.root, partial(_edit, [part.root / file for file in clean]), accepted=(0,)),
            Command((ours(), "-c", "pass"), part.root, accepted=(0,)),
        )


def _flake8() -> Iterator[Contest]:
    beside = version(peer("flake8").with_name("python"), "flake8")
    without = environment("flake8")
    for python in (ours(), without):
        workspace.install(python, f"flake8=={beside}")
    for tree in trees():
        files = _some(tree.files(), 200)
        names = [str(file.relative_to(tree.root)) for file in files]
        arguments = ("-m", "flake8", "--isolated", *names)
        yield Contest(
            f"flake8 with the plugin, {len(names)} files",
            tree.name,
            "flake8 in an environment without it",
            1.1,
            Command((ours(), *arguments), tree.root),
            Command((without, *arguments), tree.root),
        )


def _memory() -> Iterator[Contest]:
    for tree in trees():
        banned = _heavily_used(tree)
        yield Contest(
            "memory of the hit-heavy `check`, the largest process",
            tree.name,
            "ruff, the same",
            150,
            _check_bans(f"heavy-{tree.name}", banned, tree.root, (1,)),
            _ruff("--config", bans.for_ruff(f"heavy-{tree.name}", banned), ".", folder=tree.root),
            measure="memory",
        )


def _growth() -> Iterator[Contest]:
    for tree, other in _with_other():
        few, many = (unused_names(tree, other, count) for count in (50, 500))
        yield Contest(
            "growth: 500 banned names, none used",
            tree.name,
            "ourselves with 50",
            1.5,
            _check_bans(f"many-{tree.name}", many, tree.root, (0,)),
            _check_bans(f"unused-{tree.name}", few, tree.root, (0,)),
        )
    for tree in trees():
        twin = workspace.copy(tree, f"twin-{tree.name}")
        yield Contest(
            "growth: twice the files, default rules",
            tree.name,
            "ourselves with half of them",
            2.0,
            _platform_lint(".", twin.root, folder=tree.root),
            _platform_lint(".", folder=tree.root),
        )


ROWS = (
    Row("unused", _unused),
    Row("default", _default),
    Row("heavy", _heavy),
    Row("hundred", _hundred),
    Row("semgrep", _semgrep),
    Row("shapes", _shapes),
    Row("fixit", _fixit),
    Row("python", _python),
    Row("warm", _warm),
    Row("fix", _fix),
    Row("hook", _hook),
    Row("flake8", _flake8),
    Row("memory", _memory),
    Row("growth", _growth),
)


def _with_other() -> Iterator[tuple[Tree, Tree]]:
    """Each tree, with one whose names it does not use."""
    every = trees()
    yield from zip(every, reversed(every), strict=True)


def _heavily_used(tree: Tree) -> list[str]:
    return heavy_names(usage(tree), HEAVY, 5)


def _some(files: Sequence[Path], count: int) -> list[Path]:
    """*count* of *files*, evenly."""
    return [files[index * len(files) // count] for index in range(count)]


def _clean_files(tree: Tree, count: int) -> list[str]:
    """Files of *tree* without findings, none of them tiny, from all over its package."""
    command = _platform_lint("--output-format", "json", ".", folder=tree.root).arguments
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False)
    dirty = {finding["filename"] for finding in json.loads(done.stdout)}
    files = [file for file in python_files(tree.root / tree.package) if file.stat().st_size > 2_000]
    names = [file.relative_to(tree.root) for file in files]
    return [str(name) for name in _some([name for name in names if str(name) not in dirty], count)]


def _edit(files: Iterable[Path]) -> None:
    """Change the content of *files* a little, as somebody does who then commits them."""
    for file in files:
        with file.open("a", encoding="utf-8") as end:
            end.write("# edited\n")
