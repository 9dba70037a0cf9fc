"""Where statements stand: their lines, the comments that belong to them, and the words that make blocks of them."""

from __future__ import annotations

import ast
import io
import tokenize
from functools import cached_property

from platform_lint.context import FileContext
from platform_lint.scopes import begin_of

_BLANK = " \t\f"


class Layout:
    """The lines of the file *context* is about. All places are offsets in code points."""

    def __init__(self, context: FileContext) -> None:
        self.context = context
        self.text = context.source.text
        self.starts = context.source.starts

    # Lines

    def row(self, offset: int) -> int:
        """The 0-based row of *offset*."""
        return self.context.source.row(offset) - 1

    def line_start(self, offset: int) -> int:
        """Where the line of *offset* begins."""
        return self.starts[self.row(offset)]

    def next_line(self, offset: int) -> int:
        """Where the line behind that of *offset* begins."""
        return self.start_of(self.row(offset) + 1)

    def start_of(self, row: int) -> int:
        """Where the line *row* begins; the end of the text for one behind the last."""
        return self.starts[row] if row < len(self.starts) else len(self.text)

    def line(self, row: int) -> str:
        """The line *row* without its end; ``""`` where there is none."""
        return self.text[self.start_of(row) : self.start_of(row + 1)].rstrip("\r\n") if row >= 0 else ""

    def is_blank(self, row: int) -> bool:
        """Whether there is a line *row* with nothing on it."""
        return 0 <= row < len(self.starts) and not self.line(row).strip(_BLANK) and self.start_of(row) < len(self.text)

    def indent(self, row: int) -> str:
        """The blanks that line *row* begins with."""
        line = self.line(row)
        return line[: len(line) - len(line.lstrip(_BLANK))]

    def is_comment(self, row: int) -> bool:
        """Whether nothing but a comment stands on line *row*."""
        return self.line(row).lstrip(_BLANK).startswith("#") and row not in self.in_strings

    @cached_property
    def in_strings(self) -> frozenset[int]:
        """The rows that begin inside a string."""
        found: set[int] = set()
        opened: list[int] = []
        text = self.text
        if "\r" in text:
            text = "\n".join(self.line(row) for row in range(len(self.starts)))
        try:
            for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
                name = tokenize.tok_name[token.type]
                if name == "STRING":
                    found.update(range(token.start[0], token.end[0]))
                elif name in ("FSTRING_START", "TSTRING_START"):
                    opened.append(token.start[0])
                elif name in ("FSTRING_END", "TSTRING_END") and opened:
                    found.update(range(opened.pop(), token.end[0]))
        except (tokenize.TokenError, SyntaxError, IndexError):
            pass
        return frozenset(found)

    # Statements

    def begin(self, node: ast.stmt) -> int:
        """Where *node* begins, its decorators included."""
        return self.context.source.offset(*begin_of(node))

    def end(self, node: ast.AST) -> int:
        """Where *node* ends."""
        return self.context.span(node)[1]

    def colon(self, body: list[ast.stmt]) -> int:
        """The offset of the colon that the block *body* stands behind."""
        token = self.context.token_before(self.begin(body[0]))
        assert token is not None
        return token[0]

    def keyword(self, body: list[ast.stmt]) -> int:
        """The offset of the ``else`` or ``finally`` that *body* stands behind."""
        token = self.context.token_before(self.colon(body))
        assert token is not None
        return token[0]

    def is_inline(self, body: list[ast.stmt]) -> bool:
        """Whether *body* stands on the line of its colon."""
        return self.row(self.colon(body)) == self.row(self.begin(body[0]))

    def full_end(self, node: ast.stmt) -> int:
        """Where the line behind *node* begins, and behind the comments that stand further to the right than it."""
        row = self.row(max(self.end(node) - 1, 0))
        if not hasattr(node, "body") and not hasattr(node, "cases"):
            return self.start_of(row + 1)
        own = self.indent(self.row(self.begin(node)))
        return self.start_of(self._last_comment(row, lambda indent: indent.startswith(own) and indent != own) + 1)

    def block_end(self, body: list[ast.stmt]) -> int:
        """Where the line behind the block *body* begins, and behind the comments that belong to it."""
        end = self.full_end(body[-1])
        if self.is_inline(body):
            return end
        own = self.indent(self.row(self.begin(body[0])))
        return self.start_of(self._last_comment(self.row(max(end - 1, 0)), lambda indent: indent.startswith(own)) + 1)

    def _last_comment(self, row: int, belongs: object) -> int:
        """The last row of a comment behind *row* with an indentation that *belongs*; *row* where there is none."""
        last, current = row, row + 1
        while self.is_blank(current) or (self.is_comment(current) and belongs(self.indent(current))):  # type: ignore[operator]
            if not self.is_blank(current):
                last = current
            current += 1
        return last

    def comments_above(self, offset: int) -> int:
        """Where the first of the comment lines right above the line of *offset* begins, with its indentation."""
        row = self.row(offset)
        own = self.indent(row)
        while self.is_comment(row - 1) and self.indent(row - 1) == own:
            row -= 1
        return self.start_of(row)
