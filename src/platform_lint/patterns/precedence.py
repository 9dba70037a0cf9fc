"""How strongly expressions hold together: when one needs parentheses to stand in another's place."""

from __future__ import annotations

import ast

# What a place asks for, and what an expression has, weakest first.
ANY_EXPRESSION = 0  # `yield`, a tuple without parentheses
NAMED = 1
LAMBDA = 2
CONDITIONAL = 3
OR = 4
AND = 5
NOT = 6
COMPARISON = 7
BIT_OR = 8
BIT_XOR = 9
BIT_AND = 10
SHIFT = 11
SUM = 12
PRODUCT = 13
SIGN = 14
POWER = 15
AWAIT = 16
PRIMARY = 17
ATOM = 18

_OPERATORS: dict[type[ast.operator], int] = {
    ast.BitOr: BIT_OR,
    ast.BitXor: BIT_XOR,
    ast.BitAnd: BIT_AND,
    ast.LShift: SHIFT,
    ast.RShift: SHIFT,
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: PRODUCT,
    ast.MatMult: PRODUCT,
    ast.Div: PRODUCT,
    ast.FloorDiv: PRODUCT,
    ast.Mod: PRODUCT,
    ast.Pow: POWER,
}
_STRENGTHS: dict[type[ast.expr], int] = {
    ast.Yield: ANY_EXPRESSION,
    ast.YieldFrom: ANY_EXPRESSION,
    ast.Tuple: ANY_EXPRESSION,
    ast.Starred: ANY_EXPRESSION,
    ast.NamedExpr: NAMED,
    ast.Lambda: LAMBDA,
    ast.IfExp: CONDITIONAL,
    ast.Compare: COMPARISON,
    ast.Await: AWAIT,
    ast.Call: PRIMARY,
    ast.Attribute: PRIMARY,
    ast.Subscript: PRIMARY,
    ast.Slice: ANY_EXPRESSION,
}


def strength(node: ast.AST, text: str = "") -> int:
    """How strongly *node* holds together; *text* is how it is written, without parentheses that are not its own."""
    if isinstance(node, ast.BoolOp):
        return OR if isinstance(node.op, ast.Or) else AND
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)]
    if isinstance(node, ast.UnaryOp):
        return NOT if isinstance(node.op, ast.Not) else SIGN
    if isinstance(node, ast.Tuple):
        return ATOM if text.startswith("(") else ANY_EXPRESSION
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, complex) and text.startswith("-"):
        return SIGN
    if isinstance(node, ast.expr):
        return _STRENGTHS.get(type(node), ATOM)
    return ATOM


def needed(parent: ast.AST | None, child: ast.AST) -> int:
    """How strongly what stands in place of *child* in *parent* must hold together."""
    if isinstance(parent, ast.Call):
        return PRIMARY if child is parent.func else NAMED
    if isinstance(parent, ast.Attribute):
        return PRIMARY
    if isinstance(parent, ast.Subscript):
        return PRIMARY if child is parent.value else NAMED
    if isinstance(parent, ast.Await):
        return PRIMARY
    if isinstance(parent, ast.BinOp):
        level = _OPERATORS[type(parent.op)]
        if isinstance(parent.op, ast.Pow):
            return AWAIT if child is parent.left else SIGN
        return level if child is parent.left else level + 1
    if isinstance(parent, ast.UnaryOp):
        return NOT if isinstance(parent.op, ast.Not) else SIGN
    if isinstance(parent, ast.BoolOp):
        return AND if isinstance(parent.op, ast.Or) else NOT
    if isinstance(parent, ast.Compare):
        return BIT_OR
    if isinstance(parent, ast.IfExp):
        return LAMBDA if child is parent.orelse else OR
    if isinstance(parent, ast.Starred):
        return BIT_OR
    if isinstance(parent, ast.Dict) and any(
        key is None and value is child for key, value in zip(parent.keys, parent.values, strict=True)
    ):
        return BIT_OR
    if isinstance(parent, ast.comprehension):
        return OR
    if isinstance(parent, ast.keyword | ast.Lambda | ast.Dict | ast.withitem | ast.Assert | ast.Raise | ast.NamedExpr):
        return LAMBDA
    if isinstance(parent, ast.FormattedValue):
        return OR
    if isinstance(parent, ast.Expr | ast.Return | ast.Assign | ast.AugAssign):
        return ANY_EXPRESSION
    if isinstance(parent, ast.Yield):
        return ANY_EXPRESSION
    if parent is None:
        return ANY_EXPRESSION
    return NAMED if isinstance(parent, ast.expr | ast.If | ast.While) else LAMBDA


def is_loose(text: str) -> bool:
    """Whether an expression of several lines falls apart outside of brackets."""
    if "\n" not in text and "\r" not in text:
        return False
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return False


def is_bracketed(parent: ast.AST | None, child: ast.AST) -> bool:
    """Whether *child* stands between brackets that *parent* brings, so that its lines may break anywhere."""
    if isinstance(parent, ast.Call):
        return child is not parent.func
    if isinstance(parent, ast.Subscript):
        return child is not parent.value
    return isinstance(
        parent,
        ast.keyword | ast.List | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    )
