"""What rules say of a function's parameters: their names, kinds, defaults and annotations."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from platform_lint.hits import Repair, Splice
from platform_lint.kinds.expressions import Written, is_unclear, means, same, written
from platform_lint.kinds.faults import Fault, Span, mended
from platform_lint.kinds.headers import NotMechanical, append_item, closing, insert_item, name_span
from platform_lint.names import NameError_
from platform_lint.regexes import check_regex, fits
from platform_lint.tables import ParametersTable

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.kinds import Fail

Function = ast.FunctionDef | ast.AsyncFunctionDef

_CALLERS = "callers that pass it by position break"
_STATIC = ("builtins", "staticmethod")
_SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Parameter:
    """One parameter: *kind* is ``/``, ``""``, ``*``, ``kw`` or ``**``."""

    __slots__ = ("annotation", "default", "kind", "name", "node")

    def __init__(self, node: ast.arg, kind: str, default: ast.expr | None = None) -> None:
        self.node = node
        self.name = node.arg
        self.kind = kind
        self.annotation = node.annotation
        self.default = default


def parameters_of(arguments: ast.arguments) -> list[Parameter]:
    """The parameters of a function in order."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found = [
        Parameter(node, "/" if number < len(arguments.posonlyargs) else "", default)
        for number, (node, default) in enumerate(zip(positional, defaults, strict=True))
    ]
    if arguments.vararg is not None:
        found.append(Parameter(arguments.vararg, "*"))
    found += [
        Parameter(node, "kw", default)
        for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg is not None:
        found.append(Parameter(arguments.kwarg, "**"))
    return found


def own_parameters(context: FileContext, node: Function) -> list[Parameter]:
    """The parameters of a function without the ``self`` or ``cls`` of a method."""
    found = parameters_of(node.args)
    around = next((outer for outer in context.ancestors(node) if isinstance(outer, _SCOPES)), None)
    in_class = isinstance(around, ast.ClassDef)
    static = node.name != "__new__" and any(means(context, item, _STATIC) == "yes" for item in node.decorator_list)
    bound = in_class and not static and found and found[0].kind in ("", "/")
    return found[1:] if bound else found


# A signature to the letter


@lru_cache(maxsize=256)
def signature(text: str) -> tuple[tuple[Parameter, Written | None, Written | None], ...]:
    """Read ``(self, request: corp.Request, *, timeout=...)``. Raises NameError_ with a reason."""
    plain = text.strip()
    if not (plain.startswith("(") and plain.endswith(")")):
        raise NameError_(f"{text!r} is no signature such as '(self, request)'")
    code = f"def f{plain}: pass"
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NameError_(f"{text!r} is no signature such as '(self, request)'") from None
    function = tree.body[0]
    if len(tree.body) != 1 or not isinstance(function, ast.FunctionDef) or function.returns is not None:
        raise NameError_(f"{text!r} is no signature such as '(self, request)'")

    def read(node: ast.expr | None) -> Written | None:
        segment = None if node is None else ast.get_source_segment(code, node)
        return None if segment is None else written(segment)

    return tuple((item, read(item.annotation), read(item.default)) for item in parameters_of(function.args))


def differs(context: FileContext, node: Function, text: str) -> bool:
    """Whether a function's parameters are not those of the signature *text*."""
    return any(True for _ in signature_faults(context, node, text))


def signature_faults(context: FileContext, node: Function, text: str) -> Iterator[Fault]:
    """Where a function's parameters are not those of the signature *text*."""
    wanted, given = signature(text), parameters_of(node.args)
    if [(item.name, item.kind) for item, _, _ in wanted] != [(item.name, item.kind) for item in given]:
        yield Fault(_odd_one(context, node, wanted, given), f"must take `{text}`", f"it takes `({_shown(given)})`")
        return
    for (_, annotation, default), item in zip(wanted, given, strict=True):
        if annotation is not None:
            yield from _annotation_faults(context, item, annotation)
        if default is not None:
            yield from _default_faults(context, node, item, default)


def _odd_one(
    context: FileContext,
    node: Function,
    wanted: Sequence[tuple[Parameter, Written | None, Written | None]],
    given: Sequence[Parameter],
) -> Span:
    """The first parameter that is another than it should be; the function's name where one is missing."""
    for number, item in enumerate(given):
        if number >= len(wanted) or (wanted[number][0].name, wanted[number][0].kind) != (item.name, item.kind):
            return _name(context, item)
    return name_span(context, node)


def _shown(given: Sequence[Parameter]) -> str:
    """Parameters as text, without annotations and defaults."""
    shown: list[str] = []
    for number, item in enumerate(given):
        before = given[number - 1].kind if number else None
        if before == "/" and item.kind != "/":
            shown.append("/")
        if item.kind == "kw" and before not in ("kw", "*"):
            shown.append("*")
        shown.append(f"{item.kind if item.kind in ('*', '**') else ''}{item.name}")
    if given and given[-1].kind == "/":
        shown.append("/")
    return ", ".join(shown)


def _name(context: FileContext, item: Parameter) -> Span:
    """The span of a parameter's name."""
    start = context.span(item.node)[0]
    token = context.token_after(start)
    return start, token[1] if token is not None and token[0] == start else start + len(item.name)


# The table


def read_parameters(table: ParametersTable, side: str, fail: Fail) -> dict[str, Any]:
    """What the table says, as plain data. Raises what *fail* makes."""

    def wrong(key: str, reason: str, *below: str | int) -> Exception:
        return fail((side, "params", key, *below), f"{side}.params.{key}: {reason}")

    for key in ("names", "without", "keyword_only"):
        for number, name in enumerate(getattr(table, key)):
            if not name.isidentifier() or keyword.iskeyword(name):
                raise wrong(key, f"{name!r} is no name that Python allows", number)
            if name in getattr(table, key)[:number]:
                raise wrong(key, f"{name!r} is there twice", number)
    try:
        check_regex(table.regex)
    except ValueError as error:
        raise wrong("regex", f"{table.regex!r} is no regular expression: {error}") from None
    for key in ("default", "annotation"):
        for name, text in getattr(table, key).items():
            if not name.isidentifier() or keyword.iskeyword(name):
                raise wrong(key, f"{name!r} is no name that Python allows", name)
            try:
                written(text)
            except NameError_ as error:
                raise wrong(key, str(error), name) from None
    if table.max_positional is not None and table.max_positional < 0:
        raise wrong("max_positional", f"{table.max_positional} is less than none")
    both = set(table.names) & set(table.without)
    if both:
        raise wrong("without", f"{min(both)!r} is also among the names")
    for name in (*table.keyword_only, *table.default, *table.annotation):
        if name in table.without:
            raise wrong("without", f"{name!r} is also spoken of as a parameter there is")
    if side == "forbid":
        for key in ("without", "max_positional", "keyword_only_booleans"):
            if getattr(table, key) not in ([], None, False):
                raise wrong(key, "it says what is not wanted already: put it under require")
        if table.kwargs is False or table.args is False:
            raise wrong("kwargs" if table.kwargs is False else "args", "say true: it is what must not be there")
    said: dict[str, Any] = {
        "names": table.names,
        "without": table.without,
        "max_positional": table.max_positional,
        "keyword_only_booleans": table.keyword_only_booleans,
        "keyword_only": table.keyword_only,
        "regex": table.regex,
        "default": table.default,
        "annotation": table.annotation,
    }
    found = {key: value for key, value in said.items() if value not in ([], {}, None, False, "")}
    if table.max_positional is not None:
        found["max_positional"] = table.max_positional
    found |= {key: value for key, value in {"kwargs": table.kwargs, "args": table.args}.items() if value is not None}
    if not found:
        raise fail((side, "params"), f"{side}.params: nothing is said of the parameters")
    return found


def required_faults(context: FileContext, node: Function, said: Mapping[str, Any]) -> Iterator[Fault]:
    """Where a function's parameters are not as required."""
    own = own_parameters(context, node)
    names = {item.name: item for item in own}
    at = name_span(context, node)
    for name in said.get("names", ()):
        if name not in names:
            yield Fault(at, f"has no parameter `{name}`", "add it")
    for name in said.get("without", ()):
        if name in names:
            yield Fault(_name(context, names[name]), f"has the parameter `{name}`", "take it out")
    yield from _rest_faults(context, node, said, own)
    yield from _kind_faults(context, node, said, own)
    for item in own:
        if "regex" in said and item.kind not in ("*", "**") and not fits(said["regex"], item.name):
            yield Fault(_name(context, item), f"has a parameter `{item.name}` that is not like `{said['regex']}`")
        if item.name in said.get("annotation", {}):
            yield from _annotation_faults(context, item, written(said["annotation"][item.name]))
        if item.name in said.get("default", {}):
            yield from _default_faults(context, node, item, written(said["default"][item.name]))


def _rest_faults(
    context: FileContext, node: Function, said: Mapping[str, Any], own: Sequence[Parameter]
) -> Iterator[Fault]:
    at = name_span(context, node)
    for key, kind, stars in (("kwargs", "**", "**kwargs"), ("args", "*", "*args")):
        wanted = said.get(key)
        present = next((item for item in own if item.kind == kind), None)
        if wanted is True and present is None:
            repair = None
            if kind == "**":
                repair = mended(
                    "add `**kwargs`",
                    lambda: _add_kwargs(context, node),
                    safety="unsafe",
                    reason="a misspelled keyword is no longer refused",
                )
            yield Fault(at, f"takes no `{stars}`", "add it", repair=repair)
        elif wanted is False and present is not None:
            yield Fault(_name(context, present), f"takes `{kind}{present.name}`", "name what it takes")


def _kind_faults(
    context: FileContext, node: Function, said: Mapping[str, Any], own: Sequence[Parameter]
) -> Iterator[Fault]:
    positional = [item for item in own if item.kind in ("", "/")]
    wanted = {item.name for item in positional if item.name in said.get("keyword_only", ())}
    flags = {item.name for item in positional if said.get("keyword_only_booleans") and _is_flag(context, item)}
    limit = said.get("max_positional")
    for number, item in enumerate(positional):
        if item.name in flags:
            what, hint = f"takes the flag `{item.name}` by position", "make it keyword-only"
        elif item.name in wanted:
            what, hint = f"takes `{item.name}` by position", "make it keyword-only"
        elif limit is not None and number == limit:
            what = f"takes {len(positional)} parameters by position"
            hint = f"make all but {limit} keyword-only" if limit else "make them keyword-only"
        else:
            continue
        # One star is for all that follows it, so that must be meant too.
        beyond = limit is not None and number >= limit
        alone = beyond or all(other.name in flags | wanted for other in positional[number:])
        meant_before = (limit is not None and number > limit) or positional[number - 1].name in flags | wanted
        first = number == 0 or not meant_before
        repair = None
        if alone and first:
            why = _why_by_position(context, node, number)
            repair = (
                Repair.refused(f"make `{item.name}` keyword-only", why)
                if why
                else mended(
                    f"make `{item.name}` keyword-only",
                    lambda item=item: _add_star(context, node, item),  # type: ignore[misc]
                    safety="unsafe",
                    reason=_CALLERS,
                )
            )
        elif not alone:
            repair = Repair.refused(
                f"make `{item.name}` keyword-only", "the parameters after it would become keyword-only too"
            )
        yield Fault(_name(context, item), what, hint, repair=repair)


def _why_by_position(context: FileContext, node: Function, number: int) -> str:
    """What in this file may give parameter *number* of *node*, or one after it, by position; ``""`` for nothing."""
    method = isinstance(context.parent(node), ast.ClassDef)
    called: set[int] = set()
    for call in context.nodes(ast.Call):
        assert isinstance(call, ast.Call)
        callee = call.func
        called.add(id(callee))
        name = callee.attr if isinstance(callee, ast.Attribute) and method else ""
        name = callee.id if isinstance(callee, ast.Name) and not method else name
        if name == node.name and (len(call.args) > number or any(isinstance(one, ast.Starred) for one in call.args)):
            return f"line {call.lineno} gives it by position"
    for use in context.nodes(ast.Name) if not method else ():
        assert isinstance(use, ast.Name)
        if use.id == node.name and isinstance(use.ctx, ast.Load) and id(use) not in called:
            return f"line {use.lineno} hands `{node.name}` on: who calls it is not known"
    return ""


def forbidden_faults(context: FileContext, node: Function, said: Mapping[str, Any]) -> Iterator[Fault]:
    """Where a function's parameters are as forbidden."""
    for item in own_parameters(context, node):
        at = _name(context, item)
        if item.name in said.get("names", ()):
            yield Fault(at, f"has the parameter `{item.name}`", "take it out")
        if item.name in said.get("keyword_only", ()) and item.kind == "kw":
            yield Fault(at, f"takes `{item.name}` by keyword only")
        if said.get("kwargs") and item.kind == "**":
            yield Fault(at, f"takes `**{item.name}`", "name what it takes")
        if said.get("args") and item.kind == "*":
            yield Fault(at, f"takes `*{item.name}`", "name what it takes")
        if "regex" in said and fits(said["regex"], item.name):
            yield Fault(at, f"has a parameter `{item.name}` that is like `{said['regex']}`")
        for key, value in (("default", item.default), ("annotation", item.annotation)):
            text = said.get(key, {}).get(item.name)
            if text is not None and value is not None and same(context, written(text), value) == "yes":
                yield Fault(context.span(value), f"gives `{item.name}` the {key} `{context.text(value)}`")


# Annotations and defaults


def _annotation_faults(context: FileContext, item: Parameter, wanted: Written) -> Iterator[Fault]:
    if item.annotation is None:
        repair = None
        if not wanted.is_open:
            repair = mended(f"annotate `{item.name}`", lambda: _annotate(context, item, wanted))
        hint = f"annotate it with `{wanted}`" if not wanted.is_open else "add one"
        yield Fault(_name(context, item), f"does not annotate `{item.name}`", hint, repair=repair)
    elif same(context, wanted, item.annotation) == "no":
        value = item.annotation
        yield Fault(
            context.span(value),
            f"annotates `{item.name}` with `{context.text(value)}`",
            f"it must be `{wanted}`",
            repair=None if wanted.is_open else mended(f"write `{wanted}`", lambda: replace(context, value, wanted)),
        )


def _default_faults(context: FileContext, node: Function, item: Parameter, wanted: Written) -> Iterator[Fault]:
    if item.kind in ("*", "**"):
        return
    if item.default is None:
        repair = None
        if not wanted.is_open:
            repair = mended(f"give `{item.name}` the default `{wanted}`", lambda: _give(context, node, item, wanted))
        hint = f"it must be `{wanted}`" if not wanted.is_open else "give it one"
        yield Fault(_name(context, item), f"gives `{item.name}` no default", hint, repair=repair)
    elif same(context, wanted, item.default) == "no":
        value = item.default
        yield Fault(
            context.span(value),
            f"gives `{item.name}` the default `{short(context.text(value))}`",
            f"it must be `{wanted}`",
            repair=None if wanted.is_open else mended(f"write `{wanted}`", lambda: replace(context, value, wanted)),
        )


def replace(context: FileContext, node: ast.expr, wanted: Written) -> list[Splice]:
    """Put *wanted* in place of the expression *node*."""
    start, end = context.outer_span(node)
    if context.has_comment(start, end):
        raise NotMechanical("a comment would be lost")
    return [Splice(start, end, wanted.pieces())]


def _annotate(context: FileContext, item: Parameter, wanted: Written) -> list[Splice]:
    end = context.span(item.node)[1]
    if item.default is not None:
        start = context.outer_span(item.default)[0]
        if context.source.text[end:start] == "=":
            # With an annotation, blanks stand around the equals sign.
            return [Splice(end, start, [": ", *wanted.pieces(), " = "])]
    return [Splice(end, end, [": ", *wanted.pieces()])]


def _give(context: FileContext, node: Function, item: Parameter, wanted: Written) -> list[Splice]:
    positional = [*node.args.posonlyargs, *node.args.args]
    if item.node in positional[: len(positional) - len(node.args.defaults) - 1]:
        raise NotMechanical("a parameter after it has no default")
    end = context.span(item.node)[1]
    if item.annotation is not None:
        end = max(end, context.outer_span(item.annotation)[1])
    return [Splice(end, end, [" = " if item.annotation is not None else "=", *wanted.pieces()])]


def short(text: str) -> str:
    """*text* as it goes into a line."""
    first = text.split("\n")[0]
    return first if first == text and len(first) <= 60 else f"{first[:57]}…"


def _is_flag(context: FileContext, item: Parameter) -> bool:
    if isinstance(item.default, ast.Constant) and isinstance(item.default.value, bool):
        return True
    annotation = item.annotation
    if isinstance(annotation, ast.Constant):
        return annotation.value == "bool"
    return annotation is not None and means(context, annotation, ("builtins", "bool")) == "yes"


# Stars


def opening(context: FileContext, node: Function) -> int:
    """The offset of the parenthesis that opens a function's parameters."""
    at = name_span(context, node)[1]
    token = context.token_after(at)
    if token is not None and token[2] == "[":
        token = context.token_after(closing(context, token[0]) + 1)
    if token is None or token[2] != "(":
        raise NotMechanical("the function's head is not understood")
    return token[0]


def _beginning(context: FileContext, item: Parameter) -> int:
    """Where a parameter begins, its stars included."""
    start = context.span(item.node)[0]
    if item.kind in ("*", "**"):
        token = context.token_before(start)
        if token is None or token[2] != item.kind:
            raise NotMechanical("the parameters are not understood")
        return token[0]
    return start


def _add_kwargs(context: FileContext, node: Function) -> list[Splice]:
    for inner in ast.walk(node):
        if "kwargs" in (getattr(inner, "id", ""), getattr(inner, "arg", "")):
            raise NotMechanical("`kwargs` already means something else here")
    last = max((_beginning(context, item) for item in parameters_of(node.args)), default=None)
    return append_item(context, closing(context, opening(context, node)), last, ["**kwargs"])


def _add_star(context: FileContext, node: Function, item: Parameter) -> list[Splice]:
    """Make *item* and what follows it keyword-only: put a star before it, and take one after it out."""
    if item.kind == "/":
        raise NotMechanical("it is positional-only")
    if node.args.vararg is not None:
        raise NotMechanical(f"`*{node.args.vararg.arg}` takes what is given by position")
    splices = insert_item(context, _beginning(context, item), ["*"])
    if not node.args.kwonlyargs:
        return splices
    after = context.token_before(context.span(node.args.kwonlyargs[0])[0])
    star = context.token_before(after[0]) if after is not None else None
    if after is None or star is None or after[2] != "," or star[2] != "*":
        raise NotMechanical("the parameters are not understood")
    stop = context.span(node.args.kwonlyargs[0])[0]
    if context.has_comment(star[0], stop):
        raise NotMechanical("a comment would be lost")
    return [*splices, Splice(star[0], stop, [])]


# What is annotated, and what is returned


def annotation_faults(context: FileContext, node: Function, which: str) -> Iterator[Fault]:
    """Where a function lacks annotations: of ``params``, ``return`` or ``all``."""
    if which in ("all", "params"):
        for item in own_parameters(context, node):
            if item.annotation is None:
                yield Fault(_name(context, item), f"does not annotate `{item.name}`", "say what it is")
    if which in ("all", "return") and node.returns is None:
        repair = mended(
            "add `-> None`",
            lambda: _add_none(context, node),
            safety="unsafe",
            reason="it may be overridden, or override what returns something",
        )
        yield Fault(name_span(context, node), "does not say what it returns", "annotate it", repair=repair)


def present_annotations(context: FileContext, node: Function, which: str) -> Iterator[Fault]:
    """The annotations a function has: of ``params``, ``return`` or ``all``."""
    if which in ("all", "params"):
        for item in own_parameters(context, node):
            if item.annotation is not None:
                yield Fault(context.span(item.annotation), f"annotates `{item.name}`")
    if which in ("all", "return") and node.returns is not None:
        yield Fault(context.span(node.returns), "annotates what it returns")


def return_faults(context: FileContext, node: Function, text: str) -> Iterator[Fault]:
    """Where a function does not say that it returns *text*."""
    wanted = written(text)
    if node.returns is None:
        repair = None
        if not wanted.is_open:
            repair = mended(
                f"add `-> {wanted}`",
                lambda: _add_return(context, node, wanted),
                safety="unsafe",
                reason="whether it does return that is not looked at",
            )
        yield Fault(name_span(context, node), f"does not say that it returns `{wanted}`", "annotate it", repair=repair)
    elif same(context, wanted, node.returns) == "no":
        value = node.returns
        yield Fault(
            context.span(value),
            f"says that it returns `{short(context.text(value))}`",
            f"it must be `{wanted}`",
            repair=None
            if wanted.is_open
            else mended(
                f"write `{wanted}`",
                lambda: replace(context, value, wanted),
                safety="unsafe",
                reason="whether it does return that is not looked at",
            ),
        )


def _add_return(context: FileContext, node: Function, wanted: Written) -> list[Splice]:
    end = closing(context, opening(context, node)) + 1
    return [Splice(end, end, [" -> ", *wanted.pieces()])]


def _add_none(context: FileContext, node: Function) -> list[Splice]:
    if any(is_unclear(context, item) for item in node.decorator_list):
        raise NotMechanical("what its decorators make of it is not known")
    body = [
        statement
        for statement in node.body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    if not body or all(isinstance(statement, ast.Raise) for statement in body):
        raise NotMechanical("its body does nothing, so what it is to return is not known")
    pending: list[ast.AST] = list(node.body)
    while pending:
        inner = pending.pop()
        if isinstance(inner, ast.Return) and inner.value is not None:
            raise NotMechanical("it returns a value")
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            raise NotMechanical("it yields values")
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending += ast.iter_child_nodes(inner)
    if not _may_end(node.body):
        raise NotMechanical("it never returns")
    return _add_return(context, node, written("None"))


def _may_end(body: Sequence[ast.stmt]) -> bool:
    """Whether a body may come to its end: its last statement neither raises nor loops for ever."""
    last = body[-1]
    if isinstance(last, ast.Raise):
        return any(isinstance(inner, ast.Return) for statement in body for inner in ast.walk(statement))
    if isinstance(last, ast.While) and isinstance(last.test, ast.Constant) and last.test.value:
        return any(isinstance(inner, ast.Break | ast.Return) for inner in ast.walk(last))
    return True
