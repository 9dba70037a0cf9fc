"""The engine on text: for tests, tools and notebooks."""

from __future__ import annotations

import os
from collections.abc import Iterable

from platform_lint.finding import Finding
from platform_lint.linting import Linter
from platform_lint.profiles import Profiles


def check(
    text: str,
    *,
    filename: str = "<text>",
    rules: Iterable[str] = (),
    select: Iterable[str] | None = None,
    today: str = "",
) -> list[Finding]:
    """The findings in *text*, in order.

    *rules* are paths of packs besides the installed ones, *select* codes, prefixes or names (default: the default
    rules), *filename* what the text is called, *today* an ISO date for deadlines. Raises UsageError for a pack or
    selector that cannot be used.
    """
    linter, path = _linter(filename, rules, select, today)
    return linter.check(text.encode("utf-8", "surrogatepass"), path, filename).findings


def fix(
    text: str,
    *,
    filename: str = "<text>",
    rules: Iterable[str] = (),
    select: Iterable[str] | None = None,
    unsafe: bool = False,
    today: str = "",
) -> str:
    """*text* with every safe fix applied, and every unsafe one if *unsafe*. Arguments and errors as for
    :func:`check`.
    """
    linter, path = _linter(filename, rules, select, today)
    result = linter.fix(text.encode("utf-8", "surrogatepass"), path, filename, unsafe=unsafe)
    return text if result.after is None else result.after.decode("utf-8", "surrogatepass")


def _linter(filename: str, rules: Iterable[str], select: Iterable[str] | None, today: str) -> tuple[Linter, str]:
    import time

    changes = {} if select is None else {"select": tuple(select)}
    profile = Profiles(isolated=True, rules=rules, changes=changes).for_directory(os.getcwd())
    return Linter(profile, today or time.strftime("%Y-%m-%d")), os.path.abspath(filename)
