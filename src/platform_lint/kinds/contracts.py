"""Who may import whom: ``layers``, ``independent`` and ``reserved``.

All of it is decided for one file at a time, from its own imports and from those of the modules that lie between it and
what it must not reach; so the hook on a single file says what the whole run says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from platform_lint.hits import Hit
from platform_lint.import_graph import END, PASS, WALL, Import, ImportGraph, Search
from platform_lint.import_lines import module_span
from platform_lint.kinds import Reading
from platform_lint.names import NameError_, anchor, is_glob, literal_prefix, parse_name
from platform_lint.rule import Api, Rule
from platform_lint.scopes import Binding, QualifiedName
from platform_lint.tables import RuleTable, listed

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.kinds import Fail, Key
    from platform_lint.modules import Modules
    from platform_lint.rule import Trace

_PLACEHOLDERS = ("name", "module", "chain", "layer")
_LAYER = "`{module}` must not import `{name}`, which is in a layer above it (`{layer}`): move down what both need"
_SIBLING = (
    "`{module}` must not import `{name}`: they are independent of each other (`{layer}`); move out what both need"
)
_RESERVED = "`{module}` must not import `{name}`, which is reserved for {layer}: go through that"
_IMPORT_TERM = ("word", "import")


# Reading the table


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read ``layers``, ``independent``, ``reserved`` and ``ignore``."""
    layers = _layers(table.layers, fail) if table.layers is not None else []
    siblings = [
        _name(text, "independent", fail, ("independent", number))
        for number, text in enumerate(listed(table.independent or []))
    ]
    if table.independent is not None:
        _check_siblings(siblings, fail)
    reserved = [
        (
            _name(key, "reserved", fail, ("reserved", key)),
            [_name(text, "reserved", fail, ("reserved", key, number)) for number, text in enumerate(allowed)],
        )
        for key, allowed in (table.reserved or {}).items()
    ]
    if table.reserved is not None and not reserved:
        raise fail("reserved", "reserved is empty: name at least one module")
    for key, allowed in (table.reserved or {}).items():
        if not allowed:
            raise fail(("reserved", key), f"reserved {key!r}: nobody may import it, so `ban` it")
        for number, text in enumerate(allowed):
            if text in allowed[:number]:
                raise fail(("reserved", key, number), f"reserved {key!r}: {text!r} is there twice")
    for number, text in enumerate(table.ignore):
        if text in table.ignore[:number]:
            raise fail(("ignore", number), f"ignore: {text!r} is there twice")
    return Reading(
        traces=_traces(layers, siblings, [key for key, _ in reserved]),
        body={
            "layers": layers,
            "independent": siblings,
            "reserved": reserved,
            "ignore": [_ignored(text, number, fail) for number, text in enumerate(table.ignore)],
            "unmatched_ignore": table.unmatched_ignore,
        },
        placeholders=_PLACEHOLDERS,
    )


def _layers(said: Sequence[str], fail: Fail) -> list[tuple[bool, list[tuple[str, bool]]]]:
    """Each layer: whether its parts are independent of each other, and its parts with whether they are optional."""
    layers: list[tuple[bool, list[tuple[str, bool]]]] = []
    seen: list[str] = []
    for number, text in enumerate(said):
        at: Key = ("layers", number)
        if "|" in text and ":" in text:
            raise fail(at, f"layers: {text!r} mixes `|` (independent) and `:` (not independent)")
        parts: list[tuple[str, bool]] = []
        for piece in re.split(r"[|:]", text):
            optional = piece.strip().startswith("(") and piece.strip().endswith(")")
            name = _name(piece.strip()[1:-1] if optional else piece, "layers", fail, at)
            _check_apart(name, seen, "layers", fail, at)
            seen.append(name)
            parts.append((name, optional))
        layers.append((":" not in text, parts))
    if len(layers) < 2 and not any(independent and len(parts) > 1 for independent, parts in layers):
        raise fail("layers", "layers: expected two at least, the highest first")
    return layers


