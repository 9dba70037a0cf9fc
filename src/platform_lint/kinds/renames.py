"""Giving a class or function another name within its file, where every use of it can be seen there."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from platform_lint.finding import Safety
from platform_lint.hits import Repair, Splice
from platform_lint.kinds.headers import name_span

if TYPE_CHECKING:
    from platform_lint.context import Declaration, FileContext

_WORD = re.compile(r"\w+")
#: Fields of nodes that are names of something.
_NAMING = ("name", "asname", "arg", "attr")


def new_name(globs: list[str], name: str) -> str:
    """What *name* becomes to be like the only one of *globs*, "" where that does not follow from it."""
    if len(globs) != 1 or globs[0].count("*") != 1 or re.search(r"[?\[]", globs[0]):
        return ""
    prefix, _, suffix = globs[0].partition("*")
    if (prefix and suffix) or name.startswith("__"):
        return ""
    # `_compute_*` has the underscore of its own.
    new = prefix + name.lstrip("_") if prefix else name + suffix
    return "" if name.startswith("_") and not new.startswith("_") else new


def renamed(context: FileContext, declaration: Declaration, new: str) -> Repair:
    """The repair that renames what is declared to *new*, with all of its uses, or its refusal."""
    node, old = declaration.node, declaration.node.name
    message = f"rename `{old}` to `{new}`"
    local = isinstance(declaration.outer, ast.FunctionDef | ast.AsyncFunctionDef)
    hidden = declaration.outer is None and old.startswith("_")
    if not local and not hidden:
        return Repair.refused(message, "other files may use the name")
    text = context.source.text
    if not new.isidentifier() or any(match.group() == new for match in _WORD.finditer(text)):
        return Repair.refused(message, f"`{new}` already means something else here")
    places = [name_span(context, node)]
    for inner in ast.walk(context.tree):
        if isinstance(inner, ast.Name) and inner.id == old:
            if not isinstance(inner.ctx, ast.Load) or not context.is_placed(inner):
                return Repair.refused(message, f"`{old}` is also bound elsewhere, or used inside an f-string")
            places.append(context.span(inner))
        elif inner is not node and any(getattr(inner, field, "") == old for field in _NAMING):
            return Repair.refused(message, f"`{old}` is also the name of something else")
    # Strings, comments and whatever else spells the name: nobody knows what is meant there.
    if sum(match.group() == old for match in _WORD.finditer(text)) != len(places):
        return Repair.refused(message, f"`{old}` is also mentioned in a string or a comment")
    safety: Safety = "safe" if local else "unsafe"
    reason = "" if local else "another file may use the name all the same"
    return Repair(message, [Splice(*place, [new]) for place in places], safety=safety, reason=reason)
