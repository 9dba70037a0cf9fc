"""What types the expressions of a file have, as far as its code and the project's other files say.

An expression has one value for each way the flow of control may have got there, and all of them must fit a class for
the expression to be an instance of it. What is direct evidence (a constructor, an annotation, ``self``) is exact; what
rests on what something else says (the annotation of a function, an attribute of another class, one member of a
union) is inferred. Where anything is unknown there is no answer: a missed alarm rather than a false one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from platform_lint.inference import narrowing
from platform_lint.inference.annotations import TYPING, Annotations, is_bare
from platform_lint.inference.bound import assigned_to, bound_to, is_vague, said_by
from platform_lint.inference.kinship import Function, Kinship, flat
from platform_lint.inference.stores import Stores
from platform_lint.inference.targets import first_parameter, last_name
from platform_lint.inference.type_values import (
    NONE,
    SELF,
    UNKNOWN,
    Alternative,
    Sureness,
    Value,
    Values,
    agree,
    exported,
    one,
    retyped,
    union,
    unsure,
    with_owner,
)
from platform_lint.scopes import Binding, QualifiedName

if TYPE_CHECKING:
    from platform_lint.context import FileContext

_MAX_DEPTH = 30
_MANAGER_MAKERS = frozenset({("contextlib", "contextmanager"), ("contextlib", "asynccontextmanager")})
_WITH_VALUE = frozenset({("contextlib", "closing"), ("contextlib", "aclosing"), ("contextlib", "nullcontext")})
_COPIES = frozenset({("copy", "copy"), ("copy", "deepcopy"), ("copy", "replace"), ("dataclasses", "replace")})
_ENTERING = frozenset({"enter_context", "enter_async_context"})
_PROPERTIES = frozenset({"property", "cached_property"})


class Receivers:
    """The types of one file's expressions. The context must be of a whole file."""

    def __init__(self, context: FileContext) -> None:
        self.context = context
        self.kinship = Kinship(context)
        self._inferred: dict[int, Values] = {}
        self._bound: dict[tuple[int, str], Values] = {}
        self._resolved: dict[QualifiedName, Values] = {}
        self.annotations = Annotations(self.kinship)
        self.stores = Stores(self)
        self._busy: set[object] = set()
        self._depth = 0

    # Questions

    def of_type(self, node: ast.expr, cls: QualifiedName) -> Sureness:
        """Whether *node* is an instance of *cls* or a subclass."""
        is_subclass = self.kinship.is_subclass

        def fits(alternative: Alternative) -> bool:
            if alternative.kind == "super":
                return any(is_subclass(base, cls) for base in self.kinship.bases(alternative.name))
            return alternative.kind == "instance" and is_subclass(alternative.name, cls)

        return agree(self.infer(node), fits)

    def of_class(self, node: ast.expr, cls: QualifiedName) -> Sureness:
        """Whether *node* is the class *cls* itself or a subclass."""

        def fits(alternative: Alternative) -> bool:
            return alternative.kind in ("class", "thing") and self.kinship.is_subclass(alternative.name, cls)

        return agree(self.infer(node), fits)

    def is_subclass(self, qualified: QualifiedName, base: QualifiedName) -> bool:
        """Whether the class *qualified* is *base* or inherits from it."""
        return self.kinship.is_subclass(qualified, base)

    def bases_of(self, node: ast.ClassDef) -> tuple[QualifiedName, ...]:
        """All classes that *node* inherits from, in about the order attributes are looked up."""
        return self.kinship.mro(self.kinship.name_of(node))[1:]

    def inherits(self, node: ast.ClassDef, base: QualifiedName) -> bool:
        """Whether the class *node* inherits from *base*. No class inherits from itself."""
        name = self.kinship.canonical(base)
        return name in self.bases_of(node)

    def is_unknown(self, node: ast.expr) -> bool:
        """Whether *node* may be of a type that nothing says."""
        return any(is_vague(self, found) for value in self.infer(node) for found in value.alternatives)

    def defines(self, qualified: QualifiedName, attribute: str) -> bool:
        """Whether the project's class *qualified* itself has *attribute*: in its body, or assigned to ``self``."""
        kind, text = self.kinship.outlined(qualified)
        if kind == "class" and attribute.encode() not in text:
            return False
        names = self.kinship.names_in(qualified)
        return names is not None and (attribute in names or attribute in self._stored_in(qualified))

    def overriding(self, node: ast.expr, cls: QualifiedName, attribute: str) -> QualifiedName | None:
        """The class of the project that *node*, an instance or a class, has *attribute* from instead of *cls*."""
        base = self.kinship.canonical(cls)
        for each in (each for value in self.infer(node) for each in value.alternatives if each.name):
            # `super()` has nothing from the class it stands in.
            for above in self.kinship.mro(each.name)[each.kind == "super" :]:
                if above == base:
                    break
                if self.defines(above, attribute):
                    return above
        return None

    def _stored_in(self, qualified: QualifiedName) -> frozenset[str]:
        """The attributes that the project's class *qualified* assigns to ``self``."""

        def stored() -> frozenset[str]:
            definition = self.kinship.class_definition(qualified)
            if definition is None:
                return frozenset()
            return frozenset(definition[0].context.receivers.stores.of_class(definition[1]))

        return self.kinship.remembered("stored", self.kinship.canonical(qualified), stored)

    @cached_property
    def attributes(self) -> Mapping[str, Sequence[ast.Attribute]]:
        """The file's attribute expressions, by the name of the attribute."""
        found: dict[str, list[ast.Attribute]] = {}
        for node in self.context.nodes(ast.Attribute):
            if isinstance(node, ast.Attribute):
                found.setdefault(node.attr, []).append(node)
        return found

    def classes(self, node: ast.expr) -> tuple[QualifiedName, ...]:
        """The classes that *node* may be an instance of, or be itself, as far as they are known."""
        found = (alternative for value in self.infer(node) for alternative in value.alternatives)
        kinds = ("instance", "super", "class", "thing")
        return tuple(dict.fromkeys(each.name for each in found if each.kind in kinds))

    # Expressions

    def infer(self, node: ast.expr) -> Values:
        """What *node* may be."""
        key = id(node)
        known = self._inferred.get(key)
        if known is not None:
            return known
        if key in self._busy or self._depth > _MAX_DEPTH:
            return UNKNOWN
        infer = _EXPRESSIONS.get(node.__class__)
        if infer is None:
            return UNKNOWN
        self._busy.add(key)
        self._depth += 1
        try:
            found = infer(self, node)
        finally:
            self._depth -= 1
            self._busy.discard(key)
        if isinstance(node, ast.Name | ast.Attribute):
            found = self._narrowed(node, found)
        self._inferred[key] = found
        return found

    def _narrowed(self, node: ast.Name | ast.Attribute, values: Values) -> Values:
        """*values*, or what a test around *node* says it is."""
        names = narrowing.classes(
            self.kinship, node, self.stores.to(node.attr) if isinstance(node, ast.Attribute) else ()
        )
        if not names:
            return values
        for value in values:
            if not value.sure or not all(
                alternative.kind == "instance" and any(self.is_subclass(alternative.name, name) for name in names)
                for alternative in value.alternatives
            ):
                return (Value(tuple(Alternative("instance", name) for name in names), False),)
        return values

    def _constant(self, node: ast.Constant) -> Values:
        if node.value is None:
            return (Value((NONE,), True),)
        return one(Alternative("instance", ("builtins", type(node.value).__name__)))

    def _name(self, node: ast.Name) -> Values:
        bindings = self.kinship.bindings(node)
        if bindings is None:
            names = self.context.names(node)
            return one(Alternative("thing", names[0])) if names else UNKNOWN
        # An annotation alone binds nothing.
        binding_ones = [binding for binding in bindings if not _is_declaration(binding)] or bindings
        return tuple(dict.fromkeys(value for binding in binding_ones for value in self.binding(binding))) or UNKNOWN

    def _attribute(self, node: ast.Attribute) -> Values:
        values = self.infer(node.value)
        found = self.each(values, lambda alternative: self._member(alternative, node.attr))
        if self.stores.self_class(node.value) is not None or all(
            alternative.kind == "thing" for value in values for alternative in value[0]
        ):
            return found
        return unsure(found)

    def _call(self, node: ast.Call) -> Values:
        function = node.func
        if isinstance(function, ast.Name | ast.Attribute):
            names = [name for value in self.infer(function) for alternative in value[0] for name in [alternative.name]]
            if len(names) == 1 and names[0]:
                special = self._special(node, names[0])
                if special is not None:
                    return special
            if isinstance(function, ast.Attribute) and len(node.args) == 1 and function.attr in _ENTERING:
                return unsure(self.entered(self.infer(node.args[0])))
            if isinstance(function, ast.Attribute):
                found = self._of_container(self.infer(function.value), function.attr)
                if found is not None:
                    return found
        return self.each(self.infer(function), self._called)

    def _special(self, node: ast.Call, name: QualifiedName) -> Values | None:
        """What a call gives that is no ordinary one."""
        first = node.args[0] if node.args else None
        if name == ("builtins", "super"):
            return self._super(node)
        if first is None or isinstance(first, ast.Starred):
            return None
        if name == ("builtins", "type") and len(node.args) == 1:
            return self.each(
                self.infer(first), lambda found: self._class_of(found) if found.kind == "instance" else UNKNOWN
            )
        if name[-1] == "cast" and name[0] in TYPING and len(node.args) == 2:
            return unsure(said_by(self, first))
        if name in _COPIES:
            return self.infer(first)
        if name in _WITH_VALUE:
            return self.each(
                self.infer(first),
                lambda found: one(Alternative("manager", found.name)) if found.kind == "instance" else UNKNOWN,
            )
        return None

    def _super(self, node: ast.Call) -> Values:
        if node.args:
            name = self.kinship.named(node.args[0])
        else:
            cls = self.context.class_of(node)
            name = self.kinship.name_of(cls) if cls is not None else None
        return one(Alternative("super", name)) if name is not None else UNKNOWN

    def _class_of(self, alternative: Alternative) -> Values:
        return one(Alternative("class", alternative.name))

    def _await(self, node: ast.Await) -> Values:
        def awaited(alternative: Alternative) -> Values:
            return one(Alternative("instance", alternative.name)) if alternative.kind == "awaitable" else UNKNOWN

        values = self.infer(node.value)
        if isinstance(node.value, ast.Call):
            called = [each for value in self.infer(node.value.func) for each in value.alternatives]
            if all(each.name and self._stated(each.name) for each in called):
                # What a pack says a call returns is meant of its result, however it is got.
                return values
        return unsure(self.each(values, awaited))

    def _named(self, node: ast.NamedExpr) -> Values:
        return self.infer(node.value)

    def _either(self, node: ast.IfExp) -> Values:
        return (*self.infer(node.body), *self.infer(node.orelse))

    def _or(self, node: ast.BoolOp) -> Values:
        if isinstance(node.op, ast.And):
            return UNKNOWN
        found: list[Value] = []
        for number, operand in enumerate(node.values):
            for value in self.infer(operand):
                kept = value.alternatives
                if number < len(node.values) - 1:
                    kept = tuple(alternative for alternative in kept if alternative.kind != "none")
                if kept:
                    found.append(Value(kept, value.sure))
        return tuple(found) or UNKNOWN

    def _subscript(self, node: ast.Subscript) -> Values:
        if isinstance(node.slice, ast.Slice):
            return self.infer(node.value)

        def item(alternative: Alternative) -> Values:
            if alternative.kind in ("items", "mapping"):
                return one(Alternative("instance", alternative.name))
            # `Table[int]` is the class still.
            return one(alternative) if alternative.kind in ("class", "thing") else UNKNOWN

        values = self.infer(node.value)
        found = self.each(values, item)
        return found if all(a.kind in ("class", "thing") for value in values for a in value[0]) else unsure(found)

    def each(self, values: Values, step: Callable[[Alternative], Values]) -> Values:
        """What *step* makes of each alternative."""
        found: list[Value] = []
        for value in values:
            if len(value.alternatives) == 1:
                after = step(value.alternatives[0])
                found += after if value.sure else unsure(after)
            else:
                known = [alternative for alternative in value.alternatives if alternative.kind != "none"]
                found.append(union(each for alternative in known for each in step(alternative)))
        return tuple(dict.fromkeys(found)) or UNKNOWN

    # Names

    def binding(self, binding: Binding) -> Values:
        """What the name that *binding* binds is from there on."""
        key = (id(binding), binding.name)
        known = self._bound.get(key)
        if known is None:
            if key in self._busy:
                return UNKNOWN
            self._busy.add(key)
            found = bound_to(self, binding)
            self._busy.discard(key)
            known = self._bound[key] = found
        return known

    def resolve(self, qualified: QualifiedName) -> Values:
        """What a qualified name stands for."""
        name = self.kinship.canonical(qualified)
        known = self._resolved.get(name)
        if known is None:
            self._resolved[name] = UNKNOWN
            known = self._resolved[name] = self.kinship.remembered("value", name, lambda: self._resolve(name))
        return known

    def _resolve(self, name: QualifiedName) -> Values:
        kind, _ = self.kinship.outlined(name)
        if kind:
            return one(Alternative("class" if kind == "class" else "function", name))
        found = self.kinship.definition(name)
        if found is None:
            return one(Alternative("thing", name))
        kinship, nodes, rest = found
        node = nodes[0]
        owner = name[: len(name) - len(rest)]
        if isinstance(node, ast.ClassDef):
            values = one(Alternative("class", owner))
        elif isinstance(node, Function):
            values = one(Alternative("function", owner))
        else:
            other = kinship.context.receivers
            binding = next(
                (binding for binding in kinship.context.index.top.bindings[owner[-1]] if binding.origin is node), None
            )
            values = other.binding(binding) if binding is not None else UNKNOWN
            values = values if other is self else exported(values)
            if any(each.kind not in ("class", "thing") for value in values for each in value.alternatives):
                values = unsure(values)
        for attribute in rest:
            values = unsure(self.each(values, lambda one, attribute=attribute: self._member(one, attribute)))  # type: ignore[misc]
        return values

    # Attributes

    def _member(self, alternative: Alternative, attribute: str) -> Values:
        kind, name, _ = alternative
        if kind == "thing":
            return self.resolve((*name, attribute))
        if kind not in ("class", "instance", "super"):
            return UNKNOWN
        if attribute == "__class__" and kind == "instance":
            return self._class_of(alternative)
        order = self.kinship.mro(name)
        found: list[Value] = []
        for cls in order[1:] if kind == "super" else order:
            values, last = self._attribute_of(cls, attribute)
            found += values
            if last:
                break
            if not values and self.kinship.api((*cls, attribute)) is not None:
                return one(Alternative("thing", (*cls, attribute), name))
        if not found and kind == "class" and len(order) == 1 and self.kinship.names_in(name) is None:
            return one(Alternative("thing", (*name, attribute), name))
        return with_owner((union(found),), name) if found else UNKNOWN

    def _attribute_of(self, cls: QualifiedName, attribute: str) -> tuple[Values, bool]:
        """What *attribute* is for the class *cls* alone, and whether that is all to be said."""

        def find() -> tuple[Values, bool]:
            kind, text = self.kinship.outlined(cls)
            if kind == "class" and attribute.encode() not in text:
                return (), False
            definition = self.kinship.class_definition(cls)
            if definition is None:
                return (), False
            other = definition[0].context.receivers
            values, last = other.attribute(definition[1], attribute)
            return values if other is self else unsure(exported(values)), last

        return self.kinship.remembered(f".{attribute}", cls, find)

    def attribute(self, node: ast.ClassDef, attribute: str) -> tuple[Values, bool]:
        """What *attribute* of instances of the class *node* of this file is, and whether that is all to be said.

        It is not where the classes it inherits from may assign it too.
        """
        stored = self.stores.of_class(node).get(attribute, [])
        statements = self.kinship.members(node).get(attribute, [])
        for statement in statements:
            if isinstance(statement, Function):
                if any(last_name(decorator) in _PROPERTIES for decorator in statement.decorator_list):
                    return unsure(self.returns(statement)), True
                return one(Alternative("function", (*self.kinship.name_of(node), attribute))), True
            if isinstance(statement, ast.ClassDef):
                return one(Alternative("class", self.kinship.name_of(statement))), True
        assignments = [*statements, *(self.context.statement(target) for target in stored)]
        for assignment in assignments:
            if isinstance(assignment, ast.AnnAssign) and not is_bare(assignment.annotation):
                return self.annotations.value(assignment.annotation), True
        values: list[Value] = []
        for statement in statements:
            values += self._given(statement, lambda target: isinstance(target, ast.Name) and target.id == attribute)
        for target in stored:
            origin = self.context.statement(target)
            values += self._given(origin, lambda other, target=target: other is target)  # type: ignore[misc]
        if values and (self.stores.elsewhere(attribute) or self.stores.below(node, attribute)):
            values += UNKNOWN
        return tuple(values), False

    def _given(self, origin: ast.AST | None, wanted: Callable[[ast.expr], bool]) -> Values:
        if isinstance(origin, ast.AnnAssign):
            return self.infer(origin.value) if origin.value is not None else ()
        if isinstance(origin, ast.With | ast.AsyncWith):
            items = [item for item in origin.items if item.optional_vars is not None and wanted(item.optional_vars)]
            return assigned_to(self, items[0], wanted) if items else UNKNOWN
        return assigned_to(self, origin, wanted) if origin is not None else UNKNOWN

    # Calls

    def _stated(self, name: QualifiedName) -> QualifiedName:
        """The class that a pack says calling *name* gives an instance of; () where none does."""
        api = self.kinship.api(name)
        return tuple(api.returns.split(".")) if api is not None and api.returns else ()

    def _called(self, alternative: Alternative) -> Values:
        kind, name, owner = alternative
        if kind in ("class", "thing", "function"):
            stated = self._stated(name)
            if stated == SELF:
                stated = owner or name[:-1]
            if stated:
                return (Value((Alternative("instance", stated),), False),)
        if kind == "function":
            return self._returned(name, owner)
        if kind == "instance":
            return self.each(self._member(alternative, "__call__"), self._called_method)
        if kind not in ("class", "thing"):
            return UNKNOWN
        if any(self.kinship.has(cls, "__new__") for cls in self.kinship.mro(name)):
            return (Value((Alternative("instance", name),), False),)
        return one(Alternative("instance", name))

    def _called_method(self, alternative: Alternative) -> Values:
        return self._returned(alternative.name, alternative.owner) if alternative.kind == "function" else UNKNOWN

    def _returned(self, name: QualifiedName, owner: QualifiedName) -> Values:
        """What calling the project's function *name*, got from the class *owner*, gives."""

        def find() -> Values:
            kind, text = self.kinship.outlined(name)
            if kind == "def" and b"->" not in text:
                return UNKNOWN
            found = self.kinship.definition(name)
            if found is None:
                return UNKNOWN
            kinship, nodes, rest = found
            if len(rest) == 1 and isinstance(nodes[0], ast.ClassDef):
                nodes = tuple(kinship.members(nodes[0]).get(rest[0], ()))
            functions = [node for node in nodes if isinstance(node, Function) and node.returns is not None]
            other = kinship.context.receivers
            values = (union(value for node in functions for value in other.returns(node)),)
            return values if other is self else exported(values)

        return with_owner(self.kinship.remembered("call", self.kinship.canonical(name), find), owner)

    def returns(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Values:
        """What calling the function *node* of this file gives, as its annotation says."""
        if node.returns is None:
            return UNKNOWN
        values = unsure(self.annotations.value(node.returns))
        if any(self.kinship.named(decorator) in _MANAGER_MAKERS for decorator in node.decorator_list):
            return tuple(retyped(value, "items", "manager") for value in values)
        if isinstance(node, ast.AsyncFunctionDef):
            return tuple(retyped(value, "instance", "awaitable") for value in values)
        return values

    def entered(self, values: Values) -> Values:
        """What ``with … as`` gives for a manager."""

        def enter(alternative: Alternative) -> Values:
            if alternative.kind == "manager":
                return one(Alternative("instance", alternative.name))
            if alternative.kind != "instance":
                return UNKNOWN
            for cls in self.kinship.mro(alternative.name):
                for method in ("__enter__", "__aenter__"):
                    stated = self._stated((*cls, method))
                    if stated == SELF:
                        return one(alternative)
                    if stated:
                        return (Value((Alternative("instance", stated),), False),)
                    if self.kinship.has(cls, method):
                        found = self._entering(cls, method)
                        return one(alternative) if found is None else with_owner(found, alternative.name)
            return one(alternative)

        return self.each(values, enter)

    def _entering(self, cls: QualifiedName, method: str) -> Values | None:
        """What the *method* of the project's class *cls* gives ``with … as``; None for the manager itself."""

        def find() -> Values | None:
            definition = self.kinship.class_definition(cls)
            node = definition[0].members(definition[1])[method][0] if definition is not None else None
            if definition is None or not isinstance(node, Function):
                return UNKNOWN
            returned = [inner.value for inner in flat(node.body) if isinstance(inner, ast.Return)]
            first = first_parameter(node.args)
            if first is not None and returned and all(isinstance(n, ast.Name) and n.id == first.arg for n in returned):
                return None
            other = definition[0].context.receivers
            values = tuple(retyped(value, "awaitable", "instance") for value in other.returns(node))
            return unsure(values if other is self else exported(values))

        return self.kinship.remembered(f"with {method}", cls, find)

    def _of_container(self, values: Values, method: str) -> Values | None:
        """What a method of an annotated list or dict gives."""
        kinds = {alternative.kind for value in values for alternative in value.alternatives}
        if not kinds <= {"items", "mapping"}:
            return None

        def give(alternative: Alternative) -> Values:
            if alternative.kind == "mapping" and method == "values":
                return (Value((Alternative("items", alternative.name),), False),)
            if method in ("pop", "popleft", "get", "setdefault") and (alternative.kind == "mapping" or method != "get"):
                return (Value((Alternative("instance", alternative.name),), False),)
            return (Value((alternative,), False),) if method == "copy" else UNKNOWN

        return self.each(values, give)


_EXPRESSIONS: dict[type[ast.AST], Callable[..., Values]] = {
    ast.Constant: Receivers._constant,
    ast.Name: Receivers._name,
    ast.Attribute: Receivers._attribute,
    ast.Call: Receivers._call,
    ast.Await: Receivers._await,
    ast.NamedExpr: Receivers._named,
    ast.IfExp: Receivers._either,
    ast.BoolOp: Receivers._or,
    ast.Subscript: Receivers._subscript,
}


def _is_declaration(binding: Binding) -> bool:
    return isinstance(binding.origin, ast.AnnAssign) and binding.origin.value is None
