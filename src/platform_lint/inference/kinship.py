"""Which class inherits from which, and where in the project the classes and functions of a name are defined.

Answers rest on the file at hand, on other files of the project, parsed on demand, and on the facts that packs state
(``[[api]]``). Nothing is imported or run. Where a name could mean two things there is no answer.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from platform_lint.index import candidates_of
from platform_lint.outlines import header_end
from platform_lint.scopes import Binding, Block, Place, QualifiedName, Scope

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.rule import Api

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
#: What a name stands for where it is bound: the nodes that bind it, in the file they are in.
Found = tuple["Kinship", tuple[ast.AST, ...], QualifiedName]

_Answer = TypeVar("_Answer")
#: The first part of a made-up name, for a class or function that nobody outside its file can name.
_UNNAMED = "<here>"
_MAX_CLASSES = 200
_MAX_DEPTH = 60
_MAX_ALIASES = 8
_NAMING = ast.Name | ast.Attribute | ast.Subscript
#: Calls that give the base classes they are called with: ``class A(six.with_metaclass(Meta, Base))``.
_WITH_METACLASS = frozenset({"with_metaclass"})


class Kinship:
    """The classes and functions that one file's names stand for.

    A class or function is known by its qualified name; one that has none, because it is local or bound twice, by a
    made-up name that holds in its own file only.
    """

    def __init__(self, context: FileContext) -> None:
        self.context = context
        self._uses: dict[int, tuple[Scope, Block, Place]] = {}
        for use in context.index.uses:
            self._uses[id(use.chain[0])] = (use.scope, use.block, use.place)
        self._bodies = {id(first): (scope, block) for first, _, scope, block in context.index.bodies}
        self._named: dict[int, QualifiedName] = {}
        self._nodes: dict[QualifiedName, Definition] = {}
        self._canonical: dict[QualifiedName, QualifiedName] = {}
        self._bases: dict[QualifiedName, tuple[QualifiedName, ...]] = {}
        self._mro: dict[QualifiedName, tuple[QualifiedName, ...]] = {}
        self._found: dict[QualifiedName, Found | None] = {}
        self._members: dict[int, dict[str, list[ast.stmt]]] = {}
        self._resolving: set[int] = set()
        self._depth = 0

    @cached_property
    def narrows(self) -> bool:
        """Whether the file has anything that may test the type of a value."""
        text = self.context.source.text
        return any(word in text for word in ("isinstance", "type(", "match"))

    # Names of the file

    def where(self, name: ast.Name) -> tuple[Scope, Block, Place] | None:
        """The scope and block *name* is used in, and its place; None for a name that is only bound there."""
        return self._uses.get(id(name))

    def adopt(self, tree: ast.expr, scope: Scope, block: Block, place: Place) -> None:
        """Take the names in *tree*, parsed from a string annotation that stands at *place*, for names of the file."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                self._uses[id(node)] = Scope("lazy", scope), block, place

    def bindings(self, name: ast.Name) -> list[Binding] | None:
        """The bindings that a use of *name* may mean; None where nothing in the file binds it."""
        where = self._uses.get(id(name))
        if where is None:
            return []
        scope, block, place = where
        return candidates_of(name.id, scope, block, place)

    def name_of(self, node: Definition) -> QualifiedName:
        """What the class or function *node* of this file is called."""
        known = self._named.get(id(node))
        if known is None:
            known = (_UNNAMED, f"{node.lineno}:{node.col_offset}", node.name)
            around = self.around(node)
            bound = around[0].bindings.get(node.name, ()) if around is not None else ()
            target = next((other.target for other in bound if other.origin is node), None)
            if target is not None and len(bound) == 1:
                known = target
            self._named[id(node)] = known
            self._nodes[known] = node
        return known

    def around(self, node: ast.stmt) -> tuple[Scope, Block] | None:
        """The scope and block that the statement *node* of the file stands in."""
        outer = self.context.parent(node)
        for field in ("body", "orelse", "finalbody"):
            body = getattr(outer, field, None)
            if isinstance(body, list) and any(statement is node for statement in body):
                return self._bodies.get(id(body[0]))
        return None

    def named(self, node: ast.expr) -> QualifiedName | None:
        """The one class, function or module that *node* names; what is computed has no name."""
        if isinstance(node, ast.Attribute):
            base = self.named(node.value)
            return self.canonical((*base, node.attr)) if base is not None else None
        if isinstance(node, ast.Subscript):
            return self.named(node.value)
        if not isinstance(node, ast.Name) or id(node) in self._resolving:
            return None
        bindings = self.bindings(node)
        if bindings is None:
            names = self.context.names(node)
            return names[0] if names else ("builtins", node.id)
        self._resolving.add(id(node))
        found = {self._meant(binding) for binding in bindings}
        self._resolving.discard(id(node))
        return found.pop() if len(found) == 1 else None

    def _meant(self, binding: Binding) -> QualifiedName | None:
        origin = binding.origin
        if isinstance(origin, Definition):
            return self.name_of(origin)
        if binding.kind in ("import", "from", "star"):
            if binding.block.guarded or binding.block.versioned or binding.target is None:
                return None
            return self.canonical(binding.target)
        value = binding.value
        if value is None and isinstance(origin, ast.Assign | ast.AnnAssign) and isinstance(origin.value, _NAMING):
            # `Rows: TypeAlias = Table`, `Rows = Table[int]`.
            value = origin.value if len(targets_of(origin)) == 1 else None
        return self.named(value) if value is not None else None

    # Names of the project

    def canonical(self, qualified: QualifiedName) -> QualifiedName:
        """The name that *qualified* has where it is defined, re-exports followed."""
        known = self._canonical.get(qualified)
        if known is None:
            known = qualified
            view = self.context.view
            for _ in range(_MAX_ALIASES):
                real = self._stated(known)
                if view is not None and real[0] != _UNNAMED and not self._is_own(real):
                    hops = view.follow(real)
                    real = hops[-1] if hops else real
                if real == known:
                    break
                known = real
            self._canonical[qualified] = known
        return known

    def _is_own(self, qualified: QualifiedName) -> bool:
        """Whether this file itself defines *qualified*."""
        if qualified[:-1] != self.context.index.module:
            return False
        bindings = self.context.index.top.bindings.get(qualified[-1], ())
        return any(binding.kind == "definition" for binding in bindings)

    def _stated(self, qualified: QualifiedName) -> QualifiedName:
        """*qualified* under the name that a pack says it has besides that one."""
        for count in range(len(qualified), 0, -1):
            name = self._reexports.get(qualified[:count])
            if name is not None:
                return (*name, *qualified[count:])
        return qualified

    @cached_property
    def _reexports(self) -> Mapping[QualifiedName, QualifiedName]:
        return self._kept(
            "reexports",
            lambda: {
                tuple(other.split(".")): tuple(api.name.split("."))
                for api in self.context.apis.values()
                for other in api.reexports
            },
        )

    def api(self, qualified: QualifiedName) -> Api | None:
        """What a pack says of *qualified*."""
        apis = self.context.apis
        if not apis:
            return None
        known = apis.get(".".join(qualified))
        if known is None and qualified[0] != _UNNAMED:
            known = self._apis.get(self.canonical(qualified))
        return known

    @cached_property
    def _apis(self) -> Mapping[QualifiedName, Api]:
        """What packs say, by the name that a thing has where it is defined."""
        view = self.context.view
        own = view.first_party if view is not None else frozenset()
        elsewhere, here = self._kept(("apis", own), lambda: self._apart(own))
        return {**elsewhere, **{self.canonical(parts): api for parts, api in here.items()}} if here else elsewhere

    def _apart(self, own: frozenset[str]) -> tuple[Mapping[QualifiedName, Api], Mapping[QualifiedName, Api]]:
        """What packs say of names that lead to no module of the project, each under the one it ends at, which is the
        same in every file; and of the others, as they are stated. *own* are the names of the project's modules.
        """
        elsewhere: dict[QualifiedName, Api] = {}
        here: dict[QualifiedName, Api] = {}
        for name, api in self.context.apis.items():
            stated = end = tuple(name.split("."))
            leads_here = end[0] in own
            for _ in range(_MAX_ALIASES):
                before, end = end, self._stated(end)
                leads_here = leads_here or end[0] in own
                if end == before:
                    break
            if leads_here:
                here[stated] = api
            else:
                elsewhere[end] = api
        return elsewhere, here

    def definition(self, qualified: QualifiedName) -> Found | None:
        """What binds *qualified*, in the file that defines it: one class, one variable, or functions.

        None where the project has no such thing, or several things of the name. With it comes what of the name is
        left: attributes of what was found.
        """
        qualified = self.canonical(qualified)
        if qualified not in self._found:
            self._found[qualified] = self._find(qualified)
        return self._found[qualified]

    def _find(self, qualified: QualifiedName) -> Found | None:
        for count in range(len(qualified), 0, -1):
            node = self._nodes.get(qualified[:count])
            if node is not None:
                return self._inside(node, qualified[count:])
        if qualified[0] == _UNNAMED:
            return None
        located = self.context.of_module(qualified)
        if located is None or not located[1]:
            return None
        context, rest = located
        kinship = context.receivers.kinship
        bindings = context.index.top.bindings.get(rest[0], [])
        nodes = tuple(binding.origin for binding in bindings if binding.origin is not None)
        if not nodes or len(nodes) < len(bindings):
            return None
        if len(nodes) > 1 and not all(isinstance(node, Function) for node in nodes):
            return None
        if isinstance(nodes[0], ast.ClassDef):
            return kinship._inside(nodes[0], rest[1:])
        return kinship, nodes, rest[1:]

    def _inside(self, node: ast.AST, rest: QualifiedName) -> Found | None:
        """What *rest* is among the classes inside the class *node*."""
        while rest and isinstance(node, ast.ClassDef):
            inner = self.members(node).get(rest[0], [])
            if len(inner) != 1 or not isinstance(inner[0], ast.ClassDef):
                break
            node, rest = inner[0], rest[1:]
        return self, (node,), rest

    def class_definition(self, qualified: QualifiedName) -> tuple[Kinship, ast.ClassDef] | None:
        """The class of a name with the file it is in, where the project defines it."""
        found = self.definition(qualified)
        if found is None or found[2] or not isinstance(found[1][0], ast.ClassDef):
            return None
        return found[0], found[1][0]

    def members(self, node: ast.ClassDef) -> dict[str, list[ast.stmt]]:
        """The statements of a class's body that bind names in it, by name."""
        known = self._members.get(id(node))
        if known is None:
            known = self._members[id(node)] = {}
            for statement in flat(node.body):
                for name in bound_by(statement):
                    known.setdefault(name, []).append(statement)
        return known

    def remembered(self, question: str, name: QualifiedName, answer: Callable[[], _Answer]) -> _Answer:
        """What *answer* gives to *question* about *name*, kept for other files where another file defines that.

        An answer must make sense in every file: it holds no nodes, and no made-up names.
        """
        view = self.context.view
        if view is None or name[0] not in view.first_party or (view.module and name[: len(view.module)] == view.module):
            return answer()
        return self._kept((view.root, question, name), answer)

    def _kept(self, key: object, answer: Callable[[], _Answer]) -> _Answer:
        """What *answer* gives, kept by *key* for all files, as long as packs state the same."""
        if self.context.view is None:
            return answer()
        answers = self.context.view.modules.answers
        if answers.get("stated") is not self.context.apis:
            answers.clear()
            answers["stated"] = self.context.apis
        if key not in answers:
            answers[key] = answer()
        return answers[key]  # type: ignore[no-any-return]

    def outlined(self, qualified: QualifiedName) -> tuple[str, bytes]:
        """``"class"`` or ``"def"`` with the text of it, where another file defines *qualified* and no parse is needed
        to see that; otherwise ``""``.
        """
        view = self.context.view
        located = view.locate(qualified) if view is not None and qualified[0] in view.first_party else None
        if view is None or located is None or len(qualified) != len(located[1]) + 1 or located[1] == view.module:
            return "", b""
        outline = view.modules.outline(*located)
        return outline.definition(qualified[-1]) if outline is not None else ("", b"")

    def has(self, qualified: QualifiedName, name: str) -> bool:
        """Whether the body of the project's class *qualified* binds *name*."""
        kind, text = self.outlined(qualified)
        return (kind != "class" or name.encode() in text) and name in (self.names_in(qualified) or ())

    def names_in(self, qualified: QualifiedName) -> frozenset[str] | None:
        """The names that the body of the class *qualified* binds; None for what is no class of the project."""

        def names() -> frozenset[str] | None:
            definition = self.class_definition(qualified)
            return frozenset(definition[0].members(definition[1])) if definition is not None else None

        return self.remembered("names", self.canonical(qualified), names)

    def is_open(self, qualified: QualifiedName) -> bool:
        """Whether the class *qualified* is none of the project, or has a base that cannot be named."""

        def open_() -> bool:
            definition = self.class_definition(qualified)
            return definition is None or len(list(definition[0].bases_in(definition[1]))) < len(definition[1].bases)

        return self.remembered("open", self.canonical(qualified), open_)

    # Classes

    def bases(self, qualified: QualifiedName) -> tuple[QualifiedName, ...]:
        """The classes that *qualified* names as its bases; those that cannot be named are left out."""
        qualified = self.canonical(qualified)
        known = self._bases.get(qualified)
        if known is None:
            self._bases[qualified] = ()
            stated = self.remembered("bases", qualified, lambda: self._bases_of(qualified))
            found = dict.fromkeys(self.canonical(base) for base in stated)
            found.pop(qualified, None)
            known = self._bases[qualified] = tuple(base for base in found if base[0] != _UNNAMED or base in self._nodes)
        return known

    def _bases_of(self, qualified: QualifiedName) -> tuple[QualifiedName, ...]:
        found: list[QualifiedName] = []
        outlined = self._outlined_bases(qualified)
        definition = self.class_definition(qualified) if outlined is None else None
        if outlined is not None:
            found += outlined
        elif definition is not None:
            kinship, node = definition
            for base in kinship.bases_in(node):
                if kinship is self or base[0] != _UNNAMED:
                    found.append(base)
                else:
                    # It has a name in its own file only: what it inherits counts all the same.
                    found += [above for above in kinship.mro(base)[1:] if above[0] != _UNNAMED]
        else:
            alias = self._alias(qualified)
            if alias is not None:
                found.append(alias)
        if qualified[0] == "builtins":
            # Exceptions, above all.
            builtin = getattr(builtins, qualified[-1], None)
            found += [("builtins", base.__name__) for base in getattr(builtin, "__bases__", ())]
        api = self.api(qualified)
        if api is not None:
            found += [tuple(base.split(".")) for base in api.bases]
        return tuple(found)

    def _outlined_bases(self, qualified: QualifiedName) -> list[QualifiedName] | None:
        """The bases of a class of another file, as its header names them; None where it takes a parse to tell."""
        kind, text = self.outlined(qualified)
        view = self.context.view
        if kind != "class" or view is None:
            return None
        module = qualified[:-1]
        located = view.locate(module)
        outline = view.modules.outline(*located) if located is not None else None
        try:
            header = text[: header_end(text, 0, len(text))].decode().rstrip()
            node = ast.parse(f"{header} ..." if header.endswith(":") else header).body[0]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if outline is None or outline.stars or not isinstance(node, ast.ClassDef):
            return None
        found: list[QualifiedName] = []
        for base in node.bases:
            chain = _dotted(base)
            if not chain:
                return None
            targets = outline.imports.get(chain[0], [])
            if chain[0] not in outline.names:
                if len(set(targets)) > 1:
                    return None
                found.append((*(targets[0] if targets else ("builtins", chain[0])), *chain[1:]))
            elif outline.definition(chain[0])[0] == "class":
                found.append((*module, *chain))
            else:
                return None
        return found

    def _alias(self, qualified: QualifiedName) -> QualifiedName | None:
        """What class *qualified* is another name of: ``Rows = Table`` in some file of the project."""
        found = self.definition(qualified)
        if found is None or found[2] or isinstance(found[1][0], Definition):
            return None
        kinship, nodes, _ = found
        bound = kinship.context.index.top.bindings.get(self.canonical(qualified)[-1], ())
        binding = next((binding for binding in bound if binding.origin is nodes[0]), None)
        name = kinship._meant(binding) if binding is not None else None
        return None if name is None or (is_unnamed(name) and kinship is not self) else name

    def bases_in(self, node: ast.ClassDef) -> Iterator[QualifiedName]:
        """The bases that a class statement of this file names."""
        for base in node.bases:
            if isinstance(base, ast.Call):
                function = self.named(base.func)
                if function is not None and function[-1] in _WITH_METACLASS:
                    names = [self.named(argument) for argument in base.args[1:]]
                    yield from (name for name in names if name is not None)
                continue
            name = self.named(base)
            if name is not None:
                yield name

    def mro(self, qualified: QualifiedName) -> tuple[QualifiedName, ...]:
        """*qualified* and all the classes it inherits from, in about the order attributes are looked up."""
        qualified = self.canonical(qualified)
        known = self._mro.get(qualified)
        if known is None:
            # A cycle ends where it began.
            self._mro[qualified] = known = (qualified,)
            if self._depth < _MAX_DEPTH:
                self._depth += 1
                order = [qualified, *(name for base in self.bases(qualified) for name in self.mro(base))]
                self._depth -= 1
                # A class that several paths lead to comes after all of those that inherit from it.
                known = (qualified, *reversed(dict.fromkeys(name for name in reversed(order) if name != qualified)))
                self._mro[qualified] = known = known[:_MAX_CLASSES]
        return known

    def is_subclass(self, qualified: QualifiedName, base: QualifiedName) -> bool:
        """Whether the class *qualified* is *base* or inherits from it."""
        base = self.canonical(base)
        return self.canonical(qualified) == base or base in self.mro(qualified)


