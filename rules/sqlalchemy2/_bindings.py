"""What a variable holds, as far as all that is assigned to it says."""

from __future__ import annotations

from collections.abc import Sequence

from platform_lint.api import Rule, cst

_LISTS = ("builtins.list", "builtins.sorted")
_ANNOTATED = ("builtins.list", "typing.List")
_ANY = (
    "builtins.tuple",
    "typing.Tuple",
    "typing.Sequence",
    "typing.Iterable",
    "typing.Collection",
    "collections.abc.Sequence",
    "collections.abc.Iterable",
    "collections.abc.Collection",
)
_TEXTS = ("builtins.str", "textwrap.dedent", "inspect.cleandoc")
#: Methods of texts that give a text.
_TEXT_METHODS = ("format", "format_map", "join", "strip", "lstrip", "rstrip", "replace", "lower", "upper", "expandtabs")


def values_of(rule: Rule, name: cst.Name) -> list[cst.BaseExpression] | None:
    """All that is assigned to a variable, where it is used as *name*; None where something else may bind it."""
    found = _found(rule, name)
    return None if found is None else found.values


def _found(rule: Rule, name: cst.Name) -> _Found | None:
    inner: cst.CSTNode = name
    for outer in rule.ancestors(name):
        if isinstance(outer, cst.Lambda | cst.BaseComp) and _binds(outer, name.value):
            return None
        if isinstance(outer, cst.ClassDef) and outer.body is inner:
            return None  # What its body binds is seen there, and not from its methods.
        if isinstance(outer, cst.Module) or (isinstance(outer, cst.FunctionDef) and outer.body is inner):
            found = _bound_in(rule, outer, name.value)
            if found.opaque or found.values:
                return None if found.opaque else found
        inner = outer
    return None


def _bound_in(rule: Rule, scope: cst.Module | cst.FunctionDef, name: str) -> _Found:
    """What binds *name* in *scope*; a rule is made anew for each file, and goes through each scope once for a name."""
    known: dict[tuple[int, str], _Found] = rule.__dict__.setdefault("_bound", {})
    found = known.get((id(scope), name))
    if found is None:
        found = known[id(scope), name] = _Found(name)
        if isinstance(scope, cst.FunctionDef):
            scope.params.visit(found)
            scope.body.visit(found)
        else:
            scope.visit(found)
    return found


def parameter(rule: Rule, name: cst.Name) -> cst.Param | None:
    """The parameter that *name* is, where nothing else binds it."""
    function = rule.enclosing_function(name)
    if function is None:
        return None
    params = function.params
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.name.value == name.value:
            found = _Found(name.value)
            function.body.visit(found)
            return None if found.opaque or found.values else param
    return None


def listed(rule: Rule, node: cst.BaseExpression, *, tuples: bool = True, depth: int = 3) -> str:
    """How sure it is that *node* is a list, or one of *tuples* and generators: "", inferred, exact."""

    def sure(*parts: cst.BaseExpression) -> list[str]:
        return [listed(rule, part, tuples=tuples, depth=depth - 1) for part in parts]

    if isinstance(node, cst.List | cst.ListComp):
        return "exact"
    if isinstance(node, cst.Tuple | cst.GeneratorExp):
        return "exact" if tuples else ""
    if isinstance(node, cst.Call):
        if rule.means(node.func, *_LISTS) or (tuples and rule.means(node.func, "builtins.tuple")):
            return "exact"
        func = node.func
        if isinstance(func, cst.Attribute) and func.attr.value in ("values", "keys") and not node.args:
            of = func.value
            if isinstance(of, cst.Attribute) and of.attr.value in ("c", "columns"):
                return "exact"
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return _strongest(sure(node.left, node.right))
    if isinstance(node, cst.IfExp):
        return _weakest(sure(node.body, node.orelse))
    if isinstance(node, cst.BooleanOperation):
        return _weakest(sure(node.left, node.right))
    if isinstance(node, cst.Name) and depth:
        values = values_of(rule, node)
        if values:
            return _weakest(sure(*values))
        param = parameter(rule, node)
        if param is not None and param.annotation is not None:
            said = param.annotation.annotation
            said = said.value if isinstance(said, cst.Subscript) else said
            if rule.means(said, *_ANNOTATED) or (tuples and rule.means(said, *_ANY)):
                return "exact"
    return _strongest([rule.type_of(node, name) for name in (*_LISTS[:1], *(["builtins.tuple"] if tuples else []))])


