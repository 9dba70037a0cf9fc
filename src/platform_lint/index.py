"""What every name in a file refers to: one pass over ``ast``, once for all rules.

:func:`build` gives an :class:`Index`: the imports, and the references, each a span of text with the qualified name it
means. Where a name could mean two things the index is silent: a missed alarm rather than a false one. What it does not
follow is listed in ``docs/names.md``.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from platform_lint.excerpt import excerpt
from platform_lint.scopes import Binding, BindingKind, Block, Place, QualifiedName, Scope
from platform_lint.source import Source

#: What a qualified name re-exports, hop by hop: ``()`` where it is no re-export, or none of this project.
Follow = Callable[[QualifiedName], tuple[QualifiedName, ...]]
#: The public names of a module that is star-imported, or None where they cannot be known.
StarExports = Callable[[QualifiedName], frozenset[str] | None]

_BUILTINS = frozenset(dir(builtins))
_BUILTINS_MODULE = "builtins"
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
# Subscripts whose strings are values and no annotations: `Literal["a"]`; of `Annotated` only the first is a type.
_LITERAL = frozenset({"Literal"})
_ANNOTATED = frozenset({"Annotated"})
# What is subscripted with types wherever it stands: in `Pair = Tuple["Tree", "Tree"]` the strings are types as well.
_GENERIC = frozenset(
    {
        "Annotated",
        "AsyncContextManager",
        "AsyncGenerator",
        "AsyncIterable",
        "AsyncIterator",
        "Awaitable",
        "Callable",
        "ChainMap",
        "ClassVar",
        "Collection",
        "ContextManager",
        "Coroutine",
        "Counter",
        "DefaultDict",
        "Deque",
        "Dict",
        "Final",
        "FrozenSet",
        "Generator",
        "Iterable",
        "Iterator",
        "List",
        "Literal",
        "Mapping",
        "MutableMapping",
        "MutableSequence",
        "MutableSet",
        "Optional",
        "OrderedDict",
        "Sequence",
        "Set",
        "Tuple",
        "Type",
        "Union",
    }
)
# Managers that go on after an exception.
_STOPPERS = frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex"})
_FSTRING_POSITIONS = sys.version_info >= (3, 12)
# What makes a collection of another: `list(names)`.
_COLLECTIONS = frozenset({"frozenset", "list", "set", "sorted", "tuple"})
_MAX_ALIAS_ROUNDS = 4
#: An f-string longer than this is not searched for each name in it.
_MAX_SEARCHED = 5_000


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
            if reference.binding is None and reference.qualified[:1] == (_BUILTINS_MODULE,)
        )

    def surroundings(self, row: int, utf8_column: int) -> tuple[Scope, Block]:
        """The scope and block of the statement at a place, as ``ast`` counts it. The index must be whole."""
        place = (row, utf8_column)
        scope, block = self.top, self.bodies[0][3] if self.bodies else Block()
        start = (0, 0)
        for first, last, inner, inside in self.bodies:
            begin = _begin(first)
            if start <= begin <= place <= _end(last):
                scope, block, start = inner, inside, begin
        return scope, block


def parse(source: Source, words: Iterable[str] | None = None) -> ast.Module:
    """``ast.parse`` of *source*, or of the part of it that mentions *words*.

    Raises SyntaxError, ValueError, RecursionError or MemoryError as ``ast.parse`` does.
    """
    import warnings

    with warnings.catch_warnings():
        # Invalid escapes in the code read are that code's business, not ours to print.
        warnings.simplefilter("ignore")
        part = None if words is None else excerpt(source.text, source.mentions(frozenset(words)))
        if part is not None:
            try:
                return ast.parse(part)
            except (SyntaxError, ValueError):
                pass  # Cut in the wrong place: the whole file decides.
        return ast.parse(source.text)


def build(
    source: Source,
    tree: ast.Module,
    *,
    module: QualifiedName | None = None,
    package: bool = False,
    words: frozenset[str] | None = None,
    follow: Follow | None = None,
    star_exports: StarExports | None = None,
) -> Index:
    """Index *tree*, the syntax tree of *source*.

    *module* is the file's own qualified name and *package* whether it is an ``__init__``: what relative imports and the
    file's own definitions are called. With *words*, only uses and bindings of those names are looked at and every
    statement that mentions none of them is passed over, which is several times faster. *follow* and *star_exports* look
    into other files; without them a name is what the import says.
    """
    for _ in range(_MAX_ALIAS_ROUNDS):
        walk = _Walk(source, module, package, words)
        walk.run(tree)
        if words is None or walk.aliases <= words:
            break
        # `h = hashlib` makes `h` a name to look for.
        words |= walk.aliases
    return _Resolver(walk, follow, star_exports).resolve()


class _Walk:
    """The pass over the tree: fills scopes with bindings and lists the uses. Iterative: trees get deep."""

    def __init__(
        self, source: Source, module: QualifiedName | None, package: bool, words: frozenset[str] | None
    ) -> None:
        self.index = Index(source, module, words)
        self.source = source
        self.module = module
        self.package = package
        self.words = words
        self.aliases: set[str] = set()
        self.uses: list[Use] = []
        self.lines = None if words is None else source.rows_of(source.mentions(words))
        self.stack: list[tuple[ast.AST, Scope, Block]] = []
        self.declares = "global" in source.text or "nonlocal" in source.text
        # Set while a string annotation or an old-style f-string is being walked.
        self.text_start: int | None = None
        self.text_place: Place = (0, 0)
        self.fstring: ast.JoinedStr | None = None

    def run(self, tree: ast.Module) -> None:
        self._statements(tree.body, self.index.top, Block())
        self._drain()

    def _drain(self, floor: int = 0) -> None:
        stack = self.stack
        handlers = _HANDLERS
        while len(stack) > floor:
            node, scope, block = stack.pop()
            handler = handlers.get(node.__class__)
            if handler is not None:
                handler(self, node, scope, block)
            else:
                for field in node._fields:
                    value = getattr(node, field, None)
                    if value.__class__ is list:
                        for item in value:
                            if isinstance(item, ast.AST):
                                stack.append((item, scope, block))
                    elif isinstance(value, ast.AST):
                        stack.append((value, scope, block))

    # Statements

    def _statements(self, body: Iterable[ast.stmt], scope: Scope, block: Block) -> None:
        lines = self.lines
        push = self.stack.append
        if lines is None:
            body = list(body)
            if body:
                self.index.bodies.append((body[0], body[-1], scope, block))
            for statement in body:
                push((statement, scope, block))
            return
        for statement in body:
            first = statement.lineno
            decorators = getattr(statement, "decorator_list", None)
            if decorators:
                first = min(first, decorators[0].lineno)
            at = bisect_left(lines, first)
            if at < len(lines) and lines[at] <= (statement.end_lineno or first):
                push((statement, scope, block))

    def _expressions(self, nodes: Iterable[ast.AST | None], scope: Scope, block: Block) -> None:
        for node in nodes:
            if node is not None:
                self.stack.append((node, scope, block))

    def _bind(
        self,
        name: str,
        scope: Scope,
        block: Block,
        place: Place,
        kind: BindingKind = "other",
        target: QualifiedName | None = None,
        statement: ast.Import | ast.ImportFrom | None = None,
        alias: ast.alias | None = None,
        value: ast.expr | None = None,
        origin: ast.AST | None = None,
    ) -> Binding | None:
        if self.words is not None and name not in self.words and statement is None:
            if kind == "alias" and isinstance(value, ast.Name | ast.Attribute) and _head(value) in self.words:
                self.aliases.add(name)
            return None
        owner = scope.owner(name)
        if owner is not scope:
            # Bound from another function: at any time, or never.
            block, place = Block(), (0, 0)
            self.index.declared.add(name)
        binding = Binding(name, owner, kind, place, block, target, statement, alias, value, origin)
        owner.bindings.setdefault(name, []).append(binding)
        return binding

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, block: Block) -> None:
        self._define(node.name, node, scope, block)
        self._expressions(node.decorator_list, scope, block)
        arguments = node.args
        self._expressions([*arguments.defaults, *arguments.kw_defaults], scope, block)
        outer = self._type_parameters(node, scope, block)
        parameters = _parameters(arguments)
        for annotation in [*(parameter.annotation for parameter in parameters), node.returns]:
            self._annotation(annotation, outer, block)
        inner = Scope("function", outer, node.name)
        body = _function_block(block)
        self._parameters(parameters, inner, body, (node.lineno, node.col_offset))
        if self.declares:
            self._declarations(node.body, inner)
        self._statements(node.body, inner, body)

    def _lambda(self, node: ast.Lambda, scope: Scope, block: Block) -> None:
        arguments = node.args
        self._expressions([*arguments.defaults, *arguments.kw_defaults], scope, block)
        inner = Scope("function", scope)
        body = _function_block(block)
        self._parameters(_parameters(arguments), inner, body, (0, 0))
        self.stack.append((node.body, inner, body))

    def _parameters(self, parameters: Iterable[ast.arg], scope: Scope, block: Block, place: Place) -> None:
        for parameter in parameters:
            self._bind(parameter.arg, scope, block, place, origin=parameter)

    def _class(self, node: ast.ClassDef, scope: Scope, block: Block) -> None:
        self._define(node.name, node, scope, block)
        self._expressions(node.decorator_list, scope, block)
        outer = self._type_parameters(node, scope, block)
        self._expressions([*node.bases, *node.keywords], outer, block)
        inner = Scope("class", outer, node.name)
        if self.declares:
            self._declarations(node.body, inner)
        self._statements(node.body, inner, block)

    def _define(self, name: str, node: ast.stmt, scope: Scope, block: Block) -> None:
        target = None
        if self.module is not None and scope.kind in ("module", "class") and scope.owner(name) is scope:
            target = (*self.module, *scope.path(), name)
        self._bind(name, scope, block, _end(node), "definition", target, origin=node)

    def _type_parameters(self, node: ast.AST, scope: Scope, block: Block) -> Scope:
        """The scope of PEP 695 type parameters around *node*, or *scope* where it has none."""
        parameters: list[ast.AST] = getattr(node, "type_params", None) or []
        if not parameters:
            return scope
        inner = Scope("types", scope)
        for parameter in parameters:
            self._bind(parameter.name, inner, block, (0, 0), origin=parameter)  # type: ignore[attr-defined]
            self._expressions(
                [getattr(parameter, "bound", None), getattr(parameter, "default_value", None)], inner, block
            )
        return inner

    def _declarations(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Read ``global`` and ``nonlocal`` before anything else of the scope: they hold for all of it."""
        pending: list[ast.AST] = list(body)
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Global):
                scope.declared_global.update(node.names)
                self.index.declared.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                scope.declared_nonlocal.update(node.names)
                self.index.declared.update(node.names)
            elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
                for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                    pending.extend(getattr(node, field, ()))

    def _type_alias(self, node: ast.AST, scope: Scope, block: Block) -> None:
        name: ast.Name = node.name  # type: ignore[attr-defined]
        self._bind(name.id, scope, block, (name.lineno, name.col_offset), origin=node)
        outer = self._type_parameters(node, scope, block)
        self.stack.append((node.value, Scope("lazy", outer), _function_block(block)))  # type: ignore[attr-defined]

    def _import(self, node: ast.Import, scope: Scope, block: Block) -> None:
        place = _end(node)
        for alias in node.names:
            parts = tuple(alias.name.split("."))
            name, target = (alias.asname, parts) if alias.asname else (parts[0], parts[:1])
            binding = self._bind(name, scope, block, place, "import", target, node, alias)
            if binding:
                self.index.imports.append(binding)

    def _import_from(self, node: ast.ImportFrom, scope: Scope, block: Block) -> None:
        place = _end(node)
        base = self.absolute(node)
        for alias in node.names:
            if alias.name == "*":
                binding = Binding("*", scope, "star", place, block, base, node, alias)
                scope.stars.append(binding)
                self.index.stars.append(binding)
                continue
            target = None if base is None else (*base, alias.name)
            bound = self._bind(alias.asname or alias.name, scope, block, place, "from", target, node, alias)
            if bound:
                self.index.imports.append(bound)

    def absolute(self, node: ast.ImportFrom) -> QualifiedName | None:
        """The absolute name of the module *node* imports from; None where a relative import has no known package."""
        parts = tuple(node.module.split(".")) if node.module else ()
        if not node.level:
            return parts
        if self.module is None:
            return None
        package = self.module if self.package else self.module[:-1]
        ascend = node.level - 1
        if ascend >= len(package):
            return None
        return (*package[: len(package) - ascend], *parts)

    def _if(self, node: ast.If, scope: Scope, block: Block) -> None:
        self.stack.append((node.test, scope, block))
        versioned = _tests_version(node.test)
        checking = _tests_type_checking(node.test)
        self._statements(node.body, scope, Block(block, versioned=versioned, type_checking=checking))
        self._statements(node.orelse, scope, Block(block, versioned=versioned))

    def _try(self, node: ast.Try, scope: Scope, block: Block) -> None:
        guarded = any(_catches_import_error(handler.type) for handler in node.handlers)
        self._statements(node.body, scope, Block(block, guarded=guarded))
        for handler in node.handlers:
            self._expressions([handler.type], scope, block)
            inner = Block(block, guarded=guarded)
            if handler.name and handler.type is not None:
                self._bind(handler.name, scope, inner, _end(handler.type), origin=handler)
            self._statements(handler.body, scope, inner)
        self._statements(node.orelse, scope, Block(block))
        self._statements(node.finalbody, scope, block)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope, block: Block) -> None:
        self.stack.append((node.iter, scope, block))
        body = Block(block, loop=True)
        self._target(node.target, scope, body, _end(node.iter), node)
        self._statements(node.body, scope, body)
        self._statements(node.orelse, scope, Block(block))

    def _while(self, node: ast.While, scope: Scope, block: Block) -> None:
        body = Block(block, loop=True)
        self.stack.append((node.test, scope, body))
        self._statements(node.body, scope, body)
        self._statements(node.orelse, scope, Block(block))

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope, block: Block) -> None:
        body = block
        for item in node.items:
            self.stack.append((item.context_expr, scope, block))
            if item.optional_vars is not None:
                self._target(item.optional_vars, scope, block, origin=item)
            if isinstance(item.context_expr, ast.Call) and _last(item.context_expr.func) in _STOPPERS:
                # What is in it may not run to its end.
                body = Block(body, guarded=_suppresses_import_error(item.context_expr))
        self._statements(node.body, scope, body)

    def _match(self, node: ast.Match, scope: Scope, block: Block) -> None:
        self.stack.append((node.subject, scope, block))
        for case in node.cases:
            inner = Block(block)
            self.stack.append((case.pattern, scope, inner))
            self._expressions([case.guard], scope, inner)
            self._statements(case.body, scope, inner)

    def _capture(self, node: ast.MatchAs | ast.MatchStar, scope: Scope, block: Block) -> None:
        if node.name:
            self._bind(node.name, scope, block, (node.lineno, node.col_offset), origin=node)
        if isinstance(node, ast.MatchAs):
            self._expressions([node.pattern], scope, block)

    def _match_mapping(self, node: ast.MatchMapping, scope: Scope, block: Block) -> None:
        if node.rest:
            self._bind(node.rest, scope, block, (node.lineno, node.col_offset))
        self._expressions([*node.keys, *node.patterns], scope, block)

    def _assign(self, node: ast.Assign, scope: Scope, block: Block) -> None:
        place = _end(node)
        value = node.value
        self.stack.append((value, scope, block))
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            target = node.targets[0]
            if target.id == "__all__":
                self._all(value)
            if isinstance(value, ast.Name | ast.Attribute):
                self._bind(target.id, scope, block, place, "alias", value=value, origin=node)
            else:
                self._bind(target.id, scope, block, place, origin=node)
            return
        for item in node.targets:
            listed = item.value if isinstance(item, ast.Subscript) else item
            if isinstance(listed, ast.Name) and listed.id == "__all__":
                self._all(value)
            self._target(item, scope, block, place, node)

    def _annotated(self, node: ast.AnnAssign, scope: Scope, block: Block) -> None:
        self._annotation(node.annotation, scope, block)
        self._expressions([node.value], scope, block)
        place = _end(node)
        if isinstance(node.target, ast.Name) and node.target.id == "__all__" and node.value is not None:
            self._all(node.value)
        self._target(node.target, scope, block, place, node)

    def _augmented(self, node: ast.AugAssign, scope: Scope, block: Block) -> None:
        self.stack.append((node.value, scope, block))
        if isinstance(node.target, ast.Name):
            if node.target.id == "__all__":
                self._all(node.value)
            self._use([node.target], scope, block)
            place = _end(node)
            self._bind(node.target.id, scope, block, place, origin=node)
        else:
            self.stack.append((node.target, scope, block))

    def _delete(self, node: ast.Delete, scope: Scope, block: Block) -> None:
        for target in node.targets:
            self._target(target, scope, block, kind="deletion")

    def _expression_statement(self, node: ast.Expr, scope: Scope, block: Block) -> None:
        value = node.value
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and isinstance(value.func.value, ast.Name)
            and value.func.value.id == "__all__"
        ):
            for argument in value.args:
                self._all(argument)
        self.stack.append((value, scope, block))

    def _all(self, value: ast.expr) -> None:
        """Note what ``__all__`` gets: the strings in *value*, and whether there is more to it."""
        pending = [value]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Constant):
                self.index.exported.add(str(node.value))
            elif isinstance(node, ast.List | ast.Tuple | ast.Set):
                pending += node.elts
            elif isinstance(node, ast.Starred):
                pending.append(node.value)
            elif isinstance(node, ast.BinOp):
                pending += (node.left, node.right)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _COLLECTIONS:
                pending += node.args
            elif isinstance(node, ast.Attribute) and node.attr == "__name__" and isinstance(node.value, ast.Name):
                self.index.exported.add(node.value.id)
            elif not (isinstance(node, ast.Name) and node.id == "__all__"):
                self.index.exports_more = True

    def _target(
        self,
        node: ast.expr,
        scope: Scope,
        block: Block,
        place: Place | None = None,
        origin: ast.AST | None = None,
        kind: BindingKind = "other",
    ) -> None:
        """Bind the names of an assignment target; what else it holds (``a[i].b = …``) is used."""
        pending = [node]
        while pending:
            item = pending.pop()
            if isinstance(item, ast.Name):
                self._bind(item.id, scope, block, place or (item.lineno, item.col_offset), kind, origin=origin)
            elif isinstance(item, ast.Tuple | ast.List):
                pending.extend(item.elts)
            elif isinstance(item, ast.Starred):
                pending.append(item.value)
            else:
                self.stack.append((item, scope, block))

    # Expressions

    def _name(self, node: ast.Name, scope: Scope, block: Block) -> None:
        if self.words is None or node.id in self.words:
            self._use([node], scope, block)

    def _attribute(self, node: ast.Attribute, scope: Scope, block: Block) -> None:
        chain: list[ast.Attribute | ast.Name] = [node]
        value: ast.expr = node.value
        while isinstance(value, ast.Attribute):
            chain.append(value)
            value = value.value
        if not isinstance(value, ast.Name):
            self.stack.append((value, scope, block))
        elif self.words is None or value.id in self.words:
            chain.append(value)
            chain.reverse()
            self._use(chain, scope, block)

    def _use(self, chain: list[ast.Attribute | ast.Name], scope: Scope, block: Block) -> None:
        if self.text_start is not None:
            place = self.text_place
        else:
            where = self.fstring or chain[0]
            place = (where.lineno, where.col_offset)
        self.uses.append(Use(chain, scope, block, place, self.text_start, self.fstring))

    def _named(self, node: ast.NamedExpr, scope: Scope, block: Block) -> None:
        self.stack.append((node.value, scope, block))
        target = node.target
        value = node.value
        place = _end(node)
        if isinstance(value, ast.Name | ast.Attribute):
            self._bind(target.id, scope.assignment_scope(), block, place, "alias", value=value, origin=node)
        else:
            self._bind(target.id, scope.assignment_scope(), block, place, origin=node)

    def _either(self, node: ast.IfExp, scope: Scope, block: Block) -> None:
        self.stack += [(node.test, scope, block), (node.body, scope, Block(block)), (node.orelse, scope, Block(block))]

    def _operation(self, node: ast.BoolOp, scope: Scope, block: Block) -> None:
        # What a `:=` binds behind the first operand may not be bound at all.
        first, *others = node.values
        inner = Block(block)
        self.stack.append((first, scope, block))
        self._expressions(others, scope, inner)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope, block: Block
    ) -> None:
        inner = Scope("comprehension", scope)
        body = Block(block, loop=True)
        for number, generator in enumerate(node.generators):
            self.stack.append((generator.iter, scope if number == 0 else inner, block if number == 0 else body))
            self._target(generator.target, inner, body, (0, 0), generator)
            self._expressions(generator.ifs, inner, body)
        if isinstance(node, ast.DictComp):
            self._expressions([node.key, node.value], inner, body)
        else:
            self.stack.append((node.elt, inner, body))

    def _joined(self, node: ast.JoinedStr, scope: Scope, block: Block) -> None:
        if _FSTRING_POSITIONS:
            self._expressions(node.values, scope, block)
            return
        # Before 3.12 `ast` places what is inside an f-string wrongly, so these uses are known only to be inside it.
        outer, self.fstring = self.fstring, self.fstring or node
        floor = len(self.stack)
        self._expressions(node.values, scope, block)
        self._drain(floor)
        self.fstring = outer

    # Annotations

    def _annotation(self, node: ast.expr | None, scope: Scope, block: Block) -> None:
        """Walk an annotation, the strings in it included (PEP 484 forward references)."""
        pending: list[ast.AST] = [] if node is None else [node]
        while pending:
            item = pending.pop()
            if isinstance(item, ast.Constant):
                if isinstance(item.value, str):
                    self._string_annotation(item, scope, block)
            elif isinstance(item, ast.Subscript):
                last = item.value.attr if isinstance(item.value, ast.Attribute) else getattr(item.value, "id", "")
                self.stack.append((item.value, scope, block))
                if last in _LITERAL:
                    self.stack.append((item.slice, scope, block))
                elif last in _ANNOTATED and isinstance(item.slice, ast.Tuple) and item.slice.elts:
                    pending.append(item.slice.elts[0])
                    self._expressions(item.slice.elts[1:], scope, block)
                else:
                    pending.append(item.slice)
            elif isinstance(item, ast.BinOp):
                pending += [item.left, item.right]
            elif isinstance(item, ast.Tuple | ast.List):
                pending += item.elts
            else:
                self.stack.append((item, scope, block))

    def _subscript(self, node: ast.Subscript, scope: Scope, block: Block) -> None:
        if _last(node.value) in _GENERIC:
            self._annotation(node, scope, block)
        else:
            self.stack += ((node.value, scope, block), (node.slice, scope, block))

    def _call(self, node: ast.Call, scope: Scope, block: Block) -> None:
        if node.args and isinstance(node.args[0], ast.Constant) and _last(node.func) == "cast":
            self._annotation(node.args[0], scope, block)
        self.stack.append((node.func, scope, block))
        self._expressions(node.args, scope, block)
        self._expressions(node.keywords, scope, block)

    def _string_annotation(self, node: ast.Constant, scope: Scope, block: Block) -> None:
        text = str(node.value)
        if self.text_start is not None or (self.words is not None and not any(word in text for word in self.words)):
            return
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        start = self.source.offset(node.lineno, node.col_offset)
        end = self.source.offset(*_end(node))
        literal = self.source.text[start:end]
        at = literal.find(text)
        # An escape, a prefix or implicit concatenation: the text is not in the file letter by letter, so no offsets.
        if at < 0 or len(literal) > len(text) + 8 or "\n" in text or "\r" in text:
            at = -1
        self.text_place = (node.lineno, node.col_offset)
        self.text_start = start + at + len(text) - len(text.lstrip()) if at >= 0 else -1
        floor = len(self.stack)
        # A forward reference is evaluated later, when every binding of the scope is there.
        self._annotation(tree.body, Scope("lazy", scope), Block(block))
        self._drain(floor)
        self.text_start = None