def is_unnamed(qualified: QualifiedName) -> bool:
    """Whether *qualified* is a made-up name, which says nothing in another file."""
    return qualified[:1] == (_UNNAMED,)


def _dotted(node: ast.expr) -> QualifiedName:
    """The parts of ``a.b.C`` or ``a.b.C[int]``; () for what is computed."""
    if isinstance(node, ast.Subscript):
        node = node.value
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


def flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of *body* in order, with those inside conditions, loops and ``with`` blocks in it."""
    pending = list(reversed(body))
    while pending:
        statement = pending.pop()
        yield statement
        if not isinstance(statement, Definition):
            for field in ("finalbody", "orelse", "cases", "handlers", "body"):
                for inner in reversed(getattr(statement, field, None) or ()):
                    if isinstance(inner, ast.stmt):
                        pending.append(inner)
                    else:
                        pending.extend(reversed(inner.body))


def bound_by(statement: ast.stmt) -> Iterator[str]:
    """The names that *statement* itself binds where it stands, but for imports."""
    if isinstance(statement, Definition):
        yield statement.name
        return
    for target in targets_of(statement):
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def targets_of(statement: ast.stmt) -> list[ast.expr]:
    """What *statement* assigns to."""
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For | ast.AsyncFor):
        return [statement.target]
    if isinstance(statement, ast.With | ast.AsyncWith):
        return [item.optional_vars for item in statement.items if item.optional_vars is not None]
    return []
