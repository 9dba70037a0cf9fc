"""What is a statement, by what makes it."""

from __future__ import annotations

from platform_lint.api import Rule, cst

from ._bindings import values_of
from ._databases import is_connection, is_engine, is_session

_MAKERS = ("select", "insert", "update", "delete", "text", "union", "union_all", "except_", "intersect", "exists")
MAKERS = tuple(f"{module}.{name}" for module in ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.sql.expression") for name in _MAKERS)
MAKERS += tuple(f"sqlalchemy.dialects.{name}.insert" for name in ("postgresql", "mysql", "sqlite"))
_FUNCTIONS = ("sqlalchemy.func.", "sqlalchemy.sql.func.", "sqlalchemy.sql.expression.func.")
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

def is_statement(rule: Rule, node: cst.BaseExpression, within: frozenset[str] = frozenset()) -> bool:
    """Whether *node* is a statement that is made on the spot, or held by a variable that nothing else is assigned to.

    Variables *within* are what is asked about: `query = query.limit(1)` says nothing against one.
    """
    if isinstance(node, cst.Name):
        if node.value in within:
            return True
        values, inner = values_of(rule, node), within | {node.value}
        return bool(values) and all(
            not isinstance(each, cst.Name) and is_statement(rule, each, inner) for each in values or ()
        )
    if not isinstance(node, cst.Call):
        return False
    func = node.func
    if rule.means(func, *MAKERS) or rule.qualified_name(func).startswith(_FUNCTIONS):
        return True
    if not isinstance(func, cst.Attribute):
        return False
    of = func.value
    if func.attr.value not in _OF_TABLES:
        return func.attr.value in _MORE and is_statement(rule, of, within)
    if rule.is_a(of, "sqlalchemy.Table"):
        return True
    # Without the type: what a variable or attribute gives, and no session, connection or engine.
    other = is_session(rule, of) or is_connection(rule, of) or is_engine(rule, of)
    return isinstance(of, cst.Name | cst.Attribute) and not other and _is_table(rule, of, bare=not node.args)


def _is_table(rule: Rule, table: cst.BaseExpression, *, bare: bool) -> bool:
    """Whether the file looks at columns of *table*, or calls it one; of a *bare* `insert()` any variable will do."""
    source = rule.source_of(table)
    if f"{source}.c." in rule.source_of(rule.module) or source.lower().endswith(("table", "_tbl", "__table__")):
        return True
    return bare and source.isidentifier() and source.islower()
