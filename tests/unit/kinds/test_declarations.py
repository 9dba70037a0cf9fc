"""``platform_lint.kinds.declarations``: which classes and functions are meant, what is said of them, and bad rules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from declared import fixed, places, project, rules, said
from engine import refusals, sieved
from hypothesis import given
from hypothesis import strategies as st

from platform_lint.packs import PackError

# The worked example


HANDLERS = """
class = { subclass_of = "corp.web.Handler" }
[rule.require]
name = "*Handler"
decorator = { any = ["corp.web.route", "corp.web.internal"] }
class_attr = ["owner"]
method = { name = "handle", async = true, params = "(self, request)" }
"""


def test_the_worked_example() -> None:
    text = """\
from corp import web
from corp.web import Handler, route as r

@web.internal
class UserHandler(Handler):
    owner = "users"
    async def handle(self, request): ...

@r("/groups")
class Groups(web.Handler):
    def handle(self, req): ...

class Other:
    pass
"""
    assert said(text, HANDLERS) == [
        (
            10,
            "Groups",
            "`Groups` is not called `*Handler`: call it `GroupsHandler`; lacks the class attribute `owner`: set it",
        ),
        (11, "handle", "`Groups.handle` is not async: make it `async def`, and await it where it is called"),
        (11, "req", "`Groups.handle` must take `(self, request)`: it takes `(self, req)`"),
    ]
    assert fixed(text, HANDLERS, unsafe=True) == text
    assert refusals(text, rules(HANDLERS)) == ["other files may use the name", "every caller would have to await it"]


# Which declarations


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ('name = "*Client"', ["TableClient", "_Client"]),
        ('name = ["Table*", "Odd"]', ["TableClient", "Odd"]),
        ('name = "*Client", except_name = "_*"', ["TableClient"]),
        ("public = true", ["TableClient", "Odd", "Inner", "Marked"]),
        ("public = false", ["_Client", "Hidden"]),
        ('decorator = "corp.mark"', ["Marked"]),
        ('decorator = "corp.mark(kind=1)"', ["Marked"]),
        ('decorator = "corp.mark(kind=...)"', ["Marked"]),
        ('decorator = "corp.mark(kind=2)"', []),
        ('decorator = "corp.*"', ["Marked"]),
        ('without_decorator = "corp.mark", public = true', ["TableClient", "Odd", "Inner"]),
        ('has = "close"', ["TableClient"]),
        ('has = "sess*"', ["TableClient"]),
        ('uses = "corp.net"', ["Odd"]),
        ('uses = "corp.net.dial"', ["Odd"]),
        ('subclass_of = "corp.Base"', ["TableClient", "Odd"]),
        ('subclass_of = ["corp.Base", "Exception"]', ["TableClient", "Odd", "Marked"]),
        ('module = "app"', []),
    ],
)
def test_classes_are_selected(selection: str, expected: list[str]) -> None:
    text = """\
import corp, corp.net
from corp import Base as B, mark

class TableClient(B):
    def __init__(self):
        self.session = 1
    def close(self): ...

class _Client:
    class Hidden: ...

class Odd(TableClient):
    class Inner: ...
    line = corp.net.dial()

@mark(kind=1)
class Marked(ValueError): ...
"""
    assert [what for _, what in places(text, f"class = {{ {selection} }}\nforbid.regex = '.*'")] == expected


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ('name = "get*"', ["get", "get_all"]),
        ("public = true, method_of = false", ["top"]),
        ("public = false", ["_send", "method"]),
        ("method_of = true", ["__init__", "get", "_send", "get_all", "method"]),
        ('method_of = { name = "*Client" }', ["__init__", "get", "_send", "get_all", "method"]),
        ('method_of = { name = "*Client" }, public = true', ["get", "get_all"]),
        ('method_of = { name = "*Client", public = true }, async = true', ["get_all"]),
        ("async = true", ["get_all"]),
        ('async = false, name = "get*"', ["get"]),
        ('parameter = "key"', ["get"]),
        ('parameter = "*s"', ["_send"]),
        ('returns = "corp.Row"', ["get"]),
        ('returns = ["corp.Row", "int"]', ["get", "_send"]),
        ('returns = "list[corp.Row]"', ["get_all"]),
        ('decorator = "property"', ["get"]),
        ('without_decorator = "property", name = "get*"', ["get_all"]),
        ('uses = "corp.Row"', ["get", "get_all", "top"]),
        ('uses = "corp.Row", method_of = false', ["top"]),
        ("nested = true, method_of = false", ["top", "inner"]),
    ],
)
def test_functions_are_selected(selection: str, expected: list[str]) -> None:
    text = """\
