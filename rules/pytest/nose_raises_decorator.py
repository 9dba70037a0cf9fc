from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import member


class NoseRaisesDecorator(Rule):
    """`@raises` of nose is `with pytest.raises(...)` around what the test does{hint}

    nose cannot be imported on Python 3.12. The whole body of the test comes into the block: put the one call that is
    meant there, and the rest above it. A decorator that is not the nearest to the function is left, and so is what
    has to be awaited or yields.

    ```python bad
    from nose.tools import raises


    class TestPay:
        @raises(ValueError, TypeError)  # hit
        def test_refused(self):
            '''Nobody pays less than nothing.'''
            # not even a little
            pay(
                -1,
                by="card",
            )

        @raises(ValueError)  # hit
        def test_yields(self):
            yield pay, -1
    ```
    ```python fixed
    import pytest
    from nose.tools import raises


    class TestPay:
        def test_refused(self):
            '''Nobody pays less than nothing.'''
            with pytest.raises((ValueError, TypeError)):
                # not even a little
                pay(
                    -1,
                    by="card",
                )

        @raises(ValueError)  # left
        def test_yields(self):
            yield pay, -1
    ```
    ```python ok
    import pytest


    def test_refused():
        with pytest.raises(ValueError):
            pay(-1)
    ```
    """

    code = "MIG683"
    names = ("nose.tools.raises",)
    covers = ("LIB420",)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/assert.html#assertions-about-expected-exceptions"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        for decorator in node.decorators:
            if self.means(decorator, *self.names):
                hint = self._hint(node, decorator)
                changes = None if hint else self._changes(node, decorator)
                self.report(node, values={"hint": hint and f": {hint}"}, replace=changes, at=decorator)

    def _hint(self, node: cst.FunctionDef, decorator: cst.Decorator) -> str:
        """Why it cannot be done here."""
        call = decorator.decorator
        if not isinstance(call, cst.Call) or not call.args or any(arg.star or arg.keyword for arg in call.args):
            return "its arguments are not plain"
        if decorator is not node.decorators[-1]:
            return "another decorator comes before it"
        if node.asynchronous is not None or _yields(node):
            return "what is awaited or yielded runs elsewhere"
        if not isinstance(node.body, cst.IndentedBlock):
            return "give the test a body of its own lines"
        return "the test does nothing" if len(node.body.body) == (node.get_docstring() is not None) else ""

    def _changes(self, node: cst.FunctionDef, decorator: cst.Decorator) -> dict[cst.CSTNode, cst.CSTNode | object]:
        assert isinstance(decorator.decorator, cst.Call)
        errors = [arg.value for arg in decorator.decorator.args]
        error = errors[0] if len(errors) == 1 else cst.Tuple([cst.Element(value) for value in errors])
        body = list(node.body.body)
        kept = body[:1] if node.get_docstring() is not None else []
        item = cst.WithItem(cst.Call(member(self, "pytest.raises"), [cst.Arg(error)]))
        block = cst.With([item], cst.IndentedBlock(body[len(kept) :]))
        return {
            decorator: cst.RemoveFromParent(),
            node.body: node.body.with_changes(body=[*kept, block]),
        }


def _yields(function: cst.FunctionDef) -> bool:
    """Whether *function* itself is a generator."""

    class Finder(cst.CSTVisitor):
        found = False

        def visit_Yield(self, node: cst.Yield) -> None:
            self.found = True

        def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
            return node is function

        def visit_Lambda(self, node: cst.Lambda) -> bool:
            return False

    finder = Finder()
    function.visit(finder)
    return finder.found
