from __future__ import annotations

from platform_lint.api import Rule, cst

from ._config import key
from ._models import is_model, is_settings


class ClassKeyword(Rule):
    """The configuration `{key}` of `{model}` is another one in pydantic 2{hint}

    What is configured by keywords of the class has the names that `ConfigDict` has: pydantic 2 warns of an old one, and does
    not do what it asked for.

    ```python bad
    from pydantic import BaseModel, Extra


    class Order(BaseModel, extra=Extra.forbid, orm_mode=True):  # hit
        id: int


    class Odd(BaseModel, getter_dict=dict):  # hit
        id: int
    ```
    ```python fixed
    from pydantic import BaseModel


    class Order(BaseModel, extra="forbid", from_attributes=True):  # hit
        id: int


    class Odd(BaseModel, getter_dict=dict):  # left
        id: int
    ```
    ```python ok
    from pydantic import BaseModel


    class Order(BaseModel, extra="forbid", from_attributes=True):
        id: int
    ```
    """

    code = "MIG351"
    types = ("pydantic.BaseModel",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-config"
    since = "pydantic 2"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if not node.keywords or not is_model(self, node):
            return
        for arg in node.keywords:
            if arg.keyword is None or arg.keyword.value == "metaclass":
                continue
            name = arg.keyword.value
            one = key(self, name, arg.value, is_settings(self, node))
            values = {"key": name, "model": node.name.value, "hint": ""}
            if one.why.startswith(f"`{name}` is no key"):
                continue  # What `__init_subclass__` takes.
            if one.why:
                self.report(node, values={**values, "hint": f": {one.why}"}, at=arg)
            elif not one.name:
                safety = "unsafe" if one.doubt else "safe"
                self.report(node, values=values, at=arg, replace={arg: cst.RemoveFromParent()}, safety=safety, reason=one.doubt)
            elif (one.name, one.value) != (name, self.source_of(arg.value)):
                self.report(node, values=values, at=arg, replace={arg.keyword: cst.Name(one.name), arg.value: one.value})
