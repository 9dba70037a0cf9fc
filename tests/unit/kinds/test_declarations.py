"""``platform_lint.kinds.declarations``: ``class`` and ``function`` rules, what they find and what their fixes write."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest
from engine import fix_result, pack, refusals, sieved
from hypothesis import given
from hypothesis import strategies as st

from platform_lint.catalog import Catalog
from platform_lint.modules import Modules, ModuleView
from platform_lint.packs import PackError
from platform_lint.source import Source


def rules(text: str) -> Catalog:
    return pack("[[rule]]\n" + text)


def said(text: str, rule: str, view: ModuleView | None = None) -> list[tuple[int, str, str]]:
    """(row, what is underlined, message) of every hit."""
    source = Source(text)
    return [(source.row(hit.start), text[hit.start : hit.end], hit.message) for hit in sieved(text, rules(rule), view)]


def places(text: str, rule: str, view: ModuleView | None = None) -> list[tuple[int, str]]:
    """(row, what is underlined) of every hit."""
    return [(row, what) for row, what, _ in said(text, rule, view)]


def fixed(text: str, rule: str, view: ModuleView | None = None, *, unsafe: bool = False) -> str:
    """*text* with its fixes; they come to an end, and with CRLF they are the same."""
    catalog = rules(rule)
    result = fix_result(text, catalog, view, unsafe=unsafe)
    assert result.failures == []
    assert fix_result(result.text, catalog, view, unsafe=unsafe).text == result.text
    with_crlf = fix_result(text.replace("\n", "\r\n"), catalog, view, unsafe=unsafe).text
    assert with_crlf == result.text.replace("\n", "\r\n")
    return result.text


def project(root: Path, files: Mapping[str, str]) -> ModuleView:
    """A project of *files*, seen from the first of them."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Modules((str(root),)).view(str(root / next(iter(files))))


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


# Decorators


TRACED = 'function = { method_of = true, public = true }\nrequire.decorator = "corp.tracing.traced"'


@pytest.mark.parametrize(
    ("text", "good"),
    [
        pytest.param(
            "import corp.tracing\nclass A:\n    def f(self): ...\n",
            "import corp.tracing\nclass A:\n    @corp.tracing.traced\n    def f(self): ...\n",
            id="import",
        ),
        pytest.param(
            "from corp.tracing import traced as t\nclass A:\n\tasync def f(self): ...\n",
            "from corp.tracing import traced as t\nclass A:\n\t@t\n\tasync def f(self): ...\n",
            id="tabs, alias, async",
        ),
        pytest.param(
            "from corp.tracing import (\n    other,\n)\nclass A:\n    @other  # keep\n    # and this\n"
            "    def f(self): ...\n",
            "from corp.tracing import (\n    other,\n    traced,\n)\nclass A:\n    @other  # keep\n    # and this\n"
            "    @traced\n    def f(self): ...\n",
            id="nearest to the def",
        ),
        pytest.param(
            "class A:\n    if True:\n        def f(self): ...\n",
            "from corp.tracing import traced\n\n\nclass A:\n    if True:\n        @traced\n        def f(self): ...\n",
            id="under a condition",
        ),
        pytest.param(
            "from corp import tracing\nclass A:\n    @tracing.traced\n    def f(self): ...\n"
            "    @tracing.traced()\n    def g(self): ...\n"
            "    @(tracing.traced)\n    def h(self): ...\n",
            None,
            id="there already",
        ),
    ],
)
def test_a_decorator_is_added(text: str, good: str | None) -> None:
    assert fixed(text, TRACED) == (good or text)
    assert bool(places(text, TRACED)) is (good is not None)


def test_a_decorator_is_added_above_the_others() -> None:
    rule = 'function = {}\nrequire.decorator = { all = ["corp.first"], first = true }'
    text = "from corp import first\n@a\n@b\ndef f(): ...\n\ndef g(): ...\n"
    assert fixed(text, rule) == "from corp import first\n@first\n@a\n@b\ndef f(): ...\n\n@first\ndef g(): ...\n"


def test_a_name_that_is_taken_is_qualified() -> None:
    text = "def traced(): ...\n\n\nclass A:\n    def f(self): ...\n"
    assert fixed(text, TRACED) == "import corp.tracing\n\n\n" + text.replace(
        "    def f", "    @corp.tracing.traced\n    def f"
    )


def test_one_of_several_decorators() -> None:
    text = "import corp\ndef f(): ...\n@corp.b\ndef g(): ...\n"
    rule = 'function = {}\nrequire.decorator = { any = ["corp.a", "corp.b"]%s }'
    assert said(text, rule % "") == [(2, "f", "`f` lacks the decorator `corp.a` or `corp.b`: add one")]
    assert fixed(text, rule % "") == text
    assert fixed(text, rule % ', add = "corp.b(1)"') == text.replace("def f", "@corp.b(1)\ndef f")


