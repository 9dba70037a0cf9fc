"""How the blocks of a file are laid out: indentation, line ends."""

from __future__ import annotations

import ast
import re
from functools import cached_property

from platform_lint.context import FileContext

_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)


class Layout:
    """How the blocks of a file are indented."""

    def __init__(self, context: FileContext) -> None:
        self.context = context
        self.newline = context.source.newline

    @cached_property
    def unit(self) -> str:
        """What a block is indented by. Few matches ask, and the whole file answers."""
        first = _INDENT.search(self.context.source.text)
        unit = "\t" if first is not None and first[1][0] == "\t" else first[1] if first is not None else "    "
        for function in self.context.nodes((ast.FunctionDef, ast.AsyncFunctionDef, ast.If, ast.ClassDef)):
            inner, outer = function.body[0], function  # type: ignore[attr-defined]
            if inner.lineno > outer.lineno:  # type: ignore[attr-defined]
                mine, other = self.indent(inner), self.indent(outer)
                if mine.startswith(other) and len(mine) > len(other):
                    return mine[len(other) :]
        return unit

    def indent(self, node: ast.AST) -> str:
        """The blanks the line of *node* begins with."""
        start, _ = self.context.span(node)
        return self.indent_at(start)

    def indent_at(self, offset: int) -> str:
        """The blanks that the line of *offset* begins with, as a line beside it has them: no form feed."""
        line = self.line_start(offset)
        text = self.context.source.text[line:offset]
        return text[: len(text) - len(text.lstrip(" \t\f"))].rpartition("\f")[2]

    def line_start(self, offset: int) -> int:
        """Where the line of *offset* begins."""
        starts = self.context.source.starts
        return starts[self.context.source.row(offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of *offset* ends, before its newline."""
        line = self.context.source.text[offset : self.next_line(offset)]
        return offset + len(line.rstrip("\r\n"))

    def next_line(self, offset: int) -> int:
        """Where the line after that of *offset* begins."""
        starts = self.context.source.starts
        row = self.context.source.row(offset)
        return starts[row] if row < len(starts) else len(self.context.source.text)

    def begins_line(self, offset: int) -> bool:
        """Whether only blanks stand before *offset* on its line."""
        return not self.context.source.text[self.line_start(offset) : offset].strip(" \t\f")
