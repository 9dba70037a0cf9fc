"""Rules in Python at work: what they may ask, what they report, and what their fixes make of a file."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from engine import complete, fix_result, fixed, refusals, sieved

from platform_lint.catalog import Catalog
from platform_lint.modules import Modules
from platform_lint.packs import read_pack
from platform_lint.source import Source

HEAD = '''\
from platform_lint.api import Rule, cst


class TheRule(Rule):
    """Found `{name}`."""

    code = "TST100"
'''


@pytest.fixture
def rule(tmp_path):
    """Makes a catalog of one rule from the body of its class."""

    def made(body: str, head: str = HEAD) -> Catalog:
        path: Path = tmp_path / "the_rule.py"
        path.write_text(head + textwrap.indent(textwrap.dedent(body), "    "))
        return Catalog(read_pack(path).rules)

    return made


@pytest.fixture
def answer(rule):
    """What a rule is told: the values of an expression for each call of a file, in order."""

    def answered(expression: str, text: str, head: str = 'words = ("f",)') -> list[str]:
        catalog = rule(
            f"""
            {head}
            def visit_Call(self, node):
                self.report(node, message=repr({expression}))
            """
        )
        return [hit.message for hit in sieved(text, catalog)]

    return answered


def messages(text, catalog):
    source = Source(text)
    return [(source.row(hit.start), text[hit.start : hit.end], hit.message) for hit in sieved(text, catalog)]


# Questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a.f\na.f()\n", "'a.f'"),
        ("from a import f as g\ng()\n", "'a.f'"),
        ("import a as x\nx.f.g.h()\n", "'a.f.g.h'"),
        ("def f(): pass\nf()\n", "''"),
        ("print(f)\n", "'builtins.print'"),
        ("try:\n    from a import f\nexcept ImportError:\n    from b import f\nf()\n", "''"),
        ("from a import f\ndef g(f):\n    f()\n", "''"),
        ("from a import f\nx = (f)()\n", "'a.f'"),
        ("from a import f\né = 'ä', f()\n", "'a.f'"),
    ],
)
def test_the_qualified_name_of_what_is_called(answer, text, expected):
    assert answer("self.qualified_name(node)", text) == [expected]


def test_a_name_in_an_f_string_is_known(answer):
    assert answer("self.qualified_name(node)", "from a import f\nx = f'{f(1)} {f(2)!r}'\n") == ["'a.f'", "'a.f'"]


def test_a_decorator_and_its_call_mean_what_they_name(rule):
    catalog = rule(
        """
        names = ("a.deco",)
        def visit_Decorator(self, node):
            self.report(node, message=self.qualified_name(node))
        """
    )
    text = "from a import deco\n@deco\n@deco(1)\ndef f(): pass\n"
    assert [message for _, _, message in messages(text, catalog)] == ["a.deco", "a.deco"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("self.is_a(node.func.value, 'corp.Client')", "True"),
        ("self.type_of(node.func.value, 'corp.Client')", "'exact'"),
        ("self.is_a(node.func.value, 'corp.Server')", "False"),
        ("self.class_of(node.func.value, 'corp.Client')", "''"),
        ("self.is_bound('c', node)", "True"),
        ("self.is_bound('other', node)", "False"),
        ("self.is_bound('len', node)", "False"),
        ("self.is_bound('Client', node)", "True"),
        ("self.enclosing_function(node).name.value", "'method'"),
        ("self.enclosing_class(node).name.value", "'A'"),
        ("self.bases(self.enclosing_class(node))", "('corp.Base',)"),
        ("type(self.parent(node)).__name__", "'Return'"),
        ("self.enclosing(node, cst.While, cst.If) is None", "True"),
        ("self.source_of(node)", "'c.f(1)'"),
        ("self.literal(node.args[0].value)", "1"),
        ("self.literal(node.func, 'none')", "'none'"),
        ("self.means(node, 'a.b')", "False"),
        ("self.dotted_module", "''"),
        ("type(self.module).__name__", "'Module'"),
    ],
)
def test_what_may_be_asked_of_a_node(answer, expression, expected):
    text = "from corp import Base, Client\nclass A(Base):\n    def method(self, c: Client):\n        return c.f(1)\n"
    assert answer(expression, text) == [expected]


def test_what_classes_of_other_files_have_of_their_own(rule, tmp_path):
    """``super()`` has nothing from the class it stands in, and a class with a computed base may have anything."""
    catalog = rule(
        """
        words = ("f",)
        def visit_Call(self, node):
            if isinstance(node.func, cst.Attribute) and node.func.attr.value == "f":
                above = self.overridden(node.func.value, "corp.Client", "f")
                self.report(node, message=repr((above, *(self.defines(f"app.base.{name}", "f") for name in CLASSES))))
        """,
        HEAD.replace("\n\n\n", '\n\nCLASSES = ("Mine", "Plain", "Odd", "Missing")\n\n\n', 1),
    )
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "app" / "base.py").write_text(
        "from corp import Client\n\n\nclass Mine(Client):\n    def f(self): ...\n\n\n"
        "class Plain(Client):\n    pass\n\n\nclass Odd(made()):\n    pass\n"
    )
    text = (
        "from app.base import Mine, Plain\nMine().f()\nPlain().f()\nPlain.f()\nMine.f()\n"
        "class Here(Plain):\n    def f(self):\n        super().f()\n        self.f()\n"
    )
    view = Modules((str(tmp_path),)).view(str(tmp_path / "app" / "use.py"))
    said = [hit.message for hit in sieved(text, catalog, view)]
    known = "True, False, None, None"
    names = ["app.base.Mine", "", "", "app.base.Mine", "", "app.use.Here"]
    assert said == [f"({name!r}, {known})" for name in names]


def test_a_function_is_not_around_its_decorators_and_defaults(answer):
    text = "@f()\ndef g(x=f()):\n    f()\n"
    expression = "getattr(self.enclosing_function(node), 'name', None) is not None"
    assert answer(expression, text) == ["False", "False", "True"]


# Reports


def test_a_finding_points_at_the_node(rule):
    catalog = rule(
        """
        any_file = True
        def visit_FunctionDef(self, node):
            self.report(node)
        def visit_If(self, node):
            self.report(node, "head")
        def visit_Call(self, node):
            self.report(node, "argument", at=node.args[0])
        """
    )
    text = "@d\ndef one(): pass\nif (a and\n    b):  # c\n    f(x, y)\n"
    assert messages(text, catalog) == [
        (2, "one", "Found `def one(): pass`."),
        (3, "if (a and\n    b):", "head"),
        (5, "x", "argument"),
    ]


def test_placeholders_are_names_options_and_values(rule):
    catalog = rule(
        """
        words = ("f",)
        limit: int = 3
        def visit_Call(self, node):
            self.report(node, "{name} {limit} {count}", values={"count": len(node.args)})
        """
    )
    assert messages("import a\na.f(1, 2)\n", catalog) == [(2, "a.f(1, 2)", "a.f 3 2")]


def test_each_file_gets_an_instance_of_its_own(rule):
    catalog = rule(
        """
        words = ("f",)
        seen: list[str] = ["x"]
        def visit_Name(self, node):
            self.seen.append(node.value)
        def leave_Module(self, node):
            self.report(node, ",".join(self.seen), at=node.body[0])
        """
    )
    assert [hit.message for hit in sieved("f\n", catalog)] == ["x,f"]
    assert [hit.message for hit in sieved("f, g\n", catalog)] == ["x,f,g"]


# Fixes


GET = """
names = ("old.get",)
def visit_Call(self, node):
    if self.means(node, "old.get"):
        self.report(node, {arguments})
