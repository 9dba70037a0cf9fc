"""A draft of a plan: the edits that mend some groups, while they are worked out.

It keeps what all groups share: the imports that change, those that are needed or may go, the names that are taken; and
answers what every fix asks: how is a name spelled here, who imports it, may this name mean another thing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from platform_lint.checking import Analysis
from platform_lint.fixes.arranging import arranged
from platform_lint.fixes.groups import Group, Plan, Refusal
from platform_lint.fixes.keeping import Keepers
from platform_lint.fixes.splicing import dropped
from platform_lint.hits import Reimport
from platform_lint.imports import CommentLost, ImportEditor, Item, TextEdit
from platform_lint.index import Index, Reference
from platform_lint.rule import Rule, Target
from platform_lint.scopes import Binding, Block, Place, QualifiedName, Scope

BUILTINS = ("builtins",)
#: Whom a name belongs to that is only to be spelled.
NO_RULE = Rule("", "", "", ())


class Draft:
    """What becomes of the file *analysis* is about when the groups *chosen* are mended together."""

    def __init__(self, analysis: Analysis, chosen: Sequence[Group]) -> None:
        assert analysis.index is not None and analysis.tree is not None
        self.index: Index = analysis.index
        self.source = analysis.source
        self.view = analysis.view
        package = analysis.view.package if analysis.view is not None else False
        #: What keeps the names of imports.
        self.keepers = Keepers(analysis.index, analysis.tree, package)
        self.editor = ImportEditor(analysis.source, analysis.tree)
        self.plan = Plan()
        #: The uses that will not be what they are.
        self.rewritten = {reference for group in chosen for reference, _, _ in group.references}
        #: How many parts of a use the longest name covers that is renamed there.
        self.longest: dict[Reference, int] = {}
        for reference, count, _ in (each for group in chosen for each in group.references):
            self.longest[reference] = max(count, self.longest.get(reference, 0))
        #: Imports that take another form, with their uses.
        self.moving: dict[int, list[Reference]] = {}
        for repair in (repair for group in chosen for repair in group.repairs):
            self.rewritten.update(dropped(self.index, [repair]))
        #: Those that will mean something else, or be gone.
        self.remade = frozenset(self.rewritten)
        for repair in (repair for group in chosen for repair in group.repairs):
            for move in repair.imports:
                self.moving[id(move.binding)] = self.uses_to_move(move)
                self.rewritten.update(self.moving[id(move.binding)])
        self.texts: dict[Reference, tuple[int, int, str]] = {}
        #: Imports that may be unneeded once all groups are planned.
        self.touched: list[Binding] = []
        self.replaced: set[int] = set()
        #: Imports this plan adds, with the place of the first in each block.
        self.planned: dict[tuple[Item, Block], Place] = {}
        #: Imports that rewritten uses go through still.
        self.needed: set[int] = set()

    def finish(self) -> Plan:
        """The plan, with the imports that nothing needs any more taken out. Raises Refusal."""
        for binding in self.touched:
            if id(binding) not in self.replaced | self.needed and self.unneeded(binding):
                assert binding.statement is not None and binding.alias is not None
                self.editor.drop(binding.statement, binding.alias)
                self.note_removed(binding)
        for start, end, text in self.texts.values():
            if self.source.text[start:end] != text:
                self.plan.edits.append((start, end, text))
        try:
            imports = self.editor.edits()
            if imports:
                known = {
                    id(binding.statement): binding.statement for binding in (*self.index.imports, *self.index.stars)
                }
                first_party = self.view.first_party if self.view is not None else ()
                imports = arranged(self.source, known.values(), imports, self.plan.edits, first_party)  # type: ignore[arg-type]
        except CommentLost as lost:
            raise Refusal(str(lost)) from None
        self.put_first(imports)
        self.plan.edits.sort()
        if self.plan.decides:
            self.join_removals()
        for (_, end, _), (start, _, _) in zip(self.plan.edits, self.plan.edits[1:], strict=False):
            if start < end:
                raise Refusal("its edits overlap another fix")
        return self.plan

    def put_first(self, imports: Sequence[TextEdit]) -> None:
        """Add the edits of imports to the plan: what imports a name comes before a splice at the very same offset."""
        inserted = {laid.start: laid for laid in self.plan.laid if laid.start == laid.end}
        for start, end, text in imports:
            laid = inserted.get(start) if start == end else None
            if laid is None:
                self.plan.edits.append((start, end, text))
                continue
            self.plan.edits.remove((start, end, laid.text))
            laid.precede(text)
            self.plan.edits.append((start, end, laid.text))

    def join_removals(self) -> None:
        """Make one edit of those that overlap and only take something out: blank lines between two that go."""
        joined: list[TextEdit] = []
        for start, end, text in self.plan.edits:
            last = joined[-1] if joined else None
            if last is None or text or last[2] or start >= last[1]:
                joined.append((start, end, text))
                continue
            whole = (last[0], max(last[1], end), "")
            for laid in self.plan.laid:
                if (laid.start, laid.end) in ((start, end), last[:2]):
                    laid.start, laid.end = whole[:2]
            joined[-1] = whole
        self.plan.edits = joined

    def may_extend(self, statement: ast.ImportFrom, item: Item) -> bool:
        """Whether *item* may be put among the names of *statement*."""
        aliased = sum(alias.asname is not None for alias in statement.names)
        # Names with an `as` have a statement to themselves, unless the file has it otherwise.
        fits = aliased > 0 and len(statement.names) > 1 if item.local else aliased == 0 or len(statement.names) > 1
        return (
            fits
            and not self.editor.is_shrinking(statement)
            and not self.editor.fences.holds(*self.editor.span(statement))
        )

    # What a use becomes

    def without_others(self, group: Group) -> Group:
        """*group* without the uses of which another one renames a longer name."""
        own = [each for each in group.references if each[1] == self.longest[each[0]]]
        if len(own) == len(group.references):
            return group
        left = Group(group.rule, group.name, group.target, group.binding)
        left.hits, left.references = group.hits, own
        return left

    def check_editable(self, reference: Reference) -> None:
        """Raise Refusal where *reference* stands in a string at an unknown place."""
        spelled = self.source.text[reference.start : reference.ends[-1]]
        if reference.start == reference.ends[-1] or (reference.in_fstring and not re.fullmatch(r"[\w\s.]+", spelled)):
            raise Refusal("a use stands inside a string where its exact place is not known")

    def rewrite(self, group: Group, spelled: str) -> None:
        """Make every use of *group* read *spelled*."""
        for reference, count, base in group.references:
            start, end = reference.start, reference.end_of(count, base)
            old = self.source.text[start:end]
            rest = _named(reference, base)
            self.plan.expected[reference] = (*group.target.qualified, *rest[count:])
            if "#" in old:
                raise Refusal("a comment stands inside the name")
            if "." in old and self.keepers.in_type_comment(old):
                raise Refusal(f"a type comment names `{old}` too, and is not rewritten")
            if re.search(r"\s", old) and len(re.findall(r"\w+", old)) == len(spelled.split(".")):
                self.texts[reference] = (start, end, _respaced(old, spelled))
            else:
                self.texts[reference] = (start, end, spelled)

    def keep(self, group: Group) -> None:
        """The uses stay as they are: the import alone changes what they mean."""
        for reference, count, base in group.references:
            rest = _named(reference, base)
            self.plan.expected[reference] = (*group.target.qualified, *rest[count:])

    # Imports

    def extent(self, group: Group, binding: Binding) -> tuple[int, int]:
        """How many parts the rule's name covers and how many the import alone stands for, by the same name."""
        if group.references:
            _, count, base = group.references[0]
            return count, base
        assert binding.target is not None
        return len(group.hits[0].matched), max(len(binding.target), len(group.hits[0].matched))

    def move(self, binding: Binding, item: Item) -> None:
        """Import *item* instead of what *binding* imports, where that stands."""
        statement, alias = binding.statement, binding.alias
        assert statement is not None and alias is not None
        self.check_foreign(item)
        if id(binding) in self.needed:
            raise Refusal(f"another fix needs what `{binding.name}` stands for")
        self.replaced.add(id(binding))
        self.noted(item, binding)
        noqa = self.keepers.noqa(statement)
        # What nothing here uses was kept by the suppression.
        kept = "" if self.index.references_of(binding) else noqa
        if isinstance(statement, ast.ImportFrom) and item.name and _module_of(binding) == item.module:
            if item.local and len(statement.names) > 1 and not any(other.asname for other in statement.names):
                # Names with an `as` have a statement to themselves, as isort has it.
                self.editor.drop(statement, alias)
                self.editor.add(item, statement, alias, kept)
                return
            self.editor.rename(statement, alias, item.clause)
            return
        if isinstance(statement, ast.Import) and not item.name:
            self.editor.rename(statement, alias, item.clause)
            return
        other = None if noqa or self.editor.comment_of(statement, alias) else self.extendable(item, binding)
        self.editor.drop(statement, alias)
        if self.is_planned(item, binding):
            return
        if other is not None:
            self.editor.extend(other, item)
        else:
            self.editor.add(item, statement, alias, kept)

    def add(self, item: Item, binding: Binding) -> None:
        """Import *item* beside what *binding* imports."""
        assert binding.statement is not None
        self.check_foreign(item)
        other = self.extendable(item, binding)
        self.plan.added.append(item.statement)
        if self.is_planned(item, binding):
            return
        if other is not None:
            self.editor.extend(other, item)
        else:
            self.editor.add(item, binding.statement)

    def check_foreign(self, item: Item) -> None:
        """Raise Refusal where *item* would make the file import itself."""
        own = self.index.module
        if own is None or own not in (item.qualified, item.module):
            return
        if item.name and own == item.module and self.view is not None and self.view.is_module(item.qualified):
            return  # A package may well import its own modules.
        raise Refusal("the replacement belongs to this very file")

    def is_planned(self, item: Item, binding: Binding) -> bool:
        """Whether *item* is imported already by this plan, above *binding* in its block; it is from now on."""
        place = self.planned.setdefault((item, binding.block), binding.place)
        return place < binding.place

    def extendable(self, item: Item, binding: Binding) -> ast.ImportFrom | None:
        """A ``from`` import of the same module in the same block, above the one of *binding* or at least above its
        uses.
        """
        if not item.name:
            return None
        uses = [reference.start for reference in self.index.references_of(binding)]
        for other in self.index.imports:
            statement = other.statement
            if (
                isinstance(statement, ast.ImportFrom)
                and statement.level == 0
                and other.target is not None
                and other.target[:-1] == item.module
                and other.scope is binding.scope
                and other.block is binding.block
                and self.may_extend(statement, item)
                and not any(
                    id(sibling) in self.replaced for sibling in self.index.imports if sibling.statement is statement
                )
            ):
                end = self.editor.span(statement)[1]
                if other.place <= binding.place or all(start >= end for start in uses):
                    return statement
        return None

    def drop(self, binding: Binding) -> None:
        """Take out what *binding* imports."""
        assert binding.statement is not None and binding.alias is not None
        self.replaced.add(id(binding))
        self.editor.drop(binding.statement, binding.alias)
        self.note_removed(binding)

    def noted(self, item: Item, binding: Binding) -> None:
        """Note that *item* is imported instead of what *binding* imports."""
        self.plan.added.append(item.statement)
        self.note_removed(binding)

    def note_removed(self, binding: Binding) -> None:
        """Note that the import of *binding* goes."""
        statement, alias = binding.statement, binding.alias
        assert statement is not None and alias is not None
        text = alias.name + (f" as {alias.asname}" if alias.asname else "")
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            self.plan.removed.append(f"from {module} import {text}")
        else:
            self.plan.removed.append(f"import {text}")

    def reusable(self, group: Group, binding: Binding | None) -> str | None:
        """How an import that is there already spells the target, if every use can see it."""
        target = group.target
        for other in self.index.imports:
            if other is binding or other.target is None or id(other) in self.replaced or other.contested:
                continue
            block = other.block
            if block.guarded or block.versioned:
                continue
            if block.type_checking and not (binding is not None and binding.block.type_checking):
                continue
            spelling = _spelled_by(other, target)
            # What is quickly told comes first: the other question takes every use and every import of that name.
            if spelling and all(self.sees(reference, other) for reference, _, _ in group.references):
                self.needed.add(id(other))
                return spelling
        return None

    def sees(self, reference: Reference, binding: Binding) -> bool:
        """Whether *reference* could use the name of *binding* and would mean it."""
        for scope, deferred in reference.scope.visible():
            bindings = scope.bindings.get(binding.name)
            if not bindings:
                continue
            if scope is not binding.scope or any(other.target != binding.target for other in bindings):
                return False
            if deferred:
                return binding.block.parent is None or binding.block.encloses(reference.block)
            place = binding.place
            row = self.source.row(reference.start)
            return place[0] < row and binding.block.encloses(reference.block)
        return False

    def qualify(self, group: Group, binding: Binding) -> bool:
        """Spell the uses in full after ``import module``; False where its first part is taken too."""
        target = group.target
        if not self.root_free(target.module[0], group, binding):
            return False
        others = [use for use in self.index.references_of(binding) if use not in self.rewritten]
        if others or binding.kind == "import":
            self.add(Item(target.module), binding)
        else:
            self.move(binding, Item(target.module))
        self.rewrite(group, ".".join(target.qualified))
        return True

    def plain_path(self, binding: Binding, matched: QualifiedName) -> QualifiedName | None:
        """The path of a plain import of this root that names *matched*, so that it must be a module."""
        assert binding.alias is not None
        path = tuple(binding.alias.name.split("."))
        return path if path[: len(matched)] == matched else None

    def loader(self, binding: Binding, name: QualifiedName) -> Binding:
        """The plain import beside *binding* that loads the most of *name*; what it binds is the same."""

        def loaded(other: Binding) -> int:
            assert other.alias is not None
            path = tuple(other.alias.name.split("."))
            return len(path) if path == name[: len(path)] else 0

        return max(reversed(self.beside(binding)), key=loaded)

    def loaded(self, binding: Binding) -> list[QualifiedName]:
        """The paths that plain imports beside *binding* load under the same root."""
        return [tuple(other.alias.name.split(".")) for other in self.beside(binding) if other.alias is not None]

    def beside(self, binding: Binding) -> list[Binding]:
        """The plain imports that bind the same root where *binding* does, itself included."""
        return [
            other
            for other in self.index.imports
            if other.plain
            and other.name == binding.name
            and other.scope is binding.scope
            and (other.block is binding.block or other.block.encloses(binding.block))
        ]

    def imported_already(self, binding: Binding, path: QualifiedName) -> Binding | None:
        """The ``import path`` that stands beside *binding* and stays."""
        return next(
            (
                other
                for other in self.index.imports
                if other.plain
                and other is not binding
                and tuple(other.alias.name.split(".")) == path  # type: ignore[union-attr]
                and other.block is binding.block
                and id(other) not in self.replaced
            ),
            None,
        )

    def rooted(self, binding: Binding) -> list[Reference]:
        """The uses of the root that a plain import binds, by way of whatever import."""
        return [
            reference
            for reference in self.index.references
            if reference.binding is not None
            and reference.binding.scope is binding.scope
            and reference.binding.name == binding.name
        ]

    def uses_of_path(self, binding: Binding, path: QualifiedName) -> list[Reference]:
        """The uses that may need ``import path``: those below it, and all of its root if nothing else imports that."""
        rooted = self.rooted(binding)
        if self.loaded(binding).count(path) == len(self.loaded(binding)):
            return rooted
        return [reference for reference in rooted if reference.qualified[: len(path)] == path]

    def unneeded(self, binding: Binding) -> bool:
        """Whether nothing needs what *binding* imports once the chosen uses are rewritten."""
        statement, alias = binding.statement, binding.alias
        if statement is None or alias is None or self.must_keep_name(binding, None):
            return False
        if binding.plain:
            uses = self.uses_of_path(binding, tuple(alias.name.split(".")))
        elif binding.kind == "star":
            # It binds one name for each that is used.
            uses = [
                reference
                for reference in self.index.references
                if reference.binding is not None and reference.binding.statement is statement
            ]
        else:
            uses = self.index.references_of(binding)
        if not uses or any(reference not in self.rewritten for reference in uses):
            return False
        return not self.keepers.has_noqa(statement)

    def must_keep_name(self, binding: Binding, group: Group | None) -> bool:
        """Whether something besides its uses needs the local name: an export, a ``global``, a type comment."""
        # An import that nothing here uses is there for others.
        return bool(self.keepers.reason(binding)) or (group is not None and not group.references)

    def is_duplicate(self, binding: Binding) -> bool:
        """Whether another import beside *binding* says just the same, and uses go through that one."""
        assert binding.statement is not None
        return not self.keepers.has_noqa(binding.statement) and any(
            other is not binding
            and other.name == binding.name
            and other.target == binding.target
            and other.kind == binding.kind
            and other.scope is binding.scope
            and other.block is binding.block
            and self.index.references_of(other)
            for other in self.index.imports
        )

    # Names

    def free(self, local: str, group: Group, binding: Binding | None, dropping: bool = False) -> bool:
        """Whether *local* can come to mean the new thing wherever *group* is used, and for nobody else."""
        top = binding.scope if binding is not None else self.index.top
        if local in self.index.declared or self._is_unsettled(local, top):
            return False
        scopes = {id(top): top}
        for reference, _, _ in group.references:
            for scope, _ in reference.scope.visible():
                scopes[id(scope)] = scope
                if scope is top:
                    break
        for scope in scopes.values():
            for other in scope.bindings.get(local, ()):
                if other is not binding or not dropping:
                    return False
        # The scopes between would hide it from nobody, but a builtin or an outer name of that spelling is in use.
        return local not in self.index.builtins and (
            top is self.index.top
            or not any(
                reference.binding is not None and reference.binding.name == local and reference.binding.scope is not top
                for reference in self.index.references
            )
        )

    def require_free(self, local: str, group: Group, binding: Binding | None) -> None:
        """Check that *local*, a builtin or what an import on top will bind, is not hidden at any use."""
        hidden = any(
            other is not binding
            for reference, _, _ in group.references
            for scope, _ in reference.scope.visible()
            for other in scope.bindings.get(local, ())
        )
        if hidden or local in self.index.declared:
            raise Refusal(f"`{local}` already means something else here")

    def root_free(self, root: str, group: Group, binding: Binding) -> bool:
        """Whether ``import root.…`` beside *binding* gives *root* no second meaning."""
        if root in self.index.declared or self._is_unsettled(root, binding.scope):
            return False
        tops = {id(binding.scope): binding.scope}
        for reference, _, _ in group.references:
            for scope, _ in reference.scope.visible():
                tops[id(scope)] = scope
                if scope is binding.scope:
                    break
        return all(
            other.target == (root,) if other.kind == "import" else other.kind == "deletion" and root == binding.name
            for scope in tops.values()
            for other in scope.bindings.get(root, ())
        )

    def _is_unsettled(self, name: str, scope: Scope) -> bool:
        """Whether what binds *name* in *scope* may change what a use means that could mean several things."""
        return self.index.exposes(name) if scope is self.index.top else name in self.index.unsettled

    def uses_to_move(self, move: Reimport) -> list[Reference]:
        """The uses of what *move* is about that go through its import."""
        binding, path = move.binding, move.qualified
        if not binding.plain:
            return self.index.references_of(binding)
        # `import a.b.c` stays what it is, and so do uses that need it.
        deeper = [other for other in self.loaded(binding) if len(other) > len(path) and other[: len(path)] == path]
        return [
            reference
            for reference in self.rooted(binding)
            if reference.qualified[: len(path)] == path
            and not any(reference.qualified[: len(other)] == other for other in deeper)
        ]


