from __future__ import annotations

from platform_lint.api import Rule, cst

MAIN = ("unittest.main", "unittest.TestProgram")


class CaseMain(Rule):
    """`unittest.main` finds no tests that pytest alone knows{hint}

    Tests are run by `pytest FILE`. Without its `TestCase` a class is no test to unittest, which would say that all is well.
    What does more than to call it is left alone.

    ```python bad
    import unittest


    class OrderTest(unittest.TestCase): ...


    if __name__ == "__main__":  # hit
        unittest.main()
    ```
    ```python fixed
    import unittest


    class OrderTest(unittest.TestCase): ...
    ```
    ```python bad
    import unittest

    if __name__ == "__main__":
        prepare()
        unittest.main()  # hit
    ```
    ```python fixed
    import unittest

    if __name__ == "__main__":
        prepare()
        unittest.main()  # left
    ```
    ```python ok
    import pytest

    if __name__ == "__main__":
        pytest.main()
    ```
    """

    code = "MIG654"
    names = MAIN
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/usage.html"

    def visit_Call(self, node: cst.Call) -> None:
        if not self.means(node, *MAIN):
            return
        line = self.parent(self.parent(node))  # type: ignore[arg-type]
        block = self.parent(line) if isinstance(line, cst.SimpleStatementLine) else line
        outer = self.parent(block) if isinstance(block, cst.BaseSuite) else None
        alone = isinstance(block, cst.BaseSuite) and len(block.body) == 1
        if alone and isinstance(outer, cst.If) and isinstance(self.parent(node), cst.Expr) and self._is_guard(outer):
            self.report(outer, values={"hint": ""}, remove=True)
        else:
            self.report(node, values={"hint": ": call `pytest.main`, or drop it"})

    def _is_guard(self, block: cst.If) -> bool:
        sides = {self.source_of(block.test).replace("'", '"').replace(" ", "")}
        at_top = isinstance(self.parent(block), cst.Module)
        return at_top and block.orelse is None and bool(sides & {'__name__=="__main__"', '"__main__"==__name__'})
