"""Reading a pattern: from its text to a syntax tree with marks for what stands for something else."""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from platform_lint.limits import MAX_DEPTH, is_too_deep
from platform_lint.patterns.prepass import (
    ANY,
    ANYTHING,
    CHAIN,
    DEEP,
    ELL,
    GLOB,
    MANY,
    ONE,
    TYPED,
    PatternError,
    Places,
    Prepass,
)
from platform_lint.source import Source

MarkKind = Literal["one", "many", "ell", "deep", "typed", "chain", "string"]
QualifiedName = tuple[str, ...]

_BUILTINS = frozenset(dir(builtins))
_WHOLE_METAVARIABLE = re.compile(r"\$([A-Z_][A-Z0-9_]*)\Z")
_TEXTUAL = frozenset({"self", "cls", "_"})
#: A pattern longer than this is a mistake.
_MAX_LENGTH = 20_000


class Mark:
    """What a node of a pattern stands for: *name* is that of its metavariable, *node* the pattern inside it."""

    __slots__ = ("cls", "kind", "name", "node")

    def __init__(self, kind: MarkKind, name: str = "", node: ast.expr | None = None, cls: QualifiedName = ()) -> None:
        self.kind = kind
        self.name = name
        self.node = node
        #: The type of a typed metavariable.
        self.cls = cls


