"""What each use of a name means, once everything that a file binds is known."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Sequence

from platform_lint.index.references import BUILTINS, Index, Reference, Use
from platform_lint.index.walk import Walk
from platform_lint.scopes import Binding, Block, Place, QualifiedName, Scope, end_of

#: What a qualified name re-exports, hop by hop: ``()`` where it is no re-export, or none of this project.
Follow = Callable[[QualifiedName], tuple[QualifiedName, ...]]
#: The public names of a module that is star-imported, or None where they cannot be known.
StarExports = Callable[[QualifiedName], frozenset[str] | None]

_NAMES = frozenset(dir(builtins))
#: An f-string longer than this is not searched for each name in it.
_MAX_SEARCHED = 5_000


class Resolver:
    """Turns uses into references, once every binding of the file is known."""

    def __init__(self, walk: Walk, follow: Follow | None, star_exports: StarExports | None) -> None:
        self.walk = walk
        self.index = walk.index
        self.source = walk.source
        self.follow = follow
        self.star_exports = star_exports
        self.resolving: set[int] = set()
        #: Whether a star import may bind any name there is.
        self.open_stars = False

    def resolve(self) -> Index:
        """The index of the walk, its references in reading order."""
        index = self.index
        index.imports.sort(key=lambda binding: (binding.place, binding.alias.lineno, binding.alias.col_offset))  # type: ignore[union-attr]
        if self.follow is not None:
            for binding in index.imports:
                if binding.target is not None and binding.kind == "from":
                    binding.hops = self.follow(binding.target)
        self._bind_stars()
        if index.words is None:
            index.uses = self.walk.uses
        for use in self.walk.uses:
            reference = self._reference(use)
            if reference is not None:
                index.references.append(reference)
            else:
                index.unsettled.add(use.chain[0].id)  # type: ignore[union-attr]
        index.references.sort(key=lambda reference: (reference.start, reference.ends[-1]))
        return index

    def _reference(self, use: Use) -> Reference | None:
        name: ast.Name = use.chain[0]  # type: ignore[assignment]
        binding, target = self._meaning(name.id, use.scope, use.block, use.place)
        if target is None:
            return None
        attributes = tuple(node.attr for node in use.chain[1:] if isinstance(node, ast.Attribute))
        start, ends = self._span(use)
        return Reference(
            (*target, *attributes),
            len(target),
            start,
            ends,
            binding,
            use.scope,
            use.block,
            use.chain[-1].ctx.__class__.__name__.lower(),
            use.text_start is not None,
            use.fstring is not None,
            self._hops(target, attributes) if self.follow is not None else (),
            use.chain,
        )

    def _hops(self, target: QualifiedName, attributes: QualifiedName) -> tuple[tuple[QualifiedName, int], ...]:
        """``compat.get`` where the project's ``compat`` re-exports ``get``: what it really is, with its base."""
        assert self.follow is not None
        found: list[tuple[QualifiedName, int]] = []
        for count in range(len(attributes) + 1):
            hops = self.follow((*target, *attributes[:count]))
            # `count` attributes were needed to get there, so `end_of` must land on the last of them.
            found += [((*real, *attributes[count:]), len(real) - count) for real in hops]
        return tuple(found)

    def _meaning(
        self, name: str, scope: Scope, block: Block, place: Place
    ) -> tuple[Binding | None, QualifiedName | None]:
        """The binding a use means and what that stands for; (None, None) where it could be several things."""
        candidates = candidates_of(name, scope, block, place)
        if candidates is not None:
            return self._settle(candidates)
        if name in _NAMES and not self.open_stars:
            return None, (BUILTINS, name)
        return None, None

    def _bind_stars(self) -> None:
        """Bind what star imports are known to bind, as far as it is used."""
        if not self.index.stars:
            return
        used = {use.chain[0].id for use in self.walk.uses}  # type: ignore[union-attr]
        for star in self.index.stars:
            module, exports = star.target, self.star_exports
            known = exports(module) if exports is not None and module is not None else None
            if known is None or module is None:
                self.open_stars = True
                continue
            for name in used.intersection(known):
                target = (*module, name)
                binding = Binding(name, star.scope, "star", star.place, star.block, target, star.statement, star.alias)
                star.scope.bindings.setdefault(name, []).append(binding)

    def _settle(self, candidates: Sequence[Binding]) -> tuple[Binding | None, QualifiedName | None]:
        targets = {self._target(binding) for binding in candidates}
        if len(targets) != 1 or None in targets:
            if len(candidates) > 1:
                for binding in candidates:
                    binding.contested = binding.doubted = True
            return None, None
        if len(candidates) > 1:
            for binding in candidates[:-1] if candidates[-1].plain else candidates:
                binding.contested = True
        return candidates[-1], targets.pop()

    def _target(self, binding: Binding) -> QualifiedName | None:
        value = binding.value
        if value is None or binding.target is not None:
            return binding.target
        if id(binding) in self.resolving:
            return None
        self.resolving.add(id(binding))
        chain: list[str] = []
        node: ast.expr = value
        while isinstance(node, ast.Attribute):
            chain.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            place = (node.lineno, node.col_offset)
            source, target = self._meaning(node.id, binding.scope, binding.block, place)
            # An alias of a definition or builtin of this file is a new name for it, of no interest to a rule.
            if target is not None and (source is None or source.kind != "definition"):
                binding.target = (*target, *reversed(chain))
        self.resolving.discard(id(binding))
        return binding.target

    def _span(self, use: Use) -> tuple[int, list[int]]:
        source = self.source
        first = use.chain[0]
        if use.fstring is not None:
            node = use.fstring
            start = source.offset(node.lineno, node.col_offset)
            end = source.offset(*end_of(node))
            located = _locate(source.text, start, end, use.chain)
            return located or (start, [end] * len(use.chain))
        if use.text_start is not None:
            if use.text_start < 0:
                start = source.offset(*use.place)
                return start, [start] * len(use.chain)
            text = source.text
            start = use.text_start + _columns(text, use.text_start, first.col_offset)
            return start, [
                use.text_start + _columns(text, use.text_start, node.end_col_offset or 0) for node in use.chain
            ]
        return (
            source.offset(first.lineno, first.col_offset),
            [source.offset(node.end_lineno or 0, node.end_col_offset or 0) for node in use.chain],
        )


