"""What people say of the built-in packs: ``benchmarks/packs/<department>.toml``, read strictly.

A file tells which findings somebody looked at, and which rules ruff has too; all numbers besides are counted.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from tests.reliability import corpora

from platform_lint.rule import Rule

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).with_name("packs")


class NotesError(Exception):
    """What is wrong with a file, in one line that names the file and the key."""


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table without keys that mean nothing."""


class Sample(_Strict, frozen=True):
    """So many findings of a rule, looked at by eye, and how many of them a reviewer would accept."""

    rule: str
    #: Names of code bases, or a package and its version.
    trees: list[str]
    seen: int
    right: int
    #: What the wrong ones were.
    note: str = ""


class Oracle(_Strict, frozen=True):
    """Rules of ours and rules of ruff's that are about the same thing, and why they differ."""

    rules: list[str]
    ruff: list[str]
    only_ours: str = ""
    only_ruff: str = ""


class Notes(_Strict, frozen=True):
    """What is said of one department."""

    sample: list[Sample] = []
    oracle: list[Oracle] = []


def read(path: Path, rules: Mapping[str, Rule], ruff: Collection[str]) -> Notes:
    """The notes at *path*, about *rules*, all that are built in, by code; *ruff* are the codes of its rules.

    Raises NotesError for what cannot be read, is about nothing there is, or gives no reason where it owes one.
    """
    try:
        notes = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Notes)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise NotesError(f"{path.name}: {error}") from None
    for complaint in _complaints(path.stem, notes, rules, ruff):
        raise NotesError(f"{path.name}: {complaint}")
    return notes


def _complaints(department: str, notes: Notes, rules: Mapping[str, Rule], ruff: Collection[str]) -> Iterator[str]:
    departments = sorted({rule.pack for rule in rules.values()})
    if department not in departments:
        yield f"there is no department {department!r}, only {', '.join(departments)}"
    for number, sample in enumerate(notes.sample, 1):
        where = f"sample {number} ({sample.rule})"
        yield from _of_rules(f"{where}: rule", department, [sample.rule], rules)
        if not sample.trees:
            yield f"{where}: trees: name the code that was looked at"
        for tree in sample.trees:
            # Anything else is a package and its version.
            if tree not in corpora.NAMES and len(tree.split()) != 2:
                yield f"{where}: trees: {tree!r} is neither one of {', '.join(corpora.NAMES)} nor `NAME VERSION`"
        if sample.seen < 1:
            yield f"{where}: seen: {sample.seen}; leave out what nobody looked at"
        if not 0 <= sample.right <= sample.seen:
            yield f"{where}: right: {sample.right} of {sample.seen} seen"
        if sample.right < sample.seen and not sample.note:
            yield f"{where}: note: say what the wrong ones were"
    for number, oracle in enumerate(notes.oracle, 1):
        where = f"oracle {number} ({', '.join(oracle.rules)})"
        yield from _of_rules(f"{where}: rules", department, oracle.rules, rules)
        for key, codes in (("rules", oracle.rules), ("ruff", oracle.ruff)):
            if not codes:
                yield f"{where}: {key}: name at least one"
        for code in oracle.ruff:
            if code not in ruff:
                yield f"{where}: ruff: ruff has no rule {code!r}"


def _of_rules(where: str, department: str, codes: Iterable[str], rules: Mapping[str, Rule]) -> Iterator[str]:
    for code in codes:
        if code not in rules:
            yield f"{where}: there is no built-in rule {code!r}"
        elif rules[code].pack != department:
            yield f"{where}: {code} belongs to {rules[code].pack}"


def seen_and_right(samples: Iterable[Sample]) -> tuple[int, int]:
    """How many findings were looked at in *samples*, and how many of them were right."""
    samples = list(samples)
    return sum(each.seen for each in samples), sum(each.right for each in samples)
