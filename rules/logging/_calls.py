"""What the rules in Python about calls of loggers share."""

from platform_lint.api import Rule, cst

#: What a file must use for such a rule to look at it.
FUNCTIONS = tuple(
    f"logging.{name}" for name in ("critical", "debug", "error", "exception", "fatal", "info", "log", "warn", "warning")
)
TYPES = ("logging.Logger", "logging.LoggerAdapter")

_METHODS = frozenset(name.rpartition(".")[2] for name in FUNCTIONS)
#: Functions that are called, or may well be, while an exception is handled.
_HANDLERS = ("__exit__", "__aexit__", "error", "exception", "excepthook", "fail", "errback")
_PARAMETERS = ("e", "err", "error", "ex", "exc", "exc_info", "exception", "failure")


def method(rule: Rule, node: cst.Call) -> str:
    """The name of the method if *node* logs a message, by a logger or by a function of ``logging``; else ``""``."""
    function = node.func
    name = function.attr.value if isinstance(function, cst.Attribute) else getattr(function, "value", "")
    if rule.means(function, *FUNCTIONS):
        return rule.qualified_name(function).rpartition(".")[2]
    if name not in _METHODS or not isinstance(function, cst.Attribute):
        return ""
    return name if rule.is_a(function.value, *TYPES) else ""


def message(node: cst.Call, name: str) -> int:
    """The place of the message among the arguments of *node*, a call of the method *name*; -1 if it is not plain."""
    place = 1 if name == "log" else 0
    before = node.args[: place + 1]
    plain = len(before) > place and all(arg.keyword is None and not arg.star for arg in before)
    return place if plain else -1


def keyword(node: cst.Call, name: str) -> cst.Arg | None:
    """The argument *name* of the call *node*."""
    return next((arg for arg in node.args if arg.keyword is not None and arg.keyword.value == name), None)


def handler(rule: Rule, node: cst.CSTNode) -> cst.ExceptHandler | cst.ExceptStarHandler | None:
    """The handler of exceptions whose body *node* runs in, within the same function."""
    inner = node
    for outer in rule.ancestors(node):
        if isinstance(outer, cst.ExceptHandler | cst.ExceptStarHandler) and inner is outer.body:
            return outer
        if isinstance(outer, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            return None
        inner = outer
    return None


def may_handle(rule: Rule, node: cst.CSTNode) -> bool:
    """Whether an exception may be at hand where *node* runs, though it is in no handler: a ``finally``, or a function
    that looks as if handlers called it."""
    if any(isinstance(outer, cst.Finally) for outer in rule.ancestors(node)):
        return True
    function = rule.enclosing_function(node)
    if function is None:
        return isinstance(rule.enclosing(node, cst.Lambda), cst.Lambda)
    parameters = [*function.params.params, *function.params.kwonly_params, *function.params.posonly_params]
    called = function.name.value.lower()
    return any(word in called for word in _HANDLERS) or any(one.name.value in _PARAMETERS for one in parameters)
