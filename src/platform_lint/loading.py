"""Loading packs: from installed packages, folders and files, into one list of rules without contradictions."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from platform_lint import __version__, compiled
from platform_lint.migrations import Migration
from platform_lint.packs import PackError, api_row, pack_entries, pack_files, read_apis, read_pack, refuse_cycles
from platform_lint.rule import Api, Rule
from platform_lint.tables import Example, RuleTable

ENTRY_POINTS = "platform_lint.packs"
#: The package of the packs that come with platform-lint.
BUILTIN = "platform_lint_rules"


class Packs:
    """Rules and migrations, and every path they were read from or would be found at."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.apis: dict[str, Api] = {}
        #: By name, in the order they were read.
        self.migrations: dict[str, Migration] = {}
        self.sources: list[str] = []
        #: The rules in Python that were not to be run.
        self.refused: list[str] = []


class Sheet:
    """What is written about a rule besides the rule itself: its examples, and its table where it is written as one."""

    __slots__ = ("examples", "table")

    def __init__(self, examples: Sequence[Example] = (), table: RuleTable | None = None) -> None:
        self.examples = examples
        self.table = table


def load_packs(paths: Iterable[str] = (), *, installed: bool = True, local_python: bool = True) -> Packs:
    """The packs at *paths* (files or folders), after the installed ones if *installed*. Raises PackError.

    *local_python* tells whether Python files at *paths* may be imported; they are only named otherwise.
    """
    packs = _installed() if installed else Packs()
    paths = dict.fromkeys(paths)
    for path in paths:
        _add(packs, Path(path), builtin=False, python=local_python)
    if paths:
        _check(packs)
    return packs


def _installed() -> Packs:
    """The installed packs. They are the same for every project, so what they come to is kept. Raises PackError."""
    identity = "\0".join(("installed", __version__, *sys.path))
    key = compiled.key_of(identity.encode("utf-8", "surrogatepass"))
    packs = Packs()
    stored = compiled.read(key)
    if isinstance(stored, tuple) and stored[0] == identity:
        _, rules, apis, migrations, sources = stored
        packs.rules = [Rule.from_fields(fields) for fields in rules]
        packs.apis = {fields[0]: Api(*fields) for fields in apis}
        packs.migrations = {fields[0]["name"]: Migration.from_fields(fields) for fields in migrations}
        packs.sources = list(sources)
        return packs
    for module, folder in installed_packs():
        _add(packs, folder, builtin=module == BUILTIN)
    packs.sources += [entry for entry in sys.path if entry and os.path.isdir(entry)]
    _check(packs)
    value = (
        identity,
        [rule.fields() for rule in packs.rules],
        [api.fields() for api in packs.apis.values()],
        [migration.fields() for migration in packs.migrations.values()],
        packs.sources,
    )
    compiled.write(key, packs.sources, value)
    return packs


def _check(packs: Packs) -> None:
    refuse_cycles(packs.rules)
    for migration in packs.migrations.values():
        _check_rules(migration, packs.rules)


def is_below(rule: Rule, place: str) -> bool:
    """Whether *rule* is defined in the file or folder at absolute *place*."""
    path = rule.origin.rpartition(":")[0]
    return path == place or path.startswith(place.rstrip(os.sep) + os.sep)


def sheets(rules: Iterable[Rule], apis: Iterable[Api]) -> dict[str, Sheet]:
    """What is written about *rules* for people, by code; each file is read once. *apis* are all that packs state.

    Raises PackError.
    """
    facts = {api.name: api for api in apis}
    found: dict[str, Sheet] = {}
    for path in dict.fromkeys(rule.origin.rpartition(":")[0] for rule in rules if rule.origin):
        pack = read_pack(Path(path), builtin=True, apis=facts)
        found.update((code, Sheet(examples, pack.tables.get(code))) for code, examples in pack.examples.items())
    return found


