"""Where no result is right: nothing is changed, and the reason says what to do."""

from __future__ import annotations

import sys

import pytest
from engine import catalog, complete, fixed, refusals

GET = {"corp.db.get": "corp.data.fetch"}
CLASS = {"corp.Old": "corp.New"}


@pytest.mark.parametrize(
    ("renames", "text", "reason"),
    [
        pytest.param(
            GET,
            "from corp.db import *\nget(1)\n",
            "comes from a star import; import it by name first",
            id="star import",
        ),
        pytest.param(
            GET, "from corp.db import *\ndef f(x=get): ...\n", "comes from a star import", id="star import, deferred"
        ),
        pytest.param(GET, "mock.patch('corp.db.get')\n", "a string may be looked up at run time", id="patch"),
        pytest.param(
            {"corp.db": "corp.data:"},
            "import_module('corp.db')\n",
            "a string may be looked up",
            id="module in a string",
        ),
        pytest.param(
            GET,
            "from corp.data import fetch as f\nfrom corp.db import (  # why\n    get,\n)\nget(f)\n",
            "a comment inside the import would be lost",
            id="the last name in parentheses with a comment",
        ),
        pytest.param(
            GET,
            "from corp.data import fetch as f\nfrom corp.db import (\n    a,\n    get,  # why\n)\nget(a, f)\n",
            "a comment beside the imported name would be lost",
            id="a name with a comment",
        ),
        pytest.param(
            CLASS,
            "import corp\nx = corp.Old()  # type: corp.Old\n",
            "a type comment names `corp.Old` too",
            id="dotted name in a type comment",
        ),
        pytest.param(
            CLASS,
            "import corp\ndef f(x):\n    # type: (list[corp.Old]) -> None\n    corp.Old(x)\n",
            "a type comment names `corp.Old` too",
            id="dotted name in a signature comment",
        ),
        pytest.param(
            {"builtins.open": "corp.io.open_file"},
            "open_file = corp = 1\nopen(corp)\n",
            "`corp` already means something else here",
            id="both spellings of the new name are taken",
        ),
        pytest.param(
            {"corp.make": "corp.C.make"},
            "from corp import make\n__all__ = [*base]\nmake()\n",
            "`make` is exported from here and its replacement is no single name",
            id="exported, perhaps",
        ),
        pytest.param(
            {"corp.make": "corp.C.make"},
            "from corp import make\nmake()\ndel make\n",
            "its replacement is no single name",
            id="deleted",
        ),
    ],
)
def test_refusals(renames: dict[str, str], text: str, reason: str) -> None:
    rules = catalog(renames, exports={"corp.db": ["get"]})
    assert any(reason in given for given in refusals(text, rules)), refusals(text, rules)
    assert fixed(text, rules) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("lazy from corp.db import get\nget()\n", id="from"),
        pytest.param("lazy import corp.db\ncorp.db.get()\n", id="import"),
        pytest.param("from corp.db import get\nlazy import other\nget(other)\n", id="beside what could be fixed"),
    ],
)
@pytest.mark.skipif(sys.version_info >= (3, 15), reason="Python 3.15 parses it")
def test_lazy_imports_are_said_to_be_beyond_this_python(text: str) -> None:
    """PEP 810: what this Python cannot parse is left alone, and said so."""
    analysis = complete(text, catalog(GET))
    assert [hit.rule.code for hit in analysis.hits] == ["LIB001"]
    assert "cannot parse it" in analysis.hits[0].message
    assert fixed(text, catalog(GET)) == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param(
            "def f[T: Old](x: T) -> Old: ...\n", "from corp import New\ndef f[T: New](x: T) -> New: ...\n", id="bound"
        ),
        pytest.param(
            "class A[T: (Old, int)](Old): ...\n",
            "from corp import New\nclass A[T: (New, int)](New): ...\n",
            id="constraints",
        ),
        pytest.param(
            "def f[New](x: New) -> Old: ...\n",
            "import corp\ndef f[New](x: New) -> corp.New: ...\n",
            id="type parameter of the new name",
        ),
        pytest.param(
            "class A[Old](list[Old]): ...\nOld()\n",
            "from corp import New\nclass A[Old](list[Old]): ...\nNew()\n",
            id="type parameter of the old name",
        ),
        pytest.param(
            "def f[T](x: T = Old) -> list[Old]: ...\n",
            "from corp import New\ndef f[T](x: T = New) -> list[New]: ...\n",
            id="default of a parameter",
        ),
        pytest.param("type A[T] = dict[T, Old]\n", "from corp import New\ntype A[T] = dict[T, New]\n", id="type alias"),
        pytest.param("type New = Old\n", "import corp\ntype New = corp.New\n", id="type alias of the new name"),
        pytest.param(
            "type A = Old | list[A]\nx: A = Old()\n",
            "from corp import New\ntype A = New | list[A]\nx: A = New()\n",
            id="type alias of itself",
        ),
    ],
)
@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters(text: str, after: str) -> None:
    assert fixed("from corp import Old\n" + text, catalog(CLASS)) == after
