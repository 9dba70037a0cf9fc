"""One file as LibCST sees it: its nodes in reading order, where each stands, and new nodes as text.

One pass of LibCST's own code generation gives all of it: the order, the parents, the exact offsets, and whether the
tree says the text byte for byte. LibCST's visitors and metadata providers take several times as long each. Offsets are
in code points into the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

import libcst as cst
from libcst._nodes.internal import CodegenState

from platform_lint.source import Source

#: Text is put in place of what stands between two offsets.
Change = tuple[int, int, str]

#: LibCST makes the code of some 490 levels before Python stops it; its native parser overflows its stack at several
#: thousand, which ends the process, and takes minutes on the way there.
_MAX_DEPTH = 500
#: Each bracket in another in the pattern of a `case` makes LibCST 1.9 three times as slow: at twelve it takes minutes.
_MAX_PATTERN_BRACKETS = 8
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|#[^\r\n]*", re.DOTALL)


class TreeError(Exception):
    """A file LibCST cannot be used on; the text says why, in one line."""


def require_readable(tree: ast.Module, source: Source) -> None:
    """Raise TreeError where LibCST would take for ever to parse *source*, or take the process with it.

    *tree* is the syntax tree of *source*: what cannot be parsed at all has none.
    """
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        # What is a list for Python nests for LibCST.
        if isinstance(node, ast.BoolOp):
            depth += len(node.values)
        elif isinstance(node, ast.alias):
            depth += node.name.count(".")
        elif isinstance(node, ast.ImportFrom):
            depth += (node.module or "").count(".")
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            depth += len(node.generators)
        elif isinstance(node, ast.match_case) and _brackets(node.pattern, source) > _MAX_PATTERN_BRACKETS:
            raise TreeError("a pattern in it is nested too deeply for LibCST")
        if depth > _MAX_DEPTH:
            raise TreeError("it is nested too deeply for LibCST")
        pending += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def _brackets(pattern: ast.pattern, source: Source) -> int:
    """How many brackets stand within each other in *pattern*."""
    start = source.offset(pattern.lineno, pattern.col_offset)
    # Brackets around all of it are not its own for Python.
    start = source.text.rindex("case", 0, start)
    text = source.text[start : source.offset(pattern.end_lineno, pattern.end_col_offset)]
    depth = most = 0
    for char in _STRING.sub("", text):
        depth += _BRACKETS.get(char, 0)
        most = max(most, depth)
    return most


class _State(CodegenState):
    """Notes where each node begins and ends while the code of a tree is made."""

    def __init__(self, module: cst.Module, indents: Sequence[str] = ()) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.indent_tokens.extend(indents)
        self.at = 0
        self.current = -1
        self.nodes: list[cst.CSTNode] = []
        self.parents: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.after: list[int] = []
        self.depths: list[str] = []
        self.inner: dict[int, tuple[int, int]] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.tokens.append(token)
            self.at += len(token)

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.at += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.parents.append(self.current)
        self.current = len(self.nodes)
        self.nodes.append(node)
        self.starts.append(self.at)
        self.ends.append(0)
        self.after.append(0)

    def after_codegen(self, node: cst.CSTNode) -> None:
        number = self.current
        self.ends[number] = self.at
        self.after[number] = len(self.nodes)
        self.current = self.parents[number]

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _Stretch:
        return _Stretch(self, node, start_node, end_node)


class _Stretch:
    """What LibCST holds to be the node itself, without what only surrounds it."""

    __slots__ = ("at", "first", "last", "node", "state")

    def __init__(self, state: _State, node: cst.CSTNode, first: cst.CSTNode | None, last: cst.CSTNode | None) -> None:
        self.state = state
        self.node = node
        self.first = first
        self.last = last
        self.at = 0

    def __enter__(self) -> None:
        self.at = self.state.at

    def __exit__(self, *error: object) -> None:
        inner, state = self.state.inner, self.state
        start = inner[id(self.first)][0] if id(self.first) in inner else self.at
        end = inner[id(self.last)][1] if id(self.last) in inner else state.at
        inner[id(self.node)] = start, end


class Tree:
    """The tree of *text*. Raises TreeError where LibCST cannot parse it, or would not write it back as it is.

    *nodes* are all nodes in reading order, each before what it holds; *after* the number of the first node behind all
    that a node holds.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.module, state = _parsed(text)
        self.nodes = state.nodes
        self.after = state.after
        self._parents = state.parents
        self._starts = state.starts
        self._ends = state.ends
        self._inner = state.inner
        self._numbers: dict[int, int] | None = None

    def number(self, node: cst.CSTNode) -> int:
        """The place of *node* in :attr:`nodes`. Raises LookupError for a node of another tree."""
        if self._numbers is None:
            self._numbers = {id(known): number for number, known in enumerate(self.nodes)}
        number = self._numbers.get(id(node))
        if number is None:
            raise LookupError(
                f"this {type(node).__name__} is not a node of the file: it was made, or is of another tree"
            )
        return number

    def holds(self, node: object) -> bool:
        """Whether *node* is one of this tree's."""
        try:
            self.number(node)  # type: ignore[arg-type]
        except LookupError:
            return False
        return True

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What *node* stands directly in; None for the module."""
        number = self._parents[self.number(node)]
        return self.nodes[number] if number >= 0 else None

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What *node* stands in, inside out, the module last."""
        number = self._parents[self.number(node)]
        while number >= 0:
            yield self.nodes[number]
            number = self._parents[number]

    def inside(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """*node* and all it holds, in reading order."""
        number = self.number(node)
        return self.nodes[number : self.after[number]]

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The offsets of *node* itself: without parentheses around it, and for a statement from its first word (``def``
        where it is decorated) to the end of its last one. They are those of ``ast``.
        """
        inner = self._inner.get(id(node))
        if inner is None:
            return self.outer_span(node)
        if isinstance(node, cst.Param):
            # For LibCST it is the name alone.
            behind = node.comma if isinstance(node.comma, cst.Comma) else node.whitespace_after_param
            return self.outer_span(node)[0], self.outer_span(behind)[0]
        if isinstance(node, cst.Tuple | cst.GeneratorExp) and node.lpar:
            # The parentheses are what makes it one.
            return self.outer_span(node.lpar[-1])[0], self.outer_span(node.rpar[0])[1]
        return inner

    def outer_span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The offsets of all the text that belongs to *node*: its parentheses, its comma, for a statement the lines
        above it that are its own, its indentation and its line end.
        """
        number = self.number(node)
        return min(self._starts[number], len(self.text)), min(self._ends[number], len(self.text))

    def source_of(self, node: cst.CSTNode) -> str:
        """The text of *node* itself; code for one that was made."""
        if self.holds(node):
            start, end = self.span(node)
            return self.text[start:end]
        return self.module.code_for_node(node)

    def field(self, node: cst.CSTNode) -> tuple[cst.CSTNode, str]:
        """What *node* stands in, and under which name."""
        parent = self.parent(node)
        if parent is None:
            raise LookupError("the module stands in nothing")
        for name in parent.__dataclass_fields__:
            value = getattr(parent, name)
            if value is node or (isinstance(value, tuple | list) and any(item is node for item in value)):
                return parent, name
        raise LookupError(f"{type(node).__name__} is no field of {type(parent).__name__}")

    def indents(self, node: cst.CSTNode) -> list[str]:
        """The indentation of the block that *node* stands in, one text for each level."""
        found: list[str] = []
        inner = node
        for outer in self.ancestors(node):
            if (isinstance(outer, cst.IndentedBlock) and inner is not outer.header) or (
                isinstance(outer, cst.Match) and isinstance(inner, cst.MatchCase)
            ):
                found.append(self.module.default_indent if outer.indent is None else outer.indent)
            inner = outer
        found.reverse()
        return found

    def render(self, node: cst.CSTNode, old: cst.CSTNode) -> tuple[str, list[tuple[cst.CSTNode, int, int]]]:
        """The code of a new *node* where *old* stands, with all that belongs to it (see :meth:`outer_span`).

        With it come the nodes of this tree that are in it, the outermost, each with its offsets in that code.
        """
        state = _State(self.module, self.indents(old))
        node._codegen(state, **(self._told(old) if type(node) is type(old) else {}))
        code = "".join(state.tokens)
        kept: list[tuple[cst.CSTNode, int, int]] = []
        number = 0
        while number < len(state.nodes):
            inner = state.nodes[number]
            start, end = state.starts[number], state.ends[number]
            if self.holds(inner):
                kept.append((inner, start, end))
                number = state.after[number]
            elif (bare := self._bare(inner, code[start + 1 : end - 1])) is not None:
                kept.append((bare, start + 1, end - 1))
                number = state.after[number]
            else:
                number += 1
        return code, kept

    def _bare(self, node: cst.CSTNode, text: str) -> cst.CSTNode | None:
        """The node of this tree, with that *text*, that the new *node* is in parentheses; None for another one."""
        if not getattr(node, "lpar", ()):
            return None
        inner = next((child for child in node.children if self.holds(child)), None)
        bare = self.parent(inner) if inner is not None else None
        if bare is None or type(bare) is not type(node) or self.source_of(bare) != text:
            return None
        return bare

    def _told(self, node: cst.CSTNode) -> dict[str, object]:
        """What the parent of *node* tells it when code is made, as far as it shows."""
        parent = self.parent(node)
        if isinstance(node, cst.If) and isinstance(parent, cst.If):
            return {"is_elif": True}
        if isinstance(node, cst.Annotation):
            return {"default_indicator": "->" if isinstance(parent, cst.FunctionDef) else ":"}
        if isinstance(node, cst.From):
            return {"default_space": " " if isinstance(parent, cst.Raise) else ""}
        return {}


def _parsed(text: str) -> tuple[cst.Module, _State]:
    try:
        module = cst.parse_module(text)
        state = _State(module)
        module._codegen(state)
    except cst.ParserSyntaxError as error:
        raise TreeError(f"LibCST cannot parse line {error.raw_line}") from None
    except RecursionError:
        raise TreeError("it is nested too deeply for LibCST") from None
    except Exception as error:
        raise TreeError(f"LibCST fails on it: {type(error).__name__}") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise TreeError("LibCST fails on it") from None  # A panic of its native parser is no Exception.
    if "".join(state.tokens) != text:
        raise TreeError("LibCST would not write it back as it is")
    return module, state


Handler = Callable[[cst.CSTNode], object]


class Visitor:
    """What wants to see nodes: *visit* and *leave* by the names of their types.

    A visit that returns False keeps the visitor from what the node holds. *failed* is told of what a handler raises,
    and the node it was at; it sees no more then.
    """

    def __init__(
        self, visit: dict[str, Handler], leave: dict[str, Handler], failed: Callable[[BaseException, cst.CSTNode], None]
    ) -> None:
        self.visit = visit
        self.leave = leave
        self.failed = failed
        #: The number of the first node it wants to see again.
        self.resumes = 0


def traverse(tree: Tree, visitors: Sequence[Visitor]) -> None:
    """Show the nodes of *tree* to all *visitors*, in one pass."""
    entering: dict[str, list[tuple[Visitor, Handler | None, Handler | None]]] = {}
    for visitor in visitors:
        for name in dict.fromkeys((*visitor.visit, *visitor.leave)):
            entering.setdefault(name, []).append((visitor, visitor.visit.get(name), visitor.leave.get(name)))
    wanted = {getattr(cst, name): handlers for name, handlers in entering.items()}
    #: What is to be left: (number of the first node behind it, visitor, handler, node).
    open_: list[tuple[int, Visitor, Handler, cst.CSTNode]] = []
    for number, node in enumerate(tree.nodes):
        while open_ and open_[-1][0] <= number:
            _, visitor, handler, left = open_.pop()
            _shown(visitor, handler, left, len(tree.nodes))
        handlers = wanted.get(type(node))
        if handlers is None:
            continue
        after = tree.after[number]
        entered: list[tuple[int, Visitor, Handler, cst.CSTNode]] = []
        for visitor, visit, leave in handlers:
            if visitor.resumes > number:
                continue
            if visit is not None and _shown(visitor, visit, node, len(tree.nodes)) is False:
                visitor.resumes = max(visitor.resumes, after)
            if leave is not None:
                entered.append((after, visitor, leave, node))
        # The last to come in is the first to go.
        open_ += reversed(entered)
    while open_:
        _, visitor, handler, left = open_.pop()
        _shown(visitor, handler, left, len(tree.nodes))


def _shown(visitor: Visitor, handler: Handler, node: cst.CSTNode, total: int) -> object:
    if visitor.resumes > total:
        return None
    try:
        return handler(node)
    except (Exception, SystemExit) as error:
        visitor.resumes = total + 1
        visitor.failed(error, node)
        return None
