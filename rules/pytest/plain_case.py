from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import classes, is_case, kin, methods
from ._plain import HOOKS, found_in, is_family, new_name, obstacle, tests_of
from ._rewriting import Rewriting, takes_fixture


class PlainCase(Rule):
    """`{case}` need not be a TestCase{hint}

    A class in which nothing of `TestCase` is used gives it up, with all classes of the file that it is related to. pytest
    collects it by its name, which is `Test…` from then on. `setUp` and `tearDown` become a fixture, or get the names that
    pytest calls where a base or a method calls them too; `addCleanup` is a finalizer of the request. A class that keeps
    its base is told why. pytest runs the tests of a plain class in the order they are written in.

    ```python bad
    import unittest


    class OrderTest(unittest.TestCase):  # hit
        maxDiff = None

        # a bank for each
        def setUp(self):
            super().setUp()
            self.bank = Bank()

        def tearDown(self):
            self.bank.close()

        def test_total(self):
            assert OrderTest.total([]) == 0


    class Base(unittest.TestCase):  # hit
        @classmethod
        def setUpClass(cls):
            cls.bank = Bank()

        def setUp(self):
            self.order = cls.bank.order()


    class SmallTestCase(Base):
        def setUp(self):
            super().setUp()
            self.order.reduce()

        def test_small(self):
            assert self.order


    class PartTest(unittest.TestCase):  # hit
        def test_parts(self):
            with self.subTest("a"):
                assert True
    ```
    ```python fixed
    import unittest

    import pytest


    class TestOrder:
        # a bank for each
        @pytest.fixture(autouse=True)
        def set_up(self):
            self.bank = Bank()
            yield
            self.bank.close()

        def test_total(self):
            assert TestOrder.total([]) == 0


    class Base:
        @classmethod
        def setup_class(cls):
            cls.bank = Bank()

        def setup_method(self):
            self.order = cls.bank.order()


    class TestSmall(Base):
        def setup_method(self):
            super().setup_method()
            self.order.reduce()

        def test_small(self):
            assert self.order


    class PartTest(unittest.TestCase):  # left
        def test_parts(self):
            with self.subTest("a"):
                assert True
    ```
    ```python bad
    import unittest


    class OrderTest(unittest.TestCase):  # hit
        def setUp(self):
            self.addCleanup(remove, "order", quietly=True)
            self.order = Order()

        def test_order(self):
            assert self.order
    ```
    ```python fixed
    import functools

    import pytest


    class TestOrder:
        @pytest.fixture(autouse=True)
        def set_up(self, request):
            request.addfinalizer(functools.partial(remove, "order", quietly=True))
            self.order = Order()

        def test_order(self):
            assert self.order
    ```
    ```python ok
    class TestOrder:
        def test_total(self):
            assert total([]) == 0
    ```
    """

    code = "MIG660"
    types = ("unittest.TestCase",)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/unittest.html"

    def visit_Module(self, node: cst.Module) -> None:
        self._done: set[str] = set()
        #: What keeps each class of a family, which is asked by each of them.
        self._kept: dict[frozenset[cst.ClassDef], dict[str, str]] = {}

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if not is_case(self, node) or node.name.value in self._done:
            return
        family = {item.name.value: item for item in kin(self, node)}
        if not is_family(self, family):
            return
        whole = frozenset(family.values())
        if whole not in self._kept:
            self._kept[whole] = self._reasons(family)
        reasons = self._kept[whole]
        if not any(reasons.values()):
            self._done |= set(family)
            self._change(node, family)
            return
        why = reasons.get(node.name.value) or next(
            f"its relative `{name}` stays one" for name, reason in reasons.items() if reason
        )
        self.report(node, values={"case": node.name.value, "hint": f", but {why}"})

    def _reasons(self, family: dict[str, cst.ClassDef]) -> dict[str, str]:
        """What keeps each of *family* a TestCase, by name; ``""`` for nothing."""
        reasons = {name: obstacle(self, item, family) for name, item in family.items()}
        if not any(reasons.values()):
            reasons = {name: self._together(item, family) for name, item in family.items()}
        return reasons

    def _together(self, node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> str:
        """What keeps *node* as it is where nothing in it does."""
        if any(isinstance(item, cst.FunctionDef) and item.name.value == "load_tests" for item in self.module.body):
            return "`load_tests` says what its tests are"
        if not any(tests_of(item, family) for item in family.values()):
            return "it has no tests: others may inherit from it"
        cleaning = any(
            isinstance(item, cst.Attribute) and item.attr.value == "addCleanup"
            for item in found_in(node, cst.Attribute)
        )
        if cleaning:
            hooked = [item for item in family.values() if {"setUp", "tearDown"} & set(methods(item))]
            tests = [item for name, item in methods(node).items() if name.startswith("test")]
            late = any(
                isinstance(item, cst.Attribute) and item.attr.value == "addCleanup"
                for test in tests
                for item in found_in(test, cst.Attribute)
            )
            if hooked and not takes_fixture(self, family):
                return "`self.addCleanup` is used beside a `setUp` that is no fixture"
            if late and any("tearDown" in methods(item) for item in hooked):
                return "`self.addCleanup` in a test is called after `tearDown`"
        if not is_case(self, node) and any(name in methods(node) for name in HOOKS):
            supers = [item for item in found_in(node, cst.Name) if isinstance(item, cst.Name) and item.value == "super"]
            if supers:
                return "what `super()` is in it depends on who inherits from it"
        return new_name(self, node, family)[1]

    def _change(self, node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> None:
        renamed = {name: new_name(self, item, family)[0] for name, item in family.items()}
        renamed = {name: new for name, new in renamed.items() if name != new}
        fixture = takes_fixture(self, family)
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for item in family.values():
            new = item.visit(Rewriting(self, item, family, renamed, fixture))
            assert isinstance(new, cst.ClassDef)
            if not new.deep_equals(item):
                changes[item] = new
        for name in found_in(self.module, cst.Name):
            if not isinstance(name, cst.Name) or name.value not in renamed:
                continue
            outer = self.parent(name)
            within = any(holder in changes for holder in self.ancestors(name))
            other = (isinstance(outer, cst.Attribute) and outer.attr is name) or (
                isinstance(outer, cst.Arg) and outer.keyword is name
            )
            if not within and not other:
                changes[name] = cst.Name(renamed[name.value])
        last = self.dotted_module.rpartition(".")[2].lower()
        own = not last or last.startswith("test") or last.endswith(("test", "tests"))
        first = next(item for item in classes(self).values() if item in changes)
        self.report(
            first,
            values={"case": node.name.value, "hint": ""},
            replace=changes,
            safety="safe" if own else "unsafe",
            reason="" if own else "the file is not called one of tests: others may inherit from its classes",
        )
