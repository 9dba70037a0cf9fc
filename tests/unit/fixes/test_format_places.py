"""Wherever an expression stands, a fix changes that expression and nothing else: every kind of fix in every place."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterator

import pytest
from format_law import fix, fixed, python_rule, rule, tree

#: By name: the rule, an expression that breaks it, what its fix makes of it, and whether that may need parentheses.
FIXES = {
    "a name": (rule('rename = {"corp.call" = "corp.new"}\n'), "corp.call(a)", "corp.new(a)", False),
    "a method": (
        rule('on = "corp.Client"\nrename_attr = {"fetch" = "get"}\n'),
        "corp.Client().fetch(a)",
        "corp.Client().get(a)",
        False,
    ),
    "an argument put in": (
        rule('call = "corp.call"\nargs.t = {required = true, insert = "10"}\n'),
        "corp.call(a)",
        "corp.call(a, t=10)",
        False,
    ),
    "an argument renamed, another taken out": (
        rule('call = "corp.call"\nargs.k = {rename = "key"}\nargs.c = {removed = true}\n'),
        "corp.call(a, k=b, c=d)",
        "corp.call(a, key=b)",
        False,
    ),
    "by keyword": (
        rule('call = "corp.call"\nsignature = "(x, k=1, l=2)"\nargs.k = {keyword = true}\n'),
        "corp.call(a, b, c)",
        "corp.call(a, k=b, l=c)",
        False,
    ),
    "by position": (
        rule('call = "corp.call"\nsignature = "(x, k=1, l=2)"\nargs.k = {position = 0}\n'),
        "corp.call(a, k=b)",
        "corp.call(b, a)",
        False,
    ),
    "another value": (
        rule('call = "corp.call"\nargs.k = {rename = "key", value = "$V / 1000"}\n'),
        "corp.call(a, k=b)",
        "corp.call(a, key=b / 1000)",
        False,
    ),
    "a pattern that is alike": (
        rule('match = "corp.call($...A)"\nrewrite = "corp.new($...A, t=1)"\n'),
        "corp.call(a, b)",
        "corp.new(a, b, t=1)",
        False,
    ),
    "a pattern that is unlike": (
        rule('match = "corp.eq($A, $B)"\nrewrite = "$A == $B"\n'),
        "corp.eq(a, b)",
        "a == b",
        True,
    ),
    "a pattern with something around": (
        rule('match = "corp.call($X).go($Y)"\nrewrite = "corp.wrap(corp.call($X, $Y))"\n'),
        "corp.call(a).go(b)",
        "corp.wrap(corp.call(a, b))",
        False,
    ),
    "a node in Python": ("node", "corp.call(a)", "corp.new(a)", False),
    "code in Python": ("code", "corp.call(a)", "corp.new(a) + 1", True),
    "a codemod": ("codemod", "corp.call(a)", "corp.new(a)", False),
}
PYTHON = {
    "node": (
        "def visit_Call(self, node):\n"
        "    if self.means(node, 'corp.call'):\n"
        "        self.report(node, replace=node.with_changes(func=self.spelled('corp.new')))\n"
    ),
    "code": (
        "def visit_Call(self, node):\n"
        "    if self.means(node, 'corp.call'):\n"
        "        self.report(node, replace='corp.new(a) + 1', imports=('corp.new',))\n"
    ),
    "codemod": (
        "def transform(self, module):\n"
        "    class Renamer(cst.CSTTransformer):\n"
        "        def leave_Name(self, original_node, updated_node):\n"
        "            return updated_node.with_changes(value='new') if updated_node.value == 'call' else updated_node\n"
        "    return module.visit(Renamer())\n"
    ),
}

#: Where the expression stands: at each `??`. Those of the second list need Python 3.12 or 3.14, those of the third
#: stand in an f-string.
PLACES = [
    "??", "x = ??", "x = (??)", "x = ( ?? )", "x = [?? ,1 ]", "x = ??, 1", "x = 1, ??", "x = *??, 1", "x = y = ??",
    "x: int = ??", "x: ?? = 1", "x += ??", "(y := ??)", "if (y := ??): pass", "print(y := ??)",
    # in calls and subscripts
    "f(??)", "f(k = ?? )", "f(**??)", "f(??, ??)", "x = f(y=1, **??)", "f(a)(??)(b)", "f(a)[??](b)", "x = x[??:??]",
    "x = x[a, ??]", "f(?? for y in z)", "x = f(a,\n      ??,\n\n      # c\n      b)", "x = f(a\n      , ??\n      , b)",
    # in expressions
    "x = ??.attr", "x = ?? .attr", "x = ??[0]", "x = -??", "x = ~??", "x = not ??", "x = not(??)", "x = a + ?? * b",
    "x = a == ?? == b", "x = a < ??", "x = ?? and b", "x = a or ??", "x = ?? ** 2", "x = 2 ** ??", "x = a in ??",
    "x = a is not ??", "x = ?? @ b", "x = a if ?? else b", "x = ?? if a else b", "x = a if b else ??",
    "x = lambda: ??", "x = lambda *, k=??: k", "x = {'a': ??}", "x = {**??}", "x = {??}", "x = [*??]",
    "x = [y for y in ?? if y]", "x = [y for y in z if ??]", "x = {??: y for y in z}", "x = (?? for y in z)",
    # strings beside it
    "x = 'a' 'b', ??", "x = 'a' \\\n 'b' % ??", "x = ('a'\n     'b' % ??)", "x = 'é𝔘'; ??  # ä",
    'x = """\n  a\n""" + ?? + \'\'\'\n  b\n  \'\'\'', "x = \"#\" + ?? + '#'  # #", "x = f'{a}' + ?? + f'{b}'",
    # lines
    "a; ??; b", "??;", "?? ; b", "x = ??  ;  y = 1  # c", "x = \\\n    ??", "x = a + \\\n    ?? + \\\n  b",
    "x = (\n    ??  # c\n)", "x = (\n    # c\n    ??\n)", "x = ?? if\\\n  a else b", "x = ??\\\n.attr",
    "x = (??\n     .attr)", "x = (??  # c\n     .attr)", "if 1:\n\t??", "if 1:\n\tif 2:\n\t    ??\n\telse: ??",
    "\f\n??\n\f\nx", "def f():\n  '''doc é'''\n  return ??",
    # statements
    "assert ??, m", "assert m, ??", "raise ??", "raise e from ??", "del ??[0]", "with ??: pass", "with ?? as f: pass",
    "with (?? as f, g): pass", "with (??): pass", "with a, (??) as b, c: pass", "for y in ??: pass", "for y in z: ??",
    "while ??: pass", "if ??: pass", "if(??): pass", "if a: ??; b", "if a: pass\nelif ??: pass\nelse: pass",
    "if a:\n    pass\nelif(??):\n    pass", "if a: ??\nelif b: ??\nelse: ??", "if a: x\nelse: ??; y",
    "if a:\n    pass\n# c\nelse:  # d\n    # e\n    ??  # f\n# g",
    "try: ??\nexcept E: pass", "try: pass\nexcept ??: pass",
    "try: pass\nexcept (??, b) as e: ??", "try: pass\nfinally: ??", "match ??:\n    case 1: pass",
    "match a:\n    case 1 if ??: pass", "match a:\n    case {'k': [1, *_]}: ??", "@??\ndef f(): pass",
    "@ ?? # c\nclass A: pass", "def f(a=??): pass", "def f(a = ?? , *b): pass", "def f(a: ?? = 1): pass",
    "def f() -> ??: pass", "def f(): pass; ??; pass", "def g(): x = yield ??", "def g(): yield from ??",
    "def g(): return ??", "def g(): return(??)", "class C(??): pass", "class C(metaclass=??): pass", "class C: x = ??",
    "class C:\n\tx: int = ??", "async def g(): await ??", "async def g():\n    async with ?? as f: pass",
    "async def g():\n    return [y async for y in ??]", "async def g():\n    await ?? ; await (??)",
]  # fmt: skip
LATER = {
    (3, 11): ["try:\n    pass\nexcept* E:\n    ??"],
    (3, 12): [
        "type X = ??", "def f[T: ??](): pass", "class C[T: ??](B): pass", "x = f'{'a' + ??}'", "x = f'{f'{f'{??}'}'}'",
        "x = f'{a:{b:{??}}}'", 'x = f\'{"\\n".join(??)}\'', "x = f'{?? # c\n}'",
    ],
    (3, 14): ["try: pass\nexcept A, B: ??", "x = t'{??}'", "x = t'{??!r}' f'{??}'"],
}  # fmt: skip
IN_STRINGS = [
    "f'{??}'", "f'a{??}b{??}c'", "f'{??!r:>{w}}'", "f'{a:{??}}'", "f'{ ?? }'", "f\"{f'{??}'}\"", 'f"""{\n??\n}"""',
    'f"""\n{??}\n  {a}"""', "rf'\\d{??}'", "f'{{}}{??}{{'", "f'é{??}' 'x' f'{a}'", "('a' f'{??}'\n     'b')",
    "f\"{??['k']}\"", "f'{(??)}'",
]  # fmt: skip
HEAD = "import corp\ncorp.keep\n"


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> dict[str, str]:
    """By name of a fix its rule."""
    folder = tmp_path_factory.mktemp("rules")
    made = {name: python_rule(folder, name, body) for name, body in PYTHON.items()}
    return {name: made.get(pack, pack) for name, (pack, *_) in FIXES.items()}


def filled(place: str, texts: list[str]) -> str:
    """The file with *texts* where the place has its `??`."""
    parts = re.split(r"\?\?", place)
    pairs = itertools.zip_longest(parts, texts, fillvalue="")
    return HEAD + "".join(part + text for part, text in pairs) + "\n"


def count(place: str) -> int:
    return len(re.findall(r"\?\?", place))


def wanted(place: str, after: str, loose: bool) -> str:
    """The file with *after* in its place, in parentheses where it would fall apart without."""
    texts = [after] * count(place)
    for number in range(len(texts) if loose else 0):
        apart = [f"({text})" for text in texts]
        apart[number] = after
        try:
            falls = tree(filled(place, apart)) != tree(filled(place, [f"({after})"] * len(texts)))
        except SyntaxError:
            falls = True
        if falls:
            texts[number] = f"({after})"
    return filled(place, texts)


def places() -> Iterator[str]:
    yield from PLACES
    for version, listed in LATER.items():
        if sys.version_info >= version:
            yield from listed


@pytest.mark.parametrize("name", FIXES)
def test_a_fix_changes_its_expression_alone_wherever_that_stands(rules, name):
    _, before, after, loose = FIXES[name]
    wrong = {}
    for place in places():
        old, new = filled(place, [before] * count(place)), wanted(place, after, loose)
        got = fixed(old.encode(), rules[name]).decode()
        if got != new:
            wrong[place] = got
    assert wrong == {}


@pytest.mark.parametrize("name", FIXES)
def test_in_an_f_string_a_fix_changes_its_expression_alone_or_nothing(rules, name):
    _, before, after, loose = FIXES[name]
    placed = sys.version_info >= (3, 12)
    wrong = {}
    for text in IN_STRINGS:
        place = f"x = {text}"
        old, new = filled(place, [before] * count(place)), wanted(place, after, loose)
        result = fix(old.encode(), rules[name])
        got = old if result.after is None else result.after.decode()
        if got != new and (placed or not all(one.fix is not None and one.fix.reason for one in result.findings)):
            wrong[place] = got
    assert wrong == {}
