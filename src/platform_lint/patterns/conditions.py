"""``inside`` and ``not_inside``: what must, or must not, be around a finding.

A condition is a pattern for an expression or statement around the finding, or ``module`` with a glob of the file's own
module. Functions count for what is in their bodies, classes too. Functions are not looked out of, as code in one
does not run where the function is defined; only classes may be farther out.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator

from platform_lint.context import FileContext
from platform_lint.names import NameError_, glob_pattern, parse_name
from platform_lint.patterns.bindings import Bindings
from platform_lint.patterns.matching import Matcher, Pattern, PatternError
from platform_lint.rule import Rule

_MODULE = "module "
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FSTRING_POSITIONS = sys.version_info >= (3, 12)


def check(text: str, key: str, fail: Callable[[str, str], Exception]) -> None:
    """Check one condition of a rule's *key*. Raises what *fail* makes."""
    if text.startswith(_MODULE):
        glob = text[len(_MODULE) :].strip()
        try:
            if glob not in ("*", "**"):
                parse_name(glob)
        except NameError_ as error:
            raise fail(key, f"{key}: {error}") from None
        return
    try:
        pattern = Pattern.parse(text)
    except PatternError as error:
        raise fail(key, f"{key}: {error}") from None
    if not pattern.tree.body:
        raise fail(key, f"{key}: it is empty")
    if len(pattern.tree.body) > 1 and not pattern.tree.bare:
        raise fail(key, f"{key}: several statements cannot be around one; write the statement that holds the code")
    mark = pattern.tree.many(pattern.tree.root)
    if mark is not None:
        raise fail(key, f"{key}: `...` is around everything")


def holds(rule: Rule, context: FileContext, start: int, end: int) -> bool:
    """Whether what is around the finding of *rule* at these offsets is as the rule wants it.

    Rules with patterns have seen to it already: their conditions may speak of metavariables of the match.
    """
    if rule.verb == "match":
        return True
    return placed(rule, context, around(context, start, end), Bindings({}))


def placed(rule: Rule, context: FileContext, node: ast.AST, bindings: Bindings) -> bool:
    """Whether what is around *node* is as *rule* wants it, its metavariables standing for what *bindings* say."""
    if rule.inside and not any(_is_inside(text, context, node, bindings) for text in rule.inside):
        return False
    return not any(_is_inside(text, context, node, bindings) for text in rule.not_inside)


def _is_inside(text: str, context: FileContext, node: ast.AST, bindings: Bindings) -> bool:
    if text.startswith(_MODULE):
        return _in_module(text[len(_MODULE) :].strip(), context)
    matcher = Matcher(Pattern.parse(text), context)
    body = matcher.tree.body[-1]
    classes = isinstance(body, ast.ClassDef) or matcher.tree.bare
    inner = node
    left = False
    for outer in context.ancestors(node):
        definition = isinstance(outer, (*_FUNCTIONS, ast.ClassDef))
        in_body = not definition or inner in outer.body  # type: ignore[attr-defined]
        seen = in_body and (not left or (classes and isinstance(outer, ast.ClassDef)))
        if seen and _fits(matcher, body, outer, bindings):
            return True
        if isinstance(body, ast.AsyncFunctionDef) and isinstance(outer, ast.Lambda | ast.GeneratorExp):
            return False  # Nothing can be awaited there.
        if isinstance(outer, _FUNCTIONS) and in_body:
            left = True
            if not classes:
                return False
        inner = outer
    return False


def _fits(matcher: Matcher, body: ast.stmt, outer: ast.AST, bindings: Bindings) -> bool:
    if isinstance(outer, ast.stmt):
        if matcher.tree.bare:
            return matcher.first(outer, bindings) is not None
        return matcher.first_of(body, outer, bindings) is not None
    if matcher.tree.root is None or not isinstance(outer, ast.expr):
        return False
    return matcher.first(outer, bindings) is not None


def _in_module(glob: str, context: FileContext) -> bool:
    module = context.view.module if context.view is not None else context.index.module
    if module is None:
        return False
    dotted = ".".join(module)
    if glob.endswith(".**") and dotted == glob[:-3]:
        return True  # A package is inside itself.
    return glob_pattern(tuple(glob.split("."))).fullmatch(dotted) is not None


def around(context: FileContext, start: int, end: int) -> ast.AST:
    """The innermost node that covers these offsets."""
    low, high = _place(context, start), _place(context, max(start, end))
    found: ast.AST = context.tree
    pending: list[ast.AST] = [context.tree]
    while pending:
        node = pending.pop()
        for child in _children(node):
            if not hasattr(child, "lineno"):
                pending.append(child)
                continue
            decorators = getattr(child, "decorator_list", ())
            first = min((child.lineno, *(item.lineno for item in decorators)))
            begin = (first, 0) if decorators else (child.lineno, child.col_offset)  # type: ignore[attr-defined]
            if begin <= low and high <= (child.end_lineno, child.end_col_offset):  # type: ignore[attr-defined]
                found = child
                pending = [child]
                break
    return found


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if not _FSTRING_POSITIONS and isinstance(node, ast.JoinedStr):
        return
    yield from ast.iter_child_nodes(node)


def _place(context: FileContext, offset: int) -> tuple[int, int]:
    """Row and UTF-8 column of an offset, as ``ast`` counts them."""
    source = context.source
    row = source.row(offset)
    return row, len(source.text[source.starts[row - 1] : offset].encode("utf-8", "surrogatepass"))
