"""Writing down what was planned for statements: as changes of text that leave what stays as it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from platform_lint.folding.edits import Edits
from platform_lint.folding.expressions import Expressions
from platform_lint.folding.layout import Layout
from platform_lint.folding.plans import Block, Plan


class Writer:
    """Puts the changes that plans mean into *edits*."""

    def __init__(self, layout: Layout, expressions: Expressions, edits: Edits) -> None:
        self.layout = layout
        self.expressions = expressions
        self.edits = edits
        #: What the indentation of the lines that are written becomes: pairs of the new and the old, outside in.
        self._dedents: list[tuple[str, str]] = []

    # Blocks

    def block(self, block: Block, *, hollow: bool = True) -> None:
        """Write the statements of *block*. Where none is left and that is *hollow*, there must be ``pass``."""
        if not block.is_changed:
            return
        layout = self.layout
        if block.is_empty and hollow:
            first, last = block.statements[0].node, block.statements[-1].node
            end = layout.full_end(last)
            stop = len(layout.text[:end].rstrip("\r\n")) if not layout.text[:end].endswith(("\\\n", "\\\r\n")) else end
            self.edits.put(layout.begin(first), max(stop, layout.end(last)), "pass")
            return
        clusters = list(self._runs(block.statements))
        for number, cluster in enumerate(clusters):
            behind = clusters[number + 1][0].node if number + 1 < len(clusters) else None
            self._cluster(
                cluster, first=number == 0, behind=behind if behind is not None else next(iter(block.dead), None)
            )
        if block.dead:
            self._tail(block.statements[-1].node, block.dead)

    def _clusters(self, plans: Sequence[Plan]) -> Iterator[list[Plan]]:
        """*plans*, those together that share a line."""
        found: list[Plan] = []
        for plan in plans:
            if found and self._share(found[-1].node, plan.node):
                found.append(plan)
                continue
            if found:
                yield found
            found = [plan]
        if found:
            yield found

    def _runs(self, plans: Sequence[Plan]) -> Iterator[list[Plan]]:
        """The clusters, those together that follow each other and of which nothing is left."""
        found: list[Plan] = []
        for cluster in self._clusters(plans):
            empty = all(plan.is_empty for plan in cluster)
            if found and empty and self._has_own_line(cluster[0].node):
                found += cluster
                continue
            if found:
                yield found
                found = []
            if empty and self._has_own_line(cluster[0].node):
                found = cluster
            else:
                yield cluster
        if found:
            yield found

    def _has_own_line(self, node: ast.stmt) -> bool:
        start = self.layout.begin(node)
        return not self.layout.text[self.layout.line_start(start) : start].strip(" \t\f")

    def _share(self, one: ast.stmt, other: ast.stmt) -> bool:
        return self.layout.row(self.layout.end(one)) == self.layout.row(self.layout.begin(other))

    def _cluster(self, plans: list[Plan], *, first: bool, behind: ast.stmt | None) -> None:
        layout = self.layout
        if all(plan.is_empty for plan in plans) and self._has_own_line(plans[0].node):
            self._lines(plans, first=first, behind=behind)
            return
        for number, plan in enumerate(plans):
            if not plan.is_empty:
                self.statement(plan)
            elif number + 1 < len(plans):
                self.edits.erase(layout.begin(plan.node), layout.begin(plans[number + 1].node))
            else:
                self.edits.erase(
                    layout.end(plans[number - 1].node) if number else layout.begin(plan.node), layout.end(plan.node)
                )

    def _lines(self, plans: list[Plan], *, first: bool, behind: ast.stmt | None) -> None:
        """Take statements out that have lines of their own, and the blank lines that would stand beside others."""
        layout = self.layout
        start, end = layout.line_start(layout.begin(plans[0].node)), layout.full_end(plans[-1].node)
        followed = behind is not None and layout.row(layout.begin(behind)) == layout.row(end)
        above = layout.comments_above(start)
        if not followed and not (behind is not None and layout.is_comment(layout.row(end)) and end < len(layout.text)):
            start = above
        top, bottom = layout.row(start), layout.row(end) if end < len(layout.text) else len(layout.starts)
        before = after = 0
        while layout.is_blank(top - 1 - before):
            before += 1
        while layout.is_blank(bottom + after):
            after += 1
        at_end = layout.start_of(bottom + after) >= len(layout.text)
        if first and not before:
            end = layout.start_of(bottom + after) if behind is not None else end
        elif at_end or (behind is None and before <= after):
            start = layout.start_of(top - before)
        elif before and after:
            if before < after:
                start = layout.start_of(top - before)
            else:
                end = layout.start_of(bottom + after)
        self.edits.erase(start, end)

    def _tail(self, last: ast.stmt, dead: list[ast.stmt]) -> None:
        """Take out what comes behind *last*, to the end of the block."""
        layout = self.layout
        if self._share(last, dead[0]):
            self.edits.erase(layout.end(last), layout.end(dead[-1]))
            if self._share(last, dead[-1]):
                return
            self.edits.erase(layout.next_line(layout.end(last)), layout.full_end(dead[-1]))
            return
        self.edits.erase(layout.full_end(last), layout.full_end(dead[-1]))

    # Statements

    def statement(self, plan: Plan) -> None:
        """Write a statement that stays, or what takes its place."""
        if not plan.is_changed:
            return
        if plan.fate != "keep":
            self._branch(plan)
        elif plan.clauses:
            self._chain(plan)
        else:
            self._kept(plan)

    def _kept(self, plan: Plan) -> None:
        node = plan.node
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                continue
            if isinstance(child, ast.ExceptHandler):
                if child.type is not None:
                    self.expressions.write(child.type, self.edits)
            elif isinstance(child, ast.match_case):
                if child.guard is not None:
                    self.expressions.write(child.guard, self.edits, boolean=True)
            elif isinstance(child, ast.expr):
                asked = child is getattr(node, "test", None) or child is getattr(node, "value", None)
                self.expressions.write(child, self.edits, boolean=asked and self.expressions.is_asked(node))
            else:
                self.expressions.write_part(child, self.edits)
        for outer, field, block in plan.blocks:
            if outer is node and field in plan.without:
                body = getattr(node, field)
                start = self.layout.line_start(self.layout.keyword(body))
                self.edits.erase(start, self.layout.block_end(body))
            else:
                self.block(block)

    def _chain(self, plan: Plan) -> None:
        """An ``if`` of which clauses go, and others take their place."""
        layout = self.layout
        words = [
            layout.context.span(clause.node)[0] if clause.test is not None else layout.keyword(clause.body)
            for clause in plan.clauses
        ]
        head = next(number for number, clause in enumerate(plan.clauses) if clause.block is not None)
        if head:
            self.edits.erase(words[0], words[head] + len("el"))
        for number, clause in enumerate(plan.clauses[head:], head):
            if clause.block is None:
                end = words[number + 1] if number + 1 < len(words) else 0
                self.edits.erase(
                    layout.line_start(words[number]),
                    layout.line_start(end) if end else self._end_of(plan.clauses[-1].body),
                )
                continue
            if clause.test is not None and clause is plan.final:
                self.edits.put(words[number], layout.colon(clause.body), "else")
            elif clause.test is not None:
                self.expressions.write(clause.test, self.edits, boolean=True)
            self.block(clause.block)

    def _end_of(self, body: list[ast.stmt]) -> int:
        return self.layout.block_end(body)

    def _branch(self, plan: Plan) -> None:
        """One block, or what must be evaluated, or both, in place of a statement."""
        layout, node = self.layout, plan.node
        start, stop = layout.begin(node), self._stop(node)
        body: list[ast.stmt] = []
        if plan.chosen is not None and not plan.chosen.is_empty:
            body = [*(inner.node for inner in plan.chosen.statements), *plan.chosen.dead]
        at = start
        if plan.rest:
            at = self._evaluated(plan, start)
        if not body:
            if plan.rest:
                line = layout.text[at:stop]
                self.edits.erase(at, at + len(line.rstrip("\r\n")))
            return
        assert plan.chosen is not None
        depth = len(self._dedents)
        if layout.is_inline(body):
            begin = layout.begin(body[0])
            self.edits.erase(at, begin)
            if plan.rest:
                self.edits.put(at, at, "\n" + self._indent(start))
            self.edits.erase(layout.full_end(body[-1]), stop)
        else:
            begin, end = layout.next_line(layout.colon(body)), layout.block_end(body)
            while layout.is_blank(layout.row(begin)):
                begin = layout.next_line(begin)
            if plan.rest:
                # The line ends as the one before the block does.
                line = layout.text[layout.line_start(begin - 1) : begin]
                newline = line[len(line.rstrip("\r\n")) :]
                self.edits.erase(at, begin - len(newline))
            else:
                self.edits.erase(layout.line_start(start), begin)
            new, old = layout.indent(layout.row(start)), layout.indent(layout.row(layout.begin(body[0])))
            self._dedent(new, old, begin, end)
            self._dedents.append((new, old))
            self.edits.erase(end, stop)
        self.block(plan.chosen, hollow=False)
        del self._dedents[depth:]

    def _indent(self, offset: int) -> str:
        """The blanks that the line of *offset* will begin with."""
        indent = self.layout.indent(self.layout.row(offset))
        for new, old in reversed(self._dedents):
            if indent.startswith(old):
                indent = new + indent[len(old) :]
        return indent

    def _stop(self, node: ast.stmt) -> int:
        return self.layout.full_end(node)

    def _evaluated(self, plan: Plan, start: int) -> int:
        """Leave what must still be evaluated where the statement began; the offset where it ends."""
        context = self.layout.context
        first, last = context.outer_span(plan.rest[0])[0], context.outer_span(plan.rest[-1])[1]
        self.edits.erase(start, first)
        outer = context.parent(plan.rest[0])
        assert isinstance(outer, ast.BoolOp)
        span = outer.values[outer.values.index(plan.rest[0]) : outer.values.index(plan.rest[-1]) + 1]
        self.expressions.drop_operands(span, plan.rest, self.edits)
        for operand in plan.rest:
            self.expressions.write(operand, self.edits, boolean=len(plan.rest) > 1)
        if "\n" in context.source.text[first:last]:
            self.edits.put(first, first, "(")
            self.edits.put(last, last, ")")
        return last

    def _dedent(self, own: str, inner: str, start: int, end: int) -> None:
        """Give the lines between two offsets, indented by *inner*, the indentation *own*."""
        layout = self.layout
        less = len(inner) - len(own)
        for row in range(layout.row(start), layout.row(max(end - 1, start)) + 1):
            if row in layout.in_strings or layout.is_blank(row):
                continue
            indent, begin = layout.indent(row), layout.start_of(row)
            if not indent.startswith(inner):
                keep = max(len(indent) - less, len(own) if layout.is_comment(row) else 0)
                self.edits.erase(begin + min(keep, len(indent)), begin + len(indent))
            elif inner.startswith(own):
                self.edits.erase(begin + len(own), begin + len(inner))
            else:
                self.edits.put(begin, begin + len(inner), own)
