from __future__ import annotations

from platform_lint.api import Rule, cst

from ._bindings import values_of
from ._databases import about, is_connection, is_engine, is_session

_MAKERS = ("select", "insert", "update", "delete", "text", "union", "union_all", "except_", "intersect", "exists")
MAKERS = tuple(f"{module}.{name}" for module in ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.sql.expression") for name in _MAKERS)
MAKERS += tuple(f"sqlalchemy.dialects.{name}.insert" for name in ("postgresql", "mysql", "sqlite"))
_OF_TABLES = ("insert", "update", "delete", "select", "count")
#: Methods of a statement that give a statement.
_MORE = frozenset(
    """
    where values order_by group_by having limit offset distinct select_from with_only_columns join outerjoin correlate
    returning return_defaults ordered_values inline prefix_with suffix_with with_for_update execution_options with_hint
    union union_all params bindparams columns filter filter_by add_columns column set_label_style apply_labels from_select
    on_conflict_do_nothing on_conflict_do_update on_duplicate_key_update scalar_subquery as_scalar label alias
    """.split()
)


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
        return about(node) and "peewee" not in node.code

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if isinstance(func, cst.Attribute) and func.attr.value in ("execute", "scalar") and self._statement(func.value):
            self.report(node, values={"to": func.attr.value})

    def _statement(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Name):
            values = values_of(self, node)
            return bool(values) and all(not isinstance(each, cst.Name) and self._statement(each) for each in values or ())
        if not isinstance(node, cst.Call):
            return False
        func = node.func
        if self.means(func, *MAKERS) or self.qualified_name(func).startswith(("sqlalchemy.func.", "sqlalchemy.sql.func.")):
            return True
        if not isinstance(func, cst.Attribute):
            return False
        of = func.value
        if func.attr.value in _OF_TABLES:
            if self.is_a(of, "sqlalchemy.Table"):
                return True
            # Without the type: what a variable or attribute gives, and no session, connection or engine.
            other = is_session(self, of) or is_connection(self, of) or is_engine(self, of)
            plain = isinstance(of, cst.Name | cst.Attribute)
            return plain and not other and self._is_sql(of, bare=not node.args)
        return func.attr.value in _MORE and self._statement(of)

    def _is_sql(self, table: cst.BaseExpression, *, bare: bool) -> bool:
        """Whether the file looks at columns of *table*, or calls it one; of a *bare* `insert()` any variable will do."""
        source = self.source_of(table)
        if f"{source}.c." in self.module.code or source.lower().endswith(("table", "_tbl", "__table__")):
            return True
        return bare and source.isidentifier() and source.islower()
