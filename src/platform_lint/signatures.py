"""Signatures as text, and which argument of a call goes to which parameter: as Python itself would have it."""

from __future__ import annotations

import ast
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import Literal

ParameterKind = Literal["positional", "either", "keyword", "args", "kwargs"]

#: An argument of a call: a positional one, starred or not, or a keyword.
Argument = ast.expr | ast.keyword

_BEFORE, _AFTER = "def f", ": ..."


class SignatureError(ValueError):
    """A text that is no signature; the message says why and where."""


class Parameter:
    """One parameter: *kind* tells how it can be given, *required* whether it must be."""

    __slots__ = ("kind", "name", "required")

    def __init__(self, name: str, kind: ParameterKind, required: bool) -> None:
        self.name = name
        self.kind: ParameterKind = kind
        self.required = required


class Signature:
    """The parameters of a callable, without the ``self`` or ``cls`` of a method.

    *owner* is the name of that first parameter where the text has it, else ``""``.
    """

    __slots__ = ("by_name", "kwargs", "owner", "parameters", "positional", "varargs")

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        first = parameters[0] if parameters else None
        self.owner = first.name if first is not None and _is_owner(first) else ""
        self.parameters = tuple(parameters[1:] if self.owner else parameters)
        self.by_name = {parameter.name: parameter for parameter in self.parameters}
        #: What can be given by position, in order.
        self.positional = tuple(item.name for item in self.parameters if item.kind in ("positional", "either"))
        #: The names of ``*args`` and ``**kwargs``, ``""`` where there is none.
        self.varargs = next((item.name for item in self.parameters if item.kind == "args"), "")
        self.kwargs = next((item.name for item in self.parameters if item.kind == "kwargs"), "")

    def kind(self, name: str) -> ParameterKind | None:
        """How the parameter *name* can be given; None where there is none of that name."""
        parameter = self.by_name.get(name)
        return parameter.kind if parameter is not None else None

    def takes_by_place(self, name: str) -> bool:
        """Whether an argument without a name may be the one for *name*."""
        return name in self.positional or name == self.varargs


def _is_owner(parameter: Parameter) -> bool:
    return parameter.name in ("self", "cls") and parameter.kind in ("positional", "either")


@lru_cache(maxsize=512)
def signature_of_builtin(dotted: str) -> str:
    """The signature of the builtin function *dotted* (``builtins.open``), as text; ``""`` where Python tells none."""
    import builtins
    import inspect

    module, _, name = dotted.rpartition(".")
    found = getattr(builtins, name, None) if module == "builtins" else None
    if not inspect.isbuiltin(found):
        return ""
    try:
        text = str(inspect.signature(found))
        parse_signature(text)
    except (ValueError, TypeError, SignatureError):
        return ""
    return text


def parse_signature(text: str) -> Signature:
    """The signature *text*: what stands between the brackets of a ``def``, brackets included. Raises SignatureError."""
    code = f"{_BEFORE}{text}{_AFTER}"
    try:
        module = ast.parse(code)
    except SyntaxError as error:
        column = (error.offset or 1) - len(_BEFORE)
        message = f"column {column}: {error.msg}" if 1 <= column <= len(text) else error.msg
        raise SignatureError(f"{text!r} is no signature such as '(url, *, timeout=None)': {message}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SignatureError(f"{text!r} is no signature: {error}") from None
    statement = module.body[0]
    if len(module.body) != 1 or not isinstance(statement, ast.FunctionDef) or len(statement.body) != 1:
        raise SignatureError(f"{text!r} is no signature such as '(url, *, timeout=None)'")
    only = statement.body[0]
    if not isinstance(only, ast.Expr) or not isinstance(only.value, ast.Constant) or statement.name != "f":
        raise SignatureError(f"{text!r} is no signature such as '(url, *, timeout=None)'")
    return Signature(_parameters(statement.args, text))


def _parameters(arguments: ast.arguments, text: str) -> list[Parameter]:
    found: list[Parameter] = []
    positional = [*arguments.posonlyargs, *arguments.args]
    mandatory = len(positional) - len(arguments.defaults)
    for number, parameter in enumerate(positional):
        kind: ParameterKind = "positional" if number < len(arguments.posonlyargs) else "either"
        found.append(Parameter(parameter.arg, kind, number < mandatory))
    if arguments.vararg is not None:
        found.append(Parameter(arguments.vararg.arg, "args", False))
    for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(parameter.arg, "keyword", default is None))
    if arguments.kwarg is not None:
        found.append(Parameter(arguments.kwarg.arg, "kwargs", False))
    names = [parameter.name for parameter in found]
    twice = next((name for number, name in enumerate(names) if name in names[:number]), "")
    if twice:
        raise SignatureError(f"{text!r} is no signature: it has two parameters {twice!r}")
    return found


class Bound:
    """What a call gives.

    *given* has the arguments by parameter, and by keyword for what ``**kwargs`` takes; *extra* are those nobody knows
    the parameter of: taken by ``*args``, or after a splat. *splat* tells that the call has ``*a`` or ``**k``, which may
    give anything; *error* is why Python would refuse the call, whatever is missing, ``""`` where it would not.
    """

    __slots__ = ("error", "extra", "given", "splat")

    def __init__(self) -> None:
        self.given: dict[str, Argument] = {}
        self.extra: list[Argument] = []
        self.splat = False
        self.error = ""


def bind(
    signature: Signature | None,
    arguments: Sequence[ast.expr],
    keywords: Sequence[ast.keyword],
    also: Container[str] = (),
) -> Bound:
    """Which of the *arguments* and *keywords* of a call goes to which parameter.

    Without a *signature* only keywords are known. *also* are keywords that the callable takes besides.
    """
    bound = Bound()
    names = signature.positional if signature is not None else ()
    for number, argument in enumerate(arguments):
        if isinstance(argument, ast.Starred):
            bound.splat = True
        if bound.splat or signature is None:
            bound.extra.append(argument)
        elif number < len(names):
            bound.given[names[number]] = argument
        else:
            bound.extra.append(argument)
            if not signature.varargs:
                bound.error = bound.error or f"it takes {len(names)} arguments by position"
    taken: dict[str, ast.keyword] = {}
    for keyword in keywords:
        if keyword.arg is None:
            bound.splat = True
            continue
        kind = signature.kind(keyword.arg) if signature is not None else None
        known = signature is None or kind in ("either", "keyword") or signature.kwargs or keyword.arg in also
        if not known:
            bound.error = bound.error or f"it takes no `{keyword.arg}`"
        if keyword.arg in taken or (kind == "either" and keyword.arg in bound.given):
            bound.error = bound.error or f"it is given `{keyword.arg}` twice"
        taken.setdefault(keyword.arg, keyword)
        if kind == "positional":
            # Of a positional-only parameter's name: `**kwargs` takes it.
            bound.extra.append(keyword)
        else:
            bound.given.setdefault(keyword.arg, keyword)
    return bound
