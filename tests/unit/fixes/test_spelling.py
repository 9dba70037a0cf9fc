"""How a fix spells what it puts into a file: through an import that is there, else by one that is added."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine import complete, fixed, pack, refusals

from platform_lint.fixes.fixing import offered
from platform_lint.modules import Modules, ModuleView

FRESH = pack('[[rule]]\nmessage = "m"\nmatch = "lib.old($A)"\nrewrite = "corp.io.fresh($A)"\n')
PRINT = pack('[[rule]]\nmessage = "m"\nmatch = "lib.old($A)"\nrewrite = "print($A)"\n')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import lib\nlib.old(1)\n", "from corp.io import fresh\nfresh(1)\n", id="nothing there"),
        pytest.param(
            "import lib\nfrom corp.io import a\nlib.old(a)\n",
            "from corp.io import a, fresh\nfresh(a)\n",
            id="another name of its module",
        ),
        pytest.param(
            "import lib\nfrom corp.io import a  # noqa\nlib.old(a)\n",
            "from corp.io import a  # noqa\nfrom corp.io import fresh\nfresh(a)\n",
            id="another name of its module, with a noqa",
        ),
        pytest.param(
            "import lib\nfrom .corp.io import a\nlib.old(a)\n",
            "from .corp.io import a\nfrom corp.io import fresh\nfresh(a)\n",
            id="a relative module of that spelling",
        ),
        pytest.param(
            "import lib\nfrom corp.ios import a\nlib.old(a)\n",
            "from corp.io import fresh\nfrom corp.ios import a\nfresh(a)\n",
            id="another module",
        ),
        pytest.param(
            "import lib\ndef f():\n    from corp.io import a\n    lib.old(a)\n",
            "from corp.io import fresh\ndef f():\n    from corp.io import a\n    fresh(a)\n",
            id="its module in a function",
        ),
        pytest.param(
            "import lib\nif x:\n    from corp.io import a\nlib.old(a)\n",
            "from corp.io import fresh\nif x:\n    from corp.io import a\nfresh(a)\n",
            id="its module under a condition",
        ),
        pytest.param(
            "import lib\nlib.old(1)\nfrom corp.io import a\n",
            "from corp.io import fresh\nfresh(1)\nfrom corp.io import a\n",
            id="its module below the use",
        ),
        pytest.param(
            "import lib\nimport corp\nlib.old(corp)\n",
            "import corp\nfrom corp.io import fresh\nfresh(corp)\n",
            id="its package, which need not have the module",
        ),
        pytest.param(
            "import lib\nimport corp.io\nlib.old(corp)\n",
            "import corp.io\ncorp.io.fresh(corp)\n",
            id="its module",
        ),
        pytest.param(
            "import lib\nimport corp.io as i\nlib.old(i)\n", "import corp.io as i\ni.fresh(i)\n", id="its module, as"
        ),
        pytest.param(
            "import lib\nfrom corp import io\nlib.old(io)\n",
            "from corp import io\nio.fresh(io)\n",
            id="its module from the package",
        ),
        pytest.param(
            "import lib\nfrom corp.io import fresh as f\nlib.old(f)\n",
            "from corp.io import fresh as f\nf(f)\n",
            id="itself, as",
        ),
        pytest.param(
            "import lib\nfresh = 1\nlib.old(fresh)\n",
            "import corp.io\nfresh = 1\ncorp.io.fresh(fresh)\n",
            id="its name is taken",
        ),
        pytest.param(
            "import lib\ndef f(fresh): lib.old(fresh)\n",
            "import corp.io\ndef f(fresh): corp.io.fresh(fresh)\n",
            id="its name is a parameter",
        ),
        pytest.param(
            "import lib\nx = [lib.old(fresh) for fresh in y]\n",
            "import corp.io\nx = [corp.io.fresh(fresh) for fresh in y]\n",
            id="its name is the target of a comprehension",
        ),
        pytest.param(
            "import lib\ndef f():\n    global fresh\n    fresh = 1\nlib.old(1)\n",
            "import corp.io\ndef f():\n    global fresh\n    fresh = 1\ncorp.io.fresh(1)\n",
            id="its name is declared global",
        ),
        pytest.param(
            "import lib\ntry:\n    from corp.io import fresh\nexcept ImportError:\n    fresh = None\nlib.old(1)\n",
            "import corp.io\ntry:\n    from corp.io import fresh\nexcept ImportError:\n    fresh = None\n"
            "corp.io.fresh(1)\n",
            id="itself, perhaps",
        ),
        pytest.param(
            "import lib\nif TYPE_CHECKING:\n    from corp.io import fresh\nlib.old(1)\n",
            "import corp.io\nif TYPE_CHECKING:\n    from corp.io import fresh\ncorp.io.fresh(1)\n",
            id="itself, for the type checker",
        ),
        pytest.param(
            "import lib\nlib.old(lib.old(1))\nlib.old(2)\n",
            "from corp.io import fresh\nfresh(fresh(1))\nfresh(2)\n",
            id="several uses, one import",
        ),
        pytest.param(
            "def f():\n    from lib import old\n    old(1)\n",
            "def f():\n    from corp.io import fresh\n    fresh(1)\n",
            id="an import in a function gives way to one in its place",
        ),
        pytest.param(
            "if x: import lib; lib.old(1)\n",
            "if x: from corp.io import fresh; fresh(1)\n",
            id="an import on one line with its use",
        ),
        pytest.param(
            "import lib\nfrom corp.a import a\nfrom corp.a import b\nfrom corp.x import c\nlib.old(a)\n",
            "from corp.a import a\nfrom corp.a import b\nfrom corp.io import fresh\nfrom corp.x import c\nfresh(a)\n",
            id="two imports of one module stay two",
        ),
        pytest.param(
            "import lib\n# fmt: off\nfrom corp.io import a\n# fmt: on\nlib.old(a)\n",
            "from corp.io import fresh\n# fmt: off\nfrom corp.io import a\n# fmt: on\nfresh(a)\n",
            id="another name of its module, which no formatter may touch",
        ),
        pytest.param(
            "import lib\nfrom corp.io import a  # isort: skip\nlib.old(a)\n",
            "from corp.io import a  # isort: skip\nfrom corp.io import fresh\nfresh(a)\n",
            id="another name of its module, which no sorter may touch",
        ),
    ],
)
def test_what_is_put_in(before: str, after: str) -> None:
    assert fixed(before, FRESH) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import lib\nlib.old(1); lib.other\n",
            "import lib\nfrom corp.io import fresh\nfresh(1); lib.other\n",
            id="another use",
        ),
        pytest.param(
            "from lib import old\nold(1)\n__all__ = ['old']\n",
            "from corp.io import fresh\nfrom lib import old\nfresh(1)\n__all__ = ['old']\n",
            id="an export",
        ),
        pytest.param(
            "from lib import old as old\nold(1)\n",
            "from corp.io import fresh\nfrom lib import old as old\nfresh(1)\n",
            id="a re-export",
        ),
        pytest.param(
            "from lib import old\nx = old(1)  # type: old\n",
            "from corp.io import fresh\nfrom lib import old\nx = fresh(1)  # type: old\n",
            id="a type comment",
        ),
        pytest.param(
            "from lib import old\nx = old(1)  # type: ignore[old]\n",
            "from corp.io import fresh\nx = fresh(1)  # type: ignore[old]\n",
            id="no type comment",
        ),
        pytest.param(
            "from lib import old\nx = old(1)  # type: older\n",
            "from corp.io import fresh\nx = fresh(1)  # type: older\n",
            id="no type comment of that name",
        ),
        pytest.param(
            "from lib import old\nx = old(1)  # type: ignored[old]\n",
            "from corp.io import fresh\nfrom lib import old\nx = fresh(1)  # type: ignored[old]\n",
            id="a type that is only called like `ignore`",
        ),
        pytest.param(
            "from lib import old  # noqa\nold(1)\n",
            "from corp.io import fresh\nfrom lib import old  # noqa\nfresh(1)\n",
            id="a noqa",
        ),
        pytest.param(
            "from lib import (  # NOQA: F401\n    old,\n)\nold(1)\n",
            "from corp.io import fresh\nfrom lib import (  # NOQA: F401\n    old,\n)\nfresh(1)\n",
            id="a noqa on the first line of several",
        ),
        pytest.param(
            "from lib import (\n    old,\n)  # noqa\nold(1)\n",
            "from corp.io import fresh\nfrom lib import (\n    old,\n)  # noqa\nfresh(1)\n",
            id="a noqa on the last line of several",
        ),
        pytest.param(
            "class C:\n    from lib import old\n    old(1)\n",
            "class C:\n    from corp.io import fresh\n    from lib import old\n    fresh(1)\n",
            id="a class",
        ),
        pytest.param(
            "import lib\nimport lib.sub\nlib.old(lib.sub.x)\n",
            "import lib\nimport lib.sub\nfrom corp.io import fresh\nfresh(lib.sub.x)\n",
            id="a module below",
        ),
        pytest.param(
            "import lib, lib.sub\nlib.old(1)\n",
            "import lib.sub\nfrom corp.io import fresh\nfresh(1)\n",
            id="a module below that is imported for what it does",
        ),
        pytest.param(
            "from lib import old, new\nold(new)\n",
            "from lib import new\nfrom corp.io import fresh\nfresh(new)\n",
            id="another name",
        ),
    ],
)
def test_what_still_needs_the_old_import(before: str, after: str) -> None:
    assert fixed(before, FRESH) == after


@pytest.fixture
def io(tmp_path: Path) -> ModuleView:
    """The view of the file that is `corp.io`."""
    for name in ("corp/__init__.py", "corp/io.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return Modules().view(str(tmp_path / "corp/io.py"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import lib\ndef fresh(x): ...\nlib.old(1)\n", "def fresh(x): ...\nfresh(1)\n", id="defined above"
        ),
        pytest.param(
            "import lib\ndef f(): lib.old(1)\ndef fresh(x): ...\n",
            "def f(): fresh(1)\ndef fresh(x): ...\n",
            id="used in a function before it is defined",
        ),
    ],
)
def test_a_module_does_not_import_itself(before: str, after: str, io: ModuleView) -> None:
    assert fixed(before, FRESH, io) == after


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import lib\nlib.old(1)\n", id="not defined"),
        pytest.param("import lib\nfresh = 1\nlib.old(1)\n", id="no definition"),
        pytest.param("import lib\ndef fresh(x): ...\nfresh = 1\nlib.old(1)\n", id="defined twice"),
        pytest.param("import lib\ndef fresh(x): ...\ndef f(fresh): lib.old(1)\n", id="hidden by a parameter"),
        pytest.param(
            "import lib\ndef fresh(x): ...\ndef f():\n    def fresh(x): ...\n    lib.old(1)\n",
            id="hidden by a function inside",
        ),
        pytest.param("import lib\ndef f():\n    def fresh(x): ...\n    lib.old(1)\n", id="defined inside only"),
    ],
)
def test_what_the_file_should_define_and_does_not(text: str, io: ModuleView) -> None:
    assert refusals(text, FRESH, io) == ["`corp.io.fresh` belongs to this very file"]
    assert fixed(text, FRESH, io) == text


def test_a_module_named_like_what_its_package_has() -> None:
    text = "import lib\nlib.old(1)\n"
    module = ModuleView(Modules(), "/nowhere", ("corp", "io", "fresh"), False)
    assert fixed(text, FRESH, module) == "from corp.io import fresh\nfresh(1)\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "import lib\ndef f(fresh, corp): lib.old(fresh)\n",
            "`corp` already means something else here",
            id="its name and its root are parameters",
        ),
        pytest.param(
            "import lib\nfresh = corp = 1\nlib.old(fresh)\n",
            "`corp` already means something else here",
            id="its name and its root are taken",
        ),
        pytest.param(
            "import lib\nfresh = 1\ndef f():\n    global corp\nlib.old(fresh)\n",
            "`corp` already means something else here",
            id="its root is declared global",
        ),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    assert refusals(text, FRESH) == [reason]
    assert fixed(text, FRESH) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import lib\nprint = 1\nlib.old(print)\n", id="assigned"),
        pytest.param("import lib\ndef f(print): lib.old(1)\n", id="a parameter"),
        pytest.param("import lib\ndef f():\n    global print\nlib.old(1)\n", id="declared global"),
    ],
)
def test_a_builtin_that_is_hidden(text: str) -> None:
    assert refusals(text, PRINT) == ["`print` already means something else here"]
    assert fixed(text, PRINT) == text


LITERAL = pack('[[rule]]\nmessage = "m"\nmatch = "1 if True else 2"\nrewrite = "corp.io.fresh()"\n')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("x = 1 if True else 2\n", "from corp.io import fresh\n\nx = fresh()\n", id="at the top"),
        pytest.param(
            "import corp.io\ndef f(fresh): return 1 if True else 2\n",
            "import corp.io\ndef f(fresh): return corp.io.fresh()\n",
            id="on the line of its function",
        ),
        pytest.param(
            "import a\ndef f(fresh):\n    'ä'; return 1 if True else 2\n",
            "import a\nimport corp.io\ndef f(fresh):\n    'ä'; return corp.io.fresh()\n",
            id="in a function",
        ),
    ],
)
def test_where_no_name_stands(before: str, after: str) -> None:
    assert fixed(before, LITERAL) == after


def test_a_builtin_is_spelled_as_it_is() -> None:
    assert fixed("import lib\nlib.old(1)\n", PRINT) == "print(1)\n"


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        pytest.param("import lib\nlib.old(1)\n", ["add from corp.io import fresh", "remove import lib"], id="one"),
        pytest.param("import lib as l\nimport corp.io\nl.old(1)\n", ["remove import lib as l"], id="through another"),
        pytest.param(
            "from lib import old as o\nfresh = o(1)\n",
            ["add import corp.io", "remove from lib import old as o"],
            id="an alias",
        ),
        pytest.param(
            "from .. import lib\nimport lib\nlib.old(1), lib.x\n", ["add from corp.io import fresh"], id="kept"
        ),
    ],
)
def test_an_offer_names_the_imports_that_come_and_go(text: str, imports: list[str]) -> None:
    (fix,) = offered(complete(text, FRESH)).values()
    assert [f"{change.action} {change.statement}" for change in fix.imports] == imports
