"""The pass over a tree: which names are bound where, and which are used."""

from __future__ import annotations

import ast
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from platform_lint.index.annotations import subscript, walk_annotation
from platform_lint.index.conditions import (
    catches_import_error,
    head_of,
    last_of,
    suppresses_import_error,
    tests_type_checking,
    tests_version,
)
from platform_lint.index.references import Index, Use
from platform_lint.scopes import Binding, BindingKind, Block, Place, QualifiedName, Scope, end_of
from platform_lint.source import Source

# Managers that go on after an exception.
_STOPPERS = frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex"})
_FSTRING_POSITIONS = sys.version_info >= (3, 12)
# What makes a collection of another: `list(names)`.
_COLLECTIONS = frozenset({"frozenset", "list", "set", "sorted", "tuple"})


class Walk:
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
        """Walk the whole of *tree*."""
        self._statements(tree.body, self.index.top, Block())
        self.drain()

    def drain(self, floor: int = 0) -> None:
        """Walk what is on the stack, down to *floor*."""
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

    def expressions(self, nodes: Iterable[ast.AST | None], scope: Scope, block: Block) -> None:
        """Put *nodes* on the stack."""
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
            if kind == "alias" and isinstance(value, ast.Name | ast.Attribute) and head_of(value) in self.words:
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
        self.expressions(node.decorator_list, scope, block)
        arguments = node.args
        self.expressions([*arguments.defaults, *arguments.kw_defaults], scope, block)
        outer = self._type_parameters(node, scope, block)
        parameters = _parameters(arguments)
        for annotation in [*(parameter.annotation for parameter in parameters), node.returns]:
            walk_annotation(self, annotation, outer, block)
        inner = Scope("function", outer, node.name)
        body = _function_block(block)
        self._parameters(parameters, inner, body, (node.lineno, node.col_offset))
        if self.declares:
            self._declarations(node.body, inner)
        self._statements(node.body, inner, body)

    def _lambda(self, node: ast.Lambda, scope: Scope, block: Block) -> None:
        arguments = node.args
        self.expressions([*arguments.defaults, *arguments.kw_defaults], scope, block)
        inner = Scope("function", scope)
        body = _function_block(block)
        self._parameters(_parameters(arguments), inner, body, (0, 0))
        self.stack.append((node.body, inner, body))

    def _parameters(self, parameters: Iterable[ast.arg], scope: Scope, block: Block, place: Place) -> None:
        for parameter in parameters:
            self._bind(parameter.arg, scope, block, place, origin=parameter)

    def _class(self, node: ast.ClassDef, scope: Scope, block: Block) -> None:
        self._define(node.name, node, scope, block)
        self.expressions(node.decorator_list, scope, block)
        outer = self._type_parameters(node, scope, block)
        self.expressions([*node.bases, *node.keywords], outer, block)
        inner = Scope("class", outer, node.name)
        if self.declares:
            self._declarations(node.body, inner)
        self._statements(node.body, inner, block)

    def _define(self, name: str, node: ast.stmt, scope: Scope, block: Block) -> None:
        target = None
        if self.module is not None and scope.kind in ("module", "class") and scope.owner(name) is scope:
            target = (*self.module, *scope.path(), name)
        self._bind(name, scope, block, end_of(node), "definition", target, origin=node)

    def _type_parameters(self, node: ast.AST, scope: Scope, block: Block) -> Scope:
        """The scope of PEP 695 type parameters around *node*, or *scope* where it has none."""
        parameters: list[ast.AST] = getattr(node, "type_params", None) or []
        if not parameters:
            return scope
        inner = Scope("types", scope)
        for parameter in parameters:
            self._bind(parameter.name, inner, block, (0, 0), origin=parameter)  # type: ignore[attr-defined]
            self.expressions(
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
        place = end_of(node)
        for alias in node.names:
            parts = tuple(alias.name.split("."))
            name, target = (alias.asname, parts) if alias.asname else (parts[0], parts[:1])
            binding = self._bind(name, scope, block, place, "import", target, node, alias)
            if binding:
                self.index.imports.append(binding)

    def _import_from(self, node: ast.ImportFrom, scope: Scope, block: Block) -> None:
        place = end_of(node)
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
        versioned = tests_version(node.test)
        checking = tests_type_checking(node.test)
        self._statements(node.body, scope, Block(block, versioned=versioned, type_checking=checking))
        self._statements(node.orelse, scope, Block(block, versioned=versioned))

    def _try(self, node: ast.Try, scope: Scope, block: Block) -> None:
        guarded = any(catches_import_error(handler.type) for handler in node.handlers)
        self._statements(node.body, scope, Block(block, guarded=guarded))
        for handler in node.handlers:
            self.expressions([handler.type], scope, block)
            inner = Block(block, guarded=guarded)
            if handler.name and handler.type is not None:
                self._bind(handler.name, scope, inner, end_of(handler.type), origin=handler)
            self._statements(handler.body, scope, inner)
        self._statements(node.orelse, scope, Block(block))
        self._statements(node.finalbody, scope, block)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope, block: Block) -> None:
        self.stack.append((node.iter, scope, block))
        body = Block(block, loop=True)
        self._target(node.target, scope, body, end_of(node.iter), node)
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
            if isinstance(item.context_expr, ast.Call) and last_of(item.context_expr.func) in _STOPPERS:
                # What is in it may not run to its end.
                body = Block(body, guarded=suppresses_import_error(item.context_expr))
        self._statements(node.body, scope, body)

    def _match(self, node: ast.Match, scope: Scope, block: Block) -> None:
        self.stack.append((node.subject, scope, block))
        for case in node.cases:
            inner = Block(block)
            self.stack.append((case.pattern, scope, inner))
            self.expressions([case.guard], scope, inner)
            self._statements(case.body, scope, inner)

    def _capture(self, node: ast.MatchAs | ast.MatchStar, scope: Scope, block: Block) -> None:
        if node.name:
            self._bind(node.name, scope, block, (node.lineno, node.col_offset), origin=node)
        if isinstance(node, ast.MatchAs):
            self.expressions([node.pattern], scope, block)

    def _match_mapping(self, node: ast.MatchMapping, scope: Scope, block: Block) -> None:
        if node.rest:
            self._bind(node.rest, scope, block, (node.lineno, node.col_offset))
        self.expressions([*node.keys, *node.patterns], scope, block)

    def _assign(self, node: ast.Assign, scope: Scope, block: Block) -> None:
        place = end_of(node)
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
        walk_annotation(self, node.annotation, scope, block)
        self.expressions([node.value], scope, block)
        place = end_of(node)
        if isinstance(node.target, ast.Name) and node.target.id == "__all__" and node.value is not None:
            self._all(node.value)
        self._target(node.target, scope, block, place, node)

    def _augmented(self, node: ast.AugAssign, scope: Scope, block: Block) -> None:
        self.stack.append((node.value, scope, block))
        if isinstance(node.target, ast.Name):
            if node.target.id == "__all__":
                self._all(node.value)
            self._use([node.target], scope, block)
            place = end_of(node)
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
        place = end_of(node)
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
        self.expressions(others, scope, inner)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope, block: Block
    ) -> None:
        inner = Scope("comprehension", scope)
        body = Block(block, loop=True)
        for number, generator in enumerate(node.generators):
            self.stack.append((generator.iter, scope if number == 0 else inner, block if number == 0 else body))
            self._target(generator.target, inner, body, (0, 0), generator)
            self.expressions(generator.ifs, inner, body)
        if isinstance(node, ast.DictComp):
            self.expressions([node.key, node.value], inner, body)
        else:
            self.stack.append((node.elt, inner, body))

    def _joined(self, node: ast.JoinedStr, scope: Scope, block: Block) -> None:
        if _FSTRING_POSITIONS:
            self.expressions(node.values, scope, block)
            return
        # Before 3.12 `ast` places what is inside an f-string wrongly, so these uses are known only to be inside it.
        outer, self.fstring = self.fstring, self.fstring or node
        floor = len(self.stack)
        self.expressions(node.values, scope, block)
        self.drain(floor)
        self.fstring = outer

    def _call(self, node: ast.Call, scope: Scope, block: Block) -> None:
        if node.args and isinstance(node.args[0], ast.Constant) and last_of(node.func) == "cast":
            walk_annotation(self, node.args[0], scope, block)
        self.stack.append((node.func, scope, block))
        self.expressions(node.args, scope, block)
        self.expressions(node.keywords, scope, block)


