"""Names that are bound once, to a value that is known: what reads them is known as well."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from platform_lint.context import FileContext
from platform_lint.folding.expressions import Expressions
from platform_lint.folding.scoping import scope_of
from platform_lint.scopes import Scope


class Bound:
    """A name that *node* binds once, to *value*, with its *reads*; *goes* tells that nothing else needs it.

    Where it is *written*, its value is put in place of each read, even if the name itself must stay.
    """

    __slots__ = ("goes", "node", "reads", "value", "written")

    def __init__(
        self, node: ast.AST, value: object, reads: list[ast.AST], goes: bool, *, written: bool = False
    ) -> None:
        self.node = node
        self.value = value
        self.reads = reads
        self.goes = goes
        self.written = written


def bound_names(
    context: FileContext, expressions: Expressions, elsewhere: Callable[[str], bool | None]
) -> Iterator[Bound]:
    """The names of a file that are bound once, to what *expressions* knows."""
    for node in context.nodes((ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        target = (
            node.targets[0]
            if isinstance(node, ast.Assign) and len(node.targets) == 1
            else getattr(node, "target", None)
        )
        value = node.value  # type: ignore[attr-defined]
        if not isinstance(target, ast.Name) or value is None or not expressions.is_marked(value):
            continue
        verdict = expressions.judge(value)
        # What is chosen by the flag is not the flag.
        if verdict.is_value and (isinstance(verdict.value, bool) or id(value) in expressions.known):
            found = _bound(context, node, target, verdict.value, elsewhere)
            if found is not None:
                yield found


def _bound(
    context: FileContext, node: ast.AST, target: ast.Name, value: object, elsewhere: Callable[[str], bool | None]
) -> Bound | None:
    scope, _ = context.surroundings(node)
    if isinstance(node, ast.NamedExpr):
        scope = scope.assignment_scope()
    name = target.id
    index = context.index
    if name in index.declared or len(scope.bindings.get(name, ())) != 1:
        return None
    reads: list[ast.AST] = []
    goes = True
    for use in index.uses:
        if use.chain[0].id != name or scope_of(name, use.scope) is not scope:  # type: ignore[union-attr]
            continue
        if use.text_start is not None or use.fstring is not None or len(use.chain) > 1:
            goes = False
        elif isinstance(use.chain[0].ctx, ast.Load):
            reads.append(use.chain[0])
        else:
            return None
    return Bound(node, value, reads, goes and _is_own(context, scope, name, elsewhere))


def _is_own(context: FileContext, scope: Scope, name: str, elsewhere: Callable[[str], bool | None]) -> bool:
    """Whether nothing outside of *scope* can see its *name*."""
    if scope.kind == "function":
        return True
    if scope.kind == "class" and not name.startswith("_"):
        return False
    if scope.kind not in ("class", "module") or context.index.is_exported(name):
        return False
    package = context.view is not None and context.view.package
    return not package and elsewhere(name) is False and not _is_attribute(context, name)


def _is_attribute(context: FileContext, name: str) -> bool:
    """Whether the file reads an attribute of that name from anything, or has it in a string."""
    if any(isinstance(node, ast.Attribute) and node.attr == name for node in context.nodes(ast.Attribute)):
        return True
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and name in node.value
        for node in context.nodes(ast.Constant)
    )
