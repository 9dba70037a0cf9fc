from __future__ import annotations

from platform_lint.api import Rule, cst

from ._fields import default_of, is_optional
from ._functions import decorator, free, has_decorator, parameters, uses
from ._models import FIELD, assigned, fields, keyword, named, statements, text

VALIDATOR = ("pydantic.validator", "pydantic.class_validators.validator")
PASSED_ON = ("check_fields",)
KEYWORDS = ("pre", "always", "each_item", "whole", "allow_reuse", *PASSED_ON)
Replacement = str | cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.Decorator]


class ValidatorDecorator(Rule):
    """`@validator` is `@field_validator` in pydantic 2{hint}

    `pre=True` is `mode="before"`, `always=True` is `validate_default=True` of the fields, `allow_reuse` goes, `values` is
    `info.data`, and `field.name` is `info.field_name`. A validator that asks for each item, for the configuration or for
    more of the field is left: pydantic 2 still runs the old decorator, without `field` and `config`.

    ```python bad
    from pydantic import BaseModel, validator


    class Order(BaseModel):
        size: int
        total: int = 0
        tags: list[str] = []

        @validator("size", pre=True, allow_reuse=True)  # hit
        def read(cls, v):
            return v or 1

        @validator("total", always=True)  # hit
        def add(cls, v, values, **kwargs):
            if "size" in values:
                return v + values["size"]
            return v

        @validator("tags", each_item=True)  # hit
        def short(cls, v):
            return v[:3]
    ```
    ```python fixed
    from pydantic import BaseModel, Field, ValidationInfo, field_validator, validator


    class Order(BaseModel):
        size: int
        total: int = Field(0, validate_default=True)
        tags: list[str] = []

        @field_validator("size", mode="before")  # hit
        @classmethod
        def read(cls, v):
            return v or 1

        @field_validator("total")  # hit
        @classmethod
        def add(cls, v, info: ValidationInfo):
            if "size" in info.data:
                return v + info.data["size"]
            return v

        @validator("tags", each_item=True)  # left
        def short(cls, v):
            return v[:3]
    ```
    ```python ok
    from pydantic import BaseModel, field_validator


    class Order(BaseModel):
        size: int

        @field_validator("size")
        @classmethod
        def read(cls, v):
            return v or 1
    ```
    """

    code = "MIG360"
    names = VALIDATOR
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-validators"
    since = "pydantic 2"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        found = decorator(self, node, *VALIDATOR)
        if found is None:
            return
        call = found.decorator
        if not isinstance(call, cst.Call):
            self._left(found, "it takes the names of fields")
            return
        changes: dict[cst.CSTNode, Replacement] = {}
        why = self._arguments(call) or self._beside(node, call) or self._always(node, call, changes) or self._signature(node, changes)
        if why:
            self._left(found, why)
            return
        kind = "classmethod" if parameters(node)[:1] == ["cls"] else "staticmethod"
        new: list[cst.Decorator] = [found.with_changes(decorator=self._made(call))]
        if not has_decorator(node, kind):
            new.append(cst.Decorator(cst.Name(kind)))
        changes[found] = cst.FlattenSentinel(new)
        self.report(found, values={"hint": ""}, replace=changes)

    def visit_Call(self, node: cst.Call) -> None:
        """``_check = validator("name", allow_reuse=True)(check)``."""
        inner = node.func
        if not isinstance(inner, cst.Call) or not self.means(inner, *VALIDATOR):
            return
        why = self._arguments(inner) or self._beside(node, inner)
        always = keyword(inner, "always")
        if not why and always is not None and not named(always.value, "False"):
            why = "set `validate_default=True` in the `Field(...)` of its fields"
        if not why and (len(node.args) != 1 or node.args[0].star):
            why = "it is called with one function"
        if why:
            self._left(inner, why)
            return
        count = self._count(node.args[0].value)
        if count > 1:
            self._left(inner, "let the function take `info`, and read `info.data`")
            return
        safety = "safe" if count == 1 else "unsafe"
        reason = "" if count == 1 else "nothing says which parameters the function has"
        self.report(inner, values={"hint": ""}, replace=self._made(inner), safety=safety, reason=reason)

    def _left(self, node: cst.CSTNode, why: str) -> None:
        self.report(node, values={"hint": f": {why}"})

    def _count(self, node: cst.BaseExpression) -> int:
        """How many values the function *node* takes; 0 where that is not known."""
        names: list[str] | None = None
        if isinstance(node, cst.Lambda):
            names = [param.name.value for param in node.params.params]
        elif isinstance(node, cst.Name):
            for line in self.module.body:
                if isinstance(line, cst.FunctionDef) and line.name.value == node.value:
                    names = parameters(line)
                    if line.params.star_kwarg is not None or line.params.kwonly_params:
                        names.append("**")
        if names is None:
            return 0
        return len(names[1:] if names[:1] == ["cls"] else names)

    def _arguments(self, call: cst.Call) -> str:
        """Why the arguments of the decorator have no counterpart, ``""`` where they have."""
        for arg in call.args:
            if arg.star == "**":
                return "write its keywords out"
            if arg.keyword is None:
                continue
            if arg.keyword.value not in KEYWORDS:
                return f"`{arg.keyword.value}` is no argument of it"
            if arg.keyword.value in PASSED_ON:
                continue
            if not named(arg.value, "True") and not named(arg.value, "False"):
                return f"`{arg.keyword.value}` is neither True nor False here"
            if arg.keyword.value == "each_item" and named(arg.value, "True"):
                return "annotate the items, `list[Annotated[..., AfterValidator(...)]]`"
        return ""

    def _beside(self, node: cst.CSTNode, call: cst.Call) -> str:
        """Why a validator of a field has to stay of the old kind: one that looks at each item cannot be beside a new one."""
        model = self.enclosing_class(node)
        own = {text(arg.value) for arg in call.args if arg.keyword is None}
        for _, small in statements(model) if model is not None else ():
            calls = [one.decorator for one in small.decorators] if isinstance(small, cst.FunctionDef) else []
            value = assigned(small)[2]
            calls += [value.func] if isinstance(value, cst.Call) else []
            for other in calls:
                if not isinstance(other, cst.Call) or not self.means(other, *VALIDATOR):
                    continue
                each = keyword(other, "each_item")
                names = {text(arg.value) for arg in other.args if arg.keyword is None}
                if each is not None and not named(each.value, "False") and ("*" in own | names or own & names):
                    return "a validator of each item of the same field has to be changed first"
        return ""

    def _made(self, call: cst.Call) -> cst.Call:
        """The call of ``field_validator``."""
        args = []
        for arg in call.args:
            if arg.keyword is None or arg.keyword.value in PASSED_ON:
                args.append(arg)
            elif arg.keyword.value == "pre" and named(arg.value, "True"):
                args.append(arg.with_changes(keyword=cst.Name("mode"), value=cst.SimpleString('"before"')))
        if args:
            args[-1] = args[-1].with_changes(comma=call.args[-1].comma)
        return call.with_changes(func=self.spelled("pydantic.field_validator"), args=args)

    def _always(self, node: cst.FunctionDef, call: cst.Call, changes: dict[cst.CSTNode, Replacement]) -> str:
        """Let the defaults of the fields be validated; why that cannot be done."""
        always = keyword(call, "always")
        if always is None or named(always.value, "False"):
            return ""
        model = self.enclosing_class(node)
        known = fields(model) if model is not None else {}
        for arg in call.args:
            if arg.keyword is not None:
                continue
            name = text(arg.value)
            if name is None or name not in known or arg.star:
                return "set `validate_default=True` in the `Field(...)` of its fields"
            self._validated(known[name], changes)
        return ""

    def _validated(self, field: cst.AnnAssign, changes: dict[cst.CSTNode, Replacement]) -> None:
        """Let the default of *field* be validated, if it has one."""
        value = field.value
        made = self.spelled("pydantic.Field")
        if value is None:
            if is_optional(self, field.annotation.annotation):
                changes[field] = field.with_changes(
                    value=cst.Call(made, [cst.Arg(cst.Name("None")), _validate_default()]), equal=_equal()
                )
            return
        if isinstance(value, cst.Call) and self.means(value, *FIELD):
            default = default_of(value)
            if keyword(value, "validate_default") is not None:
                return
            if default is None and not is_optional(self, field.annotation.annotation):
                return
            if isinstance(default, cst.Ellipsis):
                return
            changes[value] = _with(value, _validate_default())
            return
        if isinstance(value, cst.Ellipsis):
            return
        changes[value] = cst.Call(made, [cst.Arg(value), _validate_default()])

    def _signature(self, node: cst.FunctionDef, changes: dict[cst.CSTNode, Replacement]) -> str:
        """Let the function take what pydantic 2 passes; why that cannot be done."""
        params = node.params
        names = parameters(node)
        values = names[1:] if names[:1] == ["cls"] else names
        if isinstance(params.star_arg, cst.Param) or params.posonly_params:
            return "it takes `*args`"
        if not values:
            return "it takes no value"
        extra = [*values[1:], *(param.name.value for param in params.kwonly_params)]
        unknown = [name for name in extra if name not in ("values", "field", "config")]
        if unknown:
            return f"it takes `{unknown[0]}`"
        if params.star_kwarg is not None and uses(node, params.star_kwarg.name.value).reads:
            return f"it uses `{params.star_kwarg.name.value}`: read `info.data`"
        if not extra and params.star_kwarg is None:
            return ""
        if "config" in extra and uses(node, "config").reads:
            return "it uses `config`: read `cls.model_config`, which is a dict"
        info = free(self, node, "info", "validation_info")
        needed = False
        if "values" in extra:
            found = uses(node, "values")
            if found.bound or found.changed:
                return "it changes `values`: `info.data` is to be read only"
            for read in found.reads:
                changes[read] = cst.Attribute(cst.Name(info), cst.Name("data"))
            needed = needed or bool(found.reads)
        if "field" in extra:
            found = uses(node, "field")
            for read in found.reads:
                outer = self.parent(read)
                if not isinstance(outer, cst.Attribute) or outer.value is not read or outer.attr.value != "name":
                    return "it uses `field`: read `cls.model_fields[info.field_name]`"
                changes[outer] = cst.Attribute(cst.Name(info), cst.Name("field_name"))
            if found.bound:
                return "it changes `field`"
            needed = needed or bool(found.reads)
        if not info:
            return "it calls something else `info`"
        keep = list(params.params[: len(names) - len(values) + 1])
        if needed:
            annotation = cst.Annotation(self.spelled("pydantic.ValidationInfo"))
            keep.append(cst.Param(cst.Name(info), annotation))
        keep = [param.with_changes(comma=cst.MaybeSentinel.DEFAULT) for param in keep]
        changes[params] = params.with_changes(
            params=keep, kwonly_params=[], star_arg=cst.MaybeSentinel.DEFAULT, star_kwarg=None
        )
        return ""


def _validate_default() -> cst.Arg:
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(cst.Name("True"), cst.Name("validate_default"), equal)


def _equal() -> cst.AssignEqual:
    return cst.AssignEqual()


def _with(call: cst.Call, arg: cst.Arg) -> cst.Call:
    """*call* with another argument, laid out as the last one is."""
    if not call.args:
        return call.with_changes(args=[arg])
    *before, last = call.args
    if isinstance(last.comma, cst.Comma):
        first = before[-1].comma if before else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        return call.with_changes(args=[*before, last.with_changes(comma=first), arg.with_changes(comma=last.comma)])
    comma = before[-1].comma if before else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return call.with_changes(args=[*before, last.with_changes(comma=comma), arg])
