"""When two pieces of code are the same: however they are laid out, and whatever their names are spelled."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from platform_lint.context import FileContext
from platform_lint.scopes import QualifiedName

#: Fields that say nothing about what code means.
SILENT = frozenset({"ctx", "kind", "type_comment", "type_ignores"})


def names_of(node: ast.AST, context: FileContext) -> tuple[QualifiedName, ...]:
    """The qualified names *node* means for sure: not those under ``try``/``except ImportError`` or a version test."""
    reference = context.reference(node)
    if reference is None or reference.block.versioned:
        return ()
    binding = reference.binding
    if binding is not None and (binding.block.guarded or binding.block.versioned):
        return ()
    return context.names(node)


def same(first: ast.AST, second: ast.AST, context: FileContext) -> bool:
    """Whether two nodes of a file are the same modulo layout, parentheses, quotes and the spelling of names."""
    pending: list[tuple[object, object]] = [(first, second)]
    while pending:
        one, other = pending.pop()
        if one is other:
            continue
        if isinstance(one, ast.Name | ast.Attribute) and isinstance(other, ast.Name | ast.Attribute):
            meant, also = context.names(one), context.names(other)
            if meant and also:
                if set(meant).isdisjoint(also):
                    return False
                continue
        if type(one) is not type(other):
            return False
        if isinstance(one, ast.AST):
            assert isinstance(other, ast.AST)
            pending.extend(
                (getattr(one, field, None), getattr(other, field, None)) for field in one._fields if field not in SILENT
            )
        elif isinstance(one, list):
            assert isinstance(other, list)
            if len(one) != len(other):
                return False
            pending.extend(zip(one, other, strict=True))
        elif one != other:
            return False
    return True


def key(node: ast.AST) -> str:
    """A text that two nodes of patterns share just when they are written alike."""
    return "".join(_key(node))


def _key(node: ast.AST) -> Iterator[str]:
    pending: list[object] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.AST):
            yield f"({type(item).__name__}"
            pending.append(_END)
            pending.extend(getattr(item, field, None) for field in reversed(item._fields) if field not in SILENT)
        elif isinstance(item, list):
            yield "["
            pending.append(_END)
            pending.extend(reversed(item))
        else:
            yield ")" if item is _END else f" {type(item).__name__}:{item!r}"


_END = object()
