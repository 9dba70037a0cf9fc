"""Fixing one file: rounds of fixes, each proved before the next, until nothing is left to fix.

:func:`fix` is pure: text in, text out. A round applies every fix that is allowed and agreed with; the result must
parse, and every name in it must mean what it meant before, or what the fix says. Where that fails the fixes are tried
one by one, so that one bad fix costs only itself.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence

from platform_lint.catalog import Catalog
from platform_lint.checking import Analysis, Applies, analyse
from platform_lint.finding import Edit, Fix, ImportChange, Safety
from platform_lint.fixes.groups import Group, Plan, Refusal, groups
from platform_lint.fixes.planning import plan
from platform_lint.fixes.proof import apply_edits, problem
from platform_lint.hits import Hit
from platform_lint.modules import ModuleView
from platform_lint.source import Source

#: Rounds before the fixes of a file are taken to be chasing each other.
MAX_ROUNDS = 20

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
    """Whether any hit has a fix, so that working them out is worth the whole file's index."""
    return any(hit.fixable for hit in analysis.hits)


def offered(analysis: Analysis) -> dict[Hit, Fix]:
    """The fix of each hit of a complete *analysis* that has one, with its reason where it is refused.

    Each is worked out alone. Proving one takes an index of its result, so all are proved together first; only where
    that fails, or there is one alone, each is.
    """
    fixes: dict[Hit, Fix] = {}
    found = groups(analysis, analysis.hits)
    together = _apart([group for group in found if group.hits[0].kind != "string"])
    proved = set() if _rebinds(analysis) else _proved_together(analysis, together)
    for group in found:
        fix = _offer(analysis, group, id(group) in proved)
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


def _proved_together(analysis: Analysis, chosen: Sequence[Group]) -> set[int]:
    """The ids of those of *chosen* that prove right beside others: all of them, or what is left in halves."""
    proved: set[int] = set()
    pending = [list(chosen)]
    while pending:
        stretch = pending.pop()
        if len(stretch) < 2:
            continue
        try:
            right = not problem(analysis, plan(analysis, stretch))
        except Refusal:
            right = False
        if right:
            proved.update(map(id, stretch))
        else:
            middle = len(stretch) // 2
            pending += [stretch[middle:], stretch[:middle]]
    return proved


def _offer(analysis: Analysis, group: Group, proved: bool) -> Fix:
    if group.hits[0].kind == "string":
        made = plan(analysis, [group])
        reason = "a string may be looked up at run time, or be mere text"
        return _as_fix(analysis.source, group, made, "suggest", reason)
    try:
        made = plan(analysis, [group])
        reason = "" if proved and made.edits else problem(analysis, made)
        if reason:
            return Fix("suggest", group.message, (), reason=reason)
    except Refusal as refusal:
        return Fix("suggest", group.message, (), reason=str(refusal))
    return _as_fix(analysis.source, group, made, group.safety, group.reason)


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
    good: Plan | None = None
    left = list(chosen)
    while left:
        stretch = _apart(left, applied)
        taken = set(map(id, stretch))
        # Of two that are nested, one that proves wrong must not keep the other from being tried.
        left = [group for group in left if id(group) not in taken] if stretch else []
        #: Stretches, last first: what fails as a whole is tried in halves.
        pending = [stretch]
        while pending:
            stretch = pending.pop()
            if not stretch:
                continue
            try:
                made: Plan | None = plan(analysis, [*applied, *stretch])
            except Refusal:
                made = None
            if made is not None and not problem(analysis, made):
                applied += stretch
                good = made
            elif len(stretch) > 1:
                middle = len(stretch) // 2
                pending += [stretch[middle:], stretch[:middle]]
    return (apply_edits(text, good.edits) if good is not None else text), applied


def _apart(chosen: Sequence[Group], beside: Sequence[Group] = ()) -> list[Group]:
    """*chosen* without those whose splices overlap or touch another's, or those of *beside*: of two that are nested the
    inner one goes first.

    What touches is put off as well: two texts for one place have no order, and one may need the comma the other takes.
    """
    taken: list[tuple[int, int]] = sorted(span for group in beside for span in _spans(group))
    apart: set[int] = set()
    for group in sorted(chosen, key=lambda group: sum(end - start for start, end in _spans(group))):
        wanted = _spans(group)
        if all(_has_room(span, taken) for span in wanted):
            for span in wanted:
                insort(taken, span)
            apart.add(id(group))
    return [group for group in chosen if id(group) in apart]


def _spans(group: Group) -> list[tuple[int, int]]:
    return [(splice.start, splice.end) for repair in group.repairs for splice in repair.splices]


def _has_room(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    """Whether *span* neither overlaps nor touches one of *taken*, which are sorted and do neither themselves."""
    number = bisect_left(taken, span)
    before = taken[number - 1][1] if number else -1
    return before < span[0] and (number == len(taken) or span[1] < taken[number][0])
