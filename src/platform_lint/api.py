"""What a rule written in Python imports: :class:`Rule`, and LibCST as ``cst``.

A file holds one rule::

    from platform_lint.api import Rule, cst


    class NaiveNow(Rule):
        '''`datetime.utcnow()` has no zone: call `datetime.now(timezone.utc)`.

        Whatever is compared with it is off by hours.

        ```python bad
        import datetime
        datetime.datetime.utcnow()
        ```
        ```python fixed
        import datetime
        datetime.datetime.now(datetime.timezone.utc)
        ```
        '''

        code = "ACM201"
        names = ("datetime.datetime.utcnow",)

        def visit_Call(self, node: cst.Call) -> None:
            if self.qualified_name(node) == "datetime.datetime.utcnow":
                self.report(
                    node,
                    replace="datetime.datetime.now(datetime.timezone.utc)",
                    imports=("datetime.datetime", "datetime.timezone"),
                )
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeVar

import libcst as cst

from platform_lint.context import FileContext
from platform_lint.differing import lost_comments
from platform_lint.finding import Level, Safety, weakest
from platform_lint.hits import Hit, Piece, Quote, Repair, Splice
from platform_lint.index import Reference
from platform_lint.removing import removed
from platform_lint.replacing import MARK, MisplacedError, Replacement, replaced
from platform_lint.rule import Rule as RuleValue
from platform_lint.rule import Target
from platform_lint.source import Source
from platform_lint.tokens import TOKEN
from platform_lint.trees import Change, Tree

if TYPE_CHECKING:
    from platform_lint.inference.type_values import Sureness

__all__ = ["Rule", "cst"]

Node = TypeVar("Node", bound=cst.CSTNode)

_FSTRINGS_PLACED = sys.version_info >= (3, 12)
_MAX_SHOWN = 60
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")
_PLACEHOLDER = re.compile(r"\{([^\W\d]\w*)\}")
_CHAIN = re.compile(r"[^\W\d]\w*(?:[ \t]*\.[ \t]*[^\W\d]\w*)*")


class Rule:
    """One convention, stated in Python.

    The first line of the class's docstring is the message; what follows documents the rule, and the fenced blocks
    ``python bad``, ``python fixed`` (what the fix makes of the block above) and ``python ok`` are its examples.
    The methods ``visit_<Node>`` and ``leave_<Node>`` are called with the nodes of LibCST of that type; a visit that
    returns False keeps the rule from what the node holds. Each file is checked by an instance of its own.

    Every annotated attribute that a rule adds is an option: ``max_args: int = 5``. Configuration sets it, the rule
    reads it from ``self``. Its type is bool, int, float, str, ``list[str]`` or a ``Literal`` of texts.
    """

    #: One to three capital letters and three digits.
    code: ClassVar[str] = ""
    #: Lower-case words joined by hyphens; by default those of the class's name.
    name: ClassVar[str] = ""
    #: What a file must use for the rule to look at it: one of these qualified names, in whatever spelling ...
    names: ClassVar[Sequence[str]] = ()
    #: ... or one of these words, anywhere ...
    words: ClassVar[Sequence[str]] = ()
    #: ... or one of these classes, which may be reached through other names ...
    types: ClassVar[Sequence[str]] = ()
    #: ... or nothing at all: the rule is run on every file, which takes a hundred times as long as not doing so.
    any_file: ClassVar[bool] = False
    level: ClassVar[Level] = "error"
    fix: ClassVar[Safety] = "safe"
    default: ClassVar[bool] = True
    docs: ClassVar[str | Sequence[str]] = ""
    since: ClassVar[str] = ""
    owner: ClassVar[str] = ""
    #: An ISO date.
    deadline: ClassVar[str] = ""
    only_in: ClassVar[Sequence[str]] = ()
    except_in: ClassVar[Sequence[str]] = ()
    requires: ClassVar[str] = ""
    covers: ClassVar[Sequence[str]] = ()
    inside: ClassVar[str | Sequence[str]] = ()
    not_inside: ClassVar[str | Sequence[str]] = ()

    _file: File
    _rule: RuleValue
    _hits: list[Hit]

    # The file

    @property
    def module(self) -> cst.Module:
        """The file as LibCST sees it."""
        return self._file.tree.module

    @property
    def dotted_module(self) -> str:
        """The name the file is imported by, ``""`` where that is not known."""
        view = self._file.context.view
        return ".".join(view.module) if view is not None and view.module else ""

    # Questions about a node

    def qualified_names(self, node: cst.CSTNode) -> tuple[str, ...]:
        """The qualified names that a name or an attribute means: as its file imports it first, then the re-exports.

        For a call or a decorator, what is called. Empty where the name means nothing certain, or something local.
        """
        return tuple(".".join(name) for name in self._file.names(node))

    def qualified_name(self, node: cst.CSTNode) -> str:
        """The first of :meth:`qualified_names`, ``""`` where there is none. A builtin is ``builtins.print``."""
        return next(iter(self.qualified_names(node)), "")

    def means(self, node: cst.CSTNode, *names: str) -> bool:
        """Whether *node* means one of the qualified *names*, re-exports followed."""
        return not set(names).isdisjoint(self.qualified_names(node))

    def type_of(self, node: cst.BaseExpression, cls: str) -> Sureness:
        """How sure it is that *node* is an instance of the class *cls* or a subclass: ``""``, inferred, exact."""
        expression = self._file.expression(node)
        return "" if expression is None else self._file.context.receivers.of_type(expression, _parts(cls))

    def is_a(self, node: cst.BaseExpression, *classes: str) -> bool:
        """Whether *node* is an instance of one of *classes* or of a subclass, as far as the code tells."""
        return any(self.type_of(node, cls) for cls in classes)

    def class_of(self, node: cst.BaseExpression, cls: str) -> Sureness:
        """How sure it is that *node* is the class *cls* itself or a subclass of it: ``""``, inferred, exact."""
        expression = self._file.expression(node)
        return "" if expression is None else self._file.context.receivers.of_class(expression, _parts(cls))

    def bases(self, node: cst.ClassDef) -> tuple[str, ...]:
        """The qualified names of all classes that *node* inherits from, nearest first."""
        definition = self._file.definition(node)
        if not isinstance(definition, ast.ClassDef):
            return ()
        return tuple(".".join(name) for name in self._file.context.receivers.bases_of(definition))

    def overridden(self, node: cst.BaseExpression, cls: str, attribute: str) -> str:
        """The qualified name of the class of the project that gives *node*, an instance of *cls* or a subclass of it,
        an *attribute* of its own; ``""`` where it has that of *cls*, as far as the code tells.
        """
        expression = self._file.expression(node)
        found = None
        if expression is not None:
            found = self._file.context.receivers.overriding(expression, _parts(cls), attribute)
        return ".".join(found or ())

    def defines(self, cls: str, attribute: str) -> bool | None:
        """Whether the class *cls* of the project, in whatever file, itself has *attribute*, in its body or assigned to
        ``self``; None where *cls* is no class of the project, or it is not known what all it inherits from.
        """
        receivers = self._file.context.receivers
        return None if receivers.kinship.is_open(_parts(cls)) else receivers.defines(_parts(cls), attribute)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What *node* stands directly in; None for the module."""
        return self._file.tree.parent(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What *node* stands in, inside out, the module last."""
        return self._file.tree.ancestors(node)

    def enclosing(self, node: cst.CSTNode, *kinds: type[Node]) -> Node | None:
        """The innermost node of one of *kinds* that *node* stands in."""
        return next((outer for outer in self.ancestors(node) if isinstance(outer, kinds)), None)

    def enclosing_function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function whose body *node* runs in: not one that it decorates, is a default of, or annotates."""
        return self._body_of(node, cst.FunctionDef)

    def enclosing_class(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The class whose body *node* stands in, its methods included."""
        return self._body_of(node, cst.ClassDef)

    def _body_of(self, node: cst.CSTNode, kind: type[Node]) -> Node | None:
        inner = node
        for outer in self.ancestors(node):
            if isinstance(outer, kind) and getattr(outer, "body", None) is inner:
                return outer
            inner = outer
        return None

    def is_bound(self, name: str, node: cst.CSTNode) -> bool:
        """Whether something visible at *node* is called *name*; builtins do not count."""
        return self._file.is_bound(name, node)

    def source_of(self, node: cst.CSTNode) -> str:
        """The text of *node*: as it stands in the file, without parentheses around it; code for one that was made."""
        return self._file.tree.source_of(node)

    def literal(self, node: cst.BaseExpression, default: object = None) -> object:
        """The value of a literal (numbers, texts, containers of such), *default* for anything else."""
        try:
            return ast.literal_eval(self.source_of(node).strip())
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return default

    # What is found

    def spelled(self, name: str) -> cst.Name:
        """A node that stands for the qualified *name* in a replacement: spelled as the place allows, and imported."""
        return cst.Name(self._file.mark(name))

    def report(
        self,
        node: cst.CSTNode,
        message: str = "",
        *,
        replace: Replacement | Mapping[cst.CSTNode, Replacement] | None = None,
        remove: bool = False,
        imports: Iterable[str] = (),
        at: cst.CSTNode | None = None,
        values: Mapping[str, object] | None = None,
        safety: Safety = "safe",
        reason: str = "",
    ) -> None:
        """Say that *node* breaks the rule, with *message* instead of the rule's own, at the node *at* instead of it.

        *replace* is what is put in its place: a node, a ``FlattenSentinel``, a ``RemovalSentinel``, or code as text;
        a mapping replaces several nodes together. *remove* takes the node out. *imports* are qualified names: where the
        replacement spells one, in full or by its last part, it is spelled as the file can, and imported. *values* fill
        the message's placeholders. *safety* and *reason* tell what speaks against trusting the fix.
        """
        file, rule = self._file, self._rule
        start, end = file.anchor(at if at is not None else node)
        text = self._message(message or rule.message, node, values or {})
        replacements: Mapping[cst.CSTNode, Replacement] = {}
        if remove:
            replacements = {node: cst.RemoveFromParent()}
        elif isinstance(replace, Mapping):
            replacements = replace
        elif replace is not None:
            replacements = {node: replace}
        repair = None
        if replacements:
            repair = file.repair(replacements, tuple(imports), safety, reason)
        matched = file.matched(rule, *file.tree.outer_span(node))
        self._hits.append(Hit(rule, None, "shape", matched, start, end, message=text, repair=repair))

    def _message(self, message: str, node: cst.CSTNode, values: Mapping[str, object]) -> str:
        def filled(match: re.Match[str]) -> str:
            key = match.group(1)
            if key in values:
                return str(values[key])
            if key == "name":
                return self.qualified_name(node).removeprefix("builtins.") or _shown(self.source_of(node))
            if key in self._rule.body["options"]:
                return str(getattr(self, key))
            raise ValueError(f"the message has {{{key}}}, and `values` says nothing of it")

        return _PLACEHOLDER.sub(filled, message)


class File:
    """The file at hand as rules in Python ask about it; they share one."""

    def __init__(self, context: FileContext, tree: Tree) -> None:
        self.context = context
        self.tree = tree
        self._marks: dict[str, Target] = {}

    # From LibCST's nodes to those of ast

    @cached_property
    def _expressions(self) -> dict[tuple[int, int, int, int], ast.expr]:
        found = {_place(node): node for node in self._placed if isinstance(node, ast.expr)}
        if not _FSTRINGS_PLACED:
            strings = cst.FormattedString | cst.ConcatenatedString
            for string in [node for node in self.tree.nodes if isinstance(node, strings)]:
                whole = found.get(self._key(*self.tree.span(string)))
                if isinstance(whole, ast.JoinedStr):
                    found.update(self._in_fstring(string, whole))
        return found

    def _in_fstring(
        self, string: cst.CSTNode, whole: ast.JoinedStr
    ) -> Iterator[tuple[tuple[int, int, int, int], ast.expr]]:
        """The expressions in an f-string, which is *whole* for ``ast``: before Python 3.12 that has no places in it."""
        fields = [node for node in self.tree.inside(string) if isinstance(node, cst.FormattedStringExpression)]
        values = [node.value for node in _preorder(whole) if isinstance(node, ast.FormattedValue)]
        if len(fields) != len(values):
            return
        for field, value in zip(fields, values, strict=True):
            start, end = self.tree.outer_span(field.expression)
            # What is parsed by itself has places, and is the same otherwise.
            source = Source(f"({self.tree.text[start:end]}\n)")
            parsed = ast.parse(source.text, mode="eval").body
            if ast.dump(parsed) != ast.dump(value):
                continue
            for placed, node in zip(ast.walk(parsed), ast.walk(value), strict=True):
                if isinstance(placed, ast.Name | ast.Attribute | ast.Call) and isinstance(node, ast.expr):
                    low = source.offset(placed.lineno, placed.col_offset)
                    high = source.offset(placed.end_lineno or 1, placed.end_col_offset or 0)
                    yield self._key(start + low - 1, start + high - 1), node

    @cached_property
    def _definitions(self) -> dict[tuple[int, int, int, int], ast.stmt]:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return {_place(node): node for node in self._placed if isinstance(node, kinds)}

    @cached_property
    def _placed(self) -> list[ast.AST]:
        """All nodes whose places are known: not those in f-strings before Python 3.12."""
        found: list[ast.AST] = []
        pending: list[ast.AST] = [self.context.tree]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.expr | ast.stmt):
                found.append(node)
            if _FSTRINGS_PLACED or not isinstance(node, ast.JoinedStr):
                pending += ast.iter_child_nodes(node)
        return found

    def expression(self, node: cst.CSTNode) -> ast.expr | None:
        """The node of ``ast`` for a LibCST expression of the file."""
        if not self.tree.holds(node):
            return None
        return self._expressions.get(self._key(*self.tree.span(node)))

    def definition(self, node: cst.ClassDef | cst.FunctionDef) -> ast.stmt | None:
        """The node of ``ast`` for a class or function of the file."""
        return self._definitions.get(self._key(*self.tree.span(node)))

    def _key(self, start: int, end: int) -> tuple[int, int, int, int]:
        return (*self._row_and_column(start), *self._row_and_column(end))

    def _row_and_column(self, offset: int) -> tuple[int, int]:
        """As ``ast`` counts: UTF-8 bytes."""
        source = self.context.source
        row = source.row(offset)
        return row, len(source.text[source.starts[row - 1] : offset].encode("utf-8", "surrogatepass"))

    def names(self, node: cst.CSTNode) -> tuple[tuple[str, ...], ...]:
        """The qualified names *node* means; those of what it calls for a call or decorator."""
        while True:
            if isinstance(node, cst.Call):
                node = node.func
            elif isinstance(node, cst.Decorator):
                node = node.decorator
            else:
                break
        expression = self.expression(node) if isinstance(node, cst.Name | cst.Attribute) else None
        return () if expression is None else self.context.names(expression)

    def is_bound(self, name: str, node: cst.CSTNode) -> bool:
        """Whether a scope visible at *node* binds *name*."""
        index = self.context.index
        scope, _ = index.surroundings(*self._row_and_column(self.tree.span(node)[0]))
        return name in index.unsettled or any(name in visible.bindings for visible, _ in scope.visible())

    # Places

    def anchor(self, node: cst.CSTNode) -> tuple[int, int]:
        """The offsets a finding about *node* points at: the name of a function or class, the head of a statement that
        holds others.
        """
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            return self.tree.span(node.name)
        start, end = self.tree.span(node)
        body = getattr(node, "body", None)
        if isinstance(body, cst.BaseSuite):
            end = max(start, self.tree.outer_span(body)[0])
        return start, end

    def matched(self, rule: RuleValue, start: int, end: int) -> tuple[str, ...]:
        """The first of the rule's names that is used between two offsets."""
        for match in self.context.matches(rule):
            if start <= match.reference.start < end:
                return match.matched
        return ()

    # Replacements

    def mark(self, name: str) -> str:
        """An identifier that stands for the qualified *name* in code that is being made."""
        if not all(_IDENTIFIER.match(part) for part in name.replace(":", ".").split(".")):
            raise ValueError(f"{name!r} is no qualified name")
        mark = f"{MARK}{len(self._marks)}_"
        self._marks[mark] = Target.of(name)
        return mark

    def repair(
        self, replacements: Mapping[cst.CSTNode, Replacement], imports: Sequence[str], safety: Safety, reason: str
    ) -> Repair:
        """What puts *replacements* in the places of their nodes."""
        old, new = next(iter(replacements.items()))
        told = f"remove `{_shown(self.tree.source_of(old))}`"
        if not isinstance(new, cst.RemovalSentinel):
            told = f"replace `{_shown(self.tree.source_of(old))}` with `{_shown(self._told(new))}`"
        changes: list[Change] = []
        try:
            gone = [old for old, new in replacements.items() if isinstance(new, cst.RemovalSentinel)]
            for old, new in replacements.items():
                if isinstance(new, cst.RemovalSentinel):
                    changes += removed(self.tree, old, gone)
                else:
                    changes += replaced(self.tree, old, new)
        except MisplacedError as error:
            return Repair.refused(told, str(error))
        if not changes:
            return Repair.refused(told, "the replacement is what stands there already")
        if lost_comments(self.context.source.text, changes):
            safety, reason = weakest(safety, "unsafe"), reason or "a comment would be lost"
        return Repair(told, list(self.splices(changes, imports)), safety=safety, reason=reason)

    def _told(self, new: Replacement) -> str:
        """A replacement as people read it."""
        if isinstance(new, str):
            text = new
        elif isinstance(new, cst.FlattenSentinel):
            text = "; ".join(self.tree.module.code_for_node(node).strip() for node in new)
        else:
            text = self.tree.source_of(new)  # type: ignore[arg-type]
        for mark, target in self._marks.items():
            text = text.replace(mark, str(target))
        return text

    def splices(self, changes: Iterable[Change], imports: Sequence[str] = ()) -> Iterator[Splice]:
        """*changes* as splices. Raises ValueError where one of *imports* is not mentioned."""
        changes = self._whole_names(changes)
        wanted = {name: Target.of(name) for name in imports}
        used: set[str] = set()
        pieces = [(start, end, self._pieces(start, end, text, wanted, used)) for start, end, text in changes]
        missing = [name for name in imports if name not in used]
        if missing:
            raise ValueError(f"imports: the replacement does not mention `{missing[0]}`")
        for start, end, found in pieces:
            yield Splice(start, end, found)

    def _whole_names(self, changes: Iterable[Change]) -> list[Change]:
        """*changes*, none of which begins or ends within a dotted name: one half of it has no meaning.

        Raises ValueError for changes of the same place.
        """
        text = self.context.source.text
        #: Stretches of whole names, with the changes in them.
        stretches: list[tuple[int, int, list[Change]]] = []
        done = 0
        for start, end, new in sorted(changes):
            if start < done:
                raise ValueError("two of the replacements are for the same place")
            done = end
            around = [(start, end), *((one.start, one.ends[-1]) for one in self._straddling(start, end))]
            low, high = min(low for low, _ in around), max(high for _, high in around)
            if stretches and low < stretches[-1][1]:
                low_, high_, inside = stretches.pop()
                stretches.append((low_, max(high, high_), [*inside, (start, end, new)]))
            else:
                stretches.append((low, high, [(start, end, new)]))
        found: list[Change] = []
        for low, high, inside in stretches:
            pieces, at = [], low
            for start, end, new in inside:
                pieces += [text[at:start], new]
                at = end
            found.append((low, high, "".join([*pieces, text[at:high]])))
        return found

    def _straddling(self, start: int, end: int) -> Iterator[Reference]:
        """The references that the edges of a stretch cut in two."""
        for reference in self._references(start, end):
            if reference.start < start < reference.ends[-1] or reference.start < end < reference.ends[-1]:
                yield reference

    @cached_property
    def _starts(self) -> list[int]:
        return [reference.start for reference in self.context.index.references]

    def _references(self, start: int, end: int) -> Iterator[Reference]:
        """The references that share a character with a stretch, or that an insertion there would part."""
        references = self.context.index.references
        number = bisect_left(self._starts, start)
        while number > 0 and references[number - 1].ends[-1] > start:
            number -= 1
        while number < len(references) and references[number].start < max(end, start + 1):
            if references[number].ends[-1] > start:
                yield references[number]
            number += 1

    def _pieces(self, start: int, end: int, new: str, imports: Mapping[str, Target], used: set[str]) -> list[Piece]:
        """The text *new*, with what it names. What was quoted of the file still means what it meant."""
        gone: dict[str, Reference] = {}
        bound: dict[str, Reference] = {}
        for reference in self._references(start, end):
            if reference.start >= start and reference.ends[-1] <= end:
                gone.setdefault(self.context.source.text[reference.start : reference.ends[-1]], reference)
                if reference.binding is not None and reference.binding.kind in ("import", "from"):
                    bound.setdefault(reference.binding.name, reference)
        pieces: list[Piece] = []

        def add(token: str, before: str, after: str) -> None:
            for piece in self._meaning(token, before, after, gone, bound, imports, used):
                if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                    pieces[-1] += piece
                elif piece != "":
                    pieces.append(piece)

        tokens = TOKEN.findall(new)
        solid = [token for token in tokens if not token.isspace()]
        number = 0
        for token in tokens:
            if token.isspace() or token.startswith("#"):
                add(token, ".", "")
                number += not token.isspace()
                continue
            before = solid[number - 1] if number else ""
            after = "".join(solid[number + 1 : number + 3])
            number += 1
            quote = token.find(token[-1]) if token[-1] in "\"'" else -1
            if quote > 0 and set(token[:quote].lower()) & set("ft"):
                at = 0
                for match in _CHAIN.finditer(token):
                    add(token[at : match.start()], ".", "")
                    add(match.group(), token[match.start() - 1 : match.start()], "")
                    at = match.end()
                add(token[at:], ".", "")
            else:
                add(token, before, after)
        return pieces

    def _meaning(
        self,
        token: str,
        before: str,
        after: str,
        gone: Mapping[str, Reference],
        bound: Mapping[str, Reference],
        imports: Mapping[str, Target],
        used: set[str],
    ) -> Iterator[Piece]:
        """*token* of new code, between two others, as pieces."""
        if before == "." or not _CHAIN.fullmatch(token) or (after[:1] == "=" and after[:2] != "=="):
            yield token
            return
        parts = tuple(part.strip() for part in token.split("."))
        mark = self._marks.get(parts[0])
        if mark is not None:
            yield mark
            yield token[len(parts[0]) :]
            return
        full = [name for name, target in imports.items() if parts[: len(target.qualified)] == target.qualified]
        last = [name for name, target in imports.items() if parts[0] == target.qualified[-1]]
        if full or last:
            name = max(full, key=len) if full else last[0]
            used.add(name)
            yield imports[name]
            yield "".join(f".{part}" for part in parts[len(imports[name].qualified) if full else 1 :])
            return
        if token in gone:
            yield Quote(gone[token].start, gone[token].ends[-1])
        elif parts[0] in bound:
            reference = bound[parts[0]]
            yield Target(reference.qualified[: reference.base] or reference.qualified[:1], parts[1:])
        else:
            yield token


def _preorder(node: ast.AST) -> Iterator[ast.AST]:
    """*node* and all it holds, each before what it holds itself."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _preorder(child)


def _parts(dotted: str) -> tuple[str, ...]:
    return Target.parse(dotted).qualified


def _place(node: ast.expr | ast.stmt) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_SHOWN else f"{line[: _MAX_SHOWN - 1]}…"