def _check_apart(name: str, others: Sequence[str], key: str, fail: Fail, at: Key) -> None:
    for other in others:
        for inner, outer in ((name, other), (other, name)):
            if _is_part_of(inner, outer):
                what = (
                    "is there twice" if inner == outer else f"is part of {outer!r}; a module can be in one of them only"
                )
                raise fail(at, f"{key}: {inner!r} {what}")


def _is_part_of(inner: str, outer: str) -> bool:
    """Whether every module that *inner* names lies in one that *outer* names."""
    parts, prefix = inner.split("."), outer.split(".")
    return (
        "**" not in prefix
        and len(prefix) <= len(parts)
        and all(part != "**" and fnmatchcase(part, glob) for part, glob in zip(parts, prefix, strict=False))
    )


def _check_siblings(siblings: Sequence[str], fail: Fail) -> None:
    if len(siblings) < 2 and not any(is_glob(tuple(name.split("."))) for name in siblings):
        raise fail("independent", "independent: expected a name with a wildcard, or two names at least")
    for number, name in enumerate(siblings):
        _check_apart(name, siblings[:number], "independent", fail, ("independent", number))


def _name(text: str, key: str, fail: Fail, at: Key) -> str:
    """A module, or a glob of modules; each with all that is below it, so ``.**`` at the end says nothing more."""
    name = text.strip()
    while name.endswith(".**"):
        name = name[: -len(".**")]
    try:
        parse_name(name)
    except NameError_ as error:
        raise fail(at, f"{key}: {error}") from None
    return name


def _ignored(text: str, number: int, fail: Fail) -> tuple[str, str]:
    importer, arrow, imported = (piece.strip() for piece in text.partition("->"))
    if not arrow or not importer or not imported:
        raise fail(("ignore", number), f"ignore: {text!r}: expected `importing.module -> imported.module`")
    for name in (importer, imported):
        try:
            parse_name(name)
        except NameError_ as error:
            raise fail(("ignore", number), f"ignore: {error}") from None
    return importer, imported


def _traces(
    layers: Sequence[tuple[bool, list[tuple[str, bool]]]], siblings: Sequence[str], reserved: Sequence[str]
) -> Iterator[Trace]:
    """Who can break the contracts at all: whoever has something above or beside it, or spells what is reserved."""
    importers = [
        name
        for number, (independent, parts) in enumerate(layers)
        if number or (independent and len(parts) > 1)
        for name, _ in parts
    ]
    for name in dict.fromkeys((*importers, *siblings)):
        yield (("module", name), _IMPORT_TERM)
    for name in reserved:
        parts = tuple(name.split("."))
        yield (("word", anchor(parts)), _IMPORT_TERM)
        if is_glob(parts) and literal_prefix(parts):
            # Beside each other they need not spell what they have in common.
            yield (("module", ".".join(literal_prefix(parts))), _IMPORT_TERM)


# Names of modules