_HANDLERS: dict[type[ast.AST], Callable[..., None]] = {
    ast.FunctionDef: Walk._function,
    ast.AsyncFunctionDef: Walk._function,
    ast.Lambda: Walk._lambda,
    ast.ClassDef: Walk._class,
    ast.Import: Walk._import,
    ast.ImportFrom: Walk._import_from,
    ast.If: Walk._if,
    ast.Try: Walk._try,
    ast.For: Walk._for,
    ast.AsyncFor: Walk._for,
    ast.While: Walk._while,
    ast.With: Walk._with,
    ast.AsyncWith: Walk._with,
    ast.Match: Walk._match,
    ast.MatchAs: Walk._capture,
    ast.MatchStar: Walk._capture,
    ast.MatchMapping: Walk._match_mapping,
    ast.Assign: Walk._assign,
    ast.AnnAssign: Walk._annotated,
    ast.AugAssign: Walk._augmented,
    ast.Delete: Walk._delete,
    ast.Expr: Walk._expression_statement,
    ast.Name: Walk._name,
    ast.Attribute: Walk._attribute,
    ast.Subscript: subscript,
    ast.Call: Walk._call,
    ast.NamedExpr: Walk._named,
    ast.IfExp: Walk._either,
    ast.BoolOp: Walk._operation,
    ast.ListComp: Walk._comprehension,
    ast.SetComp: Walk._comprehension,
    ast.GeneratorExp: Walk._comprehension,
    ast.DictComp: Walk._comprehension,
    ast.JoinedStr: Walk._joined,
}
for _name, _handler in (("TryStar", Walk._try), ("TypeAlias", Walk._type_alias), ("TemplateStr", Walk._joined)):
    if hasattr(ast, _name):
        _HANDLERS[getattr(ast, _name)] = _handler


def _function_block(block: Block) -> Block:
    """The block of a function's body: on its own, but still under the conditions around the definition."""
    return Block(None, guarded=block.guarded, versioned=block.versioned, type_checking=block.type_checking)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    optional = [arguments.vararg, arguments.kwarg]
    return [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *(parameter for parameter in optional if parameter is not None),
    ]
