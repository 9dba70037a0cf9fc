from __future__ import annotations

import re

from platform_lint.api import Rule, cst

LOADERS = (
    "contains_eager",
    "defaultload",
    "defer",
    "immediateload",
    "joinedload",
    "lazyload",
    "load_only",
    "noload",
    "raiseload",
    "selectinload",
    "subqueryload",
    "undefer",
)
JOINS = ("join", "outerjoin")
_CLASS = re.compile(r"(?:\w+\.)*[A-Z]\w*\Z")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
#: After these the entity a name belongs to is another one.
_ELSEWHERE = ("join", "outerjoin", "select_from", "from_self", "with_entities", "select_entity_from")


class Sa2AttributeByName(Rule):
    """`{name}` takes attributes, not names, in SQLAlchemy 2: pass `{to}`

    The class is the one that the query is of. Where there is none, or the name belongs to what was joined, it is reported
    with nothing changed. Attributes are right in 1.4 as well.

    ```python bad
    from sqlalchemy.orm import joinedload, selectinload

    query = session.query(User).options(joinedload("orders"), selectinload(User.groups))  # hit
    other = session.query(User).join("orders").filter(Order.open)  # hit
    ```
    ```python fixed
    from sqlalchemy.orm import joinedload, selectinload

    query = session.query(User).options(joinedload(User.orders), selectinload(User.groups))  # hit
    other = session.query(User).join(User.orders).filter(Order.open)  # hit
    ```
    ```python bad
    from sqlalchemy.orm import joinedload


    def more(query):
        return query.outerjoin("orders", "items").options(joinedload("orders.items"))  # hit
    ```
    ```python fixed
    from sqlalchemy.orm import joinedload


    def more(query):
        return query.outerjoin("orders", "items").options(joinedload("orders.items"))  # left
    ```
    ```python ok
    from sqlalchemy.orm import lazyload

    query = session.query(User).options(lazyload("*")).join(User.orders)
    path = "/".join("ab")
    name = ", ".join("a")
    ```
    """

    code = "MIG534"
    name = "sa2-attribute-by-name"
    words = (*LOADERS, *JOINS)
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-orm-strings"
    since = "1.4"
    fix = "unsafe"

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        loader = next((name for name in LOADERS if self.means(func, f"sqlalchemy.orm.{name}")), "")
        entity = ""
        if loader:
            options = self.parent(self.parent(node) or node)
            if isinstance(options, cst.Call) and _method(options) == "options":
                entity = self._entity(options, joined=False)
        elif _method(node) in JOINS and isinstance(func, cst.Attribute) and self._is_query(func.value):
            loader = func.attr.value
            entity = self._entity(node, joined=True)
        else:
            return
        if not node.args or not all(isinstance(arg.value, cst.SimpleString) and not arg.keyword for arg in node.args):
            return
        names = [str(arg.value.evaluated_value) for arg in node.args if isinstance(arg.value, cst.SimpleString)]
        if names == ["*"] or (loader in JOINS and not all(_NAME.match(name) for name in names)):
            return
        several = loader == "load_only" or len(names) == 1
        values = {"name": loader, "to": f"{entity or 'Class'}.{names[0]}"}
        if not entity or not several or not all(_NAME.match(name) for name in names):
            self.report(node, values=values)
            return
        args = [
            arg.with_changes(value=cst.parse_expression(f"{entity}.{name}"))
            for arg, name in zip(node.args, names, strict=True)
        ]
        self.report(node, values=values, replace=node.with_changes(args=args))

    def _is_query(self, node: cst.BaseExpression) -> bool:
        if self._entity(cst.Call(node), joined=False, start=node):
            return True
        return bool(self.is_a(node, "sqlalchemy.orm.Query")) or bool(re.match(r"(?i)[\w.]*query\Z", self.source_of(node)))

    def _entity(self, call: cst.Call, *, joined: bool, start: cst.BaseExpression | None = None) -> str:
        """The class that the query is of, on which *call* is a method; "" where that is not certain."""
        node: cst.BaseExpression = start or (call.func.value if isinstance(call.func, cst.Attribute) else call.func)
        while isinstance(node, cst.Call):
            method = _method(node)
            if method == "query" or self.means(node.func, "sqlalchemy.select"):
                only = node.args[0] if len(node.args) == 1 else None
                text = self.source_of(only.value) if only and not only.keyword and not only.star else ""
                return text if _CLASS.match(text) else ""
            if not method or (joined and method in _ELSEWHERE) or method in _ELSEWHERE[3:]:
                return ""
            if not isinstance(node.func, cst.Attribute):
                return ""
            node = node.func.value
        return ""


def _method(call: cst.Call) -> str:
    return call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
