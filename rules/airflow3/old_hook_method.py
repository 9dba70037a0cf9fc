import re

from platform_lint.api import Rule, cst

_HOOK = re.compile(r"airflow\.(?:sdk\.|(?:[a-z0-9_.A-Z]+\.)?hooks\.(?:\w+\.)*)\w*Hook$")


class OldHookMethod(Rule):
    """`get_connections` of hooks is gone in Airflow 3: call `get_connection`

    It was deprecated in Airflow 2, and gave a list of one connection; `get_connection` gives the connection. Hooks of Airflow,
    of its providers and classes that inherit from them count. The fix is unsafe: what takes the list must take the connection.

    ```python bad
    from airflow.providers.http.hooks.http import HttpHook

    found = HttpHook.get_connections("shop")  # hit
    hook = HttpHook()
    other = hook.get_connections("shop")  # hit
    ```
    ```python fixed
    from airflow.providers.http.hooks.http import HttpHook

    found = [HttpHook.get_connection("shop")]  # hit
    hook = HttpHook()
    other = [hook.get_connection("shop")]  # hit
    ```
    ```python ok
    from airflow.providers.http.hooks.http import HttpHook
    from shop import Pool

    found = HttpHook.get_connection("shop")
    every = Pool().get_connections("shop")
    ```
    """

    code = "MIG261"
    words = ("get_connections",)
    fix = "unsafe"
    default = False
    since = "airflow 3.0"
    docs = "https://airflow.apache.org/docs/apache-airflow/stable/authoring-and-scheduling/connections.html"

    _hooks: tuple[str, ...] = ()

    def visit_Module(self, node: cst.Module) -> None:
        imports = _Imported()
        node.visit(imports)
        self._hooks = tuple(sorted({name for name in imports.names if _HOOK.match(name)}))

    def visit_Call(self, node: cst.Call) -> None:
        function = node.func
        if not isinstance(function, cst.Attribute) or function.attr.value != "get_connections":
            return
        if not self._is_hook(function.value):
            return
        one = node.with_changes(func=function.with_changes(attr=cst.Name("get_connection")))
        self.report(node, at=function.attr, replace=cst.List([cst.Element(one)]))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        around = self.enclosing_class(node)
        if node.name.value == "get_connections" and around is not None and any(map(_HOOK.match, self.bases(around))):
            self.report(node.name, "Nothing calls `get_connections` of a hook in Airflow 3: override `get_connection`")

    def _is_hook(self, node: cst.BaseExpression) -> bool:
        if _HOOK.match(self.qualified_name(node)):
            return True
        if isinstance(node, cst.Name) and node.value in {"self", "cls"}:
            around = self.enclosing_class(node)
            return around is not None and any(map(_HOOK.match, self.bases(around)))
        return bool(self._hooks) and self.is_a(node, *self._hooks)


class _Imported(cst.CSTVisitor):
    """The qualified names that a module imports from others."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if node.module is None or node.relative or isinstance(node.names, cst.ImportStar):
            return
        module = _dotted(node.module)
        self.names.update(f"{module}.{_dotted(alias.name)}" for alias in node.names)


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""
