"""Spelling: how code that a fix puts in names a thing, by an import that is there or one that it adds."""

from __future__ import annotations

import ast

from platform_lint.fixes.draft import BUILTINS, NO_RULE, Draft, import_of
from platform_lint.fixes.groups import Group, Refusal
from platform_lint.imports import Item
from platform_lint.index import Reference
from platform_lint.rule import Target
from platform_lint.scopes import Binding, Block, QualifiedName


class Spelling:
    """Spells names for *draft*, and notes there what must be imported."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        #: The names that imports added on top will bind.
        self.on_top: dict[str, Item] = {}
        #: Those that imports added beside an old one in a function or a branch will bind, by their block.
        self.beside_old: dict[tuple[Block, str], Item] = {}

    def spell(self, target: Target, place: Reference, old: Binding | None = None) -> str:
        """How *target* is spelled at *place*: through an import that is there, or else one that is added: beside *old*,
        what the code that is there goes through, where that is imported in a function or a branch; or on top.
        """
        group = Group(NO_RULE, None, target, None)
        group.references.append((place, len(target.qualified), len(target.qualified)))
        if target.module == BUILTINS:
            self.draft.require_free(target.attributes[0], group, None)
            return ".".join(target.attributes)
        own = self.draft.index.module
        if own is not None and len(own) < len(target.qualified) and target.qualified[: len(own)] == own:
            return self.draft.reusable(group, None) or self.spell_own(target, target.qualified[len(own) :], place)
        reusable = self.draft.reusable(group, None)
        if (
            reusable is None
            and old is not None
            and (old.scope is not self.draft.index.top or old.block.parent is not None)
        ):
            return self.spell_beside(group, old) or self.spell_on_top(group)
        return reusable or self.spell_on_top(group)

    def spell_beside(self, group: Group, old: Binding) -> str:
        """How the target of *group* is spelled by an import beside *old*; ``""`` where its names are taken there."""
        target = group.target
        item, tail = import_of(target), target.attributes[1:]
        name = item.local or item.name or item.module[0]
        if not item.name:
            tail = (*item.module[1:], *target.attributes)
        taken = self.beside_old.get((old.block, name))
        if taken != item and (
            taken is not None or not self.draft.free(name, group, old, dropping=self.draft.unneeded(old))
        ):
            item, name, tail = Item(target.module), target.module[0], (*target.module[1:], *target.attributes)
            taken = self.beside_old.get((old.block, name))
            if taken != item and (taken is not None or not self.draft.root_free(name, group, old)):
                return ""
        if taken != item:
            self.draft.add(item, old)
            self.beside_old[old.block, name] = item
        return ".".join((name, *tail))

    def spell_all(self, group: Group) -> str:
        """How the target of *group* is spelled at all its uses, by an import that is there or one added on top."""
        return self.draft.reusable(group, None) or self.spell_on_top(group)

    def spell_on_top(self, group: Group) -> str:
        """How the target of *group* is spelled at all its uses by an import on top, which is added."""
        target = group.target
        item = import_of(target)
        name = item.local or item.name or item.module[0]
        taken = self.on_top.get(name)
        if taken == item or (taken is None and self.draft.free(name, group, None)):
            tail = target.attributes[1:] if item.name else (*item.module[1:], *target.attributes)
        else:
            item, name, tail = Item(target.module), target.module[0], (*target.module[1:], *target.attributes)
            if not self.importable(name, group):
                raise Refusal(f"`{name}` already means something else here")
        if self.on_top.get(name) != item:
            self.on_top[name] = item
            self.import_on_top(item, group.references[0][0])
        return ".".join((name, *tail))

    def spell_own(self, target: Target, rest: QualifiedName, place: Reference) -> str:
        """How *place* names what the file defines itself, as *rest*: a module does not import itself."""
        seen = next((scope for scope, _ in place.scope.visible() if rest[0] in scope.bindings), None)
        if seen is not self.draft.index.top or any(other.kind != "definition" for other in seen.bindings[rest[0]]):
            raise Refusal(f"`{target}` belongs to this very file")
        return ".".join(rest)

    def importable(self, root: str, group: Group) -> bool:
        """Whether ``import root.…`` on top gives *root* no second meaning where *group* is used."""
        index = self.draft.index
        bindings = [
            binding
            for reference, _, _ in group.references
            for scope, _ in reference.scope.visible()
            for binding in scope.bindings.get(root, ())
        ]
        return all(binding.plain for binding in bindings) and root not in index.declared and not index.exposes(root)

    def import_on_top(self, item: Item, place: Reference) -> None:
        """Import *item* where the whole file sees it: among the names of an import of its module, or by itself."""
        self.draft.plan.added.append(item.statement)
        for other in self.draft.index.imports:
            statement = other.statement
            if (
                item.name
                and isinstance(statement, ast.ImportFrom)
                and statement.level == 0
                and other.target is not None
                and other.target[:-1] == item.module
                and other.scope is self.draft.index.top
                and other.block.parent is None
                and self.draft.may_extend(statement, item)
                and not self.draft.keepers.has_noqa(statement)
                and self.draft.editor.span(statement)[1] <= place.start
            ):
                self.draft.editor.extend(statement, item)
                return
        self.draft.editor.add_on_top(item)
