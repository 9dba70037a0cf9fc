from __future__ import annotations

from platform_lint.api import Rule, cst

from ._config import extra
from ._models import EXTRA


class ExtraEnum(Rule):
    """`Extra` is deprecated: the configuration `extra` is a text in pydantic 2

    The members of the enumeration are the texts "allow", "forbid" and "ignore", which can stand in their place everywhere.

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
    lenient = "allow"
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
