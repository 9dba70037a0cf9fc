"""Rules about the arguments of calls: what they find, what they say, and what their fixes make of it."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from pathlib import Path
from typing import Any

import pytest
from engine import complete, fix_result, fixed, found, pack, refusals, sieved
from hypothesis import assume, given
from hypothesis import strategies as st

from platform_lint.catalog import Catalog
from platform_lint.modules import Modules
from platform_lint.packs import PackError

CONSUMER = """
[[rule]]
call = "corp.queue.Consumer"
signature = "(topic, group=None, timeout_ms=1000, *, auto_ack=False)"
[rule.args]
timeout_ms = { rename = "timeout", value = "$V / 1000", fold = true }
group = { keyword = true }
auto_ack = { remove_if = "False" }
"""


def rule(args: str, call: str = '"corp.f"', more: str = "") -> Catalog:
    """A rule for the calls of *call* that says *args*."""
    return pack(f"[[rule]]\ncall = {call}\n{more}\n{args}\n")


def lines(text: str, rules: Catalog) -> list[int]:
    return [row for row, _ in found(text, rules)]


def messages(text: str, rules: Catalog) -> list[str]:
    return [hit.message for hit in sieved(text, rules)]


def marked(text: str, rules: Catalog) -> list[str]:
    """What the hits stand at."""
    return [text[hit.start : hit.end] for hit in complete(text, rules).hits]


def after(call: str, rules: Catalog, *, unsafe: bool = False) -> str:
    """*call* of ``f`` after its fixes, which must be all there are."""
    text = f"from corp import f\n{call}\n"
    result = fix_result(text, rules, unsafe=unsafe)
    assert not result.failures
    assert fix_result(result.text, rules, unsafe=unsafe).text == result.text
    return result.text.partition("\n")[2][:-1]


# The worked examples of the rule language


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Consumer('t', timeout_ms=5000)", "Consumer('t', timeout=5.0)"),
        ("Consumer('t', 'g', 5000, auto_ack=False)", "Consumer('t', group='g', timeout=5.0)"),
        ("Consumer('t', 'g')", "Consumer('t', group='g')"),
        ("Consumer('t', auto_ack=True)", "Consumer('t', auto_ack=True)"),
        ("Consumer('t', None, wait + 1)", "Consumer('t', group=None, timeout=(wait + 1) / 1000)"),
        ("Consumer('t', timeout_ms=60 * 1000)", "Consumer('t', timeout=60.0)"),
        ("Consumer('t', timeout_ms=ms)", "Consumer('t', timeout=ms / 1000)"),
        ("Consumer('t', timeout_ms=a * b)", "Consumer('t', timeout=a * b / 1000)"),
        ("Consumer('t', timeout_ms=(yield))", "Consumer('t', timeout=(yield) / 1000)"),
        ("Consumer('t', timeout_ms=a if b else c)", "Consumer('t', timeout=(a if b else c) / 1000)"),
        ("Consumer(*t, timeout_ms=5)", "Consumer(*t, timeout=0.005)"),
        ("Consumer('t', **k)", "Consumer('t', **k)"),
    ],
)
def test_a_keyword_gets_another_name_and_value(before: str, expected: str) -> None:
    head = "from corp.queue import Consumer\ndef g():\n    "
    assert fixed(f"{head}{before}\n", pack(CONSUMER)) == f"{head}{expected}\n"


def test_a_required_argument_is_added_with_its_import() -> None:
    rules = rule(
        'args.timeout = { required = true, insert = "corp.http.DEFAULT_TIMEOUT" }',
        '["corp.http.get", "corp.http.post", "corp.http.Client.*"]',
    )
    assert fixed("import corp.http\ncorp.http.get(url,)\n", rules) == (
        "import corp.http\ncorp.http.get(url, timeout=corp.http.DEFAULT_TIMEOUT)\n"
    )
    assert fixed("from corp.http import get as g\ng()\n", rules) == (
        "from corp.http import DEFAULT_TIMEOUT\nfrom corp.http import get as g\ng(timeout=DEFAULT_TIMEOUT)\n"
    )
    assert not found("from corp.http import get\nget(url, **opts)\nget(*a)\n", rules)
    assert fixed("from corp.http import Client\nc = Client()\nc.fetch()\n", rules) == (
        "from corp.http import DEFAULT_TIMEOUT, Client\nc = Client()\nc.fetch(timeout=DEFAULT_TIMEOUT)\n"
    )


def test_a_forbidden_value_is_taken_out() -> None:
    rules = rule(
        'args.verify = { forbid = ["False", "None"], fix = "remove" }',
        '"corp.http.*"',
        'fix = "unsafe"\nlevel = "error"',
    )
    text = "import corp.http as h\nh.get(u, verify=False)\nh.post(verify=None, data=d)\nh.put(verify=flag)\n"
    assert marked(text, rules) == ["verify=False", "verify=None"]
    assert fixed(text, rules) == text
    assert fix_result(text, rules, unsafe=True).text == (
        "import corp.http as h\nh.get(u)\nh.post(data=d)\nh.put(verify=flag)\n"
    )


# Layouts

ADD = rule('args.z = { required = true, insert = "1" }')


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("f()", "f(z=1)"),
        ("f( )", "f(z=1)"),
        ("f(a)", "f(a, z=1)"),
        ("f(a,)", "f(a, z=1)"),
        ("f(a, )", "f(a, z=1)"),
        ("f( a )", "f( a, z=1 )"),
        ("f (a)", "f (a, z=1)"),
        ("f((a))", "f((a), z=1)"),
        ("(f)((a, b),)", "(f)((a, b), z=1)"),
        ("f(a=(b),)", "f(a=(b), z=1)"),
        ("f(lambda x, y: x)", "f(lambda x, y: x, z=1)"),
        ("f('a,)(#')", "f('a,)(#', z=1)"),
        ("f(x for x in y)", "f((x for x in y), z=1)"),
        ("f( x for x in (y) )", "f( (x for x in (y)), z=1 )"),
        ("f((x for x in y))", "f((x for x in y), z=1)"),
        ("f(f())", "f(f(z=1), z=1)"),
        ("f()()", "f(z=1)()"),
        ("f(\n)", "f(z=1\n)"),
        ("f(\n    a\n)", "f(\n    a,\n    z=1\n)"),
        ("f(\n    a,\n)", "f(\n    a,\n    z=1,\n)"),
        ("f(\n\ta,\n)", "f(\n\ta,\n\tz=1,\n)"),
        ("f(\n    a, b\n)", "f(\n    a, b, z=1\n)"),
        ("f(\n    a, b,\n)", "f(\n    a, b, z=1,\n)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  z=1)"),
        ("f(a,\n  b,)", "f(a,\n  b,\n  z=1)"),
        ("f(\n    a,  # why\n)", "f(\n    a,  # why\n    z=1,\n)"),
        ("f(\n    a  # why\n)", "f(\n    a,  # why\n    z=1\n)"),
        ("f(\n    a,\n    # more\n)", "f(\n    a,\n    z=1,\n    # more\n)"),
        ("f(\n    (  # in\n        a\n    ),\n)", "f(\n    (  # in\n        a\n    ),\n    z=1,\n)"),
        ("f(a  # why\n)", "f(a, z=1  # why\n)"),
        ("f(  # why\n)", "f(  # why\n    z=1\n)"),
        ("f(  # why\n    a\n)", "f(  # why\n    a,\n    z=1\n)"),
        ("f({\n    'a': 1,\n})", "f({\n    'a': 1,\n}, z=1)"),
        ("f(a, \\\n  b)", "f(a, \\\n  b,\n  z=1)"),
        ("f(\n    a\n    , b\n)", "f(\n    a\n    , b, z=1\n)"),
        ('f("""\n  # text\n""")', 'f("""\n  # text\n""", z=1)'),
        ("x = [f(a) for a in f(b)]", "x = [f(a, z=1) for a in f(b, z=1)]"),
        ("f(ä, 'ö', é=ü)", "f(ä, 'ö', é=ü, z=1)"),
        ("@f(1)\ndef g(): ...", "@f(1, z=1)\ndef g(): ..."),
        ("async def g():\n    await f(await b)", "async def g():\n    await f(await b, z=1)"),
        ("f(z=2)", "f(z=2)"),
        ("f(a, *b)", "f(a, *b)"),
        ("f(a, **b)", "f(a, **b)"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_argument_is_added_in_the_manner_of_the_call(before: str, expected: str, newline: str) -> None:
    def lined(text: str) -> str:
        return ("from corp import f\n" + text + "\n").replace("\n", newline)

    assert fixed(lined(before), ADD) == lined(expected)


def test_edits_at_one_place_do_not_mix() -> None:
    rules = rule(
        "args.z = { add = '1' }\nargs.y = { rename = 'x', value = '$V[0]' }\n"
        "args.b = { keyword = true, value = 'abs($V)' }",
        more='signature = "(a, b=0, y=0, *, z=0)"',
    )
    assert after("f(1, y=q)", rules) == "f(1, x=q[0], z=1)"
    assert after("f(1, 2)", rules) == "f(1, b=abs(2), z=1)"


def test_several_arguments_are_added_together() -> None:
    rules = rule('args.y = { add = "2" }\nargs.z = { required = true, insert = "1" }')
    assert after("f()", rules) == "f(y=2, z=1)"
    assert after("f(\n    a,\n)", rules) == "f(\n    a,\n    y=2,\n    z=1,\n)"
    assert after("f(\n    a  # why\n)", rules) == "f(\n    a,  # why\n    y=2,\n    z=1\n)"
    assert after("f(  # why\n)", rules) == "f(  # why\n    y=2,\n    z=1\n)"
    assert after("f(z=0)", rules) == "f(z=0, y=2)"
    assert messages("from corp import f\nf()\n", rules) == [
        "`corp.f` is called without `y`: pass `y=2`",
        "`corp.f` is called without `z`: pass `z=1`",
    ]


REMOVE = rule('args.z = { removed = "it is always so" }')


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("f(z=1)", "f()"),
        ("f(z=1,)", "f()"),
        ("f( z=1 )", "f()"),
        ("f(\n    z=1,\n)", "f()"),
        ("f(a, z=1)", "f(a)"),
        ("f(a, z=1,)", "f(a,)"),
        ("f(z=1, a=2)", "f(a=2)"),
        ("f(a, z=1, b=2)", "f(a, b=2)"),
        ("f(a, z=(1), **k)", "f(a, **k)"),
        ("f(a, z = (1) , b=2)", "f(a, b=2)"),
        ("f(a,\n  z=1)", "f(a)"),
        ("f(z=1,\n  a=2)", "f(a=2)"),
        ("f(\n    a,\n    z=1,\n)", "f(\n    a,\n)"),
        ("f(\n    a,\n    z=1\n)", "f(\n    a\n)"),
        ("f(\n    z=1,\n    a=2,\n)", "f(\n    a=2,\n)"),
        ("f(\n    a, z=1,\n    b=2,\n)", "f(\n    a,\n    b=2,\n)"),
        ("f(\n    z=1, a=2,\n)", "f(\n    a=2,\n)"),
        ("f(\n    a,\n    z=[\n        1,\n    ],\n    b=2,\n)", "f(\n    a,\n    b=2,\n)"),
        ("f(\n    a,  # why\n    z=1,\n)", "f(\n    a,  # why\n)"),
        ("f(\n    a,  # why\n    z=1\n)", "f(\n    a,  # why\n)"),
        ("f(a,  # why\n  z=1)", "f(a,  # why\n  )"),
        ("f(\n    a,\n    # why\n    z=1,\n    b=2,\n)", "f(\n    a,\n    # why\n    b=2,\n)"),
        ("f(a, \\\n  z=1, \\\n  b=2)", "f(a, \\\n  b=2)"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_argument_is_taken_out_with_its_comma(before: str, expected: str, newline: str) -> None:
    def lined(text: str) -> str:
        return ("from corp import f\n" + text + "\n").replace("\n", newline)

    assert fixed(lined(before), REMOVE) == lined(expected)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("f(\n    z=1,  # why\n)", "f(\n      # why\n)"),
        ("f(\n    a,\n    z=1,  # why\n    b=2,\n)", "f(\n    a,\n    # why\n    b=2,\n)"),
        ("f(\n    a,\n    z=1  # why\n)", "f(\n    a,\n    # why\n)"),
    ],
)
def test_the_comment_beside_an_argument_stays(before: str, expected: str) -> None:
    assert after(before, REMOVE) == before
    assert after(before, REMOVE, unsafe=True) == expected


