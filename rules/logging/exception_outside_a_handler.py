from platform_lint.api import Rule, cst

from ._calls import FUNCTIONS, TYPES, handler, keyword, may_handle, method


class ExceptionOutsideAHandler(Rule):
    """No exception is handled here: the log says `NoneType: None` where a traceback should be

    `exception` and `exc_info=True` log the exception that is being handled, and in no handler there is none. Functions
    that look as if handlers called them are left alone. The fix logs the same message without the traceback, and is
    unsafe because a caller may be a handler after all. Ruff's LOG004 and LOG014 are the same, in all functions.

    ```python bad
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        if not job.ready:
            log.exception("%s is not ready", job)  # hit
            log.warning("%s is skipped", job, exc_info=True)  # hit
    ```
    ```python fixed
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        if not job.ready:
            log.error("%s is not ready", job)  # hit
            log.warning("%s is skipped", job)  # hit
    ```
    ```python ok
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError:
            log.exception("%s failed", job)
        if job.error:
            log.exception("%s failed", job, exc_info=job.error)


    def on_error(job):
        log.exception("%s failed", job)
    ```
    """

    code = "LIB333"
    names = FUNCTIONS
    types = TYPES
    level = "warning"
    fix = "unsafe"
    default = False
    docs = (
        "https://docs.python.org/3/library/logging.html#logging.Logger.exception",
        "https://docs.python.org/3/library/sys.html#sys.exc_info",
    )

    def visit_Call(self, node: cst.Call) -> None:
        given = keyword(node, "exc_info")
        wanted = given is not None and getattr(given.value, "value", "") in ("True", "1")
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        plain = given is None and isinstance(called, cst.Name) and called.value == "exception"
        if not wanted and not plain:
            return
        name = method(self, node)
        if not name or (wanted and name == "exception") or any(arg.star == "**" for arg in node.args):
            return
        if handler(self, node) is not None or may_handle(self, node):
            return
        function = node.func
        if name == "exception":
            function = (
                function.with_changes(attr=cst.Name("error"))
                if isinstance(function, cst.Attribute)
                else self.spelled("logging.error")
            )
        rest = [arg for arg in node.args if arg is not given]
        if given is not None and rest and given is node.args[-1]:
            rest[-1] = rest[-1].with_changes(comma=given.comma, whitespace_after_arg=given.whitespace_after_arg)
        self.report(node, replace=node.with_changes(func=function, args=rest))
