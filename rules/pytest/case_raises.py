from __future__ import annotations

from platform_lint.api import cst

from ._cases import doubt
from ._raising import METHODS, Raising


class CaseRaises(Raising):
    """`self.{method}` is `{instead}`{hint}

    `cm.exception` is `cm.value`. What is called with arguments becomes a `with` block, unless reading the arguments could
    itself raise what is expected: then it stays a call. `msg` has no counterpart, and what `assertWarns` gives is one
    warning where `pytest.warns` gives all.

    ```python bad
    import unittest


    class OrderTest(unittest.TestCase):
        def test_refused(self):
            with self.assertRaises(ValueError) as caught:  # hit
                pay(-1)
            self.check(caught.exception.code)
            self.assertRaises(ValueError, pay, -1, by="card")  # hit
            self.assertRaises(ValueError, lambda: pay(-1))  # hit
            self.assertRaises(ValueError, pay, amount())  # hit
            self.assertRaisesRegex(ValueError, "negative", pay, -1)  # hit
            with self.assertWarnsRegex(DeprecationWarning, "old"):  # hit
                old()
            with self.assertRaises(ValueError, msg="it pays"):  # hit
                pay(-2)
    ```
    ```python fixed
    import unittest

    import pytest


    class OrderTest(unittest.TestCase):
        def test_refused(self):
            with pytest.raises(ValueError) as caught:  # hit
                pay(-1)
            self.check(caught.value.code)
            with pytest.raises(ValueError):
                pay(-1, by="card")
            with pytest.raises(ValueError):
                pay(-1)
            pytest.raises(ValueError, pay, amount())  # hit
            with pytest.raises(ValueError, match="negative"):
                pay(-1)
            with pytest.warns(DeprecationWarning, match="old"):  # hit
                old()
            with self.assertRaises(ValueError, msg="it pays"):  # left
                pay(-2)
    ```
    ```python ok
    import unittest

    import pytest


    class OrderTest(unittest.TestCase):
        def test_refused(self):
            with pytest.raises(ValueError):
                pay(-1)
    ```
    """

    code = "MIG651"
    words = tuple(METHODS)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/assert.html#assertions-about-expected-exceptions"

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in METHODS:
            return
        method = node.func.attr.value
        why = doubt(self, node.func.value, method)
        if why is None:
            return
        instead = METHODS[method][0]
        changes, hint, caveat = self.expected(node, method)
        why = why or caveat
        self.report(
            node,
            values={"method": method, "instead": instead, "hint": f": {hint}" if hint else ""},
            replace=None if hint else changes,
            at=node.func.attr,
            safety="unsafe" if why else "safe",
            reason=why,
        )
