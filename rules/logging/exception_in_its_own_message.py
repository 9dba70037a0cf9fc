import re

from platform_lint.api import Rule, cst

from ._calls import TYPES, handler, message, method

_END = re.compile(r"(?:\s*[:,;-]|\s+(?:due to|because of))?\s*(?:(?<!%)%[sr]|\(%[sr]\))[.!]?\Z")


class ExceptionInItsOwnMessage(Rule):
    """`exception` logs `{error}` anyway, in the traceback: leave it out of the message

    The last line of a traceback is the exception. With it in the message as well, no two messages are alike, so that
    tools cannot group them. The fix takes it off the end of the message. Ruff's TRY401 is the same without a fix, by
    the name of the variable.

    ```python bad
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError as error:
            log.exception("%s failed: %s", job, error)  # hit
            log.exception("failed at 100%%: %s", error)  # hit
    ```
    ```python fixed
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError as error:
            log.exception("%s failed", job)  # hit
            log.exception("failed at 100%")  # hit
    ```
    ```python ok
    import logging

    log = logging.getLogger(__name__)


    def run(job):
        try:
            job()
        except ValueError as error:
            log.exception("%s failed", job)
            log.error("%s failed: %s", job, error)
    ```
    """

    code = "LIB335"
    names = ("logging.exception",)
    types = TYPES
    level = "warning"
    fix = "unsafe"
    default = False
    docs = "https://docs.python.org/3/library/logging.html#logging.Logger.exception"

    def visit_Call(self, node: cst.Call) -> None:
        around = handler(self, node)
        bound = around.name.name if around is not None and around.name is not None else None
        if not isinstance(bound, cst.Name):
            return
        name = method(self, node)
        place = message(node, name) if name == "exception" else -1
        said = [arg for arg in node.args[1:] if arg.keyword is None and not arg.star]
        if place < 0 or any(arg.star for arg in node.args):
            return
        named = [arg for arg in said if isinstance(arg.value, cst.Name) and arg.value.value == bound.value]
        if not named:
            return
        text = node.args[0].value
        literal = text.raw_value if isinstance(text, cst.SimpleString) else ""
        shorter = _END.sub("", literal)
        usable = named == [said[-1]] and shorter not in ("", literal)
        if not usable or not isinstance(text, cst.SimpleString):
            self.report(node, at=named[0].value, values={"error": bound.value})
            return
        if len(said) == 1:
            shorter = shorter.replace("%%", "%")  # Without arguments the message is not formatted.
        last = node.args.index(named[0])
        args = [arg for arg in node.args if arg is not named[0]]
        args[0] = args[0].with_changes(value=text.with_changes(value=text.value.replace(literal, shorter, 1)))
        if last == len(args):
            args[-1] = args[-1].with_changes(comma=named[0].comma, whitespace_after_arg=named[0].whitespace_after_arg)
        self.report(node, at=named[0].value, replace=node.with_changes(args=args), values={"error": bound.value})
