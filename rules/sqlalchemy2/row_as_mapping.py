from __future__ import annotations

import re
from collections.abc import Callable

from platform_lint.api import Rule, cst

from ._bindings import texts, values_of
from ._databases import about, awaited, is_connection, is_engine, is_session
from ._statements import is_statement

_ALL = ("fetchall", "all", "fetchmany", "partitions", "unique", "yield_per")
_ONE = ("fetchone", "first", "one", "one_or_none")
_LISTS = ("builtins.list", "builtins.iter", "builtins.sorted", "builtins.reversed", "builtins.tuple")
_DICT = ("keys", "items", "values")
#: A column of a table, or an attribute of a class that is mapped.
_COLUMN = re.compile(r"(?:[\w.]+\.)?(?:c|columns)(?:\.\w+|\[.*\])\Z|(?:\w+\.)*[A-Z]\w*\.[a-z_]\w*\Z", re.S)
_NUMBER = re.compile(r"(?:[ijknx]|\w*(?:idx|index|pos|position|number|offset|col_?num)\d*)\Z")


class Sa2RowAsMapping(Rule):
    """A row is a tuple in SQLAlchemy 2: its columns by name are in `_mapping`

    `row["name"]`, `row[table.c.name]`, `"name" in row`, `row.items()` and `dict(row)` raise or mean something else;
    `row._mapping` is there since 1.4. Rows are found where they come from `execute` of a connection or session: in a loop, a
    comprehension, an assignment, or on the spot. What is looked up by a variable of which nothing is known is only
    reported: `row[number]` stays right.

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
    ```python bad
    from sqlalchemy.engine import Connection


    def read(connection: Connection, column):
        result = connection.execute(query)
        for number, row in enumerate(result):
            print(row[orders.c.id], row[Order.name], "id" in row)  # hit
            print(row[column])  # hit
        rows = list(connection.execute(query))
        name = "id"
        print(rows[0][name], show(**rows[0]))  # hit
        row = connection.execute(query).first()
        row = dict(row, at=row["at"])  # hit
        print(row["id"])
        return connection.execute(query).first()["id"]  # hit
    ```
    ```python fixed
    from sqlalchemy.engine import Connection


    def read(connection: Connection, column):
        result = connection.execute(query)
        for number, row in enumerate(result):
            print(row._mapping[orders.c.id], row._mapping[Order.name], "id" in row._mapping)  # hit
            print(row[column])  # left
        rows = list(connection.execute(query))
        name = "id"
        print(rows[0]._mapping[name], show(**rows[0]._mapping))  # hit
        row = connection.execute(query).first()
        row = dict(row._mapping, at=row._mapping["at"])  # hit
        print(row["id"])
        return connection.execute(query).first()._mapping["id"]  # hit
    ```
    ```python ok
    from sqlalchemy import create_engine

    with create_engine("sqlite://").connect() as connection:
        for row in connection.execute(query):
            print(row._mapping["name"], row[0], row.id)
            for i in range(len(row)):
                print(row[i], row[-1], row[1:])
        for row in connection.execute(query).mappings():
            print(row["name"])
        for number, row in enumerate(sheet):
            print(row["name"])
        rows = connection.execute(query).fetchall()
        print(rows[0], dict(rows), connection.execute(query).keys())
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
        self.mended: list[cst.BaseExpression] = []
        return about(self)

    # Rows that variables hold

    def visit_For(self, node: cst.For) -> None:
        name = self._row_in(node.target, node.iter)
        if name:
            self._mend_scope(node, name, node.body)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        around = self.parent(node)
        while isinstance(around, cst.CompFor):
            around = self.parent(around)
        name = self._row_in(node.target, node.iter)
        if name and around is not None:
            self._mend(name, around)

    def visit_Assign(self, node: cst.Assign) -> None:
        target = node.targets[0].target
        if len(node.targets) == 1 and isinstance(target, cst.Name) and self._gives_row(node.value):
            self._mend_scope(node, target.value, None)

    def _row_in(self, target: cst.BaseExpression, over: cst.BaseExpression) -> str:
        """The variable that holds a row in a loop *over* something; "" if there is none."""
        if isinstance(target, cst.Tuple) and isinstance(over, cst.Call) and over.args:
            if len(target.elements) == 2 and self.means(over.func, "builtins.enumerate"):
                target, over = target.elements[1].value, over.args[0].value
        return target.value if isinstance(target, cst.Name) and self._gives_rows(over) else ""

    # Rows on the spot

    def visit_Subscript(self, node: cst.Subscript) -> None:
        if not isinstance(node.value, cst.Name) and self._gives_row(node.value):
            self._take_key(node.value, node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in _DICT and not isinstance(node.value, cst.Name) and self._gives_row(node.value):
            if isinstance(self.parent(node), cst.Call):
                self._take(node.value)

    def visit_Call(self, node: cst.Call) -> None:
        first = node.args[0] if node.args else None
        if first and self.means(node.func, "builtins.dict") and not first.keyword and not first.star:
            if not isinstance(first.value, cst.Name) and self._gives_row(first.value):
                self._take(first.value)

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.star == "**" and not isinstance(node.value, cst.Name) and self._gives_row(node.value):
            self._take(node.value)

    # What gives rows

    def _gives_row(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Subscript) and len(node.slice) == 1:
            index = node.slice[0].slice
            number = isinstance(index, cst.Index) and isinstance(self.literal(index.value), int)
            return number and self._gives_rows(node.value, counted=True)
        if not isinstance(node, cst.Call):
            return False
        if self.means(node.func, "builtins.next") and node.args:
            return self._gives_rows(node.args[0].value)
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in _ONE:
            return False
        return self._gives_rows(node.func.value)

    def _gives_rows(
        self, node: cst.BaseExpression, *, counted: bool = False, within: frozenset[str] = frozenset()
    ) -> bool:
        """Whether *node* is a result, or, if not *counted*, at least a list of rows. Variables *within* are asked about."""
        if isinstance(node, cst.Name):
            if node.value in within:
                return True  # `rows = rows.fetchall()` says nothing against it.
            values, inner = values_of(self, node), within | {node.value}
            return bool(values) and all(
                not isinstance(value, cst.Name) and self._gives_rows(value, counted=counted, within=inner)
                for value in values or ()
            )
        if not isinstance(node, cst.Call):
            return False
        if self.means(node.func, *_LISTS) and node.args:
            return self._gives_rows(node.args[0].value, within=within)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _ALL:
            return self._gives_rows(node.func.value, within=within)
        return not counted and self._executed(node)

    def _executed(self, node: cst.Call) -> bool:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in ("execute", "exec_driver_sql"):
            return False
        what = node.func.value
        if self.is_a(what, "sqlalchemy.engine.Connection", "sqlalchemy.orm.Session", "sqlalchemy.engine.Engine"):
            return True
        if is_statement(self, what):
            return True  # It was executed by itself, by the engine of its metadata.
        return not awaited(self, node) and (is_connection(self, what) or is_session(self, what) or is_engine(self, what))

    # What is done with them

    def _mend_scope(self, node: cst.CSTNode, name: str, inside: cst.CSTNode | None) -> None:
        """Mend the uses of *name* in the whole scope of *node* if it always holds a row there, else those *inside*, or
        those behind *node* in its block, until it is bound to something else.
        """
        scope = self.enclosing_function(node)
        body: cst.CSTNode = scope.body if isinstance(scope, cst.FunctionDef) else self.module
        bound = _Bound(name)
        if isinstance(scope, cst.FunctionDef):
            scope.params.visit(bound)
        body.visit(bound)
        rows = all(self._gives_row(value) for value in bound.values)
        if rows and not bound.given and all(self._row_in(target, over) == name for target, over in bound.loops):
            self._mend(name, body)
        elif inside is not None:
            self._mend(name, inside)
        else:
            block = self.enclosing(node, cst.IndentedBlock, cst.Module)
            if block is not None:
                self._mend(name, block, behind=node)

    def _mend(self, name: str, body: cst.CSTNode, *, behind: cst.CSTNode | None = None) -> None:
        uses = _Uses(name, self._gives_row, behind)
        body.visit(uses)
        for use, key in uses.found:
            if key is None:
                self._take(use)
            elif isinstance(key, cst.Subscript):
                self._take_key(use, key)
            elif isinstance(key, cst.BaseExpression) and self._is_name(key):
                self._take(use)

    def _take_key(self, row: cst.BaseExpression, node: cst.Subscript) -> None:
        """*row* is looked into by *node*."""
        index = node.slice[0].slice if len(node.slice) == 1 else None
        if not isinstance(index, cst.Index) or row in self.mended:
            return
        key = index.value
        if self._is_name(key):
            self._take(row)
        elif isinstance(key, cst.Name) and not self._is_number(key):
            self.mended.append(row)
            said = f"A row is a tuple in SQLAlchemy 2: unless `{key.value}` is a number it is `_mapping[{key.value}]`"
            self.report(row, said)

    def _take(self, row: cst.BaseExpression) -> None:
        if row not in self.mended:
            self.mended.append(row)
            self.report(row, replace=cst.Attribute(row, cst.Name("_mapping")))

    def _is_name(self, key: cst.BaseExpression) -> bool:
        """Whether *key* is a column, or the name of one."""
        return texts(self, key) is not None or bool(_COLUMN.match(self.source_of(key)))

    def _is_number(self, key: cst.Name) -> bool:
        if _NUMBER.match(key.value) or self.is_a(key, "builtins.int"):
            return True
        values = values_of(self, key)
        return bool(values) and all(isinstance(self.literal(value), int) for value in values or ())


class _Bound(cst.CSTVisitor):
    """What a name is bound to: *values* that are assigned, and targets of *loops* with what they go over."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.values: list[cst.BaseExpression] = []
        self.loops: list[tuple[cst.BaseExpression, cst.BaseExpression]] = []
        #: Whether it is a parameter.
        self.given = False

    def visit_Param(self, node: cst.Param) -> None:
        self.given = self.given or node.name.value == self.name

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Assign(self, node: cst.Assign) -> None:
        if any(isinstance(each.target, cst.Name) and each.target.value == self.name for each in node.targets):
            self.values.append(node.value)

    def visit_For(self, node: cst.For) -> None:
        targets = node.target.elements if isinstance(node.target, cst.Tuple) else (cst.Element(node.target),)
        if any(isinstance(each.value, cst.Name) and each.value.value == self.name for each in targets):
            self.loops.append((node.target, node.iter))


