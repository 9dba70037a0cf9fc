"""Matching a pattern: which expressions and statements of a file it stands for, and what its metavariables are then.

Matching goes through the alternatives one by one and comes back when one fails; a budget of steps bounds it, so a
pattern that explodes is given up on the file rather than waited for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from platform_lint.context import FileContext
from platform_lint.limits import GaveUp
from platform_lint.names import glob_pattern
from platform_lint.patterns.bindings import Bindings, Bound
from platform_lint.patterns.expressions import handler_of
from platform_lint.patterns.prepass import ANY, ELL, GLOB, ONE, PatternError
from platform_lint.patterns.sameness import SILENT, names_of, same
from platform_lint.patterns.syntax import Mark, Tree, parse
from platform_lint.scopes import QualifiedName

__all__ = ["EQUIVALENCES", "Bindings", "Bound", "GaveUp", "Matcher", "Pattern", "PatternError", "in_short"]

#: What counts as the same unless a rule says otherwise; see the package for what each means.
EQUIVALENCES = (
    "alias",
    "signature",
    "keywords",
    "parentheses",
    "quotes",
    "is-not",
    "async",
    "annotations",
    "defaults",
    "decorators",
    "bases",
    "clauses",
)
#: Steps a pattern may take in one file, and those it may take besides for each character of it.
MAX_STEPS = 200_000
_STEPS_PER_CHARACTER = 2
#: Items of a list that cost as much as a step: looked at one by one, or only copied.
VISITED, COPIED = 16, 256
_MAX_SHOWN = 60

Found = Iterator[Bindings]
_LITERALS: dict[str, type] = {
    "int": int,
    "float": float,
    "complex": complex,
    "str": str,
    "bytes": bytes,
    "bool": bool,
    "None": type(None),
}
_DISPLAYS: dict[str, tuple[type[ast.expr], ...]] = {
    "list": (ast.List, ast.ListComp),
    "dict": (ast.Dict, ast.DictComp),
    "set": (ast.Set, ast.SetComp),
    "tuple": (ast.Tuple,),
    "str": (ast.JoinedStr,),
}


class Pattern:
    """A pattern that can be matched: ``Pattern.parse("corp.db.connect($...A)")``."""

    __slots__ = ("tree", "without")

    def __init__(self, tree: Tree, without: frozenset[str] = frozenset()) -> None:
        self.tree = tree
        self.without = without

    @classmethod
    def parse(cls, text: str, without: Sequence[str] = ()) -> Pattern:
        """Read *text*; *without* are the equivalences that are switched off. Raises PatternError."""
        return cls(parse(text, alias="alias" not in without), frozenset(without))

    def match(self, node: ast.AST, context: FileContext, bindings: Bindings | None = None) -> Bindings | None:
        """How the pattern matches just *node*, an expression or statement; None where it does not.

        *bindings* are metavariables that are known already.
        """
        return Matcher(self, context).first(node, bindings)


class Matcher:
    """One pattern in one file; all of its matches share one budget."""

    def __init__(self, pattern: Pattern, context: FileContext, steps: list[int] | None = None) -> None:
        self.tree = pattern.tree
        self.marks = pattern.tree.marks
        self.names = pattern.tree.names
        self.without = pattern.without
        self.context = context
        self.steps = steps if steps is not None else [MAX_STEPS + _STEPS_PER_CHARACTER * len(context.source.text)]

    def first(self, node: ast.AST, bindings: Bindings | None = None) -> Bindings | None:
        """The first match of just *node*, or None. Raises GaveUp."""
        return next(self.all(node, bindings), None)

    def all(self, node: ast.AST, bindings: Bindings | None = None) -> Found:
        """All matches of just *node*: of its whole for an expression, from it on for statements. Raises GaveUp."""
        start = bindings or Bindings({})
        if isinstance(node, ast.stmt):
            yield from self._not_too_deep(self._statements(node, start))
        elif self.tree.root is not None:
            yield from self._not_too_deep(self.node(self.tree.root, node, start))

    def first_of(self, pattern: ast.AST, node: ast.AST, bindings: Bindings) -> Bindings | None:
        """The first match of just *node* with *pattern*, a part of the whole, or None. Raises GaveUp."""
        return next(self._not_too_deep(self.node(pattern, node, bindings)), None)

    def _not_too_deep(self, found: Found) -> Found:
        try:
            yield from found
        except RecursionError:
            raise GaveUp(f"{self._shown} goes too deep") from None

    def _statements(self, node: ast.stmt, start: Bindings) -> Found:
        block, number = block_of(self.context, node)
        patterns = trimmed(self.tree)
        if self.tree.bare:
            for found in self._bare(node, start):
                yield found.paired(self.tree.body[0], node)
            return
        yield from self.sequence(patterns, 0, block, number, start, self.node, closed=False)

    def _bare(self, node: ast.stmt, bindings: Bindings) -> Found:
        from platform_lint.patterns.definitions import decorators

        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            definition = self.tree.body[-1]
            assert isinstance(definition, ast.FunctionDef)
            yield from decorators(self, definition.decorator_list, node.decorator_list, bindings)

    def step(self, items: int = 0, per: int = VISITED) -> None:
        """Count a step, and one more for *per* of the *items* it takes. Raises GaveUp where there were too many."""
        self.steps[0] -= 1 + items // per
        if self.steps[0] < 0:
            raise GaveUp(f"{self._shown} takes too many steps")

    @property
    def _shown(self) -> str:
        return f"the pattern `{in_short(self.tree.text)}`"

    # One node

    def node(self, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
        """How *pattern* matches *target*, a node of the file."""
        self.step()
        mark = self.marks.get(id(pattern))
        if mark is not None:
            for found in self._marked(mark, pattern, target, bindings):
                yield found.paired(pattern, target)
            return
        parts = self.names.get(id(pattern))
        if parts is not None:
            if self.means(target, parts) and self._parenthesised(pattern, target):
                yield bindings.paired(pattern, target)
            return
        if isinstance(pattern, ast.expr) and not self._parenthesised(pattern, target):
            return
        handler = handler_of(type(pattern))
        if handler is not None:
            for found in handler(self, pattern, target, bindings):
                yield found.paired(pattern, target)
        elif type(pattern) is type(target):
            for found in self.fields(pattern, target, pattern._fields, bindings):
                yield found.paired(pattern, target)

    def fields(self, pattern: ast.AST, target: ast.AST, names: Sequence[str], bindings: Bindings, at: int = 0) -> Found:
        """How the fields *names* of two nodes match, from the *at*-th on."""
        while at < len(names) and names[at] in SILENT:
            at += 1
        if at == len(names):
            yield bindings
            return
        field = names[at]
        for found in self.value(getattr(pattern, field, None), getattr(target, field, None), target, bindings):
            yield from self.fields(pattern, target, names, found, at + 1)

    def value(self, pattern: object, target: object, owner: ast.AST, bindings: Bindings) -> Found:
        """How the value of a field of *owner* matches: a node, a list, an identifier, nothing."""
        if isinstance(pattern, list):
            if isinstance(target, list):
                if pattern and isinstance(pattern[0], str):
                    yield from self.words(pattern, target, owner, bindings)
                else:
                    yield from self.sequence(pattern, 0, target, 0, bindings, self.node)
        elif isinstance(pattern, ast.AST):
            if isinstance(target, ast.AST):
                yield from self.node(pattern, target, bindings)
            elif target is None and self.is_ell(pattern):
                yield bindings
        elif isinstance(pattern, str) and isinstance(target, str):
            yield from self.word(pattern, target, owner, bindings)
        elif pattern == target and type(pattern) is type(target):
            yield bindings

    def words(self, patterns: Sequence[str], targets: Sequence[str], owner: ast.AST, bindings: Bindings) -> Found:
        """How lists of identifiers match, in order."""
        if len(patterns) != len(targets):
            return
        if not patterns:
            yield bindings
            return
        for found in self.word(patterns[0], targets[0], owner, bindings):
            yield from self.words(patterns[1:], targets[1:], owner, found)

    def word(self, pattern: str, target: str, owner: ast.AST, bindings: Bindings) -> Found:
        """How an identifier of *owner* matches."""
        if pattern == target or pattern in (ELL, ANY):
            yield bindings
        elif pattern.startswith(ONE):
            bound = self.bind(pattern[len(ONE) :], Bound((owner,), word=target), bindings)
            if bound is not None:
                yield bound
        elif pattern.startswith(GLOB):
            glob = glob_pattern((self.tree.globs[pattern],))
            match = glob.match(target)
            if match is not None and match.end() == len(target):
                yield bindings

    def bind(self, name: str, value: Bound, bindings: Bindings) -> Bindings | None:
        """*bindings* with *name* standing for *value*; None where it stands for something else already."""
        if name == "_":
            return bindings
        known = bindings.values.get(name)
        if known is None:
            return bindings.bound(name, value)
        return bindings if self._unify(known, value) else None

    def _unify(self, known: Bound, value: Bound) -> bool:
        if known.word or value.word:
            return _identifier(known) == _identifier(value) != ""
        if len(known.nodes) != len(value.nodes):
            return False
        for one, other in zip(known.nodes, value.nodes, strict=True):
            self.step()
            if not same(one, other, self.context):
                return False
        return True

    def is_ell(self, pattern: object) -> bool:
        """Whether *pattern* is ``...``."""
        mark = self.marks.get(id(pattern))
        return mark is not None and mark.kind == "ell"

    # Several nodes

    def sequence(
        self,
        patterns: Sequence[ast.AST],
        at: int,
        targets: Sequence[ast.AST],
        number: int,
        bindings: Bindings,
        item: Callable[[ast.AST, ast.AST, Bindings], Found],
        closed: bool = True,
    ) -> Found:
        """How *patterns* from *at* on match *targets* from *number* on, in order; all of them where *closed*."""
        self.step()
        if at == len(patterns):
            if number == len(targets) or not closed:
                yield bindings
            return
        pattern = patterns[at]
        mark = self.tree.many(pattern)
        if mark is None:
            if number < len(targets):
                for found in item(pattern, targets[number], bindings):
                    yield from self.sequence(patterns, at + 1, targets, number + 1, found, item, closed)
            return
        needed = sum(self.tree.many(other) is None for other in patterns[at + 1 :])
        last = len(targets) - needed
        # Where nothing else can take what is left, it takes all of it.
        rest = closed and needed == len(patterns) - at - 1
        for end in range(last if rest else number, last + 1):
            if end < number:
                return
            taken = list(targets[number:end])
            self.step(len(taken), COPIED)
            bound = self.several(mark, taken, bindings)
            if bound is not None:
                bound = bound.paired(pattern, taken)
                yield from self.sequence(patterns, at + 1, targets, end, bound, item, closed)

    def several(self, mark: Mark, taken: Sequence[ast.AST], bindings: Bindings) -> Bindings | None:
        """*bindings* with *taken* for what *mark* stands for."""
        if mark.kind == "ell":
            return bindings
        return self.bind(mark.name, Bound(taken, many=True), bindings)

    # What stands for something else

    def _marked(self, mark: Mark, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
        if mark.kind == "ell":
            yield bindings
        elif mark.kind == "one":
            # A star belongs to the argument, not to the expression after it.
            plain = isinstance(target, ast.expr) and not isinstance(target, ast.Starred)
            if plain and self._parenthesised(pattern, target, only_asked=True):
                bound = self.bind(mark.name, Bound((target,)), bindings)
                if bound is not None:
                    yield bound
        elif mark.kind == "typed":
            if isinstance(target, ast.expr) and self.is_of(target, mark.cls):
                bound = self.bind(mark.name, Bound((target,)), bindings)
                if bound is not None:
                    yield bound
        elif mark.kind == "string":
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                bound = self.bind(mark.name, Bound((target,)), bindings)
                if bound is not None:
                    yield bound
        elif mark.kind == "deep":
            assert mark.node is not None
            for inner in ast.walk(target):
                if isinstance(inner, ast.expr):
                    yield from self.node(mark.node, inner, bindings)
                else:
                    self.step()
        elif mark.kind == "chain":
            assert mark.node is not None
            link: ast.AST | None = target
            while link is not None:
                yield from self.node(mark.node, link, bindings)
                link = getattr(link, "func" if isinstance(link, ast.Call) else "value", None)
                if not isinstance(link, ast.expr):
                    return

    def is_of(self, target: ast.expr, cls: QualifiedName) -> bool:
        """Whether *target* is an instance of the class, as far as the file tells."""
        if cls[0] == "builtins" and len(cls) == 2:
            kind = _LITERALS.get(cls[1])
            if kind is not None and isinstance(target, ast.Constant):
                return type(target.value) is kind
            if cls[1] in ("int", "float", "complex") and isinstance(target, ast.UnaryOp):
                return isinstance(target.op, ast.USub | ast.UAdd) and self.is_of(target.operand, cls)
            if isinstance(target, _DISPLAYS.get(cls[1], ())):
                return True
            if cls[1] == "None":
                return False
        return bool(self.context.receivers.of_type(target, cls))

    # Names

    def means(self, target: ast.AST, parts: QualifiedName) -> bool:
        """Whether *target* is a name that means *parts*, or what the facts of a pack call the same."""
        if not isinstance(target, ast.Name | ast.Attribute):
            return False
        names = names_of(target, self.context)
        return bool(names) and not set(names).isdisjoint(self.context.spelled(parts))

    def _parenthesised(self, pattern: ast.AST, target: ast.AST, only_asked: bool = False) -> bool:
        """Whether parentheses are as the pattern has them, where that counts."""
        if "parentheses" not in self.without or not isinstance(target, ast.expr) or not self.context.is_placed(target):
            return True
        asked = self._has_parentheses(pattern)
        if only_asked and not asked:
            return True
        return asked == (self.context.outer_span(target) != self.context.span(target))

    def _has_parentheses(self, pattern: ast.AST) -> bool:
        start, end = self.tree.span(pattern)
        code = self.tree.code.text
        before, after = code[:start].rstrip(), code[end:].lstrip()
        if not before.endswith("(") or not after.startswith(")"):
            return False
        parent = self.tree.parents.get(id(pattern))
        opener = len(before) - 1
        if isinstance(parent, ast.Call) and parent.func is not pattern:
            return opener != code.index("(", self.tree.span(parent.func)[1])
        return not isinstance(parent, ast.ClassDef)


def in_short(text: str) -> str:
    """*text* in one line that a message can hold."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 1] + "…"


def _identifier(bound: Bound) -> str:
    if bound.word:
        return bound.word
    node = bound.node
    return node.id if isinstance(node, ast.Name) else ""


def trimmed(tree: Tree) -> list[ast.stmt]:
    """The statements of a pattern without ``...`` at both ends, which says nothing there."""
    body = list(tree.body)

    def is_ell(statement: ast.stmt) -> bool:
        mark = tree.many(statement)
        return mark is not None and mark.kind == "ell"

    while len(body) > 1 and is_ell(body[0]):
        del body[0]
    while len(body) > 1 and is_ell(body[-1]):
        del body[-1]
    return body


def block_of(context: FileContext, node: ast.stmt) -> tuple[list[ast.stmt], int]:
    """The statements *node* is one of, and its number among them."""
    return context.block(node) or ([node], 0)


def blocks(node: ast.AST | None) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The blocks of statements directly in *node*, with the fields they are."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield field, block
