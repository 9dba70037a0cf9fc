"""What becomes of a name by the way it came into the file: as a builtin, by an assignment, below an import."""

from __future__ import annotations

import pytest
from engine import catalog, complete, fix_result, fixed, refusals

from platform_lint.fixes.fixing import offered

OPEN = {"builtins.open": "corp.io.open_file"}
GET = {"corp.db.get": "corp.data.fetch"}
CLASS = {"corp.Old": "corp.New"}
TEXT = {"corp.db.text": "builtins:str"}


def case(name: str, renames: dict[str, str], before: str, after: str) -> object:
    return pytest.param(renames, before, after, id=name)


@pytest.mark.parametrize(
    ("renames", "before", "after"),
    [
        case("builtin to builtin", {"builtins.open": "builtins:print"}, "open(1)\n", "print(1)\n"),
        case(
            "builtin through the module that is there",
            OPEN,
            "from corp import io\nopen(1)\n",
            "from corp import io\nio.open_file(1)\n",
        ),
        case(
            "builtin to a method",
            {"builtins.open": "corp.File.open"},
            "open(1)\n",
            "from corp import File\n\nFile.open(1)\n",
        ),
        case(
            "below an assignment",
            {"corp.Old.make": "corp.Old.build"},
            "import corp\nO = corp.Old\nO.make()\n",
            "import corp\nO = corp.Old\nO.build()\n",
        ),
        case("below an alias to a builtin", TEXT, "import corp.db as d\nd.text(1)\n", "str(1)\n"),
        case("below a module to a builtin", TEXT, "from corp import db\ndb.text(1)\n", "str(1)\n"),
        case("dotted to a builtin", TEXT, "import corp.db\ncorp.db.text(1)\n", "str(1)\n"),
        case(
            "exported, to a builtin",
            {"corp.text": "builtins:str"},
            "from corp import text\n__all__ = ['text']\ntext(1)\n",
            "from builtins import str as text\n__all__ = ['text']\ntext(1)\n",
        ),
        case(
            "a module below another becomes one deep down",
            {"corp.db.sub": "lib.deep.sub:"},
            "from corp import db\ndb.sub.x\n",
            "import lib.deep.sub\nlib.deep.sub.x\n",
        ),
        case(
            "dotted, and its new module is imported",
            GET,
            "import corp.db, corp.data\ncorp.db.get()\n",
            "import corp.data\ncorp.data.fetch()\n",
        ),
        case(
            "dotted, and a module below its new one is imported",
            GET,
            "import corp.db\nimport corp.data.x\ncorp.db.get()\n",
            "import corp.data.x\ncorp.data.fetch()\n",
        ),
        case(
            "dotted, and its new module has a name",
            GET,
            "import corp.db\nfrom corp import data\ncorp.db.get(data)\n",
            "from corp import data\ndata.fetch(data)\n",
        ),
        case(
            "a root that moves below keeps its name",
            {"corp": "lib.corp:"},
            "import corp\ncorp.db.get\n",
            "from lib import corp\ncorp.db.get\n",
        ),
        case(
            "a module of a root that moves below",
            {"corp": "lib.corp:"},
            "import corp.db\ncorp.db.get\n",
            "import lib.corp.db\nlib.corp.db.get\n",
        ),
        case(
            "a module that takes the name of its root",
            {"corp.db": "lib.corp:"},
            "import corp.db\ncorp.db.get\n",
            "import lib.corp\nlib.corp.get\n",
        ),
    ],
)
def test_fixes(renames: dict[str, str], before: str, after: str) -> None:
    assert fixed(before, catalog(renames)) == after


