"""Folding short texts: ``flag()`` has a value, and what is left is text."""

from __future__ import annotations

import ast

from platform_lint.context import FileContext
from platform_lint.folding.folding import Folded, Task, fold
from platform_lint.index import build, parse
from platform_lint.source import Source


def folding(text: str, value: object = True, elsewhere: bool | None = False) -> tuple[str, Folded]:
    """*text* with every call of ``flag`` worth *value*, and what folding says of it.

    *elsewhere* is whether other files have whatever word.
    """
    source = Source(text)
    tree = parse(source)
    context = FileContext(source, tree, build(source, tree, module=("sample",)), None, {}, {})
    known = {
        id(node): value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "flag"
    }
    done = fold(context, Task(known), lambda _: elsewhere)
    pieces: list[str] = []
    at = 0
    for start, end, piece in sorted(edit for unit in done.units for edit in unit.edits):
        assert start >= at, "changes overlap"
        pieces += [text[at:start], source.with_newlines(piece, start)]
        at = end
    return "".join([*pieces, text[at:]]), done


def folded(text: str, value: object = True, elsewhere: bool | None = False) -> str:
    """*text* with every call of ``flag`` worth *value*."""
    return folding(text, value, elsewhere)[0]
