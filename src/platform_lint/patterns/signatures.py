"""Editing the heads of definitions: their names, decorators, parameters, bases, ``async`` and results."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from platform_lint.hits import Piece, Splice
from platform_lint.patterns.alignment import Editor, in_order
from platform_lint.patterns.bindings import element_span
from platform_lint.patterns.commas import CommaList
from platform_lint.patterns.definitions import flattened
from platform_lint.patterns.sameness import key
from platform_lint.patterns.templates import Refused

Function = ast.FunctionDef | ast.AsyncFunctionDef


def function(editor: Editor, pattern: ast.stmt, template: ast.stmt, target: ast.stmt) -> list[Splice] | None:
    """The edits of a function, or None where it must be written anew."""
    assert isinstance(pattern, Function) and isinstance(template, Function) and isinstance(target, Function)
    made = _decorators(editor, pattern, template, target)
    made += _name(editor, pattern.name, template.name, target)
    start = editor.context.span(target)[0]
    if isinstance(template, ast.AsyncFunctionDef) and isinstance(target, ast.FunctionDef):
        made.append(Splice(start, start, ["async "]))
    elif isinstance(pattern, ast.AsyncFunctionDef) and isinstance(template, ast.FunctionDef):
        made.append(Splice(start, editor.context.source.text.index("def", start), []))
    parameters = _parameters(editor, pattern, template, target)
    if parameters is None:
        return None
    made += parameters
    returned = _returned(editor, pattern, template, target)
    return None if returned is None else editor.bodies(pattern, template, made + returned)


def class_(editor: Editor, pattern: ast.stmt, template: ast.stmt, target: ast.stmt) -> list[Splice] | None:
    """The edits of a class, or None where it must be written anew."""
    assert isinstance(pattern, ast.ClassDef) and isinstance(template, ast.ClassDef) and isinstance(target, ast.ClassDef)
    made = _decorators(editor, pattern, template, target)
    made += _name(editor, pattern.name, template.name, target)
    if [key(item) for item in (*pattern.bases, *pattern.keywords)] != [
        key(item) for item in (*template.bases, *template.keywords)
    ]:
        bases = _bases(editor, pattern, template, target)
        if bases is None:
            return None
        made += bases
    return editor.bodies(pattern, template, made)


def _name(editor: Editor, pattern: str, template: str, target: ast.stmt) -> list[Splice]:
    return editor.word(pattern, template, target)


def _decorators(
    editor: Editor,
    pattern: Function | ast.ClassDef,
    template: Function | ast.ClassDef,
    target: Function | ast.ClassDef,
) -> list[Splice]:
    """Decorators that only the template has go to the top or bottom as it has them; those only the match has go."""
    context, layout = editor.context, editor.layout
    made: list[Splice] = []
    theirs = [key(item) for item in pattern.decorator_list]
    mine = [key(item) for item in template.decorator_list]
    if theirs == mine:
        return made
    if len(theirs) == len(mine) and not set(theirs) & set(mine):
        for one, other in zip(pattern.decorator_list, template.decorator_list, strict=True):
            found = editor.template.target(one)
            if found is None:
                raise Refused("a decorator is not in its place")
            made += editor.expression(one, other, found)
        return made
    for one in pattern.decorator_list:
        found = editor.template.target(one)
        if key(one) not in mine and found is not None:
            start, end = context.outer_span(found)
            made.append(Splice(layout.line_start(start), layout.next_line(end), []))
    start = context.span(target)[0]
    first = element_span(context, target)[0]
    indent = layout.newline + layout.indent_at(start)
    above: list[Piece] = []
    below: list[Piece] = []
    known = False
    for item in template.decorator_list:
        if key(item) in theirs:
            known = True
            continue
        written: list[Piece] = ["@", *editor.template.expression(item), indent]
        if known:
            below += written
        else:
            above += written
    if above:
        made.append(Splice(first, first, above))
    if below:
        made.append(Splice(start, start, below))
    return made


def _parameters(editor: Editor, pattern: Function, template: Function, target: Function) -> list[Splice] | None:
    if key(pattern.args) == key(template.args):
        return []
    context = editor.context
    elements = [node for _, node, _ in flattened(target.args)]
    theirs = [node for _, node, _ in flattened(pattern.args)]
    mine = [node for _, node, _ in flattened(template.args)]
    wanted = [_written(pattern.args, node) for node in theirs]
    given = [_written(template.args, node) for node in mine]
    dropped: set[int] = set()
    numbers = {id(element): number for number, element in enumerate(elements)}
    place = 0
    added: dict[int, list[list[Piece]]] = {}
    at = 0
    for number, text in enumerate(given):
        if text in wanted[at:]:
            found = wanted.index(text, at)
            for skipped in theirs[at:found]:
                dropped.update(numbers[id(node)] for node in _matched(editor, skipped))
            matched = _matched(editor, theirs[found])
            place = max((numbers[id(node)] + 1 for node in matched), default=place)
            at = found + 1
        elif editor.template.is_many(mine[number]):
            return None
        else:
            start, end = editor.template.item_span(template, mine[number])
            added.setdefault(place, []).append(
                editor.template.between(start, end, [mine[number], *_parts(template.args, mine[number])])
            )
    for skipped in theirs[at:]:
        dropped.update(numbers[id(node)] for node in _matched(editor, skipped))
    opener = context.token_after(context.source.text.index(target.name, context.span(target)[0]) + len(target.name))
    while opener is not None and opener[2] != "(":
        opener = context.token_after(opener[1])
    if opener is None:
        return None
    closer = context._closing(opener[0])
    # A bare `*` or `/` is an item too, and which side of it things are on counts.
    if any(token in context.source.text[opener[0] : closer] for token in ("*,", "* ,", "/,", "/)")) and added:
        raise Refused("the function has parameters of several kinds")
    spans = [element_span(context, element) for element in elements]
    return CommaList(context, editor.layout, opener[0], closer, spans).splices(dropped, added)


def _matched(editor: Editor, node: ast.arg) -> list[ast.AST]:
    found = editor.template.matched.get(id(node))
    return list(found) if isinstance(found, list) else [found] if isinstance(found, ast.AST) else []


def _written(arguments: ast.arguments, node: ast.arg) -> tuple[str, ...]:
    """What tells a parameter of a pattern from others."""
    for kind, other, default in flattened(arguments):
        if other is node:
            return kind, key(node), key(default) if default is not None and not node.arg.startswith("__ell") else ""
    return ()


def _parts(arguments: ast.arguments, node: ast.arg) -> Sequence[ast.AST]:
    return [default for _, other, default in flattened(arguments) if other is node and default is not None]


def _returned(editor: Editor, pattern: Function, template: Function, target: Function) -> list[Splice] | None:
    if pattern.returns is not None and template.returns is not None:
        return editor.pair(pattern.returns, template.returns)
    if pattern.returns is template.returns is None:
        return []
    context = editor.context
    if template.returns is not None:
        if target.returns is not None:
            return []
        before = context.token_before(context.span(target.body[0])[0])
        while before is not None and before[2] != ")":
            before = context.token_before(before[0])
        if before is None:
            return None
        return [Splice(before[1], before[1], [" -> ", *editor.template.expression(template.returns)])]
    if target.returns is None:
        return []
    end = context.outer_span(target.returns)[1]
    arrow = context.token_before(context.outer_span(target.returns)[0])
    closing = context.token_before(arrow[0]) if arrow is not None else None
    return None if closing is None else [Splice(closing[1], end, [])]


def _bases(editor: Editor, pattern: ast.ClassDef, template: ast.ClassDef, target: ast.ClassDef) -> list[Splice] | None:
    context = editor.context
    elements = in_order([*target.bases, *target.keywords])
    mine = editor.template.listed(template)
    theirs = in_order([*pattern.bases, *pattern.keywords])
    if elements:
        first = element_span(context, elements[0])[0]
        opener = context.token_before(first)
        while opener is not None and opener[2] != "(":
            opener = context.token_before(opener[0])
        if opener is None:
            return None
        return editor.items(theirs, mine, elements, opener[0], context._closing(opener[0]), template)
    name = context.source.text.index(target.name, context.span(target)[0] + len("class")) + len(target.name)
    following = context.token_after(name)
    written = editor.template.joined(template, mine)
    if following is not None and following[2] == "(":
        return [Splice(following[1], following[1], written)]
    return [Splice(name, name, ["(", *written, ")"])]
