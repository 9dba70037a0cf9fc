"""What a library says is deprecated, and by what it is replaced: told from its source.

An author says it with a decorator: ``@replaced_by("acme.http.get")``, whoever defines that, or one called
``deprecated``, as PEP 702 has it. :func:`deprecations` finds them, :class:`Deprecation` is what was found, and
:class:`Skipped` what nobody can make a rule of.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from platform_lint.authoring.library_source import (
    Definition,
    Function,
    Library,
    SourceModule,
    is_overload,
    is_public,
    statements,
)
from platform_lint.authoring.wrappers import Inexact, Passing, called_by, parameters, passed_on, returns_it

#: The name of decorators that say what replaces a thing.
REPLACED_BY = "replaced_by"
_DEPRECATED = "deprecated"
#: Decorators that leave alone how a function is called; the others may do anything.
_KNOWN = {"staticmethod", "classmethod", "property", "override", "final", "abstractmethod", "wraps"}
#: What decorators call what they are told, by what it is to us.
_KEYS = {
    "to": ("to", "target", "new", "replacement", "replaced_by"),
    "text": ("message", "msg", "reason", "hint", "why", "text", "details", "addendum"),
    "alternative": ("alternative", "use", "instead"),
    "since": ("since", "version", "deprecated_in", "deprecation_version"),
    "owner": ("owner",),
}
_MAX_TEXT = 240


@dataclass(frozen=True, slots=True)
class Skipped:
    """A deprecation of which no rule can be made: where it is, the *name* of the thing, and the *reason*."""

    path: str
    row: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deprecation:
    """One thing that is not to be used any more.

    *names* are all its qualified names, *kind* what it is: a ``function``, a ``class``, or a ``method``, for which
    *attribute* is its own name and *names* are of the classes that have it. *to* is what replaces it: a qualified name,
    or of a method an attribute; ``""`` where there is nothing. *passing* says how the arguments change, None where
    nobody knows: *doubt* is why. *node* is its definition.
    """

    kind: str
    names: Sequence[str]
    attribute: str
    to: str
    passing: Passing | None
    doubt: str
    text: str
    since: str
    owner: str
    path: str
    row: int
    node: Function | ast.ClassDef

    @property
    def api(self) -> str:
        """What it is known by from run to run."""
        return f"{self.names[0]}.{self.attribute}".rstrip(".")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a decorator says."""

    to: str = ""
    text: str = ""
    since: str = ""
    owner: str = ""


class _Skip(Exception):
    """Nothing can be said of a deprecation; the message says why."""


def deprecations(library: Library, decorators: Sequence[str] = (REPLACED_BY,)) -> Iterator[Deprecation | Skipped]:
    """What *library* says is deprecated, file by file. *decorators* are the names that say what replaces a thing.

    A name without a dot is the last part of the decorator's, wherever it is from.
    """
    words = [name.rpartition(".")[2].encode() for name in decorators] + [_DEPRECATED.encode()]
    for module in library.modules.values():
        if module.problem or any(word in module.data for word in words):
            tree = module.tree
            if module.problem:
                yield Skipped(module.shown, module.problem_row, module.name, module.problem)
            yield from _Reader(library, module, decorators).read(tree)


