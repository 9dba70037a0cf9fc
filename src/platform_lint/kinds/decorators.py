"""Decorators that rules require and forbid, with the arguments they must have."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platform_lint.hits import Piece, Splice
from platform_lint.kinds import headers
from platform_lint.kinds.expressions import Written, like, missing_arguments, pieces_of, written
from platform_lint.kinds.faults import Fault, mended
from platform_lint.kinds.subjects import Subject, either, listed


def lacking(subject: Subject, choice: Mapping[str, Any]) -> Iterator[Fault]:
    """The decorators that are required and not there, or there with other arguments."""
    for text in choice["all"]:
        yield from _lacking_decorator(subject, [text], choice)
    if choice["any"]:
        yield from _lacking_decorator(subject, choice["any"], choice)


def _lacking_decorator(subject: Subject, texts: list[str], choice: Mapping[str, Any]) -> Iterator[Fault]:
    """The fault of a declaration that has none of the decorators *texts*."""
    context, node = subject.context, subject.node
    options = [written(text) for text in texts]
    if any(like(context, option, item) != "no" for option in options for item in node.decorator_list):
        return
    added = to_add(options, choice["add"])
    for option in options:
        for item in node.decorator_list:
            lacks = missing_arguments(context, option, item)
            if lacks is not None:
                yield _argument_fault(subject, option, item, added, *lacks)
                return
    shown = either([str(option) for option in options])
    repair = None
    if added is not None:
        repair = mended(
            f"add `@{added}`",
            lambda: headers.add_decorator(context, node, added.pieces(), choice["first"]),
        )
    yield Fault(
        subject.name, f"lacks the decorator {shown}", "add it" if len(options) == 1 else "add one", repair=repair
    )


def to_add(options: Sequence[Written], add: str) -> Written | None:
    """Which of the things that would do the fix puts in, if that is settled."""
    if add:
        added = written(add)
        if any(_same_target(added, option) for option in options):
            return added
    only = options[0]
    return only if len(options) == 1 and not only.is_open else None


def _same_target(one: Written, other: Written) -> bool:
    return one.target is not None and other.target is not None and one.target.qualified == other.target.qualified


def _argument_fault(
    subject: Subject,
    option: Written,
    item: ast.expr,
    added: Written | None,
    missing: list[ast.keyword],
    wrong: list[tuple[ast.keyword, ast.keyword]],
) -> Fault:
    """The fault of a decorator that is the right one, with other arguments than it must have."""
    context = subject.context
    values: dict[str | None, list[Piece]] = {}
    for source in (option, added):
        if source is not None and isinstance(source.tree, ast.Call):
            for keyword in source.tree.keywords:
                if not any(inner.value is ... for inner in ast.walk(keyword.value) if isinstance(inner, ast.Constant)):
                    values[keyword.arg] = pieces_of(source, keyword.value)

    def edit() -> list[Splice]:
        splices: list[Splice] = []
        for _, given in wrong:
            start, end = context.outer_span(given.value)
            if context.has_comment(start, end):
                raise headers.NotMechanical("a comment would be lost")
            splices.append(Splice(start, end, values[given.arg]))
        if missing:
            arguments = [[f"{keyword.arg}=", *values[keyword.arg]] for keyword in missing]
            splices += headers.add_arguments(context, item, arguments)
        return splices

    names = [keyword.arg for keyword in (*missing, *(pair[0] for pair in wrong))]
    shown = listed([f"{name}=" for name in names])
    repair = None
    if all(name in values for name in names):
        repair = mended(f"set {shown} of `@{context.text(_callee(item))}`", edit)
    what = f"has `@{context.text(_callee(item))}` without {shown}" if not wrong else f"needs `@{option}`"
    hint = f"write `@{option}`" if not option.is_open else "set it"
    return Fault(context.span(item), what, hint, repair=repair)


def unwanted(subject: Subject, choice: Mapping[str, Any]) -> Iterator[Fault]:
    """The decorators that are there and forbidden."""
    context = subject.context
    for item in subject.node.decorator_list:
        for text in choice["all"]:
            option = written(text)
            if like(context, option, item) != "yes":
                continue
            repair = None
            shown = context.text(_callee(item))
            if not isinstance(option.tree, ast.Call):
                repair = mended(f"remove `@{shown}`", lambda item=item: headers.remove_decorator(context, item))  # type: ignore[misc]
            names = context.names(_callee(item))
            matched = option.target.qualified if option.target is not None else names[0] if names else ()
            yield Fault(
                context.span(item), f"has the decorator `@{shown}`", "remove it", repair=repair, matched=matched
            )
            break


def _callee(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node
