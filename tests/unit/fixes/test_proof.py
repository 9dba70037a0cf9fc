"""``platform_lint.fixes.proof``: no plan is applied that loses a name, captures one, or is no Python."""

from __future__ import annotations

import pytest
from engine import catalog, complete, fixed, pack, refusals, split, table

from platform_lint.fixes.groups import Plan
from platform_lint.fixes.proof import problem
from platform_lint.fixes.splicing import Laid
from platform_lint.rule import Target

CHANGED = "would come to mean something else"


def verdict(
    text: str, *edits: tuple[str, str], laid: tuple[Laid, ...] = (), expected: dict[str, str] | None = None
) -> str:
    """What speaks against putting the second of each of *edits* where the first stands in *text*."""
    analysis = complete(text, catalog())
    assert analysis.index is not None
    plan = Plan()
    for old, new in edits:
        start = text.index(old)
        plan.edits.append((start, start + len(old), new))
    plan.laid += laid
    plan.edits += [
        (piece.start, piece.end, piece.text) for piece in laid if text[piece.start : piece.end] != piece.text
    ]
    for reference in analysis.index.references:
        dotted = ".".join(reference.qualified)
        if dotted in (expected or {}):
            plan.expected[reference] = split((expected or {})[dotted])
    return problem(analysis, plan)


def laid(text: str, old: str, new: str, *names: str) -> Laid:
    """*new* spliced in where *old* stands; *names* are those in it that mean what they spell."""
    made = Laid(text.index(old), text.index(old) + len(old))
    rest = new
    for name in names:
        before, _, rest = rest.partition(name)
        made.add(before)
        made.name(Target((), split(name)), name)
    made.add(rest)
    return made


@pytest.mark.parametrize(
    ("text", "edits", "reason"),
    [
        pytest.param("x = 1\n", [], "there is nothing to change", id="no edit"),
        pytest.param("x = 1\n", [("1", "(")], "the result would not be valid Python", id="no Python"),
        pytest.param("x = 1\n", [("1", "nowhere")], "a name would be left without a meaning", id="from nowhere"),
        pytest.param("import a\na.b\n", [("a.b", "1")], f"`a.b` {CHANGED}", id="a use is gone"),
        pytest.param("import a\na.b\n", [("a.b", "a.b.c")], f"`a.b` {CHANGED}", id="a use is longer"),
        pytest.param("import a\na.b\n", [("a.b", "a")], f"`a.b` {CHANGED}", id="a use is shorter"),
        pytest.param("import a\na.b\n", [("import a", "import z as a")], f"`a.b` {CHANGED}", id="another import"),
        pytest.param("import a\na.b\n", [("import a", "a = 1")], f"`a.b` {CHANGED}", id="no import"),
        pytest.param("import a\nx = 1\n", [("1", "a.c")], f"`a.c` {CHANGED}", id="a use more"),
        pytest.param(
            "import a\na.b\n",
            [("import a\n", ""), ("a.b\n", "a.b\nimport a\n")],
            "`a.b` might be used before it is imported",
            id="too early",
        ),
        pytest.param(
            "import a\nx = 1\na.b\n",
            [("import a\n", ""), ("x = 1\n", "if x:\n    import a\n")],
            "`a.b` might be used before it is imported",
            id="perhaps never",
        ),
        pytest.param("import a\nx = 1\na.b\n", [("x = 1", "y = 22")], "", id="what means nothing"),
        pytest.param("import a\nx = 1\na.b\n", [("import a\nx = 1", "x = 1\nimport a")], "", id="an import that moves"),
        pytest.param("def f(): return a\nimport a\n", [("import a", "import  a")], "", id="used later"),
    ],
)
def test_edits(text: str, edits: list[tuple[str, str]], reason: str) -> None:
    assert verdict(text, *edits) == reason


def test_what_is_expected_is_right() -> None:
    text = "import a\na.b\n"
    assert verdict(text, ("a.b", "a.c"), expected={"a.b": "a.c"}) == ""
    assert verdict(text, ("a.b", "a.d"), expected={"a.b": "a.c"}) == f"`a.c` {CHANGED}"


def test_what_follows_from_what_is_expected_is_right() -> None:
    text = "import a\nh = (a\n     .b)\nk = h\nk.x, h\n"
    assert verdict(text, (".b", ".c"), expected={"a.b": "a.c"}) == ""
    assert verdict(text, (".b", ".d"), expected={"a.b": "a.c"}) == f"`a.c` {CHANGED}"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("c", "d", "", id="an attribute"),
        pytest.param("c", "d.e", "", id="an attribute of it"),
        pytest.param("b.c", "d", "", id="two attributes"),
    ],
)
def test_an_attribute_spliced_away_leaves_what_is_before_it(old: str, new: str, reason: str) -> None:
    text = "import a\na.b.c\n"
    assert verdict(text, laid=(laid(text, old, new),)) == reason


def test_what_is_left_of_a_name_must_mean_what_it_did() -> None:
    text = "import q\nq.b.c\n"
    piece = laid(text, "c", "d")
    assert verdict(text, ("import q", "import z as q"), laid=(piece,)) == f"`q.b` {CHANGED}"


