"""What pydantic 1 made of an annotation, and the default of a field."""

from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import assigned, keyword, text

_OPTIONAL = ("typing.Optional", "typing_extensions.Optional")
_UNION = ("typing.Union", "typing_extensions.Union", "pydantic.typing.Union")
ANNOTATED = ("typing.Annotated", "typing_extensions.Annotated", "pydantic.typing.Annotated")
_ANYTHING = ("typing.Any", "typing_extensions.Any", "builtins.object", "pydantic.typing.Any")
_NONE_STR = tuple(
    f"pydantic.{module}{name}" for module in ("", "types.") for name in ("NoneStr", "NoneBytes", "NoneStrBytes")
)
_DEPTH = 8


def is_optional(rule: Rule, node: cst.BaseExpression, depth: int = 0) -> bool:
    """Whether pydantic 1 took a field with this annotation, and no default, for one whose default is None.

    Followed are Optional, Union, ``|``, Any, Annotated, texts, and aliases that the file assigns once.
    """
    if depth > _DEPTH:
        return False
    if isinstance(node, cst.Name) and node.value == "None":
        return depth > 0
    if isinstance(node, cst.SimpleString):
        return _in_text(rule, node, depth)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        return any(is_optional(rule, side, depth + 1) for side in (node.left, node.right))
    if isinstance(node, cst.Subscript):
        inner = [one.slice.value for one in node.slice if isinstance(one.slice, cst.Index)]
        if rule.means(node.value, *_OPTIONAL):
            return True
        if rule.means(node.value, *_UNION):
            return any(is_optional(rule, one, depth + 1) for one in inner)
        if rule.means(node.value, *ANNOTATED):
            return bool(inner) and is_optional(rule, inner[0], depth + 1)
        return False
    if isinstance(node, cst.Name | cst.Attribute):
        if rule.means(node, *_ANYTHING, *_NONE_STR):
            return True
        if isinstance(node, cst.Name):
            alias = _alias(rule, node.value)
            return alias is not None and is_optional(rule, alias, depth + 1)
    return False


def _in_text(rule: Rule, node: cst.SimpleString, depth: int) -> bool:
    """The same for a string annotation, by the names that the file's other code would understand."""
    said = text(node)
    try:
        inner = cst.parse_expression(said or "")
    except cst.ParserSyntaxError:
        return False
    return _spelled_optional(inner, depth)


def _spelled_optional(node: cst.BaseExpression, depth: int) -> bool:
    """The same, told by the last part of names alone."""
    if depth > _DEPTH:
        return False
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        return any(_spelled_optional(side, depth + 1) for side in (node.left, node.right))
    last = _last(node.value if isinstance(node, cst.Subscript) else node)
    if isinstance(node, cst.Subscript):
        inner = [one.slice.value for one in node.slice if isinstance(one.slice, cst.Index)]
        if last == "Optional":
            return True
        if last == "Union":
            return any(_spelled_optional(one, depth + 1) for one in inner)
        return last == "Annotated" and bool(inner) and _spelled_optional(inner[0], depth + 1)
    return last == "Any" or (last == "None" and depth > 0)


def _last(node: cst.BaseExpression) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""


def _alias(rule: Rule, name: str) -> cst.BaseExpression | None:
    """What the file's top level assigns to *name*, once."""
    found = []
    for line in rule.module.body:
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            target, _, value = assigned(small)
            if target == name and value is not None:
                found.append(value)
    return found[0] if len(found) == 1 and not isinstance(found[0], cst.SimpleString) else None


def default_of(call: cst.Call) -> cst.BaseExpression | None:
    """The default that ``Field(...)`` is given, or what makes it; None where it is given none."""
    if call.args and call.args[0].keyword is None:
        return call.args[0].value
    arg = keyword(call, "default") or keyword(call, "default_factory")
    return arg.value if arg is not None else None
