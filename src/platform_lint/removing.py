"""Nodes that go, as changes of the text: with their commas, their lines, and what is theirs of the empty lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from platform_lint.differing import changed
from platform_lint.trees import Change, Tree


class ReplacementError(ValueError):
    """What a rule wants to put somewhere cannot stand there, or something must; one line."""


def removed(tree: Tree, old: cst.CSTNode, gone: Sequence[cst.CSTNode] = ()) -> list[Change]:
    """The changes that take *old* out, as *gone* are as well. Raises ReplacementError where something must stand."""
    parent, field = tree.field(old)
    siblings = getattr(parent, field)
    listed = isinstance(siblings, tuple | list)
    if isinstance(old, cst.BaseSmallStatement) and len(siblings) == 1 and isinstance(parent, cst.SimpleStatementLine):
        return removed(tree, parent)
    if isinstance(old, cst.BaseStatement) and listed:
        return _without_lines(tree, parent, siblings, old, gone)
    if isinstance(old, cst.BaseSmallStatement) and len(siblings) == 1:
        return changed(tree.text, *tree.span(old), "pass")
    if (
        isinstance(parent, cst.Try | cst.TryStar)
        and len(parent.handlers) + bool(parent.finalbody) == 1
        and not (isinstance(old, cst.Else))
    ):
        raise ReplacementError(f"the only {type(old).__name__} of a Try cannot be removed")
    if isinstance(old, cst.Decorator | cst.ExceptHandler | cst.ExceptStarHandler | cst.MatchCase) and listed:
        start, end = tree.outer_span(old)
        return [(start, end, "")]
    if isinstance(old, cst.Else | cst.Finally | cst.If) and field in ("orelse", "finalbody"):
        start, end = tree.outer_span(old)
        if isinstance(old, cst.If) and old.orelse is not None:
            raise ReplacementError("an `elif` that others follow cannot be removed by itself")
        return [(start, end, "")]
    if listed and (hasattr(old, "comma") or hasattr(old, "semicolon")):
        return _without_item(tree, parent, siblings, old, gone)
    raise ReplacementError(f"{type(old).__name__} cannot be removed from {type(parent).__name__}")


def _without_lines(
    tree: Tree,
    parent: cst.CSTNode,
    siblings: Sequence[cst.CSTNode],
    old: cst.BaseStatement,
    gone: Sequence[cst.CSTNode],
) -> list[Change]:
    start, end = tree.outer_span(old)
    above: Sequence[cst.EmptyLine] = getattr(old, "leading_lines", ())
    if not _others(siblings[1:], gone) and old is siblings[0] and not isinstance(parent, cst.Module):
        # A block holds something.
        first: cst.CSTNode = next(iter(getattr(old, "decorators", ())), old)
        return changed(tree.text, tree.span(first)[0], tree.span(old)[1], "pass")
    number = next(number for number, item in enumerate(siblings) if item is old)
    following = siblings[number + 1] if number + 1 < len(siblings) else None
    keeps = bool(above) and (
        any(line.comment is not None for line in above)
        or (following is not None and len(getattr(following, "leading_lines", ())) < len(above))
    )
    # No empty line is left at the end of a block.
    kept = [line for line in above if following is not None or line.comment is not None]
    if keeps and kept:
        start = tree.outer_span(kept[-1])[1]
    return [(start, end, "")]


def _others(siblings: Sequence[cst.CSTNode], gone: Sequence[cst.CSTNode]) -> list[cst.CSTNode]:
    """Those of *siblings* that are not *gone*."""
    return [item for item in siblings if not any(item is other for other in gone)]


def _without_item(
    tree: Tree, parent: cst.CSTNode, siblings: Sequence[Any], old: Any, gone: Sequence[cst.CSTNode]
) -> list[Change]:
    name = "comma" if hasattr(old, "comma") else "semicolon"
    number = next(number for number, item in enumerate(siblings) if item is old)
    start, end = tree.outer_span(old)
    own = getattr(siblings[-1], name)
    last = number == len(siblings) - 1
    left = _others(siblings, [old, *gone])
    if isinstance(parent, cst.Set) and not left:
        raise ReplacementError("the only item of a Set cannot be removed: what is left would be a dict")
    if (
        not isinstance(
            parent,
            cst.Call
            | cst.ClassDef
            | cst.Tuple
            | cst.List
            | cst.Dict
            | cst.SimpleStatementLine
            | cst.SimpleStatementSuite
            | cst.Parameters,
        )
        and not left
    ):
        raise ReplacementError(f"the only {type(old).__name__} of {type(parent).__name__} cannot be removed")
    if _others(siblings[number + 1 :], gone):
        return [(start, end, "")]
    if last and not isinstance(own, cst.MaybeSentinel):
        end = tree.outer_span(own.whitespace_after)[0]
    if number and _others(siblings[number - 1 : number], gone):
        before = getattr(siblings[number - 1], name)
        if not isinstance(before, cst.MaybeSentinel):
            start = tree.outer_span(before.whitespace_after)[0]
            if isinstance(own, cst.MaybeSentinel) and not (isinstance(parent, cst.Tuple) and number == 1):
                start = tree.outer_span(before)[0]
    return [(start, end, "")]
