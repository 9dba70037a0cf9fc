from __future__ import annotations

from platform_lint.api import Rule, cst

from ._fields import default_of
from ._models import FIELD, assigned, fields, is_model, statements

_NO_FIELD = ("builtins.property", "builtins.classmethod", "builtins.staticmethod")


class UnannotatedField(Rule):
    """`{field}` of `{model}` has no annotation, and pydantic 2 takes no such field: say its type

    Pydantic 1 told the type of a field from its default. Pydantic 2 raises an error when the class is made. The fix says the
    type of a literal; what a call gives is left to you.

    ```python bad
    from pydantic import BaseModel, Field


    class Order(BaseModel):
        size = 1  # hit
        name = Field("me", title="Name")  # hit
        tags = []  # hit
        made = now()  # hit
        pages = DEFAULT_PAGES  # hit
        run = start
    ```
    ```python fixed
    from pydantic import BaseModel, Field


    class Order(BaseModel):
        size: int = 1  # hit
        name: str = Field("me", title="Name")  # hit
        tags: list = []  # hit
        made = now()  # left
        pages = DEFAULT_PAGES  # left
        run = start
    ```
    ```python ok
    from pydantic import BaseModel


    class Order(BaseModel):
        size: int = 1
        _own = 2
        total = property(lambda self: 1)
        model_config = {"extra": "allow"}
    ```
    """

    code = "MIG372"
    types = ("pydantic.BaseModel",)
    default = False
    docs = "https://docs.pydantic.dev/2.0/errors/usage_errors/#model-field-missing-annotation"
    since = "pydantic 2"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if not is_model(self, node):
            return
        known = fields(node)
        for _, small in statements(node):
            name, annotation, value = assigned(small)
            if not name or annotation is not None or value is None or name.startswith("_") or name in known:
                continue
            if name in ("model_config", "Config"):
                continue
            field = isinstance(value, cst.Call) and self.means(value, *FIELD)
            kind = self._kind(default_of(value) if field and isinstance(value, cst.Call) else value)
            values = {"field": name, "model": node.name.value}
            if kind:
                new = cst.AnnAssign(cst.Name(name), cst.Annotation(cst.Name(kind)), value)
                self.report(small, values=values, replace=new)
            elif field or self._makes_a_value(value):
                self.report(small, values=values)

    def _kind(self, node: cst.BaseExpression | None) -> str:
        """The builtin type of a literal."""
        if node is None:
            return ""
        value = self.literal(node, default=self)
        if value is self or value is None or value is Ellipsis:
            return ""
        kind = type(value).__name__
        return kind if kind in ("bool", "int", "float", "str", "bytes", "list", "dict", "set", "tuple") else ""

    def _makes_a_value(self, node: cst.BaseExpression) -> bool:
        """Whether *node* gives what a field holds: a constant, or a call that is no decorator and no property."""
        if isinstance(node, cst.Name | cst.Attribute):
            return self.source_of(node).rpartition(".")[2].isupper()
        if not isinstance(node, cst.Call) or isinstance(node.func, cst.Call):
            return False
        name = self.qualified_name(node)
        if not name:
            return isinstance(node.func, cst.Name) and len(node.args) == 0
        first = name.partition(".")[0]
        return first not in ("pydantic", "functools", "sqlmodel", "sqlalchemy") and name not in _NO_FIELD
