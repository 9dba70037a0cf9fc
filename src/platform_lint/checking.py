"""Checking one file: from its bytes to what breaks a rule in it.

:func:`analyse` is the whole of it, pure but for the project modules it may look up. A ``ban`` is reported where the
banned name enters the file: at the import that names it, or at each use when it is reached through its parent. A
``rename`` is reported at each use, and at the import where nothing uses it or where the import itself spells what
moved.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from platform_lint import engine_rules
from platform_lint.catalog import Catalog
from platform_lint.context import FileContext, Match
from platform_lint.hits import Hit, Kind, given_up
from platform_lint.index import Follow, Index, Reference, StarExports, build, parse
from platform_lint.limits import GaveUp
from platform_lint.metering import NAMES, PARSING, Meter
from platform_lint.modules import ModuleView
from platform_lint.names import glob_pattern, is_glob
from platform_lint.rule import NAME_VERBS, Name, Rule
from platform_lint.scopes import Binding, Block, QualifiedName
from platform_lint.sieve import Look
from platform_lint.source import Source

#: Whether a rule is in force for the file at hand.
Applies = Callable[[Rule], bool]


class Analysis:
    """What is known of one file: its text, its index (None where it could not be parsed) and its hits in order.

    *star_exports* tells what star imports bind in it.
    """

    __slots__ = ("hits", "index", "look", "source", "star_exports", "tree", "view")

    def __init__(
        self,
        source: Source,
        tree: ast.Module | None,
        index: Index | None,
        hits: list[Hit],
        view: ModuleView | None,
        look: Look,
        star_exports: StarExports,
    ) -> None:
        self.source = source
        self.tree = tree
        self.index = index
        self.hits = hits
        self.view = view
        self.look = look
        self.star_exports = star_exports

    @property
    def is_whole(self) -> bool:
        """Whether all of the file was indexed, not only what mentions the names of rules."""
        return self.index is not None and self.index.words is None


def analyse(
    source: Source,
    catalog: Catalog,
    look: Look,
    *,
    view: ModuleView | None = None,
    applies: Applies | None = None,
    tree: ast.Module | None = None,
    complete: bool = False,
) -> Analysis:
    """Find what breaks *catalog*'s rules in *source*, where the sieve's *look* says something might.

    *tree* is the syntax tree where somebody already has it. *complete* indexes the whole file rather than what mentions
    the words of *look*: a fix needs to know all of it. A file that cannot be parsed has one hit that says so.
    """
    complete = complete or any(catalog.by_code[code].whole for code in look.shapes)
    words = None if complete else frozenset(look.words)
    star_exports = _star_exports(catalog, view)
    if not words and not look.stars and not look.strings and not complete:
        return Analysis(source, tree, None, [], view, look, star_exports)
    meter = catalog.meter
    if meter is not None:
        meter.start()
    try:
        whole = tree is not None or complete or bool(look.strings)
        while True:
            if tree is None or not whole:
                tree = parse(source, None if whole else words)
            index = build(
                source,
                tree,
                module=view.module if view else None,
                package=view.package if view else False,
                words=words,
                follow=_follow(catalog, view),
                star_exports=star_exports,
            )
            if whole or index.words == words:
                break
            # An alias is one more name to look for, and what mentions it was left out.
            words = index.words
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Analysis(source, None, None, [unparsable(source, error)], view, look, star_exports)
    if meter is not None:
        meter.lap(PARSING)
    matcher = _Matcher(catalog, index, view, applies)
    hits = list(matcher.hits())
    if look.strings:
        hits += matcher.strings(tree, look.strings)
    if meter is not None:
        meter.lap(NAMES)
    candidates = [catalog.by_code[code] for code in sorted(look.shapes.union(matcher.shapes))]
    # What goes by its traces has nothing to say of a file that has none of them, whatever names it uses.
    shapes = [rule for rule in candidates if (rule.code in look.shapes or not rule.traced) and matcher.holds(rule)]
    conditional = {hit.rule.code for hit in hits if hit.rule.inside or hit.rule.not_inside}
    if index.words is not None and (conditional or any(rule.whole for rule in shapes)):
        whole_tree = tree if whole else None
        return analyse(source, catalog, look, view=view, applies=applies, tree=whole_tree, complete=True)
    if shapes or conditional:
        context = FileContext(source, tree, index, view, catalog.apis, matcher.shapes)
        hits += _shape_hits(shapes, context, meter)
        hits = list(_in_place(hits, context))
    hits = _uncovered(hits)
    hits.sort(key=lambda hit: (hit.start, hit.end, hit.rule.code))
    return Analysis(source, tree, index, hits, view, look, star_exports)


def _shape_hits(rules: Iterable[Rule], context: FileContext, meter: Meter | None) -> Iterator[Hit]:
    from platform_lint.kinds import kind

    if meter is not None:
        meter.start()
        for rule in rules:
            yield from _checked([rule], kind(rule.verb).check(rule, context))
            meter.lap(rule.code)
        return
    together: dict[str, list[Rule]] = {}
    for rule in rules:
        module = kind(rule.verb)
        if hasattr(module, "check_all"):
            together.setdefault(rule.verb, []).append(rule)
        else:
            yield from _checked([rule], module.check(rule, context))
    for verb, sharing in together.items():
        yield from _checked(sharing, kind(verb).check_all(sharing, context))  # type: ignore[attr-defined]


def _checked(rules: Sequence[Rule], hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits of *rules*, those that are given up said in the end."""
    try:
        yield from hits
    except GaveUp as error:
        for rule in rules:
            yield given_up(rule, str(error), error.start)


