from platform_lint.api import Rule, cst

from ._calls import FUNCTIONS, TYPES, message, method
from ._lazy import lazy


class FormattedLogMessage(Rule):
    """The message is formatted by {how} before anybody asked for it: pass its arguments to the logger

    `logging` formats a record only if something handles it, catches what its formatting raises, and lets tools group
    records by their unformatted message. The fix is made where a percent format says the same, and is unsafe because
    objects may format themselves otherwise, later, or as a tuple or mapping. Ruff's G001 to G004 are the same by the
    name of the variable and without a fix; this one goes by its type.

    ```python bad
    import logging

    log = logging.getLogger(__name__)


    def serve(host, port, seconds):
        log.info(f"{host!r} is at 100% after {seconds:.2f} s", extra={"port": port})  # hit
        log.info("%s is up on %d" % (host, port))  # hit
        log.info("{} is up on {port:d}".format(host, port=port))  # hit
        log.info("up: " + host + ":" + str(port))  # hit
    ```
    ```python fixed
    import logging

    log = logging.getLogger(__name__)


    def serve(host, port, seconds):
        log.info("%r is at 100%% after %.2f s", host, seconds, extra={"port": port})  # hit
        log.info("%s is up on %d", host, port)  # hit
        log.info("%s is up on %d", host, port)  # hit
        log.info("up: %s:%s", host, port)  # hit
    ```
    ```python bad
    import logging

    log = logging.getLogger(__name__)


    def serve(host, when):
        log.log(logging.INFO, f"{host} since {when:%H:%M}")  # hit
        log.info("{0} {0}".format(host))  # hit
    ```
    ```python fixed
    import logging

    log = logging.getLogger(__name__)


    def serve(host, when):
        log.log(logging.INFO, f"{host} since {when:%H:%M}")  # left
        log.info("{0} {0}".format(host))  # left
    ```
    ```python ok
    import logging

    log = logging.getLogger(__name__)


    def serve(host, port, show):
        log.info("%s is up on %d", host, port)
        log.info(f"no field")
        show(f"{host} is up")
    ```
    """

    code = "LIB331"
    names = FUNCTIONS
    types = TYPES
    level = "warning"
    fix = "unsafe"
    default = False
    docs = (
        "https://docs.python.org/3/howto/logging.html#optimization",
        "https://docs.python.org/3/library/logging.html#logging.Logger.debug",
    )

    def visit_Call(self, node: cst.Call) -> None:
        if not any(isinstance(arg.value, cst.BaseString | cst.BinaryOperation | cst.Call) for arg in node.args[:2]):
            return
        name = method(self, node)
        place = message(node, name) if name else -1
        if place < 0:
            return
        found = lazy(self, node.args[place].value)
        if found is None:
            return
        rest = node.args[place + 1 :]
        said = node.args[place]
        if not found.text or any(arg.keyword is None for arg in rest):
            self.report(said.value, values={"how": found.kind})
            return
        between = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        if isinstance(node.whitespace_before_args, cst.ParenthesizedWhitespace):
            between = cst.Comma(whitespace_after=node.whitespace_before_args)
        added = [cst.Arg(value=value, comma=between) for value in found.arguments]
        added[-1] = added[-1].with_changes(comma=said.comma, whitespace_after_arg=said.whitespace_after_arg)
        first = said.with_changes(
            value=cst.parse_expression(f"({found.text})").with_changes(lpar=(), rpar=()),
            comma=between,
            whitespace_after_arg=cst.SimpleWhitespace(""),
        )
        args = [*node.args[:place], first, *added, *rest]
        self.report(node, at=said.value, replace=node.with_changes(args=args), values={"how": found.kind})
