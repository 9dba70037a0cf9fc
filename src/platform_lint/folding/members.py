"""Attributes that are set once to a value that is known, and functions that give nothing else."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from platform_lint.context import FileContext, Function
from platform_lint.folding.expressions import Expressions
from platform_lint.folding.leftovers import PLAIN, called
from platform_lint.folding.names import Bound
from platform_lint.folding.scoping import scope_of

_PROPERTIES = frozenset({"property", "cached_property"})


def bound_attributes(
    context: FileContext, expressions: Expressions, elsewhere: Callable[[str], bool | None]
) -> Iterator[Bound]:
    """The attributes of ``self`` that are set once in the project, to what *expressions* knows."""
    for node in context.nodes((ast.Assign, ast.AnnAssign)):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if len(node.targets) == 1 else None
        if not isinstance(target, ast.Attribute) or node.value is None or not expressions.is_marked(node.value):
            continue
        cls = context.class_of(node)
        verdict = expressions.judge(node.value)
        plain = isinstance(verdict.value, bool) or id(node.value) in expressions.known
        if cls is None or not _is_self(target.value) or not (verdict.is_value and plain):
            continue
        others = [other for other in _attributes(context, target.attr) if other is not target]
        if any(not isinstance(other.ctx, ast.Load) for other in others) or _is_spelled(context, target.attr):
            continue
        if elsewhere(target.attr) is not False:
            continue
        reads = [other for other in others if _is_read(context, other, cls)]
        yield Bound(node, verdict.value, list(reads), len(reads) == len(others))


def wrappers(
    context: FileContext, expressions: Expressions, elsewhere: Callable[[str], bool | None]
) -> Iterator[Bound]:
    """The functions that only return what *expressions* knows to be true or false, with their calls."""
    for declaration in context.declarations:
        node, outer = declaration.node, declaration.outer
        if not isinstance(node, ast.FunctionDef) or not expressions.is_marked(node):
            continue
        value = _returned(node, expressions)
        if not isinstance(value, bool) or any(called(decorator) not in PLAIN for decorator in node.decorator_list):
            continue
        if outer is None:
            reads = _calls(context, expressions, node)
        elif isinstance(outer, ast.ClassDef) and elsewhere(node.name) is False:
            reads = _uses_of_member(context, expressions, outer, node)
        else:
            continue
        if reads:
            yield Bound(node, value, reads, goes=False, written=True)


def asking(context: FileContext, expressions: Expressions) -> Iterator[ast.FunctionDef]:
    """The functions of the module that only return what *expressions* knows to be true or false."""
    for declaration in context.declarations:
        node = declaration.node
        plain = declaration.outer is None and isinstance(node, ast.FunctionDef) and not node.decorator_list
        if plain and expressions.is_marked(node):
            assert isinstance(node, ast.FunctionDef)
            if isinstance(_returned(node, expressions), bool):
                yield node


def _returned(node: ast.FunctionDef, expressions: Expressions) -> object:
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        return None
    verdict = expressions.judge(body[0].value)
    return verdict.value if verdict.is_value and expressions.is_marked(body[0].value) else None


def _calls(context: FileContext, expressions: Expressions, node: Function) -> list[ast.AST]:
    """The calls of a function of the module by its name."""
    top = context.index.top
    if len(top.bindings.get(node.name, ())) != 1 or node.name in context.index.declared:
        return []
    found: list[ast.AST] = []
    for use in context.index.uses:
        name = use.chain[0]
        assert isinstance(name, ast.Name)
        if name.id == node.name and len(use.chain) == 1 and scope_of(name.id, use.scope) is top:
            call = context.parent(name)
            called_so = isinstance(call, ast.Call) and call.func is name and context.is_placed(call)
            if called_so and _is_given_nothing(expressions, call):  # type: ignore[arg-type]
                found.append(call)  # type: ignore[arg-type]
    return found


def _uses_of_member(
    context: FileContext, expressions: Expressions, cls: ast.ClassDef, node: ast.FunctionDef
) -> list[ast.AST]:
    """The calls of a method, or the reads of a property, on ``self``: where nothing in the file has another one."""
    same = [other for other in context.declarations if other.node.name == node.name]
    if len(same) != 1 or _is_spelled(context, node.name):
        return []
    is_property = any(called(decorator) in _PROPERTIES for decorator in node.decorator_list)
    found: list[ast.AST] = []
    for read in _attributes(context, node.name):
        if not isinstance(read.ctx, ast.Load):
            return []
        if not _is_read(context, read, cls):
            continue
        call = context.parent(read)
        if is_property:
            found.append(read)
        elif isinstance(call, ast.Call) and call.func is read and _is_given_nothing(expressions, call):
            found.append(call)
    return found


def _is_given_nothing(expressions: Expressions, call: ast.Call) -> bool:
    """Whether evaluating the arguments of *call* does nothing."""
    return all(map(expressions.is_pure, (*call.args, *(keyword.value for keyword in call.keywords))))


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _attributes(context: FileContext, name: str) -> list[ast.Attribute]:
    return [node for node in context.nodes(ast.Attribute) if isinstance(node, ast.Attribute) and node.attr == name]


def _is_read(context: FileContext, node: ast.Attribute, cls: ast.ClassDef) -> bool:
    """Whether *node* is an attribute of ``self`` in *cls*, at a place that is known."""
    return _is_self(node.value) and context.class_of(node) is cls and context.is_placed(node)


def _is_spelled(context: FileContext, name: str) -> bool:
    """Whether *name* stands in a string, or is a name of its own: a class attribute, a slot."""
    if any(isinstance(node, ast.Name) and node.id == name for node in context.nodes(ast.Name)):
        return True
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and name in node.value
        for node in context.nodes(ast.Constant)
    )
