"""Edits of what stands at the head of a class or function: decorators, bases, keywords, attributes.

Each function gives the splices for one change, or raises :class:`NotMechanical` with the reason why there are none.
Only tokens that must change are in a splice, and no comment is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from platform_lint.hits import Piece, Splice

if TYPE_CHECKING:
    from platform_lint.context import FileContext

Declared = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_KEYWORDS = ("class", "def", "async")
#: What nearly every head looks like; others continue on another line.
_HEAD = re.compile(r"(?:class|def|async[ \t]+def)[ \t]+(\w+)")


class NotMechanical(Exception):
    """No edit is right here; the text is the reason."""


def name_span(context: FileContext, node: Declared) -> tuple[int, int]:
    """The offsets of the name a class or function is declared with."""
    # A statement is never inside an f-string, so there is no need to ask where it stands.
    start = context.source.offset(node.lineno, node.col_offset)
    plain = _HEAD.match(context.source.text, start)
    if plain is not None:
        return plain.span(1)
    at = start
    while True:
        token = context.token_after(at)
        if token is None:
            return start, at
        if token[2] not in _KEYWORDS:
            return token[0], token[1]
        at = token[1]


def line_start(context: FileContext, offset: int) -> int:
    """The offset where the line of *offset* begins."""
    return context.source.starts[context.source.row(offset) - 1]


def line_end(context: FileContext, offset: int) -> int:
    """The offset where the line of *offset* ends, before its newline."""
    row = context.source.row(offset)
    return context.source.starts[row - 1] + len(context.source.line(row).rstrip("\r\n"))


def indent_at(context: FileContext, offset: int) -> str | None:
    """How the line of *offset* is indented, if nothing but white space stands before it there."""
    before = context.source.text[line_start(context, offset) : offset]
    # A form feed begins the line anew.
    return before.rpartition("\f")[2] if not before.strip() else None


def beginning(context: FileContext, statement: ast.stmt) -> int:
    """The offset where a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    if not decorators:
        return context.span(statement)[0]
    return decorator_start(context, decorators[0])


def decorator_start(context: FileContext, decorator: ast.expr) -> int:
    """The offset of the ``@`` of a decorator."""
    token = context.token_before(context.outer_span(decorator)[0])
    if token is None or token[2] != "@":
        raise NotMechanical("the decorator's beginning is not known")
    return token[0]


# Decorators


def add_decorator(context: FileContext, node: Declared, pieces: Sequence[Piece], first: bool) -> list[Splice]:
    """Put a decorator on its own line: next to the ``def`` or ``class``, or above all others."""
    at = beginning(context, node) if first else context.span(node)[0]
    indent = indent_at(context, at)
    if indent is None or _continues(context, at):
        raise NotMechanical("there is no line for a decorator here")
    return [Splice(at, at, ["@", *pieces, context.source.newline + indent])]


def remove_decorator(context: FileContext, decorator: ast.expr) -> list[Splice]:
    """Take a decorator out, with its lines."""
    start, end = decorator_start(context, decorator), context.outer_span(decorator)[1]
    stop = line_end(context, end)
    if indent_at(context, start) is None or _continues(context, start):
        raise NotMechanical("the decorator does not stand on lines of its own")
    if context.has_comment(start, stop):
        raise NotMechanical("a comment would be lost")
    if context.source.text[end:stop].strip():
        raise NotMechanical("the decorator does not stand on lines of its own")
    row = context.source.row(stop)
    starts = context.source.starts
    after = starts[row] if row < len(starts) else len(context.source.text)
    return [Splice(line_start(context, start), after, [])]


def add_arguments(context: FileContext, node: ast.expr, arguments: Sequence[Sequence[Piece]]) -> list[Splice]:
    """Add arguments to a call, or call what is not called."""
    pieces = _joined(arguments)
    if not isinstance(node, ast.Call):
        end = context.outer_span(node)[1]
        return [Splice(end, end, ["(", *pieces, ")"])]
    return _append(context, context.span(node)[1] - 1, _last(context, [*node.args, *node.keywords]), pieces)


