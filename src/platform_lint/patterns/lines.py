"""Editing statements: replaced, taken out and put in, with the lines and indentation of their block."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from platform_lint.context import FileContext
from platform_lint.hits import Piece, Quote, Splice
from platform_lint.patterns.bindings import element_span
from platform_lint.patterns.layout import Layout
from platform_lint.patterns.matching import block_of
from platform_lint.patterns.statements import Statements
from platform_lint.patterns.templates import Refused

#: Empty lines.
_EMPTY_BELOW = re.compile(r"(?:[ \t\f]*(?:\r\n|\r|\n))*")


class Lines:
    """Edits whole statements of a file."""

    def __init__(self, context: FileContext, layout: Layout, writer: Statements) -> None:
        self.context = context
        self.layout = layout
        self.writer = writer
        self.text = context.source.text

    def replaced(self, old: Sequence[ast.stmt], new: Sequence[ast.stmt]) -> list[Splice]:
        """Write *new* of the template in place of *old*, neighbours of one block."""
        start, end = element_span(self.context, old[0])[0], element_span(self.context, old[-1])[1]
        pieces = self._written(new, start)
        if not pieces:
            return self.dropped(old, keeps=False)
        first = pieces[0]
        if isinstance(first, Quote) and first.start < start and self._only_comments(first.start, start):
            start = first.start  # The comments above it come with what is quoted.
        last = pieces[-1]
        if (
            isinstance(last, Quote)
            and last.end > end
            and self._is_one_line(self.text[end : last.end].lstrip(" \t").rstrip())
        ):
            end = last.end
        if not self._alone(start, end):
            self._check_line(new, pieces)
        return [Splice(start, end, pieces)]

    def dropped(self, old: Sequence[ast.stmt], keeps: bool) -> list[Splice]:
        """Take *old* out; a block that would be empty has a ``pass`` then, unless the template *keeps* some of it."""
        start, end = element_span(self.context, old[0])[0], element_span(self.context, old[-1])[1]
        block, _ = block_of(self.context, old[0])
        parent = self.context.parent(old[0])
        if len(block) == len(old) and not isinstance(parent, ast.Module) and not keeps:
            return [Splice(start, end, ["pass"])]
        if self._alone(start, end):
            first, after = self.layout.line_start(start), self.layout.next_line(end)
            if after == len(self.text) and first and not self.text.endswith(("\n", "\r")):
                first -= 2 if self.text[:first].endswith("\r\n") else 1
                return [Splice(first, after, [])]
            return [Splice(*self._with_empty_lines(first, after, old, block), [])]
        following = self.context.token_after(end)
        if following is not None and following[2] == ";" and self._is_one_line(self.text[end : following[0]]):
            rest = self.text[following[1] : self.layout.line_end(following[1])]
            if rest.strip():
                return [Splice(start, following[1] + len(rest) - len(rest.lstrip()), [])]
            end = following[1]
            if self.layout.begins_line(start):
                return [Splice(self.layout.line_start(start), self.layout.next_line(end), [])]
        before = self.context.token_before(start)
        if before is not None and before[2] == ";":
            return [Splice(before[0], end, [])]
        if self.layout.begins_line(start):
            return [Splice(self.layout.line_start(start), self.layout.next_line(end), [])]
        raise Refused("it shares its line with other code")

    def _with_empty_lines(
        self, first: int, after: int, old: Sequence[ast.stmt], block: Sequence[ast.stmt]
    ) -> tuple[int, int]:
        """The lines of *old*, with the empty ones that set it apart from what stays: those above the last of a block;
        else those below, unless it is they alone that set the rest apart.
        """
        text = self.text
        if old[-1] is block[-1]:
            while first and not text[self.layout.line_start(first - 1) : first].strip():
                first = self.layout.line_start(first - 1)
            return first, after
        line = text[self.layout.line_start(first - 1) : first].strip() if first else ""
        if not line or (old[0] is block[0] and not line.startswith("#")):
            below = _EMPTY_BELOW.match(text, after)
            assert below is not None
            after = below.end()
        return first, after

    def added(self, new: Sequence[ast.stmt], before: ast.stmt | None, after: ast.stmt | None) -> list[Splice]:
        """Put *new* behind the statement *before*, or else in front of *after*."""
        near = before or after
        if near is None:
            raise Refused("there is no place for what is to be added")
        start, end = element_span(self.context, near)
        if not self._alone(start, end, comment=True):
            raise Refused("the statement shares its line with other code")
        indent = self.layout.indent_at(start)
        pieces = self.writer.block(new, indent)
        if before is not None:
            at = self.layout.line_end(end)
            return [Splice(at, at, [self.writer.line_end_above(new[0]) + indent, *pieces])]
        return [Splice(start, start, [*pieces, self.writer.line_end_below(new[-1]) + indent])]

    def _written(self, new: Sequence[ast.stmt], start: int) -> list[Piece]:
        return self.writer.block(new, self.layout.indent_at(start))

    def _only_comments(self, start: int, end: int) -> bool:
        lines = re.split(r"[\r\n]+", self.text[start:end])
        return all(line.strip().startswith("#") for line in lines if line.strip())

    def _is_one_line(self, text: str) -> bool:
        return "\n" not in text and "\r" not in text

    def _alone(self, start: int, end: int, comment: bool = True) -> bool:
        """Whether nothing but a comment shares the lines of what stands between two offsets."""
        tail = self.text[end : self.layout.line_end(end)].strip()
        return self.layout.begins_line(start) and (not tail or (comment and tail.startswith("#")))

    def _check_line(self, new: Sequence[ast.stmt], pieces: Sequence[Piece]) -> None:
        """Refuse to put several lines where the statement shares its line."""
        broken = any(isinstance(piece, str) and not self._is_one_line(piece) for piece in pieces)
        if broken or len(new) > 1 or any(hasattr(statement, "body") for statement in new):
            raise Refused("the statement shares its line with other code")
