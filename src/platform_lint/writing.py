"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import tempfile
from collections.abc import Iterator


class WriteError(Exception):
    """A file that was left as it was; the text says why, for people."""


def replace_file(path: str, before: bytes, after: bytes) -> None:
    """Make the file at *path*, last read as *before*, hold *after*: in one step, with its mode, through symbolic links.

    Raises WriteError, and leaves the file alone, where it changed meanwhile or cannot be written.
    """
    with _undisturbed():
        _replace(os.path.realpath(path), before, after)


def _replace(target: str, before: bytes, after: bytes) -> None:
    try:
        with open(target, "rb") as file:
            if file.read() != before:
                raise WriteError("it changed while it was being fixed")
        mode = stat.S_IMODE(os.stat(target).st_mode)
        if not os.access(target, os.W_OK):
            raise WriteError("it is read-only")
        descriptor, temporary = tempfile.mkstemp(prefix=".platform-lint-", suffix=".tmp", dir=os.path.dirname(target))
    except OSError as error:
        raise WriteError(error.strerror or str(error)) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        # The last look: what is between it and the rename is one system call.
        with open(target, "rb") as file:
            if file.read() != before:
                raise WriteError("it changed while it was being fixed")
        os.replace(temporary, target)
    except OSError as error:
        raise WriteError(error.strerror or str(error)) from None
    finally:
        try:
            os.unlink(temporary)
        except OSError:
            pass


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back the signals that would end the process, so that no temporary file stays behind."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
