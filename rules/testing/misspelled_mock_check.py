from platform_lint.api import Rule, cst

#: What is written where a check of the same arguments was meant.
MEANT = {
    "called_with": "assert_called_with",
    "called_once_with": "assert_called_once_with",
    "has_calls": "assert_has_calls",
    "not_called": "assert_not_called",
    "called_once": "assert_called_once",
    "assert_called_once_whit": "assert_called_once_with",
}
CHECKS = (
    "assert_any_call",
    "assert_any_await",
    "assert_awaited",
    "assert_awaited_once",
    "assert_awaited_once_with",
    "assert_awaited_with",
    "assert_called",
    "assert_called_once",
    "assert_called_once_with",
    "assert_called_with",
    "assert_has_calls",
    "assert_not_awaited",
    "assert_not_called",
)


class MisspelledMockCheck(Rule):
    """`{found}` checks nothing: write `{meant}`

    A mock answers any method, so `assert mock.called_once_with(1)` and `mock.has_calls([])` pass whatever was called,
    and a check without its parentheses is never made. Python 3.12 refuses some of these names. The fix is unsafe
    because the test may fail from then on. Ruff's PGH005 is the same without a fix.

    ```python bad
    from unittest.mock import Mock

    send = Mock()
    assert send.called_once_with(1)  # hit
    send.called_with(1)  # hit
    send.assert_called_once  # hit
    ```
    ```python fixed
    from unittest.mock import Mock

    send = Mock()
    send.assert_called_once_with(1)  # hit
    send.assert_called_with(1)  # hit
    send.assert_called_once()  # hit
    ```
    ```python ok
    from unittest.mock import Mock

    send = Mock()
    assert send.called
    send.assert_called_once_with(1)
    check = send.assert_called_once
    ```
    """

    code = "LIB486"
    default = False
    words = (*MEANT, *CHECKS)
    docs = "https://docs.python.org/3/library/unittest.mock.html#unittest.mock.Mock.assert_called_with"
    fix = "unsafe"

    def visit_Assert(self, node: cst.Assert) -> None:
        call = node.test
        meant = self._meant(call)
        if meant and node.msg is None and isinstance(call, cst.Call):
            self._say(node, call.func, meant, cst.Expr(call.with_changes(func=self._renamed(call.func, meant))))

    def visit_Expr(self, node: cst.Expr) -> None:
        value = node.value
        meant = self._meant(value)
        if meant and isinstance(value, cst.Call):
            self._say(value, value.func, meant, value.with_changes(func=self._renamed(value.func, meant)))
        elif isinstance(value, cst.Attribute) and value.attr.value in CHECKS:
            name = value.attr.value
            fixed = cst.Call(value) if name.endswith(("called", "awaited", "once")) else None
            self.report(value, f"`{name}` is not called, so nothing is checked: write `{name}(...)`", replace=fixed)

    def _meant(self, node: cst.CSTNode) -> str:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            return MEANT.get(node.func.attr.value, "")
        return ""

    def _renamed(self, func: cst.BaseExpression, meant: str) -> cst.BaseExpression:
        assert isinstance(func, cst.Attribute)
        return func.with_changes(attr=cst.Name(meant))

    def _say(self, node: cst.CSTNode, func: cst.BaseExpression, meant: str, fixed: cst.CSTNode) -> None:
        assert isinstance(func, cst.Attribute)
        self.report(node, values={"found": func.attr.value, "meant": meant}, replace=fixed)
