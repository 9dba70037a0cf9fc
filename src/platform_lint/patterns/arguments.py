"""Matching the arguments of a call: positional ones in order, keywords in any, and both alike where a signature is
known.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from platform_lint.patterns.bindings import Bindings
from platform_lint.patterns.matching import COPIED, Found, Matcher
from platform_lint.patterns.prepass import ONE
from platform_lint.patterns.sameness import names_of
from platform_lint.patterns.syntax import Mark
from platform_lint.signatures import signature_of_builtin


class _Given:
    """What a call is given: arguments, each with the node that has it and its value."""

    __slots__ = ("named", "positional")

    def __init__(self, node: ast.Call) -> None:
        self.positional: list[tuple[ast.AST, ast.expr]] = [(item, item) for item in node.args]
        self.named: list[tuple[str | None, ast.AST, ast.expr]] = [
            (item.arg, item, item.value) for item in node.keywords
        ]


def call(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    """How a call matches."""
    assert isinstance(pattern, ast.Call)
    if not isinstance(target, ast.Call):
        return
    for found in matcher.node(pattern.func, target.func, bindings):
        given = _Given(target)
        if "signature" not in matcher.without:
            _align(matcher, pattern, target, given)
        yield from _keywords(matcher, pattern, given, 0, (), found)


def open_keywords(matcher: Matcher, keywords: Sequence[ast.keyword]) -> list[tuple[ast.keyword, Mark]]:
    """Those of a pattern's keywords that stand for any number of arguments."""
    return [
        (item, mark) for item in keywords if item.arg is None and (mark := matcher.tree.many(item.value)) is not None
    ]


def _keywords(
    matcher: Matcher, pattern: ast.Call, given: _Given, at: int, used: tuple[int, ...], bindings: Bindings
) -> Found:
    """How the keywords from the *at*-th on match, then the rest; *used* are the numbers of those taken already."""
    matcher.step(len(given.named))
    if at == len(pattern.keywords):
        yield from _positional(matcher, pattern, given, used, bindings)
        return
    item = pattern.keywords[at]
    if item.arg is None and matcher.tree.many(item.value) is not None:
        yield from _keywords(matcher, pattern, given, at + 1, used, bindings)
        return
    for number, (name, carrier, value) in enumerate(given.named):
        if number in used or (used and "keywords" in matcher.without and number < used[-1]):
            continue
        if item.arg is None:
            named = bindings if name is None else None
        elif name is None:
            named = None
        elif item.arg.startswith(ONE):
            named = next(matcher.word(item.arg, name, carrier, bindings), None)
        else:
            named = bindings if item.arg == name else None
        if named is None:
            continue
        for found in matcher.node(item.value, value, named):
            yield from _keywords(
                matcher,
                pattern,
                given,
                at + 1,
                (*used, number),
                found.paired(item, carrier).carried(item.value, carrier),
            )


