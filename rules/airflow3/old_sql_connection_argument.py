from platform_lint.api import Rule, cst

_OPERATOR = "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator"
_DATABASES = ("jdbc", "mssql", "mysql", "oracle", "postgres", "snowflake", "sqlite", "vertica")
_OLD = tuple(f"{database}_conn_id" for database in _DATABASES)


class OldSqlConnectionArgument(Rule):
    """`SQLExecuteQueryOperator` has `conn_id` in place of one argument for each database

    It took the place of an operator for each database, which said `postgres_conn_id` and the like. The hook is looked up by
    the type of the connection.

    ```python bad
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

    load = SQLExecuteQueryOperator(task_id="load", sql="CALL load()", postgres_conn_id="orders")  # hit
    ```
    ```python fixed
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

    load = SQLExecuteQueryOperator(task_id="load", sql="CALL load()", conn_id="orders")  # hit
    ```
    ```python ok
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

    load = SQLExecuteQueryOperator(task_id="load", sql="CALL load()", conn_id="orders")
    ```
    """

    code = "MIG219"
    names = (_OPERATOR,)
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow-providers-common-sql/stable/operators.html"

    def visit_Call(self, node: cst.Call) -> None:
        if not self.means(node, _OPERATOR):
            return
        given = [arg.keyword.value for arg in node.args if arg.keyword is not None]
        for arg in node.args:
            if arg.keyword is None or arg.keyword.value not in _OLD:
                continue
            if "conn_id" in given or sum(name in _OLD for name in given) > 1:
                self.report(arg.keyword)
            else:
                self.report(arg.keyword, replace=cst.Name("conn_id"))
