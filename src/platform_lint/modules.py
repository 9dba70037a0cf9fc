"""The linted project's own modules: what a file is called, where a module lies, what it re-exports.

Nothing is imported or run: files are found by path and parsed. Everything is looked up on demand and remembered for the
life of the object; :attr:`Modules.consulted` says which paths an answer rested on, so that a cache can tell when it no
longer holds.
"""

from __future__ import annotations

import os

from platform_lint.exports import read_exports
from platform_lint.reading import read_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from platform_lint.exports import Exports
    from platform_lint.import_graph import ImportGraph
    from platform_lint.outlines import Outline
    from platform_lint.scopes import QualifiedName

    #: Qualified names, and names in modules of the project.
    _Further = tuple[tuple[QualifiedName, ...], tuple[tuple[QualifiedName, str], ...]]

_MAX_HOPS = 8
_MAX_MODULE_BYTES = 2_000_000
_NOTHING: frozenset[QualifiedName] = frozenset()


class Modules:
    """Modules below *roots*, the directories imports start from (absolute paths).

    The directory above a file's outermost package is a root for that file too, so a project without any configuration
    is understood; a namespace package needs its root named.
    """

    def __init__(self, roots: tuple[str, ...] = ()) -> None:
        self.roots = roots
        #: Paths of other files that answers rested on, present or not; with a slash at the end, directories whose
        #: modules count.
        self.consulted: set[str] = set()
        self._packages: dict[str, tuple[QualifiedName, str]] = {}
        self._listings: dict[str, frozenset[str]] = {}
        self._directories: dict[str, frozenset[str]] = {}
        self._children: dict[tuple[str, QualifiedName], frozenset[str]] = {}
        self._found: dict[tuple[str, QualifiedName], str | None] = {}
        self._exports: dict[str, Exports | None] = {}
        self._outlines: dict[str, Outline | None] = {}
        #: By root and classes: the names in modules that lead to an instance of one of them, or do not.
        self.leading: dict[tuple[str, tuple[QualifiedName, ...]], dict[tuple[QualifiedName, str], bool]] = {}
        self.leading_modules: dict[tuple[str, tuple[QualifiedName, ...]], dict[QualifiedName, bool]] = {}
        #: By root and module, the packages that it may come by; see `ModuleView._packages`.
        self.packages: dict[str, dict[QualifiedName, frozenset[str]]] = {}
        #: By root and module: what it imports, and which modules of the project.
        self.imported: dict[tuple[str, QualifiedName], tuple[frozenset[QualifiedName], frozenset[QualifiedName]]] = {}
        #: By root and name in a module: what it leads to at once; by root and module: the names it may bind.
        self.further: dict[tuple[str, tuple[QualifiedName, str]], _Further] = {}
        self.visible: dict[tuple[str, QualifiedName], frozenset[str]] = {}
        #: What was found out about classes and functions of the project, by question; as long as packs state the same.
        self.answers: dict[object, Any] = {}
        #: Contexts of files that were looked into lately, by path (see :meth:`FileContext.of_module`).
        self.contexts: dict[str, Any] = {}
        self._graphs: dict[str, ImportGraph] = {}

    def name_of(self, path: str) -> tuple[QualifiedName | None, bool, str]:
        """The qualified name of the file at absolute *path*, whether it is a package, and the root it counts from."""
        directory, filename = os.path.split(path)
        stem = filename.rpartition(".")[0] or filename
        package, root = self._package(directory)
        if not package:
            for candidate in sorted(self.roots, key=len, reverse=True):
                if directory == candidate:
                    root = candidate
                    break
                if directory.startswith(candidate + os.sep):
                    parts = tuple(directory[len(candidate) + 1 :].split(os.sep))
                    if all(part.isidentifier() for part in parts):
                        package, root = parts, candidate
                    break
        if stem == "__init__":
            return package or None, True, root
        if not stem.isidentifier():
            return None, False, root
        return (*package, stem), False, root

    def first_party(self, root: str) -> frozenset[str]:
        """The top-level names that may be modules of the project for a file below *root*."""
        names = self._listing(root)
        self.consulted.add(os.path.join(root, ""))
        for other in self.roots:
            if other != root:
                names |= self._listing(other)
        return names

    def view(self, path: str) -> ModuleView:
        """What the file at absolute *path* is called and sees of the project."""
        module, package, root = self.name_of(path)
        return ModuleView(self, root, module, package)

    def _package(self, directory: str) -> tuple[QualifiedName, str]:
        """The package *directory* is and the root above its outermost package; ((), directory) for no package."""
        known = self._packages.get(directory)
        if known is None:
            parent, name = os.path.split(directory)
            if name.isidentifier() and parent != directory and os.path.isfile(os.path.join(directory, "__init__.py")):
                above, root = self._package(parent)
                known = ((*above, name), root)
            else:
                known = ((), directory)
            self._packages[directory] = known
        return known

    def _listing(self, root: str) -> frozenset[str]:
        known = self._listings.get(root)
        if known is None:
            stems = (entry[:-3] if entry.endswith(".py") else entry for entry in self._entries(root))
            known = frozenset(stem for stem in stems if stem.isidentifier())
            self._listings[root] = known
        return known

    def find(self, root: str, parts: QualifiedName) -> str | None:
        """The file of module *parts* as seen from *root*: an ``__init__.py`` or a module; None where there is none."""
        key = (root, parts)
        if key in self._found:
            return self._found[key]
        found = None
        for base in (root, *(other for other in self.roots if other != root)):
            directory = os.path.join(base, *parts[:-1])
            entries = self._entries(directory)
            if parts[-1] in entries and "__init__.py" in self._entries(os.path.join(directory, parts[-1])):
                found = os.path.join(directory, parts[-1], "__init__.py")
            elif parts[-1] + ".py" in entries:
                found = os.path.join(directory, parts[-1] + ".py")
            if found:
                break
        self._found[key] = found
        return found

    def children(self, root: str, package: QualifiedName) -> frozenset[str]:
        """The names of files and folders in *package*, as seen from *root*, that may be its modules."""
        key = (root, package)
        known = self._children.get(key)
        if known is None:
            names: set[str] = set()
            for base in (root, *(other for other in self.roots if other != root)):
                for entry in self._entries(os.path.join(base, *package)):
                    names.add(entry[:-3] if entry.endswith(".py") else entry)
            known = self._children[key] = frozenset(names)
        return known

    def _entries(self, directory: str) -> frozenset[str]:
        """The names in *directory*; none where it cannot be read."""
        known = self._directories.get(directory)
        if known is None:
            try:
                known = frozenset(os.listdir(directory))
            except OSError:
                known = frozenset()
            self._directories[directory] = known
        return known

    def graph(self, root: str) -> ImportGraph:
        """Which modules import which, as seen from *root*."""
        known = self._graphs.get(root)
        if known is None:
            from platform_lint.import_graph import ImportGraph

            known = self._graphs[root] = ImportGraph(self, root)
        return known

    def exports(self, path: str, module: QualifiedName) -> Exports | None:
        """The top-level bindings of the file at *path*; None where it cannot be read or parsed."""
        self.consulted.add(path)
        if path not in self._exports:
            self._exports[path] = read_exports(self.read(path), path, module)
        return self._exports[path]

    def outline(self, path: str, module: QualifiedName) -> Outline | None:
        """What the names of the file at *path*, which is *module*, lead to; None where it cannot be read."""
        if path not in self._outlines:
            from platform_lint.outlines import Outline

            data = self.read(path)
            package = os.path.basename(path) == "__init__.py"
            self._outlines[path] = Outline(data, module, package) if data is not None else None
        return self._outlines[path]

    def read(self, path: str) -> bytes | None:
        """The content of the file at *path*; None where it cannot be read, or is too long to be looked into."""
        self.consulted.add(path)
        try:
            return read_regular(path, _MAX_MODULE_BYTES)
        except OSError:
            return None