def test_a_comment_inside_an_argument_is_not_lost() -> None:
    text = "from corp import f\nf(\n    z=[  # why\n        1,\n    ],\n)\n"
    assert refusals(text, REMOVE) == ["a comment would be lost"]
    assert refusals("from corp import f\nf(z=  # why\n  1)\n", REMOVE) == ["a comment would be lost"]


@pytest.mark.parametrize("value", ["g()", "await g", "[x() for x in y]", "(n := 1)", "f'{g}'", "a[g()]"])
def test_taking_out_what_may_do_something_is_unsafe(value: str) -> None:
    text = f"from corp import f\nasync def h():\n    f(z={value})\n"
    assert fixed(text, REMOVE) == text
    result = fix_result(text, REMOVE, unsafe=True).text
    assert result == "from corp import f\nasync def h():\n    f()\n"


def test_a_positional_argument_is_taken_out_with_what_comes_after_it_named() -> None:
    rules = rule("args.b = { removed = true }", more='signature = "(a, b=0, c=0, /, d=0, e=0)"')
    assert refusals("from corp import f\nf(1, 2, 3)\n", rules) == ["`3` after it can only be passed by position"]
    rules = rule("args.b = { removed = true }", more='signature = "(a, b=0, c=0, *args)"')
    assert after("f(1, 2)", rules) == "f(1)"
    assert after("f(1, 2, 3)", rules) == "f(1, c=3)"
    assert after("f(1,\n  2,\n  3)", rules) == "f(1,\n  c=3)"
    assert after("f(b=2)", rules) == "f()"
    for call, reason in {
        "f(1, 2, 3, 4)": "`4` after it can only be passed by position",
        "f(1, 2, *more)": "a `*` argument fills what is left by position",
    }.items():
        assert refusals(f"from corp import f\n{call}\n", rules) == [reason]


