"""Writing statements of a template: block by block, with what is quoted moved to its new indentation."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from platform_lint.hits import Piece, Quote
from platform_lint.patterns.bindings import element_span
from platform_lint.patterns.layout import Layout
from platform_lint.patterns.matching import blocks
from platform_lint.patterns.templates import STRINGS, Template


class Statements:
    """Writes statements of a template, block by block, at some indentation."""

    def __init__(self, template: Template, layout: Layout) -> None:
        self.template = template
        self.layout = layout
        self.context = template.context
        self.tree = template.tree

    def block(self, statements: Sequence[ast.stmt], indent: str) -> list[Piece]:
        """The pieces of *statements*, one below the other; the first begins where it is put."""
        joined: list[Piece] = []
        for statement in statements:
            pieces = self._statement(statement, indent)
            if joined and pieces:
                joined.append(self.line_end_above(statement) + indent)
            joined += pieces
        return joined

    def line_end_above(self, statement: ast.stmt) -> str:
        """The end of the line above *statement*, and the lines that the template leaves empty there."""
        lines = self.tree.code.text[: self._start(statement)].split("\n")[-2::-1]
        empty = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
        return self.layout.newline * (1 + empty)

    def line_end_below(self, statement: ast.stmt) -> str:
        """The end of the last line of *statement*, and the lines that the template leaves empty below."""
        lines = self.tree.code.text[self.tree.span(statement)[1] :].split("\n")[1:]
        empty = next((number for number, line in enumerate(lines) if line.strip()), 0)
        return self.layout.newline * (1 + empty)

    def _statement(self, node: ast.stmt, indent: str) -> list[Piece]:
        template = self.template
        if self.tree.many(node) is not None:
            return self._moved(template.elements(node), indent)
        mark = self.tree.marks.get(id(node.value)) if isinstance(node, ast.Expr) else None
        if mark is not None and mark.kind == "one":
            bound = template.bound(mark.name)
            if not bound.word and isinstance(bound.node, ast.stmt):
                return self._moved([bound.node], indent)
        known = template.same_as(node)
        if isinstance(known, ast.stmt):
            return self._moved([known], indent)
        inner = list(_inner_blocks(node))
        start, end = self._start(node), self.tree.span(node)[1]
        if not inner:
            return self._relined(template.between(start, end, [node]), indent)
        if isinstance(node, ast.Match):
            return self._match(node, start, indent)
        return self._compound(node, inner, start, indent)

    def _compound(self, node: ast.stmt, inner: list[list[ast.stmt]], start: int, indent: str) -> list[Piece]:
        deeper = indent + self.layout.unit
        pieces: list[Piece] = []
        at = start
        for block in inner:
            first = self._start(block[0])
            if len(block) == 1 and isinstance(block[0], ast.If) and self.tree.code.text.startswith("elif", first):
                pieces += [self.layout.newline + indent, *self._statement(block[0], indent)]
                at = self.tree.span(block[-1])[1]
                continue
            header = _stripped(self.template.between(at, first, [node]))
            if pieces:
                pieces.append(self.layout.newline + indent)
            body = self.block(block, deeper) or ["pass"]
            pieces += [*self._relined(header, indent), self.layout.newline + deeper, *body]
            at = self.tree.span(block[-1])[1]
        return pieces

    def _match(self, node: ast.Match, start: int, indent: str) -> list[Piece]:
        """A `match`, whose cases stand further in than it does."""
        deeper = indent + self.layout.unit
        at = self.tree.span(node.subject)[1]
        heads: list[int] = []
        for case in node.cases:
            heads.append(self.tree.code.text.rindex("case", at, self.tree.span(case.pattern)[0]))
            at = self.tree.span(case.body[-1])[1]
        pieces = self._relined(_stripped(self.template.between(start, heads[0], [node])), indent)
        for case, head in zip(node.cases, heads, strict=True):
            header = _stripped(self.template.between(head, self._start(case.body[0]), [node]))
            body = self.block(case.body, deeper + self.layout.unit) or ["pass"]
            pieces += [self.layout.newline + deeper, *self._relined(header, deeper)]
            pieces += [self.layout.newline + deeper + self.layout.unit, *body]
        return pieces

    def _start(self, node: ast.stmt) -> int:
        start = self.tree.span(node)[0]
        for decorator in getattr(node, "decorator_list", ()):
            start = min(start, self.tree.code.text.rindex("@", 0, self.tree.span(decorator)[0]))
        return start

    def _relined(self, pieces: list[Piece], indent: str) -> list[Piece]:
        """*pieces* with the newlines of the file, each line as far in as before from *indent*."""
        newline = self.layout.newline
        return [piece.replace("\n", newline + indent) if isinstance(piece, str) else piece for piece in pieces]

    def _moved(self, nodes: Sequence[ast.AST], indent: str) -> list[Piece]:
        """Statements of the file as they stand, moved to another indentation."""
        if not nodes:
            return []
        start, end = self.extent(nodes)
        old = self.layout.indent_at(element_span(self.context, nodes[0])[0])
        if not self.layout.begins_line(element_span(self.context, nodes[0])[0]):
            return [Quote(start, end)]
        return self.reindented(start, end, old, indent)

    def extent(self, nodes: Sequence[ast.AST]) -> tuple[int, int]:
        """The offsets of neighbouring statements with the comments above them and behind the last."""
        start, end = element_span(self.context, nodes[0])[0], element_span(self.context, nodes[-1])[1]
        text = self.context.source.text
        tail = text[end : self.layout.line_end(end)]
        if tail.strip().startswith("#"):
            end += len(tail.rstrip())
        while self.layout.begins_line(start):
            above = self.layout.line_start(start) - 1
            if above < 0:
                break
            line = self.layout.line_start(above)
            said = text[line:above].strip()
            if not said.startswith("#"):
                break
            start = line + len(text[line:above]) - len(text[line:above].lstrip())
        return start, end

    def reindented(self, start: int, end: int, old: str, new: str) -> list[Piece]:
        """The text between two offsets with lines that begin with *old* beginning with *new*, strings apart."""
        if old == new:
            return [Quote(start, end)]
        source = self.context.source
        pieces: list[Piece] = []
        at = start
        fixed = self._fixed_rows(start, end)
        for row in range(source.row(start) + 1, source.row(max(end - 1, start)) + 1):
            line = source.starts[row - 1]
            blanks = len(source.line(row)) - len(source.line(row).lstrip(" \t"))
            if row in fixed or not source.line(row).strip():
                continue
            common = len(old) if source.text.startswith(old, line) else blanks
            pieces += [Quote(at, line), new]
            at = line + common
        return [*pieces, Quote(at, end)] if end > at else pieces

    def _fixed_rows(self, start: int, end: int) -> set[int]:
        """The rows that begin inside a string, after a backslash or in the middle of a dotted name."""
        source = self.context.source
        rows: set[int] = set()
        first = self.context.token_after(start)
        while first is not None and first[0] < end:
            low, high = source.row(first[0]), source.row(max(first[1] - 1, first[0]))
            rows.update(range(low + 1, high + 1))
            first = self.context.token_after(max(first[1], first[0] + 1))
        for node in self.context.nodes(STRINGS):
            # From Python 3.12 on an f-string is several tokens.
            low, high = (source.row(at) for at in self.context.span(node))
            rows.update(range(low + 1, high + 1))
        for row in range(source.row(start), source.row(end)):
            line = source.line(row).rstrip("\r\n")
            # A comment goes no further, whatever it ends with.
            if line.endswith("\\") and not self.context.has_comment(source.starts[row - 1], source.starts[row]):
                rows.add(row + 1)
        for reference in self.context.index.references:
            if start <= reference.start < end:
                rows.update(range(source.row(reference.start) + 1, source.row(reference.ends[-1]) + 1))
        return rows


def _inner_blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of a compound statement in the order they are written."""
    for block in _ordered(node):
        if block:
            yield block


def _ordered(node: ast.AST) -> Iterator[list[ast.stmt]]:
    body = getattr(node, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
        yield body
    for clause in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield clause.body
    for field, block in blocks(node):
        if field != "body":
            yield block


def _stripped(pieces: list[Piece]) -> list[Piece]:
    """*pieces* without blanks and line ends at both ends."""
    found = list(pieces)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return [piece for piece in found if piece != ""]
