"""Why one tool reports a row and the other does not: classes of differences, each with who is right and an argument.

A difference belongs to a class because of what stands in the file, never because of where it was found.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

UNEXPLAINED = "unexplained"

#: Each class: what it is, who is right, and why.
CLASSES = {
    "re-export": (
        "Only ours: re-exports are followed",
        "ours",
        "The name reaches the file through another module of the project that imports it, by name or by `import *`. It"
        " is the same thing, and a ban that a detour defeats is none. ruff looks at one file at a time: it cannot.",
    ),
    "definition": (
        "Only ours: uses in the file that defines the thing",
        "ours",
        "Inside its own module a thing is spelled without an import. Those are uses like any other, and a migration"
        " that left them behind would break the file. ruff resolves imports only.",
    ),
    "module-use": (
        "Only ruff's: uses of a module already reported at its import",
        "ours",
        "`import a.b` brings the banned module in, and is where the author has to act: both report it. ruff then"
        " reports every `a.b.c` too; one finding for one decision is enough.",
    ),
    "inside": (
        "Only ruff's: the files of the banned module itself",
        "ours",
        "A ban says who may not use a module; that its own files import each other is how it is built. ruff needs them"
        " excluded one by one.",
    ),
    "guard": (
        "Only ruff's: guarded imports",
        "either",
        "In `try: … except ImportError: …`, and under a test of `sys.version_info`, the name means one of two things,"
        " or perhaps none; code that is written so already handles the absence. We are silent where a name is not"
        " certain; ruff judges each line by itself.",
    ),
    "noqa": (
        "Only ruff's: suppressed in the source",
        "neither",
        "The line has a bare `# noqa`. We honour it, as ruff does by default; ruff ran with `--ignore-noqa`.",
    ),
    "rebound": (
        "Only ruff's: names with more than one meaning",
        "either",
        "The file binds the name more than once. Which one a use means is not certain, so we are silent; ruff takes the"
        " last one it saw.",
    ),
    UNEXPLAINED: (
        "Unexplained",
        "not known",
        "No class fits. Each of these is a bug here or there until it is understood.",
    ),
}

_NOQA = re.compile(r"#\s*noqa\s*(?:$|[^:\s]|\s[^:])", re.IGNORECASE)
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError"}


class View:
    """One file as the classes need to see it."""

    def __init__(self, root: Path, file: str) -> None:
        data = (root / file).read_bytes()
        self.lines = data.decode("utf-8", "replace").splitlines()
        parts = Path(file).with_suffix("").parts
        self.is_package = parts[-1] == "__init__"
        self.module = ".".join(parts[:-1] if self.is_package else parts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.nodes = list(ast.walk(ast.parse(data)))
        self.imports = [node for node in self.nodes if isinstance(node, ast.Import | ast.ImportFrom)]

    def line(self, row: int) -> str:
        """The source line *row*, without its indentation."""
        return self.lines[row - 1].strip()

    def imported_at(self, row: int) -> ast.Import | ast.ImportFrom | None:
        """The import statement that *row* is part of."""
        return next((node for node in self.imports if node.lineno <= row <= (node.end_lineno or node.lineno)), None)

    def origin(self, node: ast.ImportFrom) -> str:
        """The absolute name of the module in a ``from`` clause."""
        package = self.module.split(".")
        keep = len(package) - node.level + self.is_package
        parts = package[:keep] if node.level else []
        return ".".join([*parts, *([node.module] if node.module else [])])

    def bindings(self) -> Iterator[tuple[str, str, ast.Import | ast.ImportFrom]]:
        """What imports bind: the local name, the qualified name it stands for, and the statement."""
        for node in self.imports:
            for alias in node.names:
                if isinstance(node, ast.ImportFrom):
                    yield alias.asname or alias.name, f"{self.origin(node)}.{alias.name}", node
                elif alias.asname:
                    yield alias.asname, alias.name, node
                else:
                    top = alias.name.partition(".")[0]
                    yield top, top, node

    def chains(self, row: int) -> Iterator[tuple[str, str, bool]]:
        """The dotted names that begin at *row*, each in full: its first part, what follows, and whether it is read."""
        inner = {id(node.value) for node in self.nodes if isinstance(node, ast.Attribute)}
        for node in self.nodes:
            if isinstance(node, ast.Name | ast.Attribute) and node.lineno == row and id(node) not in inner:
                yield from self._chain(node)

    def _chain(self, node: ast.Name | ast.Attribute) -> Iterator[tuple[str, str, bool]]:
        reads = isinstance(node.ctx, ast.Load)
        tail: list[str] = []
        expression: ast.expr = node
        while isinstance(expression, ast.Attribute):
            tail.insert(0, expression.attr)
            expression = expression.value
        if isinstance(expression, ast.Name):
            yield expression.id, ".".join(tail), reads


def only_ours(view: View, row: int, name: str) -> str:
    """The class of a row that we report for *name* and ruff does not."""
    statement = view.imported_at(row)
    if isinstance(statement, ast.ImportFrom) and not _within(view.origin(statement), name):
        return "re-export"
    if statement is not None:
        return UNEXPLAINED
    if view.module == name.rpartition(".")[0]:
        return "definition"
    for head, tail, reads in view.chains(row):
        spelled = [f"{target}.{tail}".rstrip(".") for local, target, _ in view.bindings() if local == head]
        if reads and spelled and not any(_within(each, name) for each in spelled):
            return "re-export"
    return UNEXPLAINED


def only_theirs(view: View, row: int, name: str) -> str:
    """The class of a row that ruff reports for *name* and we do not."""
    statement = view.imported_at(row)
    if _NOQA.search(view.line(row)) or (statement and _NOQA.search(view.line(statement.end_lineno or row))):
        return "noqa"
    if _within(view.module, name):
        return "inside"
    heads = {head for head, _, _ in view.chains(row)}
    sources = {row} | {node.lineno for local, _, node in view.bindings() if local in heads}
    if any(first <= line <= last for first, last in _guards(view) for line in sources):
        return "guard"
    if statement is None and any(isinstance(node, ast.Import) and _imports(node, name) for node in view.imports):
        return "module-use"
    bound = [local for local, _, _ in view.bindings()]
    stored = [node.id for node in view.nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
    if any((bound + stored).count(head) > 1 for head in heads):
        return "rebound"
    return UNEXPLAINED


def _within(name: str, parent: str) -> bool:
    return name == parent or name.startswith(f"{parent}.")


def _imports(node: ast.Import, name: str) -> bool:
    return any(_within(alias.name, name) for alias in node.names)


def _guards(view: View) -> Iterator[tuple[int, int]]:
    """First and last rows of what is tried with ImportError in mind, and of what hangs on the version of Python."""
    for node in view.nodes:
        tried = isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers)
        if tried or (isinstance(node, ast.If) and "sys.version_info" in ast.unparse(node.test)):
            assert isinstance(node, ast.stmt)
            yield node.lineno, node.end_lineno or node.lineno


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(
        isinstance(node, ast.Name) and node.id in _IMPORT_ERRORS for node in ast.walk(handler.type)
    )
