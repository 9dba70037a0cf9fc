from platform_lint.api import Rule, cst

from ._context import is_context


class OldInletEventKey(Rule):
    """`inlet_events` is asked with an asset in Airflow 3, not with its URI

    In Airflow 2 the events of a dataset were found by its URI as well. An asset has a name besides its URI since 3.0, and
    `inlet_events["s3://lake/orders"]` raises: say `inlet_events[Asset("s3://lake/orders")]`. The same holds for
    `outlet_events`.

    ```python bad
    from airflow.decorators import task


    @task
    def load(**context):
        events = context["inlet_events"]
        return events["s3://lake/orders"], context["outlet_events"]["s3://lake/sums"]  # hit
    ```
    ```python ok
    from airflow.decorators import task
    from airflow.sdk import Asset


    @task
    def load(**context):
        return context["inlet_events"][Asset("s3://lake/orders")]
    ```
    """

    code = "MIG273"
    words = ("inlet_events", "outlet_events")
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow/stable/authoring-and-scheduling/asset-scheduling.html"

    def visit_Subscript(self, node: cst.Subscript) -> None:
        index = node.slice[0].slice
        if isinstance(index, cst.Index) and isinstance(index.value, cst.SimpleString) and self._is_events(node.value):
            self.report(index.value)

    def visit_Call(self, node: cst.Call) -> None:
        function = node.func
        if not isinstance(function, cst.Attribute) or function.attr.value != "get" or not node.args:
            return
        if isinstance(node.args[0].value, cst.SimpleString) and self._is_events(function.value):
            self.report(node.args[0].value)

    def _is_events(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Name):
            function = self.enclosing_function(node)
            if not isinstance(function, cst.FunctionDef):
                return False
            values = _Values(node.value)
            function.body.visit(values)
            return len(values.found) == 1 and not isinstance(values.found[0], cst.Name) and self._is_events(values.found[0])
        key: cst.BaseExpression | None = None
        mapping: cst.BaseExpression = node
        if isinstance(node, cst.Subscript) and isinstance(node.slice[0].slice, cst.Index):
            key, mapping = node.slice[0].slice.value, node.value
        elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "get" and node.args:
            key, mapping = node.args[0].value, node.func.value
        return key is not None and self.literal(key) in {"inlet_events", "outlet_events"} and is_context(self, mapping)


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
