"""What rewrites make of code, byte for byte, and what they refuse."""

from __future__ import annotations

import pytest
from engine import complete, fix_result, fixed, pack

from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import offered


def rule(match: str, rewrite: str, more: str = "") -> Catalog:
    return pack(f"[[rule]]\nmatch = '''{match}'''\nrewrite = '''{rewrite}'''\nmessage = 'no'\n{more}\n")


# (match, rewrite, before, after)
EXPRESSIONS = [
    # names and imports
    ("corp.a($X)", "corp.b($X)", "import corp\ncorp.a( 1 ,)\n", "import corp\ncorp.b( 1 ,)\n"),
    ("corp.a($X)", "corp.b($X)", "from corp import a\na(1)\n", "from corp import b\nb(1)\n"),
    ("corp.a($X)", "corp.b($X)", "from corp import a\na(1)\nprint(a)\n", "from corp import a, b\nb(1)\nprint(a)\n"),
    (
        "corp.a(...)",
        "other.b(...)",
        "from corp import a\na(1, # one\n  k=2)\n",
        "from other import b\nb(1, # one\n  k=2)\n",
    ),
    (
        "corp.a($...A)",
        "await corp.b($...A)",
        "import corp\nasync def f():\n    corp.a(1, # one\n        2)\n",
        "import corp\nasync def f():\n    await corp.b(1, # one\n        2)\n",
    ),
    ("print(1)", "len(1)", "print( 1 )\n", "len( 1 )\n"),
    # the smallest change
    ("$X.get_all($...A)", "$X.all($...A)", "a.b().get_all(1,  2)\n", "a.b().all(1,  2)\n"),
    ("$X.f($A).g($B)", "$X.f($A).h($B)", "(a # why\n .f( 1 ).g( 2 ))\n", "(a # why\n .f( 1 ).h( 2 ))\n"),
    ("$X == None", "$X is None", "if  a[ 0 ] == None :\n    pass\n", "if  a[ 0 ] is None :\n    pass\n"),
    # arguments dropped
    ("$X.f($A, shell=True, ...)", "$X.f($A, ...)", "a.f(1, shell=True)\n", "a.f(1)\n"),
    ("$X.f(..., shell=True)", "$X.f(...)", "a.f(shell=True, b=2)\n", "a.f(b=2)\n"),
    ("$X.f(..., shell=True)", "$X.f(...)", "a.f(1, shell=True, b=2)\n", "a.f(1, b=2)\n"),
    ("$X.f(..., shell=True)", "$X.f(...)", "a.f(shell=True)\n", "a.f()\n"),
    ("$X.f(..., shell=True)", "$X.f(...)", "a.f(shell=True,)\n", "a.f()\n"),
    (
        "$X.f(..., shell=True)",
        "$X.f(...)",
        "a.f(\n    1,  # one\n    shell=True,\n    b=2,\n)\n",
        "a.f(\n    1,  # one\n    b=2,\n)\n",
    ),
    ("$X.f(..., shell=True)", "$X.f(...)", "a.f(\n    1,  # one\n    shell=True,\n)\n", "a.f(\n    1,  # one\n)\n"),
    # arguments changed
    ("$X.f(..., mode='old')", "$X.f(..., mode='new')", "a.f(1, mode = 'old', b=2)\n", "a.f(1, mode = 'new', b=2)\n"),
    ("$X.f($A, $B)", "$X.f($A)", "a.f(1, 2)\n", "a.f(1)\n"),
    ("$X.f($A, $B)", "$X.g($B, $A)", "a.f(1, 2)\n", "a.g(2, 1)\n"),
    ("$X.f($A, $B)", "$X.g($B, $A)", "a.f(  1,  # one\n  2)\n", "a.f(  1,  # one\n  2)\n"),
    ("$X.f($A)", "$X.f(0, $A)", "a.f(1)\n", "a.f(0, 1)\n"),
    ("$X.f($A)", "$X.f($A, 0)", "a.f(x for x in y)\n", "a.f((x for x in y), 0)\n"),
    ("$X.f($...A, k=$V)", "$X.f($V, $...A)", "a.f(1, k=2, *r, **s)\n", "a.f(2, 1, *r, **s)\n"),
    ("$X.f($...A)", "$X.g($...A, 0)", "a.f(1, k=2)\n", "a.g(1, 0, k=2)\n"),
    # precedence
    ("$X.f($A)", "$A * 2", "z = q.f(a + b)\n", "z = (a + b) * 2\n"),
    ("$X.f($A)", "$A + 2", "z = q.f(a) * 3\n", "z = (a + 2) * 3\n"),
    ("$X.f($A)", "$A.g()", "q.f(lambda: 1)\n", "(lambda: 1).g()\n"),
    ("$X.f($A)", "$A.g()", "q.f(1)\n", "(1).g()\n"),
    ("$X.f($A)", "$A.g()", "q.f(a.b[0])\n", "a.b[0].g()\n"),
    ("$X.f($A)", "$A.g()", "q.f('a')\n", "'a'.g()\n"),
    ("$X.f($A)", "$A.g()", "q.f(not a)\n", "(not a).g()\n"),
    ("$X.f($A)", "not $A", "q.f(a == b)\n", "not a == b\n"),
    ("$X.f($A)", "not $A", "z = 1 + q.f(a)\n", "z = 1 + (not a)\n"),
    ("$X.f($A)", "$A ** 2", "z = q.f(-a)\n", "z = (-a) ** 2\n"),
    ("$X.f($A)", "2 ** $A", "z = q.f(-a)\n", "z = 2 ** -a\n"),
    ("$X.f($A, $B)", "$A if $A else $B", "z = q.f(a, lambda: 1)\n", "z = a if a else lambda: 1\n"),
    ("$X.f($A)", "[*$A]", "q.f(a or b)\n", "[*(a or b)]\n"),
    ("$X.f($A)", "$A", "z = q.f(a, )\n", "z = a\n"),
    ("$X.f($A)", "$A", "z = q.f(a +\n  b)\n", "z = (a +\n  b)\n"),
    ("$X.f($A)", "$A", "z = q.f(x for x in y)\n", "z = (x for x in y)\n"),
    ("$X.f($A)", "$A", "z = (q.f(a or b)) and c\n", "z = (a or b) and c\n"),
    ("$X.f($A)", "$A", "z = q.f(a or b) and c\n", "z = (a or b) and c\n"),
    ("$X.f($A)", "$X.g($A)", "q.f(a := 1)\n", "q.g(a := 1)\n"),
    ("$X.f($A)", "$X.g(k=$A)", "q.f(a := 1)\n", "q.g(k=(a := 1))\n"),
    ("$X.f($A)", "$A[0]", "def f():\n    q.f((yield))\n", "def f():\n    (yield)[0]\n"),
    ("$A and $B", "$A or $B", "z = a and b == c\n", "z = a or b == c\n"),
    ("$A and $B", "$A or $B", "z = not (a and b)\n", "z = not (a or b)\n"),
    ("$A and $B", "$A or $B", "z = c == (a and b)\n", "z = c == (a or b)\n"),
    ("len($X) == 0", "not $X", "z = len(a) == 0\n", "z = not a\n"),
    ("len($X) == 0", "not $X", "z = len(a or b) == 0\n", "z = not (a or b)\n"),
    ("len($X) == 0", "not $X", "return_ = x if len(a) == 0else y\n", "return_ = x if not a else y\n"),
    # nested
    ("$X.f($A)", "$X.g($A)", "a.f(a.f(a.f(1)))\n", "a.g(a.g(a.g(1)))\n"),
    ("str(str($X))", "str($X)", "str(str(str(1)))\n", "str(1)\n"),
    ("corp.f($A)", "$A", "import corp\nz = corp.f(corp.f(1))\n", "z = 1\n"),
    # lists and dicts
    ("list([$...A])", "[$...A]", "list([1,  # one\n 2])\n", "[1,  # one\n 2]\n"),
    ("set([$...A])", "{$...A}", "set([1, 2])\n", "{1, 2}\n"),
    ("tuple([$A])", "($A,)", "z = tuple([1])\n", "z = (1,)\n"),
    ("tuple([$...A])", "($...A,)", "z = tuple([1, 2])\n", "z = (1, 2,)\n"),
    ("dict($K=$V)", '{"$K": $V}', "z = dict(a=1)\n", 'z = {"a": 1}\n'),
    ("[$A, ..., $B]", "($B, ..., $A)", "[1, 2, 3, 4]\n", "(4, 2, 3, 1)\n"),
    ("{'a': $V, ...}", "{'b': $V, ...}", "{'a': 1, 'c': 2}\n", "{'b': 1, 'c': 2}\n"),
    # f-strings and text
    ('"{}".format($X)', 'f"{$X}"', "z = '{}'.format(a.b)\n", 'z = f"{a.b}"\n'),
    ('"{}".format($X)', 'f"{$X}"', "z = '{}'.format('a')\n", "z = f\"{'a'}\"\n"),
    ('$L.info("...".format($X))', "$L.info($X)", "log.info('a{}'.format(x))\n", "log.info(x)\n"),
    # comprehension and lambda
    (
        "list(map(lambda $X: $E, $Y))",
        "[$E for $X in $Y]",
        "z = list(map(lambda a: a + 1, b))\n",
        "z = [a + 1 for a in b]\n",
    ),
    ("[$X for $X in $Y]", "list($Y)", "z = [ a for a in b ]\n", "z = list(b)\n"),
    # attributes of names that are imported
    ("$X.get_all()", "$X.all()", "from m import q\nq.x.get_all()\n", "from m import q\nq.x.all()\n"),
    (
        "$X.f($A)",
        "corp.g($X, $A)",
        "from m import q\nfrom corp import h\nq.f(1)\n",
        "from m import q\nfrom corp import g, h\ng(q, 1)\n",
    ),
    ("$X.f($A)", "$X.y[$A]", "import m\nm.q.f(1)\n", "import m\nm.q.y[1]\n"),
    # a lone `...`
    ("$X[...].old", "$X[...].new", "a[1:2].old\n", "a[1:2].new\n"),
    (
        "$X.f([... for ... in $Y])",
        "$X.g(... for ... in $Y)",
        "a.f([b + 1 for b, c in d])\n",
        "a.g((b + 1 for (b, c) in d))\n",
    ),
    # attributes
    ("$X.$A.old", "$X.$A.new", "a . b . old\n", "a . b . new\n"),
]


