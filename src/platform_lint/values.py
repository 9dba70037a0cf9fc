"""Expressions that rules state as text: compared with code, put into code, worked out.

The names in them are qualified names; ``$V`` stands for an expression of the code.
"""

from __future__ import annotations

import ast
import builtins
import copy
import operator
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from platform_lint.limits import MAX_DEPTH, is_too_deep
from platform_lint.scopes import QualifiedName

if TYPE_CHECKING:
    from platform_lint.context import FileContext

#: A piece of an expression's text: ``("text", as it is)``, ``("name", qualified name)`` or ``("var", "V")``.
Part = tuple[str, str]

#: Stands for the dollar of a metavariable while Python parses: a letter that is nothing else, and one column wide.
_LETTER = "\ua4ef"
_METAVARIABLE = re.compile(r"\$([A-Z_][A-Z0-9_]*)")
_BUILTINS = frozenset(dir(builtins))
_MAX_BITS = 256
_MAX_TEXT = 1_000


class ExpressionError(ValueError):
    """A text that is no expression for a rule; the message says why, and where."""


class Unworkable(Exception):
    """A value for which an expression cannot be worked out: Python would raise the error the text tells."""


class Expression:
    """An expression of a rule: its *tree*, with metavariables as names of their own, and its *text*."""

    __slots__ = ("_code", "local", "text", "tree", "variables")

    def __init__(self, text: str, code: str, tree: ast.expr) -> None:
        self.text = text
        #: The text as Python parsed it: as long, with another letter for the dollars.
        self._code = code.encode()
        self.tree = tree
        self.variables = frozenset(filter(None, map(metavariable, ast.walk(tree))))
        #: The names that mean something of the expression's own: of lambdas, comprehensions, ``:=``.
        self.local = frozenset(_bound(tree))

    @property
    def name(self) -> QualifiedName:
        """The qualified name that is all of it, ``()`` for anything else."""
        return self.qualified(self.tree)

    def parts(self) -> list[Part]:
        """The text in pieces: what is literal, the qualified names, and the metavariables."""
        return [part for _, _, part in self.cuts()]

    def cuts(self) -> list[tuple[int, int, Part]]:
        """The pieces with the offsets in the text where they begin and end."""
        places = sorted(self._places(self.tree))
        cuts: list[tuple[int, int, Part]] = []
        done = 0
        for start, end, part in places:
            if done < start:
                cuts.append((done, start, ("text", self.text[done:start])))
            cuts.append((start, end, part))
            done = end
        if done < len(self.text):
            cuts.append((done, len(self.text), ("text", self.text[done:])))
        return cuts

    def _places(self, node: ast.AST) -> Iterator[tuple[int, int, Part]]:
        pending = [node]
        while pending:
            current = pending.pop()
            variable = metavariable(current)
            if variable:
                yield (*self.span(current), ("var", variable))
                continue
            dotted = self.qualified(current)
            if dotted:
                yield (*self.span(current), ("name", ".".join(dotted)))
                continue
            pending.extend(ast.iter_child_nodes(current))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where *node* stands in the text."""
        line = self._code
        start = len(line[: node.col_offset].decode())  # type: ignore[attr-defined]
        return start, start + len(line[node.col_offset : node.end_col_offset].decode())  # type: ignore[attr-defined]

    def qualified(self, node: ast.AST) -> QualifiedName:
        """The qualified name that *node* of the tree spells, ``()`` where it is none."""
        parts: list[str] = []
        current = node
        while isinstance(current, ast.Attribute):
            parts.append(current.attr)
            current = current.value
        if not isinstance(current, ast.Name) or metavariable(current) or current.id in self.local:
            return ()
        parts.append(current.id)
        if current.id in _BUILTINS:
            parts.append("builtins")
        return tuple(reversed(parts))


@lru_cache(maxsize=1024)
def parse_value(text: str, variables: bool = False) -> Expression:
    """The expression *text*. Raises ExpressionError where it is none that can be an argument's value.

    Only with *variables* may it have metavariables.
    """
    text = text.strip()
    if "\n" in text or "\r" in text:
        raise ExpressionError("an expression stands on one line")
    code = _METAVARIABLE.sub(_LETTER + r"\1", text)
    try:
        alone = ast.parse(code, mode="eval").body
    except SyntaxError as error:
        column = min(error.offset or len(text) + 1, len(text) + 1)
        raise ExpressionError(f"{text!r} is no expression: column {column}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"{text!r} is no expression: {error}") from None
    if is_too_deep(alone):
        raise ExpressionError(f"an expression of {len(text)} characters is nested more than {MAX_DEPTH} levels")
    if not _fits(code):
        raise ExpressionError(f"{text!r} cannot be an argument's value without brackets around it")
    for node in ast.walk(alone):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = node.value.replace(_LETTER, "$")
    expression = Expression(text, code, alone)
    if expression.variables and not variables:
        raise ExpressionError(f"{text!r} has a metavariable, and there is nothing for it to stand for")
    for _, _, (kind, name) in expression.cuts():
        if kind == "name" and "." not in name:
            raise ExpressionError(
                f"{text!r}: `{name}` is no builtin; write it with its module, as in `package.module.{name}`"
            )
    return expression


def _fits(code: str) -> bool:
    """Whether *code* can be the value of one argument."""
    try:
        call = ast.parse(f"f(a={code})", mode="eval").body
    except SyntaxError:
        return False
    return isinstance(call, ast.Call) and len(call.keywords) == 1 and not call.args


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def metavariable(node: ast.AST) -> str:
    """The name of the metavariable *node* is, ``""`` for none."""
    return node.id[1:] if isinstance(node, ast.Name) and node.id.startswith(_LETTER) else ""


# Comparing


def same(expression: Expression, node: ast.AST, context: FileContext) -> bool:
    """Whether *node* is what *expression* says: whatever its quotes, parentheses and layout, and the spelling of names.

    A metavariable stands for any expression, one that comes twice for the same both times; ``$_`` for any each time.
    """
    return _Comparison(expression, context).same(expression.tree, node)


class _Comparison:
    def __init__(self, expression: Expression, context: FileContext) -> None:
        self.expression = expression
        self.context = context
        self.bound: dict[str, str] = {}

    def same(self, wanted: Any, got: Any) -> bool:
        if not isinstance(wanted, ast.AST):
            if isinstance(wanted, list):
                return isinstance(got, list) and len(wanted) == len(got) and all(map(self.same, wanted, got))
            # `1`, `1.0` and `True` are equal, and not the same.
            return type(wanted) is type(got) and bool(wanted == got)
        if not isinstance(got, ast.AST):
            return False
        variable = metavariable(wanted)
        if variable:
            dump = ast.dump(got)
            return variable == "_" or self.bound.setdefault(variable, dump) == dump
        qualified = self.expression.qualified(wanted)
        if qualified:
            return self.context.means(got, qualified)
        if type(wanted) is not type(got):
            return False
        if isinstance(wanted, ast.Constant) and isinstance(got, ast.Constant):
            return self.same(wanted.value, got.value)
        if isinstance(wanted, ast.Call) and isinstance(got, ast.Call):
            return (
                self.same(wanted.func, got.func)
                and self.same(wanted.args, got.args)
                and self.same(_ordered(wanted.keywords), _ordered(got.keywords))
            )
        return all(
            self.same(getattr(wanted, field, None), getattr(got, field, None))
            for field in wanted._fields
            if field not in ("ctx", "kind", "type_comment")
        )


def _ordered(keywords: list[ast.keyword]) -> list[ast.keyword]:
    return sorted(keywords, key=lambda keyword: keyword.arg or "")


def is_literal(node: ast.AST) -> bool:
    """Whether *node* is a value that is written down: a constant, a signed number, a display of such."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant) and not isinstance(node.op, ast.Not)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return all(map(is_literal, node.elts))
    if isinstance(node, ast.Dict):
        return all(key is not None and is_literal(key) for key in node.keys) and all(map(is_literal, node.values))
    return isinstance(node, ast.Constant)


