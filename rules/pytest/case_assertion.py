from __future__ import annotations

from platform_lint.api import cst

from ._asserting import ALL, Asserting
from ._cases import doubt


class CaseAssertion(Asserting):
    """`self.{method}` is `assert` under pytest{hint}

    pytest shows the values of a plain `assert`. The fix is safe where it is certain that the method is the one of
    `TestCase`: the class and its bases are in the file, or in libraries that leave it alone. `assertAlmostEqual` is
    `pytest.approx` with the tolerance that rounding to so many places comes to. `assertListEqual` and its like also
    look at the types, which `==` does by itself only where one side is written out. `assertCountEqual` compares
    counters, for which values have to be hashable.

    ```python bad
    import unittest


    class OrderTest(unittest.TestCase):
        def test_total(self):
            self.assertEqual(total([]), 0)  # hit
            self.assertEqual(not a, b)  # hit
            self.assertFalse(a or b, "none")  # hit
            self.assertIsNone(msg="there is one", obj=order())  # hit
            self.assertAlmostEqual(rate(), 0.25)  # hit
            self.assertAlmostEqual(a, b, delta=gap)  # hit
            self.assertNotAlmostEqual(0.5, rate(), places=3)  # hit
            self.assertRegex(text(), r"^\\d+$")  # hit
            self.assertCountEqual(names(), ["a", "b"])  # hit
            self.assertListEqual(names(), ["a"])  # hit
    ```
    ```python fixed
    import collections
    import re
    import unittest

    import pytest


    class OrderTest(unittest.TestCase):
        def test_total(self):
            assert total([]) == 0  # hit
            assert (not a) == b  # hit
            assert not (a or b), "none"  # hit
            assert order() is None, "there is one"  # hit
            assert rate() == pytest.approx(0.25, abs=5e-8)  # hit
            assert abs(a - b) <= gap  # hit
            assert rate() != pytest.approx(0.5, abs=5e-4)  # hit
            assert re.search(r"^\\d+$", text())  # hit
            assert collections.Counter(names()) == collections.Counter(["a", "b"])  # hit
            assert names() == ["a"]  # hit
    ```
    ```python ok
    import unittest


    class Checks:
        def assertEqual(self, a, b): ...

        def check(self):
            self.assertEqual(1, 1)


    class OrderTest(unittest.TestCase):
        def test_total(self):
            assert total([]) == 0
            Checks().assertEqual(1, 2)
    ```
    """

    code = "MIG650"
    words = ALL
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/assert.html"

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in ALL:
            return
        method = node.func.attr.value
        why = doubt(self, node.func.value, method)
        if why is None:
            return
        statement, test, hint, caveat = self.asserted(node, method)
        if statement is None or test is None:
            self.report(node, values={"method": method, "hint": f": {hint}"}, at=node.func.attr)
            return
        if not why and method == "assertEqual" and self._says_what_is_equal():
            why = "`addTypeEqualityFunc` says what is equal"
        why = why or caveat
        self.report(
            statement,
            values={"method": method, "hint": ""},
            replace=test,
            at=node.func.attr,
            safety="unsafe" if why else "safe",
            reason=why,
        )

    def _says_what_is_equal(self) -> bool:
        return "addTypeEqualityFunc" in self.source_of(self.module)
