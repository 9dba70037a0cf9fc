from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import alone, arguments, doubt, member, tight

OPERATORS: dict[str, cst.BaseCompOp] = {
    "assertEqual": cst.Equal(),
    "assertNotEqual": cst.NotEqual(),
    "assertIs": cst.Is(),
    "assertIsNot": cst.IsNot(),
    "assertGreater": cst.GreaterThan(),
    "assertGreaterEqual": cst.GreaterThanEqual(),
    "assertLess": cst.LessThan(),
    "assertLessEqual": cst.LessThanEqual(),
    "assertDictEqual": cst.Equal(),
    "assertListEqual": cst.Equal(),
    "assertTupleEqual": cst.Equal(),
    "assertSetEqual": cst.Equal(),
    "assertMultiLineEqual": cst.Equal(),
    "assertSequenceEqual": cst.Equal(),
}
MEMBERS: dict[str, cst.BaseCompOp] = {"assertIn": cst.In(), "assertNotIn": cst.NotIn()}
NONES: dict[str, cst.BaseCompOp] = {"assertIsNone": cst.Is(), "assertIsNotNone": cst.IsNot()}
#: What is called, with what the method takes.
CALLS = {
    "assertIsInstance": ("isinstance", ("obj", "cls", "msg")),
    "assertNotIsInstance": ("isinstance", ("obj", "cls", "msg")),
    "assertIsSubclass": ("issubclass", ("cls", "superclass", "msg")),
    "assertNotIsSubclass": ("issubclass", ("cls", "superclass", "msg")),
    "assertHasAttr": ("hasattr", ("obj", "name", "msg")),
    "assertNotHasAttr": ("hasattr", ("obj", "name", "msg")),
    "assertRegex": ("re.search", ("text", "expected_regex", "msg")),
    "assertNotRegex": ("re.search", ("text", "unexpected_regex", "msg")),
    "assertStartsWith": ("startswith", ("s", "prefix", "msg")),
    "assertNotStartsWith": ("startswith", ("s", "prefix", "msg")),
    "assertEndsWith": ("endswith", ("s", "suffix", "msg")),
    "assertNotEndsWith": ("endswith", ("s", "suffix", "msg")),
}
ALMOST = {"assertAlmostEqual": cst.Equal(), "assertNotAlmostEqual": cst.NotEqual()}
#: What the method also makes sure of, and what one side has to be for `==` to make sure of it too.
KINDS: dict[str, tuple[str, tuple[type[cst.BaseExpression], ...]]] = {
    "assertDictEqual": ("dicts", (cst.Dict, cst.DictComp)),
    "assertListEqual": ("lists", (cst.List, cst.ListComp)),
    "assertTupleEqual": ("tuples", (cst.Tuple,)),
    "assertSetEqual": ("sets", (cst.Set, cst.SetComp)),
    "assertMultiLineEqual": ("texts", (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)),
    "assertSequenceEqual": ("sequences of one type", ()),
}
BUILT = {"assertDictEqual": "dict", "assertListEqual": "list", "assertTupleEqual": "tuple", "assertSetEqual": "set"}
TRUTH = ("assertTrue", "assertFalse")
ALL = (*OPERATORS, *MEMBERS, *NONES, *CALLS, *ALMOST, *TRUTH, "assertCountEqual")
LITERALS = (cst.SimpleString, cst.Integer, cst.Float, cst.Imaginary, cst.Tuple, cst.ConcatenatedString)


