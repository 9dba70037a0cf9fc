"""What ``function`` rules ask of parameters and annotations."""

from __future__ import annotations

import pytest
from declared import fixed, places, rules, said
from engine import refusals

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
    ("uses", "reason"),
    [
        ("f(1, True)", "line 2 gives it by position"),
        ("f(*args)", "line 2 gives it by position"),
        ("x = {bool: f}", "line 2 hands `f` on: who calls it is not known"),
        ("f(1, flag=True); g(f=1, flag=True); x.f(1, True)", ""),
    ],
)
def test_what_this_file_gives_by_position_stays_so(uses: str, reason: str) -> None:
    rule = "function = {}\nrequire.params.keyword_only_booleans = true"
    text = f"def f(a, flag: bool): ...\n{uses}\n"
    assert refusals(text, rules(rule)) == ([reason] if reason else [])
    assert (fixed(text, rule, unsafe=True) == text) is bool(reason)


def test_what_a_method_of_that_name_is_given_by_position_stays_so() -> None:
    rule = "function = {}\nrequire.params.keyword_only_booleans = true"
    text = "class C:\n    def f(self, flag: bool): ...\n    def g(self): self.f(True)\n"
    assert refusals(text, rules(rule)) == ["line 3 gives it by position"]


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
