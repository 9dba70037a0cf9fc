"""What an index says of a file: its imports, and the references to what they and its definitions bind."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property

from platform_lint.scopes import Binding, Block, Place, QualifiedName, Scope, begin_of, end_of
from platform_lint.source import Source

#: The module that builtins are members of.
BUILTINS = "builtins"


class Reference:
    """A use of a bound name, with the attributes read from it: ``osp.join`` in ``osp.join.__doc__`` has three parts.

    *qualified* is what the whole chain means. *ends[i]* is the offset where the expression for the first *base* + *i*
    parts of it ends; *start* is where all of them begin.
    """

    __slots__ = (
        "base",
        "binding",
        "block",
        "chain",
        "context",
        "ends",
        "hops",
        "in_fstring",
        "in_string",
        "qualified",
        "scope",
        "start",
    )

    def __init__(
        self,
        qualified: QualifiedName,
        base: int,
        start: int,
        ends: Sequence[int],
        binding: Binding | None,
        scope: Scope,
        block: Block,
        context: str,
        in_string: bool,
        in_fstring: bool,
        hops: tuple[tuple[QualifiedName, int], ...] = (),
        chain: Sequence[ast.Attribute | ast.Name] = (),
    ) -> None:
        self.qualified = qualified
        #: How many parts of *qualified* the name alone stands for.
        self.base = base
        #: The same under the names it is re-exported from, each with its own base.
        self.hops = hops
        self.start = start
        self.ends = ends
        #: None for a builtin.
        self.binding = binding
        self.scope = scope
        self.block = block
        #: "load", "store" or "del": what happens to the name, or to the last attribute of the chain.
        self.context = context
        self.in_string = in_string
        #: Inside an f-string whose positions this Python's ``ast`` does not give.
        self.in_fstring = in_fstring
        #: The nodes of the chain: the name, and each attribute read from what is before it.
        self.chain = chain

    def names(self) -> tuple[tuple[QualifiedName, int], ...]:
        """Every qualified name of the whole chain with its base, the one the file itself spells first."""
        return ((self.qualified, self.base), *self.hops)

    def end_of(self, parts: int, base: int | None = None) -> int:
        """The offset where the expression for the first *parts* parts of the name with that *base* ends."""
        return self.ends[max(0, parts - (self.base if base is None else base))]

    def node_of(self, parts: int, base: int | None = None) -> ast.Attribute | ast.Name:
        """The expression for the first *parts* parts of the name with that *base*."""
        return self.chain[max(0, parts - (self.base if base is None else base))]


class Use:
    """A name with the attributes read from it, as the walk met it, before anything is resolved."""

    __slots__ = ("block", "chain", "fstring", "place", "scope", "shift", "text_start")

    def __init__(
        self,
        chain: list[ast.Attribute | ast.Name],
        scope: Scope,
        block: Block,
        place: Place,
        text_start: int | None,
        fstring: ast.JoinedStr | None,
    ) -> None:
        self.chain = chain
        self.scope = scope
        self.block = block
        self.place = place
        #: For a use inside a string annotation, the offset of the string's text; its columns count from there.
        self.text_start = text_start
        self.fstring = fstring


def _is_local(name: str, scope: Scope) -> bool:
    """Whether *name*, used in *scope*, is bound in a scope that no module-level binding gets past."""
    return any(name in seen.bindings and seen.kind in ("function", "comprehension") for seen, _ in scope.visible())


class Index:
    """Imports and references of one file.

    *imports* are the import bindings in reading order; *stars* the star imports; *references* the resolved uses in
    reading order; *exported* the names that ``__all__`` lists (of a whole index); *words* the names it was asked
    about (None: all).
    """

    def __init__(self, source: Source, module: QualifiedName | None, words: frozenset[str] | None) -> None:
        self.source = source
        self.module = module
        self.words = words
        self.top = Scope("module")
        self.imports: list[Binding] = []
        self.stars: list[Binding] = []
        self.references: list[Reference] = []
        self.exported: set[str] = set()
        #: ``__all__`` gets more than its strings tell: another module's, or what is computed.
        self.exports_more = False
        #: Names in a ``global`` or ``nonlocal`` statement anywhere.
        self.declared: set[str] = set()
        #: Names used somewhere with a meaning that could not be settled, and builtins used by bare name.
        self.unsettled: set[str] = set()
        #: The bodies of a whole index in the order of the walk: their first and last statement, scope and block.
        self.bodies: list[tuple[ast.stmt, ast.stmt, Scope, Block]] = []
        #: The uses of a whole index, whatever they mean.
        self.uses: list[Use] = []

    def is_exported(self, name: str) -> bool:
        """Whether ``__all__`` lists *name*, or may do so. The index must be whole."""
        return self.exports_more or name in self.exported

    def exposes(self, name: str) -> bool:
        """Whether a use of *name* whose meaning could not be settled may mean what the module binds: no function or
        comprehension around it binds that name itself. The index must be whole.
        """
        return name in self.unsettled and any(
            use.chain[0].id == name and not _is_local(name, use.scope)  # type: ignore[union-attr]
            for use in self.uses
        )

    def references_of(self, binding: Binding) -> list[Reference]:
        """All references that go through *binding*. The index must be done."""
        return self._by_binding.get(id(binding), [])

    @cached_property
    def _by_binding(self) -> dict[int, list[Reference]]:
        found: dict[int, list[Reference]] = {}
        for reference in self.references:
            if reference.binding is not None:
                found.setdefault(id(reference.binding), []).append(reference)
        return found

    @cached_property
    def starts(self) -> list[int]:
        """The offsets where the references start, in their order."""
        return [reference.start for reference in self.references]

    @cached_property
    def attributes(self) -> dict[int, list[tuple[Reference, int]]]:
        """By the offset where an attribute of a reference ends: the reference, and how many parts come before it."""
        found: dict[int, list[tuple[Reference, int]]] = {}
        for reference in self.references:
            for number, end in enumerate(reference.ends[1:]):
                found.setdefault(end, []).append((reference, reference.base + number))
        return found

    @cached_property
    def builtins(self) -> frozenset[str]:
        """The builtins that are used by their bare name."""
        return frozenset(
            reference.qualified[1]
            for reference in self.references
            if reference.binding is None and reference.qualified[:1] == (BUILTINS,)
        )

    def surroundings(self, row: int, utf8_column: int) -> tuple[Scope, Block]:
        """The scope and block of the statement at a place, as ``ast`` counts it. The index must be whole."""
        place = (row, utf8_column)
        scope, block = self.top, self.bodies[0][3] if self.bodies else Block()
        start = (0, 0)
        for first, last, inner, inside in self.bodies:
            begin = begin_of(first)
            if start <= begin <= place <= end_of(last):
                scope, block, start = inner, inside, begin
        return scope, block
