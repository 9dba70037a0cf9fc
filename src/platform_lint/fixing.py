"""Fixing one file: rounds of fixes, each proved before the next, until nothing is left to fix.

:func:`fix` is pure: text in, text out. A round applies every fix that is allowed and agreed with; the result must
parse, and every name in it must mean what it meant before, or what the fix says. Where that fails the fixes are tried
one by one, so that one bad fix costs only itself.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence

from platform_lint import engine_rules
from platform_lint.catalog import Catalog
from platform_lint.checking import Analysis, Applies, Hit, analyse, engine_hit
from platform_lint.finding import Edit, Fix, ImportChange, Safety
from platform_lint.imports import TextEdit
from platform_lint.index import Index, Reference, build, parse
from platform_lint.modules import ModuleView
from platform_lint.renaming import Group, Plan, Refusal, groups, plan
from platform_lint.scopes import QualifiedName
from platform_lint.source import Source

#: Rounds before the fixes of a file are taken to be chasing each other.
MAX_ROUNDS = 20

# An alias of an alias of an alias is as far as code goes.
_MAX_ALIASES = 5

#: Whether a hit is suppressed, given the text of the file it is in.
Suppressed = Callable[[Source, Hit], bool]


class FixResult:
    """A fixed text, how many hits of each code the fixes mended, and what could not be applied."""

    __slots__ = ("failures", "fixed", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.fixed: dict[str, int] = {}
        self.failures: list[str] = []


def is_fixable(analysis: Analysis) -> bool:
    """Whether any hit has a replacement, so that working out fixes is worth the whole file's index."""
    return any(hit.target is not None for hit in analysis.hits)


def offered(analysis: Analysis) -> dict[Hit, Fix]:
    """The fix of each hit of a complete *analysis* that has one, with its reason where it is refused.

    Each is worked out alone. Proving one takes an index of its result, so all are proved together first; only where
    that fails, or there is one alone, each is.
    """
    fixes: dict[Hit, Fix] = {}
    found = groups(analysis, analysis.hits)
    together = [group for group in found if group.hits[0].kind != "string"]
    proved = len(together) > 1 and not _rebinds(analysis) and _proved_together(analysis, together)
    for group in found:
        fix = _offer(analysis, group, proved)
        fixes[group.hits[0]] = fix
        if len(group.hits) > 1:
            # The edits are said once: n uses of one import would say n times n of them.
            row = analysis.source.position(group.hits[0].start).row
            reason = fix.reason or f"comes with the fix on line {row}"
            shared = Fix(fix.safety, fix.message, (), (), reason)
            fixes.update(dict.fromkeys(group.hits[1:], shared))
    return fixes


def _rebinds(analysis: Analysis) -> bool:
    """Whether an import binds a name that another one binds too: then a fix may be right only beside the others."""
    assert analysis.index is not None
    bound = {(id(binding.scope), binding.name) for binding in analysis.index.imports if binding.kind == "from"}
    return len(bound) < sum(binding.kind == "from" for binding in analysis.index.imports)


def _proved_together(analysis: Analysis, chosen: Sequence[Group]) -> bool:
    try:
        return not _problem(analysis, plan(analysis, chosen))
    except Refusal:
        return False


def _offer(analysis: Analysis, group: Group, proved: bool) -> Fix:
    if group.hits[0].kind == "string":
        made = plan(analysis, [group])
        reason = "a string may be looked up at run time, or be mere text"
        return _as_fix(analysis.source, group, made, "suggest", reason)
    try:
        made = plan(analysis, [group])
        problem = "" if proved and made.edits else _problem(analysis, made)
        if problem:
            return Fix("suggest", group.message, (), reason=problem)
    except Refusal as refusal:
        return Fix("suggest", group.message, (), reason=str(refusal))
    return _as_fix(analysis.source, group, made, group.safety, "")


def _as_fix(source: Source, group: Group, made: Plan, safety: Safety, reason: str) -> Fix:
    return Fix(
        safety,
        group.message,
        tuple(Edit(start, end, text, source.position(start), source.position(end)) for start, end, text in made.edits),
        (
            *(ImportChange("add", text) for text in dict.fromkeys(made.added)),
            *(ImportChange("remove", text) for text in dict.fromkeys(made.removed)),
        ),
        reason,
    )


def fix(
    source: Source,
    catalog: Catalog,
    *,
    view: ModuleView | None = None,
    applies: Applies | None = None,
    suppressed: Suppressed | None = None,
    unsafe: bool = False,
) -> FixResult:
    """Apply every safe fix to *source* (and every unsafe one, if *unsafe*), round by round until none is left.

    Suppressed hits are left alone. The text of the result is the input's where nothing could be done.
    """
    allowed: tuple[Safety, ...] = ("safe", "unsafe") if unsafe else ("safe",)
    result = FixResult(source.text)
    #: Each text there was, and the codes and names of the rules that made the next one of it.
    rounds: dict[str, set[str]] = {}
    current = source
    for _ in range(MAX_ROUNDS):
        look = catalog.sieve.look(current.text.encode("utf-8", "surrogatepass"), view)
        if look is None:
            return result
        analysis = analyse(current, catalog, look, view=view, applies=applies, complete=True)
        if analysis.index is None:
            return result
        hits = [hit for hit in analysis.hits if suppressed is None or not suppressed(current, hit)]
        chosen = [
            group for group in groups(analysis, hits) if group.safety in allowed and group.hits[0].kind != "string"
        ]
        text, applied = _round(analysis, chosen)
        if not applied:
            return result
        rounds[current.text] = {f"{group.rule.code} ({group.rule.name})" for group in applied}
        if text in rounds:
            turn = list(rounds).index(text)
            names = set().union(*list(rounds.values())[turn:])
            return _undone(source, f"fixes undo each other: {' and '.join(sorted(names))}")
        for group in applied:
            result.fixed[group.rule.code] = result.fixed.get(group.rule.code, 0) + len(group.hits)
        result.text = text
        current = Source(text, source.encoding, source.bom)
    names = rounds.popitem()[1]
    return _undone(source, f"still changing after {MAX_ROUNDS} rounds of fixes: {' and '.join(sorted(names))}")


