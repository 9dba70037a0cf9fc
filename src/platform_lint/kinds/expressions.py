"""Expressions as rules about declarations write them: the names in them are qualified names.

``corp.web.route(owner=corp.TEAM, name=...)``: ``...`` stands for any value. A name that is an attribute of something
in a module that is no class is written with a colon, ``airflow.configuration:conf.getboolean``.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from platform_lint.hits import Piece
from platform_lint.limits import MAX_DEPTH, is_too_deep
from platform_lint.names import NameError_, glob_pattern, is_glob, parse_name
from platform_lint.rule import Target
from platform_lint.scopes import QualifiedName
from platform_lint.source import Source

if TYPE_CHECKING:
    from platform_lint.context import FileContext

#: Whether code is as a rule says; "perhaps" where a name in it could mean several things.
Likeness = Literal["no", "perhaps", "yes"]

_BUILTINS = frozenset(dir(builtins))
_DOTTED_GLOB = re.compile(r"[\w.]*[*?][\w.*?]*\Z")
_COLON = re.compile(r"(?<![\w.])([^\W\d]\w*(?:\.[^\W\d]\w*)*):(?=[^\W\d])")


class Written:
    """An expression of a rule: its tree, and its names with what each means, by id of its node."""

    __slots__ = ("glob", "names", "text", "tree")

    def __init__(self, text: str, tree: ast.expr, names: dict[int, Target], glob: QualifiedName = ()) -> None:
        #: The text, with a dot for the colon of a name.
        self.text = text
        self.tree = tree
        self.names = names
        #: The name, where the whole expression is one with wildcards.
        self.glob = glob

    @property
    def callee(self) -> ast.expr:
        """What is called, or the expression itself where nothing is."""
        return self.tree.func if isinstance(self.tree, ast.Call) else self.tree

    @property
    def target(self) -> Target | None:
        """What the expression, or what it calls, names."""
        return self.names.get(id(self.callee))

    @property
    def is_open(self) -> bool:
        """Whether it leaves something open, so that it cannot be put into code."""
        return bool(self.glob) or any(_is_any(node) for node in ast.walk(self.tree))

    def pieces(self) -> list[Piece]:
        """The expression as a splice puts it into code."""
        return pieces_of(self, self.tree)

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=512)
def written(text: str) -> Written:
    """Read an expression of a rule. Raises NameError_ with a reason, in one line."""
    if _DOTTED_GLOB.match(text):
        parts = parse_name(text)
        return Written(text, ast.Name(text), {}, parts)
    if text != text.strip():
        raise NameError_(f"{text!r} begins or ends with blanks")
    plain, colons = text, {}
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        colons = {match.start(): match.end() - 1 for match in _COLON.finditer(text)}
        plain = _COLON.sub(lambda match: match[1] + ".", text)
        try:
            tree = ast.parse(plain, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise NameError_(f"{text!r} is no Python expression") from None
    if is_too_deep(tree):
        raise NameError_(f"an expression of {len(text)} characters is nested more than {MAX_DEPTH} levels")
    source = Source(plain)
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names: dict[int, Target] = {}
    for node, dotted in _chains(tree):
        start = source.offset(node.lineno, node.col_offset)
        if start in colons:
            at = colons[start] - start
            names[id(node)] = Target.parse(f"{dotted[:at]}:{dotted[at + 1 :]}")
        elif "." in dotted:
            names[id(node)] = Target.of(dotted)
        elif dotted in _BUILTINS:
            names[id(node)] = Target(("builtins",), (dotted,))
        elif dotted not in own:
            raise NameError_(f"{dotted!r} is no qualified name: write `package.module.{dotted}`")
    return Written(plain, tree, names)


def pieces_of(expression: Written, node: ast.expr) -> list[Piece]:
    """A part of *expression* as a splice puts it into code."""
    source = Source(str(expression))
    offset = source.offset
    end = offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    at = offset(node.lineno, node.col_offset)
    pieces: list[Piece] = []
    for inner, _ in _chains(node):
        target = expression.names.get(id(inner))
        if target is not None:
            start = offset(inner.lineno, inner.col_offset)
            pieces += [source.text[at:start], target]
            at = offset(inner.end_lineno or inner.lineno, inner.end_col_offset or 0)
    pieces.append(source.text[at:end])
    return [piece for piece in pieces if piece != ""]


def qualified_of(text: str) -> QualifiedName:
    """The parts of a name a rule writes; builtins may stand alone. Raises NameError_."""
    target = Target.parse(text) if ":" in text else None
    parts = parse_name(".".join(target.qualified) if target is not None else text)
    if len(parts) == 1:
        if parts[0] not in _BUILTINS:
            raise NameError_(f"{text!r} is no qualified name: write `package.module.{text}`")
        return ("builtins", *parts)
    return parts


# What code means


def means(context: FileContext, node: ast.AST, qualified: QualifiedName) -> Likeness:
    """Whether the name *node* stands for *qualified*, which may have wildcards, or for what is the same thing."""
    names = context.names(node)
    if names:
        real = context.receivers.kinship.canonical(names[0])
        if is_glob(qualified):
            return "yes" if any(_falls_under(name, qualified) for name in (*names, real)) else "no"
        if qualified in names or real == context.receivers.kinship.canonical(qualified):
            return "yes"
        return "no"
    if isinstance(node, ast.Attribute) and _is_member(qualified) and _glob_equal(node.attr, qualified[-1]):
        # `@app.task`, where `app` is known to be a `celery.Celery`.
        return "yes" if context.receivers.of_type(node.value, qualified[:-1]) else "perhaps"
    return "perhaps" if is_unclear(context, node) else "no"


def is_unclear(context: FileContext, node: ast.AST) -> bool:
    """Whether *node* is a name the file binds in a way that leaves open what it means: conditional imports, stars."""
    while isinstance(node, ast.Attribute):
        node = node.value
    if not isinstance(node, ast.Name) or context.names(node):
        return False
    bindings = context.receivers.kinship.bindings(node)
    if bindings is None:
        return bool(context.index.stars) and node.id not in _BUILTINS
    return any(binding.kind in ("import", "from", "star", "alias") for binding in bindings)


def like(context: FileContext, expression: Written, node: ast.expr) -> Likeness:
    """Whether the code *node* is what *expression* says. A bare name is also like a call of it."""
    if expression.glob:
        return means(context, _callee(node), expression.glob)
    if not isinstance(expression.tree, ast.Call):
        target = expression.names.get(id(expression.tree))
        if target is not None:
            return means(context, _callee(node), target.qualified)
    return _like(context, expression, expression.tree, node)


def same(context: FileContext, expression: Written, node: ast.expr) -> Likeness:
    """Whether the code *node* says just what *expression* does: a value, an annotation."""
    if expression.glob:
        return means(context, node, expression.glob)
    return _like(context, expression, expression.tree, node)


def _like(context: FileContext, expression: Written, wanted: ast.AST, node: ast.AST) -> Likeness:
    if _is_any(wanted):
        return "yes"
    target = expression.names.get(id(wanted))
    if target is not None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            # A string annotation: what its names mean is known to the index alone.
            return "perhaps" if node.value.rpartition(".")[2] == target.qualified[-1] else "no"
        return means(context, node, target.qualified) if isinstance(node, ast.Name | ast.Attribute) else "no"
    if wanted.__class__ is not node.__class__:
        return "no"
    if isinstance(wanted, ast.Call) and isinstance(node, ast.Call):
        return _least(_call_likeness(context, expression, wanted, node))
    if isinstance(wanted, ast.Constant) and isinstance(node, ast.Constant):
        same_value = wanted.value.__class__ is node.value.__class__ and wanted.value == node.value
        return "yes" if same_value else "no"
    return _least(_field_likeness(context, expression, wanted, node))


def _field_likeness(context: FileContext, expression: Written, wanted: ast.AST, node: ast.AST) -> Iterator[Likeness]:
    for field in wanted._fields:
        if field in ("ctx", "kind", "type_comment"):
            continue
        one, other = getattr(wanted, field, None), getattr(node, field, None)
        if isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                yield "no"
                return
            for first, second in zip(one, other, strict=True):
                yield (
                    _like(context, expression, first, second)
                    if isinstance(first, ast.AST) and isinstance(second, ast.AST)
                    else "yes"
                    if first == second
                    else "no"
                )
        elif isinstance(one, ast.AST) and isinstance(other, ast.AST):
            yield _like(context, expression, one, other)
        elif one != other:
            yield "no"


def _call_likeness(context: FileContext, expression: Written, wanted: ast.Call, node: ast.Call) -> Iterator[Likeness]:
    """For the callee and each argument: what a rule's call does not mention, code's may have besides."""
    yield _like(context, expression, wanted.func, node.func)
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if len(wanted.args) > len(node.args):
        yield "perhaps" if any(isinstance(argument, ast.Starred) for argument in node.args) else "no"
        return
    for one, other in zip(wanted.args, node.args, strict=False):
        yield "perhaps" if isinstance(other, ast.Starred) else _like(context, expression, one, other)
    for keyword in wanted.keywords:
        if keyword.arg in given:
            yield _like(context, expression, keyword.value, given[keyword.arg])
        else:
            yield "perhaps" if None in given else "no"


def missing_arguments(
    context: FileContext, expression: Written, node: ast.expr
) -> tuple[list[ast.keyword], list[tuple[ast.keyword, ast.keyword]]] | None:
    """What a decorator *node* that calls the right thing lacks of the keywords of *expression*, and has otherwise.

    The latter are pairs of the rule's keyword and the code's. None where the difference is elsewhere.
    """
    wanted = expression.tree
    if not isinstance(wanted, ast.Call):
        return None
    target = expression.target
    if target is None or means(context, _callee(node), target.qualified) != "yes":
        return None
    given = {keyword.arg: keyword for keyword in node.keywords} if isinstance(node, ast.Call) else {}
    arguments = node.args if isinstance(node, ast.Call) else []
    if None in given or len(arguments) < len(wanted.args):
        return None
    if any(_like(context, expression, *pair) != "yes" for pair in zip(wanted.args, arguments, strict=False)):
        return None
    missing = [keyword for keyword in wanted.keywords if keyword.arg not in given]
    wrong = [
        (keyword, given[keyword.arg])
        for keyword in wanted.keywords
        if keyword.arg in given and _like(context, expression, keyword.value, given[keyword.arg].value) == "no"
    ]
    return missing, wrong


def spelled(qualified: Iterable[str]) -> str:
    """A qualified name as people write it."""
    return ".".join(qualified).removeprefix("builtins.")


def _least(all_of: Iterable[Likeness]) -> Likeness:
    found: Likeness = "yes"
    for likeness in all_of:
        if likeness == "no":
            return "no"
        if likeness == "perhaps":
            found = "perhaps"
    return found


def _callee(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _is_any(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_member(qualified: QualifiedName) -> bool:
    return len(Target.parse(".".join(qualified)).attributes) > 1


def _glob_equal(name: str, part: str) -> bool:
    return name == part if not is_glob((part,)) else bool(glob_pattern((part,)).fullmatch(name))


def _falls_under(name: QualifiedName, glob: QualifiedName) -> bool:
    dotted = ".".join(name)
    match = glob_pattern(glob).match(dotted)
    return match is not None and match.end() == len(dotted)


def _chains(tree: ast.AST) -> Iterator[tuple[ast.Attribute | ast.Name, str]]:
    """The names of an expression in reading order, each with all the attributes read from it."""
    pending: list[ast.AST] = [tree]
    found: list[tuple[ast.Attribute | ast.Name, str]] = []
    while pending:
        node = pending.pop()
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            assert isinstance(node, ast.Attribute | ast.Name)
            found.append((node, ".".join([inner.id, *reversed(parts)])))
        else:
            pending += ast.iter_child_nodes(inner)
    return iter(sorted(found, key=lambda pair: (pair[0].lineno, pair[0].col_offset)))
