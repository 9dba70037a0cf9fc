"""Groups: hits that one fix mends, and the plan of what mending them changes.

:func:`groups` sorts the hits that have a fix into groups that stand or fall together: all that one import makes known
under one name of one rule, or what the repairs of shapes put in their place.
"""

from __future__ import annotations

from collections.abc import Sequence

from platform_lint.checking import Analysis
from platform_lint.finding import SAFETIES, Safety, weakest
from platform_lint.fixes.splicing import Laid
from platform_lint.hits import Hit, Repair
from platform_lint.imports import TextEdit
from platform_lint.index import Reference
from platform_lint.rule import Name, Rule, Target
from platform_lint.scopes import Binding, QualifiedName


class Refusal(Exception):
    """No edit is right here; the text is the reason, for a person."""


class Group:
    """Hits that one fix mends: the same name of the same rule, made known by the same import, or the shapes that
    *repairs* mend.

    *references* are the uses it rewrites, with the number of their parts the rule's name covers and the base that
    number counts from.
    """

    __slots__ = ("binding", "hits", "moved", "name", "references", "repairs", "rule", "target")

    def __init__(self, rule: Rule, name: Name | None, target: Target, binding: Binding | None) -> None:
        self.rule = rule
        self.name = name
        self.target = target
        self.binding = binding
        self.hits: list[Hit] = []
        self.repairs: list[Repair] = []
        self.references: list[tuple[Reference, int, int]] = []
        #: What a ``from`` import of a moved module binds, where that is what was hit.
        self.moved: list[Binding] = []

    @property
    def safety(self) -> Safety:
        """What the rule promises of the fix, less what speaks against it in this file."""
        own: Safety = (self.name.fix if self.name is not None else "") or self.rule.fix  # type: ignore[assignment]
        if self.rule.fix == "suggest":
            own = weakest(self.rule.fix, own)
        return weakest(own, *(repair.safety for repair in self.repairs))

    @property
    def reason(self) -> str:
        """What speaks against trusting the fix, and most of all, ``""`` for nothing."""
        doubts = [*((repair.safety, repair.reason) for repair in self.repairs), (self.rule.fix, self.rule.doubt)]
        said = [(safety, doubt) for safety, doubt in doubts if doubt and safety != "safe"]
        return min(said, key=lambda one: SAFETIES.index(one[0]))[1] if said else ""

    @property
    def message(self) -> str:
        """What the fix does, in one line."""
        if self.repairs:
            return self.repairs[0].message
        return f"replace `{'.'.join(self.hits[0].matched).removeprefix('builtins.')}` with `{self.target}`"


class Plan:
    """The edits of some groups together, and what they do to the imports."""

    __slots__ = ("added", "decides", "edits", "expected", "laid", "removed", "rewrites")

    def __init__(self) -> None:
        self.edits: list[TextEdit] = []
        #: The splices among the edits.
        self.laid: list[Laid] = []
        self.added: list[str] = []
        self.removed: list[str] = []
        #: What each rewritten reference must mean afterwards.
        self.expected: dict[Reference, QualifiedName] = {}
        #: Names may come to mean anything, as long as they mean something.
        self.rewrites = False
        #: Names that could mean several things may come to mean one of them.
        self.decides = False


def groups(analysis: Analysis, hits: Sequence[Hit]) -> list[Group]:
    """The *hits* that have a fix, in groups, in reading order. *analysis* must be complete."""
    found: dict[tuple[object, ...], Group] = {}
    for hit in hits:
        if hit.repair is not None:
            alone = hit.repair.together is None
            group = found.setdefault(
                (hit.rule.code, "shape", id(hit) if alone else hit.repair.together),
                Group(hit.rule, hit.name, Target((), ()), None),
            )
            group.hits.append(hit)
            group.repairs.append(hit.repair)
            continue
        target = hit.target
        if target is None or hit.name is None:
            continue
        alone = hit.kind == "string" or hit.binding is None
        place: object = (hit.kind, hit.start) if alone else id(hit.binding)
        if hit.kind == "module" and hit.binding is not None:
            place = id(hit.binding.statement)
        key = (hit.rule.code, hit.name.dotted, place, hit.kind == "module")
        named = found.get(key)
        if named is None:
            named = found[key] = Group(hit.rule, hit.name, target, hit.binding)
        group = named
        group.hits.append(hit)
        if hit.reference is not None:
            group.references.append((hit.reference, len(hit.matched), _base(hit)))
    index = analysis.index
    assert index is not None
    elsewhere = {
        id(hit.binding) for hit in hits if hit.binding is not None and hit.kind != "module" and hit.name is not None
    }
    for group in found.values():
        hit = group.hits[0]
        if hit.kind == "module" and hit.binding is not None:
            # One hit stands for the statement; names with an entry of their own go their own way.
            group.moved = [
                binding
                for binding in index.imports
                if binding.statement is hit.binding.statement
                and id(binding) not in elsewhere
                and not (hit.name is not None and hit.name.is_moved(binding.target or ()))
            ]
        elif hit.kind == "import" and group.rule.verb == "ban" and group.binding is not None:
            # The import was reported for all its uses.
            count = len(hit.matched)
            for reference in index.references_of(group.binding):
                for qualified, base in reference.names():
                    if qualified[:count] == hit.matched:
                        group.references.append((reference, count, base))
                        break
    return list(found.values())


def _base(hit: Hit) -> int:
    assert hit.reference is not None
    for qualified, base in hit.reference.names():
        if qualified[: len(hit.matched)] == hit.matched:
            return base
    return hit.reference.base
