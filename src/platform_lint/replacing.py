"""New nodes in place of old ones, as changes of the text: what both share is left as it stands.

:func:`replaced` renders what is new where the old node stood, with its indentation, its commas, the comments and blank
lines above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import libcst as cst

from platform_lint.differing import changed
from platform_lint.realigning import place_in, realigned
from platform_lint.removing import ReplacementError, removed
from platform_lint.trees import Change, Tree

#: What may be put in place of a node: a node, several, nothing, or code as text.
Replacement = cst.CSTNode | cst.FlattenSentinel[Any] | cst.RemovalSentinel | str

#: What stands for a name whose spelling is not known yet begins with this.
MARK = "_qualified_name_"

_NEWLINE = re.compile(r"\r\n?|\n")


class MisplacedError(ReplacementError):
    """What a rule wants to put somewhere could stand elsewhere, but not in this place; one line."""


def replaced(tree: Tree, old: cst.CSTNode, new: Replacement) -> list[Change]:
    """The changes that put *new* in place of *old*, a node of *tree*. Raises ReplacementError."""
    if isinstance(new, str):
        made = _code(tree, old, new)
        if isinstance(made, list):
            return made
        new = made
    if isinstance(new, cst.RemovalSentinel):
        return removed(tree, old)
    nodes: list[Any] = list(new) if isinstance(new, cst.FlattenSentinel) else [new]
    if not nodes:
        return removed(tree, old)
    if isinstance(old, cst.Module):
        if len(nodes) != 1 or not isinstance(nodes[0], cst.Module):
            raise ReplacementError("only a Module can stand in place of the Module")
        return changed(tree.text, 0, len(tree.text), nodes[0].code)
    if isinstance(old, cst.BaseExpression):
        if len(nodes) == 1 and isinstance(nodes[0], cst.BaseExpression):
            return _expression(tree, old, nodes[0])
    elif isinstance(old, cst.BaseStatement | cst.BaseSmallStatement):
        return _statements(tree, old, nodes)
    elif all(
        isinstance(node, type(old).__mro__[1] if type(old).__mro__[1] is not cst.CSTNode else type(old))
        for node in nodes
    ):
        return _parts(tree, old, nodes)
    got = " and ".join(dict.fromkeys(type(node).__name__ for node in nodes))
    raise ReplacementError(f"{got} cannot stand in place of {type(old).__name__}")


def _code(tree: Tree, old: cst.CSTNode, text: str) -> list[Change] | Replacement:
    """Code as text: the changes that put it in place of an expression or a part of one, or the statements it holds."""
    text = _NEWLINE.sub(tree.module.default_newline, text)
    if isinstance(old, cst.BaseExpression) and not isinstance(old, cst.StarredElement):
        return _expression_text(tree, old, text.strip())
    if isinstance(old, cst.BaseStatement | cst.BaseSmallStatement):
        return cst.FlattenSentinel(_statements_in(tree, old, text))
    return changed(tree.text, *tree.span(old), text) if text.strip() else cst.RemoveFromParent()


def _expression_text(tree: Tree, old: cst.BaseExpression, text: str) -> list[Change]:
    """*text* as it is, in parentheses where it would fall apart without."""
    try:
        node = cst.parse_expression(f"({text}\n)")
    except cst.ParserSyntaxError as error:
        raise _no_python(text, error) from None
    bare = node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[1:])
    start, end = tree.outer_span(old)
    if old.lpar and not bare.lpar and not isinstance(old, cst.Tuple | cst.GeneratorExp):
        start, end = tree.span(old)
    elif not bare.lpar and (_needs_parentheses(tree, old, bare) or _spans_lines(tree, old, text)):
        text = f"({text})"
    return changed(tree.text, start, end, _apart(tree, start, end, text))


def _spans_lines(tree: Tree, old: cst.CSTNode, text: str) -> bool:
    """Whether an expression holds a line end that only parentheses around it make one of no account."""
    if ("\n" not in text and "\r" not in text) or _in_brackets(tree, old):
        return False
    try:
        return len(cst.parse_module(f"_ = {text}\n").body) > 1
    except cst.ParserSyntaxError:
        return True


def _in_brackets(tree: Tree, old: cst.CSTNode) -> bool:
    """Whether a line may end at *old* as it pleases."""
    for outer in tree.ancestors(old):
        if getattr(outer, "lpar", ()) or isinstance(outer, cst.Parameters):
            return True
        if isinstance(outer, cst.Arg | cst.DictElement | cst.SubscriptElement):
            return True
        if isinstance(outer, cst.List | cst.Set | cst.BaseComp) and not isinstance(outer, cst.GeneratorExp):
            return True
        if isinstance(outer, cst.BaseSmallStatement | cst.BaseStatement):
            return False
    return False


def _statements_in(tree: Tree, old: cst.CSTNode, text: str) -> list[cst.CSTNode]:
    """The statements of *text*, which may be indented as in the file, or any other way, or not at all."""
    text = text.strip("\r\n").rstrip() + tree.module.default_newline
    if isinstance(old, cst.If) and isinstance(tree.parent(old), cst.If):
        text = text.removeprefix("el")
    indent = "".join(tree.indents(old))
    # Under a head of its own, as nothing may be taken from the lines of a string.
    forms = [f"if 1:\n{text}"] if text[:1] in " \t" else [f"if 1:\n{indent}{text}", text] if indent else [text]
    failure: cst.ParserSyntaxError | None = None
    for form in forms:
        try:
            module = cst.parse_module(form)
        except cst.ParserSyntaxError as error:
            failure = error
            continue
        body: list[Any] = list(module.body)
        if form is not text:
            if len(body) > 1:
                continue
            body = list(body[0].body.body)
        elif module.header and body:
            body[0] = body[0].with_changes(leading_lines=[*module.header, *getattr(body[0], "leading_lines", ())])
        break
    else:
        raise _no_python(text, failure)
    if not body:
        return []
    decorators = getattr(old, "decorators", ())
    if decorators and type(body[-1]) is type(old) and not getattr(body[-1], "decorators", ()):
        body[-1] = body[-1].with_changes(decorators=decorators)
    only = body[0]
    if isinstance(old, cst.BaseSmallStatement) and len(body) == 1 and isinstance(only, cst.SimpleStatementLine):
        return list(only.body) if not only.leading_lines and not _comment_behind(only) else body
    return body


def _no_python(text: str, error: cst.ParserSyntaxError | None) -> ReplacementError:
    # LibCST goes on with all the tokens that would have been right.
    said = error.message.splitlines()[0].partition(": expected one of")[0] if error is not None else ""
    reason = f"{said.removeprefix('parser error: ')}: " if said else ""
    return ReplacementError(f"the replacement is no Python: {reason}{text.strip()!r}")


# Expressions


def _expression(tree: Tree, old: cst.BaseExpression, new: cst.BaseExpression) -> list[Change]:
    start, end = tree.outer_span(old)
    if old.lpar and not new.lpar and not isinstance(old, cst.Tuple | cst.GeneratorExp):
        start, end = tree.span(old)  # Its parentheses stay, and with them the layout.
    elif not new.lpar and _needs_parentheses(tree, old, new):
        new = new.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    code = _rendered(tree, new, old, start)
    return changed(tree.text, start, end, _apart(tree, start, end, code))


def _apart(tree: Tree, start: int, end: int, code: str) -> str:
    """*code* with blanks around it where it would run into a word."""
    if _is_word(tree.text[start - 1 : start]) and (_is_word(code[:1]) or code[:1] in "\"'"):
        code = f" {code}"
    if _is_word(tree.text[end : end + 1]) and _is_word(code[-1:]):
        code += " "
    return code


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


_YIELD, _TUPLE, _NAMED, _ANY, _IF, _OR, _AND, _NOT, _COMPARED, _BITS, _UNARY, _POWER, _AWAIT, _ATOM = (
    -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 16,
)  # fmt: skip
_OPERATORS = {
    "BitOr": 7,
    "BitXor": 8,
    "BitAnd": 9,
    "LeftShift": 10,
    "RightShift": 10,
    "Add": 11,
    "Subtract": 11,
    "Multiply": 12,
    "MatrixMultiply": 12,
    "Divide": 12,
    "FloorDivide": 12,
    "Modulo": 12,
    "Power": 14,
}
_LEVELS = {
    "Yield": _YIELD,
    "NamedExpr": _NAMED,
    "Lambda": _ANY,
    "IfExp": _IF,
    "Comparison": _COMPARED,
    "Await": _AWAIT,
}
#: How tightly what stands in a field must bind; any expression will do in those that are not named.
_FIELDS = {
    ("Attribute", "value"): _ATOM,
    ("Call", "func"): _ATOM,
    ("Subscript", "value"): _ATOM,
    ("Await", "expression"): _ATOM,
    ("Comparison", "left"): _BITS,
    ("ComparisonTarget", "comparator"): _BITS,
    ("IfExp", "body"): _OR,
    ("IfExp", "test"): _OR,
    ("CompFor", "iter"): _OR,
    ("CompIf", "test"): _OR,
    ("StarredElement", "value"): _BITS,
    ("StarredDictElement", "value"): _BITS,
    ("FormattedStringExpression", "expression"): _IF,
    ("Element", "value"): _NAMED,
    ("Index", "value"): _NAMED,
    ("ListComp", "elt"): _NAMED,
    ("SetComp", "elt"): _NAMED,
    ("GeneratorExp", "elt"): _NAMED,
    ("If", "test"): _NAMED,
    ("While", "test"): _NAMED,
    ("Decorator", "decorator"): _NAMED,
    ("Yield", "value"): _TUPLE,
    ("Return", "value"): _TUPLE,
    ("For", "iter"): _TUPLE,
    ("For", "target"): _TUPLE,
    ("CompFor", "target"): _TUPLE,
    ("AssignTarget", "target"): _TUPLE,
    ("Assign", "value"): _YIELD,
    ("AugAssign", "value"): _YIELD,
    ("AnnAssign", "value"): _YIELD,
    ("Expr", "value"): _YIELD,
}


def _needs_parentheses(tree: Tree, old: cst.BaseExpression, new: cst.BaseExpression) -> bool:
    """Whether *new* would fall apart where *old* stands."""
    parent, field = tree.field(old)
    place = type(parent).__name__
    if isinstance(parent, cst.BinaryOperation):
        level = _OPERATORS[type(parent.operator).__name__]
        required = level + (field == "right") if level != _POWER else (_AWAIT if field == "left" else _UNARY)
    elif isinstance(parent, cst.BooleanOperation):
        required = (_OR if isinstance(parent.operator, cst.Or) else _AND) + (field == "right")
    elif isinstance(parent, cst.UnaryOperation):
        required = _NOT if isinstance(parent.operator, cst.Not) else _UNARY
    elif isinstance(parent, cst.Arg):
        required = _ANY if parent.keyword or parent.star else _NAMED
    else:
        required = _FIELDS.get((place, field), _ANY)
    if place == "Expr" and isinstance(new, cst.NamedExpr):
        return True
    if place == "Attribute" and isinstance(new, cst.Integer):
        return True
    if isinstance(new, cst.GeneratorExp):
        return not (isinstance(parent, cst.Arg) and _is_only_argument(tree, parent))
    return _level(new) < required


def _level(node: cst.BaseExpression) -> int:
    if isinstance(node, cst.BinaryOperation):
        return _OPERATORS[type(node.operator).__name__]
    if isinstance(node, cst.BooleanOperation):
        return _OR if isinstance(node.operator, cst.Or) else _AND
    if isinstance(node, cst.UnaryOperation):
        return _NOT if isinstance(node.operator, cst.Not) else _UNARY
    if isinstance(node, cst.Tuple):
        return _TUPLE
    return _LEVELS.get(type(node).__name__, _ATOM)


def _is_only_argument(tree: Tree, argument: cst.Arg) -> bool:
    parent = tree.parent(argument)
    return isinstance(parent, cst.Call) and len(parent.args) == 1 and not argument.keyword and not argument.star


# Statements


def _statements(
    tree: Tree, old: cst.BaseStatement | cst.BaseSmallStatement, nodes: Sequence[cst.CSTNode]
) -> list[Change]:
    nodes = [cst.Expr(node) if isinstance(node, cst.BaseExpression) else node for node in nodes]
    for node in nodes:
        if not isinstance(node, cst.BaseStatement | cst.BaseSmallStatement):
            raise ReplacementError(f"{type(node).__name__} cannot stand in place of {type(old).__name__}")
    if isinstance(old, cst.BaseSmallStatement):
        line = tree.parent(old)
        if isinstance(line, cst.SimpleStatementLine) and not (len(nodes) == 1 and _is_small(nodes[0])):
            if len(line.body) == 1:
                return _lines(tree, line, nodes)
            if not all(map(_is_small, nodes)):
                before, after = _around(line.body, old)
                return _lines(tree, line, [*before, *nodes, *after])
        nodes = [small for node in nodes for small in _on_one_line(node)]
        misplaced = next((node for node in nodes if not _is_small(node)), None)
        if misplaced is not None:
            raise MisplacedError(f"{type(misplaced).__name__} cannot stand behind the colon of a block")
        return _parts(tree, old, nodes)
    parent = tree.parent(old)
    if isinstance(old, cst.If) and isinstance(parent, cst.If):
        if len(nodes) != 1 or not isinstance(nodes[0], cst.If):
            raise ReplacementError("only an If can stand in place of an `elif`")
        return _parts(tree, old, nodes)
    return _lines(tree, old, nodes)


def _on_one_line(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """What *node*, a line without comments, has on it; *node* itself where it is none."""
    if isinstance(node, cst.SimpleStatementLine) and not node.leading_lines and not _comment_behind(node):
        return node.body
    return [node]


def _is_small(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.BaseSmallStatement)


def _around(body: Sequence[cst.CSTNode], old: cst.CSTNode) -> tuple[list[cst.CSTNode], list[cst.CSTNode]]:
    number = next(number for number, item in enumerate(body) if item is old)
    return list(body[:number]), list(body[number + 1 :])


def _lines(tree: Tree, old: cst.BaseStatement, nodes: Sequence[cst.CSTNode]) -> list[Change]:
    """Whole lines in place of whole lines: what stands above the old ones and behind them stays."""
    lines = [
        cst.SimpleStatementLine([node.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
        if isinstance(node, cst.BaseSmallStatement)
        else node
        for node in nodes
    ]
    above = getattr(old, "leading_lines", ())
    if above and not getattr(lines[0], "leading_lines", ()):
        lines[0] = lines[0].with_changes(leading_lines=above)
    behind = getattr(old, "trailing_whitespace", None)
    if behind is not None and behind.comment is not None:
        number = next((n for n, line in enumerate(lines) if isinstance(line, cst.SimpleStatementLine)), None)
        if number is not None and not any(_comment_behind(line) for line in lines):
            lines[number] = lines[number].with_changes(trailing_whitespace=behind)
    start, end = tree.outer_span(old)
    code = "".join(_rendered(tree, line, old, start) for line in lines)
    if not tree.text[start:end].endswith(("\n", "\r")):
        code = code.rstrip("\r\n")
    return changed(tree.text, start, end, code)


def _rendered(tree: Tree, new: cst.CSTNode, old: cst.CSTNode, start: int) -> str:
    """The code of *new* in place of *old*, from the offset *start* on; what it has of the file is laid out anew."""
    tidied = new.visit(_Tidy(tree))
    code, kept = tree.render(tidied if isinstance(tidied, cst.CSTNode) else new, old)
    line = tree.text[:start]
    pieces: list[str] = []
    at = 0
    for node, first, last in kept:
        pieces.append(code[at:first])
        begin, end = tree.outer_span(node)
        text = code[first:last]
        if isinstance(node, cst.BaseExpression) and text == tree.text[begin:end]:
            before = "".join((line, *pieces))
            after = place_in(before, len(before))
            # Behind a name that is to be spelled nobody knows the column.
            if MARK not in before[len(before) - after.column :]:
                text = realigned(text, place_in(tree.text, begin), after)
        pieces.append(text)
        at = last
    return "".join((*pieces, code[at:]))


class _Tidy(cst.CSTTransformer):
    """Keyword arguments and defaults that were made without a word on blanks have none around their ``=``; what is of
    the *tree* stays as it is.
    """

    def __init__(self, tree: Tree) -> None:
        super().__init__()
        self.tree = tree

    def on_visit(self, node: cst.CSTNode) -> bool:
        return not self.tree.holds(node)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        if updated_node.keyword is None or isinstance(updated_node.equal, cst.AssignEqual):
            return updated_node
        return updated_node.with_changes(equal=_EQUAL)

    def leave_Param(self, original_node: cst.Param, updated_node: cst.Param) -> cst.Param:
        plain = updated_node.default is not None and updated_node.annotation is None
        if not plain or isinstance(updated_node.equal, cst.AssignEqual):
            return updated_node
        return updated_node.with_changes(equal=_EQUAL)


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _comment_behind(line: cst.CSTNode) -> bool:
    behind = getattr(line, "trailing_whitespace", None)
    return behind is not None and behind.comment is not None


# Anything else


def _parts(tree: Tree, old: cst.CSTNode, nodes: Sequence[cst.CSTNode]) -> list[Change]:
    """Nodes in place of one of their kind: arguments, parameters, imported names, small statements, clauses."""
    joints = {
        "comma": cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")),
        "semicolon": cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" ")),
    }
    pieces: list[str] = []
    for number, node in enumerate(nodes):
        for name, joint in joints.items():
            if hasattr(node, name):
                wanted = getattr(old, name, cst.MaybeSentinel.DEFAULT) if number == len(nodes) - 1 else joint
                if isinstance(getattr(node, name), cst.MaybeSentinel) or number < len(nodes) - 1:
                    node = node.with_changes(**{name: wanted})
        for name in ("star", "equal", "leading_lines"):
            value = getattr(node, name, None)
            if name == "equal" and getattr(node, "default", None) is None and getattr(node, "keyword", None) is None:
                continue  # There is nothing to be equal to.
            if (isinstance(value, cst.MaybeSentinel) or value == ()) and hasattr(old, name) and not number:
                node = node.with_changes(**{name: getattr(old, name)})
        if _comment_behind(old) and hasattr(node, "trailing_whitespace") and not _comment_behind(node):
            node = node.with_changes(trailing_whitespace=getattr(old, "trailing_whitespace"))  # noqa: B009
        pieces.append(_rendered(tree, node, old, tree.outer_span(old)[0]))
    start, end = tree.outer_span(old)
    return changed(tree.text, start, end, "".join(pieces))
