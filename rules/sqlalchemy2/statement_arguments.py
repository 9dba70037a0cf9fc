from __future__ import annotations

import re

from platform_lint.api import Rule, cst

from ._databases import about
from ._layout import Layout, Link
from ._selects import PLACED, Moved

_DIALECTS = ("postgresql", "mysql", "sqlite")
FUNCTIONS = {
    **{f"sqlalchemy.{kind}": kind for kind in ("update", "insert", "delete")},
    **{f"sqlalchemy.sql.{kind}": kind for kind in ("update", "insert", "delete")},
    **{f"sqlalchemy.sql.expression.{kind}": kind for kind in ("update", "insert", "delete")},
    **{f"sqlalchemy.dialects.{dialect}.insert": "insert" for dialect in _DIALECTS},
}
_TABLE = re.compile(r"(?i)(?:[\w.]*[._])?(?:table|tbl)\Z|.*\.__table__\Z|[\w.]*\.tables\[[^\]]*\]\Z")
#: Keywords that the methods of nothing else have.
_SURE = ("whereclause", "preserve_parameter_order", "return_defaults")
#: Where something has no method.
_LEFT = "`{name}` takes no arguments in SQLAlchemy 2: what `{left}` says has to be said by a method, or not at all"


class Sa2StatementArguments(Rule):
    """`{name}` takes no `{arg}` in SQLAlchemy 2: say `{to}`

    `orders.update(condition, values)` is the calling style of 1.3; 2.0 raises TypeError. Each of these arguments has a
    method, which is there in 1.4. Tables are found by their type, by `table.c` in the argument, and by arguments that nothing
    else has; where only the name says that it is a table, the fix is unsafe, and where a condition or the values may
    be None, which was none.

    ```python bad
    from sqlalchemy import Table, delete, insert, update

    orders = Table("orders", metadata)
    query = orders.update(orders.c.id == 1)  # hit
    query = orders.update(orders.c.id == 1, {"name": "a"})  # hit
    query = orders.update(whereclause=orders.c.id == 1, values={"name": "a"})  # hit
    query = orders.insert({"name": "a"})  # hit
    query = orders.delete(orders.c.id == 1)  # hit
    query = orders.select(orders.c.id == 1, order_by=[orders.c.id])  # hit
    query = lines.delete(lines.c.id == 1)  # hit
    query = insert(lines, {"name": "a"}, inline=True)  # hit
    query = update(lines, lines.c.id == 1, {"name": "a"})  # hit
    query = delete(lines, whereclause=condition)  # hit
    ```
    ```python fixed
    from sqlalchemy import Table, delete, insert, update

    orders = Table("orders", metadata)
    query = orders.update().where(orders.c.id == 1)  # hit
    query = orders.update().where(orders.c.id == 1).values({"name": "a"})  # hit
    query = orders.update().where(orders.c.id == 1).values({"name": "a"})  # hit
    query = orders.insert().values({"name": "a"})  # hit
    query = orders.delete().where(orders.c.id == 1)  # hit
    query = orders.select().where(orders.c.id == 1).order_by(orders.c.id)  # hit
    query = lines.delete().where(lines.c.id == 1)  # hit
    query = insert(lines).values({"name": "a"}).inline()  # hit
    query = update(lines).where(lines.c.id == 1).values({"name": "a"})  # hit
    query = delete(lines).where(condition)  # hit
    ```
    ```python bad
    import sqlalchemy


    def change(table, values):
        return table.update(  # hit
            table.c.id == 1,
            values,
        )


    query = sqlalchemy.insert(orders, values, bind=engine)  # hit
    ```
    ```python fixed
    import sqlalchemy


    def change(table, values):
        return table.update().where(table.c.id == 1).values(values)  # hit


    query = sqlalchemy.insert(orders, values, bind=engine)  # left
    ```
    ```python ok
    import sqlalchemy

    query = sqlalchemy.update(orders).where(orders.c.id == 1).values(name="a")
    query = orders.insert().values(name="a")
    digest.update(b"")
    rows.insert(0, "a")
    options.update({"a": orders.c.id})
    ```
    ```python ok
    import sqlalchemy as sa

    query = sa.select([orders.c.id], whereclause=orders.c.open)
    ```
    """

    code = "MIG483"
    name = "sa2-statement-arguments"
    # Words for methods would be in every second file.
    words = ("sqlalchemy", "flask_sqlalchemy")
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-core-usage"
    since = "1.4"

    def visit_Module(self, node: cst.Module) -> bool:
        return about(self)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not node.args or (isinstance(func, cst.Attribute) and func.attr.value not in PLACED):
            return
        kind = next((FUNCTIONS[name] for name in self.qualified_names(func) if name in FUNCTIONS), "")
        reason = ""
        if kind:
            table, rest = node.args[:1], node.args[1:]
            if not rest or (table[0].keyword and table[0].keyword.value != "table"):
                return
            head = Link(self.source_of(func), [Layout(self, node).item(table[0].value, star=table[0].star)])
        elif isinstance(func, cst.Attribute) and func.attr.value in PLACED:
            if any(name.startswith("sqlalchemy.") for name in self.qualified_names(func)):
                return  # `sa.select(...)` is a function of the module `sa`.
            kind, rest = func.attr.value, node.args
            sure = self._is_table(func.value, rest)
            if not sure:
                return
            if sure == "inferred":
                reason = "that it is a table is only inferred"
            head = Link(self.source_of(func), [])
        else:
            return
        moved = Moved(self, Layout(self, node))
        moved.take(rest, PLACED[kind])
        if moved.left:
            self.report(node, _LEFT, values={"name": kind, "left": moved.left})
            return
        first = rest[0].keyword.value if rest[0].keyword else PLACED[kind][0]
        said = f"{moved.links[0].name[1:]}(...)" if moved.links else f"{kind}()"
        values = {"name": kind, "arg": first, "to": said}
        reason = "; ".join(dict.fromkeys([*([reason] if reason else []), *moved.doubts]))
        text = moved.layout.chain([head, *moved.links])
        safety = "unsafe" if reason else "safe"
        self.report(node, values=values, replace=text, imports=moved.imports, safety=safety, reason=reason)

    def _is_table(self, node: cst.BaseExpression, args: object) -> str:
        """How sure it is that a statement is made of the table *node*, by a call with *args*."""
        sure = self.type_of(node, "sqlalchemy.Table")
        if sure:
            return sure
        source = self.source_of(node)
        if self.is_a(node, "builtins.dict", "builtins.set", "builtins.list") or isinstance(node, cst.Call):
            return ""
        said = " ".join(self.source_of(arg) for arg in args)
        if re.search(rf"(?<![\w.]){re.escape(source)}\.(?:c|columns)\b", said):
            return "exact"
        if any(arg.keyword and arg.keyword.value in _SURE for arg in args):
            return "exact"
        keyworded = all(arg.keyword and arg.keyword.value in ("values", "inline", "prefixes") for arg in args)
        if keyworded and any(arg.keyword.value == "values" for arg in args) and not _is_session(source):
            return "inferred"
        return "inferred" if _TABLE.match(source) else ""


def _is_session(source: str) -> bool:
    return source.lower().endswith("session")
