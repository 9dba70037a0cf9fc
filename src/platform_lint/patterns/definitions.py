"""Matching statements and definitions: what the pattern leaves out of one is left as it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from platform_lint.patterns.bindings import Bindings
from platform_lint.patterns.matching import Found, Matcher
from platform_lint.patterns.prepass import ANY, ELL, MANY, ONE
from platform_lint.patterns.syntax import Mark

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: A parameter: its kind, its node, its default.
Parameter = tuple[str, ast.arg, "ast.expr | None"]


def parameters(matcher: Matcher, pattern: ast.arguments, target: ast.arguments, bindings: Bindings) -> Found:
    """How the parameters of a function or lambda match, in order."""
    yield from _parameters(matcher, flattened(pattern), flattened(target), False, bindings.paired(pattern, target))


def flattened(arguments: ast.arguments) -> list[Parameter]:
    """The parameters in order; kinds are "plain", "*", "only" (by keyword) and "**"."""
    found: list[Parameter] = []
    plain = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    found += [("plain", node, default) for node, default in zip(plain, [*missing, *arguments.defaults], strict=True)]
    if arguments.vararg is not None:
        found.append(("*", arguments.vararg, None))
    found += [
        ("only", node, default) for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg is not None:
        found.append(("**", arguments.kwarg, None))
    return found


def parameter_mark(name: str) -> Mark | None:
    """The mark of a parameter that stands for any number of them."""
    if name == ELL:
        return Mark("ell")
    return Mark("many", name[len(MANY) :]) if name.startswith(MANY) else None


def _parameters(
    matcher: Matcher, patterns: Sequence[Parameter], targets: Sequence[Parameter], after: bool, bindings: Bindings
) -> Found:
    matcher.step(len(targets))
    if not patterns:
        if not targets:
            yield bindings
        return
    kind, node, default = patterns[0]
    mark = parameter_mark(node.arg)
    if mark is not None:
        for end in range(len(targets) if len(patterns) == 1 else 0, len(targets) + 1):
            taken = [item for _, item, _ in targets[:end]]
            matcher.step(len(targets))
            bound = matcher.several(mark, taken, bindings)
            if bound is not None:
                yield from _parameters(matcher, patterns[1:], targets[end:], True, bound.paired(node, taken))
        return
    if not targets:
        return
    other_kind, other, other_default = targets[0]
    # After `...` it may be by keyword only: the pattern does not say what came before.
    if kind != other_kind and not (after and kind == "plain" and other_kind == "only"):
        return
    for named in matcher.word(node.arg, other.arg, other, bindings):
        annotated = _optional(matcher, node.annotation, other.annotation, "annotations", named)
        for found in annotated:
            for complete in _optional(matcher, default, other_default, "defaults", found):
                yield from _parameters(matcher, patterns[1:], targets[1:], after, complete.paired(node, other))


def _optional(
    matcher: Matcher, pattern: ast.AST | None, target: ast.AST | None, equivalence: str, bindings: Bindings
) -> Found:
    """How something matches that the pattern may leave out."""
    if pattern is None:
        if target is None:
            yield bindings
        elif equivalence not in matcher.without:
            yield bindings.without(target)
    elif target is not None:
        yield from matcher.node(pattern, target, bindings)
    elif matcher.is_ell(pattern):
        yield bindings


def _block(
    matcher: Matcher,
    pattern: Sequence[ast.stmt],
    target: Sequence[ast.stmt],
    bindings: Bindings,
    *,
    clause: bool = False,
) -> Found:
    """How a block matches; as a *clause* it may be left out."""
    if clause and not pattern:
        if not target:
            yield bindings
        elif "clauses" not in matcher.without:
            yield bindings.without(*target)
        return
    if target or not clause:
        yield from matcher.sequence(pattern, 0, target, 0, bindings, matcher.node)


def _function(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, Function)
    if not isinstance(target, Function):
        return
    if type(pattern) is not type(target) and (isinstance(pattern, ast.AsyncFunctionDef) or "async" in matcher.without):
        return
    if pattern.name != ANY:
        named = list(matcher.word(pattern.name, target.name, target, bindings))
    else:
        named = [bindings]
    for found in named:
        for decorated in decorators(matcher, pattern.decorator_list, target.decorator_list, found):
            for taking in parameters(matcher, pattern.args, target.args, decorated):
                for returning in _optional(matcher, pattern.returns, target.returns, "annotations", taking):
                    left_out = returning.without(*(getattr(target, "type_params", None) or ()))
                    yield from _block(matcher, pattern.body, target.body, left_out)


def decorators(
    matcher: Matcher, patterns: Sequence[ast.expr], targets: Sequence[ast.expr], bindings: Bindings
) -> Found:
    """How decorators match: each of the pattern's is one of the definition's, in any order."""
    if "decorators" in matcher.without:
        yield from matcher.sequence(patterns, 0, targets, 0, bindings, matcher.node)
        return
    yield from _among(matcher, [item for item in patterns if not matcher.is_ell(item)], targets, (), bindings)


def _among(
    matcher: Matcher,
    patterns: Sequence[ast.AST],
    targets: Sequence[ast.AST],
    used: tuple[int, ...],
    bindings: Bindings,
    ordered: bool = False,
) -> Found:
    """How each of *patterns* matches one of *targets*, no two the same; the others are left out."""
    matcher.step(len(targets))
    if len(used) == len(patterns):
        yield bindings.without(*(node for number, node in enumerate(targets) if number not in used))
        return
    for number, target in enumerate(targets):
        if number in used or (ordered and used and number < used[-1]):
            continue
        for found in matcher.node(patterns[len(used)], target, bindings):
            yield from _among(matcher, patterns, targets, (*used, number), found, ordered)


def _class(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.ClassDef)
    if not isinstance(target, ast.ClassDef):
        return
    for found in list(matcher.word(pattern.name, target.name, target, bindings)):
        for decorated in decorators(matcher, pattern.decorator_list, target.decorator_list, found):
            for based in _bases(matcher, pattern, target, decorated):
                left_out = based.without(*(getattr(target, "type_params", None) or ()))
                yield from _block(matcher, pattern.body, target.body, left_out)


def _bases(matcher: Matcher, pattern: ast.ClassDef, target: ast.ClassDef, bindings: Bindings) -> Found:
    if "bases" in matcher.without:
        for found in matcher.sequence(pattern.bases, 0, target.bases, 0, bindings, matcher.node):
            if len(pattern.keywords) == len(target.keywords):
                yield from _class_keywords(matcher, pattern.keywords, target, found)
        return
    yield from _some_bases(matcher, pattern, target, 0, (), bindings)


def _some_bases(
    matcher: Matcher, pattern: ast.ClassDef, target: ast.ClassDef, at: int, used: tuple[int, ...], bindings: Bindings
) -> Found:
    """How the bases from the *at*-th on are among those of the class, or among theirs."""
    matcher.step()
    if at == len(pattern.bases):
        left = [node for number, node in enumerate(target.bases) if number not in used]
        found = _rest(matcher, pattern.bases, left, bindings)
        if found is not None:
            yield from _class_keywords(matcher, pattern.keywords, target, found)
        return
    base = pattern.bases[at]
    if matcher.tree.many(base) is not None:
        yield from _some_bases(matcher, pattern, target, at + 1, used, bindings)
        return
    matched = False
    for number, other in enumerate(target.bases):
        if number not in used:
            for found in matcher.node(base, other, bindings):
                matched = True
                yield from _some_bases(matcher, pattern, target, at + 1, (*used, number), found)
    parts = matcher.names.get(id(base))
    if not matched and parts is not None:
        receivers = matcher.context.receivers
        if any(receivers.inherits(target, spelled) for spelled in matcher.context.spelled(parts)):
            yield from _some_bases(matcher, pattern, target, at + 1, used, bindings)


def _rest(
    matcher: Matcher, patterns: Sequence[ast.AST], left: Sequence[ast.AST], bindings: Bindings
) -> Bindings | None:
    """*bindings* with what is *left* for the ``$...X`` among *patterns*."""
    several = [(item, mark) for item in patterns if (mark := matcher.tree.many(item)) is not None]
    if not several:
        return bindings.without(*left)
    found: Bindings | None = bindings
    for number, (item, mark) in enumerate(several):
        taken = left if number == 0 else ()
        found = matcher.several(mark, taken, found) if found is not None else None
        found = found.paired(item, list(taken)) if found is not None else None
    return found


def _class_keywords(
    matcher: Matcher, keywords: Sequence[ast.keyword], target: ast.ClassDef, bindings: Bindings
) -> Found:
    """How each keyword of a class pattern is among those of the class."""
    keywords = [item for item in keywords if item.arg is not None or matcher.tree.many(item.value) is None]
    if not keywords:
        yield bindings.without(*target.keywords)
        return
    first = keywords[0]
    for other in target.keywords:
        if first.arg is None or other.arg is None:
            named = [bindings] if first.arg is other.arg else []
        else:
            named = list(matcher.word(first.arg, other.arg, other, bindings))
        for bound in named:
            for found in matcher.node(first.value, other.value, bound):
                yield from _class_keywords(matcher, keywords[1:], target, found.paired(first, other))


def _headed(*fields: str) -> Callable[[Matcher, ast.AST, ast.AST, Bindings], Found]:
    """The handler of a statement of one kind with a ``body``, whose ``else`` may be left out."""

    def handler(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
        if type(pattern) is not type(target):
            return
        for found in matcher.fields(pattern, target, fields, bindings):
            for inside in _block(matcher, pattern.body, target.body, found):  # type: ignore[attr-defined]
                yield from _block(matcher, pattern.orelse, target.orelse, inside, clause=True)  # type: ignore[attr-defined]

    return handler


def _with(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.With | ast.AsyncWith)
    if not isinstance(target, type(pattern)):
        return
    if "clauses" in matcher.without:
        items = matcher.sequence(pattern.items, 0, target.items, 0, bindings, matcher.node)
    else:
        wanted = [item for item in pattern.items if not matcher.is_ell(item.context_expr)]
        items = _among(matcher, wanted, target.items, (), bindings, ordered=True)
    for found in items:
        yield from _block(matcher, pattern.body, target.body, found)


def _item(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.withitem) and isinstance(target, ast.withitem)
    for found in matcher.node(pattern.context_expr, target.context_expr, bindings):
        yield from _optional(matcher, pattern.optional_vars, target.optional_vars, "clauses", found)


def _try(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Try) or type(pattern).__name__ == "TryStar"
    if type(pattern) is not type(target):
        return
    handlers: list[ast.AST] = list(pattern.handlers)  # type: ignore[attr-defined]
    others: list[ast.AST] = list(target.handlers)  # type: ignore[attr-defined]
    for inside in _block(matcher, pattern.body, target.body, bindings):  # type: ignore[attr-defined]
        if "clauses" in matcher.without:
            handled = matcher.sequence(handlers, 0, others, 0, inside, matcher.node)
        else:
            handled = _among(matcher, handlers, others, (), inside, ordered=True)
        for found in handled:
            for other in _block(matcher, pattern.orelse, target.orelse, found, clause=True):  # type: ignore[attr-defined]
                yield from _block(matcher, pattern.finalbody, target.finalbody, other, clause=True)  # type: ignore[attr-defined]


def _handler(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.ExceptHandler)
    if not isinstance(target, ast.ExceptHandler):
        return
    if pattern.type is None:
        typed = [bindings] if target.type is None else []
    elif target.type is None:
        typed = [bindings] if matcher.is_ell(pattern.type) else []
    else:
        typed = list(matcher.node(pattern.type, target.type, bindings))
    for found in typed:
        if pattern.name is None:
            if target.name is not None and "clauses" in matcher.without:
                continue
            named = [found.without(target.type) if target.name is not None else found]
        elif target.name is None:
            named = []
        else:
            named = list(matcher.word(pattern.name, target.name, target, found))
        for complete in named:
            yield from _block(matcher, pattern.body, target.body, complete)


def _assign(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Assign)
    if isinstance(target, ast.Assign):
        yield from matcher.fields(pattern, target, ("targets", "value"), bindings)
    elif isinstance(target, ast.AnnAssign) and target.value is not None and "annotations" not in matcher.without:
        for found in matcher.sequence(pattern.targets, 0, [target.target], 0, bindings, matcher.node):
            yield from matcher.node(pattern.value, target.value, found.without(target.annotation))


def _return(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Return)
    if isinstance(target, ast.Return):
        yield from matcher.value(pattern.value, target.value, target, bindings)


def _raise(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Raise)
    if isinstance(target, ast.Raise):
        for found in matcher.value(pattern.exc, target.exc, target, bindings):
            yield from _optional(matcher, pattern.cause, target.cause, "clauses", found)


def _assert(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Assert)
    if isinstance(target, ast.Assert):
        for found in matcher.node(pattern.test, target.test, bindings):
            yield from _optional(matcher, pattern.msg, target.msg, "clauses", found)


def _expression(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    """A lone expression: ``$S`` is any statement, ``<... P ...>`` one that holds `P` somewhere."""
    assert isinstance(pattern, ast.Expr)
    if isinstance(target, ast.Expr):
        yield from matcher.node(pattern.value, target.value, bindings)
        return
    mark = matcher.marks.get(id(pattern.value))
    if mark is None or not isinstance(target, ast.stmt):
        return
    if mark.kind == "deep":
        yield from matcher.node(pattern.value, target, bindings)
    elif mark.kind == "one":
        from platform_lint.patterns.bindings import Bound

        bound = matcher.bind(mark.name, Bound((target,)), bindings)
        if bound is not None:
            yield bound


def _import(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.Import)
    if isinstance(target, ast.Import):
        yield from _aliases(matcher, pattern.names, target.names, (), bindings)


def _import_from(matcher: Matcher, pattern: ast.AST, target: ast.AST, bindings: Bindings) -> Found:
    assert isinstance(pattern, ast.ImportFrom)
    if not isinstance(target, ast.ImportFrom):
        return
    for found in _module(matcher, pattern, target, bindings):
        yield from _aliases(matcher, pattern.names, target.names, (), found)


def _module(matcher: Matcher, pattern: ast.ImportFrom, target: ast.ImportFrom, bindings: Bindings) -> Found:
    """How the module of a ``from`` clause matches; a relative one matches by what it means, too."""
    if pattern.level == target.level:
        yield from _dotted(matcher, pattern.module or "", target.module or "", target, bindings)
    elif not pattern.level and target.level:
        module = matcher.context.index.module
        if module is not None:
            package = module if matcher.context.view and matcher.context.view.package else module[:-1]
            keep = len(package) - (target.level - 1)
            if keep > 0:
                parts = (*package[:keep], *((target.module or "").split(".") if target.module else ()))
                yield from _dotted(matcher, pattern.module or "", ".".join(parts), target, bindings)


def _dotted(matcher: Matcher, pattern: str, target: str, owner: ast.AST, bindings: Bindings) -> Found:
    """How a dotted name matches as a whole, or part by part."""
    if pattern in (ELL, target):
        yield bindings
    elif pattern.startswith(ONE) and "." not in pattern:
        yield from matcher.word(pattern, target, owner, bindings)
    elif "." in pattern:
        yield from matcher.words(pattern.split("."), target.split("."), owner, bindings)


def _aliases(
    matcher: Matcher,
    patterns: Sequence[ast.alias],
    targets: Sequence[ast.alias],
    used: tuple[int, ...],
    bindings: Bindings,
) -> Found:
    """How each imported name of the pattern is among those of the statement."""
    patterns = [item for item in patterns if item.name != ELL]
    if len(used) == len(patterns):
        yield bindings.without(*(node for number, node in enumerate(targets) if number not in used))
        return
    pattern = patterns[len(used)]
    for number, target in enumerate(targets):
        if number in used:
            continue
        for found in _dotted(matcher, pattern.name, target.name, target, bindings):
            if pattern.asname is None:
                named = [found]
            elif target.asname is None:
                named = []
            else:
                named = list(matcher.word(pattern.asname, target.asname, target, found))
            for complete in named:
                yield from _aliases(matcher, patterns, targets, (*used, number), complete.paired(pattern, target))


HANDLERS: dict[type[ast.AST], Callable[[Matcher, ast.AST, ast.AST, Bindings], Found]] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.If: _headed("test"),
    ast.While: _headed("test"),
    ast.For: _headed("target", "iter"),
    ast.AsyncFor: _headed("target", "iter"),
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.withitem: _item,
    ast.Try: _try,
    ast.ExceptHandler: _handler,
    ast.Assign: _assign,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Expr: _expression,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
if hasattr(ast, "TryStar"):
    HANDLERS[ast.TryStar] = _try
