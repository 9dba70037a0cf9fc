"""Transactions."""

from typing import Any

from acme_platform.deprecation import replaced_by
from acme_platform.orm import Model

#: The tables, by the name of their model.
tables: "dict[str, list[Model]]" = {}


class Session:
    """One transaction."""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *what: object) -> None:
        pass

    def add(self, row: Model) -> None:
        """Keep *row*."""
        tables.setdefault(type(row).__name__, []).append(row)

    def query(self, model: "type[Model]", *, limit: "int | None" = None, **where: object) -> "list[Any]":
        """The last *limit* rows of *model* that are as *where* says."""
        rows = [row for row in tables.get(model.__name__, []) if all(getattr(row, k) == v for k, v in where.items())]
        return rows if limit is None else rows[-limit:]

    @replaced_by("query")
    def find(self, model: "type[Model]", limit: "int | None" = None, **where: object) -> "list[Any]":
        """What it was called."""
        return self.query(model, limit=limit, **where)


def open_session() -> Session:
    """A transaction, to be used in a `with`."""
    return Session()
