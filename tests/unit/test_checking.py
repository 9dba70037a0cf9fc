"""``platform_lint.checking``: where a name is reported, and where it is not."""

from __future__ import annotations

import ast

import pytest
from engine import catalog, complete, found, pack, sieved, split

from platform_lint.catalog import Catalog
from platform_lint.checking import analyse
from platform_lint.modules import Modules, ModuleView
from platform_lint.rule import Name, Rule
from platform_lint.sieve import Look
from platform_lint.source import Source

Places = list[tuple[int, str]]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("from a.b import c\nc()\nc()\n", [(1, "a.b.c")], id="import that names it"),
        pytest.param("from a.b import c as d\nd()\n", [(1, "a.b.c")], id="under an alias"),
        pytest.param("import a.b\na.b.c()\na.b.c()\n", [(2, "a.b.c"), (3, "a.b.c")], id="uses through the parent"),
        pytest.param("from a import b\nb.c()\n", [(2, "a.b.c")], id="use through an imported parent"),
        pytest.param("import a.b.c\na.b.c.d()\n", [(1, "a.b.c")], id="plain import that names it"),
        pytest.param("import a.b.c.d\na.b.c.d()\n", [(1, "a.b.c")], id="plain import below it"),
        pytest.param("import a.b.c as x\nx()\n", [(1, "a.b.c")], id="plain import as"),
        pytest.param("from a.b.c import d\nd()\n", [(1, "a.b.c")], id="as the module of a from"),
        pytest.param("from a.b.c import d, e\n", [(1, "a.b.c")], id="once for a from"),
        pytest.param("from a.b import *\n", [], id="star import above it"),
        pytest.param("from a.b.c import *\n", [(1, "a.b.c")], id="star import of it"),
        pytest.param("import a.b\nc = a.b.c\nc()\n", [(2, "a.b.c")], id="assignment alias"),
        pytest.param("import a\nb = a.b\nb.c()\n", [(3, "a.b.c")], id="through an assignment alias"),
        pytest.param("import a.b\na.b.c.d.e\n", [(2, "a.b.c")], id="a member of it"),
        pytest.param("import a.b\na.b.cc\n", [], id="another name"),
        pytest.param("import a.b\na.b.c = 1\ndel a.b.c\n", [(2, "a.b.c"), (3, "a.b.c")], id="assigned and deleted"),
        pytest.param("def f():\n    from a.b import c\n", [(2, "a.b.c")], id="in a function"),
        pytest.param("import a.b\ndef f(a): a.b.c\n", [], id="shadowed"),
        pytest.param("try:\n    from a.b import c\nexcept ImportError:\n    c = None\nc()\n", [], id="guarded"),
        pytest.param("import sys\nif sys.version_info < (3, 9):\n    from a.b import c\n", [], id="version guard"),
        pytest.param("import a.b, sys\nif sys.version_info < (3, 9):\n    a.b.c\n", [], id="use under a version guard"),
        pytest.param("if TYPE_CHECKING:\n    from a.b import c\n", [(2, "a.b.c")], id="type checking"),
        pytest.param("x = 'a.b.c'\n", [], id="string"),
        pytest.param("x: 'c'\nfrom a.b import c\n", [(2, "a.b.c")], id="string annotation"),
    ],
)
def test_bans(text: str, places: Places) -> None:
    assert found(text, catalog(bans=["a.b.c"])) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("from a.b import c\nc()\nc()\n", [(2, "a.b.c"), (3, "a.b.c")], id="uses"),
        pytest.param("from a.b import c\n", [(1, "a.b.c")], id="unused import"),
        pytest.param("import a.b.c\na.b.c.d()\n", [(2, "a.b.c")], id="plain import"),
        pytest.param("from a.b.c import d\nd()\n", [(1, "a.b.c")], id="module of a from"),
        pytest.param("import a\na.b.c\nmock('a.b.c')\n", [(2, "a.b.c"), (3, "a.b.c")], id="string that spells it"),
        pytest.param("mock('a.b.c.d.e')\n", [(1, "a.b.c")], id="string that spells a member"),
        pytest.param("mock('a.b')\n", [], id="string that spells its module"),
    ],
)
def test_renames(text: str, places: Places) -> None:
    assert found(text, catalog({"a.b.c": "a.b.d"})) == places


