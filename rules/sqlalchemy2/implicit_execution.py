from __future__ import annotations

from platform_lint.api import Rule, cst

from ._databases import about
from ._statements import is_statement


class Sa2ImplicitExecution(Rule):
    """Statements execute nothing in SQLAlchemy 2: pass it to `{to}` of a connection

    `orders.insert().execute()` looked for the engine that the metadata was bound to. 2.0 has neither: AttributeError. Which
    connection it is to be, and where its transaction ends, only the program knows.

    ```python bad
    import sqlalchemy
    from sqlalchemy import func, select

    orders = sqlalchemy.Table("orders", metadata)
    orders.insert().execute(name="a")  # hit
    rows = select(orders).where(orders.c.id == 1).execute().fetchall()  # hit
    number = select(func.count(orders.c.id)).scalar()  # hit
    print(func.now().scalar())  # hit
    query = lines.update().values(name="b")
    query.execute()  # hit
    ```
    ```python ok
    from sqlalchemy import select, text


    def read(connection, session, api):
        connection.execute(text("select 1")).scalar()
        api.events().insert(body={}).execute()
        session.query(Order).filter(Order.open).scalar()
        return connection.execute(select(orders)).fetchall()
    ```
    """

    code = "MIG536"
    name = "sa2-implicit-execution"
    words = ("execute", "scalar")
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-implicit-execution"
    since = "1.4"

    def visit_Module(self, node: cst.Module) -> bool:
        return about(self) and "peewee" not in self.source_of(node)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if isinstance(func, cst.Attribute) and func.attr.value in ("execute", "scalar") and is_statement(self, func.value):
            self.report(node, values={"to": func.attr.value})
