"""The database."""

import threading

from acme_platform.db.sessions import Session, open_session, tables
from acme_platform.deprecation import deprecated, replaced_by

__all__ = ["Session", "get_session", "lock", "open_session", "ping", "tables"]

_locks: "dict[str, threading.Lock]" = {}


@replaced_by("acme_platform.db.sessions.open_session")
def get_session() -> Session:
    """What it was called."""
    return open_session()


@deprecated("health checks are automatic: delete the call")
def ping() -> bool:
    """Whether the database answers."""
    return True


def lock(name: str) -> threading.Lock:
    """What only one at a time may hold."""
    return _locks.setdefault(name, threading.Lock())
