from __future__ import annotations

from platform_lint.api import Rule, cst

SELECT = ("sqlalchemy.select", "sqlalchemy.sql.select", "sqlalchemy.sql.expression.select", "sqlalchemy.future.select")
CASE = ("sqlalchemy.case", "sqlalchemy.sql.case", "sqlalchemy.sql.expression.case")
#: Keywords of old, and the methods that say the same.
METHODS = {
    "whereclause": "where",
    "from_obj": "select_from",
    "order_by": "order_by",
    "group_by": "group_by",
    "having": "having",
    "limit": "limit",
    "offset": "offset",
    "distinct": "distinct",
    "correlate": "correlate",
    "prefixes": "prefix_with",
    "suffixes": "suffix_with",
}
_MADE = ("list", "sorted", "tuple")


class Sa2SelectArguments(Rule):
    """SQLAlchemy 2.0 takes columns or cases one by one in `{name}()`, and all else by methods

    `select([a], from_obj=b, limit=1)` is the calling style of 1.3; 2.0 raises. What is said by keyword has a method, and a
    list that is made on the spot gets a `*`. All of it is there in 1.4.

    ```python bad
    from sqlalchemy import case, select

    query = select([orders.c.id], from_obj=orders, order_by=[orders.c.id, orders.c.name], limit=3)  # hit
    query = select([orders.c[name] for name in names])  # hit
    query = select([orders], distinct=True)  # hit
    rank = case([(state == name, n) for n, name in names], else_=0)  # hit
    ```
    ```python fixed
    from sqlalchemy import case, select

    query = select(orders.c.id).select_from(orders).order_by(orders.c.id, orders.c.name).limit(3)  # hit
    query = select(*[orders.c[name] for name in names])  # hit
    query = select(orders).distinct()  # hit
    rank = case(*[(state == name, n) for n, name in names], else_=0)  # hit
    ```
    ```python ok
    from sqlalchemy import case, select

    query = select(orders.c.id).select_from(orders)
    query = select(*columns)
    rank = case({"a": 1}, value=state, else_=0)
    ```
    """

    code = "MIG533"
    name = "sa2-select-arguments"
    names = (*SELECT, *CASE)
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-5526"
    since = "1.4"
    fix = "unsafe"

    def visit_Call(self, node: cst.Call) -> None:
        if self.means(node.func, *CASE):
            self._star(node, "case")
        elif self.means(node.func, *SELECT):
            keywords = [arg for arg in node.args if arg.keyword]
            if keywords:
                self._chain(node, keywords)
            else:
                self._star(node, "select")

    def _star(self, node: cst.Call, name: str) -> None:
        first = node.args[0] if node.args else None
        if first is None or first.keyword or first.star or not _made(first.value):
            return
        if name == "select" and len(node.args) > 1:
            return
        args = [first.with_changes(star="*"), *node.args[1:]]
        self.report(node, values={"name": name}, replace=node.with_changes(args=args), safety="safe")

    def _chain(self, node: cst.Call, keywords: list[cst.Arg]) -> None:
        values = {"name": "select"}
        placed = [arg for arg in node.args if not arg.keyword]
        names = [arg.keyword.value for arg in keywords if arg.keyword]
        if any(arg.star for arg in node.args) or any(name not in (*METHODS, "columns") for name in names):
            self.report(node, values=values)
            return
        columns: list[str] = []
        calls: list[tuple[str, cst.BaseExpression]] = []
        for number, arg in enumerate(node.args):
            name = arg.keyword.value if arg.keyword else ("columns" if number == 0 else "whereclause")
            if number > 1 and not arg.keyword:
                self.report(node, values=values)
                return
            if name == "columns" or (not arg.keyword and len(placed) > 2):
                columns.append(self._several(arg.value))
            else:
                calls.append((METHODS[name], arg.value))
        new = f"({', '.join(columns)})"
        for method, value in calls:
            if method == "distinct" and isinstance(value, cst.Name):
                if value.value == "True":
                    new += ".distinct()"
                continue
            several = method not in ("limit", "offset", "where", "having")
            new += f".{method}({self._several(value) if several else self.source_of(value)})"
        self.report(node, values=values, replace=cst.parse_expression(self.source_of(node.func) + new))

    def _several(self, node: cst.BaseExpression) -> str:
        if isinstance(node, cst.List | cst.Tuple):
            return ", ".join(self.source_of(item) if not isinstance(item, cst.Element) else self.source_of(item.value) for item in node.elements)
        return f"*{self.source_of(node)}" if _made(node) else self.source_of(node)


def _made(node: cst.BaseExpression) -> bool:
    """Whether *node* is surely a list that is made on the spot, and not written out."""
    if isinstance(node, cst.ListComp):
        return True
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return node.func.value in _MADE
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return any(isinstance(side, cst.List | cst.ListComp) or _made(side) for side in (node.left, node.right))
    return False