@pytest.mark.parametrize(("match", "rewrite", "before", "after"), EXPRESSIONS)
def test_expression(match: str, rewrite: str, before: str, after: str) -> None:
    rules = rule(match, rewrite)
    result = fix_result(before, rules, unsafe=True)
    assert not result.failures
    assert result.text == after
    assert fix_result(after, rules, unsafe=True).text == after


ONCE = "not_match = 'corp.f(..., t=$_)'"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(t=1)"),
        ("f(  )", "f(t=1)"),
        ("f(\n)", "f(t=1)"),
        ("f(a)", "f(a, t=1)"),
        ("f(a,)", "f(a, t=1)"),
        ("f(a, )", "f(a, t=1)"),
        ("f(a, **k)", "f(a, **k, t=1)"),
        ("f(*a)", "f(*a, t=1)"),
        ("f(k=(1))", "f(k=(1), t=1)"),
        ("f((a))", "f((a), t=1)"),
        ("f(x for x in y)", "f((x for x in y), t=1)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    t=1,\n)"),
        ("f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    t=1\n)"),
        ("f(\n    a,  # one\n    b,  # two\n)", "f(\n    a,  # one\n    b,  # two\n    t=1,\n)"),
        ("f(\n    a,\n    b  # two\n)", "f(\n    a,\n    b,  # two\n    t=1\n)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  t=1)"),
        ("f(  # none\n)", "f(t=1  # none\n)"),
        ("f\\\n(a)", "f\\\n(a, t=1)"),
        ("f(\r\n    a,\r\n)", "f(\r\n    a,\r\n    t=1,\r\n)"),
        ("f(g(a)[1:2])", "f(g(a)[1:2], t=1)"),
        ("f(')')", "f(')', t=1)"),
        ("f('é', b)", "f('é', b, t=1)"),
    ],
)
def test_an_argument_is_added_whatever_the_layout(before: str, after: str) -> None:
    rules = rule("corp.f($...A)", "corp.f($...A, t=1)", ONCE)
    head = "from corp import f\n" if "\r" not in before else "from corp import f\r\n"
    assert fixed(f"{head}{before}\n", rules) == f"{head}{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("[a, b]", "a, b", id="one line"),
        pytest.param("[\n    a,  # one\n    b,\n    # end\n]", "\n    a,  # one\n    b,\n    # end\n", id="hanging"),
        pytest.param(f"[a,\n{' ' * 12}b(1,\n{' ' * 14}2)]", f"a,\n{' ' * 11}b(1,\n{' ' * 13}2)", id="aligned"),
        pytest.param('[a,\n   """x\n    y"""]', 'a,\n   """x\n    y"""', id="a text of several lines"),
        pytest.param("[a,\n b]", "a,\n b", id="not aligned"),
        pytest.param(
            "\n    [\n        a,\n        b(\n            1)\n    ]\n",
            "\n    a,\n    b(\n        1)\n",
            id="a line each",
        ),
        pytest.param("[\n    a\n],\n    k=1", "\n    a,\n    k=1", id="its comma on the line of the bracket"),
        pytest.param("[\n    a,\n],\n    k=1", "\n    a,\n    k=1", id="a comma there and inside"),
        pytest.param("[a, b,], k=1", "a, b, k=1", id="a comma on both sides"),
        pytest.param("[*a], k=1", "*a, k=1", id="starred"),
        pytest.param("(a, b)", "(a, b)", id="another kind"),
        pytest.param("[]", "", id="nothing"),
    ],
)
def test_brackets_are_taken_off_what_they_hold(before: str, after: str) -> None:
    rules = rule("corp.f([$...X], ...)", "corp.f($...X, ...)")
    assert fixed(f"import corp\nf = corp.f({before})\n", rules) == f"import corp\nf = corp.f({after})\n"


