from platform_lint.api import Rule, cst

from ._airflow import keyword, makes_operator

_NEW = {"none_failed_or_skipped": "none_failed_min_one_success", "dummy": "always"}


class OldTriggerRule(Rule):
    """A trigger rule has its old name, which Airflow 3 does not know

    Both rules were renamed in Airflow 2.1, and a DAG with an old name does not load in 3.0. What they mean is the same.

    ```python bad
    from airflow.operators.empty import EmptyOperator

    join = EmptyOperator(task_id="join", trigger_rule="none_failed_or_skipped")  # hit
    free = EmptyOperator(task_id="free", trigger_rule='dummy')  # hit
    ```
    ```python fixed
    from airflow.operators.empty import EmptyOperator

    join = EmptyOperator(task_id="join", trigger_rule="none_failed_min_one_success")  # hit
    free = EmptyOperator(task_id="free", trigger_rule='always')  # hit
    ```
    ```python ok
    from airflow.operators.empty import EmptyOperator

    join = EmptyOperator(task_id="join", trigger_rule="all_done")
    ```
    """

    code = "MIG240"
    words = ("trigger_rule",)
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html#trigger-rules"

    def visit_Call(self, node: cst.Call) -> None:
        arg = keyword(node, "trigger_rule")
        if arg is None or not isinstance(arg.value, cst.SimpleString) or not makes_operator(self, node):
            return
        new = _NEW.get(str(arg.value.evaluated_value), "")
        if new:
            quote = arg.value.quote
            message = f"The trigger rule `{arg.value.evaluated_value}` is `{new}` in Airflow 3"
            self.report(arg.value, message, replace=cst.SimpleString(f"{quote}{new}{quote}"))