def _uncovered(hits: list[Hit]) -> list[Hit]:
    """*hits* without those inside a hit whose rule covers theirs."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        for code in hit.rule.covers if hit.kind != "engine" else ():
            spans.setdefault(code, []).append((hit.start, hit.end))
    if not spans:
        return hits
    return [
        hit
        for hit in hits
        if not any(start <= hit.start and hit.end <= end for start, end in spans.get(hit.rule.code, ()))
    ]


def _in_place(hits: Iterable[Hit], context: FileContext) -> Iterator[Hit]:
    """Those of *hits* around which all is as their rules want it."""
    from platform_lint.patterns.conditions import holds

    over: set[str] = set()
    for hit in hits:
        rule = hit.rule
        try:
            if hit.kind == "engine" or not (rule.inside or rule.not_inside) or holds(rule, context, hit.start, hit.end):
                yield hit
        except GaveUp as error:
            if rule.code not in over:
                over.add(rule.code)
                yield given_up(rule, str(error), hit.start)


def unparsable(source: Source, error: Exception) -> Hit:
    """The hit for a file that ``ast.parse`` refuses with *error*."""
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    row, column = 1, 1
    if isinstance(error, SyntaxError):
        row, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        reason = f"{python} cannot parse it: {error.msg}"
    elif isinstance(error, RecursionError | MemoryError):
        reason = f"{python} cannot parse it: nested too deeply"
    else:
        reason = f"{python} cannot parse it: {error}"
    starts = source.starts
    row = min(row, len(starts))
    start = min(starts[row - 1] + column - 1, len(source.text))
    return engine_hit(engine_rules.UNPARSABLE, start, start, reason)


def engine_hit(code: str, start: int, end: int, message: str) -> Hit:
    """A hit of one of the engine's own codes."""
    return Hit(engine_rules.ENGINE_RULES[code], None, "engine", (), start, end, message=message)


def _follow(catalog: Catalog, view: ModuleView | None) -> Follow | None:
    """Follows re-exports that a rule may care about: they keep their name, so others need no look into their module."""
    if view is None:
        return None
    parts = catalog.table.by_part
    return lambda qualified: view.follow(qualified) if qualified[-1] in parts else ()


def _star_exports(catalog: Catalog, view: ModuleView | None) -> StarExports:
    def exports(module: QualifiedName) -> frozenset[str] | None:
        declared = catalog.star_exports(module)
        if declared is None and view is not None:
            return view.star_exports(module)
        return declared

    return exports


