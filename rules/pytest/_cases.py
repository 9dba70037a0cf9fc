"""What rules ask about a class of tests: whose method a place is in, and how sure it is that it is a TestCase."""

from __future__ import annotations

import ast

from platform_lint.api import Rule, cst

TEST_CASES = ("unittest.TestCase", "unittest.case.TestCase")
#: Words of which a file of tests has one.
ANY = ("TestCase",)
#: Where `TestCase` lies, and classes on top of it that leave the assertions as they are.
KNOWN = ("unittest.", "django.test.", "builtins.", "aiohttp.test_utils.", "tornado.testing.")
LOOSE = (
    cst.BooleanOperation,
    cst.Comparison,
    cst.IfExp,
    cst.Lambda,
    cst.NamedExpr,
    cst.Yield,
    cst.GeneratorExp,
    cst.StarredElement,
)


def classes(rule: Rule) -> dict[str, cst.ClassDef]:
    """The classes of the file that stand in no other block, by name."""
    return {node.name.value: node for node in rule.module.body if isinstance(node, cst.ClassDef)}


def methods(node: cst.ClassDef) -> dict[str, cst.FunctionDef]:
    """The methods that stand directly in the body of a class, by name; the last of a name wins."""
    return {item.name.value: item for item in node.body.body if isinstance(item, cst.FunctionDef)}


def first_parameter(function: cst.FunctionDef) -> str:
    """The name of what a method is called on, ``""`` where there is none."""
    params = (*function.params.posonly_params, *function.params.params)
    return params[0].name.value if params else ""


def method_of(rule: Rule, receiver: cst.BaseExpression) -> cst.FunctionDef | None:
    """The method whose own instance *receiver* is, in a function or lambda inside it too."""
    if not isinstance(receiver, cst.Name):
        return None
    function = rule.enclosing_function(receiver)
    while function is not None:
        if owner(rule, function) is not None:
            return function if first_parameter(function) == receiver.value else None
        every = (*function.params.posonly_params, *function.params.params, *function.params.kwonly_params)
        if any(param.name.value == receiver.value for param in every):
            return None
        function = rule.enclosing_function(function)
    return None


def owner(rule: Rule, function: cst.FunctionDef) -> cst.ClassDef | None:
    """The class in whose body a method stands."""
    outer = rule.enclosing(function, cst.ClassDef, cst.FunctionDef, cst.Lambda)
    return outer if isinstance(outer, cst.ClassDef) else None


def is_case(rule: Rule, node: cst.ClassDef) -> bool:
    """Whether a class inherits from ``TestCase``."""
    return not set(TEST_CASES).isdisjoint(rule.bases(node))


def kin(rule: Rule, node: cst.ClassDef) -> list[cst.ClassDef]:
    """*node* and all classes of the file that it inherits from, that inherit from it, or share one with it."""
    known = classes(rule)
    links: dict[str, set[str]] = {name: set() for name in known}
    for name, item in known.items():
        for base in item.bases:
            if isinstance(base.value, cst.Name) and base.value.value in known:
                links[name].add(base.value.value)
                links[base.value.value].add(name)
    found, pending = {node.name.value}, [node.name.value]
    while pending:
        for name in links.get(pending.pop(), ()):
            if name not in found:
                found.add(name)
                pending.append(name)
    return [item for name, item in known.items() if name in found] or [node]


def doubt(rule: Rule, receiver: cst.BaseExpression, method: str) -> str | None:
    """What speaks against taking ``receiver.method`` for TestCase's: ``""`` for nothing, None where it is not."""
    function = method_of(rule, receiver)
    node = owner(rule, function) if function is not None else None
    if node is None:
        return None
    known: dict[cst.CSTNode, tuple[frozenset[str], list[str], str]] = rule.__dict__.setdefault("_families", {})
    if node not in known:
        known[node] = _family(rule, node)
    own, elsewhere, why = known[node]
    if method in own or any(rule.defines(name, method) for name in elsewhere):
        return None
    return why.replace("{method}", method)


