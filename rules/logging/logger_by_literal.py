from platform_lint.api import Rule, cst


class LoggerByLiteral(Rule):
    """This is the name of the module, which changes when it moves: use `__name__`

    A logger that spells the name of its module is out of the tree of packages once the module is renamed, and no
    configuration of the package reaches it. Other literals are left alone: they name a
    logger that is shared on purpose. The fix is unsafe only because `__name__` is `__main__` in a module that is run as
    a program.

    ```python bad path=orders.py
    import logging

    log = logging.getLogger("orders")  # hit
    ```
    ```python fixed
    import logging

    log = logging.getLogger(__name__)  # hit
    ```
    ```python ok path=orders.py
    import logging

    log = logging.getLogger(__name__)
    access = logging.getLogger("orders.access")
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    ```
    """

    code = "LIB351"
    names = ("logging.getLogger",)
    level = "warning"
    fix = "unsafe"
    default = False
    docs = "https://docs.python.org/3/howto/logging.html#advanced-logging-tutorial"

    def visit_Call(self, node: cst.Call) -> None:
        if len(node.args) != 1 or not self.means(node.func, "logging.getLogger"):
            return
        said = node.args[0].value
        if isinstance(said, cst.SimpleString) and self.literal(said) == self.dotted_module:
            self.report(said, replace=cst.Name("__name__"))
