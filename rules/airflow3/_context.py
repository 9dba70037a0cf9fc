"""The context of a task: what is in it no longer, and what is surely such a context."""

from platform_lint.api import Rule, cst

from ._airflow import gets_context, is_task

#: Variables that are gone, and what to do instead.
GONE = {
    "conf": "read what the task needs from a variable or connection",
    "next_ds": "format `data_interval_end`",
    "next_ds_nodash": "format `data_interval_end`",
    "prev_ds": "take the interval from `logical_date`",
    "prev_ds_nodash": "take the interval from `logical_date`",
    "prev_execution_date": "take the interval from `logical_date`",
    "tomorrow_ds": "add a day to `logical_date`",
    "tomorrow_ds_nodash": "add a day to `logical_date`",
    "yesterday_ds": "take a day from `logical_date`",
    "yesterday_ds_nodash": "take a day from `logical_date`",
}
#: Variables that have another name.
RENAMED = {
    "execution_date": "logical_date",
    "next_execution_date": "data_interval_end",
    "prev_execution_date_success": "prev_data_interval_start_success",
    "triggering_dataset_events": "triggering_asset_events",
}

_CURRENT = (
    "airflow.operators.python.get_current_context",
    "airflow.utils.context.get_current_context",
    "airflow.sdk.get_current_context",
    "airflow.providers.standard.operators.python.get_current_context",
)
_CONTEXTS = ("airflow.utils.context.Context", "airflow.sdk.Context", "airflow.sdk.definitions.context.Context")


def is_context(rule: Rule, node: cst.BaseExpression) -> bool:
    """Whether *node* is the context of a task: given to a task or to a callable, or asked for."""
    if isinstance(node, cst.Call):
        return rule.means(node, *_CURRENT)
    if not isinstance(node, cst.Name):
        return False
    function = rule.enclosing_function(node)
    while isinstance(function, cst.FunctionDef | cst.Lambda):
        if isinstance(function, cst.FunctionDef):
            kind = _in_function(rule, function, node.value)
            if kind is not None:
                return kind
        function = rule.enclosing_function(function)
    return False


def _in_function(rule: Rule, function: cst.FunctionDef, name: str) -> bool | None:
    """Whether *name* is a context in *function*; None if the function does not bind it."""
    parameters = function.params
    keywords = parameters.star_kwarg
    if keywords is not None and keywords.name.value == name:
        return gets_context(rule, function)
    for one in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
        if one.name.value != name:
            continue
        annotation = one.annotation
        if annotation is not None and rule.means(annotation.annotation, *_CONTEXTS):
            return True
        return name == "context" and (is_task(rule, function) or _is_callback(function))
    values = _Stored(name)
    function.body.visit(values)
    if not values.found:
        return None
    return all(isinstance(value, cst.Call) and rule.means(value, *_CURRENT) for value in values.found)


def _is_callback(function: cst.FunctionDef) -> bool:
    """Whether the name of *function* says that Airflow calls it with a context."""
    return function.name.value.startswith(("on_", "render_template_fields")) and "callback" in function.name.value


class _Stored(cst.CSTVisitor):
    """What one name is assigned in a function, inner functions left out."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found: list[cst.BaseExpression] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if isinstance(target.target, cst.Name) and target.target.value == self.name:
                self.found.append(node.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False
