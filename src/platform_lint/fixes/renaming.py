"""Renaming: what becomes of a name, its uses and its import together, by the way it came into the file.

It refuses rather than guesses; every refusal is a reason a person can act on.
"""

from __future__ import annotations

import ast

from platform_lint.fixes.draft import BUILTINS, Draft, import_of
from platform_lint.fixes.groups import Group, Refusal
from platform_lint.fixes.spelling import Spelling
from platform_lint.imports import Item
from platform_lint.scopes import Binding, QualifiedName


class Renames:
    """Puts the renames of groups into *draft*."""

    def __init__(self, draft: Draft, spelling: Spelling) -> None:
        self.draft = draft
        self.spelling = spelling

    def rename(self, group: Group) -> None:
        """Give the uses of *group* their new name. Raises Refusal."""
        hit = group.hits[0]
        if hit.kind == "string":
            start, end = hit.start, hit.end
            self.draft.plan.edits.append((start, end, ".".join(group.target.qualified)))
            return
        for reference, count, base in group.references:
            self.draft.check_editable(reference)
            whole = len(reference.ends) > 1 and reference.end_of(count, base) == reference.ends[-1]
            if whole and reference.context != "load":
                # `np.float_ = np.float64` keeps the old name alive; renamed, it would do something else.
                raise Refusal("the file itself sets it, or deletes it")
        binding = group.binding
        if hit.kind != "module" and group.references:
            group = self.draft.without_others(group)
            if not group.references and binding is not None and binding.statement is not None:
                self.draft.touched += self.draft.beside(binding) if binding.plain else [binding]
            if not group.references:
                return  # A rule that says more of each use takes it.
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

    # The kinds of binding

    def _from_nowhere(self, group: Group) -> None:
        """A builtin is renamed: the new name must be imported at the top."""
        target = group.target
        if target.module == BUILTINS:
            self.draft.require_free(target.attributes[0], group, None)
            self.draft.rewrite(group, ".".join(target.attributes))
            return
        own = self.draft.index.module
        if own is not None and target.qualified[: len(own)] == own:
            raise Refusal("the replacement belongs to this very file")
        self.draft.rewrite(group, self.spelling.spell_all(group))

    def _through_assignment(self, group: Group, binding: Binding) -> None:
        """``h = hashlib`` and then ``h.md5``: only what stays below the same thing can be renamed in place."""
        bound, target = binding.target, group.target
        if bound is None or target.qualified[: len(bound)] != bound or len(target.module) > len(bound):
            raise Refusal(f"the name is reached through the assignment `{binding.name} = …`")
        self.draft.rewrite(group, ".".join((binding.name, *target.qualified[len(bound) :])))

    def _module(self, group: Group, binding: Binding) -> None:
        """``from moved.sub import X``: the module's text changes, and with it all the statement imports."""
        statement = binding.statement
        assert isinstance(statement, ast.ImportFrom) and binding.target is not None
        count = len(group.hits[0].matched)
        concerned = {other.alias for other in group.moved}
        base = binding.target[:-1]
        module = (*group.target.qualified, *base[count:])
        for moved in group.moved:
            assert moved.alias is not None
            self.draft.check_foreign(Item(module, moved.alias.name))
        if concerned != set(statement.names):
            listed = group.moved
        else:
            listed = []
            self.draft.editor.set_module(statement, _relative(statement, base, module) or ".".join(module))
        for moved in listed:
            assert moved.alias is not None
            self.draft.move(moved, Item(module, moved.alias.name, moved.alias.asname or ""))
        names = ", ".join(alias.name for alias in statement.names if alias in concerned)
        self.draft.plan.added.append(f"from {'.'.join(module)} import {names}")
        self.draft.plan.removed.append(f"from {'.'.join(base)} import {names}")
        for alias_binding in self.draft.index.imports:
            if alias_binding.statement is statement and alias_binding.alias in concerned:
                for reference in self.draft.index.references_of(alias_binding):
                    self.draft.plan.expected[reference] = (*module, *reference.qualified[len(base) :])

    def _bound(self, group: Group, binding: Binding) -> None:
        """A name imported from its module, or under an alias: the import decides what it means."""
        assert binding.target is not None and binding.alias is not None and binding.statement is not None
        count, base = self.draft.extent(group, binding)
        if count > base:
            self._below(group, binding)
            return
        target = group.target
        statement, alias = binding.statement, binding.alias
        if isinstance(statement, ast.Import):
            # `import corp.db.models as m`: the path changes, the name stays.
            path = (*target.qualified, *binding.target[count:])
            self.draft.editor.rename(statement, alias, Item(path, "", binding.name).clause)
            self.draft.replaced.add(id(binding))
            self.draft.noted(Item(path, "", binding.name), binding)
            self.draft.keep(group)
            return
        if not group.references and self.draft.is_duplicate(binding):
            self.draft.drop(binding)
            return
        others = [use for use in self.draft.index.references_of(binding) if use not in self.draft.rewritten]
        kept_name = self.draft.must_keep_name(binding, group)
        if others and (kept_name or binding.contested):
            raise Refusal(f"another use of `{binding.name}` must stay as it is")
        if len(target.attributes) <= 1 and target.module != BUILTINS and (alias.asname or kept_name) and not others:
            self.draft.move(binding, import_of(target, binding.name))
            self.draft.keep(group)
            return
        if target.module == BUILTINS:
            if kept_name and not group.references:
                raise Refusal(f"no code here uses `{binding.name}`, and what does may not do without an import")
            if kept_name:
                self.draft.move(binding, Item(BUILTINS, target.attributes[0], binding.name))
                self.draft.keep(group)
                return
            self.draft.require_free(target.attributes[0], group, binding)
            self.draft.rewrite(group, ".".join(target.attributes))
            self.draft.touched.append(binding)
            return
        reusable = self.draft.reusable(group, binding)
        if reusable is not None and not kept_name:
            self.draft.rewrite(group, reusable)
            self.draft.touched.append(binding)
            return
        item = import_of(target)
        if kept_name:
            raise Refusal(f"`{binding.name}` is exported from here and its replacement is no single name")
        local = item.local or item.name or item.module[0]
        if not self.draft.free(local, group, binding, dropping=not others):
            if self.draft.qualify(group, binding):
                return
            if len(target.attributes) == 1 and not others:
                self.draft.move(binding, Item(target.module, target.attributes[0], binding.name))
                self.draft.keep(group)
                return
            raise Refusal(f"`{local}` already means something else here")
        if others:
            self.draft.add(item, binding)
        else:
            self.draft.move(binding, item)
        self.draft.rewrite(group, ".".join((local, *target.attributes[1:])))

    def _below(self, group: Group, binding: Binding) -> None:
        """``db.get_session`` where `db` is imported: an attribute of what the import binds."""
        bound, target = binding.target, group.target
        assert bound is not None
        self.draft.touched.append(binding)
        # What is read from a module already needs no import of it.
        through = group.hits[0].matched[: len(target.module)] == target.module
        if target.qualified[: len(bound)] == bound and (through or len(target.module) <= len(bound)):
            self.draft.needed.add(id(binding))
            self.draft.rewrite(group, ".".join((binding.name, *target.qualified[len(bound) :])))
            return
        if target.module == BUILTINS:
            self.draft.require_free(target.attributes[0], group, binding)
            self.draft.rewrite(group, ".".join(target.attributes))
            return
        reusable = self.draft.reusable(group, binding)
        if reusable is not None:
            self.draft.rewrite(group, reusable)
            return
        if not target.attributes or len(target.module) == 1:
            item = Item(target.module)
        else:
            # In the manner of the file: it imports the module, not the name.
            item = Item(target.module[:-1], target.module[-1])
        local = item.name or item.module[0]
        if not self.draft.free(local, group, binding, dropping=self.draft.unneeded(binding)):
            if self.draft.qualify(group, binding):
                return
            raise Refusal(f"`{local}` already means something else here")
        self.draft.add(item, binding)
        tail = target.attributes if item.name else (*target.module[1:], *target.attributes)
        self.draft.rewrite(group, ".".join((local, *tail)))

    def _plain(self, group: Group, binding: Binding) -> None:
        """``import a.b`` and then ``a.b.name``: the use spells the whole path."""
        target = group.target
        matched = group.hits[0].matched
        binding = self.draft.loader(binding, matched)
        path = self.draft.plain_path(binding, matched)
        if path is not None and path[: len(target.qualified)] == target.qualified:
            # What is imported is the new place already, below the old one.
            self.draft.needed.add(id(binding))
            self.draft.rewrite(group, ".".join(target.qualified))
            return
        if path is not None:
            # The import itself names what is renamed, so that is a module.
            new_path = (*target.qualified, *path[len(matched) :])
            exact = path == matched
            if exact and len(new_path) > 1 and new_path[-1] == binding.name and len(matched) == 1:
                # `import mock` -> `from unittest import mock`: the uses stay.
                self.draft.move(binding, Item(new_path[:-1], new_path[-1]))
                self.draft.keep(group)
                return
            settled = (
                all(
                    reference in self.draft.rewritten
                    # The new import binds the same package, which is all that is asked of it.
                    or (new_path[0] == binding.name and reference.qualified[: len(path)] != path)
                    for reference in self.draft.uses_of_path(binding, path)
                )
                and not self.draft.keepers.is_contested(binding)
                and (new_path[0] == binding.name or not self.draft.must_keep_name(binding, None))
            )
            if not settled and not group.references:
                raise Refusal(f"`{'.'.join(path)}` is still used")
            if not self.draft.root_free(new_path[0], group, binding):
                raise Refusal(f"`{new_path[0]}` already means something else here")
            there = self.draft.imported_already(binding, new_path)
            if there is not None:
                self.draft.needed.add(id(there))
            if settled and there is not None:
                self.draft.drop(binding)
            elif settled:
                self.draft.move(binding, Item(new_path))
            elif there is None:
                self.draft.add(Item(new_path), binding)
            self.draft.rewrite(group, ".".join(target.qualified))
            return
        self.draft.touched.append(binding)
        if target.module == BUILTINS:
            self.draft.require_free(target.attributes[0], group, binding)
            self.draft.rewrite(group, ".".join(target.attributes))
            return
        loading = [
            other
            for other in self.draft.beside(binding)
            if other.alias is not None and tuple(other.alias.name.split("."))[: len(target.module)] == target.module
        ]
        if loading:
            self.draft.needed.update(id(other) for other in loading)
            self.draft.rewrite(group, ".".join(target.qualified))
            return
        reusable = self.draft.reusable(group, binding)
        if reusable is not None:
            self.draft.rewrite(group, reusable)
            return
        if not self.draft.root_free(target.module[0], group, binding):
            raise Refusal(f"`{target.module[0]}` already means something else here")
        self.draft.add(Item(target.module), binding)
        self.draft.rewrite(group, ".".join(target.qualified))


def _relative(statement: ast.ImportFrom, base: QualifiedName, module: QualifiedName) -> str | None:
    """*module* as the relative import *statement* would write it, if it lies below the same package."""
    if not statement.level:
        return None
    own = len(statement.module.split(".")) if statement.module else 0
    package = base[: len(base) - own]
    if module[: len(package)] != package or len(module) <= len(package):
        return None
    return "." * statement.level + ".".join(module[len(package) :])
