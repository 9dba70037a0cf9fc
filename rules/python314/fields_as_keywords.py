from __future__ import annotations

from platform_lint.api import Rule, cst

TYPED_DICT = ("typing.TypedDict",)
NAMED_TUPLE = ("typing.NamedTuple",)


class Py314FieldsAsKeywords(Rule):
    """Fields of `{name}` as keywords are removed in Python {version}: pass {kind}

    `TypedDict("T", a=int)` raises TypeError since 3.13, `NamedTuple("N", a=int)` warns there and goes in 3.15.

    ```python bad
    from typing import NamedTuple, TypedDict

    Order = TypedDict("Order", number=int, name=str)  # hit
    Loose = TypedDict("Loose", name=str, total=False)  # hit
    Point = NamedTuple("Point", x=int, y=int)  # hit
    ```
    ```python fixed
    from typing import NamedTuple, TypedDict

    Order = TypedDict("Order", {"number": int, "name": str})  # hit
    Loose = TypedDict("Loose", {"name": str}, total=False)  # hit
    Point = NamedTuple("Point", [("x", int), ("y", int)])  # hit
    ```
    ```python ok
    from typing import NamedTuple, TypedDict

    Order = TypedDict("Order", {"number": int}, total=False)
    Point = NamedTuple("Point", [("x", int)])
    Other = NamedTuple("Other", fields=[("x", int)])
    ```
    """

    code = "MIG643"
    name = "py314-fields-as-keywords"
    names = (*TYPED_DICT, *NAMED_TUPLE)
    default = False
    docs = "https://docs.python.org/3/whatsnew/3.13.html#typing"
    since = "3.11"

    def visit_Call(self, node: cst.Call) -> None:
        table = self.means(node.func, *TYPED_DICT)
        if not table and not self.means(node.func, *NAMED_TUPLE):
            return
        if len(node.args) < 2 or node.args[0].keyword or node.args[0].star or any(arg.star for arg in node.args):
            return
        rest = node.args[1:]
        kept = [arg for arg in rest if arg.keyword and arg.keyword.value in ("total", "closed", "fields", "module")]
        fields = [arg for arg in rest if arg not in kept]
        if not fields or any(arg.keyword is None for arg in fields):
            return
        pairs = [(arg.keyword.value if arg.keyword else "", self.source_of(arg.value)) for arg in fields]
        if table:
            new = "{" + ", ".join(f'"{name}": {value}' for name, value in pairs) + "}"
        else:
            new = "[" + ", ".join(f'("{name}", {value})' for name, value in pairs) + "]"
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        args = [node.args[0].with_changes(comma=comma), cst.Arg(cst.parse_expression(new)), *kept]
        args = [*(arg.with_changes(comma=comma) for arg in args[:-1]), args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
        self.report(
            node,
            values={
                "name": "TypedDict" if table else "NamedTuple",
                "version": "3.13" if table else "3.15",
                "kind": "a dict" if table else "a list of pairs",
            },
            replace=node.with_changes(args=args),
        )
