"""Where a file asks for a flag, and what is left of the code around it when the answer is known.

All of a file is folded at once: a call is worth its value wherever it stands, and what follows from that goes with it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from platform_lint.finding import Safety, weakest
from platform_lint.folding.folding import Folded, Task, Unit, fold
from platform_lint.folding.layout import Layout
from platform_lint.folding.leftovers import name_of
from platform_lint.hits import Hit, Repair, Splice
from platform_lint.kinds.call_sites import CallSite, call_sites
from platform_lint.kinds.flag_keys import Project, key_of, made_key
from platform_lint.rule import Rule
from platform_lint.scopes import QualifiedName
from platform_lint.signatures import Bound, bind, parse_signature
from platform_lint.values import effects

if TYPE_CHECKING:
    from platform_lint.context import FileContext

_TESTS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SETUP = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Pass)


class _Place:
    """One place that is about the flag: *node* is what the finding points at, *reason* why it stays as it is.

    *matched* is the qualified name that led to it, *safety* and *doubt* what speaks against trusting the fix.
    """

    def __init__(self, node: ast.AST, matched: QualifiedName) -> None:
        self.node = node
        self.matched = matched
        self.reason = ""
        self.safety: Safety = "safe"
        self.doubt = ""
        #: Splices of its own, where it is not folded.
        self.splices: list[Splice] = []
        #: The node whose unit mends it.
        self.anchor: int = 0

    def distrust(self, reason: str) -> None:
        """Note what speaks against trusting the fix."""
        self.safety = weakest(self.safety, "unsafe")
        self.doubt = self.doubt or reason


def found(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """The hits of *rule*: every place that asks for its flag, or gives it a value."""
    yield from _Sites(rule, context).hits()


class _Sites:
    def __init__(self, rule: Rule, context: FileContext) -> None:
        self.rule = rule
        self.context = context
        self.flag: str = rule.body["flag"]
        self.value: object = rule.body["value"]
        self.clients: Mapping[str, Mapping[str, Any]] = {
            name: client for client in rule.body["clients"] for name in client["names"]
        }
        self.layout = Layout(context)
        self.known: dict[int, object] = {}
        self.gone: set[int] = set()
        self.unwrapped: set[int] = set()
        self.constants: set[int] = set()
        self.anchors: set[int] = set()
        self.pure: set[int] = set()
        self.places: list[_Place] = []
        self.project = Project(context)

    def hits(self) -> Iterator[Hit]:
        for site in call_sites(self.rule, self.context):
            client = self.clients.get(".".join(site.matched))
            if client is not None and client["way"] != "mixin":
                self._site(site, client)
        if any(client["way"] == "mixin" for client in self.rule.body["clients"]):
            self._mixins()
        if not self.places:
            return
        task = Task(
            self.known,
            gone=frozenset(self.gone),
            unwrapped=frozenset(self.unwrapped),
            constants=frozenset(self.constants),
            anchors=frozenset(self.anchors),
            pure=frozenset(self.pure),
        )
        folded = fold(self.context, task, self.project.mentions) if self.known or self.anchors else Folded()
        units = {node: unit for unit in folded.units for node in unit.nodes}
        safety: dict[int, tuple[Safety, str]] = {}
        for place in self.places:
            unit = units.get(place.anchor)
            if unit is not None:
                before = safety.get(id(unit), ("safe", ""))
                safety[id(unit)] = weakest(before[0], place.safety), before[1] or place.doubt
        for place in self.places:
            yield self._hit(place, folded, units, safety)
        module = self.context.index.module or ()
        for wrapper in folded.wrappers if module else ():
            start = self.context.span(wrapper)[0]
            end = self.context.source.text.find(":", start)
            message = f"`{wrapper.name}` only asks for `{self.flag}`, and other files call it: fold their calls too"
            reason = f"its calls are folded with the option `wrapper={'.'.join((*module, wrapper.name))}`"
            repair = Repair.refused(f"fold the calls of `{wrapper.name}`", reason)
            yield Hit(self.rule, None, "shape", (), start, max(end, start), message=message, repair=repair)
        for helper in folded.helpers:
            name = name_of(helper.node)
            start = self.context.span(helper.node)[0]
            end = self.context.source.text.find(":", start)
            message = f"`{name}` is used by nothing here once `{self.flag}` is gone: delete it too"
            repair = Repair.refused(f"delete `{name}`", helper.reason)
            yield Hit(self.rule, None, "shape", (), start, max(end, start), message=message, repair=repair)

    def _hit(
        self, place: _Place, folded: Folded, units: Mapping[int, Unit], safety: Mapping[int, tuple[Safety, str]]
    ) -> Hit:
        start, end = self.context.span(place.node)
        values = {"name": ".".join(place.matched), "flag": self.flag, "value": _shown(self.value)}
        message = self.rule.filled(values, "`{flag}` is {value} for good: take `{name}` out")
        what = f"fold `{self.flag}` to `{_shown(self.value)}`"
        reason = place.reason or folded.refused.get(place.anchor, "")
        unit = units.get(place.anchor)
        if reason:
            repair = Repair.refused(what, reason)
        elif place.splices:
            repair = Repair(what, place.splices, safety=place.safety, reason=place.doubt)
        elif unit is None:
            repair = Repair.refused(what, "what stands around it cannot be decided")
        else:
            splices = [Splice(first, last, [text] if text else []) for first, last, text in unit.edits]
            level, doubt = safety.get(id(unit), ("safe", ""))
            repair = Repair(what, splices, safety=level, reason=doubt, together=id(unit), decides=True)
        return Hit(self.rule, None, "shape", place.matched, start, end, message=message, repair=repair)

    # Calls

    def _site(self, site: CallSite, client: Mapping[str, Any]) -> None:
        """Note what becomes of one call, if it is about the flag."""
        signature = parse_signature(client["signature"]) if client["signature"] else None
        bound = bind(signature, site.args, site.keywords)
        if not (client["key"] or client["made"]):
            self._wrapper(site, client, bound)
            return
        value = self._named(site, client, bound)
        if value is None:
            return
        key = made_key(self.context, value, client["made"]) if client["made"] else key_of(self.context, value)
        negated = key is not None and bool(client["negated"]) and key.text.startswith(client["negated"])
        if key is None or (key.text[len(client["negated"]) :] if negated else key.text) != self.flag:
            arguments = (*site.args, *(keyword.value for keyword in site.keywords))
            if client["way"] == "call" and all(effects(argument) < 2 for argument in arguments):
                self.pure.add(id(site.call))  # To ask for another flag does nothing either.
            return
        place = _Place(site.call, site.matched)
        place.anchor = id(site.call)
        place.safety, place.doubt = site.safety, site.reason
        self.places.append(place)
        if key.constant is not None:
            self.constants.add(id(key.constant))
        if site.partial or bound.splat or bound.error or not self.context.is_placed(site.call):
            place.reason = "how it is called is not known"
            return
        if client["way"] == "call":
            self._asked(site, client, bound, place)
        elif client["way"] == "decorator":
            self._decorator(site, place, bool(self.value) != negated)
        else:
            self._override(site, client, bound, place)

    def _named(self, site: CallSite, client: Mapping[str, Any], bound: Bound) -> ast.expr | None:
        """What names the flag of a call: an argument, or what the method belongs to."""
        if not client["key"]:
            return site.callee.value if isinstance(site.callee, ast.Attribute) else None
        argument = bound.given.get(client["key"])
        return argument.value if isinstance(argument, ast.keyword) else argument

    def _wrapper(self, site: CallSite, client: Mapping[str, Any], bound: Bound) -> None:
        """A call of what asks for this flag and no other."""
        place = _Place(site.call, site.matched)
        place.anchor = id(site.call)
        place.safety, place.doubt = site.safety, site.reason
        self.places.append(place)
        if site.partial or not self.context.is_placed(site.call):
            place.reason = "how it is called is not known"
            return
        arguments = [*site.args, *(keyword.value for keyword in site.keywords)]
        bound.given = {str(number): argument for number, argument in enumerate(arguments)}
        self._asked(site, client, bound, place)

    def _asked(self, site: CallSite, client: Mapping[str, Any], bound: Bound, place: _Place) -> None:
        """A call that gives the value."""
        context = self.context
        unnamed = {str(number): argument for number, argument in enumerate(bound.extra)}
        for name, argument in (bound.given | unnamed).items():
            value = argument.value if isinstance(argument, ast.keyword) else argument
            if name == client["key"] or effects(value) < 2:
                continue
            shown = _in_short(context.text(value))
            if name == client["default"]:
                place.reason = f"its default `{shown}` is a call, and may do more than give a value"
                return
            place.distrust(f"`{shown}` would not be evaluated any more")
        node: ast.expr = site.call
        parent = context.parent(node)
        if isinstance(parent, ast.Await):
            node, parent = parent, context.parent(parent)
        if not client["result"]:
            self._know(node, place)
            return
        if _reads(parent, node, client["result"]):
            assert isinstance(parent, ast.expr)
            self._know(parent, place)
            return
        kept = self._kept(node, client["result"])
        if kept is None:
            place.reason = f"what it gives is used for more than its `{client['result'].lstrip('.')}`"
            return
        statement, reads = kept
        for read in reads:
            self.known[id(read)] = self.value
        self.gone.add(id(statement))
        self.anchors.add(id(statement))
        place.anchor = id(statement)

    def _know(self, node: ast.expr, place: _Place) -> None:
        self.known[id(node)] = self.value
        place.anchor = id(node)

    def _kept(self, node: ast.expr, result: str) -> tuple[ast.stmt, list[ast.expr]] | None:
        """The assignment of what *node* gives to a name that is bound once, and the reads of its *result* by it.

        None where that is not all there is.
        """
        context = self.context
        statement = context.parent(node)
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return None
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            return None
        scope, _ = context.surroundings(statement)
        if (
            scope.kind != "function"
            or len(scope.bindings.get(target.id, ())) != 1
            or target.id in context.index.declared
        ):
            return None
        reads: list[ast.expr] = []
        for use in context.index.uses:
            first = use.chain[0]
            assert isinstance(first, ast.Name)
            if first.id != target.id or not any(visible is scope for visible, _ in use.scope.visible()):
                continue
            outer = context.parent(first)
            if not _reads(outer, first, result) or not context.is_placed(first):
                return None
            assert isinstance(outer, ast.expr)
            reads.append(outer)
        return statement, reads

    # Decorators, mixins

    def _decorator(self, site: CallSite, place: _Place, passes: bool) -> None:
        """A decorator that asks before a function runs: it goes where it lets all through."""
        owner = self.context.parent(site.call)
        if not isinstance(owner, _TESTS) or site.call not in owner.decorator_list:
            place.reason = "it is called, and not written as a decorator"
        elif not passes:
            place.reason = f"`{owner.name}` lets nobody through from now on: take it out, with what leads to it"
        else:
            place.splices = [self._undecorated(site.call)]

    def _undecorated(self, decorator: ast.expr) -> Splice:
        """The splice that takes the line of a decorator out."""
        start, end = self.context.outer_span(decorator)
        return Splice(self.layout.line_start(start), self.layout.next_line(end), [])

    def _mixins(self) -> None:
        context = self.context
        for client in self.rule.body["clients"]:
            if client["way"] != "mixin":
                continue
            for cls in context.nodes(ast.ClassDef):
                assert isinstance(cls, ast.ClassDef)
                base = next(
                    (
                        base
                        for base in cls.bases
                        if any(".".join(name) in client["names"] for name in context.names(base))
                    ),
                    None,
                )
                if base is not None:
                    self._mixin(cls, base, client)

    def _mixin(self, cls: ast.ClassDef, base: ast.expr, client: Mapping[str, Any]) -> None:
        for statement in cls.body:
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                continue
            target = statement.targets[0]
            if not isinstance(target, ast.Name) or target.id != client["key"]:
                continue
            key = key_of(self.context, statement.value)
            negated = key is not None and bool(client["negated"]) and key.text.startswith(client["negated"])
            if key is None or (key.text[len(client["negated"]) :] if negated else key.text) != self.flag:
                continue
            place = _Place(statement, tuple(client["names"][0].split(".")))
            self.places.append(place)
            if bool(self.value) == negated:
                place.reason = f"`{cls.name}` lets nobody through from now on: take it out, with what leads to it"
                continue
            if len(cls.body) > 1:
                start, end = self.layout.line_start(self.layout.begin(statement)), self.layout.full_end(statement)
                row = self.layout.row(end)
                while cls.body[0] is statement and self.layout.is_blank(row):
                    row += 1
                attribute = Splice(start, self.layout.start_of(row), [])
            else:
                attribute = Splice(*self.context.span(statement), ["pass"])
            place.splices = [self._without_base(cls, base), attribute]

    def _without_base(self, cls: ast.ClassDef, base: ast.expr) -> Splice:
        context = self.context
        start, end = context.outer_span(base)
        after, before = context.token_after(end), context.token_before(start)
        assert after is not None and before is not None
        if after[2] == ",":
            stop = after[1]
            following = context.token_after(stop)
            assert following is not None
            if not context.has_comment(stop, following[0]) and following[2] != ")":
                return Splice(start, following[0], [])
            return Splice(start, stop, [])
        if before[2] == ",":
            return Splice(before[0], end, [])
        return Splice(before[0], after[1], []) if after[2] == ")" else Splice(start, end, ["object"])

    # Overrides in tests

    def _override(self, site: CallSite, client: Mapping[str, Any], bound: Bound, place: _Place) -> None:
        """What gives the flag a value for a test: the kept one needs no saying, a test of another is a dead one."""
        context = self.context
        argument = bound.given.get(client["value"])
        value = argument.value if isinstance(argument, ast.keyword) else argument
        if not isinstance(value, ast.Constant):
            place.reason = "which value it gives the flag is not known"
            return
        same = value.value == self.value and isinstance(value.value, bool) == isinstance(self.value, bool)
        owner = context.parent(site.call)
        if isinstance(owner, _TESTS) and site.call in owner.decorator_list:
            if same:
                place.splices = [self._undecorated(site.call)]
            else:
                self._dead_test(owner, place)
        elif isinstance(owner, ast.withitem):
            statement = context.parent(owner)
            assert isinstance(statement, ast.With | ast.AsyncWith)
            self._with(statement, owner, place, same)
        else:
            place.reason = "it is neither a decorator nor in a `with`"

    def _dead_test(self, owner: ast.stmt, place: _Place) -> None:
        self.gone.add(id(owner))
        self.anchors.add(id(owner))
        place.anchor = id(owner)

    def _with(self, statement: ast.With | ast.AsyncWith, item: ast.withitem, place: _Place, same: bool) -> None:
        context = self.context
        if item.optional_vars is not None:
            place.reason = "what it gives has a name"
            return
        if same and len(statement.items) == 1:
            self.unwrapped.add(id(statement))
            self.anchors.add(id(statement))
            place.anchor = id(statement)
            return
        if same:
            place.splices = [self._without_item(statement, item)]
            return
        function = context.function(statement)
        if function is None or not self._is_all(function, statement):
            place.reason = f"what is done in it is about `{self.flag}` at another value: take it out"
            return
        self._dead_test(function, place)

    def _is_all(self, function: ast.FunctionDef | ast.AsyncFunctionDef, statement: ast.stmt) -> bool:
        """Whether *statement* is all that a test does, besides getting ready."""
        if function.body[-1] is not statement:
            return False
        docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
        return all(item is docstring or isinstance(item, _SETUP) for item in function.body[:-1])

    def _without_item(self, statement: ast.With | ast.AsyncWith, item: ast.withitem) -> Splice:
        context = self.context
        number = statement.items.index(item)
        start, end = context.outer_span(item.context_expr)
        if number + 1 < len(statement.items):
            following = statement.items[number + 1].context_expr
            return Splice(start, context.outer_span(following)[0], [])
        before = context.token_before(start)
        assert before is not None
        return Splice(before[0], end, [])


def _reads(outer: ast.AST | None, node: ast.AST, result: str) -> bool:
    """Whether *outer* reads the *result* (``.value``, ``["name"]``) of *node*."""
    if result.startswith("."):
        return isinstance(outer, ast.Attribute) and outer.value is node and outer.attr == result[1:]
    return (
        isinstance(outer, ast.Subscript)
        and outer.value is node
        and isinstance(outer.slice, ast.Constant)
        and outer.slice.value == ast.literal_eval(result[1:-1])
    )


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."


def mentions(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """Where the name of the flag still stands: constants that nothing uses go, all else is for a person."""
    flag = rule.body["flag"]
    project = Project(context)
    layout = Layout(context)
    for node in context.nodes(ast.Constant):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if node.value not in (flag, f"!{flag}") or not context.is_placed(node):
            continue
        start, end = context.span(node)
        values = {"name": context.text(node), "flag": flag, "value": _shown(rule.body["value"])}
        message = rule.filled(values, "`{flag}` is still named here: nothing is known of what this does with it")
        yield Hit(rule, None, "shape", (), start, end, message=message, repair=_unused(context, layout, project, node))


def _unused(context: FileContext, layout: Layout, project: Project, node: ast.Constant) -> Repair | None:
    """The repair that takes the constant out whose value *node* is, where nothing uses it."""
    statement = context.parent(node)
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or context.parent(statement) is not context.tree:
        return None
    name = name_of(statement)
    if not name:
        return None
    what = f"take the constant `{name}` out"
    if len(re.findall(rf"(?<!\w){name}(?!\w)", context.source.text)) > 1:
        return Repair.refused(what, "this file uses it")
    there = project.mentions(name)
    if there is not False:
        return Repair.refused(what, "other files use it" if there else "other files may use it")
    return Repair(what, [Splice(layout.begin(statement), layout.full_end(statement), [])])