# Bases and keywords of a class


def add_base(context: FileContext, node: ast.ClassDef, pieces: Sequence[Piece], first: bool) -> list[Splice]:
    """Add a base: behind the others, or before them."""
    opener = _opener(context, node)
    if isinstance(opener, int):
        return [Splice(opener, opener, ["(", *pieces, ")"])]
    listed: list[ast.expr | ast.keyword] = sorted([*node.bases, *node.keywords], key=lambda item: context.span(item)[0])
    keyword = next((item for item in listed if isinstance(item, ast.keyword)), None)
    if listed and (first or keyword is not None):
        before = listed[0] if first else keyword
        assert before is not None
        return _insert_before(context, _start(context, before), pieces)
    return _append(context, closing(context, opener[0]), _last(context, listed), pieces)


def add_class_keyword(context: FileContext, node: ast.ClassDef, pieces: Sequence[Piece]) -> list[Splice]:
    """Add a keyword such as ``metaclass=…`` behind the bases."""
    opener = _opener(context, node)
    if isinstance(opener, int):
        return [Splice(opener, opener, ["(", *pieces, ")"])]
    return _append(context, closing(context, opener[0]), _last(context, [*node.bases, *node.keywords]), pieces)


def remove_base(context: FileContext, node: ast.ClassDef, base: ast.expr) -> list[Splice]:
    """Take a base out of a class's list, and the parentheses that hold nothing then."""
    start, end = context.outer_span(base)
    before, after = context.token_before(start), context.token_after(end)
    if before is None or after is None:
        raise NotMechanical("the base's place is not known")
    if after[2] == ",":
        follows = context.token_after(after[1])
        assert follows is not None
        if before[2] == "(" and follows[2] == ")":
            start, end = before[0], follows[1]
        else:
            end = follows[0] if follows[2] != ")" else after[1]
            if follows[2] == ")" and before[2] == ",":
                start, end = before[0], after[0]
    elif before[2] == ",":
        start = before[0]
    elif before[2] == "(" and after[2] == ")":
        start, end = before[0], after[1]
    if context.has_comment(start, end):
        raise NotMechanical("a comment would be lost")
    return [Splice(start, end, [])]


def _opener(context: FileContext, node: ast.ClassDef) -> int | tuple[int, int]:
    """The span of the parenthesis after a class's name, or the offset where one would stand."""
    at = name_span(context, node)[1]
    token = context.token_after(at)
    if token is not None and token[2] == "[":
        at = closing(context, token[0]) + 1
        token = context.token_after(at)
    if token is None or token[2] not in "(:":
        raise NotMechanical("the class's head is not understood")
    return (token[0], token[1]) if token[2] == "(" else at


# Attributes of a class


def add_attributes(context: FileContext, node: ast.ClassDef, statements: Sequence[Sequence[Piece]]) -> list[Splice]:
    """Put statements into a class: after its docstring, before all else. ``pass`` makes room for them."""
    body = list(node.body)
    docstring = body.pop(0) if ast.get_docstring(node, clean=False) is not None else None
    newline = context.source.newline

    def joined(separator: str) -> list[Piece]:
        return _joined(statements, separator)

    if len(body) == 1 and _is_filler(body[0]):
        start, end = context.span(body[0])
        indent = indent_at(context, start)
        return [Splice(start, end, joined("; " if indent is None else newline + indent))]
    if docstring is not None:
        end = context.span(docstring)[1]
        stop = line_end(context, end)
        indent = indent_at(context, context.span(docstring)[0])
        rest = context.source.text[end:stop].strip()
        if indent is None or (rest and not rest.startswith("#")):
            return [Splice(end, end, ["; ", *joined("; ")])]
        gap = newline if body and not _next_line(context, stop).strip() else ""
        return [Splice(stop, stop, [gap + newline + indent, *joined(newline + indent)])]
    at = beginning(context, body[0])
    indent = indent_at(context, at)
    if indent is None:
        return [Splice(at, at, [*joined("; "), "; "])]
    colon = context.token_before(at)
    if colon is None or colon[2] != ":":
        raise NotMechanical("the class's body is not understood")
    stop = line_end(context, colon[1])
    compound = isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    gap = newline if compound and _next_line(context, stop).strip() else ""
    return [Splice(stop, stop, [newline + indent, *joined(newline + indent), gap])]


