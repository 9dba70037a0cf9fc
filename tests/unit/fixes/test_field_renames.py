"""What other tools get wrong when they rename: the right result here, or none.

Each table is a defect known of LibCST's ``RenameCommand``, in several shapes.
"""

from __future__ import annotations

import pytest
from engine import catalog, fixed

GET = {"corp.db.get": "corp.data.fetch"}
CLASS = {"corp.Old": "corp.New"}
METH = {"corp.C.meth": "corp.C.new"}


def case(name: str, renames: dict[str, str], before: str, after: str | None) -> object:
    """*after* is None where nothing is to change."""
    return pytest.param(renames, before, before if after is None else after, id=name)


RELATIVE = [
    case(
        "beside the real one",
        {"logging.warn": "logging.warning"},
        "from .logging import warn\nfrom logging import warn as w\nwarn(w)\n",
        "from .logging import warn\nfrom logging import warning as w\nwarn(w)\n",
    ),
    case(
        "the module itself is relative",
        {"logging.warn": "logging.warning"},
        "from . import logging\nlogging.warn()\n",
        None,
    ),
    case(
        "in a function",
        {"logging.warn": "logging.warning"},
        "def f():\n    from .logging import warn\n    warn()\n",
        None,
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), RELATIVE)
def test_a_relative_import_is_not_what_its_name_says(renames: dict[str, str], before: str, after: str) -> None:
    """Rewritten elsewhere as if ``.logging`` were ``logging``."""
    assert fixed(before, catalog(renames)) == after


