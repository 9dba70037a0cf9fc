"""What an expression may be, as values: classes, instances of them, and what else names stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from platform_lint.inference.kinship import is_unnamed
from platform_lint.scopes import QualifiedName

#: How sure it is that an expression is an instance of a class: not at all, by what is said elsewhere, by what it is.
Sureness = Literal["", "inferred", "exact"]
Kind = Literal[
    "thing", "class", "instance", "super", "function", "awaitable", "items", "mapping", "manager", "none", "unknown"
]


class Alternative(NamedTuple):
    """One thing a value may be: of what kind, of which class or by which name, and got from which class.

    A "thing" is what a name from elsewhere stands for: a class as far as anybody knows.
    """

    kind: Kind
    name: QualifiedName = ()
    owner: QualifiedName = ()


class Value(NamedTuple):
    """What an expression may be, one of *alternatives*; *sure* tells whether the evidence is direct."""

    alternatives: tuple[Alternative, ...]
    sure: bool


#: The values of an expression, one for each way there.
Values = tuple[Value, ...]

NONE = Alternative("none")
UNKNOWN: Values = (Value((Alternative("unknown"),), False),)
#: The owner of what an annotation calls ``Self``, until it is known.
SELF: QualifiedName = ("Self",)


def one(alternative: Alternative) -> Values:
    """The value that is surely *alternative*."""
    return (Value((alternative,), True),)


def unsure(values: Values) -> Values:
    """*values*, on less evidence."""
    return tuple(Value(value.alternatives, False) for value in values)


def retyped(value: Value, old: Kind, new: Kind) -> Value:
    """*value* with what is of the kind *old* as of *new*."""
    return Value(
        tuple(
            alternative._replace(kind=new) if alternative.kind == old else alternative
            for alternative in value.alternatives
        ),
        value.sure,
    )


def agree(values: Values, fits: Callable[[Alternative], bool]) -> Sureness:
    """How sure it is that what has *values* fits: each value must, ``None`` apart."""
    sure, found = True, False
    for value in values:
        fitting = [fits(alternative) for alternative in value.alternatives]
        if any(fitting):
            found = True
            sure = sure and value.sure and all(fitting)
        elif all(alternative.kind == "none" for alternative in value.alternatives):
            sure = False
        else:
            return ""
    return "" if not found else "exact" if sure else "inferred"


def with_owner(values: Values, owner: QualifiedName) -> Values:
    """*values* as got from the class *owner*: it is what they call ``Self``."""

    def owned(alternative: Alternative) -> Alternative:
        if alternative.owner == SELF:
            return alternative._replace(name=owner, owner=()) if owner else Alternative("unknown")
        if alternative.kind == "function" and not alternative.owner:
            return alternative._replace(owner=owner)
        return alternative

    return tuple(Value(tuple(map(owned, value.alternatives)), value.sure) for value in values)


def union(values: Iterable[Value]) -> Value:
    """One value that may be any of what *values* may be."""
    found = list(values)
    alternatives = dict.fromkeys(alternative for value in found for alternative in value.alternatives)
    return Value(tuple(alternatives) or (Alternative("unknown"),), bool(found) and all(value.sure for value in found))


def exported(values: Values) -> Values:
    """*values* as another file sees them: names that hold in one file only are unknown there."""
    return tuple(
        Value(
            tuple(
                Alternative("unknown") if is_unnamed(alternative.name) else alternative
                for alternative in value.alternatives
            ),
            value.sure,
        )
        for value in values
    )


def item_of(alternative: Alternative) -> Values:
    """What iterating over it gives."""
    return one(Alternative("instance", alternative.name)) if alternative.kind == "items" else UNKNOWN
