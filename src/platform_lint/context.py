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

from platform_lint.index import Index, Reference, build, parse
from platform_lint.modules import ModuleView
from platform_lint.names import glob_pattern, is_glob
from platform_lint.rule import Api, Name, Rule
from platform_lint.scopes import Block, QualifiedName, Scope
from platform_lint.source import Source, SourceError

if TYPE_CHECKING:
    from platform_lint.inference.receivers import Receivers

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: How much text, in code points, the other files of a project that are kept as contexts may have together.
_MAX_REMEMBERED = 600_000
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


class Declaration:
    """A class or function that a file defines.

    *path* are the names of the classes and functions around it and its own, *outer* what it stands in directly: a
    class, a function, or None for the module.
    """

    __slots__ = ("node", "outer", "path")

    def __init__(
        self, node: ast.ClassDef | Function, outer: ast.ClassDef | Function | None, path: tuple[str, ...]
    ) -> None:
        self.node = node
        self.outer = outer
        self.path = path


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
        self._spellings: dict[QualifiedName, tuple[QualifiedName, ...]] = {}

    def matches(self, rule: Rule) -> Sequence[Match]:
        """Where the file uses the names of *rule*, in reading order."""
        return self._found.get(rule.code, ())

    # What a node means

    @cached_property
    def _meanings(self) -> dict[int, tuple[tuple[QualifiedName, ...], Reference]]:
        """By id of a node of a chain of names: what it means, its re-exports after it."""
        found: dict[int, tuple[tuple[QualifiedName, ...], Reference]] = {}
        for reference in self.index.references:
            binding = reference.binding
            if reference.block.versioned or (
                binding is not None and (binding.block.guarded or binding.block.versioned)
            ):
                continue  # One alternative of several that the code chooses from itself.
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
        from platform_lint.inference.receivers import Receivers

        return Receivers(self)

    def of_module(self, qualified: QualifiedName) -> tuple[FileContext, QualifiedName] | None:
        """The context of the project's module that *qualified* is or is in, with what of the name is left.

        None where the project has no such module, or it cannot be read. The last few are remembered.
        """
        if self.view is None:
            return None
        located = self.view.locate(qualified)
        if located is None:
            return None
        path, module = located
        rest = qualified[len(module) :]
        if module == self.view.module:
            return self, rest
        known = self.view.modules.contexts
        context = known.pop(path, None)
        if context is None or context.apis is not self.apis:
            context = _read(path, self.view.seen_from(path, module), self.apis)
            if context is None:
                return None
        known[path] = context
        while len(known) > 1 and sum(len(other.source.text) for other in known.values()) > _MAX_REMEMBERED:
            del known[next(iter(known))]
        return context, rest

    def spelled(self, parts: QualifiedName) -> tuple[QualifiedName, ...]:
        """*parts* and what the facts of packs call the same."""
        known = self._spellings.get(parts)
        if known is None:
            others: list[QualifiedName] = []
            for name, reexports in self._reexported:
                if parts[: len(name)] == name:
                    others += [(*other, *parts[len(name) :]) for other in reexports]
            known = self._spellings[parts] = (parts, *others)
        return known

    @cached_property
    def _reexported(self) -> list[tuple[QualifiedName, list[QualifiedName]]]:
        return [
            (tuple(name.split(".")), [tuple(other.split(".")) for other in api.reexports])
            for name, api in self.apis.items()
            if api.reexports
        ]

    # Where a node stands

    @cached_property
    def _family(self) -> tuple[dict[int, ast.AST], dict[type[ast.AST], list[ast.AST]]]:
        """The parent of each node by its id, and the nodes by class: one pass, for whole files are looked at so."""
        parents: dict[int, ast.AST] = {}
        by_type: dict[type[ast.AST], list[ast.AST]] = {ast.Module: [self.tree]}
        generation: list[ast.AST] = [self.tree]
        while generation:
            following: list[ast.AST] = []
            for node in generation:
                for field in node._fields:
                    value = getattr(node, field, None)
                    if isinstance(value, ast.AST):
                        value = (value,)
                    elif value.__class__ is not list:
                        continue
                    for child in value:
                        if isinstance(child, ast.AST):
                            cls = child.__class__
                            if cls in _SHARED:
                                continue
                            parents[id(child)] = node
                            known = by_type.get(cls)
                            if known is None:
                                by_type[cls] = [child]
                            else:
                                known.append(child)
                            if cls not in _LEAVES:
                                following.append(child)
            generation = following
        return parents, by_type

    def nodes(self, types: type[ast.AST] | tuple[type[ast.AST], ...]) -> list[ast.AST]:
        """All nodes of the file that are of one of *types*; those of one class outside in."""
        return [node for cls, nodes in self._family[1].items() if issubclass(cls, types) for node in nodes]

    @cached_property
    def declarations(self) -> Sequence[Declaration]:
        """The classes and functions of the file, however deep, in reading order."""
        found: list[Declaration] = []
        pending: list[tuple[ast.AST, ast.ClassDef | Function | None, tuple[str, ...]]] = [(self.tree, None, ())]
        while pending:
            node, outer, path = pending.pop()
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                path = (*path, node.name)
                found.append(Declaration(node, outer, path))
                outer = node
            for field in ("finalbody", "orelse", "handlers", "cases", "body"):
                inner = getattr(node, field, None)
                if isinstance(inner, list):
                    pending += [(item, outer, path) for item in reversed(inner) if not isinstance(item, ast.expr)]
        return found

    @property
    def _parents(self) -> dict[int, ast.AST]:
        return self._family[0]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What *node* stands directly in; None for the module and for nodes of string annotations."""
        return self._parents.get(id(node))

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """What *node* stands in, inside out, the module last."""
        current = self._parents.get(id(node))
        while current is not None:
            yield current
            current = self._parents.get(id(current))

    @cached_property
    def _blocks(self) -> dict[int, tuple[list[ast.stmt], int]]:
        """By id of a statement the block it is one of, and its number there."""
        found: dict[int, tuple[list[ast.stmt], int]] = {}
        for nodes in self._family[1].values():
            if not hasattr(nodes[0], "body"):
                continue
            for node in nodes:
                for field in ("body", "orelse", "finalbody"):
                    block = getattr(node, field, None)
                    if isinstance(block, list):
                        found.update((id(statement), (block, number)) for number, statement in enumerate(block))
        return found

    def block(self, node: ast.stmt) -> tuple[list[ast.stmt], int] | None:
        """The statements that *node* is one of, and its number among them; None where it stands in no file."""
        return self._blocks.get(id(node))

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
        return not self.in_fstring(node)

    def in_fstring(self, node: ast.AST) -> bool:
        """Whether *node* stands inside an f-string or t-string."""
        for outer in self.ancestors(node):
            if isinstance(outer, ast.stmt):
                return False
            if isinstance(outer, _STRINGS):
                return True
        return False

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
        text = self.source.text
        if "\r" in text:
            # The tokenizer does not know a line that a carriage return alone ends; the columns stay what they are.
            text = "\n".join(self.source.line(row).rstrip("\r\n") for row in range(1, len(lines) + 1))
        try:
            for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
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
        if not _may_be_enclosed(self.source.text, start, end):
            return start, end
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


def _read(path: str, view: ModuleView, apis: Mapping[str, Api]) -> FileContext | None:
    data = view.modules.read(path)
    if data is None:
        return None
    try:
        source = Source.from_bytes(data)
        tree = parse(source)
        index = build(source, tree, module=view.module, package=view.package, star_exports=view.star_exports)
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return FileContext(source, tree, index, view, apis, {})


def _may_be_enclosed(text: str, start: int, end: int) -> bool:
    """Whether parentheses may stand around text[start:end]: told without reading tokens, where that is possible."""
    at = start - 1
    while at >= 0 and text[at] in _BLANK:
        at -= 1
    if at < 0:
        return False
    if text[at] == "(":
        return True
    # What looks like the end of code may be that of a comment.
    above = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))
    return ("\n" in text[at:start] or "\r" in text[at:start]) and "#" in text[above + 1 : at + 1]


#: Nodes that the parser makes once for all trees: they have no place, and no one parent.
#: Most nodes of a file are of these classes, and have no nodes in them.
_LEAVES = frozenset({ast.Name, ast.Constant, ast.alias, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal})
_SHARED = frozenset({ast.Load, ast.Store, ast.Del, *ast.operator.__subclasses__(), *ast.unaryop.__subclasses__()}) | (
    frozenset({*ast.cmpop.__subclasses__(), *ast.boolop.__subclasses__()})
)
_BLANK = " \t\f\r\n\\"
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_LAYOUT = frozenset(
    {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
)
