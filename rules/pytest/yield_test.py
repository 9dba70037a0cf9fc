from __future__ import annotations

from platform_lint.api import Rule, cst

from ._plain import found_in


class YieldTest(Rule):
    """pytest does not run what `{test}` yields: write `pytest.mark.parametrize`

    nose ran every function that a test yielded. pytest gave that up in 4.0: the test is reported as an expected failure,
    or an error, and nothing in it is run.

    ```python bad path=tests/test_orders.py
    def test_orders():  # hit
        for order in 1, 2:
            yield check, order
    ```
    ```python ok path=tests/test_orders.py
    import pytest


    @pytest.fixture
    def test_bank():
        yield 1


    @pytest.mark.parametrize("order", [1, 2])
    def test_orders(order):
        def each():
            yield order

        assert list(each())
    ```
    """

    code = "MIG681"
    any_file = False
    words = ("yield",)
    only_in = ("**/test_*.py", "**/*_test.py", "test_*.py", "*_test.py", "**/tests/**", "**/test/**")
    default = False
    docs = "https://docs.pytest.org/en/stable/deprecations.html#yield-tests"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if not node.name.value.startswith("test") or node.asynchronous:
            return
        outer = self.parent(self.parent(node))  # type: ignore[arg-type]
        in_class = isinstance(outer, cst.ClassDef) and "test" in outer.name.value.lower()
        if not in_class and not isinstance(self.parent(node), cst.Module):
            return
        if node.decorators:  # a fixture, or something that takes a generator
            return
        if found_in(node.body, cst.Yield, nested=False):
            self.report(node, values={"test": node.name.value})