def test_several_decorators_are_added_in_order() -> None:
    rule = 'function = {}\nrequire.decorator = ["corp.a", "corp.b"]'
    assert fixed("import corp\ndef f(): ...\n", rule) == "import corp\n@corp.a\n@corp.b\ndef f(): ...\n"


@pytest.mark.parametrize(
    ("decorator", "good"),
    [
        ("@dataclass", "@dataclass(frozen=True)"),
        ("@dataclass()", "@dataclass(frozen=True)"),
        ("@dataclass( )", "@dataclass(frozen=True )"),
        ("@dataclass(eq=False)", "@dataclass(eq=False, frozen=True)"),
        ("@dataclass(eq=False,)", "@dataclass(eq=False, frozen=True)"),
        ("@dataclass(\n    eq=False\n)", "@dataclass(\n    eq=False,\n    frozen=True\n)"),
        ("@dataclass(\n    eq=False,  # why\n)", "@dataclass(\n    eq=False,  # why\n    frozen=True,\n)"),
        ("@dataclass(\n    eq=False  # why\n)", "@dataclass(\n    eq=False,  # why\n    frozen=True\n)"),
        ("@dataclass(\n    eq=False, order=True,\n)", "@dataclass(\n    eq=False, order=True, frozen=True,\n)"),
        ("@dataclass  # why", "@dataclass(frozen=True)  # why"),
    ],
)
def test_an_argument_of_a_decorator_is_added(decorator: str, good: str) -> None:
    text = f"from dataclasses import dataclass\n{decorator}\nclass A: ...\n"
    rule = 'class = { decorator = "dataclasses.dataclass" }\nrequire.decorator = "dataclasses.dataclass(frozen=True)"'
    assert fixed(text, rule) == text.replace(decorator, good)


def test_an_argument_that_must_be_there_with_whatever_value() -> None:
    rule = """\
class = { decorator = "dataclasses.dataclass" }
require.decorator = { all = ["dataclasses.dataclass(frozen=...)"], add = "dataclasses.dataclass(frozen=True)" }
"""
    text = "from dataclasses import dataclass\n@dataclass(frozen=False)\nclass A: ...\n@dataclass(**o)\nclass B: ...\n"
    assert said(text, rule) == []
    text = "import dataclasses\n@dataclasses.dataclass\nclass A: ...\n"
    assert said(text, rule) == [
        (2, "dataclasses.dataclass", "`A` has `@dataclasses.dataclass` without `frozen=`: set it")
    ]
    assert fixed(text, rule) == text.replace("dataclass\n", "dataclass(frozen=True)\n")


def test_a_value_of_a_decorators_argument_is_replaced() -> None:
    rule = "function = { decorator = 'corp.task' }\nrequire.decorator = 'corp.task(queue=corp.queues.SLOW, retries=3)'"
    text = "from corp import task\n@task(queue='fast')\ndef f(): ...\n"
    assert fixed(text, rule) == (
        "from corp import task\nfrom corp.queues import SLOW\n@task(queue=SLOW, retries=3)\ndef f(): ...\n"
    )
    kept = "from corp import task\n@task(queue=(  # why\n'fast'))\ndef f(): ...\n"
    assert fixed(kept, rule) == kept
    assert refusals(kept, rules(rule)) == ["a comment would be lost"]


def test_decorators_that_are_methods_of_a_known_object() -> None:
    text = "from celery import Celery\napp = Celery()\n@app.task\ndef f(): ...\n@app.other\ndef g(): ...\n"
    rule = 'function = { decorator = "celery.Celery.task" }\nrequire.docstring = true'
    assert places(text, rule) == [(4, "f")]


def test_a_decorator_that_no_import_names_is_imported_from_its_object() -> None:
    rule = 'function = { name = "f" }\nrequire.decorator = "corp.tasks:app.task(bind=True)"'
    assert fixed("def f(): ...\n", rule) == "from corp.tasks import app\n\n\n@app.task(bind=True)\ndef f(): ...\n"


FORBIDDEN = 'function = { async = true }\nforbid.decorator = "ha.core.callback"'


@pytest.mark.parametrize(
    ("text", "good"),
    [
        pytest.param(
            "from ha.core import callback\n@callback\nasync def f(): ...\n", "async def f(): ...\n", id="import goes"
        ),
        pytest.param(
            "import ha.core as c\n@a\n@c.callback\n@b\nasync def f(): ...\nc.x\n",
            "import ha.core as c\n@a\n@b\nasync def f(): ...\nc.x\n",
            id="between others",
        ),
        pytest.param(
            "import ha.core as c\nclass A:\n    @c.callback(\n        1,\n    )\n    async def f(self): ...\nc.x\n",
            "import ha.core as c\nclass A:\n    async def f(self): ...\nc.x\n",
            id="several lines",
        ),
        pytest.param(
            "import ha.core as c\n# above\n@c.callback\n# below\nasync def f(): ...\nc.x\n",
            "import ha.core as c\n# above\n# below\nasync def f(): ...\nc.x\n",
            id="comments around it",
        ),
    ],
)
def test_a_forbidden_decorator_is_removed(text: str, good: str) -> None:
    assert fixed(text, FORBIDDEN) == good