# Values


@pytest.mark.parametrize(
    ("allowed", "value", "is_wrong"),
    [
        ("forbid = ['False']", "False", True),
        ("forbid = ['False']", "(False)", True),
        ("forbid = ['False']", "0", False),
        ("forbid = ['0']", "False", False),
        ("forbid = ['0']", "0.0", False),
        ("forbid = ['0']", "0x0", True),
        ("forbid = ['-1']", "- 1", True),
        ("forbid = ['\"a\"']", "'a'", True),
        ("forbid = ['\"a\"']", "b'a'", False),
        ("forbid = ['\"ab\"']", "'a' 'b'", True),
        ("forbid = ['[1, 2]']", "[1,2,]", True),
        ("forbid = ['g.x(a=1, b=2)']", "x(b = 2, a = 1)", True),
        ("forbid = ['g.x($A, $A)']", "x(q[0], q [0])", True),
        ("forbid = ['g.x($A, $A)']", "x(q, r)", False),
        ("forbid = ['g.x($_, $_)']", "x(q, r)", True),
        ("forbid = ['$X']", "anything", True),
        ("forbid = ['g.x']", "x", True),
        ("forbid = ['g.x']", "y", False),
        ("forbid = ['print']", "print", True),
        ("forbid = ['lambda: 0']", "lambda : 0", True),
        ("only = ['1', '2']", "3", True),
        ("only = ['1', '2']", "2", False),
        ("only = ['1']", "unknown", False),
        ("only = ['1']", "g()", False),
        ("only = ['1']", "x", False),
        ("only = ['g.x']", "y", True),
        ("only = ['g.x']", "None", True),
        ("only = ['g.x', 'None']", "None", False),
        ("only = ['g.x']", "x", False),
        ("only = ['g.x']", "other.y", False),
        ("only = ['True']", "not q", False),
    ],
)
def test_values_are_compared_by_what_they_mean(allowed: str, value: str, is_wrong: bool) -> None:
    text = f"from corp import f\nfrom g import x, y\nimport other\nf(z={value})\n"
    assert lines(text, rule(f"args.z = {{ {allowed} }}")) == [4] * is_wrong