class CaseAssertion(Rule):
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

    def visit_Module(self, node: cst.Module) -> None:
        self._compares: bool | None = None

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in ALL:
            return
        method = node.func.attr.value
        why = doubt(self, node.func.value, method)
        if why is None:
            return
        test, message, hint, caveat = self._test(node, method)
        statement = self.parent(node)
        if test is not None and not isinstance(statement, cst.Expr):
            test, hint = None, "it is a part of an expression: make a statement of it"
        if test is None or not isinstance(statement, cst.Expr):
            self.report(node, values={"method": method, "hint": f": {hint}"}, at=node.func.attr)
            return
        if not why and method == "assertEqual" and self._says_what_is_equal():
            why = "`addTypeEqualityFunc` says what is equal"
        why = why or caveat
        self.report(
            statement,
            values={"method": method, "hint": ""},
            replace=cst.Assert(alone(test), message and alone(message)),
            at=node.func.attr,
            safety="unsafe" if why else "safe",
            reason=why,
        )

    def _says_what_is_equal(self) -> bool:
        # The code of a whole module is not asked for with every call in it.
        if self._compares is None:
            self._compares = "addTypeEqualityFunc" in self.module.code
        return self._compares

    def _test(
        self, call: cst.Call, method: str
    ) -> tuple[cst.BaseExpression | None, cst.BaseExpression | None, str, str]:
        """What is asserted, the message, why there is nothing, and what speaks against it."""
        if method in ALMOST:
            return self._almost(call, method)
        names: tuple[str, ...] = ("first", "second", "msg")
        if method in CALLS:
            names = CALLS[method][1]
        elif method in MEMBERS:
            names = ("member", "container", "msg")
        elif method in NONES:
            names = ("obj", "msg")
        elif method in TRUTH:
            names = ("expr", "msg")
        elif method in ("assertIs", "assertIsNot"):
            names = ("expr1", "expr2", "msg")
        elif method in ("assertGreater", "assertGreaterEqual", "assertLess", "assertLessEqual"):
            names = ("a", "b", "msg")
        elif method in KINDS:
            names = ("first", "second", "msg") if method == "assertMultiLineEqual" else self._kind_names(call, method)
        found = arguments(call, names)
        if found is None or any(name not in found for name in names[:-1]):
            return None, None, "its arguments are not plain: write the `assert` by hand", ""
        values, message = [found[name] for name in names[:-1]], found.get("msg")
        if method in TRUTH:
            test = values[0] if method == "assertTrue" else cst.UnaryOperation(cst.Not(), tight(values[0]))
            return test, message, "", ""
        if method in NONES:
            return _compared(values[0], NONES[method], cst.Name("None")), message, "", ""
        if method in CALLS:
            return self._called(method, values), message, "", ""
        if method == "assertCountEqual":
            counters = [cst.Call(member(self, "collections.Counter"), [cst.Arg(value)]) for value in values]
            plain = any(_is_plain(value) for value in values)
            caveat = "" if plain else "what is counted has to be hashable"
            return _compared(counters[0], cst.Equal(), counters[1]), message, "", caveat
        operator = {**OPERATORS, **MEMBERS}[method]
        if method in ("assertIs", "assertIsNot") and any(isinstance(value, LITERALS) for value in values):
            return None, None, "Python warns of `is` with a literal: write `==`", ""
        return _compared(values[0], operator, values[1]), message, "", self._untyped(method, values)

    def _kind_names(self, call: cst.Call, method: str) -> tuple[str, ...]:
        firsts = {
            "assertDictEqual": ("d1", "d2", "msg"),
            "assertListEqual": ("list1", "list2", "msg"),
            "assertTupleEqual": ("tuple1", "tuple2", "msg"),
            "assertSetEqual": ("set1", "set2", "msg"),
            "assertSequenceEqual": ("seq1", "seq2", "msg"),
        }
        return firsts[method]

    def _untyped(self, method: str, values: list[cst.BaseExpression]) -> str:
        if method not in KINDS:
            return ""
        what, literal = KINDS[method]
        built = BUILT.get(method, "")
        for value in values:
            if isinstance(value, literal) or (
                built and self.means(value, f"builtins.{built}") and isinstance(value, cst.Call)
            ):
                return ""
        return f"nothing says any more that both are {what}"

    def _called(self, method: str, values: list[cst.BaseExpression]) -> cst.BaseExpression:
        name = CALLS[method][0]
        if name in ("startswith", "endswith"):
            test: cst.BaseExpression = cst.Call(cst.Attribute(tight(values[0]), cst.Name(name)), [cst.Arg(values[1])])
        elif name == "re.search":
            test = cst.Call(member(self, name), [cst.Arg(value) for value in reversed(values)])
        else:
            test = cst.Call(cst.Name(name), [cst.Arg(value) for value in values])
        return cst.UnaryOperation(cst.Not(), test) if "Not" in method else test

    def _almost(
        self, call: cst.Call, method: str
    ) -> tuple[cst.BaseExpression | None, cst.BaseExpression | None, str, str]:
        found = arguments(call, ("first", "second", "places", "msg", "delta"))
        if found is None or "first" not in found or "second" not in found:
            return None, None, "its arguments are not plain: write the `assert` by hand", ""
        first, second, message = found["first"], found["second"], found.get("msg")
        if _is_number(first) and not _is_number(second):
            first, second = second, first
        places, delta = found.get("places"), found.get("delta")
        if places is not None and delta is not None:
            return None, None, "it has both `places` and `delta`", ""
        if isinstance(delta, cst.Name) and delta.value == "None":
            delta = None
        if isinstance(places, cst.Name) and places.value == "None":
            places = None
        if delta is not None and not _is_number(delta):
            gap = cst.Call(cst.Name("abs"), [cst.Arg(cst.BinaryOperation(_term(first), cst.Subtract(), _term(second)))])
            operator = cst.LessThanEqual() if method == "assertAlmostEqual" else cst.GreaterThan()
            return _compared(gap, operator, delta), message, "", ""
        tolerance = delta
        if delta is None:
            number = 7 if places is None else self.literal(places)
            if not isinstance(number, int) or number < 0:
                return (
                    None,
                    None,
                    "how many places is not known: pass `abs` to `pytest.approx`",
                    "",
                )
            tolerance = cst.Float("0.5" if number == 0 else f"5e-{number + 1}")
        assert tolerance is not None
        approx = cst.Call(
            member(self, "pytest.approx"),
            [
                cst.Arg(second),
                cst.Arg(
                    tolerance,
                    keyword=cst.Name("abs"),
                    equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
                ),
            ],
        )
        return _compared(first, ALMOST[method], approx), message, "", ""


def _compared(left: cst.BaseExpression, operator: cst.BaseCompOp, right: cst.BaseExpression) -> cst.Comparison:
    return cst.Comparison(tight(left), [cst.ComparisonTarget(operator, tight(right))])


def _term(value: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(value, cst.BinaryOperation) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return tight(value)


def _is_number(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.UnaryOperation):
        return isinstance(value.operator, cst.Minus | cst.Plus) and _is_number(value.expression)
    return isinstance(value, cst.Integer | cst.Float)


def _is_plain(value: cst.BaseExpression) -> bool:
    """Whether it is written out, of hashable things."""
    if not isinstance(value, cst.List | cst.Tuple | cst.Set):
        return False
    return all(isinstance(item.value, LITERALS) and not isinstance(item.value, cst.Tuple) for item in value.elements)