def test_a_decorator_with_a_comment_is_not_removed() -> None:
    text = "from ha.core import callback\n@callback  # for now\nasync def f(): ...\n"
    assert said(text, FORBIDDEN) == [(2, "callback", "`f` has the decorator `@callback`: remove it")]
    assert fixed(text, FORBIDDEN, unsafe=True) == text
    assert refusals(text, rules(FORBIDDEN)) == ["a comment would be lost"]


def test_forbidden_arguments_of_a_decorator() -> None:
    text = "import pytest\n@pytest.fixture(scope='session')\ndef f(): ...\n@pytest.fixture\ndef g(): ...\n"
    rule = "function = {}\nforbid.decorator = \"pytest.fixture(scope='session')\""
    assert places(text, rule) == [(2, "pytest.fixture(scope='session')")]
    assert fixed(text, rule, unsafe=True) == text


# Bases, metaclasses, class keywords


@pytest.mark.parametrize(
    ("head", "good"),
    [
        ("class A:", "class A(Audited):"),
        ("class A():", "class A(Audited):"),
        ("class A(  # why\n):", "class A(Audited  # why\n):"),
        ("class A(B):", "class A(B, Audited):"),
        ("class A((B)):", "class A((B), Audited):"),
        ("class A(B,):", "class A(B, Audited):"),
        ("class A(B, metaclass=M):", "class A(B, Audited, metaclass=M):"),
        ("class A(metaclass=M):", "class A(Audited, metaclass=M):"),
        ("class A(B, **options):", "class A(B, Audited, **options):"),
        ("class A(*bases):", "class A(*bases, Audited):"),
        ("class A(\n    B,  # why\n    C\n):", "class A(\n    B,  # why\n    C,\n    Audited\n):"),
        ("class A(\n    B,\n    C,  # why\n):", "class A(\n    B,\n    C,  # why\n    Audited,\n):"),
        (
            "class A(\n    B,\n    metaclass=M,\n):",
            "class A(\n    B,\n    Audited,\n    metaclass=M,\n):",
        ),
        ("class \\\n  A(B):", "class \\\n  A(B, Audited):"),
    ],
)
def test_a_base_is_added(head: str, good: str) -> None:
    text = f"from corp import Audited\nB = C = M = bases = options = None\n{head}\n    x = 1\n"
    rule = 'class = { name = "A" }\nrequire.base = "corp.Audited"'
    if head == "class A:":
        assert said(text, rule) == [(3, "A", "`A` does not inherit from `corp.Audited`: add the base")]
    known = "C = M = bases = options = None\nclass B: ...\nclass C: ...\n"
    text = text.replace("B = C = M = bases = options = None\n", known)
    if "*bases" in head:
        # Nobody knows what else they are.
        assert said(text, rule) == []
        return
    assert fixed(text, rule) == text.replace(head, good)


def test_type_parameters_stay() -> None:
    text = "from corp import Audited\nclass A[T: (int, str)]:\n    x = 1\nclass B[T](dict[str, T]): ...\n"
    try:
        ast.parse(text)
    except SyntaxError:
        pytest.skip("type parameters are new in 3.12")
    assert fixed(text, 'class = {}\nrequire.base = "corp.Audited"') == (
        "from corp import Audited\nclass A[T: (int, str)](Audited):\n    x = 1\n"
        "class B[T](dict[str, T], Audited): ...\n"
    )


def test_a_base_is_added_before_the_others() -> None:
    rule = 'class = {}\nrequire.base = { any = ["corp.A", "corp.B"], add = "corp.B", first = true }'
    text = "import corp\nclass X(dict): ...\nclass Y(corp.A): ...\nclass Z(\n    dict,\n    metaclass=M,\n): ...\n"
    assert fixed(text, rule) == (
        "import corp\nclass X(corp.B, dict): ...\nclass Y(corp.A): ...\n"
        "class Z(\n    corp.B,\n    dict,\n    metaclass=M,\n): ...\n"
    )


def test_an_inherited_base_will_do(tmp_path: Path) -> None:
    text = "from .base import Root\nclass A(Root): ...\nclass B: ...\n"
    view = project(
        tmp_path,
        {"app/a.py": text, "app/__init__.py": "", "app/base.py": "import corp\nclass Root(corp.Audited): ...\n"},
    )
    assert places(text, 'class = {}\nrequire.base = "corp.Audited"', view) == [(3, "B")]


@pytest.mark.parametrize(
    ("head", "good"),
    [
        ("class A(object):", "class A:"),
        ("class A(object,):", "class A:"),
        ("class A(object, B):", "class A(B):"),
        ("class A(B, object):", "class A(B):"),
        ("class A(B, object,):", "class A(B,):"),
        ("class A(object, metaclass=M):", "class A(metaclass=M):"),
        ("class A(\n    object,  # why\n    B,\n):", None),
        ("class A(\n    B,\n    object,\n):", "class A(\n    B,\n):"),
    ],
)
def test_a_forbidden_base_is_removed(head: str, good: str | None) -> None:
    text = f"M = type\nclass B: ...\n{head}\n    x = 1\n"
    rule = 'class = {}\nforbid.base = "object"'
    assert [what for _, what in places(text, rule)] == ["object"]
    assert fixed(text, rule) == (text if good is None else text.replace(head, good))


