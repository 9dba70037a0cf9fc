from __future__ import annotations

import json

from platform_lint.api import Rule, cst

from ._fields import default_of
from ._models import assigned, is_settings, keyword, named, spread

CALLS = ("pydantic.Field", "pydantic.fields.Field")
KNOWN = frozenset({
    "default", "default_factory", "alias", "alias_priority", "validation_alias", "serialization_alias", "title",
    "field_title_generator", "description", "examples", "exclude", "exclude_if", "discriminator", "deprecated",
    "json_schema_extra", "frozen", "validate_default", "repr", "init", "init_var", "kw_only", "pattern", "strict",
    "coerce_numbers_to_str", "gt", "ge", "lt", "le", "multiple_of", "allow_inf_nan", "max_digits", "decimal_places",
    "min_length", "max_length", "union_mode", "fail_fast",
})  # fmt: skip
#: What other rules of this pack are about.
OTHERS = frozenset({"min_items", "max_items", "regex", "allow_mutation"})
GONE = {
    "unique_items": "annotate with `set[...]`, or write a validator",
    "include": "say `exclude=True` of the other fields",
    "final": "annotate with `Final[...]`",
    "env_names": "write `validation_alias=AliasChoices(...)`",
}
LITERALS = (str, int, bool, bytes, type(None))
Replacement = str | cst.CSTNode | cst.RemovalSentinel


class FieldKeywords(Rule):
    """`{key}` is no argument of `Field` in pydantic 2{hint}

    What pydantic 1 did not know went into the schema: that is `json_schema_extra` now. `const=True` is `Literal[...]`, and `env`
    of a setting is `validation_alias`. That one is unsafe, because the setting can no longer be passed by its own name, unless
    `populate_by_name=True` is in its `model_config`.

    ```python bad
    from pydantic import BaseModel, BaseSettings, Field


    class Order(BaseModel):
        id: int = Field(..., example=1, unit="pieces")  # hit
        kind: str = Field("order", const=True)  # hit
        tags: list[str] = Field([], unique_items=True)  # hit


    class Settings(BaseSettings):
        key: str = Field(..., env="API_KEY")  # hit
        name: str = Field("me", env=["NAME", "USER"])  # hit
    ```
    ```python fixed
    from typing import Literal

    from pydantic import AliasChoices, BaseModel, BaseSettings, Field


    class Order(BaseModel):
        id: int = Field(..., json_schema_extra={"example": 1, "unit": "pieces"})  # hit
        kind: Literal["order"] = Field("order")  # hit
        tags: list[str] = Field([], unique_items=True)  # left


    class Settings(BaseSettings):
        key: str = Field(..., validation_alias="API_KEY")  # hit
        name: str = Field("me", validation_alias=AliasChoices("NAME", "USER"))  # hit
    ```
    ```python ok
    from pydantic import Field

    id = Field(..., json_schema_extra={"example": 1}, examples=[1])
    ```
    """

    code = "MIG343"
    names = CALLS
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-pydanticfield"
    since = "pydantic 2"

    def visit_Call(self, node: cst.Call) -> None:
        if not self.means(node, *CALLS):
            return
        names = [arg.keyword.value for arg in node.args if arg.keyword is not None]
        for name in names:
            if name in GONE:
                self._said(node, name, f": {GONE[name]}")
        excluded = keyword(node, "exclude")
        if excluded is not None and isinstance(excluded.value, cst.Set | cst.Dict):
            self._said(node, "exclude", " but for True and False: exclude where the model is dumped")
        if "const" in names:
            self._const(node)
        model = self.enclosing_class(node)
        settings = model is not None and is_settings(self, model)
        if "env" in names and settings:
            self._env(node)
        unknown = [name for name in names if name not in KNOWN | OTHERS | GONE.keys() | {"const"}]
        unknown = [name for name in unknown if not (settings and name == "env")]
        if unknown:
            self._extra(node, unknown)

    def _said(
        self, node: cst.Call, name: str, hint: str, changes: dict[cst.CSTNode, Replacement] | None = None, doubt: str = ""
    ) -> None:
        safety = "unsafe" if doubt else "safe"
        values = {"key": name, "hint": hint}
        self.report(node, values=values, at=keyword(node, name), replace=changes, safety=safety, reason=doubt)

    def _extra(self, node: cst.Call, unknown: list[str]) -> None:
        """What is unknown goes into ``json_schema_extra``."""
        if spread(node):
            self._said(node, unknown[0], ": put it into `json_schema_extra`")
            return
        there = keyword(node, "json_schema_extra")
        if there is not None and not isinstance(there.value, cst.Dict):
            self._said(node, unknown[0], ": put it into `json_schema_extra`")
            return
        moved = [arg for arg in node.args if arg.keyword is not None and arg.keyword.value in unknown]
        items = [cst.DictElement(cst.SimpleString(json.dumps(arg.keyword.value)), arg.value) for arg in moved if arg.keyword]
        first = next(arg for arg in node.args if arg.keyword is not None and arg.keyword.value == unknown[0])
        target = there if there is not None else first
        old = list(there.value.elements) if there is not None and isinstance(there.value, cst.Dict) else []
        if old:
            old[-1] = old[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        extra = target.with_changes(keyword=cst.Name("json_schema_extra"), value=cst.Dict([*old, *items]))
        changes: dict[cst.CSTNode, Replacement] = {target: extra}
        changes.update((arg, cst.RemoveFromParent()) for arg in moved if arg is not target)
        self._said(node, unknown[0], ": put it into `json_schema_extra`", changes)

    def _env(self, node: cst.Call) -> None:
        """The name of a setting's variable is an alias."""
        arg = keyword(node, "env")
        if arg is None or arg.keyword is None:
            return
        hint = ": it is `validation_alias`"
        if keyword(node, "validation_alias") is not None or keyword(node, "alias") is not None:
            self._said(node, "env", hint)
            return
        value = arg.value
        changes: dict[cst.CSTNode, Replacement] = {arg.keyword: cst.Name("validation_alias")}
        if isinstance(value, cst.List | cst.Tuple | cst.Set):
            texts = [cst.Arg(element.value) for element in value.elements]
            changes[value] = cst.Call(self.spelled("pydantic.AliasChoices"), texts)
        elif not isinstance(value, cst.SimpleString | cst.ConcatenatedString | cst.FormattedString):
            self._said(node, "env", hint)
            return
        self._said(node, "env", hint, changes, "it can no longer be passed by its own name")

    def _const(self, node: cst.Call) -> None:
        """A constant is a ``Literal``."""
        arg = keyword(node, "const")
        if arg is None:
            return
        hint = ": annotate with `Literal[...]`"
        if named(arg.value, "False"):
            self._said(node, "const", "", {arg: cst.RemoveFromParent()})
            return
        outer = self.parent(node)
        default = default_of(node)
        if not named(arg.value, "True") or not isinstance(outer, cst.AnnAssign) or default is None:
            self._said(node, "const", hint)
            return
        value = self.literal(default, default=self)
        if type(value) not in LITERALS or not assigned(outer)[0]:
            self._said(node, "const", hint)
            return
        literal = cst.Subscript(self.spelled("typing.Literal"), [cst.SubscriptElement(cst.Index(default))])
        self._said(node, "const", hint, {outer.annotation.annotation: literal, arg: cst.RemoveFromParent()})
