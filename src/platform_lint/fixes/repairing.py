"""Repairs: what becomes of a shape, and of an import that takes another form."""

from __future__ import annotations

import re
from collections.abc import Sequence

from platform_lint.fixes.draft import NO_RULE, Draft
from platform_lint.fixes.groups import Group, Refusal
from platform_lint.fixes.spelling import Spelling
from platform_lint.fixes.splicing import Laid, dropped, place_of, within
from platform_lint.hits import Quote, Reimport, Repair, Splice
from platform_lint.imports import Item
from platform_lint.index import Reference
from platform_lint.rule import Target
from platform_lint.scopes import Binding

#: What follows an expression whose text an f-string shows: `{when=}`, `{when=!r:>10}`.
_SHOWN = re.compile(r"[^{}]*=\s*(?:![rsa])?(?::[^{}]*)?\}")


class Repairs:
    """Puts the repairs of groups into *draft*."""

    def __init__(self, draft: Draft, spelling: Spelling) -> None:
        self.draft = draft
        self.spelling = spelling

    def repair(self, group: Group) -> None:
        """Put in what mends *group*. Raises Refusal."""
        for repair in group.repairs:
            if not repair.splices and not repair.imports:
                raise Refusal(repair.reason or "there is no fix here")
            self.draft.plan.rewrites = self.draft.plan.rewrites or repair.rewrites
            self.draft.plan.decides = self.draft.plan.decides or repair.decides
            for move in repair.imports:
                self._reimport(move)
        seen: set[tuple[int, int]] = set()
        for splice in (splice for repair in group.repairs for splice in repair.splices):
            if (splice.start, splice.end) in seen:
                continue  # Hits mended together may each bring what all of them need.
            seen.add((splice.start, splice.end))
            old = self._old_import(group, splice)
            laid = Laid(splice.start, splice.end)
            place = None
            for piece in splice.pieces:
                if isinstance(piece, str):
                    laid.add(self.draft.source.with_newlines(piece, laid.start))
                elif isinstance(piece, Quote):
                    laid.quote(piece, self.draft.source.text)
                else:
                    place = place or place_of(self.draft.index, splice)
                    laid.name(piece, self.spelling.spell(piece, place, old))
            self.draft.plan.laid.append(laid)
            if laid.text != self.draft.source.text[laid.start : laid.end]:
                self.draft.plan.edits.append((laid.start, laid.end, laid.text))
            self._expect(laid)
        for reference in dropped(self.draft.index, group.repairs):
            binding = reference.binding
            if binding is not None and binding.statement is not None and binding not in self.draft.touched:
                beside = self.draft.beside(binding) if binding.plain else [binding]
                self.draft.touched += [other for other in beside if not self._is_spliced(other, group)]

    def _old_import(self, group: Group, splice: Splice) -> Binding | None:
        """The import that what *splice* replaces goes through, or else what the hit is about, where *splice* adds only.

        None for one that type checkers alone see, or that another branch makes as well: what stands beside it would
        not be there for all uses.
        """
        gone = dropped(self.draft.index, [Repair("", [splice])])
        there = (reference for hit in group.hits for reference in within(self.draft.index, hit.start, hit.end))
        for reference in (*gone, *there):
            binding = reference.binding
            if binding is not None and binding.statement is not None and binding.kind in ("import", "from"):
                others = binding.scope.bindings.get(binding.name, ())
                alone = all(other.block is binding.block for other in others)
                return binding if alone and not binding.block.type_checking else None
        return None

    def _is_spliced(self, binding: Binding, group: Group) -> bool:
        """Whether *group* itself says what becomes of the statement that makes *binding*."""
        assert binding.statement is not None
        start, end = self.draft.editor.span(binding.statement)
        return any(splice.start < end and start < splice.end for repair in group.repairs for splice in repair.splices)

    def _expect(self, laid: Laid) -> None:
        """Note what the names mean of which *laid* replaces one attribute."""
        for reference, part in self.draft.index.attributes.get(laid.end, ()):
            names = laid.text.split(".")
            if reference.start < laid.start and all(map(str.isidentifier, names)):
                qualified = self.draft.plan.expected.get(reference, reference.qualified)
                self.draft.plan.expected[reference] = (*qualified[:part], *names, *qualified[part + 1 :])

    # What an import of another form becomes

    def _reimport(self, move: Reimport) -> None:
        """Give an import its new form, and its uses their new spelling."""
        binding, uses = move.binding, self.draft.moving[id(move.binding)]
        assert binding.target is not None
        reason = self.draft.keepers.reason(binding)
        if not uses and not reason:
            reason = f"nothing here uses `{binding.name}`, so it may be there for others"
        if reason:
            raise Refusal(reason)
        if self.draft.remade.issuperset(uses):
            self.draft.touched.append(binding)  # Other fixes take all its uses.
            return
        for reference in uses:
            self.draft.check_editable(reference)
            if _is_shown(self.draft.source.text, reference):
                raise Refusal("an f-string shows how a use is written (`{…=}`)")
        item = Item(move.module, move.name, move.local)
        right = self._in_form(move, uses)
        if right is not None:
            self.draft.needed.add(id(right))
        elif not self._has_room(move, uses):
            raise Refusal(f"`{_bound_by(move)}` already means something else here")
        self._replace_import(move, item, right is not None)
        count = len(move.qualified if binding.plain else binding.target)
        rest = () if binding.plain else binding.target[len(move.qualified) :]
        group = Group(NO_RULE, None, Target(move.qualified, rest), binding)
        group.references += [(reference, count, reference.base) for reference in uses]
        self.draft.rewrite(group, ".".join((item.local or item.name or ".".join(item.module), *rest)))

    def _replace_import(self, move: Reimport, item: Item, present: bool) -> None:
        """Take the old import out, and put *item* in its place where it is not *present*."""
        binding, uses = move.binding, self.draft.moving[id(move.binding)]
        statement, alias = binding.statement, binding.alias
        assert statement is not None and alias is not None
        present = present or self.draft.is_planned(item, binding)
        if binding.plain and any(reference not in uses for reference in self.draft.rooted(binding)):
            # `import a.b` makes `a` known too.
            stay = [other for other in self.draft.beside(binding) if id(other) not in self.draft.moving]
            parent = alias.name.rpartition(".")[0]
            if not stay:
                if not parent:
                    raise Refusal(f"another use of `{binding.name}` must stay as it is")
                self.draft.replaced.add(id(binding))
                self.draft.editor.rename(statement, alias, parent)
                self.draft.note_removed(binding)
                if not present:
                    self.draft.add(item, binding)
                return
        if not present:
            self.draft.move(binding, item)
            return
        self.draft.replaced.add(id(binding))
        self.draft.editor.drop(statement, alias)
        self.draft.note_removed(binding)

    def _in_form(self, move: Reimport, uses: Sequence[Reference]) -> Binding | None:
        """An import of the right form that all *uses* can go through."""
        for other in self.draft.index.imports:
            block = other.block
            if (
                _has_form(other, move, exactly=True)
                and id(other) not in self.draft.moving
                and not (block.guarded or block.versioned)
                and (not block.type_checking or move.binding.block.type_checking)
                and all(self.draft.sees(reference, other) for reference in uses)
            ):
                return other
        return None

    def _has_room(self, move: Reimport, uses: Sequence[Reference]) -> bool:
        """Whether the new name means nothing else wherever it is to be used."""
        local, top = _bound_by(move), move.binding.scope
        if local in self.draft.index.declared:
            return False
        scopes = {id(top): top}
        for reference in uses:
            for scope, _ in reference.scope.visible():
                scopes[id(scope)] = scope
                if scope is top:
                    break
        return all(
            id(other) in self.draft.moving or _has_form(other, move)
            for scope in scopes.values()
            for other in scope.bindings.get(local, ())
        )


def _is_shown(text: str, reference: Reference) -> bool:
    """Whether *reference* stands in ``{…=}``, which puts the text of an expression into a string."""
    opened = text.rfind("{", 0, reference.start)
    if opened < 0 or "}" in text[opened : reference.start]:
        return False
    return _SHOWN.match(text, reference.ends[-1]) is not None


def _bound_by(move: Reimport) -> str:
    """The name that the new import of *move* binds."""
    return move.local or move.name or move.module[0]


def _has_form(binding: Binding, move: Reimport, *, exactly: bool = False) -> bool:
    """Whether *binding* is an import like the new one of *move*: of the very same thing, or *exactly* what it loads."""
    if binding.kind not in ("import", "from") or binding.name != _bound_by(move):
        return False
    if move.name or move.local:
        return binding.target == move.qualified
    return binding.plain and (
        not exactly or (binding.alias is not None and binding.alias.name == ".".join(move.module))
    )