def test_removing_a_base_that_does_something_is_unsafe() -> None:
    text = "from corp import Old\nclass A(Old): ...\n"
    rule = 'class = {}\nforbid.base = "corp.Old"'
    assert fixed(text, rule) == text
    assert fixed(text, rule, unsafe=True) == "class A: ...\n"


def test_a_metaclass_is_added() -> None:
    text = "from enum import Enum\n\n\nclass Color(str, Enum):\n    RED = 'red'\n"
    rule = 'class = { subclass_of = "enum.Enum" }\nrequire.metaclass = "azure.core.CaseInsensitiveEnumMeta"'
    assert fixed(text, rule) == (
        "from enum import Enum\n\nfrom azure.core import CaseInsensitiveEnumMeta\n\n\n"
        "class Color(str, Enum, metaclass=CaseInsensitiveEnumMeta):\n    RED = 'red'\n"
    )


def test_a_metaclass_is_inherited_and_another_is_replaced_unsafely() -> None:
    text = "from corp import Meta\nclass A(metaclass=Meta): ...\nclass B(A): ...\nclass C(metaclass=type): ...\n"
    rule = 'class = {}\nrequire.metaclass = "corp.Meta"'
    assert places(text, rule) == [(4, "metaclass=type")]
    assert fixed(text, rule) == text
    assert fixed(text, rule, unsafe=True) == text.replace("=type", "=Meta")
    assert places(text, 'class = {}\nforbid.metaclass = "corp.Meta"') == [(2, "metaclass=Meta")]


@pytest.mark.parametrize(
    ("head", "good"),
    [
        ("class A(Base):", "class A(Base, frozen=True):"),
        ("class A(Base, kw_only=True):", "class A(Base, kw_only=True, frozen=True):"),
        ("class A(Base, frozen=False):", "class A(Base, frozen=True):"),
        ("class A(Base, **more):", "class A(Base, **more):"),
        ("class A:", "class A(frozen=True):"),
    ],
)
def test_class_keywords(head: str, good: str) -> None:
    text = f"class Base: ...\n{head}\n    x = 1\n"
    rule = "class = { name = 'A' }\nrequire.keyword = { frozen = 'True' }"
    assert fixed(text, rule, unsafe=True) == text.replace(head, good)
    forbidden = "class = { name = 'A' }\nforbid.keyword = { frozen = '...' }"
    assert bool(places(text, forbidden)) is ("frozen" in head)


# What classes define


@pytest.mark.parametrize(
    ("body", "good"),
    [
        pytest.param("A:\n    x = 1\n", "A:\n    atomic = False\n    x = 1\n", id="first"),
        pytest.param("A:\n    # of x\n    x = 1\n", "A:\n    atomic = False\n    # of x\n    x = 1\n", id="comment"),
        pytest.param("A:  # why\n    x = 1\n", "A:  # why\n    atomic = False\n    x = 1\n", id="comment of the head"),
        pytest.param("A:\n    pass\n", "A:\n    atomic = False\n", id="pass"),
        pytest.param("A:\n    ...  # why\n", "A:\n    atomic = False  # why\n", id="dots"),
        pytest.param("A: pass\n", "A: atomic = False\n", id="one line"),
        pytest.param("A: x = 1\n", "A: atomic = False; x = 1\n", id="one line with more"),
        pytest.param("A: 'Doc.'\n", "A: 'Doc.'; atomic = False\n", id="one line with docstring"),
        pytest.param("A:\n    'Doc.'; x = 1\n", "A:\n    'Doc.'; atomic = False; x = 1\n", id="docstring and more"),
        pytest.param('A:\n    """Doc."""\n', 'A:\n    """Doc."""\n    atomic = False\n', id="docstring alone"),
        pytest.param(
            'A:\n    """Doc.\n    """  # why\n\n    x = 1\n',
            'A:\n    """Doc.\n    """  # why\n\n    atomic = False\n\n    x = 1\n',
            id="docstring and a gap",
        ),
        pytest.param(
            'A:\n    """Doc."""\n    pass\n', 'A:\n    """Doc."""\n    atomic = False\n', id="docstring, pass"
        ),
        pytest.param(
            "A:\n\n    def f(self): ...\n", "A:\n    atomic = False\n\n    def f(self): ...\n", id="gap before a method"
        ),
        pytest.param(
            "A:\n\t@a\n\tdef f(self): ...\n", "A:\n\tatomic = False\n\n\t@a\n\tdef f(self): ...\n", id="tabs, decorator"
        ),
        pytest.param("A:\n    atomic = True\n", "A:\n    atomic = False\n", id="another value"),
        pytest.param("A:\n    atomic: bool = (True)\n", "A:\n    atomic: bool = False\n", id="parentheses"),
        pytest.param("A:\n    atomic: bool\n", "A:\n    atomic: bool = False\n", id="no value"),
        pytest.param("A:\n    atomic = x = True\n", None, id="shared value"),
        pytest.param("A:\n    atomic, x = True, 1\n", None, id="unpacked value"),
        pytest.param("A:\n    atomic = (  # why\n        True)\n", None, id="a comment would go"),
    ],
)
def test_a_class_attribute_is_set(body: str, good: str | None) -> None:
    rule = "class = {}\nrequire.class_attr = [{ name = 'atomic', value = 'False' }]"
    assert len(places(f"class {body}", rule)) == 1
    assert fixed(f"class {body}", rule) == f"class {body if good is None else good}"


