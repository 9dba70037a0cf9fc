"""Folding a file: what is known of it spreads through names bound once, and all that follows is written down."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from platform_lint.context import FileContext, Function
from platform_lint.folding.edits import Edits
from platform_lint.folding.expressions import Expressions, nodes_in
from platform_lint.folding.layout import Layout
from platform_lint.folding.leftovers import Helper, unused_helpers, unused_locals
from platform_lint.folding.members import asking, bound_attributes, wrappers
from platform_lint.folding.names import Bound, bound_names
from platform_lint.folding.plans import Block, Plan, Planner
from platform_lint.folding.writing import Writer

#: Whether another file of the project mentions a word; None where nobody knows.
Elsewhere = Callable[[str], bool | None]

_MAX_ROUNDS = 40
#: What finds more that is known.
_SEARCHES = (bound_names, bound_attributes, wrappers)
_LOOKS_UP = re.compile(r"\b(?:locals|vars|eval|exec|globals)\s*\(")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Unit:
    """Changes that are made together, or not at all: *edits* of text, and the ids of the known *nodes* they fold."""

    __slots__ = ("edits", "nodes")

    def __init__(self) -> None:
        self.nodes: set[int] = set()
        self.edits: list[tuple[int, int, str]] = []


class Folded:
    """What folding comes to.

    *units* are the changes. *refused* are the known nodes, by id, that must stay what they are, with the reason.
    *helpers* are functions and classes that nothing uses any more and that were not taken out, with the reason.
    *wrappers* are functions that give nothing but a known truth, and that other files use.
    """

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.refused: dict[int, str] = {}
        self.helpers: list[Helper] = []
        self.wrappers: list[ast.FunctionDef] = []


class Task:
    """What is to be folded: the *known* values, by id of their expression; ids of statements that are *gone*, and of
    ``with`` statements that are *unwrapped*; the ids of assignments of *constants* that may go where nothing needs
    them; *pure* ids of calls that do nothing; and *anchors*, ids of nodes besides the known ones whose unit is wanted.
    """

    def __init__(
        self,
        known: Mapping[int, object],
        *,
        gone: frozenset[int] = frozenset(),
        unwrapped: frozenset[int] = frozenset(),
        constants: frozenset[int] = frozenset(),
        anchors: frozenset[int] = frozenset(),
        pure: frozenset[int] = frozenset(),
    ) -> None:
        self.known = dict(known)
        self.gone = gone
        self.unwrapped = unwrapped
        self.constants = constants
        self.anchors = anchors
        self.pure = pure


def fold(context: FileContext, task: Task, elsewhere: Elsewhere) -> Folded:
    """Fold the file *context* is about. *elsewhere* answers what only the project knows."""
    return _Fold(context, task, elsewhere).run()


class _Fold:
    def __init__(self, context: FileContext, task: Task, elsewhere: Elsewhere) -> None:
        self.context = context
        self.layout = Layout(context)
        self.task = task
        self.given = task.known
        self.gone = set(task.gone)
        self.unwrapped = set(task.unwrapped)
        self.elsewhere = elsewhere
        self.folded = Folded()

    def run(self) -> Folded:
        for part in self.context.nodes(ast.expr):
            if id(part) in self.given and not self.context.is_placed(part):
                self.folded.refused[id(part)] = "it stands inside a string where its exact place is not known"
                del self.given[id(part)]
        while True:
            known, bound = self._spread()
            left: set[int] = set()
            while True:
                # A name that is still read where its value would be written out stays.
                going = [one for one in bound if one.goes and not left.intersection(map(id, one.reads))]
                expressions, planner = self._planner(known, bound, going)
                module = planner.block(self.context.tree.body)
                self._write(module, expressions, Edits(self.layout.text, self.layout.starts))
                if expressions.left <= left:
                    break
                left |= expressions.left
            bad = self._unfit(module, known)
            if not bad:
                break
            for node, reason in bad:
                self.folded.refused[node] = reason
                self.given.pop(node, None)
                self.gone.discard(node)
                self.unwrapped.discard(node)
            if not (self.given or self.gone or self.unwrapped):
                return self.folded
        helpers: dict[int, Helper] = {}
        for _ in range(_MAX_ROUNDS):
            everything = Edits(self.layout.text, self.layout.starts)
            self._write(module, expressions, everything)
            found = unused_helpers(self.layout, everything.erased(), self.elsewhere, self.task.constants)
            found += unused_locals(self.layout, everything.erased(), expressions)
            fresh = [helper for helper in found if helper.is_sure and id(helper.node) not in helpers]
            self.folded.helpers = [helper for helper in found if not helper.is_sure]
            if not fresh:
                break
            helpers.update((id(helper.node), helper) for helper in fresh)
            expressions, planner = self._planner(known, bound, going, frozenset(helpers))
            module = planner.block(self.context.tree.body)
        self.folded.wrappers = [
            node for node in asking(self.context, expressions) if id(node) not in helpers and self.elsewhere(node.name)
        ]
        self._units(module, expressions, helpers, bound)
        return self.folded

    def _planner(
        self, known: Mapping[int, object], bound: list[Bound], going: list[Bound], more: frozenset[int] = frozenset()
    ) -> tuple[Expressions, Planner]:
        """What plans the file where the names *going* are gone, and the statements with the ids *more*."""
        dropped = frozenset(id(one.node) for one in going if isinstance(one.node, ast.NamedExpr))
        gone = frozenset(id(one.node) for one in going if isinstance(one.node, ast.stmt))
        soft = frozenset(
            id(read)
            for one in bound
            if not one.written and (one not in going or not isinstance(one.value, bool))
            for read in one.reads
        )
        expressions = Expressions(self.context, known, dropped, soft, self.task.pure)
        return expressions, Planner(expressions, gone | more | self.gone, frozenset(self.unwrapped))

    # What is known

    def _spread(self) -> tuple[dict[int, object], list[Bound]]:
        """What is known once names that are bound once stand for their value, and these names."""
        known = dict(self.given)
        bound: dict[int, Bound] = {}
        for _ in range(_MAX_ROUNDS):
            expressions = Expressions(self.context, known, pure=self.task.pure)
            found = [one for search in _SEARCHES for one in search(self.context, expressions, self.elsewhere)]
            fresh = [one for one in found if id(one.node) not in bound]
            if not fresh:
                break
            for one in fresh:
                bound[id(one.node)] = one
                known.update(dict.fromkeys(map(id, one.reads), one.value))
        if _LOOKS_UP.search(self.layout.text):
            for one in bound.values():
                one.goes = False
        return known, list(bound.values())

    # What must not be

    def _unfit(self, module: Block, known: Mapping[int, object]) -> list[tuple[int, str]]:
        """The known nodes that must not be folded, with the reason: what goes makes a function what it is."""
        found: list[tuple[int, str]] = []
        gone = {id(node) for node in _dead_of(module)}
        gone |= {id(inner) for node in self.context.nodes(ast.expr) if id(node) in known for inner in nodes_in([node])}
        if not gone:
            return found
        ours = [*self.given, *self.gone, *self.unwrapped]
        lost = self._lost(gone, known)
        if lost:
            reason = f"`{lost}` is bound by what goes, and used by what stays"
            return [(node, reason) for node in ours]
        for function in self.context.nodes((ast.FunctionDef, ast.AsyncFunctionDef)):
            assert isinstance(function, Function)
            if id(function) in gone:
                continue
            reason = self._makes(function, gone, known)
            if reason:
                inside = {id(node) for node in nodes_in(function.body)}
                found += [(node, reason) for node in ours if node in inside] or [(node, reason) for node in ours]
        return found

    def _lost(self, gone: set[int], known: Mapping[int, object]) -> str:
        """A name of the module that only what is *gone* binds, and what is left uses; ``""`` for none."""
        own = list(_own(self.context.tree))
        lost = {name for node in own if id(node) in gone for name in _binds(node)}
        if lost:
            lost -= {name for node in own if id(node) not in gone for name in _binds(node)}
        if not lost:
            return ""
        return min(
            (
                node.id
                for node in self.context.nodes(ast.Name)
                if isinstance(node, ast.Name)
                and node.id in lost
                and isinstance(node.ctx, ast.Load)
                and id(node) not in gone
                and id(node) not in known
            ),
            default="",
        )

    def _makes(self, function: Function, gone: set[int], known: Mapping[int, object]) -> str:
        """Why what is *gone* of a function must not go; ``""`` for nothing."""
        own = list(_own(function))
        left = [node for node in own if id(node) not in gone]
        dead = [node for node in own if id(node) in gone]
        yields = (ast.Yield, ast.YieldFrom)
        if any(isinstance(node, yields) for node in dead) and not any(isinstance(node, yields) for node in left):
            return f"`{function.name}` would be no generator any more: what goes has its only `yield`"
        names = {node.id for node in left if isinstance(node, ast.Name)}
        for node in dead:
            if isinstance(node, ast.Global | ast.Nonlocal) and names.intersection(node.names):
                name = min(names.intersection(node.names))
                return f"what goes declares `{name}`, which is used in the rest of `{function.name}`"
        bound = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        bound |= {name for node in left for name in _binds(node)}
        read = {
            node.id
            for node in left
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in known
        }
        lost = ({name for node in dead for name in _binds(node)} & read) - bound
        return f"`{min(lost)}` is bound by what goes, and used by what stays" if lost else ""

    # Writing

    def _write(self, module: Block, expressions: Expressions, edits: Edits) -> None:
        Writer(self.layout, expressions, edits).block(module, hollow=False)

    def _units(
        self,
        module: Block,
        expressions: Expressions,
        helpers: Mapping[int, Helper],
        bound: list[Bound],
    ) -> None:
        """Write the changes root by root, and put those together that depend on each other."""
        roots = _Roots(self.context, module)
        for one in bound:
            for read in one.reads:
                roots.join(one.node, read)
        for helper in helpers.values():
            for place in helper.places:
                other = roots.at(place)
                if other is not None:
                    roots.join(helper.node, other)
        units: dict[int, Unit] = {}
        whole = Edits(self.layout.text, self.layout.starts)
        self._write(module, expressions, whole)
        made = whole.made()
        for start, end, _ in made:
            roots.join_all(start, end)
        for start, end, text in made:
            unit = units.setdefault(roots.of_change(start, end), Unit())
            unit.edits.append((start, end, text))
        for node in (*self.given, *self.task.anchors):
            unit = units.setdefault(roots.of_id(node), Unit())
            unit.nodes.add(node)
        self.folded.units = [unit for unit in units.values() if unit.edits]


class _Roots:
    """The statements that are changed for themselves: those of the module, and the members of its classes."""

    def __init__(self, context: FileContext, module: Block) -> None:
        self.context = context
        self.layout = Layout(context)
        self.nodes: list[ast.AST] = []
        self.leader: dict[int, int] = {}
        self._home: dict[int, int] = {}
        for statement in context.tree.body:
            members = statement.body if isinstance(statement, ast.ClassDef) else ()
            for node in (statement, *members):
                self.nodes.append(node)
                self.leader[id(node)] = id(node)
        for node in self.nodes:
            for inner in nodes_in([node]):
                self._home[id(inner)] = id(node)
        self.spans = sorted(
            (self.layout.line_start(self.layout.begin(node)), id(node))
            for node in self.nodes
            if isinstance(node, ast.stmt)
        )

    def find(self, root: int) -> int:
        """The one that stands for *root* and all that goes with it."""
        while self.leader[root] != root:
            root = self.leader[root]
        return root

    def of_id(self, node: int) -> int:
        """The root of the node with this id."""
        return self.find(self._home[node])

    def of_offset(self, offset: int) -> int:
        """The root that a change at *offset* belongs to."""
        found = self.spans[0][1]
        for start, root in self.spans:
            if start > offset:
                break
            found = root
        return self.find(found)

    def of_change(self, start: int, end: int) -> int:
        """The root that a change belongs to: the first that begins in it, else the one it lies in."""
        inside = [root for begin, root in self.spans if start <= begin < end]
        return self.find(inside[0]) if inside else self.of_offset(start)

    def join_all(self, start: int, end: int) -> None:
        """Put all roots together that begin between two offsets."""
        inside = [root for begin, root in self.spans if start <= begin < end]
        for other in inside[1:]:
            first, second = self.find(inside[0]), self.find(other)
            if first != second:
                self.leader[second] = first

    def at(self, offset: int) -> ast.AST | None:
        """The root at *offset*."""
        wanted = self.of_offset(offset)
        return next((node for node in self.nodes if id(node) == wanted), None)

    def join(self, one: ast.AST, other: ast.AST) -> None:
        """Put the roots of two nodes together."""
        first, second = self.of_id(id(one)), self.of_id(id(other))
        if first != second:
            self.leader[second] = first


def _own(function: Function | ast.Module) -> Iterator[ast.AST]:
    """The nodes of a function's body that belong to no function or class in it, their heads included."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, _SCOPES):
            pending += getattr(node, "decorator_list", ())
            continue
        pending.extend(ast.iter_child_nodes(node))


def _binds(node: ast.AST) -> Iterator[str]:
    """The names that a node binds, or says to be bound elsewhere."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names


def _dead_of(module: Block) -> list[ast.AST]:
    """The nodes that are not there any more once *module* is written."""
    found: list[ast.AST] = []
    pending: list[Block] = [module]
    while pending:
        block = pending.pop()
        found += nodes_in(block.dead)
        for plan in block.statements:
            found += _dead_in(plan)
            if plan.chosen is not None:
                pending.append(plan.chosen)
            pending += [inner for _, field, inner in plan.blocks if field not in plan.without]
            pending += [clause.block for clause in plan.clauses if clause.block is not None]
    return found


def _dead_in(plan: Plan) -> list[ast.AST]:
    """What goes of a statement itself."""
    node = plan.node
    if plan.fate != "keep":
        chosen = plan.chosen
        stay = [] if chosen is None else [*(inner.node for inner in chosen.statements), *chosen.dead]
        kept = {id(inner) for inner in nodes_in([*stay, *plan.rest])}
        return [inner for inner in nodes_in([node]) if id(inner) not in kept]
    found = [item for clause in plan.clauses if clause.block is None for item in clause.body]
    for field in plan.without:
        found += getattr(node, field)
    return list(nodes_in(found))
