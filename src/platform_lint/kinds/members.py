"""What a class defines, and what it has from the classes of the project that it inherits from."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from platform_lint.inference.kinship import flat
from platform_lint.scopes import QualifiedName

if TYPE_CHECKING:
    from platform_lint.context import FileContext

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Attribute:
    """A class attribute: the *statement* that sets it, the *target* there, and its *value* where it has one."""

    __slots__ = ("statement", "target", "value")

    def __init__(self, statement: ast.stmt, target: ast.Name, value: ast.expr | None) -> None:
        self.statement = statement
        self.target = target
        self.value = value


def attributes_of(node: ast.ClassDef) -> dict[str, Attribute]:
    """The attributes assigned or declared in the body of a class, by name; of several the last one."""
    found: dict[str, Attribute] = {}
    for statement in flat(node.body):
        if isinstance(statement, ast.AnnAssign):
            if isinstance(statement.target, ast.Name):
                found[statement.target.id] = Attribute(statement, statement.target, statement.value)
        elif isinstance(statement, ast.Assign):
            alone = len(statement.targets) == 1
            for target in statement.targets:
                for item in ast.walk(target):
                    if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
                        # Of `a = b = 1` and `a, b = pair` no value belongs to one name alone.
                        value = statement.value if alone and item is target else None
                        found[item.id] = Attribute(statement, item, value)
    return found


def methods_of(node: ast.ClassDef) -> dict[str, Function]:
    """The functions defined in the body of a class, by name; of several the last one that is no setter or deleter."""
    found: dict[str, Function] = {}
    for statement in flat(node.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and not is_accessory(statement):
            found[statement.name] = statement
    return found


def members_of(node: ast.ClassDef) -> dict[str, ast.AST]:
    """All that a class defines by name, in its body or on ``self``, each with its definition."""
    found: dict[str, ast.AST] = {}
    for statement in flat(node.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(statement.name, statement)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                found.setdefault(alias.asname or alias.name.partition(".")[0], statement)
    for name, attribute in attributes_of(node).items():
        found.setdefault(name, attribute.target)
    for method in methods_of(node).values():
        first = [*method.args.posonlyargs, *method.args.args][:1]
        if first:
            for item in ast.walk(method):
                if (
                    isinstance(item, ast.Attribute)
                    and isinstance(item.ctx, ast.Store)
                    and isinstance(item.value, ast.Name)
                    and item.value.id == first[0].arg
                ):
                    found.setdefault(item.attr, item)
    return found


def is_accessory(node: ast.AST) -> bool:
    """Whether a function is the setter or deleter of a property: the property itself is another function."""
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter")
        for decorator in node.decorator_list
    )


def lineage(
    context: FileContext, node: ast.ClassDef, until: Collection[QualifiedName] = ()
) -> Iterator[tuple[FileContext, ast.ClassDef]]:
    """The classes of the project that *node* inherits from, nearest first, each with its file.

    Neither the classes *until* nor what they inherit from are among them.
    """
    kinship = context.receivers.kinship
    for name in kinship.mro(kinship.name_of(node))[1:]:
        found = None if any(kinship.is_subclass(end, name) for end in until) else kinship.class_definition(name)
        if found is not None:
            yield found[0].context, found[1]


def has_unclear_base(context: FileContext, node: ast.ClassDef) -> bool:
    """Whether a base of *node*, or of a class of the project it inherits from, could be several things."""
    return any(
        len(list(file.receivers.kinship.bases_in(cls))) < len(cls.bases)
        for file, cls in ((context, node), *lineage(context, node))
    )
