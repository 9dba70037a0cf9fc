from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import arguments, member, tight

NAMES = {
    "unittest.skip": "skip",
    "unittest.skipIf": "skipif",
    "unittest.skipUnless": "skipif",
    "unittest.expectedFailure": "xfail",
    "unittest.case.skip": "skip",
    "unittest.case.skipIf": "skipif",
    "unittest.case.skipUnless": "skipif",
    "unittest.case.expectedFailure": "xfail",
}
NO_SPACE = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


class CaseMark(Rule):
    """`{name}` is `pytest.mark.{mark}`{hint}

    pytest reads its marks on tests of unittest too. A mark on what is no test does nothing, so decorators of `setUp` and of
    helpers stay. A condition that is not evidently true or false is put into `bool(...)`, because pytest evaluates one that
    is text.

    ```python bad
    import sys
    import unittest
    from unittest import skipUnless


    class OrderTest(unittest.TestCase):
        @unittest.skip("slow")  # hit
        def test_slow(self): ...

        @unittest.skipIf(sys.platform == "win32", "no fork")  # hit
        def test_fork(self): ...

        @skipUnless(fast, reason="slow")  # hit
        def test_fast(self): ...

        @unittest.skipIf(slow, "slow")  # hit
        def test_bool(self): ...

        @unittest.expectedFailure  # hit
        def test_broken(self): ...

        @unittest.skip("later")  # hit
        def setUp(self): ...
    ```
    ```python fixed
    import sys
    import unittest

    import pytest


    class OrderTest(unittest.TestCase):
        @pytest.mark.skip(reason="slow")  # hit
        def test_slow(self): ...

        @pytest.mark.skipif(sys.platform == "win32", reason="no fork")  # hit
        def test_fork(self): ...

        @pytest.mark.skipif(not fast, reason="slow")  # hit
        def test_fast(self): ...

        @pytest.mark.skipif(bool(slow), reason="slow")  # hit
        def test_bool(self): ...

        @pytest.mark.xfail(strict=True)  # hit
        def test_broken(self): ...

        @unittest.skip("later")  # left
        def setUp(self): ...
    ```
    ```python ok
    import pytest


    @pytest.mark.skip(reason="slow")
    def test_slow(): ...
    ```
    """

    code = "MIG653"
    names = tuple(NAMES)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/skipping.html"

    def visit_Name(self, node: cst.Name) -> None:
        self._check(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._check(node)

    def _check(self, node: cst.Name | cst.Attribute) -> None:
        outer = self.parent(node)
        if isinstance(outer, cst.ImportAlias | cst.AsName) or (isinstance(outer, cst.Attribute) and outer.attr is node):
            return
        name = self.qualified_name(node)
        if name not in NAMES:
            return
        mark, which = NAMES[name], name.rpartition(".")[2]
        values = {"name": f"unittest.{which}", "mark": mark, "hint": ""}
        call = outer if isinstance(outer, cst.Call) and outer.func is node else None
        whole: cst.CSTNode = call or node
        holder = self.parent(whole)
        hint = caveat = ""
        if isinstance(holder, cst.Decorator):
            hint = self._misplaced(holder)
        elif isinstance(holder, cst.Assign) and isinstance(self.parent(self.parent(holder)), cst.Module):  # type: ignore[arg-type]
            caveat = "who decorates a helper or `setUp` with it has no mark"
        else:
            hint = "it is no decorator"
        new = None if hint else self._marked(call, which)
        if new is None:
            hint = hint or "its arguments are not plain"
        self.report(
            node,
            values={**values, "hint": f": {hint}" if hint else ""},
            replace={whole: new} if new is not None else None,
            safety="unsafe" if caveat else "safe",
            reason=caveat,
        )

    def _misplaced(self, decorator: cst.Decorator) -> str:
        on = self.parent(decorator)
        if isinstance(on, cst.ClassDef):
            return ""
        if isinstance(on, cst.FunctionDef) and on.name.value.startswith("test"):
            return ""
        return "but what it stands on is no test: call `pytest.skip` in it"

    def _marked(self, call: cst.Call | None, which: str) -> cst.BaseExpression | None:
        mark = cst.Attribute(member(self, "pytest.mark"), cst.Name(NAMES[f"unittest.{which}"]))
        if which == "expectedFailure":
            strict = cst.Arg(cst.Name("True"), keyword=cst.Name("strict"), equal=NO_SPACE)
            return cst.Call(mark, [strict]) if call is None else None
        if call is None:
            return mark if which == "skip" else None
        found = arguments(call, ("reason",) if which == "skip" else ("condition", "reason"))
        if found is None or (which != "skip" and len(found) < 2):
            return None
        given = []
        if "condition" in found:
            given.append(cst.Arg(_condition(self, found["condition"], which == "skipUnless")))
        if "reason" in found:
            given.append(cst.Arg(found["reason"], keyword=cst.Name("reason"), equal=NO_SPACE))
        return cst.Call(mark, given)


def _condition(rule: Rule, value: cst.BaseExpression, negated: bool) -> cst.BaseExpression:
    if negated:
        if isinstance(value, cst.UnaryOperation) and isinstance(value.operator, cst.Not) and _is_bool(value.expression):
            return value.expression
        return cst.UnaryOperation(cst.Not(), tight(rule, value))
    return value if _is_bool(value) else cst.Call(cst.Name("bool"), [cst.Arg(value)])


def _is_bool(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.BooleanOperation):
        return _is_bool(value.left) and _is_bool(value.right)
    if isinstance(value, cst.UnaryOperation):
        return isinstance(value.operator, cst.Not)
    if isinstance(value, cst.Call):
        truths = {"startswith", "endswith", "isinstance", "hasattr", "bool", "issubclass", "any", "all", "exists"}
        name = value.func.attr if isinstance(value.func, cst.Attribute) else value.func
        return isinstance(name, cst.Name) and name.value in truths
    return isinstance(value, cst.Comparison) or (isinstance(value, cst.Name) and value.value in ("True", "False"))
