"""A declaration that a rule is about, as its checks see it, and how they speak of things."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from platform_lint.kinds.expressions import spelled, written
from platform_lint.kinds.faults import Fault, Span
from platform_lint.kinds.headers import name_span
from platform_lint.scopes import QualifiedName

if TYPE_CHECKING:
    from platform_lint.context import Declaration, FileContext

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Subject:
    """A declaration that a rule is about, in its file. *bases* are the classes the rule selects subclasses of."""

    def __init__(self, context: FileContext, declaration: Declaration, bases: Collection[QualifiedName]) -> None:
        self.context = context
        self.declaration = declaration
        self.node = declaration.node
        self.bases = bases

    @cached_property
    def name(self) -> Span:
        """The span of the name it is declared with."""
        return name_span(self.context, self.node)

    @property
    def cls(self) -> ast.ClassDef:
        """The declaration, a class."""
        assert isinstance(self.node, ast.ClassDef)
        return self.node

    @property
    def function(self) -> Function:
        """The declaration, a function."""
        assert isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef)
        return self.node


#: Finds what is wrong with a subject, given what a table says under one key.
Check = Callable[[Subject, Any], Iterable[Fault]]


def plain(text: str) -> str:
    """What a rule writes, as people write it in code."""
    return spelled([str(written(text))])


def either(names: Sequence[str]) -> str:
    """Names of which one will do."""
    return " or ".join(f"`{spelled([name])}`" for name in names)


def listed(names: Sequence[str]) -> str:
    """Names that all count."""
    return " and ".join(f"`{name}`" for name in names)
