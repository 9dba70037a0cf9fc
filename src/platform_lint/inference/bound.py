"""What a name is that a statement binds: what it is assigned, what it is annotated with, what is caught."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING

from platform_lint.inference.kinship import Function
from platform_lint.inference.targets import default_of, last_name, unpacked
from platform_lint.inference.type_values import (
    NONE,
    SELF,
    UNKNOWN,
    Alternative,
    Kind,
    Value,
    Values,
    item_of,
    one,
    unsure,
    with_owner,
)
from platform_lint.scopes import Binding

if TYPE_CHECKING:
    from platform_lint.inference.receivers import Receivers

_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


def bound_to(receivers: Receivers, binding: Binding) -> Values:
    """What the name that *binding* binds is: what it is given, or what it is annotated with where that is vague."""
    found = _bound(receivers, binding)
    if any(is_vague(receivers, alternative) for value in found for alternative in value.alternatives):
        return _declared(receivers, binding) or found
    return found


def _declared(receivers: Receivers, binding: Binding) -> Values | None:
    """What the name is annotated with where it is bound otherwise: ``x: Client`` above ``x = make()``."""
    for other in binding.scope.bindings.get(binding.name, ()):
        if isinstance(other.origin, ast.AnnAssign):
            return said_by(receivers, other.origin.annotation)
    return None


def _bound(receivers: Receivers, binding: Binding) -> Values:
    origin = binding.origin
    if binding.kind in ("import", "from", "star"):
        block = binding.block
        if binding.target is None or block.guarded or block.versioned:
            return UNKNOWN
        return receivers.resolve(binding.target)
    if isinstance(origin, ast.ClassDef):
        return one(Alternative("class", receivers.kinship.name_of(origin)))
    if isinstance(origin, Function):
        return one(Alternative("function", receivers.kinship.name_of(origin)))
    if isinstance(origin, ast.arg):
        return _parameter(receivers, origin)
    if isinstance(origin, ast.AnnAssign):
        return _annotated(receivers, origin)
    if isinstance(origin, ast.NamedExpr):
        return receivers.infer(origin.value)
    if isinstance(origin, ast.ExceptHandler):
        return _caught(receivers, origin.type)
    if isinstance(origin, ast.MatchAs):
        return _matched(receivers, origin)
    if origin is None:
        return UNKNOWN
    return assigned_to(receivers, origin, lambda target: isinstance(target, ast.Name) and target.id == binding.name)


def assigned_to(receivers: Receivers, origin: ast.AST, wanted: Callable[[ast.expr], bool]) -> Values:
    """What a statement, or an item of one, gives the target that is *wanted*."""
    if isinstance(origin, ast.Assign):
        # Of several targets of a name the last one counts.
        for target in reversed(origin.targets):
            parts = unpacked(target, origin.value, wanted)
            if parts is None:
                return UNKNOWN
            if parts:
                return receivers.infer(parts[-1])
    elif isinstance(origin, ast.withitem) and origin.optional_vars is not None and wanted(origin.optional_vars):
        return receivers.entered(receivers.infer(origin.context_expr))
    elif isinstance(origin, ast.For | ast.AsyncFor | ast.comprehension) and wanted(origin.target):
        return unsure(receivers.each(receivers.infer(origin.iter), item_of))
    return UNKNOWN


def is_vague(receivers: Receivers, alternative: Alternative) -> bool:
    """Whether it may be anything: what a call gives of something that is no class as far as anybody knows."""
    if alternative.kind != "instance":
        return alternative.kind == "unknown"
    name = alternative.name
    if name[0] == "builtins":
        return not isinstance(getattr(builtins, name[-1], None), type)
    return not name[-1][:1].isupper() and receivers.kinship.names_in(name) is None


def said_by(receivers: Receivers, annotation: ast.expr) -> Values:
    """What *annotation*, which stands in this file, says."""
    values = receivers.annotations.value(annotation)
    if any(alternative.owner == SELF for alternative in values[0].alternatives):
        cls = receivers.context.class_of(annotation)
        return with_owner(values, receivers.kinship.name_of(cls) if cls is not None else ())
    return values


def _annotated(receivers: Receivers, node: ast.AnnAssign) -> Values:
    said = said_by(receivers, node.annotation)
    if node.value is None:
        return said
    given = receivers.infer(node.value)
    surely = all(value.sure and value.alternatives[0] != NONE for value in given)
    vague = any(is_vague(receivers, alternative) for value in given for alternative in value.alternatives)
    return given if (surely and not vague) or said == UNKNOWN else said


def _parameter(receivers: Receivers, node: ast.arg) -> Values:
    arguments = receivers.context.parent(node)
    function = receivers.context.parent(arguments) if arguments is not None else None
    if not isinstance(arguments, ast.arguments) or node in (arguments.vararg, arguments.kwarg):
        return UNKNOWN
    if node.annotation is not None:
        said = said_by(receivers, node.annotation)
        default = default_of(arguments, node)
        if isinstance(default, ast.Constant) and default.value is None:
            return (Value((*said[0].alternatives, NONE), False),)
        return said
    if not isinstance(function, Function) or node is not next(iter((*arguments.posonlyargs, *arguments.args)), None):
        return UNKNOWN
    cls = receivers.context.parent(function)
    while isinstance(cls, ast.If | ast.Try | ast.With):
        cls = receivers.context.parent(cls)
    if not isinstance(cls, ast.ClassDef):
        return UNKNOWN
    decorators = {last_name(decorator) for decorator in function.decorator_list}
    if "staticmethod" in decorators:
        return UNKNOWN
    kind: Kind = "class" if "classmethod" in decorators or function.name in _CLASS_METHODS else "instance"
    return one(Alternative(kind, receivers.kinship.name_of(cls)))


def _caught(receivers: Receivers, node: ast.expr | None) -> Values:
    names = [receivers.kinship.named(item) for item in (node.elts if isinstance(node, ast.Tuple) else [node]) if item]
    return (Value(tuple(Alternative("instance", name) if name else Alternative("unknown") for name in names), True),)


def _matched(receivers: Receivers, node: ast.MatchAs) -> Values:
    if isinstance(node.pattern, ast.MatchClass):
        name = receivers.kinship.named(node.pattern.cls)
        if name is not None:
            return (Value((Alternative("instance", name),), False),)
    return UNKNOWN
