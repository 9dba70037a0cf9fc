"""Rewriting a match: the least that must change for it to read as the template says.

Match and template are laid side by side. What is the same in both keeps its text, with its comments and line breaks;
what differs is written anew, quoting what the metavariables stand for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from platform_lint.context import FileContext
from platform_lint.finding import Safety, weakest
from platform_lint.hits import Piece, Quote, Repair, Splice
from platform_lint.patterns.alignment import Editor
from platform_lint.patterns.bindings import Bindings, Bound
from platform_lint.patterns.matching import Pattern, trimmed
from platform_lint.patterns.syntax import Tree
from platform_lint.patterns.templates import Refused
from platform_lint.rule import Target
from platform_lint.values import order_matters

_LAZY = (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.FunctionDef, ast.AsyncFunctionDef)
#: Statements whose blocks run only sometimes, or several times.
_CONDITIONAL = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match, ast.ExceptHandler)
_FUNCTIONS = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)
#: Of more nodes than this that change places nobody asks whether the order matters.
_MAX_COMPARED = 200
_IMPURE = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def rewritten(
    context: FileContext, pattern: Pattern, template: Pattern, node: ast.AST, bindings: Bindings
) -> tuple[Repair, str]:
    """The repair that rewrites the match at *node*, and the text that comes of it (``""`` where it is refused)."""
    tree = template.tree
    try:
        if not context.is_placed(node):
            raise Refused("it stands inside an f-string, where its exact place is not known")
        if _is_assigned(node) and not isinstance(tree.root, ast.Name | ast.Attribute | ast.Subscript):
            raise Refused("something is assigned to it")
        editor = Editor(context, pattern.tree, tree, bindings)
        splices, (start, end) = _splices(editor, pattern.tree, tree, node)
        splices = _finished(context, splices)
        if not splices:
            raise Refused("it reads like that already")
        text = _text(context, splices, min(start, splices[0].start), max(end, splices[-1].end))
        message = f"write `{_line(text)}`" if text.strip() else "take it out"
        _check_strings(context, node, splices)
    except Refused as refusal:
        message = f"rewrite it as `{_line(tree.text)}`" if tree.text.strip() else "take it out"
        return Repair.refused(message, str(refusal)), ""
    except RecursionError:
        return Repair.refused("rewrite it", "it is nested too deeply"), ""
    safety, reason = _safety(context, pattern.tree, tree, bindings, splices, (start, end))
    return Repair(message, splices, safety=safety, reason=reason), text


def _is_assigned(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _splices(editor: Editor, pattern: Tree, template: Tree, node: ast.AST) -> tuple[list[Splice], tuple[int, int]]:
    """The raw edits, and the offsets of what is rewritten."""
    context = editor.context
    if pattern.root is not None and template.root is not None:
        return editor.expression(pattern.root, template.root, node), context.span(node)
    if isinstance(node, ast.expr):
        statement = context.parent(node)
        if not isinstance(statement, ast.Expr) or pattern.root is None:
            raise Refused("it is only a part of its statement")
        editor.stand_for(pattern.body[0], statement)
        return editor.block(pattern.body, template.body, [statement]), context.span(statement)
    if pattern.bare:
        raise Refused("a decorator alone has no rewrite")
    body = trimmed(pattern)
    statements = list(editor.statements_of(body))
    made = editor.block(body, trimmed(template), statements)
    start = context.span(statements[0])[0] if statements else context.span(node)[0]
    end = context.span(statements[-1])[1] if statements else start
    if context.source.text.startswith("elif", start) and any(splice.start <= start < splice.end for splice in made):
        raise Refused("an `elif` is a part of the `if` before it")
    return made, (start, end)


# Finishing


def _finished(context: FileContext, splices: Sequence[Splice]) -> list[Splice]:
    """*splices* in order, each as small as it can be, together where one quotes what another replaces."""
    ordered = [_spaced(context, splice) for splice in sorted(splices, key=lambda splice: (splice.start, splice.end))]
    ordered = [small for splice in ordered for small in _trimmed(context, splice)]
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise Refused("its parts overlap")
    if len(ordered) > 1 and any(
        _reaches(splice, other) for splice in ordered for other in ordered if other is not splice
    ):
        return [_together(ordered)]
    return ordered


def _reaches(splice: Splice, other: Splice) -> bool:
    """Whether *splice* quotes what *other* replaces."""
    return any(
        isinstance(piece, Quote) and piece.start < other.end and other.start < piece.end for piece in splice.pieces
    )


def _together(splices: Sequence[Splice]) -> Splice:
    pieces: list[Piece] = []
    at = splices[0].start
    for splice in splices:
        if splice.start > at:
            pieces.append(Quote(at, splice.start))
        pieces += splice.pieces
        at = splice.end
    return Splice(splices[0].start, at, pieces)


def _trimmed(context: FileContext, splice: Splice) -> Iterator[Splice]:
    """*splice* without what stands at its place already: split at the quotes that stay where they are."""
    text = context.source.text
    at = splice.start
    pending: list[Piece] = []
    quotes = [piece for piece in splice.pieces if isinstance(piece, Quote)]
    in_order = all(one.end <= other.start for one, other in pairwise(quotes))
    inside = bool(quotes) and quotes[0].start >= splice.start and quotes[-1].end <= splice.end
    if not in_order or not inside:
        yield splice
        return
    for piece in splice.pieces:
        if not isinstance(piece, Quote):
            pending.append(piece)
            continue
        if not _stands(text[at : piece.start], pending):
            yield Splice(at, piece.start, pending)
        pending = []
        at = piece.end
    if not _stands(text[at : splice.end], pending):
        yield Splice(at, splice.end, pending)


def _stands(text: str, pieces: Sequence[Piece]) -> bool:
    return all(isinstance(piece, str) for piece in pieces) and text == "".join(str(piece) for piece in pieces)


def _spaced(context: FileContext, splice: Splice) -> Splice:
    """*splice* with a blank where a word would run into another."""
    text = context.source.text
    flat = _text(context, [splice], splice.start, splice.end)
    if not flat:
        return splice
    pieces = list(splice.pieces)
    if splice.start and _is_word(text[splice.start - 1]) and (_is_word(flat[0]) or flat[0] in "\"'"):
        pieces.insert(0, " ")
    if splice.end < len(text) and _is_word(flat[-1]) and _is_word(text[splice.end]):
        pieces.append(" ")
    return Splice(splice.start, splice.end, pieces)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _text(context: FileContext, splices: Sequence[Splice], start: int, end: int) -> str:
    """The text between two offsets with *splices* made; qualified names are spelled in full."""
    text = context.source.text
    found: list[str] = []
    at = start
    for splice in splices:
        found.append(text[at : splice.start])
        for piece in splice.pieces:
            if isinstance(piece, Quote):
                found.append(text[piece.start : piece.end])
            else:
                found.append(str(piece))
        at = splice.end
    found.append(text[at:end])
    return "".join(found)


def _check_strings(context: FileContext, node: ast.AST, splices: Sequence[Splice]) -> None:
    """Refuse what cannot be written inside an f-string."""
    if not context.in_fstring(node):
        return
    for splice in splices:
        for piece in splice.pieces:
            said = piece if isinstance(piece, str) else ""
            if any(char in said for char in "\"'\\\n#{}") or ":" in said or "!" in said:
                raise Refused("it cannot be written inside an f-string")
            if isinstance(piece, Target) and not piece.qualified:
                raise Refused("it cannot be written inside an f-string")


# What speaks against trusting it


def _safety(
    context: FileContext,
    pattern: Tree,
    template: Tree,
    bindings: Bindings,
    splices: Sequence[Splice],
    span: tuple[int, int],
) -> tuple[Safety, str]:
    text = context.source.text
    # A line that is only moved is where it was.
    segments = _segments([each for each in splices if each.pieces or text[each.start : each.end].strip(" ")], span)
    safety: Safety = "safe"
    reason = ""
    if _loses_comment(context, splices, segments):
        return "suggest", "a comment would be lost"
    bound_nodes = {
        id(node): node for bound in _bounds(pattern, bindings) for node in bound.nodes if hasattr(node, "lineno")
    }
    places: list[tuple[tuple[int, int], ast.AST]] = []
    for node in sorted(bound_nodes.values(), key=lambda item: (item.lineno, item.col_offset)):  # type: ignore[attr-defined]
        start, end = context.span(node.value if isinstance(node, ast.keyword) else node)
        times = [number for number, (low, high) in enumerate(segments) if low <= start and end <= high]
        if len(times) == 1:
            places.append(((times[0], start), node))
        elif not _is_pure(node):
            what = "would be evaluated twice" if times else "would not be evaluated any more"
            safety = weakest(safety, "unsafe")
            reason = reason or f"`{_line(context.source.text[start:end])}` {what}"
    if _is_reordered(places) and not reason:
        safety, reason = weakest(safety, "unsafe"), "its parts would be evaluated in another order"
    for name in sorted(_lazily(pattern) - _lazily(template)):
        early_bound = bindings.values.get(name)
        if early_bound is not None and not all(_is_pure(node) for node in early_bound.nodes) and not reason:
            safety = weakest(safety, "unsafe")
            reason = f"`{_line(early_bound.text(context))}` would be evaluated where it was not before"
    late = _lazily(template) - _lazily(pattern)
    later = _in_function(template) - _in_function(pattern)
    for name in sorted(late | later):
        late_bound = bindings.values.get(name)
        stays = _is_constant if name in later else _is_pure
        if late_bound is not None and not all(stays(node) for node in late_bound.nodes) and not reason:
            safety, reason = (
                weakest(safety, "unsafe"),
                f"`{_line(late_bound.text(context))}` would be evaluated at another time",
            )
    return safety, reason


def _is_reordered(places: Sequence[tuple[tuple[int, int], ast.AST]]) -> bool:
    """Whether of two nodes that change places one may see what the other does; *places* are in the order of the file.

    Statements always do something.
    """
    if all(one[0] <= other[0] for one, other in pairwise(places)):
        return False
    if len(places) > _MAX_COMPARED:
        return True
    return any(
        place > later and (isinstance(node, ast.stmt) or isinstance(other, ast.stmt) or order_matters(node, other))
        for number, (place, node) in enumerate(places)
        for later, other in places[number + 1 :]
    )


def _bounds(pattern: Tree, bindings: Bindings) -> Iterator[Bound]:
    """What the metavariables and ``...`` of a match stand for."""
    yield from (bound for bound in bindings.values.values() if not bound.word)
    matched = bindings.matched()
    for node_id, mark in pattern.marks.items():
        found = matched.get(node_id)
        if mark.kind == "ell" and isinstance(found, list):
            yield Bound(found, many=True)


def _segments(splices: Sequence[Splice], span: tuple[int, int]) -> list[tuple[int, int]]:
    """What of the file is in the result, in the order of the result."""
    found: list[tuple[int, int]] = []
    at = min([span[0], *(splice.start for splice in splices)])
    for splice in splices:
        if splice.start > at:
            found.append((at, splice.start))
        found += [(piece.start, piece.end) for piece in splice.pieces if isinstance(piece, Quote)]
        at = splice.end
    if span[1] > at:
        found.append((at, span[1]))
    # What follows in the file and in the result is one.
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _loses_comment(context: FileContext, splices: Sequence[Splice], segments: Sequence[tuple[int, int]]) -> bool:
    for splice in splices:
        at = splice.start
        for start, end in sorted((low, high) for low, high in segments if low < splice.end and high > splice.start):
            if start > at and context.has_comment(at, start):
                return True
            at = max(at, end)
        if at < splice.end and context.has_comment(at, splice.end):
            return True
    return False


def _is_pure(node: ast.AST) -> bool:
    """Whether evaluating *node* does nothing; statements always do something."""
    if isinstance(node, ast.stmt):
        return False
    pending: list[ast.AST] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, _IMPURE):
            return False
        if not isinstance(item, ast.Lambda):
            pending.extend(ast.iter_child_nodes(item))
    return True


def _lazily(tree: Tree) -> set[str]:
    """The metavariables of a pattern that stand where they may be evaluated later, several times or never."""
    found: set[str] = set()
    for statement in tree.body:
        for node in ast.walk(statement):
            mark = tree.marks.get(id(node))
            if mark is not None and mark.name and _is_lazy(tree, node):
                found.add(mark.name)
    return found


def _is_constant(node: ast.AST) -> bool:
    """Whether *node* is the same whenever it is evaluated: it reads no name."""
    return _is_pure(node) and not any(isinstance(inner, ast.Name) for inner in ast.walk(node))


def _in_function(tree: Tree) -> set[str]:
    """The metavariables of a pattern that stand in a body of its own, which runs when somebody calls it."""
    return {
        mark.name
        for statement in tree.body
        for function in ast.walk(statement)
        if isinstance(function, _FUNCTIONS)
        for part in (function.body if isinstance(function.body, list) else [function.body])
        for node in ast.walk(part)
        if (mark := tree.marks.get(id(node))) is not None and mark.name
    }


def _is_lazy(tree: Tree, node: ast.AST) -> bool:
    inner: ast.AST = node
    outer = tree.parents.get(id(node))
    while outer is not None:
        if isinstance(outer, _LAZY):
            return True
        if isinstance(outer, _CONDITIONAL) and isinstance(inner, ast.stmt | ast.excepthandler | ast.match_case):
            return True
        if isinstance(outer, ast.IfExp) and inner is not outer.test:
            return True
        if isinstance(outer, ast.BoolOp) and inner is not outer.values[0]:
            return True
        inner, outer = outer, tree.parents.get(id(outer))
    return False
