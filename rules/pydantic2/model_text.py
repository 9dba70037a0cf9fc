from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import MODEL, is_model, spread, text

METHODS = ("parse_raw", "parse_file", "schema_json", "update_forward_refs")
SCHEMA = ("by_alias", "ref_template")
_JSON = ("application/json", "json", "utf8", "utf-8")
Replacement = str | cst.CSTNode | cst.RemovalSentinel


class ModelText(Rule):
    """`{method}` of models is gone in pydantic 2: {hint}

    Text is read by `model_validate_json`, a file is read first, a schema is a dict that `json.dumps` writes, and what names
    mean in annotations is given to `model_rebuild` as `_types_namespace`. A call with a protocol or a content type is left,
    and so is a method that a model overrides, with its uses: pydantic 2 does not call it.

    ```python bad
    from pydantic import BaseModel


    class Order(BaseModel):
        id: int


    Order.parse_raw(body)  # hit
    Order.parse_raw(body, proto=P)  # hit
    Order.parse_file(path)  # hit
    Order.schema_json(by_alias=False, indent=2)  # hit
    Order.update_forward_refs()  # hit
    Order.update_forward_refs(**locals())  # hit
    Order.update_forward_refs(User=User)  # hit
    ```
    ```python fixed
    from json import dumps
    from pathlib import Path

    from pydantic import BaseModel


    class Order(BaseModel):
        id: int


    Order.model_validate_json(body)  # hit
    Order.parse_raw(body, proto=P)  # left
    Order.model_validate_json(Path(path).read_bytes())  # hit
    dumps(Order.model_json_schema(by_alias=False), indent=2)  # hit
    Order.model_rebuild()  # hit
    Order.model_rebuild(_types_namespace=locals())  # hit
    Order.model_rebuild(_types_namespace=dict(User=User))  # hit
    ```
    ```python bad
    from pydantic import BaseModel


    class Order(BaseModel):
        @classmethod
        def parse_raw(cls, text):  # hit
            return super().parse_raw(text.strip())  # hit


    Order.parse_raw(body)  # hit
    ```
    ```python fixed
    from pydantic import BaseModel


    class Order(BaseModel):
        @classmethod
        def parse_raw(cls, text):  # left
            return super().model_validate_json(text.strip())  # hit


    Order.parse_raw(body)  # left
    ```
    ```python ok
    from pydantic import BaseModel


    class Order(BaseModel):
        id: int


    Order.model_validate_json(body)
    parser.parse_file(path)
    ```
    """

    code = "MIG303"
    types = (MODEL,)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-pydanticbasemodel"
    since = "pydantic 2"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        model = self.enclosing_class(node)
        if node.name.value in METHODS and self.enclosing_function(node) is None and is_model(self, model):
            values = {"method": node.name.value, "hint": "it does not call what overrides it"}
            self.report(node, values=values, at=node.name)

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if not isinstance(func, cst.Attribute) or func.attr.value not in METHODS:
            return
        sure = self.class_of(func.value, MODEL) or self.type_of(func.value, MODEL)
        if not sure:
            return
        method = func.attr.value
        hint, changes = getattr(self, f"_{method}")(node, func)
        above = self.overridden(func.value, MODEL, method)
        if above:
            name = above.rpartition(".")[2]
            self.report(node, values={"method": method, "hint": f"{hint}, for which `{name}` has its own"}, at=func.attr)
            return
        safety = "safe" if sure == "exact" else "unsafe"
        reason = "" if sure == "exact" else f"the type of `{self.source_of(func.value)[:40]}` is only inferred"
        values = {"method": method, "hint": hint}
        self.report(node, values=values, at=func.attr, replace=changes, safety=safety, reason=reason)

    def _only(self, node: cst.Call) -> cst.BaseExpression | None:
        """What is read, where it is JSON for all that the call says."""
        if spread(node) or not node.args or node.args[0].keyword is not None:
            return None
        for arg in node.args[1:]:
            if arg.keyword is None or arg.keyword.value not in ("content_type", "encoding") or text(arg.value) not in _JSON:
                return None
        return node.args[0].value

    def _parse_raw(self, node: cst.Call, func: cst.Attribute) -> tuple[str, Replacement | None]:
        value = self._only(node)
        hint = "`model_validate_json` reads JSON; read anything else yourself"
        if value is None:
            return hint, None
        arg = node.args[0] if len(node.args) == 1 else cst.Arg(value)
        return hint, node.with_changes(func=func.with_changes(attr=cst.Name("model_validate_json")), args=[arg])

    def _parse_file(self, node: cst.Call, func: cst.Attribute) -> tuple[str, Replacement | None]:
        value = self._only(node)
        hint = "read the file, and call `model_validate_json`"
        if value is None:
            return hint, None
        path = cst.Call(self.spelled("pathlib.Path"), [cst.Arg(value)])
        read = cst.Call(cst.Attribute(path, cst.Name("read_bytes")))
        return hint, node.with_changes(func=func.with_changes(attr=cst.Name("model_validate_json")), args=[cst.Arg(read)])

    def _schema_json(self, node: cst.Call, func: cst.Attribute) -> tuple[str, Replacement | None]:
        hint = "write `json.dumps(Model.model_json_schema())`"
        if any(arg.star or arg.keyword is None for arg in node.args):
            return hint, None
        own = [arg for arg in node.args if arg.keyword is not None and arg.keyword.value in SCHEMA]
        rest = [arg for arg in node.args if arg not in own]
        own = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in own]
        schema = cst.Call(func.with_changes(attr=cst.Name("model_json_schema")), own)
        return hint, cst.Call(self.spelled("json.dumps"), [cst.Arg(schema), *rest])

    def _update_forward_refs(self, node: cst.Call, func: cst.Attribute) -> tuple[str, Replacement | None]:
        hint = "call `model_rebuild`"
        name = cst.Name("model_rebuild")
        if not node.args:
            return hint, {func.attr: name}
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        space: cst.BaseExpression
        if len(node.args) == 1 and node.args[0].star == "**":
            space = node.args[0].value
        elif all(arg.keyword is not None for arg in node.args):
            space = cst.Call(cst.Name("dict"), node.args)
        else:
            return hint, None
        arg = cst.Arg(space, cst.Name("_types_namespace"), equal)
        return hint, node.with_changes(func=func.with_changes(attr=name), args=[arg])
