"""What rules cost: time and files for each, measured where they are checked, for ``--profile-rules`` and ``try``."""

from __future__ import annotations

from time import perf_counter

#: What rules share, and what is only looked at together.
PARSING = "parsing and indexing"
NAMES = "names of all ban and rename rules"
FIXES = "working out fixes"
SHARED = (PARSING, NAMES, FIXES)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    #: Seconds and number of files by what they went into: a code, or one of :data:`SHARED`.
    Costs = Mapping[str, tuple[float, int]]


class Meter:
    """A stop watch for one process. What a rule is the first to ask for (types, parents) is put down to that rule."""

    def __init__(self) -> None:
        self._costs: dict[str, tuple[float, int]] = {}
        self._started = 0.0

    def start(self) -> None:
        """From here on time is counted."""
        self._started = perf_counter()

    def lap(self, key: str) -> None:
        """The time since the last lap, or the start, in one more file goes to *key*."""
        now = perf_counter()
        seconds, files = self._costs.get(key, (0.0, 0))
        self._costs[key] = seconds + now - self._started, files + 1
        self._started = now

    def take(self) -> Costs:
        """What was measured since this was last asked."""
        costs, self._costs = self._costs, {}
        return costs


def added(costs: Costs, more: Costs) -> dict[str, tuple[float, int]]:
    """Both together."""
    total = dict(costs)
    for key, (seconds, files) in more.items():
        known_seconds, known_files = total.get(key, (0.0, 0))
        total[key] = known_seconds + seconds, known_files + files
    return total
