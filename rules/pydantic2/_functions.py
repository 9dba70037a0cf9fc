"""What a function's body does with one of its parameters."""

from __future__ import annotations

from platform_lint.api import Rule, cst

_MUTATORS = frozenset({"pop", "popitem", "update", "setdefault", "clear", "__setitem__", "__delitem__"})


class Uses(cst.CSTVisitor):
    """The places where a name is read, and whether it is bound anew, or what it holds is changed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reads: list[cst.Name] = []
        #: Something in the body binds the name itself.
        self.bound = False
        #: Something is put into what it holds, or taken out.
        self.changed = False
        self._targets: set[int] = set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        if isinstance(node.value, cst.Name) and node.value.value == self.name and node.attr.value in _MUTATORS:
            self.changed = True
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Param(self, node: cst.Param) -> bool:
        self.bound = self.bound or node.name.value == self.name
        if node.default is not None:
            node.default.visit(self)
        if node.annotation is not None:
            node.annotation.visit(self)
        return False

    def _target(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.Name):
            self.bound = self.bound or node.value == self.name
        elif isinstance(node, cst.Subscript):
            self.changed = self.changed or (isinstance(node.value, cst.Name) and node.value.value == self.name)
        elif isinstance(node, cst.Tuple | cst.List):
            for element in node.elements:
                self._target(element.value)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._target(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._target(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._target(node.target)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._target(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._target(node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._target(node.target)

    def visit_Del(self, node: cst.Del) -> None:
        self._target(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        self._target(node.name)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.bound = self.bound or node.name.value == self.name

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.bound = self.bound or node.name.value == self.name

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        named = node.asname.name if node.asname is not None else node.name
        self.bound = self.bound or (isinstance(named, cst.Name) and named.value == self.name)
        return False

    def visit_Global(self, node: cst.Global) -> None:
        self.bound = self.bound or any(item.name.value == self.name for item in node.names)

    def visit_Name(self, node: cst.Name) -> None:
        if node.value == self.name:
            self.reads.append(node)


def uses(node: cst.FunctionDef, name: str) -> Uses:
    """What the body of *node* does with *name*."""
    found = Uses(name)
    node.body.visit(found)
    return found


def free(rule: Rule, node: cst.FunctionDef, *names: str) -> str:
    """The first of *names* that nothing in the function *node* is called."""
    for name in names:
        inside = Uses(name)
        node.params.visit(inside)
        node.body.visit(inside)
        if not inside.bound and not inside.reads:
            return name
    return ""


def parameters(node: cst.FunctionDef) -> list[str]:
    """The names of the plain parameters, in order."""
    return [param.name.value for param in [*node.params.posonly_params, *node.params.params]]


def decorator(rule: Rule, node: cst.FunctionDef, *names: str) -> cst.Decorator | None:
    """The decorator of *node* that means one of *names*."""
    return next((one for one in node.decorators if rule.means(one, *names)), None)


def has_decorator(node: cst.FunctionDef, name: str) -> bool:
    """Whether *node* is decorated with the builtin *name*."""
    return any(isinstance(one.decorator, cst.Name) and one.decorator.value == name for one in node.decorators)
