from __future__ import annotations

from platform_lint.api import Rule, cst

from ._databases import about, is_connection, is_engine, is_session

_ALL = ("fetchall", "all", "fetchmany", "partitions")
_ONE = ("fetchone", "first", "one", "one_or_none")


class Sa2RowAsMapping(Rule):
    """A row is a tuple in SQLAlchemy 2: its columns by name are in `_mapping`

    `row["name"]`, `row.items()` and `dict(row)` raise or mean something else; `row._mapping` is there since 1.4. Rows are
    found where they come from `execute` of a connection or session: in a loop, a comprehension or an assignment.

    ```python bad
    from sqlalchemy import create_engine

    with create_engine("sqlite://").connect() as connection:
        for row in connection.execute(query):
            print(row["name"], row[0], row.id)  # hit
        first = connection.execute(query).fetchone()
        print(dict(first), first.keys())  # hit
        rows = [dict(each) for each in connection.execute(query).fetchall()]  # hit
    ```
    ```python fixed
    from sqlalchemy import create_engine

    with create_engine("sqlite://").connect() as connection:
        for row in connection.execute(query):
            print(row._mapping["name"], row[0], row.id)  # hit
        first = connection.execute(query).fetchone()
        print(dict(first._mapping), first._mapping.keys())  # hit
        rows = [dict(each._mapping) for each in connection.execute(query).fetchall()]  # hit
    ```
    ```python ok
    from sqlalchemy import create_engine

    with create_engine("sqlite://").connect() as connection:
        for row in connection.execute(query):
            print(row._mapping["name"], row[0], row.id)
        for row in connection.execute(query).mappings():
            print(row["name"])
        for number, row in enumerate(sheet):
            print(row["name"])
    ```
    """

    code = "MIG535"
    name = "sa2-row-as-mapping"
    words = ("execute",)
    default = False
    docs = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-core-result"
    since = "1.4"
    fix = "unsafe"

    def visit_Module(self, node: cst.Module) -> bool:
        self.mended: list[cst.Name] = []
        return about(node)

    def visit_For(self, node: cst.For) -> None:
        if isinstance(node.target, cst.Name) and self._gives_rows(node.iter):
            self._mend_scope(node, node.target.value, node.body)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        around = self.parent(node)
        if isinstance(node.target, cst.Name) and self._gives_rows(node.iter) and around is not None:
            self._mend(node.target.value, around)

    def visit_Assign(self, node: cst.Assign) -> None:
        target = node.targets[0].target
        if len(node.targets) == 1 and isinstance(target, cst.Name) and self._gives_row(node.value):
            self._mend_scope(node, target.value, None)

    def _gives_row(self, node: cst.BaseExpression) -> bool:
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
            return False
        return node.func.attr.value in _ONE and self._executed(node.func.value)

    def _mend_scope(self, node: cst.CSTNode, name: str, inside: cst.CSTNode | None) -> None:
        """Mend the uses of *name* in the whole scope of *node* if it always holds a row there, else those *inside*."""
        scope = self.enclosing_function(node)
        body: cst.CSTNode = scope.body if isinstance(scope, cst.FunctionDef) else self.module
        bound = _Bound(name)
        body.visit(bound)
        if all(self._gives_row(value) for value in bound.values) and all(map(self._gives_rows, bound.loops)):
            inside = body
        if inside is not None:
            self._mend(name, inside)

    def _gives_rows(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in _ALL:
            return self._executed(node.func.value)
        return self._executed(node)

    def _executed(self, node: cst.BaseExpression) -> bool:
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
            return False
        if node.func.attr.value not in ("execute", "exec_driver_sql"):
            return False
        what = node.func.value
        return is_connection(self, what) or is_session(self, what) or is_engine(self, what)

    def _mend(self, name: str, body: cst.CSTNode) -> None:
        uses = _Uses(name)
        body.visit(uses)
        for use in uses.found:
            if use not in self.mended:
                self.mended.append(use)
                self.report(use, replace=cst.Attribute(use, cst.Name("_mapping")))


class _Bound(cst.CSTVisitor):
    """What a name is bound to: *values* that are assigned, and what *loops* go over."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.values: list[cst.BaseExpression] = []
        self.loops: list[cst.BaseExpression] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Assign(self, node: cst.Assign) -> None:
        if any(isinstance(each.target, cst.Name) and each.target.value == self.name for each in node.targets):
            self.values.append(node.value)

    def visit_For(self, node: cst.For) -> None:
        if isinstance(node.target, cst.Name) and node.target.value == self.name:
            self.loops.append(node.iter)


class _Uses(cst.CSTVisitor):
    """The places where a name is used as a dict."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found: list[cst.Name] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Subscript(self, node: cst.Subscript) -> None:
        index = node.slice[0].slice
        if isinstance(index, cst.Index) and isinstance(index.value, cst.SimpleString):
            self._take(node.value)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if isinstance(func, cst.Attribute) and func.attr.value in ("keys", "items", "values", "has_key"):
            self._take(func.value)
        elif isinstance(func, cst.Name) and func.value == "dict" and len(node.args) == 1:
            if not node.args[0].keyword and node.args[0].star != "*":
                self._take(node.args[0].value)

    def visit_StarredDictElement(self, node: cst.StarredDictElement) -> None:
        self._take(node.value)

    def _take(self, node: cst.BaseExpression) -> None:
        if isinstance(node, cst.Name) and node.value == self.name:
            self.found.append(node)
