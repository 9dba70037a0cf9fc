"""Holding a class or function against what a rule requires and forbids."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from platform_lint.kinds import class_shapes, decorators, function_shapes, headers
from platform_lint.kinds.expressions import qualified_of
from platform_lint.kinds.faults import Fault, Span
from platform_lint.kinds.members import is_accessory
from platform_lint.kinds.renames import new_name, renamed
from platform_lint.kinds.selecting import in_module, module_of, uses
from platform_lint.kinds.subjects import Check, Function, Subject, either, plain
from platform_lint.regexes import begins, fits

if TYPE_CHECKING:
    from platform_lint.context import FileContext


def required(subject: Subject, said: Mapping[str, Any]) -> Iterator[Fault]:
    """What *subject* lacks of what is required, or has otherwise."""
    for key, value in said.items():
        yield from _REQUIRED[key](subject, value)


def forbidden(subject: Subject, said: Mapping[str, Any]) -> Iterator[Fault]:
    """What *subject* has of what is forbidden."""
    for key, value in said.items():
        yield from _FORBIDDEN[key](subject, value)


# Names and modules


def _name(subject: Subject, globs: list[str]) -> Iterator[Fault]:
    name = subject.node.name
    if not any(fnmatchcase(name, glob) for glob in globs):
        new = new_name(globs, name)
        yield Fault(
            subject.name,
            f"is not called {either(globs)}",
            f"call it `{new}`" if new else "rename it",
            repair=renamed(subject.context, subject.declaration, new) if new else None,
        )


def _no_name(subject: Subject, globs: list[str]) -> Iterator[Fault]:
    for glob in globs:
        if fnmatchcase(subject.node.name, glob):
            yield Fault(subject.name, f"is called `{glob}`", "rename it")
            return


def _regex(subject: Subject, pattern: str) -> Iterator[Fault]:
    if not fits(pattern, subject.node.name):
        yield Fault(subject.name, f"is not named like `{pattern}`", "rename it")


def _no_regex(subject: Subject, pattern: str) -> Iterator[Fault]:
    if fits(pattern, subject.node.name):
        yield Fault(subject.name, f"is named like `{pattern}`", "rename it")


def _module(subject: Subject, globs: list[str]) -> Iterator[Fault]:
    module = module_of(subject.context)
    if module is not None and not in_module(globs, module):
        yield Fault(subject.name, f"stands in `{'.'.join(module)}`", f"it belongs in {either(globs)}")


def _no_module(subject: Subject, globs: list[str]) -> Iterator[Fault]:
    module = module_of(subject.context)
    if module is not None and in_module(globs, module):
        yield Fault(subject.name, f"stands in `{'.'.join(module)}`", "move it out of there")


def _uses(subject: Subject, names: list[str]) -> Iterator[Fault]:
    for text in names:
        if not uses(subject.node, ".".join(qualified_of(text)), subject.context):
            yield Fault(subject.name, f"does not use `{plain(text)}`", "use it")


def _no_uses(subject: Subject, names: list[str]) -> Iterator[Fault]:
    for text in names:
        found = uses(subject.node, ".".join(qualified_of(text)), subject.context)
        if found:
            yield Fault(subject.name, f"uses `{plain(text)}`", matched=found)


# Docstrings


def _docstring(subject: Subject, wanted: bool) -> Iterator[Fault]:
    found = _docstring_of(subject.node)
    if wanted and found is None and not is_accessory(subject.node):
        yield Fault(subject.name, "has no docstring", "write one")
    elif not wanted and found is not None:
        yield Fault(_first_line(subject.context, found), "has a docstring", "take it out")


def _no_docstring(subject: Subject, forbidden: bool) -> Iterator[Fault]:
    yield from _docstring(subject, not forbidden)


def _docstring_line(subject: Subject, pattern: str) -> Iterator[Fault]:
    yield from _line_fault(subject, pattern, False)


def _no_docstring_line(subject: Subject, pattern: str) -> Iterator[Fault]:
    yield from _line_fault(subject, pattern, True)


def _line_fault(subject: Subject, pattern: str, bad: bool) -> Iterator[Fault]:
    found = _docstring_of(subject.node)
    if found is None:
        return
    lines = (ast.get_docstring(subject.node) or "").splitlines()
    if begins(pattern, lines[0] if lines else "") is bad:
        what = f"has a docstring whose first line is {'' if bad else 'not '}like `{pattern}`"
        yield Fault(_first_line(subject.context, found), what)


def _docstring_of(node: ast.ClassDef | Function) -> ast.expr | None:
    if ast.get_docstring(node, clean=False) is None:
        return None
    first = node.body[0]
    assert isinstance(first, ast.Expr)
    return first.value


def _first_line(context: FileContext, node: ast.expr) -> Span:
    start, end = context.span(node)
    return start, min(end, headers.line_end(context, start))


#: What is wrong with a declaration, by the key of the table that says so.
_REQUIRED: dict[str, Check] = {
    "name": _name,
    "regex": _regex,
    "module": _module,
    "decorator": decorators.lacking,
    "docstring": _docstring,
    "docstring_first_line": _docstring_line,
    "uses": _uses,
    **class_shapes.REQUIRED,
    **function_shapes.REQUIRED,
}
_FORBIDDEN: dict[str, Check] = {
    "name": _no_name,
    "regex": _no_regex,
    "module": _no_module,
    "decorator": decorators.unwanted,
    "docstring": _no_docstring,
    "docstring_first_line": _no_docstring_line,
    "uses": _no_uses,
    **class_shapes.FORBIDDEN,
    **function_shapes.FORBIDDEN,
}