class ModuleView:
    """The project's modules as one file sees them: the two look-ups the index asks for."""

    __slots__ = ("first_party", "module", "modules", "package", "root")

    def __init__(self, modules: Modules, root: str, module: QualifiedName | None, package: bool) -> None:
        self.modules = modules
        self.root = root
        self.module = module
        #: Whether the file is an ``__init__.py``.
        self.package = package
        self.first_party = modules.first_party(root)

    def is_module(self, qualified: QualifiedName) -> bool:
        """Whether *qualified* may be a module of the project: a file or folder of that name is there."""
        return qualified[0] in self.first_party and qualified[-1] in self.modules.children(self.root, qualified[:-1])

    def follow(self, qualified: QualifiedName) -> tuple[QualifiedName, ...]:
        """The names *qualified* is re-exported from, nearest first; ``()`` where it is no project re-export."""
        hops: list[QualifiedName] = []
        current = qualified
        while len(hops) < _MAX_HOPS:
            real = self._step(current)
            if real is None or real == qualified or real in hops:
                break
            hops.append(real)
            current = real
        return tuple(hops)

    def _step(self, qualified: QualifiedName) -> QualifiedName | None:
        if len(qualified) < 2 or qualified[0] not in self.first_party:
            return None
        module, name = qualified[:-1], qualified[-1]
        path = self._find(module)
        if path is None:
            return None
        if self.modules.find(self.root, qualified) is not None:
            return None  # A submodule of its own.
        exports = self.modules.exports(path, module)
        if exports is None:
            return None
        if name in exports.targets:
            return exports.targets[name]
        if name in exports.defined:
            return None
        for star in exports.stars:
            names = self._names_of(star)
            if names is not None and name in names:
                return (*star, name)
        return None

    def _find(self, module: QualifiedName) -> str | None:
        path = self.modules.find(self.root, module)
        if path is None:
            # Should the module appear one day, the answer will be another.
            for base in {self.root, *self.modules.roots}:
                self.modules.consulted.add(os.path.join(base, *module[:-1], ""))
        return path

    def locate(self, qualified: QualifiedName) -> tuple[str, QualifiedName] | None:
        """The path and name of the project's module that *qualified* is, or is in; None where there is none."""
        if qualified[0] in self.first_party:
            for count in range(len(qualified), 0, -1):
                path = self.modules.find(self.root, qualified[:count])
                if path is not None:
                    return path, qualified[:count]
            self._find(qualified)
        return None

    def seen_from(self, path: str, module: QualifiedName) -> ModuleView:
        """What the file at *path*, which is *module* here, sees of the project."""
        return ModuleView(self.modules, self.root, module, os.path.basename(path) == "__init__.py")

    def may_lead(self, qualified: QualifiedName, leads: tuple[QualifiedName, ...], local: str, data: bytes) -> bool:
        """Whether what *data* imports from the project as *local*, *qualified*, may be, give or inherit from one of
        *leads*.

        A *local* of ``*`` stands for all that is in the module of that name. Lexical, and soundly too generous.
        """
        located = self.locate(qualified)
        if located is None:
            return False
        _, module = located
        rest = qualified[len(module) :]
        if rest:
            return self._lead([(module, rest[0])], leads)
        from platform_lint.outlines import chains_of, words_of

        if local == "*":
            return self._lead([(module, word) for word in words_of(data) & self._visible(module)], leads)
        return self._lead(self._spelled(module, chains_of(local, data)), leads)

    def _lead(self, starts: list[tuple[QualifiedName, str]], leads: tuple[QualifiedName, ...]) -> bool:
        """Whether one of *starts*, names in modules of the project, leads to one of *leads*."""
        known = self.modules.leading.setdefault((self.root, leads), {})
        heads = {lead[0] for lead in leads}
        starts = [start for start in starts if self._module_leads(start[0], leads)]
        #: Each name that was come to, and from where.
        origins: dict[tuple[QualifiedName, str], tuple[QualifiedName, str] | None] = dict.fromkeys(starts)
        pending = list(origins)
        while pending:
            node = pending.pop()
            answer = known.get(node)
            if answer is None:
                names, further = self._further(node)
                answer = any(name[0] in heads and _on_the_way(name, leads) for name in names)
                for other in () if answer else further:
                    if other not in origins and self._module_leads(other[0], leads):
                        origins[other] = node
                        pending.append(other)
            if answer:
                back: tuple[QualifiedName, str] | None = node
                while back is not None:
                    known[back] = True
                    back = origins[back]
                return True
        known.update(dict.fromkeys(origins, False))
        return False

    def _module_leads(self, module: QualifiedName, leads: tuple[QualifiedName, ...]) -> bool:
        """Whether *module* has anything to do with *leads*, by what it imports, and what that does."""
        if not any(lead[0] in self.first_party or lead[0] in self._packages(module) for lead in leads):
            return False
        known = self.modules.leading_modules.setdefault((self.root, leads), {})
        if module in known:
            return known[module]
        origins: dict[QualifiedName, QualifiedName | None] = {module: None}
        pending = [module]
        while pending:
            current = pending.pop()
            if current in known:
                answer, further = known[current], _NOTHING
            else:
                names, further = self._imported(current)
                answer = _on_the_way(current, leads) or any(_on_the_way(name, leads) for name in names)
            if answer:
                back: QualifiedName | None = current
                while back is not None:
                    known[back] = True
                    back = origins[back]
                return True
            for other in further:
                if other not in origins:
                    origins[other] = current
                    pending.append(other)
        known.update(dict.fromkeys(origins, False))
        return False

    def _packages(self, module: QualifiedName) -> frozenset[str]:
        """The packages that *module* of the project imports, or a module that it imports; some others perhaps.

        Modules that were come to together share one answer, which is too much for some and costs one walk for all.
        """
        known = self.modules.packages.setdefault(self.root, {})
        if module not in known:
            fresh = {module}
            pending = [module]
            packages: set[str] = set()
            while pending:
                names, further = self._imported(pending.pop())
                packages.update(name[0] for name in names)
                for other in further:
                    if other in known:
                        packages |= known[other]
                    elif other not in fresh:
                        fresh.add(other)
                        pending.append(other)
            known.update(dict.fromkeys(fresh, frozenset(packages)))
        return known[module]

    def _imported(self, module: QualifiedName) -> tuple[frozenset[QualifiedName], frozenset[QualifiedName]]:
        """What *module* imports, and the modules of the project that are among it."""
        key = (self.root, module)
        known = self.modules.imported.get(key)
        if known is None:
            path = self.modules.find(self.root, module)
            outline = self.modules.outline(path, module) if path is not None else None
            names: set[QualifiedName] = set()
            inner: set[QualifiedName] = set()
            if outline is not None:
                names.update(outline.stars, outline.loaded, *outline.imports.values())
                for local, targets in outline.imports.items():
                    inner.update(below for target in targets for below in self._below(target, local, outline))
            located = (self.locate(name) for name in names)
            inner.update(found[1] for found in located if found is not None)
            known = self.modules.imported[key] = frozenset(names), frozenset(inner)
        return known

    def _below(self, target: QualifiedName, local: str, outline: Outline) -> Iterable[QualifiedName]:
        """The modules below the package *target* that a module reads from it, whoever imports them."""
        located = self.locate(target)
        if located is None or located[1] != target or not located[0].endswith("__init__.py"):
            return ()
        from platform_lint.outlines import chains_of

        chains = chains_of(local, outline.data)
        if chains is None:
            return [(*target, child) for child in self.modules.children(self.root, target)]
        found = (self.locate((*target, *chain)) for chain in chains)
        return [below[1] for below in found if below is not None]

    def _further(self, node: tuple[QualifiedName, str]) -> _Further:
        """What a name in a module leads to at once: qualified names, and names in modules of the project."""
        known = self.modules.further.get((self.root, node))
        if known is None:
            known = self.modules.further[self.root, node] = self._step_on(*node)
        return known

    def _step_on(self, module: QualifiedName, name: str) -> _Further:
        """Names of a module lead to the stretches that bind them, which go by their numbers."""
        path = self.modules.find(self.root, module)
        outline = self.modules.outline(path, module) if path is not None else None
        if name[0] == "#" and outline is not None:
            return self._of_stretch(module, int(name[1:]), outline)
        names: dict[QualifiedName, None] = {(*module, name): None}
        further: dict[tuple[QualifiedName, str], None] = {}
        if outline is not None:
            for target in outline.imports.get(name, ()):
                names[target] = None
                further.update(dict.fromkeys(self._targets(target, lambda: None)))
            further.update(((star, name), None) for star in outline.stars if name in self._visible(star))
            further.update(((module, f"#{number}"), None) for number in outline.names.get(name, ()))
        return (*names,), (*further,)

    def _of_stretch(self, module: QualifiedName, number: int, outline: Outline) -> _Further:
        """What the words of a stretch of *module* lead to."""
        names: dict[QualifiedName, None] = {}
        further: dict[tuple[QualifiedName, str], None] = {}
        for word in outline.words(number) & self._visible(module):
            if word in outline.imports:
                for target in outline.imports[word]:
                    names[target] = None
                    targets = self._targets(target, lambda word=word: outline.chains(number, word))  # type: ignore[misc]
                    further.update(dict.fromkeys(targets))
            further.update(((module, f"#{other}"), None) for other in outline.names.get(word, ()) if other != number)
            further.update(((star, word), None) for star in outline.stars if word in self._visible(star))
        return (*names,), (*further,)

    def _visible(self, module: QualifiedName) -> frozenset[str]:
        """The names that the project's *module* may bind, star imports included."""
        key = (self.root, module)
        known = self.modules.visible.get(key)
        if known is None:
            self.modules.visible[key] = frozenset()
            path = self.modules.find(self.root, module) if module[0] in self.first_party else None
            outline = self.modules.outline(path, module) if path is not None else None
            known = frozenset(outline.bound).union(*map(self._visible, outline.stars)) if outline else frozenset()
            self.modules.visible[key] = known
        return known

    def _spelled(
        self, module: QualifiedName, chains: frozenset[QualifiedName] | None
    ) -> list[tuple[QualifiedName, str]]:
        """The names in the project's *module*, or below it, that *chains* of attributes stand for; None for any."""
        found: list[tuple[QualifiedName, str]] = []
        if chains is None:
            return [(module, name) for name in self._visible(module)]
        for chain in chains:
            located = self.locate((*module, *chain))
            if located is not None and len(located[1]) < len(module) + len(chain):
                found.append((located[1], (*module, *chain)[len(located[1])]))
        return found

    def _targets(
        self, target: QualifiedName, chains: Callable[[], frozenset[QualifiedName] | None]
    ) -> list[tuple[QualifiedName, str]]:
        """The names in modules of the project that an import of *target* may stand for, *chains* read from it."""
        located = self.locate(target)
        if located is None:
            return []
        module = located[1]
        return [(module, target[len(module)])] if len(module) < len(target) else self._spelled(module, chains())

    def star_exports(self, module: QualifiedName) -> frozenset[str] | None:
        """What ``from module import *`` binds; None where that cannot be known."""
        return self._names_of(module)

    def _names_of(self, module: QualifiedName, seen: frozenset[QualifiedName] = frozenset()) -> frozenset[str] | None:
        if not module or module[0] not in self.first_party or module in seen:
            return None
        path = self.modules.find(self.root, module)
        exports = self.modules.exports(path, module) if path is not None else None
        if exports is None:
            return None
        if exports.public is not None or "__all__" in exports.defined:
            return self._summed(exports, seen | {module})
        names = {name for name in (*exports.targets, *exports.defined) if not name.startswith("_")}
        for star in exports.stars:
            more = self._names_of(star, seen | {module})
            if more is None:
                return None
            names |= more
        return frozenset(names)

    def _summed(self, exports: Exports, seen: frozenset[QualifiedName]) -> frozenset[str] | None:
        """What ``__all__`` lists, with the lists of other modules that it adds up."""
        names = exports.public
        for local in exports.added:
            target = exports.targets.get(local)
            more = self._names_of(target[:-1], seen) if target is not None and target[-1] == "__all__" else None
            names = None if names is None or more is None else names | more
        return names


def _on_the_way(qualified: QualifiedName, leads: tuple[QualifiedName, ...]) -> bool:
    """Whether *qualified* is one of *leads*, above it or below it."""
    for lead in leads:
        common = min(len(lead), len(qualified))
        if lead[:common] == qualified[:common]:
            return True
    return False
