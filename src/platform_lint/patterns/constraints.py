"""``where.X``: what a metavariable must stand for besides fitting the pattern."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from platform_lint.context import FileContext
from platform_lint.patterns.bindings import Bindings, Bound
from platform_lint.patterns.matching import Matcher, Pattern
from platform_lint.regexes import begins
from platform_lint.scopes import QualifiedName

#: A rule's ``where`` as plain data: by metavariable the keys of its table.
Where = Mapping[str, Mapping[str, Any]]

_KINDS: dict[str, Callable[[object], bool]] = {
    "str": lambda value: isinstance(value, str),
    "bytes": lambda value: isinstance(value, bytes),
    "int": lambda value: type(value) is int,
    "float": lambda value: isinstance(value, float),
    "number": lambda value: type(value) in (int, float, complex),
    "bool": lambda value: isinstance(value, bool),
    "none": lambda value: value is None,
    "any": lambda value: True,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"len": len, "int": int, "float": float, "str": str, "abs": abs}
_MISSING = object()


class NotLiteral(Exception):
    """A comparison needs the value of something that is no literal."""


def holds(where: Where, bindings: Bindings, context: FileContext, without: Sequence[str], steps: list[int]) -> bool:
    """Whether all metavariables are as *where* says. *steps* is the budget of the match."""
    return all(_holds(name, said, bindings, context, without, steps) for name, said in where.items())


def _holds(
    name: str,
    said: Mapping[str, Any],
    bindings: Bindings,
    context: FileContext,
    without: Sequence[str],
    steps: list[int],
) -> bool:
    bound = bindings.values.get(name)
    if bound is None:
        return False
    if said.get("regex") and not _fits(said["regex"], bound, context):
        return False
    if said.get("literal") and not _is_literal(said["literal"], bound):
        return False
    if said.get("type") and not _has_type(tuple(said["type"].split(".")), bound, context):
        return False
    if said.get("test") and not _passes(said["test"], bindings):
        return False
    wanted, unwanted = said.get("match") or (), said.get("not") or ()
    if wanted and not any(_matches(text, bound, bindings, context, without, steps) for text in wanted):
        return False
    return not any(_matches(text, bound, bindings, context, without, steps) for text in unwanted)


def _fits(regex: str, bound: Bound, context: FileContext) -> bool:
    if begins(regex, bound.text(context)):
        return True
    value = literal(bound)
    return isinstance(value, str) and begins(regex, value)


def _is_literal(kind: str, bound: Bound) -> bool:
    value = literal(bound)
    return value is not _MISSING and _KINDS[kind](value)


def literal(bound: Bound) -> object:
    """The value of what is bound where it is a literal, else a thing that is no value."""
    if bound.many or bound.word:
        return _MISSING
    node = bound.node
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        sign = -1 if isinstance(node.op, ast.USub) else 1
        node = node.operand
        if not isinstance(node, ast.Constant) or type(node.value) not in (int, float, complex):
            return _MISSING
    if not isinstance(node, ast.Constant) or node.value is ...:
        return _MISSING
    return sign * node.value if sign < 0 else node.value  # type: ignore[operator]


def _has_type(cls: QualifiedName, bound: Bound, context: FileContext) -> bool:
    if bound.many or bound.word or not isinstance(bound.node, ast.expr):
        return False
    if len(cls) == 1:
        cls = ("builtins", *cls)
    return Matcher(Pattern.parse("$_"), context).is_of(bound.node, cls)


def _matches(
    text: str, bound: Bound, bindings: Bindings, context: FileContext, without: Sequence[str], steps: list[int]
) -> bool:
    """Whether the pattern *text* matches what is bound; of many, one at least."""
    pattern = Pattern.parse(text, without)
    for node in bound.nodes:
        if bound.word:
            root = pattern.tree.root
            if isinstance(root, ast.Name) and root.id == bound.word:
                return True
            continue
        value = node.value if isinstance(node, ast.keyword) else node
        if Matcher(pattern, context, steps).first(value, bindings) is not None:
            return True
    return False


# Comparisons


@lru_cache(maxsize=256)
def comparison(text: str) -> ast.expr:
    """The expression of a ``test``. Raises ValueError with the reason where it is none."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"{text!r} is no comparison such as '1 <= N <= 10'") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if (
                not isinstance(node.func, ast.Name)
                or node.func.id not in _FUNCTIONS
                or len(node.args) != 1
                or node.keywords
            ):
                raise ValueError(f"{text!r}: of functions only {', '.join(_FUNCTIONS)} may be called")
        elif not isinstance(
            node,
            ast.Compare
            | ast.BoolOp
            | ast.BinOp
            | ast.UnaryOp
            | ast.Name
            | ast.Constant
            | ast.Tuple
            | ast.List
            | ast.Set
            | ast.cmpop
            | ast.boolop
            | ast.operator
            | ast.unaryop
            | ast.expr_context,
        ):
            raise ValueError(f"{text!r}: {type(node).__name__.lower()} is more than a comparison of literals")
        elif isinstance(node, ast.operator) and type(node) not in _OPERATORS:
            raise ValueError(f"{text!r}: {type(node).__name__.lower()} is no operation of a comparison")
    return tree


def compared(text: str) -> set[str]:
    """The metavariables of a ``test``."""
    return {node.id for node in ast.walk(comparison(text)) if isinstance(node, ast.Name) and node.id not in _FUNCTIONS}


def _passes(text: str, bindings: Bindings) -> bool:
    try:
        return bool(_value(comparison(text), bindings))
    except (NotLiteral, TypeError, ValueError, ArithmeticError):
        return False


def _value(node: ast.expr, bindings: Bindings) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        bound = bindings.values.get(node.id)
        value = literal(bound) if bound is not None else _MISSING
        if bound is not None and bound.word:
            value = bound.word
        if value is _MISSING:
            raise NotLiteral
        return value
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return [_value(item, bindings) for item in node.elts]
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        value = _value(node.args[0], bindings)
        if isinstance(value, int) and abs(value) > 10**_DIGITS:
            raise NotLiteral
        return _FUNCTIONS[node.func.id](value)
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.Invert):
            raise NotLiteral
        return _UNARY[type(node.op)](_value(node.operand, bindings))
    if isinstance(node, ast.BoolOp):
        return _junction(node, bindings)
    if isinstance(node, ast.BinOp):
        one, other = _value(node.left, bindings), _value(node.right, bindings)
        if any(isinstance(value, str | bytes | list) and not isinstance(node.op, ast.Add) for value in (one, other)):
            raise NotLiteral
        return _OPERATORS[type(node.op)](one, other)
    assert isinstance(node, ast.Compare)
    left = _value(node.left, bindings)
    for comparator, other in zip(node.ops, node.comparators, strict=True):
        right = _value(other, bindings)
        if not _COMPARISONS[type(comparator)](left, right):
            return False
        left = right
    return True


_DIGITS = 300


def _junction(node: ast.BoolOp, bindings: Bindings) -> Any:
    value: Any = None
    for item in node.values:
        value = _value(item, bindings)
        if bool(value) is isinstance(node.op, ast.Or):
            break
    return value