def installed_packs() -> list[tuple[str, Path]]:
    """The packages that the entry points name, with their folders. Nothing of them is imported. Raises PackError."""
    found: dict[str, Path] = {}
    for entry_point in importlib.metadata.entry_points(group=ENTRY_POINTS):
        name = entry_point.value.partition(":")[0]
        top, *rest = name.split(".")
        spec = importlib.util.find_spec(top)
        if spec is None or not spec.submodule_search_locations:
            raise PackError(f"entry point {entry_point.name!r} in {ENTRY_POINTS}: there is no package {name!r}")
        folder = Path(next(iter(spec.submodule_search_locations)), *rest)
        if not folder.is_dir():
            raise PackError(f"entry point {entry_point.name!r} in {ENTRY_POINTS}: there is no folder {folder}")
        found[name] = folder
    # Ours first, so that a clash is reported where the company's pack is.
    return sorted(found.items(), key=lambda item: (item[0] != BUILTIN, item[0]))


def _add(packs: Packs, path: Path, *, builtin: bool, python: bool = True) -> None:
    known = {rule.code: rule for rule in packs.rules}
    names = {rule.name: rule for rule in packs.rules}
    if path.is_dir():
        packs.sources += [str(path), *(str(folder) for folder in sorted(pack_entries(path)) if folder.is_dir())]
    files = [file for file in pack_files(path) if str(file) not in packs.sources]
    if not python:
        packs.refused += [str(file) for file in files if file.suffix == ".py"]
        files = [file for file in files if file.suffix != ".py"]
    apis: dict[str, Api] = {}
    for file in files:
        stated = read_apis(file)
        for name, api in stated.items():
            if name in apis and (api.signature, api.returns) != (apis[name].signature, apis[name].returns):
                row = api_row(file, name)
                raise PackError(
                    f"{file}:{row}: api {name}: another file of the pack says something else of it: keep one"
                )
        apis.update(stated)
        if file.suffix == ".py":
            # What a rule imports from beside it is part of it.
            packs.sources += [str(helper) for helper in file.parent.glob("_*.py") if str(helper) not in packs.sources]
    for file in files:
        pack = read_pack(file, pack=file.parent.name if file != path else path.stem, builtin=builtin, apis=apis)
        packs.sources.append(str(file))
        for rule in pack.rules:
            for other in (known.get(rule.code), names.get(rule.name)):
                # A company may call a rule what a built-in one comes to be called: the name then stands for both.
                if other is not None and (other.code == rule.code or builtin or not other.code.startswith("LIB")):
                    same = f"code {rule.code}" if other.code == rule.code else f"name {rule.name!r}"
                    raise PackError(f"{rule.origin}: {same} is already taken by {other.code} ({other.origin})")
            known[rule.code] = names[rule.name] = rule
        packs.rules += pack.rules
        packs.apis.update(pack.apis)
        if pack.migration is not None:
            other_migration = packs.migrations.setdefault(pack.migration.name, pack.migration)
            if other_migration is not pack.migration:
                raise PackError(
                    f"{pack.migration.origin}: migration {pack.migration.name!r} is already there"
                    f" ({other_migration.origin}): give it another name"
                )


def _check_rules(migration: Migration, rules: Sequence[Rule]) -> None:
    """Refuse a migration of rules that there are not, or that have options it does not name."""
    from platform_lint.selection import covers, meant

    # Long migrations name each of their rules.
    named = {name: [rule] for rule in rules for name in (rule.code, rule.name)}
    for selector in migration.selectors:
        chosen = named.get(selector) or [rule for rule in rules if covers((selector,), rule)]
        if not chosen:
            raise PackError(
                f"{migration.origin}: migration {migration.name!r}: rules: no rule has the code, prefix or name"
                f" {selector!r}{meant(selector, rules)}"
            )
        for rule in chosen:
            for name in rule.body.get("unset", ()):
                if name not in migration.options:
                    raise PackError(
                        f"{migration.origin}: migration {migration.name!r}: {rule.code} has the option {name!r}:"
                        f" add [migration.options.{name}]"
                    )
