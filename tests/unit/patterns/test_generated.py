"""Code made at random: with pieces of it made metavariables it matches itself, and is written back as it was."""

from __future__ import annotations

import ast
import random

from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from platform_lint.context import FileContext
from platform_lint.hits import Quote
from platform_lint.index import build, parse
from platform_lint.patterns.alignment import Editor
from platform_lint.patterns.matching import Matcher, Pattern
from platform_lint.patterns.prepass import PatternError
from platform_lint.patterns.templates import Refused, Template
from platform_lint.source import Source

ATOMS = ["a", "b", "self.x", "1", "'s'", "None", "[]", "{}", "1.5", "b'x'", "self"]
BINARY = ["+", "-", "*", "/", "//", "%", "**", "@", "<<", "|", "&", "^"]
COMPARING = ["==", "!=", "<", "is", "is not", "in", "not in"]


def compounds(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, max_size=3)
    return st.one_of(
        st.tuples(inner, st.sampled_from(BINARY), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(inner, st.sampled_from(COMPARING), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"(({t[0]}) {t[1]} ({t[2]}))"),
        inner.map(lambda e: f"not ({e})"),
        inner.map(lambda e: f"-({e})"),
        inner.map(lambda e: f"({e}).attr"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]})[{t[1]}]"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]})[{t[1]}:]"),
        st.tuples(inner, some, st.lists(inner, max_size=2)).map(
            lambda t: f"({t[0]})({', '.join([*t[1], *(f'k{n}={v}' for n, v in enumerate(t[2]))])})"
        ),
        st.tuples(inner, inner).map(lambda t: f"({t[0]})(*({t[1]}))"),
        some.map(lambda items: f"[{', '.join(items)}]"),
        some.map(lambda items: f"({', '.join(items)},)" if items else "()"),
        st.tuples(inner, inner).map(lambda t: f"{{{t[0]}: {t[1]}, **({t[1]})}}"),
        st.tuples(inner, inner, inner).map(lambda t: f"(({t[0]}) if ({t[1]}) else ({t[2]}))"),
        inner.map(lambda e: f"(lambda x, *y, z=({e}): ({e}))"),
        st.tuples(inner, inner).map(lambda t: f"[{t[0]} for i in ({t[1]}) if i]"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]} for i in ({t[1]}))"),
        inner.map(lambda e: f"(w := ({e}))"),
    )


EXPRESSIONS = st.recursive(st.sampled_from(ATOMS), compounds, max_leaves=12)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def indented(body: str) -> str:
        return "\n".join("    " + line for line in body.splitlines())

    body = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(indented)
    return st.one_of(
        st.tuples(EXPRESSIONS, body).map(lambda t: f"if {t[0]}:\n{t[1]}"),
        st.tuples(EXPRESSIONS, body, body).map(lambda t: f"if {t[0]}:\n{t[1]}\nelse:\n{t[2]}"),
        st.tuples(EXPRESSIONS, body).map(lambda t: f"for i in ({t[0]}):\n{t[1]}"),
        st.tuples(EXPRESSIONS, body).map(lambda t: f"with {t[0]} as v:\n{t[1]}"),
        st.tuples(body, body).map(lambda t: f"try:\n{t[0]}\nexcept ValueError as e:\n{t[1]}"),
        st.tuples(EXPRESSIONS, body).map(lambda t: f"def f(p, q=({t[0]}), *r, **s):\n{t[1]}"),
        st.tuples(EXPRESSIONS, body).map(lambda t: f"@deco.rate({t[0]})\nclass C(base.B):\n{t[1]}"),
    )


SIMPLE = st.one_of(
    EXPRESSIONS.map(lambda e: f"v = ({e})"),
    EXPRESSIONS.map(lambda e: f"({e})"),
    EXPRESSIONS.map(lambda e: f"assert ({e}), 'm'"),
    EXPRESSIONS.map(lambda e: f"return ({e})"),
    EXPRESSIONS.map(lambda e: f"raise ({e})"),
    st.just("pass"),
)
STATEMENTS = st.recursive(SIMPLE, blocks, max_leaves=6)


