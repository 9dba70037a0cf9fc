from __future__ import annotations

from platform_lint.api import Rule, cst

from ._fields import ANNOTATED, default_of, is_optional
from ._models import FIELD, assigned, is_model, named, statements

_OTHER = ("typing.ClassVar", "typing_extensions.ClassVar", "typing.Final", "typing.Literal")


class ImplicitOptionalField(Rule):
    """`{field}` of `{model}` is None by default, and pydantic 2 takes no None for it: write `Optional[...]`

    Pydantic 1 let a field be None whose default is None. Pydantic 2 does what the annotation says: the default is not
    validated, and a None that is given is an error.

    ```python bad
    from pydantic import BaseModel, Field


    class Order(BaseModel):
        note: str = None  # hit
        size: int = Field(None, gt=1)  # hit
    ```
    ```python fixed
    from typing import Optional

    from pydantic import BaseModel, Field


    class Order(BaseModel):
        note: Optional[str] = None  # hit
        size: Optional[int] = Field(None, gt=1)  # hit
    ```
    ```python ok
    from typing import Any, ClassVar, Optional

    from pydantic import BaseModel


    class Order(BaseModel):
        note: Optional[str] = None
        data: Any = None
        kind: ClassVar[str] = None
        size: "int | None" = None
    ```
    """

    code = "MIG371"
    types = ("pydantic.BaseModel",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#required-optional-and-nullable-fields"
    since = "pydantic 2"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if not is_model(self, node):
            return
        for _, small in statements(node):
            name, annotation, value = assigned(small)
            if annotation is None or value is None or name.startswith("_") or name == "model_config":
                continue
            default = default_of(value) if isinstance(value, cst.Call) and self.means(value, *FIELD) else value
            if default is None or not named(default, "None"):
                continue
            place = annotation.annotation
            if is_optional(self, place) or named(place, "None"):
                continue
            if isinstance(place, cst.Subscript) and self.means(place.value, *_OTHER):
                continue
            if isinstance(place, cst.Name | cst.Attribute) and self.means(place, *_OTHER):
                continue
            if isinstance(place, cst.Subscript) and self.means(place.value, *ANNOTATED):
                index = place.slice[0].slice
                if not isinstance(index, cst.Index):
                    continue
                place = index.value
            made = cst.Subscript(self.spelled("typing.Optional"), [cst.SubscriptElement(cst.Index(place))])
            self.report(small, values={"field": name, "model": node.name.value}, replace={place: made})
