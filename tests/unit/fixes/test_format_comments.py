"""Comments, line breaks and backslashes anywhere inside of a call: what a fix need not change stays around them.

Each call is written in some thirty ways: broken at each of its tokens, with a comment there or a backslash, with a line
for each argument, with a trailing comma.
"""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from collections.abc import Iterator

import pytest
from format_law import comments, fix, fixed, python_rule, rule, tree

#: By name: the rule, a call that breaks it, and what its fix makes of it.
FIXES = {
    "renamed": (rule('rename = {"corp.call" = "corp.new"}\n'), "corp.call(a, b)", "corp.new(a, b)"),
    "put in": (
        rule('call = "corp.call"\nargs.t = {required = true, insert = "10"}\n'),
        "corp.call(a, k=b)",
        "corp.call(a, k=b, t=10)",
    ),
    "renamed argument": (
        rule('call = "corp.call"\nargs.k = {rename = "key"}\n'),
        "corp.call(a, k=b, c=d)",
        "corp.call(a, key=b, c=d)",
    ),
    "taken out": (
        rule('call = "corp.call"\nargs.k = {removed = true}\n'),
        "corp.call(a, k=b, c=d)",
        "corp.call(a, c=d)",
    ),
    "taken out at the end": (
        rule('call = "corp.call"\nargs.k = {removed = true}\n'),
        "corp.call(a, k=b)",
        "corp.call(a)",
    ),
    "taken out alone": (rule('call = "corp.call"\nargs.k = {removed = true}\n'), "corp.call(k=b)", "corp.call()"),
    "by keyword": (
        rule('call = "corp.call"\nsignature = "(x, k=1, l=2)"\nargs.k = {keyword = true}\n'),
        "corp.call(a, b, c)",
        "corp.call(a, k=b, l=c)",
    ),
    "by position": (
        rule('call = "corp.call"\nsignature = "(x, k=1, l=2)"\nargs.k = {positional = true}\n'),
        "corp.call(a, k=b)",
        "corp.call(a, b)",
    ),
    "moved": (
        rule('call = "corp.call"\nsignature = "(x, k=1, l=2)"\nargs.k = {position = 0}\n'),
        "corp.call(a, k=b)",
        "corp.call(b, a)",
    ),
    "another value": (
        rule('call = "corp.call"\nargs.k = {value = "str($V)"}\n'),
        "corp.call(a, k=b)",
        "corp.call(a, k=str(b))",
    ),
    "pattern, put in": (
        rule('match = "corp.call($...A)"\nrewrite = "corp.new($...A, t=1)"\n'),
        "corp.call(a, b)",
        "corp.new(a, b, t=1)",
    ),
    "pattern, taken out": (
        rule('match = "corp.call($X, k=$Y)"\nrewrite = "corp.call(k=$Y)"\n'),
        "corp.call(a, k=b)",
        "corp.call(k=b)",
    ),
    "pattern, operator": (rule('match = "corp.eq($A, $B)"\nrewrite = "$A == $B"\n'), "corp.eq(a, b)", "a == b"),
    "Python, name": ("name", "corp.call(a, b)", "corp.new(a, b)"),
    "Python, argument": ("argument", "corp.call(a, b)", "corp.call(b)"),
}
PYTHON = {
    "name": (
        "def visit_Call(self, node):\n"
        "    if self.means(node, 'corp.call'):\n"
        "        self.report(node, replace=node.with_changes(func=self.spelled('corp.new')))\n"
    ),
    "argument": (
        "def visit_Call(self, node):\n"
        "    if self.means(node, 'corp.call') and len(node.args) > 1:\n"
        "        self.report(node.args[0], remove=True)\n"
    ),
}
HEAD = "import corp\ncorp.keep\n"


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> dict[str, str]:
    """By name of a fix its rule."""
    folder = tmp_path_factory.mktemp("rules")
    made = {name: python_rule(folder, name, body) for name, body in PYTHON.items()}
    return {name: made.get(pack, pack) for name, (pack, *_) in FIXES.items()}


