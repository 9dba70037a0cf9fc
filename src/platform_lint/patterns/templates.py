"""The right side of a rewrite: its text with the holes filled by what the metavariables stand for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from platform_lint.context import FileContext
from platform_lint.hits import Piece, Quote
from platform_lint.patterns.bindings import Bindings, Bound, element_span
from platform_lint.patterns.precedence import ATOM, OR, is_bracketed, is_loose, needed, strength
from platform_lint.patterns.prepass import ANYTHING, ELL, GLOB, MANY, ONE, PatternError
from platform_lint.patterns.sameness import key
from platform_lint.patterns.syntax import Tree, identifiers
from platform_lint.rule import Target

STRINGS = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))
_MARK = re.compile(rf"{ONE}([A-Z_][A-Z0-9_]*)")
_LISTS = (ast.Call, ast.List, ast.Tuple, ast.Set, ast.ClassDef)
#: A stretch of the template's code and what stands there instead.
Hole = tuple[int, int, list[Piece]]


class Refused(Exception):
    """No edit is right here; the text is the reason, for a person."""


def problem(pattern: Tree, template: Tree) -> PatternError | None:
    """What makes *template* no rewrite of *pattern*, its metavariables apart."""
    known = set(pattern.names.values())
    for statement in template.body:
        for node in ast.walk(statement):
            mark = template.marks.get(id(node))
            if mark is not None and mark.kind in ("deep", "typed", "chain"):
                return template.error("this can be matched, but not written", node)
            if mark is not None and mark.kind in ("one", "many") and mark.name == ANYTHING:
                return template.error("`$_` can be matched, but not written", node)
            if isinstance(node, ast.Constant) and node.value == "..." and not _has(pattern, node):
                return template.error('`"..."` can be matched, but not written', node)
            for _, name in identifiers(node):
                if name.startswith(GLOB) or name == ONE + ANYTHING:
                    return template.error("a name with wildcards can be matched, but not written", node)
            parts = template.names.get(id(node), ())
            if len(parts) == 1 and parts not in known:
                return template.error(f"`{parts[0]}` is no builtin: write its qualified name", node)
            if parts and parts[0] != "builtins" and _in_string(template, node):
                return template.error("a qualified name cannot be put into an f-string", node)
    for name, kind in template.metavariables.items():
        if pattern.metavariables.get(name, kind) != kind:
            return template.error(
                f"`${name}` is one thing here and several in the match, or the reverse", template.nodes[name]
            )
    mine, others = list(ellipses(template)), list(ellipses(pattern))
    for number, (category, node) in enumerate(mine):
        at = sum(other == category for other, _ in mine[:number])
        if at >= sum(other == category for other, _ in others):
            return template.error("this `...` has no counterpart in the match", node)
    return None


def _has(pattern: Tree, node: ast.Constant) -> bool:
    return any(
        isinstance(other, ast.Constant) and other.value == node.value
        for statement in pattern.body
        for other in ast.walk(statement)
    )


def _in_string(tree: Tree, node: ast.AST) -> bool:
    outer: ast.AST | None = node
    while outer is not None:
        if isinstance(outer, STRINGS):
            return True
        outer = tree.parents.get(id(outer))
    return False


def ellipses(tree: Tree) -> Iterator[tuple[str, ast.AST]]:
    """The ``...`` of a pattern in order, each with what it is among: arguments, statements, parameters …"""
    found: list[tuple[tuple[int, int], str, ast.AST]] = []
    for statement in tree.body:
        for node in ast.walk(statement):
            mark = tree.marks.get(id(node))
            if isinstance(node, ast.arg) and node.arg == ELL:
                found.append(((node.lineno, node.col_offset), "parameters", node))
            elif mark is not None and mark.kind == "ell":
                parent = tree.parents.get(id(node))
                if isinstance(parent, ast.keyword):
                    parent = tree.parents.get(id(parent))
                category = type(parent).__name__
                if isinstance(parent, _LISTS):
                    category = "items"
                elif isinstance(parent, ast.ListComp | ast.SetComp | ast.GeneratorExp):
                    category = "element"
                found.append(((node.lineno, node.col_offset), category, node))  # type: ignore[attr-defined]
    for _, category, node in sorted(found, key=lambda item: item[0]):
        yield category, node


class Template:
    """Writes parts of a template as pieces of new text, for one match."""

    def __init__(self, context: FileContext, pattern: Tree, template: Tree, bindings: Bindings) -> None:
        self.context = context
        self.pattern = pattern
        self.tree = template
        self.values = bindings.values
        self.matched = bindings.matched()
        self.omitted = bindings.omitted()
        self.code = template.code.text
        #: Parts of the pattern, by how they are written.
        self.known: dict[str, list[ast.AST]] = {}
        for statement in pattern.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.expr | ast.stmt) and isinstance(self.matched.get(id(node)), ast.AST):
                    self.known.setdefault(key(node), []).append(node)
        mine: dict[str, list[ast.AST]] = {}
        for category, node in ellipses(pattern):
            mine.setdefault(category, []).append(node)
        counts: dict[str, int] = {}
        #: By id of a ``...`` of the template, that of the pattern it stands for.
        self.counterparts: dict[int, ast.AST] = {}
        for category, node in ellipses(template):
            number = counts.get(category, 0)
            counts[category] = number + 1
            if number < len(mine.get(category, ())):
                self.counterparts[id(node)] = mine[category][number]

    # What a part of the template stands for

    def target(self, node: ast.AST) -> ast.AST | None:
        """What *node*, a node of the pattern, matched."""
        found = self.matched.get(id(node))
        return found if isinstance(found, ast.AST) else None

    def elements(self, node: ast.AST) -> list[ast.AST]:
        """The nodes of the file that a ``...`` or ``$...X`` of the template stands for."""
        if isinstance(node, ast.keyword | ast.Expr):
            node = node.value
        counterpart = self.counterparts.get(id(node))
        if counterpart is not None:
            found = self.matched.get(id(counterpart), self.matched.get(id(self.pattern.parents.get(id(counterpart)))))
            return list(found) if isinstance(found, list) else []
        name = node.arg[len(MANY) :] if isinstance(node, ast.arg) else ""
        if isinstance(node, ast.Name):
            name = node.id[len(MANY) :]
        bound = self.values.get(name)
        if bound is None:
            raise Refused("`...` stands for nothing that can be written here")
        return list(bound.nodes)

    def bound(self, name: str) -> Bound:
        """What metavariable *name* stands for."""
        if name not in self.values:
            raise Refused(f"`${name}` stands for nothing here")
        return self.values[name]

    def same_as(self, node: ast.AST) -> ast.AST | None:
        """What a part of the pattern matched that is written just as *node*."""
        if not isinstance(node, ast.expr | ast.stmt) or id(node) in self.tree.marks:
            return None
        found = self.known.get(key(node), ())
        return self.target(found[0]) if found else None

    # Expressions

    def expression(self, node: ast.AST) -> list[Piece]:
        """The pieces of a part of the template that is no block."""
        start, end = self.tree.span(node)
        return self.between(start, end, [node])

    def between(self, start: int, end: int, nodes: Iterable[ast.AST]) -> list[Piece]:
        """The pieces of a stretch of the template's code; *nodes* are those in it."""
        pieces: list[Piece] = []
        at = start
        for first, last, filled in sorted(
            (hole for node in nodes for hole in self._holes(node)), key=lambda hole: hole[:2]
        ):
            if first < at or last > end:
                continue
            pieces.append(self.code[at:first])
            pieces += filled
            at = last
        pieces.append(self.code[at:end])
        return [piece for piece in pieces if piece != ""]

    def _holes(self, node: ast.AST) -> Iterator[Hole]:
        pending = [node]
        while pending:
            item = pending.pop()
            hole = self._hole(item)
            if hole is not None:
                yield hole
                continue
            yield from self._words(item)
            yield from self._fields(item, pending)

    def _hole(self, node: ast.AST) -> Hole | None:
        """What *node* of the template is written as, where it is not its own text."""
        mark = self.tree.marks.get(id(node))
        if mark is not None and mark.kind == "one":
            return (*self.tree.span(node), self._one(node, mark.name))
        if mark is not None and mark.kind == "ell":
            matched = self.target(self.counterparts.get(id(node), node))
            if matched is None:
                raise Refused("`...` stands for nothing here")
            return (*self.tree.span(node), self.placed(matched, node))
        if mark is not None and mark.kind == "string":
            bound = self.bound(mark.name)
            if bound.word:
                return (*self.tree.span(node), [f'"{bound.word}"'])
            return (*self.tree.span(node), [Quote(*bound.span(self.context))])
        if isinstance(node, STRINGS) and self._marked_string(node):
            return (*self.tree.span(node), self._string(node))
        known = self.same_as(node)
        if known is not None and isinstance(node, ast.expr) and not isinstance(node, ast.Starred):
            return (*self.tree.span(node), self.placed(known, node))
        parts = self.tree.names.get(id(node))
        if parts is not None:
            return (*self.tree.span(node), [Target.of(".".join(parts))])
        return None

    def _one(self, node: ast.AST, name: str) -> list[Piece]:
        bound = self.bound(name)
        if bound.word:
            return [bound.word]
        return self.placed(bound.node, node)

    def placed(self, target: ast.AST, node: ast.AST) -> list[Piece]:
        """*target*, a node of the file, where *node* of the template stands: with parentheses where it needs them."""
        if not self.context.is_placed(target):
            raise Refused("it stands inside an f-string, where its exact place is not known")
        if isinstance(target, ast.stmt):
            return [Quote(*self.context.span(target))]
        parent = self.tree.parents.get(id(node))
        slices = target.elts if isinstance(target, ast.Tuple) else [target]
        if any(isinstance(item, ast.Slice) for item in slices) and not isinstance(parent, ast.Subscript):
            raise Refused("a slice has its place only in square brackets")
        start, end = self.context.span(target)
        text = self.context.source.text[start:end]
        weak = strength(target, text) < needed(parent, node)
        if isinstance(parent, ast.Attribute) and isinstance(target, ast.Constant) and type(target.value) is int:
            weak = True
        if isinstance(target, ast.Starred):
            weak = False
        written = self.code[: self.tree.span(node)[0]].rstrip().endswith("(") and self._closes(node)
        if written and strength(target, text) < ATOM and not isinstance(parent, ast.Call):
            weak = False  # The template has the parentheses.
        if weak or (is_loose(text) and not is_bracketed(parent, node) and not written):
            outer = self.context.outer_span(target)
            if outer != (start, end):
                return [Quote(*outer)]
            return ["(", Quote(start, end), ")"]
        return [Quote(start, end)]

    def _closes(self, node: ast.AST) -> bool:
        return self.code[self.tree.span(node)[1] :].lstrip().startswith(")")

    def _marked_string(self, node: ast.AST) -> bool:
        start, end = self.tree.span(node)
        return _MARK.search(self.code, start, end) is not None

    def _string(self, node: ast.AST) -> list[Piece]:
        """An f-string of the template: what goes into its fields must not break it."""
        start, end = self.tree.span(node)
        text = self.code[start:end]
        quote = text[-1]
        pieces: list[Piece] = []
        at = 0
        for match in _MARK.finditer(text):
            bound = self.bound(match[1])
            said = bound.text(self.context)
            if quote in said or "\\" in said or "\n" in said or "#" in said or said.startswith("{"):
                raise Refused("it cannot be put into an f-string as it is written")
            pieces.append(text[at : match.start()])
            weak = not bound.word and strength(bound.node, said) < OR
            span = Quote(*bound.span(self.context)) if not bound.word else said
            pieces += ["(", span, ")"] if weak else [span]
            at = match.end()
        return [*pieces, text[at:]]

    def _words(self, node: ast.AST) -> Iterator[Hole]:
        """Metavariables in the places of identifiers."""
        for _, name in identifiers(node):
            if not name.startswith(ONE):
                continue
            said = self.word(name[len(ONE) :])
            start, end = self.tree.span(node)
            at = (
                self.code.rfind(name, start, end)
                if isinstance(node, ast.Attribute)
                else self.code.find(name, start, end)
            )
            if at >= 0:
                yield at, at + len(name), [said]

    def word(self, name: str) -> str:
        """The identifier that metavariable *name* stands for."""
        bound = self.bound(name)
        if bound.word:
            return bound.word
        if isinstance(bound.node, ast.Name) and not bound.many:
            return bound.node.id
        raise Refused(f"`${name}` is no name here: it is `{bound.text(self.context)[:40]}`")

    def _fields(self, node: ast.AST, pending: list[ast.AST]) -> Iterator[Hole]:
        """The holes of lists with ``...`` and ``$...X`` in *node*; the other nodes in it go to *pending*."""
        items = self.listed(node)
        if not any(self.is_many(item) for item in items):
            pending.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context))
            return
        inside = {id(item) for item in items}
        for child in ast.iter_child_nodes(node):
            if id(child) not in inside and not isinstance(child, ast.expr_context):
                if isinstance(child, ast.arguments):
                    pending.extend(item for item in ast.iter_child_nodes(child) if id(item) not in inside)
                elif not (isinstance(node, ast.Dict) and child in node.keys):
                    pending.append(child)
        start = min(self.item_span(node, item)[0] for item in items)
        end = max(self.item_span(node, item)[1] for item in items)
        pieces = self.joined(node, items)
        if isinstance(node, ast.Tuple) and sum(piece == ", " for piece in pieces) == 0 and pieces:
            pieces.append("" if self.code[end:].lstrip().startswith(",") else ",")
        elif not pieces:
            # No comma may be left alone.
            rest = self.code[end:]
            end += len(rest) - len(rest.lstrip()) + 1 if rest.lstrip().startswith(",") else 0
        yield start, end, pieces

    def listed(self, node: ast.AST) -> list[ast.AST]:
        """The items between the brackets of *node*, in the order they are written."""
        if isinstance(node, ast.Call):
            items: list[ast.AST] = [*node.args, *node.keywords]
        elif isinstance(node, ast.ClassDef):
            items = [*node.bases, *node.keywords]
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            items = list(node.elts)
        elif isinstance(node, ast.Dict):
            items = list(node.values)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            from platform_lint.patterns.definitions import flattened

            items = [item for _, item, _ in flattened(node.args)]
        else:
            items = []
        return sorted(items, key=lambda item: (item.lineno, item.col_offset))  # type: ignore[attr-defined]

    def is_many(self, node: ast.AST) -> bool:
        """Whether an item of the template stands for any number of them."""
        if isinstance(node, ast.arg):
            return node.arg == ELL or node.arg.startswith(MANY)
        if isinstance(node, ast.keyword) and node.arg is not None:
            return False
        return self.tree.many(node.value if isinstance(node, ast.keyword) else node) is not None

    def item_span(self, owner: ast.AST, node: ast.AST) -> tuple[int, int]:
        """The offsets of an item of the template with its key, stars and default."""
        start, end = self.tree.span(node)
        if isinstance(owner, ast.Dict):
            said = owner.keys[owner.values.index(node)]  # type: ignore[arg-type]
            start = self.tree.span(said)[0] if said is not None else self.code.rindex("**", 0, start)
        elif isinstance(node, ast.arg):
            arguments = owner.args  # type: ignore[attr-defined]
            if node in (arguments.vararg, arguments.kwarg):
                start -= 2 if node is arguments.kwarg else 1
            for default in (*arguments.defaults, *arguments.kw_defaults):
                if default is not None:
                    first, last = self.tree.span(default)
                    if first > end and "," not in self.code[end:first]:
                        end = last
                        break
        return start, end

    def joined(self, owner: ast.AST, items: Sequence[ast.AST]) -> list[Piece]:
        """The pieces of a list, with commas; keyword arguments come after positional ones."""
        written: list[tuple[bool, list[Piece]]] = []
        for item in items:
            if self.is_many(item):
                written += self.runs(self.elements(item))
            else:
                start, end = self.item_span(owner, item)
                nodes = [item]
                if isinstance(owner, ast.Dict):
                    said = owner.keys[owner.values.index(item)]  # type: ignore[arg-type]
                    nodes = [item] if said is None else [said, item]
                written.append((isinstance(item, ast.keyword), self.between(start, end, nodes)))
        if isinstance(owner, ast.Call | ast.ClassDef):
            written.sort(key=lambda item: item[0])
        pieces: list[Piece] = []
        for number, (_, filled) in enumerate(written):
            pieces += [", ", *filled] if number else filled
        return pieces

    def runs(self, nodes: Sequence[ast.AST]) -> list[tuple[bool, list[Piece]]]:
        """Items of the file as they stand: neighbours together with what is between them."""
        found: list[tuple[bool, list[Piece]]] = []
        previous: ast.AST | None = None
        for node in nodes:
            start, end = element_span(self.context, node)
            named = isinstance(node, ast.keyword)
            if previous is not None and found and found[-1][0] == named and self._are_neighbours(previous, start):
                last = found[-1][1][0]
                assert isinstance(last, Quote)
                found[-1] = (named, [Quote(last.start, end)])
            else:
                found.append((named, [Quote(start, end)]))
            previous = node
        return found

    def _are_neighbours(self, node: ast.AST, start: int) -> bool:
        comma = self.context.token_after(element_span(self.context, node)[1])
        if comma is None or comma[2] != ",":
            return False
        following = self.context.token_after(comma[1])
        return following is not None and following[0] == start
