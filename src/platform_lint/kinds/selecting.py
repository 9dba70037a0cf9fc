"""Which classes and functions a rule is about: what ``class = {…}`` and ``function = {…}`` say."""

from __future__ import annotations

import ast
import keyword
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import product
from typing import TYPE_CHECKING, Any

from platform_lint.kinds.expressions import like, means, qualified_of, same, written
from platform_lint.kinds.members import members_of
from platform_lint.names import NameError_, glob_pattern, is_glob, parse_name
from platform_lint.rule import Api, Target
from platform_lint.scopes import QualifiedName
from platform_lint.tables import ClassTable, FunctionTable, listed

if TYPE_CHECKING:
    from platform_lint.context import Declaration, FileContext
    from platform_lint.kinds import Fail, Key
    from platform_lint.rule import Rule, Trace

_OVERLOADS = (("typing", "overload"), ("typing_extensions", "overload"))
_GLOB = re.compile(r"(?:[\w*?]|\[!?[\w-]+\])+\Z")
#: Traces are alternatives of alternatives: beyond so many the names in them are left out.
_MAX_TRACES = 100


# Reading


def read_selection(
    table: ClassTable | FunctionTable, verb: str, fail_with: Fail, at: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What the table of a selection says, as plain data. *at* is the way to it. Raises what *fail_with* makes."""
    at = at or (verb,)

    def fail(key: str | tuple[str | int, ...], reason: str) -> Exception:
        return fail_with((*at, *((key,) if isinstance(key, str) else key)), f"{'.'.join(at)}.{reason}")

    def items(key: str) -> list[tuple[tuple[str | int, ...], str]]:
        return [((key, number), text) for number, text in enumerate(listed(getattr(table, key, [])))]

    said: dict[str, Any] = {}
    for key in ("name", "except_name", "has", "parameter"):
        _put(said, key, [glob for where, glob in items(key) if _check_glob(glob, key, where, fail)])
    for key in ("decorator", "without_decorator", "returns"):
        _put(said, key, [text for where, text in items(key) if _check_expression(text, key, where, fail)])
    for key in ("subclass_of", "uses"):
        _put(said, key, [_qualified(text, key, where, fail) for where, text in items(key)])
    _put(said, "module", [text for where, text in items("module") if check_module(text, "module", fail, where)])
    for key in ("public", "async_"):
        value = getattr(table, key, None)
        if value is not None:
            said[key.rstrip("_")] = value
    if isinstance(table, FunctionTable):
        said["nested"] = table.nested
        if isinstance(table.method_of, bool):
            said["method_of"] = table.method_of
        elif table.method_of is not None:
            said["method_of"] = read_selection(table.method_of, "class", fail_with, (*at, "method_of"))
        if table.nested and table.method_of not in (None, False):
            raise fail(
                "nested", "nested: a function inside a function is no method: nested and method_of exclude each other"
            )
    for key, other in (("name", "except_name"), ("decorator", "without_decorator")):
        both = set(said.get(key, ())) & set(said.get(other, ()))
        if both:
            raise fail(other, f"{other}: {min(both)!r} is under {key} as well")
    hidden = [name for name in said.get("name", ()) if name.startswith("_") and not name.startswith("__")]
    if said.get("public") and hidden and hidden == said["name"]:
        raise fail("public", f"public: what is called {hidden[0]!r} is private")
    return said


def _put(said: dict[str, Any], key: str, values: list[Any]) -> None:
    if values:
        said[key] = values


def _check_glob(glob: str, key: str, at: Key, fail: Fail) -> bool:
    if not _GLOB.match(glob):
        raise fail(at, f"{key}: {glob!r} is no glob of a name such as '*Handler'")
    if not set(glob) & set("*?[") and (not glob.isidentifier() or keyword.iskeyword(glob)):
        raise fail(at, f"{key}: {glob!r} is no name that Python allows")
    return True


def _check_expression(text: str, key: str, at: Key, fail: Fail) -> bool:
    try:
        written(text)
    except NameError_ as error:
        raise fail(at, f"{key}: {error}") from None
    return True


def _qualified(text: str, key: str, at: Key, fail: Fail) -> str:
    try:
        parts = qualified_of(text)
    except NameError_ as error:
        raise fail(at, f"{key}: {error}") from None
    if is_glob(parts):
        raise fail(at, f"{key}: {text!r}: wildcards are not followed here; name each class")
    return ".".join(parts)


def check_module(text: str, key: str, fail: Fail, at: Key = "") -> bool:
    """Check that *text* is the name of a module or a glob of some. Raises what *fail* makes of *at*, else of *key*."""
    try:
        parse_name(text) if text.strip("*.?") else None
    except NameError_ as error:
        raise fail(at or key, f"{key}: {error}") from None
    if not text.strip("*.?"):
        raise fail(at or key, f"{key}: {text!r} would match nearly every module: spell out a part")
    return True


# The traces of a selection


def traces(said: Mapping[str, Any], verb: str, apis: Mapping[str, Api]) -> tuple[Trace, ...]:
    """What a file must hold for *said* to select anything in it."""
    alternatives: list[list[Trace]] = [[(("word", "def" if verb == "function" else "class"),)]]
    for key in ("name", "parameter", "has"):
        words = said.get(key, ())
        if words and not any(char in word for word in words for char in "*?["):
            alternatives.append([(("word", word),) for word in words])
    if "subclass_of" in said:
        alternatives.append([(("type", cls),) for cls in said["subclass_of"]])
    decorators = [written(text).target for text in said.get("decorator", ())]
    for names in (decorators, [Target.parse(text) for text in said.get("uses", ())]):
        if names and None not in names:
            # A name stands in a file with its last part: imports and re-exports keep it.
            words = {word: None for name in names if name is not None for word in _last_parts(str(name), apis)}
            alternatives.append([(("word", word),) for word in words])
    if said.get("async"):
        alternatives.append([(("word", "async"),)])
    owner = said.get("method_of")
    if owner:
        alternatives.append([*traces(owner, "class", apis)] if isinstance(owner, dict) else [(("word", "class"),)])
    count = 1
    for terms in alternatives:
        count *= len(terms)
    if count > _MAX_TRACES:
        return tuple(alternatives[0])
    return tuple(tuple(dict.fromkeys(term for trace in chosen for term in trace)) for chosen in product(*alternatives))


def _last_parts(dotted: str, apis: Mapping[str, Api]) -> Iterator[str]:
    """The last part of a name, and of what packs say are its other names."""
    yield dotted.rpartition(".")[2]
    if dotted in apis:
        yield from (other.rpartition(".")[2] for other in apis[dotted].reexports)


# Selecting


class Selected:
    """A class or function that a rule is about. *matched* is the qualified name that led to it, () for none."""

    __slots__ = ("declaration", "decorators", "matched")

    def __init__(self, declaration: Declaration, matched: QualifiedName, decorators: list[ast.expr]) -> None:
        self.declaration = declaration
        self.matched = matched
        #: Its decorators that the rule asked for.
        self.decorators = decorators


def selected(rule: Rule, context: FileContext) -> Iterator[Selected]:
    """What *rule* is about in a file, in reading order."""
    said = rule.body["select"]
    module = module_of(context)
    if not in_module(said.get("module", ()), module):
        return
    wanted = (ast.ClassDef,) if rule.verb == "class" else (ast.FunctionDef, ast.AsyncFunctionDef)
    for declaration in context.declarations:
        if not isinstance(declaration.node, wanted) or _is_allowed(rule, declaration, module):
            continue
        if rule.verb == "class":
            found = select_class(said, declaration, context)
        else:
            found = _select_function(said, declaration, context)
        if found is not None:
            yield found


def module_of(context: FileContext) -> QualifiedName | None:
    """The qualified name of the file's module, where it is known."""
    return context.view.module if context.view is not None else None


def in_module(globs: list[str] | tuple[str, ...], module: QualifiedName | None) -> bool:
    """Whether *module* is one of *globs*, or below it; also where there are none."""
    if not globs:
        return True
    return module is not None and any(glob_pattern(tuple(glob.split("."))).match(".".join(module)) for glob in globs)


def _is_allowed(rule: Rule, declaration: Declaration, module: QualifiedName | None) -> bool:
    if not rule.allow or module is None:
        return False
    qualified = (*module, *declaration.path)
    return any(
        bool(glob_pattern(allowed).match(".".join(qualified)))
        if is_glob(allowed)
        else qualified[: len(allowed)] == allowed
        for allowed in rule.allow
    )


def select_class(said: Mapping[str, Any], declaration: Declaration, context: FileContext) -> Selected | None:
    """The class *declaration*, if it is as *said*."""
    node = declaration.node
    assert isinstance(node, ast.ClassDef)
    if not in_module(said.get("module", ()), module_of(context)) or not _is_named(said, declaration):
        return None
    if "has" in said:
        defined = members_of(node)
        if not any(fnmatchcase(name, glob) for glob in said["has"] for name in defined):
            return None
    decorators = _decorators(said, node, context)
    if decorators is None:
        return None
    matched: QualifiedName = ()
    if "subclass_of" in said:
        own = module_of(context)
        for text in said["subclass_of"]:
            base = tuple(text.split("."))
            if (own is None or (*own, *declaration.path) != base) and context.receivers.inherits(node, base):
                matched = _named_base(node, base, context)
                break
        else:
            return None
    return _completed(said, declaration, context, matched, decorators)


def _named_base(node: ast.ClassDef, base: QualifiedName, context: FileContext) -> QualifiedName:
    """The qualified name in *node*'s bases through which it inherits from *base*."""
    for expression in node.bases:
        if means(context, expression, base) == "yes":
            return base
    for expression in node.bases:
        for name in context.names(expression):
            if context.receivers.is_subclass(name, base):
                return name
    return base


def _select_function(said: Mapping[str, Any], declaration: Declaration, context: FileContext) -> Selected | None:
    node, outer = declaration.node, declaration.outer
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    nested = isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
    if (nested and not said["nested"]) or not _is_named(said, declaration):
        return None
    if "async" in said and said["async"] != isinstance(node, ast.AsyncFunctionDef):
        return None
    owner = said.get("method_of")
    if owner is not None and (owner is not False) != isinstance(outer, ast.ClassDef):
        return None
    if "parameter" in said:
        names = {argument.arg for argument in all_parameters(node.args)}
        if not any(fnmatchcase(name, glob) for glob in said["parameter"] for name in names):
            return None
    if "returns" in said and not any(
        node.returns is not None and same(context, written(text), node.returns) == "yes" for text in said["returns"]
    ):
        return None
    decorators = _decorators(said, node, context)
    if decorators is None or is_overload(node, context):
        return None
    matched: QualifiedName = ()
    if isinstance(owner, dict):
        around = next(other for other in context.declarations if other.node is outer)
        found = select_class(owner, around, context)
        if found is None:
            return None
        matched = found.matched
    return _completed(said, declaration, context, matched, decorators)


def is_overload(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, context: FileContext) -> bool:
    """Whether a function is a stub for type checkers."""
    return any(
        means(context, decorator, overload) == "yes" for decorator in node.decorator_list for overload in _OVERLOADS
    )


def all_parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, as they stand."""
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    found += arguments.kwonlyargs
    if arguments.kwarg is not None:
        found.append(arguments.kwarg)
    return found


def _is_named(said: Mapping[str, Any], declaration: Declaration) -> bool:
    name = declaration.node.name
    if "name" in said and not any(fnmatchcase(name, glob) for glob in said["name"]):
        return False
    if any(fnmatchcase(name, glob) for glob in said.get("except_name", ())):
        return False
    return "public" not in said or said["public"] is publicity(declaration.path)


def publicity(path: tuple[str, ...]) -> bool | None:
    """Whether what stands at *path* is public; None for what is neither that nor private."""
    if _is_dunder(path[-1]):
        return None
    return not any(part.startswith("_") and not _is_dunder(part) for part in path)


def _is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _decorators(
    said: Mapping[str, Any], node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, context: FileContext
) -> list[ast.expr] | None:
    """The decorators that *said* asks for; None where it has none of them, or one it must not have."""
    for text in said.get("without_decorator", ()):
        if any(like(context, written(text), decorator) != "no" for decorator in node.decorator_list):
            return None
    if "decorator" not in said:
        return []
    texts = said["decorator"]
    return [
        decorator
        for decorator in node.decorator_list
        if any(like(context, written(text), decorator) == "yes" for text in texts)
    ] or None


def _completed(
    said: Mapping[str, Any],
    declaration: Declaration,
    context: FileContext,
    matched: QualifiedName,
    decorators: list[ast.expr],
) -> Selected | None:
    if "uses" in said:
        used = next((name for text in said["uses"] if (name := uses(declaration.node, text, context))), ())
        if not used:
            return None
        matched = matched or used
    if decorators and not matched:
        callee = decorators[0].func if isinstance(decorators[0], ast.Call) else decorators[0]
        names = context.names(callee)
        wanted = [target.qualified for text in said["decorator"] if (target := written(text).target) is not None]
        matched = next((name for name in wanted if means(context, callee, name) == "yes"), names[0] if names else ())
    return Selected(declaration, matched, decorators)


def uses(node: ast.stmt, dotted: str, context: FileContext) -> QualifiedName:
    """The qualified name *dotted* where something in *node* means it or what is below it, else ()."""
    qualified = tuple(dotted.split("."))
    start = context.source.offset(node.lineno, node.col_offset)
    end = context.source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    references = context.index.references
    first = bisect_left(references, start, key=lambda reference: reference.start)
    for reference in references[first:]:
        if reference.start >= end:
            break
        if reference.qualified[: len(qualified)] == qualified:
            return qualified
        for part in reference.chain:
            name = part.attr if isinstance(part, ast.Attribute) else part.id
            if (name == qualified[-1] or part is reference.chain[0]) and means(context, part, qualified) == "yes":
                return qualified
    return ()
