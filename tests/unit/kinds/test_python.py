"""Files of rules in Python: what is read from them, what is wrong with them, and how they fail."""

from __future__ import annotations

import sys

import pytest
from engine import fix_result, fixed, sieved

from platform_lint.catalog import Catalog
from platform_lint.packs import PackError, pack_files, read_pack

GOOD = '''\
"""Department text."""

from typing import ClassVar, Literal

from platform_lint.api import Rule, cst


class TooManyArguments(Rule):
    """`{name}` has more than {max_args} arguments.

    Nobody can remember them.
    Neither can you.

    ```python bad path=services/a.py
    def f(a, b, c, d): pass
    ```

    More text.

    ```python ok
    def f(a): pass
    ```
    ```python bad
    def g(a,
        b, c, d): pass
    ```
    ```python fixed
    def g(): pass
    ```
    """

    code = "ACM202"
    words = ("def",)
    level = "warning"
    deadline = "2030-01-01"
    owner = "team"
    docs = ("https://a", "https://b")
    only_in = ("services/**",)
    fix = "unsafe"

    max_args: int = 3
    style: Literal["strict", "lax"] = "lax"
    allowed: list[str] = ["setUp"]
    ratio: float = 1
    loud: bool = False
    _private: int = 1
    shared: ClassVar[int] = 7

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        pass
'''


def read(tmp_path, text, name="the_rule.py"):
    path = tmp_path / name
    path.write_text(text)
    return read_pack(path)


def test_everything_a_rule_says_is_read(tmp_path):
    text = GOOD.replace('words = ("def",)', 'words = ("lambda_",)')
    pack = read(tmp_path, text)
    (rule,) = pack.rules
    assert (rule.code, rule.name, rule.verb) == ("ACM202", "too-many-arguments", "python")
    assert rule.message == "`{name}` has more than {max_args} arguments."
    assert rule.why == "Nobody can remember them.\nNeither can you.\n\nMore text."
    assert (rule.level, rule.deadline, rule.owner, rule.fix) == ("warning", "2030-01-01", "team", "unsafe")
    assert (rule.docs, rule.only_in) == (("https://a", "https://b"), ("services/**",))
    assert rule.origin == f"{tmp_path / 'the_rule.py'}:8"
    assert rule.traces == ((("word", "lambda_"),),)
    assert rule.body["options"] == {
        "max_args": 3, "style": "lax", "allowed": ["setUp"], "ratio": 1, "loud": False,
    }  # fmt: skip
    assert rule.body["declared"]["style"]["type"] == ["strict", "lax"]
    flagged, ok, mended = pack.examples["ACM202"]
    assert (flagged.bad, flagged.good, flagged.path) == ("def f(a, b, c, d): pass\n", None, "services/a.py")
    assert (ok.ok, ok.path) == ("def f(a): pass\n", "example.py")
    assert (mended.bad, mended.good) == ("def g(a,\n    b, c, d): pass\n", "def g(): pass\n")


def test_a_rule_survives_being_kept(tmp_path):
    import marshal

    from platform_lint.rule import Rule

    (rule,) = read(tmp_path, GOOD).rules
    again = Rule.from_fields(marshal.loads(marshal.dumps(rule.fields())))
    assert again.fields() == rule.fields()


RULE = '''\
from platform_lint.api import Rule, cst


class TheRule(Rule):
    """Text."""

    code = "ACM300"
    words = ("x",)

    def visit_Name(self, node):
        self.report(node)
'''