def test_a_forbidden_value_is_replaced() -> None:
    rules = rule("args.z = { forbid = ['False', 'corp.OFF'], replace = 'corp.modes.ON' }")
    text = "from corp import OFF, f\nf(1, z = False)\nf(z=OFF)\n"
    assert fixed(text, rules) == "from corp import f\nfrom corp.modes import ON\nf(1, z = ON)\nf(z=ON)\n"
    assert messages(text, rules) == [
        "`corp.f`: `z=False` is not allowed: use `corp.modes.ON`",
        "`corp.f`: `z=OFF` is not allowed: use `corp.modes.ON`",
    ]


def test_a_positional_value_is_judged_where_the_signature_tells() -> None:
    args = "args.z = { forbid = ['0'], replace = '1' }"
    assert not found("from corp import f\nf(5, 0)\n", rule(args))
    assert after("f(0, 0)", rule(args, more='signature = "(y, z=1)"')) == "f(0, 1)"


def test_a_value_is_wrapped_once() -> None:
    rules = rule("args.z = { value = 'corp.Path($V)' }")
    text = "from corp import Path, f\nf(z='a')\nf(z=Path('a'))\nf(z=None)\n"
    assert fixed(text, rules) == "from corp import Path, f\nf(z=Path('a'))\nf(z=Path('a'))\nf(z=None)\n"


@pytest.mark.parametrize(
    ("template", "before", "expected"),
    [
        ("$V / 1000", "1", "0.001"),
        ("$V // 1000", "5500", "5"),
        ("-$V", "5", "-5"),
        ("$V - 10", "5", "-5"),
        ("2 ** ($V - 10)", "9", "0.5"),
        ("$V * 2", "'ab'", "'abab'"),
        ("$V / 3", "1", "0.3333333333333333"),
        ("$V / 1000", "5_000", "5.0"),
        ("$V / 1000", "-5000", "-5.0"),
        ("$V / 1000", "(5000)", "5.0"),
        ("$V / 1000", "x", "x / 1000"),
        ("$V / 1000", "1 + x", "(1 + x) / 1000"),
        ("$V ** 2", "-x", "(-x) ** 2"),
        ("datetime.timedelta(seconds=$V / 1000)", "1500", "timedelta(seconds=1.5)"),
        ("datetime.timedelta(milliseconds=$V)", "n", "timedelta(milliseconds=n)"),
        ("not $V", "x", "not x"),
        ("not $V", "False", "True"),
        ("10 ** $V", "999999", "10 ** 999999"),
        ("str($V)", "1", "str(1)"),
        ("$V.real", "1", "(1).real"),
        ("$V[0]", "x or y", "(x or y)[0]"),
    ],
)
def test_a_value_is_rewritten_as_python_reckons(template: str, before: str, expected: str) -> None:
    rules = rule(f"args.z = {{ rename = 'y', value = '{template}', fold = true }}")
    text = "from datetime import timedelta\nfrom corp import f\ntimedelta\n"
    assert fixed(f"{text}f(z={before})\n", rules) == f"{text}f(y={expected})\n"


def test_what_cannot_be_reckoned_is_left_to_people() -> None:
    rules = rule("args.z = { rename = 'y', value = '$V / 0', fold = true }")
    assert refusals("from corp import f\nf(z=1)\n", rules) == ["`$V / 0` does not work for `1`: division by zero"]
    rules = rule("args.z = { rename = 'y', value = '$V / 2' }")
    assert refusals("from corp import f\nf(z='1')\n", rules) != []
    text = "from corp import f\nf(z=None)\n"
    assert fixed(text, rules) == text
    assert fix_result(text, rules, unsafe=True).text == "from corp import f\nf(y=None)\n"


def test_a_value_evaluated_twice_is_unsafe() -> None:
    rules = rule("args.z = { rename = 'y', value = '($V, $V)' }")
    assert after("f(z=a)", rules) == "f(y=(a, a))"
    assert after("f(z=g())", rules) == "f(z=g())"
    assert after("f(z=g())", rules, unsafe=True) == "f(y=(g(), g()))"
    later = rule("args.z = { rename = 'y', value = 'lambda: $V' }")
    assert after("f(z=g())", later) == "f(z=g())"


def test_comments_in_a_value_that_is_rewritten_stay() -> None:
    rules = rule("args.z = { rename = 'y', value = '$V / 2', fold = true }")
    before = "f(\n    z=(  # half\n        4\n    ),\n)"
    assert after(before, rules) == "f(\n    y=(  # half\n        4\n    ) / 2,\n)"


# Names and ways


def test_a_rename_keeps_all_but_the_name() -> None:
    rules = rule("args.z = { rename = 'y' }")
    assert after("f( z = (1) , # one\n  a=2)", rules) == "f( y = (1) , # one\n  a=2)"
    assert messages("from corp import f\nf(z=1)\n", rules) == ["`corp.f`: `z` is now `y`"]
    assert refusals("from corp import f\nf(z=1, y=2)\n", rules) == ["`y` is passed as well"]
    assert after("f(z=1, **more)", rules) == "f(y=1, **more)"
    assert not found("from corp import f\nf(1)\n", rule("args.z = { rename = 'y' }", more='signature = "(z)"'))