def test_attributes_that_are_set_somehow() -> None:
    rule = "class = {}\nrequire.class_attr = ['owner']"
    for body in ("owner = 1", "owner: int = 1", "owner, x = 1, 2", "def owner(self): ...", "class owner: ..."):
        assert places(f"class A:\n    {body}\n", rule)[:1] in ([], [(2, "owner")]), body
        assert (1, "A") not in places(f"class A:\n    {body}\n", rule), body
    assert said("class A:\n    def f(self):\n        self.owner = 1\n", rule) == [
        (1, "A", "`A` lacks the class attribute `owner`: set it")
    ]
    assert said("class A:\n    owner: str\n", rule) == [(2, "owner", "`A` gives `owner` no value: set it")]


def test_several_attributes_are_set_in_order_with_their_imports() -> None:
    rule = """\
class = { name = "A" }
require.class_attr = [{ name = "owner", add = "corp.teams.WEB" }, { name = "retries", add = "3" }]
"""
    assert fixed("class A:\n    'Doc.'\n", rule) == (
        "from corp.teams import WEB\n\n\nclass A:\n    'Doc.'\n    owner = WEB\n    retries = 3\n"
    )


def test_what_a_class_of_the_project_defines_is_inherited_but_not_what_the_base_does(tmp_path: Path) -> None:
    text = """\
from corp import Base
from .mid import Mid
class A(Base): ...
class B(Mid): ...
class C(B): ...
"""
    view = project(
        tmp_path,
        {
            "app/a.py": text,
            "app/__init__.py": "",
            "app/mid.py": "from corp import Base\nclass Mid(Base):\n    owner = 1\n    def close(self): ...\n",
            "corp.py": "class Base:\n    owner = None\n    def close(self): ...\n",
        },
    )
    for require in ("class_attr = ['owner']", "member = ['close']", "method = { name = 'cl*' }"):
        assert places(text, f'class = {{ subclass_of = "corp.Base" }}\nrequire.{require}', view) == [(3, "A")], require


def test_members() -> None:
    text = """\
class A:
    def __init__(self):
        self.session = 1
    @property
    def close(self): ...
"""
    assert said(text, "class = {}\nrequire.member = ['session', 'close', 'open', 'flush']") == [
        (1, "A", "`A` does not define `open` and `flush`: define them")
    ]
    assert places(text, "class = {}\nforbid.member = ['session', 'close', 'open']") == [
        (3, "self.session"),
        (5, "close"),
    ]


def test_names_and_values_of_attributes() -> None:
    text = "from enum import Enum\nclass A(Enum):\n    _ignore_ = []\n    RED = 1\n    blue = 2\n    GREEN: int = 3\n"
    assert said(text, "class = { subclass_of = 'enum.Enum' }\nrequire.attr_regex = '[A-Z_]+'") == [
        (5, "blue", "`A` has an attribute `blue` that is not like `[A-Z_]+`: rename it")
    ]
    assert places(text, "class = {}\nforbid.attr_regex = '[A-Z]+'") == [(4, "RED"), (6, "GREEN")]
    assert places(text, "class = {}\nforbid.class_attr = ['blue', { name = 'RED', value = '2' }]") == [(5, "blue")]


def test_methods() -> None:
    rule = """\
class = {}
[[rule.require.method]]
name = "load"
async = true
decorator = "corp.traced"
[[rule.require.method]]
name = "close"
params = "(self)"
calls_super = true
"""
    text = """\
from corp import traced
class A:
    @traced
    async def load(self): ...
    def close(self):
        super().close()
class B:
    def load(self): ...
    def close(self, now): ...
class C: ...
"""
    assert said(text, rule) == [
        (
            8,
            "load",
            "`B.load` is not async: make it `async def`, and await it where it is called; "
            "lacks the decorator `corp.traced`: add it",
        ),
        (9, "close", "`B.close` does not call `super().close`: call it"),
        (9, "now", "`B.close` must take `(self)`: it takes `(self, now)`"),
        (10, "C", "`C` has no method `load`: define `async def load(self, …)`"),
    ]
    assert fixed(text, rule) == text.replace("    def load", "    @traced\n    def load")
    forbidden = "class = {}\nforbid.method = { name = 'load', async = true }"
    assert places(text, forbidden) == [(4, "load")]
    assert places(text, "class = {}\nforbid.method = { name = 'close', params = '(self, now)' }") == [(9, "close")]


