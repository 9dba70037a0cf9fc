import ast

from platform_lint.api import Rule, cst

#: For two values: the operator that is asserted.
BINARY: dict[str, cst.BaseCompOp] = {
    "assertEqual": cst.Equal(),
    "assertNotEqual": cst.NotEqual(),
    "assertIs": cst.Is(),
    "assertIsNot": cst.IsNot(),
    "assertIn": cst.In(),
    "assertNotIn": cst.NotIn(),
    "assertGreater": cst.GreaterThan(),
    "assertGreaterEqual": cst.GreaterThanEqual(),
    "assertLess": cst.LessThan(),
    "assertLessEqual": cst.LessThanEqual(),
}
NONE: dict[str, cst.BaseCompOp] = {"assertIsNone": cst.Is(), "assertIsNotNone": cst.IsNot()}
TRUTH = ("assertTrue", "assertFalse")
INSTANCE = ("assertIsInstance", "assertNotIsInstance")
VALUES = {**dict.fromkeys(BINARY, 2), **dict.fromkeys(NONE, 1), **dict.fromkeys(TRUTH, 1), **dict.fromkeys(INSTANCE, 2)}

#: These bind no tighter than a comparison.
LOOSE = (cst.BooleanOperation, cst.Comparison, cst.IfExp, cst.Lambda, cst.NamedExpr, cst.Yield)


class UnittestAssertion(Rule):
    """Write `assert` instead of `self.{method}`: pytest shows both values too

    pytest rewrites `assert`, so the methods of `TestCase` are no longer needed to see what was compared. Opt-in, for
    test suites that run under pytest alone. The fix is unsafe because unittest compares some types in its own way when
    it shows a difference, and because `python -O` drops assertions. Ruff's PT009 is the same, also for methods that have
    no plain assertion.

    ```python bad
    import unittest

    class OrderTest(unittest.TestCase):
        def test_total(self):
            self.assertEqual(total([]), 0)  # hit
            self.assertIsNone(order(), "there is one")  # hit
            self.assertFalse(a or b)  # hit
            self.assertTrue(  # hit
                a.is_open and
                b.is_open)
    ```
    ```python fixed
    import unittest

    class OrderTest(unittest.TestCase):
        def test_total(self):
            assert total([]) == 0  # hit
            assert order() is None, "there is one"  # hit
            assert not (a or b)  # hit
            assert (a.is_open and
                    b.is_open)
    ```
    ```python ok
    import unittest

    class OrderTest(unittest.TestCase):
        def test_total(self):
            assert total([]) == 0
            self.assertAlmostEqual(total([0.1]), 0.1)
    ```
    """

    code = "LIB490"
    words = tuple(VALUES)
    docs = "https://docs.pytest.org/en/stable/how-to/assert.html"
    level = "warning"
    default = False
    fix = "unsafe"

    def visit_Expr(self, node: cst.Expr) -> None:
        call = node.value
        if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
            return
        method = call.func.attr.value
        if method not in VALUES or not isinstance(call.func.value, cst.Name) or call.func.value.value != "self":
            return
        fixed = _assertion(call, method)
        self.report(node, values={"method": method}, replace=fixed, at=call.func.attr)


def _assertion(call: cst.Call, method: str) -> cst.Assert | None:
    """The statement that asserts the same; None where the arguments are not plain."""
    count = VALUES[method]
    if any(arg.star for arg in call.args) or any(arg.keyword and arg.keyword.value != "msg" for arg in call.args):
        return None
    if not count <= len(call.args) <= count + 1 or any(arg.keyword for arg in call.args[:count]):
        return None
    values = [arg.value for arg in call.args[:count]]
    test: cst.BaseExpression
    if method in TRUTH:
        test = _alone(values[0]) if method == "assertTrue" else cst.UnaryOperation(cst.Not(), _tight(values[0]))
    elif method in INSTANCE:
        test = cst.Call(cst.Name("isinstance"), [cst.Arg(value) for value in values])
        test = test if method == "assertIsInstance" else cst.UnaryOperation(cst.Not(), test)
    else:
        operator, right = (BINARY[method], values[1]) if count == 2 else (NONE[method], cst.Name("None"))
        test = cst.Comparison(_tight(values[0]), [cst.ComparisonTarget(operator, _tight(right))])
    return cst.Assert(test, _alone(call.args[count].value) if len(call.args) > count else None)


def _tight(value: cst.BaseExpression) -> cst.BaseExpression:
    return _in_parentheses(value) if isinstance(value, LOOSE) or _is_broken(value) else value


def _alone(value: cst.BaseExpression) -> cst.BaseExpression:
    bare = isinstance(value, cst.GeneratorExp | cst.NamedExpr | cst.Yield)
    return _in_parentheses(value) if bare or _is_broken(value) else value


def _in_parentheses(value: cst.BaseExpression) -> cst.BaseExpression:
    return value if value.lpar else value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _is_broken(value: cst.BaseExpression) -> bool:
    """Whether it goes over rows that only the brackets around it hold together."""
    code = cst.Module([]).code_for_node(value)
    if "\n" not in code:
        return False
    try:
        ast.parse(code.strip(), mode="eval")
    except SyntaxError:
        return True
    return False
