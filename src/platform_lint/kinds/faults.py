"""One thing that is wrong with a class or function, and how faults become hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from platform_lint.finding import Safety
from platform_lint.hits import Hit, Repair, Splice
from platform_lint.kinds.headers import NotMechanical
from platform_lint.rule import Rule
from platform_lint.scopes import QualifiedName

Span = tuple[int, int]


class Fault:
    """What is wrong *at* a place of a declaration, as the rest of a sentence that begins with its name.

    *hint* says what to do. *repair* mends it, where that can be done. *name* is who it is said of instead of the
    declaration itself; *matched* the qualified name that broke the rule, where it is not the one that led there.
    """

    __slots__ = ("end", "hint", "matched", "name", "repair", "start", "what")

    def __init__(
        self,
        at: Span,
        what: str,
        hint: str = "",
        *,
        repair: Repair | None = None,
        name: str = "",
        matched: QualifiedName = (),
    ) -> None:
        self.start, self.end = at
        self.what = what
        self.hint = hint
        self.repair = repair
        self.name = name
        self.matched = matched


def mended(message: str, edit: Callable[[], Sequence[Splice]], *, safety: Safety = "safe", reason: str = "") -> Repair:
    """The repair that *edit* works out, or its refusal."""
    try:
        return Repair(message, edit(), safety=safety, reason=reason)
    except NotMechanical as error:
        return Repair.refused(message, str(error))


def hits(rule: Rule, name: str, matched: QualifiedName, faults: Iterable[Fault]) -> Iterator[Hit]:
    """One hit for each place where a declaration called *name* has *faults*: those at one place are said together."""
    places: dict[Span, list[Fault]] = {}
    for fault in faults:
        together = places.setdefault((fault.start, fault.end), [])
        if not any(other.what == fault.what and other.name == fault.name for other in together):
            together.append(fault)
    for (start, end), found in places.items():
        yield Hit(
            rule,
            None,
            "shape",
            next((fault.matched for fault in found if fault.matched), matched),
            start,
            end,
            message=_text(rule, name, found),
            repair=_together([fault.repair for fault in found if fault.repair is not None]),
        )


def _text(rule: Rule, name: str, faults: Sequence[Fault]) -> str:
    said: list[str] = []
    for who in dict.fromkeys(fault.name or name for fault in faults):
        own = [fault for fault in faults if (fault.name or name) == who]
        whats = "; ".join(fault.what for fault in own)
        hints = "; ".join(dict.fromkeys(fault.hint for fault in own if fault.hint))
        default = f"`{who}` " + "; ".join(f"{fault.what}: {fault.hint}" if fault.hint else fault.what for fault in own)
        text = rule.filled({"name": who, "what": whats, "hint": hints}, default)
        text = text if hints else text.rstrip(" :;,")
        if rule.message and "{what}" not in rule.message and rule.body.get("demands", 1) > 1:
            # Of several things that are asked for, this says which.
            text = f"{text.rstrip('.')}: {whats}"
        said.append(text)
    return "; ".join(dict.fromkeys(said))


def _together(repairs: Sequence[Repair]) -> Repair | None:
    """As many of *repairs* as can be made at once: the safest; those that touch wait for the next round."""
    made = [repair for repair in repairs if repair.splices]
    if len(made) < 2:
        return next(iter(made or repairs), None)
    best: Safety = "safe" if any(repair.safety == "safe" for repair in made) else "unsafe"
    chosen: list[Repair] = []
    taken: list[Splice] = []
    for repair in made:
        if repair.safety == best and not any(_touch(one, other) for one in repair.splices for other in taken):
            chosen.append(repair)
            taken += repair.splices
    if not chosen:
        return made[0]
    reason = next((repair.reason for repair in chosen if repair.reason), "")
    return Repair("; ".join(repair.message for repair in chosen), taken, safety=best, reason=reason)


def _touch(one: Splice, other: Splice) -> bool:
    return one.start <= other.end and other.start <= one.end
