"""How far a run is, on the terminal."""

from __future__ import annotations

import sys
import time

#: Seconds until the line appears, and between two of its states.
_PATIENCE, _INTERVAL = 1.0, 0.1
#: A guess at what is left is worth nothing before so many seconds.
_GUESS_AFTER = 3.0


class Progress:
    """A line on standard error, once a run over *total* files takes longer than a second."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.started = self.shown = time.perf_counter()
        self.visible = False

    def update(self, done: int) -> None:
        """Say that *done* files are done."""
        now = time.perf_counter()
        if now - self.started > _PATIENCE and now - self.shown > _INTERVAL:
            sys.stderr.write(f"\r{done}/{self.total} files{self._left(done, now - self.started)}\x1b[K")
            sys.stderr.flush()
            self.shown, self.visible = now, True

    def clear(self) -> None:
        """Take the line away."""
        if self.visible:
            sys.stderr.write("\r\x1b[K")

    def _left(self, done: int, seconds: float) -> str:
        if seconds < _GUESS_AFTER or not done:
            return ""
        left = round(seconds / done * (self.total - done))
        return f", {left // 60} min {left % 60} s left" if left >= 60 else f", {left} s left"
