from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import MODEL, is_model

_NAMES_ONLY = frozenset({"keys", "__contains__", "__len__"})
_TAKES_NAMES = ("builtins.len", "builtins.list", "builtins.set", "builtins.sorted", "builtins.tuple", "builtins.iter")


class FieldsOfModel(Rule):
    """`__fields__` is `model_fields` in pydantic 2, and holds `FieldInfo` objects{hint}

    Where only the names of the fields are asked for, it is the same. `FieldInfo` has no `name`, `type_`, `outer_type_` and
    `field_info`; `required` is `is_required()`.

    ```python bad
    from pydantic import BaseModel


    class Order(BaseModel):
        id: int

        def names(self):
            return list(self.__fields__)  # hit


    for name in Order.__fields__:  # hit
        print(name in Order.__fields__.keys(), Order.__fields__[name].type_)  # hit
    ```
    ```python fixed
    from pydantic import BaseModel


    class Order(BaseModel):
        id: int

        def names(self):
            return list(self.__class__.model_fields)  # hit


    for name in Order.model_fields:  # hit
        print(name in Order.model_fields.keys(), Order.__fields__[name].type_)  # left
    ```
    ```python ok
    from pydantic import BaseModel


    class Order(BaseModel):
        id: int


    print(list(Order.model_fields))
    ```
    """

    code = "MIG305"
    words = ("__fields__",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-pydanticbasemodel"
    since = "pydantic 2"

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value != "__fields__":
            return
        of_class = self.class_of(node.value, MODEL)
        sure = of_class or self.type_of(node.value, MODEL)
        if not sure:
            cls = self.enclosing_class(node)
            if not (isinstance(node.value, cst.Name) and node.value.value in ("cls", "self") and is_model(self, cls)):
                self.report(node, values={"hint": ""}, at=node.attr)
                return
        if not self._asks_for_names(node):
            self.report(node, values={"hint": ": see what it does with the values"}, at=node.attr)
            return
        owner = node.value if of_class or _is(node.value, "cls") else cst.Attribute(node.value, cst.Name("__class__"))
        new = cst.Attribute(owner, cst.Name("model_fields"))
        safety = "safe" if sure == "exact" else "unsafe"
        reason = "" if sure == "exact" else f"the type of `{self.source_of(node.value)[:40]}` is only inferred"
        self.report(node, values={"hint": ""}, at=node.attr, replace=new, safety=safety, reason=reason)

    def _asks_for_names(self, node: cst.Attribute) -> bool:
        outer = self.parent(node)
        if isinstance(outer, cst.Attribute):
            return outer.attr.value in _NAMES_ONLY
        if isinstance(outer, cst.For | cst.CompFor):
            return outer.iter is node
        if isinstance(outer, cst.ComparisonTarget):
            return isinstance(outer.operator, cst.In | cst.NotIn)
        if isinstance(outer, cst.Arg):
            call = self.parent(outer)
            return isinstance(call, cst.Call) and self.means(call, *_TAKES_NAMES)
        return False


def _is(node: cst.BaseExpression, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name
