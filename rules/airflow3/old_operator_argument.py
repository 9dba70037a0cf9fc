from platform_lint.api import Rule, cst

from ._airflow import makes_operator

_NEW = {"task_concurrency": "max_active_tis_per_dag"}
_HINTS = {
    "task_concurrency": "it is `max_active_tis_per_dag`",
    "provide_context": "it always has the context: drop the argument",
    "sla": "SLAs are gone: see deadline alerts",
}


class OldOperatorArgument(Rule):
    """An operator is given an argument that Airflow 3 does not know

    Operators refuse unknown arguments since 3.0. The context is always passed since 2.0, `task_concurrency` has its new name
    since 2.2, and SLAs are gone; the deadline alerts of 3.1 take their place. Operators and sensors of Airflow and of its
    providers count, and so do `@task(...)` and `.partial(...)`.

    ```python bad
    from airflow.operators.python import PythonOperator

    load = PythonOperator(
        task_id="load",
        python_callable=run,
        provide_context=True,  # hit
        task_concurrency=1,  # hit
        sla=hour,  # hit
    )
    ```
    ```python fixed
    from airflow.operators.python import PythonOperator

    load = PythonOperator(
        task_id="load",
        python_callable=run,
        max_active_tis_per_dag=1,  # hit
        sla=hour,  # left
    )
    ```
    ```python ok
    from airflow.operators.python import PythonOperator
    from shop import Task

    load = PythonOperator(task_id="load", python_callable=run, max_active_tis_per_dag=1)
    other = Task(sla=hour)
    ```
    """

    code = "MIG234"
    words = ("task_concurrency", "provide_context", "sla")
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow/stable/installation/upgrading_to_airflow3.html"

    def visit_Call(self, node: cst.Call) -> None:
        old = [arg for arg in node.args if arg.keyword is not None and arg.keyword.value in _HINTS]
        if not old or not makes_operator(self, node):
            return
        given = {arg.keyword.value for arg in node.args if arg.keyword is not None}
        for arg in old:
            name = arg.keyword.value
            message = f"Operators take no `{name}` in Airflow 3: {_HINTS[name]}"
            new = _NEW.get(name, "")
            if new and new not in given:
                self.report(arg.keyword, message, replace=cst.Name(new))
            elif name == "provide_context":
                self.report(arg, message, at=arg.keyword, remove=True)
            else:
                self.report(arg.keyword, message)
