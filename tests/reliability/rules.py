"""The rules the laws are held over: every rule there is, in force for every file."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path

from platform_lint.linting import Linter
from platform_lint.profiles import Profiles
from platform_lint.rule import Rule

ROOT = Path(__file__).parents[2]

#: A day after every deadline of the built-in packs has been set, before most have passed.
TODAY = "2026-01-01"

#: The packs beside the built-in ones: those of real companies, of the example, and one about what every file uses.
PACKS = (
    ROOT / "tests" / "rules" / "conventions",
    ROOT / "examples" / "acme" / "rules",
    Path(__file__).with_name("everyday.toml"),
)


def everything(root: Path) -> Linter:
    """All rules of all packs, for the code base at *root*: the optional ones, those for other folders, those for
    projects that require something.
    """
    profile = Profiles(isolated=True, rules=map(str, PACKS), changes={"select": ("ALL",)}).for_directory(str(root))
    return Linter(profile.only(map(_unconditional, profile.rules)), TODAY)


def alone(linter: Linter, code: str) -> Linter:
    """One rule of *linter*'s."""
    return Linter(linter.profile.only([linter.catalog.by_code[code]]), linter.today)


def rule_counts() -> str:
    """How many rules there are of which pack, as a sentence says it."""
    profile = Profiles(isolated=True, rules=map(str, PACKS), changes={"select": ("ALL",)}).for_directory(str(ROOT))
    kinds = {
        "LIB": "of the built-in packs",
        "MIG": "of the built-in migrations",
        "EVD": "about names and idioms that every file uses",
    }
    counts = Counter(kinds.get(rule.code[:3], "of the packs of companies") for rule in profile.rules)
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _unconditional(rule: Rule) -> Rule:
    rule = copy.copy(rule)
    rule.requires, rule.only_in, rule.except_in = "", (), ()
    return rule
