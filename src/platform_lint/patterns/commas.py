"""Editing a list between brackets: items taken out and put in, with commas, lines and comments as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platform_lint.context import FileContext
from platform_lint.hits import Piece, Quote, Splice
from platform_lint.patterns.layout import Layout


class CommaList:
    """The items between two brackets of a file: *opener* and *closer* are the offsets of the brackets themselves.

    *items* are the offsets of the items in order.
    """

    def __init__(
        self, context: FileContext, layout: Layout, opener: int, closer: int, items: Sequence[tuple[int, int]]
    ) -> None:
        self.context = context
        self.layout = layout
        self.text = context.source.text
        self.opener = opener
        self.closer = closer
        self.items = list(items)

    def splices(self, dropped: set[int], added: Mapping[int, Sequence[list[Piece]]]) -> list[Splice]:
        """The edits that drop the items with these numbers and add others before them; after the last: their count."""
        count = len(self.items)
        if not count:
            return self._first(added.get(0, ()))
        if self.items[0][0] <= self.opener:
            # A generator in the parentheses of its call.
            written: list[list[Piece]] = [[Quote(*self.items[0])]] if 0 not in dropped else []
            everything = [*added.get(0, ()), *written, *added.get(1, ())]
            return [Splice(self.opener, self.closer + 1, ["(", *_joined(everything), ")"])]
        made: list[Splice] = []
        number = 0
        while number <= count:
            end = number
            while end in dropped:
                end += 1
            new = [pieces for at in range(number, end + 1) for pieces in added.get(at, ())]
            if end > number and new:
                made.append(Splice(self.items[number][0], self.items[end - 1][1], _joined(new)))
            elif end > number:
                made += self._drop(number, end)
            elif new:
                made.append(self._add(number, new, number - 1 in dropped))
            number = end + 1
        return made

    def _first(self, new: Sequence[list[Piece]]) -> list[Splice]:
        if not new:
            return []
        inside = self.text[self.opener + 1 : self.closer]
        end = self.closer if not inside.strip() else self.opener + 1
        return [Splice(self.opener + 1, end, _joined(new))]

    def _drop(self, number: int, end: int) -> list[Splice]:
        """Take out the items from *number* up to *end*."""
        start, last = self.items[number][0], self.items[end - 1][1]
        comma = self._comma_after(last)
        whole = self.layout.begins_line(start)
        tail = comma if comma is not None else last
        if (
            whole
            and not self.text[tail : self.layout.line_end(tail)].strip()
            and tail < self.layout.line_start(self.closer)
        ):
            return [Splice(self.layout.line_start(start), self.layout.next_line(tail), [])]
        if end < len(self.items):
            return [Splice(start, self.items[end][0], [])]
        if number:
            return [Splice(self.items[number - 1][1], last, [])]
        return [Splice(start, tail, [])]

    def _add(self, number: int, new: Sequence[list[Piece]], gap: bool) -> Splice:
        """Put *new* before the item *number*, or behind the last one."""
        newline = self.layout.newline
        if number < len(self.items):
            start = self.items[number][0]
            if self.layout.begins_line(start):
                indent = newline + self.layout.indent_at(start)
                return Splice(start, start, [piece for pieces in new for piece in (*pieces, ",", indent)])
            return Splice(start, start, [piece for pieces in new for piece in (*pieces, ", ")])
        start, end = self.items[-1]
        comma = self._comma_after(end)
        if self.layout.begins_line(start):
            indent = newline + self.layout.indent_at(start)
            if comma is not None:
                at = self.layout.line_end(comma)
                if at < self.closer:
                    return Splice(at, at, [piece for pieces in new for piece in (indent, *pieces, ",")])
            lines = [piece for pieces in new for piece in (indent, *pieces, ",")][:-1]
            at = self.layout.line_end(end)
            if comma is None and self.text[end:at].strip() and at < self.closer:
                # A comment stands behind the last item.
                return Splice(end, at, [",", Quote(end, at), *lines])
            if comma is None:
                return Splice(end, end, [",", *lines])
        if comma is not None:
            tail = self.closer if not self.text[comma : self.closer].strip(" \t") else comma
            return Splice(comma, tail, [" ", *_joined(new)])
        return Splice(end, end, [", ", *_joined(new)])

    def _comma_after(self, offset: int) -> int | None:
        """The offset behind the comma that follows *offset*, if one does."""
        token = self.context.token_after(offset)
        return token[1] if token is not None and token[2] == "," and token[0] < self.closer else None


def _joined(items: Sequence[list[Piece]]) -> list[Piece]:
    pieces: list[Piece] = []
    for number, item in enumerate(items):
        pieces += [", ", *item] if number else item
    return pieces
