from __future__ import annotations

from platform_lint.api import Rule, cst

from ._databases import about, is_engine, sql, writes

WRITING = ("sqlalchemy.insert", "sqlalchemy.update", "sqlalchemy.delete", "sqlalchemy.dialects.*.insert")
_STARTS = ("insert", "update", "delete")


class Sa2LostCommit(Rule):
    """SQLAlchemy 2 rolls back at the end of this block: `engine.begin()` commits what it wrote

    1.4 committed each statement that writes; 2.0 begins a transaction with the first statement and rolls back what was
    not committed, without a word. `engine.begin()` is there in 1.4. The fix is unsafe because what an exception cuts short
    is then rolled back as a whole.

    ```python bad
    from sqlalchemy import create_engine, text

    engine = create_engine("sqlite://")
    with engine.connect() as connection:  # hit
        connection.execute(orders.insert().values(id=1))
    with engine.connect() as connection:  # hit
        connection.execute(text("delete from orders"))
    ```
    ```python fixed
    from sqlalchemy import create_engine, text

    engine = create_engine("sqlite://")
    with engine.begin() as connection:  # hit
        connection.execute(orders.insert().values(id=1))
    with engine.begin() as connection:  # hit
        connection.execute(text("delete from orders"))
    ```
    ```python ok
    from sqlalchemy import create_engine, text

    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("select 1"))
    with engine.connect() as connection:
        connection.execute(text("delete from orders"))
        connection.commit()
    with engine.connect() as connection, connection.begin():
        connection.execute(text("delete from orders"))
    ```
    """

    code = "MIG532"
    name = "sa2-lost-commit"
    words = ("connect",)
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#library-level-but-not-driver-level-autocommit-removed-from-both-core-and-orm"
    since = "1.4"
    fix = "unsafe"

    def visit_Module(self, node: cst.Module) -> bool:
        return about(self)

    def visit_With(self, node: cst.With) -> None:
        for item in node.items:
            call = item.item
            if not isinstance(call, cst.Call) or call.args or not isinstance(call.func, cst.Attribute):
                continue
            if call.func.attr.value != "connect" or not is_engine(self, call.func.value):
                continue
            if item.asname is None or not isinstance(item.asname.name, cst.Name):
                continue
            uses = _Uses(item.asname.name.value)
            node.visit(uses)
            if not uses.settled and any(self._writes(each) for each in uses.executed):
                func = call.func.with_changes(attr=cst.Name("begin"))
                self.report(call, replace=call.with_changes(func=func))

    def _writes(self, statement: cst.BaseExpression) -> bool:
        text = sql(statement)
        if text is not None:
            return writes(text)
        while isinstance(statement, cst.Call):
            if statement.args and self.means(statement.func, "sqlalchemy.text", "sqlalchemy.sql.text"):
                return writes(sql(statement.args[0].value) or "")
            func = statement.func
            if any(self.means(func, name) for name in WRITING[:3]):
                return True
            if not isinstance(func, cst.Attribute):
                return False
            if func.attr.value in _STARTS:
                return True
            statement = func.value
        return False


class _Uses(cst.CSTVisitor):
    """What a connection called *name* executes, and whether somebody *settled* when it is committed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.settled = False
        self.executed: list[cst.BaseExpression] = []

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Name) or func.value.value != self.name:
            return
        if func.attr.value in ("commit", "begin", "begin_nested", "execution_options", "get_transaction"):
            self.settled = True
        elif func.attr.value in ("execute", "exec_driver_sql") and node.args:
            self.executed.append(node.args[0].value)
