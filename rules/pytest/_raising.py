"""What `assertRaises` and its like, of unittest and of nose, are as `pytest.raises`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from platform_lint.api import Rule, cst

from ._cases import member, swallowed

#: What is called instead, and whether the second argument is a pattern.
METHODS = {
    "assertRaises": ("pytest.raises", False),
    "assertRaisesRegex": ("pytest.raises", True),
    "assertWarns": ("pytest.warns", False),
    "assertWarnsRegex": ("pytest.warns", True),
}
QUIET = (
    cst.Name,
    cst.Attribute,
    cst.BaseString,
    cst.BaseNumber,
    cst.Lambda,
    cst.Ellipsis,
)
NO_SPACE = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
CAUGHT = ("assertRaises", "assertRaisesRegex")
Changes = dict[cst.CSTNode, cst.CSTNode | cst.FlattenSentinel | str]


class Raising(Rule):
    """Says what a call that expects an exception is, by the name that unittest has for it."""

    #: The names of functions outside of TestCase that expect one, with what they are called there.
    functions: ClassVar[Mapping[str, str]] = {}

    def expected(self, call: cst.Call, method: str) -> tuple[Changes, str, str]:
        """What changes where *call*, which does what *method* of TestCase does, uses pytest; why it does not, and what
        speaks against trusting it.
        """
        changes, hint, caveat = self._changes(call, method)
        if swallowed(self, call) or "AssertionError" in self.source_of(self.module):
            caveat = (
                caveat or "where nothing is raised pytest fails with an exception that is no `AssertionError`, and this file catches or names that"
            )
        return changes, hint, caveat

    def _changes(
        self, call: cst.Call, method: str
    ) -> tuple[Changes, str, str]:
        instead, has_pattern = METHODS[method]
        count = 2 if has_pattern else 1
        names = ("expected_exception", "expected_warning", "expected_regex")
        if any(arg.star for arg in call.args[:count]) or len(call.args) < count:
            return {}, "its arguments are not plain", ""
        firsts, rest = [*call.args[:count]], [*call.args[count:]]
        outer = self.parent(call)
        if any(arg.keyword is not None and arg.keyword.value not in names for arg in firsts):
            return {}, "its arguments are not plain", ""
        if len(firsts) == 2 and firsts[0].keyword is not None and firsts[0].keyword.value == "expected_regex":
            firsts.reverse()
        if has_pattern and self.literal(firsts[1].value) in ("", b""):
            return {}, "its pattern is empty: leave it out", ""
        if isinstance(firsts[0].value, cst.Name) and firsts[0].value.value == "None":
            return {}, "it expects None", ""
        given = [cst.Arg(firsts[0].value)]
        if has_pattern:
            given.append(cst.Arg(firsts[1].value, keyword=cst.Name("match"), equal=NO_SPACE))
        new = cst.Call(member(self, instead), given)
        if isinstance(outer, cst.WithItem):
            if any(arg.keyword is not None and arg.keyword.value == "msg" for arg in rest):
                return {}, "`msg` has no counterpart: drop it", ""
            if rest:
                return {}, "its arguments are not plain", ""
            uses, hint = self._uses(outer, method)
            return {call: new, **uses}, hint, ""
        if not isinstance(outer, cst.Expr) or not rest or rest[0].star or rest[0].keyword is not None:
            return {}, "write a `with` block by hand", ""
        return self._block(call, outer, new, rest)

    def _block(
        self, call: cst.Call, statement: cst.Expr, new: cst.Call, rest: list[cst.Arg]
    ) -> tuple[Changes, str, str]:
        function, given = rest[0].value, rest[1:]
        line = self.parent(statement)
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
            return {}, "put it in a row of its own", ""
        if isinstance(function, cst.Name) and function.value == "None":
            return {}, "write a `with` block by hand", ""
        bare = isinstance(function, cst.Lambda) and not any(
            (
                function.params.params,
                function.params.kwonly_params,
                function.params.posonly_params,
                function.params.star_kwarg,
                isinstance(function.params.star_arg, cst.Param),
            )
        )
        quiet = bare or all(self._is_quiet(value) for value in (function, *(arg.value for arg in given)))
        error = self.source_of(new.args[0].value)
        wide = any(word in error for word in ("Attribute", "NameError", "Exception", "Import"))
        if not bare and wide and not isinstance(function, cst.Name):
            quiet = False
        if bare and isinstance(function, cst.Lambda) and not given:
            inner: cst.BaseExpression = function.body
        elif isinstance(function, cst.Name | cst.Attribute | cst.Call | cst.Subscript):
            inner = cst.Call(function, given)
        elif isinstance(function, cst.Lambda):
            return {call: self._called(new, rest)}, "", ""
        else:
            return {}, "write a `with` block by hand", ""
        if not quiet and len(new.args) == 1:
            return {call: self._called(new, rest)}, "", ""
        body = cst.IndentedBlock(
            [cst.SimpleStatementLine([cst.Expr(inner)], trailing_whitespace=line.trailing_whitespace)]
        )
        block = cst.With([cst.WithItem(new)], body)
        return {line: block}, "", "" if quiet else "an argument may raise it as well"

    def _called(self, new: cst.Call, rest: list[cst.Arg]) -> cst.Call:
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        firsts = [arg.with_changes(comma=comma) for arg in new.args]
        return new.with_changes(args=[*firsts, *rest])

    def _is_quiet(self, value: cst.BaseExpression) -> bool:
        if isinstance(value, cst.FormattedString):
            return False
        if isinstance(value, cst.Tuple | cst.List | cst.Set):
            return all(self._is_quiet(item.value) for item in value.elements)
        if isinstance(value, cst.Dict):
            return all(isinstance(item, cst.DictElement) and self._is_quiet(item.value) for item in value.elements)
        if isinstance(value, cst.UnaryOperation):
            return self._is_quiet(value.expression)
        return isinstance(value, QUIET)

    def _uses(self, item: cst.WithItem, method: str) -> tuple[dict[cst.CSTNode, cst.CSTNode], str]:
        """What becomes of the uses of what is caught, and what is in the way."""
        if item.asname is None:
            return {}, ""
        target = item.asname.name
        if not isinstance(target, cst.Name) or "Warns" in method:
            return {}, "what it gives is another thing: change its uses by hand"
        function = self.enclosing_function(item)
        if function is None:
            return {}, "what it gives is another thing: change its uses by hand"
        found: dict[cst.CSTNode, cst.CSTNode] = {}
        current = False
        for name in _names(function, target.value):
            outer = self.parent(name)
            if isinstance(outer, cst.Attribute) and outer.attr is name:
                continue
            if isinstance(outer, cst.Arg) and outer.keyword is name:
                continue
            if isinstance(outer, cst.AsName):
                if not self._is_ours(outer):
                    return {}, f"`{name.value}` is another thing as well"
                current = name is target
            elif isinstance(outer, cst.Attribute) and outer.attr.value == "exception":
                if current:
                    found[outer] = outer.with_changes(attr=cst.Name("value"))
            elif not (isinstance(outer, cst.Attribute) and outer.attr.value == "value"):
                return {}, f"`{name.value}` is used for more than `.exception`"
        return found, ""

    def _is_ours(self, asname: cst.AsName) -> bool:
        item = self.parent(asname)
        if not isinstance(item, cst.WithItem) or not isinstance(item.item, cst.Call):
            return False
        if self.means(item.item, "pytest.raises"):
            return True
        function = item.item.func
        known = any(self.functions.get(name) in CAUGHT for name in self.qualified_names(function))
        if not known and not (isinstance(function, cst.Attribute) and function.attr.value in CAUGHT):
            return False
        return not any(arg.keyword is not None and arg.keyword.value == "msg" for arg in item.item.args)


def _names(function: cst.FunctionDef, name: str) -> list[cst.Name]:
    """All nodes of that name in *function*, in the order they are read."""
    found: list[cst.Name] = []

    class Names(cst.CSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:
            if node.value == name:
                found.append(node)

    function.visit(Names())
    return found
