"""Taking the brackets of a list off what it holds, so that what is left is laid out as before."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from platform_lint.context import FileContext
from platform_lint.hits import Splice
from platform_lint.patterns.bindings import element_span
from platform_lint.patterns.templates import STRINGS


def without_brackets(context: FileContext, carriers: Sequence[ast.AST]) -> list[Splice] | None:
    """The edits that leave the items of the one display that *carriers* are, with its line breaks and comments, and
    take its brackets; None where that cannot be done.
    """
    if len(carriers) != 1 or not isinstance(carriers[0], ast.List | ast.Tuple) or not carriers[0].elts:
        return None
    display, text = carriers[0], context.source.text
    start, end = context.span(display)
    if text[start] not in "[(" or context.outer_span(display) != (start, end):
        return None
    last = element_span(context, display.elts[-1])[1]
    inner, outer = context.token_after(last), context.token_after(end)
    has_inner, has_outer = (token is not None and token[2] == "," for token in (inner, outer))
    opens = _whole_line(text, start, start + 1)
    closes = _whole_line(text, end - 1, outer[1] if has_outer and outer is not None else end)
    made = [Splice(*(opens or (start, start + 1)), [])]
    if closes is not None and has_outer:
        # The comma behind the bracket goes with its line.
        made += [] if has_inner else [Splice(last, last, [","])]
    elif has_inner and has_outer and inner is not None:
        made.append(Splice(inner[0], inner[1], []))
    made.append(Splice(*(closes or (end - 1, end)), []))
    return [*made, *_moved_left(context, display, opens is not None)]


def _moved_left(context: FileContext, display: ast.List | ast.Tuple, alone: bool) -> Iterator[Splice]:
    """The edits that keep the lines of *display* with its first item, when the opening bracket goes: by one if they
    are aligned with it, by its step if the bracket was *alone* on its line.
    """
    text = context.source.text
    start, end = context.span(display)
    texts = (*STRINGS, ast.Constant)
    inner = [node for item in display.elts for node in ast.walk(item) if isinstance(node, texts)]
    line = text.find("\n", start, end) + 1
    if any(node.lineno != node.end_lineno for node in inner) or not (alone or text[start + 1 : line].strip()):
        return  # What stands in a text is no indentation.
    column = start - text.rfind("\n", 0, start) - 1
    step = _blanks(text, line) - column if alone else 1
    while line and step > 0:
        stop = text.find("\n", line, end)
        if (_blanks(text, line) >= column + step and stop >= 0) or (stop < 0 and _blanks(text, line) > column):
            yield Splice(line, line + step, [])
        line = stop + 1


def _blanks(text: str, line: int) -> int:
    """How many blanks a line begins with, at the offset *line*."""
    at = line
    while text[at : at + 1] == " ":
        at += 1
    return at - line


def _whole_line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The offsets of the line that holds nothing but what is between two offsets, from the end of the line above; None
    where there is more on it.
    """
    above = text.rfind("\n", 0, start)
    below = text.find("\n", end)
    if above < 0 or text[above:start].strip() or below < 0 or text[end:below].strip():
        return None
    return (above - 1 if text[above - 1] == "\r" else above), end
