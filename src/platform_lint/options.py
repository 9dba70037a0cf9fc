"""Options of rules: ``${name}`` in the text of a rule stands for a value that is said when the rule is run.

A rule with an option that has no value finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from platform_lint.tables import RuleTable

_OPTION = re.compile(r"\$\{([a-z][a-z0-9_-]*)\}")
#: What is about the rule rather than of it: its examples say the options they are for.
_LEFT = ("code", "name", "example")


def with_options(table: RuleTable, options: Mapping[str, str]) -> RuleTable:
    """*table* with the values of *options* in place of ``${name}``; what has none, or an empty one, stays as it is."""
    options = {name: value for name, value in options.items() if value}
    if not options:
        return table
    said = {key: value if key in _LEFT else _filled(value, options) for key, value in _plain(table).items()}
    return msgspec.convert(said, RuleTable)


def unset(table: RuleTable) -> tuple[str, ...]:
    """The options that *table* has no value for, in order."""
    texts = (value for key, value in _plain(table).items() if key not in _LEFT)
    return tuple(dict.fromkeys(name for text in texts for name in _named(text)))


def _plain(table: RuleTable) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(table, builtin_types=(__import__("datetime").date,))
    return plain


def _filled(said: Any, options: Mapping[str, str]) -> Any:
    if isinstance(said, str):
        return _OPTION.sub(lambda match: options.get(match[1], match[0]), said)
    if isinstance(said, list):
        return [_filled(item, options) for item in said]
    if isinstance(said, dict):
        return {_filled(key, options): _filled(value, options) for key, value in said.items()}
    return said


def _named(said: Any) -> list[str]:
    if isinstance(said, str):
        return _OPTION.findall(said)
    if isinstance(said, list):
        return [name for item in said for name in _named(item)]
    if isinstance(said, dict):
        return [name for pair in said.items() for item in pair for name in _named(item)]
    return []
