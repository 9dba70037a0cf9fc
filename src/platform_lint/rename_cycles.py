"""Replacements that lead in a circle: each by itself is right, and together they would be made for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from platform_lint.names import NameTable, glob_pattern, is_glob
from platform_lint.rule import Rule, Target
from platform_lint.scopes import QualifiedName

#: The last part of what stands for an argument: no name has it.
_ARGUMENT = "="
#: No name has so many parts: one that comes to them grows for ever.
_LONGEST = 100


class Step:
    """That *rule* puts one name in place of another; the argument of a call is a name below what is called."""

    __slots__ = ("new", "old", "rule")

    def __init__(self, rule: Rule, old: QualifiedName, new: QualifiedName) -> None:
        self.rule = rule
        self.old = old
        self.new = new

    def __str__(self) -> str:
        return f"{_shown(self.old)} becomes {_shown(self.new, self.old)} ({self.rule.code} {self.rule.name})"


def _shown(name: QualifiedName, old: QualifiedName = ()) -> str:
    if name[-1].endswith(_ARGUMENT):
        return f"`{name[-1]}`" if old else f"`{name[-1]}` of `{'.'.join(name[:-1])}`"
    return f"`{'.'.join(name)}`"


def cycle(rules: Iterable[Rule]) -> list[Step]:
    """The steps of a circle that the replacements of *rules* make among themselves; none where there is no circle.

    A module takes what is in it along, so ``a -> b`` and ``b.c -> a.c`` are one. Only rules that hold in the same
    places are taken together.
    """
    groups: dict[object, list[Step]] = {}
    for rule in rules:
        for step in _steps(rule):
            groups.setdefault(places_of(rule), []).append(step)
    for steps in groups.values():
        table = NameTable((step.old, number) for number, step in enumerate(steps))
        longest = min(sum(len(step.old) + len(step.new) for step in steps), _LONGEST)
        ended: set[QualifiedName] = set()
        # Whatever circle there is, one of the new names is in it.
        for step in steps:
            found = _circle(steps, table, step.new, longest, ended)
            if found:
                return found
    return []


def _steps(rule: Rule) -> Iterator[Step]:
    for name in rule.names:
        if name.to:
            yield Step(rule, name.parts, Target.parse(name.to).qualified)
    if rule.verb == "rename_attr":
        for cls in rule.body["on"]:
            for attribute, said in rule.body["attributes"].items():
                if said["to"]:
                    owner = tuple(cls.split("."))
                    yield Step(rule, (*owner, attribute), (*owner, *said["to"].split(".")))
    elif rule.verb == "call":
        called = [name.parts for name in rule.names]
        called += [(*cls.split("."), attribute) for cls, attribute in rule.body["methods"]]
        for argument, said in rule.body["args"].items():
            if said["rename"]:
                for function in called:
                    yield Step(rule, (*function, argument + _ARGUMENT), (*function, said["rename"] + _ARGUMENT))


def places_of(rule: Rule) -> object:
    """What rules must have in common to meet at one place. One that is off may be there instead of another."""
    places = (rule.only_in, rule.except_in, rule.requires, rule.inside, rule.not_inside, rule.type_checking)
    return (*places, "" if rule.default else rule.code)


def _circle(
    steps: Sequence[Step], table: NameTable, name: QualifiedName, longest: int, ended: set[QualifiedName]
) -> list[Step]:
    """The circle that *name* comes to, if it does; a name of more than *longest* parts grows for ever.

    *ended* are names that are known to come to an end; more are added.
    """
    seen: dict[QualifiedName, int] = {}
    way: list[Step] = []
    while name not in seen and len(name) <= longest:
        seen[name] = len(way)
        found = [(count, -number) for number, count in table.lookup(name) if not _is_allowed(name, steps[number].rule)]
        if not found or name in ended:
            ended.update(seen)
            return []
        count, number = max(found)
        way.append(steps[-number])
        name = (*way[-1].new, *name[count:])
    # A name that grows with every round is in a circle as well.
    return list(dict.fromkeys(way[seen.get(name, 0) :]))


def _is_allowed(name: QualifiedName, rule: Rule) -> bool:
    return any(
        glob_pattern(allowed).match(".".join(name)) if is_glob(allowed) else name[: len(allowed)] == allowed
        for allowed in rule.allow
    )


def told(steps: Iterable[Step]) -> str:
    """What is wrong with *steps*, in one line."""
    return f"the new names lead back to the old ones: {', '.join(map(str, steps))}; take one of them out"