_HANDLERS: dict[type[ast.AST], Callable[..., None]] = {
    ast.FunctionDef: _Walk._function,
    ast.AsyncFunctionDef: _Walk._function,
    ast.Lambda: _Walk._lambda,
    ast.ClassDef: _Walk._class,
    ast.Import: _Walk._import,
    ast.ImportFrom: _Walk._import_from,
    ast.If: _Walk._if,
    ast.Try: _Walk._try,
    ast.For: _Walk._for,
    ast.AsyncFor: _Walk._for,
    ast.While: _Walk._while,
    ast.With: _Walk._with,
    ast.AsyncWith: _Walk._with,
    ast.Match: _Walk._match,
    ast.MatchAs: _Walk._capture,
    ast.MatchStar: _Walk._capture,
    ast.MatchMapping: _Walk._match_mapping,
    ast.Assign: _Walk._assign,
    ast.AnnAssign: _Walk._annotated,
    ast.AugAssign: _Walk._augmented,
    ast.Delete: _Walk._delete,
    ast.Expr: _Walk._expression_statement,
    ast.Name: _Walk._name,
    ast.Attribute: _Walk._attribute,
    ast.Subscript: _Walk._subscript,
    ast.Call: _Walk._call,
    ast.NamedExpr: _Walk._named,
    ast.IfExp: _Walk._either,
    ast.BoolOp: _Walk._operation,
    ast.ListComp: _Walk._comprehension,
    ast.SetComp: _Walk._comprehension,
    ast.GeneratorExp: _Walk._comprehension,
    ast.DictComp: _Walk._comprehension,
    ast.JoinedStr: _Walk._joined,
}
for _name, _handler in (("TryStar", _Walk._try), ("TypeAlias", _Walk._type_alias), ("TemplateStr", _Walk._joined)):
    if hasattr(ast, _name):
        _HANDLERS[getattr(ast, _name)] = _handler


