"""Whether a family of classes can do without TestCase, and what keeps it from it."""

from __future__ import annotations

import re
from functools import lru_cache

from platform_lint.api import Rule, cst

from ._cases import TEST_CASES, first_parameter, is_case, methods

#: Methods that unittest calls, with what pytest calls.
HOOKS = {
    "setUp": "setup_method",
    "tearDown": "teardown_method",
    "setUpClass": "setup_class",
    "tearDownClass": "teardown_class",
}
#: What else TestCase has. Every method that begins with `assert` belongs to it as well.
OWN = frozenset(
    """addClassCleanup addTypeEqualityFunc countTestCases debug defaultTestResult doClassCleanups doCleanups enterClassContext
    enterContext fail failIf failIfAlmostEqual failIfEqual failUnless failUnlessAlmostEqual failUnlessEqual failUnlessRaises
    failureException id longMessage maxDiff run shortDescription skipTest subTest _testMethodName _testMethodDoc _outcome
    _cleanups _subtest _callTestMethod _callSetUp _callTearDown _baseAssertEqual _formatMessage _truncateMessage
    _getAssertEqualityFunc""".split()
)
_ASSERTION = re.compile(r"assert(?:_?[A-Z]|_$)")
#: What is dropped from the body of a class: it says how unittest words a failure.
WORDING = ("maxDiff", "longMessage", "_multiprocess_can_split_")
PATCHES = ("unittest.mock.patch", "mock.patch", "mock.mock.patch")


