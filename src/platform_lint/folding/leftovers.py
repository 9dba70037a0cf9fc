"""What nothing needs any more once a part of a file is gone: functions and classes, private ones for sure."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from platform_lint.context import FileContext
from platform_lint.folding.expressions import Expressions
from platform_lint.folding.layout import Layout
from platform_lint.folding.scoping import scope_of

Definition = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom
)


#: Decorators that make a function known to nobody.
PLAIN = frozenset({"staticmethod", "classmethod", "property", "cached_property"})


class Helper:
    """A function or class that what is gone used, and nothing else. *is_sure* tells that it may go; *reason* why not.

    *places* are the offsets where what is gone used it.
    """

    __slots__ = ("node", "places", "reason")

    def __init__(self, node: Definition, places: list[int], reason: str) -> None:
        self.node = node
        self.places = places
        self.reason = reason

    @property
    def is_sure(self) -> bool:
        """Whether nobody can miss it."""
        return not self.reason


def unused_helpers(
    layout: Layout,
    erased: Sequence[tuple[int, int]],
    elsewhere: Callable[[str], bool | None],
    constants: frozenset[int],
) -> list[Helper]:
    """The functions and classes that lose their last use with what is *erased*; they stand in the text themselves.

    So do the assignments whose ids are among *constants*.
    """
    context = layout.context
    starts = [start for start, _ in erased]

    def is_gone(offset: int) -> bool:
        number = bisect_right(starts, offset) - 1
        return number >= 0 and offset < erased[number][1]

    lost = {
        (node.id, False) for node in _uses(context) if isinstance(node, ast.Name) and is_gone(context.span(node)[0])
    }
    lost |= {
        (node.attr, True)
        for node in _uses(context)
        if isinstance(node, ast.Attribute) and is_gone(context.span(node)[1] - 1)
    }
    found: list[Helper] = []
    for node in _definitions(context, constants):
        name = name_of(node)
        of_class = isinstance(context.parent(node), ast.ClassDef)
        if (
            (name, of_class) not in lost
            or (name.startswith("__") and name.endswith("__"))
            or is_gone(context.span(node)[0])
        ):
            continue
        inside = (layout.begin(node), layout.end(node))
        others = [
            match.start()
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", layout.text)
            if not inside[0] <= match.start() < inside[1]
        ]
        if any(not is_gone(offset) for offset in others):
            continue
        reason = _reason(context, node, elsewhere)
        if reason is not None:
            found.append(Helper(node, others, reason))
    return found


def unused_locals(layout: Layout, erased: Sequence[tuple[int, int]], expressions: Expressions) -> list[Helper]:
    """The assignments and imports in functions whose names lose their last use with what is *erased*, and that do
    nothing else.
    """
    context = layout.context
    starts = [start for start, _ in erased]

    def is_gone(offset: int) -> bool:
        number = bisect_right(starts, offset) - 1
        return number >= 0 and offset < erased[number][1]

    lost = {node.id for node in _uses(context) if isinstance(node, ast.Name) and is_gone(context.span(node)[0])}
    found: list[Helper] = []
    for node in context.nodes((ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)):
        assert isinstance(node, Definition)
        names = list(_bound_by(node))
        if not lost.intersection(names) or is_gone(context.span(node)[0]):
            continue
        scope, _ = context.surroundings(node)
        if scope.kind != "function" or "noqa" in context.source.line(node.lineno):
            continue
        if any(len(scope.bindings.get(name, ())) != 1 or name in context.index.declared for name in names):
            continue
        value = getattr(node, "value", None)
        if value is not None and not expressions.is_pure(value):
            continue
        uses = [
            use
            for use in context.index.uses
            if use.chain[0].id in names and scope_of(use.chain[0].id, use.scope) is scope  # type: ignore[union-attr]
        ]
        places = [context.span(use.chain[0])[0] for use in uses]
        settled = all(use.text_start is None for use in uses)
        used = {use.chain[0].id for use in uses}  # type: ignore[union-attr]
        if used.issuperset(names) and settled and all(map(is_gone, places)):
            found.append(Helper(node, places, ""))
    return found


def _bound_by(node: ast.stmt) -> Iterator[str]:
    """The names that a plain assignment or an import binds; an empty one for what is no name."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        simple = node.value is not None and (isinstance(node, ast.AnnAssign) or len(node.targets) == 1)
        yield name_of(node) if simple else ""


def _uses(context: FileContext) -> Iterator[ast.Name | ast.Attribute]:
    for node in context.nodes((ast.Name, ast.Attribute)):
        assert isinstance(node, ast.Name | ast.Attribute)
        yield node


def called(decorator: ast.expr) -> str:
    """The last part of the name of a decorator, ``""`` where it is no name."""
    return str(getattr(decorator, "id", getattr(decorator, "attr", "")))


def name_of(node: Definition) -> str:
    """The name that *node* binds."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        return target.id if isinstance(target, ast.Name) else ""
    return getattr(node, "name", "")


def _definitions(context: FileContext, constants: frozenset[int]) -> Iterator[Definition]:
    """The functions and classes of the module, and the methods of its classes; and the *constants*."""
    for declaration in context.declarations:
        if declaration.outer is None or isinstance(declaration.outer, ast.ClassDef):
            yield declaration.node
    for node in context.nodes((ast.Assign, ast.AnnAssign)):
        if id(node) in constants:
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            yield node


def _reason(context: FileContext, node: Definition, elsewhere: Callable[[str], bool | None]) -> str | None:
    """Why *node* may still be needed, ``""`` where it is not; None where another file of the project has its name."""
    name = name_of(node)
    there = elsewhere(name)
    if there:
        return None
    if context.index.is_exported(name):
        return None
    if there is None:
        return "other files may use it"
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return ""
    if not name.startswith("_"):
        return "its name is public: others than this project may use it"
    if any(called(decorator) not in PLAIN for decorator in getattr(node, "decorator_list", ())):
        return "its decorator may make it known elsewhere"
    outer = context.parent(node)
    if isinstance(outer, ast.ClassDef) and outer.bases and not isinstance(node, ast.ClassDef):
        return "a base class of its class may call it"
    return ""
