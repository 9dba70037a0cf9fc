from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import MODEL

GENERIC = ("pydantic.generics.GenericModel",)


class GenericModel(Rule):
    """`GenericModel` is gone: in pydantic 2 a generic model inherits from `BaseModel` and `Generic[...]`

    Where another base is a model, nothing takes its place: a class cannot have `BaseModel` before what inherits from it.

    ```python bad
    from typing import Generic, TypeVar

    from pydantic import BaseModel
    from pydantic.generics import GenericModel

    T = TypeVar("T")


    class Base(BaseModel):
        pass


    class Page(GenericModel, Generic[T]):  # hit
        items: list[T]


    class More(Base, GenericModel, Generic[T]):  # hit
        items: list[T]
    ```
    ```python fixed
    from typing import Generic, TypeVar

    from pydantic import BaseModel

    T = TypeVar("T")


    class Base(BaseModel):
        pass


    class Page(BaseModel, Generic[T]):  # hit
        items: list[T]


    class More(Base, Generic[T]):  # hit
        items: list[T]
    ```
    ```python ok
    from typing import Generic, TypeVar

    from pydantic import BaseModel

    T = TypeVar("T")


    class Page(BaseModel, Generic[T]):
        items: list[T]
    ```
    """

    code = "MIG380"
    names = GENERIC
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-generic-models"
    since = "pydantic 2"

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        return not self._found(node)

    def visit_Name(self, node: cst.Name) -> None:
        outer = self.parent(node)
        if not (isinstance(outer, cst.Attribute) and outer.attr is node):
            self._found(node)

    def _found(self, node: cst.Name | cst.Attribute) -> bool:
        if not self.means(node, *GENERIC) or isinstance(self.parent(node), cst.ImportAlias):
            return False
        arg = self.parent(node)
        cls = self.parent(arg) if isinstance(arg, cst.Arg) else None
        if not isinstance(arg, cst.Arg) or not isinstance(cls, cst.ClassDef) or arg not in cls.bases:
            self.report(node, replace=self.spelled(MODEL))
            return True
        others = [one.value for one in cls.bases if one is not arg]
        plain = [one.value if isinstance(one, cst.Subscript) else one for one in others]
        if any(self.class_of(one, MODEL) or self.means(one, MODEL) for one in plain):
            self.report(node, replace={arg: cst.RemoveFromParent()})
        elif all(self._is_known(one) for one in plain):
            self.report(node, replace=self.spelled(MODEL))
        else:
            reason = "another base may be a model"
            self.report(node, replace=self.spelled(MODEL), safety="unsafe", reason=reason)
        return True

    def _is_known(self, node: cst.BaseExpression) -> bool:
        """Whether a base is of the standard library, or a class of this file."""
        first = self.qualified_name(node).partition(".")[0]
        if first in ("typing", "typing_extensions", "abc", "builtins", "enum"):
            return True
        local = {line.name.value for line in self.module.body if isinstance(line, cst.ClassDef)}
        return isinstance(node, cst.Name) and node.value in local
