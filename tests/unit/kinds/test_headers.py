"""The heads of ``class`` and ``function`` rules: decorators, bases, metaclasses and class keywords."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from declared import fixed, places, project, rules, said
from engine import refusals

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