@pytest.mark.parametrize(
    ("call", "hit"),
    [
        ("await super().start()", False),
        ("return super(A, self).start()", False),
        ("corp.Base.start(self)", False),
        ("super().stop()", True),
        ("self.other.start()", True),
        ("pass", True),
    ],
)
def test_super_is_called(call: str, hit: bool) -> None:
    text = f"import corp\nclass A(corp.Base):\n    async def start(self):\n        {call}\n"
    rule = "function = { name = 'start', method_of = { subclass_of = 'corp.Base' } }\n%s.calls_super = true"
    assert bool(places(text, rule % "require")) is hit
    assert bool(places(text, rule % "forbid")) is not hit


# Docstrings


def test_docstrings() -> None:
    text = """\
class A:
    def f(self): ...
    @property
    def p(self):
        "It."
    @p.setter
    def p(self, value): ...
"""
    assert places(text, "function = {}\nrequire.docstring = true") == [(2, "f")]
    for rule in ("forbid.docstring = true", "require.docstring = false"):
        assert said(text, f"function = {{}}\n{rule}") == [(5, '"It."', "`p` has a docstring: take it out")]


@pytest.mark.parametrize(
    ("docstring", "hit"),
    [
        ('"""Gets it."""', ""),
        ('"""\n    Gets it.\n\n    More\n    """', ""),
        ('"""gets it.\n\n    More.\n    """', '"""gets it.'),
        ('""" """', '""" """'),
        ("'Gets ' 'it'", "'Gets ' 'it'"),
    ],
)
def test_the_first_line_of_a_docstring(docstring: str, hit: str) -> None:
    text = f"def f():\n    {docstring}\n"
    rule = "function = {}\nrequire.docstring_first_line = '[A-Z].*\\.$'"
    assert [what for _, what in places(text, rule)] == ([hit] if hit else [])
    assert bool(places(text, rule.replace("require", "forbid"))) is not hit


# Parameters


@pytest.mark.parametrize(
    ("signature", "given", "place"),
    [
        ("(self, request)", "(self, request)", None),
        ("(self, request)", "(self, request: int = 1)", None),
        ("(self, request)", "(self, req)", "req"),
        ("(self, request)", "(self)", "f"),
        ("(self, request)", "(self, request, more)", "more"),
        ("(self, request)", "(self, *, request)", "request"),
        ("(self, request)", "(self, request, /)", "self"),
        ("(self, *args, **kwargs)", "(self, *args, **kwargs)", None),
        ("(self, *args, **kwargs)", "(self, **kwargs)", "kwargs"),
        ("(self, *, key)", "(self, *, key)", None),
        ("(self, key: int)", "(self, key: int)", None),
        ("(self, key: int)", "(self, key: str)", "str"),
        ("(self, key: int)", "(self, key)", "key"),
        ("(self, key: corp.Key | None)", "(self, key: corp.Key | None)", None),
        ("(self, key: ...)", "(self, key: str)", None),
        ("(self, key: ...)", "(self, key)", "key"),
        ("(self, key=...)", "(self, key=2)", None),
        ("(self, key=...)", "(self, key)", "key"),
        ("(self, key=1)", "(self, key=2)", "2"),
        ("(self, key=1)", "(self, key=1)", None),
        ("(self, key=1)", "(self, key=True)", "True"),
    ],
)
def test_signatures(signature: str, given: str, place: str | None) -> None:
    text = f"import corp\nclass A:\n    def f{given}: ...\n"
    rule = f"function = {{}}\nrequire.params = '{signature}'"
    assert places(text, rule) == ([] if place is None else [(3, place)])
    assert bool(places(text, rule.replace("require", "forbid"))) is (place is None)


@pytest.mark.parametrize(
    ("params", "given", "place"),
    [
        ("names = ['timeout']", "self, *, timeout", None),
        ("names = ['timeout']", "self", "f"),
        ("names = ['self']", "self", "f"),
        ("without = ['loop']", "self, loop", "loop"),
        ("without = ['loop']", "self", None),
        ("args = true", "self, *a", None),
        ("args = true", "self", "f"),
        ("args = false", "self, *a", "a"),
        ("kwargs = false", "self, **k", "k"),
        ("max_positional = 2", "self, a, b", None),
        ("max_positional = 2", "self, a, b, c", "c"),
        ("max_positional = 0", "self, a", "a"),
        ("regex = '[a-z]+'", "self, a, *A, **K", None),
        ("regex = '[a-z]+'", "self, bB", "bB"),
        ("keyword_only = ['key']", "self, key", "key"),
        ("keyword_only = ['key']", "self, *, key", None),
        ("keyword_only = ['key']", "self", None),
        ("keyword_only_booleans = true", "self, flag=True", "flag"),
        ("keyword_only_booleans = true", "self, flag: bool", "flag"),
        ("keyword_only_booleans = true", "self, flag: 'bool'", "flag"),
        ("keyword_only_booleans = true", "self, *, flag: bool, other=1", None),
        ("default = { key = '1' }", "self, key=2", "2"),
        ("default = { key = '1' }", "self", None),
        ("annotation = { key = 'int' }", "self, key: str", "str"),
    ],
)
def test_parameters(params: str, given: str, place: str | None) -> None:
    text = f"class A:\n    def f({given}): ...\n"
    assert places(text, f"function = {{}}\nrequire.params = {{ {params} }}") == ([] if place is None else [(2, place)])