def texts(rule: Rule, node: cst.BaseExpression, depth: int = 3) -> list[str] | None:
    """What is known of the text that *node* surely is, one for each way it may be made; None where it may be no text.

    A text of which nothing is known is `""`; what is formatted into one stands as `{}`.
    """
    if isinstance(node, cst.SimpleString):
        value = node.evaluated_value
        return [value] if isinstance(value, str) else None
    if isinstance(node, cst.FormattedString):
        return ["".join(part.value if isinstance(part, cst.FormattedStringText) else "{}" for part in node.parts)]
    if isinstance(node, cst.ConcatenatedString):
        left, right = texts(rule, node.left, depth), texts(rule, node.right, depth)
        return None if left is None or right is None else [left[0] + right[0]]
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        return texts(rule, node.left, depth)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        left, right = texts(rule, node.left, depth), texts(rule, node.right, depth)
        if left is None and right is None:
            return None
        return [(one or "{}") + (other or "{}") for one in left or [""] for other in right or [""]]
    if isinstance(node, cst.IfExp):
        sides = [texts(rule, each, depth) for each in (node.body, node.orelse)]
        return None if None in sides else [text for side in sides for text in side or ()]
    if isinstance(node, cst.Call):
        func = node.func
        if rule.means(func, *_TEXTS):
            made = texts(rule, node.args[0].value, depth) if node.args and not rule.means(func, "builtins.str") else None
            return made or [""]
        if isinstance(func, cst.Attribute) and func.attr.value in _TEXT_METHODS:
            made = texts(rule, func.value, depth)
            return [""] if made is not None and func.attr.value == "join" else made
    if isinstance(node, cst.Name) and depth:
        found = _found(rule, node)
        if found is not None:
            made = [texts(rule, value, depth - 1) for value in found.values]
            if None in made or len(made) > _MANY:
                return None
            added = ["".join(texts(rule, value, depth - 1) or ["{}"]) for value in found.added]
            return [text and "".join([text, *added]) for each in made for text in each or ()]
    return [""] if rule.is_a(node, "builtins.str") else None


#: More ways to make a text than that are not gone through.
_MANY = 8
_SURENESS = ("", "inferred", "exact")


def _weakest(found: Sequence[str]) -> str:
    return min(found, key=_SURENESS.index)


def _strongest(found: Sequence[str]) -> str:
    return max(found, key=_SURENESS.index)


def _binds(node: cst.Lambda | cst.BaseComp, name: str) -> bool:
    found = _Found(name)
    if isinstance(node, cst.Lambda):
        node.params.visit(found)
    else:
        inner: cst.CompFor | None = node.for_in
        while inner is not None:
            found.take(inner.target)
            inner = inner.inner_for_in
    return found.opaque


class _Found(cst.CSTVisitor):
    """What binds a name in one scope: the *values* that are assigned, or something *opaque*."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.values: list[cst.BaseExpression] = []
        #: What is added to it by `+=`.
        self.added: list[cst.BaseExpression] = []
        self.opaque = False

    def take(self, target: cst.BaseExpression | None, value: cst.BaseExpression | None = None) -> None:
        """Something is bound to *target*."""
        if isinstance(target, cst.Name):
            if target.value == self.name and value is not None:
                self.values.append(value)
            elif target.value == self.name:
                self.opaque = True
        elif isinstance(target, cst.Tuple | cst.List):
            for element in target.elements:
                self.take(element.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self.take(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self.take(node.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        # `+=` and `%=` leave a list a list, and a text a text.
        if not isinstance(node.operator, cst.AddAssign | cst.ModuloAssign):
            self.take(node.target)
        elif isinstance(node.target, cst.Name) and node.target.value == self.name:
            self.added.append(node.value)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self.take(node.target, node.value)

    def visit_For(self, node: cst.For) -> None:
        self.take(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        self.take(node.name)

    def visit_Del(self, node: cst.Del) -> None:
        self.take(node.target)

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        first: cst.BaseExpression = node.name
        while isinstance(first, cst.Attribute):
            first = first.value
        if node.asname is None:
            self.take(first)

    def visit_NameItem(self, node: cst.NameItem) -> None:
        self.take(node.name)  # `global`, `nonlocal`: also of a function inside.

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        self.take(node.name)

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        self.take(node.name)

    def visit_Param(self, node: cst.Param) -> None:
        self.take(node.name)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.take(node.name)
        shared = _Shared(self.name)
        node.body.visit(shared)
        self.opaque = self.opaque or shared.found
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self.take(node.name)
        shared = _Shared(self.name)
        node.body.visit(shared)
        self.opaque = self.opaque or shared.found
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False


class _Shared(cst.CSTVisitor):
    """Whether a function inside says `global` or `nonlocal` of a name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found = False

    def visit_NameItem(self, node: cst.NameItem) -> None:
        self.found = self.found or node.name.value == self.name
