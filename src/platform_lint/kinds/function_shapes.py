"""What rules require and forbid of functions besides their parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from platform_lint.hits import Repair
from platform_lint.kinds import parameters
from platform_lint.kinds.expressions import same, written
from platform_lint.kinds.faults import Fault, Span
from platform_lint.kinds.subjects import Check, Function, Subject, plain


def calls_super(method: Function) -> bool:
    """Whether a method calls the one it overrides: on ``super()``, or on a class with ``self``."""
    first = next(iter((*method.args.posonlyargs, *method.args.args)), None)
    for node in ast.walk(method):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method.name):
            continue
        receiver = node.func.value
        if isinstance(receiver, ast.Call):
            if isinstance(receiver.func, ast.Name) and receiver.func.id == "super":
                return True
        elif node.args and isinstance(node.args[0], ast.Name) and first is not None and node.args[0].id == first.arg:
            return True
    return False


def async_faults(at: Span, node: Function, wanted: bool) -> Iterator[Fault]:
    """Whether a function is async where it must not be, or is not where it must."""
    if isinstance(node, ast.AsyncFunctionDef) == wanted:
        return
    if wanted:
        repair = Repair.refused("make it `async def`", "every caller would have to await it")
        yield Fault(at, "is not async", "make it `async def`, and await it where it is called", repair=repair)
    else:
        repair = Repair.refused("make it a plain `def`", "callers await it")
        yield Fault(at, "is async", "make it a plain `def`", repair=repair)


def _async(subject: Subject, wanted: bool) -> Iterator[Fault]:
    yield from async_faults(subject.name, subject.function, wanted)


def _no_async(subject: Subject, unwanted: bool) -> Iterator[Fault]:
    yield from async_faults(subject.name, subject.function, not unwanted)


def _calls_super(subject: Subject, _: bool) -> Iterator[Fault]:
    if not calls_super(subject.function):
        yield Fault(subject.name, f"does not call `super().{subject.node.name}`", "call it")


def _no_calls_super(subject: Subject, _: bool) -> Iterator[Fault]:
    if calls_super(subject.function):
        yield Fault(subject.name, f"calls `super().{subject.node.name}`")


def _no_returns(subject: Subject, text: str) -> Iterator[Fault]:
    returns = subject.function.returns
    if returns is not None and same(subject.context, written(text), returns) == "yes":
        yield Fault(subject.context.span(returns), f"says that it returns `{plain(text)}`")


def _no_signature(subject: Subject, text: str) -> Iterator[Fault]:
    if not parameters.differs(subject.context, subject.function, text):
        yield Fault(subject.name, f"takes `{text}`")


#: By the key of the table that says so.
REQUIRED: dict[str, Check] = {
    "async": _async,
    "signature": lambda subject, text: parameters.signature_faults(subject.context, subject.function, text),
    "params": lambda subject, said: parameters.required_faults(subject.context, subject.function, said),
    "annotations": lambda subject, which: parameters.annotation_faults(subject.context, subject.function, which),
    "returns": lambda subject, text: parameters.return_faults(subject.context, subject.function, text),
    "calls_super": _calls_super,
}
FORBIDDEN: dict[str, Check] = {
    "async": _no_async,
    "signature": _no_signature,
    "params": lambda subject, said: parameters.forbidden_faults(subject.context, subject.function, said),
    "annotations": lambda subject, which: parameters.present_annotations(subject.context, subject.function, which),
    "returns": _no_returns,
    "calls_super": _no_calls_super,
}
