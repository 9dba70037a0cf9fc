"""Which qualified names a tree uses, and how often: what bans are chosen from.

A pass over ``ast`` of its own, so that the choice owes nothing to the engine under test. It knows a file's imports and
no scopes: good enough to choose names by, and never what a result is judged by.
"""

from __future__ import annotations

import ast
import builtins
import json
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.workspace import Tree, python_files, scratch

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


@dataclass
class Usage:
    """How often each qualified name occurs.

    *imported* by ``from … import``, *used* outside of imports, *dotted* as that part of it which goes through a dot,
    and *modules* as the module an import names.
    """

    imported: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    dotted: Counter[str] = field(default_factory=Counter)
    modules: Counter[str] = field(default_factory=Counter)

    def total(self, name: str) -> int:
        """All places *name* occurs at."""
        return self.imported[name] + self.used[name]

    def names(self) -> set[str]:
        """Every name that occurs."""
        return set(self.imported) | set(self.used)


def usage(tree: Tree, below: str = "") -> Usage:
    """What the files of *tree*, or only those below a folder of it, use."""
    stored = scratch(f"usage-{tree.name}{'-' if below else ''}{below.replace('/', '-')}.json")
    if not stored.is_file():
        found = Usage()
        for path in python_files(tree.root / below):
            _count(path, tree.root, found)
        stored.write_text(json.dumps(vars(found)))
    return Usage(**{kind: Counter(counts) for kind, counts in json.loads(stored.read_text()).items()})


def _count(path: Path, root: Path, found: Usage) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return
    package = path.relative_to(root).parts[:-1]
    local = {name: f"builtins.{name}" for name in _BUILTINS}
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found.modules[alias.name] += 1
                top = alias.name.partition(".")[0]
                local[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            parts = (*package[: len(package) - node.level + 1], node.module) if node.level else (node.module,)
            module = ".".join(part for part in parts if part)
            found.modules[module] += 1
            for alias in node.names:
                if alias.name != "*":
                    local[alias.asname or alias.name] = f"{module}.{alias.name}"
                    found.imported[f"{module}.{alias.name}"] += 1
        elif isinstance(node, ast.Attribute):
            inner.add(id(node.value))
    for node in ast.walk(tree):
        if id(node) not in inner and isinstance(node, ast.Attribute | ast.Name):
            for name, dotted in _spelled(node, local):
                found.used[name] += 1
                found.dotted[name] += dotted


def _spelled(node: ast.expr, local: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """The qualified names along a chain ``a.b.c``, each with whether it is reached through a dot."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in local:
        qualified = local[node.id]
        yield qualified, False
        for attribute in reversed(attributes):
            qualified += f".{attribute}"
            yield qualified, True


# Choosing


def spread(names: list[str], count: int) -> list[str]:
    """*count* of *names*, the first and the last among them, growing sparser on the way."""
    if len(names) <= count:
        return names
    chosen: list[int] = []
    for step in range(count):
        rank = round(len(names) ** (step / (count - 1))) - 1
        chosen.append(max(rank, chosen[-1] + 1) if chosen else rank)
    return [names[rank] for rank in chosen]


def by_frequency(usage: Usage, keep: Callable[[str], bool]) -> list[str]:
    """The names that *keep* lets through, the frequent ones first."""
    return sorted(filter(keep, usage.names()), key=lambda name: (-usage.total(name), name))


def used_names(tree: Tree, count: int = 60) -> list[str]:
    """*count* names that *tree* really uses: of every kind, the frequent, the middling and the rare.

    No builtins: ruff cannot ban them where they are used without an import.
    """
    found = usage(tree)
    modules = sorted(set(found.modules) - {"", "__future__"}, key=lambda name: (-found.modules[name], name))
    kinds: list[tuple[int, list[str]]] = [
        (12, [name for name in modules if found.modules[name] > 1]),
        (16, by_frequency(found, lambda name: _kind(name, found) == "class")),
        (20, by_frequency(found, lambda name: _kind(name, found) == "function")),
        (6, by_frequency(found, lambda name: _kind(name, found) == "constant")),
        (6, by_frequency(found, lambda name: _kind(name, found) == "member")),
    ]
    whole = sum(share for share, _ in kinds)
    chosen: list[str] = []
    for share, names in kinds:
        chosen += spread(names, round(share * count / whole))
    return sorted(chosen)


def unused_names(tree: Tree, other: Tree, count: int) -> list[str]:
    """*count* names that *other* uses, often or seldom, and *tree* does not."""
    here, there = usage(tree), usage(other)
    taken = here.names() | set(here.modules)
    kinds = ("class", "function", "constant")
    return sorted(spread(by_frequency(there, lambda name: name not in taken and _kind(name, there) in kinds), count))


def heavy_names(usage: Usage, at_least: int, count: int) -> list[str]:
    """The *count* names used *at_least* so often, those first that are reached by import and through a dot alike."""
    kinds = ("class", "function")
    names = by_frequency(usage, lambda name: usage.total(name) >= at_least and _kind(name, usage) in kinds)
    return sorted(names, key=lambda name: -min(usage.imported[name], usage.dotted[name]))[:count]


def _kind(name: str, usage: Usage) -> str:
    """What *name* seems to be, by how Python code is written; "" where it does not matter or cannot be said."""
    *parents, last = name.split(".")
    if not parents or parents[0] in ("builtins", "__future__") or last.startswith("_"):
        return ""
    if name in usage.modules or usage.total(name) < 2:
        return ""
    if parents[-1][:1].isupper():
        return "member"
    if not usage.modules[".".join(parents)]:
        return ""
    if last.isupper():
        return "constant"
    return "class" if last[:1].isupper() else "function"


if __name__ == "__main__":
    from benchmarks.workspace import tree

    for name in used_names(tree(sys.argv[1])):
        print(usage(tree(sys.argv[1])).total(name), name)
