from __future__ import annotations

from platform_lint.api import cst

from ._asserting import Asserting
from ._nose import ASSERTIONS, PARAMETERS

class NoseAssertion(Asserting):
    """`{function}` of nose is a plain `assert`{hint}

    nose cannot be imported on Python 3.12. Its functions are the methods of `TestCase` under other names, and `eq_` and
    `ok_`; pytest shows the values of an `assert`. `assert_almost_equal` is `pytest.approx` with the tolerance that
    rounding to so many places comes to.

    ```python bad
    from nose.tools import assert_almost_equal, assert_in, assert_is_none, eq_, ok_


    def test_sum():
        eq_(1 + 1, 2)  # hit
        eq_(total(), 2, "wrong")  # hit
        ok_(total() or fail, msg="nothing")  # hit
        assert_in(2, totals())  # hit
        assert_is_none(total())  # hit
        assert_almost_equal(rate(), 0.25, 3)  # hit
        return ok_(total())  # hit
    ```
    ```python fixed
    import pytest
    from nose.tools import ok_


    def test_sum():
        assert 1 + 1 == 2  # hit
        assert total() == 2, "wrong"  # hit
        assert total() or fail, "nothing"  # hit
        assert 2 in totals()  # hit
        assert total() is None  # hit
        assert rate() == pytest.approx(0.25, abs=5e-4)  # hit
        return ok_(total())  # left
    ```
    ```python ok
    def test_sum():
        assert 1 + 1 == 2
    ```
    """

    code = "MIG680"
    name = "nose-equal"
    names = tuple(ASSERTIONS)
    covers = ("LIB420",)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/deprecations.html#support-for-tests-written-for-nose"

    def visit_Call(self, node: cst.Call) -> None:
        function = next((name for name in self.qualified_names(node.func) if name in ASSERTIONS), "")
        if not function:
            return
        values = {"function": function.rpartition(".")[2], "hint": ""}
        statement, test, hint, caveat = self.asserted(node, ASSERTIONS[function], PARAMETERS.get(function, ()))
        if statement is None or test is None:
            self.report(node, values={**values, "hint": f": {hint}"}, at=node.func)
            return
        safety = "unsafe" if caveat else "safe"
        self.report(statement, values=values, replace=test, at=node.func, safety=safety, reason=caveat)
