"""What names a flag: a string, or a constant that stands for one, in the file or in another of the project."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from platform_lint.scopes import QualifiedName

if TYPE_CHECKING:
    from platform_lint.context import FileContext

_WORDS = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
#: Folders that hold no code of the project.
_FOREIGN = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "env", "build", "dist"})
#: A project of more files is not looked through.
_MAX_FILES = 20_000


class Key:
    """The text that an expression stands for, and the assignment in the file at hand that says it, if one does."""

    __slots__ = ("constant", "text")

    def __init__(self, text: str, constant: ast.stmt | None = None) -> None:
        self.text = text
        self.constant = constant


def key_of(context: FileContext, node: ast.expr) -> Key | None:
    """What *node* names; None where nobody knows."""
    if isinstance(node, ast.Constant):
        return Key(node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        text = _joined(context, node)
        return Key(text) if text is not None else None
    for other, statement in _assignments(context, node):
        value = statement.value
        if isinstance(value, ast.JoinedStr | ast.BinOp):
            text = _joined(other, value)
            if text is not None:
                return Key(text, statement if other is context and _is_shared(context, statement) else None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return Key(value.value, statement if other is context and _is_shared(context, statement) else None)
    return None


def _joined(context: FileContext, node: ast.expr) -> str | None:
    """The text that is put together of others: ``f"{NAMESPACE}.name"``, ``NAMESPACE + ".name"``."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.JoinedStr):
        for value in node.values:
            plain = not isinstance(value, ast.FormattedValue) or (value.conversion == -1 and value.format_spec is None)
            if not plain:
                return None
            parts.append(value.value if isinstance(value, ast.FormattedValue) else value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    keys = [key_of(context, part) for part in parts]
    return "".join(key.text for key in keys if key is not None) if keys and None not in keys else None


def made_key(context: FileContext, node: ast.expr, made: Iterable[tuple[str, str]]) -> Key | None:
    """What the object *node* names, that was made by calling one of the classes *made* with the parameter for it."""
    for other, statement in ((context, None), *_assignments(context, node)):
        value = node if statement is None else statement.value
        if not isinstance(value, ast.Call):
            continue
        for cls, parameter in made:
            if not _is_class(other, value.func, tuple(cls.split("."))):
                continue
            given = [keyword.value for keyword in value.keywords if keyword.arg == parameter] or value.args[:1]
            key = key_of(other, given[0]) if given else None
            if key is not None:
                own = statement is not None and other is context and _is_shared(context, statement)
                return Key(key.text, statement if own else None)
    return None


def _is_class(context: FileContext, node: ast.expr, cls: QualifiedName) -> bool:
    names = context.names(node)
    kinship = context.receivers.kinship
    named = kinship.named(node)
    return cls in names or (named is not None and (named == cls or kinship.is_subclass(named, cls)))


def _is_shared(context: FileContext, statement: ast.stmt) -> bool:
    """Whether an assignment is one of the module or of a class."""
    return isinstance(context.parent(statement), ast.Module | ast.ClassDef)


def _assignments(context: FileContext, node: ast.expr) -> Iterator[tuple[FileContext, ast.Assign | ast.AnnAssign]]:
    """The assignment that gives the name *node* its one value, in this file or another of the project."""
    if isinstance(node, ast.Name):
        bindings = context.receivers.kinship.bindings(node)
        if bindings is not None and len(bindings) == 1 and isinstance(bindings[0].origin, ast.Assign | ast.AnnAssign):
            if len(bindings[0].scope.bindings[node.id]) == 1:
                yield context, bindings[0].origin
            return
    if isinstance(node, ast.Name | ast.Attribute):
        for name in _real(context, context.names(node)):
            found = _assignment(context, name)
            if found is not None:
                yield found


def _real(context: FileContext, names: Iterable[QualifiedName]) -> Iterator[QualifiedName]:
    """*names*, and what the project's modules re-export by them."""
    for name in names:
        yield name
        if context.view is not None:
            for count in range(len(name), 1, -1):
                yield from ((*real, *name[count:]) for real in context.view.follow(name[:count]))


def _assignment(context: FileContext, name: QualifiedName) -> tuple[FileContext, ast.Assign | ast.AnnAssign] | None:
    """The one assignment of the constant *name* of the project, and the file it stands in."""
    located = context.of_module(name)
    if located is None:
        own = context.index.module
        if own is None or name[: len(own)] != own:
            return None
        located = context, name[len(own) :]
    other, rest = located
    if len(rest) > 1 and rest[-1] == "value":
        rest = rest[:-1]
    body: list[ast.stmt] = other.tree.body
    for part in rest[:-1]:
        inner = [item for item in body if isinstance(item, ast.ClassDef) and item.name == part]
        if len(inner) != 1:
            return None
        body = inner[0].body
    found = [item for item in body if rest and rest[-1] in _targets(item)]
    if len(found) != 1 or not isinstance(found[0], ast.Assign | ast.AnnAssign):
        return None
    return other, found[0]


def _targets(statement: ast.stmt) -> Iterator[str]:
    targets: Iterable[ast.expr] = ()
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = (statement.target,)
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id


class Project:
    """The words of the other files of the project that *context* belongs to."""

    def __init__(self, context: FileContext) -> None:
        self.view = context.view
        self.text = context.source.text

    def mentions(self, word: str) -> bool | None:
        """Whether another file mentions *word*; None where the project is not known."""
        if self.view is None:
            return None
        modules = self.view.modules
        roots = tuple(dict.fromkeys((self.view.root, *modules.roots)))
        own = self._own()
        answers = modules.answers.get(("words", roots))
        if answers is None:
            files = _files(roots)
            answers = dict.fromkeys(files) if len(files) <= _MAX_FILES else {"": None}
            modules.answers["words", roots] = answers
        if "" in answers:
            return None  # There are too many files.
        for path in answers:
            if path == own:
                continue
            words = answers[path]
            if words is None:
                data = modules.read(path)
                words = answers[path] = frozenset(_WORDS.findall(data)) if data is not None else frozenset()
            modules.consulted.add(path)
            if word.encode() in words:
                return True
        return False

    def _own(self) -> str | None:
        assert self.view is not None
        return self.view.modules.find(self.view.root, self.view.module) if self.view.module else None


def _files(roots: Iterable[str]) -> list[str]:
    """The Python files below *roots*."""
    found: dict[str, None] = {}
    for root in roots:
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in _FOREIGN and not name.startswith("."))
            found.update(dict.fromkeys(os.path.join(folder, name) for name in files if name.endswith((".py", ".pyi"))))
            if len(found) > _MAX_FILES:
                return list(found)
    return list(found)
