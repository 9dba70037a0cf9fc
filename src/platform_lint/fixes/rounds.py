"""Rounds of fixes on one file: whether they come to an end, and what is kept where they do not.

A text that was there before is proof that fixes undo each other. That fixes go on for ever cannot be proved, only
judged, and a number of rounds is no measure of it: calls nested thirty deep take thirty rounds where each holds the
next one's place. So *progress* is measured: a round in which a rule makes its first fix, or that begins with fewer to
make than any since. There are only so many of those, so whatever makes progress ends. Between two of them
:data:`PATIENCE` fixes are granted for each that is left and each rule that took part: a chain of renames through
thirty rules moves on without becoming less. Fixes are counted rather than rounds, and the text is measured as well,
because what doubles with every round fills the memory long before it has had many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from platform_lint.fixes.groups import Group

#: Fixes without progress that are granted for each that is left to make, and each rule.
PATIENCE = 20
#: How many times its length, and how many characters besides, a text may grow to: without progress, and in all.
_STRETCH, _ROOM = 2, 2_000
_MAX_STRETCH, _MAX_ROOM = 8, 50_000


class Trouble:
    """Fixes that come to no end: *what* they do, in words, the *codes* of their rules, and the *text* to go back to.

    Where fixes undo each other that is the first text they came back to: all that was fixed before is kept. Where they
    go on for ever it is the one before any of them was made: each leaves what the next finds to change, so nothing of
    it is done.
    """

    __slots__ = ("codes", "text", "what")

    def __init__(self, what: str, codes: set[str], text: str) -> None:
        self.what = what
        self.codes = codes
        self.text = text


class _Round:
    """A text, how many fixes of each code there were to make in it, and the codes of those that were made."""

    __slots__ = ("applied", "due", "text")

    def __init__(self, text: str, due: Counter[str], applied: set[str]) -> None:
        self.text = text
        self.due = due
        self.applied = applied


class Rounds:
    """The rounds a file has been through, from *text* on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._limit = _MAX_STRETCH * len(text) + _MAX_ROOM
        self._rounds: list[_Round] = []
        #: The number of the round that began with a text.
        self._numbers: dict[str, int] = {}
        self._rules: set[str] = set()
        #: Of the last round that made progress: how many fixes there were to make, its number, and how long its text
        #: came to be; and the fixes since.
        self._fewest = 0
        self._last = 0
        self._length = 0
        self._spent = 0

    def follow(self, due: Counter[str], applied: Sequence[Group], text: str) -> Trouble | None:
        """Note a round that made *text*: what there was to do by code, and what was done. Returns what is wrong."""
        codes = {group.rule.code for group in applied}
        number = len(self._rounds)
        self._rounds.append(_Round(self._text, due, codes))
        self._numbers[self._text] = number
        self._text = text
        if text in self._numbers:
            turn = self._rounds[self._numbers[text] :]
            return Trouble("fixes undo each other", set().union(*(step.applied for step in turn)), text)
        count = sum(due.values())
        if count < self._fewest or not codes <= self._rules:
            self._fewest = count
            self._rules |= codes
            self._last, self._length, self._spent = number, len(text), 0
        self._spent += len(applied)
        patient = self._spent <= PATIENCE * (self._fewest + len(self._rules))
        if patient and len(text) <= min(self._limit, _STRETCH * self._length + _ROOM):
            return None
        endless = self._endless()
        begun = next(step.text for step in self._rounds if step.applied & endless)
        return Trouble("fixes never come to an end", endless, begun)

    def _endless(self) -> set[str]:
        """The codes of those that went on without progress; what became less all the time had only more to do."""
        idle = self._rounds[self._last + 1 :] or self._rounds[-1:]
        codes = set().union(*(step.applied for step in idle))
        going = {code for code in codes if not _lessens([step.due[code] for step in idle])}
        return going or codes


def _lessens(counts: Sequence[int]) -> bool:
    """Whether *counts* fall, and never rise."""
    return counts[-1] < counts[0] and all(later <= sooner for sooner, later in pairwise(counts))
