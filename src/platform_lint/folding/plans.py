"""What becomes of statements where the value of some expressions in them is known: decided before it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Literal

from platform_lint.folding.expressions import Expressions

#: A statement stays, goes, or gives way to one of its blocks.
Fate = Literal["keep", "gone", "branch"]
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Block:
    """The statements of a block with their plans, as far as they are reached: *dead* are those behind a new end."""

    __slots__ = ("dead", "ends", "statements")

    def __init__(self, statements: list[Plan], dead: list[ast.stmt], ends: bool) -> None:
        self.statements = statements
        self.dead = dead
        #: Whether control never comes out at its end.
        self.ends = ends

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is left."""
        return all(plan.is_empty for plan in self.statements)

    @property
    def is_changed(self) -> bool:
        """Whether anything in it goes or is written in another way."""
        return bool(self.dead) or any(plan.is_changed for plan in self.statements)


class Clause:
    """One ``if``, ``elif`` or ``else`` of a chain: *node* is its If, *test* None for ``else``."""

    __slots__ = ("block", "body", "node", "test")

    def __init__(self, node: ast.If, test: ast.expr | None, body: list[ast.stmt], block: Block | None) -> None:
        self.node = node
        self.test = test
        self.body = body
        #: The plan of its body, None where the clause goes.
        self.block = block


