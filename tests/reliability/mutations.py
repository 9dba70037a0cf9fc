"""Ways to break a module on purpose: each is one small edit of its text that a test should notice."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

_OPERATORS: dict[type[ast.cmpop | ast.operator], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.FloorDiv: ("//", "*"),
    ast.BitOr: ("|", "&"),
    ast.BitAnd: ("&", "|"),
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
_METHODS = {
    "startswith": "endswith",
    "endswith": "startswith",
    "find": "rfind",
    "rfind": "find",
    "lstrip": "rstrip",
    "rstrip": "lstrip",
    "match": "search",
    "search": "match",
    "partition": "rpartition",
    "rpartition": "partition",
    "union": "intersection",
    "issuperset": "issubset",
    "append": "remove",
    "add": "discard",
}
#: What a pattern says and what it might say: a quantifier, a member of a class, a boundary.
_PATTERN_PIECES = (
    (re.compile(r"(?<![\\(*+?}])\*(?!\*)"), "+"),
    (re.compile(r"(?<![\\(*+?}])\+"), "*"),
    (re.compile(r"(?<![\\(*+?{])\?(?![:=!P<])"), ""),
    (re.compile(r"(?<=[\w\]\[])\\[tfrb](?=[\w\]\\])"), ""),
    (re.compile(r"\\b"), ""),
    (re.compile(r"\\r\\n\|"), ""),
    (re.compile(r"\|\\r(?!\\n)"), ""),
    (re.compile(r"\\Z"), ""),
)
_PATTERN_CALLS = {"compile", "match", "search", "fullmatch", "sub", "findall", "finditer"}


@dataclass(frozen=True)
class Mutation:
    """One way to break a module. Offsets are in code points, rows are 1-based."""

    kind: str
    start: int
    end: int
    text: str
    #: Where the statement it breaks stands; tests that never come here cannot notice.
    rows: range
    #: The classes and the function it stands in, outermost first; nothing for the module itself.
    path: tuple[str, ...]
    #: The row of the outermost function's own code, 0 for none.
    function_row: int

    def apply(self, text: str) -> str:
        """*text* broken this way."""
        return text[: self.start] + self.text + text[self.end :]


class _Finder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.path: tuple[str, ...] = ()
        self.function_row = 0
        self.rows = range(1, 1)
        self.found: list[Mutation] = []

    def offset(self, row: int, column: int) -> int:
        start = self.starts[row - 1]
        line = self.text[start : self.starts[row]].encode()
        return start + len(line[:column].decode())

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def source(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def add(self, kind: str, start: int, end: int, text: str) -> None:
        if self.text[start:end] != text:
            self.found.append(Mutation(kind, start, end, text, self.rows, self.path, self.function_row))

    def replace(self, kind: str, node: ast.expr | ast.stmt, text: str) -> None:
        self.add(kind, *self.span(node), text)

    # Statements

    def block(self, statements: list[ast.stmt]) -> None:
        for number, statement in enumerate(statements):
            docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not docstring:
                self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.ClassDef):
            outer = self.path
            if not self.function_row:
                self.path = (*outer, node.name)
            self.block(node.body)
            self.path = outer
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            outer, row = self.path, self.function_row
            if not row:
                self.path = (*outer, node.name)
                self.function_row = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            self.block(node.body)
            self.path, self.function_row = outer, row
            return
        if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal):
            return
        if not self.function_row and not isinstance(node, ast.Assign | ast.AnnAssign):
            return  # What runs once, at import, is broken as a value only.
        body: list[ast.stmt] = getattr(node, "body", [])
        last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
        self.rows = range(node.lineno, max(last, node.lineno) + 1)
        self._own(node)
        for field in ("body", "orelse", "finalbody"):
            self.block(getattr(node, field, []))
        for handler in getattr(node, "handlers", []):
            self.block(handler.body)

    def _own(self, node: ast.stmt) -> None:
        """What can be broken of *node* but for the statements in it."""
        if isinstance(node, ast.If):
            self.replace("condition", node.test, "True")
            self.replace("condition", node.test, "False")
        if isinstance(node, ast.While):
            self.replace("condition", node.test, "False")
        if isinstance(node, ast.Continue):
            self.replace("loop", node, "break")
            self.replace("loop", node, "pass")
        if isinstance(node, ast.Break):
            self.replace("loop", node, "continue")
            self.replace("loop", node, "pass")
        if isinstance(node, ast.Raise | ast.AugAssign | ast.Delete) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ):
            self.replace("statement", node, "pass")
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript):
            self.replace("statement", node, "pass")
        if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
            self.replace("return", node, "return None")
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id.startswith("__") for target in node.targets
        ):
            return
        for field, value in ast.iter_fields(node):
            if field in ("body", "orelse", "finalbody", "handlers", "annotation", "targets", "target"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.expr):
                    self.expression(child)
                elif isinstance(child, ast.withitem):
                    self.expression(child.context_expr)

    # Expressions

    def expression(self, node: ast.expr) -> None:
        """Break *node* and what is in it."""
        if isinstance(node, ast.JoinedStr):
            return  # A message: what it says is for people.
        self._operators(node)
        self._values(node)
        pattern = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_pattern(node)
        for child in ast.iter_child_nodes(node):
            if pattern and child is node.args[0] and isinstance(child, ast.Constant | ast.JoinedStr):  # type: ignore[attr-defined]
                self._pattern(child)
            elif isinstance(child, ast.expr):
                self.expression(child)
            elif isinstance(child, ast.comprehension):
                self.expression(child.iter)
                for condition in child.ifs:
                    self.replace("filter", condition, "True")
                    self.expression(condition)
            elif isinstance(child, ast.keyword):
                self.expression(child.value)

    def _between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> None:
        """Swap the operator that stands between two operands."""
        start, end = self.span(left)[1], self.span(right)[0]
        words = r"\s+".join(map(re.escape, old.split()))
        match = re.search(rf"\b{words}\b" if old[0].isalpha() else words, self.text[start:end])
        if match is not None:
            self.add("operator", start + match.start(), start + match.end(), new)

    def _operators(self, node: ast.expr) -> None:
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
                self._between(left, right, *_OPERATORS[type(operator)])
        elif isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:], strict=False):
                self._between(left, right, old, new)
            neutral = "True" if old == "and" else "False"
            for value in node.values:
                self.replace("operand", value, neutral)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.replace("not", node, f"({self.source(node.operand)})")
        elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            self._between(node.left, node.right, *_OPERATORS[type(node.op)])
        elif isinstance(node, ast.IfExp):
            self.replace("condition", node.test, "True")
            self.replace("condition", node.test, "False")

    def _values(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant):
            value = node.value
            if isinstance(value, bool):
                self.replace("constant", node, str(not value))
            elif isinstance(value, int):
                self.replace("constant", node, str(value + 1))
                if value > 0:
                    self.replace("constant", node, str(value - 1))
            elif isinstance(value, str):
                self.replace("constant", node, '""' if value else '"mutant"')
        elif isinstance(node, ast.Name) and node.id in _NAMES:
            self.replace("function", node, _NAMES[node.id])
        elif isinstance(node, ast.Attribute) and node.attr in _METHODS:
            end = self.span(node)[1]
            self.add("method", end - len(node.attr), end, _METHODS[node.attr])
        elif isinstance(node, ast.Slice):
            for bound in (node.lower, node.upper):
                if bound is not None:
                    self.replace("slice", bound, "")
        elif isinstance(node, ast.Call) and len(node.args) == 2 and not node.keywords:
            first, second = map(self.source, node.args)
            if not any(isinstance(argument, ast.Starred | ast.GeneratorExp) for argument in node.args):
                self.add("arguments", self.span(node.args[0])[0], self.span(node.args[1])[1], f"{second}, {first}")

    def _pattern(self, node: ast.expr) -> None:
        start, end = self.span(node)
        for pattern, instead in _PATTERN_PIECES:
            for match in pattern.finditer(self.text, start, end):
                self.add("pattern", match.start(), match.end(), instead)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_pattern(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in _PATTERN_CALLS
        and bool(node.args)
    )


def mutations(text: str) -> list[Mutation]:
    """Every way to break the module *text*, in reading order; a few may not compile."""
    finder = _Finder(text)
    finder.block(ast.parse(text).body)
    return sorted(finder.found, key=lambda found: (found.start, found.end, found.text))
