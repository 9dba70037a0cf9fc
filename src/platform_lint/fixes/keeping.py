"""What keeps the local name of an import, besides the uses of it that the index knows.

A name may be listed in ``__all__``, said in a type comment, run in a doctest, deleted, or imported by others. Whoever
takes an import out, or gives it another name, asks here first.
"""

from __future__ import annotations

import ast
import re
from functools import cached_property

from platform_lint.index import Index
from platform_lint.scopes import Binding
from platform_lint.source import Source

_TYPE_COMMENT = re.compile(r"#[ \t]*type:[ \t]*(?![ \t]|ignore\b)([^\r\n]*)")
_EXAMPLE = re.compile(r"^[ \t]*(?:>>>|\.\.\.)[ \t](.*)$", re.MULTILINE)
_IMPORT = re.compile(r"\bimport\b(.*)")
_NOQA = re.compile(r"#\s*noqa\b(?P<codes>[^#\r\n]*)", re.IGNORECASE)


class Keepers:
    """What keeps names in the file *index* and *tree* are about; *package* tells whether it is an ``__init__.py``."""

    def __init__(self, index: Index, tree: ast.Module, package: bool) -> None:
        self.index = index
        self.tree = tree
        self.source: Source = index.source
        self.package = package

    def reason(self, binding: Binding) -> str:
        """What besides its uses needs the local name of an import, ``""`` for nothing."""
        name, alias, statement = binding.name, binding.alias, binding.statement
        assert alias is not None and statement is not None
        if name in self.index.declared:
            return f"`{name}` is declared `global` or `nonlocal`"
        if self.is_contested(binding):
            return f"a use of `{name}` may mean something else"
        others = binding.scope.bindings.get(name, ())
        if any(other.kind == "deletion" for other in others):
            return f"`{name}` is deleted"
        if any(isinstance(other.origin, ast.AugAssign) for other in others):
            return f"`{name}` is assigned to"
        if self.in_type_comment(name):
            return f"a type comment mentions `{name}`"
        if binding.scope.kind == "class":
            return f"`{name}` is an attribute of a class"
        if self.is_declared_unused(statement):
            return f"`# noqa: F401` says that `{name}` is there for others"
        if binding.scope.kind == "module":
            if self.index.is_exported(name):
                return f"`__all__` lists `{name}`" if name in self.index.exported else f"`__all__` may list `{name}`"
            if self.package:
                return f"others may import `{name}` from this package"
            if alias.asname == alias.name:
                return f"`as {name}` says that others import `{name}` from here"
            if name in self.in_doctests:
                return f"a doctest uses `{name}`"
        return ""

    def is_contested(self, binding: Binding) -> bool:
        """Whether a use may mean another binding as well. Plain imports of one root bind the same thing."""
        return binding.doubted if binding.plain else binding.contested

    def in_type_comment(self, spelled: str) -> bool:
        """Whether a ``# type:`` comment says *spelled*, a name or dotted name."""
        said = self._type_comments
        return bool(said) and re.search(rf"(?<![\w.]){re.escape(spelled)}\b", said) is not None

    @cached_property
    def _type_comments(self) -> str:
        text = self.source.text
        return " ".join(_TYPE_COMMENT.findall(text)) if "type:" in text else ""

    @cached_property
    def in_doctests(self) -> frozenset[str]:
        """The names that examples in docstrings use and do not import themselves."""
        found: set[str] = set()
        if ">>>" not in self.source.text:
            return frozenset()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ">>>" in node.value:
                examples = "\n".join(_EXAMPLE.findall(node.value))
                own = " ".join(_IMPORT.findall(examples))
                found.update(set(re.findall(r"\w+", examples)).difference(re.findall(r"\w+", own)))
        return frozenset(found)

    def has_noqa(self, statement: ast.Import | ast.ImportFrom) -> bool:
        """Whether a suppression stands on a line of *statement*."""
        return bool(self.noqa(statement))

    def noqa(self, statement: ast.Import | ast.ImportFrom) -> str:
        """The first suppression on a line of *statement*, ``""`` for none."""
        found = (_NOQA.search(line) for line in self._lines(statement))
        return next((match.group().rstrip() for match in found if match is not None), "")

    def is_declared_unused(self, statement: ast.Import | ast.ImportFrom) -> bool:
        """Whether a suppression on a line of *statement* names F401: what it imports need not be used here."""
        found = (_NOQA.search(line) for line in self._lines(statement))
        return any(match is not None and "F401" in match["codes"].upper() for match in found)

    def _lines(self, statement: ast.Import | ast.ImportFrom) -> list[str]:
        last = statement.end_lineno or statement.lineno
        return [self.source.line(row) for row in range(statement.lineno, last + 1)]
