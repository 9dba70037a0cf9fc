"""The import graph of a project, read on demand: which of its modules imports which.

Modules are read lexically first, which is fast and finds too much (an import in a docstring); a chain that is found is
then held against the syntax trees of its modules, so what is reported is there.
"""

from __future__ import annotations

import os
from itertools import pairwise

from platform_lint.import_lines import IMPORTS, absolute, items, text_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from platform_lint.index import Index
    from platform_lint.modules import Modules
    from platform_lint.scopes import Binding, QualifiedName

#: What a search makes of a module: go on through it, stop there, or it is what was looked for.
PASS, WALL, END = 0, 1, 2

#: Modules looked at for one chain. A project with more of them in between gets no answer, rather than a late one.
_MAX_VISITED = 20_000
#: How deep modules are looked for below each other.
_MAX_DEPTH = 40
_KEYWORD = frozenset({"import"})


class Import:
    """That *importer* imports *imported*, on line *row* (1-based); *type_checking* under ``if TYPE_CHECKING:``."""

    __slots__ = ("imported", "importer", "row", "type_checking")

    def __init__(self, importer: QualifiedName, imported: QualifiedName, row: int, type_checking: bool) -> None:
        self.importer = importer
        self.imported = imported
        self.row = row
        self.type_checking = type_checking


class ImportGraph:
    """The imports between the modules of a project, as seen from the directory *root*.

    *memo* is for whoever works something out that holds as long as the graph does.
    """

    def __init__(self, modules: Modules, root: str) -> None:
        self.modules = modules
        self.root = root
        self.first_party = modules.first_party(root)
        self.memo: dict[object, Any] = {}
        self._paths: dict[QualifiedName, str | None] = {}
        self._targets: dict[tuple[QualifiedName, str], tuple[QualifiedName, bool]] = {}
        self._statements: dict[tuple[object, bytes, bytes], tuple[QualifiedName, ...]] = {}
        self._lexical: dict[QualifiedName, tuple[QualifiedName, ...]] = {}
        self._exact: dict[QualifiedName, tuple[Import, ...]] = {}

    def target(self, base: QualifiedName, name: str = "") -> tuple[QualifiedName, bool]:
        """What ``from base import name`` imports, or ``import base``: the module, and whether it is the project's.

        A name that is no module of the project stands for its module where that is one, else for itself.
        """
        known = self._targets.get((base, name))
        if known is None:
            path = self._path(base)
            if not name or name == "*":
                known = base, path is not None
            elif path is not None and not path.endswith("__init__.py"):
                known = base, True
            elif self.is_module((*base, name)):
                known = (*base, name), True
            else:
                known = (base, True) if path is not None else ((*base, name), False)
            self._targets[base, name] = known
        return known

    def is_module(self, name: QualifiedName) -> bool:
        """Whether *name* is a module of the project."""
        return self._path(name) is not None

    def path(self, module: QualifiedName) -> str:
        """The file of a project's module relative to the root that imports start from, with slashes."""
        path = self._path(module) or ""
        below = [base for base in (self.root, *self.modules.roots) if path.startswith(base.rstrip(os.sep) + os.sep)]
        return os.path.relpath(path, max(below, key=len)).replace(os.sep, "/") if below else path

    def _path(self, name: QualifiedName) -> str | None:
        if not name or name[0] not in self.first_party:
            return None
        if name not in self._paths:
            self._consult(name[:-1])
            self._paths[name] = self.modules.find(self.root, name)
        return self._paths[name]

    def _consult(self, package: QualifiedName) -> None:
        """Note that should a module come or go in *package*, answers will be others."""
        for base in {self.root, *self.modules.roots}:
            self.modules.consulted.add(os.path.join(base, *package, ""))

    def imports_in(self, index: Index) -> Iterator[tuple[Binding, QualifiedName, str]]:
        """The imports of a file: each with the module it spells, and the name it imports from that ("" for none)."""
        for binding in (*index.imports, *index.stars):
            alias, target = binding.alias, binding.target
            if alias is None or target is None:
                continue
            if binding.kind == "import":
                yield binding, tuple(alias.name.split(".")), ""
            elif binding.kind == "star":
                yield binding, target, "*"
            else:
                yield binding, target[:-1], target[-1]

    def imports_of(self, module: QualifiedName) -> tuple[Import, ...]:
        """What a module of the project really imports, inside and outside of the project, in reading order."""
        known = self._exact.get(module)
        if known is None:
            known = self._exact[module] = tuple(self._read(module))
        return known

    def edges(self, module: QualifiedName, *, type_checking: bool = True) -> tuple[QualifiedName, ...]:
        """The modules of the project that *module* imports, in reading order: no less than that, perhaps more.

        Without *type_checking* what is imported under ``if TYPE_CHECKING:`` need not be among them.
        """
        exact = self._exact.get(module)
        if exact is not None:
            found = (item.imported for item in exact if type_checking or not item.type_checking)
            return tuple(name for name in dict.fromkeys(found) if self.is_module(name))
        known = self._lexical.get(module)
        if known is None:
            known = self._lexical[module] = self._glance(module)
        return known

    def _glance(self, module: QualifiedName) -> tuple[QualifiedName, ...]:
        path = self._path(module)
        data = self.modules.read(path) if path is not None else None
        if path is None or data is None:
            return ()
        package = os.path.basename(path) == "__init__.py"
        found: dict[QualifiedName, None] = {}
        for match in IMPORTS.finditer(data):
            before = text_before(data, match.start())
            # What an absolute import means does not depend on the module.
            key = (module if b"." in before else None, before, match[1])
            known = self._statements.get(key)
            if known is None:
                known = self._statements[key] = tuple(self._imported(before, match[1], module, package))
            found.update(dict.fromkeys(known))
        found.pop(module, None)
        return tuple(found)

    def _imported(self, before: bytes, clause: bytes, module: QualifiedName, package: bool) -> Iterator[QualifiedName]:
        for parts, level, name, _, _ in items(before, clause):
            base = absolute(parts, level, module, package)
            if base and base[0] in self.first_party:
                imported, inside = self.target(base, name or "")
                if inside:
                    yield imported

    def _read(self, module: QualifiedName) -> Iterator[Import]:
        from platform_lint.index import build, parse
        from platform_lint.source import Source, SourceError

        path = self._path(module)
        data = self.modules.read(path) if path is not None else None
        if path is None or data is None:
            return
        try:
            source = Source.from_bytes(data)
            tree = parse(source, _KEYWORD)
            package = os.path.basename(path) == "__init__.py"
            index = build(source, tree, module=module, package=package, words=_KEYWORD)
        except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for binding, base, name in self.imports_in(index):
            imported, _ = self.target(base, name)
            if imported != module:
                assert binding.alias is not None
                yield Import(module, imported, binding.alias.lineno, binding.block.type_checking)

    def modules_below(self, package: QualifiedName, wanted: Callable[[QualifiedName], bool]) -> Iterator[QualifiedName]:
        """The modules of the project at and below *package*, ``()`` for all, without looking into those that are not
        *wanted*.
        """
        if package and self.is_module(package):
            yield package
        pending = [package]
        while pending:
            current = pending.pop()
            self._consult(current)
            for name in sorted(self.modules.children(self.root, current), reverse=True):
                below = (*current, name)
                if name.isidentifier() and name != "__init__" and wanted(below):
                    if self.modules.find(self.root, below) is not None:
                        yield below
                    if len(below) < _MAX_DEPTH:
                        pending.append(below)