def context_of(code: str) -> FileContext:
    source = Source(code)
    tree = parse(source)
    return FileContext(source, tree, build(source, tree), None, {}, {})


def abstracted(context: FileContext, root: ast.AST, seed: int) -> str:
    """The text of *root* with some of the expressions in it, no two inside each other, made metavariables."""
    chooser = random.Random(seed)
    start, end = context.span(root)
    spans: list[tuple[int, int]] = []
    taken: list[ast.AST] = []
    for node in ast.walk(root):
        if not isinstance(node, ast.expr) or node is root or isinstance(node, ast.Starred | ast.Slice):
            continue
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or chooser.random() > 0.3:
            continue
        if isinstance(node, ast.GeneratorExp | ast.Constant):
            continue
        low, high = context.span(node)
        if any(low < other_high and other_low < high for other_low, other_high in spans):
            continue
        if any(inner in taken for inner in ast.walk(node)):
            continue
        spans.append((low, high))
        taken.append(node)
    text = context.source.text
    pieces: list[str] = []
    at = start
    for number, (low, high) in enumerate(sorted(spans)):
        pieces += [text[at:low], f"$X{number}"]
        at = high
    pieces.append(text[at:end])
    return "".join(pieces)


def written(template: Template, node: ast.AST) -> str:
    text = template.context.source.text
    pieces = template.expression(node)
    return "".join(text[piece.start : piece.end] if isinstance(piece, Quote) else str(piece) for piece in pieces)


def dumped(text: str) -> str:
    return ast.dump(ast.parse(text))


@examples(150)
@given(EXPRESSIONS, st.integers(0, 1000))
def test_an_expression_matches_its_own_pattern(code: str, seed: int) -> None:
    context = context_of(code)
    root = context.tree.body[0].value  # type: ignore[attr-defined]
    text = abstracted(context, root, seed)
    if context.outer_span(root) != context.span(root):
        text = f"({text})"
    pattern = Pattern.parse(text, ["alias"])
    found = Matcher(pattern, context).first(root)
    assert found is not None
    # Laid beside itself nothing changes, and written anew it is the same code.
    assert pattern.tree.root is not None
    assert (
        Editor(context, pattern.tree, pattern.tree, found).expression(pattern.tree.root, pattern.tree.root, root) == []
    )
    template = Template(context, pattern.tree, pattern.tree, found)
    template.known = {}
    try:
        again = written(template, pattern.tree.root)
    except Refused:
        return
    assert dumped(f"({again})") == dumped(f"({context.text(root)})")


@examples(150)
@given(STATEMENTS, st.integers(0, 1000))
def test_a_statement_matches_its_own_pattern(code: str, seed: int) -> None:
    context = context_of(code)
    root = context.tree.body[0]
    lines = code if getattr(root, "decorator_list", None) else abstracted(context, root, seed)
    pattern = Pattern.parse(lines, ["alias"])
    found = Matcher(pattern, context).first(root)
    assert found is not None, lines
    editor = Editor(context, pattern.tree, pattern.tree, found)
    assert editor.block(pattern.tree.body, pattern.tree.body, [root]) == []


def parsed(text: str) -> tuple[Pattern | None, PatternError | None]:
    try:
        return Pattern.parse(text), None
    except PatternError as error:
        return None, error


@examples(150)
@given(st.text("$.XY_()[]{}:=,*<> \n'\"fab@#dlambda\\1", max_size=30))
def test_any_text_is_a_pattern_or_one_clear_error(text: str) -> None:
    pattern, error = parsed(text)
    if pattern is None:
        assert error is not None
        assert "\n" not in str(error)
        assert 1 <= error.line <= text.count("\n") + 1
        assert 1 <= error.column <= len(text) + 1
        return
    context = context_of("f(a, *b, k=1)\nx = {1: 2}\n")
    for node in context.nodes((ast.expr, ast.stmt)):
        Matcher(pattern, context).first(node)
