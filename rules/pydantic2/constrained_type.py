from __future__ import annotations

from platform_lint.api import Rule, cst

from ._constrained import CLASSES, KINDS


class ConstrainedType(Rule):
    """`{base}` is gone from pydantic 2: there is no class for it, annotate with `Annotated[{type}, ...]`

    Annotations, `issubclass` and `cast` that name one of these classes of pydantic 1 raise when they are run. What was a value of such
    a class is a plain one now. Classes that inherit from one are told by their own rule.

    ```python bad
    from pydantic import ConstrainedInt, ConstrainedStr, conint


    class Name(ConstrainedStr):
        max_length = 3


    def check(size: ConstrainedInt) -> bool:  # hit
        return issubclass(type(size), ConstrainedInt)  # hit
    ```
    ```python ok
    from typing import Annotated

    from pydantic import Field


    def check(size: Annotated[int, Field(gt=0)]) -> bool:
        return isinstance(size, int)
    ```
    """

    code = "MIG396"
    names = tuple(CLASSES)
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#removed-in-pydantic-v2"
    since = "pydantic 2"

    def visit_Name(self, node: cst.Name) -> None:
        self._look(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._look(node)

    def _look(self, node: cst.Name | cst.Attribute) -> None:
        kind = next((CLASSES[name] for name in self.qualified_names(node) if name in CLASSES), "")
        argument = self.parent(node)
        if kind and not (isinstance(argument, cst.Arg) and isinstance(self.parent(argument), cst.ClassDef)):
            self.report(node, values={"base": f"Constrained{kind}", "type": KINDS[kind].removeprefix("builtins.")})