def _is_filler(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and statement.value.value is ...
    )


def _next_line(context: FileContext, offset: int) -> str:
    """The line after the one of *offset*."""
    row = context.source.row(offset)
    return context.source.line(row + 1) if row < len(context.source.starts) else ""


# Lists in brackets


def closing(context: FileContext, opener: int) -> int:
    """The offset of the bracket that closes the one at *opener*."""
    depth, at = 0, opener
    while True:
        token = context.token_after(at)
        if token is None:
            raise NotMechanical("a closing bracket is not found")
        depth += _BRACKETS.get(token[2], 0)
        if not depth:
            return token[0]
        at = token[1]


def append_item(context: FileContext, closer: int, last_start: int | None, pieces: Sequence[Piece]) -> list[Splice]:
    """Add an item behind those of a list in brackets: *closer* closes it, *last_start* is where the last one begins.

    Where each item has a line, so has the new one.
    """
    return _append(context, closer, last_start, list(pieces))


def _append(context: FileContext, closer: int, last_start: int | None, pieces: Sequence[Piece]) -> list[Splice]:
    last = context.token_before(closer)
    if last is None:
        raise NotMechanical("the list's end is not known")
    if last_start is None:
        return [Splice(last[1], last[1], pieces)]
    trailing = last[2] == ","
    indent = indent_at(context, last_start)
    newline = context.source.newline
    if indent is None or context.source.row(closer) == context.source.row(last[1]):
        if trailing and context.source.row(closer) == context.source.row(last[1]):
            return [Splice(last[1], last[1], [" ", *pieces])]
        return [Splice(last[1], last[1], [" " if trailing else ", ", *pieces, *([","] if trailing else [])])]
    stop = line_end(context, last[1])
    if trailing:
        return [Splice(stop, stop, [newline + indent, *pieces, ","])]
    if stop == last[1]:
        return [Splice(stop, stop, ["," + newline + indent, *pieces])]
    # A comment stands behind the last item.
    return [Splice(last[1], last[1], [","]), Splice(stop, stop, [newline + indent, *pieces])]


def _insert_before(context: FileContext, at: int, pieces: Sequence[Piece]) -> list[Splice]:
    indent = indent_at(context, at)
    return [Splice(at, at, [*pieces, ", " if indent is None else "," + context.source.newline + indent])]


def insert_item(context: FileContext, at: int, pieces: Sequence[Piece]) -> list[Splice]:
    """Add an item before the one of a list that begins at *at*; on a line of its own where that has one."""
    return _insert_before(context, at, list(pieces))


def _last(context: FileContext, items: Sequence[ast.expr | ast.keyword]) -> int | None:
    """Where the last of *items* begins."""
    return max((_start(context, item) for item in items), default=None)


def _start(context: FileContext, item: ast.expr | ast.keyword) -> int:
    if isinstance(item, ast.keyword):
        return context.span(item)[0]
    return context.outer_span(item)[0]


def _joined(lists: Sequence[Sequence[Piece]], separator: str = ", ") -> list[Piece]:
    pieces: list[Piece] = []
    for number, item in enumerate(lists):
        pieces += [separator, *item] if number else item
    return pieces


def _continues(context: FileContext, at: int) -> bool:
    """Whether the line of *at* goes on from the one before it: a backslash ends that."""
    row = context.source.row(at)
    return row > 1 and context.source.line(row - 1).rstrip("\r\n").endswith("\\")
