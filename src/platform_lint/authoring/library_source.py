"""The source of a library: its modules, what their names are bound to, and under which public names a thing is known.

Nothing of it is imported or run. :func:`read_library` finds it, :class:`Library` answers what an expression in it
refers to, where that is defined and how it is called.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from platform_lint.profiles import UsageError
from platform_lint.reports.escaping import visible

_SUFFIXES = (".py", ".pyi")
#: Folders without code that anybody imports.
_LEFT_OUT = {"__pycache__", ".git", ".venv", "node_modules"}
#: Names that lead to names, at most.
_MAX_STEPS = 30

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = ast.AST


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name is bound to: *node*, a function, class or assignment, in *module*, as *name* (``Client.get``)."""

    module: SourceModule
    name: str
    node: Node

    @property
    def dotted(self) -> str:
        """Its qualified name where it is defined."""
        return f"{self.module.name}.{self.name}"


@dataclass(eq=False, slots=True)
class SourceModule:
    """One file: the module *name*, where it lies, how it is *shown*, and whether it is a *package*."""

    name: str
    path: Path
    shown: str
    package: bool
    data: bytes
    #: Why it could not be parsed, with the row; ``""`` where it could.
    problem: str = ""
    problem_row: int = 1
    _tree: ast.Module | None = None
    _bindings: dict[str, Binding] | None = None
    stars: list[str] = field(default_factory=list)
    #: Names that it offers to others by `import x as x`.
    explicit: set[str] = field(default_factory=set)

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree, an empty one where it is no Python."""
        if self._tree is None:
            self._tree = ast.Module([], [])
            try:
                self._tree = ast.parse(self.data)
            except SyntaxError as error:
                self.problem, self.problem_row = f"it is no Python: {error.msg}", error.lineno or 1
            except (ValueError, RecursionError, MemoryError) as error:
                self.problem = f"it is no Python: {str(error) or type(error).__name__}"
        return self._tree

    @property
    def bindings(self) -> dict[str, Binding]:
        """What the names of its top level are bound to, the first of several definitions first."""
        if self._bindings is None:
            self._bindings = {}
            for node in statements(self.tree.body):
                self._bind(node, self._bindings)
        return self._bindings

    def _bind(self, node: ast.stmt, found: dict[str, Binding]) -> None:
        if isinstance(node, ast.ImportFrom):
            base = self.absolute(node)
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append(base)
                else:
                    if alias.asname == alias.name:
                        self.explicit.add(alias.name)
                    found.setdefault(alias.asname or alias.name, Binding(lead=f"{base}.{alias.name}".lstrip(".")))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found.setdefault(name, Binding(lead=alias.name if alias.asname else name))
        elif isinstance(node, Function | ast.ClassDef):
            # The ways to call a function stand before the function itself.
            before = found.get(node.name)
            if before is None or (isinstance(before.node, Function) and is_overload(before.node)):
                found[node.name] = Binding(node=node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for inner in ast.walk(target):
                    if isinstance(inner, ast.Name):
                        found.setdefault(inner.id, Binding(node=node))

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module that *node* imports from."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        kept = len(parts) - node.level + self.package
        return ".".join([*parts[: max(kept, 0)], *([node.module] if node.module else [])])

    def exported(self) -> list[str] | None:
        """What ``__all__`` lists, as far as it is written out; None where there is none."""
        for statement in statements(self.tree.body):
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                value = getattr(statement, "value", None)
                items = value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else []
                return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        return None


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name is: defined by *node*, or whatever *lead*, a qualified name, is."""

    node: Node | None = None
    lead: str = ""


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of *body*, and those under its ``if``, ``try`` and ``with``, where names are bound as well."""
    for node in body:
        yield node
        for name in ("body", "orelse", "finalbody"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                yield from statements(getattr(node, name, []))
        for handler in node.handlers if isinstance(node, ast.Try) else ():
            yield from statements(handler.body)


class Library:
    """The *modules* of a library, by name. *name* is what it is called as a whole."""

    def __init__(self, name: str, modules: dict[str, SourceModule]) -> None:
        self.name = name
        self.modules = modules
        self._bases: dict[ast.ClassDef, list[Definition]] = {}

    def meaning(self, module: SourceModule, node: ast.expr) -> str:
        """The qualified name *node* spells at the top level of *module*; ``""`` where it is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        binding = module.bindings.get(node.id)
        if binding is None:
            head = next((f"{star}.{node.id}" for star in module.stars if self.find(f"{star}.{node.id}")), node.id)
        else:
            head = binding.lead or f"{module.name}.{node.id}"
        return ".".join([head, *reversed(parts)])

    def find(self, dotted: str) -> Definition | None:
        """Where *dotted*, a function, class, method or variable of this library, is defined, through re-exports."""
        return self._find(dotted, _MAX_STEPS)

    def _find(self, dotted: str, steps: int) -> Definition | None:
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self.modules.get(".".join(parts[:cut]))
            if module is None:
                continue
            rest = parts[cut:]
            binding = module.bindings.get(rest[0])
            if not steps:
                return None
            if binding is None:
                found = (self._find(".".join([star, *rest]), steps - 1) for star in module.stars)
                return next((one for one in found if one is not None), None)
            if binding.node is None:
                lead = ".".join([binding.lead, *rest[1:]])
                return self._find(lead, steps - 1) if lead != dotted else None
            return self._member(Definition(module, rest[0], binding.node), rest[1:], steps)
        return None

    def _member(self, owner: Definition, rest: list[str], steps: int) -> Definition | None:
        for number, part in enumerate(rest):
            if isinstance(owner.node, ast.ClassDef):
                found = self.member(owner, part, steps)
                if found is None:
                    return None
                owner = found
            elif isinstance(owner.node, Function) or number < len(rest):
                return None
        return owner

    def member(self, owner: Definition, name: str, steps: int = _MAX_STEPS) -> Definition | None:
        """What the class *owner* has as *name*, from a base class where it has none itself."""
        assert isinstance(owner.node, ast.ClassDef)
        for node in statements(owner.node.body):
            if isinstance(node, Function | ast.ClassDef) and node.name == name and not _is_part(node):
                return Definition(owner.module, f"{owner.name}.{name}", node)
        for base in self.bases(owner, steps) if steps else ():
            found = self.member(base, name, steps - 1)
            if found is not None:
                return found
        return None

    def bases(self, owner: Definition, steps: int = _MAX_STEPS) -> list[Definition]:
        """The base classes of the class *owner* that are in this library."""
        assert isinstance(owner.node, ast.ClassDef)
        if owner.node not in self._bases:
            found = self._bases[owner.node] = []
            for node in owner.node.bases:
                name = self.meaning(owner.module, node.value if isinstance(node, ast.Subscript) else node)
                base = self._find(name, steps - 1) if name and steps else None
                if base is not None and base.node is not owner.node and isinstance(base.node, ast.ClassDef):
                    found.append(base)
        return self._bases[owner.node]

    def subclasses(self, owner: Definition, member: str) -> list[Definition]:
        """The classes of this library that have *member* from the class *owner*."""
        found: list[Definition] = []
        words = {owner.name.rpartition(".")[2].encode()}
        left = [module for module in self.modules.values() if b"class " in module.data]
        while True:
            # Whoever inherits from a class names it, so that few files need to be parsed.
            near = [module for module in left if any(word in module.data for word in words)]
            if not near:
                return found
            left = [module for module in left if module not in near]
            for one in (one for module in near for one in self._heirs(module, owner)):
                words.add(one.name.encode())
                has = self.member(one, member)
                if has is not None and has.dotted == f"{owner.dotted}.{member}":
                    found.append(one)

    def _heirs(self, module: SourceModule, owner: Definition) -> Iterator[Definition]:
        """The classes of *module* that inherit from *owner*."""
        for name, binding in module.bindings.items():
            if isinstance(binding.node, ast.ClassDef) and binding.node is not owner.node:
                one = Definition(module, name, binding.node)
                if self._inherits(one, owner.node, _MAX_STEPS):
                    yield one

    def _inherits(self, one: Definition, wanted: Node, steps: int) -> bool:
        bases = self.bases(one) if steps else []
        return any(base.node is wanted or self._inherits(base, wanted, steps - 1) for base in bases)

    def public_names(self, thing: Definition) -> list[str]:
        """The names under which others import *thing*, the shortest first; none where it is private.

        Beside its own those under which a package, an ``__all__`` or an ``import x as x`` offers it.
        """
        head, _, rest = thing.name.partition(".")
        found = [thing.dotted]
        for module in self.modules.values():
            if module is thing.module or not _may_offer(module, head.encode()):
                continue
            found += [
                f"{name}.{rest}".rstrip(".")
                for name in self._offers(module, Definition(thing.module, head, thing.node))
            ]
        return sorted({name for name in found if is_public(name)}, key=lambda name: (name.count("."), len(name), name))

    def _offers(self, module: SourceModule, thing: Definition) -> Iterator[str]:
        exported = module.exported()
        names = [
            name
            for name, binding in module.bindings.items()
            if binding.lead
            and (name in exported if exported is not None else module.package or name in module.explicit)
        ]
        if thing.name not in module.bindings and module.package and not thing.name.startswith("_"):
            names += [thing.name] if module.stars else []
        for name in names:
            found = self.find(f"{module.name}.{name}")
            if found is not None and found.dotted == thing.dotted:
                yield f"{module.name}.{name}"