def test_an_argument_given_in_a_dict_is_found() -> None:
    rules = rule("args.z = { rename = 'y' }\nargs.b = { forbid = ['0'], fix = 'remove' }\nargs.k = { add = '1' }")
    text = "from corp import f\nf(**{'z': 1, 'b': 0, 'k': 2, **more, n: 3})\n"
    assert marked(text, rules) == ["'z': 1", "'b': 0"]
    assert refusals(text, rules) == ["it is given in a dict"]


KEYWORD = rule("args.b = { keyword = true }", more='signature = "(a, b, c=0)"')


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("f(1, 2)", "f(1, b=2)"),
        ("f(1, 2, 3)", "f(1, b=2, c=3)"),
        ("f(1, (2), *[], c=3)", "f(1, (2), *[], c=3)"),
        ("f(1, b=2)", "f(1, b=2)"),
        ("f(1,\n  2,  # two\n  3,\n)", "f(1,\n  b=2,  # two\n  c=3,\n)"),
        ("f(1, x := 2)", "f(1, b=(x := 2))"),
        ("f(1, (x := 2))", "f(1, b=(x := 2))"),
        ("f(1, lambda: 2, **k)", "f(1, b=lambda: 2, **k)"),
        ("f(1, 2, 3, 4)", "f(1, 2, 3, 4)"),
    ],
)
def test_a_positional_argument_gets_its_name(before: str, expected: str) -> None:
    assert after(before, KEYWORD) == expected


def test_a_generator_gets_a_name_and_brackets() -> None:
    rules = rule("args.a = { keyword = true }", more='signature = "(a, b=0)"')
    assert after("f(x for x in y)", rules) == "f(a=(x for x in y))"


POSITIONAL = rule(
    "args.a = { positional = true }\nargs.b = { positional = true }", more='signature = "(a, b=0, c=0, *, d=0)"'
)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("f(a=1)", "f(1)"),
        ("f(a = (1))", "f((1))"),
        ("f(a=1, b=2)", "f(1, 2)"),
        ("f(b=2, a=1)", "f(1, 2)"),
        ("f(1, c=3, b=2)", "f(1, 2, c=3)"),
        ("f(\n    c=3,\n    a=1,\n)", "f(\n    1,\n    c=3,\n)"),
        ("f(b=2)", "f(b=2)"),
        ("f(*r, a=1)", "f(*r, a=1)"),
        ("f(c=g(), a=h())", "f(c=g(), a=h())"),
        ("f(c=g(), a=x)", "f(x, c=g())"),
        ("f(b=g(), a=h())", "f(b=g(), a=h())"),
        ("f(c=(x := 1), a=x)", "f(c=(x := 1), a=x)"),
        ("f(c=3,  # three\n  a=1)", "f(c=3,  # three\n  a=1)"),
        ("f(a=1, **k)", "f(1, **k)"),
    ],
)
def test_a_keyword_becomes_positional(before: str, expected: str) -> None:
    assert after(before, POSITIONAL) == expected


def test_why_an_argument_is_not_moved() -> None:
    head = "from corp import f\n"
    assert refusals(head + "f(b=2)\n", POSITIONAL) == ["an argument before it is not passed by position"]
    assert refusals(head + "f(*r, a=1)\n", POSITIONAL) != []
    assert refusals(head + "f(c=3,  # three\n  a=1)\n", POSITIONAL) == ["a comment would be lost"]
    assert after("f(c=g(), a=h())", POSITIONAL, unsafe=True) == "f(h(), c=g())"


def test_an_argument_moves_to_a_position() -> None:
    rules = rule("args.z = { position = 1 }")
    assert after("f(1, 2, z=3)", rules) == "f(1, 3, 2)"
    assert after("f(1, y=2, z=3)", rules) == "f(1, 3, y=2)"
    assert refusals("from corp import f\nf(z=3)\n", rules) == ["an argument before it is not passed by position"]


def test_one_of_a_group_must_be_given() -> None:
    rules = rule("", more='at_least_one = ["a", "b"]\nsignature = "(x, a=None, *, b=None)"')
    text = "from corp import f\nf(1)\nf(1, 2)\nf(1, b=2)\nf(a=2)\nf(*x)\n"
    assert lines(text, rules) == [2]
    assert messages(text, rules) == ["`corp.f` is called with none of `a`, `b`: pass one of them"]


def test_splats_are_reported_where_asked() -> None:
    rules = rule('args.z = { required = true, insert = "1" }', more='splat = "report"')
    text = "from corp import f\nf(**k)\nf(*a)\nf(*a, z=1)\n"
    assert lines(text, rules) == [2, 3]
    assert fixed(text, rules) == text


# What is called


def test_a_builtin_and_its_signature() -> None:
    rules = rule(
        "args.encoding = { required = true, insert = '\"utf-8\"' }",
        '"builtins.open"',
        "signature = \"(file, mode='r', buffering=-1, encoding=None)\"",
    )
    text = "open(a)\nopen(a, 'r', 1, 'ascii')\ndef g(open):\n    open(b)\n"
    assert fixed(text, rules) == text.replace("open(a)", 'open(a, encoding="utf-8")')


