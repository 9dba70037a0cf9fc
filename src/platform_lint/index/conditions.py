"""Conditions that code is under: tests of versions and of type checking, and what catches a failed import."""

from __future__ import annotations

import ast

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


def head_of(node: ast.expr) -> str:
    """The name a chain of attributes begins with, ``""`` where it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def last_of(node: ast.expr) -> str:
    """The last word of a name or chain of attributes, ``""`` for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def tests_version(test: ast.expr) -> bool:
    """Whether *test* asks for the Python version: ``sys.version_info``, ``sys.hexversion``, ``six.PY2``."""
    return any(
        isinstance(node, ast.Name | ast.Attribute) and last_of(node) in {"version_info", "hexversion", "PY2", "PY3"}
        for node in ast.walk(test)
    )


def tests_type_checking(test: ast.expr) -> bool:
    """Whether *test* is ``TYPE_CHECKING``, however it is reached."""
    return last_of(test) == "TYPE_CHECKING"


def catches_import_error(node: ast.expr | None) -> bool:
    """Whether the type an ``except`` clause names is that of a failed import, or has it among others."""
    if isinstance(node, ast.Tuple):
        return any(last_of(item) in _IMPORT_ERRORS for item in node.elts)
    return node is not None and last_of(node) in _IMPORT_ERRORS


def suppresses_import_error(node: ast.expr) -> bool:
    """``contextlib.suppress(ImportError)``."""
    return (
        isinstance(node, ast.Call)
        and last_of(node.func) == "suppress"
        and any(catches_import_error(argument) for argument in node.args)
    )
