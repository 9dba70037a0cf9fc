from platform_lint.api import Rule, cst

_LINKS = (
    "airflow.models.BaseOperatorLink",
    "airflow.models.baseoperator.BaseOperatorLink",
    "airflow.models.baseoperatorlink.BaseOperatorLink",
    "airflow.sdk.BaseOperatorLink",
    "airflow.sdk.bases.operatorlink.BaseOperatorLink",
)


class OldOperatorLink(Rule):
    """`get_link` of an operator's link is called with `operator` and `ti_key=` in Airflow 3

    Up to Airflow 2.2 a link was asked with the execution date; 2.3 added `ti_key` and looked at the signature, and 3.0 only
    passes `ti_key`. What the method did with the date has to be done with `ti_key.run_id`.

    ```python bad
    from airflow.models import BaseOperatorLink


    class OrderLink(BaseOperatorLink):
        def get_link(self, operator, dttm):  # hit
            return f"https://shop/{dttm}"
    ```
    ```python ok
    from airflow.models import BaseOperatorLink


    class OrderLink(BaseOperatorLink):
        def get_link(self, operator, *, ti_key):
            return f"https://shop/{ti_key.run_id}"
    ```
    """

    code = "MIG272"
    words = ("get_link",)
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow/stable/howto/define-extra-link.html"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if node.name.value != "get_link":
            return
        around = self.enclosing_class(node)
        if around is None or not set(self.bases(around)) & set(_LINKS):
            return
        parameters = node.params
        placed = [one.name.value for one in (*parameters.posonly_params, *parameters.params)]
        named = [one.name.value for one in parameters.kwonly_params]
        if placed[2:] != ["ti_key"] and not (len(placed) == 2 and "ti_key" in named):
            self.report(node.name)
