from __future__ import annotations

from platform_lint.api import Rule, cst

from ._databases import ENGINE, about, is_engine


class Sa2EngineExecute(Rule):
    """Engines execute nothing in SQLAlchemy 2: open a block of `engine.begin()`

    `engine.execute(...)` took a connection, committed what wrote, and gave the connection back. A block of
    `engine.begin()` does the same, in 1.4 as well. Where the result is used the block has to go around its use, which is
    for people.

    ```python bad
    import sqlalchemy

    # they are old
    engine.execute(sqlalchemy.text("delete from orders"))  # hit
    rows = engine.execute(sqlalchemy.text("select 1"))  # hit
    ```
    ```python fixed
    import sqlalchemy

    # they are old
    with engine.begin() as connection:  # hit
        connection.execute(sqlalchemy.text("delete from orders"))
    rows = engine.execute(sqlalchemy.text("select 1"))  # left
    ```
    ```python ok
    import sqlalchemy

    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("delete from orders"))
    ```
    """

    code = "MIG454"
    name = "sa2-engine-execute"
    words = ("execute",)
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-core-connection-transaction"
    since = "1.4"
    fix = "unsafe"

    def visit_Module(self, node: cst.Module) -> bool:
        return about(node)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not isinstance(func, cst.Attribute) or func.attr.value != "execute" or not is_engine(self, func.value):
            return
        around = self.parent(node)
        line = self.parent(around) if isinstance(around, cst.Expr) else None
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1 or self.is_bound("connection", node):
            if not self.is_a(func.value, *ENGINE):
                self.report(node)
            return
        call = node.with_changes(func=func.with_changes(value=cst.Name("connection")))
        block = cst.With(
            items=[
                cst.WithItem(
                    cst.Call(cst.Attribute(func.value, cst.Name("begin"))), asname=cst.AsName(cst.Name("connection"))
                )
            ],
            body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Expr(call)])]),
            leading_lines=line.leading_lines,
        )
        self.report(line, at=node, replace=block)
