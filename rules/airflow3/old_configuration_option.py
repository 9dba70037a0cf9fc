import re

from platform_lint.api import Rule, cst

from ._options import CHANGED, GONE, RENAMED

_CONF = (
    "airflow.configuration.conf",
    "airflow.configuration",
    "airflow.sdk.conf",
    "airflow.sdk.configuration.conf",
    "airflow.conf",
)
_METHODS = (
    "get",
    "get_mandatory_value",
    "get_mandatory_list_value",
    "getboolean",
    "getenum",
    "getfloat",
    "getimport",
    "getint",
    "getjson",
    "getlist",
    "gettimedelta",
    "has_option",
    "remove_option",
    "set",
)
_CALLS = tuple(f"{conf}.{method}" for conf in _CONF for method in _METHODS)
_VARIABLE = re.compile(r"AIRFLOW__(?P<section>[A-Z0-9_]+?)__(?P<option>[A-Z0-9_]+?)(?P<how>_CMD|_SECRET)?$")
_OLD = frozenset((*RENAMED, *CHANGED, *GONE))


class OldConfigurationOption(Rule):
    """An option of the configuration is renamed or gone in Airflow 3

    Options by their old name are still read with a warning where Airflow 3 knows the name, and raise
    AirflowConfigException where it does not. What is read by `conf.get` and its like counts, and names of environment
    variables (`AIRFLOW__CORE__SQL_ALCHEMY_CONN`) in strings. The fix is unsafe: most of the new names are in Airflow 3 only.

    ```python bad
    import os

    from airflow.configuration import conf

    url = conf.get("core", "sql_alchemy_conn")  # hit
    port = conf.getint("webserver", "web_server_port", fallback=80)  # hit
    os.environ["AIRFLOW__CORE__SQL_ALCHEMY_CONN"] = url  # hit
    views = conf.get("webserver", "default_ui_timezone")  # hit
    ```
    ```python fixed
    import os

    from airflow.configuration import conf

    url = conf.get("database", "sql_alchemy_conn")  # hit
    port = conf.getint("api", "port", fallback=80)  # hit
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = url  # hit
    views = conf.get("webserver", "default_ui_timezone")  # left
    ```
    ```python ok
    from airflow.configuration import conf

    url = conf.get("database", "sql_alchemy_conn")
    folder = conf.get("core", "dags_folder")
    ```
    """

    code = "MIG274"
    names = _CALLS
    words = tuple(
        sorted({f"AIRFLOW__{section.upper()}__{option.upper()}" for section, option in (one.split(".") for one in _OLD)})
    )
    fix = "unsafe"
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow/stable/configurations-ref.html"

    def visit_Call(self, node: cst.Call) -> None:
        if len(node.args) < 2 or not self.means(node, *_CALLS):
            return
        section, option = node.args[0], node.args[1]
        if section.keyword is not None and section.keyword.value != "section":
            return
        if option.keyword is not None and option.keyword.value not in {"key", "option"}:
            return
        old = f"{self.literal(section.value)}.{self.literal(option.value)}"
        new = RENAMED.get(old, "")
        if new and isinstance(section.value, cst.SimpleString) and isinstance(option.value, cst.SimpleString):
            new_section, new_option = new.split(".")
            args = [_said(section, new_section), _said(option, new_option), *node.args[2:]]
            self.report(node, _message(old), at=option.value, replace=node.with_changes(args=args))
        elif old in _OLD:
            self.report(option.value, _message(old))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        value = node.evaluated_value
        match = _VARIABLE.match(value) if isinstance(value, str) else None
        if match is None:
            return
        old = f"{match['section'].lower()}.{match['option'].lower()}"
        if old not in _OLD:
            return
        if old not in RENAMED:
            self.report(node, _message(old))
            return
        section, option = RENAMED[old].upper().split(".")
        new = f"AIRFLOW__{section}__{option}{match['how'] or ''}"
        self.report(node, _message(old), replace=cst.SimpleString(f"{node.prefix}{node.quote}{new}{node.quote}"))


def _said(arg: cst.Arg, value: str) -> cst.Arg:
    text = arg.value
    quote = text.quote if isinstance(text, cst.SimpleString) else '"'
    return arg.with_changes(value=cst.SimpleString(f"{quote}{value}{quote}"))


def _message(old: str) -> str:
    if old in RENAMED:
        return f"The option `{old}` is `{RENAMED[old]}` in Airflow 3"
    return f"The option `{old}` is not in Airflow 3" + (f": {CHANGED[old]}" if old in CHANGED else "")
