from __future__ import annotations

from platform_lint.api import Rule, cst

from ._functions import decorator

VALIDATORS = tuple(
    f"pydantic.{module}{name}"
    for module in ("", "class_validators.", "functional_validators.")
    for name in ("validator", "root_validator", "field_validator", "model_validator")
)


class TypeErrorInValidator(Rule):
    """A TypeError in a validator is no ValidationError in pydantic 2: raise ValueError

    Pydantic 1 made a ValidationError of ValueError, TypeError and AssertionError. Pydantic 2 lets a TypeError through to
    whoever makes the model. One that a call raises cannot be seen here.

    ```python bad
    from pydantic import BaseModel, validator


    class Order(BaseModel):
        size: int

        @validator("size", pre=True)
        def read(cls, v):
            if not isinstance(v, int):
                raise TypeError("an int, please")  # hit
            return v
    ```
    ```python fixed
    from pydantic import BaseModel, validator


    class Order(BaseModel):
        size: int

        @validator("size", pre=True)
        def read(cls, v):
            if not isinstance(v, int):
                raise ValueError("an int, please")  # hit
            return v
    ```
    ```python ok
    from pydantic import BaseModel, validator


    class Order(BaseModel):
        size: int

        @validator("size", pre=True)
        def read(cls, v):
            raise ValueError("an int, please")

        def other(self):
            raise TypeError("no")
    ```
    """

    code = "MIG362"
    names = VALIDATORS
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#typeerror-is-no-longer-converted-to-validationerror-in-validators"
    since = "pydantic 2"

    def visit_Raise(self, node: cst.Raise) -> None:
        function = self.enclosing_function(node)
        if node.exc is None or function is None or decorator(self, function, *VALIDATORS) is None:
            return
        raised = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
        if not self.means(raised, "builtins.TypeError") or self.enclosing(node, cst.Try) is not None:
            return
        self.report(node, at=raised, replace={raised: self.spelled("builtins.ValueError")})