# What evaluating code may do

_EFFECTS = (
    ast.Call,
    ast.Await,
    ast.Yield,
    ast.YieldFrom,
    ast.NamedExpr,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.FormattedValue,
)
_READS = (ast.Attribute, ast.Subscript, ast.BinOp, ast.Compare, ast.UnaryOp, ast.Starred)


def effects(node: ast.AST) -> int:
    """What evaluating *node* may do: 0 nothing but give a value, 1 read what others may change, 2 anything."""
    worst = 0
    pending: list[ast.AST] = [node]
    while pending and worst < 2:
        current = pending.pop()
        if isinstance(current, _EFFECTS):
            return 2
        if isinstance(current, ast.Lambda | ast.GeneratorExp):
            # Evaluated later, but for the defaults and the first iterable.
            pending += (
                [*current.args.defaults, *filter(None, current.args.kw_defaults)]
                if isinstance(current, ast.Lambda)
                else [current.generators[0].iter]
            )
            continue
        if isinstance(current, _READS):
            worst = 1
        pending.extend(ast.iter_child_nodes(current))
    return worst


def order_matters(one: ast.AST, other: ast.AST) -> bool:
    """Whether it may be told in which order the two are evaluated: one does something, and the other may see it."""
    if effects(one) + effects(other) > 2:
        return True
    return bool(_assigned(one) & _read(other) or _assigned(other) & _read(one))