class _Reader:
    """Reads one module."""

    def __init__(self, library: Library, module: SourceModule, decorators: Sequence[str]) -> None:
        self.library = library
        self.module = module
        self.decorators = decorators

    def read(self, tree: ast.Module) -> Iterator[Deprecation | Skipped]:
        yield from self._body(tree.body, ())
        yield from self._local(tree)

    def _body(self, body: list[ast.stmt], owners: tuple[ast.ClassDef, ...]) -> Iterator[Deprecation | Skipped]:
        definitions = [node for node in statements(body) if isinstance(node, Function | ast.ClassDef)]
        for node in definitions:
            said = self._said(node)
            if said is not None:
                same = [other for other in definitions if other.name == node.name and not _is_accessor(other)]
                yield self._one(node, said, owners, alone=len(same) < 2)
            if isinstance(node, ast.ClassDef):
                yield from self._body(node.body, (*owners, node))

    def _local(self, tree: ast.Module) -> Iterator[Skipped]:
        """What is decorated inside of functions, where nobody else can reach it."""
        seen: set[ast.AST] = set()
        for node in ast.walk(tree):
            for inner in ast.walk(node) if isinstance(node, Function) else ():
                if inner is node or inner in seen or not isinstance(inner, Function | ast.ClassDef):
                    continue
                seen.add(inner)
                if self._said(inner) is not None:
                    yield Skipped(self.module.shown, inner.lineno, inner.name, "it is defined in a function")

    # Decorators

    def _said(self, node: Function | ast.ClassDef) -> _Said | None:
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            name = self.library.meaning(self.module, call.func if call else decorator)
            last = name.rpartition(".")[2]
            if any(name == one if "." in one else last == one for one in self.decorators):
                return self._replaced(call)
            if last == _DEPRECATED:
                return self._deprecated(name, call)
        return None

    def _replaced(self, call: ast.Call | None) -> _Said:
        given = call.args if call else []
        values = self._keywords(call)
        to = values.get("to", "")
        if given:
            to = self._text(given[0]) or self.library.meaning(self.module, given[0])
        text = self._text(given[1]) if len(given) > 1 else ""
        return _Said(to.replace(":", "."), values.get("text", text), values.get("since", ""), values.get("owner", ""))

    def _deprecated(self, name: str, call: ast.Call | None) -> _Said:
        values = self._keywords(call)
        given = [self._text(value) for value in call.args] if call else []
        for key, text in zip(self._first_parameters(name), given, strict=False):
            values.setdefault(key, text)
        text, other = values.get("text", ""), values.get("alternative", "")
        if other and other not in text:
            other = other if other.lower().startswith("use ") else f"use {other}"
            text = f"{text.rstrip('. ')}: {other}" if text else other
        return _Said("", text, values.get("since", ""), values.get("owner", ""))

    def _first_parameters(self, name: str) -> list[str]:
        """What the arguments of the decorator *name* are, by position, as its own definition says."""
        found = self.library.find(name)
        if found is None or not isinstance(found.node, Function):
            return ["text"]
        return [_key(one.name) for one in parameters(found.node).positional]

    def _keywords(self, call: ast.Call | None) -> dict[str, str]:
        found: dict[str, str] = {}
        for keyword in call.keywords if call else ():
            text = self._text(keyword.value)
            if keyword.arg and text:
                found.setdefault(_key(keyword.arg), text)
        return found

    def _text(self, node: ast.expr) -> str:
        """The text that *node* is, in one line, as far as it is written out."""
        text = " ".join(self._pieces(node, 5).split()).removesuffix(".")
        return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT].rpartition(' ')[0]} …"

    def _pieces(self, node: ast.AST, steps: int) -> str:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.JoinedStr):
            return "".join(
                self._pieces(value, steps) if isinstance(value, ast.Constant) else "…" for value in node.values
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._pieces(node.left, steps) + self._pieces(node.right, steps)
        if isinstance(node, ast.Name) and steps:
            binding = self.module.bindings.get(node.id)
            value = getattr(binding.node, "value", None) if binding else None
            return self._pieces(value, steps - 1) if isinstance(value, ast.expr) else ""
        return ""

    # Things

    def _one(
        self, node: Function | ast.ClassDef, said: _Said, owners: tuple[ast.ClassDef, ...], *, alone: bool
    ) -> Deprecation | Skipped:
        name = ".".join([*(owner.name for owner in owners), node.name])
        try:
            return self._deprecation(node, said, owners, Definition(self.module, name, node), alone)
        except _Skip as reason:
            return Skipped(self.module.shown, node.lineno, name, str(reason))

    def _deprecation(
        self,
        node: Function | ast.ClassDef,
        said: _Said,
        owners: tuple[ast.ClassDef, ...],
        thing: Definition,
        alone: bool,
    ) -> Deprecation:
        decorators = {self.library.meaning(self.module, _called(one)).rpartition(".")[2] for one in node.decorator_list}
        if "overload" in decorators:
            raise _Skip("only this way to call it is deprecated")
        if _is_accessor(node):
            raise _Skip("only setting or deleting it is deprecated")
        if not alone:
            raise _Skip("it is defined more than once")
        if owners and isinstance(node, Function) and node.name in ("__init__", "__new__"):
            # Whoever may not make one may not use the class.
            inner = owners[-1]
            return self._plain(
                "class", self._names(Definition(self.module, thing.name.rpartition(".")[0], inner)), said, node
            )
        if node.name.startswith("__") and node.name.endswith("__"):
            raise _Skip("it is called by Python, not by its name")
        if node.name.startswith("_"):
            raise _Skip("its name is private")
        if owners and isinstance(node, Function):
            return self._method(
                node, said, Definition(self.module, thing.name.rpartition(".")[0], owners[-1]), decorators
            )
        names = self._names(thing)
        if isinstance(node, ast.ClassDef):
            return self._class(node, said, names, thing)
        return self._function(node, said, names, thing, decorators)

    def _names(self, thing: Definition) -> list[str]:
        names = self.library.public_names(thing)
        if not names:
            raise _Skip("no public module has it")
        return names

    def _plain(
        self,
        kind: str,
        names: Sequence[str],
        said: _Said,
        node: Function | ast.ClassDef,
        *,
        attribute: str = "",
        to: str = "",
        passing: Passing | None = None,
        doubt: str = "",
    ) -> Deprecation:
        path, row = self.module.shown, node.lineno
        return Deprecation(
            kind, names, attribute, to, passing, doubt, said.text, said.since, said.owner, path, row, node
        )

    def _class(self, node: ast.ClassDef, said: _Said, names: list[str], thing: Definition) -> Deprecation:
        body = [one for one in node.body if not isinstance(one, ast.Pass)]
        empty = all(isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in body)
        base = self.library.find(self.library.meaning(self.module, node.bases[0])) if len(node.bases) == 1 else None
        to, target = self._target(said, base if empty and not node.keywords else None)
        if not to:
            return self._plain("class", names, said, node)
        same = empty and not node.keywords and base is not None and target is not None and target.dotted == base.dotted
        # The base may be met where the class was not: in `isinstance` and `except`.
        passing = Passing(sure=False) if same else None
        return self._plain(
            "class", names, said, node, to=to, passing=passing, doubt="" if same else "it is another class"
        )

    def _function(
        self, node: Function, said: _Said, names: list[str], thing: Definition, decorators: set[str]
    ) -> Deprecation:
        call = called_by(node)
        called = self._callee(node, call)
        found = self.library.find(called) if called else None
        to, target = self._target(said, found, called)
        if not to:
            return self._plain("function", names, said, node)
        passing, doubt = None, "its definition does not say how its arguments become those of the new one"
        if not self._is_clear(decorators):
            doubt = "another decorator may change how it is called"
        elif isinstance(call, ast.Call) and (called == to or (found and target and found.dotted == target.dotted)):
            passing, doubt = self._passing(node, call, found, own=False, bound=False)
        return self._plain("function", names, said, node, to=to, passing=passing, doubt=doubt)

    def _method(self, node: Function, said: _Said, owner: Definition, decorators: set[str]) -> Deprecation:
        names = [*self.library.public_names(owner)]
        for other in self.library.subclasses(owner, node.name):
            names += [name for name in self.library.public_names(other) if name not in names]
        if not names:
            raise _Skip("its class is private")
        call = called_by(node)
        path = self._path_from_self(node, call, owner, decorators)
        found = self.library.member(owner, path) if path else None
        to = path
        if said.to:
            head, _, last = said.to.rpartition(".")
            offered = self.library.find(said.to)
            to = said.to if not head else ""
            own = self.library.member(owner, last)
            if head and own is not None and (offered is None or own.dotted == offered.dotted):
                to = last
            if not to or (self.library.member(owner, to) is None and not _is_set(owner, to)):
                if offered is None:
                    raise _Skip(f"`{said.to}` is not there")
                text = said.text or f"use `{said.to}`"
                said = _Said(said.to, text, said.since, said.owner)
                return self._plain("method", names, said, node, attribute=node.name)
        if not to or not is_public(to):
            return self._plain("method", names, said, node, attribute=node.name)
        passing, doubt = None, "its definition does not say how its arguments become those of the new one"
        if not self._is_clear(decorators):
            doubt = "another decorator may change how it is called"
        elif path == to and "property" in decorators:
            passing, doubt = (Passing(), "") if _sets_the_same(owner, node, to) else (None, "setting it does more")
        elif path == to and isinstance(call, ast.Call):
            with_self = "staticmethod" not in decorators
            passing, doubt = self._passing(node, call, found, own=with_self, bound=with_self)
        return self._plain("method", names, said, node, attribute=node.name, to=to, passing=passing, doubt=doubt)

    def _is_clear(self, decorators: set[str]) -> bool:
        ours = {name.rpartition(".")[2] for name in self.decorators} | {_DEPRECATED}
        return decorators <= _KNOWN | ours

    def _passing(
        self, node: Function, call: ast.Call, found: Definition | None, *, own: bool, bound: bool
    ) -> tuple[Passing | None, str]:
        """How a call of *node*, whose one line is *call*, becomes one of what is defined at *found*; or why not.

        *own* tells whether the first parameter of *node* is its object, *bound* whether that of the new one is.
        """
        if found is not None and isinstance(found.node, ast.ClassDef):
            found, bound = self.library.member(found, "__init__"), True
        definition = found.node if found is not None and isinstance(found.node, Function) else None
        if not returns_it(node, definition):
            return None, "it does not give back what the new one gives"
        old, new = parameters(node, bound=own), None
        if found is not None and definition is not None and not is_overload(definition):
            kinds = {_last(one) for one in definition.decorator_list}
            new = parameters(definition, bound="classmethod" in kinds or (bound and "staticmethod" not in kinds))
            other = next((one for one in old.named if not self._means_the_same(one.default, found.module)), None)
            if other is not None:
                return None, f"the default of `{other.name}` is another one"
        try:
            return passed_on(old, call, new), ""
        except Inexact as reason:
            return None, str(reason)

    def _means_the_same(self, default: str | None, other: SourceModule) -> bool:
        """Whether *default*, as it is written, is the same here and in the module *other*."""
        if default is None or other is self.module:
            return True
        names = [node for node in ast.walk(ast.parse(default, mode="eval")) if isinstance(node, ast.Name)]
        return all(self._thing(self.module, name) == self._thing(other, name) for name in names)

    def _thing(self, module: SourceModule, name: ast.Name) -> str:
        meaning = self.library.meaning(module, name)
        found = self.library.find(meaning)
        return found.dotted if found is not None else meaning

    def _callee(self, node: Function, call: ast.expr | None) -> str:
        """The qualified name of what *node* calls in its one line; ``""`` where that is nothing by itself."""
        if not isinstance(call, ast.Call):
            return ""
        own = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
        head = call.func
        while isinstance(head, ast.Attribute):
            head = head.value
        return "" if not isinstance(head, ast.Name) or head.id in own else self.library.meaning(self.module, call.func)

    def _path_from_self(self, node: Function, call: ast.expr | None, owner: Definition, decorators: set[str]) -> str:
        """The attribute, `get` or `transport.get`, that the one line of the method *node* leads to; or ``""``."""
        if call is None or isinstance(call, ast.Call) == ("property" in decorators):
            return ""
        given = [*node.args.posonlyargs, *node.args.args]
        text = ast.unparse(call.func if isinstance(call, ast.Call) else call)
        if "staticmethod" in decorators:
            head, _, last = text.rpartition(".")
            return last if head == owner.node.name else ""  # type: ignore[attr-defined]
        if not given or not re.fullmatch(r"[\w.]+", text):
            return ""
        head, _, rest = text.partition(".")
        return rest if head == given[0].arg else ""

    def _target(self, said: _Said, found: Definition | None, called: str = "") -> tuple[str, Definition | None]:
        """The public name of what replaces a thing, and where that is defined: as *said*, else what is *called*."""
        if said.to:
            for name in (said.to, f"{self.module.name}.{said.to}", f"{self.library.name}.{said.to}"):
                target = self.library.find(name)
                if target is not None or name in self.library.modules:
                    return name, target
            if said.to.partition(".")[0] == self.library.name.partition(".")[0] or "." not in said.to:
                raise _Skip(f"`{said.to}` is not there")
            return said.to, None
        if found is None:
            outside = "." in called and called.partition(".")[0] != self.library.name.partition(".")[0]
            return (called, None) if outside and is_public(called) else ("", None)
        names = self.library.public_names(found)
        told = [name for name in names if name in said.text]
        return (told or names or [""])[0], found


def _is_set(owner: Definition, attribute: str) -> bool:
    """Whether the class *owner* has *attribute* without a ``def``."""
    head = attribute.partition(".")[0]
    return any(
        ((isinstance(node, ast.Attribute) and node.attr == head) or (isinstance(node, ast.Name) and node.id == head))
        and isinstance(node.ctx, ast.Store)
        for node in ast.walk(owner.node)
    )


def _sets_the_same(owner: Definition, node: Function, to: str) -> bool:
    """Whether the setters of the property *node* of the class *owner*, if there are any, set *to*."""
    assert isinstance(owner.node, ast.ClassDef)
    others = [
        one for one in owner.node.body if isinstance(one, Function) and one.name == node.name and _is_accessor(one)
    ]
    return all(
        len(one.body) == 1
        and isinstance(one.body[0], ast.Assign)
        and ast.unparse(one.body[0].targets[0]).partition(".")[2] == to
        and isinstance(one.body[0].value, ast.Name)
        for one in others
    )


def _key(name: str) -> str:
    return next((key for key, names in _KEYS.items() if name in names), name)


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _last(decorator: ast.expr) -> str:
    node = _called(decorator)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_accessor(node: Function | ast.ClassDef) -> bool:
    """Whether *node* is the other half of a property."""
    return any(_last(decorator) in ("setter", "deleter") for decorator in node.decorator_list)
