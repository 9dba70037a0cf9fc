"""How a class of tests is written without TestCase."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from textwrap import dedent

from platform_lint.api import Rule, cst

from ._cases import TEST_CASES, member, methods
from ._plain import HOOKS, WORDING, above, found_in

NO_SPACE = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


class Rewriting(cst.CSTTransformer):
    """Makes of the class *node* what it is without TestCase; *renamed* are new names of classes.

    *fixture*: its `setUp` and `tearDown` become one, otherwise they get the names that pytest calls.
    """

    def __init__(
        self,
        rule: Rule,
        node: cst.ClassDef,
        family: Mapping[str, cst.ClassDef],
        renamed: Mapping[str, str],
        fixture: bool,
    ) -> None:
        super().__init__()
        self.rule = rule
        self.node = node
        self.family = dict(family)
        self.renamed = renamed
        self.fixture = fixture
        self.cleaned: set[cst.FunctionDef] = set()
        self.methods = methods(node)
        self.inherited = {name for item in above(node, self.family) for name in methods(item)}

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        new = self.renamed.get(original_node.value)
        outer = self.rule.parent(original_node)
        if new is None or (isinstance(outer, cst.Attribute) and outer.attr is original_node):
            return updated_node
        if isinstance(outer, cst.Arg) and outer.keyword is original_node:
            return updated_node
        return updated_node.with_changes(value=new)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        """Calls of what is set up go to its new name."""
        name = original_node.attr.value
        if name not in HOOKS or self.fixture:
            return updated_node
        value = original_node.value
        is_super = isinstance(value, cst.Call) and self.rule.means(value, "builtins.super")
        if is_super or (isinstance(value, cst.Name) and value.value in ("self", "cls")):
            return updated_node.with_changes(attr=cst.Name(HOOKS[name]))
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        if self.rule.parent(original_node) is self.node.body and _words(original_node):
            return cst.RemoveFromParent()
        hook = _super_hook(self.rule, original_node)
        if hook and hook not in self.inherited:
            return cst.RemoveFromParent()
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        function = original_node.func
        own = isinstance(function, cst.Attribute) and isinstance(function.value, cst.Name)
        if not own or function.attr.value != "addCleanup" or function.value.value != "self":  # type: ignore[union-attr]
            return updated_node
        method = self.rule.enclosing_function(original_node)
        assert method is not None
        self.cleaned.add(method)
        given = list(updated_node.args)
        if len(given) > 1:
            given = [cst.Arg(cst.Call(member(self.rule, "functools.partial"), given))]
        else:
            given = [given[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
        finalize = cst.Attribute(cst.Name("request"), cst.Name("addfinalizer"))
        return updated_node.with_changes(func=finalize, args=given)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        if self.rule.parent(self.rule.parent(original_node)) is not self.node:  # type: ignore[arg-type]
            return updated_node
        name = original_node.name.value
        if name not in HOOKS:
            if original_node in self.cleaned:
                return _with_request(updated_node)
            return updated_node
        if _is_nothing(updated_node.body) and name not in self.inherited and not self._is_called(name):
            return cst.RemoveFromParent()
        if not self.fixture or name.endswith("Class"):
            return updated_node.with_changes(name=cst.Name(HOOKS[name]))
        if original_node in self.cleaned:
            updated_node = _with_request(updated_node)
        decorator = cst.Decorator(
            cst.Call(
                member(self.rule, "pytest.fixture"),
                [cst.Arg(cst.Name("True"), keyword=cst.Name("autouse"), equal=NO_SPACE)],
            )
        )
        new = cst.Name("set_up" if name == "setUp" else "tear_down")
        updated_node = updated_node.with_changes(name=new, decorators=[decorator])
        if name == "setUp":
            return updated_node
        pause = cst.SimpleStatementLine([cst.Expr(cst.Yield())])
        return updated_node.with_changes(body=cst.IndentedBlock([pause, *statements(updated_node.body)]))

    def _is_called(self, name: str) -> bool:
        return any(
            isinstance(item, cst.Attribute) and item.attr.value == name
            for item in found_in(self.rule.module, cst.Attribute)
        )

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        if original_node is not self.node:
            return updated_node
        bases = [
            new
            for old, new in zip(original_node.bases, updated_node.bases, strict=True)
            if self.rule.qualified_name(old.value) not in TEST_CASES
        ]
        if bases:
            bases[-1] = bases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        changes: dict[str, object] = {"bases": bases}
        if not bases:
            changes |= {"lpar": cst.MaybeSentinel.DEFAULT, "rpar": cst.MaybeSentinel.DEFAULT}
        body = updated_node.body
        if self.fixture and "setUp" in self.methods and "tearDown" in self.methods:
            body = _joined(body)
        first = original_node.body.body[0]
        if body.body and isinstance(first, cst.SimpleStatementLine) and _words(first):
            lines = list(body.body[0].leading_lines)  # type: ignore[union-attr]
            while lines and lines[0].comment is None:
                del lines[0]
            body = body.with_changes(body=[body.body[0].with_changes(leading_lines=lines), *body.body[1:]])
        if not body.body:
            body = cst.IndentedBlock([cst.SimpleStatementLine([cst.Pass()])])
        return updated_node.with_changes(**changes, body=body)


def _joined(body: cst.BaseSuite) -> cst.BaseSuite:
    """The body of a class with one fixture for both halves."""
    found = {item.name.value: item for item in body.body if isinstance(item, cst.FunctionDef)}
    first, last = found.get("set_up"), found.get("tear_down")
    if first is None or last is None:
        return body
    # The other half already begins with its `yield`.
    whole = first.with_changes(body=cst.IndentedBlock([*statements(first.body), *statements(last.body)]))
    if any(param.name.value == "request" for param in last.params.params):
        whole = _with_request(whole)
    kept = [whole if item is first else item for item in body.body if item is not last]
    return body.with_changes(body=kept)


def statements(body: cst.BaseSuite) -> list[cst.BaseStatement]:
    """The statements of a block, each in a row of its own."""
    if isinstance(body, cst.SimpleStatementSuite):
        return [cst.SimpleStatementLine([item.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]) for item in body.body]
    assert isinstance(body, cst.IndentedBlock)
    return list(body.body)


def _with_request(function: cst.FunctionDef) -> cst.FunctionDef:
    params = function.params
    if any(param.name.value == "request" for param in params.params):
        return function
    first = params.params[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    request = cst.Param(cst.Name("request"))
    return function.with_changes(params=params.with_changes(params=[*params.params[:-1], first, request]))


def _words(line: cst.SimpleStatementLine) -> bool:
    if len(line.body) != 1 or not isinstance(line.body[0], cst.Assign):
        return False
    targets = [target.target for target in line.body[0].targets]
    return all(isinstance(target, cst.Name) and target.value in WORDING for target in targets)


def _super_hook(rule: Rule, line: cst.SimpleStatementLine) -> str:
    """Which of the hooks a row calls on ``super()``, and does nothing else."""
    call = line.body[0].value if len(line.body) == 1 and isinstance(line.body[0], cst.Expr) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return ""
    is_super = isinstance(call.func.value, cst.Call) and rule.means(call.func.value, "builtins.super")
    return call.func.attr.value if is_super and call.func.attr.value in HOOKS else ""


def _is_nothing(body: cst.BaseSuite) -> bool:
    return all(
        isinstance(item, cst.SimpleStatementLine) and all(isinstance(small, cst.Pass) for small in item.body)
        for item in statements(body)
    )


def takes_fixture(rule: Rule, family: Mapping[str, cst.ClassDef]) -> bool:
    """Whether `setUp` and `tearDown` of a family can be one fixture: nothing but unittest calls them."""
    setting = [item for item in family.values() if {"setUp", "tearDown"} & set(methods(item))]
    if len(setting) != 1:
        return False
    names = {name for item in family.values() for name in methods(item)}
    if {"set_up", "tear_down"} & names:
        return False
    for item in family.values():
        for node in found_in(item, cst.Attribute):
            if isinstance(node, cst.Attribute) and node.attr.value in ("setUp", "tearDown", "set_up", "tear_down"):
                line = rule.parent(rule.parent(rule.parent(node)))  # type: ignore[arg-type]
                own = methods(setting[0])
                inside = isinstance(line, cst.SimpleStatementLine) and _super_hook(rule, line)
                if not inside or rule.enclosing_function(node) not in own.values() or above(setting[0], dict(family)):
                    return False
    own = methods(setting[0])
    return _fits(rule, own.get("setUp"), own.get("tearDown"))


def _fits(rule: Rule, first: cst.FunctionDef | None, last: cst.FunctionDef | None) -> bool:
    """Whether the two can be halves of a generator."""
    for function in (first, last):
        if function is None:
            continue
        if found_in(function.body, cst.Yield) or found_in(function.body, cst.Await):
            return False
        if found_in(function.body, cst.Return, nested=False) and last is not None:
            return False
    if first is None or last is None:
        return True
    lines = [*last.leading_lines, *last.lines_after_decorators]
    ends = [function.body for function in (first, last)]
    comments = [line.comment for line in lines]
    comments += [end.header.comment for end in ends if isinstance(end, cst.IndentedBlock)]
    comments += [line.comment for end in ends if isinstance(end, cst.IndentedBlock) for line in end.footer]
    if any(comments):
        return False
    own = [_bound(rule, function) for function in (first, last)]
    used = [
        {node.value for node in found_in(function.body, cst.Name) if isinstance(node, cst.Name)}
        for function in (first, last)
    ]
    return not (own[0] & used[1] or own[1] & used[0])


def _bound(rule: Rule, function: cst.FunctionDef) -> set[str]:
    """The local names of a method."""
    tree = ast.parse(dedent(rule.module.code_for_node(function)).lstrip("\n"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) and node is not tree.body[0]:
            found.add(node.name)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
    return found
