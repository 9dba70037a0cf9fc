"""The text of a call's arguments: where each of them stands, and the edits that add, take out and move them.

Between two nodes of a call there are only blanks, comments, brackets, commas and what a keyword begins with, so the
gaps are read directly; no tokens are needed. Offsets are in code points into the text of the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from platform_lint.hits import Piece, Quote, Splice

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.signatures import Argument

_BLANKS = " \t\f"
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_NAME = re.compile(r"\w+")
#: A comment on a line of its own, with how far in it stands.
_COMMENT_LINE = re.compile(r"[\r\n]([ \t]*)#")


class Uneditable(Exception):
    """There is no right edit; the text is the reason, for a person."""


class Item:
    """One argument of a call, with the brackets that are its own: ``name=`` included, the comma after it not.

    *value_start* is where its value begins, brackets included; *comma* is the offset of the comma after it, -1 for
    none.
    """

    __slots__ = ("comma", "end", "node", "start", "value", "value_start")

    def __init__(self, node: Argument, value: ast.expr, start: int, value_start: int, end: int, comma: int) -> None:
        self.node = node
        self.value = value
        self.start = start
        self.value_start = value_start
        self.end = end
        self.comma = comma

    @property
    def after(self) -> int:
        """Where the argument and its comma end."""
        return self.end if self.comma < 0 else self.comma + 1


class CallText:
    """Where the arguments of *call* stand. The call must be placed (:meth:`FileContext.is_placed`)."""

    def __init__(self, context: FileContext, call: ast.Call) -> None:
        self.context = context
        self.call = call
        self.text = context.source.text
        self.closer = context.span(call)[1] - 1
        nodes: list[Argument] = [*call.args, *call.keywords]
        nodes.sort(key=lambda node: (node.lineno, node.col_offset))
        #: The offsets of the brackets.
        self.opener = next(at for at, sign in self._signs(context.span(call.func)[1], self.closer + 1) if sign == "(")
        #: Whether the only argument is a generator that has no brackets of its own.
        self.is_bare = len(nodes) == 1 and (
            isinstance(nodes[0], ast.GeneratorExp) and context.span(nodes[0])[0] == self.opener
        )
        self.items = [] if self.is_bare else self._read(nodes)
        if self.is_bare:
            start = self._first(self.opener + 1)
            before = context.token_before(self.closer)
            end = before[1] if before is not None else self.closer
            self.items = [Item(nodes[0], nodes[0], start, start, end, -1)]  # type: ignore[arg-type]

    def _read(self, nodes: Sequence[Argument]) -> list[Item]:
        items: list[Item] = []
        at = self.opener + 1
        for number, node in enumerate(nodes):
            value = node.value if isinstance(node, ast.keyword | ast.Starred) else node
            begin, end = self.context.span(value)
            start = value_start = self._first(at)
            if isinstance(node, ast.keyword) and node.arg is not None:
                name = _NAME.match(self.text, start)
                equals = next(place for place, sign in self._signs(name.end() if name else start, begin) if sign == "=")
                value_start = self._first(equals + 1)
            limit = self.context.span(nodes[number + 1])[0] if number + 1 < len(nodes) else self.closer
            comma = -1
            for place, sign in self._signs(end, limit):
                if sign == ",":
                    comma = place
                    break
                end = place + 1
            items.append(Item(node, value, start, value_start, end, comma))
            at = items[-1].after
        return items

    def _signs(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The characters between two offsets that are neither blank nor of a comment, in a gap between nodes."""
        text = self.text
        while start < end:
            char = text[start]
            if char == "#":
                start = _line_end(text, start)
                continue
            if not char.isspace() and char != "\\":
                yield start, char
            start += 1

    def _first(self, start: int) -> int:
        """The first offset from *start* on that is neither blank nor of a comment."""
        return next((at for at, _ in self._signs(start, self.closer)), self.closer)

    def item(self, node: Argument) -> Item:
        """The item that is *node*. Raises Uneditable where there is none: it is given in a dict."""
        for item in self.items:
            if item.node is node:
                return item
        raise Uneditable("it is given in a dict")

    def require_no_comment(self, start: int, end: int) -> None:
        """Raise Uneditable where a comment stands between two offsets."""
        if self.has_comment(start, end):
            raise Uneditable("a comment would be lost")

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment stands between two offsets."""
        return self.context.has_comment(start, end)

    # Layout

    def _begins_line(self, item: Item) -> bool:
        """Whether *item* is the first thing on its line, and not on the line of the call's bracket."""
        return not self._indent(item.start).strip(_BLANKS)

    def _indent(self, offset: int) -> str:
        """What stands on the line of *offset* before it."""
        return self.text[self._line_start(offset) : offset]

    def _line_start(self, offset: int) -> int:
        source = self.context.source
        return source.starts[source.row(offset) - 1]

    def _newline(self, offset: int) -> str:
        """The newline before the line of *offset*."""
        start = self._line_start(offset)
        return "\r\n" if self.text[start - 2 : start] == "\r\n" else self.text[start - 1 : start]

    # Adding

    def added(self, arguments: Sequence[Sequence[Piece]]) -> list[Splice]:
        """The edits that give *arguments*, whole keywords, behind those that are there, laid out as they are."""
        if not self.items:
            return self._first_added(arguments)
        last = self.items[-1]
        if self.is_bare:
            pieces = [piece for argument in arguments for piece in (", ", *argument)]
            return [Splice(last.start, last.start, ["("]), Splice(last.end, last.end, [")", *pieces])]
        own_line = self._begins_line(last)
        # A form feed begins the line anew.
        gap = self._newline(last.start) + self._indent(last.start).rpartition("\f")[2] if own_line else " "
        at = last.after
        tail = self.text[at : _line_end(self.text, at)]
        comment = tail.lstrip(_BLANKS).startswith("#")
        if last.comma < 0:
            pieces = [piece for argument in arguments for piece in (",", gap, *argument)]
            if comment and own_line:
                # The comment stays beside what it is about.
                end = at + len(tail)
                return [Splice(at, at, [","]), Splice(end, end, pieces[1:])]
            return [Splice(at, at, pieces)]
        pieces = [piece for argument in arguments for piece in (gap, *argument, ",")]
        if not comment and self.closer <= at + len(tail):
            # `f(url,)`: the comma was all there was behind it.
            return [Splice(at, self.closer, pieces[:-1])]
        if own_line and comment:
            at += len(tail)
        return [Splice(at, at, pieces)]

    def _first_added(self, arguments: Sequence[Sequence[Piece]]) -> list[Splice]:
        start, end = self.opener + 1, self.closer
        inner = self.text[start:end]
        pieces = _joined(arguments, ", ")
        if not inner.strip(_BLANKS):
            return [Splice(start, end, pieces)]
        if "#" not in inner:
            return [Splice(start, start, pieces)]
        line = self._line_start(end)
        above = _COMMENT_LINE.search(inner)
        if above is not None:
            indent = above[1]
        else:
            indent = self._indent(end)
            indent += "\t" if "\t" in indent else "    "
        newline = self._newline(end)
        return [Splice(line, line, [indent, *_joined(arguments, f",{newline}{indent}"), newline])]

    # Taking out

    def removed(self, item: Item) -> tuple[list[Splice], str]:
        """The edits that take *item* out, and what speaks against them, ``""`` for nothing.

        Raises Uneditable where a comment stands inside of it.
        """
        self.require_no_comment(item.start, item.after)
        beside = "the comment beside the argument stays behind"
        number = self.items.index(item)
        before = self.items[number - 1] if number else None
        following = self.items[number + 1] if number + 1 < len(self.items) else None
        if before is None and following is None:
            if not self.has_comment(self.opener, self.closer):
                return [Splice(self.opener + 1, self.closer, [])], ""
            return [Splice(item.start, item.after, [])], beside
        line_end = _line_end(self.text, item.after)
        tail = self.text[item.after : line_end].strip(_BLANKS)
        if self._begins_line(item) and (not tail or tail.startswith("#")):
            if tail:
                end = self.text.index("#", item.after)
                return [Splice(item.start, end, [])], beside
            if following is not None or item.comma >= 0 or (before and self.has_comment(before.end, item.start)):
                newline = _LINE_END.match(self.text, line_end)
                return [Splice(self._line_start(item.start), newline.end() if newline else line_end, [])], ""
        if following is not None and self._is_plain(item.end, following.start):
            return [Splice(item.start, following.start, [])], ""
        if before is not None and not self.has_comment(before.end, item.start):
            return [Splice(before.end, item.end, [])], ""
        if following is not None and not self.has_comment(item.end, following.start):
            return [Splice(item.start, following.start, [])], ""
        return [Splice(item.start, item.after, [])], beside if tail.startswith("#") else ""

    def _is_plain(self, start: int, end: int) -> bool:
        """Whether nothing but a comma and blanks stands between two offsets, on one line."""
        return not self.text[start:end].strip(_BLANKS + ",")

    # Moving

    def reordered(self, order: Sequence[tuple[Item, bool]]) -> list[Splice]:
        """The edits that put the items in *order*, each with its name where the flag says so.

        Commas, line breaks and blanks between them stay where they are.
        """
        splices: list[Splice] = []
        for slot, (item, named) in zip(self.items, order, strict=True):
            start = item.start if named else item.value_start
            if item is not slot:
                splices.append(Splice(slot.start, slot.end, [Quote(start, item.end)]))
            elif start != item.start:
                self.require_no_comment(item.start, start)
                splices.append(Splice(item.start, start, []))
        if any(item is not slot for slot, (item, _) in zip(self.items, order, strict=True)):
            # What is said beside an argument would be said of another one.
            self.require_no_comment(self.opener, self.closer)
        return splices


def _line_end(text: str, start: int) -> int:
    match = _LINE_END.search(text, start)
    return match.start() if match else len(text)


def _joined(arguments: Sequence[Sequence[Piece]], separator: str) -> list[Piece]:
    pieces: list[Piece] = []
    for argument in arguments:
        pieces += [separator, *argument] if pieces else argument
    return pieces