@pytest.mark.parametrize(
    ("renames", "text", "reason"),
    [
        pytest.param(
            {"builtins.open": "builtins:print"},
            "def f(print): open(print)\n",
            "`print` already means something else here",
            id="the new builtin is hidden",
        ),
        pytest.param(
            {"builtins.open": "builtins:print"},
            "def f():\n    global print\n    print = 1\nopen(1)\n",
            "`print` already means something else here",
            id="the new builtin is declared global",
        ),
        pytest.param(
            OPEN, "def f(open_file, corp): open(1)\n", "`corp` already means something else here", id="hidden at a use"
        ),
        pytest.param(OPEN, "open_file = corp = 1\nopen(1)\n", "`corp` already means something else here", id="taken"),
        pytest.param(
            TEXT, "from corp import db\nstr = 1\ndb.text(1)\n", "`str` already means something else here", id="below"
        ),
        pytest.param(
            TEXT, "import corp.db\nstr = 1\ncorp.db.text(1)\n", "`str` already means something else here", id="dotted"
        ),
        pytest.param(
            {"corp.db.get": "lib.x.get"},
            "import corp.db\nlib = 1\ncorp.db.get(lib)\n",
            "`lib` already means something else here",
            id="the new root is taken",
        ),
        pytest.param(
            {"corp.Old.make": "corp.Older.build"},
            "import corp\nO = corp.Old\nO.make()\n",
            "the name is reached through the assignment `O = …`",
            id="an assignment to something else",
        ),
        pytest.param(
            {"corp.db.get": "corp.db.sub.fetch"},
            "import corp.db\nd = corp.db\nd.get()\n",
            "the name is reached through the assignment `d = …`",
            id="an assignment of the package of the new module",
        ),
    ],
)
def test_refusals(renames: dict[str, str], text: str, reason: str) -> None:
    assert refusals(text, catalog(renames)) == [reason]
    assert fixed(text, catalog(renames)) == text


# A use that a noqa keeps


@pytest.mark.parametrize(
    ("renames", "text"),
    [
        pytest.param(
            CLASS,
            "from corp import Old\n__all__ = ['Old']\nOld()\nOld()  # noqa: TST100\n",
            id="and its name is exported",
        ),
        pytest.param(
            CLASS,
            "from corp import Old\nNew = corp = 1\nOld(New, corp)\nOld()  # noqa: TST100\n",
            id="and every new name is taken",
        ),
    ],
)
def test_a_use_that_must_stay_keeps_all(renames: dict[str, str], text: str) -> None:
    assert fix_result(text, catalog(renames)).text == text


def test_a_module_that_a_kept_use_needs_stays() -> None:
    text = "import corp.db\ncorp.db.x\ncorp.db.y  # noqa: TST100\n"
    after = "import corp.db\nimport lib\nlib.x\ncorp.db.y  # noqa: TST100\n"
    assert fix_result(text, catalog({"corp.db": "lib:"})).text == after


# What an offer says


@pytest.mark.parametrize(
    ("renames", "text", "imports"),
    [
        pytest.param(
            {"corp.db": "corp.data:"},
            "from corp.db import a, b\na, b\n",
            ["add from corp.data import a, b", "remove from corp.db import a, b"],
            id="a module that moves with its names",
        ),
        pytest.param(
            {"corp.db": "corp.data:"},
            "import corp.db.models as m\nm.x\n",
            ["add import corp.data.models as m", "remove import corp.db.models as m"],
            id="a module under an alias",
        ),
        pytest.param(
            {"corp.db": "lib:"}, "import corp.db\n", ["add import lib", "remove import corp.db"], id="a module unused"
        ),
        pytest.param(TEXT, "import corp.db as d\nd.text(1)\n", ["remove import corp.db as d"], id="to a builtin"),
        pytest.param(OPEN, "from corp import io\nopen(1)\n", [], id="through what is there"),
        pytest.param(OPEN, "open(1)\n", ["add from corp.io import open_file"], id="a builtin"),
        pytest.param(
            GET,
            "from ..corp import a\nfrom corp.db import put\nimport corp.db\ncorp.db.get(put, a)\n",
            ["add import corp.data", "remove import corp.db"],
            id="a dotted name",
        ),
    ],
)
def test_an_offer_names_the_imports_that_come_and_go(renames: dict[str, str], text: str, imports: list[str]) -> None:
    fix, *_ = offered(complete(text, catalog(renames))).values()
    assert [f"{change.action} {change.statement}" for change in fix.imports] == imports
    assert fix.safety == "safe"
