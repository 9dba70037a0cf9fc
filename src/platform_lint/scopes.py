"""Scopes, blocks and bindings: where a name is bound, and under which conditions.

The rules are those of "Naming and binding" in the language reference: class scopes are invisible from functions inside
them, a comprehension's first iterable belongs outside it, ``:=`` binds outside comprehensions, PEP 695 type parameters
have a scope of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

#: A qualified name, split at its dots.
QualifiedName = tuple[str, ...]

#: "types" is the scope of type parameters, "lazy" that of a string annotation or type alias: evaluated on demand.
ScopeKind = Literal["module", "class", "function", "comprehension", "types", "lazy"]
BindingKind = Literal["import", "from", "star", "alias", "definition", "deletion", "other"]

#: (row 1-based, UTF-8 column 0-based) as ``ast`` gives it; sorts in reading order.
Place = tuple[int, int]


class Block:
    """A stretch of statements that run together, inside the condition that starts it.

    A statement of a block runs before a later one of the same block or of a block nested in it; that is all the flow
    analysis there is.
    """

    __slots__ = ("guarded", "loop", "parent", "type_checking", "versioned")

    def __init__(
        self,
        parent: Block | None = None,
        *,
        guarded: bool = False,
        versioned: bool = False,
        type_checking: bool = False,
        loop: bool = False,
    ) -> None:
        self.parent: Block | None = parent
        self.loop = loop
        #: Inside a `try` that catches ImportError, or one of its handlers.
        self.guarded: bool = guarded or (parent is not None and parent.guarded)
        #: Under a test of `sys.version_info`.
        self.versioned: bool = versioned or (parent is not None and parent.versioned)
        #: Under `if TYPE_CHECKING:`.
        self.type_checking: bool = type_checking or (parent is not None and parent.type_checking)

    def encloses(self, other: Block) -> bool:
        """Whether *other* is this block or lies inside it."""
        block: Block | None = other
        while block is not None:
            if block is self:
                return True
            block = block.parent
        return False

    def outermost_loop(self) -> Block | None:
        """The outermost loop body around this block within its function, if any."""
        found = None
        block: Block | None = self
        while block is not None:
            if block.loop:
                found = block
            block = block.parent
        return found


class Binding:
    """One place that binds a name in a scope."""

    __slots__ = (
        "alias",
        "block",
        "contested",
        "doubted",
        "hops",
        "kind",
        "name",
        "origin",
        "place",
        "scope",
        "statement",
        "target",
        "value",
    )

    def __init__(
        self,
        name: str,
        scope: Scope,
        kind: BindingKind,
        place: Place,
        block: Block,
        target: QualifiedName | None = None,
        statement: ast.Import | ast.ImportFrom | None = None,
        alias: ast.alias | None = None,
        value: ast.expr | None = None,
        origin: ast.AST | None = None,
    ) -> None:
        self.name = name
        self.scope = scope
        self.kind = kind
        #: From here on the name is bound.
        self.place = place
        self.block = block
        #: What the name means, where that is known.
        self.target = target
        self.statement = statement
        self.alias = alias
        #: What an assignment alias (``h = hashlib``) stands for, resolved when first asked.
        self.value = value
        #: The node that binds the name: a statement, a parameter, an item of a ``with``, a handler, a pattern.
        self.origin = origin
        #: Some use may mean this binding or another one.
        self.contested = False
        #: Some use may mean what this binds or another thing.
        self.doubted = False
        #: What the target re-exports, hop by hop, where that is a module of the project.
        self.hops: tuple[QualifiedName, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether this is ``import a.b``: several of one root bind the same thing, and each loads something."""
        return self.kind == "import" and self.alias is not None and not self.alias.asname


class Scope:
    """A namespace: what is bound in it, and what it declares ``global`` or ``nonlocal``."""

    __slots__ = ("bindings", "declared_global", "declared_nonlocal", "kind", "name", "parent", "stars")

    def __init__(self, kind: ScopeKind, parent: Scope | None = None, name: str = "") -> None:
        self.kind = kind
        self.parent = parent
        self.name = name
        self.bindings: dict[str, list[Binding]] = {}
        self.declared_global: set[str] = set()
        self.declared_nonlocal: set[str] = set()
        #: Star imports made in this scope.
        self.stars: list[Binding] = []

    def module(self) -> Scope:
        """The module scope this one is in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def owner(self, name: str) -> Scope:
        """The scope in which binding *name* here takes effect (``global``, ``nonlocal``)."""
        if name in self.declared_global:
            return self.module()
        if name in self.declared_nonlocal:
            scope = self.parent
            while scope is not None and (scope.kind != "function" or name in scope.declared_nonlocal):
                scope = scope.parent
            return scope or self
        return self

    def assignment_scope(self) -> Scope:
        """Where ``:=`` binds: the nearest scope that is no comprehension (PEP 572)."""
        scope = self
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        return scope

    def visible(self) -> Iterator[tuple[Scope, bool]]:
        """The scopes a name used here is looked up in, inside out.

        The flag tells whether the scope's statements may have run on since: a function or lambda lies between, so the
        order of its bindings says nothing. A class is seen from annotations and type parameters, but from no function
        or comprehension in it.
        """
        scope: Scope | None = self
        deferred = inner = False
        while scope is not None:
            if not (inner and scope.kind == "class"):
                yield scope, deferred
            deferred = deferred or scope.kind in ("function", "lazy")
            inner = inner or scope.kind not in ("types", "lazy")
            scope = scope.parent

    def path(self) -> QualifiedName:
        """The dotted path of this scope below its module, for classes and functions inside each other."""
        names: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            if scope.name:
                names.append(scope.name)
            scope = scope.parent
        return tuple(reversed(names))


def begin_of(node: ast.stmt) -> Place:
    """Where *node* begins, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    # The `@` stands where the `def` or `class` does, on a line of its own.
    return (decorators[0].lineno if decorators else node.lineno, node.col_offset)


def end_of(node: ast.stmt | ast.expr) -> Place:
    """Where *node* ends: from there on the names it binds are bound."""
    return (node.end_lineno or node.lineno, node.end_col_offset or 0)
