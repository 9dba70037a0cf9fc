"""Regular expressions of pydantic 1, which match at the beginning, as pydantic 2 wants them."""

from __future__ import annotations

import re
from typing import NamedTuple

#: What Rust's regular expressions have not: looking around, references back, possessive quantifiers, conditions.
_PYTHON_ONLY = re.compile(r"\(\?(?:=|!|<=|<!|\(|>|P=)|\\[1-9]|[*+?}]\+|\\Z")


class Anchored(NamedTuple):
    """*before* and *behind* are to be put around a pattern; *why* it cannot be used at all."""

    before: str = ""
    behind: str = ""
    why: str = ""


def anchored(pattern: str) -> Anchored:
    """What makes a search for *pattern* find what matching it did."""
    if _PYTHON_ONLY.search(pattern):
        return Anchored(why='its regular expression needs `model_config = ConfigDict(regex_engine="python-re")`')
    alternatives = _alternatives(pattern)
    if all(one.startswith(("^", "\\A")) for one in alternatives):
        return Anchored()
    if len(alternatives) == 1 and not pattern.startswith("(?"):
        return Anchored("^")
    if pattern.startswith("(?") and not pattern.startswith("(?:"):
        return Anchored(why="its regular expression has flags or groups: put `^` before what it matches")
    return Anchored("^(?:", ")") if len(alternatives) > 1 else Anchored("^")


def _alternatives(pattern: str) -> list[str]:
    """The alternatives of the whole pattern."""
    found, start, depth, inside, at = [], 0, 0, False, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif inside:
            inside = char != "]" or pattern[at - 1] == "["
        elif char == "[":
            inside = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and not depth:
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]