def _may_offer(module: SourceModule, word: bytes) -> bool:
    """Whether *module* may offer what is called *word* to others, told without a parse."""
    says = word in module.data or b"import *" in module.data
    return says and (module.package or b"__all__" in module.data or b" as " + word in module.data)


def is_public(dotted: str) -> bool:
    """Whether no part of *dotted* says that it is private."""
    return not any(part.startswith("_") for part in dotted.split("."))


def is_overload(node: Function) -> bool:
    """Whether *node* is only one of the ways to call a function."""
    return any(_last(decorator) == "overload" for decorator in node.decorator_list)


def _is_part(node: Function | ast.ClassDef) -> bool:
    """Whether *node* is not what its name is, but a part of it."""
    return any(_last(decorator) in ("overload", "setter", "deleter") for decorator in node.decorator_list)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# Finding it


def read_library(asked: str, called: str = "") -> Library:
    """The library *asked* for: a folder, a file, or a package by its name, looked up as an import would.

    *called* is the name of the folder or file as a module, where its ``__init__.py`` files do not tell. Raises
    UsageError.
    """
    if called and not all(part.isidentifier() for part in called.split(".")):
        raise UsageError(f"--module {called}: expected the name of a module, as in acme_platform.http")
    if os.path.exists(asked):
        path = Path(asked)
        name = called or _module_of(path.absolute())
        library = Library(name or path.absolute().name, dict(_modules(path, name)))
    else:
        if called:
            raise UsageError(f"--module goes with a folder or a file; {asked} is none")
        library = Library(asked, dict(_installed(asked)))
    if not library.modules:
        raise UsageError(f"{asked}: no Python files found")
    return library