@pytest.mark.parametrize(
    ("params", "given", "place"),
    [
        ("names = ['loop']", "self, loop", "loop"),
        ("names = ['self']", "self", None),
        ("kwargs = true", "self, **k", "k"),
        ("args = true", "self, *a", "a"),
        ("keyword_only = ['key']", "self, *, key", "key"),
        ("keyword_only = ['key']", "self, key", None),
        ("regex = '.*_'", "self, a_", "a_"),
        ("default = { key = 'None' }", "self, key=None", "None"),
        ("annotation = { key = 'str' }", "self, key: str", "str"),
        ("annotation = { key = 'str' }", "self, key: int", None),
    ],
)
def test_forbidden_parameters(params: str, given: str, place: str | None) -> None:
    text = f"class A:\n    def f({given}): ...\n"
    assert places(text, f"function = {{}}\nforbid.params = {{ {params} }}") == ([] if place is None else [(2, place)])


def test_the_first_parameter_of_static_functions_and_of_plain_ones_counts() -> None:
    text = """\
class A:
    @staticmethod
    def s(a): ...
    @classmethod
    def c(cls): ...
    def __new__(cls): ...
def f(a):
    def g(a): ...
"""
    assert places(text, "function = { nested = true }\nrequire.params = { max_positional = 0 }") == [
        (3, "a"),
        (7, "a"),
        (8, "a"),
    ]


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ("a, flag=False", "a, *, flag=False"),
        ("flag=False", "*, flag=False"),
        ("a, x=True, y: bool = True", "a, *, x=True, y: bool = True"),
        ("a, x=True, *, y", "a, *, x=True, y"),
        ("a, x=True, *, y=False", "a, *, x=True, y=False"),
        ("a, /, x=True, **k", "a, /, *, x=True, **k"),
        ("\n    a,\n    x=True,  # why\n", "\n    a,\n    *,\n    x=True,  # why\n"),
        ("a, x=True, y=1", None),
        ("a, x=True, *rest", None),
        ("a, x=True, /", None),
        ("a, x=True, *,  # why\n    y", None),
    ],
)
def test_flags_become_keyword_only(given: str, good: str | None) -> None:
    text = f"def f({given}): ...\n"
    rule = "function = {}\nrequire.params = { keyword_only_booleans = true }"
    assert places(text, rule)
    assert fixed(text, rule) == text
    assert fixed(text, rule, unsafe=True) == (text if good is None else f"def f({good}): ...\n")


def test_what_is_beyond_the_limit_becomes_keyword_only() -> None:
    text = "class A:\n    def f(self, a, b, c=1, d=2): ...\n"
    rule = "function = {}\nrequire.params = { max_positional = 2 }"
    assert said(text, rule) == [
        (2, "c", "`f` takes 4 parameters by position: make all but 2 keyword-only"),
    ]
    assert fixed(text, rule, unsafe=True) == text.replace("c=1", "*, c=1")


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ("", "**kwargs"),
        ("self", "self, **kwargs"),
        ("self,", "self, **kwargs"),
        ("self, /", "self, /, **kwargs"),
        ("self, *args", "self, *args, **kwargs"),
        ("self, *, key=(1, 2)", "self, *, key=(1, 2), **kwargs"),
        ("\n    self,\n    key,  # why\n", "\n    self,\n    key,  # why\n    **kwargs,\n"),
        ("\n    self,\n    key  # why\n", "\n    self,\n    key,  # why\n    **kwargs\n"),
        ("kwargs", None),
    ],
)
def test_keyword_arguments_are_added(given: str, good: str | None) -> None:
    text = f"def f({given}): ...\n"
    rule = "function = {}\nrequire.params = { kwargs = true }"
    assert fixed(text, rule) == text
    assert fixed(text, rule, unsafe=True) == (text if good is None else f"def f({good}): ...\n")


def test_a_session_by_keyword() -> None:
    rule = """\
function = { decorator = "airflow.utils.session.provide_session" }
[rule.require.params]
keyword_only = ["session"]
default = { session = "airflow.utils.session.NEW_SESSION" }
annotation = { session = "sqlalchemy.orm.Session" }
"""
    text = """\
from airflow.utils.session import provide_session

@provide_session
def clear(dag_id, session=None): ...
"""
    good = """\
from airflow.utils.session import NEW_SESSION, provide_session
from sqlalchemy.orm import Session

@provide_session
def clear(dag_id, session: Session = NEW_SESSION): ...
"""
    assert fixed(text, rule) == good
    assert fixed(text, rule, unsafe=True) == good.replace("session: S", "*, session: S")