def bases_in_file(node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> list[cst.ClassDef]:
    """The direct bases of *node* that belong to *family*."""
    names = [base.value.value for base in node.bases if isinstance(base.value, cst.Name)]
    return [family[name] for name in names if name in family]


def above(node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> list[cst.ClassDef]:
    """All classes of *family* that *node* inherits from."""
    found: list[cst.ClassDef] = []
    for base in bases_in_file(node, family):
        if base is not node:
            found += [base, *above(base, family)]
    return found


def tests_of(node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> list[str]:
    """The names of the tests of *node*, inherited ones included."""
    return [name for item in (node, *above(node, family)) for name in methods(item) if name.startswith("test")]


def obstacle(rule: Rule, node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> str:
    """What keeps *node* a TestCase; ``""`` for nothing."""
    if not isinstance(rule.parent(node), cst.Module):
        return "it stands in another block"
    if node.keywords:
        return "it has a metaclass or keywords"
    for base in node.bases:
        name = rule.qualified_name(base.value)
        text = rule.source_of(base.value)
        if name == "unittest.IsolatedAsyncioTestCase":
            return "pytest runs coroutines with a plugin only"
        if name.startswith("django."):
            return f"`{name}` prepares the database and the client"
        if base.star or (name not in (*TEST_CASES, "builtins.object") and text not in family):
            return f"`{text}` is defined elsewhere"
    for decorator in node.decorators:
        if not rule.qualified_name(decorator).startswith("pytest.mark."):
            return f"`@{rule.source_of(decorator.decorator)}` may want a TestCase"
    return _in_body(rule, node, family) or _in_use(rule, node, family)


def _in_body(rule: Rule, node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> str:
    if not isinstance(node.body, cst.IndentedBlock):
        return "it stands in one row"
    for item in node.body.body:
        if isinstance(item, cst.ClassDef) and item.name.value.startswith("Test"):
            return f"pytest would collect the class `{item.name.value}` in it"
        if isinstance(item, cst.FunctionDef):
            why = _method(rule, item, family)
            if why:
                return why
        elif isinstance(item, cst.SimpleStatementLine):
            for name in _assigned(item):
                if name.startswith("Test") or name in OWN - set(WORDING):
                    return f"it sets `{name}`"
        elif not isinstance(item, cst.ClassDef):
            return "its body does more than to define"
    return ""


def _assigned(line: cst.SimpleStatementLine) -> list[str]:
    found = []
    for small in line.body:
        if isinstance(small, cst.Assign):
            found += [target.target.value for target in small.targets if isinstance(target.target, cst.Name)]
        if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
            found.append(small.target.value)
    return found


def _method(rule: Rule, function: cst.FunctionDef, family: dict[str, cst.ClassDef]) -> str:
    name = function.name.value
    if name in ("__init__", "__new__", "__call__") or name in OWN:
        return f"it has a `{name}` of its own"
    if name in HOOKS.values():
        return f"it has a `{name}` already"
    if name in HOOKS:
        decorators = [rule.source_of(item.decorator) for item in function.decorators]
        if function.asynchronous or decorators != (["classmethod"] if name.endswith("Class") else []):
            return f"`{name}` is decorated or a coroutine"
        if needed(function) or not first_parameter(function) or function.params.star_kwarg:
            return f"`{name}` takes arguments"
    if name.startswith("test"):
        if function.asynchronous:
            return f"`{name}` is a coroutine"
        if _has_yield(function):
            return f"`{name}` is a generator"
        if any(rule.means(item, "builtins.staticmethod", "builtins.classmethod") for item in function.decorators):
            return f"`{name}` is no method of an instance"
        extra = needed(function)
        expanded = any("expand" in rule.source_of(item.decorator) for item in function.decorators)
        if extra and not expanded and extra != sum(_passes_mock(rule, item) for item in function.decorators):
            return f"pytest would take the arguments of `{name}` for fixtures"
    return _selves(rule, function, family)


def needed(function: cst.FunctionDef) -> int:
    """How many arguments it needs beside the first."""
    params = [*function.params.posonly_params, *function.params.params]
    return sum(param.default is None for param in (*params[1:], *function.params.kwonly_params))


def _passes_mock(rule: Rule, decorator: cst.Decorator) -> bool:
    call = decorator.decorator
    if not isinstance(call, cst.Call):
        return False
    name = rule.qualified_name(call)
    if name in PATCHES:
        new = [arg for arg in call.args if arg.keyword is None][1:]
    elif name in {f"{patch}.object" for patch in PATCHES}:
        new = [arg for arg in call.args if arg.keyword is None][2:]
    else:
        return False
    return not new and not any(arg.keyword is not None and arg.keyword.value == "new" for arg in call.args)


def _has_yield(function: cst.FunctionDef) -> bool:
    return bool(found_in(function.body, cst.Yield, nested=False))


def found_in(node: cst.CSTNode, kind: type[cst.CSTNode], *, nested: bool = True) -> list[cst.CSTNode]:
    """All nodes of a *kind* below *node*, in reading order; *nested*: in functions and classes in it too."""
    found: list[cst.CSTNode] = []

    class Finder(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, kind):
                found.append(node)
            return nested or not isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef)

    node.visit(Finder())
    return found


@lru_cache(maxsize=2)
def found_in_file(module: cst.Module, kind: type[cst.CSTNode]) -> list[cst.CSTNode]:
    """All nodes of a *kind* in a file, which every class in it asks for."""
    return found_in(module, kind)


def _selves(rule: Rule, function: cst.FunctionDef, family: dict[str, cst.ClassDef]) -> str:
    """What a method does with its instance that needs a TestCase."""
    if any(rule.means(item, "builtins.staticmethod") for item in function.decorators):
        return ""
    own = first_parameter(function)
    known = {name for item in family.values() for name in methods(item)}
    for node in found_in(function.body, cst.Name):
        assert isinstance(node, cst.Name)
        outer = rule.parent(node)
        if (
            isinstance(outer, cst.Attribute)
            and outer.attr is node
            or isinstance(outer, cst.Arg)
            and outer.keyword is node
        ):
            continue
        if node.value == "super" and isinstance(outer, cst.Call):
            why = _super(rule, outer, known)
            if why:
                return why
        if node.value != own or isinstance(outer, cst.Param):
            continue
        if isinstance(outer, cst.Attribute):
            name = outer.attr.value
            if name == "addCleanup" and name not in known:
                why = _cleanup(rule, outer, function)
                if why:
                    return why
            elif (name in OWN or _ASSERTION.match(name)) and name not in known:
                return f"`{own}.{name}` is used"
        elif not _is_harmless(rule, outer):
            return f"`{own}` is handed to something else in `{function.name.value}`"
    return ""


def _super(rule: Rule, call: cst.Call, known: set[str]) -> str:
    outer = rule.parent(call)
    if not isinstance(outer, cst.Attribute):
        return "`super()` is more than called"
    name = outer.attr.value
    if name in HOOKS:
        whole = rule.parent(rule.parent(outer))  # type: ignore[arg-type]
        line = rule.parent(whole) if whole is not None else None
        plain = isinstance(whole, cst.Expr) and isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        return "" if plain else f"`super().{name}` is used as a value"
    return "" if name in known else f"`super().{name}` is used"


def _cleanup(rule: Rule, attribute: cst.Attribute, function: cst.FunctionDef) -> str:
    call = rule.parent(attribute)
    if not isinstance(call, cst.Call) or not isinstance(rule.parent(call), cst.Expr):
        return "`self.addCleanup` is used as a value"
    if rule.enclosing_function(attribute) is not function:
        return "`self.addCleanup` is called in a function of a method"
    if not (function.name.value == "setUp" or function.name.value.startswith("test")):
        return f"`{function.name.value}` calls `self.addCleanup`"
    if function.name.value.startswith("test") and (
        function.decorators or function.params.star_arg is not cst.MaybeSentinel.DEFAULT
    ):
        return f"`{function.name.value}`, which is decorated, calls `self.addCleanup`"
    if not call.args or call.args[0].star or call.args[0].keyword is not None:
        return "`self.addCleanup` is called in an odd way"
    return ""


def _is_harmless(rule: Rule, outer: cst.CSTNode | None) -> bool:
    """Whether what *outer*, an argument, is handed to looks at no more than attributes that are named there."""
    if not isinstance(outer, cst.Arg):
        return False
    call = rule.parent(outer)
    if not isinstance(call, cst.Call):
        return False
    if rule.means(call, "builtins.super"):
        return True
    if call.args[0] is not outer or len(call.args) < 2:
        return False
    if rule.means(call, "builtins.setattr", "builtins.delattr"):
        return True
    if rule.means(call, "builtins.getattr", "builtins.hasattr"):
        name = rule.literal(call.args[1].value)
        return isinstance(name, str) and name not in OWN and not _ASSERTION.match(name)
    return False


def _in_use(rule: Rule, node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> str:
    """What is done with the class by its name."""
    for name in found_in_file(rule.module, cst.Name):
        if not isinstance(name, cst.Name) or name.value != node.name.value:
            continue
        outer = rule.parent(name)
        if outer is node or (isinstance(outer, cst.Attribute) and outer.attr is name):
            continue
        if isinstance(outer, cst.Arg):
            if outer.keyword is name:
                continue
            holder = rule.parent(outer)
            if isinstance(holder, cst.ClassDef) and holder.name.value in family:
                continue
            if isinstance(holder, cst.Call) and rule.means(holder, "builtins.super"):
                continue
        if isinstance(outer, cst.Attribute) and outer.attr.value not in OWN and outer.attr.value not in HOOKS:
            continue
        return f"`{node.name.value}` is used for more than its attributes"
    return ""


def new_name(rule: Rule, node: cst.ClassDef, family: dict[str, cst.ClassDef]) -> tuple[str, str]:
    """What pytest would collect *node* as, and why it cannot be called that."""
    name = node.name.value
    if name.startswith("Test") or not tests_of(node, family) or not is_case(rule, node):
        return name, ""
    core = re.sub(r"(?:_?(?:Test(?:Case|Suite)?s?|Tests?Cases?))\Z", "", name) or name
    core = core.replace("TestCase", "").replace("Test", "").lstrip("_") or name.lstrip("_")
    new = "Test" + core[0].upper() + core[1:]
    if any(isinstance(item, cst.Name) and item.value == new for item in found_in_file(rule.module, cst.Name)):
        return name, f"pytest collects `Test…` only, and `{new}` is taken"
    for item in found_in_file(rule.module, cst.SimpleString):
        if isinstance(item, cst.SimpleString) and re.search(rf"(?<!\w){name}(?!\w)", item.value):
            return name, f"pytest collects `Test…` only, and a text says `{name}`"
    return new, ""


def is_family(rule: Rule, family: dict[str, cst.ClassDef]) -> bool:
    """Whether one of them inherits from TestCase."""
    return any(is_case(rule, item) for item in family.values())
