"""Processes that may be interrupted, however the tests were started."""

from __future__ import annotations

import signal


def let_children_be_interrupted() -> None:
    """Undo what a shell that runs the tests in the background, or ``nohup``, hands down: ignored signals.

    A process that is started with SIGINT ignored cannot be interrupted, and a test that interrupts it would fail or
    show nothing (POSIX, shell, "Signals and Error Handling": asynchronous lists). To be called in the main thread.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) is signal.SIG_IGN:
        signal.signal(hangup, signal.SIG_DFL)
