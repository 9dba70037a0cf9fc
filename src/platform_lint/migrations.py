"""Migrations: named lists of rules with what is to be known about them, as packs state them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from platform_lint.mistakes import PackError, Places
from platform_lint.tables import MigrationTable, OptionTable, listed

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
_OPTION = re.compile(r"[a-z][a-z0-9_-]*\Z")


class Migration:
    """A named list of rules: *selectors* are their codes, prefixes of codes or names, in the order they come in.

    *source* and *target* are what it leads from and to, *after* what is left to do when nothing is left to change.
    *origin* is the file and row it is written at.
    """

    __slots__ = ("after", "docs", "name", "options", "origin", "selectors", "source", "table", "target", "title", "why")

    def __init__(self, table: MigrationTable, origin: str) -> None:
        self.table = table
        self.name = table.name
        self.title = table.title
        self.source = table.source
        self.target = table.target
        self.why = table.why
        self.docs = tuple(listed(table.docs))
        self.after = table.after
        self.selectors = tuple(table.rules)
        self.options: Mapping[str, OptionTable] = table.options
        self.origin = origin

    def fields(self) -> tuple[dict[str, Any], str]:
        """All there is to it, as plain data."""
        return msgspec.to_builtins(self.table), self.origin

    @classmethod
    def from_fields(cls, fields: tuple[dict[str, Any], str]) -> Migration:
        """The migration of which *fields* are the plain data."""
        table, origin = fields
        return cls(msgspec.convert(table, MigrationTable), origin)


def read_migration(table: MigrationTable, places: Places) -> Migration:
    """The migration that a pack file states as *table*. Raises PackError."""

    def fail(key: str, reason: str) -> PackError:
        return places.error(("migration", *key.split(".")), f"migration {table.name!r}: {reason}")

    if not _NAME.match(table.name):
        raise fail("name", "name: write small letters and digits, joined by `-` or `_`, as in `numpy2`")
    if not table.title.strip():
        raise fail("title", "title is empty: say what it leads from and to")
    if not table.rules:
        raise fail("rules", "rules is empty: list the codes of its rules, in order")
    for number, selector in enumerate(table.rules):
        if selector in table.rules[:number]:
            raise fail(f"rules.{number}", f"rules: {selector!r} is there twice")
    for name, option in table.options.items():
        if not _OPTION.match(name):
            raise fail(f"options.{name}", f"options.{name}: write small letters and digits, as in `flag`")
        if not option.help.strip():
            raise fail(f"options.{name}", f"options.{name}: help is empty: say what it stands for")
        if option.default is not None and option.choices and option.default not in option.choices:
            raise fail(f"options.{name}.default", f"options.{name}: the default {option.default!r} is no choice")
    return Migration(table, f"{places.path}:{places.row(('migration',))}")


def settled(migration: Migration, said: Iterable[str]) -> dict[str, str]:
    """The values of the options of *migration* where *said* are ``KEY=VALUE`` texts.

    Raises ValueError, with one line for people, for an option that there is not, or that has no value.
    """
    from platform_lint.tables import did_you_mean

    values = {name: option.default for name, option in migration.options.items() if option.default is not None}
    for text in said:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"--set {text}: write KEY=VALUE")
        option = migration.options.get(name)
        if option is None:
            known = ", ".join(migration.options) or "none"
            hint = did_you_mean(name, migration.options)
            raise ValueError(
                f"--set {name}: migration {migration.name} has no such option{hint or f' (it has {known})'}"
            )
        if option.choices and value not in option.choices:
            raise ValueError(f"--set {name}: expected {' or '.join(option.choices)}, got {value!r}")
        values[name] = value
    for name, option in migration.options.items():
        if name not in values:
            raise ValueError(f"migration {migration.name} needs --set {name}=…: {option.help}")
    return values