def _family(rule: Rule, node: cst.ClassDef) -> tuple[frozenset[str], list[str], str]:
    """The methods of the classes that *node* is related to in the file, their bases in other files of the project, and
    what speaks against knowing all there is.
    """
    family = kin(rule, node)
    own = frozenset(name for item in family for name in _defined(item))
    names = {item.name.value for item in family}
    here = {f"{rule.dotted_module}.{name}".lstrip(".") for name in names}
    elsewhere: list[str] = []
    if not any(is_case(rule, item) for item in family):
        return own, elsewhere, "nothing in the file says that `self` is a TestCase"
    for item in family:
        for base in rule.bases(item):
            if base.startswith(KNOWN) or base in here:
                continue
            if rule.defines(base, "assertEqual") is None:
                return own, elsewhere, f"`{base}` may have its own `{{method}}`"
            elsewhere.append(base)
        for plain in item.bases:
            if not rule.qualified_name(plain.value) and rule.source_of(plain.value) not in names:
                return own, elsewhere, f"`{rule.source_of(plain.value)}` may have its own `{{method}}`"
    return own, elsewhere, ""


def _defined(node: cst.ClassDef) -> set[str]:
    """The names that the body of a class binds, in its branches too."""
    found: set[str] = set()

    class Finder(cst.CSTVisitor):
        def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
            found.add(node.name.value)
            return False

        def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
            if isinstance(node.target, cst.Name):
                found.add(node.target.value)

    node.body.visit(Finder())
    return found


def member(rule: Rule, name: str) -> cst.Attribute:
    """A node for ``module.member`` that is spelled like this, whatever is imported of the module."""
    module, _, attribute = name.rpartition(".")
    return cst.Attribute(rule.spelled(module), cst.Name(attribute))


def arguments(call: cst.Call, names: tuple[str, ...]) -> dict[str, cst.BaseExpression] | None:
    """The arguments of *call* by the *names* of its parameters; None where that cannot be told."""
    found: dict[str, cst.BaseExpression] = {}
    for number, arg in enumerate(call.args):
        if arg.star or (arg.keyword is None and number >= len(names)):
            return None
        name = arg.keyword.value if arg.keyword else names[number]
        if name not in names or name in found:
            return None
        found[name] = arg.value
    return found


def tight(rule: Rule, value: cst.BaseExpression) -> cst.BaseExpression:
    """*value* such that it can stand beside an operator."""
    negated = isinstance(value, cst.UnaryOperation) and isinstance(value.operator, cst.Not)
    return _in_parentheses(value) if negated or isinstance(value, LOOSE) or _is_broken(rule, value) else value


def alone(rule: Rule, value: cst.BaseExpression) -> cst.BaseExpression:
    """*value* such that it can stand for itself after a keyword."""
    bare = isinstance(value, cst.GeneratorExp | cst.NamedExpr | cst.Yield | cst.Tuple)
    return _in_parentheses(value) if bare or _is_broken(rule, value) else value


def _in_parentheses(value: cst.BaseExpression) -> cst.BaseExpression:
    return value if value.lpar else value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _is_broken(rule: Rule, value: cst.BaseExpression) -> bool:
    """Whether it goes over rows that only the brackets around it hold together."""
    code = rule.source_of(value)
    if "\n" not in code:
        return False
    try:
        ast.parse(code.strip(), mode="eval")
    except SyntaxError:
        return True
    return False


def is_text(value: cst.BaseExpression | None) -> bool:
    """Whether *value* is text, as far as its form tells."""
    if isinstance(value, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString):
        return True
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add | cst.Modulo):
        return is_text(value.left)
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
        return value.func.attr.value in {"format", "join"} and is_text(value.func.value)
    return False


def swallowed(rule: Rule, node: cst.CSTNode) -> bool:
    """Whether what is raised at *node* may be caught in the same function as an Exception or AssertionError."""
    inner = node
    for outer in rule.ancestors(node):
        if isinstance(outer, cst.FunctionDef | cst.Lambda):
            return False
        if isinstance(outer, cst.Try) and outer.body is inner:
            for handler in outer.handlers:
                text = rule.source_of(handler.type) if handler.type is not None else "Exception"
                if any(word in text for word in ("Exception", "AssertionError", "failureException", "SkipTest")):
                    return True
        if isinstance(outer, cst.With):
            text = " ".join(rule.source_of(item.item) for item in outer.items)
            if any(word in text for word in ("Exception", "AssertionError", "suppress", "subTest")):
                return True
        inner = outer
    return False