def _undone(source: Source, failure: str) -> FixResult:
    """The result that leaves *source* as it was, for a reason."""
    result = FixResult(source.text)
    result.failures.append(failure)
    return result


def _round(analysis: Analysis, chosen: Sequence[Group]) -> tuple[str, list[Group]]:
    """Apply *chosen* together if that proves right, else as many as do."""
    text = analysis.source.text
    applied: list[Group] = []
    if not chosen:
        return text, applied
    try:
        made = plan(analysis, chosen)
        if not _problem(analysis, made):
            return apply_edits(text, made.edits), list(chosen)
    except Refusal:
        pass
    if len(chosen) == 1:
        return text, []
    good: Plan | None = None
    for group in chosen:
        try:
            made = plan(analysis, [*applied, group])
        except Refusal:
            continue
        if not _problem(analysis, made):
            applied.append(group)
            good = made
    return (apply_edits(text, good.edits) if good is not None else text), applied


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """*text* with *edits* made; they must not overlap. Offsets are in code points."""
    pieces: list[str] = []
    at = 0
    for start, end, content in sorted(edits):
        pieces += [text[at:start], content]
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _problem(analysis: Analysis, made: Plan) -> str:
    """Why the plan may not be applied: the result does not parse, or a name would change its meaning; "" for none."""
    before = analysis.index
    assert before is not None
    if not made.edits:
        return "there is nothing to change"
    source = Source(apply_edits(analysis.source.text, made.edits), analysis.source.encoding)
    try:
        tree = parse(source)
        after = _index(source, tree, before, analysis.view)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "the result would not be valid Python"
    expected = _with_aliases(before, made.expected)
    uses, new_uses = _in_order(before), _in_order(after)
    wanted = [expected.get(reference, reference.qualified) for reference in uses]
    found = [reference.qualified for reference in new_uses]
    if wanted != found:
        changed = next((".".join(old) for old, new in zip(wanted, found, strict=False) if old != new), "a name")
        return f"`{changed}` would come to mean something else"
    for use, new_use in zip(uses, new_uses, strict=True):
        if not _is_sure(after, new_use) and _is_sure(before, use):
            return f"`{'.'.join(new_use.qualified)}` might be used before it is imported"
    if not after.unsettled <= before.unsettled | _roots(expected.values()):
        return "a name would be left without a meaning"
    return ""


def _is_sure(index: Index, reference: Reference) -> bool:
    """Whether what *reference* goes through is bound by the time it is used, as far as the order of lines tells."""
    binding = reference.binding
    if binding is None:
        return True
    for scope, deferred in reference.scope.visible():
        if scope is binding.scope:
            return deferred or any(
                other.block.encloses(reference.block) and index.source.offset(*other.place) <= reference.start
                for other in scope.bindings[binding.name]
            )
    return True


def _with_aliases(index: Index, expected: Mapping[Reference, QualifiedName]) -> dict[Reference, QualifiedName]:
    """*expected*, and what follows from it for uses of assignment aliases: after ``h = hashlib`` both move together."""
    found = dict(expected)
    places = {(reference.start, reference.ends[-1]): reference for reference in index.references}
    for _ in range(_MAX_ALIASES):
        known = len(found)
        for reference in index.references:
            binding = reference.binding
            if reference in found or binding is None or binding.value is None or binding.target is None:
                continue
            value = binding.value
            start = index.source.offset(value.lineno, value.col_offset)
            end = index.source.offset(value.end_lineno or value.lineno, value.end_col_offset or 0)
            source = places.get((start, end))
            if source is not None and source in found:
                found[reference] = (*found[source], *reference.qualified[len(binding.target) :])
        if len(found) == known:
            break
    return found


def _index(source: Source, tree: ast.Module, before: Index, view: ModuleView | None) -> Index:
    return build(
        source,
        tree,
        module=before.module,
        package=view.package if view else False,
        follow=view.follow if view else None,
        star_exports=view.star_exports if view else None,
    )


def _in_order(index: Index) -> list[Reference]:
    return sorted(index.references, key=lambda reference: (reference.start, reference.ends[-1]))


def _roots(names: Iterable[QualifiedName]) -> set[str]:
    return {name[0] for name in names if name}


def failure_hit(source: Source, reason: str) -> Hit:
    """The hit that says a fix of this file could not be applied."""
    return engine_hit(engine_rules.FIX_NOT_APPLIED, 0, 0, reason)
