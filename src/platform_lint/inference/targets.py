"""What statements assign, and parameters are given: plain questions about nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator


def unpacked(target: ast.expr, value: ast.expr, wanted: Callable[[ast.expr], bool]) -> list[ast.expr] | None:
    """The parts of *value* that ``target = value`` gives targets that are *wanted*; None where that cannot be told."""
    if wanted(target):
        return [value]
    pairs = ast.Tuple | ast.List
    if not isinstance(target, pairs):
        return []
    plain = isinstance(value, pairs) and len(target.elts) == len(value.elts)
    if not plain or any(isinstance(item, ast.Starred) for item in (*target.elts, *value.elts)):  # type: ignore[attr-defined]
        return None if any(map(wanted, _leaves(target))) else []
    found: list[ast.expr] = []
    for inner, part in zip(target.elts, value.elts, strict=True):  # type: ignore[attr-defined]
        parts = unpacked(inner, part, wanted)
        if parts is None:
            return None
        found += parts
    return found


def _leaves(target: ast.expr) -> Iterator[ast.expr]:
    """What is assigned to in the end."""
    if isinstance(target, ast.Tuple | ast.List):
        for item in target.elts:
            yield from _leaves(item)
    else:
        yield target.value if isinstance(target, ast.Starred) else target


def first_parameter(arguments: ast.arguments) -> ast.arg | None:
    """The first positional parameter."""
    return next(iter((*arguments.posonlyargs, *arguments.args)), None)


def default_of(arguments: ast.arguments, parameter: ast.arg) -> ast.expr | None:
    """The default of *parameter*."""
    if parameter in arguments.kwonlyargs:
        return arguments.kw_defaults[arguments.kwonlyargs.index(parameter)]
    positional = [*arguments.posonlyargs, *arguments.args]
    at = positional.index(parameter) - (len(positional) - len(arguments.defaults))
    return arguments.defaults[at] if at >= 0 else None


def last_name(node: ast.expr) -> str:
    """The last part of a name, called or not."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
