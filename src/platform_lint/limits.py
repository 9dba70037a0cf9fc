"""What checking one file may cost: limits that hold whatever the file or a rule is made of.

Where one is reached something is given up, a rule on a file or the whole file, and a finding says so: never a wait
without end, never silence.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator

#: Seconds of processor time one file may take: a thousand times what a large one does.
MAX_SECONDS = 60
#: Once that is used up, how often it is said again: code of a rule may have caught what stopped it.
_AGAIN = 1
#: Levels of syntax that code in a rule may have: several times what anybody writes.
MAX_DEPTH = 100


def is_too_deep(tree: ast.AST) -> bool:
    """Whether code of a rule is nested more than MAX_DEPTH levels: matching and rendering it would take for ever."""
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


class GaveUp(Exception):
    """A rule costs too much on a file; the text says why. *start* is the offset where, if that is known."""

    def __init__(self, reason: str, start: int = 0) -> None:
        super().__init__(reason)
        self.start = start


class OutOfTime(BaseException):
    """The time for a file is used up. No ``Exception``: whatever was going on must not take it for its own failure."""


@contextlib.contextmanager
def timed(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the body once it has taken *seconds* of this process's time.

    The main thread only can be interrupted, and only where the system has such timers; elsewhere nothing is bounded.
    """
    import signal  # Most runs never come here.

    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise OutOfTime

    try:
        before = signal.signal(signal.SIGPROF, stop)
    except ValueError:  # Not the main thread.
        yield
        return
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