def test_a_default_that_is_a_call() -> None:
    value = "airflow.configuration:conf.getboolean('operators', 'default_deferrable', fallback=False)"
    rule = f"""\
function = {{ name = "__init__", method_of = {{ subclass_of = "airflow.models.BaseOperator" }} }}
require.params.default = {{ deferrable = "{value}" }}
"""
    text = """\
from airflow.models import BaseOperator
class A(BaseOperator):
    def __init__(self, *, deferrable: bool = False): ...
"""
    good = fixed(text, rule)
    assert good == "from airflow.configuration import conf\n" + text.replace(
        "= False", "= conf.getboolean('operators', 'default_deferrable', fallback=False)"
    )
    assert places(good, rule) == []
    assert places(good.replace("'operators'", "'other'"), rule) != []


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ("key", "key=1"),
        ("key: int", "key: int = 1"),
        ("a, key,", "a, key=1,"),
        ("*, key, b", "*, key=1, b"),
        ("key, b=2", "key=1, b=2"),
        ("key, /, b=2", "key=1, /, b=2"),
        ("key=(2)", "key=1"),
        ("key: int = 2", "key: int = 1"),
        ("key, b", None),
        ("key=(  # why\n    2)", None),
    ],
)
def test_a_default_is_given(given: str, good: str | None) -> None:
    text = f"def f({given}): ...\n"
    rule = "function = {}\nrequire.params = { default = { key = '1' } }"
    assert fixed(text, rule) == (text if good is None else f"def f({good}): ...\n")
    assert refusals(text, rules(rule)) == (
        [] if good else ["a comment would be lost" if "#" in given else "a parameter after it has no default"]
    )


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ("key", "key: Key"),
        ("key=1", "key: Key = 1"),
        ("key = 1", "key: Key = 1"),
        ("key=(1)", "key: Key = (1)"),
        ("*key", "*key: Key"),
        ("**key", "**key: Key"),
        ("key: int", "key: Key"),
        ("key: Key", None),
        ("key: 'Key'", None),
        ("key: (  # why\n    int)", None),
    ],
)
def test_an_annotation_is_given(given: str, good: str | None) -> None:
    text = f"from corp import Key\ndef f({given}): ...\n"
    rule = "function = {}\nrequire.params = { annotation = { key = 'corp.Key' } }"
    assert fixed(text, rule) == (text if good is None else f"from corp import Key\ndef f({good}): ...\n")


# Annotations


def test_annotations_are_required() -> None:
    text = "class A:\n    def f(self, a, b: int, *c, **d): ...\n"
    rule = "function = {}\nrequire.annotations = "
    assert [what for _, what in places(text, rule + "'params'")] == ["a", "c", "d"]
    assert [what for _, what in places(text, rule + "'return'")] == ["f"]
    assert [what for _, what in places(text, rule + "'all'")] == ["f", "a", "c", "d"]
    text = "def f(a: int) -> None: ...\n"
    assert [what for _, what in places(text, "function = {}\nforbid.annotations = 'all'")] == ["int", "None"]


@pytest.mark.parametrize(
    ("function", "good"),
    [
        ("def f():\n    print()\n", "def f() -> None:\n    print()\n"),
        ("def f(a: int = (1)) :\n    return\n", "def f(a: int = (1)) -> None :\n    return\n"),
        ("async def f(\n):  # why\n    g()\n", "async def f(\n) -> None:  # why\n    g()\n"),
        ("def f():\n    def g(): return 1\n", "def f() -> None:\n    def g(): return 1\n"),
        ("def f():\n    return 1\n", None),
        ("def f():\n    yield\n", None),
        ("def f():\n    x = yield 1\n", None),
        ("def f(): ...\n", None),
        ("def f():\n    'Doc.'\n    raise NotImplementedError\n", None),
        ("def f():\n    while True:\n        g()\n", None),
        ("def f():\n    g()\n    raise ValueError\n", None),
    ],
)
def test_functions_that_return_nothing_say_so(function: str, good: str | None) -> None:
    rule = "function = {}\nrequire.annotations = 'return'"
    assert fixed(function, rule) == function
    assert fixed(function, rule, unsafe=True) == (good or function)


def test_what_is_returned() -> None:
    rule = 'function = { name = "setup" }\nrequire.returns = "corp.Result | None"'
    assert said("def setup() -> int: ...\n", rule) == [
        (1, "int", "`setup` says that it returns `int`: it must be `corp.Result | None`")
    ]
    assert places("from corp import Result as R\ndef setup() -> R | None: ...\n", rule) == []
    assert places("def setup() -> 'Result | None': ...\n", rule) == [(1, "'Result | None'")]
    assert fixed("def setup(): ...\n", rule, unsafe=True) == (
        "from corp import Result\n\n\ndef setup() -> Result | None: ...\n"
    )


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
