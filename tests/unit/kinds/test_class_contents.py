"""What ``class`` rules ask of a body: attributes, members, methods, docstrings."""

from __future__ import annotations

from pathlib import Path

import pytest
from declared import fixed, places, project, said

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
