from __future__ import annotations

from platform_lint.api import cst

from ._nose import RAISES
from ._raising import METHODS, Raising

class NoseRaises(Raising):
    """`{function}` of nose is `{instead}`{hint}

    nose cannot be imported on Python 3.12. What it gives, `caught.exception`, is `caught.value` with pytest.

    ```python bad
    from nose.tools import assert_raises, assert_raises_regexp


    def test_refused():
        assert_raises(ValueError, pay, -1)  # hit
        with assert_raises(ValueError) as caught:  # hit
            pay(-1)
        assert caught.exception.code == 1
        with assert_raises_regexp(ValueError, "negative"):  # hit
            pay(-1)
        check = assert_raises(ValueError)  # hit
    ```
    ```python fixed
    import pytest
    from nose.tools import assert_raises


    def test_refused():
        with pytest.raises(ValueError):
            pay(-1)
        with pytest.raises(ValueError) as caught:  # hit
            pay(-1)
        assert caught.value.code == 1
        with pytest.raises(ValueError, match="negative"):  # hit
            pay(-1)
        check = assert_raises(ValueError)  # left
    ```
    ```python ok
    import pytest


    def test_refused():
        with pytest.raises(ValueError):
            pay(-1)
    ```
    """

    code = "MIG682"
    names = tuple(RAISES)
    functions = RAISES
    covers = ("LIB420",)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/assert.html#assertions-about-expected-exceptions"

    def visit_Call(self, node: cst.Call) -> None:
        function = next((name for name in self.qualified_names(node.func) if name in RAISES), "")
        if not function:
            return
        method = RAISES[function]
        changes, hint, caveat = self.expected(node, method)
        values = {
            "function": function.rpartition(".")[2],
            "instead": METHODS[method][0],
            "hint": f": {hint}" if hint else "",
        }
        safety = "unsafe" if caveat else "safe"
        self.report(node, values=values, replace=None if hint else changes, at=node.func, safety=safety, reason=caveat)