class _Resolver:
    """Turns uses into references, once every binding of the file is known."""

    def __init__(self, walk: _Walk, follow: Follow | None, star_exports: StarExports | None) -> None:
        self.walk = walk
        self.index = walk.index
        self.source = walk.source
        self.follow = follow
        self.star_exports = star_exports
        self.resolving: set[int] = set()

    def resolve(self) -> Index:
        index = self.index
        index.imports.sort(key=lambda binding: (binding.place, binding.alias.lineno, binding.alias.col_offset))  # type: ignore[union-attr]
        if self.follow is not None:
            for binding in index.imports:
                if binding.target is not None and binding.kind == "from":
                    binding.hops = self.follow(binding.target)
        self._bind_stars()
        if index.words is None:
            index.uses = self.walk.uses
        for use in self.walk.uses:
            reference = self._reference(use)
            if reference is not None:
                index.references.append(reference)
            else:
                index.unsettled.add(use.chain[0].id)  # type: ignore[union-attr]
        index.references.sort(key=lambda reference: (reference.start, reference.ends[-1]))
        return index

    def _reference(self, use: Use) -> Reference | None:
        name: ast.Name = use.chain[0]  # type: ignore[assignment]
        binding, target = self._meaning(name.id, use.scope, use.block, use.place)
        if target is None:
            return None
        attributes = tuple(node.attr for node in use.chain[1:] if isinstance(node, ast.Attribute))
        start, ends = self._span(use)
        return Reference(
            (*target, *attributes),
            len(target),
            start,
            ends,
            binding,
            use.scope,
            use.block,
            use.chain[-1].ctx.__class__.__name__.lower(),
            use.text_start is not None,
            use.fstring is not None,
            self._hops(target, attributes) if self.follow is not None else (),
            use.chain,
        )

    def _hops(self, target: QualifiedName, attributes: QualifiedName) -> tuple[tuple[QualifiedName, int], ...]:
        """``compat.get`` where the project's ``compat`` re-exports ``get``: what it really is, with its base."""
        assert self.follow is not None
        found: list[tuple[QualifiedName, int]] = []
        for count in range(len(attributes) + 1):
            hops = self.follow((*target, *attributes[:count]))
            # `count` attributes were needed to get there, so `end_of` must land on the last of them.
            found += [((*real, *attributes[count:]), len(real) - count) for real in hops]
        return tuple(found)

    def _meaning(
        self, name: str, scope: Scope, block: Block, place: Place
    ) -> tuple[Binding | None, QualifiedName | None]:
        """The binding a use means and what that stands for; (None, None) where it could be several things."""
        candidates = candidates_of(name, scope, block, place)
        if candidates is not None:
            return self._settle(candidates)
        if name in _BUILTINS and not any(star for star in self.index.stars):
            return None, (_BUILTINS_MODULE, name)
        return None, None

    def _bind_stars(self) -> None:
        """Bind what star imports are known to bind, as far as it is used."""
        if self.star_exports is None or not self.index.stars:
            return
        used = {use.chain[0].id for use in self.walk.uses}  # type: ignore[union-attr]
        for star in self.index.stars:
            if star.target is None:
                continue
            for name in used.intersection(self.star_exports(star.target) or ()):
                target = (*star.target, name)
                binding = Binding(name, star.scope, "star", star.place, star.block, target, star.statement, star.alias)
                star.scope.bindings.setdefault(name, []).append(binding)

    def _settle(self, candidates: Sequence[Binding]) -> tuple[Binding | None, QualifiedName | None]:
        targets = {self._target(binding) for binding in candidates}
        if len(targets) != 1 or None in targets:
            if len(candidates) > 1:
                for binding in candidates:
                    binding.contested = binding.doubted = True
            return None, None
        if len(candidates) > 1:
            for binding in candidates[:-1] if candidates[-1].plain else candidates:
                binding.contested = True
        return candidates[-1], targets.pop()

    def _target(self, binding: Binding) -> QualifiedName | None:
        value = binding.value
        if value is None or binding.target is not None:
            return binding.target
        if id(binding) in self.resolving:
            return None
        self.resolving.add(id(binding))
        chain: list[str] = []
        node: ast.expr = value
        while isinstance(node, ast.Attribute):
            chain.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            place = (node.lineno, node.col_offset)
            source, target = self._meaning(node.id, binding.scope, binding.block, place)
            # An alias of a definition or builtin of this file is a new name for it, of no interest to a rule.
            if target is not None and (source is None or source.kind != "definition"):
                binding.target = (*target, *reversed(chain))
        self.resolving.discard(id(binding))
        return binding.target

    def _span(self, use: Use) -> tuple[int, list[int]]:
        source = self.source
        first = use.chain[0]
        if use.fstring is not None:
            node = use.fstring
            start = source.offset(node.lineno, node.col_offset)
            end = source.offset(*_end(node))
            located = _locate(source.text, start, end, use.chain)
            return located or (start, [end] * len(use.chain))
        if use.text_start is not None:
            if use.text_start < 0:
                start = source.offset(*use.place)
                return start, [start] * len(use.chain)
            text = source.text
            start = use.text_start + _columns(text, use.text_start, first.col_offset)
            return start, [
                use.text_start + _columns(text, use.text_start, node.end_col_offset or 0) for node in use.chain
            ]
        return (
            source.offset(first.lineno, first.col_offset),
            [source.offset(node.end_lineno or 0, node.end_col_offset or 0) for node in use.chain],
        )


