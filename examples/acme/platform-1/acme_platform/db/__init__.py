"""The database."""

import threading
from typing import Any

from acme_platform.db.models import Model

#: The tables, by the name of their model.
tables: "dict[str, list[Model]]" = {}
_locks: "dict[str, threading.Lock]" = {}


class Session:
    """One transaction."""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *what: object) -> None:
        pass

    def add(self, row: Model) -> None:
        """Keep *row*."""
        tables.setdefault(type(row).__name__, []).append(row)

    def find(self, model: "type[Model]", limit: "int | None" = None, **where: object) -> "list[Any]":
        """The last *limit* rows of *model* that are as *where* says."""
        rows = [row for row in tables.get(model.__name__, []) if all(getattr(row, k) == v for k, v in where.items())]
        return rows if limit is None else rows[-limit:]


def get_session() -> Session:
    """A transaction, to be used in a `with`."""
    return Session()


def ping() -> bool:
    """Whether the database answers."""
    return True


def lock(name: str) -> threading.Lock:
    """What only one at a time may hold."""
    return _locks.setdefault(name, threading.Lock())
