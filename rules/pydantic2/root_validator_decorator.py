from __future__ import annotations

from collections.abc import Iterator

from platform_lint.api import Rule, cst

from ._functions import decorator, has_decorator, parameters, uses
from ._models import MODELS, fields, is_model, keyword, named, statements, text

VALIDATOR = ("pydantic.root_validator", "pydantic.class_validators.root_validator")
KEYWORDS = ("pre", "skip_on_failure", "allow_reuse")
Replacement = str | cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]


class RootValidatorDecorator(Rule):
    """`@root_validator` is `@model_validator` in pydantic 2{hint}

    With `pre=True` it is `mode="before"`; pydantic 2 passes what it was given, which is no dict where a model is given as it
    is, and that needs no validating. Without, it is a method of the model that was made, `mode="after"`, and reads the
    attributes. Where the body does more with `values` than read and return it, the old decorator stays, and gets the
    `skip_on_failure=True` without which pydantic 2 does not take it: it does not run any more where a field is wrong.

    ```python bad
    from pydantic import BaseModel, root_validator


    class Order(BaseModel):
        low: int
        high: int

        @root_validator(pre=True)  # hit
        def fill(cls, values):
            return {"low": 0, **values}

        @root_validator  # hit
        def check(cls, values):
            if values.get("low") > values["high"]:
                raise ValueError("wrong way round")
            return values

        @root_validator()  # hit
        def more(cls, values):
            show(values)
            return values
    ```
    ```python fixed
    from pydantic import BaseModel, model_validator, root_validator


    class Order(BaseModel):
        low: int
        high: int

        @model_validator(mode="before")  # hit
        @classmethod
        def fill(cls, values):
            if not isinstance(values, dict):
                return values
            return {"low": 0, **values}

        @model_validator(mode="after")  # hit
        def check(self):
            if self.low > self.high:
                raise ValueError("wrong way round")
            return self

        @root_validator(skip_on_failure=True)  # left
        def more(cls, values):
            show(values)
            return values
    ```
    ```python ok
    from pydantic import BaseModel, model_validator


    class Order(BaseModel):
        low: int

        @model_validator(mode="after")
        def check(self):
            return self
    ```
    """

    code = "MIG361"
    names = VALIDATOR
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-validators"
    since = "pydantic 2"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        found = decorator(self, node, *VALIDATOR)
        if found is None:
            return
        call = found.decorator if isinstance(found.decorator, cst.Call) else None
        why = self._arguments(call)
        if not why and len(parameters(node)) != 2:
            why = "it takes the class and the values"
        if why:
            self.report(found, values={"hint": f": {why}"})
        elif call is not None and _is_true(call, "pre"):
            self._before(node, found)
        else:
            self._after(node, found, call)

    def visit_Call(self, node: cst.Call) -> None:
        """``_check = root_validator(allow_reuse=True)(check)``."""
        inner = node.func
        if not isinstance(inner, cst.Call) or not self.means(inner, *VALIDATOR):
            return
        why = self._arguments(inner)
        if why:
            self.report(inner, values={"hint": f": {why}"})
        elif _is_true(inner, "pre"):
            reason = "the function may be given what is no dict"
            self.report(inner, values={"hint": ""}, replace=self._decorator("before"), safety="unsafe", reason=reason)
        else:
            hint = ": let the function take the model, with `model_validator(mode=\"after\")`"
            replace = None if keyword(inner, "skip_on_failure") is not None else {inner: _skipping(inner)}
            self.report(inner, values={"hint": hint}, replace=replace)

    def _arguments(self, call: cst.Call | None) -> str:
        for arg in call.args if call is not None else ():
            if arg.keyword is None or arg.keyword.value not in KEYWORDS:
                return "it takes only keywords"
            if not named(arg.value, "True") and not named(arg.value, "False"):
                return f"`{arg.keyword.value}` is neither True nor False here"
        return ""

    def _decorator(self, mode: str) -> cst.Call:
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        return cst.Call(
            self.spelled("pydantic.model_validator"), [cst.Arg(cst.SimpleString(f'"{mode}"'), cst.Name("mode"), equal)]
        )

    # Before

    def _before(self, node: cst.FunctionDef, found: cst.Decorator) -> None:
        new: list[cst.CSTNode] = [found.with_changes(decorator=self._decorator("before"))]
        if not has_decorator(node, "classmethod"):
            new.append(cst.Decorator(cst.Name("classmethod")))
        changes: dict[cst.CSTNode, Replacement] = {found: cst.FlattenSentinel(new)}
        cls, values = parameters(node)
        first = _first(node)
        if first is None:
            self.report(found, values={"hint": ": its body stands on one line"})
            return
        changes[first] = cst.FlattenSentinel([*self._guard(node, cls, values, first), first])
        self.report(found, values={"hint": ""}, replace=changes)

    def _guard(self, node: cst.FunctionDef, cls: str, values: str, first: cst.CSTNode) -> list[cst.BaseStatement]:
        """What leaves a model alone that is given as it is, and keeps what was passed unchanged."""
        attributes = self._may_read_attributes(node)
        test = f"isinstance({values}, {cls})" if attributes else f"not isinstance({values}, dict)"
        guard = cst.ensure_type(cst.parse_statement(f"if {test}:\n    return {values}\n"), cst.If)
        if any(line.comment is not None for line in getattr(first, "leading_lines", ())):
            # A comment stays with what it is about.
            guard = guard.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        made: list[cst.BaseStatement] = [guard]
        if uses(node, values).changed and not attributes:
            made.append(cst.ensure_type(cst.parse_statement(f"{values} = dict({values})\n"), cst.SimpleStatementLine))
        return made

    def _may_read_attributes(self, node: cst.FunctionDef) -> bool:
        """Whether models of this class may be made of objects: the words are in the file, or its bases are elsewhere."""
        model = self.enclosing_class(node)
        code = self.source_of(self.module)
        if "orm_mode" in code or "from_attributes" in code or "from_orm" in code:
            return True
        local = {line.name.value for line in self.module.body if isinstance(line, cst.ClassDef)}
        bases = self.bases(model) if model is not None else ()
        return not all(base in MODELS or base.rpartition(".")[2] in local or _is_plain(base) for base in bases)

    # After

    def _after(self, node: cst.FunctionDef, found: cst.Decorator, call: cst.Call | None) -> None:
        changes: dict[cst.CSTNode, Replacement] = {}
        why, doubt = self._rewritten(node, changes)
        if not why:
            changes[found] = found.with_changes(decorator=self._decorator("after"))
            changes.update((one, cst.RemoveFromParent()) for one in node.decorators if _is_classmethod(one))
            safety = "unsafe" if doubt else "safe"
            self.report(found, values={"hint": ""}, replace=changes, safety=safety, reason=doubt)
            return
        values = {"hint": f": {why}"}
        if call is not None and keyword(call, "skip_on_failure") is not None:
            self.report(found, values=values)
        else:
            self.report(found, values=values, replace={found: found.with_changes(decorator=_skipping(call or found.decorator))})

    def _rewritten(self, node: cst.FunctionDef, changes: dict[cst.CSTNode, Replacement]) -> tuple[str, str]:
        """Turn ``values["x"]`` into ``self.x``; why that cannot be done, and what speaks against it."""
        other = "make it a method with `mode=\"after\"`"
        model = self.enclosing_class(node)
        if model is None or not is_model(self, model):
            return f"nothing says that its class is a model: {other}", ""
        cls, values = parameters(node)
        found = uses(node, values)
        if found.bound or uses(node, "self").reads or node.params.star_kwarg or node.params.kwonly_params:
            return f"it changes `{values}`: {other}", ""
        known = self._fields(model)
        doubt = ""
        for read in found.reads:
            outer = self.parent(read)
            if isinstance(outer, cst.Return):
                changes[read] = cst.Name("self")
                continue
            name, place, stored = self._item(read)
            if not name or place is None:
                return f"it does more with `{values}` than read and return it: {other}", ""
            if name not in known:
                return f"`{name}` is no field of this class: {other}", ""
            if stored:
                if self._is_guarded():
                    return f"it changes `{values}` where fields are frozen or validated: {other}", ""
                doubt = "what it assigns counts as set from then on"
            changes[place] = cst.Attribute(cst.Name("self"), cst.Name(name))
        if not found.reads or not _returns(node, values):
            return f"it returns something else than `{values}`: {other}", ""
        for read in uses(node, cls).reads:
            changes[read] = cst.Attribute(cst.Name("self"), cst.Name("__class__"))
        changes[node.params] = cst.Parameters([cst.Param(cst.Name("self"))])
        if node.returns is not None:
            changes[node.returns.annotation] = f'"{model.name.value}"'
        return "", doubt

    def _item(self, read: cst.Name) -> tuple[str, cst.CSTNode | None, bool]:
        """The key that is asked of ``values``, the expression that asks for it, and whether it is assigned."""
        outer = self.parent(read)
        if isinstance(outer, cst.Subscript) and outer.value is read and len(outer.slice) == 1:
            index = outer.slice[0].slice
            name = text(index.value) if isinstance(index, cst.Index) else None
            above = self.parent(outer)
            if isinstance(above, cst.AugAssign | cst.Del | cst.AnnAssign | cst.StarredElement):
                return "", None, False
            if isinstance(above, cst.Element) and any(isinstance(one, cst.AssignTarget) for one in self.ancestors(above)):
                return "", None, False
            return name or "", outer, isinstance(above, cst.AssignTarget)
        if isinstance(outer, cst.Attribute) and outer.value is read and outer.attr.value == "get":
            call = self.parent(outer)
            if isinstance(call, cst.Call) and call.func is outer and 1 <= len(call.args) <= 2:
                if all(arg.keyword is None and not arg.star for arg in call.args):
                    if not any(isinstance(one, cst.Call) for arg in call.args for one in _inside(arg)):
                        return text(call.args[0].value) or "", call, False
        return "", None, False

    def _fields(self, model: cst.ClassDef) -> set[str]:
        """The fields of *model*, and of its bases in this file."""
        local = {line.name.value: line for line in self.module.body if isinstance(line, cst.ClassDef)}
        found: set[str] = set()
        pending, seen = [model], {model.name.value}
        while pending:
            one = pending.pop()
            found |= set(fields(one))
            for arg in one.bases:
                base = local.get(self.source_of(arg.value))
                if base is not None and base.name.value not in seen:
                    seen.add(base.name.value)
                    pending.append(base)
        return found

    def _is_guarded(self) -> bool:
        """Whether something in this file may keep attributes from being assigned, or validate what is."""
        code = self.source_of(self.module)
        return any(word in code for word in ("validate_assignment", "frozen", "allow_mutation"))