def test_wildcards() -> None:
    text = "import corp\ncorp.f()\ncorp.a.f()\ncorp.a.b.f()\ncorp.a.b.g()\ncorp.Client().f()\n"
    args = "args.z = { required = true }"
    assert lines(text, rule(args, '"corp.*"')) == [2, 6]
    assert lines(text, rule(args, '"corp.*.*.f"')) == [4]
    assert lines(text, rule(args, '"corp.**.f"')) == [3, 4]
    assert lines(text, rule(args, '"corp.**"')) == [2, 3, 4, 5, 6]
    assert lines(text, rule(args, '["corp.a.*", "corp.a.b.?"]')) == [3, 4, 5]


def test_methods_by_the_type_of_what_they_are_called_on() -> None:
    rules = rule("args.z = { rename = 'y' }", '"corp.Client.get"')
    text = (
        "from corp import Client\nclass Sub(Client): ...\ndef f(c: Client, o):\n    c.get(z=1)\n    o.get(z=2)\n"
        "    Sub().get(z=3)\n    Client.get(c, z=4)\n    c.get\n    c.put(z=5)\n"
    )
    result = fix_result(text, rules, unsafe=True).text
    assert result == text.replace("c.get(z=1)", "c.get(y=1)").replace("z=3", "y=3").replace("z=4", "y=4")


def test_the_first_argument_of_a_method_read_from_its_class_is_the_instance() -> None:
    args = "args.b = { keyword = true }"
    text = "from corp import Client\nc = Client()\nClient.get(c, 1, 2)\nc.get(1, 2)\n"
    rules = rule(args, '"corp.Client.get"', 'signature = "(self, a, b)"')
    assert fixed(text, rules) == text.replace("1, 2", "1, b=2")
    rules = rule(args, '"corp.Client.get"', 'signature = "(a, b)"')
    assert fixed(text, rules) == text.replace("c.get(1, 2)", "c.get(1, b=2)")
    rules = rule('args.b = { required = true, insert = "1" }', '"corp.Client.get"', 'signature = "(a, b)"')
    assert lines("from corp import Client\nClient.get(c, 1)\nClient.get(c)\n", rules) == [3]


def test_any_receiver_only_suggests() -> None:
    rules = rule("args.z = { rename = 'y' }", '"corp.Client.get"', 'receiver = "any"')
    text = "def f(o):\n    o.get(z=2)\n"
    assert lines(text, rules) == [2]
    assert fix_result(text, rules, unsafe=True).text == text


def test_any_receiver_knows_what_is_of_another_class() -> None:
    rules = rule("args.z = { rename = 'y' }", ["corp.Client.get", "corp.Session.get"], 'receiver = "any"')
    text = (
        "from corp import Client, Session\n"
        "def f(c: Client, s: Session, n: int, o):\n    c.get(z=1)\n    s.get(z=2)\n    n.get(z=3)\n    o.get(z=4)\n"
    )
    assert lines(text, rules) == [3, 4, 6]
    assert fixed(text, rules) == text.replace("c.get(z", "c.get(y").replace("s.get(z", "s.get(y")


def test_partial_arguments() -> None:
    rules = rule(
        "args.z = { rename = 'y' }\nargs.r = { required = true, insert = '1' }\nargs.k = { keyword = true }",
        more='signature = "(a, k=0, z=0, r=0)"',
    )
    text = "from functools import partial as p\nfrom corp import f\np(f, 1, z=2)\np(f, 1, 2)\nmap(f, 1)\n"
    assert fixed(text, rules) == text.replace("z=2", "y=2")
    assert refusals(text, rules) == ["more arguments may come by position when the partial function is called"]
    assert lines(text, rules) == [3, 4]


def test_classes_and_what_inherits_their_constructor() -> None:
    rules = rule("args.z = { rename = 'y' }", '"corp.Base"')
    text = (
        "from corp import Base\n"
        "class A(Base):\n    def __init__(self):\n        super().__init__(z=1)\n"
        "class B(Base): ...\n"
        "class C(A):\n    def __init__(self):\n        super().__init__(z=2)\n"
        "B(z=3)\nA(z=4)\nBase(z=5)\nBase.__init__(self, z=6)\nBase[int](z=7)\nBase.make(z=8)\n"
    )
    assert lines(text, rules) == [4, 9, 11, 12, 13]
    safe = text
    for number in (5, 6, 7):
        safe = safe.replace(f"z={number}", f"y={number}")
    assert fixed(text, rules) == safe
    assert fix_result(text, rules, unsafe=True).text == safe.replace("z=1", "y=1").replace("z=3", "y=3")


