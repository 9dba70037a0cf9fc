from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import assigned, is_model, statements

PRIVATE = ("pydantic.PrivateAttr", "pydantic.fields.PrivateAttr")


class UnderscoredClassAttribute(Rule):
    """`{name}` of `{model}` belongs to each instance in pydantic 2: write `ClassVar` for what is read from the class

    Pydantic 1 left what begins with an underscore alone, so that it was an attribute of the class like any other. Pydantic 2
    makes a private attribute of it, which every instance has for itself and the class has not: `Order._names` raises
    AttributeError. It is told where this file reads the attribute from the class.

    ```python bad
    from pydantic import BaseModel


    class Order(BaseModel):
        id: int
        _names = {1: "one"}  # hit
        _most: int = 3  # hit
        _own = {}

        @classmethod
        def named(cls, id):
            return cls._names[id]

        def least(self):
            return self._own


    print(Order._most)
    ```
    ```python fixed
    from typing import ClassVar

    from pydantic import BaseModel


    class Order(BaseModel):
        id: int
        _names: ClassVar = {1: "one"}  # hit
        _most: ClassVar[int] = 3  # hit
        _own = {}

        @classmethod
        def named(cls, id):
            return cls._names[id]

        def least(self):
            return self._own


    print(Order._most)
    ```
    ```python ok
    from typing import ClassVar

    from pydantic import BaseModel, PrivateAttr


    class Order(BaseModel):
        id: int
        _names: ClassVar[dict] = {1: "one"}
        _seen: bool = PrivateAttr(False)

        @classmethod
        def named(cls, id):
            return cls._names[id], cls._seen


    class Plain:
        _names = {}

        @classmethod
        def named(cls, id):
            return cls._names[id]
    ```
    """

    code = "MIG373"
    types = ("pydantic.BaseModel",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/usage/models/#automatically-excluded-attributes"
    since = "pydantic 2"

    def visit_Module(self, node: cst.Module) -> None:
        #: What is read from `cls` in the body of a class, and from a name.
        self.of_cls: set[tuple[int, str]] = set()
        self.of_names: set[tuple[str, str]] = set()
        self.models: list[cst.ClassDef] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if is_model(self, node):
            self.models.append(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if not node.attr.value.startswith("_") or not isinstance(node.value, cst.Name):
            return
        self.of_names.add((node.value.value, node.attr.value))
        model = self.enclosing_class(node) if node.value.value == "cls" else None
        if model is not None:
            self.of_cls.add((id(model), node.attr.value))

    def leave_Module(self, node: cst.Module) -> None:
        for model in self.models:
            for _, small in statements(model):
                name, annotation, value = assigned(small)
                if not name.startswith("_") or name.startswith("__") or value is None:
                    continue
                if (id(model), name) not in self.of_cls and (model.name.value, name) not in self.of_names:
                    continue
                if isinstance(value, cst.Call) and self.means(value, *PRIVATE):
                    continue
                if annotation is not None and "ClassVar" in self.source_of(annotation.annotation):
                    continue
                values = {"name": name, "model": model.name.value}
                self.report(small, values=values, replace=self._of_class(small, annotation))

    def _of_class(self, small: cst.CSTNode, annotation: cst.Annotation | None) -> dict[cst.CSTNode, cst.CSTNode]:
        of_class = self.spelled("typing.ClassVar")
        if annotation is not None:
            inner = cst.SubscriptElement(cst.Index(annotation.annotation))
            return {annotation.annotation: cst.Subscript(of_class, [inner])}
        assert isinstance(small, cst.Assign)
        return {small: cst.AnnAssign(small.targets[0].target, cst.Annotation(of_class), small.value)}
