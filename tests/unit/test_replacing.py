"""New nodes in place of old ones: the text that comes of it."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import libcst as cst
import pytest

from platform_lint.differing import lost_comments
from platform_lint.removing import ReplacementError, removed
from platform_lint.replacing import replaced
from platform_lint.trees import Tree


def apply(text, changes):
    pieces, at = [], 0
    for start, end, new in sorted(changes):
        assert start >= at
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])


def find(tree, code):
    """The first expression that reads *code*."""
    return next(node for node in tree.nodes if tree.source_of(node) == code and isinstance(node, cst.BaseExpression))


def with_replaced(text, old, new):
    tree = Tree(text)
    return apply(text, replaced(tree, find(tree, old), new))


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("x = a.b\n", "a", "p or q", "x = (p or q).b\n"),
        ("x = (a).b\n", "a", "p or q", "x = (p or q).b\n"),
        ("x = 2 * a\n", "a", "p + q", "x = 2 * (p + q)\n"),
        ("x = 2 + a\n", "a", "p * q", "x = 2 + p * q\n"),
        ("x = -a ** b\n", "a", "-c", "x = -(-c) ** b\n"),
        ("x = a ** b\n", "b", "-c", "x = a ** -c\n"),
        ("x = a - b\n", "b", "c - d", "x = a - (c - d)\n"),
        ("x = not a\n", "a", "b == c", "x = not b == c\n"),
        ("f(a)\n", "a", "x for x in y", "f(x for x in y)\n"),
        ("f(a, b)\n", "a", "x for x in y", "f((x for x in y), b)\n"),
        ("f(k=a)\n", "a", "x := 1", "f(k=(x := 1))\n"),
        ("f(a)\n", "a", "x := 1", "f(x := 1)\n"),
        ("x = a\n", "a", "1, 2", "x = 1, 2\n"),
        ("f(a)\n", "a", "1, 2", "f((1, 2))\n"),
        ("x = a.real\n", "a", "5", "x = (5).real\n"),
        ("return(a)\n", "a", "b", "return(b)\n"),
        ("x if(a)else y\n", "a", "b", "x if(b)else y\n"),
        ("x in(1, 2)\n", "(1, 2)", "y", "x in y\n"),
        ('x in"abc"\n', '"abc"', "y", "x in y\n"),
        ("f'{a}'\n", "a", "lambda: 0", "f'{(lambda: 0)}'\n"),
        ("x = [\n    a,  # c\n    b,\n]\n", "a", "f(1)", "x = [\n    f(1),  # c\n    b,\n]\n"),
        ("x = a\n", "a", "b(\n    1,\n)", "x = b(\n    1,\n)\n"),
        ("x = a\n", "a", "b +\\\n c", "x = b +\\\n c\n"),
        ("x = a\n", "a", '"b"\n"c"', 'x = ("b"\n"c")\n'),
        ("x = f(a)\n", "a", '"b"\n"c"', 'x = f("b"\n"c")\n'),
    ],
)
def test_an_expression_in_place_of_another(text, old, new, expected):
    assert with_replaced(text, old, new) == expected


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("if 1:\n    # c\n    f()  # d\n    g()\n", "f()", "a()\nb()",
         "if 1:\n    # c\n    a()  # d\n    b()\n    g()\n"),
        ("if 1:\n\tf()\n", "f()", "if x:\n    y()", "if 1:\n\tif x:\n\t\ty()\n"),
        ("if 1:\r\n    f()\r\n", "f()", "a()\nb()", "if 1:\r\n    a()\r\n    b()\r\n"),
        ("f()", "f()", "a()\nb()", "a()\nb()"),
        ("x; f(); y\n", "f()", "a(); b()", "x; a(); b(); y\n"),
        ("x; f(); y\n", "f()", "if a: b", "x\nif a: b\ny\n"),
        ("if 1: f()\n", "f()", "a()", "if 1: a()\n"),
        ("class A:\n    def f(self):\n        '''d\n        e'''\n", "'''d\n        e'''", "'''x\n        e'''",
         "class A:\n    def f(self):\n        '''x\n        e'''\n"),
        ("if 1:\n    f()\n", "f()", "\n    # new\n    a()\n", "if 1:\n    # new\n    a()\n"),
    ],
)  # fmt: skip
def test_statements_in_place_of_others(text, old, new, expected):
    tree = Tree(text)
    node = next(
        node
        for node in tree.nodes
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement) and tree.source_of(node) == old
    )
    assert apply(text, replaced(tree, node, new)) == expected


def test_an_elif_stays_one():
    text = "if a:\n    pass\nelif b:\n    pass\nelse:\n    pass\n"
    tree = Tree(text)
    node = [node for node in tree.nodes if isinstance(node, cst.If)][1]
    assert apply(text, replaced(tree, node, node.with_changes(test=cst.Name("c")))) == text.replace("elif b", "elif c")
    with pytest.raises(ReplacementError, match="only an If can stand in place of an `elif`"):
        replaced(tree, node, "pass")


def test_a_case_keeps_its_indentation():
    text = "if 1:\n  match x:\n    case A(\n      1\n    ):\n      y = (\n        1\n      )\n"
    tree = Tree(text)
    node = next(node for node in tree.nodes if isinstance(node, cst.Assign))
    assert replaced(tree, node, node.deep_clone()) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("f(a, b=1,  # c\n  d=2)\n", "b=1", cst.Arg(cst.Name("x"), cst.Name("b")), "f(a, b=x,  # c\n  d=2)\n"),
        ("f(a)\n", "a", cst.FlattenSentinel([cst.Arg(cst.Name("x")), cst.Arg(cst.Name("y"))]), "f(x, y)\n"),
        ("def f(a, *, b: int = 1): pass\n", "b: int = 1", cst.Param(cst.Name("c")), "def f(a, *, c): pass\n"),
        ("def f() -> int: pass\n", "int", cst.Annotation(cst.Name("str")), "def f() -> str: pass\n"),
        ("import a, b  # c\n", "a", cst.ImportAlias(cst.Name("x")), "import x, b  # c\n"),
        ("@a  # c\ndef f(): pass\n", "@a", cst.Decorator(cst.Name("b")), "@b  # c\ndef f(): pass\n"),
    ],
)
def test_parts_in_place_of_others(text, old, new, expected):
    tree = Tree(text)
    kind = cst.Arg if isinstance(new, cst.FlattenSentinel) else type(new)
    node = next(node for node in tree.nodes if isinstance(node, kind) and tree.source_of(node).strip().startswith(old))
    assert apply(text, replaced(tree, node, new)) == expected


@pytest.mark.parametrize(
    ("text", "kind", "number", "expected"),
    [
        ("f(a, b, c)\n", cst.Arg, 0, "f(b, c)\n"),
        ("f(a, b, c)\n", cst.Arg, 2, "f(a, b)\n"),
        ("f(a, b,)\n", cst.Arg, 1, "f(a,)\n"),
        ("f(\n    a,\n    b,\n)\n", cst.Arg, 1, "f(\n    a,\n)\n"),
        ("f(a)\n", cst.Arg, 0, "f()\n"),
        ("x = (a, b)\n", cst.Element, 1, "x = (a,)\n"),
        ("x = {a: 1, b: 2}\n", cst.DictElement, 1, "x = {a: 1}\n"),
        ("import a, b\n", cst.ImportAlias, 1, "import a\n"),
        ("def f(a, b=1): pass\n", cst.Param, 1, "def f(a): pass\n"),
        ("x\n\n# c\ny\nz\n", cst.SimpleStatementLine, 1, "x\n\n# c\nz\n"),
        ("x\n\n\ny\n\n\nz\n", cst.SimpleStatementLine, 1, "x\n\n\nz\n"),
        ("x\n\n# c\n\ny\n", cst.SimpleStatementLine, 1, "x\n\n# c\n"),
        ("if 1:\n    x\n", cst.Expr, 0, "if 1:\n    pass\n"),
        ("if 1: x\n", cst.Expr, 0, "if 1: pass\n"),
        ("class A:\n    @d\n    def f(self):\n        x\n", cst.FunctionDef, 0, "class A:\n    pass\n"),
        ("x; y; z\n", cst.Expr, 1, "x; z\n"),
        ("x; y\n", cst.Expr, 1, "x\n"),
        ("@a\n@b\ndef f(): pass\n", cst.Decorator, 0, "@b\ndef f(): pass\n"),
        ("if a:\n    x\nelse:\n    y\n", cst.Else, 0, "if a:\n    x\n"),
    ],
)
def test_what_is_removed_leaves_no_trace(text, kind, number, expected):
    tree = Tree(text)
    node = [node for node in tree.nodes if isinstance(node, kind)][number]
    assert apply(text, removed(tree, node)) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("f(a, b, c, d)\n", cst.Arg),
        ("f(a, b, c, d,)\n", cst.Arg),
        ("f(\n    a,\n    b,\n    c,\n    d,\n)\n", cst.Arg),
        ("f(\n    a,\n    b,\n    c,\n    d\n)\n", cst.Arg),
        ("f(a, b,\n  c, d)\n", cst.Arg),
        ("def f(a, b, c, d): pass\n", cst.Param),
        ("x = [a, b, c, d]\n", cst.Element),
        ("x = {a: 1, b: 2, c: 3, d: 4}\n", cst.DictElement),
        ("import a, b, c, d\n", cst.ImportAlias),
        ("if 1:\n    a\n    b\n    c\n    d\n", cst.SimpleStatementLine),
        ("class A:\n    def a(): pass\n\n    def b(): pass\n\n    c = d\n", cst.FunctionDef),
        ("a; b; c; d\n", cst.Expr),
    ],
)
def test_any_of_them_are_removed_together(text, kind):
    tree = Tree(text)
    nodes = [node for node in tree.nodes if isinstance(node, kind)]
    for number in range(1, 2 ** len(nodes)):
        gone = [node for at, node in enumerate(nodes) if number >> at & 1]
        kept = [tree.source_of(node).strip(" ,;\n") for node in nodes if not any(node is other for other in gone)]
        if not kept and kind in (cst.ImportAlias, cst.Expr):
            continue
        after = apply(text, [change for node in gone for change in removed(tree, node, gone)])
        again = Tree(after)
        left = [again.source_of(node).strip(" ,;\n") for node in again.nodes if isinstance(node, kind)]
        assert left == kept or (not kept and left in ([], ["pass"])), after
        assert (", )" in after or ",)" in after) <= (",)" in text and bool(kept)), after
        assert not after.splitlines()[0].endswith((", ", ",", ";", "; ")) or "\n  c, d" in text or "(\n" in text, after


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x = {1}\n", cst.Element),
        ("from a import b\n", cst.ImportAlias),
        ("return x\n", cst.Name),
        ("try: x\nexcept A: y\n", cst.ExceptHandler),
        ("x = 1\n", cst.AssignTarget),
    ],
)
def test_what_must_stand_cannot_be_removed(text, kind):
    tree = Tree(text)
    with pytest.raises(ReplacementError, match="cannot be removed"):
        removed(tree, next(node for node in tree.nodes if isinstance(node, kind)))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("a", "b c", "the replacement is no Python"),
        ("a", cst.Pass(), "Pass cannot stand in place of Name"),
        ("f(a)", cst.Arg(cst.Name("x")), "Arg cannot stand in place of"),
    ],
)
def test_what_cannot_stand_there_is_refused(old, new, reason):
    with pytest.raises(ReplacementError, match=reason):
        with_replaced("f(a)\n", old, new)


def test_only_the_tokens_that_differ_change():
    text = "total(first ,  a.b.c(x), # why\n   'text')\n"
    tree = Tree(text)
    call = find(tree, text.rstrip("\n"))
    inner = next(node for node in tree.nodes if tree.source_of(node) == "a.b.c" and isinstance(node, cst.Attribute))
    changes = replaced(tree, call, call.deep_replace(inner, cst.Name("d")))
    assert changes == [(text.index("a.b.c"), text.index("(x)"), "d")]


def test_comments_that_would_be_lost_are_told():
    text = "f(a,  # one\n  b)  # two\n"
    assert lost_comments(text, [(2, text.index("b"), "")]) == ["# one"]
    assert lost_comments(text, [(2, text.index("b"), "c,  # one\n")]) == []
    assert lost_comments("x = '# no'\n", [(4, 10, "1")]) == []


#: What stands for any expression there is.
NEW = ("a if b else c", "lambda: 0", "x or y", "x and y", "not x", "x < y", "x | y", "x + y", "x * y", "-x", "x ** y",
       "f(x)", "5", "'s'", "[i for i in j]", "a.b", "1, 2", "(yield)")  # fmt: skip


@pytest.mark.parametrize("name", ["shlex.py", "textwrap.py", "contextlib.py", "bisect.py", "fractions.py"])
def test_an_expression_never_falls_apart(name):
    """Whatever is put anywhere means the same as it does in parentheses."""
    text = (Path(ast.__file__).parent / name).read_text("utf-8")
    tree = Tree(text)
    chance = random.Random(name)
    places = [
        node
        for node in tree.nodes
        if isinstance(node, cst.BaseExpression)
        and not isinstance(node, cst.StarredElement)
        and tree.field(node)[1] in ("value", "left", "right", "test", "func", "expression", "iter", "comparator")
        and not isinstance(tree.parent(node), cst.NamedExpr | cst.FormattedStringExpression | cst.ConcatenatedString)
    ]
    for node in chance.sample(places, 25):
        new = chance.choice(NEW)
        start, end = tree.outer_span(node)
        expected = f"{text[:start]} ({new}) {text[end:]}"
        try:
            wanted = _flat(expected)
        except SyntaxError:
            continue  # What is assigned to.
        got = apply(text, replaced(tree, node, new))
        assert _flat(got) == wanted, (tree.source_of(node), new)


class _Flat(ast.NodeTransformer):
    def visit_BoolOp(self, node):
        self.generic_visit(node)
        values = []
        for value in node.values:
            same = isinstance(value, ast.BoolOp) and type(value.op) is type(node.op)
            values += value.values if same else [value]
        node.values = values
        return node


def _flat(text):
    return ast.dump(_Flat().visit(ast.parse(text)))