def candidates_of(name: str, scope: Scope, block: Block, place: Place) -> list[Binding] | None:
    """The bindings that *name* may mean where it is used at *place* in *scope* and *block*, in order.

    None where nothing in the file binds it: a builtin, or a name from nowhere.
    """
    passed_class = False
    for visible, deferred in scope.visible():
        if name in visible.declared_global:
            visible, deferred = visible.module(), True
        elif passed_class and visible.parent is not None:
            continue
        bindings = visible.bindings.get(name)
        if visible.parent is None and not bindings:
            return None
        if not bindings or name in visible.declared_nonlocal:
            continue
        if visible.kind == "class" and not deferred and not _is_bound(bindings, block, place):
            # Not bound yet in the class that binds it: Python looks in the module next, whatever is in between.
            passed_class = True
            if not any(_may_run_before(binding, block, place) for binding in bindings):
                continue
            return [*bindings, *visible.module().bindings.get(name, ())]
        # Used above its only binding: a loop, or a mistake. Meaning the binding is the best reading left.
        return bindings if deferred or len(bindings) == 1 else _reaching(bindings, block, place)
    return None


def _is_bound(bindings: list[Binding], block: Block, place: Place) -> bool:
    """Whether one of *bindings* surely ran before *place* in *block*."""
    return any(binding.place <= place and binding.block.encloses(block) for binding in bindings)