@pytest.mark.parametrize(
    ("old", "new", "row", "reason"),
    [
        ('    words = ("x",)\n', "", 4, "TheRule would be run on every file: give `names` or `words`"),
        ('"ACM300"', '"acm"', 7, "rule acm: code 'acm': expected one to three capital letters and three digits"),
        ('"ACM300"', '"LIB001"', 7, "platform-lint's own"),
        ('"ACM300"', "300", 7, "code: expected text, got a whole number"),
        ('    """Text."""\n', "", 4, "TheRule has no docstring"),
        ("visit_Name", "visit_Nme", 10, "visit_Nme: LibCST has no node 'Nme'; did you mean 'Name'?"),
        ("visit_Name", "look", 4, "TheRule has neither `visit_…` nor `transform`; expected one of them"),
        ("    def visit", "    transform = 1\n    def visit", 4, "both `transform` and visitors"),
        ("    words", '    level = "loud"\n    words', 8, "level: 'loud' is none of error, warning"),
        ("    words", '    deadline = "soon"\n    words', 8, "deadline: 'soon' is no date"),
        ("    words", '    requires = "a ~~ 1"\n    words', 8, "requires: 'a ~~ 1' is no requirement"),
        ("    words", '    only_in = ("/etc",)\n    words', 8, "only_in: '/etc' is no path relative to the project"),
        ('("x",)', '"x"', 8, "words: expected a tuple of texts, got 'x'"),
        ('("x",)', '("a.b",)', 8, "words: 'a.b' is no identifier"),
        ("    words", "    names = ('a..b',)\n    words", 8, "names: "),
        ("    words", "    size: int\n    words", 8, "option size has no default"),
        ("    words", "    size: int = 'x'\n    words", 8, "option size: its default is not right: expected int"),
        ("    words", "    size: complex = 1j\n    words", 8, "option size: expected bool, int, float, str, list"),
        ("    words", "    size: 'Undefined' = 1\n    words", 4, "an annotation of TheRule means nothing: name 'U"),
        pytest.param(
            "    words", "    size: Undefined = 1\n    words", 8, "cannot be imported: NameError: ",
            marks=pytest.mark.skipif(sys.version_info >= (3, 14), reason="annotations are evaluated late (PEP 649)"),
        ),
        ("from platform", "import nothing_of_that_name\nfrom platform", 1, "cannot be imported: ModuleNotFoundError"),
        ("class TheRule(Rule):", "1 / 0\nclass TheRule(Rule):", 4, "cannot be imported: ZeroDivisionError"),
        ("class TheRule(Rule):", "raise SystemExit(3)\nclass TheRule(Rule):", 4, "cannot be imported: SystemExit: 3"),
        ("class TheRule(Rule):", "raise GeneratorExit\nclass TheRule(Rule):", 4, "imported: GeneratorExit"),
        ("class TheRule(Rule):", "cst.parse_expression('a b')\nclass TheRule(Rule):", 4, "error: error at 1:3"),
        ("class TheRule(Rule):", "class TheRule(Rule:", 4, "no Python: "),
        ("class TheRule(Rule):", "class TheRule:", 1, "expected one class that inherits from platform_lint.api.Rule"),
        ("class TheRule(Rule):", "class Other(Rule): pass\nclass TheRule(Rule):", 1, "it has Other and TheRule"),
        ('"""Text."""', '"""Text.\n\n    ```python fixed\n    x\n    ```\n    """', 4, "fixed block has to follow"),
        ('"""Text."""', '"""Text.\n\n    ```python bad\n    x\n    """', 4, "a ```python bad block of the"),
        ('"""Text."""', '"""Text.\n\n    ```python good\n    x\n    ```\n    """', 4, "expected bad, fixed or ok"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_one_clear_line(tmp_path, old, new, row, reason):
    assert old in RULE
    with pytest.raises(PackError) as caught:
        read(tmp_path, RULE.replace(old, new, 1))
    text = str(caught.value)
    assert text.startswith(f"{tmp_path / 'the_rule.py'}:{row}: "), text
    assert reason in text
    assert "\n" not in text
    assert "expected one of !=" not in text


def test_helpers_beside_a_rule_can_be_imported_and_are_no_rules(tmp_path):
    (tmp_path / "_words.py").write_text("WORDS = ('zebra',)\n")
    text = RULE.replace("import Rule, cst", "import Rule, cst\nfrom ._words import WORDS").replace('("x",)', "WORDS")
    (rule,) = read(tmp_path, text).rules
    assert rule.traces == ((("word", "zebra"),),)
    assert [path.name for path in pack_files(tmp_path)] == ["the_rule.py"]
    (tmp_path / "_words.py").write_text("WORDS = ('lion',)\n")
    (rule,) = read(tmp_path, text).rules
    assert rule.traces == ((("word", "lion"),),)


def test_reading_a_rule_leaves_no_trace(tmp_path):
    (tmp_path / "_helper.py").write_text("")
    path_before = list(sys.path)
    read(tmp_path, RULE.replace("import Rule, cst", "import Rule, cst\nfrom . import _helper"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_helper.py", "the_rule.py"]
    assert sys.path == path_before
    assert "the_rule" not in sys.modules


def test_a_base_for_others_is_no_rule(tmp_path):
    text = RULE.replace("class TheRule(Rule):", "class Base(Rule):\n    limit: int = 4\n\nclass TheRule(Base):")
    (rule,) = read(tmp_path, text).rules
    assert (rule.name, rule.body["options"]) == ("the-rule", {"limit": 4})


def test_a_method_is_looked_for_where_its_class_is(tmp_path):
    (rule,) = read(tmp_path, RULE.replace('words = ("x",)', 'names = ("corp.Client.get",)')).rules
    assert [name.dotted for name in rule.names] == ["corp.Client.get"]
    assert rule.traces == ((("word", "get"), ("type", "corp.Client")),)


# How they fail


def catalog(tmp_path, *rules):
    folder = tmp_path / f"rules{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    found = []
    for number, body in enumerate(rules):
        text = RULE.replace("ACM300", f"ACM30{number}").replace("TheRule", f"Rule{number}")
        found += read(folder, text.replace("self.report(node)", body), f"rule_{number}.py").rules
    return Catalog(found)


def test_a_rule_that_raises_is_one_finding_and_the_others_go_on(tmp_path):
    rules = catalog(tmp_path, "self.report(node); node.nothing", "self.report(node)")
    hits = sieved("x\ny = x\n", rules)
    assert [hit.rule.code for hit in hits] == ["ACM300", "ACM301", "ACM301", "ACM301"]
    assert hits[0].message.startswith("the rule failed here and checked nothing: AttributeError: 'Name' object has no")
    assert hits[0].message.endswith("rule_0.py:11)")


@pytest.mark.parametrize("body", ["raise SystemExit", "raise RecursionError", "self.visit_Name(node)"])
def test_whatever_is_raised_is_a_finding(tmp_path, body):
    (hit,) = sieved("x\n", catalog(tmp_path, body))
    assert "the rule failed here" in hit.message


def test_a_rule_that_cannot_be_made_is_a_finding(tmp_path):
    text = RULE.replace("    def visit_Name", "    def __init__(self):\n        1 / 0\n\n    def visit_Name")
    (hit,) = sieved("x\n", Catalog(read(tmp_path, text).rules))
    assert "ZeroDivisionError" in hit.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = " + " + ".join(["a"] * 900) + "\n", "it is nested too deeply for LibCST"),
        ("x = 1\n\x0cdef f(): pass\n", "LibCST would not write it back as it is"),
    ],
)
def test_a_file_that_libcst_cannot_take_is_one_finding(tmp_path, text, reason):
    rules = catalog(tmp_path, "self.report(node)", "self.report(node)")
    (hit,) = sieved(text, rules)
    assert hit.message == f"the file was not checked for ACM300, ACM301: {reason}"
    assert fixed(text, rules) == text


# Codemods

CODEMOD = '''\
from platform_lint.api import Rule, cst


class NewNames(Rule):
    """Old names: run `--fix`."""

    code = "ACM400"
    words = ("old",)

    def transform(self, module):
        class Renamer(cst.CSTTransformer):
            def leave_Name(self, original_node, updated_node):
                return updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node

        return module.visit(Renamer())
'''


def test_what_a_codemod_finds_is_what_it_changes(tmp_path):
    rules = Catalog(read(tmp_path, CODEMOD).rules)
    text = "a = 1\nfrom old import  x  # c\nprint(x, old)\n"
    (hit,) = sieved(text, rules)
    assert (hit.start, hit.end, hit.message) == (text.index("old"), text.index(" import"), "Old names: run `--fix`.")
    assert fixed(text, rules) == text
    assert fix_result(text, rules, unsafe=True).text == text.replace("old", "new")
    assert sieved(text.replace("old", "new"), rules) == []


def test_a_codemod_that_says_so_is_safe(tmp_path):
    rules = Catalog(read(tmp_path, CODEMOD.replace("    words", '    fix = "safe"\n    words')).rules)
    assert fixed("import old as x\nx.y\n", rules) == "import new as x\nx.y\n"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("None", "TypeError: transform() gave NoneType, expected Module"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_codemod_that_fails_is_a_finding(tmp_path, result, reason):
    rules = Catalog(read(tmp_path, CODEMOD.replace("module.visit(Renamer())", result)).rules)
    (hit,) = sieved("old\n", rules)
    assert reason in hit.message


def test_a_codemod_that_breaks_a_file_is_not_applied(tmp_path):
    rules = Catalog(read(tmp_path, CODEMOD.replace('value="new"', 'value="not valid"')).rules)
    assert fix_result("old\n", rules, unsafe=True).text == "old\n"
