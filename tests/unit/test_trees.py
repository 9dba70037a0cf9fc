"""The tree of a file: exact places, order, indentation, and what cannot be read."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import pytest

from platform_lint.trees import Tree, TreeError, Visitor, traverse

SOURCES = Path(ast.__file__).parent
#: Some of the standard library's files that between them have every kind of statement.
FILES = ("dataclasses.py", "asyncio/tasks.py", "string.py", "contextlib.py", "typing.py", "test/test_patma.py")

ODD = """\
# -*- coding: utf-8 -*-
'''doc'''

@first  # c
@second(
    a,
)
class Ä(B, metaclass=M):

    # about x
    x: int = 1; y = 2  # behind

    async def f(self, *, a: int=1, **k) -> None:
        async with (a as b, c as d):
        \tawait x

if a: pass
elif (b   # why
      and c):
    if 1:
        z = (
            1,
        )
elif d: pass; q
else:
    try: pass
    except (A, B) as e:
        pass
    finally: print(f"{x!r:>{y}} {'ä'}")
match x:
   case {"a": [1, *_], **r} if (yield): pass
   case A(b=1) | None:
     pass
for i in (1, 2,): lambda: (yield)
x = [ä for ä in y if (z := ä)][1:2, ...]
print((i for i in x), (i for i in y))
del ((a), b)
"""


def trees():
    yield pytest.param(ODD, id="odd")
    yield pytest.param(ODD.replace("\n", "\r\n"), id="crlf")
    for name in FILES:
        if (SOURCES / name).exists():
            yield pytest.param((SOURCES / name).read_text("utf-8"), id=name)


@pytest.mark.parametrize("text", list(trees()))
def test_every_node_is_rendered_as_it_stands(text):
    tree = Tree(text)
    for node in tree.nodes[1:]:
        code = tree.render(node, node)[0]
        start, end = tree.outer_span(node)
        assert code == text[start:end]


@pytest.mark.parametrize("text", list(trees()))
def test_a_span_is_where_ast_has_the_node(text):
    tree = Tree(text)
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(row, column):
        return starts[row - 1] + len(lines[row - 1].encode()[:column].decode())

    spans = {tree.span(node) for node in tree.nodes if isinstance(node, cst.BaseExpression | cst.BaseSmallStatement)}
    pending = [ast.parse(text)]
    seen, bare = 0, set()
    while pending:
        node = pending.pop()
        if isinstance(node, ast.JoinedStr | ast.pattern | ast.BoolOp | ast.Compare):
            continue  # These have no counterpart of the same extent.
        pending += ast.iter_child_nodes(node)
        if isinstance(node, ast.GeneratorExp) or (isinstance(node, ast.Tuple) and id(node) in bare):
            continue  # For `ast` the parentheses of a call are those of its only argument.
        if isinstance(node, ast.Subscript):
            bare.add(id(node.slice))
        if isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.BinOp | ast.Tuple | ast.Assign | ast.Return):
            assert (offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)) in spans
            seen += 1
    assert seen


def test_a_statement_begins_at_its_first_word():
    tree = Tree("if a:\n    # c\n    @d\n    def f(): pass\nelif b: x\n")
    functions = [node for node in tree.nodes if isinstance(node, cst.FunctionDef | cst.If)]
    assert [tree.text[slice(*tree.span(node))] for node in functions] == [tree.text[:-1], "def f(): pass", "elif b: x"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x =\n", "LibCST cannot parse line 1"),
        ("x=1\n\x0cdef f(): pass\n", "LibCST would not write it back as it is"),
        ("x = " + " + ".join(["a"] * 900) + "\n", "it is nested too deeply for LibCST"),
    ],
)
def test_what_cannot_be_worked_on_says_why(text, reason):
    with pytest.raises(TreeError, match=reason):
        Tree(text)


def test_a_node_of_another_tree_is_not_taken_for_one_of_this():
    tree = Tree("x\n")
    assert not tree.holds(cst.Name("x"))
    with pytest.raises(LookupError, match="Name is not a node of the file"):
        tree.parent(cst.Name("x"))


class Log:
    def __init__(self, *kinds, stop=(), fail=()):
        self.seen = []
        self.failures = []
        self.stop, self.fail = stop, fail
        self.visitor = Visitor(
            dict.fromkeys(kinds, self.enter),
            dict.fromkeys(kinds, self.leave),
            lambda *what: self.failures.append(what),
        )

    def enter(self, node):
        name = node.value if isinstance(node, cst.Name) else type(node).__name__
        self.seen.append(name)
        if name in self.fail:
            raise ValueError(name)
        return name not in self.stop

    def leave(self, node):
        self.seen.append(f"/{node.value if isinstance(node, cst.Name) else type(node).__name__}")


def test_one_traversal_shows_each_visitor_its_nodes_in_reading_order():
    tree = Tree("a if b else c\nf(d)\n")
    names, calls = Log("Name"), Log("Call", "IfExp")
    traverse(tree, [names.visitor, calls.visitor])
    assert names.seen == ["a", "/a", "b", "/b", "c", "/c", "f", "/f", "d", "/d"]
    assert calls.seen == ["IfExp", "/IfExp", "Call", "/Call"]


def test_a_visitor_prunes_for_itself_alone():
    tree = Tree("f(g(a), b)\nc\n")
    pruning, other = Log("Call", "Name", stop={"Call"}), Log("Call", "Name")
    traverse(tree, [pruning.visitor, other.visitor])
    assert pruning.seen == ["Call", "/Call", "c", "/c"]
    assert other.seen == ["Call", "f", "/f", "Call", "g", "/g", "a", "/a", "/Call", "b", "/b", "/Call", "c", "/c"]


def test_a_visitor_that_raises_sees_no_more_and_the_others_go_on():
    tree = Tree("a; b; c\n")
    failing, other = Log("Name", fail={"b"}), Log("Name")
    traverse(tree, [failing.visitor, other.visitor])
    assert failing.seen == ["a", "/a", "b"]
    assert [(str(error), node.value) for error, node in failing.failures] == [("b", "b")]
    assert other.seen == ["a", "/a", "b", "/b", "c", "/c"]