RECEIVERS = [
    case(
        "class and instance",
        METH,
        "from corp import C\nC.meth(); C().meth()\n",
        "from corp import C\nC.new(); C().meth()\n",
    ),
    case(
        "by its module", METH, "import corp\ncorp.C.meth(corp.C().meth)\n", "import corp\ncorp.C.new(corp.C().meth)\n"
    ),
    case(
        "to a function of the module",
        {"corp.C.meth": "corp.meth"},
        "from corp import C\nC.meth(); C().meth()\n",
        "import corp\nfrom corp import C\ncorp.meth(); C().meth()\n",
    ),
    case(
        "to another class",
        {"corp.C.meth": "corp.D.meth"},
        "from corp import C\nC.meth(C.other)\n",
        "import corp\nfrom corp import C\ncorp.D.meth(C.other)\n",
    ),
    case(
        "to another module",
        {"corp.C.meth": "lib.D.meth"},
        "from corp import C\nC.meth()\n",
        "import lib\nlib.D.meth()\n",
    ),
    case(
        "an alias of the class",
        METH,
        "from corp import C as K\nK.meth(), K().meth()\n",
        "from corp import C as K\nK.new(), K().meth()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), RECEIVERS)
def test_a_method_keeps_its_receiver(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere ``C().meth()`` becomes ``meth2()``."""
    assert fixed(before, catalog(renames)) == after


SEVERAL = [
    case(
        "two from-imports",
        {"foo.bar": "baz.qux"},
        "from foo import bar as b1\nfrom foo import bar as b2\nb1(); b2()\n",
        "from baz import qux as b1\nfrom baz import qux as b2\nb1(); b2()\n",
    ),
    case(
        "an alias and none",
        {"foo.bar": "baz.qux"},
        "from foo import bar, bar as b2\nbar(); b2()\n",
        "from baz import qux, qux as b2\nqux(); b2()\n",
    ),
    case(
        "by name and by module",
        {"foo.bar": "baz.qux"},
        "from foo import bar\nimport foo as f\nimport foo\nbar(); f.bar(); foo.bar(); foo.x\n",
        "from baz import qux\nimport baz\nimport foo\nqux(); baz.qux(); baz.qux(); foo.x\n",
    ),
    case(
        "one of them in a function",
        {"foo.bar": "baz.qux"},
        "from foo import bar as b1\ndef f():\n    from foo import bar as b2\n    return b2(b1)\n",
        "from baz import qux as b1\ndef f():\n    from baz import qux as b2\n    return b2(b1)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), SEVERAL)
def test_every_import_of_one_thing_is_renamed(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere one alias is remembered, and the others lose their import."""
    assert fixed(before, catalog(renames)) == after


CAPTURES = [
    case(
        "lambda",
        CLASS,
        "from corp import Old\nf = lambda New: Old(New)\n",
        "import corp\nf = lambda New: corp.New(New)\n",
    ),
    case(
        "walrus",
        CLASS,
        "from corp import Old\nif (New := Old()):\n    New\n",
        "import corp\nif (New := corp.New()):\n    New\n",
    ),
    case(
        "handler",
        CLASS,
        "from corp import Old\ntry: ...\nexcept E as New:\n    Old(New)\n",
        "import corp\ntry: ...\nexcept E as New:\n    corp.New(New)\n",
    ),
    case(
        "match",
        CLASS,
        "from corp import Old\nmatch x:\n    case Old(a=New): print(New)\n",
        "import corp\nmatch x:\n    case corp.New(a=New): print(New)\n",
    ),
    case(
        "class body",
        CLASS,
        "from corp import Old\nclass A:\n    New = 1\n    x = Old(New)\n",
        "import corp\nclass A:\n    New = 1\n    x = corp.New(New)\n",
    ),
    case(
        "import in a function",
        CLASS,
        "from corp import Old\ndef f():\n    from z import New\n    return Old(New)\n",
        "import corp\ndef f():\n    from z import New\n    return corp.New(New)\n",
    ),
    case(
        "nonlocal",
        CLASS,
        "from corp import Old\n"
        "def f():\n"
        "    New = 1\n"
        "    def g():\n"
        "        nonlocal New\n"
        "        New = Old\n"
        "    return g\n",
        "import corp\n"
        "def f():\n"
        "    New = 1\n"
        "    def g():\n"
        "        nonlocal New\n"
        "        New = corp.New\n"
        "    return g\n",
    ),
    case(
        "with",
        CLASS,
        "from corp import Old\nwith x as New:\n    Old(New)\n",
        "import corp\nwith x as New:\n    corp.New(New)\n",
    ),
    case(
        "loop",
        CLASS,
        "from corp import Old\nfor New in Old:\n    New()\n",
        "import corp\nfor New in corp.New:\n    New()\n",
    ),
    case(
        "only in another function",
        CLASS,
        "from corp import Old\ndef f(New): return New\nOld()\n",
        "from corp import New\ndef f(New): return New\nNew()\n",
    ),
    case(
        "a root only in another function",
        {"corp.Old": "lib.New"},
        "import corp\ndef f(lib): return lib\ncorp.Old()\n",
        "import lib\ndef f(lib): return lib\nlib.New()\n",
    ),
    case(
        "in a class that may not have bound it yet",
        CLASS,
        "from corp import Old\nclass C:\n    if x:\n        New = 1\n    y = New\nOld()\n",
        "import corp\nclass C:\n    if x:\n        New = 1\n    y = New\ncorp.New()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), CAPTURES)
def test_no_name_is_captured(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere ``def f(New): return Old(New)`` becomes ``New(New)``."""
    assert fixed(before, catalog(renames)) == after


STRINGS = [
    case(
        "string annotation",
        CLASS,
        "from corp import Old\ndef f(x: 'list[Old]') -> 'Old | None': ...\n",
        "from corp import New\ndef f(x: 'list[New]') -> 'New | None': ...\n",
    ),
    case(
        "a string within a string",
        CLASS,
        "from corp import Old\ndef f(x: \"dict[str, 'Old']\"): ...\n",
        "from corp import New as Old\ndef f(x: \"dict[str, 'Old']\"): ...\n",
    ),
    case(
        "__all__ and a string annotation",
        CLASS,
        "from corp import Old\n__all__ = ('Old',)\ndef f(x: 'Old'): ...\n",
        "from corp import New as Old\n__all__ = ('Old',)\ndef f(x: 'Old'): ...\n",
    ),
    case(
        "dotted in a string annotation",
        CLASS,
        "import corp\nx: 'corp.Old' = corp.Old()\n",
        "import corp\nx: 'corp.New' = corp.New()\n",
    ),
    case(
        "the bound of a type variable",
        CLASS,
        "from typing import TypeVar\nfrom corp import Old\nT = TypeVar('T', bound='Old')\n",
        "from typing import TypeVar\nfrom corp import New as Old\nT = TypeVar('T', bound='Old')\n",
    ),
    case(
        "a cast",
        CLASS,
        "from typing import cast\nfrom corp import Old\nx = cast('Old', 1)\n",
        "from typing import cast\nfrom corp import New\nx = cast('New', 1)\n",
    ),
    case(
        "a literal is no annotation",
        CLASS,
        "from typing import Literal\nfrom corp import Old\nx: Literal['Old'] = Old\n",
        "from typing import Literal\nfrom corp import New\nx: Literal['Old'] = New\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), STRINGS)
def test_strings_that_are_code(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere annotations in strings and ``__all__`` keep the old name, whose import goes."""
    assert fixed(before, catalog(renames)) == after


PLACES = [
    case(
        "two functions, each its own",
        GET,
        "def f():\n"
        "    from corp.db import get, put\n"
        "    return get(put)\n"
        "def g():\n"
        "    from corp.db import get\n"
        "    return get()\n",
        "def f():\n"
        "    from corp.data import fetch\n"
        "    from corp.db import put\n"
        "    return fetch(put)\n"
        "def g():\n"
        "    from corp.data import fetch\n"
        "    return fetch()\n",
    ),
    case(
        "type checking",
        GET,
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from corp.db import get, put\nx: 'get[put]'\n",
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n"
        "    from corp.data import fetch\n"
        "    from corp.db import put\n"
        "x: 'fetch[put]'\n",
    ),
    case(
        "an optional dependency, suppressed",
        GET,
        "from contextlib import suppress\n"
        "with suppress(ImportError):\n"
        "    from corp.db import get, put\n"
        "    get(put)\n",
        None,
    ),
    case(
        "the fallback of another",
        GET,
        "try:\n    from fast import get\nexcept ImportError:\n    from corp.db import get, put\nget()\n",
        None,
    ),
    case(
        "a try for another reason",
        GET,
        "try:\n    from corp.db import get, put\nfinally:\n    x = 1\nget(put)\n",
        "try:\n    from corp.data import fetch\n    from corp.db import put\nfinally:\n    x = 1\nfetch(put)\n",
    ),
    case(
        "a method",
        GET,
        "class A:\n    def f(self):\n        from corp.db import get, put\n        return get(put)\n",
        "class A:\n"
        "    def f(self):\n"
        "        from corp.data import fetch\n"
        "        from corp.db import put\n"
        "        return fetch(put)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), PLACES)
def test_an_import_stays_in_its_place(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere the new import goes to the top: import cycles, and an optional dependency that is none any more."""
    assert fixed(before, catalog(renames)) == after


CONDITIONS = [
    case(
        "if and else",
        GET,
        "if x:\n    from corp.db import get\nelse:\n    from other import get\nget()\n",
        "if x:\n    from corp.data import fetch as get\nelse:\n    from other import get\nget()\n",
    ),
    case(
        "both branches",
        GET,
        "if x:\n    from corp.db import get, put\nelse:\n    from corp.db import get, a\nget()\n",
        "if x:\n"
        "    from corp.data import fetch as get\n"
        "    from corp.db import put\n"
        "else:\n"
        "    from corp.db import a\n"
        "    from corp.data import fetch as get\n"
        "get()\n",
    ),
    case(
        "one name of several",
        GET,
        "if x:\n    from corp.db import get, put\nelse:\n    from other import get, put\nget(put)\n",
        "if x:\n"
        "    from corp.data import fetch as get\n"
        "    from corp.db import put\n"
        "else:\n"
        "    from other import get, put\n"
        "get(put)\n",
    ),
    case(
        "the branch that uses it",
        GET,
        "if x:\n    from corp.db import get\n    get()\nelse:\n    get = None\n",
        "if x:\n    from corp.data import fetch\n    fetch()\nelse:\n    get = None\n",
    ),
    case(
        "nothing else",
        GET,
        "if x:\n    from corp.db import get\ny = get()\n",
        "if x:\n    from corp.data import fetch\ny = fetch()\n",
    ),
    case("a module or nothing", GET, "if x:\n    import corp.db as db\nelse:\n    db = None\ndb.get()\n", None),
    case(
        "elif",
        GET,
        "if x:\n    from corp.db import get\nelif y:\n    from other import get\nelse:\n    get = print\nget()\n",
        "if x:\n"
        "    from corp.data import fetch as get\n"
        "elif y:\n"
        "    from other import get\n"
        "else:\n"
        "    get = print\n"
        "get()\n",
    ),
    case(
        "match",
        GET,
        "match x:\n    case 1:\n        from corp.db import get\n    case _:\n        from other import get\nget()\n",
        "match x:\n"
        "    case 1:\n"
        "        from corp.data import fetch as get\n"
        "    case _:\n"
        "        from other import get\n"
        "get()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), CONDITIONS)
def test_a_condition_stays_one(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere the new name is imported without the condition as well."""
    assert fixed(before, catalog(renames)) == after


DECLARATIONS = [
    case(
        "global",
        GET,
        "from corp.db import get\ndef f():\n    global get\n    get = None\nget()\n",
        "from corp.data import fetch as get\ndef f():\n    global get\n    get = None\nget()\n",
    ),
    case(
        "imported for the module by a function",
        GET,
        "def f():\n    global get\n    from corp.db import get\ndef g(): get()\n",
        "def f():\n    global get\n    from corp.data import fetch as get\ndef g(): get()\n",
    ),
    case(
        "nonlocal",
        GET,
        "def f():\n"
        "    from corp.db import get\n"
        "    def g():\n"
        "        nonlocal get\n"
        "        get = get(1)\n"
        "    return g\n",
        "def f():\n"
        "    from corp.data import fetch as get\n"
        "    def g():\n"
        "        nonlocal get\n"
        "        get = get(1)\n"
        "    return g\n",
    ),
    case(
        "a patched string keeps its text",
        GET,
        "from corp.db import get\nfrom unittest import mock\n@mock.patch('corp.db.get')\ndef t(): get()\n",
        "from corp.data import fetch\nfrom unittest import mock\n@mock.patch('corp.db.get')\ndef t(): fetch()\n",
    ),
    case("getattr keeps its text", GET, "import corp.db\ngetattr(corp.db, 'get')()\n", None),
]


@pytest.mark.parametrize(("renames", "before", "after"), DECLARATIONS)
def test_names_that_are_declared_or_spelled(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere ``global`` keeps the old name alone."""
    assert fixed(before, catalog(renames)) == after


COMMENTS = [
    case(
        "the only name",
        GET,
        "from corp.db import (\n    get,  # keep\n)\nget()\n",
        "from corp.data import (\n    fetch,  # keep\n)\nfetch()\n",
    ),
    case(
        "one of several names",
        GET,
        "from corp.db import (\n    a,\n    get,  # keep\n    z,\n)\nget(a, z)\n",
        "from corp.data import fetch  # keep\nfrom corp.db import (\n    a,\n    z,\n)\nfetch(a, z)\n",
    ),
    case(
        "each its comment",
        GET | {"corp.db.put": "lib.put"},
        "from corp.db import (\n    a,  # one\n    get,  # two\n    put,  # three\n)\nget(a, put)\n",
        "from corp.data import fetch  # two\n"
        "from corp.db import (\n"
        "    a,  # one\n"
        ")\n"
        "from lib import put  # three\n"
        "fetch(a, put)\n",
    ),
    case(
        "behind the statement",
        GET,
        "from corp.db import get  # keep\nget()\n",
        "from corp.data import fetch  # keep\nfetch()\n",
    ),
    case(
        "two modules on a line", {"a": "new.mod:"}, "import a as fb, b\nfb.x, b\n", "import new.mod as fb, b\nfb.x, b\n"
    ),
    case(
        "two modules on a line, by their names",
        {"a": "new.mod:"},
        "import a, b\na.x, b\n",
        "import new.mod, b\nnew.mod.x, b\n",
    ),
    case("a module moves below itself", {"a": "a.b:"}, "import a\na.x()\n", "import a.b\na.b.x()\n"),
    case(
        "a module that has moved below itself",
        {"a": "a.b:"},
        "import a.b\nfrom a.b import x\nfrom a import b\na.b.x(x, b)\n",
        None,
    ),
    case(
        "half of it has moved",
        {"a": "a.b:"},
        "from a import b, c\nfrom a.d import e\nb(c, e)\n",
        "from a import b\nfrom a.b import c\nfrom a.b.d import e\nb(c, e)\n",
    ),
    case("a name moves below itself", {"a.x": "a.x.y"}, "from a import x\nx()\n", "from a.x import y\ny()\n"),
    case("a name moves into a module of its name", {"a.f": "a.f.g"}, "import a\na.f()\n", "import a.f\na.f.g()\n"),
]


@pytest.mark.parametrize(("renames", "before", "after"), COMMENTS)
def test_comments_lines_and_second_runs(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere comments go, lines are glued together, and ``a -> a.b`` gives ``a.b.b`` the next time."""
    assert fixed(before, catalog(renames)) == after