class _Matcher:
    """Holds the index against the name table."""

    def __init__(self, catalog: Catalog, index: Index, view: ModuleView | None, applies: Applies | None) -> None:
        self.catalog = catalog
        self.index = index
        self.source = index.source
        self.applies = applies
        self.exports = _star_exports(catalog, view)
        own = view.module if view is not None else None
        # A file is free to use what it is itself the implementation of.
        self.exempt = catalog.table.implemented_by(own) if own else set()
        self.in_force: dict[str, bool] = {}
        #: Where the names of rules about shape are used, by code.
        self.shapes: dict[str, list[Match]] = {}
        #: What imports already reported: (local name of a plain import, or id of another binding; entry number).
        self.reported: set[tuple[str | int, int]] = set()
        self.uses: dict[int, list[Reference]] = {}
        for reference in index.references:
            if reference.binding is not None:
                self.uses.setdefault(id(reference.binding), []).append(reference)

    def hits(self) -> Iterator[Hit]:
        seen: set[tuple[str, int, int]] = set()
        for hit in (*self._imports(), *self._uses(), *self._stars()):
            key = (hit.rule.code, hit.start, hit.end)
            if key not in seen:
                seen.add(key)
                yield hit

    def _matches(self, qualified: QualifiedName, *blocks: Block | None) -> Iterator[tuple[int, Rule, Name, int]]:
        """The entries *qualified* falls under, the longest of each rule: (number, rule, name, parts matched)."""
        candidates = self.catalog.candidates(qualified)
        if not candidates:
            return
        best: dict[str, tuple[int, Rule, Name, int]] = {}
        for number, rule, name, count in candidates:
            if number in self.exempt and rule.verb in NAME_VERBS:
                continue
            if rule.verb == "rename" and name.is_moved(qualified):
                continue
            known = best.get(rule.code)
            if known is None or _more_special(name, count, known[2], known[3]):
                best[rule.code] = (number, rule, name, count)
        for number, rule, name, count in best.values():
            if not self.holds(rule):
                continue
            if rule.type_checking == "allow" and any(block is not None and block.type_checking for block in blocks):
                continue
            if not any(_covers(allowed, qualified, count) for allowed in rule.allow):
                yield number, rule, name, count

    def holds(self, rule: Rule) -> bool:
        """Whether *rule* is in force for this file."""
        holds = self.in_force.get(rule.code)
        if holds is None:
            holds = self.in_force[rule.code] = self.applies is None or self.applies(rule)
        return holds

    def _imports(self) -> Iterator[Hit]:
        for binding in self.index.imports:
            alias, statement, target = binding.alias, binding.statement, binding.target
            if target is None or alias is None or statement is None or _silent(binding.block):
                continue
            plain = isinstance(statement, ast.Import)
            whole = tuple(alias.name.split(".")) if plain else target
            said: set[str] = set()
            for qualified in (whole, *binding.hops):
                for number, rule, name, count in self._matches(qualified, binding.block):
                    if rule.verb not in NAME_VERBS:
                        # A shape may be looked for where nothing uses what is imported: an import's own form.
                        self.shapes.setdefault(rule.code, [])
                        continue
                    if count < len(qualified) and qualified is not whole:
                        continue  # A re-export is followed to the thing itself, not to the module it happens to be in.
                    if rule.code in said:
                        continue  # What the import spells broke the rule already; where that is from is no matter.
                    said.add(rule.code)
                    in_module = not plain and qualified is whole and count < len(whole)
                    if rule.verb == "rename":
                        if name.below and any(
                            name.is_moved(used) for use in self.uses.get(id(binding), ()) for used, _ in use.names()
                        ):
                            continue  # `import a` for `a.b`, which is what has become of `a`.
                        if not in_module and self._used(binding, number, count, whole):
                            continue
                    elif self._only_allowed(rule, binding, count, whole):
                        continue
                    elif (rule.inside or rule.not_inside) and self._used(binding, number, count, whole):
                        continue  # What is around a use decides.
                    self.reported.add((binding.name if plain else id(binding), number))
                    start, end = self._place(statement, alias, in_module)
                    kind: Kind = "module" if in_module else "import"
                    yield Hit(rule, name, kind, qualified[:count], start, end, binding)

    def _place(self, statement: ast.Import | ast.ImportFrom, alias: ast.alias, in_module: bool) -> tuple[int, int]:
        """Offsets of the imported name, or of the whole statement where the module in its ``from`` is meant."""
        node = statement if in_module else alias
        start = self.source.offset(node.lineno, node.col_offset)
        return start, self.source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def _used(self, binding: Binding, number: int, count: int, whole: QualifiedName) -> bool:
        """Whether a use of what *binding* imports is reported for the same entry."""
        return any(
            any(found == number for found, _, _, _ in self._matches(qualified, reference.block, binding.block))
            for reference in self.uses.get(id(binding), ())
            if not reference.block.versioned
            for qualified, _ in reference.names()
        )

    def _only_allowed(self, rule: Rule, binding: Binding, count: int, whole: QualifiedName) -> bool:
        """Whether all that is done with a banned import is using members the rule allows."""
        if not any(len(allowed) > len(whole) and allowed[: len(whole)] == whole for allowed in rule.allow):
            return False
        uses = self.uses.get(id(binding), ())
        return (
            bool(uses)
            and not binding.contested
            and all(any(_covers(allowed, reference.qualified, count) for allowed in rule.allow) for reference in uses)
        )

    def _uses(self) -> Iterator[Hit]:
        for reference in self.index.references:
            binding = reference.binding
            if reference.block.versioned or (binding is not None and _silent(binding.block)):
                continue
            said: set[str] = set()
            for qualified, base in reference.names():
                if reference.context != "load" and qualified is not reference.qualified:
                    continue  # Assigning to a re-export changes the module that re-exports, not the original.
                for number, rule, name, count in self._matches(
                    qualified, reference.block, binding.block if binding else None
                ):
                    if count < base and qualified is not reference.qualified:
                        continue  # A re-export is followed to the thing itself, not to the module it happens to be in.
                    if rule.code in said:
                        continue
                    said.add(rule.code)
                    if rule.verb not in NAME_VERBS:
                        self.shapes.setdefault(rule.code, []).append(Match(name, reference, qualified, count, base))
                        continue
                    if self._known_already(rule, number, count, base, reference):
                        continue
                    start, end = reference.start, reference.end_of(count, base)
                    yield Hit(rule, name, "use", qualified[:count], start, end, binding, reference)

    def _known_already(self, rule: Rule, number: int, count: int, base: int, reference: Reference) -> bool:
        """Whether the place that made the name known here was reported, so that this use need not be."""
        binding = reference.binding
        if binding is None or binding.kind == "star":
            return False
        if binding.kind == "definition" or (rule.verb == "ban" and (rule.inside or rule.not_inside)):
            return False
        if binding.kind == "alias":
            return count <= base  # `join = os.path.join` was reported itself.
        if rule.verb == "rename":
            # `from moved import X` is reported at the import: it is `moved` that the file has to change.
            return binding.kind == "from" and count < base
        return (binding.name, number) in self.reported or (id(binding), number) in self.reported

    def _stars(self) -> Iterator[Hit]:
        for star in self.index.stars:
            statement, module = star.statement, star.target
            if statement is None or module is None or _silent(star.block):
                continue
            start = self.source.offset(statement.lineno, statement.col_offset)
            end = self.source.offset(statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
            found = False
            for _, rule, name, count in self._matches(module, star.block):
                if rule.verb not in NAME_VERBS:
                    self.shapes.setdefault(rule.code, [])
                    continue
                found = True
                yield Hit(rule, name, "star", module[:count], start, end, star)
            if found or self.exports(module) is not None:
                continue
            hidden = self._hidden(module)
            if hidden:
                dotted = ".".join(module)
                message = f"`from {dotted} import *` hides whether {hidden} is used; import the names"
                yield engine_hit(engine_rules.STAR_IMPORT, start, end, message)

    def _hidden(self, module: QualifiedName) -> str:
        """A name directly below *module* that a rule in force is about."""
        table = self.catalog.table
        for parts in sorted(table.below.get(module, ())):
            if len(parts) == len(module) + 1 and not parts[-1].startswith("_"):
                for number in table.exact[parts]:
                    rule, _ = self.catalog.entries[number]
                    if number not in self.exempt and self.holds(rule):
                        return f"`{'.'.join(parts)}` ({rule.code})"
        return ""

    def strings(self, tree: ast.Module, dotted: Iterable[str]) -> Iterator[Hit]:
        """Strings that spell a renamed thing in full: ``mock.patch("corp.db.get_session")``."""
        wanted = re.compile(r"(?:" + "|".join(sorted(map(re.escape, dotted), key=len, reverse=True)) + r")(?:\.\w+)*\Z")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not wanted.match(node.value):
                continue
            start = self.source.offset(node.lineno, node.col_offset)
            end = self.source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
            inside = self.source.text[start:end].find(node.value)
            if inside < 0:
                continue
            qualified = tuple(node.value.split("."))
            for _, rule, name, count in self._matches(qualified):
                if rule.verb == "rename":
                    at = start + inside
                    yield Hit(rule, name, "string", qualified[:count], at, at + len(".".join(qualified[:count])))


def _silent(block: Block) -> bool:
    """Whether a binding is one alternative of several that the code chooses from itself."""
    return block.guarded or block.versioned


def _more_special(name: Name, count: int, other: Name, other_count: int) -> bool:
    """Longer matches first; of equal ones the name without wildcards."""
    return (count, "*" not in name.dotted) > (other_count, "*" not in other.dotted)


def _covers(allowed: QualifiedName, qualified: QualifiedName, count: int) -> bool:
    """Whether *allowed*, at least as special as a match of *count* parts, covers *qualified*."""
    if is_glob(allowed):
        match = glob_pattern(allowed).match(".".join(qualified))
        return match is not None and match.group().count(".") + 1 >= count
    return len(allowed) >= count and qualified[: len(allowed)] == allowed