def _assigned(node: ast.AST) -> set[str]:
    return {child.target.id for child in ast.walk(node) if isinstance(child, ast.NamedExpr)}


def _read(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load)}


# Putting a value into an expression


class Filled:
    """An expression with a value in place of its metavariable, in pieces: ``("var", …)`` is the value's own text.

    *count* is how often the value is evaluated, 2 for more than once or not at once.
    """

    __slots__ = ("count", "parts")

    def __init__(self, parts: list[Part], count: int) -> None:
        self.parts = parts
        self.count = count


def fill(expression: Expression, value: ast.expr, text: str, *, fold: bool) -> Filled:
    """*expression* with *value*, which is written *text*, for its metavariable; in brackets where it needs them.

    With *fold*, what has only literals is worked out as Python would do it. Raises Unworkable.
    """
    results = list(_foldable(expression.tree, value))
    if not fold:
        results = []
    folded = {expression.span(node): repr(result) for node, result in results}
    replaced = {id(node): ast.parse(repr(result), mode="eval").body for node, result in results}
    wanted = ast.dump(_substituted(expression.tree, value, replaced))
    parts: list[Part] = []
    for brackets in ("", "()"):
        code, parts = _pieces(expression, folded, text, brackets)
        try:
            if ast.dump(ast.parse(f"({code})", mode="eval").body) == wanted:
                break
        except (SyntaxError, ValueError):
            pass
    uses = sum(kind == "var" for kind, _ in parts)
    return Filled(parts, 2 if uses > 1 or (uses and _is_deferred(expression.tree)) else uses)


def _pieces(
    expression: Expression, folded: dict[tuple[int, int], str], text: str, brackets: str
) -> tuple[str, list[Part]]:
    """The pieces of *expression* with what is *folded*, by place, in place; and the code they make."""
    opening, closing = brackets[:1], brackets[1:]
    code = ""
    parts: list[Part] = []
    done = 0
    changes = [(start, end, ("text", result)) for (start, end), result in folded.items()]
    for start, end, part in sorted([*changes, *expression.cuts()], key=lambda cut: (cut[0], -cut[1])):
        if end <= done:
            continue
        if start < done:
            # The rest of a literal stretch that began inside what was folded.
            start, part = done, ("text", expression.text[done:end])
        inner = [begin for begin, stop, _ in changes if start < begin < end]
        if part[0] == "text" and (start, end) not in folded and inner:
            end = inner[0]
            part = ("text", expression.text[start:end])
        done = end
        if part[0] == "var" or (start, end) in folded:
            parts += [("text", opening), part, ("text", closing)] if brackets else [part]
            code += opening + (text if part[0] == "var" else part[1]) + closing
        else:
            parts.append(part)
            code += expression.text[start:end]
    return code, parts