STATEMENTS = [
    (
        "$X = corp.a($Y)",
        "$X = corp.b($Y)",
        "import corp\nx  =  corp.a( 1 )  # why\n",
        "import corp\nx  =  corp.b( 1 )  # why\n",
    ),
    ("$X = corp.a($Y)", "$X = corp.b($Y)", "import corp\nx: int = corp.a(1)\n", "import corp\nx: int = corp.b(1)\n"),
    (
        "if $C:\n    return True\nreturn False",
        "return bool($C)",
        "def f():\n    if a:  \n        return True\n    return False\n",
        "def f():\n    return bool(a)\n",
    ),
    (
        "match $X:\n    case 1 if corp.a($Y):\n        corp.b($Z)\n    case _: ...",
        "match $X:\n    case 1 if corp.c($Y):\n        corp.d($Z)\n    case _: ...",
        "import corp\nmatch  x :\n    case  1 if corp.a( 2 ):\n        corp.b( 3 )  # why\n    case _: y\n",
        "import corp\nmatch  x :\n    case  1 if corp.c( 2 ):\n        corp.d( 3 )  # why\n    case _: y\n",
    ),
    (
        "match $X:\n    case 1: corp.a($Y)\n    case _: $Z",
        "match $X:\n    case 1: corp.b($Y)\n    case _: $Z",
        "import corp\nmatch x:\n    case 1: corp.a(2)\n    case _: y\n",
        "import corp\nmatch x:\n    case 1: corp.b(2)\n    case _: y\n",
    ),
    (
        "match $X:\n    case 1: corp.a($Y)",
        "match $X:\n    case (1 | 2): corp.b($Y)\n    case _:\n        raise ValueError($X)",
        "import corp\nif z:\n  match x:\n    case 1:\n      corp.a( 2 )\n",
        "import corp\nif z:\n  match x:\n    case (1 | 2):\n      corp.b(2)\n    case _:\n      raise ValueError(x)\n",
    ),
    (
        "if corp.is_on($C):\n    $B\nelse:\n    $D",
        "match $C:\n    case True:\n        $B\n    case _:\n        $D",
        "import corp\nif corp.is_on(c):\n    a\nelse:\n    # why\n    if b:\n        d\n",
        "match c:\n    case True:\n        a\n    case _:\n        # why\n        if b:\n            d\n",
    ),
    ("if not $C:\n    raise $E", "assert $C, $E", "if not a:\n    raise b\n", "assert a, b\n"),
    (
        "assert $A, $B",
        "if not $A:\n    raise AssertionError($B)",
        "assert a == b, 'no'\n",
        "if not a == b:\n    raise AssertionError('no')\n",
    ),
    (
        "assert $A, $B",
        "if not $A:\n    raise AssertionError($B)",
        "if x:\n\tassert a or b, 'no'\n",
        "if x:\n\tif not (a or b):\n\t\traise AssertionError('no')\n",
    ),
    (
        "$C = corp.connect($...A)\n$...BODY\n$C.close()",
        "with corp.connect($...A) as $C:\n    $...BODY",
        "import corp\ndef f():\n    c = corp.connect(1,\n        2)\n    # first\n    c.run('''\n  x\n''')\n"
        "    if a:\n        b\n    c.close()\n",
        "import corp\ndef f():\n    with corp.connect(1,\n        2) as c:\n"
        "        # first\n        c.run('''\n  x\n''')\n"
        "        if a:\n            b\n",
    ),
    ("breakpoint()", "", "a\nbreakpoint()\nb\n", "a\nb\n"),
    ("breakpoint()", "", "if a:\n    breakpoint()\n", "if a:\n    pass\n"),
    ("breakpoint()", "", "a; breakpoint()\n", "a\n"),
    ("breakpoint()", "", "breakpoint(); a\n", "a\n"),
    ("breakpoint()", "", "if a: breakpoint()\n", "if a: pass\n"),
    ("breakpoint()", "", "breakpoint()", ""),
    ("breakpoint()", "", "a\nbreakpoint()", "a"),
    ("breakpoint()", "", "if a:\r\n    breakpoint()\r\n    b\r\n", "if a:\r\n    b\r\n"),
    (
        "if $X == None: ...",
        "if $X is None: ...",
        "if a == None:  # why\n    b\nelse:\n    c\n",
        "if a is None:  # why\n    b\nelse:\n    c\n",
    ),
    (
        "with open($F) as $X: ...",
        "with open($F, 'rb') as $X: ...",
        "with lock, open(a) as b:  # c\n    d\n",
        "with lock, open(a, 'rb') as b:  # c\n    d\n",
    ),
    (
        "def $F(self, ...): ...",
        "def $F(cls, ...): ...",
        "class A:\n    @d\n    async def f(self, b: int = 1) -> int:\n        pass\n",
        "class A:\n    @d\n    async def f(cls, b: int = 1) -> int:\n        pass\n",
    ),
    (
        "def $F(...): ...",
        "@corp.deco\ndef $F(...): ...",
        "import corp\ndef f(a: int = 1) -> str:  # c\n    pass\n",
        "import corp\n@corp.deco\ndef f(a: int = 1) -> str:  # c\n    pass\n",
    ),
    (
        "@corp.a\ndef $F(...): ...",
        "@corp.b\ndef $F(...): ...",
        "import corp\n@x\n@corp.a\n@y\nasync def f(): pass\n",
        "import corp\n@x\n@corp.b\n@y\nasync def f(): pass\n",
    ),
    (
        "@corp.a\ndef $F(...): ...",
        "def $F(...): ...",
        "import corp\n@x\n@corp.a\ndef f(): pass\n",
        "@x\ndef f(): pass\n",
    ),
    (
        "def handle(self, ...): ...",
        "async def handle(self, ...): ...",
        "class A:\n    def handle(self, a): pass\n",
        "class A:\n    async def handle(self, a): pass\n",
    ),
    ("def old(...): ...", "def new(...): ...", "@d\ndef old(old): old\n", "@d\ndef new(old): old\n"),
    ("def f($A): ...", "def f($A, b=None): ...", "def f(a: int=1): pass\n", "def f(a: int=1, b=None): pass\n"),
    ("def f($A) : ...", "def f($A) -> None: ...", "def f(a):  # c\n    pass\n", "def f(a) -> None:  # c\n    pass\n"),
    (
        "class $C(corp.A): ...",
        "class $C(corp.B): ...",
        "from corp import A\nclass X(Y, A, metaclass=M): pass\n",
        "from corp import B\nclass X(Y, B, metaclass=M): pass\n",
    ),
    (
        "class $C: ...",
        "class $C(corp.Base): ...",
        "import corp\nclass X:\n    pass\n",
        "import corp\nclass X(corp.Base):\n    pass\n",
    ),
    (
        "try:\n    ...\nexcept corp.A as $E:\n    ...",
        "try:\n    ...\nexcept corp.B as $E:\n    ...",
        "import corp\ntry:\n    a  # a\nexcept corp.A as e:\n    b\nfinally:\n    c\n",
        "import corp\ntry:\n    a  # a\nexcept corp.B as e:\n    b\nfinally:\n    c\n",
    ),
    (
        "$X.start()\n...\n$X.stop()",
        "$X.begin()\n...\n$X.end()",
        "a.start()\nb  # b\na.stop()\n",
        "a.begin()\nb  # b\na.end()\n",
    ),
    ("$X.start()", "$X.prepare()\n$X.start2()", "if a:\n    b.start()\n", "if a:\n    b.prepare()\n    b.start2()\n"),
    (
        "$X.prepare()\n$X.start()",
        "$X.start2()",
        "if a:\n    b.prepare()\n    b.start()\n    c\n",
        "if a:\n    b.start2()\n    c\n",
    ),
    ("for $X in $Y:\n    $L.append($X)", "$L.extend($Y)", "for a in b:\n    c.append(a)\n", "c.extend(b)\n"),
    (
        "for $X in $Y:\n    yield $X",
        "yield from $Y",
        "def f():\n    for a in b.c:\n        yield a\n",
        "def f():\n    yield from b.c\n",
    ),
    ("while 1:\n    ...", "while True:\n    ...", "while 1: a; b\n", "while True: a; b\n"),
    (
        "$X: typing.List[$T] = $V",
        "$X: list[$T] = $V",
        "from typing import List\na: List[int] = []\n",
        "a: list[int] = []\n",
    ),
    ("$X += [$Y]", "$X.append($Y)", "if a:\n    b += [1]\n", "if a:\n    b.append(1)\n"),
    ("raise $E($M)", "raise $E($M) from None", "raise A('x')\n", "raise A('x') from None\n"),
]