"""


@pytest.mark.parametrize(
    ("arguments", "text", "expected"),
    [
        (
            "replace=node.with_changes(func=self.spelled('new.http.fetch'))",
            "from old import get, put\nx = get(a,  # c\n    b)\nput()\n",
            "from new.http import fetch\nfrom old import put\nx = fetch(a,  # c\n    b)\nput()\n",
        ),
        (
            "replace=node.with_changes(func=self.spelled('new.http.fetch'))",
            "import new.http\nimport old\nold.get()\n",
            "import new.http\nnew.http.fetch()\n",
        ),
        (
            "replace=f'new.fetch({self.source_of(node.args[0])}, new.LIMIT)', imports=('new.fetch', 'new.LIMIT')",
            "import old\nprint(old.get(old.x))\n",
            "import old\nfrom new import LIMIT, fetch\nprint(fetch(old.x, LIMIT))\n",
        ),
        (
            "replace=f'old.fetch({self.source_of(node.args[0])})'",
            "import old\nold.get(1)\n",
            "import old\nold.fetch(1)\n",
        ),
        (
            "replace=f'max({self.source_of(node.args[1])}, {self.source_of(node.args[0])})'",
            "import old, other\nold.get(other.x(1), old.y)\n",
            "import old, other\nmax(old.y, other.x(1))\n",
        ),
        ("replace='1 + 2'", "import old\nx = 2 * old.get()\n", "x = 2 * (1 + 2)\n"),
        ("replace=node.args[0].value", "import old\nx = -old.get(a + b)\n", "x = -(a + b)\n"),
    ],
)
def test_a_replacement_brings_its_imports_and_takes_those_of_the_old(rule, arguments, text, expected):
    assert sorted(fixed(text, rule(GET.format(arguments=arguments))).splitlines()) == sorted(expected.splitlines())
    crlf = fixed(text.replace("\n", "\r\n"), rule(GET.format(arguments=arguments)))
    assert crlf.replace("\r\n", "\n") == fixed(text, rule(GET.format(arguments=arguments)))


def test_a_statement_is_removed_with_its_import(rule):
    catalog = rule(
        """
        names = ("old.setup",)
        def visit_Expr(self, node):
            if self.means(node.value, "old.setup"):
                self.report(node, remove=True)
        """
    )
    text = "import old\ndef f():\n    x\n    old.setup()\n    y\n"
    assert fixed(text, catalog) == "def f():\n    x\n    y\n"


def test_several_places_are_mended_together(rule):
    catalog = rule(
        """
        words = ("width",)
        def visit_FunctionDef(self, node):
            places = {}
            for inner in self._file.tree.inside(node):
                if isinstance(inner, cst.Name) and inner.value == "width":
                    places[inner] = "columns"
            if places:
                self.report(node, replace=places)
        """
    )
    assert fixed("def f(width):\n    return width + 1\n", catalog) == "def f(columns):\n    return columns + 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a\nx = (a.b\n     .c)\n", "import new\nx = (new.b\n     .d)\n"),
        ("import a\nx = (a).c.e\n", "import new\nx = (new).d.e\n"),
    ],
)
def test_the_halves_of_a_name_change_together(rule, text, expected):
    catalog = rule(
        """
        names = ("a",)
        def visit_Attribute(self, node):
            if node.attr.value == "c":
                first = node.value.value if isinstance(node.value, cst.Attribute) else node.value
                if first.value == "a":
                    self.report(node, replace={first: self.spelled("new"), node.attr: "d"})
        """
    )
    assert fixed(text, catalog) == expected


def test_two_replacements_of_one_place_are_the_rules_mistake(rule):
    catalog = rule(
        """
        words = ("f",)
        def visit_Call(self, node):
            self.report(node, replace={node: "g()", node.func: "h"})
        """
    )
    (hit,) = sieved("f(1)\n", catalog)
    assert "two of the replacements are for the same place" in hit.message


def test_nested_fixes_are_all_made(rule):
    catalog = rule(
        """
        words = ("f",)
        def visit_Call(self, node):
            if self.source_of(node.func) == "f":
                self.report(node, replace=node.with_changes(func=cst.Name("g")))
        """
    )
    assert fixed("f = g = max\nf(f(f(1), 2))\n", catalog) == "f = g = max\ng(g(g(1), 2))\n"


def test_a_fix_that_loses_a_comment_is_not_safe(rule):
    catalog = rule(GET.format(arguments="replace='new()'"))
    text = "import old\nnew = 1\nold.get(\n    1,  # why\n)\n"
    assert fixed(text, catalog) == text
    assert "# why" not in fix_result(text, catalog, unsafe=True).text


@pytest.mark.parametrize(
    ("arguments", "text", "reason"),
    [
        (
            "replace='x()', imports=('new.x',)",
            "import old\ndef f(x, new):\n    old.get()\n",
            "already means",
        ),
        ("replace='fetch()'", "import old\nold.get()\n", ""),
        ("replace=node", "import old\nold.get()\n", "stands there already"),
        ("replace='a b'", "import old\nold.get()\n", None),
    ],
)
def test_a_fix_that_is_not_right_is_refused(rule, arguments, text, reason):
    catalog = rule(GET.format(arguments=arguments))
    if reason is None:
        assert "the replacement is no Python" in sieved(text, catalog)[0].message
        assert fixed(text, catalog) == text
    elif reason:
        assert reason in refusals(text, catalog)[0]
        assert fixed(text, catalog) == text


def test_an_import_that_is_not_mentioned_is_the_rules_mistake(rule):
    catalog = rule(GET.format(arguments="replace='fetch()', imports=('new.http.Client',)"))
    (hit,) = sieved("import old\nold.get()\n", catalog)
    assert "imports: the replacement does not mention `new.http.Client`" in hit.message


def test_declared_and_given_safety_the_weaker_holds(rule):
    catalog = rule(GET.format(arguments="replace='max()', safety='suggest', reason='who knows'"))
    assert refusals("import old\nold.get()\n", catalog) == ["who knows"]


def test_the_name_that_led_there_is_known(rule):
    catalog = rule(GET.format(arguments=""))
    hits = complete("import old as o\nprint(o.get())\n", catalog).hits
    assert [hit.matched for hit in hits] == [("old", "get")]
