import re

from platform_lint.api import Rule, cst

from ._context import GONE, RENAMED

_BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_OLD = "|".join(sorted((*GONE, *RENAMED), key=len, reverse=True))
_NAME = re.compile(rf"(?<![\w.'\"\[])(?:{_OLD})\b(?!\s*=[^=])")
_OF_RUN = re.compile(r"(?<![\w.])(?P<object>dag_run|ti|task_instance)\.(?P<name>execution_date|external_trigger)\b")
#: What stands for a whole block ``{{ name }}``, and is the same text for scheduled runs.
_BLOCKS = {
    "next_ds": "data_interval_end | ds",
    "next_ds_nodash": "data_interval_end | ds_nodash",
    "tomorrow_ds": "macros.ds_add(ds, 1)",
    "tomorrow_ds_nodash": "(logical_date + macros.timedelta(days=1)) | ds_nodash",
    "yesterday_ds": "macros.ds_add(ds, -1)",
    "yesterday_ds_nodash": "(logical_date - macros.timedelta(days=1)) | ds_nodash",
}
_WHOLE = re.compile(rf"\{{\{{(?P<before>-?\s*)(?P<name>{'|'.join(_BLOCKS)})(?P<after>\s*-?)\}}\}}")


class OldTemplateVariable(Rule):
    """A template uses a variable that is gone in Airflow 3

    Strings in a file that imports Airflow, in which Jinja's braces hold one of the variables that are no longer in a task's
    context. Such a template fails when the task runs, or is rendered empty. `execution_date` is `logical_date` since Airflow
    2.2, which is None for a run that was triggered without a date; that is why the fixes are unsafe. Templates in f-strings
    and in files of their own are not looked at.

    ```python bad
    from airflow.operators.bash import BashOperator

    load = BashOperator(
        task_id="load",
        bash_command="load --from {{ execution_date }} --to {{ next_ds }}",  # hit
        env={"BEFORE": "{{ yesterday_ds }}", "RUN": "{{ dag_run.execution_date.year }}"},  # hit
    )
    last = BashOperator(task_id="last", bash_command="echo {{ prev_ds }}")  # hit
    ```
    ```python fixed
    from airflow.operators.bash import BashOperator

    load = BashOperator(
        task_id="load",
        bash_command="load --from {{ logical_date }} --to {{ data_interval_end | ds }}",  # hit
        env={"BEFORE": "{{ macros.ds_add(ds, -1) }}", "RUN": "{{ dag_run.logical_date.year }}"},  # hit
    )
    last = BashOperator(task_id="last", bash_command="echo {{ prev_ds }}")  # left
    ```
    ```python ok
    from airflow.operators.bash import BashOperator

    load = BashOperator(task_id="load", bash_command="load {{ ds }} {{ dag_run.conf['day'] }} execution_date")
    ```
    """

    code = "MIG271"
    words = (*GONE, *RENAMED, "external_trigger")
    fix = "unsafe"
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow/stable/templates-ref.html"

    _airflow = False

    def visit_Module(self, node: cst.Module) -> None:
        self._airflow = re.search(r"^\s*(?:from|import)\s+airflow\b", node.code, re.MULTILINE) is not None

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        if not self._airflow or "{" not in node.value or "b" in node.prefix or isinstance(self.parent(node), cst.Expr):
            return
        found = self._found(node.value)
        if not found:
            return
        new = _mended(node.value)
        names = ", ".join(f"`{name}`" for name in dict.fromkeys(found))
        hint = _hint(found[0])
        message = f"{names} in a template: gone in Airflow 3, {hint}"
        if new != node.value:
            self.report(node, message, replace=cst.SimpleString(new), safety="unsafe")
        else:
            self.report(node, message)

    def _found(self, text: str) -> list[str]:
        blocks = [match.group() for match in _BLOCK.finditer(text)]
        names = [match.group() for block in blocks for match in _NAME.finditer(block)]
        return names + [match.group() for block in blocks for match in _OF_RUN.finditer(block)]


def _hint(name: str) -> str:
    if name in RENAMED:
        return f"use `{RENAMED[name]}`"
    if name in _BLOCKS:
        return f"use `{_BLOCKS[name]}`"
    if name.endswith(".execution_date"):
        return "use `logical_date`"
    return GONE.get(name, "look at `run_type`")


def _mended(text: str) -> str:
    text = _WHOLE.sub(lambda match: f"{{{{{match['before']}{_BLOCKS[match['name']]}{match['after']}}}}}", text)
    return _BLOCK.sub(lambda match: _renamed(match.group()), text)


def _renamed(block: str) -> str:
    block = _NAME.sub(lambda match: RENAMED.get(match.group(), match.group()), block)
    return _OF_RUN.sub(
        lambda match: f"{match['object']}.logical_date" if match["name"] == "execution_date" else match.group(), block
    )