def _may_run_before(binding: Binding, block: Block, place: Place) -> bool:
    loop = block.outermost_loop()
    return binding.place <= place or (loop is not None and loop.encloses(binding.block))


def _reaching(bindings: list[Binding], block: Block, place: Place) -> list[Binding]:
    """The bindings a use at *place* in *block* may see, in order; empty knowledge gives all of them."""
    before = sorted((binding for binding in bindings if binding.place <= place), key=lambda binding: binding.place)
    if not before:
        return bindings
    sure = 0
    for number, binding in enumerate(before):
        if binding.place != (0, 0) and binding.block.encloses(block):
            sure = number
    reaching = [binding for binding in before[:sure] if binding.place == (0, 0)] + before[sure:]
    loop = block.outermost_loop()
    if loop is not None:
        # A later binding of the loop's body is an earlier one of its next turn.
        reaching += [binding for binding in bindings if binding.place > place and loop.encloses(binding.block)]
    return reaching


def _locate(text: str, start: int, end: int, chain: list[ast.Attribute | ast.Name]) -> tuple[int, list[int]] | None:
    """The only place in the f-string text[start:end] that spells *chain*; None where there are none or several."""
    if end - start > _MAX_SEARCHED:
        return None
    parts = [getattr(node, "attr", None) or node.id for node in chain]  # type: ignore[union-attr]
    pattern = re.compile(r"(?<![\w.])" + r"\s*\.\s*".join(map(re.escape, parts)) + r"(?!\w)")
    found = list(pattern.finditer(text, start, end))
    if len(found) != 1:
        return None
    ends: list[int] = []
    at = found[0].start()
    for part in parts:
        at = text.index(part, at) + len(part)
        ends.append(at)
    return found[0].start(), ends


