"""Mending what was hit: uses and imports together.

:func:`groups` sorts the hits that have a fix into groups that stand or fall together: all that one import makes known
under one name of one rule, or what the repair of a shape puts in its place. :func:`plan` works out the edits of some of
them at once. It refuses rather than guesses; every refusal is a reason a person can act on.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from platform_lint.checking import Analysis
from platform_lint.finding import Safety, weakest
from platform_lint.hits import Hit, Quote, Reimport, Repair
from platform_lint.imports import CommentLost, ImportEditor, Item, TextEdit
from platform_lint.index import Index, Reference
from platform_lint.rule import Name, Rule, Target
from platform_lint.scopes import Binding, Block, Place, QualifiedName
from platform_lint.splicing import Laid, dropped, place_of

_BUILTINS = ("builtins",)
#: Whom a name belongs to that is only to be spelled.
_NO_RULE = Rule("", "", "", ())
#: What follows an expression whose text an f-string shows: `{when=}`, `{when=!r:>10}`.
_SHOWN = re.compile(r"[^{}\r\n]*=\s*(?:![rsa])?(?::[^{}\r\n]*)?\}")
_TYPE_COMMENT = re.compile(r"#[ \t]*type:[ \t]*(?!ignore\b)([^\r\n]*)")


class Refusal(Exception):
    """No edit is right here; the text is the reason, for a person."""


class Group:
    """Hits that one fix mends: the same name of the same rule, made known by the same import, or the shapes that
    *repairs* mend.

    *references* are the uses it rewrites, with the number of their parts the rule's name covers and the base that
    number counts from.
    """

    __slots__ = ("binding", "hits", "moved", "name", "references", "repairs", "rule", "target")

    def __init__(self, rule: Rule, name: Name | None, target: Target, binding: Binding | None) -> None:
        self.rule = rule
        self.name = name
        self.target = target
        self.binding = binding
        self.hits: list[Hit] = []
        self.repairs: list[Repair] = []
        self.references: list[tuple[Reference, int, int]] = []
        #: What a ``from`` import of a moved module binds, where that is what was hit.
        self.moved: list[Binding] = []

    @property
    def safety(self) -> Safety:
        """What the rule promises of the fix, less what speaks against it in this file."""
        own: Safety = (self.name.fix if self.name is not None else "") or self.rule.fix  # type: ignore[assignment]
        if self.rule.fix == "suggest":
            own = weakest(self.rule.fix, own)
        return weakest(own, *(repair.safety for repair in self.repairs))

    @property
    def reason(self) -> str:
        """What speaks against trusting the fix, ``""`` for nothing."""
        return next((repair.reason for repair in self.repairs if repair.reason), "")

    @property
    def message(self) -> str:
        """What the fix does, in one line."""
        if self.repairs:
            return self.repairs[0].message
        return f"replace `{'.'.join(self.hits[0].matched).removeprefix('builtins.')}` with `{self.target}`"


class Plan:
    """The edits of some groups together, and what they do to the imports."""

    __slots__ = ("added", "edits", "expected", "laid", "removed", "rewrites")

    def __init__(self) -> None:
        self.edits: list[TextEdit] = []
        #: The splices among the edits.
        self.laid: list[Laid] = []
        self.added: list[str] = []
        self.removed: list[str] = []
        #: What each rewritten reference must mean afterwards.
        self.expected: dict[Reference, QualifiedName] = {}
        #: Names may come to mean anything, as long as they mean something.
        self.rewrites = False


def groups(analysis: Analysis, hits: Sequence[Hit]) -> list[Group]:
    """The *hits* that have a fix, in groups, in reading order. *analysis* must be complete."""
    found: dict[tuple[object, ...], Group] = {}
    for hit in hits:
        if hit.repair is not None:
            alone = hit.repair.together is None
            group = found.setdefault(
                (hit.rule.code, "shape", id(hit) if alone else hit.repair.together),
                Group(hit.rule, hit.name, Target((), ()), None),
            )
            group.hits.append(hit)
            group.repairs.append(hit.repair)
            continue
        target = hit.target
        if target is None or hit.name is None:
            continue
        alone = hit.kind == "string" or hit.binding is None
        place: object = (hit.kind, hit.start) if alone else id(hit.binding)
        if hit.kind == "module" and hit.binding is not None:
            place = id(hit.binding.statement)
        key = (hit.rule.code, hit.name.dotted, place, hit.kind == "module")
        named = found.get(key)
        if named is None:
            named = found[key] = Group(hit.rule, hit.name, target, hit.binding)
        group = named
        group.hits.append(hit)
        if hit.reference is not None:
            group.references.append((hit.reference, len(hit.matched), _base(hit)))
    index = analysis.index
    assert index is not None
    elsewhere = {
        id(hit.binding) for hit in hits if hit.binding is not None and hit.kind != "module" and hit.name is not None
    }
    for group in found.values():
        hit = group.hits[0]
        if hit.kind == "module" and hit.binding is not None:
            # One hit stands for the statement; names with an entry of their own go their own way.
            group.moved = [
                binding
                for binding in index.imports
                if binding.statement is hit.binding.statement and id(binding) not in elsewhere
            ]
        elif hit.kind == "import" and group.rule.verb == "ban" and group.binding is not None:
            # The import was reported for all its uses.
            count = len(hit.matched)
            for reference in index.references_of(group.binding):
                for qualified, base in reference.names():
                    if qualified[:count] == hit.matched:
                        group.references.append((reference, count, base))
                        break
    return list(found.values())


def _base(hit: Hit) -> int:
    assert hit.reference is not None
    for qualified, base in hit.reference.names():
        if qualified[: len(hit.matched)] == hit.matched:
            return base
    return hit.reference.base


def plan(analysis: Analysis, chosen: Sequence[Group]) -> Plan:
    """The edits that mend *chosen* together. Raises Refusal with a reason that holds for one of them at least."""
    planner = _Planner(analysis, chosen)
    for group in chosen:
        planner.group(group)
    return planner.finish()


class _Planner:
    def __init__(self, analysis: Analysis, chosen: Sequence[Group]) -> None:
        assert analysis.index is not None and analysis.tree is not None
        self.index: Index = analysis.index
        self.source = analysis.source
        self.package = analysis.view.package if analysis.view is not None else False
        self.editor = ImportEditor(analysis.source, analysis.tree)
        self.plan = Plan()
        #: Where an attribute ends: the references with it, and the number of the part it is.
        self.attributes: dict[int, list[tuple[Reference, int]]] | None = None
        self.rewritten = {reference for group in chosen for reference, _, _ in group.references}
        for group in chosen:
            self.rewritten.update(dropped(self.index, group.repairs))
        #: Imports that take another form, with their uses.
        self.moving: dict[int, list[Reference]] = {}
        for move in (move for group in chosen for repair in group.repairs for move in repair.imports):
            self.moving[id(move.binding)] = self._uses_to_move(move)
            self.rewritten.update(self.moving[id(move.binding)])
        #: The names that imports added on top will bind.
        self.on_top: dict[str, Item] = {}
        self.texts: dict[Reference, tuple[int, int, str]] = {}
        #: Imports that may be unneeded once all groups are planned.
        self.touched: list[Binding] = []
        self.replaced: set[int] = set()
        #: Imports this plan adds, with the place of the first in each block.
        self.planned: dict[tuple[Item, Block], Place] = {}
        #: Imports that rewritten uses go through still.
        self.needed: set[int] = set()
        self.type_comments = " ".join(_TYPE_COMMENT.findall(self.source.text)) if "type:" in self.source.text else ""

    def group(self, group: Group) -> None:
        if group.repairs:
            self._repair(group)
            return
        hit = group.hits[0]
        if hit.kind == "string":
            start, end = hit.start, hit.end
            self.plan.edits.append((start, end, ".".join(group.target.qualified)))
            return
        for reference, _, _ in group.references:
            self._check_editable(reference)
        binding = group.binding
        if binding is None:
            self._from_nowhere(group)
        elif binding.kind == "star":
            raise Refusal("the name comes from a star import; import it by name first")
        elif binding.kind == "definition":
            raise Refusal("the name is defined in this very file")
        elif hit.kind == "module":
            self._module(group, binding)
        elif binding.kind == "alias":
            self._through_assignment(group, binding)
        elif binding.kind == "from" or (binding.alias is not None and binding.alias.asname):
            self._bound(group, binding)
        else:
            self._plain(group, binding)

    def finish(self) -> Plan:
        for binding in self.touched:
            if id(binding) not in self.replaced | self.needed and self._unneeded(binding):
                assert binding.statement is not None and binding.alias is not None
                self.editor.drop(binding.statement, binding.alias)
                self._note_removed(binding)
        for start, end, text in self.texts.values():
            if self.source.text[start:end] != text:
                self.plan.edits.append((start, end, text))
        try:
            imports = self.editor.edits()
        except CommentLost as lost:
            raise Refusal(str(lost)) from None
        self._put_first(imports)
        self.plan.edits.sort()
        for (_, end, _), (start, _, _) in zip(self.plan.edits, self.plan.edits[1:], strict=False):
            if start < end:
                raise Refusal("its edits overlap another fix")
        return self.plan

    def _put_first(self, imports: Sequence[TextEdit]) -> None:
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

    # What a shape becomes

    def _repair(self, group: Group) -> None:
        for repair in group.repairs:
            if not repair.splices and not repair.imports:
                raise Refusal(repair.reason or "there is no fix here")
            self.plan.rewrites = self.plan.rewrites or repair.rewrites
            for move in repair.imports:
                self._reimport(move)
        seen: set[tuple[int, int]] = set()
        for splice in (splice for repair in group.repairs for splice in repair.splices):
            if (splice.start, splice.end) in seen:
                continue  # Hits mended together may each bring what all of them need.
            seen.add((splice.start, splice.end))
            laid = Laid(splice.start, splice.end)
            place = None
            for piece in splice.pieces:
                if isinstance(piece, str):
                    laid.add(piece)
                elif isinstance(piece, Quote):
                    laid.quote(piece, self.source.text)
                else:
                    place = place or place_of(self.index, splice)
                    laid.name(piece, self.spell(piece, place))
            self.plan.laid.append(laid)
            if laid.text != self.source.text[laid.start : laid.end]:
                self.plan.edits.append((laid.start, laid.end, laid.text))
            self._expect(laid)
        for reference in dropped(self.index, group.repairs):
            binding = reference.binding
            if binding is not None and binding.statement is not None and binding not in self.touched:
                beside = self._beside(binding) if binding.plain else [binding]
                self.touched += [other for other in beside if not self._is_spliced(other, group)]

    def _is_spliced(self, binding: Binding, group: Group) -> bool:
        """Whether *group* itself says what becomes of the statement that makes *binding*."""
        assert binding.statement is not None
        start, end = self.editor.span(binding.statement)
        return any(splice.start < end and start < splice.end for repair in group.repairs for splice in repair.splices)

    def _expect(self, laid: Laid) -> None:
        """Note what the names mean of which *laid* replaces one attribute."""
        if self.attributes is None:
            self.attributes = {}
            for reference in self.index.references:
                for number, end in enumerate(reference.ends[1:]):
                    self.attributes.setdefault(end, []).append((reference, reference.base + number))
        for reference, part in self.attributes.get(laid.end, ()):
            names = laid.text.split(".")
            if reference.start < laid.start and all(map(str.isidentifier, names)):
                qualified = self.plan.expected.get(reference, reference.qualified)
                self.plan.expected[reference] = (*qualified[:part], *names, *qualified[part + 1 :])

    # What an import of another form becomes

    def _reimport(self, move: Reimport) -> None:
        """Give an import its new form, and its uses their new spelling."""
        binding, uses = move.binding, self.moving[id(move.binding)]
        assert binding.target is not None
        reason = self._why_kept(binding)
        if not uses and not reason:
            reason = f"nothing here uses `{binding.name}`, so it may be there for others"
        if reason:
            raise Refusal(reason)
        for reference in uses:
            self._check_editable(reference)
            if _is_shown(self.source.text, reference):
                raise Refusal("an f-string shows how a use is written (`{…=}`)")
        item = Item(move.module, move.name, move.local)
        right = self._in_form(move, uses)
        if right is not None:
            self.needed.add(id(right))
        elif not self._has_room(move, uses):
            raise Refusal(f"`{_bound_by(move)}` already means something else here")
        self._replace_import(move, item, right is not None)
        count = len(move.qualified if binding.plain else binding.target)
        rest = () if binding.plain else binding.target[len(move.qualified) :]
        group = Group(_NO_RULE, None, Target(move.qualified, rest), binding)
        group.references += [(reference, count, reference.base) for reference in uses]
        self._rewrite(group, ".".join((item.local or item.name or ".".join(item.module), *rest)))

    def _uses_to_move(self, move: Reimport) -> list[Reference]:
        """The uses of what *move* is about that go through its import."""
        binding, path = move.binding, move.qualified
        if not binding.plain:
            return self.index.references_of(binding)
        # `import a.b.c` stays what it is, and so do uses that need it.
        deeper = [other for other in self._loaded(binding) if len(other) > len(path) and other[: len(path)] == path]
        return [
            reference
            for reference in self._rooted(binding)
            if reference.qualified[: len(path)] == path
            and not any(reference.qualified[: len(other)] == other for other in deeper)
        ]

    def _replace_import(self, move: Reimport, item: Item, present: bool) -> None:
        """Take the old import out, and put *item* in its place where it is not *present*."""
        binding, uses = move.binding, self.moving[id(move.binding)]
        statement, alias = binding.statement, binding.alias
        assert statement is not None and alias is not None
        present = present or self._is_planned(item, binding)
        if binding.plain and any(reference not in uses for reference in self._rooted(binding)):
            # `import a.b` makes `a` known too.
            stay = [other for other in self._beside(binding) if id(other) not in self.moving]
            parent = alias.name.rpartition(".")[0]
            if not stay:
                if not parent:
                    raise Refusal(f"another use of `{binding.name}` must stay as it is")
                self.replaced.add(id(binding))
                self.editor.rename(statement, alias, parent)
                self._note_removed(binding)
                if not present:
                    self._add(item, binding)
                return
        if not present:
            self._move(binding, item)
            return
        self.replaced.add(id(binding))
        self.editor.drop(statement, alias)
        self._note_removed(binding)

    def _in_form(self, move: Reimport, uses: Sequence[Reference]) -> Binding | None:
        """An import of the right form that all *uses* can go through."""
        for other in self.index.imports:
            block = other.block
            if (
                _has_form(other, move, exactly=True)
                and id(other) not in self.moving
                and not (block.guarded or block.versioned)
                and (not block.type_checking or move.binding.block.type_checking)
                and all(self._sees(reference, other) for reference in uses)
            ):
                return other
        return None

    def _has_room(self, move: Reimport, uses: Sequence[Reference]) -> bool:
        """Whether the new name means nothing else wherever it is to be used."""
        local, top = _bound_by(move), move.binding.scope
        if local in self.index.declared:
            return False
        scopes = {id(top): top}
        for reference in uses:
            for scope, _ in reference.scope.visible():
                scopes[id(scope)] = scope
                if scope is top:
                    break
        return all(
            id(other) in self.moving or _has_form(other, move)
            for scope in scopes.values()
            for other in scope.bindings.get(local, ())
        )

    def _why_kept(self, binding: Binding) -> str:
        """What besides its uses needs the local name of an import, ``""`` for nothing."""
        name, alias = binding.name, binding.alias
        assert alias is not None
        if name in self.index.declared:
            return f"`{name}` is declared `global` or `nonlocal`"
        if self._is_contested(binding):
            return f"a use of `{name}` may mean something else"
        if self.type_comments and re.search(rf"\b{re.escape(name)}\b", self.type_comments):
            return f"a type comment mentions `{name}`"
        if binding.scope.kind == "class":
            return f"`{name}` is an attribute of a class"
        if binding.scope.kind == "module":
            if name in self.index.exported:
                return f"`__all__` lists `{name}`"
            if self.package:
                return f"others may import `{name}` from this package"
            if alias.asname == alias.name:
                return f"`as {name}` says that others import `{name}` from here"
        return ""

    def spell(self, target: Target, place: Reference) -> str:
        """How *target* is spelled at *place*: through an import that is there, or else one that is added on top."""
        group = Group(_NO_RULE, None, target, None)
        group.references.append((place, len(target.qualified), len(target.qualified)))
        if target.module == _BUILTINS:
            self._require_free(target.attributes[0], group, None)
            return ".".join(target.attributes)
        local = self._reusable(group, None)
        if local is not None:
            return local
        own = self.index.module
        if own is not None and len(own) < len(target.qualified) and target.qualified[: len(own)] == own:
            return self._spell_own(target, target.qualified[len(own) :], place)
        item = _import_of(target)
        name = item.local or item.name or item.module[0]
        taken = self.on_top.get(name)
        if taken == item or (taken is None and self._free(name, group, None)):
            tail = target.attributes[1:] if item.name else (*item.module[1:], *target.attributes)
        else:
            item, name, tail = Item(target.module), target.module[0], (*target.module[1:], *target.attributes)
            if not self._importable(name, group):
                raise Refusal(f"`{name}` already means something else here")
        if self.on_top.get(name) != item:
            self.on_top[name] = item
            self._import_on_top(item, place)
        return ".".join((name, *tail))

    def _spell_own(self, target: Target, rest: QualifiedName, place: Reference) -> str:
        """How *place* names what the file defines itself, as *rest*: a module does not import itself."""
        seen = next((scope for scope, _ in place.scope.visible() if rest[0] in scope.bindings), None)
        if seen is not self.index.top or any(other.kind != "definition" for other in seen.bindings[rest[0]]):
            raise Refusal(f"`{target}` belongs to this very file")
        return ".".join(rest)

    def _importable(self, root: str, group: Group) -> bool:
        """Whether ``import root.…`` on top gives *root* no second meaning where *group* is used."""
        bindings = [
            binding
            for reference, _, _ in group.references
            for scope, _ in reference.scope.visible()
            for binding in scope.bindings.get(root, ())
        ]
        return all(binding.plain for binding in bindings) and root not in self.index.declared | self.index.unsettled

    def _import_on_top(self, item: Item, place: Reference) -> None:
        """Import *item* where the whole file sees it: among the names of an import of its module, or by itself."""
        self.plan.added.append(item.statement)
        for other in self.index.imports:
            statement = other.statement
            if (
                item.name
                and isinstance(statement, ast.ImportFrom)
                and statement.level == 0
                and other.target is not None
                and other.target[:-1] == item.module
                and other.scope is self.index.top
                and other.block.parent is None
                and not self.editor.is_shrinking(statement)
                and not self._has_noqa(statement)
                and self.editor.span(statement)[1] <= place.start
            ):
                self.editor.extend(statement, item)
                return
        self.editor.add_on_top(item)

    # What a use becomes

    def _check_editable(self, reference: Reference) -> None:
        spelled = self.source.text[reference.start : reference.ends[-1]]
        if reference.start == reference.ends[-1] or (reference.in_fstring and not re.fullmatch(r"[\w\s.]+", spelled)):
            raise Refusal("a use stands inside a string where its exact place is not known")

    def _rewrite(self, group: Group, spelled: str) -> None:
        """Make every use of *group* read *spelled*."""
        for reference, count, base in group.references:
            start, end = reference.start, reference.end_of(count, base)
            old = self.source.text[start:end]
            rest = reference.qualified if base == reference.base else _named(reference, base)
            self.plan.expected[reference] = (*group.target.qualified, *rest[count:])
            if re.search(r"#", old):
                raise Refusal("a comment stands inside the name")
            if re.search(r"\s", old) and len(re.findall(r"\w+", old)) == len(spelled.split(".")):
                self.texts[reference] = (start, end, _respaced(old, spelled))
            else:
                self.texts[reference] = (start, end, spelled)

    def _keep(self, group: Group) -> None:
        """The uses stay as they are: the import alone changes what they mean."""
        for reference, count, base in group.references:
            rest = reference.qualified if base == reference.base else _named(reference, base)
            self.plan.expected[reference] = (*group.target.qualified, *rest[count:])

    # The kinds of binding

    def _from_nowhere(self, group: Group) -> None:
        """A builtin is renamed: the new name must be imported at the top."""
        target = group.target
        if target.module == _BUILTINS:
            self._require_free(target.attributes[0], group, None)
            self._rewrite(group, ".".join(target.attributes))
            return
        local = self._reusable(group, None)
        if local is None:
            item = _import_of(target)
            name = item.local or item.name
            self._require_free(name, group, None)
            self.editor.add_on_top(item)
            self.plan.added.append(item.statement)
            local = ".".join((name, *target.attributes[1:]))
        self._rewrite(group, local)

    def _through_assignment(self, group: Group, binding: Binding) -> None:
        """``h = hashlib`` and then ``h.md5``: only what stays below the same thing can be renamed in place."""
        bound, target = binding.target, group.target
        if bound is None or target.qualified[: len(bound)] != bound or len(target.module) > len(bound):
            raise Refusal(f"the name is reached through the assignment `{binding.name} = …`")
        self.needed.add(id(binding))
        self._rewrite(group, ".".join((binding.name, *target.qualified[len(bound) :])))

    def _module(self, group: Group, binding: Binding) -> None:
        """``from moved.sub import X``: the module's text changes, and with it all the statement imports."""
        statement = binding.statement
        assert isinstance(statement, ast.ImportFrom) and binding.target is not None
        count = len(group.hits[0].matched)
        concerned = {other.alias for other in group.moved}
        base = binding.target[:-1]
        module = (*group.target.qualified, *base[count:])
        if concerned != set(statement.names):
            listed = group.moved
        else:
            listed = []
            self.editor.set_module(statement, _relative(statement, base, module) or ".".join(module))
        for moved in listed:
            assert moved.alias is not None
            self._move(moved, Item(module, moved.alias.name, moved.alias.asname or ""))
        names = ", ".join(alias.name for alias in statement.names if alias in concerned)
        self.plan.added.append(f"from {'.'.join(module)} import {names}")
        self.plan.removed.append(f"from {'.'.join(base)} import {names}")
        for alias_binding in self.index.imports:
            if alias_binding.statement is statement and alias_binding.alias in concerned:
                for reference in self.index.references_of(alias_binding):
                    self.plan.expected[reference] = (*module, *reference.qualified[len(base) :])

    def _bound(self, group: Group, binding: Binding) -> None:
        """A name imported from its module, or under an alias: the import decides what it means."""
        assert binding.target is not None and binding.alias is not None and binding.statement is not None
        count, base = self._extent(group, binding)
        if count > base:
            self._below(group, binding)
            return
        target = group.target
        statement, alias = binding.statement, binding.alias
        if isinstance(statement, ast.Import):
            # `import corp.db.models as m`: the path changes, the name stays.
            path = (*target.qualified, *binding.target[count:])
            self.editor.rename(statement, alias, Item(path, "", binding.name).clause)
            self.replaced.add(id(binding))
            self._noted(Item(path, "", binding.name), binding)
            self._keep(group)
            return
        others = [use for use in self.index.references_of(binding) if use not in self.rewritten]
        kept_name = self._must_keep_name(binding, group)
        if others and (kept_name or binding.contested):
            raise Refusal(f"another use of `{binding.name}` must stay as it is")
        if len(target.attributes) <= 1 and target.module != _BUILTINS and (alias.asname or kept_name) and not others:
            self._move(binding, _import_of(target, binding.name))
            self._keep(group)
            return
        if target.module == _BUILTINS:
            if kept_name:
                self._move(binding, Item(_BUILTINS, target.attributes[0], binding.name))
                self._keep(group)
                return
            self._require_free(target.attributes[0], group, binding)
            self._rewrite(group, ".".join(target.attributes))
            self.touched.append(binding)
            return
        reusable = self._reusable(group, binding)
        if reusable is not None and not kept_name:
            self._rewrite(group, reusable)
            self.touched.append(binding)
            return
        item = _import_of(target)
        if kept_name:
            raise Refusal(f"`{binding.name}` is exported from here and its replacement is no single name")
        local = item.local or item.name or item.module[0]
        if not self._free(local, group, binding, dropping=not others):
            if self._qualify(group, binding):
                return
            if len(target.attributes) == 1 and not others:
                self._move(binding, Item(target.module, target.attributes[0], binding.name))
                self._keep(group)
                return
            raise Refusal(f"`{local}` already means something else here")
        if others:
            self._add(item, binding)
        else:
            self._move(binding, item)
        self._rewrite(group, ".".join((local, *target.attributes[1:])))

    def _below(self, group: Group, binding: Binding) -> None:
        """``db.get_session`` where `db` is imported: an attribute of what the import binds."""
        bound, target = binding.target, group.target
        assert bound is not None
        self.touched.append(binding)
        if target.qualified[: len(bound)] == bound and len(target.module) <= len(bound) < len(target.qualified):
            self.needed.add(id(binding))
            self._rewrite(group, ".".join((binding.name, *target.qualified[len(bound) :])))
            return
        if target.module == _BUILTINS:
            self._require_free(target.attributes[0], group, binding)
            self._rewrite(group, ".".join(target.attributes))
            return
        reusable = self._reusable(group, binding)
        if reusable is not None:
            self._rewrite(group, reusable)
            return
        if not target.attributes or len(target.module) == 1:
            item = Item(target.module)
        else:
            # In the manner of the file: it imports the module, not the name.
            item = Item(target.module[:-1], target.module[-1])
        local = item.name or item.module[0]
        if not self._free(local, group, binding, dropping=self._unneeded(binding)):
            if self._qualify(group, binding):
                return
            raise Refusal(f"`{local}` already means something else here")
        self._add(item, binding)
        tail = target.attributes if item.name or len(item.module) == 1 else (*target.module[1:], *target.attributes)
        self._rewrite(group, ".".join((local, *tail)))

    def _plain(self, group: Group, binding: Binding) -> None:
        """``import a.b`` and then ``a.b.name``: the use spells the whole path."""
        target = group.target
        matched = group.hits[0].matched
        binding = self._loader(binding, matched)
        path = self._plain_path(binding, matched)
        if path is not None:
            # The import itself names what is renamed, so that is a module.
            new_path = (*target.qualified, *path[len(matched) :])
            exact = path == matched
            if exact and len(new_path) > 1 and new_path[-1] == binding.name and len(matched) == 1:
                # `import mock` -> `from unittest import mock`: the uses stay.
                self._move(binding, Item(new_path[:-1], new_path[-1]))
                self._keep(group)
                return
            settled = (
                all(reference in self.rewritten for reference in self._uses_of_path(binding, path))
                and not self._is_contested(binding)
                and (new_path[0] == binding.name or not self._must_keep_name(binding, None))
            )
            if not settled and not group.references:
                raise Refusal(f"`{'.'.join(path)}` is still used")
            if not self._root_free(new_path[0], group, binding):
                raise Refusal(f"`{new_path[0]}` already means something else here")
            if settled:
                self._move(binding, Item(new_path))
            else:
                self._add(Item(new_path), binding)
            self._rewrite(group, ".".join(target.qualified))
            return
        self.touched.append(binding)
        if target.module == _BUILTINS:
            self._require_free(target.attributes[0], group, binding)
            self._rewrite(group, ".".join(target.attributes))
            return
        loading = [
            other
            for other in self._beside(binding)
            if other.alias is not None and tuple(other.alias.name.split("."))[: len(target.module)] == target.module
        ]
        if loading:
            self.needed.update(id(other) for other in loading)
            self._rewrite(group, ".".join(target.qualified))
            return
        reusable = self._reusable(group, binding)
        if reusable is not None:
            self._rewrite(group, reusable)
            return
        if not self._root_free(target.module[0], group, binding):
            raise Refusal(f"`{target.module[0]}` already means something else here")
        self._add(Item(target.module), binding)
        self._rewrite(group, ".".join(target.qualified))

    # Imports

    def _extent(self, group: Group, binding: Binding) -> tuple[int, int]:
        """How many parts the rule's name covers and how many the import alone stands for, by the same name."""
        if group.references:
            _, count, base = group.references[0]
            return count, base
        assert binding.target is not None
        return len(group.hits[0].matched), max(len(binding.target), len(group.hits[0].matched))

    def _move(self, binding: Binding, item: Item) -> None:
        """Import *item* instead of what *binding* imports, where that stands."""
        statement, alias = binding.statement, binding.alias
        assert statement is not None and alias is not None
        if id(binding) in self.needed:
            raise Refusal(f"another fix needs what `{binding.name}` stands for")
        self.replaced.add(id(binding))
        self._noted(item, binding)
        if isinstance(statement, ast.ImportFrom) and item.name and _module_of(statement, binding) == item.module:
            self.editor.rename(statement, alias, item.clause)
            return
        if isinstance(statement, ast.Import) and not item.name:
            self.editor.rename(statement, alias, item.clause)
            return
        other = None if self._has_noqa(statement) else self._extendable(item, binding)
        self.editor.drop(statement, alias)
        if self._is_planned(item, binding):
            return
        if other is not None:
            self.editor.extend(other, item)
        else:
            self.editor.add(item, statement, alias)

    def _add(self, item: Item, binding: Binding) -> None:
        """Import *item* beside what *binding* imports."""
        assert binding.statement is not None
        other = self._extendable(item, binding)
        self.plan.added.append(item.statement)
        if self._is_planned(item, binding):
            return
        if other is not None:
            self.editor.extend(other, item)
        else:
            self.editor.add(item, binding.statement)

    def _is_planned(self, item: Item, binding: Binding) -> bool:
        """Whether *item* is imported already by this plan, above *binding* in its block; it is from now on."""
        place = self.planned.setdefault((item, binding.block), binding.place)
        return place < binding.place

    def _extendable(self, item: Item, binding: Binding) -> ast.ImportFrom | None:
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
                and not self.editor.is_shrinking(statement)
                and not any(
                    id(sibling) in self.replaced for sibling in self.index.imports if sibling.statement is statement
                )
            ):
                end = self.editor.span(statement)[1]
                if other.place <= binding.place or all(start >= end for start in uses):
                    return statement
        return None

    def _noted(self, item: Item, binding: Binding) -> None:
        self.plan.added.append(item.statement)
        self._note_removed(binding)

    def _note_removed(self, binding: Binding) -> None:
        statement, alias = binding.statement, binding.alias
        assert statement is not None and alias is not None
        text = alias.name + (f" as {alias.asname}" if alias.asname else "")
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            self.plan.removed.append(f"from {module} import {text}")
        else:
            self.plan.removed.append(f"import {text}")

    def _reusable(self, group: Group, binding: Binding | None) -> str | None:
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
            if not all(self._sees(reference, other) for reference, _, _ in group.references):
                continue
            alias = other.alias
            if other.target == target.qualified:
                self.needed.add(id(other))
                return other.name
            if other.target == target.module and (other.kind == "from" or (alias is not None and alias.asname)):
                self.needed.add(id(other))
                return ".".join((other.name, *target.attributes))
            plain = other.kind == "import" and alias is not None and not alias.asname
            if plain and tuple(alias.name.split("."))[: len(target.module)] == target.module:  # type: ignore[union-attr]
                self.needed.add(id(other))
                return ".".join(target.qualified)
        return None

    def _sees(self, reference: Reference, binding: Binding) -> bool:
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

    def _qualify(self, group: Group, binding: Binding) -> bool:
        """Spell the uses in full after ``import module``; False where its first part is taken too."""
        target = group.target
        if not self._root_free(target.module[0], group, binding):
            return False
        others = [use for use in self.index.references_of(binding) if use not in self.rewritten]
        if others or binding.kind == "import":
            self._add(Item(target.module), binding)
        else:
            self._move(binding, Item(target.module))
        self._rewrite(group, ".".join(target.qualified))
        return True

    def _plain_path(self, binding: Binding, matched: QualifiedName) -> QualifiedName | None:
        """The path of a plain import of this root that names *matched*, so that it must be a module."""
        assert binding.alias is not None
        path = tuple(binding.alias.name.split("."))
        return path if path[: len(matched)] == matched else None

    def _loader(self, binding: Binding, name: QualifiedName) -> Binding:
        """The plain import beside *binding* that loads the most of *name*; what it binds is the same."""

        def loaded(other: Binding) -> int:
            assert other.alias is not None
            path = tuple(other.alias.name.split("."))
            return len(path) if path == name[: len(path)] else 0

        return max(reversed(self._beside(binding)), key=loaded)

    def _loaded(self, binding: Binding) -> list[QualifiedName]:
        """The paths that plain imports beside *binding* load under the same root."""
        return [tuple(other.alias.name.split(".")) for other in self._beside(binding) if other.alias is not None]

    def _beside(self, binding: Binding) -> list[Binding]:
        """The plain imports that bind the same root where *binding* does, itself included."""
        return [
            other
            for other in self.index.imports
            if other.plain
            and other.name == binding.name
            and other.scope is binding.scope
            and (other.block is binding.block or other.block.encloses(binding.block))
        ]

    def _rooted(self, binding: Binding) -> list[Reference]:
        """The uses of the root that a plain import binds, by way of whatever import."""
        return [
            reference
            for reference in self.index.references
            if reference.binding is not None
            and reference.binding.scope is binding.scope
            and reference.binding.name == binding.name
        ]

    def _uses_of_path(self, binding: Binding, path: QualifiedName) -> list[Reference]:
        """The uses that may need ``import path``: those below it, and all of its root if nothing else imports that."""
        rooted = self._rooted(binding)
        if self._loaded(binding).count(path) == len(self._loaded(binding)):
            return rooted
        return [reference for reference in rooted if reference.qualified[: len(path)] == path]

    def _unneeded(self, binding: Binding) -> bool:
        """Whether nothing needs what *binding* imports once the chosen uses are rewritten."""
        statement, alias = binding.statement, binding.alias
        if statement is None or alias is None or self._must_keep_name(binding, None):
            return False
        if binding.plain:
            uses = self._uses_of_path(binding, tuple(alias.name.split(".")))
        else:
            uses = self.index.references_of(binding)
        if not uses or any(reference not in self.rewritten for reference in uses):
            return False
        return not self._has_noqa(statement)

    def _has_noqa(self, statement: ast.Import | ast.ImportFrom) -> bool:
        start, end = self.editor.span(statement)
        first, last = self.source.row(start), self.source.row(end)
        return any("noqa" in self.source.line(row).lower() for row in range(first, last + 1))

    def _must_keep_name(self, binding: Binding, group: Group | None) -> bool:
        """Whether something besides its uses needs the local name: an export, a ``global``, a type comment."""
        alias = binding.alias
        assert alias is not None
        name = binding.name
        if name in self.index.declared or self._is_contested(binding):
            return True
        if self.type_comments and re.search(rf"\b{re.escape(name)}\b", self.type_comments):
            return True
        # An import that nothing here uses is there for others.
        if binding.scope.kind == "class" or (group is not None and not group.references):
            return True
        if binding.scope.kind != "module":
            return False
        return name in self.index.exported or self.package or alias.asname == alias.name

    def _is_contested(self, binding: Binding) -> bool:
        """Whether a use may mean another binding as well. Plain imports of one root bind the same thing."""
        return binding.name in self.index.unsettled if binding.plain else binding.contested

    # Names

    def _free(self, local: str, group: Group, binding: Binding | None, dropping: bool = False) -> bool:
        """Whether *local* can come to mean the new thing wherever *group* is used, and for nobody else."""
        if local in self.index.declared or local in self.index.unsettled:
            return False
        top = binding.scope if binding is not None else self.index.top
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
        return not any(
            reference.qualified[:1] == _BUILTINS and reference.binding is None and reference.qualified[1] == local
            for reference in self.index.references
        ) and (
            top is self.index.top
            or not any(
                reference.binding is not None and reference.binding.name == local and reference.binding.scope is not top
                for reference in self.index.references
            )
        )

    def _require_free(self, local: str, group: Group, binding: Binding | None) -> None:
        """Check that the builtin or new name *local* is not hidden at any use."""
        if binding is None or group.target.module == _BUILTINS:
            for reference, _, _ in group.references:
                if any(
                    other is not binding
                    for scope, _ in reference.scope.visible()
                    for other in scope.bindings.get(local, ())
                ):
                    raise Refusal(f"`{local}` already means something else here")
            if local in self.index.declared:
                raise Refusal(f"`{local}` already means something else here")
        elif not self._free(local, group, binding):
            raise Refusal(f"`{local}` already means something else here")

    def _root_free(self, root: str, group: Group, binding: Binding) -> bool:
        """Whether ``import root.…`` beside *binding* gives *root* no second meaning."""
        if root in self.index.declared:
            return False
        tops = {id(binding.scope): binding.scope}
        for reference, _, _ in group.references:
            for scope, _ in reference.scope.visible():
                tops[id(scope)] = scope
                if scope is binding.scope:
                    break
        return (
            all(
                other.kind == "import" and other.target == (root,)
                for scope in tops.values()
                for other in scope.bindings.get(root, ())
            )
            and root not in self.index.unsettled
        )


