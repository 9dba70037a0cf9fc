from __future__ import annotations

from platform_lint.api import Rule, cst

from ._bindings import listed
from ._layout import Layout, Link, ends_in_comma
from ._selects import PLACED, Moved

SELECT = ("sqlalchemy.select", "sqlalchemy.sql.select", "sqlalchemy.sql.expression.select", "sqlalchemy.future.select")
CASE = ("sqlalchemy.case", "sqlalchemy.sql.case", "sqlalchemy.sql.expression.case")
#: Where something has no method.
_LEFT = "SQLAlchemy 2.0 takes nothing but columns in `select()`: what `{left}` says has to be said by a method, or not at all"


class Sa2SelectArguments(Rule):
    """SQLAlchemy 2.0 takes columns or cases one by one in `{name}()`, and all else by methods

    `select([a], from_obj=b, limit=1)` is the calling style of 1.3; 2.0 raises. What is said by keyword, or by a second
    and third argument, has a method; a list that is made on the spot, or held by a variable, gets a `*`. All of it is there
    in 1.4. `select(table.c)` stays: a collection of columns is taken by both.

    ```python bad
    from sqlalchemy import case, select

    query = select([orders.c.id], from_obj=orders, order_by=[orders.c.id, orders.c.name], limit=3)  # hit
    query = select([orders.c.id], orders.c.open == 1, [orders, lines], True)  # hit
    query = select([orders.c[name] for name in names])  # hit
    query = select([orders], distinct=True, use_labels=True)  # hit
    rank = case([(state == name, n) for n, name in names], else_=0)  # hit
    ```
    ```python fixed
    from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, case, select

    query = select(orders.c.id).select_from(orders).order_by(orders.c.id, orders.c.name).limit(3)  # hit
    query = select(orders.c.id).where(orders.c.open == 1).select_from(orders, lines).distinct()  # hit
    query = select(*[orders.c[name] for name in names])  # hit
    query = select(orders).distinct().set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)  # hit
    rank = case(*[(state == name, n) for n, name in names], else_=0)  # hit
    ```
    ```python bad
    from sqlalchemy import case, select


    def read(query, more: list, condition):
        columns = [orders.c.id]
        columns.append(orders.c.name)
        whens = [(orders.c.open, 1)]
        state = case(whens, else_=0)  # hit
        query.with_only_columns(columns)  # hit
        return select(columns), select(columns + more, condition)  # hit
    ```
    ```python fixed
    from sqlalchemy import case, select


    def read(query, more: list, condition):
        columns = [orders.c.id]
        columns.append(orders.c.name)
        whens = [(orders.c.open, 1)]
        state = case(*whens, else_=0)  # hit
        query.with_only_columns(*columns)  # hit
        return select(*columns), select(*columns + more).where(condition)  # hit
    ```
    ```python bad
    from sqlalchemy import select


    def latest():
        return [
            select(  # hit
                [
                    orders.c.id,
                    orders.c.name.label("name_of_the_order"),  # as it was sent
                ],
                from_obj=orders.join(
                    lines,
                    lines.c.order_id == orders.c.id,
                ),
            )
        ]
    ```
    ```python fixed
    from sqlalchemy import select


    def latest():
        return [
            select(  # hit
                orders.c.id,
                orders.c.name.label("name_of_the_order"),  # as it was sent
            ).select_from(
                orders.join(
                    lines,
                    lines.c.order_id == orders.c.id,
                )
            )
        ]
    ```
    ```python bad
    from sqlalchemy import select


    def read(columns, unique):
        query = select([orders], distinct=unique)  # hit
        return select(columns)  # hit
    ```
    ```python fixed
    from sqlalchemy import select


    def read(columns, unique):
        query = select([orders], distinct=unique)  # left
        return select(columns)  # left
    ```
    ```python ok
    from sqlalchemy import case, select

    query = select(orders.c.id).select_from(orders)
    query = select(*columns)
    query = select(orders.c)
    rank = case({"a": 1}, value=state, else_=0)
    rank = case((orders.c.open, 1), else_=0)
    paid = (orders.c.paid, 2)
    rank = case(paid, else_=0)
    ```
    """

    code = "MIG533"
    name = "sa2-select-arguments"
    names = (*SELECT, *CASE)
    words = ("with_only_columns",)
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-5526"
    since = "1.4"

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if self.means(func, *CASE):
            self._case(node)
        elif self.means(func, *SELECT):
            self._select(node)
        elif isinstance(func, cst.Attribute) and func.attr.value == "with_only_columns" and len(node.args) == 1:
            if not isinstance(node.args[0].value, cst.List):
                self._star(node, "with_only_columns")

    def _case(self, node: cst.Call) -> None:
        first = node.args[0] if node.args else None
        if first is None or first.star or (first.keyword and first.keyword.value != "whens"):
            return
        if first.keyword and isinstance(first.value, cst.Dict):
            bare = first.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
            args = [bare, *node.args[1:]]
            self.report(node, values={"name": "case"}, replace=node.with_changes(args=args), safety="safe")
        elif not isinstance(first.value, cst.List):
            self._star(node, "case")

    def _select(self, node: cst.Call) -> None:
        first = node.args[0] if node.args else None
        if first is None:
            return
        keywords = [arg for arg in node.args if arg.keyword]
        if not keywords and (first.star or not listed(self, first.value)):
            if len(node.args) == 1 and not first.star and _is_called_columns(first.value):
                self.report(node, values={"name": "select"})
            return
        second = node.args[1] if len(node.args) == 2 else None
        if isinstance(first.value, cst.List) and not first.keyword:
            if len(node.args) == 1:
                return  # A pattern has it.
            if second is not None and not second.star and (not second.keyword or second.keyword.value == "whereclause"):
                return
        if len(node.args) == 1 and not first.keyword and not isinstance(first.value, cst.Tuple):
            self._star(node, "select")
        else:
            self._chain(node)

    def _star(self, node: cst.Call, name: str) -> None:
        first = node.args[0]
        # `case((condition, value))` is one case.
        sure = "" if first.star else listed(self, first.value, tuples=name != "case")
        if not sure:
            return
        bare = first.with_changes(star="*", keyword=None, equal=cst.MaybeSentinel.DEFAULT)
        new = node.with_changes(args=[bare, *node.args[1:]])
        if sure == "exact":
            self.report(node, values={"name": name}, replace=new)
        else:
            reason = "that it is a list is only inferred"
            self.report(node, values={"name": name}, replace=new, safety="unsafe", reason=reason)

    def _chain(self, node: cst.Call) -> None:
        values = {"name": "select"}
        layout = Layout(self, node)
        moved = Moved(self, layout)
        columns = [arg for number, arg in enumerate(node.args) if _is_columns(arg, number)]
        moved.take([arg for arg in node.args if arg not in columns], PLACED["select"])
        if moved.left:
            self.report(node, _LEFT, values={"left": moved.left})
            return
        if len(columns) > 1 or any(arg.star for arg in columns):
            self.report(node, values=values)
            return
        # By keyword, or with more than columns, 1.4 goes over the columns whatever they are.
        first = columns[0].value if columns else None
        written = isinstance(first, cst.List | cst.Tuple)
        items = layout.items(first) if written else [layout.item(first, star="*")] if first is not None else []
        links = [Link(self.source_of(node.func), items, ends_in_comma(first) if first is not None else False), *moved.links]
        text = layout.chain(links)
        reason = "; ".join(dict.fromkeys(moved.doubts))
        safety = "unsafe" if reason else "safe"
        self.report(node, values=values, replace=text, imports=moved.imports, safety=safety, reason=reason)


def _is_columns(arg: cst.Arg, number: int) -> bool:
    return arg.keyword.value == "columns" if arg.keyword else number == 0


def _is_called_columns(node: cst.BaseExpression) -> bool:
    """Whether a variable is called as one that holds a list of columns: nothing else says so."""
    return isinstance(node, cst.Name) and node.value in ("columns", "cols")