class _Modules:
    """The modules a name or glob stands for, with all below them."""

    __slots__ = ("_pattern", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = [_pattern(part, r"(\w+(?:\.\w+)*?)") for part in text.split(".")]
        self._pattern = re.compile(r"\.".join(pieces) + r"(?=\.|\Z)")

    def match(self, module: QualifiedName) -> tuple[str, tuple[str, ...]] | None:
        """The part of *module* that is meant, and what the wildcards stand for in it; None where it is none."""
        found = self._pattern.match(".".join(module))
        return None if found is None else (found.group(), found.groups())


def _pattern(part: str, any_number: str) -> str:
    """The pattern for one part of a glob, a group for each wildcard; *any_number* is that of ``**``."""
    if part == "**":
        return any_number
    return "".join(r"(\w*)" if char == "*" else r"(\w)" if char == "?" else re.escape(char) for char in part)


def _exactly(text: str) -> re.Pattern[str]:
    """The modules that *text* names, without those below them."""
    return re.compile(r"\.".join(_pattern(part, r"\w+(?:\.\w+)*") for part in text.split(".")) + r"\Z")


class Place:
    """Where a module is: in which part of which layer, and what the wildcards of that stand for."""

    __slots__ = ("bound", "level", "part")

    def __init__(self, level: int, part: str, bound: tuple[str, ...]) -> None:
        self.level = level
        self.part = part
        self.bound = bound

    def shares(self, other: Place) -> bool:
        """Whether wildcards stand for the same in both, so that the layers hold between them."""
        return all(one == another for one, another in zip(self.bound, other.bound, strict=False))


class Contract:
    """What a rule says, ready to be asked."""

    def __init__(self, rule: Rule) -> None:
        body = rule.body
        self.rule = rule
        self.layers = [
            (level, independent, _Modules(name))
            for level, (independent, parts) in enumerate(body["layers"])
            for name, _ in parts
        ]
        self.siblings = [_Modules(name) for name in body["independent"]]
        self.reserved = [(_Modules(name), [_Modules(text) for text in allowed]) for name, allowed in body["reserved"]]
        self.ignores = [
            (f"{importer} -> {imported}", _exactly(importer), _exactly(imported))
            for importer, imported in body["ignore"]
        ]
        self._independent = {level for level, independent, _ in self.layers if independent}
        self._places: dict[QualifiedName, Place | None] = {}

    @classmethod
    def of(cls, rule: Rule, graph: ImportGraph) -> Contract:
        """The contract of *rule*, made once."""
        known = graph.memo.get(rule)
        if known is None:
            known = graph.memo[rule] = cls(rule)
        assert isinstance(known, cls)
        return known

    def place(self, module: QualifiedName) -> Place | None:
        """The layer *module* is in, the most special name deciding."""
        if module not in self._places:
            best: tuple[int, int, Place] | None = None
            for level, _, modules in self.layers:
                found = modules.match(module)
                if found is not None:
                    rank = found[0].count("."), -len(found[1])
                    if best is None or rank > best[:2]:
                        best = (*rank, Place(level, modules.text, found[1]))
            self._places[module] = best[2] if best is not None else None
        return self._places[module]

    def sibling(self, module: QualifiedName) -> tuple[str, str] | None:
        """The independent part *module* is in, and the name of the rule that says so."""
        for modules in self.siblings:
            found = modules.match(module)
            if found is not None:
                return found[0], modules.text
        return None

    def is_above(self, other: Place, own: Place) -> bool:
        """Whether a module at *own* must not import one at *other*."""
        if not own.shares(other):
            return False
        if other.level == own.level:
            return own.level in self._independent and other.part != own.part
        return other.level < own.level

    def is_reserved(self, name: QualifiedName, module: QualifiedName) -> list[str]:
        """Who alone may import *name*, where *module* may not; ``[]`` where it may."""
        for modules, allowed in self.reserved:
            found = modules.match(name)
            if found is None or any(other.match(module) for other in allowed):
                continue
            inside = modules.match(module)
            if inside is None or inside[0] != found[0]:
                # `acme.cache` and `acme.cache.**` are one.
                return list(dict.fromkeys(other.text for other in allowed))
        return []

    def concerns(self, module: QualifiedName) -> bool:
        """Whether the contract is about what *module* imports."""
        if self.place(module) is not None or self.sibling(module) is not None:
            return True
        # What is reserved concerns everybody: take those the exceptions are about.
        return bool(self.reserved) and any(pattern.match(".".join(module)) for _, pattern, _ in self.ignores)

    def is_ignored(self, importer: QualifiedName, imported: QualifiedName, external: bool = False) -> bool:
        """Whether the rule leaves an import out; of an *external* name a package it is in will do."""
        return any(self.matches(number, importer, imported, external) for number in range(len(self.ignores)))

    def matches(self, number: int, importer: QualifiedName, imported: QualifiedName, external: bool) -> bool:
        """Whether the *number*-th ignore is about an import."""
        _, importers, importeds = self.ignores[number]
        if not importers.match(".".join(importer)):
            return False
        counts = range(1, len(imported) + 1) if external else (len(imported),)
        return any(importeds.match(".".join(imported[:count])) for count in counts)


# Checking a file


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """Imports of the file that break the contract, by themselves or through what they import in turn."""
    view = context.view
    if view is None or view.module is None:
        return
    graph = view.modules.graph(view.root)
    yield from _Check(rule, context, graph, view.module).hits()


class _Check:
    def __init__(self, rule: Rule, context: FileContext, graph: ImportGraph, module: QualifiedName) -> None:
        self.rule = rule
        self.context = context
        self.graph = graph
        self.module = module
        self.contract = Contract.of(rule, graph)
        self.counts_types = rule.type_checking != "allow"
        self.searches = [*self._searches()]

    def hits(self) -> Iterator[Hit]:
        said: set[tuple[int, int]] = set()
        for binding, base, name in self.graph.imports_in(self.context.index):
            if binding.block.type_checking and not self.counts_types:
                continue
            imported, inside = self.graph.target(base, name)
            whole = (*base, name) if name not in ("", "*") else base
            if not inside and imported != base and self._message(base, base, inside):
                imported = whole = base  # `from redis import Redis`: it is `redis` that is imported.
            if imported == self.module or self.contract.is_ignored(self.module, imported, external=not inside):
                continue
            message = self._message(imported, whole, inside)
            if message:
                start, end = self._span(binding, imported, base)
                if (start, end) not in said:
                    said.add((start, end))
                    yield Hit(self.rule, None, "shape", (), start, end, message=message)

    def _message(self, imported: QualifiedName, whole: QualifiedName, inside: bool) -> str:
        """What is wrong with an import, "" for nothing."""
        contract, module = self.contract, self.module
        own, other = contract.place(module), contract.place(imported)
        if own is not None and other is not None and contract.is_above(other, own):
            return self._said(_LAYER if other.level != own.level else _SIBLING, imported, other.part)
        part, beside = contract.sibling(module), contract.sibling(imported)
        if part is not None and beside is not None and part[0] != beside[0]:
            return self._said(_SIBLING, imported, beside[1])
        for name in (imported, whole):
            allowed = contract.is_reserved(name, module)
            if allowed:
                mark = "" if self.rule.message else "`"
                return self._said(_RESERVED, name, ", ".join(f"{mark}{text}{mark}" for text in allowed))
        if inside:
            for default, search in self.searches:
                if search.verdict(imported) == PASS:
                    chain = search.chain(imported)
                    if chain:
                        return self._indirect(default, chain)
        return ""

    def _indirect(self, default: str, chain: Sequence[Import]) -> str:
        last = chain[-1].imported
        place, beside = self.contract.place(last), self.contract.sibling(last)
        layer = place.part if place is not None and default == _LAYER else beside[1] if beside is not None else ""
        if default == _SIBLING and not layer and place is not None:
            layer = place.part
        steps = [f"{'.'.join(self.module)} imports {'.'.join(chain[0].importer)}"]
        steps += [f"imports {'.'.join(item.imported)} ({self.graph.path(item.importer)}:{item.row})" for item in chain]
        return self._said(default, last, layer, ", which ".join(steps))

    def _said(self, default: str, name: QualifiedName, layer: str, chain: str = "") -> str:
        module, imported = ".".join(self.module), ".".join(name)
        direct = f"{module} imports {imported}"
        values = {"name": imported, "module": module, "layer": layer, "chain": chain or direct}
        return self.rule.filled(values, f"{default} ({{chain}})" if chain else default)

    def _span(self, binding: Binding, imported: QualifiedName, base: QualifiedName) -> tuple[int, int]:
        """The offsets of the name that says what is imported: the module of a ``from``, or one of its names."""
        statement, alias = binding.statement, binding.alias
        assert statement is not None and alias is not None
        source = self.context.source
        if binding.kind == "import" or imported != base:
            start = source.offset(alias.lineno, alias.col_offset)
            return start, source.offset(alias.end_lineno or alias.lineno, alias.end_col_offset or 0)
        return module_span(source.text, source.offset(statement.lineno, statement.col_offset))

    # Indirect imports

    def _searches(self) -> Iterator[tuple[str, Search]]:
        """A search for each contract that the file's module may break through others, with what to say then."""
        contract = self.contract
        own = contract.place(self.module)
        if own is not None and any(
            level < own.level or (level == own.level and independent and modules.text != own.part)
            for level, independent, modules in contract.layers
        ):

            def layered(module: QualifiedName) -> int:
                other = contract.place(module)
                if other is None or not own.shares(other):
                    return PASS
                return END if contract.is_above(other, own) else WALL

            yield _LAYER, self._search(("layers", own.level, own.part, own.bound), layered)
        part = contract.sibling(self.module)
        if part is not None:

            def beside(module: QualifiedName) -> int:
                other = contract.sibling(module)
                return PASS if other is None else WALL if other[0] == part[0] else END

            yield _SIBLING, self._search(("independent", part[0]), beside)

    def _search(self, key: tuple[Any, ...], verdict: Any) -> Search:
        known = self.graph.memo.get((self.rule, key))
        if known is None:
            known = self.graph.memo[self.rule, key] = Search(
                self.graph, verdict, self.contract.is_ignored, type_checking=self.counts_types
            )
        assert isinstance(known, Search)
        return known


# What a contract says of the whole project


def misfits(rule: Rule, modules: Modules, files: Iterable[str]) -> tuple[list[str], list[str]]:
    """What *rule* says of the project and is not so: errors and warnings, each in one line.

    *files* are those that are linted (absolute paths). Where the rule is about none of them it has nothing to answer
    for.
    """
    contract = Contract(rule)
    graphs: dict[str, ImportGraph] = {}
    for path in files:
        module, _, root = modules.name_of(path)
        if module is not None and root not in graphs and contract.concerns(module):
            graphs[root] = modules.graph(root)
    seen = tuple(graphs.values())
    level = rule.body["unmatched_ignore"] if graphs else "none"
    ignored = (
        [f"ignore {text!r} matches no import; remove it" for text in unmatched(rule, seen)] if level != "none" else []
    )
    warnings = [
        f"layer {name!r} has no module; write '({name})' where it need not be there" for name in missing(rule, seen)
    ]
    return (ignored, warnings) if level == "error" else ([], [*ignored, *warnings])


def unmatched(rule: Rule, graphs: Sequence[ImportGraph]) -> list[str]:
    """The ignores of *rule* that are about no import of the project, as they are written.

    One whose importing modules cannot be seen from the root of any of *graphs* is not judged.
    """
    contract = Contract(rule)
    found: list[str] = []
    for number, (importer, _) in enumerate(rule.body["ignore"]):
        judges = [graph for graph in graphs if _is_visible(importer, graph)]
        if judges and not any(_is_matched(contract, number, importer, graph) for graph in judges):
            found.append(contract.ignores[number][0])
    return found


def missing(rule: Rule, graphs: Sequence[ImportGraph]) -> list[str]:
    """The layers of *rule* that are not said to be optional and that no module of the project is in."""
    found: list[str] = []
    for name in (name for _, parts in rule.body["layers"] for name, optional in parts if not optional):
        judges = [graph for graph in graphs if _is_visible(name, graph)]
        if judges and all(next(_modules_like(name, graph), None) is None for graph in judges):
            found.append(name)
    return found


def _is_matched(contract: Contract, number: int, importer: str, graph: ImportGraph) -> bool:
    """Whether some import of the project is what the *number*-th ignore of *contract* is about."""
    pattern = contract.ignores[number][1]
    counts_types = contract.rule.type_checking != "allow"
    return any(
        contract.matches(number, module, item.imported, external=not graph.is_module(item.imported))
        for module in _modules_like(importer, graph)
        if pattern.match(".".join(module))
        for item in graph.imports_of(module)
        if counts_types or not item.type_checking
    )


def _is_visible(name: str, graph: ImportGraph) -> bool:
    """Whether modules called *name* would be found from the graph's root."""
    prefix = literal_prefix(tuple(name.split(".")))
    return not prefix or prefix[0] in graph.first_party


def _modules_like(name: str, graph: ImportGraph) -> Iterator[QualifiedName]:
    """The modules of the project that *name* stands for, and after each all below it."""
    parts = tuple(name.split("."))
    prefix = literal_prefix(parts)
    known = parts[: parts.index("**")] if "**" in parts else parts

    def wanted(module: QualifiedName) -> bool:
        return all(fnmatchcase(part, glob) for part, glob in zip(module, known, strict=False))

    modules = _Modules(name)
    below = graph.modules_below(prefix[:-1] if prefix == parts else prefix, wanted)
    return (module for module in below if modules.match(module))