def candidates_of(name: str, scope: Scope, block: Block, place: Place) -> list[Binding] | None:
    """The bindings that *name* may mean where it is used at *place* in *scope* and *block*, in order.

    None where nothing in the file binds it: a builtin, or a name from nowhere.
    """
    passed_class = False
    for visible, deferred in scope.visible():
        if name in visible.declared_global:
            visible, deferred = visible.module(), True
        elif passed_class and visible.parent is not None:
            continue
        bindings = visible.bindings.get(name)
        if visible.parent is None and not bindings:
            return None
        if not bindings or name in visible.declared_nonlocal:
            continue
        if visible.kind == "class" and not deferred and not _is_bound(bindings, block, place):
            # Not bound yet in the class that binds it: Python looks in the module next, whatever is in between.
            passed_class = True
            if not any(_may_run_before(binding, block, place) for binding in bindings):
                continue
            return [*bindings, *visible.module().bindings.get(name, ())]
        # Used above its only binding: a loop, or a mistake. Meaning the binding is the best reading left.
        return bindings if deferred or len(bindings) == 1 else _reaching(bindings, block, place)
    return None


def _is_bound(bindings: list[Binding], block: Block, place: Place) -> bool:
    """Whether one of *bindings* surely ran before *place* in *block*."""
    return any(binding.place <= place and binding.block.encloses(block) for binding in bindings)


def _may_run_before(binding: Binding, block: Block, place: Place) -> bool:
    loop = block.outermost_loop()
    return binding.place <= place or (loop is not None and loop.encloses(binding.block))


def _reaching(bindings: list[Binding], block: Block, place: Place) -> list[Binding]:
    """The bindings a use at *place* in *block* may see, in order; empty knowledge gives all of them."""
    before = sorted((binding for binding in bindings if binding.place <= place), key=lambda binding: binding.place)
    if not before:
        return bindings
    sure = 0
    for number, binding in enumerate(before):
        if binding.place != (0, 0) and binding.block.encloses(block):
            sure = number
    reaching = [binding for binding in before[:sure] if binding.place == (0, 0)] + before[sure:]
    loop = block.outermost_loop()
    if loop is not None:
        # A later binding of the loop's body is an earlier one of its next turn.
        reaching += [binding for binding in bindings if binding.place > place and loop.encloses(binding.block)]
    return reaching


def _locate(text: str, start: int, end: int, chain: list[ast.Attribute | ast.Name]) -> tuple[int, list[int]] | None:
    """The only place in the f-string text[start:end] that spells *chain*; None where there are none or several."""
    if end - start > _MAX_SEARCHED:
        return None
    parts = [getattr(node, "attr", None) or node.id for node in chain]  # type: ignore[union-attr]
    pattern = re.compile(r"(?<![\w.])" + r"\s*\.\s*".join(map(re.escape, parts)) + r"(?!\w)")
    found = list(pattern.finditer(text, start, end))
    if len(found) != 1:
        return None
    ends: list[int] = []
    at = found[0].start()
    for part in parts:
        at = text.index(part, at) + len(part)
        ends.append(at)
    return found[0].start(), ends


def _columns(text: str, start: int, utf8_column: int) -> int:
    """How many code points of *text* from *start* on make *utf8_column* bytes."""
    piece = text[start : start + utf8_column].encode("utf-8", "surrogatepass")[:utf8_column]
    return len(piece.decode("utf-8", "surrogatepass"))
