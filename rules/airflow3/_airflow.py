"""What the rules in Python about Airflow share: what is an operator, what is the context of a task."""

import re

from platform_lint.api import Rule, cst

#: What operators inherit from, in any release.
BASES = (
    "airflow.models.baseoperator.BaseOperator",
    "airflow.models.BaseOperator",
    "airflow.sdk.BaseOperator",
    "airflow.sdk.bases.operator.BaseOperator",
    "airflow.sensors.base.BaseSensorOperator",
    "airflow.sensors.base_sensor_operator.BaseSensorOperator",
    "airflow.sdk.BaseSensorOperator",
    "airflow.sdk.bases.sensor.BaseSensorOperator",
)
DAGS = (
    "airflow.DAG",
    "airflow.models.DAG",
    "airflow.models.dag.DAG",
    "airflow.sdk.DAG",
    "airflow.models.dag.dag",
    "airflow.decorators.dag",
    "airflow.sdk.dag",
)
_OPERATOR = re.compile(r"airflow\.(?:[a-z0-9_.]+\.)?(?:operators|sensors|transfers)(?:\.[a-z0-9_A-Z]+)*\.\w*[A-Z]\w*$")
_TASK = re.compile(r"airflow\.(?:decorators|sdk)\.task(?:\.\w+)?$")


def makes_operator(rule: Rule, node: cst.Call) -> bool:
    """Whether *node* makes an operator or a sensor, also by ``@task(...)`` and ``Operator.partial(...)``."""
    function = node.func
    name = rule.qualified_name(function)
    if name.endswith((".partial", ".override")):
        name = name.rpartition(".")[0]
    return name in BASES or bool(_OPERATOR.match(name) or _TASK.match(name))


def keyword(node: cst.Call, name: str) -> cst.Arg | None:
    """The argument *name* of the call *node*."""
    return next((arg for arg in node.args if arg.keyword is not None and arg.keyword.value == name), None)


def is_operator(rule: Rule, node: cst.ClassDef) -> bool:
    """Whether the class *node* inherits from an operator or a sensor."""
    names = rule.bases(node)
    return any(name in BASES or _OPERATOR.match(name) for name in names)


def is_task(rule: Rule, node: cst.FunctionDef) -> bool:
    """Whether *node* is a function with ``@task``, or the method that an operator runs."""
    for decorator in node.decorators:
        if _TASK.match(rule.qualified_name(decorator)):
            return True
    around = rule.enclosing_class(node)
    methods = ("execute", "pre_execute", "post_execute", "poke", "execute_complete")
    return around is not None and node.name.value in methods and is_operator(rule, around)


def gets_context(rule: Rule, node: cst.FunctionDef) -> bool:
    """Whether *node* is surely called with the context of a task: a task, or what a ``python_callable`` names."""
    if is_task(rule, node):
        return True
    return any(makes_operator(rule, call) for call in _given(rule).get(node.name.value, ()))


def _given(rule: Rule) -> dict[str, list[cst.Call]]:
    """Functions of the file that are given to something by name, with the calls that do so; worked out once for a file."""
    known: dict[str, list[cst.Call]] | None = vars(rule).get("_given")
    if known is None:
        visitor = _Callables()
        rule.module.visit(visitor)
        known = vars(rule)["_given"] = visitor.found
    return known


class _Callables(cst.CSTVisitor):
    """Calls that are given a function by its name, as operators and callbacks are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[cst.Call]] = {}

    def visit_Call(self, node: cst.Call) -> None:
        for arg in node.args:
            if arg.keyword is None or not isinstance(arg.value, cst.Name):
                continue
            if arg.keyword.value.endswith(("callable", "_callback")):
                self.found.setdefault(arg.value.value, []).append(node)