def _installed(asked: str) -> Iterator[tuple[str, SourceModule]]:
    top, *rest = asked.split(".")
    if not all(part.isidentifier() for part in (top, *rest)):
        raise UsageError(f"{asked}: neither a file or folder nor the name of a package")
    try:
        # Of a name without a dot nothing is imported.
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        spec = None
    places = [] if spec is None else [*(spec.submodule_search_locations or [])] or [spec.origin or ""]
    found = False
    for place in places:
        path = Path(place, *rest)
        for one in (path, path.with_suffix(".py"), path.with_suffix(".pyi")):
            if one.exists() and one.suffix in ("", *_SUFFIXES):
                found = True
                yield from _modules(one, asked)
                break
    if not found:
        where = f"of {sys.executable}" if top not in sys.builtin_module_names else "built into Python, without a source"
        raise UsageError(f"{asked}: no such file, folder or package {where}")


def _module_of(path: Path) -> str:
    """What *path* is called when it is imported; ``""`` for a folder that holds packages and is none."""
    if path.is_dir():
        parts = [_unstubbed(path.name)] if _is_package(path) else []
    else:
        parts = [] if path.stem == "__init__" else [path.stem]
        if path.stem == "__init__" or _is_package(path.parent):
            parts.insert(0, _unstubbed(path.parent.name))
            path = path.parent
    parent = path.parent
    while parts and _is_package(path) and _is_package(parent):
        parts.insert(0, _unstubbed(parent.name))
        path, parent = parent, parent.parent
    return ".".join(parts)


def _unstubbed(name: str) -> str:
    return name.removesuffix("-stubs")


def _is_package(folder: Path) -> bool:
    return any((folder / f"__init__{suffix}").is_file() for suffix in _SUFFIXES)


def _modules(path: Path, name: str) -> Iterator[tuple[str, SourceModule]]:
    """The modules at *path*, which is called *name*, in a lasting order. Stubs stand behind the source they are of."""
    if path.is_file():
        if path.suffix not in _SUFFIXES:
            raise UsageError(f"{path}: no Python file")
        yield from _module(path, name, path.stem == "__init__")
        return
    try:
        entries = sorted(path.iterdir(), key=lambda entry: (entry.suffix == ".pyi", entry.name))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    seen: set[str] = set()
    for entry in entries:
        if entry.suffix in _SUFFIXES and entry.stem.isidentifier() and entry.stem not in seen and entry.is_file():
            seen.add(entry.stem)
            inner = name if entry.stem == "__init__" else f"{name}.{entry.stem}".lstrip(".")
            if inner:
                yield from _module(entry, inner, entry.stem == "__init__")
        elif _is_folder_of_modules(entry):
            yield from _modules(entry, f"{name}.{_unstubbed(entry.name)}".lstrip("."))


def _is_folder_of_modules(path: Path) -> bool:
    named = path.name not in _LEFT_OUT and _unstubbed(path.name).isidentifier()
    return named and path.is_dir() and not path.is_symlink()


def _module(path: Path, name: str, package: bool) -> Iterator[tuple[str, SourceModule]]:
    shown = os.path.relpath(path) if path.absolute().is_relative_to(Path.cwd()) else str(path)
    shown = visible(shown.replace(os.sep, "/"))
    try:
        yield name, SourceModule(name, path, shown, package, path.read_bytes())
    except OSError as error:
        yield (
            name,
            SourceModule(
                name, path, shown, package, b"", f"cannot be read: {error.strerror}", _tree=ast.Module([], [])
            ),
        )
