"""``platform_lint.fixes.fixing``: many fixes in one run, to the last of them; and those that come to no end."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine import catalog, complete, fix_result, table

from platform_lint.catalog import Catalog
from platform_lint.checking import Analysis, analyse
from platform_lint.fixes import fixing
from platform_lint.fixes.fixing import FixResult, offered
from platform_lint.packs import read_pack
from platform_lint.source import Source

PythonRules = Callable[..., Catalog]


@pytest.fixture
def python_rules(tmp_path: Path) -> PythonRules:
    """Makes a catalog of rules TST100, TST101, … from the bodies of their classes."""

    def made(*bodies: str) -> Catalog:
        rules = []
        for number, body in enumerate(bodies):
            path = tmp_path / f"rule_{number}.py"
            path.write_text(
                f"from platform_lint.api import Rule, cst\n\n\nclass Rule{number}(Rule):\n"
                f'    """Found `{{name}}`."""\n\n    code = "TST{100 + number}"\n'
                + textwrap.indent(textwrap.dedent(body), "    ")
            )
            rules += read_pack(path).rules
        return Catalog(rules)

    return made


def to_the_end(text: str, rules: Catalog) -> FixResult:
    """What one run makes of *text*, after which a second one has nothing to do."""
    result = fix_result(text, rules, unsafe=True)
    again = fix_result(result.text, rules, unsafe=True)
    assert (again.text, again.fixed) == (result.text, {})
    return result


def nested(call: str, times: int, inner: str = "1") -> str:
    """*call*, a text with ``%s`` in it, around itself."""
    for _ in range(times):
        inner = call.replace("%s", inner)
    return inner


# One run is enough

RENAME = 'rename."corp.f" = "corp.g"'
BAN = 'ban = { "corp.f" = "corp.g" }'
REQUIRED = 'call = ["corp.f"]\nargs.t = { required = true, insert = "10" }'
REMOVED = 'call = ["corp.f"]\nargs.t = { removed = true }'
ARGUMENT = 'call = ["corp.f"]\nargs.t = { rename = "u" }'
METHOD = 'on = "corp.C"\nrename_attr = { old = "new" }'
REWRITE = 'match = "corp.f($X)"\nrewrite = "corp.g($X)"'
UNWRAP = 'match = "corp.f($X)"\nrewrite = "$X"'
SWAP = 'match = "corp.f($A, $B)"\nrewrite = "corp.g($B, $A)"'
FLIP = 'match = "$X.old()"\nrewrite = "corp.new($X)"'

PYTHON = """
names = ("corp.f",)
def visit_Call(self, node):
    if self.means(node, "corp.f"):
        self.report(node, replace=cst.Tuple([cst.Element(node.args[0].value)]))