#: Where the result would match again.
DONE = {
    "@corp.deco\ndef $F(...): ...": "@corp.deco",
    "async def handle(self, ...): ...": "async def $_(...): ...",
    "class $C(corp.Base): ...": "class $_($_): ...",
    "raise $E($M) from None": "raise $_ from $_",
    "def f($A) -> None: ...": "def $_(...) -> $_: ...",
}


@pytest.mark.parametrize(("match", "rewrite", "before", "after"), STATEMENTS)
def test_statement(match: str, rewrite: str, before: str, after: str) -> None:
    rules = rule(match, rewrite, f"not_match = '''{DONE[rewrite]}'''" if rewrite in DONE else "")
    result = fix_result(before, rules, unsafe=True)
    assert not result.failures
    assert result.text == after
    assert fix_result(after, rules, unsafe=True).text == after


@pytest.mark.parametrize(
    ("match", "rewrite", "text", "safety"),
    [
        ("if $X is None: $X = $Y", "$X = corp.default($X, $Y)", "if x is None:\n    x = g()\n", "unsafe"),
        ("if $X is None: $X = $Y", "$X = corp.default($X, $Y)", "if x is None:\n    x = 1\n", "safe"),
        ("$X if $X else $Y", "corp.either($X, $Y)", "z = x if x else g()\n", "unsafe"),
        ("$X if $X else $Y", "corp.either($X, $Y)", "z = x if x else y\n", "safe"),
        ("corp.send($A)", "corp.defer(lambda: $A)", "import corp\ncorp.send(box.v)\n", "unsafe"),
        ("corp.send($A)", "corp.defer(lambda: $A)", "import corp\ncorp.send(1)\n", "safe"),
    ],
)
def test_what_is_evaluated_always_sometimes_or_later_is_not_moved_as_if_it_were_the_same(
    match: str, rewrite: str, text: str, safety: str
) -> None:
    rules = pack(f'[[rule]]\nmatch = "{match}"\nrewrite = "{rewrite}"\n')
    assert [fix.safety for fix in offered(complete(text, rules)).values()] == [safety]