def test_of_several_names_of_a_rule_the_most_special_counts() -> None:
    names = tuple(Name(name, "", "", "", False) for name in ("a", "a.b*", "a.bc", "a.bc.d"))
    rules = Catalog([Rule("TST100", "x", "ban", names)])
    analysis = complete(
        "from a import q\nfrom a import bx\nfrom a import bc\nfrom a.bc import e\nfrom a.bc import d\n", rules
    )
    assert [hit.name.dotted for hit in analysis.hits if hit.name] == ["a", "a.b*", "a.bc", "a.bc", "a.bc.d"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("import a\na.x\n", [(1, "a")], id="module"),
        pytest.param("import a\na.ok\n", [], id="only what is allowed"),
        pytest.param("import a\na.ok\na.x\n", [(1, "a")], id="more than is allowed"),
        pytest.param("import a\n", [(1, "a")], id="nothing of it"),
        pytest.param("from a import ok\n", [], id="allowed name"),
        pytest.param("from a import fine_one, x\n", [(1, "a")], id="allowed by a glob, and not"),
        pytest.param("from a.ok import deep\n", [], id="below what is allowed"),
    ],
)
def test_allow(text: str, places: Places) -> None:
    assert found(text, catalog(bans=["a"], allow=(("a", "ok"), ("a", "fine*")))) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("if TYPE_CHECKING:\n    import a\ndef f(x: 'a.T'): ...\n", []),
        ("import a\nif TYPE_CHECKING:\n    x: a.T\n", [(1, "a")]),
        ("import a\n", [(1, "a")]),
    ],
)
def test_type_checking_allowed(text: str, places: Places) -> None:
    assert found(text, catalog(bans=["a"], type_checking="allow")) == places


def test_star_imports_that_hide_a_name_are_noted() -> None:
    analysis = complete("from a import *\nfrom b import *\n", catalog(bans=["a.get"]))
    assert [(hit.rule.code, hit.message) for hit in analysis.hits] == [
        ("LIB006", "`from a import *` hides whether `a.get` (TST200) is used; import the names")
    ]
    declared = catalog(bans=["a.get"], exports={"a": ["get", "put"]})
    assert found("from a import *\nget(put)\n", declared) == [(2, "a.get")]
    assert found("from a import *\nimport get\nget\n", declared) == []


def test_a_module_may_use_itself() -> None:
    def view(module: str) -> ModuleView:
        return ModuleView(Modules(), "/nowhere", split(module), False)

    text = "from corp.db import get\nget()\n"
    rules = catalog(bans=["corp.db"])
    assert found(text, rules, view("corp.db")) == []
    assert found(text, rules, view("corp.db.sub")) == []
    assert found(text, rules, view("corp.other")) == [(1, "corp.db")]


def test_rules_that_do_not_apply_are_left_out() -> None:
    text = "import a\nimport b\n"
    rules = catalog(bans=["a", "b"])
    look = rules.sieve.look(text.encode())
    assert look is not None
    hits = analyse(Source(text), rules, look, applies=lambda rule: rule.code == "TST201").hits
    assert [".".join(hit.matched) for hit in hits] == ["b"]


def test_a_tree_that_is_there_already_is_used() -> None:
    text = "import a.b\na.b.c\n"
    rules = catalog(bans=["a.b.c"])
    look = rules.sieve.look(text.encode())
    assert look is not None
    analysis = analyse(Source(text), rules, look, tree=ast.parse(text))
    assert [hit.start for hit in analysis.hits] == [11]


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("import a\nx = (\n", 2, "was never closed"),
        ("import a\n  x\n", 2, "unexpected indent"),
        ("import a\nx = " + "(" * 300 + ")" * 300 + "\n", 2, "too many nested parentheses"),
    ],
)
def test_unparsable_files_have_one_hit(text: str, row: int, reason: str) -> None:
    rules = catalog(bans=["a"])
    (hit,) = sieved(text, rules)
    assert hit.rule.code == "LIB001"
    assert reason in hit.message
    assert "\n" not in hit.message
    assert Source(text).row(hit.start) == row


def test_nothing_to_look_for() -> None:
    assert analyse(Source("import a\n"), catalog(bans=["b"]), Look()).hits == []


def test_a_rule_covers_what_another_would_say_inside_its_findings() -> None:
    rules = pack(
        """
        [[rule]]
        code = "TST101"
        name = "old-name"
        message = "{name}"
        ban = ["corp.old"]

        [[rule]]
        code = "TST102"
        name = "old-call"
        message = "a call"
        match = "corp.old($A)"
        covers = ["TST101"]
        """
    )
    text = "import corp\ncorp.old(1)\ncorp.old\ncorp.old(corp.old)\n"
    assert found(text, rules) == [(2, "corp.old"), (3, "corp.old"), (4, "corp.old")]
    assert [hit.rule.code for hit in sieved(text, rules)] == ["TST102", "TST101", "TST102"]
