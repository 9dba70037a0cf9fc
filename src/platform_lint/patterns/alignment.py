"""Laying a template beside its pattern: edits only where the two differ."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from platform_lint.context import FileContext
from platform_lint.hits import Piece, Splice
from platform_lint.patterns.bindings import Bindings, element_span, word_span
from platform_lint.patterns.brackets import without_brackets
from platform_lint.patterns.commas import CommaList
from platform_lint.patterns.layout import Layout
from platform_lint.patterns.matching import blocks
from platform_lint.patterns.precedence import is_bracketed, is_loose, needed, strength
from platform_lint.patterns.prepass import ONE
from platform_lint.patterns.sameness import SILENT, key
from platform_lint.patterns.statements import Statements
from platform_lint.patterns.syntax import Tree
from platform_lint.patterns.templates import Refused, Template

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Editor:
    """Makes the edits of one match."""

    def __init__(self, context: FileContext, pattern: Tree, template: Tree, bindings: Bindings) -> None:
        self.context = context
        self.pattern = pattern
        self.tree = template
        self.template = Template(context, pattern, template, bindings)
        self.layout = Layout(context)
        self.writer = Statements(self.template, self.layout)

    def stand_for(self, pattern: ast.stmt, target: ast.stmt) -> None:
        """Take *pattern*, a statement that was matched as an expression, to have matched *target*."""
        self.template.matched[id(pattern)] = target
        self.template.known.setdefault(key(pattern), []).append(pattern)

    def statements_of(self, patterns: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """The statements of the file that *patterns* matched, in order."""
        for pattern in patterns:
            found = self.template.matched.get(id(pattern))
            if isinstance(found, list):
                yield from found
            elif isinstance(found, ast.stmt):
                yield found

    # Expressions

    def expression(self, pattern: ast.AST, template: ast.AST, target: ast.AST) -> list[Splice]:
        """The edits of *target*, which *pattern* matched, for it to read as *template*."""
        if key(pattern) == key(template):
            return []
        if self._is_special(pattern) or self._is_special(template):
            return [self._replaced(template, target)]
        made = None
        if _alike(pattern, template) and _alike(pattern, target):
            made = self._aligned(pattern, template, target)
        if made is None:
            made = self._wrapped(pattern, template, target)
        return made if made is not None else [self._replaced(template, target)]

    def _is_special(self, node: ast.AST) -> bool:
        return id(node) in self.pattern.marks | self.tree.marks or id(node) in self.pattern.names | self.tree.names

    def _child(self, pattern: ast.AST) -> ast.AST | None:
        return self.template.target(pattern)

    def _aligned(self, pattern: ast.AST, template: ast.AST, target: ast.AST) -> list[Splice] | None:
        """The edits where both sides are of one kind; None where they have too little in common."""
        if isinstance(pattern, ast.Call) and isinstance(template, ast.Call) and isinstance(target, ast.Call):
            made = self.pair(pattern.func, template.func)
            listed = self._arguments(pattern, template, target)
            return None if made is None or listed is None else made + listed
        if isinstance(pattern, ast.Attribute) and isinstance(template, ast.Attribute):
            made = self.pair(pattern.value, template.value)
            return None if made is None else made + self.word(pattern.attr, template.attr, target)
        if isinstance(pattern, ast.List | ast.Tuple | ast.Set) and isinstance(template, ast.List | ast.Tuple | ast.Set):
            listed = self._displayed(pattern, template, target)
            if listed is not None:
                return listed
        return self._generic(pattern, template, target)

    def _generic(
        self, pattern: ast.AST, template: ast.AST, target: ast.AST, skip: Sequence[str] = ()
    ) -> list[Splice] | None:
        """The edits of the fields of two nodes, one by one."""
        made: list[Splice] = []
        for field in pattern._fields:
            if field in SILENT or field in skip:
                continue
            one, other = getattr(pattern, field, None), getattr(template, field, None)
            if isinstance(one, ast.AST) and isinstance(other, ast.AST):
                found = self.pair(one, other)
            elif isinstance(one, list) and isinstance(other, list):
                found = self._pairs(one, other)
            else:
                found = [] if one == other and type(one) is type(other) else None
            if found is None:
                return None
            made += found
        return made

    def _pairs(self, patterns: Sequence[object], templates: Sequence[object]) -> list[Splice] | None:
        if len(patterns) != len(templates):
            return None
        made: list[Splice] = []
        for one, other in zip(patterns, templates, strict=True):
            if isinstance(one, ast.AST) and isinstance(other, ast.AST):
                found = self.pair(one, other)
                if found is None:
                    return None
                made += found
            elif one != other:
                return None
        return made

    def pair(self, pattern: ast.AST, template: ast.AST) -> list[Splice] | None:
        """The edits of what *pattern* matched; None where the two have too little in common."""
        if key(pattern) == key(template):
            return []
        target = self._child(pattern)
        if target is None or not isinstance(pattern, ast.expr | ast.withitem | ast.comprehension):
            return None
        if not isinstance(pattern, ast.expr):
            return self._generic(pattern, template, target) if type(pattern) is type(template) else None
        return self.expression(pattern, template, target)

    def word(self, pattern: str, template: str, target: ast.AST) -> list[Splice]:
        """The edit of an identifier of *target*."""
        if pattern == template:
            return []
        old = getattr(target, "attr", None) or getattr(target, "name", None) or getattr(target, "arg", None)
        start, end = word_span(self.context, target, str(old))
        new = self.template.word(template[len(ONE) :]) if template.startswith(ONE) else template
        return [Splice(start, end, [new])]

    def _replaced(self, template: ast.AST, target: ast.AST) -> Splice:
        """*target* written anew."""
        start, end = self.context.span(target)
        pieces = self.template.expression(template)
        parent = self.context.parent(target)
        known = self._bound(template)
        text = self.context.text(known) if known is not None else self.tree.code.text[slice(*self.tree.span(template))]
        weak = strength(known if known is not None else template, text) < needed(parent, target)
        if known is not None and is_loose(text) and not is_bracketed(parent, target):
            weak = True
        if weak and self.context.outer_span(target) == (start, end) and pieces[:1] != ["("]:
            pieces = ["(", *pieces, ")"]
        return Splice(start, end, pieces)

    def _bound(self, template: ast.AST) -> ast.AST | None:
        """The node of the file that all of *template* stands for, if it stands for one."""
        mark = self.tree.marks.get(id(template))
        if mark is not None and mark.kind == "one":
            bound = self.template.bound(mark.name)
            return None if bound.word else bound.node
        return self.template.same_as(template)

    def _wrapped(self, pattern: ast.AST, template: ast.AST, target: ast.AST) -> list[Splice] | None:
        """The edits where the template puts something around what is like the pattern, as ``await`` before a call."""
        inner = self._like(pattern, template)
        if inner is None:
            return None
        made = self.expression(pattern, inner, target)
        start, end = self.context.span(target)
        first, last = self.tree.span(inner)
        low, high = self.tree.span(template)
        nodes = (
            [node for node in ast.iter_child_nodes(template) if node is not inner]
            if inner in ast.iter_child_nodes(template)
            else [template]
        )
        before = self.template.between(low, first, nodes)
        after = self.template.between(last, high, nodes)
        parent = self.context.parent(target)
        if strength(inner) < needed(self.tree.parents.get(id(inner)), inner):
            before, after = [*before, "("], [")", *after]
        if strength(template) < needed(parent, target) and self.context.outer_span(target) == (start, end):
            before, after = ["(", *before], [*after, ")"]
        found = list(made)
        if before:
            found.insert(0, Splice(start, start, before))
        if after:
            found.append(Splice(end, end, after))
        return found

    def _like(self, pattern: ast.AST, template: ast.AST) -> ast.AST | None:
        """What in *template* is most like *pattern*: of its kind, and with the same ``...`` or most of its parts."""
        wanted = {
            key(child)
            for child in ast.walk(pattern)
            if isinstance(child, ast.expr) and self._counts(child, self.pattern)
        }
        best: tuple[int, ast.AST] | None = None
        for node in ast.walk(template):
            if node is template or not _alike(pattern, node) or not isinstance(node, ast.expr):
                continue
            if isinstance(node, ast.Name | ast.Constant) or id(node) in self.tree.names or id(node) in self.tree.marks:
                continue
            has = {
                key(child) for child in ast.walk(node) if isinstance(child, ast.expr) and self._counts(child, self.tree)
            }
            common = len(has & wanted)
            if common and (best is None or common > best[0]):
                best = (common, node)
        return best[1] if best is not None else None

    def _counts(self, node: ast.expr, tree: Tree) -> bool:
        return id(node) in tree.marks or id(node) in tree.names

    # Lists

    def _arguments(self, pattern: ast.Call, template: ast.Call, target: ast.Call) -> list[Splice] | None:
        mine = self.template.listed(template)
        theirs = in_order([*pattern.args, *pattern.keywords])
        elements = in_order([*target.args, *target.keywords])
        opener = self.context.source.text.index("(", self.context.outer_span(target.func)[1])
        closer = self.context.span(target)[1] - 1
        return self.items(theirs, mine, elements, opener, closer, template)

    def _displayed(self, pattern: ast.AST, template: ast.AST, target: ast.AST) -> list[Splice] | None:
        start, end = self.context.span(target)
        if self.context.source.text[start] not in "([{" or not isinstance(target, ast.List | ast.Tuple | ast.Set):
            return None
        if isinstance(target, ast.Tuple) and len(target.elts) < 3:
            return None
        mine = self.template.listed(template)
        theirs = list(pattern.elts)  # type: ignore[attr-defined]
        return self.items(theirs, mine, list(target.elts), start, end - 1, template)

    def items(
        self,
        theirs: Sequence[ast.AST],
        mine: Sequence[ast.AST],
        elements: Sequence[ast.AST],
        opener: int,
        closer: int,
        owner: ast.AST,
    ) -> list[Splice] | None:
        """The edits of a list: *theirs* are the pattern's items, *mine* the template's, *elements* the file's."""
        pairs = self._paired(theirs, mine)
        if pairs is None:
            return None
        unwrapped = self._unwrapped(theirs, mine, pairs)
        pairs.update(unwrapped)
        numbers = {id(element): number for number, element in enumerate(elements)}
        made: list[Splice] = []
        dropped: set[int] = set()
        for at, item in enumerate(theirs):
            carriers = self._carriers(item)
            if any(id(carrier) not in numbers for carrier in carriers):
                return None
            if at in unwrapped:
                found = without_brackets(self.context, carriers)
                if found is None:
                    return None
                made += found
                continue
            if at in pairs:
                other = mine[pairs[at]]
                if key(item) != key(other):
                    found = self._item(item, other, carriers)
                    if found is None:
                        return None
                    made += found
                continue
            for carrier in carriers:
                if isinstance(item, ast.keyword) and not isinstance(carrier, ast.keyword):
                    raise Refused("an argument that is to go is given by position here")
                dropped.add(numbers[id(carrier)])
        added = self._added(theirs, mine, pairs, elements, numbers, dropped, owner)
        if not dropped and not added:
            return made
        spans = [element_span(self.context, element) for element in elements]
        return made + CommaList(self.context, self.layout, opener, closer, spans).splices(dropped, added)

    def _paired(self, theirs: Sequence[ast.AST], mine: Sequence[ast.AST]) -> dict[int, int] | None:
        """The numbers of items that stand for the same on both sides; None where their order differs."""
        pairs: dict[int, int] = {}
        taken: set[int] = set()
        for at, item in enumerate(theirs):
            stands = self._stands_for(item)
            free = (n for n, other in enumerate(mine) if n not in taken and self._stands_for(other) == stands)
            number = next(free, None)
            if number is not None:
                pairs[at] = number
                taken.add(number)
        left = [at for at, item in enumerate(theirs) if at not in pairs and not self._is_named(item)]
        left = [at for at in left if self.pattern.many(_value(theirs[at])) is None]
        new = [number for number, item in enumerate(mine) if number not in taken and not self._is_named(item)]
        new = [number for number in new if not self.template.is_many(mine[number])]
        if len(left) == len(new):
            pairs.update(zip(left, new, strict=True))
        placed = [pairs[at] for at in sorted(pairs) if not self._is_named(theirs[at])]
        return pairs if placed == sorted(placed) else None

    def _unwrapped(self, theirs: Sequence[ast.AST], mine: Sequence[ast.AST], pairs: dict[int, int]) -> dict[int, int]:
        """The numbers of displays ``[$...X]`` of the pattern whose items the template has without the brackets."""
        found: dict[int, int] = {}
        for at, item in enumerate(theirs):
            if at in pairs or not isinstance(item, ast.List | ast.Tuple) or len(item.elts) != 1:
                continue
            stands = self._stands_for(item.elts[0])
            if not stands.startswith("...") or stands == "...":
                continue
            taken = {*pairs.values(), *found.values()}
            for number, other in enumerate(mine):
                in_order = all((before < at) == (pairs[before] < number) for before in pairs)
                if number not in taken and in_order and self._stands_for(other) == stands:
                    found[at] = number
                    break
        return found

    def _is_named(self, item: ast.AST) -> bool:
        return isinstance(item, ast.keyword) and item.arg is not None

    def _stands_for(self, item: ast.AST) -> str:
        if isinstance(item, ast.keyword) and item.arg is not None:
            return f"{item.arg}="
        mark = self.pattern.many(_value(item)) or self.tree.many(_value(item))
        if mark is not None:
            return f"...{mark.name}"
        return key(item)

    def _carriers(self, item: ast.AST) -> list[ast.AST]:
        """The arguments or items of the file that *item* of the pattern matched."""
        value = _value(item)
        if self.pattern.many(value) is not None:
            found = self.template.matched.get(id(value))
            return list(found) if isinstance(found, list) else []
        carrier = self.template.matched.get(~id(value), self.template.matched.get(id(item)))
        return [carrier] if isinstance(carrier, ast.AST) else []

    def _item(self, pattern: ast.AST, template: ast.AST, carriers: Sequence[ast.AST]) -> list[Splice] | None:
        if self.pattern.many(_value(pattern)) is not None:
            return []  # The same `...`, by position here and by keyword there.
        if isinstance(pattern, ast.keyword) and isinstance(template, ast.keyword):
            return self.pair(pattern.value, template.value)
        return (
            self.pair(pattern, template) if isinstance(pattern, ast.expr) and isinstance(template, ast.expr) else None
        )

    def _added(
        self,
        theirs: Sequence[ast.AST],
        mine: Sequence[ast.AST],
        pairs: dict[int, int],
        elements: Sequence[ast.AST],
        numbers: dict[int, int],
        dropped: set[int],
        owner: ast.AST,
    ) -> dict[int, list[list[Piece]]]:
        """What is put in, by the number of the item of the file it comes before."""
        sources = {number: at for at, number in pairs.items()}
        added: dict[int, list[list[Piece]]] = {}
        for number, item in enumerate(mine):
            if number in sources:
                continue
            at = self._place(number, theirs, sources, numbers, len(elements))
            named = isinstance(item, ast.keyword)
            plain = [other for other in elements if not isinstance(other, ast.keyword)]
            keywords = [numbers[id(other)] for other in elements if isinstance(other, ast.keyword)]
            if named and plain:
                at = max(at, *(numbers[id(other)] + 1 for other in plain))
            elif not named and keywords:
                at = min(at, *keywords)
            if self.template.is_many(item):
                written = [pieces for _, pieces in self.template.runs(self.template.elements(item))]
            else:
                written = [self.template.between(*self.template.item_span(owner, item), [item])]
            added.setdefault(at, []).extend(written)
        return added

    def _place(
        self, number: int, theirs: Sequence[ast.AST], sources: dict[int, int], numbers: dict[int, int], count: int
    ) -> int:
        """Behind what comes before it in the template, else before what comes after it."""
        for other in range(number - 1, -1, -1):
            carriers = self._carriers(theirs[sources[other]]) if other in sources else []
            if carriers:
                return max(numbers[id(carrier)] for carrier in carriers) + 1
        for other in range(number + 1, count + len(theirs) + 1):
            carriers = self._carriers(theirs[sources[other]]) if other in sources else []
            if carriers:
                return min(numbers[id(carrier)] for carrier in carriers)
        return count

    # Statements

    def block(
        self, patterns: Sequence[ast.stmt], templates: Sequence[ast.stmt], targets: Sequence[ast.stmt]
    ) -> list[Splice]:
        """The edits of *targets*, neighbours of one block, which *patterns* matched."""
        from platform_lint.patterns.lines import Lines

        pairs = self._matched_statements(patterns, templates)
        made: list[Splice] = []
        lines = Lines(self.context, self.layout, self.writer)
        at = number = 0
        before: ast.stmt | None = None
        for one, other in [*pairs, (len(patterns), len(templates))]:
            old = list(self.statements_of(patterns[at:one]))
            new = templates[number:other]
            after = next(self.statements_of(patterns[one:]), None)
            if old and new:
                self._check_left_out(old, patterns[at:one])
                made += lines.replaced(old, new)
            elif old:
                self._check_left_out(old, patterns[at:one])
                made += lines.dropped(old, keeps=len(templates) > 0)
            elif new:
                made += lines.added(new, before, after)
            if one < len(patterns):
                made += self._statement(patterns[one], templates[other], lines)
                before = next(reversed(list(self.statements_of(patterns[one : one + 1]))), before)
            at, number = one + 1, other + 1
        return made

    def _matched_statements(self, patterns: Sequence[ast.stmt], templates: Sequence[ast.stmt]) -> list[tuple[int, int]]:
        """The numbers of statements that go together, in order: the most alike of all ways to lay them side by side."""
        rows, columns = len(patterns), len(templates)
        best: list[list[tuple[int, tuple[tuple[int, int], ...]]]] = [[(0, ())] * (columns + 1) for _ in range(rows + 1)]
        for at in range(rows - 1, -1, -1):
            for number in range(columns - 1, -1, -1):
                found = max(best[at + 1][number], best[at][number + 1], key=lambda item: item[0])
                weight = self._likeness(patterns[at], templates[number])
                if weight:
                    value, rest = best[at + 1][number + 1]
                    if value + weight > found[0]:
                        found = (value + weight, ((at, number), *rest))
                best[at][number] = found
        return list(best[0][0][1])

    def _likeness(self, pattern: ast.stmt, template: ast.stmt) -> int:
        if key(pattern) == key(template):
            return 8
        if self.pattern.many(pattern) is not None or self.tree.many(template) is not None:
            return 0
        target = self._child(pattern)
        if target is None or not _alike(pattern, template) or not _alike(pattern, target):
            return 0
        if isinstance(pattern, ast.Expr) and id(pattern.value) in self.pattern.marks:
            return 0
        return 2

    def _statement(self, pattern: ast.stmt, template: ast.stmt, lines: object) -> list[Splice]:
        if key(pattern) == key(template):
            return []
        target = self._child(pattern)
        assert isinstance(target, ast.stmt)
        made = self._changed(pattern, template, target)
        if made is None:
            from platform_lint.patterns.lines import Lines

            assert isinstance(lines, Lines)
            self._check_left_out([target], [pattern])
            return lines.replaced([target], [template])
        return made

    def _changed(self, pattern: ast.stmt, template: ast.stmt, target: ast.stmt) -> list[Splice] | None:
        """The edits of one statement whose kind stays; None where it must be written anew."""
        if isinstance(pattern, _FUNCTIONS):
            from platform_lint.patterns.signatures import function

            return function(self, pattern, template, target)
        if isinstance(pattern, ast.ClassDef):
            from platform_lint.patterns.signatures import class_

            return class_(self, pattern, template, target)
        if isinstance(pattern, ast.AnnAssign) != isinstance(target, ast.AnnAssign):
            assert isinstance(pattern, ast.Assign) and isinstance(template, ast.Assign)
            return self._generic(pattern, template, target)
        made = self._generic(pattern, template, target, _BLOCKS)
        return None if made is None else self.bodies(pattern, template, made)

    def bodies(self, pattern: ast.AST, template: ast.AST, made: list[Splice]) -> list[Splice] | None:
        """*made* with the edits of the blocks of two statements of a kind."""
        mine, theirs = dict(blocks(template)), dict(blocks(pattern))
        if set(mine) != set(theirs):
            return None
        found = list(made)
        for field, block in theirs.items():
            if [key(item) for item in block] != [key(item) for item in mine[field]]:
                found += self.block(block, mine[field], list(self.statements_of(block)))
        handlers, others = getattr(pattern, "handlers", []), getattr(template, "handlers", [])
        if len(handlers) != len(others):
            return None
        for one, other in zip(handlers, others, strict=True):
            if key(one) == key(other):
                continue
            target = self._child(one)
            if target is None or one.name != other.name or (one.type is None) != (other.type is None):
                return None
            typed = self.pair(one.type, other.type) if one.type is not None else []
            inner = None if typed is None else self.bodies(one, other, typed)
            if inner is None:
                return None
            found += inner
        cases = self._cases(getattr(pattern, "cases", []), getattr(template, "cases", []))
        return None if cases is None else found + cases

    def _cases(self, patterns: Sequence[ast.match_case], templates: Sequence[ast.match_case]) -> list[Splice] | None:
        """The edits of the cases of a `match`, whose own patterns stay as they are."""
        if len(patterns) != len(templates):
            return None
        made: list[Splice] = []
        for one, other in zip(patterns, templates, strict=True):
            if key(one) == key(other):
                continue
            if key(one.pattern) != key(other.pattern) or (one.guard is None) != (other.guard is None):
                return None
            guarded = self.pair(one.guard, other.guard) if one.guard is not None and other.guard is not None else []
            inner = None if guarded is None else self.bodies(one, other, guarded)
            if inner is None:
                return None
            made += inner
        return made

    def _check_left_out(self, targets: Sequence[ast.stmt], patterns: Sequence[ast.stmt]) -> None:
        """Refuse to write anew what has more than the pattern says."""
        for node in self.template.omitted:
            chain = [node, *self.context.ancestors(node)]
            if any(target in chain for target in targets):
                text = " ".join(self.context.text(node).split())[:40]
                raise Refused(f"`{text}`, which the pattern leaves out, would be lost")


def _value(item: ast.AST) -> ast.AST:
    return item.value if isinstance(item, ast.keyword) else item


def _alike(one: ast.AST, other: ast.AST) -> bool:
    """Whether two nodes are of one kind, so that one can be edited into the other."""
    if isinstance(one, _FUNCTIONS) and isinstance(other, _FUNCTIONS):
        return True
    if isinstance(one, ast.Assign) and isinstance(other, ast.AnnAssign):
        return other.value is not None
    return type(one) is type(other)


def in_order(nodes: Sequence[ast.AST]) -> list[ast.AST]:
    """*nodes* in the order they are written."""
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))  # type: ignore[attr-defined]
