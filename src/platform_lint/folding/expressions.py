"""What expressions come to where the value of some parts is known, and what must change in them for it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from platform_lint.context import FileContext
from platform_lint.folding.edits import Edits
from platform_lint.folding.scoping import scope_of

#: What evaluating one of these may do, nobody knows.
_EFFECTS = (
    ast.Call,
    ast.Await,
    ast.Yield,
    ast.YieldFrom,
    ast.NamedExpr,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.FormattedValue,
    ast.BinOp,
)
_BOOL = ("builtins", "bool")
_TRUTHS = frozenset({"isinstance", "issubclass", "hasattr", "callable", "bool", "any", "all"})
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
#: What binds so tightly that no parentheses are needed around it, in most places and in any.
_TIGHT = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant)
_LOOSE = (*_TIGHT, ast.Compare, ast.UnaryOp, ast.BinOp)


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


class Verdict:
    """What is known of an expression: its *value* (or UNKNOWN), its *truth* (or None), and whether it is *pure*: all
    that would be evaluated in it does nothing, so that it can go where its value is known.
    """

    __slots__ = ("pure", "truth", "value")

    def __init__(self, value: object = UNKNOWN, truth: bool | None = None, pure: bool = False) -> None:
        self.value = value
        self.truth = bool(value) if value is not UNKNOWN else truth
        self.pure = pure

    @property
    def is_value(self) -> bool:
        """Whether the expression may be replaced by its value."""
        return self.pure and self.value is not UNKNOWN

    @property
    def is_truth(self) -> bool:
        """Whether it may be replaced by its truth, where only that matters."""
        return self.pure and self.truth is not None


class Expressions:
    """The expressions of one file. *known* are the values of some, by id of their node; *dropped* the ids of
    ``name := …`` expressions whose name nothing needs; *soft* those of names that are not written out as their value,
    but decide what is asked of them. Of these, :attr:`left` has the ones that stay. *pure* are ids of calls that do
    nothing but give a value.
    """

    def __init__(
        self,
        context: FileContext,
        known: Mapping[int, object],
        dropped: frozenset[int] = frozenset(),
        soft: frozenset[int] = frozenset(),
        pure: frozenset[int] = frozenset(),
    ) -> None:
        self.context = context
        self.known = known
        self.dropped = dropped
        self.soft = soft
        self.pure = pure
        self.left: set[int] = set()
        self.marked = _marked(context, known)
        self._verdicts: dict[int, Verdict] = {}

    def is_marked(self, node: ast.AST) -> bool:
        """Whether something in *node* is known."""
        return id(node) in self.marked

    # Judging

    def judge(self, node: ast.expr) -> Verdict:
        """What is known of *node*."""
        found = self._verdicts.get(id(node))
        if found is None:
            found = self._verdicts[id(node)] = self._judged(node)
        return found

    def _judged(self, node: ast.expr) -> Verdict:
        if id(node) in self.known:
            return Verdict(self.known[id(node)], pure=True)
        if isinstance(node, ast.Constant):
            return Verdict(node.value, pure=True)
        if not self.is_marked(node):
            return Verdict(pure=self.is_pure(node))
        if isinstance(node, ast.BoolOp):
            return self._of_operands(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.judge(node.operand)
            return Verdict(UNKNOWN if inner.truth is None else not inner.truth, pure=inner.pure)
        if isinstance(node, ast.IfExp):
            test = self.judge(node.test)
            if test.is_truth and self.is_marked(node.test):
                return self.judge(node.body if test.truth else node.orelse)
        if isinstance(node, ast.Compare):
            return self._of_comparison(node)
        if isinstance(node, ast.NamedExpr):
            inner = self.judge(node.value)
            return Verdict(inner.value, inner.truth, inner.pure and id(node) in self.dropped)
        if self._is_builtin(node, ("bool",)):
            assert isinstance(node, ast.Call)
            if len(node.args) == 1 and not node.keywords and self.judge(node.args[0]).is_truth:
                return Verdict(self.judge(node.args[0]).truth, pure=True)
        return Verdict(pure=self.is_pure(node))

    def _of_operands(self, node: ast.BoolOp) -> Verdict:
        live, end = self.operands(node, boolean=True)
        if not live:
            return self.judge(end) if end is not None else self.judge(node.values[-1])
        if end is None:
            if len(live) == 1 and live[0] is node.values[-1]:
                return self.judge(live[0])
            return Verdict(pure=all(map(self.is_pure, live)))
        truth = self.judge(end).truth
        pure = all(map(self.is_pure, live))
        exact = self.judge(end).value is truth and all(map(self._is_bool, live))
        return Verdict(truth if exact else UNKNOWN, truth, pure)

    def operands(self, node: ast.BoolOp, *, boolean: bool) -> tuple[list[ast.expr], ast.expr | None]:
        """The operands that are left of *node*, and the one that decides it, so that none behind it is evaluated.

        *boolean* tells that nothing but the truth of all of it matters.
        """
        going_on = isinstance(node.op, ast.And)
        live: list[ast.expr] = []
        for number, operand in enumerate(node.values):
            verdict = self.judge(operand)
            last = number == len(node.values) - 1
            if not (self.is_marked(operand) and verdict.truth is not None):
                live.append(operand)
            elif verdict.truth is going_on:
                plain = verdict.value is going_on and bool(live) and all(map(self._is_bool, live))
                if not verdict.pure or (last and not (boolean or plain)):
                    live.append(operand)
            elif verdict.pure:
                return live, operand
            else:
                # It decides once it is evaluated.
                return [*live, operand], operand
        return live, None

    def _of_comparison(self, node: ast.Compare) -> Verdict:
        unknown = Verdict(pure=self.is_pure(node))
        if len(node.ops) != 1:
            return unknown
        left, right = self.judge(node.left), self._constant(node.comparators[0])
        if not left.is_value or right is UNKNOWN:
            return unknown
        single = all(value is None or isinstance(value, bool) for value in (left.value, right))
        if isinstance(node.ops[0], ast.Is | ast.IsNot) and not single and left.value.__class__ is right.__class__:
            # Whether equal texts are one object, Python does not say; different kinds of things never are.
            return unknown
        try:
            return Verdict(bool(_COMPARED[type(node.ops[0])](left.value, right)), pure=True)
        except TypeError:
            return unknown

    def _constant(self, node: ast.expr) -> object:
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            items = [self.judge(item) for item in node.elts]
            return [item.value for item in items] if all(item.is_value for item in items) else UNKNOWN
        verdict = self.judge(node)
        return verdict.value if verdict.is_value else UNKNOWN

    def _is_bool(self, node: ast.expr) -> bool:
        """Whether *node* gives True or False and nothing else."""
        if isinstance(node, ast.BoolOp):
            return all(map(self._is_bool, node.values))
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.op, ast.Not)
        if isinstance(node, ast.Constant):
            return isinstance(node.value, bool)
        if id(node) in self.known:
            return isinstance(self.known[id(node)], bool)
        if isinstance(node, ast.Compare) or self._is_builtin(node, _TRUTHS):
            return True
        return isinstance(node, ast.Call | ast.Attribute) and bool(self.context.receivers.of_type(node, _BOOL))

    def _is_builtin(self, node: ast.expr, names: Sequence[str] | frozenset[str]) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in names
            and ("builtins", node.func.id) in self.context.names(node.func)
        )

    def is_pure(self, node: ast.AST) -> bool:
        """Whether evaluating *node* does nothing, as far as one can see: reading an attribute is taken for that."""
        pending = [node]
        while pending:
            current = pending.pop()
            if id(current) in self.known or id(current) in self.pure:
                continue
            if isinstance(current, _EFFECTS) and id(current) not in self.dropped:
                return False
            if not isinstance(current, ast.Lambda):
                pending.extend(ast.iter_child_nodes(current))
        return True

    def is_asked(self, node: ast.stmt) -> bool:
        """Whether nothing but the truth matters of what the statement *node* is about."""
        context = self.context
        if isinstance(node, ast.While | ast.Assert):
            return True
        if isinstance(node, ast.Return):
            function = context.function(node)
            return function is not None and isinstance(function.returns, ast.Name) and function.returns.id == "bool"
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            return False
        scope, _ = context.surroundings(node)
        name = node.targets[0].id
        if scope.kind != "function" or name in context.index.declared:
            return False
        uses = [use for use in context.index.uses if use.chain[0].id == name and scope_of(name, use.scope) is scope]  # type: ignore[union-attr]
        return bool(uses) and all(
            len(use.chain) == 1 and use.text_start is None and use.fstring is None and self._is_condition(use.chain[0])
            for use in uses
        )

    def _is_condition(self, node: ast.expr) -> bool:
        """Whether *node* stands where only its truth matters."""
        parent = self.context.parent(node)
        if isinstance(parent, ast.If | ast.While | ast.Assert | ast.IfExp):
            return parent.test is node
        if isinstance(parent, ast.comprehension):
            return node in parent.ifs
        if isinstance(parent, ast.BoolOp):
            return self._is_condition(parent)
        return (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)) or (
            isinstance(parent, ast.expr) and self._is_builtin(parent, ("bool",))
        )

    # Writing

    def write(self, node: ast.expr, edits: Edits, *, boolean: bool = False) -> None:
        """Put the changes into *edits* that *node* needs; *boolean* tells that only its truth matters."""
        if not self.is_marked(node):
            return
        verdict = self.judge(node)
        if id(node) in self.soft and not boolean:
            self.left.add(id(node))
        elif verdict.is_value or (boolean and verdict.is_truth):
            value = verdict.value if verdict.is_value else verdict.truth
            if not isinstance(node, ast.Constant):
                start, end = self.context.outer_span(node)
                edits.put(start, end, self._spelled(value, start, end, self._quote(node)))
        elif isinstance(node, ast.BoolOp):
            self._write_operands(node, edits, boolean)
        elif isinstance(node, ast.IfExp):
            self._write_choice(node, edits, boolean)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.write(node.operand, edits, boolean=True)
        else:
            for child in ast.iter_child_nodes(node):
                self.write_part(child, edits)

    def write_part(self, node: ast.AST, edits: Edits) -> None:
        """Put the changes into *edits* that something in a statement or expression needs: a clause, an argument."""
        if isinstance(node, ast.expr):
            self.write(node, edits)
            return
        if isinstance(node, ast.comprehension):
            self.write(node.target, edits)
            self.write(node.iter, edits)
            for test in node.ifs:
                verdict = self.judge(test)
                if self.is_marked(test) and verdict.is_truth and verdict.truth:
                    start, end = self.context.outer_span(test)
                    before = self.context.token_before(start)
                    assert before is not None
                    edits.drop(before[0], end)
                else:
                    self.write(test, edits, boolean=True)
            return
        for child in ast.iter_child_nodes(node):
            self.write_part(child, edits)

    def _quote(self, node: ast.expr) -> str:
        """The quote that a text is put in where *node* stands: in an f-string not the one that ends it."""
        outer = next((other for other in self.context.ancestors(node) if isinstance(other, ast.JoinedStr)), None)
        if outer is None:
            return '"'
        opening = self.context.text(outer).lstrip("rRbBuUfFtT")
        return "'" if opening.startswith('"') else '"'

    def _spelled(self, value: object, start: int, end: int, quote: str) -> str:
        """*value* as it is put between two offsets."""
        text = self.context.source.text
        spelled = repr(value)
        if isinstance(value, str) and '"' not in spelled[1:-1] and "'" not in spelled[1:-1]:
            spelled = f"{quote}{spelled[1:-1]}{quote}"
        if text[start - 1 : start].isidentifier():
            spelled = " " + spelled
        if text[end : end + 1].isidentifier():
            spelled += " "
        return spelled

    def _write_operands(self, node: ast.BoolOp, edits: Edits, boolean: bool) -> None:
        live, end = self.operands(node, boolean=boolean)
        if end is not None and end not in live:
            # What decides is evaluated last: its value is that of all, where nothing before it decides.
            live = [*live, end]
        count = node.values.index(live[-1]) + 1
        if count < len(node.values):
            start = self.context.outer_span(node.values[count - 1])[1]
            edits.drop(self._operator(start)[0], self.context.outer_span(node.values[-1])[1])
        self.drop_operands(node.values[:count], live, edits)
        for operand in live:
            self.write(operand, edits, boolean=boolean)
        if len(live) == 1:
            self._unwrap(node, live[0], edits)

    def drop_operands(self, operands: Sequence[ast.expr], live: Sequence[ast.expr], edits: Edits) -> None:
        """Take those of *operands*, which stand beside each other, out that are not *live*, with their operators."""
        context = self.context
        for number, operand in enumerate(operands):
            if operand in live:
                continue
            start, end = context.outer_span(operand)
            following = None
            if number + 1 < len(operands):
                following = self._operator(end)
            if not any(other in live for other in operands[:number]):
                assert following is not None
                edits.drop(start, following[1])
                continue
            before = self._operator(context.outer_span(operands[number - 1])[1])
            if not context.has_comment(before[1], start):
                edits.drop(before[0], end)
            elif following is not None and operands[number + 1] in live:
                edits.drop(start, following[1])
            else:
                edits.drop(*before)
                edits.drop(start, end)

    def _operator(self, offset: int) -> tuple[int, int]:
        token = self.context.token_after(offset)
        assert token is not None
        return token[0], token[1]

    def _write_choice(self, node: ast.IfExp, edits: Edits, boolean: bool) -> None:
        context = self.context
        test = self.judge(node.test)
        if not (test.is_truth and self.is_marked(node.test)):
            self.write(node.test, edits, boolean=True)
            self.write(node.body, edits, boolean=boolean)
            self.write(node.orelse, edits, boolean=boolean)
            return
        chosen = node.body if test.truth else node.orelse
        if test.truth:
            edits.drop(self._operator(context.outer_span(node.body)[1])[0], context.outer_span(node.orelse)[1])
        else:
            edits.drop(context.outer_span(node.body)[0], self._operator(context.outer_span(node.test)[1])[1])
        self.write(chosen, edits, boolean=boolean)
        self._unwrap(node, chosen, edits)

    def _unwrap(self, node: ast.expr, left: ast.expr, edits: Edits) -> None:
        """Take the parentheses off of which *left* is all that remains, where they say nothing any more."""
        context = self.context
        text = context.source.text
        start, end = context.outer_span(node)
        inner, outer = context.span(node), context.outer_span(left)
        parent = context.parent(node)
        simple = _LOOSE if isinstance(parent, ast.stmt | ast.BoolOp | ast.IfExp | ast.keyword | ast.Call) else _TIGHT
        if isinstance(parent, ast.UnaryOp):
            simple = _LOOSE if isinstance(parent.op, ast.Not) else _TIGHT
        if isinstance(parent, ast.Call) and parent.func is node:
            simple = _TIGHT
        if "\n" in text[outer[0] : outer[1]] or "\r" in text[outer[0] : outer[1]]:
            return
        if isinstance(left, ast.Constant) and isinstance(parent, ast.Attribute):
            return
        if (start, end) != inner and isinstance(left, simple) and not context.has_comment(start, end):
            edits.drop(start, outer[0])
            edits.drop(outer[1], end)
        elif (
            (start, end) == inner
            and isinstance(parent, ast.stmt)
            and isinstance(left, (*_LOOSE, ast.BoolOp))
            and outer != context.span(left)
        ):
            own = context.span(left)
            edits.drop(outer[0], own[0])
            edits.drop(own[1], outer[1])

    def evaluated(self, node: ast.expr) -> list[ast.expr] | None:
        """The operands, side by side, that are still to be evaluated where the truth of *node* is known, and that only.

        None where they are not to be had: they stand in something else.
        """
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node = node.operand
        if not isinstance(node, ast.BoolOp):
            return None
        live, end = self.operands(node, boolean=True)
        if end is None or end in live:
            return None
        return live


def _marked(context: FileContext, known: Mapping[int, object]) -> set[int]:
    """The ids of what is known, and of all it stands in."""
    found: set[int] = set(known)
    for types in ((ast.expr, ast.comprehension, ast.keyword, ast.stmt),):
        for node in context.nodes(types):
            if id(node) in known:
                for outer in context.ancestors(node):
                    if id(outer) in found:
                        break
                    found.add(id(outer))
    return found


def nodes_in(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """*nodes* and all below them."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        yield node
        pending.extend(ast.iter_child_nodes(node))
