from __future__ import annotations

from platform_lint.api import Rule, cst

from ._constrained import CLASSES, KINDS
from ._models import assigned, named, statements, text
from ._patterns import anchored

NUMBER = frozenset({"gt", "ge", "lt", "le", "multiple_of", "strict", "allow_inf_nan", "max_digits", "decimal_places"})
STRING = frozenset({"strip_whitespace", "to_upper", "to_lower", "min_length", "max_length", "strict"})
ITEMS = {"min_items": "min_length", "max_items": "max_length"}


class ConstrainedClass(Rule):
    """`{base}` is gone from pydantic 2: `{cls}` is an annotation, `Annotated[...]`{hint}

    A class that only says what is allowed becomes an alias of the annotated type. It is unsafe, because an alias is no class:
    nothing can inherit from it, and `isinstance` does not take it.

    ```python bad
    import re

    from pydantic import ConstrainedInt, ConstrainedStr


    class Code(ConstrainedStr):  # hit
        min_length = 1
        regex = re.compile("^[a-z]")


    class Size(ConstrainedInt):  # hit
        gt = 0


    class Odd(ConstrainedStr):  # hit
        @classmethod
        def validate(cls, value):
            return value


    def total(sizes: list[Size]) -> Size: ...
    ```
    ```python fixed
    from typing import Annotated

    from pydantic import ConstrainedStr, Field, StringConstraints


    Code = Annotated[str, StringConstraints(min_length=1, pattern="^[a-z]")]


    Size = Annotated[int, Field(gt=0)]


    class Odd(ConstrainedStr):  # left
        @classmethod
        def validate(cls, value):
            return value


    def total(sizes: list[Size]) -> Size: ...
    ```
    ```python ok
    from typing import Annotated

    from pydantic import Field

    Size = Annotated[int, Field(gt=0)]
    ```
    """

    code = "MIG395"
    names = tuple(CLASSES)
    default = False
    fix = "unsafe"
    docs = "https://docs.pydantic.dev/2.0/migration/#removed-in-pydantic-v2"
    since = "pydantic 2"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        kind = next((CLASSES[name] for arg in node.bases for name in self.qualified_names(arg.value) if name in CLASSES), "")
        if not kind:
            return
        values = {"base": f"Constrained{kind}", "cls": node.name.value, "hint": ""}
        made = self._made(node, kind)
        if isinstance(made, str):
            self.report(node, values={**values, "hint": f": {made}"})
            return
        line = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(node.name.value))], made)])
        said = node.get_docstring()
        if said:
            above = [cst.EmptyLine(comment=cst.Comment(f"# {one.strip()}".rstrip())) for one in said.strip().splitlines()]
            line = line.with_changes(leading_lines=[*node.leading_lines, *above])
        self.report(node, values=values, replace=line, safety="unsafe", reason="an alias is no class")

    def _made(self, node: cst.ClassDef, kind: str) -> cst.BaseExpression | str:
        """The annotation that says the same, or why there is none."""
        if len(node.bases) != 1 or node.keywords or node.decorators:
            return "it has other bases as well"
        uses = _Uses(node.name.value)
        self.module.visit(uses)
        if uses.found:
            return "it is used as a class"
        item: cst.BaseExpression | None = None
        args: list[cst.Arg] = []
        for _, small in statements(node):
            name, _, value = assigned(small)
            if isinstance(small, cst.Pass) or (isinstance(small, cst.Expr) and _is_text(small.value)):
                continue
            if not name or value is None:
                return "it has more than constraints"
            if name == "item_type":
                item = value
                continue
            if named(value, "None") or (name == "unique_items" and named(value, "False")):
                continue
            if kind == "Str" and name == "regex":
                name, value = "pattern", self._pattern(value)
                if value is None:
                    return "say its `regex` as `pattern`, with a `^` before it"
            elif kind in ("List", "Set", "FrozenSet"):
                if name not in ITEMS:
                    return f"`{name}` has no counterpart"
                name = ITEMS[name]
            elif name not in (STRING if kind in ("Str", "Bytes") else NUMBER):
                return f"`{name}` has no counterpart"
            equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
            args.append(cst.Arg(value, cst.Name(name), equal))
        if kind == "Bytes" and any(arg.keyword and arg.keyword.value not in ("min_length", "max_length", "strict") for arg in args):
            return "it has constraints that only text has"
        base: cst.BaseExpression = self.spelled(KINDS[kind])
        if item is not None:
            base = cst.Subscript(base, [cst.SubscriptElement(cst.Index(item))])
        elif kind in ("List", "Set", "FrozenSet"):
            return "it has no `item_type`"
        if not args:
            return base
        how = "pydantic.StringConstraints" if kind == "Str" else "pydantic.Field"
        parts = [base, cst.Call(self.spelled(how), args)]
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        elements = [cst.SubscriptElement(cst.Index(parts[0]), comma=comma), cst.SubscriptElement(cst.Index(parts[1]))]
        return cst.Subscript(self.spelled("typing.Annotated"), elements)

    def _pattern(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """The text of a regular expression that begins with ``^``."""
        if isinstance(node, cst.Call) and self.means(node, "re.compile") and len(node.args) == 1:
            node = node.args[0].value
        said = text(node)
        return node if said is not None and anchored(said) == ("", "", "") else None


class _Uses(cst.CSTVisitor):
    """Looks for uses of a name that only a class is good for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found = False

    def _is(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Name) and node.value == self.name

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.found = self.found or any(self._is(arg.value) for arg in node.bases)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.found = self.found or self._is(node.value)

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value in ("isinstance", "issubclass", "type"):
            self.found = self.found or any(self._is(arg.value) for arg in node.args)

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        self.found = self.found or (node.type is not None and self._is(node.type))


def _is_text(node: cst.BaseExpression) -> bool:
    return text(node) is not None or isinstance(node, cst.Ellipsis)