class _Uses(cst.CSTVisitor):
    """The places where a name is used as a dict, with what is looked up in it where that counts: those *behind* a node, if
    there is one, until the name is bound to something that is no row.
    """

    def __init__(
        self, name: str, is_row: Callable[[cst.BaseExpression], bool], behind: cst.CSTNode | None = None
    ) -> None:
        super().__init__()
        self.name = name
        self.is_row = is_row
        self.behind = behind
        self.over = False
        self.found: list[tuple[cst.BaseExpression, cst.BaseExpression | None]] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self._take(node.value, node)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        if len(node.comparisons) == 1 and isinstance(node.comparisons[0].operator, cst.In | cst.NotIn):
            self._take(node.comparisons[0].comparator, node.left)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if isinstance(func, cst.Attribute) and func.attr.value in _DICT:
            self._take(func.value)
        elif isinstance(func, cst.Name) and func.value == "dict" and node.args:
            if not node.args[0].keyword and not node.args[0].star:
                self._take(node.args[0].value)

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.star == "**":
            self._take(node.value)

    def leave_Assign(self, original_node: cst.Assign) -> None:
        if original_node is self.behind:
            self.behind = None
        elif self.behind is None and not self.is_row(original_node.value):
            targets = [each.target for each in original_node.targets]
            self.over = self.over or any(isinstance(each, cst.Name) and each.value == self.name for each in targets)

    def visit_StarredDictElement(self, node: cst.StarredDictElement) -> None:
        self._take(node.value)

    def _take(self, node: cst.BaseExpression, key: cst.BaseExpression | None = None) -> None:
        if isinstance(node, cst.Name) and node.value == self.name and self.behind is None and not self.over:
            self.found.append((node, key))
