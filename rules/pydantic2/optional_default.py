from __future__ import annotations

from platform_lint.api import Rule, cst

from ._fields import default_of, is_optional
from ._models import FIELD, assigned, is_model, spread, statements


class OptionalDefault(Rule):
    """The optional field `{field}` of `{model}` is required in pydantic 2: give it the default None

    Pydantic 1 took a field that may be None, or anything, for one that need not be given. In pydantic 2 only a default says so.
    Where the field is to be required from now on, leave it out of what is fixed: code written for pydantic 2 means it.

    ```python bad
    from typing import Any, Optional, Union

    from pydantic import BaseModel, Field


    class Order(BaseModel):
        id: int
        note: Optional[str]  # hit
        size: Union[int, None] = Field(description="in bytes")  # hit
        data: Any  # hit
    ```
    ```python fixed
    from typing import Any, Optional, Union

    from pydantic import BaseModel, Field


    class Order(BaseModel):
        id: int
        note: Optional[str] = None  # hit
        size: Union[int, None] = Field(None, description="in bytes")  # hit
        data: Any = None  # hit
    ```
    ```python ok
    from typing import ClassVar, Optional

    from pydantic import BaseModel, Field


    class Order(BaseModel):
        id: int
        note: Optional[str] = Field(...)
        size: Optional[int] = Field(None)
        kinds: ClassVar[Optional[int]]
        _own: Optional[int]

        def use(self) -> None:
            local: Optional[int]


    class Plain:
        note: Optional[str]
    ```
    """

    code = "MIG370"
    types = ("pydantic.BaseModel",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#required-optional-and-nullable-fields"
    since = "pydantic 2"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if not is_model(self, node):
            return
        for _, small in statements(node):
            name, annotation, value = assigned(small)
            if annotation is None or name.startswith("_") or not is_optional(self, annotation.annotation):
                continue
            values = {"field": name, "model": node.name.value}
            if value is None:
                new = small.with_changes(value=cst.Name("None"), equal=cst.AssignEqual())
                self.report(small, values=values, replace=new)
            elif isinstance(value, cst.Call) and self.means(value, *FIELD) and default_of(value) is None:
                if spread(value):
                    self.report(small, values=values)
                else:
                    self.report(small, values=values, replace={value: self._with_default(value)})

    def _with_default(self, call: cst.Call) -> cst.Call:
        name = cst.Name("default") if "sqlmodel" in self.qualified_name(call) else None
        if not call.args:
            return call.with_changes(args=[cst.Arg(cst.Name("None"), name)])
        first, last = call.args[0], call.args[-1]
        comma = first.comma if first is not last else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        if first is last and isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace):
            comma = cst.Comma(whitespace_after=call.whitespace_before_args)
        return call.with_changes(args=[cst.Arg(cst.Name("None"), name, _equal(name), comma=comma), *call.args])


def _equal(name: cst.Name | None) -> cst.AssignEqual | cst.MaybeSentinel:
    if name is None:
        return cst.MaybeSentinel.DEFAULT
    return cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