def _respaced(old: str, spelled: str) -> str:
    """*spelled* with the white space that *old* has between its parts."""
    parts = iter(spelled.split("."))
    return re.sub(r"\w+", lambda _: next(parts), old)


def _named(reference: Reference, base: int) -> QualifiedName:
    return next((qualified for qualified, other in reference.names() if other == base), reference.qualified)


def import_of(target: Target, local: str = "") -> Item:
    """The import that makes *target* known, by its own name or as *local*."""
    if target.attributes:
        return Item(target.module, target.attributes[0], local)
    if len(target.module) > 1:
        return Item(target.module[:-1], target.module[-1], local)
    return Item(target.module, "", local)


def _module_of(binding: Binding) -> QualifiedName:
    assert binding.target is not None
    return binding.target[:-1]


def _spelled_by(binding: Binding, target: Target) -> str:
    """How *target* is spelled where the import *binding* is seen; ``""`` where it does not lead there."""
    alias, leads = binding.alias, binding.target
    assert leads is not None
    if leads == target.qualified:
        return binding.name
    if len(target.module) < len(leads) < len(target.qualified) and binding.kind == "from":
        # `datetime`, for a method of the class.
        within = target.qualified[: len(leads)] == leads
        return ".".join((binding.name, *target.qualified[len(leads) :])) if within else ""
    if leads == target.module and (binding.kind == "from" or (alias is not None and alias.asname)):
        return ".".join((binding.name, *target.attributes))
    plain = binding.kind == "import" and alias is not None and not alias.asname
    if plain and tuple(alias.name.split("."))[: len(target.module)] == target.module:  # type: ignore[union-attr]
        return ".".join(target.qualified)
    return ""
