"""What annotations say a value is: classes, unions, type forms, in strings too."""

from __future__ import annotations

import ast

from platform_lint.inference.kinship import Kinship, is_unnamed, targets_of
from platform_lint.inference.type_values import NONE, SELF, UNKNOWN, Alternative, Kind, Value, Values
from platform_lint.scopes import Binding, QualifiedName

#: Where type forms come from.
TYPING = frozenset({"typing", "typing_extensions", "collections", "builtins", "contextlib", "dataclasses", "asyncio"})

#: Type forms that mean what is in them, first.
_WRAPPERS = frozenset({"Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar", "Annotated"})
_ITERABLES = frozenset(
    {"list", "List", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple", "deque", "Deque", "Iterable", "Iterator"}
    | {"Generator", "Sequence", "MutableSequence", "Collection", "AbstractSet", "MutableSet", "AsyncIterable"}
    | {"AsyncIterator", "AsyncGenerator", "Reversible"}
)
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"})
_AWAITABLES = frozenset({"Awaitable", "Coroutine", "Future", "Task"})
_MANAGERS = frozenset(
    {"ContextManager", "AsyncContextManager", "AbstractContextManager", "AbstractAsyncContextManager"}
)
_UNIONS = frozenset({"Optional", "Union"})
_TYPES = frozenset({"type", "Type"})
#: The nodes that may give a type a name; those of type statements and parameters came with Python 3.12.
_ALIASES = frozenset({"Assign", "AnnAssign", "TypeAlias", "TypeVar"})
_MAX_DEPTH = 20


class Annotations:
    """What the annotations of one file say."""

    def __init__(self, kinship: Kinship) -> None:
        self.kinship = kinship
        self._said: dict[int, Values] = {}
        self._depth = 0

    def value(self, node: ast.expr) -> Values:
        """What *node*, an annotation, says: one value."""
        known = self._said.get(id(node))
        if known is None:
            self._said[id(node)] = UNKNOWN
            alternatives = tuple(dict.fromkeys(self._read(node, node)))
            known = self._said[id(node)] = (Value(alternatives, True),) if alternatives else UNKNOWN
        return known

    def _read(self, node: ast.expr, real: ast.expr) -> tuple[Alternative, ...]:
        """The alternatives *node* names; *real* is the annotation that it is part of, be it in a string."""
        if self._depth > _MAX_DEPTH:
            return UNKNOWN[0].alternatives
        self._depth += 1
        try:
            if isinstance(node, ast.Constant):
                if node.value is None:
                    return (NONE,)
                return self._string(node.value, real) if isinstance(node.value, str) else UNKNOWN[0].alternatives
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
                return (*self._read(node.left, real), *self._read(node.right, real))
            if isinstance(node, ast.Subscript):
                return self._form(node, real)
            if isinstance(node, ast.Name | ast.Attribute):
                return self._plain(node)
            return UNKNOWN[0].alternatives
        finally:
            self._depth -= 1

    def _string(self, text: str, real: ast.expr) -> tuple[Alternative, ...]:
        statement = self.kinship.context.statement(real)
        around = self.kinship.around(statement) if statement is not None else None
        if around is None:
            return UNKNOWN[0].alternatives
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return UNKNOWN[0].alternatives
        self.kinship.adopt(tree, *around, (real.lineno, real.col_offset))
        return self._read(tree, real)

    def _form(self, node: ast.Subscript, real: ast.expr) -> tuple[Alternative, ...]:
        name = self.kinship.named(node.value)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name is None or not inner:
            return UNKNOWN[0].alternatives
        form = name[-1] if name[0] in TYPING else ""
        if form in _WRAPPERS:
            return self._read(inner[0], real)
        if form in _UNIONS:
            optional = (NONE,) if form == "Optional" else ()
            return (*(each for item in inner for each in self._read(item, real)), *optional)
        if form in _TYPES:
            return _turned(self._read(inner[0], real), "class")
        if form in _AWAITABLES:
            return _turned(self._read(inner[-1], real), "awaitable")
        if form in _MAPPINGS and len(inner) == 2:
            return _turned(self._read(inner[1], real), "mapping")
        if form in ("tuple", "Tuple") and not (
            len(inner) == 2 and isinstance(inner[1], ast.Constant) and inner[1].value is Ellipsis
        ):
            return UNKNOWN[0].alternatives
        if form in _ITERABLES:
            return _turned(self._read(inner[0], real), "items")
        if form in _MANAGERS:
            return _turned(self._read(inner[0], real), "manager")
        if name[0] in ("typing", "typing_extensions"):
            return UNKNOWN[0].alternatives
        return self._plain(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else UNKNOWN[0].alternatives

    def _plain(self, node: ast.Name | ast.Attribute) -> tuple[Alternative, ...]:
        if isinstance(node, ast.Name):
            bindings = self.kinship.bindings(node)
            if bindings and len(bindings) == 1 and bindings[0].origin.__class__.__name__ in _ALIASES:
                return self._alias(bindings[0])
        name = self.kinship.named(node)
        if name is None:
            return UNKNOWN[0].alternatives
        if name[0] in ("typing", "typing_extensions"):
            return (Alternative("instance", (), SELF),) if name[-1] == "Self" else UNKNOWN[0].alternatives
        if name == ("builtins", "object"):
            return UNKNOWN[0].alternatives
        meant = self.kinship.remembered("type", self.kinship.canonical(name), lambda: self._elsewhere(name))
        return (Alternative("instance", name),) if meant is None else meant

    def _elsewhere(self, name: QualifiedName) -> tuple[Alternative, ...] | None:
        """What *name* says where it is an alias of a type, in this file or in another; None for a class."""
        if self.kinship.outlined(name)[0] == "class":
            return None
        found = self.kinship.definition(name)
        if found is None or found[2] or isinstance(found[1][0], ast.ClassDef):
            return None
        kinship, nodes, _ = found
        bound = kinship.context.index.top.bindings.get(self.kinship.canonical(name)[-1], ())
        binding = next((binding for binding in bound if binding.origin is nodes[0]), None)
        if binding is None:
            return UNKNOWN[0].alternatives
        alternatives = kinship.context.receivers.annotations._alias(binding)
        return tuple(
            Alternative("unknown") if is_unnamed(each.name) and kinship is not self.kinship else each
            for each in alternatives
        )

    def _alias(self, binding: Binding) -> tuple[Alternative, ...]:
        """What a name says that is bound to a type: ``Rows = list[Row]``, ``T = TypeVar("T", bound=Row)``."""
        origin = binding.origin
        if isinstance(origin, ast.Assign | ast.AnnAssign) and origin.value is not None:
            value = origin.value
            if len(targets_of(origin)) != 1:
                return UNKNOWN[0].alternatives
            if isinstance(value, ast.Call):
                bound = self._bound(value)
                return self.value(bound)[0].alternatives if bound is not None else UNKNOWN[0].alternatives
            return self.value(value)[0].alternatives
        meant = getattr(origin, "value", None)
        if origin.__class__.__name__ == "TypeAlias" and isinstance(meant, ast.expr):
            return self.value(meant)[0].alternatives
        bound = getattr(origin, "bound", None)
        if origin.__class__.__name__ == "TypeVar" and isinstance(bound, ast.expr) and not isinstance(bound, ast.Tuple):
            return self.value(bound)[0].alternatives
        return UNKNOWN[0].alternatives

    def _bound(self, call: ast.Call) -> ast.expr | None:
        """The class that a type variable or new type is bound to."""
        name = self.kinship.named(call.func)
        if name is None or name[0] not in ("typing", "typing_extensions"):
            return None
        if name[-1] == "NewType" and len(call.args) == 2:
            return call.args[1]
        return next((keyword.value for keyword in call.keywords if keyword.arg == "bound"), None)


def is_bare(annotation: ast.expr) -> bool:
    """Whether *annotation* is a type form that leaves the type to the value: ``x: Final = Client()``."""
    last = annotation.attr if isinstance(annotation, ast.Attribute) else getattr(annotation, "id", "")
    return last in ("Final", "ClassVar")


def _turned(alternatives: tuple[Alternative, ...], kind: Kind) -> tuple[Alternative, ...]:
    """What a form around *alternatives* says: only instances can be awaited, iterated over or named."""
    return tuple(
        alternative._replace(kind=kind) if alternative.kind == "instance" else Alternative("unknown")
        for alternative in alternatives
    )
