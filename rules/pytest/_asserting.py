"""What the assertions of unittest, and of nose, which has them under other names, are as plain ``assert``."""

from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import alone, arguments, member, tight

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
#: What is called.
CALLS = {
    "assertIsInstance": "isinstance",
    "assertNotIsInstance": "isinstance",
    "assertIsSubclass": "issubclass",
    "assertNotIsSubclass": "issubclass",
    "assertHasAttr": "hasattr",
    "assertNotHasAttr": "hasattr",
    "assertRegex": "re.search",
    "assertNotRegex": "re.search",
    "assertStartsWith": "startswith",
    "assertNotStartsWith": "startswith",
    "assertEndsWith": "endswith",
    "assertNotEndsWith": "endswith",
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
#: What the methods take, where that is not `first`, `second` and `msg`.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "assertIsInstance": ("obj", "cls", "msg"),
    "assertNotIsInstance": ("obj", "cls", "msg"),
    "assertIsSubclass": ("cls", "superclass", "msg"),
    "assertNotIsSubclass": ("cls", "superclass", "msg"),
    "assertHasAttr": ("obj", "name", "msg"),
    "assertNotHasAttr": ("obj", "name", "msg"),
    "assertRegex": ("text", "expected_regex", "msg"),
    "assertNotRegex": ("text", "unexpected_regex", "msg"),
    "assertStartsWith": ("s", "prefix", "msg"),
    "assertNotStartsWith": ("s", "prefix", "msg"),
    "assertEndsWith": ("s", "suffix", "msg"),
    "assertNotEndsWith": ("s", "suffix", "msg"),
    "assertIn": ("member", "container", "msg"),
    "assertNotIn": ("member", "container", "msg"),
    "assertIsNone": ("obj", "msg"),
    "assertIsNotNone": ("obj", "msg"),
    "assertTrue": ("expr", "msg"),
    "assertFalse": ("expr", "msg"),
    "assertIs": ("expr1", "expr2", "msg"),
    "assertIsNot": ("expr1", "expr2", "msg"),
    "assertGreater": ("a", "b", "msg"),
    "assertGreaterEqual": ("a", "b", "msg"),
    "assertLess": ("a", "b", "msg"),
    "assertLessEqual": ("a", "b", "msg"),
    "assertDictEqual": ("d1", "d2", "msg"),
    "assertListEqual": ("list1", "list2", "msg"),
    "assertTupleEqual": ("tuple1", "tuple2", "msg"),
    "assertSetEqual": ("set1", "set2", "msg"),
    "assertSequenceEqual": ("seq1", "seq2", "msg"),
}
TRUTH = ("assertTrue", "assertFalse")
ALL = (*OPERATORS, *MEMBERS, *NONES, *CALLS, *ALMOST, *TRUTH, "assertCountEqual")
LITERALS = (cst.SimpleString, cst.Integer, cst.Float, cst.Imaginary, cst.Tuple, cst.ConcatenatedString)


class Asserting(Rule):
    """Says what a call asserts, by the name that unittest has for it."""

    def _test(
        self, call: cst.Call, method: str, names: tuple[str, ...]
    ) -> tuple[cst.BaseExpression | None, cst.BaseExpression | None, str, str]:
        """What is asserted, the message, why there is nothing, and what speaks against it."""
        if method in ALMOST:
            return self._almost(call, method)
        names = names or PARAMETERS.get(method, ("first", "second", "msg"))
        found = arguments(call, names)
        if found is None or any(name not in found for name in names[:-1]):
            return None, None, "its arguments are not plain: write the `assert` by hand", ""
        values, message = [found[name] for name in names[:-1]], found.get("msg")
        if method in TRUTH:
            value = values[0]
            test = alone(self, value) if method == "assertTrue" else cst.UnaryOperation(cst.Not(), tight(self, value))
            return test, message, "", ""
        if method in NONES:
            return _compared(self, values[0], NONES[method], cst.Name("None")), message, "", ""
        if method in CALLS:
            return self._called(method, values), message, "", ""
        if method == "assertCountEqual":
            counters = [cst.Call(member(self, "collections.Counter"), [cst.Arg(value)]) for value in values]
            plain = any(_is_plain(value) for value in values)
            caveat = "" if plain else "what is counted has to be hashable"
            return _compared(self, counters[0], cst.Equal(), counters[1]), message, "", caveat
        operator = {**OPERATORS, **MEMBERS}[method]
        if method in ("assertIs", "assertIsNot") and any(isinstance(value, LITERALS) for value in values):
            return None, None, "Python warns of `is` with a literal: write `==`", ""
        return _compared(self, values[0], operator, values[1]), message, "", self._untyped(method, values)

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
        name = CALLS[method]
        if name in ("startswith", "endswith"):
            test: cst.BaseExpression = cst.Call(cst.Attribute(tight(self, values[0]), cst.Name(name)), [cst.Arg(values[1])])
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
            gap = cst.Call(cst.Name("abs"), [cst.Arg(cst.BinaryOperation(_term(self, first), cst.Subtract(), _term(self, second)))])
            operator = cst.LessThanEqual() if method == "assertAlmostEqual" else cst.GreaterThan()
            return _compared(self, gap, operator, delta), message, "", ""
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
        return _compared(self, first, ALMOST[method], approx), message, "", ""

    def asserted(
        self, call: cst.Call, method: str, names: tuple[str, ...] = ()
    ) -> tuple[cst.Expr | None, cst.Assert | None, str, str]:
        """The statement that *call*, which does what *method* of TestCase does, is, and what it comes to; else why it
        is left. Last, what speaks against trusting that. *names* are those of its parameters, where they are others.
        """
        test, message, hint, caveat = self._test(call, method, names)
        statement = self.parent(call)
        if test is None:
            return None, None, hint, ""
        if not isinstance(statement, cst.Expr):
            return None, None, "it is a part of an expression: make a statement of it", ""
        return statement, cst.Assert(test, message and alone(self, message)), "", caveat


def _compared(
    rule: Rule, left: cst.BaseExpression, operator: cst.BaseCompOp, right: cst.BaseExpression
) -> cst.Comparison:
    return cst.Comparison(tight(rule, left), [cst.ComparisonTarget(operator, tight(rule, right))])


def _term(rule: Rule, value: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(value, cst.BinaryOperation) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return tight(rule, value)


def _is_number(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.UnaryOperation):
        return isinstance(value.operator, cst.Minus | cst.Plus) and _is_number(value.expression)
    return isinstance(value, cst.Integer | cst.Float)


def _is_plain(value: cst.BaseExpression) -> bool:
    """Whether it is written out, of hashable things."""
    if not isinstance(value, cst.List | cst.Tuple | cst.Set):
        return False
    return all(isinstance(item.value, LITERALS) and not isinstance(item.value, cst.Tuple) for item in value.elements)
