"""Whether a rule mends what it finds, as far as it can be told without running it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_lint.loading import Sheet
    from platform_lint.rule import Name, Rule

#: What may be said of an argument that lets its call be mended.
_MENDING = (
    "insert",
    "add",
    "fix",
    "replace",
    "rename",
    "removed",
    "remove_if",
    "keyword",
    "positional",
    "fold",
)
#: What these mend depends on the code they meet, so that only an example tells.
_OPEN = frozenset({"class", "function", "python"})
_MARKS = (("safe", "fix"), ("unsafe", "unsafe"), ("suggest", "suggest"))
_TOLD = {"fix": "safe", "unsafe": "unsafe: applied with --unsafe-fixes", "suggest": "suggested, never applied"}


def fix_mark(rule: Rule, sheet: Sheet | None) -> str:
    """How well the rule's best fix can be trusted: ``fix``, ``unsafe``, ``suggest``; ``""`` where none is known.

    It is known where the rule states it, and where an example of its *sheet* shows it.
    """
    safeties = set(_stated(rule))
    if sheet is not None and any(example.good is not None for example in sheet.examples):
        safeties.add(rule.fix)
    return next((mark for safety, mark in _MARKS if safety in safeties), "")


def fix_told(rule: Rule, mark: str) -> str:
    """The same in words; *mark* is what :func:`fix_mark` says of *rule*."""
    return _TOLD.get(mark) or ("none that an example shows" if rule.verb in _OPEN else "none")


def name_safety(rule: Rule, name: Name) -> str:
    """How well the replacement of one *name* can be trusted."""
    return "suggest" if rule.fix == "suggest" else name.fix or rule.fix


def _stated(rule: Rule) -> Iterator[str]:
    """How well the fixes can be trusted that *rule* itself speaks of."""
    body = rule.body
    for name in rule.names:
        if name.to:
            yield name_safety(rule, name)
    for said in body["attributes"].values() if rule.verb == "rename_attr" else ():
        if said["to"]:
            yield "suggest" if rule.fix == "suggest" else said["fix"] or rule.fix
    if (
        rule.verb in ("import_as", "flag")
        or (rule.verb == "match" and body["rewrite"] is not None)
        or (rule.verb == "python" and body["mends"])
        or (rule.verb == "call" and any(entry[key] for entry in body["args"].values() for key in _MENDING))
    ):
        yield rule.fix