class Tree:
    """A pattern as a syntax tree.

    *body* are its statements; *root* its expression where it is a single one. *marks* and *names* tell, by id of a
    node, what it stands for and which qualified name it is. *metavariables* has whether each is one thing or several.
    """

    def __init__(self, text: str, code: str, body: list[ast.stmt], places: Places) -> None:
        self.text = text
        #: The text that was parsed: the columns of nodes count in it.
        self.code = Source(code)
        self.body = body
        self.root = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
        self.places = places
        self.marks: dict[int, Mark] = {}
        self.names: dict[int, QualifiedName] = {}
        self.metavariables: dict[str, Literal["one", "many"]] = {}
        self.globs: dict[str, str] = {}
        #: Whether it is only decorators, of any definition.
        self.bare = False
        #: Names the pattern itself binds; they are compared as they are spelled.
        self.bound: set[str] = set()
        self.parents: dict[int, ast.AST] = {}
        self.nodes: dict[str, ast.AST] = {}

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The offsets of *node* in the code that was parsed."""
        return (
            self.code.offset(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            self.code.offset(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def error(self, message: str, node: ast.AST) -> PatternError:
        """The error *message*, at the place of *node*."""
        while not hasattr(node, "lineno") and id(node) in self.parents:
            node = self.parents[id(node)]
        return self.places.error(message, self.span(node)[0] if hasattr(node, "lineno") else 0)

    def many(self, node: ast.AST | None) -> Mark | None:
        """The mark of *node* where it stands for any number of things: ``...``, ``$...X``."""
        if isinstance(node, ast.Expr):
            node = node.value
        mark = self.marks.get(id(node))
        return mark if mark is not None and mark.kind in ("many", "ell") else None


_TOO_DEEP = f"nested more than {MAX_DEPTH} levels"


@lru_cache(maxsize=1024)
def parse(text: str, *, alias: bool = True) -> Tree:
    """The tree of a pattern. Raises PatternError.

    *alias*: names are qualified names; without, they are compared as they are spelled.
    """
    if len(text) > _MAX_LENGTH:
        raise PatternError(f"longer than {_MAX_LENGTH} characters", 1)
    places = Places(text)
    prepared = Prepass(text, places)
    code = prepared.run()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(code).body
    except SyntaxError as error:
        raise _syntax_error(error, code, places) from None
    except (ValueError, RecursionError, MemoryError):
        raise PatternError("nested too deeply, or no text Python can read", 1) from None
    if any(map(is_too_deep, body)):
        raise PatternError(_TOO_DEEP, 1)
    tree = Tree(text, code, body, places)
    tree.globs = prepared.globs
    tree.bare = prepared.bare
    try:
        _Marker(tree, alias).run()
    except RecursionError:
        raise PatternError(_TOO_DEEP, 1) from None
    return tree


def _syntax_error(error: SyntaxError, code: str, places: Places) -> PatternError:
    source = Source(code)
    row = min(max(error.lineno or 1, 1), len(source.starts))
    offset = min(source.starts[row - 1] + max((error.offset or 1) - 1, 0), len(code))
    reason = error.msg or "invalid syntax"
    for marker, shown in ((ELL, "..."), (MANY, "$..."), (ONE, "$"), (GLOB, "*"), (DEEP, "<... ...>")):
        reason = reason.replace(marker, shown)
    return places.error(f"it is no Python pattern: {reason}", offset)


class _Marker:
    """Finds what the nodes of a tree stand for, and refuses what can never match."""

    def __init__(self, tree: Tree, alias: bool) -> None:
        self.tree = tree
        self.alias = alias

    def run(self) -> None:
        tree = self.tree
        pending: list[ast.AST] = list(tree.body)
        order: list[ast.AST] = []
        while pending:
            node = pending.pop()
            order.append(node)
            self._bound(node)
            children = list(ast.iter_child_nodes(node))
            for child in children:
                tree.parents[id(child)] = node
            pending.extend(reversed(children))
        for node in order:
            self._mark(node)
        for node in order:
            self._identifiers(node)
            self._qualified(node)

    def _bound(self, node: ast.AST) -> None:
        bound = self.tree.bound
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            bound.add(node.name or "")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)

    def _mark(self, node: ast.AST) -> None:
        tree = self.tree
        if isinstance(node, ast.Name):
            if node.id == ELL:
                tree.marks[id(node)] = Mark("ell")
            elif node.id.startswith(MANY):
                tree.marks[id(node)] = Mark("many", self._metavariable(node.id[len(MANY) :], "many", node))
                self._check_room(node)
            elif node.id.startswith(ONE):
                tree.marks[id(node)] = Mark("one", self._metavariable(node.id[len(ONE) :], "one", node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == DEEP:
                if len(node.args) != 1 or node.keywords:
                    raise tree.error("`<... P ...>` holds one expression", node)
                tree.marks[id(node)] = Mark("deep", node=node.args[0])
            elif node.func.id == TYPED:
                name = getattr(node.args[0], "id", "")[len(ONE) :]
                self._metavariable(name, "one", node)
                tree.marks[id(node)] = Mark("typed", name, node.args[0], self._type(node))
        elif isinstance(node, ast.Attribute) and node.attr == CHAIN:
            tree.marks[id(node)] = Mark("chain", node=node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            whole = _WHOLE_METAVARIABLE.match(node.value)
            if whole:
                tree.marks[id(node)] = Mark("string", self._metavariable(whole[1], "one", node))

    def _metavariable(self, name: str, kind: Literal["one", "many"], node: ast.AST) -> str:
        if name != ANYTHING:
            if self.tree.metavariables.setdefault(name, kind) != kind:
                raise self.tree.error(f"`${name}` is one thing here and several there", node)
            self.tree.nodes.setdefault(name, node)
        return name

    def _check_room(self, node: ast.Name) -> None:
        """Refuse ``$...X`` where only one thing can stand."""
        parent = self.tree.parents.get(id(node))
        if isinstance(parent, ast.Expr | ast.Tuple | ast.List | ast.Set | ast.JoinedStr):
            return
        if isinstance(parent, ast.Call) and node in parent.args:
            return
        if isinstance(parent, ast.keyword) and parent.arg is None:
            return
        if isinstance(parent, ast.Dict) and node in parent.values and parent.keys[parent.values.index(node)] is None:
            return
        if isinstance(parent, ast.ClassDef) and node in parent.bases:
            return
        raise self.tree.error(f"`$...{node.id[len(MANY) :]}` is several things, and one has its place here", node)

    def _type(self, node: ast.Call) -> QualifiedName:
        said = node.args[1] if len(node.args) == 2 else None
        if isinstance(said, ast.Subscript):
            said = said.value
        if isinstance(said, ast.Constant) and said.value is None:
            return ("builtins", "None")
        parts = _chain(said)
        if not parts:
            raise self.tree.error("the type of a metavariable is a qualified name", node)
        return ("builtins", *parts) if len(parts) == 1 and parts[0] in _BUILTINS else parts

    def _identifiers(self, node: ast.AST) -> None:
        """Metavariables in the places of identifiers."""
        for _, name in identifiers(node):
            for part in name.split("."):
                if part.startswith(MANY):
                    if isinstance(node, ast.arg | ast.alias):
                        self._metavariable(part[len(MANY) :], "many", node)
                    else:
                        raise self.tree.error(f"`$...{part[len(MANY) :]}` is several things, and a name is one", node)
                elif part.startswith(ONE):
                    self._metavariable(part[len(ONE) :], "one", node)

    def _qualified(self, node: ast.AST) -> None:
        if not self.alias or not isinstance(node, ast.Name | ast.Attribute) or id(node) in self.tree.marks:
            return
        parent = self.tree.parents.get(id(node))
        if isinstance(parent, ast.Attribute) and _chain(parent):
            return  # Only the whole of a dotted name is looked up.
        if isinstance(parent, ast.Call) and parent.func is node and getattr(node, "id", "") in (DEEP, TYPED):
            return
        if isinstance(parent, ast.Call) and id(parent) in self.tree.marks:
            mark = self.tree.marks[id(parent)]
            if mark.kind == "typed":
                return
        parts = _chain(node)
        if not parts or parts[0] in _TEXTUAL or parts[0] in self.tree.bound:
            return
        if parts[0].startswith("__") and parts[0].endswith("__"):
            return
        if parts[0] in _BUILTINS and not (parts[0] == "copyright" and len(parts) > 1):
            parts = ("builtins", *parts)
        elif len(parts) == 1 and self._is_called(node, parent):
            raise self.tree.error(
                f"`{parts[0]}` is no builtin: write its qualified name, as in `package.{parts[0]}`", node
            )
        self.tree.names[id(node)] = parts

    def _is_called(self, node: ast.AST, parent: ast.AST | None) -> bool:
        """Whether *node* stands where no module can: it is called, decorates, is inherited from or caught."""
        if isinstance(parent, ast.Call):
            return parent.func is node
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return node in parent.decorator_list or node in getattr(parent, "bases", ())
        return isinstance(parent, ast.ExceptHandler | ast.Raise)


def _chain(node: ast.AST | None) -> QualifiedName:
    """The parts of a dotted name; ``()`` where *node* is none, or has a hole."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ()
    parts.append(node.id)
    if any(part.startswith((ONE, MANY, GLOB)) or part in (ELL, CHAIN, DEEP, TYPED, ANY) for part in parts):
        return ()
    return tuple(reversed(parts))


def identifiers(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The fields of *node* that are identifiers, with what they are; a list gives each of its names."""
    for field in ("attr", "name", "arg", "asname", "module", "names", "rest"):
        value = getattr(node, field, None)
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, str):
                    yield field, item