def _is_shown(text: str, reference: Reference) -> bool:
    """Whether *reference* stands in ``{…=}``, which puts the text of an expression into a string."""
    start = text.rfind("\n", 0, reference.start) + 1
    opened = re.search(r"\{[^{}]*\Z", text[start : reference.start])
    return opened is not None and _SHOWN.match(text, reference.ends[-1]) is not None


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


def _respaced(old: str, spelled: str) -> str:
    """*spelled* with the white space that *old* has between its parts."""
    parts = iter(spelled.split("."))
    return re.sub(r"\w+", lambda _: next(parts), old)


def _named(reference: Reference, base: int) -> QualifiedName:
    return next((qualified for qualified, other in reference.names() if other == base), reference.qualified)


def _import_of(target: Target, local: str = "") -> Item:
    """The import that makes *target* known, by its own name or as *local*."""
    if target.attributes:
        return Item(target.module, target.attributes[0], local)
    if len(target.module) > 1:
        return Item(target.module[:-1], target.module[-1], local)
    return Item(target.module, "", local)


def _module_of(statement: ast.ImportFrom, binding: Binding) -> QualifiedName:
    return binding.target[:-1] if binding.target is not None else tuple((statement.module or "").split("."))


def _relative(statement: ast.ImportFrom, base: QualifiedName, module: QualifiedName) -> str | None:
    """*module* as the relative import *statement* would write it, if it lies below the same package."""
    if not statement.level:
        return None
    own = len(statement.module.split(".")) if statement.module else 0
    package = base[: len(base) - own]
    if module[: len(package)] != package or len(module) <= len(package):
        return None
    return "." * statement.level + ".".join(module[len(package) :])
