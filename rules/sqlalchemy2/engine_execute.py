from __future__ import annotations

from platform_lint.api import Rule, cst

from ._databases import ENGINE, about, is_engine

_METHODS = ("execute", "scalar")
#: What reads all that is wanted while the connection is there.
_FETCHES = ("fetchall", "fetchone", "first", "scalar", "all", "one", "one_or_none", "scalar_one")
#: What the connection is called: the first that nothing else is.
_NAMES = ("connection", "engine_connection")


class Sa2EngineExecute(Rule):
    """Engines execute nothing in SQLAlchemy 2: open a block of `engine.begin()`

    `engine.execute(...)` took a connection, committed what wrote, and gave the connection back. A block of
    `engine.begin()` does the same, in 1.4 as well. Where the result is used the block has to go around its use, which is
    for people.

    ```python bad
    import sqlalchemy

    # they are old
    engine.execute(sqlalchemy.text("delete from orders"))  # hit
    rows = engine.execute(sqlalchemy.text("select 1")).fetchall()  # hit
    number = engine.scalar(sqlalchemy.text("select 1"))  # hit
    result = engine.execute(sqlalchemy.text("select 1"))  # hit
    ```
    ```python fixed
    import sqlalchemy

    # they are old
    with engine.begin() as connection:  # hit
        connection.execute(sqlalchemy.text("delete from orders"))
    with engine.begin() as connection:  # hit
        rows = connection.execute(sqlalchemy.text("select 1")).fetchall()
    with engine.begin() as connection:  # hit
        number = connection.scalar(sqlalchemy.text("select 1"))
    result = engine.execute(sqlalchemy.text("select 1"))  # left
    ```
    ```python bad
    from sqlalchemy import create_engine

    run = create_engine("sqlite://").execute  # hit
    ```
    ```python fixed
    from sqlalchemy import create_engine

    run = create_engine("sqlite://").execute  # left
    ```
    ```python ok
    from sqlalchemy import create_mock_engine

    engine = create_mock_engine("sqlite://", print)
    engine.execute("select 1")
    ```
    ```python ok
    import sqlalchemy

    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("delete from orders"))
    ```
    """

    code = "MIG454"
    name = "sa2-engine-execute"
    words = ("execute", "scalar")
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-core-connection-transaction"
    since = "1.4"
    fix = "unsafe"

    def visit_Module(self, node: cst.Module) -> bool:
        return about(self)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        # What only takes the method, and calls it elsewhere.
        around = self.parent(node)
        called = isinstance(around, cst.Call) and around.func is node
        if not called and node.attr.value in _METHODS and self.is_a(node.value, *ENGINE):
            self.report(node)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not isinstance(func, cst.Attribute) or func.attr.value not in _METHODS or not is_engine(self, func.value):
            return
        around = self.parent(node)
        fetched = self.parent(around) if isinstance(around, cst.Attribute) else None
        if isinstance(around, cst.Attribute) and isinstance(fetched, cst.Call) and around.attr.value in _FETCHES:
            around = self.parent(fetched)
        elif not isinstance(around, cst.Expr) and func.attr.value != "scalar":
            around = None
        line = self.parent(around) if isinstance(around, cst.Expr | cst.Assign | cst.Return) else None
        name = next((name for name in _NAMES if not self.is_bound(name, node)), "")
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1 or not name:
            self.report(node)
            return
        call = node.with_changes(func=func.with_changes(value=cst.Name(name)))
        inner = line.body[0].deep_replace(node, call)
        block = cst.With(
            items=[cst.WithItem(cst.Call(cst.Attribute(func.value, cst.Name("begin"))), cst.AsName(cst.Name(name)))],
            body=cst.IndentedBlock([line.with_changes(body=[inner], leading_lines=())]),
            leading_lines=line.leading_lines,
        )
        self.report(line, at=node, replace=block)
