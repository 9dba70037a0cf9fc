"""What a module binds at its top level, and what it says is public.

Nothing is run: both arms of an ``if`` count, and a name bound to two different things is one of the module's own.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

    from platform_lint.scopes import QualifiedName


class Exports:
    """Top-level bindings of a module: names that stand for something elsewhere, names of its own, star imports."""

    __slots__ = ("added", "defined", "public", "stars", "targets")

    def __init__(self) -> None:
        self.targets: dict[str, QualifiedName] = {}
        self.defined: set[str] = set()
        self.stars: list[QualifiedName] = []
        #: What ``__all__`` lists, where it is a plain list of strings.
        self.public: frozenset[str] | None = None
        #: Local names of lists that ``__all__`` adds to its own: ``from .fields import __all__ as fields_all``.
        self.added: list[str] = []


def read_exports(data: bytes | None, path: str, module: QualifiedName) -> Exports | None:
    """What *module*, the bytes *data* at *path*, exports; None if they are none, or not Python."""
    import ast

    from platform_lint.index import parse
    from platform_lint.source import Source, SourceError

    if data is None:
        return None
    try:
        tree = parse(Source.from_bytes(data))
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    exports = Exports()
    package = module if os.path.basename(path) == "__init__.py" else module[:-1]
    pending: list[ast.stmt] = list(reversed(tree.body))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            for alias in node.names:
                name = alias.asname or alias.name
                if base is None:
                    exports.defined.add(name)
                elif alias.name == "*":
                    exports.stars.append(base)
                else:
                    _set(exports, name, (*base, alias.name))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                parts = tuple(alias.name.split("."))
                _set(exports, alias.asname or parts[0], parts if alias.asname else parts[:1])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            _define(exports, node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for item in ast.walk(target):
                    if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
                        _define(exports, item.id)
                        if item.id == "__all__":
                            listed = _listed(node.value, exports.added)
                            if isinstance(node, ast.AugAssign) and listed is not None:
                                listed = None if exports.public is None else exports.public | listed
                            exports.public = listed
        else:
            for field in ("finalbody", "orelse", "handlers", "cases", "body"):
                inner = getattr(node, field, None)
                if isinstance(inner, list):
                    pending.extend(reversed(inner))
    return exports


def _absolute(node: ast.ImportFrom, package: QualifiedName) -> QualifiedName | None:
    parts = tuple(node.module.split(".")) if node.module else ()
    if not node.level:
        return parts
    keep = len(package) - (node.level - 1)
    return (*package[:keep], *parts) if keep > 0 else None


def _set(exports: Exports, name: str, target: QualifiedName) -> None:
    """Bind *name* to *target*; a name bound to two different things is one of the module's own."""
    if name in exports.defined or exports.targets.get(name, target) != target:
        _define(exports, name)
    else:
        exports.targets[name] = target


def _define(exports: Exports, name: str) -> None:
    exports.defined.add(name)
    exports.targets.pop(name, None)


def _listed(node: ast.expr | None, added: list[str]) -> frozenset[str] | None:
    """The strings of a list, or of several added up; names of further lists go to *added*. None for anything else."""
    import ast

    names: set[str] = set()
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.BinOp) and isinstance(item.op, ast.Add):
            pending += [item.left, item.right]
        elif isinstance(item, ast.Name):
            added.append(item.id)
        elif isinstance(item, ast.List | ast.Tuple):
            for element in item.elts:
                if isinstance(element, ast.Starred):
                    pending.append(element.value)
                elif isinstance(element, ast.Constant) and isinstance(element.value, str):
                    names.add(element.value)
                else:
                    return None
        else:
            return None
    return frozenset(names)