# Of the empty lines around a statement that goes, those go that set it apart: (match, rewrite, before, after).
EMPTY_LINES = [
    (
        "if $T:\n    return True\nreturn False",
        "return bool($T)",
        "def f(t):\n    x()\n\n    if t:\n        return True\n\n    return False\n",
        "def f(t):\n    x()\n\n    return bool(t)\n",
    ),
    (
        "if $T:\n    return True\nreturn False",
        "return bool($T)",
        "def f(t):\n    if t:\n        return True\n\n    return False\n",
        "def f(t):\n    return bool(t)\n",
    ),
    (
        "$X = $Y\nreturn $X",
        "return $Y",
        "def f():\n    # Why.\n    a = g()\n\n    return a\n",
        "def f():\n    # Why.\n\n    return g()\n",
    ),
    (
        "print($A)\ninput($A)",
        "print($A)",
        "def f():\n    print(1)\n\n    input(1)\n\n\ndef g():\n    pass\n",
        "def f():\n    print(1)\n\n\ndef g():\n    pass\n",
    ),
    ("print($A)\ninput($A)", "print($A)", "print(1)\n\n\ninput(1)\n\n\ny\n", "print(1)\n\n\ny\n"),
    ("print($A)\ninput($A)", "print($A)", "print(1)\ninput(1)\n\ny\n", "print(1)\n\ny\n"),
]