def words(text: str) -> list[str]:
    """The tokens of *text*, comments among them."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.string.strip()]


def written(call: str) -> Iterator[str]:
    """*call* with every layout, for inside parentheses."""
    tokens = words(call)
    end = len(tokens) - 1
    first = tokens.index("(") + 1
    commas = [number for number, token in enumerate(tokens) if token == ","]

    def laid(gaps: dict[int, str]) -> str:
        before = (gaps.get(n, " " if n - 1 in commas else "") for n in range(len(tokens)))
        return "".join(gap + token for gap, token in zip(before, tokens, strict=True))

    for number in range(1, end + 1):
        yield laid({number: f"  # c{number}\n    "})
        yield laid({number: " \\\n    "})
    yield laid({number: f"  # c{number}\n    " for number in range(1, end + 1)})
    yield laid({number: f"\n# c{number}\n" for number in range(1, end + 1)})
    lines = {first: "\n    ", end: ",\n", **{number + 1: "\n    " for number in commas}}
    yield laid(lines)
    yield laid({**lines, end: "\n"})
    yield laid({first: "  # 0\n    ", end: ",  # last\n", **{n + 1: f"  # c{n}\n    " for n in commas}})
    yield laid(
        {first: "\n    # 0\n    ", end: "  # last\n  # end\n", **{n + 1: f"\n\n    # c{n}\n    " for n in commas}}
    )
    yield laid({end: ","})
    yield laid({end: " , "})
    yield laid({first: " ", end: " ", **dict.fromkeys(commas, " ")})


def changed(before: str, after: str) -> tuple[Counter[str], Counter[str]]:
    """The tokens that are gone, and those that have come; commas go and come with arguments."""
    old, new = Counter(words(before)), Counter(words(after))
    gone, came = old - new, new - old
    del gone[","], came[","]
    return gone, came


@pytest.mark.parametrize("name", FIXES)
def test_a_fix_leaves_the_layout_of_a_call_and_its_comments(rules, name):
    _, call, wanted = FIXES[name]
    done = 0
    for layout in written(call):
        before = f"{HEAD}x = ({layout})\n"
        result = fix(before.encode(), rules[name], unsafe=not name.startswith("Python"))
        if result.after is None:
            reasons = [finding.fix.reason for finding in result.findings if finding.fix is not None]
            assert reasons, layout
            assert all("comment" in reason for reason in reasons), layout
            assert "#" in layout
            continue
        done += 1
        after = result.after.decode()
        assert tree(after) == tree(f"{HEAD}x = ({wanted})\n"), layout
        assert comments(after) == comments(before), layout
        gone, came = changed(f"({call})", f"({wanted})")
        assert changed(before, after) == (gone, came), layout
        assert fix(result.after, rules[name]).after is None, layout
    assert done > 5


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        pytest.param(
            "put in",
            "corp.call(\n    a,  # what\n\n    # which\n    k=b,  # how\n    # and no more\n)",
            "corp.call(\n    a,  # what\n\n    # which\n    k=b,  # how\n    t=10,\n    # and no more\n)",
            id="a line below the last one, its comment where it was",
        ),
        pytest.param(
            "put in",
            "corp.call(a\n          , k=b\n          )",
            "corp.call(a\n          , k=b, t=10\n          )",
            id="commas first",
        ),
        pytest.param(
            "taken out",
            "corp.call(\n    a,  # one\n    # about k\n    k=b,\n    c=d,  # two\n)",
            "corp.call(\n    a,  # one\n    # about k\n    c=d,  # two\n)",
            id="the line goes, the comment above it stays",
        ),
        pytest.param(
            "by keyword",
            "corp.call(a, (  # why\n    b\n), c)",
            "corp.call(a, k=(  # why\n    b\n), l=c)",
            id="a name before brackets with a comment",
        ),
        pytest.param(
            "another value",
            "corp.call(a, k=[\n    1,  # one\n    2,\n])",
            "corp.call(a, k=str([\n    1,  # one\n    2,\n]))",
            id="a value of several lines",
        ),
        pytest.param(
            "another value",
            "corp.call(a, k='b'  # one\n    'c')",
            "corp.call(a, k=str('b'  # one\n    'c'))",
            id="strings beside each other",
        ),
        pytest.param(
            "pattern, operator",
            "corp.eq(\n    'a'  # one\n    'b',\n    c,\n)",
            "('a'  # one\n    'b') == c",
            id="strings beside each other come into parentheses",
        ),
        pytest.param(
            "pattern, operator",
            "corp.eq(\n    a,  # one\n    b,\n)",
            None,
            id="a comment that has no place any more",
        ),
        pytest.param(
            "pattern, put in",
            "corp.call(\n    *a, **b)",
            "corp.new(\n    *a, **b, t=1)",
            id="behind the stars",
        ),
        pytest.param(
            "renamed",
            "corp . call \\\n    (a, b)",
            "corp . new \\\n    (a, b)",
            id="blanks around a dot",
        ),
    ],
)
def test_telling_layouts(rules, name, before, after):
    text = f"{HEAD}x = {before}  # end\n"
    wanted = text if after is None else f"{HEAD}x = {after}  # end\n"
    assert fixed(text.encode(), rules[name]).decode() == wanted
