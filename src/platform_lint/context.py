"""One file as rules about shape see it: its syntax tree, and what may be asked of a node in it.

Nodes are those of ``ast``; every place handed out is an offset in code points into the text.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from platform_lint.index import Index, Reference
from platform_lint.modules import ModuleView
from platform_lint.names import glob_pattern, is_glob
from platform_lint.rule import Api, Name, Rule
from platform_lint.scopes import Block, QualifiedName, Scope
from platform_lint.source import Source

if TYPE_CHECKING:
    from platform_lint.receivers import Receivers

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FSTRING_POSITIONS = sys.version_info >= (3, 12)
_STRINGS = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)  # `TemplateStr` comes with 3.14.


class Match:
    """A place where a file uses one of a rule's names: *qualified*'s first *count* parts are what *name* says.

    *node* is the expression for just those parts: ``corp.http.get`` in ``corp.http.get.__doc__``.
    """

    __slots__ = ("base", "count", "name", "qualified", "reference")

    def __init__(self, name: Name, reference: Reference, qualified: QualifiedName, count: int, base: int) -> None:
        self.name = name
        self.reference = reference
        self.qualified = qualified
        self.count = count
        self.base = base

    @property
    def node(self) -> ast.Attribute | ast.Name:
        """The expression that means the name."""
        return self.reference.node_of(self.count, self.base)

    @property
    def matched(self) -> QualifiedName:
        """The qualified name that was used, re-exports followed."""
        return self.qualified[: self.count]


class FileContext:
    """The code of one file.

    *apis* are the facts that packs state about names. *found* has, by code of the rule, where its names are used.
    """

    def __init__(
        self,
        source: Source,
        tree: ast.Module,
        index: Index,
        view: ModuleView | None,
        apis: Mapping[str, Api],
        found: Mapping[str, Sequence[Match]],
    ) -> None:
        self.source = source
        self.tree = tree
        self.index = index
        self.view = view
        self.apis = apis
        self._found = found

    def matches(self, rule: Rule) -> Sequence[Match]:
        """Where the file uses the names of *rule*, in reading order."""
        return self._found.get(rule.code, ())

    # What a node means

    @cached_property
    def _meanings(self) -> dict[int, tuple[tuple[QualifiedName, ...], Reference]]:
        """By id of a node of a chain of names: what it means, its re-exports after it."""
        found: dict[int, tuple[tuple[QualifiedName, ...], Reference]] = {}
        for reference in self.index.references:
            for number, node in enumerate(reference.chain):
                names = tuple(qualified[: base + number] for qualified, base in reference.names() if base + number > 0)
                found[id(node)] = names, reference
        return found

    def names(self, node: ast.AST) -> tuple[QualifiedName, ...]:
        """The qualified names *node* means: as the file itself spells it first, then what that re-exports.

        Empty for anything that is no name, and for a name that could mean several things or a local value.
        """
        known = self._meanings.get(id(node))
        return known[0] if known is not None else ()

    def reference(self, node: ast.AST) -> Reference | None:
        """The reference a name or attribute belongs to, where its meaning is known."""
        known = self._meanings.get(id(node))
        return known[1] if known is not None else None

    def means(self, node: ast.AST, name: QualifiedName) -> bool:
        """Whether *node* means exactly *name*, which may have wildcards."""
        names = self.names(node)
        if not names or not is_glob(name):
            return name in names
        pattern = glob_pattern(name)
        for qualified in names:
            dotted = ".".join(qualified)
            match = pattern.match(dotted)
            if match is not None and match.end() == len(dotted):
                return True
        return False

    @cached_property
    def receivers(self) -> Receivers:
        """What types the file's expressions have."""
        from platform_lint.receivers import Receivers

        return Receivers(self)

    # Where a node stands

    @cached_property
    def _parents(self) -> dict[int, ast.AST]:
        parents: dict[int, ast.AST] = {}
        pending: list[ast.AST] = [self.tree]
        while pending:
            node = pending.pop()
            for child in ast.iter_child_nodes(node):
                parents[id(child)] = node
                pending.append(child)
        return parents

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What *node* stands directly in; None for the module and for nodes of string annotations."""
        return self._parents.get(id(node))

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """What *node* stands in, inside out, the module last."""
        current = self._parents.get(id(node))
        while current is not None:
            yield current
            current = self._parents.get(id(current))

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The innermost statement *node* is or stands in."""
        if isinstance(node, ast.stmt):
            return node
        return next((outer for outer in self.ancestors(node) if isinstance(outer, ast.stmt)), None)

    def function(self, node: ast.AST) -> Function | None:
        """The function whose body *node* runs in, if any; lambdas and comprehensions do not count.

        Decorators, defaults and annotations run in what is around the function.
        """
        inner = node
        for outer in self.ancestors(node):
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef) and inner in outer.body:
                return outer
            inner = outer
        return None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose body *node* stands in, functions in it included; None outside any class."""
        inner = node
        for outer in self.ancestors(node):
            if isinstance(outer, ast.ClassDef) and inner in outer.body:
                return outer
            inner = outer
        return None

    def surroundings(self, node: ast.AST) -> tuple[Scope, Block]:
        """The scope and block *node*'s statement stands in. The context must be of a whole file."""
        return self.index.surroundings(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))

    # Text

    def is_placed(self, node: ast.AST) -> bool:
        """Whether the offsets of *node* are known: not so inside f-strings before Python 3.12."""
        if _FSTRING_POSITIONS or self._parents.get(id(node)) is None:
            return True
        return not any(isinstance(outer, _STRINGS) for outer in self.ancestors(node))

    def in_fstring(self, node: ast.AST) -> bool:
        """Whether *node* stands inside an f-string or t-string."""
        return any(isinstance(outer, _STRINGS) for outer in self.ancestors(node))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The offsets of *node*, without parentheses around it; those of the f-string where :meth:`is_placed` says no.

        A decorated function or class begins at its ``def`` or ``class``.
        """
        if not self.is_placed(node):
            node = next(outer for outer in reversed([*self.ancestors(node)]) if isinstance(outer, _STRINGS))
        return (
            self.source.offset(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            self.source.offset(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def text(self, node: ast.AST) -> str:
        """The text of *node* as it stands in the file, without parentheses around it."""
        start, end = self.span(node)
        return self.source.text[start:end]

    @cached_property
    def _lexed(self) -> tuple[list[int], list[tokenize.TokenInfo], list[int]]:
        """The tokens that are no layout and where they start, and where the comments do."""
        starts: list[int] = []
        tokens: list[tokenize.TokenInfo] = []
        comments: list[int] = []
        lines = self.source.starts
        try:
            for token in tokenize.generate_tokens(io.StringIO(self.source.text, newline="").readline):
                if token.type == tokenize.COMMENT:
                    comments.append(lines[token.start[0] - 1] + token.start[1])
                elif token.type not in _LAYOUT:
                    starts.append(lines[token.start[0] - 1] + token.start[1])
                    tokens.append(token)
        except (tokenize.TokenError, SyntaxError, IndexError):
            pass  # Of what the parser takes, the tokenizer refuses only odd ends.
        return starts, tokens, comments

    def outer_span(self, node: ast.AST) -> tuple[int, int]:
        """The offsets of the expression *node* with all the parentheses around it that hold nothing else."""
        start, end = self.span(node)
        low, high = self._room(node)
        while True:
            before, after = self.token_before(start), self.token_after(end)
            if before is None or after is None or before[2] != "(" or after[2] != ")":
                return start, end
            if before[0] < low or after[1] > high:
                return start, end
            start, end = before[0], after[1]

    def _room(self, node: ast.AST) -> tuple[int, int]:
        """The offsets between which parentheses around *node* are its own: those of a call or class are not."""
        parent = self.parent(node)
        if not isinstance(parent, ast.expr | ast.stmt | ast.keyword):
            return 0, len(self.source.text)
        low, high = self.span(parent)
        opener = -1
        if isinstance(parent, ast.Call) and node is not parent.func:
            opener = self.source.text.index("(", self.outer_span(parent.func)[1])
            high -= 1
        elif isinstance(parent, ast.ClassDef) and node in parent.bases:
            opener = self.source.text.index("(", low)
            high = self._closing(opener)
        return max(low, opener + 1), high

    def _closing(self, opener: int) -> int:
        """The offset of the bracket that closes the one at *opener*."""
        depth = 0
        starts, tokens, _ = self._lexed
        for start, token in zip(starts, tokens, strict=True):
            if start >= opener and token.string in _BRACKETS:
                depth += _BRACKETS[token.string]
                if not depth:
                    return start
        return len(self.source.text)

    def token_before(self, offset: int) -> tuple[int, int, str] | None:
        """The last token that ends at or before *offset*: (start, end, text), layout and comments left out."""
        starts, tokens, _ = self._lexed
        number = bisect_left(starts, offset) - 1
        if number < 0:
            return None
        token = tokens[number]
        return starts[number], starts[number] + len(token.string), token.string

    def token_after(self, offset: int) -> tuple[int, int, str] | None:
        """The first token that starts at or after *offset*: (start, end, text), layout and comments left out."""
        starts, tokens, _ = self._lexed
        number = bisect_left(starts, offset)
        if number >= len(tokens):
            return None
        token = tokens[number]
        return starts[number], starts[number] + len(token.string), token.string

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment stands between two offsets that both lie outside strings."""
        if "#" not in self.source.text[start:end]:
            return False
        return any(start <= place < end for place in self._lexed[2])


_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_LAYOUT = frozenset(
    {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
)
