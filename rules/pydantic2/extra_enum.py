from __future__ import annotations

from platform_lint.api import Rule, cst

from ._config import configures, extra
from ._models import EXTRA


class ExtraEnum(Rule):
    """`Extra` is deprecated: the configuration `extra` is a text in pydantic 2

    The members of the enumeration are the texts "allow", "forbid" and "ignore", which can stand in their place everywhere.
    What a model's own `extra` is set to goes with its `Config` (MIG350) or its keywords (MIG351).

    ```python bad
    from pydantic import Extra

    lenient = Extra.allow  # hit
    kinds: list[Extra] = []  # hit
    ```
    ```python fixed
    from pydantic import Extra

    lenient = "allow"  # hit
    kinds: list[Extra] = []  # left
    ```
    ```python ok
    from pydantic import BaseModel, Extra

    lenient = "allow"


    class Order(BaseModel):
        class Config:
            extra = Extra.forbid


    class Item(BaseModel, extra=Extra.forbid):
        id: int
    ```
    """

    code = "MIG352"
    names = EXTRA
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-config"
    since = "pydantic 2"

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        literal = extra(self, node)
        if literal:
            if configures(self, node):
                return False
            self.report(node, replace=literal)
            return False
        if self.means(node, *EXTRA):
            self.report(node)
        return True

    def visit_Name(self, node: cst.Name) -> None:
        outer = self.parent(node)
        if isinstance(outer, cst.Attribute) and outer.attr is node:
            return
        if not isinstance(outer, cst.ImportAlias) and self.means(node, *EXTRA):
            self.report(node)
