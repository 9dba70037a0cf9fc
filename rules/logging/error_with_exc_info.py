from platform_lint.api import Rule, cst

from ._calls import TYPES, handler, keyword, method


class ErrorWithExcInfo(Rule):
    """`error(..., exc_info=True)` in a handler is what `exception` is for

    `exception` logs at level ERROR with the traceback of the exception that is handled: the same in one word. Ruff's
    G201 is the same by the name of the variable; this one goes by its type, and leaves alone what stands in no handler.

    ```python bad
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError:
            log.error("%s failed", job, exc_info=True)  # hit
    ```
    ```python fixed
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError:
            log.exception("%s failed", job)  # hit
    ```
    ```python ok
    import logging

    log = logging.getLogger(__name__)


    def run(job, verbose):
        try:
            job()
        except ValueError:
            log.error("%s failed", job, exc_info=verbose)
            log.warning("%s failed", job, exc_info=True)
    ```
    """

    code = "LIB330"
    names = ("logging.error",)
    types = TYPES
    level = "warning"
    default = False
    docs = "https://docs.python.org/3/library/logging.html#logging.Logger.exception"

    def visit_Call(self, node: cst.Call) -> None:
        given = keyword(node, "exc_info")
        if (
            given is None
            or not isinstance(given.value, cst.Name | cst.Integer)
            or given.value.value not in ("True", "1")
        ):
            return
        if method(self, node) != "error" or handler(self, node) is None:
            return
        rest = [arg for arg in node.args if arg is not given]
        if rest and given is node.args[-1]:
            rest[-1] = rest[-1].with_changes(comma=given.comma, whitespace_after_arg=given.whitespace_after_arg)
        if isinstance(node.func, cst.Attribute):
            function: cst.BaseExpression = node.func.with_changes(attr=cst.Name("exception"))
        else:
            function = self.spelled("logging.exception")
        self.report(node, replace=node.with_changes(func=function, args=rest))
