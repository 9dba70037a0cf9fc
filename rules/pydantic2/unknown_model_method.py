from __future__ import annotations

from platform_lint.api import Rule, cst

from ._models import MODEL

#: Methods of pydantic 1 that hardly anything else has, with their names now.
METHODS = {
    "parse_obj": "model_validate",
    "parse_raw": "model_validate_json",
    "from_orm": "model_validate",
    "update_forward_refs": "model_rebuild",
    "schema_json": "model_json_schema",
    "__fields_set__": "model_fields_set",
}
#: Methods that much else has, with their names now, and the arguments that only pydantic's have.
COMMON = {"dict": "model_dump", "json": "model_dump_json", "copy": "model_copy"}
DUMPING = frozenset({"by_alias", "exclude_unset", "exclude_defaults", "exclude_none", "skip_defaults", "models_as_dict"})
COPYING = frozenset({"update"})


class UnknownModelMethod(Rule):
    """If this is a pydantic model, its `{method}` is called `{to}` in pydantic 2

    Nothing says what type the object is. The method, or the arguments it is called with, is one that models have, and hardly
    anything else. What would be written is only shown.

    ```python bad
    def load(model, row):
        found = model.from_orm(row)  # hit
        return found.dict(exclude_unset=True), found.json()  # hit
    ```
    ```python fixed
    def load(model, row):
        found = model.from_orm(row)  # left
        return found.dict(exclude_unset=True), found.json()  # left
    ```
    ```python ok
    def load(model, row):
        found = model.model_validate(row)
        return found.model_dump(), found.json(indent=2), found.copy()
    ```
    """

    code = "MIG304"
    words = ("parse_obj", "parse_raw", "from_orm", "update_forward_refs", "schema_json", "__fields_set__", *sorted(DUMPING))
    level = "warning"
    fix = "suggest"
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-pydanticbasemodel"
    since = "pydantic 2"

    def visit_Attribute(self, node: cst.Attribute) -> None:
        method = node.attr.value
        if method in METHODS:
            to = METHODS[method]
        elif method in COMMON and self._passes(node, COPYING if method == "copy" else DUMPING):
            to = COMMON[method]
        else:
            return
        if self.type_of(node.value, MODEL) or self.class_of(node.value, MODEL):
            return
        values = {"method": method, "to": to}
        if method in ("parse_raw", "schema_json"):
            self.report(node, values=values, at=node.attr)
        else:
            self.report(node, values=values, at=node.attr, replace={node.attr: cst.Name(to)}, safety="suggest")

    def _passes(self, node: cst.Attribute, names: frozenset[str]) -> bool:
        call = self.parent(node)
        if not isinstance(call, cst.Call) or call.func is not node:
            return False
        return any(arg.keyword is not None and arg.keyword.value in names for arg in call.args)