@pytest.mark.parametrize(("match", "rewrite", "before", "after"), EMPTY_LINES)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_empty_lines_around_what_goes(match: str, rewrite: str, before: str, after: str, newline: str) -> None:
    assert fixed(before.replace("\n", newline), rule(match, rewrite)) == after.replace("\n", newline)


# The empty lines of a template stand where it has them: (match, rewrite, before, after).
EMPTY_LINES_OF_TEMPLATES = [
    (
        "class $C(Exception):\n    $...BODY",
        "class $C(ValueError):\n    $...BODY\n\n    def f(self):\n        pass",
        "class A(Exception):\n    a = 1\n    b = 2  # two\n\n\nx\n",
        "class A(ValueError):\n    a = 1\n    b = 2  # two\n\n    def f(self):\n        pass\n\n\nx\n",
    ),
    (
        "class $C(Exception):\n    $...BODY",
        "class $C(ValueError):\n    def f(self):\n        pass\n\n    $...BODY",
        "class A(Exception):\n    a = 1\n",
        "class A(ValueError):\n    def f(self):\n        pass\n\n    a = 1\n",
    ),
    ("print($X)", "len($X)\n\n\nrepr($X)", "if a:\n    print(1)\n", "if a:\n    len(1)\n\n\n    repr(1)\n"),
    ("print($X)", "len($X)\nrepr($X)", "print(1)\n\nx\n", "len(1)\nrepr(1)\n\nx\n"),
]


@pytest.mark.parametrize(("match", "rewrite", "before", "after"), EMPTY_LINES_OF_TEMPLATES)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_empty_lines_of_a_template(match: str, rewrite: str, before: str, after: str, newline: str) -> None:
    assert fixed(before.replace("\n", newline), rule(match, rewrite)) == after.replace("\n", newline)
