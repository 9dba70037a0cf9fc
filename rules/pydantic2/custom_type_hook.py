from __future__ import annotations

from platform_lint.api import Rule, cst

#: The hooks of pydantic 1, with those of pydantic 2.
HOOKS = {
    "__get_validators__": "write `__get_pydantic_core_schema__(cls, source, handler)`",
    "__modify_schema__": "write `__get_pydantic_json_schema__(cls, core_schema, handler)`",
}


class CustomTypeHook(Rule):
    """Pydantic 2 calls no `{hook}`: {hint}

    A type that says how it is validated and described does so with other methods, which have other parameters. Often an
    annotation does without: `Annotated[str, AfterValidator(check)]`, `WithJsonSchema({...})`.

    ```python bad
    class Postcode(str):
        @classmethod
        def __get_validators__(cls):  # hit
            yield cls.check

        @classmethod
        def __modify_schema__(cls, schema):  # hit
            schema["format"] = "postcode"
    ```
    ```python ok
    class Postcode(str):
        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            return handler(str)
    ```
    """

    code = "MIG390"
    words = tuple(HOOKS)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#defining-custom-types"
    since = "pydantic 2"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        cls = self.enclosing_class(node)
        hint = HOOKS.get(node.name.value)
        if hint is None or cls is None or self.enclosing_function(node) is not None:
            return
        new = hint.removeprefix("write `").partition("(")[0]
        body = cls.body.body
        if any(isinstance(line, cst.FunctionDef) and line.name.value == new for line in body):
            return
        self.report(node, values={"hook": node.name.value, "hint": hint})
