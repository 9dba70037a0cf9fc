"""Which rules are switched on: codes, prefixes and names that select or ignore them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Protocol, TypeVar

    class Selectable(Protocol):
        """What a selector looks at: a rule, or as much of one."""

        code: str
        name: str
        default: bool
        verb: str
        body: Mapping[str, Any]

    S = TypeVar("S", bound=Selectable)

ALL = "ALL"
#: More special than any prefix of a code can be.
_EXACT = 100


class SelectionError(Exception):
    """A selector that means no rule; the text says which and guesses what was meant."""


def select(
    rules: Sequence[S],
    selected: Iterable[str] | None,
    ignored: Iterable[str] = (),
    extended: Iterable[str] = (),
) -> list[S]:
    """The *rules* that are on, in order.

    *selected* None means those marked default. The most special selector that fits a rule decides; of equally special
    ones the ignoring one. The engine's own rules are on unless ignored. Raises SelectionError for a selector that
    fits none.
    """
    wanted = None if selected is None else tuple(selected)
    ignored, extended = tuple(ignored), tuple(extended)
    for selector in (*(wanted or ()), *ignored, *extended):
        check_selector(rules, selector)
    on: list[S] = []
    for rule in rules:
        standing = rank(rule, extended)
        if (wanted is None or rule.verb == "engine") and rule.default:
            standing = max(standing, 0)
        if wanted is not None:
            standing = max(standing, rank(rule, wanted))
        if standing >= 0 and standing > rank(rule, ignored):
            on.append(rule)
    return on


def covers(selectors: Iterable[str], rule: Selectable) -> bool:
    """Whether one of *selectors* means *rule*."""
    return rank(rule, selectors) >= 0


def check_selector(rules: Iterable[Selectable], selector: str) -> None:
    """Raise SelectionError where *selector* means none of *rules*."""
    rules = list(rules)
    if any(rank(rule, (selector,)) >= 0 for rule in rules):
        return
    raise SelectionError(f"no rule has the code, prefix or name {selector!r}{meant(selector, rules)}")


def check_options(rules: Iterable[Selectable], selector: str) -> None:
    """Raise SelectionError where *selector* names one of *rules* that has options without a value."""
    for rule in rules:
        if rule.body.get("unset") and selector in (rule.code, rule.name):
            options = " ".join(f"--set {name}=…" for name in rule.body["unset"])
            raise SelectionError(
                f"{rule.code} ({rule.name}) finds nothing without its options: `platform-lint migrate` takes {options}"
            )


def meant(word: str, rules: Iterable[Selectable]) -> str:
    """What to say behind a *word* that means none of *rules*: what may have been meant, or where they are listed.

    Of codes only the letters are guessed: one digit away there is another rule, about something else.
    """
    import re

    from platform_lint.tables import did_you_mean

    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    listed = "; `platform-lint rule` lists all there are"
    code = re.fullmatch(r"([A-Za-z]{1,4})([0-9]+)", word)
    if code is None:
        return did_you_mean(word, [rule.name for rule in rules]) or listed
    codes = [rule.code for rule in rules if rule.code.lstrip(letters).startswith(code[2])]
    families = dict.fromkeys(known[: -len(known.lstrip(letters))] for known in codes)
    return did_you_mean(code[1].upper() + code[2], [family + code[2] for family in families]) or listed


def rank(rule: Selectable, selectors: Iterable[str]) -> int:
    """How special the most special of *selectors* is that fits *rule*; -1 for none."""
    best = -1
    for selector in selectors:
        if selector == ALL:
            best = max(best, 0)
        elif selector in (rule.code, rule.name):
            best = max(best, _EXACT)
        elif selector and rule.code.startswith(selector):
            best = max(best, len(selector))
    return best
