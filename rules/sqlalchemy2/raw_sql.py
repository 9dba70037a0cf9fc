from __future__ import annotations

from collections.abc import Sequence

from platform_lint.api import Rule, cst

from ._bindings import texts
from ._databases import CONNECTION, about, awaited, is_connection, is_engine, is_session

#: What `text()` reads otherwise than a driver does.
_DRIVERS = ("?", "%s", "%(", "%%", ":", "\\")


class Sa2RawSql(Rule):
    """SQLAlchemy 2 takes no plain text for SQL: wrap it in `text()`, or call `exec_driver_sql`

    A connection of 1.4 hands plain text to the driver, with the driver's own placeholders. `exec_driver_sql` does just
    that in both; where there is no placeholder in it, and nothing that `text()` reads otherwise, it becomes `text()`. A
    session takes `text()` for it in 1.4, with a warning. A variable counts if all that is assigned to it is text; of what
    `str(...)` gives nothing is known, so it stays with the driver. The fix is unsafe where the receiver is only called
    like one.

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
    ```python bad
    from sqlalchemy import create_engine

    COUNT = "select count(*) from orders"


    def run(compiled, name):
        with create_engine("sqlite://").connect() as connection:
            connection.execute(COUNT)  # hit
            connection.execute(str(compiled))  # hit
            drop = f"drop table {name}"
            connection.execute(drop)  # hit
            drop += "_old"
            connection.execute("drop table %s" % name)  # hit
            connection.execute("insert into orders values (?, ?)", 1, "lamp")  # hit
            connection.execute("insert into orders values (?, ?)", (1, "lamp"), (2, "chair"))  # hit
            connection.execute("insert into orders values (?, ?)", first, second)  # hit
    ```
    ```python fixed
    from sqlalchemy import create_engine, text

    COUNT = "select count(*) from orders"


    def run(compiled, name):
        with create_engine("sqlite://").connect() as connection:
            connection.execute(text(COUNT))  # hit
            connection.exec_driver_sql(str(compiled))  # hit
            drop = f"drop table {name}"
            connection.execute(text(drop))  # hit
            drop += "_old"
            connection.exec_driver_sql("drop table %s" % name)  # hit
            connection.exec_driver_sql("insert into orders values (?, ?)", (1, "lamp"))  # hit
            connection.exec_driver_sql("insert into orders values (?, ?)", [(1, "lamp"), (2, "chair")])  # hit
            connection.execute("insert into orders values (?, ?)", first, second)  # left
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
        async with self.connection.execute("select 1") as cursor:
            return await cursor.fetchall()


    def run(connection, query):
        return connection.execute(query)
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
        return about(self)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not isinstance(func, cst.Attribute) or func.attr.value not in ("execute", "scalar", "scalars") or not node.args:
            return
        first = node.args[0]
        if first.star or (first.keyword and first.keyword.value not in ("statement", "clause", "object_")):
            return
        ways = texts(self, first.value)
        if ways is None:
            return
        session = is_session(self, func.value)
        if not session and not is_connection(self, func.value) and not is_engine(self, func.value):
            return
        engine = is_engine(self, func.value)
        if awaited(self, node) and not session and not self.is_a(func.value, *CONNECTION):
            return  # Drivers that are awaited have connections too.
        query = "\n".join(ways)
        unknown = not all(ways)
        if not session and (unknown or any(mark in query for mark in _DRIVERS)):
            named = not unknown and ":" in query and not any(mark in query for mark in _DRIVERS if mark != ":")
            if engine or func.attr.value != "execute" or any(arg.keyword for arg in node.args):
                if not named:
                    if not engine:  # Of engines that is said anyway: they execute nothing.
                        self.report(node, at=first)
                    return
            else:
                args = self._placed(node.args)
                if args is None:
                    self.report(node, at=first)
                else:
                    attr = func.with_changes(attr=cst.Name("exec_driver_sql"))
                    self.report(node, at=first, replace=node.with_changes(func=attr, args=args))
                return
        wrapped = cst.Call(self.spelled("sqlalchemy.text"), [cst.Arg(first.value)])
        args = [first.with_changes(value=wrapped, keyword=None, equal=cst.MaybeSentinel.DEFAULT), *node.args[1:]]
        self.report(node, at=first, replace=node.with_changes(args=args))

    def _placed(self, args: Sequence[cst.Arg]) -> Sequence[cst.Arg] | None:
        """*args* as `exec_driver_sql` takes them: values in one tuple, several tuples in a list; None if it is not known
        which they are.
        """
        first, *rest = args
        if any(arg.star for arg in rest):
            return None
        values = [arg.value for arg in rest]
        several = all(isinstance(value, cst.Tuple | cst.Dict) for value in values)
        plain = all(isinstance(value, cst.BaseNumber | cst.BaseString) for value in values)
        if len(values) == 1 and isinstance(values[0], cst.List) and values[0].elements:
            inside = [element.value for element in values[0].elements]
            # One list of values, and no list of rows.
            if not all(isinstance(value, cst.BaseNumber | cst.BaseString) for value in inside):
                return args
            values = inside
        elif not values or (len(values) == 1 and not plain):
            return args
        elif not plain and not several:
            return None
        brackets = "[]" if several else "()"
        comma = "," if len(values) == 1 and not several else ""
        text = brackets[0] + ", ".join(self._whole(value) for value in values) + comma + brackets[1]
        after = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        return [first.with_changes(comma=after), cst.Arg(cst.parse_expression(text))]

    def _whole(self, value: cst.BaseExpression) -> str:
        text = self.source_of(value)
        return f"({text})" if isinstance(value, cst.Tuple) and not value.lpar else text