def _columns(text: str, start: int, utf8_column: int) -> int:
    """How many code points of *text* from *start* on make *utf8_column* bytes."""
    piece = text[start : start + utf8_column].encode("utf-8", "surrogatepass")[:utf8_column]
    return len(piece.decode("utf-8", "surrogatepass"))


def _function_block(block: Block) -> Block:
    """The block of a function's body: on its own, but still under the conditions around the definition."""
    return Block(None, guarded=block.guarded, versioned=block.versioned, type_checking=block.type_checking)


def _begin(node: ast.stmt) -> Place:
    """Where *node* begins, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    # The `@` stands where the `def` or `class` does, on a line of its own.
    return (decorators[0].lineno if decorators else node.lineno, node.col_offset)


def _end(node: ast.stmt | ast.expr) -> Place:
    """Where *node* ends: from there on the names it binds are bound."""
    return (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    optional = [arguments.vararg, arguments.kwarg]
    return [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *(parameter for parameter in optional if parameter is not None),
    ]


def _head(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _tests_version(test: ast.expr) -> bool:
    """Whether *test* asks for the Python version: ``sys.version_info``, ``sys.hexversion``, ``six.PY2``."""
    return any(
        isinstance(node, ast.Name | ast.Attribute) and _last(node) in {"version_info", "hexversion", "PY2", "PY3"}
        for node in ast.walk(test)
    )


def _tests_type_checking(test: ast.expr) -> bool:
    return _last(test) == "TYPE_CHECKING"


def _catches_import_error(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_last(item) in _IMPORT_ERRORS for item in node.elts)
    return node is not None and _last(node) in _IMPORT_ERRORS


def _suppresses_import_error(node: ast.expr) -> bool:
    """``contextlib.suppress(ImportError)``."""
    return (
        isinstance(node, ast.Call)
        and _last(node.func) == "suppress"
        and any(_catches_import_error(argument) for argument in node.args)
    )
