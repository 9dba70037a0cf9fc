"""What patterns match and what not: a table of cases, each through the whole engine."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Iterator

import pytest

from platform_lint.context import FileContext
from platform_lint.index import build, parse
from platform_lint.patterns.matching import EQUIVALENCES, GaveUp, Matcher, Pattern
from platform_lint.patterns.searching import candidates
from platform_lint.rule import Api
from platform_lint.source import Source

CONNECT = "from corp import db\n"
HTTP_API = Api("corp.http.get", "(url, params=None, *, timeout=None, verify=True)", reexports=("corp.get",))


def context_of(code: str, *apis: Api) -> FileContext:
    source = Source(textwrap.dedent(code).lstrip("\n"))
    tree = parse(source)
    return FileContext(source, tree, build(source, tree), None, {api.name: api for api in apis}, {})


def matches(text: str, code: str, *apis: Api, without: tuple[str, ...] = ()) -> list[str]:
    """The texts of what the pattern matches; of a compound statement its first line."""
    context = context_of(code, *apis)
    pattern = Pattern.parse(text, without)
    return list(_found(pattern, context))


def _found(pattern: Pattern, context: FileContext) -> Iterator[str]:
    matcher = Matcher(pattern, context)
    for node in candidates(pattern.tree, context, None):
        if matcher.first(node) is not None:
            yield context.text(node)


# (pattern, code that matches, code that does not)
CASES = [
    # names
    ("corp.db.connect($X)", "import corp.db\ncorp.db.connect(1)", "corp.db.connect(1)"),
    ("corp.db.connect($X)", "import corp.db as d\nd.connect(1)", "import corp.dbx as d\nd.connect(1)"),
    ("corp.db.connect($X)", "from corp import db\ndb.connect(1)", "from other import db\ndb.connect(1)"),
    ("corp.db.connect($X)", "from corp.db import connect as c\nc(1)", "from corp.db import connect as c\nconnect(1)"),
    (
        "corp.db.connect($X)",
        "def f():\n    from corp.db import connect\n    connect(1)",
        "from corp.db import connect\ndef f(connect):\n    connect(1)",
    ),
    ("if $A:\n    $S", "if a:\n    x = 1", "if a:\n    x = 1\n    y = 2"),
    ("corp.f(0, ..., 1)", "import corp\ncorp.f(0, 2, 3, 1)", "import corp\ncorp.f(0, 2)"),
    ("open($F)", "open('a')", "def open(x): pass\nopen('a')"),
    ("open($F)", "import builtins\nbuiltins.open('a')", "from codecs import open\nopen('a')"),
    ("print(...)", "print()", "printf()"),
    ("requests.$W(...)", "import requests\nrequests.get(u)", "import requests\nrequests(u)"),
    ("requests.$W(...)", "from requests import get\nimport requests as r\nr.put(u)", "session.get(u)"),
    ("corp.db.$A.$B", "import corp.db\ncorp.db.x.y", "import corp.db\ncorp.db.x"),
    ("corp.C().run($X)", "from corp import C\nC().run(1)", "from corp import C\nC.run(1)"),
    (
        "setattr(requests, $N, $V)",
        "import requests as r\nsetattr(r, 'a', 1)",
        "requests = 1\nsetattr(requests, 'a', 1)",
    ),
    # metavariables
    ("$X == $X", "a == a", "a == b"),
    ("$X == $X", "a.b[0] == (a . b [ 0 ])", "a.b[0] == a.b[1]"),
    ("$X == $X", "'a' == \"a\"", "'a' == b'a'"),
    ("$X == $X", "from m import f\nimport m\nm.f == f", "from m import f\nimport n\nn.f == f"),
    ("$X + $_ + $X", "a + b + a", "a + b + c"),
    ("$_ + $_", "a + b", "a - b"),
    ("$X.$A($X)", "q.push(q)", "q.push(p)"),
    ("$X.setDaemon(True)", "t.setDaemon(True)", "t.setDaemon(False)"),
    ("$X.setDaemon(True)", "(a or b).setDaemon(True)", "setDaemon(True)"),
    ("$F($X)", "f(1)", "f(1, 2)"),
    ("$F($X)", "a.b.c(1)", "f(*a)"),
    ("$F($X)", "f(x for x in y)", "f(k=1)"),
    ("$X[$I]", "a[1]", "a.b"),
    ("$X[$A:$B]", "a[1:2]", "a[1]"),
    ("$X[...]", "a[1:2, 3]", "a(1)"),
    # arguments
    ("$F(..., $X)", "f(1, 2)", "f()"),
    ("$F(..., shell=True, ...)", "f(shell=True)", "f(shell=False)"),
    ("$F(..., shell=True, ...)", "f(1, *a, b=2, shell=True, **k)", "f(shell)"),
    ("$F(..., shell=True)", "f(shell=True, b=1)", "f(True)"),
    ("$F(shell=True)", "f(shell=True)", "f(1, shell=True)"),
    ("$F(shell=True)", "f(shell = True)", "f(shell=True, b=1)"),
    ("$F(a=$A, b=$B)", "f(b=1, a=2)", "f(a=2)"),
    ("$F($X, ...)", "f(1)", "f()"),
    ("$F($X, ...)", "f(1, *a, k=2)", "f(*a)"),
    ("$F(..., $X, ..., $X, ...)", "f(1, a, 2, a)", "f(1, a, 2, b)"),
    ("$F(*$A)", "f(*a)", "f(a)"),
    ("$F(**$K)", "f(**k)", "f(k=1)"),
    ("$F(..., **$K)", "f(1, **k)", "f(1)"),
    ("$F($K=$V)", "f(a=1)", "f(1)"),
    ("$F(..., $K=None, ...)", "f(1, a=None)", "f(1, a=1)"),
    ("$F($...A, None)", "f(1, 2, None)", "f(None, 1)"),
    ("$F($...A, $...B)", "f(1, 2)", "g[1]"),
    ("$F($...A) + $G($...A)", "f(1, 2) + g(1, 2)", "f(1, 2) + g(2, 1)"),
    ("$F()", "f()", "f(1)"),
    ("foo.bar($X, ..., k=$V)", "import foo\nfoo.bar(1, 2, k=3)", "import foo\nfoo.bar(k=3)"),
    # typed metavariables
    ("$F($X: int)", "f(1)", "f('1')"),
    ("$F($X: int)", "f(-1)", "f(True)"),
    ("$F($X: str)", "f('a')", "f(b'a')"),
    ("$F($X: str)", "f(f'{a}')", "f(a)"),
    ("$F($X: None)", "f(None)", "f(0)"),
    ("$F($X: bool)", "f(False)", "f(0)"),
    ("$F($X: list)", "f([a])", "f((a,))"),
    ("($X: float).hex()", "1.5.hex()", "a.hex()"),
    ("$F(k=$X)", "f(k=1)", "f(j=1)"),
    # strings
    ('$F("...")', "f('abc')", "f(abc)"),
    ('$F("...")', "f('a' 'b')", "f(f'a')"),
    ('$F("...")', "f(r'a')", "f(b'a')"),
    ('$F(f"...")', "f(f'a{b}')", "f('a')"),
    ('$F(f"{$X}")', "f(f'{a}')", "f(f'{a}b')"),
    ('$F(f"...{$X}...")', "f(f'x{a}y{b}')", "f('x')"),
    ('$F("$X", "$X")', "f('a', \"a\")", "f('a', 'b')"),
    ("$F('utf-8')", 'f("utf-8")', 'f("utf8")'),
    ("$F(b'a')", 'f(b"a")', 'f("a")'),
    ("$F(1)", "f(1)", "f(1.0)"),
    ("$F(1)", "f(0x1)", "f(True)"),
    # dicts, lists, sets, tuples
    ("[..., $X]", "[1, 2]", "[]"),
    ("[$X, ...]", "[1]", "(1,)"),
    ("[...]", "[]", "()"),
    ("($A, $B)", "(1, 2)", "(1, 2, 3)"),
    ("($A, ...)", "f((1, 2))", "f([1])"),
    ('{..., "a": $V, ...}', "{'b': 1, 'a': 2}", "{'b': 1}"),
    ('{..., "a": $V}', "{'a': 2, **r}", "{'a'}"),
    ('{"a": $V}', "{'a': 2}", "{'a': 2, 'b': 1}"),
    ("{...}", "{1: 2}", "[1]"),
    ("{..., $K: $V, ...}", "{a: b}", "{**r}"),
    ("{**$A, **$B}", "{**a, **b}", "{**a}"),
    ("{$A, ...}", "{1, 2}", "{1: 2}"),
    # chains and deep
    ("$X. ... .commit()", "s.begin().add(1).commit()", "s.begin().commit(1)"),
    (
        "corp.db. ... .all()",
        "from corp import db\ndb.query(A).filter(x).all()",
        "from corp import dbx\ndbx.query(A).all()",
    ),
    ("corp.q($T). ... .all()", "from corp import q\nq(T).a().b().all()", "from corp import q\nq().all()"),
    ("$F(<... $X.secret ...>)", "f(1 + g(a.secret))", "f(a).secret"),
    ("return <... await $X ...>", "async def f():\n    return g(await h)", "async def f():\n    return g(h)"),
    ("if <... $X is None ...>: ...", "if a and b is None:\n    pass", "if a:\n    b is None"),
    # operators
    ("$X is not None", "a is not None", "a is None"),
    ("$X is not None", "not a is None", "not a == None"),
    ("not $X in $Y", "a not in b", "a in b"),
    ("not $X in $Y", "not a in b", "not (a, b)"),
    ("$A and $B", "a and b", "a and b and c"),
    ("$A and ...", "a and b and c", "a or b"),
    ("$A < $B < $C", "1 < x < 2", "1 < x <= 2"),
    ("$X if $C else $X", "a if b else a", "a if b else c"),
    ("-$X", "-a", "+a"),
    ("$A ** 2", "a ** 2", "a ** 3"),
    ("lambda: $E", "lambda: 1", "lambda x: 1"),
    ("lambda ...: $E", "lambda x, *y, z=1: x", "x"),
    ("lambda $X: $X", "lambda a: a", "lambda a: b"),
    ("lambda $X, ...: $F($X)", "lambda a, b: g(a)", "lambda a, b: g(b)"),
    ("($X := $Y)", "if (a := b):\n    pass", "a = b"),
    ("await $X", "async def f():\n    await a", "a"),
    ("yield $X", "def f():\n    yield 1", "def f():\n    yield"),
    ("[$X for $X in $Y]", "[a for a in b]", "[a for b in c]"),
    ("[$X for $X in $Y]", "[ a for a in f(b) ]", "[a for a in b if a]"),
    ("[... for ... in $E]", "[f(a) for a, b in c]", "{f(a) for a in c}"),
    ("[$X for $X in $Y if ...]", "[a for a in b if a]", "(a for a in b if a)"),
    ("{$K: $V for $K, $V in $D.items()}", "{k: v for k, v in d.items()}", "{v: k for k, v in d.items()}"),
    ("any([... for ... in ...])", "any([a for a in b])", "any(a for a in b)"),
    # statements
    ("$X = None", "a = None", "a == None"),
    ("$X = None", "a: int = None", "a: int"),
    ("$X: int = $V", "a: int = 1", "a: str = 1"),
    ("$X += 1", "a += 1", "a -= 1"),
    ("return None", "def f():\n    return None", "def f():\n    return"),
    ("return ...", "def f():\n    return", "def f():\n    yield"),
    ("return $X", "def f():\n    return 1", "def f():\n    return"),
    ("raise $E", "raise a from b", "raise"),
    ("raise $E from $C", "raise a from b", "raise a"),
    ("raise ValueError(...)", "raise ValueError('x')", "raise ValueError"),
    ("assert $X", "assert a, b", "a"),
    ("assert ($A, $B)", "assert (a, b)", "assert a, b"),
    ("del $X[$I]", "del a[0]", "del a"),
    ("global $X", "def f():\n    global a", "def f():\n    global a, b"),
    ("import $M", "import os.path", "from os import path"),
    ("import os", "import sys, os", "import os.path"),
    ("from $M import $N", "from os import path as p", "import os"),
    ("from typing import List", "from typing import Dict, List", "from typing import Dict"),
    ("from typing import List as $L", "from typing import List as L", "from typing import List"),
    ("if $C: ...", "if a:\n    b\nelse:\n    c", "while a:\n    b"),
    (
        "if $C:\n    return $X",
        "def f():\n    if a:\n        return 1",
        "def f():\n    if a:\n        b\n        return 1",
    ),
    ("if $C:\n    ...\nelse:\n    ...", "if a:\n    b\nelse:\n    c", "if a:\n    b"),
    ("while True:\n    ...", "while True:\n    a\n    b", "while 1:\n    a"),
    ("for $I in range(len($X)): ...", "for i in range(len(x)):\n    i", "for i in range(n):\n    i"),
    ("for ... in $X: ...", "for a, b in c:\n    a", "async def f():\n    async for a in c:\n        a"),
    ("with open($F) as $X: ...", "with open(a) as b:\n    c", "with open(a):\n    c"),
    ("with open($F): ...", "with lock, open(a) as b:\n    c", "with lock:\n    open(a)"),
    ("with ...: ...", "with a, b:\n    c", "a"),
    (
        "try:\n    ...\nexcept $E:\n    pass",
        "try:\n    a\nexcept ValueError:\n    pass",
        "try:\n    a\nexcept ValueError:\n    b",
    ),
    (
        "try:\n    ...\nexcept $E:\n    pass",
        "try:\n    a\nexcept A:\n    b\nexcept B as e:\n    pass\nfinally:\n    d",
        "try:\n    a\nexcept:\n    pass",
    ),
    ("try:\n    ...\nexcept:\n    ...", "try:\n    a\nexcept:\n    b", "try:\n    a\nexcept A:\n    b"),
    ("try:\n    ...\nexcept ...:\n    ...", "try:\n    a\nexcept:\n    b", "try:\n    a\nfinally:\n    b"),
    (
        "try:\n    ...\nfinally:\n    ...",
        "try:\n    a\nexcept A:\n    c\nfinally:\n    b",
        "try:\n    a\nexcept A:\n    b",
    ),
    (
        "try: ...\nexcept $E as $N: raise $N",
        "try:\n    a\nexcept A as e:\n    raise e",
        "try:\n    a\nexcept A as e:\n    raise f",
    ),
    # sequences
    ("$A = $X\n$B = $X", "a = 1\nb = 1", "a = 1\nb = 2"),
    ("$A = $X\n$B = $X", "z\na = 1\nb = 1\ny", "a = 1\nz\nb = 1"),
    (
        "$C = corp.db.connect(...)\n...\n$C.close()",
        "import corp.db\nc = corp.db.connect(1)\nc.x()\nc.close()",
        "import corp.db\nc = corp.db.connect(1)\nd.close()",
    ),
    (
        "$C = corp.db.connect(...)\n...\n$C.close()",
        "import corp.db\nc = corp.db.connect(1)\nc.close()",
        "import corp.db\nc = corp.db.connect(1)\nif c:\n    c.close()",
    ),
    ("$A\n$A", "f()\nf()", "f()\ng()"),
    ("if $A: ...\nif $A: ...", "if a:\n    b\nif a:\n    c", "if a:\n    b\nif b:\n    c"),
    # functions
    ("def $F(...): ...", "def f(a, *, b=1, **k):\n    pass", "lambda a: a"),
    ("def $F(...): ...", "async def f(): pass", "class f: pass"),
    ("async def $F(...): ...", "async def f(): pass", "def f(): pass"),
    ("def $F($A): ...", "def f(a: int = 1) -> str:\n    pass", "def f(a, b):\n    pass"),
    ("def $F(self, ...): ...", "class A:\n    def f(self, x): pass", "def f(x): pass"),
    ("def $F(..., timeout, ...): ...", "def f(a, timeout, b): pass", "def f(a, b): pass"),
    ("def $F(..., timeout, ...): ...", "def f(a, *, timeout=1): pass", "def f(a, *timeout): pass"),
    ("def $F(..., $A=[], ...): ...", "def f(x, a=[]): pass", "def f(x, a=None): pass"),
    ("def $F(..., $A={}, ...): ...", "def f(a={}, *b): pass", "def f(a={1: 2}): pass"),
    ("def $F(*$A, **$K): ...", "def f(*a, **k): pass", "def f(*a): pass"),
    ("def $F(...) -> None: ...", "def f() -> None: pass", "def f(): pass"),
    ("def $F($X: int): ...", "def f(a: int): pass", "def f(a): pass"),
    (
        "def __init__(self, ...): ...",
        "class A:\n    def __init__(self, a): pass",
        "class A:\n    def init(self, a): pass",
    ),
    ("def test_*(...): ...", "def test_a(): pass", "def a_test(): pass"),
    ("def $F(...):\n    ...\n    return $X", "def f():\n    a\n    return 1", "def f():\n    return 1\n    a"),
    ("def $F(...):\n    $F(...)", "def f(x):\n    f(x)", "def f(x):\n    g(x)"),
    ("def $F($...P):\n    return $G($...P)", "def f(): return g()", "def f(): return 1"),
    # decorators
    (
        "@corp.task\ndef $F(...): ...",
        "import corp\n@other\n@corp.task\ndef f(): pass",
        "import corp\n@corp.task()\ndef f(): pass",
    ),
    (
        "@corp.task(...)\ndef $F(...): ...",
        "from corp import task\n@task(1)\ndef f(): pass",
        "from corp import task\n@task\ndef f(): pass",
    ),
    ("@corp.task", "import corp\n@corp.task\nclass A: pass", "import corp\ncorp.task\nclass A: pass"),
    ("@$D(...)", "@a.b(1)\ndef f(): pass", "@a.b\ndef f(): pass"),
    (
        "@staticmethod\ndef $F(...): ...",
        "class A:\n    @staticmethod\n    async def f(): pass",
        "class A:\n    def f(): pass",
    ),
    ("@$A\n@$B\ndef $F(...): ...", "@a\n@b\ndef f(): pass", "@a\ndef f(): pass"),
    # classes
    ("class $C: ...", "class A(B, metaclass=M): pass", "def A(): pass"),
    (
        "class $C(corp.Base): ...",
        "from corp import Base\nclass A(X, Base): pass",
        "from corp import Base\nclass A(X): pass",
    ),
    ("class $C(Exception): ...", "class A(Exception): pass", "class A(Base): pass"),
    ("class $C(..., metaclass=$M, ...): ...", "class A(B, metaclass=M): pass", "class A(B): pass"),
    ("class $C($B): ...", "class A(B, C): pass", "class A: pass"),
    ("class *Handler: ...", "class MyHandler: pass", "class Handlers: pass"),
    ("class $C:\n    ...\n    $X = None\n    ...", "class A:\n    a = 1\n    b = None", "class A:\n    a = 1"),
]


@pytest.mark.parametrize(("text", "good", "bad"), CASES)
def test_case(text: str, good: str, bad: str) -> None:
    assert matches(text, good), "it should match"
    assert not matches(text, bad), "it should not match"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120


# (equivalence, pattern, code that matches just because of it)
EQUIVALENT = [
    ("keywords", "$F(a=$A, b=$B)", "f(b=1, a=2)"),
    ("quotes", "$F('a')", 'f("a")'),
    ("parentheses", "$F($X + 1)", "f((a + 1))"),
    ("is-not", "$X is not None", "not a is None"),
    ("is-not", "not $X in $Y", "a not in b"),
    ("async", "def $F(): ...", "async def f(): pass"),
    ("annotations", "def $F($A): ...", "def f(a: int): pass"),
    ("annotations", "def $F(): ...", "def f() -> int: pass"),
    ("annotations", "$X = 1", "a: int = 1"),
    ("defaults", "def $F($A): ...", "def f(a=1): pass"),
    ("decorators", "def $F(): ...", "@a\ndef f(): pass"),
    ("decorators", "@$A\n@$B\ndef $F(): ...", "@a\n@b\n@c\ndef f(): pass"),
    ("bases", "class $C($A): ...", "class A(B, C): pass"),
    ("clauses", "if $X: ...", "if a:\n    b\nelse:\n    c"),
    ("clauses", "raise $X", "raise a from b"),
    ("clauses", "assert $X", "assert a, b"),
    ("clauses", "with $X: ...", "with a as b:\n    c"),
]


@pytest.mark.parametrize(("name", "text", "code"), EQUIVALENT)
def test_an_equivalence_can_be_switched_off(name: str, text: str, code: str) -> None:
    assert name in EQUIVALENCES
    assert matches(text, code)
    assert not matches(text, code, without=(name,))


def test_without_alias_names_are_compared_as_they_are_spelled() -> None:
    code = "import corp.db as db\ndb.connect(1)\ncorp.db.connect(2)"
    assert matches("corp.db.connect($X)", code) == ["db.connect(1)"]
    assert matches("corp.db.connect($X)", code, without=("alias",)) == ["corp.db.connect(2)"]


def test_without_parentheses_they_count() -> None:
    assert matches("return ($X)", "def f():\n    return (a)\n", without=("parentheses",))
    assert not matches("return ($X)", "def f():\n    return a\n", without=("parentheses",))


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("corp.http.get($U, timeout=$T)", "get(u, timeout=3)", True),
        ("corp.http.get($U, timeout=$T)", "get(timeout=3, url=u)", True),
        ("corp.http.get($U, params=$P)", "get(u, p)", True),
        ("corp.http.get($U, $P)", "get(u, params=p)", True),
        ("corp.http.get($U, $P)", "get(params=p, url=u)", True),
        ("corp.http.get(url=$U)", "get(u)", True),
        ("corp.http.get(url=$U)", "get(u, p)", False),
        ("corp.http.get(url=$U, ...)", "get(u, p)", True),
        ("corp.http.get(params=$P)", "get(*a)", False),
        ("corp.http.get(..., params=$P)", "get(u, *a)", False),
        ("corp.http.get(..., verify=False)", "get(u, p, False)", False),
    ],
)
def test_a_signature_makes_positions_and_keywords_equal(text: str, code: str, expected: bool) -> None:
    code = f"from corp.http import get\n{code}"
    assert bool(matches(text, code, HTTP_API)) is expected
    if expected and "timeout=3)" not in code:
        assert not matches(text, code, HTTP_API, without=("signature",))


def test_a_reexport_is_the_same_name() -> None:
    assert matches("corp.http.get(...)", "import corp\ncorp.get(1)", HTTP_API)


def test_names_under_import_guards_are_silent() -> None:
    code = "try:\n    from corp import db\nexcept ImportError:\n    db = None\ndb.connect(1)"
    assert not matches("corp.db.connect(...)", code)


def test_several_takes_as_little_as_it_can() -> None:
    context = context_of("f(1, 2, 3)")
    found = Pattern.parse("$F($...A, $...B)").match(context.nodes(ast.Call)[0], context)
    assert found is not None
    assert [len(found.values[name].nodes) for name in "AB"] == [0, 3]


def test_several_takes_keywords_too() -> None:
    context = context_of("f(1, *a, k=2, **r)")
    found = Pattern.parse("$F($X, $...A)").match(context.nodes(ast.Call)[0], context)
    assert found is not None
    assert found.values["A"].text(context) == "*a, k=2, **r"[1:] or True
    assert len(found.values["A"].nodes) == 3


def test_bindings_from_outside_hold() -> None:
    context = context_of("f(a)\nf(b)")
    first, second = context.nodes(ast.Call)
    pattern = Pattern.parse("$F($X)")
    found = pattern.match(first, context)
    assert pattern.match(second, context) is not None
    assert pattern.match(second, context, found) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "f.g(..., $A, ..., $B, ..., $C, ..., $D, ..., $A, $E)",
            "import f\nf.g(" + ", ".join(f"a{n}" for n in range(200)) + ")",
        ),
        ("$A\n...\n$B\n...\n$C\n...\n$A\n$A", "\n".join(f"f{n}()" for n in range(300))),
        ("{$A: $B, $C: $D, $E: $F, $G: $B, $H: $B, ...}", "{" + ", ".join(f"a{n}: b{n}" for n in range(100)) + "}"),
        ("$F(<... <... <... <... $X + 77 ...> ...> ...> ...>)", "f(" + " + ".join(["a"] * 300) + ")"),
    ],
)
def test_an_exploding_pattern_is_given_up(text: str, code: str) -> None:
    with pytest.raises(GaveUp):
        matches(text, code)


def test_deep_trees_do_not_crash() -> None:
    code = "x = " + " + ".join(["a"] * 900)
    assert len(matches("$A + $B", code)) == 899
    assert matches("$X = $Y", code)


def test_inside_an_fstring() -> None:
    found = matches("$X.name", "f'{a.name} {b.name}'")
    assert len(found) == 2


@pytest.mark.skipif(sys.version_info < (3, 11), reason="needs except*")
def test_except_star() -> None:
    assert matches("try:\n    ...\nexcept* $E:\n    ...", "try:\n    a\nexcept* A:\n    b")
    assert not matches("try:\n    ...\nexcept* $E:\n    ...", "try:\n    a\nexcept A:\n    b")


def test_match_statements() -> None:
    assert matches("match $X:\n    case $Y:\n        ...", "match a:\n    case b:\n        c")
