from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import MODEL, assigned, fields, is_model, statements, text

_PLAIN = (MODEL, "pydantic.main.BaseModel")
_DECORATORS = ("pydantic.validator", "pydantic.field_validator", "pydantic.class_validators.validator")


class CustomRoot(Rule):
    """`__root__` is `root` of a `RootModel` in pydantic 2{hint}

    Pydantic 2 raises TypeError for a field called `__root__`. A model that inherits from `BaseModel` alone, and has no other
    field, becomes a `RootModel`; its dump is the value itself, not a dict with `__root__`, so what reads that is reported.

    ```python bad
    from pydantic import BaseModel


    class Pets(BaseModel):  # hit
        __root__: list[str] = []

        def __iter__(self):
            return iter(self.__root__)  # hit


    class Odd(Pets):  # hit
        __root__: list[int]


    pets = Pets(__root__=["cat"])  # hit
    print(pets.dict()["__root__"])  # hit
    ```
    ```python fixed
    from pydantic import RootModel


    class Pets(RootModel):  # hit
        root: list[str] = []

        def __iter__(self):
            return iter(self.root)  # hit


    class Odd(Pets):  # hit
        root: list[int]


    pets = Pets(root=["cat"])  # hit
    print(pets.dict()["__root__"])  # left
    ```
    ```python ok
    from pydantic import RootModel


    class Pets(RootModel):
        root: list[str] = []
    ```
    """

    code = "MIG381"
    words = ("__root__",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-pydanticbasemodel"
    since = "pydantic 2"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        root = next((small for _, small in statements(node) if assigned(small)[0] == "__root__"), None)
        if root is None or not is_model(self, node):
            return
        target = root.target if isinstance(root, cst.AnnAssign) else root.targets[0].target  # type: ignore[union-attr]
        changes: dict[cst.CSTNode, cst.CSTNode] = {target: cst.Name("root")}
        if isinstance(root, cst.Assign):
            self.report(node, values={"hint": ": annotate it"})
            return
        if fields(node):
            self.report(node, values={"hint": ": it has other fields as well"})
            return
        if not self._inherits_root(node):
            plain = [arg for arg in node.bases if self.means(arg.value, *_PLAIN)]
            if len(plain) != 1 or len(node.bases) != 1:
                self.report(node, values={"hint": ": inherit from `RootModel`, which is no base of its base"})
                return
            changes[plain[0].value] = self.spelled("pydantic.RootModel")
        self.report(node, values={"hint": ""}, replace=changes)

    def _inherits_root(self, node: cst.ClassDef) -> bool:
        """Whether a base of *node* in this file has a ``__root__`` itself, or is a ``RootModel``."""
        local = {line.name.value: line for line in self.module.body if isinstance(line, cst.ClassDef)}
        for arg in node.bases:
            if self.means(arg.value, "pydantic.RootModel") or self.class_of(arg.value, "pydantic.RootModel"):
                return True
            base = local.get(self.source_of(arg.value))
            if base is not None and any(assigned(small)[0] == "__root__" for _, small in statements(base)):
                return True
        return False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value == "__root__":
            self.report(node, values={"hint": ""}, at=node.attr, replace={node.attr: cst.Name("root")})

    def visit_Arg(self, node: cst.Arg) -> None:
        call = self.parent(node)
        if node.keyword is None or node.keyword.value != "__root__" or not isinstance(call, cst.Call):
            return
        safety = "safe" if self.class_of(call.func, MODEL) == "exact" else "unsafe"
        reason = "" if safety == "safe" else "nothing says what is called"
        if len(call.args) > 1 or (isinstance(call.func, cst.Attribute) and call.func.attr.value.endswith("construct")):
            safety, reason = "unsafe", "it passes more than a value"
        self.report(node, values={"hint": ""}, replace={node.keyword: cst.Name("root")}, safety=safety, reason=reason)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        if text(node) != "__root__":
            return
        arg = self.parent(node)
        call = self.parent(arg) if isinstance(arg, cst.Arg) else None
        if isinstance(call, cst.Call) and self.means(call, *_DECORATORS):
            self.report(node, values={"hint": ""}, replace='"root"')
        else:
            self.report(node, values={"hint": ": the dump of a `RootModel` is the value itself"})
