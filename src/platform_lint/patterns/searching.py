"""Where in a file to try a pattern, and what of it a file must have for the try to be worth it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from platform_lint.context import FileContext, Match
from platform_lint.index import build
from platform_lint.patterns.matching import GaveUp, Matcher, Pattern, block_of, trimmed
from platform_lint.patterns.prepass import ANY, CHAIN, DEEP, ELL, GLOB, MANY, ONE, TYPED
from platform_lint.patterns.syntax import QualifiedName, Tree, identifiers

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Words that code with such a node must have.
_KEYWORDS: dict[type[ast.AST], str] = {
    ast.AsyncFunctionDef: "async",
    ast.Await: "await",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
    ast.Raise: "raise",
    ast.Assert: "assert",
    ast.With: "with",
    ast.AsyncWith: "with",
    ast.While: "while",
    ast.ExceptHandler: "except",
    ast.Delete: "del",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
}
#: Patterns whose trees were looked through: those of a run are far fewer.
_MAX_REMEMBERED = 4096
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@lru_cache(maxsize=_MAX_REMEMBERED)
def roots(tree: Tree) -> tuple[type[ast.AST], ...]:
    """The classes of nodes that may be where a match begins."""
    if tree.bare:
        return (*_DEFINITIONS, ast.ClassDef)
    node: ast.AST = tree.root if tree.root is not None else trimmed(tree)[0]
    if isinstance(node, ast.Expr):
        return (ast.stmt,) if id(node.value) in tree.marks else (ast.Expr,)
    if id(node) in tree.marks:
        return (ast.expr,) if tree.marks[id(node)].kind != "string" else (ast.Constant,)
    if id(node) in tree.names:
        return (ast.Name, ast.Attribute)
    if isinstance(node, ast.Compare | ast.UnaryOp):
        return (ast.Compare, ast.UnaryOp)
    if isinstance(node, ast.Set):
        return (ast.Set, ast.Dict)
    if isinstance(node, ast.Attribute) and node.attr.startswith(ONE) and id(node.value) in tree.names:
        return (ast.Name, ast.Attribute)
    if isinstance(node, ast.FunctionDef):
        return _DEFINITIONS
    if isinstance(node, ast.Assign):
        return (ast.Assign, ast.AnnAssign)
    return (type(node),)


def candidates(tree: Tree, context: FileContext, matches: Sequence[Match] | None) -> Iterator[ast.AST]:
    """The nodes of the file a match may begin at, each once; around *matches* where the pattern needs one of them."""
    types = roots(tree)
    if matches is None:
        root = tree.root if tree.root is not None or tree.bare else trimmed(tree)[0]
        for found in context.nodes(types):
            if root is None or is_possible(tree, root, found):
                yield found
        return
    if _calls_what_it_names(tree):
        yield from _calls_of(context, matches)
        return
    seen: set[int] = set()
    #: How many statements of a block, by its id, were looked at.
    covered: dict[int, int] = {}
    for match in matches:
        node: ast.AST = match.node
        if context.parent(node) is None:
            continue  # In a string annotation.
        for outer in (node, *context.ancestors(node)):
            if isinstance(outer, ast.stmt) and tree.root is None:
                block, number = block_of(context, outer)
                # The name may stand in a later statement of the pattern.
                around: Iterable[ast.AST] = block[covered.get(id(block), 0) : number + 1]
                covered[id(block)] = max(covered.get(id(block), 0), number + 1)
            else:
                around = (outer,)
            for found in around:
                if isinstance(found, types) and id(found) not in seen:
                    seen.add(id(found))
                    yield found


@lru_cache(maxsize=_MAX_REMEMBERED)
def _calls_what_it_names(tree: Tree) -> bool:
    """Whether the pattern is a call of the name it needs, which stands nowhere else in it: a match begins at one."""
    return isinstance(tree.root, ast.Call) and nodes_of(tree, required_name(tree)) == [tree.root.func]


def _calls_of(context: FileContext, matches: Iterable[Match]) -> Iterator[ast.AST]:
    """The calls of what *matches* name, each once."""
    seen: set[int] = set()
    for match in matches:
        node: ast.AST = match.node
        outer = context.parent(node)
        while isinstance(outer, ast.Attribute):
            node, outer = outer, context.parent(outer)
        if isinstance(outer, ast.Call) and outer.func is node and id(outer) not in seen:
            seen.add(id(outer))
            yield outer


def is_possible(tree: Tree, pattern: ast.AST, target: ast.AST | None) -> bool:
    """Whether *target* may match *pattern*: a glance at its outermost parts, for a try costs far more.

    It says no only where no equivalence could make it a yes.
    """
    if id(pattern) in tree.marks or id(pattern) in tree.names:
        return True
    if isinstance(pattern, ast.Attribute):
        if isinstance(target, ast.Attribute):
            return pattern.attr == target.attr or not _WORD.fullmatch(pattern.attr) or _is_marker(pattern.attr)
        return isinstance(target, ast.Name) and _is_marker(pattern.attr)
    if isinstance(pattern, ast.Call):
        return isinstance(target, ast.Call) and is_possible(tree, pattern.func, target.func)
    if isinstance(pattern, ast.Compare):
        if not isinstance(target, ast.Compare) or len(target.ops) != len(pattern.ops):
            return not isinstance(target, ast.Compare)
        return is_possible(tree, pattern.left, target.left) and all(
            map(is_possible, (tree,) * len(target.ops), pattern.comparators, target.comparators)
        )
    if isinstance(pattern, ast.Constant):
        return isinstance(target, ast.Constant) and target.value == pattern.value
    if isinstance(pattern, ast.Lambda | ast.JoinedStr | ast.Await | ast.Subscript):
        return isinstance(target, type(pattern))
    if isinstance(pattern, ast.Assign):
        return is_possible(tree, pattern.value, getattr(target, "value", None))
    if isinstance(pattern, ast.Expr):
        return isinstance(target, ast.Expr) and is_possible(tree, pattern.value, target.value)
    return True


def _is_marker(name: str) -> bool:
    return name in (ELL, ANY, CHAIN, DEEP, TYPED) or name.startswith((ONE, MANY, GLOB))


def matches_template(pattern: Pattern, template: Pattern) -> bool:
    """Whether *pattern* matches something in *template*, its metavariables taken for names."""
    source = template.tree.code
    tree = ast.parse(source.text)
    context = FileContext(source, tree, build(source, tree), None, {}, {})
    spelled = Pattern.parse(pattern.tree.text, sorted({*pattern.without, "alias"}))
    try:
        return any(
            Matcher(spelled, context).first(node) is not None for node in candidates(spelled.tree, context, None)
        )
    except GaveUp:
        return False


@lru_cache(maxsize=_MAX_REMEMBERED)
def required_name(tree: Tree) -> QualifiedName:
    """The most special qualified name that every match of the pattern has; ``()`` where there is none."""
    found = [parts for parts, node in _names(tree) if not _is_optional(tree, node)]
    return max(found, key=lambda parts: (parts[0] != "builtins", len(parts)), default=())


def nodes_of(tree: Tree, parts: QualifiedName) -> list[ast.AST]:
    """The nodes of the pattern that are the qualified name *parts*."""
    return [node for other, node in _names(tree) if other == parts]


@lru_cache(maxsize=_MAX_REMEMBERED)
def _names(tree: Tree) -> tuple[tuple[QualifiedName, ast.AST], ...]:
    typed = _typed(tree)
    return tuple(
        (tree.names[id(node)], node) for node in _walk(tree) if id(node) in tree.names and id(node) not in typed
    )


def _typed(tree: Tree) -> set[int]:
    """The ids of the nodes of typed metavariables: a file need not spell a type to have something of it."""
    return {
        id(inner)
        for node in _walk(tree)
        if (mark := tree.marks.get(id(node))) is not None and mark.kind == "typed"
        for inner in ast.walk(node)
    }


def _walk(tree: Tree) -> Iterator[ast.AST]:
    for statement in tree.body:
        yield from ast.walk(statement)


def _is_optional(tree: Tree, node: ast.AST) -> bool:
    """Whether code may match without the name: it inherits from it by way of another class."""
    parent = tree.parents.get(id(node))
    return isinstance(parent, ast.ClassDef) and node in parent.bases


def several_names(tree: Tree) -> bool:
    """Whether the pattern needs to know more names of a file than the one it is found by."""
    return len({parts for parts, _ in _names(tree)}) > 1


def repeats(tree: Tree) -> bool:
    """Whether a metavariable occurs twice, so that what it stands for is compared."""
    seen: set[str] = set()
    for node in _walk(tree):
        mark = tree.marks.get(id(node))
        if mark is not None and mark.name and mark.kind != "typed":
            if mark.name in seen:
                return True
            seen.add(mark.name)
        for _, name in identifiers(node):
            if name.startswith((ONE, MANY)):
                if name.partition("_mv")[2].lstrip("s")[1:] in seen:
                    return True
                seen.add(name.partition("_mv")[2].lstrip("s")[1:])
    return False


def trace(tree: Tree, bound: Callable[[QualifiedName], bool] = lambda _: False) -> tuple[tuple[str, str], ...]:
    """What a file must have for a pattern to match, besides the qualified names in it: words and types.

    *bound* tells of what is called whether its parameters are known, so that an argument needs no name.
    """
    terms: set[tuple[str, str]] = set()
    typed = _typed(tree)
    # How a file spells a qualified name is its own business.
    within = {
        id(inner) for node in _walk(tree) if id(node) in tree.names for inner in ast.walk(node) if inner is not node
    }
    unnamed = {
        id(keyword)
        for node in _walk(tree)
        if isinstance(node, ast.Call) and id(node.func) in tree.names and bound(tree.names[id(node.func)])
        for keyword in node.keywords
    }
    for node in _walk(tree):
        mark = tree.marks.get(id(node))
        if mark is not None and len(mark.cls) > 1 and mark.cls[0] != "builtins":
            terms.add(("type", ".".join(mark.cls)))
        if id(node) in typed or id(node) in within:
            continue
        if id(node) in tree.names:
            if _is_optional(tree, node):
                terms.add(("type", ".".join(tree.names[id(node)])))
            continue
        word = _KEYWORDS.get(type(node))
        if word is not None:
            terms.add(("word", word))
        if isinstance(node, ast.Name):
            terms.update(_words(node.id))
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool)):
            terms.add(("word", str(node.value)))
        for _, name in identifiers(node) if id(node) not in unnamed else ():
            for part in name.split("."):
                terms.update(_words(part))
    if not terms:
        # Text may be cut into several literals, so it counts only where there is nothing better.
        for node in _walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in tree.marks:
                terms.update(("word", word) for word in _WORD.findall(node.value) if len(word) > 2)
    return tuple(sorted(terms))


def call_terms(tree: Tree, bound: Callable[[QualifiedName], bool]) -> Iterator[tuple[str, QualifiedName, str]]:
    """How a file must call the qualified names of a pattern for it to match: the kind of sign, the name, the argument.

    ``"statement"`` is for a call that is all of a statement, ``"call"`` for one with that argument. *bound* is as for
    :func:`trace`.
    """
    names = {id(node): parts for parts, node in _names(tree) if not _is_optional(tree, node)}
    alone = tree.body[0] if len(tree.body) == 1 else None
    for node in _walk(tree):
        if isinstance(node, ast.Expr) and node is not alone and isinstance(node.value, ast.Call):
            parts = names.get(id(node.value.func), ())
            if len(parts) > 1:
                yield "statement", parts, ""
        elif isinstance(node, ast.Call):
            parts = names.get(id(node.func), ())
            for keyword in node.keywords if len(parts) > 1 and not bound(parts) else ():
                if keyword.arg and not _is_marker(keyword.arg) and _WORD.fullmatch(keyword.arg):
                    yield "call", parts, keyword.arg


def _words(name: str) -> Iterator[tuple[str, str]]:
    if _is_marker(name) or not _WORD.fullmatch(name):
        return
    yield "word", name