import corp
from corp import Row

class Client:
    def __init__(self): ...
    @property
    def get(self, key) -> corp.Row: ...
    def _send(self, *rows) -> int: ...
    async def get_all(self) -> list[Row]: ...

class _Client:
    def method(self): ...

def top():
    def inner(): ...
    return Row()
"""
    assert [what for _, what in places(text, f"function = {{ {selection} }}\nforbid.regex = '.*'")] == expected


def test_overloads_are_no_functions_of_their_own() -> None:
    text = (
        "import typing as t\n@t.overload\ndef f(a: int) -> int: ...\n@t.overload\ndef f(a: str) -> str: ...\n"
        "def f(a): ...\n"
    )
    assert places(text, "function = {}\nrequire.docstring = true") == [(6, "f")]


@pytest.mark.parametrize(
    ("glob", "hit"),
    [
        ("app.views", True),
        ("app", True),
        ("app.*", True),
        ("app.v*", True),
        ("**.views", True),
        ("views", False),
        ("app.view", False),
        ("other.**", False),
    ],
)
def test_modules_are_selected(glob: str, hit: bool, tmp_path: Path) -> None:
    view = project(tmp_path, {"app/views.py": "", "app/__init__.py": ""})
    text = "class A: ...\n"
    assert bool(places(text, f'class = {{ module = "{glob}" }}\nrequire.docstring = true', view)) is hit


def test_many_names_under_many_decorators_are_not_asked_for_one_by_one() -> None:
    names = [f"get_{number}" for number in range(20)]
    decorators = [f"corp.mark_{number}" for number in range(20)]
    rule = f"message = 'm'\nfunction = {{ name = {names}, decorator = {decorators} }}\nforbid.regex = '.*'"
    assert [rule.traces for rule in rules(rule).rules] == [((("word", "def"),),)]
    text = "import corp\n@corp.mark_7\ndef get_9(): ...\n@corp.mark_7\ndef get(): ...\n"
    assert places(text, rule) == [(3, "get_9")]


def test_a_class_is_no_subclass_of_itself(tmp_path: Path) -> None:
    text = "class Base: ...\nclass A(Base): ...\nclass B(A): ...\n"
    view = project(tmp_path, {"corp.py": text})
    rule = 'class = { subclass_of = "corp.Base" }\nrequire.docstring = true'
    assert places(text, rule, view) == [(2, "A"), (3, "B")]


def test_bases_are_followed_across_files(tmp_path: Path) -> None:
    text = "from .shared import Page\nfrom . import Other\nclass A(Page): ...\nclass B(Other): ...\n"
    view = project(
        tmp_path,
        {
            "app/views.py": text,
            "app/__init__.py": "from .other import Other\n",
            "app/other.py": "class Other: ...\n",
            "app/shared.py": "import corp.web\nclass _Root(corp.web.Handler): ...\nclass Page(_Root): ...\n",
        },
    )
    assert places(text, 'class = { subclass_of = "corp.web.Handler" }\nrequire.docstring = true', view) == [(3, "A")]


def test_what_could_be_several_things_is_silent() -> None:
    text = """\
try:
    from corp import Base, mark
except ImportError:
    Base = object
    def mark(x): return x

class A(Base): ...

