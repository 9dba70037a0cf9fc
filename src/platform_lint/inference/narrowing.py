"""What the tests around an expression say it is an instance of: ``if isinstance(x, Client):`` and its kin."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from platform_lint.inference.kinship import Definition, Kinship
from platform_lint.scopes import Place, QualifiedName

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_ENDS = ast.Return | ast.Raise | ast.Continue | ast.Break
_LOOPS = ast.For | ast.AsyncFor | ast.While
_ENDLESS: Place = (1 << 60, 0)
_MAX_CHAIN = 10


def classes(
    kinship: Kinship, node: ast.Name | ast.Attribute, assigned: Sequence[ast.Attribute]
) -> tuple[QualifiedName, ...]:
    """The classes one of which *node* is an instance of, by a test that holds where it stands; () for none known.

    *assigned* are the places that assign to the attribute it ends in. A name that may have been bound anew since the
    test says nothing.
    """
    chain = _chain(node)
    if not chain or not kinship.narrows:
        return ()
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    for test, holds in _tests(kinship, node):
        found = _said(kinship, test, holds, chain)
        if found and not _changed(kinship, root, assigned, test, node):
            return found
    return ()


def _chain(node: ast.expr) -> tuple[str, ...]:
    """The names of ``a.b.c``; () for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _MAX_CHAIN:
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


def _tests(kinship: Kinship, node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """The tests that are known to hold, or not to, where *node* stands, inside out."""
    child = node
    for parent in kinship.context.ancestors(node):
        if isinstance(parent, ast.If | ast.While):
            if _among(parent.body, child):
                yield from _earlier(parent.body, child)
                yield parent.test, True
            elif _among(parent.orelse, child):
                yield from _earlier(parent.orelse, child)
                yield parent.test, False
        elif isinstance(parent, ast.IfExp):
            if child is not parent.test:
                yield parent.test, child is parent.body
        elif isinstance(parent, ast.BoolOp):
            at = next(number for number, value in enumerate(parent.values) if value is child)
            for value in parent.values[:at]:
                yield value, isinstance(parent.op, ast.And)
        elif isinstance(parent, _COMPREHENSIONS):
            if not isinstance(child, ast.comprehension):
                for generator in parent.generators:
                    yield from ((test, True) for test in generator.ifs)
        elif isinstance(parent, ast.comprehension):
            if _among(parent.ifs, child):
                at = next(number for number, value in enumerate(parent.ifs) if value is child)
                yield from ((test, True) for test in parent.ifs[:at])
        elif isinstance(parent, ast.match_case):
            if _among(parent.body, child):
                yield from _earlier(parent.body, child)
                yield parent, True
        else:
            for field in ("body", "orelse", "finalbody"):
                body = getattr(parent, field, None)
                if isinstance(body, list) and _among(body, child):
                    yield from _earlier(body, child)
            if isinstance(parent, Definition | ast.Lambda):
                return
        child = parent


def _among(nodes: Sequence[ast.AST], node: ast.AST) -> bool:
    return any(other is node for other in nodes)


def _earlier(body: Sequence[ast.AST], node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """What the statements of *body* before *node* leave true: assertions, and tests that end the block."""
    for statement in body:
        if statement is node:
            return
        if isinstance(statement, ast.Assert):
            yield statement.test, True
        elif isinstance(statement, ast.If):
            if isinstance(statement.body[-1], _ENDS):
                yield statement.test, False
            elif statement.orelse and isinstance(statement.orelse[-1], _ENDS):
                yield statement.test, True


def _said(kinship: Kinship, test: ast.AST, holds: bool, chain: tuple[str, ...]) -> tuple[QualifiedName, ...]:
    """What *test*, which *holds* or does not, says that *chain* is an instance of."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _said(kinship, test.operand, not holds, chain)
    if isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) == holds:
            for value in test.values:
                found = _said(kinship, value, holds, chain)
                if found:
                    return found
        return ()
    if isinstance(test, ast.match_case):
        return _of_case(kinship, test, chain)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(test.ops[0], ast.Is | ast.Eq if holds else ast.IsNot | ast.NotEq) and _is_type_of(left, chain):
            return _named(kinship, right)
        return ()
    if not holds or not isinstance(test, ast.Call) or len(test.args) != 2 or test.keywords:
        return ()
    what, of = test.args
    if isinstance(what, ast.NamedExpr):
        what = what.target
    if kinship.named(test.func) != ("builtins", "isinstance") or _chain(what) != chain:
        return ()
    return _named(kinship, of)


def _is_type_of(node: ast.expr, chain: tuple[str, ...]) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "type"
        and len(node.args) == 1
        and _chain(node.args[0]) == chain
    )


def _of_case(kinship: Kinship, case: ast.match_case, chain: tuple[str, ...]) -> tuple[QualifiedName, ...]:
    statement = kinship.context.parent(case)
    pattern = case.pattern
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        pattern = pattern.pattern
    if isinstance(statement, ast.Match) and _chain(statement.subject) == chain and isinstance(pattern, ast.MatchClass):
        return _named(kinship, pattern.cls)
    return ()


def _named(kinship: Kinship, node: ast.expr) -> tuple[QualifiedName, ...]:
    """The classes *node* names: one, a tuple of them, a union; () where any is unknown."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Tuple):
        parts = node.elts
    else:
        name = kinship.named(node)
        return (name,) if name is not None else ()
    found = [_named(kinship, part) for part in parts]
    return tuple(name for names in found for name in names) if all(found) else ()


def _changed(
    kinship: Kinship, root: ast.expr, assigned: Sequence[ast.Attribute], test: ast.AST, node: ast.expr
) -> bool:
    """Whether what *node* names may have been bound anew between *test* and where it stands."""
    begin = _place(test)
    for binding in (kinship.bindings(root) if isinstance(root, ast.Name) else None) or ():
        # A name that the test itself binds is what it is about.
        if binding.place > (_end(test) if isinstance(binding.origin, ast.NamedExpr) else begin):
            return True
    context = kinship.context
    loops = [outer for outer in context.ancestors(node) if isinstance(outer, _LOOPS) and _place(outer) > begin]
    # What comes later in a loop comes before its next turn.
    end = _place(node) if not loops else _ENDLESS
    function = context.function(node)
    return any(begin < _place(other) < end and context.function(other) is function for other in assigned)


def _place(node: ast.AST) -> Place:
    if isinstance(node, ast.match_case):
        node = node.pattern
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def _end(node: ast.AST) -> Place:
    if isinstance(node, ast.match_case):
        node = node.pattern
    return node.end_lineno or 0, node.end_col_offset or 0  # type: ignore[attr-defined]
