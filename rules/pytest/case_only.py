from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import doubt

#: What stays as it is, with what to do.
HINTS = {
    "subTest": "parametrize the test, or use the fixture `subtests` of pytest 9",
    "assertLogs": "use `caplog`, which sees what reaches the root logger only",
    "assertNoLogs": "use `caplog`, and assert that `caplog.records` is empty",
    "addTypeEqualityFunc": "compare in a function of your own",
    "enterContext": "enter it in a fixture, with `yield` inside",
    "enterClassContext": 'enter it in a fixture with `scope="class"`',
    "addClassCleanup": 'write a fixture with `scope="class"`',
    "doCleanups": "let the fixture do that",
    "id": "ask `request.node.nodeid`",
    "shortDescription": "ask `request.node.name`",
    "_testMethodName": "ask `request.node.name`",
    "_testMethodDoc": "ask `request.function.__doc__`",
    "countTestCases": "pytest runs the test",
    "defaultTestResult": "pytest runs the test",
    "assertDictContainsSubset": "write `assert {**whole, **part} == whole`",
}


class CaseOnly(Rule):
    """`{called}` has no counterpart that is certain to do the same: {hint}

    What a class uses of these keeps it a `TestCase`. A failure in `subTest` lets the rest of the test run, which a plain
    loop does not. `assertLogs` takes over the logger while it runs, where `caplog` listens at the root.

    ```python bad
    import unittest


    class OrderTest(unittest.TestCase):
        def test_parts(self):
            for part in parts():
                with self.subTest(part=part):  # hit
                    assert part
            with self.assertLogs("orders") as logs:  # hit
                order(self.id())  # hit
    ```
    ```python ok
    class Order:
        def check(self):
            return self.id()


    def test_parts(subtests):
        with subtests.test(part=1):
            assert True
    ```
    """

    code = "MIG657"
    words = tuple(HINTS)
    default = False
    level = "warning"
    fix = "safe"
    docs = "https://docs.pytest.org/en/stable/how-to/unittest.html"

    def visit_Attribute(self, node: cst.Attribute) -> None:
        name = node.attr.value
        if name not in HINTS:
            return
        why = doubt(self, node.value, name)
        if why is None or why.startswith("nothing in the file"):
            return
        self.report(node, values={"called": f"{self.source_of(node.value)}.{name}", "hint": HINTS[name]}, at=node.attr)
