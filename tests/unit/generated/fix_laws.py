"""The laws of a fix, whatever its rule and whatever the code: what must hold of the text that comes of it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator

from engine import complete, fix_result

from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import offered
from platform_lint.hits import Hit
from platform_lint.modules import ModuleView
from platform_lint.source import Source


def compiles(text: str) -> bool:
    """Whether Python's own compiler takes *text*."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<generated>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def comments(text: str) -> Counter[str]:
    """The comments of *text*, each as often as it stands there."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def assert_fix_holds(
    text: str,
    rules: Catalog,
    *,
    unsafe: bool = False,
    keeps_comments: bool = True,
    view: ModuleView | None = None,
) -> str:
    """*text* as the fixes of *rules* leave it, after every law was asked. Lines end with ``\\n`` in *text*."""
    result = fix_result(text, rules, view, unsafe=unsafe)
    after = result.text
    assert result.failures == [], result.failures
    assert compiles(after) or not compiles(text), f"the result does not compile:\n{after}"
    again = fix_result(after, rules, view, unsafe=unsafe)
    assert again.text == after, f"a second fix changes something:\n{after}"
    assert_what_is_left_says_why(after, rules, view, unsafe=unsafe)
    if keeps_comments:
        assert comments(after) == comments(text), f"a comment was lost, or made:\n{after}"
    assert_the_rest_is_as_it_was(text, after, rules, view)
    dos = fix_result(text.replace("\n", "\r\n"), rules, view, unsafe=unsafe).text
    assert dos == after.replace("\n", "\r\n"), f"with CRLF it becomes something else:\n{dos!r}"
    if not complete(text, rules, view).hits:
        assert after == text, "nothing is found, and something changes"
    return after


def assert_what_is_left_says_why(
    after: str, rules: Catalog, view: ModuleView | None = None, *, unsafe: bool = False
) -> None:
    """What is still found in a fixed text has no fix, or one that a run does not apply and a reason for it."""
    analysis = complete(after, rules, view)
    fixes = offered(analysis)
    allowed = ("safe", "unsafe") if unsafe else ("safe",)
    for hit in analysis.hits:
        assert hit.kind != "engine", f"the engine failed: {hit.message}"
        fix = fixes.get(hit)
        if fix is None:
            assert not hit.fixable
        else:
            assert fix.safety not in allowed, f"{hit.rule.code} is left though it has a fix: {fix}\n{after}"
            assert fix.reason or fix.safety == hit.rule.fix, f"{hit.rule.code} is not fixed and nobody says why: {fix}"


def assert_the_rest_is_as_it_was(before: str, after: str, rules: Catalog, view: ModuleView | None = None) -> None:
    """Statements without a finding keep every byte: only imports and what is found may change, round by round."""
    source = Source(before)
    hits = complete(before, rules, view).hits
    free = set(_rows_that_may_change(before, (source.row(hit.start) for hit in hits)))
    for hit in hits:
        free |= _rows_of_uses(before, hit)
    lines = iter(after.split("\n"))
    for row, line in enumerate(before.split("\n"), 1):
        if row not in free:
            assert any(line == other for other in lines), f"changed though nothing is found in it: {line!r}\n{after}"


def _rows_that_may_change(text: str, hit_rows: Iterable[int]) -> Iterator[int]:
    """The rows of imports, of the innermost statements that have a finding, and blank ones."""
    tree = ast.parse(text)
    wanted = set(hit_rows)
    yield from (row for row, line in enumerate(text.split("\n"), 1) if not line.strip())
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        first, last = _own_rows(node)
        if isinstance(node, ast.Import | ast.ImportFrom) or not wanted.isdisjoint(range(first, last + 1)):
            yield from range(first, last + 1)


def _own_rows(node: ast.stmt | ast.excepthandler | ast.match_case) -> tuple[int, int]:
    """The first and last row of *node*, without the statements in it."""
    first = min(place.lineno for place in _begins(node))
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if body:
        return first, max(first, min(place.lineno for place in _begins(body[0])) - 1)
    return first, getattr(node, "end_lineno", first)


def _begins(node: ast.AST) -> list[ast.expr | ast.stmt | ast.pattern | ast.excepthandler]:
    """What *node* may begin with: itself, or what stands before it in the file."""
    if isinstance(node, ast.match_case):
        return [node.pattern]
    assert isinstance(node, ast.stmt | ast.excepthandler)
    return [node, *getattr(node, "decorator_list", [])]


def _rows_of_uses(text: str, hit: Hit) -> set[int]:
    """The rows of what goes with *hit* at an import: uses of what that binds change with it."""
    tree = ast.parse(text)
    row = Source(text).row(hit.start)
    names = {hit.binding.name} if hit.binding is not None else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno <= row <= (node.end_lineno or node.lineno):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    rows: set[int] = set()
    lines = text.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            first, last = _own_rows(node)
            if names.intersection(re.findall(r"\w+", "\n".join(lines[first - 1 : last]))):
                rows.update(range(first, last + 1))
    return rows
