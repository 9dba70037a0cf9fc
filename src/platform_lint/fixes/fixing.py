"""Fixing one file: rounds of fixes, each proved before the next, until nothing is left to fix.

:func:`fix` is pure: text in, text out. A round applies every fix that is allowed and agreed with; the result must
parse, and every name in it must mean what it meant before, or what the fix says. Where that fails the fixes are tried
one by one, so that one bad fix costs only itself.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from platform_lint.catalog import Catalog
from platform_lint.checking import Analysis, Applies, analyse
from platform_lint.finding import Edit, Fix, ImportChange, Safety
from platform_lint.fixes.groups import Group, Plan, Refusal, groups
from platform_lint.fixes.planning import plan
from platform_lint.fixes.proof import apply_edits, problem
from platform_lint.fixes.rounds import Rounds
from platform_lint.hits import Hit
from platform_lint.modules import ModuleView
from platform_lint.source import Source

#: Whether a hit is suppressed, given the text of the file it is in.
Suppressed = Callable[[Source, Hit], bool]


class FixResult:
    """A fixed text, how many hits of each code it has less than the one before, and what could not be applied.

    A hit that one fix makes and another mends is nobody's: what was there, less what was *fixed*, and what fixes
    brought and did not mend, is what is left. One that is mended in part counts as fixed, and what is left of it as
    brought. *stopped* are the codes of rules whose fixes came to no end, with the
    reason; *failures* has each reason once. *analysis* is the last there was, of the text as it is now; None where
    nothing can be found in it.
    """

    __slots__ = ("analysis", "failures", "fixed", "stopped", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.analysis: Analysis | None = None
        self.fixed: dict[str, int] = {}
        self.failures: list[str] = []
        self.stopped: dict[str, str] = {}


def offered(
    analysis: Analysis, hits: Sequence[Hit] | None = None, stopped: Mapping[str, str] | None = None
) -> dict[Hit, Fix]:
    """The fix of each of *hits* (default: all) of a complete *analysis* that has one, with its reason where it is
    refused. *stopped* has the reasons of rules whose fixes no run applies, by code.

    Each is worked out alone. Proving one takes an index of its result, so all are proved together first; only where
    that fails, or there is one alone, each is. The safe ones are proved among themselves: a run may make no others.
    """
    fixes: dict[Hit, Fix] = {}
    stopped = stopped or {}
    found = groups(analysis, analysis.hits if hits is None else hits)
    alone = {id(group): _planned(analysis, group) for group in found}
    # A suggestion that is refused already, which no run would try, would only keep those beside it from being proved.
    left = [
        group
        for group in found
        if group.hits[0].kind != "string" and (group.safety != "suggest" or isinstance(alone[id(group)], Plan))
    ]
    proved: set[int] = set()
    while left and not _rebinds(analysis):
        # Of those that are nested, each in a turn of its own.
        together = _apart(left)
        safe = [group for group in together if group.safety == "safe"]
        right = _proved_together(analysis, safe)
        if len(safe) < len(together):
            others = _proved_together(analysis, together)
            right |= others.difference(map(id, safe))
        proved |= right
        taken = set(map(id, together))
        left = [group for group in left if id(group) not in taken] if together else []
    for group in found:
        fix = _offer(analysis, group, alone[id(group)], id(group) in proved)
        if group.rule.code in stopped:
            fix = Fix("suggest", fix.message, fix.edits, fix.imports, stopped[group.rule.code])
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


def _planned(analysis: Analysis, group: Group) -> Plan | Refusal:
    """What mending *group* alone comes to, or why it cannot be."""
    try:
        return plan(analysis, [group])
    except Refusal as refusal:
        return refusal


def _offer(analysis: Analysis, group: Group, made: Plan | Refusal, proved: bool) -> Fix:
    if isinstance(made, Refusal):
        return Fix("suggest", group.message, (), reason=str(made))
    if group.hits[0].kind == "string":
        reason = "a string may be looked up at run time, or be mere text"
        return _as_fix(analysis.source, group, made, "suggest", reason)
    reason = "" if proved and made.edits else problem(analysis, made)
    if reason:
        return Fix("suggest", group.message, (), reason=reason)
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

    Rules whose fixes do not come to an end together (:mod:`platform_lint.fixes.rounds` tells) are stopped, and
    named; those of all others go on to the end. Before that the file is gone through once more from the start, with
    the rules in question last: so what they do is seen for itself, and what is kept of it does not hang on how many
    rounds the others took.
    """
    allowed: tuple[Safety, ...] = ("safe", "unsafe") if unsafe else ("safe",)
    result = FixResult(source.text)
    #: The codes of rules that wait until the others are done.
    late: set[str] = set()
    found: Counter[str] | None = None
    #: How many hits of each code had a fix that is in the text.
    mended: Counter[str] = Counter()
    current, rounds = source, Rounds(source.text)
    while True:
        look = catalog.sieve.look(current.text.encode("utf-8", "surrogatepass"), view)
        analysis = None
        if look is not None:
            analysis = analyse(current, catalog, look, view=view, applies=applies, complete=True)
            if analysis.index is None:
                result.analysis = analysis if current is source else None
                return result
        hits = [hit for hit in analysis.hits if suppressed is None or not suppressed(current, hit)] if analysis else []
        left = Counter(hit.rule.code for hit in hits)
        if found is None:
            found = left
        text = current.text
        applied: list[Group] = []
        if analysis is not None:
            chosen = [
                group
                for group in groups(analysis, hits)
                if group.safety in allowed and group.hits[0].kind != "string" and group.rule.code not in result.stopped
            ]
            for turn in (
                [group for group in chosen if group.rule.code not in late],
                [group for group in chosen if group.rule.code in late],
            ):
                if not applied:
                    text, applied = _round(analysis, turn)
        if not applied:
            break
        trouble = rounds.follow(Counter(group.rule.code for group in chosen), applied, text)
        if trouble is None:
            current = Source(text, source.encoding, source.bom)
            mended.update(hit.rule.code for group in applied for hit in group.hits)
            continue
        mended.clear()
        if trouble.codes <= late:
            rules = sorted(f"{code} ({catalog.by_code[code].name})" for code in trouble.codes)
            reason = f"{trouble.what}: {' and '.join(rules)}"
            result.failures.append(reason)
            result.stopped.update(dict.fromkeys(trouble.codes, reason))
            current, rounds = Source(trouble.text, source.encoding, source.bom), Rounds(source.text)
        else:
            late |= trouble.codes
            current, rounds = source, Rounds(source.text)
    result.text, result.analysis = current.text, analysis
    result.fixed = dict(found - left)
    for code, count in mended.items():
        if code not in result.fixed and code not in result.stopped and found[code]:
            result.fixed[code] = min(count, found[code])
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
    inner one goes first. Of two that give one use another name, or one import, the first stays.

    What touches is put off as well: two texts for one place have no order, and one may need the comma the other takes.
    """
    taken: list[tuple[int, int]] = sorted(span for group in beside for span in _spans(group))
    renamed = {part for group in beside for part in _renamed(group)}
    apart: set[int] = set()
    for group in sorted(chosen, key=lambda group: sum(end - start for start, end in _spans(group))):
        wanted, parts = _spans(group), _renamed(group)
        if renamed.isdisjoint(parts) and all(_has_room(span, taken) for span in wanted):
            renamed |= parts
            for span in wanted:
                insort(taken, span)
            apart.add(id(group))
    return [group for group in chosen if id(group) in apart]


def _renamed(group: Group) -> set[tuple[int, int]]:
    """What *group* gives another name: ids of uses, and of the import that brings one of them, with how many parts of
    the name it is about. Where one is about more of them than another, both are planned together.
    """
    parts = {(id(reference), count) for reference, count, _ in group.references}
    imports = (hit for hit in group.hits if hit.binding is not None and hit.kind == "import")
    return parts | {(id(hit.binding), len(hit.matched)) for hit in imports}


def _spans(group: Group) -> list[tuple[int, int]]:
    return [(splice.start, splice.end) for repair in group.repairs for splice in repair.splices]


def _has_room(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    """Whether *span* neither overlaps nor touches one of *taken*, which are sorted and do neither themselves."""
    number = bisect_left(taken, span)
    before = taken[number - 1][1] if number else -1
    return before < span[0] and (number == len(taken) or span[1] < taken[number][0])
