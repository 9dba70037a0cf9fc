from __future__ import annotations

from platform_lint.api import Rule, cst

from ._cases import classes, first_parameter, is_case, methods
from ._plain import HOOKS


class NoseSetUpOfUnittest(Rule):
    """pytest calls `{method}` of a TestCase only, and `{cls}` is none: call it `{to}`{hint}

    nose called `setUp` and `tearDown` of any class of tests; pytest does not, and the tests run without. The fix renames
    them in a class and in those of the file that it inherits from, and what calls them there. It is unsafe, because a
    class in another file may inherit them too.

    ```python bad
    class Base:
        def setUp(self):  # hit
            self.bank = Bank()


    class TestOrder(Base):
        def setUp(self):  # hit
            super().setUp()
            self.order = 1

        @classmethod
        def tearDownClass(cls):  # hit
            close()

        def test_order(self):
            assert self.order


    class TestOther(made()):
        def setUp(self): ...
    ```
    ```python fixed
    class Base:
        def setup_method(self):  # hit
            self.bank = Bank()


    class TestOrder(Base):
        def setup_method(self):  # hit
            super().setup_method()
            self.order = 1

        @classmethod
        def teardown_class(cls):  # hit
            close()

        def test_order(self):
            assert self.order


    class TestOther(made()):
        def setUp(self): ...
    ```
    ```python bad
    from bank import Base


    class TestOrder:
        def setUp(self, order=1):  # hit
            self.order = order

        def setup_method(self):
            self.setUp(2)

        def test_order(self):
            assert self.order
    ```
    ```python ok
    import unittest


    class Order:
        def setUp(self): ...


    class TestOrder(unittest.TestCase):
        def setUp(self): ...

        def test_order(self): ...
    ```
    """

    code = "MIG684"
    words = tuple(HOOKS)
    default = False
    level = "warning"
    docs = "https://docs.pytest.org/en/stable/how-to/xunit_setup.html"

    def visit_Module(self, node: cst.Module) -> None:
        #: Where a method is read that may be renamed, by its name.
        self.reads: dict[str, list[cst.Attribute]] = {name: [] for name in HOOKS}

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in HOOKS:
            self.reads[node.attr.value].append(node)

    def leave_Module(self, node: cst.Module) -> None:
        known = classes(self)
        tests = [each for each in known.values() if self._is_plain_test(each, known)]
        inherited = {base for each in tests for base in self._above(each, known)}
        for each in known.values():
            if each in tests or (each in inherited and not is_case(self, each)):
                for name, to in HOOKS.items():
                    if name in methods(each):
                        self._report(each, methods(each)[name], name, to, known)

    def _is_plain_test(self, node: cst.ClassDef, known: dict[str, cst.ClassDef]) -> bool:
        """Whether pytest collects *node*, which surely is no TestCase."""
        if not node.name.value.startswith("Test") or is_case(self, node) or node.keywords:
            return False
        for item in (node, *self._above(node, known)):
            for base in item.bases:
                name, written = self.qualified_name(base.value), self.source_of(base.value)
                if written in known or written == "object":
                    continue
                if not name or self.defines(name, "run") is not False:
                    return False
        return not any(name.startswith(("unittest.", "django.")) for name in self.bases(node))

    def _above(self, node: cst.ClassDef, known: dict[str, cst.ClassDef]) -> list[cst.ClassDef]:
        """The classes of the file that *node* inherits from."""
        found: list[cst.ClassDef] = []
        pending = [node]
        while pending:
            for base in pending.pop().bases:
                above = known.get(self.source_of(base.value))
                if above is not None and above is not node and above not in found:
                    found.append(above)
                    pending.append(above)
        return found

    def _report(
        self, node: cst.ClassDef, method: cst.FunctionDef, name: str, to: str, known: dict[str, cst.ClassDef]
    ) -> None:
        values = {"method": name, "cls": node.name.value, "to": to, "hint": ""}
        why = self._obstacle(node, method, name, to, known)
        if why:
            self.report(method, values={**values, "hint": f": {why}"}, at=method.name)
            return
        changes: dict[cst.CSTNode, cst.CSTNode] = {method.name: cst.Name(to)}
        changes.update({call.attr: cst.Name(to) for call in self._reads_in(method, name)})
        reason = "a class in another file may inherit it under its old name"
        self.report(method, values=values, replace=changes, at=method.name, safety="unsafe", reason=reason)

    def _obstacle(
        self, node: cst.ClassDef, method: cst.FunctionDef, name: str, to: str, known: dict[str, cst.ClassDef]
    ) -> str:
        """Why it cannot be renamed."""
        family = [node, *self._above(node, known)]
        if any(to in methods(item) for item in family):
            return "but there is one already"
        if len(method.params.params) > 1 or method.params.kwonly_params or not first_parameter(method):
            return "but it takes arguments"
        if any(self._elsewhere(base, name) for item in family for base in self.bases(item)):
            return "but a base in another file has one too"
        renamed = [methods(item)[name] for item in known.values() if name in methods(item)]
        own = {id(call) for each in renamed for call in self._reads_in(each, name)}
        if any(id(call) not in own for call in self.reads[name]):
            return "but something else calls it"
        return ""

    def _elsewhere(self, base: str, name: str) -> bool:
        """Whether *base* is a class of another file that has, or may have, the method *name*."""
        module, _, _ = base.rpartition(".")
        return module not in (self.dotted_module, "builtins", "typing") and self.defines(base, name) is not False

    def _reads_in(self, method: cst.FunctionDef, name: str) -> list[cst.Attribute]:
        """Where *method* reads the attribute *name*."""
        return [read for read in self.reads[name] if any(outer is method for outer in self.ancestors(read))]