"""


@pytest.mark.parametrize("depth", [1, 3, 25])
@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        pytest.param(RENAME, "from corp import f\n{f(%s)}\n", "from corp import g\n{g(%s)}\n", id="rename"),
        pytest.param(RENAME, "import corp\n{corp.f(%s)}\n", "import corp\n{corp.g(%s)}\n", id="rename of an attribute"),
        pytest.param(BAN, "import corp\n{corp.f(%s)}\n", "import corp\n{corp.g(%s)}\n", id="ban with a replacement"),
        pytest.param(
            REQUIRED, "from corp import f\n{f(%s)}\n", "from corp import f\n{f(%s, t=10)}\n", id="required argument"
        ),
        pytest.param(
            REMOVED, "from corp import f\n{f(%s, t=2)}\n", "from corp import f\n{f(%s)}\n", id="removed argument"
        ),
        pytest.param(
            ARGUMENT, "from corp import f\n{f(t=%s)}\n", "from corp import f\n{f(u=%s)}\n", id="renamed argument"
        ),
        pytest.param(REWRITE, "from corp import f\n{f(%s)}\n", "from corp import g\n{g(%s)}\n", id="rewrite of a name"),
        pytest.param(UNWRAP, "from corp import f\n{f(%s)}\n", "{%s}\n", id="rewrite that takes off"),
        pytest.param(
            SWAP, "from corp import f\n{f(%s, 2)}\n", "from corp import g\n{g(2, %s)}\n", id="rewrite that moves"
        ),
        pytest.param(FLIP, "import corp\n{%s.old()}\n", "import corp\n{corp.new(%s)}\n", id="rewrite of a chain"),
    ],
)
def test_calls_inside_calls_are_all_fixed_in_one_run(body: str, before: str, after: str, depth: int) -> None:
    def spelled(text: str) -> str:
        return re.sub(r"\{(.*)\}", lambda match: nested(match[1], depth, "x"), text)

    result = to_the_end(spelled(before), table(body))
    assert result.text == spelled(after)
    assert result.fixed == {"TST100": depth}
    assert result.failures == []


def test_methods_of_methods_are_all_fixed_in_one_run() -> None:
    rules = table(METHOD + '\n[[api]]\nname = "corp.C.new"\nreturns = "corp.C"\n')
    before = f"import corp\n{nested('corp.C().old(%s)', 30)}\n"
    assert to_the_end(before, rules).text == before.replace("old", "new")


def test_what_a_python_rule_replaces_may_hold_more_of_it(python_rules: PythonRules) -> None:
    result = to_the_end(f"from corp import f\nx = {nested('f(%s)', 30)}\n", python_rules(PYTHON))
    assert result.text == f"x = {nested('(%s,)', 30)}\n"
    assert result.fixed == {"TST100": 30}


@pytest.mark.parametrize(
    ("bodies", "before", "after"),
    [
        pytest.param([UNWRAP], "f(1);f(2)", "1;2", id="statements of one line"),
        pytest.param([UNWRAP], "f(a)+f(b)", "a+b", id="operands"),
        pytest.param([UNWRAP], "[f(a),f(b)]", "[a,b]", id="neighbours in a list"),
        pytest.param([UNWRAP], "x = f(f(g))(f(a))", "x = g(a)", id="a call of what a call gives"),
        pytest.param([SWAP], "f(f(a, b), f(c, d))", "corp.g(corp.g(d, c), corp.g(b, a))", id="both arguments"),
        pytest.param([FLIP], "a.old().old().old()", "corp.new(corp.new(corp.new(a)))", id="one after the other"),
        pytest.param(
            [REWRITE, 'call = ["corp.f"]\nargs.t = { required = true, insert = "10" }'],
            "f(f(1))",
            "corp.g(corp.g(1, t=10), t=10)",
            id="each of two rules speaks of the call as it is",
        ),
        pytest.param(
            [RENAME, 'call = ["corp.g"]\nargs.t = { required = true, insert = "10" }'],
            "f(f(1))",
            "corp.g(corp.g(1, t=10), t=10)",
            id="what one makes, another mends",
        ),
        pytest.param(
            [
                'call = ["corp.f"]\nargs.t = { rename = "u" }',
                'call = ["corp.f"]\nargs.v = { required = true, insert = "0" }',
                RENAME,
            ],
            "f(f(1, t=2), t=3)",
            "corp.g(corp.g(1, u=2, v=0), u=3, v=0)",
            id="three rules on every call",
        ),
        pytest.param(
            [UNWRAP, 'match = "corp.h($X)"\nrewrite = "corp.f(corp.f($X))"'],
            "h(h(a))",
            "a",
            id="one puts in what another takes out",
        ),
        pytest.param(
            [FLIP, 'rename."corp.new" = "corp.newer"'],
            "a.old().old()",
            "corp.newer(corp.newer(a))",
            id="the name that a rewrite puts in",
        ),
    ],
)
def test_fixes_of_one_place_come_one_after_the_other(bodies: list[str], before: str, after: str) -> None:
    result = to_the_end(f"import corp\nfrom corp import f, h\nprint(f, h)\n{before}\n", table(*bodies))
    assert result.text.splitlines()[-1] == after
    assert result.failures == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("from corp import old\nold(1)\n", "from corp import one\none(1)\n"),
        ("import corp\ncorp.old(1)\ncorp.old(2)\n", "import corp\ncorp.one(1)\ncorp.one(2)\n"),
        ("from corp import old\ndef f(a: 'old'): ...\n", "from corp import one\ndef f(a: 'one'): ...\n"),
        ("from corp import old\n", "from corp import one as old\n"),
        ("import corp\nx = corp.old.a, corp.old.b\n", "import corp\nx = corp.one.a, corp.one.b\n"),
    ],
)
def test_of_two_rules_that_rename_one_thing_the_first_does(text: str, after: str) -> None:
    rules = table('rename = { "corp.old" = "corp.one" }', 'rename = { "corp.old" = "corp.two" }')
    result = fix_result(text, rules)
    assert (result.text, result.failures) == (after, [])


def test_a_name_may_go_through_more_rules_than_there_are_rounds_without_progress() -> None:
    rules = catalog({f"corp.f{number}": f"corp.f{number + 1}" for number in range(60)})
    result = to_the_end("from corp import f0\nf0(f0(1))\n", rules)
    assert result.text == "from corp import f60\nf60(f60(1))\n"
    assert result.failures == []


def test_one_fix_may_bring_work_for_many() -> None:
    rules = table(UNWRAP, f'match = "corp.one()"\nrewrite = "[{", ".join(["corp.f(0)"] * 150)}]"')
    result = to_the_end("import corp\ncorp.one()\n", rules)
    assert result.text == f"[{', '.join('0' * 150)}]\n"
    assert result.failures == []


# Fixes that undo each other

# Renames that undo each other do not even load; of patterns nobody can tell.
THERE, BACK = 'match = "corp.a($X)"\nrewrite = "corp.b($X)"', 'match = "corp.b($X)"\nrewrite = "corp.a($X)"'
UNDO = "fixes undo each other: "
GROW = "fixes never come to an end: "


@pytest.mark.parametrize(
    ("renames", "text"),
    [
        pytest.param({"a.x": "b.x", "b.x": "a.x"}, "from a import x\nx()\n", id="two rules"),
        pytest.param({"a.x": "b.x", "b.x": "c.x", "c.x": "a.x"}, "import a\na.x()\n", id="three rules"),
        pytest.param({"a": "b:", "b": "a:"}, "import a\na.x()\n", id="modules"),
    ],
)
def test_a_cycle_is_reported_with_all_its_rules(renames: dict[str, str], text: str) -> None:
    rules = catalog(renames)
    result = to_the_end(text, rules)
    assert result.text == text
    assert result.failures == [UNDO + " and ".join(f"{rule.code} ({rule.name})" for rule in rules.rules)]


@pytest.mark.parametrize(
    ("others", "before", "after", "fixed"),
    [
        pytest.param([], "corp.a(1)", "corp.a(1)", {}, id="from the start"),
        pytest.param([], "corp.b(1)", "corp.b(1)", {}, id="from the other side"),
        pytest.param(
            ['rename."corp.c" = "corp.a"'], "corp.c(1)", "corp.a(1)", {"TST102": 1}, id="after a fix that holds"
        ),
        pytest.param([UNWRAP], "corp.a(corp.f(1))", "corp.a(1)", {"TST102": 1}, id="beside another rule"),
        pytest.param(
            [UNWRAP],
            f"corp.a({nested('corp.f(%s)', 25)})",
            "corp.a(1)",
            {"TST102": 25},
            id="while another rule has many rounds to go",
        ),
        pytest.param(
            [UNWRAP],
            f"corp.a({nested('corp.f(%s)', 26)})",
            "corp.a(1)",
            {"TST102": 26},
            id="and one round more",
        ),
        pytest.param(
            ['match = "corp.a(7)"\nrewrite = "corp.z(7)"'],
            "corp.a(1), corp.a(7)",
            "corp.a(1), corp.z(7)",
            {"TST100": 1, "TST102": 1},
            id="but for the one use that leads out of it",
        ),
        pytest.param(
            [
                'match = "corp.c($X)"\nrewrite = "corp.d($X)"',
                'match = "corp.d($X)"\nrewrite = "corp.c($X)"',
                UNWRAP,
            ],
            "corp.f(corp.a(1), corp.c(2)), corp.f(3)",
            "corp.f(corp.a(1), corp.c(2)), 3",
            {"TST104": 1},
            id="two cycles",
        ),
    ],
)
def test_what_holds_is_kept_and_other_fixes_go_on(
    others: list[str], before: str, after: str, fixed: dict[str, int]
) -> None:
    result = to_the_end(f"import corp\n{before}\n", table(THERE, BACK, *others))
    assert result.text == f"import corp\n{after}\n"
    assert result.fixed == fixed
    assert result.failures[0].startswith(f"{UNDO}TST100 (rule-0) and TST101 (rule-1)")


def test_what_a_rule_did_before_it_ran_in_circles_is_kept() -> None:
    rules = table('rename."corp.a" = "corp.b"', 'match = "corp.b(1)"\nrewrite = "corp.a(1)"')
    result = fix_result("import corp\ncorp.a(0)\ncorp.a(1)\ncorp.a(2)\n", rules)
    assert result.text == "import corp\ncorp.b(0)\ncorp.b(1)\ncorp.b(2)\n"
    assert result.failures == [f"{UNDO}TST100 (rule-0) and TST101 (rule-1)"]


def test_a_rule_may_undo_itself(python_rules: PythonRules) -> None:
    rules = python_rules(
        """
        words = ("f", "g")
        def visit_Call(self, node):
            name = self.source_of(node.func)
            if name in ("f", "g"):
                self.report(node.func, replace=cst.Name("g" if name == "f" else "f"))
        """
    )
    text = "def f(): pass\ndef g(): pass\nf()\n"
    result = to_the_end(text, rules)
    assert (result.text, result.failures) == (text, [f"{UNDO}TST100 (rule0)"])


def test_the_fixes_of_a_stopped_rule_are_only_suggestions_with_the_reason() -> None:
    rules = table(THERE, BACK, RENAME)
    result = fix_result("import corp\ncorp.a(corp.f(1))\n", rules)
    fixes = offered(complete(result.text, rules), stopped=result.stopped)
    assert [(fix.safety, fix.reason, len(fix.edits)) for fix in fixes.values()] == [("suggest", result.failures[0], 1)]


# Fixes without an end


#: More by a little, and by as much again, every second round.
PUMP = ['match = "corp.p($X)"\nrewrite = "corp.q(0, $X)"', 'match = "corp.q(0, $X)"\nrewrite = "corp.p([$X])"']
DOUBLE = ['match = "corp.f($X)"\nrewrite = "corp.g(corp.g($X))"', 'match = "corp.g($X)"\nrewrite = "corp.f($X)"']


@pytest.mark.parametrize(
    ("rules", "before", "after", "named"),
    [
        pytest.param(table(*PUMP), "corp.p(1)", "corp.p(1)", "TST100 (rule-0) and TST101 (rule-1)", id="two rules"),
        pytest.param(
            table(*PUMP, RENAME),
            "corp.p(corp.f(1))",
            "corp.p(corp.g(1))",
            "TST100 (rule-0) and TST101 (rule-1)",
            id="beside another",
        ),
        pytest.param(
            table(*PUMP, 'rename."corp.o" = "corp.p"'),
            "corp.o(1)",
            "corp.p(1)",
            "TST100 (rule-0) and TST101 (rule-1)",
            id="behind another",
        ),
        pytest.param(
            catalog({"a": "b.a:", "b": "a.b:"}),
            "a.x",
            "a.x",
            "TST100 (rename-0) and TST101 (rename-1)",
            id="modules below each other",
        ),
        pytest.param(
            table(*DOUBLE),
            "corp.f(1)",
            "corp.f(1)",
            "TST100 (rule-0) and TST101 (rule-1)",
            id="twice as much every round",
        ),
        pytest.param(
            table(*DOUBLE, 'match = "corp.u($X)"\nrewrite = "$X"'),
            f"corp.f({nested('corp.u(%s)', 30)})",
            "corp.f(1)",
            "TST100 (rule-0) and TST101 (rule-1)",
            id="the one that ends is not named",
        ),
    ],
)
def test_endless_growth_is_stopped_and_nothing_of_it_kept(rules: Catalog, before: str, after: str, named: str) -> None:
    result = to_the_end(f"import a, corp\n{before}\n", rules)
    assert result.text == f"import a, corp\n{after}\n"
    assert result.failures == [GROW + named]


def test_many_fixes_of_the_same_rule_do_not_make_growth_last_longer(
    python_rules: PythonRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = python_rules(
        """
        names = ("corp.f", "corp.p")
        def visit_Call(self, node):
            if self.means(node, "corp.f"):
                self.report(node, replace="0")
            elif self.means(node, "corp.p"):
                self.report(node.args[0].value, replace=cst.List([cst.Element(node.args[0].value)]))
        """
    )
    looks: list[str] = []

    def counted(source: Source, *arguments: Any, **options: Any) -> Analysis:
        looks.append(source.text)
        return analyse(source, *arguments, **options)

    monkeypatch.setattr(fixing, "analyse", counted)
    calls = "".join(f"corp.f({number})\n" for number in range(30))
    text = f"import corp\n{calls}corp.p(1)\n"
    result = fix_result(text, rules)
    assert (result.text, result.failures) == (text, [f"{GROW}TST100 (rule0)"])
    assert len(looks) < 110


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            """
            words = ("x",)
            def visit_Assign(self, node):
                self.report(node, replace=cst.FlattenSentinel([node, node]))
            """,
            id="statements",
        ),
        pytest.param(
            """
            words = ("x",)
            def transform(self, module):
                return module.with_changes(body=[*module.body, *module.body])
            """,
            id="whole files",
        ),
    ],
)
def test_a_python_rule_that_doubles_what_it_finds_does_not_fill_the_memory(
    python_rules: PythonRules, body: str
) -> None:
    result = to_the_end("x = 1\n", python_rules(body))
    assert (result.text, result.failures) == ("x = 1\n", [f"{GROW}TST100 (rule0)"])


def test_one_fix_that_makes_far_too_much_of_a_file_is_not_kept(python_rules: PythonRules) -> None:
    rules = python_rules(
        """
        names = ("corp.f",)
        def visit_Call(self, node):
            if self.means(node, "corp.f"):
                self.report(node, replace=cst.SimpleString(repr("x" * 60_000)))
        """
    )
    text = "import corp\ncorp.f()\n"
    result = to_the_end(text, rules)
    assert (result.text, result.failures) == (text, [f"{GROW}TST100 (rule0)"])


def test_a_module_is_imported_where_what_it_replaces_was(python_rules: PythonRules) -> None:
    rules = python_rules(
        """
        names = ("corp.f",)
        def visit_Call(self, node):
            if self.means(node, "corp.f"):
                self.report(node, replace=self.spelled("json"))
        """
    )
    text = "def g():\n    import corp\n\n    corp.f()\n"
    assert to_the_end(text, rules).text == "def g():\n    import json\n\n    json\n"


# All of a fix or nothing


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(
            """
            words = ("x",)
            def visit_AssignTarget(self, node):
                if self.source_of(node.target) == "x":
                    self.report(node.target, replace=cst.Name("y"))
            """,
            "`x` would not be defined any more",
            id="renamed where it is assigned only",
        ),
        pytest.param(
            """
            words = ("x",)
            def transform(self, module):
                return module.with_changes(body=[*module.body, cst.parse_statement("strange")])
            """,
            "`strange` would not be defined",
            id="from nowhere",
        ),
    ],
)
def test_no_python_rule_leaves_a_name_without_a_definition(python_rules: PythonRules, body: str, reason: str) -> None:
    rules = python_rules(body)
    text = "x = 1\nprint(x)\n"
    assert to_the_end(text, rules).text == text
    assert [fix.reason for fix in offered(complete(text, rules)).values()] == [reason]


def test_a_codemod_may_call_what_comes_from_elsewhere_by_another_name(python_rules: PythonRules) -> None:
    rules = python_rules(
        """
        words = ("unicode",)
        def transform(self, module):
            class Renamed(cst.CSTTransformer):
                def leave_Name(self, old, new):
                    return new.with_changes(value="text") if old.value == "unicode" else new
            return module.visit(Renamed())
        """
    )
    assert to_the_end("unicode(1)\n", rules).text == "text(1)\n"


def test_one_fix_that_cannot_be_made_keeps_no_other_from_being_made(python_rules: PythonRules) -> None:
    rules = python_rules(
        """
        names = ("corp.f",)
        def visit_Call(self, node):
            if self.means(node, "corp.f"):
                wrong = self.source_of(node.args[0].value) in ("3", "7")
                self.report(node, replace=cst.Name("is" if wrong else "done"))
        """
    )
    calls = "".join(f"f({number})\n" for number in range(10))
    result = to_the_end(f"from corp import f\ndone = 1\n{calls}", rules)
    assert re.findall(r"^(?:done|f\(.*\))$", result.text, re.M) == [
        *["done"] * 3,
        "f(3)",
        *["done"] * 3,
        "f(7)",
        *["done"] * 2,
    ]
    assert result.fixed == {"TST100": 8}
    left = offered(complete(result.text, rules)).values()
    assert [(fix.safety, fix.reason) for fix in left] == [("suggest", "the result would not be valid Python")] * 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(
            """
            names = ("corp.f",)
            def visit_Expr(self, node):
                if self.means(node.value, "corp.f"):
                    self.report(node, replace="return 1")
            """,
            "the result would not compile: an `await`, `return` or the like stands where Python does not take it",
            id="a statement out of place",
        ),
        pytest.param(
            """
            names = ("corp.f",)
            def transform(self, module):
                broken = cst.SimpleStatementLine([cst.Expr(cst.Name("is"))])
                return module.with_changes(body=[*module.body, broken])
            """,
            "the result would not be valid Python",
            id="a whole file",
        ),
    ],
)
def test_code_that_is_no_python_is_never_written_and_its_rule_said(
    python_rules: PythonRules, body: str, reason: str
) -> None:
    rules = python_rules(body)
    text = "from corp import f\nf()\n"
    assert to_the_end(text, rules).text == text
    ((hit, fix),) = offered(complete(text, rules)).items()
    assert (hit.rule.code, fix.safety, fix.reason) == ("TST100", "suggest", reason)


def test_two_fixes_of_a_round_do_not_bind_one_name_to_two_things() -> None:
    rules = table('match = "corp.a()"\nrewrite = "one.g()"', 'match = "corp.b()"\nrewrite = "two.g()"')
    text = "import corp\ncorp.a()\ncorp.b()\n"
    result = to_the_end(text, rules)
    assert result.fixed == {"TST100": 1, "TST101": 1}
    assert result.text == "import two\nfrom one import g\ng()\ntwo.g()\n"


def test_no_import_comes_or_goes_without_the_edit_it_is_for() -> None:
    rules = table('match = "corp.a($X)"\nrewrite = "other.b($X)"')
    refused = "import corp\nfor other in b: corp.a(1)\nb = 2\n"
    assert to_the_end(refused, rules).text == refused
