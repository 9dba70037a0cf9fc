"""Annotations, and what else holds types: the strings in them are code as well (PEP 484)."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from platform_lint.index.conditions import last_of
from platform_lint.scopes import Block, Scope, end_of

if TYPE_CHECKING:
    from platform_lint.index.walk import Walk

# Subscripts whose strings are values and no annotations: `Literal["a"]`; of `Annotated` only the first is a type.
_LITERAL = frozenset({"Literal"})
_ANNOTATED = frozenset({"Annotated"})
# What is subscripted with types wherever it stands: in `Pair = Tuple["Tree", "Tree"]` the strings are types as well.
_GENERIC = frozenset(
    {
        "AbstractSet",
        "Annotated",
        "AsyncContextManager",
        "AsyncGenerator",
        "AsyncIterable",
        "AsyncIterator",
        "Awaitable",
        "Callable",
        "ChainMap",
        "ClassVar",
        "Collection",
        "Container",
        "ContextManager",
        "Coroutine",
        "Counter",
        "DefaultDict",
        "Deque",
        "Dict",
        "Final",
        "FrozenSet",
        "Generator",
        "ItemsView",
        "Iterable",
        "Iterator",
        "KeysView",
        "List",
        "Literal",
        "Mapping",
        "MappingView",
        "MutableMapping",
        "MutableSequence",
        "MutableSet",
        "Optional",
        "OrderedDict",
        "Reversible",
        "Sequence",
        "Set",
        "Tuple",
        "Type",
        "Union",
        "ValuesView",
    }
)


def walk_annotation(walk: Walk, node: ast.expr | None, scope: Scope, block: Block) -> None:
    """Walk an annotation, the strings in it included (PEP 484 forward references)."""
    pending: list[ast.AST] = [] if node is None else [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.Constant):
            if isinstance(item.value, str):
                _string_annotation(walk, item, scope, block)
        elif isinstance(item, ast.Subscript):
            last = item.value.attr if isinstance(item.value, ast.Attribute) else getattr(item.value, "id", "")
            walk.stack.append((item.value, scope, block))
            if last in _LITERAL:
                walk.stack.append((item.slice, scope, block))
            elif last in _ANNOTATED and isinstance(item.slice, ast.Tuple) and item.slice.elts:
                pending.append(item.slice.elts[0])
                walk.expressions(item.slice.elts[1:], scope, block)
            else:
                pending.append(item.slice)
        elif isinstance(item, ast.BinOp):
            pending += [item.left, item.right]
        elif isinstance(item, ast.Tuple | ast.List):
            pending += item.elts
        else:
            walk.stack.append((item, scope, block))


def subscript(walk: Walk, node: ast.Subscript, scope: Scope, block: Block) -> None:
    """Walk what is subscripted, and what with."""
    if last_of(node.value) in _GENERIC:
        walk_annotation(walk, node, scope, block)
    else:
        walk.stack += ((node.value, scope, block), (node.slice, scope, block))


def _string_annotation(walk: Walk, node: ast.Constant, scope: Scope, block: Block) -> None:
    text = str(node.value)
    if walk.text_start is not None or (walk.words is not None and not any(word in text for word in walk.words)):
        return
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    start = walk.source.offset(node.lineno, node.col_offset)
    end = walk.source.offset(*end_of(node))
    literal = walk.source.text[start:end]
    at = literal.find(text)
    # An escape, a prefix or implicit concatenation: the text is not in the file letter by letter, so no offsets.
    if at < 0 or len(literal) > len(text) + 8 or "\n" in text or "\r" in text:
        at = -1
    walk.text_place = (node.lineno, node.col_offset)
    walk.text_start = start + at + len(text) - len(text.lstrip()) if at >= 0 else -1
    floor = len(walk.stack)
    # A forward reference is evaluated later, when every binding of the scope is there.
    walk_annotation(walk, tree.body, Scope("lazy", scope), Block(block))
    walk.drain(floor)
    walk.text_start = None
