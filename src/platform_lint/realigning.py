"""Code that has moved within its line: the lines below it that were laid out by where it stood move along.

There are two ways to lay out what a bracket holds (PEP 8, "Indentation"): aligned with what stands behind the bracket,
or hanging, by a step from the line the bracket is on. The first moves with the bracket, the second with its line.
"""

from __future__ import annotations

from typing import NamedTuple

from platform_lint.tokens import TOKEN

#: A column that no line reaches.
_NEVER = 1 << 30
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Place(NamedTuple):
    """Where code begins: its *column*, and the *indent* of that line, both in code points from 0."""

    column: int
    indent: int


def place_in(text: str, offset: int) -> Place:
    """The place of *offset* in *text*."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    line = text[start:offset]
    return Place(len(line), len(line) - len(line.lstrip(" \t")))


def realigned(text: str, before: Place, after: Place) -> str:
    """*text*, an expression that stood at *before*, as it is laid out where it begins at *after*.

    Lines inside texts stay, and so does all of it where tabs indent: a tab is no number of columns.
    """
    if before == after or ("\n" not in text and "\r" not in text):
        return text
    #: Of each open bracket: how far the lines move that belong to it, and from which column on, where it aligns them.
    open_: list[tuple[int, int]] = []
    in_line, with_line = after.column - before.column, after.indent - before.indent
    column = before.column
    pieces: list[str] = []
    tokens = TOKEN.findall(text)
    for number, token in enumerate(tokens):
        piece = token
        if token[0] in "\r\n":
            end = token.rstrip(" \t")
            column = len(token) - len(end)
            if "\t" in token:
                return text
            if open_:
                in_line = with_line = open_[-1][0]
            elif column == before.column:
                in_line = with_line = after.column - before.column
            else:
                in_line = with_line = after.indent - before.indent
            if number + 1 < len(tokens) and tokens[number + 1][0] not in "\r\n":
                piece = end + " " * max(0, column + in_line)
        else:
            column = column + len(token) if "\n" not in token else len(token) - token.rindex("\n") - 1
            if token in _OPENING:
                hangs = _line_end(tokens, number + 1)
                if not hangs:
                    open_.append((in_line, column))
                elif open_ and len(hangs.strip("\r\n")) >= open_[-1][1]:
                    # By a step from what the bracket around it aligns.
                    open_.append(open_[-1])
                else:
                    open_.append((with_line, _NEVER))
            elif token in _CLOSING and open_:
                open_.pop()
        pieces.append(piece)
    return "".join(pieces)


def _line_end(tokens: list[str], number: int) -> str:
    """The line end that the token *number* is, or is before with blanks and a comment alone; ``""`` for none."""
    while number < len(tokens) and tokens[number][0] in " \t#":
        number += 1
    return tokens[number] if number < len(tokens) and tokens[number][0] in "\r\n" else ""