def test_classes_that_inherit_in_other_files(tmp_path: Path) -> None:
    files = {
        "shop/base.py": "from corp import Base\nclass Mid(Base):\n    x = 1\n",
        "shop/own.py": "from shop.base import Mid\nclass Own(Mid):\n    def __init__(self, z): ...\n",
        "shop/use.py": "from shop.base import Mid\nfrom shop.own import Own\nMid(z=1)\nOwn(z=2)\n"
        "class Leaf(Mid):\n    def __init__(self):\n        super().__init__(z=3)\n"
        "class Deep(Own):\n    def __init__(self):\n        super().__init__(z=4)\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "shop/__init__.py").touch()
    view = Modules().view(str(tmp_path / "shop/use.py"))
    assert found(files["shop/use.py"], rule("args.z = { rename = 'y' }", '"corp.Base"'), view) == [
        (3, "corp.Base"),
        (7, "corp.Base"),
    ]


def test_the_name_only_counts_where_it_means_the_thing() -> None:
    text = "from corp import f\ndef g(f):\n    f()\n@f\ndef h(): ...\nf\nmap(f, x)\nf.x()\nother.f()\n"
    assert not found(text, ADD)
    assert not found("try:\n    from corp import f\nexcept ImportError:\n    f = None\nf()\n", ADD)


def test_facts_of_the_pack_give_the_signature_and_other_names() -> None:
    rules = pack(
        '[[api]]\nname = "corp.http.get"\nsignature = "(url, params=None, *, timeout=None)"\n'
        'reexports = ["corp.get"]\n[[rule]]\ncall = "corp.http.get"\nargs.params = { keyword = true }\n'
    )
    text = "import corp\nfrom corp.http import get\ncorp.get(u, p)\nget(u, p)\n"
    assert fixed(text, rules) == text.replace("p)", "params=p)")


# f-strings


def test_calls_in_f_strings() -> None:
    text = 'from corp import f\nf"{f(a)}"\n'
    assert lines(text, ADD) == [2]
    fresh = text.replace("f(a)", "f(a, z=1)") if sys.version_info >= (3, 12) else text
    assert fixed(text, ADD) == fresh
    quoted = rule("args.z = { required = true, insert = '\"q\"' }")
    assert fixed(text, quoted) == text
    assert len(refusals(text, quoted)) == 1
    printed = 'from corp import f\nf"{f(a)=}"\n'
    assert fixed(printed, ADD) == printed


# Messages


def test_messages_say_what_where_and_how() -> None:
    args = "args.z = { forbid = ['0'], hint = 'not `{arg}={value}`, please' }\nargs.y = { removed = 'use `q`' }"
    text = "from corp import f\nf(z=0, y=1)\n"
    assert messages(text, rule(args)) == ["not `z=0`, please", "`corp.f` takes no `y` any more: use `q`"]
    own = "message = '`{name}`: `{arg}` is {value}'"
    assert messages(text, rule("args.y = { removed = 'use `q`' }", more=own)) == ["`corp.f`: `y` is 1: use `q`"]
    filled = "message = '{arg}: {hint}'"
    assert messages(text, rule("args.y = { removed = true }", more=filled)) == ["y"]
    assert messages("from corp import f\nf(z={name})\n", rule("args.z = { removed = true }")) == [
        "`corp.f` takes no `z` any more"
    ]


def test_hits_stand_at_the_argument_or_the_callee() -> None:
    rules = rule("args.z = { required = true }\nargs.y = { removed = true }", more='signature = "(x, y=0, z=0)"')
    text = "import corp\ncorp.f(1, (2))\ncorp.f(z = 1,\n  y = (3))\n"
    assert marked(text, rules) == ["corp.f", "2", "y = (3)"]


# Broken rules


@pytest.mark.parametrize(
    ("args", "more", "reason"),
    [
        ("", "", "call says nothing by itself"),
        ("args.z = {}", "", "args.z: it says nothing"),
        ("args.z = { hint = 'x' }", "", "args.z: it says nothing"),
        ("args.z = { insert = '1' }", "", "insert goes with required"),
        ("args.z = { required = true, removed = true }", "", "required and removed exclude each other"),
        ("args.z = { required = true, rename = 'y' }", "", "required and rename exclude each other"),
        ("args.z = { add = '1', remove_if = '1' }", "", "add and remove_if exclude each other"),
        ("args.z = { keyword = true, position = 0 }", "", "keyword and position exclude each other"),
        ("args.z = { fix = 'remove' }", "", "fix goes with forbid or only"),
        ("args.z = { forbid = ['1'], fix = 'remove', replace = '2' }", "", "fix and replace exclude each other"),
        ("args.z = { forbid = ['1'], replace = '1' }", "", "`1` is a value that `forbid` names"),
        ("args.z = { forbid = ['\"a\"'], required = true, insert = \"'a'\" }", "", "is a value that `forbid` names"),
        ("args.z = { only = ['1'], replace = '2' }", "", "none of the values that `only` names"),
        ("args.z = { only = ['1'], forbid = ['1'] }", "", "only and forbid both name `1`"),
        ("args.z = { forbid = ['1 +'] }", "", "column 4"),
        ("args.z = { forbid = ['unknown'] }", "", "`unknown` is no builtin"),
        ("args.z = { required = true, insert = 'a, b' }", "", "is no builtin|cannot be an argument's value"),
        ("args.z = { required = true, insert = '$X' }", "", "has a metavariable"),
        ("args.z = { rename = 'y', value = '$X' }", "", "unknown metavariable `\\$X`"),
        ("args.z = { rename = 'y', value = '$V' }", "", "is the value it has already"),
        ("args.z = { value = '$V / 2', fold = true }", "", "fold needs rename"),
        ("args.z = { rename = 'y', fold = true }", "", "fold goes with value"),
        ("args.z = { rename = 'z' }", "", "it has that name already"),
        ("args.z = { rename = 'class' }", "", "'class' is no name"),
        ("args.z = { rename = 'y' }\nargs.x = { rename = 'y' }", "", "`z` is renamed to `y` as well"),
        ("args.z = { rename = 'y' }\nargs.y = { rename = 'z' }", "", "is renamed in its turn"),
        ("args.z = { rename = 'y' }", 'signature = "(z, y)"', "the signature has a `y` already"),
        ("args.tiemout = { required = true }", 'signature = "(url, timeout=1)"', "did you mean 'timeout'"),
        ("args.args = { removed = true }", 'signature = "(*args)"', "takes any number of arguments"),
        ("args.z = { keyword = true }", "", "needs a signature"),
        ("args.z = { keyword = true }", 'signature = "(*, z)"', "`z` is keyword-only"),
        ("args.z = { keyword = true }", 'signature = "(z, /)"', "`z` is positional-only"),
        ("args.z = { position = 0 }", 'signature = "(*, z)"', "`z` is keyword-only"),
        ("args.z = { removed = true }", 'signature = "(z"', "is no signature"),
        ("args.z = { removed = true }", 'signature = "(z, , y)"', "column 5"),
        ("args.z = { position = -1 }", "", "counts from 0"),
        ("args.z = { removed = true }", 'splat = "report"', "splat goes with"),
        ("args.z = { removed = true }", 'receiver = "exact"', "receiver goes with methods"),
        ("", 'at_least_one = ["a"]', "needs two"),
        ("args.a = { required = true }", 'at_least_one = ["a", "b"]', "must always be given"),
        ("", 'at_least_one = ["a", "bb"]\nsignature = "(a, bbb)"', "did you mean 'bbb'"),
    ],
)
def test_a_broken_rule_is_one_clear_line(args: str, more: str, reason: str) -> None:
    with pytest.raises(PackError, match=reason) as raised:
        rule(args, more=more)
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith("pack.toml:")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ('"open"', "write `builtins.open`"),
        ('"f"', "no qualified name"),
        ('"corp.*.Client.get"', "wildcards may stand for methods"),
        ('"corp..f"', "no qualified name"),
        ("[]", "call is empty"),
        ('"builtins.*"', "name each of them"),
        ('"corp.Client.*"\nreceiver = "any"', "needs the names of the methods"),
    ],
)
def test_what_cannot_be_called_is_refused(call: str, reason: str) -> None:
    with pytest.raises(PackError, match=reason):
        rule("args.z = { removed = true }", call)


