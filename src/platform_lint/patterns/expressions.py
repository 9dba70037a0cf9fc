"""Expressions of a pattern that need more than their fields compared: literals, comparisons, dicts, f-strings."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from platform_lint.patterns.bindings import Bindings
from platform_lint.patterns.prepass import ONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_lint.patterns.matching import Found, Matcher

    Handler = Callable[[Matcher, ast.AST, ast.AST, Bindings], Found]

_STRINGS = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))
_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.IsNot: ast.Is, ast.NotIn: ast.In}


def _constant(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Constant)
    if not isinstance(target, ast.Constant):
        return
    if type(pattern.value) is not type(target.value):
        return
    if pattern.value in ("...", b"...") or _equal(pattern.value, target.value):
        if "quotes" in matcher.without and pattern.value != "..." and isinstance(pattern.value, str | bytes):
            start, end = matcher.tree.span(pattern)
            if matcher.tree.code.text[start:end] != matcher.context.text(target):
                return
        yield bindings


def _equal(one: object, other: object) -> bool:
    return repr(one) == repr(other)  # 0.0 and -0.0 are two things here.


def _joined(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    """``f"..."`` is any f-string; in others, ``...`` among the text stands for any of its pieces."""
    if type(target) is not type(pattern):
        return
    values = list(pattern.values)  # type: ignore[attr-defined]
    if len(values) == 1 and isinstance(values[0], ast.Constant) and values[0].value == "...":
        yield bindings
        return
    yield from _pieces(matcher, values, list(target.values), bindings)  # type: ignore[attr-defined]


def _pieces(matcher: Matcher, patterns: list[ast.AST], targets: list[ast.AST], bindings: Bindings) -> Found:
    matcher.step()
    if not patterns:
        if not targets:
            yield bindings
        return
    first = patterns[0]
    if isinstance(first, ast.Constant) and first.value == "...":
        for count in range(len(targets) + 1):
            yield from _pieces(matcher, patterns[1:], targets[count:], bindings)
    elif targets:
        for found in matcher.node(first, targets[0], bindings):
            yield from _pieces(matcher, patterns[1:], targets[1:], found)


def _compare(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Compare)
    if isinstance(target, ast.Compare):
        yield from matcher.fields(pattern, target, ("ops", "left", "comparators"), bindings)
    elif (
        "is-not" not in matcher.without
        and isinstance(target, ast.UnaryOp)
        and isinstance(target.op, ast.Not)
        and isinstance(target.operand, ast.Compare)
        and len(pattern.ops) == len(target.operand.ops) == 1
        and _NEGATED.get(type(pattern.ops[0])) is type(target.operand.ops[0])
    ):
        yield from matcher.fields(pattern, target.operand, ("left", "comparators"), bindings)


def _unary(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.UnaryOp)
    if isinstance(target, ast.UnaryOp):
        yield from matcher.fields(pattern, target, ("op", "operand"), bindings)
    elif (
        "is-not" not in matcher.without
        and isinstance(target, ast.Compare)
        and isinstance(pattern.op, ast.Not)
        and isinstance(pattern.operand, ast.Compare)
        and len(pattern.operand.ops) == len(target.ops) == 1
        and _NEGATED.get(type(target.ops[0])) is type(pattern.operand.ops[0])
    ):
        yield from matcher.fields(pattern.operand, target, ("left", "comparators"), bindings)


def _attribute(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Attribute)
    if isinstance(target, ast.Attribute):
        # The name decides at once, the expression before it may be long.
        yield from matcher.fields(pattern, target, ("attr", "value"), bindings)
    elif isinstance(target, ast.Name) and pattern.attr.startswith(ONE):
        # `get`, imported from `requests`, is `requests.$METHOD` too.
        parts = matcher.names.get(id(pattern.value))
        for qualified in matcher.context.names(target) if parts is not None else ():
            if qualified[:-1] == parts:
                for found in matcher.word(pattern.attr, qualified[-1], target, bindings):
                    yield found.paired(pattern.value, target)


def _set(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Set)
    if isinstance(target, ast.Set):
        yield from matcher.fields(pattern, target, ("elts",), bindings)
    elif isinstance(target, ast.Dict) and len(pattern.elts) == 1:
        # `{...}` and `{$...ITEMS}` are dicts as well as sets.
        mark = matcher.tree.many(pattern.elts[0])
        bound = matcher.several(mark, list(target.values), bindings) if mark is not None else None
        if bound is not None:
            yield bound.paired(pattern.elts[0], list(target.values))


def _dict(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Dict)
    if isinstance(target, ast.Dict):
        yield from _items(matcher, pattern, target, 0, frozenset(), bindings)


def _items(
    matcher: Matcher, pattern: ast.Dict, target: ast.Dict, at: int, used: frozenset[int], bindings: Bindings
) -> Found:
    """Items of a dict in any order."""
    matcher.step(len(target.values))
    rest = [
        (number, mark)
        for number, value in enumerate(pattern.values)
        if pattern.keys[number] is None and (mark := matcher.tree.many(value)) is not None
    ]
    if at == len(pattern.values):
        left = [value for number, value in enumerate(target.values) if number not in used]
        if not rest:
            if not left:
                yield bindings
            return
        for order, (number, mark) in enumerate(rest):
            taken = left if order == len(rest) - 1 else []
            bound = matcher.several(mark, taken, bindings)
            if bound is None:
                return
            bindings = bound.paired(pattern.values[number], taken)
        yield bindings
        return
    if any(number == at for number, _ in rest):
        yield from _items(matcher, pattern, target, at + 1, used, bindings)
        return
    said = pattern.keys[at]
    for number, value in enumerate(target.values):
        other = target.keys[number]
        if number in used or (said is None) != (other is None):
            continue
        for keyed in [bindings] if said is None or other is None else matcher.node(said, other, bindings):
            for found in matcher.node(pattern.values[at], value, keyed):
                yield from _items(matcher, pattern, target, at + 1, used | {number}, found)


def _call(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    from platform_lint.patterns.arguments import call

    yield from call(matcher, pattern, target, bindings)


def _lambda(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    from platform_lint.patterns.definitions import parameters

    assert isinstance(pattern, ast.Lambda)
    if isinstance(target, ast.Lambda):
        for found in parameters(matcher, pattern.args, target.args, bindings):
            yield from matcher.node(pattern.body, target.body, found)


_HANDLERS: dict[type[ast.AST], Handler] = {
    ast.Constant: _constant,
    ast.Compare: _compare,
    ast.UnaryOp: _unary,
    ast.Attribute: _attribute,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.Call: _call,
    ast.Lambda: _lambda,
    **dict.fromkeys(_STRINGS, _joined),
}


def handler_of(cls: type[ast.AST]) -> Handler | None:
    """What matches patterns that are a *cls*; None where their fields are all there is to it."""
    known = _HANDLERS.get(cls)
    if known is not None or not issubclass(cls, ast.stmt | ast.ExceptHandler | ast.withitem | ast.alias):
        return known
    # Few patterns need statements.
    from platform_lint.patterns.definitions import HANDLERS

    return HANDLERS.get(cls)
