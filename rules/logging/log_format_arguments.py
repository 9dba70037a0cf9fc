from platform_lint.api import Rule, cst

from ._calls import FUNCTIONS, TYPES, message, method
from ._lazy import placeholders


class LogFormatArguments(Rule):
    """The format takes {needed}, and is given {given}: nothing but an error is logged

    `logging` fills the format when a record is written. What does not fit is a traceback on stderr in place of the
    message, where nobody looks before the message is needed. Ruff's PLE1205 and PLE1206 are the same by the name of the
    variable; this one goes by its type, and reads a format that is written in several pieces.

    ```python bad
    import logging

    log = logging.getLogger(__name__)


    def serve(host, port):
        log.info("%s is up on %d", host)  # hit
        log.info("up on", port)  # hit
        log.log(logging.INFO, "%.*f " "seconds", 3)  # hit
    ```
    ```python ok
    import logging

    log = logging.getLogger(__name__)


    def serve(host, port, *rest):
        log.info("%s is up on %d", host, port)
        log.info("100%")
        log.info("%(host)s is up", {"host": host})
        log.info("%s %s", *rest)
        log.log(logging.INFO, "%5.*f s", 3, port)
    ```
    """

    code = "LIB332"
    names = FUNCTIONS
    types = TYPES
    default = False
    docs = (
        "https://docs.python.org/3/library/logging.html#logging.Logger.debug",
        "https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting",
    )

    def visit_Call(self, node: cst.Call) -> None:
        if not any(isinstance(arg.value, cst.SimpleString | cst.ConcatenatedString) for arg in node.args[:2]):
            return
        name = method(self, node)
        place = message(node, name) if name else -1
        if place < 0 or any(arg.star for arg in node.args):
            return
        text = self.literal(node.args[place].value)
        given = [arg for arg in node.args[place + 1 :] if arg.keyword is None]
        if not isinstance(text, str) or not given:
            return  # A message by itself is never filled.
        needed = placeholders(text)
        if needed is None or needed == len(given):
            return
        if len(given) == 1 and not needed and isinstance(given[0].value, cst.Dict):
            return  # A mapping fills what names its keys, and may fill nothing.
        counted = f"{needed or 'no'} argument" + ("" if needed == 1 else "s")
        self.report(node, at=node.args[place].value, values={"needed": counted, "given": len(given)})