class Plan:
    """What becomes of one statement.

    *rest* are operands that must still be evaluated before what is left of it. *chosen* is the block that takes its
    place. *blocks* are those of a statement that stays, by field; of one with cases or handlers also theirs. *clauses*
    are all of an ``if`` chain that stays, and *final* the one that becomes its ``else``.
    """

    __slots__ = ("blocks", "chosen", "clauses", "ends", "fate", "final", "is_changed", "node", "rest", "without")

    def __init__(self, node: ast.stmt, fate: Fate = "keep", *, changed: bool = True) -> None:
        self.node = node
        self.fate: Fate = fate
        self.rest: list[ast.expr] = []
        self.chosen: Block | None = None
        self.blocks: list[tuple[ast.AST, str, Block]] = []
        self.clauses: list[Clause] = []
        self.final: Clause | None = None
        #: The fields of it that go: the `else` of a loop that never ends by itself.
        self.without: set[str] = set()
        self.ends = False
        self.is_changed = changed

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in its place."""
        if self.rest or self.fate == "keep":
            return False
        return self.fate == "gone" or (self.chosen is not None and self.chosen.is_empty)


class Planner:
    """Plans statements with what *expressions* knows. *gone* are the ids of statements that go in any case,
    *unwrapped* those of ``with`` statements of which nothing is left but what is done in them.
    """

    def __init__(
        self, expressions: Expressions, gone: frozenset[int] = frozenset(), unwrapped: frozenset[int] = frozenset()
    ) -> None:
        self.expressions = expressions
        self.gone = gone
        self.unwrapped = unwrapped
        self._special = gone | unwrapped

    def block(self, body: Sequence[ast.stmt]) -> Block:
        """The plan of a block."""
        plans: list[Plan] = []
        ended = False
        for number, statement in enumerate(body):
            plan = self.statement(statement)
            plans.append(plan)
            if plan.ends:
                rest = list(body[number + 1 :])
                if rest and not ends(statement):
                    return Block(plans, rest, True)
                ended = True
        return Block(plans, [], ended)

    def statement(self, node: ast.stmt) -> Plan:
        """The plan of a statement."""
        if id(node) in self.gone:
            return Plan(node, "gone")
        if not self._is_concerned(node):
            plan = Plan(node, changed=False)
            plan.ends = ends(node)
            return plan
        if isinstance(node, ast.If):
            return self._if(node)
        if isinstance(node, ast.While):
            return self._while(node)
        if isinstance(node, ast.Match):
            return self._match(node)
        if id(node) in self.unwrapped:
            assert isinstance(node, ast.With | ast.AsyncWith)
            plan = Plan(node, "branch")
            plan.chosen = self.block(node.body)
            plan.ends = plan.chosen.ends
            return plan
        verdict = self.expressions.judge
        if isinstance(node, ast.Assert) and verdict(node.test).is_truth and verdict(node.test).truth:
            return Plan(node, "gone")
        if isinstance(node, ast.Expr) and self.expressions.is_marked(node.value) and verdict(node.value).pure:
            return Plan(node, "gone")
        plan = Plan(node)
        self._inner(plan)
        plan.ends = ends(node)
        return plan

    def _is_concerned(self, node: ast.stmt) -> bool:
        if self.expressions.is_marked(node):
            return True
        if not self._special:
            return False
        return id(node) in self._special or any(id(inner) in self._special for inner in inner_statements(node))

    def _inner(self, plan: Plan) -> None:
        """Plan the blocks in a statement that stays."""
        node = plan.node
        for outer, field, body in blocks_of(node):
            block = self.block(body)
            plan.blocks.append((outer, field, block))
            if block.is_empty and block.is_changed and outer is node:
                optional = field == "orelse" or (field == "finalbody" and bool(getattr(node, "handlers", ())))
                if optional:
                    plan.without.add(field)

    def _if(self, node: ast.If) -> Plan:
        plan = Plan(node)
        left: list[Clause] = []
        for clause in chain(node):
            if plan.final is not None:
                plan.clauses.append(clause)
                continue
            verdict = self.expressions.judge(clause.test) if clause.test is not None else None
            known = verdict is not None and self.expressions.is_marked(clause.test)  # type: ignore[arg-type]
            rest: list[ast.expr] | None = []
            if known and verdict is not None and verdict.truth is not None and not verdict.pure and not left:
                rest = None if plan.rest else self.expressions.evaluated(clause.test)  # type: ignore[arg-type]
            if known and verdict is not None and verdict.truth is not None and (verdict.pure or rest):
                plan.rest += rest or []
                if verdict.truth:
                    plan.final = clause
            elif clause.test is None:
                plan.final = clause
            else:
                left.append(clause)
            if clause in left or clause is plan.final:
                clause.block = self.block(clause.body)
            plan.clauses.append(clause)
        final = plan.final
        if not left:
            plan.fate = "branch" if final is not None else "gone"
            plan.chosen = final.block if final is not None else None
            plan.ends = plan.chosen is not None and plan.chosen.ends
            return plan
        if plan.rest:
            # What is left is a chain of its own behind what is evaluated: rare enough to stay as it is.
            return self._as_it_is(node)
        if final is not None and final.block is not None and final.block.is_empty:
            final.block = None
            plan.final = final = None
        if final is None and len(left) == 1 and self._is_hollow(left[0]):
            plan.fate = "gone"
            plan.clauses, plan.final = [], None
            return plan
        plan.ends = final is not None and all(one.block is not None and one.block.ends for one in (*left, final))
        return plan

    def _as_it_is(self, node: ast.If) -> Plan:
        """The plan that leaves the clauses of *node* what they are."""
        plan = Plan(node)
        for clause in chain(node):
            clause.block = self.block(clause.body)
            plan.clauses.append(clause)
            if clause.test is None:
                plan.final = clause
        plan.ends = ends(node)
        return plan

    def _is_hollow(self, clause: Clause) -> bool:
        """Whether nothing is done under a condition, nor by asking it."""
        assert clause.block is not None and clause.test is not None
        return clause.block.is_empty and self.expressions.is_pure(clause.test)

    def _while(self, node: ast.While) -> Plan:
        verdict = self.expressions.judge(node.test)
        plan = Plan(node)
        if verdict.truth is False and self.expressions.is_marked(node.test):
            rest = [] if verdict.pure else self.expressions.evaluated(node.test)
            if rest is not None:
                plan.rest = rest
                plan.chosen = self.block(node.orelse) if node.orelse else None
                plan.fate = "branch" if node.orelse else "gone"
                plan.ends = plan.chosen is not None and plan.chosen.ends
                return plan
        self._inner(plan)
        if verdict.is_truth and verdict.truth:
            plan.without.add("orelse")
            body = next(block for _, field, block in plan.blocks if field == "body")
            plan.ends = not any(_breaks(item) for item in body.statements)
        return plan

    def _match(self, node: ast.Match) -> Plan:
        plan = Plan(node)
        verdict = self.expressions.judge(node.subject)
        if verdict.is_value and self.expressions.is_marked(node.subject):
            for case in node.cases:
                fits = None if case.guard is not None else _fits(case.pattern, verdict.value)
                if fits is None:
                    break
                if fits:
                    plan.fate, plan.chosen = "branch", self.block(case.body)
                    plan.ends = plan.chosen.ends
                    return plan
            else:
                plan.fate = "gone"
                return plan
        self._inner(plan)
        return plan


def _fits(pattern: ast.pattern, value: object) -> bool | None:
    """Whether *value* matches *pattern*; None where that is not to be told, or where a name is bound."""
    if isinstance(pattern, ast.MatchSingleton):
        return pattern.value is value
    if isinstance(pattern, ast.MatchValue):
        return pattern.value.value == value if isinstance(pattern.value, ast.Constant) else None
    if isinstance(pattern, ast.MatchAs):
        return True if pattern.pattern is None and pattern.name is None else None
    if isinstance(pattern, ast.MatchOr):
        found = [_fits(one, value) for one in pattern.patterns]
        return True if True in found and None not in found[: found.index(True)] else None if None in found else False
    return None


def _breaks(plan: Plan) -> bool:
    """Whether what is left of a statement in a loop may break out of it."""
    if plan.fate == "gone":
        return False
    if plan.fate == "branch":
        return plan.chosen is not None and any(map(_breaks, plan.chosen.statements))
    if not plan.is_changed or not (plan.blocks or plan.clauses):
        return _has_break(plan.node)
    if isinstance(plan.node, _LOOPS):
        found = [block for _, field, block in plan.blocks if field == "orelse" and field not in plan.without]
    else:
        found = [block for _, _, block in plan.blocks]
    found += [clause.block for clause in plan.clauses if clause.block is not None]
    return any(_breaks(inner) for block in found for inner in block.statements)


def _has_break(node: ast.stmt) -> bool:
    if isinstance(node, ast.Break):
        return True
    if isinstance(node, _SCOPES):
        return False
    fields = ("orelse",) if isinstance(node, _LOOPS) else ("body", "orelse", "finalbody")
    inner = [item for field in fields for item in getattr(node, field, None) or ()]
    inner += [item for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())) for item in part.body]
    return any(map(_has_break, inner))


def ends(node: ast.stmt) -> bool:
    """Whether control never goes on behind *node*, as it stands."""
    if isinstance(node, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return True
    if isinstance(node, ast.If):
        return bool(node.orelse) and any(map(ends, node.body)) and any(map(ends, node.orelse))
    if isinstance(node, ast.While):
        constant = isinstance(node.test, ast.Constant) and bool(node.test.value)
        return constant and not any(map(_has_break, node.body))
    return False


def chain(node: ast.If) -> Iterator[Clause]:
    """The clauses of an ``if`` with its ``elif`` and ``else``."""
    current = node
    while True:
        yield Clause(current, current.test, current.body, None)
        if is_elif(current):
            current = current.orelse[0]  # type: ignore[assignment]
            continue
        if current.orelse:
            yield Clause(current, None, current.orelse, None)
        return


def is_elif(node: ast.If) -> bool:
    """Whether what follows when the test fails is written as ``elif``."""
    inner = node.orelse[0] if len(node.orelse) == 1 else None
    # An `elif` stands where its `if` does; `else:` has its statements further to the right, or behind it.
    return isinstance(inner, ast.If) and inner.col_offset == node.col_offset and inner.lineno > node.lineno


def blocks_of(node: ast.stmt) -> Iterator[tuple[ast.AST, str, list[ast.stmt]]]:
    """The blocks of a statement: what they belong to, the field, the statements."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield node, field, body
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part, "body", part.body


def inner_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """The statements in *node*, however deep."""
    pending = [node]
    while pending:
        current = pending.pop()
        for _, _, body in blocks_of(current):
            yield from body
            pending.extend(body)
