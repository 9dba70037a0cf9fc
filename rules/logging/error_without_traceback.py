from platform_lint.api import Rule, cst

from ._calls import TYPES, handler, keyword, method


class ErrorWithoutTraceback(Rule):
    """An error is logged in a handler without its traceback: use `exception`

    `exception` logs at level ERROR as `error` does, and adds where the exception is from. Handlers that raise are left
    alone: whoever catches that has the traceback. The fix is unsafe because logs grow. Ruff's TRY400 is the same by the
    name of the variable, also in handlers that raise.

    ```python bad
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError as error:
            log.error("%s failed: %s", job, error)  # hit
    ```
    ```python fixed
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError as error:
            log.exception("%s failed: %s", job, error)  # hit
    ```
    ```python ok
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError:
            log.exception("%s failed", job)
        except KeyError:
            log.error("%s is unknown", job)
            raise
        if job.late:
            log.error("%s is late", job)
    ```
    """

    code = "LIB334"
    names = ("logging.error",)
    types = TYPES
    level = "warning"
    fix = "unsafe"
    default = False
    docs = "https://docs.python.org/3/library/logging.html#logging.Logger.exception"

    def visit_Call(self, node: cst.Call) -> None:
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if not isinstance(called, cst.Name) or (isinstance(node.func, cst.Attribute) and called.value != "error"):
            return
        if keyword(node, "exc_info") is not None or any(arg.star == "**" for arg in node.args):
            return
        around = handler(self, node)
        if around is None or _raises(around) or method(self, node) != "error":
            return
        if isinstance(node.func, cst.Attribute):
            function: cst.BaseExpression = node.func.with_changes(attr=cst.Name("exception"))
        else:
            function = self.spelled("logging.exception")
        self.report(node, replace=node.with_changes(func=function))


class _Raises(cst.CSTVisitor):
    found = False

    def visit_Raise(self, node: cst.Raise) -> None:
        self.found = True

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False


def _raises(node: cst.CSTNode) -> bool:
    visitor = _Raises()
    node.visit(visitor)
    return visitor.found