class _Return(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[cst.Return] = []

    def visit_Return(self, node: cst.Return) -> None:
        self.found.append(node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False


def _returns(node: cst.FunctionDef, values: str) -> bool:
    """Whether all that the function returns is *values*."""
    visitor = _Return()
    node.body.visit(visitor)
    return bool(visitor.found) and all(
        isinstance(one.value, cst.Name) and one.value.value == values for one in visitor.found
    )


class _All(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.found.append(node)
        return True


def _inside(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    visitor = _All()
    node.visit(visitor)
    yield from visitor.found


def _first(node: cst.FunctionDef) -> cst.CSTNode | None:
    """The first line of the body that is no docstring."""
    if not isinstance(node.body, cst.IndentedBlock):
        return None
    for line, small in statements(node):
        if not (isinstance(small, cst.Expr) and text(small.value) is not None):
            return line
    return None


def _is_true(call: cst.Call, name: str) -> bool:
    arg = keyword(call, name)
    return arg is not None and named(arg.value, "True")


def _is_plain(base: str) -> bool:
    """Whether a base has nothing to do with configuration."""
    return base.partition(".")[0] in ("abc", "builtins", "enum", "typing", "pydantic")


def _is_classmethod(node: cst.Decorator) -> bool:
    return isinstance(node.decorator, cst.Name) and node.decorator.value == "classmethod"


def _skipping(node: cst.BaseExpression) -> cst.Call:
    """The old decorator with the argument that pydantic 2 wants."""
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    arg = cst.Arg(cst.Name("True"), cst.Name("skip_on_failure"), equal)
    if not isinstance(node, cst.Call):
        return cst.Call(node, [arg])
    kept = [one for one in node.args if one.keyword is None or one.keyword.value != "pre"]
    return node.with_changes(args=[arg, *kept])
