from __future__ import annotations

from platform_lint.api import Rule, cst

from ._databases import about, is_connection, is_engine

_OWN = ("statement", "parameters", "execution_options", "object_", "bind_arguments")


class Sa2ParametersByKeyword(Rule):
    """`execute` takes values in one dict, or a list of them, in SQLAlchemy 2

    Values as keywords, and several dicts in a row, raise TypeError. A dict and a list of dicts are right in 1.4 as well.

    ```python bad
    from sqlalchemy import create_engine, text

    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("select :a"), a=1)  # hit
        connection.execute(orders.insert(), {"id": 1}, {"id": 2})  # hit
    ```
    ```python fixed
    from sqlalchemy import create_engine, text

    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("select :a"), {"a": 1})  # hit
        connection.execute(orders.insert(), [{"id": 1}, {"id": 2}])  # hit
    ```
    ```python ok
    from sqlalchemy import create_engine, text

    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("select :a"), {"a": 1}, execution_options={"yield_per": 10})
        connection.execute(orders.insert(), [{"id": 1}, {"id": 2}])
    ```
    """

    code = "MIG531"
    name = "sa2-parameters-by-keyword"
    words = ("execute", "scalar")
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-core-connection-transaction"
    since = "1.4"
    fix = "unsafe"

    def visit_Module(self, node: cst.Module) -> bool:
        return about(self)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not isinstance(func, cst.Attribute) or func.attr.value not in ("execute", "scalar") or len(node.args) < 2:
            return
        if not is_connection(self, func.value) and not is_engine(self, func.value):
            return
        first, *rest = node.args
        if first.keyword or first.star or any(arg.star == "*" for arg in rest):
            return
        keywords = [arg for arg in rest if (arg.keyword and arg.keyword.value not in _OWN) or arg.star == "**"]
        placed = [arg for arg in rest if not arg.keyword and not arg.star]
        kept = [arg for arg in rest if arg not in keywords and arg not in placed]
        if keywords and not placed:
            items = [
                f"**{self.source_of(arg.value)}" if arg.star else f'"{arg.keyword.value}": {self.source_of(arg.value)}'
                for arg in keywords
                if arg.star or arg.keyword
            ]
            new = "{" + ", ".join(items) + "}"
        elif len(placed) > 1 and not keywords and all(isinstance(arg.value, cst.Dict) for arg in placed):
            new = "[" + ", ".join(self.source_of(arg.value) for arg in placed) + "]"
        else:
            return
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        args = [first, cst.Arg(cst.parse_expression(new)), *kept]
        args = [*(arg.with_changes(comma=comma) for arg in args[:-1]), args[-1].with_changes(comma=node.args[-1].comma)]
        self.report(node, replace=node.with_changes(args=args))