class Search:
    """Looks for chains of imports through *graph*.

    *verdict* says of a module whether a chain passes through it, ends at it, or neither. An import that is *ignored*
    is none; without *type_checking* neither is one under ``if TYPE_CHECKING:``.
    """

    def __init__(
        self,
        graph: ImportGraph,
        verdict: Callable[[QualifiedName], int],
        ignored: Callable[[QualifiedName, QualifiedName], bool],
        *,
        type_checking: bool,
    ) -> None:
        self.graph = graph
        self.ignored = ignored
        self.type_checking = type_checking
        self._verdict = verdict
        self._verdicts: dict[QualifiedName, int] = {}
        #: Modules from which no chain leads to an end.
        self._clear: set[QualifiedName] = set()
        self._chains: dict[QualifiedName, tuple[Import, ...]] = {}

    def verdict(self, module: QualifiedName) -> int:
        """PASS, WALL or END for *module*."""
        known = self._verdicts.get(module)
        if known is None:
            known = self._verdicts[module] = self._verdict(module)
        return known

    def chain(self, start: QualifiedName) -> tuple[Import, ...]:
        """The shortest chain of imports from module *start* to an end, the first one in reading order; ``()`` for
        none.
        """
        if start in self._clear:
            return ()
        known = self._chains.get(start)
        while known is None:
            path = self._path(start)
            known = self._proved(path)
            if known is None:
                # Some of it was no import after all, which is now known of these modules.
                continue
            self._chains[start] = known
        return known

    def _path(self, start: QualifiedName) -> list[QualifiedName]:
        """The modules of a chain as the lexical look has it, ``[]`` for none."""
        came: dict[QualifiedName, QualifiedName | None] = {start: None}
        queue = [start]
        for current in queue:
            for imported in self.graph.edges(current, type_checking=self.type_checking):
                if imported in came or imported in self._clear:
                    continue
                verdict = self.verdict(imported)
                if verdict == WALL or self.ignored(current, imported):
                    continue
                came[imported] = current
                if verdict == END:
                    path = [imported]
                    before: QualifiedName | None = current
                    while before is not None:
                        path.append(before)
                        before = came[before]
                    return path[::-1]
                queue.append(imported)
            if len(queue) > _MAX_VISITED:
                return []
        self._clear.update(came)
        return []

    def _proved(self, path: list[QualifiedName]) -> tuple[Import, ...] | None:
        """The imports along *path*; None where one of them is not there."""
        chain = [
            next((item for item in self.graph.imports_of(importer) if self._is(item, imported)), None)
            for importer, imported in pairwise(path)
        ]
        found = tuple(item for item in chain if item is not None)
        return found if len(found) == len(chain) else None

    def _is(self, item: Import, imported: QualifiedName) -> bool:
        return item.imported == imported and (self.type_checking or not item.type_checking)
