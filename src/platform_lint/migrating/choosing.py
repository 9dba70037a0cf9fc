"""The migrations there are, and the rules of one with its options filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platform_lint.engine_rules import ENGINE_RULES, tells
from platform_lint.loading import Packs, load_packs, sheets
from platform_lint.migrations import Migration, settled
from platform_lint.packs import PackError, optioned
from platform_lint.profiles import Profile, UsageError
from platform_lint.rule import Rule
from platform_lint.selection import rank
from platform_lint.tables import did_you_mean


def known_packs(profile: Profile, extra: Iterable[str] = ()) -> Packs:
    """The packs of *profile*, and those at *extra* paths, with their migrations. Raises UsageError."""
    settings = profile.settings
    try:
        return load_packs((*settings.rules, *extra), local_python=settings.local_rules)
    except PackError as error:
        raise UsageError(str(error)) from None


def named(packs: Packs, name: str) -> Migration:
    """The migration called *name*. Raises UsageError."""
    found = packs.migrations.get(name)
    if found is None:
        hint = did_you_mean(name, packs.migrations) or "; `platform-lint migrate` lists all there are"
        raise UsageError(f"there is no migration {name!r}{hint}")
    return found


def rules_of(migration: Migration, packs: Packs) -> list[Rule]:
    """The rules of *migration* in its order."""
    chosen = {
        rule.code: rule for selector in migration.selectors for rule in packs.rules if rank(rule, (selector,)) >= 0
    }
    return list(chosen.values())


def with_values(migration: Migration, packs: Packs, said: Sequence[str]) -> list[Rule]:
    """The rules of *migration* with the values that *said*, ``KEY=VALUE`` texts, give its options.

    They are in force whatever the project requires: who runs a migration is about to require something else.
    Raises UsageError.
    """
    rules = rules_of(migration, packs)
    try:
        values = settled(migration, said)
        written = sheets((rule for rule in rules if rule.body.get("unset")), packs.apis.values())
        for number, rule in enumerate(rules):
            table = written[rule.code].table if rule.code in written else None
            if table is not None:
                rules[number] = optioned(rule, table, values, packs.apis)
            rules[number].requires = ""
        return rules
    except (PackError, ValueError) as error:
        raise UsageError(str(error)) from None


def profile_for(profile: Profile, rules: Sequence[Rule], packs: Packs) -> Profile:
    """*profile* with *rules* on and no others, but for what the engine says of files it cannot deal with."""
    failures = [rule for rule in ENGINE_RULES.values() if tells(rule.code)]
    return profile.only((*failures, *rules), packs.apis.values())
