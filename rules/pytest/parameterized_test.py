from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import is_case
from ._plain import found_in, needed

NO_SPACE = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


class ParameterizedTest(Rule):
    """`parameterized.expand` is `pytest.mark.parametrize`{hint}

    Done where the cases are written out, as many values in each as the test has arguments, and the class is no `TestCase`
    any more: pytest does not parametrize its methods. The ids of the tests change.

    ```python bad
    from parameterized import parameterized


    class TestOrder:
        @parameterized.expand([("none", 0), ("two", 2)])  # hit
        def test_total(self, name, total):
            assert name and total >= 0

        @parameterized.expand([1, 2])  # hit
        def test_one(self, total):
            assert total

        @parameterized.expand(cases)  # hit
        def test_cases(self, total):
            assert total
    ```
    ```python fixed
    import pytest
    from parameterized import parameterized


    class TestOrder:
        @pytest.mark.parametrize("name, total", [("none", 0), ("two", 2)])  # hit
        def test_total(self, name, total):
            assert name and total >= 0

        @pytest.mark.parametrize("total", [1, 2])  # hit
        def test_one(self, total):
            assert total

        @parameterized.expand(cases)  # left
        def test_cases(self, total):
            assert total
    ```
    ```python ok
    import pytest


    class TestOrder:
        @pytest.mark.parametrize("total", [1, 2])
        def test_one(self, total):
            assert total
    ```
    """

    code = "MIG670"
    names = ("parameterized.parameterized.expand", "nose_parameterized.parameterized.expand")
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/parametrize.html"

    def visit_Decorator(self, node: cst.Decorator) -> None:
        call = node.decorator
        function = self.parent(node)
        if (
            not isinstance(call, cst.Call)
            or not self.means(call, *self.names)
            or not isinstance(function, cst.FunctionDef)
        ):
            return
        owner = self.enclosing_class(function)
        hint = ""
        new = None
        if owner is not None and is_case(self, owner):
            hint = "but pytest parametrizes no methods of a TestCase"
        elif len(function.decorators) > 1:
            hint = "but another decorator is there: look at the order of arguments"
        else:
            new = self._marked(call, function)
            hint = "" if new is not None else "but its cases are not written out"
        self.report(call, values={"hint": f", {hint}" if hint else ""}, replace=new, at=call.func)

    def _marked(self, call: cst.Call, function: cst.FunctionDef) -> cst.Call | None:
        cases = call.args[0].value if len(call.args) == 1 and call.args[0].keyword is None else None
        if not isinstance(cases, cst.List | cst.Tuple):
            return None
        params = function.params.params[1:]
        if not params or needed(function) != len(params) or function.params.kwonly_params:
            return None
        rows: list[cst.BaseExpression] = []
        for element in cases.elements:
            value = element.value
            if isinstance(element, cst.StarredElement):
                return None
            values = [item.value for item in value.elements] if isinstance(value, cst.Tuple) else [value]
            plain = isinstance(value, cst.Tuple | cst.SimpleString | cst.Integer | cst.Float)
            if not plain or len(values) != len(params) or found_in(element, cst.StarredElement):
                return None
            rows.append(value if len(params) > 1 else values[0])
        if not rows:
            return None
        names = ", ".join(param.name.value for param in params)
        shown = (
            cases
            if len(params) > 1
            else cases.with_changes(
                elements=[item.with_changes(value=row) for item, row in zip(cases.elements, rows, strict=True)]
            )
        )
        mark = cst.Attribute(self.spelled("pytest"), cst.Name("mark"))
        return cst.Call(
            cst.Attribute(mark, cst.Name("parametrize")), [cst.Arg(cst.SimpleString(f'"{names}"')), cst.Arg(shown)]
        )
