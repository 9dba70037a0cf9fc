"""What no rule may say, whatever its verb: checks of the tables that a pack file holds.

Each raises what *fail* makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from platform_lint.mistakes import shown
from platform_lint.rule import Name
from platform_lint.tables import Example, RuleTable, did_you_mean

if TYPE_CHECKING:
    from platform_lint.kinds import Fail
    from platform_lint.toml_rows import Path

#: `${name}` is no placeholder but an option of the rule: see `platform_lint.options`.
_PLACEHOLDER = re.compile(r"(?<!\$)\{([^{}]*)\}")
#: The keys with tables in which nothing is said by saying it empty.
_TABLES = ("ban", "rename", "rename_attr", "args", "class", "function", "require", "forbid", "where")


def check_empty(raw: Mapping[str, Any], fail: Fail) -> None:
    """Refuse empty texts and lists inside of a rule's tables: they ask for nothing, whatever was meant."""
    for key in _TABLES:
        path = _empty(raw.get(key), (key,))
        if path:
            raise fail(path, f"{shown(path)}: it is empty, and says nothing: fill it or leave it out")


def _empty(value: object, path: Path) -> Path:
    """The way to the first empty text or list inside *value*, () where there is none."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found = (*path, key) if item in ("", []) else _empty(item, (*path, key))
        if found:
            return found
    return ()


def check_message(entry: RuleTable, placeholders: frozenset[str], fail: Fail) -> None:
    """Refuse a message of several lines, or with a placeholder that is none of *placeholders*."""
    for placeholder in _PLACEHOLDER.findall(entry.message):
        if placeholder not in placeholders:
            raise fail(
                "message", f"message: unknown placeholder {{{placeholder}}}{did_you_mean(placeholder, placeholders)}"
            )
    if "\n" in entry.message:
        raise fail("message", "message: expected one line")


def check_requirement(text: str, fail: Fail) -> None:
    """Refuse what is no requirement of a distribution."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except InvalidRequirement:
        raise fail("requires", f"requires: {text!r} is no requirement such as 'corp-db>=3.2'") from None


def check_hints(entry: RuleTable, names: Iterable[Name], fail: Fail) -> None:
    """Refuse a message with ``{to}`` where nothing is said to replace any of the names."""
    if (entry.ban is None and entry.rename is None) or "{to}" not in entry.message:
        return
    if not any(name.to for name in names):
        raise fail("message", "message: {to} would be empty: say `to` of the names, or write {hint}")


def check_apart(key: str, ones: Sequence[str], other: str, others: Sequence[str], fail: Fail) -> None:
    """Refuse what is said under both of two keys that exclude each other."""
    both = sorted(set(ones) & set(others))
    if both:
        raise fail((other, list(others).index(both[0])), f"{other}: {both[0]!r} is under {key} as well")


def check_example(example: Example, number: int, fail: Fail) -> None:
    """Refuse the *number*-th example (0-based) where it says nothing, or stands outside of its project."""
    if (example.bad is None) == (example.ok is None):
        raise fail(("example", number), "an example has either `bad` (with or without `good`) or `ok`")
    if example.good is not None and example.bad is None:
        raise fail(("example", number, "good"), "an example's `good` needs the `bad` it comes from")
    for path in (example.path, *example.files):
        if not path or path.startswith("/") or ".." in path.split("/"):
            raise fail(
                ("example", number, *(("path",) if path == example.path else ("files", path))),
                f"example: {path!r} is no path of a file relative to the project",
            )