def test_what_a_splice_names_must_mean_that() -> None:
    text = "import a\nx = 1\ny = 2\n"
    assert verdict(text, laid=(laid(text, "1", "a.b", "a.b"),)) == ""
    assert (
        verdict("a = 0\nx = 1\n", laid=(laid("a = 0\nx = 1\n", "1", "a.b", "a.b"),))
        == "`a.b` would not mean what it should"
    )


def test_splices_in_any_order() -> None:
    text = "import a\nx = 1\ny = 2\n"
    one, two = laid(text, "1", "a.b", "a.b"), laid(text, "2", "a.c", "a.c")
    assert verdict(text, laid=(one, two)) == verdict(text, laid=(two, one)) == ""


def test_a_splice_that_puts_in_what_is_there_may_move() -> None:
    text = "import a\nx = a.b\n"
    piece = laid(text, "a.b", "a.b", "a.b")
    assert verdict(text, ("x", "longer"), laid=(piece,)) == ""


def test_a_use_more_beside_a_splice() -> None:
    text = "import a\nx = 1\ny = 2\n"
    assert verdict(text, ("2", "a.c"), laid=(laid(text, "1", "3"),)) == f"`a.c` {CHANGED}"
    assert verdict(text, ("1", "a.c"), laid=(laid(text, "2", "3"),)) == f"`a.c` {CHANGED}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import lib\nlib.old(1)\n", "import lib\nlib.old(1)\n", id="at the top"),
        pytest.param("import lib\ndef f(): lib.old(1)\n", "import lib\ndef f(): lib.old(1)\n", id="in a function"),
        pytest.param(
            "import lib\nasync def f(): lib.old(1)\n",
            "import lib\nasync def f(): await lib.new(1)\n",
            id="where it may",
        ),
        pytest.param(
            "import lib\nlib.old(1)\nasync def f(): lib.old(1)\n",
            "import lib\nlib.old(1)\nasync def f(): await lib.new(1)\n",
            id="one of two",
        ),
        pytest.param(
            "import lib\nlib.old(1)\nreturn\n",
            "import lib\nawait lib.new(1)\nreturn\n",
            id="a file that never compiled",
        ),
    ],
)
def test_an_await_only_where_python_takes_it(before: str, after: str) -> None:
    rules = pack('[[rule]]\nmessage = "m"\nmatch = "lib.old($A)"\nrewrite = "await lib.new($A)"\n')
    assert fixed(before, rules) == after


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("import lib\nlib.get(1)\n", ["`get` would not be defined"]),
        ("import lib\nlib.len(1)\n", []),
        ("import lib\nlib.__file__(1)\n", []),
        ("import lib\nprint(get)\nlib.get(1)\n", []),
        ("import lib\ndef f(get):\n    lib.get(1)\n", []),
    ],
    ids=["never heard of", "a builtin", "of every module", "as unknown as before", "a parameter"],
)
def test_what_is_put_in_is_defined(text: str, reasons: list[str]) -> None:
    """The name of an attribute is no value by itself."""
    rules = pack('[[rule]]\nmessage = "m"\nmatch = "lib.$CALL($A)"\nrewrite = "print($CALL, $A)"\n')
    assert refusals(text, rules) == reasons


LAMBDA = """
match = "lambda $X: $F($X)"
rewrite = "$F"
"""


def test_what_comes_from_elsewhere_may_be_bound_anew() -> None:
    rules = table('match = "$X.grow($Y)"\nrewrite = "$X = $X.plus($Y)"')
    assert fixed("from lib import *\nx.grow(1)\n", rules) == "from lib import *\nx = x.plus(1)\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("x = [lambda a: f(a)]\nf = make()\n", "f", id="bound below"),
        pytest.param("x = [lambda a: f(a)]\ndef f(a): ...\n", "f", id="defined below"),
        pytest.param("x = lambda a: f.b(a)\nclass f: ...\n", "f", id="an attribute of it"),
        pytest.param("def g():\n    x = lambda a: f(a)\n    f = make()\n", "f", id="in a function"),
        pytest.param("class C:\n    x = lambda a: f(a)\n\nf = make()\n", "f", id="in a class"),
        pytest.param("f = make()\nx = [lambda a: f(a)]\n", "", id="bound above"),
        pytest.param("def g():\n    return lambda a: f(a)\nf = make()\n", "", id="a function runs later"),
        pytest.param("for i in y:\n    x = [lambda a: f(a)]\n    f = make()\n", "", id="the next turn of a loop"),
        pytest.param("f()\nx = [lambda a: f(a)]\nf = make()\n", "", id="it was so before"),
        pytest.param("x: list[lambda a: f(a)]\nf = make()\n", "f", id="in an annotation"),
    ],
)
def test_nothing_runs_before_it_is_bound(text: str, name: str) -> None:
    """What a function's body names may be bound after the function; taken out of it, it runs at once."""
    rules = table(LAMBDA)
    assert (fixed(text, rules) == text) is bool(name)
    assert refusals(text, rules) == ([f"`{name}` would be used before it is bound"] if name else [])
