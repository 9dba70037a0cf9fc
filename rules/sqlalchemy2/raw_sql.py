from __future__ import annotations

from platform_lint.api import Rule, cst

from ._databases import CONNECTION, about, is_connection, is_engine, is_session, sql

#: What `text()` reads otherwise than a driver does.
_DRIVERS = ("?", "%s", "%(", "%%", ":", "\\")


class Sa2RawSql(Rule):
    """SQLAlchemy 2 takes no plain text for SQL: wrap it in `text()`, or call `exec_driver_sql`

    A connection of 1.4 hands plain text to the driver, with the driver's own placeholders. `exec_driver_sql` does just
    that in both; where there is no placeholder in it, and nothing that `text()` reads otherwise, it becomes `text()`. A
    session takes `text()` for it in 1.4, with a warning. The fix is unsafe where the receiver is only called like one.

    ```python bad
    from sqlalchemy import create_engine

    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        rows = connection.execute("select id from orders").fetchall()  # hit
        rows = connection.execute("select id from orders where id = ?", (1,)).fetchall()  # hit
    ```
    ```python fixed
    from sqlalchemy import create_engine, text

    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        rows = connection.execute(text("select id from orders")).fetchall()  # hit
        rows = connection.exec_driver_sql("select id from orders where id = ?", (1,)).fetchall()  # hit
    ```
    ```python bad
    from sqlalchemy.orm import Session


    def total(session: Session):
        return session.execute("select count(*) from orders where id > :low", {"low": 1}).scalar()  # hit
    ```
    ```python fixed
    from sqlalchemy import text
    from sqlalchemy.orm import Session


    def total(session: Session):
        return session.execute(text("select count(*) from orders where id > :low"), {"low": 1}).scalar()  # hit
    ```
    ```python ok
    import sqlite3

    from sqlalchemy import text
    from sqlalchemy.orm import Session


    def total(session: Session, db: sqlite3.Connection):
        db.execute("select 1")
        return session.execute(text("select count(*) from orders"))


    async def begin(self):
        await self.connection.execute("begin")
    ```
    """

    code = "MIG530"
    name = "sa2-raw-sql"
    words = ("execute", "scalar", "scalars")
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-core-connection-transaction"
    since = "1.4"
    fix = "unsafe"

    def visit_Module(self, node: cst.Module) -> bool:
        return about(node)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not isinstance(func, cst.Attribute) or func.attr.value not in ("execute", "scalar", "scalars") or not node.args:
            return
        first = node.args[0]
        if first.star or (first.keyword and first.keyword.value not in ("statement", "clause", "object_")):
            return
        query = sql(first.value)
        if query is None:
            return
        session = is_session(self, func.value)
        if not session and not is_connection(self, func.value) and not is_engine(self, func.value):
            return
        engine = is_engine(self, func.value)
        awaited = isinstance(self.parent(node), cst.Await)
        if awaited and not session and not self.is_a(func.value, *CONNECTION):
            return  # Drivers that are awaited have connections too.
        if not session and any(mark in query for mark in _DRIVERS):
            named = ":" in query and not any(mark in query for mark in _DRIVERS if mark != ":")
            if engine or func.attr.value != "execute" or any(arg.keyword for arg in node.args):
                if not named:
                    self.report(node, at=first)
                    return
            else:
                new = node.with_changes(func=func.with_changes(attr=cst.Name("exec_driver_sql")))
                self.report(node, at=first, replace=new)
                return
        wrapped = cst.Call(self.spelled("sqlalchemy.text"), [cst.Arg(first.value)])
        args = [first.with_changes(value=wrapped, keyword=None, equal=cst.MaybeSentinel.DEFAULT), *node.args[1:]]
        self.report(node, at=first, replace=node.with_changes(args=args))