@mark
class B: ...
"""
    for rule in (
        'class = { subclass_of = "corp.Base" }\nrequire.docstring = true',
        'class = { decorator = "corp.mark" }\nrequire.docstring = true',
        'class = { name = "A" }\nrequire.base = "corp.Base"',
        'class = { name = "A" }\nrequire.member = ["close"]',
        'class = { name = "B" }\nrequire.decorator = "corp.mark"',
        'class = { name = "B" }\nforbid.decorator = "corp.mark"',
        'class = { name = "A" }\nforbid.base = "corp.Base"',
    ):
        assert said(text, rule) == [], rule


def test_star_imports_may_bring_a_required_decorator_but_no_builtin() -> None:
    text = "from corp import *\n@mark\nclass A: ...\n@property\nclass B: ...\n"
    assert places(text, 'class = {}\nrequire.decorator = "corp.mark"') == [(5, "B")]


def test_allowed_names_are_passed_over(tmp_path: Path) -> None:
    text = "class A: ...\nclass B:\n    class C: ...\n"
    view = project(tmp_path, {"app.py": text})
    assert places(text, 'class = {}\nrequire.docstring = true\nallow = ["app.B.C"]', view) == [(1, "A"), (2, "B")]
    assert places(text, 'class = {}\nrequire.docstring = true\nallow = ["app.B"]', view) == [(1, "A")]


# Names


@pytest.mark.parametrize(
    ("require", "name", "message"),
    [
        ('require.name = "*Handler"', "Users", "`Users` is not called `*Handler`: call it `UsersHandler`"),
        ('require.name = ["get_*", "list_*"]', "fetch", "`fetch` is not called `get_*` or `list_*`: rename it"),
        ('require.name = "_compute_*"', "total", "`total` is not called `_compute_*`: call it `_compute_total`"),
        ('require.name = "a*z"', "b", "`b` is not called `a*z`: rename it"),
        ("require.regex = '[a-z]+'", "getIt", "`getIt` is not named like `[a-z]+`: rename it"),
        ('forbid.name = "do_*"', "do_it", "`do_it` is called `do_*`: rename it"),
        ("forbid.regex = '.*_util'", "my_util", "`my_util` is named like `.*_util`: rename it"),
    ],
)
def test_names(require: str, name: str, message: str) -> None:
    assert said(f"def {name}(): ...\n", f"function = {{}}\n{require}") == [(1, name, message)]
    for good in ("get_list_handler", "GetHandler"):
        shape = "'[a-zA-Z]+'"
        assert said(f"def {good}(): ...\n", f'function = {{}}\nrequire.regex = {shape}\nforbid.name = "*_*"') == (
            []
            if good == "GetHandler"
            else [(1, good, f"`{good}` is not named like `[a-zA-Z]+`: rename it; is called `*_*`: rename it")]
        )


def test_a_local_name_is_renamed_with_its_uses() -> None:
    text = """\
def outer():
    class Users:  # the users
        def copy(self): return Users()
    return [Users(), f(Users)]
