from platform_lint.api import Rule, cst

from ._airflow import gets_context, is_task
from ._context import GONE, RENAMED, is_context

_DOCS = "https://airflow.apache.org/docs/apache-airflow/stable/templates-ref.html"


class OldContextVariable(Rule):
    """A variable of a task's context is gone in Airflow 3

    `execution_date` is `logical_date` since 2.2, which is None for a run that was triggered without a date; that is why the
    fix is unsafe. Dates of the runs before and after were guesses that went wrong for runs by hand: what a run is about is
    from `data_interval_start` to `data_interval_end`, which is the old `next_execution_date` of scheduled runs. The configuration is not for tasks. Found are parameters of tasks and of
    functions that an operator is given by name, and keys of `**context`, of the `context` of an operator's methods, and of
    what `get_current_context()` gives.

    ```python bad
    from airflow.decorators import task
    from airflow.models import BaseOperator
    from airflow.operators.python import get_current_context


    @task
    def load(next_ds, **context):  # hit
        return context["execution_date"]  # hit


    @task
    def show():
        context = get_current_context()
        events = context["triggering_dataset_events"]  # hit
        return events, context.get("prev_ds"), context["next_execution_date"]  # hit


    class Load(BaseOperator):
        def execute(self, context):
            return context["conf"]  # hit
    ```
    ```python fixed
    from airflow.decorators import task
    from airflow.models import BaseOperator
    from airflow.operators.python import get_current_context


    @task
    def load(next_ds, **context):  # left
        return context["logical_date"]  # hit


    @task
    def show():
        context = get_current_context()
        events = context["triggering_asset_events"]  # hit
        return events, context.get("prev_ds"), context["data_interval_end"]  # left


    class Load(BaseOperator):
        def execute(self, context):
            return context["conf"]  # left
    ```
    ```python bad
    from airflow.operators.python import PythonOperator


    def load(ds, execution_date, **kwargs):  # hit
        print(kwargs["dag_run"].external_trigger)  # hit


    PythonOperator(task_id="load", python_callable=load)
    ```
    ```python ok
    from airflow.decorators import task


    def plain(execution_date, **settings):
        return settings["conf"]


    @task
    def load(logical_date, ds, **context):
        return context["data_interval_end"]
    ```
    """

    code = "MIG270"
    words = (*GONE, *RENAMED, "external_trigger")
    default = False
    since = "airflow 3.0"
    docs = _DOCS

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        parameters = node.params
        named = [*parameters.posonly_params, *parameters.params, *parameters.kwonly_params]
        old = [one for one in named if one.name.value in GONE or one.name.value in RENAMED]
        if old and self._uses_airflow() and gets_context(self, node):
            for one in old:
                self.report(one.name, _message(one.name.value))

    def visit_Subscript(self, node: cst.Subscript) -> None:
        if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
            self._key(node.value, node.slice[0].slice.value)

    def visit_Call(self, node: cst.Call) -> None:
        function = node.func
        if isinstance(function, cst.Attribute) and function.attr.value in {"get", "pop"} and node.args:
            self._key(function.value, node.args[0].value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value != "external_trigger" or not isinstance(node.value, cst.Subscript | cst.Call | cst.Name):
            return
        if _is_run(self, node.value):
            self.report(node.attr, "`external_trigger` of a run is gone in Airflow 3: look at its `run_type`")

    def _key(self, mapping: cst.BaseExpression, key: cst.BaseExpression) -> None:
        if not isinstance(key, cst.SimpleString):
            return
        name = key.evaluated_value
        if not isinstance(name, str) or name not in GONE and name not in RENAMED or not is_context(self, mapping):
            return
        new = RENAMED.get(name, "")
        if not new:
            self.report(key, _message(name))
            return
        quote = key.quote
        safety = "safe" if name == "triggering_dataset_events" else "unsafe"
        self.report(key, _message(name), replace=cst.SimpleString(f"{quote}{new}{quote}"), safety=safety)

    def _uses_airflow(self) -> bool:
        return "airflow" in self.source_of(self.module)


def _message(name: str) -> str:
    hint = f"use `{RENAMED[name]}`" if name in RENAMED else GONE[name]
    return f"`{name}` is not in the context of Airflow 3: {hint}"


def _is_run(rule: Rule, node: cst.BaseExpression) -> bool:
    """Whether *node* is ``context["dag_run"]``, or a name that was only ever that."""
    if isinstance(node, cst.Name):
        function = rule.enclosing_function(node)
        if not isinstance(function, cst.FunctionDef):
            return False
        if node.value == "dag_run" and is_task(rule, function):
            return True
        values = _Values(node.value)
        function.body.visit(values)
        return len(values.found) == 1 and not isinstance(values.found[0], cst.Name) and _is_run(rule, values.found[0])
    if isinstance(node, cst.Subscript):
        key = node.slice[0].slice
        return isinstance(key, cst.Index) and rule.literal(key.value) == "dag_run" and is_context(rule, node.value)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "get":
        return bool(node.args) and rule.literal(node.args[0].value) == "dag_run" and is_context(rule, node.func.value)
    return False


class _Values(cst.CSTVisitor):
    """What one name is assigned in a function."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found: list[cst.BaseExpression] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if isinstance(target.target, cst.Name) and target.target.value == self.name:
                self.found.append(node.value)
