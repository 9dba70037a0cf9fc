"""What becomes of a name by the way it came into the file: as a builtin, by an assignment, below an import."""

from __future__ import annotations

import pytest
from engine import catalog, complete, fix_result, fixed, pack, refusals

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
            "below a module to one deep down",
            {"corp.db.get": "lib.deep.sub.fetch"},
            "from corp import db\ndb.get(1)\n",
            "from lib.deep import sub\nsub.fetch(1)\n",
        ),
        case(
            "below a module to one at the top",
            {"corp.db.get": "lib.fetch"},
            "from corp import db\ndb.get(1)\n",
            "import lib\nlib.fetch(1)\n",
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
            "beside another root",
            GET,
            "import os\nimport corp.db\ncorp.db.get(corp.x, os)\n",
            "import os\nimport corp.db\nimport corp.data\ncorp.data.fetch(corp.x, os)\n",
        ),
        case(
            "the root is used too",
            GET,
            "import corp.db\ncorp.db.get(corp.x)\n",
            "import corp.data\nimport corp.db\ncorp.data.fetch(corp.x)\n",
        ),
        case(
            "a module below the new one has a name",
            GET,
            "import corp.data.x as d\nfrom corp.db import get\nget(d)\n",
            "import corp.data.x as d\nfrom corp.data import fetch\nfetch(d)\n",
        ),
        case(
            "the new name is imported in a function",
            GET,
            "def f():\n    from corp.data import fetch\n    fetch\nfrom corp.db import get\nget(1)\n",
            "def f():\n    from corp.data import fetch\n    fetch\nfrom corp.data import fetch\nfetch(1)\n",
        ),
        case(
            "the new name has a newer one",
            GET | {"corp.data.fetch": "corp.x.y"},
            "from corp.data import fetch\nfrom corp.db import get\nget(fetch)\n",
            "from corp.x import y\ny(y)\n",
        ),
        case(
            "assigned, and used by that name",
            GET,
            "import corp.db\ng = corp.db.get\ng(1)\n",
            "import corp.data\ng = corp.data.fetch\ng(1)\n",
        ),
        case(
            "assigned twice over",
            GET,
            "from corp.db import get\ng = get\nh = g\nh(1)\n",
            "from corp.data import fetch\ng = fetch\nh = g\nh(1)\n",
        ),
        case(
            "assigned on two lines",
            GET,
            "import corp\ng = (corp\n  .db.get)\ng(1)\n",
            "import corp.data\ng = (corp\n  .data.fetch)\ng(1)\n",
        ),
        case(
            "a builtin is hidden at one use",
            OPEN,
            "open(1)\ndef f(open_file): open(2)\n",
            "import corp.io\nfrom corp.io import open_file\n\nopen_file(1)\ndef f(open_file): corp.io.open_file(2)\n",
        ),
        case(
            "a plain import of the new root",
            {"corp.db": "lib:"},
            "import lib.x\nimport corp.db\ncorp.db.y\n",
            "import lib.x\nimport lib\nlib.y\n",
        ),
        case(
            "a root that moves below keeps its name",
            {"corp": "lib.corp:"},
            "import corp\ncorp.db.get\n",
            "from lib import corp\ncorp.db.get\n",
        ),
        case(
            "a submodule that is read through its package already",
            {"corp.db.get": "corp.db.fetch"},
            "import corp as c\nc.db.get\n",
            "import corp as c\nc.db.fetch\n",
        ),
        case(
            "a submodule that nothing reads yet",
            {"corp.db.get": "corp.net.fetch"},
            "import corp as c\nc.db.get\n",
            "from corp import net\nnet.fetch\n",
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
        pytest.param(
            {"corp.db": "lib:"},
            "import corp.db\nif x:\n    corp = 1\ncorp.db.y\n",
            "`corp.db` is still used",
            id="a use of the root may mean something else",
        ),
        pytest.param(
            {"corp.db": "lib:"},
            "import corp.db\ncorp.db.y\nif x:\n    lib = 1\nlib\n",
            "`lib` already means something else here",
            id="the new root may mean something else",
        ),
        pytest.param(
            {"corp.db": "lib:"},
            "import corp.db\ncorp.db.y\nlib\n",
            "`lib` already means something else here",
            id="the new root is used and comes from nowhere",
        ),
        pytest.param(
            {"corp.db": "lib:"},
            "import lib.x as lib\nimport corp.db\ncorp.db.y\n",
            "`lib` already means something else here",
            id="the new root is the name of a module below it",
        ),
    ],
)
def test_refusals(renames: dict[str, str], text: str, reason: str) -> None:
    assert refusals(text, catalog(renames)) == [reason]
    assert fixed(text, catalog(renames)) == text


def test_a_name_may_be_less_safe_than_its_rule() -> None:
    rules = pack('[[rule]]\n[rule.rename]\n"a.b" = { to = "a.c", fix = "unsafe" }\n"a.x" = "a.y"\n')
    text = "import a\na.b, a.x\n"
    assert fixed(text, rules) == "import a\na.b, a.y\n"
    assert fix_result(text, rules, unsafe=True).text == "import a\na.c, a.y\n"


BANS = pack('[[rule]]\nfix = "safe"\nban = { "corp.Old" = "corp.New", "corp.db" = "corp.data:" }\n')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("from corp import Old\nOld(), Old\n", "from corp import New\nNew(), New\n", id="with its uses"),
        pytest.param("from corp import Old\n", "from corp import New as Old\n", id="alone"),
        pytest.param(
            "import corp.db\ncorp.db.x\ncorp.db.y\n", "import corp.data\ncorp.data.x\ncorp.data.y\n", id="a module"
        ),
        pytest.param("from corp.db import x\nx, x\n", "from corp.data import x\nx, x\n", id="from a module"),
    ],
)
def test_a_ban_is_mended_at_the_import(before: str, after: str) -> None:
    assert fixed(before, BANS) == after


def test_all_hits_of_one_import_share_its_fix() -> None:
    first, *others = offered(complete("from corp.db import get\nget(1)\nget(2)\nget(3)\n", catalog(GET))).values()
    assert [fix.reason for fix in others] == ["comes with the fix on line 2"] * 2
    assert first.edits and not any(fix.edits for fix in others)


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