"""
    assert fixed(text, 'class = {}\nrequire.name = "*Handler"') == text.replace("Users", "UsersHandler")


def test_a_private_name_is_renamed_unsafely() -> None:
    text = "class _Users: ...\nx: list[_Users] = [_Users()]\n"
    rule = 'class = {}\nrequire.name = "*Handler"'
    assert fixed(text, rule) == text
    assert fixed(text, rule, unsafe=True) == text.replace("_Users", "_UsersHandler")
    hidden = 'function = {}\nrequire.name = "_make_*"'
    assert fixed("def _it(): ...\n_it()\n", hidden, unsafe=True) == "def _make_it(): ...\n_make_it()\n"
    # Nothing private becomes public.
    assert fixed("def _it(): ...\n_it()\n", hidden.replace("_make", "make"), unsafe=True) == "def _it(): ...\n_it()\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("class Users: ...\n", "other files may use the name"),
        ("class _Users: ...\n__all__ = ['_Users']\n", "`_Users` is also mentioned in a string or a comment"),
        ("class _Users: ...  # _Users\n", "`_Users` is also mentioned in a string or a comment"),
        ("class _Users: ...\n_UsersHandler = 1\n", "`_UsersHandler` already means something else here"),
        ("class _Users: ...\n_Users = 1\n", "`_Users` is also bound elsewhere, or used inside an f-string"),
        ("class _Users: ...\nx._Users\n", "`_Users` is also the name of something else"),
        ("class _Users: ...\ndef f(_Users): return _Users\n", "`_Users` is also the name of something else"),
        ("class _Users: ...\nf(_Users=1)\n", "`_Users` is also the name of something else"),
        ("class _Users: ...\nimport a as _Users\n", "`_Users` is also the name of something else"),
        ("class _Users: ...\nglobal _Users\n", "`_Users` is also mentioned in a string or a comment"),
    ],
)
def test_renames_that_are_not_certain_are_suggested(text: str, reason: str) -> None:
    rule = 'class = {}\nrequire.name = "*Handler"'
    assert fixed(text, rule, unsafe=True) == text
    assert refusals(text, rules(rule)) == [reason]


def test_modules_are_required_and_forbidden(tmp_path: Path) -> None:
    text = "import corp\nclass A(corp.Coordinator): ...\n"
    view = project(tmp_path, {"light/entity.py": text, "light/__init__.py": ""})
    chosen = 'class = { subclass_of = "corp.Coordinator" }\n'
    assert said(text, chosen + 'require.module = "*.coordinator"', view) == [
        (2, "A", "`A` stands in `light.entity`: it belongs in `*.coordinator`")
    ]
    assert said(text, chosen + 'require.module = "light"', view) == []
    assert said(text, chosen + 'forbid.module = "light"', view) == [
        (2, "A", "`A` stands in `light.entity`: move it out of there")
    ]
    assert said(text, chosen + 'require.module = "*.coordinator"') == []


# Async, and what is used


def test_async() -> None:
    text = "def f(): ...\nasync def g(): ...\n"
    for rule in ("require.async = true", "forbid.async = false"):
        assert places(text, f"function = {{}}\n{rule}") == [(1, "f")]
    for rule in ("require.async = false", "forbid.async = true"):
        assert places(text, f"function = {{}}\n{rule}") == [(2, "g")]
    assert fixed(text, "function = {}\nrequire.async = true", unsafe=True) == text


def test_uses() -> None:
    text = "from corp.audit import log as l\ndef f():\n    l(1)\ndef g(): ...\n"
    assert places(text, 'function = {}\nrequire.uses = ["corp.audit.log"]') == [(4, "g")]
    assert places(text, 'function = {}\nforbid.uses = ["corp.audit"]') == [(2, "f")]


# Messages


def test_messages_of_ones_own() -> None:
    text = "def f(): ...\ndef x_g():\n    'Doc.'\n"
    rule = 'function = {}\nmessage = "%s"\nrequire.name = "x_*"\nrequire.docstring = true'
    alone = rule.replace('require.name = "x_*"\n', "").replace("%s", "`{name}`: bad.")
    assert [message for _, _, message in said(text, alone)] == ["`f`: bad."]
    # Where several things are asked for, it is said which of them is missing.
    assert [message for _, _, message in said(text, rule % "`{name}`: bad.")] == [
        "`f`: bad: is not called `x_*`; has no docstring"
    ]
    assert [message for _, _, message in said(text, rule % "{name} {what} ({hint})")] == [
        "f is not called `x_*`; has no docstring (call it `x_f`; write one)"
    ]


def test_a_hit_knows_the_name_that_led_there() -> None:
    text = "import corp\nfrom corp import Base, old\n@old\nclass A(Base): ...\nclass B(A): ...\n"

    def matched(rule: str) -> list[str]:
        return [".".join(hit.matched) for hit in sieved(text, rules(rule))]

    assert matched('class = { subclass_of = "corp.Base" }\nrequire.docstring = true') == ["corp.Base", "corp.Base"]
    assert matched('class = { subclass_of = "corp.Base" }\nforbid.decorator = "corp.old"') == ["corp.old"]
    assert matched('class = { decorator = "corp.old" }\nrequire.docstring = true') == ["corp.old"]
    assert matched('class = { name = "A" }\nrequire.docstring = true') == [""]


# Several faults of one declaration


def test_faults_at_one_place_are_one_hit_and_are_mended_in_turn() -> None:
    rule = """\
