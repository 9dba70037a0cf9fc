"""What a pattern came to stand for in one match."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from platform_lint.context import FileContext

#: A list that shares its beginning with others: what came before, a key, a value.
Chained = tuple[Any, int, object]


class Bound:
    """What a metavariable stands for: one node, an identifier (*word*, in the node that has it), or *many* nodes.

    Arguments among many are an ``ast.keyword`` or an expression; items of a dict are their values.
    """

    __slots__ = ("many", "nodes", "word")

    def __init__(self, nodes: Sequence[ast.AST], word: str = "", many: bool = False) -> None:
        self.nodes = tuple(nodes)
        self.word = word
        self.many = many

    @property
    def node(self) -> ast.AST:
        """The one node."""
        return self.nodes[0]

    def span(self, context: FileContext) -> tuple[int, int]:
        """The offsets of what is bound, without parentheses around it; ``(0, 0)`` where there is nothing."""
        if self.word:
            return word_span(context, self.node, self.word)
        if not self.nodes:
            return 0, 0
        if not self.many:
            return context.span(self.node)
        return element_span(context, self.nodes[0])[0], element_span(context, self.nodes[-1])[1]

    def text(self, context: FileContext) -> str:
        """The text of what is bound, as it stands in the file."""
        if self.word:
            return self.word
        if not self.nodes:
            return ""
        start, end = self.span(context)
        return context.source.text[start:end]


class Bindings:
    """The metavariables of a match, and what each part of the pattern matched. A value: binding makes a new one."""

    __slots__ = ("left_out", "pairs", "values")

    def __init__(self, values: dict[str, Bound], pairs: Chained | None = None, left_out: Chained | None = None) -> None:
        self.values = values
        #: (what came before, id of a node of the pattern, what that matched)
        self.pairs = pairs
        #: What the code has and the pattern leaves out.
        self.left_out = left_out

    def bound(self, name: str, value: Bound) -> Bindings:
        """With *name* standing for *value*."""
        return Bindings({**self.values, name: value}, self.pairs, self.left_out)

    def paired(self, pattern: ast.AST, target: object) -> Bindings:
        """With *pattern* having matched *target*: a node, or a list of them for ``...`` and ``$...X``."""
        return Bindings(self.values, (self.pairs, id(pattern), target), self.left_out)

    def carried(self, pattern: ast.AST, argument: ast.AST) -> Bindings:
        """With *argument*, a keyword perhaps, having given what *pattern* matched."""
        return Bindings(self.values, (self.pairs, ~id(pattern), argument), self.left_out)

    def without(self, *nodes: object) -> Bindings:
        """With *nodes* of the code left out by the pattern."""
        left_out = self.left_out
        for node in nodes:
            left_out = (left_out, 0, node)
        return Bindings(self.values, self.pairs, left_out)

    def matched(self) -> dict[int, object]:
        """By id of a node of the pattern what it matched; under the complement of the id the argument that gave it."""
        return dict(reversed(list(_links(self.pairs))))

    def omitted(self) -> list[ast.AST]:
        """What the code has and the pattern leaves out."""
        return [node for _, node in _links(self.left_out) if isinstance(node, ast.AST)]


def _links(chained: Chained | None) -> Iterator[tuple[int, object]]:
    while chained is not None:
        yield chained[1], chained[2]
        chained = chained[0]


def element_span(context: FileContext, node: ast.AST) -> tuple[int, int]:
    """The offsets of a whole argument, item, parameter or statement: with parentheses, stars, default, decorators."""
    if not context.is_placed(node):
        return context.span(node)
    if isinstance(node, ast.keyword):
        start, end = context.span(node)
        return start, max(end, context.outer_span(node.value)[1])
    if isinstance(node, ast.arg):
        return parameter_span(context, node)
    if isinstance(node, ast.stmt):
        start, end = context.span(node)
        for decorator in getattr(node, "decorator_list", ()):
            token = context.token_before(context.outer_span(decorator)[0])
            if token is not None:
                start = min(start, token[0])
        return start, end
    if isinstance(node, ast.expr):
        parent = context.parent(node)
        if isinstance(parent, ast.Dict) and node in parent.values:
            return item_span(context, parent, parent.values.index(node))
        if isinstance(node, ast.GeneratorExp) and _shares_parentheses(context, node):
            start, end = context.span(node)
            return start, end
        return context.outer_span(node)
    return context.span(node)


def _shares_parentheses(context: FileContext, node: ast.GeneratorExp) -> bool:
    """Whether the parentheses of a generator are those of the call it is the only argument of."""
    parent = context.parent(node)
    return isinstance(parent, ast.Call) and context.span(parent)[1] == context.span(node)[1] and node in parent.args


def item_span(context: FileContext, node: ast.Dict, number: int) -> tuple[int, int]:
    """The offsets of an item of a dict: ``key: value``, ``**other``."""
    end = context.outer_span(node.values[number])[1]
    said = node.keys[number]
    if said is not None:
        return context.outer_span(said)[0], end
    token = context.token_before(context.outer_span(node.values[number])[0])
    return (token[0] if token is not None else context.span(node.values[number])[0]), end


def parameter_span(context: FileContext, node: ast.arg) -> tuple[int, int]:
    """The offsets of a parameter with its stars, annotation and default."""
    start, end = context.span(node)
    arguments = context.parent(node)
    if not isinstance(arguments, ast.arguments):
        return start, end
    if node in (arguments.vararg, arguments.kwarg):
        token = context.token_before(start)
        return (token[0] if token is not None else start), end
    for parameters, defaults in (
        ([*arguments.posonlyargs, *arguments.args], arguments.defaults),
        (arguments.kwonlyargs, arguments.kw_defaults),
    ):
        if node in parameters:
            number = parameters.index(node) - (len(parameters) - len(defaults))
            default = defaults[number] if number >= 0 else None
            if default is not None:
                end = context.outer_span(default)[1]
    return start, end


def word_span(context: FileContext, node: ast.AST, word: str) -> tuple[int, int]:
    """The offsets of an identifier of *node* that has no node of its own: a name, attribute, keyword, alias."""
    start, end = context.span(node)
    text = context.source.text
    if isinstance(node, ast.Attribute):
        return end - len(word), end
    if isinstance(node, ast.keyword | ast.arg):
        return start, start + len(word)
    if isinstance(node, ast.alias) and node.asname == word and node.name != word:
        return end - len(word), end
    at = start
    while True:
        token = context.token_after(at)
        if token is None or token[0] >= end:
            return start, min(end, start + len(text))
        if token[2] == word:
            return token[0], token[1]
        at = token[1]
