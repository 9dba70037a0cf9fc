from __future__ import annotations

from platform_lint.api import Rule, cst

from ._nose import ASSERTIONS, RAISES

OTHERS = ("istest", "make_decorator", "nottest", "raises", "set_trace", "timed", "with_setup")


class NoseUnusedImport(Rule):
    """{names} of nose is imported and not used: take it out

    nose cannot be imported on Python 3.12, so that an import which nothing needs keeps the whole file from being run.

    ```python bad
    from nose.tools import assert_equal, assert_false, raises  # hit


    @raises(ValueError)
    def test_refused():
        pay(-1)
    ```
    ```python fixed
    from nose.tools import raises


    @raises(ValueError)
    def test_refused():
        pay(-1)
    ```
    ```python bad
    import pay
    from nose.tools import (
        assert_equal,  # hit
        assert_false,
    )

    assert pay
    ```
    ```python fixed
    import pay

    assert pay
    ```
    ```python ok
    from nose.tools import assert_equal, ok_

    __all__ = ["ok_"]
    check = assert_equal
    ```
    """

    code = "MIG685"
    names = (*ASSERTIONS, *RAISES, *(f"nose.tools.{name}" for name in OTHERS))
    covers = ("LIB420",)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/deprecations.html#support-for-tests-written-for-nose"

    def visit_Module(self, node: cst.Module) -> None:
        self.imports: list[cst.ImportFrom] = []
        self.used: set[str] = set()

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        module = node.module
        of_nose = isinstance(module, cst.Attribute) and self.source_of(module) == "nose.tools" and not node.relative
        if of_nose and not isinstance(node.names, cst.ImportStar):
            self.imports.append(node)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.used.add(node.value)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.used.add(str(node.evaluated_value))  # In `__all__`, say.

    def leave_Module(self, node: cst.Module) -> None:
        for statement in self.imports:
            assert not isinstance(statement.names, cst.ImportStar)
            unused = [each for each in statement.names if (each.evaluated_alias or each.evaluated_name) not in self.used]
            if not unused:
                continue
            gone: list[cst.CSTNode] = [statement] if len(unused) == len(statement.names) else [*unused]
            values = {"names": ", ".join(f"`{each.evaluated_name}`" for each in unused)}
            self.report(statement, values=values, at=unused[0], replace=dict.fromkeys(gone, cst.RemoveFromParent()))