class = { name = "A" }
require.base = "corp.Base"
require.metaclass = "corp.Meta"
require.decorator = "corp.mark"
require.class_attr = [{ name = "x", value = "1" }]
"""
    assert len(places("class A: pass\n", rule)) == 1
    assert fixed("import corp\nclass A: pass\n", rule) == (
        "import corp\n@corp.mark\nclass A(corp.Base, metaclass=corp.Meta): x = 1\n"
    )


def test_a_module_does_not_import_itself(tmp_path: Path) -> None:
    text = "def mark(f): return f\n\n\ndef g(): ...\n"
    view = project(tmp_path, {"corp/deco.py": text, "corp/__init__.py": ""})
    rule = 'function = { name = "g" }\nrequire.decorator = "corp.deco.mark"'
    assert fixed(text, rule, view) == text.replace("def g", "@mark\ndef g")
    early = "def g(): ...\n\n\ndef mark(f): return f\n"
    assert fixed(early, rule, view) == early


# Rules that make no sense


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("class = {}", "nothing is required and nothing forbidden: say it under `require` or `forbid`"),
        ("class = {}\nrequire = {}", "nothing is required and nothing forbidden: say it under `require` or `forbid`"),
        ("class = {}\nrequire.params = '(self)'", "require.params: goes with function, and this rule's verb is class"),
        (
            "class = {}\nrequire.params = { names = ['a'] }",
            "require.params: goes with function, and this rule's verb is class",
        ),
        ("function = {}\nrequire.base = 'a.b'", "require.base: goes with class, and this rule's verb is function"),
        ("class = {}\nrequire.regex = '('", "require.regex: '(' is no regular expression: "),
        ("class = {}\nrequire.name = '*'", "require.name: '*' is no glob of a name such as '*Handler'"),
        ("class = { name = 'a b' }\nrequire.docstring = true", "name: 'a b' is no glob of a name such as '*Handler'"),
        ("class = { subclass_of = 'Base' }\nrequire.docstring = true", "subclass_of: 'Base' is no qualified name: "),
        ("class = { subclass_of = 'a.*' }\nrequire.docstring = true", "subclass_of: 'a.*': wildcards are not followed"),
        ("class = { module = '**' }\nrequire.docstring = true", "module: '**' would match nearly every module: "),
        ("class = { decorator = 'a b' }\nrequire.docstring = true", "decorator: 'a b' is no Python expression"),
        ("class = {}\nrequire.decorator = 'mark'", "require.decorator: 'mark' is no qualified name: "),
        ("class = {}\nrequire.decorator = '1'", "require.decorator: '1' is no name, and no call of one"),
        ("class = {}\nrequire.decorator = { add = 'a.b' }", "require.decorator: expected names under `any` or `all`"),
        (
            "class = {}\nrequire.decorator = { any = ['a.b'], add = 'a.c' }",
            "require.decorator: add: 'a.c' is none of the names that are asked for",
        ),
        (
            "class = {}\nrequire.decorator = { any = ['a.b'], add = 'a.b(x=...)' }",
            "require.decorator: add: 'a.b(x=...)' leaves a value open",
        ),
        (
            "class = {}\nforbid.decorator = { any = ['a.b'], add = 'a.b' }",
            "forbid.decorator: what is forbidden is not added: `add` and `first` go under require",
        ),
        (
            "class = {}\nrequire.decorator = { any = ['a.b'], all = ['a.b'] }",
            "require.decorator: 'a.b' is both under `any` and under `all`",
        ),
        (
            "class = {}\nrequire.decorator = 'a.b'\nforbid.decorator = 'a.b'",
            "forbid.decorator: 'a.b' is also required",
        ),
        ("class = {}\nrequire.base = 'a.b'\nforbid.base = 'a.b'", "forbid.base: 'a.b' is also required"),
        ("class = {}\nrequire.member = ['a']\nforbid.member = ['a']", "forbid.member: 'a' is also required"),
        ("class = {}\nrequire.member = ['a b']", "require.member: 'a b' is no name that Python allows"),
        ("class = {}\nrequire.class_attr = ['1']", "require.class_attr: '1' is no name that Python allows"),
        (
            "class = {}\nrequire.class_attr = [{ name = 'a', add = '...' }]",
            "require.class_attr: add: '...' leaves a value open",
        ),
        (
            "class = {}\nrequire.class_attr = ['a']\nforbid.class_attr = ['a']",
            "forbid.class_attr: 'a' is also required",
        ),
        ("class = {}\nrequire.keyword = { metaclass = 'a.b' }", "require.keyword: say `metaclass = …` instead of a "),
        ("class = {}\nrequire.method = { name = '*' }", "require.method: '*' is no name of a method"),
        (
            "class = {}\nrequire.method = { name = 'f', params = 'self' }",
            "require.method: 'self' is no signature such as '(self, request)'",
        ),
        (
            "function = {}\nrequire.params = '(self, a=)'",
            "require.params: '(self, a=)' is no signature such as '(self, request)'",
        ),
        ("function = {}\nrequire.params = '(a): pass\\ndef g(b)'", "is no signature such as '(self, request)'"),
        ("function = {}\nrequire.params = '(a: Key)'", "require.params: 'Key' is no qualified name: "),
        ("function = {}\nrequire.params = {}", "require.params: nothing is said of the parameters"),
        (
            "function = {}\nrequire.params = { max_positional = -1 }",
            "require.params.max_positional: -1 is less than none",
        ),
        (
            "function = {}\nrequire.params = { names = ['a'], without = ['a'] }",
            "require.params.without: 'a' is also among the names",
        ),
        (
            "function = {}\nrequire.params = { without = ['a'], default = { a = '1' } }",
            "require.params.without: 'a' is also spoken of as a parameter there is",
        ),
        (
            "function = {}\nforbid.params = { max_positional = 2 }",
            "forbid.params.max_positional: it says what is not wanted already: put it under require",
        ),
        (
            "function = {}\nforbid.params = { kwargs = false }",
            "forbid.params.kwargs: say true: it is what must not be there",
        ),
        ("function = {}\nrequire.params = { regex = '[' }", "require.params.regex: '[' is no regular expression: "),
        ("function = {}\nrequire.async = true\nforbid.async = true", "forbid.async: the same is also required"),
        (
            "function = { async = true }\nrequire.async = true",
            "require.async: it holds for all that the rule is about, so nothing can break it",
        ),
        (
            "function = { async = true }\nforbid.async = false",
            "forbid.async: it holds for all that the rule is about, so nothing can break it",
        ),
        (
            "class = {}\nrequire.docstring = true\nforbid.docstring = true",
            "forbid.docstring: the same is also required",
        ),
        (
            "class = {}\nrequire.docstring = false\nrequire.docstring_first_line = 'x'",
            "require.docstring_first_line: no docstring is wanted at all",
        ),
        (
            "function = { nested = true, method_of = true }\nrequire.docstring = true",
            "function.nested: a function inside a function is no method: nested and method_of exclude each other",
        ),
        (
            "class = { name = 'A', except_name = 'A' }\nrequire.docstring = true",
            "class.except_name: 'A' is under name as well",
        ),
        ("class = {}\nrequire.docstring = true\nmessage = '{to}'", "message: unknown placeholder {to}"),
    ],
)
def test_broken_rules_are_one_line(rule: str, reason: str) -> None:
    with pytest.raises(PackError) as error:
        rules(rule)
    text = str(error.value)
    assert text.startswith("pack.toml:")
    assert "rule TST100: " in text
    assert reason in text
    assert "\n" not in text


def test_a_broken_rule_names_the_line_of_its_key() -> None:
    with pytest.raises(PackError) as error:
        rules("class = {}\n[rule.require]\ndocstring = true\nregex = '('\n")
    assert str(error.value).startswith("pack.toml:7: ")


# Odd code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("class \\\n  A: ...\n", "A"),
        ("async \\\n def\tA(): ...\n", "A"),
        ("class\fA: ...\n", "A"),
        ("if 1:\n  class Über(dict):\n    ...\n", "Über"),
        ("class A:\n\x0c  x = 1\n", "A"),
    ],
)
def test_the_name_is_found_however_it_is_laid_out(text: str, name: str) -> None:
    for verb in ("class", "function"):
        if (verb == "class") is ("class" in text):
            assert [what for _, what in places(text, f"{verb} = {{}}\nrequire.docstring = true")] == [name]


@given(
    st.lists(
        st.sampled_from(
            [
                "@a.b\n",
                "@a.b(1)  # why\n",
                "# note\n",
                "\n",
                "class A:\n    pass\n",
                "class B(A, k=1): x = 1\n",
                "def f(a, b=True, *c, **d): return 1\n",
                "async def g(): ...\n",
                "if x:\n    class C: 'Doc.'\n",
            ]
        ),
        max_size=7,
    )
)
def test_whatever_stands_there_fixes_hold(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        ast.parse(text)
    except SyntaxError:
        return
    for rule in (
        "class = {}\nrequire.base = 'c.D'\nrequire.metaclass = 'c.M'\nrequire.class_attr = [{ name = 'y', add = '2' }]",
        "class = {}\nrequire.decorator = ['c.d', 'a.b(x=1)']\nrequire.keyword = { k = '2' }",
        "function = {}\nforbid.decorator = 'a.b'\nrequire.annotations = 'all'",
        "function = {}\nrequire.params = { kwargs = true, max_positional = 0 }\nrequire.decorator = 'c.d'",
    ):
        result = fixed(text, rule, unsafe=True)
        ast.parse(result)
        assert text.count("#") == result.count("#")
