from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import arguments, doubt, is_text, member, swallowed

METHODS = {"fail": "pytest.fail", "skipTest": "pytest.skip"}


class CaseOutcome(Rule):
    """`self.{method}` is `{instead}` under pytest{hint}

    What pytest raises is no `Exception`, so that a call is left alone where a `try` or `with` around it would catch
    what unittest raises.

    ```python bad
    import unittest


    class OrderTest(unittest.TestCase):
        def test_pay(self):
            if closed():
                self.skipTest("the bank is closed")  # hit
            if not pay():
                self.fail("not %s" % "paid")  # hit
            if not paid():
                self.fail(reason)  # hit
            try:
                self.fail()  # hit
            except Exception:
                pass
    ```
    ```python fixed
    import unittest

    import pytest


    class OrderTest(unittest.TestCase):
        def test_pay(self):
            if closed():
                pytest.skip("the bank is closed")  # hit
            if not pay():
                pytest.fail("not %s" % "paid")  # hit
            if not paid():
                pytest.fail(str(reason))  # hit
            try:
                self.fail()  # left
            except Exception:
                pass
    ```
    ```python ok
    import unittest

    import pytest


    class OrderTest(unittest.TestCase):
        def test_pay(self):
            pytest.skip("the bank is closed")


    class Bank:
        def fail(self): ...

        def test(self):
            self.fail()
    ```
    """

    code = "MIG652"
    words = tuple(METHODS)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/reference/reference.html#pytest-fail"

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in METHODS:
            return
        method = node.func.attr.value
        why = doubt(self, node.func.value, method)
        if why is None or why.startswith("nothing in the file"):
            return
        instead = METHODS[method]
        values = {"method": method, "instead": instead, "hint": ""}
        found = arguments(node, ("msg",) if method == "fail" else ("reason",))
        if found is None:
            self.report(node, values={**values, "hint": ": its arguments are not plain"}, at=node.func.attr)
            return
        if swallowed(self, node):
            hint = ": but a `try` or `with` around it would not catch that"
            self.report(node, values={**values, "hint": hint}, at=node.func.attr)
            return
        if "AssertionError" in self.source_of(self.module) or "SkipTest" in self.source_of(self.module):
            why = why or "the file catches what unittest raises, and pytest raises something else"
        given = [value if is_text(value) else cst.Call(cst.Name("str"), [cst.Arg(value)]) for value in found.values()]
        self.report(
            node,
            values=values,
            replace=cst.Call(member(self, instead), [cst.Arg(value) for value in given]),
            at=node.func.attr,
            safety="unsafe" if why else "safe",
            reason=why,
        )