def test_a_broken_signature_among_the_facts_is_refused() -> None:
    with pytest.raises(PackError, match=r"api corp\.f: .* is no signature"):
        pack('[[api]]\nname = "corp.f"\nsignature = "(a"\n[[rule]]\ncall = "corp.f"\nargs.a = { removed = true }\n')


# What a fix does


RULES_RUN = pack(
    '[[rule]]\ncall = "corp.f"\nsignature = "(a, b=0, c=0, *, d=0, e=0)"\n[rule.args]\n'
    'a = { keyword = true }\nc = { rename = "cc", value = "$V * 2", fold = true }\nd = { remove_if = "0" }\n'
    'e = { required = true, insert = "7" }\n'
)
VALUES = st.sampled_from(["0", "1", "x", "(x)", "x + 1", "-1", "'s'", "[x, 2]", "x if x else 2", "not x"])
GAPS = st.sampled_from(["", " ", "\n    ", "  # note\n    ", " \\\n    ", "\n\n\t"])


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """A call of ``f`` in some layout."""
    count = draw(st.integers(0, 3))
    names = draw(st.permutations(["a", "b", "c", "d", "e"][count:]))
    keywords = [name for name in names if draw(st.booleans())]
    arguments = [draw(VALUES) for _ in range(count)] + [f"{name}={draw(VALUES)}" for name in keywords]
    text = "f("
    for number, argument in enumerate(arguments):
        last = number == len(arguments) - 1
        comma = "," if not last or draw(st.booleans()) else ""
        text += draw(GAPS) + argument + draw(GAPS) + comma
    return text + draw(GAPS) + ")"


def recorded(text: str) -> list[dict[str, object]]:
    """What each call in *text* passes, by parameter, as the old callable or the new one would take it."""
    seen: list[dict[str, object]] = []

    def old(a: object = None, b: object = 0, c: object = 0, *, d: object = 0, e: object = 7, **new: object) -> None:
        c = new["cc"] if "cc" in new else c * 2 if isinstance(c, int | str | list) else c
        seen.append({"a": a, "b": b, "c": c, "d": d, "e": e})

    space: dict[str, Any] = {"f": old, "x": 5}
    exec(text.replace("from corp import f\n", ""), space)
    return seen


@given(layouts())
def test_a_fixed_call_passes_what_the_rule_says(call: str) -> None:
    text = f"from corp import f\n{call}\n"
    try:
        ast.parse(text)
    except SyntaxError:
        assume(False)
    result = fix_result(text, RULES_RUN)
    assert not result.failures
    assert fix_result(result.text, RULES_RUN).text == result.text
    assert comments(result.text) == comments(text)
    try:
        before = recorded(text)
    except TypeError:
        return  # The call was wrong before.
    assert recorded(result.text) == before


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def test_a_builtin_has_the_signature_python_gives_it() -> None:
    rules = pack("[[rule]]\ncall = 'builtins.open'\nargs.encoding = { required = true, insert = '\"utf-8\"' }\n")
    assert found('open("c", "r", -1, "utf-8")\n', rules) == []
    assert fixed('open("c", "r")\n', rules) == 'open("c", "r", encoding="utf-8")\n'