def _substituted(tree: ast.AST, value: ast.expr, replaced: dict[int, ast.expr]) -> ast.AST:
    """A copy of *tree* with *value* for its metavariables, and with the nodes that are *replaced*."""
    if id(tree) in replaced:
        return replaced[id(tree)]
    if metavariable(tree):
        return value
    fresh = copy.copy(tree)
    for field, content in ast.iter_fields(tree):
        if isinstance(content, ast.AST):
            setattr(fresh, field, _substituted(content, value, replaced))
        elif isinstance(content, list):
            setattr(
                fresh,
                field,
                [_substituted(item, value, replaced) if isinstance(item, ast.AST) else item for item in content],
            )
    return fresh


def _is_deferred(tree: ast.AST) -> bool:
    """Whether a metavariable stands where it is evaluated later, or only if."""
    later = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    return any(
        isinstance(node, later) and any(metavariable(inner) for inner in ast.walk(node)) for node in ast.walk(tree)
    )


# Working out


class _NoLiteral(Exception):
    """There is more to it than literals."""


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}


def _foldable(tree: ast.AST, value: ast.expr) -> Iterator[tuple[ast.AST, object]]:
    """The largest pieces of *tree* that are literals once *value* is in them, with what they come to."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if metavariable(node):
            continue  # The value itself keeps its text.
        if isinstance(node, ast.BinOp | ast.UnaryOp) and any(metavariable(inner) for inner in ast.walk(node)):
            try:
                yield node, _result(node, value)
                continue
            except _NoLiteral:
                pass
        pending.extend(ast.iter_child_nodes(node))


def _result(node: ast.AST, value: ast.expr) -> object:
    """What *node* comes to. Raises _NoLiteral, and Unworkable where Python would raise."""
    try:
        result = _evaluated(node, value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise Unworkable(str(error)) from None
    if isinstance(result, float) and (result != result or result in (float("inf"), float("-inf"))):
        raise _NoLiteral
    return result


def _evaluated(node: ast.AST, value: ast.expr) -> Any:
    if metavariable(node):
        return _evaluated(value, value)
    if isinstance(node, ast.Constant) and not isinstance(node.value, complex) and node.value is not Ellipsis:
        return node.value
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return _UNARY[type(node.op)](_evaluated(node.operand, value))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = _evaluated(node.left, value), _evaluated(node.right, value)
        return _small(_BINARY[type(node.op)], node.op, left, right)
    raise _NoLiteral


def _small(work: Callable[[Any, Any], Any], sign: ast.operator, left: Any, right: Any) -> Any:
    """The result of *work*, where it is nothing huge, and nothing but numbers and short text."""
    if isinstance(left, int) and isinstance(right, int):
        if isinstance(sign, ast.Pow | ast.LShift) and (
            abs(right) > _MAX_BITS or left.bit_length() * abs(right) > _MAX_BITS
        ):
            raise _NoLiteral
    elif isinstance(left, str | bytes) and isinstance(sign, ast.Mod):
        raise _NoLiteral  # Formatting: its own language.
    elif (
        isinstance(sign, ast.Mult)
        and isinstance(left, str | bytes | int)
        and isinstance(right, str | bytes | int)
        and max(map(_extent, (left, right))) > _MAX_TEXT
    ):
        raise _NoLiteral
    result = work(left, right)
    if isinstance(result, complex) or _extent(result) > 1 << _MAX_BITS:
        raise _NoLiteral
    return result


def _extent(value: object) -> int:
    if isinstance(value, int):
        return abs(value)
    return len(value) if isinstance(value, str | bytes) else 0