def _positional(matcher: Matcher, pattern: ast.Call, given: _Given, used: tuple[int, ...], bindings: Bindings) -> Found:
    """How the positional arguments match, with the keywords that are left for ``...`` or ``$...X``."""
    patterns: list[ast.AST] = [*pattern.args, *(item.value for item, _ in open_keywords(matcher, pattern.keywords))]
    left = [carrier for number, (_, carrier, _) in enumerate(given.named) if number not in used]
    taker = _taker(matcher, patterns)
    if left and taker is None:
        return
    values = {id(carrier): value for carrier, value in given.positional}

    def item(pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
        for found in matcher.node(pattern, values[id(target)], bindings):
            yield found.carried(pattern, target)

    yield from _run(matcher, patterns, 0, [carrier for carrier, _ in given.positional], 0, left, taker, item, bindings)


def _taker(matcher: Matcher, patterns: Sequence[ast.AST]) -> ast.AST | None:
    """What takes the keywords that are left: the last ``...``, else the last ``$...X``."""
    several = [(pattern, mark) for pattern in patterns if (mark := matcher.tree.many(pattern)) is not None]
    for pattern, mark in reversed(several):
        if mark.kind == "ell":
            return pattern
    return several[-1][0] if several else None


def _run(
    matcher: Matcher,
    patterns: Sequence[ast.AST],
    at: int,
    targets: Sequence[ast.AST],
    number: int,
    left: Sequence[ast.AST],
    taker: ast.AST | None,
    item: object,
    bindings: Bindings,
) -> Found:
    """As :meth:`Matcher.sequence`, where *taker* stands for the keywords *left* as well."""
    matcher.step(len(patterns))
    if at == len(patterns):
        if number == len(targets):
            yield bindings
        return
    pattern = patterns[at]
    mark = matcher.tree.many(pattern)
    if mark is None:
        if number < len(targets):
            for found in item(pattern, targets[number], bindings):  # type: ignore[operator]
                yield from _run(matcher, patterns, at + 1, targets, number + 1, left, taker, item, found)
        return
    needed = sum(matcher.tree.many(other) is None for other in patterns[at + 1 :])
    last = len(targets) - needed
    rest = needed == len(patterns) - at - 1
    for end in range(last if rest else number, last + 1):
        if end < number:
            return
        taken = list(targets[number:end])
        if left and pattern is taker:
            taken = sorted([*taken, *left], key=lambda node: (node.lineno, node.col_offset))  # type: ignore[attr-defined]
            matcher.step(len(taken))
        else:
            matcher.step(len(taken), COPIED)
        bound = matcher.several(mark, taken, bindings)
        if bound is not None:
            bound = bound.paired(pattern, taken)
            yield from _run(matcher, patterns, at + 1, targets, end, left, taker, item, bound)


def _align(matcher: Matcher, pattern: ast.Call, target: ast.Call, given: _Given) -> None:
    """Give arguments the way the pattern does, where the signature of what is called says they are the same."""
    signature = _signature_of(matcher, target.func)
    if not signature:
        return
    positional, skipped = parameters_of(signature)
    if skipped:
        return
    wanted = {item.arg for item in pattern.keywords if item.arg is not None}
    for number in reversed(range(len(given.positional))):
        carrier, value = given.positional[number]
        if any(isinstance(item, ast.Starred) for _, item in given.positional[: number + 1]):
            continue
        if number < len(positional) and positional[number] in wanted:
            del given.positional[number]
            given.named.append((positional[number], carrier, value))
    fixed = 0
    for argument in pattern.args:
        if matcher.tree.many(argument) is not None or isinstance(argument, ast.Starred):
            break
        fixed += 1
    for number in range(len(given.positional), min(fixed, len(positional))):
        found = next((entry for entry in given.named if entry[0] == positional[number]), None)
        if found is None or positional[number] in wanted:
            return
        given.named.remove(found)
        given.positional.append((found[1], found[2]))


def _signature_of(matcher: Matcher, func: ast.expr) -> str:
    for qualified in names_of(func, matcher.context):
        dotted = ".".join(qualified)
        api = matcher.context.apis.get(dotted)
        if api is not None and api.signature:
            return api.signature
        for other in matcher.context.apis.values():
            if other.signature and dotted in other.reexports:
                return other.signature
        if qualified[0] == "builtins":
            return _of_builtin(dotted)
    return ""


_of_builtin = lru_cache(maxsize=256)(signature_of_builtin)


@lru_cache(maxsize=256)
def parameters_of(signature: str) -> tuple[tuple[str, ...], bool]:
    """The parameters of a signature's text that can be given by position and keyword, and whether it is unreadable."""
    try:
        definition = ast.parse(f"def f{signature}: pass").body[0]
    except SyntaxError:
        return (), True
    assert isinstance(definition, ast.FunctionDef)
    if definition.args.posonlyargs:
        return (), True
    return tuple(item.arg for item in definition.args.args), False
